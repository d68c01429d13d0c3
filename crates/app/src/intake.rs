//! Items from a file, or a table that was pasted: read as a table, its columns named, its rows taken into a draft. All of them or none.

use crate::{App, Context, View, drafts::in_order};
use onus_domain::{
    CollectionId, DefinitionId, Error, Result, SubjectId, Violation, Violations,
    definition::Definition,
    item::{Item, ItemRole, Mandation, PurposeKind},
    lifecycle::Edit,
    version::Content,
};
use onus_exchange::items::{Columns, Sheet, TEMPLATE, read_sheet};
use std::collections::{BTreeMap, BTreeSet};

/// What columns of a file of items may say: the headings of its template.
pub const HEADINGS: &[&str] = &TEMPLATE;
/// What a text that was pasted is called in place of a file's name.
pub const PASTED: &str = "pasted";
/// Rows of a table that are shown when its columns are named.
const MOST_SHOWN: usize = 5;

/// A table as it was sent.
#[derive(Debug, Clone)]
pub struct Table {
    /// All of it as comma-separated values.
    pub csv: String,
    /// Whether its headings say what its columns are.
    pub named: bool,
    /// Its first rows.
    pub first: Vec<Vec<String>>,
    /// Its columns.
    pub width: usize,
}

impl App {
    /// Reads a file, or a text if there is none, as a table.
    pub async fn read_table(&self, name: String, bytes: Vec<u8>) -> Result<Table> {
        // A large workbook takes long enough to hold others up.
        let reading = tokio::task::spawn_blocking(move || table(&name, &bytes));
        reading.await.map_err(Error::internal)?
    }

    /// Takes rows into a draft, behind the items that it has: those that ask what nobody has defined yet register their definitions first.
    /// `subject` is what the answers are about where a row does not say so and nobody asks the same. How many items and definitions came.
    pub async fn take_items(
        &self,
        context: &Context,
        (id, number): (&CollectionId, u32),
        rows: Vec<NewItem>,
        subject: Option<&SubjectId>,
    ) -> Result<(usize, usize)> {
        let (collection, draft) = self.version(context, id, number).await?;
        Edit::Update.admit(&draft, &context.actor, &collection.owner)?;
        let view = self.view().await?;
        let (definitions, items) = prepare(&view, rows, subject)?;
        // What can be wrong is found before anything is registered.
        let mut found = Violations::new();
        with_items(draft.content, &items).check_draft(context.today(), &mut found);
        found.into_result()?;
        let (taken, new) = (items.len(), definitions.len());
        if new > 0 {
            self.create_definitions(context, definitions, false).await?;
        }
        // Behind what is there: nobody's change is in its way.
        let change = |content| Ok(with_items(content, &items));
        self.update_draft(context, (id, number), "", change, false).await?;
        Ok((taken, new))
    }
}

/// A row to be taken into a draft.
#[derive(Debug, Clone)]
pub struct NewItem {
    /// What it asks.
    pub asks: Asks,
    /// The heading it stands under.
    pub section: String,
    /// Whether it must be answered, if that is said.
    pub mandation: Option<Mandation>,
    /// What its answer is about, if that is said.
    pub subject: Option<SubjectId>,
}

/// What a row asks.
#[derive(Debug, Clone)]
pub enum Asks {
    /// A definition that is registered.
    Registered(DefinitionId),
    /// One that is to be registered, under a key that is made of its name.
    New(Box<Definition>),
}

/// What an item of a definition usually is: as most items that ask it are.
fn usual(view: &View, definition: &Definition) -> (ItemRole, Option<SubjectId>) {
    let mut known = BTreeMap::<(ItemRole, SubjectId), usize>::new();
    for row in view.asked_in(&definition.id) {
        for item in row.version.content.items.iter().filter(|item| item.definition == definition.id) {
            *known.entry((item.role, item.subject.clone())).or_default() += 1;
        }
    }
    let most = known.into_iter().max_by(|(a, one), (b, other)| one.cmp(other).then_with(|| b.cmp(a)));
    match most {
        Some(((role, subject), _)) => (role, Some(subject)),
        None => (ItemRole::Content, definition.subject.clone()),
    }
}

/// Whether an item must be answered, in the words and letters of files.
pub fn read_mandation(word: &str) -> Option<Mandation> {
    match word.trim().to_lowercase().as_str() {
        "m" | "mandatory" | "yes" | "y" => Some(Mandation::Mandatory),
        "r" | "required" => Some(Mandation::Required),
        "o" | "optional" | "no" | "n" => Some(Mandation::Optional),
        "p" | "pilot" => Some(Mandation::Pilot),
        _ => None,
    }
}

fn table(name: &str, bytes: &[u8]) -> Result<Table> {
    let sheet = read_sheet(name, bytes)?;
    if sheet.is_empty() {
        return Err(Violation::new(name, "REQUIRED", "", "a row for each item").into());
    }
    let width = sheet.rows_below(0).map(|(_, cells)| cells.len()).max().unwrap_or_default();
    let first = sheet.rows_below(0).map(|(_, cells)| cells.to_vec());
    let first: Vec<_> = first.filter(|cells| !cells.is_empty()).take(MOST_SHOWN).collect();
    let named = Columns::find(name, &sheet);
    // A text without tabs is no table: each of its lines is a name, whatever commas stand in it.
    let list = name == PASTED && named.is_err() && !bytes.contains(&b'\t');
    let sheet = if list { Sheet::of_lines(&String::from_utf8_lossy(bytes)) } else { sheet };
    let named = if list { Columns::find(name, &sheet) } else { named };
    let csv = match &named {
        // A list of names has no heading.
        Ok(columns) if columns.heading_row() == 0 => sheet.to_csv(0, &[HEADINGS[0].to_owned()])?,
        _ => sheet.to_csv(usize::MAX, &[])?,
    };
    Ok(Table { csv, named: named.is_ok(), first, width })
}

/// A table with its columns named: `headings` in their order, empty for those that say nothing of an item. `has_headings` says whether its
/// first row is of other headings.
pub fn name_columns(csv: &str, headings: &[String], has_headings: bool) -> Result<String> {
    let sheet: Sheet = read_sheet("table", csv.as_bytes())?;
    sheet.to_csv(usize::from(has_headings), headings)
}

fn with_items(mut content: Content, items: &[Item]) -> Content {
    let first = content.items.iter().map(|item| item.position).max().unwrap_or(0) + 1;
    content.items.extend((first..).zip(items).map(|(position, item)| Item { position, ..item.clone() }));
    in_order(content)
}

/// The definitions that rows register, under keys that nobody has, and the items that they are.
fn prepare(
    view: &View,
    rows: Vec<NewItem>,
    subject: Option<&SubjectId>,
) -> Result<(Vec<Definition>, Vec<Item>)> {
    let mut taken: BTreeSet<_> = view.snapshot.definitions.iter().map(|one| one.id.clone()).collect();
    let (mut definitions, mut items, mut found) = (vec![], vec![], Violations::new());
    for (at, row) in rows.into_iter().enumerate() {
        let definition = match row.asks {
            Asks::Registered(id) => view.definition(&id)?.clone(),
            Asks::New(definition) => {
                let id = found.take(free_key(&definition.name, &mut taken));
                let definition = Definition { id: id.unwrap_or_else(DefinitionId::proposed), ..*definition };
                found.within(&format!("rows[{at}]"), |found| definition.check(found));
                definitions.push(definition.clone());
                definition
            }
        };
        let (role, usually) = usual(view, &definition);
        let Some(subject) = row.subject.or(usually).or_else(|| subject.cloned()) else {
            let expected = format!("what the answers are about: nobody asks “{}” yet", definition.name);
            found.push(Violation::new("subject", "REQUIRED", "", expected));
            continue;
        };
        items.push(Item {
            position: 0,
            section: row.section,
            mandation: row.mandation,
            role,
            subject,
            definition: definition.id,
            purpose_kind: PurposeKind::Unknown,
            r#use: String::new(),
        });
    }
    found.into_result()?;
    Ok((definitions, items))
}

/// A key made of a name: with a number behind it where another definition has it.
fn free_key(name: &str, taken: &mut BTreeSet<DefinitionId>) -> Result<DefinitionId, Violation> {
    let plain = DefinitionId::from_name(name).map_err(|violation| violation.at("name"))?;
    let numbered = (2_u32..).map_while(|number| DefinitionId::new(format!("{plain}-{number}")).ok());
    let free = std::iter::once(plain.clone()).chain(numbered).find(|id| !taken.contains(id));
    let id =
        free.ok_or_else(|| Violation::new("name", "UNIQUE", name, "a name of another definition's key"))?;
    taken.insert(id.clone());
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_names_gets_its_heading_and_a_table_keeps_its_own() {
        let list = table("pasted", b"Bed days\nAdmissions\n").unwrap();
        assert!(list.named && list.csv == "name\nBed days\nAdmissions\n", "{list:?}");
        let known = table("x.csv", b"Data item,Guidance\nBed days,Nights\n").unwrap();
        assert!(known.named && known.csv.starts_with("Data item,Guidance\n"), "{known:?}");
    }

    #[test]
    fn columns_that_nobody_knows_are_named_by_hand() {
        let table = table("x.csv", b"Bezeichnung,Bedeutung\nBed days,Nights\n").unwrap();
        assert!(!table.named && table.width == 2);
        let named = name_columns(&table.csv, &["name".into(), "description".into()], true).unwrap();
        assert_eq!(named, "name,description\nBed days,Nights\n");
        let all_rows = name_columns(&table.csv, &["name".into(), String::new()], false).unwrap();
        assert_eq!(all_rows, "name,\nBezeichnung,Bedeutung\nBed days,Nights\n");
    }

    #[test]
    fn keys_are_made_free() {
        let mut taken = BTreeSet::from([DefinitionId::new("bed-days").unwrap()]);
        let keys: Vec<_> = ["Bed days", "Bed days!", "Ward"]
            .map(|name| free_key(name, &mut taken).unwrap().to_string())
            .into();
        assert_eq!(keys, ["bed-days-2", "bed-days-3", "ward"]);
        assert!(free_key("–", &mut taken).is_err());
    }
}
