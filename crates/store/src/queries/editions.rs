//! Editions and their files. An edition never changes: there is no update.

use super::codec::{Reader, moment, to_number, to_text};
use crate::{
    Tx,
    tables::{edition, edition_file},
};
use onus_domain::{
    Error, Month, Result,
    edition::{Edition, EditionFile},
};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait, SimpleExpr},
};
use std::collections::HashMap;

impl Tx {
    /// Adds an edition with the bytes of its files, in the order of `edition.files`. `AlreadyExists` if the month has that revision.
    pub async fn insert_edition(&self, edition: &Edition, contents: &[Vec<u8>]) -> Result<()> {
        if edition.files.len() != contents.len() {
            let (files, given) = (edition.files.len(), contents.len());
            return Err(Error::internal(format!(
                "edition {} has {files} files, and {given} contents",
                edition.month
            )));
        }
        let row = of_edition(edition);
        if self.looks_first() && !self.held::<edition::Entity>(std::slice::from_ref(&row)).await?.is_empty() {
            return Err(Error::AlreadyExists { kind: "edition", name: edition.name() });
        }
        self.insert::<edition::Entity>(vec![row]).await?;
        for (file, content) in edition.files.iter().zip(contents) {
            // One file a statement: all files of an edition in one would be copied as a whole.
            self.insert::<edition_file::Entity>(vec![of_file(edition, file, content.clone())?]).await?;
        }
        Ok(())
    }

    /// The latest revision of each month before `before` (of all, without it), latest first, at most `limit`.
    pub async fn editions(&self, before: Option<Month>, limit: u64) -> Result<Vec<Edition>> {
        let greatest = edition::Entity::find()
            .select_only()
            .column(edition::Column::Month)
            .column_as(edition::Column::Revision.max(), "greatest")
            .group_by(edition::Column::Month)
            .into_query();
        let key = Expr::tuple([Expr::col(edition::Column::Month), Expr::col(edition::Column::Revision)]);
        let mut latest = edition::Entity::find().filter(key.in_subquery(greatest));
        if let Some(before) = before {
            // Months are all of one form, so that every collation orders them alike.
            latest = latest.filter(edition::Column::Month.lt(to_text(before)));
        }
        self.editions_of(latest.order_by_desc(edition::Column::Month).limit(limit)).await
    }

    /// An edition in one revision, or its latest.
    pub async fn edition(&self, month: Month, revision: Option<u32>) -> Result<Option<Edition>> {
        let mut found = edition::Entity::find().filter(edition::Column::Month.eq(to_text(month)));
        if let Some(revision) = revision {
            found = found.filter(edition::Column::Revision.eq(i64::from(revision)));
        }
        let found = found.order_by_desc(edition::Column::Revision).limit(1);
        Ok(self.editions_of(found).await?.pop())
    }

    /// The bytes of a file of an edition.
    pub async fn edition_file(&self, month: Month, revision: u32, path: &str) -> Result<Option<Vec<u8>>> {
        let found = edition_file::Entity::find_by_id((to_text(month), i64::from(revision), path.to_owned()));
        Ok(self.select_one(found).await?.map(|file| file.content))
    }

    /// The bytes of the file that all editions have at `path`: by month and revision, of those that have one.
    pub async fn edition_files_at(&self, path: &str) -> Result<Vec<(String, i64, Vec<u8>)>> {
        use edition_file::Column as C;
        let select = edition_file::Entity::find()
            .select_only()
            .columns([C::Month, C::Revision, C::Content])
            .filter(C::Path.eq(path))
            .order_by_asc(C::Month)
            .order_by_asc(C::Revision);
        select.into_tuple().all(self.db()).await.map_err(|error| self.fail(&error))
    }

    /// Editions with what is known of their files, in the order of the selection: two statements, and no file's bytes.
    async fn editions_of(&self, select: Select<edition::Entity>) -> Result<Vec<Edition>> {
        let rows = self.select(select).await?;
        // By month alone, and those of other revisions left out after: a condition for each edition would be a tree as deep as there are
        // editions, which neither SQLite nor the stack that writes it out holds.
        let keys = edition_file::Column::Month.is_in(rows.iter().map(|row| row.month.as_str()));
        let mut of: HashMap<(String, i64), Vec<EditionFile>> = HashMap::new();
        if !rows.is_empty() {
            for (month, revision, file) in self.files(keys).await? {
                of.entry((month, revision)).or_default().push(file);
            }
        }
        rows.into_iter().map(|row| to_edition(row, &mut of)).collect()
    }

    async fn files(&self, keys: SimpleExpr) -> Result<Vec<(String, i64, EditionFile)>> {
        use edition_file::Column as C;
        let columns = [C::Month, C::Revision, C::Path, C::MediaType, C::Size, C::Sha256];
        let select = edition_file::Entity::find().select_only().columns(columns).filter(keys);
        let rows: Vec<(String, i64, String, String, i64, String)> =
            select.into_tuple().all(self.db()).await.map_err(|error| self.fail(&error))?;
        let read = |(month, revision, path, media_type, size, sha256)| {
            let size = Reader { table: "edition_file", key: &path }.number("size", size)?;
            Ok((month, revision, EditionFile { path, media_type, size, sha256 }))
        };
        rows.into_iter().map(read).collect()
    }
}

fn of_edition(of: &Edition) -> edition::Model {
    edition::Model {
        month: to_text(of.month),
        revision: of.revision.into(),
        closing_date: of.closing_date,
        made_at: moment(of.made_at),
        known_at: Some(moment(of.known_at)),
        reason: of.reason.clone(),
        summary: of.summary.clone(),
    }
}

fn to_edition(row: edition::Model, files: &mut HashMap<(String, i64), Vec<EditionFile>>) -> Result<Edition> {
    let read = Reader { table: "edition", key: format_args!("{}/{}", row.month, row.revision) };
    let (month, revision) = (read.parse("month", &row.month)?, read.number("revision", row.revision)?);
    let mut files = files.remove(&(row.month, row.revision)).unwrap_or_default();
    files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    Ok(Edition {
        month,
        revision,
        closing_date: row.closing_date,
        made_at: row.made_at,
        // Before it was kept, it was the moment of making.
        known_at: row.known_at.unwrap_or(row.made_at),
        reason: row.reason,
        summary: row.summary,
        files,
    })
}

fn of_file(of: &Edition, file: &EditionFile, content: Vec<u8>) -> Result<edition_file::Model> {
    Ok(edition_file::Model {
        month: to_text(of.month),
        revision: of.revision.into(),
        path: file.path.clone(),
        media_type: file.media_type.clone(),
        size: to_number("size", file.size)?,
        sha256: file.sha256.clone(),
        content,
    })
}
