//! Configuration: a commented default compiled in, then a file, then the environment. Unknown keys are refused.

use config::{Config, Environment, File, FileFormat};
use onus_domain::{Error, Month, Result, Violation, Violations};
use serde::Deserialize;
use std::{
    collections::HashMap,
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// The default, with a comment for each key.
pub const DEFAULT: &str = include_str!("default.toml");
/// Read if it is there and no file is named.
const DEFAULT_FILE: &str = "onus.toml";
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
    /// How burden is counted.
    pub burden: Burden,
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
}

/// How burden is counted.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Burden {
    /// The month whose index is 100.
    #[serde(deserialize_with = "base_month")]
    pub base_month: Month,
}

/// Reads the month, so that what is wrong with it names its key.
fn base_month<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Month, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(|violation: Violation| serde::de::Error::custom(violation.at("burden.base_month")))
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
        let read = Config::builder()
            .add_source(File::from_str(DEFAULT, FileFormat::Toml))
            .add_source(file)
            .add_source(variables)
            .build()
            .and_then(Config::try_deserialize::<Self>);
        let settings = read.map_err(|error| refuse(&error))?;
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
        found.into_result()
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

fn refuse(error: &config::ConfigError) -> Error {
    let expected = format!("{error}; `onus config` prints every key with its meaning and default");
    Violation::new("configuration", "CONFIGURATION", "", expected).into()
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

    #[test]
    fn unknown_keys_and_wrong_values_are_refused_by_name() {
        for (name, value, says) in [
            ("ONUS_SERVER__LISTNE", "127.0.0.1:9", "listne"),
            ("ONUS_COLOUR", "red", "colour"),
            ("ONUS_SERVER__LISTEN", "here", "listen"),
            ("ONUS_BURDEN__BASE_MONTH", "March", "base_month"),
            ("ONUS_DATABASE__MAX_CONNECTIONS", "0", "max_connections"),
        ] {
            let text = read(&[(name, value)]).unwrap_err().to_string();
            assert!(text.contains(says), "{name}: {text}");
        }
    }

    #[test]
    fn a_file_that_is_named_must_be_there() {
        let text =
            Settings::read(Some(Path::new("no-such.toml")), std::iter::empty()).unwrap_err().to_string();
        assert!(text.contains("no-such.toml"), "{text}");
    }
}
