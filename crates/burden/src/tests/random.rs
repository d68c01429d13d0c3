//! Random small snapshots: few words, many coincidences.

use super::builder::{Asking, World, asking, definition, line, rate};
use chrono::{Days, NaiveDate};
use onus_domain::{
    Basis, Decimal, Month,
    concept::Strength,
    definition::Definition,
    item::{Item, ItemRole, Mandation},
    organisation::{ProviderType, SizeMeasure},
    respondents::SizeBounds,
    schedule::Frequency,
    statement::{CostLine, LineBasis, StaffRole, Tariff},
};
use proptest::{prelude::*, sample::select};

const TYPES: [ProviderType; 2] = [ProviderType::Acute, ProviderType::GpPractice];
const SUBJECTS: [&str; 4] = ["S0", "S1", "S2", "S3"];
const DEFINITIONS: [&str; 6] = ["d0", "d1", "d2", "d3", "d4", "d5"];

fn date() -> impl Strategy<Value = NaiveDate> {
    (0..1200_u64).prop_map(|offset| super::builder::day("2022-01-01") + Days::new(offset))
}

fn text(date: NaiveDate) -> String {
    date.to_string()
}

fn any_item() -> impl Strategy<Value = Item> {
    let roles = select(vec![ItemRole::Content, ItemRole::Content, ItemRole::Content, ItemRole::Linkage]);
    let mandations = select(vec![None, Some(Mandation::Mandatory), Some(Mandation::Optional)]);
    (select(&DEFINITIONS), select(&SUBJECTS), roles, mandations).prop_map(
        |(definition, subject, role, mandation)| Item {
            role,
            mandation,
            ..super::builder::item(definition, subject)
        },
    )
}

fn any_version() -> impl Strategy<Value = Asking> {
    use Frequency::{Annual, HalfYearly, Monthly, OneOff, Quarterly};
    let frequency = select(vec![Monthly, Monthly, Quarterly, Quarterly, HalfYearly, Annual, Annual, OneOff]);
    let first = select(vec!["2021-04-01", "2021-04-01", "2021-04-01", "2022-01-31"]);
    let items = prop::collection::vec(any_item(), 1..6);
    let types = prop::sample::subsequence(TYPES.to_vec(), 0..=2);
    let bound = proptest::option::weighted(0.2, 1..60_i32);
    let suspension = proptest::option::weighted(0.2, (date(), proptest::option::of(1..400_u64)));
    (frequency, first, select(vec![0_u32, 0, 20]), items, types, bound, any::<bool>(), suspension).prop_map(
        |(frequency, first, lag, items, types, bound, assumed, suspension)| {
            let mut version = asking("c").every(frequency).lag(lag).of_types(&types);
            version.schedule().first_period = super::builder::day(first);
            version.schedule().basis = if assumed { Basis::Assumed } else { Basis::Stated };
            version.rule().size_bounds = bound.map(|least| SizeBounds {
                measure: SizeMeasure::FloorArea,
                at_least: Some(Decimal::from_whole(least)),
                at_most: None,
            });
            for item in items {
                version.push(item);
            }
            if let Some((from, days)) = suspension {
                let to = days.map(|days| text(from + Days::new(days)));
                version = version.suspended(&text(from), to.as_deref());
            }
            version
        },
    )
}

/// A collection of one or two versions, the second from a day on.
fn any_collection() -> impl Strategy<Value = (Asking, Option<(Asking, NaiveDate)>)> {
    (any_version(), proptest::option::of((any_version(), date())))
}

fn any_line() -> impl Strategy<Value = CostLine> {
    use LineBasis::{Annual, OneOff, PerItem, PerSubmission, PerUnit};
    let basis = select(vec![PerSubmission, PerItem, PerItem, Annual, OneOff, PerUnit]);
    let role = select(vec![StaffRole::InformationAnalyst, StaffRole::Manager]);
    (basis, role, 0..9_000_000_i64, 0..50_u64).prop_map(|(basis, role, minutes, external)| {
        let mut made = line(basis, &Decimal::from_units(minutes).to_string());
        (made.staff_role, made.external_pence) = (role, external);
        if basis == PerUnit {
            made.unit_measure = Some(SizeMeasure::FloorArea);
            made.unit_size = Some(Decimal::from_whole(7));
        }
        made.life_months = (basis == OneOff && minutes % 2 == 0).then_some(7);
        made
    })
}

fn definitions(world: World, metrics: &[bool], breakdown: bool) -> World {
    DEFINITIONS.iter().zip(metrics).fold(world, |world, (id, metric)| {
        let mut defined = match (metric, *id) {
            (_, "d5") => Definition { period_type: "snapshot".into(), ..definition(id) },
            (true, _) => rate(id),
            (false, _) => definition(id),
        };
        if breakdown && *id == "d3" {
            defined.breakdowns = vec!["sex".into()];
        }
        world.defines(defined)
    })
}

type Links = (Vec<(usize, usize)>, Vec<(usize, usize, bool)>, Vec<usize>);

fn relate(mut world: World, (derivations, same, within): Links) -> World {
    let mut derivations = derivations;
    derivations.sort_unstable();
    derivations.dedup();
    for (from, to) in derivations {
        world = world.derives(DEFINITIONS[from], DEFINITIONS[to]);
    }
    for (at, (a, b, possible)) in same.into_iter().enumerate() {
        // Each definition has one CONFIRMED place: the pairs do not meet.
        let (a, b) = (DEFINITIONS[a % 2 + 2 * at], DEFINITIONS[b % 2 + 2 * at]);
        if possible || a != b {
            world = world.same(a, b, if possible { Strength::Possible } else { Strength::Confirmed });
        }
    }
    for (id, parent) in SUBJECTS.iter().zip(within) {
        world = world.subject(id, SUBJECTS.get(parent).filter(|parent| *parent != id).copied());
    }
    world
}

/// Any world of six providers, up to five collections of three bodies, derivations in rings and all.
pub fn any_world() -> impl Strategy<Value = World> {
    let providers = prop::collection::vec(
        (select(&TYPES), proptest::option::of(date()), proptest::option::of(date())),
        6,
    );
    let collections = prop::collection::vec(any_collection(), 1..6);
    let statements =
        prop::collection::vec((0..5_usize, 1..3_u32, date(), prop::collection::vec(any_line(), 1..4)), 0..6);
    let sizes = prop::collection::vec((0..6_usize, date(), 1..100_i32), 0..8);
    let links = (
        prop::collection::vec((0..6_usize, 0..6_usize), 0..5),
        prop::collection::vec((0..2_usize, 0..2_usize, any::<bool>()), 0..3),
        prop::collection::vec(0..7_usize, 4),
    );
    let reuse = prop::collection::vec(any_reuse(), 0..4);
    let measures = (prop::collection::vec(any::<bool>(), 6), any::<bool>(), reuse);
    (providers, collections, statements, sizes, links, measures).prop_map(make)
}

type Reuse = (usize, Vec<(usize, usize)>, NaiveDate, NaiveDate, Option<u64>);

/// An agreement on some items of a collection, for data from a month on, first delivered on a day, for some days.
fn any_reuse() -> impl Strategy<Value = Reuse> {
    let items = prop::collection::vec((0..6_usize, 0..4_usize), 1..8);
    (0..5_usize, items, date(), date(), proptest::option::of(1..500_u64))
}

type Parts = (
    Vec<(ProviderType, Option<NaiveDate>, Option<NaiveDate>)>,
    Vec<(Asking, Option<(Asking, NaiveDate)>)>,
    Vec<(usize, u32, NaiveDate, Vec<CostLine>)>,
    Vec<(usize, NaiveDate, i32)>,
    Links,
    (Vec<bool>, bool, Vec<Reuse>),
);

fn make((providers, collections, statements, sizes, links, (metrics, breakdown, reuse)): Parts) -> World {
    let mut world = definitions(relate(World::default(), links), &metrics, breakdown);
    for (place, (kind, open, close)) in providers.into_iter().enumerate() {
        let close = close.filter(|close| open.is_none_or(|open| open <= *close));
        world = world.provider(
            &format!("R0{place}"),
            kind,
            open.map(text).as_deref(),
            close.map(text).as_deref(),
        );
    }
    for (place, (first, second)) in collections.into_iter().enumerate() {
        let owner = ["X24", "X26", "X30"][place % 3];
        let id = format!("c{place}");
        let named = |mut asking: Asking, number| {
            (asking.0.collection, asking.0.number) = (super::builder::of(&id), number);
            asking
        };
        let first = named(first.from("2021-04-01"), 1);
        world = match second {
            None => world.asks(owner, first),
            Some((second, from)) => {
                let from = text(from);
                world.asks(owner, first.until(&from)).asks(owner, named(second.from(&from), 2))
            }
        };
    }
    for (place, items, from, first, days) in reuse {
        let id = format!("c{place}");
        let items: Vec<_> = items.into_iter().map(|(d, s)| (DEFINITIONS[d], SUBJECTS[s])).collect();
        if world.0.collections.iter().any(|one| one.id.as_str() == id) {
            let end = days.map(|days| text(first + Days::new(days)));
            let from = Month::of(from).to_string();
            world = world.reuses(&id, &items, &from, (&text(first), end.as_deref()));
        }
    }
    for (place, number, from, lines) in statements {
        let id = format!("c{place}");
        let known = world.0.versions.iter().any(|v| v.collection.as_str() == id && v.number == number);
        let twice = world
            .0
            .statements
            .iter()
            .any(|s| s.collection.as_str() == id && s.version == number && s.from_date == from);
        if known && !twice {
            world = world.states(&id, number, &text(from), lines);
        }
    }
    for (place, from, value) in sizes {
        let provider = format!("R0{place}");
        let measure = SizeMeasure::FloorArea;
        if !world.0.sizes.iter().any(|size| size.organisation.as_str() == provider && size.from_date == from)
        {
            world = world.sized(&provider, measure, &text(from), &value.to_string());
        }
    }
    for (from, pence) in [("2020-01-01", 1000), ("2024-01-15", 1234)] {
        world.0.tariffs.push(Tariff {
            staff_role: StaffRole::Manager,
            from_date: super::builder::day(from),
            pence_per_hour: pence,
            overhead_percent: super::builder::of("12.5"),
        });
    }
    world
}
