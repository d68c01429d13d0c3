//! The month's figures as they are published: of providers, types, bodies, pairs and collections.

use crate::{
    Burden,
    cost::Part,
    evidence::{Reader, Reads},
    exact::Exact,
    index::{IndexPair, Level, Scope},
    month::MonthFigures,
    number::{Hours, Pence, Ratio},
    results::{
        BodyMonth, CollectionMonth, IndexPoint, NationalMonth, PairMonth, PeerPlace, ProviderMonth, TypeMonth,
    },
    threads::share_out,
};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero;
use onus_domain::{Month, organisation::ProviderType};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

fn hours(sum: &Exact) -> Hours {
    Hours::new(sum.value())
}

fn pence(sum: &Exact) -> Pence {
    Pence::new(sum.value())
}

fn share(part: &Exact, whole: &Exact) -> Option<Ratio> {
    hours(part).over(&hours(whole))
}

fn ratios(index: IndexPair) -> (Option<Ratio>, Option<Ratio>) {
    (index.linked.map(Ratio::new), index.published.map(Ratio::new))
}

/// Hours for their size of the open providers of known size, by type, in order.
#[derive(Clone)]
pub(crate) struct Peers(BTreeMap<ProviderType, Vec<Arc<Intensity>>>);

/// Hours for a size, with its nearest `f64`: rounding keeps the order, so only equal ones need the exact comparison; and whose they are.
#[derive(PartialEq)]
pub(crate) struct Intensity(f64, BigRational, u32);

impl Intensity {
    fn new(value: &BigRational, provider: u32) -> Self {
        Self(Ratio::new(value.clone()).to_f64(), value.clone(), provider)
    }

    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let exactly = || self.1.cmp(&other.1);
        self.0.total_cmp(&other.0).then_with(exactly).then_with(|| self.2.cmp(&other.2))
    }
}

impl Peers {
    /// Puts providers of a type in the places of others.
    fn replace(&mut self, kind: ProviderType, mut gone: Vec<Arc<Intensity>>, come: Vec<Arc<Intensity>>) {
        let peers = self.0.entry(kind).or_default();
        gone.sort_by(|a, b| a.cmp(b));
        let mut gone = gone.into_iter().peekable();
        peers.retain(|peer| gone.next_if(|gone| gone.cmp(peer).is_eq()).is_none());
        peers.extend(come);
        peers.sort_by(|a, b| a.cmp(b));
    }

    /// Per cent of the peers that have no more than `value`.
    fn percentile(&self, kind: ProviderType, value: &BigRational) -> Option<Ratio> {
        let peers = self.0.get(&kind)?;
        let value = Intensity::new(value, u32::MAX);
        let below = peers.partition_point(|peer| peer.cmp(&value).is_le());
        Ratio::fraction(100 * below, peers.len())
    }
}

impl Burden {
    /// R(p, m) / N(p, m) of an open provider of known size that has so many hours.
    fn intensity(
        &self,
        figures: &MonthFigures,
        provider: usize,
        hours: impl FnOnce() -> BigRational,
    ) -> Option<BigRational> {
        let row = &self.registry.providers[provider];
        let size = row.size(row.kind.size_measure(), figures.window.calendar.month.last_day())?;
        figures.window.group(provider).open.then(|| hours() / crate::number::decimal(size))
    }

    pub(crate) fn peers<'f>(&self, figures: &'f MonthFigures) -> &'f Peers {
        figures.peers.get_or_init(|| {
            self.peers_after(figures).unwrap_or_else(|| {
                let every = 0..crate::window::number(self.registry.providers.len());
                let mut peers = Peers(BTreeMap::new());
                for (kind, come) in self.intensities(figures, &every.collect::<Vec<_>>()) {
                    peers.replace(kind, vec![], come);
                }
                peers
            })
        })
    }

    /// Where a provider stands among its peers, and those around it.
    pub(crate) fn place_among_peers(
        &self,
        provider: usize,
        month: Month,
        around: usize,
    ) -> Option<PeerPlace> {
        let figures = self.figures(month);
        let peers = self.peers(&figures).0.get(&self.registry.providers[provider].kind)?;
        let at = peers.iter().position(|peer| peer.2 as usize == provider)?;
        let (first, end) = (at.saturating_sub(around), (at + around + 1).min(peers.len()));
        let (baselines, reader) = (self.index.baselines(month), figures.reader(&self.index));
        let row =
            |peer: &Arc<Intensity>| self.provider_row(&figures, &baselines, reader.as_ref(), peer.2 as usize);
        Some(PeerPlace {
            place: at + 1,
            peers: peers.len(),
            first: first + 1,
            around: peers[first..end].iter().map(row).collect(),
        })
    }

    /// The peers as they were before a change, those replaced who may owe something else.
    fn peers_after(&self, figures: &MonthFigures) -> Option<Peers> {
        let (before, providers) = self.index.figures_before(figures.window.calendar.month)?;
        let mut peers = before.peers.get()?.clone();
        let mut gone = self.intensities(&before, providers);
        for (kind, come) in self.intensities(figures, providers) {
            peers.replace(kind, gone.remove(&kind).unwrap_or_default(), come);
        }
        Some(peers)
    }

    /// Hours for their size of some providers, as far as they are open and of known size, by type; of every type of theirs.
    fn intensities(
        &self,
        figures: &MonthFigures,
        providers: &[u32],
    ) -> BTreeMap<ProviderType, Vec<Arc<Intensity>>> {
        let intensity = |(): &mut (), at: usize| {
            let provider = providers[at] as usize;
            let hours = || figures.amounts(&self.registry, provider).0.amount.hours_year.value();
            Some(Arc::new(Intensity::new(&self.intensity(figures, provider, hours)?, providers[at])))
        };
        let (found, _) = share_out(providers.len(), || (), intensity);
        let mut intensities = BTreeMap::<_, Vec<_>>::new();
        for (provider, value) in providers.iter().zip(found) {
            let kind = self.registry.providers[*provider as usize].kind;
            intensities.entry(kind).or_default().extend(value);
        }
        intensities
    }

    pub(crate) fn provider_row(
        &self,
        figures: &MonthFigures,
        baselines: &[Arc<Level>],
        reader: Option<&Reader<'_>>,
        provider: usize,
    ) -> ProviderMonth {
        let (month, row) = (figures.window.calendar.month, &self.registry.providers[provider]);
        let group = figures.of(provider);
        let (part, avoidable) = figures.amounts(&self.registry, provider);
        let met = figures.met.get(&provider).cloned().unwrap_or_default();
        let reads = reader.and_then(|reader| reader.read_provider(&self.registry, provider));
        let read = |of: fn(&Reads) -> &BigRational, declared: &Exact| {
            reads.as_ref().map(|(reads, _)| Hours::new(of(reads) + declared.value()))
        };
        let measure = row.kind.size_measure();
        let burden = part.amount.hours_year.value();
        let intensity = self.intensity(figures, provider, || burden.clone());
        let index = self.index.of_provider_at(provider, month, baselines, || burden);
        let (index, index_as_published) = ratios(index);
        ProviderMonth {
            provider: self.registry.organisation(row).code.clone(),
            provider_type: row.kind,
            month,
            open: figures.window.group(provider).open,
            obligations: group.obligations_month,
            obligations_met: met.obligations,
            obligations_12m: group.obligations_year,
            counts: group.counts,
            asks_assumed_share: Ratio::fraction(group.assumed_asks, group.counts.content().asks),
            hours_low: read(|reads| &reads.month[0], &part.amount.hours_month),
            hours_high: read(|reads| &reads.month[2], &part.amount.hours_month),
            hours_12m_low: read(|reads| &reads.year[0], &part.amount.hours_year),
            hours_12m_high: read(|reads| &reads.year[2], &part.amount.hours_year),
            hours: hours(&part.amount.hours_month),
            hours_met: Hours::new(met.hours),
            hours_assumed_share: share(&part.assumed_month, &part.amount.hours_month),
            hours_12m: hours(&part.amount.hours_year),
            hours_12m_assumed_share: share(&part.assumed_year, &part.amount.hours_year),
            cost: pence(&part.amount.pence_month),
            cost_12m: pence(&part.amount.pence_year),
            avoidable_hours: hours(&avoidable),
            size_measure: measure,
            size: row.size(measure, month.last_day()),
            base_size_known: row.size(measure, self.settings.base_month.last_day()).is_some(),
            index,
            index_as_published,
            hours_per_thousand: intensity.as_ref().map(|value| Hours::new(value * BigInt::from(1000))),
            peer_percentile: intensity.and_then(|value| self.peers(figures).percentile(row.kind, &value)),
        }
    }

    pub(crate) fn index_point(&self, provider: usize, month: Month) -> IndexPoint {
        let row = &self.registry.providers[provider];
        let (hours, hours_12m) = self.index.own_hours(provider, month);
        let (index, index_as_published) =
            ratios(self.index.of_provider(provider, month, &self.index.baselines(month)));
        IndexPoint {
            month,
            hours: Hours::new(hours),
            hours_12m: Hours::new(hours_12m),
            size: row.size(row.kind.size_measure(), month.last_day()),
            index,
            index_as_published,
        }
    }

    pub(crate) fn national(&self, month: Month) -> NationalMonth {
        let figures = self.figures(month);
        let total = figures.totals.of(Scope::All, |_, _| true);
        let part = &total.part;
        let (index, index_as_published) = ratios(self.index.of_providers(Scope::All, month));
        let reads = self.reads(&figures);
        let read = |of: fn(&Reads) -> &BigRational, declared: &Exact| {
            reads.as_ref().map(|reads| Hours::new(of(reads) + declared.value()))
        };
        NationalMonth {
            month,
            providers: total.providers,
            providers_of_unknown_size: total.unknown_sizes,
            obligations: total.obligations_month,
            obligations_met: figures.met.values().map(|met| met.obligations).sum(),
            obligations_12m: total.obligations_year,
            counts: total.counts,
            asks_assumed_share: Ratio::fraction(total.assumed_asks, total.counts.content().asks),
            hours_low: read(|reads| &reads.month[0], &part.amount.hours_month),
            hours_high: read(|reads| &reads.month[2], &part.amount.hours_month),
            hours_12m_low: read(|reads| &reads.year[0], &part.amount.hours_year),
            hours_12m_high: read(|reads| &reads.year[2], &part.amount.hours_year),
            hours: hours(&part.amount.hours_month),
            hours_met: Hours::new(figures.met.values().map(|met| &met.hours).sum()),
            hours_assumed_share: share(&part.assumed_month, &part.amount.hours_month),
            hours_12m: hours(&part.amount.hours_year),
            hours_12m_assumed_share: share(&part.assumed_year, &part.amount.hours_year),
            cost: pence(&part.amount.pence_month),
            cost_12m: pence(&part.amount.pence_year),
            avoidable_hours: hours(&total.avoidable),
            index,
            index_as_published,
        }
    }

    /// How much all hours differ from what is declared, read by evidence; nothing if there is none.
    fn reads(&self, figures: &MonthFigures) -> Option<Reads> {
        let reader = figures.reader(&self.index)?;
        let mut sum: Option<Reads> = None;
        for group in &figures.window.groups {
            let entries = figures.window.entries(&self.registry, group);
            for provider in &group.providers {
                // What all of a group owe is the same: if evidence is of none of it, it is so for all.
                let Some((reads, _)) = reader.read(*provider as usize, &entries) else { break };
                let sum = sum.get_or_insert_default();
                let add = |sum: &mut [BigRational; 3], more: [BigRational; 3]| {
                    sum.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
                };
                add(&mut sum.month, reads.month);
                add(&mut sum.year, reads.year);
            }
        }
        sum
    }

    pub(crate) fn types(&self, month: Month) -> Vec<TypeMonth> {
        let figures = self.figures(month);
        let levels = self.index.type_levels(Scope::All, month, month.last_day());
        let weights = self.index.weights(Scope::All);
        let row = |(kind, level): (&ProviderType, &Level)| {
            let total = figures.totals.of(Scope::All, |of, open| open && of == *kind);
            let (index, index_as_published) = ratios(self.index.of_type(Scope::All, *kind, month));
            TypeMonth {
                provider_type: *kind,
                month,
                providers: total.providers,
                providers_of_unknown_size: total.unknown_sizes,
                counts: total.counts,
                hours: hours(&total.part.amount.hours_month),
                hours_12m: hours(&total.part.amount.hours_year),
                hours_12m_assumed_share: share(&total.part.assumed_year, &total.part.amount.hours_year),
                size_measure: kind.size_measure(),
                size: Ratio::new(level.size.clone()),
                weight: Ratio::new(weights.get(kind).cloned().unwrap_or_else(BigRational::zero)),
                index,
                index_as_published,
            }
        };
        levels.iter().map(row).collect()
    }

    pub(crate) fn bodies(&self, month: Month) -> Vec<BodyMonth> {
        let figures = self.figures(month);
        let all = &figures.all;
        let owner_of: BTreeMap<u32, u32> =
            self.registry.versions.iter().map(|row| (row.collection, row.owner)).collect();
        let mut parts = BTreeMap::<u32, Part>::new();
        for (collection, of) in &all.collections {
            parts.entry(owner_of[collection]).or_default().add(&of.part, 1);
        }
        let row = |(owner, code): (u32, &onus_domain::OdsCode)| {
            let part = parts.get(&owner).cloned().unwrap_or_default();
            let of_owner = |collection: &u32| owner_of.get(collection) == Some(&owner);
            let in_force = self.registry.versions.iter().filter(|row| {
                row.owner == owner && row.force.iter().any(|span| span.holds(month.last_day()))
            });
            let asked = all.collections.iter().filter(|(collection, _)| of_owner(collection));
            BodyMonth {
                body: code.clone(),
                month,
                collections: in_force.clone().map(|row| row.collection).collect::<BTreeSet<_>>().len() as u64,
                items: in_force.flat_map(|row| row.asks).sum(),
                asks: asked.map(|(_, asks)| asks.asks).sum(),
                asks_redundant: all.redundant.get(&owner).copied().unwrap_or_default(),
                facts_shared: all.facts_shared.get(&owner).copied().unwrap_or_default(),
                hours: hours(&part.amount.hours_month),
                hours_12m: hours(&part.amount.hours_year),
                hours_assumed_share: share(&part.assumed_month, &part.amount.hours_month),
                hours_12m_assumed_share: share(&part.assumed_year, &part.amount.hours_year),
                cost: pence(&part.amount.pence_month),
                avoidable_hours: all.avoidable_by_owner.get(&owner).map(hours).unwrap_or_default(),
                reuse_facts: all.met_by_reuse.get(&owner).copied().unwrap_or_default(),
            }
        };
        (0..).zip(&self.registry.owners).map(row).collect()
    }

    pub(crate) fn pairs(&self, month: Month) -> Vec<PairMonth> {
        let figures = self.figures(month);
        let all = &figures.all;
        let code = |owner: u32| self.registry.owners[owner as usize].clone();
        let row = |(pair, facts): (&(u32, u32), &u64)| PairMonth {
            body_a: code(pair.0),
            body_b: code(pair.1),
            month,
            shared_facts: *facts,
            avoidable_hours: all.avoidable_by_pair.get(pair).map(hours).unwrap_or_default(),
        };
        all.pair_facts.iter().map(row).collect()
    }

    pub(crate) fn collections(&self, month: Month) -> Vec<CollectionMonth> {
        let figures = self.figures(month);
        let mut respondents = BTreeMap::<u32, u64>::new();
        let mut providers = vec![0; self.registry.duties.len()];
        for duty in self.registry.duties_of.iter().flat_map(|duties| duties.iter()) {
            providers[*duty as usize] += 1;
        }
        for (duty, providers) in self.registry.duties.iter().zip(providers) {
            if duty.span.holds(month.last_day()) {
                *respondents.entry(self.registry.row(duty.version).collection).or_default() += providers;
            }
        }
        let mut ids = BTreeMap::new();
        for row in &self.registry.versions {
            ids.insert(row.collection, self.registry.version_of(row).collection.clone());
        }
        let row = |(collection, id)| {
            let of = figures.all.collections.get(&collection).cloned().unwrap_or_default();
            let part = &of.part;
            CollectionMonth {
                collection: id,
                month,
                respondents: respondents.get(&collection).copied().unwrap_or_default(),
                obligations: of.obligations_month,
                obligations_12m: of.obligations_year,
                asks: of.asks,
                hours: hours(&part.amount.hours_month),
                hours_12m: hours(&part.amount.hours_year),
                hours_12m_assumed_share: share(&part.assumed_year, &part.amount.hours_year),
                cost: pence(&part.amount.pence_month),
                cost_12m: pence(&part.amount.pence_year),
            }
        };
        ids.into_iter().map(row).collect()
    }
}
