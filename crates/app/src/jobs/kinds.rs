//! Every kind of background work there is.

use super::Kind;
use crate::{challenges, closing, commit, reuse, subscriptions};
use chrono::TimeDelta;

/// All kinds, by name. A new one is a line here; its work stands beside what it works on.
pub const KINDS: &[Kind] = &[
    Kind::recurring("approvals.warn", TimeDelta::hours(1), |app, run| {
        Box::pin(subscriptions::warn_of_ends(app, run))
    }),
    challenges::ESCALATE,
    closing::CLOSE,
    Kind::recurring("events.deliver", TimeDelta::seconds(30), |app, run| {
        Box::pin(subscriptions::deliver(app, run))
    }),
    Kind::recurring("events.fan_out", TimeDelta::seconds(5), |app, run| {
        Box::pin(subscriptions::fan_out(app, run))
    }),
    Kind::recurring("requests.prune", TimeDelta::hours(1), |app, run| Box::pin(commit::prune(app, run))),
    reuse::ESCALATE,
    Kind::recurring("subscriptions.prune", TimeDelta::hours(6), |app, run| {
        Box::pin(subscriptions::prune(app, run))
    }),
    Kind::recurring("versions.move", TimeDelta::minutes(1), |app, run| Box::pin(app.run_due_moves(run))),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_order_and_recurring_work_has_its_time() {
        assert!(KINDS.windows(2).all(|pair| pair[0].name < pair[1].name));
        assert!(KINDS.iter().all(|kind| kind.every.is_some() != kind.most_failures.is_some()));
    }
}
