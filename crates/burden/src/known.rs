//! What was worked out of a registry, remembered; and of the one before it, so that what a change left as it was is not worked out again.

use crate::{
    cache::Cache,
    cost::{EntryCost, Vintage},
    index::{Level, Scope},
    month::MonthFigures,
    update::Update,
    window::Window,
};
use chrono::NaiveDate;
use onus_domain::{Month, organisation::ProviderType};
use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

/// What was worked out of a registry.
pub(crate) struct Known {
    pub windows: Cache<Month, Window>,
    pub vintages: Cache<NaiveDate, Vintage>,
    pub types: Cache<(Scope, Month, NaiveDate), BTreeMap<ProviderType, Level>>,
    pub baselines: Cache<Month, Vec<Arc<Level>>>,
    pub base_levels: OnceLock<Vec<Arc<Level>>>,
    pub figures: Cache<Month, MonthFigures>,
}

/// The registry before a change, and what was worked out of it: whatever is asked for of the one after comes out of that, if it is there.
pub(crate) struct Before {
    pub update: Update,
    pub known: Arc<Known>,
}

impl Before {
    /// The prices of every version at the vintage of a day, before the change.
    pub fn vintage(&self, day: NaiveDate) -> Arc<Vintage> {
        self.known.vintages.get(day, || Vintage::new(&self.update.before, day))
    }

    /// What each entry of a window comes to at a vintage, before the change.
    pub fn costs(&self, window: &Window, vintage: NaiveDate) -> Arc<Vec<EntryCost>> {
        window.costs.get(vintage, || self.vintage(vintage).costs(&self.update.before, window))
    }
}

impl Known {
    pub fn new() -> Self {
        Self {
            windows: Cache::new(96),
            vintages: Cache::new(96),
            types: Cache::new(4096),
            baselines: Cache::new(4),
            base_levels: OnceLock::new(),
            figures: Cache::new(16),
        }
    }
}
