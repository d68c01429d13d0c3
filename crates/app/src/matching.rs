//! Matching as use cases: checking a request before it is registered, comparing collections, running the engine over the registry.

use crate::{
    App, CollectionRow, Context, View, audit,
    burdens::Owed,
    filter::Field,
    paging::{ListRequest, Page, page, read_list},
};
use chrono::{NaiveDate, TimeDelta};
use onus_domain::{
    CollectionId, ConceptId, DefinitionId, Error, OdsCode, Result,
    concept::ConceptMember,
    definition::Definition,
    organisation::Organisation,
    relation::{Decision, Match, Standing},
    respondents::RespondentsRule,
    role::Act,
    schedule::Frequency,
    version::Version,
};
use onus_matching::{Hit, Matcher, live, recipe::Step};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, PoisonError, RwLock},
};

/// Most registered definitions that a check names for one item.
const MOST_HITS: usize = 10;
/// Most times that matching the registry begins again because a definition was registered meanwhile.
const MOST_RUNS: usize = 5;

/// The engine with everything registered in it, made on first use and kept up by what is registered after.
#[derive(Default)]
pub struct SharedMatcher(RwLock<Taken>);

/// An engine, and the version of each definition that it has taken in.
#[derive(Default)]
struct Taken {
    versions: BTreeMap<DefinitionId, u32>,
    matcher: Matcher,
}

impl Taken {
    fn lacks<'d>(&self, definitions: &'d [Definition]) -> impl Iterator<Item = &'d Definition> {
        definitions.iter().filter(|definition| self.versions.get(&definition.id) != Some(&definition.version))
    }

    fn take_in(&mut self, definitions: &[Definition]) {
        let lacking: Vec<_> = self.lacks(definitions).collect();
        self.versions.extend(lacking.iter().map(|definition| (definition.id.clone(), definition.version)));
        self.matcher.extend(lacking);
    }
}

impl SharedMatcher {
    /// Works with the engine after it has taken in whatever of `definitions` it lacks.
    fn with<T>(&self, definitions: &[Definition], work: impl FnOnce(&Matcher) -> T) -> T {
        {
            let taken = self.0.read().unwrap_or_else(PoisonError::into_inner);
            if taken.lacks(definitions).next().is_none() {
                return work(&taken.matcher);
            }
        }
        let mut taken = self.0.write().unwrap_or_else(PoisonError::into_inner);
        taken.take_in(definitions);
        work(&taken.matcher)
    }

    /// Forgets everything: it held a definition that was not registered after all.
    fn forget(&self) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Taken::default();
    }

    /// Begins an attempt to register something: whatever the engine takes in is forgotten unless the attempt is kept.
    pub(crate) fn attempt(&self) -> Attempt<'_> {
        Attempt { matcher: self, kept: false }
    }

    /// Takes a new definition in and answers its matches with those registered: those that matching the whole registry would find.
    pub(crate) fn insert(&self, registered: &[Definition], new: &Definition) -> Vec<Match> {
        let mut taken = self.0.write().unwrap_or_else(PoisonError::into_inner);
        taken.take_in(registered);
        taken.versions.insert(new.id.clone(), new.version);
        taken.matcher.insert(new)
    }

    /// The concepts of all definitions, by matches and stewards' decisions.
    pub(crate) fn concepts(
        &self,
        definitions: &[Definition],
        matches: &[Match],
        decisions: &[Decision],
    ) -> Vec<ConceptMember> {
        let mut members = self.with(definitions, |matcher| matcher.concepts(matches, decisions));
        // The engine may hold what another call has not committed yet.
        let registered: BTreeSet<_> = definitions.iter().map(|definition| &definition.id).collect();
        members.retain(|member| registered.contains(&member.definition));
        members
    }
}

/// An attempt to register something that the engine takes in before it is committed.
pub(crate) struct Attempt<'m> {
    matcher: &'m SharedMatcher,
    kept: bool,
}

impl Attempt<'_> {
    /// It was committed: the engine keeps what it took in.
    pub(crate) fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if !self.kept {
            self.matcher.forget();
        }
    }
}

/// What one proposed item is to the registry.
pub struct CheckedItem {
    /// The best standing found.
    pub standing: Standing,
    /// What it was found to be, best first.
    pub hits: Vec<CheckHit>,
}

/// One registered definition that a proposed item is like.
pub struct CheckHit {
    /// The registered definition.
    pub definition: DefinitionId,
    /// How the proposed item stands to it.
    pub standing: Standing,
    /// The comparison with its evidence.
    pub found: Match,
    /// Who asks it already.
    pub askers: Vec<Asker>,
    /// How the item is answered from what is held, step by step; nothing if it cannot be.
    pub recipe: Vec<String>,
}

/// A collection that asks a thing already.
pub struct Asker {
    /// The collection.
    pub collection: CollectionId,
    /// Whose it is.
    pub owner: OdsCode,
    /// Its title.
    pub title: String,
    /// How often it asks.
    pub frequency: Option<Frequency>,
    /// How many providers would be asked by both; `None` if the request does not say whom it asks.
    pub shared_respondents: Option<usize>,
    /// Places of the items that ask it.
    pub positions: Vec<u32>,
    /// What the proposal's provider was asked of it last, by due date.
    pub last_asked: Option<Owed>,
}

/// What a check found.
pub struct CheckReport {
    /// One an item, in order.
    pub items: Vec<CheckedItem>,
    /// How many of them the registry has a definition for (IDENTICAL, SAME, CONTAINED or DERIVABLE), whether asked or not.
    pub held: usize,
    /// How many of them another collection asks already.
    pub asked: usize,
}

/// A request that is to be checked.
#[derive(Debug, Clone, Default)]
pub struct Proposal {
    /// What it would ask.
    pub definitions: Vec<Definition>,
    /// Whom it would ask, if that is known.
    pub respondents: Option<RespondentsRule>,
    /// The collection it would be a version of: what that one asks is not asked twice.
    pub collection: Option<CollectionId>,
    /// A provider that was asked: what it sent before is looked for.
    pub provider: Option<OdsCode>,
}

impl App {
    /// Checks a proposal against everything that is registered, on a thread of its own.
    pub async fn check(&self, proposal: Proposal) -> Result<CheckReport> {
        let view = self.view().await?;
        if let Some(provider) = &proposal.provider {
            view.provider(provider)?;
        }
        let today = self.clock().today();
        let matcher = Arc::clone(&self.matcher);
        let work = move || {
            matcher.with(&view.snapshot.definitions, |matcher| {
                let mut checking = Checking::new(&view, &proposal, today);
                let hits = |definition| view.ruled(definition, matcher.check(definition, usize::MAX));
                proposal
                    .definitions
                    .iter()
                    .map(|definition| checking.item(definition, hits(definition)))
                    .collect()
            })
        };
        let items: Vec<CheckedItem> = tokio::task::spawn_blocking(work).await.map_err(Error::internal)?;
        let held = items.iter().filter(|item| item.standing.is_held()).count();
        let asked = items.iter().filter(|item| item.is_asked()).count();
        Ok(CheckReport { items, held, asked })
    }

    /// Checks what a version asks, besides what its own collection asks already.
    pub async fn check_version(&self, version: &Version) -> Result<CheckReport> {
        let view = self.view().await?;
        let items = version.content.items.iter();
        let definitions = items.map(|item| view.definition(&item.definition).cloned());
        self.check(Proposal {
            definitions: definitions.collect::<Result<_>>()?,
            respondents: version.content.respondents.clone(),
            collection: Some(version.collection.clone()),
            provider: None,
        })
        .await
    }

    /// Matches the whole registry anew: matches and concepts are replaced in one transaction. `progress` hears (done, of) from any thread.
    pub async fn match_registry(
        &self,
        context: &Context,
        progress: Arc<dyn Fn(usize, usize) + Send + Sync>,
    ) -> Result<usize> {
        context.authorise(Act::Import, None)?;
        for _ in 0..MOST_RUNS {
            if let Some(matches) = self.run_matching(context, Arc::clone(&progress)).await? {
                return Ok(matches);
            }
        }
        Err(Error::Unavailable {
            public: "definitions keep being registered while the registry is matched: try again".into(),
            private: format!("{MOST_RUNS} runs"),
        })
    }

    /// Matches the registry anew if another model, or another vocabulary, found any of what is held, and answers how many matches there are
    /// then; `None` if nothing was to be done.
    pub async fn match_if_changed(
        &self,
        context: &Context,
        progress: Arc<dyn Fn(usize, usize) + Send + Sync>,
    ) -> Result<Option<usize>> {
        if self.view().await?.found_otherwise() == 0 {
            return Ok(None);
        }
        self.match_registry(context, progress).await.map(Some)
    }

    /// Matches the registry once; `None` if a definition was registered meanwhile, so that the result does not stand.
    async fn run_matching(
        &self,
        context: &Context,
        progress: Arc<dyn Fn(usize, usize) + Send + Sync>,
    ) -> Result<Option<usize>> {
        let definitions = self.store().definitions().await?;
        let work = move || {
            let matches = Matcher::match_all(&definitions, &*progress);
            (definitions, matches)
        };
        let (definitions, matches) = tokio::task::spawn_blocking(work).await.map_err(Error::internal)?;
        let name = "matches".to_owned();
        let run = audit::change(context, "matching.run", name, None, Some(&matches), &live::model().name)?;
        // Matches follow from definitions, decisions and the model.
        let run = run.digest_only().public();
        self.commit(context, async |tx| {
            if tx.definitions().await? != definitions {
                return Ok((None, vec![]));
            }
            let concepts = self.matcher.concepts(&definitions, &matches, &tx.decisions().await?);
            tx.replace_matches(&matches).await?;
            tx.replace_concepts(&concepts).await?;
            Ok((Some(matches.len()), vec![run.clone()]))
        })
        .await
    }
}

impl CheckedItem {
    /// Whether another collection asks already what would answer it.
    fn is_asked(&self) -> bool {
        self.hits.iter().any(|hit| hit.standing.is_held() && !hit.askers.is_empty())
    }
}

/// A check under way: what its items have in common is worked out once.
struct Checking<'v> {
    view: &'v View,
    proposal: &'v Proposal,
    today: NaiveDate,
    /// Those whom the proposal asks, if that is known.
    asked: Option<Vec<&'v Organisation>>,
    /// How many of them each collection asks too, as far as it came up.
    shared: BTreeMap<CollectionId, usize>,
    /// What the provider owed last to each collection.
    last_asked: BTreeMap<CollectionId, Owed>,
}

/// How far back a provider's last answer is looked for: an annual return and its lag.
const LOOKED_BACK: TimeDelta = TimeDelta::days(760);

impl<'v> Checking<'v> {
    fn new(view: &'v View, proposal: &'v Proposal, today: NaiveDate) -> Self {
        let providers = || view.snapshot.providers();
        let asked = proposal
            .respondents
            .as_ref()
            .map(|rule| providers().filter(|provider| view.must_answer(rule, provider, today)).collect());
        let owed =
            proposal.provider.as_ref().map(|provider| view.obligations(provider, today - LOOKED_BACK, today));
        // By due date: the last of each stays.
        let owed = owed.and_then(Result::ok).into_iter().flatten();
        let last_asked = owed.map(|owed| (owed.obligation.collection.clone(), owed)).collect();
        Self { view, proposal, today, asked, shared: BTreeMap::new(), last_asked }
    }

    /// What an item is, by what it was found to be like, best first.
    fn item(&mut self, proposed: &Definition, hits: Vec<Hit>) -> CheckedItem {
        let standing = hits.first().map_or(Standing::New, |hit| hit.standing);
        let hits = hits.into_iter().take(MOST_HITS).map(|hit| CheckHit {
            askers: self.askers(&hit.definition),
            recipe: self.recipe(proposed, &hit),
            definition: hit.definition,
            standing: hit.standing,
            found: hit.match_,
        });
        CheckedItem { standing, hits: hits.collect() }
    }

    /// Who asks a definition, or another one of its concept, besides the collection that would.
    fn askers(&mut self, definition: &DefinitionId) -> Vec<Asker> {
        let view = self.view;
        let concept = view.concept_of(definition);
        let ids: BTreeSet<_> = view
            .members_of(&concept)
            .flat_map(|member| view.asked_in(&member.id))
            .map(|row| &row.collection.id)
            .filter(|id| self.proposal.collection.as_ref() != Some(*id))
            .collect();
        let rows = ids.into_iter().filter_map(|id| view.collection_row(id));
        rows.map(|row| Asker {
            collection: row.collection.id.clone(),
            owner: row.collection.owner.clone(),
            title: row.version.content.title.clone(),
            frequency: row.version.content.schedule.as_ref().map(|schedule| schedule.frequency),
            shared_respondents: self.shared_respondents(row),
            positions: self.positions(row, &concept),
            last_asked: self.last_asked.get(&row.collection.id).cloned(),
        })
        .collect()
    }

    /// The places of a collection's items that ask a concept.
    fn positions(&self, row: CollectionRow<'v>, concept: &ConceptId) -> Vec<u32> {
        let items = row.version.content.items.iter();
        items
            .filter(|item| self.view.concept_of(&item.definition) == *concept)
            .map(|item| item.position)
            .collect()
    }

    /// How an item is answered from what is held.
    fn recipe(&self, proposed: &Definition, hit: &Hit) -> Vec<String> {
        let Some(held) = self.view.snapshot.definition(&hit.definition) else { return vec![] };
        match hit.standing {
            Standing::Identical => vec!["use it as it is".to_owned()],
            Standing::Same => vec![Step::Rename { to: proposed.name.clone() }.to_string()],
            Standing::Contained | Standing::Derivable => {
                let ruled = self
                    .view
                    .snapshot
                    .derivations
                    .iter()
                    .find(|one| one.from_definition == held.id && one.to_definition == proposed.id);
                let found = || Matcher::side_by_side(proposed, held).recipe;
                match ruled {
                    Some(derivation) => vec![derivation.recipe.clone()],
                    None => match found() {
                        Ok(steps) => steps.iter().map(ToString::to_string).collect(),
                        Err(missing) => vec![format!("ask whoever keeps it: {missing}")],
                    },
                }
            }
            Standing::Related | Standing::New => vec![],
        }
    }

    /// How many providers must answer both; nobody answers a collection that asks nobody.
    fn shared_respondents(&mut self, row: CollectionRow<'v>) -> Option<usize> {
        let asked = self.asked.as_ref()?;
        if let Some(known) = self.shared.get(&row.collection.id) {
            return Some(*known);
        }
        let rule = row.version.content.respondents.as_ref();
        let both = |rule| asked.iter().filter(|one| self.view.must_answer(rule, one, self.today)).count();
        let count = rule.map_or(0, both);
        self.shared.insert(row.collection.id.clone(), count);
        Some(count)
    }
}

impl View {
    fn must_answer(&self, rule: &RespondentsRule, provider: &Organisation, day: NaiveDate) -> bool {
        rule.includes(provider, day, |measure| {
            self.snapshot.size(&provider.code, measure, day).map(|size| size.value)
        })
    }
}

const MATCH_FIELDS: &[Field<Match>] = &[
    ("definition", |row| vec![row.left.to_string(), row.right.to_string()]),
    ("relation", |row| vec![row.relation.to_string()]),
    ("strength", |row| vec![row.strength.to_string()]),
    ("model", |row| vec![row.model.clone()]),
];

impl View {
    /// How many matches another model, or one with another vocabulary, found than the one that decides here.
    pub fn found_otherwise(&self) -> usize {
        let live = &live::model().name;
        self.snapshot.matches.iter().filter(|found| found.model != *live).count()
    }

    /// Matches, most alike first unless ordered by `left`.
    pub fn list_matches(&self, request: &ListRequest) -> Result<Page<&Match>> {
        let (filter, by) = read_list(request, MATCH_FIELDS, &["score", "left"])?;
        let rows: Vec<_> = self.snapshot.matches.iter().filter(|row| filter.admits(row)).collect();
        page(rows, request, |row| {
            let key = format!("{} {}", row.left, row.right);
            // The score turned round and padded, so that the most alike stand first.
            if by == "left" { (String::new(), key) } else { (format!("{:.12}", 1.0 - row.score), key) }
        })
    }
}
