//! Organisations: reading, registering and changing them.

use crate::{
    App, Context, View, audit,
    filter::Field,
    paging::{ListRequest, Page, page, read_list},
};
use onus_burden::validate;
use onus_domain::{
    Error, OdsCode, Result, Violation, Violations,
    audit::Change,
    organisation::{Organisation, OrganisationRecord, Size, Succession},
    role::Act,
};
use onus_store::Tx;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Longest reason for a change.
const MAX_REASON: usize = 4_000;

/// What organisations can be filtered by.
pub(crate) const FIELDS: &[Field<Organisation>] = &[
    ("name", |row| vec![row.name.clone()]),
    ("code", |row| vec![row.code.to_string()]),
    ("kind", |row| vec![row.kind.to_string()]),
    ("provider_type", |row| row.provider_type.iter().map(ToString::to_string).collect()),
    ("region", |row| row.region.iter().cloned().collect()),
    ("parent", |row| row.parent.iter().cloned().collect()),
];

impl View {
    /// Organisations; by name unless ordered by `code`.
    pub fn list_organisations(&self, request: &ListRequest) -> Result<Page<&Organisation>> {
        let (filter, by) = read_list(request, FIELDS, &["name", "code"])?;
        let rows: Vec<_> = self.snapshot.organisations.iter().filter(|row| filter.admits(row)).collect();
        page(rows, request, |row| {
            let place = if by == "code" { String::new() } else { row.name.to_lowercase() };
            (place, row.code.to_string())
        })
    }

    /// The organisation of a code.
    pub fn organisation(&self, code: &OdsCode) -> Result<&Organisation> {
        self.snapshot
            .organisation(code)
            .ok_or_else(|| Error::not_found("organisation", format!("organisations/{code}")))
    }
}

impl App {
    /// An organisation with all that is kept of it.
    pub async fn organisation_record(&self, code: &OdsCode) -> Result<OrganisationRecord> {
        self.store().read(async |tx: Tx| held(&tx, code).await).await
    }

    /// Registers an organisation, with its sizes and successions. With `validate_only` nothing is stored.
    pub async fn create_organisation(
        &self,
        context: &Context,
        record: impl Into<OrganisationRecord>,
        validate_only: bool,
    ) -> Result<OrganisationRecord> {
        context.authorise(Act::WriteOrganisation, None)?;
        // What is wrong is named by its place in what was given; what is kept is in order.
        let given = &record.into();
        let record = &given.clone().in_order();
        let create = async |tx: &Tx| {
            let Organisation { code, .. } = &record.organisation;
            if tx.organisation(code).await?.is_some() {
                return Err(Error::AlreadyExists {
                    kind: "organisation",
                    name: record.organisation.resource(),
                });
            }
            let mut found = Violations::new();
            check(tx, context, given, &mut found).await?;
            found.into_result()?;
            changes_of(context, None, record, "")
        };
        if validate_only {
            self.store().read(async |tx: Tx| create(&tx).await).await?;
            return Ok(record.clone());
        }
        self.commit(context, async |tx: Tx| {
            let changes = create(&tx).await?;
            tx.write_organisation_record(None, record).await?;
            Ok((record.clone(), changes))
        })
        .await
    }

    /// Makes a record what is kept of an organisation: sizes and successions that are not in it are deleted. What was kept stays in the log,
    /// and in the editions that were made. It needs the etag of what was read, so that nothing goes that nobody saw, and a reason.
    pub async fn update_organisation(
        &self,
        context: &Context,
        record: OrganisationRecord,
        (etag, reason): (&str, &str),
        validate_only: bool,
    ) -> Result<OrganisationRecord> {
        context.authorise(Act::WriteOrganisation, None)?;
        let (given, after) = (&record, &record.clone().in_order());
        let update = async |tx: &Tx| {
            let before = held(tx, &after.organisation.code).await?;
            check_read(&before, etag)?;
            let mut found = Violations::new();
            check_change(&before.organisation, &given.organisation, reason, &mut found);
            check(tx, context, given, &mut found).await?;
            found.into_result()?;
            let changes = changes_of(context, Some(&before), after, reason)?;
            Ok((before, changes))
        };
        if validate_only {
            self.store().read(async |tx: Tx| update(&tx).await.map(drop)).await?;
            return Ok(after.clone());
        }
        self.commit(context, async |tx: Tx| {
            let (before, changes) = update(&tx).await?;
            tx.write_organisation_record(Some(&before), after).await?;
            Ok((after.clone(), changes))
        })
        .await
    }
}

/// The etag of a record: a digest of it, since it may also change from outside, by an import.
pub fn record_etag(record: &OrganisationRecord) -> Result<String> {
    Ok(format!("\"{}\"", &audit::digest_of(record)?[..16]))
}

fn check_read(record: &OrganisationRecord, given: &str) -> Result<()> {
    if given.is_empty() {
        let expected = "the etag of the organisation as it was read: what is not given of its sizes and successions is deleted";
        return Err(Violation::new("etag", "REQUIRED", given, expected).into());
    }
    let current = record_etag(record)?;
    if given == current {
        return Ok(());
    }
    Err(Error::StaleEtag { name: record.organisation.resource(), given: given.to_owned(), current })
}

async fn held(tx: &Tx, code: &OdsCode) -> Result<OrganisationRecord> {
    let found = tx.organisation_record(code).await?;
    found.ok_or_else(|| Error::not_found("organisation", format!("organisations/{code}")))
}

/// What is wrong with a record, by itself and with all other successions.
async fn check(
    tx: &Tx,
    context: &Context,
    record: &OrganisationRecord,
    found: &mut Violations,
) -> Result<()> {
    let mut others = BTreeMap::new();
    for code in record.others() {
        if let Some(other) = tx.organisation(code).await? {
            others.insert(code.clone(), other);
        }
    }
    record.check(&others, context.today(), found);
    let code = &record.organisation.code;
    let mut all = tx.successions().await?;
    all.retain(|one| one.predecessor != *code && one.successor != *code);
    all.extend(record.successions.iter().cloned());
    validate::successions(&all, found);
    Ok(())
}

fn check_change(before: &Organisation, after: &Organisation, reason: &str, found: &mut Violations) {
    found.require(before.kind == after.kind, || {
        let expected = format!("{}, what it is registered as", before.kind);
        Violation::new("kind", "UNCHANGED", after.kind, expected)
    });
    found.require(!reason.trim().is_empty(), || {
        Violation::new(
            "reason",
            "REQUIRED",
            reason,
            "where this is from, or why it changes: everybody reads it",
        )
    });
    found.text("reason", reason, MAX_REASON);
}

/// The changes that lead from what was kept of an organisation to a record.
fn changes_of(
    context: &Context,
    before: Option<&OrganisationRecord>,
    after: &OrganisationRecord,
    reason: &str,
) -> Result<Vec<Change>> {
    let empty = (vec![], vec![], vec![]);
    let held = before.map_or(empty, |record| {
        (vec![record.organisation.clone()], record.sizes.clone(), record.successions.clone())
    });
    let organisations = (held.0.as_slice(), std::slice::from_ref(&after.organisation));
    let sizes = (held.1.as_slice(), after.sizes.as_slice());
    let successions = (held.2.as_slice(), after.successions.as_slice());
    let mut changes =
        changes_of_kind(context, organisations, ("organisation", Organisation::resource), reason)?;
    changes.extend(changes_of_kind(context, sizes, ("size", Size::resource), reason)?);
    changes.extend(changes_of_kind(context, successions, ("succession", Succession::resource), reason)?);
    Ok(changes)
}

/// The changes that lead from one list to another, by name of the resource.
fn changes_of_kind<T: Serialize + PartialEq>(
    context: &Context,
    (before, after): (&[T], &[T]),
    (kind, name): (&str, fn(&T) -> String),
    reason: &str,
) -> Result<Vec<Change>> {
    let held: BTreeMap<_, _> = before.iter().map(|one| (name(one), one)).collect();
    let wanted: BTreeMap<_, _> = after.iter().map(|one| (name(one), one)).collect();
    let mut changes = vec![];
    for name in held.keys().chain(wanted.keys()).collect::<BTreeSet<_>>() {
        let (before, after) = (held.get(name).copied(), wanted.get(name).copied());
        let action = match (before, after) {
            (before, after) if before == after => continue,
            (None, _) => "create",
            (_, None) => "delete",
            _ => "update",
        };
        let action = format!("{kind}.{action}");
        changes.push(audit::change(context, &action, name.clone(), before, after, reason)?.public());
    }
    Ok(changes)
}
