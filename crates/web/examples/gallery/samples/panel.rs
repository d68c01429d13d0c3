use super::{HOSTILE, Sample, account::signed_in, critical_care, pager, requests, sample};
use onus_web::{
    fields::TypedDay,
    pages::{
        collection::{Asks, Items},
        panel::{
            ChangedItem, Changes, CommentForm, Consultation, DecisionForm, DuplicateLine, Forms, HeldLine,
            Outcome, OutcomeLine, PauseForm, ProviderSaid, Queue, QueueLine, Renewal, RenewalRow, Review,
            Ruling, Said,
        },
    },
    parts::{Choice, Figure, Link, Problem, Tag},
};

pub fn all() -> Result<Vec<Sample>, askama::Error> {
    let decided = Review { done: "Approved. Its owner can put it in force".into(), ..review(pausing()) };
    let decided = Review { rulings: vec![ruling("Fine."), ruling(HOSTILE)], ..decided };
    Ok(vec![
        sample("panel-queue", &queue(vec![line("Falls with harm"), line("Falls without harm")]))?,
        sample("panel-queue-none", &Queue { filtered: false, outcome: None, ..queue(vec![]) })?,
        sample("panel-queue-extreme", &queue(vec![line(HOSTILE); 50]))?,
        sample("panel-queue-outcome", &Queue { outcome: Some(outcome()), ..queue(vec![line("Falls")]) })?,
        sample("panel-version", &review(deciding(false)))?,
        sample("panel-version-refused", &refused())?,
        sample("panel-version-decided", &decided)?,
        sample("panel-version-bare", &bare())?,
    ])
}

fn choices(all: &[(&str, &str)]) -> Vec<Choice> {
    let one =
        |(value, text): &(&str, &str)| Choice { value: (*value).into(), text: (*text).into(), chosen: false };
    all.iter().map(one).collect()
}

fn queue(rows: Vec<QueueLine>) -> Queue {
    Queue {
        shell: signed_in("The panel’s queue", "Mona Member"),
        outcome: None,
        query: HOSTILE.into(),
        states: choices(&[("", "Any"), ("SUBMITTED", "Submitted")]),
        owners: choices(&[("", "Any body"), ("X24", "NHS England")]),
        sector_paths: choices(&[("", "Any"), ("LOCAL", "Local")]),
        kinds: choices(&[("", "Everything"), ("renewal", "Renewals")]),
        orders: choices(&[("age", "Days waiting, longest first")]),
        filtered: true,
        action: "/panel?page_token=".into(),
        pager: pager("2 requests wait", true, true),
        rows,
    }
}

fn line(title: &str) -> QueueLine {
    QueueLine {
        link: Link::new("/panel/falls/2", title),
        owner: "NHS England".into(),
        tags: vec![
            Tag::new("Submitted", "blue"),
            Tag::new("Renewal", "purple"),
            Tag::new("Cost assumed", "yellow"),
        ],
        days: "12".into(),
        asked_already: "3 of 40".into(),
        hours: "12,345".into(),
        pounds: "£1,234,567".into(),
        ticked: "falls~2~2026-11-03T09:00:00.000001Z".into(),
    }
}

fn outcome() -> Outcome {
    let line = |result, why: &str| OutcomeLine {
        link: Link::new("/panel/falls/2", "Falls"),
        result,
        why: why.into(),
    };
    Outcome {
        in_short: "1 of 2 approved".into(),
        lines: vec![line(Tag::new("Approved", "green"), "–"), line(Tag::new("Not done", "red"), HOSTILE)],
    }
}

fn deciding(refused: bool) -> Forms {
    let problem = |text: &str| refused.then(|| text.to_owned());
    Forms {
        action: "/panel/falls/2".into(),
        etag: "\"7\"".into(),
        take_up: !refused,
        not_you: if refused {
            "You submitted this version, so somebody else must approve it.".into()
        } else {
            String::new()
        },
        decision: Some(DecisionForm {
            steps: choices(&[("APPROVE", "Approve it"), ("RETURN", "Return it to its owner, to be changed")]),
            step_problem: problem("Say what you decide"),
            reason: HOSTILE.into(),
            reason_problem: problem("Say why"),
            conditions: "One\nTwo".into(),
            conditions_problem: problem("Give at most 50 conditions"),
            expires_on: TypedDay { day: "31".into(), month: "2".into(), year: HOSTILE.into() },
            expires_on_problem: problem("The approval must end on a real date, such as 27 3 2028"),
        }),
        pause: None,
        comment: Some(CommentForm {
            text: HOSTILE.into(),
            text_problem: problem("Write what you want to say"),
            position: "x".into(),
            position_problem: problem("Give the number of an item of this request, or leave it empty"),
            audiences: choices(&[
                ("OWNER_AND_PANEL", "Its owner and the panel"),
                ("PANEL", "The panel alone"),
            ]),
            audience_problem: None,
        }),
    }
}

fn pausing() -> Forms {
    Forms {
        decision: None,
        take_up: false,
        pause: Some(PauseForm {
            step: "SUSPEND".into(),
            heading: "Suspend it".into(),
            button: "Suspend it: it need not be answered".into(),
            reason: String::new(),
            reason_problem: Some("Say why".into()),
        }),
        ..deciding(false)
    }
}

fn refused() -> Review {
    let problem = |field: &str| Problem { field: field.into(), text: format!("Wrong: {HOSTILE}") };
    Review {
        problems: ["", "step", "reason", "expires_on", "text", "position"].map(problem).into(),
        ..review(deciding(true))
    }
}

/// Of a version of which nothing is known but itself.
fn bare() -> Review {
    let full = review(Forms::default());
    Review {
        asks: Asks { title: HOSTILE.into(), ..full.asks },
        standing: vec![],
        figures: vec![],
        changes: None,
        duplicates: vec![],
        held: vec![],
        renewal: None,
        items: Items { total: "No items".into(), contents: vec![], sections: vec![] },
        consultations: vec![],
        comments: vec![],
        rulings: vec![],
        ..full
    }
}

fn definition(name: &str) -> Link {
    Link::definition(&"unit-function", name)
}

fn ruling(reason: &str) -> Ruling {
    Ruling {
        verdict: "Approved".into(),
        by: "p-3f9ab2c41d07e586 on 3 November 2026".into(),
        reason: reason.into(),
        conditions: vec!["It ends with the pilot.".into(), HOSTILE.into()],
        until: "Approved until 2 November 2029".into(),
    }
}

fn review(forms: Forms) -> Review {
    Review {
        shell: signed_in("Falls with harm", "Mona Member"),
        problems: vec![],
        done: String::new(),
        place: "Version 2 of 2".into(),
        asks: requests::asks(),
        standing: vec![
            "Submitted on 3 November 2026 (12 days ago) by p-3f9ab2c41d07e586, for the 2nd time.".into(),
        ],
        figures: vec![
            Figure::new("Cost", "£1,234,567").unit("in its first year").assumed(1.0),
            Figure::new("Asked already", "3").unit("of 40 content items"),
        ],
        forms,
        changes: Some(changes()),
        duplicates: vec![duplicate("Unit", Some("/matches/a/b".into())), duplicate(HOSTILE, None)],
        held: vec![HeldLine {
            position: "4".into(),
            definition: definition("Ward"),
            standing: "Same, 97% likely".into(),
            held: definition(HOSTILE),
        }],
        held_more: "1,100 more are not shown here.".into(),
        renewal: Some(renewal()),
        items: Items {
            total: "4 items".into(),
            contents: vec![],
            sections: vec![requests::section("Unit", 4)],
        },
        consultations: vec![consultation()],
        comments: vec![said("Why weekly?"), said(HOSTILE)],
        rulings: vec![],
    }
}

fn changes() -> Changes {
    let item = |how: Tag, what: &str| ChangedItem {
        position: "3".into(),
        definition: definition("Unit"),
        how,
        what: what.into(),
    };
    Changes {
        base: Link::new("/panel/falls/1", "version 1 (live)"),
        in_short: "1 part says something else and 2 items changed.".into(),
        fields: vec![["Purpose".into(), "–".into(), HOSTILE.into()]],
        items: vec![item(Tag::new("New", "green"), "–"), item(Tag::new("Changed", "orange"), HOSTILE)],
        more: "9 more are not shown here.".into(),
    }
}

fn duplicate(name: &str, side_by_side: Option<String>) -> DuplicateLine {
    DuplicateLine {
        position: "1".into(),
        definition: definition(name),
        held: definition("Critical care unit function"),
        standing: "Same, 97% likely".into(),
        side_by_side,
        asker: critical_care(),
        asked_of: "NHS England, of 124 respondents, every month; and 1 other collection".into(),
        explanation: if name == HOSTILE { HOSTILE.into() } else { String::new() },
    }
}

fn renewal() -> Renewal {
    let row = |fate: Tag, reason: &str| RenewalRow {
        position: "1".into(),
        definition: definition("Unit"),
        fate,
        uses: "None recorded".into(),
        reason: reason.into(),
    };
    Renewal {
        in_short:
            "Of 2 items of version 1: 1 used and staying and 1 kept for a reason without a recorded use."
                .into(),
        lines: vec![row(Tag::new("Kept", "yellow"), HOSTILE), row(Tag::new("Stays", "green"), "–")],
        more: String::new(),
    }
}

fn consultation() -> Consultation {
    let comment = |text: &str, answer: Vec<String>| ProviderSaid {
        provider: Link::provider(&"R0A", "Manchester University NHS Foundation Trust"),
        about: "item 1 (Unit)".into(),
        text: vec![text.into()],
        answer,
    };
    Consultation {
        question: "Can you give this weekly?".into(),
        when: "3 providers asked, from 1 October 2026 to 30 October 2026; 2 comments".into(),
        comments: vec![comment("Yes.", vec!["Thank you.".into()]), comment(HOSTILE, vec![])],
    }
}

fn said(text: &str) -> Said {
    Said {
        by: "p-3f9ab2c41d07e586 on 4 November 2026".into(),
        about: "item 1 (Unit)".into(),
        audience: Tag::new("Panel alone", "purple"),
        text: vec![text.into()],
    }
}
