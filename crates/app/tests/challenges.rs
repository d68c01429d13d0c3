//! Challenges and feedback through the application, on both databases.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use chrono::{NaiveDate, TimeDelta};
use onus_app::{
    Context,
    challenges::ChallengeMoveRequest,
    drafts::etag,
    feedback::{FeedbackReply, NewFeedback},
    paging::ListRequest,
};
use onus_domain::{
    Error, Result,
    challenge::{Challenge, ChallengeMove, ChallengeOutcome, ChallengeReason, ChallengeState, NewChallenge},
    event::{EventFilter, EventKind},
    feedback::FeedbackTheme,
    role::{Actor, Role},
};
use onus_exchange::sample::Grouping;
use onus_store::{Options, Store};
use onus_testkit::{Backend, TestApp, today};
use rstest::rstest;
use std::{collections::BTreeSet, time::Duration};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

async fn test_app(backend: Backend) -> TestApp {
    TestApp::sample(backend, Grouping::Families).await.unwrap()
}

/// Somebody with a role who acts for an organisation, now.
fn who(test: &TestApp, role: Role, organisation: &str) -> Context {
    test.app.context(Actor {
        account: format!("{role} of {organisation}").to_lowercase(),
        organisation: organisation.parse().ok(),
        roles: BTreeSet::from([role]),
    })
}

/// A request in force, and a provider that gets it.
struct Asked {
    provider: String,
    owner: String,
    collection: String,
    reference: String,
    position: u32,
}

async fn asked(test: &TestApp) -> Asked {
    let view = test.app.view().await.unwrap();
    let snapshot = &view.snapshot;
    let (version, provider) = snapshot
        .versions
        .iter()
        .filter(|version| version.in_force(today()))
        .find_map(|version| Some((version, snapshot.respondents(version).next()?.0)))
        .expect("the sample asks somebody something");
    let collection = snapshot.collection(&version.collection).unwrap();
    Asked {
        provider: provider.code.to_string(),
        owner: collection.owner.to_string(),
        collection: collection.id.to_string(),
        reference: collection.reference.unwrap().to_string(),
        position: version.content.items[0].position,
    }
}

fn new(asked: &Asked) -> NewChallenge {
    NewChallenge {
        provider: asked.provider.parse().unwrap(),
        owner: None,
        collection: None,
        reference: asked.reference.clone(),
        request_text: String::new(),
        reason: ChallengeReason::Unclear,
        text: "Nobody here knows what it means.".into(),
        items: vec![asked.position],
        duplicate_of: None,
        duplicate_definitions: vec![],
    }
}

async fn make(
    test: &TestApp,
    who: &Context,
    step: ChallengeMove,
    challenge: &Challenge,
    outcome: Option<ChallengeOutcome>,
) -> Result<Challenge> {
    let text = "because it is so".to_owned();
    let request = ChallengeMoveRequest { outcome, text, ..ChallengeMoveRequest::default() };
    test.app.move_challenge(who, step, challenge.id, &request).await
}

/// A list of what `who` sees that passes the filter.
async fn listed(test: &TestApp, who: &Context, filter: &str) -> Vec<Challenge> {
    let request = ListRequest { filter: filter.into(), ..ListRequest::default() };
    let page = test.app.list_challenges(who, &request).await.unwrap();
    page.rows.into_iter().map(|row| row.challenge).collect()
}

/// Gives every entry its place in the log.
async fn sequence(test: &TestApp) {
    while test.app.sequence_audit().await.unwrap() > 0 {}
}

/// Where the log ends.
async fn end_of_log(test: &TestApp) -> String {
    sequence(test).await;
    let mut watcher = test.app.watch(&test.system(), EventFilter::default(), "", false).await.unwrap();
    watcher.next(&test.app).await.unwrap()[0].token.write()
}

/// Kinds of the events that somebody is told of challenges and feedback since, with what is said.
async fn told(test: &TestApp, since: &str, who: &Context) -> Vec<(EventKind, String)> {
    let kinds = BTreeSet::from([
        EventKind::ChallengeRaised,
        EventKind::ChallengeAnswered,
        EventKind::ChallengeEscalated,
        EventKind::ChallengeDecided,
        EventKind::ChallengeWithdrawn,
        EventKind::ChallengePublished,
        EventKind::FeedbackReceived,
        EventKind::FeedbackAnswered,
    ]);
    let filter = EventFilter { kinds, ..EventFilter::default() };
    let mut watcher = test.app.watch(who, filter, since, false).await.unwrap();
    let mut told = vec![];
    while let Ok(next) = tokio::time::timeout(Duration::from_millis(900), watcher.next(&test.app)).await {
        let events = next.unwrap().into_iter().filter_map(|one| one.event);
        told.extend(events.map(|event| (event.kind, event.detail.clone())));
    }
    told
}

#[rstest]
#[case(Backend::Sqlite)]
#[case(Backend::Postgres)]
#[tokio::test]
async fn from_a_yellow_card_to_the_panels_decision(#[case] backend: Backend) {
    let test = test_app(backend).await;
    let (asked, start) = (asked(&test).await, end_of_log(&test).await);
    test.turn_to(day("2026-12-18"));
    let provider = || who(&test, Role::ProviderUser, &asked.provider);
    let owner = || who(&test, Role::Registrar, &asked.owner);
    let (panel, public) = (|| who(&test, Role::PanelMember, ""), || test.app.context(Actor::public()));
    test.app.create_challenge(&provider(), new(&asked), true).await.unwrap();
    assert!(listed(&test, &provider(), "").await.is_empty(), "trying stores nothing");
    let card = test.app.create_challenge(&provider(), new(&asked), false).await.unwrap();
    assert_eq!(card.collection.as_ref().unwrap().as_str(), asked.collection);
    // Christmas Day, the substitute for Boxing Day and New Year's Day are not counted.
    assert_eq!((card.owner.as_str(), card.answer_due), (asked.owner.as_str(), day("2027-01-06")));
    let queue = format!("owner = {} AND state = OPEN", asked.owner);
    for sees in [owner(), provider(), panel()] {
        assert_eq!(listed(&test, &sees, &queue).await, std::slice::from_ref(&card));
    }
    for stranger in [public(), who(&test, Role::ProviderUser, "ZZ9"), who(&test, Role::Steward, &asked.owner)]
    {
        assert!(listed(&test, &stranger, "").await.is_empty());
        let hidden = test.app.challenge(&stranger, card.id).await;
        assert!(matches!(hidden, Err(Error::NotFound { .. })), "{hidden:?}");
    }

    let not = Some(ChallengeOutcome::NotUpheld);
    let early = make(&test, &provider(), ChallengeMove::Escalate, &card, None).await;
    assert!(matches!(early, Err(Error::Precondition { rule: "ANSWER_NOT_DUE", .. })), "{early:?}");
    let answered = make(&test, &owner(), ChallengeMove::Answer, &card, not).await.unwrap();
    assert_eq!(answered.state, ChallengeState::Answered);
    let seen = test.app.challenge(&public(), card.id).await.unwrap();
    assert_eq!((seen.text.as_str(), seen.provider.as_str()), ("", asked.provider.as_str()));
    assert_eq!(listed(&test, &provider(), "text : knows").await.len(), 1);
    assert!(listed(&test, &public(), "text : knows").await.is_empty(), "what is not seen is not found");
    assert_eq!(listed(&test, &public(), "outcome = NOT_UPHELD").await, [seen]);
    make(&test, &provider(), ChallengeMove::Escalate, &card, None).await.unwrap();
    let own = who(&test, Role::PanelMember, &asked.owner);
    let denied = make(&test, &own, ChallengeMove::Decide, &card, not).await;
    assert!(matches!(denied, Err(Error::PermissionDenied(_))), "{denied:?}");
    let upheld = Some(ChallengeOutcome::Upheld);
    make(&test, &panel(), ChallengeMove::Decide, &card, upheld).await.unwrap();
    let decided = test.app.challenge(&public(), card.id).await.unwrap();
    assert_eq!(decided.outcome().unwrap().outcome, ChallengeOutcome::Upheld);
    let over = make(&test, &provider(), ChallengeMove::Withdraw, &card, None).await;
    assert!(matches!(over, Err(Error::Precondition { rule: "CHALLENGE_STATE", .. })), "{over:?}");

    let entries = test.database.store.audit_of(&card.name(), None, 10).await.unwrap();
    let actions: Vec<_> = entries
        .iter()
        .map(|entry| (entry.action.trim_start_matches("challenge."), entry.audience.as_str()))
        .collect();
    assert_eq!(
        actions,
        [
            ("create", "INSIDERS"),
            ("answer", "INSIDERS"),
            ("publish", "PUBLIC"),
            ("escalate", "INSIDERS"),
            ("publish", "PUBLIC"),
            ("decide", "INSIDERS"),
            ("publish", "PUBLIC"),
        ]
    );
    assert_eq!(entries[4].reason, "", "the provider's words are not published");
    sequence(&test).await;
    let (all, public) = (told(&test, &start, &provider()).await, told(&test, &start, &public()).await);
    let kinds: Vec<_> = all.iter().map(|(kind, _)| *kind).collect();
    let published = EventKind::ChallengePublished;
    assert_eq!(
        kinds,
        [
            EventKind::ChallengeRaised,
            EventKind::ChallengeAnswered,
            published,
            EventKind::ChallengeEscalated,
            published,
            EventKind::ChallengeDecided,
            published
        ]
    );
    let details: Vec<_> = public.iter().map(|(kind, detail)| (*kind, detail.as_str())).collect();
    assert_eq!(details[0], (published, "Reason: unclear. Not upheld by its owner."));
    assert_eq!((details.len(), details[2]), (3, (published, "Reason: unclear. Upheld by the panel.")));
}

#[rstest]
#[case(Backend::Sqlite)]
#[case(Backend::Postgres)]
#[tokio::test]
async fn silence_goes_to_the_panel_once_also_after_downtime(#[case] backend: Backend) {
    let test = test_app(backend).await;
    let asked = asked(&test).await;
    test.turn_to(day("2026-12-18"));
    let provider = || who(&test, Role::ProviderUser, &asked.provider);
    let first = test.app.create_challenge(&provider(), new(&asked), false).await.unwrap();
    let other = NewChallenge { reason: ChallengeReason::Disproportionate, ..new(&asked) };
    let second = test.app.create_challenge(&provider(), other, false).await.unwrap();
    let third = test.app.create_challenge(&provider(), new(&asked), false).await.unwrap();
    make(&test, &provider(), ChallengeMove::Withdraw, &third, None).await.unwrap();
    let escalate = async |on: &str| {
        test.turn_to(day(on));
        test.app.run_due_jobs().await.unwrap();
        listed(&test, &who(&test, Role::PanelMember, ""), "state = ESCALATED").await.len()
    };
    assert_eq!(escalate("2027-01-06").await, 0, "the last day is not over");
    // The server was away for a week and more.
    test.turn_to(day("2027-01-15"));
    let owner = || who(&test, Role::Registrar, &asked.owner);
    let late = make(&test, &owner(), ChallengeMove::Answer, &first, Some(ChallengeOutcome::Upheld)).await;
    assert!(matches!(late, Err(Error::Precondition { rule: "ANSWER_LATE", .. })), "{late:?}");
    assert_eq!(listed(&test, &provider(), "overdue = true").await.len(), 2);
    let stale = test.app.store().challenges_overdue(day("2027-01-15")).await.unwrap();
    assert_eq!(stale.len(), 2);
    assert_eq!(escalate("2027-01-15").await, 2);
    let store = Store::connect(&Options::new(&test.database.url)).await.unwrap();
    let server = test.another(store);
    assert_eq!(server.escalate_overdue_challenges(&test.system()).await.unwrap(), 0, "another finds nothing");
    test.turn_by(TimeDelta::hours(1));
    assert_eq!(escalate("2027-01-16").await, 2);
    for name in [first.name(), second.name()] {
        let entries = test.database.store.audit_of(&name, None, 10).await.unwrap();
        let actions: Vec<_> = entries.iter().map(|entry| entry.action.as_str()).collect();
        assert_eq!(actions, ["challenge.create", "challenge.escalate"], "once, and nothing to publish yet");
    }
    let held = test.app.challenge(&provider(), first.id).await.unwrap();
    assert_eq!((held.escalated_on, held.escalation.as_str()), (Some(day("2027-01-15")), ""));
    let seen = test.app.challenge(&test.app.context(Actor::public()), first.id).await;
    assert!(matches!(seen, Err(Error::NotFound { .. })), "{seen:?}");
}

#[rstest]
#[case(Backend::Sqlite)]
#[case(Backend::Postgres)]
#[tokio::test]
async fn two_moves_at_once_are_not_both_made(#[case] backend: Backend) {
    let test = test_app(backend).await;
    let asked = asked(&test).await;
    let provider = who(&test, Role::ProviderUser, &asked.provider);
    let card = test.app.create_challenge(&provider, new(&asked), false).await.unwrap();
    let owner = who(&test, Role::Registrar, &asked.owner);
    let stale = ChallengeMoveRequest {
        etag: etag(7),
        outcome: Some(ChallengeOutcome::Upheld),
        text: "It will be clear.".into(),
        validate_only: false,
    };
    let refused = test.app.move_challenge(&owner, ChallengeMove::Answer, card.id, &stale).await;
    assert!(matches!(refused, Err(Error::StaleEtag { .. })), "{refused:?}");
    let answer = ChallengeMoveRequest { etag: etag(1), ..stale };
    let back = ChallengeMoveRequest { etag: etag(1), ..ChallengeMoveRequest::default() };
    let (answered, withdrawn) = tokio::join!(
        test.app.move_challenge(&owner, ChallengeMove::Answer, card.id, &answer),
        test.app.move_challenge(&provider, ChallengeMove::Withdraw, card.id, &back),
    );
    assert!(answered.is_ok() != withdrawn.is_ok(), "{answered:?} {withdrawn:?}");
    let held = test.app.challenge(&provider, card.id).await.unwrap();
    assert_eq!(held.revision, 2);
    let public = test.app.create_challenge(&test.app.context(Actor::public()), new(&asked), false).await;
    assert!(matches!(public, Err(Error::Unauthenticated(_))), "{public:?}");
}

fn said(provider: &str, body: &str) -> NewFeedback {
    NewFeedback {
        provider: provider.parse().unwrap(),
        body: body.parse().unwrap(),
        theme: FeedbackTheme::Other,
        text: "Three days' notice for a return of 400 items.".into(),
        rating: Some(2),
    }
}

fn reply() -> FeedbackReply {
    FeedbackReply {
        etag: etag(1),
        theme: Some(FeedbackTheme::Timing),
        text: "We asked for four weeks' notice.".into(),
        validate_only: false,
    }
}

#[rstest]
#[case(Backend::Sqlite)]
#[case(Backend::Postgres)]
#[tokio::test]
async fn of_feedback_only_themes_are_published_and_only_from_five_providers_on(#[case] backend: Backend) {
    let test = test_app(backend).await;
    let (asked, start) = (asked(&test).await, end_of_log(&test).await);
    let body = asked.owner.as_str();
    let providers: Vec<_> = {
        let view = test.app.view().await.unwrap();
        view.snapshot.providers().take(5).map(|provider| provider.code.to_string()).collect()
    };
    let panel = || who(&test, Role::PanelChair, "");
    let themes = async || {
        let page = test.app.list_feedback_themes(&ListRequest::default()).await.unwrap();
        page.rows
            .into_iter()
            .map(|row| (row.body.to_string(), row.year.to_string(), row.theme, row.count))
            .collect::<Vec<_>>()
    };
    let all = ListRequest::default();
    for provider in &providers {
        let user = who(&test, Role::ProviderUser, provider);
        test.app.create_feedback(&user, said(provider, body), true).await.unwrap();
        let given = test.app.create_feedback(&user, said(provider, body), false).await.unwrap();
        assert_eq!(
            themes().await.len(),
            usize::from(provider != &providers[0]),
            "only what was answered counts"
        );
        let own = test.app.list_feedback(&user, Some(&given.provider), &all).await.unwrap();
        assert_eq!(own.rows, std::slice::from_ref(&given));
        for stranger in [
            who(&test, Role::Registrar, body),
            who(&test, Role::Admin, ""),
            who(&test, Role::PanelMember, body),
        ] {
            let hidden = test.app.feedback(&stranger, given.id).await;
            assert!(matches!(hidden, Err(Error::NotFound { .. })), "{hidden:?}");
        }
        let mine = test.app.answer_feedback(&user, given.id, reply()).await;
        assert!(matches!(mine, Err(Error::PermissionDenied(_))), "{mine:?}");
        assert!(themes().await.iter().all(|row| row.3.is_none()), "fewer than five");
        let answered = test.app.answer_feedback(&panel(), given.id, reply()).await.unwrap();
        assert_eq!(test.app.feedback(&user, given.id).await.unwrap(), answered);
    }
    assert_eq!(themes().await, [(body.to_owned(), "2026-27".to_owned(), FeedbackTheme::Timing, Some(5))]);
    let total =
        async |who: Context| test.app.list_feedback(&who, None, &all).await.map(|page| page.total_size);
    assert_eq!(total(panel()).await.unwrap(), 5);
    assert_eq!(
        total(who(&test, Role::PanelMember, body)).await.unwrap(),
        0,
        "not those who act for the body"
    );
    for nobody in [who(&test, Role::ProviderUser, &providers[0]), who(&test, Role::Admin, "")] {
        assert!(matches!(total(nobody).await, Err(Error::PermissionDenied(_))));
    }

    // Nobody's words are in the log, and nobody but the provider and the panel hears of it.
    sequence(&test).await;
    let log = test.app.store().log_from(0, 1_000_000).await.unwrap();
    let of_feedback: Vec<_> =
        log.iter().filter(|(_, entry, _)| entry.action.starts_with("feedback.")).collect();
    assert_eq!(of_feedback.len(), 10);
    assert!(of_feedback.iter().all(|(_, entry, state)| state.is_none() && entry.reason.is_empty()));
    let heard = async |who: Context| told(&test, &start, &who).await.len();
    assert_eq!(heard(who(&test, Role::ProviderUser, &providers[0])).await, 2);
    assert_eq!(heard(panel()).await, 10);
    assert_eq!(heard(who(&test, Role::Registrar, body)).await, 0);
}
