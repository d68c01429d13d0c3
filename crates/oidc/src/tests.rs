//! What claims must say; the whole of it, with a real issuer, is in the end-to-end tests.

use crate::{
    Claims, Issuer, IssuerSettings,
    token::{Checked, Refused},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

pub fn settings(issuer: &str) -> IssuerSettings {
    IssuerSettings {
        issuer: issuer.into(),
        client_id: "onus".into(),
        client_secret: "secret".into(),
        client_key_file: None,
        client_key_id: String::new(),
        redirect_url: "https://onus.example/sign-in/callback".parse().unwrap(),
        signed_out_url: "https://onus.example/signed-out".parse().unwrap(),
        scopes: vec!["openid".into(), "profile".into()],
        acr_values: String::new(),
        userinfo: false,
        audiences: vec!["urn:onus".into()],
        algorithms: vec!["RS256".parse().unwrap(), "ES256".parse().unwrap()],
        skew: TimeDelta::seconds(60),
        ca_file: None,
    }
}

fn issuer() -> Issuer {
    Issuer::new(settings("https://id.example")).unwrap()
}

fn now() -> DateTime<Utc> {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

fn claims(value: Value) -> Claims {
    serde_json::from_value(value).unwrap()
}

#[test]
fn times_hold_within_the_skew() {
    let (issuer, at) = (issuer(), now().timestamp());
    let good = |value: Value| issuer.check_times(&claims(value), now()).is_ok();
    assert!(good(json!({ "exp": at + 1, "nbf": at, "iat": at })));
    assert!(good(json!({ "exp": at - 59, "nbf": at + 60, "iat": at + 60 })));
    assert!(good(json!({ "exp": 1e11 })));
    for bad in [
        json!({}),
        json!({ "exp": at - 60 }),
        json!({ "exp": at + 9, "nbf": at + 61 }),
        json!({ "exp": at + 9, "iat": at + 61 }),
        json!({ "exp": "2190-01-01" }),
        json!({ "exp": null }),
        json!({ "exp": at + 9, "nbf": "now" }),
    ] {
        assert!(!good(bad.clone()), "{bad}");
    }
    let expired = issuer.check_times(&claims(json!({ "exp": at - 61 })), now());
    assert!(matches!(expired, Err(Refused::Expired)));
}

#[test]
fn a_token_is_of_the_issuer_and_for_us() {
    let issuer = issuer();
    let ours = ["urn:onus".to_owned()];
    let good = |value: Value| issuer.check_maker_and_audience(&claims(value), &ours).is_ok();
    assert!(good(json!({ "iss": "https://id.example", "aud": "urn:onus" })));
    assert!(good(json!({ "iss": "https://id.example", "aud": ["urn:other", "urn:onus"] })));
    for bad in [
        json!({ "iss": "https://id.example/", "aud": "urn:onus" }),
        json!({ "iss": ["https://id.example"], "aud": "urn:onus" }),
        json!({ "aud": "urn:onus" }),
        json!({ "iss": "https://id.example" }),
        json!({ "iss": "https://id.example", "aud": "urn:onus2" }),
        json!({ "iss": "https://id.example", "aud": { "urn:onus": 1 } }),
    ] {
        assert!(!good(bad.clone()), "{bad}");
    }
    assert!(
        issuer
            .check_maker_and_audience(&claims(json!({ "iss": "https://id.example", "aud": "x" })), &[])
            .is_err()
    );
}

#[test]
fn an_id_token_goes_with_its_sign_in_its_program_and_its_access_token() {
    let issuer = issuer();
    let good = |value: Value| {
        let algorithm = "RS256".parse().unwrap();
        let checked = Checked { subject: "s".into(), claims: claims(value), algorithm };
        issuer.check_login(&checked, "n", "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y").is_ok()
    };
    // The example of OpenID Connect Core 1.0, A.3.
    assert!(good(json!({ "nonce": "n", "aud": "onus", "at_hash": "77QmUPtjPfzWtF2AnpK9RQ" })));
    assert!(good(json!({ "nonce": "n", "aud": ["onus", "x"], "azp": "onus" })));
    for bad in [
        json!({ "aud": "onus" }),
        json!({ "nonce": "other", "aud": "onus" }),
        json!({ "nonce": "n", "aud": ["onus", "x"] }),
        json!({ "nonce": "n", "aud": "onus", "azp": "x" }),
        json!({ "nonce": "n", "aud": "onus", "at_hash": "AAQmUPtjPfzWtF2AnpK9RQ" }),
    ] {
        assert!(!good(bad.clone()), "{bad}");
    }
}

#[tokio::test]
async fn what_is_no_signed_token_is_refused_before_the_issuer_is_asked() {
    // Nobody listens there: had it been asked, the answer would be another.
    let issuer = Issuer::new(settings("http://127.0.0.1:1")).unwrap();
    let part = |value: Value| {
        use base64::Engine as _;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(value.to_string())
    };
    let token = |head: Value| format!("{}.{}.c2lnbmF0dXJl", part(head), part(json!({})));
    for bad in [
        String::new(),
        "a.b".into(),
        "a.b.c.d".into(),
        format!("{}.{}.", part(json!({ "alg": "none" })), part(json!({}))),
        token(json!({ "alg": "none" })),
        token(json!({ "alg": "HS256" })),
        token(json!({ "alg": "PS256" })),
        token(json!({ "alg": "RS256", "crit": ["exp"] })),
        token(json!({ "alg": "RS256", "typ": "logout+jwt" })),
        token(json!({ "typ": "JWT" })),
        "x".repeat(20_000),
    ] {
        match issuer.check_bearer(&bad, now()).await {
            Err(onus_domain::Error::Unauthenticated(said)) => {
                assert_eq!(said, "the bearer token is not accepted");
            }
            other => panic!("{bad}: {other:?}"),
        }
    }
    let away = issuer.check_bearer(&token(json!({ "alg": "RS256" })), now()).await;
    assert!(matches!(away, Err(onus_domain::Error::Unavailable { .. })));
}

#[test]
fn a_file_of_no_certificates_is_named() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let wrong = IssuerSettings { ca_file: Some(file.into()), ..settings("https://id.example") };
    let said = Issuer::new(wrong).err().unwrap().to_string();
    assert!(said.contains("identity.ca_file") && said.contains("PEM"), "{said}");
}
