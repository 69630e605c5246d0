//! One request of plain HTTP, written by hand: what a hostile or careless client sends.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};

use crate::PATIENCE;

/// An answer, whole.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    /// A header by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// Sends a request with a whole body; `None` when the server ended the connection without an
/// answer.
pub fn call(
    to: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Option<Answer> {
    call_announcing(to, method, path, headers, (body, body.len()))
}

/// Sends a body that was announced with another length, then nothing more.
pub fn call_announcing(
    to: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    (body, announced_bytes): (&[u8], usize),
) -> Option<Answer> {
    let mut socket = TcpStream::connect(to).expect("the server takes connections");
    socket
        .set_read_timeout(Some(PATIENCE))
        .expect("a time limit");
    socket
        .set_write_timeout(Some(PATIENCE))
        .expect("a time limit");
    // Version 1.0: the answer ends with the connection, whatever its framing would have been.
    let mut head = format!("{method} {path} HTTP/1.0\r\nHost: {to}\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if method != "GET" {
        head.push_str(&format!("Content-Length: {announced_bytes}\r\n"));
    }
    head.push_str("\r\n");
    let whole = [head.as_bytes(), body].concat();
    // A server that has heard enough may close before the end; its answer counts all the same.
    let written = socket.write_all(&whole);
    if written.is_ok() && body.len() < announced_bytes {
        let _ = socket.shutdown(Shutdown::Write);
    }
    let mut answer = Vec::new();
    let _ = socket.read_to_end(&mut answer);
    parse(&answer)
}

fn parse(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    Some(Answer {
        status,
        headers,
        body: bytes[end + 4..].to_vec(),
    })
}
