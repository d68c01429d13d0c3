//! Jobs. Every change of one is made only while its fence is what it was: of two servers that take one job, one finds that it is taken.

use super::{
    codec::{Reader, moment},
    stored::Stored,
};
use crate::{Tx, tables::job};
use chrono::{DateTime, Utc};
use onus_domain::{Error, Result, job::Job};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};
use std::cmp::Ordering;

impl Stored for Job {
    type Entity = job::Entity;
    const KIND: &'static str = "job";

    fn to_row(&self) -> Result<job::Model> {
        Ok(job::Model {
            id: self.id.clone(),
            kind: self.kind.clone(),
            payload: self.payload.clone(),
            due: moment(self.due),
            failures: self.failures.into(),
            last_error: self.last_error.clone(),
            began: self.began.map(moment),
            done: self.done.map(moment),
            given_up: self.given_up,
            leased_until: self.leased_until.map(moment),
            leased_by: self.leased_by.clone(),
            fence: self.fence.into(),
        })
    }

    fn of_row(row: job::Model) -> Result<Self> {
        let read = Reader { table: "job", key: &row.id };
        let (failures, fence) = (read.number("failures", row.failures)?, read.number("fence", row.fence)?);
        Ok(Self {
            id: row.id,
            kind: row.kind,
            payload: row.payload,
            due: row.due,
            failures,
            last_error: row.last_error,
            began: row.began,
            done: row.done,
            given_up: row.given_up,
            leased_until: row.leased_until,
            leased_by: row.leased_by,
            fence,
        })
    }

    fn by_key(&self, other: &Self) -> Ordering {
        self.id.cmp(&other.id)
    }

    fn name(&self) -> String {
        format!("jobs/{}", self.id)
    }
}

/// The condition that nobody has the lease.
fn free(now: DateTime<Utc>) -> Condition {
    let over = job::Column::LeasedUntil.lte(moment(now));
    Condition::all()
        .add(job::Column::GivenUp.eq(false))
        .add(Condition::any().add(job::Column::LeasedUntil.is_null()).add(over))
}

impl Tx {
    /// Adds work; what is there under its key stays as it is. Part of the transaction that makes it due: kept with it or not at all.
    pub async fn add_jobs(&self, jobs: &[Job]) -> Result<()> {
        self.insert_missing::<job::Entity>(jobs.iter().map(Stored::to_row).collect::<Result<_>>()?).await
    }

    /// Work of some kinds that is due and that nobody has the lease of, longest due first.
    pub async fn due_jobs(&self, kinds: &[&str], now: DateTime<Utc>, limit: u64) -> Result<Vec<Job>> {
        let known = job::Column::Kind.is_in(kinds.iter().copied());
        let due = job::Entity::find().filter(free(now).add(known).add(job::Column::Due.lte(moment(now))));
        let due = due.order_by_asc(job::Column::Due).order_by_asc(job::Column::Id).limit(limit);
        self.select(due).await?.into_iter().map(Job::of_row).collect()
    }

    /// The job of a key.
    pub async fn job(&self, id: &str) -> Result<Option<Job>> {
        self.one(job::Entity::find_by_id(id.to_owned())).await
    }

    /// All jobs, by key.
    pub async fn jobs(&self) -> Result<Vec<Job>> {
        self.all().await
    }

    /// Writes a job over what was read of it with the fence `fence`. `false`, and nothing written, if somebody took or changed it meanwhile.
    pub async fn change_job(&self, job: &Job, fence: u32) -> Result<bool> {
        let same = job::Column::Fence.eq(i64::from(fence));
        Ok(self.update_row::<job::Entity>(&job.to_row()?, same).await? == 1)
    }

    /// Takes a job away that was read with the fence `fence`; `false` if somebody took or changed it meanwhile.
    pub async fn remove_job(&self, id: &str, fence: u32) -> Result<bool> {
        let same = Condition::all().add(job::Column::Id.eq(id)).add(job::Column::Fence.eq(i64::from(fence)));
        Ok(self.delete::<job::Entity>(same).await? == 1)
    }

    /// Holds a lease through this transaction: what is written in it is kept only if the lease is this one's still when it commits.
    pub async fn hold_job(&self, job: &Job) -> Result<()> {
        let same = Condition::all()
            .add(job::Column::Id.eq(job.id.as_str()))
            .add(job::Column::Fence.eq(i64::from(job.fence)));
        let held = job::Entity::update_many()
            .col_expr(job::Column::LeasedBy, Expr::val(job.leased_by.as_str()))
            .filter(same)
            .exec(self.db())
            .await
            .map_err(|error| self.fail(&error))?;
        if held.rows_affected == 1 {
            return Ok(());
        }
        Err(Error::Unavailable {
            public: "another server took the work over".into(),
            private: format!("the lease of {} is lost", job.name()),
        })
    }
}
