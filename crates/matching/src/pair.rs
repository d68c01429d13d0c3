//! What is measured of two definitions: field by field, facet by facet, difference by difference. These numbers are all that the model
//! sees. None depends on who asks or on identifiers; on what else there is only those of [`neighbours`](crate::neighbours), where given.

use crate::{
    compare,
    field::{Closeness, Field, Pairing},
    letters,
    neighbours::Ahead,
    prepare::Prepared,
    profile::Statistic,
    quantity::Range,
    relate::{self, Finding},
    score::Findings,
    soft::{self, Cover, Difference},
};
use onus_domain::{definition::DefinitionKind, relation::Relation};

/// Characters of a line whose likeness is measured.
const MOST_CHARS: usize = 600;

/// Likeness from which the order of words is compared.
const LEAST_SHARED: f64 = 0.1;

/// Weight of a word that few say.
const RARE: u8 = 64;

/// One number of a pair: its name, and the value; not a number where nothing can be said.
pub type Measure = (&'static str, f64);

/// Two definitions side by side.
pub struct Pair<'a> {
    pub(crate) left: &'a Prepared,
    pub(crate) right: &'a Prepared,
    pub(crate) name: Pairing<'a>,
    pub(crate) text: Pairing<'a>,
    pub(crate) numerator: Pairing<'a>,
    pub(crate) denominator: Pairing<'a>,
    pub(crate) all: Pairing<'a>,
    pub(crate) text_difference: Option<Difference<'a>>,
    pub(crate) name_difference: Option<Difference<'a>>,
    pub(crate) conflicts: Vec<(&'static str, &'static str, &'static str, &'static str)>,
    /// Ranges without an equal on the other side.
    pub(crate) ranges: (Vec<&'a Range>, Vec<&'a Range>),
    pub(crate) shared_ranges: usize,
    all_cover: (Cover, Cover),
    /// What of each side's words the other side says, left and right.
    pub covered_all: (f64, f64),
    /// How far the two are ahead of what else is like them, where that is known.
    ahead: Option<Ahead>,
    /// The points of plain reading.
    pub(crate) plain: Findings,
    /// The facet in which they differ and what follows, if one decides.
    pub finding: Option<Finding>,
}

impl<'a> Pair<'a> {
    /// Puts two side by side.
    pub fn new(left: &'a Prepared, right: &'a Prepared) -> Self {
        let name = Pairing::new(&left.name, &right.name);
        let all = Pairing::new(&left.all, &right.all);
        let text = Pairing::new(&left.text, &right.text);
        let (ranges, shared_ranges) = ranges(left, right);
        let all_cover = soft::covered(&left.all, &right.all);
        let mut pair = Self {
            finding: None,
            ahead: None,
            plain: Findings::default(),
            numerator: Pairing::new(&left.numerator, &right.numerator),
            denominator: Pairing::new(&left.denominator, &right.denominator),
            text_difference: ordered(&text, &left.text, &right.text),
            name_difference: ordered(&name, &left.name, &right.name),
            conflicts: conflicts(left, right),
            covered_all: (all_cover.0.said, all_cover.1.said),
            all_cover,
            ranges,
            shared_ranges,
            name,
            text,
            all,
            left,
            right,
        };
        pair.plain = compare::findings(&pair);
        pair.finding = relate::finding(&pair);
        pair
    }

    /// Puts two of the records side by side that know their neighbours.
    #[must_use]
    pub fn among(self, ahead: Ahead) -> Self {
        Self { ahead: Some(ahead), ..self }
    }

    /// The two.
    pub fn sides(&self) -> (&'a Prepared, &'a Prepared) {
        (self.left, self.right)
    }

    /// Limits in the names without an equal on the other side.
    pub fn name_ranges(&self) -> (Vec<&'a Range>, Vec<&'a Range>) {
        unequal(&self.left.profile.name_ranges, &self.right.profile.name_ranges)
    }

    /// Whether both say a word that few do.
    pub fn shares_rare(&self) -> bool {
        self.left.all.share_rare(&self.right.all, RARE)
    }

    /// Whether both are about one thing, as far as words tell.
    pub fn one_topic(&self) -> bool {
        let most = self.covered_all.0.max(self.covered_all.1);
        most >= 0.2 || self.shares_rare()
    }

    /// Whether a key, a name, a text or the source could call them one item.
    pub fn may_be_one(&self) -> bool {
        let shared = self.left.identities().any(|key| self.right.identities().any(|other| other == key));
        self.name.closeness == Closeness::Same
            || self.text.closeness == Closeness::Same
            || self.left.id == self.right.id
            || shared
            || compare::replaced(self.left, self.right).0
    }

    /// Whether that much is said by both that it is worth showing.
    pub fn much_in_common(&self) -> bool {
        self.covered_all.0.max(self.covered_all.1) >= 0.5 || self.name.similarity >= 0.5
    }

    /// What is seen of a group of measures, for people.
    pub fn say(&self, facet: &str) -> String {
        match facet {
            "name" => format!("“{}”, “{}”: {}", self.left.shown, self.right.shown, self.name.say()),
            "text" => match &self.text_difference {
                Some(d) if !d.swaps.is_empty() => {
                    let (a, b) = &d.swaps[0];
                    format!("{}; “{a}” in the place of “{b}”", self.text.say())
                }
                _ => self.text.say(),
            },
            "numerator" => self.numerator.say(),
            "denominator" => self.denominator.say(),
            "all words" => {
                let share = |part: f64| format!("{:.0} %", part * 100.0);
                let (a, b) = self.covered_all;
                format!(
                    "of what the left says the right says {}, the other way {}, synonyms counted",
                    share(a),
                    share(b)
                )
            }
            "contrasts" => match self.conflicts.first() {
                Some((field, group, a, b)) => format!("{field}, {group}: {a} against {b}"),
                None => "no words that exclude each other".to_owned(),
            },
            "numbers" => {
                let list = |ranges: &[&Range]| {
                    ranges.iter().map(|r| crate::quantity::show(&r.token)).collect::<Vec<_>>().join(", ")
                };
                let none = |text: String| if text.is_empty() { "none".to_owned() } else { text };
                format!(
                    "{} shared; left alone: {}; right alone: {}",
                    self.shared_ranges,
                    none(list(&self.ranges.0)),
                    none(list(&self.ranges.1))
                )
            }
            "facets" => match &self.finding {
                Some(finding) => format!("{}: {}", finding.facet, finding.words),
                None => "no facet differs".to_owned(),
            },
            "neighbours" => "how far they are ahead of whatever else is like either".to_owned(),
            "points" => "points for plain reading: names, texts, contradictions".to_owned(),
            "values" if compare::replaced(self.left, self.right).1 => {
                "the source names one among several that replace the other".to_owned()
            }
            "values" => format!(
                "formats and permitted values: {} and {} values",
                self.left.codes.len(),
                self.right.codes.len()
            ),
            _ => format!("{:?}, {:?}", self.left.profile.statistic, self.right.profile.statistic)
                .to_lowercase(),
        }
    }

    /// Whether the texts are so short that every facet counts.
    pub fn is_short(&self) -> bool {
        self.left.text.count().max(self.right.text.count()) <= 20
    }

    /// How far a facet that differs decides, in [0, 1]: in a few words each counts; in a page two editions differ somewhere.
    fn decisive(&self) -> f64 {
        let tokens = self.left.text.count().max(self.right.text.count());
        let short = (1.0 - (count(tokens) - 17.0) / 9.0).clamp(0.0, 1.0);
        // Editions of one name add and drop conditions.
        let facet = self.finding.as_ref().map_or("", |finding| finding.facet);
        let edition =
            self.name.closeness == Closeness::Same && ["restriction", "population"].contains(&facet);
        if edition { 0.3 * short } else { short }
    }

    /// All measures, always the same ones in the same order.
    pub fn measures(&self) -> Vec<Measure> {
        let mut out = Vec::with_capacity(104);
        self.words(&mut out);
        self.differences(&mut out);
        self.facets(&mut out);
        self.values(&mut out);
        self.names(&mut out);
        self.points(&mut out);
        self.found(&mut out);
        self.ahead(&mut out);
        out
    }

    fn words(&self, out: &mut Vec<Measure>) {
        const NAMES: [[&str; 4]; 5] = [
            ["name.words", "name.part", "name.alone_least", "name.alone_most"],
            ["text.words", "text.part", "text.alone_least", "text.alone_most"],
            ["numerator.words", "numerator.part", "numerator.alone_least", "numerator.alone_most"],
            ["denominator.words", "denominator.part", "denominator.alone_least", "denominator.alone_most"],
            ["all.words", "all.part", "all.alone_least", "all.alone_most"],
        ];
        let pairings = [&self.name, &self.text, &self.numerator, &self.denominator, &self.all];
        for (names, pairing) in NAMES.iter().zip(pairings) {
            let told = pairing.closeness != Closeness::Absent || (pairing.shared > 0);
            let of = |value: f64| if told { value } else { f64::NAN };
            let (a, b) = pairing.alone;
            out.push((names[0], of(pairing.similarity)));
            out.push((names[1], of(pairing.containment)));
            out.push((names[2], of(f64::from(a.min(b)) / 10.0)));
            out.push((names[3], of(f64::from(a.max(b)) / 10.0)));
        }
        let mut both = |[least, most]: [&'static str; 2], (a, b): (f64, f64)| {
            out.extend([(least, a.min(b)), (most, a.max(b))]);
        };
        let said = |(a, b): (Cover, Cover)| (a.said, b.said);
        let odd = |(a, b): (Cover, Cover)| (a.odd, b.odd);
        let (l, r) = (self.left, self.right);
        let named = (soft::name_cover(&l.name, &r.all), soft::name_cover(&r.name, &l.all));
        let name_cover = soft::covered(&l.name, &r.name);
        both(["name.covered_least", "name.covered_most"], said(name_cover));
        both(["name.odd_least", "name.odd_most"], odd(name_cover));
        both(["all.covered_least", "all.covered_most"], said(self.all_cover));
        both(["all.odd_least", "all.odd_most"], odd(self.all_cover));
        both(["name.said_least", "name.said_most"], said(named));
        both(["name.unsaid_least", "name.unsaid_most"], odd(named));
        out.push(("name.letters", letters(&self.left.name, &self.right.name)));
        out.push(("text.letters", letters(&self.left.text, &self.right.text)));
        let across = |a: &Field, b: &Field| if a.is_empty() || b.is_empty() { f64::NAN } else { a.within(b) };
        let (x, y) = (across(&self.left.name, &self.right.all), across(&self.right.name, &self.left.all));
        out.push(("name.in_other_least", x.min(y)));
        out.push(("name.in_other_most", x.max(y)));
    }

    fn differences(&self, out: &mut Vec<Measure>) {
        const NAMES: [[&str; 5]; 2] = [
            ["text.context", "text.swaps", "text.synonyms", "text.added_least", "text.added_most"],
            ["name.context", "name.swaps", "name.synonyms", "name.added_least", "name.added_most"],
        ];
        for (names, difference) in NAMES.iter().zip([&self.text_difference, &self.name_difference]) {
            let of = |value: &dyn Fn(&Difference<'_>) -> usize| {
                difference.as_ref().map_or(f64::NAN, |d| count(value(d)))
            };
            out.push((names[0], difference.as_ref().map_or(f64::NAN, |d| d.context)));
            out.push((names[1], of(&|d| d.swaps.len())));
            out.push((names[2], of(&|d| d.synonyms)));
            out.push((names[3], of(&|d| d.added.0.len().min(d.added.1.len()))));
            out.push((names[4], of(&|d| d.added.0.len().max(d.added.1.len()))));
        }
        let swapped = |d: &Option<Difference<'_>>| match d {
            Some(d) if d.context >= 0.5 => count(d.swaps.len()),
            _ => 0.0,
        };
        out.push(("twin.swaps", swapped(&self.text_difference).max(swapped(&self.name_difference))));
    }

    fn facets(&self, out: &mut Vec<Measure>) {
        let (l, r) = (&self.left.profile, &self.right.profile);
        let in_field = |field: &str| count(self.conflicts.iter().filter(|c| c.0 == field).count());
        out.push(("contrasts.name", in_field("name")));
        out.push(("contrasts.text", in_field("text")));
        out.push((
            "contrasts.parts",
            in_field("numerator") + in_field("denominator") + in_field("population"),
        ));
        out.push(("contrasts.all", count(self.conflicts.len())));
        let (mine, yours) = (&self.ranges.0, &self.ranges.1);
        out.push(("numbers.against", count(mine.len().min(yours.len()))));
        out.push(("numbers.one_sided", count(mine.len().abs_diff(yours.len()))));
        out.push(("numbers.shared", count(self.shared_ranges)));
        let sides = mine.iter().any(|a| yours.iter().any(|b| a.complements(b)));
        out.push(("numbers.opposite", flag(sides)));
        let negated = |f: fn(&Prepared) -> &Field| f(self.left).negated != f(self.right).negated;
        out.push(("negation.name", flag(negated(|p| &p.name))));
        out.push(("negation.text", flag(negated(|p| &p.text))));
        out.push(("statistic.against", flag(l.statistic.excludes(r.statistic))));
        let known = l.statistic != Statistic::Unknown && l.statistic == r.statistic;
        out.push(("statistic.same", flag(known)));
        out.push(("period.against", flag(l.period.zip(r.period).is_some_and(|(a, b)| a != b))));
        out.push(("grain.against", flag(l.grain.zip(r.grain).is_some_and(|(a, b)| a != b))));
        out.push(("basis.against", flag(basis_against(self.left, self.right))));
        let restricted = self.left.text.restricts_otherwise(&self.right.text)
            || self.left.name.restricts_otherwise(&self.right.name);
        out.push(("restricted.one_sided", flag(restricted)));
        out.push(("wide.one_sided", flag(l.wide != r.wide)));
        for (name, a, b) in [
            ("unit.words", &self.left.unit, &self.right.unit),
            ("population.words", &self.left.population, &self.right.population),
            ("breakdowns.words", &self.left.breakdowns, &self.right.breakdowns),
            ("exclusions.words", &self.left.exclusions, &self.right.exclusions),
        ] {
            let told = !a.is_empty() && !b.is_empty();
            out.push((name, if told { a.similarity(b) } else { f64::NAN }));
        }
    }

    fn values(&self, out: &mut Vec<Measure>) {
        let (l, r) = (self.left, self.right);
        let both = l.shape.class > 0 && r.shape.class > 0;
        out.push(("format.class", if both { flag(l.shape.class == r.shape.class) } else { f64::NAN }));
        let time = |class: u8| (1..=3).contains(&class);
        let against = both && l.shape.class != r.shape.class && (time(l.shape.class) || time(r.shape.class));
        out.push(("format.against", flag(against)));
        let lengths = both && l.shape.length > 0 && r.shape.length > 0;
        let ratio = f64::from(l.shape.length.min(r.shape.length))
            / f64::from(l.shape.length.max(r.shape.length).max(1));
        out.push(("format.length", if lengths { ratio } else { f64::NAN }));
        let shared = l.codes.iter().filter(|code| r.codes.binary_search(code).is_ok()).count();
        let told = l.codes.len() >= 2 && r.codes.len() >= 2;
        let of = |of: usize| if told { count(shared) / count(of.max(1)) } else { f64::NAN };
        out.push(("codes.shared", of(l.codes.len() + r.codes.len() - shared)));
        out.push(("codes.part", of(l.codes.len().min(r.codes.len()))));
    }

    fn ahead(&self, out: &mut Vec<Measure>) {
        const NAMES: [[&str; 2]; 4] = [
            ["ahead.name_least", "ahead.name_most"],
            ["ahead.letters_least", "ahead.letters_most"],
            ["ahead.text_least", "ahead.text_most"],
            ["ahead.all_least", "ahead.all_most"],
        ];
        for (way, names) in NAMES.iter().enumerate() {
            let (least, most) = self.ahead.map_or((f64::NAN, f64::NAN), |ahead| ahead[way]);
            out.extend([(names[0], least), (names[1], most)]);
        }
    }

    /// What the rules of thumb make of it: points set by hand on plain reading.
    fn points(&self, out: &mut Vec<Measure>) {
        let found = &self.plain;
        out.push(("points.all", found.sum()));
        out.push(("points.contradicted", count(found.contradicted.len())));
        out.push(("points.name", found.of("name")));
        out.push(("points.text", found.of("text")));
        out.push(("points.likeness", found.likeness));
    }

    /// The facet that decides, if one does.
    fn found(&self, out: &mut Vec<Measure>) {
        use Relation::{
            Broader, DerivableLeftFromRight, DerivableRightFromLeft, Different, Narrower, Related,
        };
        let relation = self.finding.as_ref().map(|finding| finding.relation);
        let is = |these: &[Relation]| flag(relation.is_some_and(|relation| these.contains(&relation)));
        out.push(("facet.any", flag(relation.is_some())));
        out.push(("facet.decisive", if relation.is_some() { self.decisive() } else { 0.0 }));
        out.push(("facet.restricts", is(&[Narrower, Broader])));
        out.push(("facet.derives", is(&[DerivableLeftFromRight, DerivableRightFromLeft])));
        out.push(("facet.differs", is(&[Different])));
        out.push(("facet.relates", is(&[Related])));
    }

    fn names(&self, out: &mut Vec<Measure>) {
        let (l, r) = (self.left, self.right);
        let (replaced, among) = compare::replaced(l, r);
        out.push(("source.replaced", flag(replaced)));
        out.push(("source.among", flag(among)));
        out.push(("name.stands_for_one", flag(compare::stand_for_one(l, r, &self.name, &self.text))));
        let goes_by = l.aliases.contains(&r.name.line) || r.aliases.contains(&l.name.line);
        out.push(("name.alias", flag(goes_by)));
        out.push(("name.ordinal", flag(l.ordinal != r.ordinal)));
        out.push(("words.least", count(l.all.len().min(r.all.len()).min(30))));
        let same_kind = l.kind == r.kind && l.kind == DefinitionKind::Element;
        let same_text = self.text.closeness == Closeness::Same && l.text.len() >= 4;
        out.push(("text.same", flag(same_text)));
        out.push(("element.same_text", flag(same_kind && same_text)));
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of words")]
fn count(count: usize) -> f64 {
    count as f64
}

fn flag(flag: bool) -> f64 {
    if flag { 1.0 } else { 0.0 }
}

/// Likeness of two texts letter by letter, in [0, 1].
pub(crate) fn letters(left: &Field, right: &Field) -> f64 {
    if left.is_empty() || right.is_empty() {
        return f64::NAN;
    }
    letters::likeness(&left.line, &right.line, MOST_CHARS)
}

fn conflicts(
    left: &Prepared,
    right: &Prepared,
) -> Vec<(&'static str, &'static str, &'static str, &'static str)> {
    let mut out = Vec::new();
    for (field, l, r) in [
        ("name", &left.name, &right.name),
        ("text", &left.text, &right.text),
        ("numerator", &left.numerator, &right.numerator),
        ("denominator", &left.denominator, &right.denominator),
        ("population", &left.population, &right.population),
    ] {
        out.extend(l.contrasts(r).into_iter().map(|(group, a, b)| (field, group, a, b)));
    }
    out
}

fn ranges<'a>(left: &'a Prepared, right: &'a Prepared) -> ((Vec<&'a Range>, Vec<&'a Range>), usize) {
    let (l, r) = (&left.profile.ranges, &right.profile.ranges);
    let (mine, yours) = unequal(l, r);
    let shared = l.len() - mine.len();
    ((mine, yours), shared)
}

/// How two texts differ in order; texts that share next to nothing have none worth telling.
fn ordered<'a>(pairing: &Pairing<'_>, left: &'a Field, right: &'a Field) -> Option<Difference<'a>> {
    if pairing.similarity < LEAST_SHARED { None } else { soft::difference(left, right) }
}

fn unequal<'a>(left: &'a [Range], right: &'a [Range]) -> (Vec<&'a Range>, Vec<&'a Range>) {
    let alone = |these: &'a [Range], those: &[Range]| -> Vec<&'a Range> {
        these.iter().filter(|range| !those.iter().any(|other| range.equal(other))).collect()
    };
    (alone(left, right), alone(right, left))
}

/// Whether one says how things stand on a day, and the other what happens during a time.
pub(crate) fn basis_against(left: &Prepared, right: &Prepared) -> bool {
    let (l, r) = (&left.profile, &right.profile);
    let day = |a: bool, b: bool| a && !b;
    (day(l.snapshot, l.flow) && day(r.flow, r.snapshot))
        || (day(r.snapshot, r.flow) && day(l.flow, l.snapshot))
}
