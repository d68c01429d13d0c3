//! Subscriptions: whoever has an account is told of events by e-mail or by a webhook.
//!
//! [`fan_out`] reads the log in order and writes what is to be told into the outbox, once for each event and subscriber; [`deliver`] sends
//! what is in the outbox until it arrives. Both are jobs: each is done by one server at a time, and goes on where it stopped.

mod confirm;
mod deliver;
mod deliveries;
mod expiring;
mod fan_out;
mod prune;
mod texts;

pub use deliveries::DeliveriesPage;

pub(crate) use deliver::deliver;
pub(crate) use expiring::warn_of_ends;
pub(crate) use fan_out::fan_out;
pub(crate) use prune::prune;

use crate::{App, Context, audit, changes, drafts::check_etag};
use onus_domain::{
    Error, Result, Violation, Violations,
    audit::Change,
    event::EventFilter,
    subscription::{Cadence, Channel, Subscription, SubscriptionState},
};
use onus_store::Tx;
use uuid::Uuid;

/// Subscriptions of one account.
const MOST_SUBSCRIPTIONS: usize = 100;
/// Of those, addresses that wait to be confirmed: nobody has Onus write to many strangers.
const MOST_UNCONFIRMED: usize = 10;

/// What its keeper says of a subscription.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// What it is called.
    pub display_name: String,
    /// How.
    pub channel: Channel,
    /// Where.
    pub address: String,
    /// Of what.
    pub filter: EventFilter,
    /// When.
    pub cadence: Cadence,
    /// Whether it tells nothing for a while.
    pub paused: bool,
}

impl From<&Subscription> for Wanted {
    fn from(of: &Subscription) -> Self {
        Self {
            display_name: of.display_name.clone(),
            channel: of.channel,
            address: of.address.clone(),
            filter: of.filter.clone(),
            cadence: of.cadence,
            paused: of.state == SubscriptionState::Paused,
        }
    }
}

/// The change of a subscription: ADMIN alone reads it, and neither address nor secret is in it.
fn change(
    context: &Context,
    action: &str,
    before: Option<&Subscription>,
    after: Option<&Subscription>,
) -> Result<Change> {
    let name = after.or(before).map(Subscription::name).unwrap_or_default();
    let (before, after) = (before.map(Subscription::entry), after.map(Subscription::entry));
    audit::change(context, action, name, before.as_ref(), after.as_ref(), "")
}

impl App {
    /// Subscribes. A webhook tells from now on; an e-mail address is asked first whether it may be written to. What is answered holds the
    /// webhook's secret, which nothing tells again.
    pub async fn create_subscription(
        &self,
        context: &Context,
        wanted: Wanted,
        validate_only: bool,
    ) -> Result<Subscription> {
        Self::known(context)?;
        let mut subscription = Subscription {
            id: context.new_id(),
            account: context.actor.account.clone(),
            display_name: wanted.display_name,
            channel: wanted.channel,
            address: wanted.address,
            filter: wanted.filter,
            cadence: wanted.cadence,
            state: if wanted.paused { SubscriptionState::Paused } else { SubscriptionState::Active },
            secret: String::new(),
            unsubscribe: onus_notify::new_token()?,
            confirmation: None,
            created_at: context.now,
            revision: 1,
        };
        self.check_subscription(&subscription).await?;
        let held = self.store().subscriptions(Some(&subscription.account)).await?;
        check_room(&held, &subscription)?;
        let question = match subscription.channel {
            Channel::Webhook => {
                subscription.secret = onus_notify::new_secret()?;
                None
            }
            Channel::Email => Some(Self::ask(context, &mut subscription)?),
        };
        if validate_only {
            return Ok(Subscription { secret: String::new(), ..subscription });
        }
        let made = change(context, "subscription.create", None, Some(&subscription))?;
        let (subscription, question, made) = (&subscription, &question, &made);
        self.commit(context, async |tx| {
            tx.insert_subscription(subscription).await?;
            tx.add_deliveries(question.as_slice()).await?;
            Ok((subscription.clone(), vec![made.clone()]))
        })
        .await
    }

    /// A subscription of the caller's.
    pub async fn subscription(&self, context: &Context, id: Uuid) -> Result<Subscription> {
        Self::known(context)?;
        let found = self.store().subscription(id).await?.filter(|found| found.is_of(&context.actor));
        found.ok_or_else(|| Error::not_found("subscription", format!("subscriptions/{id}")))
    }

    /// The caller's subscriptions, oldest first; all there are, if ADMIN asks for them.
    pub async fn subscriptions(&self, context: &Context, all: bool) -> Result<Vec<Subscription>> {
        Self::known(context)?;
        if all && !context.actor.has(onus_domain::role::Role::Admin) {
            return Err(Error::PermissionDenied(format!(
                "{} may not list the subscriptions of others: ADMIN may",
                context.actor.account
            )));
        }
        let account = (!all).then_some(context.actor.account.as_str());
        self.store().subscriptions(account).await
    }

    /// Changes a subscription. `edit` is given what its keeper said of it and answers what is to hold. Another e-mail address, or one that
    /// ended it, is asked anew; with `new_secret` a webhook is signed with another secret from now on.
    pub async fn update_subscription(
        &self,
        context: &Context,
        (id, etag): (Uuid, &str),
        edit: impl FnOnce(Wanted) -> Result<Wanted>,
        (new_secret, validate_only): (bool, bool),
    ) -> Result<Subscription> {
        let before = self.subscription(context, id).await?;
        check_etag(&before.name(), etag, before.revision)?;
        let wanted = edit(Wanted::from(&before))?;
        let mut after = Subscription {
            display_name: wanted.display_name,
            address: wanted.address,
            filter: wanted.filter,
            cadence: wanted.cadence,
            revision: before.revision + 1,
            ..before.clone()
        };
        if wanted.channel != before.channel {
            let expected = format!("{}, as it was made: make another subscription", before.channel);
            return Err(Violation::new("channel", "IMMUTABLE", wanted.channel, expected).into());
        }
        self.check_subscription(&after).await?;
        let ended = before.state == SubscriptionState::Unsubscribed && !wanted.paused;
        let asks = after.channel == Channel::Email && (after.address != before.address || ended);
        let question = if asks { Some(Self::ask(context, &mut after)?) } else { None };
        if !asks {
            after.state = match before.state {
                SubscriptionState::Active | SubscriptionState::Paused if wanted.paused => {
                    SubscriptionState::Paused
                }
                SubscriptionState::Paused => SubscriptionState::Active,
                state => state,
            };
        }
        if new_secret && after.channel == Channel::Webhook {
            after.secret = onus_notify::new_secret()?;
        }
        let shown = Subscription {
            secret: if new_secret { after.secret.clone() } else { String::new() },
            ..after.clone()
        };
        if validate_only {
            return Ok(Subscription { secret: String::new(), ..after });
        }
        let made = change(context, "subscription.update", Some(&before), Some(&after))?;
        let (before, after, shown, question, made) = (&before, &after, &shown, &question, &made);
        self.commit(context, async |tx| {
            tx.update_subscription(after, before.revision).await?;
            tx.add_deliveries(question.as_slice()).await?;
            Ok((shown.clone(), vec![made.clone()]))
        })
        .await
    }

    /// Ends a subscription, with all that was to be told.
    pub async fn delete_subscription(
        &self,
        context: &Context,
        (id, etag): (Uuid, &str),
        validate_only: bool,
    ) -> Result<()> {
        let held = self.subscription(context, id).await?;
        check_etag(&held.name(), etag, held.revision)?;
        if validate_only {
            return Ok(());
        }
        let (gone, held) = (&change(context, "subscription.delete", Some(&held), None)?, &held);
        self.commit(context, async |tx: Tx| {
            tx.delete_subscription(held).await?;
            Ok(((), vec![gone.clone()]))
        })
        .await
    }

    /// Refuses the public.
    fn known(context: &Context) -> Result<()> {
        if context.actor.is_known() {
            return Ok(());
        }
        Err(Error::Unauthenticated("subscriptions need an identity: none was given".into()))
    }

    /// Refuses what cannot be told of, or not there.
    async fn check_subscription(&self, subscription: &Subscription) -> Result<()> {
        let mut found = Violations::new();
        subscription.check(&mut found);
        changes::check_filter(&subscription.filter, &*self.view().await?, &mut found);
        match (subscription.channel, self.outward()) {
            (Channel::Email, Some(outward)) if outward.has_mail() => {
                found.take(onus_notify::check_address(&subscription.address));
            }
            (Channel::Email, _) => found.push(Violation::new(
                "channel",
                "MAIL_CONFIGURED",
                subscription.channel,
                "WEBHOOK: this server has no mail server (mail.server)",
            )),
            (Channel::Webhook, Some(outward)) => {
                found.take(outward.check_webhook(&subscription.address).await);
            }
            (Channel::Webhook, None) => {}
        }
        found.into_result()
    }
}

/// Refuses more subscriptions than one account may have.
fn check_room(held: &[Subscription], new: &Subscription) -> Result<()> {
    let unconfirmed = held.iter().filter(|one| one.state == SubscriptionState::Unconfirmed).count();
    if held.len() >= MOST_SUBSCRIPTIONS {
        return Err(Error::Exhausted(format!(
            "an account has at most {MOST_SUBSCRIPTIONS} subscriptions: delete one that is not needed"
        )));
    }
    if new.channel == Channel::Email && unconfirmed >= MOST_UNCONFIRMED {
        return Err(Error::Exhausted(format!(
            "{MOST_UNCONFIRMED} e-mail addresses wait to be confirmed: have one confirmed, or delete its subscription"
        )));
    }
    Ok(())
}
