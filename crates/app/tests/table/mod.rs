//! The state table as it is lived: every deed, in every state, by everybody, through the application. What it allows is what
//! `docs/life.md` says, which is made of the same rules; what it refuses stores nothing.

use super::*;
use chrono::Months;
use onus_app::{panel::NewComment, renewals::NewUse};
use onus_domain::{
    lifecycle::{Deed, Edit, table::everybody},
    review::CommentAudience,
    role::{Act, Actor},
    statement::{Activity, BurdenStatement, CostLine, LineBasis, Method, StaffRole},
};

/// A collection with one version in a state, written past all rules.
async fn put(test: &TestApp, state: VersionState) -> CollectionId {
    let name = format!("in-{}", state.as_str().to_lowercase().replace('_', "-"));
    let id = CollectionId::new(name).unwrap();
    let collection = onus_domain::collection::Collection {
        id: id.clone(),
        owner: OdsCode::new("X24").unwrap(),
        sector_path: SectorPath::National,
        reference: None,
        source_id: None,
        revision: 1,
    };
    let begun = state.is_published() && state != VersionState::Approved;
    let version = Version {
        state,
        live_from: begun.then(|| today() - Months::new(1)),
        expires_on: state.is_published().then(|| today() + Months::new(12)),
        submitted_by: Some("somebody".into()),
        ..Version::draft(id.clone(), 1, content())
    };
    test.database
        .store
        .write(async |tx| {
            tx.insert_collections(std::slice::from_ref(&collection)).await?;
            tx.insert_versions(std::slice::from_ref(&version)).await
        })
        .await
        .unwrap();
    if state == VersionState::Draft {
        explain_all(test, &id, 1).await;
    }
    id
}

/// Tries a deed: everything is checked, nothing stored.
async fn attempt(test: &TestApp, who: &Context, deed: Deed, id: &CollectionId) -> Result<()> {
    let app = &test.app;
    let explanation = Explanation { position: 1, reason: "because".into(), ..Explanation::default() };
    let comment = |audience| NewComment { position: None, audience, text: "Why so often?".into() };
    match deed {
        Deed::Move(step) => {
            let live_from = (step == Move::Schedule).then(|| today() + Months::new(1));
            let step = if step == Move::Schedule { Move::Publish } else { step };
            let request = MoveRequest {
                reason: "because".into(),
                live_from,
                validate_only: true,
                ..MoveRequest::default()
            };
            app.make_move(who, step, id, 1, &request).await.map(drop)
        }
        Deed::Edit(Edit::Update) => app.update_draft(who, (id, 1), "", Ok, true).await.map(drop),
        Deed::Edit(Edit::Delete) => app.delete_draft(who, (id, 1), "", true).await,
        Deed::Edit(Edit::Explain) => {
            app.explain_items(who, (id, 1), "", vec![explanation], true).await.map(drop)
        }
        Deed::Edit(Edit::StateBurden) => app.state_burden(who, statement(id), &[], true).await.map(drop),
        Deed::Edit(Edit::RecordUse) => {
            let new = NewUse { positions: vec![1], used_on: today(), what: "Winter plan".into() };
            app.record_use(who, (id, 1), new, true).await.map(drop)
        }
        Deed::Edit(Edit::Comment) => {
            app.add_comment(who, (id, 1), comment(CommentAudience::OwnerAndPanel), true).await.map(drop)
        }
        Deed::Edit(Edit::CommentToPanel) => {
            app.add_comment(who, (id, 1), comment(CommentAudience::Panel), true).await.map(drop)
        }
        Deed::Edit(Edit::NewDraft) => app.create_draft(who, id, true).await.map(drop),
        Deed::Edit(Edit::Renew) => app.renew_version(who, (id, 1), "", &[], true).await.map(drop),
    }
}

fn statement(id: &CollectionId) -> BurdenStatement {
    BurdenStatement {
        collection: id.clone(),
        version: 1,
        from_date: today(),
        method: Method::Declared,
        lines: vec![CostLine {
            activity: Activity::Gathering,
            staff_role: StaffRole::DataClerk,
            basis: LineBasis::PerSubmission,
            minutes: onus_domain::Decimal::from_whole(30),
            unit_measure: None,
            unit_size: None,
            life_months: None,
            external_pence: 0,
        }],
    }
}

/// What is to come of it: `OK`, or the kind of refusal.
fn expected(deed: Deed, state: VersionState, actor: &Actor, owner: &OdsCode) -> &'static str {
    let sees = state.is_published() || Act::ReadUnpublished.allowed_to(actor, Some(owner));
    // Only the calendar makes these, on its day, and only the light path's rule that one.
    let by_rule = matches!(deed, Deed::Move(Move::Expire | Move::ApproveLight));
    let on_its_day = deed == Deed::Move(Move::Publish) && actor.is_system();
    match () {
        () if !sees => "NOT_FOUND",
        () if !actor.is_known() => "UNAUTHENTICATED",
        () if !deed.allowed_to(actor, owner) => "PERMISSION_DENIED",
        () if deed.leads_to(state).is_none() || by_rule || on_its_day => "PRECONDITION",
        () => "OK",
    }
}

fn said(done: &Result<()>) -> &'static str {
    match done {
        Ok(()) => "OK",
        Err(Error::NotFound { .. }) => "NOT_FOUND",
        Err(Error::Unauthenticated(_)) => "UNAUTHENTICATED",
        Err(Error::PermissionDenied(_)) => "PERMISSION_DENIED",
        Err(Error::Precondition { .. }) => "PRECONDITION",
        Err(_) => "ANOTHER",
    }
}

#[rstest]
#[case(Backend::Sqlite)]
#[case(Backend::Postgres)]
#[tokio::test]
async fn every_state_every_deed_everybody(#[case] backend: Backend) {
    let test = test_app(backend).await;
    let (owner, other) = (OdsCode::new("X24").unwrap(), OdsCode::new("X26").unwrap());
    let mut wrong = vec![];
    let mut places = vec![];
    for state in VersionState::all() {
        places.push((state, put(&test, state).await));
    }
    // What was written past the application is seen once something published changes.
    let mut public = test.app.view().await.unwrap().snapshot.organisations[0].clone();
    public.code = OdsCode::new("QZ9").unwrap();
    test.app.create_organisation(&test.demo("admin").unwrap(), public, false).await.unwrap();
    let before = kept(&test, &places).await;
    for (state, id) in &places {
        for deed in Deed::all() {
            for one in everybody(&owner, &other) {
                let who = Context { actor: one.actor.clone(), ..test.system() };
                let done = attempt(&test, &who, deed, id).await;
                let (is, should) = (said(&done), expected(deed, *state, &one.actor, &owner));
                if is != should {
                    wrong.push(format!(
                        "{state} {} {}: {should} was {is}: {done:?}",
                        deed.as_str(),
                        one.name
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
    assert_eq!(kept(&test, &places).await, before, "trying stores nothing");
}

/// What is stored of the collections, and the last change of what is published.
async fn kept(
    test: &TestApp,
    places: &[(VersionState, CollectionId)],
) -> (onus_store::Stamp, Vec<Vec<Version>>) {
    let mut versions = vec![];
    for (_, id) in places {
        versions.push(test.database.store.collection_with_versions(id).await.unwrap().unwrap().1);
    }
    (test.database.store.stamp().await.unwrap(), versions)
}

#[rstest]
#[case(Backend::Sqlite)]
#[case(Backend::Postgres)]
#[tokio::test]
async fn no_batch_and_no_import_skips_a_state(#[case] backend: Backend) {
    let test = test_app(backend).await;
    let registrar = test.demo("registrar").unwrap();
    let several = (0..3).map(|n| {
        let mut one = new("X24");
        one.content.title = format!("Falls of kind {n}");
        one
    });
    let made = test.app.create_collections(&registrar, several.collect(), false).await.unwrap();
    assert!(made.iter().all(|(collection, version)| {
        collection.reference.is_none() && version.state == VersionState::Draft
    }));
    // What left DRAFT is changed by no batch, and then none of the batch is.
    let ids: Vec<_> = made.iter().map(|(collection, _)| collection.id.clone()).collect();
    step(&test, "registrar", Move::Submit, &ids[1], 1, "").await.unwrap();
    let change = |id: &CollectionId| onus_app::batches::DraftChange {
        collection: id.clone(),
        number: 1,
        etag: String::new(),
        edit: |content: Content| Ok(Content { uses: "Something else".into(), ..content }),
    };
    let refused = test.app.update_drafts(&registrar, ids.iter().map(change).collect(), false).await;
    assert!(matches!(refused, Err(Error::Precondition { rule: "VERSION_STATE", .. })), "{refused:?}");
    let first = test.app.version(&registrar, &ids[0], 1).await.unwrap().1;
    assert_eq!(first.content.uses, "Quarterly safety report", "all or none");
    let changed =
        test.app.update_drafts(&registrar, [0, 2].map(|at| change(&ids[at])).into(), false).await.unwrap();
    assert!(
        changed.iter().all(|one| one.revision == 2 && one.content.uses == "Something else"),
        "{changed:?}"
    );
    assert_eq!(test.app.version(&registrar, &ids[2], 1).await.unwrap().1, changed[1], "as it is kept");

    // An import of what is registered leaves it as it is, whatever state it is in, also where the file says that it runs in the world.
    let mut import =
        onus_exchange::sample::read(&onus_exchange::sample::Files::Embedded, Grouping::Families).unwrap();
    for (imported, id) in import.collections.iter_mut().zip(&ids) {
        imported.id = id.clone();
    }
    let before = test.app.collection(&registrar, &ids[1]).await.unwrap();
    let done = test.app.import(&test.system(), &import).await.unwrap();
    assert!(!done.changed_anything());
    let (collection, versions) = test.app.collection(&registrar, &ids[1]).await.unwrap();
    assert_eq!((versions[0].state, collection.reference), (VersionState::Submitted, None));
    assert_eq!((collection, versions), before);
}

#[tokio::test]
async fn all_that_is_wrong_with_a_batch_is_said_at_once() {
    let test = test_app(Backend::Sqlite).await;
    let registrar = test.demo("registrar").unwrap();
    let mut bad = new("X24");
    bad.content.items[0].definition = DefinitionId::new("no-such-definition").unwrap();
    let batch = vec![new("X24"), bad, new("X24")];
    let Err(Error::Invalid(all)) = test.app.create_collections(&registrar, batch, false).await else {
        panic!("accepted")
    };
    let fields: Vec<_> = all.iter().map(|one| format!("{} {}", one.field, one.rule)).collect();
    assert_eq!(
        fields,
        ["requests[1].items[0].definition KNOWN", "requests[1].id UNIQUE", "requests[2].id UNIQUE"]
    );
    let none = test.app.create_collections(&registrar, vec![], false).await;
    assert!(matches!(none, Err(Error::Invalid(_))), "{none:?}");
    let thousand_and_one = (0..=1_000).map(|_| new("X24")).collect();
    let many = test.app.create_collections(&registrar, thousand_and_one, false).await;
    assert!(matches!(many, Err(Error::Invalid(_))), "{many:?}");

    // A batch runs as many statements as a single call, or hardly more.
    let store = &test.database.store;
    let mut run = vec![];
    for size in [2, 100] {
        let before = store.statements_run();
        let some = (0..size)
            .map(|n| NewCollection { id: CollectionId::new(format!("batch-{size}-{n}")).ok(), ..new("X24") });
        test.app.create_collections(&registrar, some.collect(), false).await.unwrap();
        run.push(store.statements_run() - before);
    }
    assert!(run[1] <= run[0] + 2, "{run:?}");
}
