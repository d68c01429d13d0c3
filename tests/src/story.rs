//! What a browser saw of a story of people at pages (`tests/browser/story.mjs`).

use crate::{Server, node, target};
use serde_json::{Value, json};
use std::ops::Index;

/// What was seen, by the names that the story gives it.
pub struct Story(Value);

impl Story {
    /// Has the script of a name tell its story at a server. What breaks it, and what axe finds, fails the test.
    #[track_caller]
    pub fn told(name: &str, server: &Server) -> Self {
        let screenshots = target().join("end-to-end").join(name);
        let input = json!({ "base": server.base(), "screenshots": screenshots });
        let (seen, _) = node(&format!("{name}.mjs"), &input);
        assert_eq!(seen["broken"], Value::Null, "{seen:#}");
        assert_eq!(seen["violations"], json!([]), "axe");
        Self(seen)
    }

    /// The text that was seen; empty if it was none.
    pub fn said(&self, what: &str) -> &str {
        self.0[what].as_str().unwrap_or_default()
    }

    /// Fails unless all parts stand in what was seen.
    #[track_caller]
    pub fn says(&self, what: &str, parts: &[&str]) {
        for part in parts {
            assert!(self.said(what).contains(part), "{what} does not say {part:?}: {}", self.said(what));
        }
    }

    /// Fails if any of the parts stands in what was seen.
    #[track_caller]
    pub fn is_silent(&self, what: &str, parts: &[&str]) {
        for part in parts {
            assert!(!self.said(what).contains(part), "{what} says {part:?}: {}", self.said(what));
        }
    }
}

impl Index<&str> for Story {
    type Output = Value;

    fn index(&self, what: &str) -> &Value {
        &self.0[what]
    }
}
