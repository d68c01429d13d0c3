use super::{HOSTILE, Sample, admitted, claim, critical_care, sample, shell, stated};
use onus_domain::definition::DefinitionKind;
use onus_domain::item::ItemRole;
use onus_web::{
    pages::{
        collection::{
            Adopted, Asks, Collection, CostLine, ItemLine, Items, Section, SectionLink, Shared, Version,
            VersionLine,
        },
        definition::{AskedIn, Definition, DerivationLine, EvidenceLine, MatchLine},
    },
    parts::{Figure, Link, Tag},
    shell::Area,
};

pub fn all() -> Result<Vec<Sample>, askama::Error> {
    Ok(vec![
        sample("collection", &collection())?,
        sample("collection-empty", &collection_empty())?,
        sample("collection-extreme", &collection_extreme())?,
        sample("version", &version())?,
        sample("definition", &definition())?,
        sample("definition-empty", &definition_empty())?,
        sample("definition-extreme", &definition_extreme())?,
    ])
}

pub(super) fn asks() -> Asks {
    Asks {
        title: "Critical Care Minimum Data Set".into(),
        reference: "DR-123456X".into(),
        tags: vec![Tag::new("Live", "green"), Tag::adopted()],
        owner: Link::new("/bodies/X26", "NHS England"),
        sector_path: "national".into(),
        purpose: vec!["The Critical Care Minimum Data Set was developed by the Critical Care Information Advisory Group. It records where, why and for how long adults are treated in critical care.".into()],
        legal_basis: vec![],
        uses: vec![],
        feedback: vec![],
        method: vec!["Extract from the patient administration system".into()],
        contact: vec![],
        respondents: Some(claim("Acute and Specialist providers", stated(), "“The data set applies to all NHS and independent providers of critical care.”")),
        respondents_by_type: vec![("Acute".into(), "124 providers today".into()), ("Specialist".into(), "13 providers today".into())],
        frequency: Some(claim("Every month, from 1 April 2023", Tag::assumed(), "The text does not say how often. Commissioning data sets flow monthly.")),
        due: "20 days after a period ends".into(),
        in_force: "From 1 April 2023, without an end; adopted until 31 October 2027".into(),
        admission: "Adopted, not approved: it ran in the world already".into(),
        conditions: vec!["The specification is published before the first period begins.".into()],
        evidence: vec!["NHS Data Model and Dictionary, May 2026".into()],
    }
}

fn item(position: usize) -> ItemLine {
    ItemLine {
        position: position.to_string(),
        definition: Link::definition(&"critical-care-start-date", "CRITICAL CARE START DATE"),
        mandation: "Required".into(),
        role: Tag::role(ItemRole::Content),
        asked_twice_by: if position.is_multiple_of(2) { vec![] } else { vec![admitted()] },
        met_by: if position == 3 {
            "Not asked: NHS England gives it since 2 March 2026".into()
        } else {
            String::new()
        },
    }
}

pub(super) fn section(heading: &str, count: usize) -> Section {
    Section {
        heading: heading.into(),
        count: format!("{count} items"),
        subjects: "Critical care periods".into(),
        rows: (1..=count).map(item).collect(),
    }
}

fn shared(count: &str) -> Shared {
    Shared {
        other: admitted(),
        owner: "NHS England".into(),
        shared: count.into(),
        content: count.into(),
        optional: "3".into(),
        share: format!("{count} of 34"),
        providers: "137".into(),
        compare: Link::overlap(&"a", &"b", "Side by side"),
    }
}

fn history() -> Vec<VersionLine> {
    let line = |number: u32, state: Tag, to: &str| VersionLine {
        link: Link::new(
            format!("/collections/critical-care-minimum-data-set/versions/{number}"),
            format!("Version {number}"),
        ),
        state,
        live_from: "1 April 2023".into(),
        live_to: to.into(),
        items: "34".into(),
    };
    vec![
        line(2, Tag::new("Live", "green"), "No end set"),
        line(1, Tag::new("Superseded", "grey"), "31 March 2023"),
    ]
}

fn collection() -> Collection {
    let line = |activity: &str, minutes: &str, basis: &str| CostLine {
        activity: activity.into(),
        staff_role: "Information analyst".into(),
        minutes: minutes.into(),
        basis: basis.into(),
    };
    Collection {
        shell: shell("Critical Care Minimum Data Set", Area::Collections)
            .under("/collections", "Collections"),
        asks: asks(),
        adopted: Some(Adopted {
            expires_on: "31 October 2027".into(),
            reference: "DR-123456X".into(),
            expired: false,
        }),
        burden: vec![
            Figure::new("Burden", "12,330").unit("hours").assumed(1.0),
            Figure::new("Each submission", "7.5").unit("hours").assumed(1.0),
            Figure::new("Submissions owed", "1,644"),
            Figure::new("Providers", "137"),
            Figure::new("Asks", "55,896"),
        ],
        month: "October 2026".into(),
        cost_lines: vec![
            line("Extraction", "240", "each submission"),
            line("Quality assurance", "6", "each item, each submission"),
        ],
        method: Tag::assumed(),
        asked_twice: vec![shared("34")],
        reuse: vec![super::rest::reuse_line()],
        shared_definitions: vec![shared("12"), shared("2")],
        items: Items {
            total: "34 items: 33 content, 1 linkage".into(),
            contents: vec![],
            sections: vec![section("Person group", 4), section("Critical care period", 30)],
        },
        history: history(),
    }
}

fn collection_empty() -> Collection {
    let empty = Asks {
        reference: String::new(),
        purpose: vec![],
        respondents: None,
        respondents_by_type: vec![],
        frequency: None,
        due: "Not stated in the source".into(),
        evidence: vec![],
        method: vec![],
        tags: vec![Tag::new("Expired", "red")],
        ..asks()
    };
    Collection {
        asks: empty,
        adopted: Some(Adopted {
            expires_on: "31 October 2026".into(),
            reference: "DR-123456X".into(),
            expired: true,
        }),
        burden: vec![Figure::new("Burden", "0").unit("hours")],
        cost_lines: vec![],
        asked_twice: vec![],
        reuse: vec![],
        shared_definitions: vec![],
        items: Items { total: "No items".into(), contents: vec![], sections: vec![] },
        history: vec![],
        ..collection()
    }
}

fn collection_extreme() -> Collection {
    let link = |number: usize| SectionLink {
        link: Link::new(format!("?section={number}#items"), format!("Section {number}: {HOSTILE}")),
        count: "57 items".into(),
        current: number == 3,
    };
    let extreme = Asks {
        title: HOSTILE.into(),
        purpose: vec![HOSTILE.repeat(20); 3],
        uses: vec![HOSTILE.into()],
        respondents: Some(claim(HOSTILE, Tag::assumed(), HOSTILE)),
        ..asks()
    };
    let extreme_shared =
        Shared { other: Link::collection(&"x", HOSTILE), owner: HOSTILE.into(), ..shared("2,300") };
    Collection {
        shell: shell(HOSTILE, Area::Collections).under("/collections", "Collections"),
        asks: extreme,
        adopted: None,
        asked_twice: vec![extreme_shared.clone(); 30],
        reuse: vec![super::rest::extreme_reuse(); 30],
        shared_definitions: vec![extreme_shared; 70],
        items: Items {
            total: "2,300 items: 2,000 content, 300 linkage".into(),
            contents: (1..=40).map(link).collect(),
            sections: vec![section(HOSTILE, 250)],
        },
        history: history().into_iter().cycle().take(40).collect(),
        ..collection()
    }
}

fn version() -> Version {
    Version {
        shell: shell("Critical Care Minimum Data Set, version 1", Area::Collections)
            .under("/collections", "Collections")
            .under("/collections/critical-care-minimum-data-set", "Critical Care Minimum Data Set"),
        asks: Asks { tags: vec![Tag::new("Superseded", "grey")], ..asks() },
        place: "Version 1 of 2".into(),
        current: Some(Link::new("/collections/critical-care-minimum-data-set/versions/2", "version 2")),
        items: collection().items,
    }
}

fn evidence(
    facet: &str,
    finding: &str,
    weight: &str,
    running: &str,
    bar: (&str, &str, bool),
) -> EvidenceLine {
    EvidenceLine {
        facet: facet.into(),
        finding: finding.into(),
        weight: weight.into(),
        running: running.into(),
        bar_from: bar.0.into(),
        bar_length: bar.1.into(),
        speaks_for: bar.2,
    }
}

fn definition() -> Definition {
    let asked = |subject: &str| AskedIn {
        collection: critical_care(),
        owner: "NHS England".into(),
        section: "Critical care period".into(),
        subject: subject.into(),
        role: Tag::role(ItemRole::Content),
    };
    Definition {
        shell: shell("CRITICAL CARE LOCAL IDENTIFIER", Area::Definitions)
            .under("/definitions", "Definitions"),
        tags: vec![Tag::kind(DefinitionKind::Element), Tag::new("Standard", "green")],
        text: vec!["A unique local identifier used to identify a critical care period.".into()],
        facets: vec![
            ("Format".into(), "an8".into()),
            ("NHS Data Dictionary".into(), "critical_care_local_identifier".into()),
            ("Source".into(), "NHS Data Model and Dictionary, May 2026".into()),
        ],
        successor: None,
        values: vec![("1".into(), "Adult".into()), ("2".into(), "Paediatric".into())],
        askers: vec![asked("Critical care periods"), asked("Admitted patient care episodes")],
        concept: "critical-care-local-identifier".into(),
        same: vec![],
        derivations: vec![],
        matches: vec![MatchLine {
            other: Link::definition(
                &"neonatal-critical-care-local-identifier",
                "NEONATAL CRITICAL CARE LOCAL IDENTIFIER",
            ),
            relation: "related".into(),
            strength: Tag::new("Possible", "yellow"),
            score: "62%".into(),
            side_by_side: "/matches/critical-care-local-identifier/neonatal-critical-care-local-identifier"
                .into(),
            model: "fields-1".into(),
            evidence: vec![
                evidence(
                    "prior",
                    "how often two candidates are the same",
                    "−2.20",
                    "−2.20",
                    ("20.0", "30.0", false),
                ),
                evidence(
                    "name",
                    "4 of 5 words in common; only here: neonatal",
                    "+3.10",
                    "+0.90",
                    ("20.0", "45.0", true),
                ),
                evidence("format", "both an8", "−0.41", "+0.49", ("55.0", "8.0", false)),
            ],
            sum: "+0.49".into(),
        }],
    }
}

fn definition_empty() -> Definition {
    Definition {
        tags: vec![Tag::kind(DefinitionKind::Metric)],
        text: vec![],
        facets: vec![],
        values: vec![],
        askers: vec![],
        matches: vec![],
        ..definition()
    }
}

fn definition_extreme() -> Definition {
    let link = Link::definition(&"x", HOSTILE);
    let found = definition().matches.remove(0);
    Definition {
        shell: shell(HOSTILE, Area::Definitions).under("/definitions", "Definitions"),
        text: vec![HOSTILE.repeat(30)],
        facets: vec![("Numerator".into(), HOSTILE.into())],
        successor: Some(link.clone()),
        values: (0..300).map(|at| (format!("{at}"), HOSTILE.to_owned())).collect(),
        same: vec![link.clone(); 20],
        derivations: vec![DerivationLine {
            computed: link.clone(),
            held: link.clone(),
            recipe: HOSTILE.into(),
            strength: Tag::new("Confirmed", "green"),
        }],
        matches: vec![MatchLine { other: link, ..found }; 12],
        ..definition()
    }
}
