//! What a question finds.

use super::{
    Scene, claims, collections,
    query::{ListQuery, encoded, total},
};
use crate::{
    pages::search::{Search, SearchRow},
    parts::{Choice, Link, Pager, Tag},
    shell::Area,
};
use onus_app::search::{Found, Kind, SearchResult};
use onus_domain::{Result, Violation, display, organisation::OrganisationKind};
use strum::VariantArray;

/// Rows on a page.
const ROWS: usize = 20;
/// Last page that is shown: whoever has not found it by then asks in other words.
const LAST_PAGE: usize = 50;

/// The page of a question; `page_token` is a page's number, from 1.
pub(crate) fn search(scene: &Scene, query: &ListQuery) -> Result<Search> {
    let kind = match query.kind.as_str() {
        "" => None,
        code => Some(code.parse::<Kind>().map_err(|_| {
            let known: Vec<_> = Kind::VARIANTS.iter().map(ToString::to_string).collect();
            Violation::new("kind", "CODE", code, format!("one of {}, or nothing for all", known.join(", ")))
        })?),
    };
    let page = match query.page_token.as_str() {
        "" => 1,
        number => number.parse().ok().filter(|page| (1..=LAST_PAGE).contains(page)).ok_or_else(|| {
            Violation::new("page_token", "RANGE", number, format!("a page, 1 to {LAST_PAGE}"))
        })?,
    };
    let found = scene.view.search(&query.q, kind)?;
    let asked = query.q.trim();
    let title = if asked.is_empty() {
        "Search".to_owned()
    } else {
        format!("“{}”", display::beginning(asked, 80))
    };
    let address = |kind: &str| format!("/search?q={}&kind={kind}", encoded(&query.q));
    let rows = found.rows.iter().skip((page - 1) * ROWS).take(ROWS);
    let more = found.rows.len() > page * ROWS && page < LAST_PAGE;
    Ok(Search {
        shell: scene.shell(title, Area::Other),
        query: query.q.clone(),
        kinds: kinds(&found, kind, &address),
        rows: rows.filter_map(|found| row(scene, found)).collect(),
        pager: Pager {
            total: total(found.rows.len(), "result", "results"),
            first: (page > 1).then(|| address(&query.kind)),
            next: more.then(|| format!("{}&page_token={}", address(&query.kind), page + 1)),
        },
    })
}

fn kinds(found: &SearchResult, chosen: Option<Kind>, address: &dyn Fn(&str) -> String) -> Vec<Choice> {
    let all = Choice {
        value: address(""),
        text: format!("Everything ({})", display::count(found.counts.iter().sum::<usize>())),
        chosen: chosen.is_none(),
    };
    let kinds = Kind::VARIANTS.iter().zip(found.counts).map(|(kind, count)| Choice {
        value: address(&kind.to_string()),
        text: format!("{} ({})", claims::first_capital(&kind.to_string()), display::count(count)),
        chosen: chosen == Some(*kind),
    });
    std::iter::once(all).chain(kinds).collect()
}

fn row(scene: &Scene, found: &Found) -> Option<SearchRow> {
    Some(match found {
        Found::Collection(id) => {
            let row = scene.view.collection_row(id)?;
            let mut tags = vec![Tag::new("Collection", "purple")];
            tags.extend(collections::tags(row.version));
            let owner = scene.organisation(&row.collection.owner);
            let purpose = display::beginning(&row.version.content.purpose, 200);
            let text = if purpose.is_empty() {
                format!("Asked by {owner}")
            } else {
                format!("Asked by {owner}. {purpose}")
            };
            SearchRow { link: scene.collection(id), tags, text }
        }
        Found::Definition(id) => {
            let definition = scene.view.snapshot.definition(id)?;
            let text = if definition.text.is_empty() { &definition.numerator } else { &definition.text };
            SearchRow {
                link: scene.definition(id),
                tags: vec![Tag::new("Definition", "aqua-green"), Tag::kind(definition.kind)],
                text: display::beginning(text, 240),
            }
        }
        Found::Organisation(code) => {
            let organisation = scene.view.snapshot.organisation(code)?;
            let provider = organisation.kind == OrganisationKind::Provider;
            // What a body asks is the list of its collections.
            let href =
                if provider { format!("/providers/{code}") } else { format!("/collections?owner={code}") };
            let what = match organisation.provider_type {
                Some(kind) => format!("{} provider", kind.in_words()),
                None => display::words(organisation.kind.as_str()),
            };
            let region = organisation.region.as_deref().map(claims::region);
            let place = region.map(|region| format!(", {region}")).unwrap_or_default();
            SearchRow {
                link: Link::new(href, scene.organisation(code)),
                tags: vec![Tag::new("Organisation", "blue")],
                text: format!("{code}: {what}{place}"),
            }
        }
    })
}
