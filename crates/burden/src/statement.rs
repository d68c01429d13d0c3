//! Which burden statement holds for a version at a vintage, declared or default (`burden.md`, "Cost" and "The burden index").
//!
//! A statement holds from its date until the next one. What is known by the end of the month in which the version came into force holds
//! from the start: until then no figure rested on the version, so nothing was re-estimated. A version without such a statement begins with
//! the published default, marked ASSUMED.

use crate::default_statement::{default_lines, default_tariffs};
use chrono::NaiveDate;
use onus_domain::{
    CollectionId, Month,
    schedule::Frequency,
    snapshot::Snapshot,
    statement::{BurdenStatement, Method, Tariff},
    version::Version,
};

/// All statements that figures rest on, by collection, version and date: those declared, and the published default wherever one is
/// missing, expanded and marked ASSUMED. What `onus export registry` writes.
pub fn effective_statements(snapshot: &Snapshot) -> Vec<BurdenStatement> {
    snapshot.versions.iter().flat_map(|version| statements_of(snapshot, version)).collect()
}

/// All tariffs that figures rest on, by role and date: those declared for a role, else its published default.
pub fn effective_tariffs(snapshot: &Snapshot) -> Vec<Tariff> {
    let is_declared = |tariff: &Tariff| snapshot.tariffs.iter().any(|t| t.staff_role == tariff.staff_role);
    let missing = default_tariffs().into_iter().filter(|tariff| !is_declared(tariff));
    let mut tariffs: Vec<_> = snapshot.tariffs.iter().cloned().chain(missing).collect();
    tariffs.sort_by_key(|tariff| (tariff.staff_role, tariff.from_date));
    tariffs
}

/// The statements of one version, by date; never none.
pub(crate) fn statements_of(snapshot: &Snapshot, version: &Version) -> Vec<BurdenStatement> {
    let key = |s: &BurdenStatement| (s.collection.clone(), s.version);
    let own = (version.collection.clone(), version.number);
    let start = snapshot.statements.partition_point(|s| key(s) < own);
    let declared: Vec<_> =
        snapshot.statements[start..].iter().take_while(|s| key(s) == own).cloned().collect();
    let known_from_start = known_from(version).map_or(!declared.is_empty(), |day| {
        declared.first().is_some_and(|statement| statement.from_date <= day)
    });
    if known_from_start {
        return declared;
    }
    std::iter::once(default_statement(version)).chain(declared).collect()
}

fn default_statement(version: &Version) -> BurdenStatement {
    let schedule = version.content.schedule.as_ref();
    let started = version.live_from.or(schedule.map(|s| s.first_period));
    BurdenStatement {
        collection: version.collection.clone(),
        version: version.number,
        from_date: started.unwrap_or_default(),
        method: Method::Assumed,
        lines: default_lines(&version.content.method, schedule.map_or(Frequency::Annual, |s| s.frequency)),
    }
}

/// The last day of the month in which a version came into force: what is known by then is no re-estimation.
fn known_from(version: &Version) -> Option<NaiveDate> {
    version.live_from.map(|day| Month::of(day).last_day())
}

/// Which of a version's `statements` holds at the vintage of `day`.
pub(crate) fn statement_at(version: &Version, statements: &[BurdenStatement], day: NaiveDate) -> usize {
    let vintage = known_from(version).map_or(day, |start| start.max(day));
    statements.partition_point(|statement| statement.from_date <= vintage).saturating_sub(1)
}

/// The months in which a version was re-estimated: its statement changed though its request did not.
pub(crate) fn re_estimated<'a>(
    version: &'a Version,
    statements: &'a [BurdenStatement],
) -> impl Iterator<Item = Month> + 'a {
    let start = known_from(version);
    let later = statements.iter().skip(1).filter(move |s| start.is_some_and(|start| start < s.from_date));
    later.map(|statement| Month::of(statement.from_date))
}

/// The statement that holds for a version at a vintage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementInForce {
    /// The statement; its method is ASSUMED if it is the published default.
    pub statement: BurdenStatement,
    /// Whether it is the published default, for want of a declared one.
    pub is_default: bool,
}

/// The statement that holds for a version at the vintage of `day`, if there is such a version.
pub(crate) fn in_force(
    snapshot: &Snapshot,
    collection: &CollectionId,
    number: u32,
    day: NaiveDate,
) -> Option<StatementInForce> {
    let version = snapshot.versions_of(collection).iter().find(|version| version.number == number)?;
    let mut statements = statements_of(snapshot, version);
    let statement = statements.swap_remove(statement_at(version, &statements, day));
    let is_default = !snapshot.statements.contains(&statement);
    Some(StatementInForce { statement, is_default })
}
