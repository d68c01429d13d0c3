//! `index.html`: the month's report for people, in one file that loads nothing.

mod months;
mod tables;
mod twice;

use crate::{
    AuditHead, Publication, body,
    parts::{Figure, Frame, Table, organisation, share, shown_index, shown_rate, why_changed},
    targets,
};
use askama::Template;
use chrono::NaiveDate;
use months::Drawn;
use onus_burden::{BodyMonth, NationalMonth};
use onus_domain::{
    Error, Result,
    display::{self, count, hours, index},
};

/// Rows of a table that ranks.
const TOP: usize = 12;

#[derive(Template)]
#[template(path = "index.html")]
struct Page {
    frame: Frame,
    base_month: String,
    headline: Vec<Figure>,
    changed: Vec<String>,
    why_changed: Table,
    targets: Option<Table>,
    body_targets: Option<Table>,
    regrowth: Vec<String>,
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
    audit_head: Option<AuditHead>,
    bodies: Vec<(String, String)>,
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
        frame: Frame::new(publication, publication.title(), None),
        headline: headline(&national, &base_month),
        changed: changed(publication, &national, &before),
        why_changed: why_changed(&burden.national_decomposition(month.plus(-12), month)),
        targets: targets::together(publication),
        body_targets: targets::by_body(publication),
        regrowth: targets::regrowth(publication),
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
        audit_head: publication.audit_head.clone(),
        bodies: bodies(publication),
        base_month,
    };
    page.render().map_err(Error::internal)
}

/// The bodies that ask, with their reports.
fn bodies(publication: &Publication<'_>) -> Vec<(String, String)> {
    let bodies = publication.burden.body_months(publication.month);
    let one = |row: &BodyMonth| (body::path(&row.body), organisation(publication.snapshot, &row.body));
    bodies.iter().map(one).collect()
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
                "for {} facts, {} after folding; {}",
                count(content.facts_plain),
                count(content.facts_strict),
                share(national.asks_assumed_share.as_ref())
            ),
        ),
        figure(
            "Hours in 12 months",
            hours(national.hours_12m.to_f64()),
            share(national.hours_12m_assumed_share.as_ref()),
        ),
        figure(
            "Burden index",
            shown_index(national.index.as_ref()),
            format!(
                "{base_month} = 100; of the hours it is made of, {}",
                share(national.hours_12m_assumed_share.as_ref())
            ),
        ),
        figure(
            "Avoidable hours",
            hours(national.avoidable_hours.to_f64()),
            format!(
                "in 12 months, if nothing were asked twice; of all hours, {}",
                share(national.hours_12m_assumed_share.as_ref())
            ),
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

/// Versions that came into force or went out of it within the twelve months.
fn began_and_ended(publication: &Publication<'_>) -> Vec<String> {
    let first = publication.month.plus(-11).first_day();
    let within = |day: &NaiveDate| (first..=publication.closing_date).contains(day);
    let mut lines = vec![];
    for version in &publication.snapshot.versions {
        let named = format!("{}, version {}", version.content.title, version.number);
        if let Some(day) = version.live_from.filter(within) {
            let items = count(version.content.items.len());
            lines.push((
                day,
                format!("{named}, came into force on {} with {items} items.", display::day(day)),
            ));
        }
        // The first day no longer in force, whichever way it ended.
        let ended = [version.live_to, version.expires_on].into_iter().flatten().min();
        if let Some(day) = ended.filter(within) {
            lines.push((day, format!("{named}, was no longer in force from {}.", display::day(day))));
        }
    }
    lines.sort();
    if lines.is_empty() {
        return vec!["No collection began or ended in the 12 months.".into()];
    }
    lines.into_iter().map(|(_, line)| line).collect()
}
