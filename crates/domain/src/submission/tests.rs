use super::*;
use std::collections::BTreeSet;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn owed(version: u32, start: &str, end: &str, due: &str) -> Obligation {
    Obligation {
        collection: "sitrep".parse().unwrap(),
        version,
        provider: OdsCode::new("RJ1").unwrap(),
        period_start: start.parse().unwrap(),
        period_end: end.parse().unwrap(),
        due_date: due.parse().unwrap(),
    }
}

fn march() -> Obligation {
    owed(1, "2026-03-01", "2026-03-31", "2026-04-10")
}

fn receipt(submitted_at: Option<&str>, time_return: Option<(u32, u32)>) -> Receipt {
    let march = march();
    Receipt {
        collection: march.collection,
        version: 1,
        provider: march.provider,
        period_start: march.period_start,
        submitted_at: submitted_at.map(at),
        time_return: time_return.map(|(minutes, people)| TimeReturn { minutes, people }),
    }
}

/// Fields and rules that are wrong on 20 April 2026.
fn wrong(receipt: &Receipt, held: Option<&Submission>) -> Vec<(String, String)> {
    let mut found = Violations::new();
    let made = receipt.admit(&march(), held, at("2026-04-20T12:00:00Z"), &mut found);
    let Err(Error::Invalid(all)) = found.into_result() else { return vec![] };
    assert_eq!(made, None);
    all.into_iter().map(|one| (one.field, one.rule)).collect()
}

fn made(receipt: &Receipt, held: Option<&Submission>) -> Submission {
    let mut found = Violations::new();
    let made = receipt.admit(&march(), held, at("2026-04-20T12:00:00Z"), &mut found);
    found.into_result().unwrap();
    made.unwrap()
}

fn is(field: &str, rule: &str) -> Vec<(String, String)> {
    vec![(field.into(), rule.into())]
}

#[test]
fn what_was_sent_before_its_period_or_is_yet_to_be_sent_is_refused() {
    for (sent, expected) in [
        (None, is("submitted_at", "REQUIRED")),
        (Some("2026-02-28T23:59:59Z"), is("submitted_at", "RANGE")),
        (Some("2026-03-01T00:00:00Z"), vec![]),
        (Some("2026-04-20T12:00:00Z"), vec![]),
        (Some("2026-04-20T12:00:01Z"), is("submitted_at", "RANGE")),
    ] {
        assert_eq!(wrong(&receipt(sent, None), None), expected, "{sent:?}");
    }
}

#[test]
fn it_is_late_by_the_day_in_england() {
    let late = |sent: &str| made(&receipt(Some(sent), None), None).is_late();
    assert!(!late("2026-04-10T22:59:59Z"), "still the tenth");
    assert!(late("2026-04-10T23:00:00Z"), "British Summer Time has the eleventh");
}

#[test]
fn a_receipt_is_given_once_and_a_time_return_can_follow_and_be_corrected() {
    let held = made(&receipt(Some("2026-04-09T15:30:00Z"), None), None);
    assert_eq!(wrong(&receipt(Some("2026-04-08T15:30:00Z"), None), Some(&held)), is("submitted_at", "ONCE"));
    assert_eq!(wrong(&receipt(None, None), Some(&held)), is("minutes", "REQUIRED"));
    assert_eq!(made(&receipt(Some("2026-04-09T00:00:00Z"), None), Some(&held)), held, "the day says as much");
    let timed = made(&receipt(None, Some((45, 1))), Some(&held));
    assert_eq!((timed.submitted_at, timed.time_return.unwrap().minutes), (held.submitted_at, 45));
    let corrected = made(&receipt(None, Some((90, 2))), Some(&timed));
    assert_eq!(corrected.time_return, Some(TimeReturn { minutes: 90, people: 2 }));
    let again = made(&receipt(Some("2026-04-09T00:00:00Z"), None), Some(&corrected));
    assert_eq!(again, corrected, "what says nothing of time takes none away");
}

#[test]
fn more_than_all_their_hours_of_a_month_is_refused_and_what_is_only_unlikely_kept() {
    let time = |minutes, people| wrong(&receipt(Some("2026-04-09T15:30:00Z"), Some((minutes, people))), None);
    assert_eq!(time(744 * 60, 1), vec![]);
    assert_eq!(time(744 * 60 + 1, 1), is("minutes", "RANGE"));
    assert_eq!(time(900 * 60, 1), is("minutes", "RANGE"), "nobody has 900 hours in a month");
    assert_eq!(time(900 * 60, 2), vec![], "two have");
    assert_eq!(time(0, 1), vec![], "it went by itself");
    assert_eq!(time(1, 0), is("people", "RANGE"));
    assert_eq!(time(u32::MAX, u32::MAX).len(), 2, "both at once, and no overflow");
}

#[test]
fn what_is_not_owed_is_told_what_is() {
    let all = [
        owed(1, "2026-01-01", "2026-01-31", "2026-02-10"),
        owed(1, "2026-02-01", "2026-02-28", "2026-03-10"),
        march(),
        owed(2, "2026-04-01", "2026-04-30", "2026-05-10"),
    ];
    let of = |version, start: &str| {
        let asked = Receipt { version, period_start: start.parse().unwrap(), ..receipt(None, None) };
        asked.find(&all).map(|found| found.period_end.to_string())
    };
    assert_eq!(of(1, "2026-03-01").unwrap(), "2026-03-31");
    let refused = of(1, "2026-04-01").unwrap_err();
    assert_eq!((refused.rule.as_str(), refused.value.as_str()), ("OWED", "2026-04-01 of version 1"));
    let near = "2026-02-01 to 2026-02-28 of version 1, 2026-03-01 to 2026-03-31 of version 1, 2026-04-01 to 2026-04-30 of version 2";
    assert!(refused.expected.ends_with(near), "{}", refused.expected);
    let none = receipt(None, None).find(&[]).unwrap_err();
    assert!(none.expected.contains("owes none"), "{}", none.expected);
}

#[test]
fn its_providers_users_say_all_and_the_registrars_of_who_asks_only_that_it_came() {
    let code = |code: &str| OdsCode::new(code).unwrap();
    let may = |role, organisation: &str, said: &Receipt| {
        let actor = Actor {
            account: "somebody".into(),
            organisation: Some(code(organisation)),
            roles: BTreeSet::from([role]),
        };
        said.authorise(&actor, Some(&code("X24"))).is_ok()
    };
    let (sent, timed) = (receipt(Some("2026-04-09T15:30:00Z"), None), receipt(None, Some((45, 1))));
    assert!(may(Role::ProviderUser, "RJ1", &sent) && may(Role::ProviderUser, "RJ1", &timed));
    assert!(!may(Role::ProviderUser, "RJ2", &sent) && !may(Role::ProviderUser, "X24", &sent));
    assert!(may(Role::Registrar, "X24", &sent) && !may(Role::Registrar, "X24", &timed));
    assert!(!may(Role::Registrar, "X25", &sent) && !may(Role::Registrar, "RJ1", &sent));
    assert!(!may(Role::Admin, "X24", &sent) && !may(Role::PanelChair, "X24", &sent));
    assert!(matches!(sent.authorise(&Actor::public(), None), Err(Error::Unauthenticated(_))));
}

#[test]
fn what_it_took_is_seen_by_its_provider_and_the_panel() {
    let held = made(&receipt(Some("2026-04-09T15:30:00Z"), Some((45, 1))), None);
    let seen = |role, organisation: &str| {
        let organisation = Some(OdsCode::new(organisation).unwrap());
        let actor = Actor { account: "somebody".into(), organisation, roles: BTreeSet::from([role]) };
        held.clone().as_seen_by(&actor).time_return.is_some()
    };
    assert!(seen(Role::ProviderUser, "RJ1") && seen(Role::PanelMember, "X24"));
    assert!(!seen(Role::ProviderUser, "RJ2") && !seen(Role::Registrar, "X24"));
    assert!(held.clone().as_seen_by(&Actor::public()).time_return.is_none());
}

#[test]
fn a_day_stands_for_a_moment_of_it_that_has_come() {
    let day = "2026-07-01".parse().unwrap();
    assert_eq!(moment_of(day, at("2026-07-02T09:00:00Z")), at("2026-07-01T00:00:00Z"));
    // Half past midnight in England, before midnight by UTC.
    assert_eq!(moment_of(day, at("2026-06-30T23:30:00Z")), at("2026-06-30T23:30:00Z"));
    assert_eq!(
        moment_of(day, at("2026-06-30T12:00:00Z")),
        at("2026-07-01T00:00:00Z"),
        "is yet to come, and refused"
    );
}

#[test]
fn moments_are_read_as_days_or_to_the_microsecond() {
    let read = |text: &str| read_moment("submitted_at", text, at("2026-07-02T09:00:00Z"));
    assert_eq!(read(" "), Ok(None));
    assert_eq!(read("2026-07-01"), Ok(Some(at("2026-07-01T00:00:00Z"))));
    assert_eq!(read("2026-07-01T10:00:00.1234567+01:00"), Ok(Some(at("2026-07-01T09:00:00.123456Z"))));
    for text in ["1 July", "2026-7-1", "2026-02-30", "2026-07-01T10:00", "0001-01-01", "9999-01-01T00:00:00Z"]
    {
        assert_eq!(read(text).unwrap_err().rule, "TIME", "{text}");
    }
}
