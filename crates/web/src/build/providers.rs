//! The list of providers.

use super::{
    Scene, claims,
    collections::provider_types,
    query::{Filters, ListQuery, ROWS, pager},
};
use crate::{
    pages::providers::{ProviderLine, Providers},
    parts::{Choice, Link, Tag},
    shell::Area,
};
use onus_domain::{
    Basis, Result, display,
    organisation::{Organisation, ProviderType},
};
use std::collections::BTreeSet;

pub(crate) fn providers(scene: &Scene, query: &ListQuery) -> Result<Providers> {
    let filters = Filters::default()
        .search(&query.q)
        .code::<ProviderType>("provider_type", &query.provider_type)
        .value("region", &query.region);
    let filtered = filters.any();
    let (request, carried) = filters.always("kind = PROVIDER").request(ROWS, &query.page_token)?;
    let page = scene.view.list_organisations(&request)?;
    Ok(Providers {
        shell: scene.shell("Providers", Area::Providers),
        query: query.q.clone(),
        provider_types: provider_types("Any type", &query.provider_type),
        regions: regions(scene, &query.region),
        filtered,
        month: scene.month.in_words(),
        pager: pager(&page, "/providers", &carried, &query.page_token, ("provider", "providers")),
        rows: page.rows.into_iter().map(|row| line(scene, row)).collect(),
    })
}

fn regions(scene: &Scene, chosen: &str) -> Vec<Choice> {
    let codes: BTreeSet<_> =
        scene.view.snapshot.providers().filter_map(|provider| provider.region.as_ref()).collect();
    let mut named: Vec<_> = codes.into_iter().map(|code| (code.clone(), claims::region(code))).collect();
    named.sort_by(|a, b| a.1.cmp(&b.1));
    Choice::list("Any region", named, chosen)
}

fn line(scene: &Scene, row: &Organisation) -> ProviderLine {
    let month = scene.view.burden.provider_month(&row.code, scene.month);
    let share = month.as_ref().and_then(|month| month.hours_12m_assumed_share.as_ref());
    let rate = month.as_ref().and_then(|month| month.content().rate_strict());
    ProviderLine {
        link: Link::provider(&row.code, display::name(&row.name)),
        code: row.code.to_string(),
        provider_type: row.provider_type.unwrap_or(ProviderType::Other).in_words().into(),
        type_basis: (row.provider_type_basis == Basis::Assumed).then(Tag::assumed),
        region: row.region.as_deref().map_or_else(|| "Not known".into(), claims::region),
        hours: month.as_ref().map_or_else(|| "–".into(), |month| display::hours(month.hours_12m.to_f64())),
        assumed: share.map_or_else(|| "–".into(), |share| display::percent(share.to_f64())),
        rate: rate.map_or_else(|| "–".into(), |rate| display::rate(rate.to_f64())),
    }
}
