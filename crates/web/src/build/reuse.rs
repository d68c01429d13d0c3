//! Reuse agreements: those that everybody may know of.

use super::{Scene, day_before};
use crate::{
    pages::reuse::{Reuse, ReuseBody, ReuseLine},
    parts::{Link, Tag},
    shell::Area,
};
use onus_domain::{display, reuse::ReuseAgreement, version::Version};
use std::collections::BTreeMap;

pub(crate) fn reuse(scene: &Scene) -> Reuse {
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

fn line(scene: &Scene, agreement: &ReuseAgreement) -> ReuseLine {
    let delivers = agreement.delivery().is_some_and(|days| days.holds(scene.today));
    let needs = agreement.needs.iter();
    ReuseLine {
        collection: scene.collection(&agreement.collection),
        recipient: scene.organisation(&agreement.recipient),
        holder: scene.organisation(&agreement.holder),
        items: needs.map(|need| scene.definition(&need.definition)).collect::<Vec<Link>>(),
        since: agreement.first_delivery.map(display::day).unwrap_or_default(),
        until: agreement.ends_on.map_or_else(|| "No end set".into(), |end| display::day(day_before(end))),
        state: if delivers { Tag::new("Active", "green") } else { Tag::new("Ended", "grey") },
        legal_basis: agreement.legal_basis.clone(),
    }
}
