//! Facts that are asked more than once.

use super::{code, concept_name};
use crate::names;
use onus_app::View;
use onus_burden::{AnsweredBy, AskedItem, FactKey, FoldRule, SharedFact};
use onus_proto::v1 as pb;

/// A fact that is asked more than once, or that others answer.
pub fn shared_fact(of: &SharedFact, view: &View) -> pb::SharedFact {
    pb::SharedFact {
        fact: Some(fact_key(&of.fact, view)),
        frequency: code(of.frequency),
        periods: super::large_count(of.periods),
        first_period_start: of.first_period.0.to_string(),
        first_period_end: of.first_period.1.to_string(),
        last_period_start: of.last_period.0.to_string(),
        last_period_end: of.last_period.1.to_string(),
        items: of.items.iter().map(asked_item).collect(),
        answered_by: of.answered_by.as_ref().map(|by| answered_by(by, view)),
    }
}

fn fact_key(of: &FactKey, view: &View) -> pb::FactKey {
    pb::FactKey {
        concept: names::concept(&of.concept),
        display_name: concept_name(&of.concept, view),
        subject: names::subject(&of.subject),
        breakdowns: of.breakdown.clone(),
    }
}

fn asked_item(of: &AskedItem) -> pb::AskedItem {
    pb::AskedItem {
        version: names::version(&of.collection, of.version),
        position: of.position,
        section: of.section.clone(),
        role: code(of.role),
        definition: names::definition(&of.definition),
    }
}

fn answered_by(of: &AnsweredBy, view: &View) -> pb::AnsweredBy {
    let rule = match of.rule {
        FoldRule::ContainingSubject => pb::FoldRule::ContainingSubject,
        FoldRule::ShorterPeriods => pb::FoldRule::ShorterPeriods,
        FoldRule::Derivable => pb::FoldRule::Derivable,
    };
    pb::AnsweredBy {
        rule: rule.into(),
        over_shorter_periods: of.over_shorter_periods,
        fact: Some(fact_key(&of.fact, view)),
        recipe: of.recipe.clone().unwrap_or_default(),
        items: of.items.iter().map(asked_item).collect(),
    }
}
