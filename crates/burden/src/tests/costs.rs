//! Obligations, hours and pence of small worlds, worked out by hand.

use super::builder::{World, asking, code, day, line, month, of};
use crate::{Hours, Pence, Ratio, effective_statements, effective_tariffs};
use onus_domain::{
    Basis,
    organisation::{ProviderType, SizeMeasure},
    respondents::SizeBounds,
    schedule::Frequency,
    statement::{LineBasis, Method, StaffRole, Tariff},
    submission::{Obligation, Submission},
};

fn due(world: World, provider: &str, from: &str, to: &str) -> Vec<String> {
    let owed = world.burden().obligations(&code(provider), day(from), day(to));
    owed.iter()
        .map(|o| {
            format!("{}/{} {}..{} due {}", o.collection, o.version, o.period_start, o.period_end, o.due_date)
        })
        .collect()
}

#[test]
fn a_period_is_owed_under_the_version_in_force_on_its_last_day() {
    let mut second = asking("c").from("2024-01-31");
    second.0.number = 2;
    let world =
        World::default().trust("R01").asks("X26", asking("c").until("2024-01-31")).asks("X26", second);
    assert_eq!(
        due(world, "R01", "2024-01-10", "2024-03-10"),
        [
            "c/1 2023-12-01..2023-12-31 due 2024-01-10",
            "c/2 2024-01-01..2024-01-31 due 2024-02-10",
            "c/2 2024-02-01..2024-02-29 due 2024-03-10",
        ]
    );
}

#[test]
fn only_respondents_open_on_the_last_day_owe() {
    let world = World::default()
        .provider("R01", ProviderType::Acute, Some("2024-01-31"), Some("2024-03-30"))
        .provider("R02", ProviderType::Ambulance, None, None)
        .asks("X26", asking("c"));
    let found = due(world.clone(), "R01", "2024-01-01", "2024-12-31");
    assert_eq!(
        found,
        ["c/1 2024-01-01..2024-01-31 due 2024-02-10", "c/1 2024-02-01..2024-02-29 due 2024-03-10"]
    );
    assert!(due(world.clone(), "R02", "2024-01-01", "2024-12-31").is_empty());
    assert!(due(world, "R99", "2024-01-01", "2024-12-31").is_empty());
}

#[test]
fn a_bound_on_size_follows_the_sizes_known() {
    let mut large = asking("c");
    large.rule().size_bounds =
        Some(SizeBounds { measure: SizeMeasure::FloorArea, at_least: Some(of("100")), at_most: None });
    let world = World::default()
        .trust("R01")
        .sized("R01", SizeMeasure::FloorArea, "2024-01-15", "100")
        .sized("R01", SizeMeasure::FloorArea, "2024-03-01", "99")
        .sized("R01", SizeMeasure::FloorArea, "2024-05-01", "300")
        .asks("X26", large);
    let ends: Vec<_> = world.clone().burden().obligations(&code("R01"), day("2023-01-01"), day("2024-07-20"));
    let ends: Vec<_> = ends.iter().map(|o| o.period_end.to_string()).collect();
    assert_eq!(ends, ["2024-01-31", "2024-02-29", "2024-05-31", "2024-06-30"]);
    let respondents = world.burden().respondents(&of("c"), 1);
    let spans: Vec<_> = respondents
        .iter()
        .map(|r| (r.from_date.map(|d| d.to_string()), r.to_date.map(|d| d.to_string())))
        .collect();
    assert_eq!(
        spans,
        [
            (Some("2024-01-15".to_owned()), Some("2024-02-29".to_owned())),
            (Some("2024-05-01".to_owned()), None)
        ]
    );
}

/// Three items, one of them optional; an analyst at 60 pence an hour.
fn priced(lines: Vec<onus_domain::statement::CostLine>) -> World {
    let mut version = asking("c").item("a", "S").item("b", "S");
    let mut optional = super::builder::item("z", "S");
    optional.mandation = Some(onus_domain::item::Mandation::Optional);
    version.push(optional);
    let mut world = World::default().trust("R01").asks("X26", version).states("c", 1, "2023-04-01", lines);
    world.0.tariffs.push(tariff("2020-01-01", 60));
    world
}

fn tariff(from: &str, pence: u64) -> Tariff {
    Tariff {
        staff_role: StaffRole::InformationAnalyst,
        from_date: day(from),
        pence_per_hour: pence,
        overhead_percent: of("0"),
    }
}

#[test]
fn each_basis_counts_as_defined() {
    // 30 min a submission + 2 asked items x 3 min = 36 min; a twelfth of 120 min; a 36th of 360 min; 2 min for each 50 of size 75 = 3 min.
    let mut unit = line(LineBasis::PerUnit, "2");
    (unit.unit_measure, unit.unit_size) = (Some(SizeMeasure::FloorArea), Some(of("50")));
    let lines = vec![
        line(LineBasis::PerSubmission, "30"),
        line(LineBasis::PerItem, "3"),
        line(LineBasis::Annual, "120"),
        line(LineBasis::OneOff, "360"),
        unit,
    ];
    let world = priced(lines).sized("R01", SizeMeasure::FloorArea, "2023-04-01", "75");
    let burden = world.burden();
    let row = burden.provider_month(&code("R01"), month("2024-04")).unwrap();
    assert_eq!(row.hours, Hours::from_minutes(of("59")));
    assert_eq!(row.cost, Pence::whole(59));
    assert_eq!(row.hours_12m, Hours::from_minutes(of("708")));
    assert_eq!((row.obligations, row.obligations_12m), (1, 12));
    assert_eq!(row.hours_assumed_share, Some(Ratio::zero()));
    assert_eq!((row.counts.content().asks, row.counts.content().optional_asks), (24, 12));
    // April 2023: live on the month's last day, but the first obligation, and with it the one-off work, is of May.
    let first = burden.provider_month(&code("R01"), month("2023-04")).unwrap();
    assert_eq!((first.hours, first.obligations), (Hours::from_minutes(of("10")), 0));
    assert_eq!(
        burden.provider_month(&code("R01"), month("2023-05")).unwrap().hours,
        Hours::from_minutes(of("59"))
    );
    // 36 months from May 2023 end with April 2026.
    assert_eq!(
        burden.provider_month(&code("R01"), month("2026-04")).unwrap().hours,
        Hours::from_minutes(of("59"))
    );
    assert_eq!(
        burden.provider_month(&code("R01"), month("2026-05")).unwrap().hours,
        Hours::from_minutes(of("49"))
    );
}

#[test]
fn an_unknown_size_is_one_and_makes_the_hours_assumed() {
    let mut unit = line(LineBasis::PerUnit, "60");
    (unit.unit_measure, unit.unit_size) = (Some(SizeMeasure::ListSize), Some(of("1")));
    let row = priced(vec![line(LineBasis::PerSubmission, "180"), unit]).burden();
    let row = row.provider_month(&code("R01"), month("2024-04")).unwrap();
    assert_eq!(row.hours, Hours::whole(4));
    assert_eq!(row.hours_assumed_share, Ratio::fraction(1, 4));
}

#[test]
fn money_follows_the_tariff_of_the_due_date_with_overhead_and_external_cost() {
    let mut lines = vec![line(LineBasis::PerSubmission, "60")];
    lines[0].external_pence = 7;
    let mut world = priced(lines);
    let mut later = tariff("2024-04-11", 100);
    later.overhead_percent = of("25");
    world.0.tariffs.push(later);
    let burden = world.burden();
    let cost = |text| burden.provider_month(&code("R01"), month(text)).unwrap().cost;
    assert_eq!(cost("2024-04"), Pence::whole(67));
    assert_eq!(cost("2024-05"), Pence::whole(132));
    assert_eq!(
        burden.provider_month(&code("R01"), month("2024-05")).unwrap().cost_12m,
        Pence::whole(11 * 67 + 132)
    );
}

#[test]
fn a_version_without_a_statement_rests_on_the_default_and_says_so() {
    let world =
        World::default().trust("R01").asks("X26", asking("c").every(Frequency::Quarterly).item("a", "S"));
    let statements = effective_statements(&world.clone().snapshot());
    assert_eq!((statements.len(), statements[0].method), (1, Method::Assumed));
    assert_eq!(statements[0].lines, crate::default_lines("", Frequency::Quarterly));
    assert_eq!(effective_tariffs(&world.clone().snapshot()), crate::default_tariffs());
    let burden = world.clone().burden();
    let row = burden.provider_month(&code("R01"), month("2024-04")).unwrap();
    assert_eq!(row.hours_assumed_share, Some(Ratio::one()));
    assert!(burden.statement_for(&of("c"), 1, day("2024-04-30")).unwrap().is_default);
    // What is exported is all that figures rest on: declaring it changes nothing but the method.
    let mut told = world;
    told.0.statements = effective_statements(&told.clone().snapshot());
    told.0.tariffs = effective_tariffs(&told.clone().snapshot());
    assert_eq!(told.burden().provider_month(&code("R01"), month("2024-04")).unwrap(), row);
}

#[test]
fn the_default_holds_until_a_later_statement_is_known() {
    let world = priced(vec![]);
    let mut world = world.states("c", 1, "2024-05-15", vec![line(LineBasis::PerSubmission, "60")]);
    world.0.statements.remove(0);
    let statements = effective_statements(&world.clone().snapshot());
    let shown: Vec<_> = statements.iter().map(|s| (s.from_date.to_string(), s.method)).collect();
    assert_eq!(
        shown,
        [("2023-04-01".to_owned(), Method::Assumed), ("2024-05-15".to_owned(), Method::Declared)]
    );
    let burden = world.burden();
    let hours = |text| burden.provider_month(&code("R01"), month(text)).unwrap().hours;
    assert!(hours("2024-04") > Hours::whole(1));
    assert_eq!(hours("2024-05"), Hours::whole(1));
    assert!(!burden.statement_for(&of("c"), 1, day("2024-05-15")).unwrap().is_default);
    assert!(burden.statement_for(&of("c"), 1, day("2024-05-14")).unwrap().is_default);
    assert_eq!(burden.statement_for(&of("c"), 2, day("2024-05-14")), None);
}

#[test]
fn assumed_frequencies_and_respondents_are_counted() {
    let mut assumed = asking("d").item("a", "S").item("b", "S").item("c", "S");
    assumed.schedule().basis = Basis::Assumed;
    let lines = || vec![line(LineBasis::PerSubmission, "60")];
    let world = priced(lines()).asks("X26", assumed).states("d", 1, "2023-04-01", lines());
    let row = world.clone().burden().provider_month(&code("R01"), month("2024-04")).unwrap();
    assert_eq!(
        (row.asks_assumed_share, row.hours_assumed_share),
        (Ratio::fraction(3, 5), Ratio::fraction(1, 2))
    );
    let mut guessed = world;
    guessed.0.organisations[0].provider_type_basis = Basis::Assumed;
    assert_eq!(
        guessed.burden().provider_month(&code("R01"), month("2024-04")).unwrap().asks_assumed_share,
        Some(Ratio::one())
    );
}

#[test]
fn what_is_met_is_apart_from_what_is_owed() {
    let mut world = priced(vec![line(LineBasis::PerSubmission, "60"), line(LineBasis::Annual, "120")]);
    let receipt = |provider: &str, start: &str, end: &str, due: &str| Submission {
        obligation: Obligation {
            collection: of("c"),
            version: 1,
            provider: code(provider),
            period_start: day(start),
            period_end: day(end),
            due_date: day(due),
        },
        submitted_at: day(due).and_time(chrono::NaiveTime::MIN).and_utc(),
        time_return: None,
    };
    world.0.submissions = vec![
        receipt("R01", "2024-03-01", "2024-03-31", "2024-04-10"),
        receipt("R01", "2024-03-01", "2024-03-31", "2024-04-10"),
        receipt("R01", "2024-03-01", "2024-03-30", "2024-04-10"),
        receipt("R99", "2024-03-01", "2024-03-31", "2024-04-10"),
    ];
    let burden = world.burden();
    let row = burden.provider_month(&code("R01"), month("2024-04")).unwrap();
    assert_eq!((row.obligations, row.obligations_met), (1, 1));
    assert_eq!((row.hours, row.hours_met), (Hours::from_minutes(of("70")), Hours::whole(1)));
    assert_eq!(burden.provider_month(&code("R01"), month("2024-05")).unwrap().obligations_met, 0);
    assert_eq!(burden.national_month(month("2024-04")).obligations_met, 1);
}

#[test]
fn a_gap_before_the_first_tariff_is_paid_at_it() {
    let mut world = priced(vec![line(LineBasis::PerSubmission, "60")]);
    world.0.tariffs = vec![tariff("2024-06-01", 90)];
    let burden = world.burden();
    let cost = |text| burden.provider_month(&code("R01"), month(text)).unwrap().cost;
    assert_eq!((cost("2024-04"), cost("2024-07")), (Pence::whole(90), Pence::whole(90)));
}

#[test]
fn of_statements_that_overlap_the_later_holds_from_its_day() {
    // None has an end: each holds until the next one's day, and of two of one day the last.
    let minutes = |text: &str| vec![line(LineBasis::PerSubmission, text)];
    let world = priced(minutes("60")).states("c", 1, "2024-05-01", minutes("30")).states(
        "c",
        1,
        "2024-05-01",
        minutes("15"),
    );
    let burden = world.burden();
    let hours = |text| burden.provider_month(&code("R01"), month(text)).unwrap().hours;
    assert_eq!((hours("2024-04"), hours("2024-05")), (Hours::whole(1), Hours::from_minutes(of("15"))));
}
