//! Exact decimals with four places: minutes, sizes, shares. Never a float.

use crate::Violation;
use serde::{Deserialize, Serialize};
use std::{fmt, ops::Add, str::FromStr};

/// An exact decimal with four places, held as ten-thousandths.
///
/// Range: ±922,337,203,685,477.5807. Arithmetic that needs more (ratios, sums of products) is done on exact fractions in
/// `onus-burden`; this type stores and prints what was declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Decimal(i64);

impl Decimal {
    /// Ten-thousandths in one.
    pub const SCALE: i64 = 10_000;
    /// Zero.
    pub const ZERO: Self = Self(0);

    /// From ten-thousandths.
    pub const fn from_units(units: i64) -> Self {
        Self(units)
    }

    /// From a whole number.
    pub const fn from_whole(whole: i32) -> Self {
        Self(whole as i64 * Self::SCALE)
    }

    /// The value in ten-thousandths.
    pub const fn units(self) -> i64 {
        self.0
    }

    /// The value as a number to be shown.
    #[expect(clippy::cast_precision_loss, reason = "no number that is shown has sixteen digits")]
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / Self::SCALE as f64
    }
}

impl Add for Decimal {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, units) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        let scale = Self::SCALE.unsigned_abs();
        let (whole, part) = (units / scale, units % scale);
        if part == 0 {
            return write!(f, "{sign}{whole}");
        }
        let part = format!("{part:04}");
        write!(f, "{sign}{whole}.{}", part.trim_end_matches('0'))
    }
}

impl FromStr for Decimal {
    type Err = Violation;

    fn from_str(value: &str) -> Result<Self, Violation> {
        parse(value).map(Self).ok_or_else(|| {
            Violation::new(
                "decimal",
                "DECIMAL",
                value,
                "a number with at most four decimals, such as 0.75, without thousands marks",
            )
        })
    }
}

fn parse(value: &str) -> Option<i64> {
    let (negative, digits) = value.strip_prefix('-').map_or((false, value), |rest| (true, rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !is_digits(whole) || !is_digits(part) || part.len() > 4 {
        return None;
    }
    let units = whole.parse::<i64>().ok()?.checked_mul(Decimal::SCALE)?;
    let units = units.checked_add(format!("{part:0<4}").parse().ok()?)?;
    Some(if negative { -units } else { units })
}

impl TryFrom<String> for Decimal {
    type Error = Violation;
    fn try_from(value: String) -> Result<Self, Violation> {
        value.parse()
    }
}

impl From<Decimal> for String {
    fn from(value: Decimal) -> Self {
        value.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_what_it_reads() {
        for text in ["0", "0.75", "43.6", "-3", "-0.0001", "922337203685477.5807"] {
            assert_eq!(text.parse::<Decimal>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn refuses_what_it_cannot_hold() {
        for text in ["", ".", "1.", ".5", "1,000", "1e3", "0.00001", "9999999999999999", "--1", "NaN"] {
            assert!(text.parse::<Decimal>().is_err(), "{text}");
        }
    }
}
