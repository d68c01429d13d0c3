//! Ill-mannered clients against the running program: each meets its limit, others are served meanwhile, and nothing of it stays.

use onus_tests::{Database, Demo, Frame, Server, Wire, call, kind};
use serde_json::json;
use std::{
    fs,
    io::ErrorKind,
    thread,
    time::{Duration, Instant},
};

/// Short waits, so that a test need not be patient; and little room.
const SETTINGS: &[(&str, &str)] = &[
    ("SERVER__LIMITS__CONNECTIONS", "60"),
    ("SERVER__LIMITS__CONNECTIONS_PER_ADDRESS", "50"),
    ("SERVER__LIMITS__STREAMS_PER_CONNECTION", "20"),
    ("SERVER__LIMITS__HEADER_SECONDS", "2"),
    ("SERVER__LIMITS__BODY_SECONDS", "2"),
    ("SERVER__LIMITS__STALLED_SECONDS", "2"),
    ("SERVER__LIMITS__IDLE_SECONDS", "4"),
    ("SERVER__LIMITS__KEEP_ALIVE_SECONDS", "2"),
    ("SERVER__LIMITS__MESSAGE_BYTES", "100000"),
];
/// What a limit of two seconds may take on a busy machine: a look each second, and the wait for a processor.
const SOON: Duration = Duration::from_secs(10);
/// A call, whose body may be sent or not.
const CALL: &str = "/onus.v1.CollectionService/GetCollection";

/// A served demo with short waits, and what it holds before anybody is ill-mannered.
struct Scene {
    server: Server,
    files: usize,
    kilobytes: u64,
    _demo: Demo,
}

impl Scene {
    fn new() -> Self {
        let demo = Demo::copy(Database::Sqlite);
        let server = Server::start_with(&demo, SETTINGS);
        // All that is made at the first need is there.
        for path in ["/", "/collections", "/overlaps"] {
            assert_eq!(server.get(path).status, 200);
        }
        let mut scene = Self { server, files: 0, kilobytes: 0, _demo: demo };
        (scene.files, scene.kilobytes) = scene.held();
        scene
    }

    /// Open files and memory of the server.
    fn held(&self) -> (usize, u64) {
        let process = format!("/proc/{}", self.server.process());
        let files = fs::read_dir(format!("{process}/fd")).expect("the server's files").count();
        let status = fs::read_to_string(format!("{process}/status")).expect("the server's memory");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
        let kilobytes = line.trim().trim_end_matches(" kB").parse().expect("a number");
        (files, kilobytes)
    }

    fn http2(&self) -> Wire {
        Wire::http2(self.server.address(), &[])
    }

    /// Others are served, and soon.
    #[track_caller]
    fn serves_others(&self) {
        let start = Instant::now();
        let page = self.server.get("/collections");
        assert_eq!(page.status, 200);
        assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
    }

    /// Others are served, and of what came before nothing is left.
    #[track_caller]
    fn assert_as_before(self) {
        self.serves_others();
        let start = Instant::now();
        loop {
            let (files, kilobytes) = self.held();
            // A few files are the pool's own; memory that was needed once is kept for the next time.
            if files <= self.files + 4 && kilobytes < self.kilobytes + 64 * 1024 {
                break;
            }
            let before = (self.files, self.kilobytes);
            assert!(start.elapsed() < SOON, "before {before:?}, now {:?}", (files, kilobytes));
            thread::sleep(Duration::from_millis(100));
        }
        assert!(!self.server.log().contains("panicked"), "{}", self.server.log());
        assert!(self.server.stop().success());
    }
}

fn connect<const N: usize>(scene: &Scene) -> [Wire; N] {
    [(); N].map(|()| Wire::connect(scene.server.address()))
}

#[test]
fn a_head_that_never_ends_is_cut_however_slowly_it_comes() {
    let scene = Scene::new();
    let mut slow = connect::<30>(&scene);
    for (at, wire) in slow.iter_mut().enumerate() {
        let begin: &[u8] = if at % 2 == 0 { b"GET / HTTP/1.1\r\nhost: here\r\n" } else { b"PRI * HTTP" };
        wire.send(begin).expect("the beginning is taken");
    }
    let start = Instant::now();
    while start.elapsed() < SOON && slow.iter_mut().any(|wire| wire.send(b"x").is_ok()) {
        scene.serves_others();
        thread::sleep(Duration::from_millis(300));
    }
    for wire in &mut slow {
        assert!(wire.is_closed_within(Duration::from_secs(1)));
    }
    scene.assert_as_before();
}

#[test]
fn a_body_that_does_not_come_is_an_error_and_not_waited_for() {
    let scene = Scene::new();
    let head = format!(
        "POST {CALL} HTTP/1.1\r\nhost: here\r\ncontent-type: application/grpc-web+proto\r\ncontent-length: 50\r\n\r\n\0"
    );
    let mut slow = connect::<20>(&scene);
    for wire in &mut slow {
        wire.send(head.as_bytes()).expect("the head is taken");
    }
    let mut http2 = scene.http2();
    http2.head(1, CALL).expect("a head is taken");
    http2.frame(kind::DATA, 0, 1, b"\0").expect("a byte is taken");
    scene.serves_others();
    for wire in &mut slow {
        let (answer, closed) = wire.read_to_end(SOON);
        let answer = String::from_utf8_lossy(&answer).to_lowercase();
        assert!(closed && answer.starts_with("http/1.1 200") && answer.contains("grpc-status"), "{answer}");
    }
    let (frames, _) = http2.frames(SOON);
    assert!(frames.iter().any(|frame| frame.kind == kind::HEADERS && frame.stream == 1), "{frames:?}");
    scene.assert_as_before();
}

#[test]
fn connections_that_say_nothing_make_room_and_are_ended() {
    let scene = Scene::new();
    let mut silent: Vec<Wire> = (0..200).map(|_| Wire::connect(scene.server.address())).collect();
    scene.serves_others();
    // At once, and not only when their time is over: within half of it.
    let has_room = || {
        thread::sleep(Duration::from_millis(50));
        scene.held().0 < scene.files + 80
    };
    assert!((0..20).any(|_| has_room()), "{} files, {} before", scene.held().0, scene.files);
    for wire in &mut silent {
        assert!(wire.is_closed_within(SOON));
    }
    // After a request a connection may be quiet for longer, but not for ever.
    let mut polite = scene.http2();
    polite.head(1, "/healthz").expect("a head is taken");
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(3) {
        // The answer to each question whether it is there.
        polite.frame(kind::PING, 1, 0, &[0; 8]).expect("an answer is taken");
        thread::sleep(Duration::from_millis(500));
    }
    let (frames, closed) = polite.frames(SOON);
    assert!(closed && frames.iter().any(|frame| frame.kind == kind::GOAWAY), "{frames:?}");
    scene.assert_as_before();
}

#[test]
fn an_http2_client_that_is_gone_is_noticed() {
    let scene = Scene::new();
    let mut gone = scene.http2();
    gone.head(1, CALL).expect("a head is taken");
    let (frames, closed) = gone.frames(SOON);
    assert!(closed && frames.iter().any(|frame| frame.kind == kind::PING), "{frames:?}");
    scene.assert_as_before();
}

#[test]
fn an_answer_that_nobody_takes_is_not_kept() {
    let scene = Scene::new();
    // No room for any byte of any answer (SETTINGS_INITIAL_WINDOW_SIZE is 4).
    let mut tight = Wire::http2(scene.server.address(), &[(4, 0)]);
    for stream in (1..40).step_by(2) {
        tight.head(stream, "/collections").expect("a head is taken");
    }
    // Asks much and reads nothing: what the system holds for it is soon full.
    let mut full = connect::<10>(&scene);
    for wire in &mut full {
        for _ in 0..200 {
            if wire.send(b"GET /collections HTTP/1.1\r\nhost: here\r\n\r\n").is_err() {
                break;
            }
        }
    }
    scene.serves_others();
    let start = Instant::now();
    while tight.frame(kind::PING, 1, 0, &[0; 8]).is_ok() {
        assert!(start.elapsed() < SOON, "still open");
        thread::sleep(Duration::from_millis(200));
    }
    drop(full);
    scene.assert_as_before();
}

/// The code with which the connection was ended.
fn farewell(frames: &[Frame]) -> Option<u32> {
    frames.iter().rev().find(|frame| frame.kind == kind::GOAWAY).map(Frame::code)
}

/// Error codes of HTTP/2.
const REFUSED_STREAM: u32 = 7;
const ENHANCE_YOUR_CALM: u32 = 11;

#[test]
fn calls_that_are_taken_back_at_once_end_the_connection() {
    let scene = Scene::new();
    let mut wire = scene.http2();
    let mut sent = 0;
    for stream in (1..40_000).step_by(2) {
        let cancel = 8_u32.to_be_bytes();
        if wire.head(stream, CALL).and_then(|()| wire.frame(kind::RESET, 0, stream, &cancel)).is_err() {
            break;
        }
        sent += 1;
    }
    let (frames, closed) = wire.frames(SOON);
    assert!(closed || farewell(&frames).is_some(), "{sent} were sent");
    assert!(sent < 20_000 || farewell(&frames) == Some(ENHANCE_YOUR_CALM), "{sent} were sent");
    scene.assert_as_before();
}

#[test]
fn ten_thousand_streams_at_once_are_refused_but_for_a_few() {
    let scene = Scene::new();
    let mut wire = scene.http2();
    let mut broken = None;
    for stream in (1..20_000).step_by(2) {
        if let Err(error) = wire.head(stream, CALL) {
            broken = Some(error.kind());
            break;
        }
    }
    let (frames, _) = wire.frames(Duration::from_secs(3));
    let refused = frames.iter().filter(|frame| frame.kind == kind::RESET && frame.code() == REFUSED_STREAM);
    let calm = farewell(&frames) == Some(ENHANCE_YOUR_CALM);
    let cut = matches!(broken, Some(ErrorKind::BrokenPipe | ErrorKind::ConnectionReset));
    assert!(refused.count() > 100 || calm || cut, "{:?} {broken:?}", frames.last());
    scene.assert_as_before();
}

#[test]
fn what_is_too_large_is_refused_before_it_is_read() {
    let scene = Scene::new();
    // A message that says that it is larger than is taken.
    let body = [&[0][..], &1_000_000_u32.to_be_bytes(), &[0; 100]].concat();
    let head = format!(
        "POST {CALL} HTTP/1.1\r\nhost: here\r\ncontent-type: application/grpc-web+proto\r\ncontent-length: 1000005\r\n\r\n"
    );
    let [mut message, mut header] = connect(&scene);
    message.send(&[head.as_bytes(), &body].concat()).expect("a beginning is taken");
    let (answer, _) = message.read_to_end(Duration::from_secs(1));
    let answer = String::from_utf8_lossy(&answer).into_owned();
    assert!(answer.contains("grpc-status: 8") || answer.contains("grpc-status:8"), "{answer}");

    let long = "x".repeat(40_000);
    let _ = header.send(format!("GET / HTTP/1.1\r\nhost: here\r\nlong: {long}\r\n\r\n").as_bytes());
    let (answer, closed) = header.read_to_end(SOON);
    assert!(closed && String::from_utf8_lossy(&answer).starts_with("HTTP/1.1 431"), "{answer:?}");

    let names = vec!["definitions/person-birth-date"; 5_000];
    let [answer] = <[_; 1]>::try_from(scene.server.calls(&[call(
        "DefinitionService/BatchGetDefinitions",
        "",
        json!({ "names": names }),
    )]))
    .expect("one answer");
    answer.refusal("RESOURCE_EXHAUSTED", "MESSAGE_TOO_LARGE");
    scene.assert_as_before();
}
