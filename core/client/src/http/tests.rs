use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use http::Method;
use rcgen::{KeyPair, PublicKeyData};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use super::*;

/// Short enough for a test, long enough for a busy machine to move one byte.
const IDLE_MS: u64 = 600;
/// A test that waits longer has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the server does with one request.
#[derive(Clone)]
enum Turn {
    /// Reads it, sends these bytes, goes on.
    Answer(Vec<u8>),
    /// Reads it, sends these bytes, closes the connection.
    AnswerAndClose(Vec<u8>),
    /// Reads it, sends these bytes, then nothing more, with the connection open.
    AnswerAndSilence(Vec<u8>),
    /// Does not read at all, with the connection open.
    Deaf,
    /// Reads eight kilobytes every 20 ms, then answers: an upload longer than the idle time.
    Slowly(Vec<u8>),
}

#[derive(Default)]
struct Seen {
    requests: Mutex<Vec<(String, Vec<u8>)>>,
    connections: AtomicUsize,
    handshakes_failed: AtomicUsize,
    closed: AtomicUsize,
}

struct TestServer {
    url: String,
    pin: SpkiPin,
    seen: Arc<Seen>,
    accepting: JoinHandle<()>,
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// The key pair of a server, and its certificate made over the key of another where a thief shows
/// what it found on the line.
#[derive(Debug)]
struct Shown(Arc<CertifiedKey>);

impl ResolvesServerCert for Shown {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
}

fn certificate_over(key: &KeyPair) -> CertificateDer<'static> {
    let params = rcgen::CertificateParams::new(vec!["anything.example".into()]).unwrap();
    params.self_signed(key).unwrap().der().clone()
}

fn tls_of(
    shown: &KeyPair,
    held: &KeyPair,
    version: &'static rustls::SupportedProtocolVersion,
) -> TlsAcceptor {
    let der = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(held.serialize_der()));
    let signing = ring::sign::any_supported_type(&der).unwrap();
    let certified = CertifiedKey::new(vec![certificate_over(shown)], signing);
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[version])
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(Shown(Arc::new(certified))));
    TlsAcceptor::from(Arc::new(config))
}

impl TestServer {
    async fn protected(turns: Vec<Turn>) -> Self {
        let key = KeyPair::generate().unwrap();
        let tls = tls_of(&key, &key, &rustls::version::TLS13);
        Self::start(Some(tls), &key, turns).await
    }

    async fn plain(turns: Vec<Turn>) -> Self {
        Self::start(None, &KeyPair::generate().unwrap(), turns).await
    }

    async fn start(tls: Option<TlsAcceptor>, key: &KeyPair, turns: Vec<Turn>) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(16 * 1024).unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let listener = socket.listen(16).unwrap();
        let port = listener.local_addr().unwrap().port();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let seen = Arc::<Seen>::default();
        let accepting = tokio::spawn(accept(listener, tls, turns, Arc::clone(&seen)));
        Self {
            url: format!("{scheme}://127.0.0.1:{port}"),
            pin: SpkiPin::of_public_key(&key.subject_public_key_info()),
            seen,
            accepting,
        }
    }

    fn transport(&self) -> HttpTransport {
        HttpTransport::new(&self.url, &[self.pin]).unwrap()
    }

    fn requests(&self) -> Vec<(String, Vec<u8>)> {
        self.seen.requests.lock().unwrap().clone()
    }
}

async fn accept(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    turns: Vec<Turn>,
    seen: Arc<Seen>,
) {
    let turns = Arc::new(Mutex::new(VecDeque::from(turns)));
    // Ends with the test's runtime.
    while let Ok((tcp, _)) = listener.accept().await {
        seen.connections.fetch_add(1, Ordering::SeqCst);
        let (tls, turns, seen) = (tls.clone(), Arc::clone(&turns), Arc::clone(&seen));
        tokio::spawn(async move {
            match tls {
                None => talk(tcp, &turns, &seen).await,
                Some(tls) => match tls.accept(tcp).await {
                    Ok(socket) => talk(socket, &turns, &seen).await,
                    Err(_) => {
                        seen.handshakes_failed.fetch_add(1, Ordering::SeqCst);
                    }
                },
            }
            seen.closed.fetch_add(1, Ordering::SeqCst);
        });
    }
}

type Turns = Mutex<VecDeque<Turn>>;

async fn talk<S: AsyncRead + AsyncWrite + Unpin>(mut socket: S, turns: &Turns, seen: &Seen) {
    loop {
        let turn = turns.lock().unwrap().pop_front();
        let Some(turn) = turn else { return };
        if matches!(turn, Turn::Deaf) {
            std::future::pending::<()>().await;
        }
        let pace = matches!(turn, Turn::Slowly(_));
        let Some(request) = read_request(&mut socket, pace).await else {
            turns.lock().unwrap().push_front(turn);
            return;
        };
        seen.requests.lock().unwrap().push(request);
        let (bytes, goes_on) = match turn {
            Turn::Answer(bytes) | Turn::Slowly(bytes) => (bytes, true),
            Turn::AnswerAndClose(bytes) => (bytes, false),
            Turn::AnswerAndSilence(bytes) => {
                socket.write_all(&bytes).await.unwrap();
                socket.flush().await.unwrap();
                std::future::pending::<()>().await;
                return;
            }
            Turn::Deaf => return,
        };
        socket.write_all(&bytes).await.unwrap();
        socket.flush().await.unwrap();
        if !goes_on {
            return;
        }
    }
}

async fn read_request<S: AsyncRead + Unpin>(
    socket: &mut S,
    slowly: bool,
) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut piece = [0; 8_192];
    loop {
        if slowly {
            // The pace is what is tested here, so it is the one place that spends time.
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let count = socket.read(&mut piece).await.ok()?;
        if count == 0 {
            return None;
        }
        bytes.extend_from_slice(&piece[..count]);
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let length = head
            .to_ascii_lowercase()
            .lines()
            .find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok())
            .unwrap_or(0);
        if bytes.len() >= end + 4 + length {
            return Some((head, bytes[end + 4..].to_vec()));
        }
    }
}

fn answer(body: &str) -> Vec<u8> {
    answer_of(200, "application/octet-stream", body)
}

fn answer_of(status: u16, content_type: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status} X\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\n\r\n{body}")
        .into_bytes()
}

fn sync_request(body: Vec<u8>) -> Outgoing {
    let mut request = Outgoing::new(Method::POST, "/v1/sync")
        .with_header("content-type", "application/octet-stream")
        .with_body(body);
    request.idle_timeout_ms = IDLE_MS;
    request
}

async fn ask(transport: &HttpTransport, body: &[u8]) -> Result<Vec<u8>, LinkError> {
    let exchange = transport.exchange(sync_request(body.to_vec()));
    let answered = tokio::time::timeout(PATIENCE, exchange).await.unwrap()?;
    answered.body.read_to_end(1 << 20).await
}

/// Waits for a condition that another task brings about.
async fn until(condition: impl Fn() -> bool) {
    let started = Instant::now();
    while !condition() {
        assert!(started.elapsed() < PATIENCE, "the condition never held");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn requests_and_answers_pass_over_one_kept_connection() {
    let server = TestServer::protected(vec![
        Turn::Answer(answer("first")),
        Turn::Answer(answer("")),
        Turn::Answer(answer("third")),
    ])
    .await;
    let transport = server.transport();
    assert_eq!(ask(&transport, b"one").await.unwrap(), b"first");
    assert_eq!(ask(&transport, b"two").await.unwrap(), b"");
    assert_eq!(ask(&transport, b"").await.unwrap(), b"third");

    assert_eq!(transport.volume().connections, 1);
    let requests = server.requests();
    let bodies: Vec<_> = requests.iter().map(|(_, body)| body.clone()).collect();
    assert_eq!(bodies, [b"one".to_vec(), b"two".to_vec(), vec![]]);
    let head = requests[0].0.to_ascii_lowercase();
    assert!(head.starts_with("post /v1/sync http/1.1\r\n"), "{head}");
    assert!(head.contains("user-agent: jawla/0.1"), "{head}");
    for absent in ["accept", "cookie", "transfer-encoding", "referer"] {
        assert!(!head.contains(absent), "{head}");
    }
}

#[tokio::test]
async fn another_key_is_refused_and_no_request_byte_leaves() {
    let server = TestServer::protected(vec![Turn::Answer(answer("secret"))]).await;
    let transport = HttpTransport::new(&server.url, &[SpkiPin([7; 32])]).unwrap();
    assert_eq!(ask(&transport, b"mine").await, Err(LinkError::TlsPin));
    let failed = &server.seen.handshakes_failed;
    until(|| failed.load(Ordering::SeqCst) == 1).await;
    assert_eq!(server.requests(), []);
    let pins = [SpkiPin([7; 32]), server.pin];
    let transport = HttpTransport::new(&server.url, &pins).unwrap();
    assert_eq!(ask(&transport, b"mine").await.unwrap(), b"secret");
}

#[tokio::test]
async fn a_certificate_without_its_key_is_worth_nothing() {
    let (found, held) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    for version in [&rustls::version::TLS13, &rustls::version::TLS12] {
        let tls = tls_of(&found, &held, version);
        let thief = TestServer::start(Some(tls), &found, vec![Turn::Answer(answer("no"))]).await;
        assert_eq!(
            ask(&thief.transport(), b"mine").await,
            Err(LinkError::TlsFailed)
        );
        assert_eq!(thief.requests(), []);
    }
}

#[tokio::test]
async fn an_older_server_speaks_tls_1_2() {
    let key = KeyPair::generate().unwrap();
    let tls = tls_of(&key, &key, &rustls::version::TLS12);
    let server = TestServer::start(Some(tls), &key, vec![Turn::Answer(answer("ok"))]).await;
    assert_eq!(ask(&server.transport(), b"").await.unwrap(), b"ok");
}

#[tokio::test]
async fn the_second_connection_resumes_the_session() {
    let turns = vec![
        Turn::AnswerAndClose(answer("a")),
        Turn::AnswerAndClose(answer("b")),
    ];
    let server = TestServer::protected(turns).await;
    let transport = server.transport();
    assert_eq!(ask(&transport, b"x").await.unwrap(), b"a");
    let first = transport.volume();
    let closed = &server.seen.closed;
    until(|| closed.load(Ordering::SeqCst) == 1).await;
    assert_eq!(ask(&transport, b"x").await.unwrap(), b"b");
    let both = transport.volume();
    assert_eq!(both.connections, 2);
    let second_received = both.received_bytes - first.received_bytes;
    let second_sent = both.sent_bytes - first.sent_bytes;
    println!(
        "full handshake {} up, {} down; resumed {second_sent} up, {second_received} down",
        first.sent_bytes, first.received_bytes
    );
    // No certificate and no signature comes again.
    assert!(second_received + 300 < first.received_bytes);
}

#[tokio::test]
async fn a_cut_in_the_middle_keeps_what_arrived() {
    let mut half = answer(&"x".repeat(100));
    half.truncate(half.len() - 60);
    for server in [
        TestServer::protected(vec![Turn::AnswerAndClose(half.clone())]).await,
        TestServer::plain(vec![Turn::AnswerAndClose(half.clone())]).await,
    ] {
        let answered = server.transport().exchange(sync_request(vec![1])).await;
        let mut body = answered.unwrap().body;
        let mut arrived = 0;
        let error = loop {
            match body.next().await.unwrap() {
                Ok(piece) => arrived += piece.len(),
                Err(error) => break error,
            }
        };
        assert_eq!(
            (arrived, error),
            (40, LinkError::Cut { received_bytes: 40 })
        );
        assert_eq!(body.next().await, None);
    }
}

#[tokio::test]
async fn a_cut_before_the_answer_is_a_cut() {
    let server = TestServer::protected(vec![Turn::AnswerAndClose(vec![])]).await;
    let cut = Err(LinkError::Cut { received_bytes: 0 });
    assert_eq!(ask(&server.transport(), b"x").await, cut);
    assert_eq!(
        server.requests().len(),
        1,
        "sent once, never again by itself"
    );
}

#[tokio::test]
async fn a_half_open_link_ends_within_its_idle_time() {
    let mut half = answer(&"x".repeat(100));
    half.truncate(half.len() - 60);
    for (sent, arrives) in [(vec![], 0), (half, 40)] {
        let server = TestServer::protected(vec![Turn::AnswerAndSilence(sent)]).await;
        let transport = server.transport();
        let started = Instant::now();
        let mut arrived = 0;
        let ended = match transport.exchange(sync_request(vec![1])).await {
            Err(error) => Some(error),
            Ok(mut answered) => loop {
                match answered.body.next().await {
                    Some(Ok(piece)) => arrived += piece.len(),
                    Some(Err(error)) => break Some(error),
                    None => break None,
                }
            },
        };
        let took_ms = started.elapsed().as_millis();
        assert_eq!((ended, arrived), (Some(LinkError::TimedOut), arrives));
        assert!((u128::from(IDLE_MS)..u128::from(IDLE_MS) + 3_000).contains(&took_ms));
    }
}

#[tokio::test]
async fn an_upload_into_a_dead_link_ends_though_the_system_could_swallow_it() {
    let server = TestServer::plain(vec![Turn::Deaf]).await;
    let transport = server.transport();
    let body = vec![7; 4 << 20];
    assert_eq!(ask(&transport, &body).await, Err(LinkError::TimedOut));
    let swallowed = transport.volume().sent_bytes;
    println!("swallowed by both systems before the silence: {swallowed} bytes");
    assert!(swallowed < 512 * 1024, "{swallowed}");
}

#[tokio::test]
async fn an_upload_slower_than_the_idle_time_goes_through() {
    let server = TestServer::plain(vec![Turn::Slowly(answer("thanks"))]).await;
    let transport = server.transport();
    let body = vec![7; 640 * 1024];
    let started = Instant::now();
    assert_eq!(ask(&transport, &body).await.unwrap(), b"thanks");
    let took = started.elapsed();
    assert!(took > 2 * Duration::from_millis(IDLE_MS), "{took:?}");
    assert_eq!(server.requests()[0].1.len(), body.len());
    assert!(transport.volume().sent_bytes >= body.len() as u64);
}

#[tokio::test]
async fn a_redirection_is_not_followed() {
    let target = TestServer::plain(vec![Turn::Answer(answer("portal"))]).await;
    for status in [301, 302, 303, 307, 308] {
        let url = &target.url;
        let head = format!("HTTP/1.1 {status} X\r\nlocation: {url}/\r\ncontent-length: 0\r\n\r\n");
        let server = TestServer::protected(vec![Turn::Answer(head.into_bytes())]).await;
        let refused = ask(&server.transport(), b"x").await;
        assert_eq!(refused, Err(LinkError::Redirected { status }));
    }
    assert_eq!(target.seen.connections.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_page_for_people_is_a_portal_and_an_unwell_server_is_not() {
    let portal = |content_type: &str| LinkError::CaptivePortal {
        content_type: content_type.to_owned(),
    };
    let cases = [
        (200, "text/html", Err(portal("text/html"))),
        (200, "Text/HTML; charset=utf-8", Err(portal("text/html"))),
        (511, "text/html", Err(LinkError::Status { status: 511 })),
        (
            403,
            "application/xhtml+xml",
            Err(portal("application/xhtml+xml")),
        ),
        (502, "text/html", Err(LinkError::Status { status: 502 })),
        (503, "text/plain", Ok(b"body".to_vec())),
        (404, "application/json", Ok(b"body".to_vec())),
        (200, "image/jpeg", Ok(b"body".to_vec())),
    ];
    for (status, content_type, expected) in cases {
        let turn = Turn::Answer(answer_of(status, content_type, "body"));
        let server = TestServer::plain(vec![turn]).await;
        assert_eq!(
            ask(&server.transport(), b"x").await,
            expected,
            "{status} {content_type}"
        );
    }
}

#[tokio::test]
async fn plain_text_where_tls_is_due_is_refused() {
    let page = answer_of(200, "text/html", "<h1>Wifi</h1>");
    let portal = TestServer::plain(vec![Turn::AnswerAndClose(page.clone())]).await;
    // The portal speaks first: it does not wait for the end of a request it cannot read.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let speaking = tokio::spawn(async move {
        let (mut tcp, _): (TcpStream, _) = listener.accept().await.unwrap();
        tcp.write_all(&page).await.unwrap();
        std::future::pending::<()>().await;
    });
    let url = format!("https://127.0.0.1:{port}");
    let transport = HttpTransport::new(&url, &[portal.pin]).unwrap();
    assert_eq!(ask(&transport, b"x").await, Err(LinkError::TlsFailed));
    speaking.abort();
}

#[tokio::test]
async fn bytes_that_are_no_http_are_told_apart() {
    let server = TestServer::plain(vec![Turn::AnswerAndClose(b"SSH-2.0-x\r\n\r\n".to_vec())]).await;
    assert_eq!(
        ask(&server.transport(), b"x").await,
        Err(LinkError::Garbled)
    );
}

#[tokio::test]
async fn where_nobody_listens_the_connection_is_refused() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let transport = HttpTransport::new(&format!("http://127.0.0.1:{port}"), &[]).unwrap();
    assert_eq!(ask(&transport, b"x").await, Err(LinkError::Refused));
}

#[tokio::test]
async fn a_kept_connection_that_the_server_closed_is_replaced() {
    let turns = vec![Turn::AnswerAndClose(answer("a")), Turn::Answer(answer("b"))];
    let server = TestServer::protected(turns).await;
    let transport = server.transport();
    assert_eq!(ask(&transport, b"1").await.unwrap(), b"a");
    let kept = || transport.shared.kept_lines();
    until(|| kept().iter().all(Line::is_closed)).await;
    assert_eq!(ask(&transport, b"2").await.unwrap(), b"b");
    assert_eq!(transport.volume().connections, 2);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn an_answer_that_is_not_read_to_its_end_costs_its_connection_only() {
    let turns = vec![Turn::Answer(answer("abc")), Turn::Answer(answer("def"))];
    let server = TestServer::protected(turns).await;
    let transport = server.transport();
    drop(transport.exchange(sync_request(vec![1])).await.unwrap());
    let closed = &server.seen.closed;
    until(|| closed.load(Ordering::SeqCst) == 1).await;
    assert_eq!(ask(&transport, b"2").await.unwrap(), b"def");
    assert_eq!(transport.volume().connections, 2);
}

#[tokio::test]
async fn hanging_up_ends_what_is_under_way_and_only_that() {
    let turns = vec![
        Turn::AnswerAndSilence(vec![]),
        Turn::Answer(answer("later")),
    ];
    let server = TestServer::protected(turns).await;
    let transport = Arc::new(server.transport());
    let asking = tokio::spawn({
        let transport = Arc::clone(&transport);
        async move {
            let mut request = sync_request(vec![1]);
            request.idle_timeout_ms = 60_000;
            transport
                .exchange(request)
                .await
                .map(|answered| answered.status)
        }
    });
    until(|| server.requests().len() == 1).await;
    transport.hang_up();
    assert_eq!(asking.await.unwrap(), Err(LinkError::Cancelled));
    assert_eq!(ask(&transport, b"2").await.unwrap(), b"later");
}

#[tokio::test]
async fn a_request_that_cannot_be_written_is_a_defect_of_ours() {
    let transport = HttpTransport::new("http://127.0.0.1:9", &[]).unwrap();
    for request in [
        Outgoing::new(Method::GET, "/with space"),
        Outgoing::new(Method::GET, "/").with_header("bad name", "x"),
        Outgoing::new(Method::GET, "/").with_header("x-name", "two\r\nlines"),
    ] {
        let refused = transport.exchange(request).await.unwrap_err();
        assert_eq!(refused, LinkError::RequestInvalid);
    }
}

#[test]
fn a_protected_address_needs_its_pins() {
    let new = |url: &str, count| HttpTransport::new(url, &vec![SpkiPin([0; 32]); count]);
    assert_eq!(
        new("https://x.example", 0).unwrap_err(),
        AddressError::PinMissing
    );
    assert_eq!(
        new("https://x.example", 5).unwrap_err(),
        AddressError::TooManyPins
    );
    assert_eq!(
        new("http://x.example", 1).unwrap_err(),
        AddressError::PlainHttp
    );
    assert!(new("https://x.example", 4).is_ok());
}
