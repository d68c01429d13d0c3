use super::{Served, by, refusal};
use onus_proto::v1::{self as pb, get_inclusion_proof_request::Entry};
use onus_verify::{note, tree};
use prost_types::Timestamp;
use tonic::{Code, Request, Status};

fn hashes(of: &[Vec<u8>]) -> Vec<[u8; 32]> {
    of.iter().map(|hash| hash.as_slice().try_into().expect("32 bytes")).collect()
}

fn refused<T: std::fmt::Debug>(answer: Result<T, Status>, code: Code, reason: &str) {
    let (given, why, _) = refusal(answer);
    assert_eq!((given, why.as_str()), (code, reason));
}

fn hash(of: &[u8]) -> [u8; 32] {
    of.try_into().expect("32 bytes")
}

#[tokio::test]
async fn a_stranger_checks_an_entry_against_a_signed_head() {
    let served = Served::start().await;
    served.test.app.sequence_audit().await.expect("places");
    let mut audit = served.audit();
    let keys = audit.list_keys(pb::ListKeysRequest {}).await.expect("keys").into_inner().keys;
    let trusted: Vec<_> = keys.iter().map(|key| key.parse().expect("a key")).collect();
    let named = pb::GetHeadRequest { name: "auditHeads/latest".into() };
    let head = audit.get_head(named).await.expect("a head").into_inner();
    let opened = note::open(&head.note, &trusted).expect("a signed head");
    assert_eq!((opened.size, &opened.root[..]), (head.size.unsigned_abs(), &head.root[..]));

    let listed = audit.list_entries(pb::ListEntriesRequest::default()).await.expect("entries").into_inner();
    assert!(listed.entries.len() >= 2, "{listed:?}");
    for entry in &listed.entries {
        assert!(entry.actor.is_empty() && entry.salt.is_empty() && entry.audience() == pb::Audience::Public);
        assert!(entry.leaf.contains(&entry.actor_digest) && entry.leaf.contains(&entry.resource));
        let request =
            pb::GetInclusionProofRequest { entry: Some(Entry::Name(entry.name.clone())), tree_size: 0 };
        let proof = audit.get_inclusion_proof(request).await.expect("a proof").into_inner();
        let leaf = tree::leaf(entry.leaf.as_bytes());
        assert_eq!(proof.leaf_hash, leaf);
        let path = hashes(&proof.path);
        assert!(tree::includes(&leaf, entry.seq.unsigned_abs(), opened.size, &path, &opened.root));
        let again = audit.get_entry(pb::GetEntryRequest { name: entry.name.clone() }).await.expect("it");
        assert_eq!(again.into_inner(), *entry);
    }
    let by_admin = audit.list_entries(by("admin", pb::ListEntriesRequest::default())).await.expect("entries");
    assert!(by_admin.into_inner().entries.iter().all(|entry| !entry.actor.is_empty()));

    let steward = pb::CreateDefinitionRequest {
        definition: Some(pb::Definition {
            kind: pb::DefinitionKind::Element.into(),
            display_name: "Bed code".into(),
            text: "The bed".into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    served.definitions().create_definition(by("steward", steward)).await.expect("a definition");
    served.test.app.sequence_audit().await.expect("places");
    let heads = audit.list_heads(pb::ListHeadsRequest::default()).await.expect("heads").into_inner().heads;
    assert_eq!(heads.len(), 2);
    let request = pb::GetConsistencyProofRequest { first_size: head.size, second_size: 0 };
    let proof = audit.get_consistency_proof(request).await.expect("a proof").into_inner();
    let (old, new) = (hash(&head.root), hash(&heads[0].root));
    let sizes = (head.size.unsigned_abs(), heads[0].size.unsigned_abs());
    assert!(tree::extends((sizes.0, &old), (sizes.1, &new), &hashes(&proof.path)));
    let one = pb::ListHeadsRequest { page_size: 1, ..Default::default() };
    let page = audit.list_heads(one).await.expect("heads").into_inner();
    let next = pb::ListHeadsRequest { page_size: 1, page_token: page.next_page_token };
    assert_eq!(audit.list_heads(next).await.expect("heads").into_inner().heads, heads[1..]);
}

#[tokio::test]
async fn the_log_is_written_out_for_an_admin_alone() {
    let served = Served::start().await;
    served.test.app.sequence_audit().await.expect("places");
    let mut pieces = served
        .audit()
        .export_log(by("admin", pb::ExportLogRequest {}))
        .await
        .expect("an export")
        .into_inner();
    let mut text = Vec::new();
    while let Some(piece) = pieces.message().await.expect("a piece") {
        text.extend(piece.data);
    }
    let report = onus_app::audit_log::examine_export(&text[..], &served.test.app.audit_keys(), &[]);
    let report = report.expect("a log");
    assert!(report.is_sound() && report.entries >= 2, "{report:?}");
    let status = served.audit().export_log(by("registrar", pb::ExportLogRequest {})).await;
    refused(status.map(drop), Code::PermissionDenied, "PERMISSION_DENIED");
    let status = served.audit().export_log(pb::ExportLogRequest {}).await;
    refused(status.map(drop), Code::Unauthenticated, "UNAUTHENTICATED");
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_by_name() {
    let served = Served::start().await;
    let mut audit = served.audit();
    for name in ["auditHeads/01", "auditHeads/-1", "auditHeads/", "heads/1"] {
        let status = audit.get_head(pb::GetHeadRequest { name: name.into() }).await;
        refused(status.map(drop), Code::InvalidArgument, "INVALID");
    }
    let status = audit.get_head(pb::GetHeadRequest { name: "auditHeads/latest".into() }).await;
    refused(status.map(drop), Code::NotFound, "NOT_FOUND");
    let status = audit.get_entry(pb::GetEntryRequest { name: "auditEntries/1".into() }).await;
    refused(status.map(drop), Code::InvalidArgument, "INVALID");
    let status = audit.get_inclusion_proof(pb::GetInclusionProofRequest::default()).await;
    refused(status.map(drop), Code::InvalidArgument, "INVALID");
    let status =
        audit.get_consistency_proof(pb::GetConsistencyProofRequest { first_size: -1, second_size: 0 }).await;
    refused(status.map(drop), Code::InvalidArgument, "INVALID");
    let endless = pb::ListEntriesRequest {
        start_time: Some(Timestamp { seconds: i64::MAX, nanos: -1 }),
        ..Default::default()
    };
    refused(audit.list_entries(endless).await.map(drop), Code::InvalidArgument, "INVALID");
}

#[tokio::test]
async fn what_was_is_read_at_its_time() {
    let served = Served::start().await;
    let at = |day: u32| Some(Timestamp { seconds: 1_795_392_000 + i64::from(day) * 86_400, nanos: 0 });
    // Tests act at noon of 23 November 2026.
    served.test.turn_to("2026-11-25".parse().expect("a day"));
    let name = "definitions/unit-function".to_owned();
    let mut definitions = served.definitions();
    let get = |read_time| Request::new(pb::GetDefinitionRequest { name: name.clone(), read_time });
    let found = definitions.get_definition(get(at(2))).await.expect("it was there");
    assert_eq!(found.into_inner().display_name, "Unit function");
    refused(definitions.get_definition(get(at(0))).await.map(drop), Code::NotFound, "NOT_FOUND");
    refused(definitions.get_definition(get(at(30))).await.map(drop), Code::InvalidArgument, "INVALID");
    for (day, count) in [(0, 0), (2, 2)] {
        let asked = pb::ListDefinitionsRequest { read_time: at(day), ..Default::default() };
        let listed = definitions.list_definitions(asked).await.expect("a list").into_inner();
        assert_eq!(listed.total_size, count, "day {day}");
    }
    let asked = pb::ListCollectionsRequest { read_time: at(2), ..Default::default() };
    let listed = served.collections().list_collections(asked).await.expect("a list").into_inner();
    assert_eq!(listed.total_size, 0);
    let asked = pb::GetCollectionRequest { name: "collections/none".into(), read_time: at(2) };
    refused(served.collections().get_collection(asked).await.map(drop), Code::NotFound, "NOT_FOUND");
    let asked = pb::GetOrganisationRequest { name: "organisations/R0A".into(), read_time: at(0) };
    refused(served.organisations().get_organisation(asked).await.map(drop), Code::NotFound, "NOT_FOUND");
}
