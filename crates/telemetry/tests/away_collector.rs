//! Nobody listens at the endpoint: neither the start nor the end of the program waits for it.
//! A file of its own, because logging is set up once in a process.

use onus_telemetry::{Settings, init};
use std::{
    net::TcpListener,
    time::{Duration, Instant},
};

#[test]
fn a_collector_that_is_away_costs_nothing() {
    // Bound and dropped: nobody listens there.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let settings = Settings { otlp_endpoint: format!("http://{address}"), ..Settings::default() };

    let start = Instant::now();
    let guard = init(&settings).unwrap();
    assert!(start.elapsed() < Duration::from_secs(1), "start took {:?}", start.elapsed());

    let work = Instant::now();
    for number in 0..20_000_u32 {
        let _entered = tracing::info_span!(target: "onus", "work", number).entered();
    }
    assert!(work.elapsed() < Duration::from_secs(2), "20,000 spans took {:?}", work.elapsed());

    let end = Instant::now();
    drop(guard);
    assert!(end.elapsed() < Duration::from_secs(2), "the end took {:?}", end.elapsed());
}
