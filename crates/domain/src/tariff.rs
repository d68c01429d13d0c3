//! Tables of what an hour costs: each of one day and whole, so that no role is ever without a tariff.

use crate::{
    Decimal, Violation, Violations,
    statement::{StaffRole, Tariff},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use strum::VariantArray;

/// Most tables loaded at once.
pub const MAX_TABLES: usize = 100;
/// Most that an hour costs, pence: a thousand pounds is a slip of the pen.
pub const MAX_PENCE_PER_HOUR: u64 = 100_000;
/// Most that overheads are, per cent of pay.
pub const MAX_OVERHEAD_PERCENT: i32 = 200;
/// Longest reason, characters.
const MAX_REASON: usize = 4_000;

/// What an hour costs from a day on, until the next table begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TariffTable {
    /// From which day.
    pub from_date: NaiveDate,
    /// Added for overheads, per cent of pay.
    pub overhead_percent: Decimal,
    /// Pay of an hour of each role, in pence.
    pub rates: Vec<(StaffRole, u64)>,
}

impl TariffTable {
    /// Its resource name.
    pub fn name(&self) -> String {
        format!("tariffTables/{}", self.from_date)
    }

    /// The tables that tariffs make, by day.
    pub fn of(tariffs: &[Tariff]) -> Vec<Self> {
        let mut tables = BTreeMap::<NaiveDate, Self>::new();
        for tariff in tariffs {
            let (from_date, overhead_percent) = (tariff.from_date, tariff.overhead_percent);
            let table = tables.entry(from_date).or_insert_with(|| Self {
                from_date,
                overhead_percent,
                rates: vec![],
            });
            table.rates.push((tariff.staff_role, tariff.pence_per_hour));
        }
        tables.into_values().collect()
    }

    /// The same with its roles in their own order, as it is kept.
    #[must_use]
    pub fn in_order(mut self) -> Self {
        self.rates.sort_by_key(|(role, _)| *role);
        self
    }

    /// The tariffs that it is made of.
    pub fn tariffs(&self) -> impl Iterator<Item = Tariff> {
        self.rates.iter().map(|(staff_role, pence_per_hour)| Tariff {
            staff_role: *staff_role,
            from_date: self.from_date,
            pence_per_hour: *pence_per_hour,
            overhead_percent: self.overhead_percent,
        })
    }

    fn check(&self, today: NaiveDate, found: &mut Violations) {
        found.day("from_date", self.from_date, today);
        let overheads = Decimal::ZERO..=Decimal::from_whole(MAX_OVERHEAD_PERCENT);
        found.require(overheads.contains(&self.overhead_percent), || {
            let expected = format!("0 to {MAX_OVERHEAD_PERCENT} per cent of pay");
            Violation::new("overhead_percent", "RANGE", self.overhead_percent, expected)
        });
        for (at, (role, pence)) in self.rates.iter().enumerate() {
            found.require((1..=MAX_PENCE_PER_HOUR).contains(pence), || {
                let expected = format!("1 to {MAX_PENCE_PER_HOUR} pence an hour of {role}");
                Violation::new(format!("rates[{at}].pence_per_hour"), "RANGE", pence, expected)
            });
            found.require(self.rates[..at].iter().all(|(before, _)| before != role), || {
                Violation::new(format!("rates[{at}].staff_role"), "UNIQUE", role, "each role once in a table")
            });
        }
        let lacks = |role: &&StaffRole| self.rates.iter().all(|(known, _)| known != *role);
        let lacking: Vec<_> = StaffRole::VARIANTS.iter().filter(lacks).map(ToString::to_string).collect();
        found.require(lacking.is_empty(), || {
            let expected = format!(
                "a rate for every role: {} lacks, and would be paid by an older table",
                lacking.join(", ")
            );
            Violation::new("rates", "COMPLETE", format!("{} roles", self.rates.len()), expected)
        });
    }

    /// Whether figures of days that have come change with it, `held` being what was loaded before.
    fn changes_past(&self, held: &[Self], today: NaiveDate) -> bool {
        let before = held.iter().find(|before| before.from_date == self.from_date);
        before != Some(&self.clone().in_order()) && (self.from_date <= today || before.is_some())
    }
}

/// Notes what is wrong with loading `tables` on `today`, `held` being what was loaded before.
pub fn check_tables(
    tables: &[TariffTable],
    held: &[TariffTable],
    (reason, today): (&str, NaiveDate),
    found: &mut Violations,
) {
    found.require((1..=MAX_TABLES).contains(&tables.len()), || {
        Violation::new("tariff_tables", "COUNT", tables.len(), format!("1 to {MAX_TABLES} tables"))
    });
    for (at, table) in tables.iter().enumerate() {
        found.within(&format!("tariff_tables[{at}]"), |found| {
            table.check(today, found);
            if let Some(before) = at.checked_sub(1).and_then(|before| tables.get(before)) {
                found.require(before.from_date < table.from_date, || {
                    let expected =
                        format!("a day after {}, on which the table before it begins", before.from_date);
                    Violation::new("from_date", "ORDER", table.from_date, expected)
                });
            }
        });
    }
    found.text("reason", reason, MAX_REASON);
    let past = tables.iter().find(|table| table.changes_past(held, today));
    if let Some(past) = past.filter(|_| reason.trim().is_empty()) {
        let expected = format!(
            "why figures of the past change: the table from {} holds already, or takes the place of another",
            past.from_date
        );
        found.push(Violation::new("reason", "REQUIRED", "", expected));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;

    const TODAY: &str = "2026-11-29";

    fn table(from: &str) -> TariffTable {
        TariffTable {
            from_date: from.parse().unwrap(),
            overhead_percent: Decimal::from_whole(25),
            rates: StaffRole::VARIANTS.iter().map(|role| (*role, 1_500)).collect(),
        }
    }

    fn wrong(tables: &[TariffTable], held: &[TariffTable], reason: &str) -> Vec<(String, String)> {
        let mut found = Violations::new();
        check_tables(tables, held, (reason, TODAY.parse().unwrap()), &mut found);
        let Err(Error::Invalid(all)) = found.into_result() else { return vec![] };
        all.into_iter().map(|one| (one.field, one.rule)).collect()
    }

    fn is(field: &str, rule: &str) -> Vec<(String, String)> {
        vec![(field.into(), rule.into())]
    }

    #[test]
    fn tables_are_whole_and_in_order_of_their_days() {
        assert_eq!(wrong(&[table("2027-04-01"), table("2028-04-01")], &[], ""), []);
        let twice = wrong(&[table("2027-04-01"), table("2027-04-01")], &[], "");
        assert_eq!(twice, is("tariff_tables[1].from_date", "ORDER"));
        let mut lacking = table("2027-04-01");
        lacking.rates.pop();
        assert_eq!(wrong(&[lacking.clone()], &[], ""), is("tariff_tables[0].rates", "COMPLETE"));
        lacking.rates.push(lacking.rates[0]);
        assert_eq!(wrong(&[lacking], &[], "").len(), 2, "one stands twice, one lacks");
        assert_eq!(wrong(&[], &[], ""), is("tariff_tables", "COUNT"));
    }

    #[test]
    fn pay_is_above_nothing_and_neither_it_nor_overheads_are_absurd() {
        for (pence, expected) in [(0, 1), (1, 0), (100_000, 0), (100_001, 1)] {
            let mut paid = table("2027-04-01");
            paid.rates[2].1 = pence;
            assert_eq!(wrong(&[paid], &[], "").len(), expected, "{pence}");
        }
        for (percent, expected) in [("-0.0001", 1), ("0", 0), ("200", 0), ("200.0001", 1)] {
            let of = TariffTable { overhead_percent: percent.parse().unwrap(), ..table("2027-04-01") };
            assert_eq!(wrong(&[of], &[], "").len(), expected, "{percent}");
        }
    }

    #[test]
    fn the_past_changes_only_with_a_reason() {
        let (past, future) = (table("2026-04-01"), table("2027-04-01"));
        let dearer =
            |of: &TariffTable| TariffTable { overhead_percent: Decimal::from_whole(30), ..of.clone() };
        let needed = is("reason", "REQUIRED");
        let mut turned = past.clone();
        turned.rates.reverse();
        assert_eq!(wrong(&[turned], std::slice::from_ref(&past), ""), [], "in another order it is the same");
        assert_eq!(wrong(std::slice::from_ref(&past), &[], " "), needed, "it holds already");
        assert_eq!(wrong(std::slice::from_ref(&past), &[], "ESR, March 2026"), []);
        assert_eq!(
            wrong(std::slice::from_ref(&past), std::slice::from_ref(&past), ""),
            [],
            "it is as it was"
        );
        assert_eq!(
            wrong(&[dearer(&future)], std::slice::from_ref(&future), ""),
            needed,
            "it takes another's place"
        );
        assert_eq!(wrong(&[future], &[past], ""), []);
    }

    #[test]
    fn tables_are_made_of_tariffs_and_back() {
        let tables = [table("2026-04-01"), table("2027-04-01")];
        let mut tariffs: Vec<_> = tables.iter().flat_map(TariffTable::tariffs).collect();
        tariffs.sort_by_key(|tariff| (tariff.staff_role, tariff.from_date));
        assert_eq!(TariffTable::of(&tariffs), tables);
    }
}
