//! A server that is killed while it writes: what it acknowledged is there, what was made again is there once, and the audit log is sound.

use onus_tests::{Database, Demo, Server, psql, python, run};
use rstest::rstest;
use serde_json::{Value, json};
use std::{
    env,
    io::{BufRead as _, BufReader},
    process::Stdio,
    thread,
    time::Duration,
};

/// How often each server is killed; `cargo xtask crash` sets it.
const KILLS: &str = "ONUS_TEST_KILLS";
/// As often as needs no patience.
const FEW: u32 = 4;
/// PostgreSQL itself crashes at each of so many kills, where it keeps what it acknowledges.
const DATABASE_TOO: u32 = 5;

/// Between a start and a kill: from before anything is written to the middle of much.
fn moment(kill: u32) -> Duration {
    Duration::from_millis(u64::from(kill * 37 % 29) * 40)
}

/// Whether what PostgreSQL acknowledges outlives it; that of the other tests does not.
fn is_durable(url: &str) -> bool {
    psql(url, "SHOW synchronous_commit") == "on" && psql(url, "SHOW fsync") == "on"
}

/// Ends a process of PostgreSQL's so that it takes all others down with it and recovers from its log.
fn crash(url: &str) {
    let mut command = std::process::Command::new("psql");
    command.args(["-X", "-q", "-c", "COPY (SELECT 1) TO PROGRAM 'kill -9 $PPID'", url]);
    let output = command.output().expect("psql runs");
    assert!(!output.status.success(), "a session that is killed does not end well");
    let ready = || {
        std::process::Command::new("psql")
            .args(["-X", "-q", "-c", "SELECT 1", url])
            .output()
            .expect("psql runs")
    };
    while !ready().status.success() {
        thread::sleep(Duration::from_millis(50));
    }
}

/// How many collections are stored.
fn collections(demo: &Demo) -> u64 {
    let stored = demo.stored();
    let rows = stored["collection"].split(' ').next().expect("a number of rows");
    rows.parse().expect("a number of rows")
}

#[rstest]
fn a_killed_server_loses_nothing_and_does_nothing_twice(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let kills = env::var(KILLS).map_or(FEW, |kills| kills.parse().expect("a number of kills"));
    let demo = Demo::copy(database);
    let before = collections(&demo);
    let settings = [("SERVER__RATE__ADDRESS", "0"), ("SERVER__RATE__ACCOUNT", "0")];
    let mut server = Server::start_with(&demo, &settings);
    let mut client = python("keep_registering.py")
        .arg(server.address().to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the client starts");
    let mut lines = BufReader::new(client.stdout.take().expect("piped")).lines();
    let mut line = || lines.next().expect("the client says what it does").expect("text");
    assert_eq!(line(), "registering");

    let crashing = demo.url().filter(|url| is_durable(url));
    for kill in 1..=kills {
        thread::sleep(moment(kill));
        let address = server.kill();
        if let Some(url) = crashing.filter(|_| kill % DATABASE_TOO == 0) {
            crash(url);
        }
        server = Server::start_at(&demo, address, &settings);
    }
    thread::sleep(Duration::from_millis(300));
    drop(client.stdin.take());
    let told: Value = serde_json::from_str(&line()).expect("a JSON object");
    assert!(client.wait().expect("the client ends").success());
    println!("{database:?}, {kills} kills: {told}");
    assert_eq!([&told["lost"], &told["errors"]], [&json!([]), &json!([])], "{told}");
    let made = collections(&demo) - before;
    assert_eq!(told["acknowledged"], made, "what was acknowledged, once, and nothing else: {told}");
    assert!(told["acknowledged"].as_u64() > Some(u64::from(kills) * 8), "it did write: {told}");
    assert!(told["again"].as_u64() >= Some(u64::from(kills)), "kills were felt: {told}");
    assert!(server.stop().success());
    let said = run(&mut demo.command(&["audit", "verify", "-o", "json"])).stdout;
    let said: Value = serde_json::from_slice(&said).expect("one JSON object");
    assert_eq!((&said["sound"], &said["wrong"]), (&true.into(), &0.into()), "{said}");
}
