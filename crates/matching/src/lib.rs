//! Matching: which definitions ask the same question, and why.
//!
//! Pure and deterministic: the same definitions give the same matches, byte for byte, whatever the order or the number of cores. The
//! way of a definition through here:
//!
//! 1. [`normalise`]: text to tokens by a versioned vocabulary (`data/*.csv`, each entry with its provenance).
//! 2. [`prepare`]: the definition taken apart, field by field, with its typed facets ([`profile`]), once.
//! 3. [`index`]: who could be like it, by exact keys, words and character 4-grams.
//! 4. [`pair`]: what is measured of two of them; [`relate`]: the facet in which they differ, and the relation that follows; [`recipe`]: how
//!    one is computed of the other.
//! 5. [`judge`]: the model ([`model`], a data file) gives log-odds of SAME as a waterfall that adds up exactly; [`score`] makes a match.
//!    Where all records are at hand, it also sees who else is like either ([`neighbours`]).
//! 6. [`cluster`]: concepts over confirmed matches and stewards' decisions.
//!
//! A model of one's own and a steward's [`vocabulary`] stand in the place of those built in if they are taken up first ([`live`]).
//! [`shadow`] says what a change would come to.
//!
//! [`Matcher`] ties these together; [`tool`] is what the commands do with files, [`evaluate`] the table of quality; [`overlap`] compares
//! collections as sets of whatever they share.

pub mod cluster;
mod compare;
mod contrast;
mod data;
pub mod engine;
pub mod evaluate;
mod field;
pub mod figures;
pub mod files;
pub mod index;
pub mod judge;
pub mod learn;
mod letters;
mod lexicon;
pub mod live;
mod made;
pub mod model;
mod named;
pub mod neighbours;
pub mod normalise;
pub mod overlap;
pub mod pair;
pub mod prepare;
pub mod profile;
mod quantity;
pub mod recipe;
pub mod relate;
pub mod ruled;
pub mod sample;
pub mod score;
pub mod shadow;
pub mod side_by_side;
mod soft;
mod statement;
pub mod tool;
mod train;
pub mod vocabulary;

pub use engine::{Hit, Matcher};
pub use score::{AUTOMATIC_THRESHOLD, MODEL, SAME_THRESHOLD};
