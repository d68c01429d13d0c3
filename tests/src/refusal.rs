//! What the program says when it refuses.

use crate::{Demo, Server, python};
use serde_json::{Map, Value, json};
use std::{
    io::Write as _,
    process::{Command, Stdio},
};

/// Exit codes, as the program's help names them.
pub mod exit {
    /// Failed; another time it may succeed.
    pub const FAILED: i32 = 1;
    /// Wrong input or usage.
    pub const USAGE: i32 = 2;
    /// In conflict with what is there.
    pub const CONFLICT: i32 = 5;
}

/// How a command was refused.
#[derive(Debug)]
pub struct Refusal {
    /// What it said on standard error.
    pub said: String,
}

impl Refusal {
    /// Runs a command that must end with `code` and print no result.
    pub fn of(command: &mut Command, code: i32) -> Self {
        let output = command.stdin(Stdio::null()).output().expect("the program starts");
        let said = String::from_utf8(output.stderr).expect("words");
        assert_eq!(output.status.code(), Some(code), "{command:?}\n{said}");
        assert!(
            output.stdout.is_empty(),
            "a refusal prints no result: {}",
            String::from_utf8_lossy(&output.stdout)
        );
        assert!(!said.contains("something went wrong in Onus"), "{said}");
        assert!(!said.contains("panicked"), "{said}");
        Self { said }
    }

    /// It must have said all of this.
    #[track_caller]
    pub fn says(&self, parts: &[&str]) -> &Self {
        for part in parts {
            assert!(self.said.contains(part), "{part:?} is not in:\n{}", self.said);
        }
        self
    }

    /// It must have said so of a field: its name, the rule, the value given (a long one is cut) and, in part, what would be right.
    #[track_caller]
    pub fn names(&self, field: &str, rule: &str, value: &str, right: &str) -> &Self {
        let fits = |line: &str| {
            let line = line.trim_start();
            line.starts_with(&format!("{field}: "))
                && line.contains(right)
                && line.contains(&format!("(given: \"{value}"))
                && line.ends_with(&format!("; rule {rule})"))
        };
        assert!(
            self.said.lines().any(fits),
            "no line \"{field}: …{right}… (given: \"{value}…\"; rule {rule})\" in:\n{}",
            self.said
        );
        self
    }
}

impl Demo {
    /// Runs the program, which must refuse with `code` and store nothing.
    #[track_caller]
    pub fn refuses(&self, arguments: &[&str], code: i32) -> Refusal {
        let before = self.stored();
        let refusal = Refusal::of(&mut self.command(arguments), code);
        assert_eq!(self.stored(), before, "nothing is stored by onus {}", arguments.join(" "));
        refusal
    }
}

/// A call of a foreign client: to `Service/Method` of `onus.v1`, by a demo identity or, if that is empty, the public.
pub fn call(method: &str, identity: &str, request: Value) -> Value {
    let mut call = Map::new();
    call.insert("call".into(), format!("onus.v1.{method}").into());
    call.insert("request".into(), request);
    if !identity.is_empty() {
        call.insert("as".into(), identity.into());
    }
    call.into()
}

/// The same with `authorization` as it is sent.
pub fn call_as(method: &str, authorization: &str, request: Value) -> Value {
    let mut call = call(method, "", request);
    call["authorization"] = authorization.into();
    call
}

/// What a foreign client got for a call.
#[derive(Debug)]
pub struct Called {
    call: String,
    answer: Value,
}

impl Server {
    /// Makes calls one after another with a foreign client that knows the contract by reflection alone.
    pub fn calls(&self, calls: &[Value]) -> Vec<Called> {
        self.calls_by(&[&self.address().to_string()], calls)
    }

    /// The same with the client's arguments: an address, and for TLS the files of the root certificate and of the client's own
    /// certificate and key.
    pub fn calls_by(&self, arguments: &[&str], calls: &[Value]) -> Vec<Called> {
        let mut child = python("calls.py")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the client starts");
        let mut stdin = child.stdin.take().expect("piped");
        stdin.write_all(Value::from(calls).to_string().as_bytes()).expect("the client reads its input");
        drop(stdin);
        let output = child.wait_with_output().expect("the client ends");
        assert!(output.status.success(), "the client ended with {}", output.status);
        let answers: Vec<Value> = serde_json::from_slice(&output.stdout).expect("a JSON list");
        assert_eq!(answers.len(), calls.len());
        let name = |call: &Value| call.to_string().chars().take(300).collect();
        calls.iter().zip(answers).map(|(call, answer)| Called { call: name(call), answer }).collect()
    }
}

impl Called {
    /// The response of a call that must have succeeded.
    #[track_caller]
    pub fn response(&self) -> &Value {
        assert_eq!(self.answer["status"], "OK", "{}\n{:#}", self.call, self.answer);
        &self.answer["response"]
    }

    /// What it says to people.
    pub fn message(&self) -> &str {
        self.answer["message"].as_str().unwrap_or_default()
    }

    /// The details of a call that must have been refused with this status and reason.
    #[track_caller]
    pub fn refusal(&self, status: &str, reason: &str) -> &Value {
        let details = &self.answer["details"];
        let info = &details["ErrorInfo"];
        assert_eq!(
            (&self.answer["status"], &info["reason"], &info["domain"]),
            (&json!(status), &json!(reason), &json!("onus")),
            "{}\n{:#}",
            self.call,
            self.answer
        );
        assert!(!self.message().is_empty(), "{:#}", self.answer);
        details
    }

    /// The call must have been refused for a field: its name, the rule, the value given and, in part, what would be right.
    #[track_caller]
    pub fn refuses_field(&self, field: &str, rule: &str, value: &str, right: &str) {
        let details = self.refusal("INVALID_ARGUMENT", "INVALID");
        let found = details["BadRequest"]["field_violations"].as_array().into_iter().flatten().any(|one| {
            let description = one["description"].as_str().unwrap_or_default();
            one["field"] == field
                && one["reason"] == rule
                && description.contains(right)
                && description.ends_with(&format!("(given: {value:?})"))
        });
        assert!(found, "no violation {field} {rule} {value:?} …{right}… in {details:#}\n{}", self.call);
    }

    /// The call must have been refused for a rule of the registry about `subject`; what it said of it must have `right` in it.
    #[track_caller]
    pub fn refuses_now(&self, rule: &str, subject: &str, right: &str) {
        let details = self.refusal("FAILED_PRECONDITION", rule);
        let failure = &details["PreconditionFailure"]["violations"][0];
        assert_eq!((&failure["type"], &failure["subject"]), (&json!(rule), &json!(subject)), "{details:#}");
        assert!(failure["description"].as_str().is_some_and(|said| said.contains(right)), "{details:#}");
    }

    /// The call must have been refused because there is no `kind` of this name.
    #[track_caller]
    pub fn refuses_unknown(&self, kind: &str, name: &str) {
        let resource = &self.refusal("NOT_FOUND", "NOT_FOUND")["ResourceInfo"];
        assert_eq!(
            (&resource["resource_type"], &resource["resource_name"]),
            (&json!(kind), &json!(name)),
            "{resource:#}"
        );
    }
}
