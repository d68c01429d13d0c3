//! What every handler does: learn who calls, ask the application, answer or map the error.

use crate::{names, requests::Write, status::status};
use chrono::{DateTime, Utc};
use onus_app::{
    App, Context, View,
    paging::{ListRequest, Page},
};
use onus_domain::{Error, Month, Result, Violation, request::RequestKey, role::Actor};
use sha2::{Digest, Sha256};
use std::{future::Future, sync::Arc};
use tonic::{Request, Response, Status};
use uuid::Uuid;

/// What a handler answers.
pub type Answer<T> = Result<Response<T>, Status>;

/// The services' one state: the application.
#[derive(Clone)]
pub struct Server(Arc<App>);

impl Server {
    /// Serves an application.
    pub fn new(app: Arc<App>) -> Self {
        Self(app)
    }

    /// The application.
    pub fn app(&self) -> &App {
        &self.0
    }

    /// The application, for what outlives a call.
    pub fn shared(&self) -> Arc<App> {
        Arc::clone(&self.0)
    }

    /// The month that a request names; empty is the last whole one.
    pub fn month(&self, field: &str, text: &str) -> Result<Month> {
        Ok(if text.is_empty() { self.0.last_month() } else { names::read_month(field, text)? })
    }

    /// Who calls, as [`crate::access`] found it, and what they ask.
    pub fn open<T>(&self, mut request: Request<T>) -> (Context, T) {
        let actor = request.extensions_mut().remove().unwrap_or_else(Actor::public);
        (self.0.context(actor), request.into_inner())
    }

    /// The same of a request to write, which may have a key: then it is done once however often it is made.
    pub fn open_write<T: Write>(&self, request: Request<T>) -> Result<(Context, T)> {
        let (mut context, asked) = self.open(request);
        context.request = request_key(&context.actor, &asked)?;
        Ok((context, asked))
    }
}

/// The key that a request was given, with what tells whether it is the same request when it comes again.
fn request_key<T: Write>(actor: &Actor, asked: &T) -> Result<Option<RequestKey>> {
    let given = asked.request_id();
    if given.is_empty() {
        return Ok(None);
    }
    let id = Uuid::try_parse(given).ok().filter(|id| !id.is_nil());
    let id =
        id.ok_or_else(|| Violation::new("request_id", "UUID", given, "a UUID, made anew for each request"))?;
    let digest = Sha256::new().chain_update(T::NAME).chain_update(asked.encode_to_vec()).finalize();
    Ok(Some(RequestKey { account: actor.account.clone(), id, digest: format!("{digest:x}") }))
}

/// Does a handler's work and wraps what it gives.
pub async fn answer<T>(work: impl Future<Output = Result<T>>) -> Answer<T> {
    work.await.map(Response::new).map_err(status)
}

/// Works something out of a view on a thread of its own: figures take long enough to hold others up.
pub async fn compute<T: Send + 'static>(
    view: Arc<View>,
    work: impl FnOnce(&View) -> Result<T> + Send + 'static,
) -> Result<T> {
    // What it logs stands under the call.
    let span = tracing::Span::current();
    tokio::task::spawn_blocking(move || span.in_scope(|| work(&view))).await.map_err(Error::internal)?
}

/// A page as the application takes it.
pub fn list(page_size: i32, page_token: String, filter: String, order_by: String) -> ListRequest {
    ListRequest { page_size, page_token, filter, order_by, read_time: None }
}

/// A page of a list as it was `at` a time; of the present one without.
pub fn list_at(
    page_size: i32,
    page_token: String,
    filter: String,
    order_by: String,
    at: Option<DateTime<Utc>>,
) -> ListRequest {
    ListRequest { read_time: at, ..list(page_size, page_token, filter, order_by) }
}

/// A page's rows made into messages, its next token, and the size of the whole list.
pub fn paged<T, U>(page: Page<T>, make: impl FnMut(T) -> U) -> (Vec<U>, String, i32) {
    let page = page.map(make);
    (page.rows, page.next_page_token, crate::convert::count(page.total_size))
}

/// Refuses a batch that asks for too much at once.
pub fn check_batch(names: &[String]) -> Result<()> {
    const MOST: usize = 1_000;
    if names.len() <= MOST {
        return Ok(());
    }
    Err(Violation::new("names", "COUNT", names.len(), format!("at most {MOST} names")).into())
}
