use super::{HOSTILE, Sample, account::signed_in, pager, sample};
use onus_web::{
    pages::{
        fields::{DayField, Field},
        submissions::{FilePreview, OneSubmission, SubmissionLine, Submissions, SubmissionsFile},
        tariffs::{LoadForm, TariffLines, Tariffs},
    },
    parts::{Link, Problem, Tag},
};

pub fn all() -> Result<Vec<Sample>, askama::Error> {
    let none = Submissions { rows: vec![], pager: pager("No submission owed", false, false), ..list() };
    let again = OneSubmission { day: None, sent: "Sent on 9 April 2026".into(), problems: vec![], ..one() };
    let asked = SubmissionsFile { preview: None, problems: vec![], text_problem: None, ..file() };
    let read = Tariffs { form: None, problems: vec![], is_default: false, ..tariffs() };
    Ok(vec![
        sample("submissions", &list())?,
        sample("submissions-none", &none)?,
        sample("submission", &one())?,
        sample("submission-sent", &again)?,
        sample("submissions-file", &file())?,
        sample("submissions-file-asked", &asked)?,
        sample("tariffs", &tariffs())?,
        sample("tariffs-read", &read)?,
    ])
}

fn row(title: &str) -> SubmissionLine {
    SubmissionLine {
        link: Link::new("/providers/RJ1/submissions/sitrep/1/2026-03-01", title),
        period: "March 2026".into(),
        due: "10 April 2026".into(),
        state: Tag::new("Late", "orange"),
        sent: "Sent on 12 April 2026".into(),
        took: format!("54,000 minutes, 2 people {HOSTILE}"),
        far: true,
    }
}

fn list() -> Submissions {
    Submissions {
        shell: signed_in("What you sent, and what it took", "Ann Other"),
        rows: vec![row("Situation report"), row(HOSTILE)],
        pager: pager("312 submissions owed", true, true),
        file: Link::new("/providers/RJ1/submissions/file", "Record many from a file"),
    }
}

fn field(id: &str) -> Field {
    Field {
        id: id.into(),
        label: "Minutes".into(),
        hint: HOSTILE.into(),
        value: HOSTILE.into(),
        rows: 1,
        width: "5",
        problem: Some(HOSTILE.into()),
    }
}

fn one() -> OneSubmission {
    let fields = ["", "submitted_at", "minutes", "people"];
    OneSubmission {
        shell: signed_in("What did it take?", "Ann Other"),
        problems: fields.map(|field| Problem { field: field.into(), text: HOSTILE.into() }).into(),
        collection: Link::new("/collections/sitrep", HOSTILE),
        period: "March 2026, due on 10 April 2026".into(),
        sent: String::new(),
        day: Some(DayField {
            id: "submitted_at".into(),
            legend: "When was it sent?".into(),
            hint: String::new(),
            day: "40".into(),
            month: HOSTILE.into(),
            year: "2026".into(),
            problem: Some(HOSTILE.into()),
        }),
        minutes: field("minutes"),
        people: field("people"),
        far: true,
        withdraw: Some(field("reason")),
        request_id: "0191d3a0-0000-7000-8000-000000000002".into(),
        action: "/providers/RJ1/submissions/sitrep/1/2026-03-01".into(),
    }
}

fn file() -> SubmissionsFile {
    SubmissionsFile {
        shell: signed_in("Record many from a file", "Ann Other"),
        problems: vec![Problem { field: "text".into(), text: HOSTILE.into() }],
        text_problem: Some(HOSTILE.into()),
        text: HOSTILE.into(),
        template: Link::new("/providers/RJ1/submissions/template.csv", "Download a file of what you owe"),
        action: "/providers/RJ1/submissions/file".into(),
        preview: Some(FilePreview {
            in_short: "Nothing is in the way of 2 submissions. Nothing is recorded yet.".into(),
            rows: vec![row("Situation report"), row(HOSTILE)],
            csv: format!("collection,version\n\"{HOSTILE}\",1\n"),
            request_id: "0191d3a0-0000-7000-8000-000000000002".into(),
            action: "/providers/RJ1/submissions/take".into(),
        }),
    }
}

fn tariffs() -> Tariffs {
    let table = |from: &str| TariffLines {
        from: from.into(),
        overhead: "25%".into(),
        rates: vec![["Data clerk".into(), "£12.50".into(), "£15.63".into()]],
    };
    Tariffs {
        shell: signed_in("What an hour costs", "Ann Other"),
        problems: ["", "text", "reason"]
            .map(|field| Problem { field: field.into(), text: HOSTILE.into() })
            .into(),
        is_default: true,
        tables: vec![table("1 April 2027"), table("1 April 2026")],
        form: Some(LoadForm {
            text: Field { rows: 8, ..field("text") },
            reason: Field { rows: 2, ..field("reason") },
            request_id: "0191d3a0-0000-7000-8000-000000000002".into(),
        }),
    }
}
