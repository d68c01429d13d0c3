//! What was met: obligations for which there is a receipt.

use crate::{cost::Vintage, period::periods_due, registry::Registry};
use chrono::NaiveDate;
use num_rational::BigRational;
use onus_domain::{CollectionId, Month, OdsCode, submission::Obligation};
use std::collections::{BTreeMap, BTreeSet};

/// Obligations for which there is a receipt.
#[derive(Clone, Default)]
pub(crate) struct Met {
    pub obligations: u64,
    pub hours: BigRational,
}

/// A receipt, apart from its provider and the due date it names.
type Receipt<'a> = (&'a CollectionId, u32, NaiveDate, NaiveDate);

/// The month's obligations for which there is a receipt, by provider; of some collections, if they are named. A receipt for what is not
/// owed counts for nothing.
pub(crate) fn met(
    registry: &Registry,
    vintage: &Vintage,
    month: Month,
    only: Option<&BTreeSet<CollectionId>>,
) -> BTreeMap<usize, Met> {
    let mut receipts = BTreeMap::<&OdsCode, BTreeSet<Receipt<'_>>>::new();
    let named = |one: &&Obligation| only.is_none_or(|only| only.contains(&one.collection));
    let all = registry.snapshot.submissions.iter().map(|submission| &submission.obligation);
    for one in all.filter(|one| Month::of(one.due_date) == month).filter(named) {
        let receipt = (&one.collection, one.version, one.period_start, one.period_end);
        receipts.entry(&one.provider).or_default().insert(receipt);
    }
    let mut met = BTreeMap::new();
    for (code, receipts) in receipts {
        let Some(provider) = registry.provider(code) else { continue };
        let sum: &mut Met = met.entry(provider).or_default();
        for receipt in receipts {
            let Some(row) = owed(registry, provider, receipt, month) else { continue };
            sum.obligations += 1;
            let prices = vintage.prices(row);
            sum.hours += prices.submission.hours.value();
            for (measure, price) in &prices.units {
                sum.hours += price.hours.value() * registry.size_in(provider, (*measure, receipt.3));
            }
        }
    }
    met
}

/// The version row of which a provider owes a period that is due in a month, if it does.
fn owed(
    registry: &Registry,
    provider: usize,
    (collection, version, start, end): Receipt<'_>,
    month: Month,
) -> Option<u32> {
    let row = registry.row_on((collection, version), end)?;
    let mut duties = registry.duties_of(provider);
    let has_duty = duties.any(|duty| duty.version == row && duty.span.holds(end));
    let schedule = registry.version(row).content.schedule.as_ref()?;
    let due = periods_due(schedule, month.first_day(), month.last_day());
    let is_due = due.iter().any(|period| (period.start, period.end) == (start, end));
    (has_duty && is_due && !registry.row(row).idle).then_some(row)
}
