use super::*;
use crate::{CollectionId, version::Content};
use std::{collections::BTreeSet, sync::LazyLock};
use strum::VariantArray;

fn version(state: VersionState) -> Version {
    Version {
        collection: CollectionId::new("a").unwrap(),
        number: 1,
        state,
        admission: Admission::None,
        content: Content {
            title: "A".into(),
            purpose: String::new(),
            legal_basis: String::new(),
            method: String::new(),
            uses: String::new(),
            feedback: String::new(),
            contact: String::new(),
            respondents: None,
            schedule: None,
            items: vec![],
        },
        live_from: None,
        live_to: None,
        suspensions: vec![],
        expires_on: None,
        evidence: String::new(),
        submitted_by: Some("ann".into()),
        revision: 1,
    }
}

fn actor(account: &str, role: Role) -> Actor {
    Actor { account: account.into(), organisation: Some(owner()), roles: BTreeSet::from([role]) }
}

fn owner() -> OdsCode {
    OdsCode::new("X24").unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn make(
    step: Move,
    version: &mut Version,
    actor: &Actor,
    reason: &str,
    expires_on: Option<NaiveDate>,
) -> Result<()> {
    step.make(version, &Making { actor, reason, expires_on, ..making(actor) })
}

fn making(actor: &Actor) -> Making<'_> {
    static OWNER: LazyLock<OdsCode> = LazyLock::new(owner);
    Making {
        actor,
        owner: &OWNER,
        today: day("2026-01-31"),
        reason: "because",
        expires_on: None,
        live_from: None,
        in_force: None,
    }
}

/// The rule that refuses a move, or `OK`.
fn rule(made: Result<()>) -> String {
    match made {
        Ok(()) => "OK".into(),
        Err(Error::Precondition { rule, .. }) => rule.into(),
        Err(Error::Invalid(all)) => format!("{} {}", all[0].field, all[0].rule),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn the_table_of_moves_is_the_one_in_the_design() {
    let table: Vec<String> = Move::VARIANTS
        .iter()
        .flat_map(|step| {
            VersionState::VARIANTS
                .iter()
                .filter_map(move |from| Some(format!("{from} -{step}-> {}", step.leads_to(*from)?)))
        })
        .collect();
    assert_eq!(
        table,
        [
            "DRAFT -SUBMIT-> SUBMITTED",
            "SUBMITTED -WITHDRAW-> WITHDRAWN",
            "SUBMITTED -START_REVIEW-> IN_REVIEW",
            "IN_REVIEW -RETURN-> RETURNED",
            "RETURNED -REDRAFT-> DRAFT",
            "IN_REVIEW -REJECT-> REJECTED",
            "IN_REVIEW -APPROVE-> APPROVED",
            "IN_REVIEW -APPROVE_EMERGENCY-> APPROVED",
            "APPROVED -PUBLISH-> LIVE",
            "LIVE -SUSPEND-> SUSPENDED",
            "SUSPENDED -RESUME-> LIVE",
            "LIVE -RETIRE-> RETIRED",
            "SUSPENDED -RETIRE-> RETIRED",
            "LIVE -SUPERSEDE-> SUPERSEDED",
            "SUSPENDED -SUPERSEDE-> SUPERSEDED",
            "APPROVED -EXPIRE-> EXPIRED",
            "LIVE -EXPIRE-> EXPIRED",
            "SUSPENDED -EXPIRE-> EXPIRED",
            "DRAFT -ADOPT-> LIVE",
        ]
    );
}

#[test]
fn every_move_every_state_every_role_changes_nothing_unless_allowed() {
    for step in Move::VARIANTS {
        for state in VersionState::VARIANTS {
            for role in Role::VARIANTS {
                let (mut after, before) = (version(*state), version(*state));
                let made = make(*step, &mut after, &actor("bob", *role), "because", None).is_ok();
                let possible =
                    step.leads_to(*state).is_some() && step.allowed_to(&actor("bob", *role), &owner());
                // The empty content stops every submission.
                assert_eq!(made, possible && *step != Move::Submit, "{step} {state} {role}");
                assert!(made || after == before, "{step} {state} {role} was refused and changed something");
            }
        }
    }
}

#[test]
fn who_submits_never_approves() {
    for step in [Move::Approve, Move::ApproveEmergency] {
        let refused =
            make(step, &mut version(VersionState::InReview), &actor("ann", Role::PanelChair), "r", None)
                .unwrap_err();
        assert!(refused.to_string().contains("four eyes"), "{refused}");
    }
}

#[test]
fn approvals_and_adoptions_are_bounded() {
    for (step, role, last) in [
        (Move::Approve, Role::PanelMember, "2029-01-31"),
        (Move::ApproveEmergency, Role::PanelChair, "2026-07-30"),
        (Move::Adopt, Role::Admin, "2027-01-31"),
    ] {
        let state = if step == Move::Adopt { VersionState::Draft } else { VersionState::InReview };
        let mut within = version(state);
        make(step, &mut within, &actor("bob", role), "r", None).unwrap();
        assert_eq!(within.expires_on, Some(day(last)), "{step}");
        for bad in [day(last).succ_opt().unwrap(), day("2026-01-31")] {
            let refused = make(step, &mut version(state), &actor("bob", role), "r", Some(bad)).unwrap_err();
            assert!(refused.to_string().contains("expires_on"), "{step}: {refused}");
        }
    }
}

#[test]
fn returning_rejecting_and_adopting_need_a_reason() {
    for (step, role, state) in [
        (Move::Return, Role::PanelMember, VersionState::InReview),
        (Move::Reject, Role::PanelMember, VersionState::InReview),
        (Move::Adopt, Role::Admin, VersionState::Draft),
    ] {
        assert!(make(step, &mut version(state), &actor("bob", role), " ", None).is_err(), "{step}");
    }
}

#[test]
fn an_incomplete_draft_hears_of_everything_that_is_missing() {
    let refused =
        make(Move::Submit, &mut version(VersionState::Draft), &actor("bob", Role::Registrar), "", None)
            .unwrap_err();
    let Error::Invalid(violations) = refused else { panic!("{refused}") };
    let fields: Vec<_> = violations.iter().map(|v| v.field.as_str()).collect();
    assert_eq!(
        fields,
        ["purpose", "legal_basis", "uses", "feedback", "contact", "respondents", "schedule", "items"]
    );
}

#[test]
fn what_is_published_begins_between_today_and_the_end_of_its_approval() {
    let registrar = actor("bob", Role::Registrar);
    let publish = |live_from: Option<&str>, expires_on: &str| {
        let mut version = Version { expires_on: Some(day(expires_on)), ..version(VersionState::Approved) };
        let making = Making { live_from: live_from.map(day), ..making(&registrar) };
        let made = rule(Move::Publish.make(&mut version, &making));
        assert_eq!(made == "OK", version.live_from.is_some());
        made
    };
    assert_eq!(publish(None, "2026-02-01"), "OK");
    assert_eq!(publish(Some("2026-07-30"), "2026-07-31"), "OK");
    assert_eq!(publish(Some("2026-01-30"), "2026-07-31"), "live_from RANGE", "in the past");
    assert_eq!(publish(Some("2026-07-31"), "2026-07-31"), "live_from RANGE", "on the day its approval ends");
    assert_eq!(publish(Some("2027-01-01"), "2026-01-31"), "APPROVAL_ENDED");
}

#[test]
fn what_is_published_takes_the_place_of_an_older_version_that_has_begun() {
    let registrar = actor("bob", Role::Registrar);
    let publish = |number, live_from: &str| {
        let live = Version { number: 2, live_from: Some(day("2026-03-01")), ..version(VersionState::Live) };
        let mut next = Version { number, ..version(VersionState::Approved) };
        let making = Making { live_from: Some(day(live_from)), in_force: Some(&live), ..making(&registrar) };
        rule(Move::Publish.make(&mut next, &making))
    };
    assert_eq!(publish(3, "2026-03-01"), "OK");
    assert_eq!(publish(3, "2026-02-28"), "live_from RANGE", "before the live one begins");
    assert_eq!(publish(1, "2026-03-01"), "NEWER_VERSION");

    let mut live = Version { live_from: Some(day("2026-03-01")), ..version(VersionState::Live) };
    let supersede = |day_of| Making { live_from: Some(day(day_of)), ..making(&registrar) };
    assert_eq!(rule(Move::Supersede.make(&mut live, &supersede("2026-02-28"))), "live_from RANGE");
    assert_eq!(rule(Move::Supersede.make(&mut live, &supersede("2026-03-01"))), "OK");
    assert_eq!(live.live_to, live.live_from);
}

#[test]
fn a_suspension_stays_in_history() {
    let registrar = actor("bob", Role::Registrar);
    let mut it = Version {
        live_from: Some(day("2026-01-01")),
        expires_on: Some(day("2027-01-01")),
        ..version(VersionState::Live)
    };
    let mut at = |step: Move, today: &str| {
        let made = rule(step.make(&mut it, &Making { today: day(today), ..making(&registrar) }));
        (made, it.clone())
    };
    assert_eq!(at(Move::Suspend, "2026-03-01").1.state, VersionState::Suspended);
    let resumed = at(Move::Resume, "2026-04-15").1;
    assert_eq!((resumed.state, resumed.live_to), (VersionState::Live, None));
    for (of, expected) in [
        ("2025-12-31", false),
        ("2026-02-28", true),
        ("2026-03-01", false),
        ("2026-04-14", false),
        ("2026-04-15", true),
        ("2026-12-31", true),
        ("2027-01-01", false),
    ] {
        assert_eq!(resumed.in_force(day(of)), expected, "{of}");
    }
    // Stopped and started on one day, it was stopped on none.
    at(Move::Suspend, "2026-05-01");
    assert_eq!(at(Move::Resume, "2026-05-01").1.suspensions, resumed.suspensions);
    // What is retired while it is suspended stays out of force.
    at(Move::Suspend, "2026-06-01");
    let (made, retired) = at(Move::Retire, "2026-07-01");
    assert_eq!((made.as_str(), retired.live_to), ("OK", Some(day("2026-07-01"))));
    assert!(retired.in_force(day("2026-05-31")) && !retired.in_force(day("2026-06-30")));

    let mut late = Version { expires_on: Some(day("2026-01-31")), ..version(VersionState::Suspended) };
    assert_eq!(rule(Move::Resume.make(&mut late, &making(&registrar))), "APPROVAL_ENDED");
}

#[test]
fn what_is_retired_before_it_begins_was_never_in_force() {
    let registrar = actor("bob", Role::Registrar);
    let mut ahead = Version { live_from: Some(day("2026-03-01")), ..version(VersionState::Live) };
    Move::Retire.make(&mut ahead, &making(&registrar)).unwrap();
    assert_eq!(ahead.live_to, Some(day("2026-03-01")));
}

#[test]
fn an_admin_adopts_what_began_in_the_past_and_what_has_ended_since() {
    let admin = actor("bob", Role::Admin);
    let adopt = |live_from: &str| {
        let mut version = version(VersionState::Draft);
        let making = Making { live_from: Some(day(live_from)), ..making(&admin) };
        (rule(Move::Adopt.make(&mut version, &making)), version)
    };
    assert_eq!(adopt("2026-02-01").0, "live_from RANGE", "nothing runs already that begins tomorrow");
    assert_eq!(adopt("1948-07-04").0, "live_from RANGE");
    let (made, mut old) = adopt("2020-04-01");
    assert_eq!(made, "OK");
    let ended = Making { live_from: Some(day("2021-04-01")), ..making(&admin) };
    assert_eq!(rule(Move::Supersede.make(&mut old, &ended)), "OK");
    assert_eq!((old.state, old.live_to), (VersionState::Superseded, Some(day("2021-04-01"))));
    let mut long = version(VersionState::Draft);
    long.content.title = "x".repeat(301);
    assert_eq!(rule(Move::Adopt.make(&mut long, &making(&admin))), "title LENGTH");
}
