//! Editions: making a month's publication, and reading those that were made.

use crate::{App, Context, View, audit, audit_log, jobs::Run, overlaps::OverlapRow, summary::Summary};
use chrono::{DateTime, Utc};
use onus_domain::{
    Error, Month, Result, Violation, Violations,
    edition::{Edition, EditionFile},
    role::Act,
};
use onus_report::{
    AUDIT_HEAD, AuditHead, OutputFile, Publication,
    packed::{FOLDERS, archive, unpack, unpack_each},
};
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, path::Path, sync::Arc};

/// What readers of a sample's figures must know first.
pub const SAMPLE_NOTICE: &str = "This registry is a sample. All minutes are the published default table, marked ASSUMED: \
     a figure here is an illustration, never the burden of a real provider.";

/// A hundred years of months: no list of editions is longer.
const MOST_EDITIONS: u64 = 1_200;

/// The signature of the checksums: Ed25519, by the key that signs the audit log's heads.
const SIGNATURE: &str = "SHA256SUMS.sig";
/// The public half of that key.
const SIGNER: &str = "SHA256SUMS.pem";

/// An edition, and whether this call made it.
#[derive(Debug, Clone)]
pub struct MadeEdition {
    /// The edition.
    pub edition: Edition,
    /// Whether it is new; `false` if the month was published before.
    pub new: bool,
}

/// Which revision of a month is published, why, and as of when the registry is taken.
#[derive(Debug, Clone)]
struct Wanted {
    month: Month,
    revision: u32,
    reason: String,
    /// `None` takes it as it is known now.
    known_at: Option<DateTime<Utc>>,
}

/// An edition, with the bytes of its files.
struct Composed {
    edition: Edition,
    contents: Vec<Vec<u8>>,
}

/// What a publication says beside the figures.
struct Said {
    month: Month,
    revision: u32,
    audit_head: Option<AuditHead>,
    notice: Option<String>,
}

impl Said {
    /// Makes something of the publication of a view.
    fn with<T>(self, view: &View, make: impl FnOnce(&Publication<'_>) -> T) -> T {
        make(&Publication {
            snapshot: &view.snapshot,
            burden: &view.burden,
            overlaps: view.overlaps().iter().map(published).collect(),
            month: self.month,
            revision: self.revision,
            closing_date: self.month.last_day(),
            notice: self.notice,
            audit_head: self.audit_head,
        })
    }
}

impl App {
    /// Publishes a month, counted to its last day from the registry as it is known now, unless it is published already: an edition
    /// never changes.
    pub async fn make_edition(&self, context: &Context, month: Month) -> Result<MadeEdition> {
        context.authorise(Act::MakeEdition, None)?;
        self.publish_month(context, month, None, None).await
    }

    /// Publishes a month from the registry as it was known at a moment (now, without one), by a `run` of background work if it is one: it
    /// stands only while that has its lease.
    pub(crate) async fn publish_month(
        &self,
        context: &Context,
        month: Month,
        known_at: Option<DateTime<Utc>>,
        run: Option<&Run>,
    ) -> Result<MadeEdition> {
        require_over(context, month)?;
        if let Some(edition) = self.store().edition(month, None).await? {
            return Ok(MadeEdition { edition, new: false });
        }
        let wanted = Wanted { month, revision: 1, reason: String::new(), known_at };
        let composed = self.compose(context, wanted).await?;
        match self.publish(context, &composed, run).await {
            Ok(()) => Ok(MadeEdition { edition: composed.edition, new: true }),
            // Another server published the month meanwhile.
            Err(Error::AlreadyExists { .. }) => {
                Ok(MadeEdition { edition: self.edition(month, None).await?, new: false })
            }
            Err(error) => Err(error),
        }
    }

    /// Publishes a correction of a month as its next revision, from the registry as it is known now. Those before it stay.
    pub async fn revise_edition(
        &self,
        context: &Context,
        month: Month,
        reason: &str,
        validate_only: bool,
    ) -> Result<Edition> {
        context.authorise(Act::MakeEdition, None)?;
        let mut found = Violations::new();
        found.require(!reason.trim().is_empty(), || {
            Violation::new(
                "reason",
                "REQUIRED",
                reason,
                "a reason for readers: what was wrong and is put right",
            )
        });
        found.text("reason", reason, 2_000);
        found.into_result()?;
        let last = self.edition(month, None).await?;
        let wanted =
            Wanted { month, revision: last.revision + 1, reason: reason.trim().to_owned(), known_at: None };
        let composed = self.compose(context, wanted).await?;
        if figures(&composed.edition).eq(figures(&last)) {
            return Err(Error::Precondition {
                rule: "SOMETHING_DIFFERS",
                subject: last.name(),
                message: "every table is as it was published: there is nothing to correct".into(),
            });
        }
        if !validate_only {
            self.publish(context, &composed, None).await?;
        }
        Ok(composed.edition)
    }

    /// A month's edition as it would be if it were published now. Nothing is stored.
    pub async fn try_edition(&self, context: &Context, month: Month) -> Result<Edition> {
        let revision = self.next_revision(context, month).await?;
        let wanted = Wanted { month, revision, reason: String::new(), known_at: None };
        Ok(self.compose(context, wanted).await?.edition)
    }

    /// What its report for people would say. Nothing is stored.
    pub async fn preview_report(&self, context: &Context, month: Month) -> Result<String> {
        let revision = self.next_revision(context, month).await?;
        let (view, audit_head) = (self.view().await?, self.head_to_publish().await?);
        let publication = self.publication(month, revision, audit_head);
        let made = tokio::task::spawn_blocking(move || publication.with(&view, onus_report::page));
        made.await.map_err(Error::internal)?
    }

    async fn next_revision(&self, context: &Context, month: Month) -> Result<u32> {
        context.authorise(Act::MakeEdition, None)?;
        require_over(context, month)?;
        Ok(self.store().edition(month, None).await?.map_or(1, |last| last.revision + 1))
    }

    /// Makes an edition's files again from what the log says was known then, and names those that are not the same byte for byte.
    pub async fn check_edition(&self, edition: &Edition) -> Result<Vec<String>> {
        let view = self.view_as_known(edition.known_at, edition.month).await?;
        let audit_head = match self.edition_file(edition, AUDIT_HEAD).await {
            Ok((_, bytes)) => Some(AuditHead::read(&bytes)?),
            Err(Error::NotFound { .. }) => None,
            Err(error) => return Err(error),
        };
        let (_, files) = self.files(Arc::new(view), (edition.month, edition.revision), audit_head).await?;
        let again: BTreeMap<String, String> =
            files.iter().map(describe).map(|file| (file.path, file.sha256)).collect();
        // A signature is that of the checksums, and needs the key.
        let differs = |file: &&EditionFile| {
            file.path != SIGNATURE && file.path != SIGNER && again.get(&file.path) != Some(&file.sha256)
        };
        Ok(edition.files.iter().filter(differs).map(|file| file.path.clone()).collect())
    }

    async fn compose(&self, context: &Context, wanted: Wanted) -> Result<Composed> {
        let Wanted { month, revision, reason, known_at } = wanted;
        let audit_head = self.head_to_publish().await?;
        let view = match known_at {
            Some(at) => Arc::new(self.view_as_known(at, month).await?),
            None => self.view().await?,
        };
        let (summary, mut files) = self.files(view, (month, revision), audit_head).await?;
        if let Some((key, sums)) = self.audit_key().zip(files.last()) {
            let signature = key.sign_file(&sums.bytes);
            files.push(OutputFile::new(SIGNATURE, "application/octet-stream", signature));
            files.push(OutputFile::new(SIGNER, "application/x-pem-file", key.public_pem()));
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let edition = Edition {
            month,
            revision,
            closing_date: month.last_day(),
            known_at: known_at.unwrap_or(context.now),
            made_at: context.now,
            reason,
            summary: serde_json::to_string(&summary).map_err(Error::internal)?,
            files: files.iter().map(describe).collect(),
        };
        Ok(Composed { edition, contents: files.into_iter().map(|file| file.bytes).collect() })
    }

    /// The files of a month, without a signature.
    async fn files(
        &self,
        view: Arc<View>,
        (month, revision): (Month, u32),
        audit_head: Option<AuditHead>,
    ) -> Result<(Summary, Vec<OutputFile>)> {
        let publication = self.publication(month, revision, audit_head);
        let made = tokio::task::spawn_blocking(move || {
            Ok((Summary::of(&view, month), publication.with(&view, onus_report::files)?))
        });
        made.await.map_err(Error::internal)?
    }

    fn publication(&self, month: Month, revision: u32, audit_head: Option<AuditHead>) -> Said {
        Said { month, revision, audit_head, notice: self.settings().sample.then(|| SAMPLE_NOTICE.to_owned()) }
    }

    async fn publish(&self, context: &Context, composed: &Composed, run: Option<&Run>) -> Result<()> {
        let Composed { edition, contents } = composed;
        let made =
            audit::change(context, "edition.make", edition.name(), None, Some(edition), &edition.reason)?
                .public();
        self.commit(context, async |tx| {
            if let Some(run) = run {
                run.hold(&tx).await?;
            }
            tx.insert_edition(edition, contents).await?;
            Ok(((), vec![made.clone()]))
        })
        .await
    }

    /// The audit log's head over all that is committed, as an edition carries it; none without a key to sign with.
    async fn head_to_publish(&self) -> Result<Option<AuditHead>> {
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
        Ok(Some(AuditHead { size: head.size, root: head.root.to_string(), json }))
    }

    /// All editions, latest month first, latest revision of each.
    pub async fn editions(&self) -> Result<Vec<Edition>> {
        self.store().editions(None, MOST_EDITIONS).await
    }

    /// The edition of the month that was published last, if any was.
    pub async fn latest_edition(&self) -> Result<Option<Edition>> {
        Ok(self.store().editions(None, 1).await?.pop())
    }

    /// A month's edition: the revision asked for, else the latest.
    pub async fn edition(&self, month: Month, revision: Option<u32>) -> Result<Edition> {
        self.store().edition(month, revision).await?.ok_or_else(|| {
            let of = revision.map(|number| format!("/revisions/{number}")).unwrap_or_default();
            Error::not_found("edition", format!("editions/{month}{of}"))
        })
    }

    /// A file of an edition, with its bytes; or a report that is packed, such as `providers/RR8.html`.
    pub async fn edition_file(&self, edition: &Edition, path: &str) -> Result<(EditionFile, Vec<u8>)> {
        let unknown = || Error::not_found("file", format!("editions/{}/{path}", edition.month));
        if let Some((folder, name)) = path.split_once('/').filter(|(folder, _)| FOLDERS.contains(folder)) {
            let (_, all) = Box::pin(self.edition_file(edition, &archive(folder))).await?;
            let bytes = unpack(&all, name)?.ok_or_else(unknown)?;
            let file = OutputFile::new(path, "text/html; charset=utf-8", bytes);
            return Ok((describe(&file), file.bytes));
        }
        let file = edition.files.iter().find(|file| file.path == path).ok_or_else(unknown)?;
        let bytes =
            self.store().edition_file(edition.month, edition.revision, path).await?.ok_or_else(unknown)?;
        Ok((file.clone(), bytes))
    }

    /// Writes an edition's files into `folder`, unless they stand there already, and what is packed in them unpacked beside them. A file is
    /// whole or not there at all.
    pub async fn write_edition(&self, edition: &Edition, folder: &Path) -> Result<()> {
        tokio::fs::create_dir_all(folder).await.map_err(|error| cannot_write(folder, &error))?;
        for file in &edition.files {
            let there = tokio::fs::read(folder.join(&file.path)).await;
            if there.is_ok_and(|bytes| format!("{:x}", Sha256::digest(bytes)) == file.sha256) {
                continue;
            }
            let (_, bytes) = self.edition_file(edition, &file.path).await?;
            // What is packed goes first: an archive that stands there says that it is unpacked.
            let packed = FOLDERS.into_iter().find(|folder| archive(folder) == file.path);
            if let Some(packed) = packed {
                let beside = folder.join(packed);
                tokio::fs::create_dir_all(&beside).await.map_err(|error| cannot_write(&beside, &error))?;
                for page in unpack_each(&bytes)? {
                    let (name, page) = page?;
                    write_whole(&beside, &name, &page).await?;
                }
            }
            write_whole(folder, &file.path, &bytes).await?;
        }
        Ok(())
    }
}

async fn write_whole(folder: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    let (path, beside) = (folder.join(name), folder.join(format!(".{name}.new")));
    tokio::fs::write(&beside, bytes).await.map_err(|error| cannot_write(&beside, &error))?;
    tokio::fs::rename(&beside, &path).await.map_err(|error| cannot_write(&path, &error))
}

fn require_over(context: &Context, month: Month) -> Result<()> {
    if month.last_day() < context.today() {
        return Ok(());
    }
    let expected = format!("a month that is over, at the latest {}", Month::of(context.today()).plus(-1));
    Err(Violation::new("month", "MONTH_OVER", month, expected).into())
}

/// The tables of an edition with their digests.
fn figures(edition: &Edition) -> impl Iterator<Item = (&str, &str)> {
    let tables = edition.files.iter().filter(|file| file.path.strip_suffix(".csv").is_some());
    tables.map(|file| (file.path.as_str(), file.sha256.as_str()))
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

fn describe(file: &OutputFile) -> EditionFile {
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
