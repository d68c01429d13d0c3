//! A registry of the size of the sample: how long a month takes, by hand (`cargo test --release -p onus-burden scale -- --ignored --nocapture`).

use super::builder::{World, asking, month, of};
use onus_domain::{
    item::ItemRole,
    organisation::{ProviderType, SizeMeasure},
    schedule::Frequency,
};
use std::time::Instant;

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

#[test]
#[ignore = "a measurement, to be read by a person"]
fn a_month_of_a_sample_sized_registry() {
    let world = sample_sized();
    let snapshot = world.snapshot();
    let lap =
        |name: &str, since: Instant| println!("{name:<24}{:>8.1} ms", since.elapsed().as_secs_f64() * 1e3);
    let start = Instant::now();
    let burden = crate::Burden::new(snapshot, crate::Settings { base_month: month("2024-06") });
    lap("new", start);
    let start = Instant::now();
    let national = burden.national_month(month("2025-06"));
    lap("national_month", start);
    let start = Instant::now();
    let months = burden.provider_months(month("2025-06"));
    lap("provider_months", start);
    let start = Instant::now();
    let _ = (
        burden.body_months(month("2025-06")),
        burden.pair_months(month("2025-06")),
        burden.collection_months(month("2025-06")),
    );
    lap("bodies, pairs, coll.", start);
    let start = Instant::now();
    let _ = burden.type_months(month("2025-06"));
    lap("type_months", start);
    let start = Instant::now();
    let _ = burden.index_series(&of("R000"), month("2024-07"), month("2025-06"));
    lap("index_series of a year", start);
    let start = Instant::now();
    let once = burden.submit_once(&of("R000"), month("2025-06"));
    lap("submit_once", start);
    let start = Instant::now();
    let shared = burden.shared_facts(&of("c01"), &of("c03"), month("2025-06"));
    lap("shared_facts", start);
    let groups = burden.figures(month("2025-06")).groups.len();
    println!("{groups} groups; {:?}", national.content());
    println!(
        "{} providers, {} shared facts, {} of two",
        months.len(),
        once.unwrap().shared.len(),
        shared.facts.len()
    );
    assert_eq!(months.len(), 6718);
}
