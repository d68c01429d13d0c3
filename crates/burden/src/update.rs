//! What a change of some collections leaves as it was (`domain.md`, rule 7: incremental results equal a full recomputation, exactly).
//!
//! A changed collection is taken out and put in anew: its versions, what they ask, who must answer them. All other versions stay prepared
//! as they are, though their numbers may differ; duties, entries (`regroup`) and questions keep theirs, and places that become free are
//! used again. What each month holds is brought after it when it is asked for (`index`, `retally`): only providers who answer a changed
//! collection are looked at again, and of what they are asked only the questions that it may have to do with. Since sums are exact, taking
//! away what these came to and adding what they come to gives the very figures that a full computation gives.
//!
//! What is not made of collections (organisations, sizes, tariffs, subjects, what concepts are linked by), a body that asks for the first
//! time or no more: everything is made anew.

use crate::{
    Changes,
    links::Links,
    question::Asked,
    registry::{Duty, Registry, VersionRow},
    window::number,
};
use onus_domain::{
    item::Item,
    snapshot::Snapshot,
    version::{Content, Version},
};
use rustc_hash::FxHashMap;
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::{Arc, OnceLock},
};

/// How a registry came out of the one before.
pub(crate) struct Update {
    pub before: Arc<Registry>,
    pub changes: Changes,
    /// By version row: its number before; nothing for those of changed collections.
    pub row_before: Vec<Option<u32>>,
    /// By version row before: its number after.
    pub row_after: Vec<Option<u32>>,
    /// By duty: whether it is of a changed collection, or was.
    pub duties: Vec<bool>,
    /// Who must answer a changed collection, or had to; in order.
    pub providers: Vec<u32>,
    /// Before, and after, by place among them: their duties of changed collections.
    pub own_duties: [Vec<Vec<u32>>; 2],
    /// By question: whether what it comes to may differ.
    pub touched: Vec<bool>,
    /// Whether any question stands to time otherwise, for others too.
    pub measured: bool,
    /// By version row before, and after: whether its collection asks a question that is touched.
    pub near: [Vec<bool>; 2],
    askers: OnceLock<Askers>,
}

/// By question: the version rows that ask it as CONTENT.
struct Askers {
    starts: Vec<u32>,
    rows: Vec<u32>,
}

/// Rows of changed collections, by number.
type Ranges = Vec<Range<u32>>;

impl Registry {
    /// The registry of `snapshot`, which differs by `changes`. Nothing if it is to be made anew.
    pub fn updated(self: &Arc<Self>, snapshot: &Arc<Snapshot>, changes: Changes) -> Option<(Self, Update)> {
        let owners: BTreeSet<_> = snapshot.collections.iter().map(|c| &c.owner).collect();
        if changes.others || !owners.into_iter().eq(&self.owners) {
            return None;
        }
        let links = Links::new(snapshot);
        let asked = Asked {
            before: &self.snapshot,
            after: snapshot,
            gone: items(&self.snapshot, &changes),
            come: items(snapshot, &changes),
        };
        let (questions, measured) = self.questions.changed(&asked, &links);
        let gone = asked.gone.iter().filter_map(|item| self.questions.of_item(item));
        let come = asked.come.iter().filter_map(|item| questions.of_item(item));
        let touched = questions.touched(&links, gone.chain(come));
        let mut registry = Self {
            owners: self.owners.clone(),
            regions: self.regions.clone(),
            versions: Vec::with_capacity(self.versions.len()),
            questions,
            duties: vec![],
            providers: Arc::clone(&self.providers),
            duties_of: self.duties_of.clone(),
            tariffs: Arc::clone(&self.tariffs),
            re_estimates: vec![],
            size_changes: self.size_changes.clone(),
            snapshot: Arc::clone(snapshot),
        };
        let row_before = registry.put_versions(self, &changes)?;
        let mut row_after = vec![None; self.versions.len()];
        for (row, before) in (0..).zip(&row_before) {
            if let Some(before) = before {
                row_after[*before as usize] = Some(row);
            }
        }
        let (duties, providers, own_duties) = registry.put_duties(self, &row_before, &row_after);
        registry.find_re_estimates();
        let mut update = Update {
            before: Arc::clone(self),
            changes,
            row_before,
            row_after,
            duties,
            providers,
            own_duties,
            touched,
            measured,
            near: [vec![], vec![]],
            askers: OnceLock::new(),
        };
        update.find_near(&registry);
        Some((registry, update))
    }

    /// Puts unchanged versions in as they are prepared, changed ones prepared anew. Gives what rows were before; nothing if versions
    /// differ that ought not to.
    fn put_versions(&mut self, before: &Self, changes: &Changes) -> Option<Vec<Option<u32>>> {
        let snapshot = Arc::clone(&self.snapshot);
        let mut known = before.versions.chunk_by(|a, b| a.collection == b.collection).peekable();
        let (mut rows, mut at, mut first) = (vec![], 0, 0);
        for (place, versions) in (0..).zip(snapshot.versions.chunk_by(|a, b| a.collection == b.collection)) {
            let id = &versions[0].collection;
            let mut same = None;
            while let Some(run) = known.next_if(|run| before.version_of(&run[0]).collection <= *id) {
                if before.version_of(&run[0]).collection == *id {
                    same = Some((run, first));
                }
                first += number(run.len());
            }
            if changes.collections.contains(id) {
                self.prepare_collection(versions, at, place);
                rows.resize(self.versions.len(), None);
            } else {
                let (run, first) = same?;
                let row = |row: &VersionRow| VersionRow {
                    at: row.at - run[0].at + at,
                    collection: place,
                    prepared: Arc::clone(&row.prepared),
                };
                self.versions.extend(run.iter().map(row));
                rows.extend((first..).zip(run).map(|(row, _)| Some(row)));
            }
            at += versions.len();
        }
        Some(rows)
    }

    /// Puts duties in: those of changed collections anew, in places that are free. Gives which places differ, whose duties do, and which of
    /// theirs, before and after.
    fn put_duties(
        &mut self,
        before: &Self,
        row_before: &[Option<u32>],
        row_after: &[Option<u32>],
    ) -> (Vec<bool>, Vec<u32>, [Vec<Vec<u32>>; 2]) {
        let renumbered = |duty: &Duty| match row_after.get(duty.version as usize) {
            Some(Some(version)) => Duty { version: *version, ..*duty },
            _ => Duty::NONE,
        };
        self.duties = before.duties.iter().map(renumbered).collect();
        let pairs = || before.duties.iter().zip(&self.duties);
        let mut changed: Vec<bool> = pairs().map(|(old, new)| !old.is_none() && new.is_none()).collect();
        let mut free: Vec<u32> =
            (0..).zip(&self.duties).filter(|(_, duty)| duty.is_none()).map(|(at, _)| at).collect();
        let mut answers = BTreeMap::<u32, Vec<u32>>::new();
        for range in ranges(row_before) {
            let rows = range.start as usize..range.end as usize;
            let mut first = rows.start;
            let mut found = vec![];
            for rows in self.versions[rows].chunk_by(|a, b| a.at == b.at) {
                self.duties_on(rows, first, None, |place, duty| found.push((number(place), duty)));
                first += rows.len();
            }
            let mut known = FxHashMap::default();
            for (provider, duty) in found {
                let at = *known.entry(duty).or_insert_with(|| {
                    let at = free.pop().unwrap_or(number(self.duties.len()));
                    let places = self.duties.len().max(at as usize + 1);
                    self.duties.resize(places, Duty::NONE);
                    changed.resize(places, false);
                    self.duties[at as usize] = duty;
                    changed[at as usize] = true;
                    at
                });
                answers.entry(provider).or_default().push(at);
            }
        }
        let answered = before.answering(&ranges(row_after));
        let providers: BTreeSet<u32> = answered.into_iter().chain(answers.keys().copied()).collect();
        let mut own = [vec![], vec![]];
        for provider in &providers {
            let known = before.duties_of[*provider as usize].iter();
            let (gone, mut duties): (Vec<u32>, Vec<u32>) = known.partition(|at| changed[**at as usize]);
            let come = answers.remove(provider).unwrap_or_default();
            duties.extend(&come);
            duties.sort_by_key(|at| (self.duties[*at as usize].version, self.duties[*at as usize].span.from));
            self.duties_of[*provider as usize] = Arc::from(duties);
            own[0].push(gone);
            own[1].push(come);
        }
        (changed, providers.into_iter().collect(), own)
    }

    /// The providers that have a duty of any of some rows, in order.
    fn answering(&self, ranges: &Ranges) -> Vec<u32> {
        let answers = |duties: &Arc<[u32]>| {
            ranges.iter().any(|rows| {
                let version = |duty: &u32| self.duties[*duty as usize].version;
                let at = duties.partition_point(|duty| version(duty) < rows.start);
                duties.get(at).is_some_and(|duty| version(duty) < rows.end)
            })
        };
        (0..)
            .zip(&self.duties_of)
            .filter(|(_, duties)| answers(duties))
            .map(|(provider, _)| provider)
            .collect()
    }
}

/// The items that changed collections ask.
fn items<'s>(snapshot: &'s Snapshot, changes: &Changes) -> Vec<&'s Item> {
    let versions = changes.collections.iter().flat_map(|id| snapshot.versions_of(id));
    let contents = versions.map(|version: &Version| -> &Content { &version.content });
    contents.flat_map(|content| &content.items).filter(|item| item.is_asked()).collect()
}

/// The rows that are not on the other side, in runs.
fn ranges(other_side: &[Option<u32>]) -> Ranges {
    let mut found: Ranges = vec![];
    for (row, _) in (0..).zip(other_side).filter(|(_, other)| other.is_none()) {
        match found.last_mut() {
            Some(last) if last.end == row => last.end += 1,
            _ => found.push(row..row + 1),
        }
    }
    found
}

impl Update {
    /// Whether a row after the change is of a changed collection.
    pub fn is_changed(&self, row: u32) -> bool {
        self.row_before[row as usize].is_none()
    }

    /// Finds the rows of collections that ask a touched question, changed ones among them; and those of which reuse meets needs of a body
    /// that has a changed collection: they may be of the same facts.
    fn find_near(&mut self, registry: &Registry) {
        let changed_rows = |registry: &Registry, other_side: &[Option<u32>]| -> BTreeSet<u32> {
            let rows = registry.versions.iter().zip(other_side);
            rows.filter(|(_, other)| other.is_none()).map(|(row, _)| row.owner).collect()
        };
        let mut owners = changed_rows(registry, &self.row_before);
        owners.extend(changed_rows(&self.before, &self.row_after));
        let asks = |row: &VersionRow| {
            let mut asked = row.asked.iter().flatten();
            asked.any(|ask| self.touched[ask.question as usize])
                || (!row.met_questions.is_empty() && owners.contains(&row.owner))
        };
        let mut after = Vec::with_capacity(registry.versions.len());
        for rows in registry.versions.chunk_by(|a, b| a.collection == b.collection) {
            let near = self.is_changed(number(after.len())) || rows.iter().any(asks);
            after.resize(after.len() + rows.len(), near);
        }
        let before = self.row_after.iter().map(|row| row.is_none_or(|row| after[row as usize]));
        self.near = [before.collect(), after];
    }

    /// The rows after the change that ask a question as CONTENT.
    pub fn askers(&self, registry: &Registry, question: u32) -> &[u32] {
        let askers = self.askers.get_or_init(|| Askers::new(registry));
        let of = |question: usize| askers.starts[question] as usize;
        &askers.rows[of(question as usize)..of(question as usize + 1)]
    }
}

impl Askers {
    fn new(registry: &Registry) -> Self {
        let questions = || registry.versions.iter().map(|row| row.asked[0].iter().map(|ask| ask.question));
        let mut starts = vec![0; registry.questions.len() + 1];
        for question in questions().flatten() {
            starts[question as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut rows = vec![0; *starts.last().unwrap_or(&0) as usize];
        for (row, questions) in (0..).zip(questions()) {
            for question in questions {
                let next = &mut next[question as usize];
                rows[*next as usize] = row;
                *next += 1;
            }
        }
        Self { starts, rows }
    }
}
