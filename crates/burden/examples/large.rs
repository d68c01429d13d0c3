//! How long a month's figures take, and how much memory: `cargo run --release -p onus-burden --example large -- [providers] [collections]
//! [items] [collections a provider answers]`, by default 100,000, 10,000, 100 and 300. Then how long they take after one collection
//! changed; whether these are the figures of a full computation is looked at too.
//!
//! The registry is made up: who answers what is arbitrary, so that no two providers owe the same; with 0 collections a provider, whole
//! types of providers answer, as most do in the sample. Beside it a bare loop counts the same asks
//! and different questions with a marked array, which is as fast as the memory allows; the ratio says what all breakdowns add to that.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a measurement: what fails, fails it")]
#![expect(clippy::print_stdout, reason = "it prints what it measures")]

use chrono::NaiveDate;
use onus_burden::{BodyMonth, Burden, Changes, CollectionMonth, PairMonth, RegionMonth, Settings, TypeMonth};
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
use std::{
    collections::BTreeSet,
    hint::black_box,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

/// How large the registry is.
#[derive(Clone, Copy)]
struct Scale {
    providers: usize,
    collections: usize,
    items: usize,
    each: usize,
}

impl Scale {
    /// Different questions: each is asked ten times over, on the whole.
    fn questions(self) -> u64 {
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

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn month(text: &str) -> Month {
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

fn snapshot(scale: Scale) -> Snapshot {
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
fn answered(scale: Scale, provider: usize) -> BTreeSet<u32> {
    let mut dice = Dice(!(provider as u64));
    let mut found = BTreeSet::new();
    while found.len() < scale.each.min(scale.collections) {
        found.insert(u32::try_from(dice.below(scale.collections as u64)).unwrap());
    }
    found
}

/// By collection: who answers it, as one list with where each begins.
fn lists(scale: Scale) -> (Vec<u32>, Vec<usize>) {
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
fn edit(scale: Scale, snapshot: &mut Snapshot, place: usize, answers: &[u32]) {
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

/// Changes one collection after another, and measures how long it takes each time until the figures of the month are fresh.
fn change(
    scale: Scale,
    burden: Burden,
    snapshot: &Snapshot,
    at: Month,
    (all, starts): &(Vec<u32>, Vec<usize>),
) {
    const EDITS: usize = 7;
    let mut answers: Vec<Vec<u32>> =
        (0..scale.collections).map(|place| all[starts[place]..starts[place + 1]].to_vec()).collect();
    let (mut updated, mut snapshot, mut took) = (burden, snapshot.clone(), vec![]);
    for number in 0..EDITS {
        let place = (scale.collections / 2 + number * 37) % scale.collections;
        answers[place].pop();
        edit(scale, &mut snapshot, place, &answers[place]);
        let after = Arc::new(snapshot.clone());
        let changes = Changes::of([snapshot.versions[place].collection.clone()]);
        let name = format!("{} changed, nationally fresh", snapshot.versions[place].collection);
        let (made, seconds) = step(&name, || {
            let made = updated.updated(Arc::clone(&after), changes);
            black_box(made.national_month(at));
            made
        });
        updated = made;
        took.push(seconds);
    }
    took.sort_by(f64::total_cmp);
    println!("fresh after {:.0} ms, {:.0} at most", 1000.0 * took[EDITS / 2], 1000.0 * took[EDITS - 1]);
    let (breakdowns, _) = step("types, regions, bodies, pairs, collections", || sums(&updated, at));
    step("one provider's row, with its percentile", || {
        updated.provider_month(&snapshot.organisations[0].code, at)
    });
    let after = Arc::new(snapshot);
    let anew = if scale.each == 0 {
        Burden::new(Arc::clone(&after), updated.settings())
    } else {
        Burden::with_lists(Arc::clone(&after), updated.settings(), &|at| answers[at].clone())
    };
    step("the same in full, without preparing", || black_box(anew.national_month(at)));
    assert_eq!(updated.national_month(at), anew.national_month(at));
    assert_eq!(breakdowns, sums(&anew, at));
    assert_eq!(updated.provider_months(at), anew.provider_months(at));
    println!("every figure of the month is that of the full computation");
}

type Sums = (Vec<TypeMonth>, Vec<RegionMonth>, Vec<BodyMonth>, Vec<PairMonth>, Vec<CollectionMonth>);

fn sums(burden: &Burden, at: Month) -> Sums {
    let (types, regions, bodies) = (burden.type_months(at), burden.region_months(at), burden.body_months(at));
    (types, regions, bodies, burden.pair_months(at), burden.collection_months(at))
}

/// Asks and different questions of each provider, with an array of marks: nothing else. Gives asks, questions and seconds.
fn bare(scale: Scale) -> (u64, u64, f64) {
    let mut asked = Vec::with_capacity(scale.collections * scale.items);
    for place in 0..scale.collections {
        let mut dice = Dice(place as u64);
        asked.extend((0..scale.items).map(|_| u32::try_from(dice.below(scale.questions())).unwrap()));
    }
    let answered: Vec<u32> = (0..scale.providers).flat_map(|provider| answered(scale, provider)).collect();
    let begun = Instant::now();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut marks = vec![u32::MAX; usize::try_from(scale.questions()).unwrap()];
        let (mut asks, mut questions) = (0_u64, 0_u64);
        loop {
            let from = next.fetch_add(64, Ordering::Relaxed);
            if from >= scale.providers {
                return (asks, questions);
            }
            for provider in from..(from + 64).min(scale.providers) {
                let epoch = u32::try_from(provider).unwrap();
                for collection in &answered[provider * scale.each..(provider + 1) * scale.each] {
                    let items = *collection as usize * scale.items;
                    for question in &asked[items..items + scale.items] {
                        let mark = &mut marks[*question as usize];
                        questions += u64::from(*mark != epoch);
                        *mark = epoch;
                    }
                    asks += scale.items as u64;
                }
            }
        }
    };
    let threads = thread::available_parallelism().unwrap().get();
    let (asks, questions) = thread::scope(|scope| {
        let all: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        all.into_iter()
            .map(|one| one.join().expect("a thread counts"))
            .fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1))
    });
    (asks, questions, begun.elapsed().as_secs_f64())
}

/// Peak memory in MB, and processor seconds used so far.
fn used() -> (u64, f64) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = peak.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks: f64 = [11, 12].iter().filter_map(|at| fields.get(*at)?.parse::<f64>().ok()).sum();
    (kilobytes.unwrap_or_default() / 1024, ticks / 100.0)
}

/// Does a step and prints how long it took, by the clock and on processors.
fn step<T>(name: &str, work: impl FnOnce() -> T) -> (T, f64) {
    let (begun, before) = (Instant::now(), used().1);
    let found = work();
    let (seconds, (peak, after)) = (begun.elapsed().as_secs_f64(), used());
    println!("{name:44} {seconds:8.3} s  {:8.2} s of processors  {peak:5} MB at most", after - before);
    (found, seconds)
}

fn main() {
    let numbers: Vec<usize> = std::env::args().skip(1).map(|text| text.parse().expect("a number")).collect();
    let number = |at: usize, otherwise: usize| numbers.get(at).copied().unwrap_or(otherwise);
    let collections = number(1, 10_000);
    let scale = Scale {
        providers: number(0, 100_000),
        collections,
        items: number(2, 100),
        each: number(3, 300).min(collections),
    };
    let snapshot = Arc::new(step("make the registry up", || snapshot(scale)).0);
    let settings = Settings { base_month: month("2024-03") };
    let lists = lists(scale);
    let (burden, _) = step("prepare it", || {
        let (all, starts) = &lists;
        let of = |at: usize| all[starts[at]..starts[at + 1]].to_vec();
        match scale.each {
            0 => Burden::new(Arc::clone(&snapshot), settings),
            _ => Burden::with_lists(Arc::clone(&snapshot), settings, &of),
        }
    });
    let at = month("2025-03");
    let (national, first) = step("the month, tallied", || burden.national_month(at));
    let (_, rest) = step("its breakdowns, and the base month", || {
        black_box(sums(&burden, at));
        black_box(burden.body_indexes(at))
    });
    let (_, rows) = step("every provider's row", || black_box(burden.provider_months(at)).len());
    let (asks, questions, bare) = step("bare counting", || bare(scale)).0;
    let all = first + rest + rows;
    println!(
        "{} providers, {} obligations, {} asks",
        national.providers,
        national.obligations_12m,
        national.content().asks
    );
    println!("bare counting: {asks} asks for one period, {questions} questions, {bare:.3} s");
    println!(
        "the month with all breakdowns: {all:.3} s, of which bare counting is {:.0} per cent",
        100.0 * bare / all
    );
    change(scale, burden, &snapshot, at, &lists);
}
