//! Feedback.

use super::{code, count, day, optional_code, read_code, required, required_code, text};
use crate::names;
use onus_app::{
    drafts::etag,
    feedback::{FeedbackReply, NewFeedback},
};
use onus_domain::{
    Violations,
    feedback::{Feedback, ThemeCount},
};
use onus_proto::v1 as pb;

/// Feedback with the panel's answer.
pub fn feedback(of: &Feedback) -> pb::Feedback {
    let answer = of.answer.as_ref();
    pb::Feedback {
        name: of.name(),
        provider: names::organisation(&of.provider),
        body: names::organisation(&of.body),
        theme: code(of.theme),
        text: of.text.clone(),
        rating: of.rating,
        state: code(of.state()),
        given_on: of.given_on.to_string(),
        confirmed_theme: optional_code(answer.map(|answer| answer.theme)),
        answer: text(answer.map(|answer| &answer.text)),
        answered_on: day(answer.map(|answer| answer.on)),
        etag: etag(of.revision),
    }
}

/// Reads what a provider says of a body.
pub fn read_new_feedback(given: pb::CreateFeedbackRequest, found: &mut Violations) -> Option<NewFeedback> {
    let given = required("feedback", given.feedback, found)?;
    let mut read = None;
    found.within("feedback", |found| {
        let provider = found.take(names::read_organisation("provider", &given.provider));
        let body = found.take(names::read_organisation("body", &given.body));
        let theme = found.take(required_code("theme", given.theme));
        read = provider.zip(body).zip(theme).map(|((provider, body), theme)| NewFeedback {
            provider,
            body,
            theme,
            text: given.text,
            rating: given.rating,
        });
    });
    read
}

/// Reads what the panel answers.
pub fn read_reply(given: pb::AnswerFeedbackRequest, found: &mut Violations) -> Option<FeedbackReply> {
    let theme = found.take(read_code("theme", given.theme))?;
    Some(FeedbackReply { etag: given.etag, theme, text: given.text, validate_only: given.validate_only })
}

/// How often providers spoke of a theme.
pub fn theme_count(of: &ThemeCount) -> pb::FeedbackThemeCount {
    pb::FeedbackThemeCount {
        body: names::organisation(&of.body),
        year: of.year.to_string(),
        theme: code(of.theme),
        count: of.count.map(count),
    }
}
