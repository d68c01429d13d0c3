//! Consultations.

use super::{day, read_required_day};
use crate::names;
use chrono::{DateTime, SecondsFormat, Utc};
use onus_app::{
    consultations::{ConsultationRow, NewConsultation},
    drafts::etag,
};
use onus_domain::{
    Violations,
    consultation::{Comment, Consultation},
};
use onus_proto::v1 as pb;

/// A consultation with what was said of it.
pub fn consultation(of: &Consultation, open: bool, comments: &[Comment]) -> pb::Consultation {
    pb::Consultation {
        name: of.name(),
        version: names::version(&of.collection, of.version),
        owner: names::organisation(&of.owner),
        providers: of.providers.iter().map(names::organisation).collect(),
        question: of.question.clone(),
        opened_on: of.opened_on.to_string(),
        closes_on: of.closes_on.to_string(),
        closed_on: day(of.closed_on),
        open,
        comments: comments.iter().map(comment).collect(),
        etag: etag(of.revision),
    }
}

/// A consultation in a list.
pub fn consultation_row(of: &ConsultationRow) -> pb::Consultation {
    consultation(&of.consultation, of.open, &[])
}

/// A comment with its answer.
pub fn comment(of: &Comment) -> pb::ConsultationComment {
    let answer = of.answer.as_ref();
    pb::ConsultationComment {
        name: of.name(),
        provider: names::organisation(&of.provider),
        position: of.position,
        text: of.text.clone(),
        at: instant(of.at),
        answer: answer.map(|answer| answer.text.clone()).unwrap_or_default(),
        answered_at: answer.map(|answer| instant(answer.at)).unwrap_or_default(),
        etag: etag(of.revision),
    }
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// Reads a consultation to be opened.
pub fn read_new_consultation(
    given: &pb::OpenConsultationRequest,
    found: &mut Violations,
) -> Option<NewConsultation> {
    let version = found.take(names::read_version("parent", &given.parent));
    let closes_on = found.take(read_required_day("closes_on", &given.closes_on));
    let providers = given.providers.iter().enumerate();
    let providers =
        providers.map(|(at, name)| found.take(names::read_organisation(&format!("providers[{at}]"), name)));
    let providers: Vec<_> = providers.collect();
    let (collection, version) = version?;
    Some(NewConsultation {
        collection,
        version,
        providers: providers.into_iter().collect::<Option<_>>()?,
        question: given.question.clone(),
        closes_on: closes_on?,
    })
}
