//! A challenge to be made: which request it is about, and all that can be wrong with it.

use super::{Challenge, ChallengeMove, ChallengeReason, ChallengeState, Making, moves::MAX_TEXT};
use crate::{
    CollectionId, DefinitionId, OdsCode, Result, Violation, Violations, collection::Collection,
    organisation::Organisation, reference::Reference, role::Actor, snapshot::Snapshot, version::Version,
};
use chrono::NaiveDate;
use uuid::Uuid;

/// Longest text of a request as it was received.
const MAX_REQUEST: usize = 20_000;
/// Longest reference as it was received.
const MAX_REFERENCE: usize = 100;
/// Most items and definitions that are named.
const MAX_NAMED: usize = 1_000;

/// What a provider says. The request is named by its collection, or by the reference that came with it; one that is not registered by its
/// text and by who sent it.
#[derive(Debug, Clone)]
pub struct NewChallenge {
    /// Who challenges.
    pub provider: OdsCode,
    /// Who sent the request; `None` takes the collection's owner. UNREGISTERED needs it: nobody else knows.
    pub owner: Option<OdsCode>,
    /// The collection.
    pub collection: Option<CollectionId>,
    /// The reference as it was received, valid or not; empty if none was.
    pub reference: String,
    /// The request as it was received.
    pub request_text: String,
    /// What is wrong.
    pub reason: ChallengeReason,
    /// The same in the provider's words.
    pub text: String,
    /// Positions of the items that it is about; empty if it is about the whole.
    pub items: Vec<u32>,
    /// For a duplicate: the collection that asks it already.
    pub duplicate_of: Option<CollectionId>,
    /// For a duplicate: definitions by which it is asked already.
    pub duplicate_definitions: Vec<DefinitionId>,
}

/// The published request that is meant, if it is one.
struct Meant<'s> {
    collection: &'s Collection,
    version: &'s Version,
}

impl NewChallenge {
    /// The challenge that is made of it today among what is published; or all that is wrong with it.
    pub fn make(self, id: Uuid, registry: &Snapshot, actor: &Actor, today: NaiveDate) -> Result<Challenge> {
        let meant = self.meant(registry);
        let mut found = Violations::new();
        self.check(meant.as_ref(), registry, &mut found);
        let owner = self.owner.clone().or_else(|| meant.as_ref().map(|meant| meant.collection.owner.clone()));
        let mut challenge = Challenge {
            id,
            // Without an owner it is refused; whether the caller may challenge at all is said before.
            owner: owner.unwrap_or_else(|| self.provider.clone()),
            provider: self.provider,
            collection: meant.as_ref().map(|meant| meant.collection.id.clone()),
            version: meant.as_ref().map(|meant| meant.version.number),
            reference: self.reference.trim().to_owned(),
            request_text: self.request_text,
            reason: self.reason,
            text: self.text,
            items: self.items.into_iter().collect(),
            duplicate_of: self.duplicate_of,
            duplicate_definitions: self.duplicate_definitions.into_iter().collect(),
            state: ChallengeState::Open,
            raised_on: today,
            raised_by: actor.account.clone(),
            answer_due: today,
            answer: None,
            escalated_on: None,
            escalation: String::new(),
            decision: None,
            withdrawn_on: None,
            revision: 1,
        };
        ChallengeMove::Create.make(&mut challenge, &Making { actor, today, outcome: None, text: "" })?;
        found.into_result()?;
        Ok(challenge)
    }

    fn meant<'s>(&self, registry: &'s Snapshot) -> Option<Meant<'s>> {
        let collection = match &self.collection {
            Some(id) => registry.collection(id),
            None => self.referred_to(registry),
        }?;
        Some(Meant { collection, version: registry.current_version(&collection.id)? })
    }

    /// The collection that has the reference.
    fn referred_to<'s>(&self, registry: &'s Snapshot) -> Option<&'s Collection> {
        let reference: Reference = self.reference.parse().ok()?;
        registry.collections.iter().find(|collection| collection.reference == Some(reference))
    }

    fn check(&self, meant: Option<&Meant<'_>>, registry: &Snapshot, found: &mut Violations) {
        let provider = registry.organisation(&self.provider);
        found.require(provider.is_some_and(Organisation::is_provider), || {
            Violation::new("provider", "KNOWN", &self.provider, "the ODS code of a registered provider")
        });
        self.check_words(found);
        self.check_request(meant, registry, found);
        self.check_owner(meant, registry, found);
        self.check_items(meant, found);
        self.check_duplicates(meant, registry, found);
    }

    fn check_words(&self, found: &mut Violations) {
        for (field, value, most) in [
            ("text", &self.text, MAX_TEXT),
            ("request_text", &self.request_text, MAX_REQUEST),
            ("reference", &self.reference, MAX_REFERENCE),
        ] {
            found.text(field, value, most);
        }
        found.require(!self.text.trim().is_empty(), || {
            Violation::new("text", "REQUIRED", "", "what is wrong with the request, in your words")
        });
        let shown = self.reason != ChallengeReason::Unregistered || !self.request_text.trim().is_empty();
        found.require(shown, || {
            let expected = "the text of the request: nobody else has one that is not registered";
            Violation::new("request_text", "REQUIRED", "", expected)
        });
    }

    fn check_request(&self, meant: Option<&Meant<'_>>, registry: &Snapshot, found: &mut Violations) {
        if let Some(id) = &self.collection {
            found.require(meant.is_some(), || {
                Violation::new("collection", "KNOWN", id, "a published collection")
            });
            let other = self.referred_to(registry).filter(|other| other.id != *id);
            found.require(other.is_none(), || {
                let expected = format!("the reference of {id}, or none: this is that of another collection");
                Violation::new("reference", "SAME_COLLECTION", &self.reference, expected)
            });
            return;
        }
        let registered = meant.is_some() || self.reason == ChallengeReason::Unregistered;
        found.require(registered, || {
            let expected = "a published collection, by its name or its reference; what is none is challenged as UNREGISTERED";
            match self.reference.trim() {
                "" => Violation::new("collection", "REQUIRED", "", expected),
                reference => Violation::new("reference", "KNOWN", reference, expected),
            }
        });
    }

    /// A request goes out in its owner's name; one that is not registered may come from anybody, whatever reference it bears.
    fn check_owner(&self, meant: Option<&Meant<'_>>, registry: &Snapshot, found: &mut Violations) {
        let Some(owner) = &self.owner else {
            found.require(self.reason != ChallengeReason::Unregistered, || {
                Violation::new("owner", "REQUIRED", "", "the ODS code of the body that sent the request")
            });
            return;
        };
        found.require(registry.organisation(owner).is_some(), || {
            Violation::new("owner", "KNOWN", owner, "the ODS code of a registered organisation")
        });
        found.require(*owner != self.provider, || {
            Violation::new("owner", "OTHER", owner, "another organisation than the provider itself")
        });
        let theirs = meant.map(|meant| &meant.collection.owner);
        if let Some(theirs) = theirs.filter(|_| self.reason != ChallengeReason::Unregistered) {
            found.require(owner == theirs, || {
                let expected = format!("{theirs}, whose collection it is, or nothing");
                Violation::new("owner", "OWNER", owner, expected)
            });
        }
    }

    fn check_items(&self, meant: Option<&Meant<'_>>, found: &mut Violations) {
        if self.items.len() > MAX_NAMED {
            let expected = format!("at most {MAX_NAMED} positions; without any it is about the whole");
            found.push(Violation::new("items", "COUNT", self.items.len(), expected));
            return;
        }
        if meant.is_none() && self.collection.is_some() {
            // The collection is refused already, and its items with it.
            return;
        }
        for (at, position) in self.items.iter().enumerate() {
            let items = meant.into_iter().flat_map(|meant| &meant.version.content.items);
            found.require(items.into_iter().any(|item| item.position == *position), || {
                let expected = match meant {
                    Some(meant) => format!("the position of an item of {}", meant.version.name()),
                    None => "nothing: only a registered request has items with positions".into(),
                };
                Violation::new(format!("items[{at}]"), "KNOWN", position, expected)
            });
        }
    }

    fn check_duplicates(&self, meant: Option<&Meant<'_>>, registry: &Snapshot, found: &mut Violations) {
        let duplicate = self.reason == ChallengeReason::Duplicate;
        let only = "nothing, unless the reason is DUPLICATE";
        if let Some(other) = &self.duplicate_of {
            let asked = meant.map(|meant| &meant.collection.id);
            let (holds, rule, expected) = match registry.collection(other) {
                _ if !duplicate => (false, "DUPLICATE_ONLY", only),
                None => (false, "KNOWN", "a published collection that asks the same"),
                Some(_) => (asked != Some(other), "OTHER", "another collection than the one challenged"),
            };
            found.require(holds, || Violation::new("duplicate_of", rule, other, expected));
        }
        let definitions = &self.duplicate_definitions;
        if definitions.len() > MAX_NAMED {
            let expected = format!("at most {MAX_NAMED} definitions");
            found.push(Violation::new("duplicate_definitions", "COUNT", definitions.len(), expected));
            return;
        }
        for (at, definition) in definitions.iter().enumerate() {
            let (holds, rule, expected) = if duplicate {
                (registry.definition(definition).is_some(), "KNOWN", "a registered definition")
            } else {
                (false, "DUPLICATE_ONLY", only)
            };
            found.require(holds, || {
                Violation::new(format!("duplicate_definitions[{at}]"), rule, definition, expected)
            });
        }
    }
}
