//! `OrganisationService`.

use crate::{
    call::{Answer, Server, answer, check_batch, list_at, paged},
    convert, names,
};
use onus_app::history::Kind;
use onus_domain::Result;
use onus_proto::v1::{self as pb, organisation_service_server::OrganisationService};
use tonic::{Request, async_trait};

/// Reads, registers and changes organisations.
pub struct Organisations(pub Server);

#[async_trait]
impl OrganisationService for Organisations {
    async fn get_organisation(
        &self,
        request: Request<pb::GetOrganisationRequest>,
    ) -> Answer<pb::Organisation> {
        answer(async {
            let (_, asked) = self.0.open(request);
            let code = names::read_organisation("name", &asked.name)?;
            if let Some(at) = convert::read_timestamp("read_time", asked.read_time)? {
                let past = self.0.app().past_organisation(&code, at).await?;
                return convert::whole_organisation(past.organisation(&code)?, &past);
            }
            let view = self.0.app().view().await?;
            convert::whole_organisation(view.organisation(&code)?, &view)
        })
        .await
    }

    async fn list_organisations(
        &self,
        request: Request<pb::ListOrganisationsRequest>,
    ) -> Answer<pb::ListOrganisationsResponse> {
        answer(async {
            let (_, asked) = self.0.open(request);
            let at = convert::read_timestamp("read_time", asked.read_time)?;
            let view = self.0.app().view_at(Kind::Organisations, at).await?;
            let request = list_at(asked.page_size, asked.page_token, asked.filter, asked.order_by, at);
            let page = view.list_organisations(&request)?;
            let (organisations, next_page_token, total_size) = paged(page, convert::organisation);
            Ok(pb::ListOrganisationsResponse { organisations, next_page_token, total_size })
        })
        .await
    }

    async fn batch_get_organisations(
        &self,
        request: Request<pb::BatchGetOrganisationsRequest>,
    ) -> Answer<pb::BatchGetOrganisationsResponse> {
        answer(async {
            let (_, asked) = self.0.open(request);
            check_batch(&asked.names)?;
            let codes = convert::read_names(&asked.names, names::read_organisation)?;
            let view = self.0.app().view().await?;
            let found = codes.iter().map(|code| convert::whole_organisation(view.organisation(code)?, &view));
            Ok(pb::BatchGetOrganisationsResponse { organisations: found.collect::<Result<_>>()? })
        })
        .await
    }

    async fn create_organisation(
        &self,
        request: Request<pb::CreateOrganisationRequest>,
    ) -> Answer<pb::Organisation> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let new = convert::read(|found| {
                let given = convert::required("organisation", asked.organisation, found);
                convert::read_organisation(&asked.organisation_id, given?, found)
            })?;
            let app = self.0.app();
            let work = app.create_organisation(&context, new, asked.validate_only);
            let made = Box::pin(app.once(&context, work)).await;
            let made = made.map_err(|error| convert::relocate(error, convert::in_organisation))?;
            convert::organisation_record(&made)
        })
        .await
    }

    async fn update_organisation(
        &self,
        request: Request<pb::UpdateOrganisationRequest>,
    ) -> Answer<pb::Organisation> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let etag = asked.organisation.as_ref().map(|given| given.etag.clone()).unwrap_or_default();
            let record = convert::read(|found| {
                let given = convert::required("organisation", asked.organisation, found);
                convert::read_changed_organisation(given?, found)
            })?;
            let app = self.0.app();
            let said = (etag.as_str(), asked.reason.as_str());
            let work = app.update_organisation(&context, record, said, asked.validate_only);
            let changed = Box::pin(app.once(&context, work)).await;
            let changed = changed.map_err(|error| convert::relocate(error, convert::in_organisation))?;
            convert::organisation_record(&changed)
        })
        .await
    }
}
