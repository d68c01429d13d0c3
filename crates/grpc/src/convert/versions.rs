//! What is found and said of versions: reports, explanations, differences, renewals.

use super::{
    code, count, item,
    matching::{evidence, hits_wanted},
    optional_code, timestamp, version_in_list,
};
use crate::names;
use onus_domain::{
    Result, Violations,
    diff::{Diff, FieldChange},
    duplicates::{DuplicateReport, Explanation, ReportedAsker, ReportedHit, ReportedItem},
    renewal::{ItemUse, RenewalLine},
    version::Version,
};
use onus_proto::v1 as pb;

/// What was found of a version, with at most `hits` hits an item.
pub fn kept_report(of: &DuplicateReport, hits: i32) -> pb::DuplicateReport {
    let hits = hits_wanted(hits);
    let asked = of
        .items
        .iter()
        .filter(|item| item.hits.iter().any(|hit| hit.standing.is_held() && !hit.asked_by.is_empty()));
    pb::DuplicateReport {
        items: of.items.iter().map(|item| reported_item(item, hits)).collect(),
        held_count: count(of.held()),
        asked_count: count(asked.count()),
        duplicate_count: count(of.duplicates()),
        number: count(of.number),
        create_time: Some(timestamp(of.made_at)),
        burden: Some(pb::FiledBurden {
            method: code(of.burden.method),
            hours: of.burden.hours,
            pence: of.burden.pence,
            respondents: count(of.burden.respondents),
        }),
        referred: of.referred.clone(),
    }
}

fn reported_item(of: &ReportedItem, hits: usize) -> pb::CheckedItem {
    pb::CheckedItem {
        position: of.position,
        label: of.label.clone(),
        standing: code(of.standing),
        hits: of.hits.iter().take(hits).map(reported_hit).collect(),
        duplicate: of.duplicates().is_some(),
        explanation: of.explanation.as_ref().map(explanation),
    }
}

fn reported_hit(of: &ReportedHit) -> pb::CheckHit {
    pb::CheckHit {
        definition: names::definition(&of.definition),
        display_name: of.label.clone(),
        standing: code(of.standing),
        score: of.score,
        strength: code(of.strength),
        evidence: of.evidence.iter().map(evidence).collect(),
        model: of.model.clone(),
        asked_by: of.asked_by.iter().map(reported_asker).collect(),
        ..pb::CheckHit::default()
    }
}

fn reported_asker(of: &ReportedAsker) -> pb::Asker {
    pb::Asker {
        collection: names::collection(&of.collection),
        title: of.title.clone(),
        owner: names::organisation(&of.owner),
        frequency: optional_code(of.frequency),
        shared_respondents: Some(count(of.shared_respondents)),
        owner_display_name: of.owner_name.clone(),
        state: code(of.state),
        same_records: of.same_records,
        ..pb::Asker::default()
    }
}

/// What is said of an item.
pub fn explanation(of: &Explanation) -> pb::Explanation {
    pb::Explanation {
        position: of.position,
        reason: of.reason.clone(),
        reuse_agreement: of.reuse_agreement.clone(),
        keep_reason: of.keep_reason.clone(),
    }
}

/// Reads what is said of items.
pub fn read_explanations(given: Vec<pb::Explanation>) -> Vec<Explanation> {
    let read = given.into_iter().map(|one| Explanation {
        position: one.position,
        reason: one.reason,
        reuse_agreement: one.reuse_agreement,
        keep_reason: one.keep_reason,
    });
    read.collect()
}

/// What differs between two versions.
pub fn differences(before: &Version, after: &Version, diff: &Diff) -> pb::CompareVersionsResponse {
    let changes = |fields: &[FieldChange]| fields.iter().map(field_change).collect();
    pb::CompareVersionsResponse {
        base: names::of_version(before),
        name: names::of_version(after),
        fields: changes(&diff.fields),
        added: diff.added.iter().map(item).collect(),
        removed: diff.removed.iter().map(item).collect(),
        changed: diff
            .changed
            .iter()
            .map(|change| pb::ItemChange {
                before: Some(item(&change.before)),
                after: Some(item(&change.after)),
                fields: changes(&change.fields),
            })
            .collect(),
    }
}

fn field_change(of: &FieldChange) -> pb::FieldChange {
    pb::FieldChange { field: of.field.clone(), before: of.before.clone(), after: of.after.clone() }
}

/// A renewal.
pub fn renewal(version: &Version, lines: &[RenewalLine]) -> pb::Renewal {
    let items = lines.iter().map(|line| pb::RenewalItem {
        item: Some(item(&line.item)),
        uses: line.uses.iter().map(item_use).collect(),
        fate: code(line.fate),
        keep_reason: line.keep_reason.clone(),
    });
    pb::Renewal { version: Some(version_in_list(version, true)), items: items.collect() }
}

/// A recorded use.
pub fn item_use(of: &ItemUse) -> pb::ItemUse {
    pb::ItemUse {
        name: format!("{}/uses/{}", names::version(&of.collection, of.version), of.id),
        position: of.position,
        used_on: of.used_on.to_string(),
        what: of.what.clone(),
        recorded_by: of.recorded_by.clone(),
    }
}

/// Reads the requests of a batch, each with `reader`; none may have a key of its own, or be tried alone.
pub fn read_batch<R, T>(
    requests: Vec<R>,
    alone: impl Fn(&R) -> bool,
    mut reader: impl FnMut(R, &mut Violations) -> Option<T>,
) -> Result<Vec<T>> {
    super::read(|found| {
        let all = requests.len();
        let mut read = vec![];
        for (at, request) in requests.into_iter().enumerate() {
            found.within(&format!("requests[{at}]"), |found| {
                found.require(!alone(&request), || {
                    let expected = "none of its own: request_id and validate_only are those of the batch";
                    onus_domain::Violation::new("request_id", "BATCH", "", expected)
                });
                read.extend(reader(request, found));
            });
        }
        // What could not be read was noted.
        (read.len() == all || !found.is_empty()).then_some(read)
    })
}
