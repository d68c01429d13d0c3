//! Statements of a source about its own entries: which item will replace which. Read from the sentences, which are then no longer text.

use crate::{data::data, normalise};

/// Ways in which a source says that an item is replaced.
const REPLACED: [&str; 4] = [
    " will be replaced with ",
    " will be replaced by ",
    " has been replaced with ",
    " has been replaced by ",
];

/// "X will be replaced with Y": names as token lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Replacement {
    /// The item that goes.
    pub of: Box<str>,
    /// All that the sentence names in its place, as one name.
    pub by: Box<str>,
    /// The parts, if the sentence names several ("Y or Z").
    pub parts: Box<[Box<str>]>,
}

/// What a text says apart from its meaning, and the sentences that carry the meaning.
pub(crate) fn read(text: &str) -> (Vec<Replacement>, String) {
    let mut statements = Vec::new();
    let mut meaning: Vec<&str> = Vec::new();
    for sentence in sentences(text) {
        statements.extend(replacement(sentence));
        let lower = sentence.to_lowercase();
        if !data().boilerplate.iter().any(|phrase| lower.contains(phrase.as_str())) {
            meaning.push(sentence);
        }
    }
    (statements, meaning.join("\n"))
}

/// Sentences: to a full stop before a blank, or to the end of a line.
pub(crate) fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .flat_map(|line| line.split_inclusive(". "))
        .map(str::trim)
        .filter(|sentence| !sentence.is_empty())
}

fn replacement(sentence: &str) -> Option<Replacement> {
    let (of, rest) = REPLACED.iter().find_map(|words| sentence.split_once(words))?;
    let by = rest.split([',', ';', '.']).next()?.trim();
    let parts: Vec<Box<str>> = by
        .split(" or ")
        .flat_map(|part| part.split(" and "))
        .map(|part| normalise::name(part).into())
        .collect();
    let several = parts.len() > 1;
    Some(Replacement {
        of: normalise::name(of).into(),
        by: normalise::name(by).into(),
        parts: if several { parts.into() } else { Box::default() },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replacements_are_read() {
        let text = "SITE CODE (OF TREATMENT) is a site.\nSITE CODE (OF TREATMENT) will be replaced with ORGANISATION SITE IDENTIFIER \
                    (OF TREATMENT),when it has been approved for use in national information standards.";
        let (statements, meaning) = read(text);
        assert_eq!(meaning, "SITE CODE (OF TREATMENT) is a site.");
        assert_eq!(&*statements[0].of, normalise::name("Site code (of treatment)"));
        assert_eq!(&*statements[0].by, normalise::name("Organisation site identifier (of treatment)"));
        assert!(statements[0].parts.is_empty());
    }

    #[test]
    fn a_choice_is_no_replacement_by_one() {
        let (statements, _) =
            read("GENDER CURRENT will be replaced with STATED GENDER or PHENOTYPIC SEX, which is newer.");
        assert_eq!(statements[0].parts.len(), 2);
    }

    #[test]
    fn boilerplate_is_no_meaning() {
        assert_eq!(read("For further guidance, see the website. It counts beds.").1, "It counts beds.");
    }
}
