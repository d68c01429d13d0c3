//! Two definitions side by side, stewards' decisions, and what waits for one.

use super::{count, found_match, optional_code, required_code, timestamp};
use crate::names;
use onus_app::{Context, View, decisions::NewDecision, undecided::Undecided};
use onus_domain::{DefinitionId, Violations, relation::Decision, role::Role};
use onus_matching::{
    sample::{Quality, Share},
    side_by_side::{Agreement, AlignedFacet, SideBySide},
};
use onus_proto::v1 as pb;

/// Two definitions side by side, with the ruling on them.
pub fn match_detail(of: &SideBySide, ruling: Option<&Decision>, context: &Context) -> pb::MatchDetail {
    let (recipe, missing) = match &of.recipe {
        Ok(steps) => (steps.iter().map(ToString::to_string).collect(), String::new()),
        Err(missing) => (vec![], missing.clone()),
    };
    pb::MatchDetail {
        r#match: Some(found_match(&of.found)),
        facets: of.facets.iter().map(aligned_facet).collect(),
        recipe,
        missing,
        decision: ruling.map(|ruling| decision(ruling, context)),
    }
}

fn aligned_facet(of: &AlignedFacet) -> pb::AlignedFacet {
    let agreement = match of.agreement {
        Agreement::Agrees => pb::Agreement::Agrees,
        Agreement::Differs => pb::Agreement::Differs,
        Agreement::OneSided => pb::Agreement::OneSided,
    };
    pb::AlignedFacet {
        facet: of.facet.to_owned(),
        left: of.left.clone(),
        right: of.right.clone(),
        agreement: agreement.into(),
    }
}

/// A decision; who made it is shown to stewards and ADMIN.
pub fn decision(of: &Decision, context: &Context) -> pb::Decision {
    let insider = context.actor.has(Role::Steward) || context.actor.has(Role::Admin);
    pb::Decision {
        name: format!("decisions/{}", of.id),
        left: names::definition(&of.left),
        left_version: of.left_version,
        right: names::definition(&of.right),
        right_version: of.right_version,
        relation: optional_code(of.relation),
        withdrawn: of.relation.is_none(),
        reason: of.reason.clone(),
        steward: if insider { of.steward.clone() } else { String::new() },
        create_time: Some(timestamp(of.at)),
    }
}

/// Reads a decision to be made.
pub fn read_new_decision(given: pb::Decision, found: &mut Violations) -> Option<NewDecision> {
    let left = found.take(names::read_definition("decision.left", &given.left));
    let right = found.take(names::read_definition("decision.right", &given.right));
    let relation = if given.withdrawn {
        Some(None)
    } else {
        found.take(required_code("decision.relation", given.relation)).map(Some)
    };
    let seen = |version| Some(version).filter(|version| *version > 0);
    Some(NewDecision {
        left: left?,
        left_version: seen(given.left_version),
        right: right?,
        right_version: seen(given.right_version),
        relation: relation?,
        reason: given.reason,
    })
}

/// A match that waits for a ruling.
pub fn undecided_match(of: &Undecided, view: &View) -> pb::UndecidedMatch {
    let name =
        |id: &DefinitionId| view.snapshot.definition(id).map(|one| one.name.clone()).unwrap_or_default();
    pb::UndecidedMatch {
        r#match: Some(found_match(&of.found)),
        left_display_name: name(&of.found.left),
        right_display_name: name(&of.found.right),
        uncertainty: of.uncertainty,
        hours_at_stake: of.hours_at_stake,
        sampled: of.sampled,
        outdated: of.outdated,
    }
}

/// How good the matches are.
pub fn matching_quality(of: &Quality) -> pb::MatchingQuality {
    let share = |share: Share| pb::EstimatedShare { value: share.value, low: share.low, high: share.high };
    pb::MatchingQuality {
        sampled: count(of.sampled),
        ruled: count(of.ruled),
        precision: of.precision.map(share),
        recall: of.recall.map(share),
    }
}
