//! Burden statements: what answering a version costs one provider. Money and time are different types everywhere.

use crate::{
    CollectionId, Decimal, Error, Result, Violation, Violations,
    codes::codes,
    organisation::SizeMeasure,
    version::{Content, Version},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

codes! {
    /// The six lenses through which answering is looked at.
    Activity {
        /// Finding and recording what is asked.
        Gathering,
        /// Checking it.
        QualityAssurance,
        /// Taking it out of systems.
        Extraction,
        /// Sending it.
        Transmission,
        /// Changing systems so that they can answer.
        SystemChange,
        /// Teaching people.
        Training,
    }
}

codes! {
    /// What a line's minutes are spent on.
    LineBasis {
        /// Each submission.
        PerSubmission,
        /// Each item asked, each submission.
        PerItem,
        /// Each unit of the provider's size, each submission.
        PerUnit,
        /// Each year; a twelfth accrues each month.
        Annual,
        /// Once; spread evenly over the line's life.
        OneOff,
    }
}

codes! {
    /// How a statement's figures are known.
    Method {
        /// The owner says so.
        Declared,
        /// Assessed with providers.
        Assessed,
        /// Measured by time returns.
        Measured,
        /// The published default, for want of better.
        Assumed,
    }
}

codes! {
    /// Who does the work, for the tariff.
    StaffRole {
        /// Gathers and records.
        DataClerk,
        /// Extracts and checks.
        InformationAnalyst,
        /// Changes systems.
        SystemsDeveloper,
        /// Nurse, therapist, doctor.
        Clinician,
        /// Signs off.
        Manager,
    }
}

/// Months over which a one-off cost is spread unless the line says otherwise.
pub const DEFAULT_LIFE_MONTHS: u32 = 36;
/// Most minutes one person can work in a month: 24 hours on 31 days.
pub const MAX_MINUTES: Decimal = Decimal::from_whole(24 * 31 * 60);
/// Most that a line may cost outside, each time its minutes are spent: ten million pounds of one provider is a slip of the pen.
pub const MAX_EXTERNAL_PENCE: u64 = 1_000_000_000;
/// Most lines of a statement: every activity by every role on every basis is 150.
pub const MAX_LINES: usize = 150;

/// What one activity of one role takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostLine {
    /// What is done.
    pub activity: Activity,
    /// By whom.
    pub staff_role: StaffRole,
    /// What the minutes are spent on.
    pub basis: LineBasis,
    /// Minutes.
    pub minutes: Decimal,
    /// For PER_UNIT: the size measure.
    pub unit_measure: Option<SizeMeasure>,
    /// For PER_UNIT: how much of the measure is one unit.
    pub unit_size: Option<Decimal>,
    /// For ONE_OFF: months over which it is spread.
    pub life_months: Option<u32>,
    /// Paid outside, each time the minutes are, in pence.
    pub external_pence: u64,
}

/// What answering a version costs one provider, as known from a day on (its vintage).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BurdenStatement {
    /// The collection.
    pub collection: CollectionId,
    /// The version.
    pub version: u32,
    /// From which day this is what is known.
    pub from_date: NaiveDate,
    /// How it is known.
    pub method: Method,
    /// Its lines.
    pub lines: Vec<CostLine>,
}

impl BurdenStatement {
    /// Refuses it if `version`, of which it is stated on `today`, is over; else notes what is wrong with it.
    pub fn admit(&self, version: &Version, today: NaiveDate, found: &mut Violations) -> Result<()> {
        if version.state.is_over() {
            return Err(Error::Precondition {
                rule: "VERSION_STATE",
                subject: version.name(),
                message: format!("this version is {}: its burden can no longer be stated", version.state),
            });
        }
        self.check(&version.content, today, found);
        Ok(())
    }

    /// What is wrong with it, as said on `today` of what `content` asks.
    fn check(&self, content: &Content, today: NaiveDate, found: &mut Violations) {
        found.day("from_date", self.from_date, today);
        found.require((1..=MAX_LINES).contains(&self.lines.len()), || {
            Violation::new("lines", "COUNT", self.lines.len(), format!("1 to {MAX_LINES} cost lines"))
        });
        let mut lines = Violations::new();
        for (at, line) in self.lines.iter().enumerate() {
            lines.within(&format!("lines[{at}]"), |found| line.check(found));
        }
        if lines.is_empty() {
            self.check_months(content, found);
        }
        found.extend(lines);
    }

    /// Notes roles of which one person would have to work more than there are hours in a month.
    fn check_months(&self, content: &Content, found: &mut Violations) {
        let submissions = content.schedule.as_ref().map_or(1, |s| s.frequency.most_in_a_month());
        let items = content.items.iter().filter(|item| item.is_asked()).count();
        let mut months = BTreeMap::<StaffRole, i128>::new();
        for line in &self.lines {
            *months.entry(line.staff_role).or_default() += line.units_of_a_month(submissions, items);
        }
        for (role, units) in months {
            found.require(units <= MAX_MINUTES.units().into(), || {
                let expected = format!(
                    "lines of {role} that come to at most {MAX_MINUTES} minutes in a month with {submissions} \
                     submissions of {items} items: one person has 24 hours on at most 31 days a month"
                );
                let minutes = units / i128::from(Decimal::SCALE);
                Violation::new("lines", "HOURS_OF_A_MONTH", format!("{minutes} minutes of {role}"), expected)
            });
        }
    }
}

impl CostLine {
    /// The most of its minutes, in ten-thousandths, that fall to one month, rounded down. What depends on a provider's size is not known
    /// here and counts nothing.
    fn units_of_a_month(&self, submissions: u32, items: usize) -> i128 {
        let units = i128::from(self.minutes.units());
        match self.basis {
            LineBasis::PerSubmission => units * i128::from(submissions),
            LineBasis::PerItem => {
                units * i128::from(submissions) * i128::try_from(items).unwrap_or(i128::MAX)
            }
            LineBasis::PerUnit => 0,
            LineBasis::Annual | LineBasis::OneOff => units / i128::from(self.months()),
        }
    }

    /// Over how many months its minutes are spread.
    fn months(&self) -> u32 {
        match self.basis {
            LineBasis::PerSubmission | LineBasis::PerItem | LineBasis::PerUnit => 1,
            LineBasis::Annual => 12,
            LineBasis::OneOff => self.life_months.unwrap_or(DEFAULT_LIFE_MONTHS).max(1),
        }
    }

    fn check(&self, found: &mut Violations) {
        let months = self.months();
        let most = i128::from(MAX_MINUTES.units()) * i128::from(months);
        found.require((0..=most).contains(&self.minutes.units().into()), || {
            let expected = format!(
                "0 to {}: one person has 24 hours on at most 31 days a month, and the line is of {months} months",
                most / i128::from(Decimal::SCALE)
            );
            Violation::new("minutes", "RANGE", self.minutes, expected)
        });
        found.require(self.external_pence <= MAX_EXTERNAL_PENCE, || {
            let expected = format!("at most {MAX_EXTERNAL_PENCE} pence, ten million pounds, of one provider");
            Violation::new("external_pence", "RANGE", self.external_pence, expected)
        });
        let per_unit = self.basis == LineBasis::PerUnit;
        found.require(self.unit_measure.is_some() == per_unit, || {
            Violation::new(
                "unit_measure",
                "BASIS",
                self.basis,
                "a size measure for PER_UNIT lines, and for no others",
            )
        });
        found.require(self.unit_size.is_some_and(|size| size > Decimal::ZERO) == per_unit, || {
            Violation::new(
                "unit_size",
                "BASIS",
                self.basis,
                "a size above 0 for PER_UNIT lines, and none for others",
            )
        });
        found.require(
            self.life_months.is_none_or(|life| self.basis == LineBasis::OneOff && (1..=120).contains(&life)),
            || {
                Violation::new(
                    "life_months",
                    "BASIS",
                    self.life_months.unwrap_or(0),
                    "1 to 120 months for ONE_OFF lines, and none for others",
                )
            },
        );
    }
}

/// What an hour of a role costs from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tariff {
    /// Whose hour.
    pub staff_role: StaffRole,
    /// From which day.
    pub from_date: NaiveDate,
    /// Pay, pence an hour.
    pub pence_per_hour: u64,
    /// Added for overheads, per cent of pay.
    pub overhead_percent: Decimal,
}

#[cfg(test)]
mod tests;
