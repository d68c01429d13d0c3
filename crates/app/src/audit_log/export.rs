//! The log written out, line by line, for whoever checks it elsewhere: `docs/adr/0008-audit-log.md` says what the lines are.

use super::{leaf::moment, note};
use crate::{App, Context};
use onus_domain::{Error, Result, audit::Logged, role::Role};
use onus_store::Tx;
use serde::Serialize;

/// Entries in a piece of an export.
const PIECE: u64 = 500;
/// The form of the export, which its first line names.
const FORMAT: &str = "onus audit log 1";

/// One line.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Line<'l> {
    Log {
        format: &'l str,
        entries: u64,
        heads: u64,
    },
    Entry {
        seq: u64,
        id: String,
        at: String,
        actor: &'l str,
        salt: &'l str,
        action: &'l str,
        resource: &'l str,
        owner: Option<&'l str>,
        audience: String,
        before_digest: Option<&'l str>,
        after_digest: Option<&'l str>,
        reason: &'l str,
        state: Option<&'l str>,
    },
    Head {
        note: String,
    },
}

fn line(of: &Line<'_>) -> Result<String> {
    Ok(serde_json::to_string(of).map_err(Error::internal)? + "\n")
}

/// An export under way: the log as it was under one head.
#[derive(Debug, Clone)]
pub struct Export {
    size: u64,
    heads: u64,
    /// The next entry; none before the first line is written.
    next: Option<u64>,
    /// The size of the last head written.
    head: Option<u64>,
}

impl App {
    /// Begins an export of the log under its latest head (role ADMIN).
    pub async fn export_audit(&self, context: &Context) -> Result<Export> {
        if !context.actor.is_known() {
            return Err(Error::Unauthenticated(
                "to export the audit log needs an identity: none was given".into(),
            ));
        }
        if !context.actor.has(Role::Admin) {
            let said = format!("{} may not export the audit log: it needs role ADMIN", context.actor.account);
            return Err(Error::PermissionDenied(said));
        }
        self.store().read(async |tx| begin(&tx).await).await
    }

    /// The next lines of an export; none at its end.
    pub async fn export_piece(&self, export: &mut Export) -> Result<Option<String>> {
        let at = export.clone();
        let (piece, next) = self.store().read(async |tx| piece(&tx, at.clone()).await).await?;
        *export = next;
        Ok(piece)
    }
}

/// An export of what a transaction sees.
pub(super) async fn begin(tx: &Tx) -> Result<Export> {
    let size = tx.audit_head(None).await?.map_or(0, |head| head.size);
    Ok(Export { size, heads: tx.count_audit_heads(size).await?, next: None, head: None })
}

/// The next lines, and the export behind them.
pub(super) async fn piece(tx: &Tx, mut export: Export) -> Result<(Option<String>, Export)> {
    let Some(first) = export.next else {
        export.next = Some(0);
        let first = Line::Log { format: FORMAT, entries: export.size, heads: export.heads };
        return Ok((Some(line(&first)?), export));
    };
    let mut lines = String::new();
    if first < export.size {
        let found = tx.audit_log_whole(first, PIECE.min(export.size - first)).await?;
        if let Some((last, ..)) = found.last() {
            export.next = last.seq.map(|seq| seq + 1);
            for (logged, state, _) in &found {
                lines.push_str(&entry(logged, state.as_deref())?);
            }
            return Ok((Some(lines), export));
        }
        // The last entries are gone: its reader will tell.
        export.next = Some(export.size);
    }
    let heads = tx.audit_heads_from(export.head, PIECE).await?;
    for head in heads.iter().filter(|head| head.size <= export.size) {
        export.head = Some(head.size);
        lines.push_str(&line(&Line::Head { note: note(head) })?);
    }
    Ok(((!lines.is_empty()).then_some(lines), export))
}

/// The line of an entry.
pub(super) fn entry(logged: &Logged, state: Option<&str>) -> Result<String> {
    let entry = &logged.entry;
    line(&Line::Entry {
        seq: logged.seq.unwrap_or_default(),
        id: entry.id.to_string(),
        at: moment(entry.at),
        actor: &entry.actor,
        salt: &entry.salt,
        action: &entry.action,
        resource: &entry.resource,
        owner: entry.owner.as_ref().map(onus_domain::OdsCode::as_str),
        audience: entry.audience.to_string(),
        before_digest: entry.before_digest.as_deref(),
        after_digest: entry.after_digest.as_deref(),
        reason: &entry.reason,
        state,
    })
}
