//! The way out: e-mail by SMTP, and webhooks, which are signed HTTPS requests.
//!
//! Sending answers what became of it, [`Sent`], and never more than is fit for a log: no address, no content. What is sent is kept and tried
//! again by whoever calls; nothing is kept here.

mod address;
mod mail;
mod sign;
mod tls;
mod webhook;

pub use address::{Network, is_public};
pub use mail::{Mail, MailSettings, MailTls, check_address};
pub use sign::{new_secret, new_token, signature};
pub use webhook::{Call, WebhookSettings};

use mail::Mailer;
use onus_domain::{Error, Result};
use webhook::Caller;

/// What became of something sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// It was taken.
    Taken,
    /// It was not, and why; `for_good` if another try would end alike.
    Refused {
        /// Why, without addresses.
        why: String,
        /// Whether another try would end alike.
        for_good: bool,
    },
    /// The way is closed for all: nothing is known of this message.
    Closed {
        /// Why.
        why: String,
    },
}

/// How messages leave.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// E-mail; none without it.
    pub mail: Option<MailSettings>,
    /// Webhooks.
    pub webhooks: WebhookSettings,
    /// The address under which people reach the pages, such as `https://onus.example.nhs.uk`, for links in messages; without it none has any.
    pub base_url: Option<String>,
}

/// The way out.
pub struct Outward {
    mail: Option<Mailer>,
    webhooks: Caller,
    base_url: Option<String>,
}

impl Outward {
    /// As configured; says all that is wrong with that.
    pub fn new(settings: &Settings) -> Result<Self> {
        Ok(Self {
            mail: settings.mail.as_ref().map(Mailer::new).transpose()?,
            webhooks: Caller::new(&settings.webhooks)?,
            base_url: settings.base_url.as_ref().map(|url| url.trim_end_matches('/').to_owned()),
        })
    }

    /// Whether e-mail is configured.
    pub fn has_mail(&self) -> bool {
        self.mail.is_some()
    }

    /// The address of a page.
    pub fn link(&self, path: &str) -> Option<String> {
        self.base_url.as_ref().map(|base| format!("{base}{path}"))
    }

    /// Sends an e-mail.
    pub async fn mail(&self, mail: &Mail) -> Sent {
        match &self.mail {
            Some(mailer) => mailer.send(mail).await,
            None => Sent::Closed { why: "no mail server is configured (mail.server)".into() },
        }
    }

    /// Calls a webhook.
    pub async fn call(&self, call: &Call) -> Sent {
        self.webhooks.call(call).await
    }

    /// Whether a URL may be a webhook: its form, and where its host leads at present.
    pub async fn check_webhook(&self, url: &str) -> Result<(), onus_domain::Violation> {
        self.webhooks.check(url).await
    }
}

impl std::fmt::Debug for Outward {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outward").field("has_mail", &self.has_mail()).finish_non_exhaustive()
    }
}

/// An error with all its causes, for the log.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    let said = causes.fold(error.to_string(), |said, cause| format!("{said}: {cause}"));
    said.chars().take(300).collect()
}

fn internal(error: impl std::fmt::Display) -> Error {
    Error::internal(error)
}
