//! Organisations.

use super::{code, day, optional_code, read_code, read_day, read_text, required_code, text};
use crate::names;
use onus_app::View;
use onus_domain::{
    Basis, Violations,
    organisation::{Organisation, Size, Succession},
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
    }
}

/// An organisation with its sizes and successions, as a view has them.
pub fn whole_organisation(of: &Organisation, view: &View) -> pb::Organisation {
    let sizes = view.snapshot.sizes.iter().filter(|size| size.organisation == of.code);
    let took_part =
        |succession: &&Succession| succession.predecessor == of.code || succession.successor == of.code;
    pb::Organisation {
        sizes: sizes.map(size).collect(),
        successions: view.snapshot.successions.iter().filter(took_part).map(succession).collect(),
        ..organisation(of)
    }
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
pub fn read_organisation(id: &str, given: pb::Organisation, found: &mut Violations) -> Option<Organisation> {
    let at = |name: &str| format!("organisation.{name}");
    let ods_code = found.take(names::read_organisation("organisation_id", &format!("organisations/{id}")));
    let kind = found.take(required_code(&at("kind"), given.kind));
    let provider_type = found.take(read_code(&at("provider_type"), given.provider_type));
    let basis = found.take(read_code(&at("provider_type_basis"), given.provider_type_basis));
    let open_date = found.take(read_day(&at("open_date"), &given.open_date));
    let close_date = found.take(read_day(&at("close_date"), &given.close_date));
    Some(Organisation {
        code: ods_code?,
        name: given.display_name,
        kind: kind?,
        provider_type: provider_type?,
        provider_type_basis: basis?.unwrap_or(Basis::Stated),
        region: read_text(given.region),
        parent: read_text(given.parent_code),
        open_date: open_date?,
        close_date: close_date?,
    })
}
