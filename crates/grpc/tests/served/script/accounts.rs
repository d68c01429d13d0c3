//! Accounts and their tokens.

use super::*;
use prost_types::{FieldMask, Timestamp};

impl Script {
    pub(super) async fn accounts(&mut self) {
        self.make("AccountService/GetMe", "registrar", pb::GetMeRequest {}).await;
        let name = || "accounts/nightly".to_owned();
        let create = pb::CreateAccountRequest {
            account_id: "nightly".into(),
            account: Some(pb::Account {
                display_name: "The nightly import".into(),
                roles: vec![pb::Role::Registrar.into()],
                organisation: "organisations/X24".into(),
                ..Default::default()
            }),
            request_id: self.key(),
            ..Default::default()
        };
        self.make("AccountService/CreateAccount", "admin", create).await;
        self.make("AccountService/GetAccount", "admin", pb::GetAccountRequest { name: name() }).await;
        self.make("AccountService/ListAccounts", "admin", pb::ListAccountsRequest::default()).await;
        let update = pb::UpdateAccountRequest {
            account: Some(pb::Account {
                name: name(),
                display_name: "The nightly import of X24".into(),
                ..Default::default()
            }),
            update_mask: Some(FieldMask { paths: vec!["display_name".into()] }),
            request_id: self.key(),
            ..Default::default()
        };
        self.make("AccountService/UpdateAccount", "admin", update).await;

        let in_a_month = self.served.test.system().now + chrono::TimeDelta::days(30);
        let create = pb::CreateServiceTokenRequest {
            parent: name(),
            label: "For the import".into(),
            expire_time: Some(Timestamp { seconds: in_a_month.timestamp(), nanos: 0 }),
            request_id: self.key(),
            ..Default::default()
        };
        let made: pb::CreateServiceTokenResponse =
            self.ask("AccountService/CreateServiceToken", "admin", create).await;
        self.sow_tokens("nightly").await;
        let list = pb::ListServiceTokensRequest { parent: name(), ..Default::default() };
        let listed: pb::ListServiceTokensResponse =
            self.ask("AccountService/ListServiceTokens", "admin", list).await;
        assert_eq!(listed.total_size.unsigned_abs(), self.rows + 1);
        let token = made.token.expect("a token").name;
        let revoke =
            pb::RevokeServiceTokenRequest { name: token, request_id: self.key(), ..Default::default() };
        self.make("AccountService/RevokeServiceToken", "admin", revoke).await;
    }
}
