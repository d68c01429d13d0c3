//! `index.html`: the month's report for people, in one file that loads nothing.

mod months;
mod tables;
mod twice;

use crate::Publication;
use askama::Template;
use months::Drawn;
use onus_burden::{NationalMonth, Ratio};
use onus_domain::{
    CollectionId, Error, Month, Result,
    display::{count, hours, index, percent, rate},
    snapshot::Snapshot,
};

/// Rows of a table that ranks.
const TOP: usize = 12;

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
    drawn: Vec<Drawn>,
    by_month: Table,
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
    let months = months::months(publication);
    let base_month = burden.settings().base_month.in_words();
    let twice = twice::twice(publication);
    let page = Page {
        style: include_str!("../templates/report.css"),
        title: format!("The burden of information requests, {}", month.in_words()),
        month,
        revision: publication.revision,
        closing_date: publication.closing_date.format("%-d %B %Y").to_string(),
        notice: publication.notice.clone(),
        headline: headline(&national, &base_month),
        changed: changed(publication, &national, &before),
        drawn: vec![months::index(&months, &base_month), months::worked(&months)],
        by_month: months::table(&months, &base_month),
        asked_twice: twice::twice_table(publication, &twice),
        twice_stories: twice.iter().map(|facts| twice::story(publication, facts)).collect(),
        shared_definitions: tables::shared_table(publication),
        shared_stories: tables::reused(publication),
        next: twice::next(publication, &twice),
        by_role: tables::by_role(&national),
        by_type: tables::by_type(publication),
        by_body: tables::by_body(publication),
        assumptions_intro: tables::assumptions_intro(&national),
        assumptions: tables::assumptions(publication),
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

fn title(snapshot: &Snapshot, id: &CollectionId) -> String {
    snapshot.current_version(id).map_or_else(|| id.to_string(), |version| version.content.title.clone())
}
