//! The panel's queue.

use super::{
    Scene, claims,
    query::{Filters, ROWS, codes, encoded, pager},
};
use crate::{
    pages::panel::{Outcome, OutcomeLine, Queue, QueueLine},
    parts::{Choice, Link, Tag},
    shell::Area,
};
use chrono::{DateTime, SecondsFormat};
use chrono_tz::Europe::London;
use onus_app::{
    paging::{ListRequest, Page},
    panel::Ticked,
};
use onus_domain::{
    CollectionId, Error, OdsCode, Result,
    collection::SectorPath,
    display,
    lifecycle::Move,
    review::{Filed, QueueEntry},
    statement::Method,
    version::{Version, VersionState},
};
use serde::Deserialize;
use std::collections::BTreeSet;

/// What the queue's address asks for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct QueueQuery {
    q: String,
    state: String,
    owner: String,
    sector_path: String,
    kind: String,
    order: String,
    page_token: String,
}

const PATH: &str = "/panel";

/// What of the queue can be asked for alone.
const KINDS: [(&str, &str, &str); 2] = [
    ("renewal", "renewal = true", "Renewals"),
    ("referred", "referred = true", "Referred by the light path"),
];
/// Orders: the first is the queue's own.
const ORDERS: [(&str, &str); 3] =
    [("age", "Days waiting, longest first"), ("hours", "Hours, most first"), ("pounds", "Cost, most first")];

/// The address of a version's page.
pub(crate) fn address(id: &CollectionId, number: u32) -> String {
    format!("{PATH}/{id}/{number}")
}

/// What the app is asked for, and what the address of another page carries.
pub(crate) fn asked(query: &QueueQuery) -> Result<(ListRequest, String, bool)> {
    let mut filters = Filters::default()
        .search(&query.q)
        .code::<VersionState>("state", &query.state)
        .value("owner", &query.owner)
        .code::<SectorPath>("sector_path", &query.sector_path);
    let mut filtered = filters.any();
    let kind = KINDS.iter().find(|(key, ..)| *key == query.kind);
    if let Some((_, term, _)) = kind {
        filters = filters.always(term);
        filtered = true;
    }
    let (request, mut carried) = filters.request(ROWS, &query.page_token)?;
    let more = [("kind", kind.map_or("", |(key, ..)| *key)), ("order", query.order.as_str())];
    for (field, value) in more.into_iter().filter(|(_, value)| !value.is_empty()) {
        carried = format!("{carried}{field}={}&", encoded(value));
    }
    Ok((ListRequest { order_by: query.order.clone(), ..request }, carried, filtered))
}

/// The queue, of which the app gave a page; `owners` are those that anything waits of.
pub(crate) fn queue(
    scene: &Scene,
    query: &QueueQuery,
    owners: &BTreeSet<OdsCode>,
    page: &Page<QueueEntry>,
    outcome: Option<Outcome>,
) -> Result<Queue> {
    let (_, carried, filtered) = asked(query)?;
    let mut owners: Vec<_> = owners.iter().map(|code| (code.to_string(), scene.organisation(code))).collect();
    owners.sort_by(|one, other| one.1.cmp(&other.1));
    let states = [VersionState::Submitted, VersionState::InReview];
    let states = states.map(|state| (state.to_string(), display::words(state.as_str())));
    let kinds = KINDS.map(|(key, _, text)| (key.to_owned(), text.to_owned()));
    let orders = ORDERS.iter().map(|(key, text)| Choice {
        chosen: *key == query.order,
        value: (*key).into(),
        text: (*text).into(),
    });
    let here = format!("{carried}page_token={}", encoded(&query.page_token));
    Ok(Queue {
        shell: scene.shell("The panel’s queue", Area::Other),
        outcome,
        query: query.q.clone(),
        states: Choice::list("Any", states, &query.state),
        owners: Choice::list("Any body", owners, &query.owner),
        sector_paths: codes::<SectorPath>("Any", &query.sector_path),
        kinds: Choice::list("Everything", kinds, &query.kind),
        orders: orders.collect(),
        filtered,
        action: format!("{PATH}?{here}"),
        pager: pager(page, PATH, &carried, &query.page_token, ("request waits", "requests wait")),
        rows: page.rows.iter().map(|row| line(scene, row)).collect(),
    })
}

fn line(scene: &Scene, row: &QueueEntry) -> QueueLine {
    let mut tags = vec![Tag::state(row.state)];
    tags.extend(row.renews.map(|_| Tag::new("Renewal", "purple")));
    let filed = row.filed.as_ref();
    if filed.is_some_and(|filed| !filed.referred.is_empty()) {
        tags.push(Tag::new("Referred", "orange"));
    }
    if filed.is_some_and(|filed| filed.method == Method::Assumed) {
        tags.push(Tag::new("Cost assumed", "yellow"));
    }
    let said = |say: fn(&Filed) -> String| filed.map_or_else(|| "–".into(), say);
    QueueLine {
        link: Link::new(address(&row.collection.id, row.number), &row.title),
        owner: scene.organisation(&row.collection.owner),
        tags,
        days: filed.map_or_else(|| "–".into(), |filed| display::count(days(scene, filed.at))),
        asked_already: said(|filed| {
            format!("{} of {}", display::count(filed.duplicates), display::count(filed.content_items))
        }),
        hours: said(|filed| display::hours(Hours(filed.seconds).to_f64())),
        pounds: said(|filed| format!("£{}", display::count(filed.pence / 100))),
        ticked: to_text(row),
    }
}

/// Working time in seconds.
struct Hours(u64);

impl Hours {
    #[expect(clippy::cast_precision_loss, reason = "shown with three digits")]
    fn to_f64(&self) -> f64 {
        self.0 as f64 / 3_600.0
    }
}

/// How many days ago a moment was, in England.
pub(super) fn days(scene: &Scene, at: DateTime<chrono::Utc>) -> i64 {
    (scene.today - at.with_timezone(&London).date_naive()).num_days().max(0)
}

/// A moment as forms carry it: exactly.
fn moment(at: DateTime<chrono::Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// What a tick box sends.
fn to_text(row: &QueueEntry) -> String {
    let filed_at = row.filed.as_ref().map(|filed| moment(filed.at)).unwrap_or_default();
    format!("{}~{}~{filed_at}", row.collection.id, row.number)
}

/// What a tick box sent.
pub(crate) fn read_ticked(text: &str) -> Result<Ticked> {
    let read = || {
        let (collection, rest) = text.split_once('~')?;
        let (number, filed_at) = rest.split_once('~')?;
        let filed_at = match filed_at {
            "" => None,
            at => Some(DateTime::parse_from_rfc3339(at).ok()?.to_utc()),
        };
        Some(Ticked { collection: collection.parse().ok()?, number: number.parse().ok()?, filed_at })
    };
    read().ok_or_else(|| Error::not_found("request in the queue", text))
}

/// What became of those that were ticked.
pub(crate) fn outcome(scene: &Scene, step: Move, all: Vec<(Ticked, String, Result<Version>)>) -> Outcome {
    let done = all.iter().filter(|(.., result)| result.is_ok()).count();
    let word = if step == Move::Approve { "approved" } else { "taken up" };
    let lines = all.into_iter().map(|(ticked, title, result)| {
        let title = if title.is_empty() { scene.title(&ticked.collection) } else { title };
        let (result, why) = match result {
            Ok(version) => (Tag::state(version.state), "–".into()),
            Err(error) => (Tag::new("Not done", "red"), why_not(&error)),
        };
        OutcomeLine { link: Link::new(address(&ticked.collection, ticked.number), title), result, why }
    });
    let lines: Vec<_> = lines.collect();
    let in_short = match lines.len() {
        0 => "You ticked nothing".into(),
        all => format!("{} of {} {word}", display::count(done), display::count(all)),
    };
    Outcome { in_short, lines }
}

/// Why a move was not made, in plain words.
pub(crate) fn why_not(error: &Error) -> String {
    let text = match error {
        Error::Precondition { rule: "VERSION_STATE", .. } => {
            "its state does not allow this: what is approved must be taken up first".into()
        }
        Error::PermissionDenied(said) if said.contains("four eyes") => {
            "you submitted it, so somebody else must approve it".into()
        }
        Error::StaleEtag { .. } => "somebody changed it just now: look at it again".into(),
        error => error.to_string(),
    };
    claims::first_capital(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_tick_box_sends_is_read_back_to_the_microsecond() {
        let at = DateTime::from_timestamp_micros(1_795_000_000_123_456).unwrap();
        let ticked = read_ticked(&format!("falls~3~{}", moment(at))).unwrap();
        assert_eq!((ticked.collection.as_str(), ticked.number, ticked.filed_at), ("falls", 3, Some(at)));
        assert_eq!(read_ticked("falls~3~").unwrap().filed_at, None);
        for bad in ["", "falls", "falls~x~", "falls~3~yesterday", "Falls!~3~"] {
            assert!(read_ticked(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_order_and_the_kind_are_carried_to_the_next_page() {
        let query = QueueQuery { kind: "renewal".into(), order: "hours".into(), ..QueueQuery::default() };
        let (request, carried, filtered) = asked(&query).unwrap();
        assert_eq!((request.filter.as_str(), request.order_by.as_str()), ("renewal = true", "hours"));
        assert_eq!((carried.as_str(), filtered), ("kind=renewal&order=hours&", true));
        assert!(asked(&QueueQuery { state: "LOST".into(), ..QueueQuery::default() }).is_err());
    }
}
