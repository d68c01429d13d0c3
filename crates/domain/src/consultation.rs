//! Consultation: a body shows a draft to chosen providers, who comment. What is said stays with the version, seen by its owner, the panel
//! and whoever said it.

use crate::{
    CollectionId, Error, OdsCode, Result, Violation, Violations,
    codes::codes,
    organisation::Organisation,
    role::{Act, Actor, Role},
    version::{Version, VersionState},
};
use chrono::{DateTime, Months, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Most providers in one consultation.
pub const MAX_PROVIDERS: usize = 500;
/// Longest consultation, months.
const MAX_MONTHS: u32 = 6;

/// A consultation of some providers on a version that is not published yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consultation {
    /// Its key (UUID version 7).
    pub id: Uuid,
    /// The collection.
    pub collection: CollectionId,
    /// The version shown.
    pub version: u32,
    /// Whose it is.
    pub owner: OdsCode,
    /// Who is asked what they think. They may read the version from now on.
    pub providers: BTreeSet<OdsCode>,
    /// What the body wants to know of them.
    pub question: String,
    /// When it was opened.
    pub opened_on: NaiveDate,
    /// Last day for comments.
    pub closes_on: NaiveDate,
    /// When it was closed before that day.
    pub closed_on: Option<NaiveDate>,
    /// Changes so far; its etag is made of it.
    pub revision: u32,
}

/// What a provider said, and what the body answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// Its key (UUID version 7).
    pub id: Uuid,
    /// The consultation.
    pub consultation: Uuid,
    /// Who says it.
    pub provider: OdsCode,
    /// The item it is about; `None` if about the whole.
    pub position: Option<u32>,
    /// What.
    pub text: String,
    /// Which account wrote it.
    pub author: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The body's answer.
    pub answer: Option<Answer>,
    /// Changes so far; its etag is made of it.
    pub revision: u32,
}

/// A body's answer to a comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What.
    pub text: String,
    /// Which account wrote it.
    pub author: String,
    /// When.
    pub at: DateTime<Utc>,
}

codes! {
    /// What is done in a consultation.
    ConsultationAct {
        /// Open it.
        Open,
        /// Close it before its day.
        Close,
        /// Say something to it.
        Comment,
        /// Answer a comment.
        Answer,
        /// Read it, and the version it shows.
        Read,
    }
}

impl ConsultationAct {
    /// Whether `actor` may do it, whatever the day.
    pub fn allowed_to(self, actor: &Actor, consultation: &Consultation) -> bool {
        let owner = actor.has_for(Role::Registrar, &consultation.owner);
        let consulted = consulted(actor, consultation).is_some();
        match self {
            Self::Open | Self::Close | Self::Answer => owner,
            Self::Comment => consulted,
            Self::Read => consulted || Act::ReadUnpublished.allowed_to(actor, Some(&consultation.owner)),
        }
    }
}

/// The consulted provider that an actor speaks for, if it does for one.
pub fn consulted<'c>(actor: &Actor, consultation: &'c Consultation) -> Option<&'c OdsCode> {
    let provider = actor.organisation.as_ref().filter(|_| actor.has(Role::ProviderUser))?;
    consultation.providers.get(provider)
}

impl Consultation {
    /// Its resource name.
    pub fn name(&self) -> String {
        format!("consultations/{}", self.id)
    }

    /// The same as `actor` may see it: a provider is not told who else is consulted.
    #[must_use]
    pub fn as_seen_by(mut self, actor: &Actor) -> Self {
        if !Act::ReadUnpublished.allowed_to(actor, Some(&self.owner)) {
            self.providers.retain(|provider| actor.organisation.as_ref() == Some(provider));
        }
        self
    }

    /// Whether comments are taken on a day.
    pub fn is_open(&self, today: NaiveDate) -> bool {
        self.closed_on.is_none() && today <= self.closes_on
    }

    /// What is wrong with one that is being opened on `version`, as seen today.
    pub fn check<'o>(
        &self,
        version: &Version,
        organisation: impl Fn(&OdsCode) -> Option<&'o Organisation>,
        found: &mut Violations,
    ) {
        found.text("question", &self.question, 4_000);
        let latest = self.opened_on.checked_add_months(Months::new(MAX_MONTHS)).unwrap_or(NaiveDate::MAX);
        found.require((self.opened_on..=latest).contains(&self.closes_on), || {
            let expected = format!("a day from today, {}, to {latest}", self.opened_on);
            Violation::new("closes_on", "RANGE", self.closes_on, expected)
        });
        found.require((1..=MAX_PROVIDERS).contains(&self.providers.len()), || {
            let expected = format!("1 to {MAX_PROVIDERS} providers");
            Violation::new("providers", "COUNT", self.providers.len(), expected)
        });
        for provider in &self.providers {
            let known = organisation(provider).is_some_and(Organisation::is_provider);
            found.require(known, || {
                Violation::new("providers", "KNOWN", provider, "the ODS code of a registered provider")
            });
        }
        found.require(version.can_be_shown(), || {
            let expected =
                "a version that is neither published nor over: what is published everybody can read";
            Violation::new("version", "UNPUBLISHED", version.state, expected)
        });
    }

    /// Closes it today.
    pub fn close(&mut self, today: NaiveDate) -> Result<()> {
        if !self.is_open(today) {
            return Err(self.is_closed());
        }
        self.closed_on = Some(today);
        self.revision += 1;
        Ok(())
    }

    /// What is wrong with a comment on `version`, said today.
    pub fn check_comment(&self, comment: &Comment, version: &Version, today: NaiveDate) -> Result<()> {
        if !self.is_open(today) {
            return Err(self.is_closed());
        }
        let mut found = Violations::new();
        check_words("text", &comment.text, &mut found);
        if let Some(position) = comment.position {
            let is_item = version.content.items.iter().any(|item| item.position == position);
            found.require(is_item, || {
                Violation::new(
                    "position",
                    "KNOWN",
                    position,
                    "the position of an item of the version, or none",
                )
            });
        }
        found.into_result()
    }

    fn is_closed(&self) -> Error {
        let day = self.closed_on.unwrap_or(self.closes_on);
        Error::Precondition {
            rule: "CONSULTATION_CLOSED",
            subject: self.name(),
            message: format!("this consultation closed on {day}"),
        }
    }
}

impl Comment {
    /// Its resource name.
    pub fn name(&self) -> String {
        format!("consultations/{}/comments/{}", self.consultation, self.id)
    }

    /// Gives it an answer, or another one.
    pub fn answer(&mut self, answer: Answer) -> Result<()> {
        let mut found = Violations::new();
        check_words("answer", &answer.text, &mut found);
        found.into_result()?;
        self.answer = Some(answer);
        self.revision += 1;
        Ok(())
    }

    /// Whether `actor` may read it: a consulted provider reads its own comments, not those of others.
    pub fn is_for(&self, actor: &Actor, consultation: &Consultation) -> bool {
        Act::ReadUnpublished.allowed_to(actor, Some(&consultation.owner))
            || consulted(actor, consultation) == Some(&self.provider)
    }
}

fn check_words(field: &str, words: &str, found: &mut Violations) {
    found.text(field, words, 10_000);
    found.require(!words.trim().is_empty(), || Violation::new(field, "REQUIRED", "", "what is to be said"));
}

impl Version {
    /// Whether it can be shown in a consultation.
    pub fn can_be_shown(&self) -> bool {
        matches!(
            self.state,
            VersionState::Draft | VersionState::Submitted | VersionState::InReview | VersionState::Returned
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::VariantArray;

    fn consultation() -> Consultation {
        let day = |text: &str| text.parse().unwrap();
        Consultation {
            id: Uuid::nil(),
            collection: "waits".parse().unwrap(),
            version: 1,
            owner: "X24".parse().unwrap(),
            providers: ["R0A", "RAE"].map(|code| code.parse().unwrap()).into(),
            question: "Can you answer it?".into(),
            opened_on: day("2026-11-02"),
            closes_on: day("2026-11-30"),
            closed_on: None,
            revision: 1,
        }
    }

    fn actor(role: Role, of: &str) -> Actor {
        Actor { account: "ann".into(), organisation: of.parse().ok(), roles: BTreeSet::from([role]) }
    }

    /// Every act, every role, at the owner, a consulted provider and another one.
    #[test]
    fn only_those_in_the_table_take_part() {
        for act in ConsultationAct::VARIANTS {
            for (role, of) in
                Role::VARIANTS.iter().flat_map(|role| ["X24", "R0A", "RZZ"].map(|of| (*role, of)))
            {
                let owner = role == Role::Registrar && of == "X24";
                let consulted = role == Role::ProviderUser && of == "R0A";
                let panel = matches!(role, Role::PanelMember | Role::PanelChair | Role::Admin);
                let expected = match act {
                    ConsultationAct::Open | ConsultationAct::Close | ConsultationAct::Answer => owner,
                    ConsultationAct::Comment => consulted,
                    ConsultationAct::Read => owner || consulted || panel,
                };
                let allowed = act.allowed_to(&actor(role, of), &consultation());
                assert_eq!(allowed, expected, "{role} of {of}: {act}");
            }
        }
    }

    #[test]
    fn a_provider_reads_its_own_comments_only() {
        let comment = Comment {
            id: Uuid::nil(),
            consultation: Uuid::nil(),
            provider: "R0A".parse().unwrap(),
            position: None,
            text: "We count it otherwise.".into(),
            author: "ann".into(),
            at: DateTime::UNIX_EPOCH,
            answer: None,
            revision: 1,
        };
        let reads = |role, of| comment.is_for(&actor(role, of), &consultation());
        assert!(reads(Role::ProviderUser, "R0A") && reads(Role::Registrar, "X24"));
        assert!(reads(Role::PanelMember, "X99"));
        assert!(!reads(Role::ProviderUser, "RAE") && !reads(Role::Registrar, "X26"));
        assert!(!reads(Role::ProviderUser, "RZZ") && !reads(Role::Public, "R0A"));
        let told = |role, of| consultation().as_seen_by(&actor(role, of)).providers.len();
        assert_eq!([told(Role::ProviderUser, "R0A"), told(Role::Registrar, "X24")], [1, 2]);
    }

    #[test]
    fn it_is_open_until_its_last_day_or_until_it_is_closed() {
        let day = |text: &str| -> NaiveDate { text.parse().unwrap() };
        let mut one = consultation();
        assert!(one.is_open(day("2026-11-30")) && !one.is_open(day("2026-12-01")));
        assert!(one.close(day("2026-12-01")).is_err());
        one.close(day("2026-11-10")).unwrap();
        assert!(!one.is_open(day("2026-11-10")) && one.close(day("2026-11-10")).is_err());
    }
}
