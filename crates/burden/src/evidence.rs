//! Time returns as evidence (`burden.md`, "Cost"): what submissions really took, against what statements say.
//!
//! Each return is set against what the statement in force says of that submission by that provider. A provider's returns on a version are
//! first made one, their median, so that who returns often does not outweigh others; providers are then pooled (`pool`). Hours of
//! submissions carry the interval of their version's ratio into every total, and the ends of intervals are added: a total's interval is
//! never too narrow. The work of months is no submission and has none. Figures themselves stay on statements: where time returns say
//! otherwise, `hours` may lie outside its own interval, and the bias factor says so.
//!
//! A return is flagged if it is more than ten times, or less than a tenth, of what the version's providers take in the middle (of what is
//! declared, while there are too few to tell). It is kept: a median does not mind it.

use crate::{
    Burden,
    cost::Vintage,
    index::Index,
    number::{Hours, Ratio},
    obligation::obligations,
    pool::{LEAST_POOLED, Pooled, median, pool},
    registry::Registry,
    update::Update,
    window::{Entry, Window, number},
};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Zero};
use onus_domain::{
    CollectionId, Decimal, Month, OdsCode,
    submission::{Obligation, Submission},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// A return that is far from the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlaggedReturn {
    /// Of which submission.
    pub obligation: Obligation,
    /// What it took.
    pub taken: Hours,
    /// What the statement says of it.
    pub declared: Hours,
}

/// What is known of a version from time returns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionEvidence {
    /// The collection.
    pub collection: CollectionId,
    /// The version.
    pub version: u32,
    /// Who asks.
    pub owner: OdsCode,
    /// Time returns.
    pub returns: u64,
    /// Hours that a submission takes, over providers.
    pub taken: Pooled<Hours>,
    /// Hours taken against hours declared, over providers; nothing if nothing is declared for a submission.
    pub ratio: Option<Pooled<Ratio>>,
    /// Returns far from the others, by obligation. They are counted like all others.
    pub flagged: Vec<FlaggedReturn>,
}

/// Hours that a body's requests take against what is declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerBias {
    /// Who asks.
    pub owner: OdsCode,
    /// Its versions with evidence enough for an interval.
    pub versions: u64,
    /// Hours of their submissions in the twelve months, as declared.
    pub declared: Hours,
    /// The same as time returns have it.
    pub actual: Hours,
    /// actual / declared; nothing if nothing is declared.
    pub factor: Option<Ratio>,
    /// The factor at the lower ends of the versions' intervals.
    pub low: Option<Ratio>,
    /// At the upper ends.
    pub high: Option<Ratio>,
}

/// How hours of submissions are to be read: lower end, middle, upper end.
type Three = [BigRational; 3];

/// What a version's submissions take.
#[derive(Clone)]
enum Reading {
    /// So many times what is declared.
    Times(Three),
    /// So many hours each: nothing is declared.
    Each(Three),
}

/// What time returns known in a month say.
#[derive(Default)]
pub(crate) struct Evidence {
    pub versions: Vec<VersionEvidence>,
    /// By number of version row; of versions with evidence enough.
    readings: BTreeMap<u32, Reading>,
}

/// A submission with its time.
struct Return<'s> {
    obligation: &'s Obligation,
    row: u32,
    provider: usize,
    taken: BigRational,
    declared: BigRational,
}

impl Evidence {
    /// From the submissions made until the last day of a month; on some collections, if they are named.
    pub fn new(
        registry: &Registry,
        vintage: &Vintage,
        month: Month,
        only: Option<&BTreeSet<CollectionId>>,
    ) -> Self {
        let returns = returns(registry, vintage, month, only);
        let mut by_version = BTreeMap::<(u32, u32), Vec<Return<'_>>>::new();
        for one in returns {
            let key = (registry.row(one.row).collection, registry.version(one.row).number);
            by_version.entry(key).or_default().push(one);
        }
        let mut evidence = Self::default();
        for returns in by_version.into_values() {
            evidence.add(registry, &returns);
        }
        evidence
    }

    /// After a change: what is known of other collections is as it was.
    pub fn updated(&self, registry: &Registry, update: &Update, vintage: &Vintage, month: Month) -> Self {
        let changes = &update.changes;
        if changes.submissions {
            return Self::new(registry, vintage, month, None);
        }
        let mut evidence = Self::new(registry, vintage, month, Some(&changes.collections));
        let kept = self.versions.iter().filter(|version| !changes.collections.contains(&version.collection));
        evidence.versions.extend(kept.cloned());
        evidence.versions.sort_by(|a, b| (&a.collection, a.version).cmp(&(&b.collection, b.version)));
        let readings = self.readings.iter();
        let readings =
            readings.filter_map(|(row, reading)| Some((update.row_after[*row as usize]?, reading)));
        evidence.readings.extend(readings.map(|(row, reading)| (row, reading.clone())));
        evidence
    }

    fn add(&mut self, registry: &Registry, returns: &[Return<'_>]) {
        let Some(first) = returns.first() else { return };
        let by_provider = |value: &dyn Fn(&Return<'_>) -> Option<BigRational>| {
            let mut values = BTreeMap::<usize, Vec<BigRational>>::new();
            for one in returns {
                if let Some(value) = value(one) {
                    values.entry(one.provider).or_default().push(value);
                }
            }
            pool(values.into_values().filter_map(|mut values| median(&mut values)).collect())
        };
        let Some(taken) = by_provider(&|one| Some(one.taken.clone())) else { return };
        let ratio = by_provider(&|one| (!one.declared.is_zero()).then(|| &one.taken / &one.declared));
        let three = |of: &Pooled<BigRational>| {
            let interval = of.interval.as_ref()?;
            Some([interval.low.clone(), of.median.clone(), interval.high.clone()])
        };
        let reading = match &ratio {
            Some(ratio) => three(ratio).map(Reading::Times),
            None => three(&taken).map(Reading::Each),
        };
        let version = registry.version(first.row);
        if let Some(reading) = reading {
            let same = |row: &u32| {
                let other = registry.version(*row);
                (&other.collection, other.number) == (&version.collection, version.number)
            };
            let rows = (0..number(registry.versions.len())).filter(same);
            self.readings.extend(rows.map(|row| (row, reading.clone())));
        }
        let enough = taken.count >= LEAST_POOLED as u64;
        let is_flagged = |one: &&Return<'_>| {
            let usual = if enough { &taken.median } else { &one.declared };
            let ten = BigInt::from(10);
            !usual.is_zero() && (one.taken > usual * &ten || &one.taken * ten < *usual)
        };
        let mut flagged: Vec<_> = returns
            .iter()
            .filter(is_flagged)
            .map(|one| FlaggedReturn {
                obligation: one.obligation.clone(),
                taken: Hours::new(one.taken.clone()),
                declared: Hours::new(one.declared.clone()),
            })
            .collect();
        flagged.sort_by(|a, b| a.obligation.cmp(&b.obligation));
        self.versions.push(VersionEvidence {
            collection: version.collection.clone(),
            version: version.number,
            owner: registry.owners[registry.row(first.row).owner as usize].clone(),
            returns: returns.len() as u64,
            taken: taken.map(Hours::new),
            ratio: ratio.map(|ratio| ratio.map(Ratio::new)),
            flagged,
        });
    }

    /// Whether no version has evidence enough.
    pub fn is_empty(&self) -> bool {
        self.readings.is_empty()
    }
}

/// The time returns on what was owed, one of each obligation: the last, if there are several.
fn returns<'r>(
    registry: &'r Registry,
    vintage: &Vintage,
    month: Month,
    only: Option<&BTreeSet<CollectionId>>,
) -> Vec<Return<'r>> {
    let mut timed = BTreeMap::<&OdsCode, BTreeMap<&Obligation, &Submission>>::new();
    let known = |one: &&Submission| one.submitted_at.date_naive() <= month.last_day();
    let named = |one: &&Submission| only.is_none_or(|only| only.contains(&one.obligation.collection));
    let submissions = registry.snapshot.submissions.iter().filter(known).filter(named);
    for one in submissions.filter(|one| one.time_return.is_some()) {
        let of_provider = timed.entry(&one.obligation.provider).or_default();
        let last = of_provider.entry(&one.obligation).or_insert(one);
        if last.submitted_at < one.submitted_at {
            *last = one;
        }
    }
    let mut returns = vec![];
    for (code, submissions) in timed {
        let Some(provider) = registry.provider(code) else { continue };
        let days = submissions.keys().map(|obligation| obligation.due_date);
        let (Some(from), Some(to)) = (days.clone().min(), days.max()) else { continue };
        for owed in obligations(registry, code, from, to) {
            let Some((obligation, submission)) = submissions.get_key_value(&owed) else { continue };
            let row = registry.row_on((&owed.collection, owed.version), owed.period_end);
            let (Some(row), Some(time)) = (row, submission.time_return) else { continue };
            let prices = vintage.prices(row);
            let mut declared = prices.submission.hours.value();
            for (measure, price) in &prices.units {
                declared += price.hours.value() * registry.size_in(provider, (*measure, owed.period_end));
            }
            let minutes = Decimal::from_whole(1).units();
            let taken =
                BigRational::new(BigInt::from(time.minutes) * minutes, crate::number::UNITS_PER_HOUR.into());
            returns.push(Return { obligation, row, provider, taken, declared });
        }
    }
    returns
}

/// Hours of a month and of the twelve months, read as lower end, middle and upper end.
#[derive(Clone, Default)]
pub(crate) struct Reads {
    pub month: Three,
    pub year: Three,
}

/// Reads the hours of submissions in the light of evidence.
pub(crate) struct Reader<'r> {
    index: &'r Index,
    window: &'r Window,
    evidence: &'r Evidence,
    vintage: Arc<Vintage>,
}

impl<'r> Reader<'r> {
    pub fn new(index: &'r Index, window: &'r Window, evidence: &'r Evidence) -> Self {
        let vintage = index.vintage(window.calendar.month.last_day());
        Self { index, window, evidence, vintage }
    }

    /// How much what a provider owes would differ; nothing if no evidence is of any of it.
    pub fn read_provider(&self, registry: &Registry, provider: usize) -> Option<(Reads, BigRational)> {
        self.read(provider, &self.window.owed_by(registry, provider))
    }

    /// How much what a provider owes of some versions would differ from what is declared, read by evidence; and what is declared of it.
    /// Nothing if no evidence is of them.
    pub fn read(&self, provider: usize, entries: &[Entry]) -> Option<(Reads, BigRational)> {
        let (mut reads, mut declared, mut any) = (Reads::default(), BigRational::zero(), false);
        for entry in entries {
            let Some(reading) = self.evidence.readings.get(&entry.version) else { continue };
            let prices = self.vintage.prices(entry.version);
            for due in entry.owed(&self.window.calendar) {
                any = true;
                let mut own = prices.submission.hours.value();
                for (measure, price) in &prices.units {
                    own += price.hours.value() * self.index.size_in(provider, (*measure, due.period.end));
                }
                for place in 0..3 {
                    let more = match reading {
                        Reading::Times(times) => &own * (&times[place] - BigRational::one()),
                        Reading::Each(hours) => &hours[place] - &own,
                    };
                    if due.in_month {
                        reads.month[place] += &more;
                    }
                    reads.year[place] += more;
                }
                declared += own;
            }
        }
        any.then_some((reads, declared))
    }
}

impl Burden {
    /// What time returns say of each version that has any, by collection and version, as known on the last day of a month.
    pub fn evidence(&self, month: Month) -> Vec<VersionEvidence> {
        self.figures(month).evidence.versions.clone()
    }

    /// The same of some collections alone, which is quickly told.
    pub fn evidence_of(&self, collections: &BTreeSet<CollectionId>, month: Month) -> Vec<VersionEvidence> {
        let vintage = self.index.vintage(month.last_day());
        Evidence::new(&self.registry, &vintage, month, Some(collections)).versions
    }

    /// How far what bodies declare is from what providers take, by code; of bodies with a version of which time returns tell enough.
    pub fn biases(&self, month: Month) -> Vec<OwnerBias> {
        let figures = self.figures(month);
        let evidence = &figures.evidence;
        if evidence.is_empty() {
            return vec![];
        }
        let reader = Reader::new(&self.index, &figures.window, evidence);
        let mut sums = BTreeMap::<u32, (Three, BigRational)>::new();
        for group in &figures.window.groups {
            for entry in figures.window.entries(&self.registry, group) {
                let owner = self.registry.row(entry.version).owner;
                for provider in &group.providers {
                    let Some((reads, declared)) = reader.read(*provider as usize, &[entry]) else { break };
                    let sum = sums.entry(owner).or_default();
                    sum.0.iter_mut().zip(reads.year).for_each(|(sum, more)| *sum += more);
                    sum.1 += declared;
                }
            }
        }
        let row = |(owner, (more, declared)): (u32, (Three, BigRational))| {
            let code = &self.registry.owners[owner as usize];
            let enough = evidence.versions.iter().filter(|v| v.owner == *code && v.taken.interval.is_some());
            let [low, actual, high] = more.map(|more| Hours::new(more + &declared));
            let declared = Hours::new(declared);
            OwnerBias {
                owner: code.clone(),
                versions: enough.count() as u64,
                factor: actual.over(&declared),
                low: low.over(&declared),
                high: high.over(&declared),
                declared,
                actual,
            }
        };
        sums.into_iter().map(row).collect()
    }
}
