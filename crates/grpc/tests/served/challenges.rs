//! Challenges and feedback over the wire.

use super::*;
use onus_proto::v1::challenge_service_client::ChallengeServiceClient;

type Client = ChallengeServiceClient<Channel>;

fn card(collection: &str) -> pb::CreateChallengeRequest {
    pb::CreateChallengeRequest {
        challenge: Some(pb::Challenge {
            provider: "organisations/R0A".into(),
            collection: collection.into(),
            reason: pb::ChallengeReason::Unclear.into(),
            text: "What is a unit, asks Jo Bloggs.".into(),
            items: vec![1],
            ..Default::default()
        }),
        ..Default::default()
    }
}

async fn listed(client: &mut Client, identity: &str, filter: &str) -> Vec<pb::Challenge> {
    let request = pb::ListChallengesRequest { filter: filter.into(), ..Default::default() };
    let request = if identity.is_empty() { Request::new(request) } else { by(identity, request) };
    client.list_challenges(request).await.expect("a list").into_inner().challenges
}

#[tokio::test]
async fn a_yellow_card_goes_to_its_owner_and_its_outcome_to_everybody() {
    let served = Served::start().await;
    let asked = content("Beds", "CRITICAL_CARE", &["unit-function"]);
    let beds = served.publish(asked, "2026-01-01").await;
    let mut client = Client::new(served.channel.clone());
    let tried = pb::CreateChallengeRequest { validate_only: true, ..card(&beds.name) };
    client.create_challenge(by("provider", tried)).await.expect("nothing is in the way");
    let made = client.create_challenge(by("provider", card(&beds.name))).await.unwrap().into_inner();
    assert_eq!((made.owner.as_str(), made.version.as_str()), ("organisations/X24", &*beds.current_version));
    assert_eq!((made.state(), made.answer_due.as_str()), (pb::ChallengeState::Open, "2026-12-07"));
    let queue = "owner = X24 AND state = OPEN AND reason = UNCLEAR AND collection = beds";
    for (identity, sees) in [
        ("", 0),
        ("steward", 0),
        ("publisher", 0),
        ("provider", 1),
        ("registrar", 1),
        ("panel-member", 1),
        ("admin", 1),
    ] {
        let found = listed(&mut client, identity, queue).await;
        assert_eq!(found.len(), sees, "{identity}");
        assert!(found.iter().all(|one| *one == made), "all of it");
    }
    let get = pb::GetChallengeRequest { name: made.name.clone() };
    assert_eq!(refusal(client.get_challenge(get.clone()).await).0, Code::NotFound);

    let answer = |outcome: pb::ChallengeOutcome, text: &str, etag: &str| pb::AnswerChallengeRequest {
        name: made.name.clone(),
        etag: etag.into(),
        outcome: outcome.into(),
        text: text.into(),
        request_id: "0191d3a0-0000-4000-8000-00000000000c".into(),
        ..Default::default()
    };
    let (none, upheld) = (pb::ChallengeOutcome::Unspecified, pb::ChallengeOutcome::Upheld);
    let wrong = client.answer_challenge(by("registrar", answer(none, "", ""))).await;
    assert_eq!(wrong_fields(wrong), ["text REQUIRED", "outcome REQUIRED"]);
    let stale = client.answer_challenge(by("registrar", answer(upheld, "So be it.", "\"9\""))).await;
    assert_eq!(refusal(stale).1, "STALE_ETAG");
    let right = answer(upheld, "The guidance will say what a unit is.", &made.etag);
    let answered = client.answer_challenge(by("registrar", right.clone())).await.unwrap().into_inner();
    assert_eq!(answered.state(), pb::ChallengeState::Answered);
    let again = client.answer_challenge(by("registrar", right)).await.unwrap().into_inner();
    assert_eq!(again, answered, "made again it is answered as before");

    let told = client.get_challenge(get).await.unwrap().into_inner();
    assert_eq!((told.provider.as_str(), told.text.as_str()), ("organisations/R0A", ""));
    assert_eq!(told.answer, answered.answer);
    assert!(told.answer.unwrap().text.contains("guidance"));
    let decide = pb::DecideChallengeRequest {
        name: made.name.clone(),
        outcome: upheld.into(),
        text: "It is so.".into(),
        ..Default::default()
    };
    let early = refusal(client.decide_challenge(by("panel-chair", decide)).await);
    assert_eq!((early.0, early.1.as_str()), (Code::FailedPrecondition, "CHALLENGE_STATE"));
}

#[tokio::test]
async fn what_is_wrong_with_a_card_stands_where_it_stands_in_the_request() {
    let served = Served::start().await;
    let mut client = Client::new(served.channel.clone());
    let unread = pb::Challenge {
        owner: "X24".into(),
        collection: "beds".into(),
        duplicate_definitions: vec!["definitions/unit-function".into(), "no".into()],
        reason: 99,
        ..Default::default()
    };
    let unread = pb::CreateChallengeRequest { challenge: Some(unread), ..Default::default() };
    assert_eq!(
        wrong_fields(client.create_challenge(by("provider", unread)).await),
        [
            "challenge.provider RESOURCE_NAME",
            "challenge.reason KNOWN_CODE",
            "challenge.owner RESOURCE_NAME",
            "challenge.collection RESOURCE_NAME",
            "challenge.duplicate_definitions[1] RESOURCE_NAME",
        ]
    );
    let unknown = card("collections/nothing");
    assert_eq!(
        wrong_fields(client.create_challenge(by("provider", unknown)).await),
        ["challenge.collection KNOWN"]
    );
    let others = pb::Challenge { provider: "organisations/R1A".into(), ..card("").challenge.unwrap() };
    let others = pb::CreateChallengeRequest { challenge: Some(others), ..Default::default() };
    assert_eq!(refusal(client.create_challenge(by("provider", others)).await).0, Code::PermissionDenied);
    let feedback = pb::Feedback {
        provider: "organisations/R0A".into(),
        body: "organisations/R1A".into(),
        theme: pb::FeedbackTheme::Other.into(),
        rating: Some(9),
        ..Default::default()
    };
    let feedback = pb::CreateFeedbackRequest { feedback: Some(feedback), ..Default::default() };
    assert_eq!(
        wrong_fields(client.create_feedback(by("provider", feedback)).await),
        ["feedback.body KNOWN", "feedback.text REQUIRED", "feedback.rating RANGE"]
    );
}

#[tokio::test]
async fn feedback_is_between_its_provider_and_the_panel() {
    let served = Served::start().await;
    let mut client = Client::new(served.channel.clone());
    let feedback = pb::Feedback {
        provider: "organisations/R0A".into(),
        body: "organisations/X24".into(),
        theme: pb::FeedbackTheme::Other.into(),
        text: "Three days' notice, again.".into(),
        ..Default::default()
    };
    let create = pb::CreateFeedbackRequest { feedback: Some(feedback), ..Default::default() };
    let given = client.create_feedback(by("provider", create)).await.unwrap().into_inner();
    assert_eq!((given.state(), given.rating), (pb::FeedbackState::Received, None));
    let get = pb::GetFeedbackRequest { name: given.name.clone() };
    for nobody in ["registrar", "steward", "publisher", "admin"] {
        assert_eq!(refusal(client.get_feedback(by(nobody, get.clone())).await).0, Code::PermissionDenied);
    }
    let all = pb::ListFeedbackRequest { parent: "organisations/-".into(), ..Default::default() };
    assert_eq!(refusal(client.list_feedback(by("provider", all.clone())).await).0, Code::PermissionDenied);
    let list = client.list_feedback(by("panel-member", all)).await.unwrap().into_inner();
    assert_eq!((list.total_size, &list.feedback[0]), (1, &given));

    let answer = pb::AnswerFeedbackRequest {
        name: given.name.clone(),
        theme: pb::FeedbackTheme::Timing.into(),
        text: "We asked for four weeks' notice.".into(),
        ..Default::default()
    };
    let answered = client.answer_feedback(by("panel-member", answer.clone())).await.unwrap().into_inner();
    assert_eq!(
        (answered.theme(), answered.confirmed_theme()),
        (pb::FeedbackTheme::Other, pb::FeedbackTheme::Timing)
    );
    let again = refusal(client.answer_feedback(by("panel-member", answer)).await);
    assert_eq!((again.0, again.1.as_str()), (Code::FailedPrecondition, "FEEDBACK_STATE"));
    assert_eq!(client.get_feedback(by("provider", get)).await.unwrap().into_inner(), answered);
    let themes = pb::ListFeedbackThemesRequest { filter: "year = 2026-27".into(), ..Default::default() };
    let themes = client.list_feedback_themes(themes).await.unwrap().into_inner().themes;
    let [theme] = themes.as_slice() else { panic!("{themes:?}") };
    assert_eq!(
        (theme.theme(), theme.count),
        (pb::FeedbackTheme::Timing, None),
        "of one provider nothing is told"
    );
}
