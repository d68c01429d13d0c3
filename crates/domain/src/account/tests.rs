use super::*;
use crate::Error;

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn machine(roles: &[Role], organisation: Option<&str>) -> Account {
    Account {
        id: AccountId::new("importer").unwrap(),
        kind: AccountKind::Machine,
        display_name: "Nightly importer".into(),
        granted: Grant {
            organisation: organisation.map(|code| OdsCode::new(code).unwrap()),
            roles: roles.iter().copied().collect(),
        },
        claimed: Grant::none(),
        identity: None,
        certificate: None,
        created_at: moment("2026-11-23T12:00:00Z"),
        disabled_at: None,
        revision: 1,
    }
}

fn rules(account: &Account) -> Vec<(String, String)> {
    let mut found = Violations::new();
    account.check(&mut found);
    match found.into_result() {
        Ok(()) => vec![],
        Err(Error::Invalid(all)) => all.into_iter().map(|one| (one.field, one.rule)).collect(),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_machine_is_a_service_beside_its_roles() {
    let account = machine(&[Role::Registrar], Some("X24"));
    assert_eq!(rules(&account), []);
    let actor = account.actor();
    assert!(actor.has(Role::Service) && actor.has_for(Role::Registrar, &OdsCode::new("X24").unwrap()));
    let person = Account { kind: AccountKind::Person, ..account };
    assert!(!person.actor().has(Role::Service));
}

#[test]
fn what_was_granted_stands_before_what_was_claimed() {
    let claimed =
        Grant { organisation: Some(OdsCode::new("X26").unwrap()), roles: BTreeSet::from([Role::Steward]) };
    let account = machine(&[Role::Registrar], Some("X24"));
    let actor = account.acting_with(&claimed);
    assert_eq!(actor.organisation.unwrap().as_str(), "X24");
    assert!(actor.roles.contains(&Role::Steward) && actor.roles.contains(&Role::Registrar));
    let none = Account { granted: Grant::none(), ..account };
    assert_eq!(none.acting_with(&claimed).organisation.unwrap().as_str(), "X26");
}

#[test]
fn all_that_is_wrong_with_an_account_is_said_at_once() {
    let pair = |field: &str, rule: &str| (field.to_owned(), rule.to_owned());
    assert_eq!(rules(&machine(&[], None)), [pair("roles", "REQUIRED")]);
    let wrong = Account {
        display_name: " ".into(),
        certificate: Some("AB".into()),
        ..machine(&[Role::Public, Role::Service, Role::ProviderUser], None)
    };
    assert_eq!(
        rules(&wrong),
        [
            pair("display_name", "REQUIRED"),
            pair("roles", "GRANTED_ROLE"),
            pair("roles", "GRANTED_ROLE"),
            pair("organisation", "REQUIRED"),
            pair("certificate", "FINGERPRINT"),
        ]
    );
}

#[test]
fn the_audit_log_is_told_nothing_personal() {
    let account = Account {
        display_name: "Ann Other".into(),
        identity: Some(IssuerIdentity { issuer: "https://id.example".into(), subject: "secret-sub".into() }),
        ..machine(&[Role::Admin], None)
    };
    let told = serde_json::to_string(&account.state()).unwrap();
    assert!(!told.contains("Ann") && !told.contains("secret-sub") && told.contains("ADMIN"), "{told}");
}

#[test]
fn a_token_is_good_until_it_expires_or_is_revoked() {
    let now = moment("2026-11-23T12:00:00Z");
    let token = ServiceToken {
        id: Uuid::nil(),
        account: AccountId::new("importer").unwrap(),
        label: String::new(),
        digest: "d".into(),
        created_at: now,
        created_by: "system".into(),
        expires_at: now + TimeDelta::days(1),
        revoked_at: None,
        last_used_on: None,
    };
    assert!(token.is_good(now) && !token.is_good(now + TimeDelta::days(1)));
    assert!(!ServiceToken { revoked_at: Some(now), ..token.clone() }.is_good(now));
    for days in [0, -1, 367] {
        let mut found = Violations::new();
        ServiceToken { expires_at: now + TimeDelta::days(days), ..token.clone() }.check(now, &mut found);
        assert!(!found.is_empty(), "{days}");
    }
}

#[test]
fn a_session_ends_when_idle_and_at_its_longest() {
    let at = moment("2026-11-23T12:00:00Z");
    let limits = SessionLimits { idle: TimeDelta::minutes(30), longest: TimeDelta::hours(12) };
    let session = |seen: i64| Session {
        digest: "d".into(),
        account: "a".into(),
        created_at: at,
        seen_at: at + TimeDelta::minutes(seen),
        id_token: None,
    };
    assert!(session(0).lasts(limits, at + TimeDelta::minutes(29)));
    assert!(!session(0).lasts(limits, at + TimeDelta::minutes(30)));
    assert!(session(700).lasts(limits, at + TimeDelta::minutes(719)));
    assert!(!session(719).lasts(limits, at + TimeDelta::minutes(720)));
}
