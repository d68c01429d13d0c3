//! Obligations: what a provider owes, and when (`burden.md`, "Obligations").

use crate::{
    period::{Period, periods_due, periods_from},
    registry::Registry,
};
use chrono::NaiveDate;
use onus_domain::{CollectionId, OdsCode, schedule::Schedule, submission::Obligation};

/// What `provider` owes that is due within `from`..=`to`, by due date, collection, version and period.
pub(crate) fn obligations(
    registry: &Registry,
    provider: &OdsCode,
    from: NaiveDate,
    to: NaiveDate,
) -> Vec<Obligation> {
    owed(registry, provider, None, |schedule| periods_due(schedule, from, to))
}

/// What `provider` owes to one collection of periods that began until a day, by due date, version and period.
pub(crate) fn begun(
    registry: &Registry,
    provider: &OdsCode,
    collection: &CollectionId,
    until: NaiveDate,
) -> Vec<Obligation> {
    owed(registry, provider, Some(collection), |schedule| {
        periods_from(schedule, schedule.first_period).take_while(|period| period.start <= until).collect()
    })
}

/// What `provider` owes, to one collection if it is named, of such of `periods` as end while it does.
fn owed(
    registry: &Registry,
    provider: &OdsCode,
    only: Option<&CollectionId>,
    periods: impl Fn(&Schedule) -> Vec<Period>,
) -> Vec<Obligation> {
    let Some(place) = registry.provider(provider) else { return vec![] };
    let mut owed = vec![];
    for duty in registry.duties_of(place) {
        let version = registry.version(duty.version);
        if registry.row(duty.version).idle || only.is_some_and(|only| *only != version.collection) {
            continue;
        }
        let Some(schedule) = &version.content.schedule else { continue };
        let periods = periods(schedule).into_iter().filter(|period| duty.span.holds(period.end));
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
