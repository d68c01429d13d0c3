//! What data folders get that are not Onus', in use, read-only or of another kind: nothing is written over, nothing is stored.

use onus_tests::{Database, Demo, Refusal, Server, bound_by_permissions, exit, psql, python, run, tree};
use rstest::rstest;
use std::{
    fs::{self, Permissions},
    io::{BufRead as _, BufReader},
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::Stdio,
};

/// Commands that begin a registry where none is.
const BEGINNERS: [&[&str]; 4] = [&["demo", "--no-serve"], &["serve"], &["migrate"], &["import", "sample"]];

/// Commands that need one.
fn readers(out: &Path) -> [Vec<&str>; 4] {
    let out = out.to_str().expect("a path in UTF-8");
    [
        vec!["export", "registry", "--out", out],
        vec!["report", "--month", "2026-10", "--out", out],
        vec!["doctor"],
        vec!["migrate", "--status"],
    ]
}

#[test]
fn another_ones_folder_is_never_written() {
    let demo = Demo::empty(Database::Sqlite);
    let (data, out) = (demo.data(), demo.folder().join("out"));
    fs::create_dir(&data).expect("a folder");
    fs::write(data.join("thesis.txt"), "mine").expect("a file");
    let given = data.to_str().expect("UTF-8");
    for arguments in BEGINNERS {
        let refusal = Refusal::of(&mut demo.command(arguments), exit::USAGE);
        refusal.names("data_dir", "OWN_FOLDER", given, "one that Onus made: this one holds something else");
    }
    for arguments in readers(&out) {
        let refusal = Refusal::of(&mut demo.command(&arguments), exit::USAGE);
        refusal.names("data_dir", "REGISTRY", given, "`onus import` or `onus demo` makes one");
    }
    let left: Vec<_> = tree(&data).into_iter().collect();
    assert_eq!(left, [(data.join("thesis.txt"), Some(b"mine".to_vec()))]);
    assert!(!out.exists());
}

/// On PostgreSQL the data folder holds editions only; still nobody's folder is taken for it.
#[test]
fn editions_are_never_written_into_another_ones_folder() {
    let demo = Demo::copy(Database::Postgres);
    let other = demo.folder().join("other");
    fs::create_dir(&other).expect("a folder");
    fs::write(other.join("index.html"), "mine").expect("a file");
    let given = other.to_str().expect("UTF-8");
    demo.refuses(&["report", "--month", "2026-10", "--data-dir", given], exit::USAGE).names(
        "data_dir",
        "OWN_FOLDER",
        given,
        "this one holds something else",
    );
    for arguments in &readers(&other)[..2] {
        demo.refuses(arguments, exit::USAGE).names("out", "EMPTY", given, "an empty or new folder");
    }
    assert_eq!(tree(&other).into_values().collect::<Vec<_>>(), [Some(b"mine".to_vec())]);
}

#[test]
fn a_file_in_the_folders_place_is_left_as_it_is() {
    let demo = Demo::empty(Database::Sqlite);
    fs::write(demo.data(), "mine").expect("a file");
    let (data, out) = (demo.data(), demo.folder().join("out"));
    let given = data.to_str().expect("UTF-8");
    for arguments in BEGINNERS {
        let refusal = Refusal::of(&mut demo.command(arguments), exit::USAGE);
        refusal.names("data_dir", "WRITABLE", given, "a folder that can be made and written");
    }
    for arguments in readers(&out) {
        Refusal::of(&mut demo.command(&arguments), exit::USAGE)
            .names("data_dir", "REGISTRY", given, "a folder");
    }
    assert_eq!(fs::read(&data).expect("still there"), b"mine");
}

#[rstest]
fn a_folder_in_use_is_refused_to_a_second_program(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let demo = Demo::copy(database);
    let server = Server::start(&demo);
    let writers: &[&[&str]] = match database {
        Database::Sqlite => {
            &[&["demo", "--no-serve"], &["import", "sample"], &["migrate"], &["migrate", "--down", "1"]]
        }
        // A server's database has locks of its own; the demo still takes its folder for itself.
        Database::Postgres => &[&["demo", "--no-serve"]],
    };
    for arguments in writers {
        let refusal = demo.refuses(arguments, exit::CONFLICT);
        let folder = demo.data();
        refusal.says(&[
            folder.to_str().expect("UTF-8"),
            "is in use by another Onus: stop it, or choose another folder with --data-dir",
        ]);
    }
    // What only reads, or adds an edition, may stand beside a server.
    run(demo.command(&["export", "registry", "--out"]).arg(demo.folder().join("out")));
    run(&mut demo.command(&["doctor"]));
    run(&mut demo.command(&["report", "--month", "2026-09"]));
    assert!(server.stop().success());
    run(&mut demo.command(&["import", "sample"]));
}

#[test]
fn a_database_that_another_program_writes_is_said_to_be_locked() {
    let demo = Demo::copy(Database::Sqlite);
    // Something to store, so that the import must write.
    let folder = demo.folder().join("sample");
    let sample = onus_tests::root().join("crates/exchange/sample");
    run(std::process::Command::new("cp").arg("-r").arg(sample).arg(&folder));
    let subjects = fs::read_to_string(folder.join("subjects.csv")).expect("a file");
    fs::write(folder.join("subjects.csv"), subjects.replace("Staff", "All staff")).expect("a change");
    let import = ["import", "sample", "--folder", folder.to_str().expect("UTF-8")];

    let mut holder = python("hold.py")
        .arg(demo.data().join("registry.sqlite"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the holder starts");
    let mut line = String::new();
    BufReader::new(holder.stdout.take().expect("piped")).read_line(&mut line).expect("a line");
    assert_eq!(line, "held\n");
    demo.refuses(&import, exit::FAILED).says(&[
        "the database is locked by other writers",
        "try again in a moment, or end the program that holds it",
    ]);
    drop(holder.stdin.take());
    assert!(holder.wait().expect("the holder ends").success());

    let before = demo.stored();
    run(&mut demo.command(&import));
    assert_ne!(demo.stored(), before, "the same import is taken when the lock is gone");
}

fn set_mode(folder: &Path, directories: u32, files: u32) {
    for (path, bytes) in tree(folder) {
        let mode = if bytes.is_some() { files } else { directories };
        fs::set_permissions(path, Permissions::from_mode(mode)).expect("one's own files");
    }
    fs::set_permissions(folder, Permissions::from_mode(directories)).expect("one's own folder");
}

#[test]
fn a_read_only_folder_is_said_to_be_so() {
    let demo = Demo::copy(Database::Sqlite);
    let (data, out) = (demo.data(), demo.folder().join("out"));
    let before = tree(&data);
    set_mode(&data, 0o555, 0o444);
    let given = data.to_str().expect("UTF-8");
    for arguments in [&["demo", "--no-serve"] as &[&str], &["import", "sample"], &["migrate"]] {
        let refusal = Refusal::of(&mut bound_by_permissions(&demo.command(arguments)), exit::USAGE);
        refusal.names("data_dir", "WRITABLE", given, "a folder that can be written");
    }
    let out = out.to_str().expect("UTF-8");
    for arguments in [&["report", "--month", "2026-09", "--out", out] as &[&str], &["doctor"]] {
        let refusal = Refusal::of(&mut bound_by_permissions(&demo.command(arguments)), exit::CONFLICT);
        refusal.says(&[given, "cannot be written", "allow this account to write the file and its folder"]);
    }
    set_mode(&data, 0o755, 0o644);
    assert!(tree(&data) == before, "nothing in the folder is changed");
}

#[test]
fn a_folder_that_cannot_be_made_is_said_to_be_so() {
    let demo = Demo::empty(Database::Sqlite);
    let parent = demo.folder().join("parent");
    fs::create_dir(&parent).expect("a folder");
    set_mode(&parent, 0o555, 0o444);
    let data = parent.join("data");
    let given = data.to_str().expect("UTF-8");
    for arguments in BEGINNERS {
        let command = demo.command(&[arguments, &["--data-dir", given]].concat());
        let refusal = Refusal::of(&mut bound_by_permissions(&command), exit::USAGE);
        refusal.names("data_dir", "WRITABLE", given, "a folder that can be made and written");
    }
    set_mode(&parent, 0o755, 0o644);
    assert!(tree(&parent).is_empty());
}

#[test]
fn a_server_database_that_takes_no_writes_is_said_to_be_so() {
    let demo = Demo::copy(Database::Postgres);
    let url = demo.url().expect("a database on a server");
    let name = url.rsplit('/').next().expect("a name");
    psql(url, &format!("ALTER DATABASE {name} SET default_transaction_read_only = on"));
    demo.refuses(&["report", "--month", "2026-09"], exit::CONFLICT)
        .says(&["the database cannot be written", "set database.url to another"]);
}

#[rstest]
fn a_real_registry_is_never_taken_for_a_demo(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let demo = Demo::empty(database);
    run(&mut demo.command(&["import", "sample"]));
    let given = demo.data();
    demo.refuses(&["demo", "--no-serve"], exit::USAGE).names(
        "data_dir",
        "SAME_KIND",
        given.to_str().expect("UTF-8"),
        "another folder (--data-dir)",
    );
    if database == Database::Postgres {
        // In another folder it is the database that says so.
        let kept = demo.folder().join("kept");
        fs::rename(&given, &kept).expect("the folder can be moved");
        demo.refuses(&["demo", "--no-serve"], exit::CONFLICT)
            .says(&["holds a registry that the demo did not make: give the demo another database"]);
        let _ = fs::remove_dir_all(&given);
        fs::rename(&kept, &given).expect("the folder can be moved back");
    }
    // What was imported is served.
    let server = Server::serve(&demo);
    assert!(server.get("/collections").body.contains("30 collections"));
    assert!(server.stop().success());
}

#[test]
fn a_demo_is_never_served_as_a_real_registry() {
    let demo = Demo::copy(Database::Sqlite);
    let given = demo.data();
    demo.refuses(&["serve"], exit::USAGE).names(
        "data_dir",
        "SAME_KIND",
        given.to_str().expect("UTF-8"),
        "this one holds a registry of another kind",
    );
}
