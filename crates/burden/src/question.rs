//! Questions: what an item asks, apart from whom and when. A fact is a question with a provider and a period.
//!
//! A question is (concept, subject, breakdown). The concept is the definition's CONFIRMED one, its own if it has none; the subject is the
//! item's, for a METRIC its definition's where that names one; the breakdown is the set of the definition's breakdowns. Questions are
//! numbered in the order of these keys, so that every choice that depends on the numbers is the same on every machine.

use onus_domain::{
    ConceptId, DefinitionId, SubjectId,
    concept::Strength,
    definition::{Definition, DefinitionKind, OverTime},
    item::Item,
    snapshot::Snapshot,
    subject::SubjectOrder,
};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

/// What identifies a question.
pub(crate) type Key = (ConceptId, SubjectId, Vec<String>);
/// A concept with a breakdown: what recipes lead from and to, whatever the subject.
type Place = (ConceptId, Vec<String>);

/// A question, and how others stand to it.
pub(crate) struct Question {
    pub key: Key,
    /// Whether every definition it is asked by adds up over time.
    pub adds_up: bool,
    /// Whether every definition it is asked by is of one day.
    pub of_one_day: bool,
    /// The least question that would be the same if every POSSIBLE place in a concept were confirmed.
    pub possibly: u32,
    /// Rule (a): the same of a containing subject, nearest first.
    pub containers: Vec<u32>,
    /// Rule (c): what it is derivable from, of the same or a containing subject.
    pub sources: Vec<u32>,
    /// The same concept of a subject that neither contains its own nor lies within it.
    pub elsewhere: Vec<u32>,
    /// Whether another question may be the same.
    pub may_be_another: bool,
}

impl Question {
    /// Something may answer it: a containing subject, or what it is derivable from.
    pub const ANSWERABLE: u8 = 1;
    /// Its concept is asked elsewhere.
    pub const ELSEWHERE: u8 = 2;
    /// Another may be the same.
    pub const POSSIBLE: u8 = 4;

    /// What there is to look at beside it, a bit each.
    pub fn relations(&self) -> u8 {
        let bit = |holds: bool, bit: u8| if holds { bit } else { 0 };
        bit(!self.containers.is_empty() || !self.sources.is_empty(), Self::ANSWERABLE)
            | bit(!self.elsewhere.is_empty(), Self::ELSEWHERE)
            | bit(self.may_be_another, Self::POSSIBLE)
    }
}

/// All questions, in order of their keys.
pub(crate) struct Questions {
    pub rows: Vec<Question>,
    concepts: BTreeMap<DefinitionId, ConceptId>,
    /// By definition, and by subject in order: which question an item of both asks.
    of_items: HashMap<DefinitionId, Vec<(SubjectId, u32)>>,
}

/// The breakdowns of a definition as a set.
fn breakdown(definition: Option<&Definition>) -> Vec<String> {
    let set: BTreeSet<String> =
        definition.map(|d| d.breakdowns.iter().cloned().collect()).unwrap_or_default();
    set.into_iter().collect()
}

impl Questions {
    /// The questions that `items` ask.
    pub fn new<'a>(snapshot: &Snapshot, items: impl Iterator<Item = &'a Item>) -> Self {
        let confirmed = snapshot.concepts.iter().filter(|member| member.strength == Strength::Confirmed);
        let concepts = confirmed.map(|m| (m.definition.clone(), m.concept.clone())).collect();
        let mut questions = Self { rows: vec![], concepts, of_items: HashMap::new() };
        let mut asked = HashMap::<&DefinitionId, BTreeMap<&SubjectId, &Item>>::new();
        for item in items {
            asked.entry(&item.definition).or_default().insert(&item.subject, item);
        }
        let mut measures = BTreeMap::<Key, (bool, bool)>::new();
        for item in asked.values().flat_map(BTreeMap::values) {
            let definition = snapshot.definition(&item.definition);
            // What is not registered is taken for an element.
            let over_time = definition.map_or(OverTime::AddsUp, Definition::over_time);
            let entry = measures.entry(questions.key(snapshot, item)).or_insert((true, true));
            *entry = (entry.0 && over_time == OverTime::AddsUp, entry.1 && over_time == OverTime::OneDay);
        }
        questions.rows =
            measures.into_iter().map(|(key, (adds_up, of_one_day))| row(key, adds_up, of_one_day)).collect();
        for (definition, subjects) in asked {
            let numbers = subjects.into_iter().filter_map(|(subject, item)| {
                Some((subject.clone(), questions.number(&questions.key(snapshot, item))?))
            });
            let numbers = numbers.collect();
            questions.of_items.insert(definition.clone(), numbers);
        }
        questions.relate(snapshot);
        questions
    }

    fn concept(&self, definition: &DefinitionId) -> ConceptId {
        self.concepts.get(definition).cloned().unwrap_or_else(|| ConceptId::of(definition))
    }

    /// The key of what an item asks.
    fn key(&self, snapshot: &Snapshot, item: &Item) -> Key {
        let definition = snapshot.definition(&item.definition);
        let own = definition.filter(|d| d.kind == DefinitionKind::Metric).and_then(|d| d.subject.as_ref());
        (self.concept(&item.definition), own.unwrap_or(&item.subject).clone(), breakdown(definition))
    }

    /// The number of the question that an item asks.
    pub fn of_item(&self, item: &Item) -> Option<u32> {
        let subjects = self.of_items.get(&item.definition)?;
        let at = subjects.binary_search_by(|(subject, _)| subject.cmp(&item.subject)).ok()?;
        Some(subjects[at].1)
    }

    /// The number of a question.
    fn number(&self, key: &Key) -> Option<u32> {
        let at = self.rows.binary_search_by(|row| row.key.cmp(key)).ok()?;
        u32::try_from(at).ok()
    }

    /// The question of a number.
    pub fn row(&self, number: u32) -> &Question {
        &self.rows[number as usize]
    }

    /// The recipes by which one question is derived from another, in the order in which they are applied.
    pub fn recipe(&self, snapshot: &Snapshot, from: u32, to: u32) -> Option<String> {
        let place = |question: u32| {
            let (concept, _, parts) = &self.row(question).key;
            (concept.clone(), parts.clone())
        };
        Derivations::new(self, snapshot)
            .sources(&place(to))
            .remove(&place(from))
            .map(|recipes| recipes.join("; then "))
    }

    fn relate(&mut self, snapshot: &Snapshot) {
        let order = SubjectOrder::new(&snapshot.subjects);
        let mut asked = BTreeMap::<Place, Vec<u32>>::new();
        for (number, row) in (0..).zip(&self.rows) {
            let (concept, _, breakdown) = row.key.clone();
            asked.entry((concept, breakdown)).or_default().push(number);
        }
        let derivations = Derivations::new(self, snapshot);
        let possible = PossibleConcepts::new(self, snapshot);
        let mut least = BTreeMap::new();
        for number in 0..self.rows.len() {
            let (concept, subject, breakdown) = self.rows[number].key.clone();
            let subject_of = |other: &u32| &self.row(*other).key.1;
            let containers = order.containers(&subject).filter_map(|container| {
                self.number(&(concept.clone(), container.clone(), breakdown.clone()))
            });
            let containers: Vec<u32> = containers.filter(|other| *other as usize != number).collect();
            let sources = derivations.sources(&(concept.clone(), breakdown.clone())).into_keys();
            let held =
                sources.filter_map(|place| asked.get(&place)).flatten().collect::<BTreeSet<_>>().into_iter();
            let held = held
                .filter(|other| **other as usize != number && order.lies_within(&subject, subject_of(other)));
            let held: Vec<u32> = held.copied().collect();
            let of_concept = asked.range((concept.clone(), vec![])..).take_while(|((c, _), _)| *c == concept);
            let apart = of_concept.flat_map(|(_, numbers)| numbers).filter(|other| {
                !order.lies_within(&subject, subject_of(other))
                    && !order.lies_within(subject_of(other), &subject)
            });
            let apart = apart.copied().collect();
            let this = u32::try_from(number).unwrap_or(u32::MAX);
            let possibly = *least.entry((possible.root(&concept), subject, breakdown)).or_insert(this);
            let row = &mut self.rows[number];
            (row.containers, row.sources, row.elsewhere, row.possibly) = (containers, held, apart, possibly);
        }
        let mut members = BTreeMap::<u32, u32>::new();
        self.rows.iter().for_each(|row| *members.entry(row.possibly).or_default() += 1);
        self.rows.iter_mut().for_each(|row| row.may_be_another = members[&row.possibly] > 1);
    }
}

fn row(key: Key, adds_up: bool, of_one_day: bool) -> Question {
    Question {
        key,
        adds_up,
        of_one_day,
        possibly: 0,
        containers: vec![],
        sources: vec![],
        elsewhere: vec![],
        may_be_another: false,
    }
}

/// CONFIRMED recipes. Derivability is a partial order: what is derived of what is derived is derived too.
struct Derivations<'s>(BTreeMap<Place, Vec<(Place, &'s str)>>);

impl<'s> Derivations<'s> {
    fn new(questions: &Questions, snapshot: &'s Snapshot) -> Self {
        let mut direct = BTreeMap::<_, Vec<_>>::new();
        let place = |id: &DefinitionId| (questions.concept(id), breakdown(snapshot.definition(id)));
        for derivation in snapshot.derivations.iter().filter(|d| d.strength == Strength::Confirmed) {
            let from = (place(&derivation.from_definition), derivation.recipe.as_str());
            direct.entry(place(&derivation.to_definition)).or_default().push(from);
        }
        Self(direct)
    }

    /// All that a place is derivable from, itself not among them, with the recipes in the order in which they are applied: the fewest.
    fn sources(&self, place: &Place) -> BTreeMap<Place, Vec<&'s str>> {
        let mut found = BTreeMap::<Place, Vec<&str>>::new();
        let mut next = VecDeque::from([(place, vec![])]);
        while let Some((at, recipes)) = next.pop_front() {
            for (from, recipe) in self.0.get(at).into_iter().flatten() {
                if from != place && !found.contains_key(from) {
                    let chain: Vec<_> = std::iter::once(*recipe).chain(recipes.iter().copied()).collect();
                    found.insert(from.clone(), chain.clone());
                    next.push_back((from, chain));
                }
            }
        }
        found
    }
}

/// Concepts joined by POSSIBLE places.
struct PossibleConcepts(BTreeMap<ConceptId, ConceptId>);

impl PossibleConcepts {
    fn new(questions: &Questions, snapshot: &Snapshot) -> Self {
        let mut joined = Self(BTreeMap::new());
        for member in snapshot.concepts.iter().filter(|member| member.strength == Strength::Possible) {
            let (a, b) = (joined.root(&questions.concept(&member.definition)), joined.root(&member.concept));
            if a != b {
                let (least, other) = if a < b { (a, b) } else { (b, a) };
                joined.0.insert(other, least);
            }
        }
        joined
    }

    fn root(&self, concept: &ConceptId) -> ConceptId {
        std::iter::successors(Some(concept), |at| self.0.get(*at)).last().unwrap_or(concept).clone()
    }
}
