//! How the figures are made, for whoever recomputes them.

/// `method.md`.
pub const TEXT: &str = include_str!("../templates/method.md");
