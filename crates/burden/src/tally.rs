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
    tables::{CLOSER, EntryRow, FEW, Meet, Place, QUESTION, Tables, measure},
    window::number,
};
use rustc_hash::FxHashMap;
use std::{hint::select_unpredictable, ops::Range, sync::Arc};

/// A question of an entry that is to be looked at: it is asked already, or there is more to it.
#[derive(Clone, Copy, Default)]
struct Again {
    /// As it stands in the tables, with its marks.
    question: u32,
    /// Place of the entry in the group.
    entry: u32,
    /// Its place in the tables.
    at: u32,
}

/// An ask of a question that is asked already.
#[derive(Clone, Copy)]
struct Further {
    /// As it stands in the tables, with its marks.
    question: u32,
    /// Places of the entry, and of the one that asks first, in the group.
    entry: u32,
    first: u32,
    count: u32,
    /// The one after; [`LAST`] if there is none.
    next: u32,
    /// Whether it is the first further ask of its question, on which the others hang.
    heads: bool,
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

/// The first base of marks: even, and greater than no mark.
const FIRST_BASE: u32 = 2;

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
    /// By question: twice the place of the entry that asks it first in the group at hand after `base`, and one more if it is asked further;
    /// what is less than `base` is of another group.
    marks: Vec<u32>,
    /// By question that is asked further: where its further asks begin.
    heads: Vec<u32>,
    /// What marks of the group at hand are not less than, and what they are less than.
    base: u32,
    end: u32,
    again: Vec<Again>,
    further: Vec<Further>,
    /// Questions with relations to others.
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
            marks: vec![0; tables.registry.questions.len()],
            heads: vec![0; tables.registry.questions.len()],
            base: FIRST_BASE,
            end: FIRST_BASE,
            again: vec![],
            further: vec![],
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
            if row.assumed {
                summary.assumed_asks += row.asks[0] * row.periods;
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
        for role in (0..ROLES.len()).filter(|role| self.tables.roles[*role]) {
            summary.counts.0[role] = self.count(ids, role, times);
        }
        self.save(&mut summary, ids, times, sizes);
        if self.tables.reuse {
            self.meet(ids, times);
        }
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
        let mut asks = vec![];
        for at in 0..self.further.len() {
            let ask = self.further[at];
            let question = ask.question & QUESTION;
            if !ask.heads || (!folded.is_empty() && folded.binary_search(&question).is_ok()) {
                continue;
            }
            if ask.next == LAST && ask.count == 1 && ask.entry != ask.first {
                self.count_two(ask, (role, times), &mut counts);
            } else {
                self.asks(question, &mut asks);
                self.count_several(ids, ask.question, &asks, (role, times), &mut counts);
            }
        }
        counts
    }

    /// Facts of a question that two entries ask: what most shared questions are. As `count_several` has it, for any number.
    fn count_two(&mut self, ask: Further, (role, times): (usize, u64), counts: &mut AskCounts) {
        let (one, two) = (ask.first, ask.entry);
        let (a, b) = (self.places[one as usize], self.places[two as usize]);
        let measure = measure(ask.question);
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
        let [first, second] = meet.folded[measure];
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
        self.related.clear();
        let tables = self.tables;
        let (mut counts, mut found) = (AskCounts::default(), 0);
        for (place, id) in (0..).zip(ids) {
            let row = &tables.rows[*id as usize];
            if row.periods == 0 {
                continue;
            }
            counts.asks += row.asks[role] * row.periods;
            counts.optional_asks += row.optional[role] * row.periods;
            let asked = row.questions[role].clone();
            counts.facts_plain += asked.len() as u64 * row.periods;
            found = self.mark_entry(place, asked, found);
        }
        counts.facts_strict = counts.facts_plain;
        let again = std::mem::take(&mut self.again);
        again[..found].iter().for_each(|one| self.look_again(*one));
        self.again = again;
        counts
    }

    /// Marks the questions of an entry that stand somewhere in the tables, and notes after those found before which of them are to be looked
    /// at again. This is where the time of all goes: one question is asked after another without a branch that depends on it.
    fn mark_entry(&mut self, place: u32, asked: Range<usize>, mut found: usize) -> usize {
        if self.again.len() < found + asked.len() {
            self.again.resize(2 * (found + asked.len()), Again::default());
        }
        let (base, own) = (self.base, self.base + 2 * place);
        let (marks, again) = (self.marks.as_mut_slice(), self.again.as_mut_slice());
        for (at, question) in (number(asked.start)..).zip(&self.tables.questions[asked]) {
            let mark = &mut marks[(question & QUESTION) as usize];
            let is_asked = *mark >= base;
            again[found] = Again { question: *question, entry: place, at };
            found += usize::from(is_asked) | (question >> CLOSER.trailing_zeros()) as usize;
            *mark = select_unpredictable(is_asked, *mark, own);
        }
        found
    }

    /// Notes a further ask, and a question with relations.
    fn look_again(&mut self, Again { question, entry, at }: Again) {
        let place = (question & QUESTION) as usize;
        let mark = self.marks[place];
        let first = (mark - self.base) / 2;
        let is_first = first == entry;
        let mut count = u32::from(!is_first);
        if question & CLOSER != 0 {
            count += u32::from(self.tables.counts[at as usize]) - 1;
            if is_first && self.tables.registry.questions.row(question & QUESTION).relations() != 0 {
                self.related.push(question & QUESTION);
            }
        }
        if count == 0 {
            return;
        }
        let (own, heads) = (self.further.len(), mark.is_multiple_of(2));
        let mut next = LAST;
        if heads {
            self.marks[place] = mark + 1;
            self.heads[place] = number(own);
        } else {
            let head = &mut self.further[self.heads[place] as usize];
            next = std::mem::replace(&mut head.next, number(own));
        }
        self.further.push(Further { question, entry, first, count, next, heads });
    }

    /// Leaves the marks made before behind, and room for those of so many entries.
    fn next_base(&mut self, entries: usize) {
        let room = number(entries).saturating_mul(2);
        let end = self.end.checked_add(room).unwrap_or_else(|| {
            self.marks.fill(0);
            self.end = FIRST_BASE;
            FIRST_BASE + room
        });
        (self.base, self.end) = (self.end, end);
    }

    /// Who asks a marked question: places of entries in the group, and how many items.
    pub fn asks(&self, question: u32, asks: &mut Vec<(u32, u32)>) {
        let mark = self.marks[question as usize];
        let first = (mark - self.base) / 2;
        asks.clear();
        asks.push((first, 1));
        let mut next = if mark.is_multiple_of(2) { LAST } else { self.heads[question as usize] };
        while let Some(ask) = self.further.get(next as usize) {
            // Of an entry that asks first and several times, there is a further ask.
            if ask.entry == first {
                asks[0].1 += ask.count;
            } else {
                asks.push((ask.entry, ask.count));
            }
            next = ask.next;
        }
    }

    pub fn is_marked(&self, question: u32) -> bool {
        self.marks[question as usize] >= self.base
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
            return self.fold(ids, &[question & QUESTION], (role, times), counts);
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
        let measure = measure(question);
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
