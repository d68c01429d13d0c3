//! Moves that the calendar makes: what was set to begin begins, and what was approved or adopted until a day ends on it.
//!
//! They are made as of the day they were due, in the order of those days, however late somebody looks: figures follow the dates that they
//! leave, so that those are the same whether or not the server ran on the day.

use super::Move;
use crate::version::{Version, VersionState};
use chrono::NaiveDate;

/// A move that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    /// The day on which it takes effect.
    pub day: NaiveDate,
    /// What is to be done: what begins on a day begins before what ends on it ends.
    pub step: Move,
    /// Which version.
    pub number: u32,
}

/// The move of a collection's versions that is due first, if any is by the end of `today`.
pub fn next_due(versions: &[Version], today: NaiveDate) -> Option<Due> {
    let of = |version: &Version| [begins(version, versions), ends(version)];
    versions.iter().flat_map(of).flatten().filter(|due| due.day <= today).min_by_key(|due| {
        let ends = due.step == Move::Expire;
        (due.day, ends, due.number)
    })
}

/// When an approved version is set to begin. One that a later version overtook never does.
fn begins(version: &Version, versions: &[Version]) -> Option<Due> {
    if version.state != VersionState::Approved {
        return None;
    }
    let day = version.live_from.filter(|day| version.expires_on.is_none_or(|end| *day < end))?;
    let overtaken = versions.iter().any(|other| {
        other.number > version.number && matches!(other.state, VersionState::Live | VersionState::Suspended)
    });
    let step = if overtaken { Move::Supersede } else { Move::Publish };
    Some(Due { day, step, number: version.number })
}

fn ends(version: &Version) -> Option<Due> {
    Move::Expire.leads_to(version.state)?;
    Some(Due { day: version.expires_on?, step: Move::Expire, number: version.number })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        lifecycle::{Making, tests},
        role::Actor,
    };

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn some(number: u32, state: VersionState, from: &str, end: &str) -> Version {
        Version {
            number,
            live_from: from.parse().ok(),
            expires_on: end.parse().ok(),
            ..tests::version(state)
        }
    }

    /// Makes every due move as the system, and says what was done and how it ends.
    fn settle(versions: &mut [Version], today: &str) -> Vec<String> {
        let (system, owner) = (Actor::system(), tests::owner());
        let mut done = vec![];
        while let Some(due) = next_due(versions, day(today)) {
            let at = versions.iter().position(|version| version.number == due.number).unwrap();
            let making = Making {
                actor: &system,
                owner: &owner,
                today: due.day,
                live_from: Some(due.day),
                ..tests::making(&system)
            };
            if due.step == Move::Publish {
                for older in versions.iter_mut().filter(|version| version.number < due.number) {
                    if Move::Supersede.leads_to(older.state).is_some() {
                        Move::Supersede.make(older, &making).unwrap();
                    }
                }
            }
            due.step.make(&mut versions[at], &making).unwrap();
            done.push(format!("{} {} {}", due.day, due.step, due.number));
        }
        done
    }

    #[test]
    fn what_is_due_is_done_in_order_as_of_its_day_however_late() {
        use VersionState::{Approved, Live};
        let begin =
            || vec![some(1, Live, "2026-01-01", "2026-12-31"), some(2, Approved, "2026-06-01", "2026-09-01")];
        let mut late = begin();
        assert_eq!(settle(&mut late, "2027-01-31"), ["2026-06-01 PUBLISH 2", "2026-09-01 EXPIRE 2"]);
        let mut daily = begin();
        for today in ["2026-05-31", "2026-06-01", "2026-08-31", "2026-09-01", "2027-01-31"] {
            settle(&mut daily, today);
        }
        assert_eq!(late, daily);
        assert_eq!(late[0].live_to, Some(day("2026-06-01")));
        assert_eq!(late[1].live_to, Some(day("2026-09-01")));
        let dates = |versions: &[Version]| versions.iter().map(Version::days).collect::<Vec<_>>();
        assert_eq!(
            crate::version::days_in_force(&begin())[1],
            dates(&late)[1],
            "figures follow the dates: what is set to begin counts from its day on, also before the move is made"
        );
    }

    #[test]
    fn what_ends_on_the_day_its_successor_begins_is_superseded() {
        use VersionState::{Approved, Live};
        let mut both =
            vec![some(1, Live, "2026-01-01", "2026-06-01"), some(2, Approved, "2026-06-01", "2027-06-01")];
        assert_eq!(settle(&mut both, "2026-06-01"), ["2026-06-01 PUBLISH 2"]);
        assert_eq!(both[0].state, VersionState::Superseded);
    }

    #[test]
    fn what_a_later_version_overtook_never_begins() {
        use VersionState::{Approved, Live};
        let mut both =
            vec![some(1, Approved, "2026-06-01", "2027-06-01"), some(2, Live, "2026-05-01", "2027-06-01")];
        assert_eq!(settle(&mut both, "2026-06-01"), ["2026-06-01 SUPERSEDE 1"]);
        assert!(both[0].days().is_empty());
    }

    #[test]
    fn suspended_and_unscheduled_versions_end_too() {
        let mut all = vec![
            some(1, VersionState::Suspended, "2026-01-01", "2026-06-01"),
            some(2, VersionState::Approved, "", "2026-05-01"),
            some(3, VersionState::Retired, "2026-01-01", "2026-02-01"),
        ];
        assert_eq!(settle(&mut all, "2026-06-01"), ["2026-05-01 EXPIRE 2", "2026-06-01 EXPIRE 1"]);
        assert_eq!(next_due(&all, day("2030-01-01")), None);
    }
}
