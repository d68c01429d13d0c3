//! The Standard Cost Model and estimates of the kind that other registers publish: hours = respondents x responses x hours each, money =
//! hours x pay x overheads; and what changed between two of them.

use crate::number::{Hours, Pence, Ratio};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Zero};

/// One line of an estimate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Estimate {
    /// Who answers.
    pub respondents: u64,
    /// How often each does.
    pub responses_each: Ratio,
    /// Hours of one response.
    pub hours_each: Hours,
}

/// The three factors of an estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Factor {
    /// Who answers.
    Respondents,
    /// How often.
    Frequency,
    /// How long it takes.
    TimeEach,
}

/// The factors, in order.
pub const FACTORS: [Factor; 3] = [Factor::Respondents, Factor::Frequency, Factor::TimeEach];

impl Estimate {
    /// Responses of all respondents.
    pub fn responses(&self) -> Ratio {
        Ratio::whole(self.respondents).times(&self.responses_each)
    }

    /// respondents x responses x hours each.
    pub fn hours(&self) -> Hours {
        self.hours_each.times(&self.responses())
    }

    fn factor(&self, factor: Factor) -> BigRational {
        match factor {
            Factor::Respondents => BigRational::from_integer(self.respondents.into()),
            Factor::Frequency => self.responses_each.as_fraction().clone(),
            Factor::TimeEach => self.hours_each.as_fraction().clone(),
        }
    }
}

/// The hours of several lines.
pub fn hours<'a>(lines: impl IntoIterator<Item = &'a Estimate>) -> Hours {
    lines.into_iter().map(Estimate::hours).sum()
}

/// Hours x pay an hour x overheads (1.25 for 25 per cent more).
pub fn cost(hours: &Hours, pay_per_hour: &Pence, overheads: &Ratio) -> Pence {
    hours.at(pay_per_hour).times(overheads)
}

/// Standard Cost Model: businesses x times a year x hours x tariff an hour.
pub fn administrative_cost(
    businesses: u64,
    times_a_year: &Ratio,
    hours_each: &Hours,
    tariff: &Pence,
) -> Pence {
    let line = Estimate {
        respondents: businesses,
        responses_each: times_a_year.clone(),
        hours_each: hours_each.clone(),
    };
    cost(&line.hours(), tariff, &Ratio::one())
}

/// What each factor did to one line's hours: its Shapley value, the mean of its effect over all orders in which the factors may change.
/// The effects add up to the change exactly, and a factor that did not change has none.
pub fn effects(before: &Estimate, after: &Estimate) -> [(Factor, Hours); 3] {
    FACTORS.map(|factor| {
        let [own, b, c] = [factor, others(factor)[0], others(factor)[1]];
        let [from, to] = [before, after];
        let step = to.factor(own) - from.factor(own);
        // Of the six orders, in two the factor changes first, in two last, and in one each between the others.
        let weight = |times: i32, b_of: &Estimate, c_of: &Estimate| {
            b_of.factor(b) * c_of.factor(c) * BigInt::from(times)
        };
        let weights = weight(2, from, from) + weight(1, from, to) + weight(1, to, from) + weight(2, to, to);
        (factor, Hours::new(step * weights / BigInt::from(6)))
    })
}

fn others(factor: Factor) -> [Factor; 2] {
    match factor {
        Factor::Respondents => [Factor::Frequency, Factor::TimeEach],
        Factor::Frequency => [Factor::Respondents, Factor::TimeEach],
        Factor::TimeEach => [Factor::Respondents, Factor::Frequency],
    }
}

/// The effects over all lines of an estimate, matched by place.
pub fn total_effects(before: &[Estimate], after: &[Estimate]) -> [(Factor, Hours); 3] {
    let mut sums = FACTORS.map(|factor| (factor, Hours::zero()));
    for (before, after) in before.iter().zip(after) {
        for (sum, (_, hours)) in sums.iter_mut().zip(effects(before, after)) {
            sum.1 += &hours;
        }
    }
    sums
}

/// A value against another, such as an index or a cost against the one before; nothing against nothing.
pub fn change(now: &Ratio, before: &Ratio) -> Option<Ratio> {
    (!before.as_fraction().is_zero()).then(|| Ratio::new(now.as_fraction() / before.as_fraction()))
}

/// One plus so many per cent.
pub fn with_overhead_percent(percent: &Ratio) -> Ratio {
    Ratio::new(BigRational::one() + percent.as_fraction() / BigInt::from(100))
}
