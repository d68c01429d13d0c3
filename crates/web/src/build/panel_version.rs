//! One version with all that the panel needs to decide on it.

use super::{
    Scene, claims,
    collection::{asks, burden},
    items::{AskedTwice, items},
    panel::{address, days},
    panel_forms::{Typed, forms},
};
use crate::{
    pages::panel::{
        ChangedItem, Changes, Consultation, DuplicateLine, HeldLine, ProviderSaid, Renewal, RenewalRow,
        Review, Ruling, Said,
    },
    parts::{Figure, Link, Tag},
    shell::Area,
};
use chrono::{DateTime, Utc};
use chrono_tz::Europe::London;
use onus_domain::{
    DefinitionId, Result,
    collection::Collection,
    consultation,
    diff::{Diff, FieldChange},
    display,
    duplicates::{DuplicateReport, ReportedAsker, ReportedHit, ReportedItem},
    item::Item,
    renewal::{Fate, RenewalLine},
    review::{Comment, CommentAudience, Review as PanelReview, Verdict},
    role::{Actor, Role},
    statement::Method,
    version::Version,
};
use std::collections::{BTreeMap, BTreeSet};

/// Lines of a table at most; what is beyond is counted.
const MOST: usize = 200;
/// Characters of a text that differs.
const MOST_TEXT: usize = 600;

/// A version and all that belongs to it, as far as whoever looks may see it.
pub(crate) struct Found {
    pub collection: Collection,
    pub version: Version,
    /// How many versions there are.
    pub versions: usize,
    pub report: Option<DuplicateReport>,
    /// What it is compared with, and what differs.
    pub compared: Option<(Version, Diff)>,
    pub renewal: Option<Vec<RenewalLine>>,
    pub consultations: Vec<(consultation::Consultation, Vec<consultation::Comment>)>,
    pub comments: Vec<Comment>,
    pub rulings: Vec<PanelReview>,
}

/// The page, as `actor` sees it; `section` is the one of its items to show.
pub(crate) fn review(
    scene: &Scene,
    found: &Found,
    actor: &Actor,
    typed: &Typed,
    section: &str,
) -> Result<Review> {
    let (collection, version) = (&found.collection, &found.version);
    let path = address(&collection.id, version.number);
    let reported = found.report.iter().flat_map(|report| &report.items);
    let held: Vec<_> = reported.clone().filter_map(|item| held_line(scene, item)).collect();
    let mut shell = scene.shell(&version.content.title, Area::Other);
    // Its owner's people see the page too, and the queue is not theirs.
    if actor.has(Role::PanelMember) || actor.has(Role::PanelChair) {
        shell = shell.under("/panel", "The panel’s queue");
    }
    Ok(Review {
        shell,
        problems: typed.problems.clone(),
        done: typed.done.clone(),
        place: format!("Version {} of {}", version.number, found.versions),
        asks: asks(scene, collection, version),
        standing: standing(scene, found),
        figures: figures(scene, found),
        forms: forms(collection, version, actor, typed),
        changes: found.compared.as_ref().map(|(base, diff)| changes(scene, base, diff)),
        duplicates: reported.clone().filter_map(|item| duplicate_line(scene, item)).collect(),
        held_more: more(held.len(), MOST),
        held: held.into_iter().take(MOST).collect(),
        renewal: found.renewal.as_ref().map(|lines| renewal(scene, version, lines)),
        items: items(scene, version, &twice(found), &path, section)?,
        consultations: found
            .consultations
            .iter()
            .map(|(one, said)| consulted(scene, version, one, said))
            .collect(),
        comments: found.comments.iter().map(|comment| said(scene, version, comment)).collect(),
        rulings: found.rulings.iter().map(ruling).collect(),
    })
}

/// That so many lines are not shown; empty if all are.
fn more(all: usize, most: usize) -> String {
    match all.saturating_sub(most) {
        0 => String::new(),
        beyond => format!("{} more are not shown here.", display::count(beyond)),
    }
}

fn day_of(at: DateTime<Utc>) -> String {
    display::day(at.with_timezone(&London).date_naive())
}

fn standing(scene: &Scene, found: &Found) -> Vec<String> {
    let mut said = vec![];
    if let Some(report) = found.report.as_ref().filter(|report| report.number > 0) {
        let again = match report.number {
            1 => String::new(),
            number => format!(", for the {} time", ordinal(number)),
        };
        let ago = match days(scene, report.made_at) {
            0 => "today".into(),
            1 => "yesterday".into(),
            days => format!("{} days ago", display::count(days)),
        };
        let (day, who) = (day_of(report.made_at), &report.submitted_by);
        said.push(format!("Submitted on {day} ({ago}) by {who}{again}."));
        if !report.referred.is_empty() {
            said.push(format!(
                "The light path referred it to you: {}.",
                report.referred.trim_end_matches('.')
            ));
        }
    }
    if let Some(renews) = found.version.renews {
        said.push(format!("It renews version {renews}."));
    }
    said
}

fn ordinal(number: u32) -> String {
    let ending = match (number % 10, number % 100) {
        (1, rest) if rest != 11 => "st",
        (2, rest) if rest != 12 => "nd",
        (3, rest) if rest != 13 => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

fn figures(scene: &Scene, found: &Found) -> Vec<Figure> {
    let Some(report) = &found.report else { return burden(scene, &found.version) };
    let filed = &report.burden;
    let known = match filed.method {
        Method::Assumed => "by the published default: its owner stated nothing".into(),
        method => format!("as its owner says ({})", display::words(method.as_str()).to_lowercase()),
    };
    let assumed = if filed.method == Method::Assumed { 1.0 } else { 0.0 };
    let cost = display::number(filed.pence / 100.0, 0);
    vec![
        Figure::new("Cost", format!("£{cost}")).unit("in its first year").note(known).assumed(assumed),
        Figure::new("Working time", display::hours(filed.hours))
            .unit("hours in its first year")
            .assumed(assumed),
        Figure::new("Providers", display::count(filed.respondents)).note("that must answer"),
        Figure::new("Asked already", display::count(report.duplicates()))
            .unit(format!("of {} content items", display::count(report.content_items()))),
    ]
}

/// By place: the collections that ask what an item asks.
fn twice(found: &Found) -> AskedTwice {
    let mut twice = BTreeMap::new();
    for item in found.report.iter().flat_map(|report| &report.items) {
        if let Some((hit, _)) = item.duplicates() {
            let askers: BTreeSet<_> = hit.duplicating().map(|asker| asker.collection.clone()).collect();
            twice.insert(item.position, askers);
        }
    }
    twice
}

fn standing_of(hit: &ReportedHit) -> String {
    format!("{}, {} likely", display::words(hit.standing.as_str()), display::percent(hit.score))
}

fn named(id: &DefinitionId, label: &str) -> Link {
    Link::definition(id, if label.is_empty() { id.as_str() } else { label })
}

fn duplicate_line(scene: &Scene, item: &ReportedItem) -> Option<DuplicateLine> {
    let (hit, asker) = item.duplicates()?;
    let side_by_side = (hit.definition != item.definition)
        .then(|| super::matching::address(&item.definition, &hit.definition));
    Some(DuplicateLine {
        position: item.position.to_string(),
        definition: named(&item.definition, &item.label),
        held: named(&hit.definition, &hit.label),
        standing: standing_of(hit),
        side_by_side,
        asker: Link::collection(&asker.collection, &asker.title),
        asked_of: asked_of(scene, asker, hit.duplicating().count()),
        explanation: explanation(item),
    })
}

fn asked_of(scene: &Scene, asker: &ReportedAsker, askers: usize) -> String {
    let who = if asker.owner_name.is_empty() {
        scene.organisation(&asker.owner)
    } else {
        display::name(&asker.owner_name)
    };
    let of = display::things(asker.shared_respondents as usize, "respondent", "respondents");
    let often = asker.frequency.map(|often| format!(", {}", often.in_words())).unwrap_or_default();
    let others = match askers.saturating_sub(1) {
        0 => String::new(),
        others => format!("; and {}", display::things(others, "other collection", "other collections")),
    };
    format!("{who}, of {of}{often}{others}")
}

fn explanation(item: &ReportedItem) -> String {
    let Some(said) = &item.explanation else { return String::new() };
    match said.reuse_agreement.strip_prefix("reuseAgreements/") {
        Some(key) if said.reason.is_empty() => format!("It rests on reuse agreement {key}."),
        Some(key) => format!("{} It rests on reuse agreement {key}.", said.reason),
        None => said.reason.clone(),
    }
}

fn held_line(scene: &Scene, item: &ReportedItem) -> Option<HeldLine> {
    if item.duplicates().is_some() || !item.standing.is_held() {
        return None;
    }
    // What this request brought in itself was held by nobody before.
    let of_others = |hit: &&ReportedHit| hit.definition != item.definition || !hit.asked_by.is_empty();
    let hit = item.hits.iter().filter(|hit| hit.standing.is_held()).find(of_others)?;
    let definition = if item.label.is_empty() {
        scene.definition(&item.definition)
    } else {
        named(&item.definition, &item.label)
    };
    Some(HeldLine {
        position: item.position.to_string(),
        definition,
        standing: standing_of(hit),
        held: named(&hit.definition, &hit.label),
    })
}

fn changes(scene: &Scene, base: &Version, diff: &Diff) -> Changes {
    let (href, state) = (address(&base.collection, base.number), display::words(base.state.as_str()));
    let line = |item: &Item, how: Tag, what: String| ChangedItem {
        position: item.position.to_string(),
        definition: scene.definition(&item.definition),
        how,
        what,
    };
    let added = diff.added.iter().map(|item| line(item, Tag::new("New", "green"), "–".into()));
    let removed = diff.removed.iter().map(|item| line(item, Tag::new("Gone", "grey"), "–".into()));
    let otherwise = diff.changed.iter().map(|change| {
        let what = change.fields.iter().map(in_words).collect::<Vec<_>>().join("; ");
        line(&change.after, Tag::new("Changed", "orange"), what)
    });
    let count = |number: usize, word: &str| format!("{} {word}", display::things(number, "item", "items"));
    let in_short = if diff.is_empty() {
        "nothing differs.".into()
    } else {
        let parts = [
            (
                diff.fields.len(),
                display::things(diff.fields.len(), "part says", "parts say") + " something else",
            ),
            (diff.added.len(), count(diff.added.len(), "new")),
            (diff.removed.len(), count(diff.removed.len(), "gone")),
            (diff.changed.len(), count(diff.changed.len(), "changed")),
        ];
        let parts = parts.into_iter().filter(|(number, _)| *number > 0).map(|(_, text)| text);
        format!("{}.", claims::list(parts))
    };
    let fields = diff.fields.iter().map(|change| {
        let side =
            |text: &str| if text.is_empty() { "–".into() } else { display::beginning(text, MOST_TEXT) };
        [field_name(&change.field), side(&change.before), side(&change.after)]
    });
    let all = diff.added.len() + diff.removed.len() + diff.changed.len();
    Changes {
        base: Link::new(href, format!("version {} ({})", base.number, state.to_lowercase())),
        in_short,
        fields: fields.collect(),
        items: added.chain(removed).chain(otherwise).take(MOST).collect(),
        more: more(all, MOST),
    }
}

/// A field's path in words: `schedule.first_period` is `Schedule: first period`.
fn field_name(path: &str) -> String {
    let words = path.split('.').map(display::words).enumerate();
    words.map(|(at, word)| if at == 0 { word } else { word.to_lowercase() }).collect::<Vec<_>>().join(": ")
}

fn in_words(change: &FieldChange) -> String {
    let side = |text: &str| if text.is_empty() { "nothing".into() } else { display::beginning(text, 120) };
    format!("{}: {}, was {}", field_name(&change.field), side(&change.after), side(&change.before))
}

fn renewal(scene: &Scene, version: &Version, lines: &[RenewalLine]) -> Renewal {
    let of = |fate: Fate| lines.iter().filter(|line| line.fate == fate).count();
    let parts = [
        (of(Fate::Stays), "used and staying"),
        (of(Fate::Kept), "kept for a reason without a recorded use"),
        (of(Fate::Lapses), "lapsing"),
        (of(Fate::Dropped), "used and dropped"),
        (of(Fate::Open), "with neither a use nor a reason"),
    ];
    let parts = parts.into_iter().filter(|(number, _)| *number > 0);
    let parts = parts.map(|(number, text)| format!("{} {text}", display::count(number)));
    let of_items = display::things(lines.len(), "item", "items");
    let renewed = version.renews.map(|number| format!(" of version {number}")).unwrap_or_default();
    let mut sorted: Vec<_> = lines.iter().collect();
    // What needs a look first: those that were used and stay come last.
    sorted.sort_by_key(|line| line.fate == Fate::Stays);
    Renewal {
        in_short: format!("Of {of_items}{renewed}: {}.", claims::list(parts)),
        lines: sorted.iter().take(MOST).map(|line| renewal_row(scene, line)).collect(),
        more: more(lines.len(), MOST),
    }
}

fn renewal_row(scene: &Scene, line: &RenewalLine) -> RenewalRow {
    let fate = match line.fate {
        Fate::Stays => Tag::new("Stays", "green"),
        Fate::Kept => Tag::new("Kept", "yellow"),
        Fate::Lapses => Tag::new("Lapses", "grey"),
        Fate::Open => Tag::new("Open", "red"),
        Fate::Dropped => Tag::new("Dropped", "grey"),
    };
    let uses = line.uses.first().map_or_else(
        || "None recorded".into(),
        |last| {
            let count = display::things(line.uses.len(), "use", "uses");
            format!(
                "{count}, last on {}: {}",
                display::day(last.used_on),
                display::beginning(&last.what, 160)
            )
        },
    );
    RenewalRow {
        position: line.item.position.to_string(),
        definition: scene.definition(&line.item.definition),
        fate,
        uses,
        reason: if line.keep_reason.is_empty() { "–".into() } else { line.keep_reason.clone() },
    }
}

/// Which item a remark is about.
pub(crate) fn about(scene: &Scene, version: &Version, position: Option<u32>) -> String {
    let Some(position) = position else { return String::new() };
    let item = version.content.items.iter().find(|item| item.position == position);
    let name = item.map(|item| format!(" ({})", scene.definition(&item.definition).text)).unwrap_or_default();
    format!("item {position}{name}")
}

fn consulted(
    scene: &Scene,
    version: &Version,
    one: &consultation::Consultation,
    said: &[consultation::Comment],
) -> Consultation {
    let closes = one.closed_on.unwrap_or(one.closes_on);
    let question = if one.question.is_empty() { "What do you think of this request?" } else { &one.question };
    Consultation {
        question: question.to_owned(),
        when: format!(
            "{} asked, from {} to {}; {}",
            display::things(one.providers.len(), "provider", "providers"),
            display::day(one.opened_on),
            display::day(closes),
            display::things(said.len(), "comment", "comments"),
        ),
        comments: said
            .iter()
            .map(|comment| ProviderSaid {
                provider: Link::provider(&comment.provider, scene.organisation(&comment.provider)),
                about: about(scene, version, comment.position),
                text: display::paragraphs(&comment.text),
                answer: comment
                    .answer
                    .as_ref()
                    .map(|answer| display::paragraphs(&answer.text))
                    .unwrap_or_default(),
            })
            .collect(),
    }
}

fn said(scene: &Scene, version: &Version, comment: &Comment) -> Said {
    Said {
        by: format!("{} on {}", comment.author, day_of(comment.at)),
        about: about(scene, version, comment.position),
        audience: match comment.audience {
            CommentAudience::OwnerAndPanel => Tag::new("Owner and panel", "white"),
            CommentAudience::Panel => Tag::new("Panel alone", "purple"),
        },
        text: display::paragraphs(&comment.text),
    }
}

fn ruling(review: &PanelReview) -> Ruling {
    let verdict = match review.verdict {
        Verdict::Approve => "Approved",
        Verdict::ApproveEmergency => "Approved in an emergency",
        Verdict::ApproveLight => "Approved by the light path",
        Verdict::Refer => "Referred to the panel by the light path",
        Verdict::Return => "Returned",
        Verdict::Reject => "Rejected",
    };
    let until =
        review.expires_on.map(|end| format!("Approved until {}", display::day(super::day_before(end))));
    Ruling {
        verdict: verdict.into(),
        by: format!("{} on {}", review.reviewer, day_of(review.at)),
        reason: review.reason.clone(),
        conditions: review.conditions.clone(),
        until: until.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_places_are_said_in_words() {
        assert_eq!(field_name("schedule.first_period"), "Schedule: first period");
        assert_eq!(field_name("legal_basis"), "Legal basis");
        let ordinals = [1, 2, 3, 4, 11, 12, 13, 21, 102].map(ordinal);
        assert_eq!(ordinals, ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd"]);
        assert_eq!(
            (more(200, MOST), more(1_300, MOST)),
            (String::new(), "1,100 more are not shown here.".into())
        );
    }
}
