//! Questions that have to do with others: asked elsewhere, possibly the same, answered by others. Part of `tally`.

use crate::{
    counts::AskCounts,
    fold::{self, Layers},
    question::Question,
    sharing::askers_within,
    tally::{Tally, add_owner},
};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

impl Tally<'_> {
    /// Looks at the questions that have to do with others. Gives those that were folded period by period, in order.
    pub fn relate(&mut self, ids: &[u32], role: usize, times: u64, counts: &mut AskCounts) -> Vec<u32> {
        let questions = &self.tables.registry.questions;
        let mut related = std::mem::take(&mut self.related);
        related.sort_unstable();
        let mut asks = vec![];
        let mut possible = BTreeMap::<u32, Vec<BTreeSet<u32>>>::new();
        let mut folded = vec![];
        for question in &related {
            let row = questions.row(*question);
            let relations = row.relations();
            self.asks(*question, &mut asks);
            if relations & Question::ELSEWHERE != 0
                && row.elsewhere.iter().any(|other| self.is_marked(*other))
            {
                let asked =
                    asks.iter().map(|(entry, count)| u64::from(*count) * self.row(ids, *entry).periods);
                counts.shared_definition_asks += asked.sum::<u64>();
            }
            if relations & Question::POSSIBLE != 0 {
                let beat = |entry: u32| &self.tables.beats[self.row(ids, entry).beat as usize];
                let spans = asks.iter().flat_map(|(entry, _)| beat(*entry)).copied().collect();
                possible.entry(row.possibly).or_default().push(spans);
            }
            let mut answers = row.containers.iter().chain(&row.sources);
            if relations & Question::ANSWERABLE != 0 && answers.any(|other| self.is_marked(*other)) {
                folded.push(*question);
            }
        }
        for spans in possible.values() {
            let all: BTreeSet<u32> = spans.iter().flatten().copied().collect();
            counts.possible_duplicates += (spans.iter().map(BTreeSet::len).sum::<usize>() - all.len()) as u64;
        }
        self.related = related;
        if !folded.is_empty() {
            self.fold(ids, &folded, (role, times), counts);
        }
        folded
    }

    /// Facts of some questions, period by period.
    pub fn fold(&mut self, ids: &[u32], folded: &[u32], (role, times): (usize, u64), counts: &mut AskCounts) {
        let registry = self.tables.registry;
        let mut asks = vec![];
        for question in folded {
            self.asks(*question, &mut asks);
            let alone: u64 = asks.iter().map(|(entry, _)| self.row(ids, *entry).periods).sum();
            counts.facts_plain -= alone;
            counts.facts_strict -= alone;
        }
        let answering = folded.iter().flat_map(|question| {
            let row = registry.questions.row(*question);
            row.containers.iter().chain(&row.sources).copied()
        });
        let only: BTreeSet<u32> =
            answering.filter(|q| self.is_marked(*q)).chain(folded.iter().copied()).collect();
        let mut layers = Layers::of(registry, role, only.into_iter().collect());
        let mut owed = vec![];
        let mut place_of = FxHashMap::default();
        for (place, id) in (0..).zip(ids) {
            let row = &self.tables.rows[*id as usize];
            let beat = &self.tables.beats[row.beat as usize];
            owed.extend(beat.iter().map(|span| (*span, row.entry.version)));
            if row.periods > 0 {
                place_of.entry(row.entry.version).or_insert(place);
            }
        }
        let periods = fold::by_period(&mut layers, &self.tables.calendar.spans, owed);
        for (at, period) in periods.iter().enumerate() {
            let layer = &period.layer;
            let answers =
                layer.resolve(&registry.questions, &fold::over_shorter(&registry.questions, &periods, at));
            for (place, question) in layer.questions.iter().enumerate() {
                if folded.binary_search(question).is_err() {
                    continue;
                }
                let answer = answers.get(&place);
                counts.facts_plain += 1;
                counts.facts_strict += u64::from(answer.is_none());
                if role != 0 {
                    continue;
                }
                let mut owners = vec![];
                if let Some(answer) = answer {
                    let versions: Vec<(u32, u32)> = if answer.shorter {
                        askers_within(&periods, at, answer.source).into_iter().map(|v| (v, 1)).collect()
                    } else {
                        layer.place(answer.source).map(|held| layer.asks(held).to_vec()).unwrap_or_default()
                    };
                    for (version, count) in versions {
                        add_owner(&mut owners, registry.row(version).owner, count);
                    }
                }
                let own: Vec<_> = layer
                    .asks(place)
                    .iter()
                    .filter_map(|(v, count)| Some((*place_of.get(v)?, *count)))
                    .collect();
                self.share(&own, &mut owners, answer.is_some(), 1, times);
            }
        }
    }
}
