//! Background work beside serving: a server is a worker too.

use onus_app::{App, jobs::Worker};
use onus_domain::{Error, Result};
use std::{future::Future, sync::Arc, time::Duration};

/// How long work under way may take when the server ends; what takes longer is given back, and done by another or by the next start.
const GRACE: Duration = Duration::from_secs(5);

/// Does the background work until `serving` ends. `alone` says that no other program has the database.
pub async fn beside(app: &Arc<App>, alone: bool, serving: impl Future<Output = Result<()>>) -> Result<()> {
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let worker = Worker::new(Arc::clone(app)).alone(alone);
    let working = tokio::spawn(worker.run(async { ended.await.unwrap_or_default() }, GRACE));
    let served = serving.await;
    let _ = end.send(());
    working.await.map_err(Error::internal)?;
    served
}

/// Does the background work alone until `stop` is done, and keeps the audit log if there is a key to sign it with.
pub async fn only(app: Arc<App>, alone: bool, stop: impl Future<Output = ()>) -> Result<()> {
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let keeper = Arc::clone(&app);
    let keeping = tokio::spawn(async move {
        if keeper.audit_key().is_some() {
            keeper.keep_audit(async { drop(ended.await) }).await;
        }
    });
    Worker::new(app).alone(alone).run(stop, GRACE).await;
    // What the last of the work changed has its place in the log too.
    drop(end);
    keeping.await.map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use onus_domain::{
        OdsCode,
        organisation::{Organisation, OrganisationKind},
    };
    use onus_testkit::{Backend, TestApp};
    use tokio::time::{Instant, sleep};

    async fn register(test: &TestApp, code: &str) {
        let body = Organisation {
            code: OdsCode::new(code).expect("a code"),
            name: format!("BODY {code}"),
            kind: OrganisationKind::NationalBody,
            provider_type: None,
            provider_type_basis: onus_domain::Basis::Stated,
            region: None,
            parent: None,
            open_date: None,
            close_date: None,
        };
        test.app.create_organisation(&test.system(), body, false).await.expect("a body");
    }

    /// How long the entries that are there wait for their places in the log.
    async fn wait(test: &TestApp) -> Duration {
        let from = Instant::now();
        while test.app.store().audit_waits().await.expect("read") {
            assert!(from.elapsed() < Duration::from_secs(30), "nobody keeps the log");
            sleep(Duration::from_millis(20)).await;
        }
        from.elapsed()
    }

    #[tokio::test]
    async fn a_worker_alone_keeps_the_audit_log() {
        let test = TestApp::empty(Backend::Sqlite).await;
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let working = tokio::spawn(only(Arc::clone(&test.app), false, async { drop(stopped.await) }));
        register(&test, "X24").await;
        wait(&test).await;
        // Whoever is to be told is looked for every five seconds, and the log brought up to date before: the log does not wait for that.
        register(&test, "X25").await;
        let waited = wait(&test).await;
        assert!(waited < Duration::from_secs(4), "{waited:?}");
        register(&test, "X26").await;
        drop(stop);
        working.await.expect("no panic").expect("it ended");
        assert!(!test.app.store().audit_waits().await.expect("read"), "the last change has its place");
    }
}
