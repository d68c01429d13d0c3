//! The home page.

use super::{Scene, carried::in_short};
use crate::{
    pages::home::{Finding, Home},
    parts::{Figure, Link},
    shell::Area,
};
use onus_app::{
    overlaps::OverlapRow,
    summary::{Summary, findings},
};
use onus_domain::display;

/// How many findings the page shows of each kind.
const FINDINGS: usize = 3;

pub(crate) fn home(scene: &Scene) -> Home {
    let summary = Summary::of(&scene.view, scene.month);
    let mut shared: Vec<_> = scene.view.overlaps().iter().filter(|row| row.shared_facts == 0).collect();
    shared.sort_by_key(|row| std::cmp::Reverse(row.concepts.shared));
    let told = |rows: Vec<_>| rows.into_iter().filter_map(|row| finding(scene, row)).collect();
    Home {
        shell: scene.shell("what the NHS asks its providers", Area::Other).at_home(),
        month: scene.month.in_words(),
        registered: registered_figures(&summary),
        burden: burden_figures(&summary),
        asked_twice: told(findings(&scene.view, FINDINGS)),
        shared_definitions: told(shared.into_iter().take(FINDINGS).collect()),
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
        Figure::new("Submit-once rate", rate(summary.rate_strict))
            .note(format!("strict; {} plain; 1 means that nothing is asked twice", rate(summary.rate_plain)))
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

fn finding(scene: &Scene, row: &OverlapRow) -> Option<Finding> {
    let (left, right) = (&row.concepts.left, &row.concepts.right);
    let sides = (scene.view.collection_row(left)?, scene.view.collection_row(right)?);
    let shared = scene.view.burden.shared_facts(left, right, scene.month);
    Some(Finding {
        link: Link::overlap(left, right, format!("{} and {}", scene.title(left), scene.title(right))),
        text: in_short(scene, row, sides, &shared),
    })
}
