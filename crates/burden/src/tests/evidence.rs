//! Time returns: pooled, flagged, carried to totals; drafts told what they would cost.

use super::builder::{World, asking, code, day, item, line, month, of};
use crate::{Hours, Pence, Ratio, VersionEvidence};
use chrono::NaiveTime;
use onus_domain::{
    Basis,
    organisation::{ProviderType, SizeMeasure},
    schedule::Frequency,
    statement::{LineBasis, Method, StaffRole, Tariff},
    submission::{Obligation, Submission, TimeReturn},
};
use proptest::prelude::*;

/// A receipt of `c` for March 2024, due on 10 April, that took so many minutes.
fn receipt(provider: &str, minutes: Option<u32>) -> Submission {
    Submission {
        obligation: Obligation {
            collection: of("c"),
            version: 1,
            provider: code(provider),
            period_start: day("2024-03-01"),
            period_end: day("2024-03-31"),
            due_date: day("2024-04-10"),
        },
        submitted_at: day("2024-04-09").and_time(NaiveTime::MIN).and_utc(),
        time_return: minutes.map(|minutes| TimeReturn { minutes, people: 1 }),
    }
}

/// Trusts that each took so many minutes for a form of an hour; two hours a year besides.
fn world(minutes: &[u32]) -> World {
    let mut world = World::default().asks("X26", asking("c").item("a", "S")).states(
        "c",
        1,
        "2023-04-01",
        vec![line(LineBasis::PerSubmission, "60"), line(LineBasis::Annual, "120")],
    );
    for (place, minutes) in minutes.iter().enumerate() {
        let provider = format!("R{place:02}");
        world = world.trust(&provider);
        world.0.submissions.push(receipt(&provider, Some(*minutes)));
    }
    world
}

fn evidence(world: World) -> Vec<VersionEvidence> {
    world.burden().evidence(month("2024-04"))
}

fn minutes(count: i64) -> Hours {
    Hours::fraction(count, 60).unwrap()
}

#[test]
fn a_return_of_900_hours_is_kept_flagged_and_harmless() {
    let usual = [50, 55, 60, 60, 65, 70, 70, 75];
    let with_absurd = [&usual[..], &[54_000]].concat();
    let (before, after) = (&evidence(world(&usual))[0], &evidence(world(&with_absurd))[0]);
    assert_eq!(
        (before.taken.median.clone(), after.taken.median.clone()),
        (minutes(125).times(&half()), minutes(65))
    );
    assert!(before.flagged.is_empty());
    let [flagged] = after.flagged.as_slice() else { panic!("{:?}", after.flagged) };
    assert_eq!((flagged.obligation.provider.as_str(), &flagged.taken), ("R08", &Hours::whole(900)));
    assert_eq!((flagged.declared.clone(), after.returns, after.taken.count), (Hours::whole(1), 9, 9));
    let interval = after.taken.interval.as_ref().unwrap();
    assert_eq!((&interval.low, &interval.high), (&minutes(55), &minutes(75)));
    assert_eq!(interval.coverage, Ratio::fraction(492, 512).unwrap());
    // A tenth of what the others take is as strange; with too few to tell, the statement is what is usual.
    assert_eq!(evidence(world(&[60, 60, 60, 60, 60, 60, 5]))[0].flagged.len(), 1);
    let few = &evidence(world(&[54_000, 60]))[0];
    assert_eq!((few.flagged.len(), &few.taken.interval), (1, &None));
}

fn half() -> Ratio {
    Ratio::fraction(1, 2).unwrap()
}

#[test]
fn intervals_are_carried_to_totals_and_bias_is_published() {
    // Nine trusts; the middle takes 90 minutes for an hour, between 80 and 120.
    let burden = world(&[70, 80, 80, 90, 90, 100, 110, 120, 600]).burden();
    let row = burden.provider_month(&code("R00"), month("2024-04")).unwrap();
    let month_share = minutes(10);
    assert_eq!(row.hours, Hours::whole(1) + month_share.clone());
    assert_eq!(row.hours_low, Some(minutes(80) + month_share.clone()));
    assert_eq!(row.hours_high, Some(minutes(120) + month_share.clone()));
    assert_eq!(row.hours_12m_high, Some(minutes(120 * 12) + minutes(120)));
    let national = burden.national_month(month("2024-04"));
    let nine = Ratio::whole(9);
    assert_eq!(national.hours_low, row.hours_low.map(|low| low.times(&nine)));
    assert_eq!(national.hours_12m_high, row.hours_12m_high.map(|high| high.times(&nine)));
    let [bias] = burden.biases(month("2024-04")).try_into().unwrap();
    assert_eq!((bias.owner.as_str(), bias.versions), ("X26", 1));
    assert_eq!((bias.declared.clone(), bias.actual.clone()), (Hours::whole(108), Hours::whole(162)));
    assert_eq!(bias.factor, Ratio::fraction(3, 2));
    assert_eq!((bias.low, bias.high), (Ratio::fraction(4, 3), Some(Ratio::whole(2))));
    // Actual compliance is another figure: the nine receipts.
    assert_eq!((national.obligations, national.obligations_met, national.hours_met), (9, 9, Hours::whole(9)));
}

#[test]
fn what_is_not_known_yet_or_not_owed_is_no_evidence() {
    let six = [60; 6];
    assert_eq!(world(&six).burden().evidence(month("2024-03")), []);
    let burden = world(&six[..5]).burden();
    assert_eq!(burden.evidence(month("2024-04"))[0].taken.count, 5);
    let row = burden.provider_month(&code("R00"), month("2024-04")).unwrap();
    assert_eq!((row.hours_low, row.hours_high, burden.biases(month("2024-04"))), (None, None, vec![]));
    let mut strange = world(&six[..1]);
    let mut other = receipt("R00", Some(600));
    other.obligation.period_end = day("2024-03-30");
    let mut unknown = receipt("R99", Some(600));
    unknown.obligation.provider = code("R99");
    strange.0.submissions.extend([other, unknown, receipt("R00", None)]);
    // Of two returns on one obligation the later counts.
    let mut later = receipt("R00", Some(80));
    later.submitted_at += chrono::Duration::days(3);
    strange.0.submissions.push(later);
    let found = &evidence(strange)[0];
    assert_eq!((found.returns, &found.taken.median), (1, &minutes(80)));
}

#[test]
fn a_provider_that_returns_often_counts_once() {
    let mut world = world(&[60, 60, 60, 60, 60, 60]);
    for (start, end, due) in
        [("2024-01-01", "2024-01-31", "2024-02-10"), ("2024-02-01", "2024-02-29", "2024-03-10")]
    {
        let mut more = receipt("R00", Some(600));
        (more.obligation.period_start, more.obligation.period_end) = (day(start), day(end));
        more.obligation.due_date = day(due);
        world.0.submissions.push(more);
    }
    let found = &evidence(world)[0];
    assert_eq!((found.returns, found.taken.count, &found.taken.median), (8, 6, &Hours::whole(1)));
    assert_eq!(found.ratio.as_ref().unwrap().interval.as_ref().unwrap().high, Ratio::whole(10));
}

#[test]
fn returns_are_read_against_each_providers_own_size() {
    let mut unit = line(LineBasis::PerUnit, "60");
    (unit.unit_measure, unit.unit_size) = (Some(SizeMeasure::FloorArea), Some(of("1")));
    // Each takes twice what is declared for its size.
    let mut world = world(&[120, 240, 360, 480, 600, 720]);
    world.0.statements[0].lines = vec![unit];
    for place in 0..6 {
        let size = (place + 1).to_string();
        world = world.sized(&format!("R{place:02}"), SizeMeasure::FloorArea, "2020-01-01", &size);
    }
    let burden = world.burden();
    let ratio = burden.evidence(month("2024-04"))[0].ratio.clone().unwrap();
    let interval = ratio.interval.unwrap();
    assert_eq!(
        (ratio.median, interval.low, interval.high),
        (Ratio::whole(2), Ratio::whole(2), Ratio::whole(2))
    );
    let row = burden.provider_month(&code("R04"), month("2024-04")).unwrap();
    assert_eq!((row.hours, row.hours_low), (Hours::whole(5), Some(Hours::whole(10))));
}

#[test]
fn hours_that_nobody_declared_are_read_as_they_are() {
    let mut world = world(&[30; 6]);
    world.0.statements[0].lines = vec![line(LineBasis::Annual, "120")];
    let burden = world.burden();
    let row = burden.provider_month(&code("R00"), month("2024-04")).unwrap();
    assert_eq!((row.hours, row.hours_low), (minutes(10), Some(minutes(40))));
    assert_eq!(burden.evidence(month("2024-04"))[0].ratio, None);
    assert_eq!(burden.biases(month("2024-04"))[0].factor, None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn totals_have_the_sums_of_the_ends(minutes in prop::collection::vec(1..500_u32, 1..14)) {
        let burden = world(&minutes).burden();
        let (rows, national) = (burden.provider_months(month("2024-04")), burden.national_month(month("2024-04")));
        prop_assert_eq!(national.hours_low.is_some(), minutes.len() >= crate::LEAST_POOLED);
        let low: Option<Hours> = rows.iter().map(|row| row.hours_low.clone()).sum::<Option<Hours>>();
        prop_assert_eq!(&national.hours_low, &low);
        let high: Option<Hours> = rows.iter().map(|row| row.hours_12m_high.clone()).sum::<Option<Hours>>();
        prop_assert_eq!(&national.hours_12m_high, &high);
        prop_assert!(national.hours_low <= national.hours_high);
    }
}

#[test]
fn a_draft_is_told_what_it_would_cost() {
    let mut world = world(&[70, 80, 80, 90, 90, 100, 110, 120, 600]).sized(
        "R01",
        SizeMeasure::FloorArea,
        "2020-01-01",
        "3",
    );
    world.0.tariffs.push(Tariff {
        staff_role: StaffRole::InformationAnalyst,
        from_date: day("2020-01-01"),
        pence_per_hour: 100,
        overhead_percent: of("25"),
    });
    let world = world.provider("A01", ProviderType::GpPractice, None, None);
    let mut unit = line(LineBasis::PerUnit, "60");
    (unit.unit_measure, unit.unit_size) = (Some(SizeMeasure::FloorArea), Some(of("1")));
    let mut draft = asking("new").every(Frequency::Quarterly).item("a", "S").item("b", "S");
    draft.push(onus_domain::item::Item {
        mandation: Some(onus_domain::item::Mandation::Optional),
        ..item("z", "S")
    });
    draft.schedule().first_period = day("2024-10-01");
    // Each quarter: 2 items x 30 min + an hour for each unit of size; an hour a year; 120 min over 24 months.
    let mut once = line(LineBasis::OneOff, "120");
    once.life_months = Some(24);
    let lines = [line(LineBasis::PerItem, "30"), unit, line(LineBasis::Annual, "60"), once];
    let burden = world.burden();
    let found =
        burden.estimate(&code("X26"), &draft.0.content, (&lines, Method::Declared), day("2024-06-01"));
    assert_eq!((found.respondents, found.submissions_each, found.items), (9, 4, 2));
    // Size 1 where it is not known: 4 x 2 + 1 + 1; R01 4 x 4 + 2.
    let ends = (found.hours_each_least, found.hours_each_median, found.hours_each_most);
    assert_eq!(ends, (Some(Hours::whole(10)), Some(Hours::whole(10)), Some(Hours::whole(18))));
    assert_eq!((found.hours.clone(), found.cost.clone()), (Hours::whole(98), Pence::whole(98 * 125)));
    assert_eq!(found.assumed_share, Ratio::fraction(8 * 4, 98));
    assert_eq!(found.by_type.len(), 1);
    assert!(!found.is_default);
    // The owner's returns take between 4/3 and twice what it declares; the work of months is as it is.
    let submissions = Hours::whole(8 * 8 + 16);
    assert_eq!(found.hours_low, Some(submissions.times(&Ratio::fraction(4, 3).unwrap()) + Hours::whole(18)));
    assert_eq!(found.hours_high, Some(submissions.times(&Ratio::whole(2)) + Hours::whole(18)));
    let other =
        burden.estimate(&code("X24"), &draft.0.content, (&lines, Method::Declared), day("2024-06-01"));
    assert_eq!((other.hours, other.hours_low), (found.hours, None));
    let mut guessed = draft.clone();
    guessed.schedule().basis = Basis::Assumed;
    let of_guess =
        burden.estimate(&code("X26"), &guessed.0.content, (&lines, Method::Declared), day("2024-06-01"));
    assert_eq!(of_guess.assumed_share, Some(Ratio::one()));
}

#[test]
fn a_draft_with_nothing_in_it_yet_costs_nothing_and_one_without_lines_the_default() {
    let burden = world(&[60]).burden();
    let mut empty = asking("new").0.content;
    (empty.schedule, empty.respondents) = (None, None);
    let found = burden.estimate(&code("X26"), &empty, (&[], Method::Declared), day("2024-06-01"));
    assert_eq!((found.respondents, found.submissions_each, found.hours_each_median), (0, 0, None));
    assert_eq!((found.hours, found.assumed_share), (Hours::zero(), None));
    let draft = asking("new").item("a", "S");
    let found = burden.estimate(&code("X26"), &draft.0.content, (&[], Method::Declared), day("2024-06-01"));
    assert_eq!((found.is_default, found.assumed_share), (true, Some(Ratio::one())));
    // What is then registered and never revised comes to the same in its first whole year.
    let registered = World::default().trust("R00").asks("X26", draft).burden();
    let row = registered.provider_month(&code("R00"), month("2025-03")).unwrap();
    assert_eq!(found.hours, row.hours_12m);
}
