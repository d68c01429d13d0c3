//! Duplicate reports, what owners say of items, and the uses of items.

use super::{
    codec::{Reader, moment, to_json, to_text},
    stored::Stored,
};
use crate::{
    Tx,
    tables::{duplicate_report, explanation, item_use},
};
use onus_domain::{
    CollectionId, Result,
    duplicates::{DuplicateReport, Explanation},
    renewal::ItemUse,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::cmp::Ordering;

/// Seconds or pence, whole: what the queue orders by. The report itself keeps them exact.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a saturating cast is what is wanted of an absurd figure"
)]
fn whole(value: f64) -> i64 {
    value.round() as i64
}

fn of_report(of: &DuplicateReport) -> Result<duplicate_report::Model> {
    Ok(duplicate_report::Model {
        collection: to_text(&of.collection),
        version: of.version.into(),
        number: of.number.into(),
        made_at: moment(of.made_at),
        submitted_by: of.submitted_by.clone(),
        duplicates: of.duplicates().into(),
        content_items: of.content_items().into(),
        method: to_text(of.burden.method),
        seconds: whole(of.burden.hours * 3_600.0),
        pence: whole(of.burden.pence),
        respondents: of.burden.respondents.into(),
        referred: of.referred.clone(),
        body: to_json(of)?,
    })
}

impl Stored for ItemUse {
    type Entity = item_use::Entity;
    const KIND: &'static str = "item use";

    fn to_row(&self) -> Result<item_use::Model> {
        Ok(item_use::Model {
            id: self.id,
            collection: to_text(&self.collection),
            version: self.version.into(),
            position: self.position.into(),
            definition: to_text(&self.definition),
            subject: to_text(&self.subject),
            used_on: self.used_on,
            what: self.what.clone(),
            recorded_by: self.recorded_by.clone(),
            at: moment(self.at),
        })
    }

    fn of_row(row: item_use::Model) -> Result<Self> {
        let read = Reader { table: "item_use", key: row.id };
        Ok(Self {
            id: row.id,
            collection: read.parse("collection", &row.collection)?,
            version: read.number("version", row.version)?,
            position: read.number("position", row.position)?,
            definition: read.parse("definition", &row.definition)?,
            subject: read.parse("subject", &row.subject)?,
            used_on: row.used_on,
            what: row.what,
            recorded_by: row.recorded_by,
            at: row.at,
        })
    }

    fn by_key(&self, other: &Self) -> Ordering {
        (self.used_on, self.id).cmp(&(other.used_on, other.id))
    }

    fn name(&self) -> String {
        format!("collections/{}/versions/{}/uses/{}", self.collection, self.version, self.id)
    }
}

/// A version's explanations.
fn of_version(id: &CollectionId, version: u32) -> Condition {
    Condition::all()
        .add(explanation::Column::Collection.eq(id.as_str()))
        .add(explanation::Column::Version.eq(i64::from(version)))
}

impl Tx {
    /// Attaches the report of a submission to its version. A report is never changed.
    pub async fn insert_duplicate_report(&self, report: &DuplicateReport) -> Result<()> {
        self.insert::<duplicate_report::Entity>(vec![of_report(report)?]).await
    }

    /// The report of a version's latest submission, if it was ever submitted.
    pub async fn duplicate_report(&self, id: &CollectionId, version: u32) -> Result<Option<DuplicateReport>> {
        let latest = duplicate_report::Entity::find()
            .filter(duplicate_report::Column::Collection.eq(id.as_str()))
            .filter(duplicate_report::Column::Version.eq(i64::from(version)))
            .order_by_desc(duplicate_report::Column::Number)
            .limit(1);
        let row = self.select_one(latest).await?;
        row.map(|row| {
            let read =
                Reader { table: "duplicate_report", key: format_args!("{}/{}", row.collection, row.version) };
            read.json("body", &row.body)
        })
        .transpose()
    }

    /// Who submitted a version, each time that it was, first first.
    pub async fn submitters(&self, id: &CollectionId, version: u32) -> Result<Vec<String>> {
        let all = duplicate_report::Entity::find()
            .select_only()
            .column(duplicate_report::Column::SubmittedBy)
            .filter(duplicate_report::Column::Collection.eq(id.as_str()))
            .filter(duplicate_report::Column::Version.eq(i64::from(version)))
            .order_by_asc(duplicate_report::Column::Number);
        self.select_column(all).await
    }

    /// What its owner says of a version's items, by position.
    pub async fn explanations(&self, id: &CollectionId, version: u32) -> Result<Vec<Explanation>> {
        let rows = self.select(explanation::Entity::find().filter(of_version(id, version))).await?;
        by_position(rows)
    }

    /// Makes `list` all that is said of a version's items. What says nothing is not kept.
    pub async fn replace_explanations(
        &self,
        id: &CollectionId,
        version: u32,
        list: &[Explanation],
    ) -> Result<()> {
        self.delete::<explanation::Entity>(of_version(id, version)).await?;
        let rows = list.iter().filter(|one| !one.is_empty()).map(|one| explanation::Model {
            collection: to_text(id),
            version: version.into(),
            position: one.position.into(),
            reason: one.reason.clone(),
            reuse_agreement: one.reuse_agreement.clone(),
            keep_reason: one.keep_reason.clone(),
        });
        self.insert::<explanation::Entity>(rows.collect()).await
    }

    /// Takes back what is said of the items at some places of a version.
    pub async fn delete_explanations(
        &self,
        id: &CollectionId,
        version: u32,
        positions: &[u32],
    ) -> Result<()> {
        let of_items = of_version(id, version)
            .add(explanation::Column::Position.is_in(positions.iter().map(|position| i64::from(*position))));
        self.delete::<explanation::Entity>(of_items).await?;
        Ok(())
    }

    /// The same for several versions at a time: places of each. Answers what was said of each before. Two statements however many
    /// there are.
    pub async fn delete_explanations_of(
        &self,
        places: &[(CollectionId, u32, Vec<u32>)],
    ) -> Result<Vec<Vec<Explanation>>> {
        let ids: std::collections::BTreeSet<_> = places.iter().map(|(id, ..)| id.as_str()).collect();
        let held = explanation::Entity::find().filter(explanation::Column::Collection.is_in(ids));
        let rows = self.select(held).await?;
        let (mut before, mut gone) = (vec![], vec![]);
        for (id, version, positions) in places {
            let is_of = |row: &&explanation::Model| {
                row.collection == id.as_str() && row.version == i64::from(*version)
            };
            let of_version: Vec<_> = rows.iter().filter(is_of).cloned().collect();
            let is_gone =
                |row: &&explanation::Model| positions.iter().any(|at| i64::from(*at) == row.position);
            gone.extend(of_version.iter().filter(is_gone).cloned());
            before.push(by_position(of_version)?);
        }
        self.delete_rows::<explanation::Entity>(&gone).await?;
        Ok(before)
    }

    /// Records uses.
    pub async fn insert_item_uses(&self, list: &[ItemUse]) -> Result<()> {
        self.insert_new(list).await
    }

    /// The recorded uses of a collection's items, by day.
    pub async fn item_uses(&self, id: &CollectionId) -> Result<Vec<ItemUse>> {
        self.list(item_use::Entity::find().filter(item_use::Column::Collection.eq(id.as_str()))).await
    }
}

fn by_position(rows: Vec<explanation::Model>) -> Result<Vec<Explanation>> {
    let mut all = rows.into_iter().map(of_explanation).collect::<Result<Vec<_>>>()?;
    all.sort_unstable_by_key(|one| one.position);
    Ok(all)
}

fn of_explanation(row: explanation::Model) -> Result<Explanation> {
    let read = Reader { table: "explanation", key: format_args!("{}/{}", row.collection, row.version) };
    Ok(Explanation {
        position: read.number("position", row.position)?,
        reason: row.reason,
        reuse_agreement: row.reuse_agreement,
        keep_reason: row.keep_reason,
    })
}
