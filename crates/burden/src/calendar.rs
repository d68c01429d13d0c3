//! A provider's calendar: what it owes, when, to whom, and what is done already.

use crate::{Burden, number::Hours, obligation::obligations};
use chrono::{DateTime, NaiveDate, Utc};
use onus_domain::{
    OdsCode, Violation, Violations, reference::Reference, schedule::Frequency, submission::Obligation,
};
use std::collections::BTreeMap;

/// The longest calendar, in days: ten years. A daily request has a period for each.
pub const MAX_CALENDAR_DAYS: i64 = 3_660;

/// A submission owed, as a calendar shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarEntry {
    /// What is owed, for which period, and when it is due.
    pub obligation: Obligation,
    /// Who asks.
    pub owner: OdsCode,
    /// The request's title.
    pub title: String,
    /// Its reference.
    pub reference: Option<Reference>,
    /// How often it is asked.
    pub frequency: Frequency,
    /// Items asked, of any role.
    pub items: u64,
    /// Working time of the submission, by the statement known on its due date.
    pub hours: Hours,
    /// When it was submitted, if there is a receipt: the first.
    pub submitted_at: Option<DateTime<Utc>>,
}

impl CalendarEntry {
    /// Whether it was submitted after its due date, or is not although that is before `today`.
    pub fn is_late(&self, today: NaiveDate) -> bool {
        self.submitted_at.map_or(today, |at| at.date_naive()) > self.obligation.due_date
    }
}

impl Burden {
    /// What `provider` owes that is due within `from`..=`to`, by due date, collection, version and period. Nothing for an unknown provider;
    /// refused if the days are out of order or too many.
    pub fn calendar(
        &self,
        provider: &OdsCode,
        from: NaiveDate,
        to: NaiveDate,
    ) -> onus_domain::Result<Vec<CalendarEntry>> {
        let mut found = Violations::new();
        found.require(from <= to, || Violation::new("to", "ORDER", to, format!("a day not before {from}")));
        found.require((to - from).num_days() < MAX_CALENDAR_DAYS, || {
            Violation::new("to", "RANGE", to, format!("less than {MAX_CALENDAR_DAYS} days after {from}"))
        });
        found.into_result()?;
        let mut receipts = BTreeMap::<&Obligation, DateTime<Utc>>::new();
        for submission in
            self.registry.snapshot.submissions.iter().filter(|s| s.obligation.provider == *provider)
        {
            let first = receipts.entry(&submission.obligation).or_insert(submission.submitted_at);
            *first = (*first).min(submission.submitted_at);
        }
        let Some(place) = self.registry.provider(provider) else { return Ok(vec![]) };
        let owed = obligations(&self.registry, provider, from, to).into_iter();
        let entry = |obligation: Obligation| {
            let row =
                self.registry.row_on((&obligation.collection, obligation.version), obligation.period_end)?;
            let version = self.registry.version(row);
            let collection = self.registry.snapshot.collection(&version.collection)?;
            let known = onus_domain::Month::of(obligation.due_date).last_day();
            let vintage = self.index.vintage(known);
            let prices = vintage.prices(row);
            let mut hours = Hours::new(prices.submission.hours.value());
            for (measure, price) in &prices.units {
                let size = self.index.size_in(place, (*measure, obligation.period_end));
                hours += &Hours::new(price.hours.value() * size);
            }
            Some(CalendarEntry {
                owner: collection.owner.clone(),
                title: version.content.title.clone(),
                reference: collection.reference,
                frequency: version.content.schedule.as_ref()?.frequency,
                items: self.registry.row(row).asks.iter().sum(),
                hours,
                submitted_at: receipts.get(&obligation).copied(),
                obligation,
            })
        };
        Ok(owed.filter_map(entry).collect())
    }
}
