//! Traces and metrics over OTLP (gRPC), sent from the background.

use crate::Settings;
use onus_domain::{Error, Result};
use opentelemetry::{KeyValue, global, trace::TracerProvider as _};
use opentelemetry_otlp::{
    MetricExporter, SpanExporter, WithExportConfig, WithTonicConfig, tonic_types::transport::ClientTlsConfig,
};
use opentelemetry_sdk::{
    Resource,
    metrics::{PeriodicReader, SdkMeterProvider},
    propagation::TraceContextPropagator,
    trace::{BatchConfigBuilder, BatchSpanProcessor, SdkTracerProvider},
};
use std::{
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};
use tokio::runtime::Runtime;
use tracing::{Level, Subscriber, level_filters::LevelFilter};
use tracing_subscriber::{Layer, filter::Targets, registry::LookupSpan};

/// Longest time that the end of the program waits for the collector.
pub const FLUSH_WAIT: Duration = Duration::from_millis(1_500);
/// Longest time one export may take.
const EXPORT_TIMEOUT: Duration = Duration::from_secs(5);
/// Spans that wait for the collector; what comes on top is dropped. About 2 MB.
const QUEUE: usize = 4_096;
/// Time between two exports of metrics.
const METRICS_INTERVAL: Duration = Duration::from_mins(1);

/// Whether `text` is an address that an exporter can be given.
pub(crate) fn is_endpoint(text: &str) -> bool {
    text.parse::<http::Uri>().is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some_and(|host| !host.is_empty())
    })
}

/// Whether this process has started to export, ever.
static EXPORTING: AtomicBool = AtomicBool::new(false);

/// Whether anybody is told of spans and measures.
pub(crate) fn is_exporting() -> bool {
    EXPORTING.load(Ordering::Relaxed)
}

/// The two pipelines and the runtime their connections live on, apart from the server's own.
#[derive(Debug)]
pub(crate) struct Exporter {
    tracers: SdkTracerProvider,
    meters: SdkMeterProvider,
    runtime: Runtime,
}

impl Exporter {
    /// Starts both pipelines if an endpoint is set. Connects to nobody yet.
    pub(crate) fn start(settings: &Settings) -> Result<Option<Self>> {
        if settings.otlp_endpoint.is_empty() {
            return Ok(None);
        }
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("telemetry")
            .enable_all()
            .build()
            .map_err(Error::internal)?;
        let entered = runtime.enter();
        let resource = Resource::builder()
            .with_service_name(settings.service_name.clone())
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        let tracers = tracers(&settings.otlp_endpoint, resource.clone())?;
        let meters = meters(&settings.otlp_endpoint, resource)?;
        drop(entered);
        global::set_text_map_propagator(TraceContextPropagator::new());
        global::set_meter_provider(meters.clone());
        EXPORTING.store(true, Ordering::Relaxed);
        Ok(Some(Self { tracers, meters, runtime }))
    }

    /// The layer that makes traces of Onus's own spans. Those of the libraries that do the sending stay out, or each
    /// export would cause the next.
    pub(crate) fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let own = Targets::new().with_default(LevelFilter::OFF).with_target("onus", Level::INFO);
        tracing_opentelemetry::layer()
            .with_tracer(self.tracers.tracer("onus"))
            .with_location(false)
            .with_threads(false)
            .with_filter(own)
    }

    /// Sends what is left, for [`FLUSH_WAIT`] at most; then lets go.
    fn stop(self) {
        let Self { tracers, meters, runtime } = self;
        let (done, finished) = mpsc::channel();
        let flush = move || {
            // An unreachable collector is no fault of ours and has been logged by the exporter.
            let _ = tracers.shutdown_with_timeout(FLUSH_WAIT);
            let _ = meters.shutdown_with_timeout(FLUSH_WAIT);
            let _ = done.send(());
        };
        if thread::Builder::new().name("telemetry-flush".into()).spawn(flush).is_ok() {
            let _ = finished.recv_timeout(FLUSH_WAIT);
        }
        // Does not wait, and may be called from within another runtime.
        runtime.shutdown_background();
    }
}

/// Aims an exporter at the collector.
fn aim<B: WithExportConfig + WithTonicConfig>(builder: B, endpoint: &str) -> B {
    let builder = builder.with_endpoint(endpoint).with_timeout(EXPORT_TIMEOUT);
    // Reading the machine's roots takes a while: only for those who need them.
    if endpoint.starts_with("https:") {
        builder.with_tls_config(ClientTlsConfig::new().with_enabled_roots())
    } else {
        builder
    }
}

fn tracers(endpoint: &str, resource: Resource) -> Result<SdkTracerProvider> {
    let exporter = aim(SpanExporter::builder().with_tonic(), endpoint).build().map_err(Error::internal)?;
    let batch = BatchConfigBuilder::default().with_max_queue_size(QUEUE).build();
    let processor = BatchSpanProcessor::builder(exporter).with_batch_config(batch).build();
    Ok(SdkTracerProvider::builder().with_span_processor(processor).with_resource(resource).build())
}

fn meters(endpoint: &str, resource: Resource) -> Result<SdkMeterProvider> {
    let exporter = aim(MetricExporter::builder().with_tonic(), endpoint).build().map_err(Error::internal)?;
    let reader = PeriodicReader::builder(exporter).with_interval(METRICS_INTERVAL).build();
    Ok(SdkMeterProvider::builder().with_reader(reader).with_resource(resource).build())
}

/// Sends what is left when dropped, and waits [`FLUSH_WAIT`] at most.
#[derive(Debug)]
#[must_use = "dropping it ends traces and metrics"]
pub struct Guard(Option<Exporter>);

impl Guard {
    pub(crate) fn new(exporter: Option<Exporter>) -> Self {
        Self(exporter)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(exporter) = self.0.take() {
            exporter.stop();
        }
    }
}
