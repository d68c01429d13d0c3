//! What wrong settings get: unknown keys, wrong database URLs, a taken port, months that are not over.

use onus_tests::{Database, Demo, Refusal, exit, free_address};
use rstest::rstest;
use std::{fs, net::TcpListener, process::Command};

/// Commands that would store something.
const WRITERS: [&[&str]; 4] = [&["demo", "--no-serve"], &["serve"], &["migrate"], &["import", "sample"]];

/// A command of a registry that is not there yet, with a variable set.
fn with(demo: &Demo, arguments: &[&str], name: &str, value: &str) -> Command {
    let mut command = demo.command(arguments);
    command.env(name, value);
    command
}

#[test]
fn unknown_keys_are_named_wherever_they_stand() {
    let demo = Demo::empty(Database::Sqlite);
    let file = demo.folder().join("mine.toml");
    fs::write(&file, "colour = 'red'\n[server]\nlistne = '127.0.0.1:1'\n").expect("a file");
    for arguments in WRITERS {
        let mut command = with(&demo, arguments, "ONUS_BURDEN__MONTH", "2025-03");
        Refusal::of(command.arg("--config").arg(&file), exit::USAGE)
            .names(
                "colour",
                "KNOWN_KEY",
                "colour",
                "one of audit, burden, data_dir, database, editions, identity, mail, matching, review, server, telemetry, webhooks (it stands in ",
            )
            .names("server.listne", "KNOWN_KEY", "listne", "mine.toml); `onus config` prints every key")
            .names("burden.month", "KNOWN_KEY", "month", "one of base_month (it stands in the environment)");
    }
    // The file that is read without being named.
    fs::rename(&file, demo.folder().join("onus.toml")).expect("another name");
    Refusal::of(&mut demo.command(&["migrate"]), exit::USAGE).names(
        "colour",
        "KNOWN_KEY",
        "colour",
        "onus.toml",
    );
    assert!(!demo.data().exists(), "nothing is made");
}

#[rstest]
#[case("ONUS_SERVER__LISTEN", "here", "server.listen", "VALUE", "socket address")]
#[case("ONUS_SERVER__DRAIN_SECONDS", "soon", "server.drain_seconds", "VALUE", "integer")]
#[case("ONUS_DATABASE__MAX_CONNECTIONS", "0", "database.max_connections", "RANGE", "at least 1")]
#[case("ONUS_BURDEN__BASE_MONTH", "March", "burden.base_month", "VALUE", "YYYY-MM")]
#[case(
    "ONUS_DATABASE__URL",
    "mysql://ann:secret@db/onus",
    "database.url",
    "DATABASE_URL",
    "postgres://user:"
)]
#[case("ONUS_DATABASE__URL", "nonsense", "database.url", "DATABASE_URL", "sqlite:")]
fn a_wrong_value_is_named_by_key_and_rule(
    #[case] name: &str,
    #[case] value: &str,
    #[case] key: &str,
    #[case] rule: &str,
    #[case] right: &str,
) {
    let demo = Demo::empty(Database::Sqlite);
    let refusal = Refusal::of(&mut with(&demo, &["migrate"], name, value), exit::USAGE);
    refusal.names(key, rule, &value.replace("secret", "***"), right);
    assert!(!refusal.said.contains("secret"), "a password is never shown: {}", refusal.said);
    assert!(!demo.data().join("registry.sqlite").exists(), "no database is made");
}

#[test]
fn a_database_that_cannot_be_reached_is_said_so() {
    let demo = Demo::empty(Database::Sqlite);
    let nobody = format!("postgres://ann:secret@{}/onus", free_address());
    for arguments in WRITERS {
        let refusal = Refusal::of(&mut with(&demo, arguments, "ONUS_DATABASE__URL", &nobody), exit::FAILED);
        refusal.says(&["cannot be reached", "see that its server runs", "database.url"]);
        assert!(!refusal.said.contains("secret"), "{}", refusal.said);
    }
}

#[test]
fn a_database_that_the_server_does_not_have_is_named() {
    let demo = Demo::empty(Database::Postgres);
    let missing = format!("{}_not", demo.url().expect("a database on a server"));
    let refusal = Refusal::of(&mut with(&demo, &["migrate"], "ONUS_DATABASE__URL", &missing), exit::CONFLICT);
    let name = missing.rsplit('/').next().expect("a name");
    refusal.says(&["there is no PostgreSQL database", name, "createdb", "database.url"]);
    assert!(demo.stored().is_empty());
}

#[test]
fn a_file_that_is_no_database_is_left_as_it_is() {
    let demo = Demo::empty(Database::Sqlite);
    let file = demo.folder().join("thesis.txt");
    fs::write(&file, "My thesis. ".repeat(1000)).expect("a file");
    let url = format!("sqlite:{}", file.display());
    for arguments in WRITERS {
        let refusal = Refusal::of(&mut with(&demo, arguments, "ONUS_DATABASE__URL", &url), exit::CONFLICT);
        refusal.says(&["thesis.txt", "is not an SQLite database", "set database.url to another file"]);
    }
    assert_eq!(fs::read_to_string(&file).expect("still there"), "My thesis. ".repeat(1000));
}

#[rstest]
fn a_taken_port_is_said_before_any_work(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let demo = Demo::empty(database);
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("its address").to_string();
    for command in ["demo", "serve"] {
        let refusal = demo.refuses(&[command, "--listen", &address], exit::USAGE);
        refusal.names(
            "listen",
            "ADDRESS",
            &address,
            "another program listens on this one; choose another with --listen",
        );
    }
    assert!(!demo.data().exists() && demo.stored().is_empty(), "nothing is made");
}

#[rstest]
fn a_month_that_is_not_over_or_none_is_not_published(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let demo = Demo::copy(database);
    let refusal = demo.refuses(&["report", "--month", "2190-01"], exit::USAGE);
    refusal.names("month", "MONTH_OVER", "2190-01", "a month that is over, at the latest 20");
    demo.refuses(&["report", "--month", "march"], exit::USAGE).says(&["'march'", "--month", "YYYY-MM"]);
    demo.refuses(&["report", "--months", "2026-10"], exit::USAGE).says(&["--months", "--month"]);
    demo.refuses(&["frobnicate"], exit::USAGE).says(&["frobnicate", "--help"]);
}
