//! Reuse agreements: those that everybody may know of.

use super::{Scene, claims::first_capital, day_before};
use crate::{
    pages::reuse::{OwnReuse, Reuse, ReuseBody, ReuseLine},
    parts::{Link, Tag},
    shell::Area,
};
use chrono::NaiveDate;
use onus_domain::{
    display,
    reuse::{ReuseAgreement, ReuseState},
    version::Version,
};
use std::collections::BTreeMap;

/// What everybody may know of; with the agreements that concern the reader, if there may be any.
pub(crate) fn page(scene: &Scene, own: Option<&[ReuseAgreement]>) -> Reuse {
    let agreements = scene.view.snapshot.reuse.iter().rev();
    let bodies = scene.view.burden.body_months(scene.month);
    let bodies = bodies.iter().filter(|body| body.reuse_facts > 0).map(|body| ReuseBody {
        body: scene.organisation(&body.body),
        facts: display::count(body.reuse_facts),
        asks: display::count(body.asks),
    });
    Reuse {
        shell: scene.shell("Reuse instead of asking", Area::Other),
        month: scene.month.in_words(),
        bodies: bodies.collect(),
        own: own.map(|own| own.iter().map(|agreement| own_line(scene, agreement)).collect()),
        rows: agreements.map(|agreement| line(scene, agreement)).collect(),
    }
}

/// The agreements by which a collection gets what it does not ask.
pub(crate) fn of_collection(scene: &Scene, version: &Version) -> Vec<ReuseLine> {
    let own = scene.view.snapshot.reuse.iter().filter(|one| one.collection == version.collection);
    own.map(|agreement| line(scene, agreement)).collect()
}

/// By position: what an item of a version is met by today, if it is.
pub(crate) fn met_today(scene: &Scene, version: &Version) -> BTreeMap<u32, String> {
    let mut met = BTreeMap::new();
    for agreement in &scene.view.snapshot.reuse {
        let Some(days) = agreement.delivery().filter(|days| days.holds(scene.today)) else { continue };
        let since = days.first().map(|day| format!(" since {}", display::day(day))).unwrap_or_default();
        let text = format!("Not asked: {} gives it{since}", scene.organisation(&agreement.holder));
        for item in &version.content.items {
            if agreement.need(&version.collection, item).is_some() {
                met.insert(item.position, text.clone());
            }
        }
    }
    met
}

fn own_line(scene: &Scene, agreement: &ReuseAgreement) -> OwnReuse {
    OwnReuse {
        link: Link::new(href(agreement), needed_for(scene, agreement)),
        recipient: scene.organisation(&agreement.recipient),
        holder: scene.organisation(&agreement.holder),
        items: display::count(agreement.needs.len()),
        state: state_tag(agreement, scene.today),
        waits_for: waits_for(scene, agreement),
    }
}

/// What an agreement is needed for. Of a draft, whose title is its owner's business, its key in words.
pub(crate) fn needed_for(scene: &Scene, agreement: &ReuseAgreement) -> String {
    if scene.view.collection_row(&agreement.collection).is_some() {
        scene.title(&agreement.collection)
    } else {
        first_capital(&agreement.collection.as_str().replace('-', " "))
    }
}

/// Where an agreement is shown.
pub(crate) fn href(agreement: &ReuseAgreement) -> String {
    format!("/reuse/{}", agreement.id)
}

/// Where an agreement stands on a day.
pub(crate) fn state_tag(agreement: &ReuseAgreement, today: NaiveDate) -> Tag {
    let delivers = agreement.delivery().is_some_and(|days| days.holds(today));
    match agreement.state {
        ReuseState::Requested if agreement.is_overdue(today) => Tag::new("Answer overdue", "red"),
        ReuseState::Requested => Tag::new("Asked for", "blue"),
        ReuseState::Agreed => Tag::new("Agreed", "yellow"),
        ReuseState::Refused => Tag::new("Refused", "red"),
        ReuseState::Active => Tag::new("Active", "green"),
        ReuseState::Ended if delivers => Tag::new("Active, to end", "green"),
        ReuseState::Ended => Tag::new("Ended", "grey"),
    }
}

/// Whom an agreement waits for, and until when; empty if for nobody.
pub(crate) fn waits_for(scene: &Scene, agreement: &ReuseAgreement) -> String {
    let holder = scene.organisation(&agreement.holder);
    match agreement.state {
        ReuseState::Requested if agreement.escalated_on.is_some() => {
            format!("{holder}, or the panel, to answer: it was due by {}", display::day(agreement.answer_due))
        }
        ReuseState::Requested => {
            format!("{holder} to answer by {}", display::day(agreement.answer_due))
        }
        ReuseState::Agreed => format!("{holder} to deliver: until then the items are asked"),
        _ => String::new(),
    }
}

fn line(scene: &Scene, agreement: &ReuseAgreement) -> ReuseLine {
    let needs = agreement.needs.iter();
    ReuseLine {
        collection: scene.collection(&agreement.collection),
        recipient: scene.organisation(&agreement.recipient),
        holder: scene.organisation(&agreement.holder),
        items: needs.map(|need| scene.definition(&need.definition)).collect::<Vec<Link>>(),
        since: agreement.first_delivery.map(display::day).unwrap_or_default(),
        until: agreement.ends_on.map_or_else(|| "No end set".into(), |end| display::day(day_before(end))),
        state: state_tag(agreement, scene.today),
        href: href(agreement),
        legal_basis: agreement.legal_basis.clone(),
    }
}
