use super::{HOSTILE, Sample, admitted, claim, critical_care, pager, sample, shell, stated};
use onus_chart::{Caption, Chart, Series};
use onus_web::{
    pages::{
        provider::{BodyLine, CalendarMonth, Due, IndexLine, PeerLine, Provider, RoleLine, TwiceLine},
        providers::{ProviderLine, Providers},
    },
    parts::{Choice, Figure, Link, Succeeded, Tag},
    shell::Area,
};

pub fn all() -> Result<Vec<Sample>, askama::Error> {
    Ok(vec![
        sample(
            "providers",
            &providers(&["Manchester University NHS Foundation Trust", "Barts Health NHS Trust", HOSTILE]),
        )?,
        sample("providers-none", &providers(&[]))?,
        sample("provider", &provider())?,
        sample("provider-empty", &empty())?,
        sample("provider-extreme", &extreme())?,
    ])
}

fn providers(names: &[&str]) -> Providers {
    let row = |name: &&str| ProviderLine {
        link: Link::provider(&"R0A", *name),
        code: "R0A".into(),
        provider_type: "Acute".into(),
        type_basis: Some(Tag::assumed()),
        region: "Y62".into(),
        hours: "4,812".into(),
        assumed: "100%".into(),
        rate: "0.987".into(),
    };
    Providers {
        shell: shell("Providers", Area::Providers),
        query: "manchester".into(),
        provider_types: Choice::list("Any type", [("ACUTE".into(), "Acute".into())], "ACUTE"),
        regions: Choice::list("Any region", [("Y62".into(), "Y62".into())], ""),
        filtered: true,
        month: "October 2026".into(),
        rows: names.iter().map(row).collect(),
        pager: pager("6,718 providers", false, true),
    }
}

fn months() -> Vec<String> {
    let year = [
        "Nov 25", "Dec 25", "Jan 26", "Feb 26", "Mar 26", "Apr 26", "May 26", "Jun 26", "Jul 26", "Aug 26",
        "Sep 26", "Oct 26",
    ];
    std::iter::once("Oct 25").chain(year).map(str::to_owned).collect()
}

fn provider() -> Provider {
    let index = [100.0, 100.2, 100.9, 101.4, 101.1, 100.6, 99.8, 99.1, 98.7, 98.9, 98.2, 97.6, 97.1];
    let series = [
        Series {
            name: "Manchester University NHS Foundation Trust".into(),
            values: index.map(Some).to_vec(),
        },
        Series {
            name: "Acute providers together".into(),
            values: index.map(|v| Some(100.0 + (v - 100.0) / 3.0)).to_vec(),
        },
    ];
    let caption = Caption {
        id: "index-chart",
        title: "Burden index by month".into(),
        description: "The index falls from 100.0 in October 2025 to 97.1 in October 2026.".into(),
    };
    let chart = Chart::lines(caption, &months(), &series, 1.0);
    let role = |role: &str, rates: (&str, &str)| RoleLine {
        role: role.into(),
        asks: "18,204".into(),
        facts_plain: "18,070".into(),
        facts_strict: "17,968".into(),
        rate_plain: rates.0.into(),
        rate_strict: rates.1.into(),
        shared_definitions: "2,310".into(),
    };
    let twice = |name: &str| TwiceLine {
        question: Link::definition(&"critical-care-start-date", name),
        subject: "Critical care periods".into(),
        askers: vec![critical_care(), admitted()],
        periods: "12".into(),
        how: Tag::new("Within the other", "orange"),
        reason: "Critical care periods lie within admitted patient care episodes (stated).".into(),
    };
    let line = |body: &str, hours: &str| BodyLine {
        body: body.into(),
        collections: "12".into(),
        asks: "18,204".into(),
        facts_shared: "34".into(),
        hours: hours.into(),
        avoidable: "12.5".into(),
    };
    Provider {
        shell: shell("Manchester University NHS Foundation Trust", Area::Providers).under("/providers", "Providers"),
        code: "R0A".into(),
        reports: vec![
            Link::new("/editions/2026-10/providers/R0A.html", "Its published report for October 2026"),
            Link::new("/editions/2026-10/providers/R0A.pdf", "Its published report for October 2026 as PDF"),
        ],
        provider_type: claim("Acute", Tag::assumed(), "No source gives the type of this trust."),
        region: "Y62".into(),
        parent: "QOP".into(),
        open: "Since 1 October 2017".into(),
        size: "410,220 square metres of floor, known from 1 April 2017".into(),
        successions: vec![Succeeded {
            what: "Took over 40%, on 1 April 2024, of:".into(),
            with: Link::provider(&"R0B", "A trust that was"),
        }],
        month: "October 2026".into(),
        figures: vec![
            Figure::new("October 2026", "402").unit("hours").assumed(1.0),
            Figure::new("12 months", "4,812").unit("hours").assumed(1.0),
            Figure::new("Burden index", "97.1").note("October 2025 is 100").assumed(1.0),
            Figure::new("Submit-once rate", "0.993").note("0.987 strict; content items"),
            Figure::new("Submissions owed", "318").note("in the 12 months"),
        ],
        chart,
        index_note: "100 is the provider's burden for its size in October 2025. Hours alone do not move it when they are only re-estimated.".into(),
        index: months().into_iter().zip(index).map(|(month, value)| IndexLine { month, hours: "4,812".into(), index: format!("{value:.1}"), type_index: "100.0".into() }).collect(),
        submit_once: vec![role("Content", ("0.993", "0.987")), role("Linkage", ("0.412", "0.402")), role("Demographic", ("0.500", "0.500")), role("Administrative", ("1.000", "1.000"))],
        asked_twice: ["CRITICAL CARE START DATE", "CRITICAL CARE START TIME", "ADVANCED CARDIOVASCULAR SUPPORT DAYS"].map(twice).to_vec(),
        asked_twice_pager: pager("34 facts asked twice", false, true),
        by_body: vec![line("NHS England", "920"), line("Department of Health and Social Care", "90")],
        calendar: calendar(4),
        records: true,
        peers: peers(),
        peer_note: "62nd of 124 acute providers whose size is known, by hours a year for their size: half ask less of their staff.".into(),
        peer_unit: "1,000 square metres of floor".into(),
    }
}

fn calendar(count: usize) -> Vec<CalendarMonth> {
    let due = Due {
        due: "20 November 2026".into(),
        collection: critical_care(),
        period: "1 October to 31 October 2026".into(),
        basis: Tag::assumed(),
    };
    let month = |month: &str, count: usize| CalendarMonth {
        month: month.into(),
        total: format!("{count} submissions"),
        rows: vec![due.clone(); count],
    };
    vec![month("November 2026", count), month("December 2026", count / 2), month("January 2027", 0)]
}

fn peers() -> Vec<PeerLine> {
    let names = [
        "Barts Health NHS Trust",
        "Manchester University NHS Foundation Trust",
        "Leeds Teaching Hospitals NHS Trust",
    ];
    let peer = |(at, name): (usize, &str)| PeerLine {
        place: (61 + at).to_string(),
        provider: Link::provider(&"R0A", name),
        hours_for_size: format!("11.{at}"),
        hours: "4,812".into(),
        here: at == 1,
    };
    names.into_iter().enumerate().map(peer).collect()
}

fn empty() -> Provider {
    Provider {
        reports: vec![],
        provider_type: claim("GP practice", stated(), ""),
        size: "Not known: 1 is taken for it".into(),
        figures: vec![Figure::new("12 months", "0").unit("hours")],
        chart: None,
        index_note: "There is no index: nothing was asked of this provider in the base month.".into(),
        index: vec![],
        submit_once: vec![],
        asked_twice: vec![],
        asked_twice_pager: pager("Nothing", false, false),
        by_body: vec![],
        calendar: calendar(0),
        records: false,
        peers: vec![],
        peer_note: "Its size is not known, so it cannot be compared.".into(),
        ..provider()
    }
}

fn extreme() -> Provider {
    let mut page = provider();
    page.shell = shell(HOSTILE, Area::Providers).under("/providers", "Providers");
    page.asked_twice = page.asked_twice.into_iter().cycle().take(100).collect();
    page.asked_twice.iter_mut().for_each(|line| line.askers = vec![Link::collection(&"x", HOSTILE); 6]);
    page.by_body = page.by_body.into_iter().cycle().take(58).collect();
    page.calendar = calendar(200);
    page
}
