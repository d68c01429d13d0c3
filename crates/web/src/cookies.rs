//! The cookies of this site: a session's key, and what a browser keeps while it signs in. No script reads them, and no other site sends them
//! with a form.

use axum::http::{HeaderMap, HeaderValue, header};

/// The key of a session.
pub(crate) const SESSION: &str = "onus-session";
/// What a browser keeps between leaving for the issuer and coming back.
pub(crate) const SIGN_IN: &str = "onus-sign-in";
/// A secret of a browser that has not signed in, for its forms.
pub(crate) const BROWSER: &str = "onus-browser";

/// A cookie's whole name: by https, one that only this very host can have set.
fn name(cookie: &str, secure: bool) -> String {
    if secure { format!("__Host-{cookie}") } else { cookie.to_owned() }
}

/// The value of a cookie that came with a request.
pub(crate) fn read(headers: &HeaderMap, cookie: &str, secure: bool) -> Option<String> {
    let name = name(cookie, secure);
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(of, value)| *of == name && !value.is_empty()).map(|(_, value)| value.to_owned())
}

/// Sets a cookie, for as long as the browser runs or, with `seconds`, for so long.
pub(crate) fn set(cookie: &str, value: &str, seconds: Option<u32>, secure: bool) -> Option<HeaderValue> {
    let age = seconds.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    let only = if secure { "; Secure" } else { "" };
    let name = name(cookie, secure);
    HeaderValue::from_str(&format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{age}{only}")).ok()
}

/// Takes a cookie away.
pub(crate) fn clear(cookie: &str, secure: bool) -> Option<HeaderValue> {
    set(cookie, "", Some(0), secure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_this_hosts_alone() {
        let set = |secure| set(SESSION, "abc", None, secure).unwrap().to_str().unwrap().to_owned();
        assert_eq!(set(true), "__Host-onus-session=abc; Path=/; HttpOnly; SameSite=Lax; Secure");
        assert_eq!(set(false), "onus-session=abc; Path=/; HttpOnly; SameSite=Lax");
        assert!(clear(SESSION, true).unwrap().to_str().unwrap().contains("Max-Age=0"));
    }

    #[test]
    fn it_is_read_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=b; onus-session=plain"));
        headers.append(header::COOKIE, HeaderValue::from_static("__Host-onus-session=secure; onus-sign-in="));
        assert_eq!(read(&headers, SESSION, false).as_deref(), Some("plain"));
        assert_eq!(read(&headers, SESSION, true).as_deref(), Some("secure"));
        assert_eq!(read(&headers, SIGN_IN, false), None);
    }
}
