//! The audit log as pages.

use super::{
    Scene,
    admin::moment,
    query::{ROWS, encoded},
};
use crate::{
    pages::admin::{Audit, AuditEntry as EntryPage, AuditLine, Proof},
    parts::{Link, Pager},
    shell::{Area, Shell},
};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::London;
use onus_app::audit_log::{EntriesPage, EntriesRequest, Inclusion, SeenEntry, leaf_text};
use onus_domain::{
    Result, Violation, Violations,
    audit::{Audience, AuditEntry},
    display,
};
use serde::Deserialize;

const PATH: &str = "/admin/audit";

/// What the address of the log asks for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AuditQuery {
    resource: String,
    actor: String,
    action: String,
    owner: String,
    from: String,
    until: String,
    page_token: String,
}

impl AuditQuery {
    /// The words that say which entries are asked for, each with its name.
    fn words(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let all = [
            ("resource", &self.resource),
            ("actor", &self.actor),
            ("action", &self.action),
            ("owner", &self.owner),
            ("from", &self.from),
            ("until", &self.until),
        ];
        all.into_iter().map(|(name, text)| (name, text.trim())).filter(|(_, text)| !text.is_empty())
    }

    /// What the address of another page carries.
    fn carried(&self) -> String {
        let words: Vec<_> = self.words().map(|(name, text)| format!("{name}={}&", encoded(text))).collect();
        words.concat()
    }
}

/// What the app is asked for: latest first.
pub(crate) fn asked(query: &AuditQuery) -> Result<EntriesRequest> {
    let mut found = Violations::new();
    let terms = query.words().filter(|(name, _)| !matches!(*name, "from" | "until")).map(|(name, text)| {
        let sign = if name == "resource" { ":" } else { "=" };
        format!("{name} {sign} \"{}\"", text.replace('"', ""))
    });
    let filter = terms.collect::<Vec<_>>().join(" AND ");
    let from = found.take(day("from", &query.from)).flatten();
    let until = found.take(day("until", &query.until)).flatten();
    found.into_result()?;
    Ok(EntriesRequest {
        page_size: ROWS,
        page_token: query.page_token.clone(),
        filter,
        order_by: "seq desc".into(),
        from: from.map(begin_of),
        until: until.and_then(|day| day.checked_add_days(Days::new(1))).map(begin_of),
    })
}

fn day(field: &str, text: &str) -> Result<Option<NaiveDate>, Violation> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| Violation::new(field, "DATE", text, "a day as YYYY-MM-DD"))
}

/// The moment at which a day begins in England.
fn begin_of(day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    London.from_local_datetime(&midnight).earliest().map_or_else(|| midnight.and_utc(), |at| at.to_utc())
}

/// What stands around a page of the log. Everybody may read it, and the pages above it are an ADMIN's.
fn shell(scene: &Scene, title: &str, to_admin: bool) -> Shell {
    let shell = scene.shell(title, Area::Other);
    if to_admin { shell.under("/admin", "Administration") } else { shell }
}

/// The log, of which the app gave a page; `to_admin` says whether an ADMIN reads it.
pub(crate) fn audit(scene: &Scene, query: &AuditQuery, page: &EntriesPage, to_admin: bool) -> Audit {
    let carried = query.carried();
    let next = (!page.next_page_token.is_empty())
        .then(|| format!("{PATH}?{carried}page_token={}", encoded(&page.next_page_token)));
    let first = (!query.page_token.is_empty()).then(|| format!("{PATH}?{}", carried.trim_end_matches('&')));
    let total = if page.entries.is_empty() { "No changes" } else { "Changes, latest first" };
    Audit {
        shell: shell(scene, "Audit log", to_admin),
        resource: query.resource.clone(),
        actor: query.actor.clone(),
        action: query.action.clone(),
        owner: query.owner.clone(),
        from: query.from.clone(),
        until: query.until.clone(),
        filtered: !carried.is_empty(),
        pager: Pager { total: total.into(), first, next },
        rows: page.entries.iter().map(line).collect(),
    }
}

fn line(seen: &SeenEntry) -> AuditLine {
    let entry = &seen.logged.entry;
    AuditLine {
        link: Link::new(format!("{PATH}/{}", entry.id), entry.at.format("%Y-%m-%d %H:%M:%S").to_string()),
        action: entry.action.clone(),
        resource: entry.resource.clone(),
        actor: who(entry),
        place: place(seen),
    }
}

fn who(entry: &AuditEntry) -> String {
    if entry.actor.is_empty() { "Not shown to you".into() } else { entry.actor.clone() }
}

fn place(seen: &SeenEntry) -> String {
    seen.logged.seq.map_or_else(|| "Not yet".into(), display::count)
}

/// One change, and that it stands in the log; or why that cannot be shown.
pub(crate) fn entry(
    scene: &Scene,
    seen: &SeenEntry,
    proof: Result<&Inclusion, String>,
    keys: Vec<String>,
    to_admin: bool,
) -> EntryPage {
    let entry = &seen.logged.entry;
    let title = format!("{} of {}", entry.action, display::beginning(&entry.resource, 120));
    let owner = entry.owner.as_ref().map(|code| format!("{} ({code})", scene.organisation(code)));
    let known = match entry.audience {
        Audience::Public => "Everybody",
        Audience::Insiders => "The owner’s people, the panel and administrators",
        Audience::Admin => "Administrators",
    };
    let facts = [
        ("When", moment(entry.at)),
        ("Account", who(entry)),
        ("Action", entry.action.clone()),
        ("What was changed", entry.resource.clone()),
        ("Owner", owner.unwrap_or_else(|| "None".into())),
        ("Reason", if entry.reason.is_empty() { "None given".into() } else { entry.reason.clone() }),
        ("Who may know of it", known.into()),
        ("Place in the log", place(seen)),
    ];
    let digest = |digest: &Option<String>, none: &str| digest.clone().unwrap_or_else(|| none.into());
    let digests = [
        ("SHA-256 before", digest(&entry.before_digest, "It was not there")),
        ("SHA-256 after", digest(&entry.after_digest, "It is gone, or nothing of it is kept")),
        ("Hash that stands for the account", seen.actor_digest.clone()),
        ("Key", entry.id.to_string()),
    ];
    let named =
        |all: &[(&str, String)]| all.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    EntryPage {
        shell: shell(scene, &title, to_admin).under(PATH, "Audit log"),
        facts: named(&facts),
        digests: named(&digests),
        others: Link::new(
            format!("{PATH}?resource={}", encoded(&entry.resource)),
            "All changes of this, and of what lies under it",
        ),
        no_proof: proof.as_ref().err().cloned().unwrap_or_default(),
        proof: proof.ok().map(|found| proved(seen, found, keys)),
    }
}

fn proved(seen: &SeenEntry, found: &Inclusion, keys: Vec<String>) -> Proof {
    Proof {
        place: format!(
            "This entry has place {} (counted from 0) in a log of {}.",
            display::count(found.seq),
            display::things(usize::try_from(found.size).unwrap_or(usize::MAX), "entry", "entries")
        ),
        text: leaf_text(&seen.logged, &seen.actor_digest),
        leaf: found.leaf.to_string(),
        path: found.path.iter().map(ToString::to_string).collect(),
        root: found.root.to_string(),
        keys,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_becomes_a_filter_and_is_carried() {
        let query = AuditQuery {
            resource: " collections/falls ".into(),
            action: "version.\"approve".into(),
            from: "2026-06-01".into(),
            until: "2026-06-30".into(),
            ..AuditQuery::default()
        };
        let request = asked(&query).unwrap();
        assert_eq!(request.filter, "resource : \"collections/falls\" AND action = \"version.approve\"");
        // English summer time.
        assert_eq!(request.from.unwrap().to_rfc3339(), "2026-05-31T23:00:00+00:00");
        assert_eq!(request.until.unwrap().to_rfc3339(), "2026-06-30T23:00:00+00:00");
        assert!(query.carried().starts_with("resource=collections%2Ffalls&action="));
        let wrong = AuditQuery { from: "June".into(), until: "July".into(), ..AuditQuery::default() };
        let refused = asked(&wrong).unwrap_err().to_string();
        assert!(refused.contains("from") && refused.contains("until"), "{refused}");
    }
}
