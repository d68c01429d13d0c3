//! Makes the lexicon of general English from two published works: GloVe 6B (word vectors, public domain, PDDL 1.0) and WordNet (senses,
//! the WordNet licence). Run once; the two files it writes stand in `data/lexicon` with their provenance.
//!
//! `cargo run --release -p onus-matching --example lexicon -- glove.6B.50d.txt WORDNET/dict WORDS.txt OUT`
//! (`WORDS.txt`: words of the field to be held besides the commonest, one a line)

#![expect(clippy::cast_precision_loss, reason = "figures for people")]

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    fmt::Write as _,
    fs,
    path::Path,
};

/// Commonest words that are held.
const WORDS: usize = 24_000;
/// Dimensions of a vector.
const DIMENSIONS: usize = 50;
/// Senses of a word that count, the commonest first.
const SENSES: usize = 3;
/// Steps up the order of kinds.
const STEPS: usize = 6;
/// Concepts this near to the top of the order of kinds say nothing.
const TOP: usize = 4;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [glove, wordnet, words, out] = args.as_slice() else { panic!("glove.txt, WordNet/dict, words, out") };
    let field: HashSet<String> = read(words).lines().map(str::to_owned).collect();
    let (names, vectors) = vectors(glove, &field);
    let net = Net::read(Path::new(wordnet));
    fs::write(Path::new(out).join("vectors.bin"), packed(&names, vectors)).unwrap_or_else(|e| panic!("{e}"));
    fs::write(Path::new(out).join("senses.tsv"), net.table(&names)).unwrap_or_else(|e| panic!("{e}"));
}

fn read(path: impl AsRef<Path>) -> String {
    let path = path.as_ref();
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    String::from_utf8_lossy(&bytes).into_owned()
}

fn vectors(glove: &str, field: &HashSet<String>) -> (Vec<String>, Vec<Vec<f64>>) {
    let (mut names, mut vectors) = (Vec::new(), Vec::new());
    for line in read(glove).lines() {
        let mut parts = line.split(' ');
        let word = parts.next().unwrap_or_default();
        let plain = word.len() >= 2 && word.bytes().all(|b| b.is_ascii_lowercase());
        if plain && (names.len() < WORDS || field.contains(word)) {
            names.push(word.to_owned());
            vectors.push(parts.map(|part| part.parse().unwrap_or(0.0)).collect());
        }
    }
    (names, vectors)
}

/// Takes the mean and the two main directions away, which all words share, makes each of length 1, and packs it into bytes.
fn packed(names: &[String], mut vectors: Vec<Vec<f64>>) -> Vec<u8> {
    let mean: Vec<f64> =
        (0..DIMENSIONS).map(|d| vectors.iter().map(|v| v[d]).sum::<f64>() / vectors.len() as f64).collect();
    for vector in &mut vectors {
        vector.iter_mut().zip(&mean).for_each(|(x, m)| *x -= m);
    }
    for _ in 0..2 {
        let mut axis = vec![1.0; DIMENSIONS];
        for _ in 0..50 {
            let mut next = vec![0.0; DIMENSIONS];
            for vector in &vectors {
                let along = dot(vector, &axis);
                next.iter_mut().zip(vector).for_each(|(n, x)| *n += along * x);
            }
            let length = dot(&next, &next).sqrt();
            axis = next.iter().map(|n| n / length).collect();
        }
        for vector in &mut vectors {
            let along = dot(vector, &axis);
            vector.iter_mut().zip(&axis).for_each(|(x, a)| *x -= along * a);
        }
    }
    let text = names.join("\n");
    let mut out = Vec::new();
    for number in [names.len(), DIMENSIONS, text.len()] {
        out.extend_from_slice(&u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
    }
    out.extend_from_slice(text.as_bytes());
    for vector in &vectors {
        let length = dot(vector, vector).sqrt().max(1e-9);
        #[expect(clippy::cast_possible_truncation, reason = "a whole number between -127 and 127")]
        let small = |x: &f64| ((x / length * 127.0).round().clamp(-127.0, 127.0) as i8).cast_unsigned();
        out.extend(vector.iter().map(small));
    }
    out
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

type Key = (char, u32);

#[derive(Default)]
struct Net {
    /// Senses of a lemma, the commonest first.
    lemmas: HashMap<(char, String), Vec<Key>>,
    above: HashMap<Key, Vec<Key>>,
    derived: HashMap<Key, BTreeSet<Key>>,
}

impl Net {
    fn read(folder: &Path) -> Self {
        let mut net = Self::default();
        for (part, file) in [('n', "noun"), ('v', "verb"), ('a', "adj"), ('r', "adv")] {
            for line in read(folder.join(format!("index.{file}"))).lines().filter(|l| !l.starts_with(' ')) {
                let words: Vec<&str> = line.split_whitespace().collect();
                let senses: usize = words[2].parse().unwrap_or(0);
                let keys = words[words.len() - senses..].iter().filter_map(|w| Some((part, w.parse().ok()?)));
                net.lemmas.insert((part, words[0].to_owned()), keys.collect());
            }
            for line in read(folder.join(format!("data.{file}"))).lines().filter(|l| !l.starts_with(' ')) {
                net.sense(part, line);
            }
        }
        net
    }

    fn sense(&mut self, part: char, line: &str) {
        let words: Vec<&str> = line.split(" | ").next().unwrap_or_default().split(' ').collect();
        let key = (part, words[0].parse().unwrap_or(0));
        let count = usize::from_str_radix(words[3], 16).unwrap_or(0);
        let at = 4 + 2 * count;
        let pointers: usize = words[at].parse().unwrap_or(0);
        for pointer in words[at + 1..].chunks(4).take(pointers) {
            let [symbol, offset, to, _] = pointer else { continue };
            let to = (to.chars().next().unwrap_or('n'), offset.parse().unwrap_or(0));
            match *symbol {
                "@" => self.above.entry(key).or_default().push(to),
                "+" | "&" | "\\" => _ = self.derived.entry(key).or_default().insert(to),
                _ => {}
            }
        }
    }

    /// Senses of a word in any inflection.
    fn senses(&self, word: &str) -> Vec<Key> {
        let mut out: Vec<Key> = Vec::new();
        for part in ['n', 'v', 'a', 'r'] {
            let Some(senses) = bases(word, part)
                .into_iter()
                .find_map(|base| self.lemmas.get(&(part, base)).filter(|senses| !senses.is_empty()))
            else {
                continue;
            };
            out.extend(senses.iter().take(SENSES));
        }
        out
    }

    fn ancestors(&self, sense: Key) -> Vec<Key> {
        let (mut chain, mut at) = (vec![sense], sense);
        while let Some(next) = self.above.get(&at).and_then(|above| above.first()) {
            if chain.contains(next) {
                break;
            }
            chain.push(*next);
            at = *next;
        }
        let kept = if sense.0 == 'n' { chain.len().saturating_sub(TOP) } else { chain.len() };
        chain.into_iter().take(kept).skip(1).take(STEPS).collect()
    }

    fn table(&self, names: &[String]) -> String {
        let mut ids: BTreeMap<Key, usize> = BTreeMap::new();
        let mut id = |key: &Key| {
            let next = ids.len();
            *ids.entry(*key).or_insert(next)
        };
        let mut out = String::from("word\tsenses\tderived\tkinds\n");
        for name in names {
            let senses = self.senses(name);
            if senses.is_empty() {
                continue;
            }
            let derived: BTreeSet<Key> =
                senses.iter().filter_map(|s| self.derived.get(s)).flatten().copied().collect();
            let first: Vec<&Key> = senses.iter().filter(|s| s.0 == 'n' || s.0 == 'v').collect();
            let kinds: BTreeSet<Key> = first.iter().flat_map(|s| self.ancestors(**s)).collect();
            let mut list =
                |keys: Vec<Key>| keys.iter().map(|key| base36(id(key))).collect::<Vec<_>>().join(" ");
            let row = [list(senses), list(derived.into_iter().collect()), list(kinds.into_iter().collect())];
            let _ = writeln!(out, "{name}\t{}", row.join("\t"));
        }
        out
    }
}

/// The lemmas that a word may be an inflection of, itself first.
fn bases(word: &str, part: char) -> Vec<String> {
    let mut out = vec![word.to_owned()];
    let mut cut = |suffix: &str, put: &str| {
        if let Some(stem) = word.strip_suffix(suffix).filter(|stem| stem.len() >= 2) {
            out.push(format!("{stem}{put}"));
            let last = stem.chars().last();
            if put.is_empty() && last == stem.chars().rev().nth(1) {
                out.push(stem[..stem.len() - 1].to_owned());
            }
        }
    };
    match part {
        'n' => [("ies", "y"), ("es", ""), ("s", ""), ("men", "man")].iter().for_each(|(a, b)| cut(a, b)),
        'v' => [
            ("ies", "y"),
            ("ied", "y"),
            ("es", "e"),
            ("es", ""),
            ("s", ""),
            ("ed", "e"),
            ("ed", ""),
            ("ing", "e"),
            ("ing", ""),
        ]
        .iter()
        .for_each(|(a, b)| cut(a, b)),
        _ => [("er", ""), ("est", ""), ("er", "e")].iter().for_each(|(a, b)| cut(a, b)),
    }
    out
}

fn base36(mut number: usize) -> String {
    let mut out = Vec::new();
    loop {
        out.push(b"0123456789abcdefghijklmnopqrstuvwxyz"[number % 36]);
        number /= 36;
        if number == 0 {
            break;
        }
    }
    out.iter().rev().map(|b| char::from(*b)).collect()
}
