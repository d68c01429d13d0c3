//! Organisations: reading and registering them.

use crate::{
    App, Context, View, audit,
    filter::Field,
    paging::{ListRequest, Page, page, read_list},
};
use onus_domain::{Error, OdsCode, Result, Violations, organisation::Organisation, role::Act};

/// What organisations can be filtered by.
pub(crate) const FIELDS: &[Field<Organisation>] = &[
    ("name", |row| vec![row.name.clone()]),
    ("code", |row| vec![row.code.to_string()]),
    ("kind", |row| vec![row.kind.to_string()]),
    ("provider_type", |row| row.provider_type.iter().map(ToString::to_string).collect()),
    ("region", |row| row.region.iter().cloned().collect()),
    ("parent", |row| row.parent.iter().cloned().collect()),
];

impl View {
    /// Organisations; by name unless ordered by `code`.
    pub fn list_organisations(&self, request: &ListRequest) -> Result<Page<&Organisation>> {
        let (filter, by) = read_list(request, FIELDS, &["name", "code"])?;
        let rows: Vec<_> = self.snapshot.organisations.iter().filter(|row| filter.admits(row)).collect();
        page(rows, request, |row| {
            let place = if by == "code" { String::new() } else { row.name.to_lowercase() };
            (place, row.code.to_string())
        })
    }

    /// The organisation of a code.
    pub fn organisation(&self, code: &OdsCode) -> Result<&Organisation> {
        self.snapshot
            .organisation(code)
            .ok_or_else(|| Error::not_found("organisation", format!("organisations/{code}")))
    }
}

impl App {
    /// Registers an organisation. With `validate_only` nothing is stored.
    pub async fn create_organisation(
        &self,
        context: &Context,
        organisation: Organisation,
        validate_only: bool,
    ) -> Result<Organisation> {
        context.authorise(Act::WriteOrganisation, None)?;
        let mut found = Violations::new();
        organisation.check(&mut found);
        found.into_result()?;
        if self.view().await?.snapshot.organisation(&organisation.code).is_some() {
            return Err(Error::AlreadyExists {
                kind: "organisation",
                name: format!("organisations/{}", organisation.code),
            });
        }
        if validate_only {
            return Ok(organisation);
        }
        let resource = format!("organisations/{}", organisation.code);
        let created =
            audit::change(context, "organisation.create", resource, None, Some(&organisation), "")?.public();
        self.commit(context, async |tx| {
            tx.insert_organisations(std::slice::from_ref(&organisation)).await?;
            Ok((organisation.clone(), vec![created.clone()]))
        })
        .await
    }
}
