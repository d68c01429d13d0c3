//! Burden, the index and "submit once": every figure that Onus publishes, as a pure function of a [`Snapshot`].
//!
//! Nothing here reads a clock, a file or a database. Arithmetic is exact ([`Hours`], [`Pence`], [`Ratio`] are fractions of whole numbers);
//! nothing is rounded before it is shown. The same snapshot gives the same figures in the same order.
//!
//! | formula | where |
//! |---|---|
//! | schedule to periods and due dates | [`period`] |
//! | obligations | [`Burden::obligations`] |
//! | minutes to hours and pence; default statement and tariff | `price`, `cost`; [`effective_statements`], [`effective_tariffs`] |
//! | statement vintages | `statement` |
//! | R, N, I(p), I(T), I(m), links, mergers | `index`, `succession` |
//! | indexes of regions and asking bodies, regrowth | `areas` |
//! | why R and cost changed between two months | `decompose`, `profile`, `shapley` |
//! | what a question and a fact is | `question` |
//! | what reuse agreements leave to ask | `reuse` |
//! | asks, plain facts, rates | [`AskCounts`], `tally`, `combos` |
//! | folding (strict facts) | `fold` |
//! | shared facts, avoidable hours, equal split | `sharing`, `tally` |
//! | what time returns say, intervals, bias | `evidence`, `pool` |
//! | what a draft would cost | `estimate` |
//! | what if | `what_if` |
//! | targets, where they stand | `targets` |
//! | improvement and judgement, national and local | `balance` |
//! | a provider's calendar | `calendar` |
//! | sums over providers | `month`, `totals`, `publish` |
//! | what a change of some collections leaves as it was | [`Burden::updated`], `update`, `regroup`, `retally` |
//! | Standard Cost Model, checks of declared estimates | [`scm`], [`validate`] |
//!
//! Speed: providers who owe the same are one group (`window`), and whatever follows from what is owed is computed once for a group. What
//! depends on a provider's own size is kept apart as an amount for size 1 and multiplied by it. Where no two owe the same, a group is one
//! provider: a question is then looked at once for it (`tally`), on all processors (`threads`), with sums of whole numbers (`exact`).
//!
//! Which version is in force on which days, who must answer it on which, and whether a measure adds up over time are rules of
//! `onus_domain`: the registry's export rests on them too.
//!
//! What the design leaves open is decided here, where the code is: see the heads of the modules named above.

mod areas;
mod balance;
mod cache;
mod calendar;
mod changes;
mod combos;
mod components;
mod cost;
mod counts;
mod decompose;
mod default_statement;
mod estimate;
mod evidence;
mod exact;
mod fold;
mod index;
mod known;
mod links;
mod met;
mod month;
mod number;
mod obligation;
mod overlap;
mod people;
mod pool;
mod price;
mod profile;
mod publish;
mod question;
mod registry;
mod regroup;
mod relate;
mod results;
mod retally;
mod reuse;
mod saving;
mod shapley;
mod sharing;
mod statement;
mod submit_once;
mod succession;
mod summary;
mod tables;
mod tally;
mod targets;
mod threads;
mod totals;
mod update;
mod what_if;
mod window;

pub mod period;
pub mod scm;
pub mod validate;

#[cfg(test)]
mod tests;

pub use balance::{BodyBalance, PurposeCounts, SectorMonth};
pub use calendar::CalendarEntry;
pub use changes::Changes;
pub use counts::{AskCounts, RoleCounts};
pub use decompose::{Decomposition, EffectOf, EffectOfCollection};
pub use default_statement::{
    DEFAULT_STATEMENT_CSV, DEFAULT_TARIFF_CSV, DefaultStatement, default_lines, default_statements,
    default_tariffs,
};
pub use estimate::{DraftEstimate, TypeEstimate};
pub use evidence::{FlaggedReturn, OwnerBias, VersionEvidence};
pub use fold::FoldRule;
pub use number::{Hours, Pence, Ratio};
pub use overlap::SharedFacts;
pub use pool::{Interval, LEAST_POOLED, Pooled};
pub use results::{
    BodyIndex, BodyMonth, CollectionMonth, IndexPoint, NationalMonth, OwnerAsks, PairMonth, PeerPlace,
    ProviderMonth, RegionMonth, Regrowth, Respondent, TypeMonth,
};
pub use statement::{StatementInForce, effective_statements, effective_tariffs};
pub use submit_once::{AnsweredBy, AskedItem, FactKey, SharedFact, SubmitOnce};
pub use targets::TargetMonth;
pub use what_if::{Change, Outcome, ProviderOutcome, WhatIf};

use chrono::NaiveDate;
use index::Index;
use month::MonthFigures;
use onus_domain::{
    CollectionId, Month, OdsCode, organisation::ProviderType, snapshot::Snapshot, submission::Obligation,
};
use registry::Registry;
use std::{collections::BTreeSet, sync::Arc};

/// What the publisher decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// The month in which the burden index is 100.
    pub base_month: Month,
}

/// The figures of a snapshot. Prepared once; cheap to ask; may be shared between threads.
pub struct Burden {
    registry: Arc<Registry>,
    settings: Settings,
    index: Index,
}

impl Burden {
    /// Prepares the figures of a snapshot.
    pub fn new(snapshot: Arc<Snapshot>, settings: Settings) -> Self {
        Self::of(Registry::new(snapshot), settings)
    }

    /// Prepares the figures of a snapshot in which `lists` says who answers each version on every day, whatever its rule says: by the
    /// version's place in the snapshot, the places of the providers among all providers, in order. For registries so large that rules that
    /// name everybody would not fit in memory.
    pub fn with_lists(
        snapshot: Arc<Snapshot>,
        settings: Settings,
        lists: &dyn Fn(usize) -> Vec<u32>,
    ) -> Self {
        Self::of(Registry::assembled(snapshot, Some(lists)), settings)
    }

    /// The figures of another snapshot, which differs from this one's by `changes`: what did not change is not worked out again, and every
    /// figure is the very one that [`Burden::new`] gives. What only a full computation can tell is made anew.
    ///
    /// What was asked of these figures is kept up to date at little cost when it is asked of the new ones; the rest is worked out then as it
    /// would be anyway. After [`Burden::with_lists`], who answers a changed collection is found by its rule.
    #[must_use]
    pub fn updated(&self, snapshot: Arc<Snapshot>, changes: Changes) -> Self {
        match self.registry.updated(&snapshot, changes) {
            None => Self::new(snapshot, self.settings),
            Some((registry, update)) => {
                let registry = Arc::new(registry);
                let index = self.index.updated(Arc::clone(&registry), update);
                Self { registry, settings: self.settings, index }
            }
        }
    }

    fn of(registry: Registry, settings: Settings) -> Self {
        let registry = Arc::new(registry);
        let index = Index::new(Arc::clone(&registry), settings);
        Self { registry, settings, index }
    }

    /// What the publisher decided.
    pub fn settings(&self) -> Settings {
        self.settings
    }

    fn figures(&self, month: Month) -> Arc<MonthFigures> {
        self.index.figures(month)
    }

    /// What `provider` owes that is due within `from`..=`to`, by due date, collection, version and period. Nothing for an unknown provider.
    pub fn obligations(&self, provider: &OdsCode, from: NaiveDate, to: NaiveDate) -> Vec<Obligation> {
        obligation::obligations(&self.registry, provider, from, to)
    }

    /// What `provider` owes to a collection of periods that began until a day, by due date, version and period.
    pub fn begun(&self, provider: &OdsCode, collection: &CollectionId, until: NaiveDate) -> Vec<Obligation> {
        obligation::begun(&self.registry, provider, collection, until)
    }

    /// A provider's month; nothing if there is no such provider.
    pub fn provider_month(&self, provider: &OdsCode, month: Month) -> Option<ProviderMonth> {
        let place = self.registry.provider(provider)?;
        let figures = self.figures(month);
        let reader = figures.reader(&self.index);
        Some(self.provider_row(&figures, &self.index.baselines(month), reader.as_ref(), place))
    }

    /// Every provider's month, by code; those not open in it too, since they may have owed something in the twelve months.
    pub fn provider_months(&self, month: Month) -> Vec<ProviderMonth> {
        let figures = self.figures(month);
        let baselines = self.index.baselines(month);
        let reader = figures.reader(&self.index);
        self.peers(&figures);
        let row = |(): &mut (), place| self.provider_row(&figures, &baselines, reader.as_ref(), place);
        threads::share_out(self.registry.providers.len(), || (), row).0
    }

    /// Where a provider stands among its peers, with so many on either side of it; nothing if it has no size, is not open, or is not known.
    pub fn peer_place(&self, provider: &OdsCode, month: Month, around: usize) -> Option<PeerPlace> {
        self.place_among_peers(self.registry.provider(provider)?, month, around)
    }

    /// A provider's hours and index in each month of `from`..=`to`; nothing if there is no such provider.
    pub fn index_series(&self, provider: &OdsCode, from: Month, to: Month) -> Vec<IndexPoint> {
        let Some(place) = self.registry.provider(provider) else { return vec![] };
        (from.index()..=to.index()).map(|at| self.index_point(place, from.plus(at - from.index()))).collect()
    }

    /// I(T, m): the index of a provider type in a month.
    pub fn type_index(&self, kind: ProviderType, month: Month) -> Option<Ratio> {
        self.index.of_type(index::Scope::All, kind, month).linked.map(Ratio::new)
    }

    /// All providers' month: sums, ratios of sums, and I(m).
    pub fn national_month(&self, month: Month) -> NationalMonth {
        self.national(month)
    }

    /// Each provider type's month, by type; of types with a provider that is open in it.
    pub fn type_months(&self, month: Month) -> Vec<TypeMonth> {
        self.types(month)
    }

    /// Each asking body's month, by code.
    pub fn body_months(&self, month: Month) -> Vec<BodyMonth> {
        self.bodies(month)
    }

    /// Each pair of asking bodies that share a fact, by codes; a body that asks a fact more than once is a pair with itself.
    pub fn pair_months(&self, month: Month) -> Vec<PairMonth> {
        self.pairs(month)
    }

    /// Each collection's month, by key.
    pub fn collection_months(&self, month: Month) -> Vec<CollectionMonth> {
        self.collections(month)
    }

    /// How far a provider is asked once only, over the twelve months ending with a month; nothing if there is no such provider.
    pub fn submit_once(&self, provider: &OdsCode, month: Month) -> Option<SubmitOnce> {
        let place = self.registry.provider(provider)?;
        let figures = self.figures(month);
        let (group, window) = (figures.of(place), &figures.window);
        let all = figures.all_of(&self.registry, &self.index, place);
        let entries = window.owed_by(&self.registry, place);
        Some(SubmitOnce {
            provider: provider.clone(),
            month,
            counts: group.counts,
            asks_assumed_share: Ratio::fraction(group.assumed_asks, group.counts.content().asks),
            avoidable_hours: Hours::new(figures.amounts(&self.registry, place).1.value()),
            by_owner: submit_once::by_owner(&self.registry, &all),
            shared: submit_once::shared_facts(&self.registry, &window.calendar, &entries, &[0]),
        })
    }

    /// The facts that two collections share over the twelve months ending with a month.
    pub fn shared_facts(&self, left: &CollectionId, right: &CollectionId, month: Month) -> SharedFacts {
        overlap::overlap(&self.registry, &self.index, (left, right), month)
    }

    /// The collections of which what they share with others may differ from what it was in the figures that these came out of; between all
    /// others it is the same. Nothing if it may differ between any.
    pub fn changed(&self) -> Option<&BTreeSet<CollectionId>> {
        self.index.changed()
    }

    /// The statement that holds for a version at the vintage of `day`: a declared one, else the published default, marked ASSUMED.
    /// Nothing if there is no such version.
    pub fn statement_for(
        &self,
        collection: &CollectionId,
        version: u32,
        day: NaiveDate,
    ) -> Option<StatementInForce> {
        statement::in_force(&self.registry.snapshot, collection, version, day)
    }

    /// Who must answer a version by its rule, and from when to when, by provider and day. Whether the version is in force on those days is
    /// another matter. Nothing if there is no such version.
    pub fn respondents(&self, collection: &CollectionId, version: u32) -> Vec<Respondent> {
        let versions = &self.registry.snapshot.versions;
        let at = versions.binary_search_by(|v| (&v.collection, v.number).cmp(&(collection, version)));
        let Ok(at) = at else { return vec![] };
        let Some(rule) = &versions[at].content.respondents else { return vec![] };
        let of_provider = |provider| {
            let organisation = self.registry.organisation(provider);
            let days = self.registry.respondent_days(provider, &versions[at]);
            days.into_iter().map(move |span| Respondent {
                provider: organisation.code.clone(),
                from_date: span.first(),
                to_date: span.last(),
                basis: rule.basis_for(organisation),
            })
        };
        self.registry.providers.iter().flat_map(of_provider).collect()
    }
}
