//! The end of a server: no request that it took fails, streams are told, and callers know before.

use onus_tests::{Database, Demo, Server, Wire, python};
use rstest::rstest;
use serde_json::{Value, json};
use std::{
    io::{BufRead as _, BufReader},
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

#[rstest]
fn no_call_fails_while_the_server_ends(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let demo = Demo::copy(database);
    let server = Server::start_with(&demo, &[("SERVER__RATE__ADDRESS", "0")]);
    let mut client = python("keep_calling.py")
        .arg(server.address().to_string())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the client starts");
    let mut lines = BufReader::new(client.stdout.take().expect("piped")).lines();
    let mut line = || lines.next().expect("the client says what it does").expect("text");
    assert_eq!(line(), "calling");

    // A reader of pages beside it, who keeps a connection.
    let address = server.address();
    let reader = thread::spawn(move || read_pages(address));
    thread::sleep(Duration::from_millis(500));
    let start = Instant::now();
    assert!(server.stop().success(), "a server that is told to stop ends well");
    assert!(start.elapsed() < Duration::from_secs(15), "nothing held it up: {:?}", start.elapsed());

    let told: Value = serde_json::from_str(&line()).expect("a JSON object");
    assert!(client.wait().expect("the client ends").success());
    assert!(told["answered"].as_u64().is_some_and(|answered| answered > 20), "{told}");
    assert_eq!(told["failures"], json!([]), "{told}");
    // SERVING is 1, NOT_SERVING 2.
    assert_eq!(told["health"], json!([1, 2]), "health says so before the end: {told}");
    assert_eq!(told["stream"]["status"], "UNAVAILABLE", "{told}");
    assert!(
        told["stream"]["message"].as_str().is_some_and(|said| said.contains("this server stops")),
        "{told}"
    );
    let (read, failed) = reader.join().expect("the reader ends");
    assert!(read > 2 && failed == 0, "{read} pages were read, {failed} were not");
}

/// Reads pages over one connection after another, each kept as long as the server allows, until nobody takes a connection. Gives how many
/// came and how many did not although they were asked for.
fn read_pages(address: std::net::SocketAddr) -> (u32, u32) {
    let (mut read, mut failed) = (0, 0);
    while let Ok(mut wire) = Wire::try_connect(address) {
        loop {
            if wire.send(b"GET /about HTTP/1.1\r\nhost: here\r\n\r\n").is_err() {
                break;
            }
            let (answer, closed) = read_page(&mut wire);
            if answer.starts_with("HTTP/1.1 200") && answer.contains("</html>") {
                read += 1;
            } else if !answer.is_empty() {
                failed += 1;
            }
            // A connection that closed before it took the request: readers ask again by another (RFC 9112, 9.3.1), as this one does.
            if closed || answer.to_lowercase().contains("connection: close") {
                break;
            }
        }
    }
    (read, failed)
}

/// Reads a page to its end, or until the connection closes.
fn read_page(wire: &mut Wire) -> (String, bool) {
    let (start, mut answer) = (Instant::now(), String::new());
    loop {
        let (came, closed) = wire.read_to_end(Duration::from_millis(50));
        answer += &String::from_utf8_lossy(&came);
        if closed || answer.contains("</html>") || start.elapsed() > Duration::from_secs(30) {
            return (answer, closed);
        }
    }
}

#[test]
fn callers_are_told_before_connections_are_refused() {
    let demo = Demo::copy(Database::Sqlite);
    let server = Server::start_with(&demo, &[("SERVER__DRAIN_NOTICE_SECONDS", "3")]);
    let health = || server.calls(&[json!({ "call": "grpc.health.v1.Health/Check", "request": {} })]);
    assert_eq!(health()[0].response()["status"], "SERVING");
    server.terminate();
    thread::sleep(Duration::from_millis(200));
    assert_eq!(health()[0].response()["status"], "NOT_SERVING");
    assert_eq!(server.get("/about").status, 200, "who comes meanwhile is served");
    assert!(server.stop().success());
}
