//! What need not be asked: avoidable hours, and what reuse meets. Part of `tally`.

use crate::{
    cost::{Sizes, Slot},
    exact::Exact,
    summary::Summary,
    tables::EntryRow,
    tally::Tally,
};
use num_bigint::BigInt;
use num_rational::BigRational;
use std::collections::{BTreeMap, BTreeSet};

impl Tally<'_> {
    /// Avoidable hours: a redundant ask's own item minutes, and the rest of a collection whose CONTENT asks are all redundant, in equal
    /// parts to them.
    pub fn save(&mut self, summary: &mut Summary, ids: &[u32], times: u64, sizes: impl Fn(Slot) -> Sizes) {
        let redundant = std::mem::take(&mut self.redundant);
        let mut by_entry = vec![0; ids.len()];
        for one in &redundant {
            by_entry[one.entry as usize] += one.asks;
            let hours = &self.row(ids, one.entry).item_hours;
            self.sums.shared.save(one.askers, hours, one.asks * times);
        }
        for (place, asks) in (0..).zip(&by_entry).filter(|(_, asks)| **asks > 0) {
            let row = self.row(ids, place);
            *self.sums.redundant.entry(row.owner).or_default() += asks * times;
            summary.avoidable.add_times(&row.item_hours, *asks);
        }
        let mut first = 0;
        for run in ids.chunk_by(|a, b| {
            self.tables.rows[*a as usize].collection == self.tables.rows[*b as usize].collection
        }) {
            let places = first..first + run.len();
            first += run.len();
            let asks_of = |row: &EntryRow| row.asks[0] * row.periods;
            let sum = |of: &dyn Fn(&EntryRow) -> u64| -> u64 {
                run.iter().map(|id| of(&self.tables.rows[*id as usize])).sum()
            };
            let (asks, looked_at) = (sum(&asks_of), sum(&|row| row.looked_at * row.periods));
            if looked_at == 0 || by_entry[places.clone()].iter().sum::<u64>() != looked_at {
                continue;
            }
            if looked_at != asks {
                self.open.extend(run);
                continue;
            }
            // So many of the asks are shared with whom.
            let mut shares = BTreeMap::<u32, u64>::new();
            for one in redundant.iter().filter(|one| places.contains(&(one.entry as usize))) {
                *shares.entry(one.askers).or_default() += one.asks;
            }
            let (mut rest, mut sized) = (BigRational::default(), BTreeMap::<Slot, BigRational>::new());
            for id in run {
                let (row, cost) = (&self.tables.rows[*id as usize], self.tables.cost(*id));
                rest += cost.fixed.hours_year.value() - row.item_hours.value() * BigInt::from(asks_of(row));
                for (slot, amount) in &cost.sized {
                    *sized.entry(*slot).or_default() += amount.hours_year.value();
                }
            }
            summary.avoidable.add_value(&rest);
            let mut all = rest * BigInt::from(times);
            for (slot, hours) in sized {
                all += &hours * sizes(slot).all;
                summary.sized(slot).avoidable.add_value(&hours);
            }
            for (askers, count) in shares {
                let share = Exact::new(&(&all * BigRational::new(count.into(), asks.into())));
                self.sums.shared.save(askers, &share, 1);
            }
        }
        self.redundant = redundant;
    }

    /// Facts that would be asked if they were not met by reuse, by who would ask them.
    pub fn meet(&mut self, ids: &[u32], times: u64) {
        let mut met = BTreeMap::<u32, BTreeSet<(u32, u32)>>::new();
        for id in ids {
            let row = &self.tables.rows[*id as usize];
            let questions = &self.tables.registry.row(row.entry.version).met_questions;
            if !questions.is_empty() {
                let facts = row.entry.due(self.tables.calendar).iter();
                let facts = facts.flat_map(|due| questions.iter().map(|question| (*question, due.span)));
                met.entry(row.owner).or_default().extend(facts);
            }
        }
        for (owner, facts) in met {
            *self.sums.met_by_reuse.entry(owner).or_default() += facts.len() as u64 * times;
        }
    }
}
