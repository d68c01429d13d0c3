//! Made pairs: from each record some that say the same in other words, and some twins that differ in one facet. They teach what no label
//! of one source can: that a name may be abbreviated, a text shortened, and that one changed word, number or side makes another question.
//! Seeded by the records' own words, so that the same records make the same pairs.

use crate::{
    contrast::Scope,
    data::data,
    field,
    learn::Example,
    prepare::{Prepared, hash},
    train::draw,
};
use onus_domain::definition::Definition;

/// How much a made pair counts beside a labelled one.
const WEIGHT: f64 = 0.6;

/// The pairs made of one definition. `other` lends words for twins.
pub(crate) fn examples(definition: &Definition, other: &Definition) -> Vec<Example> {
    let seed = hash(&[&definition.name, &definition.text]);
    let own = Prepared::new(definition);
    let mut out = Vec::new();
    let same: [&dyn Fn() -> Option<Definition>; 7] = [
        &|| revised(definition, other, seed),
        &|| revised(definition, other, seed + 31),
        &|| renamed(definition, seed),
        &|| shortened(definition),
        &|| reworded(definition, seed),
        &|| reworded(definition, seed + 1).and_then(|made| renamed(&made, seed + 2)),
        &|| without_text(definition),
    ];
    let twins: [&dyn Fn() -> Option<Definition>; 7] = [
        &|| contrasted(definition, seed),
        &|| contrasted(definition, seed + 1).and_then(|made| reworded(&made, seed)),
        &|| renumbered(definition),
        &|| qualified(definition, other, seed),
        &|| qualified(definition, other, seed + 9).and_then(|made| without_text(&made)),
        &|| exchanged(definition, other, seed),
        &|| exchanged(definition, other, seed + 5).and_then(|made| renamed(&made, seed)),
    ];
    let mut draws = 40..;
    for (is_same, ways) in [(true, &same[..]), (false, &twins[..])] {
        let made = draws.by_ref().take(4).find_map(|at| {
            let way = usize::try_from(draw(seed, at) % ways.len() as u64).unwrap_or(0);
            // A twin of another name: what keeps its name and changes a number may be a revision.
            ways[way]().filter(|made| made != definition && (is_same || made.name != definition.name))
        });
        if let Some(made) = made {
            out.push(Example::new(&own, &Prepared::new(&made), is_same).weighing(WEIGHT));
        }
    }
    out
}

fn words(definition: &Definition) -> usize {
    definition.text.split_whitespace().count()
}

/// Another body's name for the same: abbreviated, joined, with the letters of a table before it.
fn renamed(definition: &Definition, seed: u64) -> Option<Definition> {
    let tokens: Vec<String> = field::read(&definition.name, Scope::Name);
    if tokens.is_empty() || words(definition) < 6 {
        return None;
    }
    let style = draw(seed, 1) % 4;
    let short = |(at, word): (usize, &String)| -> String {
        match draw(seed, 10 + at as u64) % 4 {
            0 if word.len() > 5 => word.chars().take(4).collect(),
            1 if word.len() > 5 => word
                .chars()
                .enumerate()
                .filter(|(i, c)| *i == 0 || !"aeiou".contains(*c))
                .map(|(_, c)| c)
                .collect(),
            _ => word.clone(),
        }
    };
    let mut parts: Vec<String> = tokens.iter().take(8).enumerate().map(short).collect();
    match style {
        0 => parts.insert(0, "Der".to_owned()),
        1 if parts.len() > 2 => _ = parts.pop(),
        2 if parts.len() > 2 => _ = parts.remove(0),
        _ => {}
    }
    let name = if draw(seed, 2).is_multiple_of(2) {
        parts.join("_")
    } else {
        parts.iter().map(|part| capital(part)).collect()
    };
    Some(Definition { name, ..definition.clone() })
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The first sentence alone.
fn shortened(definition: &Definition) -> Option<Definition> {
    let (first, rest) = definition.text.split_once(". ")?;
    (first.split_whitespace().count() >= 6 && !rest.is_empty())
        .then(|| Definition { text: format!("{first}."), ..definition.clone() })
}

fn without_text(definition: &Definition) -> Option<Definition> {
    let telling = definition.name.split([' ', '_']).count() >= 3 && !definition.text.is_empty();
    telling.then(|| Definition { text: String::new(), ..definition.clone() })
}

/// The same in other words, as far as the vocabulary has them.
fn reworded(definition: &Definition, seed: u64) -> Option<Definition> {
    if words(definition) < 5 {
        return None;
    }
    let mut text = format!(" {} ", definition.text);
    let mut changed = 0;
    for (at, [term, canonical, kind, _]) in (0_u64..).zip(&data().vocabulary) {
        if kind == "FILLER" || canonical.starts_with(['≤', '≥', '<', '>']) || changed >= 5 {
            continue;
        }
        let (from, to) = (format!(" {canonical} "), format!(" {term} "));
        if draw(seed, at).is_multiple_of(2) && text.contains(&from) {
            text = text.replace(&from, &to);
            changed += 1;
        }
    }
    for (from, to) in [
        ("Percentage of ", "The proportion of "),
        ("percentage of ", "share of "),
        ("Number of ", "Count of "),
        ("The number of ", "How many "),
        (" patients ", " people "),
        (" aged ", " of age "),
        ("The date ", "Date "),
        ("The code ", "A code "),
        (" whether ", " if "),
        (" identify ", " record "),
        (" used to ", " that serves to "),
    ] {
        text = text.replace(from, to);
    }
    if draw(seed, 99).is_multiple_of(3) {
        text.push_str(" This item is collected for monitoring.");
    }
    Some(Definition { text: text.trim().to_owned(), ..definition.clone() })
}

/// The next edition under the same name: clauses dropped and added, words changed here and there, sometimes a number.
fn revised(definition: &Definition, other: &Definition, seed: u64) -> Option<Definition> {
    let tokens: Vec<&str> = definition.text.split_whitespace().collect();
    if tokens.len() < 12 || definition.name.split([' ', '_']).count() < 2 {
        return None;
    }
    let lent: Vec<&str> = other.text.split_whitespace().take(12).collect();
    let mut out: Vec<String> = Vec::new();
    for (at, token) in (0_u64..).zip(&tokens) {
        match draw(seed, 60 + at) % 14 {
            0 => {}
            1 if !lent.is_empty() => {
                out.push((*token).to_owned());
                let from = usize::try_from(draw(seed, 900 + at) % lent.len() as u64).unwrap_or(0);
                out.extend(lent[from..].iter().take(3).map(|word| (*word).to_owned()));
            }
            2 if token.parse::<u32>().is_ok() => {
                out.push(format!("{}", token.parse::<u32>().unwrap_or(1) + 5));
            }
            _ => out.push((*token).to_owned()),
        }
    }
    let made = Definition { text: out.join(" "), ..definition.clone() };
    if draw(seed, 50).is_multiple_of(2) { reworded(&made, seed) } else { Some(made) }
}

/// One value of a group of contrasts put in the place of another, wherever it stands.
fn contrasted(definition: &Definition, seed: u64) -> Option<Definition> {
    let lower = format!(" {} | {} ", definition.name, definition.text).to_lowercase().replace('_', " ");
    let present: Vec<&[String; 6]> = data()
        .contrasts
        .iter()
        .filter(|[_, scope, _, _, term, _]| {
            (scope == "ANY" || scope == "NAME") && term.len() > 3 && lower.contains(&format!(" {term} "))
        })
        .collect();
    let [group, _, _, value, term, _] =
        *present.get(usize::try_from(draw(seed, 3) % present.len().max(1) as u64).ok()?)?;
    let others: Vec<&String> = data()
        .contrasts
        .iter()
        .filter(|row| row[0] == *group && row[3] != *value)
        .map(|row| &row[4])
        .collect();
    let to = others.get(usize::try_from(draw(seed, 4) % others.len().max(1) as u64).ok()?)?;
    Some(replaced(definition, term, to))
}

fn replaced(definition: &Definition, from: &str, to: &str) -> Definition {
    let change = |text: &str| {
        let mut out = text.to_owned();
        for (from, to) in [
            (from.to_owned(), to.to_owned()),
            (capital(from), capital(to)),
            (from.to_uppercase(), to.to_uppercase()),
        ] {
            out = out.replace(&from, &to);
        }
        out
    };
    Definition {
        name: change(&definition.name),
        text: change(&definition.text),
        numerator: change(&definition.numerator),
        denominator: change(&definition.denominator),
        ..definition.clone()
    }
}

/// Another limit.
fn renumbered(definition: &Definition) -> Option<Definition> {
    let number: String = definition
        .text
        .split(|c: char| !c.is_ascii_digit())
        .find(|part| (1..=3).contains(&part.len()))?
        .to_owned();
    let next = number.parse::<u32>().ok()? * 2 + 1;
    Some(replaced(definition, &number, &next.to_string()))
}

/// A part of what is meant, named by a word or two more: such as "DISCHARGE DATE" and "PLANNED DISCHARGE DATE".
fn qualified(definition: &Definition, other: &Definition, seed: u64) -> Option<Definition> {
    const WORDS: [&str; 16] = [
        "planned",
        "estimated",
        "mother",
        "baby",
        "first",
        "last",
        "previous",
        "outcome",
        "type",
        "reason",
        "method",
        "status",
        "count",
        "latest",
        "expected",
        "referring",
    ];
    let lent: Vec<&str> = other.name.split([' ', '_', '(', ')']).filter(|w| w.len() > 4).collect();
    let pick = draw(seed, 21);
    let word = match lent.get(usize::try_from(pick % 7).unwrap_or(0)) {
        Some(word) if pick.is_multiple_of(3) => (*word).to_lowercase(),
        _ => WORDS[usize::try_from(pick % 16).unwrap_or(0)].to_owned(),
    };
    if definition.name.to_lowercase().contains(&word) {
        return None;
    }
    let cased =
        if definition.name.chars().any(char::is_lowercase) { capital(&word) } else { word.to_uppercase() };
    let name = match (definition.name.contains(' '), draw(seed, 22) % 3) {
        (true, 0) => format!("{} ({cased})", definition.name),
        (true, _) => format!("{cased} {}", definition.name),
        (false, 0) => format!("{}_{cased}", definition.name),
        (false, _) => format!("{cased}_{}", definition.name),
    };
    let text = match draw(seed, 23) % 3 {
        0 => definition.text.clone(),
        1 => definition.text.replacen("the ", &format!("the {word} "), 1),
        _ => format!("{} This is the {word} one.", definition.text),
    };
    Some(Definition { name, text, ..definition.clone() })
}

/// A telling word put in the place of another, wherever it stands: taken from another definition.
fn exchanged(definition: &Definition, other: &Definition, seed: u64) -> Option<Definition> {
    let telling = |of: &Definition| -> Vec<String> {
        let text = format!("{} {}", of.name.replace('_', " "), of.text);
        let words = text.split(|c: char| !c.is_alphabetic()).filter(|w| w.len() > 4).map(str::to_lowercase);
        let mut words: Vec<String> = words.filter(|w| field::weight(w) > 60).collect();
        words.dedup();
        words
    };
    let (mine, yours) = (telling(definition), telling(other));
    let pick = |from: &[String], at: u64| {
        from.get(usize::try_from(draw(seed, at) % from.len().max(1) as u64).unwrap_or(0)).cloned()
    };
    let (from, to) = (pick(&mine, 6)?, pick(&yours, 7)?);
    (!mine.contains(&to) && !yours.contains(&from)).then(|| replaced(definition, &from, &to))
}
