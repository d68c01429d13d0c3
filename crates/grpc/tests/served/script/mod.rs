//! Every call of the contract, made and answered: what has to hold of each call is looked at along this script, so that a new call belongs
//! here first.

mod accounts;
mod audit;
mod challenges;
mod changes;
mod evidence;
mod life;
mod panel;
mod plans;
mod published;
mod reuse;
mod sow;
mod sow_under;
mod strangers;
mod write;

pub use strangers::Strangers;

use super::*;
use onus_app::identity::{NewMachine, NewToken};
use onus_domain::{AccountId, account::Grant, role::Role};
use prost::Message;
use std::collections::BTreeMap;
use tonic::{Streaming, client::Grpc};
use tonic_prost::ProstCodec;

/// Whoever has the same role as a demo identity for another organisation: what they are called here, and for whom they act.
const OTHERS: [(&str, &str, Role); 3] = [
    ("registrar of X25", "X25", Role::Registrar),
    ("registrar of X26", "X26", Role::Registrar),
    ("provider R1A", "R1A", Role::ProviderUser),
];

/// Calls whose answer goes on: of them the first message is waited for.
pub const ENDLESS: [&str; 2] = ["AuditService/ExportLog", "ChangeService/WatchChanges"];

/// A registry on which every call is made.
pub struct Script {
    served: Served,
    /// How many rows more than it needs it holds of everything.
    rows: u32,
    /// By call, such as `CollectionService/GetCollection`, the statements that it ran each time.
    pub statements: BTreeMap<&'static str, Vec<u64>>,
    /// Whether others try first what is one's own.
    pub strangers: Option<Strangers>,
    /// Secrets of [`OTHERS`].
    secrets: BTreeMap<&'static str, String>,
    keys: u64,
}

impl Script {
    /// A registry with one published collection, and with so many rows more of everything.
    pub async fn start(backend: Backend, rows: u32) -> Self {
        let served = Served::start_on(backend).await;
        let asked = content("Critical care", "CRITICAL_CARE", &["unit-function", "ward-code"]);
        served.publish(asked, "2026-01-01").await;
        let (statements, secrets) = (BTreeMap::new(), BTreeMap::new());
        let mut script = Self { served, rows, statements, strangers: None, secrets, keys: 0 };
        script.register("X26").await;
        for (name, organisation, role) in OTHERS {
            script.enrol(name, organisation, role).await;
        }
        script.sow().await;
        script
    }

    /// Registers a national body.
    async fn register(&self, code: &str) {
        let body = pb::CreateOrganisationRequest {
            organisation_id: code.into(),
            organisation: Some(pb::Organisation {
                display_name: format!("BODY {code}"),
                kind: pb::OrganisationKind::NationalBody.into(),
                ..Default::default()
            }),
            ..Default::default()
        };
        self.served.organisations().create_organisation(by("admin", body)).await.expect("a body");
    }

    /// Makes a machine account of one of [`OTHERS`], with a token.
    async fn enrol(&mut self, name: &'static str, organisation: &str, role: Role) {
        let (app, system) = (&self.served.test.app, self.served.test.system());
        let id = AccountId::new(format!("of-{}", organisation.to_lowercase())).expect("a key");
        let granted = Grant { organisation: OdsCode::new(organisation).ok(), roles: [role].into() };
        let new = NewMachine { id: id.clone(), display_name: name.into(), granted, certificate: None };
        app.create_machine(&system, new, false).await.expect("an account");
        let new = NewToken { label: String::new(), expires_at: system.now + chrono::TimeDelta::days(30) };
        let (_, secret) = app.create_token(&system, &id, new, false).await.expect("a token");
        self.secrets.insert(name, secret);
    }

    /// Makes every call.
    pub async fn run(&mut self) {
        self.registry().await;
        self.compare().await;
        self.evidence().await;
        self.figures().await;
        self.life().await;
        self.ends().await;
        self.renewal().await;
        self.reuse().await;
        self.challenges().await;
        self.collections().await;
        self.editions().await;
        self.plans().await;
        self.accounts().await;
        self.audit().await;
        self.changes().await;
    }

    /// A key for a request, another each time.
    fn key(&mut self) -> String {
        self.keys += 1;
        format!("0191d3a0-0000-4000-8000-{:012x}", self.keys)
    }

    /// What an identity shows: one of the demo's, or one of [`OTHERS`]; nothing for everybody.
    fn shown(&self, identity: &str) -> Option<String> {
        let secret = self.secrets.get(identity).map(|secret| format!("Bearer {secret}"));
        secret.or_else(|| (!identity.is_empty()).then(|| format!("Demo {identity}")))
    }

    /// Sends a call.
    async fn send<M, A>(&self, call: &str, identity: &str, message: M) -> Result<Streaming<A>, Status>
    where
        M: Message + 'static,
        A: Message + Default + 'static,
    {
        let mut request = Request::new(message);
        if let Some(shown) = self.shown(identity) {
            request.metadata_mut().insert("authorization", shown.parse().expect("metadata"));
        }
        let mut client = Grpc::new(self.served.channel.clone());
        client.ready().await.expect("a connection");
        let path = format!("/onus.v1.{call}").parse().expect("a path");
        // A call with one answer is a stream of one.
        let answers = client.server_streaming(request, path, ProstCodec::<M, A>::default()).await?;
        Ok(answers.into_inner())
    }

    /// Sends a call, and waits for its last message; of one whose answer goes on, for the first.
    async fn answer<M, A>(&self, call: &str, identity: &str, message: M) -> Result<A, Status>
    where
        M: Message + 'static,
        A: Message + Default + 'static,
    {
        let mut answers = self.send::<M, A>(call, identity, message).await?;
        let mut last = answers.message().await?.unwrap_or_default();
        while !ENDLESS.contains(&call)
            && let Some(next) = answers.message().await?
        {
            last = next;
        }
        Ok(last)
    }

    /// Makes a call, which must succeed, and counts its statements. That is not counted which is done once for many calls: reading what is
    /// published, and learning who calls.
    async fn ask<M, A>(&mut self, call: &'static str, identity: &str, message: M) -> A
    where
        M: Message + Clone + 'static,
        A: Message + Default + 'static,
    {
        if self.strangers.is_some() {
            self.refuse_others(call, identity, &message).await;
        }
        let app = Arc::clone(&self.served.test.app);
        app.view().await.expect("a view");
        app.identify(self.shown(identity).as_deref()).await.expect("an identity");
        let before = app.store().statements_run();
        let answer = self.answer(call, identity, message).await;
        let run = app.store().statements_run() - before;
        self.statements.entry(call).or_default().push(run);
        answer.unwrap_or_else(|status| panic!("{call} by {identity}: {status:?}"))
    }

    /// The same of a call whose answer is of no use.
    async fn make<M: Message + Clone + 'static>(&mut self, call: &'static str, identity: &str, message: M) {
        self.ask::<M, ()>(call, identity, message).await;
    }
}
