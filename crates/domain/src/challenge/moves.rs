//! The moves of a challenge: from where to where, who may make them, what they need. Nothing else changes a challenge.

use super::{Challenge, ChallengeOutcome, ChallengeState, Ruling};
use crate::{
    Error, Result, Violation, Violations,
    codes::codes,
    role::{Actor, Role},
    working_days,
};
use chrono::NaiveDate;

codes! {
    /// A move in the life of a challenge.
    ChallengeMove {
        /// The provider says what is wrong.
        Create,
        /// The owner says what will change, or why nothing does.
        Answer,
        /// It goes to the panel: the provider is not satisfied with the answer, or there was none in time.
        Escalate,
        /// The panel rules.
        Decide,
        /// The provider takes it back.
        Withdraw,
    }
}

/// Working days that the owner has to answer in.
pub const ANSWER_WORKING_DAYS: u32 = 10;
/// Longest text of what is wrong, of a ruling, or of why something is done.
pub(super) const MAX_TEXT: usize = 4_000;

/// Who makes a move, when, and what they say with it.
#[derive(Debug, Clone)]
pub struct Making<'a> {
    /// Who.
    pub actor: &'a Actor,
    /// Today, in England.
    pub today: NaiveDate,
    /// For an answer and a decision: whether the provider is right.
    pub outcome: Option<ChallengeOutcome>,
    /// What will change, or why not; for other moves, why.
    pub text: &'a str,
}

impl ChallengeMove {
    /// Where it leads from `state`, `None` being before it was made; if anywhere.
    pub fn leads_to(self, state: Option<ChallengeState>) -> Option<ChallengeState> {
        use ChallengeState as S;
        match (self, state) {
            (Self::Create, None) => Some(S::Open),
            (Self::Answer, Some(S::Open)) => Some(S::Answered),
            (Self::Escalate, Some(S::Open | S::Answered)) => Some(S::Escalated),
            (Self::Decide, Some(S::Escalated)) => Some(S::Decided),
            (Self::Withdraw, Some(S::Open | S::Escalated)) => Some(S::Withdrawn),
            _ => None,
        }
    }

    /// Whether `actor` may make it on `challenge`, leaving its state aside. Nobody decides on what is their own: not the people of either
    /// party, whatever else they are, nor whoever raised or answered it.
    pub fn allowed_to(self, actor: &Actor, challenge: &Challenge) -> bool {
        let provider = actor.has_for(Role::ProviderUser, &challenge.provider);
        match self {
            Self::Create | Self::Withdraw => provider,
            Self::Answer => actor.has_for(Role::Registrar, &challenge.owner),
            Self::Escalate => provider || (actor.is_system() && challenge.answer.is_none()),
            Self::Decide => {
                let panel = actor.has(Role::PanelMember) || actor.has(Role::PanelChair);
                let parties = [&challenge.provider, &challenge.owner];
                let answered_by = challenge.answer.iter().map(|answer| &answer.by);
                panel
                    && !parties.into_iter().any(|party| actor.organisation.as_ref() == Some(party))
                    && !answered_by.chain([&challenge.raised_by]).any(|account| *account == actor.account)
            }
        }
    }

    /// Makes the move, or says everything that forbids it and changes nothing.
    pub fn make(self, challenge: &mut Challenge, making: &Making<'_>) -> Result<()> {
        if !self.allowed_to(making.actor, challenge) {
            return Err(self.not_allowed(challenge, making.actor));
        }
        // A challenge that is being made has no state before it.
        let state = (self != Self::Create).then_some(challenge.state);
        let to = self.leads_to(state).ok_or_else(|| self.impossible(challenge))?;
        self.check_clock(challenge, making.today)?;
        let mut found = Violations::new();
        found.text("text", making.text, MAX_TEXT);
        let said = !making.text.trim().is_empty();
        found.require(said || !self.needs_text(challenge), || {
            Violation::new("text", "REQUIRED", "", self.expected_text(making.outcome))
        });
        let rules = matches!(self, Self::Answer | Self::Decide);
        found.require(making.outcome.is_some() || !rules, || {
            Violation::new("outcome", "REQUIRED", "", "UPHELD or NOT_UPHELD")
        });
        found.into_result()?;
        self.note(challenge, making)?;
        challenge.state = to;
        Ok(())
    }

    fn note(self, challenge: &mut Challenge, making: &Making<'_>) -> Result<()> {
        let today = making.today;
        let ruling = making.outcome.map(|outcome| Ruling {
            outcome,
            text: making.text.to_owned(),
            by: making.actor.account.clone(),
            on: today,
        });
        match self {
            Self::Create => {
                challenge.raised_on = today;
                challenge.answer_due = working_days::after(today, ANSWER_WORKING_DAYS)?;
                return Ok(());
            }
            Self::Answer => challenge.answer = ruling,
            Self::Decide => challenge.decision = ruling,
            Self::Escalate => {
                challenge.escalated_on = Some(today);
                making.text.clone_into(&mut challenge.escalation);
            }
            Self::Withdraw => challenge.withdrawn_on = Some(today),
        }
        challenge.revision += 1;
        Ok(())
    }

    /// The owner answers until its last day; from the day after it a challenge without an answer is the panel's, whether it was told yet
    /// or not.
    fn check_clock(self, challenge: &Challenge, today: NaiveDate) -> Result<()> {
        let refuse = |rule, message| Err(Error::Precondition { rule, subject: challenge.name(), message });
        let due = challenge.answer_due;
        match self {
            Self::Answer if challenge.is_overdue(today) => {
                refuse("ANSWER_LATE", format!("it had to be answered by {due}: now the panel decides"))
            }
            Self::Escalate if challenge.state == ChallengeState::Open && today <= due => {
                refuse("ANSWER_NOT_DUE", format!("its owner has until {due} to answer"))
            }
            _ => Ok(()),
        }
    }

    /// Whether words must be said with it. Silence speaks for itself.
    fn needs_text(self, challenge: &Challenge) -> bool {
        match self {
            Self::Answer | Self::Decide => true,
            Self::Escalate => challenge.answer.is_some(),
            Self::Create | Self::Withdraw => false,
        }
    }

    fn expected_text(self, outcome: Option<ChallengeOutcome>) -> &'static str {
        match (self, outcome) {
            (Self::Escalate, _) => "why the answer does not satisfy the provider",
            (_, Some(ChallengeOutcome::Upheld)) => {
                "what will change; it is published, so that it names no person"
            }
            _ => "why; it is published, so that it names no person",
        }
    }

    fn not_allowed(self, challenge: &Challenge, actor: &Actor) -> Error {
        let who = match self {
            Self::Create | Self::Withdraw => format!("a provider user of {}", challenge.provider),
            Self::Answer => format!("a registrar of {}, whose request it is", challenge.owner),
            Self::Escalate => {
                format!("a provider user of {} or, on its owner's silence, Onus itself", challenge.provider)
            }
            Self::Decide => "a member of the panel who neither acts for a party nor had a part in it".into(),
        };
        Error::PermissionDenied(format!("{} may not {self} {}: only {who}", actor.account, challenge.name()))
    }

    fn impossible(self, challenge: &Challenge) -> Error {
        use strum::VariantArray;
        let from: Vec<_> = ChallengeState::VARIANTS
            .iter()
            .filter(|state| self.leads_to(Some(**state)).is_some())
            .map(|state| state.as_str())
            .collect();
        Error::Precondition {
            rule: "CHALLENGE_STATE",
            subject: challenge.name(),
            message: format!(
                "{self} needs a challenge that is {}; this one is {}",
                from.join(" or "),
                challenge.state
            ),
        }
    }
}
