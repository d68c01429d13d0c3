//! What [`super::Collections`] does with versions besides moving them: comparing, explaining, renewing, batches.

use super::moves::move_request;
use crate::{
    call::{Server, list, paged},
    convert, names,
};
use onus_app::{batches::DraftChange, paging::page, renewals::NewUse};
use onus_domain::{Error, Result, version::Content};
use onus_proto::v1 as pb;
use tonic::Request;

pub async fn submit(
    server: &Server,
    request: Request<pb::SubmitVersionRequest>,
) -> Result<pb::SubmitVersionResponse> {
    let (context, asked) = server.open_write(request)?;
    let request = move_request(asked.etag, asked.validate_only);
    let (id, number) = names::read_version("name", &asked.name)?;
    let app = server.app();
    let made = Box::pin(app.once(&context, app.submit(&context, &id, number, &request))).await;
    let submitted = made.map_err(|error| convert::relocate(error, convert::in_version))?;
    Ok(pb::SubmitVersionResponse {
        version: Some(convert::version(&submitted.version, true)),
        duplicate_report: Some(convert::kept_report(&submitted.report, 0)),
    })
}

pub async fn compare(
    server: &Server,
    request: Request<pb::CompareVersionsRequest>,
) -> Result<pb::CompareVersionsResponse> {
    let (context, asked) = server.open(request);
    let (id, number) = names::read_version("name", &asked.name)?;
    let base = if asked.base.is_empty() { None } else { Some(names::read_version("base", &asked.base)?) };
    if let Some((other, _)) = base.as_ref().filter(|(other, _)| *other != id) {
        let expected = format!("a version of the same collection, {id}");
        return Err(onus_domain::Violation::new("base", "COLLECTION", other, expected).into());
    }
    let base = base.map(|(_, number)| number);
    let (before, after, diff) = server.app().compare_versions(&context, &id, base, number).await?;
    Ok(convert::differences(&before, &after, &diff))
}

pub async fn explain(
    server: &Server,
    request: Request<pb::ExplainItemsRequest>,
) -> Result<pb::ExplainItemsResponse> {
    let (context, asked) = server.open_write(request)?;
    let (id, number) = names::read_version("name", &asked.name)?;
    let given = convert::read_explanations(asked.explanations);
    let app = server.app();
    let work = app.explain_items(&context, (&id, number), &asked.etag, given, asked.validate_only);
    let (version, all) = Box::pin(app.once(&context, work)).await?;
    Ok(pb::ExplainItemsResponse {
        version: Some(convert::version_in_list(&version, true)),
        explanations: all.iter().map(convert::explanation).collect(),
    })
}

pub async fn report(
    server: &Server,
    request: Request<pb::GetDuplicateReportRequest>,
) -> Result<pb::DuplicateReport> {
    let (context, asked) = server.open(request);
    let (id, number) = names::read_version("name", &asked.name)?;
    let report = Box::pin(server.app().duplicate_report(&context, &id, number)).await?;
    Ok(convert::kept_report(&report, asked.hits))
}

pub async fn renew(server: &Server, request: Request<pb::RenewVersionRequest>) -> Result<pb::Renewal> {
    let (context, asked) = server.open_write(request)?;
    let (id, number) = names::read_version("name", &asked.name)?;
    let keep: Vec<_> = asked.keep.into_iter().map(|kept| (kept.position, kept.reason)).collect();
    let app = server.app();
    let work = app.renew_version(&context, (&id, number), &asked.etag, &keep, asked.validate_only);
    let (version, lines) = Box::pin(app.once(&context, work)).await?;
    Ok(convert::renewal(&version, &lines))
}

pub async fn renewal(server: &Server, request: Request<pb::GetRenewalRequest>) -> Result<pb::Renewal> {
    let (context, asked) = server.open(request);
    let (id, number) = names::read_version("name", &asked.name)?;
    let (version, lines) = server.app().renewal(&context, &id, number).await?;
    Ok(convert::renewal(&version, &lines))
}

pub async fn record_use(
    server: &Server,
    request: Request<pb::RecordUseRequest>,
) -> Result<pb::RecordUseResponse> {
    let (context, asked) = server.open_write(request)?;
    let (id, number) = names::read_version("name", &asked.name)?;
    let used_on = convert::read_required_day("used_on", &asked.used_on)?;
    let new = NewUse { positions: asked.positions, used_on, what: asked.what };
    let app = server.app();
    let work = app.record_use(&context, (&id, number), new, asked.validate_only);
    let uses = Box::pin(app.once(&context, work)).await?;
    Ok(pb::RecordUseResponse { uses: uses.iter().map(convert::item_use).collect() })
}

pub async fn list_uses(
    server: &Server,
    request: Request<pb::ListItemUsesRequest>,
) -> Result<pb::ListItemUsesResponse> {
    let (context, asked) = server.open(request);
    let (id, number) = names::read_version("parent", &asked.parent)?;
    let uses = server.app().item_uses(&context, &id, number).await?;
    // The parent is part of the token, so that it fits no other version's list.
    let request = list(asked.page_size, asked.page_token, asked.parent, String::new());
    let page = page(uses, &request, |one| (one.used_on.to_string(), one.id.to_string()))?;
    let (uses, next_page_token, total_size) = paged(page, |one| convert::item_use(&one));
    Ok(pb::ListItemUsesResponse { uses, next_page_token, total_size })
}

pub async fn create_collections(
    server: &Server,
    request: Request<pb::BatchCreateCollectionsRequest>,
) -> Result<pb::BatchCreateCollectionsResponse> {
    let (context, asked) = server.open_write(request)?;
    let alone = |one: &pb::CreateCollectionRequest| one.validate_only || !one.request_id.is_empty();
    let new = convert::read_batch(asked.requests, alone, convert::read_new_collection)?;
    let app = server.app();
    let work = app.create_collections(&context, new, asked.validate_only);
    let made = Box::pin(app.once(&context, work)).await;
    let made = made.map_err(|error| convert::in_batch(error, convert::in_new_collection))?;
    let collections = made.iter().map(|(collection, version)| convert::collection(collection, Some(version)));
    Ok(pb::BatchCreateCollectionsResponse { collections: collections.collect() })
}

pub async fn update_drafts(
    server: &Server,
    request: Request<pb::BatchUpdateDraftsRequest>,
) -> Result<pb::BatchUpdateDraftsResponse> {
    let (context, asked) = server.open_write(request)?;
    let alone = |one: &pb::UpdateDraftRequest| one.validate_only || !one.request_id.is_empty();
    let drafts = convert::read_batch(asked.requests, alone, |asked, found| {
        let given = convert::required("version", asked.version, found)?;
        let (collection, number) = found.take(names::read_version("version.name", &given.name))?;
        let mask = asked.update_mask.unwrap_or_default().paths;
        let content = given.content.unwrap_or_default();
        let edit = move |present: Content| convert::apply_mask(present, content, &mask);
        Some(DraftChange { collection, number, etag: given.etag, edit })
    })?;
    let app = server.app();
    let work = app.update_drafts(&context, drafts, asked.validate_only);
    let made = Box::pin(app.once(&context, work)).await;
    let made = made.map_err(|error| convert::in_batch(error, convert::in_draft))?;
    let versions = made.iter().map(|version| convert::version_in_list(version, true));
    Ok(pb::BatchUpdateDraftsResponse { versions: versions.collect() })
}

pub async fn create_definitions(
    server: &Server,
    request: Request<pb::BatchCreateDefinitionsRequest>,
) -> Result<pb::BatchCreateDefinitionsResponse> {
    let (context, asked) = server.open_write(request)?;
    let alone = |one: &pb::CreateDefinitionRequest| one.validate_only || !one.request_id.is_empty();
    let new = convert::read_batch(asked.requests, alone, |asked, found| {
        let given = convert::required("definition", asked.definition, found);
        convert::read_new_definition(&asked.definition_id, given?, found)
    })?;
    let app = server.app();
    let work = app.create_definitions(&context, new, asked.validate_only);
    let made = Box::pin(app.once(&context, work)).await;
    let made = made.map_err(|error| convert::in_batch(error, convert::in_definition))?;
    let view = app.view().await?;
    Ok(pb::BatchCreateDefinitionsResponse {
        definitions: made.iter().map(|one| convert::definition(one, &view)).collect(),
    })
}

pub async fn look_up(
    server: &Server,
    request: Request<pb::LookupReferenceRequest>,
) -> Result<pb::LookupReferenceResponse> {
    let (context, asked) = server.open(request);
    let view = server.app().view().await?;
    let found = view.look_up_reference(&asked.reference, context.today())?;
    let reference = asked.reference.parse().map_err(Error::from)?;
    let near = if found.is_none() { view.near_references(&asked.reference) } else { vec![] };
    Ok(convert::reference(reference, found.as_ref(), &near))
}
