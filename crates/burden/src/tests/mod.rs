//! Tests of the whole, over snapshots made by a small builder.

mod areas;
pub(crate) mod builder;
mod costs;
mod decompose;
mod evidence;
mod indexes;
mod naive;
mod plans;
mod properties;
mod random;
mod reuse;
mod scale;
mod submit_once;
mod vectors;
