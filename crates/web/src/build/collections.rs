//! The list of collections.

use super::{
    Scene, claims,
    query::{Filters, ListQuery, RESULTS, codes, pager},
};
use crate::{
    pages::collections::{CollectionResult, Collections},
    parts::{Choice, Link, Tag},
    shell::Area,
};
use onus_app::CollectionRow;
use onus_domain::{
    OdsCode, Result, display,
    organisation::ProviderType,
    schedule::Frequency,
    version::{Admission, Version},
};
use std::collections::BTreeSet;

pub(crate) fn collections(scene: &Scene, query: &ListQuery) -> Result<Collections> {
    let filters = Filters::default()
        .search(&query.q)
        .value("owner", &query.owner)
        .code::<Frequency>("frequency", &query.frequency)
        .code::<ProviderType>("provider_type", &query.provider_type);
    let filtered = filters.any();
    let (request, carried) = filters.request(RESULTS, &query.page_token)?;
    let page = scene.view.list_collections(&request)?;
    Ok(Collections {
        shell: scene.shell("What is asked", Area::Collections),
        query: query.q.clone(),
        owners: owners(scene, &query.owner),
        frequencies: codes::<Frequency>("Any", &query.frequency),
        provider_types: provider_types("Any provider", &query.provider_type),
        filtered,
        pager: pager(&page, "/collections", &carried, &query.page_token, ("collection", "collections")),
        rows: page.rows.into_iter().map(|row| result(scene, row)).collect(),
    })
}

/// Provider types as choices, in words.
pub(crate) fn provider_types(any: &str, chosen: &str) -> Vec<Choice> {
    use strum::VariantArray;
    let known = ProviderType::VARIANTS.iter().map(|kind| (kind.to_string(), kind.in_words().to_owned()));
    Choice::list(any, known, chosen)
}

fn owners(scene: &Scene, chosen: &str) -> Vec<Choice> {
    let known: BTreeSet<&OdsCode> = scene.view.collection_rows().map(|row| &row.collection.owner).collect();
    let mut named: Vec<_> =
        known.into_iter().map(|code| (code.to_string(), scene.organisation(code))).collect();
    named.sort_by(|a, b| a.1.cmp(&b.1));
    Choice::list("Any body", named, chosen)
}

/// A version's state, and how it came in.
pub(crate) fn tags(version: &Version) -> Vec<Tag> {
    let mut tags = vec![Tag::state(version.state)];
    if version.admission == Admission::Adopted {
        tags.push(Tag::adopted());
    }
    if version.admission == Admission::LightPath {
        tags.push(Tag::new("Light path", "aqua-green"));
    }
    tags
}

/// How a version came in, in words.
pub(crate) fn admission(version: &Version) -> &'static str {
    match version.admission {
        Admission::Adopted => "Adopted, not approved: it ran in the world already",
        Admission::Approved => "Approved by the panel",
        Admission::LightPath => "Approved at once, on the light path of local commissioners",
        Admission::None => "Neither approved nor adopted",
    }
}

fn result(scene: &Scene, row: CollectionRow<'_>) -> CollectionResult {
    let content = &row.version.content;
    let twice = scene.view.overlaps_of(&row.collection.id).iter().filter(|row| row.shared_facts > 0).count();
    CollectionResult {
        link: Link::collection(&row.collection.id, &content.title),
        tags: tags(row.version),
        purpose: display::beginning(&content.purpose, 240),
        owner: scene.organisation(&row.collection.owner),
        frequency: claims::frequency_in_short(content),
        respondents: claims::respondents_in_short(content),
        items: display::count(content.items.len()),
        asked_twice: match twice {
            0 => String::new(),
            count => format!("with {}", display::things(count, "other collection", "other collections")),
        },
    }
}
