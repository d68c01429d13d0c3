//! Identifiers of requests that came without one: told apart from those of other servers by a random part, from one another by a count.

use axum::http::{HeaderValue, Request};
use std::{
    hash::{BuildHasher as _, RandomState},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use tower_http::request_id::{MakeRequestId, RequestId};
use uuid::Builder;

/// Makes them.
#[derive(Debug, Clone)]
pub struct Numbers {
    own: u64,
    last: Arc<AtomicU64>,
}

impl Numbers {
    /// Of this process.
    pub fn new() -> Self {
        // Random, as its keys are.
        Self { own: RandomState::new().hash_one(std::process::id()), last: Arc::default() }
    }
}

impl MakeRequestId for Numbers {
    fn make_request_id<B>(&mut self, _: &Request<B>) -> Option<RequestId> {
        let count = self.last.fetch_add(1, Ordering::Relaxed);
        let bytes = ((u128::from(self.own) << 64) | u128::from(count)).to_be_bytes();
        let id = Builder::from_custom_bytes(bytes).into_uuid();
        HeaderValue::from_str(id.hyphenated().encode_lower(&mut [0; 36])).ok().map(RequestId::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_are_alike() {
        let (mut one, mut other) = (Numbers::new(), Numbers::new());
        let make = |from: &mut Numbers| from.make_request_id(&Request::new(())).unwrap().into_header_value();
        let made = [make(&mut one), make(&mut one.clone()), make(&mut one), make(&mut other)];
        for (at, id) in made.iter().enumerate() {
            assert_eq!(id.len(), 36);
            assert!(!made[at + 1..].contains(id), "{made:?}");
        }
    }
}
