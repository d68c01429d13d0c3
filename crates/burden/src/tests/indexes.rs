//! The index in small worlds: base, size, links, mergers, types. 100 in March 2024.

use super::builder::{World, asking, code, day, line, month};
use crate::{Hours, Ratio};
use onus_domain::{
    organisation::{ProviderType, SizeMeasure},
    statement::{CostLine, LineBasis},
};

fn minutes(per_submission: &str) -> Vec<CostLine> {
    vec![line(LineBasis::PerSubmission, per_submission)]
}

/// A monthly request of an hour since 2020, so that the base year is whole.
fn world() -> World {
    World::default().asks("X26", old("c")).states("c", 1, "2020-01-01", minutes("60"))
}

fn old(collection: &str) -> super::builder::Asking {
    let mut asking = asking(collection).from("2020-01-01");
    asking.schedule().first_period = day("2020-01-01");
    asking
}

/// (index, as published) of a provider.
fn index(world: &World, provider: &str, text: &str) -> (Option<String>, Option<String>) {
    let row = world.clone().burden().provider_month(&code(provider), month(text)).unwrap();
    let points = world.clone().burden().index_series(&code(provider), month(text), month(text));
    assert_eq!((points.len(), &points[0].index, &points[0].hours), (1, &row.index, &row.hours));
    assert_eq!(
        (&points[0].index_as_published, &points[0].hours_12m),
        (&row.index_as_published, &row.hours_12m)
    );
    (row.index.map(|i| i.to_string()), row.index_as_published.map(|i| i.to_string()))
}

fn both(text: &str) -> (Option<String>, Option<String>) {
    (Some(text.into()), Some(text.into()))
}

#[test]
fn the_base_month_is_100_and_a_new_request_of_the_same_weight_doubles_it_within_a_year() {
    let world = world().trust("R01").asks("X24", asking("d").from("2024-04-01")).states(
        "d",
        1,
        "2024-04-01",
        minutes("60"),
    );
    assert_eq!(index(&world, "R01", "2024-03"), both("100"));
    assert_eq!(index(&world, "R01", "2024-05"), both(&Ratio::fraction(1300, 12).unwrap().to_string()));
    assert_eq!(index(&world, "R01", "2025-04"), both("200"));
    let before = index(&world, "R01", "2023-06");
    assert_eq!(before, both("100"));
    let burden = world.burden();
    assert_eq!(burden.national_month(month("2025-04")).index, Some(Ratio::whole(200)));
    assert_eq!(burden.provider_month(&code("R01"), month("2025-04")).unwrap().hours, Hours::whole(2));
}

#[test]
fn size_normalises_and_an_unknown_one_is_1_and_said_so() {
    let world = world()
        .trust("R01")
        .sized("R01", SizeMeasure::FloorArea, "2023-01-01", "50")
        .sized("R01", SizeMeasure::FloorArea, "2024-06-30", "100")
        .trust("R02")
        .sized("R02", SizeMeasure::ListSize, "2023-01-01", "9");
    assert_eq!(index(&world, "R01", "2024-05"), both("100"));
    assert_eq!(index(&world, "R01", "2024-06"), both("50"));
    let burden = world.burden();
    let [first, second] = ["R01", "R02"].map(|c| burden.provider_month(&code(c), month("2024-06")).unwrap());
    assert_eq!((first.size.unwrap().to_string(), first.base_size_known), ("100".to_owned(), true));
    assert_eq!(first.hours_per_thousand, Some(Hours::whole(120)));
    assert_eq!((second.size, second.base_size_known, second.index), (None, false, Some(Ratio::whole(100))));
    assert_eq!((second.hours_per_thousand, second.peer_percentile), (None, None));
    let acute = &burden.type_months(month("2024-06"))[0];
    assert_eq!(
        (acute.providers, acute.providers_of_unknown_size, acute.size.clone()),
        (2, 1, Ratio::whole(101))
    );
    // (24 / 101) / (24 / 51)
    assert_eq!(acute.index, Ratio::fraction(5100, 101));
}

#[test]
fn a_re_estimate_moves_only_the_index_as_published() {
    let world = world().trust("R01").states("c", 1, "2024-08-20", minutes("30"));
    assert_eq!(index(&world, "R01", "2024-07"), both("100"));
    assert_eq!(index(&world, "R01", "2024-08"), (Some("100".into()), Some("50".into())));
    let row = world.clone().burden().provider_month(&code("R01"), month("2024-08")).unwrap();
    assert_eq!((row.hours, row.hours_12m), (Hours::fraction(1, 2).unwrap(), Hours::whole(6)));
    // A real change after the re-estimate counts in full, in the new minutes.
    let more = world.asks("X24", asking("d").from("2024-09-01")).states("d", 1, "2024-09-01", minutes("30"));
    assert_eq!(index(&more, "R01", "2025-10"), (Some("200".into()), Some("100".into())));
    let burden = more.burden();
    let national = burden.national_month(month("2025-10"));
    assert_eq!(
        (national.index, national.index_as_published),
        (Some(Ratio::whole(200)), Some(Ratio::whole(100)))
    );
}

#[test]
fn links_multiply_and_go_backwards_before_the_base() {
    let world = world()
        .trust("R01")
        .states("c", 1, "2023-09-01", minutes("120"))
        .states("c", 1, "2024-08-20", minutes("30"))
        .states("c", 1, "2024-10-20", minutes("240"));
    assert_eq!(index(&world, "R01", "2023-08"), (Some("100".into()), Some("50".into())));
    assert_eq!(index(&world, "R01", "2023-09"), both("100"));
    assert_eq!(index(&world, "R01", "2024-09"), (Some("100".into()), Some("25".into())));
    assert_eq!(index(&world, "R01", "2024-10"), (Some("100".into()), Some("200".into())));
}

#[test]
fn the_statement_of_a_new_version_is_no_re_estimate() {
    let mut second = old("c").from("2024-06-10");
    second.0.number = 2;
    let mut world = world().trust("R01").asks("X26", second).states("c", 2, "2024-06-20", minutes("120"));
    world.0.versions[0].live_to = Some(day("2024-06-10"));
    // From the period that ends in June 2024 on, due in July, each takes two hours; nothing is linked away.
    assert_eq!(index(&world, "R01", "2024-06"), both("100"));
    assert_eq!(index(&world, "R01", "2025-06"), both("200"));
}

#[test]
fn what_is_known_in_the_month_a_version_starts_holds_from_its_start() {
    // d starts in June 2024 with a statement revised in that month; c is re-estimated in the same month. Only c's change is linked away.
    let annual = |minutes| vec![line(LineBasis::Annual, minutes)];
    let world = world()
        .trust("R01")
        .states("c", 1, "2024-06-05", minutes("120"))
        .asks("X24", asking("d").from("2024-06-10"))
        .states("d", 1, "2024-05-01", annual("7200"))
        .states("d", 1, "2024-06-20", annual("720"));
    // R is 24 + 1 hours, linked by (12 + 1) / (24 + 1).
    assert_eq!(index(&world, "R01", "2024-06").0, Some(Ratio::fraction(1300, 12).unwrap().to_string()));
}

#[test]
fn a_merger_adds_the_baselines() {
    // R01 takes over R02 on 1 July 2024: from then on one return of an hour for both, of the size of both.
    let world = world()
        .trust("R01")
        .provider("R02", ProviderType::Acute, None, Some("2024-06-30"))
        .sized("R01", SizeMeasure::FloorArea, "2020-01-01", "30")
        .sized("R02", SizeMeasure::FloorArea, "2020-01-01", "10")
        .sized("R01", SizeMeasure::FloorArea, "2024-07-01", "40")
        .succeeds("R02", "R01", "2024-07-01", "1");
    assert_eq!(index(&world, "R01", "2024-06"), both("100"));
    // (12 / 40) / (24 / 40)
    assert_eq!(index(&world, "R01", "2024-07"), both("50"));
    assert_eq!(index(&world, "R02", "2024-07"), (None, None));
}

#[test]
fn a_new_successor_has_an_index_from_its_first_full_year() {
    let world = world()
        .provider("R01", ProviderType::Acute, None, Some("2024-06-30"))
        .provider("R02", ProviderType::Acute, None, Some("2024-06-30"))
        .provider("R03", ProviderType::Acute, Some("2024-07-01"), None)
        .succeeds("R01", "R03", "2024-07-01", "1")
        .succeeds("R02", "R03", "2024-07-01", "1")
        .sized("R03", SizeMeasure::FloorArea, "2024-07-01", "2");
    assert_eq!(index(&world, "R03", "2025-05"), (None, None));
    // July 2024 to June 2025: eleven returns are due (that for June was the predecessors'), against (24 / 2).
    assert_eq!(index(&world, "R03", "2025-06"), both(&Ratio::fraction(1100, 24).unwrap().to_string()));
    assert_eq!(index(&world, "R03", "2025-07"), both("50"));
}

#[test]
fn a_split_shares_the_baseline_by_share_or_by_size() {
    let split = |first: &str, second: &str| {
        world()
            .trust("R01")
            .provider("R02", ProviderType::Acute, Some("2024-07-01"), None)
            .provider("R03", ProviderType::Acute, Some("2024-07-01"), None)
            .sized("R01", SizeMeasure::FloorArea, "2020-01-01", "40")
            .sized("R02", SizeMeasure::FloorArea, "2024-07-01", "30")
            .sized("R03", SizeMeasure::FloorArea, "2024-07-01", "10")
            .succeeds("R01", "R02", "2024-07-01", first)
            .succeeds("R01", "R03", "2024-07-01", second)
    };
    // Baselines 12 h for 40, by 3/4 and 1/4: 9 h for 30, 3 h for 10; each now answers 12 h.
    for world in [split("0.75", "0.25"), split("1", "1")] {
        assert_eq!(index(&world, "R02", "2025-07"), both(&Ratio::fraction(400, 3).unwrap().to_string()));
        assert_eq!(index(&world, "R03", "2025-07"), both("400"));
    }
    // What stays with the predecessor stays its baseline.
    let part = split("0.25", "0.25");
    assert_eq!(index(&part, "R01", "2025-07"), both("100"));
}

#[test]
fn what_a_predecessor_gave_away_is_not_given_twice() {
    // R01 gives half of itself to R02, later the other half to R03. Baselines (hours, size): R01 (12, 40), R03 (12, 10).
    let world = world()
        .provider("R01", ProviderType::Acute, None, Some("2024-12-31"))
        .provider("R02", ProviderType::Acute, Some("2024-07-01"), None)
        .trust("R03")
        .sized("R01", SizeMeasure::FloorArea, "2020-01-01", "40")
        .sized("R03", SizeMeasure::FloorArea, "2020-01-01", "10")
        .succeeds("R01", "R02", "2024-07-01", "0.5")
        .succeeds("R01", "R03", "2025-01-01", "1");
    // R03: (12 / 10) against (12 + 6) / (10 + 20).
    assert_eq!(index(&world, "R03", "2024-12"), both("100"));
    assert_eq!(index(&world, "R03", "2025-01"), both("200"));
}

#[test]
fn a_provider_that_opens_later_is_linked_to_its_type() {
    let world = world()
        .trust("R01")
        .provider("R02", ProviderType::Acute, Some("2024-06-15"), None)
        .asks("X24", asking("d").from("2024-04-01"))
        .states("d", 1, "2024-04-01", minutes("60"))
        .asks("X24", asking("e").from("2025-07-01"))
        .states("e", 1, "2025-07-01", minutes("60"));
    assert_eq!(index(&world, "R02", "2025-05"), (None, None));
    // June 2025: it has its first full year; its type stands at (48 / 2) / (12 / 1).
    assert_eq!(index(&world, "R02", "2025-06"), both("200"));
    assert_eq!(index(&world, "R02", "2026-07"), both("300"));
    assert_eq!(index(&world, "R02", "2024-01"), (None, None));
}

#[test]
fn types_are_weighted_by_their_share_of_the_base() {
    let world = world()
        .trust("R01")
        .provider("R02", ProviderType::Ambulance, None, None)
        .provider("R03", ProviderType::CareHome, None, None)
        .asks("X24", old("d").of_types(&[ProviderType::Ambulance]))
        .states("d", 1, "2020-01-01", minutes("180"))
        .asks("X24", asking("e").from("2024-04-01").of_types(&[ProviderType::Ambulance]))
        .states("e", 1, "2024-04-01", minutes("180"));
    let burden = world.burden();
    let types = burden.type_months(month("2025-04"));
    let shown: Vec<_> =
        types.iter().map(|t| (t.provider_type, t.weight.to_string(), t.index.clone())).collect();
    let whole = |n: u32| Some(Ratio::whole(n));
    assert_eq!(
        shown,
        [
            (ProviderType::Acute, "0.25".to_owned(), whole(100)),
            (ProviderType::Ambulance, "0.75".to_owned(), whole(200)),
            (ProviderType::CareHome, "0".to_owned(), None),
        ]
    );
    assert_eq!(burden.national_month(month("2025-04")).index, whole(175));
    assert_eq!(burden.national_month(month("2025-04")).hours_12m, Hours::whole(12 + 72));
}

#[test]
fn the_percentile_counts_peers_that_bear_no_more() {
    let sized = |world: World, code: &str, size: &str| {
        world.trust(code).sized(code, SizeMeasure::FloorArea, "2020-01-01", size)
    };
    let world = [("R01", "10"), ("R02", "20"), ("R03", "20"), ("R04", "40")]
        .iter()
        .fold(world(), |w, (c, s)| sized(w, c, s));
    let world = world.trust("R05").provider("R06", ProviderType::Acute, None, Some("2020-01-01"));
    let months = world.burden().provider_months(month("2024-06"));
    let shown: Vec<_> =
        months.iter().map(|row| row.peer_percentile.as_ref().map(ToString::to_string)).collect();
    let text = |t: &str| Some(t.to_owned());
    assert_eq!(shown, [text("100"), text("75"), text("75"), text("25"), None, None]);
    assert_eq!(months.iter().map(|row| row.open).collect::<Vec<_>>(), [true, true, true, true, true, false]);
}
