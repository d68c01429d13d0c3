//! Burden statements.

use super::{code, optional_code, read_code, read_decimal, read_required_day, required, required_code};
use crate::names;
use onus_burden::{
    DefaultStatement, Hours, Pence, Ratio,
    scm::{Estimate, with_overhead_percent},
    validate::DeclaredEstimate,
};
use onus_domain::{
    CollectionId, Decimal, Violation, Violations,
    statement::{BurdenStatement, CostLine},
};
use onus_proto::v1 as pb;

/// A burden statement.
pub fn statement(of: &BurdenStatement) -> pb::BurdenStatement {
    pb::BurdenStatement {
        name: format!("{}/statements/{}", names::version(&of.collection, of.version), of.from_date),
        from_date: of.from_date.to_string(),
        method: code(of.method),
        lines: of.lines.iter().map(line).collect(),
    }
}

/// What stands in for a missing one.
pub fn default_statement(of: &DefaultStatement) -> pb::DefaultStatement {
    pb::DefaultStatement {
        method: of.method.clone(),
        frequency: code(of.frequency),
        lines: of.lines.iter().map(line).collect(),
    }
}

fn line(of: &CostLine) -> pb::CostLine {
    pb::CostLine {
        activity: code(of.activity),
        staff_role: code(of.staff_role),
        basis: code(of.basis),
        minutes: of.minutes.to_string(),
        unit_measure: optional_code(of.unit_measure),
        unit_size: of.unit_size.map(|size| size.to_string()).unwrap_or_default(),
        life_months: of.life_months,
        external_pence: of.external_pence,
    }
}

/// Reads a statement on a version, which stands in the request at `statement`.
pub fn read_statement(
    (collection, version): (CollectionId, u32),
    given: &pb::BurdenStatement,
    found: &mut Violations,
) -> Option<BurdenStatement> {
    let from_date = found.take(read_required_day("statement.from_date", &given.from_date));
    let method = found.take(required_code("statement.method", given.method));
    let lines = read_lines("statement.lines", &given.lines, found);
    Some(BurdenStatement { collection, version, from_date: from_date?, method: method?, lines: lines? })
}

/// Reads cost lines, which stand in the request at `path`.
pub fn read_lines(path: &str, given: &[pb::CostLine], found: &mut Violations) -> Option<Vec<CostLine>> {
    let lines = given.iter().enumerate().map(|(at, line)| read_line(&format!("{path}[{at}]"), line, found));
    let lines: Vec<_> = lines.collect();
    lines.into_iter().collect()
}

fn read_line(path: &str, given: &pb::CostLine, found: &mut Violations) -> Option<CostLine> {
    let at = |name: &str| format!("{path}.{name}");
    let activity = found.take(required_code(&at("activity"), given.activity));
    let staff_role = found.take(required_code(&at("staff_role"), given.staff_role));
    let basis = found.take(required_code(&at("basis"), given.basis));
    let minutes = found.take(read_decimal(&at("minutes"), &given.minutes));
    let minutes = minutes.and_then(|minutes| required(&at("minutes"), minutes, found));
    let unit_measure = found.take(read_code(&at("unit_measure"), given.unit_measure));
    let unit_size = found.take(read_decimal(&at("unit_size"), &given.unit_size));
    Some(CostLine {
        activity: activity?,
        staff_role: staff_role?,
        basis: basis?,
        minutes: minutes?,
        unit_measure: unit_measure?,
        unit_size: unit_size?,
        life_months: given.life_months,
        external_pence: given.external_pence,
    })
}

/// Most estimates declared with a statement.
const MAX_ESTIMATES: usize = 100;

/// Reads the estimates declared with a statement, which stand in the request at `estimates`.
pub fn read_estimates(
    given: &[pb::DeclaredEstimate],
    found: &mut Violations,
) -> Option<Vec<DeclaredEstimate>> {
    found.require(given.len() <= MAX_ESTIMATES, || {
        Violation::new("estimates", "COUNT", given.len(), format!("at most {MAX_ESTIMATES} estimates"))
    });
    let read =
        given.iter().enumerate().map(|(at, one)| read_estimate(&format!("estimates[{at}]"), one, found));
    read.collect::<Vec<_>>().into_iter().collect()
}

fn read_estimate(
    path: &str,
    given: &pb::DeclaredEstimate,
    found: &mut Violations,
) -> Option<DeclaredEstimate> {
    let mut read = |name: &str, text: &str| found.take(read_decimal(&format!("{path}.{name}"), text));
    let responses_each = read("responses_each", &given.responses_each);
    let hours_each = read("hours_each", &given.hours_each);
    let credit_each = read("credit_each", &given.credit_each);
    let overhead_percent = read("overhead_percent", &given.overhead_percent);
    let hours = read("hours", &given.hours);
    let mut needed = |name: &str, value: Option<Option<Decimal>>| {
        value.and_then(|value| required(&format!("{path}.{name}"), value, found))
    };
    let (responses_each, hours_each) =
        (needed("responses_each", responses_each), needed("hours_each", hours_each));
    Some(DeclaredEstimate {
        line: Estimate {
            respondents: given.respondents,
            responses_each: Ratio::from_decimal(responses_each?),
            hours_each: Hours::from_decimal(hours_each?),
        },
        returning: given.returning,
        credit_each: Hours::from_decimal(credit_each?.unwrap_or_default()),
        pay_per_hour: Pence::whole(given.pence_per_hour),
        overheads: with_overhead_percent(&Ratio::from_decimal(overhead_percent?.unwrap_or_default())),
        hours: hours?.map(Hours::from_decimal),
        cost: given.cost_pence.map(Pence::whole),
    })
}
