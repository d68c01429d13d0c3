//! Targets, what-ifs, balances and calendars.

use super::{
    builder::{World, asking, code, day, line, month, of},
    random::any_world,
};
use crate::{Change, Hours, PurposeCounts, Ratio, TargetMonth};
use chrono::NaiveTime;
use onus_domain::{
    Error,
    collection::SectorPath,
    item::PurposeKind,
    organisation::ProviderType,
    plan::{Plan, Target, TargetMeasure, TargetStatus},
    schedule::Frequency,
    statement::LineBasis,
    submission::{Obligation, Submission},
};
use proptest::prelude::*;

fn old(collection: &str) -> super::builder::Asking {
    let mut asking = asking(collection).from("2020-01-01").item("a", "S");
    asking.schedule().first_period = day("2020-01-01");
    asking
}

/// Two bodies' monthly requests of an hour; X24's second ends after August 2024.
fn world() -> World {
    let world = World::default()
        .trust("R01")
        .trust("R02")
        .asks("X26", old("c").item("b", "S"))
        .asks("X24", old("d").item("x", "S"))
        .asks("X24", old("e").item("y", "S").until("2024-09-01"));
    ["c", "d", "e"]
        .iter()
        .fold(world, |world, c| world.states(c, 1, "2020-01-01", vec![line(LineBasis::PerSubmission, "60")]))
}

fn target(measure: TargetMeasure, baseline: &str, value: &str, date: &str) -> Target {
    Target {
        measure,
        baseline: of(baseline),
        baseline_month: month("2024-03"),
        value: of(value),
        date: day(date),
    }
}

fn plan(owner: &str, targets: Vec<Target>) -> Plan {
    Plan { owner: code(owner), title: "Less".into(), text: String::new(), targets, revision: 1 }
}

/// Trajectory, current value, forecast and status.
type Standing = (String, Option<String>, Option<String>, Option<TargetStatus>);

fn standing(rows: &[TargetMonth]) -> Vec<Standing> {
    let text = |value: &Option<Ratio>| value.as_ref().map(ToString::to_string);
    rows.iter().map(|t| (t.trajectory.to_string(), text(&t.current), text(&t.forecast), t.status)).collect()
}

#[test]
fn a_target_follows_its_trajectory_and_the_trend() {
    use TargetMeasure::{Collections, Hours as HoursMeasure};
    let burden = world().burden();
    let plans = [plan(
        "X24",
        vec![
            target(HoursMeasure, "48", "24", "2026-03-31"),
            target(Collections, "2", "1", "2025-03-31"),
            target(HoursMeasure, "48", "12", "2026-03-31"),
        ],
    )];
    let at = |text: &str| standing(&burden.target_months(&plans, month(text)));
    let some = |text: &str| Some(text.to_owned());
    // In March nothing has moved, and the line has only begun.
    let march = at("2024-03");
    assert_eq!(march[0], ("48".into(), some("48"), some("48"), Some(TargetStatus::AtRisk)));
    // December: e's returns until September; of twelve, nine are left. On the line 39, moved by 6 in 9 months.
    let december = at("2024-12");
    assert_eq!(december[0], ("39".into(), some("42"), some("32"), Some(TargetStatus::OffTrack)));
    assert_eq!(
        december[1],
        (
            "1.25".into(),
            some("1"),
            Some(Ratio::fraction(2, 3).unwrap().to_string()),
            Some(TargetStatus::OnTrack)
        )
    );
    // September 2025: 24, below the line 30 but moving by 22 a year: below nothing by then.
    assert_eq!(at("2025-09")[0].1, some("24"));
    assert_eq!(at("2025-09")[0].3, Some(TargetStatus::OnTrack));
    // From its date on the promise decides: 24 is kept, 12 is not.
    let over = at("2026-04");
    assert_eq!(over[0], ("24".into(), some("24"), some("24"), Some(TargetStatus::OnTrack)));
    assert_eq!(over[2].3, Some(TargetStatus::OffTrack));
}

#[test]
fn rates_are_of_what_is_not_redundant() {
    use TargetMeasure::{AutomatedShare, SubmitOnceRate};
    let burden = world().burden();
    let plans = [
        plan(
            "X26",
            vec![
                target(SubmitOnceRate, "0.5", "1", "2026-03-31"),
                target(AutomatedShare, "0", "0.5", "2026-03-31"),
            ],
        ),
        plan("X24", vec![target(SubmitOnceRate, "0.5", "1", "2026-03-31")]),
        plan(
            "X99",
            vec![
                target(SubmitOnceRate, "0.5", "1", "2026-03-31"),
                target(TargetMeasure::Hours, "10", "5", "2026-03-31"),
            ],
        ),
    ];
    let rows = burden.target_months(&plans, month("2025-09"));
    let shown: Vec<_> = rows.iter().map(|t| t.current.as_ref().map(ToString::to_string)).collect();
    let some = |text: &str| Some(text.to_owned());
    // c and d both ask a; the first, c, is kept, for it costs the same.
    assert_eq!(shown, [some("1"), some("0"), some("0.5"), None, some("0")]);
    assert_eq!((&rows[3].status, &rows[3].forecast), (&None, &None));
    let national = burden.national_month(month("2025-09"));
    let all = burden.cross_sector(&plans, month("2025-09"));
    let of = |measure| all.iter().find(|row| row.measure == measure).unwrap();
    assert_eq!(of(SubmitOnceRate).current, national.content().rate_strict());
    assert_eq!((&of(SubmitOnceRate).owner, of(SubmitOnceRate).value.clone()), (&None, Ratio::one()));
}

#[test]
fn the_cross_sector_plan_adds_its_parts_up() {
    use TargetMeasure::Hours as HoursMeasure;
    let burden = world().burden();
    let plans = [
        plan(
            "X24",
            vec![
                target(HoursMeasure, "48", "40", "2024-12-31"),
                target(HoursMeasure, "48", "24", "2026-03-31"),
            ],
        ),
        plan("X26", vec![target(HoursMeasure, "24", "12", "2025-03-31")]),
    ];
    let [all] = burden.cross_sector(&plans, month("2024-12")).try_into().unwrap();
    let whole = |n| Ratio::whole(n);
    assert_eq!((all.baseline, all.value, all.date), (whole(72), whole(36), day("2026-03-31")));
    // 39 and 15; 42 and 24; 32 and 24.
    assert_eq!((all.trajectory, all.current, all.forecast), (whole(54), Some(whole(66)), Some(whole(56))));
    assert_eq!(all.status, Some(TargetStatus::OffTrack));
    assert_eq!(burden.cross_sector(&[], month("2024-12")), []);
}

fn rules(result: onus_domain::Result<impl std::fmt::Debug>) -> Vec<String> {
    let Err(Error::Invalid(all)) = result else { panic!("{result:?}") };
    all.into_iter().map(|violation| format!("{} {}", violation.field, violation.rule)).collect()
}

#[test]
fn what_is_not_there_cannot_be_changed() {
    let burden = world().burden();
    let at = month("2024-08");
    assert_eq!(rules(burden.what_if(&[], at)), ["changes REQUIRED"]);
    let retire = Change::Retire(of("c"));
    let merge = Change::Merge { into: of("c"), others: vec![of("c"), of("nothing")] };
    assert_eq!(
        rules(burden.what_if(&[retire, Change::Frequency(of("c"), Frequency::Annual)], at)),
        ["changes[1].collection KNOWN"]
    );
    assert_eq!(
        rules(burden.what_if(&[merge], at)),
        ["changes[0].others UNIQUE", "changes[0].collection KNOWN"]
    );
    let mut rule = asking("c").rule().clone();
    rule.regions.insert(" ".into());
    assert_eq!(
        rules(burden.what_if(&[Change::Respondents(of("c"), rule)], at)),
        ["changes[0].regions[0] REQUIRED"]
    );
}

#[test]
fn what_if_tells_index_rate_and_hours_of_each_and_all() {
    let burden = world().burden();
    let at = month("2024-08");
    let before = burden.national_month(at);
    let quarterly = burden.what_if(&[Change::Frequency(of("d"), Frequency::Quarterly)], at).unwrap();
    assert_eq!((&quarterly.before.hours_12m, &quarterly.before.index), (&before.hours_12m, &before.index));
    assert_eq!((quarterly.after.hours_12m.clone(), quarterly.after.obligations_12m), (Hours::whole(56), 56));
    assert_eq!(quarterly.after.index, Ratio::fraction(5600, 72));
    assert_eq!(quarterly.providers.len(), 2);
    assert_eq!(quarterly.providers[0].after.index, Ratio::fraction(5600, 72));
    let retired =
        burden.what_if(&[Change::Retire(of("c")), Change::Retire(of("d")), Change::Retire(of("e"))], at);
    let retired = retired.unwrap();
    assert_eq!((retired.after.hours_12m.clone(), retired.after.index), (Hours::zero(), Some(Ratio::zero())));
    assert_eq!(retired.after.counts.rate_strict(), None);
    // All that is asked is asked once: a, b, x and y.
    let merged =
        burden.what_if(&[Change::Merge { into: of("c"), others: vec![of("d"), of("e")] }], at).unwrap();
    assert_eq!(
        (merged.after.counts.asks, merged.after.counts.rate_plain()),
        (2 * 12 * 4, Some(Ratio::one()))
    );
    assert_eq!(merged.after.hours_12m, Hours::whole(24));
    let mut one = asking("c").rule().clone();
    one.exclude.insert(code("R02"));
    let fewer = burden.what_if(&[Change::Respondents(of("c"), one)], at).unwrap();
    assert_eq!((fewer.providers.len(), fewer.providers[0].provider.as_str()), (1, "R02"));
    // Nothing was changed.
    assert_eq!(burden.national_month(at), before);
}

#[test]
fn a_merged_collection_is_answered_by_all_who_answered_any_part() {
    let world = world()
        .provider("A01", ProviderType::GpPractice, None, None)
        .asks("X30", old("f").of_types(&[ProviderType::GpPractice]).item("g", "S"));
    let merged = world
        .burden()
        .what_if(&[Change::Merge { into: of("c"), others: vec![of("f")] }], month("2024-08"))
        .unwrap();
    let practice = &merged.providers[0];
    assert_eq!(
        (practice.provider.as_str(), practice.before.counts.asks, practice.after.counts.asks),
        ("A01", 24, 36)
    );
}

fn any_change() -> impl Strategy<Value = Change> {
    let id = |place: usize| of(&format!("c{place}"));
    prop_oneof![
        (0..5_usize).prop_map(move |place| Change::Retire(id(place))),
        (0..5_usize, 1..5_usize).prop_map(move |(place, other)| Change::Merge {
            into: id(place),
            others: vec![id((place + other) % 5)]
        }),
        (0..5_usize).prop_map(move |place| Change::Frequency(id(place), Frequency::Quarterly)),
        (0..5_usize).prop_map(move |place| Change::Respondents(id(place), asking("c").rule().clone())),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn parts_of_a_what_if_add_up_and_what_did_not_change_is_not_told(
        world in any_world(), changes in prop::collection::vec(any_change(), 1..3), later in 0..30_i32,
    ) {
        let at = month("2022-12").plus(later);
        let burden = world.burden();
        let (rows, national) = (burden.provider_months(at), burden.national_month(at));
        let Ok(found) = burden.what_if(&changes, at) else { return Ok(()) };
        prop_assert_eq!((&found.before.hours_12m, &found.before.index), (&national.hours_12m, &national.index));
        let mut after = Hours::zero();
        for row in &rows {
            let outcome = found.providers.iter().find(|outcome| outcome.provider == row.provider);
            if let Some(outcome) = outcome {
                prop_assert_eq!((&outcome.before.hours_12m, &outcome.before.index), (&row.hours_12m, &row.index));
            }
            after += outcome.map_or(&row.hours_12m, |outcome| &outcome.after.hours_12m);
        }
        prop_assert_eq!(after, found.after.hours_12m);
    }

    #[test]
    fn bodies_rates_make_the_national_one(world in any_world(), later in 0..30_i32) {
        let at = month("2022-12").plus(later);
        let burden = world.burden();
        let facts: u64 = burden.body_months(at).iter().map(|body| body.asks - body.asks_redundant).sum();
        prop_assert_eq!(facts, burden.national_month(at).content().facts_strict);
        let asks: u64 = burden.purpose_balance(at).iter().map(|body| body.asks.all()).sum();
        prop_assert_eq!(asks, burden.national_month(at).content().asks);
        let sectors = burden.sector_months(at);
        prop_assert_eq!(sectors.iter().map(|s| s.hours_12m.clone()).sum::<Hours>(), burden.national_month(at).hours_12m);
    }
}

#[test]
fn items_are_for_improvement_or_judgement() {
    let mut world = world();
    let kinds = [PurposeKind::Improvement, PurposeKind::Judgement];
    for (item, kind) in world.0.versions[0].content.items.iter_mut().zip(kinds) {
        item.purpose_kind = kind;
    }
    world.0.versions[1].content.items[0].purpose_kind = PurposeKind::Both;
    let rows = world.burden().purpose_balance(month("2025-03"));
    let counts =
        |improvement, judgement, both, unknown| PurposeCounts { improvement, judgement, both, unknown };
    // e is over, though it was asked until September.
    assert_eq!((rows[0].body.as_str(), rows[0].items), ("X24", counts(0, 0, 1, 1)));
    assert_eq!(rows[0].asks, counts(0, 0, 24, 24 + 2 * 12));
    assert_eq!(rows[1].items, counts(1, 1, 0, 0));
    assert_eq!(
        (rows[1].items.improvement_share(), rows[0].items.improvement_share()),
        (Ratio::fraction(1, 2), Ratio::fraction(1, 2))
    );
    assert_eq!(PurposeCounts::default().improvement_share(), None);
}

#[test]
fn what_local_commissioners_ask_is_apart() {
    let mut world = world();
    world.0.collections[1].sector_path = SectorPath::Local;
    let [national, local] = world.burden().sector_months(month("2025-03")).try_into().unwrap();
    assert_eq!(
        (national.path, national.collections, national.hours_12m),
        (SectorPath::National, 1, Hours::whole(36))
    );
    assert_eq!((local.path, local.collections, local.asks), (SectorPath::Local, 1, 48));
}

#[test]
fn a_calendar_tells_what_is_owed_to_whom_and_what_is_late() {
    let mut world = world();
    let obligation = Obligation {
        collection: of("c"),
        version: 1,
        provider: code("R01"),
        period_start: day("2024-03-01"),
        period_end: day("2024-03-31"),
        due_date: day("2024-04-10"),
    };
    let at = |text: &str| day(text).and_time(NaiveTime::MIN).and_utc();
    for submitted_at in [at("2024-04-12"), at("2024-04-11")] {
        world.0.submissions.push(Submission {
            obligation: obligation.clone(),
            submitted_at,
            time_return: None,
        });
    }
    let burden = world.burden();
    let found = burden.calendar(&code("R01"), day("2024-04-01"), day("2024-04-30")).unwrap();
    let shown: Vec<_> =
        found.iter().map(|e| (e.obligation.collection.as_str(), e.owner.as_str(), e.items)).collect();
    assert_eq!(shown, [("c", "X26", 2), ("d", "X24", 2), ("e", "X24", 2)]);
    assert_eq!((found[0].submitted_at, found[1].submitted_at), (Some(at("2024-04-11")), None));
    assert_eq!((found[0].hours.clone(), found[0].frequency), (Hours::whole(1), Frequency::Monthly));
    assert!(
        found[0].is_late(day("2024-04-01"))
            && !found[1].is_late(day("2024-04-10"))
            && found[1].is_late(day("2024-04-11"))
    );
    let owed: Vec<_> = found.into_iter().map(|entry| entry.obligation).collect();
    assert_eq!(owed, burden.obligations(&code("R01"), day("2024-04-01"), day("2024-04-30")));
    assert_eq!(burden.calendar(&code("R99"), day("2024-04-01"), day("2024-04-30")).unwrap(), []);
    assert_eq!(rules(burden.calendar(&code("R01"), day("2024-04-02"), day("2024-04-01"))), ["to ORDER"]);
    assert_eq!(rules(burden.calendar(&code("R01"), day("2024-04-02"), day("2090-04-01"))), ["to RANGE"]);
}
