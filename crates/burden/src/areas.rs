//! The month's figures of regions, the index of each asking body, and rises of it.

use crate::{
    Burden,
    index::{IndexPair, Scope},
    number::{Hours, Pence, Ratio},
    results::{BodyIndex, RegionMonth, Regrowth},
};
use num_traits::Zero;
use onus_domain::{Month, OdsCode};

impl Burden {
    /// Each region's month, by code: sums over its providers, and the index of its types weighted by their share of its hours in the base
    /// month. Providers of no known region are in none.
    pub fn region_months(&self, month: Month) -> Vec<RegionMonth> {
        let figures = self.figures(month);
        let row = |(number, region): (u32, &String)| {
            let scope = Scope::Region(number);
            let total = figures.totals.of(scope, |_, _| true);
            let part = &total.part;
            let IndexPair { linked, published } = self.index.of_providers(scope, month);
            RegionMonth {
                region: region.clone(),
                month,
                providers: total.providers,
                providers_of_unknown_size: total.unknown_sizes,
                obligations: total.obligations_month,
                obligations_12m: total.obligations_year,
                counts: total.counts,
                hours: Hours::new(part.amount.hours_month.value()),
                hours_12m: Hours::new(part.amount.hours_year.value()),
                hours_12m_assumed_share: Hours::new(part.assumed_year.value())
                    .over(&Hours::new(part.amount.hours_year.value())),
                cost: Pence::new(part.amount.pence_month.value()),
                cost_12m: Pence::new(part.amount.pence_year.value()),
                avoidable_hours: Hours::new(total.avoidable.value()),
                index: linked.map(Ratio::new),
                index_as_published: published.map(Ratio::new),
            }
        };
        (0..).zip(&self.registry.regions).map(row).collect()
    }

    /// The index of each asking body's requests, by code.
    pub fn body_indexes(&self, month: Month) -> Vec<BodyIndex> {
        (0..).zip(&self.registry.owners).map(|(owner, code)| self.body_index(owner, code, month)).collect()
    }

    fn body_index(&self, owner: u32, code: &OdsCode, month: Month) -> BodyIndex {
        let IndexPair { linked, published } = self.index.of_owner(owner, month);
        let levels = self.index.type_levels(Scope::Owner(owner), month, month.last_day());
        BodyIndex {
            body: code.clone(),
            month,
            hours_12m: levels.values().map(|level| Hours::new(level.hours.clone())).sum(),
            index: linked.map(Ratio::new),
            index_as_published: published.map(Ratio::new),
        }
    }

    /// The asking bodies of which the index, net of re-estimation, rose in a month, by code. Of a body without an index (it asked nothing in
    /// the base month) the hours are looked at.
    pub fn regrowth(&self, month: Month) -> Vec<Regrowth> {
        let before = self.body_indexes(month.plus(-1));
        let rose = |(before, after): (BodyIndex, BodyIndex)| {
            let has_risen = match (&before.index, &after.index) {
                (Some(before), Some(after)) => after > before,
                (None, Some(index)) => !index.as_fraction().is_zero(),
                (_, None) => after.hours_12m > before.hours_12m,
            };
            has_risen.then_some(Regrowth { before, after })
        };
        before.into_iter().zip(self.body_indexes(month)).filter_map(rose).collect()
    }
}
