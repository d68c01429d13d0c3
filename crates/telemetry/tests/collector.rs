//! A collector of the test's own, to the frame: what a request leaves behind reaches it, and nothing personal does.
//! A file of its own, because logging is set up once in a process.

#![expect(clippy::unwrap_used, reason = "a test, helpers included")]

use http::{Request, Response};
use onus_telemetry::{RequestLayer, Settings, init};
use std::{convert::Infallible, sync::mpsc, time::Duration};
use tokio::{net::TcpListener, runtime::Runtime};
use tower::{Layer as _, ServiceExt as _, service_fn};

/// Paths and bodies of the calls that arrive.
type Calls = mpsc::Receiver<(String, Vec<u8>)>;

/// Serves gRPC's frames on a free port, and answers every call with an empty message.
fn collector(runtime: &Runtime) -> (String, Calls) {
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let (send, calls) = mpsc::channel();
    runtime.spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(serve(socket, send.clone()));
        }
    });
    (endpoint, calls)
}

async fn serve(socket: tokio::net::TcpStream, send: mpsc::Sender<(String, Vec<u8>)>) {
    let mut connection = h2::server::handshake(socket).await.unwrap();
    while let Some(Ok((request, mut respond))) = connection.accept().await {
        let send = send.clone();
        tokio::spawn(async move {
            let (head, mut body) = request.into_parts();
            let mut bytes = Vec::new();
            while let Some(Ok(chunk)) = body.data().await {
                body.flow_control().release_capacity(chunk.len()).unwrap();
                bytes.extend_from_slice(&chunk);
            }
            send.send((head.uri.path().to_owned(), bytes)).unwrap();
            let answer = Response::builder().header("content-type", "application/grpc").body(()).unwrap();
            let mut stream = respond.send_response(answer, false).unwrap();
            stream.send_data(vec![0; 5].into(), false).unwrap();
            let trailers = [("grpc-status".parse().unwrap(), "0".parse().unwrap())];
            stream.send_trailers(trailers.into_iter().collect()).unwrap();
        });
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn a_request_leaves_a_span_and_metrics_and_nothing_personal() {
    let runtime = Runtime::new().unwrap();
    let (endpoint, calls) = collector(&runtime);
    let guard =
        init(&Settings { otlp_endpoint: endpoint, log: "off".into(), ..Settings::default() }).unwrap();

    let inner = service_fn(|_: Request<()>| async { Ok::<_, Infallible>(Response::new(())) });
    let service = RequestLayer::new(|_: &Request<()>| Some("/providers/{provider}".into())).layer(inner);
    let request = Request::get("/providers/SECRETPATH?q=SECRETQUERY")
        .header("authorization", "SECRETHEADER")
        .header("traceparent", "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01")
        .body(())
        .unwrap();
    runtime.block_on(service.oneshot(request)).unwrap();
    drop(guard);

    let calls: Vec<_> = std::iter::from_fn(|| calls.recv_timeout(Duration::from_millis(200)).ok()).collect();
    let of = |service: &str| -> Vec<u8> {
        calls.iter().filter(|(path, _)| path.contains(service)).flat_map(|(_, body)| body.clone()).collect()
    };
    let (traces, metrics) = (of("trace.v1.TraceService/Export"), of("metrics.v1.MetricsService/Export"));
    for wanted in [
        "GET /providers/{provider}",
        "http.response.status_code",
        "service.version",
        env!("CARGO_PKG_VERSION"),
    ] {
        assert!(contains(&traces, wanted), "{wanted} is not among the traces");
    }
    let trace_id = [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef].repeat(2);
    assert!(traces.windows(16).any(|window| window == trace_id), "the caller's trace is not continued");
    for wanted in ["http.server.request.duration", "http.server.active_requests", "/providers/{provider}"] {
        assert!(contains(&metrics, wanted), "{wanted} is not among the metrics");
    }
    for personal in ["SECRETPATH", "SECRETQUERY", "SECRETHEADER"] {
        assert!(!contains(&traces, personal) && !contains(&metrics, personal), "{personal} was sent");
    }
}
