//! `ChallengeService`.

use crate::{
    call::{Answer, Server, answer, list, paged},
    convert, names,
};
use onus_app::{Context, challenges::ChallengeMoveRequest};
use onus_domain::{
    Result,
    challenge::{ChallengeMove, ChallengeOutcome},
};
use onus_proto::v1::{self as pb, challenge_service_server::ChallengeService};
use tonic::{Request, async_trait};

/// Challenges and feedback.
pub struct Challenges(pub Server);

impl Challenges {
    /// Makes a move with what is said with it: `outcome` is the contract's number, 0 for moves that have none.
    async fn make_move(
        &self,
        context: &Context,
        step: ChallengeMove,
        (name, outcome): (&str, i32),
        mut request: ChallengeMoveRequest,
    ) -> Result<pb::Challenge> {
        let (id, outcome) = convert::read(|found| {
            let id = found.take(names::read_challenge("name", name));
            let outcome = found.take(convert::read_code::<ChallengeOutcome>("outcome", outcome));
            id.zip(outcome)
        })?;
        request.outcome = outcome;
        let app = self.0.app();
        let made = Box::pin(app.once(context, app.move_challenge(context, step, id, &request))).await?;
        Ok(convert::challenge(&made, false))
    }
}

#[async_trait]
impl ChallengeService for Challenges {
    async fn create_challenge(&self, request: Request<pb::CreateChallengeRequest>) -> Answer<pb::Challenge> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let validate_only = asked.validate_only;
            let new = convert::read(|found| convert::read_new_challenge(asked, found))?;
            let app = self.0.app();
            let work = app.create_challenge(&context, new, validate_only);
            let made = Box::pin(app.once(&context, work)).await;
            let made =
                made.map_err(|error| convert::relocate(error, |field| format!("challenge.{field}")))?;
            Ok(convert::challenge(&made, false))
        })
        .await
    }

    async fn get_challenge(&self, request: Request<pb::GetChallengeRequest>) -> Answer<pb::Challenge> {
        answer(async {
            let (context, asked) = self.0.open(request);
            let id = names::read_challenge("name", &asked.name)?;
            let found = self.0.app().challenge(&context, id).await?;
            Ok(convert::challenge(&found, found.is_overdue(context.today())))
        })
        .await
    }

    async fn list_challenges(
        &self,
        request: Request<pb::ListChallengesRequest>,
    ) -> Answer<pb::ListChallengesResponse> {
        answer(async {
            let (context, asked) = self.0.open(request);
            let request = list(asked.page_size, asked.page_token, asked.filter, asked.order_by);
            let page = self.0.app().list_challenges(&context, &request).await?;
            let (challenges, next_page_token, total_size) = paged(page, |row| convert::challenge_row(&row));
            Ok(pb::ListChallengesResponse { challenges, next_page_token, total_size })
        })
        .await
    }

    async fn answer_challenge(&self, request: Request<pb::AnswerChallengeRequest>) -> Answer<pb::Challenge> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let pb::AnswerChallengeRequest { name, etag, outcome, text, validate_only, .. } = asked;
            let request = ChallengeMoveRequest { etag, outcome: None, text, validate_only };
            self.make_move(&context, ChallengeMove::Answer, (&name, outcome), request).await
        })
        .await
    }

    async fn escalate_challenge(
        &self,
        request: Request<pb::EscalateChallengeRequest>,
    ) -> Answer<pb::Challenge> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let pb::EscalateChallengeRequest { name, etag, text, validate_only, .. } = asked;
            let request = ChallengeMoveRequest { etag, outcome: None, text, validate_only };
            self.make_move(&context, ChallengeMove::Escalate, (&name, 0), request).await
        })
        .await
    }

    async fn decide_challenge(&self, request: Request<pb::DecideChallengeRequest>) -> Answer<pb::Challenge> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let pb::DecideChallengeRequest { name, etag, outcome, text, validate_only, .. } = asked;
            let request = ChallengeMoveRequest { etag, outcome: None, text, validate_only };
            self.make_move(&context, ChallengeMove::Decide, (&name, outcome), request).await
        })
        .await
    }

    async fn withdraw_challenge(
        &self,
        request: Request<pb::WithdrawChallengeRequest>,
    ) -> Answer<pb::Challenge> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let pb::WithdrawChallengeRequest { name, etag, text, validate_only, .. } = asked;
            let request = ChallengeMoveRequest { etag, outcome: None, text, validate_only };
            self.make_move(&context, ChallengeMove::Withdraw, (&name, 0), request).await
        })
        .await
    }

    async fn create_feedback(&self, request: Request<pb::CreateFeedbackRequest>) -> Answer<pb::Feedback> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let validate_only = asked.validate_only;
            let new = convert::read(|found| convert::read_new_feedback(asked, found))?;
            let app = self.0.app();
            let work = app.create_feedback(&context, new, validate_only);
            let given = Box::pin(app.once(&context, work)).await;
            let given =
                given.map_err(|error| convert::relocate(error, |field| format!("feedback.{field}")))?;
            Ok(convert::feedback(&given))
        })
        .await
    }

    async fn get_feedback(&self, request: Request<pb::GetFeedbackRequest>) -> Answer<pb::Feedback> {
        answer(async {
            let (context, asked) = self.0.open(request);
            let id = names::read_feedback("name", &asked.name)?;
            Ok(convert::feedback(&self.0.app().feedback(&context, id).await?))
        })
        .await
    }

    async fn list_feedback(
        &self,
        request: Request<pb::ListFeedbackRequest>,
    ) -> Answer<pb::ListFeedbackResponse> {
        answer(async {
            let (context, asked) = self.0.open(request);
            let all = asked.parent == "organisations/-";
            let provider = (!all).then(|| names::read_organisation("parent", &asked.parent)).transpose()?;
            let request = list(asked.page_size, asked.page_token, asked.filter, asked.order_by);
            let page = self.0.app().list_feedback(&context, provider.as_ref(), &request).await?;
            let (feedback, next_page_token, total_size) = paged(page, |one| convert::feedback(&one));
            Ok(pb::ListFeedbackResponse { feedback, next_page_token, total_size })
        })
        .await
    }

    async fn answer_feedback(&self, request: Request<pb::AnswerFeedbackRequest>) -> Answer<pb::Feedback> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let (id, reply) = convert::read(|found| {
                let id = found.take(names::read_feedback("name", &asked.name));
                id.zip(convert::read_reply(asked, found))
            })?;
            let app = self.0.app();
            let work = app.answer_feedback(&context, id, reply);
            let answered = Box::pin(app.once(&context, work)).await?;
            Ok(convert::feedback(&answered))
        })
        .await
    }

    async fn list_feedback_themes(
        &self,
        request: Request<pb::ListFeedbackThemesRequest>,
    ) -> Answer<pb::ListFeedbackThemesResponse> {
        answer(async {
            let (_, asked) = self.0.open(request);
            let request = list(asked.page_size, asked.page_token, asked.filter, asked.order_by);
            let page = self.0.app().list_feedback_themes(&request).await?;
            let (themes, next_page_token, total_size) = paged(page, |row| convert::theme_count(&row));
            Ok(pb::ListFeedbackThemesResponse { themes, next_page_token, total_size })
        })
        .await
    }
}
