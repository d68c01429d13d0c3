//! "Have we been asked this already?": a file, or a text that was pasted, checked against the registry for a provider.

use crate::{
    App, View,
    intake::PASTED,
    matching::{CheckHit, CheckReport, Proposal},
};
use onus_domain::{Error, OdsCode, Result, Violation, Violations, reference::Reference};
use onus_exchange::{
    crosswalk::{CrosswalkLine, to_csv},
    items::{Columns, Sheet, read_items, read_pasted, read_sheet},
};
use std::{collections::BTreeSet, sync::Arc};

pub use onus_exchange::items::ProposedRow;

/// What is asked about.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// What the file is called, its ending says what it is, and its bytes; none of a text that was pasted.
    pub file: Option<(String, Vec<u8>)>,
    /// The text that was pasted.
    pub text: String,
    /// Who was asked.
    pub provider: Option<OdsCode>,
}

/// What is known of it.
pub struct Found {
    /// The registry that was asked.
    pub view: Arc<View>,
    /// The items, row by row.
    pub rows: Vec<ProposedRow>,
    /// What was found of each.
    pub report: CheckReport,
    /// References that stand in it: of which requests they are is looked up apart.
    pub references: BTreeSet<Reference>,
}

impl App {
    /// Checks the items of a file against the registry, and what its provider was asked of them before.
    pub async fn have_we_been_asked(&self, question: Question) -> Result<Found> {
        let view = self.view().await?;
        let provider = question.provider.clone();
        // A large workbook takes long enough to hold others up.
        let reading = tokio::task::spawn_blocking(move || read(question));
        let (name, sheet, rows) = reading.await.map_err(Error::internal)??;
        let mut found = Violations::new();
        let definitions: Vec<_> = rows
            .iter()
            .filter_map(|row| {
                let Some(id) = &row.registered else { return Some(row.proposed.clone()) };
                let known = view.snapshot.definition(id).cloned();
                found.require(known.is_some(), || {
                    let place = format!("{name}:{}:definition", row.row);
                    Violation::new(place, "KNOWN", id, "the key of a registered definition, or none")
                });
                known
            })
            .collect();
        found.into_result()?;
        let references =
            sheet.rows_below(0).flat_map(|(_, cells)| cells).flat_map(|cell| references(cell)).collect();
        let proposal = Proposal { definitions, provider, ..Proposal::default() };
        let report = self.check(proposal).await?;
        Ok(Found { view, rows, report, references })
    }
}

/// What the file is called, its cells, and the items that they are.
fn read(question: Question) -> Result<(String, Sheet, Vec<ProposedRow>)> {
    let Some((file, bytes)) = question.file else {
        let (sheet, rows) = read_pasted(PASTED, &question.text)?;
        return Ok((PASTED.to_owned(), sheet, rows));
    };
    let sheet = read_sheet(&file, &bytes)?;
    let rows = read_items(&file, &sheet, &Columns::find(&file, &sheet)?)?;
    Ok((file, sheet, rows))
}

/// The references that stand in a text.
fn references(text: &str) -> impl Iterator<Item = Reference> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    words.filter(|word| word.len() == 10).filter_map(|word| word.parse().ok())
}

impl Found {
    /// Of each item every answer there is, as CSV: the definitions that hold it, and who asked those of the provider.
    pub fn crosswalk(&self) -> Result<Vec<u8>> {
        let mut lines = vec![];
        for ((position, row), item) in (1..).zip(&self.rows).zip(&self.report.items) {
            let before = lines.len();
            let blank = CrosswalkLine {
                position,
                item: row.label.clone(),
                standing: item.standing.to_string(),
                ..CrosswalkLine::default()
            };
            for hit in item.hits.iter().filter(|hit| hit.standing.is_held()) {
                lines.extend(self.answers(hit, &blank));
            }
            if lines.len() == before {
                lines.push(blank);
            }
        }
        to_csv(&lines)
    }

    fn answers<'f>(
        &'f self,
        hit: &'f CheckHit,
        blank: &'f CrosswalkLine,
    ) -> impl Iterator<Item = CrosswalkLine> + 'f {
        let name = self.view.snapshot.definition(&hit.definition).map(|one| one.name.clone());
        hit.askers.iter().filter_map(move |asker| {
            let owed = asker.last_asked.as_ref()?;
            let positions: Vec<_> = asker.positions.iter().map(ToString::to_string).collect();
            Some(CrosswalkLine {
                standing: hit.standing.to_string(),
                definition: hit.definition.to_string(),
                definition_name: name.clone().unwrap_or_default(),
                collection: asker.collection.to_string(),
                collection_title: asker.title.clone(),
                owner: asker.owner.to_string(),
                asked_as: positions.join(";"),
                frequency: asker.frequency.map(|often| often.to_string()).unwrap_or_default(),
                period_start: owed.obligation.period_start.to_string(),
                period_end: owed.obligation.period_end.to_string(),
                due_date: owed.obligation.due_date.to_string(),
                receipt: if owed.met { "yes" } else { "no" }.to_owned(),
                recipe: hit.recipe.join("; "),
                ..blank.clone()
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_in_a_letter_are_found() {
        let of = |text: &str| references(text).map(|one| one.to_string()).collect::<Vec<_>>();
        assert_eq!(of("Please answer by Friday (reference: DR-000002Y)."), ["DR-000002Y"]);
        assert!(of("DR-000002X is mistyped, and DR-0000 is none").is_empty());
    }
}
