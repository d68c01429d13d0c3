//! The rows of an edition's tables.

use crate::{
    Publication,
    tables::{
        BODY_MONTH, CROSS_SECTOR_MONTH, DECOMPOSITION, NATIONAL_MONTH, PAIR_MONTH, PROVIDER_MONTH,
        TARGET_MONTH,
    },
    targets,
};
use onus_burden::{AskCounts, BodyMonth, Burden, NationalMonth, PairMonth, ProviderMonth, TargetMonth};
use onus_domain::Month;
use onus_exchange::open_data::TableSchema;

type Rows = Vec<Vec<String>>;

/// The tables with their rows, in order of their keys.
pub fn of(publication: &Publication<'_>) -> Vec<(TableSchema, Rows)> {
    let (burden, month) = (publication.burden, publication.month);
    let plans = &publication.snapshot.plans;
    let targets = burden.target_months(plans, month);
    let body = |row: &BodyMonth| body(row, targets::next(&targets, &row.body, month).as_ref());
    vec![
        (PROVIDER_MONTH, burden.provider_months(month).iter().map(provider).collect()),
        (BODY_MONTH, burden.body_months(month).iter().map(body).collect()),
        (PAIR_MONTH, burden.pair_months(month).iter().map(pair).collect()),
        (DECOMPOSITION, decompositions(burden, month)),
        (NATIONAL_MONTH, vec![national(&burden.national_month(month), burden.settings().base_month)]),
        (TARGET_MONTH, by_key(targets.iter().map(target))),
        (CROSS_SECTOR_MONTH, by_key(burden.cross_sector(plans, month).iter().map(standing))),
    ]
}

/// Why each provider's hours changed over the year, by key.
fn decompositions(burden: &Burden, month: Month) -> Rows {
    let mut rows = vec![];
    for (provider, found) in burden.decompositions(month.plus(-12), month) {
        let parts = found.effects.iter().filter(|part| !part.hours.is_zero());
        rows.extend(parts.map(|part| {
            let (from, to) = (found.from.to_string(), found.to.to_string());
            let (effect, owner) = (part.effect.to_string(), part.owner.to_string());
            vec![provider.to_string(), from, to, effect, owner, part.hours.to_string()]
        }));
    }
    rows.sort();
    rows
}

/// A value, or an empty cell: unknown.
fn known(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn counts(of: &AskCounts) -> [String; 7] {
    [
        of.asks.to_string(),
        of.facts_plain.to_string(),
        of.facts_strict.to_string(),
        known(of.rate_plain()),
        known(of.rate_strict()),
        of.possible_duplicates.to_string(),
        of.shared_definition_asks.to_string(),
    ]
}

fn provider(row: &ProviderMonth) -> Vec<String> {
    let head = [
        row.provider.to_string(),
        row.month.to_string(),
        row.obligations.to_string(),
        row.obligations_met.to_string(),
    ];
    let tail = [
        row.hours.to_string(),
        known(row.hours_low.as_ref()),
        known(row.hours_high.as_ref()),
        known(row.hours_assumed_share.as_ref()),
        row.hours_12m.to_string(),
        row.cost.to_string(),
        row.avoidable_hours.to_string(),
        row.size_measure.to_string(),
        known(row.size),
        known(row.index.as_ref()),
        known(row.index_as_published.as_ref()),
        known(row.peer_percentile.as_ref()),
        known(row.hours_12m_assumed_share.as_ref()),
        known(row.asks_assumed_share.as_ref()),
    ];
    head.into_iter().chain(counts(row.content())).chain(tail).collect()
}

fn by_key(rows: impl Iterator<Item = Vec<String>>) -> Rows {
    let mut rows: Rows = rows.collect();
    rows.sort();
    rows
}

fn target(row: &TargetMonth) -> Vec<String> {
    row.owner.iter().map(ToString::to_string).chain(standing(row)).collect()
}

fn standing(row: &TargetMonth) -> Vec<String> {
    vec![
        row.month.to_string(),
        row.measure.to_string(),
        row.date.to_string(),
        row.baseline.to_string(),
        row.value.to_string(),
        row.trajectory.to_string(),
        known(row.current.as_ref()),
        known(row.forecast.as_ref()),
        known(row.status),
    ]
}

fn body(row: &BodyMonth, target: Option<&TargetMonth>) -> Vec<String> {
    let first = [
        row.body.to_string(),
        row.month.to_string(),
        row.collections.to_string(),
        row.items.to_string(),
        row.asks.to_string(),
        row.facts_shared.to_string(),
        row.hours.to_string(),
        row.cost.to_string(),
        row.avoidable_hours.to_string(),
        row.reuse_facts.to_string(),
    ];
    let target = [
        known(target.map(|target| target.measure)),
        known(target.map(|target| &target.value)),
        known(target.map(|target| target.date)),
        known(target.and_then(|target| target.current.as_ref())),
        known(target.and_then(|target| target.status)),
    ];
    let share = known(row.hours_assumed_share.as_ref());
    first.into_iter().chain(target).chain([share]).collect()
}

fn pair(row: &PairMonth) -> Vec<String> {
    vec![
        row.body_a.to_string(),
        row.body_b.to_string(),
        row.month.to_string(),
        row.shared_facts.to_string(),
        row.avoidable_hours.to_string(),
    ]
}

fn national(row: &NationalMonth, base_month: Month) -> Vec<String> {
    let head = [row.month.to_string(), row.obligations.to_string(), row.obligations_met.to_string()];
    let tail = [
        row.hours.to_string(),
        known(row.hours_assumed_share.as_ref()),
        row.hours_12m.to_string(),
        row.cost.to_string(),
        row.avoidable_hours.to_string(),
        known(row.index.as_ref()),
        known(row.index_as_published.as_ref()),
        row.providers.to_string(),
        known(row.hours_12m_assumed_share.as_ref()),
        known(row.asks_assumed_share.as_ref()),
        base_month.to_string(),
    ];
    head.into_iter().chain(counts(row.content())).chain(tail).collect()
}
