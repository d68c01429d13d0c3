use super::*;
use crate::{CollectionId, version::Content};
use std::{collections::BTreeSet, sync::LazyLock};
use strum::VariantArray;

pub(crate) fn version(state: VersionState) -> Version {
    let content = Content {
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
    };
    Version {
        state,
        submitted_by: Some("ann".into()),
        ..Version::draft(CollectionId::new("a").unwrap(), 1, content)
    }
}

fn actor(account: &str, role: Role) -> Actor {
    Actor { account: account.into(), organisation: Some(owner()), roles: BTreeSet::from([role]) }
}

pub(crate) fn owner() -> OdsCode {
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

pub(crate) fn making(actor: &Actor) -> Making<'_> {
    static OWNER: LazyLock<OdsCode> = LazyLock::new(owner);
    Making {
        actor,
        owner: &OWNER,
        today: day("2026-01-31"),
        reason: "because",
        expires_on: None,
        live_from: None,
        in_force: None,
        conditions: &[],
        submitters: &[],
        passed: None,
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
            "SUBMITTED -APPROVE_LIGHT-> APPROVED",
            "APPROVED -SCHEDULE-> APPROVED",
            "APPROVED -PUBLISH-> LIVE",
            "LIVE -SUSPEND-> SUSPENDED",
            "SUSPENDED -RESUME-> LIVE",
            "APPROVED -RETIRE-> RETIRED",
            "LIVE -RETIRE-> RETIRED",
            "SUSPENDED -RETIRE-> RETIRED",
            "APPROVED -SUPERSEDE-> SUPERSEDED",
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
    let other = OdsCode::new("X26").unwrap();
    for step in Move::VARIANTS {
        for state in VersionState::VARIANTS {
            for table::Somebody { name, actor } in table::everybody(&owner(), &other) {
                let mut before = version(*state);
                // What the calendar does is done on its day.
                before.expires_on = (*step == Move::Expire).then(|| day("2026-01-31"));
                before.live_from = (*step == Move::Publish).then(|| day("2026-01-31"));
                let mut after = before.clone();
                let live_from = (*step == Move::Schedule).then(|| day("2026-02-28"));
                let made = step.make(&mut after, &Making { live_from, ..making(&actor) }).is_ok();
                let possible = step.leads_to(*state).is_some() && step.allowed_to(&actor, &owner());
                // The empty content stops every submission, and without its rule kept there is no light path.
                let stopped = matches!(step, Move::Submit | Move::ApproveLight);
                assert_eq!(made, possible && !stopped, "{step} {state} {name}");
                assert!(made || after == before, "{step} {state} {name} was refused and changed something");
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

        // Nor does who submitted it before it was sent back and somebody else submitted it.
        let submitters = ["bob".to_owned()];
        let chair = actor("bob", Role::PanelChair);
        let making = Making { submitters: &submitters, ..making(&chair) };
        let refused = step.make(&mut version(VersionState::InReview), &making).unwrap_err();
        assert!(refused.to_string().contains("four eyes"), "{refused}");
    }
}

#[test]
fn an_approval_may_have_conditions_and_nothing_else_does() {
    let member = actor("bob", Role::PanelMember);
    let conditions = ["Publish the specification first.".to_owned(), " ".to_owned()];
    let with = |step: Move, state, conditions: &[String]| {
        let mut version = version(state);
        (rule(step.make(&mut version, &Making { conditions, ..making(&member) })), version.conditions)
    };
    let (made, kept) = with(Move::Approve, VersionState::InReview, &conditions[..1]);
    assert_eq!((made.as_str(), kept.as_slice()), ("OK", &conditions[..1]));
    assert_eq!(with(Move::Approve, VersionState::InReview, &conditions).0, "conditions[1] REQUIRED");
    assert_eq!(with(Move::Return, VersionState::InReview, &conditions[..1]).0, "conditions COUNT");
}

#[test]
fn the_calendars_moves_are_made_on_their_days_only() {
    let system = Actor::system();
    let early = Version { expires_on: Some(day("2026-02-01")), ..version(VersionState::Live) };
    assert_eq!(rule(Move::Expire.make(&mut early.clone(), &making(&system))), "NOT_DUE");
    let ahead = Version { live_from: Some(day("2026-02-01")), ..version(VersionState::Approved) };
    assert_eq!(rule(Move::Publish.make(&mut ahead.clone(), &making(&system))), "NOT_DUE");
}

#[test]
fn the_light_path_needs_its_rule_kept() {
    let system = Actor::system();
    let refused = Move::ApproveLight.make(&mut version(VersionState::Submitted), &making(&system));
    assert_eq!(rule(refused), "LIGHT_PATH");
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
        let ahead = making.live_from.is_some_and(|day| making.today < day);
        let step = if ahead { Move::Schedule } else { Move::Publish };
        let made = rule(step.make(&mut version, &making));
        assert_eq!(made == "OK", version.live_from.is_some());
        assert_eq!(version.state == VersionState::Live, made == "OK" && !ahead, "on its day, not before");
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
        rule(Move::Schedule.make(&mut next, &making))
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

    // The same holds of what was only set to begin, and of what a later version overtook.
    for (step, state) in [(Move::Retire, VersionState::Retired), (Move::Supersede, VersionState::Superseded)]
    {
        let mut set = Version { live_from: Some(day("2026-03-01")), ..version(VersionState::Approved) };
        step.make(&mut set, &making(&registrar)).unwrap();
        assert!(set.state == state && set.days().is_empty(), "{set:?}");
    }
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
