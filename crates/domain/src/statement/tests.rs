use super::*;
use crate::{
    Basis, DefinitionId, SubjectId,
    item::{Item, ItemRole, Mandation, PurposeKind},
    schedule::{Frequency, Schedule},
    version::{Admission, VersionState},
};
use strum::VariantArray;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A version that asks two items and, for those who like, a third.
fn version(state: VersionState, frequency: Option<Frequency>) -> Version {
    let item = |position, mandation| Item {
        position,
        section: String::new(),
        mandation,
        role: ItemRole::Content,
        subject: SubjectId::new("A").unwrap(),
        definition: DefinitionId::new("d").unwrap(),
        purpose_kind: PurposeKind::Unknown,
        r#use: String::new(),
    };
    let schedule = |frequency| Schedule {
        frequency,
        first_period: day("2025-04-01"),
        due_lag_days: 0,
        last_period: None,
        basis: Basis::Stated,
        evidence: String::new(),
    };
    let text = String::new;
    Version {
        collection: CollectionId::new("a").unwrap(),
        number: 1,
        state,
        admission: Admission::None,
        content: Content {
            title: "A".into(),
            purpose: text(),
            legal_basis: text(),
            method: text(),
            uses: text(),
            feedback: text(),
            contact: text(),
            respondents: None,
            schedule: frequency.map(schedule),
            items: vec![
                item(1, None),
                item(2, Some(Mandation::Mandatory)),
                item(3, Some(Mandation::Optional)),
            ],
        },
        live_from: None,
        live_to: None,
        suspensions: vec![],
        expires_on: None,
        evidence: text(),
        submitted_by: None,
        conditions: vec![],
        renews: None,
        revision: 1,
    }
}

fn line(basis: LineBasis, minutes: i32) -> CostLine {
    CostLine {
        activity: Activity::Gathering,
        staff_role: StaffRole::DataClerk,
        basis,
        minutes: Decimal::from_whole(minutes),
        unit_measure: None,
        unit_size: None,
        life_months: None,
        external_pence: 0,
    }
}

fn statement(lines: Vec<CostLine>) -> BurdenStatement {
    BurdenStatement {
        collection: CollectionId::new("a").unwrap(),
        version: 1,
        from_date: day("2026-01-31"),
        method: Method::Declared,
        lines,
    }
}

fn wrong(stated: &BurdenStatement, frequency: Option<Frequency>) -> Vec<String> {
    let mut found = Violations::new();
    stated.admit(&version(VersionState::Draft, frequency), day("2026-01-31"), &mut found).unwrap();
    let Err(Error::Invalid(all)) = found.into_result() else { return vec![] };
    all.into_iter().map(|violation| format!("{} {}", violation.field, violation.rule)).collect()
}

#[test]
fn one_person_has_so_many_minutes_in_a_month_over_all_lines_of_a_role() {
    use LineBasis::{Annual, OneOff, PerItem, PerSubmission};
    let most = 44_640;
    let month = Some(Frequency::Monthly);
    let over = ["lines HOURS_OF_A_MONTH"];
    let of = |lines: &[(LineBasis, i32)]| statement(lines.iter().map(|(b, m)| line(*b, *m)).collect());

    assert!(wrong(&of(&[(PerSubmission, most)]), month).is_empty());
    assert_eq!(wrong(&of(&[(PerSubmission, most), (PerSubmission, 1)]), month), over);
    assert_eq!(wrong(&of(&[(PerSubmission, most), (Annual, 12)]), month), over);
    assert!(wrong(&of(&[(PerSubmission, most - 1), (Annual, 12)]), month).is_empty());
    // Every day of a month of 31, every item that is asked.
    assert!(wrong(&of(&[(PerSubmission, most / 31)]), Some(Frequency::Daily)).is_empty());
    assert_eq!(wrong(&of(&[(PerSubmission, most / 31 + 1)]), Some(Frequency::Daily)), over);
    assert!(wrong(&of(&[(PerItem, most / 2)]), month).is_empty(), "the third item is optional");
    assert_eq!(wrong(&of(&[(PerItem, most / 2 + 1)]), month), over);
    // A draft that does not say how often is taken to ask once.
    assert!(wrong(&of(&[(PerSubmission, most)]), None).is_empty());
    // Two people may work as much each.
    let mut two = of(&[(PerSubmission, most), (PerSubmission, most)]);
    two.lines[1].staff_role = StaffRole::Manager;
    assert!(wrong(&two, month).is_empty());
    // What a year or a life takes is spread over its months.
    assert!(wrong(&of(&[(Annual, 12 * most)]), month).is_empty());
    assert_eq!(wrong(&of(&[(Annual, 12 * most + 1)]), month), ["lines[0].minutes RANGE"]);
    let mut once = of(&[(OneOff, 3 * most)]);
    once.lines[0].life_months = Some(3);
    assert!(wrong(&once, month).is_empty());
    once.lines[0].life_months = Some(2);
    assert_eq!(wrong(&once, month), ["lines[0].minutes RANGE"]);
}

#[test]
fn absurd_values_are_refused_by_name() {
    let month = Some(Frequency::Monthly);
    let mut stated = statement(vec![line(LineBasis::PerSubmission, -1), line(LineBasis::PerUnit, 1)]);
    stated.from_date = day("1926-01-31");
    stated.lines[0].external_pence = MAX_EXTERNAL_PENCE + 1;
    assert_eq!(
        wrong(&stated, month),
        [
            "from_date RANGE",
            "lines[0].minutes RANGE",
            "lines[0].external_pence RANGE",
            "lines[1].unit_measure BASIS",
            "lines[1].unit_size BASIS",
        ]
    );
    let huge = CostLine { minutes: Decimal::from_units(i64::MAX), ..line(LineBasis::PerItem, 1) };
    assert_eq!(wrong(&statement(vec![huge]), month), ["lines[0].minutes RANGE"]);
    assert_eq!(wrong(&statement(vec![]), month), ["lines COUNT"]);
    let many = vec![line(LineBasis::PerSubmission, 1); MAX_LINES + 1];
    assert_eq!(wrong(&statement(many), month), ["lines COUNT"]);
    let late =
        BurdenStatement { from_date: day("2036-02-01"), ..statement(vec![line(LineBasis::Annual, 1)]) };
    assert_eq!(wrong(&late, month), ["from_date RANGE"]);
}

#[test]
fn nothing_is_stated_of_a_version_that_is_over() {
    let stated = statement(vec![line(LineBasis::PerSubmission, 1)]);
    let refusing: Vec<_> = VersionState::VARIANTS
        .iter()
        .filter(|state| {
            let made = stated.admit(&version(**state, None), day("2026-01-31"), &mut Violations::new());
            matches!(made, Err(Error::Precondition { rule: "VERSION_STATE", .. }))
        })
        .map(|state| state.as_str())
        .collect();
    assert_eq!(refusing, ["WITHDRAWN", "REJECTED", "EXPIRED", "RETIRED", "SUPERSEDED"]);
}
