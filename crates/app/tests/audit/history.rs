use crate::*;
use chrono::{DateTime, Utc};
use onus_app::{history::Kind, moves::MoveRequest, paging::ListRequest};
use onus_domain::Error;
use rstest::rstest;

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The evening of a day: after the noon at which tests act.
pub(crate) fn evening(text: &str) -> DateTime<Utc> {
    format!("{text}T20:00:00Z").parse().unwrap()
}

#[rstest]
#[tokio::test]
async fn what_was_is_read_as_it_was_known(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (test, id) = small(backend).await;
    let registrar = test.demo("registrar").unwrap();
    let (_, versions) = test.app.collection(&registrar, &id).await.unwrap();
    test.turn_to(day("2026-11-24"));
    // The log has what was before, and not yet what follows.
    test.app.sequence_audit().await.unwrap();
    let draft = rename(&test, &id, &versions[0], "Falls in hospital").await;
    test.turn_to(day("2026-11-25"));
    let registrar = test.demo("registrar").unwrap();
    let before = ["2026-11-22", "2026-11-23", "2026-11-24"].map(evening);
    let titles = async |context: &Context| {
        let mut titles = vec![];
        for at in before {
            let found = test.app.past_collection(context, &id, at).await;
            titles.push(found.ok().map(|(_, versions)| versions[0].content.title.clone()));
        }
        titles
    };
    let expected = [None, Some("Falls with severe harm".to_owned()), Some("Falls in hospital".into())];
    assert_eq!(titles(&registrar).await, expected);
    assert_eq!(titles(&public(&test)).await, [None, None, None], "a draft was never for all to see");
    assert_eq!(titles(&test.demo("provider").unwrap()).await, [None, None, None]);

    // What is gone can still be read as it was.
    test.app.delete_draft(&registrar, (&id, 1), &etag(draft.revision), false).await.unwrap();
    test.app.sequence_audit().await.unwrap();
    test.turn_to(day("2026-11-26"));
    assert!(test.app.collection(&registrar, &id).await.is_err());
    assert_eq!(titles(&registrar).await, expected);
    let gone = test.app.past_collection(&registrar, &id, evening("2026-11-25")).await;
    assert!(matches!(gone, Err(Error::NotFound { .. })), "{gone:?}");
    let ahead = test.app.past_collection(&registrar, &id, evening("2026-11-26")).await;
    assert!(matches!(&ahead, Err(Error::Invalid(found)) if found[0].field == "read_time"), "{ahead:?}");
}

#[rstest]
#[tokio::test]
async fn lists_of_the_past_are_paged_and_filtered_as_lists_are(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (test, _) = small(backend).await;
    test.turn_to(day("2026-11-24"));
    let admin = test.demo("admin").unwrap();
    test.app.create_organisation(&admin, organisation("R1A", "Later trust"), false).await.unwrap();
    test.turn_to(day("2026-11-26"));
    let view = test.app.past_view(Kind::Organisations, evening("2026-11-23")).await.unwrap();
    let request = ListRequest {
        page_size: 1,
        order_by: "code".into(),
        read_time: Some(evening("2026-11-23")),
        ..Default::default()
    };
    let page = view.list_organisations(&request).unwrap();
    assert_eq!((page.rows[0].code.as_str(), page.total_size), ("R0A", 2));
    let next = ListRequest { page_token: page.next_page_token.clone(), ..request.clone() };
    assert_eq!(view.list_organisations(&next).unwrap().rows[0].code.as_str(), "X24");
    let other = ListRequest { read_time: None, ..next };
    assert!(test.app.view().await.unwrap().list_organisations(&other).is_err(), "a token of another time");
    let trusts = ListRequest { filter: "kind = PROVIDER".into(), ..Default::default() };
    assert_eq!(view.list_organisations(&trusts).unwrap().total_size, 1);
    let later = test.app.past_view(Kind::Organisations, evening("2026-11-24")).await.unwrap();
    assert_eq!(later.list_organisations(&trusts).unwrap().total_size, 2);

    let none = test.app.past_view(Kind::Definitions, evening("2026-11-22")).await.unwrap();
    assert_eq!(none.list_definitions(&ListRequest::default()).unwrap().total_size, 0);
    let one = test
        .app
        .past_definition(&DefinitionId::new("ward-code").unwrap(), evening("2026-11-23"))
        .await
        .unwrap();
    assert_eq!(one.snapshot.definitions.len(), 1);
    let body = test.app.past_organisation(&code("X24"), evening("2026-11-23")).await.unwrap();
    assert_eq!(body.organisation(&code("X24")).unwrap().name, "Body");
}

#[rstest]
#[tokio::test]
async fn everybody_reads_what_was_published_then(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let test = TestApp::sample(backend, onus_exchange::sample::Grouping::Families).await.unwrap();
    test.app.sequence_audit().await.unwrap();
    let report = test.app.examine_audit(&test.app.audit_keys(), &[]).await.unwrap();
    assert_eq!(report.problems, [], "all of the sample is as the log left it");
    let view = test.app.view().await.unwrap();
    let row = view
        .collection_rows()
        .find(|row| row.version.state == onus_domain::version::VersionState::Live)
        .unwrap();
    let (id, number) = (row.collection.id.clone(), row.version.number);
    test.turn_to(day("2026-11-25"));
    let chair = test.demo("panel-chair").unwrap();
    let request = MoveRequest { reason: "Answers cannot be used.".into(), ..MoveRequest::default() };
    test.app.make_move(&chair, Move::Suspend, &id, number, &request).await.unwrap();
    test.turn_to(day("2026-11-27"));
    let state = async |at: &str| {
        let (_, version) = test.app.past_version(&public(&test), &id, number, evening(at)).await.unwrap();
        version.state.to_string()
    };
    assert_eq!((state("2026-11-24").await, state("2026-11-25").await), ("LIVE".into(), "SUSPENDED".into()));
    let then = test.app.past_view(Kind::Collections, evening("2026-11-24")).await.unwrap();
    let all = ListRequest::default();
    let now = view.list_collections(&all).unwrap();
    assert_eq!(then.list_collections(&all).unwrap().total_size, now.total_size);

    // One resource is found by index: as many statements, and as few, whatever the log holds.
    let before = test.app.store().statements_run();
    test.app.past_version(&public(&test), &id, number, evening("2026-11-24")).await.unwrap();
    assert_eq!(test.app.store().statements_run() - before, 1);
    assert_eq!(today(), day("2026-11-23"));
}
