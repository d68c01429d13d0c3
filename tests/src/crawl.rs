//! Every kind of page of a served registry, found by following links as a reader would.

use crate::Server;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Pages of one shape that are kept; thousands of collections and providers look alike.
const EACH: usize = 2;
/// Pages fetched at most.
const MOST: usize = 400;

/// Paths of pages reached from `/`: at most two of each shape, such as `/providers/{}`. Fails on a broken link.
pub fn crawl(server: &Server) -> Vec<String> {
    let mut shapes: BTreeMap<String, usize> = BTreeMap::new();
    let mut seen = BTreeSet::from(["/".to_owned()]);
    let mut todo = VecDeque::from(["/".to_owned()]);
    let mut pages = Vec::new();
    while let Some(path) = todo.pop_front() {
        let count = shapes.entry(shape(&path)).or_default();
        if *count == EACH {
            continue;
        }
        *count += 1;
        assert!(pages.len() < MOST, "more than {MOST} kinds of pages: {shapes:?}");
        let answer = server.get(&path);
        assert_eq!(answer.status, 200, "{path}, which a page links to");
        if !answer.media_type.starts_with("text/html") {
            continue;
        }
        for link in links(&answer.body) {
            if seen.insert(link.clone()) {
                todo.push_back(link);
            }
        }
        pages.push(path);
    }
    pages
}

/// Paths on this server that a page's anchors lead to, without fragments.
pub fn links(html: &str) -> Vec<String> {
    let anchors = html.split("<a ").skip(1).filter_map(|rest| rest.split('>').next());
    let targets = anchors.filter_map(|anchor| anchor.split("href=\"").nth(1)?.split('"').next());
    let targets = targets.map(|target| {
        target.split('#').next().unwrap_or_default().replace("&amp;", "&").replace("&#38;", "&")
    });
    targets.filter(|target| target.starts_with('/') && !target.starts_with("//")).collect()
}

/// What pages of one kind have in common: the first word, how deep they lie, the kind of file, and the names of what is asked.
fn shape(path: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut words = path.trim_start_matches('/').split('/');
    let first = words.next().unwrap_or_default();
    let kind = path.rsplit('/').next().and_then(|last| last.rsplit_once('.')).map_or("", |(_, kind)| kind);
    let names: BTreeSet<&str> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
    let depth = "/{}".repeat(words.count());
    format!("/{first}{depth}.{kind}?{}", names.into_iter().collect::<Vec<_>>().join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_read_and_shapes_told_apart() {
        let html = r##"<a class="x" href="/a?b=1&amp;c=2#top">1</a><a href="https://else.example/">2</a>
            <a href="//else.example/">3</a><a href="#main">4</a><link href="/style.css"><a name="x">5</a>"##;
        assert_eq!(links(html), ["/a?b=1&c=2"]);
        assert_eq!(shape("/collections/critical-care"), shape("/collections/maternity"));
        assert_ne!(shape("/collections/critical-care"), shape("/collections/critical-care/items"));
        assert_ne!(shape("/editions/2026-10/index.html"), shape("/editions/2026-10/items.csv"));
        assert_ne!(shape("/collections?q=a"), shape("/collections"));
        assert_eq!(shape("/collections?q=a&page=1"), shape("/collections?page=2&q="));
    }
}
