//! `ConsultationService`.

use crate::{
    call::{Answer, Server, answer, list, paged},
    convert, names,
};
use onus_proto::v1::{self as pb, consultation_service_server::ConsultationService};
use tonic::{Request, async_trait};

/// Consultations of providers on drafts.
pub struct Consultations(pub Server);

#[async_trait]
impl ConsultationService for Consultations {
    async fn open_consultation(
        &self,
        request: Request<pb::OpenConsultationRequest>,
    ) -> Answer<pb::Consultation> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let new = convert::read(|found| convert::read_new_consultation(&asked, found))?;
            let app = self.0.app();
            let work = app.open_consultation(&context, new, asked.validate_only);
            let opened = Box::pin(app.once(&context, work)).await?;
            Ok(convert::consultation(&opened, true, &[]))
        })
        .await
    }

    async fn close_consultation(
        &self,
        request: Request<pb::CloseConsultationRequest>,
    ) -> Answer<pb::Consultation> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let id = names::read_consultation("name", &asked.name)?;
            let app = self.0.app();
            let work = app.close_consultation(&context, id, &asked.etag, asked.validate_only);
            let closed = Box::pin(app.once(&context, work)).await?;
            Ok(convert::consultation(&closed, false, &[]))
        })
        .await
    }

    async fn get_consultation(
        &self,
        request: Request<pb::GetConsultationRequest>,
    ) -> Answer<pb::Consultation> {
        answer(async {
            let (context, asked) = self.0.open(request);
            let id = names::read_consultation("name", &asked.name)?;
            let (found, comments) = self.0.app().consultation(&context, id).await?;
            Ok(convert::consultation(&found, found.is_open(context.today()), &comments))
        })
        .await
    }

    async fn list_consultations(
        &self,
        request: Request<pb::ListConsultationsRequest>,
    ) -> Answer<pb::ListConsultationsResponse> {
        answer(async {
            let (context, asked) = self.0.open(request);
            let request = list(asked.page_size, asked.page_token, asked.filter, asked.order_by);
            let page = self.0.app().list_consultations(&context, &request).await?;
            let (consultations, next_page_token, total_size) =
                paged(page, |row| convert::consultation_row(&row));
            Ok(pb::ListConsultationsResponse { consultations, next_page_token, total_size })
        })
        .await
    }

    async fn add_consultation_comment(
        &self,
        request: Request<pb::AddConsultationCommentRequest>,
    ) -> Answer<pb::ConsultationComment> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let id = names::read_consultation("parent", &asked.parent)?;
            let app = self.0.app();
            let work = app.comment(&context, id, (asked.position, asked.text), asked.validate_only);
            let said = Box::pin(app.once(&context, work)).await?;
            Ok(convert::comment(&said))
        })
        .await
    }

    async fn answer_consultation_comment(
        &self,
        request: Request<pb::AnswerConsultationCommentRequest>,
    ) -> Answer<pb::ConsultationComment> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let ids = names::read_comment("name", &asked.name)?;
            let app = self.0.app();
            let answered = (asked.answer, asked.etag.as_str());
            let work = app.answer_comment(&context, ids, answered, asked.validate_only);
            let comment = Box::pin(app.once(&context, work)).await?;
            Ok(convert::comment(&comment))
        })
        .await
    }
}
