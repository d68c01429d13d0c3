//! Export of the registry: the inputs from which an outsider can recompute every published figure.

use crate::{App, editions::cannot_write};
use onus_burden::{effective_statements, effective_tariffs};
use onus_domain::{Error, Result};
use onus_exchange::registry;
use std::path::Path;

impl App {
    /// Writes the registry as CSV files with their data package into `folder`, which must be empty or new. Answers the files' names.
    pub async fn export_registry(&self, folder: &Path) -> Result<Vec<String>> {
        let view = self.view().await?;
        let files = tokio::task::spawn_blocking(move || {
            let snapshot = &view.snapshot;
            registry::export(snapshot, &effective_statements(snapshot), &effective_tariffs(snapshot))
        });
        let files = files.await.map_err(Error::internal)??;
        std::fs::create_dir_all(folder).map_err(|error| cannot_write(folder, &error))?;
        let mut names = vec![];
        for (name, bytes) in files {
            let path = folder.join(&name);
            std::fs::write(&path, bytes).map_err(|error| cannot_write(&path, &error))?;
            names.push(name);
        }
        Ok(names)
    }
}
