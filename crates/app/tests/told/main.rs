//! Changes as others hear of them: the stream of events, and subscriptions by e-mail and webhook, with a real mail server and receiver, on
//! both databases.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends at the first surprise")]

mod mail;
mod revoked;
mod stream;
mod webhooks;

use chrono::NaiveDate;
use onus_app::{App, Context, subscriptions::Wanted};
use onus_domain::{
    Basis, OdsCode,
    audit::{Audience, AuditEntry, Change},
    event::EventFilter,
    organisation::{Organisation, OrganisationKind, ProviderType},
    subscription::{Cadence, Channel},
};
use onus_notify::{MailSettings, MailTls, Network, Outward, Settings, WebhookSettings};
use onus_testkit::{Backend, HookServer, MailServer, TestApp};
use serde_json::json;

fn code(code: &str) -> OdsCode {
    OdsCode::new(code).unwrap()
}

/// Two bodies that ask, and two trusts that answer.
async fn fill(app: &App) {
    let organisation = |of: &str, kind, provider_type| Organisation {
        code: code(of),
        name: format!("ORGANISATION {of}"),
        kind,
        provider_type,
        provider_type_basis: Basis::Stated,
        region: None,
        parent: None,
        open_date: None,
        close_date: None,
    };
    let all = [
        organisation("R0A", OrganisationKind::Provider, Some(ProviderType::Acute)),
        organisation("R1A", OrganisationKind::Provider, Some(ProviderType::Ambulance)),
        organisation("X24", OrganisationKind::NationalBody, None),
        organisation("X25", OrganisationKind::NationalBody, None),
    ];
    let all = &all;
    app.store().write(async |tx| tx.upsert_organisations(all).await).await.unwrap();
}

/// An entry of the log, as a change of a version of `owner`'s leaves one.
fn entry(context: &Context, action: &str, collection: &str, owner: &str, audience: Audience) -> Change {
    let state = json!({
        "collection": collection, "number": 1, "revision": 1, "expires_on": "2027-09-30",
        "content": {
            "title": format!("The {collection} return"),
            "items": [{ "definition": format!("{collection}-item") }],
            "respondents": {
                "provider_types": ["ACUTE"], "regions": [], "commissioners": [], "size_bounds": null, "include": [], "exclude": [],
                "basis": "STATED", "evidence": "",
            },
        },
    });
    Change {
        entry: AuditEntry {
            id: context.new_id(),
            at: context.now,
            actor: "somebody".into(),
            action: action.into(),
            resource: format!("collections/{collection}/versions/1"),
            owner: Some(code(owner)),
            audience,
            before_digest: None,
            after_digest: None,
            reason: "because of <this>".into(),
            salt: String::new(),
        },
        state: Some(state.to_string()),
    }
}

/// Something happens.
async fn happen(test: &TestApp, action: &str, collection: &str, owner: &str, audience: Audience) {
    let change = entry(&test.system(), action, collection, owner, audience);
    let change = std::slice::from_ref(&change);
    test.app.store().write(async |tx| tx.append_audit(change).await).await.unwrap();
    test.app.sequence_audit().await.unwrap();
}

/// A way out to what a test has; to nothing that is not.
struct Receivers {
    mail: MailServer,
    hook: HookServer,
}

impl Receivers {
    async fn start() -> Self {
        Self { mail: MailServer::start().await, hook: HookServer::start().await }
    }

    fn outward(&self, networks: &[&str]) -> Outward {
        let allowed_networks: Vec<Network> =
            networks.iter().map(|network| network.parse().unwrap()).collect();
        let mail = MailSettings {
            server: "127.0.0.1".into(),
            port: self.mail.address.port(),
            tls: MailTls::None,
            user: String::new(),
            password: String::new(),
            from: "Onus <onus@example.nhs.uk>".into(),
            ca_file: None,
        };
        let webhooks = WebhookSettings { allowed_networks, ca_file: Some(self.hook.ca_file()) };
        let base_url = Some("https://onus.example.nhs.uk/".into());
        Outward::new(&Settings { mail: Some(mail), webhooks, base_url }).unwrap()
    }

    async fn app(&self, backend: Backend) -> TestApp {
        let outward = self.outward(&["127.0.0.0/8", "::1/128"]);
        let test = TestApp::made(backend, |app| app.with_outward(outward)).await;
        fill(&test.app).await;
        // Nobody is told of what was before anybody could subscribe.
        test.app.run_due_jobs().await.unwrap();
        test
    }
}

fn wanted(channel: Channel, address: &str, cadence: Cadence, filter: EventFilter) -> Wanted {
    Wanted {
        display_name: "Mine & <ours>".into(),
        channel,
        address: address.into(),
        filter,
        cadence,
        paused: false,
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}
