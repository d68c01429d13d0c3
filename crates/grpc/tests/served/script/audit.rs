//! The audit log.

use super::*;
use onus_proto::v1::get_inclusion_proof_request::Entry;

impl Script {
    pub(super) async fn audit(&mut self) {
        // Two heads at least.
        self.served.test.app.sequence_audit().await.expect("places");
        self.sow_entries().await;
        self.served.test.app.sequence_audit().await.expect("places");
        let latest = pb::GetHeadRequest { name: "auditHeads/latest".into() };
        self.make("AuditService/GetHead", "", latest).await;
        let heads: pb::ListHeadsResponse =
            self.ask("AuditService/ListHeads", "", pb::ListHeadsRequest::default()).await;
        self.make("AuditService/ListKeys", "", pb::ListKeysRequest {}).await;
        let filter = "resource : \"collections/critical-care\"".into();
        let list = pb::ListEntriesRequest { filter, ..Default::default() };
        let listed: pb::ListEntriesResponse = self.ask("AuditService/ListEntries", "", list).await;
        let name = listed.entries[0].name.clone();
        self.make("AuditService/GetEntry", "", pb::GetEntryRequest { name: name.clone() }).await;
        let proof = pb::GetInclusionProofRequest { entry: Some(Entry::Name(name)), tree_size: 0 };
        self.make("AuditService/GetInclusionProof", "", proof).await;
        let first_size = heads.heads.last().expect("a head").size;
        let proof = pb::GetConsistencyProofRequest { first_size, second_size: 0 };
        self.make("AuditService/GetConsistencyProof", "", proof).await;
        self.make("AuditService/ExportLog", "admin", pb::ExportLogRequest {}).await;
        self.quiet().await;
    }

    /// Waits until nothing more is read for a call whose answer was not read to its end.
    pub(super) async fn quiet(&self) {
        let store = self.served.test.app.store();
        let mut run = 0;
        while run != store.statements_run() {
            run = store.statements_run();
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}
