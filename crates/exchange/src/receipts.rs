//! Files of receipts and time returns, as a provider's people fill them in: CSV, or a table copied from a spreadsheet. A row is an
//! obligation; one in which nothing is filled in says nothing. What is wrong is said row by row; nothing is half-read.

use crate::{
    items::read_sheet,
    open_data::{Column, Kind, TableSchema, column},
    problems::Problems,
    table::{Row, Table},
};
use chrono::{DateTime, Utc};
use onus_domain::{
    CollectionId, Error, OdsCode, Result, Violation,
    submission::{Obligation, Receipt, Submission, TimeReturn, read_moment},
};

/// Most receipts in a file.
pub const MOST_RECEIPTS: usize = 1_000;
/// What a file must have. What else stands in it is there for people, and passed over.
const READ: [&str; 7] =
    ["collection", "version", "provider", "period_start", "submitted_at", "minutes", "people"];
/// What a template has.
const COLUMNS: [Column; 10] = [
    column("collection", Kind::Code, "The collection."),
    column("version", Kind::Whole, "The version in force on the period's last day."),
    column("provider", Kind::Code, "Who met it."),
    column("title", Kind::Text, "What the collection is called; not read."),
    column("period_start", Kind::Date, "First day of the period."),
    column("period_end", Kind::Date, "Last day of the period; not read."),
    column("due_date", Kind::Date, "When it is due; not read."),
    column("submitted_at", Kind::Text, "When it was sent: a day, or a moment."),
    column("minutes", Kind::Whole, "Minutes it took, of all people together."),
    column("people", Kind::Whole, "How many people worked on it; empty is one."),
];
const TEMPLATE: TableSchema = TableSchema {
    file: "submissions.csv",
    about: "What a provider owes, to be filled in with when it was sent and what it took.",
    columns: &COLUMNS,
    key: &["collection", "version", "provider", "period_start"],
    references: &[],
};

/// Receipts of a file, each with its row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipts {
    file: String,
    rows: Vec<(u64, Receipt)>,
    /// Rows in which nothing is filled in.
    pub blank: usize,
}

impl Receipts {
    /// Reads a file, now. All that is wrong is said at once, by file, row and column.
    pub fn read(file: &str, bytes: &[u8], now: DateTime<Utc>) -> Result<Self> {
        if bytes.starts_with(b"PK") {
            let expected = "a CSV file: days in a workbook are numbers, so save the sheet as “CSV UTF-8”";
            return Err(Violation::new(file, "FORMAT", "a workbook", expected).into());
        }
        let sheet = read_sheet(file, bytes)?;
        let (mut problems, mut read) =
            (Problems::new(), Self { file: file.to_owned(), rows: vec![], blank: 0 });
        if let Some(table) = Table::of_sheet(file, &sheet, &READ, &mut problems) {
            for row in table.rows() {
                if ["submitted_at", "minutes", "people"].iter().all(|column| row.text(column).is_empty()) {
                    read.blank += 1;
                    continue;
                }
                let receipt = read_row(row, now, &mut problems);
                read.rows.extend(receipt.map(|receipt| (row.place().line(), receipt)));
            }
        }
        problems.into_result()?;
        let rows = read.rows.len();
        if (1..=MOST_RECEIPTS).contains(&rows) {
            return Ok(read);
        }
        let expected = format!(
            "1 to {MOST_RECEIPTS} rows in which it is filled in when a period was sent, or what it took; cut a longer file in parts"
        );
        Err(Violation::new(file, "COUNT", rows, expected).into())
    }

    /// The receipts, in order of their rows.
    pub fn receipts(&self) -> impl ExactSizeIterator<Item = &Receipt> {
        self.rows.iter().map(|(_, receipt)| receipt)
    }

    /// The registry's refusal of them with its places, such as `requests[3].period_start`, as those of the file, such as
    /// `march.csv:14:period_start`.
    pub fn located(&self, error: Error) -> Error {
        let Error::Invalid(violations) = error else { return error };
        Error::Invalid(violations.into_iter().map(|violation| self.locate(violation)).collect())
    }

    fn locate(&self, violation: Violation) -> Violation {
        let place = violation.field.strip_prefix("requests[").and_then(|rest| rest.split_once("]."));
        let row = place.and_then(|(at, _)| self.rows.get(at.parse::<usize>().ok()?));
        let column = place.and_then(|(_, field)| field.rsplit('.').next());
        match row.zip(column) {
            Some(((row, _), column)) => {
                let field = format!("{}:{row}:{column}", self.file);
                violation.at(field)
            }
            None => violation,
        }
    }
}

fn read_row(row: Row<'_>, now: DateTime<Utc>, problems: &mut Problems) -> Option<Receipt> {
    let collection = row.value::<CollectionId>("collection", problems);
    let version = row.number("version", problems);
    let provider = row.value::<OdsCode>("provider", problems);
    let period_start = row.date("period_start", "%Y-%m-%d", problems);
    problems.require(period_start != Some(None), || {
        Violation::new(row.path("period_start"), "REQUIRED", "", "the first day of the period")
    });
    let sent = read_moment("submitted_at", row.text("submitted_at"), now);
    let submitted_at = problems.take(row.path("submitted_at"), sent);
    let time_return = if row.text("minutes").is_empty() && row.text("people").is_empty() {
        Some(None)
    } else {
        let minutes = row.number("minutes", problems);
        let people = if row.text("people").is_empty() { Some(1) } else { row.number("people", problems) };
        minutes.zip(people).map(|(minutes, people)| Some(TimeReturn { minutes, people }))
    };
    Some(Receipt {
        collection: collection?,
        version: version?,
        provider: provider?,
        period_start: period_start??,
        submitted_at: submitted_at?,
        time_return: time_return?,
    })
}

/// A file to fill in: what is owed, with the title of what it is owed to and what is recorded of it.
pub fn template(owed: &[(Obligation, String, Option<Submission>)]) -> Result<Vec<u8>> {
    let rows = owed.iter().map(|(owed, title, held)| {
        let time = held.as_ref().and_then(|held| held.time_return);
        let sent = held.as_ref().map(|held| held.submitted_at.format("%Y-%m-%dT%H:%M:%SZ").to_string());
        vec![
            owed.collection.to_string(),
            owed.version.to_string(),
            owed.provider.to_string(),
            title.clone(),
            owed.period_start.to_string(),
            owed.period_end.to_string(),
            owed.due_date.to_string(),
            sent.unwrap_or_default(),
            time.map(|time| time.minutes.to_string()).unwrap_or_default(),
            time.map(|time| time.people.to_string()).unwrap_or_default(),
        ]
    });
    Ok(TEMPLATE.write(rows)?.bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "collection,version,provider,title,period_start,submitted_at,minutes,people";

    fn now() -> DateTime<Utc> {
        "2026-04-20T12:00:00Z".parse().unwrap()
    }

    fn read(rows: &str) -> Result<Receipts> {
        Receipts::read("march.csv", format!("{HEAD}\n{rows}").as_bytes(), now())
    }

    fn wrong(rows: &str) -> Vec<(String, String)> {
        let Err(Error::Invalid(all)) = read(rows) else { return vec![] };
        all.into_iter().map(|one| (one.field, one.rule)).collect()
    }

    #[test]
    fn rows_that_are_filled_in_are_read_and_blank_ones_counted() {
        let found = read(
            "sitrep,1,RJ1,Sitrep,2026-03-01,2026-04-09,45,2\n\nsitrep,1,RJ1,Sitrep,2026-04-01,,,\nbeds,2,RJ1,Beds,2026-03-01,,30,\n",
        )
        .unwrap();
        assert_eq!((found.receipts().len(), found.blank), (2, 1));
        let all: Vec<_> = found.receipts().collect();
        assert_eq!(all[0].submitted_at, Some("2026-04-09T00:00:00Z".parse().unwrap()));
        assert_eq!(all[0].time_return, Some(TimeReturn { minutes: 45, people: 2 }));
        assert_eq!(
            (all[1].submitted_at, all[1].time_return),
            (None, Some(TimeReturn { minutes: 30, people: 1 }))
        );
    }

    #[test]
    fn a_table_copied_from_a_spreadsheet_is_one_too() {
        let pasted = format!("{HEAD}\nsitrep,1,RJ1,x,2026-03-01,2026-04-09,45,2\n").replace(',', "\t");
        assert_eq!(Receipts::read("pasted.csv", pasted.as_bytes(), now()).unwrap().receipts().len(), 1);
    }

    #[test]
    fn all_that_is_wrong_is_said_with_its_row_and_nothing_is_read() {
        let all =
            wrong("sitrep,1,RJ1,x,2026-03-01,9 April,45,2\nsitrep,one,R J,x,,2026-04-09,-3,2\n,,,,,,,2\n");
        let expected = [
            ("march.csv:2:submitted_at", "TIME"),
            ("march.csv:3:version", "NUMBER"),
            ("march.csv:3:provider", "IDENTIFIER"),
            ("march.csv:3:period_start", "REQUIRED"),
            ("march.csv:3:minutes", "NUMBER"),
            ("march.csv:4:collection", "REQUIRED"),
            ("march.csv:4:version", "REQUIRED"),
            ("march.csv:4:provider", "REQUIRED"),
            ("march.csv:4:period_start", "REQUIRED"),
            ("march.csv:4:minutes", "REQUIRED"),
        ];
        assert_eq!(all, expected.map(|(field, rule)| (field.to_owned(), rule.to_owned())));
        assert_eq!(wrong("sitrep,1,RJ1,x,2026-03-01,,,\n"), [("march.csv".to_owned(), "COUNT".to_owned())]);
        let long = "sitrep,1,RJ1,x,2026-03-01,2026-04-09,,\n".repeat(MOST_RECEIPTS + 1);
        assert_eq!(wrong(&long), [("march.csv".to_owned(), "COUNT".to_owned())]);
        let Err(Error::Invalid(headless)) = Receipts::read("x.csv", b"collection\nsitrep\n", now()) else {
            panic!("accepted")
        };
        assert_eq!(headless.len(), READ.len() - 1);
    }

    #[test]
    fn the_registrys_refusal_is_told_by_the_files_own_places() {
        let found = read("\nsitrep,1,RJ1,x,2026-03-01,2026-04-09,45,2\n").unwrap();
        let told = |field: &str| {
            let error = found.located(Violation::new(field, "RANGE", "x", "y").into());
            let Error::Invalid(all) = error else { panic!("another error") };
            all[0].field.clone()
        };
        assert_eq!(told("requests[0].submission.time_return.minutes"), "march.csv:3:minutes");
        assert_eq!(told("requests[0].period_start"), "march.csv:3:period_start");
        assert_eq!(told("requests[9].period_start"), "requests[9].period_start");
        assert_eq!(told("request_id"), "request_id");
    }

    #[test]
    fn a_template_that_is_filled_in_is_read_back() {
        let owed = Obligation {
            collection: "sitrep".parse().unwrap(),
            version: 1,
            provider: OdsCode::new("RJ1").unwrap(),
            period_start: "2026-03-01".parse().unwrap(),
            period_end: "2026-03-31".parse().unwrap(),
            due_date: "2026-04-10".parse().unwrap(),
        };
        let held = Submission {
            obligation: owed.clone(),
            submitted_at: "2026-04-09T15:30:00Z".parse().unwrap(),
            time_return: Some(TimeReturn { minutes: 45, people: 2 }),
        };
        let file = template(&[(owed, "=Sitrep".into(), Some(held.clone()))]).unwrap();
        let found = Receipts::read("submissions.csv", &file, now()).unwrap();
        let all: Vec<_> = found.receipts().collect();
        assert_eq!((all[0].submitted_at, all[0].time_return), (Some(held.submitted_at), held.time_return));
    }
}
