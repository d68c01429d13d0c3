//! Bodies that ask.

use super::{HOSTILE, Sample, sample, shell};
use onus_chart::{Caption, Matrix};
use onus_web::{
    pages::bodies::{Bodies, Body, BodyLine, CollectionLine, PairLine},
    parts::{Choice, Figure, Link, Succeeded},
    shell::Area,
};

pub fn all() -> Result<Vec<Sample>, askama::Error> {
    let none =
        Bodies { national: vec![], local: vec![], matrix: None, pairs: vec![], files: vec![], ..bodies(0) };
    let silent = Body { figures: vec![], collections: vec![], pairs: vec![], ..body("NHS Resolution", 0) };
    Ok(vec![
        sample("bodies", &bodies(4))?,
        sample("bodies-none", &none)?,
        sample("bodies-extreme", &bodies(60))?,
        sample("body", &body("NHS England", 3))?,
        sample("body-silent", &silent)?,
        sample("body-extreme", &body(HOSTILE, 400))?,
    ])
}

fn line(at: usize) -> BodyLine {
    let name = if at % 3 == 2 { HOSTILE.to_owned() } else { format!("NHS Body {at}") };
    BodyLine {
        link: Link::new(format!("/bodies/X{at}"), name),
        collections: "12".into(),
        asks: "1,203,442".into(),
        hours: "92,376".into(),
        assumed: "100%".into(),
        rate: "0.965".into(),
        avoidable: "4,977.5".into(),
        reuse: "0".into(),
    }
}

fn pair(at: usize) -> PairLine {
    PairLine {
        one: line(at).link,
        other: line(at + 1).link,
        facts: "31,400".into(),
        avoidable: "210.5".into(),
    }
}

fn bodies(count: usize) -> Bodies {
    let caption = Caption {
        id: "pairs",
        title: "Facts that two bodies ask".into(),
        description: "Most: A and B.".into(),
    };
    let pairs = (0..count).map(|at| (at, at + 1, 60));
    let matrix = Matrix::of(caption, pairs, |at| line(*at).link.text);
    let order = |value: &str, text: &str, chosen| Choice { value: value.into(), text: text.into(), chosen };
    Bodies {
        shell: shell("Who asks", Area::Overlaps),
        month: "October 2026".into(),
        orders: vec![
            order("/bodies", "Most hours first", true),
            order("/bodies?order=rate", "Lowest submit-once rate first", false),
        ],
        national: (0..count).map(line).collect(),
        local: (0..count / 2).map(line).collect(),
        total: BodyLine { link: Link::new("/bodies", "All together"), ..line(0) },
        matrix: matrix.map(|matrix| matrix.to_string()),
        pairs: (0..count).map(pair).collect(),
        files: vec![Link::new("/editions/2026-10/body_month.csv", "Figures of bodies as CSV")],
    }
}

fn body(name: &str, count: usize) -> Body {
    let collection = |at: usize| CollectionLine {
        link: Link::collection(&format!("c{at}"), format!("{name} return {at}")),
        providers: "136".into(),
        submissions: "1,632".into(),
        asks: "244,800".into(),
        hours: "12,240".into(),
        assumed: "100%".into(),
    };
    Body {
        shell: shell(name, Area::Overlaps).under("/bodies", "Who asks"),
        code: "X26".into(),
        kind: "National body",
        successions: vec![Succeeded {
            what: "Took over, on 1 February 2023:".into(),
            with: Link::new("/bodies/X24", "NHS Digital"),
        }],
        month: "October 2026".into(),
        figures: vec![Figure::new("Burden", "92,376").unit("hours").assumed(1.0)],
        collections: (0..count).map(collection).collect(),
        pairs: (0..count).map(pair).collect(),
        more: vec![Link::new("/challenges", "Challenges of requests, and what became of them")],
    }
}
