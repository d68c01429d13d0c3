//! Where a field stands in a request: the domain's rules name fields of domain types, a caller must read them as fields of the message sent.

use super::{read_items, read_respondents, read_schedule};
use onus_domain::{Error, Result, Violation, Violations, version::Content};
use onus_proto::v1 as pb;

/// The error with each violation's field named as it stands in the request: `place` is given the field's first part and answers what
/// stands for it there. The key of a request is the request's own.
pub fn relocate(error: Error, place: impl Fn(&str) -> String) -> Error {
    let Error::Invalid(violations) = error else { return error };
    let moved = violations.into_iter().map(|violation| {
        if violation.field == "request_id" {
            return violation;
        }
        let end = violation.field.find(['.', '[']).unwrap_or(violation.field.len());
        let (head, rest) = violation.field.split_at(end);
        let field = format!("{}{rest}", place(head));
        violation.at(field)
    });
    Error::Invalid(moved.collect())
}

/// The same of a batch: what is wrong with one of its requests stands behind `requests[n].`, and `place` is given what comes there.
pub fn in_batch(error: Error, place: impl Fn(&str) -> String) -> Error {
    let Error::Invalid(violations) = error else { return error };
    let moved = violations.into_iter().map(|violation| {
        let Some((request, field)) = violation.field.split_once("].") else { return violation };
        let inner = relocate(violation.clone().at(field).into(), &place);
        let Error::Invalid(inner) = inner else { return violation };
        let field = inner.first().map(|moved| format!("{request}].{}", moved.field));
        field.map(|field| violation.clone().at(field)).unwrap_or(violation)
    });
    Error::Invalid(moved.collect())
}

/// Fields of a version's content, as masks name them.
const CONTENT_FIELDS: [&str; 10] = [
    "title",
    "purpose",
    "legal_basis",
    "method",
    "uses",
    "feedback",
    "contact",
    "respondents",
    "schedule",
    "items",
];

/// The fields that a mask names (AIP-134): an empty mask those that are given, `*` and `content` all.
fn masked(paths: &[String], given: &pb::Content, found: &mut Violations) -> Vec<&'static str> {
    if paths.is_empty() {
        return CONTENT_FIELDS.into_iter().filter(|field| is_given(given, field)).collect();
    }
    let mut fields = vec![];
    for path in paths {
        if path == "*" || path == "content" {
            return CONTENT_FIELDS.to_vec();
        }
        let known = CONTENT_FIELDS.into_iter().find(|field| path.strip_prefix("content.") == Some(field));
        found.require(known.is_some(), || {
            let expected = format!("*, content, or content. and one of {}", CONTENT_FIELDS.join(", "));
            Violation::new("update_mask", "KNOWN_FIELD", path, expected)
        });
        fields.extend(known);
    }
    fields
}

fn is_given(content: &pb::Content, field: &str) -> bool {
    match field {
        "title" => !content.title.is_empty(),
        "purpose" => !content.purpose.is_empty(),
        "legal_basis" => !content.legal_basis.is_empty(),
        "method" => !content.method.is_empty(),
        "uses" => !content.uses.is_empty(),
        "feedback" => !content.feedback.is_empty(),
        "contact" => !content.contact.is_empty(),
        "respondents" => content.respondents.is_some(),
        "schedule" => content.schedule.is_some(),
        _ => !content.items.is_empty(),
    }
}

/// What a draft asks after the masked fields of `given`, which stand in the request at `version.content`, have replaced those of `present`.
pub fn apply_mask(present: Content, given: pb::Content, paths: &[String]) -> Result<Content> {
    let mut found = Violations::new();
    let mut next = present;
    let fields = masked(paths, &given, &mut found);
    let pb::Content {
        title,
        purpose,
        legal_basis,
        method,
        uses,
        feedback,
        contact,
        respondents,
        schedule,
        items,
    } = given;
    let mut texts = [
        ("title", &mut next.title, title),
        ("purpose", &mut next.purpose, purpose),
        ("legal_basis", &mut next.legal_basis, legal_basis),
        ("method", &mut next.method, method),
        ("uses", &mut next.uses, uses),
        ("feedback", &mut next.feedback, feedback),
        ("contact", &mut next.contact, contact),
    ];
    for (field, target, value) in &mut texts {
        if fields.contains(field) {
            **target = std::mem::take(value);
        }
    }
    if fields.contains(&"respondents") {
        next.respondents =
            respondents.and_then(|rule| read_respondents("version.content.respondents", rule, &mut found));
    }
    if fields.contains(&"schedule") {
        next.schedule =
            schedule.and_then(|schedule| read_schedule("version.content.schedule", &schedule, &mut found));
    }
    if fields.contains(&"items") {
        next.items = read_items("version.content.items", items, &mut found).unwrap_or_default();
    }
    found.into_result()?;
    Ok(next)
}

/// Where a field of an organisation to be registered stands in its request.
pub fn in_organisation(field: &str) -> String {
    match field {
        "organisation" => "organisation_id".into(),
        "reason" => "reason".into(),
        "name" => "organisation.display_name".into(),
        "parent" => "organisation.parent_code".into(),
        other => format!("organisation.{other}"),
    }
}

/// Where a field of a definition to be registered stands in its request.
pub fn in_definition(field: &str) -> String {
    match field {
        "name" => "definition.display_name".into(),
        "id" => "definition_id".into(),
        other => format!("definition.{other}"),
    }
}

/// Where a field of a collection to be registered, or of its first draft, stands in its request.
pub fn in_new_collection(field: &str) -> String {
    match field {
        "owner" => "collection.owner".into(),
        "id" => "collection_id".into(),
        other => format!("content.{other}"),
    }
}

/// Where a field of a draft's content stands in the request to change it. What reading the request found names its place already.
pub fn in_draft(field: &str) -> String {
    match field {
        "version" | "update_mask" => field.into(),
        other => format!("version.content.{other}"),
    }
}

/// Where a field of a version's content stands in the version itself: for moves, whose request does not hold it.
pub fn in_version(field: &str) -> String {
    format!("content.{field}")
}

/// Where a field of a statement, or of what is declared with it, stands in its request.
pub fn in_statement(field: &str) -> String {
    if field == "estimates" { field.into() } else { format!("statement.{field}") }
}
