//! Organisations.

use super::{
    code, day, optional_code, read_code, read_day, read_decimal, read_required_day, read_text, required_code,
    text,
};
use crate::names;
use onus_app::{View, organisations::record_etag};
use onus_domain::{
    Basis, Decimal, OdsCode, Result, Violation, Violations,
    organisation::{Organisation, OrganisationRecord, Size, Succession},
};
use onus_proto::v1 as pb;

/// An organisation without its sizes and successions.
pub fn organisation(of: &Organisation) -> pb::Organisation {
    pb::Organisation {
        name: names::organisation(&of.code),
        display_name: of.name.clone(),
        kind: code(of.kind),
        provider_type: optional_code(of.provider_type),
        provider_type_basis: code(of.provider_type_basis),
        region: text(of.region.as_ref()),
        parent_code: text(of.parent.as_ref()),
        open_date: day(of.open_date),
        close_date: day(of.close_date),
        sizes: vec![],
        successions: vec![],
        etag: String::new(),
    }
}

/// An organisation with its sizes and successions, as a view has them.
pub fn whole_organisation(of: &Organisation, view: &View) -> Result<pb::Organisation> {
    organisation_record(&OrganisationRecord::of(of, &view.snapshot))
}

/// An organisation with all that is kept of it.
pub fn organisation_record(of: &OrganisationRecord) -> Result<pb::Organisation> {
    Ok(pb::Organisation {
        sizes: of.sizes.iter().map(size).collect(),
        successions: of.successions.iter().map(succession).collect(),
        etag: record_etag(of)?,
        ..organisation(&of.organisation)
    })
}

fn size(of: &Size) -> pb::Size {
    pb::Size { measure: code(of.measure), from_date: of.from_date.to_string(), value: of.value.to_string() }
}

fn succession(of: &Succession) -> pb::Succession {
    pb::Succession {
        predecessor: names::organisation(&of.predecessor),
        successor: names::organisation(&of.successor),
        date: of.date.to_string(),
        share: of.share.to_string(),
    }
}

/// Reads an organisation to be registered as `id`.
pub fn read_organisation(
    id: &str,
    given: pb::Organisation,
    found: &mut Violations,
) -> Option<OrganisationRecord> {
    let code = found.take(names::read_organisation("organisation_id", &format!("organisations/{id}")));
    let mut read = None;
    found.within("organisation", |found| read = read_record(code, given, found));
    read
}

/// Reads an organisation that names the one it changes.
pub fn read_changed_organisation(
    given: pb::Organisation,
    found: &mut Violations,
) -> Option<OrganisationRecord> {
    let mut read = None;
    found.within("organisation", |found| {
        let code = found.take(names::read_organisation("name", &given.name));
        read = read_record(code, given, found);
    });
    read
}

fn read_record(
    ods_code: Option<OdsCode>,
    given: pb::Organisation,
    found: &mut Violations,
) -> Option<OrganisationRecord> {
    let kind = found.take(required_code("kind", given.kind));
    let provider_type = found.take(read_code("provider_type", given.provider_type));
    let basis = found.take(read_code("provider_type_basis", given.provider_type_basis));
    let open_date = found.take(read_day("open_date", &given.open_date));
    let close_date = found.take(read_day("close_date", &given.close_date));
    let sizes =
        read_each("sizes", &given.sizes, found, |one, found| read_size(ods_code.as_ref(), one, found));
    let successions = read_each("successions", &given.successions, found, read_succession);
    let organisation = Organisation {
        code: ods_code?,
        name: given.display_name,
        kind: kind?,
        provider_type: provider_type?,
        provider_type_basis: basis?.unwrap_or(Basis::Stated),
        region: read_text(given.region),
        parent: read_text(given.parent_code),
        open_date: open_date?,
        close_date: close_date?,
    };
    Some(OrganisationRecord { organisation, sizes: sizes?, successions: successions? })
}

/// Reads each of a list, what is wrong with it standing at its place; nothing if any cannot be read.
fn read_each<P, T>(
    field: &str,
    given: &[P],
    found: &mut Violations,
    read: impl Fn(&P, &mut Violations) -> Option<T>,
) -> Option<Vec<T>> {
    let mut all = vec![];
    for (at, one) in given.iter().enumerate() {
        found.within(&format!("{field}[{at}]"), |found| all.push(read(one, found)));
    }
    all.into_iter().collect()
}

fn read_size(code: Option<&OdsCode>, given: &pb::Size, found: &mut Violations) -> Option<Size> {
    let measure = found.take(required_code("measure", given.measure));
    let from_date = found.take(read_required_day("from_date", &given.from_date));
    let value = found.take(read_required_decimal("value", &given.value, "how much, such as 412.5"));
    Some(Size { organisation: code?.clone(), measure: measure?, from_date: from_date?, value: value? })
}

fn read_succession(given: &pb::Succession, found: &mut Violations) -> Option<Succession> {
    let predecessor = found.take(names::read_organisation("predecessor", &given.predecessor));
    let successor = found.take(names::read_organisation("successor", &given.successor));
    let date = found.take(read_required_day("date", &given.date));
    let share = found.take(read_required_decimal("share", &given.share, "a share above 0, at most 1"));
    Some(Succession { predecessor: predecessor?, successor: successor?, date: date?, share: share? })
}

fn read_required_decimal(field: &str, text: &str, expected: &str) -> Result<Decimal, Violation> {
    read_decimal(field, text)?.ok_or_else(|| Violation::new(field, "REQUIRED", text, expected))
}
