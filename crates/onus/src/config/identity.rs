//! `[identity]`: who signs people in, what their claims mean, how long sessions last.

use chrono::TimeDelta;
use onus_app::identity::{IdentitySettings, Mapping, Rule};
use onus_domain::{OdsCode, Result, Violation, Violations, account::SessionLimits, parse_code, role::Role};
use onus_oidc::{Algorithm, Issuer, IssuerSettings};
use serde::Deserialize;
use std::{fs, path::PathBuf, sync::Arc};
use url::Url;

/// Who signs people in, and how callers are known.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// The issuer's address; empty for none.
    pub issuer: String,
    issuer_name: String,
    client_id: String,
    client_secret: Secret,
    client_secret_file: String,
    client_key_file: String,
    client_key_id: String,
    base_url: String,
    scopes: String,
    acr_values: String,
    userinfo: bool,
    audiences: String,
    algorithms: String,
    clock_skew_seconds: u32,
    ca_file: String,
    organisation_claim: String,
    selected_claim: String,
    selected_among: String,
    roles: Vec<RoleRule>,
    session_idle_minutes: u32,
    session_hours: u32,
}

/// A text that is never shown.
#[derive(Clone, Default, Deserialize)]
#[serde(transparent)]
struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// A role for whoever has a claim of a value, as it is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RoleRule {
    claim: String,
    value: String,
    role: String,
    #[serde(default)]
    organisation: String,
}

/// A file that is named, or none.
fn file(name: &str) -> Option<PathBuf> {
    (!name.is_empty()).then(|| PathBuf::from(name))
}

/// Words of a list that is written in one line.
fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

impl Identity {
    /// Whether people sign in with an issuer.
    pub fn has_issuer(&self) -> bool {
        !self.issuer.is_empty()
    }

    /// Notes all that is wrong.
    pub fn check(&self, found: &mut Violations) {
        let within = |key: &str, value: u32, (least, most): (u32, u32), found: &mut Violations| {
            found.require((least..=most).contains(&value), || {
                Violation::new(format!("identity.{key}"), "RANGE", value, format!("{least} to {most}"))
            });
        };
        within("clock_skew_seconds", self.clock_skew_seconds, (0, 300), found);
        within("session_idle_minutes", self.session_idle_minutes, (1, 1_440), found);
        within("session_hours", self.session_hours, (1, 168), found);
        self.mapping(found).check(found);
        self.algorithms(found);
        if !self.base_url.is_empty() || self.has_issuer() {
            self.base(found);
        }
        if !self.has_issuer() {
            return;
        }
        IssuerSettings::check_address("identity.issuer", &self.issuer, found);
        found.require(!self.client_id.trim().is_empty(), || {
            let expected = "the name under which the issuer knows Onus";
            Violation::new("identity.client_id", "REQUIRED", "", expected)
        });
        let secret = found.take(self.secret());
        found.require(
            self.client_key_file.is_empty() || secret.is_none_or(|secret| secret.is_empty()),
            || {
                let expected = "nothing, or no client_secret and no client_secret_file beside it";
                Violation::new("identity.client_key_file", "ONE", &self.client_key_file, expected)
            },
        );
    }

    /// What it comes to. Everything that is wrong is said at once.
    pub fn settings(&self) -> Result<IdentitySettings> {
        let mut found = Violations::new();
        self.check(&mut found);
        let mapping = self.mapping(&mut Violations::new());
        let base = if self.base_url.is_empty() { None } else { self.base(&mut Violations::new()) };
        found.into_result()?;
        let issuer = match &base {
            Some(base) if self.has_issuer() => Some(Arc::new(Issuer::new(self.issuer_settings(base)?)?)),
            _ => None,
        };
        Ok(IdentitySettings {
            issuer,
            issuer_name: self.issuer_name.clone(),
            mapping,
            limits: SessionLimits {
                idle: TimeDelta::minutes(self.session_idle_minutes.into()),
                longest: TimeDelta::hours(self.session_hours.into()),
            },
            secure: base.is_some_and(|base| base.scheme() == "https"),
        })
    }

    fn issuer_settings(&self, base: &Url) -> Result<IssuerSettings> {
        let at = |path: &str| {
            let mut url = base.clone();
            url.set_path(path);
            url
        };
        Ok(IssuerSettings {
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            client_secret: self.secret()?,
            client_key_file: file(&self.client_key_file),
            client_key_id: self.client_key_id.clone(),
            redirect_url: at("/sign-in/callback"),
            signed_out_url: at("/signed-out"),
            scopes: words(&self.scopes),
            acr_values: self.acr_values.clone(),
            userinfo: self.userinfo,
            audiences: words(&self.audiences),
            algorithms: self.algorithms(&mut Violations::new()),
            skew: TimeDelta::seconds(self.clock_skew_seconds.into()),
            ca_file: file(&self.ca_file),
        })
    }

    fn secret(&self) -> Result<String, Violation> {
        if self.client_secret_file.is_empty() {
            return Ok(self.client_secret.0.clone());
        }
        let refuse = |rule, expected: String| {
            Violation::new("identity.client_secret_file", rule, &self.client_secret_file, expected)
        };
        if !self.client_secret.0.is_empty() {
            return Err(refuse("ONE", "nothing, or no identity.client_secret beside it".into()));
        }
        let read = fs::read_to_string(&self.client_secret_file);
        let read = read.map_err(|error| refuse("READABLE", format!("a file that can be read ({error})")))?;
        Ok(read.trim().to_owned())
    }

    /// The address of this server as browsers know it.
    fn base(&self, found: &mut Violations) -> Option<Url> {
        let mut inner = Violations::new();
        IssuerSettings::check_address("identity.base_url", &self.base_url, &mut inner);
        let url = Url::parse(&self.base_url).ok().filter(|url| url.path() == "/");
        if url.is_none() && inner.is_empty() {
            let expected = "the address of this server as browsers know it, such as https://onus.example.nhs.uk, without a path";
            inner.push(Violation::new("identity.base_url", "ADDRESS", &self.base_url, expected));
        }
        found.extend(inner);
        url
    }

    fn algorithms(&self, found: &mut Violations) -> Vec<Algorithm> {
        let names = words(&self.algorithms);
        found.require(!names.is_empty(), || {
            Violation::new("identity.algorithms", "REQUIRED", "", "at least one algorithm, such as RS256")
        });
        let read = names.iter().map(|name| name.parse::<Algorithm>());
        read.filter_map(|read| found.take(read.map_err(|violation| violation.at("identity.algorithms"))))
            .collect()
    }

    fn mapping(&self, found: &mut Violations) -> Mapping {
        let mut rules = vec![];
        for (at, rule) in self.roles.iter().enumerate() {
            let field = |name: &str| format!("identity.roles[{at}].{name}");
            let role = found.take(parse_code::<Role>(&field("role"), &rule.role));
            let organisation = match rule.organisation.as_str() {
                "" => Some(None),
                code => found
                    .take(OdsCode::new(code).map_err(|violation| violation.at(field("organisation"))))
                    .map(Some),
            };
            rules.push(Rule {
                claim: rule.claim.clone(),
                value: rule.value.clone(),
                // What could not be read was noted, and nothing is made of it; the rule keeps its place.
                role: role.unwrap_or(Role::Steward),
                organisation: organisation.flatten(),
            });
        }
        Mapping {
            rules,
            organisation_claim: self.organisation_claim.clone(),
            selected_claim: self.selected_claim.clone(),
            selected_among: self.selected_among.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Settings;
    use onus_domain::Error;
    use std::path::Path;

    fn read(text: &str) -> (tempfile::TempDir, onus_domain::Result<Settings>) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mine.toml");
        std::fs::write(&file, text).unwrap();
        let read = Settings::read(Some(Path::new(&file)), std::iter::empty());
        (folder, read)
    }

    const ENTRA: &str = r#"
[identity]
issuer = "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0"
client_id = "onus"
client_secret = "hush"
base_url = "https://onus.example.nhs.uk"
organisation_claim = "org"
[[identity.roles]]
claim = "groups"
value = "onus-registrars"
role = "REGISTRAR"
organisation = "X24"
"#;

    #[test]
    fn an_issuer_is_configured_whole() {
        let settings = read(ENTRA).1.unwrap().identity;
        let made = settings.settings().unwrap();
        assert!(made.secure && made.issuer.is_some() && made.mapping.rules.len() == 1);
        assert!(!format!("{settings:?}").contains("hush"), "a secret is never shown");
    }

    #[test]
    fn all_that_is_wrong_is_named_at_once() {
        let wrong = ENTRA
            .replace("https://login", "http://login")
            .replace("\"onus\"", "\" \"")
            .replace("https://onus.example.nhs.uk", "https://onus.example.nhs.uk/path")
            .replace("REGISTRAR", "REGISTER")
            .replace("X24", "x 24")
            .replace("organisation_claim", "algorithms = \"none HS256\"\nsession_hours = 0\nclock_skew_seconds = 301\nselected_claim = \"a\"\nclient_secret_file = \"/no/such\"\norganisation_claim");
        let Err(Error::Invalid(found)) = read(&wrong).1 else { panic!("accepted") };
        let fields: Vec<_> = found.iter().map(|one| one.field.as_str()).collect();
        for field in [
            "identity.issuer",
            "identity.client_id",
            "identity.base_url",
            "identity.algorithms",
            "identity.session_hours",
            "identity.clock_skew_seconds",
            "identity.selected_claim",
            "identity.client_secret_file",
            "identity.roles[0].role",
            "identity.roles[0].organisation",
        ] {
            assert!(fields.contains(&field), "{field}: {fields:?}");
        }
        assert!(!format!("{found:?}").contains("hush"));
    }

    #[test]
    fn a_key_stands_in_the_place_of_a_secret_not_beside_it() {
        let both = ENTRA.replace("base_url", "client_key_file = \"key.pem\"\nbase_url");
        let Err(Error::Invalid(found)) = read(&both).1 else { panic!("accepted") };
        assert_eq!(
            found.iter().map(|one| one.field.as_str()).collect::<Vec<_>>(),
            ["identity.client_key_file"]
        );
        let alone = both.replace("client_secret = \"hush\"", "client_key_id = \"k1\"");
        let Err(Error::Invalid(found)) = read(&alone).1.unwrap().identity.settings() else { panic!("read") };
        assert!(found.iter().any(|one| one.field == "identity.client_key_file" && one.rule == "PRIVATE_KEY"));
    }

    #[test]
    fn without_an_issuer_nothing_is_asked() {
        let made = read("").1.unwrap().identity.settings().unwrap();
        assert!(made.issuer.is_none() && !made.secure && made.mapping.rules.is_empty());
    }
}
