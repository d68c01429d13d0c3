//! Tables of what an hour costs.

use super::{code, read_decimal, read_required_day, required, required_code};
use onus_domain::{
    Violations,
    statement::StaffRole,
    tariff::{MAX_TABLES, TariffTable},
};
use onus_proto::v1 as pb;

/// A table; whether it is the published default.
pub fn tariff_table(of: &TariffTable, is_default: bool) -> pb::TariffTable {
    let rate =
        |(role, pence): &(StaffRole, u64)| pb::TariffRate { staff_role: code(*role), pence_per_hour: *pence };
    pb::TariffTable {
        name: of.name(),
        from_date: of.from_date.to_string(),
        overhead_percent: of.overhead_percent.to_string(),
        rates: of.rates.iter().map(rate).collect(),
        is_default,
    }
}

/// Reads tables to be loaded. Those past the most that are taken are not looked at: their number is refused.
pub fn read_tariff_tables(given: &[pb::TariffTable], found: &mut Violations) -> Option<Vec<TariffTable>> {
    let tables = given.iter().take(MAX_TABLES + 1).enumerate();
    let read = tables.map(|(at, table)| read_table(&format!("tariff_tables[{at}]"), table, found));
    read.collect::<Vec<_>>().into_iter().collect()
}

fn read_table(path: &str, given: &pb::TariffTable, found: &mut Violations) -> Option<TariffTable> {
    let from_date = found.take(read_required_day(&format!("{path}.from_date"), &given.from_date));
    let percent = format!("{path}.overhead_percent");
    let overhead_percent = found.take(read_decimal(&percent, &given.overhead_percent));
    let overhead_percent = overhead_percent.and_then(|given| required(&percent, given, found));
    let rates = given.rates.iter().enumerate().map(|(at, rate)| {
        let role = found.take(required_code(&format!("{path}.rates[{at}].staff_role"), rate.staff_role));
        Some((role?, rate.pence_per_hour))
    });
    let rates: Vec<_> = rates.collect();
    Some(TariffTable {
        from_date: from_date?,
        overhead_percent: overhead_percent?,
        rates: rates.into_iter().collect::<Option<_>>()?,
    })
}
