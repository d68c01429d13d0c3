//! Webhooks: one signed HTTPS request for each message. Where the host leads is looked at each time that it is called, so that a name which
//! led somewhere public when the subscription was made cannot lead inside later; nobody is followed to another place.

use crate::{Sent, address::Network, chain, is_public, sign, tls};
use bytes::Bytes;
use http::{Method, Request, StatusCode, header};
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{
        Client,
        connect::{HttpConnector, dns::Name},
    },
    rt::TokioExecutor,
};
use onus_domain::{Result, Violation};
use std::{
    future::Future,
    io,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
    vec,
};
use tower::Service;
use url::{Host, Url};

/// Longest time that a receiver may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longest time to connect.
const CONNECTS: Duration = Duration::from_secs(5);
/// Longest URL.
const LONGEST: usize = 500;

/// How webhooks are called.
#[derive(Debug, Clone, Default)]
pub struct WebhookSettings {
    /// Networks that are not public and may be called all the same.
    pub allowed_networks: Vec<Network>,
    /// Authorities trusted in the place of those that browsers trust.
    pub ca_file: Option<PathBuf>,
}

/// One call.
pub struct Call {
    /// Where.
    pub url: String,
    /// What it is signed with.
    pub secret: String,
    /// The message's key: whoever gets it twice knows it by that.
    pub id: String,
    /// When it is sent, seconds since 1970.
    pub timestamp: i64,
    /// What is told, as JSON.
    pub body: String,
}

/// Which addresses may be called.
#[derive(Debug, Clone)]
struct Allowed(Arc<[Network]>);

impl Allowed {
    fn may(&self, address: IpAddr) -> bool {
        is_public(address) || self.0.iter().any(|network| network.holds(address))
    }

    /// Where a name leads; nowhere, if any of it is not allowed.
    async fn look_up(self, host: String) -> io::Result<Vec<SocketAddr>> {
        let found: Vec<_> = tokio::net::lookup_host((host.as_str(), 0)).await?.collect();
        if found.is_empty() {
            return Err(io::Error::other("the host has no address"));
        }
        if found.iter().all(|address| self.may(address.ip())) {
            return Ok(found);
        }
        Err(io::Error::new(io::ErrorKind::PermissionDenied, PRIVATE))
    }
}

const PRIVATE: &str = "the host leads to an address that is not public";

impl Service<Name> for Allowed {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let found = self.clone().look_up(name.as_str().to_owned());
        Box::pin(async move { Ok(found.await?.into_iter()) })
    }
}

/// Calls webhooks.
pub struct Caller {
    allowed: Allowed,
    client: Client<HttpsConnector<HttpConnector<Allowed>>, Full<Bytes>>,
}

impl Caller {
    /// As configured.
    pub fn new(settings: &WebhookSettings) -> Result<Self> {
        let allowed = Allowed(settings.allowed_networks.clone().into());
        let mut connector = HttpConnector::new_with_resolver(allowed.clone());
        connector.enforce_http(false);
        connector.set_connect_timeout(Some(CONNECTS));
        let tls = tls::client("webhooks.ca_file", settings.ca_file.as_deref())?;
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_only()
            .enable_http1()
            .wrap_connector(connector);
        // No connection is kept: each call looks anew at where its host leads.
        let client = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(connector);
        Ok(Self { allowed, client })
    }

    /// What is wrong with a URL by itself.
    fn parse(&self, url: &str) -> Result<Url, Violation> {
        let refuse = |rule, expected: &str| Violation::new("address", rule, url, expected);
        let form = "an address such as https://example.nhs.uk/onus, without a user or a fragment";
        let parsed =
            Url::parse(url).ok().filter(|_| url.len() <= LONGEST).ok_or_else(|| refuse("WEBHOOK", form))?;
        if parsed.scheme() != "https" || !parsed.username().is_empty() || parsed.password().is_some() {
            return Err(refuse("WEBHOOK", form));
        }
        let literal = match parsed.host() {
            None => return Err(refuse("WEBHOOK", form)),
            Some(Host::Domain(_)) => None,
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
        };
        if parsed.fragment().is_some() {
            return Err(refuse("WEBHOOK", form));
        }
        if literal.is_some_and(|address| !self.allowed.may(address)) {
            return Err(refuse("PUBLIC_ADDRESS", PUBLIC));
        }
        Ok(parsed)
    }

    /// What is wrong with a URL, by itself and by where its host leads at present.
    pub async fn check(&self, url: &str) -> Result<(), Violation> {
        let parsed = self.parse(url)?;
        let Some(Host::Domain(host)) = parsed.host() else { return Ok(()) };
        let found = tokio::time::timeout(CONNECTS, self.allowed.clone().look_up(host.to_owned())).await;
        let refuse = |rule, expected| Err(Violation::new("address", rule, url, expected));
        match found {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) if error.kind() == io::ErrorKind::PermissionDenied => {
                refuse("PUBLIC_ADDRESS", PUBLIC)
            }
            _ => refuse("KNOWN_HOST", "the address of a host that can be found"),
        }
    }

    /// Sends a message. Anything but an answer of 200 to 299 is a refusal; what it says is not read.
    pub async fn call(&self, call: &Call) -> Sent {
        let parsed = match self.parse(&call.url) {
            Ok(parsed) => parsed,
            Err(violation) => return refused(violation.expected, true),
        };
        let request = match request(call, &parsed) {
            Ok(request) => request,
            Err(error) => return refused(error.to_string(), true),
        };
        match tokio::time::timeout(PATIENCE, self.client.request(request)).await {
            Ok(Ok(answer)) => of_status(answer.status()),
            Ok(Err(error)) => refused(chain(&error), false),
            Err(_) => refused(format!("no answer within {} s", PATIENCE.as_secs()), false),
        }
    }
}

const PUBLIC: &str =
    "a host with public addresses alone; others must be allowed in webhooks.allowed_networks";

fn refused(why: String, for_good: bool) -> Sent {
    Sent::Refused { why, for_good }
}

fn request(call: &Call, url: &Url) -> Result<Request<Full<Bytes>>> {
    let signature = sign::signature(&call.secret, &call.id, call.timestamp, call.body.as_bytes())?;
    Request::builder()
        .method(Method::POST)
        .uri(url.as_str())
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::USER_AGENT, concat!("Onus/", env!("CARGO_PKG_VERSION")))
        .header("webhook-id", &call.id)
        .header("webhook-timestamp", call.timestamp)
        .header("webhook-signature", signature)
        .body(Full::new(Bytes::from(call.body.clone())))
        .map_err(crate::internal)
}

fn of_status(status: StatusCode) -> Sent {
    if status.is_success() {
        return Sent::Taken;
    }
    if status.is_redirection() {
        return refused(format!("it answered {}: redirects are not followed", status.as_u16()), false);
    }
    // Gone says so for good (RFC 9110, 15.5.11); any other may be mended by the receiver.
    refused(format!("it answered {}", status.as_u16()), status == StatusCode::GONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(networks: &[&str]) -> Caller {
        let allowed_networks = networks.iter().map(|network| network.parse().unwrap()).collect();
        Caller::new(&WebhookSettings { allowed_networks, ca_file: None }).unwrap()
    }

    #[tokio::test]
    async fn private_and_odd_targets_are_refused_however_they_are_spelt() {
        let caller = caller(&["10.9.0.0/16"]);
        for (url, rule) in [
            ("http://example.org/", "WEBHOOK"),
            ("ftp://example.org/", "WEBHOOK"),
            ("https://user:word@example.org/", "WEBHOOK"),
            ("https://example.org/#x", "WEBHOOK"),
            ("not a url", "WEBHOOK"),
            ("", "WEBHOOK"),
            ("https://127.0.0.1/", "PUBLIC_ADDRESS"),
            ("https://127.1/", "PUBLIC_ADDRESS"),
            ("https://2130706433/", "PUBLIC_ADDRESS"),
            ("https://0x7f.0.0.1/", "PUBLIC_ADDRESS"),
            ("https://[::1]/", "PUBLIC_ADDRESS"),
            ("https://[::ffff:169.254.169.254]/", "PUBLIC_ADDRESS"),
            ("https://192.168.0.1:8443/hook", "PUBLIC_ADDRESS"),
            ("https://localhost/", "PUBLIC_ADDRESS"),
            ("https://no-such-host.invalid/", "KNOWN_HOST"),
        ] {
            assert_eq!(caller.check(url).await.unwrap_err().rule, rule, "{url}");
        }
        assert!(
            caller.check("https://10.9.1.1/").await.is_ok() && caller.check("https://1.1.1.1/").await.is_ok()
        );
        let long = format!("https://example.org/{}", "x".repeat(500));
        assert_eq!(caller.check(&long).await.unwrap_err().rule, "WEBHOOK");
    }

    /// As if the name had led elsewhere when the subscription was made.
    #[tokio::test]
    async fn where_a_host_leads_is_looked_at_again_when_it_is_called() {
        let call = |url: &str| Call {
            url: url.into(),
            secret: sign::new_secret().unwrap(),
            id: "a".into(),
            timestamp: 0,
            body: "{}".into(),
        };
        let sent = caller(&[]).call(&call("https://localhost:1/")).await;
        assert!(matches!(&sent, Sent::Refused { why, for_good: false } if why.contains(PRIVATE)), "{sent:?}");
        let sent = caller(&[]).call(&call("https://127.0.0.1:1/")).await;
        assert!(matches!(&sent, Sent::Refused { for_good: true, .. }), "{sent:?}");
    }

    #[test]
    fn only_success_is_success() {
        assert_eq!(of_status(StatusCode::NO_CONTENT), Sent::Taken);
        for (status, good) in [(301, false), (400, false), (404, false), (410, true), (500, false)] {
            let sent = of_status(StatusCode::from_u16(status).unwrap());
            assert!(matches!(sent, Sent::Refused { for_good, .. } if for_good == good), "{status}");
        }
    }
}
