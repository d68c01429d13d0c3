//! How two definitions stand to each other, by their facets: a partial order, never a likeness. What is not the same is looked for facet
//! by facet, the most decisive first; each finding says which facet, which words, and what follows.

mod words;

use crate::{
    pair::{Pair, basis_against},
    profile::{Grain, Statistic},
    quantity::{self, Range},
    soft::Difference,
};
use onus_domain::relation::Relation;
use words::{NEUTRAL, PAYS};

/// A facet in which two definitions differ, and what follows.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What follows.
    pub relation: Relation,
    /// The facet.
    pub facet: &'static str,
    /// The words, for people.
    pub words: String,
}

/// Share of tokens in common, in order, at which two texts are twins.
const TWIN: f64 = 0.5;
/// Share of what one says that the other must say too, to be of one topic.
const TOPIC: f64 = 0.42;
/// Share at which one may be computed of the other.
const CLOSE: f64 = 0.5;
/// Weight of a word that says something.
const TELLING: u8 = 42;

/// The finding that decides, if the two differ in a facet.
pub fn finding(pair: &Pair<'_>) -> Option<Finding> {
    let at = Facets::new(pair);
    at.kind()
        .or_else(|| at.records_and_parts())
        .or_else(|| at.statistic())
        .or_else(|| at.basis())
        .or_else(|| at.complement())
        .or_else(|| at.conflict())
        .or_else(|| at.ranges())
        .or_else(|| at.level())
        .or_else(|| at.layout())
        .or_else(|| at.negation())
        .or_else(|| at.restriction())
        .or_else(|| at.swaps())
}

struct Facets<'p, 'a> {
    pair: &'p Pair<'a>,
    /// Share of the left's words that the right says too, and the other way round.
    covered: (f64, f64),
    twin: bool,
}

#[expect(clippy::unnecessary_wraps, reason = "what every facet answers")]
fn say(relation: Relation, facet: &'static str, words: impl Into<String>) -> Option<Finding> {
    Some(Finding { relation, facet, words: words.into() })
}

fn turned(relation: Relation, turn: bool) -> Relation {
    match relation {
        Relation::Narrower if turn => Relation::Broader,
        Relation::Broader if turn => Relation::Narrower,
        Relation::DerivableLeftFromRight if turn => Relation::DerivableRightFromLeft,
        Relation::DerivableRightFromLeft if turn => Relation::DerivableLeftFromRight,
        other => other,
    }
}

/// "Births at home", "births in midwife-led units": a few words, of which one passage differs.
fn short_twin(pair: &Pair<'_>, difference: &Difference<'_>) -> bool {
    let (a, b) = (pair.left.text.count(), pair.right.text.count());
    let begin = pair.left.text.tokens().next() == pair.right.text.tokens().next();
    begin && a.max(b) <= 5 && difference.swaps.len() <= 1 && pair.name.similarity > 0.0
}

impl<'p, 'a> Facets<'p, 'a> {
    fn new(pair: &'p Pair<'a>) -> Self {
        let context = |d: &Option<Difference<'_>>| d.as_ref().map_or(0.0, |d| d.context);
        let twin = context(&pair.text_difference) >= TWIN
            || (pair.left.text.is_empty()
                && pair.right.text.is_empty()
                && context(&pair.name_difference) >= TWIN)
            || pair.all.similarity >= 0.6
            || pair.text_difference.as_ref().is_some_and(|d| short_twin(pair, d));
        Self { covered: pair.covered_all, twin, pair }
    }

    fn least(&self) -> f64 {
        self.covered.0.min(self.covered.1)
    }

    fn most(&self) -> f64 {
        self.covered.0.max(self.covered.1)
    }

    /// Whether both are about one thing.
    fn topic(&self) -> bool {
        self.twin || self.most() >= TOPIC || self.pair.shares_rare()
    }

    /// DIFFERENT between twins; of two that share little, no more than a topic.
    fn apart(&self, facet: &'static str, words: String) -> Option<Finding> {
        let near = self.pair.one_topic() || self.topic();
        let relation =
            if self.twin || self.least() >= 0.36 || !near { Relation::Different } else { Relation::Related };
        say(relation, facet, words)
    }

    fn kind(&self) -> Option<Finding> {
        let (l, r) = (self.pair.left, self.pair.right);
        if l.kind == r.kind || !self.topic() {
            return None;
        }
        say(Relation::Related, "kind", "a record-level element and a metric")
    }

    /// Single cases make any figure; two counts make a share.
    fn records_and_parts(&self) -> Option<Finding> {
        let (l, r) = (&self.pair.left.profile, &self.pair.right.profile);
        for (mine, yours, covered, turn) in [(l, r, self.covered.0, false), (r, l, self.covered.1, true)] {
            let from = turned(Relation::DerivableLeftFromRight, turn);
            if yours.record
                && !mine.record
                && mine.statistic != Statistic::Unknown
                && covered >= CLOSE
                && self.no_contrast()
            {
                return say(
                    from,
                    "aggregation",
                    "every single case is asked for on one side, and a figure of them on the other",
                );
            }
            let share = matches!(mine.statistic, Statistic::Proportion | Statistic::Rate | Statistic::Mean);
            let counts = matches!(
                yours.statistic,
                Statistic::Count | Statistic::Unknown | Statistic::Sum | Statistic::Distinct
            );
            if yours.parts && !mine.parts && share && counts && covered >= CLOSE && self.no_contrast() {
                return say(
                    from,
                    "rate_from_parts",
                    "both parts of the share are asked for on the other side",
                );
            }
        }
        None
    }

    fn no_contrast(&self) -> bool {
        self.pair.conflicts.iter().all(|(_, group, ..)| {
            ["statistic", "measure", "distinct people or events", "period named", "unit"].contains(group)
        })
    }

    fn statistic(&self) -> Option<Finding> {
        let (l, r) = (self.pair.left.profile.statistic, self.pair.right.profile.statistic);
        let words = format!("{l:?} against {r:?}").to_lowercase();
        if l.excludes(r) {
            return self.apart("statistic", words);
        }
        let distinct = l != r && (l == Statistic::Distinct || r == Statistic::Distinct);
        let events = self.pair.conflicts.iter().any(|(_, group, ..)| *group == "distinct people or events");
        if distinct && events && l != Statistic::Unknown && r != Statistic::Unknown {
            return say(Relation::Different, "aggregation", "different people against events");
        }
        if distinct
            && self.twin
            && self.pair.left.profile.period == self.pair.right.profile.period
            && l.adds_up() != r.adds_up()
        {
            return self.apart("aggregation", words);
        }
        None
    }

    fn basis(&self) -> Option<Finding> {
        (basis_against(self.pair.left, self.pair.right) && self.topic())
            .then(|| {
                self.apart(
                    "period_basis",
                    "how things stand on a day against what happens during a time".to_owned(),
                )
            })
            .flatten()
    }

    fn proportion(&self) -> bool {
        let of = |s: Statistic| s == Statistic::Proportion;
        of(self.pair.left.profile.statistic) && of(self.pair.right.profile.statistic)
    }

    /// The two sides of one limit or of one polarity, of one whole: one is the whole less the other.
    fn complement(&self) -> Option<Finding> {
        if !self.twin || !self.proportion() {
            return None;
        }
        let (mine, yours) = (&self.pair.ranges.0, &self.pair.ranges.1);
        let sides = mine.iter().any(|a| yours.iter().any(|b| a.complements(b) && !a.age))
            && mine.len() <= 2
            && yours.len() <= 2;
        let denominators = self.pair.denominator.similarity >= 0.99 || self.pair.left.denominator.is_empty();
        let only_number = self.unexplained() == 0;
        if sides && denominators && only_number {
            return say(
                Relation::DerivableLeftFromRight,
                "complement",
                "the two sides of one limit, of one whole: 100 less the other",
            );
        }
        let negated = self.pair.left.text.negated != self.pair.right.text.negated;
        let no_contrast = self.pair.conflicts.is_empty();
        if negated && denominators && only_number && no_contrast && mine.is_empty() && yours.is_empty() {
            return say(
                Relation::DerivableLeftFromRight,
                "complement",
                "the same with and without “not”, of one whole: 100 less the other",
            );
        }
        None
    }

    /// Passages that were put in the place of others.
    fn unexplained(&self) -> usize {
        self.pair.text_difference.as_ref().map_or(0, |d| d.swaps.len())
    }

    fn conflict(&self) -> Option<Finding> {
        const LEVELS: [&str; 4] = ["period named", "grain", "statistic", "measure"];
        let (_, group, a, b) = self.pair.conflicts.iter().find(|(_, group, ..)| !LEVELS.contains(group))?;
        if *group == "distinct people or events" {
            return None;
        }
        self.apart(group, format!("{a} against {b}"))
    }

    fn ranges(&self) -> Option<Finding> {
        let named = self.pair.name_ranges();
        // What the names say counts first: a long text may speak of both limits.
        let (mine, yours) = if named.0.is_empty() || named.1.is_empty() {
            (&self.pair.ranges.0, &self.pair.ranges.1)
        } else {
            (&named.0, &named.1)
        };
        let show = |a: &Range, b: &Range| {
            format!("{} against {}", quantity::show(&a.token), quantity::show(&b.token))
        };
        let pairs = || mine.iter().flat_map(|a| yours.iter().map(move |b| (*a, *b)));
        if let Some((a, b)) = pairs().find(|(a, b)| a.comparable(b) && (a.limit || b.limit)) {
            let words = show(a, b);
            let facet = if a.age { "age_band" } else { "threshold_value" };
            let counted = !self.proportion()
                && !matches!(
                    self.pair.left.profile.statistic,
                    Statistic::Rate | Statistic::Mean | Statistic::Median | Statistic::Centile
                );
            let nests = a.limit && b.limit && (counted || a.age) && self.topic();
            if nests && a.inside(b) {
                return say(Relation::Narrower, facet, words);
            }
            if nests && b.inside(a) {
                return say(Relation::Broader, facet, words);
            }
            return self.apart(facet, words);
        }
        if let Some((a, b)) = pairs().find(|(a, b)| a.comparable(b)) {
            return if self.topic() { self.apart("number", show(a, b)) } else { None };
        }
        self.one_sided(mine, yours)
    }

    /// A limit that only one side names restricts it, if the rest is said by both.
    fn one_sided(&self, mine: &[&Range], yours: &[&Range]) -> Option<Finding> {
        let only = |these: &[&Range]| {
            these.iter().find(|range| range.limit).map(|range| quantity::show(&range.token))
        };
        let silent =
            |side: &[&Range]| side.is_empty() && self.pair.left.text.negated == self.pair.right.text.negated;
        if let (Some(words), true) = (only(mine), silent(yours))
            && self.covered.1 >= 0.8
            && self.twin
        {
            return say(Relation::Narrower, "population", format!("only the left says {words}"));
        }
        if let (Some(words), true) = (only(yours), silent(mine))
            && self.covered.0 >= 0.8
            && self.twin
        {
            return say(Relation::Broader, "population", format!("only the right says {words}"));
        }
        None
    }

    fn negation(&self) -> Option<Finding> {
        let negated = self.pair.left.text.negated != self.pair.right.text.negated
            || self.pair.left.name.negated != self.pair.right.name.negated;
        (negated && self.twin)
            .then(|| self.apart("polarity", "only one side says “not”, “no” or “without”".to_owned()))
            .flatten()
    }

    fn adds_up(&self) -> bool {
        let (l, r) = (&self.pair.left.profile, &self.pair.right.profile);
        l.statistic.adds_up() && r.statistic.adds_up() && !l.parts && !r.parts
    }

    /// Another period, another level.
    fn level(&self) -> Option<Finding> {
        let (l, r) = (&self.pair.left.profile, &self.pair.right.profile);
        if !(self.twin || self.least() >= 0.45 || self.most() >= 0.7) {
            return None;
        }
        if let (Some(a), Some(b)) = (l.period, r.period)
            && a != b
        {
            let words = format!("{a:?} against {b:?}").to_lowercase();
            let stock = l.snapshot && r.snapshot && !l.flow && !r.flow;
            let rolls = self.adds_up() && !stock && (a.divides(b) || b.divides(a));
            let relation = match (rolls, a < b) {
                (false, _) => Relation::Related,
                (true, true) => Relation::DerivableRightFromLeft,
                (true, false) => Relation::DerivableLeftFromRight,
            };
            return say(relation, "frequency", words);
        }
        self.grain(l.grain?, r.grain?)
    }

    fn grain(&self, a: Grain, b: Grain) -> Option<Finding> {
        let words = format!("{a:?} against {b:?}").to_lowercase();
        if a == b {
            return None;
        }
        let pays = |field: &crate::field::Field| {
            field.tokens().any(|token| PAYS.iter().any(|word| token.starts_with(word)))
        };
        let text = (&self.pair.left.text, &self.pair.right.text);
        if (a == Grain::Board || b == Grain::Board) && (pays(text.0) != pays(text.1)) {
            return say(Relation::Different, "provider_vs_commissioner", words);
        }
        let partial = self.pair.left.profile.partial || self.pair.right.profile.partial;
        if a.within(b) || b.within(a) {
            let relation = match (self.adds_up() && !partial, a.within(b)) {
                (false, _) => Relation::Related,
                (true, true) => Relation::DerivableRightFromLeft,
                (true, false) => Relation::DerivableLeftFromRight,
            };
            return say(relation, "grain", words);
        }
        // Levels that do not lie in one another: who gives and who pays.
        let payer = |grain| grain == Grain::Board;
        if payer(a) || payer(b) {
            return say(Relation::Different, "provider_vs_commissioner", words);
        }
        say(Relation::Related, "grain", words)
    }

    /// Laid out by categories on one side only.
    fn layout(&self) -> Option<Finding> {
        let (l, r) = (&self.pair.left.profile, &self.pair.right.profile);
        if !(self.twin || self.least() >= 0.45 || self.most() >= 0.7) {
            return None;
        }
        let alone =
            |these: &[Box<str>], those: &[Box<str>]| these.iter().find(|one| !those.contains(one)).cloned();
        let (mine, yours) = (alone(&l.by, &r.by), alone(&r.by, &l.by));
        let partial = l.partial || r.partial;
        match (mine, yours) {
            (Some(a), Some(b)) if self.twin => {
                say(Relation::Related, "breakdown", format!("by {a} against by {b}"))
            }
            (Some(a), None) if r.by.is_empty() => self.split(Relation::DerivableRightFromLeft, &a, partial),
            (None, Some(b)) if l.by.is_empty() => self.split(Relation::DerivableLeftFromRight, &b, partial),
            _ => None,
        }
    }

    fn split(&self, relation: Relation, by: &str, partial: bool) -> Option<Finding> {
        let relation = if self.adds_up() && !partial { relation } else { Relation::Related };
        say(relation, "breakdown", format!("only one is laid out by {by}"))
    }

    /// What one says more: a restriction of what the other leaves open.
    fn restriction(&self) -> Option<Finding> {
        let (l, r) = (&self.pair.left.profile, &self.pair.right.profile);
        let telling = |words: &[&'a str]| -> Vec<&'a str> {
            let heavy = |word: &&&str| {
                crate::field::weight(word) >= TELLING
                    && !NEUTRAL.contains(*word)
                    && !quantity::is_numeric(word)
            };
            words.iter().filter(heavy).copied().collect()
        };
        // "any cause" against "a phishing email": who says "any" is the broader.
        if l.wide != r.wide && self.topic() && self.most() >= CLOSE {
            let (broader, relation) = if l.wide {
                (self.covered.1, Relation::Broader)
            } else {
                (self.covered.0, Relation::Narrower)
            };
            // Who names nothing that the other leaves open, restricts nothing.
            let narrower = if l.wide { self.covered.1 } else { self.covered.0 };
            let wider = if l.wide { self.covered.0 } else { self.covered.1 };
            if (narrower < 0.96 || wider < 0.75) && (self.twin || broader >= 0.7) {
                return say(relation, "population", "one says “any” or “all” where the other names one");
            }
        }
        if l.list != r.list && self.twin && self.unexplained() <= 1 {
            let (of_other, relation) = if l.list {
                (self.covered.1, Relation::Broader)
            } else {
                (self.covered.0, Relation::Narrower)
            };
            if of_other >= 0.7 {
                return say(relation, "population", "one names several kinds where the other names one");
            }
        }
        let difference = self.pair.text_difference.as_ref().filter(|_| self.twin)?;
        let (mine, yours) = (telling(&difference.added.0), telling(&difference.added.1));
        if !difference.swaps.is_empty() {
            return None;
        }
        let spelt = |words: &[&str], other: &crate::field::Field| {
            let first: String = words.iter().filter_map(|word| word.chars().next()).collect();
            first.len() >= 2 && other.tokens().any(|token| token.starts_with(&first))
        };
        if spelt(&difference.added.0, &self.pair.right.text)
            || spelt(&difference.added.1, &self.pair.left.text)
        {
            return None;
        }
        match (mine.is_empty(), yours.is_empty()) {
            (false, true) => say(
                self.more(&difference.added.0, Relation::Narrower),
                "restriction",
                format!("only the left says {}", mine.join(" ")),
            ),
            (true, false) => say(
                turned(self.more(&difference.added.1, Relation::Narrower), true),
                "restriction",
                format!("only the right says {}", yours.join(" ")),
            ),
            _ => None,
        }
    }

    /// Who adds "or …" says more kinds, not fewer.
    #[expect(clippy::unused_self, reason = "beside the others")]
    fn more(&self, added: &[&str], relation: Relation) -> Relation {
        let lists = added.contains(&"or") && !added.contains(&"who");
        turned(relation, lists)
    }

    /// A passage put in the place of another, in texts that are otherwise the same.
    fn swaps(&self) -> Option<Finding> {
        let difference = self.pair.text_difference.as_ref().filter(|_| self.twin)?;
        let (l, r) = difference.swaps.first()?;
        let words = format!("“{l}” against “{r}”");
        match (difference.swaps.len(), difference.kinds) {
            (1, (1, 0)) => say(Relation::Narrower, "condition", words),
            (1, (0, 1)) => say(Relation::Broader, "condition", words),
            _ if difference.swaps.iter().all(|(a, b)| a.split(' ').count().min(b.split(' ').count()) > 2) => {
                None
            }
            _ if difference.context >= 0.6 || short_twin(self.pair, difference) => {
                say(Relation::Different, "event", words)
            }
            _ => None,
        }
    }
}
