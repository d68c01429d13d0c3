//! `onus audit`, and the key that the audit log is signed with.

use crate::{
    cli::{Audit, Form, Verify},
    commands::{check_held, open_app, print_json},
    config::Settings,
    data_dir::{self, Kind},
};
use onus_app::{
    App, Context,
    audit_log::{AuditKey, Report, examine_export},
};
use onus_domain::{
    Error, Result, Violation,
    clock::{Clock, SystemClock},
};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, Write},
    path::Path,
};

/// An application that signs the heads of its log: with the key configured, or the data folder's, made if there is none.
pub fn signing(settings: &Settings, app: App) -> Result<App> {
    let key = if let Some(key) = configured(settings)? {
        key
    } else {
        // Of another kind or not, it is Onus'; whoever needs the kind has looked.
        data_dir::claim(&settings.data_dir, Kind::Registry)?;
        AuditKey::open(&settings.own_audit_key(), &settings.audit.origin)?
    };
    Ok(app.with_audit_key(key, others(settings)))
}

/// An application that trusts what is signed by the key configured, or the data folder's if there is one. It makes none.
pub fn checking(settings: &Settings, app: App) -> Result<App> {
    Ok(match own(settings)? {
        Some(key) => app.with_audit_key(key, others(settings)),
        None => app.trusting(others(settings)),
    })
}

fn configured(settings: &Settings) -> Result<Option<AuditKey>> {
    let file = &settings.audit.key_file;
    if file.is_empty() {
        return Ok(None);
    }
    let key = AuditKey::open_made(Path::new(file), &settings.audit.origin)?;
    key.map(Some).ok_or_else(|| {
        let expected = "a key file that is there: `openssl genpkey -algorithm ed25519 -out FILE` makes one";
        Violation::new("audit.key_file", "THERE", file, expected).into()
    })
}

fn own(settings: &Settings) -> Result<Option<AuditKey>> {
    match configured(settings)? {
        Some(key) => Ok(Some(key)),
        None => AuditKey::open_made(&settings.own_audit_key(), &settings.audit.origin),
    }
}

fn others(settings: &Settings) -> Vec<String> {
    settings.audit.trusted_keys.split_whitespace().map(str::to_owned).collect()
}

/// `onus audit`.
pub async fn run(settings: &Settings, command: &Audit) -> Result<()> {
    match command {
        Audit::Verify(options) => verify(settings, options).await,
        Audit::Export { out } => export(settings, out).await,
        Audit::Key { new: Some(file) } => new_key(settings, file),
        Audit::Key { new: None } => {
            let key = own(settings)?.ok_or_else(|| no_key(settings))?;
            println!("{}", key.public());
            Ok(())
        }
    }
}

fn no_key(settings: &Settings) -> Error {
    let file = settings.own_audit_key();
    let expected = "a key: `onus import` and `onus serve` make one when they first need it, audit.key_file names another";
    Violation::new("audit.key_file", "THERE", file.display(), expected).into()
}

fn new_key(settings: &Settings, file: &Path) -> Result<()> {
    if file.exists() {
        let expected = "a file that is not there: no key is written over";
        return Err(Violation::new("new", "NEW_FILE", file.display(), expected).into());
    }
    println!("{}", AuditKey::open(file, &settings.audit.origin)?.public());
    Ok(())
}

async fn export(settings: &Settings, out: &Path) -> Result<()> {
    check_held(settings)?;
    let refuse = |error: io::Error| -> Error {
        Violation::new("out", "NEW_FILE", out.display(), format!("a new file that can be written ({error})"))
            .into()
    };
    let mut file: Box<dyn Write> = if out == Path::new("-") {
        Box::new(io::stdout())
    } else {
        Box::new(File::create_new(out).map_err(refuse)?)
    };
    let app = checking(settings, open_app(settings).await?)?;
    if app.audit_key().is_some() {
        app.sequence_audit().await?;
    }
    let mut export = app.export_audit(&Context::system(SystemClock.now())).await?;
    while let Some(lines) = app.export_piece(&mut export).await? {
        file.write_all(lines.as_bytes()).map_err(refuse)?;
    }
    file.flush().map_err(refuse)
}

async fn verify(settings: &Settings, options: &Verify) -> Result<()> {
    let pinned = options.head.iter().map(|file| read_head(file)).collect::<Result<Vec<_>>>()?;
    let mut trusted = options.key.clone();
    if trusted.is_empty() {
        trusted.extend(own(settings)?.map(|key| key.public()));
        trusted.extend(others(settings));
    }
    if trusted.is_empty() {
        let expected = "the public key that signed the log: --key, or audit.trusted_keys; `onus audit key` prints it where the log is made";
        return Err(Violation::new("key", "REQUIRED", "", expected).into());
    }
    let report = if let Some(file) = &options.file {
        examine_export(open(file)?, &trusted, &pinned)?
    } else {
        check_held(settings)?;
        let app = checking(settings, open_app(settings).await?)?;
        app.examine_audit(&trusted, &pinned).await?
    };
    print(&report, options.output.output)?;
    if report.is_sound() {
        return Ok(());
    }
    let public = format!("the audit log is not sound: {} things are wrong", report.wrong);
    Err(Error::Unavailable { public, private: String::new() })
}

fn open(file: &Path) -> Result<Box<dyn BufRead>> {
    if file == Path::new("-") {
        return Ok(Box::new(BufReader::new(io::stdin())));
    }
    let opened = File::open(file).map_err(|error| unreadable("file", file, &error))?;
    Ok(Box::new(BufReader::new(opened)))
}

fn unreadable(field: &str, file: &Path, error: &io::Error) -> Error {
    Violation::new(field, "READABLE", file.display(), format!("a file that can be read ({error})")).into()
}

/// A head from a file, with where it is from.
fn read_head(file: &Path) -> Result<(String, String)> {
    let text = fs::read_to_string(file).map_err(|error| unreadable("head", file, &error))?;
    let of_edition = serde_json::from_str::<Value>(&text).ok();
    let note = of_edition.as_ref().and_then(|read| read.get("note")).and_then(Value::as_str);
    Ok((file.display().to_string(), note.map_or(text.clone(), str::to_owned)))
}

fn print(report: &Report, form: Form) -> Result<()> {
    if form == Form::Json {
        let problems: Vec<_> = report.problems.iter().map(ToString::to_string).collect();
        return print_json(&json!({
            "sound": report.is_sound(),
            "entries": report.entries,
            "heads": report.heads,
            "head": report.head.as_ref().map(|head| json!({
                "size": head.size, "root": hex(&head.root), "time": head.time, "origin": head.origin,
            })),
            "without_state": report.without_state,
            "wrong": report.wrong,
            "problems": problems,
        }));
    }
    for problem in &report.problems {
        println!("{problem}");
    }
    if report.wrong > report.problems.len() {
        println!("and {} more", report.wrong - report.problems.len());
    }
    println!("{} entries under {} heads", report.entries, report.heads);
    if let Some(head) = &report.head {
        println!("Last head: {} entries, root {}, signed {}", head.size, hex(&head.root), head.time);
    }
    println!("{}", if report.is_sound() { "Sound: no entry was changed." } else { "NOT SOUND." });
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
