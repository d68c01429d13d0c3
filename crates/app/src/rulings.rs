//! Stewards' rulings on two definitions, where a proposed item is compared with what is registered: they stand in place of what was found.

use crate::View;
use onus_domain::{
    DefinitionId,
    concept::Strength,
    definition::Definition,
    relation::{Decision, Evidence, Relation, Standing},
};
use onus_matching::Hit;

impl View {
    /// What a definition is like, as stewards have it, best first. What they ruled to be another question is not among it.
    pub(crate) fn ruled(&self, proposed: &Definition, hits: Vec<Hit>) -> Vec<Hit> {
        let mut ruled: Vec<_> =
            hits.into_iter().filter_map(|hit| self.ruled_hit(&proposed.id, hit)).collect();
        // Stable: those on which nobody ruled keep their order.
        ruled.sort_by_key(|hit| (hit.standing, hit.match_.strength == Strength::Possible));
        ruled
    }

    fn ruled_hit(&self, proposed: &DefinitionId, hit: Hit) -> Option<Hit> {
        match self.ruling_on(proposed, &hit.definition) {
            Some((relation, ruling)) => as_ruled(hit, relation, ruling),
            None => Some(hit),
        }
    }

    /// How a definition stands to another by a ruling on the two, else by the latest on it and one that asks the same question as the
    /// other: as in concepts, no chain leads past a ruling.
    fn ruling_on(&self, one: &DefinitionId, other: &DefinitionId) -> Option<(Relation, &Decision)> {
        let direct = self.rulings.on(one, other);
        let concept = self.concept_of(other);
        if direct.is_some() || concept == self.concept_of(one) {
            return direct;
        }
        let on_members = self.members_of(&concept).filter_map(|member| self.rulings.on(one, &member.id));
        on_members.max_by_key(|(_, ruling)| (ruling.at, ruling.id))
    }
}

/// A hit as a ruling on it has it; `None` if it is another question. The score stays what the engine found, and so do its reasons: the
/// ruling stands among them and adds nothing.
fn as_ruled(mut hit: Hit, relation: Relation, ruling: &Decision) -> Option<Hit> {
    let standing = Standing::of(relation)?;
    // The very definition, by a key of another registry, is more than the same question.
    let identical = hit.standing == Standing::Identical && standing == Standing::Same;
    hit.standing = if identical { Standing::Identical } else { standing };
    hit.match_.strength = Strength::Confirmed;
    hit.match_.evidence.push(Evidence {
        facet: "ruling".to_owned(),
        finding: format!("a steward ruled on {}: {}", ruling.at.format("%-d %B %Y"), ruling.reason),
        weight: 0.0,
    });
    Some(hit)
}
