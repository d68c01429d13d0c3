//! What figures rest on: what R0A sent and what that took, and what an hour costs.

use super::*;
use crate::evidence::{submission, tariff_table};

impl Script {
    /// A receipt by who asks, what it took by its provider, several at once by either, and what an hour costs.
    pub(super) async fn evidence(&mut self) {
        let time = pb::TimeReturn { minutes: 45, people: 1 };
        let receipt = self.sent("2026-09-01", "2026-10-15", None);
        self.make("BurdenService/RecordSubmission", "registrar", receipt).await;
        let timed = self.sent("2026-09-01", "", Some(time));
        self.make("BurdenService/RecordSubmission", "provider", timed).await;
        for (identity, start, time) in
            [("registrar", "2026-07-01", None), ("provider", "2026-08-01", Some(time))]
        {
            let mut requests = vec![self.sent(start, "2026-09-15", time)];
            requests[0].request_id.clear();
            let batch =
                pb::BatchRecordSubmissionsRequest { requests, request_id: self.key(), ..Default::default() };
            self.make("BurdenService/BatchRecordSubmissions", identity, batch).await;
        }
        for (identity, start) in [("registrar", "2026-07-01"), ("provider", "2026-08-01")] {
            let withdraw = pb::WithdrawSubmissionRequest {
                name: format!("collections/critical-care/versions/1/submissions/R0A~{start}"),
                reason: "It was another provider's".into(),
                request_id: self.key(),
                ..Default::default()
            };
            self.make("BurdenService/WithdrawSubmission", identity, withdraw).await;
        }
        for identity in ["", "provider", "panel-member"] {
            let list =
                pb::ListSubmissionsRequest { parent: "organisations/R0A".into(), ..Default::default() };
            self.make("BurdenService/ListSubmissions", identity, list).await;
        }
        let load = pb::LoadTariffTablesRequest {
            tariff_tables: vec![tariff_table("2027-04-01", 1_500)],
            request_id: self.key(),
            ..Default::default()
        };
        self.make("BurdenService/LoadTariffTables", "publisher", load).await;
        let list = pb::ListTariffTablesRequest::default();
        self.make("BurdenService/ListTariffTables", "", list).await;
        let list = pb::ListDefaultStatementsRequest::default();
        self.make("BurdenService/ListDefaultStatements", "", list).await;
    }

    fn sent(&mut self, start: &str, at: &str, time: Option<pb::TimeReturn>) -> pb::RecordSubmissionRequest {
        pb::RecordSubmissionRequest { request_id: self.key(), ..submission(start, at, time) }
    }
}
