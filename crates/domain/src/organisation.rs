//! Organisations: whoever asks or answers.

mod record;

pub use record::OrganisationRecord;

use crate::{Basis, Decimal, OdsCode, Violation, Violations, codes::codes};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

codes! {
    /// What an organisation is to Onus.
    OrganisationKind {
        /// Asks nationally.
        NationalBody,
        /// Asks locally.
        Commissioner,
        /// Answers.
        Provider,
    }
}

codes! {
    /// What kind of provider an organisation is.
    ProviderType {
        /// Acute hospital trust.
        Acute,
        /// Mental health and learning disability trust.
        MentalHealth,
        /// Community trust.
        Community,
        /// Ambulance service.
        Ambulance,
        /// Specialist hospital trust.
        Specialist,
        /// General practice.
        GpPractice,
        /// Care home.
        CareHome,
        /// Independent provider of NHS-funded care.
        Independent,
        /// Any other.
        Other,
    }
}

codes! {
    /// What a provider's size is measured in. Each provider type has one measure, so that sizes of a type can be added.
    SizeMeasure {
        /// Whole-time-equivalent staff.
        StaffWte,
        /// Registered patients.
        ListSize,
        /// Gross internal floor area, square metres.
        FloorArea,
        /// Income a year, pounds.
        Income,
    }
}

impl SizeMeasure {
    /// Its unit, for people.
    pub fn unit(self) -> &'static str {
        match self {
            Self::StaffWte => "whole-time-equivalent staff",
            Self::ListSize => "registered patients",
            Self::FloorArea => "square metres of floor",
            Self::Income => "pounds of income a year",
        }
    }
}

impl ProviderType {
    /// The measure that sizes of this type are published in.
    pub fn size_measure(self) -> SizeMeasure {
        match self {
            Self::GpPractice => SizeMeasure::ListSize,
            Self::Acute | Self::MentalHealth | Self::Community | Self::Ambulance | Self::Specialist => {
                SizeMeasure::FloorArea
            }
            Self::CareHome | Self::Independent | Self::Other => SizeMeasure::StaffWte,
        }
    }

    /// The type in words.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Acute => "Acute",
            Self::MentalHealth => "Mental health",
            Self::Community => "Community",
            Self::Ambulance => "Ambulance",
            Self::Specialist => "Specialist",
            Self::GpPractice => "GP practice",
            Self::CareHome => "Care home",
            Self::Independent => "Independent",
            Self::Other => "Other",
        }
    }
}

/// Anyone who asks or answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Its code in the Organisation Data Service.
    pub code: OdsCode,
    /// Its name.
    pub name: String,
    /// Whether it asks or answers.
    pub kind: OrganisationKind,
    /// What kind of provider; only providers have one.
    pub provider_type: Option<ProviderType>,
    /// Whether a source states the provider type.
    pub provider_type_basis: Basis,
    /// NHS England region code.
    pub region: Option<String>,
    /// The organisation it belongs to or answers to: its integrated care board, its commissioner.
    pub parent: Option<String>,
    /// First day open; unknown is taken as always.
    pub open_date: Option<NaiveDate>,
    /// Last day open.
    pub close_date: Option<NaiveDate>,
}

impl Organisation {
    /// Name of the resource.
    pub fn resource(&self) -> String {
        format!("organisations/{}", self.code)
    }

    /// What is wrong with it by itself.
    pub fn check(&self, found: &mut Violations) {
        found.require(!self.name.trim().is_empty(), || Violation::new("name", "REQUIRED", "", "a name"));
        found.text("name", &self.name, 200);
        for (field, value) in [("region", &self.region), ("parent", &self.parent)] {
            found.text(field, value.as_deref().unwrap_or_default(), 200);
        }
        let provider = self.kind == OrganisationKind::Provider;
        found.require(self.provider_type.is_some() == provider, || {
            let expected = "a provider type for a PROVIDER, and for nobody else";
            Violation::new("provider_type", "KIND", self.kind, expected)
        });
        if let (Some(open), Some(close)) = (self.open_date, self.close_date) {
            found.require(open <= close, || {
                Violation::new("close_date", "ORDER", close, format!("a day not before it opened, {open}"))
            });
        }
    }

    /// Whether it is open on `day`.
    pub fn is_open(&self, day: NaiveDate) -> bool {
        self.open_date.is_none_or(|open| open <= day) && self.close_date.is_none_or(|close| day <= close)
    }

    /// Whether it puts requests to providers.
    pub fn asks(&self) -> bool {
        matches!(self.kind, OrganisationKind::NationalBody | OrganisationKind::Commissioner)
    }

    /// Whether it answers requests.
    pub fn is_provider(&self) -> bool {
        self.kind == OrganisationKind::Provider
    }
}

/// One organisation took over (part of) another: a merger has several predecessors, a split several successors.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Succession {
    /// Who ended or gave.
    pub predecessor: OdsCode,
    /// Who goes on.
    pub successor: OdsCode,
    /// From which day.
    pub date: NaiveDate,
    /// The share of the predecessor that went over, in (0, 1].
    pub share: Decimal,
}

impl Succession {
    /// Name of the resource.
    pub fn resource(&self) -> String {
        format!("organisations/{}/successors/{}/{}", self.predecessor, self.successor, self.date)
    }

    /// What tells it from all others.
    pub fn key(&self) -> (&OdsCode, &OdsCode, NaiveDate) {
        (&self.predecessor, &self.successor, self.date)
    }

    /// Who took part in it beside `code`; nobody if `code` did not, or is both.
    pub fn other_than(&self, code: &OdsCode) -> Option<&OdsCode> {
        match (self.predecessor == *code, self.successor == *code) {
            (true, false) => Some(&self.successor),
            (false, true) => Some(&self.predecessor),
            _ => None,
        }
    }

    /// What is wrong with it by itself.
    pub fn check(&self, found: &mut Violations) {
        found.require(Decimal::ZERO < self.share && self.share <= Decimal::from_whole(1), || {
            Violation::new("share", "RANGE", self.share, "a share above 0, at most 1")
        });
    }
}

/// A provider's size in one measure from a day on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Size {
    /// Whose size.
    pub organisation: OdsCode,
    /// In which measure.
    pub measure: SizeMeasure,
    /// From which day it is known.
    pub from_date: NaiveDate,
    /// How much, in the measure's unit.
    pub value: Decimal,
}

impl Size {
    /// Name of the resource.
    pub fn resource(&self) -> String {
        format!("organisations/{}/sizes/{}/{}", self.organisation, self.measure, self.from_date)
    }
}
