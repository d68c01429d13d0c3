//! Who calls, and whether they may: found before a handler is reached. Deny by default: a call is made by those whom the contract's option
//! `access` names, and what they may do to which resource is decided by the application once more.

use crate::status::status;
use http::{HeaderMap, Request, Response};
use onus_app::{App, identity::ClientCertificate};
use onus_domain::{
    Error, Result,
    role::{Actor, Role},
};
use onus_proto::access::ACCESS;
use std::{
    collections::BTreeMap,
    future::Future,
    pin::Pin,
    sync::{Arc, LazyLock},
    task::{Context, Poll},
};
use tower::{Layer, Service};

/// Roles that may make each call, by path.
static ROLES: LazyLock<BTreeMap<&str, Vec<Role>>> = LazyLock::new(|| {
    let roles = |(path, grants): &(&'static str, &[onus_proto::access::Grant])| {
        // A test holds that every code is one of the domain's.
        (*path, grants.iter().filter_map(|grant| grant.role.parse().ok()).collect())
    };
    ACCESS.iter().map(roles).collect()
});

/// Finds out who calls and refuses whom the contract does not name. The [`Actor`] is among the request's extensions afterwards.
#[derive(Clone)]
pub struct AccessLayer(pub Arc<App>);

impl<S> Layer<S> for AccessLayer {
    type Service = AccessService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        AccessService { app: Arc::clone(&self.0), inner }
    }
}

/// What [`AccessLayer`] makes of a service.
#[derive(Clone)]
pub struct AccessService<S> {
    app: Arc<App>,
    inner: S,
}

impl<S, B, C> Service<Request<B>> for AccessService<S>
where
    S: Service<Request<B>, Response = Response<C>> + Clone + Send + 'static,
    S::Future: Send,
    B: Send + 'static,
    C: Default,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let Some(roles) = ROLES.get(request.uri().path()) else {
            // Health, reflection, or no call at all.
            return Box::pin(self.inner.call(request));
        };
        // The one that said it was ready is the one to call.
        let fresh = self.inner.clone();
        let mut ready = std::mem::replace(&mut self.inner, fresh);
        let app = Arc::clone(&self.app);
        Box::pin(async move {
            let certificate = request.extensions().get::<ClientCertificate>().cloned();
            match admit(&app, request.headers(), certificate, request.uri().path(), roles).await {
                Ok(actor) => {
                    request.extensions_mut().insert(actor);
                    ready.call(request).await
                }
                Err(error) => Ok(status(error).into_http()),
            }
        })
    }
}

/// Who calls, if they may: whom `authorization` names, or without it whose certificate the connection shows.
async fn admit(
    app: &App,
    headers: &HeaderMap,
    certificate: Option<ClientCertificate>,
    path: &str,
    roles: &[Role],
) -> Result<Actor> {
    let given = headers.get("authorization").map(|value| value.to_str()).transpose();
    let given = given.map_err(|_| Error::Unauthenticated("authorization must be plain text".into()))?;
    let actor = match (given, certificate) {
        (None, Some(ClientCertificate(digest))) => app.identify_certificate(&digest).await?,
        (given, _) => app.identify(given).await?,
    };
    if roles.iter().any(|role| *role == Role::Public || actor.has(*role)) {
        return Ok(actor);
    }
    let call = path.rsplit('/').next().unwrap_or(path);
    let names: Vec<_> = roles.iter().map(|role| role.as_str()).collect();
    let needed = format!("{call} needs the role {}", names.join(" or "));
    Err(if actor.is_known() {
        Error::PermissionDenied(format!("{} may not do this: {needed}", actor.account))
    } else {
        Error::Unauthenticated(format!("{needed}: no identity was given"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_grant_names_a_role_of_the_domain() {
        for (path, grants) in ACCESS {
            assert_eq!(ROLES[path].len(), grants.len(), "{path}");
        }
    }
}
