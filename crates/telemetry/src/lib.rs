//! What Onus says of itself: log lines on standard error, and traces and metrics over OTLP when an endpoint is set.
//!
//! A collector that is away, slow or silent costs nothing: spans wait in a bounded queue, what does not fit is dropped,
//! the exporter's own complaints are logged once in a while, and the end of the program waits [`FLUSH_WAIT`] at most.
//!
//! No personal data: spans carry methods, routes and statuses; never addresses, queries, headers or accounts.

mod export;
mod rarely;
mod requests;

pub use export::{FLUSH_WAIT, Guard};
pub use requests::{RequestLayer, RequestService, has_sound_id};

use onus_domain::{Error, Result, Violation, Violations};
use serde::{Deserialize, Serialize};
use tracing::Subscriber;
use tracing_subscriber::{
    EnvFilter, Layer, filter::FilterExt as _, fmt::MakeWriter, layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// For people: one line an event, coloured on a terminal unless `NO_COLOR` is set.
    #[default]
    Human,
    /// For machines: one JSON object a line.
    Json,
}

/// What is logged and where traces and metrics go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// What is logged, in the syntax of `tracing_subscriber::EnvFilter`, such as `info` or `warn,onus_app=debug`.
    pub log: String,
    /// How log lines look.
    pub format: Format,
    /// The OTLP collector (gRPC), such as `http://127.0.0.1:4317`. Empty: no traces, no metrics.
    pub otlp_endpoint: String,
    /// The name under which the collector knows this server.
    pub service_name: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            log: "info".into(),
            format: Format::Human,
            otlp_endpoint: String::new(),
            service_name: "onus".into(),
        }
    }
}

impl Settings {
    /// Reads the filter and the endpoint, or says all that is wrong with them.
    fn checked(&self) -> Result<EnvFilter> {
        let mut found = Violations::new();
        let filter = found.take(EnvFilter::builder().parse(&self.log).map_err(|e| {
            let expected = format!("a filter such as \"info\" or \"warn,onus_app=debug\" ({e})");
            Violation::new("telemetry.log", "LOG_FILTER", &self.log, expected)
        }));
        found.require(self.otlp_endpoint.is_empty() || export::is_endpoint(&self.otlp_endpoint), || {
            Violation::new(
                "telemetry.otlp_endpoint",
                "URL",
                &self.otlp_endpoint,
                "the address of an OTLP collector (gRPC), such as http://127.0.0.1:4317, or nothing",
            )
        });
        found.into_result()?;
        Ok(filter.unwrap_or_default())
    }
}

/// Sets logging up for the whole process, and traces and metrics if `settings` name an endpoint. Keep the
/// guard until the end: dropping it sends what is left.
///
/// # Errors
/// A filter or endpoint that cannot be read; a process that has its logging set up already.
pub fn init(settings: &Settings) -> Result<Guard> {
    let filter = settings.checked()?;
    let exporter = export::Exporter::start(settings)?;
    everything(settings.format, filter, std::io::stderr, exporter.as_ref())
        .try_init()
        .map_err(Error::internal)?;
    std::panic::set_hook(Box::new(log_panic));
    Ok(Guard::new(exporter))
}

/// A panic is a line like any other, under the request that it ended.
fn log_panic(panic: &std::panic::PanicHookInfo<'_>) {
    let at = panic.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(at, "panicked: {}", panic.payload_as_str().unwrap_or("without words"));
}

/// Log lines, and traces if there is somebody to send them to.
fn everything<W>(
    format: Format,
    filter: EnvFilter,
    writer: W,
    exporter: Option<&export::Exporter>,
) -> Box<dyn Subscriber + Send + Sync>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let lines = lines(format, filter, writer);
    // Not an optional layer: one that is not there has no filter, and lets every library make every span it knows.
    match exporter {
        Some(exporter) => Box::new(lines.with(exporter.layer())),
        None => Box::new(lines),
    }
}

/// Log lines of `format`, written to `writer`.
fn lines<W>(
    format: Format,
    filter: EnvFilter,
    writer: W,
) -> impl Subscriber + Send + Sync + for<'a> tracing_subscriber::registry::LookupSpan<'a>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let layer = tracing_subscriber::fmt::layer().with_writer(writer);
    let layer = match format {
        Format::Human => layer.with_ansi(colours()).boxed(),
        Format::Json => {
            layer.json().flatten_event(true).with_current_span(true).with_span_list(false).boxed()
        }
    };
    tracing_subscriber::registry().with(layer.with_filter(filter.and(rarely::Rarely::default())))
}

/// Whether standard error is a terminal whose user has not asked for plain text (<https://no-color.org>).
fn colours() -> bool {
    use std::io::IsTerminal as _;
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

#[cfg(test)]
mod tests;
