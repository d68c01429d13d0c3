//! What is met by reuse is not asked.

use super::{
    builder::{World, asking, day, line, month},
    random::any_world,
};
use crate::{BodyMonth, ProviderMonth};
use onus_domain::{
    CollectionId, Month,
    statement::{BurdenStatement, LineBasis, Method},
    version::Version,
};
use proptest::prelude::*;

/// Two bodies ask one trust the same; the second has its own item besides.
fn twice() -> World {
    let lines = || vec![line(LineBasis::PerItem, "60"), line(LineBasis::PerSubmission, "30")];
    World::default()
        .trust("R0A")
        .asks("X24", asking("a").item("x", "S"))
        .asks("X26", asking("b").item("x", "S").item("y", "S"))
        .states("a", 1, "2023-04-01", lines())
        .states("b", 1, "2023-04-01", lines())
}

fn row(world: World, at: &str) -> (ProviderMonth, Vec<BodyMonth>) {
    let burden = world.burden();
    (burden.provider_months(month(at)).remove(0), burden.body_months(month(at)))
}

#[test]
fn from_the_first_delivery_until_the_end_it_is_not_asked() {
    // Periods end on 31 May to 31 October 2024: six of the twelve.
    let with = |end| twice().reuses("b", &[("x", "S")], "2024-01", ("2024-05-15", end));
    let (before, bodies) = row(twice(), "2025-02");
    assert_eq!((before.content().asks, before.content().facts_plain), (36, 24));
    assert_eq!((before.hours.to_string(), bodies[1].reuse_facts), ("4".into(), 0));
    let (after, bodies) = row(with(Some("2024-11-01")), "2025-02");
    assert_eq!((after.content().asks, after.content().facts_plain), (30, 24));
    assert_eq!((bodies[0].reuse_facts, bodies[1].reuse_facts), (0, 6));
    let (during, bodies) = row(with(None), "2025-02");
    assert_eq!((during.content().asks, bodies[1].items, bodies[1].reuse_facts), (27, 1, 9));
    assert_eq!(during.hours.to_string(), "3");
}

#[test]
fn only_periods_that_begin_in_the_agreed_months_are_met() {
    let (found, _) = row(twice().reuses("b", &[("x", "S")], "2024-09", ("2024-05-15", None)), "2025-02");
    // September to January.
    assert_eq!(found.content().asks, 36 - 5);
}

#[test]
fn where_all_is_met_nothing_is_owed() {
    let all = &[("x", "S"), ("y", "S")];
    let world = || twice().reuses("b", all, "2024-01", ("2024-05-15", None));
    let (found, bodies) = row(world(), "2025-02");
    assert_eq!((found.content().asks, found.obligations, found.obligations_12m), (12 + 6, 1, 12 + 3));
    assert_eq!((found.hours.to_string(), bodies[1].reuse_facts), ("1.5".into(), 18));
    let burden = world().burden();
    let owed = burden.obligations(&found.provider, day("2024-03-01"), day("2025-02-28"));
    assert_eq!(owed.len(), 15);
    let shared = burden.submit_once(&found.provider, month("2025-02")).unwrap().shared;
    assert_eq!(shared.iter().map(|fact| fact.periods).sum::<u64>(), 3);
}

#[test]
fn an_agreement_goes_on_in_the_next_version_that_asks_the_same() {
    let next = || {
        let mut next = asking("b").item("z", "S").item("x", "S").from("2024-10-01");
        next.0.number = 2;
        next
    };
    let mut world = twice().asks("X26", next());
    world.0.versions[1].live_to = Some(day("2024-10-01"));
    let asks = row(world.clone(), "2025-02").0.content().asks;
    let met = world.reuses("b", &[("x", "S")], "2024-01", ("2024-05-15", None));
    assert_eq!((asks, row(met, "2025-02").0.content().asks), (36, 27));
}

/// A version without some of its items on the days from one until before another: cut in three.
fn cut(version: &Version, from: chrono::NaiveDate, to: chrono::NaiveDate, keep: usize) -> Vec<Version> {
    let begun = version.live_from.unwrap();
    let end = version.live_to.unwrap_or(chrono::NaiveDate::MAX);
    let part = |number, live_from: chrono::NaiveDate, live_to: chrono::NaiveDate| Version {
        number: version.number * 10 + number,
        live_from: Some(live_from),
        live_to: (live_to != chrono::NaiveDate::MAX).then_some(live_to),
        ..version.clone()
    };
    let mut parts = vec![
        part(0, begun, end.min(from)),
        part(1, begun.max(from), end.min(to)),
        part(2, begun.max(to), end),
    ];
    parts[1].content.items.truncate(keep);
    parts.retain(|part| part.live_to.is_none_or(|end| part.live_from.unwrap() < end));
    parts
}

fn per_item(version: &Version) -> BurdenStatement {
    BurdenStatement {
        collection: version.collection.clone(),
        version: version.number,
        from_date: day("2020-01-01"),
        method: Method::Declared,
        lines: vec![line(LineBasis::PerItem, "12"), line(LineBasis::PerSubmission, "7")],
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Figures with an agreement equal those of a registry in which the items were taken out for these periods.
    #[test]
    fn what_is_met_might_as_well_not_be_in_the_version(
        world in any_world(), at in 0..30_i32, first in 0..900_u64, length in 1..600_u64,
    ) {
        let at: Month = month("2022-12").plus(at);
        let from = day("2022-01-01") + chrono::Days::new(first);
        let to = from + chrono::Days::new(length);
        let mut world = world;
        let id: CollectionId = "c0".parse().unwrap();
        world.0.reuse.clear();
        // The last item of each version is met; what remains must not ask the same.
        for version in world.0.versions.iter_mut().filter(|version| version.collection == id) {
            let last = version.content.items.last().unwrap().clone();
            version.content.items.retain(|i| (&i.definition, &i.subject) != (&last.definition, &last.subject));
            version.content.items.push(last);
        }
        let needs: Vec<_> = world.0.versions.iter().filter(|version| version.collection == id).collect();
        let keep = needs.iter().all(|version| {
            let others = needs.iter().flat_map(|other| other.content.items.split_last().unwrap().1);
            let last = version.content.items.last().unwrap();
            others.into_iter().all(|i| (&i.definition, &i.subject) != (&last.definition, &last.subject))
                && version.content.items.len() > 1
        });
        prop_assume!(keep);
        let needs: Vec<_> = needs
            .iter()
            .map(|version| version.content.items.last().unwrap())
            .map(|item| (item.definition.to_string(), item.subject.to_string()))
            .collect();
        let needs: Vec<_> = needs.iter().map(|(d, s)| (d.as_str(), s.as_str())).collect();
        let mut without = world.clone();
        without.0.versions = world
            .0
            .versions
            .iter()
            .flat_map(|version| {
                if version.collection == id {
                    cut(version, from, to, version.content.items.len() - 1)
                } else {
                    vec![version.clone()]
                }
            })
            .collect();
        for one in [&mut world, &mut without] {
            one.0.statements = one.0.versions.iter().map(per_item).collect();
        }
        let with = world.reuses("c0", &needs, "2000-01", (&from.to_string(), Some(&to.to_string())));
        let (with, without) = (with.burden(), without.burden());
        prop_assert_eq!(with.provider_months(at), without.provider_months(at));
        prop_assert_eq!(with.pair_months(at), without.pair_months(at));
        prop_assert_eq!(with.collection_months(at), without.collection_months(at));
        prop_assert_eq!(with.national_month(at), without.national_month(at));
        let met = |mut body: BodyMonth| {
            body.reuse_facts = 0;
            body
        };
        let bodies = without.body_months(at);
        prop_assert_eq!(with.body_months(at).into_iter().map(met).collect::<Vec<_>>(), bodies);
    }
}
