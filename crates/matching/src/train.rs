//! Training: gradient boosting of small trees. Reproducible: the same rows give the same model, byte for byte; what is drawn, is drawn by a
//! seeded generator.

use crate::model::{Model, Node, Split, exact};

/// Trees of a model.
const TREES: usize = 300;
/// Questions on the way to an end, at most.
const DEPTH: usize = 5;
/// How much of each tree counts.
const RATE: f64 = 0.05;
/// Holds ends with few rows back.
const RIDGE: f64 = 4.0;
/// Least weight of rows on either side of a question.
const LEAST: f64 = 6.0;
/// Steps in which a measure is looked at.
const BINS: usize = 40;
/// Of so many measures one is looked at for a tree.
const LOOK_AT_ONE_OF: u64 = 2;

/// One pair to learn from.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// Its measures.
    pub values: Vec<f64>,
    /// Whether it is SAME.
    pub same: bool,
    /// How much it counts.
    pub weight: f64,
}

/// Learns a model.
pub(crate) fn train(name: &str, measures: &[&str], rows: &[Row]) -> Model {
    let mut model = Model {
        name: name.to_owned(),
        normaliser: crate::normalise::NORMALISER_VERSION,
        measures: measures.iter().map(|m| (*m).to_owned()).collect(),
        bias: 0.0,
        trees: Vec::new(),
    };
    let weight: f64 = rows.iter().map(|row| row.weight).sum();
    let same: f64 = rows.iter().filter(|row| row.same).map(|row| row.weight).sum();
    if weight <= 0.0 || same <= 0.0 || same >= weight {
        model.bias = exact(if same > 0.0 { 4.0 } else { -4.0 });
        return model;
    }
    model.bias = (same / (weight - same)).ln();
    let binned = Binned::new(rows, measures.len());
    let mut sums = vec![model.bias; rows.len()];
    for tree in 0..TREES {
        let mut grower = Grower {
            rows,
            binned: &binned,
            seed: tree as u64,
            gradients: gradients(rows, &sums),
            nodes: vec![],
        };
        grower.grow_root();
        let nodes = grower.nodes;
        for (row, sum) in sums.iter_mut().enumerate() {
            *sum += nodes[end(&nodes, &rows[row].values)].value;
        }
        model.trees.push(nodes);
    }
    model.rescale(1.0, 0.0);
    model
}

fn gradients(rows: &[Row], sums: &[f64]) -> Vec<(f64, f64)> {
    let of = |(row, sum): (&Row, &f64)| {
        let p = 1.0 / (1.0 + (-sum).exp());
        let target = if row.same { 1.0 } else { 0.0 };
        ((target - p) * row.weight, (p * (1.0 - p)).max(1e-6) * row.weight)
    };
    rows.iter().zip(sums).map(of).collect()
}

fn end(nodes: &[Node], values: &[f64]) -> usize {
    let mut at = 0;
    while let Some(split) = &nodes[at].split {
        at = split.next(values);
    }
    at
}

/// Measures in steps: 0 where nothing is said.
struct Binned {
    /// Upper ends of the steps of each measure.
    edges: Vec<Vec<f64>>,
    /// Step of each measure, row by row.
    bins: Vec<Vec<u8>>,
}

impl Binned {
    fn new(rows: &[Row], measures: usize) -> Self {
        let (mut edges, mut bins) = (Vec::new(), Vec::new());
        for at in 0..measures {
            let mut values: Vec<f64> =
                rows.iter().map(|row| row.values[at]).filter(|v| !v.is_nan()).collect();
            values.sort_by(f64::total_cmp);
            let ends: Vec<f64> = middles(&values);
            bins.push(
                rows.iter()
                    .map(|row| {
                        let value = row.values[at];
                        let bin =
                            if value.is_nan() { 0 } else { 1 + ends.partition_point(|end| *end < value) };
                        u8::try_from(bin).unwrap_or(u8::MAX)
                    })
                    .collect(),
            );
            edges.push(ends);
        }
        Self { edges, bins }
    }
}

/// Ends of steps that hold about as many values each, halfway between neighbours.
fn middles(sorted: &[f64]) -> Vec<f64> {
    let mut ends: Vec<f64> = Vec::new();
    let step = (sorted.len() / BINS).max(1);
    let mut next = step;
    for pair in (1..sorted.len()).filter(|at| sorted[*at] > sorted[*at - 1]) {
        let distinct = sorted.len() <= BINS || pair >= next;
        if distinct || ends.len() < 4 {
            ends.push(f64::midpoint(sorted[pair - 1], sorted[pair]));
            next = pair + step;
        }
        if ends.len() + 1 >= BINS {
            break;
        }
    }
    ends
}

struct Grower<'a> {
    rows: &'a [Row],
    binned: &'a Binned,
    seed: u64,
    gradients: Vec<(f64, f64)>,
    nodes: Vec<Node>,
}

struct Best {
    gain: f64,
    measure: usize,
    bin: usize,
    missing_first: bool,
    first: f64,
    second: f64,
}

impl Grower<'_> {
    fn grow_root(&mut self) {
        // Each tree sees three rows of four.
        let all: Vec<u32> = (0..self.rows.len())
            .filter(|row| !draw(self.seed, 1 << 32 | *row as u64).is_multiple_of(4))
            .map(|row| u32::try_from(row).unwrap_or(u32::MAX))
            .collect();
        self.grow(&all, 0, 0.0);
    }

    fn totals(&self, rows: &[u32]) -> (f64, f64) {
        rows.iter().fold((0.0, 0.0), |(g, h), row| {
            let (dg, dh) = self.gradients[*row as usize];
            (g + dg, h + dh)
        })
    }

    fn grow(&mut self, rows: &[u32], depth: usize, value: f64) -> u16 {
        let at = self.nodes.len();
        self.nodes.push(Node { value, split: None });
        let best = if depth < DEPTH { self.best(rows) } else { None };
        let name = u16::try_from(at).unwrap_or(u16::MAX);
        let Some(best) = best else { return name };
        let bins = &self.binned.bins[best.measure];
        let goes_first = |row: &u32| match bins[*row as usize] {
            0 => best.missing_first,
            bin => usize::from(bin) <= best.bin,
        };
        let (first, second): (Vec<u32>, Vec<u32>) = rows.iter().partition(|row| goes_first(row));
        let threshold = self.binned.edges[best.measure][best.bin - 1];
        let then = (self.grow(&first, depth + 1, best.first), self.grow(&second, depth + 1, best.second));
        self.nodes[at].split = Some(Split {
            measure: u16::try_from(best.measure).unwrap_or(u16::MAX),
            threshold,
            missing_first: best.missing_first,
            then,
        });
        name
    }

    fn best(&self, rows: &[u32]) -> Option<Best> {
        let total = self.totals(rows);
        let mut best: Option<Best> = None;
        for measure in
            (0..self.binned.edges.len()).filter(|m| draw(self.seed, *m as u64).is_multiple_of(LOOK_AT_ONE_OF))
        {
            let steps = self.binned.edges[measure].len();
            if steps == 0 {
                continue;
            }
            let mut sums = vec![(0.0, 0.0, 0.0); steps + 2];
            for row in rows {
                let (g, h) = self.gradients[*row as usize];
                let place = &mut sums[usize::from(self.binned.bins[measure][*row as usize])];
                *place = (place.0 + g, place.1 + h, place.2 + self.rows[*row as usize].weight);
            }
            best_of(measure, &sums, total, &mut best);
        }
        best.filter(|best| best.gain > 1e-3)
    }
}

/// The best question about one measure, if it is better than the best so far.
fn best_of(measure: usize, sums: &[(f64, f64, f64)], total: (f64, f64), best: &mut Option<Best>) {
    let missing = sums[0];
    let weight: f64 = sums.iter().map(|s| s.2).sum();
    let value = |g: f64, h: f64| g / (h + RIDGE);
    let gain_of = |g: f64, h: f64| 0.5 * g * value(g, h);
    let whole = gain_of(total.0, total.1);
    let ways: &[bool] = if missing.2 > 0.0 { &[true, false] } else { &[false] };
    for missing_first in ways {
        let mut first = if *missing_first { missing } else { (0.0, 0.0, 0.0) };
        for (bin, step) in sums.iter().enumerate().take(sums.len() - 1).skip(1) {
            first = (first.0 + step.0, first.1 + step.1, first.2 + step.2);
            if first.2 < LEAST || weight - first.2 < LEAST {
                continue;
            }
            let second = (total.0 - first.0, total.1 - first.1);
            let gain = gain_of(first.0, first.1) + gain_of(second.0, second.1) - whole;
            if best.as_ref().is_none_or(|best| gain > best.gain) {
                *best = Some(Best {
                    gain,
                    measure,
                    bin,
                    missing_first: *missing_first,
                    first: RATE * value(first.0, first.1),
                    second: RATE * value(second.0, second.1),
                });
            }
        }
    }
}

/// A seeded number: SplitMix64.
pub(crate) fn draw(seed: u64, at: u64) -> u64 {
    let mut z = seed
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add(at.wrapping_mul(0xbf58_476d_1ce4_e5b9))
        .wrapping_add(0x94d0_49bb_1331_11eb);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
