//! Why burden changed, what it would be, and what time returns say of it.

use super::{code, hours, large_count, pence, ratio, read_respondents, required, required_code};
use crate::names;
use onus_app::View;
use onus_burden::{
    Change, Decomposition, DraftEstimate, EffectOf, EffectOfCollection, Outcome, OwnerBias, ProviderOutcome,
    TypeEstimate, VersionEvidence, WhatIf,
};
use onus_domain::{Month, Violation, Violations};
use onus_proto::v1 as pb;

/// Most changes that are tried together.
const MOST_CHANGES: usize = 100;
/// Most parts by collection that are answered.
const MOST_COLLECTION_PARTS: usize = 1_000;

/// Why burden changed; `parent` is whose.
pub fn decomposition(
    of: &Decomposition,
    by_collection: &[EffectOfCollection],
    parent: String,
) -> pb::Decomposition {
    pb::Decomposition {
        parent,
        from_month: of.from.to_string(),
        to_month: of.to.to_string(),
        hours: Some(hours(&of.hours())),
        cost: Some(pence(&of.cost())),
        parts: of.effects.iter().map(effect_part).collect(),
        collection_parts: by_collection.iter().take(MOST_COLLECTION_PARTS).map(collection_part).collect(),
    }
}

fn collection_part(of: &EffectOfCollection) -> pb::CollectionPart {
    pb::CollectionPart { collection: names::collection(&of.collection), part: Some(effect_part(&of.part)) }
}

fn effect_part(of: &EffectOf) -> pb::EffectPart {
    pb::EffectPart {
        effect: code(of.effect),
        owner: names::organisation(&of.owner),
        hours: Some(hours(&of.hours)),
        cost: Some(pence(&of.cost)),
    }
}

/// What a draft would cost.
pub fn estimate(of: &DraftEstimate) -> pb::BurdenEstimate {
    pb::BurdenEstimate {
        respondents: large_count(of.respondents),
        submissions_each: large_count(of.submissions_each),
        items: large_count(of.items),
        hours_each_least: of.hours_each_least.as_ref().map(hours),
        hours_each_median: of.hours_each_median.as_ref().map(hours),
        hours_each_most: of.hours_each_most.as_ref().map(hours),
        hours: Some(hours(&of.hours)),
        hours_low: of.hours_low.as_ref().map(hours),
        hours_high: of.hours_high.as_ref().map(hours),
        cost: Some(pence(&of.cost)),
        assumed_share: of.assumed_share.as_ref().map(ratio),
        is_default: of.is_default,
        types: of.by_type.iter().map(type_estimate).collect(),
    }
}

fn type_estimate(of: &TypeEstimate) -> pb::TypeEstimate {
    pb::TypeEstimate {
        provider_type: code(of.provider_type),
        respondents: large_count(of.respondents),
        hours: Some(hours(&of.hours)),
        cost: Some(pence(&of.cost)),
    }
}

/// Reads changes that are to be tried.
pub fn read_changes(given: Vec<pb::Change>, found: &mut Violations) -> Option<Vec<Change>> {
    let count = given.len();
    found.require((1..=MOST_CHANGES).contains(&count), || {
        Violation::new("changes", "COUNT", count, format!("1 to {MOST_CHANGES} changes"))
    });
    let read = given
        .into_iter()
        .enumerate()
        .filter_map(|(at, change)| read_change(&format!("changes[{at}]"), change, found));
    let read: Vec<_> = read.collect();
    (read.len() == count).then_some(read)
}

fn read_change(path: &str, given: pb::Change, found: &mut Violations) -> Option<Change> {
    let at = |name: &str| format!("{path}.{name}");
    match required(path, given.change, found)? {
        pb::change::Change::Retire(name) => {
            found.take(names::read_collection(&at("retire"), &name)).map(Change::Retire)
        }
        pb::change::Change::Merge(merge) => {
            let into = found.take(names::read_collection(&at("merge.into"), &merge.into));
            let others = merge.others.iter().enumerate().filter_map(|(number, name)| {
                found.take(names::read_collection(&at(&format!("merge.others[{number}]")), name))
            });
            let others: Vec<_> = others.collect();
            found.require(!others.is_empty(), || {
                Violation::new(at("merge.others"), "COUNT", others.len(), "at least one collection")
            });
            Some(Change::Merge { into: into?, others })
        }
        pb::change::Change::Frequency(change) => {
            let id = found.take(names::read_collection(&at("frequency.collection"), &change.collection));
            let frequency = found.take(required_code(&at("frequency.frequency"), change.frequency));
            Some(Change::Frequency(id?, frequency?))
        }
        pb::change::Change::Respondents(change) => {
            let id = found.take(names::read_collection(&at("respondents.collection"), &change.collection));
            let rule = required(&at("respondents.respondents"), change.respondents, found)
                .and_then(|rule| read_respondents(&at("respondents.respondents"), rule, found));
            Some(Change::Respondents(id?, rule?))
        }
    }
}

/// What changes would do, with the providers whose hours would change most.
pub fn simulation(of: &WhatIf, most: usize, view: &View) -> pb::Simulation {
    let mut providers: Vec<_> = of.providers.iter().collect();
    let change = |one: &ProviderOutcome| {
        let change = one.after.hours_12m.clone() - one.before.hours_12m.clone();
        change.to_f64().abs()
    };
    providers.sort_by(|a, b| change(b).total_cmp(&change(a)).then_with(|| a.provider.cmp(&b.provider)));
    pb::Simulation {
        month: of.month.to_string(),
        before: Some(outcome(&of.before)),
        after: Some(outcome(&of.after)),
        providers_changed: large_count(of.providers.len() as u64),
        providers: providers.into_iter().take(most).map(|one| provider_outcome(one, view)).collect(),
    }
}

fn provider_outcome(of: &ProviderOutcome, view: &View) -> pb::ProviderOutcome {
    pb::ProviderOutcome {
        provider: names::organisation(&of.provider),
        display_name: view
            .snapshot
            .organisation(&of.provider)
            .map(|one| one.name.clone())
            .unwrap_or_default(),
        before: Some(outcome(&of.before)),
        after: Some(outcome(&of.after)),
    }
}

fn outcome(of: &Outcome) -> pb::Outcome {
    pb::Outcome {
        obligations_12m: large_count(of.obligations_12m),
        asks: Some(super::ask_counts(&of.counts)),
        hours_12m: Some(hours(&of.hours_12m)),
        cost_12m: Some(pence(&of.cost_12m)),
        avoidable_hours: Some(hours(&of.avoidable_hours)),
        index: of.index.as_ref().map(ratio),
    }
}

/// What time returns say of the twelve months that end with a month.
pub fn burden_evidence(
    month: Month,
    versions: &[VersionEvidence],
    owners: &[OwnerBias],
) -> pb::BurdenEvidence {
    pb::BurdenEvidence {
        month: month.to_string(),
        versions: versions.iter().map(version_evidence).collect(),
        owners: owners.iter().map(owner_bias).collect(),
    }
}

fn version_evidence(of: &VersionEvidence) -> pb::VersionEvidence {
    let interval = of.taken.interval.as_ref();
    pb::VersionEvidence {
        version: names::version(&of.collection, of.version),
        owner: names::organisation(&of.owner),
        returns: large_count(of.returns),
        taken: Some(hours(&of.taken.median)),
        taken_low: interval.map(|interval| hours(&interval.low)),
        taken_high: interval.map(|interval| hours(&interval.high)),
        ratio: of.ratio.as_ref().map(|pooled| ratio(&pooled.median)),
        flagged: large_count(of.flagged.len() as u64),
    }
}

fn owner_bias(of: &OwnerBias) -> pb::OwnerBias {
    pb::OwnerBias {
        owner: names::organisation(&of.owner),
        versions: large_count(of.versions),
        declared: Some(hours(&of.declared)),
        actual: Some(hours(&of.actual)),
        factor: of.factor.as_ref().map(ratio),
        low: of.low.as_ref().map(ratio),
        high: of.high.as_ref().map(ratio),
    }
}
