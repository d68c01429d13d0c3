//! What collections share: facts asked twice, and, apart from them, definitions in common.

use super::{
    Scene, carried, claims,
    query::{Filters, ListQuery, ROWS, pager},
};
use crate::{
    pages::{
        overlap::{Overlap, SharedLine, Side},
        overlaps::{OverlapLine, Overlaps},
    },
    parts::{Choice, Figure, Link, Tag},
    shell::Area,
};
use onus_app::{
    CollectionRow,
    overlaps::{OverlapRow, SharedConcept, is_content},
    paging::page,
};
use onus_burden::{AnsweredBy, AskedItem, FoldRule, SharedFact, SharedFacts};
use onus_chart::{Caption, Matrix};
use onus_domain::{
    Basis, CollectionId, ConceptId, Error, Result, SubjectId, Violation, display,
    item::{Item, ItemRole},
    subject::SubjectOrder,
};
use std::{cmp::Reverse, collections::BTreeSet};

/// Only pairs that ask the same facts.
const FACTS: &str = "facts";
/// Only pairs that share definitions and no fact.
const DEFINITIONS: &str = "definitions";

pub(crate) fn overlaps(scene: &Scene, query: &ListQuery) -> Result<Overlaps> {
    if !["", FACTS, DEFINITIONS].contains(&query.kind.as_str()) {
        let expected = "facts, definitions, or nothing for both";
        return Err(Violation::new("kind", "KNOWN_CODE", &query.kind, expected).into());
    }
    let filters = Filters::default().search(&query.q).value("kind", &query.kind);
    let filtered = filters.any();
    let (request, carried) = filters.request(ROWS, &query.page_token)?;
    let named = (!query.q.trim().is_empty()).then(|| named(scene, &query.q));
    let wanted = |row: &&OverlapRow| {
        let is_named = |id: &CollectionId| named.as_ref().is_none_or(|named| named.contains(id));
        let kind = match query.kind.as_str() {
            FACTS => row.shared_facts > 0,
            DEFINITIONS => row.shared_facts == 0,
            _ => true,
        };
        kind && (is_named(&row.concepts.left) || is_named(&row.concepts.right))
    };
    let rows: Vec<_> = scene.view.overlaps().iter().filter(wanted).collect();
    // Most facts first, then most definitions: places are text, so numbers are turned round and padded.
    let page = page(rows, &request, |row| {
        let place = format!("{:09} {:09}", 999_999_999 - row.shared_facts, u32::MAX - row.concepts.shared);
        (place, format!("{} {}", row.concepts.left, row.concepts.right))
    })?;
    let kinds =
        [(FACTS, "Pairs that ask the same facts"), (DEFINITIONS, "Pairs that share definitions only")];
    Ok(Overlaps {
        shell: scene.shell("Overlaps between collections", Area::Overlaps),
        kinds: Choice::list("All pairs", kinds.map(|(code, text)| (code.into(), text.into())), &query.kind),
        query: query.q.clone(),
        matrix: (!filtered && query.page_token.is_empty())
            .then(|| matrix(scene))
            .flatten()
            .map(|matrix| matrix.to_string()),
        filtered,
        pager: pager(
            &page,
            "/overlaps",
            &carried,
            &query.page_token,
            ("pair of collections", "pairs of collections"),
        ),
        rows: page.rows.into_iter().map(|row| line(scene, row)).collect(),
    })
}

/// Which collections ask the same facts.
fn matrix(scene: &Scene) -> Option<Matrix> {
    let mut rows: Vec<_> = scene.view.overlaps().iter().filter(|row| row.shared_facts > 0).collect();
    rows.sort_by_key(|row| (Reverse(row.shared_facts), &row.concepts.left, &row.concepts.right));
    let most = rows.first()?;
    let caption = Caption {
        id: "matrix",
        title: "Facts that two collections ask".into(),
        description: format!(
            "A square for each two collections, darker the more facts both ask. Most: {} and {}.",
            scene.title(&most.concepts.left),
            scene.title(&most.concepts.right)
        ),
    };
    let pairs = rows.iter().map(|row| (&row.concepts.left, &row.concepts.right, row.shared_facts as u64));
    Matrix::of(caption, pairs, |id| scene.title(id))
}

/// The collections in whose title or key every word stands.
fn named<'s>(scene: &'s Scene, text: &str) -> BTreeSet<&'s CollectionId> {
    let words: Vec<_> = text.split_whitespace().map(str::to_lowercase).collect();
    let rows = scene.view.collection_rows().filter(|row| {
        let name = format!("{} {}", row.version.content.title, row.collection.id).to_lowercase();
        words.iter().all(|word| name.contains(word))
    });
    rows.map(|row| &row.collection.id).collect()
}

fn line(scene: &Scene, row: &OverlapRow) -> OverlapLine {
    let (left, right) = (&row.concepts.left, &row.concepts.right);
    OverlapLine {
        left: scene.collection(left),
        right: scene.collection(right),
        facts: display::count(row.shared_facts),
        definitions: display::count(row.concepts.shared),
        containment: display::percent(row.concepts.containment_of_smaller()),
        providers: display::count(row.shared_respondents),
        compare: Link::overlap(left, right, "").href,
    }
}

/// What two collections share, taken apart.
pub(crate) struct Split<'v, 'f> {
    /// Asked twice: the same facts, by CONTENT items of both, of providers who owe both.
    pub facts: Vec<&'f SharedFact>,
    /// The same question about the same records, but answering one of them is optional, so that it is not counted as asked.
    pub optional: Vec<SharedConcept<'v>>,
    /// The same definition in CONTENT items of both, and no fact in common.
    pub definitions: Vec<SharedConcept<'v>>,
    /// The same definition, but in one of them only to join, describe or administer.
    pub joining: Vec<SharedConcept<'v>>,
}

pub(crate) fn split<'v, 'f>(
    scene: &'v Scene,
    (left, right): (CollectionRow<'v>, CollectionRow<'v>),
    shared: &'f SharedFacts,
) -> Split<'v, 'f> {
    let asked_twice =
        shared.facts.iter().filter(|fact| shared.shared_respondents > 0 && is_content(fact, shared));
    let facts: Vec<_> = asked_twice.collect();
    let twice: BTreeSet<&ConceptId> = facts.iter().flat_map(|fact| concepts(fact)).collect();
    let content = |items: &[&Item]| items.iter().any(|item| item.role == ItemRole::Content);
    let concepts = scene.view.shared_concepts(left, right);
    let (content, joining): (Vec<_>, Vec<_>) =
        concepts.into_iter().partition(|one| content(&one.left) && content(&one.right));
    let order = SubjectOrder::new(&scene.view.snapshot.subjects);
    let others = content.into_iter().filter(|one| !twice.contains(&one.concept));
    let (optional, definitions) = others
        .partition(|one| is_optional(one) && subjects_meet(&order, one) && shared.shared_respondents > 0);
    Split { facts, optional, definitions, joining }
}

fn is_optional(shared: &SharedConcept<'_>) -> bool {
    [&shared.left, &shared.right].iter().any(|items| items.iter().all(|item| !item.is_asked()))
}

/// Whether an item of one side is about what an item of the other is about, or about some of it.
fn subjects_meet(order: &SubjectOrder, shared: &SharedConcept<'_>) -> bool {
    let meet = |left: &Item, right: &Item| {
        order.lies_within(&left.subject, &right.subject) || order.lies_within(&right.subject, &left.subject)
    };
    shared.left.iter().any(|left| shared.right.iter().any(|right| meet(left, right)))
}

/// The concepts that a shared fact is about: its own, and that of what answers it.
fn concepts(fact: &SharedFact) -> impl Iterator<Item = &ConceptId> {
    std::iter::once(&fact.fact.concept).chain(fact.answered_by.iter().map(|answer| &answer.fact.concept))
}

pub(crate) fn overlap(scene: &Scene, left: &CollectionId, right: &CollectionId) -> Result<Overlap> {
    if left == right {
        return Err(Violation::new(
            "right",
            "DIFFERENT",
            right,
            "another collection than the one on the left",
        )
        .into());
    }
    let (row, shared) = scene.view.compare(left, right)?;
    let find = |id: &CollectionId| {
        scene
            .view
            .collection_row(id)
            .ok_or_else(|| Error::not_found("collection", format!("collections/{id}")))
    };
    let rows = (find(left)?, find(right)?);
    let split = split(scene, rows, &shared);
    let order = SubjectOrder::new(&scene.view.snapshot.subjects);
    let title = format!("{} and {}", rows.0.version.content.title, rows.1.version.content.title);
    Ok(Overlap {
        shell: scene.shell(title, Area::Overlaps).under("/overlaps", "Overlaps"),
        sides: [side(scene, rows.0), side(scene, rows.1)],
        in_short: row.map(|row| carried::in_short(scene, row, rows, &shared)).unwrap_or_default(),
        figures: figures(row, &shared, &split),
        facts: split.facts.iter().map(|fact| fact_line(scene, fact, left, right)).collect(),
        optional: split.optional.iter().map(|one| definition_line(scene, one, optional)).collect(),
        definitions: split
            .definitions
            .iter()
            .map(|one| definition_line(scene, one, |it| not_twice(&order, it)))
            .collect(),
        joining: split.joining.iter().map(|one| definition_line(scene, one, role)).collect(),
    })
}

fn figures(row: Option<&OverlapRow>, shared: &SharedFacts, split: &Split<'_, '_>) -> Vec<Figure> {
    let facts: BTreeSet<_> =
        split.facts.iter().map(|fact| (&fact.fact.concept, &fact.fact.subject)).collect();
    let mut figures = vec![
        Figure::new("Facts asked twice", display::count(facts.len())).note("content items only"),
        Figure::new("Optional in one of them", display::count(split.optional.len()))
            .note("about the same people; not counted as asked"),
        Figure::new("Shared definitions, other patients", display::count(split.definitions.len()))
            .note("content items only"),
        Figure::new("Shared to join or describe", display::count(split.joining.len()))
            .note("linkage, demographic, administrative"),
        Figure::new("Providers who owe both", display::count(shared.shared_respondents)),
    ];
    figures.extend(row.map(|row| {
        let smaller = row.concepts.left_size.min(row.concepts.right_size);
        let note = format!(
            "{} of {} questions, of any role",
            display::count(row.concepts.shared),
            display::count(smaller)
        );
        Figure::new("In common with the smaller", display::percent(row.concepts.containment_of_smaller()))
            .note(note)
    }));
    figures
}

fn side(scene: &Scene, row: CollectionRow<'_>) -> Side {
    let content = &row.version.content;
    let subjects: BTreeSet<_> = content.items.iter().map(|item| &item.subject).collect();
    Side {
        link: Link::collection(&row.collection.id, &content.title),
        owner: scene.organisation(&row.collection.owner),
        subjects: claims::short_list(subjects.into_iter().map(|id| scene.subject(id))),
        respondents: claims::respondents(content),
        frequency: claims::frequency(content),
        items: display::count(content.items.len()),
    }
}

fn fact_line(scene: &Scene, fact: &SharedFact, left: &CollectionId, right: &CollectionId) -> SharedLine {
    let (left, left_place) = asked_by(scene, fact, left);
    let (right, right_place) = asked_by(scene, fact, right);
    let (how, reason) = how(scene, fact);
    SharedLine { left, left_place, right, right_place, how, reason }
}

fn asked_by(scene: &Scene, fact: &SharedFact, of: &CollectionId) -> (Link, String) {
    let own = |items: &[AskedItem], subject: &SubjectId| {
        let items: Vec<_> = items.iter().filter(|item| item.collection == *of).collect();
        let first = items.first()?;
        let more = if items.len() > 1 { format!(", and {} more", items.len() - 1) } else { String::new() };
        let place = place(&first.section, &scene.subject(subject)) + &more;
        Some((scene.definition(&first.definition), place))
    };
    let asked = own(&fact.items, &fact.fact.subject);
    let answers = || fact.answered_by.as_ref().and_then(|answer| own(&answer.items, &answer.fact.subject));
    asked.or_else(answers).unwrap_or_else(|| (scene.collection(of), String::new()))
}

fn place(section: &str, subject: &str) -> String {
    if section.is_empty() { format!("About {subject}") } else { format!("{section}. About {subject}") }
}

/// How the two sides of a shared fact stand, and why that is asking twice.
pub(crate) fn how(scene: &Scene, fact: &SharedFact) -> (Tag, String) {
    let often = fact.frequency.in_words();
    let Some(answer) = &fact.answered_by else {
        return (
            Tag::new("The same", "red"),
            format!("Asked of one provider about {}, {often}.", scene.subject(&fact.fact.subject)),
        );
    };
    let tag = match answer.rule {
        FoldRule::ContainingSubject => Tag::new("Within the other", "orange"),
        FoldRule::ShorterPeriods => Tag::new("Adds up", "orange"),
        FoldRule::Derivable => Tag::new("Can be computed", "orange"),
    };
    (tag, why(scene, fact, answer))
}

fn why(scene: &Scene, fact: &SharedFact, answer: &AnsweredBy) -> String {
    let mut reasons = vec![];
    if let Some(recipe) = &answer.recipe {
        reasons.push(format!("{}.", claims::first_capital(recipe.trim_end_matches('.'))));
    }
    if answer.fact.subject != fact.fact.subject {
        let (inner, outer) = (scene.subject(&fact.fact.subject), scene.subject(&answer.fact.subject));
        reasons.push(format!("{inner} lie within {outer}{}.", containment(scene, &fact.fact.subject)));
    }
    if answer.over_shorter_periods {
        reasons.push("The other asks over shorter periods, which make up the longer one.".into());
    }
    reasons.join(" ")
}

/// Whether a source says that a subject lies within another.
fn containment(scene: &Scene, subject: &SubjectId) -> &'static str {
    let known = scene.view.snapshot.subjects.iter().find(|one| one.id == *subject);
    match known.map(|subject| subject.basis) {
        Some(Basis::Stated) => " (stated)",
        Some(Basis::Assumed) => " (assumed)",
        None => "",
    }
}

fn definition_line(
    scene: &Scene,
    shared: &SharedConcept<'_>,
    reason: impl Fn(&SharedConcept<'_>) -> (Tag, String),
) -> SharedLine {
    let (left, left_place) = items(scene, &shared.left);
    let (right, right_place) = items(scene, &shared.right);
    let (how, reason) = reason(shared);
    SharedLine { left, left_place, right, right_place, how, reason }
}

fn items(scene: &Scene, items: &[&Item]) -> (Link, String) {
    let Some(first) = items.first() else { return (Link::new("", ""), String::new()) };
    let subjects: BTreeSet<_> = items.iter().map(|item| &item.subject).collect();
    let about = claims::short_list(subjects.into_iter().map(|id| scene.subject(id)));
    (scene.definition(&first.definition), place(&first.section, &about))
}

/// Why a definition in common is no fact in common: it is about others, or asked of others, or over other periods.
fn not_twice(order: &SubjectOrder, shared: &SharedConcept<'_>) -> (Tag, String) {
    if subjects_meet(order, shared) {
        let reason = "The same definition, but no provider is asked both for one period.";
        return (Tag::new("Other providers or periods", "grey"), reason.into());
    }
    (Tag::new("Other patients", "grey"), "The same definition, about other people or things.".into())
}

/// On which side answering is optional.
fn optional(shared: &SharedConcept<'_>) -> (Tag, String) {
    let asked = |items: &[&Item]| items.iter().any(|item| item.is_asked());
    let reason = match (asked(&shared.left), asked(&shared.right)) {
        (false, true) => "Optional on the left.",
        (true, false) => "Optional on the right.",
        _ => "Optional in both.",
    };
    (Tag::new("Optional", "white"), reason.into())
}

fn role(shared: &SharedConcept<'_>) -> (Tag, String) {
    let roles: BTreeSet<_> = shared.left.iter().chain(&shared.right).map(|item| item.role).collect();
    let role = roles.iter().rfind(|role| **role != ItemRole::Content).copied().unwrap_or(ItemRole::Linkage);
    (Tag::role(role), String::new())
}
