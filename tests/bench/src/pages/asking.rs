//! Requests to pages, in process and over a real connection, and how long an answer took.

use std::net::SocketAddr;
use std::time::Instant;

use anyhow::Context;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower::ServiceExt;

use crate::device::since_ms;

const FORM: &str = "application/x-www-form-urlencoded";

/// An answer that was read to its end.
#[derive(Debug)]
pub struct Answered {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Vec<u8>,
    /// From asking to the first piece of the body.
    pub first_ms: f64,
    /// From asking to the end of the body.
    pub whole_ms: f64,
}

impl Answered {
    /// Where it sends one on.
    pub fn location(&self) -> Option<&str> {
        self.headers.get(header::LOCATION)?.to_str().ok()
    }

    async fn read<B>(answer: axum::http::Response<B>, began: Instant) -> anyhow::Result<Self>
    where
        B: hyper::body::Body<Data = axum::body::Bytes> + Unpin,
        B::Error: std::error::Error + Send + Sync + 'static,
    {
        let (head, mut stream) = answer.into_parts();
        let (mut body, mut first_ms) = (Vec::new(), None);
        while let Some(frame) = stream.frame().await {
            first_ms.get_or_insert_with(|| since_ms(began));
            if let Ok(data) = frame?.into_data() {
                body.extend_from_slice(&data);
            }
        }
        let whole_ms = since_ms(began);
        Ok(Self {
            status: head.status,
            headers: head.headers,
            body,
            first_ms: first_ms.unwrap_or(whole_ms),
            whole_ms,
        })
    }
}

fn request(
    path: &str,
    host: &str,
    cookie: &str,
    form: Option<&str>,
) -> anyhow::Result<Request<Body>> {
    let mut request = Request::builder().uri(path).header(header::HOST, host);
    if !cookie.is_empty() {
        request = request.header(header::COOKIE, cookie);
    }
    let request = match form {
        None => request.body(Body::empty()),
        Some(pairs) => request
            .method("POST")
            .header(header::CONTENT_TYPE, FORM)
            .body(Body::from(pairs.to_owned())),
    };
    Ok(request?)
}

/// Asks a router in process, as the app does.
pub async fn inside(pages: &Router, path: &str, form: Option<&str>) -> anyhow::Result<Answered> {
    let request = request(path, "app", "", form)?;
    let began = Instant::now();
    let answer = pages.clone().oneshot(request).await?;
    Answered::read(answer, began).await
}

/// Asks over a connection of its own, which is not part of the time.
pub async fn over(
    address: SocketAddr,
    path: &str,
    cookie: &str,
    form: Option<&str>,
) -> anyhow::Result<Answered> {
    let stream = TcpStream::connect(address).await?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake::<_, Body>(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let request = request(path, &address.to_string(), cookie, form)?;
    let began = Instant::now();
    let answer = sender.send_request(request).await.context("no answer")?;
    Answered::read(answer, began).await
}
