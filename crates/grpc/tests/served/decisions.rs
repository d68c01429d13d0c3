//! Stewards' decisions over the wire: two definitions side by side, ruled on, taken back, and told to everybody.

use super::*;
use onus_proto::v1::matching_service_client::MatchingServiceClient;
use tonic::transport::Channel;

const LEFT: &str = "definitions/unit-function";
const RIGHT: &str = "definitions/ward-code";

fn decision(relation: pb::Relation, reason: &str) -> pb::Decision {
    pb::Decision {
        left: RIGHT.into(),
        right: LEFT.into(),
        relation: relation.into(),
        reason: reason.into(),
        ..Default::default()
    }
}

fn ask(decision: pb::Decision) -> pb::CreateDecisionRequest {
    pb::CreateDecisionRequest { decision: Some(decision), ..Default::default() }
}

async fn side_by_side(client: &mut MatchingServiceClient<Channel>) -> pb::MatchDetail {
    let pair = pb::GetMatchRequest { left: LEFT.into(), right: RIGHT.into() };
    client.get_match(pair).await.expect("both are registered").into_inner()
}

#[tokio::test]
async fn a_steward_rules_and_everybody_reads_it() {
    let served = Served::start().await;
    let mut client = served.matching();
    let before = side_by_side(&mut client).await;
    let found = before.r#match.unwrap();
    assert_eq!((found.left.as_str(), found.right.as_str()), (LEFT, RIGHT), "by key, however it is asked");
    let sum: f64 = found.evidence.iter().map(|one| one.weight).sum();
    assert!((1.0 / (1.0 + (-sum).exp()) - found.score).abs() < 1e-12, "the reasons add up to the score");
    let name = before.facets.iter().find(|facet| facet.facet == "name").expect("both are called something");
    assert_eq!(name.agreement(), pb::Agreement::Differs);
    assert!(before.decision.is_none() && before.recipe.is_empty() && !before.missing.is_empty());

    let narrower = ask(decision(pb::Relation::Narrower, "A ward's code says more."));
    let tried = client.create_decision(by(
        "steward",
        pb::CreateDecisionRequest { validate_only: true, ..narrower.clone() },
    ));
    tried.await.expect("it could be decided");
    assert!(side_by_side(&mut client).await.decision.is_none(), "nothing is stored");
    let made = client.create_decision(by("steward", narrower)).await.unwrap().into_inner();
    assert_eq!((made.left.as_str(), made.relation()), (LEFT, pb::Relation::Broader), "turned with its sides");
    assert_eq!(made.steward, "demo-steward");
    let shown = side_by_side(&mut client).await.decision.unwrap();
    assert_eq!((shown.name.as_str(), shown.steward.as_str()), (made.name.as_str(), ""), "who, stewards see");

    let back =
        pb::Decision { withdrawn: true, relation: 0, ..decision(pb::Relation::Same, "Seen too fast.") };
    client.create_decision(by("steward", ask(back))).await.unwrap();
    assert!(side_by_side(&mut client).await.decision.is_none());
    let listed = client.list_decisions(pb::ListDecisionsRequest::default()).await.unwrap().into_inner();
    let said: Vec<_> = listed.decisions.iter().map(|one| (one.withdrawn, one.relation())).collect();
    assert_eq!(said, [(true, pb::Relation::Unspecified), (false, pb::Relation::Broader)], "latest first");
}

#[tokio::test]
async fn what_is_wrong_with_a_decision_is_said_at_once() {
    let served = Served::start().await;
    let mut client = served.matching();
    let wrong = pb::Decision {
        left_version: 7,
        right: "definitions/nothing".into(),
        ..decision(pb::Relation::Same, " ")
    };
    let refused = client.create_decision(by("steward", ask(wrong))).await;
    assert_eq!(
        wrong_fields(refused),
        ["decision.left_version CURRENT", "decision.right KNOWN", "decision.reason REQUIRED"]
    );
    let one = pb::Decision { right: RIGHT.into(), ..decision(pb::Relation::Same, "one") };
    assert_eq!(wrong_fields(client.create_decision(by("steward", ask(one))).await), ["decision.right OTHER"]);
    let unread = pb::Decision { left: "wards".into(), relation: 0, ..decision(pb::Relation::Same, "x") };
    assert_eq!(
        wrong_fields(client.create_decision(by("steward", ask(unread))).await),
        ["decision.left RESOURCE_NAME", "decision.relation REQUIRED"]
    );
    let same = pb::GetMatchRequest { left: LEFT.into(), right: LEFT.into() };
    assert_eq!(wrong_fields(client.get_match(same).await), ["right OTHER"]);
}

#[tokio::test]
async fn what_waits_for_a_ruling_waits_no_longer_when_it_is_ruled() {
    let served = Served::start().await;
    let mut twin =
        served.test.app.view().await.unwrap().definition(&"unit-function".parse().unwrap()).unwrap().clone();
    twin.id = "unit-function-again".parse().unwrap();
    twin.external_ids.clear();
    twin.text = format!("{} Or of any ward.", twin.text);
    served.test.app.create_definition(&served.context("steward"), twin, false).await.unwrap();
    let mut client = served.matching();
    let list = || pb::ListUndecidedMatchesRequest {
        filter: "definition = unit-function".into(),
        ..Default::default()
    };
    let waiting = client.list_undecided_matches(by("steward", list())).await.unwrap().into_inner();
    let [one] = waiting.matches.as_slice() else { panic!("{waiting:?}") };
    let found = one.r#match.clone().unwrap();
    assert!((one.uncertainty - (1.0 - (2.0 * found.score - 1.0).abs())).abs() < 1e-12);
    assert_eq!(one.left_display_name, "Unit function");
    let ruled = pb::Decision {
        left: found.left,
        left_version: found.left_version,
        right: found.right,
        right_version: found.right_version,
        relation: pb::Relation::Same.into(),
        reason: "The same list.".into(),
        ..Default::default()
    };
    client.create_decision(by("steward", ask(ruled))).await.unwrap();
    let waiting = client.list_undecided_matches(by("steward", list())).await.unwrap().into_inner();
    assert_eq!(waiting.total_size, 0);
    let concept = pb::GetConceptRequest { name: "concepts/unit-function".into() };
    let concept = served.definitions().get_concept(concept).await.unwrap().into_inner();
    assert_eq!(concept.members.len(), 2, "one concept now");
    let quality = client.get_matching_quality(pb::GetMatchingQualityRequest {}).await.unwrap().into_inner();
    assert!(quality.ruled <= quality.sampled);
    assert_eq!(refusal(client.list_undecided_matches(list()).await).0, Code::Unauthenticated);
}
