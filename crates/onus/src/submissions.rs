//! `onus submissions`: receipts and time returns of a file, over gRPC; all of them or none.

use crate::{
    cli::{Form, Submissions},
    client::{read_file, refused},
    commands::{print_json, table},
};
use onus_domain::{
    Error, Result,
    clock::{Clock, SystemClock},
    submission::Receipt,
};
use onus_exchange::receipts::Receipts;
use onus_proto::v1::{self as pb, burden_service_client::BurdenServiceClient};
use serde::Serialize;

/// A submission as it is printed.
#[derive(Debug, Serialize)]
struct Line {
    name: String,
    period_end: String,
    due_date: String,
    submitted_at: String,
    late: bool,
    minutes: Option<u32>,
    people: Option<u32>,
}

/// What was recorded, as it is printed.
#[derive(Debug, Serialize)]
struct Recorded {
    dry_run: bool,
    blank_rows: usize,
    submissions: Vec<Line>,
}

/// Sends the file, and prints what the registry holds of it now.
pub fn run(options: &Submissions) -> Result<()> {
    let (name, bytes) = read_file(&options.file)?;
    let given = Receipts::read(&name, &bytes, SystemClock.now())?;
    let runtime = tokio::runtime::Runtime::new().map_err(Error::internal)?;
    let made = runtime.block_on(send(options, &given)).map_err(|error| given.located(error))?;
    let found = Recorded {
        dry_run: options.dry_run,
        blank_rows: given.blank,
        submissions: made.into_iter().map(line).collect(),
    };
    match options.output.output {
        Form::Json => print_json(&found),
        Form::Table => {
            println!("{}", drawn(&found));
            Ok(())
        }
    }
}

async fn send(options: &Submissions, given: &Receipts) -> Result<Vec<pb::Submission>> {
    let mut client =
        BurdenServiceClient::new(options.registry.connect().await?).max_decoding_message_size(64 << 20);
    let batch = pb::BatchRecordSubmissionsRequest {
        requests: given.receipts().map(request).collect(),
        validate_only: options.dry_run,
        request_id: String::new(),
    };
    let made = client.batch_record_submissions(options.registry.request(batch)?).await;
    Ok(made.map_err(|status| refused(&status))?.into_inner().submissions)
}

fn request(of: &Receipt) -> pb::RecordSubmissionRequest {
    let submission = pb::Submission {
        version: format!("collections/{}/versions/{}", of.collection, of.version),
        provider: format!("organisations/{}", of.provider),
        period_start: of.period_start.to_string(),
        submitted_at: of.submitted_at.map(|at| at.to_rfc3339()).unwrap_or_default(),
        time_return: of.time_return.map(|time| pb::TimeReturn { minutes: time.minutes, people: time.people }),
        ..Default::default()
    };
    pb::RecordSubmissionRequest { submission: Some(submission), ..Default::default() }
}

fn line(of: pb::Submission) -> Line {
    Line {
        name: of.name,
        period_end: of.period_end,
        due_date: of.due_date,
        submitted_at: of.submitted_at,
        late: of.late,
        minutes: of.time_return.map(|time| time.minutes),
        people: of.time_return.map(|time| time.people),
    }
}

fn drawn(found: &Recorded) -> String {
    let mut table = table(&["submission", "due", "sent", "late", "minutes", "people"]);
    let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
    for line in &found.submissions {
        let late = if line.late { "late" } else { "" };
        let (minutes, people) = (number(line.minutes), number(line.people));
        let row: [&str; 6] = [&line.name, &line.due_date, &line.submitted_at, late, &minutes, &people];
        table.add_row(row);
    }
    let done = if found.dry_run { "could be recorded; nothing was stored" } else { "are recorded" };
    let blank = match found.blank_rows {
        0 => String::new(),
        blank => format!("; {blank} rows without anything filled in"),
    };
    format!("{table}\n{} submissions {done}{blank}", found.submissions.len())
}
