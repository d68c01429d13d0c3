//! Fills a registry with 10,000 collections that ask 100,000 definitions of the sample's providers, each in about 300 of them: what pages are
//! measured on. Definitions are made of the sample's (`onus-matching`'s `made_registry`); a collection asks ten that nobody else asks and ten
//! that four others ask too, of 200 providers.
//!
//! `cargo run --release -p onus-app --example large_registry -- sqlite://FILE?mode=rwc [COLLECTIONS DEFINITIONS]`

#[expect(dead_code, reason = "the hard kind is for the matcher")]
#[path = "../../matching/examples/support/made_registry.rs"]
mod made_registry;

use made_registry::{Kind, Maker};
use onus_app::{App, AppSettings, Context};
use onus_domain::{
    CollectionId, OdsCode, Result, Violation, clock::SystemClock, definition::Definition, item::Item,
    organisation::OrganisationKind, version::Content,
};
use onus_exchange::sample::{self, Files, Grouping, Import, ImportedCollection, ImportedVersion};
use onus_store::{Options, Store};
use std::{collections::BTreeSet, sync::Arc};

/// Items of a collection that nobody else asks, and as many that others ask too.
const OWN: usize = 10;
/// Collections that share what they ask.
const TOGETHER: usize = 5;
/// Providers that a collection asks.
const ASKED: usize = 200;

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let missing = || Violation::new("url", "REQUIRED", "", "the URL of a database");
    let url = arguments.first().ok_or_else(missing)?;
    let count =
        |at: usize, usual: usize| arguments.get(at).and_then(|text| text.parse().ok()).unwrap_or(usual);
    let store = Store::connect(&Options::new(url)).await?;
    store.migrate().await?;
    let settings = AppSettings { base_month: "2025-03".parse()?, demo_identities: false, sample: true };
    let app = App::new(store, Arc::new(SystemClock), settings);
    let context = Context::system(app.clock().now());
    let sample = sample::read(&Files::Embedded, Grouping::Families)?;
    let done = app.import(&context, &large(sample, count(1, 10_000), count(2, 100_000))?).await?;
    let matches = app.match_registry(&context, Arc::new(|_, _| {})).await?;
    println!("{}", serde_json::json!({ "resources": done.added, "matches": matches }));
    Ok(())
}

/// The sample with so many collections and definitions, made of its own.
fn large(sample: Import, collections: usize, definitions: usize) -> Result<Import> {
    let maker = Maker::new(Kind::Real, sample.definitions.clone());
    let mut made: Vec<_> = (0..definitions).map(|at| maker.definition(at)).collect();
    let owners = of_kind(&sample, OrganisationKind::NationalBody);
    let providers = of_kind(&sample, OrganisationKind::Provider);
    let collection = |at: usize| {
        let pattern = &sample.collections[at % sample.collections.len()];
        let versions = pattern.versions.last().map(|version| ImportedVersion {
            content: content(&version.content, at, &made, &providers),
            ..version.clone()
        });
        Ok(ImportedCollection {
            id: CollectionId::new(format!("made-{at}"))?,
            owner: owners[at % owners.len()].clone(),
            source_id: None,
            versions: versions.into_iter().collect(),
            ..pattern.clone()
        })
    };
    let mut collections = (0..collections).map(collection).collect::<Result<Vec<_>>>()?;
    collections.sort_by(|a, b| a.id.cmp(&b.id));
    made.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(Import { definitions: made, collections, ..sample })
}

fn content(like: &Content, at: usize, made: &[Definition], providers: &[OdsCode]) -> Content {
    let mut content = Content { title: format!("{} {at}", like.title), ..like.clone() };
    if let Some(rule) = &mut content.respondents {
        rule.provider_types.clear();
        rule.exclude.clear();
        rule.include = (0..ASKED).map(|n| providers[(at * 131 + n * 33) % providers.len()].clone()).collect();
    }
    let own = (0..OWN).map(|n| at * OWN + n);
    let shared = (0..OWN).map(|n| at / TOGETHER * TOGETHER * OWN + n * 3 + 1);
    let asked: BTreeSet<usize> = own.chain(shared).map(|place| place % made.len()).collect();
    let item = |(position, place): (u32, usize)| Item {
        position,
        definition: made[place].id.clone(),
        ..like.items[place % like.items.len()].clone()
    };
    content.items = (1..).zip(asked).map(item).collect();
    content
}

fn of_kind(sample: &Import, kind: OrganisationKind) -> Vec<OdsCode> {
    sample.organisations.iter().filter(|one| one.kind == kind).map(|one| one.code.clone()).collect()
}
