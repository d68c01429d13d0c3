//! The snapshot, prepared once: numbers instead of keys, and who must answer which version on which days.

use crate::{
    cost::{Sizes, Slot},
    number::decimal,
    period::periods_from,
    price::Tariffs,
    question::Questions,
    reuse::parts,
    statement::{effective_tariffs, re_estimated, statements_of},
    window::number,
};
use chrono::NaiveDate;
use num_rational::BigRational;
use num_traits::One;
use onus_domain::{
    Basis, CollectionId, Decimal, Month, OdsCode,
    item::{Item, ItemRole},
    organisation::{Organisation, ProviderType, SizeMeasure},
    snapshot::Snapshot,
    span::Span,
    statement::{BurdenStatement, LineBasis},
    version::{Version, days_in_force},
};
use rustc_hash::FxHashMap;
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::{Deref, Range},
    sync::Arc,
};

/// The roles of items, the headline's first.
pub(crate) const ROLES: [ItemRole; 4] =
    [ItemRole::Content, ItemRole::Linkage, ItemRole::Demographic, ItemRole::Administrative];
/// All measures of size.
const MEASURES: [SizeMeasure; 4] =
    [SizeMeasure::StaffWte, SizeMeasure::ListSize, SizeMeasure::FloorArea, SizeMeasure::Income];

/// A question that a version asks.
#[derive(Clone, Copy)]
pub(crate) struct Ask {
    pub question: u32,
    /// How many of its items ask it.
    pub count: u16,
}

/// Who answers a version, by its place in the snapshot: places of providers, in order.
pub(crate) type Lists<'l> = &'l dyn Fn(usize) -> Vec<u32>;

/// A version, prepared, with its place; or the part of one in which just some of its items are met by reuse.
#[derive(Clone)]
pub(crate) struct VersionRow {
    /// Place of the version in the snapshot.
    pub at: usize,
    /// Number of its collection, in order of key.
    pub collection: u32,
    pub prepared: Arc<Prepared>,
}

impl Deref for VersionRow {
    type Target = Prepared;

    fn deref(&self) -> &Prepared {
        &self.prepared
    }
}

/// A version, or a part of one, wherever it stands among others.
pub(crate) struct Prepared {
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
    /// By role: the questions asked, by number.
    pub asked: [Vec<Ask>; 4],
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

/// Days on which providers must answer a version. Most who answer one do so on the same days: they share a duty.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Duty {
    pub version: u32,
    pub span: Span,
    /// Whether it is only assumed that it must.
    pub assumed: bool,
    /// The month, by its index, in which its first obligation of the version is due; [`NEVER`] if there is none or nothing rests on it.
    pub first: i32,
}

impl Duty {
    /// No duty: a place that is free.
    pub const NONE: Self = Self {
        version: u32::MAX,
        span: Span { from: NaiveDate::MAX, to: NaiveDate::MIN },
        assumed: false,
        first: NEVER,
    };

    pub fn is_none(&self) -> bool {
        self.version == u32::MAX
    }
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
    /// Every different duty; [`Duty::NONE`] where one was.
    pub duties: Vec<Duty>,
    /// By code.
    pub providers: Arc<Vec<ProviderRow>>,
    /// By provider: numbers of its duties, by version, then first day.
    pub duties_of: Vec<Arc<[u32]>>,
    pub tariffs: Arc<Tariffs>,
    /// Months in which a version was re-estimated, first first.
    pub re_estimates: Vec<Month>,
    /// By measure: the days on which any size of it becomes known.
    pub size_changes: [Vec<NaiveDate>; 4],
}

impl Registry {
    /// With who answers each version as its rule says.
    pub fn new(snapshot: Arc<Snapshot>) -> Self {
        Self::assembled(snapshot, None)
    }

    /// With who answers each version as its rule says, or as `lists` does: by place of version, the places of providers, in order.
    pub fn assembled(snapshot: Arc<Snapshot>, lists: Option<Lists<'_>>) -> Self {
        let asked = snapshot.versions.iter().flat_map(|v| &v.content.items).filter(|item| item.is_asked());
        let questions = Questions::new(&snapshot, asked);
        let owners: BTreeSet<_> = snapshot.collections.iter().map(|c| c.owner.clone()).collect();
        let regions: BTreeSet<_> = snapshot.providers().filter_map(|o| o.region.clone()).collect();
        let mut registry = Self {
            regions: regions.into_iter().collect(),
            owners: owners.into_iter().collect(),
            versions: vec![],
            questions,
            duties: vec![],
            providers: Arc::default(),
            duties_of: vec![],
            tariffs: Arc::new(Tariffs::new(&effective_tariffs(&snapshot))),
            re_estimates: vec![],
            size_changes: size_changes(&snapshot),
            snapshot,
        };
        registry.prepare_versions();
        registry.prepare_providers();
        registry.prepare_duties(lists);
        registry.find_re_estimates();
        registry
    }

    /// Finds the months in which a version was re-estimated.
    pub fn find_re_estimates(&mut self) {
        let rows = self.versions.iter();
        let months = rows.flat_map(|row| re_estimated(self.version_of(row), &row.statements));
        let months: BTreeSet<_> = months.collect();
        self.re_estimates = months.into_iter().collect();
    }

    /// The version of a row.
    pub fn version(&self, number: u32) -> &Version {
        self.version_of(self.row(number))
    }

    /// The version of a prepared one.
    pub fn version_of(&self, row: &VersionRow) -> &Version {
        &self.snapshot.versions[row.at]
    }

    /// The places of a collection's rows.
    pub fn rows_of(&self, id: &CollectionId) -> Range<usize> {
        let from = self.versions.partition_point(|row| self.version_of(row).collection < *id);
        let to = self.versions.partition_point(|row| self.version_of(row).collection <= *id);
        from..to
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

    /// A provider's size in a slot, 1 if unknown.
    pub fn size_in(&self, provider: usize, (measure, day): Slot) -> BigRational {
        self.providers[provider].size(measure, day).map_or_else(BigRational::one, decimal)
    }

    /// The sizes of several providers in a slot.
    pub fn sizes_in(&self, providers: &[u32], slot: Slot) -> Sizes {
        let all = providers.iter().map(|provider| self.size_in(*provider as usize, slot)).sum();
        let is_unknown = |provider: &&u32| self.providers[**provider as usize].size(slot.0, slot.1).is_none();
        let unknown = providers.iter().filter(is_unknown).count();
        Sizes { all, unknown: BigRational::from_integer(unknown.into()) }
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
            self.prepare_collection(versions, at, place);
            at += versions.len();
        }
    }

    /// The versions of a collection, of which the first stands at a place in the snapshot.
    pub fn prepare_collection(&mut self, versions: &[Version], at: usize, collection: u32) {
        let snapshot = Arc::clone(&self.snapshot);
        let known = versions.first().and_then(|version| snapshot.collection(&version.collection));
        let owner = known.and_then(|collection| self.owners.binary_search(&collection.owner).ok());
        for ((version, force), at) in versions.iter().zip(days_in_force(versions)).zip(at..) {
            // A version of no known collection is asked by nobody.
            let force = if owner.is_some() { force } else { vec![] };
            let statements = statements_of(&snapshot, version);
            for (met, force) in parts(&snapshot, version, force) {
                let schedule = version.content.schedule.as_ref();
                let mut prepared = Prepared {
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
                self.count_items(&mut prepared, &version.content.items);
                self.versions.push(VersionRow { at, collection, prepared: Arc::new(prepared) });
            }
        }
    }

    fn count_items(&self, row: &mut Prepared, items: &[Item]) {
        let mut asked: [BTreeMap<u32, u32>; 4] = Default::default();
        let mut met = BTreeSet::new();
        for (place, item) in items.iter().enumerate() {
            let (role, is_met) = (item.role as usize, row.met.contains(&place));
            if !item.is_asked() {
                row.optional[role] += u64::from(!is_met);
                continue;
            }
            row.asks[role] += u64::from(!is_met);
            let Some(question) = self.questions.of_item(item) else { continue };
            if !is_met {
                *asked[role].entry(question).or_default() += 1;
            } else if item.role == ROLES[0] {
                met.insert(question);
            }
        }
        let ask =
            |(question, count): (u32, u32)| Ask { question, count: u16::try_from(count).unwrap_or(u16::MAX) };
        row.asked = asked.map(|counts| counts.into_iter().map(ask).collect());
        row.met_questions = met.into_iter().collect();
    }

    fn prepare_providers(&mut self) {
        let mut sizes = BTreeMap::<&OdsCode, [Vec<(NaiveDate, Decimal)>; 4]>::new();
        for size in &self.snapshot.sizes {
            sizes.entry(&size.organisation).or_default()[size.measure as usize]
                .push((size.from_date, size.value));
        }
        let organisations = self.snapshot.organisations.iter().enumerate().filter(|(_, o)| o.is_provider());
        let row = |(place, organisation): (usize, &Organisation)| {
            let region = organisation.region.as_ref();
            ProviderRow {
                organisation: place,
                kind: organisation.provider_type.unwrap_or(ProviderType::Other),
                region: region.and_then(|region| self.regions.binary_search(region).ok()).map(number),
                sizes: sizes.remove(&organisation.code).unwrap_or_default(),
            }
        };
        self.providers = Arc::new(organisations.map(row).collect());
    }

    /// The days on which a provider must answer `version` by its rule, in force or not.
    pub fn respondent_days(&self, provider: &ProviderRow, version: &Version) -> Vec<Span> {
        let Some(rule) = &version.content.respondents else { return vec![] };
        rule.days(self.organisation(provider), |measure| provider.sizes[measure as usize].clone())
    }

    /// The duties of a provider.
    pub fn duties_of(&self, provider: usize) -> impl Iterator<Item = &Duty> {
        self.duties_of[provider].iter().map(|duty| &self.duties[*duty as usize])
    }

    /// Finds every version's duties, one version after another.
    fn prepare_duties(&mut self, lists: Option<Lists<'_>>) {
        let mut providers: Vec<Vec<u32>> = vec![vec![]; self.providers.len()];
        let mut duties = vec![];
        let mut row = 0;
        for rows in self.versions.chunk_by(|a, b| a.at == b.at) {
            let first = row;
            row += rows.len();
            let mut known = FxHashMap::default();
            self.duties_on(rows, first, lists, |place, duty| {
                let id = *known.entry(duty).or_insert_with(|| {
                    duties.push(duty);
                    number(duties.len() - 1)
                });
                providers[place].push(id);
            });
        }
        self.duties = duties;
        self.duties_of = providers.into_iter().map(Arc::from).collect();
    }

    /// The duties of everybody on the rows of a version, of which the first has a number.
    pub fn duties_on(
        &self,
        rows: &[VersionRow],
        first: usize,
        lists: Option<Lists<'_>>,
        mut found: impl FnMut(usize, Duty),
    ) {
        if rows.iter().all(|row| row.force.is_empty()) {
            return;
        }
        let mut firsts = Firsts::default();
        for place in self.candidates(self.version_of(&rows[0]), rows[0].at, lists) {
            let days = match lists {
                Some(_) => Vec::from_iter(Span::new(None, None)),
                None => self.respondent_days(&self.providers[place], self.version_of(&rows[0])),
            };
            for duty in self.duties_within(rows, first, &days, place, &mut firsts) {
                found(place, duty);
            }
        }
    }

    /// The providers that may have to answer a version. A rule without types names those it includes, and nobody else.
    fn candidates(&self, version: &Version, at: usize, lists: Option<Lists<'_>>) -> Vec<usize> {
        if let Some(lists) = lists {
            return lists(at).into_iter().map(|place| place as usize).collect();
        }
        match &version.content.respondents {
            None => vec![],
            Some(rule) if rule.provider_types.is_empty() => {
                rule.include.iter().filter_map(|code| self.provider(code)).collect()
            }
            Some(_) => (0..self.providers.len()).collect(),
        }
    }

    /// A provider's duties of a version, of which the first row has a number, on some days.
    fn duties_within(
        &self,
        rows: &[VersionRow],
        first_row: usize,
        days: &[Span],
        place: usize,
        firsts: &mut Firsts,
    ) -> Vec<Duty> {
        let spans = |row: &VersionRow| -> Vec<Span> {
            let spans = days.iter().flat_map(|days| row.force.iter().filter_map(|f| f.meet(*days)));
            spans.collect()
        };
        let parts: Vec<_> = rows.iter().map(spans).collect();
        if parts.iter().all(Vec::is_empty) {
            return vec![];
        }
        let version = self.version_of(&rows[0]);
        let rule = version.content.respondents.as_ref();
        let organisation = self.organisation(&self.providers[place]);
        let assumed = rule.is_some_and(|rule| rule.basis_for(organisation) == Basis::Assumed);
        let owed = rows.iter().zip(&parts).filter(|(row, _)| row.has_one_off && !row.idle);
        let first = owed.map(|(row, spans)| firsts.get(version, row.at, spans)).min().unwrap_or(NEVER);
        let duties = parts.into_iter().enumerate().flat_map(|(at, spans)| {
            let version = number(first_row + at);
            spans.into_iter().map(move |span| Duty { version, span, assumed, first })
        });
        duties.collect()
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
