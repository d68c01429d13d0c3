//! Every figure of a registry, to be compared with the same of another computation.

use super::world::{COLLECTIONS, collection};
use onus_burden::Burden;
use onus_domain::{Month, snapshot::Snapshot};
use std::fmt::Debug;

/// Compares one kind of figures; shows the lines that differ, and those before them.
fn same<T: PartialEq + Debug>(name: &str, updated: &T, anew: &T) -> Result<(), String> {
    if updated == anew {
        return Ok(());
    }
    let [updated, anew] = [updated, anew].map(|of| format!("{of:#?}"));
    let alike = updated.lines().zip(anew.lines()).take_while(|(a, b)| a == b).count();
    let from =
        |text: &str| text.lines().skip(alike.saturating_sub(12)).take(24).collect::<Vec<_>>().join("\n");
    Err(format!("{name}, line {alike}:\nupdated\n{}\nanew\n{}", from(&updated), from(&anew)))
}

/// Compares all figures of a month that are sums over everybody, and every provider's.
pub fn month(updated: &Burden, anew: &Burden, at: Month) -> Result<(), String> {
    same("national", &updated.national_month(at), &anew.national_month(at))?;
    same("types", &updated.type_months(at), &anew.type_months(at))?;
    same("regions", &updated.region_months(at), &anew.region_months(at))?;
    same("bodies", &updated.body_months(at), &anew.body_months(at))?;
    same("pairs", &updated.pair_months(at), &anew.pair_months(at))?;
    same("collections", &updated.collection_months(at), &anew.collection_months(at))?;
    same("indexes of bodies", &updated.body_indexes(at), &anew.body_indexes(at))?;
    same("evidence", &updated.evidence(at), &anew.evidence(at))?;
    same("biases", &updated.biases(at), &anew.biases(at))?;
    let (updated, anew) = (updated.provider_months(at), anew.provider_months(at));
    if updated.len() != anew.len() {
        return Err(format!("{} providers, not {}", updated.len(), anew.len()));
    }
    updated.iter().zip(&anew).try_for_each(|(updated, anew)| same("a provider", updated, anew))
}

/// Compares what is told in detail: facts that are shared, why hours changed, what is owed.
pub fn details(updated: &Burden, anew: &Burden, snapshot: &Snapshot, at: Month) -> Result<(), String> {
    let (from, to) = (at.plus(-11), at);
    for provider in snapshot.providers().map(|organisation| &organisation.code) {
        same("submit once", &updated.submit_once(provider, at), &anew.submit_once(provider, at))?;
        let days = (from.first_day(), to.last_day());
        let owed = |burden: &Burden| burden.obligations(provider, days.0, days.1);
        same("obligations", &owed(updated), &owed(anew))?;
        let series = |burden: &Burden| burden.index_series(provider, from.plus(5), to);
        same("series", &series(updated), &series(anew))?;
        let calendar = |burden: &Burden| burden.calendar(provider, days.0, days.1).ok();
        same("calendar", &calendar(updated), &calendar(anew))?;
    }
    same("decompositions", &updated.decompositions(from, to), &anew.decompositions(from, to))?;
    same("balance", &updated.purpose_balance(at), &anew.purpose_balance(at))?;
    same("sectors", &updated.sector_months(at), &anew.sector_months(at))?;
    same("regrowth", &updated.regrowth(at), &anew.regrowth(at))?;
    for (left, right) in (0..COLLECTIONS).zip(1..COLLECTIONS) {
        let (left, right) = (collection(left), collection(right));
        let shared = |burden: &Burden| burden.shared_facts(&left, &right, at);
        same("shared facts", &shared(updated), &shared(anew))?;
        same("respondents", &updated.respondents(&left, 1), &anew.respondents(&left, 1))?;
    }
    Ok(())
}

/// Compares what two collections share with what they shared before a change, where the change is said not to matter to it.
pub fn unchanged(before: &Burden, updated: &Burden, at: Month) -> Result<(), String> {
    let Some(changed) = updated.changed() else { return Ok(()) };
    let stand: Vec<_> = (0..COLLECTIONS).map(collection).filter(|id| !changed.contains(id)).collect();
    for (left, right) in stand.iter().flat_map(|left| stand.iter().map(move |right| (left, right))) {
        same(
            "what they shared",
            &before.shared_facts(left, right, at),
            &updated.shared_facts(left, right, at),
        )?;
    }
    Ok(())
}
