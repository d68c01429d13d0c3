//! What broken files get: each problem with its file, line and column, all of them at once, and nothing stored.

use onus_tests::{Database, Demo, exit, root, run};
use rstest::rstest;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A copy of the shipped sample that a test may break.
fn sample(demo: &Demo) -> PathBuf {
    let (from, to) = (root().join("crates/exchange/sample"), demo.folder().join("sample"));
    for folder in ["", "adoption"] {
        fs::create_dir_all(to.join(folder)).expect("a folder for the copy");
        for entry in fs::read_dir(from.join(folder)).expect("the sample").flatten() {
            if entry.path().is_file() {
                fs::copy(entry.path(), to.join(folder).join(entry.file_name())).expect("a copy");
            }
        }
    }
    to
}

/// Breaks a file of the sample: the first `from` becomes `to`.
fn replace(folder: &Path, file: &str, from: &str, to: &str) {
    let text = fs::read_to_string(folder.join(file)).expect("a file of the sample");
    assert!(text.contains(from), "{from} is not in {file}");
    fs::write(folder.join(file), text.replacen(from, to, 1)).expect("the file is broken");
}

fn import(folder: &Path) -> Vec<&str> {
    vec!["import", "sample", "--folder", folder.to_str().expect("a path in UTF-8")]
}

#[rstest]
#[case::missing_column(
    ("collections.csv", "frequency,frequency_evidence", "often,frequency_evidence"),
    ("collections.csv:1:frequency", "COLUMN", "collection_id,name,kind", "a header with this column")
)]
#[case::duplicate_key(
    ("collections.csv", "\r\ndd:national_workforce_data_set,", "\r\ndd:community_services_data_set,"),
    ("collections.csv:55:collection_id", "DUPLICATE", "dd:community_services_data_set", "line 3 has it too")
)]
#[case::unknown_element(
    ("collection_items.csv", ",person_given_name\r", ",person_clan_name\r"),
    ("collection_items.csv:3:element_id", "UNKNOWN", "person_clan_name", "data_elements.jsonl")
)]
#[case::bad_date(
    ("providers_trusts.csv", ",20171001,", ",20171301,"),
    ("providers_trusts.csv:2:open_date", "DATE", "20171301", "a day")
)]
#[case::bad_number(
    ("collections.csv", ",36,36,27,", ",thirty-six,36,27,"),
    ("collections.csv:2:n_items", "NUMBER", "thirty-six", "a whole number")
)]
#[case::broken_json(
    ("metrics.jsonl", "{\"id\": \"ncdr-metric-2\"", "{\"id\" \"ncdr-metric-2\""),
    ("metrics.jsonl:2", "JSON", "", "JSON")
)]
fn a_broken_file_is_refused_by_line_and_column(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
    #[case] (file, from, to): (&str, &str, &str),
    #[case] (field, rule, value, right): (&str, &str, &str, &str),
) {
    let demo = Demo::copy(database);
    let folder = sample(&demo);
    replace(&folder, file, from, to);
    demo.refuses(&import(&folder), exit::USAGE).names(field, rule, value, right);
    let trial = [import(&folder), vec!["--dry-run"]].concat();
    demo.refuses(&trial, exit::USAGE).names(field, rule, value, right);
}

#[rstest]
fn all_that_is_wrong_with_several_files_is_said_at_once(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let demo = Demo::empty(database);
    let folder = sample(&demo);
    fs::remove_file(folder.join("subjects.csv")).expect("a file less");
    let trusts = folder.join("providers_trusts.csv");
    let latin = [fs::read(&trusts).expect("a file"), b"R99,CAF\xC9 TRUST,Y56,,,,,,,,,\r\n".to_vec()].concat();
    fs::write(&trusts, latin).expect("a file in Latin-1");
    replace(&folder, "collection_items.csv", ",person_given_name\r", ",person_clan_name\r");
    let refusal = demo.refuses(&import(&folder), exit::USAGE);
    let missing = folder.join("subjects.csv");
    refusal
        .says(&["several things to put right"])
        .names("subjects.csv", "MISSING_FILE", missing.to_str().expect("UTF-8"), "a file of this name")
        .names("providers_trusts.csv:214", "ENCODING", "byte 0xc9", "UTF-8; save the file as UTF-8");
    assert!(demo.stored().is_empty(), "not even tables are made for files that are refused");
}

#[rstest]
fn what_was_refused_is_taken_once_it_is_mended(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let demo = Demo::empty(database);
    let folder = sample(&demo);
    replace(&folder, "collection_items.csv", ",person_given_name\r", ",person_clan_name\r");
    demo.refuses(&import(&folder), exit::USAGE);
    replace(&folder, "collection_items.csv", ",person_clan_name\r", ",person_given_name\r");
    run(&mut demo.command(&import(&folder)));
    let stored = demo.stored();
    assert!(stored["collection"].starts_with("30 rows"), "{stored:?}");
    run(&mut demo.command(&import(&folder)));
    assert_eq!(demo.stored(), stored, "importing twice changes nothing");
}

#[test]
fn a_folder_that_is_not_there_is_refused_file_by_file() {
    let demo = Demo::empty(Database::Sqlite);
    let refusal = demo.refuses(&["import", "sample", "--folder", "no-such-folder"], exit::USAGE);
    for file in ["collections.csv", "collection_items.csv", "data_elements.jsonl", "adoption/families.csv"] {
        refusal.names(file, "MISSING_FILE", &format!("no-such-folder/{file}"), "a file of this name");
    }
    assert!(!demo.data().exists(), "no data folder is made");
}
