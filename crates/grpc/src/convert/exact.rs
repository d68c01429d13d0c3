//! Exact numbers: fractions as text, with the nearest float beside them.

use onus_burden::{Hours, Pence, Ratio};
use onus_proto::v1 as pb;

/// Declares how an exact number is written; with both parts always, `25/1`, so that a reader needs one rule.
macro_rules! exact {
    ($($(#[$meta:meta])* $make:ident: $name:ident)+) => {$(
        $(#[$meta])*
        pub fn $make(of: &$name) -> pb::$name {
            let fraction = of.as_fraction();
            pb::$name { fraction: format!("{}/{}", fraction.numer(), fraction.denom()), value: of.to_f64() }
        }
    )+};
}

exact! {
    /// Working time.
    hours: Hours
    /// Money.
    pence: Pence
    /// A number without a unit.
    ratio: Ratio
}

/// The ratio of two counts; `None` if the second is 0.
pub fn ratio_of_counts(part: u64, whole: u64) -> Option<pb::Ratio> {
    Ratio::fraction(part, whole).as_ref().map(ratio)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_are_exact_in_lowest_terms_and_floats_the_nearest() {
        let made = ratio_of_counts(162, 270).unwrap();
        assert_eq!((made.fraction.as_str(), made.value.to_bits()), ("3/5", 0.6_f64.to_bits()));
        assert_eq!(ratio_of_counts(1, 0), None);
        assert_eq!(hours(&Hours::fraction(-75, 6).unwrap()).fraction, "-25/2");
        assert_eq!(pence(&Pence::whole(1200)), pb::Pence { fraction: "1200/1".into(), value: 1200.0 });
    }
}
