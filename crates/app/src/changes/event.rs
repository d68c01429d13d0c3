//! An entry of the audit log as an event: what it says to others.

use super::LogEntry;
use chrono::NaiveDate;
use onus_domain::{
    CollectionId, DefinitionId, OdsCode,
    audit::AuditEntry,
    display,
    event::{Event, EventKind},
    respondents::RespondentsRule,
};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;

/// What is read of the state of a version. Whatever else it holds, and whatever it held when it was written, is passed over.
#[derive(Deserialize)]
struct VersionState {
    content: ContentState,
    expires_on: Option<NaiveDate>,
}

#[derive(Deserialize)]
struct ContentState {
    title: String,
    items: Vec<ItemState>,
    respondents: Option<RespondentsRule>,
}

#[derive(Deserialize)]
struct ItemState {
    definition: DefinitionId,
}

/// What is read of a report on duplicates.
#[derive(Deserialize)]
struct ReportState {
    items: Vec<ReportedState>,
}

#[derive(Deserialize)]
struct ReportedState {
    definition: DefinitionId,
    #[serde(default)]
    hits: Vec<HitState>,
}

#[derive(Deserialize)]
struct HitState {
    standing: String,
    #[serde(default)]
    asked_by: Vec<Value>,
}

impl ReportedState {
    /// Whether it is asked already: the answer is held, or can be had of what is held.
    fn is_duplicate(&self) -> bool {
        let held = ["IDENTICAL", "SAME", "CONTAINED", "DERIVABLE"];
        self.hits.iter().any(|hit| held.contains(&hit.standing.as_str()) && !hit.asked_by.is_empty())
    }
}

/// The event that an entry is, if it is one.
pub(crate) fn event_of(logged: &LogEntry) -> Option<Event> {
    let LogEntry { seq, entry, state } = logged;
    let kind = EventKind::of_action(&entry.action)?;
    let mut event = Event {
        seq: *seq,
        id: entry.id,
        at: entry.at,
        kind,
        resource: entry.resource.clone(),
        owner: entry.owner.clone(),
        audience: entry.audience,
        title: String::new(),
        detail: String::new(),
        reason: entry.reason.clone(),
        collections: collection_of(entry).into_iter().collect(),
        definitions: BTreeSet::new(),
        parties: BTreeSet::new(),
        respondents: None,
        expires_on: None,
    };
    let state = state.as_deref().unwrap_or("null");
    match entry.action.split_once('.').map(|(of, _)| of) {
        Some("version") if kind == EventKind::DuplicateFound => of_report(&mut event, state)?,
        Some("version") => of_version(&mut event, state),
        Some("definition") => of_definition(&mut event, state),
        Some("challenge") => of_challenge(&mut event, state),
        // Whose it is says the entry; the body that it is about is not told.
        Some("feedback") => {}
        _ => of_other(&mut event, state),
    }
    if event.title.is_empty() {
        event.title = event.collections.first().map_or_else(|| entry.resource.clone(), ToString::to_string);
    }
    Some(event)
}

fn collection_of(entry: &AuditEntry) -> Option<CollectionId> {
    let rest = entry.resource.strip_prefix("collections/")?;
    CollectionId::new(rest.split('/').next()?).ok()
}

fn of_version(event: &mut Event, state: &str) {
    let Ok(version) = serde_json::from_str::<VersionState>(state) else { return };
    let end = version.expires_on.map(display::day);
    event.detail = match (event.kind, end) {
        (EventKind::VersionApproved | EventKind::VersionLive, Some(end)) => {
            format!("Its approval ends on {end}.")
        }
        (EventKind::VersionExpiring, Some(end)) => {
            format!(
                "Its approval ends on {end}: from then on nobody need answer it, unless it is approved again."
            )
        }
        _ => String::new(),
    };
    event.title = version.content.title;
    event.definitions = version.content.items.into_iter().map(|item| item.definition).collect();
    event.respondents = version.content.respondents;
    event.expires_on = version.expires_on;
}

/// `None` if it found nothing.
fn of_report(event: &mut Event, state: &str) -> Option<()> {
    let report: ReportState = serde_json::from_str(state).ok()?;
    let duplicates: Vec<_> = report.items.into_iter().filter(ReportedState::is_duplicate).collect();
    let items = display::things(duplicates.len(), "item asks", "items ask");
    event.detail = format!("{items} what is asked already.");
    event.definitions = duplicates.into_iter().map(|item| item.definition).collect();
    (!event.definitions.is_empty()).then_some(())
}

fn of_definition(event: &mut Event, state: &str) {
    let Ok(state) = serde_json::from_str::<Value>(state) else { return };
    event.title = text(&state, "name");
    event.definitions.extend(DefinitionId::new(text(&state, "id")).ok());
}

/// What is read of the state of a challenge.
#[derive(Deserialize)]
struct ChallengeNow {
    provider: OdsCode,
    owner: OdsCode,
    collection: Option<CollectionId>,
    reason: String,
    answer_due: NaiveDate,
    answer: Option<RulingNow>,
    decision: Option<RulingNow>,
}

#[derive(Deserialize)]
struct RulingNow {
    outcome: String,
}

fn of_challenge(event: &mut Event, state: &str) {
    let Ok(challenge) = serde_json::from_str::<ChallengeNow>(state) else { return };
    let outcome = |of: &Option<RulingNow>| of.as_ref().map(|ruling| display::words(&ruling.outcome));
    let ruled = match (outcome(&challenge.decision), outcome(&challenge.answer)) {
        (Some(decision), _) => format!("{decision} by the panel."),
        (None, Some(answer)) => format!("{answer} by its owner."),
        (None, None) => format!("Its owner has until {} to answer.", display::day(challenge.answer_due)),
    };
    event.detail = format!("Reason: {}. {ruled}", display::words(&challenge.reason).to_lowercase());
    event.parties = BTreeSet::from([challenge.provider, challenge.owner]);
    event.collections.extend(challenge.collection);
}

/// Agreements, consultations, editions: whoever is named takes part.
fn of_other(event: &mut Event, state: &str) {
    let Ok(state) = serde_json::from_str::<Value>(state) else { return };
    for name in ["holder", "recipient", "provider", "body"] {
        event.parties.extend(OdsCode::new(text(&state, name)).ok());
    }
    let invited = state.get("providers").and_then(Value::as_array).into_iter().flatten();
    event.parties.extend(invited.filter_map(|code| OdsCode::new(code.as_str()?).ok()));
    event.collections.extend(CollectionId::new(text(&state, "collection")).ok());
    let needs = state.get("needs").and_then(Value::as_array).into_iter().flatten();
    event.definitions.extend(needs.filter_map(|need| DefinitionId::new(text(need, "definition")).ok()));
    if event.kind == EventKind::ReuseAnswered {
        event.detail = format!("{}.", display::words(&text(&state, "state")));
    }
    if event.kind == EventKind::EditionPublished {
        event.title = text(&state, "month");
    }
}

fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use onus_domain::audit::Audience;

    fn of(action: &str, resource: &str, state: &str) -> Option<Event> {
        let context = crate::Context::system(DateTime::UNIX_EPOCH);
        let change =
            crate::audit::change::<()>(&context, action, resource.into(), None, None, "why").unwrap();
        event_of(&LogEntry { seq: 7, entry: change.entry, state: Some(state.into()) })
    }

    #[test]
    fn a_version_says_what_it_is_about() {
        let state = r#"{"collection":"a","number":2,"content":{"title":"Alpha","items":[{"definition":"d"},{"definition":"e"}],
            "respondents":null,"more":1},"expires_on":"2027-09-30","revision":4}"#;
        let event = of("version.approve", "collections/a/versions/2", state).unwrap();
        assert_eq!((event.seq, event.title.as_str(), event.audience), (7, "Alpha", Audience::Admin));
        assert_eq!((event.collections.len(), event.definitions.len()), (1, 2));
        assert_eq!(event.detail, "Its approval ends on 30 September 2027.");
        assert_eq!(of("version.submit", "collections/a/versions/2", "null").unwrap().title, "a");
    }

    #[test]
    fn a_report_that_found_nothing_is_no_event() {
        let report = |standing: &str, asked: &str| {
            let hit = format!(r#"{{"standing":"{standing}","asked_by":{asked}}}"#);
            let state = format!(r#"{{"items":[{{"definition":"d","hits":[{hit}]}},{{"definition":"e"}}]}}"#);
            of("version.report", "collections/a/versions/2", &state)
        };
        assert_eq!(report("SAME", "[{}]").unwrap().detail, "1 item asks what is asked already.");
        assert!(report("SAME", "[]").is_none() && report("RELATED", "[{}]").is_none());
    }

    #[test]
    fn a_challenge_says_what_came_of_it_and_feedback_nothing() {
        let state = |ruled: &str| {
            format!(
                r#"{{"provider":"R0A","owner":"X24","collection":"a","reason":"UNCLEAR","answer_due":"2026-12-07","text":"Jo's",{ruled}}}"#
            )
        };
        let raised =
            of("challenge.create", "challenges/x", &state(r#""answer":null,"decision":null"#)).unwrap();
        assert_eq!(raised.detail, "Reason: unclear. Its owner has until 7 December 2026 to answer.");
        assert_eq!((raised.parties.len(), raised.title.as_str()), (2, "a"));
        let ruled = r#""answer":{"outcome":"NOT_UPHELD"},"decision":{"outcome":"UPHELD"}"#;
        let told = of("challenge.publish", "challenges/x", &state(ruled)).unwrap();
        assert_eq!(told.detail, "Reason: unclear. Upheld by the panel.");
        let feedback = of("feedback.create", "feedback/x", r#"{"provider":"R0A","body":"X24"}"#).unwrap();
        assert!(feedback.parties.is_empty() && feedback.detail.is_empty());
    }

    #[test]
    fn whoever_takes_part_is_a_party() {
        let state = r#"{"holder":"X24","recipient":"X25","collection":"a","state":"AGREED","needs":[{"definition":"d"}]}"#;
        let event = of("reuse.agree", "reuseAgreements/x", state).unwrap();
        assert_eq!((event.parties.len(), event.detail.as_str(), event.title.as_str()), (2, "Agreed.", "a"));
        assert!(of("version.update", "collections/a/versions/2", "null").is_none());
    }
}
