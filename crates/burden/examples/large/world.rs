//! A made-up registry, as large as wished. Who answers what is arbitrary.

use chrono::NaiveDate;
use onus_burden::period::{Period, periods_due};
use onus_domain::{
    Basis, Decimal, Month,
    collection::{Collection, SectorPath},
    item::{Item, ItemRole, Mandation, PurposeKind},
    organisation::{Organisation, OrganisationKind, ProviderType, Size},
    respondents::RespondentsRule,
    schedule::{Frequency, Schedule},
    snapshot::Snapshot,
    version::{Admission, Content, Version, VersionState},
};
use std::collections::BTreeSet;

/// How large the registry is.
#[derive(Clone, Copy)]
pub struct Scale {
    pub providers: usize,
    pub collections: usize,
    pub items: usize,
    pub each: usize,
}

impl Scale {
    /// Different questions: each is asked ten times over, on the whole.
    pub fn questions(self) -> u64 {
        (self.collections * self.items / 10).max(1) as u64
    }
}

/// Arbitrary numbers that are the same each time: splitmix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((u128::from(x ^ (x >> 31)) * u128::from(most)) >> 64) as u64
    }
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn month(text: &str) -> Month {
    text.parse().unwrap()
}

fn organisation(place: usize) -> Organisation {
    Organisation {
        code: format!("P{place:06}").parse().unwrap(),
        name: "Provider".into(),
        kind: OrganisationKind::Provider,
        provider_type: Some(TYPES[place % 4]),
        provider_type_basis: Basis::Stated,
        region: Some(format!("Y{}", place % 7)),
        parent: None,
        open_date: None,
        close_date: None,
    }
}

const TYPES: [ProviderType; 4] =
    [ProviderType::GpPractice, ProviderType::Acute, ProviderType::CareHome, ProviderType::Community];

fn version(scale: Scale, place: usize) -> Version {
    use Frequency::{Annual, Monthly, Quarterly};
    let mut dice = Dice(place as u64);
    let item = |position: usize| Item {
        position: u32::try_from(position).unwrap() + 1,
        section: String::new(),
        mandation: Some(Mandation::Mandatory),
        role: ItemRole::Content,
        subject: "STAY".parse().unwrap(),
        definition: format!("d{}", dice.below(scale.questions())).parse().unwrap(),
        purpose_kind: PurposeKind::Unknown,
        r#use: String::new(),
    };
    let content = Content {
        title: String::new(),
        purpose: String::new(),
        legal_basis: String::new(),
        method: String::new(),
        uses: String::new(),
        feedback: String::new(),
        contact: String::new(),
        respondents: Some(RespondentsRule {
            provider_types: TYPES.into_iter().skip(place % 4).filter(|_| scale.each == 0).collect(),
            regions: BTreeSet::new(),
            commissioners: BTreeSet::new(),
            size_bounds: None,
            include: BTreeSet::new(),
            exclude: BTreeSet::new(),
            basis: Basis::Stated,
            evidence: String::new(),
        }),
        schedule: Some(Schedule {
            frequency: [Monthly, Monthly, Monthly, Quarterly, Annual][place % 5],
            first_period: day("2020-04-01"),
            due_lag_days: [10, 20, 30][place % 3],
            last_period: None,
            basis: Basis::Stated,
            evidence: String::new(),
        }),
        items: (0..scale.items).map(item).collect(),
    };
    Version {
        state: VersionState::Live,
        admission: Admission::Adopted,
        live_from: Some(day("2020-04-01")),
        ..Version::draft(format!("c{place:06}").parse().unwrap(), 1, content)
    }
}

pub fn snapshot(scale: Scale) -> Snapshot {
    let organisations: Vec<_> = (0..scale.providers).map(organisation).collect();
    let size = |(place, organisation): (usize, &Organisation)| Size {
        organisation: organisation.code.clone(),
        measure: organisation.provider_type.unwrap().size_measure(),
        from_date: day("2020-04-01"),
        value: Decimal::from_whole(i32::try_from(100 + place % 9_000).unwrap()),
    };
    let versions: Vec<_> = (0..scale.collections).map(|place| version(scale, place)).collect();
    let collection = |(place, version): (usize, &Version)| Collection {
        id: version.collection.clone(),
        owner: format!("X{:02}", place % 20).parse().unwrap(),
        sector_path: SectorPath::National,
        reference: None,
        source_id: None,
        revision: 1,
    };
    Snapshot {
        sizes: organisations.iter().enumerate().map(size).collect(),
        collections: versions.iter().enumerate().map(collection).collect(),
        organisations,
        versions,
        ..Snapshot::default()
    }
}

/// The collections that a provider answers, in order.
pub fn answered(scale: Scale, provider: usize) -> BTreeSet<u32> {
    let mut dice = Dice(!(provider as u64));
    let mut found = BTreeSet::new();
    while found.len() < scale.each.min(scale.collections) {
        found.insert(u32::try_from(dice.below(scale.collections as u64)).unwrap());
    }
    found
}

/// By collection: who answers it, as one list with where each begins.
pub fn lists(scale: Scale) -> (Vec<u32>, Vec<usize>) {
    let mut starts = vec![0; scale.collections + 1];
    for collection in (0..scale.providers).flat_map(|provider| answered(scale, provider)) {
        starts[collection as usize + 1] += 1;
    }
    for at in 0..scale.collections {
        starts[at + 1] += starts[at];
    }
    let (mut next, mut all) = (starts.clone(), vec![0; starts[scale.collections]]);
    for provider in 0..scale.providers {
        for collection in answered(scale, provider) {
            all[next[collection as usize]] = u32::try_from(provider).unwrap();
            next[collection as usize] += 1;
        }
    }
    (all, starts)
}

/// What one edit makes of a collection: some items are others, it is due later, a provider of those that answer does so no more.
pub fn edit(scale: Scale, snapshot: &mut Snapshot, place: usize, answers: &[u32]) {
    let mut dice = Dice(place as u64 + 99_000_000);
    let content = &mut snapshot.versions[place].content;
    for item in content.items.iter_mut().take(10) {
        item.definition = format!("d{}", dice.below(scale.questions())).parse().unwrap();
    }
    content.items[0].definition = format!("a-new-one-{place}").parse().unwrap();
    content.schedule.as_mut().unwrap().due_lag_days += 5;
    let rule = content.respondents.as_mut().unwrap();
    let code = |place: &u32| snapshot.organisations[*place as usize].code.clone();
    if scale.each == 0 {
        rule.exclude = [code(&4), code(&5)].into();
    } else {
        rule.include = answers.iter().map(code).collect();
    }
}

/// By collection: the questions that its items ask.
pub fn asked(scale: Scale) -> Vec<Vec<u32>> {
    let of = |place: usize| {
        let mut dice = Dice(place as u64);
        (0..scale.items).map(|_| u32::try_from(dice.below(scale.questions())).unwrap()).collect()
    };
    (0..scale.collections).map(of).collect()
}

/// By collection: the number of its beat. By beat: the periods that are due in the twelve months ending with `at`.
pub fn beats(snapshot: &Snapshot, at: Month) -> (Vec<usize>, Vec<Vec<Period>>) {
    let (from, to) = (at.plus(-11).first_day(), at.last_day());
    let (mut of, mut beats) = (vec![], Vec::<Vec<Period>>::new());
    for version in &snapshot.versions {
        let due = periods_due(version.content.schedule.as_ref().unwrap(), from, to);
        let days = |periods: &[Period]| periods.iter().map(|one| (one.start, one.end)).collect::<Vec<_>>();
        let known = beats.iter().position(|beat| days(beat) == days(&due));
        of.push(known.unwrap_or(beats.len()));
        if known.is_none() {
            beats.push(due);
        }
    }
    (of, beats)
}
