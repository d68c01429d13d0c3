//! A month closes by itself: two servers share a PostgreSQL and are killed at random points while they publish. In the end there is one edition
//! of each month that closed, complete, in turn, and the log proves it.

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use onus_tests::{Database, Demo, Server, free_address, psql, run};
use serde_json::Value;
use std::{
    thread,
    time::{Duration, Instant, SystemTime},
};

/// How often the servers are killed together.
const KILLS: u64 = 6;
/// How far the servers' clocks are set forward: past the closing of a month at least that the demo has not published.
const DAYS: u32 = 70;
/// The last month that the demo publishes.
const PUBLISHED: (i32, u32) = (2026, 10);
/// Longest wait for the last edition.
const PATIENCE: Duration = Duration::from_mins(4);

/// Between a start and a kill: from before anything is written to the middle of an edition.
fn moment(kill: u64) -> Duration {
    Duration::from_millis(kill * 1_037 % 2_900)
}

/// The months that have closed on the servers' day, on the fifth of the month after, and that the demo has not published.
fn closed(today: NaiveDate) -> Vec<String> {
    let month = |year: i32, month: u32| year * 12 + i32::try_from(month).expect("a month") - 1;
    let last = month(today.year(), today.month()) - if today.day() >= 5 { 1 } else { 2 };
    let first = month(PUBLISHED.0, PUBLISHED.1) + 1;
    (first..=last).map(|at| format!("{:04}-{:02}", at.div_euclid(12), at.rem_euclid(12) + 1)).collect()
}

#[test]
fn a_month_closes_once_with_two_servers_that_are_killed() {
    let demo = Demo::copy(Database::Postgres);
    let url = demo.url().expect("a server").to_owned();
    let now: DateTime<Utc> = SystemTime::now().into();
    let expected = closed(now.date_naive() + Days::new(DAYS.into()));
    assert!(!expected.is_empty(), "the clock is set forward far enough");
    let start = || Server::serve_later(&demo, free_address(), DAYS);
    let mut servers = vec![start(), start()];
    for kill in 1..=KILLS {
        thread::sleep(moment(kill));
        servers.remove(0).kill();
        servers.push(start());
    }
    let editions =
        || psql(&url, "SELECT month FROM edition WHERE month > '2026-10' ORDER BY month, revision");
    let begun = Instant::now();
    while editions().lines().count() < expected.len() {
        assert!(begun.elapsed() < PATIENCE, "{} of {expected:?}\n{}", editions(), servers[0].log());
        thread::sleep(Duration::from_millis(500));
    }
    // Whoever would do it again has had the time to.
    thread::sleep(Duration::from_secs(2));
    assert_eq!(editions().lines().collect::<Vec<_>>(), expected, "one edition of each month, in its turn");
    let files = psql(
        &url,
        "SELECT DISTINCT (SELECT count(*) FROM edition_file f WHERE f.month = e.month AND f.revision = e.revision) FROM edition e",
    );
    assert_eq!(files.lines().count(), 1, "each has the same files as the demo's: {files}");
    let entries = psql(&url, "SELECT count(*) FROM audit_entry WHERE action = 'edition.make'");
    assert_eq!(entries.trim().parse::<usize>().expect("a number"), expected.len() + 1);
    for server in servers {
        assert!(server.stop().success());
    }
    let said = run(&mut demo.command(&["audit", "verify", "-o", "json"])).stdout;
    let said: Value = serde_json::from_slice(&said).expect("one JSON object");
    assert_eq!((&said["sound"], &said["wrong"]), (&true.into(), &0.into()), "{said}");
}
