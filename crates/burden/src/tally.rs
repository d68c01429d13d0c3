//! The figures of a window, one group of providers after another: what each of them is asked, how much of it once only, what it comes to.
//!
//! Each question that an entry asks is looked at once for a group, however many periods the entry has: a question asked by one entry alone
//! is a fact for each of its periods. Only questions that several entries ask are looked at more closely (`combos`): for which periods they
//! are asked twice, and which of those shorter ones answer. Questions that others may answer (a containing subject, a recipe), and only
//! those, are folded period by period (`fold`). Sums over groups are exact and do not depend on their order, so that threads may share the
//! groups in any way.

use crate::{
    combos::{Beat, Cell, MOST_BEATS, cells},
    cost::{EntryCost, Part, Sizes, Slot, Vintage},
    counts::{AskCounts, RoleCounts},
    exact::Exact,
    fold::{self, Layers},
    question::Question,
    registry::{ROLES, Registry},
    sharing::{self, Shared, askers_within},
    window::{Calendar, Entry, Window, number},
};
use chrono::NaiveDate;
use num_bigint::BigInt;
use num_rational::BigRational;
use rustc_hash::FxHashMap;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// An entry with what there is to know of it once.
pub(crate) struct EntryRow {
    pub entry: Entry,
    pub collection: u32,
    pub owner: u32,
    /// Number of its beat.
    beat: u32,
    pub periods: u64,
    pub in_month: u64,
    /// Hours of one item of a submission.
    item_hours: Exact,
}

/// What all groups of a window have in common.
pub(crate) struct Tables<'r> {
    registry: &'r Registry,
    calendar: &'r Calendar,
    pub rows: Vec<EntryRow>,
    costs: Arc<Vec<EntryCost>>,
    beats: Vec<Beat>,
    /// By version: which of several asks is kept, the least.
    keep: Vec<u32>,
    /// By question: how it stands to time, as in [`Meet::folded`].
    measures: Vec<u8>,
}

/// How the periods of two beats meet.
#[derive(Clone, Copy, Default)]
struct Meet {
    /// Periods that both have.
    both: u32,
    /// By how the measure stands to time (neither adds up nor is of one day; adds up; is of one day; both): periods of the first alone, and
    /// of the second alone, that are answered over shorter ones. A period that both have is never answered by them, for its parts are of
    /// one of them only and another period of the same beat does not lie within it.
    folded: [[u32; 2]; 4],
}

impl Meet {
    fn new(spans: &[(NaiveDate, NaiveDate)], beats: [&Beat; 2]) -> Self {
        let mut meet = Self::default();
        for cell in cells(spans, &beats) {
            let periods = u32::try_from(cell.periods).unwrap_or(u32::MAX);
            if cell.members == 3 {
                meet.both += periods;
                continue;
            }
            for (measure, folded) in meet.folded.iter_mut().enumerate() {
                if (measure & 1 != 0 && cell.tiled) || (measure & 2 != 0 && cell.ends) {
                    folded[usize::from(cell.members == 2)] += periods;
                }
            }
        }
        meet
    }
}

/// What is looked at most of a group's entries.
#[derive(Clone, Copy)]
struct Place {
    beat: u32,
    owner: u32,
    keep: u32,
}

impl<'r> Tables<'r> {
    pub fn new(
        registry: &'r Registry,
        window: &'r Window,
        costs: Arc<Vec<EntryCost>>,
        vintage: &Vintage,
    ) -> Self {
        let calendar = &window.calendar;
        let (mut beats, mut known) = (vec![], FxHashMap::<Beat, u32>::default());
        let mut row = |entry: &Entry| {
            let version = registry.row(entry.version);
            let owed = entry.owed(calendar);
            let beat = known.entry(owed.iter().map(|due| due.span).collect()).or_insert_with_key(|beat| {
                beats.push(beat.clone());
                number(beats.len() - 1)
            });
            EntryRow {
                entry: *entry,
                collection: version.collection,
                owner: version.owner,
                beat: *beat,
                periods: owed.len() as u64,
                in_month: owed.iter().filter(|due| due.in_month).count() as u64,
                item_hours: vintage.prices(entry.version).item_hours.clone(),
            }
        };
        let rows = window.entries.iter().map(&mut row).collect();
        let measure = |question: &Question| u8::from(question.adds_up) | u8::from(question.of_one_day) << 1;
        Self {
            registry,
            calendar,
            rows,
            costs,
            beats,
            keep: sharing::keep(registry, vintage),
            measures: registry.questions.rows.iter().map(measure).collect(),
        }
    }

    /// What an entry comes to.
    pub fn cost(&self, id: u32) -> &EntryCost {
        &self.costs[id as usize]
    }
}

/// The figures of each provider of a group.
#[derive(Clone, Default)]
pub(crate) struct Summary {
    pub counts: RoleCounts,
    /// CONTENT asks of which the frequency, or that the provider must answer, is assumed.
    pub assumed_asks: u64,
    pub obligations_month: u64,
    pub obligations_year: u64,
    /// Of a provider of any size.
    pub fixed: Part,
    /// Hours of the twelve months that need not be spent, of a provider of any size.
    pub avoidable: Exact,
    /// For size 1 in addition; by slot.
    pub sized: Vec<Sized>,
}

/// What a group's figures have for size 1.
#[derive(Clone)]
pub(crate) struct Sized {
    pub slot: Slot,
    pub part: Part,
    pub avoidable: Exact,
}

impl Summary {
    fn sized(&mut self, slot: Slot) -> &mut Sized {
        let at = self.sized.iter().position(|sized| sized.slot == slot).unwrap_or_else(|| {
            self.sized.push(Sized { slot, part: Part::default(), avoidable: Exact::default() });
            self.sized.len() - 1
        });
        &mut self.sized[at]
    }

    /// Hours and pence, and hours that need not be spent, at the provider's sizes.
    pub fn at(&self, sizes: impl Fn(Slot) -> Sizes) -> (Part, Exact) {
        let (mut part, mut avoidable) = (self.fixed.clone(), self.avoidable.clone());
        for sized in &self.sized {
            let sizes = sizes(sized.slot);
            part.add_at(&sized.part, &sizes);
            avoidable.add_value(&(sized.avoidable.value() * &sizes.all));
        }
        (part, avoidable)
    }
}

/// Where a question was asked first in the group at hand.
#[derive(Clone, Copy, Default)]
struct Mark {
    epoch: u32,
    /// Place of the entry in the group.
    entry: u32,
    /// Further asks; [`ALONE`] if there is one only, [`LAST`] at their end.
    next: u32,
}

const ALONE: u32 = u32::MAX;
const LAST: u32 = u32::MAX - 1;

/// A further ask of a question.
struct Further {
    entry: u32,
    count: u32,
    next: u32,
}

/// Lists that are made again for each question, kept for their room.
#[derive(Default)]
struct Lists {
    beats: Vec<u32>,
    bits: Vec<u64>,
    own: Vec<(u32, u32)>,
    versions: Vec<u32>,
    owners: Vec<(u32, u32)>,
}

/// Redundant asks of an entry.
struct Redundant {
    entry: u32,
    askers: u32,
    asks: u64,
}

/// Sums over the groups looked at so far, and what looking at the next one needs.
pub(crate) struct Tally<'t> {
    tables: &'t Tables<'t>,
    /// The entries of the group at hand.
    places: Vec<Place>,
    marks: Vec<Mark>,
    epoch: u32,
    further: Vec<Further>,
    /// Questions asked more than once, and those with relations to others.
    several: Vec<u32>,
    related: Vec<u32>,
    known_cells: FxHashMap<Vec<u32>, Arc<Vec<Cell>>>,
    /// By two beats: how their periods meet.
    meets: FxHashMap<(u32, u32), Meet>,
    lists: Lists,
    redundant: Vec<Redundant>,
    pub sums: Sums,
}

/// Sums over groups.
#[derive(Default)]
pub(crate) struct Sums {
    pub shared: Shared,
    /// By owner: CONTENT asks that are redundant.
    pub redundant: BTreeMap<u32, u64>,
    /// By owner: its CONTENT facts that are met by reuse.
    pub met_by_reuse: BTreeMap<u32, u64>,
    /// By entry: how many providers owe it.
    pub providers: Vec<u64>,
    /// By entry and slot: their sizes together.
    pub sizes: BTreeMap<(u32, Slot), Sizes>,
}

impl Sums {
    /// Adds another one.
    pub fn add(&mut self, other: Self) {
        self.shared.add(&other.shared);
        for (owner, asks) in other.redundant {
            *self.redundant.entry(owner).or_default() += asks;
        }
        for (owner, facts) in other.met_by_reuse {
            *self.met_by_reuse.entry(owner).or_default() += facts;
        }
        if self.providers.is_empty() {
            self.providers = other.providers;
        } else {
            self.providers.iter_mut().zip(other.providers).for_each(|(own, other)| *own += other);
        }
        for (key, sizes) in other.sizes {
            let own = self.sizes.entry(key).or_default();
            own.all += sizes.all;
            own.unknown += sizes.unknown;
        }
    }
}

impl<'t> Tally<'t> {
    pub fn new(tables: &'t Tables<'t>) -> Self {
        let sums = Sums { providers: vec![0; tables.rows.len()], ..Sums::default() };
        Self {
            tables,
            places: vec![],
            marks: vec![Mark::default(); tables.registry.questions.rows.len()],
            epoch: 0,
            further: vec![],
            several: vec![],
            related: vec![],
            known_cells: FxHashMap::default(),
            meets: FxHashMap::default(),
            lists: Lists::default(),
            redundant: vec![],
            sums,
        }
    }

    /// The figures of each of `times` providers who owe the entries of some numbers, together of some sizes.
    pub fn group(&mut self, ids: &[u32], times: u64, sizes: impl Fn(Slot) -> Sizes) -> Summary {
        let mut summary = Summary::default();
        let place = |id: &u32| {
            let row = &self.tables.rows[*id as usize];
            Place { beat: row.beat, owner: row.owner, keep: self.tables.keep[row.entry.version as usize] }
        };
        self.places.clear();
        self.places.extend(ids.iter().map(place));
        for id in ids {
            let (row, cost) = (&self.tables.rows[*id as usize], self.tables.cost(*id));
            summary.obligations_month += row.in_month;
            summary.obligations_year += row.periods;
            let version = self.tables.registry.row(row.entry.version);
            if version.assumed_schedule || row.entry.assumed {
                summary.assumed_asks += version.asks[0] * row.periods;
            }
            summary.fixed.add_amount(&cost.fixed, cost.assumed, 1);
            self.sums.providers[*id as usize] += times;
            for (slot, amount) in &cost.sized {
                summary.sized(*slot).part.add_amount(amount, cost.assumed, 1);
                let (sum, sizes) = (self.sums.sizes.entry((*id, *slot)).or_default(), sizes(*slot));
                sum.all += sizes.all;
                sum.unknown += sizes.unknown;
            }
        }
        self.redundant.clear();
        for role in 0..ROLES.len() {
            summary.counts.0[role] = self.count(ids, role, times);
        }
        self.save(&mut summary, ids, times, sizes);
        self.meet(ids, times);
        summary
    }

    fn row(&self, ids: &[u32], place: u32) -> &'t EntryRow {
        let tables = self.tables;
        &tables.rows[ids[place as usize] as usize]
    }

    /// Asks and facts of a role; of CONTENT, what is shared too.
    fn count(&mut self, ids: &[u32], role: usize, times: u64) -> AskCounts {
        let mut counts = self.mark(ids, role);
        let folded =
            if self.related.is_empty() { vec![] } else { self.relate(ids, role, times, &mut counts) };
        let several = std::mem::take(&mut self.several);
        let mut asks = vec![];
        for question in several.iter().filter(|question| folded.binary_search(question).is_err()) {
            if let Some(two) = self.two(*question) {
                self.count_two(*question, two, (role, times), &mut counts);
            } else {
                self.asks(*question, &mut asks);
                self.count_several(ids, *question, &asks, (role, times), &mut counts);
            }
        }
        self.several = several;
        counts
    }

    /// Facts of a question that two entries ask: what most shared questions are. As `count_several` has it, for any number.
    fn count_two(
        &mut self,
        question: u32,
        (one, two): (u32, u32),
        (role, times): (usize, u64),
        counts: &mut AskCounts,
    ) {
        let (a, b) = (self.places[one as usize], self.places[two as usize]);
        let measure = self.tables.measures[question as usize];
        let tables = self.tables;
        let meet = *self.meets.entry((a.beat, b.beat)).or_insert_with(|| {
            let beats = [a, b].map(|place| &tables.beats[place.beat as usize]);
            Meet::new(&tables.calendar.spans, beats)
        });
        let [first, second] = meet.folded[measure as usize];
        counts.facts_plain -= u64::from(meet.both);
        counts.facts_strict -= u64::from(meet.both + first + second);
        let facts = u64::from(meet.both + first + second);
        if role != 0 || facts == 0 {
            return;
        }
        // Whoever asks for a shorter period is an asker of what it answers: the askers are the same throughout.
        let askers = self.sums.shared.of_two(a.owner, b.owner);
        self.sums.shared.note(askers, facts * times);
        let (more_of_one, more_of_two) = if a.keep < b.keep { (0, meet.both) } else { (meet.both, 0) };
        for (entry, asks) in [(one, first + more_of_one), (two, second + more_of_two)] {
            if asks > 0 {
                self.redundant.push(Redundant { entry, askers, asks: asks.into() });
            }
        }
    }

    /// Marks the questions of a role; asks and facts as if no two entries asked the same.
    fn mark(&mut self, ids: &[u32], role: usize) -> AskCounts {
        self.epoch = self.epoch.checked_add(1).unwrap_or_else(|| {
            self.marks.fill(Mark::default());
            1
        });
        self.further.clear();
        self.several.clear();
        self.related.clear();
        let mut counts = AskCounts::default();
        for (place, id) in (0..).zip(ids) {
            let row = &self.tables.rows[*id as usize];
            if row.periods == 0 {
                continue;
            }
            let version = self.tables.registry.row(row.entry.version);
            counts.asks += version.asks[role] * row.periods;
            counts.optional_asks += version.optional[role] * row.periods;
            counts.facts_plain += version.asked[role].len() as u64 * row.periods;
            for ask in &version.asked[role] {
                let mark = &mut self.marks[ask.question as usize];
                let count = u32::from(ask.count);
                if mark.epoch != self.epoch {
                    *mark = Mark { epoch: self.epoch, entry: place, next: ALONE };
                    if count > 1 {
                        self.several.push(ask.question);
                        self.further.push(Further { entry: place, count: count - 1, next: LAST });
                        mark.next = number(self.further.len() - 1);
                    }
                    if ask.relations != 0 {
                        self.related.push(ask.question);
                    }
                } else {
                    if mark.next == ALONE {
                        mark.next = LAST;
                        self.several.push(ask.question);
                    }
                    self.further.push(Further { entry: place, count, next: mark.next });
                    mark.next = number(self.further.len() - 1);
                }
            }
        }
        counts.facts_strict = counts.facts_plain;
        counts
    }

    /// Who asks a marked question: places of entries in the group, and how many items.
    fn asks(&self, question: u32, asks: &mut Vec<(u32, u32)>) {
        asks.clear();
        let mark = &self.marks[question as usize];
        asks.push((mark.entry, 1));
        let mut next = mark.next;
        while next < LAST {
            let further = &self.further[next as usize];
            // Of an entry that asks first and several times, there is a further ask.
            if further.entry == mark.entry {
                asks[0].1 += further.count;
            } else {
                asks.push((further.entry, further.count));
            }
            next = further.next;
        }
    }

    /// The places of the two entries that ask a question once each, if they are all that asks it.
    fn two(&self, question: u32) -> Option<(u32, u32)> {
        let mark = &self.marks[question as usize];
        let further = self.further.get(mark.next as usize)?;
        (further.next == LAST && further.count == 1 && further.entry != mark.entry)
            .then_some((mark.entry, further.entry))
    }

    fn is_marked(&self, question: u32) -> bool {
        self.marks[question as usize].epoch == self.epoch
    }

    /// Facts of a question that some entries ask.
    fn count_several(
        &mut self,
        ids: &[u32],
        question: u32,
        asks: &[(u32, u32)],
        (role, times): (usize, u64),
        counts: &mut AskCounts,
    ) {
        let mut lists = std::mem::take(&mut self.lists);
        lists.beats.clear();
        lists.beats.extend(asks.iter().map(|(entry, _)| self.places[*entry as usize].beat));
        lists.beats.sort_unstable();
        lists.beats.dedup();
        if lists.beats.len() > MOST_BEATS {
            self.lists = lists;
            return self.fold(ids, &[question], (role, times), counts);
        }
        let cells = self.cells(&lists.beats);
        let bit = |(entry, _): &(u32, u32)| {
            let beat = self.places[*entry as usize].beat;
            1_u64 << lists.beats.iter().position(|other| *other == beat).unwrap_or_default()
        };
        lists.bits.clear();
        lists.bits.extend(asks.iter().map(bit));
        let alone: u64 = asks.iter().map(|(entry, _)| self.row(ids, *entry).periods).sum();
        counts.facts_plain -= alone;
        counts.facts_strict -= alone;
        let measure = self.tables.measures[question as usize];
        for cell in cells.iter() {
            let folded = (measure & 1 != 0 && cell.tiled) || (measure & 2 != 0 && cell.ends);
            counts.facts_plain += cell.periods;
            counts.facts_strict += if folded { 0 } else { cell.periods };
            if role != 0 {
                continue;
            }
            lists.own.clear();
            lists.versions.clear();
            lists.owners.clear();
            for (ask, bit) in asks.iter().zip(&lists.bits) {
                if cell.members & bit != 0 {
                    lists.own.push(*ask);
                }
                let version = self.row(ids, ask.0).entry.version;
                // A version that asks over shorter periods does so once, whatever its duties.
                if folded && cell.inner & bit != 0 && !lists.versions.contains(&version) {
                    lists.versions.push(version);
                    add_owner(&mut lists.owners, self.places[ask.0 as usize].owner, 1);
                }
            }
            self.share(&lists.own, &mut lists.owners, folded, cell.periods, times);
        }
        self.lists = lists;
    }

    fn cells(&mut self, beats: &[u32]) -> Arc<Vec<Cell>> {
        if let Some(known) = self.known_cells.get(beats) {
            return Arc::clone(known);
        }
        let of: Vec<&Beat> = beats.iter().map(|beat| &self.tables.beats[*beat as usize]).collect();
        let found = Arc::new(cells(&self.tables.calendar.spans, &of));
        self.known_cells.insert(beats.to_vec(), Arc::clone(&found));
        found
    }

    /// Notes facts that are asked alike for so many periods: who shares them, and which asks are redundant. `owners` are those who ask what
    /// answers them, with how often; not kept.
    fn share(
        &mut self,
        asks: &[(u32, u32)],
        owners: &mut Vec<(u32, u32)>,
        folded: bool,
        periods: u64,
        times: u64,
    ) {
        if !folded && asks.iter().map(|(_, count)| count).sum::<u32>() < 2 {
            return;
        }
        let rank = |entry: u32| self.places[entry as usize].keep;
        let kept = asks.iter().map(|(entry, _)| *entry).min_by_key(|entry| rank(*entry)).filter(|_| !folded);
        for (entry, count) in asks {
            add_owner(owners, self.places[*entry as usize].owner, *count);
        }
        let askers = match owners.as_slice() {
            [(one, times)] => self.sums.shared.number(&[(*one, *times > 1)]),
            [(one, a), (two, b)] => self.sums.shared.number(&[(*one, *a > 1), (*two, *b > 1)]),
            more => {
                let askers: Vec<_> = more.iter().map(|(owner, times)| (*owner, *times > 1)).collect();
                self.sums.shared.number(&askers)
            }
        };
        self.sums.shared.note(askers, periods * times);
        for (entry, count) in asks {
            let asks = (u64::from(*count) - u64::from(kept == Some(*entry))) * periods;
            if asks > 0 {
                self.redundant.push(Redundant { entry: *entry, askers, asks });
            }
        }
    }

    /// Looks at the questions that have to do with others. Gives those that were folded period by period, in order.
    fn relate(&mut self, ids: &[u32], role: usize, times: u64, counts: &mut AskCounts) -> Vec<u32> {
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
    fn fold(&mut self, ids: &[u32], folded: &[u32], (role, times): (usize, u64), counts: &mut AskCounts) {
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
            let answers = layer.resolve(&fold::over_shorter(&registry.questions, &periods, at));
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

    /// Avoidable hours: a redundant ask's own item minutes, and the rest of a collection whose CONTENT asks are all redundant, in equal
    /// parts to them.
    fn save(&mut self, summary: &mut Summary, ids: &[u32], times: u64, sizes: impl Fn(Slot) -> Sizes) {
        let redundant = std::mem::take(&mut self.redundant);
        let mut by_entry = vec![0; ids.len()];
        for one in &redundant {
            let row = self.row(ids, one.entry);
            by_entry[one.entry as usize] += one.asks;
            *self.sums.redundant.entry(row.owner).or_default() += one.asks * times;
            summary.avoidable.add_times(&row.item_hours, one.asks);
            self.sums.shared.save(one.askers, &row.item_hours, one.asks * times);
        }
        let mut first = 0;
        for run in ids.chunk_by(|a, b| {
            self.tables.rows[*a as usize].collection == self.tables.rows[*b as usize].collection
        }) {
            let places = first..first + run.len();
            first += run.len();
            let asks_of = |row: &EntryRow| self.tables.registry.row(row.entry.version).asks[0] * row.periods;
            let asks: u64 = run.iter().map(|id| asks_of(&self.tables.rows[*id as usize])).sum();
            if asks == 0 || by_entry[places.clone()].iter().sum::<u64>() != asks {
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
    fn meet(&mut self, ids: &[u32], times: u64) {
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

/// Adds to how often a body asks; bodies stay in order.
fn add_owner(owners: &mut Vec<(u32, u32)>, owner: u32, times: u32) {
    match owners.binary_search_by_key(&owner, |(owner, _)| *owner) {
        Ok(at) => owners[at].1 += times,
        Err(at) => owners.insert(at, (owner, times)),
    }
}
