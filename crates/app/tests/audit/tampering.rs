use crate::{log::export, *};
use onus_app::audit_log::{EntriesRequest, Report, examine_export, note};
use rstest::rstest;

/// What somebody who can write the database may do to it, in words and statements. `entry` is the place of an entry that has a state, an owner
/// and a digest before.
fn tamperings(backend: Backend, entry: u64, last: u64) -> Vec<(String, Vec<String>)> {
    let (later, blob) = match backend {
        Backend::Sqlite => ("replace(at, '12:00', '13:00')", "x'00'"),
        Backend::Postgres => ("at + interval '1 microsecond'", "'\\x00'::bytea"),
    };
    let set = |change: &str| {
        (change.to_owned(), vec![format!("UPDATE audit_entry SET {change} WHERE seq = {entry}")])
    };
    let key = match backend {
        Backend::Sqlite => "id = x'00000000000070008000000000000001'",
        Backend::Postgres => "id = '00000000-0000-7000-8000-000000000001'",
    };
    let copied = "SELECT id, at, actor, action, resource, before_digest, after_digest, reason, owner, audience, state, salt, root, seq FROM keep_entry";
    let several = |name: &str, statements: &[String]| (name.to_owned(), statements.to_vec());
    let mut all = vec![
        set("actor = 'somebody'"),
        set("salt = salt || '0'"),
        set("action = 'version.delete'"),
        set("resource = resource || '0'"),
        set("root = 'collections/other'"),
        set("owner = 'X25'"),
        set("owner = NULL"),
        set("audience = 'PUBLIC'"),
        set("audience = 'NOBODY'"),
        set("before_digest = after_digest"),
        set("before_digest = NULL"),
        set("after_digest = before_digest"),
        set("after_digest = NULL"),
        set("reason = 'another'"),
        set("state = state || ' '"),
        set("state = NULL"),
        set("seq = NULL"),
        set("seq = -1"),
        set(&format!("seq = {}", last + 5)),
        set(&format!("at = {later}")),
        set(key),
    ];
    all.extend([
        several("an entry is deleted", &[format!("DELETE FROM audit_entry WHERE seq = {entry}")]),
        several("the last is deleted", &[format!("DELETE FROM audit_entry WHERE seq = {last}")]),
        several("all are deleted", &["DELETE FROM audit_entry".into()]),
        several(
            "an entry is added",
            &[
                format!("UPDATE audit_entry SET {key}, seq = NULL WHERE seq = {entry}"),
                format!("INSERT INTO audit_entry (id, at, actor, action, resource, before_digest, after_digest, reason, owner, audience, state, salt, root, seq) {copied} WHERE seq = {entry}"),
                format!("UPDATE audit_entry SET seq = {} WHERE seq IS NULL", last + 1),
            ],
        ),
        several(
            "two are swapped",
            &[
                format!("UPDATE audit_entry SET seq = -1 WHERE seq = {entry}"),
                format!("UPDATE audit_entry SET seq = {entry} WHERE seq = {}", entry - 1),
                format!("UPDATE audit_entry SET seq = {} WHERE seq = -1", entry - 1),
            ],
        ),
        several("a hash of the tree", &["UPDATE audit_node SET hash = (SELECT hash FROM audit_node WHERE level = 0 AND place = 0) WHERE level = 1 AND place = 0".into()]),
        several("a hash of another length", &[format!("UPDATE audit_node SET hash = {blob} WHERE level = 1 AND place = 0")]),
        several("hashes are gone", &["DELETE FROM audit_node WHERE level = 1".into()]),
        several("the head's size", &[format!("UPDATE audit_head SET size = size + 1 WHERE size = {}", last + 1)]),
        several("the head's root", &["UPDATE audit_head SET root = (SELECT hash FROM audit_node WHERE level = 0 AND place = 0)".into()]),
        several("the head's time", &[format!("UPDATE audit_head SET at = {later}")]),
        several("the head's name", &["UPDATE audit_head SET origin = 'other'".into()]),
        several("the head's key", &["UPDATE audit_head SET key = 'test+00000000'".into()]),
        several("the head's signature", &["UPDATE audit_head SET signature = (SELECT hash FROM audit_node WHERE level = 0 AND place = 0)".into()]),
        several("the head is gone", &[format!("DELETE FROM audit_head WHERE size = {}", last + 1)]),
        several("a resource is changed", &["UPDATE organisation SET name = 'Another' WHERE code = 'R0A'".into()]),
        several("a resource is gone", &["DELETE FROM organisation WHERE code = 'R0A'".into()]),
        several(
            "the end is cut off",
            &[
                format!("DELETE FROM audit_entry WHERE seq > {entry}"),
                "DELETE FROM audit_head WHERE size > (SELECT MIN(size) FROM audit_head)".into(),
            ],
        ),
    ]);
    all
}

async fn examine(test: &TestApp) -> Report {
    test.app.examine_audit(&test.app.audit_keys(), &[]).await.unwrap()
}

#[rstest]
#[tokio::test]
async fn whatever_is_done_to_the_log_is_found(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (test, id) = small(backend).await;
    test.app.sequence_audit().await.unwrap();
    let first = note(&test.app.audit_head(None).await.unwrap());
    let made = test.app.collection(&test.demo("registrar").unwrap(), &id).await.unwrap().1.remove(0);
    rename(&test, &id, &made, "Falls at last").await;
    test.app.sequence_audit().await.unwrap();
    let last = test.app.audit_head(None).await.unwrap().size - 1;
    assert!(examine(&test).await.is_sound());

    let tables = ["audit_entry", "audit_node", "audit_head", "organisation"];
    let keep = |table: &str| table.replace("audit_", "keep_").replace("organisation", "keep_organisation");
    for table in tables {
        test.database.execute(&format!("CREATE TABLE {} AS SELECT * FROM {table}", keep(table))).await;
    }
    let changes = EntriesRequest { filter: "action = version.update".into(), ..EntriesRequest::default() };
    let change =
        test.app.audit_entries(&test.system(), &changes).await.unwrap().entries[0].logged.seq.unwrap();
    for (name, statements) in tamperings(backend, change, last) {
        for statement in &statements {
            test.database.execute(statement).await;
        }
        let report = examine(&test).await;
        assert!(!report.is_sound(), "{name} is not found");
        for table in &tables[..3] {
            test.database.execute(&format!("DELETE FROM {table}")).await;
            test.database.execute(&format!("INSERT INTO {table} SELECT * FROM {}", keep(table))).await;
        }
        for statement in [
            "UPDATE organisation SET name = (SELECT name FROM keep_organisation AS kept WHERE kept.code = organisation.code)",
            "INSERT INTO organisation SELECT * FROM keep_organisation WHERE code NOT IN (SELECT code FROM organisation)",
        ] {
            test.database.execute(statement).await;
        }
        assert_eq!(examine(&test).await.problems, [], "after {name}");
    }

    // All of the end at once, as if it had never been: found by the registry, and by a head that was kept.
    let size = test.app.audit_heads(None, 2).await.unwrap()[1].size;
    let kept = note(&test.app.audit_head(None).await.unwrap());
    for statement in [
        format!("DELETE FROM audit_entry WHERE seq >= {size}"),
        format!("DELETE FROM audit_head WHERE size > {size}"),
        format!("DELETE FROM audit_node WHERE (place + 1) * (1 << CAST(level AS integer)) > {size}"),
    ] {
        test.database.execute(&statement).await;
    }
    let report = examine(&test).await;
    assert!(
        report.problems.iter().all(|problem| problem.place.starts_with("collections/")),
        "{:?}",
        report.problems
    );
    assert!(!report.is_sound());
    let keys = test.app.audit_keys();
    let pinned = |note: &str| vec![("kept".to_owned(), note.to_owned())];
    let with = |report: Report| report.problems.iter().any(|problem| problem.place == "kept");
    assert!(with(test.app.examine_audit(&keys, &pinned(&kept)).await.unwrap()));
    assert!(!with(test.app.examine_audit(&keys, &pinned(&first)).await.unwrap()));
}

#[tokio::test]
async fn any_bit_line_or_cut_of_an_export_is_found() {
    let (test, _) = small(Backend::Sqlite).await;
    test.app.sequence_audit().await.unwrap();
    let (text, keys) = (export(&test).await, test.app.audit_keys());
    let sound = |bytes: &[u8]| examine_export(bytes, &keys, &[]).is_ok_and(|report| report.is_sound());
    assert!(sound(text.as_bytes()));
    let lines: Vec<_> = text.lines().collect();
    let joined = |lines: &[&str]| lines.join("\n") + "\n";
    for at in 0..lines.len() {
        let without: Vec<_> =
            lines.iter().enumerate().filter(|(place, _)| *place != at).map(|(_, line)| *line).collect();
        assert!(!sound(joined(&without).as_bytes()), "without line {at}");
        let mut twice = lines.clone();
        twice.insert(at, lines[at]);
        assert!(!sound(joined(&twice).as_bytes()), "line {at} twice");
        if at > 0 {
            let mut swapped = lines.clone();
            swapped.swap(at - 1, at);
            assert!(!sound(joined(&swapped).as_bytes()), "lines {} and {at} swapped", at - 1);
        }
        assert!(!sound(joined(&lines[..at]).as_bytes()), "cut off before line {at}");
    }
    // Every byte, in one of its bits; the last is the end of the last line.
    for at in 0..text.len() - 1 {
        let mut bytes = text.clone().into_bytes();
        bytes[at] ^= 1 << (at % 8);
        assert!(!sound(&bytes), "bit {} of byte {at} ({:?})", at % 8, char::from(text.as_bytes()[at]));
    }
}
