//! Style sheets, icons and the script, embedded in the binary and served under a path that changes with their content.

use axum::{
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::{EmbeddedFile, RustEmbed};
use std::sync::LazyLock;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Assets;

/// What the folder holds for the browser; the rest of it is for whoever renews it.
const SERVED: [&str; 4] = [".css", ".js", ".svg", ".txt"];

fn find(file: &str) -> Option<EmbeddedFile> {
    SERVED.iter().any(|end| file.ends_with(end)).then(|| Assets::get(file)).flatten()
}

/// A digest of all assets together: the part of their path that changes when any of them does.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut files: Vec<_> = Assets::iter().collect();
    files.sort();
    let digests = files.iter().filter_map(|file| Some(Assets::get(file)?.metadata.sha256_hash()));
    // Each file's digest is turned by one place more, so that two files which change places are told apart.
    let mut mixed = [0_u8; 8];
    for (turn, digest) in digests.enumerate() {
        for (at, byte) in digest.iter().enumerate() {
            mixed[(at + turn) % 8] = mixed[(at + turn) % 8].rotate_left(3) ^ byte;
        }
    }
    format!("{:016x}", u64::from_be_bytes(mixed))
});

/// The path that an asset is served at.
pub(crate) fn path(file: &str) -> String {
    format!("/assets/{}/{file}", *VERSION)
}

/// `GET /assets/{version}/{file}`. The present version never changes, so it may be kept for ever; a page that an older or newer server
/// rendered asks for another version and gets this one's file, to be asked for again.
pub(crate) async fn serve(Path((version, file)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let Some(found) = find(&file) else {
        return (StatusCode::NOT_FOUND, "There is no such asset.\n").into_response();
    };
    let digest = found.metadata.sha256_hash();
    let etag = format!("\"{:016x}\"", u64::from_be_bytes(*digest.first_chunk().unwrap_or(&[0; 8])));
    let caching = if version == *VERSION { "public, max-age=31536000, immutable" } else { "no-cache" };
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let fresh =
        known.is_some_and(|known| known.split(',').any(|one| one.trim().trim_start_matches("W/") == etag));
    let mut response =
        if fresh { StatusCode::NOT_MODIFIED.into_response() } else { content(&file, found).into_response() };
    let answer = response.headers_mut();
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        answer.insert(header::ETAG, etag);
    }
    response
}

fn content(file: &str, found: EmbeddedFile) -> impl IntoResponse {
    let media_type = mime_guess::from_path(file).first_or_octet_stream();
    let charset = if media_type.type_() == "text" { "; charset=utf-8" } else { "" };
    ([(header::CONTENT_TYPE, format!("{media_type}{charset}"))], found.data)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn get(version: &str, file: &str, etag: Option<&str>) -> Response {
        let mut headers = HeaderMap::new();
        if let Some(etag) = etag {
            headers.insert(header::IF_NONE_MATCH, HeaderValue::from_str(etag).unwrap());
        }
        serve(Path((version.into(), file.into())), headers).await
    }

    fn text(response: &Response, name: header::HeaderName) -> &str {
        response.headers()[name].to_str().unwrap()
    }

    #[tokio::test]
    async fn the_present_version_may_be_kept_for_ever_and_another_must_be_asked_for() {
        let present = get(&VERSION, "onus.css", None).await;
        assert_eq!(present.status(), StatusCode::OK);
        assert_eq!(text(&present, header::CONTENT_TYPE), "text/css; charset=utf-8");
        assert!(text(&present, header::CACHE_CONTROL).contains("immutable"));
        let other = get("older", "onus.css", None).await;
        assert_eq!(text(&other, header::CACHE_CONTROL), "no-cache");
        let etag = text(&present, header::ETAG).to_owned();
        assert_eq!(get("older", "onus.css", Some(&etag)).await.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(get("older", "onus.css", Some("\"0\"")).await.status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn only_what_is_embedded_is_served() {
        for file in ["renew.sh", "VENDOR.md", "../src/lib.rs", ""] {
            assert_eq!(get(&VERSION, file, None).await.status(), StatusCode::NOT_FOUND, "{file}");
        }
    }

    #[test]
    fn no_style_sheet_names_another_host_or_a_file_that_is_not_here() {
        for file in Assets::iter().filter(|file| file.ends_with(".css")) {
            let css = Assets::get(&file).unwrap().data;
            let css = std::str::from_utf8(&css).unwrap();
            for foreign in ["://", "@import", "@font-face", "Frutiger", "data:"] {
                assert!(!css.contains(foreign), "{file} has {foreign}");
            }
            for url in css.split("url(").skip(1) {
                let url = url.split(')').next().unwrap();
                assert!(find(url).is_some(), "{file} names {url}");
            }
        }
    }
}
