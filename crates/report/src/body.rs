//! A body's own report: what it asks, what that costs, why it changed, and with whom it asks the same.

use crate::{
    Publication,
    packed::BODIES,
    parts::{
        Figure, Frame, Table, organisation, share, shown_index, shown_rate, shown_share, title, why_changed,
    },
    targets,
};
use askama::Template;
use onus_burden::{BodyMonth, CollectionMonth, Decomposition, PairMonth};
use onus_domain::{
    Error, OdsCode, Result,
    display::{count, hours},
};
use std::cmp::Reverse;

/// Where a body's report is in an edition.
pub fn path(body: &OdsCode) -> String {
    format!("{BODIES}/{body}.html")
}

#[derive(Template)]
#[template(path = "body.html")]
struct Page {
    frame: Frame,
    headline: Vec<Figure>,
    why_changed: Table,
    plan: Option<(String, Table)>,
    collections: Table,
    pairs: Option<Table>,
}

/// The reports of all bodies that ask, by code: names and pages.
pub fn reports(publication: &Publication<'_>) -> Result<Vec<(String, String)>> {
    let (burden, month) = (publication.burden, publication.month);
    let changes = burden.national_decomposition(month.plus(-12), month);
    let (collections, pairs) = (burden.collection_months(month), burden.pair_months(month));
    let indexes = burden.body_indexes(month);
    let report = |row: &BodyMonth| {
        let index = indexes.iter().find(|one| one.body == row.body).and_then(|one| one.index.as_ref());
        let page = Page {
            frame: Frame::new(
                publication,
                format!("What {} asks, {}", organisation(publication.snapshot, &row.body), month.in_words()),
                Some("../index.html"),
            ),
            headline: headline(publication, row, shown_index(index)),
            why_changed: why(&changes, &row.body),
            plan: targets::of_body(publication, &row.body),
            collections: own_collections(publication, &row.body, &collections),
            pairs: own_pairs(publication, &row.body, &pairs),
        };
        Ok((format!("{}.html", row.body), page.render().map_err(Error::internal)?))
    };
    burden.body_months(month).iter().map(report).collect()
}

fn why(changes: &Decomposition, body: &OdsCode) -> Table {
    why_changed(&changes.of_owner(body))
}

fn headline(publication: &Publication<'_>, row: &BodyMonth, index: String) -> Vec<Figure> {
    let base = publication.burden.settings().base_month.in_words();
    vec![
        Figure {
            name: "Hours in 12 months",
            value: hours(row.hours_12m.to_f64()),
            note: format!("of all providers; {}", share(row.hours_12m_assumed_share.as_ref())),
        },
        Figure { name: "Burden index", value: index, note: format!("{base} = 100, net of re-estimation") },
        Figure {
            name: "Submit-once rate",
            value: shown_rate(row.submit_once_rate()),
            note: format!("{} asks in 12 months; 1 means nothing is asked twice", count(row.asks)),
        },
        Figure {
            name: "Avoidable hours",
            value: hours(row.avoidable_hours.to_f64()),
            note: "its equal part of what would fall away if nothing were asked twice".into(),
        },
        Figure {
            name: "Collections in force",
            value: count(row.collections),
            note: format!("with {} items", count(row.items)),
        },
        Figure {
            name: "Facts met by reuse",
            value: count(row.reuse_facts),
            note: "in 12 months, without asking anybody".into(),
        },
    ]
}

fn own_collections(publication: &Publication<'_>, body: &OdsCode, all: &[CollectionMonth]) -> Table {
    let snapshot = publication.snapshot;
    let own =
        |row: &&CollectionMonth| snapshot.collection(&row.collection).is_some_and(|one| one.owner == *body);
    let mut own: Vec<_> = all.iter().filter(own).collect();
    own.sort_by_key(|row| (Reverse(&row.hours_12m), &row.collection));
    let rows = own.into_iter().map(|row| {
        vec![
            title(snapshot, &row.collection),
            count(row.respondents),
            count(row.obligations_12m),
            count(row.asks),
            hours(row.hours_12m.to_f64()),
            shown_share(row.hours_12m_assumed_share.as_ref()),
        ]
    });
    Table {
        caption: "Its collections, by the hours that answering takes".into(),
        words: 1,
        head: vec![
            "Collection",
            "Providers",
            "Submissions in 12 months",
            "Asks in 12 months",
            "Hours in 12 months",
            "Hours assumed",
        ],
        rows: rows.collect(),
    }
}

fn own_pairs(publication: &Publication<'_>, body: &OdsCode, all: &[PairMonth]) -> Option<Table> {
    let own = |row: &&PairMonth| (row.body_a == *body || row.body_b == *body) && row.shared_facts > 0;
    let mut own: Vec<_> = all.iter().filter(own).collect();
    own.sort_by_key(|row| (Reverse(row.shared_facts), &row.body_a, &row.body_b));
    let rows: Vec<_> = own
        .into_iter()
        .map(|row| {
            let other = if row.body_a == *body { &row.body_b } else { &row.body_a };
            let with = if other == body {
                "Itself, in several collections".to_owned()
            } else {
                organisation(publication.snapshot, other)
            };
            vec![with, count(row.shared_facts), hours(row.avoidable_hours.to_f64())]
        })
        .collect();
    (!rows.is_empty()).then(|| Table {
        caption: "Facts that others ask too".into(),
        words: 1,
        head: vec!["Also asked by", "Facts in 12 months", "Avoidable hours, in equal parts"],
        rows,
    })
}
