//! Work shared out among processors.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

/// What `work` finds of each of some places, in order, and what each thread has in hand at the end. A thread begins with `start` and takes
/// some places at a time: what it finds may depend on nothing else.
pub(crate) fn share_out<S: Send, T: Send>(
    count: usize,
    start: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, usize) -> T + Sync,
) -> (Vec<T>, Vec<S>) {
    const AT_A_TIME: usize = 64;
    let next = AtomicUsize::new(0);
    let run = || {
        let (mut state, mut found) = (start(), vec![]);
        loop {
            let from = next.fetch_add(AT_A_TIME, Ordering::Relaxed);
            if from >= count {
                return (state, found);
            }
            let places = from..(from + AT_A_TIME).min(count);
            found.push((from, places.map(|place| work(&mut state, place)).collect::<Vec<_>>()));
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from).min(count.div_ceil(AT_A_TIME));
    let results = thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(run)).collect();
        let mut results = vec![run()];
        for other in others {
            // A thread that failed has failed for all.
            results.push(other.join().unwrap_or_else(|cause| std::panic::resume_unwind(cause)));
        }
        results
    });
    let (states, found): (Vec<S>, Vec<_>) = results.into_iter().unzip();
    let mut found: Vec<_> = found.into_iter().flatten().collect();
    found.sort_unstable_by_key(|(from, _)| *from);
    (found.into_iter().flat_map(|(_, found)| found).collect(), states)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_looked_at_once_and_told_in_order() {
        for count in [0, 1, 64, 65, 1000] {
            let (found, states) = share_out(
                count,
                || 0,
                |seen, place| {
                    *seen += 1;
                    place * 2
                },
            );
            assert_eq!(found, (0..count).map(|place| place * 2).collect::<Vec<_>>());
            assert_eq!(states.iter().sum::<usize>(), count);
        }
    }
}
