//! How long the figures of a month of the sample registry take, from nothing, with all breakdowns: `cargo run --release -p onus-report --example
//! sample`. Prints one JSON object. The registry is as adoption leaves it, without what matching finds.

#![expect(clippy::unwrap_used, reason = "a measurement: what fails, fails it")]
#![expect(clippy::print_stdout, reason = "it prints what it measures")]

use onus_burden::{Burden, Settings};
use onus_domain::{
    Month,
    collection::Collection,
    snapshot::Snapshot,
    version::{Admission, Version, VersionState},
};
use onus_exchange::sample::{Files, Grouping, Import, read};
use std::{hint::black_box, sync::Arc, time::Instant};

fn adopted(import: Import) -> Snapshot {
    let mut snapshot = Snapshot {
        organisations: import.organisations,
        successions: import.successions,
        sizes: import.sizes,
        subjects: import.subjects,
        definitions: import.definitions,
        ..Snapshot::default()
    };
    for imported in import.collections {
        for (number, version) in (1..).zip(imported.versions) {
            snapshot.versions.push(Version {
                state: VersionState::Live,
                admission: Admission::Adopted,
                live_from: Some(version.live_from),
                live_to: version.live_to,
                ..Version::draft(imported.id.clone(), number, version.content)
            });
        }
        snapshot.collections.push(Collection {
            id: imported.id,
            owner: imported.owner,
            sector_path: imported.sector_path,
            reference: None,
            source_id: imported.source_id,
            revision: 1,
        });
    }
    snapshot
}

fn main() {
    let snapshot = Arc::new(adopted(read(&Files::Embedded, Grouping::Families).unwrap()));
    let (base_month, month) = ("2025-03".parse().unwrap(), "2026-10".parse::<Month>().unwrap());
    let begun = Instant::now();
    let burden = Burden::new(snapshot, Settings { base_month });
    let national = burden.national_month(month);
    black_box((burden.type_months(month), burden.region_months(month), burden.body_months(month)));
    black_box((burden.pair_months(month), burden.collection_months(month), burden.body_indexes(month)));
    black_box(burden.provider_months(month));
    let seconds = begun.elapsed().as_secs_f64();
    let asks = national.content().asks;
    println!("{{\"providers\":{},\"asks\":{asks},\"full_s\":{seconds}}}", national.providers);
}
