//! The published defaults, version 1: what stands in for a missing burden statement or tariff. Both rest on no source and say so; see the
//! tables themselves, `data/default_statement.csv` and `data/default_tariff.csv`.

use onus_domain::{
    Decimal,
    schedule::Frequency,
    statement::{Activity, CostLine, LineBasis, StaffRole, Tariff},
};
use serde::{Deserialize, de::DeserializeOwned};
use std::sync::LazyLock;

/// The default burden statement as published.
pub const DEFAULT_STATEMENT_CSV: &str = include_str!("../data/default_statement.csv");
/// The default tariff as published.
pub const DEFAULT_TARIFF_CSV: &str = include_str!("../data/default_tariff.csv");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LineRow {
    /// Empty for every method that has no lines of its own.
    method: String,
    frequency: Frequency,
    activity: Activity,
    staff_role: StaffRole,
    basis: LineBasis,
    minutes: Decimal,
    life_months: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TariffRow {
    staff_role: StaffRole,
    from_date: chrono::NaiveDate,
    pence_per_hour: u64,
    overhead_percent: Decimal,
}

fn read<T: DeserializeOwned>(text: &str) -> Result<Vec<T>, csv::Error> {
    csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes()).deserialize().collect()
}

/// The tables are compiled in and a test reads them, so an error cannot reach a user.
fn table<T: DeserializeOwned>(text: &str) -> Vec<T> {
    read(text).unwrap_or_default()
}

static LINES: LazyLock<Vec<LineRow>> = LazyLock::new(|| table(DEFAULT_STATEMENT_CSV));

/// The default cost lines of a request that is collected by a method and answered so often (`burden.md`, "Cost": "the published default for
/// its method and frequency").
pub fn default_lines(method: &str, frequency: Frequency) -> Vec<CostLine> {
    lines_for(&LINES, method, frequency)
}

/// The lines of the method and frequency; if there are none, those of any method. How a collection is collected is told in free words, so
/// methods are the same if they are so but for blanks around them and capitals.
fn lines_for(table: &[LineRow], method: &str, frequency: Frequency) -> Vec<CostLine> {
    let method = method.trim().to_lowercase();
    let of = |method: &str| -> Vec<CostLine> {
        let rows = table.iter().filter(|row| row.frequency == frequency);
        rows.filter(|row| row.method.trim().to_lowercase() == method).map(line).collect()
    };
    let own = of(&method);
    if own.is_empty() { of("") } else { own }
}

fn line(row: &LineRow) -> CostLine {
    CostLine {
        activity: row.activity,
        staff_role: row.staff_role,
        basis: row.basis,
        minutes: row.minutes,
        unit_measure: None,
        unit_size: None,
        life_months: row.life_months,
        external_pence: 0,
    }
}

/// What stands in for a missing burden statement, for one method and frequency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefaultStatement {
    /// How a request is collected; empty for every method that has no lines of its own.
    pub method: String,
    /// How often it is answered.
    pub frequency: Frequency,
    /// What that is taken to take.
    pub lines: Vec<CostLine>,
}

/// The whole table, by method and frequency.
pub fn default_statements() -> Vec<DefaultStatement> {
    let mut all: Vec<DefaultStatement> = vec![];
    for row in LINES.iter() {
        let same = |one: &&mut DefaultStatement| one.method == row.method && one.frequency == row.frequency;
        match all.iter_mut().find(same) {
            Some(one) => one.lines.push(line(row)),
            None => all.push(DefaultStatement {
                method: row.method.clone(),
                frequency: row.frequency,
                lines: vec![line(row)],
            }),
        }
    }
    all.sort_by(|a, b| (&a.method, a.frequency).cmp(&(&b.method, b.frequency)));
    all
}

/// The default tariff of every staff role.
pub fn default_tariffs() -> Vec<Tariff> {
    let tariff = |row: TariffRow| Tariff {
        staff_role: row.staff_role,
        from_date: row.from_date,
        pence_per_hour: row.pence_per_hour,
        overhead_percent: row.overhead_percent,
    };
    let mut tariffs: Vec<_> = table(DEFAULT_TARIFF_CSV).into_iter().map(tariff).collect();
    tariffs.sort_by_key(|tariff: &Tariff| (tariff.staff_role, tariff.from_date));
    tariffs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::builder::asking;
    use Frequency::{Annual, Daily, Fortnightly, HalfYearly, Monthly, OneOff, Quarterly, Weekly};
    use onus_domain::{Violations, statement::BurdenStatement, statement::Method};

    #[test]
    fn the_statement_table_is_whole_and_passes_the_rules_of_every_statement() {
        let rows: Vec<LineRow> = read(DEFAULT_STATEMENT_CSV).unwrap();
        let mut read = 0;
        for frequency in [Daily, Weekly, Fortnightly, Monthly, Quarterly, HalfYearly, Annual, OneOff] {
            let statement = BurdenStatement {
                collection: "any".parse().unwrap(),
                version: 1,
                from_date: "2020-04-01".parse().unwrap(),
                method: Method::Assumed,
                lines: default_lines("", frequency),
            };
            let mut found = Violations::new();
            let version = asking("any").every(frequency).0;
            statement.admit(&version, statement.from_date, &mut found).unwrap();
            found.into_result().unwrap();
            read += statement.lines.len();
        }
        assert_eq!(read, rows.len());
    }

    #[test]
    fn a_method_with_lines_of_its_own_has_those_and_every_other_the_common_ones() {
        let table: Vec<LineRow> = read(
            "method,frequency,activity,staff_role,basis,minutes,life_months\n\
             ,MONTHLY,EXTRACTION,DATA_CLERK,PER_SUBMISSION,45,\n\
             ,WEEKLY,EXTRACTION,DATA_CLERK,PER_SUBMISSION,15,\n\
             Portal,MONTHLY,TRANSMISSION,DATA_CLERK,PER_SUBMISSION,5,\n\
             Portal,MONTHLY,GATHERING,DATA_CLERK,PER_ITEM,0.5,\n",
        )
        .unwrap();
        let minutes = |method, frequency| -> Vec<String> {
            lines_for(&table, method, frequency).iter().map(|line| line.minutes.to_string()).collect()
        };
        assert_eq!(minutes(" portal ", Monthly), ["5", "0.5"]);
        assert_eq!(minutes("Portal", Weekly), ["15"]);
        assert_eq!(minutes("By letter", Monthly), ["45"]);
        assert_eq!(minutes("", Monthly), ["45"]);
        assert!(minutes("Portal", Daily).is_empty());
    }

    #[test]
    fn the_tariff_table_names_each_role_once_with_a_quarter_overhead() {
        let rows: Vec<TariffRow> = read(DEFAULT_TARIFF_CSV).unwrap();
        assert_eq!(rows.len(), 5);
        let tariffs = default_tariffs();
        assert!(tariffs.windows(2).all(|pair| pair[0].staff_role < pair[1].staff_role));
        assert!(
            tariffs.iter().all(|t| t.pence_per_hour > 0 && t.overhead_percent == Decimal::from_whole(25))
        );
    }
}
