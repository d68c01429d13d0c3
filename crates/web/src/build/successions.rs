//! Mergers and splits that an organisation took part in, in words.

use super::Scene;
use crate::parts::Succeeded;
use onus_domain::{
    Decimal, OdsCode, display,
    organisation::{OrganisationRecord, Succession},
};

/// What happened to an organisation, the last first.
pub(crate) fn successions(scene: &Scene, code: &OdsCode) -> Vec<Succeeded> {
    let Some(organisation) = scene.view.snapshot.organisation(code) else { return vec![] };
    let mut all = OrganisationRecord::of(organisation, &scene.view.snapshot).successions;
    all.sort_by_key(|one| std::cmp::Reverse(one.date));
    all.iter().filter_map(|one| Some(succeeded(scene, one, one.other_than(code)?))).collect()
}

fn succeeded(scene: &Scene, one: &Succession, other: &OdsCode) -> Succeeded {
    let on = display::day(one.date);
    let all = one.share == Decimal::from_whole(1);
    let part = display::percent(one.share.to_f64());
    let what = match (*other == one.predecessor, all) {
        (true, true) => format!("Took over, on {on}:"),
        (true, false) => format!("Took over {part}, on {on}, of:"),
        (false, true) => format!("Went over, on {on}, to:"),
        (false, false) => format!("{part} went over, on {on}, to:"),
    };
    Succeeded { what, with: scene.party(other) }
}
