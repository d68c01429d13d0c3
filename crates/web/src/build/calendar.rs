//! A provider's due dates as an iCalendar, which calendars of people subscribe to.

use super::Scene;
use icalendar::{Calendar, Component, Event, EventLike};
use onus_burden::CalendarEntry;
use onus_domain::{Month, OdsCode, Result, display};

/// Months before and after this one.
const MONTHS: i32 = 13;

pub(crate) fn calendar(scene: &Scene, code: &OdsCode) -> Result<String> {
    scene.view.provider(code)?;
    let this = Month::of(scene.today);
    let days = (this.plus(-1).first_day(), this.plus(MONTHS).last_day());
    let entries = scene.view.burden.calendar(code, days.0, days.1)?;
    let mut calendar = Calendar::new();
    calendar.name(&format!("Information due: {}", scene.organisation(code)));
    for entry in &entries {
        calendar.push(event(scene, entry));
    }
    Ok(calendar.to_string())
}

fn event(scene: &Scene, entry: &CalendarEntry) -> Event {
    let of = &entry.obligation;
    let reference = entry.reference.map(|reference| format!(" ({reference})")).unwrap_or_default();
    let period = format!("{} to {}", display::day(of.period_start), display::day(of.period_end));
    let said = format!(
        "Asked by {}, {}. Period: {period}. {} items, about {} hours.",
        scene.organisation(&entry.owner),
        entry.frequency.in_words(),
        display::count(entry.items),
        display::hours(entry.hours.to_f64()),
    );
    let done = if entry.submitted_at.is_some() { "Sent: " } else { "" };
    Event::new()
        .uid(&format!("{}-{}-{}@onus", of.provider, of.collection, of.period_start))
        .timestamp(scene.today.and_time(chrono::NaiveTime::MIN).and_utc())
        .starts(of.due_date)
        .summary(&format!("{done}{}{reference}", entry.title))
        .description(&said)
        .done()
}
