//! Regions, asking bodies' indexes, regrowth and successions.

use super::{
    builder::{World, asking, code, day, line, month},
    naive::Naive,
    random::any_world,
};
use crate::{Hours, Ratio, validate};
use onus_domain::{
    Error, Violations,
    organisation::{ProviderType, SizeMeasure},
    statement::LineBasis,
};
use proptest::prelude::*;

fn old(collection: &str) -> super::builder::Asking {
    let mut asking = asking(collection).from("2020-01-01");
    asking.schedule().first_period = day("2020-01-01");
    asking
}

/// Each collection takes an hour a submission.
fn hourly(world: World, collections: &[&str]) -> World {
    collections
        .iter()
        .fold(world, |world, c| world.states(c, 1, "2020-01-01", vec![line(LineBasis::PerSubmission, "60")]))
}

fn in_regions(mut world: World, regions: &[Option<&str>]) -> World {
    for (organisation, region) in world.0.organisations.iter_mut().zip(regions) {
        organisation.region = region.map(Into::into);
    }
    world
}

#[test]
fn a_region_has_the_sums_and_the_index_of_its_providers() {
    let world = World::default()
        .trust("R01")
        .provider("R02", ProviderType::Ambulance, None, None)
        .trust("R03")
        .trust("R04")
        .asks("X26", old("c").of_types(&[ProviderType::Acute, ProviderType::Ambulance]))
        .asks("X24", asking("d").from("2024-04-01").of_types(&[ProviderType::Ambulance]));
    let world = in_regions(hourly(world, &["c", "d"]), &[Some("Y56"), Some("Y56"), Some("Y60"), None]);
    let regions = world.burden().region_months(month("2025-04"));
    let shown: Vec<_> = regions
        .iter()
        .map(|r| (r.region.as_str(), r.providers, r.hours_12m.clone(), r.index.clone()))
        .collect();
    assert_eq!(
        shown,
        [
            ("Y56", 2, Hours::whole(36), Some(Ratio::whole(150))),
            ("Y60", 1, Hours::whole(12), Some(Ratio::whole(100)))
        ]
    );
}

#[test]
fn a_body_that_asks_another_type_of_provider_cannot_hide_it() {
    let world = World::default()
        .trust("R01")
        .provider("R02", ProviderType::Ambulance, None, None)
        .asks("X26", old("c"))
        .asks("X24", old("e"))
        .asks("X26", asking("d").from("2024-04-01").of_types(&[ProviderType::Ambulance]))
        .asks("X30", asking("f").from("2024-06-01"));
    let burden = hourly(world, &["c", "d", "e", "f"]).burden();
    let index = |text: &str| -> Vec<_> {
        burden.body_indexes(month(text)).into_iter().map(|b| (b.body.to_string(), b.index)).collect()
    };
    let of = |body: &str, index: Option<u32>| (body.to_owned(), index.map(Ratio::whole));
    assert_eq!(index("2024-04"), [of("X24", Some(100)), of("X26", Some(100)), of("X30", None)]);
    assert_eq!(index("2025-04"), [of("X24", Some(100)), of("X26", Some(200)), of("X30", None)]);
    let risen = |text: &str| -> Vec<_> {
        burden.regrowth(month(text)).into_iter().map(|r| r.after.body.to_string()).collect()
    };
    assert_eq!(risen("2024-04"), Vec::<String>::new());
    assert_eq!(risen("2024-05"), ["X26"]);
    assert_eq!(risen("2024-07"), ["X26", "X30"]);
    assert_eq!(risen("2026-04"), Vec::<String>::new());
}

/// R01 and R02 give all they have to R03 by way of each other.
fn chain() -> World {
    let world = World::default()
        .provider("R01", ProviderType::Acute, None, Some("2024-06-30"))
        .provider("R02", ProviderType::Acute, None, Some("2024-06-30"))
        .trust("R03")
        .asks("X26", old("c"));
    hourly(world, &["c"]).sized("R03", SizeMeasure::FloorArea, "2024-07-01", "3")
}

fn index(world: World) -> Option<Ratio> {
    world.burden().provider_month(&code("R03"), month("2024-07")).unwrap().index
}

#[test]
fn a_chain_of_one_day_gives_all_to_its_end_whatever_the_codes() {
    let there = chain().succeeds("R01", "R02", "2024-07-01", "1").succeeds("R02", "R03", "2024-07-01", "1");
    let back = chain().succeeds("R02", "R01", "2024-07-01", "1").succeeds("R01", "R03", "2024-07-01", "1");
    // (12 / 3) against (36 / 3).
    assert_eq!(index(there), Ratio::fraction(100, 3));
    assert_eq!(index(back), Ratio::fraction(100, 3));
}

fn refusals(check: impl FnOnce(&mut Violations)) -> Vec<(String, String)> {
    let mut found = Violations::new();
    check(&mut found);
    let Err(Error::Invalid(all)) = found.into_result() else { return vec![] };
    all.into_iter().map(|violation| (violation.rule, violation.value)).collect()
}

#[test]
fn a_cycle_of_mergers_is_refused_and_moves_nothing() {
    let ring = chain()
        .succeeds("R01", "R02", "2024-07-01", "1")
        .succeeds("R02", "R01", "2024-07-01", "1")
        .succeeds("R03", "R03", "2024-07-01", "0.5");
    let found = refusals(|found| validate::successions(&ring.0.successions, found));
    let cycle = |codes: &str| ("CYCLE".to_owned(), codes.to_owned());
    assert_eq!(found, [cycle("R01, R02"), cycle("R03")]);
    // (12 / 3) against (12 / 1): its own alone.
    assert_eq!(index(ring), Ratio::fraction(100, 3));
    let later = chain().succeeds("R01", "R02", "2024-07-01", "1").succeeds("R02", "R01", "2024-08-01", "0.5");
    assert_eq!(refusals(|found| validate::successions(&later.0.successions, found)), []);
    let split = |more: &str| {
        let parts =
            chain().succeeds("R01", "R02", "2024-07-01", "0.5").succeeds("R01", "R03", "2024-07-01", more);
        refusals(|found| validate::successions(&parts.0.successions, found))
    };
    assert_eq!(split("0.5"), []);
    assert_eq!(split("0.6"), [("SHARES".to_owned(), "1.1".to_owned())]);
}

#[test]
fn a_month_is_closed_once_it_is_over() {
    let closed =
        |month_text: &str| refusals(|found| validate::closed(month(month_text), day("2025-05-31"), found));
    assert_eq!(closed("2025-04"), []);
    assert_eq!(closed("2025-05"), [("NOT_CLOSED".to_owned(), "2025-05".to_owned())]);
}

#[test]
fn bad_registers_give_no_wrong_figure() {
    // Closed before it opened; a size of nothing; a day-by-day request that never ends, since the earliest day there may be.
    let mut endless = asking("c").every(onus_domain::schedule::Frequency::Daily).lag(0).from("1900-01-01");
    endless.schedule().first_period = day("1900-01-01");
    let world = World::default()
        .trust("R01")
        .sized("R01", SizeMeasure::FloorArea, "2020-01-01", "0")
        .provider("R02", ProviderType::Acute, Some("2024-07-20"), Some("2024-07-10"))
        .asks("X26", endless);
    let burden = world.states("c", 1, "1900-01-01", vec![line(LineBasis::PerSubmission, "60")]).burden();
    let months = burden.provider_months(month("2024-07"));
    assert_eq!((months[0].obligations, months[0].obligations_12m), (31, 366));
    assert_eq!((months[0].size, months[0].hours_per_thousand.clone()), (None, None));
    assert!(months[0].index.is_some() && months[0].peer_percentile.is_none());
    assert_eq!((months[1].open, months[1].obligations_12m, months[1].index.clone()), (false, 0, None));
    let national = burden.national_month(month("2024-07"));
    assert_eq!((national.providers, national.providers_of_unknown_size), (1, 1));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_bodys_index_is_that_of_a_world_in_which_it_asks_alone(world in any_world(), later in 0..30_i32) {
        let at = month("2022-12").plus(later);
        let bodies = world.clone().burden().body_indexes(at);
        for body in bodies {
            let mut alone = world.clone();
            alone.0.collections.retain(|collection| collection.owner == body.body);
            let own = |id: &onus_domain::CollectionId| alone.0.collections.iter().any(|c| c.id == *id);
            alone.0.versions.retain(|version| own(&version.collection));
            alone.0.statements.retain(|statement| own(&statement.collection));
            let snapshot = alone.clone().snapshot();
            let naive = Naive::new(&snapshot);
            let open = |o: &&onus_domain::organisation::Organisation| {
                at.first_day() <= o.close_date.unwrap_or(at.first_day()) && o.open_date.unwrap_or(at.last_day()) <= at.last_day()
            };
            let hours: Hours = snapshot.providers().filter(open).map(|o| naive.year(o, at, at.last_day()).0).sum();
            prop_assert_eq!(&body.hours_12m, &hours);
            let own = alone.burden().body_indexes(at);
            prop_assert_eq!(&own[0], &body);
        }
    }

    #[test]
    fn regions_add_up(world in any_world(), split in prop::collection::vec(0..3_usize, 6), later in 0..30_i32) {
        let at = month("2022-12").plus(later);
        let names = [None, Some("Y56"), Some("Y60")];
        let regions: Vec<_> = split.iter().map(|place| names[*place]).collect();
        let mut world = in_regions(world, &regions);
        let burden = world.clone().burden();
        let rows = burden.provider_months(at);
        for region in burden.region_months(at) {
            let own = rows.iter().zip(&regions).filter(|(_, r)| **r == Some(region.region.as_str()));
            prop_assert_eq!(&region.hours_12m, &own.clone().map(|(row, _)| row.hours_12m.clone()).sum());
            prop_assert_eq!(region.counts.content().facts_strict, own.map(|(row, _)| row.content().facts_strict).sum::<u64>());
        }
        // One region of everybody is the nation.
        world.0.organisations.iter_mut().for_each(|o| o.region = Some("Y99".into()));
        let burden = world.burden();
        let (national, region) = (burden.national_month(at), burden.region_months(at).remove(0));
        prop_assert_eq!((national.index, national.index_as_published), (region.index, region.index_as_published));
        prop_assert_eq!((national.providers, national.hours, national.cost_12m), (region.providers, region.hours, region.cost_12m));
    }
}
