//! Renewal: a new version that keeps what was used. Uses are recorded while a version is asked.

use crate::{App, Context, audit, comply, drafts::check_etag, moves::find};
use chrono::NaiveDate;
use onus_domain::{
    CollectionId, Error, Result, Violation, Violations,
    lifecycle::Edit,
    renewal::{self, ItemUse, RenewalLine},
    version::Version,
};
use std::collections::{BTreeMap, BTreeSet};

/// A use to be recorded, of one or several items.
#[derive(Debug, Clone)]
pub struct NewUse {
    /// The items' places in the version.
    pub positions: Vec<u32>,
    /// The day of the decision or publication.
    pub used_on: NaiveDate,
    /// The decision or publication.
    pub what: String,
}

/// Most items of which a use is recorded at once.
const MAX_POSITIONS: usize = 1_000;

impl App {
    /// Begins the renewal of a version: the next version, a draft with those of its items of which a use is recorded, and those that are
    /// kept for a reason. `keep` are the reasons, with the items' places.
    pub async fn renew_version(
        &self,
        context: &Context,
        (id, number): (&CollectionId, u32),
        etag: &str,
        keep: &[(u32, String)],
        validate_only: bool,
    ) -> Result<(Version, Vec<RenewalLine>)> {
        let found = self.collection(context, id).await?;
        let (collection, versions) = self.settled(context, found).await?;
        let renewed = find(&versions, id, number)?;
        Edit::Renew.admit(renewed, &context.actor, &collection.owner)?;
        check_etag(&renewed.name(), etag, renewed.revision)?;
        let next = Self::next_number(id, &versions)?;
        let mut found = Violations::new();
        renewal::check_keep(renewed, keep, &mut found);
        found.into_result()?;

        let (uses, today) = (self.store().item_uses(id).await?, context.today());
        let keep: BTreeMap<_, _> = keep.iter().cloned().collect();
        let (content, mut explanations) = renewal::begin(renewed, &uses, today, &keep);
        self.carry_over(renewed, &content, &mut explanations).await?;
        let version = Version { renews: Some(number), ..Version::draft(id.clone(), next, content) };
        let lines = renewal::lines(renewed, &version, &uses, &explanations, today);
        if validate_only {
            return Ok((version, lines));
        }
        let begun = audit::change(context, "version.renew", version.name(), None, Some(&version), "")?
            .of(&collection.owner, false);
        let mut changes = vec![begun];
        changes.extend(comply::said(context, &version, &collection.owner, (&[], &explanations))?);
        self.commit(context, async |tx| {
            tx.insert_versions(std::slice::from_ref(&version)).await?;
            tx.replace_explanations(id, next, &explanations).await?;
            Ok(((version.clone(), lines.clone()), changes.clone()))
        })
        .await
    }

    /// The items of the version that a version renews, with their recorded uses and what becomes of each; for its owner and the panel.
    pub async fn renewal(
        &self,
        context: &Context,
        id: &CollectionId,
        number: u32,
    ) -> Result<(Version, Vec<RenewalLine>)> {
        self.inside(context, id, number).await?;
        let (_, versions) = self.collection(context, id).await?;
        let renewal = find(&versions, id, number)?;
        let renewed = renewal.renews.ok_or_else(|| Error::Precondition {
            rule: "RENEWAL",
            subject: renewal.name(),
            message: "it was not begun as a renewal: it renews no version".into(),
        })?;
        let uses = self.store().item_uses(id).await?;
        let explanations = self.store().explanations(id, number).await?;
        let renewed = find(&versions, id, renewed)?;
        let lines = renewal::lines(renewed, renewal, &uses, &explanations, context.today());
        Ok((renewal.clone(), lines))
    }

    /// Records that the answers to some items of a version were used.
    pub async fn record_use(
        &self,
        context: &Context,
        (id, number): (&CollectionId, u32),
        new: NewUse,
        validate_only: bool,
    ) -> Result<Vec<ItemUse>> {
        let (collection, version) = self.version(context, id, number).await?;
        Edit::RecordUse.admit(&version, &context.actor, &collection.owner)?;
        let uses = uses_of(context, &version, &new)?;
        if validate_only {
            return Ok(uses);
        }
        let name = format!("{}/uses/{}", version.name(), uses.first().map(|one| one.id).unwrap_or_default());
        let recorded =
            audit::change(context, "use.create", name, None, Some(&uses), "")?.of(&collection.owner, false);
        self.commit(context, async |tx| {
            tx.insert_item_uses(&uses).await?;
            Ok((uses.clone(), vec![recorded.clone()]))
        })
        .await
    }

    /// The recorded uses of a version's items, by day; for its owner and the panel.
    pub async fn item_uses(&self, context: &Context, id: &CollectionId, number: u32) -> Result<Vec<ItemUse>> {
        self.inside(context, id, number).await?;
        let mut uses = self.store().item_uses(id).await?;
        uses.retain(|one| one.version == number);
        Ok(uses)
    }

    /// Adds what was said of a version's duplicates, so that it need not be said again of the same items.
    async fn carry_over(
        &self,
        from: &Version,
        content: &onus_domain::version::Content,
        into: &mut Vec<onus_domain::duplicates::Explanation>,
    ) -> Result<()> {
        for said in self.store().explanations(&from.collection, from.number).await? {
            if !content.items.iter().any(|item| item.position == said.position) {
                continue;
            }
            match into.iter_mut().find(|one| one.position == said.position) {
                Some(one) => {
                    one.reason.clone_from(&said.reason);
                    one.reuse_agreement.clone_from(&said.reuse_agreement);
                }
                None => {
                    into.push(onus_domain::duplicates::Explanation { keep_reason: String::new(), ..said });
                }
            }
        }
        into.sort_by_key(|one| one.position);
        Ok(())
    }
}

fn uses_of(context: &Context, version: &Version, new: &NewUse) -> Result<Vec<ItemUse>> {
    let mut found = Violations::new();
    found.require((1..=MAX_POSITIONS).contains(&new.positions.len()), || {
        Violation::new("positions", "COUNT", new.positions.len(), format!("1 to {MAX_POSITIONS} items"))
    });
    let (mut uses, mut seen) = (vec![], BTreeSet::new());
    for (at, position) in new.positions.iter().enumerate() {
        let field = || format!("positions[{at}]");
        found
            .require(seen.insert(position), || Violation::new(field(), "UNIQUE", position, "each item once"));
        let item = version.content.items.iter().find(|item| item.position == *position);
        found.require(item.is_some(), || {
            Violation::new(field(), "KNOWN", position, "the position of an item of the version")
        });
        uses.extend(item.map(|item| ItemUse {
            id: context.new_id(),
            collection: version.collection.clone(),
            version: version.number,
            position: *position,
            definition: item.definition.clone(),
            subject: item.subject.clone(),
            used_on: new.used_on,
            what: new.what.clone(),
            recorded_by: context.actor.account.clone(),
            at: context.now,
        }));
    }
    if let Some(one) = uses.first() {
        one.check(context.today(), &mut found);
    }
    found.into_result()?;
    Ok(uses)
}
