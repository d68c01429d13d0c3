//! Burden statements: what answering a version costs one provider. Money and time are different types everywhere.

use crate::{CollectionId, Decimal, Violation, Violations, codes::codes, organisation::SizeMeasure};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

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
    /// What is wrong with it.
    pub fn check(&self, found: &mut Violations) {
        found.require(!self.lines.is_empty(), || {
            Violation::new("lines", "REQUIRED", "", "at least one cost line")
        });
        for (at, line) in self.lines.iter().enumerate() {
            line.check(&format!("lines[{at}]"), found);
        }
    }
}

impl CostLine {
    fn check(&self, path: &str, found: &mut Violations) {
        let field = |name: &str| format!("{path}.{name}");
        found.require((Decimal::ZERO..=MAX_MINUTES).contains(&self.minutes), || {
            Violation::new(
                field("minutes"),
                "RANGE",
                self.minutes,
                "0 to 44640: one person has 24 hours on at most 31 days a month",
            )
        });
        let per_unit = self.basis == LineBasis::PerUnit;
        found.require(self.unit_measure.is_some() == per_unit, || {
            Violation::new(
                field("unit_measure"),
                "BASIS",
                self.basis,
                "a size measure for PER_UNIT lines, and for no others",
            )
        });
        found.require(self.unit_size.is_some_and(|size| size > Decimal::ZERO) == per_unit, || {
            Violation::new(
                field("unit_size"),
                "BASIS",
                self.basis,
                "a size above 0 for PER_UNIT lines, and none for others",
            )
        });
        found.require(
            self.life_months.is_none_or(|life| self.basis == LineBasis::OneOff && (1..=120).contains(&life)),
            || {
                Violation::new(
                    field("life_months"),
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
