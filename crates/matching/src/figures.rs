//! Figures of quality, with intervals.

use crate::train::draw;
use serde::Serialize;

/// Samples that an interval is drawn from.
const SAMPLES: u64 = 200;

/// A figure and the interval that 95 of 100 samples lie in.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Figure {
    /// On all pairs.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// How well scores tell SAME from the rest.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    /// How many pairs.
    pub pairs: usize,
    /// How many of them are the same.
    pub same: usize,
    /// Average precision.
    pub average_precision: Figure,
    /// Greatest F1 over all thresholds.
    pub best_f1: Figure,
    /// Recall where precision is 0.95.
    pub recall_at_95: Figure,
    /// Area under the curve of true over false positives.
    pub auc: Figure,
    /// Expected calibration error, in ten steps.
    pub calibration_error: Figure,
}

/// One scored pair: its probability of SAME, whether it is, and the group that is drawn as one.
#[derive(Debug, Clone, Copy)]
pub struct Scored {
    /// Probability of SAME.
    pub p: f64,
    /// Whether it is.
    pub same: bool,
    /// Pairs of one group hang together.
    pub group: usize,
}

/// The figures of scored pairs; `None` if there are none of the same or no others.
pub fn figures(scored: &[Scored]) -> Option<Figures> {
    let same = scored.iter().filter(|one| one.same).count();
    if same == 0 || same == scored.len() {
        return None;
    }
    let mut groups: std::collections::BTreeMap<usize, Vec<Scored>> = std::collections::BTreeMap::new();
    for one in scored {
        groups.entry(one.group).or_default().push(*one);
    }
    let groups: Vec<Vec<Scored>> = groups.into_values().collect();
    let mut samples: Vec<[f64; 5]> = Vec::new();
    for sample in 0..SAMPLES {
        let drawn: Vec<Scored> = (0..groups.len() as u64)
            .flat_map(|at| {
                let place = draw(sample + 1, at) % groups.len() as u64;
                groups[usize::try_from(place).unwrap_or(0)].iter().copied()
            })
            .collect();
        if drawn.iter().any(|one| one.same) && drawn.iter().any(|one| !one.same) {
            samples.push(all(drawn));
        }
    }
    let values = all(scored.to_vec());
    let figure = |at: usize| {
        let mut drawn: Vec<f64> = samples.iter().map(|sample| sample[at]).collect();
        drawn.sort_by(f64::total_cmp);
        let end = |share: usize| drawn.get(drawn.len() * share / 1_000).copied().unwrap_or(values[at]);
        Figure { value: values[at], low: end(25), high: end(975) }
    };
    Some(Figures {
        pairs: scored.len(),
        same,
        average_precision: figure(0),
        best_f1: figure(1),
        recall_at_95: figure(2),
        auc: figure(3),
        calibration_error: figure(4),
    })
}

#[expect(clippy::cast_precision_loss, reason = "thousands of pairs")]
fn all(mut scored: Vec<Scored>) -> [f64; 5] {
    // Of equal scores the others come first: nothing is gained by ties.
    scored.sort_by(|a, b| b.p.total_cmp(&a.p).then(a.same.cmp(&b.same)));
    let total = scored.iter().filter(|one| one.same).count() as f64;
    let others = scored.len() as f64 - total;
    let (mut hits, mut precision_sum, mut f1, mut recall95, mut below) = (0.0, 0.0, 0.0_f64, 0.0, 0.0);
    for (rank, one) in scored.iter().enumerate() {
        if one.same {
            hits += 1.0;
            precision_sum += hits / (rank + 1) as f64;
        } else {
            below += total - hits;
        }
        let ends = scored.get(rank + 1).is_none_or(|next| next.p < one.p);
        if ends {
            let (precision, recall) = (hits / (rank + 1) as f64, hits / total);
            f1 = f1.max(2.0 * precision * recall / (precision + recall).max(1e-9));
            if precision >= 0.95 {
                recall95 = recall;
            }
        }
    }
    [precision_sum / total, f1, recall95, 1.0 - below / (total * others), calibration_error(&scored)]
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "ten steps of a probability"
)]
fn calibration_error(scored: &[Scored]) -> f64 {
    let mut bins = [(0.0, 0.0, 0.0); 10];
    for one in scored {
        let bin = &mut bins[((one.p * 10.0) as usize).min(9)];
        *bin = (bin.0 + 1.0, bin.1 + one.p, bin.2 + if one.same { 1.0 } else { 0.0 });
    }
    bins.iter().map(|(_, p, same): &(f64, f64, f64)| (p - same).abs()).sum::<f64>() / scored.len() as f64
}

/// How well relations are told.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RelationFigures {
    /// How many pairs.
    pub pairs: usize,
    /// Share that is told rightly.
    pub accuracy: f64,
    /// Mean of the F1 of each relation that stands in the data; DERIVABLE either way is two.
    pub macro_f1: f64,
    /// Of those said to be DERIVABLE, the share that is, that way.
    pub derivable_precision: f64,
}

/// The figures of relations: known, said.
#[expect(clippy::cast_precision_loss, reason = "hundreds of pairs")]
pub fn relation_figures(labels: &[(String, String)]) -> RelationFigures {
    let count =
        |is: &dyn Fn(&(String, String)) -> bool| labels.iter().filter(|label| is(label)).count() as f64;
    let known: std::collections::BTreeSet<&String> = labels.iter().map(|(known, _)| known).collect();
    let f1 = |relation: &String| {
        let right = count(&|(known, said)| known == relation && said == relation);
        let all = count(&|(known, _)| known == relation) + count(&|(_, said)| said == relation);
        2.0 * right / all.max(1.0)
    };
    let derivable = |said: &str| said.starts_with("DERIVABLE");
    let said = count(&|(_, said)| derivable(said));
    RelationFigures {
        pairs: labels.len(),
        accuracy: count(&|(known, said)| known == said) / (labels.len() as f64).max(1.0),
        macro_f1: known.iter().map(|relation| f1(relation)).sum::<f64>() / (known.len() as f64).max(1.0),
        derivable_precision: if said == 0.0 {
            1.0
        } else {
            count(&|(known, said)| derivable(said) && known == said) / said
        },
    }
}
