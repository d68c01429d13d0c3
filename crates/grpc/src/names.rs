//! Resource names (AIP-122): reading and making them.

use onus_app::submissions::SubmissionKey;
use onus_domain::{
    AccountId, CollectionId, ConceptId, DefinitionId, Month, OdsCode, SubjectId, Violation, version::Version,
};
use std::fmt::Display;
use uuid::Uuid;

type Read<T> = Result<T, Violation>;

/// The variable parts of `name`, whose form is `pattern`: such as `collections/{id}/versions/{n}`.
fn parts<'n, const N: usize>(field: &str, name: &'n str, pattern: &str) -> Read<[&'n str; N]> {
    let mut found = [""; N];
    let mut at = 0;
    let mut given = name.split('/');
    let fits = pattern.split('/').all(|expected| match given.next() {
        Some(part) if expected.starts_with('{') => {
            let place = found.get_mut(at).filter(|_| !part.is_empty());
            at += 1;
            place.map(|place| *place = part).is_some()
        }
        part => part == Some(expected),
    });
    if fits && given.next().is_none() {
        Ok(found)
    } else {
        Err(Violation::new(field, "RESOURCE_NAME", name, format!("a resource name of the form {pattern}")))
    }
}

/// Declares reading and making names of one part.
macro_rules! names {
    ($($(#[$meta:meta])* $read:ident, $make:ident: $id:ident = $collection:literal, $pattern:literal;)+) => {$(
        $(#[$meta])*
        pub fn $read(field: &str, name: &str) -> Read<$id> {
            let [id] = parts(field, name, $pattern)?;
            $id::new(id).map_err(|violation| violation.at(field))
        }

        /// The name of it.
        pub fn $make(id: &$id) -> String {
            format!(concat!($collection, "/{}"), id)
        }
    )+};
}

names! {
    /// Reads `accounts/{account}`.
    read_account, account: AccountId = "accounts", "accounts/{account}";
    /// Reads `organisations/{code}`.
    read_organisation, organisation: OdsCode = "organisations", "organisations/{code}";
    /// Reads `plans/{code}`.
    read_plan, plan: OdsCode = "plans", "plans/{code}";
    /// Reads `collections/{id}`.
    read_collection, collection: CollectionId = "collections", "collections/{id}";
    /// Reads `definitions/{id}`.
    read_definition, definition: DefinitionId = "definitions", "definitions/{id}";
    /// Reads `concepts/{id}`.
    read_concept, concept: ConceptId = "concepts", "concepts/{id}";
    /// Reads `subjects/{ID}`.
    read_subject, subject: SubjectId = "subjects", "subjects/{ID}";
}

fn read_number(field: &str, name: &str, number: &str) -> Read<u32> {
    let read = number.parse().ok().filter(|_| !number.starts_with(['0', '+']));
    read.ok_or_else(|| {
        Violation::new(field, "RESOURCE_NAME", name, "a whole number from 1 as the last part of the name")
    })
}

/// Reads `collections/{id}/versions/{n}`.
pub fn read_version(field: &str, name: &str) -> Read<(CollectionId, u32)> {
    let [id, number] = parts(field, name, "collections/{id}/versions/{n}")?;
    let id = CollectionId::new(id).map_err(|violation| violation.at(field))?;
    Ok((id, read_number(field, name, number)?))
}

/// Reads `collections/{id}/versions/{n}/submissions/{provider}~{period_start}`.
pub fn read_submission(field: &str, name: &str) -> Read<SubmissionKey> {
    let [id, number, key] = parts(field, name, "collections/{id}/versions/{n}/submissions/{key}")?;
    let refused = || {
        let expected = "a provider's code, ~ and the first day of the period as the last part of the name";
        Violation::new(field, "RESOURCE_NAME", name, expected)
    };
    let (provider, start) = key.split_once('~').ok_or_else(refused)?;
    Ok(SubmissionKey {
        collection: CollectionId::new(id).map_err(|violation| violation.at(field))?,
        version: read_number(field, name, number)?,
        provider: OdsCode::new(provider).map_err(|violation| violation.at(field))?,
        period_start: start.parse().map_err(|_| refused())?,
    })
}

/// The name of version `number` of a collection.
pub fn version(id: &CollectionId, number: impl Display) -> String {
    format!("collections/{id}/versions/{number}")
}

/// The name of a version.
pub fn of_version(of: &Version) -> String {
    version(&of.collection, of.number)
}

fn read_uuid(field: &str, name: &str, id: &str) -> Read<Uuid> {
    let read = Uuid::try_parse(id).ok().filter(|uuid| uuid.to_string() == id);
    read.ok_or_else(|| Violation::new(field, "RESOURCE_NAME", name, "a UUID in small letters as its key"))
}

/// Reads `reuseAgreements/{id}`.
pub fn read_reuse(field: &str, name: &str) -> Read<Uuid> {
    let [id] = parts(field, name, "reuseAgreements/{id}")?;
    read_uuid(field, name, id)
}

/// Reads `challenges/{id}`.
pub fn read_challenge(field: &str, name: &str) -> Read<Uuid> {
    let [id] = parts(field, name, "challenges/{id}")?;
    read_uuid(field, name, id)
}

/// Reads `feedback/{id}`.
pub fn read_feedback(field: &str, name: &str) -> Read<Uuid> {
    let [id] = parts(field, name, "feedback/{id}")?;
    read_uuid(field, name, id)
}

/// Reads `consultations/{id}`.
pub fn read_consultation(field: &str, name: &str) -> Read<Uuid> {
    let [id] = parts(field, name, "consultations/{id}")?;
    read_uuid(field, name, id)
}

/// Reads `consultations/{id}/comments/{id}`: the consultation and the comment.
pub fn read_comment(field: &str, name: &str) -> Read<(Uuid, Uuid)> {
    let [consultation, comment] = parts(field, name, "consultations/{id}/comments/{id}")?;
    Ok((read_uuid(field, name, consultation)?, read_uuid(field, name, comment)?))
}

/// Reads `accounts/{account}/tokens/{token}`.
pub fn read_token(field: &str, name: &str) -> Read<(AccountId, Uuid)> {
    let [account, token] = parts(field, name, "accounts/{account}/tokens/{token}")?;
    let account = AccountId::new(account).map_err(|violation| violation.at(field))?;
    let token = Uuid::try_parse(token)
        .map_err(|_| Violation::new(field, "RESOURCE_NAME", name, "a UUID as the last part of the name"))?;
    Ok((account, token))
}

/// Reads `editions/{YYYY-MM}` or `editions/{YYYY-MM}/revisions/{n}`.
pub fn read_edition(field: &str, name: &str) -> Read<(Month, Option<u32>)> {
    let pattern = "editions/{YYYY-MM}/revisions/{n}";
    if name.split('/').count() == 2 {
        let [month] = parts(field, name, "editions/{YYYY-MM}")?;
        return Ok((read_month(field, month)?, None));
    }
    let [month, revision] = parts(field, name, pattern)?;
    Ok((read_month(field, month)?, Some(read_number(field, name, revision)?)))
}

/// The name of a revision of a month's edition.
pub fn edition(month: Month, revision: u32) -> String {
    format!("editions/{month}/revisions/{revision}")
}

/// Reads `subscriptions/{uuid}`.
pub fn read_subscription(field: &str, name: &str) -> Read<Uuid> {
    let [id] = parts(field, name, "subscriptions/{uuid}")?;
    read_uuid(field, name, id)
}

/// Reads `subscriptions/{uuid}/deliveries/{key}`.
pub fn read_delivery(field: &str, name: &str) -> Read<(Uuid, String)> {
    let [id, key] = parts(field, name, "subscriptions/{uuid}/deliveries/{key}")?;
    Ok((read_uuid(field, name, id)?, key.to_owned()))
}

/// Reads a month, `YYYY-MM`.
pub fn read_month(field: &str, month: &str) -> Read<Month> {
    month.parse().map_err(|violation: Violation| violation.at(field))
}

/// Reads `organisations/{code}/{collection}/{YYYY-MM}`, the name of one provider's figures of a month.
pub fn read_monthly(field: &str, name: &str, collection: &str) -> Read<(OdsCode, Month)> {
    let [code, month] = parts(field, name, &format!("organisations/{{code}}/{collection}/{{YYYY-MM}}"))?;
    let code = OdsCode::new(code).map_err(|violation| violation.at(field))?;
    Ok((code, read_month(field, month)?))
}

/// Reads `nationalBurdens/{YYYY-MM}`.
pub fn read_national(field: &str, name: &str) -> Read<Month> {
    let [month] = parts(field, name, "nationalBurdens/{YYYY-MM}")?;
    read_month(field, month)
}

/// Reads `auditHeads/{size}`; `auditHeads/latest` is none.
pub fn read_audit_head(field: &str, name: &str) -> Read<Option<u64>> {
    let [size] = parts(field, name, "auditHeads/{size}")?;
    if size == "latest" {
        return Ok(None);
    }
    let read = size.parse().ok().filter(|number: &u64| number.to_string() == size);
    read.map(Some).ok_or_else(|| {
        Violation::new(
            field,
            "RESOURCE_NAME",
            name,
            "a whole number, or latest, as the last part of the name",
        )
    })
}

/// Reads `auditEntries/{uuid}`.
pub fn read_audit_entry(field: &str, name: &str) -> Read<Uuid> {
    let [id] = parts(field, name, "auditEntries/{uuid}")?;
    Uuid::try_parse(id)
        .map_err(|_| Violation::new(field, "RESOURCE_NAME", name, "a UUID as the last part of the name"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_made() {
        let code = OdsCode::new("X24").unwrap();
        assert_eq!(read_organisation("name", &organisation(&code)).unwrap(), code);
        let id = CollectionId::new("critical-care").unwrap();
        assert_eq!(read_version("name", &version(&id, 12)).unwrap(), (id, 12));
        let month: Month = "2026-10".parse().unwrap();
        assert_eq!(read_edition("name", &edition(month, 1)).unwrap(), (month, Some(1)));
        assert_eq!(read_edition("name", "editions/2026-10").unwrap(), (month, None));
        assert_eq!(
            read_monthly("name", "organisations/X24/burdens/2026-10", "burdens").unwrap(),
            (code, month)
        );
        assert_eq!(read_national("name", "nationalBurdens/2026-10").unwrap(), month);
    }

    #[test]
    fn what_is_no_name_is_refused_by_field_with_its_form() {
        let form = "collections/{id}/versions/{n}";
        for bad in [
            "",
            "collections",
            "collections/a",
            "collections/a/versions/",
            "collections//versions/1",
            "/collections/a/versions/1",
            "collections/a/versions/1/",
            "collections/a/versions/1/items/2",
            "Collections/a/versions/1",
        ] {
            let violation = read_version("parent", bad).unwrap_err();
            assert_eq!(
                (violation.field.as_str(), violation.rule.as_str()),
                ("parent", "RESOURCE_NAME"),
                "{bad}"
            );
            assert!(violation.expected.contains(form), "{bad}");
        }
        for bad in ["0", "01", "-1", "+1", "x", "1.0", "99999999999"] {
            assert!(read_version("name", &format!("collections/a/versions/{bad}")).is_err(), "{bad}");
        }
        assert_eq!(read_organisation("owner", "organisations/x").unwrap_err().rule, "IDENTIFIER");
        assert!(
            read_edition("name", "editions/2026-13").is_err()
                && read_edition("name", "editions/2026-10/revisions/0").is_err()
        );
    }
}
