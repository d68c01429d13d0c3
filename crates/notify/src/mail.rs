//! E-mail by SMTP.

use crate::{Sent, chain, tls};
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, CertificateStore, Tls, TlsParameters},
    },
};
use onus_domain::{Result, Violation, Violations};
use serde::Deserialize;
use std::{path::PathBuf, time::Duration};

/// Longest time that a mail server may take for one command.
const PATIENCE: Duration = Duration::from_secs(20);

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailTls {
    /// It begins in the clear and must turn to TLS before anything is said (port 587).
    Starttls,
    /// TLS from the start (port 465).
    Tls,
    /// Not at all: for a mail server on this machine alone.
    None,
}

/// How e-mail is sent.
#[derive(Clone)]
pub struct MailSettings {
    /// Host of the mail server.
    pub server: String,
    /// Its port; 0 for the usual one of its protection.
    pub port: u16,
    /// How the connection is protected.
    pub tls: MailTls,
    /// User at the mail server; empty to go without.
    pub user: String,
    /// The user's password.
    pub password: String,
    /// Whom e-mail comes from, such as `Onus <onus@example.nhs.uk>`.
    pub from: String,
    /// Authorities trusted in the place of those that browsers trust.
    pub ca_file: Option<PathBuf>,
}

impl std::fmt::Debug for MailSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MailSettings").field("server", &self.server).finish_non_exhaustive()
    }
}

/// One e-mail.
pub struct Mail {
    /// To whom.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// For those who read plain text.
    pub text: String,
    /// For others.
    pub html: String,
    /// Its key: the same when it is sent again.
    pub id: String,
    /// Where one request ends the subscription (RFC 8058).
    pub unsubscribe: Option<String>,
}

/// Whether a text is an e-mail address.
pub fn check_address(text: &str) -> Result<(), Violation> {
    let refuse =
        || Violation::new("address", "EMAIL", text, "an e-mail address such as data.team@example.nhs.uk");
    text.parse::<Address>().map(drop).map_err(|_| refuse())
}

/// Sends e-mail.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mailer {
    /// As configured; says all that is wrong with that.
    pub fn new(settings: &MailSettings) -> Result<Self> {
        let mut found = Violations::new();
        let from = found.take(settings.from.parse::<Mailbox>().map_err(|_| {
            let expected = "an address that e-mail may come from, such as \"Onus <onus@example.nhs.uk>\"";
            Violation::new("mail.from", "EMAIL", &settings.from, expected)
        }));
        found.require(settings.tls != MailTls::None || is_here(&settings.server), || {
            let expected = "starttls or tls: only a mail server on this machine goes without";
            Violation::new("mail.tls", "PROTECTED", "none", expected)
        });
        found.into_result()?;
        let Some(from) = from else { return Err(crate::internal("a checked address was none")) };
        let (tls, port) = match settings.tls {
            MailTls::Starttls => (Tls::Required(parameters(settings)?), 587),
            MailTls::Tls => (Tls::Wrapper(parameters(settings)?), 465),
            MailTls::None => (Tls::None, 25),
        };
        let port = if settings.port == 0 { port } else { settings.port };
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.server)
            .port(port)
            .tls(tls)
            .timeout(Some(PATIENCE));
        if !settings.user.is_empty() {
            transport =
                transport.credentials(Credentials::new(settings.user.clone(), settings.password.clone()));
        }
        Ok(Self { transport: transport.build(), from })
    }

    /// Sends it.
    pub async fn send(&self, mail: &Mail) -> Sent {
        let message = match self.message(mail) {
            Ok(message) => message,
            Err(why) => return Sent::Refused { why, for_good: true },
        };
        match self.transport.send(message).await {
            Ok(_) => Sent::Taken,
            Err(error) => of_error(&error),
        }
    }

    fn message(&self, mail: &Mail) -> Result<Message, String> {
        // Nothing of an address is said: the reason goes to logs.
        let to: Address = mail.to.parse().map_err(|_| "the address is none".to_owned())?;
        let domain = self.from.email.domain();
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(&mail.subject)
            .message_id(Some(format!("<{}@{domain}>", mail.id)))
            .raw_header(header("Auto-Submitted", "auto-generated"));
        if let Some(url) = &mail.unsubscribe {
            message = message
                .raw_header(header("List-Unsubscribe", &format!("<{url}>")))
                .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
        }
        let parts = MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone());
        message.multipart(parts).map_err(|error| error.to_string())
    }
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::dangerous_new_pre_encoded(
        HeaderName::new_from_ascii_str(name),
        value.to_owned(),
        value.to_owned(),
    )
}

/// Whether a host is this machine.
fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn parameters(settings: &MailSettings) -> Result<TlsParameters> {
    let mut builder = TlsParameters::builder(settings.server.clone());
    if let Some(file) = &settings.ca_file {
        builder = builder.certificate_store(CertificateStore::None);
        for certificate in tls::certificates("mail.ca_file", file)? {
            builder = builder
                .add_root_certificate(Certificate::from_der(certificate.to_vec()).map_err(crate::internal)?);
        }
    } else {
        builder = builder.certificate_store(CertificateStore::WebpkiRoots);
    }
    builder.build().map_err(crate::internal)
}

/// What a mail server's refusal means. One that refuses our login, or does not answer, refuses nothing of the message. Its words are left
/// out: they may repeat the address.
fn of_error(error: &lettre::transport::smtp::Error) -> Sent {
    /// Codes by which a server refuses a login (RFC 4954, section 6).
    const LOGIN: [u16; 5] = [432, 454, 530, 534, 535];
    match error.status().map(u16::from) {
        Some(code) if LOGIN.contains(&code) || code == 421 => {
            Sent::Closed { why: format!("the mail server refuses to serve this program ({code})") }
        }
        Some(code) => {
            Sent::Refused { why: format!("the mail server answered {code}"), for_good: error.is_permanent() }
        }
        None if error.is_client() => Sent::Refused { why: chain(error), for_good: true },
        None => Sent::Closed { why: chain(error) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(tls: MailTls, server: &str, from: &str) -> MailSettings {
        MailSettings {
            server: server.into(),
            port: 0,
            tls,
            user: String::new(),
            password: String::new(),
            from: from.into(),
            ca_file: None,
        }
    }

    #[test]
    fn what_is_wrong_with_the_settings_is_all_said() {
        let refused = Mailer::new(&settings(MailTls::None, "mail.example.nhs.uk", "nobody")).err().unwrap();
        let said = refused.to_string();
        assert!(said.contains("mail.from") && said.contains("mail.tls"), "{said}");
        for (tls, server) in [
            (MailTls::None, "localhost"),
            (MailTls::None, "127.0.0.1"),
            (MailTls::Tls, "a.b"),
            (MailTls::Starttls, "a.b"),
        ] {
            assert!(Mailer::new(&settings(tls, server, "Onus <onus@example.org>")).is_ok(), "{server}");
        }
    }

    #[test]
    fn addresses_are_addresses() {
        assert!(check_address("data.team@example.nhs.uk").is_ok());
        for bad in ["", "a", "a@", "@b.c", "a@b.c\r\nBcc: d@e.f", "A <a@b.c>", "a@b.c,d@e.f"] {
            assert_eq!(check_address(bad).unwrap_err().rule, "EMAIL", "{bad}");
        }
    }

    #[test]
    fn a_message_carries_its_key_and_the_way_out() {
        let mailer = Mailer::new(&settings(MailTls::None, "localhost", "Onus <onus@example.org>")).unwrap();
        let mail = Mail {
            to: "a@example.org".into(),
            subject: "Critical care – approved\r\nBcc: x@example.org".into(),
            text: "Text".into(),
            html: "<p>Text</p>".into(),
            id: "k.1".into(),
            unsubscribe: Some("https://onus.example.org/u?token=t".into()),
        };
        let message = String::from_utf8(mailer.message(&mail).unwrap().formatted()).unwrap();
        for says in [
            "Message-ID: <k.1@example.org>",
            "List-Unsubscribe: <https://onus.example.org/u?token=t>",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
            "Auto-Submitted: auto-generated",
            "multipart/alternative",
        ] {
            assert!(message.contains(says), "{says}\n{message}");
        }
        assert!(!message.contains("\nBcc:"), "{message}");
    }
}
