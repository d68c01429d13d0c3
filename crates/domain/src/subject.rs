//! Subjects: what records or people the answers are about, and which lies within which.

use crate::{Basis, SubjectId, Violation, Violations};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What records or people answers are about, such as admitted-care episodes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// Its key.
    pub id: SubjectId,
    /// Its name in plain words.
    pub name: String,
    /// The subject that contains every record of this one.
    pub contained_in: Option<SubjectId>,
    /// Whether a source states the containment.
    pub basis: Basis,
    /// Where the source says so, or why it is assumed.
    pub reason: String,
}

impl Subject {
    /// What is wrong with it by itself.
    pub fn check(&self, found: &mut Violations) {
        found.require(!self.name.trim().is_empty(), || Violation::new("name", "REQUIRED", "", "a name"));
        found.text("name", &self.name, 200);
        found.text("reason", &self.reason, 4_000);
        found.require(self.contained_in.as_ref() != Some(&self.id), || {
            Violation::new("contained_in", "RING", &self.id, "another subject, or none")
        });
    }
}

/// The containment order of subjects.
#[derive(Debug, Clone, Default)]
pub struct SubjectOrder(BTreeMap<SubjectId, SubjectId>);

impl SubjectOrder {
    /// The order that `subjects` declare.
    pub fn new<'a>(subjects: impl IntoIterator<Item = &'a Subject>) -> Self {
        let links = subjects.into_iter().filter_map(|s| Some((s.id.clone(), s.contained_in.clone()?)));
        Self(links.collect())
    }

    /// The subjects that contain `subject`, nearest first, itself not among them. Ends also if the links form a ring.
    pub fn containers<'a>(&'a self, subject: &'a SubjectId) -> impl Iterator<Item = &'a SubjectId> {
        std::iter::successors(self.0.get(subject), |at| self.0.get(*at)).take(self.0.len())
    }

    /// Whether `inner` is `outer` or lies within it.
    pub fn lies_within(&self, inner: &SubjectId, outer: &SubjectId) -> bool {
        inner == outer || self.containers(inner).any(|container| container == outer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(id: &str, within: Option<&str>) -> Subject {
        Subject {
            id: SubjectId::new(id).unwrap(),
            name: id.into(),
            contained_in: within.map(|w| SubjectId::new(w).unwrap()),
            basis: Basis::Stated,
            reason: String::new(),
        }
    }

    #[test]
    fn containment_is_transitive_and_a_ring_ends() {
        let order =
            SubjectOrder::new(&[subject("A", Some("B")), subject("B", Some("C")), subject("C", None)]);
        let id = |s| SubjectId::new(s).unwrap();
        assert!(order.lies_within(&id("A"), &id("C")) && order.lies_within(&id("A"), &id("A")));
        assert!(!order.lies_within(&id("C"), &id("A")));
        let ring = SubjectOrder::new(&[subject("A", Some("B")), subject("B", Some("A"))]);
        assert!(!ring.lies_within(&id("A"), &id("C")));
    }
}
