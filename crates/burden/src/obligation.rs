//! Obligations: what a provider owes, and when (`burden.md`, "Obligations").

use crate::{period::periods_due, registry::Registry};
use chrono::NaiveDate;
use onus_domain::{OdsCode, submission::Obligation};

/// What `provider` owes that is due within `from`..=`to`, by due date, collection, version and period.
pub(crate) fn obligations(
    registry: &Registry,
    provider: &OdsCode,
    from: NaiveDate,
    to: NaiveDate,
) -> Vec<Obligation> {
    let Some(place) = registry.provider(provider) else { return vec![] };
    let mut owed = vec![];
    for duty in registry.duties_of(place) {
        let version = registry.version(duty.version);
        if registry.row(duty.version).idle {
            continue;
        }
        let Some(schedule) = &version.content.schedule else { continue };
        let periods =
            periods_due(schedule, from, to).into_iter().filter(|period| duty.span.holds(period.end));
        owed.extend(periods.map(|period| Obligation {
            collection: version.collection.clone(),
            version: version.number,
            provider: provider.clone(),
            period_start: period.start,
            period_end: period.end,
            due_date: period.due,
        }));
    }
    owed.sort_by(|a, b| {
        let key = |o: &Obligation| (o.due_date, o.collection.clone(), o.version, o.period_start);
        key(a).cmp(&key(b))
    });
    owed
}
