use super::*;
use std::{
    io::Write,
    sync::{Arc, Mutex},
};

/// Keeps what is written.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn logged(format: Format, filter: &str, what: impl FnOnce()) -> Vec<String> {
    let kept = Kept::default();
    let writer = kept.clone();
    let subscriber = everything(format, filter.parse().unwrap(), move || writer.clone(), None);
    tracing::subscriber::with_default(subscriber, what);
    let text = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn json_lines_parse_and_carry_their_span() {
    let lines = logged(Format::Json, "info", || {
        let _entered = tracing::info_span!("import", file = "collections.csv").entered();
        tracing::info!(rows = 79, "read \"quoted\"\nand broken");
        tracing::debug!("not asked for");
    });
    let values: Vec<serde_json::Value> =
        lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(values.len(), 1, "{lines:?}");
    assert_eq!(values[0]["message"], "read \"quoted\"\nand broken");
    assert_eq!(values[0]["rows"], 79);
    assert_eq!(values[0]["span"]["file"], "collections.csv");
    assert_eq!(values[0]["level"], "INFO");
}

#[test]
fn human_lines_are_plain_unless_on_a_terminal() {
    let lines = logged(Format::Human, "warn,onus_telemetry=info", || tracing::info!("ready"));
    assert_eq!(lines.len(), 1);
    assert!(lines[0].ends_with("ready") && lines[0].contains("INFO"), "{lines:?}");
}

#[test]
fn the_exporters_complaints_are_rare_and_others_are_not() {
    let lines = logged(Format::Human, "info", || {
        for _ in 0..50 {
            tracing::error!(target: "opentelemetry_sdk", "cannot reach the collector");
            tracing::error!("cannot reach the database");
        }
    });
    assert_eq!(lines.iter().filter(|line| line.contains("collector")).count(), 1, "{lines:?}");
    assert_eq!(lines.iter().filter(|line| line.contains("database")).count(), 50);
}

#[test]
fn all_that_is_wrong_with_settings_is_said_at_once() {
    let settings =
        Settings { log: "onus=loud".into(), otlp_endpoint: "collector:4317".into(), ..Settings::default() };
    let Err(Error::Invalid(found)) = settings.checked() else { panic!("accepted") };
    let fields: Vec<_> = found.iter().map(|v| (v.field.as_str(), v.rule.as_str())).collect();
    assert_eq!(fields, [("telemetry.log", "LOG_FILTER"), ("telemetry.otlp_endpoint", "URL")]);
    assert!(Settings::default().checked().is_ok());
    for good in ["http://127.0.0.1:4317", "https://collector.example:4317"] {
        assert!(Settings { otlp_endpoint: good.into(), ..Settings::default() }.checked().is_ok(), "{good}");
    }
}

#[test]
fn unknown_settings_are_refused() {
    let read = |text| serde_json::from_str::<Settings>(text);
    assert_eq!(read(r#"{"format": "json"}"#).unwrap().format, Format::Json);
    assert!(read(r#"{"fromat": "json"}"#).unwrap_err().to_string().contains("fromat"));
}

#[test]
fn a_collector_over_tls_needs_no_more_than_its_address() {
    let settings = Settings { otlp_endpoint: "https://127.0.0.1:1".into(), ..Settings::default() };
    assert!(export::Exporter::start(&settings).unwrap().is_some());
    assert!(export::Exporter::start(&Settings::default()).unwrap().is_none());
}

#[test]
fn spans_that_nobody_asked_for_are_not_made() {
    logged(Format::Human, "info", || {
        assert!(!tracing::info_span!("request").is_disabled());
        // HTTP/2 has several a request: made, entered and closed they cost a third of its time.
        assert!(tracing::trace_span!(target: "h2::proto", "poll").is_disabled());
        assert!(tracing::debug_span!(target: "hyper", "connection").is_disabled());
    });
}
