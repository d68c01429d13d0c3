use super::*;
use crate::{
    Error, Result,
    collection::{Collection, SectorPath},
    definition::{Definition, DefinitionKind},
    item::{Item, ItemRole, PurposeKind},
    organisation::{Organisation, OrganisationKind, ProviderType},
    snapshot::Snapshot,
    version::{Admission, Content, Version, VersionState},
};
use strum::VariantArray;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn code(code: &str) -> OdsCode {
    code.parse().unwrap()
}

fn actor(role: Role, of: &str) -> Actor {
    Actor { account: "ann".into(), organisation: of.parse().ok(), roles: BTreeSet::from([role]) }
}

fn ruling(outcome: ChallengeOutcome) -> Ruling {
    Ruling { outcome, text: "Every quarter is enough.".into(), by: "reg".into(), on: day("2026-11-25") }
}

/// One that stands somewhere; if it is with the panel, because the provider was not satisfied or because the owner was `silent`.
fn challenge(state: ChallengeState, silent: bool) -> Challenge {
    use ChallengeState as S;
    let answered = matches!(state, S::Answered) || (matches!(state, S::Escalated | S::Decided) && !silent);
    Challenge {
        id: Uuid::nil(),
        provider: code("R0A"),
        owner: code("X24"),
        collection: Some("beds".parse().unwrap()),
        version: Some(1),
        reference: "DR-000002Y".into(),
        request_text: "Dear Ms Smith".into(),
        reason: ChallengeReason::Disproportionate,
        text: "Weekly is too often, says Jo Bloggs.".into(),
        items: BTreeSet::from([1]),
        duplicate_of: None,
        duplicate_definitions: BTreeSet::new(),
        state,
        raised_on: day("2026-11-23"),
        raised_by: "jo".into(),
        answer_due: day("2026-12-07"),
        answer: answered.then(|| ruling(ChallengeOutcome::NotUpheld)),
        escalated_on: matches!(state, S::Escalated | S::Decided).then(|| day("2026-11-26")),
        escalation: if answered { "It is still weekly.".into() } else { String::new() },
        decision: (state == S::Decided).then(|| ruling(ChallengeOutcome::Upheld)),
        withdrawn_on: None,
        revision: 1,
    }
}

fn making<'a>(actor: &'a Actor, today: &str) -> Making<'a> {
    Making { actor, today: day(today), outcome: Some(ChallengeOutcome::Upheld), text: "because" }
}

fn rule<T>(made: Result<T>) -> String {
    match made {
        Ok(_) => "OK".into(),
        Err(Error::PermissionDenied(_)) => "DENIED".into(),
        Err(Error::Precondition { rule, .. }) => rule.into(),
        Err(Error::Invalid(all)) => {
            all.iter().map(|one| format!("{} {}", one.field, one.rule)).collect::<Vec<_>>().join(", ")
        }
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn the_table_of_moves_is_the_one_in_the_documents() {
    let states = || std::iter::once(None).chain(ChallengeState::VARIANTS.iter().copied().map(Some));
    let said = |state: Option<ChallengeState>| state.map_or("-", ChallengeState::as_str);
    let lines: Vec<String> = ChallengeMove::VARIANTS
        .iter()
        .flat_map(|step| {
            states()
                .filter_map(move |from| Some(format!("{} -{step}-> {}", said(from), step.leads_to(from)?)))
        })
        .collect();
    assert_eq!(
        lines,
        [
            "- -CREATE-> OPEN",
            "OPEN -ANSWER-> ANSWERED",
            "OPEN -ESCALATE-> ESCALATED",
            "ANSWERED -ESCALATE-> ESCALATED",
            "ESCALATED -DECIDE-> DECIDED",
            "OPEN -WITHDRAW-> WITHDRAWN",
            "ESCALATED -WITHDRAW-> WITHDRAWN",
        ]
    );
}

/// Every state, with and without an answer, every move, every role, at the provider, the owner, a third organisation and none, in time and
/// too late.
#[test]
fn whatever_is_not_in_the_table_is_refused_and_changes_nothing() {
    let places = ["R0A", "X24", "X99", ""];
    let people: Vec<_> = Role::VARIANTS.iter().flat_map(|role| places.map(|of| (*role, of))).collect();
    let deeds = ChallengeState::VARIANTS
        .iter()
        .flat_map(|state| ChallengeMove::VARIANTS.iter().map(move |step| (*state, *step)));
    for (state, step) in deeds {
        for ((role, of), silent, late) in people.iter().flat_map(|one| {
            [(false, false), (false, true), (true, false), (true, true)].map(|(s, l)| (*one, s, l))
        }) {
            let before = challenge(state, silent);
            let actor = actor(role, of);
            let mut after = before.clone();
            let today = if late { "2026-12-08" } else { "2026-12-07" };
            let made = rule(step.make(&mut after, &making(&actor, today)));
            let provider = role == Role::ProviderUser && of == "R0A";
            let allowed = match step {
                ChallengeMove::Create | ChallengeMove::Withdraw | ChallengeMove::Escalate => provider,
                ChallengeMove::Answer => role == Role::Registrar && of == "X24",
                ChallengeMove::Decide => {
                    matches!(role, Role::PanelMember | Role::PanelChair) && !["R0A", "X24"].contains(&of)
                }
            };
            let from = (step != ChallengeMove::Create).then_some(state);
            let open = state == ChallengeState::Open;
            let expected = match (allowed, step.leads_to(from)) {
                (false, _) => "DENIED",
                (true, None) => "CHALLENGE_STATE",
                (true, Some(_)) if step == ChallengeMove::Answer && late => "ANSWER_LATE",
                (true, Some(_)) if step == ChallengeMove::Escalate && open && !late => "ANSWER_NOT_DUE",
                (true, Some(_)) => "OK",
            };
            assert_eq!(made, expected, "{role} of {of}: {step} on {state}, silent: {silent}, late: {late}");
            if made == "OK" {
                assert_eq!(Some(after.state), step.leads_to(from));
            } else {
                assert_eq!(after, before);
            }
        }
    }
}

#[test]
fn onus_itself_escalates_silence_alone_and_does_nothing_else() {
    let onus = Actor::system();
    for (state, step) in
        ChallengeState::VARIANTS.iter().flat_map(|s| ChallengeMove::VARIANTS.iter().map(move |m| (*s, *m)))
    {
        let made = rule(step.make(&mut challenge(state, false), &making(&onus, "2026-12-08")));
        let escalates = step == ChallengeMove::Escalate && challenge(state, false).answer.is_none();
        let expected = match (escalates, state) {
            (true, ChallengeState::Open) => "OK",
            (true, _) => "CHALLENGE_STATE",
            (false, _) => "DENIED",
        };
        assert_eq!(made, expected, "{step} on {state}");
    }
    let mut silent = challenge(ChallengeState::Open, true);
    let wordless = Making { outcome: None, text: "", ..making(&onus, "2026-12-08") };
    ChallengeMove::Escalate.make(&mut silent, &wordless).unwrap();
    assert_eq!((silent.escalated_on, silent.escalation.as_str()), (Some(day("2026-12-08")), ""));
}

#[test]
fn a_challenge_goes_from_card_to_decision() {
    let (provider, owner, panel) =
        (actor(Role::ProviderUser, "R0A"), actor(Role::Registrar, "X24"), actor(Role::PanelChair, ""));
    let mut one = new().make(Uuid::nil(), &registry(), &provider, day("2026-12-18")).unwrap();
    // Christmas Day, the substitute for Boxing Day and New Year's Day are not counted.
    assert_eq!((one.state, one.answer_due), (ChallengeState::Open, day("2027-01-06")));
    let answer = Making { outcome: None, text: " ", ..making(&owner, "2027-01-06") };
    assert_eq!(rule(ChallengeMove::Answer.make(&mut one, &answer)), "text REQUIRED, outcome REQUIRED");
    ChallengeMove::Answer
        .make(
            &mut one,
            &Making { outcome: Some(ChallengeOutcome::NotUpheld), ..making(&owner, "2027-01-06") },
        )
        .unwrap();
    let silent = Making { text: "", ..making(&provider, "2027-01-07") };
    assert_eq!(rule(ChallengeMove::Escalate.make(&mut one, &silent)), "text REQUIRED");
    ChallengeMove::Escalate.make(&mut one, &making(&provider, "2027-01-07")).unwrap();
    assert_eq!(one.outcome().unwrap().outcome, ChallengeOutcome::NotUpheld);
    let other = Actor { account: "pat".into(), ..panel.clone() };
    assert_eq!(rule(ChallengeMove::Decide.make(&mut one.clone(), &making(&panel, "2027-02-01"))), "DENIED");
    ChallengeMove::Decide.make(&mut one, &making(&other, "2027-02-01")).unwrap();
    assert_eq!((one.outcome().unwrap().outcome, one.revision), (ChallengeOutcome::Upheld, 4));
}

#[test]
fn everybody_learns_the_outcome_and_no_name_or_word() {
    use ChallengeState as S;
    let seen = |state, silent, role, of| challenge(state, silent).as_seen_by(&actor(role, of)).is_some();
    for state in S::VARIANTS {
        for (role, of) in [
            (Role::ProviderUser, "R0A"),
            (Role::Registrar, "X24"),
            (Role::PanelMember, ""),
            (Role::Admin, ""),
        ] {
            assert_eq!(challenge(*state, true).as_seen_by(&actor(role, of)), Some(challenge(*state, true)));
        }
        let told = matches!(state, S::Answered | S::Decided);
        for (role, of) in [
            (Role::Public, ""),
            (Role::ProviderUser, "R1A"),
            (Role::Registrar, "X25"),
            (Role::Registrar, "R0A"),
        ] {
            assert_eq!(seen(*state, true, role, of), told, "{state} by {role} of {of}");
        }
    }
    assert!(seen(S::Escalated, false, Role::Public, ""), "what was published stays so");
    let public = serde_json::to_string(&challenge(S::Decided, false).published()).unwrap();
    for private in ["Smith", "Bloggs", "\"jo\"", "\"reg\"", "still weekly"] {
        assert!(!public.contains(private), "{private} in {public}");
    }
    for said in ["R0A", "Every quarter", "DR-000002Y"] {
        assert!(public.contains(said), "{said} in {public}");
    }
    let letter = Challenge { reference: "Smith/17".into(), ..challenge(S::Decided, false) };
    assert_eq!(letter.published().unwrap().reference, "", "anything may stand there");
}

fn organisation(id: &str, kind: OrganisationKind) -> Organisation {
    Organisation {
        code: code(id),
        name: id.into(),
        kind,
        provider_type: (kind == OrganisationKind::Provider).then_some(ProviderType::Acute),
        provider_type_basis: crate::Basis::Stated,
        region: None,
        parent: None,
        open_date: None,
        close_date: None,
    }
}

fn version(id: &str) -> Version {
    let item = Item {
        position: 1,
        section: String::new(),
        mandation: None,
        role: ItemRole::Content,
        subject: "STAY".parse().unwrap(),
        definition: "bed-days".parse().unwrap(),
        purpose_kind: PurposeKind::Unknown,
        r#use: String::new(),
    };
    Version {
        collection: id.parse().unwrap(),
        number: 1,
        state: VersionState::Live,
        admission: Admission::None,
        content: Content {
            title: id.into(),
            purpose: String::new(),
            legal_basis: String::new(),
            method: String::new(),
            uses: String::new(),
            feedback: String::new(),
            contact: String::new(),
            respondents: None,
            schedule: None,
            items: vec![item],
        },
        live_from: Some(day("2026-04-01")),
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

/// Two collections of X24's, `beds` with the reference DR-000002Y; a provider and two more bodies.
fn registry() -> Snapshot {
    let collection = |id: &str, reference: Option<&str>| Collection {
        id: id.parse().unwrap(),
        owner: code("X24"),
        sector_path: SectorPath::National,
        reference: reference.map(|reference| reference.parse().unwrap()),
        source_id: None,
        revision: 1,
    };
    Snapshot {
        organisations: vec![
            organisation("R0A", OrganisationKind::Provider),
            organisation("X24", OrganisationKind::NationalBody),
            organisation("X25", OrganisationKind::NationalBody),
        ],
        collections: vec![collection("beds", Some("DR-000002Y")), collection("wards", None)],
        versions: vec![version("beds"), version("wards")],
        definitions: vec![Definition::new("bed-days".parse().unwrap(), DefinitionKind::Element, "Bed days")],
        ..Snapshot::default()
    }
}

fn new() -> NewChallenge {
    NewChallenge {
        provider: code("R0A"),
        owner: None,
        collection: Some("beds".parse().unwrap()),
        reference: String::new(),
        request_text: String::new(),
        reason: ChallengeReason::Duplicate,
        text: "We send it already.".into(),
        items: vec![1],
        duplicate_of: Some("wards".parse().unwrap()),
        duplicate_definitions: vec!["bed-days".parse().unwrap()],
    }
}

fn made(new: NewChallenge) -> Result<Challenge> {
    new.make(Uuid::nil(), &registry(), &actor(Role::ProviderUser, "R0A"), day("2026-11-23"))
}

#[test]
fn a_request_is_named_by_its_collection_or_its_reference_or_shown() {
    let one = made(new()).unwrap();
    assert_eq!((one.owner, one.version), (code("X24"), Some(1)));
    let referred = NewChallenge { collection: None, reference: " dr000002y ".into(), ..new() };
    let one = made(referred.clone()).unwrap();
    assert_eq!((one.collection, one.reference.as_str()), (Some("beds".parse().unwrap()), "dr000002y"));

    let letter = NewChallenge {
        owner: Some(code("X25")),
        request_text: "Please send us your beds by Friday.".into(),
        reason: ChallengeReason::Unregistered,
        items: vec![],
        duplicate_of: None,
        duplicate_definitions: vec![],
        reference: "2026/17".into(),
        ..referred.clone()
    };
    let one = made(letter.clone()).unwrap();
    assert_eq!((one.owner, one.collection, one.reference.as_str()), (code("X25"), None, "2026/17"));
    // Somebody uses another's reference.
    let borrowed = NewChallenge { reference: "DR-000002Y".into(), ..letter };
    let one = made(borrowed.clone()).unwrap();
    assert_eq!((one.owner, one.version), (code("X25"), Some(1)));
    assert_eq!(rule(made(NewChallenge { owner: None, ..borrowed })), "owner REQUIRED");
    let theirs = NewChallenge { owner: Some(code("X25")), ..referred };
    assert_eq!(rule(made(theirs)), "owner OWNER");
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let unknown = NewChallenge {
        collection: Some("nothing".parse().unwrap()),
        reason: ChallengeReason::Unclear,
        text: " ".into(),
        reference: "x".repeat(101),
        ..new()
    };
    let duplicate = "duplicate_of DUPLICATE_ONLY, duplicate_definitions[0] DUPLICATE_ONLY";
    assert_eq!(
        rule(made(unknown)),
        format!("reference LENGTH, text REQUIRED, collection KNOWN, {duplicate}")
    );
    let empty = NewChallenge { collection: None, reason: ChallengeReason::Unregistered, ..new() };
    assert_eq!(
        rule(made(empty)),
        format!("request_text REQUIRED, owner REQUIRED, items[0] KNOWN, {duplicate}")
    );
    let mistyped = NewChallenge { collection: None, reference: "DR-000003Y".into(), items: vec![], ..new() };
    assert_eq!(rule(made(mistyped)), "reference KNOWN");
    let none = NewChallenge { collection: None, items: vec![], ..new() };
    assert_eq!(rule(made(none)), "collection REQUIRED");
    let two =
        NewChallenge { collection: Some("wards".parse().unwrap()), reference: "DR-000002Y".into(), ..new() };
    assert_eq!(rule(made(two)), "reference SAME_COLLECTION, duplicate_of OTHER");
    let wrong = NewChallenge {
        owner: Some(code("R0A")),
        items: vec![2, 1, 3],
        duplicate_definitions: vec!["nothing".parse().unwrap()],
        ..new()
    };
    assert_eq!(
        rule(made(wrong)),
        "owner OTHER, owner OWNER, items[0] KNOWN, items[2] KNOWN, duplicate_definitions[0] KNOWN"
    );
    let body = NewChallenge { provider: code("X25"), ..new() };
    let its_own =
        body.clone().make(Uuid::nil(), &registry(), &actor(Role::ProviderUser, "X25"), day("2026-11-23"));
    assert_eq!(rule(its_own), "provider KNOWN");
    assert_eq!(rule(made(body)), "DENIED", "only for one's own");
}
