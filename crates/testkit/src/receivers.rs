//! Receivers of messages, as real as a test needs them: a mail server and a webhook's server on this machine, which keep what they get and
//! refuse what they are told to.

use rcgen::{CertificateParams, KeyPair};
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

fn lock<T>(held: &Mutex<T>) -> MutexGuard<'_, T> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An e-mail as a mail server took it.
#[derive(Debug, Clone)]
pub struct Mailed {
    /// To whom.
    pub to: String,
    /// Headers and parts, as they came.
    pub text: String,
}

impl Mailed {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<String> {
        let head = self.text.split("\r\n\r\n").next()?.replace("\r\n ", " ");
        let start = format!("{name}: ");
        head.lines().find_map(|line| line.strip_prefix(&start).map(str::to_owned))
    }

    /// The text with its soft line ends taken out (quoted-printable).
    pub fn body(&self) -> String {
        self.text.replace("=\r\n", "").replace("=3D", "=")
    }
}

/// A mail server.
pub struct MailServer {
    /// Where it listens.
    pub address: SocketAddr,
    mails: Arc<Mutex<Vec<Mailed>>>,
    serving: JoinHandle<()>,
}

impl MailServer {
    /// On a free port.
    pub async fn start() -> Self {
        Self::on(([127, 0, 0, 1], 0).into(), Arc::default()).await
    }

    async fn on(address: SocketAddr, mails: Arc<Mutex<Vec<Mailed>>>) -> Self {
        let listener = TcpListener::bind(address).await.expect("a free port");
        let address = listener.local_addr().expect("the port taken");
        let kept = Arc::clone(&mails);
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(take_mail(stream, Arc::clone(&kept)));
            }
        });
        Self { address, mails, serving }
    }

    /// What it took so far.
    pub fn mails(&self) -> Vec<Mailed> {
        lock(&self.mails).clone()
    }

    /// Goes away.
    pub async fn stop(&mut self) {
        self.serving.abort();
        let _ = (&mut self.serving).await;
    }

    /// Comes back at the same address.
    pub async fn come_back(&mut self) {
        *self = Self::on(self.address, Arc::clone(&self.mails)).await;
    }
}

/// A conversation in SMTP. Whoever is called `nobody` is refused for good, whoever is called `later` for now.
async fn take_mail(stream: TcpStream, mails: Arc<Mutex<Vec<Mailed>>>) -> Option<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 mail.example.org\r\n").await.ok()?;
    let mut to = String::new();
    while let Ok(Some(line)) = lines.next_line().await {
        let word = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        let answer = match word.as_str() {
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                match to.split('@').next() {
                    Some("nobody") => "550 nobody of that name",
                    Some("later") => "451 not now",
                    _ => "250 ok",
                }
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await.ok()?;
                let mut text = String::new();
                while let Ok(Some(line)) = lines.next_line().await {
                    if line == "." {
                        break;
                    }
                    text += line.strip_prefix('.').unwrap_or(&line);
                    text += "\r\n";
                }
                lock(&mails).push(Mailed { to: to.clone(), text });
                "250 taken"
            }
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
        write.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
    }
    Some(())
}

/// A call of a webhook as its server got it.
#[derive(Debug, Clone)]
pub struct Called {
    /// Headers, by name in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: String,
}

/// A webhook's server, over TLS.
pub struct HookServer {
    /// Its address, such as `https://localhost:41000/hook`.
    pub url: String,
    calls: Arc<Mutex<Vec<Called>>>,
    answers: Arc<Mutex<Vec<String>>>,
    folder: TempDir,
    serving: JoinHandle<()>,
}

impl HookServer {
    /// On a free port, with a certificate of its own.
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let port = listener.local_addr().expect("the port taken").port();
        let folder = tempfile::tempdir().expect("a folder");
        let acceptor = acceptor(folder.path());
        let (calls, answers) = (Arc::<Mutex<Vec<Called>>>::default(), Arc::<Mutex<Vec<String>>>::default());
        let (kept, said) = (Arc::clone(&calls), Arc::clone(&answers));
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, kept, said) = (acceptor.clone(), Arc::clone(&kept), Arc::clone(&said));
                tokio::spawn(async move {
                    let stream = acceptor.accept(stream).await.ok()?;
                    take_call(stream, &kept, &said).await
                });
            }
        });
        Self { url: format!("https://localhost:{port}/hook"), calls, answers, folder, serving }
    }

    /// The file of its certificate.
    pub fn ca_file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// What it got so far.
    pub fn calls(&self) -> Vec<Called> {
        lock(&self.calls).clone()
    }

    /// Answers the next calls so, the first first: each a status, with a place behind it for a redirect; `slow` never answers. Then 200.
    pub fn answer_next(&self, answers: &[&str]) {
        *lock(&self.answers) = answers.iter().rev().map(|answer| (*answer).to_owned()).collect();
    }
}

impl Drop for HookServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn acceptor(folder: &Path) -> TlsAcceptor {
    let key = KeyPair::generate().expect("a key");
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let made = CertificateParams::new(names).expect("names").self_signed(&key).expect("a certificate");
    std::fs::write(folder.join("ca.pem"), made.pem()).expect("a file");
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions of TLS")
        .with_no_client_auth()
        .with_single_cert(vec![made.der().clone()], key)
        .expect("a certificate and its key");
    TlsAcceptor::from(Arc::new(config))
}

async fn take_call(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    calls: &Mutex<Vec<Called>>,
    answers: &Mutex<Vec<String>>,
) -> Option<()> {
    let mut stream = BufReader::new(stream);
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok()?;
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(": ") {
            headers.insert(name.to_lowercase(), value.to_owned());
        }
    }
    let length = headers.get("content-length")?.parse().ok()?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    lock(calls).push(Called { headers, body: String::from_utf8(body).ok()? });
    let answer = lock(answers).pop().unwrap_or_else(|| "200".into());
    if answer == "slow" {
        tokio::time::sleep(Duration::from_mins(2)).await;
        return None;
    }
    let (status, location) = answer.split_once(' ').unwrap_or((&answer, ""));
    let location = if location.is_empty() { String::new() } else { format!("location: {location}\r\n") };
    let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\n{location}connection: close\r\n\r\n");
    stream.write_all(answer.as_bytes()).await.ok()?;
    stream.flush().await.ok()?;
    stream.shutdown().await.ok()
}
