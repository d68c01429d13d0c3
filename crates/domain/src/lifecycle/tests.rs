use super::*;
use crate::{CollectionId, version::Content};
use std::collections::BTreeSet;
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
    let making =
        Making { actor, owner: &owner(), today: day("2026-01-31"), reason, expires_on, live_from: None };
    step.make(version, &making)
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
