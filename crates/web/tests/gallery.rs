//! Every page renders in every state, and keeps the rules that all pages keep.

#[path = "../examples/gallery/samples/mod.rs"]
mod samples;

use std::collections::BTreeSet;

fn pages() -> Vec<(&'static str, String)> {
    samples::all().expect("every sample renders")
}

/// The values of an attribute, in order.
fn values<'p>(page: &'p str, attribute: &str) -> Vec<&'p str> {
    let marker = format!(" {attribute}=\"");
    page.split(&marker).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn every_page_has_its_frame_once() {
    for (name, page) in pages() {
        for part in [
            "<h1",
            "<main",
            "<title>",
            "<header",
            "<footer",
            "lang=\"en\"",
            "href=\"#maincontent\"",
            "id=\"maincontent\"",
        ] {
            assert_eq!(page.matches(part).count(), 1, "{name}: {part}");
        }
        assert!(page.contains("Open Government Licence v3.0"), "{name} names no licence of its data");
    }
}

#[test]
fn no_page_carries_script_or_inline_style() {
    for (name, page) in pages() {
        // The one script is a file of this server's; what stands around it is looked at as ever.
        let (before, rest) = page.split_once("<script type=\"module\" src=\"/assets/").expect("the script");
        let (file, after) = rest.split_once("\"></script>").expect("nothing in it");
        assert!(file.ends_with("/onus.js") && !file.contains('<'), "{name}: {file}");
        let page = [before, after].concat();
        for banned in
            ["<script", " style=", "<style", "javascript:", " onclick", " onload", "<iframe", "<img"]
        {
            assert!(!page.contains(banned), "{name} has {banned}");
        }
    }
}

#[test]
fn text_is_escaped() {
    let pages = pages();
    let hostile = pages.iter().filter(|(_, page)| page.contains("alert(1)"));
    let escaped =
        hostile.filter(|(_, page)| page.contains("&#60;script&#62;") || page.contains("&lt;script&gt;"));
    assert!(escaped.count() >= 8, "the extreme samples are gone");
}

#[test]
fn pages_ask_only_this_server_for_anything() {
    for (name, page) in pages() {
        for href in
            values(&page, "href").into_iter().chain(values(&page, "src")).chain(values(&page, "action"))
        {
            let own = ["/", "#", "?"].iter().any(|start| href.starts_with(start)) && !href.starts_with("//");
            let licence =
                href.starts_with("https://www.nationalarchives.gov.uk/doc/open-government-licence/");
            assert!(own || licence, "{name} links {href}");
        }
        for link in page.split("<link").skip(1) {
            assert!(
                link.contains("href=\"/assets/"),
                "{name} loads {}",
                link.split('>').next().unwrap_or_default()
            );
        }
    }
}

#[test]
fn ids_are_unique_and_references_to_them_hold() {
    for (name, page) in pages() {
        let ids = values(&page, "id");
        let unique: BTreeSet<_> = ids.iter().copied().collect();
        assert_eq!(ids.len(), unique.len(), "{name} has an id twice");
        let named = ["for", "aria-labelledby", "aria-describedby"].iter().flat_map(|a| values(&page, a));
        for id in named.flat_map(str::split_whitespace) {
            assert!(unique.contains(id), "{name} refers to {id}");
        }
        for anchor in values(&page, "href").iter().filter_map(|href| href.strip_prefix('#')) {
            assert!(unique.contains(anchor), "{name} links #{anchor}");
        }
    }
}

#[test]
fn tables_have_captions_and_scopes_and_scroll_by_keyboard() {
    for (name, page) in pages() {
        assert_eq!(page.matches("<table").count(), page.matches("<caption").count(), "{name}");
        assert_eq!(page.matches("<table").count(), page.matches("tabindex=\"0\"").count(), "{name}");
        for cell in page.split("<th ").skip(1) {
            assert!(cell.starts_with("scope=\""), "{name}: <th {}", &cell[..cell.len().min(60)]);
        }
    }
}

#[test]
fn headings_step_down_one_level_at_a_time() {
    for (name, page) in pages() {
        let levels = page.split("<h").skip(1).filter_map(|rest| rest.chars().next()?.to_digit(10));
        // The summary of errors stands above the title, as the design system has it.
        let mut last = 1;
        for level in levels {
            assert!(level <= last + 1, "{name} goes from h{last} to h{level}");
            last = level;
        }
    }
}

#[test]
fn every_chart_is_described_and_has_its_table() {
    let pages = pages();
    let charts: Vec<_> = pages.iter().filter(|(_, page)| page.contains("class=\"onus-chart\"")).collect();
    assert!(!charts.is_empty());
    for (name, page) in charts {
        assert!(page.contains("<desc id=") && page.contains("role=\"img\""), "{name}");
        let after = page.split("class=\"onus-chart\"").skip(1);
        assert!(after.clone().all(|after| after.contains("<caption")), "{name}");
        let index = page.contains("Burden index, ") || page.contains("id=\"index\"");
        assert!(!index || page.contains("Burden index by month</caption>"), "{name}");
    }
}

#[test]
fn what_is_asked_twice_and_what_is_only_shared_stand_apart() {
    let pages = pages();
    for name in ["collection", "overlap"] {
        let page = &pages.iter().find(|(known, _)| *known == name).expect("a sample").1;
        let twice = page.find("id=\"asked-twice\"").expect("asked twice");
        let shared = page.find("id=\"shared-definitions\"").expect("shared definitions");
        assert!(twice < shared, "{name}");
        assert!(page.contains("Nobody is asked twice"), "{name}");
    }
}

#[test]
fn the_sample_says_what_its_figures_rest_on() {
    let pages = pages();
    let of = |name| &pages.iter().find(|(known, _)| *known == name).expect("a sample").1;
    assert!(of("provider").contains("All minutes are the published default table, marked ASSUMED"));
    assert!(of("provider").contains("100% assumed"));
    assert!(!of("home-empty").contains("marked ASSUMED"));
}
