//! Versions: what is asked, of whom, when.

use super::{
    code, count, day, optional, optional_code, read_code, read_day, read_decimal, read_required_day,
    required_code,
};
use crate::names;
use onus_domain::{
    OdsCode, Violations,
    item::{Item, PurposeKind},
    organisation::ProviderType,
    respondents::{RespondentsRule, SizeBounds},
    schedule::Schedule,
    version::{Content, Spell, Version},
};
use onus_proto::v1 as pb;
use std::collections::BTreeSet;

/// A version with all it asks. Who submitted it is shown only `to_insiders`: its owner and the panel.
pub fn version(of: &Version, to_insiders: bool) -> pb::Version {
    pb::Version {
        name: names::of_version(of),
        state: code(of.state),
        admission: code(of.admission),
        content: Some(content(&of.content)),
        live_from: day(of.live_from),
        live_to: day(of.live_to),
        suspensions: of.suspensions.iter().copied().map(spell).collect(),
        expires_on: day(of.expires_on),
        evidence: of.evidence.clone(),
        submitted_by: of.submitted_by.clone().filter(|_| to_insiders).unwrap_or_default(),
        item_count: count(of.content.items.len()),
        etag: onus_app::drafts::etag(of.revision),
        conditions: of.conditions.clone(),
        renews: of.renews.map(|number| names::version(&of.collection, number)).unwrap_or_default(),
    }
}

fn spell(of: Spell) -> pb::Spell {
    pb::Spell { from_date: of.from.to_string(), to_date: day(of.to) }
}

/// A version as lists show it: without its items.
pub fn version_in_list(of: &Version, to_insiders: bool) -> pb::Version {
    let mut made = version(of, to_insiders);
    if let Some(content) = &mut made.content {
        content.items.clear();
    }
    made
}

fn content(of: &Content) -> pb::Content {
    pb::Content {
        title: of.title.clone(),
        purpose: of.purpose.clone(),
        legal_basis: of.legal_basis.clone(),
        method: of.method.clone(),
        uses: of.uses.clone(),
        feedback: of.feedback.clone(),
        contact: of.contact.clone(),
        respondents: of.respondents.as_ref().map(respondents),
        schedule: of.schedule.as_ref().map(schedule),
        items: of.items.iter().map(item).collect(),
    }
}

/// Reads what a version asks, which stands in the request at `path`.
pub fn read_content(path: &str, given: pb::Content, found: &mut Violations) -> Option<Content> {
    let rule =
        optional(given.respondents, |rule| read_respondents(&format!("{path}.respondents"), rule, found));
    let schedule =
        optional(given.schedule, |given| read_schedule(&format!("{path}.schedule"), &given, found));
    let items = read_items(&format!("{path}.items"), given.items, found);
    Some(Content {
        title: given.title,
        purpose: given.purpose,
        legal_basis: given.legal_basis,
        method: given.method,
        uses: given.uses,
        feedback: given.feedback,
        contact: given.contact,
        respondents: rule.ok()?,
        schedule: schedule.ok()?,
        items: items?,
    })
}

fn respondents(of: &RespondentsRule) -> pb::RespondentsRule {
    pb::RespondentsRule {
        provider_types: of.provider_types.iter().copied().map(code).collect(),
        regions: of.regions.iter().cloned().collect(),
        commissioners: of.commissioners.iter().cloned().collect(),
        size_bounds: of.size_bounds.as_ref().map(size_bounds),
        include: of.include.iter().map(names::organisation).collect(),
        exclude: of.exclude.iter().map(names::organisation).collect(),
        basis: code(of.basis),
        evidence: of.evidence.clone(),
    }
}

/// Reads who must answer, which stands in the request at `path`.
pub fn read_respondents(
    path: &str,
    given: pb::RespondentsRule,
    found: &mut Violations,
) -> Option<RespondentsRule> {
    let mut provider_types = BTreeSet::new();
    for (at, number) in given.provider_types.iter().enumerate() {
        let read = required_code::<ProviderType>(&format!("{path}.provider_types[{at}]"), *number);
        provider_types.extend(found.take(read));
    }
    let bounds = optional(given.size_bounds, |bounds| {
        read_size_bounds(&format!("{path}.size_bounds"), &bounds, found)
    });
    let include = read_codes(&format!("{path}.include"), &given.include, found);
    let exclude = read_codes(&format!("{path}.exclude"), &given.exclude, found);
    let basis = found.take(required_code(&format!("{path}.basis"), given.basis));
    Some(RespondentsRule {
        provider_types,
        regions: given.regions.into_iter().collect(),
        commissioners: given.commissioners.into_iter().collect(),
        size_bounds: bounds.ok()?,
        include,
        exclude,
        basis: basis?,
        evidence: given.evidence,
    })
}

fn read_codes(path: &str, given: &[String], found: &mut Violations) -> BTreeSet<OdsCode> {
    let read =
        given.iter().enumerate().map(|(at, name)| names::read_organisation(&format!("{path}[{at}]"), name));
    read.filter_map(|read| found.take(read)).collect()
}

fn size_bounds(of: &SizeBounds) -> pb::SizeBounds {
    let bound =
        |bound: Option<onus_domain::Decimal>| bound.map(|bound| bound.to_string()).unwrap_or_default();
    pb::SizeBounds { measure: code(of.measure), at_least: bound(of.at_least), at_most: bound(of.at_most) }
}

fn read_size_bounds(path: &str, given: &pb::SizeBounds, found: &mut Violations) -> Option<SizeBounds> {
    let measure = found.take(required_code(&format!("{path}.measure"), given.measure));
    let at_least = found.take(read_decimal(&format!("{path}.at_least"), &given.at_least));
    let at_most = found.take(read_decimal(&format!("{path}.at_most"), &given.at_most));
    Some(SizeBounds { measure: measure?, at_least: at_least?, at_most: at_most? })
}

fn schedule(of: &Schedule) -> pb::Schedule {
    pb::Schedule {
        frequency: code(of.frequency),
        first_period: of.first_period.to_string(),
        due_lag_days: of.due_lag_days,
        last_period: day(of.last_period),
        basis: code(of.basis),
        evidence: of.evidence.clone(),
    }
}

/// Reads when a version is to be answered, which stands in the request at `path`.
pub fn read_schedule(path: &str, given: &pb::Schedule, found: &mut Violations) -> Option<Schedule> {
    let frequency = found.take(required_code(&format!("{path}.frequency"), given.frequency));
    let first_period = found.take(read_required_day(&format!("{path}.first_period"), &given.first_period));
    let last_period = found.take(read_day(&format!("{path}.last_period"), &given.last_period));
    let basis = found.take(required_code(&format!("{path}.basis"), given.basis));
    Some(Schedule {
        frequency: frequency?,
        first_period: first_period?,
        due_lag_days: given.due_lag_days,
        last_period: last_period?,
        basis: basis?,
        evidence: given.evidence.clone(),
    })
}

/// One line of a version.
pub fn item(of: &Item) -> pb::Item {
    pb::Item {
        position: of.position,
        section: of.section.clone(),
        mandation: optional_code(of.mandation),
        role: code(of.role),
        subject: names::subject(&of.subject),
        definition: names::definition(&of.definition),
        purpose_kind: code(of.purpose_kind),
        r#use: of.r#use.clone(),
    }
}

/// Reads a version's items, which stand in the request at `path`.
pub fn read_items(path: &str, given: Vec<pb::Item>, found: &mut Violations) -> Option<Vec<Item>> {
    let all = given.len();
    let read =
        given.into_iter().enumerate().map(|(at, item)| read_item(&format!("{path}[{at}]"), item, found));
    let read: Vec<_> = read.collect::<Vec<_>>().into_iter().flatten().collect();
    (read.len() == all).then_some(read)
}

fn read_item(path: &str, given: pb::Item, found: &mut Violations) -> Option<Item> {
    let mandation = found.take(read_code(&format!("{path}.mandation"), given.mandation));
    let role = found.take(required_code(&format!("{path}.role"), given.role));
    let subject = found.take(names::read_subject(&format!("{path}.subject"), &given.subject));
    let definition = found.take(names::read_definition(&format!("{path}.definition"), &given.definition));
    let purpose_kind = found.take(read_code(&format!("{path}.purpose_kind"), given.purpose_kind));
    Some(Item {
        position: given.position,
        section: given.section,
        mandation: mandation?,
        role: role?,
        subject: subject?,
        definition: definition?,
        purpose_kind: purpose_kind?.unwrap_or(PurposeKind::Unknown),
        r#use: given.r#use,
    })
}
