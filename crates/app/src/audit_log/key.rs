//! The key that heads are signed with, and the signed note that a head is (c2sp.org/signed-note, c2sp.org/tlog-checkpoint).

use super::leaf::moment;
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use onus_domain::{Error, Result, Violation, audit::Head, merkle::Hash};
use ring::{
    rand::SystemRandom,
    signature::{Ed25519KeyPair, KeyPair},
};
use sha2::{Digest, Sha256};
use std::{
    fmt, fs,
    io::{ErrorKind, Write},
    path::Path,
};

/// The algorithm byte of Ed25519 in keys of signed notes.
const ALGORITHM: u8 = 1;
const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";

/// A key for signing heads, and the log's name that they carry.
pub struct AuditKey {
    origin: String,
    pair: Ed25519KeyPair,
}

impl fmt::Debug for AuditKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AuditKey").field(&self.public()).finish()
    }
}

impl AuditKey {
    /// Reads the key in a file (PKCS #8 in PEM, as `openssl genpkey -algorithm ed25519` makes one), or makes one there that only its owner
    /// may read. `origin` names the log.
    pub fn open(path: &Path, origin: &str) -> Result<Self> {
        match fs::read_to_string(path) {
            Ok(text) => Self::read(&text, origin).map_err(|expected| refuse(path, "KEY", expected)),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                make(path)?;
                let text = fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
                Self::read(&text, origin).map_err(|expected| refuse(path, "KEY", expected))
            }
            Err(error) => Err(unreadable(path, &error)),
        }
    }

    /// Reads the key in a file that is there.
    pub fn open_made(path: &Path, origin: &str) -> Result<Option<Self>> {
        if path.is_file() { Self::open(path, origin).map(Some) } else { Ok(None) }
    }

    /// Reads a key in PEM.
    pub fn read(pem: &str, origin: &str) -> std::result::Result<Self, &'static str> {
        const FORM: &str =
            "an Ed25519 private key in PEM (PKCS #8), such as `openssl genpkey -algorithm ed25519` makes";
        let body =
            pem.trim().strip_prefix(BEGIN).and_then(|rest| rest.trim_end().strip_suffix(END)).ok_or(FORM)?;
        let compact: String = body.split_whitespace().collect();
        let document = STANDARD.decode(compact).map_err(|_| FORM)?;
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&document).map_err(|_| FORM)?;
        Ok(Self { origin: origin.to_owned(), pair })
    }

    /// A new key, in PEM.
    pub fn new_pem() -> Result<String> {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(Error::internal)?;
        let encoded = STANDARD.encode(document.as_ref());
        let lines: Vec<_> = encoded.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
        Ok(format!("{BEGIN}\n{}\n{END}\n", lines.join("\n")))
    }

    /// The public key: `NAME+HASH+KEY`.
    pub fn public(&self) -> String {
        let key = self.key_bytes();
        format!("{}+{}+{}", self.origin, self.id(), STANDARD.encode(key))
    }

    /// What heads name the key by: the first half of the public key's text.
    pub fn name(&self) -> String {
        format!("{}+{}", self.origin, self.id())
    }

    fn key_bytes(&self) -> Vec<u8> {
        [ALGORITHM].iter().chain(self.pair.public_key().as_ref()).copied().collect()
    }

    fn id(&self) -> String {
        let hash = Sha256::new_with_prefix(self.origin.as_bytes())
            .chain_update(b"\n")
            .chain_update(self.key_bytes())
            .finalize();
        let hash = format!("{hash:x}");
        hash.chars().take(8).collect()
    }

    /// Signs a file that is published: 64 bytes, as Ed25519 gives them.
    pub fn sign_file(&self, bytes: &[u8]) -> Vec<u8> {
        self.pair.sign(bytes).as_ref().to_vec()
    }

    /// The public key in PEM (SPKI), as `openssl` reads it.
    pub fn public_pem(&self) -> String {
        // What stands before the 32 bytes of an Ed25519 key in a SubjectPublicKeyInfo (RFC 8410).
        const PREFIX: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
        let key: Vec<u8> = PREFIX.iter().chain(self.pair.public_key().as_ref()).copied().collect();
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(key))
    }

    /// Signs a head.
    pub fn sign(&self, size: u64, root: Hash, at: DateTime<Utc>) -> Head {
        let text = text(&self.origin, size, root, at);
        let signature = self.pair.sign(text.as_bytes()).as_ref().to_vec();
        Head { size, origin: self.origin.clone(), root, at, key: self.name(), signature }
    }
}

/// What is signed of a head.
pub fn text(origin: &str, size: u64, root: Hash, at: DateTime<Utc>) -> String {
    format!("{origin}\n{size}\n{}\ntime {}\n", STANDARD.encode(root.0), moment(at))
}

/// A head as a signed note.
pub fn note(head: &Head) -> String {
    let id = head.key.rsplit_once('+').map(|(_, id)| id).and_then(|id| u32::from_str_radix(id, 16).ok());
    let signature: Vec<_> =
        id.unwrap_or_default().to_be_bytes().into_iter().chain(head.signature.iter().copied()).collect();
    let text = text(&head.origin, head.size, head.root, head.at);
    format!("{text}\n— {} {}\n", head.origin, STANDARD.encode(signature))
}

/// Makes a key file that only its owner may read. Whole or not at all: another process may be at the same.
fn make(path: &Path) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let cannot = |error: std::io::Error| {
        let expected =
            format!("a file that can be made ({error}), or one that holds a key: set audit.key_file");
        refuse(path, "WRITABLE", expected)
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let new = folder.join(format!(".{name}.{}", std::process::id()));
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options
        .open(&new)
        .and_then(|mut file| {
            file.write_all(AuditKey::new_pem().unwrap_or_default().as_bytes()).map(|()| file)
        })
        .and_then(|file| file.sync_all())
        // Unlike a renaming, this takes no other file's place.
        .and_then(|()| fs::hard_link(&new, path));
    let _ = fs::remove_file(&new);
    match written {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(cannot(error)),
        _ => Ok(()),
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    refuse(path, "READABLE", format!("a file that can be read ({error})"))
}

fn refuse(path: &Path, rule: &str, expected: impl Into<String>) -> Error {
    Violation::new("audit.key_file", rule, path.display(), expected).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_a_note_that_the_verifier_opens() {
        let key = AuditKey::read(&AuditKey::new_pem().unwrap(), "onus").unwrap();
        let at = DateTime::from_timestamp(1_700_000_000, 1_000).unwrap();
        let head = key.sign(7, Hash::of_nothing(), at);
        let trusted = vec![key.public().parse().unwrap()];
        let opened = onus_verify::note::open(&note(&head), &trusted).unwrap();
        assert_eq!((opened.size, opened.root, opened.origin.as_str()), (7, Hash::of_nothing().0, "onus"));
        assert_eq!(opened.time, "2023-11-14T22:13:20.000001Z");
        let larger = Head { size: 8, ..head };
        assert!(onus_verify::note::open(&note(&larger), &trusted).unwrap_err().contains("does not fit"));
        let other = AuditKey::read(&AuditKey::new_pem().unwrap(), "onus").unwrap();
        let signed = other.sign(7, Hash::of_nothing(), at);
        assert!(onus_verify::note::open(&note(&signed), &trusted).unwrap_err().contains("none of the keys"));
    }

    #[test]
    fn a_key_is_made_once_and_read_again_and_what_is_no_key_is_refused() {
        let folder = std::env::temp_dir().join(format!("onus-key-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("audit-key.pem");
        let made = AuditKey::open(&path, "onus").unwrap().public();
        assert_eq!(AuditKey::open(&path, "onus").unwrap().public(), made);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        fs::write(&path, "no key").unwrap();
        assert!(AuditKey::open(&path, "onus").unwrap_err().to_string().contains("audit.key_file"));
        assert!(AuditKey::open(&folder.join("none/key.pem"), "onus").is_err());
        fs::remove_dir_all(&folder).unwrap();
    }
}
