//! The Shapley value: what each of several changes did, the mean of its effect over all orders in which they may have come.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero;

/// What each of `count` changes did to several amounts, given the amounts when some of them (a bit each) have been made. The effects of an
/// amount add up to its whole change, exactly.
pub(crate) fn shapley<const N: usize>(
    count: usize,
    value: impl Fn(usize) -> [BigRational; N],
) -> Vec<[BigRational; N]> {
    let values: Vec<_> = (0..1 << count).map(value).collect();
    let factorial = |n: usize| (1..=n).map(BigInt::from).product::<BigInt>();
    let all = factorial(count);
    let weights: Vec<_> = (0..count)
        .map(|made| BigRational::new(factorial(made) * factorial(count - 1 - made), all.clone()))
        .collect();
    let of = |change: usize| {
        let mut effect = std::array::from_fn(|_| BigRational::zero());
        for before in (0..values.len()).filter(|made| made & (1 << change) == 0) {
            let weight = &weights[before.count_ones() as usize];
            let (from, to) = (&values[before], &values[before | 1 << change]);
            for ((sum, from), to) in effect.iter_mut().zip(from).zip(to) {
                *sum += (to - from) * weight;
            }
        }
        effect
    };
    (0..count).map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_traits::One;
    use proptest::prelude::*;

    /// All orders, one after another.
    fn by_orders(count: usize, value: &dyn Fn(usize) -> i64) -> Vec<BigRational> {
        fn walk(
            left: &[usize],
            made: usize,
            value: &dyn Fn(usize) -> i64,
            sums: &mut [i64],
            orders: &mut i64,
        ) {
            if left.is_empty() {
                *orders += 1;
            }
            for (at, change) in left.iter().enumerate() {
                let mut rest = left.to_vec();
                rest.remove(at);
                // Each step counts once for every order of what is left.
                let times: i64 = (1..=rest.len()).map(|n| i64::try_from(n).unwrap()).product();
                sums[*change] += (value(made | 1 << change) - value(made)) * times;
                walk(&rest, made | 1 << change, value, sums, orders);
            }
        }
        let (mut sums, mut orders) = (vec![0; count], 0);
        walk(&(0..count).collect::<Vec<_>>(), 0, value, &mut sums, &mut orders);
        sums.into_iter().map(|sum| BigRational::new(sum.into(), orders.into())).collect()
    }

    proptest! {
        #[test]
        fn it_is_the_mean_over_all_orders_and_leaves_no_rest(values in prop::collection::vec(-1000..1000_i64, 16)) {
            let found = shapley(4, |made| [BigRational::from_integer(values[made].into())]);
            let found: Vec<_> = found.into_iter().map(|[effect]| effect).collect();
            prop_assert_eq!(&found, &by_orders(4, &|made| values[made]));
            let sum: BigRational = found.iter().sum();
            prop_assert_eq!(sum, BigRational::from_integer((values[15] - values[0]).into()));
        }
    }

    #[test]
    fn nothing_changed_has_no_effects() {
        assert!(shapley(0, |_| [BigRational::one()]).is_empty());
    }
}
