//! The model: trees whose answers add up. A pair walks down each tree; every step moves the sum, and the move belongs to the measure that
//! was asked. So the contributions of the measures add up to the score exactly: all numbers are whole multiples of 2⁻²⁰, whose sums have
//! no rounding.
//!
//! A model is a text file, made by [`crate::train`] and read without a rebuild.

use crate::{live::digest, normalise::NORMALISER_VERSION};
use onus_domain::{Error, Result, Violation, Violations};
use std::fmt::Write as _;

/// First words of a model file.
const MAGIC: &str = "onus matching model 1";

/// Moves are whole multiples of one of these.
const UNITS: f64 = 1_048_576.0;

/// A number that adds up without rounding.
pub(crate) fn exact(value: f64) -> f64 {
    (value * UNITS).round() / UNITS
}

/// A place in a tree.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    /// What the sum is here.
    pub value: f64,
    /// The question, unless this is an end.
    pub split: Option<Split>,
}

/// A question about one measure.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Split {
    /// Up to here one goes to the first.
    pub threshold: f64,
    /// Which measure, by its place.
    pub measure: u16,
    /// Whether one goes to the first where the measure says nothing.
    pub missing_first: bool,
    /// The places of the two that follow, in the same tree.
    pub then: (u16, u16),
}

impl Split {
    /// The place of the one that follows.
    pub fn next(&self, values: &[f64]) -> usize {
        let value = values.get(usize::from(self.measure)).copied().unwrap_or(f64::NAN);
        // What is no number is neither above nor below.
        let first = value <= self.threshold || (self.missing_first && value.is_nan());
        usize::from(if first { self.then.0 } else { self.then.1 })
    }
}

/// Trees over measures.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// Its name, in every match that it makes.
    pub name: String,
    /// The version of the normaliser it was made with.
    pub normaliser: u32,
    /// Names of the measures, in order.
    pub(crate) measures: Vec<String>,
    /// Where every sum begins.
    pub(crate) bias: f64,
    pub(crate) trees: Vec<Vec<Node>>,
}

impl Model {
    /// What each measure adds; the bias and these are the sum.
    pub(crate) fn contributions(&self, values: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; values.len()];
        for tree in &self.trees {
            let mut here = tree.first();
            while let Some((node, split)) = here.and_then(|node| Some((node, node.split.as_ref()?))) {
                here = tree.get(split.next(values));
                if let (Some(place), Some(next)) = (out.get_mut(usize::from(split.measure)), here) {
                    *place += next.value - node.value;
                }
            }
        }
        out
    }

    /// The sum: log-odds of SAME.
    pub(crate) fn sum(&self, values: &[f64]) -> f64 {
        self.bias + self.contributions(values).iter().sum::<f64>()
    }

    /// Multiplies the sum by `slope` and adds `shift`, exactly.
    pub(crate) fn rescale(&mut self, slope: f64, shift: f64) {
        let mut bias = self.bias * slope + shift;
        for tree in &mut self.trees {
            for node in tree.iter_mut() {
                node.value = exact(node.value * slope);
            }
            // Every tree begins at 0.
            let root = tree.first().map_or(0.0, |node| node.value);
            bias += root;
            for node in tree.iter_mut() {
                node.value -= root;
            }
        }
        self.bias = exact(bias);
    }

    /// As a file.
    pub fn to_text(&self) -> String {
        let mut out =
            format!("{MAGIC}\nname {}\nnormaliser {}\nbias {}\n", self.name, self.normaliser, self.bias);
        for measure in &self.measures {
            let _ = writeln!(out, "measure {measure}");
        }
        for tree in &self.trees {
            out.push_str("tree\n");
            for node in tree {
                let _ = match &node.split {
                    None => writeln!(out, "end {}", node.value),
                    Some(s) => writeln!(
                        out,
                        "ask {} {} {} {} {} {}",
                        node.value,
                        s.measure,
                        s.threshold,
                        if s.missing_first { "first" } else { "second" },
                        s.then.0,
                        s.then.1
                    ),
                };
            }
        }
        out
    }

    /// From a file, called by its name and the digest of the file (the first twelve digits of its SHA-256).
    pub fn of_file(file: &str, text: &str) -> Result<Self> {
        let model = Self::from_text(file, text)?;
        Ok(Self { name: format!("{}@{}", model.name, digest(text)), ..model })
    }

    /// From a file; a broken one is refused with its broken lines.
    pub fn from_text(file: &str, text: &str) -> Result<Self> {
        let mut out = Self { name: String::new(), normaliser: 0, measures: vec![], bias: 0.0, trees: vec![] };
        let (mut found, mut broken) = (Violations::new(), 0);
        for (number, line) in (1..).zip(text.lines()) {
            let words: Vec<&str> = line.split(' ').collect();
            let read = if number == 1 { (line == MAGIC).then_some(()) } else { out.line(&words, line) };
            if read.is_none() && broken < 20 {
                broken += 1;
                found.push(Violation::new(
                    format!("{file}:{number}"),
                    "MODEL",
                    line,
                    "a line of a model file",
                ));
            }
        }
        out.check(file, &mut found);
        let names = crate::learn::measures();
        if found.is_empty() && out.measures != names {
            return Err(other_measures(file, names.len(), out.measures.len()));
        }
        found.into_result().map(|()| out)
    }

    fn line(&mut self, words: &[&str], line: &str) -> Option<()> {
        match *words {
            ["name", ..] => line.get(5..)?.clone_into(&mut self.name),
            ["normaliser", version] => self.normaliser = version.parse().ok()?,
            ["bias", value] => self.bias = number(value)?,
            ["measure", name] => self.measures.push(name.to_owned()),
            ["tree"] => self.trees.push(vec![]),
            ["end", value] => {
                self.trees.last_mut()?.push(Node { value: number(value)?, split: None });
            }
            ["ask", value, measure, threshold, missing, first, second] => {
                let split = Split {
                    measure: measure.parse().ok().filter(|at| usize::from(*at) < self.measures.len())?,
                    threshold: number(threshold)?,
                    missing_first: match missing {
                        "first" => true,
                        "second" => false,
                        _ => return None,
                    },
                    then: (first.parse().ok()?, second.parse().ok()?),
                };
                self.trees.last_mut()?.push(Node { value: number(value)?, split: Some(split) });
            }
            _ => return None,
        }
        Some(())
    }

    /// Ways lead onwards and to a place that is there: so every walk ends.
    fn check(&self, file: &str, found: &mut Violations) {
        let whole = |tree: &Vec<Node>| {
            !tree.is_empty()
                && tree.iter().enumerate().all(|(at, node)| {
                    node.split.as_ref().is_none_or(|split| {
                        [split.then.0, split.then.1]
                            .map(usize::from)
                            .iter()
                            .all(|next| *next > at && *next < tree.len())
                    })
                })
        };
        for (at, _) in self.trees.iter().enumerate().filter(|(_, tree)| !whole(tree)) {
            found.push(Violation::new(file, "TREE", at + 1, "a tree whose ways all end"));
        }
        found.require(!self.name.is_empty(), || Violation::new(file, "NAME", "", "a name"));
        found.require(self.normaliser == NORMALISER_VERSION, || {
            let expected = format!("{NORMALISER_VERSION}: learned from texts as this version reads them");
            Violation::new(file, "NORMALISER", self.normaliser, expected)
        });
    }
}

fn number(word: &str) -> Option<f64> {
    word.parse().ok().filter(|value: &f64| value.is_finite())
}

/// The refusal of a model made for other measures than this version takes.
pub(crate) fn other_measures(file: &str, expected: usize, given: usize) -> Error {
    let mut found = Violations::new();
    found.push(Violation::new(
        file,
        "MEASURES",
        given,
        format!("the {expected} measures of this version, in order"),
    ));
    found.into_result().err().unwrap_or_else(|| Error::internal("no violation"))
}
