//! The second listener: the same pages and calls by TLS, and machines known by their certificates.

use onus_tests::{Database, Demo, Refusal, Server, call, call_as, exit, free_address, run};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use serde_json::{Value, json};
use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// A root that signs, of a test's own.
struct Root(CertifiedIssuer<'static, KeyPair>);

impl Root {
    fn new(name: &str) -> Self {
        let mut about = CertificateParams::default();
        about.distinguished_name.push(DnType::CommonName, name);
        about.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        Self(CertifiedIssuer::self_signed(about, key).expect("a root"))
    }

    /// Writes a certificate for a name and its key into a folder. Answers their files and the certificate's SHA-256.
    fn sign(&self, name: &str, folder: &Path, file: &str) -> (PathBuf, PathBuf, String) {
        let key = KeyPair::generate().expect("a key");
        let about = CertificateParams::new(vec![name.to_owned()]).expect("a name");
        let signed = about.signed_by(&key, &*self.0).expect("a certificate");
        let (certificate, private) =
            (folder.join(format!("{file}.pem")), folder.join(format!("{file}-key.pem")));
        fs::write(&certificate, signed.pem()).expect("a file");
        fs::write(&private, key.serialize_pem()).expect("a file");
        fs::write(folder.join("der"), signed.der()).expect("a file");
        let digest = run(std::process::Command::new("sha256sum").arg(folder.join("der"))).stdout;
        let digest = String::from_utf8(digest).expect("a digest").chars().take(64).collect();
        (certificate, private, digest)
    }

    fn write(&self, file: &Path) {
        fs::write(file, self.0.pem()).expect("a file");
    }
}

/// A registry served by TLS too, whose machine `robot` shows the certificate `client.pem` of its folder.
fn served() -> (Demo, Server, SocketAddr) {
    let registry = Demo::empty(Database::Sqlite);
    let (folder, address) = (registry.folder(), free_address());
    let (root, clients) = (Root::new("servers of a test"), Root::new("clients of a test"));
    root.write(&folder.join("root.pem"));
    clients.write(&folder.join("clients.pem"));
    let (certificate, key, _) = root.sign("127.0.0.1", folder, "server");
    let (_, _, digest) = clients.sign("robot", folder, "client");
    clients.sign("other", folder, "other");
    Root::new("strangers").sign("robot", folder, "stranger");
    fs::write(
        folder.join("onus.toml"),
        format!(
            "[server.tls]\nlisten = \"{address}\"\ncertificate = \"{}\"\nkey = \"{}\"\nclient_ca = \"{}\"\n",
            certificate.display(),
            key.display(),
            folder.join("clients.pem").display()
        ),
    )
    .expect("a file");
    let make = ["token", "create", "--account", "robot", "--roles", "ADMIN", "--expires"];
    let day = run(std::process::Command::new("date").args(["+%F", "-d", "+9 days"])).stdout;
    let day = String::from_utf8(day).expect("a day");
    run(&mut registry.command(&["migrate"]));
    let made = run(&mut registry.command(&[&make[..], &[day.trim()]].concat()));
    let secret = String::from_utf8(made.stdout).expect("a secret").trim().to_owned();
    let server = Server::serve(&registry);
    let machine = json!({
        "account_id": "with-certificate",
        "account": { "display_name": "Robot", "roles": ["ROLE_STEWARD"], "certificate": digest },
    });
    server.calls(&[call_as("AccountService/CreateAccount", &format!("Bearer {secret}"), machine)])[0]
        .response();
    fs::write(folder.join("secret"), secret).expect("a file");
    (registry, server, address)
}

#[test]
fn a_machine_is_known_by_its_certificate() {
    let (registry, server, address) = served();
    let file = |name: &str| registry.folder().join(name).to_str().expect("a path").to_owned();
    let (address, root) = (address.to_string(), file("root.pem"));
    let me = |more: &[&str], calls: &[Value]| -> Value {
        let arguments = [&[address.as_str(), root.as_str()], more].concat();
        server.calls_by(&arguments, calls)[0].response().clone()
    };
    let who = call("AccountService/GetMe", "", json!({}));
    assert_eq!(me(&[], std::slice::from_ref(&who))["account"], "public", "without a certificate, the public");
    let (certificate, key) = (file("client.pem"), file("client-key.pem"));
    let known = me(&[&certificate, &key], std::slice::from_ref(&who));
    assert_eq!(
        (&known["account"], &known["roles"]),
        (&json!("with-certificate"), &json!(["ROLE_STEWARD", "ROLE_SERVICE"]))
    );
    // What is said in the call counts before what the connection shows.
    let secret = fs::read_to_string(file("secret")).expect("a secret");
    let by_token = call_as("AccountService/GetMe", &format!("Bearer {secret}"), json!({}));
    assert_eq!(me(&[&certificate, &key], &[by_token])["account"], "robot");

    let other = [address.as_str(), &root, &file("other.pem"), &file("other-key.pem")];
    let refused = server.calls_by(&other, std::slice::from_ref(&who));
    refused[0].refusal("UNAUTHENTICATED", "UNAUTHENTICATED");
    assert!(refused[0].message().contains("belongs to no account"));

    // A certificate of nobody whom the server trusts opens nothing.
    let stranger = [address.as_str(), &root, &file("stranger.pem"), &file("stranger-key.pem")];
    let ended = onus_tests::python("calls.py")
        .args(stranger)
        .stdin(fs::File::open(file("calls.json")).unwrap_or_else(|_| {
            fs::write(file("calls.json"), Value::from(vec![who.clone()]).to_string()).expect("a file");
            fs::File::open(file("calls.json")).expect("a file")
        }))
        .output()
        .expect("the client starts");
    assert!(!String::from_utf8_lossy(&ended.stdout).contains("\"OK\""), "{ended:?}");
    assert_eq!(server.get("/healthz").status, 200, "and the other listener serves on");
}

#[test]
fn wrong_settings_of_tls_are_all_named_at_once() {
    let registry = Demo::empty(Database::Sqlite);
    fs::write(
        registry.folder().join("onus.toml"),
        "[server.tls]\nlisten = \"here\"\ncertificate = \"/no/such.pem\"\nkey = \"/no/key.pem\"\nclient_ca = \"onus.toml\"\n",
    )
    .expect("a file");
    Refusal::of(&mut registry.command(&["serve"]), exit::USAGE)
        .names("server.tls.listen", "VALUE", "here", "0.0.0.0:8443")
        .names("server.tls.certificate", "PEM", "/no/such.pem", "certificates in PEM")
        .names("server.tls.key", "PEM", "/no/key.pem", "private key in PEM")
        .names("server.tls.client_ca", "PEM", "onus.toml", "at least one certificate");
}
