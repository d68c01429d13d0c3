//! Bringing a database to the schema of this program, and back.

use crate::{Backend, Store, Tx, error::Fault};
use onus_domain::{Error, Result};
use onus_migrations::{Migrator, MigratorTrait};
use sea_orm::ConnectionTrait as _;

impl Store {
    /// Takes the steps that the database lacks, all or none, and answers their names; none if it is up to date. Several servers may do
    /// this at the same time.
    ///
    /// Errors: `Precondition` `DATABASE_NEWER` if the database has steps that this program does not know, `DATABASE_WRITABLE` if it cannot
    /// be written.
    pub async fn migrate(&self) -> Result<Vec<String>> {
        let done = self
            .write(async |tx| {
                self.take_all_time(&tx).await?;
                let applied = self.known(&tx).await?;
                let lacking: Vec<_> = onus_migrations::names().split_off(applied.len());
                if !lacking.is_empty() {
                    Migrator::up(tx.transaction().await?, None).await.map_err(|error| tx.fail(&error))?;
                }
                Ok(lacking)
            })
            .await;
        done.map_err(|error| self.named(error))
    }

    /// Takes the last `steps` steps back, with all that their tables hold, all or none, and answers their names, last first.
    pub async fn migrate_down(&self, steps: u32) -> Result<Vec<String>> {
        let done = self
            .write(async |tx| {
                self.take_all_time(&tx).await?;
                let mut applied = self.known(&tx).await?;
                let kept = applied.len().saturating_sub(usize::try_from(steps).unwrap_or(usize::MAX));
                let mut back = applied.split_off(kept);
                back.reverse();
                if !back.is_empty() {
                    Migrator::down(tx.transaction().await?, Some(steps))
                        .await
                        .map_err(|error| tx.fail(&error))?;
                }
                if applied.is_empty() {
                    onus_migrations::forget(tx.transaction().await?)
                        .await
                        .map_err(|error| tx.fail(&error))?;
                }
                Ok(back)
            })
            .await;
        done.map_err(|error| self.named(error))
    }

    /// All steps that this program knows, first first, and whether the database has each.
    pub async fn migration_status(&self) -> Result<Vec<(String, bool)>> {
        let applied = self.read(async |tx| self.known(&tx).await).await.map_err(|error| self.named(error))?;
        Ok(onus_migrations::names()
            .into_iter()
            .map(|name| (applied.contains(&name), name))
            .map(|(has, name)| (name, has))
            .collect())
    }

    /// A step may take longer than any request.
    async fn take_all_time(&self, tx: &Tx) -> Result<()> {
        if self.backend() == Backend::Postgres {
            let limits = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0";
            tx.db().execute_unprepared(limits).await.map_err(|error| tx.fail(&error))?;
        }
        Ok(())
    }

    /// The steps that the database has, if they are the first of those that this program knows.
    async fn known(&self, tx: &Tx) -> Result<Vec<String>> {
        let applied =
            onus_migrations::applied(tx.transaction().await?).await.map_err(|error| tx.fail(&error))?;
        let names = onus_migrations::names();
        match applied.iter().enumerate().find(|(at, step)| names.get(*at) != Some(step)) {
            None => Ok(applied),
            Some((_, step)) => Err(Error::Precondition {
                rule: "DATABASE_NEWER",
                subject: "database.url".into(),
                message: format!(
                    "{} has step {step:?}, which this version of Onus does not know or expects elsewhere: \
                     use the version that made it, or a later one",
                    self.place
                ),
            }),
        }
    }

    /// Names the database in an error: whoever migrates configures it.
    fn named(&self, error: Error) -> Error {
        match error {
            Error::Precondition { rule: "DATABASE_WRITABLE", message, .. } => {
                Fault::ReadOnly.into_error(&self.place, message)
            }
            other => other,
        }
    }
}
