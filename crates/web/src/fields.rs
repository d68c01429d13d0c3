//! What a form says, field by field: for forms in which a field may stand several times, as tick boxes do.

use crate::{
    pages::fields::DayField,
    parts::{Problem, problem_of},
};
use chrono::{Datelike, NaiveDate};
use onus_app::Context;
use onus_domain::{Error, Violation, request::RequestKey};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use uuid::Uuid;

/// The field of a form that says which request it is.
const REQUEST_ID: &str = "request_id";

/// The fields of a form as they were sent.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// What a field says, without blanks around it; empty if it is not there.
    pub fn text(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// What a field says wherever it stands, in order.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.trim())
    }

    /// What of a field is not empty, line by line.
    pub fn lines(&self, name: &str) -> Vec<String> {
        let lines = self.text(name).lines().map(str::trim).filter(|line| !line.is_empty());
        lines.map(ToOwned::to_owned).collect()
    }

    /// A text of one or more lines, with plain line ends.
    pub fn typed(&self, name: &str) -> String {
        self.text(name).replace("\r\n", "\n")
    }

    /// The context of what the form asks for: sent twice, it is done once.
    pub fn once(&self, context: &Context) -> Result<Context, Error> {
        let id = self.text(REQUEST_ID);
        let expected = "the key that the form was shown with: load its page again";
        let id: Uuid = id.parse().map_err(|_| Violation::new(REQUEST_ID, "UUID", id, expected))?;
        let mut digest = Sha256::new();
        for (name, value) in self.0.iter().filter(|(name, _)| name != "form_token") {
            digest.update(format!("{}:{name}{}:{value}", name.len(), value.len()));
        }
        let digest = digest.finalize().iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        let request = RequestKey { account: context.actor.account.clone(), id, digest };
        Ok(Context { request: Some(request), ..context.clone() })
    }

    /// A day as it was typed in the three parts of a date field.
    pub fn typed_day(&self, name: &str) -> TypedDay {
        let part = |part| self.text(&format!("{name}-{part}")).to_owned();
        TypedDay { day: part("day"), month: part("month"), year: part("year") }
    }

    /// A whole number; `None` if nothing stands there.
    pub fn number(&self, name: &str, expected: &str) -> Result<Option<u32>, Violation> {
        let text = self.text(name);
        if text.is_empty() {
            return Ok(None);
        }
        text.parse().map(Some).map_err(|_| Violation::new(name, "NUMBER", text, expected))
    }
}

/// A day as it is typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedDay {
    /// Of the month.
    pub day: String,
    /// From 1.
    pub month: String,
    /// In four digits.
    pub year: String,
}

impl TypedDay {
    /// A day as it would be typed.
    pub(crate) fn of(date: NaiveDate) -> Self {
        Self { day: date.day().to_string(), month: date.month().to_string(), year: date.year().to_string() }
    }

    /// The field in which it stands.
    pub(crate) fn show(&self, id: &str, legend: &str, hint: &str, problems: &[Problem]) -> DayField {
        DayField {
            id: id.into(),
            legend: legend.into(),
            hint: hint.into(),
            day: self.day.clone(),
            month: self.month.clone(),
            year: self.year.clone(),
            problem: problem_of(problems, id),
        }
    }

    /// The day, if one is typed.
    pub(crate) fn read(&self, field: &str) -> Result<Option<NaiveDate>, Violation> {
        let Self { day, month, year } = self;
        if [day, month, year].iter().all(|part| part.is_empty()) {
            return Ok(None);
        }
        let whole = year.len() == 4;
        let date = whole
            .then(|| NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?));
        let given = format!("{day} {month} {year}");
        let refused = || Violation::new(field, "DATE", given, "a real date, such as 27 3 2028");
        date.flatten().map(Some).ok_or_else(refused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(sent: &str) -> Fields {
        serde_urlencoded::from_bytes(sent.as_bytes()).unwrap()
    }

    #[test]
    fn fields_may_stand_several_times_and_lines_are_taken_apart() {
        let fields = read("roles=ADMIN&reason=+why+&roles=STEWARD&conditions=one%0D%0A%0D%0A+two+");
        assert_eq!(fields.all("roles").collect::<Vec<_>>(), ["ADMIN", "STEWARD"]);
        assert_eq!((fields.text("reason"), fields.text("nothing")), ("why", ""));
        assert_eq!(fields.lines("conditions"), ["one", "two"]);
        assert!(
            fields.number("reason", "a number").is_err() && fields.number("nothing", "").unwrap().is_none()
        );
    }

    #[test]
    fn a_day_is_read_of_its_parts_or_refused_as_a_whole() {
        let typed = |day: &str, month: &str, year: &str| {
            let fields = read(&format!("end-day={day}&end-month={month}&end-year={year}"));
            fields.typed_day("end").read("end").map_err(|refused| refused.value)
        };
        assert_eq!(typed("", "", ""), Ok(None));
        assert_eq!(typed("7", "03", "2028"), Ok(NaiveDate::from_ymd_opt(2028, 3, 7)));
        assert_eq!(typed("31", "2", "2028"), Err("31 2 2028".into()));
        assert!(typed("7", "", "2028").is_err() && typed("7", "3", "28").is_err());
    }
}
