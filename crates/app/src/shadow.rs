//! What stewards ruled, to learn from, and what another model or vocabulary would change. Both read alone.

use crate::App;
use onus_domain::{Error, Result};
use onus_matching::{Matcher, ruled::Ruled, shadow::Shadow};
use std::sync::Arc;

impl App {
    /// The rulings that hold, on the definitions as they are now.
    pub async fn rulings(&self) -> Result<Ruled> {
        let view = self.view().await?;
        Ok(Ruled::new(&view.snapshot.definitions, &view.snapshot.decisions))
    }

    /// Matches the registry with the model and the vocabulary of this process, and sets what they find beside what is held. Stores nothing.
    pub async fn shadow(&self, progress: Arc<dyn Fn(usize, usize) + Send + Sync>) -> Result<Shadow> {
        let view = self.view().await?;
        let work = move || {
            let snapshot = &view.snapshot;
            let candidate = Matcher::match_all(&snapshot.definitions, &*progress);
            let ruled = Ruled::new(&snapshot.definitions, &snapshot.decisions);
            Shadow::new(&snapshot.matches, &candidate, &ruled.pairs)
        };
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)
    }
}
