//! Asks and facts, and the rate at which "submit once" holds (`burden.md`, "Submit once").

use crate::{number::Ratio, registry::ROLES};
use onus_domain::item::ItemRole;
use std::ops::AddAssign;

/// How much is asked over twelve months, and how much of it once only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AskCounts {
    /// Asks: (item, period) owed. OPTIONAL items are not among them.
    pub asks: u64,
    /// Different (concept, subject, period, breakdown) among them.
    pub facts_plain: u64,
    /// Facts that are left after folding.
    pub facts_strict: u64,
    /// How many plain facts fewer there would be if every POSSIBLE place in a concept were confirmed. Shown, never counted.
    pub possible_duplicates: u64,
    /// Asks whose concept is also asked for another subject that neither contains theirs nor lies within it: nothing is asked twice, but
    /// one extract could serve all.
    pub shared_definition_asks: u64,
    /// (item, period) of OPTIONAL items, apart from the asks.
    pub optional_asks: u64,
}

impl AskCounts {
    /// `facts_plain / asks`, in (0, 1]; nothing if nothing is asked.
    pub fn rate_plain(&self) -> Option<Ratio> {
        Ratio::fraction(self.facts_plain, self.asks)
    }

    /// `facts_strict / asks`, in (0, 1]; nothing if nothing is asked.
    pub fn rate_strict(&self) -> Option<Ratio> {
        Ratio::fraction(self.facts_strict, self.asks)
    }

    /// Adds another one so many times.
    pub(crate) fn add(&mut self, other: &Self, times: u64) {
        self.asks += other.asks * times;
        self.facts_plain += other.facts_plain * times;
        self.facts_strict += other.facts_strict * times;
        self.possible_duplicates += other.possible_duplicates * times;
        self.shared_definition_asks += other.shared_definition_asks * times;
        self.optional_asks += other.optional_asks * times;
    }

    /// Takes another one away, which is part of it.
    pub(crate) fn take(&mut self, other: &Self) {
        self.asks -= other.asks;
        self.facts_plain -= other.facts_plain;
        self.facts_strict -= other.facts_strict;
        self.possible_duplicates -= other.possible_duplicates;
        self.shared_definition_asks -= other.shared_definition_asks;
        self.optional_asks -= other.optional_asks;
    }
}

impl AddAssign<&Self> for AskCounts {
    fn add_assign(&mut self, other: &Self) {
        self.add(other, 1);
    }
}

/// Counts by role of the items. CONTENT is the headline; the others are reported apart, and nothing is shared between roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RoleCounts(pub(crate) [AskCounts; 4]);

impl RoleCounts {
    /// The headline: CONTENT items.
    pub fn content(&self) -> &AskCounts {
        &self.0[0]
    }

    /// The counts of a role.
    pub fn of(&self, role: ItemRole) -> &AskCounts {
        &self.0[role as usize]
    }

    /// Every role with its counts, CONTENT first.
    pub fn iter(&self) -> impl Iterator<Item = (ItemRole, &AskCounts)> {
        ROLES.into_iter().zip(&self.0)
    }

    /// Adds another one so many times.
    pub(crate) fn add(&mut self, other: &Self, times: u64) {
        self.0.iter_mut().zip(&other.0).for_each(|(own, other)| own.add(other, times));
    }

    /// Takes another one away, which is part of it.
    pub(crate) fn take(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(own, other)| own.take(other));
    }
}
