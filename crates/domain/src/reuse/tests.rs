use super::*;
use crate::{
    Error,
    item::{ItemRole, PurposeKind},
    role::{Actor, Role},
    version::{Admission, Content, VersionState},
};
use std::collections::BTreeSet;
use strum::VariantArray;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn body(code: &str) -> OdsCode {
    code.parse().unwrap()
}

fn agreement(state: ReuseState) -> ReuseAgreement {
    let flows = matches!(state, ReuseState::Active | ReuseState::Ended);
    ReuseAgreement {
        id: Uuid::nil(),
        holder: body("X24"),
        recipient: body("X26"),
        collection: "needs-it".parse().unwrap(),
        version: 2,
        needs: vec![Need {
            position: 3,
            definition: "bed-days".parse().unwrap(),
            subject: "STAY".parse().unwrap(),
            concept: "bed-days".parse().unwrap(),
            held: vec![],
        }],
        from: "2026-04".parse().unwrap(),
        to: None,
        grain: "site".into(),
        legal_basis: "NHS Act 2006, section 13Z3".into(),
        purpose: String::new(),
        state,
        requested_on: day("2026-03-20"),
        answer_due: day("2026-04-21"),
        escalated_on: None,
        answered_on: (state != ReuseState::Requested).then(|| day("2026-04-01")),
        first_delivery: flows.then(|| day("2026-05-15")),
        ends_on: (state == ReuseState::Ended).then(|| day("2026-09-01")),
        reason: String::new(),
        revision: 1,
    }
}

fn actor(role: Role, of: &str) -> Actor {
    Actor { account: "ann".into(), organisation: Some(body(of)), roles: BTreeSet::from([role]) }
}

fn making<'a>(actor: &'a Actor, today: &str) -> Making<'a> {
    Making { actor, today: day(today), reason: "because", on: None }
}

fn rule(made: crate::Result<()>) -> String {
    match made {
        Ok(()) => "OK".into(),
        Err(Error::PermissionDenied(_)) => "DENIED".into(),
        Err(Error::Precondition { rule, .. }) => rule.into(),
        Err(Error::Invalid(all)) => format!("{} {}", all[0].field, all[0].rule),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn the_table_of_moves_is_the_one_in_the_documents() {
    let states = || std::iter::once(None).chain(ReuseState::VARIANTS.iter().copied().map(Some));
    let said = |state: Option<ReuseState>| state.map_or("-", ReuseState::as_str);
    let lines: Vec<String> = ReuseMove::VARIANTS
        .iter()
        .flat_map(|step| {
            states()
                .filter_map(move |from| Some(format!("{} -{step}-> {}", said(from), step.leads_to(from)?)))
        })
        .collect();
    assert_eq!(
        lines,
        [
            "- -REQUEST-> REQUESTED",
            "REQUESTED -AGREE-> AGREED",
            "REQUESTED -REFUSE-> REFUSED",
            "AGREED -DELIVER-> ACTIVE",
            "REQUESTED -ESCALATE-> REQUESTED",
            "REQUESTED -END-> ENDED",
            "AGREED -END-> ENDED",
            "ACTIVE -END-> ENDED",
        ]
    );
}

/// Every state, escalated or not, every move, every role, at the recipient, the holder and a third body.
#[test]
fn whatever_is_not_in_the_table_is_refused_and_changes_nothing() {
    for (state, step) in
        ReuseState::VARIANTS.iter().flat_map(|s| ReuseMove::VARIANTS.iter().map(move |m| (*s, *m)))
    {
        for (role, of) in Role::VARIANTS.iter().flat_map(|r| ["X24", "X26", "X99"].map(|of| (*r, of))) {
            for escalated in [false, true] {
                let mut before = agreement(state);
                before.escalated_on = escalated.then(|| day("2026-04-22"));
                let actor = actor(role, of);
                let mut after = before.clone();
                let made = rule(step.make(&mut after, &making(&actor, "2026-05-20")));
                let (recipient, holder) =
                    (role == Role::Registrar && of == "X26", role == Role::Registrar && of == "X24");
                let panel = matches!(role, Role::PanelMember | Role::PanelChair) && escalated;
                let allowed = match step {
                    ReuseMove::Request => recipient,
                    ReuseMove::Agree | ReuseMove::Refuse => holder || panel,
                    ReuseMove::Deliver => holder,
                    ReuseMove::Escalate => role == Role::Service,
                    ReuseMove::End => recipient || (holder && state != ReuseState::Requested),
                };
                let from = (step != ReuseMove::Request).then_some(state);
                let expected = match (allowed, step.leads_to(from)) {
                    (false, _) => "DENIED",
                    (true, None) => "REUSE_STATE",
                    (true, Some(_)) if step == ReuseMove::Escalate && escalated => "ESCALATED_ALREADY",
                    (true, Some(_)) => "OK",
                };
                assert_eq!(made, expected, "{role} of {of}: {step} on {state}, escalated: {escalated}");
                if made == "OK" {
                    assert_eq!(Some(after.state), step.leads_to(from));
                } else {
                    assert_eq!(after, before);
                }
            }
        }
    }
}

#[test]
fn an_agreement_goes_from_request_to_end() {
    let (recipient, holder) = (actor(Role::Registrar, "X26"), actor(Role::Registrar, "X24"));
    let mut one = agreement(ReuseState::Requested);
    ReuseMove::Request.make(&mut one, &making(&recipient, "2026-12-04")).unwrap();
    // Christmas Day, the substitute for Boxing Day and New Year's Day are not counted.
    assert_eq!((one.requested_on, one.answer_due), (day("2026-12-04"), day("2027-01-06")));
    ReuseMove::Agree.make(&mut one, &making(&holder, "2026-12-11")).unwrap();
    let deliver = |on: &str, one: &mut ReuseAgreement| {
        rule(ReuseMove::Deliver.make(one, &Making { on: Some(day(on)), ..making(&holder, "2027-02-10") }))
    };
    assert_eq!(deliver("2026-12-10", &mut one), "delivered_on RANGE");
    assert_eq!(deliver("2027-02-11", &mut one), "delivered_on RANGE");
    assert_eq!(deliver("2027-02-01", &mut one), "OK");
    assert_eq!((one.state, one.first_delivery), (ReuseState::Active, Some(day("2027-02-01"))));
    let end = |on: &str, one: &mut ReuseAgreement| {
        rule(ReuseMove::End.make(one, &Making { on: Some(day(on)), ..making(&recipient, "2027-06-01") }))
    };
    assert_eq!(end("2027-05-31", &mut one), "ends_on RANGE");
    assert_eq!(end("2028-06-02", &mut one), "ends_on RANGE");
    assert_eq!(end("2027-09-01", &mut one), "OK");
    assert_eq!((one.state, one.ends_on, one.revision), (ReuseState::Ended, Some(day("2027-09-01")), 4));
    let silent = Making { reason: " ", ..making(&recipient, "2026-12-04") };
    assert_eq!(rule(ReuseMove::End.make(&mut agreement(ReuseState::Active), &silent)), "reason REQUIRED");
}

#[test]
fn silence_is_escalated_from_the_day_after_the_last() {
    let onus = Actor::system();
    let escalate = |today: &str| {
        rule(ReuseMove::Escalate.make(&mut agreement(ReuseState::Requested), &making(&onus, today)))
    };
    assert_eq!([escalate("2026-04-21"), escalate("2026-04-22")], ["ANSWER_NOT_DUE", "OK"]);
}

#[test]
fn a_request_says_all_that_is_wrong_with_it() {
    let recipient = actor(Role::Registrar, "X26");
    let mut bad = agreement(ReuseState::Requested);
    bad.holder = body("X26");
    (bad.legal_basis, bad.needs, bad.to) = (String::new(), vec![], Some("2026-03".parse().unwrap()));
    let Err(Error::Invalid(all)) = ReuseMove::Request.make(&mut bad, &making(&recipient, "2026-03-20"))
    else {
        panic!("accepted")
    };
    let fields: Vec<_> = all.iter().map(|v| v.field.as_str()).collect();
    assert_eq!(fields, ["legal_basis", "positions", "holder", "to_month"]);
}

#[test]
fn periods_are_met_whole_and_while_data_comes() {
    let mut one = agreement(ReuseState::Ended);
    one.to = Some("2026-07".parse().unwrap());
    let meets = |start: &str, end: &str| one.meets_period(day(start), day(end));
    assert!(!meets("2026-04-01", "2026-04-30"), "before data first came");
    assert!(meets("2026-05-01", "2026-05-31"));
    assert!(meets("2026-04-01", "2026-06-30"));
    assert!(!meets("2026-03-31", "2026-06-30"), "begins before the first month");
    assert!(meets("2026-07-01", "2026-07-31"));
    assert!(!meets("2026-07-02", "2026-08-01"), "ends after the last month");
    one.to = None;
    assert!(one.meets_period(day("2026-08-01"), day("2026-08-31")));
    assert!(!one.meets_period(day("2026-08-02"), day("2026-09-01")), "no data any more");
    assert!(!agreement(ReuseState::Agreed).meets_period(day("2026-05-01"), day("2026-05-31")));
}

#[test]
fn its_parties_and_the_panel_see_all_of_it() {
    let sees = |role, of| agreement(ReuseState::Requested).is_for(&actor(role, of));
    assert!(sees(Role::Registrar, "X24") && sees(Role::Registrar, "X26"));
    assert!(sees(Role::PanelMember, "X99") && sees(Role::PanelChair, "X99") && sees(Role::Admin, "X99"));
    assert!(!sees(Role::Registrar, "X99") && !sees(Role::ProviderUser, "X24") && !sees(Role::Public, "X24"));
}

fn version(state: VersionState) -> Version {
    let item = |position, definition: &str| Item {
        position,
        section: String::new(),
        mandation: None,
        role: ItemRole::Content,
        subject: "STAY".parse().unwrap(),
        definition: definition.parse().unwrap(),
        purpose_kind: PurposeKind::Unknown,
        r#use: String::new(),
    };
    Version {
        collection: "needs-it".parse().unwrap(),
        number: 3,
        state,
        admission: Admission::None,
        content: Content {
            title: "Needs it".into(),
            purpose: String::new(),
            legal_basis: String::new(),
            method: String::new(),
            uses: String::new(),
            feedback: String::new(),
            contact: String::new(),
            respondents: None,
            schedule: None,
            items: vec![item(1, "bed-days"), item(2, "beds")],
        },
        live_from: (state == VersionState::Live).then(|| day("2026-04-01")),
        live_to: None,
        suspensions: vec![],
        expires_on: None,
        evidence: String::new(),
        submitted_by: None,
        conditions: vec![],
        renews: None,
        revision: 1,
    }
}

#[test]
fn a_need_is_known_by_definition_and_subject_in_any_version() {
    let (next, one) = (version(VersionState::Draft), agreement(ReuseState::Active));
    let [bed_days, beds] = next.content.items.as_slice() else { panic!("two items") };
    assert!(one.answers(&next.collection, bed_days) && !one.answers(&next.collection, beds));
    assert!(!one.answers(&"another".parse().unwrap(), bed_days));
    let other = Item { subject: "SPELL".parse().unwrap(), ..bed_days.clone() };
    assert!(!one.answers(&next.collection, &other));
    for (state, answers) in ReuseState::VARIANTS.iter().zip([true, true, false, true, false]) {
        assert_eq!(agreement(*state).answers(&next.collection, bed_days), answers, "{state}");
    }
}

#[test]
fn needs_that_lose_their_agreement_are_warned_of() {
    let live = version(VersionState::Live);
    let found = |state, today: &str| {
        let all = warnings(&live, &[agreement(state)], day(today));
        all.into_iter().map(|one| (one.kind, one.from.to_string(), one.positions)).next()
    };
    let some = |kind, from: &str| Some((kind, from.to_owned(), vec![1]));
    assert_eq!(found(ReuseState::Refused, "2026-05-01"), some(WarningKind::Refused, "2026-04-01"));
    assert_eq!(found(ReuseState::Ended, "2026-05-01"), some(WarningKind::Ends, "2026-09-01"));
    assert_eq!(found(ReuseState::Requested, "2026-04-21"), None);
    assert_eq!(found(ReuseState::Requested, "2026-04-22"), some(WarningKind::Overdue, "2026-04-21"));
    assert_eq!(found(ReuseState::Agreed, "2026-05-01"), some(WarningKind::NotDelivered, "2026-04-01"));
    assert_eq!(found(ReuseState::Active, "2026-05-01"), None);
    let again = ReuseAgreement { id: Uuid::max(), ..agreement(ReuseState::Requested) };
    let both = [agreement(ReuseState::Ended), again];
    assert_eq!(warnings(&live, &both, day("2026-04-01")), []);
}

#[test]
fn the_public_learns_of_published_needs_by_which_data_came() {
    let state = |state| published(vec![agreement(state)], &[version(VersionState::Live)]).len();
    let shown = ReuseState::VARIANTS.iter().map(|one| state(*one)).collect::<Vec<_>>();
    assert_eq!(shown, [0, 0, 0, 1, 1]);
    let mut secret = agreement(ReuseState::Active);
    let mut only_drafted = secret.needs[0].clone();
    only_drafted.definition = "in-a-draft".parse().unwrap();
    secret.needs.push(only_drafted);
    let known = published(vec![secret.clone()], &[version(VersionState::Live)]);
    assert_eq!(known[0].needs.len(), 1);
    secret.needs.remove(0);
    assert!(published(vec![secret], &[version(VersionState::Live)]).is_empty());
}
