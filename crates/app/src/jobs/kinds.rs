//! Every kind of background work there is.

use super::Kind;

/// All kinds, by name. A new one is a line here; its work stands beside what it works on.
pub const KINDS: &[Kind] = &[];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_order_and_recurring_work_has_its_time() {
        assert!(KINDS.windows(2).all(|pair| pair[0].name < pair[1].name));
        assert!(KINDS.iter().all(|kind| kind.every.is_some() != kind.most_failures.is_some()));
    }
}
