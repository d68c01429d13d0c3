//! The tables of the report.

use super::TOP;
use crate::{
    Overlap, Publication,
    parts::{Table, organisation, share, shown_index, shown_rate, shown_share, title},
};
use onus_burden::{AskCounts, NationalMonth};
use onus_domain::{
    Basis,
    display::{count, hours, name, percent},
};
use std::cmp::Reverse;

pub(super) fn shared_table(publication: &Publication<'_>) -> Table {
    let mut pairs: Vec<_> = publication.overlaps.iter().filter(|pair| pair.shared_facts == 0).collect();
    pairs.sort_by_key(|pair| (Reverse(pair.shared_concepts), pair.left.clone(), pair.right.clone()));
    let small = |pair: &&Overlap| pair.shared_concepts == pair.left_concepts.min(pair.right_concepts);
    let (top, rest) = pairs.split_at(pairs.len().min(TOP));
    let rows = top.iter().copied().chain(rest.iter().copied().filter(small)).map(|pair| {
        vec![
            title(publication.snapshot, &pair.left),
            title(publication.snapshot, &pair.right),
            count(pair.shared_concepts),
            count(pair.left_concepts),
            count(pair.right_concepts),
        ]
    });
    Table {
        caption: "Collections that share most definitions, and those whose every definition another uses"
            .into(),
        words: 2,
        head: vec![
            "Collection",
            "And",
            "Shared definitions",
            "Definitions of the first",
            "Definitions of the second",
        ],
        rows: rows.collect(),
    }
}

/// The definitions that most collections use.
pub(super) fn reused(publication: &Publication<'_>) -> Vec<String> {
    let snapshot = publication.snapshot;
    let current =
        snapshot.collections.iter().filter_map(|collection| snapshot.current_version(&collection.id));
    let mut uses = std::collections::BTreeMap::<_, std::collections::BTreeSet<_>>::new();
    for version in current {
        for item in &version.content.items {
            uses.entry(&item.definition).or_default().insert(&version.collection);
        }
    }
    let mut uses: Vec<_> = uses.into_iter().collect();
    uses.sort_by_key(|(id, collections)| (Reverse(collections.len()), *id));
    let line = |(id, collections): &(&onus_domain::DefinitionId, std::collections::BTreeSet<_>)| {
        let definition = snapshot.definition(id)?;
        Some(format!(
            "{} stands in {} of {} collections. Source: {}.",
            name(&definition.name),
            collections.len(),
            snapshot.collections.len(),
            definition.source
        ))
    };
    uses.iter().take(3).filter_map(line).collect()
}

fn count_cells(counts: &AskCounts) -> [String; 6] {
    [
        count(counts.asks),
        count(counts.facts_plain),
        count(counts.facts_strict),
        shown_rate(counts.rate_plain()),
        shown_rate(counts.rate_strict()),
        count(counts.shared_definition_asks),
    ]
}

pub(super) fn by_role(national: &NationalMonth) -> Table {
    let rows = national.counts.iter().map(|(role, counts)| {
        let label = onus_domain::display::words(role.as_str());
        std::iter::once(label).chain(count_cells(counts)).collect()
    });
    Table {
        caption: format!(
            "Asks and facts in 12 months, by role of the items; the headline is content. Of its asks, {}.",
            share(national.asks_assumed_share.as_ref())
        ),
        words: 1,
        head: vec![
            "Role",
            "Asks",
            "Facts, plain",
            "Facts, strict",
            "Rate, plain",
            "Rate, strict",
            "Asks whose definition is also asked of other records",
        ],
        rows: rows.collect(),
    }
}

pub(super) fn by_type(publication: &Publication<'_>) -> Table {
    let months = publication.burden.type_months(publication.month);
    let rows = months.iter().map(|row| {
        let content = row.counts.content();
        vec![
            row.provider_type.in_words().to_owned(),
            count(row.providers),
            count(content.asks),
            shown_rate(content.rate_strict()),
            hours(row.hours_12m.to_f64()),
            percent(row.weight.to_f64()),
            shown_index(row.index.as_ref()),
            shown_share(row.hours_12m_assumed_share.as_ref()),
        ]
    });
    Table {
        caption: "Types of provider".into(),
        words: 1,
        head: vec![
            "Type",
            "Providers",
            "Asks in 12 months",
            "Submit-once rate, strict",
            "Hours in 12 months",
            "Weight in the index",
            "Index",
            "Hours assumed",
        ],
        rows: rows.collect(),
    }
}

pub(super) fn by_body(publication: &Publication<'_>) -> Table {
    let months = publication.burden.body_months(publication.month);
    let rows = months.iter().map(|row| {
        vec![
            organisation(publication.snapshot, &row.body),
            count(row.collections),
            count(row.items),
            count(row.asks),
            count(row.facts_shared),
            count(row.reuse_facts),
            hours(row.hours_12m.to_f64()),
            hours(row.avoidable_hours.to_f64()),
            shown_share(row.hours_12m_assumed_share.as_ref()),
        ]
    });
    Table {
        caption: "Asking bodies".into(),
        words: 1,
        head: vec![
            "Body",
            "Collections",
            "Items",
            "Asks in 12 months",
            "Shared facts",
            "Facts met by reuse",
            "Hours in 12 months",
            "Avoidable hours",
            "Hours assumed",
        ],
        rows: rows.collect(),
    }
}

pub(super) fn assumptions_intro(national: &NationalMonth) -> String {
    format!(
        "Hours: {}. Asks: {}. No source states minutes, so every burden statement here is Onus' default table. Where a source does not say who must answer or how often, Onus assumes it and gives its reason on the collection's page.",
        share(national.hours_12m_assumed_share.as_ref()),
        share(national.asks_assumed_share.as_ref()),
    )
}

pub(super) fn assumptions(publication: &Publication<'_>) -> Table {
    let snapshot = publication.snapshot;
    let current =
        snapshot.collections.iter().filter_map(|collection| snapshot.current_version(&collection.id));
    let said = |basis: Option<Basis>| match basis {
        Some(Basis::Stated) => "Stated",
        Some(Basis::Assumed) => "Assumed",
        None => "Not given",
    };
    let rows = current.map(|version| {
        let months =
            publication.burden.statement_for(&version.collection, version.number, publication.closing_date);
        vec![
            version.content.title.clone(),
            said(version.content.respondents.as_ref().map(|rule| rule.basis)).to_owned(),
            said(version.content.schedule.as_ref().map(|schedule| schedule.basis)).to_owned(),
            months
                .map_or("Not given", |statement| {
                    if statement.is_default { "Assumed (default table)" } else { "Declared" }
                })
                .to_owned(),
        ]
    });
    Table {
        caption: "What is stated and what is assumed, by collection".into(),
        words: 4,
        head: vec!["Collection", "Who must answer", "How often", "Minutes"],
        rows: rows.collect(),
    }
}
