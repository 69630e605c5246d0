//! The page that a hotel or an operator puts before the network.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Shared;
use crate::limits;

const PAGE: &str = "<!doctype html><html lang=\"fr\"><head><meta charset=\"utf-8\">\
    <title>Connexion au réseau</title></head><body><h1>Bienvenue</h1>\
    <p>Acceptez les conditions pour accéder à Internet.</p></body></html>";

/// Answers whatever comes first, a TLS greeting too, with a page in plain HTTP, and closes.
pub(super) async fn answer(shared: &Shared, mut client: TcpStream) {
    let rtt = shared.profile().rtt();
    tokio::time::sleep(rtt).await;
    let mut request = vec![0; limits::PORTAL_REQUEST_BYTES_MAX];
    let Ok(asked) = client.read(&mut request).await else {
        return;
    };
    shared.count(|counters| counters.up_bytes += asked as u64);
    if asked == 0 {
        return;
    }
    tokio::time::sleep(rtt).await;
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{PAGE}",
        PAGE.len()
    );
    if client.write_all(answer.as_bytes()).await.is_err() || client.shutdown().await.is_err() {
        return;
    }
    shared.count(|counters| counters.down_bytes += answer.len() as u64);
    // Closing over unread bytes would be a reset, which may overtake the page.
    let mut left = limits::PORTAL_REQUEST_BYTES_MAX;
    while let Ok(count @ 1..) = client.read(&mut request).await {
        left = left.saturating_sub(count);
        if left == 0 {
            return;
        }
    }
}
