//! Resume tokens: where in the log a reader stopped. Opaque to its holder, and good at every server of the registry.

use crate::App;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use onus_domain::{Result, Violation};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The form that this program writes.
const FORM: u8 = 1;
/// Form, place, end of the key of the entry before it, check.
const LENGTH: usize = 1 + 8 + 8 + 4;

/// Where a reader stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResumeToken {
    /// The place of the next entry to read.
    pub(super) next: u64,
    /// The end of the key of the entry before it, which tells this log from others; zero at the beginning.
    tail: [u8; 8],
}

fn tail(id: Uuid) -> [u8; 8] {
    let mut tail = [0; 8];
    tail.copy_from_slice(&id.as_bytes()[8..]);
    tail
}

fn check(bytes: &[u8]) -> [u8; 4] {
    let digest = Sha256::new().chain_update(b"onus resume token").chain_update(bytes).finalize();
    [digest[0], digest[1], digest[2], digest[3]]
}

impl ResumeToken {
    /// The beginning of the log.
    pub(super) const BEGINNING: Self = Self { next: 0, tail: [0; 8] };

    /// After the entry `id` at place `seq`.
    pub(super) fn after(seq: u64, id: Uuid) -> Self {
        Self { next: seq + 1, tail: tail(id) }
    }

    /// As it is given away.
    pub fn write(&self) -> String {
        let mut bytes = vec![FORM];
        bytes.extend(self.next.to_be_bytes());
        bytes.extend(self.tail);
        bytes.extend(check(&bytes));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads one, or says what is wrong with it.
    pub(super) fn read(text: &str) -> Result<Self, Violation> {
        let refuse = |expected: &str| Violation::new("resume_token", "RESUME_TOKEN", text, expected);
        let bytes = URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| refuse("a token as this registry gave it, unchanged"))?;
        match bytes.first() {
            Some(&FORM) if bytes.len() == LENGTH => {}
            Some(form) if *form > FORM && bytes.len() >= LENGTH => {
                return Err(refuse("a token of this version of Onus: it comes from a later one"));
            }
            _ => return Err(refuse("a token as this registry gave it, whole")),
        }
        let (said, checked) = bytes.split_at(LENGTH - 4);
        if check(said) != checked {
            return Err(refuse("a token as this registry gave it, unchanged"));
        }
        let (mut next, mut tail) = ([0; 8], [0; 8]);
        next.copy_from_slice(&said[1..9]);
        tail.copy_from_slice(&said[9..]);
        Ok(Self { next: u64::from_be_bytes(next), tail })
    }
}

impl App {
    /// Reads a token and looks whether it is of this log.
    pub(super) async fn read_resume_token(&self, text: &str) -> Result<ResumeToken> {
        let token = ResumeToken::read(text)?;
        let Some(before) = token.next.checked_sub(1) else { return Ok(ResumeToken::BEGINNING) };
        let entry = self.log_from(before, 1).await?.pop().filter(|entry| entry.seq == before);
        if entry.is_some_and(|entry| tail(entry.entry.id) == token.tail) {
            return Ok(token);
        }
        let expected = "a token of this registry as it is: it comes from another, or from after the backup that this one was restored from";
        Err(Violation::new("resume_token", "RESUME_TOKEN", text, expected).into())
    }

    /// Where the log ends at present.
    pub(super) async fn end_of_log(&self) -> Result<ResumeToken> {
        let Some(last) = self.store().last_logged().await? else { return Ok(ResumeToken::BEGINNING) };
        let (seq, id) = last;
        Ok(ResumeToken::after(seq, id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_read_as_written_and_any_change_is_found() {
        let token = ResumeToken::after(41, Uuid::from_u128(7));
        let text = token.write();
        assert_eq!(ResumeToken::read(&text).unwrap(), token);
        let bytes = URL_SAFE_NO_PAD.decode(&text).unwrap();
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut bad = bytes.clone();
                bad[at] ^= 1 << bit;
                assert_eq!(ResumeToken::read(&URL_SAFE_NO_PAD.encode(bad)).unwrap_err().rule, "RESUME_TOKEN");
            }
        }
        for bad in ["", "x", "not base64!", &text[..text.len() - 2], &format!("{text}AA")] {
            assert_eq!(ResumeToken::read(bad).unwrap_err().rule, "RESUME_TOKEN", "{bad}");
        }
        let mut later = bytes.clone();
        later[0] = 2;
        assert!(ResumeToken::read(&URL_SAFE_NO_PAD.encode(later)).unwrap_err().expected.contains("later"));
    }
}
