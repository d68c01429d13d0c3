//! The audit log of a whole registry, checked by the program, by the program without its database, and by a script that shares nothing with
//! it.

use onus_tests::{Database, Demo, python, run};
use rstest::rstest;
use serde_json::Value;
use std::{fs, path::PathBuf, process::Command};

fn text(command: &mut Command) -> String {
    String::from_utf8(run(command).stdout).expect("text")
}

fn fails(command: &mut Command) -> String {
    let output = command.output().expect("the program runs");
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn head_of_edition(demo: &Demo) -> PathBuf {
    let month = demo.summary()["month"].as_str().expect("the summary names its month");
    demo.data().join("editions").join(month).join("audit_head.json")
}

#[rstest]
fn the_log_is_sound_to_everybody(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let demo = Demo::copy(database);
    let head = head_of_edition(&demo);
    let said = text(demo.command(&["audit", "verify", "-o", "json", "--head"]).arg(&head));
    let said: Value = serde_json::from_str(&said).expect("one JSON object");
    assert_eq!((&said["sound"], &said["wrong"]), (&true.into(), &0.into()), "{said}");
    assert!(said["entries"].as_u64().is_some_and(|entries| entries > 10_000), "{said}");

    let (log, key) = (demo.folder().join("log.jsonl"), text(&mut demo.command(&["audit", "key"])));
    run(demo.command(&["audit", "export", "--out"]).arg(&log));
    // Elsewhere: another folder, and no database.
    let elsewhere = Demo::empty(Database::Sqlite);
    let mut check = elsewhere.command(&["audit", "verify", "--key", key.trim(), "--file"]);
    assert!(text(check.arg(&log).arg("--head").arg(&head)).contains("Sound"));
    let found = text(python("verify_log.py").arg(&log).arg(key.trim()).arg(&head));
    let found: Value = serde_json::from_str(&found).expect("one JSON object");
    assert_eq!((&found["entries"], &found["root"]), (&said["entries"], &said["head"]["root"]), "{found}");

    // One letter of one entry.
    let whole = fs::read_to_string(&log).expect("the export");
    let spoilt = whole.replacen("\"action\":\"version.adopt\"", "\"action\":\"version.adapt\"", 1);
    assert_ne!(spoilt, whole);
    fs::write(&log, spoilt).expect("written");
    let said = fails(elsewhere.command(&["audit", "verify", "--key", key.trim(), "--file"]).arg(&log));
    assert!(said.contains("its root is not that of the first"), "{said}");
    fails(python("verify_log.py").arg(&log).arg(key.trim()));
    let doctor = text(&mut demo.command(&["doctor", "-o", "json"]));
    assert!(doctor.contains("none of them changed"), "{doctor}");
}

#[test]
fn a_changed_key_is_told_from_a_stranger_s() {
    let demo = Demo::copy(Database::Sqlite);
    let (old, new) = (text(&mut demo.command(&["audit", "key"])), demo.folder().join("new.pem"));
    let next = text(demo.command(&["audit", "key", "--new"]).arg(&new));
    assert_ne!(old, next);
    let mut changed = demo.command(&["audit", "verify"]);
    changed.env("ONUS_AUDIT__KEY_FILE", &new);
    assert!(fails(&mut changed).contains("none of the keys to trust"));
    let mut trusting = demo.command(&["audit", "verify"]);
    trusting.env("ONUS_AUDIT__KEY_FILE", &new).env("ONUS_AUDIT__TRUSTED_KEYS", old.trim());
    assert!(text(&mut trusting).contains("Sound"));
    let mut missing = demo.command(&["audit", "verify"]);
    let output =
        missing.env("ONUS_AUDIT__KEY_FILE", demo.folder().join("none.pem")).output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("openssl genpkey"), "{output:?}");
}
