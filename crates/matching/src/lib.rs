//! Matching: which definitions ask the same question, and why.
//!
//! Pure and deterministic: the same definitions give the same matches, byte for byte, whatever the order or the number of cores. The
//! way of a definition through here:
//!
//! 1. [`normalise`]: text to tokens by a versioned vocabulary (`data/*.csv`, each entry with its provenance).
//! 2. [`prepare`]: the definition taken apart, field by field, once.
//! 3. [`index`]: who could be like it, by exact keys and character n-grams.
//! 4. [`score`]: field-wise evidence as a log-odds waterfall whose sum is the score's logit, and the relation it amounts to.
//! 5. [`cluster`]: concepts over confirmed matches and stewards' decisions.
//!
//! [`Matcher`] ties these together; [`overlap`] compares collections as sets of whatever they share.
//!
//! This is the first form ([`score::MODEL`]): it says SAME, RELATED or DIFFERENT, and CONFIRMED only where the words leave no doubt.
//! NARROWER, BROADER and DERIVABLE need typed facets and are never guessed here.

pub mod cluster;
mod compare;
mod contrast;
mod data;
pub mod engine;
mod field;
pub mod learn;
pub mod judge;
mod lexicon;
mod made;
pub mod evaluate;
pub mod figures;
pub mod files;
pub mod model;
mod train;
pub mod pair;
pub mod profile;
mod soft;
pub mod index;
pub mod normalise;
pub mod overlap;
pub mod prepare;
mod quantity;
pub mod relate;
pub mod score;
mod statement;
pub mod tool;

pub use engine::{Hit, Matcher};
pub use score::{AUTOMATIC_THRESHOLD, MODEL, SAME_THRESHOLD};
