//! Obligations and figures of a month.

use super::{code, hours, large_count, pence, ratio, shared_fact};
use crate::names;
use onus_app::{View, burdens::Owed};
use onus_burden::{AskCounts, IndexPoint, NationalMonth, OwnerAsks, ProviderMonth, SubmitOnce, TypeMonth};
use onus_domain::{Decimal, item::ItemRole};
use onus_proto::v1 as pb;

fn size(of: Option<Decimal>) -> String {
    of.map(|size| size.to_string()).unwrap_or_default()
}

/// A submission owed.
pub fn obligation(owed: &Owed, view: &View) -> pb::Obligation {
    let of = &owed.obligation;
    let version =
        view.snapshot.versions_of(&of.collection).iter().find(|version| version.number == of.version);
    let collection = view.snapshot.collection(&of.collection);
    pb::Obligation {
        version: names::version(&of.collection, of.version),
        title: version.map(|version| version.content.title.clone()).unwrap_or_default(),
        owner: collection.map(|collection| names::organisation(&collection.owner)).unwrap_or_default(),
        provider: names::organisation(&of.provider),
        period_start: of.period_start.to_string(),
        period_end: of.period_end.to_string(),
        due_date: of.due_date.to_string(),
        met: owed.met,
    }
}

/// Asks and facts.
pub fn ask_counts(of: &AskCounts) -> pb::AskCounts {
    pb::AskCounts {
        asks: large_count(of.asks),
        facts_plain: large_count(of.facts_plain),
        facts_strict: large_count(of.facts_strict),
        rate_plain: of.rate_plain().as_ref().map(ratio),
        rate_strict: of.rate_strict().as_ref().map(ratio),
        possible_duplicates: large_count(of.possible_duplicates),
        shared_definition_asks: large_count(of.shared_definition_asks),
        optional_asks: large_count(of.optional_asks),
    }
}

/// How far a provider is asked once only.
pub fn submit_once(of: &SubmitOnce, view: &View) -> pb::SubmitOnce {
    let others = of.counts.iter().filter(|(role, _)| *role != ItemRole::Content);
    let others =
        others.map(|(role, counts)| pb::RoleAskCounts { role: code(role), counts: Some(ask_counts(counts)) });
    pb::SubmitOnce {
        name: format!("{}/submitOnce/{}", names::organisation(&of.provider), of.month),
        provider: names::organisation(&of.provider),
        month: of.month.to_string(),
        content: Some(ask_counts(of.counts.content())),
        other_roles: others.collect(),
        asks_assumed_share: of.asks_assumed_share.as_ref().map(ratio),
        avoidable_hours: Some(hours(&of.avoidable_hours)),
        owners: of.by_owner.iter().map(owner_asks).collect(),
        shared_facts: of.shared.iter().map(|fact| shared_fact(fact, view)).collect(),
    }
}

fn owner_asks(of: &OwnerAsks) -> pb::OwnerAsks {
    pb::OwnerAsks {
        owner: names::organisation(&of.owner),
        collections: large_count(of.collections),
        asks: large_count(of.asks),
        facts_shared: large_count(of.facts_shared),
        hours_12m: Some(hours(&of.hours_12m)),
        avoidable_hours: Some(hours(&of.avoidable_hours)),
    }
}

/// A provider's month without the months before it.
pub fn burden(of: &ProviderMonth, view: &View) -> pb::Burden {
    let organisation = view.snapshot.organisation(&of.provider);
    pb::Burden {
        name: format!("{}/burdens/{}", names::organisation(&of.provider), of.month),
        provider: names::organisation(&of.provider),
        display_name: organisation.map(|organisation| organisation.name.clone()).unwrap_or_default(),
        provider_type: code(of.provider_type),
        month: of.month.to_string(),
        open: of.open,
        obligations: large_count(of.obligations),
        obligations_met: large_count(of.obligations_met),
        obligations_12m: large_count(of.obligations_12m),
        hours: Some(hours(&of.hours)),
        hours_met: Some(hours(&of.hours_met)),
        hours_assumed_share: of.hours_assumed_share.as_ref().map(ratio),
        hours_12m: Some(hours(&of.hours_12m)),
        hours_12m_assumed_share: of.hours_12m_assumed_share.as_ref().map(ratio),
        cost: Some(pence(&of.cost)),
        cost_12m: Some(pence(&of.cost_12m)),
        avoidable_hours: Some(hours(&of.avoidable_hours)),
        size_measure: code(of.size_measure),
        size: size(of.size),
        base_size_known: of.base_size_known,
        index: of.index.as_ref().map(ratio),
        index_as_published: of.index_as_published.as_ref().map(ratio),
        hours_per_thousand: of.hours_per_thousand.as_ref().map(hours),
        peer_percentile: of.peer_percentile.as_ref().map(ratio),
        asks: Some(ask_counts(of.content())),
        series: vec![],
    }
}

/// A point of a provider's series.
pub fn burden_point(of: &IndexPoint) -> pb::BurdenPoint {
    pb::BurdenPoint {
        month: of.month.to_string(),
        hours: Some(hours(&of.hours)),
        hours_12m: Some(hours(&of.hours_12m)),
        size: size(of.size),
        index: of.index.as_ref().map(ratio),
        index_as_published: of.index_as_published.as_ref().map(ratio),
    }
}

/// All providers' month.
pub fn national(of: &NationalMonth, types: &[TypeMonth]) -> pb::NationalBurden {
    pb::NationalBurden {
        name: format!("nationalBurdens/{}", of.month),
        month: of.month.to_string(),
        providers: large_count(of.providers),
        providers_of_unknown_size: large_count(of.providers_of_unknown_size),
        obligations: large_count(of.obligations),
        obligations_met: large_count(of.obligations_met),
        obligations_12m: large_count(of.obligations_12m),
        hours: Some(hours(&of.hours)),
        hours_met: Some(hours(&of.hours_met)),
        hours_assumed_share: of.hours_assumed_share.as_ref().map(ratio),
        hours_12m: Some(hours(&of.hours_12m)),
        hours_12m_assumed_share: of.hours_12m_assumed_share.as_ref().map(ratio),
        cost: Some(pence(&of.cost)),
        cost_12m: Some(pence(&of.cost_12m)),
        avoidable_hours: Some(hours(&of.avoidable_hours)),
        index: of.index.as_ref().map(ratio),
        index_as_published: of.index_as_published.as_ref().map(ratio),
        asks: Some(ask_counts(of.content())),
        asks_assumed_share: of.asks_assumed_share.as_ref().map(ratio),
        types: types.iter().map(type_burden).collect(),
    }
}

fn type_burden(of: &TypeMonth) -> pb::TypeBurden {
    pb::TypeBurden {
        provider_type: code(of.provider_type),
        providers: large_count(of.providers),
        providers_of_unknown_size: large_count(of.providers_of_unknown_size),
        hours: Some(hours(&of.hours)),
        hours_12m: Some(hours(&of.hours_12m)),
        size_measure: code(of.size_measure),
        size: Some(ratio(&of.size)),
        weight: Some(ratio(&of.weight)),
        index: of.index.as_ref().map(ratio),
        index_as_published: of.index_as_published.as_ref().map(ratio),
        asks: Some(ask_counts(of.counts.content())),
    }
}
