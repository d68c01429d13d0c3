//! The whole application in a test, in one line: a database of its own, a clock that stands still until it is turned, demo identities.

mod receivers;

pub use receivers::{Called, HookServer, MailServer, Mailed};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use onus_app::{App, AppSettings, Context, audit_log::AuditKey};
use onus_domain::{
    Error, Result,
    clock::{Clock, FixedClock},
    role::Actor,
};
use onus_exchange::sample::{self, Files, Grouping};
use onus_store::{
    Store,
    testing::{TestDatabase, create_database},
};
use std::sync::{Arc, PoisonError, RwLock};

pub use onus_store::Backend;

/// Both kinds of database: every test of the application runs on each.
pub const BACKENDS: [Backend; 2] = [Backend::Sqlite, Backend::Postgres];

/// An application of one test. Its database goes with it.
pub struct TestApp {
    /// The application.
    pub app: Arc<App>,
    /// Where it is kept.
    pub database: TestDatabase,
    clock: Arc<TestClock>,
}

/// A clock that stands still until a test sets it.
struct TestClock(RwLock<FixedClock>);

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).now()
    }
}

/// The day on which tests take place.
pub fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).unwrap_or_default()
}

impl TestApp {
    /// With nothing in it.
    pub async fn empty(backend: Backend) -> Self {
        Self::made(backend, |app| app).await
    }

    /// With nothing in it, made into what a test needs.
    pub async fn made(backend: Backend, make: impl FnOnce(App) -> App) -> Self {
        let database = create_database(backend).await;
        let base_month = "2025-03".parse().unwrap_or_else(|_| unreachable!("a month"));
        let settings = AppSettings { base_month, demo_identities: true, sample: true };
        let clock = Arc::new(TestClock(RwLock::new(FixedClock::at_noon(today()))));
        let app = App::new(database.store.clone(), Arc::<TestClock>::clone(&clock), settings);
        let pem = AuditKey::new_pem().unwrap_or_default();
        let key = AuditKey::read(&pem, "test").unwrap_or_else(|_| unreachable!("a key that was made now"));
        let app = app.with_audit_key(key, vec![]);
        Self { app: Arc::new(make(app)), database, clock }
    }

    /// Makes it noon of `day`: what is done from now on is done then.
    pub fn turn_to(&self, day: NaiveDate) {
        *self.clock.0.write().unwrap_or_else(PoisonError::into_inner) = FixedClock::at_noon(day);
    }

    /// Makes it later.
    pub fn turn_by(&self, time: TimeDelta) {
        let mut clock = self.clock.0.write().unwrap_or_else(PoisonError::into_inner);
        clock.0 += time;
    }

    /// Another server of the same registry, with the same clock.
    pub fn another(&self, store: Store) -> App {
        App::new(store, Arc::<TestClock>::clone(&self.clock), self.app.settings().clone())
    }

    /// With the shipped sample, imported and matched.
    pub async fn sample(backend: Backend, grouping: Grouping) -> Result<Self> {
        let test = Self::empty(backend).await;
        let context = test.system();
        test.app.import(&context, &sample::read(&Files::Embedded, grouping)?).await?;
        test.app.match_registry(&context, Arc::new(|_, _| {})).await?;
        Ok(test)
    }

    /// Onus itself, now.
    pub fn system(&self) -> Context {
        self.app.context(Actor::system())
    }

    /// A demo identity, now: `registrar`, `panel-chair`, …
    pub fn demo(&self, name: &str) -> Result<Context> {
        let actor = onus_app::demo_actor(name).ok_or_else(|| Error::not_found("demo identity", name))?;
        Ok(self.app.context(actor))
    }
}
