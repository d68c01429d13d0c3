//! Who is known and who is not: a real issuer, a real browser, a foreign client, service tokens.

use onus_tests::{
    AUDIENCE, Called, Database, Demo, Folder, Issuer, Refusal, Server, call_as, exit, node, run,
};
use rstest::rstest;
use serde_json::{Value, json};
use std::{
    fs, thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

fn people() -> Value {
    json!({
        "ann-key-at-issuer": { "name": "Ann Other", "groups": ["onus-registrars"], "org": "X24" },
        "bob-key-at-issuer": { "name": "Bob Boss", "groups": ["onus-admins"] },
        "eve-key-at-issuer": { "name": "Eve Else", "groups": ["unrelated"] },
    })
}

/// An empty registry, served, that knows an issuer.
fn served(database: Database) -> (Demo, Issuer, Server) {
    let (registry, issuer) = (Demo::empty(database), Issuer::start(&people()));
    issuer.configure(&registry, "");
    let server = Server::serve_at(&registry, issuer.onus);
    (registry, issuer, server)
}

fn me(server: &Server, authorization: &str) -> Called {
    let called = server.calls(&[call_as("AccountService/GetMe", authorization, json!({}))]);
    called.into_iter().next().expect("one answer")
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_secs()
}

#[rstest]
fn a_program_is_known_by_the_issuers_token(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let (registry, issuer, server) = served(database);
    let token = issuer.token("ann-key-at-issuer");
    let who = me(&server, &bearer(&token)).response().clone();
    assert_eq!(who["display_name"], "Ann Other");
    assert_eq!(who["roles"], json!(["ROLE_REGISTRAR"]));
    assert_eq!(who["organisation"], "organisations/X24");
    let account = who["account"].as_str().expect("a key");
    assert!(account.starts_with("p-"), "an opaque key: {account}");

    // Keys change: the new one is fetched, and what was signed before is not taken any more.
    thread::sleep(Duration::from_secs(6));
    issuer.rotate();
    let rotated = issuer.token("ann-key-at-issuer");
    assert_eq!(me(&server, &bearer(&rotated)).response()["account"], account);
    thread::sleep(Duration::from_secs(2));
    me(&server, &bearer(&token)).refusal("UNAUTHENTICATED", "UNAUTHENTICATED");

    // Roles are what the issuer says now; what an ADMIN grants comes on top.
    let none = me(&server, &bearer(&issuer.token("eve-key-at-issuer"))).response().clone();
    assert_eq!(none["roles"], Value::Null, "{none}");
    let eve = none["account"].as_str().expect("a key");
    let admin = bearer(&issuer.token("bob-key-at-issuer"));
    let grant = json!({
        "account": { "name": format!("accounts/{eve}"), "roles": ["ROLE_STEWARD"] }, "update_mask": "roles",
    });
    let answers = server.calls(&[
        call_as("AccountService/ListAccounts", &admin, json!({})),
        call_as("AccountService/UpdateAccount", &admin, grant),
        call_as("AccountService/ListAccounts", &bearer(&issuer.token("eve-key-at-issuer")), json!({})),
    ]);
    assert_eq!(answers[0].response()["total_size"], 3);
    assert_eq!(answers[1].response()["roles"], json!(["ROLE_STEWARD"]));
    answers[2].refusal("PERMISSION_DENIED", "PERMISSION_DENIED");

    // Disabled: refused at once, whatever is shown.
    let disable = json!({
        "account": { "name": format!("accounts/{account}"), "disabled": true }, "update_mask": "disabled",
    });
    server.calls(&[call_as("AccountService/UpdateAccount", &admin, disable)])[0].response();
    let refused = me(&server, &bearer(&rotated));
    refused.refusal("UNAUTHENTICATED", "UNAUTHENTICATED");
    assert!(refused.message().contains("disabled"), "{}", refused.message());

    // Nobody's name or key at the issuer is in the log, and no token.
    let log = server.log();
    for secret in ["Ann Other", "key-at-issuer", &token, &rotated[20..60]] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
    let listed = run(&mut registry.command(&["account", "list", "-o", "json"]));
    let listed: Value = serde_json::from_slice(&listed.stdout).expect("a JSON list");
    assert_eq!(listed.as_array().map(Vec::len), Some(3));
}

#[test]
fn a_token_that_is_not_the_issuers_for_us_now_is_refused() {
    let (registry, issuer, server) = served(Database::Sqlite);
    let claims = || {
        json!({
            "iss": issuer.url(), "aud": AUDIENCE, "sub": "ann-key-at-issuer", "iat": now(), "exp": now() + 300,
            "groups": ["onus-admins"],
        })
    };
    let with = |field: &str, value: Value| {
        let mut claims = claims();
        claims[field] = value;
        claims
    };
    let without = |field: &str| {
        let mut claims = claims();
        claims.as_object_mut().expect("an object").remove(field);
        claims
    };
    let none = json!({});
    let good = issuer.sign(&none, &claims(), "issuer");
    assert_eq!(
        me(&server, &bearer(&good)).response()["roles"],
        json!(["ROLE_ADMIN"]),
        "made by hand, and good"
    );
    let stored = registry.stored();

    let cut = |token: &str, part: usize, other: &str| {
        let mut parts: Vec<_> = token.split('.').collect();
        parts[part] = other;
        parts.join(".")
    };
    let forged = issuer.sign(&none, &with("sub", "bob-key-at-issuer".into()), "stranger");
    let payload = forged.split('.').nth(1).expect("three parts");
    let mut refused = vec![
        ("forged", cut(&good, 1, payload)),
        ("without signature", cut(&good, 2, "")),
        ("alg none", issuer.sign(&none, &claims(), "nothing")),
        ("alg none with a signature", cut(&issuer.sign(&none, &claims(), "nothing"), 2, "AAAA")),
        ("HMAC with the public key", issuer.sign(&none, &claims(), "public-as-secret")),
        ("wrong key", forged.clone()),
        ("a key that nobody has", issuer.sign(&json!({ "kid": "unknown" }), &claims(), "stranger")),
        ("another kind", issuer.sign(&json!({ "typ": "logout+jwt" }), &claims(), "issuer")),
        ("for the program", issuer.id_token("ann-key-at-issuer")),
        ("no token", "a.b.c".into()),
        ("nothing", String::new()),
        ("very long", "x".repeat(6_000)),
    ];
    for (what, claims) in [
        ("expired", with("exp", (now() - 61).into())),
        ("without end", without("exp")),
        ("not yet", with("nbf", (now() + 90).into())),
        ("of the future", with("iat", (now() + 90).into())),
        ("for another audience", with("aud", json!(["urn:other", "onus"]))),
        ("for nobody", without("aud")),
        ("of another issuer", with("iss", "https://id.example".into())),
        ("about nobody", without("sub")),
        ("with an end that is none", with("exp", "tomorrow".into())),
    ] {
        refused.push((what, issuer.sign(&none, &claims, "issuer")));
    }
    let calls: Vec<_> =
        refused.iter().map(|(_, token)| call_as("AccountService/GetMe", &bearer(token), json!({}))).collect();
    for ((what, _), called) in refused.iter().zip(server.calls(&calls)) {
        called.refusal("UNAUTHENTICATED", "UNAUTHENTICATED");
        let expected = if *what == "expired" {
            "the bearer token has expired: get a new one"
        } else {
            "the bearer token is not accepted"
        };
        assert_eq!(called.message(), expected, "{what}");
    }
    for other in ["Basic YTpi", "bearer", "Demo admin", "Negotiate x"] {
        me(&server, other).refusal("UNAUTHENTICATED", "UNAUTHENTICATED");
    }
    assert_eq!(registry.stored(), stored, "nothing is stored");
    // Within the clocks' difference a token is taken still.
    let late = issuer.sign(&none, &with("exp", (now() - 20).into()), "issuer");
    me(&server, &bearer(&late)).response();
}

#[rstest]
fn a_service_token_is_shown_once_and_revoked(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let (registry, issuer, server) = served(database);
    let make = ["token", "create", "--account", "nightly", "--roles", "STEWARD", "--expires", "2190-01-01"];
    registry.refuses(&make, exit::USAGE).names("expires_at", "RANGE", "2190-01-02", "not after");
    let in_days = |days: u64| {
        let day = run(std::process::Command::new("date").args(["+%F", "-d", &format!("+{days} days")]));
        String::from_utf8(day.stdout).expect("a day").trim().to_owned()
    };
    let expires = in_days(30);
    let made = run(&mut registry.command(&[&make[..7], &[&expires, "-o", "json"]].concat()));
    let made: Value = serde_json::from_slice(&made.stdout).expect("JSON");
    let (name, secret) =
        (made["token"].as_str().expect("a name"), made["secret"].as_str().expect("a secret"));
    assert_eq!(me(&server, &bearer(secret)).response()["roles"], json!(["ROLE_STEWARD", "ROLE_SERVICE"]));
    registry
        .refuses(&[&make[..5], &["ADMIN", "--expires", &expires]].concat(), exit::CONFLICT)
        .says(&["granted something else"]);
    Refusal::of(&mut registry.command(&["token", "revoke", "--token", "x"]), exit::USAGE)
        .says(&["onus token list"]);

    // By an ADMIN over gRPC: the secret is in one answer, and in none when the same request is made again.
    let admin = bearer(&issuer.token("bob-key-at-issuer"));
    let request = json!({
        "parent": "accounts/nightly", "label": "second", "expire_time": format!("{}T00:00:00Z", in_days(10)),
        "request_id": "0193f1a4-7c1e-7000-8000-00000000000a",
    });
    let twice = call_as("AccountService/CreateServiceToken", &admin, request);
    let answers = server.calls(&[twice.clone(), twice]);
    let second = answers[0].response()["secret"].as_str().expect("a secret").to_owned();
    assert_eq!(answers[0].response()["token"], answers[1].response()["token"]);
    assert_eq!(answers[1].response()["secret"], Value::Null, "shown once");
    me(&server, &bearer(&second)).response();
    let stored = fs::read(registry.data().join("registry.sqlite")).unwrap_or_default();
    let wal = fs::read(registry.data().join("registry.sqlite-wal")).unwrap_or_default();
    let held = [stored, wal].concat();
    assert!(!held.windows(secret.len()).any(|some| some == secret.as_bytes()), "only a digest is kept");

    let listed = server.calls(&[call_as(
        "AccountService/ListServiceTokens",
        &admin,
        json!({ "parent": "accounts/nightly" }),
    )]);
    let tokens = listed[0].response()["tokens"].as_array().expect("a list").clone();
    assert_eq!(tokens.len(), 2);
    assert!(!Value::from(tokens).to_string().contains(&secret[5..]));

    // Revoked here by the API, there by the operator: refused at once.
    let revoke = call_as("AccountService/RevokeServiceToken", &admin, json!({ "name": name }));
    server.calls(&[revoke])[0].response();
    me(&server, &bearer(secret)).refusal("UNAUTHENTICATED", "UNAUTHENTICATED");
    run(&mut registry.command(&["account", "disable", "--account", "nightly"]));
    thread::sleep(Duration::from_secs(1));
    let refused = me(&server, &bearer(&second));
    refused.refusal("UNAUTHENTICATED", "UNAUTHENTICATED");
    assert!(refused.message().contains("disabled"), "{}", refused.message());
}

#[rstest]
fn a_person_signs_in_and_an_attacker_does_not(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let (registry, issuer, server) = served(database);
    let elsewhere = registry.folder().join("elsewhere");
    fs::create_dir(&elsewhere).expect("a folder");
    fs::write(elsewhere.join("page.html"), "<!DOCTYPE html><html lang=en><title>Elsewhere</title><body>")
        .expect("a page");
    // Another site to the browser: another host.
    let stranger = Folder::serve(elsewhere).address.port();
    let (seen, _) = node(
        "signin.mjs",
        &json!({
            "base": server.base(), "as": "ann-key-at-issuer", "stranger": format!("http://localhost:{stranger}/page.html"),
        }),
    );
    assert_eq!(seen["broken"], Value::Null, "{seen:#}");
    let says = |what: &str, part: &str| {
        let text = seen[what].as_str().or_else(|| seen[what]["text"].as_str()).unwrap_or_default();
        assert!(text.contains(part), "{what} does not say {part:?}: {text}");
    };
    says("invitation", "Sign in");
    assert!(
        seen["at_issuer"].as_str().is_some_and(|url| url.starts_with(&issuer.url())),
        "{}",
        seen["at_issuer"]
    );
    assert_eq!(seen["goes_on_at"], "/collections?q=care");
    says("greeting", "Ann Other");
    says("greeting", "Sign out");
    for part in ["Ann Other", "p-", "X24", "Registrar", "Get help"] {
        says("account", part);
    }
    assert_eq!(seen["cookie"], json!({ "httpOnly": true, "sameSite": "Lax", "length": 43 }));
    assert_eq!((&seen["script_sees"], &seen["kept_after"]), (&json!(""), &json!(false)));
    assert_eq!(seen["replayed"]["status"], 401);
    says("replayed", "sign in again");
    assert_eq!((&seen["replayed"]["url"], &seen["after_replay"]), (&json!(true), &json!(true)));
    assert_eq!(seen["stolen"], json!({ "status": 401, "cookies": 0 }));
    assert_eq!(seen["fixation"], true);
    says("forged_form", "this form was not sent from a page");
    assert_eq!((&seen["after_forged"], &seen["bare_form"]), (&json!(true), &json!(403)));
    for (to, at) in seen["redirects"].as_object().expect("an object") {
        let expected = if to.starts_with("/look-up") { to.as_str() } else { "/" };
        assert_eq!(at, expected, "{to}");
    }
    says("cancelled", "you were not signed in");
    assert_eq!(seen["made_up"]["status"], 401);
    assert!(
        !seen["made_up"]["text"].as_str().unwrap_or_default().contains("pay here"),
        "{}",
        seen["made_up"]
    );
    assert_eq!(seen["out_at"], format!("{}/session/end", issuer.url()));
    says("signed_out", "You are signed out");
    says("old_key", "You are not signed in");

    let log = server.log();
    for secret in ["Ann Other", "ann-key-at-issuer", "a-secret-of-the-test", "code="] {
        assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
    }
}

#[rstest]
fn onus_is_known_by_its_key(#[values("rsa", "ec", "ed25519")] kind: &str) {
    let registry = Demo::empty(Database::Sqlite);
    let issuer = Issuer::with_key(&people(), kind, &registry.folder().join("key.pem"));
    issuer.configure(&registry, "");
    let server = Server::serve_at(&registry, issuer.onus);
    let (seen, _) = node("keyed.mjs", &json!({ "base": server.base(), "as": "ann-key-at-issuer" }));
    let greeting = seen["greeting"].as_str().unwrap_or_default();
    assert!(greeting.contains("Ann Other"), "{seen:#}\n{}", server.log());
    // With another key than the issuer knows, nobody signs in.
    assert!(server.stop().success());
    let other = registry.folder().join("other");
    fs::create_dir(&other).expect("a folder");
    let another = Issuer::with_key(&people(), kind, &other.join("key.pem"));
    fs::copy(other.join("key.pem"), registry.folder().join("key.pem")).expect("another key");
    drop(another);
    let server = Server::serve_at(&registry, issuer.onus);
    let (seen, _) = node("keyed.mjs", &json!({ "base": server.base(), "as": "ann-key-at-issuer" }));
    let said = seen["said"].as_str().unwrap_or_default();
    assert!(said.contains("sign in again"), "{seen:#}");
}

#[test]
fn a_demo_has_no_issuer_and_a_server_no_demo_identities() {
    let registry = Demo::empty(Database::Sqlite);
    let mut demo = registry.command(&["demo", "--no-serve"]);
    demo.envs([
        ("ONUS_IDENTITY__ISSUER", "https://id.example"),
        ("ONUS_IDENTITY__CLIENT_ID", "onus"),
        ("ONUS_IDENTITY__BASE_URL", "https://onus.example"),
    ]);
    Refusal::of(&mut demo, exit::USAGE).names("identity.issuer", "DEMO", "https://id.example", "of its own");
    assert!(!registry.data().exists(), "nothing is made");

    let server = Server::serve(&registry);
    assert_eq!(server.get("/sign-in").status, 404);
    assert!(!server.get("/").body.contains("/sign-in"), "nobody is invited");
    me(&server, "Demo admin").refusal("UNAUTHENTICATED", "UNAUTHENTICATED");
}

#[test]
fn wrong_settings_of_identity_are_all_named_at_once() {
    let registry = Demo::empty(Database::Sqlite);
    fs::write(
        registry.folder().join("onus.toml"),
        "[identity]\nissuer = \"http://id.example\"\nalgorithms = \"none\"\nsession_hours = 0\nclient_secret = \"hush\"\n\
         roles = [{ claim = \"\", value = \"x\", role = \"BOSS\" }]\n",
    )
    .expect("a file");
    let refusal = Refusal::of(&mut registry.command(&["serve"]), exit::USAGE);
    refusal
        .names("identity.issuer", "ADDRESS", "http://id.example", "https")
        .names("identity.client_id", "REQUIRED", "", "the issuer knows Onus")
        .names("identity.base_url", "ADDRESS", "", "https://")
        .names("identity.algorithms", "KNOWN_CODE", "none", "RS256")
        .names("identity.session_hours", "RANGE", "0", "1 to 168")
        .names("identity.roles[0].role", "KNOWN_CODE", "BOSS", "ADMIN");
    assert!(!refusal.said.contains("hush"), "{}", refusal.said);
}
