//! Reuse: X25 needs what X24 holds.

use super::*;

/// Who needs it.
const RECIPIENT: &str = "registrar of X25";

impl Script {
    /// One agreement to its end, and one that is refused.
    pub(super) async fn reuse(&mut self) {
        let asked = content("Inspection of units", "CRITICAL_CARE", &["unit-function", "ward-code"]);
        let new = self.new_collection("inspection", "X25", asked);
        self.make("CollectionService/CreateCollection", RECIPIENT, new).await;
        let version = "collections/inspection/versions/1";
        let name = self.request(version, 1).await;
        let get = pb::GetReuseAgreementRequest { name: name.clone() };
        self.make("ReuseService/GetReuseAgreement", "registrar", get).await;
        let queue = pb::ListReuseAgreementsRequest { filter: "holder = X24".into(), ..Default::default() };
        self.make("ReuseService/ListReuseAgreements", "registrar", queue).await;
        let warnings = pb::GetReuseWarningsRequest { parent: version.into() };
        self.make("ReuseService/GetReuseWarnings", RECIPIENT, warnings).await;

        let agree =
            pb::AgreeReuseRequest { name: name.clone(), request_id: self.key(), ..Default::default() };
        self.make("ReuseService/AgreeReuse", "registrar", agree).await;
        let deliver =
            pb::DeliverReuseRequest { name: name.clone(), request_id: self.key(), ..Default::default() };
        self.make("ReuseService/DeliverReuse", "registrar", deliver).await;
        let end = pb::EndReuseRequest {
            name,
            reason: "It is not needed any more.".into(),
            request_id: self.key(),
            ..Default::default()
        };
        self.make("ReuseService/EndReuse", RECIPIENT, end).await;
        let name = self.request(version, 2).await;
        let refuse = pb::RefuseReuseRequest {
            name,
            reason: "The law does not allow it.".into(),
            request_id: self.key(),
            ..Default::default()
        };
        self.make("ReuseService/RefuseReuse", "registrar", refuse).await;
        self.make("ReuseService/GetBodyReuse", "", pb::GetBodyReuseRequest::default()).await;
    }

    /// Asks X24 for what an item asks; answers the agreement's name.
    async fn request(&mut self, version: &str, position: u32) -> String {
        let request = pb::RequestReuseRequest {
            parent: version.into(),
            positions: vec![position],
            holder: "organisations/X24".into(),
            request_id: self.key(),
            ..Default::default()
        };
        let made: pb::ReuseAgreement = self.ask("ReuseService/RequestReuse", RECIPIENT, request).await;
        made.name
    }
}
