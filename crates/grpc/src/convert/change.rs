//! Events, subscriptions and deliveries.

use super::{code, day, optional_code, read_code, required_code, timestamp};
use crate::names;
use onus_app::{changes::Watched, drafts::etag, subscriptions::Wanted};
use onus_domain::{
    Result, Violation, Violations,
    event::{Event, EventFilter},
    subscription::{Cadence, Delivery, Subscription},
};
use onus_proto::v1 as pb;
use std::collections::BTreeSet;

/// What a watcher is told.
pub fn watched(told: &Watched) -> pb::WatchChangesResponse {
    pb::WatchChangesResponse {
        event: told.event.as_ref().map(|of| event(of, told.inside)),
        resume_token: told.token.write(),
    }
}

/// An event; why it was done only for those inside.
fn event(of: &Event, inside: bool) -> pb::Event {
    pb::Event {
        sequence: of.seq,
        entry: of.id.to_string(),
        time: Some(timestamp(of.at)),
        kind: code(of.kind),
        resource: of.resource.clone(),
        title: of.title.clone(),
        owner: of.owner.as_ref().map(names::organisation).unwrap_or_default(),
        detail: of.detail.clone(),
        reason: if inside { of.reason.clone() } else { String::new() },
        collections: of.collections.iter().map(names::collection).collect(),
        expires_on: day(of.expires_on),
    }
}

/// Reads a filter that stands at `field`; none given asks for all.
pub fn read_event_filter(field: &str, given: Option<pb::EventFilter>, found: &mut Violations) -> EventFilter {
    let given = given.unwrap_or_default();
    let kinds = (0..).zip(&given.kinds).filter_map(|(at, kind): (usize, _)| {
        found.take(required_code(&format!("{field}.kinds[{at}]"), *kind))
    });
    let kinds = kinds.collect();
    EventFilter {
        kinds,
        owners: read_all(field, "owners", &given.owners, names::read_organisation, found),
        collections: read_all(field, "collections", &given.collections, names::read_collection, found),
        concepts: read_all(field, "concepts", &given.concepts, names::read_concept, found),
        providers: read_all(field, "providers", &given.providers, names::read_organisation, found),
    }
}

fn read_all<T: Ord>(
    field: &str,
    list: &str,
    given: &[String],
    read: impl Fn(&str, &str) -> Result<T, Violation>,
    found: &mut Violations,
) -> BTreeSet<T> {
    let given = given.iter().enumerate();
    given.filter_map(|(at, name)| found.take(read(&format!("{field}.{list}[{at}]"), name))).collect()
}

fn filter(of: &EventFilter) -> pb::EventFilter {
    pb::EventFilter {
        kinds: of.kinds.iter().map(|kind| code(*kind)).collect(),
        owners: of.owners.iter().map(names::organisation).collect(),
        collections: of.collections.iter().map(names::collection).collect(),
        concepts: of.concepts.iter().map(names::concept).collect(),
        providers: of.providers.iter().map(names::organisation).collect(),
    }
}

/// A subscription; its secret only in the answer to the request that made it.
pub fn subscription(of: &Subscription, with_secret: bool) -> pb::Subscription {
    pb::Subscription {
        name: of.name(),
        display_name: of.display_name.clone(),
        channel: code(of.channel),
        address: of.address.clone(),
        filter: Some(filter(&of.filter)),
        cadence: code(of.cadence),
        paused: of.state == onus_domain::subscription::SubscriptionState::Paused,
        state: code(of.state),
        secret: if with_secret { of.secret.clone() } else { String::new() },
        account: of.account.clone(),
        create_time: Some(timestamp(of.created_at)),
        etag: etag(of.revision),
    }
}

/// Reads what is wanted of a new subscription.
pub fn read_wanted(given: pb::Subscription, found: &mut Violations) -> Option<Wanted> {
    let channel = found.take(required_code("subscription.channel", given.channel));
    let cadence = found.take(read_code("subscription.cadence", given.cadence));
    let filter = read_event_filter("subscription.filter", given.filter, found);
    found.require(!given.address.is_empty(), || {
        Violation::new(
            "subscription.address",
            "REQUIRED",
            "",
            "an e-mail address, or the address of a webhook",
        )
    });
    Some(Wanted {
        display_name: given.display_name,
        channel: channel?,
        address: given.address,
        filter,
        cadence: cadence?.unwrap_or(Cadence::Each),
        paused: given.paused,
    })
}

/// Fields of a subscription that change, as masks name them.
const FIELDS: [&str; 5] = ["display_name", "address", "filter", "cadence", "paused"];

/// What is wanted after the masked fields of `given` have replaced those of `present`; an empty mask takes those that are given.
pub fn change_wanted(present: Wanted, given: pb::Subscription, paths: &[String]) -> Result<Wanted> {
    let mut found = Violations::new();
    for path in paths.iter().filter(|path| !FIELDS.contains(&path.as_str()) && *path != "*") {
        let expected = format!("*, or one of {}", FIELDS.join(", "));
        found.push(Violation::new("update_mask", "KNOWN_FIELD", path, expected));
    }
    let is_named = |field: &str, given: bool| {
        if paths.is_empty() { given } else { paths.iter().any(|path| path == field || path == "*") }
    };
    let mut wanted = present;
    if is_named("display_name", !given.display_name.is_empty()) {
        wanted.display_name = given.display_name;
    }
    if is_named("address", !given.address.is_empty()) {
        wanted.address = given.address;
    }
    if is_named("paused", given.paused) {
        wanted.paused = given.paused;
    }
    if is_named("cadence", given.cadence != 0)
        && let Some(cadence) = found.take(required_code("subscription.cadence", given.cadence))
    {
        wanted.cadence = cadence;
    }
    if is_named("filter", given.filter.is_some()) {
        wanted.filter = read_event_filter("subscription.filter", given.filter, &mut found);
    }
    found.into_result()?;
    Ok(wanted)
}

/// A delivery, without what it says.
pub fn delivery(of: &Delivery) -> pb::Delivery {
    pb::Delivery {
        name: of.name(),
        event: optional_code(of.event),
        state: code(of.state),
        tries: of.tries,
        last_error: of.last_error.clone(),
        create_time: Some(timestamp(of.made_at)),
        due_time: of.ended_at.is_none().then(|| timestamp(of.due)),
        end_time: of.ended_at.map(timestamp),
    }
}

/// Where a field of a subscription stands in a request to write one.
pub fn in_subscription(field: &str) -> String {
    match field {
        "update_mask" | "request_id" | "subscription" => field.to_owned(),
        field => format!("subscription.{field}"),
    }
}
