//! Robust pooling: the median of several values, with an exact interval for it.
//!
//! The interval is between two of the values themselves, the r-th least and the r-th greatest, r as great as may be: whatever the values are
//! spread like, the median of what they were drawn from is outside with the chance that fewer than r of n tosses of a coin are heads, twice.
//! A few absurd values move neither median nor interval.

use crate::number::Ratio;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::One;

/// Fewest values of which an interval can be given: of five, even least and greatest miss the median once in sixteen times.
pub const LEAST_POOLED: usize = 6;
/// An interval misses the median once in so many times at most: 95 per cent.
const ONCE_IN: u32 = 20;

/// Between which values the median is, and how surely.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interval<T> {
    /// Lower end.
    pub low: T,
    /// Upper end.
    pub high: T,
    /// The chance that the interval holds the median, at least 95 per cent.
    pub coverage: Ratio,
}

/// Several values as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pooled<T> {
    /// The value in the middle; the mean of the two in the middle of an even number.
    pub median: T,
    /// Nothing if there are fewer than [`LEAST_POOLED`].
    pub interval: Option<Interval<T>>,
    /// How many values.
    pub count: u64,
}

impl<T> Pooled<T> {
    /// The same in another type.
    pub(crate) fn map<U>(self, of: impl Fn(T) -> U) -> Pooled<U> {
        let interval = self.interval.map(|found| Interval {
            low: of(found.low),
            high: of(found.high),
            coverage: found.coverage,
        });
        Pooled { median: of(self.median), interval, count: self.count }
    }
}

/// The median of some values.
pub(crate) fn median(values: &mut [BigRational]) -> Option<BigRational> {
    values.sort();
    let upper = values.get(values.len() / 2)?;
    let lower = values.get((values.len() - 1) / 2)?;
    Some((lower + upper) / BigInt::from(2))
}

/// Pools values; nothing of none.
pub(crate) fn pool(mut values: Vec<BigRational>) -> Option<Pooled<BigRational>> {
    let median = median(&mut values)?;
    let interval = order(values.len()).map(|(rank, coverage)| Interval {
        low: values[rank - 1].clone(),
        high: values[values.len() - rank].clone(),
        coverage,
    });
    Some(Pooled { median, interval, count: values.len() as u64 })
}

/// The greatest rank r for which r-th least and greatest of `count` hold the median surely enough, and how surely.
fn order(count: usize) -> Option<(usize, Ratio)> {
    let all = BigInt::one() << count;
    // How many of all sequences of tosses have fewer than `rank` heads, and exactly `rank`.
    let (mut fewer, mut exactly, mut rank) = (BigInt::ZERO, BigInt::one(), 0);
    while (&fewer + &exactly) * 2 * ONCE_IN <= all {
        fewer += &exactly;
        exactly = exactly * (count - rank) / (rank + 1);
        rank += 1;
    }
    let missed = BigRational::new(fewer * 2, all);
    (rank > 0).then(|| (rank, Ratio::new(BigRational::one() - missed)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn whole(values: &[i64]) -> Vec<BigRational> {
        values.iter().map(|value| BigRational::from_integer((*value).into())).collect()
    }

    fn pooled(values: &[i64]) -> Pooled<String> {
        pool(whole(values)).unwrap().map(|value| value.to_string())
    }

    #[test]
    fn ranks_are_those_of_the_published_tables() {
        let rank = |count| order(count).map(|(rank, _)| rank);
        let found: Vec<_> = [0, 1, 5, 6, 8, 9, 11, 12, 20, 50, 100].map(rank).to_vec();
        let of = Some;
        assert_eq!(found, [None, None, None, of(1), of(1), of(2), of(2), of(3), of(6), of(18), of(40)]);
        assert_eq!(order(6).unwrap().1, Ratio::fraction(31, 32).unwrap());
        assert_eq!(order(9).unwrap().1, Ratio::fraction(512 - 2 * 10, 512).unwrap());
        assert_eq!(order(LEAST_POOLED - 1), None);
    }

    #[test]
    fn the_median_of_an_even_number_is_between_two() {
        assert_eq!(pool(vec![]), None);
        assert_eq!(pooled(&[3]).median, "3");
        assert_eq!(pooled(&[3, 10]).median, "13/2");
        let nine = pooled(&[9, 8, 7, 6, 5, 4, 3, 2, 1]);
        let interval = nine.interval.unwrap();
        assert_eq!((nine.median.as_str(), interval.low.as_str(), interval.high.as_str()), ("5", "2", "8"));
    }

    proptest! {
        #[test]
        fn one_absurd_value_moves_the_median_by_one_place_at_most(mut values in prop::collection::vec(1..1000_i64, 9..40)) {
            values.sort_unstable();
            let before = pool(whole(&values)).unwrap();
            let middle = values.len() / 2;
            let next = whole(&[values[middle - 1], values[middle + 1]]);
            values.push(900_000);
            let after = pool(whole(&values)).unwrap();
            prop_assert!(next[0] <= after.median && after.median <= next[1]);
            prop_assert!(before.interval.is_some() && after.interval.unwrap().high < whole(&[900_000])[0]);
        }

        #[test]
        fn the_interval_holds_the_median_and_is_sure_enough(values in prop::collection::vec(0..50_i64, 6..80)) {
            let found = pool(whole(&values)).unwrap();
            let interval = found.interval.unwrap();
            prop_assert!(interval.low <= found.median && found.median <= interval.high);
            prop_assert!(Ratio::fraction(95, 100).unwrap() <= interval.coverage && interval.coverage < Ratio::one());
        }
    }
}
