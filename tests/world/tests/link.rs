//! The link emulator with real sockets.
//!
//! Bounds of time are one-sided wherever a busy machine could break them: a link may never be
//! faster than its profile; how much slower it may be is bounded generously.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test: its fixtures stand outside of the test functions"
)]

use std::net::SocketAddr;
use std::time::Duration;

use jawla_world::link::{CutCount, Direction};
use jawla_world::{LinkEmulator, LinkMode, LinkProfile};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, timeout};

/// Nothing here takes longer unless it hangs.
const BOUND: Duration = Duration::from_secs(20);

/// A server that sends every byte back.
async fn echo() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut reader, mut writer) = stream.split();
                let _ends_with_its_client = tokio::io::copy(&mut reader, &mut writer).await;
            });
        }
    });
    address
}

/// A server that answers any first byte with so many bytes, and closes.
async fn source(bytes: usize) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut first = [0];
                if stream.read_exact(&mut first).await.is_ok() {
                    let _ends_with_its_client = stream.write_all(&vec![7; bytes]).await;
                }
            });
        }
    });
    address
}

async fn read_all(stream: &mut TcpStream) -> (usize, std::io::Result<()>) {
    let mut count = 0;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match timeout(BOUND, stream.read(&mut buffer))
            .await
            .expect("the stream hangs")
        {
            Ok(0) => return (count, Ok(())),
            Ok(read) => count += read,
            Err(error) => return (count, Err(error)),
        }
    }
}

const fn quick() -> LinkProfile {
    LinkProfile {
        rtt_ms: 0,
        down_bits_per_s: 1_000_000_000,
        up_bits_per_s: 1_000_000_000,
        ..LinkProfile::office()
    }
}

#[tokio::test]
async fn a_new_connection_costs_two_round_trips_and_a_warm_one_costs_one() {
    let profile = LinkProfile {
        rtt_ms: 200,
        ..quick()
    };
    let link = LinkEmulator::start(echo().await, profile).await.unwrap();
    let start = Instant::now();
    let mut stream = TcpStream::connect(link.address()).await.unwrap();
    let mut answer = [0; 5];
    for (number, least_ms) in [(0, 400), (1, 200), (2, 200)] {
        let start = if number == 0 { start } else { Instant::now() };
        stream.write_all(b"salam").await.unwrap();
        timeout(BOUND, stream.read_exact(&mut answer))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(&answer, b"salam");
        let took = start.elapsed();
        assert!(
            took >= Duration::from_millis(least_ms),
            "exchange {number}: {took:?}"
        );
        assert!(
            took < Duration::from_millis(least_ms + 400),
            "exchange {number}: {took:?}"
        );
    }
}

#[tokio::test]
async fn each_direction_keeps_to_its_rate() {
    let profile = LinkProfile {
        down_bits_per_s: 800_000,
        up_bits_per_s: 400_000,
        ..quick()
    };
    // 100 kB take 1 s down; 40 kB take 0.8 s up.
    let down = LinkEmulator::start(source(100_000).await, profile)
        .await
        .unwrap();
    let start = Instant::now();
    let mut stream = TcpStream::connect(down.address()).await.unwrap();
    stream.write_all(b"?").await.unwrap();
    let (count, end) = read_all(&mut stream).await;
    let took = start.elapsed();
    assert!(end.is_ok());
    assert_eq!(count, 100_000);
    assert!(took >= Duration::from_millis(990), "{took:?}");
    assert!(took < Duration::from_millis(2_500), "{took:?}");
    assert_eq!(
        (down.counters().down_bytes, down.counters().up_bytes),
        (100_000, 1)
    );

    let up = LinkEmulator::start(echo().await, profile).await.unwrap();
    let start = Instant::now();
    let mut stream = TcpStream::connect(up.address()).await.unwrap();
    stream.write_all(&vec![1; 40_000]).await.unwrap();
    let arrived = up
        .wait_for(BOUND, |counters| counters.up_bytes == 40_000)
        .await;
    let took = start.elapsed();
    assert!(arrived.is_some());
    assert!(took >= Duration::from_millis(790), "{took:?}");
    assert!(took < Duration::from_millis(2_500), "{took:?}");
}

#[tokio::test]
async fn connections_of_one_phone_share_its_rate() {
    let profile = LinkProfile {
        down_bits_per_s: 800_000,
        ..quick()
    };
    let link = LinkEmulator::start(source(25_000).await, profile)
        .await
        .unwrap();
    let start = Instant::now();
    let mut streams = Vec::new();
    for _ in 0..4 {
        let mut stream = TcpStream::connect(link.address()).await.unwrap();
        stream.write_all(b"?").await.unwrap();
        streams.push(stream);
    }
    for stream in &mut streams {
        assert_eq!(read_all(stream).await.0, 25_000);
    }
    assert!(
        start.elapsed() >= Duration::from_millis(980),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(link.counters().connections, 4);
}

#[tokio::test]
async fn a_sender_is_held_back_when_its_reader_stops() {
    let link = LinkEmulator::start(source(64 * 1024 * 1024).await, quick())
        .await
        .unwrap();
    let mut stream = TcpStream::connect(link.address()).await.unwrap();
    stream.write_all(b"?").await.unwrap();
    // Nobody reads: buffers fill and the counter stands still. Bounded by the systems' buffers of
    // the client, far from the 64 MiB that the server has.
    let mut before = 0;
    let mut still = 0;
    while still < 5 {
        let more = link
            .wait_for(Duration::from_millis(100), |counters| {
                counters.down_bytes > before
            })
            .await;
        match more {
            Some(counters) => before = counters.down_bytes,
            None => still += 1,
        }
        assert!(before < 32 * 1024 * 1024, "{before} bytes without a reader");
    }
    assert!(before > 0);
    // And it goes on when somebody reads.
    let mut buffer = vec![0; 16 * 1024 * 1024];
    timeout(BOUND, stream.read_exact(&mut buffer))
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn cuts_fall_on_the_exact_byte_and_are_counted() {
    let link = LinkEmulator::start(source(1_000_000).await, quick().cut_every(20_000))
        .await
        .unwrap();
    for number in 1..=5_u64 {
        let mut stream = TcpStream::connect(link.address()).await.unwrap();
        stream.write_all(b"?").await.unwrap();
        let (count, end) = read_all(&mut stream).await;
        // The question is one of the 20,000.
        assert_eq!(count, 19_999);
        assert_eq!(end.unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);
        let counters = link.counters();
        assert_eq!(counters.bytes(), number * 20_000);
        assert_eq!((counters.cuts, counters.connections), (number, number));
    }
    let closed = link
        .wait_for(BOUND, |counters| counters.open_connections == 0)
        .await
        .unwrap();
    assert!(closed.lost_bytes > 0, "something was in flight");
    let before = link.reset_counters();
    assert_eq!(before.cuts, 5);
    assert_eq!(link.counters().bytes() + link.counters().lost_bytes, 0);
}

#[tokio::test]
async fn a_single_cut_strikes_once_at_its_byte() {
    let link = LinkEmulator::start(source(50_000).await, quick())
        .await
        .unwrap();
    for (counts, bytes, expected) in [
        (CutCount::Both, 1_000, Some(999)),
        (CutCount::Only(Direction::Down), 1_000, Some(1_000)),
        (CutCount::Only(Direction::Down), 0, Some(0)),
        (CutCount::Only(Direction::Up), 1, Some(0)),
        (CutCount::Only(Direction::Up), 2, None),
    ] {
        link.cut_once(counts, bytes);
        let mut stream = TcpStream::connect(link.address()).await.unwrap();
        stream.write_all(b"?").await.unwrap();
        let (count, end) = read_all(&mut stream).await;
        match expected {
            Some(expected) => {
                assert_eq!(count, expected, "{counts:?} {bytes}");
                assert!(end.is_err());
            }
            None => assert_eq!((count, end.is_ok()), (50_000, true)),
        }
    }
    link.cut_after_bytes_once(60_000);
    for expected in [50_000, 9_998, 50_000] {
        let mut stream = TcpStream::connect(link.address()).await.unwrap();
        stream.write_all(b"?").await.unwrap();
        assert_eq!(read_all(&mut stream).await.0, expected);
    }
    assert_eq!(link.counters().cuts, 5);
}

#[tokio::test]
async fn a_half_open_link_takes_everything_and_answers_nothing() {
    let link = LinkEmulator::start(echo().await, quick()).await.unwrap();
    let mut old = TcpStream::connect(link.address()).await.unwrap();
    old.write_all(b"before").await.unwrap();
    let mut answer = [0; 6];
    timeout(BOUND, old.read_exact(&mut answer))
        .await
        .unwrap()
        .unwrap();

    link.set_mode(LinkMode::HalfOpen);
    let mut new = TcpStream::connect(link.address()).await.unwrap();
    for stream in [&mut old, &mut new] {
        stream.write_all(b"anybody there").await.unwrap();
    }
    let swallowed = link
        .wait_for(BOUND, |counters| counters.lost_bytes == 26)
        .await;
    assert!(swallowed.is_some(), "{:?}", link.counters());
    for stream in [&mut old, &mut new] {
        let heard = timeout(Duration::from_millis(150), stream.read(&mut answer)).await;
        assert!(heard.is_err(), "neither an answer nor an end");
    }
    // The link works again; the caught connections do not, new ones do.
    link.set_mode(LinkMode::Up);
    let heard = timeout(Duration::from_millis(150), old.read(&mut answer)).await;
    assert!(heard.is_err());
    let mut third = TcpStream::connect(link.address()).await.unwrap();
    third.write_all(b"after!").await.unwrap();
    timeout(BOUND, third.read_exact(&mut answer))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(&answer, b"after!");
    link.set_mode(LinkMode::Down);
    assert!(read_all(&mut old).await.1.is_err());
}

#[tokio::test]
async fn a_link_that_is_down_resets_old_and_new_connections() {
    let link = LinkEmulator::start(echo().await, quick()).await.unwrap();
    let mut old = TcpStream::connect(link.address()).await.unwrap();
    old.write_all(b"x").await.unwrap();
    let mut answer = [0];
    timeout(BOUND, old.read_exact(&mut answer))
        .await
        .unwrap()
        .unwrap();
    link.set_mode(LinkMode::Down);
    assert!(read_all(&mut old).await.1.is_err());
    let mut new = TcpStream::connect(link.address()).await.unwrap();
    assert!(read_all(&mut new).await.1.is_err());
    assert_eq!(link.counters().refused, 1);
    assert_eq!(link.counters().cuts, 0, "a mode is not a cut");
}

#[tokio::test]
async fn a_captive_portal_answers_with_its_page_to_tls_too() {
    let link = LinkEmulator::start(echo().await, quick()).await.unwrap();
    link.set_mode(LinkMode::CaptivePortal);
    let tls_hello = [0x16, 0x03, 0x01, 0x00, 0x05, 0x01, 0x00, 0x00, 0x01, 0x03];
    for asked in [&b"GET /v1/sync HTTP/1.1\r\nHost: x\r\n\r\n"[..], &tls_hello] {
        let mut stream = TcpStream::connect(link.address()).await.unwrap();
        stream.write_all(asked).await.unwrap();
        let mut page = String::new();
        timeout(BOUND, stream.read_to_string(&mut page))
            .await
            .unwrap()
            .unwrap();
        let (head, body) = page.split_once("\r\n\r\n").unwrap();
        assert!(
            head.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/html"),
            "{head}"
        );
        assert!(
            head.contains(&format!("Content-Length: {}", body.len())),
            "{head}"
        );
        assert!(body.starts_with("<!doctype html>"));
    }
}

#[tokio::test]
async fn cut_now_and_a_moment_of_chance_cut_and_count() {
    let link = LinkEmulator::start(echo().await, quick()).await.unwrap();
    let mut stream = TcpStream::connect(link.address()).await.unwrap();
    stream.write_all(b"x").await.unwrap();
    let mut answer = [0];
    timeout(BOUND, stream.read_exact(&mut answer))
        .await
        .unwrap()
        .unwrap();
    link.cut_now();
    assert!(read_all(&mut stream).await.1.is_err());
    link.set_profile(LinkProfile {
        cut_between_ms: Some((20, 60)),
        ..quick()
    });
    let mut stream = TcpStream::connect(link.address()).await.unwrap();
    assert!(read_all(&mut stream).await.1.is_err());
    assert_eq!(link.counters().cuts, 2);
}

#[tokio::test]
async fn jitter_and_losses_delay_and_keep_the_order() {
    let profile = LinkProfile {
        jitter_ms: 20,
        loss_bp: 1_000,
        seed: 3,
        ..quick()
    };
    let link = LinkEmulator::start(echo().await, profile).await.unwrap();
    let mut stream = TcpStream::connect(link.address()).await.unwrap();
    let sent: Vec<u8> = (0..200_000_u32).flat_map(u32::to_be_bytes).collect();
    let (mut reader, mut writer) = stream.split();
    let mut heard = vec![0; sent.len()];
    let both = async { tokio::join!(writer.write_all(&sent), reader.read_exact(&mut heard)) };
    let (written, read) = timeout(BOUND, both).await.unwrap();
    assert!(written.is_ok() && read.is_ok());
    assert!(heard == sent, "bytes out of order");
}

#[tokio::test]
async fn an_end_or_a_reset_arrives_after_what_was_sent_before_it() {
    // A phone that closes or dies right after its request: the server still gets the request.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let profile = LinkProfile {
        rtt_ms: 100,
        ..quick()
    };
    let link = LinkEmulator::start(listener.local_addr().unwrap(), profile)
        .await
        .unwrap();
    for dies in [false, true] {
        let mut phone = TcpStream::connect(link.address()).await.unwrap();
        let (mut server, _) = timeout(BOUND, listener.accept()).await.unwrap().unwrap();
        server.write_all(b"!").await.unwrap();
        // The connection stands when a byte has come through it.
        timeout(BOUND, phone.read_exact(&mut [0]))
            .await
            .unwrap()
            .unwrap();
        phone.write_all(&[1; 3_000]).await.unwrap();
        if dies {
            phone.set_zero_linger().unwrap();
        }
        drop(phone);
        let (count, end) = read_all(&mut server).await;
        assert_eq!(count, 3_000);
        assert_eq!(end.is_err(), dies);
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_and_a_dropped_link_are_seen_by_the_client() {
    let nobody = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let link = LinkEmulator::start(nobody, quick()).await.unwrap();
    let mut stream = TcpStream::connect(link.address()).await.unwrap();
    assert!(read_all(&mut stream).await.1.is_err());
    assert_eq!(link.counters().refused, 1);

    let link = LinkEmulator::start(echo().await, quick()).await.unwrap();
    let address = link.address();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"x").await.unwrap();
    let mut answer = [0];
    timeout(BOUND, stream.read_exact(&mut answer))
        .await
        .unwrap()
        .unwrap();
    drop(link);
    let (_, end) = read_all(&mut stream).await;
    // A clean end or a reset: over, either way, and nobody listens any more.
    drop(end);
    assert!(TcpStream::connect(address).await.is_err());
}
