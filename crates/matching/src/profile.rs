//! Typed facets of a definition: what is measured, over which time, at which level, within which limits. Read by phrases that are data
//! (`data/facets.csv`) and by the quantities of the text.

use crate::{
    data::data,
    normalise::{self, Phrases},
    quantity::{self, Range},
};
use std::sync::LazyLock;

/// What kind of figure is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Statistic {
    /// Not said.
    #[default]
    Unknown,
    /// How many.
    Count,
    /// How many different people.
    Distinct,
    /// A sum, such as a cost.
    Sum,
    /// A share of a whole.
    Proportion,
    /// One figure per another.
    Rate,
    /// An arithmetic mean.
    Mean,
    /// A median.
    Median,
    /// Another centile.
    Centile,
    /// The greatest value.
    Maximum,
    /// The least value.
    Minimum,
    /// A measure of spread.
    Deviation,
    /// A score or an index.
    Score,
}

impl Statistic {
    /// Whether values of parts add up to the value of the whole.
    pub fn adds_up(self) -> bool {
        matches!(self, Self::Count | Self::Sum | Self::Unknown)
    }

    /// Whether two figures are of kinds that exclude each other.
    pub fn excludes(self, other: Self) -> bool {
        use Statistic::{Count, Distinct, Proportion, Rate, Sum, Unknown};
        self != other
            && self != Unknown
            && other != Unknown
            && !matches!(
                (self, other),
                (Count, Sum | Distinct) | (Sum | Distinct, Count) | (Proportion, Rate) | (Rate, Proportion)
            )
    }

    fn of(value: &str) -> Self {
        match value {
            "count" => Self::Count,
            "distinct" => Self::Distinct,
            "sum" => Self::Sum,
            "proportion" => Self::Proportion,
            "rate" => Self::Rate,
            "mean" => Self::Mean,
            "median" => Self::Median,
            "centile" => Self::Centile,
            "maximum" => Self::Maximum,
            "minimum" => Self::Minimum,
            "deviation" => Self::Deviation,
            "score" => Self::Score,
            _ => Self::Unknown,
        }
    }

    /// Which of several words counts: "median percentage" is a median, "number per 100" a share.
    fn weight(self) -> u8 {
        match self {
            Self::Unknown => 0,
            Self::Score => 1,
            Self::Count => 2,
            Self::Sum => 3,
            Self::Distinct => 4,
            Self::Rate => 5,
            Self::Proportion => 6,
            Self::Minimum | Self::Maximum => 7,
            Self::Mean => 8,
            Self::Deviation | Self::Centile => 9,
            Self::Median => 10,
        }
    }
}

/// How long the time is that one value covers. Ordered by length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Period {
    /// A day.
    Day,
    /// A week.
    Week,
    /// A calendar month.
    Month,
    /// Three months.
    Quarter,
    /// Six months.
    Half,
    /// Twelve months.
    Year,
}

impl Period {
    /// Whether whole numbers of the shorter fill the longer: weeks divide no month.
    pub fn divides(self, longer: Self) -> bool {
        self < longer && self != Self::Week
    }

    fn of(value: &str) -> Option<Self> {
        Some(match value {
            "day" => Self::Day,
            "week" => Self::Week,
            "month" => Self::Month,
            "quarter" => Self::Quarter,
            "half" => Self::Half,
            "year" => Self::Year,
            _ => return None,
        })
    }
}

/// The level that one value is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grain {
    /// A record.
    Record,
    /// A person.
    Person,
    /// A ward, a unit, a team.
    Ward,
    /// A site, a clinic.
    Site,
    /// A general practice.
    Practice,
    /// A network of practices.
    Network,
    /// A trust or another provider.
    Provider,
    /// A local authority.
    Authority,
    /// An integrated care board or another commissioner.
    Board,
    /// A region.
    Region,
    /// England.
    Nation,
}

impl Grain {
    /// Whether every one of the finer lies in one of the coarser.
    pub fn within(self, coarser: Self) -> bool {
        use Grain::{
            Authority, Board, Nation, Network, Person, Practice, Provider, Record, Region, Site, Ward,
        };
        self != coarser
            && match self {
                Record => true,
                Ward => matches!(coarser, Site | Provider | Board | Region | Nation),
                Site => matches!(coarser, Provider | Board | Region | Nation | Authority),
                Practice => matches!(coarser, Network | Board | Region | Nation | Provider),
                Network => matches!(coarser, Board | Region | Nation),
                Provider | Board | Authority => {
                    matches!(coarser, Region | Nation) || (self == Provider && coarser == Board)
                }
                Region => coarser == Nation,
                Person | Nation => false,
            }
    }

    fn of(value: &str) -> Option<Self> {
        Some(match value {
            "record" => Self::Record,
            "person" => Self::Person,
            "ward" => Self::Ward,
            "site" => Self::Site,
            "practice" => Self::Practice,
            "network" => Self::Network,
            "provider" => Self::Provider,
            "authority" => Self::Authority,
            "icb" => Self::Board,
            "region" => Self::Region,
            "national" => Self::Nation,
            _ => return None,
        })
    }
}

/// What was read of a definition.
#[derive(Debug, Clone, Default, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a facet that is said or not")]
pub struct Profile {
    /// What kind of figure.
    pub statistic: Statistic,
    /// The time one value covers.
    pub period: Option<Period>,
    /// The level of one value.
    pub grain: Option<Grain>,
    /// "By …", "for each …": what it is laid out by.
    pub by: Box<[Box<str>]>,
    /// The limits and lengths of time it names.
    pub ranges: Box<[Range]>,
    /// Those that its name says.
    pub name_ranges: Box<[Range]>,
    /// Two figures that make a share are both asked for.
    pub parts: bool,
    /// Every single case is asked for.
    pub record: bool,
    /// It says "any", "all", "of every kind".
    pub wide: bool,
    /// All of what it is laid out by is covered, in its words.
    pub complete: bool,
    /// It names several kinds, with "or" between.
    pub list: bool,
    /// Only a part of what it is laid out by is covered.
    pub partial: bool,
    /// How things stand on a day.
    pub snapshot: bool,
    /// What happens during a time.
    pub flow: bool,
}

struct Rule {
    facet: &'static str,
    value: &'static str,
}

static RULES: LazyLock<Phrases<Vec<Rule>>> = LazyLock::new(|| {
    let mut merged: Vec<(Vec<String>, Vec<Rule>)> = Vec::new();
    for [facet, value, term, _] in &data().facets {
        let tokens = normalise::tokens(term);
        let rule = Rule { facet, value };
        match merged.iter_mut().find(|(known, _)| *known == tokens) {
            Some((_, rules)) => rules.push(rule),
            None => merged.push((tokens, vec![rule])),
        }
    }
    Phrases::new(merged)
});

/// Quantities that are kept of one definition.
const MOST_RANGES: usize = 24;

/// Words after which a level or a layout is named.
const LAID_OUT: [&str; 7] = ["by", "each", "every", "per", "whole", "across", "within"];
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The fields that facets are read from, as tokens.
pub(crate) struct Texts<'a> {
    pub name: &'a [String],
    pub text: &'a [String],
    pub numerator: &'a [String],
    pub denominator: &'a [String],
    pub unit: &'a [String],
    pub grain: &'a [String],
    pub period: &'a [String],
    pub population: &'a [String],
}

impl Profile {
    pub(crate) fn new(texts: &Texts<'_>) -> Self {
        let mut out = Self::default();
        let mut layout: Vec<Box<str>> = Vec::new();
        for tokens in [texts.text, texts.name, texts.numerator] {
            out.read(tokens, &mut layout);
        }
        for tokens in [texts.text, texts.name, texts.denominator, texts.unit] {
            out.statistic_of(tokens);
        }
        out.parts |= counts_two(texts.text);
        if !texts.denominator.is_empty() && texts.denominator.len() < 40 && !out.parts {
            let share = Statistic::Proportion;
            if matches!(out.statistic, Statistic::Unknown | Statistic::Count) && !texts.numerator.is_empty() {
                out.statistic = share;
            }
        }
        out.take_fields(texts);
        layout.sort_unstable();
        layout.dedup();
        out.by = layout.into();
        let mut ranges: Vec<Range> = Vec::new();
        for tokens in [texts.name, texts.text, texts.numerator, texts.denominator, texts.population] {
            for range in quantity::ranges(tokens) {
                if let Some(known) = ranges.iter_mut().find(|known| known.same(&range)) {
                    known.age |= range.age;
                } else if ranges.len() < MOST_RANGES {
                    ranges.push(range);
                }
            }
        }
        // A length named again without its limit says no more.
        let limits: Vec<Range> = ranges.iter().filter(|range| range.limit).cloned().collect();
        ranges.retain(|range| range.limit || !limits.iter().any(|limit| limit.ends_at(range)));
        out.ranges = ranges.into();
        out.name_ranges =
            quantity::ranges(texts.name).into_iter().filter(|range| range.limit).take(MOST_RANGES).collect();
        out
    }

    fn take_fields(&mut self, texts: &Texts<'_>) {
        for (_, rule) in found(texts.period) {
            if rule.facet == "period" {
                self.period = Period::of(rule.value).or(self.period);
            }
        }
        for (_, rule) in found(texts.grain) {
            if rule.facet == "grain" {
                self.grain = Grain::of(rule.value).or(self.grain);
            }
        }
    }

    fn statistic_of(&mut self, tokens: &[String]) {
        for (_, rule) in found(tokens) {
            let read = Statistic::of(rule.value);
            if rule.facet == "statistic" && read.weight() > self.statistic.weight() {
                self.statistic = read;
            }
        }
    }

    fn read(&mut self, tokens: &[String], layout: &mut Vec<Box<str>>) {
        for (at, rule) in found(tokens) {
            let before = at.checked_sub(1).and_then(|at| tokens.get(at)).map_or("", String::as_str);
            match rule.facet {
                "record" => self.record = true,
                "parts" => self.parts = true,
                "wide" => self.wide = true,
                "complete" => self.complete = true,
                "list" => self.list = true,
                "partial" => self.partial = true,
                "snapshot" => self.snapshot = true,
                "flow" => self.flow = true,
                "period" if self.period.is_none() => self.period = Period::of(rule.value),
                "grain" if LAID_OUT.contains(&before) && self.grain.is_none() => {
                    self.grain = Grain::of(rule.value);
                }
                _ => {}
            }
        }
        self.snapshot |= on_a_day(tokens);
        layout.extend(laid_out(tokens));
    }
}

/// Rules whose phrases stand in tokens, with their places; shorter phrases within longer ones count too.
fn found(tokens: &[String]) -> Vec<(usize, &'static Rule)> {
    let rules: &'static Phrases<Vec<Rule>> = &RULES;
    let mut out = Vec::new();
    for at in 0..tokens.len() {
        out.extend(rules.all(&tokens[at..]).flatten().map(|rule| (at, rule)));
    }
    out
}

/// "on 31 March", but not "the year to 31 March".
fn on_a_day(tokens: &[String]) -> bool {
    tokens.windows(2).enumerate().any(|(at, pair)| {
        let day = pair[0].parse::<u8>().is_ok_and(|day| (1..=31).contains(&day));
        let before = at.checked_sub(1).and_then(|at| tokens.get(at)).map_or("", String::as_str);
        day && MONTHS.contains(&pair[1].as_str())
            && !["to", "ending", "from", "before", "since"].contains(&before)
    })
}

/// "the number of arrivals and the number of these screened": two figures.
fn counts_two(tokens: &[String]) -> bool {
    tokens.iter().filter(|token| *token == "count").count() >= 2 && tokens.len() < 30
}

/// What somebody does: "given by practices" lays nothing out.
const DONE: [&str; 16] = [
    "given", "done", "seen", "made", "taken", "held", "led", "run", "paid", "sent", "brought", "born",
    "known", "met", "kept", "found",
];
/// Who does it.
const AGENTS: [&str; 16] = [
    "trust",
    "practice",
    "provider",
    "clinic",
    "hospital",
    "council",
    "team",
    "centre",
    "contractor",
    "laboratory",
    "school",
    "prison",
    "commissioner",
    "department",
    "unit",
    "country",
];
/// Ways of laying out.
const SPLIT: [&str; 7] = ["split", "broken", "listed", "reported", "counted", "grouped", "shown"];

/// What stands after "by", "split by", "for each": kinds of categories that are known, each as one text.
fn laid_out(tokens: &[String]) -> Vec<Box<str>> {
    let mut out: Vec<Box<str>> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| tokens.get(at)).map_or("", String::as_str);
        let agent =
            token == "by" && (before.ends_with("ed") || DONE.contains(&before)) && !SPLIT.contains(&before);
        if !matches!(token.as_str(), "each" | "every" | "by" | "per" | "split" | "separately") {
            continue;
        }
        let most_skipped = if token == "by" { 3 } else { 1 };
        // "by age band and sex": more of them may follow, with a word or two between.
        let mut next = at + 1;
        let mut skipped = 0;
        while next < tokens.len() && skipped < most_skipped {
            let kind =
                RULES.longest_where(&tokens[next..], |rules| rules.iter().any(|rule| rule.facet == "layout"));
            match kind {
                Some(taken) if agent && taken == 1 && AGENTS.contains(&tokens[next].as_str()) => break,
                Some(taken) => {
                    out.push(tokens[next..next + taken].join(" ").into());
                    next += taken;
                    skipped = 1;
                }
                None => {
                    next += 1;
                    skipped += 1;
                }
            }
        }
    }
    out
}
