//! Organisations, successions, sizes and subjects.

use super::{
    codec::{Reader, some_text, to_text},
    stored::{Stored, Upserted},
};
use crate::{
    Tx,
    tables::{organisation, size, subject, succession},
};
use onus_domain::{
    Decimal, OdsCode, Result,
    organisation::{Organisation, OrganisationRecord, Size, Succession},
    subject::Subject,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use std::cmp::Ordering;

impl Stored for Organisation {
    type Entity = organisation::Entity;
    const KIND: &'static str = "organisation";

    fn to_row(&self) -> Result<organisation::Model> {
        Ok(organisation::Model {
            code: to_text(&self.code),
            name: self.name.clone(),
            kind: to_text(self.kind),
            provider_type: some_text(self.provider_type.as_ref()),
            provider_type_basis: to_text(self.provider_type_basis),
            region: self.region.clone(),
            parent: self.parent.clone(),
            open_date: self.open_date,
            close_date: self.close_date,
        })
    }

    fn of_row(row: organisation::Model) -> Result<Self> {
        let read = Reader { table: "organisation", key: &row.code };
        Ok(Self {
            code: read.parse("code", &row.code)?,
            kind: read.parse("kind", &row.kind)?,
            provider_type: read.parse_some("provider_type", row.provider_type.as_deref())?,
            provider_type_basis: read.parse("provider_type_basis", &row.provider_type_basis)?,
            name: row.name,
            region: row.region,
            parent: row.parent,
            open_date: row.open_date,
            close_date: row.close_date,
        })
    }

    fn by_key(&self, other: &Self) -> Ordering {
        self.code.cmp(&other.code)
    }

    fn name(&self) -> String {
        self.resource()
    }
}

impl Stored for Succession {
    type Entity = succession::Entity;
    const KIND: &'static str = "succession";

    fn to_row(&self) -> Result<succession::Model> {
        Ok(succession::Model {
            predecessor: to_text(&self.predecessor),
            successor: to_text(&self.successor),
            date: self.date,
            share: self.share.units(),
        })
    }

    fn of_row(row: succession::Model) -> Result<Self> {
        let read = Reader { table: "succession", key: &row.predecessor };
        Ok(Self {
            predecessor: read.parse("predecessor", &row.predecessor)?,
            successor: read.parse("successor", &row.successor)?,
            date: row.date,
            share: Decimal::from_units(row.share),
        })
    }

    fn by_key(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }

    fn name(&self) -> String {
        self.resource()
    }
}

impl Stored for Size {
    type Entity = size::Entity;
    const KIND: &'static str = "size";

    fn to_row(&self) -> Result<size::Model> {
        Ok(size::Model {
            organisation: to_text(&self.organisation),
            measure: to_text(self.measure),
            from_date: self.from_date,
            value: self.value.units(),
        })
    }

    fn of_row(row: size::Model) -> Result<Self> {
        let read = Reader { table: "size", key: &row.organisation };
        Ok(Self {
            organisation: read.parse("organisation", &row.organisation)?,
            measure: read.parse("measure", &row.measure)?,
            from_date: row.from_date,
            value: Decimal::from_units(row.value),
        })
    }

    fn by_key(&self, other: &Self) -> Ordering {
        (&self.organisation, self.measure, self.from_date).cmp(&(
            &other.organisation,
            other.measure,
            other.from_date,
        ))
    }

    fn name(&self) -> String {
        self.resource()
    }
}

impl Stored for Subject {
    type Entity = subject::Entity;
    const KIND: &'static str = "subject";

    fn to_row(&self) -> Result<subject::Model> {
        Ok(subject::Model {
            id: to_text(&self.id),
            name: self.name.clone(),
            contained_in: some_text(self.contained_in.as_ref()),
            basis: to_text(self.basis),
            reason: self.reason.clone(),
        })
    }

    fn of_row(row: subject::Model) -> Result<Self> {
        let read = Reader { table: "subject", key: &row.id };
        Ok(Self {
            id: read.parse("id", &row.id)?,
            contained_in: read.parse_some("contained_in", row.contained_in.as_deref())?,
            basis: read.parse("basis", &row.basis)?,
            name: row.name,
            reason: row.reason,
        })
    }

    fn by_key(&self, other: &Self) -> Ordering {
        self.id.cmp(&other.id)
    }

    fn name(&self) -> String {
        format!("subjects/{}", self.id)
    }
}

impl Tx {
    /// All organisations, by code.
    pub async fn organisations(&self) -> Result<Vec<Organisation>> {
        self.all().await
    }

    /// The organisation of a code.
    pub async fn organisation(&self, code: &OdsCode) -> Result<Option<Organisation>> {
        self.one(organisation::Entity::find_by_id(code.as_str())).await
    }

    /// Registers organisations. `AlreadyExists` names the first code that is taken.
    pub async fn insert_organisations(&self, list: &[Organisation]) -> Result<()> {
        self.insert_new(list).await
    }

    /// Registers organisations that are new and changes those that are held otherwise.
    pub async fn upsert_organisations(&self, list: &[Organisation]) -> Result<Upserted> {
        self.upsert(list).await
    }

    /// All successions, by predecessor, successor, date.
    pub async fn successions(&self) -> Result<Vec<Succession>> {
        self.all().await
    }

    /// Records successions; both organisations must be registered.
    pub async fn upsert_successions(&self, list: &[Succession]) -> Result<Upserted> {
        self.upsert(list).await
    }

    /// What is kept of an organisation.
    pub async fn organisation_record(&self, code: &OdsCode) -> Result<Option<OrganisationRecord>> {
        let Some(organisation) = self.organisation(code).await? else { return Ok(None) };
        let of = size::Column::Organisation.eq(code.as_str());
        let took_part = Condition::any()
            .add(succession::Column::Predecessor.eq(code.as_str()))
            .add(succession::Column::Successor.eq(code.as_str()));
        Ok(Some(OrganisationRecord {
            organisation,
            sizes: self.list(size::Entity::find().filter(of)).await?,
            successions: self.list(succession::Entity::find().filter(took_part)).await?,
        }))
    }

    /// Makes `after` what is kept of an organisation, of which `before` is; nothing is of one that is new.
    pub async fn write_organisation_record(
        &self,
        before: Option<&OrganisationRecord>,
        after: &OrganisationRecord,
    ) -> Result<()> {
        self.upsert_organisations(std::slice::from_ref(&after.organisation)).await?;
        let (sizes, successions) =
            before.map_or((&[][..], &[][..]), |before| (&before.sizes, &before.successions));
        self.replace(sizes, &after.sizes).await?;
        self.replace(successions, &after.successions).await
    }

    /// All sizes, by organisation, measure, date.
    pub async fn sizes(&self) -> Result<Vec<Size>> {
        self.all().await
    }

    /// Records sizes of registered organisations.
    pub async fn upsert_sizes(&self, list: &[Size]) -> Result<Upserted> {
        self.upsert(list).await
    }

    /// All subjects, by key.
    pub async fn subjects(&self) -> Result<Vec<Subject>> {
        self.all().await
    }

    /// Registers subjects that are new and changes those that are held otherwise.
    pub async fn upsert_subjects(&self, list: &[Subject]) -> Result<Upserted> {
        self.upsert(list).await
    }
}
