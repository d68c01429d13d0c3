//! What is kept of an organisation, and the rules of changing it.

use super::{Organisation, Size, Succession};
use crate::{Decimal, OdsCode, Violation, Violations, snapshot::Snapshot};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An organisation with its sizes and the successions that it took part in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganisationRecord {
    /// The organisation.
    pub organisation: Organisation,
    /// Its sizes, by measure and day.
    pub sizes: Vec<Size>,
    /// Mergers and splits that it took part in, on either side, by predecessor, successor and day.
    pub successions: Vec<Succession>,
}

impl From<Organisation> for OrganisationRecord {
    fn from(organisation: Organisation) -> Self {
        Self { organisation, sizes: vec![], successions: vec![] }
    }
}

impl OrganisationRecord {
    /// What a snapshot holds of an organisation.
    pub fn of(organisation: &Organisation, snapshot: &Snapshot) -> Self {
        let code = &organisation.code;
        let sizes = snapshot.sizes.iter().filter(|size| size.organisation == *code);
        let successions = snapshot.successions.iter().filter(|one| one.other_than(code).is_some());
        Self {
            organisation: organisation.clone(),
            sizes: sizes.cloned().collect(),
            successions: successions.cloned().collect(),
        }
    }

    /// In the order of keys.
    #[must_use]
    pub fn in_order(mut self) -> Self {
        self.sizes.sort();
        self.successions.sort();
        self
    }

    /// Whom its successions name beside it.
    pub fn others(&self) -> impl Iterator<Item = &OdsCode> {
        let code = &self.organisation.code;
        self.successions.iter().filter_map(move |one| one.other_than(code))
    }

    /// What is wrong with it; `others` are those of [`Self::others`] that are registered.
    pub fn check(&self, others: &BTreeMap<OdsCode, Organisation>, today: NaiveDate, found: &mut Violations) {
        self.organisation.check(found);
        for (field, day) in
            [("open_date", self.organisation.open_date), ("close_date", self.organisation.close_date)]
        {
            if let Some(day) = day {
                found.day(field, day, today);
            }
        }
        for (at, size) in self.sizes.iter().enumerate() {
            found.within(&format!("sizes[{at}]"), |found| self.check_size(at, size, today, found));
        }
        for (at, succession) in self.successions.iter().enumerate() {
            found.within(&format!("successions[{at}]"), |found| {
                self.check_succession(at, succession, others, found);
                found.day("date", succession.date, today);
            });
        }
    }

    fn check_size(&self, at: usize, size: &Size, today: NaiveDate, found: &mut Violations) {
        found.require(self.organisation.is_provider(), || {
            Violation::new("measure", "KIND", size.measure, "no sizes: only a PROVIDER has them")
        });
        found.day("from_date", size.from_date, today);
        found.require(Decimal::ZERO <= size.value, || {
            Violation::new("value", "RANGE", size.value, "0 or more: leave the size out if it is not known")
        });
        let known = |one: &Size| (one.measure, one.from_date) == (size.measure, size.from_date);
        found.require(!self.sizes.iter().take(at).any(known), || {
            let expected = format!("one size in {} from that day on", size.measure);
            Violation::new("from_date", "UNIQUE", size.from_date, expected)
        });
    }

    fn check_succession(
        &self,
        at: usize,
        succession: &Succession,
        others: &BTreeMap<OdsCode, Organisation>,
        found: &mut Violations,
    ) {
        let code = &self.organisation.code;
        succession.check(found);
        let known = |one: &Succession| one.key() == succession.key();
        found.require(!self.successions.iter().take(at).any(known), || {
            Violation::new("date", "UNIQUE", succession.date, "a succession of these two and this day once")
        });
        let Some(other) = succession.other_than(code) else {
            let expected = format!("a succession that {code} took part in, with another");
            found.push(Violation::new("successor", "PARTY", &succession.successor, expected));
            return;
        };
        let field = if other == &succession.predecessor { "predecessor" } else { "successor" };
        let Some(registered) = others.get(other) else {
            found.push(Violation::new(field, "KNOWN", other, "the ODS code of a registered organisation"));
            return;
        };
        found.require(registered.kind == self.organisation.kind, || {
            let expected = format!("an organisation of the same kind, {}", self.organisation.kind);
            Violation::new(field, "KIND", format!("{other}, a {}", registered.kind), expected)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Basis, Error,
        organisation::{OrganisationKind, ProviderType, SizeMeasure},
    };

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn code(text: &str) -> OdsCode {
        OdsCode::new(text).unwrap()
    }

    fn trust(of: &str) -> Organisation {
        Organisation {
            code: code(of),
            name: "A TRUST".into(),
            kind: OrganisationKind::Provider,
            provider_type: Some(ProviderType::Acute),
            provider_type_basis: Basis::Stated,
            region: None,
            parent: None,
            open_date: None,
            close_date: None,
        }
    }

    fn size(from: &str, value: &str) -> Size {
        Size {
            organisation: code("R0A"),
            measure: SizeMeasure::StaffWte,
            from_date: day(from),
            value: value.parse().unwrap(),
        }
    }

    fn took(predecessor: &str, successor: &str, date: &str, share: &str) -> Succession {
        Succession {
            predecessor: code(predecessor),
            successor: code(successor),
            date: day(date),
            share: share.parse().unwrap(),
        }
    }

    fn refusals(record: &OrganisationRecord) -> Vec<(String, String)> {
        let body = Organisation { kind: OrganisationKind::NationalBody, provider_type: None, ..trust("X26") };
        let others = [trust("R0B"), trust("R0C"), body].map(|one| (one.code.clone(), one));
        let mut found = Violations::new();
        record.check(&others.into(), day("2026-11-15"), &mut found);
        let Err(Error::Invalid(all)) = found.into_result() else { return vec![] };
        all.into_iter().map(|one| (one.field, one.rule)).collect()
    }

    #[test]
    fn a_record_names_all_that_is_wrong_with_its_sizes_and_successions() {
        let good = OrganisationRecord {
            sizes: vec![size("2024-04-01", "120"), size("2025-04-01", "0")],
            successions: vec![took("R0B", "R0A", "2024-04-01", "1"), took("R0C", "R0A", "2024-04-01", "0.5")],
            ..trust("R0A").into()
        };
        assert_eq!(refusals(&good), []);
        let wrong = OrganisationRecord {
            sizes: vec![size("2024-04-01", "120"), size("2024-04-01", "-1"), size("1900-01-01", "1")],
            successions: vec![
                took("R0B", "R0C", "2024-04-01", "1"),
                took("R0A", "R0A", "2024-04-01", "1"),
                took("R0Z", "R0A", "2024-04-01", "2"),
                took("R0A", "X26", "2090-04-01", "1"),
                took("R0B", "R0A", "2024-04-01", "1"),
                took("R0B", "R0A", "2024-04-01", "0.5"),
            ],
            ..trust("R0A").into()
        };
        let expected = [
            ("sizes[1].value", "RANGE"),
            ("sizes[1].from_date", "UNIQUE"),
            ("sizes[2].from_date", "RANGE"),
            ("successions[0].successor", "PARTY"),
            ("successions[1].successor", "PARTY"),
            ("successions[2].share", "RANGE"),
            ("successions[2].predecessor", "KNOWN"),
            ("successions[3].successor", "KIND"),
            ("successions[3].date", "RANGE"),
            ("successions[5].date", "UNIQUE"),
        ];
        assert_eq!(refusals(&wrong), expected.map(|(field, rule)| (field.to_owned(), rule.to_owned())));
    }

    #[test]
    fn only_a_provider_has_sizes() {
        let body = Organisation { kind: OrganisationKind::NationalBody, provider_type: None, ..trust("R0A") };
        let record = OrganisationRecord { sizes: vec![size("2024-04-01", "120")], ..body.into() };
        assert_eq!(refusals(&record), [("sizes[0].measure".to_owned(), "KIND".to_owned())]);
    }
}
