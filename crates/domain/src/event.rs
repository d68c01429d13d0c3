//! Events: what others want to hear of. Each is one entry of the audit log that says something happened; what is only work in progress,
//! such as an edit of a draft, is none.

use crate::{
    CollectionId, ConceptId, DefinitionId, OdsCode,
    audit::Audience,
    codes::codes,
    respondents::RespondentsRule,
    role::{Actor, Role},
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

codes! {
    /// What happened.
    EventKind {
        /// A version was submitted to the panel.
        VersionSubmitted,
        /// Its owner withdrew it.
        VersionWithdrawn,
        /// The panel sent it back.
        VersionReturned,
        /// The panel refused it.
        VersionRejected,
        /// The panel approved it.
        VersionApproved,
        /// It came into force.
        VersionLive,
        /// It was suspended.
        VersionSuspended,
        /// It is in force again.
        VersionResumed,
        /// Its approval ends in 30 or in 7 days.
        VersionExpiring,
        /// Its approval ended.
        VersionExpired,
        /// Its owner ended it.
        VersionRetired,
        /// The next version took its place.
        VersionSuperseded,
        /// A submitted version asks what is asked already.
        DuplicateFound,
        /// A body asks another for what it holds.
        ReuseRequested,
        /// The holder agreed or refused.
        ReuseAnswered,
        /// Data first came.
        ReuseDelivered,
        /// The holder did not answer in time.
        ReuseEscalated,
        /// The agreement ended.
        ReuseEnded,
        /// A draft is shown to providers.
        ConsultationOpened,
        /// The consultation is over.
        ConsultationClosed,
        /// A definition was registered.
        DefinitionRegistered,
        /// A definition was changed.
        DefinitionChanged,
        /// A month's edition was published.
        EditionPublished,
        /// A provider challenged a request.
        ChallengeRaised,
        /// A challenge was answered.
        ChallengeAnswered,
        /// A challenge went to the panel.
        ChallengeEscalated,
        /// The panel decided on a challenge.
        ChallengeDecided,
        /// A provider took its challenge back.
        ChallengeWithdrawn,
        /// What came of a challenge so far was published.
        ChallengePublished,
        /// A provider gave feedback.
        FeedbackReceived,
        /// The panel answered feedback.
        FeedbackAnswered,
    }
}

/// What each action of the audit log is to others. An action that is not here is no event.
const ACTIONS: &[(&str, EventKind)] = &[
    ("challenge.answer", EventKind::ChallengeAnswered),
    ("challenge.create", EventKind::ChallengeRaised),
    ("challenge.decide", EventKind::ChallengeDecided),
    ("challenge.escalate", EventKind::ChallengeEscalated),
    ("challenge.publish", EventKind::ChallengePublished),
    ("challenge.withdraw", EventKind::ChallengeWithdrawn),
    ("consultation.close", EventKind::ConsultationClosed),
    ("consultation.open", EventKind::ConsultationOpened),
    ("definition.create", EventKind::DefinitionRegistered),
    ("definition.update", EventKind::DefinitionChanged),
    ("edition.make", EventKind::EditionPublished),
    ("feedback.answer", EventKind::FeedbackAnswered),
    ("feedback.create", EventKind::FeedbackReceived),
    ("reuse.agree", EventKind::ReuseAnswered),
    ("reuse.deliver", EventKind::ReuseDelivered),
    ("reuse.end", EventKind::ReuseEnded),
    ("reuse.escalate", EventKind::ReuseEscalated),
    ("reuse.refuse", EventKind::ReuseAnswered),
    ("reuse.request", EventKind::ReuseRequested),
    ("version.adopt", EventKind::VersionLive),
    ("version.approve", EventKind::VersionApproved),
    ("version.approve_emergency", EventKind::VersionApproved),
    ("version.expire", EventKind::VersionExpired),
    ("version.expiring", EventKind::VersionExpiring),
    ("version.publish", EventKind::VersionLive),
    ("version.reject", EventKind::VersionRejected),
    // Only if it found something: see the report.
    ("version.report", EventKind::DuplicateFound),
    ("version.resume", EventKind::VersionResumed),
    ("version.retire", EventKind::VersionRetired),
    ("version.return", EventKind::VersionReturned),
    ("version.submit", EventKind::VersionSubmitted),
    ("version.supersede", EventKind::VersionSuperseded),
    ("version.suspend", EventKind::VersionSuspended),
    ("version.withdraw", EventKind::VersionWithdrawn),
];

impl EventKind {
    /// What an action of the audit log is to others, if anything.
    pub fn of_action(action: &str) -> Option<Self> {
        ACTIONS.binary_search_by(|(known, _)| known.cmp(&action)).ok().map(|at| ACTIONS[at].1)
    }

    /// In words, as the beginning of a sentence about a version or other resource: `Approved`.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::VersionSubmitted => "Submitted to the panel",
            Self::VersionWithdrawn => "Withdrawn by its owner",
            Self::VersionReturned => "Sent back by the panel",
            Self::VersionRejected => "Rejected by the panel",
            Self::VersionApproved => "Approved by the panel",
            Self::VersionLive => "In force",
            Self::VersionSuspended => "Suspended",
            Self::VersionResumed => "In force again",
            Self::VersionExpiring => "Approval is about to end",
            Self::VersionExpired => "Approval has ended",
            Self::VersionRetired => "Ended by its owner",
            Self::VersionSuperseded => "Replaced by its next version",
            Self::DuplicateFound => "Asks what is asked already",
            Self::ReuseRequested => "Reuse requested",
            Self::ReuseAnswered => "Reuse request answered",
            Self::ReuseDelivered => "First data under a reuse agreement",
            Self::ReuseEscalated => "Reuse request not answered in time",
            Self::ReuseEnded => "Reuse agreement ended",
            Self::ConsultationOpened => "Consultation opened",
            Self::ConsultationClosed => "Consultation closed",
            Self::DefinitionRegistered => "Definition registered",
            Self::DefinitionChanged => "Definition changed",
            Self::EditionPublished => "Monthly edition published",
            Self::ChallengeRaised => "Challenged by a provider",
            Self::ChallengeAnswered => "Challenge answered",
            Self::ChallengeEscalated => "Challenge escalated to the panel",
            Self::ChallengeDecided => "Challenge decided by the panel",
            Self::ChallengeWithdrawn => "Challenge withdrawn",
            Self::ChallengePublished => "Outcome of a challenge published",
            Self::FeedbackReceived => "Feedback received",
            Self::FeedbackAnswered => "Feedback answered by the panel",
        }
    }
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Its place in the log, from 0.
    pub seq: u64,
    /// Key of the entry.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub kind: EventKind,
    /// Name of the resource that it happened to.
    pub resource: String,
    /// Whose that is.
    pub owner: Option<OdsCode>,
    /// Who may learn of it.
    pub audience: Audience,
    /// The resource's title or name.
    pub title: String,
    /// More in a sentence; empty if the kind says it all.
    pub detail: String,
    /// Why, as its maker said; for insiders alone.
    pub reason: String,
    /// Collections that it is about.
    pub collections: BTreeSet<CollectionId>,
    /// Definitions that it is about.
    pub definitions: BTreeSet<DefinitionId>,
    /// Organisations that take part in it besides the owner.
    pub parties: BTreeSet<OdsCode>,
    /// Who must answer what it is about.
    pub respondents: Option<RespondentsRule>,
    /// First day on which the approval that it is about no longer holds.
    pub expires_on: Option<NaiveDate>,
}

impl Event {
    /// Whether `actor` may learn of it.
    pub fn is_open_to(&self, actor: &Actor) -> bool {
        match self.audience {
            Audience::Public => true,
            Audience::Insiders => self.is_inside(actor),
            Audience::Admin => actor.has(Role::Admin),
        }
    }

    /// Whether `actor` is one of those who may know the reasons: the people of those whom it belongs to, the panel and ADMIN.
    pub fn is_inside(&self, actor: &Actor) -> bool {
        let own = |code: &OdsCode| self.owner.as_ref() == Some(code) || self.parties.contains(code);
        let acts = actor.roles.iter().any(|role| *role != Role::Public);
        [Role::PanelMember, Role::PanelChair, Role::Admin].into_iter().any(|role| actor.has(role))
            || (acts && actor.organisation.as_ref().is_some_and(own))
    }
}

/// Which events somebody wants to hear of: all that are asked for in each list; an empty list asks for all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventFilter {
    /// What happened.
    pub kinds: BTreeSet<EventKind>,
    /// Whose it is, or who takes part.
    pub owners: BTreeSet<OdsCode>,
    /// About which collections.
    pub collections: BTreeSet<CollectionId>,
    /// About which concepts.
    pub concepts: BTreeSet<ConceptId>,
    /// About what which providers must answer.
    pub providers: BTreeSet<OdsCode>,
}

impl EventFilter {
    /// Whether an event is asked for. `concepts` and `answers` are asked only where the filter names any: the concept of a definition, and
    /// whether a provider is among respondents.
    pub fn admits(
        &self,
        event: &Event,
        concept: impl Fn(&DefinitionId) -> ConceptId,
        answers: impl Fn(&OdsCode, &RespondentsRule) -> bool,
    ) -> bool {
        let owners = || event.owner.iter().chain(&event.parties).any(|code| self.owners.contains(code));
        let collections = || !self.collections.is_disjoint(&event.collections);
        let concepts = || event.definitions.iter().any(|one| self.concepts.contains(&concept(one)));
        let providers = || {
            self.providers.iter().any(|provider| {
                event.parties.contains(provider)
                    || event.respondents.as_ref().is_some_and(|rule| answers(provider, rule))
            })
        };
        (self.kinds.is_empty() || self.kinds.contains(&event.kind))
            && (self.owners.is_empty() || owners())
            && (self.collections.is_empty() || collections())
            && (self.concepts.is_empty() || concepts())
            && (self.providers.is_empty() || providers())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_in_order_and_edits_are_no_events() {
        assert!(ACTIONS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert_eq!(EventKind::of_action("version.reject"), Some(EventKind::VersionRejected));
        for quiet in
            ["version.update", "version.create", "statement.create", "collection.refer", "token.create", ""]
        {
            assert_eq!(EventKind::of_action(quiet), None, "{quiet}");
        }
    }

    fn code(code: &str) -> OdsCode {
        OdsCode::new(code).unwrap()
    }

    fn rule() -> RespondentsRule {
        RespondentsRule {
            provider_types: BTreeSet::new(),
            regions: BTreeSet::new(),
            commissioners: BTreeSet::new(),
            size_bounds: None,
            include: BTreeSet::from([code("R0A")]),
            exclude: BTreeSet::new(),
            basis: crate::Basis::Stated,
            evidence: String::new(),
        }
    }

    fn event(audience: Audience) -> Event {
        Event {
            seq: 0,
            id: Uuid::nil(),
            at: DateTime::UNIX_EPOCH,
            kind: EventKind::VersionApproved,
            resource: "collections/a/versions/1".into(),
            owner: Some(code("X24")),
            audience,
            title: "A".into(),
            detail: String::new(),
            reason: String::new(),
            collections: BTreeSet::from([CollectionId::new("a").unwrap()]),
            definitions: BTreeSet::from([DefinitionId::new("d").unwrap()]),
            parties: BTreeSet::new(),
            respondents: Some(rule()),
            expires_on: None,
        }
    }

    fn actor(role: Role, organisation: Option<&str>) -> Actor {
        Actor { account: "a".into(), organisation: organisation.map(code), roles: BTreeSet::from([role]) }
    }

    #[test]
    fn each_learns_only_what_is_theirs_to_know() {
        let admin = actor(Role::Admin, None);
        for (actor, inside) in [
            (Actor::public(), false),
            (actor(Role::Registrar, Some("X24")), true),
            (actor(Role::Registrar, Some("X25")), false),
            (actor(Role::ProviderUser, Some("R0A")), false),
            (actor(Role::Public, Some("X24")), false),
            (actor(Role::PanelMember, None), true),
            (admin.clone(), true),
        ] {
            assert!(event(Audience::Public).is_open_to(&actor));
            assert_eq!(event(Audience::Insiders).is_open_to(&actor), inside, "{actor:?}");
            assert_eq!(event(Audience::Admin).is_open_to(&actor), actor == admin, "{actor:?}");
        }
    }

    #[test]
    fn every_list_must_admit_and_an_empty_one_admits_all() {
        let concept = ConceptId::new("c").unwrap();
        let admits = |filter: &EventFilter| {
            filter.admits(
                &event(Audience::Public),
                |_| concept.clone(),
                |provider, _| *provider == code("R0A"),
            )
        };
        assert!(admits(&EventFilter::default()));
        let mut filter = EventFilter {
            kinds: BTreeSet::from([EventKind::VersionApproved, EventKind::VersionLive]),
            owners: BTreeSet::from([code("X24")]),
            collections: BTreeSet::from([CollectionId::new("a").unwrap()]),
            concepts: BTreeSet::from([concept.clone()]),
            providers: BTreeSet::from([code("R1A"), code("R0A")]),
        };
        assert!(admits(&filter));
        filter.providers.remove(&code("R0A"));
        assert!(!admits(&filter));
        let other = EventFilter { owners: BTreeSet::from([code("X25")]), ..EventFilter::default() };
        assert!(!admits(&other));
    }
}
