//! Reports on paper: an edition's pages as PDF, printed by a browser as they are, tagged and with an outline. What is frozen and signed is the
//! page; the PDF is made of it when somebody asks.

use crate::{App, editions::cannot_write};
use onus_domain::{Error, Result, Violation, edition::Edition};
use onus_report::{
    REPORT,
    packed::{BODIES, archive, names},
};
use std::{
    collections::VecDeque,
    path::{Path, PathBuf},
    process::Stdio,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{process::Command, sync::Semaphore, time::timeout};

/// Browsers that can print, by their usual names.
const KNOWN: [&str; 5] =
    ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge"];
/// Longest time that a page may take.
const LONGEST: Duration = Duration::from_mins(1);
/// How long somebody waits for those before.
const PATIENCE: Duration = Duration::from_secs(20);
/// Printed pages that are kept for whoever asks next.
const KEPT: usize = 32;

/// A browser that prints, one page at a time.
pub struct Printer {
    browser: PathBuf,
    turn: Semaphore,
    /// By the digest of the page, the latest last.
    printed: Mutex<VecDeque<(String, Arc<[u8]>)>>,
}

impl Printer {
    /// The browser that is configured: `auto` for one of the usual names, if there is any; empty for none.
    pub fn find(configured: &str) -> Result<Option<Self>, Violation> {
        let found = match configured {
            "" => return Ok(None),
            "auto" => match KNOWN.into_iter().find_map(on_path) {
                Some(browser) => browser,
                None => return Ok(None),
            },
            path => Some(PathBuf::from(path)).filter(|path| path.is_file()).ok_or_else(|| {
                let expected = "auto, nothing, or the program of a Chromium, Chrome or Edge";
                Violation::new("editions.pdf_browser", "PROGRAM", path, expected)
            })?,
        };
        Ok(Some(Self { browser: found, turn: Semaphore::new(1), printed: Mutex::default() }))
    }

    /// A page as PDF. Equal pages give equal bytes, printed by the same browser.
    async fn print(&self, digest: &str, page: &[u8], at: &str) -> Result<Arc<[u8]>> {
        if let Some(kept) = self.kept(digest) {
            return Ok(kept);
        }
        let busy = || Error::Unavailable {
            public: "other reports are being printed: try again in a moment".into(),
            private: "the printing browser is busy".into(),
        };
        let turn = timeout(PATIENCE, self.turn.acquire()).await.map_err(|_| busy())?;
        let _turn = turn.map_err(Error::internal)?;
        // Whoever had the turn before may have printed the same.
        if let Some(kept) = self.kept(digest) {
            return Ok(kept);
        }
        let made = self.run(page).await?;
        let printed: Arc<[u8]> = dated(made, at).into();
        let mut all = self.printed.lock().unwrap_or_else(PoisonError::into_inner);
        all.push_back((digest.to_owned(), Arc::clone(&printed)));
        if all.len() > KEPT {
            all.pop_front();
        }
        Ok(printed)
    }

    fn kept(&self, digest: &str) -> Option<Arc<[u8]>> {
        let all = self.printed.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().find(|(of, _)| of == digest).map(|(_, printed)| Arc::clone(printed))
    }

    async fn run(&self, page: &[u8]) -> Result<Vec<u8>> {
        let folder = tempfile::tempdir().map_err(Error::internal)?;
        let (html, pdf) = (folder.path().join("report.html"), folder.path().join("report.pdf"));
        tokio::fs::write(&html, without_files(&String::from_utf8_lossy(page)))
            .await
            .map_err(Error::internal)?;
        let mut program = self.command(folder.path(), &html, &pdf);
        let done = timeout(LONGEST, program.output()).await;
        let output = done.map_err(|_| Error::internal("the browser did not print in time"))?;
        let output =
            output.map_err(|error| Error::internal(format!("{}: {error}", self.browser.display())))?;
        tokio::fs::read(&pdf).await.map_err(|_| {
            let said = String::from_utf8_lossy(&output.stderr).chars().take(500).collect::<String>();
            Error::internal(format!("the browser printed nothing ({}): {said}", output.status))
        })
    }

    fn command(&self, folder: &Path, html: &Path, pdf: &Path) -> Command {
        let mut command = Command::new(&self.browser);
        command
            .args(["--headless", "--disable-gpu", "--no-first-run", "--disable-extensions"])
            // Pages of an edition need nothing from anywhere.
            .arg("--host-resolver-rules=MAP * ~NOTFOUND")
            .args(["--generate-pdf-document-outline", "--no-pdf-header-footer"])
            .arg(option("--user-data-dir=", &folder.join("profile")))
            .arg(option("--print-to-pdf=", pdf));
        // The browser's own sandbox cannot be had as root; the page is Onus' own, and carries no script.
        if is_root() {
            command.arg("--no-sandbox");
        }
        command.arg(option("file://", html)).stdin(Stdio::null()).kill_on_drop(true);
        command
    }
}

fn option(name: &str, path: &Path) -> std::ffi::OsString {
    let mut option = std::ffi::OsString::from(name);
    option.push(path);
    option
}

fn on_path(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}

/// Whether this process is root, as Linux tells it.
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").is_ok_and(|of| of.uid() == 0)
}

/// A page whose links to files beside it are text: on paper there are none, and a PDF would name where the page lay when it was printed.
fn without_files(page: &str) -> String {
    let mut parts = page.split(" href=\"");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let stays = part.starts_with('#') || part.starts_with("https://");
        match part.split_once('"') {
            Some((_, rest)) if !stays => out.push_str(rest),
            _ => out.extend([" href=\"", part]),
        }
    }
    out
}

/// The same with one moment in the place of those at which it was printed: dates are as long as each other.
fn dated(mut pdf: Vec<u8>, at: &str) -> Vec<u8> {
    for name in ["/CreationDate (D:", "/ModDate (D:"] {
        let begins = pdf.windows(name.len()).position(|part| part == name.as_bytes());
        let place =
            begins.and_then(|begins| pdf.get_mut(begins + name.len()..begins + name.len() + at.len()));
        if let Some(place) = place {
            place.copy_from_slice(at.as_bytes());
        }
    }
    pdf
}

impl App {
    /// The same, with a browser that prints reports.
    #[must_use]
    pub fn with_printer(self, printer: Option<Printer>) -> Self {
        Self { printer, ..self }
    }

    /// Whether reports can be had as PDF.
    pub fn prints(&self) -> bool {
        self.printer.is_some()
    }

    /// The browser that prints; the error says what to configure.
    pub fn printer(&self) -> Result<&Printer> {
        let expected = "a Chromium, Chrome or Edge on this machine";
        let missing = || Violation::new("editions.pdf_browser", "FOUND", "", expected).into();
        self.printer.as_ref().ok_or_else(missing)
    }

    /// The report of an edition at `path`, such as `index.pdf` or `providers/RR8.pdf`, printed.
    pub async fn printed(&self, edition: &Edition, path: &str) -> Result<Arc<[u8]>> {
        let unknown = || Error::not_found("file", format!("editions/{}/{path}", edition.month));
        let (printer, page) = (self.printer()?, path.strip_suffix(".pdf").ok_or_else(unknown)?);
        let (file, bytes) = self.edition_file(edition, &format!("{page}.html")).await?;
        let at = edition.made_at.format("%Y%m%d%H%M%S").to_string();
        printer.print(&file.sha256, &bytes, &at).await
    }

    /// Prints the report of an edition and those of its bodies into `folder`, beside the pages.
    pub async fn write_printed(&self, edition: &Edition, folder: &Path) -> Result<()> {
        let (_, packed) = self.edition_file(edition, &archive(BODIES)).await?;
        let bodies = names(&packed)?.into_iter().map(|name| format!("{BODIES}/{name}"));
        for page in bodies.chain([REPORT.to_owned()]) {
            let path = page.replace(".html", ".pdf");
            let printed = self.printed(edition, &path).await?;
            let to = folder.join(&path);
            tokio::fs::write(&to, &printed).await.map_err(|error| cannot_write(&to, &error))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_named_found_or_left_out() {
        assert!(Printer::find("").unwrap().is_none());
        let program = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        assert!(Printer::find(program).unwrap().is_some());
        let wrong = Printer::find("/no/such/browser").err().unwrap();
        assert_eq!((wrong.field.as_str(), wrong.rule.as_str()), ("editions.pdf_browser", "PROGRAM"));
    }

    #[test]
    fn links_to_files_beside_a_page_are_text_on_paper() {
        let page = r##"<a href="#why">a</a> <a class="x" href="../index.html">b</a> <a href="https://x.example/">c</a>"##;
        let printed = r##"<a href="#why">a</a> <a class="x">b</a> <a href="https://x.example/">c</a>"##;
        assert_eq!(without_files(page), printed);
        assert_eq!(without_files("no link"), "no link");
    }

    #[test]
    fn a_printed_page_carries_the_editions_moment_and_stays_as_long() {
        let pdf =
            b"%PDF /CreationDate (D:20261130025544+00'00') /ModDate (D:20261130025544+00'00') end".to_vec();
        let length = pdf.len();
        let dated = dated(pdf, "20261105040000");
        assert_eq!(dated.len(), length);
        let text = String::from_utf8(dated).unwrap();
        assert_eq!(text.matches("(D:20261105040000+00'00')").count(), 2, "{text}");
        assert_eq!(super::dated(b"no dates".to_vec(), "20261105040000"), b"no dates");
    }
}
