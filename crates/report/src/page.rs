//! `index.html`: the month's report for people, in one file that loads nothing.

use crate::{Overlap, Publication};
use askama::Template;
use onus_burden::{AskCounts, FoldRule, NationalMonth, Ratio, SharedFacts};
use onus_domain::{
    Basis, CollectionId, Error, Month, Result,
    display::{count, hours, index, name, percent, rate},
    snapshot::Snapshot,
    version::Version,
};
use std::cmp::Reverse;

/// Rows of a table that ranks.
const TOP: usize = 12;
/// Months of the index shown.
const MONTHS: i32 = 13;

#[derive(Template)]
#[template(path = "index.html")]
struct Page {
    style: &'static str,
    title: String,
    month: Month,
    revision: u32,
    closing_date: String,
    base_month: String,
    notice: Option<String>,
    headline: Vec<Figure>,
    changed: Vec<String>,
    index: Table,
    asked_twice: Table,
    twice_stories: Vec<String>,
    shared_definitions: Table,
    shared_stories: Vec<String>,
    next: Vec<String>,
    by_role: Table,
    by_type: Table,
    by_body: Table,
    assumptions_intro: String,
    assumptions: Table,
}

struct Figure {
    name: &'static str,
    value: String,
    note: String,
}

/// A table whose first `words` columns are words and whose others are numbers.
struct Table {
    caption: String,
    words: usize,
    head: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

/// The page's bytes.
pub fn render(publication: &Publication<'_>) -> Result<String> {
    let (burden, month) = (publication.burden, publication.month);
    let national = burden.national_month(month);
    let before = burden.national_month(month.plus(-1));
    let base_month = burden.settings().base_month.in_words();
    let twice = twice(publication);
    let page = Page {
        style: include_str!("../templates/report.css"),
        title: format!("The burden of information requests, {}", month.in_words()),
        month,
        revision: publication.revision,
        closing_date: publication.closing_date.format("%-d %B %Y").to_string(),
        notice: publication.notice.clone(),
        headline: headline(&national, &base_month),
        changed: changed(publication, &national, &before),
        index: index_table(publication, &base_month),
        asked_twice: twice_table(publication, &twice),
        twice_stories: twice.iter().map(|facts| story(publication, facts)).collect(),
        shared_definitions: shared_table(publication),
        shared_stories: reused(publication),
        next: next(publication, &twice),
        by_role: by_role(&national),
        by_type: by_type(publication),
        by_body: by_body(publication),
        assumptions_intro: assumptions_intro(&national),
        assumptions: assumptions(publication),
        base_month,
    };
    page.render().map_err(Error::internal)
}

fn share(of: Option<&Ratio>) -> String {
    of.map_or("nothing to assume".into(), |share| format!("{} assumed", percent(share.to_f64())))
}

fn shown_rate(of: Option<Ratio>) -> String {
    of.map_or("–".into(), |of| rate(of.to_f64()))
}

fn shown_index(of: Option<&Ratio>) -> String {
    of.map_or("–".into(), |of| index(of.to_f64()))
}

fn headline(national: &NationalMonth, base_month: &str) -> Vec<Figure> {
    let content = national.content();
    let figure = |name, value, note| Figure { name, value, note };
    vec![
        figure(
            "Submit-once rate",
            shown_rate(content.rate_strict()),
            format!(
                "strict; {} plain; 1 means nothing is asked twice; {}",
                shown_rate(content.rate_plain()),
                share(national.asks_assumed_share.as_ref())
            ),
        ),
        figure(
            "Asks in 12 months",
            count(content.asks),
            format!(
                "for {} facts, {} after folding",
                count(content.facts_plain),
                count(content.facts_strict)
            ),
        ),
        figure(
            "Hours in 12 months",
            hours(national.hours_12m.to_f64()),
            share(national.hours_12m_assumed_share.as_ref()),
        ),
        figure("Burden index", shown_index(national.index.as_ref()), format!("{base_month} = 100")),
        figure(
            "Avoidable hours",
            hours(national.avoidable_hours.to_f64()),
            "in 12 months, if nothing were asked twice".into(),
        ),
        figure(
            "Providers",
            count(national.providers),
            format!("owing {} submissions in 12 months", count(national.obligations_12m)),
        ),
    ]
}

fn changed(publication: &Publication<'_>, now: &NationalMonth, before: &NationalMonth) -> Vec<String> {
    let mut lines = vec![];
    if let (Some(now_index), Some(then)) = (&now.index, &before.index) {
        let same = if now_index == then { "unchanged since" } else { "compared with" };
        lines.push(format!(
            "The national burden index is {}, {same} {} ({}).",
            index(now_index.to_f64()),
            before.month.in_words(),
            index(then.to_f64())
        ));
    }
    let (asks, then) = (now.content().asks, before.content().asks);
    lines.push(match asks.cmp(&then) {
        std::cmp::Ordering::Equal => {
            format!("Providers were asked as much as in the 12 months before: {} asks.", count(asks))
        }
        std::cmp::Ordering::Greater => {
            format!("Providers were asked {} more in 12 months than a month earlier.", count(asks - then))
        }
        std::cmp::Ordering::Less => {
            format!("Providers were asked {} less in 12 months than a month earlier.", count(then - asks))
        }
    });
    lines.extend(began_and_ended(publication));
    lines
}

/// Versions that came into force or ended within the twelve months.
fn began_and_ended(publication: &Publication<'_>) -> Vec<String> {
    let first = publication.month.plus(-11).first_day();
    let within = |day: &chrono::NaiveDate| (first..=publication.closing_date).contains(day);
    let versions = publication.snapshot.versions.iter();
    let began = versions.filter(|version| version.live_from.as_ref().is_some_and(within)).map(|version| {
        let day = version.live_from.map(|day| day.format("%-d %B %Y").to_string()).unwrap_or_default();
        format!(
            "{}, version {}, came into force on {day} with {} items.",
            version.content.title,
            version.number,
            count(version.content.items.len())
        )
    });
    let lines: Vec<_> = began.collect();
    if lines.is_empty() {
        return vec!["No collection began in the 12 months.".into()];
    }
    lines
}

fn index_table(publication: &Publication<'_>, base_month: &str) -> Table {
    let rows = (1 - MONTHS..=0).map(|step| {
        let national = publication.burden.national_month(publication.month.plus(step));
        vec![
            national.month.in_words(),
            hours(national.hours_12m.to_f64()),
            shown_index(national.index.as_ref()),
            shown_rate(national.content().rate_strict()),
        ]
    });
    Table {
        caption: format!("Burden index, {base_month} = 100, and submit-once rate, month by month"),
        words: 1,
        head: vec!["Month", "Hours in 12 months", "Index", "Submit-once rate, strict"],
        rows: rows.collect(),
    }
}

/// What each pair of collections that ask the same facts shares, most asks at stake first.
fn twice(publication: &Publication<'_>) -> Vec<SharedFacts> {
    let mut pairs: Vec<&Overlap> = publication.overlaps.iter().filter(|pair| pair.shared_facts > 0).collect();
    pairs.sort_by_key(|pair| {
        (Reverse(pair.shared_facts as u64 * pair.shared_respondents), pair.left.clone(), pair.right.clone())
    });
    let facts = pairs
        .into_iter()
        .map(|pair| publication.burden.shared_facts(&pair.left, &pair.right, publication.month));
    facts.collect()
}

fn title(snapshot: &Snapshot, id: &CollectionId) -> String {
    snapshot.current_version(id).map_or_else(|| id.to_string(), |version| version.content.title.clone())
}

fn pair_of<'p>(publication: &'p Publication<'_>, facts: &SharedFacts) -> Option<&'p Overlap> {
    publication.overlaps.iter().find(|pair| pair.left == facts.left && pair.right == facts.right)
}

fn shared_facts(publication: &Publication<'_>, facts: &SharedFacts) -> usize {
    pair_of(publication, facts).map_or(0, |pair| pair.shared_facts)
}

fn twice_table(publication: &Publication<'_>, twice: &[SharedFacts]) -> Table {
    let rows = twice.iter().map(|facts| {
        vec![
            title(publication.snapshot, &facts.left),
            title(publication.snapshot, &facts.right),
            count(shared_facts(publication, facts)),
            pair_of(publication, facts).map(|pair| count(pair.shared_concepts)).unwrap_or_default(),
            count(facts.shared_respondents),
        ]
    });
    Table {
        caption: "Collections that ask the same facts".into(),
        words: 2,
        head: vec![
            "Collection",
            "Also asked by",
            "Asked twice (content)",
            "Questions in common, any role",
            "Providers asked by both",
        ],
        rows: rows.collect(),
    }
}

/// One pair in two sentences: how much of the smaller is in the other, and what of it is asked twice, and why that counts.
fn story(publication: &Publication<'_>, facts: &SharedFacts) -> String {
    let Some(pair) = pair_of(publication, facts) else { return String::new() };
    let left_first = pair.left_concepts <= pair.right_concepts;
    let (inner, outer, all) = if left_first {
        (&facts.left, &facts.right, pair.left_concepts)
    } else {
        (&facts.right, &facts.left, pair.right_concepts)
    };
    let (inner, outer) = (title(publication.snapshot, inner), title(publication.snapshot, outer));
    let part = match (pair.shared_concepts, all) {
        (1, 1) => "The only question".to_owned(),
        (shared, all) if shared == all => format!("All {} questions", count(all)),
        (shared, all) => format!("{} of {} questions", count(shared), count(all)),
    };
    let folded = facts.facts.iter().find_map(|fact| fact.answered_by.as_ref());
    let why = match folded.map(|answer| (answer.rule, answer.over_shorter_periods)) {
        None => "about the same records and periods",
        Some((FoldRule::ContainingSubject, false)) => "about the same records, or records within them",
        Some((_, true) | (FoldRule::ShorterPeriods, _)) => "for periods that add up to the same",
        Some((FoldRule::Derivable, false)) => "or what they can be computed from",
    };
    let questions =
        if pair.shared_facts == 1 { "content question of them is" } else { "content questions of them are" };
    format!(
        "{part} of {inner} are also in {outer}. {} {questions} asked twice of {} providers, {why}; the others are optional on one side, join or describe records.",
        count(pair.shared_facts),
        count(facts.shared_respondents)
    )
}

fn shared_table(publication: &Publication<'_>) -> Table {
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
fn reused(publication: &Publication<'_>) -> Vec<String> {
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

fn next(publication: &Publication<'_>, twice: &[SharedFacts]) -> Vec<String> {
    let snapshot = publication.snapshot;
    let mut lines: Vec<_> = twice
        .iter()
        .take(3)
        .map(|facts| {
            format!(
                "Ask the holder instead of {} providers: {} and {} share {} questions.",
                count(facts.shared_respondents),
                title(snapshot, &facts.left),
                title(snapshot, &facts.right),
                count(shared_facts(publication, facts))
            )
        })
        .collect();
    let adopted: Vec<&Version> = snapshot
        .versions
        .iter()
        .filter(|version| version.expires_on.is_some() && version.live_to.is_none())
        .collect();
    if let Some(first) = adopted.iter().filter_map(|version| version.expires_on).min() {
        lines.push(format!(
            "Bring {} collections through the panel: the first adoption or approval ends on {}.",
            count(adopted.len()),
            first.format("%-d %B %Y")
        ));
    }
    lines.push("Replace default minutes by burden statements and time returns, beginning with the collections that take most hours.".into());
    lines
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

fn by_role(national: &NationalMonth) -> Table {
    let rows = national.counts.iter().map(|(role, counts)| {
        let label = onus_domain::display::words(role.as_str());
        std::iter::once(label).chain(count_cells(counts)).collect()
    });
    Table {
        caption: "Asks and facts in 12 months, by role of the items; the headline is content".into(),
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

fn by_type(publication: &Publication<'_>) -> Table {
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
        ],
        rows: rows.collect(),
    }
}

fn by_body(publication: &Publication<'_>) -> Table {
    let months = publication.burden.body_months(publication.month);
    let rows = months.iter().map(|row| {
        let body = publication
            .snapshot
            .organisation(&row.body)
            .map_or_else(|| row.body.to_string(), |body| name(&body.name));
        vec![
            body,
            count(row.collections),
            count(row.items),
            count(row.asks),
            count(row.facts_shared),
            hours(row.hours_12m.to_f64()),
            hours(row.avoidable_hours.to_f64()),
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
            "Hours in 12 months",
            "Avoidable hours",
        ],
        rows: rows.collect(),
    }
}

fn assumptions_intro(national: &NationalMonth) -> String {
    format!(
        "Hours: {}. Asks: {}. No source states minutes, so every burden statement here is Onus' default table. Where a source does not say who must answer or how often, Onus assumes it and gives its reason on the collection's page.",
        share(national.hours_12m_assumed_share.as_ref()),
        share(national.asks_assumed_share.as_ref()),
    )
}

fn assumptions(publication: &Publication<'_>) -> Table {
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
