//! Targets, and how they stand (`burden.md`, "The target").
//!
//! *Trajectory*: a straight line, by months, from the baseline to the value promised. *Forecast*: the value now, moved on to the target's
//! month as fast as it moved in the last twelve months (since the baseline, if that is later). ON_TRACK if the value now is no worse than
//! the trajectory and the forecast no worse than the promise; AT_RISK if one of them is worse; OFF_TRACK if both are. From the target's
//! month on the promise itself decides: ON_TRACK if it is kept, else OFF_TRACK. Which way is better follows from baseline and promise.
//!
//! The measures: HOURS, of the twelve months ending with the month; SUBMIT_ONCE_RATE, what the body asks that is not redundant against all
//! it asks; COLLECTIONS, in force on the month's last day; AUTOMATED_SHARE, the share of its needs that reuse meets without asking anybody.
//!
//! The cross-sector plan adds up its parts: hours and collections as they are; rates and shares as means, weighted by what the bodies ask
//! (with what reuse meets, for the share), so that the current value is that of all of them together. Of each plan and measure the last
//! target counts. Its date is the latest of its parts', and each part stays at its promise after its own date.

use crate::{
    Burden,
    number::{Ratio, decimal},
};
use chrono::NaiveDate;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Zero};
use onus_domain::{
    Month, OdsCode,
    plan::{Plan, Target, TargetMeasure, TargetStatus},
};
use std::collections::BTreeMap;

/// A target in a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetMonth {
    /// Whose; nobody's alone for the cross-sector plan's.
    pub owner: Option<OdsCode>,
    /// What is measured.
    pub measure: TargetMeasure,
    /// The month.
    pub month: Month,
    /// Value at the start.
    pub baseline: Ratio,
    /// Value promised.
    pub value: Ratio,
    /// By when.
    pub date: NaiveDate,
    /// Where it should be in the month.
    pub trajectory: Ratio,
    /// Where it is; nothing if there is nothing to measure.
    pub current: Option<Ratio>,
    /// Where it will be by then.
    pub forecast: Option<Ratio>,
    /// How it stands; nothing without a current value.
    pub status: Option<TargetStatus>,
}

/// A part of the cross-sector target, or the whole of a body's own.
struct Standing {
    baseline: BigRational,
    value: BigRational,
    trajectory: BigRational,
    current: Option<BigRational>,
    forecast: Option<BigRational>,
}

impl Standing {
    fn new(target: &Target, month: Month, value: impl Fn(Month) -> Option<BigRational>) -> Self {
        let (baseline, promised) = (decimal(target.baseline), decimal(target.value));
        let end = Month::of(target.date);
        let (start, whole) = (target.baseline_month, end.index() - target.baseline_month.index());
        let gone = (month.index() - start.index()).clamp(0, whole.max(0));
        let part = if whole > 0 { BigRational::new(gone.into(), whole.into()) } else { BigRational::one() };
        let current = value(month);
        let since = month.plus(-12).max(start);
        let months = month.index() - since.index();
        let left = BigInt::from((end.index() - month.index()).max(0));
        let forecast = current.as_ref().map(|current| {
            let before = if since == start { Some(baseline.clone()) } else { value(since) };
            let moved = before.filter(|_| months > 0).map(|before| (current - before) / BigInt::from(months));
            current + moved.unwrap_or_else(BigRational::zero) * left
        });
        Self {
            trajectory: &baseline + (&promised - &baseline) * part,
            baseline,
            value: promised,
            current,
            forecast,
        }
    }

    fn status(&self, is_over: bool) -> Option<TargetStatus> {
        let less_is_better = self.value < self.baseline;
        let as_good = |value: &BigRational, other: &BigRational| {
            if less_is_better { value <= other } else { value >= other }
        };
        let (current, forecast) = (self.current.as_ref()?, self.forecast.as_ref()?);
        if is_over {
            let kept = as_good(current, &self.value);
            return Some(if kept { TargetStatus::OnTrack } else { TargetStatus::OffTrack });
        }
        Some(match (as_good(current, &self.trajectory), as_good(forecast, &self.value)) {
            (true, true) => TargetStatus::OnTrack,
            (false, false) => TargetStatus::OffTrack,
            _ => TargetStatus::AtRisk,
        })
    }

    fn row(
        self,
        owner: Option<OdsCode>,
        measure: TargetMeasure,
        month: Month,
        date: NaiveDate,
    ) -> TargetMonth {
        TargetMonth {
            status: self.status(Month::of(date) <= month),
            owner,
            measure,
            month,
            date,
            baseline: Ratio::new(self.baseline),
            value: Ratio::new(self.value),
            trajectory: Ratio::new(self.trajectory),
            current: self.current.map(Ratio::new),
            forecast: self.forecast.map(Ratio::new),
        }
    }
}

impl Burden {
    /// A measure of what a body asks, and its weight in a mean over bodies; nothing if there is nothing to measure.
    fn measured(&self, owner: &OdsCode, measure: TargetMeasure, month: Month) -> Option<(BigRational, u64)> {
        let place = self.registry.owners.binary_search(owner).ok();
        let rows = self.body_months(month);
        let Some(row) = place.and_then(|place| rows.get(place)) else {
            // Who asks nothing has no hours and no collections.
            let counted = matches!(measure, TargetMeasure::Hours | TargetMeasure::Collections);
            return counted.then(|| (BigRational::zero(), 1));
        };
        let of = |ratio: Option<Ratio>, weight| Some((ratio?.as_fraction().clone(), weight));
        match measure {
            TargetMeasure::Hours => Some((row.hours_12m.as_fraction().clone(), 1)),
            TargetMeasure::Collections => Some((BigRational::from_integer(row.collections.into()), 1)),
            TargetMeasure::SubmitOnceRate => of(row.submit_once_rate(), row.asks),
            TargetMeasure::AutomatedShare => of(row.automated_share(), row.asks + row.reuse_facts),
        }
    }

    /// A measure of what a body asks in a month; nothing if there is nothing to measure.
    pub fn target_value(&self, owner: &OdsCode, measure: TargetMeasure, month: Month) -> Option<Ratio> {
        Some(Ratio::new(self.measured(owner, measure, month)?.0))
    }

    /// Where the targets of plans stand in a month, in the order of the plans.
    pub fn target_months(&self, plans: &[Plan], month: Month) -> Vec<TargetMonth> {
        let of_plan = |plan: &Plan| {
            let row = |target: &Target| {
                let value = |month| Some(self.measured(&plan.owner, target.measure, month)?.0);
                let standing = Standing::new(target, month, value);
                standing.row(Some(plan.owner.clone()), target.measure, month, target.date)
            };
            plan.targets.iter().map(row).collect::<Vec<_>>()
        };
        plans.iter().flat_map(of_plan).collect()
    }

    /// Where the cross-sector plan stands: the plans added up, by measure.
    pub fn cross_sector(&self, plans: &[Plan], month: Month) -> Vec<TargetMonth> {
        let mut last = BTreeMap::<(TargetMeasure, &OdsCode), &Target>::new();
        for plan in plans {
            for target in &plan.targets {
                let known = last.entry((target.measure, &plan.owner)).or_insert(target);
                if known.date < target.date {
                    *known = target;
                }
            }
        }
        let parts: Vec<_> = last.into_iter().collect();
        let of_measure = |parts: &[((TargetMeasure, &OdsCode), &Target)]| {
            let measure = parts.first()?.0.0;
            let date = parts.iter().map(|(_, target)| target.date).max()?;
            let standing = self.added_up(measure, parts, month)?;
            Some(standing.row(None, measure, month, date))
        };
        parts.chunk_by(|a, b| a.0.0 == b.0.0).filter_map(of_measure).collect()
    }

    fn added_up(
        &self,
        measure: TargetMeasure,
        parts: &[((TargetMeasure, &OdsCode), &Target)],
        month: Month,
    ) -> Option<Standing> {
        let standing = |owner: &OdsCode, target: &Target| {
            let weight = self.measured(owner, measure, month).map_or(0, |(_, weight)| weight);
            let value = |month| Some(self.measured(owner, measure, month)?.0);
            (Standing::new(target, month, value), BigRational::from_integer(weight.into()))
        };
        let all: Vec<_> = parts.iter().map(|((_, owner), target)| standing(owner, target)).collect();
        let adds = matches!(measure, TargetMeasure::Hours | TargetMeasure::Collections);
        let weights: BigRational = all.iter().map(|(_, weight)| weight).sum();
        let whole = if adds { BigRational::one() } else { weights };
        if whole.is_zero() {
            return None;
        }
        let sum = |of: &dyn Fn(&Standing) -> Option<BigRational>| -> Option<BigRational> {
            let weighed = all.iter().filter(|(_, weight)| !weight.is_zero());
            let sum: Option<BigRational> = weighed.map(|(one, weight)| Some(of(one)? * weight)).sum();
            Some(sum? / &whole)
        };
        Some(Standing {
            baseline: sum(&|one| Some(one.baseline.clone()))?,
            value: sum(&|one| Some(one.value.clone()))?,
            trajectory: sum(&|one| Some(one.trajectory.clone()))?,
            current: sum(&|one| one.current.clone()),
            forecast: sum(&|one| one.forecast.clone()),
        })
    }
}
