//! The sequencer: gives committed audit entries their places in the Merkle log, and signs its heads. Off the path of writers, who neither
//! wait for it nor know of it.

use super::{AuditKey, leaf, order};
use crate::App;
use chrono::{DateTime, Utc};
use onus_domain::{
    Error, Result,
    audit::{Head, Logged},
    merkle::Edge,
};
use onus_store::Tx;
use std::{future::Future, time::Duration};

/// Entries that are given their places in one transaction.
const BATCH: u64 = 1_000;
/// How long after a change its entry is given its place: those that come meanwhile share a head.
const PAUSE: Duration = Duration::from_millis(200);
/// How often to look for entries of which nobody told: those of other servers and commands.
const POLL: Duration = Duration::from_secs(2);

impl App {
    /// Gives every entry that is committed its place in the log, in batches, each under a head of its own; answers how many there were.
    /// Several may do so at once: each entry gets one place, and none is left out.
    pub async fn sequence_audit(&self) -> Result<u64> {
        let Some(key) = self.audit_key() else {
            return Err(Error::internal("the audit log has no key to sign with"));
        };
        let mut all = 0;
        while self.store().audit_waits().await? {
            let now = self.clock().now();
            all += self.store().write_relaxed(async |tx| batch(&tx, key, now).await).await?;
        }
        if all > 0 {
            self.want_job("events.fan_out");
        }
        Ok(all)
    }

    /// Does so soon after each change, until `stop` is done; then once more.
    pub async fn keep_audit(&self, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        loop {
            let stopped = tokio::select! {
                () = &mut stop => true,
                () = self.audit_entries_came() => {
                    tokio::time::sleep(PAUSE).await;
                    false
                }
                () = tokio::time::sleep(POLL) => false,
            };
            if let Err(error) = self.sequence_audit().await {
                // The entries are committed and wait; the next time finds them.
                tracing::warn!(%error, "the audit log was not brought up to date");
            }
            if stopped {
                return;
            }
        }
    }
}

/// Gives a batch of entries their places; answers how many.
async fn batch(tx: &Tx, key: &AuditKey, now: DateTime<Utc>) -> Result<u64> {
    let before = tx.audit_head(None).await?;
    let entries = next(tx).await?;
    if entries.is_empty() {
        return Ok(0);
    }
    let mut edge = edge(tx, before.as_ref()).await?;
    let first = edge.size();
    let mut made = vec![];
    for entry in &entries {
        edge.push(leaf::hash(entry), &mut made);
    }
    // Times of heads never go back, whatever a clock says.
    let at = before.map_or(now, |before| before.at.max(now));
    let head = key.sign(edge.size(), edge.root(), at);
    let ids: Vec<_> = entries.iter().map(|logged| logged.entry.id).collect();
    tx.append_to_log(first, &ids, &made, &head).await?;
    Ok(entries.len() as u64)
}

/// The next entries, in the order of the log.
async fn next(tx: &Tx) -> Result<Vec<Logged>> {
    let mut waiting = tx.waiting_audit(BATCH).await?;
    let partial = waiting.len() as u64 == BATCH;
    let left = tx.left_as(&order::to_look_up(&waiting, partial)).await?;
    let without = order::arrange(&mut waiting, &left, partial);
    if !partial || without.is_empty() {
        return Ok(waiting);
    }
    // What comes before them waits too, under a later key.
    let names: Vec<_> = without.iter().map(String::as_str).collect();
    waiting.retain(|logged| !without.contains(&logged.entry.resource));
    waiting.extend(tx.waiting_audit_of(&names).await?);
    waiting.sort_by_key(|logged| logged.entry.id);
    order::arrange(&mut waiting, &left, partial);
    Ok(waiting)
}

/// The right edge of the tree under a head.
async fn edge(tx: &Tx, head: Option<&Head>) -> Result<Edge> {
    let size = head.map_or(0, |head| head.size);
    let nodes = Edge::nodes(size);
    let held = tx.audit_nodes(&nodes).await?;
    let hashes: Option<Vec<_>> = nodes.iter().map(|node| held.get(node).copied()).collect();
    let edge = hashes.and_then(|hashes| Edge::new(size, hashes));
    let edge = edge.filter(|edge| head.is_none_or(|head| edge.root() == head.root));
    edge.ok_or_else(|| {
        Error::internal(format!(
            "the tree of the audit log does not fit its head over {size} entries: run `onus audit verify`"
        ))
    })
}
