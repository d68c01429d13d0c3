//! The figures of a window, one group of providers after another: what each of them is asked, how much of it once only, what it comes to.
//!
//! Each question that an entry asks is looked at once for a group, however many periods the entry has: a question asked by one entry alone
//! is a fact for each of its periods. Only questions that several entries ask are looked at more closely (`combos`): for which periods they
//! are asked twice, and which of those shorter ones answer. Questions that others may answer (a containing subject, a recipe), and only
//! those, are folded period by period (`fold`). Sums over groups are exact and do not depend on their order, so that threads may share the
//! groups in any way.

use crate::{
    combos::{Beat, Cell, MOST_BEATS, cells},
    cost::{Sizes, Slot},
    counts::AskCounts,
    registry::ROLES,
    summary::{Summary, Sums},
    tables::{CLOSER, EntryRow, FEW, Meet, Place, Tables},
    window::number,
};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Who asks a question.
#[derive(Clone, Copy, Default)]
struct Mark {
    /// Who asks it first in the group at hand: the place of the entry after `base`; what is less is of another group.
    first: u32,
    /// Its latest further ask, if that is of this question.
    head: u32,
}

/// An ask of a question that is asked already.
struct Further {
    question: u32,
    /// Place of the entry in the group.
    entry: u32,
    count: u32,
    /// The one before; [`LAST`] if there is none.
    next: u32,
}

const LAST: u32 = u32::MAX;

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
pub(crate) struct Redundant {
    pub entry: u32,
    pub askers: u32,
    pub asks: u64,
}

/// Sums over the groups looked at so far, and what looking at the next one needs.
pub(crate) struct Tally<'t> {
    pub tables: &'t Tables<'t>,
    /// The entries of the group at hand.
    places: Vec<Place>,
    marks: Vec<Mark>,
    /// What marks of the group at hand are not less than, and what they are less than.
    base: u32,
    end: u32,
    further: Vec<Further>,
    /// Questions asked more than once, and those with relations to others.
    several: Vec<u32>,
    pub related: Vec<u32>,
    known_cells: FxHashMap<Vec<u32>, Arc<Vec<Cell>>>,
    /// By two beats: how their periods meet.
    meets: FxHashMap<(u32, u32), Meet>,
    /// The same, if there are few beats.
    few_meets: Vec<Option<Meet>>,
    lists: Lists,
    pub redundant: Vec<Redundant>,
    /// Entries of collections of the group at hand of which all that is looked at is redundant; whether the rest is, is not known.
    pub open: Vec<u32>,
    pub sums: Sums,
}

impl<'t> Tally<'t> {
    pub fn new(tables: &'t Tables<'t>) -> Self {
        let sums = Sums { providers: vec![0; tables.rows.len()], ..Sums::default() };
        Self {
            tables,
            places: vec![],
            marks: vec![Mark::default(); tables.registry.questions.len()],
            base: 1,
            end: 1,
            further: vec![],
            several: vec![],
            related: vec![],
            known_cells: FxHashMap::default(),
            meets: FxHashMap::default(),
            few_meets: vec![],
            lists: Lists::default(),
            redundant: vec![],
            open: vec![],
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
        self.open.clear();
        for role in 0..ROLES.len() {
            summary.counts.0[role] = self.count(ids, role, times);
        }
        self.save(&mut summary, ids, times, sizes);
        self.meet(ids, times);
        summary
    }

    pub fn row(&self, ids: &[u32], place: u32) -> &'t EntryRow {
        let tables = self.tables;
        &tables.rows[ids[place as usize] as usize]
    }

    /// Asks and facts of a role; of CONTENT, what is shared too.
    pub fn count(&mut self, ids: &[u32], role: usize, times: u64) -> AskCounts {
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
        let find =
            || Meet::new(&tables.calendar.spans, [a, b].map(|place| &tables.beats[place.beat as usize]));
        let beats = tables.beats.len();
        let meet = if beats <= FEW {
            self.few_meets.resize(beats * beats, None);
            *self.few_meets[a.beat as usize * beats + b.beat as usize].get_or_insert_with(find)
        } else {
            *self.meets.entry((a.beat, b.beat)).or_insert_with(find)
        };
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
        self.next_base(ids.len());
        self.further.clear();
        self.several.clear();
        self.related.clear();
        let tables = self.tables;
        let (base, marks) = (self.base, self.marks.as_mut_slice());
        let mut counts = AskCounts::default();
        for (place, id) in (0..).zip(ids) {
            let row = &tables.rows[*id as usize];
            if row.periods == 0 {
                continue;
            }
            counts.asks += row.asks[role] * row.periods;
            counts.optional_asks += row.optional[role] * row.periods;
            let asked = row.questions[role].clone();
            let (questions, items) = (&tables.questions[asked.clone()], &tables.counts[asked]);
            counts.facts_plain += questions.len() as u64 * row.periods;
            for (at, question) in questions.iter().enumerate() {
                let mark = &mut marks[(question & !CLOSER) as usize];
                let (is_first, closer) = (mark.first < base, question & CLOSER != 0);
                if is_first {
                    mark.first = base + place;
                }
                if is_first && !closer {
                    continue;
                }
                let question = question & !CLOSER;
                let mut count = 1 - u32::from(is_first);
                if closer {
                    count += u32::from(items[at]) - 1;
                    if is_first && tables.registry.questions.row(question).relations() != 0 {
                        self.related.push(question);
                    }
                }
                if count > 0 {
                    let head = mark.head;
                    let known = self.further.get(head as usize).is_some_and(|ask| ask.question == question);
                    if !known {
                        self.several.push(question);
                    }
                    mark.head = number(self.further.len());
                    let next = if known { head } else { LAST };
                    self.further.push(Further { question, entry: place, count, next });
                }
            }
        }
        counts.facts_strict = counts.facts_plain;
        counts
    }

    /// Leaves the marks made before behind, and room for those of so many entries.
    fn next_base(&mut self, entries: usize) {
        let end = self.end.checked_add(number(entries)).unwrap_or_else(|| {
            self.marks.fill(Mark::default());
            self.end = 1;
            1 + number(entries)
        });
        (self.base, self.end) = (self.end, end);
    }

    /// Who asks a marked question: places of entries in the group, and how many items.
    pub fn asks(&self, question: u32, asks: &mut Vec<(u32, u32)>) {
        asks.clear();
        let mark = &self.marks[question as usize];
        let first = mark.first - self.base;
        asks.push((first, 1));
        let mut next = mark.head;
        while let Some(further) = self.further.get(next as usize).filter(|ask| ask.question == question) {
            // Of an entry that asks first and several times, there is a further ask.
            if further.entry == first {
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
        let first = mark.first - self.base;
        let further = self.further.get(mark.head as usize)?;
        (further.next == LAST && further.count == 1 && further.entry != first)
            .then_some((first, further.entry))
    }

    pub fn is_marked(&self, question: u32) -> bool {
        self.marks[question as usize].first >= self.base
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
    pub fn share(
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
}

/// Adds to how often a body asks; bodies stay in order.
pub(crate) fn add_owner(owners: &mut Vec<(u32, u32)>, owner: u32, times: u32) {
    match owners.binary_search_by_key(&owner, |(owner, _)| *owner) {
        Ok(at) => owners[at].1 += times,
        Err(at) => owners.insert(at, (owner, times)),
    }
}
