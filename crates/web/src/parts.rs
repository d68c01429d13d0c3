//! Parts that pages are made of, ready to show. Their looks are the macros of `templates/parts.html`.

use onus_domain::{
    Basis,
    concept::Strength,
    definition::{DefinitionKind, RegistrationStatus},
    item::ItemRole,
    plan::TargetStatus,
    version::VersionState,
};

/// A link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it leads.
    pub href: String,
    /// What it says.
    pub text: String,
}

impl Link {
    /// A link to `href` that says `text`.
    pub fn new(href: impl Into<String>, text: impl Into<String>) -> Self {
        Self { href: href.into(), text: text.into() }
    }

    /// To a collection's page.
    pub fn collection(id: &impl std::fmt::Display, title: impl Into<String>) -> Self {
        Self::new(format!("/collections/{id}"), title)
    }

    /// To a definition's page.
    pub fn definition(id: &impl std::fmt::Display, name: impl Into<String>) -> Self {
        Self::new(format!("/definitions/{id}"), name)
    }

    /// To a provider's page.
    pub fn provider(code: &impl std::fmt::Display, name: impl Into<String>) -> Self {
        Self::new(format!("/providers/{code}"), name)
    }

    /// To the page of two collections side by side.
    pub fn overlap(
        left: &impl std::fmt::Display,
        right: &impl std::fmt::Display,
        text: impl Into<String>,
    ) -> Self {
        Self::new(format!("/overlaps/{left}/{right}"), text)
    }
}

/// A word on a coloured ground. The colour repeats what the word says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// The word.
    pub text: String,
    /// The design system's colour; empty is its blue.
    pub colour: &'static str,
}

impl Tag {
    /// A tag of a colour.
    pub fn new(text: impl Into<String>, colour: &'static str) -> Self {
        Self { text: text.into(), colour }
    }

    /// Whether a source says a thing.
    pub fn basis(basis: Basis) -> Self {
        match basis {
            Basis::Stated => Self::new("Stated", "green"),
            Basis::Assumed => Self::assumed(),
        }
    }

    /// Marks what Onus assumes.
    pub fn assumed() -> Self {
        Self::new("Assumed", "yellow")
    }

    /// A version's state.
    pub fn state(state: VersionState) -> Self {
        let colour = match state {
            VersionState::Live | VersionState::Approved => "green",
            VersionState::Suspended | VersionState::Returned => "orange",
            VersionState::Rejected | VersionState::Expired => "red",
            VersionState::Retired | VersionState::Superseded | VersionState::Withdrawn => "grey",
            VersionState::Draft | VersionState::Submitted | VersionState::InReview => "blue",
        };
        Self::new(onus_domain::display::words(state.as_str()), colour)
    }

    /// What an item is there for.
    pub fn role(role: ItemRole) -> Self {
        let colour = if role == ItemRole::Content { "blue" } else { "grey" };
        Self::new(onus_domain::display::words(role.as_str()), colour)
    }

    /// Element or metric.
    pub fn kind(kind: DefinitionKind) -> Self {
        match kind {
            DefinitionKind::Element => Self::new("Element", "blue"),
            DefinitionKind::Metric => Self::new("Metric", "aqua-green"),
        }
    }

    /// Registration status of a definition.
    pub fn status(status: RegistrationStatus) -> Self {
        let colour = match status {
            RegistrationStatus::Standard => "green",
            RegistrationStatus::Candidate | RegistrationStatus::Recorded => "white",
            RegistrationStatus::Superseded | RegistrationStatus::Retired => "grey",
        };
        Self::new(onus_domain::display::words(status.as_str()), colour)
    }

    /// Whether a relation counts.
    pub fn strength(strength: Strength) -> Self {
        match strength {
            Strength::Confirmed => Self::new("Confirmed", "green"),
            Strength::Possible => Self::new("Possible", "yellow"),
        }
    }

    /// How a target stands; without anything to measure it does not.
    pub fn target(status: Option<TargetStatus>) -> Self {
        match status {
            Some(TargetStatus::OnTrack) => Self::new(TargetStatus::OnTrack.in_words(), "green"),
            Some(TargetStatus::AtRisk) => Self::new(TargetStatus::AtRisk.in_words(), "yellow"),
            Some(TargetStatus::OffTrack) => Self::new(TargetStatus::OffTrack.in_words(), "red"),
            None => Self::new("Nothing to measure", "grey"),
        }
    }

    /// Marks a version that came in past review.
    pub fn adopted() -> Self {
        Self::new("Adopted", "purple")
    }
}

/// A headline figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// What it is.
    pub label: String,
    /// How much.
    pub value: String,
    /// Of what.
    pub unit: String,
    /// What one must know to read it.
    pub note: String,
    /// The share of it that rests on assumptions, such as `100% assumed`, if it rests on any.
    pub assumed: Option<String>,
}

impl Figure {
    /// A figure without unit or note.
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            value: value.into(),
            unit: String::new(),
            note: String::new(),
            assumed: None,
        }
    }

    /// The same with its unit.
    #[must_use]
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = unit.into();
        self
    }

    /// The same with what one must know to read it.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// The same, saying which share of it (in \[0, 1\]) rests on assumptions.
    #[must_use]
    pub fn assumed(mut self, share: f64) -> Self {
        self.assumed = assumed(share);
        self
    }
}

/// What is said of a figure of which a share (in \[0, 1\]) rests on assumptions.
pub fn assumed(share: f64) -> Option<String> {
    (share > 0.0).then(|| format!("{} assumed", onus_domain::display::percent(share)))
}

/// Something a source says, or Onus assumes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// What is claimed.
    pub text: String,
    /// Whether a source says so.
    pub basis: Tag,
    /// The sentence that says so, or why it is assumed.
    pub reason: String,
}

/// One value of a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is shown.
    pub text: String,
    /// Whether it is the one in force.
    pub chosen: bool,
}

impl Choice {
    /// The choices of a filter, the one in force marked. The first is always "Any".
    pub fn list(any: &str, known: impl IntoIterator<Item = (String, String)>, chosen: &str) -> Vec<Self> {
        let any = (String::new(), any.to_owned());
        let all = std::iter::once(any).chain(known);
        all.map(|(value, text)| Self { chosen: value == chosen, value, text }).collect()
    }
}

/// A merger or split that an organisation took part in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Succeeded {
    /// What happened, and when.
    pub what: String,
    /// With whom.
    pub with: Link,
}

/// Something that is wrong with a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The field's id; empty if it is about none of them.
    pub field: String,
    /// What is wrong and what would be right.
    pub text: String,
}

/// What is wrong with a field, if anything is.
pub fn problem_of(problems: &[Problem], field: &str) -> Option<String> {
    problems.iter().find(|one| one.field == field).map(|one| one.text.clone())
}

/// Where a list goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pager {
    /// What is listed and how many there are: `79 collections`.
    pub total: String,
    /// The first page, if this is another one.
    pub first: Option<String>,
    /// The next page, if there is one.
    pub next: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assumed_share_is_said_only_where_there_is_one() {
        assert_eq!(assumed(0.0), None);
        assert_eq!(assumed(1.0).as_deref(), Some("100% assumed"));
        assert_eq!(assumed(0.001).as_deref(), Some("less than 1% assumed"));
    }

    #[test]
    fn one_choice_is_marked_and_any_comes_first() {
        let choices = Choice::list("Any", [("A".into(), "a".into()), ("B".into(), "b".into())], "B");
        let marked: Vec<_> = choices.iter().map(|c| (c.value.as_str(), c.chosen)).collect();
        assert_eq!(marked, [("", false), ("A", false), ("B", true)]);
    }
}
