//! The home page.

use super::Scene;
use crate::{
    pages::home::{Finding, Home},
    parts::{Figure, Link},
    shell::Area,
};
use onus_app::{
    overlaps::{OverlapRow, is_content},
    summary::{Summary, findings},
};
use onus_burden::FoldRule;
use onus_domain::display;

/// How many findings the page shows of each kind.
const FINDINGS: usize = 3;

pub(crate) fn home(scene: &Scene) -> Home {
    let summary = Summary::of(&scene.view, scene.month);
    let mut shared: Vec<_> = scene.view.overlaps().iter().filter(|row| row.shared_facts == 0).collect();
    shared.sort_by_key(|row| std::cmp::Reverse(row.concepts.shared));
    Home {
        shell: scene.shell("what the NHS asks its providers", Area::Other).at_home(),
        month: scene.month.in_words(),
        registered: registered_figures(&summary),
        burden: burden_figures(&summary),
        asked_twice: findings(&scene.view, FINDINGS).into_iter().map(|row| asked_twice(scene, row)).collect(),
        shared_definitions: shared
            .into_iter()
            .take(FINDINGS)
            .map(|row| shared_definitions(scene, row))
            .collect(),
    }
}

/// How much is registered.
pub(crate) fn registered_figures(summary: &Summary) -> Vec<Figure> {
    vec![
        Figure::new("Collections", display::count(summary.collections))
            .note("requests for information in the register"),
        Figure::new("Items asked", display::count(summary.items)).note(format!(
            "of {} definitions, {} different questions",
            display::count(summary.definitions),
            display::count(summary.concepts)
        )),
        Figure::new("Providers", display::count(summary.providers))
            .note(format!("open in {}", summary.month.in_words())),
    ]
}

/// What is asked, of how many facts, at what cost.
pub(crate) fn burden_figures(summary: &Summary) -> Vec<Figure> {
    let rate = |rate: Option<f64>| rate.map_or_else(|| "–".into(), display::rate);
    let asks_assumed = summary.asks_assumed_share.unwrap_or(0.0);
    let hours_assumed = summary.hours_assumed_share.unwrap_or(0.0);
    vec![
        Figure::new("Asks", display::count(summary.asks))
            .note("one item, one period, one provider")
            .assumed(asks_assumed),
        Figure::new("Facts", display::count(summary.facts_plain))
            .note(format!("{} after folding (strict)", display::count(summary.facts_strict)))
            .assumed(asks_assumed),
        Figure::new("Submit-once rate", rate(summary.rate_plain))
            .note(format!("{} strict; 1 means that nothing is asked twice", rate(summary.rate_strict)))
            .assumed(asks_assumed),
        Figure::new("Burden", display::hours(summary.hours))
            .unit("hours a year")
            .note(format!("{} of them avoidable", display::hours(summary.avoidable_hours)))
            .assumed(hours_assumed),
        Figure::new("Burden index", summary.index.map_or_else(|| "–".into(), display::index))
            .note(format!("{} is 100", summary.base_month.in_words()))
            .assumed(hours_assumed),
        Figure::new("Rests on assumptions", display::percent(hours_assumed))
            .unit("of the hours")
            .note(format!("and {} of the asks", display::percent(asks_assumed))),
    ]
}

fn asked_twice(scene: &Scene, row: &OverlapRow) -> Finding {
    let (left, right) = (&row.concepts.left, &row.concepts.right);
    let shared = scene.view.burden.shared_facts(left, right, scene.month);
    let (left, right) = (scene.title(left), scene.title(right));
    // Said of the side of which more is asked twice.
    let left_more = shared.left_shared * shared.right_items >= shared.right_shared * shared.left_items;
    let (part, whole, one, other) = if left_more {
        (shared.left_shared, shared.left_items, &left, &right)
    } else {
        (shared.right_shared, shared.right_items, &right, &left)
    };
    let content = || shared.facts.iter().filter(|fact| is_content(fact, &shared));
    let computed = content()
        .filter(|fact| fact.answered_by.as_ref().is_some_and(|a| a.rule == FoldRule::Derivable))
        .count();
    let how = if 2 * computed > content().count() {
        "can be computed from what is asked in"
    } else {
        "are also asked in"
    };
    let text = format!(
        "{} items of {one} {how} {other}. {} owe both.",
        if part == whole {
            format!("All {}", display::count(whole))
        } else {
            format!("{} of {}", display::count(part), display::count(whole))
        },
        display::things(
            usize::try_from(row.shared_respondents).unwrap_or(usize::MAX),
            "provider",
            "providers"
        ),
    );
    Finding {
        link: Link::overlap(&row.concepts.left, &row.concepts.right, format!("{left} and {right}")),
        text,
    }
}

fn shared_definitions(scene: &Scene, row: &OverlapRow) -> Finding {
    let (left, right) = (&row.concepts.left, &row.concepts.right);
    let text = format!(
        "{} in common, and no fact.",
        display::things(row.concepts.shared as usize, "definition", "definitions")
    );
    Finding {
        link: Link::overlap(left, right, format!("{} and {}", scene.title(left), scene.title(right))),
        text,
    }
}
