//! Filters of lists: the part of AIP-160 that lists here need.
//!
//! `field = value`, `field != value`, `field : text` (has the text in it), joined by `AND`; a bare word or `"quoted text"` must stand
//! somewhere in the row. Values may be quoted. Case does not matter. Anything else is refused, with what would be right.

use onus_domain::{Error, Result, Violation, Violations};

/// A field of a row that can be filtered by: its name and its values.
pub type Field<T> = (&'static str, fn(&T) -> Vec<String>);

/// What a condition asks of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Is,
    IsNot,
    Has,
}

/// A condition: bare text has no field.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Term {
    pub field: Option<String>,
    pub operator: Operator,
    pub value: String,
}

/// A filter, read and checked against the fields of a row.
pub struct Filter<'f, T> {
    terms: Vec<(Option<&'f Field<T>>, Operator, String)>,
    fields: &'f [Field<T>],
}

impl<'f, T> Filter<'f, T> {
    /// Reads `text`, whose fields must be among `fields`. Bare text is looked for in all of them.
    pub fn read(text: &str, fields: &'f [Field<T>]) -> Result<Self> {
        let known = fields.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        let mut found = Violations::new();
        let mut terms = vec![];
        for term in parse(text)? {
            let field = match &term.field {
                None => None,
                Some(name) => {
                    let field = fields.iter().find(|(known, _)| known == name);
                    found.require(field.is_some(), || {
                        Violation::new("filter", "KNOWN_FIELD", name, format!("one of the fields {known}"))
                    });
                    field
                }
            };
            terms.push((field, term.operator, term.value.to_lowercase()));
        }
        found.into_result()?;
        Ok(Self { terms, fields })
    }

    /// Whether a row passes.
    pub fn admits(&self, row: &T) -> bool {
        self.terms.iter().all(|(field, operator, wanted)| match field {
            Some((_, values)) => holds(values(row), *operator, wanted),
            None => self.fields.iter().any(|(_, values)| holds(values(row), Operator::Has, wanted)),
        })
    }
}

fn holds(values: Vec<String>, operator: Operator, wanted: &str) -> bool {
    let mut lower = values.into_iter().map(lowercase);
    match operator {
        Operator::Is => lower.any(|value| value == wanted),
        Operator::IsNot => lower.all(|value| value != wanted),
        Operator::Has => lower.any(|value| value.contains(wanted)),
    }
}

/// In place where that may be: of a hundred thousand texts most are of plain letters.
fn lowercase(mut value: String) -> String {
    if value.is_ascii() {
        value.make_ascii_lowercase();
        return value;
    }
    value.to_lowercase()
}

/// The words of a filter: quoted text, operators and bare words.
fn words(text: &str) -> Result<Vec<(String, bool)>> {
    let mut out = vec![];
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (word, quoted, length) = if first == '"' {
            let end = rest[1..].find('"').ok_or_else(|| refuse(rest, "a closing quotation mark"))?;
            (&rest[1..=end], true, end + 2)
        } else if let Some(sign) = ["!=", "=", ":"].into_iter().find(|sign| rest.starts_with(sign)) {
            (sign, false, sign.len())
        } else {
            let end = rest.find(|c: char| c.is_whitespace() || "=!:\"".contains(c)).unwrap_or(rest.len());
            if end == 0 {
                return Err(refuse(rest, "a field, a value, or one of the signs = != :"));
            }
            (&rest[..end], false, end)
        };
        out.push((word.to_owned(), quoted));
        rest = rest[length..].trim_start();
    }
    Ok(out)
}

/// Takes a filter apart.
pub(crate) fn parse(text: &str) -> Result<Vec<Term>> {
    let words = words(text)?;
    let mut words = words.into_iter().peekable();
    let mut terms = vec![];
    // Whether a condition has to come: at the beginning, and behind AND.
    let mut due = words.peek().is_some();
    while let Some((word, quoted)) = words.next() {
        if !quoted && word == "AND" {
            if due || words.peek().is_none() {
                return Err(refuse(
                    text,
                    "a condition on either side of AND; quoted, \"AND\" is a word to look for",
                ));
            }
            due = true;
            continue;
        }
        if !quoted && (word == "OR" || word == "NOT") {
            return Err(refuse(&word, "conditions joined by AND only"));
        }
        if !quoted && operator(&word).is_some() {
            return Err(refuse(text, &format!("a field before the sign {word}")));
        }
        due = false;
        let sign = words.next_if(|(next, quoted)| !quoted && operator(next).is_some());
        let Some((sign, operator)) = sign.and_then(|(sign, _)| operator(&sign).map(|found| (sign, found)))
        else {
            terms.push(Term { field: None, operator: Operator::Has, value: word });
            continue;
        };
        if quoted {
            return Err(refuse(&word, &format!("a field without quotation marks before the sign {sign}")));
        }
        let value = words.next_if(|(next, quoted)| *quoted || !is_reserved(next));
        let (value, _) = value.ok_or_else(|| {
            let expected = "a value behind the sign; in quotation marks if it is a sign, AND, OR or NOT";
            refuse(&format!("{word} {sign}"), expected)
        })?;
        terms.push(Term { field: Some(word), operator, value });
    }
    Ok(terms)
}

/// Whether a bare word is part of the grammar.
fn is_reserved(word: &str) -> bool {
    operator(word).is_some() || matches!(word, "AND" | "OR" | "NOT")
}

fn operator(sign: &str) -> Option<Operator> {
    match sign {
        "=" => Some(Operator::Is),
        "!=" => Some(Operator::IsNot),
        ":" => Some(Operator::Has),
        _ => None,
    }
}

fn refuse(at: &str, expected: &str) -> Error {
    Violation::new("filter", "FILTER", at, expected).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Row = (&'static str, &'static str);
    const FIELDS: &[Field<Row>] = &[("owner", |row| vec![row.0.into()]), ("title", |row| vec![row.1.into()])];

    fn admits(filter: &str, row: Row) -> bool {
        Filter::read(filter, FIELDS).unwrap().admits(&row)
    }

    #[test]
    fn each_form_admits_what_it_says() {
        let row = ("X24", "Critical Care: adults");
        for (filter, expected) in [
            ("", true),
            ("owner = X24", true),
            ("owner=x24 AND title:\"critical care\"", true),
            ("owner != X24", false),
            ("title : care AND owner = X26", false),
            ("\"care: adults\"", true),
            ("critical adults", true),
            ("neonatal", false),
            ("title = care", false),
            ("owner = X24 title : care", true),
            ("title : \"AND\"", false),
            ("\"AND\" AND \"=\"", false),
            ("title != \"NOT\"", true),
            ("ADULTS", true),
        ] {
            assert_eq!(admits(filter, row), expected, "{filter}");
        }
    }

    #[test]
    fn case_does_not_matter_in_letters_of_any_kind() {
        assert!(admits("ÉTAT", ("X24", "L\u{e9}gende: \u{e9}tat")) && admits("owner = x24", ("X24", "")));
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_what_would_be_right() {
        for (filter, says) in [
            ("colour = red AND owner = X", "owner, title"),
            ("title = \"care", "closing quotation mark"),
            ("= X24", "a field before the sign"),
            ("owner =", "a value behind the sign"),
            ("a OR b", "AND only"),
            ("a ! b", "one of the signs"),
            ("owner = AND title = x", "a value behind the sign"),
            ("owner = = x", "a value behind the sign"),
            ("owner = NOT", "a value behind the sign"),
            ("AND", "either side of AND"),
            ("AND AND", "either side of AND"),
            ("AND owner = x", "either side of AND"),
            ("owner = x AND", "either side of AND"),
            ("owner = x AND AND title = y", "either side of AND"),
            ("\"owner\" = x", "without quotation marks"),
            ("owner = x = y", "a field before the sign"),
            ("owner = x AND = y", "a field before the sign"),
        ] {
            let refused =
                Filter::read(filter, FIELDS).err().unwrap_or_else(|| panic!("{filter} is accepted"));
            let Error::Invalid(all) = refused else { panic!("{filter}: {refused}") };
            assert!(all[0].expected.contains(says), "{filter}: {}", all[0].expected);
            assert!(all[0].field == "filter" && !all[0].value.is_empty(), "{filter}: {:?}", all[0]);
        }
    }
}
