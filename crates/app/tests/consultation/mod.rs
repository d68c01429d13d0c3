//! Consultation: who sees a draft, who speaks, and that nobody else learns of it.

use super::*;
use onus_app::{consultations::NewConsultation, drafts::NewCollection};
use onus_domain::{collection::SectorPath, version::Content};

fn content() -> Content {
    Content {
        title: "Falls with harm".into(),
        purpose: String::new(),
        legal_basis: String::new(),
        method: String::new(),
        uses: String::new(),
        feedback: String::new(),
        contact: String::new(),
        respondents: None,
        schedule: None,
        items: vec![],
    }
}

async fn draft(test: &TestApp, owner: &Context) -> CollectionId {
    let new = NewCollection {
        id: None,
        owner: owner.actor.organisation.clone().unwrap(),
        sector_path: SectorPath::National,
        content: content(),
    };
    test.app.create_collection(owner, new, false).await.unwrap().0.id
}

#[rstest]
#[case(Backend::Sqlite)]
#[case(Backend::Postgres)]
#[tokio::test]
async fn a_draft_is_seen_by_those_consulted_and_nobody_else(#[case] backend: Backend) {
    let test = test_app(backend).await;
    let owner = who(&test, Role::Registrar, "X24");
    let id = draft(&test, &owner).await;
    let providers: Vec<_> = {
        let view = test.app.view().await.unwrap();
        view.snapshot.providers().take(3).map(|provider| provider.code.to_string()).collect()
    };
    let [asked, silent, other] = providers.as_slice() else { panic!("three providers") };
    let provider = |code: &str| who(&test, Role::ProviderUser, code);
    let new = |closes_on: &str| NewConsultation {
        collection: id.clone(),
        version: 1,
        providers: [asked, silent].map(|code| code.parse().unwrap()).into(),
        question: "Can you answer it?".into(),
        closes_on: day(closes_on),
    };
    let late = test.app.open_consultation(&owner, new("2027-06-01"), false).await;
    assert!(matches!(late, Err(Error::Invalid(_))), "{late:?}");
    for stranger in [provider(asked), who(&test, Role::Registrar, "X26")] {
        let hidden = test.app.open_consultation(&stranger, new("2026-12-18"), false).await;
        assert!(matches!(hidden, Err(Error::NotFound { .. })), "{hidden:?}");
    }
    test.app.open_consultation(&owner, new("2026-12-18"), true).await.unwrap();
    let sees = async |who: &Context| test.app.version(who, &id, 1).await.is_ok();
    assert!(!sees(&provider(asked)).await, "trying shows nothing");

    let open = test.app.open_consultation(&owner, new("2026-12-18"), false).await.unwrap();
    assert!(sees(&provider(asked)).await && sees(&provider(silent)).await);
    assert!(sees(&who(&test, Role::PanelMember, "X99")).await);
    let strangers = [
        provider(other),
        who(&test, Role::Registrar, asked),
        who(&test, Role::Registrar, "X26"),
        who(&test, Role::Steward, "X24"),
        test.app.context(Actor::public()),
    ];
    for stranger in &strangers {
        assert!(!sees(stranger).await, "{}", stranger.actor.account);
        let hidden = test.app.consultation(stranger, open.id).await;
        assert!(matches!(hidden, Err(Error::NotFound { .. })), "{hidden:?}");
        let all = test.app.list_consultations(stranger, &ListRequest::default()).await.unwrap();
        assert!(all.rows.is_empty());
        let said = test.app.comment(stranger, open.id, (None, "No".into()), false).await;
        assert!(matches!(said, Err(Error::NotFound { .. })), "{said:?}");
    }
    let view = test.app.view().await.unwrap();
    assert!(view.snapshot.collection(&id).is_none(), "it is not published by that");

    let text = "We count falls otherwise.".to_owned();
    let said = test.app.comment(&provider(asked), open.id, (None, text.clone()), false).await.unwrap();
    for (words, rule) in [((None, " ".to_owned()), "text"), ((Some(7), text.clone()), "position")] {
        let wrong = test.app.comment(&provider(asked), open.id, words, false).await;
        assert!(matches!(&wrong, Err(Error::Invalid(all)) if all[0].field == rule), "{wrong:?}");
    }
    let denied = test.app.comment(&owner, open.id, (None, text.clone()), false).await;
    assert!(matches!(denied, Err(Error::PermissionDenied(_))), "{denied:?}");
    let denied = test.app.answer_comment(&provider(asked), (open.id, said.id), ("I".into(), ""), false).await;
    assert!(matches!(denied, Err(Error::PermissionDenied(_))), "{denied:?}");
    let reply = ("So shall we.".to_owned(), etag(1));
    let answered = test
        .app
        .answer_comment(&owner, (open.id, said.id), (reply.0.clone(), &reply.1), false)
        .await
        .unwrap();
    let stale = test.app.answer_comment(&owner, (open.id, said.id), (reply.0, &reply.1), false).await;
    assert!(matches!(stale, Err(Error::StaleEtag { .. })), "{stale:?}");

    let reads = async |who: &Context| test.app.consultation(who, open.id).await.unwrap();
    assert_eq!(reads(&provider(asked)).await.1, std::slice::from_ref(&answered));
    assert_eq!(reads(&owner).await.1, std::slice::from_ref(&answered));
    assert_eq!(reads(&who(&test, Role::PanelChair, "X99")).await.1, [answered]);
    let (told, comments) = reads(&provider(silent)).await;
    assert!(comments.is_empty() && told.providers.len() == 1, "of others it is told nothing");

    let kept = test.app.delete_draft(&owner, (&id, 1), "", false).await;
    assert!(matches!(kept, Err(Error::Precondition { rule: "CONSULTED", .. })), "{kept:?}");
    test.app.close_consultation(&owner, open.id, &etag(1), false).await.unwrap();
    let closed = test.app.comment(&provider(silent), open.id, (None, text), false).await;
    assert!(matches!(closed, Err(Error::Precondition { rule: "CONSULTATION_CLOSED", .. })), "{closed:?}");
    assert!(sees(&provider(silent)).await, "what was shown stays shown");
    let actions = test.database.store.audit_of(&said.name(), None, 10).await.unwrap();
    assert_eq!(actions.len(), 2);
}
