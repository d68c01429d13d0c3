//! "Submit once" of one provider, with the facts it is asked more than once (`burden.md`, "Submit once").

use crate::{
    counts::RoleCounts,
    fold::{self, Answer, Asked, FoldRule, Layers},
    month::All,
    number::{Hours, Ratio},
    question::Key,
    registry::Registry,
    results::OwnerAsks,
    sharing::askers_within,
    window::{Calendar, Entry},
};
use chrono::NaiveDate;
use onus_domain::{
    CollectionId, ConceptId, DefinitionId, Month, OdsCode, SubjectId,
    item::{Item, ItemRole},
    schedule::Frequency,
};
use std::collections::BTreeMap;

/// How far a provider is asked once only, over the twelve months ending with a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmitOnce {
    /// Who is asked.
    pub provider: OdsCode,
    /// The twelve months end with this one.
    pub month: Month,
    /// Asks and facts by role; the headline is CONTENT.
    pub counts: RoleCounts,
    /// Share of the CONTENT asks of which the frequency, or that the provider must answer, is assumed.
    pub asks_assumed_share: Option<Ratio>,
    /// Hours that would fall away if nothing were asked twice.
    pub avoidable_hours: Hours,
    /// Those who ask it anything, or whose requests' annual and one-off work it bears, by code.
    pub by_owner: Vec<OwnerAsks>,
    /// The shared facts (CONTENT), alike periods taken together, by concept, subject, breakdown and first period.
    pub shared: Vec<SharedFact>,
}

/// A fact that is asked more than once or that others answer, over all periods in which it is so in the same way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedFact {
    /// What is asked.
    pub fact: FactKey,
    /// How often it is asked: the kind of its periods.
    pub frequency: Frequency,
    /// How many periods.
    pub periods: u64,
    /// First and last day of the first of them.
    pub first_period: (NaiveDate, NaiveDate),
    /// First and last day of the last of them.
    pub last_period: (NaiveDate, NaiveDate),
    /// The items that ask it, each period anew: asked twice if there are two.
    pub items: Vec<AskedItem>,
    /// What answers it, if it folds.
    pub answered_by: Option<AnsweredBy>,
}

impl SharedFact {
    /// What tells it from a provider's other shared facts of a window. The same question may be asked for a month and for the quarter that
    /// begins with it: the period's end is part of the key.
    pub fn key(&self) -> String {
        let (FactKey { concept, subject, breakdown }, (from, to)) = (&self.fact, self.first_period);
        format!("{concept} {subject} {breakdown:?} {from} {to}")
    }

    /// The items that ask it, and those that answer it.
    pub fn involved(&self) -> impl Iterator<Item = &AskedItem> {
        self.items.iter().chain(self.answered_by.iter().flat_map(|answer| &answer.items))
    }
}

/// A question: a fact apart from its provider and period.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FactKey {
    /// The concept.
    pub concept: ConceptId,
    /// What the answer is about.
    pub subject: SubjectId,
    /// The categories it is broken down by.
    pub breakdown: Vec<String>,
}

/// What answers a folded fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnsweredBy {
    /// By which rule.
    pub rule: FoldRule,
    /// Whether over shorter periods that add up to its own, or are of the same day.
    pub over_shorter_periods: bool,
    /// What is asked there.
    pub fact: FactKey,
    /// The recipe, for a derivation.
    pub recipe: Option<String>,
    /// The items that ask it.
    pub items: Vec<AskedItem>,
}

/// An item that asks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AskedItem {
    /// Its collection.
    pub collection: CollectionId,
    /// Its version.
    pub version: u32,
    /// Its place in the version.
    pub position: u32,
    /// The heading it stands under.
    pub section: String,
    /// What it is there for.
    pub role: ItemRole,
    /// The definition it asks for.
    pub definition: DefinitionId,
}

impl SharedFact {
    /// How often it is asked for each period.
    pub fn times_asked(&self) -> u64 {
        self.items.len() as u64
    }
}

impl From<&Key> for FactKey {
    fn from((concept, subject, breakdown): &Key) -> Self {
        Self { concept: concept.clone(), subject: subject.clone(), breakdown: breakdown.clone() }
    }
}

/// Shared facts found, by what is alike: the question, who asks, and what answers it, asked by whom.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Alike {
    question: u32,
    versions: Vec<u32>,
    answer: Option<(Answer, Vec<u32>)>,
}

/// The facts that a provider who owes `entries` is asked more than once, or that others answer, in items of the roles (by number).
pub(crate) fn shared_facts(
    registry: &Registry,
    calendar: &Calendar,
    entries: &[Entry],
    roles: &[usize],
) -> Vec<SharedFact> {
    let periods =
        fold::by_period(&mut Layers::new(registry, roles), &calendar.spans, owed(calendar, entries));
    let mut found = BTreeMap::<Alike, Vec<(NaiveDate, NaiveDate)>>::new();
    for (at, period) in periods.iter().enumerate() {
        let shorter = fold::over_shorter(&registry.questions, &periods, at);
        let answers = period.layer.resolve(&registry.questions, &shorter);
        for (place, question) in period.layer.questions.iter().enumerate() {
            let answer = answers.get(&place);
            let asks = period.layer.asks(place);
            if answer.is_none() && asks.iter().map(|(_, count)| count).sum::<u32>() < 2 {
                continue;
            }
            let answer = answer.map(|answer| (*answer, askers(&periods, at, *answer)));
            let versions = asks.iter().map(|(version, _)| *version).collect();
            found
                .entry(Alike { question: *question, versions, answer })
                .or_default()
                .push((period.from, period.to));
        }
    }
    let items = Items::new(registry, entries, roles);
    let mut facts: Vec<_> = found.into_iter().map(|(alike, periods)| items.fact(&alike, &periods)).collect();
    facts.sort_by(|a, b| (&a.fact, a.first_period).cmp(&(&b.fact, b.first_period)));
    facts
}

/// The versions that ask what answers.
fn askers(periods: &[Asked], at: usize, answer: Answer) -> Vec<u32> {
    if answer.shorter {
        return askers_within(periods, at, answer.source).into_iter().collect();
    }
    let layer = &periods[at].layer;
    let asks = layer.place(answer.source).map(|place| layer.asks(place));
    asks.into_iter().flatten().map(|(version, _)| *version).collect()
}

/// The items behind questions.
struct Items<'r> {
    registry: &'r Registry,
    by_question: BTreeMap<(u32, u32), Vec<&'r Item>>,
}

impl<'r> Items<'r> {
    fn new(registry: &'r Registry, entries: &[Entry], roles: &[usize]) -> Self {
        let mut by_question = BTreeMap::<_, Vec<_>>::new();
        let mut versions: Vec<u32> = entries.iter().map(|entry| entry.version).collect();
        versions.dedup();
        for version in versions {
            let met = &registry.row(version).met;
            let items = registry.version(version).content.items.iter().enumerate();
            let items = items.filter(|(place, _)| !met.contains(place)).map(|(_, item)| item);
            for item in items.filter(|item| item.is_asked() && roles.contains(&(item.role as usize))) {
                if let Some(question) = registry.questions.of_item(item) {
                    by_question.entry((version, question)).or_default().push(item);
                }
            }
        }
        Self { registry, by_question }
    }

    fn of(&self, versions: &[u32], question: u32) -> Vec<AskedItem> {
        let asked = |version: u32| {
            let of = self.registry.version(version);
            let items = self.by_question.get(&(version, question)).into_iter().flatten();
            items.map(|item| AskedItem {
                collection: of.collection.clone(),
                version: of.number,
                position: item.position,
                section: item.section.clone(),
                role: item.role,
                definition: item.definition.clone(),
            })
        };
        versions.iter().flat_map(|version| asked(*version)).collect()
    }

    fn fact(&self, alike: &Alike, periods: &[(NaiveDate, NaiveDate)]) -> SharedFact {
        let questions = &self.registry.questions;
        let schedules =
            alike.versions.iter().filter_map(|v| self.registry.version(*v).content.schedule.as_ref());
        let (first, last) = (periods.first().copied(), periods.last().copied());
        SharedFact {
            fact: (&questions.row(alike.question).key).into(),
            frequency: schedules.map(|schedule| schedule.frequency).next().unwrap_or(Frequency::OneOff),
            periods: periods.len() as u64,
            first_period: first.unwrap_or_default(),
            last_period: last.unwrap_or_default(),
            items: self.of(&alike.versions, alike.question),
            answered_by: alike.answer.as_ref().map(|(answer, versions)| AnsweredBy {
                rule: answer.rule,
                over_shorter_periods: answer.shorter,
                fact: (&questions.row(answer.source).key).into(),
                recipe: (answer.rule == FoldRule::Derivable)
                    .then(|| questions.recipe(&self.registry.snapshot, answer.source, alike.question))
                    .flatten(),
                items: self.of(versions, answer.source),
            }),
        }
    }
}

/// A provider's asks by who asks.
pub(crate) fn by_owner(registry: &Registry, all: &All) -> Vec<OwnerAsks> {
    let owner_of: BTreeMap<u32, u32> =
        registry.versions.iter().map(|row| (row.collection, row.owner)).collect();
    let mut rows = BTreeMap::<u32, OwnerAsks>::new();
    for (collection, of) in &all.collections {
        let owner = owner_of[collection];
        let avoidable = all.avoidable_by_owner.get(&owner);
        let row = rows.entry(owner).or_insert_with(|| OwnerAsks {
            owner: registry.owners[owner as usize].clone(),
            collections: 0,
            asks: 0,
            facts_shared: all.facts_shared.get(&owner).copied().unwrap_or_default(),
            hours_12m: Hours::zero(),
            avoidable_hours: avoidable.map_or_else(Hours::zero, |hours| Hours::new(hours.value())),
        });
        row.collections += u64::from(of.obligations_year > 0);
        row.asks += of.asks;
        row.hours_12m += &Hours::new(of.part.amount.hours_year.value());
    }
    rows.into_values().collect()
}

/// (period's number, version) of all that is owed.
fn owed(calendar: &Calendar, entries: &[Entry]) -> Vec<(u32, u32)> {
    let of = |entry: &Entry| {
        let version = entry.version;
        entry.owed(calendar).iter().map(move |due| (due.span, version)).collect::<Vec<_>>()
    };
    entries.iter().flat_map(of).collect()
}
