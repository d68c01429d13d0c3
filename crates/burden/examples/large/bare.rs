//! The same asks and facts, counted with an array of marks and nothing else: as fast as the memory allows.

use super::world::{Scale, answered, asked, beats};
use onus_domain::{Month, snapshot::Snapshot};
use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Instant,
};

/// Asks and plain facts of all providers, and seconds. The periods of two beats are the same, or none is.
pub fn count(scale: Scale, snapshot: &Snapshot, at: Month) -> (u64, u64, f64) {
    let asked: Vec<u32> = asked(scale).into_iter().flatten().collect();
    let answered: Vec<u32> = (0..scale.providers).flat_map(|provider| answered(scale, provider)).collect();
    let (beat_of, beats) = beats(snapshot, at);
    assert!(beats.len() <= BEATS as usize, "{} beats", beats.len());
    let periods: Vec<u64> = beats.iter().map(|beat| beat.len() as u64).collect();
    let begun = Instant::now();
    let next = AtomicUsize::new(0);
    let work = || {
        // By question: the provider that was asked it last, and for which beats, a bit each.
        let mut marks = vec![0_u32; usize::try_from(scale.questions()).unwrap()];
        let (mut asks, mut facts) = (0_u64, 0_u64);
        loop {
            let from = next.fetch_add(64, Ordering::Relaxed);
            if from >= scale.providers {
                return (asks, facts);
            }
            for provider in from..(from + 64).min(scale.providers) {
                let epoch = u32::try_from(provider + 1).unwrap() << BEATS;
                for collection in &answered[provider * scale.each..(provider + 1) * scale.each] {
                    let collection = *collection as usize;
                    let beat = beat_of[collection];
                    let mut again = 0_u64;
                    for question in &asked[collection * scale.items..(collection + 1) * scale.items] {
                        let mark = &mut marks[*question as usize];
                        let own = if *mark >= epoch { *mark } else { epoch };
                        again += u64::from(own >> beat & 1);
                        *mark = own | 1 << beat;
                    }
                    asks += scale.items as u64 * periods[beat];
                    facts += (scale.items as u64 - again) * periods[beat];
                }
            }
        }
    };
    let threads = thread::available_parallelism().unwrap().get();
    let (asks, facts) = thread::scope(|scope| {
        let all: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        all.into_iter()
            .map(|one| one.join().expect("a thread counts"))
            .fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1))
    });
    (asks, facts, begun.elapsed().as_secs_f64())
}

/// Bits for beats.
const BEATS: u32 = 4;
