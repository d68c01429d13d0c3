//! The texts of a draft: what it is, why it is asked, whom to ask about it. Three short pages.

use super::{At, Draft, Saved, Told, save};
use crate::{
    answers::{Place, go_to, problems, refused},
    fields::Fields,
    forms::Posted,
    handlers::Application,
    pages::{fields::Field, registrar::Texts},
    parts::problem_of,
    refusal::Refusal,
    visit::Caller,
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{Html, IntoResponse, Response},
};
use onus_domain::{Error, version::Content};

/// A text of a draft.
pub(crate) struct Text {
    /// Its field.
    pub id: &'static str,
    label: &'static str,
    hint: &'static str,
    rows: u32,
    get: fn(&Content) -> &String,
    set: fn(&mut Content) -> &mut String,
}

impl Text {
    /// What it is called.
    pub fn label(&self) -> &'static str {
        self.label
    }

    /// What it says in a draft.
    pub fn of(&self, content: &Content) -> String {
        (self.get)(content).clone()
    }
}

/// A page of texts.
pub(crate) struct TextPage {
    /// Its address, below the draft's `texts`.
    pub key: &'static str,
    /// What it is about.
    pub title: &'static str,
    /// Its texts.
    pub texts: &'static [Text],
}

/// The pages.
pub(crate) const PAGES: [TextPage; 3] = [
    TextPage {
        key: "what",
        title: "What it is",
        texts: &[
            Text {
                id: "title",
                label: "Title",
                hint: "A title that respondents will recognise",
                rows: 1,
                get: |content| &content.title,
                set: |content| &mut content.title,
            },
            Text {
                id: "purpose",
                label: "Why you ask",
                hint: "In plain English, for the people who will answer",
                rows: 5,
                get: |content| &content.purpose,
                set: |content| &mut content.purpose,
            },
        ],
    },
    TextPage {
        key: "use",
        title: "What it rests on and what it is for",
        texts: &[
            Text {
                id: "legal_basis",
                label: "Legal basis",
                hint: "The law or direction that lets you ask",
                rows: 3,
                get: |content| &content.legal_basis,
                set: |content| &mut content.legal_basis,
            },
            Text {
                id: "uses",
                label: "What the answers are used for",
                hint: "The decisions they feed, and what is published",
                rows: 4,
                get: |content| &content.uses,
                set: |content| &mut content.uses,
            },
            Text {
                id: "feedback",
                label: "What respondents get back",
                hint: "Such as a benchmark, a dashboard, or payment",
                rows: 3,
                get: |content| &content.feedback,
                set: |content| &mut content.feedback,
            },
        ],
    },
    TextPage {
        key: "contact",
        title: "How it is collected, and whom to ask",
        texts: &[
            Text {
                id: "method",
                label: "How it is collected",
                hint: "Such as a portal, a form or an extract from a system. Leave it empty if that is not settled",
                rows: 2,
                get: |content| &content.method,
                set: |content| &mut content.method,
            },
            Text {
                id: "contact",
                label: "Contact",
                hint: "A team’s e-mail address or telephone number. It is published",
                rows: 1,
                get: |content| &content.contact,
                set: |content| &mut content.contact,
            },
        ],
    },
];

impl TextPage {
    fn find(key: &str) -> Result<&'static Self, Error> {
        PAGES.iter().find(|page| page.key == key).ok_or_else(|| Error::not_found("page", key))
    }

    /// The page shown with a value for each of its texts.
    fn show(&self, draft: &Draft, value: impl Fn(&Text) -> String, told: Told) -> Texts {
        let field = |text: &Text| Field {
            id: text.id.into(),
            label: text.label.into(),
            hint: text.hint.into(),
            value: value(text),
            rows: text.rows,
            width: "",
            problem: problem_of(&told.problems, text.id),
        };
        Texts {
            shell: draft.shell(self.title),
            fields: self.texts.iter().map(field).collect(),
            form: draft.form(&format!("/texts/{}", self.key), told),
        }
    }
}

type AtText = Path<(String, String, String)>;

/// `GET /drafts/{id}/{number}/texts/{page}`.
pub(crate) async fn show(
    State(app): Application,
    Caller(context): Caller,
    Path((id, number, page)): AtText,
) -> Result<Response, Refusal> {
    let page = TextPage::find(&page)?;
    let draft = match Draft::open(&app, &context, &(id, number)).await? {
        Ok(draft) => draft,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let shown = page.show(&draft, |text| text.of(draft.content()), Told::default());
    Ok(Html(shown.render()?).into_response())
}

/// `POST /drafts/{id}/{number}/texts/{page}`.
pub(crate) async fn write(
    State(app): Application,
    Caller(context): Caller,
    Path((id, number, page)): AtText,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Refusal> {
    let page = TextPage::find(&page)?;
    let Path(at): At = Path((id, number));
    let draft = Draft::find(&app, &context, &at).await?;
    let edit = |content: &mut Content| {
        for text in page.texts {
            *(text.set)(content) = fields.typed(text.id);
        }
    };
    match save(&app, &context, draft, &fields, edit).await? {
        Saved::Done => Ok(go_to(&format!("/drafts/{}/{}", at.0, at.1))),
        Saved::Not(draft, violations, overtaken) => {
            let places: Vec<Place<'_>> =
                page.texts.iter().map(|text| (text.id, text.id, text.label)).collect();
            let told = Told { problems: problems(&violations, &places), overtaken };
            refused(&page.show(&draft, |text| fields.typed(text.id), told))
        }
    }
}
