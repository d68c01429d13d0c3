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
pub(crate) fn fold(tokens: Vec<String>) -> Vec<String> {
    if !tokens.iter().any(|token| number(token).is_some()) {
        return tokens;
    }
    let tokens = tokens.as_slice();
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

/// A stretch of values: a limit, a length of time, an age band, or a plain number.
#[derive(Debug, Clone, PartialEq)]
pub struct Range {
    /// The least value.
    pub low: f64,
    /// The greatest value.
    pub high: f64,
    /// Minutes, months, or nothing.
    pub unit: &'static str,
    /// Whether it is a limit, a single value otherwise.
    pub limit: bool,
    /// The side that a limit leaves open: whether it excludes its own end.
    pub open: bool,
    /// The words around it speak of age.
    pub age: bool,
    /// The token.
    pub token: Box<str>,
}

/// Words that make a number an age.
const AGES: [&str; 9] = ["aged", "age", "old", "older", "younger", "birthday", "adult", "child", "people"];

#[expect(clippy::float_cmp, reason = "ends that are written alike are read alike")]
impl Range {
    /// Whether two say the same, a plain number and the same with a unit among them.
    pub fn same(&self, other: &Self) -> bool {
        self.token == other.token
    }

    fn scaled(&self) -> (f64, f64) {
        // Months and minutes meet where a text gives both: 91 days are 3 months.
        let factor = match self.unit {
            "mon" => 43_830.0,
            "" if self.age => 12.0 * 43_830.0,
            _ => 1.0,
        };
        (self.low * factor, self.high * factor)
    }

    /// Whether the two are of one dimension: both times, or both plain.
    pub fn comparable(&self, other: &Self) -> bool {
        let timed = |range: &Self| !range.unit.is_empty() || range.age;
        timed(self) == timed(other) && self.age == other.age
    }

    /// Whether they cover the same values, or one is the end of the other.
    pub fn equal(&self, other: &Self) -> bool {
        if may_equal(split(&self.token).1, split(&other.token).1) {
            return !opposite(split(&self.token).0, split(&other.token).0);
        }
        let close = |a: f64, b: f64| (a - b).abs() <= 0.03 * a.abs().max(b.abs()) || a == b;
        let ((a, b), (c, d)) = (self.scaled(), other.scaled());
        self.comparable(other) && close(a, c) && close(b, d) && (a.is_finite() || b.is_finite())
    }

    /// Whether this limit ends at that single value.
    pub fn ends_at(&self, value: &Self) -> bool {
        let end = if self.high.is_finite() { self.high } else { self.low };
        (end - value.low).abs() < 1e-9 && self.unit == value.unit
    }

    /// Whether this lies within the other and is less.
    pub fn inside(&self, other: &Self) -> bool {
        let ((a, b), (c, d)) = (self.scaled(), other.scaled());
        self.comparable(other) && a >= c && b <= d && (a > c || b < d)
    }

    /// Whether they share nothing but an end.
    pub fn apart(&self, other: &Self) -> bool {
        let ((a, b), (c, d)) = (self.scaled(), other.scaled());
        self.comparable(other) && (b <= c || d <= a) && (self.limit || other.limit || a != c)
    }

    /// Whether they lie on the two sides of one limit.
    pub fn complements(&self, other: &Self) -> bool {
        let ((a, b), (c, d)) = (self.scaled(), other.scaled());
        let full = |low: f64, high: f64| low <= 0.0 && high == f64::INFINITY;
        self.comparable(other) && ((b == c && full(a, d)) || (d == a && full(c, b)))
    }
}

/// The ranges that stand in folded tokens.
pub(crate) fn ranges(tokens: &[String]) -> Vec<Range> {
    let mut out = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let (sign, rest) = split(token);
        if !rest.starts_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        let (value, unit) = match (rest.strip_suffix("min"), rest.strip_suffix("mon")) {
            (Some(value), _) => (value, "min"),
            (_, Some(value)) => (value, "mon"),
            _ => (rest.trim_end_matches(['s', 't', 'n', 'd', 'r', 'h']), ""),
        };
        let mut ends = value.split("..").filter_map(|end| end.parse::<f64>().ok());
        let Some(first) = ends.next() else { continue };
        let second = ends.next();
        let (low, high) = match sign {
            "<" | "≤" => (0.0, first),
            ">" | "≥" => (first, f64::INFINITY),
            _ => (first, second.unwrap_or(first)),
        };
        let near = |span: std::ops::Range<usize>| {
            tokens.get(span).unwrap_or_default().iter().any(|t| AGES.contains(&t.as_str()))
        };
        let told = near(at.saturating_sub(1)..at) || near(at + 1..(at + 2).min(tokens.len()));
        let age = told && unit != "min" && high.min(low.max(1.0)) <= 1_440.0;
        out.push(Range {
            low,
            high,
            unit,
            limit: !sign.is_empty() || second.is_some(),
            open: matches!(sign, "<" | ">"),
            age,
            token: token.as_str().into(),
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        fold(text.split(' ').map(str::to_owned).collect()).join(" ")
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
