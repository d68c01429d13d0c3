//! The services of `onus.v1`, one a file.

mod account;
mod audit;
mod burden;
mod challenge;
mod change;
mod collection;
mod consultation;
mod definition;
mod edition;
mod evidence;
mod matching;
mod moves;
mod organisation;
mod plan;
mod reuse;
mod review;
mod versions;

pub use account::Accounts;
pub use audit::Audit;
pub use burden::Burdens;
pub use challenge::Challenges;
pub use change::Changes;
pub use collection::Collections;
pub use consultation::Consultations;
pub use definition::Definitions;
pub use edition::Editions;
pub use matching::Matching;
pub use organisation::Organisations;
pub use plan::Plans;
pub use reuse::Reuse;
pub use review::Reviews;
