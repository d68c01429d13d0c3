//! `AuditService`.

use crate::{
    call::{Answer, Server, answer},
    convert, names,
    status::status,
};
use onus_app::audit_log::EntriesRequest;
use onus_domain::{Result, Violation, Violations};
use onus_proto::v1::{self as pb, audit_service_server::AuditService, get_inclusion_proof_request::Entry};
use std::pin::Pin;
use tokio_stream::{Stream, wrappers::ReceiverStream};
use tonic::{Request, Status, async_trait};

/// Heads in a page unless the caller says otherwise.
const HEADS: i32 = 50;
/// Most heads in a page.
const MOST_HEADS: i32 = 1_000;

/// Reads the audit log.
pub struct Audit(pub Server);

type Pieces = Pin<Box<dyn Stream<Item = Result<pb::ExportLogResponse, Status>> + Send>>;

#[async_trait]
impl AuditService for Audit {
    async fn get_head(&self, request: Request<pb::GetHeadRequest>) -> Answer<pb::AuditHead> {
        answer(async {
            let (_, asked) = self.0.open(request);
            let size = names::read_audit_head("name", &asked.name)?;
            Ok(convert::head(&self.0.app().audit_head(size).await?))
        })
        .await
    }

    async fn list_heads(&self, request: Request<pb::ListHeadsRequest>) -> Answer<pb::ListHeadsResponse> {
        answer(async {
            let (_, asked) = self.0.open(request);
            let mut found = Violations::new();
            let size = match asked.page_size {
                0 => HEADS,
                size => size.min(MOST_HEADS),
            };
            let size = found
                .take(usize::try_from(size).map_err(|_| {
                    Violation::new("page_size", "RANGE", asked.page_size, "0 (for 50) to 1000")
                }));
            let below = found.take(read_token(&asked.page_token));
            found.into_result()?;
            let (size, below) = (size.unwrap_or_default(), below.flatten());
            let mut heads = self.0.app().audit_heads(below, size as u64 + 1).await?;
            let more = heads.len() > size;
            heads.truncate(size);
            let last = heads.last().filter(|_| more);
            Ok(pb::ListHeadsResponse {
                next_page_token: last.map(|head| head.size.to_string()).unwrap_or_default(),
                heads: heads.iter().map(convert::head).collect(),
            })
        })
        .await
    }

    async fn list_keys(&self, _: Request<pb::ListKeysRequest>) -> Answer<pb::ListKeysResponse> {
        answer(async { Ok(pb::ListKeysResponse { keys: self.0.app().audit_keys() }) }).await
    }

    async fn get_entry(&self, request: Request<pb::GetEntryRequest>) -> Answer<pb::AuditEntry> {
        answer(async {
            let (context, asked) = self.0.open(request);
            let id = names::read_audit_entry("name", &asked.name)?;
            Ok(convert::entry(self.0.app().audit_entry(&context, id).await?))
        })
        .await
    }

    async fn list_entries(
        &self,
        request: Request<pb::ListEntriesRequest>,
    ) -> Answer<pb::ListEntriesResponse> {
        answer(async {
            let (context, asked) = self.0.open(request);
            let mut found = Violations::new();
            let from = found.take(convert::read_timestamp("start_time", asked.start_time)).flatten();
            let until = found.take(convert::read_timestamp("end_time", asked.end_time)).flatten();
            found.into_result()?;
            let request = EntriesRequest {
                page_size: asked.page_size,
                page_token: asked.page_token,
                filter: asked.filter,
                order_by: asked.order_by,
                from,
                until,
            };
            let page = self.0.app().audit_entries(&context, &request).await?;
            Ok(pb::ListEntriesResponse {
                entries: page.entries.into_iter().map(convert::entry).collect(),
                next_page_token: page.next_page_token,
            })
        })
        .await
    }

    async fn get_inclusion_proof(
        &self,
        request: Request<pb::GetInclusionProofRequest>,
    ) -> Answer<pb::InclusionProof> {
        answer(async {
            let (context, asked) = self.0.open(request);
            let size = convert::read_size("tree_size", asked.tree_size)?;
            let app = self.0.app();
            let proof = match asked.entry {
                Some(Entry::Name(name)) => {
                    let id = names::read_audit_entry("name", &name)?;
                    app.audit_inclusion(&context, id, size).await?
                }
                Some(Entry::Seq(seq)) => {
                    app.audit_inclusion_of(convert::read_size("seq", seq)?, size).await?
                }
                None => return Err(Violation::new("name", "REQUIRED", "", "name or seq of an entry").into()),
            };
            Ok(convert::inclusion(&proof))
        })
        .await
    }

    async fn get_consistency_proof(
        &self,
        request: Request<pb::GetConsistencyProofRequest>,
    ) -> Answer<pb::ConsistencyProof> {
        answer(async {
            let (_, asked) = self.0.open(request);
            let first = convert::read_size("first_size", asked.first_size)?;
            let second = convert::read_size("second_size", asked.second_size)?;
            Ok(convert::consistency(&self.0.app().audit_consistency(first, second).await?))
        })
        .await
    }

    type ExportLogStream = Pieces;

    async fn export_log(&self, request: Request<pb::ExportLogRequest>) -> Answer<Pieces> {
        answer(async {
            let (context, _) = self.0.open(request);
            let mut export = self.0.app().export_audit(&context).await?;
            let server = self.0.clone();
            // One piece is read while the one before is sent: no more of the log is in memory.
            let (send, pieces) = tokio::sync::mpsc::channel(1);
            tokio::spawn(async move {
                loop {
                    let piece = match server.app().export_piece(&mut export).await {
                        Ok(Some(lines)) => Ok(pb::ExportLogResponse { data: lines.into_bytes() }),
                        Ok(None) => return,
                        Err(error) => Err(status(error)),
                    };
                    let failed = piece.is_err();
                    if send.send(piece).await.is_err() || failed {
                        return;
                    }
                }
            });
            Ok(Box::pin(ReceiverStream::new(pieces)) as Pieces)
        })
        .await
    }
}

/// A token of heads is the size of the last one seen.
fn read_token(token: &str) -> Result<Option<u64>, Violation> {
    if token.is_empty() {
        return Ok(None);
    }
    token.parse().map(Some).map_err(|_| {
        Violation::new("page_token", "PAGE_TOKEN", token, "the next_page_token of the page before, unchanged")
    })
}
