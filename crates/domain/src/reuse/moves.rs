//! The moves of a reuse agreement: from where to where, who may make them, what they need. Nothing else changes an agreement.

use super::{ReuseAgreement, ReuseState};
use crate::{
    Error, Result, Violation, Violations,
    codes::codes,
    role::{Actor, Role},
    working_days,
};
use chrono::{Months, NaiveDate};

codes! {
    /// A move in the life of a reuse agreement.
    ReuseMove {
        /// The recipient asks for what the holder holds.
        Request,
        /// The holder says that it will give it; on its silence the panel rules so.
        Agree,
        /// The holder says that it will not, and why; on its silence the panel rules so.
        Refuse,
        /// Data came for the first time: from now on providers are not asked.
        Deliver,
        /// The holder did not answer in time: the panel is told.
        Escalate,
        /// Either party ends it; the recipient may end what is not answered yet.
        End,
    }
}

/// Working days that the holder has to answer in.
pub const ANSWER_WORKING_DAYS: u32 = 20;
/// Longest notice of an end, months.
const NOTICE_MONTHS: u32 = 12;

/// Who makes a move, when, and what they say with it.
#[derive(Debug, Clone)]
pub struct Making<'a> {
    /// Who.
    pub actor: &'a Actor,
    /// Today, in England.
    pub today: NaiveDate,
    /// Why.
    pub reason: &'a str,
    /// For `Deliver`: the day on which data first came; for `End`: the first day without. `None` takes today.
    pub on: Option<NaiveDate>,
}

impl ReuseMove {
    /// Where it leads from `state`, `None` being before it was requested; if anywhere.
    pub fn leads_to(self, state: Option<ReuseState>) -> Option<ReuseState> {
        use ReuseState as S;
        match (self, state) {
            (Self::Request, None) | (Self::Escalate, Some(S::Requested)) => Some(S::Requested),
            (Self::Agree, Some(S::Requested)) => Some(S::Agreed),
            (Self::Refuse, Some(S::Requested)) => Some(S::Refused),
            (Self::Deliver, Some(S::Agreed)) => Some(S::Active),
            (Self::End, Some(S::Requested | S::Agreed | S::Active)) => Some(S::Ended),
            _ => None,
        }
    }

    /// Whether `actor` may make it on `agreement`, leaving its state aside but for what was escalated.
    pub fn allowed_to(self, actor: &Actor, agreement: &ReuseAgreement) -> bool {
        let recipient = actor.has_for(Role::Registrar, &agreement.recipient);
        let holder = actor.has_for(Role::Registrar, &agreement.holder);
        let panel = actor.has(Role::PanelMember) || actor.has(Role::PanelChair);
        match self {
            Self::Request => recipient,
            Self::Agree | Self::Refuse => holder || (panel && agreement.escalated_on.is_some()),
            Self::Deliver => holder,
            Self::Escalate => actor.has(Role::Service),
            // What the holder has not answered yet it refuses; it has nothing to end.
            Self::End => recipient || (holder && agreement.state != ReuseState::Requested),
        }
    }

    /// Makes the move, or says everything that forbids it and changes nothing.
    pub fn make(self, agreement: &mut ReuseAgreement, making: &Making<'_>) -> Result<()> {
        if !self.allowed_to(making.actor, agreement) {
            return Err(self.not_allowed(agreement, making.actor));
        }
        // An agreement that is being requested has no state before it.
        let state = (self != Self::Request).then_some(agreement.state);
        let to = self.leads_to(state).ok_or_else(|| self.impossible(agreement))?;
        if self == Self::Escalate {
            Self::check_silence(agreement, making.today)?;
        }
        let mut found = Violations::new();
        found.text("reason", making.reason, 4_000);
        let needs_reason = matches!(self, Self::Refuse | Self::End);
        found.require(!needs_reason || !making.reason.trim().is_empty(), || {
            Violation::new("reason", "REQUIRED", "", "the reason, in words")
        });
        if self == Self::Request {
            agreement.check(&mut found);
        }
        self.check_day(agreement, making, &mut found);
        found.into_result()?;
        self.note(agreement, making)?;
        agreement.state = to;
        Ok(())
    }

    fn note(self, agreement: &mut ReuseAgreement, making: &Making<'_>) -> Result<()> {
        let today = making.today;
        match self {
            Self::Request => {
                agreement.requested_on = today;
                agreement.answer_due = working_days::after(today, ANSWER_WORKING_DAYS)?;
                return Ok(());
            }
            Self::Agree | Self::Refuse => agreement.answered_on = Some(today),
            Self::Deliver => agreement.first_delivery = Some(making.on.unwrap_or(today)),
            Self::Escalate => agreement.escalated_on = Some(today),
            Self::End => agreement.ends_on = Some(making.on.unwrap_or(today)),
        }
        if matches!(self, Self::Agree | Self::Refuse | Self::End) {
            making.reason.clone_into(&mut agreement.reason);
        }
        agreement.revision += 1;
        Ok(())
    }

    /// The holder is silent from the day after its last day on, and is so once.
    fn check_silence(agreement: &ReuseAgreement, today: NaiveDate) -> Result<()> {
        let refuse = |rule, message| Err(Error::Precondition { rule, subject: agreement.name(), message });
        if let Some(day) = agreement.escalated_on {
            return refuse("ESCALATED_ALREADY", format!("its holder's silence was escalated on {day}"));
        }
        if today <= agreement.answer_due {
            let message = format!("its holder has until {} to answer", agreement.answer_due);
            return refuse("ANSWER_NOT_DUE", message);
        }
        Ok(())
    }

    /// Delivery begins between the holder's answer and today, and ends today or with notice: what was not asked then was not asked.
    fn check_day(self, agreement: &ReuseAgreement, making: &Making<'_>, found: &mut Violations) {
        let (field, first, last) = match self {
            Self::Deliver => {
                ("delivered_on", agreement.answered_on.unwrap_or(agreement.requested_on), making.today)
            }
            Self::End => {
                let notice = making.today.checked_add_months(Months::new(NOTICE_MONTHS));
                ("ends_on", making.today, notice.unwrap_or(NaiveDate::MAX))
            }
            _ => return,
        };
        let day = making.on.unwrap_or(making.today);
        found.require((first..=last).contains(&day), || {
            Violation::new(field, "RANGE", day, format!("a day from {first} to {last}"))
        });
    }

    fn not_allowed(self, agreement: &ReuseAgreement, actor: &Actor) -> Error {
        let who = match self {
            Self::Request => format!("a registrar of {}, which needs the data", agreement.recipient),
            Self::Agree | Self::Refuse => format!(
                "a registrar of {}, which holds the data, or the panel once silence was escalated",
                agreement.holder
            ),
            Self::Deliver => format!("a registrar of {}, which holds the data", agreement.holder),
            Self::Escalate => "Onus itself".to_owned(),
            Self::End => {
                format!("a registrar of {} or, once answered, of {}", agreement.recipient, agreement.holder)
            }
        };
        Error::PermissionDenied(format!("{} may not {self} {}: only {who}", actor.account, agreement.name()))
    }

    fn impossible(self, agreement: &ReuseAgreement) -> Error {
        use strum::VariantArray;
        let from: Vec<_> = ReuseState::VARIANTS
            .iter()
            .filter(|state| self.leads_to(Some(**state)).is_some())
            .map(|state| state.as_str())
            .collect();
        Error::Precondition {
            rule: "REUSE_STATE",
            subject: agreement.name(),
            message: format!(
                "{self} needs an agreement that is {}; this one is {}",
                from.join(" or "),
                agreement.state
            ),
        }
    }
}
