//! Real sockets on loopback with shortened limits. Every wait has a bound, and what is waited
//! for is an event (the server closes), never a time.

use std::time::Duration;

use axum::Extension;
use axum::body::Body;
use axum::routing::{get, post};
use http::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout};

use super::*;
use crate::limits_http::{BodyError, read_whole};
use crate::tls::TlsIdentity;

/// Far above the shortened limits, for a machine under load.
const PATIENCE: Duration = Duration::from_secs(20);

fn loopback() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

fn short() -> AcceptLimits {
    AcceptLimits {
        first_byte: Duration::from_millis(300),
        tls_handshake: Duration::from_millis(300),
        header: Duration::from_millis(300),
        idle: Duration::from_millis(600),
        body_pace_window: Duration::from_millis(300),
        drain: Duration::from_millis(500),
        ..AcceptLimits::default()
    }
}

async fn peer(Extension(peer): Extension<Peer>) -> String {
    format!("{:?} {}", peer.channel, peer.address.ip())
}

async fn count(body: Body) -> Result<String, (StatusCode, &'static str)> {
    let read = read_whole(body, 1024).await;
    read.map(|bytes| bytes.len().to_string())
        .map_err(|error| (error.status(), error.sentence_fr()))
}

fn router() -> Router {
    Router::new()
        .route("/", get(peer))
        .route("/count", post(count))
}

struct Served {
    loops: AcceptLoops,
    plain: SocketAddr,
    tls: SocketAddr,
    certificate: reqwest::Certificate,
}

async fn serve(limits: AcceptLimits, router: Router) -> Served {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let dir = tempfile::tempdir().unwrap();
    let identity = TlsIdentity::open_or_create(dir.path(), &[]).unwrap();
    let certificate = reqwest::Certificate::from_der(identity.certificate_der()).unwrap();
    let mut loops = AcceptLoops::new(limits);
    let config = identity.server_config().unwrap();
    let tls = loops
        .serve_tls(loopback(), config, router.clone())
        .await
        .unwrap();
    let plain = loops
        .serve_plain_loopback(loopback(), router)
        .await
        .unwrap();
    Served {
        loops,
        plain,
        tls,
        certificate,
    }
}

/// Writes `bytes`, then waits for the server to close; the bytes it sent before.
async fn until_closed(address: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    // A reset closes as well as an end.
    let _ = timeout(PATIENCE, socket.read_to_end(&mut answer))
        .await
        .expect("never closed");
    answer
}

async fn until_no_socket_is_open(loops: &AcceptLoops) {
    timeout(PATIENCE, async {
        while loops.open_sockets() > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("sockets stay open");
}

#[tokio::test]
async fn plain_http_is_refused_beyond_loopback() {
    let mut loops = AcceptLoops::new(AcceptLimits::default());
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:80"] {
        let error = loops
            .serve_plain_loopback(address.parse().unwrap(), router())
            .await
            .unwrap_err();
        assert!(
            matches!(error, AcceptError::PlainBeyondLoopback { .. }),
            "{address}: {error}"
        );
    }
    let taken = loops
        .serve_plain_loopback(loopback(), router())
        .await
        .unwrap();
    let error = loops
        .serve_plain_loopback(taken, router())
        .await
        .unwrap_err();
    assert!(matches!(error, AcceptError::AddressInUse { .. }), "{error}");
}

#[tokio::test]
async fn both_protocols_are_spoken_over_tls_and_handlers_know_the_channel() {
    let served = serve(AcceptLimits::default(), router()).await;
    let builder = || reqwest::Client::builder().tls_certs_only([served.certificate.clone()]);
    for (client, version) in [
        (builder().build().unwrap(), http::Version::HTTP_2),
        (
            builder().http1_only().build().unwrap(),
            http::Version::HTTP_11,
        ),
    ] {
        for _ in 0..3 {
            let url = format!("https://localhost:{}/", served.tls.port());
            let answer = client.get(url).send().await.unwrap();
            assert_eq!(answer.version(), version);
            assert_eq!(answer.text().await.unwrap(), "Tls 127.0.0.1");
        }
    }
    let answer = reqwest::get(format!("http://{}/", served.plain))
        .await
        .unwrap();
    assert_eq!(answer.text().await.unwrap(), "PlainLoopback 127.0.0.1");
}

#[tokio::test]
async fn who_says_nothing_or_half_is_closed_while_others_are_served() {
    let served = serve(short(), router()).await;
    // The first five bytes announce a handshake record of 512 bytes that never comes.
    let half_hello: &[u8] = &[0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc];
    let half_head: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ";
    let cases: [(&str, SocketAddr, &[u8]); 8] = [
        ("silent, plain", served.plain, b""),
        ("silent, TLS", served.tls, b""),
        ("one byte, plain", served.plain, b"G"),
        ("one byte, TLS", served.tls, &[0x16]),
        ("half a handshake", served.tls, half_hello),
        (
            "half an HTTP/2 preface",
            served.plain,
            b"PRI * HTTP/2.0\r\n",
        ),
        ("half a head", served.plain, half_head),
        (
            "HTTP/2 preface and silence",
            served.plain,
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        ),
    ];
    let mut hostile = JoinSet::new();
    for (name, address, bytes) in cases {
        for _ in 0..5 {
            hostile.spawn(async move {
                until_closed(address, bytes).await;
                name
            });
        }
    }
    let client = reqwest::Client::new();
    let mut served_meanwhile = 0;
    while !hostile.is_empty() {
        let answer = client
            .get(format!("http://{}/", served.plain))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        served_meanwhile += 1;
        while let Some(closed) = hostile.try_join_next() {
            closed.unwrap();
        }
        tokio::task::yield_now().await;
    }
    assert!(served_meanwhile > 5, "{served_meanwhile}");
    drop(client);
    until_no_socket_is_open(&served.loops).await;
}

#[tokio::test]
async fn a_head_that_trickles_is_closed_though_bytes_keep_coming() {
    let served = serve(short(), router()).await;
    let mut socket = TcpStream::connect(served.plain).await.unwrap();
    let started = Instant::now();
    let trickle = async {
        let mut every = tokio::time::interval(Duration::from_millis(20));
        socket
            .write_all(b"GET / HTTP/1.1\r\nX-Slow: ")
            .await
            .unwrap();
        loop {
            every.tick().await;
            if socket.write_all(b"a").await.is_err() {
                return;
            }
        }
    };
    timeout(PATIENCE, trickle).await.expect("never closed");
    assert!(started.elapsed() >= short().header);
}

#[tokio::test]
async fn a_kept_connection_rests_longer_than_a_head_may_take_and_then_ends() {
    let served = serve(short(), router()).await;
    let mut socket = TcpStream::connect(served.plain).await.unwrap();
    let request = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    let mut buffer = [0; 1024];
    for _ in 0..2 {
        socket.write_all(request).await.unwrap();
        let read = timeout(PATIENCE, socket.read(&mut buffer))
            .await
            .unwrap()
            .unwrap();
        assert!(buffer[..read].starts_with(b"HTTP/1.1 200"), "{read}");
        // Nothing comes, and it is not closed, for longer than `header`.
        let rest = timeout(
            short().header + Duration::from_millis(100),
            socket.read(&mut buffer),
        );
        assert!(rest.await.is_err(), "closed while it may rest");
    }
    let end = timeout(PATIENCE, socket.read(&mut buffer))
        .await
        .expect("rests for ever")
        .unwrap();
    assert_eq!(end, 0, "a quiet end");
}

#[tokio::test]
async fn the_second_head_of_a_connection_is_bounded_like_the_first() {
    // The rest may last for ever, so only the bound of a head can close it.
    let served = serve(
        AcceptLimits {
            idle: Duration::from_secs(3_600),
            ..short()
        },
        router(),
    )
    .await;
    let mut socket = TcpStream::connect(served.plain).await.unwrap();
    socket
        .write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .unwrap();
    let mut buffer = [0; 1024];
    let read = timeout(PATIENCE, socket.read(&mut buffer))
        .await
        .unwrap()
        .unwrap();
    assert!(buffer[..read].starts_with(b"HTTP/1.1 200"));
    socket.write_all(b"GET / HT").await.unwrap();
    let _ = timeout(PATIENCE, socket.read(&mut buffer))
        .await
        .expect("never closed");
}

#[tokio::test]
async fn a_resting_http2_connection_ends_though_its_client_answers_pings() {
    let ping = Duration::from_millis(100);
    let served = serve(
        AcceptLimits {
            ping_interval: ping,
            ..short()
        },
        router(),
    )
    .await;
    let client = reqwest::Client::builder()
        .http2_prior_knowledge()
        .build()
        .unwrap();
    let answer = client
        .get(format!("http://{}/", served.plain))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.version(), http::Version::HTTP_2);
    answer.bytes().await.unwrap();
    until_no_socket_is_open(&served.loops).await;
    // And the client finds its way back.
    let again = client
        .get(format!("http://{}/", served.plain))
        .send()
        .await
        .unwrap();
    assert_eq!(again.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_body_that_stops_is_dropped_and_a_slow_one_arrives() {
    let served = serve(short(), router()).await;
    let head =
        b"POST /count HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 900\r\n\r\n";
    let mut stuck = head.to_vec();
    stuck.extend_from_slice(&[b'a'; 100]);
    let answer = until_closed(served.plain, &stuck).await;
    let text = String::from_utf8_lossy(&answer);
    assert!(text.starts_with("HTTP/1.1 408"), "{text}");
    assert!(text.contains(BodyError::TooSlow.sentence_fr()), "{text}");

    // Nine pieces, each 50 ms after the last: slower than a head may be, faster than the pace.
    let mut socket = TcpStream::connect(served.plain).await.unwrap();
    socket.write_all(head).await.unwrap();
    let mut every = tokio::time::interval(Duration::from_millis(50));
    for _ in 0..9 {
        every.tick().await;
        socket.write_all(&[b'a'; 100]).await.unwrap();
    }
    let mut answer = String::new();
    timeout(PATIENCE, socket.read_to_string(&mut answer))
        .await
        .unwrap()
        .unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.ends_with("900"),
        "{answer}"
    );
}

#[tokio::test]
async fn heads_beyond_their_limits_are_refused() {
    let served = serve(short(), router()).await;
    let mut long = b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: ".to_vec();
    long.resize(20 * 1024, b'a');
    long.extend_from_slice(b"\r\n\r\n");
    let mut many = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n".to_vec();
    for n in 0..80 {
        many.extend_from_slice(format!("X-{n}: 1\r\n").as_bytes());
    }
    many.extend_from_slice(b"\r\n");
    for (name, head) in [("long", long), ("many", many)] {
        let answer = until_closed(served.plain, &head).await;
        let text = String::from_utf8_lossy(&answer);
        assert!(!text.starts_with("HTTP/1.1 200"), "{name}: {text}");
    }
}

#[tokio::test]
async fn sockets_over_the_cap_are_closed_at_once_and_places_come_back() {
    let limits = AcceptLimits {
        sockets_per_ip_max: 3,
        ..AcceptLimits::default()
    };
    let served = serve(limits, router()).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(TcpStream::connect(served.plain).await.unwrap());
    }
    timeout(PATIENCE, async {
        while served.loops.open_sockets() < 3 {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
    assert!(until_closed(served.plain, b"").await.is_empty());
    drop(held);
    until_no_socket_is_open(&served.loops).await;
    let answer = reqwest::get(format!("http://{}/", served.plain))
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_connection_ends_with_its_life_after_the_request_under_way() {
    let limits = AcceptLimits {
        connection_life: Duration::from_millis(200),
        ..AcceptLimits::default()
    };
    let served = serve(limits, router()).await;
    let mut socket = TcpStream::connect(served.plain).await.unwrap();
    socket
        .write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .unwrap();
    let mut answer = String::new();
    timeout(PATIENCE, socket.read_to_string(&mut answer))
        .await
        .expect("never ends")
        .unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn stopping_lets_requests_finish_and_cuts_those_that_do_not() {
    for (finishes, expected) in [
        (
            true,
            Drained {
                finished: 2,
                cut: 0,
            },
        ),
        (
            false,
            Drained {
                finished: 1,
                cut: 1,
            },
        ),
    ] {
        let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (begun_in, go_on_in) = (Arc::clone(&begun), Arc::clone(&go_on));
        let slow = move || {
            let (begun, go_on) = (Arc::clone(&begun_in), Arc::clone(&go_on_in));
            async move {
                begun.notify_one();
                go_on.notified().await;
                "done"
            }
        };
        let served = serve(short(), Router::new().route("/slow", get(slow))).await;
        let idle = TcpStream::connect(served.plain).await.unwrap();
        let url = format!("http://{}/slow", served.plain);
        let asking = tokio::spawn(async move { reqwest::get(url).await?.text().await });
        begun.notified().await;
        timeout(PATIENCE, async {
            while served.loops.open_sockets() < 2 {
                tokio::task::yield_now().await;
            }
        })
        .await
        .unwrap();
        let plain = served.plain;
        let stopping = tokio::spawn(served.loops.shutdown());
        timeout(PATIENCE, async {
            while TcpStream::connect(plain).await.is_ok() {
                tokio::task::yield_now().await;
            }
        })
        .await
        .expect("connections are still taken");
        if finishes {
            go_on.notify_one();
        }
        let drained = timeout(PATIENCE, stopping)
            .await
            .expect("never stops")
            .unwrap();
        let answer = asking.await.unwrap();
        if finishes {
            assert_eq!(answer.unwrap(), "done");
        } else {
            answer.unwrap_err();
        }
        assert_eq!(drained, expected, "{finishes}");
        drop(idle);
    }
}

#[tokio::test]
async fn an_answer_that_nobody_reads_is_dropped() {
    // More than the buffers of both sockets hold.
    let large = get(|| async { vec![0_u8; 64 * 1024 * 1024] });
    let limits = AcceptLimits {
        write_stall: Duration::from_millis(300),
        ..AcceptLimits::default()
    };
    let served = serve(limits, Router::new().route("/large", large)).await;
    let mut socket = TcpStream::connect(served.plain).await.unwrap();
    socket
        .write_all(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .unwrap();
    let mut begin = [0; 12];
    timeout(PATIENCE, socket.read_exact(&mut begin))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(&begin, b"HTTP/1.1 200");
    until_no_socket_is_open(&served.loops).await;
}
