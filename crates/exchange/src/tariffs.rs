//! Files of what an hour costs: CSV with the columns of the published `tariffs.csv`, rows of one day together.

use crate::{
    problems::Problems,
    table::{Row, Table},
};
use chrono::NaiveDate;
use onus_domain::{Decimal, Error, Result, Violation, statement::StaffRole, tariff::TariffTable};

const COLUMNS: [&str; 4] = ["staff_role", "from_date", "pence_per_hour", "overhead_percent"];

/// Tables of a file, each with the line of its first row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TariffFile {
    file: String,
    lines: Vec<u64>,
    /// The tables, in order of their first rows.
    pub tables: Vec<TariffTable>,
}

impl TariffFile {
    /// Reads a file. All that is wrong is said at once, by file, line and column.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self> {
        let mut problems = Problems::new();
        let mut read = Self { file: file.to_owned(), lines: vec![], tables: vec![] };
        if let Some(table) = Table::read(file, bytes, &COLUMNS, &mut problems) {
            for row in table.rows() {
                if let Some(rate) = read_row(row, &mut problems) {
                    read.add(row, rate, &mut problems);
                }
            }
        }
        problems.into_result()?;
        Ok(read)
    }

    fn add(&mut self, row: Row<'_>, (role, day, pence, percent): Rate, problems: &mut Problems) {
        let Some(table) = self.tables.iter_mut().find(|table| table.from_date == day) else {
            self.lines.push(row.place().line());
            self.tables.push(TariffTable {
                from_date: day,
                overhead_percent: percent,
                rates: vec![(role, pence)],
            });
            return;
        };
        problems.require(table.overhead_percent == percent, || {
            let expected =
                format!("{}, as the other roles have from {day}: a table has one", table.overhead_percent);
            Violation::new(row.path("overhead_percent"), "ONE", percent, expected)
        });
        table.rates.push((role, pence));
    }

    /// The registry's refusal of them with its places, such as `tariff_tables[1].rates`, as those of the file, such as `pay.csv:7:rates`:
    /// the line is that on which the table begins.
    pub fn located(&self, error: Error) -> Error {
        let Error::Invalid(violations) = error else { return error };
        let located = violations.into_iter().map(|violation| {
            let place = violation.field.strip_prefix("tariff_tables[").and_then(|rest| rest.split_once("]."));
            let line =
                place.and_then(|(at, field)| Some((self.lines.get(at.parse::<usize>().ok()?)?, field)));
            match line {
                Some((line, field)) => {
                    let field = format!("{}:{line}:{field}", self.file);
                    violation.at(field)
                }
                None => violation,
            }
        });
        Error::Invalid(located.collect())
    }
}

type Rate = (StaffRole, NaiveDate, u64, Decimal);

fn read_row(row: Row<'_>, problems: &mut Problems) -> Option<Rate> {
    let role = row.code::<StaffRole>("staff_role", problems);
    let day = row.date("from_date", "%Y-%m-%d", problems);
    problems.require(day != Some(None), || {
        Violation::new(row.path("from_date"), "REQUIRED", "", "the first day on which it holds")
    });
    let pence = row.number("pence_per_hour", problems);
    let percent = row.value::<Decimal>("overhead_percent", problems);
    Some((role?, day??, pence?.into(), percent?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "staff_role,from_date,pence_per_hour,overhead_percent\n";

    fn read(rows: &str) -> Result<TariffFile> {
        TariffFile::read("pay.csv", format!("{HEAD}{rows}").as_bytes())
    }

    #[test]
    fn rows_of_one_day_are_a_table() {
        let found =
            read("MANAGER,2026-04-01,2800,25\nMANAGER,2027-04-01,2900,25.5\nCLINICIAN,2026-04-01,2200,25\n")
                .unwrap();
        let days: Vec<_> =
            found.tables.iter().map(|table| (table.from_date.to_string(), table.rates.len())).collect();
        assert_eq!(days, [("2026-04-01".to_owned(), 2), ("2027-04-01".to_owned(), 1)]);
        let error = found.located(Violation::new("tariff_tables[1].rates", "COMPLETE", 1, "all").into());
        assert!(error.to_string().starts_with("pay.csv:3:rates"), "{error}");
    }

    #[test]
    fn all_that_is_wrong_is_said_by_line() {
        let Err(Error::Invalid(all)) =
            read("BOSS,2026-04-01,-1,25\nMANAGER,,2800,25\nCLINICIAN,2026-04-01,1,a\n")
        else {
            panic!("accepted")
        };
        let fields: Vec<_> = all.iter().map(|one| one.field.as_str()).collect();
        let expected = [
            "pay.csv:2:staff_role",
            "pay.csv:2:pence_per_hour",
            "pay.csv:3:from_date",
            "pay.csv:4:overhead_percent",
        ];
        assert_eq!(fields, expected);
        let two = read("MANAGER,2026-04-01,2800,25\nCLINICIAN,2026-04-01,2200,20\n").unwrap_err().to_string();
        assert!(two.contains("pay.csv:3:overhead_percent") && two.contains("a table has one"), "{two}");
    }
}
