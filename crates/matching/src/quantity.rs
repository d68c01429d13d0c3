//! Quantities: a number with its unit and the side of it that is meant, as one token. "60 minutes" and "one hour" are one token, "under
//! 18" and "18 or over" two that differ only in their first character.

/// Signs of comparison, as the vocabulary writes them.
const SIGNS: [&str; 4] = ["<", ">", "≤", "≥"];

/// A unit of time in the base unit of its family: minutes, or months (months and weeks do not divide each other).
fn unit(token: &str) -> Option<(f64, &'static str)> {
    Some(match token {
        "second" => (1.0 / 60.0, "min"),
        "minute" => (1.0, "min"),
        "hour" => (60.0, "min"),
        "day" => (1_440.0, "min"),
        "week" => (10_080.0, "min"),
        "month" => (1.0, "mon"),
        "year" => (12.0, "mon"),
        _ => return None,
    })
}

fn number(token: &str) -> Option<f64> {
    if token.starts_with(|c: char| c.is_ascii_digit()) { token.parse().ok() } else { None }
}

fn multiple(token: &str) -> Option<f64> {
    Some(match token {
        "k" | "thousand" => 1_000.0,
        "hundred" => 100.0,
        "million" => 1_000_000.0,
        _ => return None,
    })
}

fn is_sign(token: Option<&String>) -> bool {
    token.is_some_and(|token| SIGNS.contains(&token.as_str()))
}

/// Replaces every number, with the comparison, multiple, range and unit around it, by one token such as `≤240min`.
pub(crate) fn fold(tokens: &[String]) -> Vec<String> {
    let mut out: Vec<String> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let Some(first) = number(token) else {
            out.push(token.clone());
            at += 1;
            continue;
        };
        at += 1;
        let (low, mut high) = (scaled(first, tokens, &mut at), None);
        let gap = usize::from(matches!(tokens.get(at).map(String::as_str), Some("to" | "through")));
        if let Some(second) = tokens.get(at + gap).and_then(|token| number(token)) {
            at += gap + 1;
            high = Some(scaled(second, tokens, &mut at));
        }
        let (factor, family) = tokens.get(at).and_then(|token| unit(token)).unwrap_or((1.0, ""));
        at += usize::from(!family.is_empty());
        let before = if is_sign(out.last()) { out.pop() } else { None };
        let after = sign_after(tokens, at);
        let mut between = Vec::new();
        if let Some(place) = after {
            between = tokens[at..place].to_vec();
            at = place + 1;
        }
        let after = after.map(|place| tokens[place].clone());
        let sign = before.or(after).unwrap_or_default();
        let range = high.map(|high| format!("..{}", high * factor)).unwrap_or_default();
        out.push(format!("{sign}{}{range}{family}", low * factor));
        out.append(&mut between);
    }
    out
}

/// Place of the sign that follows a number: at once, or after an unknown unit such as "g/L", and not the sign of the next number.
fn sign_after(tokens: &[String], at: usize) -> Option<usize> {
    let place = (at..at + 3).find(|place| is_sign(tokens.get(*place)))?;
    let next_is_number = tokens.get(place + 1).is_some_and(|token| number(token).is_some());
    let between_is_number = tokens[at..place].iter().any(|token| number(token).is_some());
    (!next_is_number && !between_is_number).then_some(place)
}

/// Whether a number without a unit and a quantity could be the same: "18" and "18 years".
pub(crate) fn may_equal(left: &str, right: &str) -> bool {
    let plain = |token: &str| token.parse::<f64>().ok();
    let with_unit = |token: &str| {
        let months = token.strip_suffix("mon").map(|value| (value.to_owned(), [1.0, 12.0, 12.0, 12.0]));
        months.or_else(|| {
            token.strip_suffix("min").map(|value| (value.to_owned(), [1.0, 60.0, 1_440.0, 10_080.0]))
        })
    };
    let equal = |number: &str, quantity: &str| {
        plain(number).zip(with_unit(quantity)).is_some_and(|(number, (value, factors))| {
            plain(&value)
                .is_some_and(|value| factors.iter().any(|factor| (value - number * factor).abs() < 1e-9))
        })
    };
    left == right || equal(left, right) || equal(right, left)
}

fn scaled(value: f64, tokens: &[String], at: &mut usize) -> f64 {
    match tokens.get(*at).and_then(|token| multiple(token)) {
        Some(factor) => {
            *at += 1;
            value * factor
        }
        None => value,
    }
}

/// A token's sign, if it has one, and the rest.
pub(crate) fn split(token: &str) -> (&str, &str) {
    SIGNS
        .iter()
        .find_map(|sign| Some((*sign, token.strip_prefix(sign).filter(|rest| !rest.is_empty())?)))
        .unwrap_or(("", token))
}

/// Whether two signs point to opposite sides of the same number.
pub(crate) fn opposite(left: &str, right: &str) -> bool {
    let side = |sign| match sign {
        "<" | "≤" => -1,
        ">" | "≥" => 1,
        _ => 0,
    };
    side(left) * side(right) < 0
}

/// Whether a token says a number, or a code with a number in it.
pub(crate) fn is_numeric(token: &str) -> bool {
    token.bytes().any(|b| b.is_ascii_digit())
}

/// A quantity for people: `≤240min` is "≤ 4 hours".
pub(crate) fn show(token: &str) -> String {
    let (sign, rest) = split(token);
    let (value, units): (&str, &[(f64, &str)]) = if let Some(value) = rest.strip_suffix("min") {
        (value, &[(10_080.0, "weeks"), (1_440.0, "days"), (60.0, "hours"), (1.0, "minutes")])
    } else if let Some(value) = rest.strip_suffix("mon") {
        (value, &[(12.0, "years"), (1.0, "months")])
    } else {
        return token.to_owned();
    };
    let parts: Vec<f64> = value.split("..").filter_map(|part| part.parse().ok()).collect();
    let fits = |factor: f64| parts.iter().all(|part| (part / factor).fract() == 0.0);
    let (factor, name) = units.iter().find(|(factor, _)| fits(*factor)).copied().unwrap_or((1.0, "minutes"));
    let values: Vec<String> = parts.iter().map(|part| (part / factor).to_string()).collect();
    format!("{sign}{}{} {name}", if sign.is_empty() { "" } else { " " }, values.join(" to "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        fold(&text.split(' ').map(str::to_owned).collect::<Vec<_>>()).join(" ")
    }

    #[test]
    fn one_quantity_has_one_spelling() {
        assert_eq!(folded("≤ 60 minute"), folded("1 hour ≤"));
        assert_eq!(folded("≥ 65 year"), "≥780mon");
        assert_eq!(folded("40 to 74 year"), folded("40 74 year"));
        assert_eq!(folded("per 100 k population"), "per 100000 population");
        assert_ne!(folded("6 week"), folded("1 month"));
        assert_eq!(folded("12 month"), folded("1 year"));
    }

    #[test]
    fn a_sign_may_follow_an_unknown_unit() {
        assert_eq!(folded("70 g l ≥"), "≥70 g l");
        assert_eq!(folded("70 g ≥ 5"), "70 g ≥5");
    }

    #[test]
    fn a_number_may_lack_its_unit() {
        assert!(may_equal("18", "216mon") && may_equal("4320min", "3") && may_equal("5", "5"));
        assert!(!may_equal("18", "17") && !may_equal("216mon", "204mon") && !may_equal("18", "≥216mon"));
    }

    #[test]
    fn sides_are_told_apart() {
        assert_eq!(split("≥65"), ("≥", "65"));
        assert_eq!(split(">"), ("", ">"));
        assert!(opposite("<", "≥") && !opposite("<", "≤") && !opposite("", "≥"));
    }

    #[test]
    fn quantities_are_shown_as_people_write_them() {
        let shown: Vec<_> = ["≤240min", "480..888mon", "42", "1440min"].into_iter().map(show).collect();
        assert_eq!(shown, ["≤ 4 hours", "40 to 74 years", "42", "1 days"]);
    }
}
