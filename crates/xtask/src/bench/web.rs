//! What pages take on a registry of 10,000 collections and 100,000 definitions: time at the server and bytes over the wire. Pages are asked for
//! one at a time by HTTP, without a browser, in turns over many addresses of each kind, so that nothing is answered from what was asked just before.
//!
//! Limits: issue 6, "Quality".

use super::{Figure, processes::Served, release};
use crate::run::{self, Failed};
use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// Addresses of each kind of page.
const ADDRESSES: usize = 40;
/// Milliseconds within which a page in twenty may not be late.
const LATEST_MS: f64 = 100.0;
/// Thousands of bytes of a first visit, and of a page after it.
const FIRST_KB: f64 = 150.0;
const NEXT_KB: f64 = 20.0;

/// Longest time until every kind of page is answered.
const PATIENCE: Duration = Duration::from_mins(10);

/// A kind of page: its name, and the address of one by number.
type Kind = (&'static str, fn(usize) -> String);

/// Words that are searched.
const WORDS: [&str; 5] = ["care", "waiting", "date", "critcal", "icu"];

const KINDS: [Kind; 12] = [
    ("home", |_| "/".into()),
    ("collections", |n| format!("/collections?q={}", WORDS[n % WORDS.len()])),
    ("collection", |n| format!("/collections/made-{}", n * 241)),
    ("definitions", |n| format!("/definitions?q={}", WORDS[n % WORDS.len()])),
    ("definition", |n| format!("/definitions/made-{}", n * 2_411)),
    ("search", |n| format!("/search?q={}", WORDS[n % WORDS.len()])),
    ("provider", |n| format!("/providers/{}", PROVIDERS[n % PROVIDERS.len()])),
    ("providers", |n| format!("/providers?q={}", PROVIDERS[n % PROVIDERS.len()])),
    ("change of a provider", |n| format!("/providers/{}/change", PROVIDERS[n % PROVIDERS.len()])),
    ("bodies", |_| "/bodies".into()),
    ("overlaps", |_| "/overlaps".into()),
    ("challenges", |_| "/challenges".into()),
];

/// Providers of the sample.
const PROVIDERS: [&str; 6] = ["RR8", "RJ1", "R0A", "RYR", "RTH", "RWE"];

/// Measures all kinds of pages.
pub fn run(runs: u32, programs: Option<&Path>) -> Result<Vec<Figure>, Failed> {
    let (onus, maker) = built(programs)?;
    let folder = TempDir::new().map_err(|e| Failed::new(format!("cannot make a folder: {e}")))?;
    let served = served(&onus, &maker, folder.path())?;
    let mut figures = vec![];
    for (name, address) in KINDS {
        let mut took = vec![];
        let mut bytes = 0_usize;
        for number in 0..ADDRESSES * runs as usize {
            let answer = get(&served, &address(number % ADDRESSES))?;
            took.push(answer.took.as_secs_f64() * 1000.0);
            bytes = bytes.max(answer.bytes);
        }
        figures.push(Figure::at_most(format!("{name}, p95"), share(took, 0.95), "ms", LATEST_MS));
        figures.push(Figure::at_most(format!("{name}, most bytes"), kb(bytes), "kB", NEXT_KB));
    }
    figures.push(first_visit(&served)?);
    Ok(figures)
}

/// Onus, and what makes the registry.
fn built(programs: Option<&Path>) -> Result<(PathBuf, PathBuf), Failed> {
    if let Some(folder) = programs {
        let folder = run::root().join(folder);
        return Ok((folder.join("onus"), folder.join("examples/large_registry")));
    }
    let [onus] = release(["onus"])?;
    let example = ["build", "--quiet", "--release", "-p", "onus-app", "--example", "large_registry"];
    run::check(run::cargo().args(example))?;
    Ok((onus, run::target().join("release/examples/large_registry")))
}

/// A server of the large registry, whose matching is done and whose figures are there.
fn served(onus: &Path, maker: &Path, folder: &Path) -> Result<Served, Failed> {
    let data = folder.join("data");
    run::check(Command::new(onus).args(["migrate", "--data-dir"]).arg(&data))?;
    let start = Instant::now();
    let url = format!("sqlite://{}?mode=rwc", data.join("registry.sqlite").display());
    run::check(Command::new(maker).arg(&url))?;
    eprintln!("registry: {:.0} s (not counted)", start.elapsed().as_secs_f64());
    let mut command = Command::new(onus);
    command.args(["serve", "--data-dir"]).arg(&data);
    let start = Instant::now();
    let served = Served::start(command, &folder.join("serve.log"))?;
    // What is made at the first visit of a kind, such as figures and the index of a search, is made before: it may take longer than a
    // visitor is let wait.
    for (_, address) in KINDS {
        while let Err(error) = get(&served, &address(0)) {
            if start.elapsed() > PATIENCE {
                return Err(error);
            }
        }
    }
    eprintln!("server: {:.0} s (not counted)", start.elapsed().as_secs_f64());
    Ok(served)
}

/// The home page with all that it shows.
fn first_visit(served: &Served) -> Result<Figure, Failed> {
    let page = get(served, "/")?;
    let text = get_plain(served, "/")?;
    let mut bytes = page.bytes;
    for asset in text.split('"').filter(|part| part.starts_with("/assets/")) {
        bytes += get(served, asset)?.bytes;
    }
    Ok(Figure::at_most("first visit, all files", kb(bytes), "kB", FIRST_KB))
}

#[expect(clippy::cast_precision_loss, reason = "sizes of pages")]
fn kb(bytes: usize) -> f64 {
    bytes as f64 / 1000.0
}

fn share(mut values: Vec<f64>, share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a place in a list"
    )]
    let at = ((values.len() as f64 * share) as usize).min(values.len().saturating_sub(1));
    values.get(at).copied().unwrap_or(f64::NAN)
}

/// An answer as it came over the wire.
struct Answer {
    took: Duration,
    bytes: usize,
}

/// Asks as a browser does that takes compressed pages.
fn get(served: &Served, path: &str) -> Result<Answer, Failed> {
    let start = Instant::now();
    let whole = ask(served, path, "gzip, br, zstd")?;
    let took = start.elapsed();
    let head = whole.windows(4).position(|part| part == b"\r\n\r\n").unwrap_or_default();
    if !whole.starts_with(b"HTTP/1.0 200") && !whole.starts_with(b"HTTP/1.1 200") {
        let said = String::from_utf8_lossy(whole.get(..head).unwrap_or_default()).into_owned();
        return Err(Failed::new(format!("{path}: {said}")));
    }
    Ok(Answer { took, bytes: whole.len() - head })
}

fn get_plain(served: &Served, path: &str) -> Result<String, Failed> {
    Ok(String::from_utf8_lossy(&ask(served, path, "identity")?).into_owned())
}

fn ask(served: &Served, path: &str, takes: &str) -> Result<Vec<u8>, Failed> {
    let address = served.address();
    let read = || -> std::io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_mins(5)))?;
        let request = format!("GET {path} HTTP/1.0\r\nHost: {address}\r\nAccept-Encoding: {takes}\r\n\r\n");
        stream.write_all(request.as_bytes())?;
        let mut bytes = vec![];
        stream.read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    read().map_err(|e| Failed::new(format!("{path}: {e}")))
}
