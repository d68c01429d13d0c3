//! Drafts shown to providers.

use super::{HOSTILE, Sample, sample, shell};
use onus_web::{
    pages::{
        consultations::{
            AnswerForm, CommentForm, ConsultationComment, ConsultationLine, Consultations, ConsultedItem,
            OneConsultation, OpenConsultation,
        },
        fields::{Choices, DayField, Field},
    },
    parts::{Choice, Link, Problem, Tag},
    shell::Area,
};

pub fn all() -> Result<Vec<Sample>, askama::Error> {
    let none = OneConsultation {
        items: vec![],
        comments: vec![],
        comment: None,
        can_close: false,
        problems: vec![],
        ..one("Which days suit you?")
    };
    Ok(vec![
        sample("consultations", &list(vec![line("Bed watch"); 3], false))?,
        sample("consultations-none", &list(vec![], true))?,
        sample("consultations-extreme", &list(vec![line(HOSTILE); 60], true))?,
        sample("consultation", &one("Which days suit you?"))?,
        sample("consultation-none", &none)?,
        sample("consultation-extreme", &one(HOSTILE))?,
        sample("consultation-new", &open(vec![line("Bed watch")]))?,
        sample("consultation-new-extreme", &open(vec![line(HOSTILE); 9]))?,
    ])
}

fn line(title: &str) -> ConsultationLine {
    ConsultationLine {
        link: Link::new("/consultations/1", title),
        owner: "NHS England".into(),
        closes: "28 February 2027".into(),
        state: Tag::new("Open for comments", "green"),
    }
}

fn list(rows: Vec<ConsultationLine>, asked: bool) -> Consultations {
    Consultations { shell: shell("Drafts shown to providers", Area::Work), rows, asked }
}

fn field(id: &str, value: &str, problem: Option<&str>) -> Field {
    Field {
        id: id.into(),
        label: "What you say".into(),
        hint: "Could you answer it?".into(),
        value: value.into(),
        rows: 3,
        problem: problem.map(Into::into),
        ..Field::default()
    }
}

fn one(said: &str) -> OneConsultation {
    let comment = |key: &str, answer: &[&str]| ConsultationComment {
        provider: Link::new("/providers/R0A", said),
        about: said.into(),
        day: "3 February 2027".into(),
        text: vec![said.into(); 2],
        answer: answer.iter().map(|text| (*text).into()).collect(),
        form: answer.is_empty().then(|| AnswerForm {
            comment: key.into(),
            revision: 1,
            request_id: "request".into(),
            text: field(&format!("answer-{key}"), said, Some(said)),
        }),
    };
    OneConsultation {
        shell: shell("Bed watch", Area::Work),
        state: Tag::new("Open for comments", "green"),
        owner: "NHS England".into(),
        when: "Comments from 1 February 2027 to 28 February 2027.".into(),
        question: vec![said.into()],
        purpose: vec![said.into()],
        respondents: "Every acute trust".into(),
        frequency: "Every month, from 1 April 2027".into(),
        items: vec![
            ConsultedItem {
                position: "1".into(),
                section: said.into(),
                definition: Link::definition(&"unit-function", said),
                mandation: "Mandatory".into(),
            };
            3
        ],
        providers: vec![Link::new("/providers/R0A", said); 3],
        comments: vec![comment("1", &[said]), comment("2", &[])],
        comment: Some(CommentForm {
            position: Choices {
                id: "position".into(),
                legend: "What it is about".into(),
                choices: Choice::list("The whole request", [("1".into(), said.into())], "1"),
                ..Choices::default()
            },
            text: field("text", said, Some("What you say: what is to be said")),
        }),
        can_close: true,
        revision: 2,
        request_id: "request".into(),
        action: "/consultations/1".into(),
        problems: vec![Problem { field: "text".into(), text: said.into() }],
    }
}

fn open(before: Vec<ConsultationLine>) -> OpenConsultation {
    OpenConsultation {
        shell: shell("Show it to providers", Area::Work),
        draft: Link::new("/drafts/bed-watch/1", "Bed watch"),
        before,
        providers: field("providers", "R0A RJ1", None),
        question: field("question", HOSTILE, None),
        closes: DayField {
            id: "closes_on".into(),
            legend: "Comments until".into(),
            hint: "Such as 31 1 2027".into(),
            problem: Some("A real date".into()),
            ..DayField::default()
        },
        request_id: "request".into(),
        action: "/drafts/bed-watch/1/consult".into(),
        problems: vec![Problem { field: "closes_on".into(), text: "A real date".into() }],
    }
}
