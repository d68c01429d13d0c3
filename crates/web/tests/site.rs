//! The site over the shipped sample: every page answers, every link leads somewhere, what is wrong is refused with a page.

use axum::{
    Router,
    body::Body,
    http::{Request, Response, StatusCode, header},
};
use onus_exchange::sample::Grouping;
use onus_testkit::{Backend, TestApp};
use std::collections::BTreeSet;
use tower::ServiceExt;

struct Site {
    router: Router,
    _test: TestApp,
}

struct Answer {
    status: StatusCode,
    headers: header::HeaderMap,
    text: String,
}

impl Site {
    async fn sample() -> Self {
        let test = TestApp::sample(Backend::Sqlite, Grouping::Families).await.expect("the sample");
        let month = test.app.last_month();
        test.app.make_edition(&test.system(), month).await.expect("an edition");
        Self { router: onus_web::router(test.app.clone()), _test: test }
    }

    async fn empty() -> Self {
        let test = TestApp::empty(Backend::Sqlite).await;
        Self { router: onus_web::router(test.app.clone()), _test: test }
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response: Response<Body> = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status, headers: parts.headers, text }
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).expect("a request")).await
    }

    /// A page that must be there.
    async fn page(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        answer.text
    }
}

/// Addresses of this site that a page links to.
fn links(page: &str) -> BTreeSet<String> {
    let hrefs = page.split(" href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let own = hrefs.filter(|href| href.starts_with('/'));
    let plain = own.map(|href| href.replace("&#38;", "&").replace("&amp;", "&"));
    plain.map(|href| href.split('#').next().unwrap_or_default().to_owned()).collect()
}

/// The text of a page without its markup, blanks joined.
fn text(page: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in page.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                out.push(' ');
            }
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn every_link_of_the_main_pages_leads_somewhere() {
    let site = Site::sample().await;
    let mut seen = BTreeSet::new();
    let mut waiting: Vec<String> =
        vec!["/".into(), "/about".into(), "/accessibility".into(), "/look-up".into()];
    let mut kinds = std::collections::BTreeMap::<String, usize>::new();
    while let Some(path) = waiting.pop() {
        // A few pages of each kind are enough: there are thousands of providers.
        let kind = path.split(['?', '/']).nth(1).unwrap_or_default().to_owned();
        let count = kinds.entry(kind).or_default();
        if *count >= 40 || !seen.insert(path.clone()) {
            continue;
        }
        *count += 1;
        let page = site.page(&path).await;
        waiting.extend(links(&page).into_iter().filter(|link| !seen.contains(link)));
    }
    for kind in ["collections", "overlaps", "definitions", "providers", "editions", "assets", "look-up"] {
        assert!(kinds.contains_key(kind), "no link leads to {kind}: {kinds:?}");
    }
}

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let site = Site::empty().await;
    for path in ["/", "/nowhere", "/collections?page_token=x", "/healthz"] {
        let answer = site.get(path).await;
        let of =
            |name: &str| answer.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        assert!(of("content-security-policy").starts_with("default-src 'none';"), "{path}");
        assert!(!of("content-security-policy").contains("unsafe"), "{path}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(of(name), value, "{path}");
        }
        assert!(
            of("permissions-policy").contains("camera=()") && of("cache-control").contains("no-cache"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn an_empty_registry_has_all_its_pages() {
    let site = Site::empty().await;
    for path in [
        "/",
        "/collections",
        "/overlaps",
        "/definitions",
        "/providers",
        "/editions",
        "/reuse",
        "/look-up",
        "/about",
        "/accessibility",
    ] {
        site.page(path).await;
    }
    assert_eq!(site.page("/healthz").await, "ok\n");
    assert!(text(&site.page("/").await).contains("Nothing registered is asked twice"));
}

#[tokio::test]
async fn what_is_wrong_is_refused_with_field_rule_value_and_what_is_right() {
    let site = Site::sample().await;
    for (path, parts) in [
        ("/collections?frequency=OFTEN", ["frequency", "KNOWN_CODE", "OFTEN", "one of DAILY"]),
        ("/collections?page_token=zzz", ["page_token", "PAGE_TOKEN", "zzz", "next_page_token"]),
        ("/overlaps?kind=odd", ["kind", "KNOWN_CODE", "odd", "facts, definitions"]),
        ("/definitions?kind=x&status=y", ["kind", "status", "ELEMENT", "STANDARD"]),
        ("/providers?provider_type=x", ["provider_type", "KNOWN_CODE", "x", "ACUTE"]),
        ("/collections/commissioning-data-sets?section=9999", ["section", "RANGE", "9999", "1 to"]),
        ("/collections?q=a&q=b", ["query", "QUERY", "duplicate", "at most once"]),
        ("/look-up?reference=DR-12", ["DR-12", "is not a reference", "six digits", "check character"]),
        (
            "/overlaps/commissioning-data-sets/commissioning-data-sets",
            ["right", "DIFFERENT", "commissioning-data-sets", "another collection"],
        ),
    ] {
        let answer = site.get(path).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
        let page = text(&answer.text);
        for part in parts {
            assert!(page.contains(part), "{path} does not say {part}: {page}");
        }
    }
}

#[tokio::test]
async fn what_is_not_there_is_said_to_be_not_there() {
    let site = Site::sample().await;
    for path in [
        "/nowhere",
        "/collections/nothing",
        "/collections/NOT%20A%20KEY",
        "/collections/commissioning-data-sets/versions/99",
        "/collections/commissioning-data-sets/versions/one",
        "/overlaps/nothing/commissioning-data-sets",
        "/definitions/nothing",
        "/providers/ZZZ",
        "/providers/X24",
        "/editions/1999-01",
        "/editions/yesterday",
        "/editions/2026-10/no.csv",
        "/editions/2026-10/..%2F..%2Fsecret",
    ] {
        let answer = site.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.text.contains("Page not found"), "{path}: {}", answer.text);
    }
    let posted = site.send(Request::post("/collections").body(Body::empty()).expect("a request")).await;
    assert_eq!(posted.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn lists_are_searched_filtered_and_paged_to_their_end() {
    let site = Site::sample().await;
    let found = text(&site.page("/collections?q=neonatal+critical").await);
    assert!(
        found.contains("Neonatal Critical Care Minimum Data Set")
            && !found.contains("National Workforce Data Set")
    );
    assert!(text(&site.page("/collections?q=no-such-thing-anywhere").await).contains("No collection fits"));

    let mut names = BTreeSet::new();
    let mut pages = 0;
    let mut next = Some("/definitions?kind=METRIC".to_owned());
    let first = text(&site.page("/definitions?kind=METRIC").await);
    let words: Vec<_> = first.split(' ').collect();
    let mut counted = words.windows(2).filter(|pair| pair[1] == "definitions");
    let total: usize = counted.find_map(|pair| pair[0].parse().ok()).expect("a total");
    while let Some(path) = next {
        let page = site.page(&path).await;
        let main = page.split("onus-results").nth(1).expect("results");
        names.extend(links(main).into_iter().filter(|link| link.starts_with("/definitions/")));
        next = links(&page)
            .into_iter()
            .find(|link| link.contains("page_token=") && !path.ends_with(link.as_str()));
        pages += 1;
        assert!(pages < 50, "the pages have no end");
    }
    assert_eq!((names.len(), pages), (total, total.div_ceil(25)));
}

#[tokio::test]
async fn a_reference_is_looked_up_as_people_type_it() {
    let site = Site::sample().await;
    let page = text(&site.page("/collections/critical-care-minimum-data-set").await);
    let reference =
        page.split("reference DR-").nth(1).map(|rest| format!("DR-{}", &rest[..7])).expect("a reference");
    let typed = reference.to_lowercase().replace('-', "");
    let found = text(&site.page(&format!("/look-up?reference={typed}")).await);
    assert!(
        found.contains("This request is registered and in force") && found.contains("Adopted, not approved"),
        "{found}"
    );
    let unknown = text(&site.page("/look-up?reference=DR-000002Y").await);
    assert!(unknown.contains("Not known"), "{unknown}");
}

#[tokio::test]
async fn an_editions_files_are_given_out_as_published() {
    let site = Site::sample().await;
    let list = site.page("/editions").await;
    let edition = links(&list).into_iter().find(|link| link.starts_with("/editions/")).expect("an edition");
    let files: Vec<_> = links(&site.page(&edition).await)
        .into_iter()
        .filter(|link| link.starts_with(&format!("{edition}/")))
        .collect();
    let csv = files.iter().find(|file| file.ends_with("provider_month.csv")).expect("a CSV file");
    let answer = site.get(csv).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.text.starts_with("provider,month,"), "{}", &answer.text[..80]);
    let header =
        |name: &str| answer.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    assert!(header("content-disposition").starts_with("attachment;") && header("etag").len() > 60);
    let report = files.iter().find(|file| file.rsplit('.').next() == Some("html")).expect("the report");
    let answer = site.get(report).await;
    let policy =
        answer.headers.get("content-security-policy").and_then(|v| v.to_str().ok()).unwrap_or_default();
    assert!(policy.contains("sandbox") && policy.contains("default-src 'none'"), "{policy}");
}

#[tokio::test]
async fn asked_twice_and_shared_definitions_are_told_apart() {
    let site = Site::sample().await;
    let part = |page: &str, from: &str, to: &str| {
        let rest = page.split(from).nth(1).unwrap_or_else(|| panic!("no {from}"));
        text(rest.split(to).next().unwrap_or_default())
    };
    // Critical care in its own data set and in the commissioning data sets: the same stays.
    let page = site.page("/overlaps/commissioning-data-sets/critical-care-minimum-data-set").await;
    let twice = part(&page, "id=\"asked-twice\"", "<h2");
    assert!(twice.contains("ADVANCED RESPIRATORY SUPPORT DAYS"), "{twice}");
    // Mental health and community services share definitions, and ask nobody twice.
    let page = site.page("/overlaps/community-services-data-set/mental-health-services-data-set").await;
    assert!(part(&page, "id=\"asked-twice\"", "<h2").contains("Nothing is asked twice by these two"));
    let shared = part(&page, "id=\"shared-definitions\"", "</main");
    assert!(shared.contains("Other patients") && text(&page).contains("111 of"), "{shared}");
    // The collection's own page says the same.
    let page = site.page("/collections/critical-care-minimum-data-set").await;
    assert!(part(&page, "id=\"asked-twice\"", "<h2").contains("Commissioning Data Sets"));
    assert!(!part(&page, "id=\"asked-twice\"", "<h2").contains("Community Services Data Set"));
}

#[tokio::test]
async fn a_provider_has_its_figures_chart_and_calendar() {
    let site = Site::sample().await;
    let page = site.page("/providers/R0A").await;
    assert!(page.contains("<svg class=\"onus-chart\""));
    let text = text(&page);
    for part in [
        "Manchester University NHS Foundation Trust",
        "% assumed",
        "Burden index by month",
        "Submit-once rate",
        "Facts asked twice, and by whom",
        "Due in November 2026",
        "Due in January 2027",
        "Sample data",
    ] {
        assert!(text.contains(part), "no {part}: {text}");
    }
}

/// The value of a cookie that an answer sets.
fn cookie(answer: &Answer, name: &str) -> Option<String> {
    let set = answer.headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = set.filter_map(|line| line.split(';').next()?.split_once('='));
    pairs.find(|(of, _)| *of == name).map(|(_, value)| value.to_owned())
}

/// The token that a page's forms carry.
fn form_token(page: &str) -> String {
    let rest = page.split("name=\"form_token\" value=\"").nth(1).expect("a form with a token");
    rest.split('"').next().unwrap_or_default().to_owned()
}

impl Site {
    async fn with(&self, path: &str, cookies: &str) -> Answer {
        let request = Request::get(path).header(header::COOKIE, cookies).body(Body::empty());
        self.send(request.expect("a request")).await
    }

    async fn post(&self, path: &str, cookies: &str, form: &str, from: Option<&str>) -> Answer {
        let mut request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::COOKIE, cookies);
        if let Some(from) = from {
            request = request.header("sec-fetch-site", from);
        }
        self.send(request.body(Body::from(form.to_owned())).expect("a request")).await
    }
}

#[tokio::test]
async fn a_demo_identity_signs_in_and_out() {
    let site = Site::empty().await;
    let home = site.page("/?a=b").await;
    assert!(home.contains("href=\"/sign-in?go_on=/%3Fa%3Db\""), "{home}");
    assert!(text(&site.page("/account").await).contains("You are not signed in"));
    let page = site.get("/sign-in?go_on=/about").await;
    let browser = format!("onus-browser={}", cookie(&page, "onus-browser").expect("a cookie"));
    let token = form_token(&page.text);

    let form = format!("form_token={token}&identity=registrar&go_on=%2Fabout");
    for (cookies, form, from) in [
        ("", form.as_str(), None),
        ("onus-browser=another", form.as_str(), None),
        (browser.as_str(), "identity=registrar", None),
        (browser.as_str(), "form_token=x&identity=registrar", None),
        (browser.as_str(), form.as_str(), Some("cross-site")),
        (browser.as_str(), form.as_str(), Some("same-site")),
    ] {
        let refused = site.post("/sign-in", cookies, form, from).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{cookies} {form}");
        assert!(refused.text.contains("was not sent from a page that this server showed"));
        assert_eq!(cookie(&refused, "onus-session"), None);
    }
    let nobody = site.post("/sign-in", &browser, &form.replace("registrar", "nobody"), None).await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);

    let signed_in = site.post("/sign-in", &browser, &form, Some("same-origin")).await;
    assert_eq!(signed_in.status, StatusCode::SEE_OTHER, "{}", signed_in.text);
    assert_eq!(signed_in.headers[header::LOCATION], "/about");
    let session = format!("onus-session={}", cookie(&signed_in, "onus-session").expect("a session"));
    let account = site.with("/account", &session).await;
    let said = text(&account.text);
    assert!(said.contains("demo-registrar (demo identity)") && said.contains("X24"), "{said}");
    assert_eq!(account.headers[header::CACHE_CONTROL], "no-store");
    // Refusals say who is signed in too, and nobody keeps them.
    let missing = site.with("/nowhere", &session).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert!(missing.text.contains("demo-registrar") && missing.headers[header::CACHE_CONTROL] == "no-store");
    assert!(!site.page("/account").await.contains("demo-registrar"));

    let token = form_token(&account.text);
    let forged = site.post("/sign-out", &session, "form_token=", None).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    let out = site.post("/sign-out", &session, &format!("form_token={token}"), None).await;
    assert_eq!(
        (out.status, &out.headers[header::LOCATION]),
        (StatusCode::SEE_OTHER, &"/signed-out".parse().unwrap())
    );
    assert_eq!(cookie(&out, "onus-session").as_deref(), Some(""));
    assert!(
        !site.with("/account", &session).await.text.contains("demo-registrar"),
        "its key is worth nothing"
    );
}

#[tokio::test]
async fn nobody_is_sent_elsewhere_after_signing_in() {
    let site = Site::empty().await;
    for to in ["https://evil.example/", "//evil.example", "/\\evil.example", "/sign-out"] {
        let page = site.get("/sign-in").await;
        let browser = format!("onus-browser={}", cookie(&page, "onus-browser").expect("a cookie"));
        let form = format!("form_token={}&identity=steward&go_on={to}", form_token(&page.text));
        let signed_in = site.post("/sign-in", &browser, &form, None).await;
        assert_eq!(signed_in.headers[header::LOCATION], "/", "{to}");
    }
}
