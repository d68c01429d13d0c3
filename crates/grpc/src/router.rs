//! All services together, as they are served.

use crate::status::status;
use crate::{
    access::AccessLayer,
    call::Server,
    drain::DrainLayer,
    layer::CallLayer,
    rate::RateLayer,
    services::{
        Accounts, Audit, Burdens, Challenges, Changes, Collections, Consultations, Definitions, Editions,
        Matching, Organisations, Plans, Reuse, Reviews,
    },
};
use onus_app::App;
use onus_domain::{Error, Result};
use onus_proto::{
    FILE_DESCRIPTOR_SET,
    v1::{
        account_service_server::AccountServiceServer, audit_service_server::AuditServiceServer,
        burden_service_server::BurdenServiceServer, challenge_service_server::ChallengeServiceServer,
        change_service_server::ChangeServiceServer, collection_service_server::CollectionServiceServer,
        consultation_service_server::ConsultationServiceServer,
        definition_service_server::DefinitionServiceServer, edition_service_server::EditionServiceServer,
        matching_service_server::MatchingServiceServer,
        organisation_service_server::OrganisationServiceServer, plan_service_server::PlanServiceServer,
        reuse_service_server::ReuseServiceServer, review_service_server::ReviewServiceServer,
    },
};
use std::{any::Any, sync::Arc, time::Duration};
use tokio::sync::watch;
use tonic::{body::Body, codec::CompressionEncoding::Gzip, server::NamedService, service::Routes};
use tonic_health::{ServingStatus, server::HealthReporter};
use tonic_web::GrpcWebLayer;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;

/// Largest message taken unless said otherwise, bytes: far above the largest version that may be submitted.
pub const MAX_REQUEST_BYTES: usize = 4 * 1024 * 1024;
/// Largest message given, bytes.
pub const MAX_RESPONSE_BYTES: usize = 16 * 1024 * 1024;

/// What a call may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Until it begins to answer.
    pub longest: Duration,
    /// Largest message taken, bytes.
    pub message_bytes: usize,
}

impl From<Duration> for Limits {
    fn from(longest: Duration) -> Self {
        Self { longest, message_bytes: MAX_REQUEST_BYTES }
    }
}

/// Says how the server is, by the gRPC health protocol.
#[derive(Debug, Clone)]
pub struct Health {
    reporter: HealthReporter,
    services: Vec<&'static str>,
    draining: watch::Sender<bool>,
}

impl Health {
    async fn say(&self, status: ServingStatus) {
        for service in &self.services {
            self.reporter.set_service_status(service, status).await;
        }
    }

    /// Says NOT_SERVING from now on, for the server as a whole and for each service: new calls should go elsewhere.
    pub async fn drain(&self) {
        self.say(ServingStatus::NotServing).await;
    }

    /// Ends the streams that have nothing to say, with word that their callers should go elsewhere.
    pub fn end_streams(&self) {
        self.draining.send_replace(true);
    }
}

/// Adds services with the limits and compression that all have, and notes their names for health.
macro_rules! with_services {
    ($routes:expr, $server:expr, $limits:expr, $($kind:ident($handler:ident)),+ $(,)?) => {{
        let routes = $routes$(.add_service(
            $kind::new($handler($server.clone()))
                .accept_compressed(Gzip)
                .send_compressed(Gzip)
                .max_decoding_message_size($limits.message_bytes)
                .max_encoding_message_size(MAX_RESPONSE_BYTES),
        ))+;
        // The empty name stands for the server as a whole.
        (routes, vec!["", $($kind::<$handler>::NAME),+])
    }};
}

/// All services of an application: `onus.v1`, health, reflection v1 and v1alpha; over gRPC and gRPC-Web, within `limits`.
/// `into_axum_router` gives what can be merged with pages: it has no fallback of its own.
///
/// The error says that the descriptor compiled in cannot be read, which no build of it yields.
pub async fn routes(app: Arc<App>, limits: impl Into<Limits>) -> Result<(Routes, Health)> {
    let limits = limits.into();
    let (reporter, health_service) = tonic_health::server::health_reporter();
    let routes = Routes::new(health_service);
    let server = Server::new(Arc::clone(&app));
    let (routes, services) = with_services!(
        routes,
        server,
        limits,
        AccountServiceServer(Accounts),
        OrganisationServiceServer(Organisations),
        CollectionServiceServer(Collections),
        ReviewServiceServer(Reviews),
        DefinitionServiceServer(Definitions),
        MatchingServiceServer(Matching),
        BurdenServiceServer(Burdens),
        EditionServiceServer(Editions),
        AuditServiceServer(Audit),
        ChangeServiceServer(Changes),
        ReuseServiceServer(Reuse),
        ConsultationServiceServer(Consultations),
        ChallengeServiceServer(Challenges),
        PlanServiceServer(Plans),
    );
    let health = Health { reporter, services, draining: watch::Sender::new(false) };
    health.say(ServingStatus::Serving).await;

    let layers = ServiceBuilder::new()
        .layer(GrpcWebLayer::new())
        .layer(DrainLayer::new(health.draining.subscribe()))
        .layer(RateLayer::arrival())
        .layer(CallLayer::new(limits.longest))
        .layer(CatchPanicLayer::custom(after_panic))
        .layer(AccessLayer(app))
        .layer(RateLayer::identified());
    let router = with_reflection(routes)?.into_axum_router().reset_fallback().layer(layers);
    Ok((router.into(), health))
}

/// What a caller is told of a call that panicked; the panic itself is in the log.
fn after_panic(_: Box<dyn Any + Send>) -> http::Response<Body> {
    status(Error::internal("a call panicked")).into_http()
}

fn with_reflection(routes: Routes) -> Result<Routes> {
    let builder = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(FILE_DESCRIPTOR_SET)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
    };
    let v1 = builder().build_v1().map_err(Error::internal)?;
    let v1alpha = builder().build_v1alpha().map_err(Error::internal)?;
    Ok(routes.add_service(v1).add_service(v1alpha))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_internal_error_without_its_words() {
        let answer = after_panic(Box::new("a fault"));
        let said = tonic::Status::from_header_map(answer.headers()).unwrap();
        assert_eq!(said.code(), tonic::Code::Internal);
        assert!(!said.message().contains("fault") && !said.details().is_empty(), "{said:?}");
    }
}
