//! A real issuer of identities on loopback: npm `oidc-provider`, with people and keys of the test's own.

use crate::{Demo, free_address, post, root};
use serde_json::{Value, json};
use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::SocketAddr,
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
};

/// Whom tokens of programs must be made for.
pub const AUDIENCE: &str = "urn:onus:test";

/// An issuer. Ended when dropped.
#[derive(Debug)]
pub struct Issuer {
    process: Child,
    // It ends when this does.
    _input: ChildStdin,
    address: SocketAddr,
    /// What Onus shows it, as settings.
    shown: String,
    /// Where Onus is to listen, for browsers to come back to.
    pub onus: SocketAddr,
}

impl Issuer {
    /// Starts one that knows `people`: claims by key.
    pub fn start(people: &Value) -> Self {
        Self::begin(people, &Value::Null, "client_secret = \"a-secret-of-the-test\"".into())
    }

    /// Starts one that knows Onus by a key of a kind (rsa, ec or ed25519), whose private half is written to `file`.
    pub fn with_key(people: &Value, kind: &str, file: &Path) -> Self {
        let shown = format!("client_key_file = \"{}\"\nclient_key_id = \"onus-1\"", file.display());
        Self::begin(people, &json!({ "kind": kind, "file": file }), shown)
    }

    fn begin(people: &Value, key: &Value, shown: String) -> Self {
        let folder = root().join("tests/browser");
        assert!(
            folder.join("node_modules/oidc-provider").is_dir(),
            "the issuer's packages are missing; run: cargo xtask needs"
        );
        let (address, onus) = (free_address(), free_address());
        let mut process = Command::new("node")
            .arg("issuer.mjs")
            .current_dir(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node is missing; run: cargo xtask needs");
        let mut input = process.stdin.take().expect("piped");
        let redirect = format!("http://{onus}");
        let begin =
            json!({ "port": address.port(), "redirect": redirect, "people": people, "client_key": key });
        writeln!(input, "{begin}").expect("the issuer reads its input");
        let mut said = String::new();
        let output = process.stdout.take().expect("piped");
        // A warning of the library's may come first.
        let mut lines = BufReader::new(output).lines().map_while(Result::ok);
        said.extend(lines.find(|line| line.starts_with('{')));
        assert!(said.contains("issuer"), "the issuer did not start");
        // Whatever else it says is read, so that it never waits to say it.
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, _input: input, address, shown, onus }
    }

    /// Its address, as its tokens name it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Has a registry's server know it, with `more` lines under `[identity]`.
    pub fn configure(&self, registry: &Demo, more: &str) {
        let settings = format!(
            "[identity]\nissuer = \"{}\"\nclient_id = \"onus\"\n{}\n\
             base_url = \"http://{}\"\naudiences = \"{AUDIENCE}\"\norganisation_claim = \"org\"\n{more}\n\
             roles = [\n  {{ claim = \"groups\", value = \"onus-registrars\", role = \"REGISTRAR\" }},\n  \
             {{ claim = \"groups\", value = \"onus-admins\", role = \"ADMIN\" }},\n]\n",
            self.url(),
            self.shown,
            self.onus
        );
        fs::write(registry.folder().join("onus.toml"), settings).expect("a file in the registry's folder");
    }

    fn ask(&self, path: &str, what: &Value) -> Value {
        let answer = post(self.address, path, "application/json", &what.to_string());
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        serde_json::from_str(&answer.body).expect("JSON")
    }

    /// Takes other keys from now on.
    pub fn rotate(&self) {
        self.ask("/test/rotate", &json!({}));
    }

    /// An access token of somebody's, had as programs have it.
    pub fn token(&self, key: &str) -> String {
        text(&self.ask("/test/token", &json!({ "as": key })), "token")
    }

    /// The ID token that comes with it: for the program, not for Onus.
    pub fn id_token(&self, key: &str) -> String {
        text(&self.ask("/test/token", &json!({ "as": key })), "id_token")
    }

    /// A token made by hand: by the issuer's key, or as `with` says.
    pub fn sign(&self, header: &Value, claims: &Value, with: &str) -> String {
        text(&self.ask("/test/sign", &json!({ "header": header, "claims": claims, "with": with })), "token")
    }
}

fn text(of: &Value, field: &str) -> String {
    of[field].as_str().expect("a text").to_owned()
}

impl Drop for Issuer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
