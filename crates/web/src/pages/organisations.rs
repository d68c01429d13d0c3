//! Organisations as an ADMIN keeps them.

use crate::{
    pages::fields::{Choices, DayField, Field},
    parts::{Choice, Link, Pager, Problem},
    shell::Shell,
};
use askama::Template;

/// `GET /admin/organisations`.
#[derive(Debug, Clone, Template)]
#[template(path = "organisations.html")]
pub struct Organisations {
    /// What stands around it.
    pub shell: Shell,
    /// What is searched for.
    pub query: String,
    /// Kinds to choose.
    pub kinds: Vec<Choice>,
    /// Whether fewer than all are shown.
    pub filtered: bool,
    /// Where the list goes on.
    pub pager: Pager,
    /// Those of this page.
    pub rows: Vec<OrganisationLine>,
}

/// An organisation in the list.
#[derive(Debug, Clone)]
pub struct OrganisationLine {
    /// To its form, by its name.
    pub link: Link,
    /// Its ODS code.
    pub code: String,
    /// What it is.
    pub kind: String,
    /// From when to when.
    pub open: String,
}

/// `GET /admin/new-organisation` and `GET /admin/organisations/{code}`.
#[derive(Debug, Clone, Template)]
#[template(path = "organisation_form.html")]
pub struct OrganisationForm {
    /// What stands around it.
    pub shell: Shell,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// What was done just now.
    pub done: bool,
    /// Its ODS code; empty of one that is new.
    pub code: String,
    /// Where everybody sees it.
    pub public: Option<Link>,
    /// Where the form goes.
    pub action: String,
    /// Which request it is: sent twice, it is done once.
    pub request_id: String,
    /// The etag of what is shown.
    pub etag: String,
    /// What is to be filled in.
    pub form: OrganisationFields,
}

/// What is to be filled in of an organisation.
#[derive(Debug, Clone)]
pub struct OrganisationFields {
    /// Its ODS code, of one that is new.
    pub new_code: Option<Field>,
    /// What it is, of one that is new.
    pub kind: Option<Choices>,
    /// Its name.
    pub name: Field,
    /// What kind of provider it is; of a provider, or one that is new.
    pub provider_type: Option<Choices>,
    /// NHS England region code.
    pub region: Field,
    /// Code of the organisation that it answers to.
    pub parent: Field,
    /// First day open.
    pub open: DayField,
    /// Last day open.
    pub close: DayField,
    /// Mergers and splits that it took part in.
    pub successions: Vec<SuccessionFields>,
    /// Its sizes; of a provider, or one that is new.
    pub sizes: Vec<SizeFields>,
    /// Where this is from; of one that is there.
    pub reason: Option<Field>,
}

/// The fields of one succession.
#[derive(Debug, Clone)]
pub struct SuccessionFields {
    /// Which of the form.
    pub number: usize,
    /// Who ended or gave.
    pub predecessor: Field,
    /// Who goes on.
    pub successor: Field,
    /// From which day.
    pub date: DayField,
    /// How much went over.
    pub share: Field,
}

/// The fields of one size.
#[derive(Debug, Clone)]
pub struct SizeFields {
    /// Which of the form.
    pub number: usize,
    /// In which measure.
    pub measure: Choices,
    /// From which day it is known.
    pub from: DayField,
    /// How much.
    pub value: Field,
}
