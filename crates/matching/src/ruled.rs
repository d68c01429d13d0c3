//! Stewards' rulings as pairs whose relation is known: to learn from, and to measure by.

use crate::files::RelationPair;
use onus_domain::{
    DefinitionId,
    definition::Definition,
    relation::{Decision, Rulings},
};
use std::collections::HashMap;

/// The rulings that hold: neither taken back nor followed by another on the same two.
#[derive(Debug, Default)]
pub struct Ruled {
    /// Those on definitions as they are now, by the identifiers of the two.
    pub pairs: Vec<RelationPair>,
    /// How many others speak of an earlier version of one of the two: what was ruled may not hold of what it says now.
    pub outdated: usize,
}

impl Ruled {
    /// Of all decisions, on the registered definitions.
    pub fn new(definitions: &[Definition], decisions: &[Decision]) -> Self {
        let known: HashMap<&DefinitionId, &Definition> =
            definitions.iter().map(|definition| (&definition.id, definition)).collect();
        let rulings = Rulings::new(decisions);
        let mut out = Self::default();
        for decision in decisions {
            let holds = rulings.on(&decision.left, &decision.right).filter(|(_, one)| one.id == decision.id);
            let Some((relation, _)) = holds else { continue };
            let of = |id, version| known.get(id).filter(|one| one.version == version).copied();
            let left = of(&decision.left, decision.left_version);
            let Some((left, right)) = left.zip(of(&decision.right, decision.right_version)) else {
                out.outdated += 1;
                continue;
            };
            out.pairs.push(RelationPair {
                id: decision.id.to_string(),
                left: left.clone(),
                right: right.clone(),
                relation: relation.to_string(),
                facet: String::new(),
            });
        }
        out.pairs.sort_by(|a, b| (&a.left.id, &a.right.id).cmp(&(&b.left.id, &b.right.id)));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, TimeDelta, Utc};
    use onus_domain::{definition::DefinitionKind, relation::Relation};
    use uuid::Uuid;

    fn decision(at: i64, (left, right): (&str, &str), version: u32, relation: Option<Relation>) -> Decision {
        Decision {
            id: Uuid::from_u128(u128::try_from(at).unwrap()),
            left: DefinitionId::new(left).unwrap(),
            left_version: 1,
            right: DefinitionId::new(right).unwrap(),
            right_version: version,
            relation,
            reason: "seen".into(),
            steward: "s".into(),
            at: DateTime::<Utc>::UNIX_EPOCH + TimeDelta::seconds(at),
        }
    }

    #[test]
    fn the_latest_ruling_on_a_pair_holds_unless_it_was_taken_back_or_is_of_another_version() {
        let named =
            |name: &str| Definition::new(DefinitionId::new(name).unwrap(), DefinitionKind::Metric, name);
        let definitions: Vec<_> = ["a", "b", "c", "d"].map(named).into();
        let ruled = Ruled::new(
            &definitions,
            &[
                decision(5, ("a", "d"), 2, Some(Relation::Same)),
                decision(1, ("a", "c"), 1, Some(Relation::Same)),
                decision(2, ("a", "b"), 1, Some(Relation::Same)),
                decision(3, ("a", "b"), 1, Some(Relation::Narrower)),
                decision(4, ("a", "c"), 1, None),
                decision(6, ("c", "d"), 1, Some(Relation::Different)),
            ],
        );
        let told: Vec<_> = ruled
            .pairs
            .iter()
            .map(|one| (one.left.id.as_str(), one.right.id.as_str(), one.relation.as_str()))
            .collect();
        assert_eq!(told, [("a", "b", "NARROWER"), ("c", "d", "DIFFERENT")]);
        assert_eq!(ruled.outdated, 1);
    }
}
