//! What waits for a steward: matches that nobody ruled on, the most uncertain of what costs most first, and an audit sample that tells how
//! good the matches are.

use crate::{
    App, Context, View,
    filter::Field,
    paging::{ListRequest, Page, page, read_list},
};
use onus_domain::{DefinitionId, Result, concept::Strength, relation::Match, role::Act};
use onus_matching::sample::{Quality, is_sampled};
use std::collections::BTreeMap;

/// A match that waits for a ruling.
#[derive(Debug, Clone)]
pub struct Undecided {
    /// What was found.
    pub found: Match,
    /// How uncertain it is, from 0 (sure either way) to 1: 1 − |2p − 1|.
    pub uncertainty: f64,
    /// Working hours of twelve months that depend on it: those of the cheaper of the two.
    pub hours_at_stake: f64,
    /// Whether it is in the audit sample.
    pub sampled: bool,
    /// Whether an earlier ruling speaks of another version of one of the two.
    pub outdated: bool,
}

/// What the queue can be filtered by.
const FIELDS: &[Field<Undecided>] = &[
    ("definition", |row| vec![row.found.left.to_string(), row.found.right.to_string()]),
    ("relation", |row| vec![row.found.relation.to_string()]),
    ("strength", |row| vec![row.found.strength.to_string()]),
    ("sampled", |row| vec![row.sampled.to_string()]),
    ("outdated", |row| vec![row.outdated.to_string()]),
];

impl View {
    /// Working hours of twelve months, over all providers, that go into answering each definition: an equal share of a collection's hours
    /// for each of its items.
    fn hours_of_definitions(&self) -> BTreeMap<&DefinitionId, f64> {
        let mut hours = BTreeMap::new();
        let months: BTreeMap<_, _> = self
            .burden
            .collection_months(self.month)
            .into_iter()
            .map(|row| (row.collection, row.hours_12m))
            .collect();
        for row in self.collection_rows() {
            let items = &row.version.content.items;
            let Some(all) = months.get(&row.collection.id).filter(|_| !items.is_empty()) else { continue };
            #[expect(clippy::cast_precision_loss, reason = "items of one collection are few")]
            let each = all.to_f64() / items.len() as f64;
            for item in items {
                *hours.entry(&item.definition).or_default() += each;
            }
        }
        hours
    }

    /// Every match that waits for a ruling: those that are POSSIBLE, and of the CONFIRMED those in the audit sample.
    fn undecided(&self) -> Vec<Undecided> {
        let hours = self.hours_of_definitions();
        let of = |id| hours.get(id).copied().unwrap_or_default();
        let rows = self.snapshot.matches.iter().filter_map(|found| {
            let ruling = self.rulings.on(&found.left, &found.right).map(|(_, ruling)| ruling);
            let seen = |ruling: &onus_domain::relation::Decision| {
                (ruling.left_version, ruling.right_version) == (found.left_version, found.right_version)
            };
            let sampled = is_sampled(found);
            let waits = sampled || found.strength == Strength::Possible;
            (waits && !ruling.is_some_and(seen)).then(|| Undecided {
                uncertainty: 1.0 - (2.0 * found.score - 1.0).abs(),
                hours_at_stake: of(&found.left).min(of(&found.right)),
                sampled,
                outdated: ruling.is_some(),
                found: found.clone(),
            })
        });
        rows.collect()
    }

    /// How good the matches are, by what stewards ruled on the audit sample.
    pub fn matching_quality(&self) -> Quality {
        Quality::of(&self.snapshot.matches, |found| {
            self.rulings.on(&found.left, &found.right).map(|(relation, _)| relation)
        })
    }
}

impl App {
    /// Matches that wait for a ruling: by uncertainty times hours at stake, most first, unless ordered by `uncertainty` or `hours`.
    pub async fn list_undecided(&self, context: &Context, request: &ListRequest) -> Result<Page<Undecided>> {
        context.authorise(Act::RuleOnDefinitions, None)?;
        let (filter, by) = read_list(request, FIELDS, &["priority", "uncertainty", "hours"])?;
        let view = self.view().await?;
        let rows = view.undecided().into_iter().filter(|row| filter.admits(row)).collect();
        page(rows, request, |row| {
            let value = match by {
                "uncertainty" => row.uncertainty,
                "hours" => row.hours_at_stake,
                _ => row.uncertainty * row.hours_at_stake,
            };
            (most_first(value), format!("{} {}", row.found.left, row.found.right))
        })
    }
}

/// A number of 0 or more turned round, so that the greatest stands first among texts. The bits of such numbers are in their order.
fn most_first(value: f64) -> String {
    format!("{:020}", u64::MAX - value.max(0.0).to_bits())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_most_stands_first() {
        let mut keys: Vec<_> = [0.0, 3.5, 1e9, 0.001, 2e-300].map(most_first).into();
        keys.sort();
        assert_eq!(keys, [1e9, 3.5, 0.001, 2e-300, 0.0].map(most_first));
    }
}
