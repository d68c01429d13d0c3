//! Exact sums, quick where they can be: whole numbers of a unit so small that nearly every share of an hour or a penny is a whole number of
//! it; whatever is not, or grows too large, is kept beside them as a fraction. A sum is always exact.

use crate::number::UNITS_PER_HOUR;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{ToPrimitive, Zero};
use onus_domain::Decimal;
use std::cmp::Ordering;

/// Units in one: ten-thousandths of a minute (600,000 in an hour), times the least number that twelve months and every usual life in
/// months divide (5,040), times millionths for overheads in ten-thousandths of a per cent.
const UNITS: i128 = 600_000 * 5_040 * 1_000_000;
/// What is larger than this is a fraction: so many of those that are not can be added without leaving the range.
const MOST: i128 = 1 << 96;

/// A sum, exactly.
#[derive(Debug, Clone, Default)]
pub(crate) struct Exact {
    units: i128,
    rest: Option<Box<BigRational>>,
}

impl Exact {
    pub fn new(value: &BigRational) -> Self {
        let mut sum = Self::default();
        sum.add_value(value);
        sum
    }

    /// So many ten-thousandths of a minute, in hours.
    pub fn of_minutes(minutes: Decimal) -> Self {
        // No more than 63 bits times fewer than 33.
        Self { units: i128::from(minutes.units()) * (UNITS / i128::from(UNITS_PER_HOUR)), rest: None }
    }

    /// A whole number.
    pub fn whole(number: u64) -> Self {
        Self { units: i128::from(number) * UNITS, rest: None }
    }

    /// So many times as much, of so many parts; the parts are not 0.
    pub fn ratio(&self, times: i128, parts: i128) -> Self {
        let product =
            self.units.checked_mul(times).filter(|product| self.rest.is_none() && product % parts == 0);
        match product.map(|product| product / parts).filter(|units| (-MOST..=MOST).contains(units)) {
            Some(units) => Self { units, rest: None },
            None => Self::new(&(self.value() * BigRational::new(times.into(), parts.into()))),
        }
    }

    /// What it has come to.
    pub fn value(&self) -> BigRational {
        let units = BigRational::new(self.units.into(), UNITS.into());
        self.rest.as_ref().map_or(units.clone(), |rest| units + rest.as_ref())
    }

    /// Whether it has come to nothing.
    pub fn is_zero(&self) -> bool {
        match &self.rest {
            None => self.units == 0,
            Some(_) => self.value().is_zero(),
        }
    }

    pub fn add(&mut self, other: &Self) {
        match self.units.checked_add(other.units).filter(|_| other.rest.is_none()) {
            Some(units) => self.units = units,
            None => self.add_to_rest(&other.value()),
        }
    }

    /// Takes another one away.
    pub fn take(&mut self, other: &Self) {
        match self.units.checked_sub(other.units).filter(|_| other.rest.is_none()) {
            Some(units) => self.units = units,
            None => self.add_to_rest(&-other.value()),
        }
    }

    /// Adds another one so many times.
    pub fn add_times(&mut self, other: &Self, times: u64) {
        // Most are small enough to be multiplied without a look at the range.
        let product = match i64::try_from(other.units) {
            Ok(units) => Some(i128::from(units) * i128::from(times)),
            Err(_) => other.units.checked_mul(times.into()),
        };
        let units = product.and_then(|units| self.units.checked_add(units));
        match units.filter(|_| other.rest.is_none()) {
            Some(units) => self.units = units,
            None => self.add_to_rest(&(other.value() * BigInt::from(times))),
        }
    }

    pub fn add_value(&mut self, value: &BigRational) {
        let whole = value * BigInt::from(UNITS);
        let units = whole.is_integer().then(|| whole.to_integer().to_i128()).flatten();
        match units.filter(|units| (-MOST..=MOST).contains(units)).and_then(|u| self.units.checked_add(u)) {
            Some(units) => self.units = units,
            None => self.add_to_rest(value),
        }
    }

    /// Which of two is more.
    pub fn cmp(&self, other: &Self) -> Ordering {
        if self.rest.is_none() && other.rest.is_none() {
            self.units.cmp(&other.units)
        } else {
            self.value().cmp(&other.value())
        }
    }

    fn add_to_rest(&mut self, value: &BigRational) {
        let rest = self.rest.get_or_insert_default();
        **rest += value;
        if rest.is_zero() {
            self.rest = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sums_are_those_of_fractions(
            parts in prop::collection::vec((any::<i64>(), 1..400_i64, 0..3_u64, 0..90_u32), 0..20)
        ) {
            let (mut sum, mut plain) = (Exact::default(), BigRational::zero());
            for (numerator, denominator, times, shift) in parts {
                // Some fit the units, some do not, some are too large for them.
                let value = BigRational::new(BigInt::from(numerator) << shift, denominator.into());
                sum.add_times(&Exact::new(&value), times);
                sum.add(&Exact::new(&value));
                sum.add_value(&value);
                plain += value * BigInt::from(times + 2);
                let mut less = sum.clone();
                less.take(&sum);
                prop_assert!(less.is_zero() && less.rest.is_none());
            }
            prop_assert_eq!(sum.is_zero(), plain.is_zero());
            prop_assert_eq!(sum.value(), plain);
        }
    }

    proptest! {
        #[test]
        fn parts_and_comparisons_are_those_of_fractions(
            minutes in any::<i64>(), times in 0..100_000_i64, parts in 1..400_i64, other in any::<i64>(),
        ) {
            let exact = Exact::of_minutes(Decimal::from_units(minutes));
            let plain = BigRational::new(minutes.into(), UNITS_PER_HOUR.into());
            prop_assert_eq!(exact.value(), plain.clone());
            let part = exact.ratio(times.into(), parts.into());
            let plain = plain * BigRational::new(times.into(), parts.into());
            prop_assert_eq!(part.value(), plain.clone());
            let other = Exact::of_minutes(Decimal::from_units(other));
            prop_assert_eq!(part.cmp(&other), plain.cmp(&other.value()));
        }
    }

    #[test]
    fn usual_shares_are_whole_units() {
        for denominator in [12, 24, 36, 48, 60, 84, 120, 600_000] {
            assert!(Exact::new(&BigRational::new(7.into(), denominator.into())).rest.is_none());
        }
        assert!(Exact::new(&BigRational::new(1.into(), 121.into())).rest.is_some());
    }
}
