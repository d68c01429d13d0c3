//! The other areas.

use crate::sample::{
    code, definition, definition_id, found, member, moment, organisation, put, registry, statement,
    submission,
};
use onus_domain::{
    Error, Month, OdsCode, Result,
    audit::{Audience, AuditEntry, Change},
    definition::Definition,
    edition::{Edition, EditionFile},
    organisation::{Organisation, OrganisationKind},
    relation::{Decision, Relation},
    request::RequestKey,
    snapshot::Snapshot,
    statement::Tariff,
};
use onus_store::{
    Answering, Backend, Upserted,
    testing::{TestDatabase, create_database},
};
use rstest::rstest;
use uuid::Uuid;

async fn filled(backend: Backend) -> (TestDatabase, Snapshot) {
    let database = create_database(backend).await;
    put(&database.store, &registry()).await.unwrap();
    (database, registry())
}

fn exists<T: std::fmt::Debug>(outcome: Result<T>) -> String {
    match outcome {
        Err(Error::AlreadyExists { name, .. }) => name,
        other => panic!("{other:?}"),
    }
}

#[rstest]
#[tokio::test]
async fn an_upsert_tells_new_from_changed_from_unchanged(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (database, registry) = filled(backend).await;
    let store = &database.store;
    let [same, before, ..] = &registry.organisations[..] else { panic!() };
    let changed = Organisation { name: "Renamed".into(), region: None, ..before.clone() };
    let new = organisation("ZZ9", OrganisationKind::Commissioner);
    let list = [
        new.clone(),
        same.clone(),
        changed.clone(),
        Organisation { name: "Once more".into(), ..new.clone() },
    ];
    let done = store.write(async |tx| tx.upsert_organisations(&list).await).await.unwrap();
    assert_eq!(done, Upserted { added: vec![0, 3], changed: vec![2], unchanged: vec![1] });
    assert_eq!(store.organisation(&changed.code).await.unwrap(), Some(changed));
    assert_eq!(store.organisation(&new.code).await.unwrap().unwrap().name, "Once more");
    assert_eq!(store.organisation(&code("NOBODY")).await.unwrap(), None);
    assert_eq!(store.organisations().await.unwrap().len(), 4);
}

#[rstest]
#[tokio::test]
async fn an_upsert_of_the_same_writes_nothing(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (database, registry) = filled(backend).await;
    let unchanged = database
        .store
        .write(async |tx| {
            let lists = [
                tx.upsert_organisations(&registry.organisations).await?,
                tx.upsert_successions(&registry.successions).await?,
                tx.upsert_sizes(&registry.sizes).await?,
                tx.upsert_subjects(&registry.subjects).await?,
                tx.upsert_matches(&registry.matches).await?,
                tx.upsert_derivations(&registry.derivations).await?,
                tx.upsert_tariffs(&registry.tariffs).await?,
            ];
            Ok(lists
                .iter()
                .all(|list| list.added.is_empty() && list.changed.is_empty() && !list.unchanged.is_empty()))
        })
        .await;
    assert!(unchanged.unwrap());
    let before = database.store.statements_run();
    database.store.write(async |tx| tx.replace_matches(&registry.matches).await).await.unwrap();
    assert_eq!(database.store.statements_run() - before, 1, "one reading");
}

#[rstest]
#[tokio::test]
async fn every_version_of_a_definition_is_kept(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (database, registry) = filled(backend).await;
    let store = &database.store;
    let id = definition_id("person-birth-date");
    assert_eq!(store.definitions().await.unwrap(), registry.definitions);
    let tenth = Definition { unit: "days".into(), ..definition("person-birth-date", 10) };
    store.write(async |tx| tx.insert_definitions(std::slice::from_ref(&tenth)).await).await.unwrap();
    assert_eq!(store.definition(&id).await.unwrap(), Some(tenth.clone()));
    assert!(store.definitions().await.unwrap().contains(&tenth));
    for held in [1, 2, 10] {
        let again = definition("person-birth-date", held);
        let again = store.write(async |tx| tx.insert_definitions(std::slice::from_ref(&again)).await).await;
        assert_eq!(exists(again), "definitions/person-birth-date", "version {held}");
    }
    assert_eq!(store.definition(&definition_id("nothing")).await.unwrap(), None);
}

#[rstest]
#[tokio::test]
async fn concepts_and_matches_are_replaced(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (database, _) = filled(backend).await;
    let store = &database.store;
    let concepts = [member("nhs-number", "nhs-number"), member("person-birth1", "a")];
    let matches =
        [found("nhs-number", "person-birth1", 0.5), found("person-birth-date", "person-birth1", 0.25)];
    store
        .write(async |tx| {
            tx.replace_concepts(&concepts).await?;
            tx.replace_matches(&matches).await
        })
        .await
        .unwrap();
    let (held_concepts, held_matches) =
        store.read(async |tx| Ok((tx.concepts().await?, tx.matches().await?))).await.unwrap();
    assert_eq!((held_concepts, held_matches), (concepts.to_vec(), matches.to_vec()));
    let endless = [found("nhs-number", "person-birth1", f64::INFINITY)];
    assert!(store.write(async |tx| tx.upsert_matches(&endless).await).await.is_err());
    let unknown = [found("nhs-number", "unregistered", 0.5)];
    let outcome = store.write(async |tx| tx.upsert_matches(&unknown).await).await;
    assert!(matches!(outcome, Err(Error::Precondition { rule: "REFERENCED", .. })), "{outcome:?}");
    assert_eq!(store.read(async |tx| tx.matches().await).await.unwrap(), matches);
}

#[rstest]
#[tokio::test]
async fn decisions_are_added_and_come_in_order_of_time(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (database, _) = filled(backend).await;
    let store = &database.store;
    let decision = |id: u128, at: &str, relation| Decision {
        id: Uuid::from_u128(id),
        left: definition_id("nhs-number"),
        left_version: 1,
        right: definition_id("person-birth1"),
        right_version: 1,
        relation: Some(relation),
        reason: "Other words".into(),
        steward: "steward".into(),
        at: moment(at),
    };
    let later = decision(1, "2024-02-01T00:00:00Z", Relation::Same);
    let earlier = decision(2, "2024-01-01T00:00:00.000001Z", Relation::Different);
    for one in [&later, &earlier] {
        store.write(async |tx| tx.append_decisions(std::slice::from_ref(one)).await).await.unwrap();
    }
    assert_eq!(store.read(async |tx| tx.decisions().await).await.unwrap(), [earlier.clone(), later]);
    assert_eq!(store.snapshot().await.unwrap().decisions.len(), 2, "they are part of what is published");
    exists(store.write(async |tx| tx.append_decisions(std::slice::from_ref(&earlier)).await).await);
}

#[rstest]
#[tokio::test]
async fn statements_submissions_and_tariffs(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (database, registry) = filled(backend).await;
    let store = &database.store;
    let id = registry.collections[0].id.clone();
    assert_eq!(
        store.read(async |tx| tx.statements_of(&id, 1).await).await.unwrap(),
        registry.statements[..2]
    );
    let again = [statement("a-set", "2022-04-01"), statement("a-set", "2021-04-01")];
    let name = exists(store.write(async |tx| tx.insert_statements(&again).await).await);
    assert_eq!(name, "collections/a-set/versions/1/statements/2021-04-01");
    let name =
        exists(store.write(async |tx| tx.insert_submissions(&[submission("a1", "2024-01-01")]).await).await);
    assert_eq!(name, "collections/a1/versions/1/submissions/A81001~2024-01-01");
    let dear = Tariff { pence_per_hour: u64::MAX, ..registry.tariffs[0].clone() };
    let outcome = store.write(async |tx| tx.upsert_tariffs(std::slice::from_ref(&dear)).await).await;
    assert!(
        matches!(&outcome, Err(Error::Invalid(found)) if found[0].field == "pence_per_hour"),
        "{outcome:?}"
    );
    let raised = Tariff { pence_per_hour: 1_600, ..registry.tariffs[0].clone() };
    store.write(async |tx| tx.upsert_tariffs(std::slice::from_ref(&raised)).await).await.unwrap();
    assert_eq!(
        store.read(async |tx| tx.tariffs().await).await.unwrap(),
        [raised, registry.tariffs[1].clone()]
    );
    assert_eq!(store.snapshot().await.unwrap().statements, registry.statements);
}

fn edition(month: &str, revision: u32) -> (Edition, Vec<Vec<u8>>) {
    let file = |path: &str, size| EditionFile {
        path: path.into(),
        media_type: "text/csv".into(),
        size,
        sha256: "00".repeat(32),
    };
    let edition = Edition {
        month: month.parse().unwrap(),
        revision,
        closing_date: "2024-03-31".parse().unwrap(),
        known_at: moment("2024-04-05T00:00:00Z"),
        made_at: moment("2024-04-10T08:00:00.5Z"),
        reason: if revision > 1 { "A sum was wrong".into() } else { String::new() },
        summary: "{\"hours\":1}".into(),
        files: vec![file("index.html", 3), file("tables/a.csv", 0)],
    };
    (edition, vec![vec![0, 255, u8::try_from(revision).unwrap()], Vec::new()])
}

#[rstest]
#[tokio::test]
async fn editions_are_kept_in_every_revision(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let database = create_database(backend).await;
    let store = &database.store;
    let all = [edition("2024-01", 1), edition("2023-12", 1), edition("2024-01", 2), edition("2024-02", 1)];
    for (edition, contents) in &all {
        store.write(async |tx| tx.insert_edition(edition, contents).await).await.unwrap();
    }
    let [january, december, corrected, february] = all.map(|(edition, _)| edition);
    assert_eq!(store.editions(None, 2).await.unwrap(), [february.clone(), corrected.clone()]);
    assert_eq!(store.editions(Some(corrected.month), 2).await.unwrap(), [december]);
    assert_eq!(store.edition(january.month, None).await.unwrap(), Some(corrected.clone()));
    assert_eq!(store.edition(january.month, Some(1)).await.unwrap(), Some(january.clone()));
    assert_eq!(store.edition(january.month, Some(3)).await.unwrap(), None);
    assert_eq!(store.edition(january.month, Some(2)).await.unwrap(), Some(corrected));
    assert_eq!(store.edition_file(january.month, 2, "index.html").await.unwrap(), Some(vec![0, 255, 2]));
    assert_eq!(store.edition_file(january.month, 2, "tables/a.csv").await.unwrap(), Some(Vec::new()));
    assert_eq!(store.edition_file(january.month, 2, "../a.csv").await.unwrap(), None);
    let month: Month = "2020-01".parse().unwrap();
    assert_eq!(store.edition(month, None).await.unwrap(), None);

    let again = store.write(async |tx| tx.insert_edition(&january, &[Vec::new(), Vec::new()]).await).await;
    assert_eq!(exists(again), "editions/2024-01/revisions/1");
    let short = Edition { revision: 9, ..january };
    assert!(store.write(async |tx| tx.insert_edition(&short, &[]).await).await.is_err());
    assert_eq!(store.edition(short.month, Some(9)).await.unwrap(), None);
}

fn entry(id: u128, resource: &str) -> AuditEntry {
    AuditEntry {
        id: Uuid::from_u128(id),
        at: moment("2024-04-10T08:00:00.123456789Z"),
        actor: "ann".into(),
        salt: "5a17".into(),
        action: "collection.create".into(),
        resource: resource.into(),
        owner: Some(OdsCode::new("X24").unwrap()),
        audience: Audience::Public,
        before_digest: None,
        after_digest: Some("ab".repeat(32)),
        reason: "Because".into(),
    }
}

fn change(id: u128, resource: &str) -> Change {
    Change { entry: entry(id, resource), state: Some("{}".into()) }
}

#[rstest]
#[tokio::test]
async fn the_stamp_changes_with_every_public_entry_and_only_then(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let database = create_database(backend).await;
    let store = &database.store;
    let mut stamps = vec![store.stamp().await.unwrap()];
    // The second is older than the first by its key: another server's clock may be behind.
    for id in [20, 10, 30] {
        let undone: Result<()> = store
            .write(async |tx| {
                tx.append_audit(&[change(id + 1, "x")]).await?;
                Err(Error::Exhausted("no".into()))
            })
            .await;
        assert!(undone.is_err());
        let insiders = change(id + 2, "x").of(&OdsCode::new("X24").unwrap(), false);
        store.write(async |tx| tx.append_audit(std::slice::from_ref(&insiders)).await).await.unwrap();
        assert_eq!(store.stamp().await.unwrap(), *stamps.last().unwrap(), "undone, or not public");
        store.write(async |tx| tx.append_audit(&[change(id, "collections/a")]).await).await.unwrap();
        let stamp = store.stamp().await.unwrap();
        assert!(!stamps.contains(&stamp), "{stamp:?}");
        stamps.push(stamp);
    }
    let kept = |id| AuditEntry { at: moment("2024-04-10T08:00:00.123456Z"), ..entry(id, "collections/a") };
    assert_eq!(store.audit_of("collections/a", None, 2).await.unwrap(), [kept(10), kept(20)]);
    assert_eq!(store.audit_of("collections/a", Some(Uuid::from_u128(20)), 2).await.unwrap(), [kept(30)]);
    assert!(store.audit_of("collections/b", None, 2).await.unwrap().is_empty());
    assert!(store.write(async |tx| tx.append_audit(&[change(10, "again")]).await).await.is_err());

    let old = moment("2024-04-10T08:00:01Z");
    assert_eq!(store.write(async |tx| tx.forget_publications(old).await).await.unwrap(), 3);
    assert!(!stamps[1..].contains(&store.stamp().await.unwrap()));
}

#[rstest]
#[tokio::test]
async fn an_answer_is_kept_with_its_request_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let database = create_database(backend).await;
    let store = &database.store;
    let request = RequestKey { account: "ann".into(), id: Uuid::from_u128(7), digest: "ab".repeat(32) };
    let answering = Some(Answering { request: &request, at: moment("2024-04-10T08:00:00Z") });
    let commit =
        async |id: u128| store.commit(answering, async |_| Ok((id.to_string(), vec![change(id, "x")]))).await;
    assert_eq!(commit(1).await.unwrap(), ("1".to_owned(), true));
    let again = commit(2).await;
    assert!(matches!(again, Err(Error::AlreadyExists { kind: "request", .. })), "{again:?}");
    assert_eq!(store.audit_of("x", None, 9).await.unwrap().len(), 1, "what is done twice is undone");
    let kept = store.answered("ann", request.id).await.unwrap().unwrap();
    assert_eq!((kept.digest, kept.answer), (request.digest.clone(), "\"1\"".to_owned()));
    assert_eq!(store.answered("bob", request.id).await.unwrap(), None, "keys of two accounts never meet");

    let forget = async |before| store.write(async |tx| tx.forget_answers(before).await).await.unwrap();
    assert_eq!(forget(moment("2024-04-10T08:00:00Z")).await, 0);
    assert_eq!(forget(moment("2024-04-10T08:00:01Z")).await, 1);
    assert_eq!(commit(3).await.unwrap().0, "3");
}

#[rstest]
#[tokio::test]
async fn much_is_written_in_few_statements(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let database = create_database(backend).await;
    let store = &database.store;
    let many: Vec<_> =
        (0..6_000).map(|at| organisation(&format!("Z{at:05}"), OrganisationKind::Provider)).collect();
    let before = store.statements_run();
    store.write(async |tx| tx.upsert_organisations(&many).await).await.unwrap();
    assert!(store.statements_run() - before <= 30);
    assert_eq!(store.organisations().await.unwrap(), many);
}
