//! What items are for, improvement or judgement (Action 13); and local commissioners' requests apart from national bodies'.

use crate::{
    Burden,
    number::{Hours, Pence, Ratio},
};
use onus_domain::{
    CollectionId, Month, OdsCode,
    collection::SectorPath,
    item::{ItemRole, PurposeKind},
};
use std::collections::{BTreeMap, BTreeSet};

/// How many are for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PurposeCounts {
    /// Help those who answer improve.
    pub improvement: u64,
    /// Let others judge them.
    pub judgement: u64,
    /// Do both.
    pub both: u64,
    /// Do not say.
    pub unknown: u64,
}

impl PurposeCounts {
    fn add(&mut self, kind: PurposeKind, count: u64) {
        *match kind {
            PurposeKind::Improvement => &mut self.improvement,
            PurposeKind::Judgement => &mut self.judgement,
            PurposeKind::Both => &mut self.both,
            PurposeKind::Unknown => &mut self.unknown,
        } += count;
    }

    /// All of them.
    pub fn all(&self) -> u64 {
        self.improvement + self.judgement + self.both + self.unknown
    }

    /// Of those that say what they are for, the share that helps improve, those that do both by half; nothing if none says.
    pub fn improvement_share(&self) -> Option<Ratio> {
        let said = self.improvement + self.judgement + self.both;
        Ratio::fraction(2 * self.improvement + self.both, 2 * said)
    }
}

/// What a body's CONTENT items are for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyBalance {
    /// Who asks.
    pub body: OdsCode,
    /// Items of its versions in force on the month's last day.
    pub items: PurposeCounts,
    /// Asks of the twelve months, over all providers.
    pub asks: PurposeCounts,
}

/// What national bodies, or local commissioners, ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectorMonth {
    /// By which path the collections came in.
    pub path: SectorPath,
    /// Collections with a version in force on the month's last day.
    pub collections: u64,
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
    /// Cost of the month.
    pub cost: Pence,
    /// Cost of the twelve months.
    pub cost_12m: Pence,
}

impl Burden {
    /// What each asking body's CONTENT items are for, by code.
    pub fn purpose_balance(&self, month: Month) -> Vec<BodyBalance> {
        let window = self.index.window(month);
        let mut periods = BTreeMap::<u32, u64>::new();
        for group in &window.groups {
            for entry in window.entries(&self.registry, group) {
                let owed = u64::from(entry.periods()) * group.providers.len() as u64;
                *periods.entry(entry.version).or_default() += owed;
            }
        }
        let mut rows: Vec<_> = self
            .registry
            .owners
            .iter()
            .map(|body| BodyBalance {
                body: body.clone(),
                items: PurposeCounts::default(),
                asks: PurposeCounts::default(),
            })
            .collect();
        for (number, row) in (0..).zip(&self.registry.versions) {
            let balance = &mut rows[row.owner as usize];
            let in_force = row.force.iter().any(|span| span.holds(month.last_day()));
            let owed = periods.get(&number).copied().unwrap_or_default();
            let items = self.registry.version(number).content.items.iter().enumerate();
            let counted = items.filter(|(place, item)| {
                item.is_asked() && item.role == ItemRole::Content && !row.met.contains(place)
            });
            for (_, item) in counted.filter(|_| in_force || owed > 0) {
                balance.items.add(item.purpose_kind, u64::from(in_force));
                balance.asks.add(item.purpose_kind, owed);
            }
        }
        rows
    }

    /// What national bodies ask and what local commissioners ask.
    pub fn sector_months(&self, month: Month) -> Vec<SectorMonth> {
        let snapshot = &self.registry.snapshot;
        let in_force: BTreeSet<&CollectionId> = self
            .registry
            .versions
            .iter()
            .filter(|row| row.force.iter().any(|span| span.holds(month.last_day())))
            .map(|row| &self.registry.version_of(row).collection)
            .collect();
        let all = self.collection_months(month);
        let row = |path| {
            let own: Vec<_> = all
                .iter()
                .filter(|row| snapshot.collection(&row.collection).is_some_and(|c| c.sector_path == path))
                .collect();
            SectorMonth {
                path,
                collections: own.iter().filter(|row| in_force.contains(&row.collection)).count() as u64,
                obligations: own.iter().map(|row| row.obligations).sum(),
                obligations_12m: own.iter().map(|row| row.obligations_12m).sum(),
                asks: own.iter().map(|row| row.asks).sum(),
                hours: own.iter().map(|row| row.hours.clone()).sum(),
                hours_12m: own.iter().map(|row| row.hours_12m.clone()).sum(),
                cost: own.iter().map(|row| row.cost.clone()).sum(),
                cost_12m: own.iter().map(|row| row.cost_12m.clone()).sum(),
            }
        };
        [SectorPath::National, SectorPath::Local].map(row).into()
    }
}
