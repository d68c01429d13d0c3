//! The audit sample: one match in twenty, whatever its score, so that what stewards rule on it tells without bias how good the matches
//! are.

use crate::prepare::hash;
use onus_domain::{
    concept::Strength,
    relation::{Match, Relation},
};
use serde::Serialize;

/// One match in so many is in the sample.
const ONE_IN: u64 = 20;

/// The 97.5th centile of the normal distribution: of 95 % intervals.
const Z: f64 = 1.959_964;

/// Whether a match is in the audit sample: by its definitions and their versions alone, so that neither score nor order decides.
pub fn is_sampled(found: &Match) -> bool {
    let (left, right) = (found.left_version.to_string(), found.right_version.to_string());
    let parts = ["audit sample", found.left.as_str(), &left, found.right.as_str(), &right];
    mixed(hash(&parts)).is_multiple_of(ONE_IN)
}

/// Spreads a hash over all its bits (SplitMix64's last step): the low bits of FNV-1a follow the last byte.
fn mixed(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

/// A share that was estimated, with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Share {
    /// The share, in [0, 1].
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Share {
    /// Of `part` among `of`, by Wilson's score interval; `None` of nothing.
    pub fn wilson(part: usize, of: usize) -> Option<Self> {
        if of == 0 {
            return None;
        }
        let (n, p) = (real(of), real(part) / real(of));
        let middle = p + Z * Z / (2.0 * n);
        let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        let scale = 1.0 + Z * Z / n;
        Some(Self {
            value: p,
            low: ((middle - half) / scale).max(0.0),
            high: ((middle + half) / scale).min(1.0),
        })
    }
}

/// How good the matches are, by what was ruled on the sample.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Quality {
    /// Matches in the sample.
    pub sampled: usize,
    /// Those of them that were ruled on.
    pub ruled: usize,
    /// Share of CONFIRMED matches that are SAME.
    pub precision: Option<Share>,
    /// Share of the SAME among all matches held that are CONFIRMED. What was never found to be a match is not in it.
    pub recall: Option<Share>,
}

/// One part of the matches: how many there are, how many of the sample were ruled on, and how many of those are SAME.
#[derive(Default)]
struct Stratum {
    all: usize,
    ruled: usize,
    same: usize,
}

impl Quality {
    /// Of all matches that are held; `ruling` is how a pair was ruled, if it was.
    pub fn of<'m>(
        matches: impl IntoIterator<Item = &'m Match>,
        ruling: impl Fn(&Match) -> Option<Relation>,
    ) -> Self {
        let (mut confirmed, mut others) = (Stratum::default(), Stratum::default());
        let mut sampled = 0;
        for found in matches {
            let stratum = if found.strength == Strength::Confirmed { &mut confirmed } else { &mut others };
            stratum.all += 1;
            if !is_sampled(found) {
                continue;
            }
            sampled += 1;
            if let Some(relation) = ruling(found) {
                stratum.ruled += 1;
                stratum.same += usize::from(relation == Relation::Same);
            }
        }
        let precision = Share::wilson(confirmed.same, confirmed.ruled);
        let missed = Share::wilson(others.same, others.ruled);
        Self {
            sampled,
            ruled: confirmed.ruled + others.ruled,
            precision,
            recall: precision.zip(missed).map(|(found, missed)| recall(&confirmed, found, &others, missed)),
        }
    }
}

/// Each end of the interval takes the worse end of both shares: it is wider than need be, never narrower.
fn recall(confirmed: &Stratum, found: Share, others: &Stratum, missed: Share) -> Share {
    let share = |found: f64, missed: f64| {
        let (found, missed) = (found * real(confirmed.all), missed * real(others.all));
        if found + missed > 0.0 { found / (found + missed) } else { 1.0 }
    };
    Share {
        value: share(found.value, missed.value),
        low: share(found.low, missed.high),
        high: share(found.high, missed.low),
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of matches are far below 2^52")]
fn real(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use onus_domain::DefinitionId;

    fn found(at: usize, strength: Strength) -> Match {
        Match {
            left: DefinitionId::new(format!("a-{at}")).unwrap(),
            left_version: 1,
            right: DefinitionId::new(format!("b-{at}")).unwrap(),
            right_version: 1,
            relation: Relation::Same,
            score: 0.5,
            strength,
            evidence: vec![],
            model: "m".into(),
        }
    }

    #[test]
    fn one_in_twenty_is_in_the_sample_and_stays_in_it() {
        let all: Vec<_> = (0..20_000).map(|at| found(at, Strength::Possible)).collect();
        let sampled = all.iter().filter(|one| is_sampled(one)).count();
        // Five standard deviations of a binomial of 20,000 at 1 in 20.
        assert!((846..=1_154).contains(&sampled), "{sampled}");
        let changed =
            Match { score: 0.99, strength: Strength::Confirmed, model: "other".into(), ..all[7].clone() };
        assert_eq!(is_sampled(&changed), is_sampled(&all[7]));
    }

    #[test]
    fn intervals_are_wilsons() {
        // Newcombe (1998), Statistics in Medicine 17:857, table I, method 3: 81 of 263, and 0 of 20.
        let shown = |share: Share| (format!("{:.4}", share.low), format!("{:.4}", share.high));
        assert_eq!(shown(Share::wilson(81, 263).unwrap()), ("0.2553".into(), "0.3662".into()));
        assert_eq!(shown(Share::wilson(0, 20).unwrap()), ("0.0000".into(), "0.1611".into()));
        assert!(Share::wilson(0, 0).is_none());
    }

    #[test]
    fn precision_and_recall_come_of_the_sample_alone() {
        let confirmed = (0..400).map(|at| found(at, Strength::Confirmed));
        let possible = (400..4_000).map(|at| found(at, Strength::Possible));
        let all: Vec<_> = confirmed.chain(possible).collect();
        let none = Quality::of(&all, |_| None);
        assert_eq!((none.ruled, none.precision, none.recall), (0, None, None));
        // All CONFIRMED are right; so is every POSSIBLE of which the key ends in 0: about one in ten.
        let rule = |one: &Match| match one.strength {
            Strength::Confirmed => Some(Relation::Same),
            Strength::Possible if one.left.as_str().ends_with('0') => Some(Relation::Same),
            Strength::Possible => Some(Relation::Related),
        };
        let quality = Quality::of(&all, rule);
        assert_eq!(quality.sampled, quality.ruled);
        assert!((quality.precision.unwrap().value - 1.0).abs() < 1e-12);
        let recall = quality.recall.unwrap();
        // 400 of 400 + 360.
        assert!(recall.low < 400.0 / 760.0 && 400.0 / 760.0 < recall.high, "{recall:?}");
        assert!(recall.low < recall.value && recall.value < recall.high);
    }
}
