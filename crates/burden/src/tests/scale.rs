//! A registry of the size of the sample: its tables add up exactly, and what keeps a month quick holds. How long the sample itself takes is
//! measured by `cargo xtask bench demo`.

use super::builder::{World, asking, month, of};
use crate::{Burden, Settings};
use onus_domain::{
    item::ItemRole,
    organisation::{ProviderType, SizeMeasure},
    schedule::Frequency,
};

const TYPES: [ProviderType; 5] = [
    ProviderType::Acute,
    ProviderType::MentalHealth,
    ProviderType::Community,
    ProviderType::Ambulance,
    ProviderType::Specialist,
];

/// 6,718 providers, 36 versions, about 4,300 items.
pub fn sample_sized() -> World {
    let mut world = World::default();
    for place in 0..212 {
        let code = format!("R{place:03}");
        let open = format!("{}-{:02}-01", 2001 + place % 23, 1 + place % 12);
        world = world.provider(&code, TYPES[place % 5], Some(&open), None);
        world = world.sized(&code, SizeMeasure::FloorArea, "2017-03-31", &(1000 + place * 37).to_string());
    }
    for place in 0..6506 {
        let code = format!("A{place:05}");
        let open = if place % 40 == 0 {
            format!("2023-{:02}-{:02}", 1 + place % 12, 1 + place % 28)
        } else {
            "1974-04-01".into()
        };
        world = world.provider(&code, ProviderType::GpPractice, Some(&open), None);
        world = world.sized(&code, SizeMeasure::ListSize, "2022-05-01", &(2000 + place).to_string());
    }
    for subject in 0..25 {
        world = world.subject(
            &format!("S{subject}"),
            (subject % 5 > 0).then(|| format!("S{}", subject - 1)).as_deref(),
        );
    }
    let frequencies =
        [Frequency::Monthly, Frequency::Annual, Frequency::Quarterly, Frequency::Monthly, Frequency::Weekly];
    for place in 0..36_usize {
        let types = if place % 6 == 0 { vec![ProviderType::GpPractice] } else { TYPES.to_vec() };
        let items = if place == 1 { 2300 } else { 58 };
        let mut version = asking(&format!("c{place:02}")).every(frequencies[place % 5]).of_types(&types);
        for position in 0..items {
            let mut item = super::builder::item(
                &format!("d{}", (position * 7 + place * 31) % 1138),
                &format!("S{}", (place + position / 60) % 25),
            );
            item.role = if position % 5 == 0 { ItemRole::Linkage } else { ItemRole::Content };
            version.push(item);
        }
        world = world.asks(of::<String>(["X24", "X26", "X30"][place % 3]).as_str(), version);
    }
    world
}

/// The sum of what each row gives.
fn total<T, N: std::iter::Sum<N>>(rows: &[T], of: impl Fn(&T) -> N) -> N {
    rows.iter().map(of).sum()
}

#[test]
fn the_tables_of_a_sample_sized_registry_add_up() {
    let burden = Burden::new(sample_sized().snapshot(), Settings { base_month: month("2024-06") });
    let at = month("2025-06");
    let (national, providers) = (burden.national_month(at), burden.provider_months(at));
    let (types, bodies) = (burden.type_months(at), burden.body_months(at));
    let (pairs, collections) = (burden.pair_months(at), burden.collection_months(at));
    assert_eq!((providers.len(), collections.len()), (6_718, 36));

    let content = national.content();
    assert!(content.facts_plain > content.facts_strict && !pairs.is_empty(), "{content:?}");
    assert_eq!(content.asks, total(&providers, |row| row.content().asks));
    assert_eq!(content.facts_strict, total(&providers, |row| row.content().facts_strict));
    assert_eq!(content.asks, total(&bodies, |row| row.asks));
    assert_eq!(content.asks, total(&collections, |row| row.asks));
    assert_eq!(national.obligations_12m, total(&collections, |row| row.obligations_12m));
    // Nobody closes, so that every provider is one of an open type.
    assert_eq!(content.asks, total(&types, |row| row.counts.content().asks));

    let hours = [
        total(&providers, |row| row.hours_12m.clone()),
        total(&types, |row| row.hours_12m.clone()),
        total(&bodies, |row| row.hours_12m.clone()),
        total(&collections, |row| row.hours_12m.clone()),
    ];
    assert!(hours.iter().all(|sum| *sum == national.hours_12m), "{hours:?}");
    let avoidable = [
        total(&providers, |row| row.avoidable_hours.clone()),
        total(&bodies, |row| row.avoidable_hours.clone()),
        total(&pairs, |row| row.avoidable_hours.clone()),
    ];
    assert!(avoidable.iter().all(|sum| *sum == national.avoidable_hours), "{avoidable:?}");
}

/// What keeps a month quick: who owes the same is computed once.
#[test]
fn thousands_of_providers_are_few_groups() {
    let burden = Burden::new(sample_sized().snapshot(), Settings { base_month: month("2024-06") });
    let figures = burden.figures(month("2025-06"));
    let grouped: usize = figures.groups.len();
    assert!((5..300).contains(&grouped), "{grouped} groups of 6,718 providers");
}
