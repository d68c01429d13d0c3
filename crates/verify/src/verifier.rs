//! Reads a log line by line and judges it as a whole.

use crate::{
    Entry, FORMAT, Line,
    chain::Chain,
    note::{self, Head, Key},
    tree::{Hash, Tree},
};
use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    fmt,
};

/// Most problems that are told one by one; what is wrong with one entry may be wrong with all behind it.
const MOST: usize = 100;

/// Something that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where: `line 7`, `entry 5`, `head 12`, or the name of a resource.
    pub place: String,
    /// What is wrong.
    pub wrong: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.wrong)
    }
}

/// What the registry holds now, to compare with what the log says it was left as.
pub struct Present {
    /// SHA-256 of the canonical JSON of each resource, in hexadecimal, by name.
    pub digests: BTreeMap<String, String>,
    /// Whether a resource of this name would stand in `digests` if it were there.
    pub covers: fn(&str) -> bool,
    /// Resources that have changed since the last entry that has its place in the log: what the log left them as says nothing of now.
    pub waiting: BTreeSet<String>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// How many entries were read.
    pub entries: usize,
    /// How many heads fit.
    pub heads: usize,
    /// The last head.
    pub head: Option<Head>,
    /// How many entries left a resource whose state is not kept, so that only its digest is known.
    pub without_state: usize,
    /// What is wrong; at most a hundred things.
    pub problems: Vec<Problem>,
    /// How many things are wrong.
    pub wrong: usize,
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.wrong == 0
    }
}

/// Reads a log and judges it.
pub struct Verifier {
    keys: Vec<Key>,
    announced: Option<(u64, u64)>,
    lines: usize,
    ids: HashSet<String>,
    leaves: Vec<Hash>,
    chain: Chain,
    heads: Vec<(String, Head)>,
    noted: u64,
    pinned: Vec<(String, Head)>,
    nodes: Option<Vec<(u8, u64, Hash)>>,
    report: Report,
}

impl Verifier {
    /// A verifier that trusts what is signed by one of `keys`.
    pub fn new(keys: Vec<Key>) -> Self {
        Self {
            keys,
            announced: None,
            lines: 0,
            ids: HashSet::new(),
            leaves: vec![],
            chain: Chain::default(),
            heads: vec![],
            noted: 0,
            pinned: vec![],
            nodes: None,
            report: Report { entries: 0, heads: 0, head: None, without_state: 0, problems: vec![], wrong: 0 },
        }
    }

    /// Notes a head that was seen before, somewhere else: the log must go on from it. `source` says where.
    pub fn pin(&mut self, source: &str, note: &str) {
        match note::open(note, &self.keys) {
            Ok(head) => self.pinned.push((source.to_owned(), head)),
            Err(wrong) => self.wrong(source, wrong),
        }
    }

    /// Notes a hash that proofs are made of, `(level, place)` in the tree; once one is noted, all must be.
    pub fn node(&mut self, level: u8, place: u64, hash: Hash) {
        self.nodes.get_or_insert_default().push((level, place, hash));
    }

    /// Notes something wrong that was found elsewhere.
    pub fn note(&mut self, place: &str, wrong: &str) {
        self.wrong(place, wrong);
    }

    /// Reads the next line of an export.
    pub fn line(&mut self, text: &str) {
        self.lines += 1;
        let place = format!("line {}", self.lines);
        match serde_json::from_str::<Line>(text) {
            Err(error) => self.wrong(&place, format!("it cannot be read: {error}")),
            Ok(Line::Log { .. }) if self.lines > 1 => {
                self.wrong(&place, "only the first line says what the log is");
            }
            Ok(Line::Log { format, entries, heads }) => {
                if format != FORMAT {
                    self.wrong(&place, format!("it is of the form {format:?}, and this reads {FORMAT:?}"));
                }
                self.announced = Some((entries, heads));
            }
            Ok(Line::Entry(entry)) => self.entry(&entry),
            Ok(Line::Head { note }) => self.head(&note),
        }
    }

    /// Reads the next entry.
    fn entry(&mut self, entry: &Entry) {
        let place = format!("entry {}", entry.seq);
        let expected = self.leaves.len();
        if usize::try_from(entry.seq) != Ok(expected) {
            self.wrong(&place, format!("it stands where entry {expected} belongs"));
        }
        if self.noted > 0 {
            self.wrong(&place, "it stands behind a head");
        }
        if !self.ids.insert(entry.id.clone()) {
            self.wrong(&place, format!("its key {} is that of an entry before", entry.id));
        }
        for wrong in self.chain.add(entry) {
            self.wrong(&place, wrong);
        }
        if entry.after_digest.is_some() && entry.state.is_none() {
            self.report.without_state += 1;
        }
        self.leaves.push(entry.leaf());
    }

    /// Reads the next head.
    fn head(&mut self, note: &str) {
        let place = format!("head {}", self.noted);
        self.noted += 1;
        match note::open(note, &self.keys) {
            Ok(head) => self.heads.push((place, head)),
            Err(wrong) => self.wrong(&place, wrong),
        }
    }

    /// Judges what was read; with `present`, also whether the registry is as the log left it.
    pub fn finish(mut self, present: Option<&Present>) -> Report {
        let tree = Tree::new(std::mem::take(&mut self.leaves));
        let read = (tree.size() as u64, self.noted);
        match self.announced {
            None => self.wrong("line 1", "it does not say what the log is"),
            Some(announced) if announced != read => {
                let (entries, heads) = announced;
                self.wrong(
                    "line 1",
                    format!(
                        "it announces {entries} entries and {heads} heads; {} and {} came",
                        read.0, read.1
                    ),
                );
            }
            Some(_) => {}
        }
        self.judge_heads(&tree);
        if let Some(nodes) = self.nodes.take() {
            self.judge_nodes(&tree, &nodes);
        }
        for (source, head) in std::mem::take(&mut self.pinned) {
            if let Some(wrong) = misfit(&head, &tree) {
                self.wrong(&source, wrong);
            }
        }
        if let Some(present) = present {
            for (name, wrong) in self.chain.compare(present) {
                self.wrong(&name, wrong);
            }
        }
        self.report.entries = tree.size();
        self.report
    }

    /// Each head must fit the entries, and come behind the one before; the last must be over all.
    fn judge_heads(&mut self, tree: &Tree) {
        let heads = std::mem::take(&mut self.heads);
        let mut before: Option<&Head> = None;
        for (place, head) in &heads {
            let misfit = misfit(head, tree);
            self.report.heads += usize::from(misfit.is_none());
            if let Some(wrong) = misfit {
                self.wrong(place, wrong);
            }
            if before.is_some_and(|before| head.size <= before.size) {
                self.wrong(place, "it is not over more entries than the head before");
            }
            if before.is_some_and(|before| head.time < before.time) {
                self.wrong(place, "it was signed before the head before");
            }
            before = Some(head);
        }
        let covered = before.map_or(0, |head| head.size);
        if covered < tree.size() as u64 {
            self.wrong("log", format!("entries from {covered} on are under no head"));
        }
        self.report.head = before.cloned();
    }

    /// The hashes that proofs are made of must be those of the tree, all of them and no others.
    fn judge_nodes(&mut self, tree: &Tree, nodes: &[(u8, u64, Hash)]) {
        let mut seen = HashSet::new();
        for (level, place, hash) in nodes {
            if tree.whole(*level, *place) != Some(*hash) || !seen.insert((level, place)) {
                self.wrong(&format!("node {level}/{place}"), "it is not what the entries below it hash to");
            }
        }
        if seen.len() < tree.count() {
            self.wrong("nodes", format!("{} hashes of the tree are missing", tree.count() - seen.len()));
        }
    }

    fn wrong(&mut self, place: &str, wrong: impl Into<String>) {
        self.report.wrong += 1;
        if self.report.problems.len() < MOST {
            self.report.problems.push(Problem { place: place.to_owned(), wrong: wrong.into() });
        }
    }
}

/// What is wrong with a head over the entries of a tree.
fn misfit(head: &Head, tree: &Tree) -> Option<String> {
    let root = usize::try_from(head.size).ok().and_then(|size| tree.root(size));
    match root {
        None => Some(format!("it is over {} entries, and there are {}", head.size, tree.size())),
        Some(root) if root != head.root => {
            Some(format!("its root is not that of the first {} entries", head.size))
        }
        Some(_) => None,
    }
}
