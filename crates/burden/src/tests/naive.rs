//! A slow, plain reading of `burden.md`, one provider at a time and straight from the snapshot, against which the fast one is held.

use crate::{Hours, Pence, Ratio, effective_statements, effective_tariffs, period};
use chrono::NaiveDate;
use onus_domain::{
    ConceptId, DefinitionId, Month, OdsCode, SubjectId,
    concept::Strength,
    definition::{DefinitionKind, OverTime},
    item::{Item, ItemRole},
    organisation::Organisation,
    snapshot::Snapshot,
    statement::{BurdenStatement, LineBasis},
    subject::SubjectOrder,
    version::Version,
};
use std::collections::{BTreeMap, BTreeSet};

type Key = (ConceptId, SubjectId, BTreeSet<String>);
type Fact = (Key, NaiveDate, NaiveDate);

pub struct Naive<'a> {
    snapshot: &'a Snapshot,
    statements: Vec<BurdenStatement>,
    order: SubjectOrder,
}

pub struct Owed<'a> {
    pub version: &'a Version,
    pub start: NaiveDate,
    end: NaiveDate,
    pub due: NaiveDate,
    /// What is left to ask.
    items: Vec<&'a Item>,
    /// What is met by reuse.
    met: Vec<&'a Item>,
}

impl<'a> Naive<'a> {
    pub fn new(snapshot: &'a Snapshot) -> Self {
        Self {
            snapshot,
            statements: effective_statements(snapshot),
            order: SubjectOrder::new(&snapshot.subjects),
        }
    }

    fn is_respondent(&self, version: &Version, organisation: &Organisation, day: NaiveDate) -> bool {
        let rule = version.content.respondents.as_ref().unwrap();
        let size = |m| self.snapshot.size(&organisation.code, m, day).map(|size| size.value);
        version.in_force(day) && rule.includes(organisation, day, size)
    }

    /// All that is owed until a day: every period from the first, one after another.
    pub fn owed(&self, organisation: &Organisation, until: NaiveDate) -> Vec<Owed<'a>> {
        let mut all = self.owed_or_met(organisation, until);
        all.retain(|owed| !owed.items.is_empty() || owed.met.is_empty());
        all
    }

    /// The same, with the periods of which all is met by reuse.
    fn owed_or_met(&self, organisation: &Organisation, until: NaiveDate) -> Vec<Owed<'a>> {
        let mut owed = vec![];
        for version in &self.snapshot.versions {
            let schedule = version.content.schedule.as_ref().unwrap();
            for found in (0..).map_while(|k| period::period(schedule, k)).take_while(|p| p.due <= until) {
                if self.is_respondent(version, organisation, found.end) {
                    let is_met = |item: &&Item| {
                        let needed = self.snapshot.reuse.iter().filter(|agreement| {
                            let mut needs = agreement.needs.iter();
                            agreement.collection == version.collection
                                && needs.any(|n| n.definition == item.definition && n.subject == item.subject)
                        });
                        needed.into_iter().any(|agreement| agreement.meets_period(found.start, found.end))
                    };
                    let (met, items) = version.content.items.iter().partition(is_met);
                    let (start, end, due) = (found.start, found.end, found.due);
                    owed.push(Owed { version, start, end, due, items, met });
                }
            }
        }
        owed
    }

    fn concept(&self, id: &DefinitionId) -> ConceptId {
        let place =
            self.snapshot.concepts.iter().find(|m| m.definition == *id && m.strength == Strength::Confirmed);
        place.map_or_else(|| ConceptId::of(id), |member| member.concept.clone())
    }

    fn breakdown(&self, id: &DefinitionId) -> BTreeSet<String> {
        self.snapshot.definition(id).unwrap().breakdowns.iter().cloned().collect()
    }

    fn key(&self, item: &Item) -> Key {
        let definition = self.snapshot.definition(&item.definition).unwrap();
        let metric = definition.kind == DefinitionKind::Metric;
        let subject = definition.subject.clone().filter(|_| metric).unwrap_or_else(|| item.subject.clone());
        (self.concept(&item.definition), subject, self.breakdown(&item.definition))
    }

    /// Whether the definitions of all items anywhere that ask a question stand so to time.
    fn every(&self, key: &Key, over_time: OverTime) -> bool {
        let items =
            self.snapshot.versions.iter().flat_map(|v| &v.content.items).filter(|item| item.is_asked());
        let mut asking = items.filter(|item| self.key(item) == *key);
        asking.all(|item| self.snapshot.definition(&item.definition).unwrap().over_time() == over_time)
    }

    /// Whether a chain of recipes leads from one to the other. What has the same concept and breakdown needs none.
    fn is_derivable(&self, to: &Key, from: &Key) -> bool {
        let place = |id: &DefinitionId| (self.concept(id), self.breakdown(id));
        let (goal, mut reached) = ((from.0.clone(), from.2.clone()), vec![(to.0.clone(), to.2.clone())]);
        if reached[0] == goal {
            return false;
        }
        loop {
            let confirmed = self.snapshot.derivations.iter().filter(|d| d.strength == Strength::Confirmed);
            let further = confirmed.filter(|d| reached.contains(&place(&d.to_definition)));
            let further: Vec<_> =
                further.map(|d| place(&d.from_definition)).filter(|p| !reached.contains(p)).collect();
            if further.is_empty() {
                return reached.contains(&goal);
            }
            reached.extend(further);
        }
    }

    fn within(&self, inner: &Key, outer: &Key) -> bool {
        self.order.lies_within(&inner.1, &outer.1)
    }

    /// Whether `by` alone answers `fact` for the same period: rule (a), or (c) with (a).
    fn answers(&self, fact: &Fact, by: &Fact) -> bool {
        let same_period = (fact.1, fact.2) == (by.1, by.2);
        let same_but_subject = fact.0.0 == by.0.0 && fact.0.2 == by.0.2;
        fact != by
            && same_period
            && self.within(&fact.0, &by.0)
            && (same_but_subject || self.is_derivable(&fact.0, &by.0))
    }

    /// Whether shorter periods answer: rule (b), or (c) with (b).
    fn answered_over_shorter(&self, fact: &Fact, facts: &BTreeSet<Fact>) -> bool {
        let sources: BTreeSet<&Key> = facts.iter().map(|(key, ..)| key).collect();
        sources.into_iter().any(|source| {
            let same = fact.0 == *source;
            let derived = !same && self.within(&fact.0, source) && self.is_derivable(&fact.0, source);
            if !same && !derived {
                return false;
            }
            let shorter: Vec<&Fact> = facts
                .iter()
                .filter(|f| {
                    f.0 == *source && fact.1 <= f.1 && f.2 <= fact.2 && (f.1, f.2) != (fact.1, fact.2)
                })
                .collect();
            let of_one_day = self.every(source, OverTime::OneDay) && self.every(&fact.0, OverTime::OneDay);
            (self.every(source, OverTime::AddsUp) && tiles(fact.1, fact.2, &shorter))
                || (of_one_day && shorter.iter().any(|f| f.2 == fact.2))
        })
    }

    /// Facts left after folding: of those that answer each other one, unless something else answers any of them.
    fn strict(&self, facts: &BTreeSet<Fact>) -> u64 {
        let list: Vec<&Fact> = facts.iter().collect();
        let count = list.len();
        let mut reach: Vec<Vec<bool>> = list
            .iter()
            .map(|fact| list.iter().map(|by| fact == by || self.answers(fact, by)).collect())
            .collect();
        for middle in 0..count {
            let onward = reach[middle].clone();
            for row in reach.iter_mut().filter(|row| row[middle]) {
                row.iter_mut().zip(&onward).for_each(|(reached, further)| *reached |= further);
            }
        }
        let shorter: Vec<bool> = list.iter().map(|fact| self.answered_over_shorter(fact, facts)).collect();
        let counted = |at: usize| {
            let ring = |other: usize| reach[at][other] && reach[other][at];
            let first = (0..at).all(|other| !ring(other));
            let outside = (0..count).any(|other| reach[at][other] && (!ring(other) || shorter[other]));
            first && !outside
        };
        (0..count).filter(|at| counted(*at)).count() as u64
    }

    pub fn counts(&self, owed: &[Owed<'_>], role: ItemRole) -> [u64; 4] {
        let (mut asks, mut optional, mut facts) = (0, 0, BTreeSet::new());
        for owed in owed {
            for item in owed.items.iter().filter(|item| item.role == role) {
                if item.is_asked() {
                    asks += 1;
                    facts.insert((self.key(item), owed.start, owed.end));
                } else {
                    optional += 1;
                }
            }
        }
        [asks, facts.len() as u64, self.strict(&facts), optional]
    }

    /// Facts of the twelve months that a body would ask of an organisation if they were not met by reuse.
    pub fn met_by_reuse(&self, organisation: &Organisation, month: Month, body: &OdsCode) -> u64 {
        let (first, last) = (month.plus(-11).first_day(), month.last_day());
        let mut facts = BTreeSet::<Fact>::new();
        for owed in self.owed_or_met(organisation, last).iter().filter(|owed| first <= owed.due) {
            if self.snapshot.collection(&owed.version.collection).unwrap().owner != *body {
                continue;
            }
            let counted = owed.met.iter().filter(|i| i.is_asked() && i.role == ItemRole::Content);
            facts.extend(counted.map(|item| (self.key(item), owed.start, owed.end)));
        }
        facts.len() as u64
    }

    /// Hours and pence of one line, so many times over on a day.
    fn line(&self, line: &onus_domain::statement::CostLine, times: &Ratio, day: NaiveDate) -> (Hours, Pence) {
        let hours = Hours::from_minutes(line.minutes).times(times);
        let tariffs = effective_tariffs(self.snapshot);
        let of_role: Vec<_> = tariffs.iter().filter(|t| t.staff_role == line.staff_role).collect();
        let tariff = of_role.iter().rfind(|t| t.from_date <= day).unwrap_or(&of_role[0]);
        let overhead = Ratio::one()
            + Ratio::from_decimal(tariff.overhead_percent).times(&Ratio::fraction(1, 100).unwrap());
        let pay = Pence::whole(tariff.pence_per_hour).times(&overhead);
        let cost = hours.at(&pay) + Pence::whole(line.external_pence).times(times);
        (hours, cost)
    }

    fn statement(&self, version: &Version, vintage: NaiveDate) -> &BurdenStatement {
        let known = vintage.max(Month::of(version.live_from.unwrap()).last_day());
        let mut own = self
            .statements
            .iter()
            .filter(|s| s.collection == version.collection && s.version == version.number);
        own.rfind(|s| s.from_date <= known).unwrap()
    }

    /// Hours and pence of a month, with the statements known on a day.
    pub fn month(&self, organisation: &Organisation, month: Month, vintage: NaiveDate) -> (Hours, Pence) {
        let (mut hours, mut cost) = (Hours::zero(), Pence::zero());
        let mut add = |(h, c): (Hours, Pence)| {
            hours += &h;
            cost += &c;
        };
        let owed = self.owed(organisation, NaiveDate::from_ymd_opt(2026, 12, 31).unwrap());
        for owed in owed.iter().filter(|owed| Month::of(owed.due) == month) {
            let items = owed.items.iter().filter(|item| item.is_asked()).count();
            for line in &self.statement(owed.version, vintage).lines {
                match line.basis {
                    LineBasis::PerSubmission => add(self.line(line, &Ratio::one(), owed.due)),
                    LineBasis::PerItem => add(self.line(line, &Ratio::whole(items), owed.due)),
                    LineBasis::PerUnit => {
                        let size =
                            self.snapshot.size(&organisation.code, line.unit_measure.unwrap(), owed.end);
                        let size = size.map_or_else(Ratio::one, |size| Ratio::from_decimal(size.value));
                        let units = size.over(&Ratio::from_decimal(line.unit_size.unwrap())).unwrap();
                        add(self.line(line, &units, owed.due));
                    }
                    LineBasis::Annual | LineBasis::OneOff => {}
                }
            }
        }
        let day = month.last_day();
        for version in self.snapshot.versions.iter().filter(|v| self.is_respondent(v, organisation, day)) {
            for line in &self.statement(version, vintage).lines {
                let life = i32::try_from(line.life_months.unwrap_or(36)).unwrap();
                let first =
                    owed.iter().filter(|o| std::ptr::eq(o.version, version)).map(|o| Month::of(o.due)).min();
                let age = first.map(|first| month.index() - first.index());
                match line.basis {
                    LineBasis::Annual => add(self.line(line, &Ratio::fraction(1, 12).unwrap(), day)),
                    LineBasis::OneOff if age.is_some_and(|age| (0..life).contains(&age)) => {
                        add(self.line(line, &Ratio::fraction(1, life).unwrap(), day));
                    }
                    _ => {}
                }
            }
        }
        (hours, cost)
    }

    pub fn year(&self, organisation: &Organisation, month: Month, vintage: NaiveDate) -> (Hours, Pence) {
        let each = month.year_ending().map(|m| self.month(organisation, m, vintage));
        each.fold((Hours::zero(), Pence::zero()), |(h, p), (hours, pence)| (h + hours, p + pence))
    }
}

/// Whether some of `facts` follow each other without gap or overlap from `start` to `end`.
fn tiles(start: NaiveDate, end: NaiveDate, facts: &[&Fact]) -> bool {
    facts
        .iter()
        .filter(|fact| fact.1 == start)
        .any(|fact| fact.2 == end || tiles(fact.2.succ_opt().unwrap(), end, facts))
}

#[test]
fn naive_tiling_finds_a_way_through_mixed_periods() {
    let key: Key = ("a".parse().unwrap(), "S".parse().unwrap(), BTreeSet::new());
    let fact = |from: &str, to: &str| (key.clone(), super::builder::day(from), super::builder::day(to));
    let facts = [
        fact("2024-01-01", "2024-01-31"),
        fact("2024-01-01", "2024-02-10"),
        fact("2024-02-01", "2024-03-31"),
    ];
    let list: Vec<_> = facts.iter().collect();
    assert!(tiles(super::builder::day("2024-01-01"), super::builder::day("2024-03-31"), &list));
    assert!(!tiles(super::builder::day("2024-01-01"), super::builder::day("2024-02-29"), &list));
    let by_number: BTreeMap<_, _> = list.iter().enumerate().collect();
    assert_eq!(by_number.len(), 3);
}
