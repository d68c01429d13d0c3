//! Why burden changed between two months (`burden.md`, "Decomposition"): the change of R, and of what it costs, by effect and by who asks.
//!
//! Of each collection and provider, every order in which the factors that changed may have changed is taken, and the mean of what each did
//! (`shapley`; the factors in `profile`). The effects add up to the change to the last digit, and there is no residual.

use crate::{
    Burden,
    number::{Hours, Pence},
    profile::{FACTORS, Model, Profiling, Side},
    shapley::shapley,
    window::Entry,
};
use chrono::NaiveDate;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, Zero};
use onus_domain::{
    CollectionId, Month, OdsCode, effect::Effect, organisation::SizeMeasure, statement::LineBasis,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What an effect did to the burden of the requests of one body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectOf {
    /// Which effect.
    pub effect: Effect,
    /// Who asks.
    pub owner: OdsCode,
    /// By how much the hours of the twelve months changed.
    pub hours: Hours,
    /// By how much their cost changed.
    pub cost: Pence,
}

/// What an effect did to the burden of one collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectOfCollection {
    /// Which collection.
    pub collection: CollectionId,
    /// The effect, with the collection's owner.
    pub part: EffectOf,
}

/// The change of R between two months.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decomposition {
    /// The month before.
    pub from: Month,
    /// The month after.
    pub to: Month,
    /// Its parts by effect and owner, without those that are nothing.
    pub effects: Vec<EffectOf>,
}

impl Decomposition {
    /// The whole change of hours.
    pub fn hours(&self) -> Hours {
        self.effects.iter().map(|part| part.hours.clone()).sum()
    }

    /// The whole change of cost.
    pub fn cost(&self) -> Pence {
        self.effects.iter().map(|part| part.cost.clone()).sum()
    }

    /// The change of hours and of cost by effect, over all owners: the bars of the waterfall.
    pub fn by_effect(&self) -> BTreeMap<Effect, (Hours, Pence)> {
        let mut sums = BTreeMap::<_, (Hours, Pence)>::new();
        for part in &self.effects {
            let sum = sums.entry(part.effect).or_default();
            sum.0 += &part.hours;
            sum.1 += &part.cost;
        }
        sums
    }

    /// What one body's requests did.
    #[must_use]
    pub fn of_owner(&self, owner: &OdsCode) -> Self {
        let effects = self.effects.iter().filter(|part| part.owner == *owner).cloned().collect();
        Self { effects, ..*self }
    }
}

/// Whose parts are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Owner,
    Collection,
}

/// By effect and number of owner or collection: change of hours and pence.
type Sums = BTreeMap<(Effect, u32), [BigRational; 2]>;

fn add(sums: &mut Sums, other: &Sums, times: &BigInt) {
    for (key, amounts) in other {
        let sum = sums.entry(*key).or_default();
        sum.iter_mut().zip(amounts).for_each(|(sum, amount)| *sum += amount * times);
    }
}

/// What one collection's entries before and after come to.
type Change = (u32, Vec<Entry>, Vec<Entry>);

struct Decomposing<'b> {
    burden: &'b Burden,
    by: By,
    sides: [Side; 2],
    vintages: [NaiveDate; 2],
    /// Collections of which any statement counts the units of a provider's size.
    by_size: BTreeSet<u32>,
    known: HashMap<Change, Sums>,
}

impl<'b> Decomposing<'b> {
    fn new(burden: &'b Burden, by: By, from: Month, to: Month) -> Self {
        let rows = burden.registry.versions.iter();
        let by_size = rows.filter(|row| {
            row.statements.iter().flat_map(|s| &s.lines).any(|line| line.basis == LineBasis::PerUnit)
        });
        Self {
            burden,
            by,
            sides: [from, to].map(|month| Side::new(burden.index.window(month))),
            vintages: [from, to].map(Month::last_day),
            by_size: by_size.map(|row| row.collection).collect(),
            known: HashMap::new(),
        }
    }

    /// The changes of providers of a group before and one after: those that are the same for all of them, and the others.
    fn changes(&self, groups: [u32; 2]) -> (Vec<Change>, Vec<Change>) {
        let registry = &self.burden.registry;
        let [mut before, mut after] =
            [0, 1].map(|side| self.sides[side].entries(registry, groups[side] as usize));
        let collections: BTreeSet<u32> = before.keys().chain(after.keys()).copied().collect();
        let changes = collections.into_iter().map(|collection| {
            let entries = |of: &mut BTreeMap<u32, Vec<Entry>>| of.remove(&collection).unwrap_or_default();
            (collection, entries(&mut before), entries(&mut after))
        });
        changes.partition(|(collection, ..)| !self.by_size.contains(collection))
    }

    /// The effects on a provider, of changes that depend on nothing but what is owed.
    fn common(&mut self, changes: &[Change]) -> Sums {
        let mut sums = Sums::new();
        for change in changes {
            if !self.known.contains_key(change) {
                let found = self.effects(change, &|_, _| BigRational::zero());
                self.known.insert(change.clone(), found);
            }
            add(&mut sums, &self.known[change], &1.into());
        }
        sums
    }

    /// The effects on a provider of its own size.
    fn own(&self, changes: &[Change], provider: usize) -> Sums {
        let mut sums = Sums::new();
        let size = |measure: SizeMeasure, day| self.burden.index.size_in(provider, (measure, day));
        for change in changes {
            add(&mut sums, &self.effects(change, &size), &1.into());
        }
        sums
    }

    fn effects(
        &self,
        (collection, before, after): &Change,
        size: &dyn Fn(SizeMeasure, NaiveDate) -> BigRational,
    ) -> Sums {
        let registry = &self.burden.registry;
        let profile = |own: usize, entries: &[Entry]| {
            let side = &self.sides[own];
            Profiling { registry, side, vintages: self.vintages, own }.profile(*collection, entries, size)
        };
        let epochs = self.vintages.map(|day| registry.tariffs.epoch(day));
        let model = Model::new(&[profile(0, before), profile(1, after)], |role| {
            epochs.map(|epoch| registry.tariffs.rate(role, epoch))
        });
        let changed: Vec<usize> =
            model.changed().iter().enumerate().filter(|(_, changed)| **changed).map(|(at, _)| at).collect();
        let effects = shapley(changed.len(), |made| {
            let mut at = [false; FACTORS];
            for (bit, factor) in changed.iter().enumerate() {
                at[*factor] = made & (1 << bit) != 0;
            }
            let (hours, pence) = model.value(at);
            [hours, pence]
        });
        let Some(entry) = before.iter().chain(after).next() else { return Sums::new() };
        let whose = match self.by {
            By::Owner => registry.row(entry.version).owner,
            By::Collection => *collection,
        };
        let named = changed.iter().map(|factor| (effect(*factor, model.grew()), whose));
        named.zip(effects).filter(|(_, amounts)| amounts.iter().any(|amount| !amount.is_zero())).collect()
    }

    /// The effects on a provider.
    fn of_provider(&mut self, place: usize) -> Sums {
        let (common, own) = self.changes(self.groups(place));
        let mut sums = self.common(&common);
        add(&mut sums, &self.own(&own, place), &1.into());
        sums
    }

    /// The effects on all providers together.
    fn of_all(&mut self) -> Sums {
        let mut sums = Sums::new();
        for (groups, providers) in self.alike() {
            let (common, own) = self.changes(groups);
            add(&mut sums, &self.common(&common), &providers.len().into());
            if !own.is_empty() {
                for provider in providers {
                    add(&mut sums, &self.own(&own, provider), &1.into());
                }
            }
        }
        sums
    }

    /// By owner.
    fn result(&self, sums: Sums) -> Decomposition {
        let owner = |owner: u32| self.burden.registry.owners[owner as usize].clone();
        let effects =
            parts(sums).map(|(effect, of, hours, cost)| EffectOf { effect, owner: owner(of), hours, cost });
        Decomposition { from: self.sides[0].month, to: self.sides[1].month, effects: effects.collect() }
    }

    /// Providers who owed the same before and owe the same after.
    fn alike(&self) -> BTreeMap<[u32; 2], Vec<usize>> {
        let mut alike = BTreeMap::<_, Vec<usize>>::new();
        for provider in 0..self.burden.registry.providers.len() {
            alike.entry(self.groups(provider)).or_default().push(provider);
        }
        alike
    }

    fn groups(&self, provider: usize) -> [u32; 2] {
        self.sides.each_ref().map(|side| side.window.group_of[provider])
    }
}

/// The parts that are not nothing: which effect, whose, how many hours, what they cost.
fn parts(sums: Sums) -> impl Iterator<Item = (Effect, u32, Hours, Pence)> {
    let some = sums.into_iter().filter(|(_, amounts)| amounts.iter().any(|amount| !amount.is_zero()));
    some.map(|((effect, of), [hours, pence])| (effect, of, Hours::new(hours), Pence::new(pence)))
}

/// The effect of a factor, in the order of `profile::FACTORS`; of life, whether it grew.
fn effect(factor: usize, grew: bool) -> Effect {
    const EFFECTS: [Effect; FACTORS] = [
        Effect::EndedCollections,
        Effect::Respondents,
        Effect::Frequency,
        Effect::Content,
        Effect::TimePerItem,
        Effect::Size,
        Effect::ReEstimation,
        Effect::Tariff,
    ];
    if factor == 0 && grew { Effect::NewCollections } else { EFFECTS[factor] }
}

impl Burden {
    /// Why a provider's R and its cost changed from one month to another; nothing if there is no such provider.
    pub fn decomposition(&self, provider: &OdsCode, from: Month, to: Month) -> Option<Decomposition> {
        let place = self.registry.provider(provider)?;
        let mut decomposing = Decomposing::new(self, By::Owner, from, to);
        let sums = decomposing.of_provider(place);
        Some(decomposing.result(sums))
    }

    /// The same of a provider or of all, and its parts by collection, those of the greatest change of hours first. Nothing if there is no
    /// such provider.
    pub fn decomposition_by_collection(
        &self,
        provider: Option<&OdsCode>,
        from: Month,
        to: Month,
    ) -> Option<(Decomposition, Vec<EffectOfCollection>)> {
        let mut decomposing = Decomposing::new(self, By::Collection, from, to);
        let sums = match provider {
            Some(code) => decomposing.of_provider(self.registry.provider(code)?),
            None => decomposing.of_all(),
        };
        let registry = &self.registry;
        let row = |of: u32| {
            // Rows stand in the order of their collections' numbers.
            &registry.versions[registry.versions.partition_point(|row| row.collection < of)]
        };
        let mut whole = Sums::new();
        for ((effect, of), amounts) in &sums {
            add(&mut whole, &Sums::from([((*effect, row(*of).owner), amounts.clone())]), &1.into());
        }
        let part = |(effect, of, hours, cost): (Effect, u32, Hours, Pence)| {
            let owner = registry.owners[row(of).owner as usize].clone();
            let collection = registry.version_of(row(of)).collection.clone();
            EffectOfCollection { collection, part: EffectOf { effect, owner, hours, cost } }
        };
        let mut found: Vec<_> = parts(sums).map(part).collect();
        let size = |of: &EffectOfCollection| of.part.hours.as_fraction().abs();
        found.sort_by(|a, b| {
            size(b)
                .cmp(&size(a))
                .then_with(|| (&a.collection, a.part.effect).cmp(&(&b.collection, b.part.effect)))
        });
        Some((decomposing.result(whole), found))
    }

    /// Each provider's, by code.
    pub fn decompositions(&self, from: Month, to: Month) -> Vec<(OdsCode, Decomposition)> {
        let mut decomposing = Decomposing::new(self, By::Owner, from, to);
        let mut found = vec![];
        for (groups, providers) in decomposing.alike() {
            let (common, own) = decomposing.changes(groups);
            let common = decomposing.common(&common);
            for provider in providers {
                let mut sums = common.clone();
                add(&mut sums, &decomposing.own(&own, provider), &1.into());
                found.push((provider, decomposing.result(sums)));
            }
        }
        found.sort_by_key(|(provider, _)| *provider);
        let code = |place: usize| self.registry.organisation(&self.registry.providers[place]).code.clone();
        found.into_iter().map(|(place, decomposition)| (code(place), decomposition)).collect()
    }

    /// Why the R of all providers together and its cost changed: the sum of theirs.
    pub fn national_decomposition(&self, from: Month, to: Month) -> Decomposition {
        let mut decomposing = Decomposing::new(self, By::Owner, from, to);
        let sums = decomposing.of_all();
        decomposing.result(sums)
    }
}
