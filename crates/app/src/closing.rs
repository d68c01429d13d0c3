//! A month closes by itself: some days after its end its edition is made and published, once, however many servers there are and however
//! long none ran. Whoever subscribed hears of it as of any event.

use crate::{
    App,
    jobs::{Kind, Next, Run},
};
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Europe::London;
use onus_domain::{Month, Result};

/// The work.
pub(crate) const CLOSE: Kind =
    Kind::recurring("editions.close", TimeDelta::hours(1), |app, run| Box::pin(close(app, run)));

/// The day of the next month on which a month closes unless it is said otherwise.
pub const DEFAULT_DAY: u32 = 5;

/// Publishes the months that are to be closed by now, first first, one in each run: what fails keeps no other from being tried again.
async fn close(app: &App, run: &Run) -> Result<Next> {
    let (context, day) = (run.context(), app.closing_day());
    if day == 0 {
        return Ok(Next::AsUsual);
    }
    let editions = app.editions().await?;
    let last = editions.iter().map(|edition| edition.month).max();
    let Some(month) = due(last, context.today(), day) else {
        return Ok(next_closing(context.today(), day).map_or(Next::AsUsual, Next::At));
    };
    // Nobody has been asked anything yet: an edition would be empty for ever.
    if app.view().await?.snapshot.collections.is_empty() {
        return Ok(Next::AsUsual);
    }
    // However late it runs, the month is as it was known when it closed; a registry that began later, as it is known now.
    let closed = closing_of(month, day).filter(|at| *at <= context.now);
    let known_at = match closed {
        Some(at) if app.had_collections(at).await? => Some(at),
        _ => None,
    };
    let made = app.publish_month(&context, month, known_at, Some(run)).await?;
    tracing::info!(%month, new = made.new, "the month is closed");
    Ok(Next::AtOnce)
}

/// The month that is to be published next: the one after the last that was, or the last closed one of a registry that has published none.
fn due(last: Option<Month>, today: NaiveDate, day: u32) -> Option<Month> {
    let over = Month::of(today).plus(-1);
    let closed = if today.day() >= day { over } else { over.plus(-1) };
    let next = last.map_or(closed, |last| last.plus(1));
    (next <= closed).then_some(next)
}

/// When a month closes: at the first moment of its closing day in England.
fn closing_of(month: Month, day: u32) -> Option<DateTime<Utc>> {
    let at = month.plus(1).first_day().with_day(day)?.and_time(NaiveTime::MIN);
    Some(at.and_local_timezone(London).earliest()?.to_utc())
}

/// When the next month closes: at the beginning of its day, by then at the latest.
fn next_closing(today: NaiveDate, day: u32) -> Option<DateTime<Utc>> {
    let this = today.with_day(day)?;
    let at = if today < this { this } else { Month::of(today).plus(1).first_day().with_day(day)? };
    // An hour past midnight in London, winter or summer.
    Some(at.and_hms_opt(1, 0, 0)?.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_month_is_due_once_and_in_its_turn() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let month = |text: &str| text.parse::<Month>().unwrap();
        for (last, today, closes) in [
            (None, "2026-11-04", Some("2026-09")),
            (None, "2026-11-05", Some("2026-10")),
            (Some("2026-09"), "2026-11-04", None),
            (Some("2026-09"), "2026-11-05", Some("2026-10")),
            (Some("2026-10"), "2026-11-29", None),
            // After a long time without a server all that is lacking is made, in its order.
            (Some("2026-06"), "2026-11-29", Some("2026-07")),
            (Some("2025-12"), "2026-01-31", None),
        ] {
            assert_eq!(due(last.map(month), day(today), 5), closes.map(month), "{last:?} {today}");
        }
    }

    #[test]
    fn it_wakes_when_the_next_month_closes() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let at = |today: &str, on: u32| next_closing(day(today), on).unwrap().to_rfc3339();
        assert_eq!(at("2026-11-04", 5), "2026-11-05T01:00:00+00:00");
        assert_eq!(at("2026-11-05", 5), "2026-12-05T01:00:00+00:00");
        assert_eq!(at("2026-12-31", 28), "2027-01-28T01:00:00+00:00");
    }
}
