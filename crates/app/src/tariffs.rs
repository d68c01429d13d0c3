//! Tariffs: what an hour costs, as the publisher loads it. The rules are in [`onus_domain::tariff`].

use crate::{App, Context, View, audit};
use onus_burden::effective_tariffs;
use onus_domain::{
    Result, Violations,
    audit::Change,
    role::Act,
    statement::Tariff,
    tariff::{TariffTable, check_tables},
};
use onus_store::Tx;

pub use onus_exchange::tariffs::TariffFile;

impl View {
    /// What an hour costs, by day; and whether it is the published default, for want of anything loaded.
    pub fn tariff_tables(&self) -> (Vec<TariffTable>, bool) {
        (TariffTable::of(&effective_tariffs(&self.snapshot)), self.snapshot.tariffs.is_empty())
    }
}

impl App {
    /// Loads tables of what an hour costs: all, or none if anything is wrong with any. What is loaded so already stays as it is.
    pub async fn load_tariffs(
        &self,
        context: &Context,
        tables: Vec<TariffTable>,
        reason: &str,
        validate_only: bool,
    ) -> Result<Vec<TariffTable>> {
        context.authorise(Act::LoadTariffs, None)?;
        let (tables, today) = (&tables, context.today());
        let check = |held: &[Tariff]| {
            let held = TariffTable::of(held);
            let mut found = Violations::new();
            check_tables(tables, &held, (reason, today), &mut found);
            found.into_result().map(|()| held)
        };
        if validate_only {
            check(&self.store().read(async |tx: Tx| tx.tariffs().await).await?)?;
            return Ok(tables.clone());
        }
        let (tables, check) =
            (&tables.iter().cloned().map(TariffTable::in_order).collect::<Vec<_>>(), &check);
        self.commit(context, async |tx: Tx| {
            let held = check(&tx.tariffs().await?)?;
            let mut changes = vec![];
            for table in tables {
                changes.extend(loaded(context, &held, table, reason)?);
            }
            let tariffs: Vec<_> = tables.iter().flat_map(TariffTable::tariffs).collect();
            tx.upsert_tariffs(&tariffs).await?;
            Ok((tables.clone(), changes))
        })
        .await
    }
}

/// The change that loading a table is, unless it is as it was.
fn loaded(
    context: &Context,
    held: &[TariffTable],
    table: &TariffTable,
    reason: &str,
) -> Result<Option<Change>> {
    let before = held.iter().find(|before| before.from_date == table.from_date);
    if before == Some(table) {
        return Ok(None);
    }
    Ok(Some(audit::change(context, "tariff.load", table.name(), before, Some(table), reason)?.public()))
}
