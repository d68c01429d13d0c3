//! The points of plain reading, facet by facet. Each function adds what it finds; a field left empty adds nothing and contradicts nothing.

use crate::{
    field::{Closeness, Field, Pairing},
    letters,
    pair::Pair,
    prepare::{FormatClass, Prepared, TELLING_CODES},
    quantity,
    score::Findings,
};
use onus_domain::definition::DefinitionKind;

/// Words a text must have for its being the same to say much.
const TELLING_WORDS: usize = 4;

/// Words of a sentence that narrows what is meant.
const RESTRICTING: [&str; 8] =
    ["exclude", "excluded", "excluding", "exclusion", "except", "only", "restricted", "limited"];

/// Words that a column's name may have or lack without meaning anything else.
const GENERIC: [&str; 10] =
    ["code", "identifier", "indicator", "flag", "number", "patient", "person", "type", "value", "field"];

/// Everything that was found about two definitions. The left has the lesser identifier.
pub(crate) fn findings(pair: &Pair<'_>) -> Findings {
    let (left, right) = pair.sides();
    let mut found = Findings::default();
    // Most pairs of definitions ask different questions.
    found.add("prior", -4.0);
    if left.kind != right.kind {
        // A record-level element is never the same as a metric.
        found.contradict("kind");
    }
    keys(left, right, &mut found);
    let replaced = replacement(left, right, &mut found);
    name(pair, &mut found);
    text(pair, &mut found);
    part("numerator", 2.5, &pair.numerator, pair, &mut found);
    part("denominator", 2.0, &pair.denominator, pair, &mut found);
    for (facet, left, right) in [
        ("population", &left.population, &right.population),
        ("exclusions", &left.exclusions, &right.exclusions),
        ("unit", &left.unit, &right.unit),
        ("grain", &left.grain, &right.grain),
        ("period", &left.period, &right.period),
        ("breakdowns", &left.breakdowns, &right.breakdowns),
    ] {
        setting(facet, left, right, &mut found);
    }
    // What is replaced may change its format and its list: that is often why it is replaced.
    if !replaced {
        format(left, right, &mut found);
        codes(left, right, &mut found);
    }
    found.likeness = pair.name.similarity.max(all_words(pair));
    found
}

fn keys(left: &Prepared, right: &Prepared, found: &mut Findings) {
    if left.id == right.id {
        (found.named_as_one, found.stated_as_one) = (true, true);
        found.add("identifier", 12.0);
    }
    if left.identities().any(|key| right.identities().any(|other| other == key)) {
        (found.named_as_one, found.stated_as_one) = (true, true);
        found.add("external identifier", 12.0);
    }
}

/// Whether a source states that one is replaced by the other, or that it is one of several that replace it.
pub(crate) fn replaced(left: &Prepared, right: &Prepared) -> (bool, bool) {
    let (l, r) = (&left.name.line, &right.name.line);
    let statements = || left.replacements.iter().chain(&right.replacements);
    let stated = statements().any(|s| (s.of == *l && s.by == *r) || (s.of == *r && s.by == *l));
    let among =
        |of: &str, by: &str| statements().any(|s| *s.of == *of && s.parts.iter().any(|part| **part == *by));
    (stated, among(l, r) || among(r, l))
}

/// What a source states about replacing one by the other; whether it states just that.
fn replacement(left: &Prepared, right: &Prepared, found: &mut Findings) -> bool {
    let (stated, among) = replaced(left, right);
    if stated {
        (found.named_as_one, found.stated_as_one) = (true, true);
        found.add("replacement", 11.0);
    } else if among {
        found.add("replacement", 1.5);
    } else if left.successor.as_ref() == Some(&right.id) || right.successor.as_ref() == Some(&left.id) {
        found.add("replacement", 2.0);
    }
    stated
}

fn name(pair: &Pair<'_>, found: &mut Findings) {
    let ((left, right), names, texts) = (pair.sides(), &pair.name, &pair.text);
    match names.closeness {
        Closeness::Absent => return,
        Closeness::Same => {
            let telling = left.name.len() > 1;
            found.named_as_one |= telling;
            found.add("name", if telling { 4.5 } else { 2.5 });
        }
        // Abbreviated, labelled, or with words of the shared text.
        _ if stand_for_one(left, right, names, texts) => {
            found.named_as_one = true;
            found.add("name", 4.2);
        }
        _ => {
            let ratio = letters::likeness(&left.name.line, &right.name.line, usize::MAX);
            // An element is known by its name; a metric often goes by several.
            let element = left.kind == DefinitionKind::Element && texts.closeness != Closeness::Same;
            let weight = if element { -2.5 } else { -1.5 } + 2.0 * names.similarity + 2.0 * ratio;
            found.add("name", weight);
        }
    }
    let goes_by = |of: &Prepared, other: &Prepared| of.aliases.contains(&other.name.line);
    if goes_by(left, right) || goes_by(right, left) {
        found.add("name", 1.0);
    }
    if !(labelled(&left.name.line, &right.name.line) || labelled(&right.name.line, &left.name.line)) {
        contradictions("name", names, pair, true, found);
    }
}

/// Whether two names of one and the same text differ only by abbreviation, by generic words, or by a register's label; of elements also
/// by words of that text on one side.
pub(crate) fn stand_for_one(
    left: &Prepared,
    right: &Prepared,
    names: &Pairing<'_>,
    texts: &Pairing<'_>,
) -> bool {
    if texts.closeness != Closeness::Same || left.text.len() < TELLING_WORDS {
        return false;
    }
    if labelled(&left.name.line, &right.name.line) || labelled(&right.name.line, &left.name.line) {
        return true;
    }
    let alike = |word: &str, full: &str| {
        full == word
            || (word.len() >= 2 && full.starts_with(word))
            || (full.len() >= 3 && word.starts_with(full))
    };
    let abbreviated =
        |word: &str, other: &Field| GENERIC.contains(&word) || other.tokens().any(|full| alike(word, full));
    let unexplained = |words: &[&'_ str], other: &Field| -> Vec<String> {
        words.iter().filter(|word| !abbreviated(word, other)).map(|word| (*word).to_owned()).collect()
    };
    let (mine, yours) =
        (unexplained(&names.left_only(), &right.name), unexplained(&names.right_only(), &left.name));
    // A column may spell out what its text says anyway. Where both do so, each could name another part of the text.
    let said = |words: &[String]| words.iter().all(|word| left.text.tokens().any(|full| alike(word, full)));
    let element = left.kind == DefinitionKind::Element;
    match (mine.is_empty(), yours.is_empty()) {
        (true, true) => true,
        (false, false) => false,
        _ => element && said(&mine) && said(&yours),
    }
}

/// Whether a name is the other behind a label of its register, such as "M2S 10:".
fn labelled(name: &str, other: &str) -> bool {
    name.strip_suffix(other).and_then(|label| label.strip_suffix(' ')).is_some_and(|label| {
        !other.is_empty()
            && label.split(' ').count() <= 2
            && label.split(' ').any(|part| quantity::is_numeric(part) && part.contains(char::is_alphabetic))
    })
}

fn text(pair: &Pair<'_>, found: &mut Findings) {
    let ((left, right), texts) = (pair.sides(), &pair.text);
    let telling = left.text.len() >= TELLING_WORDS && right.text.len() >= TELLING_WORDS;
    match texts.closeness {
        Closeness::Absent => return,
        Closeness::Same => found.add("text", if telling { 4.5 } else { 2.0 }),
        Closeness::Reordered => found.add("text", 2.5),
        Closeness::Elaborated => found.add("text", 0.5 + 2.0 * texts.similarity),
        Closeness::Reworded => found.add("text", -2.0 + 3.5 * texts.similarity),
    }
    if texts.closeness != Closeness::Same && !only_adds(left, right, texts) {
        found.unclear.push("text");
    }
    contradictions("text", texts, pair, texts.similarity >= 0.6, found);
    if texts.closeness == Closeness::Elaborated && left.text.restricts_otherwise(&right.text) {
        // One is restricted to an age or sex that the other does not name.
        found.add("text", -1.5);
    }
}

/// Whether one text is the other with whole sentences added, none of which restricts what is meant.
fn only_adds(left: &Prepared, right: &Prepared, texts: &Pairing) -> bool {
    let within =
        |these: &[u64], those: &[u64]| these.iter().all(|sentence| those.binary_search(sentence).is_ok());
    let restricts = |words: &[&str]| words.iter().any(|word| RESTRICTING.contains(word));
    (within(&left.sentences, &right.sentences) || within(&right.sentences, &left.sentences))
        && !restricts(&texts.left_only())
        && !restricts(&texts.right_only())
        && !left.text.restricts_otherwise(&right.text)
}

/// Numerator or denominator; `same` is what it adds when both are the same.
fn part(facet: &'static str, same: f64, pairing: &Pairing<'_>, pair: &Pair<'_>, found: &mut Findings) {
    match pairing.closeness {
        Closeness::Absent => return,
        Closeness::Same => found.add(facet, same),
        Closeness::Reordered => found.add(facet, same / 2.0),
        Closeness::Elaborated => found.add(facet, -0.75),
        Closeness::Reworded => found.add(facet, -2.0 + 2.0 * pairing.similarity),
    }
    if pairing.closeness != Closeness::Same {
        found.unclear.push(facet);
    }
    contradictions(facet, pairing, pair, true, found);
}

/// Numbers, sides of numbers, contrasts and negation. `strict`: a negation on one side alone contradicts.
fn contradictions(
    facet: &'static str,
    pairing: &Pairing<'_>,
    pair: &Pair<'_>,
    strict: bool,
    found: &mut Findings,
) {
    if matches!(pairing.closeness, Closeness::Absent | Closeness::Same) {
        return;
    }
    let (mine, yours) = pairing.numbers();
    if !mine.is_empty() && !yours.is_empty() {
        found.contradict("number");
    } else if facet != "text" && (!mine.is_empty() || !yours.is_empty()) {
        found.add("number", -1.0);
    }
    if pairing.opposite_sides() {
        found.contradict("number");
    }
    for _ in pair.conflicts.iter().filter(|(field, ..)| *field == facet) {
        found.contradict("contrast");
    }
    if strict && pairing.negated_otherwise() {
        found.contradict("negation");
    }
}

/// Fields that say for whom, how often and in what unit.
fn setting(facet: &'static str, left: &Field, right: &Field, found: &mut Findings) {
    let pairing = Pairing::new(left, right);
    if pairing.closeness == Closeness::Absent {
        return;
    }
    let same = matches!(pairing.closeness, Closeness::Same | Closeness::Reordered) || left.same_values(right);
    let (l, r) = pairing.numbers();
    if same {
        found.add(facet, 0.25);
    } else if !left.contrasts(right).is_empty() || (!l.is_empty() && !r.is_empty()) {
        found.contradict(facet);
    } else {
        if facet != "unit" {
            found.unclear.push(facet);
        }
        // Units that the vocabulary does not know differ more often in word than in meaning.
        found.add(facet, if facet == "unit" { -0.25 } else { -0.75 });
    }
}

fn format(left: &Prepared, right: &Prepared, found: &mut Findings) {
    use FormatClass::{Date, Time};
    match (left.format, right.format) {
        (Date, Time) | (Time, Date) => found.contradict("format"),
        (a, b) if a == b && a != FormatClass::Unknown => {
            found.add("format", 0.25);
        }
        _ => {}
    }
}

fn codes(left: &Prepared, right: &Prepared, found: &mut Findings) {
    let (l, r) = (&left.codes, &right.codes);
    if left.kind != DefinitionKind::Element || l.len().min(r.len()) < 2 {
        return;
    }
    let shared = l.iter().filter(|code| r.binary_search(code).is_ok()).count();
    if l == r && l.len() >= TELLING_CODES {
        // Many different items share a list; under one name it says much.
        let weight = match (found.named_as_one, l.len()) {
            (false, _) => 1.5,
            (true, 10..) => 4.0,
            (true, _) => 2.5,
        };
        found.add("permitted values", weight);
    } else if shared == 0 {
        found.contradict("permitted values");
    } else {
        found.add("permitted values", if 5 * shared >= 4 * l.len().max(r.len()) { 1.0 } else { -0.5 });
    }
}

/// Likeness of all that two definitions say, words by weight.
fn all_words(pair: &Pair<'_>) -> f64 {
    let (mut sum, mut said) = (0.0, 0.0_f64);
    for pairing in [&pair.name, &pair.text, &pair.numerator, &pair.denominator] {
        if pairing.closeness != Closeness::Absent {
            sum += pairing.similarity;
            said += 1.0;
        }
    }
    sum / said.max(1.0)
}
