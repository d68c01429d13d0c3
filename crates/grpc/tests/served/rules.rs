//! Rules of writing over the wire: drafts are deleted, declared estimates recomputed, and every refusal names its place in the request.

use super::*;

async fn draft(served: &Served) -> pb::Collection {
    let request = pb::CreateCollectionRequest {
        collection: Some(pb::Collection {
            owner: "organisations/X24".into(),
            sector_path: pb::SectorPath::National.into(),
            ..pb::Collection::default()
        }),
        content: Some(content("Beds", "CRITICAL_CARE", &["unit-function"])),
        ..pb::CreateCollectionRequest::default()
    };
    served.collections().create_collection(by("registrar", request)).await.expect("a draft").into_inner()
}

#[tokio::test]
async fn a_draft_is_deleted_under_its_etag_by_its_owner() {
    let served = Served::start().await;
    let made = draft(&served).await;
    let name = made.current_version;
    let mut client = served.collections();
    let version = pb::GetVersionRequest { name: name.clone(), read_time: None };
    let etag = client.get_version(by("registrar", version)).await.unwrap().into_inner().etag;
    let delete = |etag: &str, validate_only| pb::DeleteVersionRequest {
        name: name.clone(),
        etag: etag.into(),
        validate_only,
        request_id: String::new(),
    };
    assert_eq!(refusal(client.delete_version(delete("", false)).await).0, Code::Unauthenticated);
    let denied = client.delete_version(by("panel-chair", delete("", false))).await;
    assert_eq!(refusal(denied).0, Code::PermissionDenied);
    let stale = client.delete_version(by("registrar", delete("\"9\"", false))).await;
    assert_eq!(refusal(stale).1, "STALE_ETAG");
    client.delete_version(by("registrar", delete(&etag, true))).await.expect("nothing is in the way");
    client.delete_version(by("registrar", delete(&etag, false))).await.expect("deleted");
    let gone = pb::GetCollectionRequest { name: made.name, read_time: None };
    assert_eq!(refusal(client.get_collection(by("registrar", gone)).await).0, Code::NotFound);
    let again = client.delete_version(by("registrar", delete(&etag, false))).await;
    assert_eq!(refusal(again).0, Code::NotFound);

    let published = served.publish(content("Wards", "CRITICAL_CARE", &["ward-code"]), "2026-01-01").await;
    let live = pb::DeleteVersionRequest { name: published.current_version, ..Default::default() };
    let refused = refusal(client.delete_version(by("registrar", live)).await);
    assert_eq!((refused.0, refused.1.as_str()), (Code::FailedPrecondition, "VERSION_STATE"));
}

#[tokio::test]
async fn what_is_declared_with_a_statement_is_recomputed() {
    let served = Served::start().await;
    let parent = draft(&served).await.current_version;
    let estimate = |hours: &str, cost_pence| pb::DeclaredEstimate {
        respondents: 3_546,
        responses_each: "1".into(),
        hours_each: "0.5".into(),
        pence_per_hour: 6_345,
        overhead_percent: "110".into(),
        hours: hours.into(),
        cost_pence,
        ..pb::DeclaredEstimate::default()
    };
    let state = |estimates| pb::CreateStatementRequest {
        parent: parent.clone(),
        statement: Some(pb::BurdenStatement {
            from_date: "2026-11-01".into(),
            method: pb::Method::Declared.into(),
            lines: vec![pb::CostLine {
                activity: pb::Activity::Extraction.into(),
                staff_role: pb::StaffRole::DataClerk.into(),
                basis: pb::LineBasis::PerSubmission.into(),
                minutes: "30".into(),
                ..pb::CostLine::default()
            }],
            ..pb::BurdenStatement::default()
        }),
        estimates,
        validate_only: false,
        request_id: String::new(),
    };
    let mut client = served.burdens();
    let credited = pb::DeclaredEstimate { returning: 4_000, ..estimate("", None) };
    let wrong =
        vec![estimate("1773", Some(23_801_639)), estimate("1774", None), credited, estimate("", None)];
    assert_eq!(
        wrong_fields(client.create_statement(by("registrar", state(wrong))).await),
        [
            "estimates[0].cost_pence HOURS_ADDED_TO_MONEY",
            "estimates[1].hours ARITHMETIC",
            "estimates[2].returning RETURNING",
        ]
    );
    let unread =
        pb::DeclaredEstimate { hours_each: "half".into(), credit_each: "x".into(), ..Default::default() };
    assert_eq!(
        wrong_fields(client.create_statement(by("registrar", state(vec![unread]))).await),
        [
            "estimates[0].hours_each DECIMAL",
            "estimates[0].credit_each DECIMAL",
            "estimates[0].responses_each REQUIRED",
        ]
    );
    let right = state(vec![estimate("1773", Some(23_624_339)), estimate("", None)]);
    client.create_statement(by("registrar", right)).await.expect("its arithmetic holds");
}
