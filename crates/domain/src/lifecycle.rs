//! The life of a version: which move leads from where to where, who may make it, and what it needs.
//!
//! These rules hold on every write path; nothing else changes a version's state.

mod due;
mod edit;
pub mod table;

pub use due::{Due, next_due};
pub use edit::{Deed, Edit};

use crate::{
    Error, OdsCode, Result, Violation, Violations,
    codes::codes,
    light_path::Passed,
    role::{Actor, Role},
    version::{Admission, Spell, Version, VersionState},
};
use chrono::{Days, Months, NaiveDate};

codes! {
    /// A move in the life of a version.
    Move {
        /// Freezes a draft and hands it to the panel.
        Submit,
        /// Takes a submitted version back for good.
        Withdraw,
        /// The panel takes it up.
        StartReview,
        /// The panel sends it back.
        Return,
        /// A returned version becomes a draft again.
        Redraft,
        /// The panel refuses it.
        Reject,
        /// The panel approves it.
        Approve,
        /// The chair alone approves it for a short time.
        ApproveEmergency,
        /// The light path of local commissioners approves it at once, by rule.
        ApproveLight,
        /// Sets the day on which an approved version comes into force.
        Schedule,
        /// An approved version comes into force.
        Publish,
        /// Stops it for a while.
        Suspend,
        /// Puts it in force again.
        Resume,
        /// Its owner ends it.
        Retire,
        /// The next version takes its place.
        Supersede,
        /// Its approval ran out.
        Expire,
        /// Records a collection that runs in the world already.
        Adopt,
    }
}

/// Longest ordinary approval, months.
pub const APPROVAL_MONTHS: u32 = 36;
/// Longest emergency approval, days.
pub const EMERGENCY_DAYS: u64 = 180;
/// Longest adoption, months: by then it must have passed the panel.
pub const ADOPTION_MONTHS: u32 = 12;
/// Most conditions of an approval.
pub const MAX_CONDITIONS: usize = 50;

/// Who makes a move, when, and what they say with it.
#[derive(Debug, Clone)]
pub struct Making<'a> {
    /// Who.
    pub actor: &'a Actor,
    /// The collection's owner.
    pub owner: &'a OdsCode,
    /// Today, in England.
    pub today: NaiveDate,
    /// Why.
    pub reason: &'a str,
    /// For approvals and adoption: first day on which it no longer holds. `None` takes the longest allowed.
    pub expires_on: Option<NaiveDate>,
    /// For publishing and adoption: first day in force; for superseding: that of the next version. `None` takes today.
    pub live_from: Option<NaiveDate>,
    /// For publishing: the version whose place it takes, if one is in force.
    pub in_force: Option<&'a Version>,
    /// For approvals: what they depend on.
    pub conditions: &'a [String],
    /// For approvals: everybody who ever submitted the version, whoever did so last.
    pub submitters: &'a [String],
    /// For the light path: that its rule was kept.
    pub passed: Option<&'a Passed>,
}

impl Making<'_> {
    /// The first day of what the move begins.
    fn first_day(&self) -> NaiveDate {
        self.live_from.unwrap_or(self.today)
    }
}

impl Move {
    /// Where it leads from `state`, if anywhere.
    pub fn leads_to(self, state: VersionState) -> Option<VersionState> {
        use VersionState as S;
        match (self, state) {
            (Self::Submit, S::Draft) => Some(S::Submitted),
            (Self::Withdraw, S::Submitted) => Some(S::Withdrawn),
            (Self::StartReview, S::Submitted) => Some(S::InReview),
            (Self::Return, S::InReview) => Some(S::Returned),
            (Self::Redraft, S::Returned) => Some(S::Draft),
            (Self::Reject, S::InReview) => Some(S::Rejected),
            (Self::Approve | Self::ApproveEmergency, S::InReview)
            | (Self::ApproveLight, S::Submitted)
            | (Self::Schedule, S::Approved) => Some(S::Approved),
            (Self::Publish, S::Approved) | (Self::Resume, S::Suspended) | (Self::Adopt, S::Draft) => {
                Some(S::Live)
            }
            (Self::Suspend, S::Live) => Some(S::Suspended),
            (Self::Retire, S::Approved | S::Live | S::Suspended) => Some(S::Retired),
            // What was approved and never begun can no longer begin once a later version did.
            (Self::Supersede, S::Approved | S::Live | S::Suspended) => Some(S::Superseded),
            (Self::Expire, S::Live | S::Suspended | S::Approved) => Some(S::Expired),
            _ => None,
        }
    }

    /// Whether `actor` may make it on a version of `owner`'s, leaving its state aside.
    pub fn allowed_to(self, actor: &Actor, owner: &OdsCode) -> bool {
        let panel = actor.has(Role::PanelMember) || actor.has(Role::PanelChair);
        match self {
            Self::Submit | Self::Withdraw | Self::Redraft | Self::Schedule | Self::Retire => {
                actor.has_for(Role::Registrar, owner)
            }
            // On the day that was set, Onus itself publishes.
            Self::Publish => actor.has_for(Role::Registrar, owner) || actor.is_system(),
            Self::StartReview | Self::Return | Self::Reject | Self::Approve => panel,
            Self::ApproveEmergency => actor.has(Role::PanelChair),
            Self::Suspend | Self::Resume => panel || actor.has_for(Role::Registrar, owner),
            // What an ADMIN adopts may have ended already: the world superseded it.
            Self::Supersede => {
                actor.is_system() || actor.has(Role::Admin) || actor.has_for(Role::Registrar, owner)
            }
            // Nobody ends an approval early, or passes the light path, by saying so: rules and the calendar do.
            Self::Expire | Self::ApproveLight => actor.is_system(),
            Self::Adopt => actor.has(Role::Admin),
        }
    }

    /// Makes the move on `version`, or says everything that forbids it and changes nothing.
    pub fn make(self, version: &mut Version, making: &Making<'_>) -> Result<()> {
        self.check_right(version, making)?;
        let to = self.leads_to(version.state).ok_or_else(|| self.impossible(version))?;
        self.check_standing(version, making)?;
        let mut found = Violations::new();
        match self {
            Self::Submit => version.content.check_submission(making.today, &mut found),
            Self::Adopt => version.content.check_draft(making.today, &mut found),
            _ => {}
        }
        let needs_reason = matches!(
            self,
            Self::Return | Self::Reject | Self::ApproveEmergency | Self::Suspend | Self::Adopt
        );
        found.text("reason", making.reason, 4_000);
        found.require(!needs_reason || !making.reason.trim().is_empty(), || {
            Violation::new("reason", "REQUIRED", "", "the reason, in words")
        });
        let expires_on = self.expiry(making, &mut found);
        self.check_live_from(version, making, &mut found);
        self.check_conditions(making, &mut found);
        found.into_result()?;

        if self == Self::Supersede && version.state == VersionState::Approved {
            version.live_to = version.live_from;
        }
        version.state = to;
        version.expires_on = expires_on.or(version.expires_on);
        self.note(version, making);
        version.revision += 1;
        Ok(())
    }

    fn check_right(self, version: &Version, making: &Making<'_>) -> Result<()> {
        let account = &making.actor.account;
        if !self.allowed_to(making.actor, making.owner) {
            return Err(Error::PermissionDenied(format!(
                "{account} may not {self} a version of {}",
                making.owner
            )));
        }
        let mut submitters = version.submitted_by.iter().chain(making.submitters);
        if self.is_approval() && submitters.any(|submitter| submitter == account) {
            return Err(Error::PermissionDenied(format!(
                "{account} submitted this version, so somebody else must approve it (four eyes)"
            )));
        }
        Ok(())
    }

    /// Whether it is the panel's, or the light path's, yes: who submitted never makes it.
    pub fn is_approval(self) -> bool {
        matches!(self, Self::Approve | Self::ApproveEmergency | Self::ApproveLight)
    }

    /// What comes into force must be approved still, and must not take the place of what came after it.
    fn check_standing(self, version: &Version, making: &Making<'_>) -> Result<()> {
        let refuse = |rule, message| Err(Error::Precondition { rule, subject: version.name(), message });
        if self == Self::ApproveLight && making.passed.is_none() {
            return refuse("LIGHT_PATH", "the light path's rule was not kept: the panel reviews it".into());
        }
        let due = match self {
            Self::Expire => version.expires_on.is_some_and(|end| end <= making.today),
            Self::Publish if making.actor.is_system() => version.live_from == Some(making.today),
            _ => true,
        };
        if !due {
            return refuse(
                "NOT_DUE",
                format!("{self} is made on the day that is set for it; this is {}", making.today),
            );
        }
        if !matches!(self, Self::Schedule | Self::Publish | Self::Resume) {
            return Ok(());
        }
        if let Some(end) = version.expires_on.filter(|end| *end <= making.today) {
            let message =
                format!("{self} needs an approval that holds; this one ended on {end}: submit a new version");
            return refuse("APPROVAL_ENDED", message);
        }
        match making.in_force.filter(|live| live.number >= version.number) {
            Some(live) => refuse("NEWER_VERSION", format!("version {} is in force already", live.number)),
            None => Ok(()),
        }
    }

    /// Notes what is wrong with the day on which the move puts a version in force, or out of it.
    fn check_live_from(self, version: &Version, making: &Making<'_>, found: &mut Violations) {
        let day = making.first_day();
        let mut require = |holds, expected| {
            found.require(holds, || Violation::new("live_from", "RANGE", day, expected));
        };
        match self {
            Self::Publish | Self::Schedule => {
                let end = version.expires_on.unwrap_or(NaiveDate::MAX);
                let today = making.today;
                let begins = if self == Self::Publish { day == today } else { today < day };
                let from = if self == Self::Publish { "today" } else { "a day after today" };
                let expected = format!("{from}, {today}, and before the approval ends, {end}");
                require(begins && day < end, expected);
                if let Some(begun) = making.in_force.and_then(|live| live.live_from) {
                    require(
                        begun <= day,
                        format!("a day on which the version before has begun: from {begun} on"),
                    );
                }
            }
            Self::Adopt => {
                found.day("live_from", day, making.today);
                found.require(day <= making.today, || {
                    let expected =
                        format!("a day not after {}: only what runs already is adopted", making.today);
                    Violation::new("live_from", "RANGE", day, expected)
                });
            }
            Self::Supersede if version.state != VersionState::Approved => {
                if let Some(begun) = version.live_from {
                    require(begun <= day, format!("a day not before this version began, {begun}"));
                }
            }
            _ => {}
        }
    }

    fn check_conditions(self, making: &Making<'_>, found: &mut Violations) {
        let conditions = making.conditions;
        let takes = matches!(self, Self::Approve | Self::ApproveEmergency);
        let most = if takes { MAX_CONDITIONS } else { 0 };
        found.require(conditions.len() <= most, || {
            Violation::new("conditions", "COUNT", conditions.len(), format!("at most {most} conditions"))
        });
        for (at, condition) in conditions.iter().enumerate() {
            let field = format!("conditions[{at}]");
            found.text(&field, condition, 2_000);
            found.require(!condition.trim().is_empty(), || {
                Violation::new(field, "REQUIRED", "", "what the approval depends on, in a sentence")
            });
        }
    }

    /// The first day on which what the move grants no longer holds, within the longest allowed.
    fn expiry(self, making: &Making<'_>, found: &mut Violations) -> Option<NaiveDate> {
        let longest = match self {
            Self::Approve | Self::ApproveLight => {
                making.today.checked_add_months(Months::new(APPROVAL_MONTHS))
            }
            Self::ApproveEmergency => making.today.checked_add_days(Days::new(EMERGENCY_DAYS)),
            Self::Adopt => making.today.checked_add_months(Months::new(ADOPTION_MONTHS)),
            _ => return None,
        }?;
        let asked = making.expires_on.unwrap_or(longest);
        found.require(making.today < asked && asked <= longest, || {
            Violation::new(
                "expires_on",
                "RANGE",
                asked,
                format!("a day after {} and not after {longest}", making.today),
            )
        });
        Some(asked)
    }

    fn note(self, version: &mut Version, making: &Making<'_>) {
        match self {
            Self::Submit => version.submitted_by = Some(making.actor.account.clone()),
            Self::Approve | Self::ApproveEmergency => {
                version.admission = Admission::Approved;
                version.conditions = making.conditions.to_vec();
            }
            Self::ApproveLight => version.admission = Admission::LightPath,
            Self::Adopt => {
                version.admission = Admission::Adopted;
                version.live_from = Some(making.first_day());
            }
            Self::Schedule | Self::Publish => version.live_from = Some(making.first_day()),
            Self::Supersede => version.live_to = version.live_to.or(Some(making.first_day())),
            Self::Suspend => version.suspensions.push(Spell { from: making.today, to: None }),
            Self::Resume => resume(&mut version.suspensions, making.today),
            // What ends before it begins was never in force, on any day.
            Self::Retire | Self::Expire => {
                version.live_to = version.live_from.map(|from| from.max(making.today));
            }
            Self::Withdraw | Self::StartReview | Self::Return | Self::Redraft | Self::Reject => {}
        }
    }

    fn impossible(self, version: &Version) -> Error {
        use strum::VariantArray;
        let from: Vec<_> = VersionState::VARIANTS
            .iter()
            .filter(|s| self.leads_to(**s).is_some())
            .map(|s| s.as_str())
            .collect();
        Error::Precondition {
            rule: "VERSION_STATE",
            subject: version.name(),
            message: format!(
                "{self} needs a version that is {}; this one is {}",
                from.join(" or "),
                version.state
            ),
        }
    }
}

/// Ends the suspension that goes on. One that began today held on no day.
fn resume(suspensions: &mut Vec<Spell>, today: NaiveDate) {
    let Some(last) = suspensions.last_mut().filter(|spell| spell.to.is_none()) else { return };
    if last.from < today {
        last.to = Some(today);
    } else {
        suspensions.pop();
    }
}

#[cfg(test)]
pub(crate) mod tests;
