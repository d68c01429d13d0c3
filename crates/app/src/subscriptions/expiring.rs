//! Ends of approvals that are near: each is told 30 and 7 days before, once, as an entry of the log that others read like any other.

use crate::{
    App, audit,
    jobs::{Next, Run},
};
use chrono::{Days, NaiveDate};
use onus_domain::{
    Result,
    subscription::WARNINGS,
    version::{Version, VersionState},
};

/// Tells of the approvals that end within the days of a warning and of which that was not told yet.
pub(crate) async fn warn_of_ends(app: &App, run: &Run) -> Result<Next> {
    let context = run.context();
    let (view, today) = (app.view().await?, context.today());
    for version in view.snapshot.versions.iter().filter(|version| version.state == VersionState::Live) {
        let Some((on, days)) = version.expires_on.and_then(|on| Some((on, due(on, today)?))) else {
            continue;
        };
        let Some(collection) = view.snapshot.collection(&version.collection) else { continue };
        if app.store().read(async |tx| tx.has_expiry_notice(key(version), on, days).await).await? {
            continue;
        }
        let told =
            audit::change(&context, "version.expiring", version.name(), Some(version), Some(version), "")?;
        let told = &told.of(&collection.owner, true);
        app.commit(&context, async |tx| {
            run.hold(&tx).await?;
            if tx.has_expiry_notice(key(version), on, days).await? {
                return Ok(((), vec![]));
            }
            tx.note_expiry(key(version), on, days).await?;
            Ok(((), vec![told.clone()]))
        })
        .await?;
    }
    Ok(Next::AsUsual)
}

fn key(version: &Version) -> (&onus_domain::CollectionId, u32) {
    (&version.collection, version.number)
}

/// The warning that is due on a day: the nearest to the end of those whose days have begun. A warning that nobody gave in its time, because
/// no server ran, is left out once the next is due.
fn due(on: NaiveDate, today: NaiveDate) -> Option<u64> {
    let begun =
        |days: &u64| today < on && on.checked_sub_days(Days::new(*days)).is_some_and(|from| from <= today);
    WARNINGS.iter().copied().filter(begun).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_warning_of_a_day_is_the_nearest_that_has_begun() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let on = day("2027-03-31");
        for (today, days) in [
            ("2027-02-28", None),
            ("2027-03-01", Some(30)),
            ("2027-03-23", Some(30)),
            ("2027-03-24", Some(7)),
            ("2027-03-30", Some(7)),
            ("2027-03-31", None),
        ] {
            assert_eq!(due(on, day(today)), days, "{today}");
        }
    }
}
