//! Importing a registry that exists in the world already: collections are *adopted*, never approved, and what is there is never reset.

use crate::{App, Context, audit, drafts::in_order};
use chrono::NaiveDate;
use onus_burden::validate;
use onus_domain::{
    Error, Result, Violations,
    audit::Change,
    collection::Collection,
    concept::Derivation,
    definition::Definition,
    lifecycle::{Making, Move},
    organisation::{Organisation, Size, Succession},
    reference::Reference,
    role::Act,
    subject::Subject,
    version::{Admission, Version, VersionState},
};
use onus_exchange::sample::{Import, ImportedCollection, ImportedVersion};
use onus_store::Tx;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What an import did, in resources.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// Registered for the first time.
    pub added: usize,
    /// Registered before and now otherwise (organisations, subjects, definitions; never collections).
    pub changed: usize,
    /// As they were.
    pub unchanged: usize,
}

impl Imported {
    /// Whether anything was stored.
    pub fn changed_anything(&self) -> bool {
        self.added + self.changed > 0
    }
}

/// What has to be written for an import.
#[derive(Default)]
struct Plan {
    organisations: Vec<Organisation>,
    subjects: Vec<Subject>,
    definitions: Vec<Definition>,
    derivations: Vec<Derivation>,
    successions: Vec<Succession>,
    sizes: Vec<Size>,
    collections: Vec<Collection>,
    versions: Vec<Version>,
    changes: Vec<Change>,
    done: Imported,
}

impl App {
    /// Imports, in one transaction. What is registered already and equal stays untouched, so that importing twice changes nothing. A
    /// collection that is registered already is left as it is, whatever the file says: an import never changes or approves a version.
    pub async fn import(&self, context: &Context, import: &Import) -> Result<Imported> {
        context.authorise(Act::Import, None)?;
        check(import, context.today())?;
        self.commit(context, async |tx| {
            let plan = plan(context, import, &tx).await?;
            plan.write(&tx).await?;
            Ok((plan.done, plan.changes))
        })
        .await
    }
}

/// Refuses an import that breaks a rule which every other way of writing keeps, with everything that is wrong.
fn check(import: &Import, today: NaiveDate) -> Result<()> {
    let mut found = Violations::new();
    for organisation in &import.organisations {
        found.within(&format!("organisations/{}", organisation.code), |found| organisation.check(found));
    }
    for succession in &import.successions {
        found.within(&succession.resource(), |found| succession.check(found));
    }
    for subject in &import.subjects {
        found.within(&format!("subjects/{}", subject.id), |found| subject.check(found));
    }
    for definition in &import.definitions {
        found.within(&format!("definitions/{}", definition.id), |found| definition.check(found));
    }
    for collection in &import.collections {
        for (at, version) in (1..).zip(&collection.versions) {
            let name = format!("collections/{}/versions/{at}", collection.id);
            found.within(&name, |found| version.content.check_draft(today, found));
        }
    }
    found.into_result()
}

async fn plan(context: &Context, import: &Import, tx: &Tx) -> Result<Plan> {
    let mut plan = Plan::default();
    plan.organisations = plan.changed(
        context,
        "organisation",
        tx.organisations().await?,
        &import.organisations,
        Organisation::resource,
    )?;
    plan.subjects = plan.changed(context, "subject", tx.subjects().await?, &import.subjects, |one| {
        format!("subjects/{}", one.id)
    })?;
    let held = tx.successions().await?;
    check_together(&held, &import.successions)?;
    plan.successions =
        plan.changed(context, "succession", held, &import.successions, Succession::resource)?;
    plan.sizes = plan.changed(context, "size", tx.sizes().await?, &import.sizes, Size::resource)?;
    plan.derivations =
        plan.changed(context, "derivation", tx.derivations().await?, &import.derivations, |one| {
            format!("definitions/{}/derivations/{}", one.from_definition, one.to_definition)
        })?;
    let held = by_key(tx.definitions().await?, |d| d.id.to_string());
    for definition in &import.definitions {
        let before = held.get(definition.id.as_str());
        let as_numbered = |version| Definition { version, ..definition.clone() };
        let same = before.is_some_and(|before| as_numbered(before.version) == *before);
        let next =
            as_numbered(before.map_or(1, |before| if same { before.version } else { before.version + 1 }));
        if plan.note(context, "definition", format!("definitions/{}", definition.id), before, &next)? {
            plan.definitions.push(next);
        }
    }
    plan.adopt_all(context, import, tx).await?;
    Ok(plan)
}

/// Refuses successions that say nothing, or too much, with those that are held.
fn check_together(held: &[Succession], imported: &[Succession]) -> Result<()> {
    let mut all = by_key(held.to_vec(), Succession::resource);
    all.extend(by_key(imported.to_vec(), Succession::resource));
    let mut found = Violations::new();
    validate::successions(&all.into_values().collect::<Vec<_>>(), &mut found);
    found.into_result()
}

fn by_key<T>(list: Vec<T>, key: impl Fn(&T) -> String) -> BTreeMap<String, T> {
    list.into_iter().map(|item| (key(&item), item)).collect()
}

impl Plan {
    /// Counts a resource and notes its audit entry; answers whether it must be written.
    fn note<T: Serialize + PartialEq>(
        &mut self,
        context: &Context,
        kind: &str,
        name: String,
        before: Option<&T>,
        after: &T,
    ) -> Result<bool> {
        if before == Some(after) {
            self.done.unchanged += 1;
            return Ok(false);
        }
        *(if before.is_some() { &mut self.done.changed } else { &mut self.done.added }) += 1;
        let action = format!("{kind}.import");
        self.changes.push(audit::change(context, &action, name, before, Some(after), "")?.public());
        Ok(true)
    }

    /// Those of `given` that are not `held` as they are: to be written. Counts all of them and notes their audit entries.
    fn changed<T: Clone + Serialize + PartialEq>(
        &mut self,
        context: &Context,
        kind: &str,
        held: Vec<T>,
        given: &[T],
        name: impl Fn(&T) -> String,
    ) -> Result<Vec<T>> {
        let held = by_key(held, &name);
        let mut changed = vec![];
        for one in given {
            let name = name(one);
            if self.note(context, kind, name.clone(), held.get(&name), one)? {
                changed.push(one.clone());
            }
        }
        Ok(changed)
    }

    async fn adopt_all(&mut self, context: &Context, import: &Import, tx: &Tx) -> Result<()> {
        let held: BTreeSet<_> = tx.collections().await?.into_iter().map(|collection| collection.id).collect();
        let mut taken = tx.references().await?;
        for imported in &import.collections {
            if held.contains(&imported.id) {
                self.done.unchanged += 1;
                continue;
            }
            let reference = Reference::first_free(&imported.id, &taken)?;
            taken.insert(reference);
            self.adopt(context, imported, reference)?;
        }
        Ok(())
    }

    fn adopt(
        &mut self,
        context: &Context,
        imported: &ImportedCollection,
        reference: Reference,
    ) -> Result<()> {
        let collection = Collection {
            id: imported.id.clone(),
            owner: imported.owner.clone(),
            sector_path: imported.sector_path,
            reference: Some(reference),
            source_id: imported.source_id.clone(),
            revision: 1,
        };
        let name = format!("collections/{}", collection.id);
        let added = audit::change(context, "collection.import", name, None, Some(&collection), "")?;
        self.changes.push(added.of(&imported.owner, true));
        self.done.added += 1;
        for (at, version) in imported.versions.iter().enumerate() {
            let number = u32::try_from(at + 1).map_err(Error::internal)?;
            let version = adopted(context, imported, version, number)?;
            let (name, why) = (version.name(), &version.evidence);
            let adopted = audit::change(context, "version.adopt", name, None, Some(&version), why)?;
            self.changes.push(adopted.of(&imported.owner, true));
            self.versions.push(version);
        }
        self.collections.push(collection);
        Ok(())
    }

    async fn write(&self, tx: &Tx) -> Result<()> {
        if !self.done.changed_anything() {
            return Ok(());
        }
        tx.upsert_organisations(&self.organisations).await?;
        tx.upsert_successions(&self.successions).await?;
        tx.upsert_sizes(&self.sizes).await?;
        tx.upsert_subjects(&self.subjects).await?;
        tx.insert_definitions(&self.definitions).await?;
        tx.upsert_derivations(&self.derivations).await?;
        tx.insert_collections(&self.collections).await?;
        tx.insert_versions(&self.versions).await
    }
}

/// A version as adoption leaves it: LIVE with its source as evidence, or SUPERSEDED where the world has moved on.
fn adopted(
    context: &Context,
    imported: &ImportedCollection,
    version: &ImportedVersion,
    number: u32,
) -> Result<Version> {
    let making = |live_from: NaiveDate| Making {
        actor: &context.actor,
        owner: &imported.owner,
        today: context.today(),
        reason: &version.evidence,
        expires_on: None,
        live_from: Some(live_from),
        in_force: None,
        conditions: &[],
        submitters: &[],
        passed: None,
    };
    let mut adopted = Version {
        collection: imported.id.clone(),
        number,
        state: VersionState::Draft,
        admission: Admission::None,
        content: in_order(version.content.clone()),
        live_from: None,
        live_to: None,
        suspensions: vec![],
        expires_on: None,
        evidence: version.evidence.clone(),
        submitted_by: None,
        conditions: vec![],
        renews: None,
        revision: 1,
    };
    Move::Adopt.make(&mut adopted, &making(version.live_from))?;
    if let Some(next_live_from) = version.live_to {
        Move::Supersede.make(&mut adopted, &making(next_live_from))?;
    }
    Ok(adopted)
}
