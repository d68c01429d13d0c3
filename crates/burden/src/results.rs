//! What Onus publishes for a month. Asks, facts and rates are of the twelve months ending with the month; hours and pence of the month alone
//! unless their name says otherwise.

use crate::{
    counts::{AskCounts, RoleCounts},
    number::{Hours, Pence, Ratio},
};
use chrono::NaiveDate;
use onus_domain::{
    Basis, CollectionId, Decimal, Month, OdsCode,
    organisation::{ProviderType, SizeMeasure},
};

/// One provider's month: the columns of `provider_month.csv`, and what pages show beside them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderMonth {
    /// Who.
    pub provider: OdsCode,
    /// Its type; OTHER if it is not known.
    pub provider_type: ProviderType,
    /// The month.
    pub month: Month,
    /// Whether it is open on any day of the month.
    pub open: bool,
    /// Obligations due in the month.
    pub obligations: u64,
    /// Those of them for which there is a receipt.
    pub obligations_met: u64,
    /// Obligations due in the twelve months.
    pub obligations_12m: u64,
    /// Asks and facts of the twelve months, by role.
    pub counts: RoleCounts,
    /// Share of the CONTENT asks of which the frequency, or that the provider must answer, is assumed. Nothing if nothing is asked.
    pub asks_assumed_share: Option<Ratio>,
    /// Working time of the month: *full* compliance.
    pub hours: Hours,
    /// Lower end of the interval that time returns give for the hours; nothing while there is no evidence for any of them.
    pub hours_low: Option<Hours>,
    /// Upper end of it. `hours` rests on statements: where they are far from what is taken, it lies outside.
    pub hours_high: Option<Hours>,
    /// Lower end of the interval that time returns give for the hours of the twelve months.
    pub hours_12m_low: Option<Hours>,
    /// Upper end of it.
    pub hours_12m_high: Option<Hours>,
    /// *Actual* working time: of the month's obligations for which there is a receipt. Month's shares are not in it.
    pub hours_met: Hours,
    /// Share of `hours` that rests on an assumption: the minutes (method ASSUMED), the frequency, that the provider must answer, or its
    /// size. Nothing if there are no hours.
    pub hours_assumed_share: Option<Ratio>,
    /// Working time of the twelve months: R(p, m).
    pub hours_12m: Hours,
    /// Share of `hours_12m` that rests on an assumption.
    pub hours_12m_assumed_share: Option<Ratio>,
    /// Cost of the month, with overheads and what is paid outside.
    pub cost: Pence,
    /// Cost of the twelve months.
    pub cost_12m: Pence,
    /// Hours of the twelve months that would fall away if nothing were asked twice (plain and folded).
    pub avoidable_hours: Hours,
    /// In which measure its size is given.
    pub size_measure: SizeMeasure,
    /// Its size on the month's last day; nothing if it is unknown, in which case N is 1.
    pub size: Option<Decimal>,
    /// Whether its size in the base month is known; if not, N was 1 then.
    pub base_size_known: bool,
    /// I(p, m), with links; nothing if nothing was asked in the base month.
    pub index: Option<Ratio>,
    /// The index without links.
    pub index_as_published: Option<Ratio>,
    /// Hours of the twelve months for each 1,000 of its size; nothing if its size is unknown.
    pub hours_per_thousand: Option<Hours>,
    /// Per cent of the open providers of its type and of known size that have no more hours for their size than it has, itself among them.
    pub peer_percentile: Option<Ratio>,
}

/// A provider among those of its type that are open and of known size, by hours a year for their size, fewest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerPlace {
    /// Its place, from 1.
    pub place: usize,
    /// How many they are.
    pub peers: usize,
    /// The place of the first of `around`.
    pub first: usize,
    /// It, with those next to it on either side.
    pub around: Vec<ProviderMonth>,
}

/// A point of a provider's series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexPoint {
    /// The month.
    pub month: Month,
    /// Working time of the month.
    pub hours: Hours,
    /// Working time of the twelve months: R(p, m).
    pub hours_12m: Hours,
    /// Its size on the month's last day; nothing if it is unknown, in which case N is 1.
    pub size: Option<Decimal>,
    /// I(p, m), with links.
    pub index: Option<Ratio>,
    /// The index without links.
    pub index_as_published: Option<Ratio>,
}

/// All providers' month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NationalMonth {
    /// The month.
    pub month: Month,
    /// Providers open on any day of the month.
    pub providers: u64,
    /// Those of them whose size is unknown.
    pub providers_of_unknown_size: u64,
    /// Obligations due in the month.
    pub obligations: u64,
    /// Those of them for which there is a receipt.
    pub obligations_met: u64,
    /// Obligations due in the twelve months.
    pub obligations_12m: u64,
    /// Asks and facts of the twelve months, by role; rates are sums of facts over sums of asks.
    pub counts: RoleCounts,
    /// Share of the CONTENT asks of which the frequency, or that the provider must answer, is assumed.
    pub asks_assumed_share: Option<Ratio>,
    /// Working time of the month, not normalised.
    pub hours: Hours,
    /// Lower end of the interval that time returns give for the hours; nothing while there is no evidence for any of them.
    pub hours_low: Option<Hours>,
    /// Upper end of it.
    pub hours_high: Option<Hours>,
    /// Lower end of the interval that time returns give for the hours of the twelve months.
    pub hours_12m_low: Option<Hours>,
    /// Upper end of it.
    pub hours_12m_high: Option<Hours>,
    /// *Actual* working time: of the month's obligations for which there is a receipt.
    pub hours_met: Hours,
    /// Share of `hours` that rests on an assumption.
    pub hours_assumed_share: Option<Ratio>,
    /// Working time of the twelve months, not normalised.
    pub hours_12m: Hours,
    /// Share of `hours_12m` that rests on an assumption.
    pub hours_12m_assumed_share: Option<Ratio>,
    /// Cost of the month.
    pub cost: Pence,
    /// Cost of the twelve months.
    pub cost_12m: Pence,
    /// Hours of the twelve months that would fall away if nothing were asked twice.
    pub avoidable_hours: Hours,
    /// I(m).
    pub index: Option<Ratio>,
    /// The index without links.
    pub index_as_published: Option<Ratio>,
}

/// A provider type's month: sums over its providers that are open on any day of the month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeMonth {
    /// The type.
    pub provider_type: ProviderType,
    /// The month.
    pub month: Month,
    /// Providers open in the month.
    pub providers: u64,
    /// Those of them whose size is unknown; each counts as 1 in `size`.
    pub providers_of_unknown_size: u64,
    /// Asks and facts of the twelve months, by role.
    pub counts: RoleCounts,
    /// Working time of the month.
    pub hours: Hours,
    /// Sum of R.
    pub hours_12m: Hours,
    /// Share of `hours_12m` that rests on an assumption.
    pub hours_12m_assumed_share: Option<Ratio>,
    /// In which measure sizes are given.
    pub size_measure: SizeMeasure,
    /// Sum of N.
    pub size: Ratio,
    /// w(T): its share of all R in the base month.
    pub weight: Ratio,
    /// I(T, m), with links.
    pub index: Option<Ratio>,
    /// The index without links.
    pub index_as_published: Option<Ratio>,
}

/// A region's month: sums over its providers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionMonth {
    /// The region's code.
    pub region: String,
    /// The month.
    pub month: Month,
    /// Providers open on any day of the month.
    pub providers: u64,
    /// Those of them whose size is unknown.
    pub providers_of_unknown_size: u64,
    /// Obligations due in the month.
    pub obligations: u64,
    /// Obligations due in the twelve months.
    pub obligations_12m: u64,
    /// Asks and facts of the twelve months, by role.
    pub counts: RoleCounts,
    /// Working time of the month, not normalised.
    pub hours: Hours,
    /// Working time of the twelve months, not normalised.
    pub hours_12m: Hours,
    /// Share of `hours_12m` that rests on an assumption.
    pub hours_12m_assumed_share: Option<Ratio>,
    /// Cost of the month.
    pub cost: Pence,
    /// Cost of the twelve months.
    pub cost_12m: Pence,
    /// Hours of the twelve months that would fall away if nothing were asked twice.
    pub avoidable_hours: Hours,
    /// The index of its types, weighted by their share of its hours in the base month; with links.
    pub index: Option<Ratio>,
    /// The index without links.
    pub index_as_published: Option<Ratio>,
}

/// The index of what one body asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyIndex {
    /// Who asks.
    pub body: OdsCode,
    /// The month.
    pub month: Month,
    /// Working time of the twelve months, of the providers open in the month.
    pub hours_12m: Hours,
    /// The index, with links: net of re-estimation. Nothing if it asked nothing in the base month.
    pub index: Option<Ratio>,
    /// The index without links.
    pub index_as_published: Option<Ratio>,
}

/// A rise of a body's index in a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regrowth {
    /// The month before.
    pub before: BodyIndex,
    /// The month.
    pub after: BodyIndex,
}

/// An asking body's month: the columns of `body_month.csv` that rest on what is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyMonth {
    /// Who asks.
    pub body: OdsCode,
    /// The month.
    pub month: Month,
    /// Its collections with a version in force on the month's last day.
    pub collections: u64,
    /// Items those versions ask, of any role.
    pub items: u64,
    /// CONTENT asks of the twelve months, over all providers.
    pub asks: u64,
    /// Those of them that are redundant: the fact is asked elsewhere at less cost, or answered by others. What all bodies ask that is not
    /// redundant are the facts (strict).
    pub asks_redundant: u64,
    /// Facts of the twelve months that it shares: asked more than once, or answered by others, and it is among the askers.
    pub facts_shared: u64,
    /// Working time of the month, over all providers.
    pub hours: Hours,
    /// Working time of the twelve months.
    pub hours_12m: Hours,
    /// Share of `hours` that rests on an assumption.
    pub hours_assumed_share: Option<Ratio>,
    /// Share of `hours_12m` that rests on an assumption.
    pub hours_12m_assumed_share: Option<Ratio>,
    /// Cost of the month.
    pub cost: Pence,
    /// Its equal part of the hours of the twelve months that would fall away if nothing were asked twice.
    pub avoidable_hours: Hours,
    /// CONTENT facts of the twelve months, over all providers, that it would ask if another body did not give them to it: needs met by
    /// reuse.
    pub reuse_facts: u64,
}

/// Two asking bodies' month. A body's own duplication is its pair with itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairMonth {
    /// The lesser code.
    pub body_a: OdsCode,
    /// The greater code, or the same.
    pub body_b: OdsCode,
    /// The month.
    pub month: Month,
    /// Facts of the twelve months that both ask (that the body asks more than once, in its pair with itself), over all providers.
    pub shared_facts: u64,
    /// Their equal part of the hours that would fall away.
    pub avoidable_hours: Hours,
}

/// A collection's month, over all providers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectionMonth {
    /// The collection.
    pub collection: CollectionId,
    /// The month.
    pub month: Month,
    /// Providers that must answer on the month's last day.
    pub respondents: u64,
    /// Obligations due in the month.
    pub obligations: u64,
    /// Obligations due in the twelve months.
    pub obligations_12m: u64,
    /// CONTENT asks of the twelve months.
    pub asks: u64,
    /// Working time of the month.
    pub hours: Hours,
    /// Working time of the twelve months.
    pub hours_12m: Hours,
    /// Share of `hours_12m` that rests on an assumption.
    pub hours_12m_assumed_share: Option<Ratio>,
    /// Cost of the month.
    pub cost: Pence,
    /// Cost of the twelve months.
    pub cost_12m: Pence,
}

/// Asks of a provider, by who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerAsks {
    /// Who asks.
    pub owner: OdsCode,
    /// Its collections that ask anything of the provider in the twelve months.
    pub collections: u64,
    /// CONTENT asks.
    pub asks: u64,
    /// Facts that it shares.
    pub facts_shared: u64,
    /// Working time of the twelve months.
    pub hours_12m: Hours,
    /// Its equal part of the hours that would fall away.
    pub avoidable_hours: Hours,
}

/// A respondent of a version, from when to when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Respondent {
    /// Who answers.
    pub provider: OdsCode,
    /// First day; none if it always did.
    pub from_date: Option<NaiveDate>,
    /// Last day; none if there is no end.
    pub to_date: Option<NaiveDate>,
    /// Whether a source says so.
    pub basis: Basis,
}

impl BodyMonth {
    /// `(asks - redundant asks) / asks`, in [0, 1]; nothing if nothing is asked. Bodies' rates, weighted by their asks, make the national
    /// strict rate.
    pub fn submit_once_rate(&self) -> Option<Ratio> {
        Ratio::fraction(self.asks.saturating_sub(self.asks_redundant), self.asks)
    }

    /// Share of its needs that reuse meets, so that nobody is asked for them; nothing if it needs nothing.
    pub fn automated_share(&self) -> Option<Ratio> {
        Ratio::fraction(self.reuse_facts, self.reuse_facts + self.asks)
    }
}

impl ProviderMonth {
    /// The headline: CONTENT items.
    pub fn content(&self) -> &AskCounts {
        self.counts.content()
    }
}

impl NationalMonth {
    /// The headline: CONTENT items.
    pub fn content(&self) -> &AskCounts {
        self.counts.content()
    }
}
