//! One's own subscriptions.

use super::{
    Scene,
    admin::moment,
    claims,
    query::{encoded, total},
};
use crate::{
    fields::Fields,
    pages::own_subscriptions::{
        DeliveryLine, OwnSubscription, OwnSubscriptions, SubscriptionForm, SubscriptionLine,
    },
    parts::{Choice, Link, Pager, Problem, Tag, problem_of},
    shell::Area,
};
use onus_app::{
    drafts::etag,
    subscriptions::{DeliveriesPage, Wanted},
};
use onus_domain::{
    CollectionId, Error, OdsCode, Result, Violation, Violations, display,
    event::{EventFilter, EventKind},
    subscription::{
        Cadence, Channel, Delivery, DeliveryKind, DeliveryState, Subscription, SubscriptionState,
    },
};
use std::{collections::BTreeSet, str::FromStr};
use strum::VariantArray;

const PATH: &str = "/subscriptions";

/// The address of a subscription's page.
pub(crate) fn address(id: &impl std::fmt::Display) -> String {
    format!("{PATH}/{id}")
}

/// What a page is shown with.
#[derive(Default)]
pub(crate) struct Typed {
    /// The fields as they were sent, if any were.
    pub fields: Fields,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// What was done just now.
    pub done: String,
    /// A webhook's secret, made just now.
    pub secret: String,
}

/// The list, and the form to make another; `request` is the key of the form.
pub(crate) fn list(scene: &Scene, all: &[Subscription], request: String, typed: &Typed) -> OwnSubscriptions {
    OwnSubscriptions {
        shell: scene.shell("Your subscriptions", Area::Other).under("/account", "Your account"),
        problems: typed.problems.clone(),
        done: typed.done.clone(),
        rows: all.iter().map(|one| line(scene, one)).collect(),
        form: form(request, typed),
    }
}

fn name(one: &Subscription) -> String {
    if one.display_name.is_empty() { "Without a name".into() } else { one.display_name.clone() }
}

fn line(scene: &Scene, one: &Subscription) -> SubscriptionLine {
    SubscriptionLine {
        link: Link::new(address(&one.id), name(one)),
        told: format!("{}: {}", channel(one.channel), one.address),
        of: of(scene, &one.filter),
        state: state(one.state),
    }
}

fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "By e-mail",
        Channel::Webhook => "By webhook",
    }
}

fn cadence(cadence: Cadence) -> &'static str {
    match cadence {
        Cadence::Each => "As it happens",
        Cadence::DailyDigest => "Once a day, in the morning",
    }
}

fn state(state: SubscriptionState) -> Tag {
    match state {
        SubscriptionState::Unconfirmed => Tag::new("To be confirmed", "yellow"),
        SubscriptionState::Active => Tag::new("Active", "green"),
        SubscriptionState::Paused => Tag::new("Paused", "grey"),
        SubscriptionState::Unsubscribed => Tag::new("Ended by its reader", "red"),
    }
}

/// What a filter asks for, in words.
fn of(scene: &Scene, filter: &EventFilter) -> String {
    let kinds = match filter.kinds.len() {
        0 => "Everything".into(),
        _ => claims::short_list(filter.kinds.iter().map(|kind| kind.in_words().to_owned())),
    };
    let part = |words: Vec<String>, what: &str| {
        if words.is_empty() { String::new() } else { format!("; {what} {}", claims::short_list(words)) }
    };
    let owners = part(filter.owners.iter().map(|code| scene.organisation(code)).collect(), "of");
    let collections = part(filter.collections.iter().map(|id| scene.title(id)).collect(), "about");
    let providers = part(filter.providers.iter().map(|code| scene.organisation(code)).collect(), "asked of");
    format!("{kinds}{owners}{collections}{providers}")
}

fn choices<T: VariantArray + Copy + std::fmt::Display>(
    text: fn(T) -> &'static str,
    chosen: &str,
) -> Vec<Choice> {
    let one = |value: &T| {
        let code = value.to_string();
        Choice { chosen: code == chosen, value: code, text: text(*value).into() }
    };
    T::VARIANTS.iter().map(one).collect()
}

fn form(request: String, typed: &Typed) -> SubscriptionForm {
    let text = |field: &str| typed.fields.text(field).to_owned();
    let problem = |field: &str| problem_of(&typed.problems, field);
    let kinds: BTreeSet<_> = typed.fields.all("kinds").collect();
    let kind = |kind: &EventKind| Choice {
        value: kind.to_string(),
        text: kind.in_words().into(),
        chosen: kinds.contains(kind.as_str()),
    };
    SubscriptionForm {
        request,
        display_name: text("display_name"),
        display_name_problem: problem("display_name"),
        channels: choices(channel, typed.fields.text("channel")),
        channel_problem: problem("channel"),
        address: text("address"),
        address_problem: problem("address"),
        kinds: EventKind::VARIANTS.iter().map(kind).collect(),
        kinds_problem: problem("kinds"),
        owners: text("owners"),
        owners_problem: problem("owners"),
        collections: text("collections"),
        collections_problem: problem("collections"),
        cadences: choices(cadence, typed.fields.text("cadence")),
        cadence_problem: problem("cadence"),
    }
}

/// A subscription as its form sends it. All that cannot be read is noted.
pub(crate) fn read(fields: &Fields, found: &mut Violations) -> Option<Wanted> {
    let mut choice = |field: &str, expected: &str| {
        if fields.text(field).is_empty() {
            found.push(Violation::new(field, "REQUIRED", "", expected));
        }
    };
    choice("channel", "how you want to be told");
    choice("cadence", "when you want to be told");
    choice("address", "where you want to be told");
    let mut kinds = BTreeSet::new();
    for kind in fields.all("kinds") {
        kinds.extend(found.take(onus_domain::parse_code::<EventKind>("kinds", kind)));
    }
    let owners = keys::<OdsCode>("owners", fields, str::to_uppercase, found);
    let collections = keys::<CollectionId>("collections", fields, str::to_lowercase, found);
    Some(Wanted {
        display_name: fields.text("display_name").to_owned(),
        channel: fields.text("channel").parse().ok()?,
        address: fields.text("address").to_owned(),
        filter: EventFilter { kinds, owners, collections, ..EventFilter::default() },
        cadence: fields.text("cadence").parse().ok()?,
        paused: false,
    })
}

fn keys<T: FromStr<Err = Violation> + Ord>(
    field: &str,
    fields: &Fields,
    written: fn(&str) -> String,
    found: &mut Violations,
) -> BTreeSet<T> {
    let mut keys = BTreeSet::new();
    for line in fields.lines(field) {
        keys.extend(found.take(written(&line).parse::<T>().map_err(|wrong| wrong.at(field))));
    }
    keys
}

/// What is wrong with what was sent, for its form; what is no fault of the form is refused as ever.
pub(crate) fn problems(error: Error) -> Result<Vec<Problem>> {
    let general = |text: String| Ok(vec![Problem { field: String::new(), text }]);
    match error {
        Error::Invalid(all) => Ok(all.iter().map(problem).collect()),
        Error::StaleEtag { .. } => {
            general("Somebody changed this subscription while you looked at it: look again".into())
        }
        Error::Precondition { message, .. } | Error::Exhausted(message) => {
            general(claims::first_capital(&message))
        }
        error => Err(error),
    }
}

fn problem(wrong: &Violation) -> Problem {
    let path = wrong.field.trim_start_matches("filter.");
    let field = path.split('[').next().unwrap_or_default();
    let known = ["display_name", "channel", "address", "kinds", "owners", "collections", "cadence"];
    let field = if known.contains(&field) { field } else { "" };
    let text = match wrong.rule.as_str() {
        "REUSED" => "You used this form before. Check it, then send it once more".into(),
        "REQUIRED" => format!("Say {}", wrong.expected),
        _ if wrong.value.is_empty() => format!("{}: {}", display::words(path), wrong.expected),
        _ => format!("“{}” must be {}", wrong.value, wrong.expected),
    };
    Problem { field: field.into(), text }
}

/// A subscription, with a page of what was sent.
pub(crate) fn one(
    scene: &Scene,
    found: &Subscription,
    page: &DeliveriesPage,
    token: &str,
    typed: &Typed,
) -> OwnSubscription {
    let path = address(&found.id);
    let next = (!page.next_page_token.is_empty())
        .then(|| format!("{path}?page_token={}", encoded(&page.next_page_token)));
    let sent = usize::try_from(page.total_size).unwrap_or(usize::MAX);
    OwnSubscription {
        shell: scene
            .shell(name(found), Area::Other)
            .under("/account", "Your account")
            .under(PATH, "Your subscriptions"),
        problems: typed.problems.clone(),
        done: typed.done.clone(),
        secret: typed.secret.clone(),
        state: state(found.state),
        facts: [
            ("How", channel(found.channel).to_owned()),
            ("Address", found.address.clone()),
            ("When", cadence(found.cadence).to_owned()),
            ("Of what", of(scene, &found.filter)),
            ("Since", moment(found.created_at)),
        ]
        .map(|(key, value)| (key.to_owned(), value))
        .into(),
        etag: etag(found.revision),
        steps: steps(found.state),
        pager: Pager {
            total: total(sent, "message", "messages"),
            first: (!token.is_empty()).then(|| path.clone()),
            next,
        },
        deliveries: page.rows.iter().map(delivery).collect(),
        action: path,
    }
}

fn steps(state: SubscriptionState) -> Vec<(String, String)> {
    let own: &[(&str, &str)] = match state {
        SubscriptionState::Active => &[("TRY", "Send a trial message"), ("PAUSE", "Pause it")],
        SubscriptionState::Paused => &[("TRY", "Send a trial message"), ("RESUME", "Resume it")],
        SubscriptionState::Unconfirmed | SubscriptionState::Unsubscribed => &[],
    };
    let all = own.iter().chain(&[("DELETE", "Delete it")]);
    all.map(|(step, text)| ((*step).to_owned(), (*text).to_owned())).collect()
}

fn delivery(one: &Delivery) -> DeliveryLine {
    let what = match (one.kind, one.event) {
        (DeliveryKind::Event, Some(event)) => event.in_words(),
        (DeliveryKind::Event, None) => "Several events",
        (DeliveryKind::Confirmation, _) => "Question whether to write to the address",
        (DeliveryKind::Test, _) => "Trial message",
    };
    let tries = display::things(one.tries as usize, "try", "tries");
    let tried = if one.last_error.is_empty() { tries } else { format!("{tries}: {}", one.last_error) };
    let asked = one.kind == DeliveryKind::Confirmation && one.state == DeliveryState::Delivered;
    DeliveryLine {
        id: one.id.clone(),
        what: what.into(),
        made: moment(one.made_at),
        state: match one.state {
            DeliveryState::Waiting => Tag::new("Waits", "blue"),
            DeliveryState::Delivered => Tag::new("Arrived", "green"),
            DeliveryState::Dead => Tag::new("Given up", "red"),
        },
        tried,
        again: one.state != DeliveryState::Waiting && !asked,
    }
}

/// That something was done.
pub(crate) fn done(word: &str) -> &'static str {
    match word {
        "CREATE" => "Look into your mail: confirm that you want messages at this address",
        "PAUSE" => "Paused: it tells nothing until you resume it",
        "RESUME" => "It tells again",
        "TRY" => "A trial message is on its way",
        "AGAIN" => "It is sent again",
        "DELETE" => "The subscription is deleted",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_form(sent: &str) -> (Option<Wanted>, Vec<Problem>) {
        let mut found = Violations::new();
        let wanted = read(&serde_urlencoded::from_bytes(sent.as_bytes()).unwrap(), &mut found);
        (wanted, found.into_result().err().map(|error| problems(error).unwrap()).unwrap_or_default())
    }

    #[test]
    fn a_form_is_read_with_all_that_is_wrong() {
        let (wanted, wrong) = read_form("kinds=NOTHING&owners=x24%0A%3F&collections=Critical+Care");
        let fields: Vec<_> = wrong.iter().map(|one| one.field.as_str()).collect();
        assert_eq!(fields, ["channel", "cadence", "address", "kinds", "owners", "collections"]);
        assert!(wanted.is_none() && wrong[0].text == "Say how you want to be told", "{wrong:?}");
    }

    #[test]
    fn codes_are_taken_as_they_are_typed() {
        let sent = "channel=EMAIL&cadence=EACH&address=a%40b.example&owners=x24&kinds=VERSION_LIVE&kinds=VERSION_APPROVED";
        let (wanted, wrong) = read_form(sent);
        let filter = wanted.unwrap().filter;
        assert!(wrong.is_empty() && filter.kinds.len() == 2 && filter.collections.is_empty());
        assert_eq!(filter.owners, BTreeSet::from([OdsCode::new("X24").unwrap()]));
    }
}
