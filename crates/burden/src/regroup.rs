//! A window after some collections changed: entries of changed collections are replaced, and only who owed or owes one of them is put into
//! a group again.

use crate::{
    cache::Cache,
    registry::Registry,
    update::Update,
    window::{Calendar, Entry, Group, NOTHING, Window, number, periods_of},
};
use rustc_hash::FxHashMap;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock, Weak},
};

/// How a window came out of the one before.
pub(crate) struct Origin {
    window: Weak<Window>,
    /// By group: its number before, if it owed the same and nothing of it changed; else [`NOTHING`].
    pub groups: Vec<u32>,
    /// Who owed or owes an entry of a changed collection.
    pub moves: Vec<Move>,
    /// The entries that came or went; in order.
    pub entries: Vec<u32>,
}

/// Providers who were in one group and are in another.
pub(crate) struct Move {
    pub from: u32,
    pub to: u32,
    pub providers: Vec<u32>,
}

impl Origin {
    /// The window before, if it is still there.
    pub fn window(&self) -> Option<Arc<Window>> {
        self.window.upgrade()
    }

    /// Whether it is of a window.
    pub fn is(&self, window: &Arc<Window>) -> bool {
        self.window.as_ptr() == Arc::as_ptr(window)
    }
}

impl Calendar {
    /// After a change.
    fn updated(&self, registry: &Registry, update: &Update) -> Self {
        let (from, to) = (self.month.plus(-11).first_day(), self.month.last_day());
        let rows = registry.versions.iter().zip(&update.row_before);
        let changed = rows.filter(|(_, before)| before.is_none());
        let new: Vec<_> = changed.map(|(row, _)| periods_of(registry, row, from, to)).collect();
        let mut spans: BTreeSet<_> = self.spans.iter().copied().collect();
        spans.extend(new.iter().flatten().map(|period| (period.start, period.end)));
        let is_new = spans.len() > self.spans.len();
        let spans = spans.into_iter().collect();
        let mut calendar =
            Self { month: self.month, due: vec![], spans, month_ends: self.month_ends.clone() };
        let mut new = new.into_iter();
        let due = update.row_before.iter().map(|before| match before {
            None => calendar.number(registry, &new.next().unwrap_or_default()),
            // A new period changes the numbers of others.
            Some(before) if is_new => {
                let periods = self.due[*before as usize].iter().map(|due| due.period);
                calendar.number(registry, &periods.collect::<Vec<_>>())
            }
            Some(before) => Arc::clone(&self.due[*before as usize]),
        });
        calendar.due = due.collect();
        calendar
    }
}

impl Window {
    /// The window after a change.
    pub fn updated(self: &Arc<Self>, registry: &Registry, update: &Update) -> Self {
        let mut window = Self {
            calendar: self.calendar.updated(registry, update),
            entries: self.entries.clone(),
            entry_of: self.entry_of.clone(),
            groups: self.groups.clone(),
            group_of: self.group_of.clone(),
            known: self.known.clone(),
            costs: Cache::new(64),
            people: OnceLock::new(),
            owing: OnceLock::new(),
            origin: None,
        };
        let entries = window.put_entries(registry, update);
        let (groups, moves) = window.regroup(self, registry, update);
        if let Some(people) = self.people.get() {
            window.people = OnceLock::from(people.updated(registry, &window, update, &entries));
        }
        window.origin = Some(Origin { window: Arc::downgrade(self), groups, moves, entries });
        window
    }

    /// Puts the entries of changed collections in, in places that are free. Gives those that differ.
    fn put_entries(&mut self, registry: &Registry, update: &Update) -> Vec<u32> {
        let mut entries = BTreeSet::new();
        let mut free = vec![];
        for (id, entry) in (0..).zip(&mut self.entries) {
            if *entry == Entry::NONE {
                free.push(id);
                continue;
            }
            if let Some(version) = update.row_after[entry.version as usize] {
                entry.version = version;
            } else {
                *entry = Entry::NONE;
                free.push(id);
                entries.insert(id);
            }
        }
        self.entry_of.resize(registry.duties.len(), NOTHING);
        let mut known = FxHashMap::<Entry, u32>::default();
        for (place, duty) in registry.duties.iter().enumerate().filter(|(place, _)| update.duties[*place]) {
            self.entry_of[place] = match self.calendar.entry(registry, duty) {
                None => NOTHING,
                Some(entry) => *known.entry(entry).or_insert_with(|| {
                    let id = free.pop().unwrap_or(number(self.entries.len()));
                    self.entries.resize(self.entries.len().max(id as usize + 1), Entry::NONE);
                    self.entries[id as usize] = entry;
                    entries.insert(id);
                    id
                }),
            };
        }
        entries.into_iter().collect()
    }

    /// Puts who owed or owes an entry of a changed collection into groups again. Gives what each group was, and who moved.
    fn regroup(&mut self, before: &Self, registry: &Registry, update: &Update) -> (Vec<u32>, Vec<Move>) {
        let mut classes = BTreeMap::<(u32, Vec<u32>), Vec<u32>>::new();
        let [had, have] = &update.own_duties;
        for ((provider, had), have) in update.providers.iter().zip(had).zip(have) {
            let (owed, owes) = (before.ids_of(had), self.ids_of(have));
            if !owed.is_empty() || !owes.is_empty() {
                classes.entry((self.group_of[*provider as usize], owes)).or_default().push(*provider);
            }
        }
        let mut free = self.leave(&classes);
        let mut groups: Vec<u32> = (0..number(self.groups.len())).collect();
        let mut moves = vec![];
        for ((from, _), providers) in classes {
            let Some(first) = providers.first() else { continue };
            let (kind, open) = (before.groups[from as usize].kind, before.groups[from as usize].open);
            let found = {
                let group = |place: usize| self.groups.get(place).map(Arc::as_ref);
                self.find(registry, *first as usize, (kind, open), group)
            };
            let to = found.unwrap_or_else(|key| {
                let place = free.pop().unwrap_or(number(self.groups.len()));
                let made = Arc::new(Group { kind, open, key, providers: vec![] });
                if place as usize == self.groups.len() {
                    self.groups.push(made);
                    groups.push(NOTHING);
                } else {
                    self.groups[place as usize] = made;
                    groups[place as usize] = NOTHING;
                }
                self.known.insert(key, place);
                place
            });
            let group = Arc::make_mut(&mut self.groups[to as usize]);
            group.providers.extend(&providers);
            group.providers.sort_unstable();
            for provider in &providers {
                self.group_of[*provider as usize] = to;
            }
            moves.push(Move { from, to, providers });
        }
        self.close_up(free, &mut groups, &mut moves);
        (groups, moves)
    }

    /// What some duties come to.
    pub fn ids_of(&self, duties: &[u32]) -> Vec<u32> {
        duties.iter().map(|duty| self.entry_of[*duty as usize]).filter(|id| *id != NOTHING).collect()
    }

    /// Takes providers out of their groups. Gives the groups that have none left.
    fn leave(&mut self, classes: &BTreeMap<(u32, Vec<u32>), Vec<u32>>) -> Vec<u32> {
        let mut leaving = BTreeMap::<u32, BTreeSet<u32>>::new();
        for ((group, _), providers) in classes {
            leaving.entry(*group).or_default().extend(providers);
        }
        let mut free = vec![];
        for (place, providers) in leaving {
            let group = Arc::make_mut(&mut self.groups[place as usize]);
            group.providers.retain(|provider| !providers.contains(provider));
            if group.providers.is_empty() {
                self.known.remove(&group.key);
                free.push(place);
            }
        }
        free
    }

    /// Puts the last groups in places that are free, the last place first.
    fn close_up(&mut self, mut free: Vec<u32>, groups: &mut Vec<u32>, moves: &mut [Move]) {
        free.sort_unstable();
        let mut renamed = FxHashMap::default();
        while let Some(place) = free.pop() {
            self.groups.swap_remove(place as usize);
            groups.swap_remove(place as usize);
            if let Some(moved) = self.groups.get(place as usize) {
                self.known.insert(moved.key, place);
                moved.providers.iter().for_each(|provider| self.group_of[*provider as usize] = place);
                renamed.insert(number(self.groups.len()), place);
            }
        }
        for one in moves {
            while let Some(to) = renamed.get(&one.to) {
                one.to = *to;
            }
        }
    }
}
