//! The snapshot, prepared once: numbers instead of keys, and who must answer which version on which days.

use crate::{
    period::periods_from,
    price::Tariffs,
    question::Questions,
    reuse::parts,
    statement::{effective_tariffs, re_estimated, statements_of},
    window::number,
};
use chrono::NaiveDate;
use onus_domain::{
    Basis, CollectionId, Decimal, Month, OdsCode,
    item::{Item, ItemRole},
    organisation::{Organisation, ProviderType, SizeMeasure},
    snapshot::Snapshot,
    span::Span,
    statement::{BurdenStatement, LineBasis},
    version::{Version, days_in_force},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// The roles of items, the headline's first.
pub(crate) const ROLES: [ItemRole; 4] =
    [ItemRole::Content, ItemRole::Linkage, ItemRole::Demographic, ItemRole::Administrative];
/// All measures of size.
const MEASURES: [SizeMeasure; 4] =
    [SizeMeasure::StaffWte, SizeMeasure::ListSize, SizeMeasure::FloorArea, SizeMeasure::Income];

/// A version, prepared; or the part of one in which just some of its items are met by reuse.
pub(crate) struct VersionRow {
    /// Place of the version in the snapshot.
    at: usize,
    /// Number of its collection, in order of key.
    pub collection: u32,
    /// Number of who asks.
    pub owner: u32,
    /// Days on which it is the collection's version in force, and asks what this row says.
    pub force: Vec<Span>,
    /// Places of its items that are met by reuse: they are not asked.
    pub met: BTreeSet<usize>,
    /// The questions of those of them that asks would count as CONTENT, in order.
    pub met_questions: Vec<u32>,
    /// Whether all of its items are met, so that nothing is owed.
    pub idle: bool,
    /// By role: each question asked, with how many items ask it, by number.
    pub asked: [Vec<(u32, u32)>; 4],
    /// By role: items that asks count.
    pub asks: [u64; 4],
    /// By role: OPTIONAL items.
    pub optional: [u64; 4],
    /// Its statements, declared or default, by date.
    pub statements: Vec<BurdenStatement>,
    /// Whether its frequency is assumed.
    pub assumed_schedule: bool,
    /// Whether any of its statements has a ONE_OFF line.
    has_one_off: bool,
}

/// Days on which a provider must answer a version.
#[derive(Clone, Copy)]
pub(crate) struct Owing {
    pub version: u32,
    pub span: Span,
    /// Whether it is only assumed that it must.
    pub assumed: bool,
    /// The month, by its index, in which its first obligation of the version is due; [`NEVER`] if there is none or nothing rests on it.
    pub first: i32,
}

/// No first obligation.
pub(crate) const NEVER: i32 = i32::MAX;

/// A provider, prepared.
pub(crate) struct ProviderRow {
    /// Place among the organisations.
    organisation: usize,
    pub kind: ProviderType,
    /// Number of its region, if it is known.
    pub region: Option<u32>,
    /// By version, then first day.
    pub owing: Vec<Owing>,
    /// By measure: sizes by date.
    sizes: [Vec<(NaiveDate, Decimal)>; 4],
}

impl ProviderRow {
    /// The latest size known on a day; a size of nothing or less is no size.
    pub fn size(&self, measure: SizeMeasure, day: NaiveDate) -> Option<Decimal> {
        self.size_known(measure, day).filter(|size| *size > Decimal::ZERO)
    }

    /// The latest size known on a day, as it was told.
    pub fn size_known(&self, measure: SizeMeasure, day: NaiveDate) -> Option<Decimal> {
        let sizes = &self.sizes[measure as usize];
        let known = sizes.partition_point(|(from, _)| *from <= day);
        known.checked_sub(1).map(|at| sizes[at].1)
    }
}

/// The snapshot, prepared.
pub(crate) struct Registry {
    pub snapshot: Arc<Snapshot>,
    /// Who asks, by code.
    pub owners: Vec<OdsCode>,
    /// Regions of providers, by code.
    pub regions: Vec<String>,
    /// By version as in the snapshot, then by what of it is met by reuse.
    pub versions: Vec<VersionRow>,
    pub questions: Questions,
    /// By code.
    pub providers: Vec<ProviderRow>,
    pub tariffs: Tariffs,
    /// Months in which a version was re-estimated, first first.
    pub re_estimates: Vec<Month>,
    /// By measure: the days on which any size of it becomes known.
    size_changes: [Vec<NaiveDate>; 4],
}

impl Registry {
    pub fn new(snapshot: Arc<Snapshot>) -> Self {
        let asked = snapshot.versions.iter().flat_map(|v| &v.content.items).filter(|item| item.is_asked());
        let questions = Questions::new(&snapshot, asked);
        let owners: BTreeSet<_> = snapshot.collections.iter().map(|c| c.owner.clone()).collect();
        let regions: BTreeSet<_> = snapshot.providers().filter_map(|o| o.region.clone()).collect();
        let mut registry = Self {
            regions: regions.into_iter().collect(),
            owners: owners.into_iter().collect(),
            versions: vec![],
            questions,
            providers: vec![],
            tariffs: Tariffs::new(&effective_tariffs(&snapshot)),
            re_estimates: vec![],
            size_changes: size_changes(&snapshot),
            snapshot,
        };
        registry.prepare_versions();
        registry.providers = registry.prepare_providers();
        let rows = registry.versions.iter();
        let months = rows.flat_map(|row| re_estimated(registry.version_of(row), &row.statements));
        let months: BTreeSet<_> = months.collect();
        registry.re_estimates = months.into_iter().collect();
        registry
    }

    /// The version of a row.
    pub fn version(&self, number: u32) -> &Version {
        self.version_of(self.row(number))
    }

    /// The version of a prepared one.
    pub fn version_of(&self, row: &VersionRow) -> &Version {
        &self.snapshot.versions[row.at]
    }

    /// The number of a version's row that says what it asks for periods that end on a day; nothing if it is not in force then.
    pub fn row_on(&self, version: (&CollectionId, u32), day: NaiveDate) -> Option<u32> {
        let key = |row: &VersionRow| {
            let version = self.version_of(row);
            (&version.collection, version.number)
        };
        let start = self.versions.partition_point(|row| key(row) < version);
        let rows = self.versions[start..].iter().take_while(|row| key(row) == version);
        let found = rows.enumerate().find(|(_, row)| row.force.iter().any(|span| span.holds(day)));
        found.map(|(at, _)| number(start + at))
    }

    /// The prepared version of a number.
    pub fn row(&self, number: u32) -> &VersionRow {
        &self.versions[number as usize]
    }

    /// The organisation of a provider.
    pub fn organisation(&self, provider: &ProviderRow) -> &Organisation {
        &self.snapshot.organisations[provider.organisation]
    }

    /// Place of a provider.
    pub fn provider(&self, code: &OdsCode) -> Option<usize> {
        self.providers.binary_search_by(|row| self.organisation(row).code.cmp(code)).ok()
    }

    /// The day from which sizes stay as they are until `day`: sizes on both days are the same for everybody.
    pub fn size_day(&self, measure: SizeMeasure, day: NaiveDate) -> NaiveDate {
        let changes = &self.size_changes[measure as usize];
        let before = changes.partition_point(|change| *change <= day);
        before.checked_sub(1).map_or(NaiveDate::MIN, |at| changes[at])
    }

    fn prepare_versions(&mut self) {
        let snapshot = Arc::clone(&self.snapshot);
        let mut at = 0;
        for (place, versions) in (0..).zip(snapshot.versions.chunk_by(|a, b| a.collection == b.collection)) {
            let collection = versions.first().and_then(|version| snapshot.collection(&version.collection));
            let owner = collection.and_then(|collection| self.owners.binary_search(&collection.owner).ok());
            for (version, force) in versions.iter().zip(days_in_force(versions)) {
                // A version of no known collection is asked by nobody.
                let force = if owner.is_some() { force } else { vec![] };
                let statements = statements_of(&snapshot, version);
                for (met, force) in parts(&snapshot, version, force) {
                    let schedule = version.content.schedule.as_ref();
                    let mut row = VersionRow {
                        at,
                        collection: place,
                        owner: number(owner.unwrap_or_default()),
                        force,
                        idle: !met.is_empty() && met.len() == version.content.items.len(),
                        met,
                        met_questions: vec![],
                        asked: Default::default(),
                        asks: [0; 4],
                        optional: [0; 4],
                        has_one_off: statements
                            .iter()
                            .flat_map(|s| &s.lines)
                            .any(|l| l.basis == LineBasis::OneOff),
                        statements: statements.clone(),
                        assumed_schedule: schedule.is_some_and(|s| s.basis == Basis::Assumed),
                    };
                    self.count_items(&mut row, &version.content.items);
                    self.versions.push(row);
                }
                at += 1;
            }
        }
    }

    fn count_items(&self, row: &mut VersionRow, items: &[Item]) {
        let mut asked: [BTreeMap<u32, u32>; 4] = Default::default();
        let mut met = BTreeSet::new();
        for (place, item) in items.iter().enumerate() {
            let (role, is_met) = (item.role as usize, row.met.contains(&place));
            if !item.is_asked() {
                row.optional[role] += u64::from(!is_met);
                continue;
            }
            row.asks[role] += u64::from(!is_met);
            let Some(question) = self.questions.number(&self.questions.key(&self.snapshot, item)) else {
                continue;
            };
            if !is_met {
                *asked[role].entry(question).or_default() += 1;
            } else if item.role == ROLES[0] {
                met.insert(question);
            }
        }
        row.asked = asked.map(|counts| counts.into_iter().collect());
        row.met_questions = met.into_iter().collect();
    }

    fn prepare_providers(&self) -> Vec<ProviderRow> {
        let mut sizes = BTreeMap::<&OdsCode, [Vec<(NaiveDate, Decimal)>; 4]>::new();
        for size in &self.snapshot.sizes {
            sizes.entry(&size.organisation).or_default()[size.measure as usize]
                .push((size.from_date, size.value));
        }
        let mut firsts = Firsts::default();
        let organisations = self.snapshot.organisations.iter().enumerate().filter(|(_, o)| o.is_provider());
        let row = |(place, organisation): (usize, &Organisation)| {
            let mut row = ProviderRow {
                organisation: place,
                kind: organisation.provider_type.unwrap_or(ProviderType::Other),
                region: organisation
                    .region
                    .as_ref()
                    .and_then(|region| self.regions.binary_search(region).ok())
                    .map(number),
                owing: vec![],
                sizes: sizes.remove(&organisation.code).unwrap_or_default(),
            };
            row.owing = self.owing(&row, &mut firsts);
            row.owing.shrink_to_fit();
            row
        };
        organisations.map(row).collect()
    }

    /// The days on which a provider must answer `version` by its rule, in force or not.
    pub fn respondent_days(&self, provider: &ProviderRow, version: &Version) -> Vec<Span> {
        let Some(rule) = &version.content.respondents else { return vec![] };
        rule.days(self.organisation(provider), |measure| provider.sizes[measure as usize].clone())
    }

    fn owing(&self, provider: &ProviderRow, firsts: &mut Firsts) -> Vec<Owing> {
        let mut owing: Vec<Owing> = vec![];
        let mut place = 0;
        for rows in self.versions.chunk_by(|a, b| a.at == b.at) {
            let first_row = place;
            place += rows.len();
            if rows.iter().all(|row| row.force.is_empty()) {
                continue;
            }
            let version = self.version_of(&rows[0]);
            let days = self.respondent_days(provider, version);
            let spans = |row: &VersionRow| -> Vec<Span> {
                let spans = days.iter().flat_map(|days| row.force.iter().filter_map(|f| f.meet(*days)));
                spans.collect()
            };
            let parts: Vec<_> = rows.iter().map(spans).collect();
            if parts.iter().all(Vec::is_empty) {
                continue;
            }
            let rule = version.content.respondents.as_ref();
            let assumed =
                rule.is_some_and(|rule| rule.basis_for(self.organisation(provider)) == Basis::Assumed);
            let owed = rows.iter().zip(&parts).filter(|(row, _)| row.has_one_off && !row.idle);
            let first = owed.map(|(row, spans)| firsts.get(version, row.at, spans)).min().unwrap_or(NEVER);
            for (at, spans) in parts.into_iter().enumerate() {
                let version = number(first_row + at);
                owing.extend(spans.into_iter().map(|span| Owing { version, span, assumed, first }));
            }
        }
        owing
    }
}

/// First obligations found so far: most providers share them.
#[derive(Default)]
struct Firsts(BTreeMap<(usize, Span), Option<Month>>);

impl Firsts {
    fn get(&mut self, version: &Version, at: usize, spans: &[Span]) -> i32 {
        let mut found = spans
            .iter()
            .filter_map(|span| *self.0.entry((at, *span)).or_insert_with(|| first_due(version, *span)));
        found.next().map_or(NEVER, Month::index)
    }
}

/// The month of the first obligation that a respondent throughout `span` has.
fn first_due(version: &Version, span: Span) -> Option<Month> {
    let schedule = version.content.schedule.as_ref()?;
    periods_from(schedule, span.from).next().filter(|period| period.end <= span.to).map(|p| Month::of(p.due))
}

fn size_changes(snapshot: &Snapshot) -> [Vec<NaiveDate>; 4] {
    MEASURES.map(|measure| {
        let days = snapshot.sizes.iter().filter(|size| size.measure == measure).map(|size| size.from_date);
        days.collect::<BTreeSet<_>>().into_iter().collect()
    })
}
