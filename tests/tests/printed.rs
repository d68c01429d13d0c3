//! Reports on paper, printed by a real browser.

use onus_tests::{Database, Demo, Server, chromium};
use rstest::rstest;

#[rstest]
fn a_report_is_printed_tagged_and_the_same_each_time(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let demo = Demo::copy(database);
    let browser = chromium();
    let server = Server::start_with(&demo, &[("EDITIONS__PDF_BROWSER", &browser)]);
    let get = |path: &str| server.get(&format!("/editions/2026-10/{path}"));
    let report = get("index.pdf");
    assert_eq!(
        (report.status, report.header("content-type")),
        (200, Some("application/pdf")),
        "{}",
        server.log()
    );
    for part in ["%PDF-", "/StructTreeRoot", "/Lang (en", "/Outlines", "October 2026", "/MediaBox [0 0 59"] {
        assert!(report.body.contains(part), "the PDF has no {part}");
    }
    assert_eq!(get("index.pdf").body, report.body);
    assert!(!report.body.contains("file://"), "where it was printed is nobody's business");
    let provider = get("providers/RR8.pdf");
    assert!(provider.status == 200 && provider.body.contains("/StructTreeRoot"), "{}", provider.status);
    assert_ne!(provider.body, report.body);
    for unknown in ["providers/XXX.pdf", "method.pdf", "../secret.pdf"] {
        assert_eq!(get(unknown).status, 404, "{unknown}");
    }
    // Found from the pages.
    assert!(server.get("/editions/2026-10").body.contains("/editions/2026-10/index.pdf"));
    assert!(server.get("/providers/RR8").body.contains("/editions/2026-10/providers/RR8.pdf"));
    let found = get("reports?code=rr8");
    assert_eq!((found.status, found.header("location")), (303, Some("/editions/2026-10/providers/RR8.html")));
    let body = get("reports?code=X24");
    assert_eq!(body.header("location"), Some("/editions/2026-10/bodies/X24.html"));
    let nobody = get("reports?code=%3Cb%3E");
    assert!(nobody.status == 404 && nobody.body.contains("There is no report of"), "{}", nobody.body);
    // Another server prints the same bytes.
    assert!(server.stop().success());
    let again = Server::start_with(&demo, &[("EDITIONS__PDF_BROWSER", &browser)]);
    assert!(again.get("/editions/2026-10/index.pdf").body == report.body, "other bytes");
}

#[test]
fn without_a_browser_there_are_pages_alone() {
    let demo = Demo::copy(Database::Sqlite);
    let server = Server::start_with(&demo, &[("EDITIONS__PDF_BROWSER", "")]);
    assert_eq!(server.get("/editions/2026-10/index.pdf").status, 404);
    assert_eq!(server.get("/editions/2026-10/index.html").status, 200);
    assert!(!server.get("/editions/2026-10").body.contains(".pdf"));
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out");
    drop(server);
    let mut report = demo.command(&["report", "--month", "2026-10", "--pdf", "--out"]);
    report.arg(&out).env("ONUS_EDITIONS__PDF_BROWSER", "");
    onus_tests::Refusal::of(&mut report, 2).says(&["editions.pdf_browser", "Chromium"]);
}

#[test]
fn reports_of_bodies_are_printed_beside_their_pages() {
    let demo = Demo::copy(Database::Sqlite);
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out");
    let mut report = demo.command(&["report", "--month", "2026-10", "--pdf", "--out"]);
    onus_tests::run(report.arg(&out).env("ONUS_EDITIONS__PDF_BROWSER", chromium()));
    let pages = std::fs::read_dir(out.join("bodies")).expect("bodies").flatten().map(|one| one.path());
    let (html, pdf): (Vec<_>, Vec<_>) =
        pages.partition(|path| path.extension().is_some_and(|end| end == "html"));
    assert!(!html.is_empty() && html.len() == pdf.len(), "{html:?} {pdf:?}");
    assert!(out.join("index.pdf").is_file());
}
