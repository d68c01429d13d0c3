//! Questions: what an item asks, apart from whom and when. A fact is a question with a provider and a period.
//!
//! A question is (concept, subject, breakdown). The concept is the definition's CONFIRMED one, its own if it has none; the subject is the
//! item's, for a METRIC its definition's where that names one; the breakdown is the set of the definition's breakdowns.
//!
//! Questions are numbered in the order of these keys, those that a change brought behind them. So no choice may depend on the order of
//! numbers: where there is one to be made, keys decide. A question that is asked no more keeps its number; it is answered by nobody.

use crate::{
    links::{Derivations, Links},
    window::number,
};
use onus_domain::{
    ConceptId, DefinitionId, SubjectId,
    concept::Strength,
    definition::{Definition, DefinitionKind, OverTime},
    item::Item,
    snapshot::Snapshot,
};
use rustc_hash::FxBuildHasher;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    hash::BuildHasher,
    sync::Arc,
};

/// What identifies a question.
pub(crate) type Key = (ConceptId, SubjectId, Vec<String>);
/// A concept with a breakdown: what recipes lead from and to, whatever the subject.
pub(crate) type Place = (ConceptId, Vec<String>);

/// A question, and how others stand to it.
#[derive(Clone)]
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
    /// Rule (c): what it is derivable from, of the same or a containing subject; by key.
    pub sources: Vec<u32>,
    /// The same concept of a subject that neither contains its own nor lies within it.
    pub elsewhere: Vec<u32>,
    /// Whether another question may be the same.
    pub may_be_another: bool,
    asked_by: AskedBy,
}

/// How many different (definition, subject) ask a question.
#[derive(Clone, Copy, Default)]
struct AskedBy {
    all: u32,
    /// Those of them that add up over time.
    adding_up: u32,
    /// Those of them that are of one day.
    of_one_day: u32,
}

impl AskedBy {
    fn of(over_time: OverTime) -> Self {
        Self {
            all: 1,
            adding_up: (over_time == OverTime::AddsUp).into(),
            of_one_day: (over_time == OverTime::OneDay).into(),
        }
    }

    fn add(&mut self, other: Self) {
        self.all += other.all;
        self.adding_up += other.adding_up;
        self.of_one_day += other.of_one_day;
    }

    fn take(&mut self, other: Self) {
        self.all -= other.all;
        self.adding_up -= other.adding_up;
        self.of_one_day -= other.of_one_day;
    }
}

impl Question {
    /// Something may answer it: a containing subject, or what it is derivable from.
    pub const ANSWERABLE: u8 = 1;
    /// Its concept is asked elsewhere.
    pub const ELSEWHERE: u8 = 2;
    /// Another may be the same.
    pub const POSSIBLE: u8 = 4;

    fn new(key: Key, asked_by: AskedBy) -> Self {
        let mut question = Self {
            key,
            adds_up: false,
            of_one_day: false,
            possibly: 0,
            containers: vec![],
            sources: vec![],
            elsewhere: vec![],
            may_be_another: false,
            asked_by,
        };
        question.measure();
        question
    }

    fn measure(&mut self) {
        self.adds_up = self.asked_by.adding_up == self.asked_by.all;
        self.of_one_day = self.asked_by.of_one_day == self.asked_by.all;
    }

    /// What there is to look at beside it, a bit each.
    pub fn relations(&self) -> u8 {
        let bit = |holds: bool, bit: u8| if holds { bit } else { 0 };
        bit(!self.containers.is_empty() || !self.sources.is_empty(), Self::ANSWERABLE)
            | bit(!self.elsewhere.is_empty(), Self::ELSEWHERE)
            | bit(self.may_be_another, Self::POSSIBLE)
    }
}

/// What asks a question: a definition with a subject.
#[derive(Clone)]
struct Pair {
    subject: SubjectId,
    question: u32,
    /// How many items ask it.
    items: u32,
}

/// By least concept that another may be one with, subject and breakdown: the least question, and whether there is another.
type Alike = HashMap<Key, (u32, bool)>;

/// By definition.
type Pairs = HashMap<DefinitionId, Vec<Pair>>;

/// Pairs are kept in so many parts, that a change copies few of them.
const PARTS: usize = 1024;

/// All questions.
#[derive(Clone)]
pub(crate) struct Questions {
    rows: Vec<Arc<Question>>,
    /// Their numbers, in order of keys.
    order: Vec<u32>,
    parts: Vec<Arc<Pairs>>,
}

/// The breakdowns of a definition as a set.
pub(crate) fn breakdown(definition: Option<&Definition>) -> Vec<String> {
    let set: BTreeSet<String> =
        definition.map(|d| d.breakdowns.iter().cloned().collect()).unwrap_or_default();
    set.into_iter().collect()
}

/// The concept of a definition: its CONFIRMED one, its own if it has none.
pub(crate) fn concept_of(snapshot: &Snapshot, definition: &DefinitionId) -> ConceptId {
    let start = snapshot.concepts.partition_point(|member| member.definition < *definition);
    let own = snapshot.concepts[start..].iter().take_while(|member| member.definition == *definition);
    let confirmed = own.filter(|member| member.strength == Strength::Confirmed).last();
    confirmed.map_or_else(|| ConceptId::of(definition), |member| member.concept.clone())
}

/// The key of what a definition asks of a subject.
fn key(snapshot: &Snapshot, definition: &DefinitionId, subject: &SubjectId) -> Key {
    let defined = snapshot.definition(definition);
    let own = defined.filter(|d| d.kind == DefinitionKind::Metric).and_then(|d| d.subject.as_ref());
    (concept_of(snapshot, definition), own.unwrap_or(subject).clone(), breakdown(defined))
}

/// A key with the least concept that its own may be one with.
fn least(links: &Links<'_>, (concept, subject, breakdown): &Key) -> Key {
    (links.possible.root(concept).clone(), subject.clone(), breakdown.clone())
}

/// What is not registered is taken for an element.
fn over_time(snapshot: &Snapshot, definition: &DefinitionId) -> OverTime {
    snapshot.definition(definition).map_or(OverTime::AddsUp, Definition::over_time)
}

fn part_of(definition: &DefinitionId) -> usize {
    usize::try_from(FxBuildHasher.hash_one(definition) >> 32).unwrap_or_default() % PARTS
}

impl Questions {
    /// The questions that `items` ask.
    pub fn new<'a>(snapshot: &Snapshot, items: impl Iterator<Item = &'a Item>) -> Self {
        let mut asked = HashMap::<&DefinitionId, BTreeMap<&SubjectId, u32>>::new();
        for item in items {
            *asked.entry(&item.definition).or_default().entry(&item.subject).or_default() += 1;
        }
        let mut keys = BTreeMap::<Key, AskedBy>::new();
        for (definition, subjects) in &asked {
            let one = AskedBy::of(over_time(snapshot, definition));
            for subject in subjects.keys() {
                keys.entry(key(snapshot, definition, subject)).or_default().add(one);
            }
        }
        let rows: Vec<_> =
            keys.into_iter().map(|(key, asked_by)| Arc::new(Question::new(key, asked_by))).collect();
        let mut questions = Self { order: (0..number(rows.len())).collect(), rows, parts: vec![] };
        let mut parts = vec![Pairs::default(); PARTS];
        for (definition, subjects) in asked {
            let pairs = subjects.into_iter().filter_map(|(subject, items)| {
                let question = questions.find(&key(snapshot, definition, subject))?;
                Some(Pair { subject: subject.clone(), question, items })
            });
            parts[part_of(definition)].insert(definition.clone(), pairs.collect());
        }
        questions.parts = parts.into_iter().map(Arc::new).collect();
        let links = Links::new(snapshot);
        let mut alike = Alike::new();
        for (question, row) in (0..).zip(&questions.rows) {
            alike
                .entry(least(&links, &row.key))
                .and_modify(|(_, more)| *more = true)
                .or_insert((question, false));
        }
        for question in 0..number(questions.rows.len()) {
            questions.relate(&links, question, &mut alike);
        }
        questions
    }

    /// How many there are, with those that are asked no more.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// How each stands to time: a bit if it adds up, another if it is of one day.
    pub fn measures(&self) -> Vec<u8> {
        self.rows.iter().map(|row| u8::from(row.adds_up) | u8::from(row.of_one_day) << 1).collect()
    }

    /// What there is to look at beside each, a bit each.
    pub fn relations(&self) -> Vec<u8> {
        self.rows.iter().map(|row| row.relations()).collect()
    }

    /// The number of the question that an item asks.
    pub fn of_item(&self, item: &Item) -> Option<u32> {
        let pairs = self.parts[part_of(&item.definition)].get(&item.definition)?;
        pairs.iter().find(|pair| pair.subject == item.subject).map(|pair| pair.question)
    }

    /// The question of a number.
    pub fn row(&self, number: u32) -> &Question {
        &self.rows[number as usize]
    }

    /// The number of a question.
    fn find(&self, key: &Key) -> Option<u32> {
        let at = self.order.binary_search_by(|question| self.row(*question).key.cmp(key)).ok()?;
        Some(self.order[at])
    }

    /// The questions of a concept, by key.
    pub fn of_concept(&self, concept: &ConceptId) -> &[u32] {
        let of = |question: &u32| &self.row(*question).key.0;
        let from = self.order.partition_point(|question| of(question) < concept);
        let count = self.order[from..].partition_point(|question| of(question) == concept);
        &self.order[from..from + count]
    }

    /// The recipes by which one question is derived from another, in the order in which they are applied.
    pub fn recipe(&self, snapshot: &Snapshot, from: u32, to: u32) -> Option<String> {
        let place = |question: u32| {
            let (concept, _, parts) = &self.row(question).key;
            (concept.clone(), parts.clone())
        };
        let mut sources = Derivations::new(snapshot).sources(&place(to));
        sources.remove(&place(from)).map(|recipes| recipes.join("; then "))
    }

    /// A question with how others stand to it. What `alike` does not know is looked up and noted in it.
    fn related(&self, links: &Links<'_>, question: u32, alike: &mut Alike) -> Question {
        let mut row = self.row(question).clone();
        let (concept, subject, breakdown) = &row.key;
        let subject_of = |other: &u32| &self.row(*other).key.1;
        let lies_within = |inner, outer| links.order.lies_within(inner, outer);
        let containers = links.order.containers(subject);
        let containers = containers
            .filter_map(|container| self.find(&(concept.clone(), container.clone(), breakdown.clone())));
        row.containers = containers.filter(|other| *other != question).collect();
        let mut sources = vec![];
        for (concept, breakdown) in links.derivations.sources(&(concept.clone(), breakdown.clone())).keys() {
            let held = self.of_concept(concept).iter().filter(|other| self.row(**other).key.2 == *breakdown);
            sources
                .extend(held.filter(|other| **other != question && lies_within(subject, subject_of(other))));
        }
        sources.sort_by(|a, b| self.row(*a).key.cmp(&self.row(*b).key));
        row.sources = sources;
        let apart = self.of_concept(concept).iter().filter(|other| {
            !lies_within(subject, subject_of(other)) && !lies_within(subject_of(other), subject)
        });
        row.elsewhere = apart.copied().collect();
        (row.possibly, row.may_be_another) = *alike.entry(least(links, &row.key)).or_insert_with(|| {
            let may_be = self.may_be(links, &row.key);
            (may_be.first().copied().unwrap_or(question), may_be.len() > 1)
        });
        row
    }

    fn relate(&mut self, links: &Links<'_>, question: u32, alike: &mut Alike) {
        self.rows[question as usize] = Arc::new(self.related(links, question, alike));
    }

    /// The questions that may be the same as that of a key, itself among them, by key.
    fn may_be(&self, links: &Links<'_>, (concept, subject, breakdown): &Key) -> Vec<u32> {
        let key = |concept: &ConceptId| (concept.clone(), subject.clone(), breakdown.clone());
        links.possible.one_with(concept).filter_map(|concept| self.find(&key(concept))).collect()
    }
}

/// What a change of items does to questions.
pub(crate) struct Asked<'s> {
    pub before: &'s Snapshot,
    pub after: &'s Snapshot,
    /// The items that are asked no more, and those that are asked now.
    pub gone: Vec<&'s Item>,
    pub come: Vec<&'s Item>,
}

impl Questions {
    /// With some items instead of others; and whether a question stands to time otherwise than before that is asked elsewhere too. What
    /// concepts and subjects are linked by is as it was.
    pub fn changed(&self, asked: &Asked<'_>, links: &Links<'_>) -> (Self, bool) {
        let mut questions = self.clone();
        let mut touched = BTreeSet::new();
        for item in &asked.gone {
            touched.extend(questions.remove(asked.before, item));
        }
        for item in &asked.come {
            touched.insert(questions.add(asked.after, item));
        }
        let new = number(self.rows.len())..number(questions.rows.len());
        let beside: BTreeSet<u32> = new.flat_map(|question| questions.beside(links, question)).collect();
        let mut alike = Alike::new();
        for question in beside {
            questions.relate(links, question, &mut alike);
        }
        let mut measured = false;
        for question in touched {
            let row = Arc::make_mut(&mut questions.rows[question as usize]);
            row.measure();
            let before = self.rows.get(question as usize).filter(|before| before.asked_by.all > 0);
            measured |= before.is_some_and(|before| {
                row.asked_by.all > 0 && (before.adds_up, before.of_one_day) != (row.adds_up, row.of_one_day)
            });
        }
        (questions, measured)
    }

    fn remove(&mut self, snapshot: &Snapshot, item: &Item) -> Option<u32> {
        let part = Arc::make_mut(&mut self.parts[part_of(&item.definition)]);
        let pairs = part.get_mut(&item.definition)?;
        let at = pairs.iter().position(|pair| pair.subject == item.subject)?;
        let question = pairs[at].question;
        pairs[at].items -= 1;
        if pairs[at].items == 0 {
            pairs.swap_remove(at);
            let row = Arc::make_mut(&mut self.rows[question as usize]);
            row.asked_by.take(AskedBy::of(over_time(snapshot, &item.definition)));
        }
        Some(question)
    }

    fn add(&mut self, snapshot: &Snapshot, item: &Item) -> u32 {
        let part = part_of(&item.definition);
        let pairs = Arc::make_mut(&mut self.parts[part]).entry(item.definition.clone()).or_default();
        if let Some(pair) = pairs.iter_mut().find(|pair| pair.subject == item.subject) {
            pair.items += 1;
            return pair.question;
        }
        let key = key(snapshot, &item.definition, &item.subject);
        let question = self.find(&key).unwrap_or_else(|| self.push(key));
        Arc::make_mut(&mut self.rows[question as usize])
            .asked_by
            .add(AskedBy::of(over_time(snapshot, &item.definition)));
        let pair = Pair { subject: item.subject.clone(), question, items: 1 };
        Arc::make_mut(&mut self.parts[part]).entry(item.definition.clone()).or_default().push(pair);
        question
    }

    fn push(&mut self, key: Key) -> u32 {
        let question = number(self.rows.len());
        let at = self.order.partition_point(|other| self.row(*other).key < key);
        self.order.insert(at, question);
        self.rows.push(Arc::new(Question::new(key, AskedBy::default())));
        question
    }

    /// The questions to which a new one stands in any way, itself among them.
    fn beside(&self, links: &Links<'_>, question: u32) -> BTreeSet<u32> {
        let key @ (concept, _, breakdown) = &self.row(question).key;
        let place = (concept.clone(), breakdown.clone());
        let derived = links.derivations.derived(&place);
        let derived = derived.iter().flat_map(|place| self.of_concept(&place.0));
        let known = self.of_concept(concept).iter().chain(derived).copied();
        known.chain(self.may_be(links, key)).collect()
    }

    /// By number: whether a question may have to do with one of some, in any number of steps.
    pub fn touched(&self, links: &Links<'_>, questions: impl Iterator<Item = u32>) -> Vec<bool> {
        let concepts = questions.map(|question| self.row(question).key.0.clone()).collect();
        let mut touched = vec![false; self.rows.len()];
        for concept in links.families(concepts) {
            self.of_concept(&concept).iter().for_each(|question| touched[*question as usize] = true);
        }
        touched
    }
}
