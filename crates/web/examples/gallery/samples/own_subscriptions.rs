use super::{HOSTILE, Sample, account::signed_in, pager, sample};
use onus_web::{
    pages::own_subscriptions::{
        DeliveryLine, OwnSubscription, OwnSubscriptions, SubscriptionForm, SubscriptionLine,
    },
    parts::{Choice, Link, Problem, Tag},
};

pub fn all() -> Result<Vec<Sample>, askama::Error> {
    let none = OwnSubscriptions { rows: vec![], problems: vec![], ..list() };
    let made = OwnSubscription { secret: format!("whsec_{HOSTILE}"), deliveries: vec![], ..one() };
    Ok(vec![
        sample("own-subscriptions", &list())?,
        sample("own-subscriptions-none", &none)?,
        sample("own-subscription", &one())?,
        sample("own-subscription-made", &made)?,
    ])
}

fn choice(value: &str, text: &str) -> Choice {
    Choice { value: value.into(), text: text.into(), chosen: value == "EMAIL" }
}

fn list() -> OwnSubscriptions {
    let fields = ["", "display_name", "channel", "address", "kinds", "owners", "collections", "cadence"];
    let wrong = || Some(HOSTILE.to_owned());
    let row = |name: &str| SubscriptionLine {
        link: Link::new("/subscriptions/0191d3a0-0000-7000-8000-000000000001", name),
        told: format!("By webhook: https://example.nhs.uk/{HOSTILE}"),
        of: "Everything; of NHS England".into(),
        state: Tag::new("Active", "green"),
    };
    OwnSubscriptions {
        shell: signed_in("Your subscriptions", "Ann Other"),
        problems: fields.map(|field| Problem { field: field.into(), text: HOSTILE.into() }).into(),
        done: "The subscription is deleted".into(),
        rows: vec![row("Critical care"), row(HOSTILE)],
        form: SubscriptionForm {
            request: "0191d3a0-0000-7000-8000-000000000002".into(),
            display_name: HOSTILE.into(),
            display_name_problem: wrong(),
            channels: vec![choice("EMAIL", "By e-mail"), choice("WEBHOOK", "By webhook")],
            channel_problem: wrong(),
            address: HOSTILE.into(),
            address_problem: wrong(),
            kinds: vec![choice("VERSION_LIVE", "In force"), choice("VERSION_EXPIRED", "Approval has ended")],
            kinds_problem: wrong(),
            owners: HOSTILE.into(),
            owners_problem: wrong(),
            collections: HOSTILE.into(),
            collections_problem: wrong(),
            cadences: vec![
                choice("EACH", "As it happens"),
                choice("DAILY_DIGEST", "Once a day, in the morning"),
            ],
            cadence_problem: wrong(),
        },
    }
}

fn one() -> OwnSubscription {
    let delivery = |what: &str, again: bool| DeliveryLine {
        id: "0191d3a0".into(),
        what: what.into(),
        made: "2026-11-03 09:00:00 UTC".into(),
        state: Tag::new("Given up", "red"),
        tried: format!("48 tries: {HOSTILE}"),
        again,
    };
    OwnSubscription {
        shell: signed_in(HOSTILE, "Ann Other"),
        problems: vec![],
        done: "It tells again".into(),
        secret: String::new(),
        state: Tag::new("Paused", "grey"),
        facts: vec![("Address".into(), HOSTILE.into())],
        action: "/subscriptions/0191d3a0-0000-7000-8000-000000000001".into(),
        etag: "\"3\"".into(),
        steps: vec![("RESUME".into(), "Resume it".into()), ("DELETE".into(), "Delete it".into())],
        pager: pager("2 messages", true, true),
        deliveries: vec![delivery("Approved by the panel", true), delivery("Trial message", false)],
    }
}
