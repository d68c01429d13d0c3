//! Folding (`burden.md`, "Submit once", strict): which facts add nothing because others answer them.
//!
//! Within what a provider is asked in a window, a fact is answered by
//! - (a) the same concept, breakdown and period of a subject that contains its own;
//! - (b) the same question over shorter periods that tile its own exactly, where the measure adds up; or, for a measure of one day, over a
//!   shorter period that ends on the same day;
//! - (c) a question it is derivable from by CONFIRMED recipes, one or several in turn, with (a) and (b) holding: of its own or a containing
//!   subject, over its own period or over shorter ones as in (b), where what is held adds up (or both are of one day).
//!
//! (a) and (b) are combined only through (c), as the text has it. Where facts answer each other in a ring (recipes both ways), the ring as
//! a whole is answered if something outside it answers one of them; otherwise one of them, the least by key, is counted. Rings can only
//! stand within one period, since every other answer is over shorter periods; so folding is a partial order over rings, every chain ends
//! at a fact that is counted, and no fact is folded into itself.

use crate::{components::components, question::Questions, registry::Registry};
use chrono::NaiveDate;
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// The rule by which a fact is answered by others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FoldRule {
    /// (a) The same of a subject that contains its own.
    ContainingSubject,
    /// (b) The same over shorter periods that add up to its own, or of the same day.
    ShorterPeriods,
    /// (c) Something it is derivable from.
    Derivable,
}

/// What answers a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Answer {
    pub rule: FoldRule,
    /// Whether over shorter periods.
    pub shorter: bool,
    /// The question that answers.
    pub source: u32,
}

/// Which facts of a layer are answered, by place; all others are counted.
pub(crate) type Answers = BTreeMap<usize, Answer>;

/// What is asked for a period by a set of versions.
pub(crate) struct Layer {
    /// Questions asked, in order.
    pub questions: Vec<u32>,
    /// Where each question's asks begin.
    starts: Vec<usize>,
    /// (version, items that ask).
    asks: Vec<(u32, u32)>,
    /// By place: what answers it within the period.
    options: BTreeMap<usize, Vec<Answer>>,
}

impl Layer {
    /// What `versions` ask in items of the roles (by number); of some questions only, if they are named, in order.
    fn new(registry: &Registry, versions: &[u32], roles: &[usize], only: Option<&[u32]>) -> Self {
        let asked = versions.iter().flat_map(|version| {
            let lists = roles.iter().flat_map(|role| &registry.row(*version).asked[*role]);
            lists.map(|ask| (ask.question, *version, u32::from(ask.count)))
        });
        let named = |question: &u32| only.is_none_or(|only| only.binary_search(question).is_ok());
        let mut asked: Vec<_> = asked.filter(|(question, ..)| named(question)).collect();
        asked.sort_unstable();
        let mut layer = Self { questions: vec![], starts: vec![], asks: vec![], options: BTreeMap::new() };
        for (question, version, count) in asked {
            if layer.questions.last() != Some(&question) {
                layer.questions.push(question);
                layer.starts.push(layer.asks.len());
            }
            layer.asks.push((version, count));
        }
        layer.starts.push(layer.asks.len());
        layer.find_options(&registry.questions);
        layer
    }

    /// Who asks the question at a place: (version, items).
    pub fn asks(&self, place: usize) -> &[(u32, u32)] {
        &self.asks[self.starts[place]..self.starts[place + 1]]
    }

    /// The place of a question.
    pub fn place(&self, question: u32) -> Option<usize> {
        self.questions.binary_search(&question).ok()
    }

    fn find_options(&mut self, questions: &Questions) {
        for (place, question) in self.questions.iter().enumerate() {
            let row = questions.row(*question);
            let answer = |rule| move |source: &u32| Answer { rule, shorter: false, source: *source };
            let containers = row.containers.iter().map(answer(FoldRule::ContainingSubject));
            let options = containers.chain(row.sources.iter().map(answer(FoldRule::Derivable)));
            let options: Vec<_> = options.filter(|option| self.place(option.source).is_some()).collect();
            if !options.is_empty() {
                self.options.insert(place, options);
            }
        }
    }

    /// Which facts are answered, given those that shorter periods answer.
    pub fn resolve(&self, all: &Questions, shorter: &Answers) -> Answers {
        let nodes: Vec<usize> = self.options.keys().copied().collect();
        // Only questions with options of their own can stand in a ring.
        let node_of = |question: u32| self.place(question).and_then(|place| nodes.binary_search(&place).ok());
        let edges: Vec<Vec<usize>> = self
            .options
            .values()
            .map(|options| options.iter().filter_map(|option| node_of(option.source)).collect())
            .collect();
        let component = components(&edges);
        let mut answered_outside = vec![false; nodes.len()];
        let mut least: Vec<Option<usize>> = vec![None; nodes.len()];
        let key = |place: usize| &all.row(self.questions[place]).key;
        for (node, (place, options)) in self.options.iter().enumerate() {
            let own = component[node];
            least[own] = least[own].into_iter().chain([*place]).min_by_key(|place| key(*place));
            answered_outside[own] |= shorter.contains_key(place)
                || options
                    .iter()
                    .any(|option| node_of(option.source).is_none_or(|other| component[other] != own));
        }
        let mut answers = shorter.clone();
        for (node, (place, options)) in self.options.iter().enumerate() {
            let own = component[node];
            if answered_outside[own] || least[own] != Some(*place) {
                let found = options.iter().copied().chain(shorter.get(place).copied());
                // The first rule that applies; within a rule the nearest container, the least source.
                if let Some(first) = found.min_by_key(|answer| (answer.rule, answer.shorter)) {
                    answers.insert(*place, first);
                }
            }
        }
        answers
    }
}

/// Layers made so far, by versions; for items of some roles.
pub(crate) struct Layers<'r> {
    registry: &'r Registry,
    roles: Vec<usize>,
    /// The questions looked at, in order, if not all.
    only: Option<Vec<u32>>,
    known: HashMap<Vec<u32>, Arc<Layer>>,
}

impl<'r> Layers<'r> {
    pub fn new(registry: &'r Registry, roles: &[usize]) -> Self {
        Self { registry, roles: roles.to_vec(), only: None, known: HashMap::new() }
    }

    /// Of some questions only, in order.
    pub fn of(registry: &'r Registry, role: usize, only: Vec<u32>) -> Self {
        Self { registry, roles: vec![role], only: Some(only), known: HashMap::new() }
    }

    fn get(&mut self, versions: Vec<u32>) -> Arc<Layer> {
        let (registry, roles, only) = (self.registry, &self.roles, self.only.as_deref());
        let layer = self
            .known
            .entry(versions)
            .or_insert_with_key(|versions| Arc::new(Layer::new(registry, versions, roles, only)));
        Arc::clone(layer)
    }
}

/// All that is asked for one period.
pub(crate) struct Asked {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub layer: Arc<Layer>,
}

impl Asked {
    /// Whether it is a shorter period within another.
    pub fn lies_within(&self, other: &Self) -> bool {
        other.from <= self.from && self.to <= other.to && (other.from, other.to) != (self.from, self.to)
    }
}

/// What a provider is asked, by period: `owed` are (period's number, version).
pub(crate) fn by_period(
    layers: &mut Layers<'_>,
    spans: &[(NaiveDate, NaiveDate)],
    mut owed: Vec<(u32, u32)>,
) -> Vec<Asked> {
    owed.sort_unstable();
    owed.dedup();
    owed.chunk_by(|a, b| a.0 == b.0)
        .map(|run| {
            let (from, to) = spans[run[0].0 as usize];
            Asked { from, to, layer: layers.get(run.iter().map(|(_, version)| *version).collect()) }
        })
        .collect()
}

/// Which facts of the period at `at` are answered over shorter periods among `periods`.
pub(crate) fn over_shorter(questions: &Questions, periods: &[Asked], at: usize) -> Answers {
    let own = &periods[at];
    let inner: Vec<&Asked> = periods.iter().filter(|period| period.lies_within(own)).collect();
    let mut answers = Answers::new();
    if inner.is_empty() {
        return answers;
    }
    let mut shorter = Shorter::new(own, inner);
    for (place, question) in own.layer.questions.iter().enumerate() {
        let row = questions.row(*question);
        let same = std::iter::once((FoldRule::ShorterPeriods, *question));
        let sources = same.chain(row.sources.iter().map(|source| (FoldRule::Derivable, *source)));
        let found = sources.into_iter().find(|(_, source)| {
            let held = questions.row(*source);
            (held.adds_up && shorter.tile(*source))
                || (held.of_one_day && row.of_one_day && shorter.end_together(*source))
        });
        if let Some((rule, source)) = found {
            answers.insert(place, Answer { rule, shorter: true, source });
        }
    }
    answers
}

/// The shorter periods within a period.
struct Shorter<'a> {
    own: &'a Asked,
    /// By first day.
    inner: Vec<&'a Asked>,
    /// The different layers among them, and each period's.
    layers: Vec<&'a Arc<Layer>>,
    layer_of: Vec<usize>,
    /// Whether those whose layers are marked tile the period, and whether one ends with it.
    known: HashMap<Vec<bool>, (bool, bool)>,
}

impl<'a> Shorter<'a> {
    fn new(own: &'a Asked, inner: Vec<&'a Asked>) -> Self {
        let mut layers: Vec<&Arc<Layer>> = vec![];
        let mut layer_of = vec![];
        for period in &inner {
            let at =
                layers.iter().position(|layer| Arc::ptr_eq(layer, &period.layer)).unwrap_or(layers.len());
            if at == layers.len() {
                layers.push(&period.layer);
            }
            layer_of.push(at);
        }
        Self { own, inner, layers, layer_of, known: HashMap::new() }
    }

    fn tile(&mut self, question: u32) -> bool {
        self.look(question).0
    }

    fn end_together(&mut self, question: u32) -> bool {
        self.look(question).1
    }

    fn look(&mut self, question: u32) -> (bool, bool) {
        let asking: Vec<bool> = self.layers.iter().map(|layer| layer.place(question).is_some()).collect();
        if let Some(known) = self.known.get(&asking) {
            return *known;
        }
        let held = self
            .inner
            .iter()
            .zip(&self.layer_of)
            .filter(|(_, layer)| asking[**layer])
            .map(|(period, _)| *period);
        let mut reached = std::collections::BTreeSet::from([self.own.from]);
        let mut ends_together = false;
        // In order of first day, so that whatever leads to a day was looked at before it.
        for period in held {
            ends_together |= period.to == self.own.to;
            if reached.contains(&period.from) {
                reached.extend(period.to.succ_opt());
            }
        }
        let tiled = self.own.to.succ_opt().is_some_and(|next| reached.contains(&next));
        self.known.insert(asking, (tiled, ends_together));
        (tiled, ends_together)
    }
}
