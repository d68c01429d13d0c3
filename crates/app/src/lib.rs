//! Use cases: authorise, validate, orchestrate, audit. The only place where rules meet storage.
//!
//! Reads are functions of a [`View`]; writes are one transaction each, with their audit entry. gRPC and pages call the same functions.

mod as_known;
pub mod asked;
mod audit;
pub mod audit_log;
mod cache;
pub mod closing;
mod commit;
mod context;
mod view;

pub mod batches;
pub mod burdens;
pub mod carried;
pub mod challenges;
pub mod changes;
pub mod collections;
pub mod compare;
pub mod comply;
pub mod consultations;
pub mod decisions;
pub mod definitions;
mod demo;
pub mod doctor;
pub mod drafts;
pub mod due;
pub mod editions;
pub mod export;
pub mod feedback;
pub mod filter;
pub mod history;
pub mod identity;
pub mod import;
pub mod intake;
pub mod jobs;
pub mod matching;
pub mod moves;
pub mod organisations;
pub mod overlaps;
pub mod paging;
pub mod panel;
pub mod plans;
pub mod printing;
pub mod rate;
pub mod renewals;
pub mod reuse;
mod rulings;
pub mod search;
mod shadow;
pub mod submissions;
pub mod submit;
pub mod subscriptions;
pub mod summary;
pub mod tariffs;
pub mod undecided;

pub use context::Context;
pub use demo::{claim_for_demo, is_demo};
pub use identity::{DEMO_IDENTITIES, demo_actor};
pub use view::{CollectionRow, View};

use cache::ViewCache;
use onus_domain::{Decimal, Month, Result, clock::Clock, light_path, role::Actor};
use onus_notify::Outward;
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
    audit: audit_log::AuditLog,
    past: history::PastViews,
    feed: changes::Feed,
    outward: Option<Arc<Outward>>,
    identity: identity::IdentitySettings,
    recent: identity::Recent,
    light_path_share: Decimal,
    closing_day: u32,
    printer: Option<printing::Printer>,
}

impl App {
    /// The registry in a store that is migrated already.
    pub fn new(store: Store, clock: Arc<dyn Clock>, settings: AppSettings) -> Self {
        let cache = ViewCache::new(onus_burden::Settings { base_month: settings.base_month });
        Self {
            store,
            clock,
            settings,
            cache,
            matcher: Arc::default(),
            wakes: jobs::Wakes::default(),
            audit: audit_log::AuditLog::default(),
            past: history::PastViews::default(),
            feed: changes::Feed::default(),
            outward: None,
            identity: identity::IdentitySettings::default(),
            recent: identity::Recent::default(),
            light_path_share: light_path::DEFAULT_SHARE,
            closing_day: 0,
            printer: None,
        }
    }

    /// The same, sending messages out by `outward`.
    #[must_use]
    pub fn with_outward(self, outward: Outward) -> Self {
        Self { outward: Some(Arc::new(outward)), ..self }
    }

    /// The way out of messages, if this process has one.
    pub(crate) fn outward(&self) -> Option<&Outward> {
        self.outward.as_deref()
    }

    /// The same, with callers known as `identity` says. Demo identities and an issuer exclude each other.
    #[must_use]
    pub fn with_identity(mut self, identity: identity::IdentitySettings) -> Self {
        self.settings.demo_identities &= identity.issuer.is_none();
        self.identity = identity;
        self
    }

    /// How callers are known.
    pub fn identity(&self) -> &identity::IdentitySettings {
        &self.identity
    }

    /// The same, with another share of a local commissioner's request that may be asked already before the panel reviews it.
    #[must_use]
    pub fn with_light_path_share(mut self, share: Decimal) -> Self {
        self.light_path_share = share;
        self
    }

    /// The share of a local commissioner's request that may be asked already before the panel reviews it.
    pub fn light_path_share(&self) -> Decimal {
        self.light_path_share
    }

    /// The same, where each month closes by itself on a day of the next one; 0: it does not.
    #[must_use]
    pub fn with_closing_day(mut self, day: u32) -> Self {
        self.closing_day = day;
        self
    }

    /// The day of the next month on which a month closes by itself; 0: it does not.
    pub fn closing_day(&self) -> u32 {
        self.closing_day
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
