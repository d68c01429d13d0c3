//! The statements that one call runs, as PostgreSQL logged them, made into a script of pgbench: the same texts, prepared, in the same
//! transactions, with keys of their own each time.
//!
//! A call is made twice, with [`TOKENS`] in its keys. What holds a token, and each identifier that differed between the two, is new for
//! every run of the script; all else is as it was.

use super::pgbench::psql;
use crate::run::Failed;
use serde_json::Value;
use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path, time::Duration};

/// Twelve digits, so that they may stand at the end of a UUID.
pub const TOKENS: [&str; 2] = ["111111111111", "222222222222"];

/// What Onus reads and writes by itself, whoever calls: background work, the places of entries in the audit log and whom they are told, and
/// once a second whether anything was published.
const BY_ITSELF: [&str; 9] = [
    "\"job\"",
    "FROM publication",
    "\"audit_head\"",
    "\"audit_node\"",
    "\"audit_entry\".\"seq\"",
    "UPDATE audit_entry SET seq",
    "\"log_cursor\"",
    "\"subscription\"",
    "\"delivery\"",
];

/// One statement and its parameters, each as text; `None` is NULL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    text: String,
    parameters: Vec<Option<String>>,
}

/// Notes the statements that Onus runs while `work` is done.
pub fn note(
    url: &str,
    log: &Path,
    work: impl FnOnce() -> Result<(), Failed>,
) -> Result<Vec<Statement>, Failed> {
    let set = |to: &str| {
        // Not in one transaction with the other.
        psql(url, &format!("ALTER SYSTEM SET log_statement = '{to}'"))?;
        psql(url, "SELECT pg_reload_conf()")?;
        std::thread::sleep(Duration::from_millis(300));
        Ok::<_, Failed>(())
    };
    set("all")?;
    let before = read(log)?.len();
    let worked = work();
    // The log is written by a process of its own.
    std::thread::sleep(Duration::from_millis(300));
    let lines = read(log)?;
    set("none")?;
    worked?;
    Ok(lines.lines_after(before))
}

struct Log(String);

impl Log {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn lines_after(&self, at: usize) -> Vec<Statement> {
        let new = self.0.get(at..).unwrap_or_default();
        let entries = new.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        of_calls(entries.filter(|entry| entry["application_name"] == "onus"))
    }
}

/// The statements of calls, one transaction after another, without what Onus does by itself. Sessions log as they come.
fn of_calls(entries: impl Iterator<Item = Value>) -> Vec<Statement> {
    let mut open: BTreeMap<u64, Vec<Statement>> = BTreeMap::new();
    let mut units: Vec<Vec<Statement>> = vec![];
    for entry in entries {
        let (Some(session), Some(one)) = (entry["pid"].as_u64(), statement(&entry)) else { continue };
        let begins = one.text.starts_with("BEGIN");
        let ends = one.text.starts_with("COMMIT") || one.text.starts_with("ROLLBACK");
        match open.remove(&session) {
            Some(mut unit) => {
                unit.push(one);
                if ends { units.push(unit) } else { drop(open.insert(session, unit)) }
            }
            None if begins => drop(open.insert(session, vec![one])),
            None => units.push(vec![one]),
        }
    }
    units.into_iter().filter(|unit| !is_by_itself(unit)).flatten().collect()
}

fn is_by_itself(unit: &[Statement]) -> bool {
    let frames = ["BEGIN", "SET ", "COMMIT", "ROLLBACK"];
    let mut data = unit.iter().filter(|one| !frames.iter().any(|frame| one.text.starts_with(frame)));
    data.all(|one| BY_ITSELF.iter().any(|name| one.text.contains(name)))
}

fn read(log: &Path) -> Result<Log, Failed> {
    fs::read_to_string(log).map(Log).map_err(|e| Failed::new(format!("cannot read {}: {e}", log.display())))
}

fn statement(entry: &Value) -> Option<Statement> {
    let message = entry["message"].as_str()?;
    let text = match message.strip_prefix("statement: ") {
        Some(text) => text,
        None => message.strip_prefix("execute ")?.split_once(": ")?.1,
    };
    let parameters = entry["detail"].as_str().map(parameters).unwrap_or_default();
    Some(Statement { text: text.trim().trim_end_matches(';').to_owned(), parameters })
}

/// Reads `parameters: $1 = 'a', $2 = NULL`.
fn parameters(detail: &str) -> Vec<Option<String>> {
    let mut rest = detail.split_once(": ").map_or("", |(_, rest)| rest);
    let mut read = vec![];
    while let Some((_, value)) = rest.split_once(" = ") {
        let Some(quoted) = value.strip_prefix('\'') else {
            read.push(None);
            rest = value.strip_prefix("NULL").unwrap_or_default();
            continue;
        };
        let mut text = String::new();
        let mut from = quoted;
        while let Some((part, after)) = from.split_once('\'') {
            text.push_str(part);
            from = after;
            match from.strip_prefix('\'') {
                Some(after) => {
                    text.push('\'');
                    from = after;
                }
                None => break,
            }
        }
        read.push(Some(text));
        rest = from;
    }
    read
}

/// The script of a call that was noted twice, with one of [`TOKENS`] each time. `types` gives the types of a statement's parameters.
pub fn script(
    noted: &[Vec<Statement>; 2],
    mut types: impl FnMut(&str) -> Result<Vec<String>, Failed>,
) -> Result<String, Failed> {
    let [first, second] = noted;
    let texts = |noted: &[Statement]| noted.iter().map(|one| one.text.clone()).collect::<Vec<_>>();
    if texts(first) != texts(second) {
        let said =
            format!("the same call ran other statements: {:#?} and {:#?}", texts(first), texts(second));
        return Err(Failed::new(said));
    }
    let mut script =
        "\\set i :i + 1\n\\set n 100000000000 + :run * 1000000000 + :client_id * 10000000 + :i\n".to_owned();
    let mut made = BTreeMap::new();
    for (one, other) in first.iter().zip(second) {
        let types = if one.parameters.is_empty() { vec![] } else { types(&one.text)? };
        let mut text = one.text.replace('\n', " ");
        // From the last, so that $1 is not found in $10.
        for (at, value) in one.parameters.iter().enumerate().rev() {
            let kind = types.get(at).map_or("text", String::as_str);
            let differs = other.parameters.get(at) != Some(value);
            let expression = match value {
                None => format!("CAST(NULL AS {kind})"),
                Some(value) => format!("CAST({} AS {kind})", expression(value, differs, &mut made)),
            };
            text = text.replace(&format!("${}", at + 1), &expression);
        }
        let _ = writeln!(script, "{text};");
    }
    Ok(script)
}

/// A value as SQL, with `:n` in place of the token or, in an identifier that was made, of its last digits.
fn expression(value: &str, differs: bool, made: &mut BTreeMap<String, usize>) -> String {
    let value = match value.len() {
        36 if differs && is_uuid(value) && !value.contains(TOKENS[0]) => {
            let count = made.len();
            let number = made.entry(value.to_owned()).or_insert(count);
            format!("0190a000-0000-7{number:03x}-8000-{}", TOKENS[0])
        }
        _ => value.to_owned(),
    };
    let parts: Vec<_> = value.split(TOKENS[0]).map(literal).collect();
    parts.join(" || CAST(:n AS text) || ")
}

fn is_uuid(text: &str) -> bool {
    text.char_indices()
        .all(|(at, c)| if [8, 13, 18, 23].contains(&at) { c == '-' } else { c.is_ascii_hexdigit() })
}

/// Text in quotes. A colon would begin one of pgbench's own names.
fn literal(text: &str) -> String {
    format!(
        "E'{}'",
        text.replace('\\', "\\\\").replace('\'', "''").replace(':', "\\x3A").replace('\n', "\\n")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(token: &str, id: &str) -> Vec<Statement> {
        let detail =
            format!("parameters: $1 = 'bench-{token}', $2 = NULL, $3 = '{{\"it''s\":1}}', $4 = '{id}'");
        let entry = |message: &str, detail: Option<&str>| {
            statement(&serde_json::json!({ "message": message, "detail": detail })).unwrap()
        };
        vec![
            entry("statement: BEGIN ISOLATION LEVEL SERIALIZABLE ", None),
            entry("execute sqlx_s_7: INSERT INTO t VALUES ($1, $2,\n$3, $4)", Some(&detail)),
            entry("statement: COMMIT", None),
        ]
    }

    #[test]
    fn what_onus_does_by_itself_is_left_out() {
        let entry = |session: u64, text: &str| serde_json::json!({ "pid": session, "message": format!("statement: {text}") });
        let entries = [
            entry(1, "BEGIN"),
            entry(2, "BEGIN"),
            entry(3, "SELECT COUNT(*) FROM publication"),
            entry(2, "SELECT * FROM \"job\""),
            entry(1, "INSERT INTO \"item\" VALUES (1)"),
            entry(2, "COMMIT"),
            entry(1, "INSERT INTO \"job\" VALUES (1)"),
            entry(1, "COMMIT"),
        ];
        let kept: Vec<_> = of_calls(entries.into_iter()).into_iter().map(|one| one.text).collect();
        let job = "INSERT INTO \"job\" VALUES (1)";
        assert_eq!(kept, ["BEGIN", "INSERT INTO \"item\" VALUES (1)", job, "COMMIT"]);
    }

    #[test]
    fn statements_become_a_script_with_keys_of_its_own() {
        let first = noted(TOKENS[0], "019abcde-0000-7000-8000-0123456789ab");
        assert_eq!(first[1].parameters[2].as_deref(), Some("{\"it's\":1}"));
        let second = noted(TOKENS[1], "019abcde-0000-7000-8000-ba9876543210");
        let types = |_: &str| Ok(["text", "uuid", "json", "uuid"].map(str::to_owned).to_vec());
        let script = script(&[first, second], types).unwrap();
        let lines: Vec<_> = script.lines().collect();
        assert_eq!(lines[2], "BEGIN ISOLATION LEVEL SERIALIZABLE;");
        let expected = concat!(
            "INSERT INTO t VALUES (CAST(E'bench-' || CAST(:n AS text) || E'' AS text), CAST(NULL AS uuid), ",
            r#"CAST(E'{"it''s"\x3A1}' AS json), CAST(E'0190a000-0000-7000-8000-' || CAST(:n AS text) || E'' AS uuid));"#
        );
        assert_eq!(lines[3], expected);
        assert_eq!(lines[4..], ["COMMIT;"]);
    }
}
