//! From a duplicate finding to a reuse agreement: who holds what a version's items ask.

use super::NewReuse;
use crate::{
    App, CollectionRow, Context, View,
    matching::{CheckedItem, Proposal},
};
use chrono::NaiveDate;
use onus_domain::{
    CollectionId, ConceptId, Month, OdsCode, Result, Violation, Violations,
    item::Item,
    reuse::{HeldItem, Need, ReuseAgreement, ReuseState},
    subject::SubjectOrder,
    version::Version,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// By holder, what of an item it holds: the concept, and its items that ask it.
type Holders = BTreeMap<OdsCode, (ConceptId, BTreeSet<HeldItem>)>;

/// What was found of the items that reuse is requested for.
pub(super) struct Finding {
    view: Arc<View>,
    recipient: OdsCode,
    holder: OdsCode,
    needs: Vec<Need>,
}

impl Finding {
    /// Looks for who asks already what the items at the positions ask, and chooses the holder.
    pub async fn new(app: &App, recipient: &OdsCode, version: &Version, new: &NewReuse) -> Result<Self> {
        let view = app.view().await?;
        let items = items_at(version, &new.positions)?;
        let definitions = items.iter().map(|item| view.definition(&item.definition).cloned());
        let proposal = Proposal {
            definitions: definitions.collect::<Result<_>>()?,
            respondents: version.content.respondents.clone(),
            collection: Some(version.collection.clone()),
            provider: None,
        };
        let checked = app.check(proposal).await?.items;
        let order = SubjectOrder::new(&view.snapshot.subjects);
        let found: Vec<Holders> = items
            .iter()
            .zip(&checked)
            .map(|(item, checked)| holders(&view, &order, recipient, item, checked))
            .collect();
        let holder = choose(&items, &found, new.holder.as_ref())?;
        let needs = items.iter().zip(found).filter_map(|(item, mut holders)| {
            let (concept, held) = holders.remove(&holder)?;
            Some(Need {
                position: item.position,
                definition: item.definition.clone(),
                subject: item.subject.clone(),
                concept,
                held: held.into_iter().collect(),
            })
        });
        Ok(Self { recipient: recipient.clone(), needs: needs.collect(), holder, view })
    }

    /// The agreement that is asked for: what the request does not say is as in the finding.
    pub fn agreement(self, context: &Context, version: &Version, new: NewReuse) -> ReuseAgreement {
        let today = context.today();
        let or = |given: String, otherwise: &str| {
            if given.trim().is_empty() { otherwise.to_owned() } else { given }
        };
        let grain = self.grain();
        ReuseAgreement {
            id: context.new_id(),
            holder: self.holder,
            recipient: self.recipient,
            collection: version.collection.clone(),
            version: version.number,
            needs: self.needs,
            from: new.from.unwrap_or_else(|| present_period(version, today)),
            to: new.to,
            grain: or(new.grain, &grain),
            legal_basis: or(new.legal_basis, &version.content.legal_basis),
            purpose: or(new.purpose, &version.content.purpose),
            state: ReuseState::Requested,
            requested_on: today,
            answer_due: today,
            escalated_on: None,
            answered_on: None,
            first_delivery: None,
            ends_on: None,
            reason: String::new(),
            revision: 1,
        }
    }

    /// How finely the holder asks: the grain of its definitions, and how often.
    fn grain(&self) -> String {
        let held: BTreeSet<&HeldItem> = self.needs.iter().flat_map(|need| &need.held).collect();
        let grains = held.iter().filter_map(|item| self.view.snapshot.definition(&item.definition));
        let grains = grains.map(|definition| definition.grain.clone()).filter(|grain| !grain.is_empty());
        let collections: BTreeSet<&CollectionId> = held.iter().map(|item| &item.collection).collect();
        let often = collections.into_iter().filter_map(|id| {
            let schedule = self.view.collection_row(id)?.version.content.schedule.as_ref()?;
            Some(schedule.frequency.in_words().to_owned())
        });
        let said: BTreeSet<String> = grains.chain(often).collect();
        said.into_iter().collect::<Vec<_>>().join(", ")
    }
}

/// The items at positions, each once; or every position at which there is none.
fn items_at<'v>(version: &'v Version, positions: &[u32]) -> Result<Vec<&'v Item>> {
    let mut found = Violations::new();
    found.require(!positions.is_empty(), || {
        Violation::new("positions", "REQUIRED", "", "the positions of the items that are asked already")
    });
    let mut items = BTreeMap::new();
    for (at, position) in positions.iter().enumerate() {
        let item = version.content.items.iter().find(|item| item.position == *position);
        found.require(item.is_some(), || {
            let expected = format!("the position of an item of {}", version.name());
            Violation::new(format!("positions[{at}]"), "KNOWN", position, expected)
        });
        items.extend(item.map(|item| (*position, item)));
    }
    found.into_result()?;
    Ok(items.into_values().collect())
}

/// Who asks already what an item asks, other than the body itself.
fn holders(
    view: &View,
    order: &SubjectOrder,
    recipient: &OdsCode,
    item: &Item,
    checked: &CheckedItem,
) -> Holders {
    let mut holders = Holders::new();
    for hit in checked.hits.iter().filter(|hit| hit.standing.is_held()) {
        let concept = view.concept_of(&hit.definition);
        for asker in hit.askers.iter().filter(|asker| asker.owner != *recipient) {
            let Some(row) = view.collection_row(&asker.collection) else { continue };
            let held = held_in(view, order, item, &concept, row);
            let known =
                holders.entry(asker.owner.clone()).or_insert_with(|| (concept.clone(), BTreeSet::new()));
            if known.0 == concept {
                known.1.extend(held);
            }
        }
    }
    holders
}

/// A collection's items that ask a concept: those about the same records or more, where there are such; else all of them, since whether it
/// holds what is needed is for the holder to say.
fn held_in(
    view: &View,
    order: &SubjectOrder,
    item: &Item,
    concept: &ConceptId,
    row: CollectionRow<'_>,
) -> Vec<HeldItem> {
    let asking = row.version.content.items.iter();
    let asking: Vec<_> = asking.filter(|one| view.concept_of(&one.definition) == *concept).collect();
    let about = |one: &&&Item| order.lies_within(&item.subject, &one.subject);
    let same: Vec<&Item> = asking.iter().filter(about).copied().collect();
    let held = if same.is_empty() { asking } else { same };
    let held = held.into_iter().map(|one| HeldItem {
        collection: row.collection.id.clone(),
        position: one.position,
        definition: one.definition.clone(),
    });
    held.collect()
}

/// The body to ask: the one that is named, else one that holds all; or, for each item, why it cannot be asked for.
fn choose(items: &[&Item], found: &[Holders], named: Option<&OdsCode>) -> Result<OdsCode> {
    let mut violations = Violations::new();
    for (at, (item, holders)) in items.iter().zip(found).enumerate() {
        let held = named.map_or(!holders.is_empty(), |named| holders.contains_key(named));
        violations.require(held, || {
            let by = holders.keys().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            let expected = match (named, by.as_str()) {
                (_, "") => {
                    "an item that another body asks already: nobody else asks what this one asks".into()
                }
                (Some(named), by) => format!("an item that {named} asks already: {by} does"),
                (None, by) => format!("an item that another body asks already: {by} does"),
            };
            Violation::new(format!("positions[{at}]"), "HELD", item.position, expected)
        });
    }
    violations.into_result()?;
    if let Some(named) = named {
        return Ok(named.clone());
    }
    let of_all = found.first().into_iter().flat_map(BTreeMap::keys);
    let of_all: Vec<_> =
        of_all.filter(|body| found.iter().all(|holders| holders.contains_key(*body))).collect();
    // Of several the one that asks it in most places.
    let places = |body: &OdsCode| -> usize {
        found.iter().filter_map(|holders| holders.get(body)).map(|(_, held)| held.len()).sum()
    };
    let chosen = of_all.into_iter().rev().max_by_key(|body| places(body));
    chosen.cloned().ok_or_else(|| {
        let bodies: BTreeSet<_> = found.iter().flat_map(BTreeMap::keys).map(ToString::to_string).collect();
        let bodies = bodies.into_iter().collect::<Vec<_>>().join(", ");
        let expected = format!("items that one body holds: ask each of {bodies} for its own");
        Violation::new("positions", "ONE_HOLDER", items.len(), expected).into()
    })
}

/// The month in which the period of a version begins that a day lies in; the day's own month for a version without a schedule.
fn present_period(version: &Version, today: NaiveDate) -> Month {
    let schedule = version.content.schedule.as_ref();
    let present = schedule.and_then(|schedule| onus_burden::period::periods_from(schedule, today).next());
    Month::of(present.map_or(today, |period| period.start))
}

/// An item for which another agreement stands.
pub(super) fn asked_for(at: usize, position: u32, by: Option<&ReuseAgreement>) -> Violation {
    let name = by.map(ReuseAgreement::name).unwrap_or_default();
    let expected = format!("an item that no agreement is about yet: {name} is about this one");
    Violation::new(format!("positions[{at}]"), "UNIQUE", position, expected)
}
