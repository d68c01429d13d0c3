//! Requests that say who they are, so that one made twice is done once (AIP-155).

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Days for which a request's answer is remembered.
pub const REMEMBERED_DAYS: i64 = 7;

/// What tells a request from all others, and whether it is the same when it comes again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestKey {
    /// The account that makes it: the keys of two accounts never meet.
    pub account: String,
    /// The key that the caller chose.
    pub id: Uuid,
    /// SHA-256 of what it asks, in hexadecimal.
    pub digest: String,
}
