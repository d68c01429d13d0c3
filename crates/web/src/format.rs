//! Figures, dates and names as people read them. Nothing is rounded before it gets here.

use chrono::NaiveDate;

/// A whole number with thousands marks: `1,234,567`.
pub fn count(value: impl TryInto<i128>) -> String {
    let value = value.try_into().unwrap_or_default();
    let digits = value.unsigned_abs().to_string();
    let sign = if value < 0 { "−" } else { "" };
    format!("{sign}{}", grouped(&digits))
}

fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number with `places` decimals and thousands marks. What is not a number is a dash.
pub fn number(value: f64, places: usize) -> String {
    if !value.is_finite() {
        return "–".into();
    }
    let text = format!("{:.places$}", value.abs());
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let zero = text.bytes().all(|b| b == b'0' || b == b'.');
    let sign = if value < 0.0 && !zero { "−" } else { "" };
    let point = if part.is_empty() { "" } else { "." };
    format!("{sign}{}{point}{part}", grouped(whole))
}

/// Hours, as finely as their size deserves: `12,345`, `45.6`, `0.25`.
pub fn hours(value: f64) -> String {
    let places = match value.abs() {
        size if size >= 100.0 || size == 0.0 => 0,
        size if size >= 1.0 => 1,
        _ => 2,
    };
    number(value, places)
}

/// A share in \[0, 1\] as a percentage. What is nearly none or nearly all is not called none or all.
pub fn percent(share: f64) -> String {
    let whole = (share * 100.0).round();
    if share > 0.0 && whole < 1.0 {
        "less than 1%".into()
    } else if share < 1.0 && whole >= 100.0 {
        "over 99%".into()
    } else {
        format!("{}%", number(whole, 0))
    }
}

/// A rate in \[0, 1\] with three decimals. Only a rate of exactly 1 is shown as 1: `0.9996` is `0.999`.
pub fn rate(value: f64) -> String {
    let shown = if value < 1.0 { (value * 1000.0).floor().min(999.0) / 1000.0 } else { value };
    number(shown, 3)
}

/// An index with one decimal, such as `98.4`.
pub fn index(value: f64) -> String {
    number(value, 1)
}

/// A day in words: `30 September 2027`.
pub fn day(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// A number of things: `1 item`, `2,300 items`.
pub fn things(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// A code as words: `QUALITY_ASSURANCE` is `Quality assurance`.
pub fn words(code: &str) -> String {
    let lower = code.replace('_', " ").to_lowercase();
    let mut chars = lower.chars();
    chars.next().map(|first| first.to_uppercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}

/// Words that keep their capitals in names of organisations.
const INITIALS: &[&str] = &["NHS", "GP", "PCN", "ICB", "CIC", "UK", "II", "III", "IV", "LLP"];
/// Words that take none inside a name.
const SMALL: &[&str] = &["and", "at", "by", "for", "in", "of", "on", "the", "upon", "with"];

/// A name that a source spells in capitals, as it is written elsewhere; any other name as it is.
pub fn name(name: &str) -> String {
    if name.chars().any(char::is_lowercase) {
        return name.to_owned();
    }
    let words = name.split(' ').enumerate().map(|(at, word)| {
        let lower = word.to_lowercase();
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        if INITIALS.contains(&bare) || word.chars().any(|c| c.is_ascii_digit()) {
            word.to_owned()
        } else if at > 0 && SMALL.contains(&lower.as_str()) {
            lower
        } else {
            capitals(&lower)
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Makes the first letter of each part of a word a capital: `o'neill-smith` is `O'Neill-Smith`, `king's` is `King's`.
fn capitals(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for (at, c) in word.char_indices() {
        let before = word[..at].chars().next_back();
        let starts = match before {
            None => true,
            Some('\'' | '’') => word.len() - at > 1,
            Some(before) => !before.is_alphanumeric(),
        };
        if starts { out.extend(c.to_uppercase()) } else { out.push(c) }
    }
    out
}

/// The beginning of a text, cut at a word, in at most about `most` characters.
pub fn beginning(text: &str, most: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((cut, _)) = text.char_indices().nth(most) else { return text };
    let end = text[..cut].rfind(' ').unwrap_or(cut);
    format!("{}…", text[..end].trim_end_matches([',', ';', ':', '.']))
}

/// The paragraphs of a source's text: its lines, and its sentences where `//` stands between them.
pub fn paragraphs(text: &str) -> Vec<String> {
    let parts = text.lines().flat_map(|line| line.split(" // "));
    parts.map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_thousands_marks_and_a_true_minus() {
        for (value, expected) in [(0, "0"), (999, "999"), (1_000, "1,000"), (-1_234_567, "−1,234,567")] {
            assert_eq!(count(value), expected);
        }
        for (value, places, expected) in
            [(1234.56, 1, "1,234.6"), (-0.04, 1, "0.0"), (-2727.8, 1, "−2,727.8"), (f64::NAN, 1, "–")]
        {
            assert_eq!(number(value, places), expected);
        }
        assert_eq!([12_345.6, 45.62, 0.251, 0.0].map(hours), ["12,346", "45.6", "0.25", "0"]);
    }

    #[test]
    fn nearly_all_and_nearly_none_are_not_called_so() {
        let shares = [0.0, 0.001, 0.37, 0.999, 1.0];
        assert_eq!(shares.map(percent), ["0%", "less than 1%", "37%", "over 99%", "100%"]);
        assert_eq!([0.9996, 1.0, 0.5984].map(rate), ["0.999", "1.000", "0.598"]);
    }

    #[test]
    fn names_in_capitals_are_written_as_elsewhere() {
        for (given, expected) in [
            ("MANCHESTER UNIVERSITY NHS FOUNDATION TRUST", "Manchester University NHS Foundation Trust"),
            ("THE QUEEN'S HOSPITAL, BURTON-ON-TRENT", "The Queen's Hospital, Burton-On-Trent"),
            ("ISLE OF WIGHT NHS TRUST", "Isle of Wight NHS Trust"),
            ("DR O'NEILL & PARTNERS (GP)", "Dr O'Neill & Partners (GP)"),
            ("NHS England", "NHS England"),
        ] {
            assert_eq!(name(given), expected);
        }
    }

    #[test]
    fn texts_are_cut_at_words_and_split_at_marks() {
        assert_eq!(beginning("The Critical Care Minimum Data Set", 20), "The Critical Care…");
        assert_eq!(beginning("é short", 20), "é short");
        assert_eq!(paragraphs("One. // Two.\n\nThree."), ["One.", "Two.", "Three."]);
        assert_eq!(words("QUALITY_ASSURANCE"), "Quality assurance");
    }
}
