//! Submissions and time returns.

use super::{read_required_day, required};
use crate::names;
use chrono::{DateTime, SecondsFormat, Utc};
use onus_domain::{
    Violations,
    role::Actor,
    submission::{Receipt, Submission, TimeReturn, read_moment},
};
use onus_proto::v1 as pb;

/// A submission, as far as `actor` may see it.
pub fn submission(of: &Submission, actor: &Actor) -> pb::Submission {
    let seen = of.clone().as_seen_by(actor);
    let owed = &seen.obligation;
    pb::Submission {
        name: seen.name(),
        version: names::version(&owed.collection, owed.version),
        provider: names::organisation(&owed.provider),
        period_start: owed.period_start.to_string(),
        submitted_at: seen.submitted_at.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        time_return: seen
            .time_return
            .map(|time| pb::TimeReturn { minutes: time.minutes, people: time.people }),
        period_end: owed.period_end.to_string(),
        due_date: owed.due_date.to_string(),
        late: seen.is_late(),
        far_from_others: false,
    }
}

/// Reads what is said of an obligation, now.
pub fn read_receipt(
    given: pb::RecordSubmissionRequest,
    now: DateTime<Utc>,
    found: &mut Violations,
) -> Option<Receipt> {
    let given = required("submission", given.submission, found)?;
    let version = found.take(names::read_version("submission.version", &given.version));
    let provider = found.take(names::read_organisation("submission.provider", &given.provider));
    let period_start = found.take(read_required_day("submission.period_start", &given.period_start));
    let submitted_at = found.take(read_moment("submission.submitted_at", &given.submitted_at, now));
    let (collection, version) = version?;
    Some(Receipt {
        collection,
        version,
        provider: provider?,
        period_start: period_start?,
        submitted_at: submitted_at?,
        time_return: given.time_return.map(|time| TimeReturn { minutes: time.minutes, people: time.people }),
    })
}

/// Where a field of a receipt stands in the request to record it.
pub fn in_submission(field: &str) -> String {
    match field {
        "minutes" | "people" => format!("submission.time_return.{field}"),
        other => format!("submission.{other}"),
    }
}
