//! The list of definitions.

use super::{
    Scene,
    query::{Filters, ListQuery, RESULTS, codes, pager},
};
use crate::{
    pages::definitions::{DefinitionResult, Definitions},
    parts::{Link, Tag},
    shell::Area,
};
use onus_domain::{
    Result,
    definition::{Definition, DefinitionKind, RegistrationStatus},
    display,
};

pub(crate) fn definitions(scene: &Scene, query: &ListQuery) -> Result<Definitions> {
    let filters = Filters::default()
        .search(&query.q)
        .code::<DefinitionKind>("kind", &query.kind)
        .code::<RegistrationStatus>("status", &query.status);
    let filtered = filters.any();
    let (request, carried) = filters.request(RESULTS, &query.page_token)?;
    let page = scene.view.list_definitions(&request)?;
    Ok(Definitions {
        shell: scene.shell("Definitions", Area::Definitions),
        query: query.q.clone(),
        kinds: codes::<DefinitionKind>("Any kind", &query.kind),
        statuses: codes::<RegistrationStatus>("Any status", &query.status),
        filtered,
        pager: pager(&page, "/definitions", &carried, &query.page_token, ("definition", "definitions")),
        rows: page.rows.into_iter().map(|row| result(scene, row)).collect(),
    })
}

fn result(scene: &Scene, row: &Definition) -> DefinitionResult {
    let same = scene.view.members_of(&scene.view.concept_of(&row.id)).count().saturating_sub(1);
    DefinitionResult {
        link: Link::definition(&row.id, &row.name),
        tags: vec![Tag::kind(row.kind), Tag::status(row.status)],
        text: display::beginning(if row.text.is_empty() { &row.numerator } else { &row.text }, 240),
        asked_in: match scene.view.asked_in(&row.id).count() {
            0 => "no collection at present".into(),
            count => display::things(count, "collection", "collections"),
        },
        same: if same == 0 {
            String::new()
        } else {
            display::things(same, "other definition", "other definitions")
        },
    }
}
