//! What is known of a request that a provider was sent.

use super::Scene;
use crate::{
    pages::asked::{Answer, Asked as Page, AskedBy, Reference, Row},
    parts::{Link, Problem, Tag, problem_of},
    shell::Area,
};
use onus_app::{
    asked::Found,
    collections::ReferenceStanding,
    matching::{Asker, CheckedItem},
};
use onus_domain::{OdsCode, Violation, display, relation::Standing};

/// Askers shown of an item.
const MOST_ASKERS: usize = 6;

/// What was typed, and what is wrong with it.
#[derive(Default)]
pub(crate) struct Typed {
    pub text: String,
    pub provider: String,
    pub problems: Vec<Problem>,
}

pub(crate) fn page(scene: &Scene, typed: Typed, answer: Option<Answer>) -> Page {
    Page {
        shell: scene.shell("Have we been asked this already?", Area::Asked),
        provider_problem: problem_of(&typed.problems, "provider"),
        text_problem: problem_of(&typed.problems, "text"),
        problems: typed.problems,
        text: typed.text,
        provider: typed.provider,
        answer,
    }
}

/// What is wrong, by field of the form; a file's own places stand in the text.
pub(crate) fn problem(violation: &Violation) -> Problem {
    let field = if violation.field == "provider" { "provider" } else { "text" };
    let place = if ["provider", "text"].contains(&violation.field.as_str()) {
        String::new()
    } else {
        format!("{}: ", violation.field)
    };
    let given =
        if violation.value.is_empty() { String::new() } else { format!(" (not “{}”)", violation.value) };
    Problem { field: field.into(), text: format!("{place}enter {}{given}", violation.expected) }
}

pub(crate) fn answer(scene: &Scene, found: &Found, provider: Option<&OdsCode>) -> Answer {
    let rows = found.rows.iter().zip(&found.report.items);
    Answer {
        in_short: in_short(scene, found, provider),
        references: found.references.iter().map(|one| reference(scene, &one.to_string())).collect(),
        rows: rows.map(|(row, item)| line(scene, &row.label, item)).collect(),
        crosswalk: provider.is_some(),
        items: items(found),
    }
}

fn in_short(scene: &Scene, found: &Found, provider: Option<&OdsCode>) -> String {
    let all = found.report.items.len();
    let things = display::things(all, "item", "items");
    let asked = found.report.asked;
    let start = match (asked, all) {
        (0, _) => format!("Of {things}, none is asked already."),
        (asked, all) if asked == all => {
            format!("Of {things}, every one is asked already by a collection in force.")
        }
        (1, _) => format!("Of {things}, one is asked already by a collection in force."),
        _ => format!("Of {things}, {} are asked already by a collection in force.", display::count(asked)),
    };
    let Some(code) = provider else { return start };
    let sent = found.report.items.iter().filter(|item| askers(item).any(|asker| asker.last_asked.is_some()));
    let sent = sent.count();
    let name = scene.organisation(code);
    if sent == 0 {
        format!("{start} {name} was asked for none of them in the last two years.")
    } else {
        format!("{start} {name} was asked for {} of them before.", display::count(sent))
    }
}

/// Who asks what an item is likest to.
fn askers(item: &CheckedItem) -> impl Iterator<Item = &Asker> {
    let best = item.standing;
    item.hits.iter().filter(move |hit| best.is_held() && hit.standing == best).flat_map(|hit| &hit.askers)
}

fn line(scene: &Scene, label: &str, item: &CheckedItem) -> Row {
    let best = item.hits.first().filter(|_| item.standing.is_held());
    let mut seen: Vec<&Asker> = vec![];
    for asker in askers(item) {
        if !seen.iter().any(|one| one.collection == asker.collection) {
            seen.push(asker);
        }
    }
    // What the provider answered stands first.
    seen.sort_by_key(|asker| asker.last_asked.is_none());
    Row {
        item: label.to_owned(),
        standing: standing(item.standing, !seen.is_empty()),
        held: best.map(|hit| scene.definition(&hit.definition)),
        nearest: item.hits.first().filter(|_| best.is_none()).map(|hit| scene.definition(&hit.definition)),
        recipe: best.filter(|_| !seen.is_empty()).map(|hit| hit.recipe.join("; ")).unwrap_or_default(),
        askers: seen.into_iter().take(MOST_ASKERS).map(|asker| asked_by(scene, asker)).collect(),
    }
}

fn standing(of: Standing, asked: bool) -> Tag {
    match (of, asked) {
        (Standing::Identical, true) => Tag::new("Yes, the same definition", "red"),
        (Standing::Same, true) => Tag::new("Yes, the same question", "red"),
        (Standing::Contained, true) => Tag::new("Yes, as part of more", "orange"),
        (Standing::Derivable, true) => Tag::new("Can be computed", "orange"),
        (Standing::Related | Standing::New, _) => Tag::new("No", "green"),
        (_, false) => Tag::new("Known, not asked", "blue"),
    }
}

fn asked_by(scene: &Scene, asker: &Asker) -> AskedBy {
    let often = asker.frequency.map_or("no schedule stated", |often| often.in_words());
    let last = asker.last_asked.as_ref().map(|owed| {
        let of = &owed.obligation;
        let period = format!("{} to {}", display::day(of.period_start), display::day(of.period_end));
        let sent = if owed.met { ", sent" } else { "" };
        format!("You were asked last for {period}, due {}{sent}", display::day(of.due_date))
    });
    AskedBy {
        collection: Link::collection(&asker.collection, &asker.title),
        how: format!("{} ({often})", scene.organisation(&asker.owner)),
        last: last.unwrap_or_default(),
    }
}

fn reference(scene: &Scene, text: &str) -> Reference {
    let standing = match scene.view.look_up_reference(text, scene.today) {
        Ok(Some(found)) => match found.standing {
            ReferenceStanding::Valid => Tag::new("Valid", "green"),
            ReferenceStanding::Expired => Tag::new("Expired", "red"),
            ReferenceStanding::Suspended => Tag::new("Suspended", "orange"),
        },
        _ => Tag::new("Not known", "red"),
    };
    Reference { link: Link::new(format!("/look-up?reference={text}"), format!("Reference {text}")), standing }
}

/// The items once more, as the crosswalk's form sends them.
fn items(found: &Found) -> String {
    let clean = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").replace('"', "'");
    let mut text = String::from("name,description,definition,numerator,denominator\n");
    for row in &found.rows {
        let of = &row.proposed;
        let key = row.registered.as_ref().map(ToString::to_string).unwrap_or_default();
        let cells = [&of.name, &of.text, &key, &of.numerator, &of.denominator];
        let cells: Vec<_> = cells.into_iter().map(|cell| format!("\"{}\"", clean(cell))).collect();
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}
