//! The items of a version, by section.

use super::{Scene, claims, reuse};
use crate::{
    pages::collection::{ItemLine, Items, Section, SectionLink},
    parts::{Link, Tag},
};
use onus_domain::{
    CollectionId, Result, Violation, display,
    item::{Item, ItemRole},
    version::Version,
};
use std::collections::{BTreeMap, BTreeSet};
use strum::VariantArray;

/// Most items on one page; a version with more is shown a section at a time.
const MOST: usize = 200;

/// By position: the collections that ask the same fact.
pub(crate) type AskedTwice = BTreeMap<u32, BTreeSet<CollectionId>>;

/// The items of a version at `path`; `section` is the place of the one to show, from 1, or empty.
pub(crate) fn items(
    scene: &Scene,
    version: &Version,
    twice: &AskedTwice,
    path: &str,
    section: &str,
) -> Result<Items> {
    let all = &version.content.items;
    let groups = sections(all);
    let chosen = chosen(section, groups.len())?;
    let many = all.len() > MOST && groups.len() > 1;
    let contents = groups.iter().enumerate().filter(|_| many).map(|(at, (heading, items))| SectionLink {
        link: Link::new(format!("{path}?section={}#items", at + 1), heading),
        count: count(items.len()),
        current: at == chosen,
    });
    let met = reuse::met_today(scene, version);
    let shown = groups.iter().enumerate().filter(|(at, _)| !many || *at == chosen);
    Ok(Items {
        total: total(all),
        contents: contents.collect(),
        sections: shown.map(|(_, (heading, items))| group(scene, heading, items, twice, &met)).collect(),
    })
}

fn chosen(section: &str, sections: usize) -> Result<usize> {
    if section.is_empty() {
        return Ok(0);
    }
    let at = section.parse().ok().filter(|at| (1..=sections).contains(at));
    let refused = || {
        Violation::new(
            "section",
            "RANGE",
            section,
            format!("the place of a section, 1 to {sections}, or nothing"),
        )
    };
    Ok(at.ok_or_else(refused)? - 1)
}

/// Items by their section, in order of the first item of each.
fn sections(items: &[Item]) -> Vec<(String, Vec<&Item>)> {
    let mut groups: Vec<(String, Vec<&Item>)> = vec![];
    let mut place = BTreeMap::new();
    let unsectioned =
        if items.iter().all(|item| item.section.is_empty()) { "All items" } else { "Without a section" };
    for item in items {
        let at = *place.entry(item.section.as_str()).or_insert_with(|| {
            let heading = if item.section.is_empty() { unsectioned } else { item.section.as_str() };
            groups.push((heading.to_owned(), vec![]));
            groups.len() - 1
        });
        groups[at].1.push(item);
    }
    groups
}

fn count(items: usize) -> String {
    display::things(items, "item", "items")
}

fn total(items: &[Item]) -> String {
    if items.is_empty() {
        return "No items".into();
    }
    let of = |role: ItemRole| items.iter().filter(|item| item.role == role).count();
    let roles =
        ItemRole::VARIANTS.iter().map(|role| (of(*role), display::words(role.as_str()).to_lowercase()));
    let roles: Vec<_> =
        roles.filter(|(n, _)| *n > 0).map(|(n, role)| format!("{} {role}", display::count(n))).collect();
    let optional = items.iter().filter(|item| !item.is_asked()).count();
    let optional =
        if optional > 0 { format!("; {} of them optional", display::count(optional)) } else { String::new() };
    format!("{}: {}{optional}", count(items.len()), roles.join(", "))
}

/// By position: that an item is not asked, and who gives it.
type Met = BTreeMap<u32, String>;

fn group(scene: &Scene, heading: &str, items: &[&Item], twice: &AskedTwice, met: &Met) -> Section {
    let subjects: BTreeSet<_> = items.iter().map(|item| &item.subject).collect();
    Section {
        heading: heading.to_owned(),
        count: count(items.len()),
        subjects: claims::short_list(subjects.into_iter().map(|id| scene.subject(id))),
        rows: items.iter().map(|item| line(scene, item, twice, met)).collect(),
    }
}

fn line(scene: &Scene, item: &Item, twice: &AskedTwice, met: &Met) -> ItemLine {
    let others = twice.get(&item.position).into_iter().flatten();
    ItemLine {
        position: item.position.to_string(),
        definition: scene.definition(&item.definition),
        mandation: item.mandation.map_or_else(|| "Not stated".into(), |one| display::words(one.as_str())),
        role: Tag::role(item.role),
        asked_twice_by: others.map(|id| scene.collection(id)).collect(),
        met_by: met.get(&item.position).cloned().unwrap_or_default(),
    }
}
