//! A provider: what it is asked, what answering takes, what it is asked twice, what is due.

use super::{
    Scene, claims,
    overlaps::how,
    query::{ListQuery, pager},
    successions::successions,
};
use crate::{
    pages::provider::{BodyLine, CalendarMonth, Due, IndexLine, PeerLine, Provider, RoleLine, TwiceLine},
    parts::{Figure, Link, Tag},
    shell::Area,
    visit::Visit,
};
use chrono::NaiveDate;
use onus_app::paging::{ListRequest, page};
use onus_burden::{IndexPoint, OwnerAsks, ProviderMonth, Ratio, RoleCounts, SharedFact};
use onus_chart::{Caption, Chart, Series, course};
use onus_domain::{
    Basis, Month, OdsCode, Result, display,
    organisation::{Organisation, ProviderType},
    role::Role,
    submission::Obligation,
};
use std::collections::BTreeSet;

/// Peers shown on either side of the provider.
const PEERS_AROUND: usize = 3;
/// Facts asked twice that a page shows: who asks, and what is due, stand below them.
const TWICE: i32 = 15;
/// Months of the calendar.
const CALENDAR_MONTHS: i32 = 3;

pub(crate) fn provider(
    scene: &Scene,
    code: &OdsCode,
    query: &ListQuery,
    published: Option<&Published>,
) -> Result<Provider> {
    let organisation = scene.view.provider(code)?;
    let month = scene.view.provider_month(code, scene.month)?;
    let once = scene.view.burden.submit_once(code, scene.month);
    let shared = once.as_ref().map(|once| once.shared.iter().collect::<Vec<_>>()).unwrap_or_default();
    let request =
        ListRequest { page_size: TWICE, page_token: query.page_token.clone(), ..ListRequest::default() };
    let shared = page(shared, &request, |fact| (question(scene, fact).text.to_lowercase(), fact.key()))?;
    let path = format!("/providers/{code}");
    let mut shared_pager =
        pager(&shared, &path, "", &query.page_token, ("fact asked twice", "facts asked twice"));
    for href in [&mut shared_pager.first, &mut shared_pager.next].into_iter().flatten() {
        href.push_str("#asked-twice");
    }
    let series = Index::of(scene, organisation, &month);
    let peers = Peers::of(scene, code, &month);
    Ok(Provider {
        shell: scene
            .shell(display::name(&organisation.name), Area::Providers)
            .under("/providers", "Providers"),
        code: code.to_string(),
        reports: published
            .filter(|_| month.obligations_12m > 0)
            .map(|latest| latest.reports("providers", code))
            .unwrap_or_default(),
        provider_type: claims::provider_type(organisation),
        region: organisation.region.as_deref().map_or_else(|| "Not known".into(), claims::region),
        parent: parent(scene, organisation),
        open: open(organisation),
        size: size(scene, organisation),
        successions: successions(scene, code),
        month: scene.month.in_words(),
        figures: figures(scene, &month),
        chart: series.chart(),
        index_note: Index::note(scene, &month),
        index: series.lines(),
        submit_once: roles(&month.counts),
        asked_twice: shared.rows.into_iter().map(|fact| twice(scene, fact)).collect(),
        asked_twice_pager: shared_pager,
        by_body: once.iter().flat_map(|once| &once.by_owner).map(|row| body(scene, row)).collect(),
        calendar: calendar(scene, code)?,
        records: Visit::current().actor().has_for(Role::ProviderUser, code),
        peer_unit: format!("1,000 {}", month.size_measure.unit()),
        peer_note: peers.note,
        peers: peers.lines,
    })
}

/// The month that was published last.
pub(crate) struct Published {
    /// It.
    pub month: Month,
    /// Whether reports can be had as PDF.
    pub prints: bool,
}

impl Published {
    /// To the report of an organisation, in the folder of its kind.
    pub fn reports(&self, folder: &str, code: &OdsCode) -> Vec<Link> {
        let (path, of) = (format!("/editions/{}/{folder}/{code}", self.month), self.month.in_words());
        let mut reports = vec![Link::new(format!("{path}.html"), format!("Its published report for {of}"))];
        if self.prints {
            reports.push(Link::new(format!("{path}.pdf"), format!("Its published report for {of} as PDF")));
        }
        reports
    }
}

fn parent(scene: &Scene, organisation: &Organisation) -> String {
    let Some(parent) = &organisation.parent else { return "Not known".into() };
    let known = OdsCode::new(parent).ok().and_then(|code| scene.view.snapshot.organisation(&code));
    known.map_or_else(|| parent.clone(), |known| format!("{} ({parent})", display::name(&known.name)))
}

pub(crate) fn open(organisation: &Organisation) -> String {
    match (organisation.open_date, organisation.close_date) {
        (None, None) => "Open; since when is not known".into(),
        (Some(open), None) => format!("Since {}", display::day(open)),
        (None, Some(close)) => format!("Until {}", display::day(close)),
        (Some(open), Some(close)) => format!("From {} to {}", display::day(open), display::day(close)),
    }
}

fn size(scene: &Scene, organisation: &Organisation) -> String {
    let measure = organisation.provider_type.unwrap_or(ProviderType::Other).size_measure();
    let known = scene.view.snapshot.size(&organisation.code, measure, scene.month.last_day());
    match known {
        None => format!("Not known in {}: 1 is taken for it", measure.unit()),
        Some(size) => {
            format!(
                "{} {}, known from {}",
                display::number(size.value.to_f64(), 0),
                measure.unit(),
                display::day(size.from_date)
            )
        }
    }
}

fn share(share: Option<&Ratio>) -> f64 {
    share.map_or(0.0, Ratio::to_f64)
}

fn figures(scene: &Scene, month: &ProviderMonth) -> Vec<Figure> {
    let rate = |rate: Option<Ratio>| rate.map_or_else(|| "–".into(), |rate| display::rate(rate.to_f64()));
    let content = month.content();
    let (asks, year) =
        (share(month.asks_assumed_share.as_ref()), share(month.hours_12m_assumed_share.as_ref()));
    vec![
        Figure::new(scene.month.in_words(), display::hours(month.hours.to_f64()))
            .unit("hours")
            .note(format!(
                "{} due",
                display::things(to_usize(month.obligations), "submission", "submissions")
            ))
            .assumed(share(month.hours_assumed_share.as_ref())),
        Figure::new("A year", display::hours(month.hours_12m.to_f64()))
            .unit("hours")
            .note(format!(
                "{} due",
                display::things(to_usize(month.obligations_12m), "submission", "submissions")
            ))
            .assumed(year),
        Figure::new(
            "Burden index",
            month.index.as_ref().map_or_else(|| "–".into(), |index| display::index(index.to_f64())),
        )
        .note(format!("{} is 100", scene.base_month.in_words()))
        .assumed(if month.index.is_some() { year } else { 0.0 }),
        Figure::new("Submit-once rate", rate(content.rate_strict()))
            .note(format!("strict; {} plain; content items", rate(content.rate_plain())))
            .assumed(asks),
        Figure::new("Avoidable", display::hours(month.avoidable_hours.to_f64()))
            .unit("hours a year")
            .note("if nothing were asked twice")
            .assumed(if month.avoidable_hours.is_zero() { 0.0 } else { year }),
        Figure::new("Cost a year", format!("£{}", display::number(month.cost_12m.in_pounds().to_f64(), 0)))
            .note("with overheads")
            .assumed(year),
    ]
}

fn to_usize(value: u64) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

fn roles(counts: &RoleCounts) -> Vec<RoleLine> {
    let rate = |rate: Option<Ratio>| rate.map_or_else(|| "–".into(), |rate| display::rate(rate.to_f64()));
    let asked = counts.iter().filter(|(_, counts)| counts.asks > 0);
    let lines = asked.map(|(role, counts)| RoleLine {
        role: display::words(role.as_str()),
        asks: display::count(counts.asks),
        facts_plain: display::count(counts.facts_plain),
        facts_strict: display::count(counts.facts_strict),
        rate_plain: rate(counts.rate_plain()),
        rate_strict: rate(counts.rate_strict()),
        shared_definitions: display::count(counts.shared_definition_asks),
    });
    lines.collect()
}

/// What a fact is called: by the first of the items that ask it.
fn question(scene: &Scene, fact: &SharedFact) -> Link {
    let asked = fact.items.first().map(|item| scene.definition(&item.definition));
    asked.unwrap_or_else(|| Link::definition(&fact.fact.concept, fact.fact.concept.as_str()))
}

fn twice(scene: &Scene, fact: &SharedFact) -> TwiceLine {
    let askers: BTreeSet<_> = fact.involved().map(|item| &item.collection).collect();
    let (how, reason) = how(scene, fact);
    TwiceLine {
        question: question(scene, fact),
        subject: scene.subject(&fact.fact.subject),
        askers: askers.into_iter().map(|id| scene.collection(id)).collect(),
        periods: display::count(fact.periods),
        how,
        reason,
    }
}

fn body(scene: &Scene, row: &OwnerAsks) -> BodyLine {
    BodyLine {
        body: scene.organisation(&row.owner),
        collections: display::count(row.collections),
        asks: display::count(row.asks),
        facts_shared: display::count(row.facts_shared),
        hours: display::hours(row.hours_12m.to_f64()),
        avoidable: display::hours(row.avoidable_hours.to_f64()),
    }
}

fn calendar(scene: &Scene, code: &OdsCode) -> Result<Vec<CalendarMonth>> {
    let first = Month::of(scene.today);
    let to = first.plus(CALENDAR_MONTHS - 1).last_day();
    let owed = scene.view.obligations(code, scene.today, to)?;
    let months = (0..CALENDAR_MONTHS).map(|step| {
        let month = first.plus(step);
        let due = owed.iter().map(|owed| &owed.obligation).filter(|owed| Month::of(owed.due_date) == month);
        let rows: Vec<_> = due.map(|owed| due_line(scene, owed)).collect();
        CalendarMonth {
            month: month.in_words(),
            total: super::query::total(rows.len(), "submission", "submissions"),
            rows,
        }
    });
    Ok(months.collect())
}

fn due_line(scene: &Scene, owed: &Obligation) -> Due {
    let versions = scene.view.snapshot.versions_of(&owed.collection);
    let version = versions.iter().find(|version| version.number == owed.version);
    let schedule = version.and_then(|version| version.content.schedule.as_ref());
    Due {
        due: display::day(owed.due_date),
        collection: scene.collection(&owed.collection),
        period: period(owed.period_start, owed.period_end),
        basis: Tag::basis(schedule.map_or(Basis::Assumed, |schedule| schedule.basis)),
    }
}

pub(crate) fn period(start: NaiveDate, end: NaiveDate) -> String {
    let month = Month::of(start);
    if (start, end) == (month.first_day(), month.last_day()) {
        month.in_words()
    } else if start == end {
        display::day(start)
    } else {
        format!("{} to {}", display::day(start), display::day(end))
    }
}

/// The index of a provider and of its type, month by month.
struct Index {
    name: String,
    kind: ProviderType,
    points: Vec<IndexPoint>,
    of_type: Vec<Option<f64>>,
}

impl Index {
    fn of(scene: &Scene, organisation: &Organisation, month: &ProviderMonth) -> Self {
        let from = scene.month.plus(-12).max(scene.base_month.min(scene.month));
        let points = scene.view.burden.index_series(&organisation.code, from, scene.month);
        let of_type = points.iter().map(|point| {
            let index = scene.view.burden.type_index(month.provider_type, point.month)?;
            Some(index.to_f64())
        });
        Self {
            name: display::name(&organisation.name),
            kind: month.provider_type,
            of_type: of_type.collect(),
            points,
        }
    }

    fn values(&self) -> Vec<Option<f64>> {
        self.points.iter().map(|point| Some(point.index.as_ref()?.to_f64())).collect()
    }

    fn chart(&self) -> Option<Chart> {
        let values = self.values();
        let known =
            self.points.iter().zip(&values).filter_map(|(point, value)| Some((point.month, (*value)?)));
        let description = course("the index", known, display::index)?;
        let labels: Vec<_> = self.points.iter().map(|point| point.month.in_short()).collect();
        let series = [
            Series { name: self.name.clone(), values },
            Series {
                name: format!("{} providers together", self.kind.in_words()),
                values: self.of_type.clone(),
            },
        ];
        let caption = Caption { id: "index-chart", title: "Burden index by month".into(), description };
        Chart::lines(caption, &labels, &series, 1.0)
    }

    fn lines(&self) -> Vec<IndexLine> {
        let shown = |index: Option<f64>| index.map_or_else(|| "–".into(), display::index);
        let rows = self.points.iter().zip(self.values()).zip(&self.of_type);
        let lines = rows.map(|((point, index), of_type)| IndexLine {
            month: point.month.in_short(),
            hours: display::hours(point.hours_12m.to_f64()),
            index: shown(index),
            type_index: shown(*of_type),
        });
        lines.collect()
    }

    fn note(scene: &Scene, month: &ProviderMonth) -> String {
        let base = scene.base_month.in_words();
        if month.index.is_none() {
            return format!(
                "There is no index: nothing was asked of this provider in the 12 months to {base}."
            );
        }
        let size = if month.size.is_none() || !month.base_size_known {
            " Its size is not known, so 1 is taken for it."
        } else {
            ""
        };
        let assumed = crate::parts::assumed(share(month.hours_12m_assumed_share.as_ref()));
        let assumed = assumed.map(|share| format!(" The hours are {share}.")).unwrap_or_default();
        format!(
            "100 is its burden for its size in the 12 months to {base}. It moves only when what is asked changes, not when an estimate does.{size}{assumed}"
        )
    }
}

/// Providers of a type by hours for their size, around one of them.
struct Peers {
    note: String,
    lines: Vec<PeerLine>,
}

impl Peers {
    fn of(scene: &Scene, code: &OdsCode, month: &ProviderMonth) -> Self {
        let kind = month.provider_type.in_words();
        let Some(found) = scene.view.burden.peer_place(code, scene.month, PEERS_AROUND) else {
            let note =
                "Its size is not known, or it was not open in the month, so it cannot be compared.".into();
            return Self { note, lines: vec![] };
        };
        let rows = (found.first..).zip(&found.around);
        let lines = rows.map(|(place, peer)| line(scene, place, peer, place == found.place)).collect();
        let assumed = crate::parts::assumed(share(month.hours_12m_assumed_share.as_ref()));
        let note = format!(
            "Place {} of {} among {} providers whose size is known, by hours a year for their size, fewest first{}.",
            display::count(found.place),
            display::count(found.peers),
            kind.to_lowercase().replace("gp ", "GP "),
            assumed.map(|share| format!(" ({share})")).unwrap_or_default()
        );
        Self { note, lines }
    }
}

fn line(scene: &Scene, place: usize, peer: &ProviderMonth, here: bool) -> PeerLine {
    PeerLine {
        place: display::count(place),
        provider: Link::provider(&peer.provider, scene.organisation(&peer.provider)),
        hours_for_size: peer
            .hours_per_thousand
            .as_ref()
            .map_or_else(|| "–".into(), |hours| display::hours(hours.to_f64())),
        hours: display::hours(peer.hours_12m.to_f64()),
        here,
    }
}
