//! Checks of an estimate on entry: it is recomputed, and refused with the reason if its arithmetic does not hold (`burden.md`, "Cost").

use crate::{
    number::{Hours, Pence, Ratio},
    scm::{self, Estimate},
    succession,
};
use num_traits::Signed;
use onus_domain::{Decimal, Month, Violation, Violations, organisation::Succession, statement::MAX_MINUTES};

/// An estimate as its owner declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredEstimate {
    /// Who answers, how often, how long.
    pub line: Estimate,
    /// Respondents who answered before, for whom answers are pre-filled.
    pub returning: u64,
    /// Hours credited for each of them.
    pub credit_each: Hours,
    /// Pay of an hour.
    pub pay_per_hour: Pence,
    /// What the pay is multiplied by for overheads.
    pub overheads: Ratio,
    /// Hours as declared, if they are.
    pub hours: Option<Hours>,
    /// Cost as declared, if it is.
    pub cost: Option<Pence>,
}

impl DeclaredEstimate {
    /// The hours of its line less the credit for those who return.
    pub fn recomputed_hours(&self) -> Hours {
        self.line.hours() - self.credit_each.times(&Ratio::whole(self.returning))
    }

    /// What those hours cost.
    pub fn recomputed_cost(&self) -> Pence {
        scm::cost(&self.recomputed_hours(), &self.pay_per_hour, &self.overheads)
    }

    /// What is wrong with it.
    pub fn check(&self, found: &mut Violations) {
        found.require(self.returning <= self.line.respondents, || {
            let most = self.line.respondents;
            Violation::new(
                "returning",
                "RETURNING",
                self.returning,
                format!("at most the {most} respondents there are"),
            )
        });
        let most = Hours::from_minutes(MAX_MINUTES);
        found.require(!self.line.responses_each.is_negative(), || {
            Violation::new("responses_each", "RANGE", &self.line.responses_each, "0 or more")
        });
        found.require(self.overheads >= Ratio::whole(1), || {
            Violation::new(
                "overhead_percent",
                "RANGE",
                &self.overheads,
                "a factor of 1 or more: overheads are not negative",
            )
        });
        for (field, hours) in [("hours_each", &self.line.hours_each), ("credit_each", &self.credit_each)] {
            found.require(!hours.is_negative() && *hours <= most, || {
                let expected =
                    format!("0 to {most} hours: one person has 24 hours on at most 31 days a month");
                Violation::new(field, "RANGE", hours, expected)
            });
        }
        let own = self.line.hours_each.times(&self.line.responses_each);
        found.require(self.credit_each <= own, || {
            let expected = format!("no more than the {own} hours that one respondent has");
            Violation::new("credit_each", "RANGE", &self.credit_each, expected)
        });
        self.check_declared(found);
    }

    fn check_declared(&self, found: &mut Violations) {
        let hours = self.recomputed_hours();
        if let Some(declared) = self.hours.as_ref().filter(|declared| **declared != hours) {
            found.push(Violation::new(
                "hours",
                "ARITHMETIC",
                declared,
                format!("{hours}, which it recomputes to"),
            ));
        }
        let cost = self.recomputed_cost();
        let Some(declared) = self.cost.as_ref().filter(|declared| !within_half_a_penny(declared, &cost))
        else {
            return;
        };
        let right = cost.in_pounds().rounded(2);
        let shown = declared.in_pounds().rounded(2);
        // A sum of pounds and hours is money only in name: the difference to the cost is the number of hours.
        let added = Pence::whole(100).times(&Ratio::new(hours.as_fraction().clone()));
        let difference = declared.clone() - cost.clone();
        if within_half_a_penny(&difference, &added) {
            let expected = format!(
                "{right}, which it recomputes to: the difference is {}, the number of hours; hours were added to money",
                added.in_pounds().rounded(2)
            );
            found.push(Violation::new("cost_pence", "HOURS_ADDED_TO_MONEY", shown, expected));
        } else {
            found.push(Violation::new(
                "cost_pence",
                "ARITHMETIC",
                shown,
                format!("{right}, which it recomputes to"),
            ));
        }
    }
}

/// What is wrong with the successions of a registry taken together: in a cycle of one day nothing says who had what first, and nobody gives
/// more than all on a day.
pub fn successions(all: &[Succession], found: &mut Violations) {
    for (date, codes) in succession::cycles(all) {
        let codes: Vec<_> = codes.iter().map(ToString::to_string).collect();
        let expected = format!(
            "successions of {date} that do not lead back: give one of them another day, or leave out those that did not happen"
        );
        found.push(Violation::new("successions", "CYCLE", codes.join(", "), expected));
    }
    for (date, code, given) in succession::given(all) {
        found.require(given <= Decimal::from_whole(1), || {
            let expected = format!("shares of {code} on {date} that add up to at most 1");
            Violation::new("successions", "SHARES", given, expected)
        });
    }
}

/// The first month that may not be published yet on a day is the day's own: until it is over, more may become due in it.
pub fn closed(month: Month, today: chrono::NaiveDate, found: &mut Violations) {
    found.require(month < Month::of(today), || {
        let last = Month::of(today).plus(-1);
        Violation::new("month", "NOT_CLOSED", month, format!("a month that is over: {last} or earlier"))
    });
}

/// Whether two sums of money would be the same to the penny, either being rounded.
fn within_half_a_penny(a: &Pence, b: &Pence) -> bool {
    let difference = (a.clone() - b.clone()).as_fraction().abs();
    Ratio::fraction(1, 2).is_some_and(|half| difference <= *half.as_fraction())
}
