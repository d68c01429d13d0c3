use super::{HOSTILE, Sample, admitted, claim, critical_care, pager, sample, shell, stated};
use onus_web::{
    pages::{
        overlap::{Overlap, SharedLine, Side},
        overlaps::{OverlapLine, Overlaps},
    },
    parts::{Choice, Figure, Link, Tag},
    shell::Area,
};

pub fn all() -> Result<Vec<Sample>, askama::Error> {
    Ok(vec![
        sample("overlaps", &overlaps(3))?,
        sample("overlaps-none", &overlaps(0))?,
        sample("overlap", &overlap())?,
        sample(
            "overlap-empty",
            &Overlap {
                in_short: String::new(),
                facts: vec![],
                optional: vec![],
                definitions: vec![],
                joining: vec![],
                ..overlap()
            },
        )?,
        sample("overlap-extreme", &extreme())?,
    ])
}

fn overlaps(count: usize) -> Overlaps {
    let row = OverlapLine {
        left: critical_care(),
        right: admitted(),
        facts: "34".into(),
        definitions: "34".into(),
        containment: "100%".into(),
        providers: "137".into(),
        compare: "/overlaps/a/b".into(),
    };
    Overlaps {
        shell: shell("Overlaps between collections", Area::Overlaps),
        kinds: Choice::list(
            "All overlaps",
            [
                ("facts".into(), "Facts asked twice".into()),
                ("definitions".into(), "Shared definitions only".into()),
            ],
            "facts",
        ),
        query: HOSTILE.into(),
        filtered: true,
        matrix: None,
        rows: vec![row; count],
        pager: pager("978 pairs of collections", false, count > 0),
    }
}

fn side(link: Link, subjects: &str) -> Side {
    Side {
        link,
        owner: "NHS England".into(),
        subjects: subjects.into(),
        respondents: Some(claim("Acute and Specialist providers", stated(), "")),
        frequency: Some(claim("Every month", Tag::assumed(), "The text does not say how often.")),
        items: "34".into(),
    }
}

fn line(name: &str) -> SharedLine {
    SharedLine {
        left: Link::definition(&"critical-care-start-date", name),
        left_place: "Critical care period, about critical care periods".into(),
        right: Link::definition(&"critical-care-start-date", name),
        right_place: "Critical care period, about admitted patient care episodes".into(),
        how: Tag::new("Within the other", "aqua-green"),
        reason: "Critical care periods lie within admitted patient care episodes (stated)".into(),
    }
}

fn overlap() -> Overlap {
    Overlap {
        shell: shell(
            "Critical Care Minimum Data Set and Commissioning Data Sets: admitted patient care",
            Area::Overlaps,
        )
        .under("/overlaps", "Overlaps"),
        sides: [
            side(critical_care(), "Critical care periods"),
            side(admitted(), "Admitted patient care episodes"),
        ],
        in_short: "All 34 items of Critical Care Minimum Data Set are also in Commissioning Data Sets. 22 of them must be \
                   answered in both; 12 are optional in one or both. 137 providers owe both."
            .into(),
        figures: vec![
            Figure::new("Facts asked twice", "34"),
            Figure::new("Shared definitions, other patients", "2"),
            Figure::new("Providers who owe both", "137"),
            Figure::new("Of the smaller collection", "100%").note("34 of 34 questions are in both"),
        ],
        facts: vec![
            line("CRITICAL CARE START DATE"),
            line("CRITICAL CARE START TIME"),
            line("CRITICAL CARE UNIT FUNCTION"),
        ],
        optional: vec![line("CRITICAL CARE ADMISSION TYPE")],
        definitions: vec![line("GESTATION LENGTH (AT DELIVERY)")],
        joining: vec![line("NHS NUMBER")],
    }
}

fn extreme() -> Overlap {
    let link = Link::collection(&"x", HOSTILE);
    Overlap {
        shell: shell(HOSTILE, Area::Overlaps).under("/overlaps", "Overlaps"),
        sides: [side(link.clone(), HOSTILE), side(link, HOSTILE)],
        in_short: HOSTILE.into(),
        facts: vec![line(HOSTILE); 300],
        ..overlap()
    }
}
