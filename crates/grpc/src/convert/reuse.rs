//! Reuse agreements.

use super::{code, day, large_count, read_text};
use crate::names;
use onus_app::{
    drafts::etag,
    reuse::{NewReuse, ReuseRow},
};
use onus_burden::BodyMonth;
use onus_domain::{
    Violation, Violations,
    reuse::{HeldItem, Need, ReuseAgreement, ReuseWarning},
};
use onus_proto::v1 as pb;

/// A reuse agreement; `overdue` says whether its holder is late to answer.
pub fn reuse(of: &ReuseAgreement, overdue: bool) -> pb::ReuseAgreement {
    pb::ReuseAgreement {
        name: of.name(),
        holder: names::organisation(&of.holder),
        recipient: names::organisation(&of.recipient),
        version: names::version(&of.collection, of.version),
        needs: of.needs.iter().map(need).collect(),
        from_month: of.from.to_string(),
        to_month: of.to.map(|month| month.to_string()).unwrap_or_default(),
        grain: of.grain.clone(),
        legal_basis: of.legal_basis.clone(),
        purpose: of.purpose.clone(),
        state: code(of.state),
        requested_on: of.requested_on.to_string(),
        answer_due: of.answer_due.to_string(),
        overdue,
        escalated_on: day(of.escalated_on),
        answered_on: day(of.answered_on),
        first_delivery: day(of.first_delivery),
        ends_on: day(of.ends_on),
        reason: of.reason.clone(),
        etag: etag(of.revision),
    }
}

/// A reuse agreement in a list.
pub fn reuse_row(of: &ReuseRow) -> pb::ReuseAgreement {
    reuse(&of.agreement, of.overdue)
}

fn need(of: &Need) -> pb::ReuseNeed {
    pb::ReuseNeed {
        position: of.position,
        definition: names::definition(&of.definition),
        subject: names::subject(&of.subject),
        concept: names::concept(&of.concept),
        held: of.held.iter().map(held).collect(),
    }
}

fn held(of: &HeldItem) -> pb::HeldItem {
    pb::HeldItem {
        collection: names::collection(&of.collection),
        position: of.position,
        definition: names::definition(&of.definition),
    }
}

/// Most items that reuse can be requested for at once.
const MOST_POSITIONS: usize = 1_000;

/// Reads what is asked of a holder.
pub fn read_new_reuse(given: pb::RequestReuseRequest, found: &mut Violations) -> Option<NewReuse> {
    let version = found.take(names::read_version("parent", &given.parent));
    found.require(given.positions.len() <= MOST_POSITIONS, || {
        let expected = format!("at most {MOST_POSITIONS} positions");
        Violation::new("positions", "COUNT", given.positions.len(), expected)
    });
    let holder = read_text(given.holder).map(|name| found.take(names::read_organisation("holder", &name)));
    let from = read_text(given.from_month).map(|month| found.take(names::read_month("from_month", &month)));
    let to = read_text(given.to_month).map(|month| found.take(names::read_month("to_month", &month)));
    let (collection, version) = version?;
    Some(NewReuse {
        collection,
        version,
        positions: given.positions,
        holder: lift(holder)?,
        from: lift(from)?,
        to: lift(to)?,
        grain: given.grain,
        legal_basis: given.legal_basis,
        purpose: given.purpose,
    })
}

/// What may be left out but must be right if it is given: `Some(None)` was given and is wrong.
#[expect(clippy::option_option, reason = "given or not, right or not")]
fn lift<T>(read: Option<Option<T>>) -> Option<Option<T>> {
    match read {
        Some(None) => None,
        Some(Some(read)) => Some(Some(read)),
        None => Some(None),
    }
}

/// What has to be seen to in a version.
pub fn reuse_warning(of: ReuseWarning) -> pb::ReuseWarning {
    pb::ReuseWarning {
        reuse_agreement: format!("reuseAgreements/{}", of.agreement),
        holder: names::organisation(&of.holder),
        kind: code(of.kind),
        from: of.from.to_string(),
        positions: of.positions,
    }
}

/// A body's needs met by reuse.
pub fn body_reuse(of: &BodyMonth) -> pb::BodyReuse {
    pb::BodyReuse {
        body: names::organisation(&of.body),
        month: of.month.to_string(),
        reuse_facts: large_count(of.reuse_facts),
        asks: large_count(of.asks),
    }
}
