//! Plans and targets: what an organisation promises.

use crate::{
    Decimal, Month, OdsCode, Violation, Violations, codes::codes, display, organisation::Organisation,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

codes! {
    /// What a target is measured in.
    TargetMeasure {
        /// Hours a year.
        Hours,
        /// Submit-once rate.
        SubmitOnceRate,
        /// Collections in force.
        Collections,
        /// Share of needs that reuse meets without asking anybody.
        AutomatedShare,
    }
}

codes! {
    /// How a target stands.
    TargetStatus {
        /// Will be met.
        OnTrack,
        /// May be missed.
        AtRisk,
        /// Will be missed.
        OffTrack,
    }
}

impl TargetMeasure {
    /// What is measured, in words.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Hours => "Hours a year",
            Self::SubmitOnceRate => "Submit-once rate",
            Self::Collections => "Collections in force",
            Self::AutomatedShare => "Share met by reuse",
        }
    }

    /// How a value of it is shown to people.
    pub fn display(self) -> fn(f64) -> String {
        match self {
            Self::Hours => display::hours,
            Self::SubmitOnceRate => display::rate,
            Self::Collections => |value| display::number(value, 0),
            Self::AutomatedShare => display::percent,
        }
    }
}

impl TargetStatus {
    /// How it stands, in words.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::OnTrack => "On track",
            Self::AtRisk => "At risk",
            Self::OffTrack => "Off track",
        }
    }
}

/// A promise of one measure by a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// What is measured.
    pub measure: TargetMeasure,
    /// Value at the start.
    pub baseline: Decimal,
    /// Month of the baseline.
    pub baseline_month: Month,
    /// Value promised.
    pub value: Decimal,
    /// By when.
    pub date: NaiveDate,
}

/// A body's plan to lessen the burden of its requests: one a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Whose.
    pub owner: OdsCode,
    /// Its title.
    pub title: String,
    /// What the body will do to keep its promises, in its own words.
    pub text: String,
    /// What it promises.
    pub targets: Vec<Target>,
    /// Counts its changes, from 1.
    pub revision: u32,
}

/// Most targets of a plan.
pub const MAX_TARGETS: usize = 100;

impl Target {
    /// What is wrong with it by itself.
    pub fn check(&self, found: &mut Violations) {
        found.require(self.baseline_month < Month::of(self.date), || {
            let expected = format!("a month before that of the target's date, {}", self.date);
            Violation::new("baseline_month", "ORDER", self.baseline_month, expected)
        });
        let (better, expected) = match self.measure {
            TargetMeasure::Hours | TargetMeasure::Collections => (self.value < self.baseline, "less"),
            TargetMeasure::SubmitOnceRate | TargetMeasure::AutomatedShare => {
                (self.value > self.baseline, "more")
            }
        };
        found.require(better, || {
            let expected =
                format!("{expected} than the baseline, {}: a target makes things better", self.baseline);
            Violation::new("value", "BETTER", self.value, expected)
        });
        for (field, value) in [("baseline", self.baseline), ("value", self.value)] {
            let (holds, expected) = match self.measure {
                TargetMeasure::Hours => (value >= Decimal::ZERO, "hours, 0 or more"),
                TargetMeasure::Collections => (
                    value >= Decimal::ZERO && value.units() % Decimal::SCALE == 0,
                    "a whole number of collections, 0 or more",
                ),
                TargetMeasure::SubmitOnceRate | TargetMeasure::AutomatedShare => (
                    (Decimal::ZERO..=Decimal::from_whole(1)).contains(&value),
                    "a share between 0 and 1, such as 0.85",
                ),
            };
            found.require(holds, || Violation::new(field, "RANGE", value, expected));
        }
    }
}

impl Plan {
    /// Its resource name.
    pub fn name(&self) -> String {
        format!("plans/{}", self.owner)
    }

    /// What is wrong with it by itself, and with its owner as `organisation` finds it, but for its targets: see [`check_targets`].
    pub fn check<'o>(
        &self,
        organisation: impl Fn(&OdsCode) -> Option<&'o Organisation>,
        found: &mut Violations,
    ) {
        found.require(organisation(&self.owner).is_some_and(Organisation::asks), || {
            let expected = "the ODS code of a registered national body or commissioner";
            Violation::new("owner", "KNOWN", &self.owner, expected)
        });
        found.require(!self.title.trim().is_empty(), || {
            Violation::new("title", "REQUIRED", "", "a title that people will recognise")
        });
        found.text("title", &self.title, 300);
        found.text("text", &self.text, 10_000);
    }
}

/// What is wrong with targets together and each by itself; one that could not be made out has its place, and is not looked at.
pub fn check_targets(targets: &[Option<&Target>], found: &mut Violations) {
    found.require((1..=MAX_TARGETS).contains(&targets.len()), || {
        Violation::new("targets", "COUNT", targets.len(), format!("1 to {MAX_TARGETS} targets"))
    });
    for (at, target) in targets.iter().enumerate() {
        let Some(target) = target else { continue };
        found.within(&format!("targets[{at}]"), |found| {
            target.check(found);
            let same = |other: &&Target| (other.measure, other.date) == (target.measure, target.date);
            found.require(!targets[..at].iter().flatten().any(same), || {
                Violation::new("date", "UNIQUE", target.date, "one target of a measure by a date")
            });
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Basis, Error, organisation::OrganisationKind};

    fn target(measure: TargetMeasure, baseline: &str, value: &str) -> Target {
        Target {
            measure,
            baseline: baseline.parse().unwrap(),
            baseline_month: "2024-03".parse().unwrap(),
            value: value.parse().unwrap(),
            date: "2026-03-31".parse().unwrap(),
        }
    }

    fn rules(targets: Vec<Target>) -> Vec<String> {
        let owner: OdsCode = "X26".parse().unwrap();
        let body = Organisation {
            code: owner.clone(),
            name: "A body".into(),
            kind: OrganisationKind::NationalBody,
            provider_type: None,
            provider_type_basis: Basis::Stated,
            region: None,
            parent: None,
            open_date: None,
            close_date: None,
        };
        let plan = Plan { owner, title: "Less".into(), text: String::new(), targets, revision: 1 };
        let mut found = Violations::new();
        plan.check(|code| (*code == body.code).then_some(&body), &mut found);
        check_targets(&plan.targets.iter().map(Some).collect::<Vec<_>>(), &mut found);
        let Err(Error::Invalid(all)) = found.into_result() else { return vec![] };
        all.into_iter().map(|violation| format!("{} {}", violation.field, violation.rule)).collect()
    }

    #[test]
    fn a_target_changes_something_it_can_after_its_baseline() {
        use TargetMeasure::{Collections, Hours, SubmitOnceRate};
        assert_eq!(rules(vec![target(Hours, "10.5", "8"), target(SubmitOnceRate, "0.6", "1")]), [""; 0]);
        assert_eq!(rules(vec![]), ["targets COUNT"]);
        let late = Target { baseline_month: "2026-03".parse().unwrap(), ..target(Hours, "10", "8") };
        assert_eq!(rules(vec![late]), ["targets[0].baseline_month ORDER"]);
        assert_eq!(
            rules(vec![target(Hours, "-1", "-2"), target(Hours, "8", "8")]),
            [
                "targets[0].baseline RANGE",
                "targets[0].value RANGE",
                "targets[1].value BETTER",
                "targets[1].date UNIQUE"
            ]
        );
        assert_eq!(
            rules(vec![target(Collections, "10", "7.5"), target(SubmitOnceRate, "0.5", "1.5")]),
            ["targets[0].value RANGE", "targets[1].value RANGE"]
        );
    }
}
