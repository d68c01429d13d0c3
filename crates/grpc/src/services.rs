//! The services of `onus.v1`, one a file.

mod burden;
mod collection;
mod definition;
mod edition;
mod matching;
mod moves;
mod organisation;
mod review;

pub use burden::Burdens;
pub use collection::Collections;
pub use definition::Definitions;
pub use edition::Editions;
pub use matching::Matching;
pub use organisation::Organisations;
pub use review::Reviews;
