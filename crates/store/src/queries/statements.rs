//! Burden statements with their lines, and tariffs.

use super::{
    Which,
    codec::{Reader, some_text, to_number, to_text, units},
    stored::{Stored, Upserted},
};
use crate::{
    Tx,
    tables::{cost_line, statement, tariff},
};
use chrono::NaiveDate;
use onus_domain::{
    CollectionId, Decimal, Error, Result,
    statement::{BurdenStatement, CostLine, Tariff},
};
use sea_orm::{EntityTrait, QueryFilter};
use std::{
    cmp::Ordering,
    collections::{BTreeSet, HashMap},
};

/// A statement's key as its rows hold it.
type Key = (String, i64, NaiveDate);

impl Stored for Tariff {
    type Entity = tariff::Entity;
    const KIND: &'static str = "tariff";

    fn to_row(&self) -> Result<tariff::Model> {
        Ok(tariff::Model {
            staff_role: to_text(self.staff_role),
            from_date: self.from_date,
            pence_per_hour: to_number("pence_per_hour", self.pence_per_hour)?,
            overhead_percent: self.overhead_percent.units(),
        })
    }

    fn of_row(row: tariff::Model) -> Result<Self> {
        let read = Reader { table: "tariff", key: &row.staff_role };
        Ok(Self {
            staff_role: read.parse("staff_role", &row.staff_role)?,
            from_date: row.from_date,
            pence_per_hour: read.number("pence_per_hour", row.pence_per_hour)?,
            overhead_percent: Decimal::from_units(row.overhead_percent),
        })
    }

    fn by_key(&self, other: &Self) -> Ordering {
        (self.staff_role, self.from_date).cmp(&(other.staff_role, other.from_date))
    }

    fn name(&self) -> String {
        format!("tariffs/{}/{}", self.staff_role, self.from_date)
    }
}

impl Tx {
    /// All tariffs, by role, date.
    pub async fn tariffs(&self) -> Result<Vec<Tariff>> {
        self.all().await
    }

    /// Records tariffs: those that are new, and those that say something else of the same role and day.
    pub async fn upsert_tariffs(&self, list: &[Tariff]) -> Result<Upserted> {
        self.upsert(list).await
    }

    /// The burden statements of a version, by date.
    pub async fn statements_of(&self, id: &CollectionId, version: u32) -> Result<Vec<BurdenStatement>> {
        self.statements(Which::One(id, version)).await
    }

    /// The burden statements of some versions, by collection, version, date: two statements.
    pub(crate) async fn statements(&self, which: Which<'_>) -> Result<Vec<BurdenStatement>> {
        let rows = statement::Entity::find()
            .filter(which.condition(statement::Column::Collection, statement::Column::Version));
        let lines = cost_line::Entity::find()
            .filter(which.condition(cost_line::Column::Collection, cost_line::Column::Version));
        let rows = self.select(rows).await?;
        let mut of: HashMap<Key, Vec<(i64, CostLine)>> = HashMap::new();
        for row in self.select(lines).await? {
            let (key, position, line) = to_line(row)?;
            of.entry(key).or_default().push((position, line));
        }
        let mut statements =
            rows.into_iter().map(|row| to_statement(row, &mut of)).collect::<Result<Vec<_>>>()?;
        let key = |s: &BurdenStatement| (s.collection.clone(), s.version, s.from_date);
        statements.sort_by_cached_key(key);
        Ok(statements)
    }

    /// Adds burden statements to versions. `AlreadyExists` names the first whose version has one from that day, or that is given twice.
    pub async fn insert_statements<'a>(&self, list: &'a [BurdenStatement]) -> Result<()> {
        let rows: Vec<_> = list.iter().map(of_statement).collect();
        if self.looks_first() {
            let held = self.held::<statement::Entity>(&rows).await?;
            let mut taken: BTreeSet<_> =
                held.iter().map(|row| (row.collection.as_str(), row.version, row.from_date)).collect();
            let key = |one: &'a BurdenStatement| (one.collection.as_str(), one.version.into(), one.from_date);
            if let Some(twice) = list.iter().find(|one| !taken.insert(key(one))) {
                let name = format!(
                    "collections/{}/versions/{}/statements/{}",
                    twice.collection, twice.version, twice.from_date
                );
                return Err(Error::AlreadyExists { kind: "statement", name });
            }
        }
        self.insert::<statement::Entity>(rows).await?;
        let mut lines = Vec::new();
        for statement in list {
            for (position, line) in (0..).zip(&statement.lines) {
                lines.push(of_line(statement, position, line)?);
            }
        }
        self.insert::<cost_line::Entity>(lines).await
    }

    /// Takes a statement back, with its lines.
    pub async fn delete_statement(&self, of: &BurdenStatement) -> Result<()> {
        self.delete_rows::<statement::Entity>(&[of_statement(of)]).await
    }
}

fn of_statement(of: &BurdenStatement) -> statement::Model {
    statement::Model {
        collection: to_text(&of.collection),
        version: of.version.into(),
        from_date: of.from_date,
        method: to_text(of.method),
    }
}

fn to_statement(
    row: statement::Model,
    lines: &mut HashMap<Key, Vec<(i64, CostLine)>>,
) -> Result<BurdenStatement> {
    let read = Reader {
        table: "statement",
        key: format_args!("{}/{}/{}", row.collection, row.version, row.from_date),
    };
    let (collection, version) =
        (read.parse("collection", &row.collection)?, read.number("version", row.version)?);
    let method = read.parse("method", &row.method)?;
    let mut lines = lines.remove(&(row.collection, row.version, row.from_date)).unwrap_or_default();
    lines.sort_unstable_by_key(|(position, _)| *position);
    let lines = lines.into_iter().map(|(_, line)| line).collect();
    Ok(BurdenStatement { collection, version, from_date: row.from_date, method, lines })
}

fn of_line(of: &BurdenStatement, position: i64, line: &CostLine) -> Result<cost_line::Model> {
    Ok(cost_line::Model {
        collection: to_text(&of.collection),
        version: of.version.into(),
        from_date: of.from_date,
        position,
        activity: to_text(line.activity),
        staff_role: to_text(line.staff_role),
        basis: to_text(line.basis),
        minutes: line.minutes.units(),
        unit_measure: some_text(line.unit_measure.as_ref()),
        unit_size: units(line.unit_size),
        life_months: line.life_months.map(i64::from),
        external_pence: to_number("external_pence", line.external_pence)?,
    })
}

fn to_line(row: cost_line::Model) -> Result<(Key, i64, CostLine)> {
    let key = format_args!("{}/{}/{}/{}", row.collection, row.version, row.from_date, row.position);
    let read = Reader { table: "cost_line", key };
    let line = CostLine {
        activity: read.parse("activity", &row.activity)?,
        staff_role: read.parse("staff_role", &row.staff_role)?,
        basis: read.parse("basis", &row.basis)?,
        minutes: Decimal::from_units(row.minutes),
        unit_measure: read.parse_some("unit_measure", row.unit_measure.as_deref())?,
        unit_size: row.unit_size.map(Decimal::from_units),
        life_months: read.number_some("life_months", row.life_months)?,
        external_pence: read.number("external_pence", row.external_pence)?,
    };
    Ok(((row.collection, row.version, row.from_date), row.position, line))
}
