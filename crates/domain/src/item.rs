//! Items: the lines of a version.

use crate::{DefinitionId, SubjectId, Violation, Violations, codes::codes};
use serde::{Deserialize, Serialize};

codes! {
    /// Whether an item must be answered.
    Mandation {
        /// Always.
        Mandatory,
        /// Where it applies.
        Required,
        /// If the provider likes.
        Optional,
        /// On trial.
        Pilot,
    }
}

codes! {
    /// What an item is there for. Headline duplication counts CONTENT; the others are reported apart.
    ItemRole {
        /// Carries what is asked.
        Content,
        /// Joins records: NHS number, local identifiers, organisation identifiers.
        Linkage,
        /// Describes the person: birth date, postcode, gender, ethnic category.
        Demographic,
        /// Headers, trailers, period dates.
        Administrative,
    }
}

codes! {
    /// Whether an item serves improvement, judgement or both (Action 13 of the framework).
    PurposeKind {
        /// Helps those who answer improve.
        Improvement,
        /// Lets others judge them.
        Judgement,
        /// Both.
        Both,
        /// Not said.
        Unknown,
    }
}

/// One line of a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Place in the version, from 1.
    pub position: u32,
    /// Heading it stands under.
    pub section: String,
    /// Whether it must be answered; `None` if the source does not say.
    pub mandation: Option<Mandation>,
    /// What it is there for.
    pub role: ItemRole,
    /// What the answer is about.
    pub subject: SubjectId,
    /// The definition asked for.
    pub definition: DefinitionId,
    /// Improvement, judgement or both.
    pub purpose_kind: PurposeKind,
    /// The decision or publication it feeds.
    pub r#use: String,
}

impl Item {
    /// What is wrong with it by itself.
    pub fn check(&self, found: &mut Violations) {
        found.require(self.position > 0, || {
            Violation::new("position", "RANGE", self.position, "a place in the version, from 1")
        });
        found.text("section", &self.section, 400);
        found.text("use", &self.r#use, 4_000);
    }

    /// Whether asks count it: MANDATORY, REQUIRED, PILOT or unstated. OPTIONAL items are reported apart.
    pub fn is_asked(&self) -> bool {
        self.mandation != Some(Mandation::Optional)
    }
}
