//! The one map from [`Error`] to a gRPC status (AIP-193). Internals go to the log and never to a caller.

use onus_domain::{Error, Violation};
use std::{collections::HashMap, time::Duration};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, StatusExt};

/// The domain of every `google.rpc.ErrorInfo` of ours.
pub const DOMAIN: &str = "onus";
/// When a caller may try again after a limit or a busy store.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// Most bytes of field violations in a status. A status travels in HTTP headers, of which common clients take 8 KiB in all, encoded.
const MAX_VIOLATION_BYTES: usize = 4_000;
/// Longest message, in characters, for the same reason.
const MAX_MESSAGE: usize = 400;

/// The status of an error.
pub fn status(error: Error) -> Status {
    let message = cut(&error.to_string());
    match error {
        Error::Invalid(violations) => invalid(&violations, message),
        Error::NotFound { kind, name } => {
            of_resource(Code::NotFound, "NOT_FOUND", message, kind, &name, &[("resource", &name)])
        }
        Error::AlreadyExists { kind, name } => {
            of_resource(Code::AlreadyExists, "ALREADY_EXISTS", message, kind, &name, &[("resource", &name)])
        }
        Error::Precondition { rule, subject, message: said } => {
            let mut details = details(rule, &[("resource", &subject)]);
            details.add_precondition_failure_violation(rule, subject, said);
            make(Code::FailedPrecondition, message, details)
        }
        Error::StaleEtag { name, given, current } => {
            let more = [("resource", name.as_str()), ("given_etag", &given), ("etag", &current)];
            of_resource(Code::Aborted, "STALE_ETAG", message, kind_of(&name), &name, &more)
        }
        Error::Unauthenticated(_) => make(Code::Unauthenticated, message, details("UNAUTHENTICATED", &[])),
        Error::PermissionDenied(_) => {
            make(Code::PermissionDenied, message, details("PERMISSION_DENIED", &[]))
        }
        Error::Exhausted(_) => retriable(Code::ResourceExhausted, "EXHAUSTED", message, RETRY_AFTER),
        Error::Unavailable { public: _, private } => {
            tracing::warn!(cause = private, "unavailable");
            retriable(Code::Unavailable, "UNAVAILABLE", message, RETRY_AFTER)
        }
        Error::Internal { public: _, private } => {
            tracing::error!(cause = private, "internal error");
            make(Code::Internal, message, details("INTERNAL", &[]))
        }
    }
}

/// A status of the transport's own: a deadline that passed, a message too large, a call that does not exist.
pub(crate) fn of_transport(code: Code, reason: &'static str, message: &str) -> Status {
    make(code, cut(message), details(reason, &[]))
}

/// The caller calls too often, and may call again after `wait`.
pub(crate) fn too_often(wait: Duration) -> Status {
    let message = format!("too many calls: call again after {} ms", wait.as_millis().max(1));
    retriable(Code::ResourceExhausted, "RATE", message, wait)
}

/// The server ends: the caller goes on with another, or with the one that comes after.
pub(crate) fn stopping() -> Status {
    let message = "this server stops: call again, where another serves".to_owned();
    retriable(Code::Unavailable, "STOPPING", message, RETRY_AFTER)
}

fn make(code: Code, message: String, details: ErrorDetails) -> Status {
    Status::with_error_details(code, message, details)
}

fn details(reason: &str, metadata: &[(&str, &str)]) -> ErrorDetails {
    let metadata: HashMap<_, _> =
        metadata.iter().map(|(key, value)| (String::from(*key), cut(value))).collect();
    ErrorDetails::with_error_info(reason, DOMAIN, metadata)
}

fn of_resource(
    code: Code,
    reason: &str,
    message: String,
    kind: &str,
    name: &str,
    more: &[(&str, &str)],
) -> Status {
    let mut details = details(reason, more);
    details.set_resource_info(kind, cut(name), "", message.clone());
    make(code, message, details)
}

/// What kind of resource a name is of: `version` for `collections/a/versions/1`.
fn kind_of(name: &str) -> &str {
    name.rsplit('/').nth(1).unwrap_or_default().trim_end_matches('s')
}

fn retriable(code: Code, reason: &str, message: String, wait: Duration) -> Status {
    let mut details = details(reason, &[]);
    details.set_retry_info(Some(wait));
    make(code, message, details)
}

fn invalid(violations: &[Violation], message: String) -> Status {
    let mut room = MAX_VIOLATION_BYTES;
    let fields: Vec<_> = violations
        .iter()
        .map(field_violation)
        .take_while(|field| {
            let size = field.field.len() + field.description.len() + field.reason.len();
            let fits = size <= room;
            room = room.saturating_sub(size);
            fits
        })
        .collect();
    let (shown, all) = (fields.len().to_string(), violations.len().to_string());
    let mut details = details("INVALID", &[("violations", &all), ("violations_shown", &shown)]);
    details.set_bad_request(fields);
    let message = if violations.len() > 1 { cut(&format!("{all} problems: {message}")) } else { message };
    make(Code::InvalidArgument, message, details)
}

fn field_violation(violation: &Violation) -> FieldViolation {
    let description = format!("{} (given: {:?})", violation.expected, violation.value);
    FieldViolation {
        reason: violation.rule.clone(),
        ..FieldViolation::new(violation.field.clone(), description)
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MAX_MESSAGE) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
