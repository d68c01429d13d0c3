//! Bytes as an ill-mannered client sends them: HTTP/1.1 in pieces, and HTTP/2 frame by frame (RFC 9113).

use std::{
    io::{self, ErrorKind, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

/// How a client begins that speaks HTTP/2.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Kinds of frames.
pub mod kind {
    /// Part of a body.
    pub const DATA: u8 = 0;
    /// A head.
    pub const HEADERS: u8 = 1;
    /// The end of one stream.
    pub const RESET: u8 = 3;
    /// What each side asks of the other.
    pub const SETTINGS: u8 = 4;
    /// Are you there?
    pub const PING: u8 = 6;
    /// The end of the connection.
    pub const GOAWAY: u8 = 7;
}

/// Flag of a frame that ends what its side says on a stream.
const END_STREAM: u8 = 1;
/// Flag of a frame that ends a head.
const END_HEADERS: u8 = 4;

/// A connection on which anything may be sent.
#[derive(Debug)]
pub struct Wire {
    stream: TcpStream,
    came: Vec<u8>,
}

/// A frame that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// One of [`kind`].
    pub kind: u8,
    /// Of what stream; 0 for the connection.
    pub stream: u32,
    /// What it carries.
    pub payload: Vec<u8>,
}

impl Frame {
    /// The error code of a RESET or GOAWAY.
    pub fn code(&self) -> u32 {
        let at = if self.kind == kind::GOAWAY { 4 } else { 0 };
        let bytes = self.payload.get(at..at + 4).expect("a frame with a code");
        u32::from_be_bytes(bytes.try_into().expect("four bytes"))
    }
}

impl Wire {
    /// Connects.
    pub fn connect(address: SocketAddr) -> Self {
        Self::try_connect(address).expect("a connection")
    }

    /// Connects, if the other end takes a connection.
    pub fn try_connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, Duration::from_secs(5))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, came: vec![] })
    }

    /// Connects and begins HTTP/2 with settings: pairs of a setting's number and its value.
    pub fn http2(address: SocketAddr, settings: &[(u16, u32)]) -> Self {
        let mut wire = Self::connect(address);
        let payload: Vec<u8> = settings
            .iter()
            .flat_map(|(name, value)| [&name.to_be_bytes()[..], &value.to_be_bytes()].concat())
            .collect();
        wire.send(PREFACE).expect("the preface is taken");
        wire.frame(kind::SETTINGS, 0, 0, &payload).expect("settings are taken");
        wire
    }

    /// Sends bytes.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)
    }

    /// Sends a frame.
    pub fn frame(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) -> io::Result<()> {
        let length = u32::try_from(payload.len()).expect("a short payload").to_be_bytes();
        let head = [&length[1..], &[kind, flags], &stream.to_be_bytes()].concat();
        self.send(&[&head, payload].concat())
    }

    /// Sends the head of a request: a page with GET, or a call with POST, whose body is still to come.
    pub fn head(&mut self, stream: u32, path: &str) -> io::Result<()> {
        let is_call = path.contains('.');
        let flags = END_HEADERS | if is_call { 0 } else { END_STREAM };
        self.frame(kind::HEADERS, flags, stream, &head(path, is_call))
    }

    /// Reads until the other end closes, or for so long. Gives what came, and whether the other end closed.
    pub fn read_to_end(&mut self, longest: Duration) -> (Vec<u8>, bool) {
        let start = Instant::now();
        let mut buffer = [0; 16 * 1024];
        loop {
            let Some(left) = longest.checked_sub(start.elapsed()).filter(|left| !left.is_zero()) else {
                return (std::mem::take(&mut self.came), false);
            };
            self.stream.set_read_timeout(Some(left)).expect("a socket");
            match self.stream.read(&mut buffer) {
                Ok(0) => return (std::mem::take(&mut self.came), true),
                Ok(read) => self.came.extend_from_slice(&buffer[..read]),
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                Err(_) => return (std::mem::take(&mut self.came), true),
            }
        }
    }

    /// Whether the other end closes within so long.
    pub fn is_closed_within(&mut self, longest: Duration) -> bool {
        self.read_to_end(longest).1
    }

    /// The frames that came until the other end closes, or for so long; and whether it closed.
    pub fn frames(&mut self, longest: Duration) -> (Vec<Frame>, bool) {
        let (bytes, closed) = self.read_to_end(longest);
        let (mut frames, mut rest) = (vec![], bytes.as_slice());
        while rest.len() >= 9 {
            let length = (usize::from(rest[0]) << 16) | (usize::from(rest[1]) << 8) | usize::from(rest[2]);
            let Some(payload) = rest.get(9..9 + length) else { break };
            let stream = u32::from_be_bytes([rest[5] & 0x7f, rest[6], rest[7], rest[8]]);
            frames.push(Frame { kind: rest[3], stream, payload: payload.to_vec() });
            rest = &rest[9 + length..];
        }
        self.came = rest.to_vec();
        (frames, closed)
    }
}

/// A head as HPACK writes it without a table (RFC 7541): what needs no state on either side.
fn head(path: &str, is_call: bool) -> Vec<u8> {
    // Of the static table: :method POST or GET, :scheme http.
    let mut bytes = vec![if is_call { 0x83 } else { 0x82 }, 0x86];
    let mut literal = |name: &[u8], value: &str| {
        bytes.extend_from_slice(name);
        bytes.push(u8::try_from(value.len()).ok().filter(|length| *length < 127).expect("a short value"));
        bytes.extend_from_slice(value.as_bytes());
    };
    literal(&[0x04], path);
    literal(&[0x01], "localhost");
    if is_call {
        literal(&[0x0f, 0x10], "application/grpc");
        literal(b"\x00\x02te", "trailers");
    }
    bytes
}
