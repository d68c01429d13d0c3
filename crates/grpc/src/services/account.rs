//! `AccountService`.

use crate::{
    call::{Answer, Server, answer, list, paged},
    convert, names,
};
use onus_app::identity::{NewMachine, NewToken};
use onus_domain::AccountId;
use onus_proto::v1::{self as pb, account_service_server::AccountService};
use tonic::{Request, async_trait};

/// Tells callers who they are, and keeps accounts.
pub struct Accounts(pub Server);

#[async_trait]
impl AccountService for Accounts {
    async fn get_me(&self, request: Request<pb::GetMeRequest>) -> Answer<pb::Me> {
        answer(async {
            let (context, _) = self.0.open(request);
            let name = self.0.app().own_name(&context).await?;
            Ok(convert::me(&context.actor, name))
        })
        .await
    }

    async fn get_account(&self, request: Request<pb::GetAccountRequest>) -> Answer<pb::Account> {
        answer(async {
            let (context, asked) = self.0.open(request);
            let id = names::read_account("name", &asked.name)?;
            Ok(convert::account(&self.0.app().account(&context, &id).await?))
        })
        .await
    }

    async fn list_accounts(
        &self,
        request: Request<pb::ListAccountsRequest>,
    ) -> Answer<pb::ListAccountsResponse> {
        answer(async {
            let (context, asked) = self.0.open(request);
            let wanted = list(asked.page_size, asked.page_token, asked.filter, asked.order_by);
            let page = self.0.app().list_accounts(&context, &wanted).await?;
            let (accounts, next_page_token, total_size) = paged(page, |of| convert::account(&of));
            Ok(pb::ListAccountsResponse { accounts, next_page_token, total_size })
        })
        .await
    }

    async fn create_account(&self, request: Request<pb::CreateAccountRequest>) -> Answer<pb::Account> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let new = convert::read(|found| {
                let id = AccountId::new(&asked.account_id).map_err(|violation| violation.at("account_id"));
                let id = found.take(id);
                let given = convert::required("account", asked.account, found)?;
                let granted = convert::read_grant(&given, found);
                Some(NewMachine {
                    id: id?,
                    display_name: given.display_name,
                    granted: granted?,
                    certificate: convert::read_text(given.certificate),
                })
            })?;
            let app = self.0.app();
            let made = app.once(&context, app.create_machine(&context, new, asked.validate_only));
            let made = Box::pin(made).await.map_err(convert::in_account)?;
            Ok(convert::account(&made))
        })
        .await
    }

    async fn update_account(&self, request: Request<pb::UpdateAccountRequest>) -> Answer<pb::Account> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let given = convert::read(|found| convert::required("account", asked.account, found))?;
            let id = names::read_account("account.name", &given.name)?;
            let change = convert::read_account_change(&given, &asked.update_mask.unwrap_or_default().paths)?;
            let app = self.0.app();
            let work = app.update_account(&context, &id, change, &given.etag, asked.validate_only);
            let made = Box::pin(app.once(&context, work)).await.map_err(convert::in_account)?;
            Ok(convert::account(&made))
        })
        .await
    }

    async fn create_service_token(
        &self,
        request: Request<pb::CreateServiceTokenRequest>,
    ) -> Answer<pb::CreateServiceTokenResponse> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let (id, new) = convert::read(|found| {
                let id = found.take(names::read_account("parent", &asked.parent));
                let expires_at = found.take(convert::required_timestamp("expire_time", asked.expire_time));
                Some((id?, NewToken { label: asked.label, expires_at: expires_at? }))
            })?;
            let made = self.0.app().create_token(&context, &id, new, asked.validate_only);
            let (token, secret) = Box::pin(made).await.map_err(|error| {
                convert::relocate(error, |field| {
                    if field == "expires_at" { "expire_time".into() } else { field.into() }
                })
            })?;
            Ok(pb::CreateServiceTokenResponse { token: Some(convert::service_token(&token)), secret })
        })
        .await
    }

    async fn list_service_tokens(
        &self,
        request: Request<pb::ListServiceTokensRequest>,
    ) -> Answer<pb::ListServiceTokensResponse> {
        answer(async {
            let (context, asked) = self.0.open(request);
            let id = names::read_account("parent", &asked.parent)?;
            // The parent is part of the token, so that it fits no other account's list.
            let request = list(asked.page_size, asked.page_token, asked.parent, String::new());
            let page = self.0.app().page_tokens(&context, &id, &request).await?;
            let (tokens, next_page_token, total_size) = paged(page, |of| convert::service_token(&of));
            Ok(pb::ListServiceTokensResponse { tokens, next_page_token, total_size })
        })
        .await
    }

    async fn revoke_service_token(
        &self,
        request: Request<pb::RevokeServiceTokenRequest>,
    ) -> Answer<pb::ServiceToken> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let (account, token) = names::read_token("name", &asked.name)?;
            let app = self.0.app();
            let work = app.once(&context, app.revoke_token(&context, &account, token, asked.validate_only));
            Ok(convert::service_token(&Box::pin(work).await?))
        })
        .await
    }
}
