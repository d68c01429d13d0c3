//! `MatchingService`.

use crate::{
    call::{Answer, Server, answer, compute, list, paged},
    convert, names,
};
use onus_app::{App, View, matching::Proposal};
use onus_domain::{DefinitionId, Error, Result, Violation, Violations, definition::Definition};
use onus_proto::v1::{self as pb, check_request::Source, matching_service_server::MatchingService};
use tonic::{Request, async_trait};

/// Most proposed items in a check.
const MAX_PROPOSED: usize = 1_000;

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
                    Box::pin(check_items(app, items.items, asked.respondents, asked.max_hits)).await?
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

async fn check_items(
    app: &App,
    items: Vec<pb::ProposedItem>,
    respondents: Option<pb::RespondentsRule>,
    max_hits: i32,
) -> Result<pb::DuplicateReport> {
    if items.is_empty() || items.len() > MAX_PROPOSED {
        return Err(Violation::new(
            "items.items",
            "COUNT",
            items.len(),
            format!("1 to {MAX_PROPOSED} items"),
        )
        .into());
    }
    let view = app.view().await?;
    let places: Vec<_> = (1..).zip(&items).map(|(position, item)| (position, item.label.clone())).collect();
    let proposal = convert::read(|found| {
        let rule =
            convert::optional(respondents, |rule| convert::read_respondents("respondents", rule, found));
        let definitions = read_proposed(items, &view, found);
        Some(Proposal { definitions: definitions?, respondents: rule.ok()?, collection: None })
    })?;
    let report = app.check(proposal).await?;
    Ok(convert::duplicate_report(&report, &places, max_hits, &view))
}

/// The definitions of proposed items: those named as registered are looked up.
fn read_proposed(
    items: Vec<pb::ProposedItem>,
    view: &View,
    found: &mut Violations,
) -> Option<Vec<Definition>> {
    let all = items.len();
    let mut read = vec![];
    for (at, item) in items.into_iter().enumerate() {
        let path = format!("items.items[{at}].definition");
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
