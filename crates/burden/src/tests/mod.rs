//! Tests of the whole, over snapshots made by a small builder.

mod areas;
pub(crate) mod builder;
mod costs;
mod decompose;
mod indexes;
mod naive;
mod properties;
mod random;
mod reuse;
mod scale;
mod submit_once;
mod vectors;
