//! The panel's rulings, comments and queue. Rulings and comments are added and never changed.

use super::{
    codec::{Reader, moment, to_json, to_text},
    stored::Stored,
};
use crate::{
    Tx,
    tables::{collection, duplicate_report, review, review_comment, version},
};
use onus_domain::{
    CollectionId, OdsCode, Result,
    collection::Collection,
    review::{Comment, Filed, QueueEntry, Review},
    version::VersionState,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use std::{cmp::Ordering, collections::HashMap};

impl Stored for Review {
    type Entity = review::Entity;
    const KIND: &'static str = "review";

    fn to_row(&self) -> Result<review::Model> {
        Ok(review::Model {
            id: self.id,
            collection: to_text(&self.collection),
            version: self.version.into(),
            verdict: to_text(self.verdict),
            reason: self.reason.clone(),
            conditions: to_json(&self.conditions)?,
            expires_on: self.expires_on,
            reviewer: self.reviewer.clone(),
            at: moment(self.at),
        })
    }

    fn of_row(row: review::Model) -> Result<Self> {
        let read = Reader { table: "review", key: row.id };
        Ok(Self {
            id: row.id,
            collection: read.parse("collection", &row.collection)?,
            version: read.number("version", row.version)?,
            verdict: read.parse("verdict", &row.verdict)?,
            conditions: read.json("conditions", &row.conditions)?,
            reason: row.reason,
            expires_on: row.expires_on,
            reviewer: row.reviewer,
            at: row.at,
        })
    }

    /// In the order in which they were said.
    fn by_key(&self, other: &Self) -> Ordering {
        (self.at, self.id).cmp(&(other.at, other.id))
    }

    fn name(&self) -> String {
        format!("collections/{}/versions/{}/reviews/{}", self.collection, self.version, self.id)
    }
}

impl Stored for Comment {
    type Entity = review_comment::Entity;
    const KIND: &'static str = "comment";

    fn to_row(&self) -> Result<review_comment::Model> {
        Ok(review_comment::Model {
            id: self.id,
            collection: to_text(&self.collection),
            version: self.version.into(),
            position: self.position.map(Into::into),
            audience: to_text(self.audience),
            text: self.text.clone(),
            author: self.author.clone(),
            at: moment(self.at),
        })
    }

    fn of_row(row: review_comment::Model) -> Result<Self> {
        let read = Reader { table: "review_comment", key: row.id };
        Ok(Self {
            id: row.id,
            collection: read.parse("collection", &row.collection)?,
            version: read.number("version", row.version)?,
            position: read.number_some("position", row.position)?,
            audience: read.parse("audience", &row.audience)?,
            text: row.text,
            author: row.author,
            at: row.at,
        })
    }

    fn by_key(&self, other: &Self) -> Ordering {
        (self.at, self.id).cmp(&(other.at, other.id))
    }

    fn name(&self) -> String {
        format!("collections/{}/versions/{}/comments/{}", self.collection, self.version, self.id)
    }
}

impl Tx {
    /// Adds rulings.
    pub async fn insert_reviews(&self, list: &[Review]) -> Result<()> {
        self.insert_new(list).await
    }

    /// The rulings on a version, in the order in which they were said.
    pub async fn reviews_of(&self, id: &CollectionId, version: u32) -> Result<Vec<Review>> {
        let of = review::Entity::find()
            .filter(review::Column::Collection.eq(id.as_str()))
            .filter(review::Column::Version.eq(i64::from(version)));
        self.list(of).await
    }

    /// Adds comments.
    pub async fn insert_comments(&self, list: &[Comment]) -> Result<()> {
        self.insert_new(list).await
    }

    /// The comments on a version, in the order in which they were said.
    pub async fn comments_of(&self, id: &CollectionId, version: u32) -> Result<Vec<Comment>> {
        let of = review_comment::Entity::find()
            .filter(review_comment::Column::Collection.eq(id.as_str()))
            .filter(review_comment::Column::Version.eq(i64::from(version)));
        self.list(of).await
    }

    /// The versions in some states, of one body's collections or of all, as a queue shows them: by collection, number. Three statements.
    pub async fn queue(&self, states: &[VersionState], owner: Option<&OdsCode>) -> Result<Vec<QueueEntry>> {
        let own = owner.map(|owner| {
            let own = collection::Entity::find().select_only().column(collection::Column::Id);
            own.filter(collection::Column::Owner.eq(owner.as_str())).into_query()
        });
        let waiting = || {
            let states = states.iter().map(|state| state.as_str());
            let all = version::Entity::find().filter(version::Column::State.is_in(states));
            match &own {
                Some(own) => all.filter(version::Column::Collection.in_subquery(own.clone())),
                None => all,
            }
        };
        let rows = self.select(waiting()).await?;
        let of_waiting = waiting().select_only().column(version::Column::Collection).into_query();
        let collections =
            collection::Entity::find().filter(collection::Column::Id.in_subquery(of_waiting.clone()));
        let collections: HashMap<_, _> = self
            .list::<Collection>(collections)
            .await?
            .into_iter()
            .map(|collection| (collection.id.to_string(), collection))
            .collect();
        let filed = duplicate_report::Entity::find()
            .select_only()
            .columns(Summary::COLUMNS)
            .filter(duplicate_report::Column::Collection.in_subquery(of_waiting));
        let mut latest = HashMap::<_, Summary>::new();
        for summary in self.select_as::<_, Summary>(filed).await? {
            let key = (summary.collection.clone(), summary.version);
            let held = latest.entry(key).or_insert_with(|| summary.clone());
            if held.number < summary.number {
                *held = summary;
            }
        }
        let mut entries = vec![];
        for row in rows {
            let read = Reader { table: "version", key: format_args!("{}/{}", row.collection, row.number) };
            let Some(collection) = collections.get(&row.collection) else { continue };
            let filed = latest.remove(&(row.collection.clone(), row.number));
            entries.push(QueueEntry {
                collection: collection.clone(),
                number: read.number("number", row.number)?,
                state: read.parse("state", &row.state)?,
                renews: read.number_some("renews", row.renews)?,
                filed: filed.map(Summary::into_filed).transpose()?,
                title: row.title,
            });
        }
        entries.sort_unstable_by(|a, b| (&a.collection.id, a.number).cmp(&(&b.collection.id, b.number)));
        Ok(entries)
    }
}

/// A report without its items.
#[derive(Clone, sea_orm::FromQueryResult)]
struct Summary {
    collection: String,
    version: i64,
    number: i64,
    made_at: sea_orm::entity::prelude::DateTimeUtc,
    duplicates: i64,
    content_items: i64,
    method: String,
    seconds: i64,
    pence: i64,
    respondents: i64,
    referred: String,
}

impl Summary {
    const COLUMNS: [duplicate_report::Column; 11] = [
        duplicate_report::Column::Collection,
        duplicate_report::Column::Version,
        duplicate_report::Column::Number,
        duplicate_report::Column::MadeAt,
        duplicate_report::Column::Duplicates,
        duplicate_report::Column::ContentItems,
        duplicate_report::Column::Method,
        duplicate_report::Column::Seconds,
        duplicate_report::Column::Pence,
        duplicate_report::Column::Respondents,
        duplicate_report::Column::Referred,
    ];

    fn into_filed(self) -> Result<Filed> {
        let read =
            Reader { table: "duplicate_report", key: format_args!("{}/{}", self.collection, self.version) };
        Ok(Filed {
            at: self.made_at,
            duplicates: read.number("duplicates", self.duplicates)?,
            content_items: read.number("content_items", self.content_items)?,
            method: read.parse("method", &self.method)?,
            seconds: read.number("seconds", self.seconds)?,
            pence: read.number("pence", self.pence)?,
            respondents: read.number("respondents", self.respondents)?,
            referred: self.referred,
        })
    }
}
