use super::*;

/// One of each variant. The match makes a new variant fail to compile here until it has its example.
fn examples() -> Vec<Error> {
    let examples = vec![
        Error::Invalid(vec![
            Violation::new("content.title", "REQUIRED", "", "a title that respondents will recognise"),
            Violation::new("content.items[3].definition", "KNOWN", "shoe-size", "a registered definition"),
        ]),
        Error::not_found("collection", "collections/nothing"),
        Error::AlreadyExists { kind: "organisation", name: "organisations/X24".into() },
        Error::Precondition {
            rule: "VERSION_STATE",
            subject: "collections/a/versions/1".into(),
            message: "SUBMIT needs a version that is DRAFT; this one is LIVE".into(),
        },
        Error::StaleEtag {
            name: "collections/a/versions/1".into(),
            given: "\"1\"".into(),
            current: "\"2\"".into(),
        },
        Error::Unauthenticated("this server knows no identities".into()),
        Error::PermissionDenied("demo-provider may not SUBMIT a version of X24".into()),
        Error::Exhausted("every reference is taken".into()),
        Error::Unavailable {
            public: "the store is busy".into(),
            private: "secret: database is locked".into(),
        },
        Error::internal("secret: no such table"),
    ];
    for example in &examples {
        match example {
            Error::Invalid(_)
            | Error::NotFound { .. }
            | Error::AlreadyExists { .. }
            | Error::Precondition { .. }
            | Error::StaleEtag { .. }
            | Error::Unauthenticated(_)
            | Error::PermissionDenied(_)
            | Error::Exhausted(_)
            | Error::Unavailable { .. }
            | Error::Internal { .. } => {}
        }
    }
    examples
}

/// A status as people read it; maps in order of key.
fn written(status: &Status) -> String {
    let details = status.get_error_details();
    let info = details.error_info().expect("every error has an ErrorInfo");
    let metadata: std::collections::BTreeMap<_, _> = info.metadata.iter().collect();
    let mut lines = vec![
        format!("{:?}: {}", status.code(), status.message()),
        format!("  {} of {} {metadata:?}", info.reason, info.domain),
    ];
    let fields = details.bad_request().into_iter().flat_map(|bad| &bad.field_violations);
    lines.extend(fields.map(|f| format!("  field {}: {} [{}]", f.field, f.description, f.reason)));
    let failures = details.precondition_failure().into_iter().flat_map(|failure| &failure.violations);
    lines
        .extend(failures.map(|f| format!("  precondition {} of {}: {}", f.r#type, f.subject, f.description)));
    let resource = details.resource_info().into_iter();
    lines.extend(resource.map(|r| format!("  resource {:?} {}", r.resource_type, r.resource_name)));
    lines.extend(
        details.retry_info().into_iter().map(|retry| format!("  retry after {:?}", retry.retry_delay)),
    );
    lines.join("\n")
}

#[test]
fn every_error_has_its_status() {
    let all: Vec<_> = examples().into_iter().map(|error| written(&status(error))).collect();
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn internals_never_leave() {
    for error in examples() {
        let status = status(error);
        let details = String::from_utf8_lossy(status.details()).into_owned();
        assert!(!status.message().contains("secret") && !details.contains("secret"), "{status:?}");
    }
}

#[test]
fn many_violations_fit_into_headers_and_say_how_many_there_are() {
    let violations: Vec<_> = (0..10_000)
        .map(|at| {
            Violation::new(
                format!("content.items[{at}].definition"),
                "KNOWN",
                "é".repeat(300),
                "a registered definition",
            )
        })
        .collect();
    let status = status(Error::Invalid(violations));
    let details = status.get_error_details();
    let shown = details.bad_request().unwrap().field_violations.len();
    let metadata = &details.error_info().unwrap().metadata;
    assert!(
        shown > 5 && metadata["violations_shown"] == shown.to_string() && metadata["violations"] == "10000"
    );

    let mut headers = http::HeaderMap::new();
    status.add_header(&mut headers).unwrap();
    let size: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 32).sum();
    assert!(size < 8 * 1024, "{size}");
}
