//! Reading JSON lines: one object a line, each with its place.

use crate::{
    problems::{Place, Problems},
    table,
};
use onus_domain::Violation;
use serde_json::{Map, Value};

/// One line of a JSON lines file.
pub(super) struct Line {
    /// Where it stands.
    pub place: Place,
    fields: Map<String, Value>,
}

/// The lines of a file; what cannot be read is noted.
pub(super) fn lines(file: &str, bytes: &[u8], problems: &mut Problems) -> Option<Vec<Line>> {
    let text = table::text(file, bytes, problems)?;
    let mut lines = vec![];
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let place = Place::new(file, number);
        match serde_json::from_str(line) {
            Ok(Value::Object(fields)) => lines.push(Line { place, fields }),
            Ok(other) => problems.push(Violation::new(place.to_string(), "JSON", other, "a JSON object")),
            Err(error) => {
                let expected = format!("one JSON object on the line: {error}");
                problems.push(Violation::new(place.to_string(), "JSON", line, expected));
            }
        }
    }
    Some(lines)
}

impl Line {
    /// A text that may be absent or null; HTML character references are read as their characters.
    pub fn text(&self, field: &str, problems: &mut Problems) -> String {
        match self.fields.get(field) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => self.clean(field, text, problems),
            Some(other) => {
                problems.push(Violation::new(self.place.of(field), "TEXT", other, "a text"));
                String::new()
            }
        }
    }

    /// A text that must be there.
    pub fn required(&self, field: &str, problems: &mut Problems) -> Option<String> {
        let text = self.text(field, problems);
        problems.require(!text.is_empty(), || {
            Violation::new(self.place.of(field), "REQUIRED", "", "a text; this field must not be empty")
        });
        (!text.is_empty()).then_some(text)
    }

    /// The texts of the named members of each object of a list, which may be absent.
    pub fn pairs(&self, field: &str, names: [&str; 2], problems: &mut Problems) -> Vec<[String; 2]> {
        let mut pairs = vec![];
        let entries = match self.fields.get(field) {
            None | Some(Value::Null) => return pairs,
            Some(Value::Array(entries)) => entries,
            Some(other) => {
                problems.push(Violation::new(self.place.of(field), "LIST", other, "a list of objects"));
                return pairs;
            }
        };
        for entry in entries {
            let [left, right] = names.map(|name| entry.get(name).and_then(Value::as_str));
            if let (Some(left), Some(right)) = (left, right) {
                pairs.push([self.clean(field, left, problems), self.clean(field, right, problems)]);
            } else {
                let expected = format!("an object with the texts {} and {}", names[0], names[1]);
                problems.push(Violation::new(self.place.of(field), "LIST", entry, expected));
            }
        }
        pairs
    }

    fn clean(&self, field: &str, text: &str, problems: &mut Problems) -> String {
        // A JSON string can hold control characters as escapes, which the check of the whole file cannot see.
        if let Some(c) = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            let given = format!("U+{:04X}", u32::from(c));
            let field = self.place.of(field);
            problems.push(Violation::new(
                field,
                "CONTROL_CHARACTER",
                given,
                "text without control characters",
            ));
        }
        unescape(text.trim())
    }
}

/// HTML character references that stand in the source's texts.
const REFERENCES: [(&str, &str); 16] = [
    ("&bull;", "•"),
    ("&ge;", "≥"),
    ("&gt;", ">"),
    ("&hellip;", "…"),
    ("&ldquo;", "“"),
    ("&lsquo;", "‘"),
    ("&lt;", "<"),
    ("&micro;", "µ"),
    ("&ndash;", "–"),
    ("&pound;", "£"),
    ("&rdquo;", "”"),
    ("&rsquo;", "’"),
    ("&sum;", "∑"),
    ("&sup2;", "²"),
    ("&times;", "×"),
    // Last, so that what it makes is not read again.
    ("&amp;", "&"),
];

fn unescape(text: &str) -> String {
    let mut text = text.to_owned();
    for (reference, character) in REFERENCES {
        if text.contains(reference) {
            text = text.replace(reference, character);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wrong_line_and_field_is_named() {
        let mut problems = Problems::new();
        let bytes = br#"{"name": "a &ndash; b &amp;lt; c", "codes": [{"code": "1", "meaning": "x"}]}
not json
[1]
{"name": 4, "codes": [{"code": "1"}], "text": "a\u0007"}
"#;
        let lines = lines("d.jsonl", bytes, &mut problems).unwrap();
        assert_eq!(lines[0].required("name", &mut problems).unwrap(), "a – b &lt; c");
        assert_eq!(lines[0].pairs("codes", ["code", "meaning"], &mut problems), [["1", "x"]]);
        assert_eq!(lines[0].text("absent", &mut problems), "");
        let _ = (lines[1].required("name", &mut problems), lines[1].text("text", &mut problems));
        let _ = lines[1].pairs("codes", ["code", "meaning"], &mut problems);
        let text = problems.into_result().unwrap_err().to_string();
        let fields = ["d.jsonl:2: ", "d.jsonl:3: ", "d.jsonl:4:name", "d.jsonl:4:text", "d.jsonl:4:codes"];
        assert!(fields.iter().all(|field| text.contains(field)), "{text}");
    }
}
