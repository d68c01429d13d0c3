//! Asks, facts, folding and what could be saved, in small worlds worked out by hand.

use super::builder::{World, asking, code, definition, line, month, rate};
use crate::{AskCounts, FoldRule, Hours, Ratio};
use onus_domain::{
    concept::Strength, definition::Definition, item::ItemRole, schedule::Frequency, statement::LineBasis,
};

/// Counts of R01's CONTENT over the year to March 2025: asks, plain facts, strict facts.
fn counts(world: World) -> [u64; 3] {
    let once = world.burden().submit_once(&code("R01"), month("2025-03")).unwrap();
    let AskCounts { asks, facts_plain, facts_strict, .. } = *once.counts.content();
    [asks, facts_plain, facts_strict]
}

/// R01 with subjects WARD within STAY, and OTHER.
fn world() -> World {
    World::default().trust("R01").subject("STAY", None).subject("WARD", Some("STAY")).subject("OTHER", None)
}

#[test]
fn a_fact_asked_twice_for_the_same_period_is_one_fact() {
    let same = world().asks("X26", asking("c").item("a", "STAY")).asks("X24", asking("d").item("a", "STAY"));
    assert_eq!(counts(same.clone()), [24, 12, 12]);
    let other_words =
        world().asks("X26", asking("c").item("a", "STAY")).asks("X24", asking("d").item("b", "STAY"));
    assert_eq!(counts(other_words.clone()), [24, 24, 24]);
    assert_eq!(
        counts(other_words.clone().same("b", "a", Strength::Confirmed).same("a", "a", Strength::Confirmed)),
        [24, 12, 12]
    );
    let possible = other_words.same("b", "a", Strength::Possible).same("a", "a", Strength::Confirmed);
    assert_eq!(counts(possible.clone()), [24, 24, 24]);
    let once = possible.burden().submit_once(&code("R01"), month("2025-03")).unwrap();
    assert_eq!(once.counts.content().possible_duplicates, 12);
}

#[test]
fn a_month_and_the_quarter_that_begins_with_it_have_keys_of_their_own() {
    let ask = |id: &str, frequency| asking(id).every(frequency).lag(0).item("a", "STAY");
    let world = world()
        .asks("X26", ask("c", Frequency::Monthly))
        .asks("X24", ask("d", Frequency::Monthly))
        .asks("X26", ask("e", Frequency::Quarterly))
        .asks("X24", ask("f", Frequency::Quarterly));
    let once = world.burden().submit_once(&code("R01"), month("2025-03")).unwrap();
    let [month, quarter] = once.shared.as_slice() else { panic!("{:?}", once.shared) };
    assert_eq!((&month.fact, month.first_period.0), (&quarter.fact, quarter.first_period.0));
    assert_ne!(month.key(), quarter.key());
}

#[test]
fn another_breakdown_period_or_role_is_another_fact() {
    let by_age = Definition { breakdowns: vec!["age".into(), "sex".into()], ..definition("b") };
    let turned = Definition { breakdowns: vec!["sex".into(), "age".into()], ..definition("a") };
    let two = world().asks("X26", asking("c").item("a", "STAY")).asks("X24", asking("d").item("b", "STAY"));
    let two = two.same("b", "a", Strength::Confirmed).defines(by_age);
    assert_eq!(counts(two.clone()), [24, 24, 24]);
    assert_eq!(counts(two.defines(turned)), [24, 12, 12]);
    let mut linkage = asking("d");
    linkage.push(onus_domain::item::Item { role: ItemRole::Linkage, ..super::builder::item("a", "STAY") });
    let roles = world().asks("X26", asking("c").item("a", "STAY")).asks("X24", linkage);
    let once = roles.burden().submit_once(&code("R01"), month("2025-03")).unwrap();
    assert_eq!((once.counts.content().asks, once.counts.of(ItemRole::Linkage).asks), (12, 12));
    assert!(once.shared.is_empty());
}

#[test]
fn rule_a_a_containing_subject_answers() {
    let nested =
        world().asks("X26", asking("c").item("a", "STAY")).asks("X24", asking("d").item("a", "WARD"));
    assert_eq!(counts(nested.clone()), [24, 24, 12]);
    let once = nested.burden().submit_once(&code("R01"), month("2025-03")).unwrap();
    assert_eq!(once.shared.len(), 1);
    let shared = &once.shared[0];
    assert_eq!((shared.fact.subject.as_str(), shared.periods, shared.times_asked()), ("WARD", 12, 1));
    let answer = shared.answered_by.as_ref().unwrap();
    assert_eq!((answer.rule, answer.fact.subject.as_str()), (FoldRule::ContainingSubject, "STAY"));
    assert_eq!((answer.items[0].collection.as_str(), answer.over_shorter_periods), ("c", false));
    // A shared definition of another subject is no duplication, and this is no shared definition.
    assert_eq!(once.counts.content().shared_definition_asks, 0);
    let apart =
        world().asks("X26", asking("c").item("a", "STAY")).asks("X24", asking("d").item("a", "OTHER"));
    assert_eq!(counts(apart.clone()), [24, 24, 24]);
    let once = apart.burden().submit_once(&code("R01"), month("2025-03")).unwrap();
    assert_eq!((once.counts.content().shared_definition_asks, once.shared.len()), (24, 0));
}

#[test]
fn subjects_that_contain_each_other_are_counted_once() {
    let ring = World::default().trust("R01").subject("A", Some("B")).subject("B", Some("A"));
    let ring = ring.asks("X26", asking("c").item("a", "A")).asks("X24", asking("d").item("a", "B"));
    assert_eq!(counts(ring), [24, 24, 12]);
}

/// A year from April 2024 to March 2025 asked as a whole, due at once; and monthly.
fn year_and_months(definition: Definition, monthly_lag: u32) -> World {
    let annual = asking("year").every(Frequency::Annual).lag(0).item("a", "STAY");
    world()
        .asks("X26", annual)
        .asks("X24", asking("months").lag(monthly_lag).item("a", "STAY"))
        .defines(definition)
}

#[test]
fn rule_b_shorter_periods_that_tile_answer_what_adds_up() {
    assert_eq!(counts(year_and_months(definition("a"), 0)), [13, 13, 12]);
    assert_eq!(counts(year_and_months(rate("a"), 0)), [13, 13, 13]);
    // With a lag April's was due before the window and March's is due after it: what is asked in the window has a gap.
    assert_eq!(counts(year_and_months(definition("a"), 10)), [13, 13, 13]);
}

#[test]
fn quarters_and_months_together_can_tile() {
    let mut quarters = asking("quarters").every(Frequency::Quarterly).lag(0).item("a", "STAY");
    quarters.schedule().last_period = Some(super::builder::day("2024-07-01"));
    let mut months = asking("months").lag(0).item("a", "STAY");
    months.schedule().first_period = super::builder::day("2024-10-01");
    let annual = asking("year").every(Frequency::Annual).lag(0).item("a", "STAY");
    let mixed = world().asks("X26", annual).asks("X24", quarters.clone()).asks("X30", months.clone());
    assert_eq!(counts(mixed), [9, 9, 8]);
    months.schedule().first_period = super::builder::day("2024-11-01");
    let annual = asking("year").every(Frequency::Annual).lag(0).item("a", "STAY");
    assert_eq!(counts(world().asks("X26", annual).asks("X24", quarters).asks("X30", months)), [8, 8, 8]);
}

#[test]
fn rule_b_a_snapshot_of_the_same_day_answers() {
    let census = Definition { period_type: "census".into(), ..definition("a") };
    assert_eq!(counts(year_and_months(census, 0)), [13, 13, 12]);
}

#[test]
fn weeks_tile_a_month_only_if_they_begin_and_end_with_it() {
    let weekly_from = |first| {
        let mut weeks = asking("weeks").every(Frequency::Weekly).lag(0).item("a", "STAY");
        weeks.schedule().first_period = super::builder::day(first);
        counts(world().asks("X26", asking("months").lag(0).item("a", "STAY")).asks("X24", weeks))
    };
    let [_, plain, strict] = weekly_from("2023-04-03");
    assert_eq!(plain, strict);
    // The four weeks from Saturday, 1 February 2025.
    let [_, plain, strict] = weekly_from("2023-04-01");
    assert_eq!(plain - strict, 1);
}

#[test]
fn rule_c_derivations_answer_with_a_and_b() {
    let from_records = |subject: &str, frequency| {
        let total = asking("totals").every(frequency).lag(0).item("t", subject);
        world()
            .asks("X26", total)
            .asks("X24", asking("records").lag(0).item("r", "STAY"))
            .defines(rate("t"))
            .derives("r", "t")
    };
    assert_eq!(counts(from_records("STAY", Frequency::Monthly)), [24, 24, 12]);
    assert_eq!(counts(from_records("WARD", Frequency::Monthly)), [24, 24, 12]);
    assert_eq!(counts(from_records("OTHER", Frequency::Monthly)), [24, 24, 24]);
    // A rate over the year from records that add up.
    assert_eq!(counts(from_records("WARD", Frequency::Annual)), [13, 13, 12]);
    let one_way = from_records("STAY", Frequency::Monthly);
    assert_eq!(counts(one_way.clone().derives("t", "r")), [24, 24, 12]);
    let once = one_way.burden().submit_once(&code("R01"), month("2025-03")).unwrap();
    assert_eq!(once.shared[0].answered_by.as_ref().unwrap().recipe.as_deref(), Some("t from r"));
}

#[test]
fn recipes_are_applied_in_turn() {
    // m is asked by nobody.
    let chain = world().asks("X26", asking("c").item("t", "WARD")).asks("X24", asking("d").item("r", "STAY"));
    let chain = chain.derives("m", "t").derives("r", "m").derives("t", "m").defines(rate("t"));
    assert_eq!(counts(chain.clone()), [24, 24, 12]);
    let once = chain.burden().submit_once(&code("R01"), month("2025-03")).unwrap();
    assert_eq!(
        once.shared[0].answered_by.as_ref().unwrap().recipe.as_deref(),
        Some("m from r; then t from m")
    );
}

#[test]
fn a_containing_subject_over_shorter_periods_needs_a_recipe() {
    let annual = asking("year").every(Frequency::Annual).lag(0).item("a", "WARD");
    let both = world().asks("X26", annual).asks("X24", asking("months").lag(0).item("a", "STAY"));
    assert_eq!(counts(both), [13, 13, 13]);
}

#[test]
fn a_ring_that_something_else_answers_adds_nothing() {
    // a and b answer each other; r answers b.
    let ring = world()
        .asks("X26", asking("c").item("a", "STAY").item("b", "STAY"))
        .derives("a", "b")
        .derives("b", "a");
    assert_eq!(counts(ring.clone()), [24, 24, 12]);
    assert_eq!(counts(ring.asks("X24", asking("d").item("r", "STAY")).derives("r", "b")), [36, 36, 12]);
}

#[test]
fn a_ring_that_shorter_periods_answer_adds_nothing() {
    // A and B are said to contain each other: over the year one of them is counted, unless B is also asked each month.
    let annual = asking("year").every(Frequency::Annual).lag(0).item("a", "A").item("a", "B");
    let ring =
        World::default().trust("R01").subject("A", Some("B")).subject("B", Some("A")).asks("X26", annual);
    assert_eq!(counts(ring.clone()), [2, 2, 1]);
    assert_eq!(counts(ring.asks("X24", asking("months").lag(0).item("a", "B"))), [14, 14, 12]);
}

fn minutes(per_submission: &str, per_item: &str) -> Vec<onus_domain::statement::CostLine> {
    vec![line(LineBasis::PerSubmission, per_submission), line(LineBasis::PerItem, per_item)]
}

#[test]
fn avoidable_hours_are_marginal_and_split_equally() {
    // a is asked by X26 at 5 min and by X24 at 2 min: 5 min each month are avoidable; c's one CONTENT ask is redundant, so its fixed 60 min
    // are too. d asks b as well and stays.
    let both = world()
        .asks("X26", asking("c").item("a", "STAY"))
        .asks("X24", asking("d").item("a", "STAY").item("b", "STAY"))
        .states("c", 1, "2023-04-01", minutes("60", "5"))
        .states("d", 1, "2023-04-01", minutes("30", "2"));
    let burden = both.clone().burden();
    let once = burden.submit_once(&code("R01"), month("2025-03")).unwrap();
    assert_eq!(once.avoidable_hours, Hours::whole(13));
    let split: Vec<_> = once
        .by_owner
        .iter()
        .map(|o| (o.owner.as_str(), o.asks, o.facts_shared, o.avoidable_hours.clone()))
        .collect();
    let half = Hours::fraction(13, 2).unwrap();
    assert_eq!(split, [("X24", 24, 12, half.clone()), ("X26", 12, 12, half)]);
    let pairs = burden.pair_months(month("2025-03"));
    assert_eq!(pairs.len(), 1);
    assert_eq!(
        (pairs[0].body_a.as_str(), pairs[0].body_b.as_str(), pairs[0].shared_facts),
        ("X24", "X26", 12)
    );
    assert_eq!(pairs[0].avoidable_hours, Hours::whole(13));
    // With another CONTENT ask c must stay: only the item's own minutes are avoidable.
    let mut stays = both;
    stays.0.versions[0]
        .content
        .items
        .push(onus_domain::item::Item { position: 2, ..super::builder::item("z", "STAY") });
    assert_eq!(
        stays.burden().submit_once(&code("R01"), month("2025-03")).unwrap().avoidable_hours,
        Hours::whole(1)
    );
}

#[test]
fn the_fixed_time_of_a_redundant_collection_is_shared_out_over_its_asks() {
    // c's two asks are redundant, one because of X24, one because of X30: its hour each month is theirs by halves.
    let three = world()
        .asks("X26", asking("c").item("a", "STAY").item("b", "STAY"))
        .asks("X24", asking("d").item("a", "STAY").item("x", "STAY").item("y", "STAY"))
        .asks("X30", asking("e").item("b", "STAY").item("v", "STAY").item("w", "STAY"));
    let three =
        ["c", "d", "e"].iter().fold(three, |world, c| world.states(c, 1, "2023-04-01", minutes("60", "0")));
    let once = three.burden().submit_once(&code("R01"), month("2025-03")).unwrap();
    assert_eq!(once.avoidable_hours, Hours::whole(12));
    let split: Vec<_> =
        once.by_owner.iter().map(|o| (o.owner.as_str(), o.avoidable_hours.to_string())).collect();
    assert_eq!(split, [("X24", "3".to_owned()), ("X26", "6".to_owned()), ("X30", "3".to_owned())]);
}

#[test]
fn a_body_that_asks_twice_is_a_pair_with_itself() {
    let twice = world()
        .asks("X26", asking("c").item("a", "STAY").item("z", "STAY"))
        .asks("X26", asking("d").item("a", "STAY").item("y", "STAY"))
        .asks("X24", asking("e").item("a", "STAY").item("x", "STAY"));
    let twice =
        ["c", "d", "e"].iter().fold(twice, |world, c| world.states(c, 1, "2023-04-01", minutes("0", "5")));
    let pairs = twice.burden().pair_months(month("2025-03"));
    let shown: Vec<_> = pairs
        .iter()
        .map(|p| (p.body_a.as_str(), p.body_b.as_str(), p.shared_facts, p.avoidable_hours.to_string()))
        .collect();
    assert_eq!(shown, [("X24", "X26", 12, "1".to_owned()), ("X26", "X26", 12, "1".to_owned())]);
}

#[test]
fn a_folded_ask_is_redundant_and_shared_with_who_answers_it() {
    let nested = world()
        .asks("X26", asking("c").item("a", "STAY"))
        .asks("X24", asking("d").item("a", "WARD"))
        .states("c", 1, "2023-04-01", minutes("60", "1"))
        .states("d", 1, "2023-04-01", minutes("60", "5"));
    let burden = nested.burden();
    let row = burden.provider_month(&code("R01"), month("2025-03")).unwrap();
    assert_eq!(row.avoidable_hours, Hours::whole(13));
    let bodies = burden.body_months(month("2025-03"));
    assert!(
        bodies.iter().all(|b| b.avoidable_hours == Hours::fraction(13, 2).unwrap() && b.facts_shared == 12)
    );
}

#[test]
fn two_collections_side_by_side() {
    let nested = world()
        .trust("R02")
        .provider("R03", onus_domain::organisation::ProviderType::Ambulance, None, None)
        .asks("X26", asking("c").item("a", "STAY").item("b", "STAY").item("z", "STAY").item("z", "STAY"))
        .asks("X24", asking("d").item("a", "WARD").item("b", "STAY"))
        .asks(
            "X24",
            asking("e").of_types(&[onus_domain::organisation::ProviderType::Ambulance]).item("b", "STAY"),
        );
    let burden = nested.burden();
    // c asks z twice, which is no matter of d.
    let found = burden.shared_facts(&"d".parse().unwrap(), &"c".parse().unwrap(), month("2025-03"));
    assert_eq!((found.shared_respondents, found.left_items, found.right_items), (2, 2, 4));
    assert_eq!((found.left_shared, found.right_shared, found.facts.len()), (2, 2, 2));
    let rules: Vec<_> = found.facts.iter().map(|f| f.answered_by.as_ref().map(|a| a.rule)).collect();
    assert_eq!(rules, [Some(FoldRule::ContainingSubject), None]);
    let nobody = burden.shared_facts(&"c".parse().unwrap(), &"e".parse().unwrap(), month("2025-03"));
    assert_eq!((nobody.shared_respondents, nobody.facts.len()), (0, 1));
}

#[test]
fn nobody_asked_has_no_rate() {
    let once = world().burden().submit_once(&code("R01"), month("2025-03")).unwrap();
    assert_eq!((once.counts.content().rate_plain(), once.asks_assumed_share), (None, None));
    assert_eq!(world().burden().national_month(month("2025-03")).index, None);
    let asked = world()
        .asks("X26", asking("c").item("a", "STAY"))
        .burden()
        .submit_once(&code("R01"), month("2025-03"));
    assert_eq!(asked.unwrap().counts.content().rate_strict(), Some(Ratio::one()));
}
