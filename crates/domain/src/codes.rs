//! Codes: closed sets of words with one spelling each, the same in the database, the protos and the files.

use crate::Violation;
use std::str::FromStr;
use strum::VariantNames;

/// Declares a closed set of codes, spelt in `SCREAMING_SNAKE_CASE` everywhere.
macro_rules! codes {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize,
            strum::EnumString, strum::IntoStaticStr, strum::Display, strum::VariantArray, strum::VariantNames,
        )]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        #[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
        pub enum $name { $($(#[$vmeta])* $variant),+ }

        impl $name {
            /// The code's one spelling.
            pub fn as_str(self) -> &'static str {
                self.into()
            }
        }
    };
}
pub(crate) use codes;

codes! {
    /// Whether a source says a thing or Onus assumes it. Whatever is assumed is marked so on every page and file.
    Basis {
        /// A source says so.
        Stated,
        /// No source says so; the reason of the assumption stands beside it.
        Assumed,
    }
}

/// Reads a code, or says which codes there are.
pub fn parse_code<T: FromStr + VariantNames>(field: &str, value: &str) -> Result<T, Violation> {
    value
        .parse()
        .map_err(|_| Violation::new(field, "KNOWN_CODE", value, format!("one of {}", T::VARIANTS.join(", "))))
}
