//! What this program matches with: the model and the vocabulary that it comes with, unless others are taken up before anything is read.
//! Both are of the whole process, and named together in every match: equal names, equal matches.

use crate::{
    data,
    model::Model,
    score,
    vocabulary::{Told, Vocabulary},
};
use onus_domain::{Error, Result};
use sha2::{Digest as _, Sha256};
use std::sync::OnceLock;

static LIVE: OnceLock<Live> = OnceLock::new();

struct Live {
    model: Model,
    vocabulary: Option<Told>,
}

fn live() -> &'static Live {
    LIVE.get_or_init(|| Live { model: score::DEFAULT.clone(), vocabulary: None })
}

/// The model that decides. Its name says which vocabulary it reads with, if that is not the built-in one.
pub fn model() -> &'static Model {
    &live().model
}

/// The vocabulary that was taken up.
pub fn vocabulary() -> Option<&'static Told> {
    live().vocabulary.as_ref()
}

/// Takes up another vocabulary, another model (the name and the text of its file), or both: once, before anything is read.
pub fn take_up(vocabulary: Option<Vocabulary>, model: Option<(&str, &str)>) -> Result<()> {
    if vocabulary.is_none() && model.is_none() {
        return Ok(());
    }
    let late = || Error::internal("a vocabulary or a model is taken up after something was read");
    // The vocabulary first: whether a model fits is known by its measures, which are those of texts that are read.
    let taken = |Vocabulary { data, told }| data::take_up(data).then_some(told).ok_or_else(late);
    let told = vocabulary.map(taken).transpose()?;
    let mut model = match model {
        Some((file, text)) => Model::of_file(file, text)?,
        None => score::DEFAULT.clone(),
    };
    if let Some(told) = &told {
        model.name = format!("{}+vocabulary@{}", model.name, told.digest);
    }
    LIVE.set(Live { model, vocabulary: told }).map_err(|_| late())
}

/// The first twelve digits of the SHA-256 of a text.
pub(crate) fn digest(text: &str) -> String {
    let mut digits = format!("{:x}", Sha256::digest(text.as_bytes()));
    digits.truncate(12);
    digits
}
