//! What all groups of a window have in common, for `tally`.

use crate::{
    combos::{Beat, cells},
    cost::{EntryCost, Vintage},
    exact::Exact,
    registry::{Ask, Registry, VersionRow},
    sharing,
    window::{Calendar, Entry, Window, number},
};
use chrono::NaiveDate;
use rustc_hash::FxHashMap;
use std::{ops::Range, sync::Arc};

/// An entry with what there is to know of it once.
pub(crate) struct EntryRow {
    pub entry: Entry,
    pub collection: u32,
    pub owner: u32,
    /// Number of its beat.
    pub beat: u32,
    pub periods: u64,
    pub in_month: u64,
    /// By role: where the questions it asks stand among all, and how many items it asks, OPTIONAL ones apart.
    pub questions: [Range<usize>; 4],
    pub asks: [u64; 4],
    /// How many of the CONTENT items are looked at.
    pub looked_at: u64,
    pub optional: [u64; 4],
    /// Whether the frequency, or that the provider must answer, is assumed.
    pub assumed: bool,
    /// Hours of one item of a submission.
    pub item_hours: Exact,
}

/// What all groups of a window have in common.
pub(crate) struct Tables<'r> {
    pub registry: &'r Registry,
    pub calendar: &'r Calendar,
    pub rows: Vec<EntryRow>,
    /// By role: whether anything is asked in it, or OPTIONAL.
    pub roles: [bool; 4],
    /// Whether anything is met by reuse.
    pub reuse: bool,
    costs: Arc<Vec<EntryCost>>,
    /// The questions that versions ask, by version and role, each with what marks it: [`CLOSER`], [`measure`].
    pub questions: Vec<u32>,
    /// How many of a version's items ask each of them.
    pub counts: Vec<u16>,
    pub beats: Vec<Beat>,
    /// By version: which of several asks is kept, the least.
    pub keep: Vec<u32>,
}

/// There is more to a question than that one item asks it: others ask it, or it has to do with other questions.
pub(crate) const CLOSER: u32 = 1 << 31;
/// What stands above a question's number and below the other marks: how it stands to time.
const MEASURE: u32 = 29;
/// The bits of a question's number.
pub(crate) const QUESTION: u32 = (1 << MEASURE) - 1;

/// How a marked question stands to time, as in [`Meet::folded`].
pub(crate) fn measure(question: u32) -> usize {
    (question >> MEASURE & 3) as usize
}

/// What is looked at if not all is: some questions, and what asks them.
#[derive(Clone, Copy)]
pub(crate) struct Only<'u> {
    /// By question.
    pub questions: &'u [bool],
    /// By version.
    pub versions: &'u [bool],
}

/// The questions of all versions with how many items ask them, and where those of each version stand, by role.
struct Asked {
    questions: Vec<u32>,
    counts: Vec<u16>,
    places: Vec<[Range<usize>; 4]>,
}

impl Asked {
    fn new(registry: &Registry, only: Option<Only<'_>>) -> Self {
        let (relations, measures) = (registry.questions.relations(), registry.questions.measures());
        let (mut questions, mut counts) = (vec![], vec![]);
        let mut of_role = |asked: &[Ask]| {
            let from = questions.len();
            let is_named = |ask: &&Ask| only.is_none_or(|only| only.questions[ask.question as usize]);
            for ask in asked.iter().filter(is_named) {
                let closer = ask.count > 1 || relations[ask.question as usize] != 0;
                let measure = u32::from(measures[ask.question as usize]) << MEASURE;
                questions.push(ask.question | measure | if closer { CLOSER } else { 0 });
                counts.push(ask.count);
            }
            from..questions.len()
        };
        let is_near = |version: usize| only.is_none_or(|only| only.versions[version]);
        let rows = registry.versions.iter().enumerate();
        let of_version = |(version, row): (usize, &VersionRow)| {
            let asked = |role: usize| if is_near(version) { row.asked[role].as_slice() } else { &[] };
            std::array::from_fn(|role| of_role(asked(role)))
        };
        let places = rows.map(of_version).collect();
        Self { questions, counts, places }
    }
}

/// How the periods of two beats meet.
#[derive(Clone, Copy, Default)]
pub(crate) struct Meet {
    /// Periods that both have.
    pub both: u32,
    /// By how the measure stands to time (neither adds up nor is of one day; adds up; is of one day; both): periods of the first alone, and
    /// of the second alone, that are answered over shorter ones. A period that both have is never answered by them, for its parts are of
    /// one of them only and another period of the same beat does not lie within it.
    pub folded: [[u32; 2]; 4],
}

impl Meet {
    pub fn new(spans: &[(NaiveDate, NaiveDate)], beats: [&Beat; 2]) -> Self {
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

/// So many are few enough that all pairs of them have a place.
pub(crate) const FEW: usize = 256;

/// What is looked at most of a group's entries.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub beat: u32,
    pub owner: u32,
    pub keep: u32,
}

impl<'r> Tables<'r> {
    pub fn new(
        registry: &'r Registry,
        window: &'r Window,
        costs: Arc<Vec<EntryCost>>,
        vintage: &Vintage,
        only: Option<Only<'_>>,
    ) -> Self {
        let calendar = &window.calendar;
        let (mut beats, mut known) = (vec![], FxHashMap::<Beat, u32>::default());
        let Asked { questions, counts, places } = Asked::new(registry, only);
        let mut row = |entry: &Entry| {
            let version = registry.row(entry.version);
            let owed = entry.owed(calendar);
            let beat = known.entry(owed.iter().map(|due| due.span).collect()).or_insert_with_key(|beat| {
                beats.push(beat.clone());
                number(beats.len() - 1)
            });
            let asked = places[entry.version as usize].clone();
            EntryRow {
                looked_at: counts[asked[0].clone()].iter().map(|count| u64::from(*count)).sum(),
                entry: *entry,
                collection: version.collection,
                owner: version.owner,
                beat: *beat,
                periods: owed.len() as u64,
                in_month: owed.iter().filter(|due| due.in_month).count() as u64,
                questions: asked,
                assumed: version.assumed_schedule || entry.assumed,
                asks: version.asks,
                optional: version.optional,
                item_hours: vintage.prices(entry.version).item_hours.clone(),
            }
        };
        let rows = window.entries.iter().map(&mut row).collect();
        let roles = |role: usize| registry.versions.iter().any(|row| row.asks[role] + row.optional[role] > 0);
        Self {
            registry,
            calendar,
            rows,
            roles: std::array::from_fn(roles),
            reuse: registry.versions.iter().any(|row| !row.met_questions.is_empty()),
            costs,
            questions,
            counts,
            beats,
            keep: sharing::keep(registry, vintage),
        }
    }

    /// What an entry comes to.
    pub fn cost(&self, id: u32) -> &EntryCost {
        &self.costs[id as usize]
    }
}
