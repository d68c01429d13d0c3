//! A provider's own report: what it is asked, what that takes, why it changed, and how it stands among its peers. They are many.

use crate::{
    Publication,
    parts::{Figure, Frame, Table, organisation, share, shown_index, shown_rate, title, why_changed},
};
use askama::Template;
use onus_burden::{Decomposition, OwnerAsks, ProviderMonth, Ratio, SharedFact, SubmitOnce};
use onus_domain::{
    CollectionId, Error, OdsCode, Result,
    display::{self, count, hours, index},
};
use rayon::prelude::*;
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

/// Questions asked twice that are named.
const NAMED: usize = 25;

#[derive(Template)]
#[template(path = "provider.html")]
struct Page {
    frame: Frame,
    headline: Vec<Figure>,
    why_changed: Table,
    bodies: Table,
    collections: Table,
    twice: Option<Table>,
}

/// Reports that are made at once, on all cores.
const AT_ONCE: usize = 128;

/// The reports of all providers that were asked anything in the twelve months or a year before, by code: names and pages, made as they are
/// taken.
pub fn reports(publication: &Publication<'_>) -> impl Iterator<Item = Result<(String, String)>> {
    let (burden, month) = (publication.burden, publication.month);
    let mut changes: BTreeMap<OdsCode, Decomposition> =
        burden.decompositions(month.plus(-12), month).into_iter().collect();
    let asked: Vec<(ProviderMonth, Option<Decomposition>)> = burden
        .provider_months(month)
        .into_iter()
        .map(|row| {
            let change = changes.remove(&row.provider);
            (row, change)
        })
        .filter(|(row, change)| {
            row.obligations_12m > 0 || change.as_ref().is_some_and(|change| !change.effects.is_empty())
        })
        .collect();
    let report = |(row, change): &(ProviderMonth, Option<Decomposition>)| {
        Ok((format!("{}.html", row.provider), render(publication, row, change.as_ref())?))
    };
    let mut rest = asked.into_iter();
    let some = move || {
        let some: Vec<_> = rest.by_ref().take(AT_ONCE).collect();
        (!some.is_empty()).then(|| some.par_iter().map(report).collect::<Vec<_>>())
    };
    std::iter::from_fn(some).flatten()
}

fn render(
    publication: &Publication<'_>,
    row: &ProviderMonth,
    change: Option<&Decomposition>,
) -> Result<String> {
    let month = publication.month;
    let found = publication.burden.submit_once(&row.provider, month);
    let found = found.ok_or_else(|| Error::internal(format!("no provider {}", row.provider)))?;
    let none = Decomposition { from: month.plus(-12), to: month, effects: vec![] };
    let name = organisation(publication.snapshot, &row.provider);
    let page = Page {
        frame: Frame::new(
            publication,
            format!("What {name} is asked, {}", month.in_words()),
            Some("../index.html"),
        ),
        headline: headline(publication, row),
        why_changed: why_changed(change.unwrap_or(&none)),
        bodies: bodies(publication, &found.by_owner),
        collections: collections(publication, &row.provider),
        twice: twice(publication, &found),
    };
    page.render().map_err(Error::internal)
}

fn headline(publication: &Publication<'_>, row: &ProviderMonth) -> Vec<Figure> {
    let base = publication.burden.settings().base_month.in_words();
    let size = row.size.map_or_else(
        || "its size is unknown".to_owned(),
        |size| {
            let measure = display::words(row.size_measure.as_str()).to_lowercase();
            format!("its {measure} is {}", display::number(Ratio::from_decimal(size).to_f64(), 0))
        },
    );
    let content = row.content();
    vec![
        Figure {
            name: "Hours in 12 months",
            value: hours(row.hours_12m.to_f64()),
            note: share(row.hours_12m_assumed_share.as_ref()),
        },
        Figure {
            name: "Burden index",
            value: shown_index(row.index.as_ref()),
            note: format!("{base} = 100; {size}"),
        },
        Figure {
            name: "Among providers like it",
            value: row.peer_percentile.as_ref().map_or("–".into(), |at| format!("{}%", index(at.to_f64()))),
            note: format!(
                "of providers of its type ({}) have no more hours for their size",
                row.provider_type.in_words().to_lowercase()
            ),
        },
        Figure {
            name: "Submit-once rate",
            value: shown_rate(content.rate_strict()),
            note: format!(
                "{} asks for {} facts; 1 means nothing is asked twice",
                count(content.asks),
                count(content.facts_strict)
            ),
        },
        Figure {
            name: "Avoidable hours",
            value: hours(row.avoidable_hours.to_f64()),
            note: "in 12 months, if nothing were asked twice".into(),
        },
        Figure {
            name: "Submissions in 12 months",
            value: count(row.obligations_12m),
            note: format!("{} due in the month", count(row.obligations)),
        },
    ]
}

fn bodies(publication: &Publication<'_>, owners: &[OwnerAsks]) -> Table {
    let mut owners: Vec<_> = owners.iter().collect();
    owners.sort_by_key(|one| (Reverse(&one.hours_12m), &one.owner));
    let rows = owners.into_iter().map(|one| {
        vec![
            organisation(publication.snapshot, &one.owner),
            count(one.collections),
            count(one.asks),
            count(one.facts_shared),
            hours(one.hours_12m.to_f64()),
            hours(one.avoidable_hours.to_f64()),
        ]
    });
    Table {
        caption: "Who asks it, in 12 months".into(),
        words: 1,
        head: vec!["Body", "Collections", "Asks", "Facts others ask too", "Hours", "Avoidable hours"],
        rows: rows.collect(),
    }
}

fn collections(publication: &Publication<'_>, provider: &OdsCode) -> Table {
    let (month, mut owed) = (publication.month, BTreeMap::<CollectionId, u64>::new());
    let (from, to) = (month.plus(-11).first_day(), month.last_day());
    for obligation in publication.burden.obligations(provider, from, to) {
        *owed.entry(obligation.collection).or_default() += 1;
    }
    let mut owed: Vec<_> = owed.into_iter().collect();
    owed.sort_by_key(|(id, times)| (Reverse(*times), id.clone()));
    let rows = owed.into_iter().map(|(id, times)| vec![title(publication.snapshot, &id), count(times)]);
    Table {
        caption: "What it owes, in 12 months".into(),
        words: 1,
        head: vec!["Collection", "Submissions"],
        rows: rows.collect(),
    }
}

fn twice(publication: &Publication<'_>, found: &SubmitOnce) -> Option<Table> {
    let mut shared: Vec<&SharedFact> = found.shared.iter().collect();
    shared.sort_by_key(|fact| Reverse(fact.periods));
    let rows = shared.iter().take(NAMED).map(|fact| {
        let definition =
            fact.items.first().and_then(|item| publication.snapshot.definition(&item.definition));
        let collections: BTreeSet<_> = fact
            .items
            .iter()
            .chain(fact.answered_by.iter().flat_map(|answer| &answer.items))
            .map(|item| title(publication.snapshot, &item.collection))
            .collect();
        vec![
            definition.map(|one| display::name(&one.name)).unwrap_or_default(),
            collections.into_iter().collect::<Vec<_>>().join("; "),
            count(fact.periods),
        ]
    });
    let rows: Vec<_> = rows.collect();
    let caption = if shared.len() > NAMED {
        format!("Asked twice in 12 months: {} of {} questions", NAMED, count(shared.len()))
    } else {
        "Asked twice in 12 months".into()
    };
    (!rows.is_empty()).then(|| Table {
        caption,
        words: 2,
        head: vec!["Question", "Collections that ask it, or what answers it", "Periods"],
        rows,
    })
}
