//! The headline of a month: what the demo prints, what an edition keeps, what the home page shows.

use crate::{View, overlaps::OverlapRow};
use onus_domain::{Month, concept::Strength, display, relation::Relation};
use serde::{Deserialize, Serialize};

/// The headline figures of a month. Asks, facts, rates, hours and cost are of the 12 months ending with it, all providers together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The month.
    pub month: Month,
    /// The month whose index is 100.
    pub base_month: Month,
    /// Collections that are registered.
    pub collections: usize,
    /// Their published versions.
    pub versions: usize,
    /// Items of the versions that people see.
    pub items: usize,
    /// Registered definitions.
    pub definitions: usize,
    /// Different questions among them.
    pub concepts: usize,
    /// Providers open in the month.
    pub providers: u64,
    /// Pairs of definitions that are confirmed to ask the same.
    pub matches_confirmed: usize,
    /// Pairs that possibly do; never counted.
    pub matches_possible: usize,
    /// Pairs of collections with a definition in common.
    pub pairs_sharing_definitions: usize,
    /// Pairs of collections that ask providers the same facts.
    pub pairs_sharing_facts: usize,
    /// Submissions owed.
    pub obligations: u64,
    /// Asks of CONTENT items.
    pub asks: u64,
    /// Distinct facts among them.
    pub facts_plain: u64,
    /// Facts left after folding.
    pub facts_strict: u64,
    /// Facts (plain) / asks.
    pub rate_plain: Option<f64>,
    /// Facts (strict) / asks.
    pub rate_strict: Option<f64>,
    /// Asks whose definition is asked elsewhere about other records.
    pub shared_definition_asks: u64,
    /// Share of the asks that rest on an assumption.
    pub asks_assumed_share: Option<f64>,
    /// Working hours.
    pub hours: f64,
    /// Share of the hours that rests on an assumption.
    pub hours_assumed_share: Option<f64>,
    /// Cost, pence.
    pub cost_pence: f64,
    /// Hours that would fall away if nothing were asked twice.
    pub avoidable_hours: f64,
    /// The national burden index.
    pub index: Option<f64>,
}

impl Summary {
    /// The headline of a month.
    pub fn of(view: &View, month: Month) -> Self {
        let snapshot = &view.snapshot;
        let national = view.burden.national_month(month);
        let content = national.content();
        let same = |strength| {
            snapshot
                .matches
                .iter()
                .filter(|found| found.relation == Relation::Same && found.strength == strength)
                .count()
        };
        let overlaps = view.overlaps();
        Self {
            month,
            base_month: view.burden.settings().base_month,
            collections: view.collection_rows().filter(|row| row.version.in_force(month.last_day())).count(),
            versions: snapshot.versions.len(),
            items: view.collection_rows().map(|row| row.version.content.items.len()).sum(),
            definitions: snapshot.definitions.len(),
            concepts: view.concepts().count(),
            providers: national.providers,
            matches_confirmed: same(Strength::Confirmed),
            matches_possible: same(Strength::Possible),
            pairs_sharing_definitions: overlaps.len(),
            pairs_sharing_facts: overlaps.iter().filter(|row| row.shared_facts > 0).count(),
            obligations: national.obligations_12m,
            asks: content.asks,
            facts_plain: content.facts_plain,
            facts_strict: content.facts_strict,
            rate_plain: content.rate_plain().map(|rate| rate.to_f64()),
            rate_strict: content.rate_strict().map(|rate| rate.to_f64()),
            shared_definition_asks: content.shared_definition_asks,
            asks_assumed_share: national.asks_assumed_share.as_ref().map(onus_burden::Ratio::to_f64),
            hours: national.hours_12m.to_f64(),
            hours_assumed_share: national.hours_12m_assumed_share.as_ref().map(onus_burden::Ratio::to_f64),
            cost_pence: national.cost_12m.to_f64(),
            avoidable_hours: national.avoidable_hours.to_f64(),
            index: national.index.as_ref().map(onus_burden::Ratio::to_f64),
        }
    }

    /// The headline in ten lines.
    pub fn lines(&self) -> [String; 10] {
        let (count, rate) =
            (|n: u64| display::count(n), |rate: Option<f64>| rate.map_or("–".into(), display::rate));
        let share = |share: Option<f64>| share.map_or("none".into(), display::percent);
        [
            format!(
                "Onus, {}: sample data. Every hour below is an assumption, never the burden of a real provider.",
                self.month.in_words()
            ),
            format!(
                "Collections: {} in force with {} items; {} versions in all",
                self.collections,
                display::count(self.items as u64),
                self.versions
            ),
            format!(
                "Definitions: {}, asking {} different questions",
                display::count(self.definitions as u64),
                display::count(self.concepts as u64)
            ),
            format!(
                "Matches: {} pairs confirmed to ask the same, {} possible (never counted)",
                self.matches_confirmed, self.matches_possible
            ),
            format!(
                "Overlap: {} pairs of collections share definitions, {} of them ask the same facts",
                self.pairs_sharing_definitions, self.pairs_sharing_facts
            ),
            format!(
                "Providers: {} open, owing {} submissions in 12 months",
                count(self.providers),
                count(self.obligations)
            ),
            format!(
                "Asked: {} asks for {} facts ({} after folding)",
                count(self.asks),
                count(self.facts_plain),
                count(self.facts_strict)
            ),
            format!(
                "Submit once: rate {} strict, {} plain; 1 means that nothing is asked twice ({} assumed)",
                rate(self.rate_strict),
                rate(self.rate_plain),
                share(self.asks_assumed_share)
            ),
            format!(
                "Burden: {} hours in 12 months ({} assumed), {} avoidable",
                display::hours(self.hours),
                share(self.hours_assumed_share),
                display::hours(self.avoidable_hours)
            ),
            format!(
                "Index: {} ({} = 100)",
                self.index.map_or("–".into(), display::index),
                self.base_month.in_words()
            ),
        ]
    }
}

/// Two collections that ask the same facts, as a headline shows them: most of the smaller one shared first.
pub fn findings(view: &View, most: usize) -> Vec<&OverlapRow> {
    let mut rows: Vec<_> = view.overlaps().iter().filter(|row| row.shared_facts > 0).collect();
    rows.sort_by_key(|row| {
        std::cmp::Reverse((row.shared_facts as u64 * row.shared_respondents, row.concepts.shared))
    });
    rows.truncate(most);
    rows
}
