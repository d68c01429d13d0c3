//! What the entries of each resource say of one another: each begins where the one before ended.

use crate::{Entry, Present, entry::sha256};
use std::collections::HashMap;

/// What each resource was left as, by name.
#[derive(Debug, Default)]
pub struct Chain(HashMap<String, Option<String>>);

impl Chain {
    /// Adds the next entry of the log; answers what is wrong with what it says of its resource.
    pub fn add(&mut self, entry: &Entry) -> Vec<String> {
        let mut wrong = vec![];
        match (&entry.state, &entry.after_digest) {
            (Some(state), Some(digest)) if sha256(state.as_bytes()) != *digest => {
                wrong.push("its state does not hash to its after_digest".to_owned());
            }
            (Some(_), None) => wrong.push("it has a state and no after_digest".to_owned()),
            _ => {}
        }
        // Neither: something that happened to the resource and left it as it was.
        if entry.before_digest.is_none() && entry.after_digest.is_none() {
            return wrong;
        }
        let last = self.0.insert(entry.resource.clone(), entry.after_digest.clone()).flatten();
        // What is kept as a digest only follows from other resources: it is made anew, whatever it was before.
        let is_derived = entry.state.is_none() && entry.after_digest.is_some();
        if last != entry.before_digest && !is_derived {
            wrong.push(format!(
                "{} was {} when the entry before was made, and {} before this one",
                entry.resource,
                said(last.as_deref()),
                said(entry.before_digest.as_deref()),
            ));
        }
        wrong
    }

    /// What of the present is otherwise than the log left it: names and what is wrong.
    pub fn compare(&self, present: &Present) -> Vec<(String, String)> {
        let mut wrong = vec![];
        for (name, digest) in &present.digests {
            let left = self.0.get(name).and_then(Option::as_deref);
            if left != Some(digest) && !present.waiting.contains(name) {
                let said = format!("it is {} now, and the log left it {}", said(Some(digest)), said(left));
                wrong.push((name.clone(), said));
            }
        }
        for (name, left) in &self.0 {
            let is_gone = (present.covers)(name) && !present.digests.contains_key(name);
            if left.is_some() && is_gone && !present.waiting.contains(name) {
                wrong.push((
                    name.clone(),
                    format!("it is gone, and the log left it {}", said(left.as_deref())),
                ));
            }
        }
        wrong.sort();
        wrong
    }
}

/// A digest in words.
fn said(digest: Option<&str>) -> String {
    digest.map_or_else(|| "absent".into(), |digest| digest.chars().take(16).collect::<String>() + "…")
}
