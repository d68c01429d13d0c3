//! Having the log checked: `onus-verify` is given what the database holds, as it would be given an export, and with it what the registry
//! holds now, the hashes that proofs are made of, and the heads that editions were published with.

use super::{export, note};
use crate::{App, audit};
use onus_domain::{
    Error, Result, Violation, Violations,
    audit::Head,
    organisation::{Organisation, Size, Succession},
    tariff::TariffTable,
};
use onus_store::Tx;
use onus_verify::{Present, Report, Verifier, note::Key};
use serde::Serialize;
use std::{collections::BTreeMap, io::BufRead};

/// Entries and hashes read at a time.
const PIECE: u64 = 2_000;
/// The file of an edition that holds the head of its time.
pub(crate) const HEAD_FILE: &str = "audit_head.json";

/// Reads public keys, such as `onus audit key` prints them.
fn keys(texts: &[String]) -> Result<Vec<Key>> {
    let mut found = Violations::new();
    let keys = texts
        .iter()
        .filter_map(|text| {
            let read =
                text.parse().map_err(|expected: &str| Violation::new("key", "AUDIT_KEY", text, expected));
            found.take(read)
        })
        .collect();
    found.into_result()?;
    Ok(keys)
}

/// Checks an export: its lines, and `pinned`, heads that were seen elsewhere, by where.
pub fn examine_export(
    export: impl BufRead,
    trusted: &[String],
    pinned: &[(String, String)],
) -> Result<Report> {
    let mut verifier = Verifier::new(keys(trusted)?);
    for (source, note) in pinned {
        verifier.pin(source, note);
    }
    for line in export.lines() {
        verifier.line(&line.map_err(Error::internal)?);
    }
    Ok(verifier.finish(None))
}

impl App {
    /// Checks the log that the database holds, all of it at one moment. Heads are trusted if one of `trusted` signed them; `pinned` are heads
    /// seen elsewhere, by where.
    pub async fn examine_audit(&self, trusted: &[String], pinned: &[(String, String)]) -> Result<Report> {
        let keys = keys(trusted)?;
        self.store().read(async |tx| examine(&tx, keys.clone(), pinned).await).await
    }
}

async fn examine(tx: &Tx, keys: Vec<Key>, pinned: &[(String, String)]) -> Result<Report> {
    let mut verifier = Verifier::new(keys);
    for (source, note) in pinned {
        verifier.pin(source, note);
    }
    for (source, note) in published_heads(tx).await? {
        verifier.pin(&source, &note);
    }
    let (entries, heads) =
        (tx.count_sequenced().await?, tx.count_audit_heads(i64::MAX.unsigned_abs()).await?);
    let first = serde_json::json!({
        "kind": "log", "format": onus_verify::FORMAT, "entries": entries, "heads": heads,
    });
    verifier.line(&first.to_string());
    // What cannot be read at all was changed too.
    unless_unreadable(read_entries(tx, &mut verifier).await, "entries", &mut verifier)?;
    unless_unreadable(read_heads(tx, &mut verifier).await, "heads", &mut verifier)?;
    unless_unreadable(read_nodes(tx, &mut verifier).await, "nodes", &mut verifier)?;
    let present = unless_unreadable(present(tx).await, "registry", &mut verifier)?;
    let waiting = tx.waiting_audit(i64::MAX.unsigned_abs()).await?;
    let waiting = waiting.into_iter().map(|logged| logged.entry.resource).collect();
    let present = present.map(|digests| Present { digests, covers, waiting });
    Ok(verifier.finish(present.as_ref()))
}

fn unless_unreadable<T>(read: Result<T>, place: &str, verifier: &mut Verifier) -> Result<Option<T>> {
    match read {
        Err(Error::Internal { private, .. }) => {
            verifier.note(place, &format!("a row cannot be read: {private}"));
            Ok(None)
        }
        read => read.map(Some),
    }
}

async fn read_entries(tx: &Tx, verifier: &mut Verifier) -> Result<()> {
    let mut next = 0;
    loop {
        let found = tx.audit_log_whole(next, PIECE).await?;
        for (logged, state, root) in &found {
            verifier.line(export::entry(logged, state.as_deref())?.trim_end());
            if onus_store::root_of(&logged.entry.resource) != root {
                let place = format!("entry {}", logged.seq.unwrap_or_default());
                verifier.note(&place, "its root is not the beginning of its resource's name");
            }
        }
        match found.last().and_then(|(last, ..)| last.seq) {
            Some(last) => next = last + 1,
            None => return Ok(()),
        }
    }
}

async fn read_heads(tx: &Tx, verifier: &mut Verifier) -> Result<()> {
    let mut above = None;
    loop {
        let found = tx.audit_heads_from(above, PIECE).await?;
        for head in &found {
            verifier.line(&serde_json::json!({"kind": "head", "note": note(head)}).to_string());
            let signed = Head { key: key_of(head), ..head.clone() };
            if signed != *head {
                verifier.note(&format!("head over {}", head.size), "it names another key than its log's");
            }
        }
        match found.last() {
            Some(last) => above = Some(last.size),
            None => return Ok(()),
        }
    }
}

/// The key that a head names, if it is one of its log's.
fn key_of(head: &Head) -> String {
    let id = head.key.rsplit_once('+').map(|(_, id)| id).unwrap_or_default();
    format!("{}+{id}", head.origin)
}

async fn read_nodes(tx: &Tx, verifier: &mut Verifier) -> Result<()> {
    for level in 0..=u8::try_from(i64::BITS).unwrap_or(u8::MAX) {
        let mut next = 0;
        loop {
            let found = tx.audit_level(level, next, PIECE).await?;
            for (node, hash) in &found {
                verifier.node(node.level, node.index, hash.0);
            }
            match found.last() {
                Some((last, _)) => next = last.index + 1,
                None => break,
            }
        }
        if next == 0 {
            return Ok(());
        }
    }
    Ok(())
}

/// The heads that editions were published with, by the edition's name.
async fn published_heads(tx: &Tx) -> Result<Vec<(String, String)>> {
    let files = tx.edition_files_at(HEAD_FILE).await?;
    let mut heads = vec![];
    for (month, revision, bytes) in files {
        let source = format!("editions/{month}/revisions/{revision}/{HEAD_FILE}");
        let note = serde_json::from_slice::<serde_json::Value>(&bytes).ok();
        let note =
            note.as_ref().and_then(|file| file.get("note")).and_then(|note| note.as_str().map(str::to_owned));
        heads.push((source, note.unwrap_or_default()));
    }
    Ok(heads)
}

/// SHA-256 of each resource of the kinds in [`covers`], by name.
async fn present(tx: &Tx) -> Result<BTreeMap<String, String>> {
    let mut digests = BTreeMap::new();
    put(&mut digests, &tx.organisations().await?, Organisation::resource)?;
    put(&mut digests, &tx.successions().await?, Succession::resource)?;
    put(&mut digests, &tx.sizes().await?, Size::resource)?;
    put(&mut digests, &tx.subjects().await?, |one| format!("subjects/{}", one.id))?;
    put(&mut digests, &tx.definitions().await?, |one| format!("definitions/{}", one.id))?;
    put(&mut digests, &tx.derivations().await?, |one| {
        format!("definitions/{}/derivations/{}", one.from_definition, one.to_definition)
    })?;
    put(&mut digests, &tx.collections().await?, |one| format!("collections/{}", one.id))?;
    put(&mut digests, &tx.all_versions().await?, onus_domain::version::Version::name)?;
    put(&mut digests, &TariffTable::of(&tx.tariffs().await?), TariffTable::name)?;
    Ok(digests)
}

fn put<T: Serialize>(
    digests: &mut BTreeMap<String, String>,
    list: &[T],
    name: impl Fn(&T) -> String,
) -> Result<()> {
    for one in list {
        digests.insert(name(one), audit::digest_of(one)?);
    }
    Ok(())
}

/// Whether [`present`] would hold a resource of this name.
fn covers(name: &str) -> bool {
    let parts: Vec<_> = name.split('/').collect();
    matches!(
        parts[..],
        ["organisations" | "subjects" | "definitions" | "collections" | "tariffTables", _]
            | ["organisations", _, "successors" | "sizes", _, _]
            | ["definitions", _, "derivations", _]
            | ["collections", _, "versions", _]
    )
}
