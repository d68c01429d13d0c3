//! What holds in every world: the fast way equals the plain one, parts add up, order does not matter.

use super::{
    builder::{Asking, World, month, of},
    naive::Naive,
    random::any_world,
};
use crate::{Burden, Hours, Pence, ProviderMonth, Ratio, Settings, SharedFact};
use onus_domain::{Month, OdsCode, statement::BurdenStatement};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn check(world: World, at: Month) -> Result<Vec<ProviderMonth>, TestCaseError> {
    let snapshot = world.snapshot();
    let naive = Naive::new(&snapshot);
    let burden = Burden::new(snapshot.clone(), Settings { base_month: month("2024-03") });
    let rows = burden.provider_months(at);
    for (row, organisation) in rows.iter().zip(snapshot.providers()) {
        let owed = naive.owed(organisation, at.last_day());
        let first = at.plus(-11).first_day();
        let window: Vec<_> = owed.into_iter().filter(|owed| first <= owed.due).collect();
        let listed = burden.obligations(&organisation.code, first, at.last_day());
        let mut expected: Vec<_> =
            window.iter().map(|o| (o.due, &o.version.collection, o.version.number, o.start)).collect();
        expected.sort();
        prop_assert_eq!(
            listed.iter().map(|o| (o.due_date, &o.collection, o.version, o.period_start)).collect::<Vec<_>>(),
            expected
        );
        prop_assert_eq!(row.obligations_12m, window.len() as u64);
        for (role, counts) in row.counts.iter() {
            let found = [counts.asks, counts.facts_plain, counts.facts_strict, counts.optional_asks];
            prop_assert_eq!(found, naive.counts(&window, role), "{} {}", organisation.code, role);
            prop_assert!(counts.facts_strict <= counts.facts_plain && counts.facts_plain <= counts.asks);
            prop_assert_eq!(counts.facts_strict == 0, counts.asks == 0);
            prop_assert!(counts.possible_duplicates <= counts.facts_plain);
        }
        let (hours, cost) = naive.month(organisation, at, at.last_day());
        prop_assert_eq!((&row.hours, &row.cost), (&hours, &cost), "{} month", organisation.code);
        let (hours, cost) = naive.year(organisation, at, at.last_day());
        prop_assert_eq!((&row.hours_12m, &row.cost_12m), (&hours, &cost), "{} year", organisation.code);
        prop_assert!(row.avoidable_hours <= row.hours_12m);
    }
    for body in burden.body_months(at) {
        let met = snapshot.providers().map(|provider| naive.met_by_reuse(provider, at, &body.body));
        prop_assert_eq!(body.reuse_facts, met.sum::<u64>(), "{} met by reuse", body.body);
    }
    Ok(rows)
}

fn sum<T: std::iter::Sum>(rows: &[ProviderMonth], of: impl Fn(&ProviderMonth) -> T) -> T {
    rows.iter().map(of).sum()
}

/// Every total is the sum of its parts, and what is shared out adds up to the whole.
fn totals(world: World, at: Month) -> Result<(), TestCaseError> {
    let snapshot = world.clone().snapshot();
    let burden = world.burden();
    let mut facts_shared = BTreeMap::<OdsCode, u64>::new();
    let rows = burden.provider_months(at);
    let national = burden.national_month(at);
    prop_assert_eq!(national.content().asks, sum(&rows, |row| row.content().asks));
    prop_assert_eq!(national.content().facts_strict, sum(&rows, |row| row.content().facts_strict));
    prop_assert_eq!(&national.hours, &sum(&rows, |row| row.hours.clone()));
    prop_assert_eq!(&national.cost, &sum(&rows, |row| row.cost.clone()));
    prop_assert_eq!(&national.avoidable_hours, &sum(&rows, |row| row.avoidable_hours.clone()));
    let assumed = |row: &ProviderMonth| {
        row.hours_assumed_share.as_ref().map_or(Hours::zero(), |share| row.hours.times(share))
    };
    let share = sum(&rows, assumed).over(&national.hours);
    prop_assert_eq!(&national.hours_assumed_share, &share);
    let bodies = burden.body_months(at);
    prop_assert_eq!(bodies.iter().map(|b| b.hours.clone()).sum::<Hours>(), national.hours.clone());
    prop_assert_eq!(bodies.iter().map(|b| b.hours_12m.clone()).sum::<Hours>(), national.hours_12m.clone());
    prop_assert_eq!(bodies.iter().map(|b| b.cost.clone()).sum::<Pence>(), national.cost.clone());
    prop_assert_eq!(bodies.iter().map(|b| b.asks).sum::<u64>(), national.content().asks);
    prop_assert_eq!(
        bodies.iter().map(|b| b.avoidable_hours.clone()).sum::<Hours>(),
        national.avoidable_hours.clone()
    );
    let pairs = burden.pair_months(at);
    prop_assert_eq!(
        pairs.iter().map(|p| p.avoidable_hours.clone()).sum::<Hours>(),
        national.avoidable_hours.clone()
    );
    let collections = burden.collection_months(at);
    prop_assert_eq!(collections.iter().map(|c| c.cost_12m.clone()).sum::<Pence>(), national.cost_12m.clone());
    for row in &rows {
        let once = burden.submit_once(&row.provider, at).unwrap();
        let keys: BTreeSet<_> = once.shared.iter().map(SharedFact::key).collect();
        prop_assert_eq!(keys.len(), once.shared.len(), "facts with one key: {:?}", once.shared);
        prop_assert_eq!(&once.avoidable_hours, &row.avoidable_hours);
        prop_assert_eq!(
            once.by_owner.iter().map(|o| o.avoidable_hours.clone()).sum::<Hours>(),
            once.avoidable_hours
        );
        prop_assert_eq!(
            once.by_owner.iter().map(|o| o.hours_12m.clone()).sum::<Hours>(),
            row.hours_12m.clone()
        );
        // Listing the shared facts and counting them are two ways to one number.
        for asking in &once.by_owner {
            let asks = |fact: &&SharedFact| {
                let mut owners =
                    fact.involved().map(|item| &snapshot.collection(&item.collection).unwrap().owner);
                owners.any(|owner| *owner == asking.owner)
            };
            let shared: u64 = once.shared.iter().filter(asks).map(|fact| fact.periods).sum();
            prop_assert_eq!(asking.facts_shared, shared, "{} shares with {}", row.provider, asking.owner);
            *facts_shared.entry(asking.owner.clone()).or_default() += shared;
        }
        let twice: u64 = once.shared.iter().map(|s| s.periods * (s.times_asked() - 1)).sum();
        prop_assert_eq!(twice, once.counts.content().asks - once.counts.content().facts_plain);
        let folded: u64 = once.shared.iter().filter(|s| s.answered_by.is_some()).map(|s| s.periods).sum();
        prop_assert_eq!(folded, once.counts.content().facts_plain - once.counts.content().facts_strict);
        prop_assert_eq!(&burden.provider_month(&row.provider, at).unwrap(), row);
    }
    for body in &bodies {
        prop_assert_eq!(body.facts_shared, facts_shared.get(&body.body).copied().unwrap_or_default());
    }
    Ok(())
}

/// The same world, said in another order: items, and names of collections, turned round.
fn turned(mut world: World) -> World {
    let name = |id: &str| format!("z{}", 9 - id.trim_start_matches('c').parse::<u32>().unwrap());
    for collection in &mut world.0.collections {
        collection.id = of(&name(collection.id.as_str()));
    }
    for statement in &mut world.0.statements {
        statement.collection = of(&name(statement.collection.as_str()));
    }
    for agreement in &mut world.0.reuse {
        agreement.collection = of(&name(agreement.collection.as_str()));
    }
    world.0.reuse.reverse();
    for version in &mut world.0.versions {
        version.collection = of(&name(version.collection.as_str()));
        version.content.items.reverse();
    }
    world.0.versions.reverse();
    world
}

fn any_month() -> impl Strategy<Value = Month> {
    (0..30).prop_map(|later| month("2022-12").plus(later))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn groups_give_what_one_provider_after_another_gives(world in any_world(), at in any_month()) {
        check(world, at)?;
    }

    #[test]
    fn parts_add_up_to_totals(world in any_world(), at in any_month()) {
        totals(world, at)?;
    }

    #[test]
    fn order_does_not_matter(world in any_world(), at in any_month()) {
        let counts = |world: World| {
            let rows = world.burden().provider_months(at);
            rows.into_iter().map(|row| (row.counts, row.hours, row.cost, row.index)).collect::<Vec<_>>()
        };
        prop_assert_eq!(counts(turned(world.clone())), counts(world));
    }

    #[test]
    fn what_is_asked_again_in_another_collection_adds_no_fact(world in any_world(), at in any_month()) {
        let facts = |world: World| {
            let rows = world.burden().provider_months(at);
            rows.iter().map(|row| (row.content().facts_plain, row.content().facts_strict)).collect::<Vec<_>>()
        };
        let mut doubled = world.clone();
        let copies: Vec<_> = world.0.versions.iter().map(|version| {
            let mut copy = version.clone();
            copy.collection = of(&format!("copy-{}", version.collection));
            Asking(copy)
        }).collect();
        let agreements = world.0.reuse.iter().map(|agreement| {
            let mut copy = agreement.clone();
            copy.collection = of(&format!("copy-{}", agreement.collection));
            copy
        });
        doubled.0.reuse.extend(agreements);
        doubled = copies.into_iter().fold(doubled, |doubled, copy| doubled.asks("X99", copy));
        prop_assert_eq!(facts(doubled), facts(world));
    }

    #[test]
    fn the_base_month_is_100(world in any_world()) {
        let base = month("2024-03");
        let burden = world.burden();
        for row in burden.provider_months(base) {
            let expected = (row.open && !row.hours_12m.is_zero()).then(|| Ratio::whole(100));
            prop_assert_eq!((&row.index, &row.index_as_published), (&expected, &expected));
        }
        let national = burden.national_month(base);
        prop_assert_eq!(national.index.unwrap_or(Ratio::whole(100)), Ratio::whole(100));
        let weights: Ratio = burden.type_months(base).into_iter().map(|of_type| of_type.weight).sum();
        prop_assert!(weights.is_zero() || weights == Ratio::one());
    }

    #[test]
    fn without_a_re_estimate_there_are_no_links(mut world in any_world(), at in any_month()) {
        world.0.statements.clear();
        for row in world.burden().provider_months(at) {
            prop_assert_eq!(row.index, row.index_as_published);
        }
    }

    #[test]
    fn a_link_closes_the_gap_that_a_re_estimate_makes(world in any_world(), at in any_month()) {
        // The linked series of the month of a re-estimate is what it would have been with what was known before.
        let mut unlinked = world.clone();
        unlinked.0.statements.retain(|s| s.from_date < at.first_day());
        let later = |s: &BurdenStatement| Month::of(s.from_date) <= at;
        let mut linked = world;
        linked.0.statements.retain(later);
        linked.0.versions.iter_mut().for_each(|v| v.live_from = v.live_from.map(|d| d.min(at.plus(-1).first_day())));
        unlinked.0.versions.clone_from(&linked.0.versions);
        let (linked, unlinked) = (linked.burden(), unlinked.burden());
        let base = month("2024-03");
        if at > base {
            for (row, other) in linked.provider_months(at).into_iter().zip(unlinked.provider_months(at)) {
                if row.index.is_some() && other.index.is_some() && !row.hours_12m.is_zero() && !other.hours_12m.is_zero() {
                    prop_assert_eq!(row.index, other.index);
                }
            }
        }
    }
}
