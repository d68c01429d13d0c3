//! `DefinitionService`.

use crate::{
    call::{Answer, Server, answer, check_batch, list, list_at, paged},
    convert, names,
};
use onus_app::{history::Kind, paging::page};
use onus_domain::{Error, Result};
use onus_proto::v1::{self as pb, definition_service_server::DefinitionService};
use tonic::{Request, async_trait};

/// Reads and registers definitions.
pub struct Definitions(pub Server);

#[async_trait]
impl DefinitionService for Definitions {
    async fn get_definition(&self, request: Request<pb::GetDefinitionRequest>) -> Answer<pb::Definition> {
        answer(async {
            let (_, asked) = self.0.open(request);
            let id = names::read_definition("name", &asked.name)?;
            if let Some(at) = convert::read_timestamp("read_time", asked.read_time)? {
                let past = self.0.app().past_definition(&id, at).await?;
                return Ok(convert::definition(past.definition(&id)?, &past));
            }
            let view = self.0.app().view().await?;
            Ok(convert::definition(view.definition(&id)?, &view))
        })
        .await
    }

    async fn list_definitions(
        &self,
        request: Request<pb::ListDefinitionsRequest>,
    ) -> Answer<pb::ListDefinitionsResponse> {
        answer(async {
            let (_, asked) = self.0.open(request);
            let at = convert::read_timestamp("read_time", asked.read_time)?;
            let view = self.0.app().view_at(Kind::Definitions, at).await?;
            let request = list_at(asked.page_size, asked.page_token, asked.filter, asked.order_by, at);
            let page = view.list_definitions(&request)?;
            let (definitions, next_page_token, total_size) =
                paged(page, |row| convert::definition(row, &view));
            Ok(pb::ListDefinitionsResponse { definitions, next_page_token, total_size })
        })
        .await
    }

    async fn batch_get_definitions(
        &self,
        request: Request<pb::BatchGetDefinitionsRequest>,
    ) -> Answer<pb::BatchGetDefinitionsResponse> {
        answer(async {
            let (_, asked) = self.0.open(request);
            check_batch(&asked.names)?;
            let ids = convert::read_names(&asked.names, names::read_definition)?;
            let view = self.0.app().view().await?;
            let found = ids.iter().map(|id| Ok(convert::definition(view.definition(id)?, &view)));
            Ok(pb::BatchGetDefinitionsResponse { definitions: found.collect::<Result<_>>()? })
        })
        .await
    }

    async fn create_definition(
        &self,
        request: Request<pb::CreateDefinitionRequest>,
    ) -> Answer<pb::Definition> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let new = convert::read(|found| {
                let given = convert::required("definition", asked.definition, found);
                convert::read_new_definition(&asked.definition_id, given?, found)
            })?;
            let made = Box::pin(
                self.0
                    .app()
                    .once(&context, self.0.app().create_definition(&context, new, asked.validate_only)),
            )
            .await;
            let made = made.map_err(|error| convert::relocate(error, convert::in_definition))?;
            let view = self.0.app().view().await?;
            Ok(convert::definition(&made, &view))
        })
        .await
    }

    async fn batch_create_definitions(
        &self,
        request: Request<pb::BatchCreateDefinitionsRequest>,
    ) -> Answer<pb::BatchCreateDefinitionsResponse> {
        answer(super::versions::create_definitions(&self.0, request)).await
    }

    async fn get_concept(&self, request: Request<pb::GetConceptRequest>) -> Answer<pb::Concept> {
        answer(async {
            let (_, asked) = self.0.open(request);
            let id = names::read_concept("name", &asked.name)?;
            let view = self.0.app().view().await?;
            let places = convert::places(&view);
            let known = places.contains_key(&id);
            known
                .then(|| convert::concept(&id, &places, &view))
                .ok_or_else(|| Error::not_found("concept", asked.name))
        })
        .await
    }

    async fn list_concepts(
        &self,
        request: Request<pb::ListConceptsRequest>,
    ) -> Answer<pb::ListConceptsResponse> {
        answer(async {
            let (_, asked) = self.0.open(request);
            let view = self.0.app().view().await?;
            let page =
                view.list_concepts(&list(asked.page_size, asked.page_token, asked.filter, asked.order_by))?;
            let places = convert::places(&view);
            let (concepts, next_page_token, total_size) =
                paged(page, |(id, _)| convert::concept(id, &places, &view));
            Ok(pb::ListConceptsResponse { concepts, next_page_token, total_size })
        })
        .await
    }

    async fn list_subjects(
        &self,
        request: Request<pb::ListSubjectsRequest>,
    ) -> Answer<pb::ListSubjectsResponse> {
        answer(async {
            let (_, asked) = self.0.open(request);
            let view = self.0.app().view().await?;
            let request = list(asked.page_size, asked.page_token, String::new(), String::new());
            let rows = view.snapshot.subjects.iter().collect();
            let page = page(rows, &request, |subject: &&onus_domain::subject::Subject| {
                (String::new(), subject.id.to_string())
            })?;
            let (subjects, next_page_token, total_size) = paged(page, convert::subject);
            Ok(pb::ListSubjectsResponse { subjects, next_page_token, total_size })
        })
        .await
    }
}
