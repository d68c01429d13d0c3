//! What is asked twice: the pairs, in a table and in sentences, and what to do about them.

use crate::{
    Overlap, Publication,
    parts::{Table, title},
};
use onus_burden::{FoldRule, SharedFact, SharedFacts};
use onus_domain::{
    CollectionId,
    display::{count, name},
    item::ItemRole,
    version::Version,
};
use std::{cmp::Reverse, collections::BTreeSet};

/// Most questions that a sentence names.
const NAMED: usize = 8;

/// What each pair of collections that ask the same facts shares, most asks at stake first.
pub(super) fn twice(publication: &Publication<'_>) -> Vec<SharedFacts> {
    let mut pairs: Vec<&Overlap> = publication.overlaps.iter().filter(|pair| pair.shared_facts > 0).collect();
    pairs.sort_by_key(|pair| {
        (Reverse(pair.shared_facts as u64 * pair.shared_respondents), pair.left.clone(), pair.right.clone())
    });
    let facts = pairs
        .into_iter()
        .map(|pair| publication.burden.shared_facts(&pair.left, &pair.right, publication.month));
    facts.collect()
}

fn pair_of<'p>(publication: &'p Publication<'_>, facts: &SharedFacts) -> Option<&'p Overlap> {
    publication.overlaps.iter().find(|pair| pair.left == facts.left && pair.right == facts.right)
}

fn shared_facts(publication: &Publication<'_>, facts: &SharedFacts) -> usize {
    pair_of(publication, facts).map_or(0, |pair| pair.shared_facts)
}

pub(super) fn twice_table(publication: &Publication<'_>, twice: &[SharedFacts]) -> Table {
    let rows = twice.iter().map(|facts| {
        vec![
            title(publication.snapshot, &facts.left),
            title(publication.snapshot, &facts.right),
            count(shared_facts(publication, facts)),
            pair_of(publication, facts).map(|pair| count(pair.shared_concepts)).unwrap_or_default(),
            count(facts.shared_respondents),
        ]
    });
    Table {
        caption: "Collections that ask the same facts".into(),
        words: 2,
        head: vec![
            "Collection",
            "Also asked by",
            "Asked twice (content)",
            "Questions in common, any role",
            "Providers asked by both",
        ],
        rows: rows.collect(),
    }
}

/// One pair in two sentences: how much of the smaller is in the other, and what of it is asked twice, and why that counts.
pub(super) fn story(publication: &Publication<'_>, facts: &SharedFacts) -> String {
    let Some(pair) = pair_of(publication, facts) else { return String::new() };
    let left_first = pair.left_concepts <= pair.right_concepts;
    let (inner, outer, all) = if left_first {
        (&facts.left, &facts.right, pair.left_concepts)
    } else {
        (&facts.right, &facts.left, pair.right_concepts)
    };
    let (inner, outer) = (title(publication.snapshot, inner), title(publication.snapshot, outer));
    let part = match (pair.shared_concepts, all) {
        (1, 1) => format!("The only question of {inner} is"),
        (shared, all) if shared == all => format!("All {} questions of {inner} are", count(all)),
        (shared, all) => format!("{} of {} questions of {inner} are", count(shared), count(all)),
    };
    let folded = facts.facts.iter().find_map(|fact| fact.answered_by.as_ref());
    let why = match folded.map(|answer| (answer.rule, answer.over_shorter_periods)) {
        None => "about the same records and periods",
        Some((FoldRule::ContainingSubject, false)) => "about the same records, or records within them",
        Some((_, true) | (FoldRule::ShorterPeriods, _)) => "for periods that add up to the same",
        Some((FoldRule::Derivable, false)) => "or what they can be computed from",
    };
    let questions =
        if pair.shared_facts == 1 { "content question of them is" } else { "content questions of them are" };
    let others = if pair.shared_facts < pair.shared_concepts as usize {
        "; the others are optional on one side, join or describe records"
    } else {
        ""
    };
    format!(
        "{part} also in {outer}. {} {questions} asked twice of {} providers, {why}{others}.{}",
        count(pair.shared_facts),
        count(facts.shared_respondents),
        asked(publication, facts)
    )
}

/// The content questions asked twice, by name, where they are few.
fn asked(publication: &Publication<'_>, facts: &SharedFacts) -> String {
    let definitions =
        facts.facts.iter().filter(|fact| is_content(fact, facts)).filter_map(|fact| fact.items.first());
    let named: BTreeSet<_> = definitions
        .filter_map(|item| publication.snapshot.definition(&item.definition))
        .map(|definition| name(&definition.name))
        .collect();
    if named.is_empty() || named.len() > NAMED {
        return String::new();
    }
    format!(" Asked: {}.", named.into_iter().collect::<Vec<_>>().join("; "))
}

/// Whether a fact is shared by CONTENT items of both collections.
fn is_content(fact: &SharedFact, facts: &SharedFacts) -> bool {
    let answers = || fact.answered_by.iter().flat_map(|answer| &answer.items);
    let of = |id: &CollectionId| {
        let mut items = fact.items.iter().chain(answers());
        items.any(|item| item.collection == *id && item.role == ItemRole::Content)
    };
    of(&facts.left) && of(&facts.right)
}

pub(super) fn next(publication: &Publication<'_>, twice: &[SharedFacts]) -> Vec<String> {
    let snapshot = publication.snapshot;
    let mut lines: Vec<_> = twice
        .iter()
        .take(3)
        .map(|facts| {
            format!(
                "Ask the holder instead of {} providers: {} and {} share {} questions.",
                count(facts.shared_respondents),
                title(snapshot, &facts.left),
                title(snapshot, &facts.right),
                count(shared_facts(publication, facts))
            )
        })
        .collect();
    let adopted: Vec<&Version> = snapshot
        .versions
        .iter()
        .filter(|version| version.expires_on.is_some() && version.live_to.is_none())
        .collect();
    if let Some(first) = adopted.iter().filter_map(|version| version.expires_on).min() {
        lines.push(format!(
            "Bring {} collections through the panel: the first adoption or approval ends on {}.",
            count(adopted.len()),
            first.format("%-d %B %Y")
        ));
    }
    lines.push("Replace default minutes by burden statements and time returns, beginning with the collections that take most hours.".into());
    lines
}
