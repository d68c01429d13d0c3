//! Asking a registry over gRPC, as any of its clients does.

use crate::cli::Registry;
use onus_domain::{Error, Result, Violation};
use std::{fs, io::Read as _, path::Path};
use tonic::{
    Code, Request, Status,
    metadata::{Ascii, MetadataValue},
    transport::{Certificate, Channel, ClientTlsConfig, Endpoint},
};
use tonic_types::StatusExt;

impl Registry {
    /// A connection to it.
    pub async fn connect(&self) -> Result<Channel> {
        let refuse = |error: &dyn std::fmt::Display| {
            let expected =
                format!("the address of a registry, such as https://onus.example.nhs.uk ({error})");
            Error::from(Violation::new("--server", "REACHABLE", &self.server, expected))
        };
        let mut endpoint = Endpoint::from_shared(self.server.clone()).map_err(|error| refuse(&error))?;
        if self.server.starts_with("https:") {
            let mut tls = ClientTlsConfig::new().with_webpki_roots();
            if let Some(file) = &self.ca {
                let pem = fs::read(file).map_err(|error| refuse(&error))?;
                tls = tls.ca_certificate(Certificate::from_pem(pem));
            }
            endpoint = endpoint.tls_config(tls).map_err(|error| refuse(&error))?;
        }
        endpoint.connect().await.map_err(|error| Error::Unavailable {
            public: format!("{} does not answer: {}", self.server, whole(&error)),
            private: String::new(),
        })
    }

    /// A request by whom the token names, or by anybody without one.
    pub fn request<T>(&self, message: T) -> Result<Request<T>> {
        let mut request = Request::new(message);
        if let Some(token) = &self.token {
            let value: MetadataValue<Ascii> = format!("Bearer {token}").parse().map_err(|_| {
                Violation::new("--token", "TOKEN", "(not shown)", "a token as the registry gave it")
            })?;
            request.metadata_mut().insert("authorization", value);
        }
        Ok(request)
    }
}

/// A file's name and bytes; `-` is standard input.
pub fn read_file(file: &Path) -> Result<(String, Vec<u8>)> {
    if file.as_os_str() == "-" {
        let mut bytes = vec![];
        std::io::stdin().read_to_end(&mut bytes).map_err(Error::internal)?;
        return Ok(("standard input".to_owned(), bytes));
    }
    let name = file.display().to_string();
    let bytes = fs::read(file).map_err(|error| {
        Violation::new("FILE", "READABLE", &name, format!("a file that can be read ({error})"))
    })?;
    Ok((name, bytes))
}

/// An error with what caused it: a transport's own says no more than that it failed.
fn whole(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// The registry's refusal, in its words: each field that is wrong, if it says which are.
pub fn refused(status: &Status) -> Error {
    let said = status.message().to_owned();
    match status.code() {
        Code::InvalidArgument => {
            let wrong =
                status.get_details_bad_request().map(|wrong| wrong.field_violations).unwrap_or_default();
            let wrong: Vec<_> =
                wrong.iter().map(|one| wrong_field(&one.field, &one.reason, &one.description)).collect();
            if wrong.is_empty() {
                Violation::new("request", "REFUSED", "", said).into()
            } else {
                Error::Invalid(wrong)
            }
        }
        Code::Unauthenticated => Error::Unauthenticated(said),
        Code::PermissionDenied => Error::PermissionDenied(said),
        Code::FailedPrecondition | Code::Aborted => {
            Error::Precondition { rule: "REFUSED", subject: String::new(), message: said }
        }
        code => Error::Unavailable { public: said, private: format!("{code:?}") },
    }
}

/// What is wrong with a field. The registry says in one text what would be right and what was given.
fn wrong_field(field: &str, rule: &str, said: &str) -> Violation {
    let (expected, given) = said.rsplit_once(" (given: ").unwrap_or((said, ""));
    Violation::new(field, rule, given.trim_end_matches(')').trim_matches('"'), expected)
}
