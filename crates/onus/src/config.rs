//! Configuration: a commented default compiled in, then a file, then the environment. Unknown keys are refused.

mod identity;
mod limits;
mod messages;
mod tls;

use crate::serve::Proxies;
use config::{Config, ConfigError, Environment, File, FileFormat, Map, Source, Value, ValueKind};
pub use identity::Identity;
pub use limits::{Limits, Rate};
pub use messages::{Mail, Webhooks};
use onus_app::printing::Printer;
use onus_domain::{Decimal, Error, Month, Result, Violation, Violations};
use onus_notify::Outward;
use serde::Deserialize;
use std::{
    collections::HashMap,
    net::SocketAddr,
    path::{Path, PathBuf},
};
pub use tls::Tls;

/// The default, with a comment for each key.
pub const DEFAULT: &str = include_str!("default.toml");
/// Read if it is there and no file is named.
const DEFAULT_FILE: &str = "onus.toml";
/// Where to read what is right.
const HELP: &str = "`onus config` prints every key with its meaning and default";
/// Variables that begin so are for tests and tools, not configuration.
const NOT_CONFIGURATION: &[&str] = &["ONUS_TEST_", "ONUS_CONFIG"];

/// The whole configuration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Folder for the embedded database and editions.
    pub data_dir: PathBuf,
    /// Where the registry is kept.
    pub database: Database,
    /// How it is served.
    pub server: Server,
    /// How the audit log is signed.
    pub audit: Audit,
    /// Who signs people in.
    pub identity: Identity,
    /// How burden is counted.
    pub burden: Burden,
    /// What definitions are matched with.
    pub matching: Matching,
    /// How e-mail is sent.
    pub mail: Mail,
    /// How webhooks are called.
    pub webhooks: Webhooks,
    /// How versions are reviewed.
    pub review: Review,
    /// When months are published.
    pub editions: Editions,
    /// What is logged and traced.
    pub telemetry: onus_telemetry::Settings,
}

/// Where the registry is kept.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// `sqlite://` or `postgres://`; empty for an SQLite file in the data folder.
    pub url: String,
    /// Connections at most.
    pub max_connections: u32,
    /// Whether writers on SQLite share commits.
    pub group_commit: bool,
}

/// How the registry is served.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Address of the one port.
    pub listen: SocketAddr,
    /// Longest request.
    pub request_timeout_seconds: u64,
    /// Longest wait for requests under way at the end.
    pub drain_seconds: u64,
    /// Time between the word that the server ends and the first connection it does not take.
    pub drain_notice_seconds: u64,
    /// Proxies whose word about the client's address is believed, with commas between them.
    pub trusted_proxies: String,
    /// What clients may ask, and how long they may take.
    pub limits: Limits,
    /// How often callers may call.
    pub rate: Rate,
    /// The second listener, with TLS.
    pub tls: Tls,
}

impl Server {
    /// Proxies whose word about the client's address is believed.
    pub fn proxies(&self) -> Result<Proxies, Violation> {
        self.trusted_proxies.parse()
    }
}

/// How the audit log is signed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Audit {
    /// File of the private key; empty for one in the data folder.
    pub key_file: String,
    /// Name of the log.
    pub origin: String,
    /// Public keys that are trusted besides one's own, separated by blanks.
    pub trusted_keys: String,
}

/// How burden is counted.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Burden {
    /// The month whose index is 100.
    #[serde(deserialize_with = "base_month")]
    pub base_month: Month,
}

/// What definitions are matched with.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matching {
    /// Folder of the vocabulary that is added to the built-in one; empty for none.
    pub vocabulary: String,
    /// File of the model; empty for the built-in one.
    pub model: String,
}

/// How versions are reviewed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// The share of a local commissioner's request that may be asked already before the panel reviews it.
    pub local_referral_share: f64,
}

/// When months are published.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Editions {
    /// The day of the next month on which a month closes by itself; 0: it does not.
    pub closing_day: u32,
    /// The browser that prints reports to PDF: `auto`, a program, or nothing.
    pub pdf_browser: String,
}

impl Review {
    /// The share to four decimals, as the rule counts.
    pub fn share(&self) -> Decimal {
        #[expect(clippy::cast_possible_truncation, reason = "checked to be from 0 to 1")]
        Decimal::from_units((self.local_referral_share * 10_000.0).round() as i64)
    }
}

/// Reads the month, so that it is said what would be right.
fn base_month<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Month, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(|violation: Violation| serde::de::Error::custom(violation.expected))
}

impl Settings {
    /// Reads the default, then `file` (or `./onus.toml` if it is there), then the environment.
    pub fn read(file: Option<&Path>, environment: impl Iterator<Item = (String, String)>) -> Result<Self> {
        let file = match file {
            Some(path) => File::from(path).format(FileFormat::Toml).required(true),
            None => File::new(DEFAULT_FILE, FileFormat::Toml).required(false),
        };
        let variables: HashMap<_, _> = environment
            .filter(|(name, _)| !NOT_CONFIGURATION.iter().any(|other| name.starts_with(other)))
            .collect();
        // Without a prefix separator of its own the crate would look for ONUS__… and pass over ONUS_….
        let variables = Environment::with_prefix("ONUS")
            .prefix_separator("_")
            .separator("__")
            .try_parsing(true)
            .source(Some(variables));
        let default = File::from_str(DEFAULT, FileFormat::Toml);
        let known = default.collect().map_err(|error| refuse(&error, None))?;
        let read = Config::builder().add_source(default).add_source(file).add_source(variables).build();
        let read = read.map_err(|error| refuse(&error, None))?;
        let mut found = Violations::new();
        find_unknown("", &known, &read.collect().map_err(|error| refuse(&error, None))?, &mut found);
        found.into_result()?;
        let settings: Self = read.clone().try_deserialize().map_err(|error| refuse(&error, Some(&read)))?;
        settings.check()?;
        Ok(settings)
    }

    fn check(&self) -> Result<()> {
        let mut found = Violations::new();
        for (key, number) in [
            ("database.max_connections", u64::from(self.database.max_connections)),
            ("server.request_timeout_seconds", self.server.request_timeout_seconds),
        ] {
            found.require(number > 0, || Violation::new(key, "RANGE", number, "at least 1"));
        }
        self.server.limits.check(&mut found);
        found.take(self.server.proxies());
        let origin = &self.audit.origin;
        let is_name =
            !origin.is_empty() && !origin.contains(|c: char| c.is_whitespace() || c.is_control() || c == '+');
        found.require(is_name, || {
            Violation::new(
                "audit.origin",
                "LOG_NAME",
                origin,
                "a name without blanks and plus signs, such as onus",
            )
        });
        self.mail.check(&mut found);
        self.identity.check(&mut found);
        let share = self.review.local_referral_share;
        found.require((0.0..=1.0).contains(&share), || {
            Violation::new("review.local_referral_share", "RANGE", share, "a share from 0 to 1")
        });
        let day = self.editions.closing_day;
        found.require(day <= 28, || {
            let expected = "a day that every month has, 1 to 28, or 0 to publish by hand alone";
            Violation::new("editions.closing_day", "RANGE", day, expected)
        });
        found.take(Printer::find(&self.editions.pdf_browser));
        found.into_result()
    }

    /// Where the key of the audit log is, unless one is configured.
    pub fn own_audit_key(&self) -> PathBuf {
        self.data_dir.join("audit-key.pem")
    }

    /// The way out of messages.
    pub fn outward(&self) -> Result<Outward> {
        messages::outward(&self.mail, &self.webhooks)
    }

    /// Whether the database is the embedded one in `data_dir`.
    pub fn is_embedded(&self) -> bool {
        self.database.url.is_empty()
    }

    /// The database's address: the one configured, or the embedded one in `data_dir`.
    pub fn database_url(&self) -> String {
        if self.is_embedded() {
            // In a URL, these two would mean something else.
            let file = self.data_dir.join("registry.sqlite").to_string_lossy().replace('%', "%25");
            format!("sqlite://{}?mode=rwc", file.replace('?', "%3F"))
        } else {
            self.database.url.clone()
        }
    }
}

/// Notes every key that is given and has no default: there is no such key.
fn find_unknown(path: &str, known: &Map<String, Value>, given: &Map<String, Value>, found: &mut Violations) {
    let mut given: Vec<_> = given.iter().collect();
    given.sort_by_key(|(key, _)| *key);
    for (key, value) in given {
        let here = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        match (known.get(key).map(|value| &value.kind), &value.kind) {
            (Some(ValueKind::Table(known)), ValueKind::Table(given)) => {
                find_unknown(&here, known, given, found);
            }
            (Some(_), _) => {}
            (None, _) => {
                let mut keys: Vec<_> = known.keys().map(String::as_str).collect();
                keys.sort_unstable();
                let stands =
                    origin(value).map(|origin| format!(" (it stands in {origin})")).unwrap_or_default();
                let expected = format!("one of {}{stands}; {HELP}", keys.join(", "));
                found.push(Violation::new(here, "KNOWN_KEY", key, expected));
            }
        }
    }
}

/// The file or other place that a value, or the first value in a table, comes from.
fn origin(value: &Value) -> Option<&str> {
    let within = || match &value.kind {
        ValueKind::Table(table) => table.values().find_map(origin),
        _ => None,
    };
    value.origin().or_else(within)
}

/// What is wrong with a file or a value. A value is repeated as it was `read`; only the database's address and the
/// issuer's secret may not be shown, and any text is one of these.
fn refuse(error: &ConfigError, read: Option<&Config>) -> Error {
    let (field, rule, said) = match error {
        ConfigError::At { key: Some(key), error, .. } => (key.as_str(), "VALUE", error.to_string()),
        ConfigError::Type { key: Some(key), expected, .. } => (key.as_str(), "VALUE", (*expected).to_owned()),
        ConfigError::FileParse { uri: Some(uri), cause } => {
            (uri.as_str(), "TOML", format!("TOML that can be read: {cause}"))
        }
        other => ("configuration", "CONFIGURATION", other.to_string()),
    };
    let value = read.and_then(|read| read.get_string(field).ok()).unwrap_or_default();
    Violation::new(field, rule, value, format!("{}; {HELP}", said.trim_end())).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Settings> {
        Settings::read(None, variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn the_default_is_complete_and_the_environment_overrides_it() {
        assert_eq!(read(&[]).unwrap().server.listen.port(), 8080);
        let settings =
            read(&[("ONUS_SERVER__LISTEN", "127.0.0.1:9"), ("ONUS_BURDEN__BASE_MONTH", "2024-03")]).unwrap();
        assert_eq!(
            (settings.server.listen.port(), settings.burden.base_month.to_string().as_str()),
            (9, "2024-03")
        );
        assert!(read(&[("ONUS_TEST_POSTGRES_URL", "x"), ("PATH", "/bin")]).is_ok());
    }

    fn violations(outcome: Result<Settings>) -> Vec<(String, String, String)> {
        match outcome {
            Err(Error::Invalid(found)) => found.into_iter().map(|v| (v.field, v.rule, v.value)).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn wrong_values_are_refused_by_key_rule_and_value() {
        for (name, value, key, rule) in [
            ("ONUS_SERVER__LISTEN", "here", "server.listen", "VALUE"),
            ("ONUS_SERVER__DRAIN_SECONDS", "soon", "server.drain_seconds", "VALUE"),
            ("ONUS_BURDEN__BASE_MONTH", "March", "burden.base_month", "VALUE"),
            ("ONUS_DATABASE__MAX_CONNECTIONS", "0", "database.max_connections", "RANGE"),
            ("ONUS_SERVER__TRUSTED_PROXIES", "10.0.0.0/40", "server.trusted_proxies", "NETWORK"),
            ("ONUS_SERVER__LIMITS__CONNECTIONS", "0", "server.limits.connections", "RANGE"),
            ("ONUS_SERVER__LIMITS__HEADER_BYTES", "100", "server.limits.header_bytes", "RANGE"),
            ("ONUS_SERVER__LIMITS__IDLE_SECONDS", "0", "server.limits.idle_seconds", "RANGE"),
            ("ONUS_SERVER__RATE__ADDRESS", "-1", "server.rate.address", "VALUE"),
            ("ONUS_EDITIONS__CLOSING_DAY", "29", "editions.closing_day", "RANGE"),
            ("ONUS_EDITIONS__PDF_BROWSER", "/no/such", "editions.pdf_browser", "PROGRAM"),
            ("ONUS_REVIEW__LOCAL_REFERRAL_SHARE", "1.5", "review.local_referral_share", "RANGE"),
        ] {
            assert_eq!(violations(read(&[(name, value)])), [(key.into(), rule.into(), value.into())]);
        }
    }

    #[test]
    fn unknown_keys_are_all_named_with_where_they_stand() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mine.toml");
        std::fs::write(&file, "colour = 1\n[server]\nlistne = 2\n[databse]\nurl = 'secret'\n").unwrap();
        let environment = [("ONUS_BURDEN__MONTH".to_owned(), "2025-03".to_owned())];
        let refused = Settings::read(Some(&file), environment.into_iter()).unwrap_err().to_string();
        for says in ["colour", "server.listne", "databse", "burden.month", "mine.toml", "the environment"] {
            assert!(refused.contains(says), "{says}: {refused}");
        }
        assert!(
            refused.contains("one of drain_notice_seconds, drain_seconds, limits, listen,")
                && !refused.contains("secret"),
            "{refused}"
        );
    }

    #[test]
    fn a_file_that_is_no_toml_is_refused_by_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mine.toml");
        std::fs::write(&file, "[server").unwrap();
        let refused = Settings::read(Some(&file), std::iter::empty()).unwrap_err().to_string();
        assert!(refused.contains("mine.toml: TOML that can be read"), "{refused}");
    }

    #[test]
    fn a_file_that_is_named_must_be_there() {
        let text =
            Settings::read(Some(Path::new("no-such.toml")), std::iter::empty()).unwrap_err().to_string();
        assert!(text.contains("no-such.toml"), "{text}");
    }
}
