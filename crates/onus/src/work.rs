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

/// Does the background work alone until `stop` is done.
pub async fn only(app: Arc<App>, alone: bool, stop: impl Future<Output = ()>) {
    Worker::new(app).alone(alone).run(stop, GRACE).await;
}
