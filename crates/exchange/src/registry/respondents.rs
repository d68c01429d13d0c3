//! Who must answer a version, as runs of days: the rule, the opening of providers, their sizes and the version's dates put together.

use chrono::NaiveDate;
use onus_domain::{
    OdsCode,
    organisation::{Organisation, SizeMeasure},
    respondents::RespondentsRule,
    snapshot::Snapshot,
    version::Version,
};
use std::collections::BTreeSet;

/// A run of days on which a provider is among the respondents.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// Who must answer.
    pub provider: OdsCode,
    /// First day.
    pub from: NaiveDate,
    /// First day no longer; `None` is without end.
    pub to: Option<NaiveDate>,
}

/// The longest runs of days on which `version` is in force and a provider must answer it, by provider and day.
///
/// Whether a provider must answer changes only on a few days: when the version comes into force or ends, when the provider opens or
/// closes, when a size becomes known. Between them it is constant, so asking on each of these days gives every run exactly.
pub fn spans(snapshot: &Snapshot, version: &Version) -> Vec<Span> {
    let (Some(rule), Some(from)) = (&version.content.respondents, version.live_from) else { return vec![] };
    let ends = [version.live_to, version.expires_on];
    let to = ends.into_iter().flatten().min();
    if to.is_some_and(|to| to <= from) {
        return vec![];
    }
    let providers = snapshot.providers().filter(|provider| may_answer(rule, provider));
    providers.flat_map(|provider| runs(snapshot, rule, provider, from, to)).collect()
}

/// Leaves out at once who is never asked, which is nearly everybody.
fn may_answer(rule: &RespondentsRule, provider: &Organisation) -> bool {
    rule.include.contains(&provider.code)
        || provider.provider_type.is_some_and(|kind| rule.provider_types.contains(&kind))
}

fn runs(
    snapshot: &Snapshot,
    rule: &RespondentsRule,
    provider: &Organisation,
    from: NaiveDate,
    to: Option<NaiveDate>,
) -> Vec<Span> {
    let mut runs: Vec<Span> = vec![];
    let mut open: Option<NaiveDate> = None;
    let size_on = |day| move |measure: SizeMeasure| Some(snapshot.size(&provider.code, measure, day)?.value);
    let mut end = |open: &mut Option<NaiveDate>, day| {
        let run = open.take().map(|from| Span { provider: provider.code.clone(), from, to: day });
        runs.extend(run);
    };
    for day in days_of_change(snapshot, rule, provider, from, to) {
        if rule.includes(provider, day, size_on(day)) {
            open.get_or_insert(day);
        } else {
            end(&mut open, Some(day));
        }
    }
    end(&mut open, to);
    runs
}

/// Days within the version's on which the answer may change, its first among them.
fn days_of_change(
    snapshot: &Snapshot,
    rule: &RespondentsRule,
    provider: &Organisation,
    from: NaiveDate,
    to: Option<NaiveDate>,
) -> BTreeSet<NaiveDate> {
    let opening = [provider.open_date, provider.close_date.and_then(|day| day.succ_opt())];
    let sizes = rule.size_bounds.iter().flat_map(|bounds| {
        let of_provider = |size: &&onus_domain::organisation::Size| {
            size.organisation == provider.code && size.measure == bounds.measure
        };
        snapshot.sizes.iter().filter(of_provider).map(|size| size.from_date)
    });
    let changes = opening.into_iter().flatten().chain(sizes);
    let within = |day: &NaiveDate| from < *day && to.is_none_or(|to| *day < to);
    std::iter::once(from).chain(changes.filter(within)).collect()
}
