//! Heads: signed notes over a checkpoint (c2sp.org/signed-note and c2sp.org/tlog-checkpoint), by Ed25519.
//!
//! ```text
//! onus
//! 1234
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//! time 2026-11-29T09:00:00.000000Z
//!
//! — onus Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
//! ```

use crate::tree::Hash;
use base64::{Engine, engine::general_purpose::STANDARD};
use ring::signature::{ED25519, UnparsedPublicKey};
use sha2::{Digest, Sha256};
use std::{fmt, str::FromStr};

/// The algorithm byte of Ed25519 in keys of signed notes.
const ALGORITHM: u8 = 1;

/// A public key: `name+hash+key`, as `onus audit key` prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    name: String,
    public: [u8; 32],
}

impl Key {
    /// The first four bytes of the hash that signatures name the key by.
    fn id(&self) -> [u8; 4] {
        let hash = Sha256::new_with_prefix(self.name.as_bytes())
            .chain_update([b'\n', ALGORITHM])
            .chain_update(self.public)
            .finalize();
        [hash[0], hash[1], hash[2], hash[3]]
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key: Vec<_> = [ALGORITHM].into_iter().chain(self.public).collect();
        write!(f, "{}+{:08x}+{}", self.name, u32::from_be_bytes(self.id()), STANDARD.encode(key))
    }
}

impl FromStr for Key {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "a public key of the form NAME+HASH+KEY, as `onus audit key` prints it";
        let mut parts = text.trim().splitn(3, '+');
        let (name, id, key) =
            (parts.next().unwrap_or_default(), parts.next().ok_or(FORM)?, parts.next().ok_or(FORM)?);
        let key = STANDARD.decode(key).map_err(|_| FORM)?;
        let public = key.strip_prefix(&[ALGORITHM]).and_then(|key| key.try_into().ok()).ok_or(FORM)?;
        let read = Self { name: name.to_owned(), public };
        let named = u32::from_str_radix(id, 16).map_err(|_| FORM)?;
        if name.is_empty() || id.len() != 8 || named != u32::from_be_bytes(read.id()) {
            return Err("a public key whose parts belong together: its hash is of another name or key");
        }
        Ok(read)
    }
}

/// A note whose signature was checked, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Which log.
    pub origin: String,
    /// How many entries it is over.
    pub size: u64,
    /// The root of their tree.
    pub root: Hash,
    /// When it was signed, `YYYY-MM-DDThh:mm:ss.ffffffZ`; texts of this form compare as their times do.
    pub time: String,
}

/// Reads a note, and checks that one of `keys` signed it.
pub fn open(note: &str, keys: &[Key]) -> Result<Head, String> {
    let (text, signatures) =
        note.split_once("\n\n").ok_or("it is no signed note: no blank line parts text and signature")?;
    let signed = format!("{text}\n");
    let head = read(text)?;
    let mut named = vec![];
    for line in signatures.lines() {
        let (name, signature) = line
            .strip_prefix("— ")
            .and_then(|line| line.split_once(' '))
            .ok_or("a line of its signatures has another form than `— NAME SIGNATURE`")?;
        let bytes = STANDARD.decode(signature).map_err(|_| "a signature is not base64")?;
        let (id, signature) = bytes.split_first_chunk::<4>().ok_or("a signature is too short")?;
        named.push(format!("{name}+{:08x}", u32::from_be_bytes(*id)));
        let Some(key) = keys.iter().find(|key| key.name == name && key.id() == *id) else { continue };
        if name != head.origin {
            return Err(format!("it is of log {:?} and signed for {name:?}", head.origin));
        }
        return UnparsedPublicKey::new(&ED25519, key.public)
            .verify(signed.as_bytes(), signature)
            .map(|()| head)
            .map_err(|_| format!("the signature by {name}+{:08x} does not fit", u32::from_be_bytes(*id)));
    }
    Err(format!("it is signed by {}, which is none of the keys to trust", named.join(", ")))
}

/// Takes the text of a checkpoint apart.
fn read(text: &str) -> Result<Head, String> {
    let lines: Vec<_> = text.split('\n').collect();
    let [origin, size, root, time] = lines[..] else {
        return Err("it has another form than four lines: origin, size, root, time".into());
    };
    let parsed = size.parse().ok().filter(|number: &u64| number.to_string() == size);
    let size = parsed.ok_or("its second line is no size")?;
    let root = STANDARD.decode(root).ok().and_then(|bytes| bytes.try_into().ok());
    let root = root.ok_or("its third line is no root: 32 bytes in base64")?;
    let time = time.strip_prefix("time ").ok_or("its fourth line is no time")?;
    Ok(Head { origin: origin.to_owned(), size, root, time: time.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key that the reference implementation of signed notes shows.
    const KNOWN: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    #[test]
    fn a_key_is_read_as_it_is_written() {
        let key: Key = KNOWN.parse().unwrap();
        assert_eq!(key.to_string(), KNOWN);
        for bad in [
            "",
            "a",
            "a+b",
            "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "a+00000000+AR==",
        ] {
            assert!(bad.parse::<Key>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_signature_of_the_reference_implementation_fits() {
        let key: Key = KNOWN.parse().unwrap();
        let text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
        let signature =
            "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=";
        let bytes = STANDARD.decode(signature).unwrap();
        assert_eq!(bytes[..4], key.id());
        UnparsedPublicKey::new(&ED25519, key.public).verify(text.as_bytes(), &bytes[4..]).unwrap();
    }

    #[test]
    fn what_is_no_checkpoint_is_refused() {
        for bad in [
            "",
            "onus\n1\nx\ntime t",
            "onus\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\ntime t",
            "onus\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
        assert!(open("no note", &[]).unwrap_err().contains("blank line"));
    }
}
