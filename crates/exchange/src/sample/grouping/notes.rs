//! What a reader should know of an import as a whole.

use crate::sample::{ImportedCollection, adoption::Adoption};
use onus_domain::{Basis, OdsCode, organisation::Organisation, schedule::Schedule, version::Content};
use std::collections::BTreeMap;

/// Counts of what is assumed, and what the source leaves open.
pub(super) fn notes(
    adoption: &Adoption,
    organisations: &BTreeMap<OdsCode, Organisation>,
    collections: &[ImportedCollection],
) -> Vec<String> {
    let current: Vec<&Content> =
        collections.iter().filter_map(|c| c.versions.last()).map(|version| &version.content).collect();
    let all = current.len();
    let rules = || current.iter().filter_map(|content| content.respondents.as_ref());
    let nobody = rules().filter(|rule| rule.provider_types.is_empty()).count();
    let respondents = rules().filter(|rule| rule.basis == Basis::Assumed).count();
    let is_assumed = |schedule: &&Schedule| schedule.basis == Basis::Assumed;
    let frequencies = current.iter().filter_map(|c| c.schedule.as_ref()).filter(is_assumed).count();
    let types = organisations.values().filter(|o| o.is_provider() && o.provider_type_basis == Basis::Assumed);
    let unsure: Vec<_> =
        adoption.bodies.iter().filter(|body| !body.code_is_sure).map(|b| b.code.as_str()).collect();
    let mut notes = vec![
        format!("Who must answer is ASSUMED for {respondents} of {all} collections; {nobody} ask no provider."),
        format!("How often is ASSUMED for {frequencies} of {all} collections; every due date is ASSUMED unless its evidence says otherwise."),
        format!("The type of {} providers is ASSUMED.", types.count()),
        "Hours and costs are in no source: every figure made from them rests on published default minutes, marked ASSUMED.".into(),
    ];
    if !unsure.is_empty() {
        notes.push(format!("Codes that stand in for one the source does not give: {}.", unsure.join(", ")));
    }
    notes
}
