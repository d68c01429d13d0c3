//! What figures rest on, over the wire: receipts, time returns, tariffs. Figures follow at once.

use super::*;
use rstest::rstest;

const KEY: &str = "0191d3a0-0000-4000-8000-0000000000e1";

/// What R0A says of a period of the critical care collection.
pub fn submission(start: &str, at: &str, time: Option<pb::TimeReturn>) -> pb::RecordSubmissionRequest {
    let submission = pb::Submission {
        version: "collections/critical-care/versions/1".into(),
        provider: "organisations/R0A".into(),
        period_start: start.into(),
        submitted_at: at.into(),
        time_return: time,
        ..Default::default()
    };
    pb::RecordSubmissionRequest { submission: Some(submission), ..Default::default() }
}

/// A table with the same pay for every role.
pub fn tariff_table(from: &str, pence_per_hour: u64) -> pb::TariffTable {
    let rate = |staff_role| pb::TariffRate { staff_role, pence_per_hour };
    pb::TariffTable {
        from_date: from.into(),
        overhead_percent: "25".into(),
        rates: (1..=5).map(rate).collect(),
        ..Default::default()
    }
}

#[expect(clippy::unnecessary_wraps, reason = "as the field of the message takes it")]
fn took(minutes: u32, people: u32) -> Option<pb::TimeReturn> {
    Some(pb::TimeReturn { minutes, people })
}

/// With the collection in force since January, its burden stated as an hour a submission.
async fn serve(backend: Backend) -> Served {
    let served = Served::start_on(backend).await;
    served.publish(content("Critical care", "CRITICAL_CARE", &["unit-function"]), "2026-01-01").await;
    let line = pb::CostLine {
        activity: pb::Activity::Extraction.into(),
        staff_role: pb::StaffRole::DataClerk.into(),
        basis: pb::LineBasis::PerSubmission.into(),
        minutes: "60".into(),
        ..Default::default()
    };
    let stated = pb::CreateStatementRequest {
        parent: "collections/critical-care/versions/1".into(),
        statement: Some(pb::BurdenStatement {
            from_date: "2026-01-01".into(),
            method: pb::Method::Declared.into(),
            lines: vec![line],
            ..Default::default()
        }),
        ..Default::default()
    };
    served.burdens().create_statement(by("registrar", stated)).await.expect("stated");
    served
}

async fn october(served: &Served) -> pb::Burden {
    let get = pb::GetBurdenRequest { name: "organisations/R0A/burdens/2026-10".into() };
    served.burdens().get_burden(get).await.expect("figures").into_inner()
}

async fn evidence(served: &Served) -> Vec<pb::VersionEvidence> {
    let get = pb::GetEvidenceRequest { month: "2026-11".into() };
    served.burdens().get_evidence(get).await.expect("evidence").into_inner().versions
}

async fn list(served: &Served, identity: &str) -> Vec<pb::Submission> {
    let list = pb::ListSubmissionsRequest { parent: "organisations/R0A".into(), ..Default::default() };
    let list = if identity.is_empty() { Request::new(list) } else { by(identity, list) };
    served.burdens().list_submissions(list).await.expect("a list").into_inner().submissions
}

#[rstest]
#[tokio::test]
async fn a_receipt_moves_what_is_actual_and_a_time_return_the_evidence_at_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let served = serve(backend).await;
    let mut client = served.burdens();
    let before = october(&served).await;
    assert_eq!((before.obligations, before.obligations_met), (1, 0));
    assert_eq!(before.hours_met.as_ref().unwrap().fraction, "0/1");

    // September's is due on 20 October. Who asks says that it came.
    let receipt = submission("2026-09-01", "2026-10-21T09:30:00Z", None);
    let tried = pb::RecordSubmissionRequest { validate_only: true, ..receipt.clone() };
    client.record_submission(by("registrar", tried)).await.expect("nothing is in the way");
    assert_eq!(list(&served, "").await, []);
    let made = client.record_submission(by("registrar", receipt.clone())).await.unwrap().into_inner();
    assert_eq!(made.name, "collections/critical-care/versions/1/submissions/R0A~2026-09-01");
    assert_eq!(
        (made.period_end.as_str(), made.due_date.as_str(), made.late),
        ("2026-09-30", "2026-10-20", true)
    );
    let after = october(&served).await;
    assert_eq!((after.obligations_met, after.hours.clone()), (1, before.hours.clone()));
    assert_eq!(after.hours_met.unwrap().fraction, "1/1");
    assert_eq!(evidence(&served).await, []);

    // What it took its provider says, and corrects.
    let timed = |minutes, people| pb::RecordSubmissionRequest {
        request_id: KEY.into(),
        ..submission("2026-09-01", "", took(minutes, people))
    };
    let made = client.record_submission(by("provider", timed(90, 2))).await.unwrap().into_inner();
    assert_eq!((made.time_return, made.submitted_at.as_str()), (took(90, 2), "2026-10-21T09:30:00Z"));
    let again = client.record_submission(by("provider", timed(90, 2))).await.unwrap().into_inner();
    assert_eq!(again, made, "made again it is answered as before");
    let other = client.record_submission(by("provider", timed(91, 2))).await;
    assert_eq!(wrong_fields(other), ["request_id REUSED"]);
    let found = evidence(&served).await;
    assert_eq!((found.len(), found[0].returns, found[0].flagged), (1, 1, 0));
    assert_eq!(found[0].taken.as_ref().unwrap().fraction, "3/2");
    assert_eq!(found[0].ratio.as_ref().unwrap().fraction, "3/2");

    // 900 hours of two people are kept and flagged; of one they cannot be.
    let absurd = |people| submission("2026-09-01", "", took(900 * 60, people));
    let refused = client.record_submission(by("provider", absurd(1))).await;
    assert_eq!(wrong_fields(refused), ["submission.time_return.minutes RANGE"]);
    client.record_submission(by("provider", absurd(2))).await.expect("kept");
    assert_eq!(evidence(&served).await[0].flagged, 1);

    // Its provider and the panel are told what it took; everybody that it came.
    for (identity, told) in
        [("", false), ("registrar", false), ("publisher", false), ("provider", true), ("panel-member", true)]
    {
        let found = list(&served, identity).await;
        assert_eq!((found.len(), found[0].time_return.is_some()), (1, told), "{identity}");
        assert_eq!(found[0].far_from_others, told, "{identity}");
    }
    let told = client.record_submission(by("registrar", receipt)).await.unwrap().into_inner();
    assert_eq!(told.time_return, None, "nor is who says again that it came");
    assert_eq!(list(&served, "provider").await[0].time_return, took(900 * 60, 2), "which takes nothing away");
}

#[rstest]
#[tokio::test]
async fn what_is_wrong_is_said_at_once_and_nothing_is_half_recorded(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let served = serve(backend).await;
    let mut client = served.burdens();
    let batch = |requests| pb::BatchRecordSubmissionsRequest { requests, ..Default::default() };
    let right = submission("2026-08-01", "2026-09-20", None);
    let unknown = |change: &dyn Fn(&mut pb::Submission)| {
        let mut request = right.clone();
        request.submission.iter_mut().for_each(change);
        request
    };
    let all = vec![
        right.clone(),
        submission("2026-08-02", "2026-09-20", None),
        submission("2026-07-01", "2027-01-01", took(1, 0)),
        right.clone(),
        unknown(&|one| one.version = "collections/critical-care/versions/2".into()),
        submission("2026-06-01", "", took(5, 1)),
    ];
    let refused = client.batch_record_submissions(by("provider", batch(all))).await;
    let (_, _, details) = refusal(refused);
    let fields = details.bad_request().expect("which fields").field_violations.clone();
    let mut said: Vec<_> = fields.iter().map(|one| format!("{} {}", one.field, one.reason)).collect();
    said.sort();
    let of = |at: usize, field: &str| format!("requests[{at}].submission.{field}");
    let mut expected = vec![
        of(1, "period_start OWED"),
        of(2, "time_return.people RANGE"),
        of(2, "submitted_at RANGE"),
        of(3, "period_start UNIQUE"),
        of(4, "version KNOWN"),
        of(4, "period_start OWED"),
        of(5, "submitted_at REQUIRED"),
    ];
    expected.sort();
    assert_eq!(said, expected);
    let near = fields.iter().find(|one| one.field == of(1, "period_start")).expect("it is wrong");
    assert!(
        near.description.contains("2026-07-01 to 2026-07-31 of version 1, 2026-08-01"),
        "{}",
        near.description
    );
    assert_eq!(list(&served, "provider").await, [], "nothing is half recorded");

    let two = || batch(vec![right.clone(), submission("2026-07-01", "2026-08-20", took(30, 1))]);
    let made = client.batch_record_submissions(by("provider", two())).await.unwrap().into_inner();
    assert_eq!(made.submissions.len(), 2);
    let audited = served.test.app.store().read(async |tx| tx.submissions().await).await.unwrap();
    let again = client.batch_record_submissions(by("provider", two())).await.unwrap().into_inner();
    assert_eq!(again, made, "a file may come again");
    assert_eq!(served.test.app.store().read(async |tx| tx.submissions().await).await.unwrap(), audited);
    let other = client.record_submission(by("provider", submission("2026-08-01", "2026-09-21", None))).await;
    assert_eq!(wrong_fields(other), ["submission.submitted_at ONCE"]);

    let denied = client.record_submission(by("registrar", submission("2026-07-01", "", took(30, 1)))).await;
    assert_eq!(refusal(denied).0, Code::PermissionDenied);
    let denied = client.record_submission(by("steward", right.clone())).await;
    assert_eq!(refusal(denied).0, Code::PermissionDenied);
    let nobody = client.record_submission(Request::new(right)).await;
    assert_eq!(refusal(nobody).0, Code::Unauthenticated);
}

#[rstest]
#[tokio::test]
async fn the_published_default_is_told_page_by_page(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let served = serve(backend).await;
    let (mut all, mut page_token) = (vec![], String::new());
    loop {
        let request = pb::ListDefaultStatementsRequest { page_size: 3, page_token };
        let page = served.burdens().list_default_statements(request).await.expect("a page").into_inner();
        all.extend(page.default_statements);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            assert_eq!(usize::try_from(page.total_size), Ok(all.len()));
            break;
        }
    }
    let frequencies: std::collections::BTreeSet<_> = all.iter().map(|one| one.frequency).collect();
    assert_eq!((all.len(), frequencies.len()), (8, 8), "every frequency once, in version 1");
    assert!(all.iter().all(|one| !one.lines.is_empty() && one.lines.iter().all(|line| line.minutes != "0")));
}

#[rstest]
#[tokio::test]
async fn the_publisher_loads_what_an_hour_costs_and_costs_follow(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let served = serve(backend).await;
    let mut client = served.burdens();
    let tables = async |served: &Served| {
        let list = served.burdens().list_tariff_tables(pb::ListTariffTablesRequest::default()).await;
        list.expect("a list").into_inner().tariff_tables
    };
    let default = tables(&served).await;
    assert_eq!((default.len(), default[0].is_default, default[0].rates.len()), (1, true, 5));
    assert_eq!(october(&served).await.cost.unwrap().fraction, "3125/2", "an hour at 1250 and a quarter");
    let load = |table: pb::TariffTable, reason: &str| pb::LoadTariffTablesRequest {
        tariff_tables: vec![table],
        reason: reason.into(),
        ..Default::default()
    };
    let past = || tariff_table("2026-04-01", 2_000);
    for identity in ["registrar", "provider", "admin", "panel-chair"] {
        let denied = client.load_tariff_tables(by(identity, load(past(), "why"))).await;
        assert_eq!(refusal(denied).0, Code::PermissionDenied, "{identity}");
    }
    let silent = client.load_tariff_tables(by("publisher", load(past(), ""))).await;
    assert_eq!(wrong_fields(silent), ["reason REQUIRED"]);
    let mut lacking = past();
    lacking.rates.truncate(3);
    lacking.rates[0].pence_per_hour = 0;
    lacking.overhead_percent = "-1".into();
    let wrong = client.load_tariff_tables(by("publisher", load(lacking, "why"))).await;
    let expected = [
        "tariff_tables[0].overhead_percent RANGE",
        "tariff_tables[0].rates[0].pence_per_hour RANGE",
        "tariff_tables[0].rates COMPLETE",
    ];
    assert_eq!(wrong_fields(wrong), expected);
    let tried = pb::LoadTariffTablesRequest { validate_only: true, ..load(past(), "why") };
    client.load_tariff_tables(by("publisher", tried)).await.expect("nothing is in the way");
    assert_eq!(tables(&served).await, default);

    client.load_tariff_tables(by("publisher", load(past(), "ESR, March 2026"))).await.expect("loaded");
    assert_eq!(october(&served).await.cost.unwrap().fraction, "2500/1");
    let later = load(tariff_table("2027-04-01", 9_000), "");
    client.load_tariff_tables(by("publisher", later)).await.expect("what is to come needs no reason");
    assert_eq!(october(&served).await.cost.unwrap().fraction, "2500/1", "it does not hold yet");
    let held = tables(&served).await;
    let days: Vec<_> = held.iter().map(|table| (table.name.as_str(), table.is_default)).collect();
    assert_eq!(days, [("tariffTables/2026-04-01", false), ("tariffTables/2027-04-01", false)]);

    // A correction of the past: the audit log keeps what was loaded before.
    let dearer = || load(tariff_table("2026-04-01", 2_400), "ESR, corrected");
    client.load_tariff_tables(by("publisher", dearer())).await.expect("corrected");
    assert_eq!(october(&served).await.cost.unwrap().fraction, "3000/1");
    let entries = served.test.app.store().audit_of("tariffTables/2026-04-01", None, 10).await.unwrap();
    let reasons: Vec<_> = entries.iter().map(|entry| entry.reason.as_str()).collect();
    assert_eq!(reasons, ["ESR, March 2026", "ESR, corrected"]);
    assert_eq!(entries[1].before_digest, entries[0].after_digest);
    client.load_tariff_tables(by("publisher", dearer())).await.expect("as it is");
    let entries = served.test.app.store().audit_of("tariffTables/2026-04-01", None, 10).await.unwrap();
    assert_eq!(entries.len(), 2, "what is as it was is no change");
}

#[rstest]
#[tokio::test]
async fn what_was_recorded_by_mistake_is_taken_back(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let served = serve(backend).await;
    let mut client = served.burdens();
    let name = "collections/critical-care/versions/1/submissions/R0A~2026-09-01";
    let withdraw = |reason: &str| pb::WithdrawSubmissionRequest {
        name: name.into(),
        reason: reason.into(),
        ..Default::default()
    };
    let nothing = refusal(client.withdraw_submission(by("provider", withdraw("A slip"))).await).0;
    assert_eq!(nothing, Code::NotFound);
    let receipt = submission("2026-09-01", "2026-10-15", None);
    client.record_submission(by("registrar", receipt.clone())).await.unwrap();
    assert_eq!(october(&served).await.obligations_met, 1);

    let silent = client.withdraw_submission(by("registrar", withdraw(" "))).await;
    assert_eq!(wrong_fields(silent), ["reason REQUIRED"]);
    let malformed = pb::WithdrawSubmissionRequest { name: name.replace('~', "-"), ..withdraw("A slip") };
    let malformed = client.withdraw_submission(by("registrar", malformed)).await;
    assert_eq!(wrong_fields(malformed), ["name RESOURCE_NAME"]);
    for identity in ["panel-member", "registrar-of-ukhsa"] {
        let refused = refusal(client.withdraw_submission(by(identity, withdraw("A slip"))).await).0;
        assert_eq!(refused, Code::PermissionDenied, "{identity}");
    }
    let tried = pb::WithdrawSubmissionRequest { validate_only: true, ..withdraw("A slip") };
    client.withdraw_submission(by("registrar", tried)).await.unwrap();
    assert_eq!(october(&served).await.obligations_met, 1, "nothing is done of a trial");
    client.withdraw_submission(by("registrar", withdraw("It was another provider's"))).await.unwrap();
    assert_eq!((october(&served).await.obligations_met, list(&served, "").await), (0, vec![]));

    // Said again, on the right day; what it took is its provider's, and with it the receipt.
    let other = submission("2026-09-01", "2026-10-18", took(90, 2));
    client.record_submission(by("provider", other)).await.unwrap();
    let refused = refusal(client.withdraw_submission(by("registrar", withdraw("A slip"))).await).0;
    assert_eq!(refused, Code::PermissionDenied);
    client.withdraw_submission(by("provider", withdraw("We sent another month's"))).await.unwrap();
    assert_eq!((evidence(&served).await, list(&served, "provider").await), (vec![], vec![]));

    // Everybody learns that it is gone, and its people why; the log is sound.
    let entries =
        || pb::ListEntriesRequest { filter: format!("resource = \"{name}\""), ..Default::default() };
    let mut audit = served.audit();
    served.test.app.sequence_audit().await.unwrap();
    let told = audit.list_entries(entries()).await.unwrap().into_inner().entries;
    let told: Vec<_> = told.iter().map(|one| (one.action.as_str(), one.reason.as_str())).collect();
    assert_eq!(told, [("submission.publish", ""); 4]);
    let told = audit.list_entries(by("provider", entries())).await.unwrap().into_inner().entries;
    assert!(told.iter().any(|one| one.reason == "We sent another month's"));
}
