//! A provider's people record what they sent and what it took; the publisher loads what an hour costs.

#![expect(clippy::unwrap_used, reason = "a test ends at the first surprise")]

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use onus_exchange::sample::Grouping;
use onus_testkit::{Backend, TestApp};
use tower::ServiceExt as _;

const HOME: &str = "/providers/R0A/submissions";
/// What is said of the published default.
const PLACEHOLDER: &str = "a placeholder until real pay is loaded";

/// A browser in which somebody is signed in.
struct Browser {
    router: Router,
    session: String,
    token: String,
}

struct Page {
    status: StatusCode,
    headers: header::HeaderMap,
    text: String,
}

async fn send(router: &Router, request: Request<Body>) -> Page {
    let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    let bytes = to_bytes(body, 1 << 24).await.unwrap();
    Page { status: parts.status, headers: parts.headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
}

/// What stands between two texts of a page.
fn between<'p>(page: &'p str, before: &str, after: &str) -> &'p str {
    let rest = page.split_once(before).unwrap_or_else(|| panic!("no {before} in {page}")).1;
    rest.split_once(after).unwrap().0
}

fn cookie(page: &Page, name: &str) -> String {
    let set = page.headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap());
    set.map(|line| line.split(';').next().unwrap()).find(|pair| pair.starts_with(name)).unwrap().to_owned()
}

impl Browser {
    async fn signed_in(test: &TestApp, identity: &str) -> Self {
        let router = onus_web::router(test.app.clone());
        let page = send(&router, Request::get("/sign-in").body(Body::empty()).unwrap()).await;
        let token = between(&page.text, "name=\"form_token\" value=\"", "\"").to_owned();
        let form = format!("form_token={token}&identity={identity}&go_on=%2F");
        let request = Request::post("/sign-in")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::COOKIE, cookie(&page, "onus-browser"));
        let made = send(&router, request.body(Body::from(form)).unwrap()).await;
        let mut browser = Self { session: cookie(&made, "onus-session"), token: String::new(), router };
        let account = browser.get("/account").await;
        between(&account.text, "name=\"form_token\" value=\"", "\"").clone_into(&mut browser.token);
        browser
    }

    async fn get(&self, path: &str) -> Page {
        let request = Request::get(path).header(header::COOKIE, &self.session);
        send(&self.router, request.body(Body::empty()).unwrap()).await
    }

    /// Sends a form of a page, with that page's own key.
    async fn post(&self, page: &Page, path: &str, fields: &[(&str, &str)]) -> Page {
        let key = between(&page.text, "name=\"request_id\" value=\"", "\"");
        let own = [("form_token", self.token.as_str()), ("request_id", key)];
        let form = serde_urlencoded::to_string([&own[..], fields].concat()).unwrap();
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::COOKIE, &self.session);
        send(&self.router, request.body(Body::from(form)).unwrap()).await
    }

    /// Sends a file to be looked at.
    async fn look(&self, csv: &str) -> Page {
        let body = format!(
            "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"rows.csv\"\r\n\r\n{csv}\r\n--cut--\r\n"
        );
        let request = Request::post(format!("{HOME}/file"))
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=cut")
            .header(header::COOKIE, &self.session);
        send(&self.router, request.body(Body::from(body)).unwrap()).await
    }
}

#[tokio::test]
async fn a_provider_records_one_on_one_screen_and_many_from_a_file() {
    let test = TestApp::sample(Backend::Sqlite, Grouping::Families).await.unwrap();
    let browser = Browser::signed_in(&test, "provider").await;
    assert!(browser.get("/providers/R0A").await.text.contains(HOME));
    let other = browser.get("/providers/RJ1/submissions").await;
    assert_eq!(other.status, StatusCode::FORBIDDEN);
    let list = browser.get(HOME).await;
    assert_eq!(list.status, StatusCode::OK, "{}", list.text);
    let path = format!("{HOME}/{}", between(&list.text, &format!("href=\"{HOME}/"), "\""));
    // The first link leads to the file.
    assert_eq!(path, format!("{HOME}/file"));
    let rows = list.text.split_once("nhsuk-table__body").unwrap().1;
    let path = format!("{HOME}/{}", between(rows, &format!("href=\"{HOME}/"), "\""));

    let form = browser.get(&path).await;
    assert!(form.text.contains("name=\"minutes\"") && form.text.contains("name=\"submitted_at-day\""));
    let future = [("submitted_at-day", "24"), ("submitted_at-month", "11"), ("submitted_at-year", "2026")];
    let wrong =
        browser.post(&form, &path, &[&future[..], &[("minutes", "many"), ("people", "2")]].concat()).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(wrong.text.contains("a whole number of minutes") && wrong.text.contains("value=\"many\""));
    let wrong =
        browser.post(&form, &path, &[&future[..], &[("minutes", "45"), ("people", "0")]].concat()).await;
    assert!(
        wrong.text.contains("When it was sent: ") && wrong.text.contains("1 to 1000 people"),
        "{}",
        wrong.text
    );
    let sent = [("submitted_at-day", "20"), ("submitted_at-month", "11"), ("submitted_at-year", "2026")];
    let form = browser.get(&path).await;
    let done = browser.post(&form, &path, &[&sent[..], &[("minutes", ""), ("people", "")]].concat()).await;
    assert_eq!(
        (done.status, done.headers[header::LOCATION].to_str().unwrap()),
        (StatusCode::SEE_OTHER, HOME)
    );

    // Once it is recorded, two fields are left.
    let form = browser.get(&path).await;
    assert!(form.text.contains("Sent on 20 November 2026") && !form.text.contains("submitted_at-day"));
    let done = browser.post(&form, &path, &[("minutes", "54000"), ("people", "2")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let list = browser.get(HOME).await.text;
    assert!(list.contains("54000 minutes, 2 people") || list.contains("54,000 minutes, 2 people"), "{list}");
    assert!(list.contains("Far from what others take"));

    let template = browser.get(&format!("{HOME}/template.csv")).await.text;
    let mut lines = template.lines();
    let (head, row) = (lines.next().unwrap(), lines.next().unwrap());
    assert!(row.ends_with(",,,"), "nothing is recorded of it: {row}");
    let filled = row.trim_end_matches(",,,");
    let look = browser.look(&format!("{head}\n{filled},2026-11-20,30,\n")).await;
    assert!(
        look.status == StatusCode::OK && look.text.contains("Nothing is in the way of 1 submission"),
        "{}",
        look.text
    );
    let before = test.app.view().await.unwrap().snapshot.submissions.len();
    assert_eq!(before, 1, "looking records nothing");
    let csv = format!("{head}\n{filled},2026-11-20,30,\n");
    let done = browser.post(&look, &format!("{HOME}/take"), &[("csv", &csv)]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert_eq!(test.app.view().await.unwrap().snapshot.submissions.len(), 2);
    let wrong = browser.look(&format!("{head}\n{filled},2030-01-01,30,\n")).await;
    assert!(
        wrong.status == StatusCode::BAD_REQUEST && wrong.text.contains("rows.csv:2:submitted_at"),
        "{}",
        wrong.text
    );
}

#[tokio::test]
async fn everybody_reads_what_an_hour_costs_and_the_publisher_loads_it() {
    let test = TestApp::empty(Backend::Sqlite).await;
    let reader = Browser::signed_in(&test, "provider").await;
    let page = reader.get("/tariffs").await.text;
    assert!(page.contains(PLACEHOLDER) && page.contains("£12.50") && !page.contains("<textarea"));
    let publisher = Browser::signed_in(&test, "publisher").await;
    let page = publisher.get("/tariffs").await;
    let roles = ["DATA_CLERK", "INFORMATION_ANALYST", "SYSTEMS_DEVELOPER", "CLINICIAN", "MANAGER"];
    let rows: String = roles.map(|role| format!("{role},2026-04-01,2000,20\n")).concat();
    let text = format!("staff_role,from_date,pence_per_hour,overhead_percent\n{rows}");
    let silent = publisher.post(&page, "/tariffs", &[("text", &text), ("reason", "")]).await;
    assert_eq!(silent.status, StatusCode::BAD_REQUEST);
    assert!(
        silent.text.contains("why figures of the past change") && silent.text.contains("MANAGER,2026-04-01")
    );
    let done = publisher.post(&page, "/tariffs", &[("text", &text), ("reason", "ESR")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let page = reader.get("/tariffs").await.text;
    assert!(page.contains("£24.00") && !page.contains(PLACEHOLDER), "{page}");
}
