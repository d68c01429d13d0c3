//! Any text is read, always the same way, to tokens without blanks.
#![no_main]

use libfuzzer_sys::fuzz_target;
use onus_matching::normalise;

fuzz_target!(|text: &str| {
    let tokens = normalise::tokens(text);
    assert_eq!(tokens, normalise::tokens(text));
    assert!(tokens.iter().all(|token| !token.is_empty() && !token.contains(char::is_whitespace)));
    assert_eq!(normalise::name(text), normalise::name_tokens(text).join(" "));
    assert!(!normalise::is_blank(text) || text.len() < 4_000, "what is long says something");
});
