//! Bodies that ask: the league table, and one body.

use super::{Scene, provider::Published, successions::successions};
use crate::{
    pages::bodies::{Bodies, Body, BodyLine, CollectionLine, PairLine},
    parts::{Choice, Figure, Link},
    shell::Area,
};
use onus_burden::{BodyMonth, CollectionMonth, Hours, PairMonth, Ratio};
use onus_chart::{Caption, Matrix};
use onus_domain::{
    Error, OdsCode, Result, Violation,
    display::{self, count, hours, percent, rate},
    organisation::{Organisation, OrganisationKind},
};
use std::cmp::{Ordering, Reverse};

/// Pairs that are shown; the published table has all.
const PAIRS: usize = 50;

type Order = fn(&BodyMonth, &BodyMonth) -> Ordering;

/// Orders of the table: what the address says, what it is called, what stands first.
const ORDERS: [(&str, &str, Order); 4] = [
    ("", "Most hours first", |a, b| b.hours_12m.cmp(&a.hours_12m)),
    ("avoidable", "Most avoidable hours first", |a, b| b.avoidable_hours.cmp(&a.avoidable_hours)),
    ("rate", "Lowest submit-once rate first", |a, b| a.submit_once_rate().cmp(&b.submit_once_rate())),
    ("reuse", "Most met by reuse first", |a, b| b.reuse_facts.cmp(&a.reuse_facts)),
];

/// All bodies that ask, in an order.
pub(crate) fn bodies(scene: &Scene, order: &str, published: Option<&Published>) -> Result<Bodies> {
    let refuse =
        || Violation::new("order", "KNOWN_CODE", order, "avoidable, rate, reuse, or nothing for hours");
    let (.., by) = ORDERS.iter().find(|(code, ..)| *code == order).ok_or_else(refuse)?;
    let mut rows = scene.view.burden.body_months(scene.month);
    rows.retain(|row| row.collections > 0 || row.hours_12m > Hours::default());
    rows.sort_by(|a, b| by(a, b).then_with(|| a.body.cmp(&b.body)));
    let of = |kind| {
        rows.iter().filter(move |row| is(scene, &row.body, kind)).map(|row| line(scene, row)).collect()
    };
    let pairs = pairs(scene, None);
    Ok(Bodies {
        shell: scene.shell("Who asks", Area::Overlaps).under("/overlaps", "Overlaps between collections"),
        month: scene.month.in_words(),
        orders: ORDERS.iter().map(|(code, text, _)| choice(code, text, order)).collect(),
        national: of(OrganisationKind::NationalBody),
        local: of(OrganisationKind::Commissioner),
        total: total(scene, &rows),
        matrix: matrix(scene, &pairs).map(|matrix| matrix.to_string()),
        pairs: pairs.iter().take(PAIRS).map(|pair| pair_line(scene, pair, &pair.body_a)).collect(),
        files: published.map(files).unwrap_or_default(),
    })
}

fn choice(code: &str, text: &str, chosen: &str) -> Choice {
    let value = if code.is_empty() { "/bodies".into() } else { format!("/bodies?order={code}") };
    Choice { value, text: text.into(), chosen: code == chosen }
}

fn files(latest: &Published) -> Vec<Link> {
    let month = latest.month;
    let file = |name: &str, what: &str| {
        Link::new(
            format!("/editions/{month}/{name}"),
            format!("{what} of {} as CSV: {name}", month.in_words()),
        )
    };
    vec![file("body_month.csv", "Figures of bodies"), file("pair_month.csv", "Figures of pairs")]
}

fn is(scene: &Scene, code: &OdsCode, kind: OrganisationKind) -> bool {
    scene.view.snapshot.organisation(code).is_some_and(|one| one.kind == kind)
}

fn shown_share(share: Option<&Ratio>) -> String {
    share.map_or_else(|| "–".into(), |share| percent(share.to_f64()))
}

fn shown_rate(of: Option<&Ratio>) -> String {
    of.map_or_else(|| "–".into(), |of| rate(of.to_f64()))
}

fn line(scene: &Scene, row: &BodyMonth) -> BodyLine {
    BodyLine {
        link: scene.body(&row.body),
        collections: count(row.collections),
        asks: count(row.asks),
        hours: hours(row.hours_12m.to_f64()),
        assumed: shown_share(row.hours_12m_assumed_share.as_ref()),
        rate: shown_rate(row.submit_once_rate().as_ref()),
        avoidable: hours(row.avoidable_hours.to_f64()),
        reuse: count(row.reuse_facts),
    }
}

/// All bodies: the figures of the nation.
fn total(scene: &Scene, rows: &[BodyMonth]) -> BodyLine {
    let national = scene.view.burden.national_month(scene.month);
    let content = national.content();
    BodyLine {
        link: Link::new("/bodies", "All together"),
        collections: count(rows.iter().map(|row| row.collections).sum::<u64>()),
        asks: count(content.asks),
        hours: hours(national.hours_12m.to_f64()),
        assumed: shown_share(national.hours_12m_assumed_share.as_ref()),
        rate: shown_rate(content.rate_strict().as_ref()),
        avoidable: hours(national.avoidable_hours.to_f64()),
        reuse: count(rows.iter().map(|row| row.reuse_facts).sum::<u64>()),
    }
}

/// Pairs with facts in common, those of one body if it is given, most facts first.
fn pairs(scene: &Scene, of: Option<&OdsCode>) -> Vec<PairMonth> {
    let mut pairs = scene.view.burden.pair_months(scene.month);
    pairs.retain(|pair| {
        pair.shared_facts > 0 && of.is_none_or(|body| pair.body_a == *body || pair.body_b == *body)
    });
    pairs.sort_by_key(|pair| (Reverse(pair.shared_facts), pair.body_a.clone(), pair.body_b.clone()));
    pairs
}

/// A pair as one of the two sees it.
fn pair_line(scene: &Scene, pair: &PairMonth, one: &OdsCode) -> PairLine {
    let other = if pair.body_a == *one { &pair.body_b } else { &pair.body_a };
    let other = if other == one {
        Link::new(format!("/bodies/{one}"), "Itself, in several collections")
    } else {
        scene.body(other)
    };
    PairLine {
        one: scene.body(one),
        other,
        facts: count(pair.shared_facts),
        avoidable: hours(pair.avoidable_hours.to_f64()),
    }
}

fn matrix(scene: &Scene, pairs: &[PairMonth]) -> Option<Matrix> {
    let most = pairs.first()?;
    let caption = Caption {
        id: "pairs",
        title: "Facts that two bodies ask".into(),
        description: format!(
            "A square for each two bodies, darker the more facts both ask. Most: {} and {}.",
            scene.organisation(&most.body_a),
            scene.organisation(&most.body_b)
        ),
    };
    let pairs = pairs.iter().map(|pair| (&pair.body_a, &pair.body_b, pair.shared_facts));
    Matrix::of(caption, pairs, |body| scene.organisation(body))
}

/// One body.
pub(crate) fn body(scene: &Scene, code: &OdsCode, published: Option<&Published>) -> Result<Body> {
    let unknown = || Error::not_found("body", code);
    let organisation = scene.view.snapshot.organisation(code).filter(|one| one.asks()).ok_or_else(unknown)?;
    let month = scene.view.burden.body_months(scene.month).into_iter().find(|row| row.body == *code);
    Ok(Body {
        shell: scene
            .shell(display::name(&organisation.name), Area::Overlaps)
            .under("/overlaps", "Overlaps between collections")
            .under("/bodies", "Who asks"),
        code: code.to_string(),
        kind: kind(organisation),
        successions: successions(scene, code),
        month: scene.month.in_words(),
        figures: month.as_ref().map(figures).unwrap_or_default(),
        collections: collections(scene, code),
        pairs: pairs(scene, Some(code)).iter().map(|pair| pair_line(scene, pair, code)).collect(),
        more: more(scene, code, published.filter(|_| month.is_some())),
    })
}

fn kind(organisation: &Organisation) -> &'static str {
    if organisation.kind == OrganisationKind::Commissioner { "Local commissioner" } else { "National body" }
}

fn figures(row: &BodyMonth) -> Vec<Figure> {
    let assumed = row.hours_12m_assumed_share.as_ref().map_or(0.0, Ratio::to_f64);
    vec![
        Figure::new("Burden", hours(row.hours_12m.to_f64()))
            .unit("hours")
            .note("of all providers")
            .assumed(assumed),
        Figure::new("Collections", count(row.collections)).note(format!("with {} items", count(row.items))),
        Figure::new("Asks", count(row.asks)),
        Figure::new("Submit-once rate", shown_rate(row.submit_once_rate().as_ref()))
            .note("strict; 1 means nothing is asked twice"),
        Figure::new("Avoidable", hours(row.avoidable_hours.to_f64()))
            .unit("hours")
            .note("its equal part, if nothing were asked twice"),
        Figure::new("Met by reuse", count(row.reuse_facts)).unit("facts").note("without asking anybody"),
    ]
}

fn collections(scene: &Scene, code: &OdsCode) -> Vec<CollectionLine> {
    let own = |row: &CollectionMonth| {
        let of = scene.view.snapshot.collection(&row.collection);
        of.is_some_and(|one| one.owner == *code) && (row.respondents > 0 || row.obligations_12m > 0)
    };
    let mut rows = scene.view.burden.collection_months(scene.month);
    rows.retain(own);
    rows.sort_by(|a, b| b.hours_12m.cmp(&a.hours_12m).then_with(|| a.collection.cmp(&b.collection)));
    let line = |row: CollectionMonth| CollectionLine {
        link: scene.collection(&row.collection),
        providers: count(row.respondents),
        submissions: count(row.obligations_12m),
        asks: count(row.asks),
        hours: hours(row.hours_12m.to_f64()),
        assumed: shown_share(row.hours_12m_assumed_share.as_ref()),
    };
    rows.into_iter().map(line).collect()
}

fn more(scene: &Scene, code: &OdsCode, published: Option<&Published>) -> Vec<Link> {
    let mut more = vec![];
    if scene.view.snapshot.plans.iter().any(|plan| plan.owner == *code) {
        more.push(Link::new(format!("/plans/{code}"), "What it promises, and how that stands"));
    }
    more.push(Link::new(format!("/collections?owner={code}"), "Its collections, to search and filter"));
    more.push(Link::new("/challenges", "Challenges of requests, and what became of them"));
    more.extend(published.map(|latest| latest.reports("bodies", code)).unwrap_or_default());
    more
}
