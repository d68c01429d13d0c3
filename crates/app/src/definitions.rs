//! Definitions and concepts: reading them, and registering a definition.

use crate::{
    App, Context, View, audit,
    filter::Field,
    paging::{ListRequest, Page, page, read_list},
};
use onus_domain::{
    ConceptId, DefinitionId, Error, Result, Violation, Violations,
    audit::Change,
    definition::{Definition, RegistrationStatus},
    role::Act,
};
use serde::Serialize;
use std::collections::BTreeSet;

const FIELDS: &[Field<Definition>] = &[
    ("name", |row| vec![row.name.clone()]),
    ("id", |row| vec![row.id.to_string()]),
    ("kind", |row| vec![row.kind.to_string()]),
    ("status", |row| vec![row.status.to_string()]),
    ("source", |row| vec![row.source.clone()]),
    ("alias", |row| row.aliases.clone()),
    ("text", |row| vec![row.text.clone()]),
    ("external_id", |row| row.external_ids.values().cloned().collect()),
];

/// A concept with the definitions in it.
pub type ConceptRow<'v> = (&'v ConceptId, &'v BTreeSet<DefinitionId>);

/// What concepts can be filtered by.
fn concept_fields<'v>() -> [Field<ConceptRow<'v>>; 3] {
    [
        ("id", |row| vec![row.0.to_string()]),
        ("definition", |row| row.1.iter().map(ToString::to_string).collect()),
        ("size", |row| vec![row.1.len().to_string()]),
    ]
}

impl View {
    /// Definitions; by name unless ordered by `id`, `kind` or `status`.
    pub fn list_definitions(&self, request: &ListRequest) -> Result<Page<&Definition>> {
        let (filter, by) = read_list(request, FIELDS, &["name", "id", "kind", "status"])?;
        let rows: Vec<_> = self.snapshot.definitions.iter().filter(|row| filter.admits(row)).collect();
        page(rows, request, |row| {
            let place = match by {
                "kind" => row.kind.to_string(),
                "status" => row.status.to_string(),
                "id" => String::new(),
                _ => row.name.to_lowercase(),
            };
            (place, row.id.to_string())
        })
    }

    /// The definition of a key.
    pub fn definition(&self, id: &DefinitionId) -> Result<&Definition> {
        self.snapshot
            .definition(id)
            .ok_or_else(|| Error::not_found("definition", format!("definitions/{id}")))
    }

    /// Concepts, by key.
    pub fn list_concepts(&self, request: &ListRequest) -> Result<Page<ConceptRow<'_>>> {
        let fields = concept_fields();
        let (filter, _) = read_list(request, &fields, &["id"])?;
        let rows: Vec<_> = self.concepts().filter(|row| filter.admits(row)).collect();
        page(rows, request, |row| (String::new(), row.0.to_string()))
    }
}

impl App {
    /// Registers a definition, matches it with what is held, and finds its concept: one transaction. `id` may be empty: it is then
    /// made of the name. With `validate_only` nothing is stored.
    pub async fn create_definition(
        &self,
        context: &Context,
        mut definition: Definition,
        validate_only: bool,
    ) -> Result<Definition> {
        context.authorise(Act::WriteDefinition, None)?;
        let mut found = Violations::new();
        check(&definition, &*self.view().await?, &mut found);
        found.into_result()?;
        definition.version = 1;
        definition.status = RegistrationStatus::Candidate;
        if self.store().definition(&definition.id).await?.is_some() {
            return Err(Error::AlreadyExists {
                kind: "definition",
                name: format!("definitions/{}", definition.id),
            });
        }
        if validate_only {
            return Ok(definition);
        }
        let resource = format!("definitions/{}", definition.id);
        let created =
            audit::change(context, "definition.create", resource, None, Some(&definition), "")?.public();
        self.register(context, definition, vec![created]).await
    }

    /// Registers new definitions, given and answered in one form (one, or a list), with their matches and concepts: one transaction.
    pub(crate) async fn register<T>(&self, context: &Context, new: T, changes: Vec<Change>) -> Result<T>
    where
        T: Registering,
    {
        let attempt = self.matcher.attempt();
        let registered = self
            .commit(context, async |tx| {
                let mut all = tx.definitions().await?;
                tx.insert_definitions(new.all()).await?;
                let mut matches = vec![];
                for definition in new.all() {
                    matches.extend(self.matcher.insert(&all, definition));
                    all.push(definition.clone());
                }
                tx.upsert_matches(&matches).await?;
                let concepts = self.matcher.concepts(&all, &tx.matches().await?, &tx.decisions().await?);
                tx.replace_concepts(&concepts).await?;
                Ok((new.clone(), changes.clone()))
            })
            .await?;
        attempt.keep();
        Ok(registered)
    }
}

/// One definition, or several, to be registered together.
pub(crate) trait Registering: Clone + Serialize + Send + Sync {
    /// All of them.
    fn all(&self) -> &[Definition];
}

impl Registering for Definition {
    fn all(&self) -> &[Definition] {
        std::slice::from_ref(self)
    }
}

impl Registering for Vec<Definition> {
    fn all(&self) -> &[Definition] {
        self
    }
}

/// What is wrong with a definition that is to be registered, by itself and against what is registered.
pub(crate) fn check(definition: &Definition, view: &View, found: &mut Violations) {
    definition.check(found);
    if let Some(subject) = &definition.subject {
        found.require(view.snapshot.subjects.iter().any(|known| known.id == *subject), || {
            Violation::new("subject", "KNOWN", subject, "a registered subject")
        });
    }
    if let Some(successor) = &definition.successor {
        found.require(view.snapshot.definition(successor).is_some(), || {
            Violation::new("successor", "KNOWN", successor, "a registered definition")
        });
    }
}
