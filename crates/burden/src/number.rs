//! Exact numbers: hours, pence and ratios are fractions of whole numbers, each its own type. Nothing is rounded before it is shown.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};
use onus_domain::Decimal;
use std::{
    fmt,
    iter::Sum,
    ops::{Add, AddAssign, Sub},
};

/// Minutes are declared in ten-thousandths: so many of them make an hour.
pub(crate) const UNITS_PER_HOUR: i64 = 60 * Decimal::SCALE;

/// Declares an exact number of one kind, which can be added to its own kind only.
macro_rules! exact {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        ///
        /// Printed exactly where its decimals end, else with the digits of the nearest `f64`.
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(BigRational);

        impl $name {
            /// None of it.
            pub fn zero() -> Self {
                Self(BigRational::zero())
            }

            /// A whole number of it.
            pub fn whole(value: impl Into<BigInt>) -> Self {
                Self(BigRational::from_integer(value.into()))
            }

            /// From a declared decimal.
            pub fn from_decimal(value: Decimal) -> Self {
                Self(decimal(value))
            }

            /// `numerator` / `denominator`, which must not be 0.
            pub fn fraction(numerator: impl Into<BigInt>, denominator: impl Into<BigInt>) -> Option<Self> {
                let denominator = denominator.into();
                (!denominator.is_zero()).then(|| Self(BigRational::new(numerator.into(), denominator)))
            }

            /// As a fraction in lowest terms.
            pub fn as_fraction(&self) -> &BigRational {
                &self.0
            }

            /// From a fraction.
            pub(crate) const fn new(value: BigRational) -> Self {
                Self(value)
            }

            /// Whether it is 0.
            pub fn is_zero(&self) -> bool {
                self.0.is_zero()
            }

            /// Whether it is below 0.
            pub fn is_negative(&self) -> bool {
                self.0.is_negative()
            }

            /// The nearest `f64`, ties to even.
            pub fn to_f64(&self) -> f64 {
                // num-rational rounds a ratio of big integers once, at the end (a test holds it to that).
                self.0.to_f64().unwrap_or(f64::NAN)
            }

            /// With so many decimals, halves away from zero: for people only.
            pub fn rounded(&self, decimals: u32) -> String {
                rounded(&self.0, decimals)
            }

            /// So many times as much.
            #[must_use]
            pub fn times(&self, ratio: &Ratio) -> Self {
                Self(&self.0 * &ratio.0)
            }

            /// How many times `other` it is; nothing if `other` is 0.
            pub fn over(&self, other: &Self) -> Option<Ratio> {
                (!other.0.is_zero()).then(|| Ratio(&self.0 / &other.0))
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::zero()
            }
        }

        impl Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }

        impl Sub for $name {
            type Output = Self;
            fn sub(self, other: Self) -> Self {
                Self(self.0 - other.0)
            }
        }

        impl AddAssign<&Self> for $name {
            fn add_assign(&mut self, other: &Self) {
                self.0 += &other.0;
            }
        }

        impl Sum for $name {
            fn sum<I: Iterator<Item = Self>>(values: I) -> Self {
                values.fold(Self::zero(), Add::add)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match decimals(self.0.denom()) {
                    Some(decimals) => f.write_str(&rounded(&self.0, decimals)),
                    None => write!(f, "{}", self.to_f64()),
                }
            }
        }
    };
}

exact!(
    /// Working time in hours.
    ///
    /// Hours and money are different types and are never added:
    /// ```compile_fail
    /// use onus_burden::{Hours, Pence};
    /// let wrong = Hours::whole(1) + Pence::whole(1);
    /// ```
    Hours
);
exact!(
    /// Money in pence sterling.
    Pence
);
exact!(
    /// A number without a unit: a rate, a share, an index, a size.
    Ratio
);

impl Hours {
    /// From minutes.
    pub fn from_minutes(minutes: Decimal) -> Self {
        Self(BigRational::new(minutes.units().into(), UNITS_PER_HOUR.into()))
    }

    /// What they cost at so many pence an hour.
    pub fn at(&self, pence_per_hour: &Pence) -> Pence {
        Pence(&self.0 * &pence_per_hour.0)
    }
}

impl Pence {
    /// In pounds.
    pub fn in_pounds(&self) -> Ratio {
        Ratio(&self.0 / BigInt::from(100))
    }
}

impl Ratio {
    /// One.
    pub fn one() -> Self {
        Self(BigRational::one())
    }
}

/// A declared decimal as a fraction.
pub(crate) fn decimal(value: Decimal) -> BigRational {
    BigRational::new(value.units().into(), Decimal::SCALE.into())
}

/// Decimals after which a fraction of this denominator ends, if it does.
fn decimals(denominator: &BigInt) -> Option<u32> {
    let mut rest = denominator.clone();
    let mut strip = |prime: u32| {
        let mut times = 0;
        while (&rest % prime).is_zero() {
            rest /= prime;
            times += 1;
        }
        times
    };
    let (twos, fives): (u32, u32) = (strip(2), strip(5));
    rest.is_one().then_some(twos.max(fives))
}

fn rounded(value: &BigRational, decimals: u32) -> String {
    let scaled = value * BigInt::from(10).pow(decimals);
    let digits = scaled.round().to_integer();
    let sign = if digits.is_negative() { "-" } else { "" };
    let digits = digits.abs().to_string();
    let places = decimals as usize;
    if places == 0 {
        return format!("{sign}{digits}");
    }
    let padded = format!("{digits:0>width$}", width = places + 1);
    let (whole, part) = padded.split_at(padded.len() - places);
    format!("{sign}{whole}.{part}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_traits::FromPrimitive;
    use proptest::prelude::*;

    #[test]
    fn prints_exactly_where_decimals_end() {
        for (numerator, denominator, text) in [
            (1, 4, "0.25"),
            (-3, 8, "-0.375"),
            (7, 1, "7"),
            (1, 50, "0.02"),
            (-1, 1000, "-0.001"),
            (1, 32, "0.03125"),
        ] {
            assert_eq!(Ratio::fraction(numerator, denominator).unwrap().to_string(), text);
        }
        assert_eq!(Hours::fraction(2, 3).unwrap().to_string(), "0.6666666666666666");
        assert_eq!(Ratio::fraction(1, 0), None);
    }

    #[test]
    fn rounds_for_people_with_halves_away_from_zero() {
        let of = |text: &str, decimals| Pence::from_decimal(text.parse().unwrap()).rounded(decimals);
        assert_eq!(
            [of("0.385", 2), of("-0.385", 2), of("2.5", 0), of("0.001", 2)],
            ["0.39", "-0.39", "3", "0.00"]
        );
        assert_eq!(Pence::whole(12345).in_pounds().to_string(), "123.45");
        assert_eq!(Hours::from_minutes("45".parse().unwrap()).to_string(), "0.75");
    }

    /// Whether no other `f64` is nearer to `value` than `shown`.
    fn nearest(value: &BigRational, shown: f64) -> bool {
        let distance = |float: f64| (BigRational::from_f64(float).unwrap() - value).abs();
        let own = distance(shown);
        [shown.next_up(), shown.next_down()].iter().all(|other| {
            let theirs = distance(*other);
            own < theirs || (own == theirs && shown.to_bits().is_multiple_of(2))
        })
    }

    proptest! {
        #[test]
        fn to_f64_is_the_nearest(a in any::<i128>(), b in 1..=i128::MAX, shift in 0..200_u32) {
            let value = BigRational::new(BigInt::from(a) << shift, b.into());
            prop_assert!(nearest(&value, Ratio(value.clone()).to_f64()));
            let small = BigRational::new((a >> 70).into(), (b >> 70).max(1).into());
            prop_assert!(nearest(&small, Ratio(small.clone()).to_f64()));
        }

        #[test]
        fn ties_go_to_even(odd in (1_u64 << 53)..(1 << 54)) {
            let value = BigRational::from_integer(odd.into());
            prop_assert!(nearest(&value, Ratio(value.clone()).to_f64()));
        }
    }
}
