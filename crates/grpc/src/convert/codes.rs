//! Codes: the same words on both sides, mapped exhaustively so that a new one fails to compile until it is in the contract.

use onus_domain::{
    Basis, Violation,
    account::AccountKind,
    audit::Audience,
    challenge::{ChallengeOutcome, ChallengeReason, ChallengeState},
    collection::SectorPath,
    concept::Strength,
    definition::{DefinitionKind, RegistrationStatus},
    effect::Effect,
    event::EventKind,
    feedback::{FeedbackState, FeedbackTheme},
    item::{ItemRole, Mandation, PurposeKind},
    organisation::{OrganisationKind, ProviderType, SizeMeasure},
    plan::{TargetMeasure, TargetStatus},
    relation::{Relation, Standing},
    renewal::Fate,
    reuse::{ReuseState, WarningKind},
    review::{CommentAudience, Verdict},
    role::Role,
    schedule::Frequency,
    statement::{Activity, LineBasis, Method, StaffRole},
    subscription::{Cadence, Channel, DeliveryState, SubscriptionState},
    version::{Admission, VersionState},
};
use onus_proto::v1 as pb;

/// A domain's code that the contract has too.
pub trait Code: Sized + Copy + 'static {
    /// All of them, in the contract's order, with their words.
    const ALL: &'static [(Self, &'static str)];

    /// The contract's number; 0 is never one of them.
    fn number(self) -> i32;

    /// The code of a number that is one of them.
    fn of_number(number: i32) -> Option<Self>;
}

/// Declares the map of a code by naming its variants, which are spelt alike on both sides.
macro_rules! codes {
    ($($name:ident { $($variant:ident),+ $(,)? })+) => {$(
        impl Code for $name {
            const ALL: &'static [(Self, &'static str)] = &[$((Self::$variant, stringify!($variant))),+];

            fn number(self) -> i32 {
                match self { $(Self::$variant => pb::$name::$variant as i32),+ }
            }

            fn of_number(number: i32) -> Option<Self> {
                match pb::$name::try_from(number).ok()? {
                    pb::$name::Unspecified => None,
                    $(pb::$name::$variant => Some(Self::$variant)),+
                }
            }
        }
    )+};
}

codes! {
    AccountKind { Person, Machine }
    Basis { Stated, Assumed }
    Audience { Public, Insiders, Admin }
    Strength { Confirmed, Possible }
    SectorPath { National, Local }
    DefinitionKind { Element, Metric }
    RegistrationStatus { Candidate, Recorded, Standard, Superseded, Retired }
    ItemRole { Content, Linkage, Demographic, Administrative }
    Mandation { Mandatory, Required, Optional, Pilot }
    PurposeKind { Improvement, Judgement, Both, Unknown }
    OrganisationKind { NationalBody, Commissioner, Provider }
    ProviderType { Acute, MentalHealth, Community, Ambulance, Specialist, GpPractice, CareHome, Independent, Other }
    SizeMeasure { StaffWte, ListSize, FloorArea, Income }
    Relation { Same, Narrower, Broader, DerivableLeftFromRight, DerivableRightFromLeft, Related, Different }
    Role { Public, ProviderUser, Registrar, PanelMember, PanelChair, Steward, Publisher, Admin, Service }
    Standing { Identical, Same, Contained, Derivable, Related, New }
    Frequency { Daily, Weekly, Fortnightly, Monthly, Quarterly, HalfYearly, Annual, OneOff }
    Activity { Gathering, QualityAssurance, Extraction, Transmission, SystemChange, Training }
    LineBasis { PerSubmission, PerItem, PerUnit, Annual, OneOff }
    Method { Declared, Assessed, Measured, Assumed }
    ChallengeReason { Duplicate, Unregistered, Expired, Unclear, Disproportionate }
    ChallengeState { Open, Answered, Escalated, Decided, Withdrawn }
    ChallengeOutcome { Upheld, NotUpheld }
    FeedbackTheme { Duplication, Timing, Clarity, Systems, Support, Results, Conduct, Other }
    FeedbackState { Received, Answered }
    TargetMeasure { Hours, SubmitOnceRate, Collections, AutomatedShare }
    TargetStatus { OnTrack, AtRisk, OffTrack }
    ReuseState { Requested, Agreed, Refused, Active, Ended }
    WarningKind { Refused, Ends, Overdue, NotDelivered }
    StaffRole { DataClerk, InformationAnalyst, SystemsDeveloper, Clinician, Manager }
    Channel { Email, Webhook }
    Cadence { Each, DailyDigest }
    DeliveryState { Waiting, Delivered, Dead }
    SubscriptionState { Unconfirmed, Active, Paused, Unsubscribed }
    EventKind {
        VersionSubmitted, VersionWithdrawn, VersionReturned, VersionRejected, VersionApproved, VersionLive, VersionSuspended,
        VersionResumed, VersionExpiring, VersionExpired, VersionRetired, VersionSuperseded, DuplicateFound, ReuseRequested, ReuseAnswered,
        ReuseDelivered, ReuseEscalated, ReuseEnded, ConsultationOpened, ConsultationClosed, DefinitionRegistered, DefinitionChanged,
        EditionPublished, ChallengeRaised, ChallengeAnswered, ChallengeEscalated, ChallengeDecided, ChallengeWithdrawn,
        ChallengePublished, FeedbackReceived, FeedbackAnswered,
    }
    Effect {
        NewCollections, EndedCollections, Respondents, Frequency, Content, TimePerItem, Size, ReEstimation, Tariff,
    }
    Verdict { Approve, ApproveEmergency, ApproveLight, Refer, Return, Reject }
    CommentAudience { OwnerAndPanel, Panel }
    Fate { Stays, Kept, Lapses, Open, Dropped }
    Admission { None, Approved, Adopted, LightPath }
    VersionState {
        Draft, Submitted, InReview, Returned, Withdrawn, Rejected, Approved, Live, Suspended, Expired, Retired, Superseded,
    }
}

/// A code as the contract has it.
pub fn code<T: Code>(code: T) -> i32 {
    code.number()
}

/// A code that may be missing as the contract has it: 0 is unspecified.
pub fn optional_code<T: Code>(code: Option<T>) -> i32 {
    code.map_or(0, T::number)
}

/// Reads a code; unspecified is `None`.
pub fn read_code<T: Code>(field: &str, number: i32) -> Result<Option<T>, Violation> {
    if number == 0 {
        return Ok(None);
    }
    T::of_number(number).map(Some).ok_or_else(|| Violation::new(field, "KNOWN_CODE", number, one_of::<T>()))
}

/// Reads a code that must be given.
pub fn required_code<T: Code>(field: &str, number: i32) -> Result<T, Violation> {
    read_code(field, number)?.ok_or_else(|| Violation::new(field, "REQUIRED", "", one_of::<T>()))
}

fn one_of<T: Code>() -> String {
    let names = T::ALL.iter().map(|(_, name)| screaming(name));
    format!("one of {}", names.collect::<Vec<_>>().join(", "))
}

/// `GpPractice` as the code is spelt: `GP_PRACTICE`.
fn screaming(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(c.to_ascii_uppercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::{Debug, Display};

    fn check<T: Code + Debug + Display + PartialEq>(name_of: fn(i32) -> Option<&'static str>, prefix: &str) {
        for (value, _) in T::ALL {
            assert_eq!(T::of_number(value.number()), Some(*value));
            let contract = name_of(value.number()).unwrap();
            assert_eq!(contract, format!("{prefix}_{value}"), "the words are the same on both sides");
        }
        assert_eq!(name_of(0).unwrap(), format!("{prefix}_UNSPECIFIED"));
        assert_eq!(read_code::<T>("f", 0).unwrap(), None);
        let unknown = read_code::<T>("f", 99).unwrap_err();
        assert_eq!(unknown.rule, "KNOWN_CODE");
        let words: Vec<_> = T::ALL.iter().map(|(value, _)| value.to_string()).collect();
        assert_eq!(unknown.expected, format!("one of {}", words.join(", ")));
        assert_eq!(required_code::<T>("f", 0).unwrap_err().rule, "REQUIRED");
    }

    macro_rules! check_all {
        ($($name:ident $prefix:literal),+ $(,)?) => {$(
            check::<$name>(|number| pb::$name::try_from(number).ok().map(|c| c.as_str_name()), $prefix);
        )+};
    }

    #[test]
    fn every_code_is_the_same_word_on_both_sides() {
        check_all!(
            Basis "BASIS", Audience "AUDIENCE", Strength "STRENGTH", SectorPath "SECTOR_PATH", DefinitionKind "DEFINITION_KIND",
            RegistrationStatus "REGISTRATION_STATUS", ItemRole "ITEM_ROLE", Mandation "MANDATION", PurposeKind "PURPOSE_KIND",
            OrganisationKind "ORGANISATION_KIND", ProviderType "PROVIDER_TYPE", SizeMeasure "SIZE_MEASURE", Relation "RELATION",
            Standing "STANDING", Frequency "FREQUENCY", Activity "ACTIVITY", LineBasis "LINE_BASIS", Method "METHOD",
            StaffRole "STAFF_ROLE", Channel "CHANNEL", Cadence "CADENCE", DeliveryState "DELIVERY_STATE",
            SubscriptionState "SUBSCRIPTION_STATE", EventKind "EVENT_KIND", Verdict "VERDICT", CommentAudience "COMMENT_AUDIENCE", Fate "FATE",
            Admission "ADMISSION", VersionState "VERSION_STATE",
            ChallengeReason "CHALLENGE_REASON", ChallengeState "CHALLENGE_STATE", ChallengeOutcome "CHALLENGE_OUTCOME",
            FeedbackTheme "FEEDBACK_THEME", FeedbackState "FEEDBACK_STATE",
            ReuseState "REUSE_STATE", WarningKind "WARNING_KIND",
        );
    }
}
