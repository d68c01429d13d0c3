//! Use cases: authorise, validate, orchestrate, audit. The only place where rules meet storage.
//!
//! Reads are functions of a [`View`]; writes are one transaction each, with their audit entry. gRPC and pages call the same functions.

mod audit;
mod cache;
mod commit;
mod context;
mod identity;
mod view;

pub mod burdens;
pub mod carried;
pub mod collections;
pub mod definitions;
mod demo;
pub mod doctor;
pub mod drafts;
pub mod editions;
pub mod export;
pub mod filter;
pub mod import;
pub mod jobs;
pub mod matching;
pub mod moves;
pub mod organisations;
pub mod overlaps;
pub mod paging;
pub mod rate;
pub mod summary;

pub use context::Context;
pub use demo::{claim_for_demo, is_demo};
pub use identity::{DEMO_IDENTITIES, demo_actor};
pub use view::{CollectionRow, View};

use cache::ViewCache;
use onus_domain::{Month, Result, clock::Clock, role::Actor};
use onus_store::Store;
use std::sync::Arc;

/// What the registry is run with.
#[derive(Debug, Clone)]
pub struct AppSettings {
    /// The month that the burden index is 100 in.
    pub base_month: Month,
    /// Whether demo identities are known. Only ever on loopback.
    pub demo_identities: bool,
    /// Whether the registry is the shipped sample, so that pages and reports say so.
    pub sample: bool,
}

/// The registry.
pub struct App {
    store: Store,
    clock: Arc<dyn Clock>,
    settings: AppSettings,
    cache: ViewCache,
    matcher: Arc<matching::SharedMatcher>,
    wakes: jobs::Wakes,
}

impl App {
    /// The registry in a store that is migrated already.
    pub fn new(store: Store, clock: Arc<dyn Clock>, settings: AppSettings) -> Self {
        let cache = ViewCache::new(onus_burden::Settings { base_month: settings.base_month });
        Self { store, clock, settings, cache, matcher: Arc::default(), wakes: jobs::Wakes::default() }
    }

    /// Where it is kept.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The registry's settings.
    pub fn settings(&self) -> &AppSettings {
        &self.settings
    }

    /// The last whole month: the one that pages and reports show unless asked for another.
    pub fn last_month(&self) -> Month {
        Month::of(self.clock.today()).plus(-1)
    }

    /// The clock it runs by.
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// Who an `authorization` value names; nothing given is the public.
    #[expect(clippy::unused_async, reason = "accounts are looked up in the database")]
    pub async fn identify(&self, authorization: Option<&str>) -> Result<Actor> {
        identity::identify(authorization, self.settings.demo_identities)
    }

    /// The context of a call by `actor` now.
    pub fn context(&self, actor: Actor) -> Context {
        Context { actor, now: self.clock.now(), request: None }
    }

    /// Says that this server changed the store, so that the next reader looks again, and work that follows from changes begins.
    pub(crate) fn note_change(&self) {
        self.cache.note_change();
        self.wakes.changed();
    }

    /// The published registry as it is now.
    pub async fn view(&self) -> Result<Arc<View>> {
        self.cache.view(&self.store, self.last_month()).await
    }
}
