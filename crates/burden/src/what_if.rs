//! What if collections were asked otherwise: the figures of a month as they would be had it been so throughout its twelve months.
//!
//! Asks, facts, hours and cost are those of the changed registry. The index is against the base month as it was, with the links as they
//! were: only what is asked differs. The registry itself is not touched.

use crate::{
    Burden,
    counts::AskCounts,
    index::{Level, Scope},
    number::{Hours, Pence, Ratio},
};
use num_rational::BigRational;
use onus_domain::{
    CollectionId, Month, OdsCode, Violation, Violations,
    item::Item,
    organisation::{Organisation, ProviderType},
    respondents::RespondentsRule,
    schedule::Frequency,
    snapshot::Snapshot,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// A change to what is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A collection is asked no more.
    Retire(CollectionId),
    /// Collections become part of one: it asks, of all who answered any of them, what each asked that it does not ask already.
    Merge {
        /// The one that stays, with its schedule and its cost lines.
        into: CollectionId,
        /// Those that end.
        others: Vec<CollectionId>,
    },
    /// A collection is asked at another frequency.
    Frequency(CollectionId, Frequency),
    /// Others answer a collection.
    Respondents(CollectionId, RespondentsRule),
}

/// Figures of the twelve months, before or after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Obligations due.
    pub obligations_12m: u64,
    /// CONTENT asks and facts, with the rate.
    pub counts: AskCounts,
    /// Working time: R.
    pub hours_12m: Hours,
    /// What it costs.
    pub cost_12m: Pence,
    /// Hours that would fall away if nothing were asked twice.
    pub avoidable_hours: Hours,
    /// The index, with links.
    pub index: Option<Ratio>,
}

/// A provider's figures before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderOutcome {
    /// Who.
    pub provider: OdsCode,
    /// As it is.
    pub before: Outcome,
    /// As it would be.
    pub after: Outcome,
}

/// What changes would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhatIf {
    /// The twelve months end with this one.
    pub month: Month,
    /// All providers as it is.
    pub before: Outcome,
    /// All providers as it would be.
    pub after: Outcome,
    /// The providers for whom anything would differ, by code.
    pub providers: Vec<ProviderOutcome>,
}

impl Change {
    fn apply(&self, snapshot: &mut Snapshot, found: &mut Violations) {
        let named: Vec<&CollectionId> = match self {
            Self::Retire(one) | Self::Frequency(one, _) | Self::Respondents(one, _) => vec![one],
            Self::Merge { into, others } => std::iter::once(into).chain(others).collect(),
        };
        let mut seen = BTreeSet::new();
        for id in &named {
            found.require(!snapshot.versions_of(id).is_empty(), || {
                Violation::new(
                    "collection",
                    "KNOWN",
                    id,
                    "a collection of the registry that no earlier change ended",
                )
            });
            found.require(seen.insert(*id), || {
                Violation::new(
                    "others",
                    "UNIQUE",
                    id,
                    "collections that differ from each other and from the one that stays",
                )
            });
        }
        if !found.is_empty() {
            return;
        }
        match self {
            Self::Retire(id) => retire(snapshot, id),
            Self::Merge { into, others } => merge(snapshot, into, others),
            Self::Frequency(id, frequency) => {
                for version in snapshot.versions.iter_mut().filter(|version| version.collection == *id) {
                    if let Some(schedule) = &mut version.content.schedule {
                        schedule.frequency = *frequency;
                    }
                }
            }
            Self::Respondents(id, rule) => {
                rule.check(found);
                for version in snapshot.versions.iter_mut().filter(|version| version.collection == *id) {
                    version.content.respondents = Some(rule.clone());
                }
            }
        }
    }
}

fn retire(snapshot: &mut Snapshot, id: &CollectionId) {
    snapshot.versions.retain(|version| version.collection != *id);
    snapshot.statements.retain(|statement| statement.collection != *id);
    snapshot.reuse.retain(|agreement| agreement.collection != *id);
}

fn merge(snapshot: &mut Snapshot, into: &CollectionId, others: &[CollectionId]) {
    let current = others.iter().filter_map(|id| snapshot.current_version(id)).cloned().collect::<Vec<_>>();
    let rules = || current.iter().filter_map(|other| other.content.respondents.as_ref());
    let answers = |provider: &&Organisation| {
        rules().any(|rule| {
            let sizes = |measure| snapshot.sizes(&provider.code, measure);
            !rule.days(provider, sizes).is_empty()
        })
    };
    let answered: BTreeSet<OdsCode> = snapshot.providers().filter(answers).map(|o| o.code.clone()).collect();
    for id in others {
        retire(snapshot, id);
    }
    for version in snapshot.versions.iter_mut().filter(|version| version.collection == *into) {
        let content = &mut version.content;
        let question = |item: &Item| (item.definition.clone(), item.subject.clone());
        let mut asked: BTreeSet<_> = content.items.iter().map(question).collect();
        for item in current.iter().flat_map(|other| &other.content.items) {
            if asked.insert(question(item)) {
                let last = content.items.iter().map(|item| item.position).max().unwrap_or_default();
                content.items.push(Item { position: last + 1, ..item.clone() });
            }
        }
        if let Some(rule) = &mut content.respondents {
            rule.exclude.retain(|code| !answered.contains(code));
            rule.include.extend(answered.iter().cloned());
        }
    }
}

impl Burden {
    /// What changes would do to the twelve months ending with a month. They are made one after another; refused if one names what is not
    /// there.
    pub fn what_if(&self, changes: &[Change], month: Month) -> onus_domain::Result<WhatIf> {
        let mut snapshot = Snapshot {
            // Figures rest on concepts, not on what they were found by.
            matches: vec![],
            decisions: vec![],
            ..Snapshot::clone(&self.registry.snapshot)
        };
        let mut found = Violations::new();
        found.require(!changes.is_empty(), || {
            Violation::new("changes", "REQUIRED", "", "at least one change")
        });
        for (at, change) in changes.iter().enumerate() {
            found.within(&format!("changes[{at}]"), |found| change.apply(&mut snapshot, found));
        }
        found.into_result()?;
        let changed = Self::new(Arc::new(snapshot), self.settings);
        let providers = self.provider_outcomes(&changed, month);
        Ok(WhatIf {
            month,
            before: self.outcome(self, month),
            after: self.outcome(&changed, month),
            providers: providers.into_iter().filter(|outcome| outcome.before != outcome.after).collect(),
        })
    }

    /// The nation's figures in `other`, with the index against what was.
    fn outcome(&self, other: &Self, month: Month) -> Outcome {
        let row = other.national_month(month);
        let levels: BTreeMap<ProviderType, Level> =
            BTreeMap::clone(&other.index.type_levels(Scope::All, month, month.last_day()));
        Outcome {
            obligations_12m: row.obligations_12m,
            counts: *row.content(),
            index: self.index.of_providers_at(Scope::All, month, &levels).linked.map(Ratio::new),
            hours_12m: row.hours_12m,
            cost_12m: row.cost_12m,
            avoidable_hours: row.avoidable_hours,
        }
    }

    fn provider_outcomes(&self, other: &Self, month: Month) -> Vec<ProviderOutcome> {
        let (figures, changed) = (self.figures(month), other.figures(month));
        let baselines = self.index.baselines(month);
        let outcome = |burden: &Self, figures: &crate::month::MonthFigures, place: usize| {
            let (part, avoidable) = figures.amounts(&burden.registry, place);
            let group = figures.of(place);
            let hours: BigRational = part.amount.hours_year.value();
            let index = self.index.of_provider_at(place, month, &baselines, || hours.clone());
            Outcome {
                obligations_12m: group.obligations_year,
                counts: *group.counts.content(),
                hours_12m: Hours::new(hours),
                cost_12m: Pence::new(part.amount.pence_year.value()),
                avoidable_hours: Hours::new(avoidable.value()),
                index: index.linked.map(Ratio::new),
            }
        };
        let of = |(place, row)| ProviderOutcome {
            provider: self.registry.organisation(row).code.clone(),
            before: outcome(self, &figures, place),
            after: outcome(other, &changed, place),
        };
        self.registry.providers.iter().enumerate().map(of).collect()
    }
}
