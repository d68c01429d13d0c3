//! The lines of each file, in order of its key.

use super::tables::{
    COLLECTIONS, CONCEPTS, DEFINITIONS, DERIVATIONS, ITEMS, ORGANISATIONS, RESPONDENTS, REUSE, SIZES,
    STATEMENTS, SUBJECTS, SUBMISSIONS, SUCCESSIONS, TARGETS, TARIFFS, VERSIONS,
};
use crate::open_data::TableSchema;
use chrono::{DateTime, SecondsFormat, Utc};
use onus_domain::{
    collection::Collection,
    definition::Definition,
    plan::{Plan, Target},
    snapshot::Snapshot,
    statement::{BurdenStatement, Tariff},
    version::Version,
};
use serde_json::{Value, json};
use std::fmt::Display;

type Rows = Vec<Vec<String>>;

/// The tables with their lines.
pub(super) fn of(
    snapshot: &Snapshot,
    statements: &[BurdenStatement],
    tariffs: &[Tariff],
) -> [(TableSchema, Rows); 16] {
    [
        (ORGANISATIONS, organisations(snapshot)),
        (SUCCESSIONS, successions(snapshot)),
        (SIZES, sizes(snapshot)),
        (COLLECTIONS, collections(snapshot)),
        (VERSIONS, versions(snapshot)),
        (RESPONDENTS, respondents(snapshot)),
        (SUBJECTS, subjects(snapshot)),
        (ITEMS, items(snapshot)),
        (DEFINITIONS, definitions(snapshot)),
        (CONCEPTS, concepts(snapshot)),
        (DERIVATIONS, derivations(snapshot)),
        (STATEMENTS, statement_lines(statements)),
        (TARIFFS, tariff_lines(tariffs)),
        (SUBMISSIONS, submissions(snapshot)),
        (REUSE, reuse(snapshot)),
        (TARGETS, targets(snapshot)),
    ]
}

/// Each in order of its key, whatever order the list has.
fn by<'a, T, K: Ord>(list: &'a [T], key: impl Fn(&'a T) -> K) -> Vec<&'a T> {
    let mut sorted: Vec<_> = list.iter().collect();
    sorted.sort_by_key(|item| key(item));
    sorted
}

fn or_empty<T: Display>(value: Option<T>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// Row of anything that prints.
macro_rules! row {
    ($($value:expr),+ $(,)?) => { vec![$($value.to_string()),+] };
}

fn organisations(snapshot: &Snapshot) -> Rows {
    let row = |o: &onus_domain::organisation::Organisation| {
        row![
            o.code,
            o.name,
            o.kind,
            or_empty(o.provider_type),
            or_empty(o.region.as_ref()),
            or_empty(o.parent.as_ref()),
            or_empty(o.open_date),
            or_empty(o.close_date),
            o.provider_type_basis,
        ]
    };
    by(&snapshot.organisations, |o| &o.code).into_iter().map(row).collect()
}

fn successions(snapshot: &Snapshot) -> Rows {
    let sorted = by(&snapshot.successions, |s| (&s.predecessor, &s.successor, s.date));
    sorted.into_iter().map(|s| row![s.predecessor, s.successor, s.date, s.share]).collect()
}

fn targets(snapshot: &Snapshot) -> Rows {
    let promised = snapshot.plans.iter().flat_map(|plan| plan.targets.iter().map(move |one| (plan, one)));
    let mut promised: Vec<_> = promised.collect();
    promised.sort_by_key(|(plan, one)| (&plan.owner, one.measure.as_str(), one.date));
    let row = |(plan, one): (&Plan, &Target)| {
        row![plan.owner, one.measure, one.date, one.value, one.baseline_month, one.baseline, plan.title]
    };
    promised.into_iter().map(row).collect()
}

fn sizes(snapshot: &Snapshot) -> Rows {
    let sorted = by(&snapshot.sizes, |s| (&s.organisation, s.measure.as_str(), s.from_date));
    sorted.into_iter().map(|s| row![s.organisation, s.measure, s.from_date, s.value]).collect()
}

fn collections(snapshot: &Snapshot) -> Rows {
    let row = |c: &Collection| {
        let content = snapshot.current_version(&c.id).map(|version| &version.content);
        let text =
            |of: fn(&onus_domain::version::Content) -> &String| content.map_or("", |content| of(content));
        row![
            c.id,
            or_empty(c.reference),
            text(|content| &content.title),
            c.owner,
            text(|content| &content.purpose),
            text(|content| &content.legal_basis),
            text(|content| &content.method),
            c.sector_path,
            text(|content| &content.uses),
            text(|content| &content.feedback),
            text(|content| &content.contact),
            or_empty(c.source_id.as_ref()),
        ]
    };
    by(&snapshot.collections, |c| &c.id).into_iter().map(row).collect()
}

fn versions_in_order(snapshot: &Snapshot) -> Vec<&Version> {
    by(&snapshot.versions, |v| (&v.collection, v.number))
}

fn versions(snapshot: &Snapshot) -> Rows {
    let row = |v: &Version| {
        let schedule = v.content.schedule.as_ref();
        let rule = v.content.respondents.as_ref();
        row![
            v.collection,
            v.number,
            v.state,
            or_empty(v.live_from),
            or_empty(v.live_to),
            or_empty(schedule.map(|s| s.frequency)),
            or_empty(schedule.map(|s| s.first_period)),
            or_empty(schedule.map(|s| s.due_lag_days)),
            or_empty(schedule.and_then(|s| s.last_period)),
            or_empty(schedule.map(|s| s.basis)),
            or_empty(schedule.map(|s| &s.evidence)),
            or_empty(v.expires_on),
            v.admission,
            v.content.title,
            v.evidence,
            or_empty(rule.map(|r| r.basis)),
            or_empty(rule.map(|r| &r.evidence)),
            suspensions(v),
        ]
    };
    versions_in_order(snapshot).into_iter().map(row).collect()
}

/// The spells of a version's suspensions as intervals of ISO 8601: the first day, and the first day no longer, empty while it goes on.
fn suspensions(of: &Version) -> String {
    let spells = of.suspensions.iter().map(|spell| format!("{}/{}", spell.from, or_empty(spell.to)));
    spells.collect::<Vec<_>>().join("; ")
}

fn respondents(snapshot: &Snapshot) -> Rows {
    let mut rows = vec![];
    for version in versions_in_order(snapshot) {
        let rule = version.content.respondents.as_ref();
        let mut days: Vec<_> = snapshot.respondents(version).collect();
        days.sort_by_key(|(provider, span)| (&provider.code, *span));
        for (provider, span) in days {
            let basis = or_empty(rule.map(|rule| rule.basis_for(provider)));
            let (from, end) = (or_empty(span.first()), or_empty(span.end()));
            rows.push(row![version.collection, version.number, provider.code, from, end, basis]);
        }
    }
    rows
}

fn subjects(snapshot: &Snapshot) -> Rows {
    let sorted = by(&snapshot.subjects, |s| &s.id);
    sorted
        .into_iter()
        .map(|s| row![s.id, s.name, or_empty(s.contained_in.as_ref()), s.basis, s.reason])
        .collect()
}

fn items(snapshot: &Snapshot) -> Rows {
    let mut rows = vec![];
    for version in versions_in_order(snapshot) {
        for item in by(&version.content.items, |item| item.position) {
            rows.push(row![
                version.collection,
                version.number,
                item.position,
                item.section,
                or_empty(item.mandation),
                item.role,
                item.subject,
                item.definition,
                item.purpose_kind,
                item.r#use,
            ]);
        }
    }
    rows
}

fn definitions(snapshot: &Snapshot) -> Rows {
    let row = |d: &Definition| {
        let values: Vec<Value> =
            d.value_set.iter().map(|value| json!({"code": value.code, "meaning": value.meaning})).collect();
        row![
            d.id,
            d.version,
            d.kind,
            d.name,
            d.text,
            d.numerator,
            d.denominator,
            d.unit,
            d.population,
            json!(d.breakdowns),
            d.grain,
            d.period_type,
            Value::Array(values),
            d.format,
            json!(d.external_ids),
            d.status,
            d.exclusions,
            d.source,
            or_empty(d.subject.as_ref()),
            json!(d.aliases),
            or_empty(d.successor.as_ref()),
            d.over_time(),
        ]
    };
    by(&snapshot.definitions, |d| &d.id).into_iter().map(row).collect()
}

fn concepts(snapshot: &Snapshot) -> Rows {
    let sorted = by(&snapshot.concepts, |c| (&c.definition, &c.concept));
    sorted.into_iter().map(|c| row![c.definition, c.concept, c.strength]).collect()
}

fn derivations(snapshot: &Snapshot) -> Rows {
    let sorted = by(&snapshot.derivations, |d| (&d.from_definition, &d.to_definition));
    sorted.into_iter().map(|d| row![d.from_definition, d.to_definition, d.recipe, d.strength]).collect()
}

fn statement_lines(statements: &[BurdenStatement]) -> Rows {
    let mut rows = vec![];
    for statement in by(statements, |s| (&s.collection, s.version, s.from_date)) {
        for (number, line) in (1..).zip(&statement.lines) {
            let number: u32 = number;
            rows.push(row![
                statement.collection,
                statement.version,
                statement.from_date,
                statement.method,
                line.activity,
                line.staff_role,
                line.basis,
                line.minutes,
                or_empty(line.unit_measure),
                or_empty(line.unit_size),
                or_empty(line.life_months),
                line.external_pence,
                number,
            ]);
        }
    }
    rows
}

fn tariff_lines(tariffs: &[Tariff]) -> Rows {
    let sorted = by(tariffs, |t| (t.staff_role.as_str(), t.from_date));
    sorted
        .into_iter()
        .map(|t| row![t.staff_role, t.from_date, t.pence_per_hour, t.overhead_percent])
        .collect()
}

fn submissions(snapshot: &Snapshot) -> Rows {
    let row = |s: &onus_domain::submission::Submission| {
        let o = &s.obligation;
        row![
            o.collection,
            o.version,
            o.provider,
            o.period_start,
            o.period_end,
            o.due_date,
            instant(s.submitted_at),
            or_empty(s.time_return.map(|time| time.minutes)),
        ]
    };
    let sorted = by(&snapshot.submissions, |s| {
        let o = &s.obligation;
        (&o.collection, o.version, &o.provider, o.period_start)
    });
    sorted.into_iter().map(row).collect()
}

fn reuse(snapshot: &Snapshot) -> Rows {
    let mut rows = Rows::new();
    for agreement in &snapshot.reuse {
        for need in &agreement.needs {
            rows.push(row![
                agreement.id,
                agreement.collection,
                need.definition,
                need.subject,
                agreement.holder,
                agreement.recipient,
                agreement.from,
                or_empty(agreement.to),
                or_empty(agreement.first_delivery),
                or_empty(agreement.ends_on),
                need.concept,
                agreement.grain,
                agreement.legal_basis,
                agreement.requested_on,
            ]);
        }
    }
    // An agreement names an item once: what asks the same in two places of a version is one line.
    rows.sort();
    rows.dedup_by(|later, kept| later[..4] == kept[..4]);
    rows
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
