use super::{HOSTILE, Sample, critical_care, sample, shell};
use onus_domain::Violation;
use onus_web::{
    pages::{
        collection::CostLine,
        editions::{Edition, EditionLine, Editions, FileLine},
        errors::Problem,
        fields::{DayField, Field},
        look_up::{Answer, Holder, LookUp},
        reuse::{Agreement, OwnReuse, Reuse, ReuseBody, ReuseLine, ReuseNeed, ReuseStep},
        subscriptions::{Step, Subscription},
        texts::{About, Accessibility, Defaults},
    },
    parts::{Figure, Link, Problem as Wrong, Tag},
    shell::Area,
};

pub fn all() -> Result<Vec<Sample>, askama::Error> {
    Ok(vec![
        sample("editions", &editions(vec![edition_line("October 2026"), edition_line("September 2026")]))?,
        sample("editions-none", &editions(vec![]))?,
        sample("edition", &edition())?,
        sample(
            "edition-empty",
            &Edition {
                figures: vec![],
                report: None,
                printed: None,
                finder: None,
                files: vec![],
                reason: HOSTILE.into(),
                ..edition()
            },
        )?,
        sample("edition-no-report", &Edition { not_found: Some(HOSTILE.into()), ..edition() })?,
        sample("reuse", &reuse(vec![reuse_line(), reuse_line()]))?,
        sample("reuse-none", &Reuse { bodies: vec![], own: None, ..reuse(vec![]) })?,
        sample("reuse-agreement", &agreement("What is counted, by unit and day"))?,
        sample("reuse-agreement-extreme", &agreement(HOSTILE))?,
        sample("reuse-extreme", &reuse(vec![extreme_reuse(); 60]))?,
        sample("look-up", &look_up("", Answer::Nothing))?,
        sample("look-up-valid", &look_up("DR-123456X", Answer::Valid(holder())))?,
        sample("look-up-expired", &look_up("DR-123456X", Answer::Expired(holder())))?,
        sample("look-up-suspended", &look_up("DR-123456X", Answer::Suspended(holder())))?,
        sample("look-up-unknown", &look_up("DR-000002Y", Answer::Unknown("DR-000002Y".into())))?,
        sample(
            "look-up-mistyped",
            &look_up(
                HOSTILE,
                Answer::Mistyped("DR-, six digits and a check character, such as DR-000002Y".into()),
            ),
        )?,
        sample(
            "about",
            &About {
                shell: shell("How the figures are made", Area::Other),
                base_month: "October 2025".into(),
            },
        )?,
        sample(
            "defaults",
            &Defaults {
                shell: shell("What stands in for a statement", Area::Other).under("/about", "How it is made"),
                rows: vec![("Monthly".into(), cost_line()), (HOSTILE.into(), cost_line())],
            },
        )?,
        sample("accessibility", &Accessibility { shell: shell("Accessibility statement", Area::Other) })?,
        sample("subscription-confirm", &subscription("May Onus write to you?", Step::Confirm))?,
        sample("subscription-confirmed", &subscription("Your e-mail address is confirmed", Step::Confirmed))?,
        sample("subscription-end", &subscription("Stop these messages?", Step::End))?,
        sample("subscription-ended", &subscription("You will get no more of these messages", Step::Ended))?,
        sample("not-found", &problem("Page not found", vec![]))?,
        sample(
            "bad-request",
            &problem("That cannot be shown", vec![violation("page_token"), violation("frequency")]),
        )?,
        sample("fault", &problem("Sorry, there is a problem", vec![]))?,
    ])
}

fn reuse(rows: Vec<ReuseLine>) -> Reuse {
    let body =
        ReuseBody { body: "Care Quality Commission".into(), facts: "1,204".into(), asks: "88,312".into() };
    Reuse {
        shell: shell("Reuse instead of asking", Area::Other),
        month: "October 2026".into(),
        bodies: vec![body],
        own: Some(vec![own_reuse(); 3]),
        rows,
    }
}

fn own_reuse() -> OwnReuse {
    OwnReuse {
        link: Link::new("/reuse/1", "Critical care capacity"),
        recipient: "Care Quality Commission".into(),
        holder: "NHS England".into(),
        items: "12".into(),
        state: Tag::new("Asked for", "blue"),
        waits_for: "NHS England to answer by 28 October 2026".into(),
    }
}

fn agreement(said: &str) -> Agreement {
    let step = |key: &str, label: &str, warns| ReuseStep {
        key: key.into(),
        label: label.into(),
        day: Some(DayField {
            id: format!("{key}-day"),
            legend: "From which day on does no more come?".into(),
            hint: "Leave it empty for today".into(),
            ..DayField::default()
        }),
        reason: Field {
            id: format!("{key}-reason"),
            label: "In words".into(),
            hint: "Why".into(),
            rows: 3,
            ..Field::default()
        },
        warns,
    };
    let need = ReuseNeed {
        position: "4".into(),
        definition: Link::definition(&"unit-function", said),
        held_in: vec![critical_care(); 2],
    };
    Agreement {
        shell: shell("Reuse for Critical care capacity", Area::Other),
        state: Tag::new("Answer overdue", "red"),
        waits_for: "NHS England to answer by 28 October 2026".into(),
        needed_for: said.into(),
        collection: Some("/collections/x".into()),
        recipient: said.into(),
        holder: "NHS England".into(),
        needs: vec![need; 3],
        months: "April 2026 and later".into(),
        grain: said.into(),
        legal_basis: said.into(),
        purpose: said.into(),
        course: vec![("Asked for".into(), "1 October 2026".into())],
        reason: vec![said.into()],
        steps: vec![step("agree", "Agree to give it", false), step("end", "End it", true)],
        revision: 3,
        request_id: "request".into(),
        action: "/reuse/1".into(),
        problems: vec![Wrong { field: "end-day".into(), text: format!("From when: {said}") }],
    }
}

pub fn reuse_line() -> ReuseLine {
    ReuseLine {
        collection: critical_care(),
        recipient: "Care Quality Commission".into(),
        holder: "NHS England".into(),
        items: vec![Link::definition(&"unit-function", "CRITICAL CARE UNIT FUNCTION")],
        since: "2 March 2026".into(),
        until: "No end set".into(),
        state: Tag::new("Active", "green"),
        href: "/reuse/1".into(),
        legal_basis: "Health and Social Care Act 2012, section 274".into(),
    }
}

pub fn extreme_reuse() -> ReuseLine {
    ReuseLine {
        recipient: HOSTILE.into(),
        items: vec![Link::definition(&"unit-function", HOSTILE); 40],
        legal_basis: HOSTILE.into(),
        state: Tag::new("Ended", "grey"),
        ..reuse_line()
    }
}

fn edition_line(month: &str) -> EditionLine {
    EditionLine {
        link: Link::new("/editions/2026-10", month),
        revision: "1".into(),
        closing_date: "31 October 2026".into(),
        made_at: "2 November 2026".into(),
        files: "9".into(),
    }
}

fn cost_line() -> CostLine {
    CostLine {
        activity: "Gathering".into(),
        staff_role: "Information analyst".into(),
        minutes: "45".into(),
        basis: "each submission".into(),
    }
}

fn editions(rows: Vec<EditionLine>) -> Editions {
    Editions { shell: shell("Monthly reports and open data", Area::Editions), rows, to_publish: None }
}

fn edition() -> Edition {
    let file = |path: &str, about: &'static str, kind: &str| FileLine {
        link: Link::new(format!("/editions/2026-10/{path}"), path),
        about,
        kind: kind.into(),
        size: "1.2 MB".into(),
        sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
    };
    Edition {
        shell: shell("October 2026", Area::Editions).under("/editions", "Monthly reports"),
        revision: "1".into(),
        closing_date: "31 October 2026".into(),
        made_at: "2 November 2026".into(),
        known_at: "2 November 2026".into(),
        others: vec![Link::new("/editions/2026-10/revisions/2", "Revision 2")],
        problems: vec![],
        correction: None,
        reason: String::new(),
        figures: vec![
            Figure::new("Collections", "58"),
            Figure::new("Burden", "2,841,377").unit("hours").assumed(1.0),
        ],
        report: Some(Link::new("/editions/2026-10/index.html", "Read the report")),
        printed: Some(Link::new("/editions/2026-10/index.pdf", "The report as PDF")),
        finder: Some("/editions/2026-10/reports".into()),
        not_found: None,
        files: vec![
            file("index.html", "The report to read", "HTML"),
            file("provider_month.csv", "Figures of each provider", "CSV"),
            file("datapackage.json", "What each file and column means", "JSON"),
        ],
    }
}

fn look_up(given: &str, answer: Answer) -> LookUp {
    let near = match answer {
        Answer::Mistyped(_) => vec![Link::new("/look-up?reference=DR-123456X", "DR-123456X")],
        _ => vec![],
    };
    LookUp { shell: shell("Look up a reference", Area::LookUp), given: given.into(), answer, near }
}

fn subscription(title: &str, step: Step) -> Subscription {
    Subscription { shell: shell(title, Area::Other), step, token: HOSTILE.into() }
}

fn holder() -> Holder {
    Holder {
        reference: "DR-123456X".into(),
        collection: critical_care(),
        owner: "NHS England".into(),
        admission: "Adopted, not approved".into(),
        until: "30 October 2027".into(),
    }
}

fn violation(field: &str) -> Violation {
    Violation::new(
        field,
        "KNOWN_CODE",
        HOSTILE,
        "one of DAILY, WEEKLY, FORTNIGHTLY, MONTHLY, QUARTERLY, HALF_YEARLY, ANNUAL, ONE_OFF",
    )
}

fn problem(title: &str, violations: Vec<Violation>) -> Problem {
    Problem {
        shell: shell(title, Area::Other),
        text: vec!["If you typed the address, check that it is right.".into()],
        violations,
    }
}
