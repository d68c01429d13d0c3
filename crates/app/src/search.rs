//! One box for collections, definitions and organisations: found by words, abbreviations, codes and misspellings.
//!
//! A word of the question stands for every word of the registry that is the same (in the vocabulary's own form, so that an abbreviation and
//! what it is short for are one), begins with it, or is a slip or two away from it. What holds most words of the question is found, rare
//! words and names counting most.

use crate::View;
use fst::{
    Automaton, IntoStreamer, Map, MapBuilder, Streamer,
    automaton::{Levenshtein, Str},
};
use onus_domain::{CollectionId, DefinitionId, Error, OdsCode, Result};
use onus_matching::normalise;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Found {
    /// A published collection.
    Collection(CollectionId),
    /// A definition.
    Definition(DefinitionId),
    /// An organisation.
    Organisation(OdsCode),
}

/// What kind of thing is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::EnumString, strum::Display, strum::VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Kind {
    /// Collections.
    Collections,
    /// Definitions.
    Definitions,
    /// Organisations.
    Organisations,
}

impl Found {
    /// What kind of thing it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Collection(_) => Kind::Collections,
            Self::Definition(_) => Kind::Definitions,
            Self::Organisation(_) => Kind::Organisations,
        }
    }
}

/// Longest question, characters: what is longer is cut.
const LONGEST: usize = 200;
/// Most words of a question.
const MOST_WORDS: usize = 12;
/// Most words of the registry that one of a question stands for.
const MOST_ALIKE: usize = 200;
/// What a word counts in a name, in a code or other name, among first letters, in a text.
const NAME: f32 = 3.0;
const CODE: f32 = 4.0;
const INITIALS: f32 = 2.5;
const TEXT: f32 = 1.0;

/// The words of a registry and where they stand.
pub struct SearchIndex {
    words: Map<Vec<u8>>,
    /// By word: what holds it, and what it counts there.
    postings: Vec<Vec<(u32, f32)>>,
    entries: Vec<Found>,
}

/// What a question found.
#[derive(Debug, Default)]
pub struct SearchResult {
    /// Best first.
    pub rows: Vec<Found>,
    /// How many of each kind, by [`Kind`] in its order.
    pub counts: [usize; 3],
}

/// An index in the making.
#[derive(Default)]
struct Words(HashMap<String, BTreeMap<u32, f32>>);

impl Words {
    fn add(&mut self, entry: u32, word: &str, weight: f32) {
        if word.is_empty() || word.len() > 64 {
            return;
        }
        let held = self.0.entry(word.to_owned()).or_default().entry(entry).or_default();
        *held = held.max(weight);
    }

    fn name(&mut self, entry: u32, name: &str) {
        for word in normalise::name_tokens(name) {
            self.add(entry, &word, NAME);
        }
        for word in plain(name) {
            self.add(entry, &word, NAME);
        }
        self.add(entry, &initials(name), INITIALS);
    }

    fn code(&mut self, entry: u32, code: &str) {
        self.add(entry, &code.to_lowercase(), CODE);
    }

    fn text(&mut self, entry: u32, text: &str) {
        for word in normalise::tokens(text) {
            self.add(entry, &word, TEXT);
        }
    }
}

/// A word with two letters that stand side by side turned round, in every place.
fn turned(word: &str) -> impl Iterator<Item = String> {
    let letters: Vec<char> = word.chars().collect();
    (1..letters.len()).map(move |at| {
        let mut letters = letters.clone();
        letters.swap(at - 1, at);
        letters.into_iter().collect()
    })
}

/// The words of a text as they are written.
fn plain(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// The first letters of a name's words: `Critical Care Minimum Data Set` is known as `ccmds`. Of less than three words there are none.
fn initials(name: &str) -> String {
    let small = ["of", "and", "the", "for", "in", "to", "a", "on"];
    let words: Vec<_> = plain(name).filter(|word| !small.contains(&word.as_str())).collect();
    if words.len() < 3 {
        String::new()
    } else {
        words.iter().filter_map(|word| word.chars().next()).collect()
    }
}

impl SearchIndex {
    fn new(view: &View) -> Result<Self> {
        let (mut words, mut entries) = (Words::default(), vec![]);
        let mut next = |found: Found| {
            entries.push(found);
            u32::try_from(entries.len() - 1).unwrap_or(u32::MAX)
        };
        for row in view.collection_rows() {
            let entry = next(Found::Collection(row.collection.id.clone()));
            words.name(entry, &row.version.content.title);
            words.code(entry, row.collection.id.as_str());
            if let Some(reference) = row.collection.reference {
                words.code(entry, &reference.to_string());
            }
            words.code(entry, row.collection.owner.as_str());
            words.text(entry, &row.version.content.purpose);
        }
        for definition in &view.snapshot.definitions {
            let entry = next(Found::Definition(definition.id.clone()));
            words.name(entry, &definition.name);
            definition.aliases.iter().for_each(|alias| words.name(entry, alias));
            words.code(entry, definition.id.as_str());
            definition.external_ids.values().for_each(|key| words.code(entry, key));
            words.text(entry, &definition.text);
            words.text(entry, &definition.numerator);
        }
        for organisation in &view.snapshot.organisations {
            let entry = next(Found::Organisation(organisation.code.clone()));
            words.name(entry, &organisation.name);
            words.code(entry, organisation.code.as_str());
        }
        let mut sorted: Vec<_> = words.0.into_iter().collect();
        sorted.sort_by(|a, b| a.0.cmp(&b.0));
        let mut builder = MapBuilder::memory();
        let mut postings = Vec::with_capacity(sorted.len());
        for (at, (word, held)) in (0_u64..).zip(sorted) {
            builder.insert(word, at).map_err(Error::internal)?;
            postings.push(held.into_iter().collect());
        }
        let words = Map::new(builder.into_inner().map_err(Error::internal)?).map_err(Error::internal)?;
        Ok(Self { words, postings, entries })
    }

    /// The words that one of a question stands for, with how surely.
    fn alike(&self, word: &str) -> BTreeMap<u64, f32> {
        let mut found = BTreeMap::new();
        let length = word.chars().count();
        if let Some(at) = self.words.get(word) {
            found.insert(at, 1.0);
        }
        if length >= 3 {
            self.collect(Str::new(word).starts_with(), 0.8, &mut found);
        }
        if found.is_empty() {
            found.extend(turned(word).filter_map(|other| Some((self.words.get(other)?, 0.7))));
        }
        // A slip in a short word makes another word.
        let slips = match length {
            0..=3 => 0,
            4..=7 => 1,
            _ => 2,
        };
        for (distance, surely) in [(1, 0.6), (2, 0.4)] {
            // What was found as it is written was written as it was meant.
            if distance <= slips
                && found.is_empty()
                && let Ok(near) = Levenshtein::new(word, distance)
            {
                self.collect(near, surely, &mut found);
            }
        }
        found
    }

    fn collect(&self, automaton: impl Automaton, surely: f32, found: &mut BTreeMap<u64, f32>) {
        let mut stream = self.words.search(automaton).into_stream();
        while let Some((_, at)) = stream.next() {
            if found.len() >= MOST_ALIKE {
                return;
            }
            found.entry(at).or_insert(surely);
        }
    }

    /// How many words of a question each entry holds, and how much they count together.
    fn scores(&self, question: &[String]) -> HashMap<u32, (usize, f32)> {
        let mut scores = HashMap::<u32, (usize, f32)>::new();
        for word in question {
            let mut best = HashMap::<u32, f32>::new();
            for (at, surely) in self.alike(word) {
                let Some(held) = usize::try_from(at).ok().and_then(|at| self.postings.get(at)) else {
                    continue;
                };
                let rare = rarity(self.entries.len(), held.len());
                for (entry, weight) in held {
                    let score = best.entry(*entry).or_default();
                    *score = score.max(surely * weight * rare);
                }
            }
            for (entry, score) in best {
                let sum = scores.entry(entry).or_default();
                *sum = (sum.0 + 1, sum.1 + score);
            }
        }
        scores
    }

    /// What holds most words of a question, best first.
    fn search(&self, question: &str) -> Vec<Found> {
        let question = words_of(question);
        let scores = self.scores(&question);
        let most = scores.values().map(|(words, _)| *words).max().unwrap_or_default();
        let mut rows: Vec<_> = scores
            .into_iter()
            .filter(|(_, (words, _))| *words == most)
            .filter_map(|(entry, (_, score))| Some((score, self.entries.get(usize::try_from(entry).ok()?)?)))
            .collect();
        rows.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        rows.into_iter().map(|(_, found)| found.clone()).collect()
    }
}

/// The words of a question: the vocabulary's where it knows them, as they are written where they are a code or it knows them not.
fn words_of(question: &str) -> Vec<String> {
    let question: String = question.chars().take(LONGEST).collect();
    let code = question.trim().to_lowercase();
    let mut words: Vec<_> = normalise::name_tokens(&question).into_iter().collect();
    // A key or a reference is one word, whatever stands between its parts.
    if !code.contains(char::is_whitespace) && code.contains(['-', '/', '_']) {
        words = vec![code];
    }
    let mut seen = BTreeSet::new();
    words.retain(|word| seen.insert(word.clone()));
    words.truncate(MOST_WORDS);
    words
}

#[expect(clippy::cast_precision_loss, reason = "counts of entries are far below 2^23, and it is a weight")]
fn rarity(all: usize, holding: usize) -> f32 {
    (1.0 + all as f32 / holding.max(1) as f32).ln()
}

impl View {
    /// What a question finds of a kind, or of all; `counts` are of all kinds.
    pub fn search(&self, question: &str, kind: Option<Kind>) -> Result<SearchResult> {
        // One makes it; who asks meanwhile waits for it.
        let index =
            self.search_index.get_or_init(|| SearchIndex::new(self).map_err(|error| error.to_string()));
        let index = index.as_ref().map_err(Error::internal)?;
        let mut found = SearchResult { rows: index.search(question), counts: [0; 3] };
        for row in &found.rows {
            found.counts[row.kind() as usize] += 1;
        }
        if let Some(kind) = kind {
            found.rows.retain(|row| row.kind() == kind);
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use onus_burden::Settings;
    use onus_domain::{
        Basis, Month,
        definition::{Definition, DefinitionKind},
        organisation::{Organisation, OrganisationKind},
        snapshot::Snapshot,
    };

    fn view() -> View {
        let definition = |id: &str, name: &str, text: &str| Definition {
            text: text.into(),
            ..Definition::new(DefinitionId::new(id).unwrap(), DefinitionKind::Element, name)
        };
        let trust = Organisation {
            code: OdsCode::new("RJ1").unwrap(),
            name: "GUY'S AND ST THOMAS' NHS FOUNDATION TRUST".into(),
            kind: OrganisationKind::Provider,
            provider_type: None,
            provider_type_basis: Basis::Assumed,
            region: None,
            parent: None,
            open_date: None,
            close_date: None,
        };
        let snapshot = Snapshot {
            definitions: vec![
                definition("attendances", "Accident and emergency attendances", "Arrivals at a department"),
                definition("ccmds", "Critical Care Minimum Data Set identifier", "A record's key"),
                definition("ethnic-category", "Ethnic category", "As the person says it"),
                definition("unit", "Critical care unit function", "What a unit is for"),
                definition("administrative-category", "Administrative category", "Who pays"),
            ],
            organisations: vec![trust],
            ..Snapshot::default()
        };
        let month: Month = "2025-04".parse().unwrap();
        View::new(snapshot, Settings { base_month: month }, month)
    }

    fn first(question: &str) -> String {
        match view().search(question, None).unwrap().rows.first() {
            Some(Found::Definition(id)) => id.to_string(),
            Some(Found::Organisation(code)) => code.to_string(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn it_finds_by_words_abbreviations_codes_and_misspellings() {
        assert_eq!(first("unit function"), "unit");
        assert_eq!(first("A&E attendances"), "attendances");
        assert_eq!(first("ccmdsi"), "ccmds", "by first letters");
        assert_eq!(first("ethnic-category"), "ethnic-category");
        assert_eq!(first("rj1"), "RJ1");
        assert_eq!(
            first("ethinc catagory"),
            "ethnic-category",
            "letters turned round, a letter taken for another"
        );
        assert_eq!(first("st thomas"), "RJ1");
        assert_eq!(first("ethn"), "ethnic-category", "by a word's beginning");
        assert_eq!(first("zebra"), "None");
        assert_eq!(first(""), "None");
    }

    #[test]
    fn what_holds_all_words_is_found_and_a_kind_can_be_asked_for() {
        let view = view();
        let all = view.search("critical care", None).unwrap();
        assert_eq!((all.rows.len(), all.counts), (2, [0, 2, 0]));
        let one = view.search("critical care unit", None).unwrap();
        assert_eq!(one.rows.len(), 1, "what holds fewer words is no answer");
        let none = view.search("critical care", Some(Kind::Organisations)).unwrap();
        assert_eq!((none.rows.len(), none.counts), (0, [0, 2, 0]));
    }
}
