//! `MatchingService`.

use crate::{
    call::{Answer, Server, answer, compute, list, paged},
    convert, names,
    status::status,
};
use onus_app::{App, View, matching::Proposal};
use onus_domain::{DefinitionId, Error, Result, Violation, Violations, definition::Definition};
use onus_matching::Matcher;
use onus_proto::v1::{self as pb, check_request::Source, matching_service_server::MatchingService};
use std::pin::Pin;
use tokio_stream::Stream;
use tonic::{Request, Response, Status, Streaming, async_trait};

/// Most proposed items in a check.
const MAX_PROPOSED: usize = 1_000;

/// Most in a stream of them.
const MAX_STREAMED: usize = 10_000;

/// Finds what is asked already.
pub struct Matching(pub Server);

#[async_trait]
impl MatchingService for Matching {
    async fn check(&self, request: Request<pb::CheckRequest>) -> Answer<pb::CheckResponse> {
        answer(async {
            let (context, asked) = self.0.open(request);
            let app = self.0.app();
            let report = match convert::read(|found| convert::required("source", asked.source, found))? {
                Source::Items(items) => {
                    let asked = Piece {
                        items: items.items,
                        respondents: asked.respondents,
                        provider: asked.provider,
                        max_hits: asked.max_hits,
                    };
                    Box::pin(check_items(app, "items.items", asked, 0)).await?
                }
                Source::Version(name) => {
                    let (id, number) = names::read_version("version", &name)?;
                    let (_, version) = Box::pin(app.version(&context, &id, number)).await?;
                    let report = Box::pin(app.check_version(&version)).await?;
                    convert::version_report(&report, &version, asked.max_hits, &*app.view().await?)
                }
            };
            Ok(pb::CheckResponse { report: Some(report) })
        })
        .await
    }

    type StreamCheckStream = Pin<Box<dyn Stream<Item = Result<pb::StreamCheckResponse, Status>> + Send>>;

    async fn stream_check(
        &self,
        request: Request<Streaming<pb::StreamCheckRequest>>,
    ) -> Answer<Self::StreamCheckStream> {
        let (app, pieces) = (self.0.shared(), request.into_inner());
        // Each piece is checked when it comes; after one that is refused the stream ends.
        let answers = futures::stream::try_unfold((app, pieces, 0), |(app, mut pieces, before)| async move {
            let Some(piece) = pieces.message().await? else { return Ok(None) };
            let (answer, checked) = check_piece(&app, piece, before).await.map_err(status)?;
            Ok(Some((answer, (app, pieces, before + checked))))
        });
        Ok(Response::new(Box::pin(answers)))
    }

    async fn list_matches(
        &self,
        request: Request<pb::ListMatchesRequest>,
    ) -> Answer<pb::ListMatchesResponse> {
        answer(async {
            let (_, asked) = self.0.open(request);
            let view = self.0.app().view().await?;
            let page =
                view.list_matches(&list(asked.page_size, asked.page_token, asked.filter, asked.order_by))?;
            let (matches, next_page_token, total_size) = paged(page, convert::found_match);
            Ok(pb::ListMatchesResponse { matches, next_page_token, total_size })
        })
        .await
    }

    async fn get_match(&self, request: Request<pb::GetMatchRequest>) -> Answer<pb::MatchDetail> {
        answer(async {
            let (context, asked) = self.0.open(request);
            let (left, right) = convert::read(|found| {
                let left = found.take(names::read_definition("left", &asked.left));
                let right = found.take(names::read_definition("right", &asked.right));
                Some((left?, right?))
            })?;
            if left == right {
                let expected = "another definition than the left one";
                return Err(Violation::new("right", "OTHER", asked.right, expected).into());
            }
            let (left, right) = if left < right { (left, right) } else { (right, left) };
            compute(self.0.app().view().await?, move |view| {
                let shown = Matcher::side_by_side(view.definition(&left)?, view.definition(&right)?);
                let ruling = view.ruling(&left, &right).map(|(_, ruling)| ruling);
                Ok(convert::match_detail(&shown, ruling, &context))
            })
            .await
        })
        .await
    }

    async fn create_decision(&self, request: Request<pb::CreateDecisionRequest>) -> Answer<pb::Decision> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let new = convert::read(|found| {
                let given = convert::required("decision", asked.decision, found)?;
                convert::read_new_decision(given, found)
            })?;
            let app = self.0.app();
            let made = Box::pin(app.once(&context, app.decide(&context, new, asked.validate_only))).await;
            let made = made.map_err(|error| convert::relocate(error, |field| format!("decision.{field}")))?;
            Ok(convert::decision(&made, &context))
        })
        .await
    }

    async fn list_decisions(
        &self,
        request: Request<pb::ListDecisionsRequest>,
    ) -> Answer<pb::ListDecisionsResponse> {
        answer(async {
            let (context, asked) = self.0.open(request);
            let view = self.0.app().view().await?;
            let request = list(asked.page_size, asked.page_token, asked.filter, asked.order_by);
            let page = view.list_decisions(&request)?;
            let (decisions, next_page_token, total_size) =
                paged(page, |decision| convert::decision(decision, &context));
            Ok(pb::ListDecisionsResponse { decisions, next_page_token, total_size })
        })
        .await
    }

    async fn list_undecided_matches(
        &self,
        request: Request<pb::ListUndecidedMatchesRequest>,
    ) -> Answer<pb::ListUndecidedMatchesResponse> {
        answer(async {
            let (context, asked) = self.0.open(request);
            let request = list(asked.page_size, asked.page_token, asked.filter, asked.order_by);
            let page = self.0.app().list_undecided(&context, &request).await?;
            let view = self.0.app().view().await?;
            let (matches, next_page_token, total_size) =
                paged(page, |row| convert::undecided_match(&row, &view));
            Ok(pb::ListUndecidedMatchesResponse { matches, next_page_token, total_size })
        })
        .await
    }

    async fn get_matching_quality(
        &self,
        _: Request<pb::GetMatchingQualityRequest>,
    ) -> Answer<pb::MatchingQuality> {
        answer(async { Ok(convert::matching_quality(&self.0.app().view().await?.matching_quality())) }).await
    }

    async fn compare_collections(
        &self,
        request: Request<pb::CompareCollectionsRequest>,
    ) -> Answer<pb::CompareCollectionsResponse> {
        answer(async {
            let (_, asked) = self.0.open(request);
            let (left, right) = convert::read(|found| {
                let left = found.take(names::read_collection("left", &asked.left));
                let right = found.take(names::read_collection("right", &asked.right));
                Some((left?, right?))
            })?;
            if left == right {
                return Err(Violation::new(
                    "right",
                    "OTHER",
                    asked.right,
                    "another collection than the left one",
                )
                .into());
            }
            compute(self.0.app().view().await?, move |view| {
                let row = |id| {
                    view.collection_row(id)
                        .ok_or_else(|| Error::not_found("collection", names::collection(id)))
                };
                convert::comparison(view, row(&left)?, row(&right)?)
            })
            .await
        })
        .await
    }

    async fn get_overlap_graph(
        &self,
        request: Request<pb::GetOverlapGraphRequest>,
    ) -> Answer<pb::OverlapGraph> {
        answer(async {
            let (_, asked) = self.0.open(request);
            let least = u32::try_from(asked.min_shared_concepts).map_err(|_| {
                Violation::new("min_shared_concepts", "RANGE", asked.min_shared_concepts, "0 (for 1) or more")
            })?;
            let facts_only = asked.shared_facts_only;
            compute(self.0.app().view().await?, move |view| {
                Ok(convert::overlap_graph(view, least.max(1), facts_only))
            })
            .await
        })
        .await
    }
}

/// Items to be checked together.
struct Piece {
    items: Vec<pb::ProposedItem>,
    respondents: Option<pb::RespondentsRule>,
    provider: String,
    max_hits: i32,
}

/// Checks a piece of a list of which `before` items were checked; with how many it has.
async fn check_piece(
    app: &App,
    piece: pb::StreamCheckRequest,
    before: usize,
) -> Result<(pb::StreamCheckResponse, usize)> {
    let items = piece.items.unwrap_or_default().items;
    let count = items.len();
    if before + count > MAX_STREAMED {
        let expected = format!("at most {MAX_STREAMED} items in all");
        return Err(Violation::new("items.items", "COUNT", before + count, expected).into());
    }
    let piece =
        Piece { items, respondents: piece.respondents, provider: piece.provider, max_hits: piece.max_hits };
    let report = Box::pin(check_items(app, "items.items", piece, before)).await?;
    Ok((pb::StreamCheckResponse { report: Some(report) }, count))
}

/// Checks items that stand in the request at `path`, and in their list behind `before` others.
async fn check_items(app: &App, path: &str, asked: Piece, before: usize) -> Result<pb::DuplicateReport> {
    let Piece { items, respondents, provider, max_hits } = asked;
    if items.is_empty() || items.len() > MAX_PROPOSED {
        return Err(Violation::new(path, "COUNT", items.len(), format!("1 to {MAX_PROPOSED} items")).into());
    }
    let view = app.view().await?;
    let first = u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1);
    let places: Vec<_> =
        (first..).zip(&items).map(|(position, item)| (position, item.label.clone())).collect();
    let proposal = convert::read(|found| {
        let rule =
            convert::optional(respondents, |rule| convert::read_respondents("respondents", rule, found));
        let named = Some(provider).filter(|name| !name.is_empty());
        let provider =
            convert::optional(named, |name| found.take(names::read_organisation("provider", &name)));
        let definitions = read_proposed(path, items, &view, found);
        Some(Proposal {
            definitions: definitions?,
            respondents: rule.ok()?,
            collection: None,
            provider: provider.ok()?,
        })
    })?;
    let report = app.check(proposal).await?;
    Ok(convert::duplicate_report(&report, &places, max_hits, &view))
}

/// The definitions of proposed items: those named as registered are looked up.
fn read_proposed(
    path: &str,
    items: Vec<pb::ProposedItem>,
    view: &View,
    found: &mut Violations,
) -> Option<Vec<Definition>> {
    let all = items.len();
    let mut read = vec![];
    for (at, item) in items.into_iter().enumerate() {
        let path = format!("{path}[{at}].definition");
        let Some(given) = convert::required(&path, item.definition, found) else { continue };
        read.extend(if given.name.is_empty() {
            convert::read_proposed_definition(&path, given, found)
        } else {
            let id = found.take(names::read_definition(&format!("{path}.name"), &given.name));
            id.and_then(|id| registered(&path, &id, view, found))
        });
    }
    (read.len() == all).then_some(read)
}

fn registered(path: &str, id: &DefinitionId, view: &View, found: &mut Violations) -> Option<Definition> {
    let known = view.snapshot.definition(id).cloned();
    found.require(known.is_some(), || {
        let expected = "a registered definition; leave the name empty for one that is only proposed";
        Violation::new(format!("{path}.name"), "KNOWN", names::definition(id), expected)
    });
    known
}
