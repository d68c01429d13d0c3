//! Collections: requests for information. A "data request" or "return" is the same thing.

use crate::{CollectionId, OdsCode, codes::codes, reference::Reference};
use serde::{Deserialize, Serialize};

codes! {
    /// By which path a collection came in.
    SectorPath {
        /// A national body's, through the panel.
        National,
        /// A local commissioner's, by the light path.
        Local,
    }
}

/// A collection's identity. What is asked is in its versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collection {
    /// Its key.
    pub id: CollectionId,
    /// Who asks.
    pub owner: OdsCode,
    /// National or local.
    pub sector_path: SectorPath,
    /// The reference that approval or adoption gave it.
    pub reference: Option<Reference>,
    /// Its key in the source it was imported from.
    pub source_id: Option<String>,
    /// Changes so far; its etag is made of it.
    pub revision: u32,
}
