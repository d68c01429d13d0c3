//! Challenges.

use super::{code, day, required, required_code};
use crate::names;
use onus_app::{challenges::ChallengeRow, drafts::etag};
use onus_domain::{
    Violation, Violations,
    challenge::{Challenge, NewChallenge, Ruling},
};
use onus_proto::v1 as pb;

/// A challenge, as far as its reader may see it; `overdue` says whether its owner is late to answer.
pub fn challenge(of: &Challenge, overdue: bool) -> pb::Challenge {
    let version = of.collection.as_ref().zip(of.version);
    pb::Challenge {
        name: of.name(),
        provider: names::organisation(&of.provider),
        owner: names::organisation(&of.owner),
        collection: of.collection.as_ref().map(names::collection).unwrap_or_default(),
        version: version.map(|(id, number)| names::version(id, number)).unwrap_or_default(),
        reference: of.reference.clone(),
        request_text: of.request_text.clone(),
        reason: code(of.reason),
        text: of.text.clone(),
        items: of.items.iter().copied().collect(),
        duplicate_of: of.duplicate_of.as_ref().map(names::collection).unwrap_or_default(),
        duplicate_definitions: of.duplicate_definitions.iter().map(names::definition).collect(),
        state: code(of.state),
        raised_on: of.raised_on.to_string(),
        answer_due: of.answer_due.to_string(),
        overdue,
        answer: of.answer.as_ref().map(ruling),
        escalated_on: day(of.escalated_on),
        escalation: of.escalation.clone(),
        decision: of.decision.as_ref().map(ruling),
        withdrawn_on: day(of.withdrawn_on),
        etag: etag(of.revision),
    }
}

/// A challenge in a list.
pub fn challenge_row(of: &ChallengeRow) -> pb::Challenge {
    challenge(&of.challenge, of.overdue)
}

fn ruling(of: &Ruling) -> pb::ChallengeRuling {
    pb::ChallengeRuling { outcome: code(of.outcome), text: of.text.clone(), on: of.on.to_string() }
}

/// Reads what a provider says of a request.
pub fn read_new_challenge(given: pb::CreateChallengeRequest, found: &mut Violations) -> Option<NewChallenge> {
    let given = required("challenge", given.challenge, found)?;
    let mut read = None;
    found.within("challenge", |found| read = read_challenge(given, found));
    read
}

fn read_challenge(given: pb::Challenge, found: &mut Violations) -> Option<NewChallenge> {
    let provider = found.take(names::read_organisation("provider", &given.provider));
    let reason = found.take(required_code("reason", given.reason));
    let owner = named(&given.owner, found, |name| names::read_organisation("owner", name));
    let collection = named(&given.collection, found, |name| names::read_collection("collection", name));
    let duplicate_of = named(&given.duplicate_of, found, |name| names::read_collection("duplicate_of", name));
    let definitions =
        given.duplicate_definitions.iter().enumerate().map(|(at, name)| {
            found.take(names::read_definition(&format!("duplicate_definitions[{at}]"), name))
        });
    let definitions: Vec<_> = definitions.collect();
    Some(NewChallenge {
        provider: provider?,
        owner: owner?,
        collection: collection?,
        reference: given.reference,
        request_text: given.request_text,
        reason: reason?,
        text: given.text,
        items: given.items,
        duplicate_of: duplicate_of?,
        duplicate_definitions: definitions.into_iter().collect::<Option<_>>()?,
    })
}

/// Reads a name that may be left out but must be right if it is given: `None` was given and is wrong.
#[expect(clippy::option_option, reason = "given or not, right or not")]
fn named<T>(
    name: &str,
    found: &mut Violations,
    read: impl FnOnce(&str) -> Result<T, Violation>,
) -> Option<Option<T>> {
    if name.is_empty() { Some(None) } else { found.take(read(name)).map(Some) }
}
