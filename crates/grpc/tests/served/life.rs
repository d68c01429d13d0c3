//! The life of a version over the wire: drafts, masks, etags, submission, the panel, publication, references, duplicates and figures.

use super::*;
use onus_domain::reference::Reference;
use prost_types::FieldMask;

async fn draft(served: &Served) -> pb::Collection {
    let request = pb::CreateCollectionRequest {
        collection: Some(pb::Collection {
            owner: "organisations/X24".into(),
            sector_path: pb::SectorPath::National.into(),
            ..pb::Collection::default()
        }),
        content: Some(pb::Content { title: "Critical care".into(), ..pb::Content::default() }),
        ..pb::CreateCollectionRequest::default()
    };
    served.collections().create_collection(by("registrar", request)).await.expect("a draft").into_inner()
}

fn mask(paths: &[&str]) -> FieldMask {
    FieldMask { paths: paths.iter().map(ToString::to_string).collect() }
}

#[tokio::test]
async fn a_draft_is_its_owners_alone_and_changes_under_its_etag() {
    let served = Served::start().await;
    let made = draft(&served).await;
    assert_eq!(
        (made.name.as_str(), made.current_version.as_str()),
        ("collections/critical-care", "collections/critical-care/versions/1")
    );
    let mut client = served.collections();

    // Strangers, and the public, are told that there is nothing.
    for identity in ["provider", "steward"] {
        let (code, ..) = refusal(
            client
                .get_collection(by(
                    identity,
                    pb::GetCollectionRequest { name: made.name.clone(), read_time: None },
                ))
                .await,
        );
        assert_eq!(code, Code::NotFound, "{identity}");
    }
    let (code, reason, details) = refusal(
        client.get_collection(pb::GetCollectionRequest { name: made.name.clone(), read_time: None }).await,
    );
    assert_eq!((code, reason.as_str()), (Code::NotFound, "NOT_FOUND"));
    assert_eq!(details.resource_info().unwrap().resource_name, made.name);

    let name = made.current_version.clone();
    let version = pb::GetVersionRequest { name: name.clone(), read_time: None };
    let version = client.get_version(by("registrar", version)).await.unwrap().into_inner();
    let change = |etag: &str, title: &str, validate_only| pb::UpdateDraftRequest {
        version: Some(pb::Version {
            name: name.clone(),
            content: Some(pb::Content {
                title: title.into(),
                purpose: "left out by the mask".into(),
                ..Default::default()
            }),
            etag: etag.into(),
            ..pb::Version::default()
        }),
        update_mask: Some(mask(&["content.title"])),
        validate_only,
        request_id: String::new(),
    };
    let tried = client
        .update_draft(by("registrar", change(&version.etag, "Tried", true)))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(tried.content.unwrap().title, "Tried");
    let changed = client
        .update_draft(by("registrar", change(&version.etag, "Changed", false)))
        .await
        .unwrap()
        .into_inner();
    let content = changed.content.unwrap();
    assert_eq!(
        (content.title.as_str(), content.purpose.as_str()),
        ("Changed", ""),
        "trying stored nothing, so the etag still held"
    );

    let (code, reason, details) =
        refusal(client.update_draft(by("registrar", change(&version.etag, "Late", false))).await);
    assert_eq!((code, reason.as_str()), (Code::Aborted, "STALE_ETAG"));
    assert_eq!(details.error_info().unwrap().metadata["etag"], changed.etag);
    let (code, ..) = refusal(client.update_draft(change("", "Nobody", false)).await);
    assert_eq!(code, Code::Unauthenticated);
}

#[tokio::test]
async fn everything_wrong_is_said_at_once_where_it_stands_in_the_request() {
    let served = Served::start().await;
    let mut client = served.collections();
    let mut content = content("", "NOWHERE", &["unknown"]);
    content.respondents.as_mut().unwrap().include = vec!["organisations/X25".into()];
    let request = pb::CreateCollectionRequest {
        collection: Some(pb::Collection {
            owner: "organisations/X24".into(),
            sector_path: pb::SectorPath::National.into(),
            ..pb::Collection::default()
        }),
        content: Some(content),
        ..pb::CreateCollectionRequest::default()
    };
    let mut wrong = wrong_fields(client.create_collection(by("registrar", request)).await);
    wrong.sort();
    insta::assert_snapshot!(wrong.join("\n"));

    let name = draft(&served).await.current_version;
    let submit = pb::SubmitVersionRequest { name, ..pb::SubmitVersionRequest::default() };
    let wrong = wrong_fields(client.submit_version(by("registrar", submit)).await);
    insta::assert_snapshot!(wrong.join("\n"));
    assert_eq!(
        wrong_fields(client.submit_version(by("registrar", pb::SubmitVersionRequest::default())).await),
        ["name RESOURCE_NAME"]
    );
}

#[tokio::test]
async fn rights_and_states_are_kept() {
    let served = Served::start().await;
    let published =
        served.publish(content("Critical care", "CRITICAL_CARE", &["unit-function"]), "2026-01-01").await;
    let submit =
        || pb::SubmitVersionRequest { name: published.current_version.clone(), ..Default::default() };
    let mut client = served.collections();

    let (code, reason, details) = refusal(client.submit_version(by("registrar", submit())).await);
    assert_eq!((code, reason.as_str()), (Code::FailedPrecondition, "VERSION_STATE"));
    assert_eq!(details.precondition_failure().unwrap().violations[0].subject, published.current_version);
    assert_eq!(refusal(client.submit_version(by("provider", submit())).await).0, Code::PermissionDenied);
    assert_eq!(refusal(client.submit_version(submit()).await).0, Code::Unauthenticated);
    assert_eq!(refusal(client.submit_version(by("nobody", submit())).await).0, Code::Unauthenticated);

    let organisation = pb::CreateOrganisationRequest {
        organisation_id: "R9A".into(),
        organisation: Some(pb::Organisation {
            display_name: "A NEW TRUST".into(),
            kind: pb::OrganisationKind::Provider.into(),
            provider_type: pb::ProviderType::Acute.into(),
            ..pb::Organisation::default()
        }),
        validate_only: false,
        request_id: String::new(),
    };
    let mut organisations = served.organisations();
    assert_eq!(
        refusal(organisations.create_organisation(by("registrar", organisation.clone())).await).0,
        Code::PermissionDenied
    );
    let made =
        organisations.create_organisation(by("admin", organisation.clone())).await.unwrap().into_inner();
    assert_eq!(made.name, "organisations/R9A");
    assert_eq!(
        refusal(organisations.create_organisation(by("admin", organisation)).await).0,
        Code::AlreadyExists
    );
}

#[tokio::test]
async fn what_is_published_has_a_reference_that_can_be_looked_up() {
    let served = Served::start().await;
    let published =
        served.publish(content("Critical care", "CRITICAL_CARE", &["unit-function"]), "2026-01-01").await;
    assert_eq!(published.current_state(), pb::VersionState::Live);
    assert_eq!((published.title.as_str(), published.item_count), ("Critical care", 1));
    let mut client = served.collections();

    let typed = format!(" {} ", published.reference.to_lowercase());
    let found =
        client.lookup_reference(pb::LookupReferenceRequest { reference: typed }).await.unwrap().into_inner();
    assert_eq!(found.standing(), pb::ReferenceStanding::Valid);
    assert_eq!(
        (found.reference, found.collection.unwrap().name),
        (published.reference.clone(), published.name)
    );

    let unknown = [1, 2].map(|number| Reference::from_number(number).to_string());
    let reference = unknown.into_iter().find(|reference| *reference != published.reference).unwrap();
    let found = client.lookup_reference(pb::LookupReferenceRequest { reference }).await.unwrap().into_inner();
    assert_eq!((found.standing(), found.collection), (pb::ReferenceStanding::Unknown, None));
    let mistyped = pb::LookupReferenceRequest { reference: "DR-12345".into() };
    assert_eq!(wrong_fields(client.lookup_reference(mistyped).await), ["reference REFERENCE"]);

    let public = client
        .get_version(pb::GetVersionRequest { name: published.current_version.clone(), read_time: None })
        .await
        .unwrap()
        .into_inner();
    assert!(public.submitted_by.is_empty() && public.state() == pb::VersionState::Live);
    let own = pb::GetVersionRequest { name: published.current_version, read_time: None };
    assert_eq!(
        client.get_version(by("registrar", own)).await.unwrap().into_inner().submitted_by,
        "demo-registrar"
    );
}

#[tokio::test]
async fn a_second_request_for_the_same_is_found_before_it_is_made() {
    let served = Served::start().await;
    let first = served
        .publish(content("Critical care", "CRITICAL_CARE", &["unit-function", "ward-code"]), "2026-01-01")
        .await;
    let proposed = |definition: pb::Definition, label: &str| pb::ProposedItem {
        label: label.into(),
        definition: Some(definition),
    };
    let items = vec![
        proposed(pb::Definition { name: "definitions/unit-function".into(), ..Default::default() }, "mine"),
        proposed(pb::Definition { display_name: "Zebra stripe breadth".into(), ..Default::default() }, "new"),
        proposed(
            pb::Definition {
                display_name: "UNIT FUNCTION".into(),
                text: "The number of parking spaces for visitors beside the main entrance".into(),
                ..Default::default()
            },
            "namesake",
        ),
    ];
    let request = pb::CheckRequest {
        source: Some(pb::check_request::Source::Items(pb::ProposedItems { items })),
        respondents: content("", "", &[]).respondents,
        max_hits: 1,
        provider: String::new(),
    };
    let report = served.matching().check(request).await.unwrap().into_inner().report.unwrap();
    assert_eq!(report.items.len(), 3);
    let held = &report.items[0];
    assert_eq!((held.label.as_str(), held.position, held.standing()), ("mine", 1, pb::Standing::Identical));
    let asker = &held.hits[0].asked_by[0];
    assert_eq!((asker.collection.as_str(), asker.shared_respondents), (first.name.as_str(), Some(2)));
    assert_eq!(asker.frequency(), pb::Frequency::Monthly);
    let weights: f64 = held.hits[0].evidence.iter().map(|evidence| evidence.weight).sum();
    let score = held.hits[0].score;
    assert!(
        !held.hits[0].evidence.is_empty() && (weights - (score / (1.0 - score)).ln()).abs() < 1e-6,
        "{weights} {score}"
    );
    assert_eq!(report.items[1].standing(), pb::Standing::New);
    let namesake = &report.items[2];
    assert!(namesake.standing() != pb::Standing::Identical, "a name is no identity: {namesake:?}");
    assert_eq!((report.held_count, report.asked_count), (1, 1), "{namesake:?}");

    let second = served.publish(content("Beds", "CRITICAL_CARE", &["unit-function"]), "2026-01-01").await;
    let third = served.publish(content("Maternity", "MATERNITY", &["unit-function"]), "2026-01-01").await;
    let compare =
        |left: &str, right: &str| pb::CompareCollectionsRequest { left: left.into(), right: right.into() };
    let same =
        served.matching().compare_collections(compare(&first.name, &second.name)).await.unwrap().into_inner();
    let overlap = same.overlap.unwrap();
    assert_eq!((overlap.left_concepts, overlap.right_concepts, overlap.shared_concepts), (2, 1, 1));
    assert_eq!(overlap.jaccard.unwrap().fraction, "1/2");
    assert_eq!((overlap.shared_facts, overlap.shared_respondents, same.facts.len()), (1, 2, 1));
    assert_eq!(same.facts[0].items.len(), 2, "asked twice");
    let others =
        served.matching().compare_collections(compare(&first.name, &third.name)).await.unwrap().into_inner();
    assert_eq!(
        (others.concepts.len(), others.facts.len()),
        (1, 0),
        "a shared definition about others is no duplication"
    );

    let graph = pb::GetOverlapGraphRequest::default();
    let all = served.matching().get_overlap_graph(graph).await.unwrap().into_inner();
    assert_eq!((all.nodes.len(), all.edges.len()), (3, 3));
    let graph = pb::GetOverlapGraphRequest { shared_facts_only: true, ..graph };
    let facts = served.matching().get_overlap_graph(graph).await.unwrap().into_inner();
    assert_eq!((facts.nodes.len(), facts.edges.len()), (2, 1));
    let itself = compare(&first.name, &first.name);
    assert_eq!(wrong_fields(served.matching().compare_collections(itself).await), ["right OTHER"]);
}

#[tokio::test]
async fn a_versions_report_leaves_its_own_collection_out() {
    let served = Served::start().await;
    let first =
        served.publish(content("Critical care", "CRITICAL_CARE", &["unit-function"]), "2026-01-01").await;
    let (mut client, mut matching) = (served.collections(), served.matching());
    let next = pb::CreateDraftRequest { parent: first.name.clone(), ..pb::CreateDraftRequest::default() };
    let next = client.create_draft(by("registrar", next)).await.unwrap().into_inner().name;
    let check = || pb::CheckRequest {
        source: Some(pb::check_request::Source::Version(next.clone())),
        ..pb::CheckRequest::default()
    };
    let report = matching.check(by("registrar", check())).await.unwrap().into_inner().report.unwrap();
    assert_eq!(
        (report.held_count, report.asked_count),
        (1, 0),
        "its definition is registered; nobody else asks it"
    );
    assert_eq!((report.items[0].label.as_str(), report.items[0].position), ("Unit function", 1));
    assert_eq!(refusal(matching.check(check()).await).0, Code::NotFound, "a draft is its owner's");

    let other = served.publish(content("Beds", "CRITICAL_CARE", &["unit-function"]), "2026-01-01").await;
    // What was said of the version before is carried over: taken back, it must be said again.
    let unsaid = pb::ExplainItemsRequest {
        name: next.clone(),
        explanations: vec![pb::Explanation { position: 1, ..Default::default() }],
        ..Default::default()
    };
    client.explain_items(by("registrar", unsaid)).await.unwrap();
    let submit = pb::SubmitVersionRequest { name: next.clone(), ..pb::SubmitVersionRequest::default() };
    let refused = client.submit_version(by("registrar", submit.clone())).await;
    assert_eq!(wrong_fields(refused), ["content.items[0] COMPLY_OR_EXPLAIN"]);
    served.explain(&next, 1).await;
    let submitted = client.submit_version(by("registrar", submit)).await.unwrap().into_inner();
    assert_eq!(submitted.version.unwrap().state(), pb::VersionState::Submitted);
    let report = submitted.duplicate_report.unwrap();
    assert_eq!((report.asked_count, report.items[0].hits[0].asked_by.len()), (1, 1));
    assert_eq!(report.items[0].hits[0].asked_by[0].collection, other.name);
}

#[tokio::test]
async fn figures_are_exact_and_add_up() {
    let served = Served::start().await;
    served
        .publish(content("Critical care", "CRITICAL_CARE", &["unit-function", "ward-code"]), "2026-01-01")
        .await;
    served.publish(content("Beds", "CRITICAL_CARE", &["unit-function"]), "2026-01-01").await;
    let mut client = served.burdens();

    // Nine periods, January to September, are due by the end of October 2026, in each collection.
    let name = |collection: &str| format!("organisations/R0A/{collection}/2026-10");
    let once = client
        .get_submit_once(pb::GetSubmitOnceRequest { name: name("submitOnce") })
        .await
        .unwrap()
        .into_inner();
    let counts = once.content.unwrap();
    assert_eq!((counts.asks, counts.facts_plain, counts.facts_strict), (27, 18, 18));
    assert_eq!(counts.rate_plain.unwrap().fraction, "2/3");
    assert_eq!((once.other_roles.len(), once.owners.len(), once.shared_facts.len()), (3, 1, 1));

    let burden =
        client.get_burden(pb::GetBurdenRequest { name: name("burdens") }).await.unwrap().into_inner();
    assert_eq!((burden.obligations, burden.obligations_12m, burden.series.len()), (2, 18, 12));
    assert_eq!(burden.hours_assumed_share.unwrap().fraction, "1/1", "minutes are the published default");
    let list = pb::ListBurdensRequest {
        parent: "organisations/-".into(),
        month: "2026-10".into(),
        ..Default::default()
    };
    let list = client.list_burdens(list).await.unwrap().into_inner();
    assert_eq!((list.total_size, list.burdens[0].series.len()), (2, 0));
    assert_eq!(list.burdens[0].hours, burden.hours);
    let national = pb::GetNationalBurdenRequest { name: "nationalBurdens/2026-10".into() };
    let national = client.get_national_burden(national).await.unwrap().into_inner();
    let sum: f64 = list.burdens.iter().map(|burden| burden.hours.as_ref().unwrap().value).sum();
    assert!((national.hours.unwrap().value - sum).abs() < 1e-9);
    assert_eq!(national.asks.unwrap().asks, 54);

    let owed = pb::ListObligationsRequest {
        parent: "organisations/R0A".into(),
        due_from: "2026-10-01".into(),
        page_size: 1,
        ..pb::ListObligationsRequest::default()
    };
    let first = client.list_obligations(owed.clone()).await.unwrap().into_inner();
    assert_eq!((first.total_size, first.obligations.len()), (2, 1));
    let next = pb::ListObligationsRequest { page_token: first.next_page_token.clone(), ..owed.clone() };
    let next = client.list_obligations(next).await.unwrap().into_inner();
    assert!(next.next_page_token.is_empty() && next.obligations != first.obligations);
    assert_eq!(next.obligations[0].due_date, "2026-10-20");
    let other = pb::ListObligationsRequest {
        page_token: first.next_page_token,
        parent: "organisations/R1A".into(),
        ..owed.clone()
    };
    assert_eq!(wrong_fields(client.list_obligations(other).await), ["page_token PAGE_TOKEN"]);
    let asker = pb::ListObligationsRequest { parent: "organisations/X24".into(), ..owed.clone() };
    assert_eq!(wrong_fields(client.list_obligations(asker).await), ["parent KIND"]);
    let long = pb::ListObligationsRequest { due_to: "2199-01-01".into(), ..owed };
    assert_eq!(wrong_fields(client.list_obligations(long).await), ["due_to RANGE"]);

    let line = |minutes: &str| pb::CostLine {
        activity: pb::Activity::Extraction.into(),
        staff_role: pb::StaffRole::DataClerk.into(),
        basis: pb::LineBasis::PerSubmission.into(),
        minutes: minutes.into(),
        ..pb::CostLine::default()
    };
    let stated = |minutes: &str| pb::CreateStatementRequest {
        parent: "collections/beds/versions/1".into(),
        statement: Some(pb::BurdenStatement {
            from_date: "2026-01-01".into(),
            method: pb::Method::Declared.into(),
            lines: vec![line(minutes)],
            ..pb::BurdenStatement::default()
        }),
        estimates: vec![],
        validate_only: false,
        request_id: String::new(),
    };
    assert_eq!(
        wrong_fields(client.create_statement(by("registrar", stated("99999"))).await),
        ["statement.lines[0].minutes RANGE"]
    );
    client.create_statement(by("registrar", stated("90"))).await.unwrap();
    let after = client.get_burden(pb::GetBurdenRequest { name: name("burdens") }).await.unwrap().into_inner();
    assert_ne!(
        after.hours_assumed_share.unwrap().fraction,
        "1/1",
        "a statement of one collection's owner is no assumption"
    );
}
