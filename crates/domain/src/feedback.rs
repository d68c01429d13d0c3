//! Feedback: what a provider experiences in dealing with a body that asks it (Action 11).
//!
//! The provider's own users and the panel read it, nobody else: not the body, which the provider depends on, and not a member of the panel
//! who acts for that body. The panel answers each and confirms its theme. What is published are counts of what was answered, by body, NHS
//! year and theme; where fewer than [`LEAST_PROVIDERS`] providers are behind a count, it is not told.

use crate::{
    Error, NhsYear, OdsCode, Result, Violation, Violations,
    codes::codes,
    organisation::Organisation,
    role::{Actor, Role},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Providers that a count must have behind it to be told.
pub const LEAST_PROVIDERS: usize = 5;
/// Longest text of feedback, or of an answer.
const MAX_TEXT: usize = 4_000;

codes! {
    /// What feedback is about.
    FeedbackTheme {
        /// Asked for what was given before, to this body or another.
        Duplication,
        /// Notice, deadlines, several requests at once.
        Timing,
        /// What is asked and why: words, definitions, guidance.
        Clarity,
        /// Portals, formats, accounts.
        Systems,
        /// Help, and answers to questions.
        Support,
        /// What comes back of what was given.
        Results,
        /// How the body treats the people it asks.
        Conduct,
        /// Anything else.
        Other,
    }
}

codes! {
    /// Where feedback stands.
    FeedbackState {
        /// The panel has to read it.
        Received,
        /// The panel answered.
        Answered,
    }
}

codes! {
    /// What is done with feedback.
    FeedbackAct {
        /// Give it.
        Create,
        /// Read it.
        Read,
        /// Answer it.
        Answer,
    }
}

/// A provider's experience of dealing with a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feedback {
    /// Its key (UUID version 7).
    pub id: Uuid,
    /// Who says it.
    pub provider: OdsCode,
    /// Of whom.
    pub body: OdsCode,
    /// What it is about, as the provider sees it.
    pub theme: FeedbackTheme,
    /// What.
    pub text: String,
    /// How dealing with the body is, from 1 (bad) to 5 (good), if the provider says so.
    pub rating: Option<u32>,
    /// When.
    pub given_on: NaiveDate,
    /// Which account wrote it.
    pub author: String,
    /// The panel's answer.
    pub answer: Option<FeedbackAnswer>,
    /// Changes so far; its etag is made of it.
    pub revision: u32,
}

/// The panel's answer to feedback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedbackAnswer {
    /// What it is about: what is counted.
    pub theme: FeedbackTheme,
    /// What was done, or will be.
    pub text: String,
    /// Which account wrote it.
    pub author: String,
    /// When.
    pub on: NaiveDate,
}

impl FeedbackAct {
    /// Whether `actor` may do it.
    pub fn allowed_to(self, actor: &Actor, feedback: &Feedback) -> bool {
        let provider = actor.has_for(Role::ProviderUser, &feedback.provider);
        let panel = (actor.has(Role::PanelMember) || actor.has(Role::PanelChair))
            && actor.organisation.as_ref() != Some(&feedback.body);
        match self {
            Self::Create => provider,
            Self::Read => provider || panel,
            Self::Answer => panel && actor.account != feedback.author,
        }
    }
}

impl Feedback {
    /// Its resource name.
    pub fn name(&self) -> String {
        format!("feedback/{}", self.id)
    }

    /// Where it stands.
    pub fn state(&self) -> FeedbackState {
        if self.answer.is_some() { FeedbackState::Answered } else { FeedbackState::Received }
    }

    /// What is wrong with it as it is given.
    pub fn check<'o>(
        &self,
        organisation: impl Fn(&OdsCode) -> Option<&'o Organisation>,
        found: &mut Violations,
    ) {
        let provider = organisation(&self.provider);
        found.require(provider.is_some_and(Organisation::is_provider), || {
            Violation::new("provider", "KNOWN", &self.provider, "the ODS code of a registered provider")
        });
        let body = organisation(&self.body);
        found.require(body.is_some_and(|body| !body.is_provider()), || {
            let expected = "the ODS code of a registered national body or commissioner";
            Violation::new("body", "KNOWN", &self.body, expected)
        });
        check_words(&self.text, "what happened, in your words", found);
        if let Some(rating) = self.rating {
            found.require((1..=5).contains(&rating), || {
                Violation::new("rating", "RANGE", rating, "1 (bad) to 5 (good), or nothing")
            });
        }
    }

    /// Answers it, once: its provider has read the answer.
    pub fn give_answer(&mut self, answer: FeedbackAnswer) -> Result<()> {
        if let Some(held) = &self.answer {
            return Err(Error::Precondition {
                rule: "FEEDBACK_STATE",
                subject: self.name(),
                message: format!("it was answered on {}", held.on),
            });
        }
        let mut found = Violations::new();
        check_words(&answer.text, "what the panel did about it, or will do", &mut found);
        found.into_result()?;
        self.answer = Some(answer);
        self.revision += 1;
        Ok(())
    }
}

fn check_words(words: &str, expected: &str, found: &mut Violations) {
    found.text("text", words, MAX_TEXT);
    found.require(!words.trim().is_empty(), || Violation::new("text", "REQUIRED", "", expected));
}

/// Of answered feedback what its theme is counted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemeGiven {
    /// Who said it.
    pub provider: OdsCode,
    /// Of whom.
    pub body: OdsCode,
    /// The theme as the panel confirmed it.
    pub theme: FeedbackTheme,
    /// When it was given.
    pub given_on: NaiveDate,
}

/// How often providers spoke of a theme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemeCount {
    /// Of whom.
    pub body: OdsCode,
    /// In which NHS year.
    pub year: NhsYear,
    /// What about.
    pub theme: FeedbackTheme,
    /// How often; `None` if fewer than [`LEAST_PROVIDERS`] providers did.
    pub count: Option<usize>,
}

/// What is published of feedback that was answered: by body, year, theme. There are no sums over themes, from which a count that is not
/// told could be had.
pub fn theme_counts(given: &[ThemeGiven]) -> Vec<ThemeCount> {
    let mut by_theme = BTreeMap::<_, Vec<&OdsCode>>::new();
    for one in given {
        let key = (&one.body, NhsYear::of(one.given_on), one.theme);
        by_theme.entry(key).or_default().push(&one.provider);
    }
    let count = |said: Vec<&OdsCode>| {
        let times = said.len();
        let providers: BTreeSet<_> = said.into_iter().collect();
        (providers.len() >= LEAST_PROVIDERS).then_some(times)
    };
    by_theme
        .into_iter()
        .map(|((body, year, theme), said)| ThemeCount { body: body.clone(), year, theme, count: count(said) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::VariantArray;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn code(code: &str) -> OdsCode {
        code.parse().unwrap()
    }

    fn feedback() -> Feedback {
        Feedback {
            id: Uuid::nil(),
            provider: code("R0A"),
            body: code("X24"),
            theme: FeedbackTheme::Timing,
            text: "Three days' notice.".into(),
            rating: Some(2),
            given_on: day("2026-11-23"),
            author: "ann".into(),
            answer: None,
            revision: 1,
        }
    }

    fn answer(text: &str) -> FeedbackAnswer {
        let theme = FeedbackTheme::Timing;
        FeedbackAnswer { theme, text: text.into(), author: "pat".into(), on: day("2026-12-01") }
    }

    /// Every act, every role, at the provider, the body, another organisation and none.
    #[test]
    fn only_the_provider_and_the_panel_take_part_and_never_the_body() {
        for act in FeedbackAct::VARIANTS {
            for (role, of) in
                Role::VARIANTS.iter().flat_map(|role| ["R0A", "X24", "R1A", ""].map(|of| (*role, of)))
            {
                let actor =
                    Actor { account: "pat".into(), organisation: of.parse().ok(), roles: [role].into() };
                let provider = role == Role::ProviderUser && of == "R0A";
                let panel = matches!(role, Role::PanelMember | Role::PanelChair) && of != "X24";
                let expected = match act {
                    FeedbackAct::Create => provider,
                    FeedbackAct::Read => provider || panel,
                    FeedbackAct::Answer => panel,
                };
                assert_eq!(act.allowed_to(&actor, &feedback()), expected, "{role} of {of}: {act}");
                let author = Actor { account: "ann".into(), ..actor };
                assert!(!FeedbackAct::Answer.allowed_to(&author, &feedback()), "one's own");
            }
        }
    }

    #[test]
    fn it_is_answered_once_and_says_all_that_is_wrong_with_it() {
        let mut one = feedback();
        assert_eq!(one.state(), FeedbackState::Received);
        assert!(matches!(one.give_answer(answer(" ")), Err(Error::Invalid(_))));
        one.give_answer(answer("We asked them to give four weeks.")).unwrap();
        assert_eq!((one.state(), one.revision), (FeedbackState::Answered, 2));
        let again = one.give_answer(answer("Again."));
        assert!(matches!(again, Err(Error::Precondition { rule: "FEEDBACK_STATE", .. })), "{again:?}");

        let bad = Feedback { text: "\n".into(), rating: Some(6), ..feedback() };
        let mut found = Violations::new();
        bad.check(|_| None, &mut found);
        let Err(Error::Invalid(all)) = found.into_result() else { panic!("accepted") };
        let said: Vec<_> = all.iter().map(|one| format!("{} {}", one.field, one.rule)).collect();
        assert_eq!(said, ["provider KNOWN", "body KNOWN", "text REQUIRED", "rating RANGE"]);
    }

    #[test]
    fn counts_are_told_from_five_providers_on_by_body_and_nhs_year() {
        let given = |provider: &str, theme, on: &str| ThemeGiven {
            provider: code(provider),
            body: code("X24"),
            theme,
            given_on: day(on),
        };
        let providers = ["R0A", "R1A", "R2A", "R3A", "R4A"];
        let (timing, systems) = (FeedbackTheme::Timing, FeedbackTheme::Systems);
        let mut all: Vec<_> = providers.map(|one| given(one, timing, "2027-03-31")).into();
        all.push(given("R0A", timing, "2026-04-01"));
        all.push(given("R5A", timing, "2027-04-01"));
        // Often, but by four.
        all.extend(["R0A", "R1A", "R2A", "R3A", "R3A", "R3A"].map(|one| given(one, systems, "2026-10-01")));
        let told: Vec<_> = theme_counts(&all)
            .into_iter()
            .map(|one| (one.body.to_string(), one.year.to_string(), one.theme, one.count))
            .collect();
        let row = |year: &str, theme, count| ("X24".to_owned(), year.to_owned(), theme, count);
        let expected =
            [row("2026-27", timing, Some(6)), row("2026-27", systems, None), row("2027-28", timing, None)];
        assert_eq!(told, expected);
    }
}
