//! What is forgotten: deliveries of long ago, and addresses that nobody confirmed.

use super::change;
use crate::{
    App,
    jobs::{Next, Run},
};
use chrono::TimeDelta;
use onus_domain::Result;

/// How long what arrived is kept.
const ARRIVED: TimeDelta = TimeDelta::days(30);
/// How long what was given up is kept.
const DEAD: TimeDelta = TimeDelta::days(180);

/// Forgets what is due to be forgotten.
pub(crate) async fn prune(app: &App, run: &Run) -> Result<Next> {
    let context = run.context();
    app.commit(&context, async |tx| {
        run.hold(&tx).await?;
        tx.forget_deliveries(context.now - ARRIVED, context.now - DEAD).await?;
        let mut gone = Vec::new();
        for late in tx.unconfirmed_subscriptions(context.now).await? {
            tx.delete_subscription(&late).await?;
            gone.push(change(&context, "subscription.lapse", Some(&late), None)?);
        }
        Ok(((), gone))
    })
    .await?;
    Ok(Next::AsUsual)
}
