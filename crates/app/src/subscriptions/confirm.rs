//! Confirming an e-mail address, and ending its subscription: by whoever has what was sent to it, with no other identity.

use super::{change, texts};
use crate::{App, Context};
use onus_domain::{
    Error, Result,
    subscription::{CONFIRMATION, Delivery, DeliveryKind, DeliveryState, Subscription, SubscriptionState},
};
use sha2::{Digest, Sha256};

fn digest(token: &str) -> String {
    format!("{:x}", Sha256::digest(token))
}

impl App {
    /// Makes a subscription wait for its address to be confirmed; answers the question to be sent there.
    pub(super) fn ask(context: &Context, subscription: &mut Subscription) -> Result<Delivery> {
        let token = onus_notify::new_token()?;
        subscription.state = SubscriptionState::Unconfirmed;
        subscription.confirmation = Some((digest(&token), context.now + CONFIRMATION));
        Ok(Delivery {
            id: context.new_id().simple().to_string(),
            subscription: subscription.id,
            kind: DeliveryKind::Confirmation,
            event: None,
            body: serde_json::to_string(&texts::Question { token }).map_err(Error::internal)?,
            due: context.now,
            state: DeliveryState::Waiting,
            tries: 0,
            last_error: String::new(),
            made_at: context.now,
            ended_at: None,
        })
    }

    /// Confirms an address by what was sent there.
    pub async fn confirm_subscription(
        &self,
        context: &Context,
        token: &str,
        validate_only: bool,
    ) -> Result<Subscription> {
        let digest = &digest(token);
        let in_time =
            |of: &Subscription| of.confirmation.as_ref().is_some_and(|(_, until)| context.now < *until);
        if validate_only {
            let found = self.store().read(async |tx| tx.subscription_to_confirm(digest).await).await?;
            let found = found.filter(in_time).ok_or_else(unknown)?;
            return Ok(Subscription { secret: String::new(), ..found });
        }
        self.commit(context, async |tx| {
            let found = tx.subscription_to_confirm(digest).await?;
            let before = found.filter(in_time).ok_or_else(unknown)?;
            let after = Subscription {
                state: SubscriptionState::Active,
                confirmation: None,
                revision: before.revision + 1,
                ..before.clone()
            };
            tx.update_subscription(&after, before.revision).await?;
            let made = change(context, "subscription.confirm", Some(&before), Some(&after))?;
            Ok((Subscription { secret: String::new(), ..after }, vec![made]))
        })
        .await
    }

    /// Ends what is sent to an address by what stands in every e-mail. Ending it again changes nothing.
    pub async fn unsubscribe(&self, context: &Context, token: &str) -> Result<()> {
        self.commit(context, async |tx| {
            let before =
                tx.subscription_to_end(token).await?.filter(|_| !token.is_empty()).ok_or_else(unknown)?;
            if before.state == SubscriptionState::Unsubscribed {
                return Ok(((), vec![]));
            }
            let after = Subscription {
                state: SubscriptionState::Unsubscribed,
                confirmation: None,
                revision: before.revision + 1,
                ..before.clone()
            };
            tx.update_subscription(&after, before.revision).await?;
            Ok(((), vec![change(context, "subscription.unsubscribe", Some(&before), Some(&after))?]))
        })
        .await
    }
}

/// The link is not repeated: it may be somebody else's.
fn unknown() -> Error {
    Error::not_found("subscription", "of this link: it was used already, is too old, or was not copied whole")
}
