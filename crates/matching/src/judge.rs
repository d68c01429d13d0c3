//! Judging a pair: the model's sum, what the source itself says, and what is no evidence of SAME. Everything that moves the sum is an
//! entry of the waterfall, and the entries add up to it exactly.

use crate::{learn, model::Model, pair::Pair, relate::Finding, score::score_of};
use onus_domain::relation::{Evidence, Relation};
use std::sync::LazyLock;

/// What a source's own word adds that one replaces the other.
const STATED: f64 = 9.0;

/// Two definitions of which one says next to nothing are never the same: log-odds at most.
const SILENT: f64 = -2.0;

/// Share of what one says that the other must say too, where their names have no word in common.
const STRANGERS: f64 = 0.3;

/// Probability of SAME from which two that differ in no facet count as the same.
pub const SAME_FROM: f64 = 0.22;

/// Probability of SAME from which a facet that differs in a long text does not decide.
const EVEN: f64 = 0.5;

/// What is thought of a pair.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// The likeliest relation.
    pub relation: Relation,
    /// Log-odds of SAME: the sum of the evidence.
    pub sum: f64,
    /// Probability of SAME.
    pub p_same: f64,
    /// Probability of each relation, in the order of [`RELATIONS`].
    pub probabilities: [f64; 7],
    /// The facet that decides, if one does.
    pub finding: Option<Finding>,
    /// The waterfall.
    pub evidence: Vec<Evidence>,
}

/// All relations.
pub const RELATIONS: [Relation; 7] = [
    Relation::Same,
    Relation::Narrower,
    Relation::Broader,
    Relation::DerivableLeftFromRight,
    Relation::DerivableRightFromLeft,
    Relation::Related,
    Relation::Different,
];

/// Places of measures that the rules look at.
struct Places {
    replaced: usize,
    words: usize,
    text: usize,
    text_alone: usize,
    covered: usize,
}

static PLACES: LazyLock<Places> = LazyLock::new(|| {
    let names = learn::measures();
    let place = |name: &str| names.iter().position(|known| *known == name).unwrap_or(usize::MAX);
    Places {
        replaced: place("source.replaced"),
        words: place("words.least"),
        text: place("text.words"),
        text_alone: place("text.alone_least"),
        covered: place("all.covered_least"),
    }
});

/// Log-odds of SAME: the model's sum, the source's word, the cap.
pub(crate) fn sum(model: &Model, values: &[f64]) -> f64 {
    let sum = model.sum(values);
    sum + rules(values, sum).iter().map(|(_, weight, _)| weight).sum::<f64>()
}

/// What the rules add to the model's sum, and why.
fn rules(values: &[f64], sum: f64) -> Vec<Rule> {
    let value = |place: usize| values.get(place).copied().unwrap_or(0.0);
    let mut out = Vec::new();
    if value(PLACES.replaced) > 0.0 {
        out.push(("source", STATED, "the source says that one is replaced by the other"));
    }
    let now = sum + out.iter().map(|(_, weight, _)| weight).sum::<f64>();
    if value(PLACES.words) < 2.0 && now > SILENT {
        out.push(("cap", SILENT - now, "one says next to nothing: no evidence of SAME"));
        return out;
    }
    // Both texts are there and say other things, synonyms counted: what a name alone says is no evidence.
    let apart = value(PLACES.text) == 0.0 && value(PLACES.text_alone) >= 0.3 && value(PLACES.covered) < 0.35;
    if apart && value(PLACES.replaced) == 0.0 && now > SILENT {
        out.push(("cap", SILENT - now, "their texts have nothing in common: a name is no evidence of SAME"));
    }
    out
}

/// Judges a pair.
pub fn judge(model: &Model, pair: &Pair<'_>) -> Judgement {
    Sums::new(model, pair).judged(model, pair)
}

/// Judges a pair, unless the two turn out to be DIFFERENT.
pub(crate) fn quick(model: &Model, pair: &Pair<'_>) -> Option<Judgement> {
    let sums = Sums::new(model, pair);
    (relation(pair, score_of(sums.sum)) != Relation::Different).then(|| sums.judged(model, pair))
}

/// Every relation that a pair may have, whatever the model says.
pub(crate) fn possible(pair: &Pair<'_>) -> impl Iterator<Item = Relation> {
    [0.0, SAME_FROM, EVEN].into_iter().map(|p_same| relation(pair, p_same))
}

/// What the model and the rules add.
struct Sums {
    contributions: Vec<f64>,
    rules: Vec<Rule>,
    sum: f64,
}

impl Sums {
    fn new(model: &Model, pair: &Pair<'_>) -> Self {
        let values: Vec<f64> = pair.measures().into_iter().map(|(_, value)| value).collect();
        let contributions = model.contributions(&values);
        let model_sum = model.bias + contributions.iter().sum::<f64>();
        let rules = rules(&values, model_sum);
        // Every number is a multiple of one unit: the order of adding does not matter.
        let sum = model_sum + rules.iter().map(|(_, weight, _)| weight).sum::<f64>();
        Self { contributions, rules, sum }
    }

    fn judged(&self, model: &Model, pair: &Pair<'_>) -> Judgement {
        let p_same = score_of(self.sum);
        let relation = relation(pair, p_same);
        Judgement {
            relation,
            sum: self.sum,
            p_same,
            probabilities: spread(relation, p_same),
            finding: pair.finding.clone(),
            evidence: waterfall(model, pair, &self.contributions, &self.rules),
        }
    }
}

type Rule = (&'static str, f64, &'static str);

fn waterfall(model: &Model, pair: &Pair<'_>, contributions: &[f64], rules: &[Rule]) -> Vec<Evidence> {
    let mut evidence =
        vec![reason("prior", "most pairs of definitions ask different questions".to_owned(), model.bias)];
    for (group, (facet, _)) in GROUPS.into_iter().enumerate() {
        let weight: f64 = contributions
            .iter()
            .zip(&*GROUP_OF)
            .filter(|(_, of)| **of == group)
            .map(|(weight, _)| weight)
            .sum();
        if weight != 0.0 {
            evidence.push(reason(facet, pair.say(facet), weight));
        }
    }
    for (facet, weight, why) in rules {
        evidence.push(reason(facet, (*why).to_owned(), *weight));
    }
    evidence
}

/// Groups of measures, each one entry of the waterfall.
const GROUPS: [(&str, &[&str]); 12] = [
    ("name", &["name"]),
    ("text", &["text", "twin"]),
    ("numerator", &["numerator"]),
    ("denominator", &["denominator"]),
    ("all words", &["all", "words"]),
    ("contrasts", &["contrasts", "negation", "restricted", "wide"]),
    ("numbers", &["numbers"]),
    (
        "statistic, period and level",
        &["statistic", "period", "grain", "basis", "unit", "population", "breakdowns", "exclusions"],
    ),
    ("values", &["format", "codes", "element", "source"]),
    ("points", &["points"]),
    ("neighbours", &["ahead"]),
    ("facets", &["facet"]),
];

/// The group of each measure.
static GROUP_OF: LazyLock<Vec<usize>> = LazyLock::new(|| {
    let of = |name: &&str| {
        let prefix = name.split('.').next().unwrap_or_default();
        GROUPS.iter().position(|(_, prefixes)| prefixes.contains(&prefix)).unwrap_or(usize::MAX)
    };
    learn::measures().iter().map(of).collect()
});

fn reason(facet: &str, finding: String, weight: f64) -> Evidence {
    Evidence { facet: facet.to_owned(), finding, weight }
}

fn relation(pair: &Pair<'_>, p_same: f64) -> Relation {
    match &pair.finding {
        Some(finding) if p_same < EVEN || pair.is_short() => finding.relation,
        _ if strangers(pair) => apart(pair),
        None if p_same < SAME_FROM => apart(pair),
        _ => Relation::Same,
    }
}

/// Whether neither names nor texts have much in common, synonyms counted: what is left are words that stand everywhere, and however
/// likely the model takes the two to be the same, nobody would see why.
fn strangers(pair: &Pair<'_>) -> bool {
    let least = pair.covered_all.0.min(pair.covered_all.1);
    pair.name.similarity == 0.0 && least < STRANGERS && !pair.may_be_one()
}

/// Of two that are not the same, and differ in no facet that is known.
pub(crate) fn apart(pair: &Pair<'_>) -> Relation {
    if pair.one_topic() { Relation::Related } else { Relation::Different }
}

/// What is not SAME goes for the most part to the relation found.
fn spread(relation: Relation, p_same: f64) -> [f64; 7] {
    // Of those found to be this, about so many are it.
    const SHARE: f64 = 0.85;
    let p_same = if relation == Relation::Same { p_same.max(0.5) } else { p_same.min(0.49) };
    let others = if relation == Relation::Same { 6.0 } else { 5.0 };
    RELATIONS.map(|one| match (one, relation) {
        (Relation::Same, _) => p_same,
        (one, found) if one == found => (1.0 - p_same) * SHARE,
        (_, Relation::Same) => (1.0 - p_same) / others,
        _ => (1.0 - p_same) * (1.0 - SHARE) / others,
    })
}
