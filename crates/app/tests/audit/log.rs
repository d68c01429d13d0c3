use crate::*;
use onus_app::{
    App, AppSettings,
    audit_log::{AuditKey, EntriesRequest, examine_export, note},
};
use onus_domain::{Error, audit::Audience, merkle::Hash};
use onus_store::{Options, Store};
use onus_verify::tree::{extends, includes, leaf};
use rstest::rstest;
use std::sync::Arc;

/// All entries that somebody may know of, page by page.
async fn entries(
    test: &TestApp,
    context: &Context,
    filter: &str,
    order_by: &str,
) -> Vec<onus_app::audit_log::SeenEntry> {
    let mut request = EntriesRequest {
        page_size: 2,
        filter: filter.into(),
        order_by: order_by.into(),
        ..Default::default()
    };
    let mut all = vec![];
    loop {
        let page = test.app.audit_entries(context, &request).await.unwrap();
        all.extend(page.entries);
        if page.next_page_token.is_empty() {
            return all;
        }
        request.page_token = page.next_page_token;
    }
}

/// The log written out.
pub async fn export(test: &TestApp) -> String {
    let mut export = test.app.export_audit(&test.system()).await.unwrap();
    let mut text = String::new();
    while let Some(lines) = test.app.export_piece(&mut export).await.unwrap() {
        text.push_str(&lines);
    }
    text
}

#[rstest]
#[tokio::test]
async fn entries_get_their_places_once_and_the_log_is_sound(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (test, id) = small(backend).await;
    assert!(matches!(test.app.audit_head(None).await, Err(Error::NotFound { .. })));
    let made = test.app.sequence_audit().await.unwrap();
    assert_eq!(test.app.sequence_audit().await.unwrap(), 0);
    let first = test.app.audit_head(None).await.unwrap();
    assert_eq!(first.size, made);
    let steward = test.demo("steward").unwrap();
    test.app.create_definition(&steward, definition("bed-code"), false).await.unwrap();
    // What has no place yet is a change all the same, and no tampering.
    let report = test.app.examine_audit(&test.app.audit_keys(), &[]).await.unwrap();
    assert_eq!((report.problems, report.entries as u64), (vec![], made));
    test.app.sequence_audit().await.unwrap();

    let report =
        test.app.examine_audit(&test.app.audit_keys(), &[("kept".into(), note(&first))]).await.unwrap();
    assert_eq!(report.problems, []);
    assert_eq!((report.entries as u64, report.heads), (made + 1, 2));

    let all = entries(&test, &test.system(), "", "").await;
    let places: Vec<_> = all.iter().map(|seen| seen.logged.seq.unwrap()).collect();
    assert_eq!(places, (0..=made).collect::<Vec<_>>());
    let versions =
        entries(&test, &test.system(), &format!("resource : \"collections/{id}/versions/1\""), "seq desc")
            .await;
    assert_eq!(versions.len(), 4, "a draft and three changes");
    assert!(
        versions
            .windows(2)
            .all(|pair| pair[0].logged.entry.before_digest == pair[1].logged.entry.after_digest)
    );
}

#[rstest]
#[tokio::test]
async fn an_export_is_checked_without_the_database(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (test, _) = small(backend).await;
    test.app.sequence_audit().await.unwrap();
    let (text, head) = (export(&test).await, test.app.audit_head(None).await.unwrap());
    let trusted = test.app.audit_keys();
    let check = |text: &str, trusted: &[String]| examine_export(text.as_bytes(), trusted, &[]).unwrap();
    let report = check(&text, &trusted);
    assert_eq!(report.problems, []);
    assert_eq!(report.head.unwrap().root, head.root.0);
    let other = AuditKey::read(&AuditKey::new_pem().unwrap(), "test").unwrap().public();
    assert!(!check(&text, &[other]).is_sound(), "signed by another key than the one trusted");
    assert!(examine_export(text.as_bytes(), &["nonsense".into()], &[]).is_err());
    let registrar = test.demo("registrar").unwrap();
    assert!(matches!(test.app.export_audit(&registrar).await, Err(Error::PermissionDenied(_))));
    assert!(matches!(test.app.export_audit(&public(&test)).await, Err(Error::Unauthenticated(_))));
}

#[rstest]
#[tokio::test]
async fn proofs_convince_who_knows_a_head_and_cost_the_same_however_much_there_is(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (test, _) = small(backend).await;
    test.app.sequence_audit().await.unwrap();
    let first = test.app.audit_head(None).await.unwrap();
    let cost = async |test: &TestApp| {
        let before = test.app.store().statements_run();
        test.app.audit_inclusion_of(1, 0).await.unwrap();
        test.app.audit_consistency(3, 0).await.unwrap();
        test.app.audit_entries(&public(test), &EntriesRequest::default()).await.unwrap();
        test.app.store().statements_run() - before
    };
    let few = cost(&test).await;
    let admin = test.demo("admin").unwrap();
    for number in 0..40 {
        let one = organisation(&format!("Z{number:03}"), "Trust");
        test.app.create_organisation(&admin, one, false).await.unwrap();
    }
    test.app.sequence_audit().await.unwrap();
    assert_eq!(cost(&test).await, few);

    let head = test.app.audit_head(None).await.unwrap();
    for seen in entries(&test, &public(&test), "", "").await {
        let proof = test.app.audit_inclusion(&public(&test), seen.logged.entry.id, 0).await.unwrap();
        let text = onus_app::audit_log::leaf_text(&seen.logged, &seen.actor_digest);
        let path: Vec<_> = proof.path.iter().map(|hash| hash.0).collect();
        assert_eq!((proof.size, proof.root), (head.size, head.root));
        assert!(includes(&leaf(text.as_bytes()), proof.seq, proof.size, &path, &head.root.0), "{text}");
    }
    for size in 0..=head.size {
        let proof = test.app.audit_consistency(size, 0).await.unwrap();
        let path: Vec<_> = proof.path.iter().map(|hash| hash.0).collect();
        assert!(extends((size, &proof.first_root.0), (head.size, &head.root.0), &path), "{size}");
        if size == first.size {
            assert_eq!(proof.first_root, first.root);
        }
    }
    assert_eq!(test.app.audit_consistency(0, 0).await.unwrap().first_root, Hash::of_nothing());
    for refused in [
        test.app.audit_consistency(head.size + 1, 0).await.map(drop),
        test.app.audit_consistency(5, 4).await.map(drop),
        test.app.audit_inclusion_of(head.size, 0).await.map(drop),
        test.app.audit_inclusion_of(0, head.size + 1).await.map(drop),
    ] {
        assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
    }
}

#[rstest]
#[tokio::test]
async fn who_may_know_what(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (test, _) = small(backend).await;
    test.app.sequence_audit().await.unwrap();
    let (registrar, panel) = (test.demo("registrar").unwrap(), test.demo("panel-member").unwrap());
    let provider = test.demo("provider").unwrap();
    let all = entries(&test, &test.system(), "", "").await;
    let of = |audience| all.iter().filter(|seen| seen.logged.entry.audience == audience).count();
    assert!(of(Audience::Public) >= 3 && of(Audience::Insiders) >= 4, "{all:#?}");

    let seen = entries(&test, &public(&test), "", "").await;
    assert_eq!(seen.len(), of(Audience::Public));
    assert!(seen.iter().all(|seen| seen.logged.entry.actor.is_empty() && seen.logged.entry.salt.is_empty()));
    let seen = entries(&test, &registrar, "", "").await;
    assert_eq!(seen.len(), of(Audience::Public) + of(Audience::Insiders));
    assert!(
        seen.iter()
            .all(|seen| seen.logged.entry.actor.is_empty() != (seen.logged.entry.owner == Some(code("X24"))))
    );
    assert_eq!(entries(&test, &provider, "", "").await.len(), of(Audience::Public));
    let seen = entries(&test, &panel, "", "").await;
    assert_eq!(seen.len(), of(Audience::Public) + of(Audience::Insiders));
    assert!(seen.iter().all(|seen| !seen.logged.entry.actor.is_empty()));

    // Who asks by account learns of no account that they may not know.
    let by = "actor = demo-registrar";
    assert!(entries(&test, &registrar, by, "").await.len() >= 4);
    assert!(entries(&test, &provider, by, "").await.is_empty());
    let asked = EntriesRequest { filter: by.into(), ..Default::default() };
    assert!(matches!(test.app.audit_entries(&public(&test), &asked).await, Err(Error::Unauthenticated(_))));
    let hidden =
        all.iter().find(|seen| seen.logged.entry.audience == Audience::Insiders).unwrap().logged.entry.id;
    assert!(matches!(test.app.audit_entry(&provider, hidden).await, Err(Error::NotFound { .. })));
    assert_eq!(test.app.audit_entry(&registrar, hidden).await.unwrap().logged.entry.actor, "demo-registrar");

    for bad in ["colour = red", "actor : x", "resource != a", "some words", "owner = x"] {
        let request = EntriesRequest { filter: bad.into(), page_size: -1, ..Default::default() };
        let refused = test.app.audit_entries(&test.system(), &request).await;
        assert!(matches!(&refused, Err(Error::Invalid(found)) if found.len() >= 2), "{bad}: {refused:?}");
    }
}

/// Another process on the same database.
async fn another(test: &TestApp) -> Arc<App> {
    let store = Store::connect(&Options::new(&test.database.url)).await.unwrap();
    let settings: AppSettings = test.app.settings().clone();
    let key = AuditKey::read(&AuditKey::new_pem().unwrap(), "test").unwrap();
    Arc::new(
        App::new(store, Arc::new(onus_domain::clock::FixedClock(test.app.clock().now())), settings)
            .with_audit_key(key, vec![]),
    )
}

#[rstest]
#[tokio::test]
async fn a_process_that_ends_before_it_gave_places_loses_nothing(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (test, _) = small(backend).await;
    let other = another(&test).await;
    assert!(other.store().audit_waits().await.unwrap());
    let made = other.sequence_audit().await.unwrap();
    assert_eq!(test.app.sequence_audit().await.unwrap(), 0);
    let report = test.app.examine_audit(&other.audit_keys(), &[]).await.unwrap();
    assert_eq!((report.problems.len(), report.entries as u64), (0, made));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn several_sequencers_and_writers_at_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    const WRITERS: usize = 4;
    const EACH: usize = 12;
    let (test, _) = small(backend).await;
    let mut apps = vec![Arc::clone(&test.app)];
    for _ in 0..2 {
        apps.push(another(&test).await);
    }
    let admin = test.demo("admin").unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for writer in 0..WRITERS {
        let (app, admin) = (Arc::clone(&apps[writer % apps.len()]), admin.clone());
        tasks.spawn(async move {
            for number in 0..EACH {
                let one = organisation(&format!("W{writer}N{number:02}"), "Trust");
                app.create_organisation(&admin, one, false).await.unwrap();
            }
        });
    }
    for app in &apps {
        let app = Arc::clone(app);
        tasks.spawn(async move {
            for _ in 0..12 {
                app.sequence_audit().await.unwrap();
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    test.app.sequence_audit().await.unwrap();
    let keys: Vec<_> = apps.iter().flat_map(|app| app.audit_keys()).collect();
    let report = test.app.examine_audit(&keys, &[]).await.unwrap();
    assert_eq!(report.problems, []);
    let created = entries(&test, &test.system(), "action = organisation.create", "").await;
    assert_eq!(created.len(), WRITERS * EACH + 2);
}
