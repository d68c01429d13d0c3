//! The contract `onus.v1` served: each handler converts, asks [`onus_app`], and wraps what it answers. Rules are in `app` and `domain`.

mod access;
mod call;
mod convert;
mod drain;
mod layer;
mod methods;
mod names;
mod rate;
mod requests;
mod router;
mod services;
mod status;

pub use convert::proposed_definition;
pub use methods::methods;
pub use router::{Health, Limits, MAX_REQUEST_BYTES, MAX_RESPONSE_BYTES, routes};
pub use status::{DOMAIN, status};
