//! Requests that write: each may have a key, so that made again it is done once (AIP-155).

use onus_proto::v1 as pb;
use prost::Message;

/// A request to write.
pub trait Write: Message {
    /// Its name in the contract.
    const NAME: &str;

    /// The key it was given; empty if none.
    fn request_id(&self) -> &str;
}

/// Declares requests to write.
macro_rules! writes {
    ($($name:ident),+ $(,)?) => {$(
        impl Write for pb::$name {
            const NAME: &str = stringify!($name);

            fn request_id(&self) -> &str {
                &self.request_id
            }
        }
    )+};
}

writes! {
    AddCommentRequest,
    AddConsultationCommentRequest,
    AgreeReuseRequest,
    AnswerChallengeRequest,
    AnswerConsultationCommentRequest,
    AnswerFeedbackRequest,
    ApproveVersionRequest,
    BatchCreateCollectionsRequest,
    BatchCreateDefinitionsRequest,
    BatchRecordSubmissionsRequest,
    BatchUpdateDraftsRequest,
    CloseConsultationRequest,
    ConfirmSubscriptionRequest,
    CreateAccountRequest,
    CreateChallengeRequest,
    CreateCollectionRequest,
    CreateDecisionRequest,
    CreateDefinitionRequest,
    CreateDraftRequest,
    CreateFeedbackRequest,
    CreateOrganisationRequest,
    CreatePlanRequest,
    CreateServiceTokenRequest,
    CreateStatementRequest,
    CreateSubscriptionRequest,
    DecideChallengeRequest,
    DeleteSubscriptionRequest,
    DeleteVersionRequest,
    DeliverReuseRequest,
    EndReuseRequest,
    EscalateChallengeRequest,
    ExplainItemsRequest,
    LoadTariffTablesRequest,
    MakeEditionRequest,
    OpenConsultationRequest,
    PublishVersionRequest,
    RecordSubmissionRequest,
    RecordUseRequest,
    RedeliverDeliveryRequest,
    RedraftVersionRequest,
    RefuseReuseRequest,
    RejectVersionRequest,
    RenewVersionRequest,
    RequestReuseRequest,
    ResumeVersionRequest,
    RetireVersionRequest,
    ReturnVersionRequest,
    ReviseEditionRequest,
    RevokeServiceTokenRequest,
    StartReviewRequest,
    SubmitVersionRequest,
    SuspendVersionRequest,
    TestSubscriptionRequest,
    UpdateAccountRequest,
    UpdateDraftRequest,
    UpdateOrganisationRequest,
    UpdatePlanRequest,
    UpdateSubscriptionRequest,
    WithdrawChallengeRequest,
    WithdrawPlanRequest,
    WithdrawSubmissionRequest,
    WithdrawVersionRequest,
}
