//! An edition of a registry in which nobody asks anything: everything is there, and nothing is made up.

use super::*;
use onus_burden::Settings;
use std::sync::Arc;

fn empty() -> Vec<OutputFile> {
    let snapshot = Arc::new(Snapshot::default());
    let month: Month = "2026-10".parse().unwrap();
    let burden = Burden::new(Arc::clone(&snapshot), Settings { base_month: "2025-03".parse().unwrap() });
    let publication = Publication {
        snapshot: &snapshot,
        burden: &burden,
        overlaps: vec![],
        month,
        revision: 2,
        closing_date: month.last_day(),
        notice: Some("This is <a test>.".into()),
        audit_head: Some(AuditHead { size: 12, root: "ab".repeat(32), json: "{\"size\":12}".into() }),
    };
    files(&publication).unwrap()
}

fn text<'f>(files: &'f [OutputFile], path: &str) -> &'f str {
    let file = files.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("no {path}"));
    std::str::from_utf8(&file.bytes).unwrap()
}

#[test]
fn every_file_has_its_checksum_and_every_table_its_resource() {
    let files = empty();
    let sums = text(&files, "SHA256SUMS");
    let named: Vec<_> = sums.lines().filter_map(|line| line.split("  ").nth(1)).collect();
    let paths: Vec<_> =
        files.iter().map(|file| file.path.as_str()).filter(|path| *path != "SHA256SUMS").collect();
    assert_eq!(named, paths);
    let package = text(&files, "datapackage.json");
    for path in paths.into_iter().filter(|path| path.strip_suffix(".csv").is_some()) {
        assert!(package.contains(&format!("\"path\": \"{path}\"")), "{path} is not in the package");
    }
    for part in [
        r#""name": "onus-edition-2026-10""#,
        r#""version": "2.0.0""#,
        "counted to 31 October 2026. This is <a test>.",
        r#""type": "yearmonth""#,
        r#""unit": "hours""#,
    ] {
        assert!(package.contains(part), "{part} is not in the package");
    }
    assert_eq!(text(&files, "pair_month.csv"), "body_a,body_b,month,shared_facts,avoidable_hours\r\n");
}

#[test]
fn the_page_loads_nothing_and_draws_no_index_where_there_is_none() {
    let files = empty();
    let page = text(&files, "index.html");
    for foreign in ["<script", "<link", "src=", "@import", "url("] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    assert!(page.contains("This is &#60;a test&#62;."));
    assert!(page.contains("There is no index: nothing was asked in the 12 months to March 2025."));
    assert!(!page.contains("index-chart") && page.contains("Every month took 0 hours."));
}
