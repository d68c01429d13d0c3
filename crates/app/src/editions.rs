//! Editions: making a month's publication, and reading those that were made.

use crate::{App, Context, audit, audit_log, jobs::Run, overlaps::OverlapRow, summary::Summary};
use onus_domain::{
    Error, Month, Result, Violation,
    edition::{Edition, EditionFile},
    role::Act,
};
use sha2::{Digest, Sha256};
use std::path::Path;

/// What readers of a sample's figures must know first.
pub const SAMPLE_NOTICE: &str = "This registry is a sample. All minutes are the published default table, marked ASSUMED: \
     a figure here is an illustration, never the burden of a real provider.";

/// A hundred years of months: no list of editions is longer.
const MOST_EDITIONS: u64 = 1_200;

/// An edition, and whether this call made it.
#[derive(Debug, Clone)]
pub struct MadeEdition {
    /// The edition.
    pub edition: Edition,
    /// Whether it is new; `false` if the month was published before.
    pub new: bool,
}

impl App {
    /// Publishes a month, counted to its last day from the registry as it is known now, unless it is published already: an edition
    /// never changes.
    pub async fn make_edition(&self, context: &Context, month: Month) -> Result<MadeEdition> {
        context.authorise(Act::MakeEdition, None)?;
        self.publish_month(context, month, None).await
    }

    /// The same, by a `run` of background work if it is one: it stands only while that has its lease.
    pub(crate) async fn publish_month(
        &self,
        context: &Context,
        month: Month,
        run: Option<&Run>,
    ) -> Result<MadeEdition> {
        let closing_date = month.last_day();
        if closing_date >= context.today() {
            let expected =
                format!("a month that is over, at the latest {}", Month::of(context.today()).plus(-1));
            return Err(Violation::new("month", "MONTH_OVER", month, expected).into());
        }
        if let Some(edition) = self.store().edition(month, None).await? {
            return Ok(MadeEdition { edition, new: false });
        }
        let audit_head = self.head_to_publish().await?;
        let view = self.view().await?;
        let notice = self.settings().sample.then(|| SAMPLE_NOTICE.to_owned());
        let made = tokio::task::spawn_blocking(move || {
            let summary = Summary::of(&view, month);
            let files = onus_report::files(&onus_report::Publication {
                snapshot: &view.snapshot,
                burden: &view.burden,
                overlaps: view.overlaps().iter().map(published).collect(),
                month,
                revision: 1,
                closing_date,
                notice,
                audit_head,
            })?;
            Ok::<_, Error>((summary, files))
        });
        let (summary, files) = made.await.map_err(Error::internal)??;
        let edition = Edition {
            month,
            revision: 1,
            closing_date,
            made_at: context.now,
            reason: String::new(),
            summary: serde_json::to_string(&summary).map_err(Error::internal)?,
            files: files.iter().map(describe).collect(),
        };
        let contents: Vec<_> = files.into_iter().map(|file| file.bytes).collect();
        let name = format!("editions/{month}/revisions/1");
        let made = audit::change(context, "edition.make", name, None, Some(&edition), "")?.public();
        let stored = self
            .commit(context, async |tx| {
                if let Some(run) = run {
                    run.hold(&tx).await?;
                }
                tx.insert_edition(&edition, &contents).await?;
                Ok(((), vec![made.clone()]))
            })
            .await;
        match stored {
            Ok(()) => {}
            // Another server published the month meanwhile.
            Err(Error::AlreadyExists { .. }) => {
                return Ok(MadeEdition { edition: self.edition(month, None).await?, new: false });
            }
            Err(error) => return Err(error),
        }
        Ok(MadeEdition { edition, new: true })
    }

    /// The audit log's head over all that is committed, as an edition carries it; none without a key to sign with.
    async fn head_to_publish(&self) -> Result<Option<onus_report::AuditHead>> {
        let Some(key) = self.audit_key() else { return Ok(None) };
        self.sequence_audit().await?;
        let Some(head) = self.store().audit_head(None).await? else { return Ok(None) };
        let json = serde_json::json!({
            "origin": head.origin,
            "size": head.size,
            "root": head.root.to_string(),
            "time": audit_log::moment(head.at),
            "key": key.public(),
            "note": audit_log::note(&head),
        });
        let json = serde_json::to_string_pretty(&json).map_err(Error::internal)? + "\n";
        Ok(Some(onus_report::AuditHead { size: head.size, root: head.root.to_string(), json }))
    }

    /// All editions, latest month first, latest revision of each.
    pub async fn editions(&self) -> Result<Vec<Edition>> {
        self.store().editions(None, MOST_EDITIONS).await
    }

    /// A month's edition: the revision asked for, else the latest.
    pub async fn edition(&self, month: Month, revision: Option<u32>) -> Result<Edition> {
        self.store().edition(month, revision).await?.ok_or_else(|| {
            let of = revision.map(|number| format!("/revisions/{number}")).unwrap_or_default();
            Error::not_found("edition", format!("editions/{month}{of}"))
        })
    }

    /// A file of an edition, with its bytes.
    pub async fn edition_file(&self, edition: &Edition, path: &str) -> Result<(EditionFile, Vec<u8>)> {
        let unknown = || Error::not_found("file", format!("editions/{}/{path}", edition.month));
        let file = edition.files.iter().find(|file| file.path == path).ok_or_else(unknown)?;
        let bytes =
            self.store().edition_file(edition.month, edition.revision, path).await?.ok_or_else(unknown)?;
        Ok((file.clone(), bytes))
    }

    /// Writes an edition's files into `folder`, unless they stand there already. A file is whole or not there at all.
    pub async fn write_edition(&self, edition: &Edition, folder: &Path) -> Result<()> {
        tokio::fs::create_dir_all(folder).await.map_err(|error| cannot_write(folder, &error))?;
        for file in &edition.files {
            let path = folder.join(&file.path);
            let there = tokio::fs::read(&path).await;
            if there.is_ok_and(|bytes| format!("{:x}", Sha256::digest(bytes)) == file.sha256) {
                continue;
            }
            let (_, bytes) = self.edition_file(edition, &file.path).await?;
            let beside = folder.join(format!(".{}.new", file.path));
            tokio::fs::write(&beside, bytes).await.map_err(|error| cannot_write(&beside, &error))?;
            tokio::fs::rename(&beside, &path).await.map_err(|error| cannot_write(&path, &error))?;
        }
        Ok(())
    }
}

fn published(row: &OverlapRow) -> onus_report::Overlap {
    onus_report::Overlap {
        left: row.concepts.left.clone(),
        right: row.concepts.right.clone(),
        shared_concepts: row.concepts.shared,
        left_concepts: row.concepts.left_size,
        right_concepts: row.concepts.right_size,
        shared_facts: row.shared_facts,
        shared_respondents: row.shared_respondents,
    }
}

fn describe(file: &onus_report::OutputFile) -> EditionFile {
    EditionFile {
        path: file.path.clone(),
        media_type: file.media_type.to_owned(),
        size: file.bytes.len() as u64,
        sha256: format!("{:x}", Sha256::digest(&file.bytes)),
    }
}

pub(crate) fn cannot_write(path: &Path, error: &std::io::Error) -> Error {
    Violation::new("folder", "WRITABLE", path.display(), format!("a folder that Onus may write to ({error})"))
        .into()
}
