//! What every handler does: learn who calls, ask the application, answer or map the error.

use crate::status::status;
use onus_app::{
    App, Context, View,
    paging::{ListRequest, Page},
};
use onus_domain::{Error, Result};
use std::{future::Future, sync::Arc};
use tonic::{Request, Response, Status};

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

    /// Who calls, and what they ask. The metadata `authorization` says who; nothing given is the public.
    pub fn open<T>(&self, request: Request<T>) -> Result<(Context, T)> {
        let given = request.metadata().get("authorization").map(|value| value.to_str());
        let given = given
            .transpose()
            .map_err(|_| Error::Unauthenticated("authorization must be plain text".into()))?;
        let actor = self.0.identify(given)?;
        Ok((self.0.context(actor), request.into_inner()))
    }
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
    tokio::task::spawn_blocking(move || work(&view)).await.map_err(Error::internal)?
}

/// A page as the application takes it.
pub fn list(page_size: i32, page_token: String, filter: String, order_by: String) -> ListRequest {
    ListRequest { page_size, page_token, filter, order_by }
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
    Err(onus_domain::Violation::new("names", "COUNT", names.len(), format!("at most {MOST} names")).into())
}
