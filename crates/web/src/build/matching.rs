//! Two definitions side by side, and the queue of what waits for a steward.

use super::{
    Scene, claims,
    definition::{facets, signed, waterfall},
    query::{Filters, ListQuery, ROWS, encoded, pager, total},
};
use crate::{
    pages::matching::{
        AtOnce, DecisionForm, FacetLine, Match as MatchPage, Ruling, Side, Undecided as UndecidedPage,
        UndecidedLine,
    },
    parts::{Choice, Figure, Link, Problem, Tag, problem_of},
    shell::Area,
};
use onus_app::{
    paging::{ListRequest, Page},
    undecided::Undecided,
};
use onus_domain::{
    DefinitionId, Result,
    definition::Definition,
    display,
    relation::{Decision, Match, Relation},
};
use onus_matching::{
    Matcher,
    sample::Share,
    side_by_side::{Agreement, AlignedFacet},
};
use strum::VariantArray;

/// What takes a ruling back, in place of a relation.
pub(crate) const WITHDRAWN: &str = "WITHDRAWN";

/// What a steward typed, and what is wrong with it.
#[derive(Default)]
pub(crate) struct Typed {
    /// The relation's code.
    pub relation: String,
    /// Why.
    pub reason: String,
    /// Whether the next match that waits is shown after it.
    pub queue: bool,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// What was decided just now, and where to take it back.
    pub done: Option<Link>,
}

/// The address of two definitions side by side.
pub(crate) fn address(left: &DefinitionId, right: &DefinitionId) -> String {
    format!("/matches/{left}/{right}")
}

/// The two side by side, the one whose key comes first on the left; to `stewards` with the form to decide.
pub(crate) fn side_by_side(
    scene: &Scene,
    (one, other): (&DefinitionId, &DefinitionId),
    typed: Typed,
    to_stewards: bool,
) -> Result<MatchPage> {
    let (left, right) = if one < other { (one, other) } else { (other, one) };
    let (left, right) = (scene.view.definition(left)?, scene.view.definition(right)?);
    let shown = Matcher::side_by_side(left, right);
    let found = &shown.found;
    let ruling = scene.view.ruling(&left.id, &right.id);
    let (recipe, missing) = match &shown.recipe {
        Ok(steps) => {
            (steps.iter().map(|step| claims::first_capital(&step.to_string())).collect(), String::new())
        }
        Err(missing) => (vec![], missing.clone()),
    };
    let sum = found.evidence.iter().map(|one| one.weight).sum();
    let title = format!("{} and {}", left.name, right.name);
    let mut tags = vec![Tag::strength(found.strength)];
    if ruling.is_some() {
        tags = vec![Tag::new("Ruled", "green")];
    }
    Ok(MatchPage {
        shell: scene
            .shell(display::beginning(&title, 160), Area::Definitions)
            .under("/definitions", "Definitions")
            .under(format!("/definitions/{}", left.id), &left.name),
        verdict: verdict(found),
        tags,
        ruling: ruling.map(|(relation, ruling)| said(relation, ruling, left, right)),
        form: to_stewards.then(|| form(left, right, ruling.map(|(relation, _)| relation), &typed)),
        problems: typed.problems,
        done: typed.done,
        sides: [left, right].map(|definition| side(scene, definition)),
        facets: shown.facets.iter().map(facet_line).collect(),
        recipe,
        missing,
        evidence: waterfall(&found.evidence),
        sum: signed(sum),
        score: display::percent(found.score),
        model: found.model.clone(),
    })
}

/// What is found, in a sentence.
fn verdict(found: &Match) -> String {
    let likely = format!("{} likely to be the same question", display::percent(found.score));
    match found.relation {
        Relation::Same => format!("These two ask the same question: {likely}."),
        Relation::Different => format!("These two ask different questions: {likely}."),
        relation => format!("{}: {likely}.", claims::first_capital(&left_to_right(relation))),
    }
}

/// How the left stands to the right, in words.
pub(crate) fn left_to_right(relation: Relation) -> String {
    match relation {
        Relation::Same => "they ask the same question",
        Relation::Narrower => "the left is narrower: it restricts the right",
        Relation::Broader => "the left is broader: the right restricts it",
        Relation::DerivableLeftFromRight => "the left can be computed from answers to the right",
        Relation::DerivableRightFromLeft => "the right can be computed from answers to the left",
        Relation::Related => "they are about the same topic, and neither answers the other",
        Relation::Different => "they ask different questions",
    }
    .into()
}

/// The reason of a decision that is made by one button.
pub(crate) fn standard_reason(relation: Relation) -> String {
    format!("Read side by side: {}.", left_to_right(relation))
}

fn at_once(relation: Relation) -> AtOnce {
    let (text, key) = match relation {
        Relation::Same => ("Same", 's'),
        Relation::Narrower => ("Left is narrower", 'n'),
        Relation::Broader => ("Left is broader", 'b'),
        Relation::DerivableLeftFromRight => ("Left from right", 'l'),
        Relation::DerivableRightFromLeft => ("Right from left", 'r'),
        Relation::Related => ("Same topic only", 't'),
        Relation::Different => ("Different", 'd'),
    };
    AtOnce { value: relation.as_str().to_owned(), text, key }
}

fn said(relation: Relation, ruling: &Decision, left: &Definition, right: &Definition) -> Ruling {
    Ruling {
        day: display::day(ruling.at.date_naive()),
        relation: left_to_right(relation),
        reason: ruling.reason.clone(),
        outdated: (ruling.left_version, ruling.right_version) != (left.version, right.version),
    }
}

fn side(scene: &Scene, definition: &Definition) -> Side {
    let askers = scene.view.asked_in(&definition.id).map(|row| row.version.content.title.clone());
    let askers = claims::short_list(askers);
    Side {
        link: Link::definition(&definition.id, &definition.name),
        tags: vec![Tag::kind(definition.kind), Tag::status(definition.status)],
        text: display::paragraphs(&definition.text),
        facets: facets(scene, definition),
        askers: if askers.is_empty() { "No collection at present".into() } else { askers },
    }
}

fn facet_line(of: &AlignedFacet) -> FacetLine {
    let said = |text: &str| if text.is_empty() { "–".to_owned() } else { display::beginning(text, 200) };
    FacetLine {
        facet: claims::first_capital(of.facet),
        left: said(&of.left),
        right: said(&of.right),
        agreement: match of.agreement {
            Agreement::Agrees => Tag::new("Agree", "green"),
            Agreement::Differs => Tag::new("Differ", "orange"),
            Agreement::OneSided => Tag::new("One alone", "grey"),
        },
    }
}

fn form(left: &Definition, right: &Definition, ruled: Option<Relation>, typed: &Typed) -> DecisionForm {
    let known = Relation::VARIANTS
        .iter()
        .map(|relation| (relation.as_str().to_owned(), claims::first_capital(&left_to_right(*relation))));
    let back =
        ruled.map(|_| (WITHDRAWN.to_owned(), "Take the ruling back: what was found stands again".to_owned()));
    let relations =
        known.chain(back).map(|(value, text)| Choice { chosen: value == typed.relation, value, text });
    DecisionForm {
        action: address(&left.id, &right.id),
        left_version: left.version,
        right_version: right.version,
        queue: typed.queue,
        legend: format!("How does “{}” (left) stand to “{}” (right)?", left.name, right.name),
        relations: relations.collect(),
        relation_problem: problem_of(&typed.problems, "relation"),
        reason_problem: problem_of(&typed.problems, "reason"),
        reason: typed.reason.clone(),
        at_once: Relation::VARIANTS.iter().copied().map(at_once).collect(),
    }
}

/// Which of the matches that wait are shown.
const SHOWN: [(&str, &str, &str); 3] = [
    ("", "", "All"),
    ("sample", "sampled = true", "The random sample"),
    ("outdated", "outdated = true", "Changed since they were decided"),
];

/// What the app is asked for, and what the address of another page carries.
pub(crate) fn asked(query: &ListQuery) -> Result<(ListRequest, String)> {
    let term = SHOWN.iter().find(|(key, ..)| *key == query.kind).map_or("", |(_, term, _)| term);
    let filters = Filters::default();
    let filters = if term.is_empty() { filters } else { filters.always(term) };
    let (request, _) = filters.request(ROWS, &query.page_token)?;
    let carried = if term.is_empty() { String::new() } else { format!("kind={}&", encoded(&query.kind)) };
    Ok((request, carried))
}

/// The queue, of which the app gave a page.
pub(crate) fn undecided(
    scene: &Scene,
    query: &ListQuery,
    carried: &str,
    page: &Page<Undecided>,
) -> UndecidedPage {
    let quality = scene.view.matching_quality();
    let share = |label: &str, share: Option<Share>, of: &str| {
        let value = share.map_or_else(|| "not known yet".into(), |share| display::percent(share.value));
        let between = share.map(|share| {
            format!("between {} and {}", display::percent(share.low), display::percent(share.high))
        });
        Figure::new(label, value)
            .note(format!("{of}{}", between.map(|text| format!(": {text}")).unwrap_or_default()))
    };
    let path = "/steward/matches";
    UndecidedPage {
        shell: scene.shell("Matches to decide", Area::Other).under("/account", "Your account"),
        figures: vec![
            share("Right", quality.precision, "of the confirmed matches are the same question"),
            share("Found", quality.recall, "of the same questions among the matches are confirmed"),
        ],
        sample: format!(
            "{} of {} in it {} decided.",
            display::count(quality.ruled),
            total(quality.sampled, "match", "matches"),
            if quality.ruled == 1 { "is" } else { "are" },
        ),
        filters: SHOWN
            .iter()
            .map(|(key, _, text)| Choice {
                value: if key.is_empty() { path.into() } else { format!("{path}?kind={key}") },
                text: (*text).into(),
                chosen: *key == query.kind,
            })
            .collect(),
        pager: pager(page, path, carried, &query.page_token, ("match waits", "matches wait")),
        rows: page.rows.iter().map(|row| line(scene, row)).collect(),
    }
}

fn line(scene: &Scene, row: &Undecided) -> UndecidedLine {
    let name = |id| scene.definition(id).text;
    let (left, right) = (&row.found.left, &row.found.right);
    let mut tags = vec![Tag::strength(row.found.strength)];
    if row.sampled {
        tags.push(Tag::new("Sample", "purple"));
    }
    if row.outdated {
        tags.push(Tag::new("Changed", "orange"));
    }
    UndecidedLine {
        link: Link::new(
            format!("{}?queue=next", address(left, right)),
            format!("{} and {}", name(left), name(right)),
        ),
        relation: claims::first_capital(&left_to_right(row.found.relation)),
        score: display::percent(row.found.score),
        hours: display::hours(row.hours_at_stake),
        tags,
    }
}
