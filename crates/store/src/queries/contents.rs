//! What a version asks: respondents, schedule and items, in tables of their own.

use super::{
    Which,
    codec::{Reader, some_text, to_json, to_text, units},
};
use crate::{
    Tx,
    tables::{item, respondents_rule, schedule},
};
use onus_domain::{
    CollectionId, Decimal, Result,
    item::Item,
    respondents::{RespondentsRule, SizeBounds},
    schedule::Schedule,
    version::Version,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use std::collections::HashMap;

/// A version's key as its rows hold it.
type Key = (String, i64);

/// The parts of some versions, by version.
pub(super) struct Parts {
    rules: HashMap<Key, RespondentsRule>,
    schedules: HashMap<Key, Schedule>,
    items: HashMap<Key, Vec<Item>>,
}

impl Parts {
    /// What rows say.
    pub fn of(
        rules: Vec<respondents_rule::Model>,
        schedules: Vec<schedule::Model>,
        items: Vec<item::Model>,
    ) -> Result<Self> {
        let mut parts = Self { rules: HashMap::new(), schedules: HashMap::new(), items: HashMap::new() };
        for row in rules {
            let rule = to_rule(&row)?;
            parts.rules.insert((row.collection, row.version), rule);
        }
        for row in schedules {
            let (key, schedule) = to_schedule(row)?;
            parts.schedules.insert(key, schedule);
        }
        for row in items {
            let (key, item) = to_item(row)?;
            parts.items.entry(key).or_default().push(item);
        }
        Ok(parts)
    }

    /// Takes out the parts of one version.
    pub fn take(
        &mut self,
        collection: &str,
        number: i64,
    ) -> (Option<RespondentsRule>, Option<Schedule>, Vec<Item>) {
        let key = (collection.to_owned(), number);
        let mut items = self.items.remove(&key).unwrap_or_default();
        items.sort_unstable_by_key(|item| item.position);
        (self.rules.remove(&key), self.schedules.remove(&key), items)
    }
}

impl Tx {
    /// The parts of some versions: three statements.
    pub(super) async fn parts(&self, which: Which<'_>) -> Result<Parts> {
        let rules = respondents_rule::Entity::find()
            .filter(which.condition(respondents_rule::Column::Collection, respondents_rule::Column::Version));
        let schedules = schedule::Entity::find()
            .filter(which.condition(schedule::Column::Collection, schedule::Column::Version));
        let items =
            item::Entity::find().filter(which.condition(item::Column::Collection, item::Column::Version));
        Parts::of(self.select(rules).await?, self.select(schedules).await?, self.select(items).await?)
    }

    /// Inserts the parts of versions that have none.
    pub(super) async fn insert_parts(&self, versions: &[Version]) -> Result<()> {
        let (mut rules, mut schedules, mut items) = (Vec::new(), Vec::new(), Vec::new());
        for version in versions {
            let key = || (to_text(&version.collection), i64::from(version.number));
            let content = &version.content;
            rules.extend(content.respondents.as_ref().map(|rule| of_rule(key(), rule)).transpose()?);
            schedules.extend(content.schedule.as_ref().map(|schedule| of_schedule(key(), schedule)));
            items.extend(content.items.iter().map(|item| of_item(key(), item)));
        }
        self.insert::<respondents_rule::Entity>(rules).await?;
        self.insert::<schedule::Entity>(schedules).await?;
        self.insert::<item::Entity>(items).await
    }

    /// Deletes the parts of versions, each named by collection and number: three statements for up to 200 of them.
    pub(super) async fn delete_parts_of(&self, keys: &[(CollectionId, u32)]) -> Result<()> {
        for some in keys.chunks(200) {
            self.delete::<respondents_rule::Entity>(any_of(
                some,
                respondents_rule::Column::Collection,
                respondents_rule::Column::Version,
            ))
            .await?;
            let of = any_of(some, schedule::Column::Collection, schedule::Column::Version);
            self.delete::<schedule::Entity>(of).await?;
            self.delete::<item::Entity>(any_of(some, item::Column::Collection, item::Column::Version))
                .await?;
        }
        Ok(())
    }

    /// Deletes the parts of some versions.
    pub(super) async fn delete_parts(&self, which: Which<'_>) -> Result<()> {
        use respondents_rule::Column as Rule;
        self.delete::<respondents_rule::Entity>(which.condition(Rule::Collection, Rule::Version)).await?;
        self.delete::<schedule::Entity>(
            which.condition(schedule::Column::Collection, schedule::Column::Version),
        )
        .await?;
        self.delete::<item::Entity>(which.condition(item::Column::Collection, item::Column::Version)).await?;
        Ok(())
    }
}

/// The condition that a row belongs to one of some versions.
fn any_of<C: ColumnTrait>(keys: &[(CollectionId, u32)], collection: C, version: C) -> Condition {
    keys.iter().fold(Condition::any(), |any, (id, number)| {
        any.add(Condition::all().add(collection.eq(id.as_str())).add(version.eq(i64::from(*number))))
    })
}

fn of_rule((collection, version): Key, rule: &RespondentsRule) -> Result<respondents_rule::Model> {
    let bounds = rule.size_bounds.as_ref();
    Ok(respondents_rule::Model {
        collection,
        version,
        provider_types: to_json(&rule.provider_types)?,
        regions: to_json(&rule.regions)?,
        commissioners: to_json(&rule.commissioners)?,
        include: to_json(&rule.include)?,
        exclude: to_json(&rule.exclude)?,
        bounds_measure: bounds.map(|bounds| to_text(bounds.measure)),
        bounds_at_least: bounds.and_then(|bounds| units(bounds.at_least)),
        bounds_at_most: bounds.and_then(|bounds| units(bounds.at_most)),
        basis: to_text(rule.basis),
        evidence: rule.evidence.clone(),
    })
}

fn to_rule(row: &respondents_rule::Model) -> Result<RespondentsRule> {
    let read = Reader { table: "respondents_rule", key: format_args!("{}/{}", row.collection, row.version) };
    let measure = read.parse_some("bounds_measure", row.bounds_measure.as_deref())?;
    Ok(RespondentsRule {
        provider_types: read.json("provider_types", &row.provider_types)?,
        regions: read.json("regions", &row.regions)?,
        commissioners: read.json("commissioners", &row.commissioners)?,
        size_bounds: measure.map(|measure| SizeBounds {
            measure,
            at_least: row.bounds_at_least.map(Decimal::from_units),
            at_most: row.bounds_at_most.map(Decimal::from_units),
        }),
        include: read.json("include", &row.include)?,
        exclude: read.json("exclude", &row.exclude)?,
        basis: read.parse("basis", &row.basis)?,
        evidence: row.evidence.clone(),
    })
}

fn of_schedule((collection, version): Key, schedule: &Schedule) -> schedule::Model {
    schedule::Model {
        collection,
        version,
        frequency: to_text(schedule.frequency),
        first_period: schedule.first_period,
        due_lag_days: schedule.due_lag_days.into(),
        last_period: schedule.last_period,
        basis: to_text(schedule.basis),
        evidence: schedule.evidence.clone(),
    }
}

fn to_schedule(row: schedule::Model) -> Result<(Key, Schedule)> {
    let read = Reader { table: "schedule", key: format_args!("{}/{}", row.collection, row.version) };
    let schedule = Schedule {
        frequency: read.parse("frequency", &row.frequency)?,
        first_period: row.first_period,
        due_lag_days: read.number("due_lag_days", row.due_lag_days)?,
        last_period: row.last_period,
        basis: read.parse("basis", &row.basis)?,
        evidence: row.evidence,
    };
    Ok(((row.collection, row.version), schedule))
}

fn of_item((collection, version): Key, item: &Item) -> item::Model {
    item::Model {
        collection,
        version,
        position: item.position.into(),
        section: item.section.clone(),
        mandation: some_text(item.mandation.as_ref()),
        role: to_text(item.role),
        subject: to_text(&item.subject),
        definition: to_text(&item.definition),
        purpose_kind: to_text(item.purpose_kind),
        r#use: item.r#use.clone(),
    }
}

fn to_item(row: item::Model) -> Result<(Key, Item)> {
    let key = format_args!("{}/{}/{}", row.collection, row.version, row.position);
    let read = Reader { table: "item", key };
    let item = Item {
        position: read.number("position", row.position)?,
        mandation: read.parse_some("mandation", row.mandation.as_deref())?,
        role: read.parse("role", &row.role)?,
        subject: read.parse("subject", &row.subject)?,
        definition: read.parse("definition", &row.definition)?,
        purpose_kind: read.parse("purpose_kind", &row.purpose_kind)?,
        section: row.section,
        r#use: row.r#use,
    };
    Ok(((row.collection, row.version), item))
}
