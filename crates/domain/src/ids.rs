//! Identifiers. Natural keys wherever the field has one; a newtype for each, so that none is taken for another.

use crate::Violation;
use serde::{Deserialize, Serialize};
use std::{borrow::Borrow, fmt, str::FromStr};

/// Declares an identifier: a checked string of its own type.
macro_rules! id {
    ($(#[$meta:meta])* $name:ident, $field:literal, $check:path, $expected:literal) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// Checks `value` and makes the identifier of it.
            pub fn new(value: impl AsRef<str>) -> Result<Self, Violation> {
                let value = value.as_ref();
                if $check(value) {
                    Ok(Self(value.into()))
                } else {
                    Err(Violation::new($field, "IDENTIFIER", value, $expected))
                }
            }

            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }
        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
        impl FromStr for $name {
            type Err = Violation;
            fn from_str(value: &str) -> Result<Self, Violation> {
                Self::new(value)
            }
        }
        impl TryFrom<String> for $name {
            type Error = Violation;
            fn try_from(value: String) -> Result<Self, Violation> {
                Self::new(value)
            }
        }
        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.into()
            }
        }
    };
}

/// Longest slug: long enough for the NHS Data Dictionary's longest element name.
const MAX_SLUG: usize = 128;

fn is_slug(value: &str) -> bool {
    let edge = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = value.as_bytes();
    bytes.len() <= MAX_SLUG
        && edge(bytes.first())
        && edge(bytes.last())
        && bytes.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
}

fn is_ods_code(value: &str) -> bool {
    (2..=10).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

fn is_subject(value: &str) -> bool {
    value.len() <= MAX_SLUG
        && value.bytes().next().is_some_and(|b| b.is_ascii_uppercase())
        && value.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

/// Makes a slug of any title: lower case, runs of anything else become one hyphen.
pub(crate) fn slug(title: &str) -> String {
    let mut out = String::with_capacity(title.len());
    for c in title.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    out.truncate(MAX_SLUG);
    out.truncate(out.trim_end_matches('-').len());
    out
}

id!(
    /// An organisation's key: its code in the Organisation Data Service (ODS).
    OdsCode, "organisation", is_ods_code, "an ODS code: 2 to 10 capital letters and digits, such as X24 or A81001"
);
id!(
    /// An account's key: opaque for people, chosen for machines, such as `nightly-importer`.
    AccountId, "account", is_slug,
    "1 to 128 lower-case letters, digits and hyphens, beginning and ending with a letter or digit"
);
id!(
    /// A collection's key, such as `critical-care-minimum-data-set`.
    CollectionId, "collection", is_slug,
    "1 to 128 lower-case letters, digits and hyphens, beginning and ending with a letter or digit"
);
id!(
    /// A definition's key, such as `person-birth-date`.
    DefinitionId, "definition", is_slug,
    "1 to 128 lower-case letters, digits and hyphens, beginning and ending with a letter or digit"
);
id!(
    /// A concept's key: the least identifier among the definitions it held when it was made.
    ConceptId, "concept", is_slug,
    "1 to 128 lower-case letters, digits and hyphens, beginning and ending with a letter or digit"
);
id!(
    /// A subject's key, such as `ADMITTED_CARE`.
    SubjectId, "subject", is_subject, "capital letters, digits and underscores, beginning with a letter"
);

impl AccountId {
    /// Whether it can be a new account's: the audit log has other names for Onus itself, for the public and for the demo's identities.
    pub fn is_free(&self) -> bool {
        !matches!(self.as_str(), "system" | "public") && !self.as_str().starts_with("demo-")
    }
}

impl CollectionId {
    /// The identifier that a title suggests.
    pub fn from_title(title: &str) -> Result<Self, Violation> {
        Self::new(slug(title))
    }
}

impl DefinitionId {
    /// The identifier that a name suggests.
    pub fn from_name(name: &str) -> Result<Self, Violation> {
        Self::new(slug(name))
    }

    /// The key of a definition that is only proposed: no definition can be registered under it, so that a proposal is never taken for a
    /// registered definition because of what it is called.
    pub fn proposed() -> Self {
        Self("-".into())
    }
}

impl ConceptId {
    /// The concept that a definition founds when nothing equals it.
    pub fn of(definition: &DefinitionId) -> Self {
        Self(definition.as_str().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_made_and_checked() {
        let id = CollectionId::from_title("Cover of Vaccination (COVER) - Data Set ").unwrap();
        assert_eq!(id.as_str(), "cover-of-vaccination-cover-data-set");
        for bad in ["", "-a", "a-", "A", "a b", "é", &"x".repeat(129)] {
            let violation = CollectionId::new(bad).unwrap_err();
            assert_eq!((violation.field.as_str(), violation.rule.as_str()), ("collection", "IDENTIFIER"));
        }
    }

    #[test]
    fn nothing_can_be_registered_under_the_key_of_a_proposal() {
        let proposed = DefinitionId::proposed();
        assert!(DefinitionId::new(&proposed).is_err());
        assert!(["-", " - ", "–"].iter().all(|name| DefinitionId::from_name(name).is_err()));
    }

    #[test]
    fn ods_codes_are_checked() {
        assert!(OdsCode::new("A81001").is_ok());
        assert!(OdsCode::new("a81001").is_err() && OdsCode::new("X").is_err());
    }
}
