//! How much of one collection another has too, in a sentence or two.

use super::Scene;
use onus_app::{CollectionRow, carried::Carried, overlaps::OverlapRow};
use onus_burden::{FoldRule, SharedFacts};
use onus_domain::display::{count, things};

/// What two collections share, told of the one of which it is more. Nothing if they share nothing.
pub(crate) fn in_short(
    scene: &Scene,
    row: &OverlapRow,
    sides: (CollectionRow<'_>, CollectionRow<'_>),
    shared: &SharedFacts,
) -> String {
    let carried = scene.view.carried(sides.0, sides.1, shared);
    if carried.asked_twice > 0 {
        asked_twice(&carried, shared)
    } else {
        definitions_only(scene, row, &carried)
    }
}

fn asked_twice(carried: &Carried<'_>, shared: &SharedFacts) -> String {
    let (inner, outer) = (&carried.inner.version.content.title, &carried.outer.version.content.title);
    let how = match (mostly_computed(shared), carried.shared) {
        (true, _) => "can be computed from what is asked in",
        (false, 1) => "is also in",
        (false, _) => "are also in",
    };
    let providers = usize::try_from(shared.shared_respondents).unwrap_or(usize::MAX);
    format!(
        "{} of {inner} {how} {outer}. {}. {} {} both.",
        part_of(carried.shared, carried.items, "item"),
        asked_in_both(carried),
        things(providers, "provider", "providers"),
        if providers == 1 { "owes" } else { "owe" },
    )
}

/// How many of the items in common must be answered twice, and why not the others.
fn asked_in_both(carried: &Carried<'_>) -> String {
    let others = carried.shared - carried.asked_twice;
    let mut said = match (others, carried.asked_twice) {
        (0, 1) => "It must be answered in both".to_owned(),
        (0, _) => "All of them must be answered in both".to_owned(),
        (_, twice) => format!("{} of them must be answered in both", count(twice)),
    };
    if carried.content < carried.asked_twice {
        said =
            format!("{said} ({} as content, the others to join or describe records)", count(carried.content));
    }
    let elsewhere = others - carried.optional;
    for (number, what) in [
        (carried.optional, "optional in one or both"),
        (elsewhere, "asked of other providers or for other periods"),
    ] {
        if number > 0 {
            said = format!("{said}; {} {} {what}", count(number), if number == 1 { "is" } else { "are" });
        }
    }
    said
}

fn definitions_only(scene: &Scene, row: &OverlapRow, carried: &Carried<'_>) -> String {
    let concepts = &row.concepts;
    let (inner, size, outer) = if concepts.left_size <= concepts.right_size {
        (&concepts.left, concepts.left_size, &concepts.right)
    } else {
        (&concepts.right, concepts.right_size, &concepts.left)
    };
    format!(
        "{} of {} {} also used in {}{}. No provider is asked twice.",
        part_of(concepts.shared as usize, size as usize, "definition"),
        scene.title(inner),
        if concepts.shared == 1 { "is" } else { "are" },
        scene.title(outer),
        if carried.shared == 0 { ", about other people or things" } else { "" },
    )
}

/// `All 34 items`, `28 of 36 items`, `The only item`.
fn part_of(part: usize, whole: usize, thing: &str) -> String {
    match (part, whole) {
        (1, 1) => format!("The only {thing}"),
        (part, whole) if part == whole => format!("All {} {thing}s", count(whole)),
        (part, whole) => format!("{} of {} {thing}s", count(part), count(whole)),
    }
}

/// Whether most of what is asked twice is computed from the other's answers rather than asked alike.
fn mostly_computed(shared: &SharedFacts) -> bool {
    let by_recipe = shared
        .facts
        .iter()
        .filter(|fact| fact.answered_by.as_ref().is_some_and(|answer| answer.rule == FoldRule::Derivable));
    2 * by_recipe.count() > shared.facts.len()
}
