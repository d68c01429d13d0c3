//! As little HTTP as tests need: fetch a page, and serve a few files or one prepared answer.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    thread,
    time::Duration,
};

/// An answer: its status and body.
#[derive(Debug)]
pub struct Answer {
    /// Such as 200; 0 if nobody answered.
    pub status: u16,
    /// Such as `text/html; charset=utf-8`; empty if the answer does not say.
    pub media_type: String,
    /// As text.
    pub body: String,
    head: String,
}

impl Answer {
    /// A header.
    pub fn header(&self, wanted: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value)
    }
}

/// Fetches a page by HTTP/1.0, which needs no decoding.
pub fn get(address: SocketAddr, path: &str) -> Answer {
    send(address, &format!("GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n"))
}

/// Sends a body by HTTP/1.0.
pub fn post(address: SocketAddr, path: &str, media_type: &str, body: &str) -> Answer {
    let length = body.len();
    send(
        address,
        &format!(
            "POST {path} HTTP/1.0\r\nHost: {address}\r\nContent-Type: {media_type}\r\nContent-Length: {length}\r\n\r\n{body}"
        ),
    )
}

fn send(address: SocketAddr, request: &str) -> Answer {
    let read = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(5))?;
        stream.set_read_timeout(Some(Duration::from_mins(1)))?;
        stream.write_all(request.as_bytes())?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    let text = read().unwrap_or_default();
    let status = text.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_default();
    let mut answer =
        Answer { status, media_type: String::new(), body: body.to_owned(), head: head.to_owned() };
    answer.media_type = answer.header("content-type").unwrap_or_default().to_owned();
    answer
}

/// Serves the files of a folder until the test ends.
#[derive(Debug)]
pub struct Folder {
    /// Where.
    pub address: SocketAddr,
}

impl Folder {
    /// Starts on a free port.
    pub fn serve(folder: PathBuf) -> Self {
        Self {
            address: listen(move |_, path, _| {
                let file = folder.join(path.trim_start_matches('/'));
                let kind = "text/html; charset=utf-8";
                // A browser takes a refusal without a body for a failed connection.
                fs::read(file).map_or_else(|_| (404, kind, b"Not here.".to_vec()), |body| (200, kind, body))
            }),
        }
    }
}

/// Answers GET with an empty page and POST with `answer`, whatever is asked; `asked` must hold the body of each POST.
pub fn serve_once(media_type: &'static str, asked: Vec<u8>, answer: Vec<u8>) -> SocketAddr {
    listen(move |method, _, body| {
        if method == "GET" {
            let page = "<!DOCTYPE html><html lang=en><title>Empty</title>";
            (200, "text/html", page.into())
        } else if body == asked {
            (200, media_type, answer.clone())
        } else {
            (400, "text/plain", b"another body was expected".to_vec())
        }
    })
}

type Reply = (u16, &'static str, Vec<u8>);

fn listen(reply: impl Fn(&str, &str, &[u8]) -> Reply + Clone + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("a bound listener has an address");
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let reply = reply.clone();
            // A browser that goes away is no fault of the test's.
            thread::spawn(move || drop(answer(stream, &reply)));
        }
    });
    address
}

fn answer(mut stream: TcpStream, reply: &impl Fn(&str, &str, &[u8]) -> Reply) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? <= 2 {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let mut words = first.split(' ');
    let (status, kind, content) = reply(words.next().unwrap_or(""), words.next().unwrap_or(""), &body);
    write!(
        stream,
        "HTTP/1.1 {status} Status\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        content.len()
    )?;
    stream.write_all(&content)
}
