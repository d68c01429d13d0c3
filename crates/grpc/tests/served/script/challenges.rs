//! Yellow cards of R0A's to X24, and its feedback.

use super::*;

impl Script {
    /// One challenge to the panel's decision, one that is taken back, and feedback that is answered.
    pub(super) async fn challenges(&mut self) {
        let name = self.challenge(pb::ChallengeReason::Unclear).await;
        for identity in ["", "provider", "registrar", "panel-member"] {
            let list = pb::ListChallengesRequest { filter: "owner = X24".into(), ..Default::default() };
            self.make("ChallengeService/ListChallenges", identity, list).await;
        }
        let answer = pb::AnswerChallengeRequest {
            name: name.clone(),
            outcome: pb::ChallengeOutcome::NotUpheld.into(),
            text: "The guidance says what a unit is.".into(),
            request_id: self.key(),
            ..Default::default()
        };
        self.make("ChallengeService/AnswerChallenge", "registrar", answer).await;
        let escalate = pb::EscalateChallengeRequest {
            name: name.clone(),
            text: "There is no guidance.".into(),
            request_id: self.key(),
            ..Default::default()
        };
        self.make("ChallengeService/EscalateChallenge", "provider", escalate).await;
        let decide = pb::DecideChallengeRequest {
            name: name.clone(),
            outcome: pb::ChallengeOutcome::Upheld.into(),
            text: "The guidance is to be published by January.".into(),
            request_id: self.key(),
            ..Default::default()
        };
        self.make("ChallengeService/DecideChallenge", "panel-member", decide).await;
        for identity in ["", "provider"] {
            let get = pb::GetChallengeRequest { name: name.clone() };
            self.make("ChallengeService/GetChallenge", identity, get).await;
        }
        let name = self.challenge(pb::ChallengeReason::Disproportionate).await;
        let withdraw = pb::WithdrawChallengeRequest { name, request_id: self.key(), ..Default::default() };
        self.make("ChallengeService/WithdrawChallenge", "provider", withdraw).await;
        self.feedback().await;
    }

    /// Challenges the published collection; answers the challenge's name.
    async fn challenge(&mut self, reason: pb::ChallengeReason) -> String {
        let challenge = pb::Challenge {
            provider: "organisations/R0A".into(),
            collection: "collections/critical-care".into(),
            reason: reason.into(),
            text: "What is a unit?".into(),
            items: vec![1],
            ..Default::default()
        };
        let create = pb::CreateChallengeRequest {
            challenge: Some(challenge),
            request_id: self.key(),
            ..Default::default()
        };
        let made: pb::Challenge = self.ask("ChallengeService/CreateChallenge", "provider", create).await;
        made.name
    }

    async fn feedback(&mut self) {
        let feedback = pb::Feedback {
            provider: "organisations/R0A".into(),
            body: "organisations/X24".into(),
            theme: pb::FeedbackTheme::Timing.into(),
            text: "Three days' notice.".into(),
            rating: Some(2),
            ..Default::default()
        };
        let create = pb::CreateFeedbackRequest {
            feedback: Some(feedback),
            request_id: self.key(),
            ..Default::default()
        };
        let given: pb::Feedback = self.ask("ChallengeService/CreateFeedback", "provider", create).await;
        for (identity, parent) in [("provider", "organisations/R0A"), ("panel-member", "organisations/-")] {
            let get = pb::GetFeedbackRequest { name: given.name.clone() };
            self.make("ChallengeService/GetFeedback", identity, get).await;
            let list = pb::ListFeedbackRequest { parent: parent.into(), ..Default::default() };
            self.make("ChallengeService/ListFeedback", identity, list).await;
        }
        let answer = pb::AnswerFeedbackRequest {
            name: given.name,
            text: "We asked for four weeks' notice.".into(),
            request_id: self.key(),
            ..Default::default()
        };
        self.make("ChallengeService/AnswerFeedback", "panel-chair", answer).await;
        self.make("ChallengeService/ListFeedbackThemes", "", pb::ListFeedbackThemesRequest::default()).await;
    }
}
