//! How messages leave: e-mail and webhooks.

use onus_domain::{Result, Violation, Violations};
use onus_notify::{MailSettings, MailTls, Network, Outward, Settings, WebhookSettings};
use serde::Deserialize;
use std::{fmt, path::PathBuf};

/// How e-mail is sent.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// Host of the mail server; empty for no e-mail.
    pub server: String,
    /// Its port; 0 for the usual one.
    pub port: u16,
    /// How the connection is protected.
    pub tls: MailTls,
    /// User there.
    pub user: String,
    /// The user's password.
    pub password: String,
    /// Whom e-mail comes from.
    pub from: String,
    /// File of authorities.
    pub ca_file: String,
    /// The address under which people reach the pages.
    pub base_url: String,
}

impl fmt::Debug for Mail {
    /// Without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail").field("server", &self.server).finish_non_exhaustive()
    }
}

/// How webhooks are called.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhooks {
    /// Networks that may be called though they are not public, with commas between them.
    pub allowed_networks: String,
    /// File of authorities.
    pub ca_file: String,
}

fn file(name: &str) -> Option<PathBuf> {
    Some(name).filter(|name| !name.is_empty()).map(PathBuf::from)
}

impl Webhooks {
    fn networks(&self) -> Result<Vec<Network>, Violation> {
        let listed = self.allowed_networks.split(',').map(str::trim).filter(|network| !network.is_empty());
        let read = listed.map(str::parse).collect::<Result<_, Violation>>();
        read.map_err(|violation| violation.at("webhooks.allowed_networks"))
    }
}

impl Mail {
    /// Notes what is wrong with the address of the pages.
    pub fn check(&self, found: &mut Violations) {
        let is_address = ["https://", "http://"].iter().any(|start| self.base_url.starts_with(start));
        found.require(self.base_url.is_empty() || is_address, || {
            let expected =
                "the address under which people reach the pages, such as https://onus.example.nhs.uk";
            Violation::new("mail.base_url", "URL", &self.base_url, expected)
        });
    }
}

/// The way out that the configuration describes; all that is wrong with it is said.
pub fn outward(mail: &Mail, webhooks: &Webhooks) -> Result<Outward> {
    let mail_settings = (!mail.server.is_empty()).then(|| MailSettings {
        server: mail.server.clone(),
        port: mail.port,
        tls: mail.tls,
        user: mail.user.clone(),
        password: mail.password.clone(),
        from: mail.from.clone(),
        ca_file: file(&mail.ca_file),
    });
    let settings = Settings {
        mail: mail_settings,
        webhooks: WebhookSettings {
            allowed_networks: webhooks.networks()?,
            ca_file: file(&webhooks.ca_file),
        },
        base_url: Some(mail.base_url.clone()).filter(|url| !url.is_empty()),
    };
    Outward::new(&settings)
}
