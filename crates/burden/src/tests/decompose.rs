//! Why burden changed: small worlds worked out by hand, and what holds in every world.

use super::{
    builder::{World, asking, code, day, line, month, of},
    random::any_world,
};
use crate::{Decomposition, EffectOfCollection, Hours, Pence, Ratio};
use onus_domain::{
    effect::Effect,
    organisation::{ProviderType, SizeMeasure},
    schedule::Frequency,
    statement::{CostLine, LineBasis, StaffRole, Tariff},
};
use proptest::prelude::*;

fn minutes(basis: LineBasis, minutes: &str) -> Vec<CostLine> {
    vec![line(basis, minutes)]
}

fn hours(text: &str) -> Hours {
    Hours::from_decimal(of(text))
}

/// Hours by effect.
fn bars(of: &Decomposition) -> Vec<(Effect, Hours)> {
    of.by_effect().into_iter().map(|(effect, (hours, _))| (effect, hours)).collect()
}

/// A monthly request of an hour from April 2022, asked anew by a second version in force from April 2024: from the period of March 2024
/// (due 10 April) on nothing is the first's.
fn succeeded(change: impl FnOnce(&mut super::builder::Asking)) -> World {
    let old = |mut asking: super::builder::Asking| {
        asking.schedule().first_period = day("2021-04-01");
        asking.item("a", "S").item("b", "S")
    };
    let first = old(asking("c")).from("2021-04-01").until("2024-03-01");
    let mut second = old(asking("c")).from("2024-03-01");
    second.0.number = 2;
    change(&mut second);
    World::default()
        .trust("R01")
        .asks("X26", first)
        .asks("X26", second)
        .states("c", 1, "2021-04-01", minutes(LineBasis::PerItem, "30"))
        .states("c", 2, "2024-03-01", minutes(LineBasis::PerItem, "30"))
}

fn change(world: World) -> Vec<(Effect, Hours)> {
    let burden = world.burden();
    let found = burden.decomposition(&code("R01"), month("2024-03"), month("2025-03")).unwrap();
    assert_eq!(burden.national_decomposition(month("2024-03"), month("2025-03")), found);
    bars(&found)
}

#[test]
fn vector_2_to_3_is_respondents_alone() {
    // 86 providers answer 101 yearly collections, of 0.75 h, of 43.6 h and 99 of 0.75 h; a second version asks 63 of them.
    let mut world = World::default();
    for place in 0..86 {
        world = world.trust(&format!("R{place:02}"));
    }
    for place in 0..101 {
        let id = format!("c{place:03}");
        let yearly = || {
            let mut asking = asking(&id).every(Frequency::Annual).lag(0);
            asking.schedule().first_period = day("2021-04-01");
            asking
        };
        let mut second = yearly().from("2024-04-01");
        second.0.number = 2;
        second.rule().exclude = (63..86).map(|place| code(&format!("R{place:02}"))).collect();
        let each = minutes(LineBasis::PerSubmission, if place == 1 { "2616" } else { "45" });
        world = world
            .asks("X26", yearly().from("2021-04-01").until("2024-04-01"))
            .asks("X26", second)
            .states(&id, 1, "2021-04-01", each.clone())
            .states(&id, 2, "2024-04-01", each);
    }
    let burden = world.burden();
    let (before, after) = (month("2024-03"), month("2025-03"));
    assert_eq!(burden.national_month(before).hours_12m, hours("10199.6"));
    assert_eq!(burden.national_month(after).hours_12m, hours("7471.8"));
    let found = burden.national_decomposition(before, after);
    assert_eq!(bars(&found), [(Effect::Respondents, hours("-2727.8"))]);
    assert_eq!(found.of_owner(&code("X26")), found);
    assert_eq!(found.of_owner(&code("X24")).effects, []);
}

#[test]
fn what_stays_the_same_has_no_effect() {
    assert_eq!(change(succeeded(|_| ())), []);
}

#[test]
fn each_cause_alone_has_its_own_effect() {
    // 12 returns of two half hours; after the change four.
    assert_eq!(
        change(succeeded(|second| second.schedule().frequency = Frequency::Quarterly)),
        [(Effect::Frequency, hours("-8"))]
    );
    assert_eq!(
        change(succeeded(|second| second.0.content.items.truncate(1))),
        [(Effect::Content, hours("-6"))]
    );
    assert_eq!(
        change(succeeded(|second| second.rule().exclude.extend([code("R01")]))),
        [(Effect::Respondents, hours("-12"))]
    );
    let mut other_way = succeeded(|_| ());
    other_way.0.statements[1].lines = minutes(LineBasis::PerItem, "45");
    assert_eq!(change(other_way), [(Effect::TimePerItem, hours("6"))]);
    let known_better = succeeded(|_| ()).states("c", 2, "2024-09-10", minutes(LineBasis::PerItem, "10"));
    assert_eq!(change(known_better), [(Effect::ReEstimation, hours("-8"))]);
    let ended = succeeded(|second| second.0.live_to = Some(day("2024-09-01")));
    // April (for March) to September (for August): six of twelve.
    assert_eq!(change(ended), [(Effect::EndedCollections, hours("-6"))]);
    let suspended = succeeded(|second| *second = second.clone().suspended("2024-05-15", Some("2024-06-10")));
    assert_eq!(change(suspended), [(Effect::EndedCollections, hours("-1"))]);
    let begun = asking("d").from("2024-10-01");
    let new =
        succeeded(|_| ()).asks("X24", begun).states("d", 1, "2024-10-01", minutes(LineBasis::Annual, "120"));
    // Six of twelve months of two hours a year.
    assert_eq!(change(new), [(Effect::NewCollections, hours("1"))]);
}

#[test]
fn a_provider_that_closes_or_opens_is_respondents() {
    let mut closed = succeeded(|_| ());
    closed.0.organisations[0].close_date = Some(day("2024-06-15"));
    // Returns for March, April and May; in the year before, twelve.
    assert_eq!(change(closed), [(Effect::Respondents, hours("-9"))]);
}

#[test]
fn size_and_tariff_have_bars_of_their_own() {
    let mut unit = line(LineBasis::PerUnit, "60");
    (unit.unit_measure, unit.unit_size) = (Some(SizeMeasure::FloorArea), Some(of("10")));
    unit.external_pence = 30;
    let mut world = succeeded(|_| ()).sized("R01", SizeMeasure::FloorArea, "2020-01-01", "10").sized(
        "R01",
        SizeMeasure::FloorArea,
        "2024-03-15",
        "20",
    );
    for statement in &mut world.0.statements {
        statement.lines = vec![unit.clone()];
    }
    for (from, pence) in [("2020-01-01", 100), ("2024-04-01", 130)] {
        world.0.tariffs.push(Tariff {
            staff_role: StaffRole::InformationAnalyst,
            from_date: day(from),
            pence_per_hour: pence,
            overhead_percent: of("0"),
        });
    }
    let found = world.burden().decomposition(&code("R01"), month("2024-03"), month("2025-03")).unwrap();
    let shown: Vec<_> = found.effects.iter().map(|e| (e.effect, e.hours.clone(), e.cost.clone())).collect();
    // 12 h at 100 + 30 to 24 h at 130 + 30: of size, 12 x (30 + the mean of 100 and 130); of tariff 30 x the mean of 12 and 24.
    assert_eq!(
        shown,
        [
            (Effect::Size, Hours::whole(12), Pence::whole(12 * 145)),
            (Effect::Tariff, Hours::zero(), Pence::whole(30 * 18)),
        ]
    );
}

#[test]
fn two_causes_share_what_they_do_together() {
    // 12 returns of 1 h to 4 of 3 h: frequency -8 x 2, time 2 x 8.
    let mut both = succeeded(|second| second.schedule().frequency = Frequency::Quarterly);
    both.0.statements[1].lines = minutes(LineBasis::PerItem, "90");
    assert_eq!(change(both), [(Effect::Frequency, hours("-16")), (Effect::TimePerItem, hours("16"))]);
}

#[test]
fn a_re_estimate_of_a_whole_body_leaves_the_index_unmoved_and_is_its_own_bar() {
    let old = |id: &str| {
        let mut asking = asking(id).from("2021-04-01");
        asking.schedule().first_period = day("2021-04-01");
        asking
    };
    let world =
        World::default().trust("R01").asks("X26", old("c")).asks("X26", old("d")).asks("X24", old("e"));
    let each = |world: World, from: &str, minutes: [&str; 2]| {
        ["c", "d"].iter().zip(minutes).fold(world, |world, (c, minutes)| {
            world.states(c, 1, from, vec![line(LineBasis::PerSubmission, minutes)])
        })
    };
    let world = each(world, "2021-04-01", ["60", "120"]);
    let re_estimated = each(world.clone(), "2024-08-15", ["6", "90"]);
    for text in ["2024-07", "2024-08", "2025-03"] {
        let burden = re_estimated.clone().burden();
        let row = burden.provider_month(&code("R01"), month(text)).unwrap();
        let bodies: Vec<_> = burden.body_indexes(month(text)).into_iter().map(|body| body.index).collect();
        let hundred = Some(Ratio::whole(100));
        assert_eq!((&row.index, &burden.national_month(month(text)).index), (&hundred, &hundred), "{text}");
        assert_eq!(bodies, [hundred.clone(), hundred]);
    }
    let index = re_estimated.clone().burden().body_indexes(month("2025-03"))[1].index_as_published.clone();
    assert_eq!(index, Ratio::fraction(100 * 96, 180));
    assert_eq!(change(re_estimated), [(Effect::ReEstimation, Hours::fraction(-84 * 12, 60).unwrap())]);
}

#[test]
fn a_merger_leaves_the_successors_index_continuous() {
    // Both answered the same and so does who goes on: half the returns for the size of both, and half the index from then on within a year.
    let merged = |world: World| {
        let world = world
            .provider("R02", ProviderType::Acute, None, Some("2024-09-30"))
            .sized("R02", SizeMeasure::FloorArea, "2020-01-01", "10")
            .sized("R01", SizeMeasure::FloorArea, "2020-01-01", "10")
            .sized("R01", SizeMeasure::FloorArea, "2024-10-01", "20");
        world.succeeds("R02", "R01", "2024-10-01", "1")
    };
    // With work that follows size nothing jumps: the line takes 30 minutes for each 10.
    let mut unit = line(LineBasis::PerUnit, "30");
    (unit.unit_measure, unit.unit_size) = (Some(SizeMeasure::FloorArea), Some(of("10")));
    let mut world = merged(succeeded(|_| ()));
    world.0.statements.iter_mut().for_each(|statement| statement.lines = vec![unit.clone()]);
    let burden = world.burden();
    let index = |text: &str| burden.provider_month(&code("R01"), month(text)).unwrap().index.unwrap();
    assert_eq!(index("2024-09"), Ratio::whole(100));
    // R02's work of the eleven months before is not R01's: a twelfth a month comes over.
    assert_eq!(index("2025-10"), Ratio::whole(100));
    let national = |text: &str| burden.national_month(month(text)).hours_12m;
    assert_eq!(national("2025-10"), national("2024-09"));
}

fn any_month() -> impl Strategy<Value = onus_domain::Month> {
    (0..30).prop_map(|later| month("2022-12").plus(later))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn effects_add_up_to_the_change_to_the_last_digit(world in any_world(), from in any_month(), to in any_month()) {
        let snapshot = world.0.clone();
        let burden = world.burden();
        let (before, after) = (burden.provider_months(from), burden.provider_months(to));
        let all = burden.decompositions(from, to);
        for ((old, new), (provider, found)) in before.iter().zip(&after).zip(&all) {
            prop_assert_eq!(&new.provider, provider);
            prop_assert_eq!(found.hours(), new.hours_12m.clone() - old.hours_12m.clone());
            prop_assert_eq!(found.cost(), new.cost_12m.clone() - old.cost_12m.clone());
            prop_assert_eq!(burden.decomposition(provider, from, to), Some(found.clone()));
            prop_assert!(found.effects.iter().all(|e| e.effect != Effect::Tariff || e.hours.is_zero()));
        }
        let national = burden.national_decomposition(from, to);
        let sum = |of: &dyn Fn(&Decomposition) -> Hours| all.iter().map(|(_, found)| of(found)).sum::<Hours>();
        prop_assert_eq!(national.hours(), sum(&Decomposition::hours));
        for part in &national.effects {
            let own = |found: &Decomposition| {
                let own = found.effects.iter().filter(|e| (e.effect, &e.owner) == (part.effect, &part.owner));
                own.map(|e| e.hours.clone()).sum()
            };
            prop_assert_eq!(&part.hours, &sum(&own));
        }
        // The same parts, collection by collection.
        for (provider, found) in all.iter().map(|(code, found)| (Some(code), found)).chain([(None, &national)]) {
            let (whole, by_collection) = burden.decomposition_by_collection(provider, from, to).unwrap();
            prop_assert_eq!(&whole, found);
            let mut sums = std::collections::BTreeMap::<_, (Hours, Pence)>::new();
            for EffectOfCollection { collection, part } in by_collection {
                prop_assert_eq!(&snapshot.collection(&collection).unwrap().owner, &part.owner);
                let sum = sums.entry((part.effect, part.owner)).or_default();
                sum.0 += &part.hours;
                sum.1 += &part.cost;
            }
            sums.retain(|_, (hours, cost)| !hours.is_zero() || !cost.is_zero());
            let whole = found.effects.iter().map(|e| ((e.effect, e.owner.clone()), (e.hours.clone(), e.cost.clone())));
            prop_assert_eq!(sums, whole.collect());
        }
        for body in burden.body_months(to).iter().zip(burden.body_months(from)) {
            prop_assert_eq!(national.of_owner(&body.0.body).hours(), body.0.hours_12m.clone() - body.1.hours_12m);
        }
    }

    #[test]
    fn nothing_happens_between_a_month_and_itself(world in any_world(), at in any_month()) {
        prop_assert_eq!(world.burden().national_decomposition(at, at).effects, vec![]);
    }

    #[test]
    fn there_and_back_is_nothing(world in any_world(), from in any_month(), to in any_month()) {
        let burden = world.burden();
        let (there, back) = (burden.national_decomposition(from, to), burden.national_decomposition(to, from));
        for (effect, (hours, cost)) in there.by_effect() {
            // What is new there has ended back.
            if matches!(effect, Effect::NewCollections | Effect::EndedCollections) {
                continue;
            }
            let (other, pence) = back.by_effect().remove(&effect).unwrap_or_default();
            prop_assert_eq!((hours + other, cost + pence), (Hours::zero(), Pence::zero()));
        }
    }
}
