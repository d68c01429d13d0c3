//! The test vectors of `burden.md`: published figures, which hold exactly.

use crate::{
    AskCounts, Hours, Pence, Ratio,
    scm::{self, Estimate, Factor},
    validate::DeclaredEstimate,
};
use onus_domain::{Decimal, Violation, Violations};

fn ratio(text: &str) -> Ratio {
    Ratio::from_decimal(text.parse::<Decimal>().unwrap())
}

fn hours(text: &str) -> Hours {
    Hours::from_decimal(text.parse::<Decimal>().unwrap())
}

/// From pounds.
fn pounds(text: &str) -> Pence {
    Pence::whole(100).times(&ratio(text))
}

fn line(respondents: u64, responses: &str, each: &str) -> Estimate {
    Estimate { respondents, responses_each: ratio(responses), hours_each: hours(each) }
}

fn declared(line: Estimate) -> DeclaredEstimate {
    DeclaredEstimate {
        line,
        returning: 0,
        credit_each: Hours::zero(),
        pay_per_hour: Pence::zero(),
        overheads: Ratio::one(),
        hours: None,
        cost: None,
    }
}

fn with_credit(respondents: u64, each: &str, returning: u64) -> DeclaredEstimate {
    DeclaredEstimate { returning, credit_each: hours("1"), ..declared(line(respondents, "1", each)) }
}

fn refusals(estimate: &DeclaredEstimate) -> Vec<Violation> {
    let mut found = Violations::new();
    estimate.check(&mut found);
    match found.into_result() {
        Ok(()) => vec![],
        Err(onus_domain::Error::Invalid(violations)) => violations,
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn vector_1_respondents_times_hours() {
    assert_eq!(line(25_000, "1", "0.25").hours(), hours("6250"));
}

fn vector_2(respondents: u64) -> Vec<Estimate> {
    vec![line(respondents, "1", "0.75"), line(respondents, "1", "43.6"), line(respondents, "99", "0.75")]
}

#[test]
fn vector_2_three_lines() {
    let each: Vec<_> = vector_2(86).iter().map(|line| line.hours().to_string()).collect();
    assert_eq!(each, ["64.5", "3749.6", "6385.5"]);
    assert_eq!(scm::hours(&vector_2(86)), hours("10199.6"));
}

#[test]
fn vector_3_fewer_respondents_and_nothing_else() {
    let (before, after) = (vector_2(86), vector_2(63));
    assert_eq!(scm::hours(&after), hours("7471.8"));
    let effects = scm::total_effects(&before, &after);
    let expected = [
        (Factor::Respondents, hours("-2727.8")),
        (Factor::Frequency, Hours::zero()),
        (Factor::TimeEach, Hours::zero()),
    ];
    assert_eq!(effects, expected);
}

#[test]
fn effects_add_up_when_all_factors_change() {
    let (before, after) = (line(10, "4", "0.5"), line(7, "12", "0.3"));
    let sum: Hours = scm::effects(&before, &after).into_iter().map(|(_, hours)| hours).sum();
    assert_eq!(sum, after.hours() - before.hours());
    // (7 - 10) x (2 x 4 x 0.5 + 4 x 0.3 + 12 x 0.5 + 2 x 12 x 0.3) / 6
    assert_eq!(scm::effects(&before, &after)[0].1, hours("-9.2"));
}

#[test]
fn vector_4_hours_each() {
    let lines = [line(85_984, "1", "3"), line(25_730, "1", "8"), line(15_117, "1", "16")];
    assert_eq!(scm::hours(&lines), hours("705664"));
    let respondents = lines.iter().map(|line| line.respondents).sum::<u64>();
    assert_eq!(scm::hours(&lines).over(&Hours::whole(respondents)).unwrap().rounded(2), "5.56");
}

#[test]
fn vector_5_credit_for_those_who_return() {
    let lines =
        [with_credit(90_157, "3", 28_820), with_credit(25_053, "8", 15_085), with_credit(5_326, "16", 3_721)];
    assert!(lines.iter().all(|line| refusals(line).is_empty()));
    let each: Vec<_> = lines.iter().map(|line| line.recomputed_hours().to_string()).collect();
    assert_eq!(each, ["241651", "185339", "81495"]);
    assert_eq!(lines.iter().map(DeclaredEstimate::recomputed_hours).sum::<Hours>(), hours("508485"));
}

#[test]
fn vector_6_more_return_than_there_are() {
    let found = refusals(&with_credit(10_087, "8", 16_525));
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].rule.as_str(), found[0].value.as_str()), ("RETURNING", "16525"));
    assert_eq!(found[0].expected, "at most the 10087 respondents there are");
}

fn paid(pay: &str, cost: &str) -> DeclaredEstimate {
    DeclaredEstimate {
        pay_per_hour: pounds(pay),
        overheads: ratio("2.10"),
        hours: Some(hours("1773")),
        cost: Some(pounds(cost)),
        ..declared(line(3_546, "1", "0.5"))
    }
}

#[test]
fn vector_7_money() {
    let estimate = paid("33.01", "122906.13");
    assert_eq!(refusals(&estimate), []);
    assert_eq!(estimate.recomputed_hours(), hours("1773"));
    assert_eq!(estimate.recomputed_cost().in_pounds().rounded(2), "122906.13");
    // A penny off is refused as plain arithmetic.
    assert_eq!(refusals(&paid("33.01", "122906.15"))[0].rule, "ARITHMETIC");
}

#[test]
fn vector_8_hours_added_to_money() {
    let found = refusals(&paid("63.45", "238016.39"));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].rule, "HOURS_ADDED_TO_MONEY");
    assert_eq!(
        found[0].expected,
        "236243.39, which it recomputes to: the difference is 1773.00, the number of hours; hours were added to money"
    );
    assert_eq!(refusals(&paid("63.45", "236243.39")), []);
}

#[test]
fn all_problems_of_an_estimate_are_named_at_once() {
    let absurd = DeclaredEstimate {
        returning: 3,
        hours: Some(hours("-1")),
        cost: Some(pounds("5")),
        ..declared(line(2, "1", "745"))
    };
    let rules: Vec<_> = refusals(&absurd).into_iter().map(|violation| violation.rule).collect();
    assert_eq!(rules, ["RETURNING", "RANGE", "ARITHMETIC", "ARITHMETIC"]);
}

#[test]
fn nobody_is_credited_more_than_there_is() {
    let credited = |each: &str, credit: &str| {
        refusals(&DeclaredEstimate { credit_each: hours(credit), ..with_credit(10, each, 10) })
    };
    assert_eq!(credited("1", "1"), []);
    let found = credited("1", "1.5");
    assert_eq!((found.len(), found[0].field.as_str(), found[0].rule.as_str()), (1, "credit_each", "RANGE"));
    let negative = DeclaredEstimate { overheads: ratio("0.5"), ..declared(line(1, "-1", "1")) };
    let fields: Vec<_> = refusals(&negative).into_iter().map(|violation| violation.field).collect();
    assert_eq!(fields, ["responses_each", "overhead_percent", "credit_each"]);
}

#[test]
fn vector_9_standard_cost_model() {
    assert_eq!(scm::administrative_cost(20, &ratio("52"), &hours("6"), &pounds("600")), pounds("3744000"));
    assert_eq!(scm::with_overhead_percent(&ratio("25")), ratio("1.25"));
}

#[test]
fn vector_10_index_and_cost_tell_the_same() {
    let cost = |millions: &str| ratio(millions).times(&Ratio::whole(1_000_000));
    assert_eq!(scm::change(&ratio("84.1"), &ratio("86.7")).unwrap().rounded(3), "0.970");
    assert_eq!(scm::change(&cost("3.86"), &cost("3.9802")).unwrap().rounded(3), "0.970");
    assert_eq!(scm::change(&ratio("1"), &Ratio::zero()), None);
}

#[test]
fn vector_11_full_and_actual() {
    let each = Hours::whole(328_676).over(&Hours::whole(368_928)).unwrap();
    assert_eq!(each.rounded(3), "0.891");
    let (full, actual) = (pounds("10500000"), pounds("7700000"));
    assert_eq!(full.over(&actual).unwrap().rounded(3), "1.364");
}

#[test]
fn vector_12_asks_a_fact() {
    let counts = AskCounts { asks: 271, facts_plain: 162, facts_strict: 162, ..AskCounts::default() };
    assert_eq!(Ratio::fraction(counts.asks, counts.facts_plain).unwrap().rounded(2), "1.67");
    assert_eq!(counts.rate_plain().unwrap().rounded(3), "0.598");
    assert_eq!(AskCounts::default().rate_strict(), None);
}
