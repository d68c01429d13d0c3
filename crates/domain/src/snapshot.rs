//! A snapshot: the whole published registry as known at a moment, in memory, every list in order of its key.
//!
//! It is what every figure is a function of: `onus-burden` computes from it, pages and reports show it, and
//! `onus export registry` writes it, so that an outsider can recompute what Onus publishes.

use crate::{
    CollectionId, Decimal, DefinitionId, OdsCode,
    collection::Collection,
    concept::{ConceptMember, Derivation},
    definition::Definition,
    organisation::{Organisation, Size, SizeMeasure, Succession},
    plan::Plan,
    relation::{Decision, Match},
    reuse::ReuseAgreement,
    span::Span,
    statement::{BurdenStatement, Tariff},
    subject::Subject,
    submission::Submission,
    version::Version,
};
use chrono::NaiveDate;

/// The published registry at a moment. Drafts and versions under review are not in it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Snapshot {
    /// By code.
    pub organisations: Vec<Organisation>,
    /// By predecessor, successor.
    pub successions: Vec<Succession>,
    /// By organisation, measure, date.
    pub sizes: Vec<Size>,
    /// By key.
    pub subjects: Vec<Subject>,
    /// By key.
    pub collections: Vec<Collection>,
    /// By collection, number.
    pub versions: Vec<Version>,
    /// Latest version of each, by key.
    pub definitions: Vec<Definition>,
    /// By definition, concept.
    pub concepts: Vec<ConceptMember>,
    /// By from, to.
    pub derivations: Vec<Derivation>,
    /// By left, right.
    pub matches: Vec<Match>,
    /// Stewards' rulings, first first.
    pub decisions: Vec<Decision>,
    /// By collection, version, date.
    pub statements: Vec<BurdenStatement>,
    /// By role, date.
    pub tariffs: Vec<Tariff>,
    /// By obligation.
    pub submissions: Vec<Submission>,
    /// Those by which data came, as far as they are about published versions; by key.
    pub reuse: Vec<ReuseAgreement>,
    /// By owner.
    pub plans: Vec<Plan>,
}

impl Snapshot {
    /// The organisation of a code.
    pub fn organisation(&self, code: &OdsCode) -> Option<&Organisation> {
        find(&self.organisations, code, |o| &o.code)
    }

    /// Everyone who answers.
    pub fn providers(&self) -> impl Iterator<Item = &Organisation> {
        self.organisations.iter().filter(|o| o.is_provider())
    }

    /// The collection of a key.
    pub fn collection(&self, id: &CollectionId) -> Option<&Collection> {
        find(&self.collections, id, |c| &c.id)
    }

    /// The definition of a key.
    pub fn definition(&self, id: &DefinitionId) -> Option<&Definition> {
        find(&self.definitions, id, |d| &d.id)
    }

    /// A collection's published versions, first first.
    pub fn versions_of(&self, id: &CollectionId) -> &[Version] {
        run(&self.versions, id, |v| &v.collection)
    }

    /// The version that people see: the live one, else the latest.
    pub fn current_version(&self, id: &CollectionId) -> Option<&Version> {
        Version::current(self.versions_of(id))
    }

    /// Who must answer a version while it is in force, from when to when, by provider and day: the rule, the opening of providers, their
    /// sizes and the version's dates put together.
    pub fn respondents<'s>(&'s self, version: &'s Version) -> impl Iterator<Item = (&'s Organisation, Span)> {
        let in_force = version.days();
        let rule = version.content.respondents.as_ref().filter(|_| !in_force.is_empty());
        rule.into_iter().flat_map(move |rule| {
            let in_force = in_force.clone();
            self.providers().flat_map(move |provider| {
                let days = rule.days(provider, |measure| self.sizes(&provider.code, measure));
                let met = days.iter().flat_map(|days| in_force.iter().filter_map(|force| days.meet(*force)));
                met.map(|days| (provider, days)).collect::<Vec<_>>()
            })
        })
    }

    /// The sizes of a provider in a measure, by the days from which they are known.
    pub fn sizes(&self, organisation: &OdsCode, measure: SizeMeasure) -> Vec<(NaiveDate, Decimal)> {
        let sizes = run(&self.sizes, organisation, |s| &s.organisation);
        sizes.iter().filter(|s| s.measure == measure).map(|s| (s.from_date, s.value)).collect()
    }

    /// The latest size of a provider in a measure that is known on `day`.
    pub fn size(&self, organisation: &OdsCode, measure: SizeMeasure, day: NaiveDate) -> Option<&Size> {
        let sizes = run(&self.sizes, organisation, |s| &s.organisation);
        sizes.iter().rfind(|s| s.measure == measure && s.from_date <= day)
    }
}

/// The one with the key, in a list ordered by it.
fn find<'a, T, K: Ord>(list: &'a [T], key: &K, of: impl Fn(&T) -> &K) -> Option<&'a T> {
    list.binary_search_by(|item| of(item).cmp(key)).ok().map(|at| &list[at])
}

/// All with the key, in a list ordered by it.
fn run<'a, T, K: Ord>(list: &'a [T], key: &K, of: impl Fn(&T) -> &K) -> &'a [T] {
    let start = list.partition_point(|item| of(item) < key);
    let length = list[start..].partition_point(|item| of(item) == key);
    &list[start..start + length]
}
