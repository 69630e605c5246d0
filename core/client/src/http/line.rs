//! One connection: a counted socket, TLS where it is due, HTTP/1.1 on top.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpSocket, TcpStream, lookup_host};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_rustls::TlsConnector;

use super::LinkVolume;
use super::address::ServerAddress;
use crate::limits::{
    ADDRESSES_TRIED_MAX, ANSWER_BUFFER_SIZE_BYTES, ANSWER_HEADERS_MAX, CONNECT_TIMEOUT_MS_MAX,
    SEND_BUFFER_SIZE_BYTES,
};
use crate::pin;
use crate::transport::LinkError;

/// What came of sending a request over a connection.
pub(super) enum Sent {
    /// The head of an answer came; its body follows over the same connection.
    Answered(Line, Response<hyper::body::Incoming>),
    /// Not one byte was written: it may go over another connection.
    NotSent(Box<Request<Full<Bytes>>>),
}

/// One connection to the server, closed when dropped, also when its peer is dead.
#[derive(Debug)]
pub(super) struct Line {
    sender: http1::SendRequest<Full<Bytes>>,
    pulse: Arc<Pulse>,
    driving: JoinHandle<()>,
}

impl Drop for Line {
    fn drop(&mut self) {
        // Without this, a polite farewell over a dead link would wait for ever.
        self.driving.abort();
    }
}

impl Line {
    /// Finds the server, connects, and proves who it is.
    pub(super) async fn open(
        address: &ServerAddress,
        tls: Option<&Arc<ClientConfig>>,
        traffic: &Arc<Traffic>,
        watch: &mut Watch,
    ) -> Result<Self, LinkError> {
        let pulse = Arc::new(Pulse::new());
        let tcp = watch.over(&pulse, connect(address)).await??;
        traffic.connections.fetch_add(1, Ordering::Relaxed);
        let socket = CountedSocket {
            tcp,
            pulse: Arc::clone(&pulse),
            traffic: Arc::clone(traffic),
        };
        match (tls, address.tls_name()) {
            (Some(tls), Some(name)) => {
                let connector = TlsConnector::from(Arc::clone(tls));
                let handshake = connector.connect(name.clone(), socket);
                let protected = watch.over(&pulse, handshake).await?;
                Self::speak_http(protected.map_err(|e| error_of_tls(&e))?, pulse).await
            }
            _ => Self::speak_http(socket, pulse).await,
        }
    }

    async fn speak_http<S>(socket: S, pulse: Arc<Pulse>) -> Result<Self, LinkError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (sender, connection) = http1::Builder::new()
            .max_buf_size(ANSWER_BUFFER_SIZE_BYTES)
            .max_headers(ANSWER_HEADERS_MAX)
            .handshake(TokioIo::new(socket))
            .await
            .map_err(|error| error_of_http(&error, 0))?;
        let driving = tokio::spawn(async move {
            // How the connection ended reaches the exchange through its own future.
            let _ended = connection.await;
        });
        Ok(Self {
            sender,
            pulse,
            driving,
        })
    }

    pub(super) fn pulse(&self) -> &Arc<Pulse> {
        &self.pulse
    }

    /// Whether the other end has closed it, as far as is known here.
    pub(super) fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }

    /// Sends one request and waits for the head of its answer.
    pub(super) async fn send(
        mut self,
        message: Request<Full<Bytes>>,
        watch: &mut Watch,
    ) -> Result<Sent, LinkError> {
        let pulse = Arc::clone(&self.pulse);
        let ready = watch.over(&pulse, self.sender.ready()).await?;
        if ready.is_err() {
            return Ok(Sent::NotSent(Box::new(message)));
        }
        match watch
            .over(&pulse, self.sender.try_send_request(message))
            .await?
        {
            Ok(response) => Ok(Sent::Answered(self, response)),
            Err(mut failed) => match failed.take_message() {
                Some(message) => Ok(Sent::NotSent(Box::new(message))),
                None => Err(error_of_http(&failed.into_error(), 0)),
            },
        }
    }
}

async fn connect(address: &ServerAddress) -> Result<TcpStream, LinkError> {
    let found = lookup_host(address.host_and_port()).await;
    let found = found.map_err(|_| LinkError::Unreachable)?;
    let mut last = LinkError::Unreachable;
    for candidate in found.take(ADDRESSES_TRIED_MAX) {
        let limit = Duration::from_millis(CONNECT_TIMEOUT_MS_MAX);
        match timeout(limit, connect_to(candidate)).await {
            Ok(Ok(tcp)) => return Ok(tcp),
            Ok(Err(error)) => last = error_of_connect(&error),
            Err(_elapsed) => last = LinkError::TimedOut,
        }
    }
    Err(last)
}

async fn connect_to(candidate: SocketAddr) -> io::Result<TcpStream> {
    let socket = match candidate {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    socket.set_send_buffer_size(SEND_BUFFER_SIZE_BYTES)?;
    socket.set_nodelay(true)?;
    socket.connect(candidate).await
}

/// Ends what is under way when the link is silent for too long, or when the device hangs up.
#[derive(Debug)]
pub(super) struct Watch {
    idle: Duration,
    hang_up: watch::Receiver<u64>,
}

impl Watch {
    pub(super) fn new(idle_ms: u64, hang_up: watch::Receiver<u64>) -> Self {
        Self {
            idle: Duration::from_millis(idle_ms),
            hang_up,
        }
    }

    /// Whether the device hung up since this exchange began.
    pub(super) fn is_hung_up(&self) -> bool {
        self.hang_up.has_changed().unwrap_or(true)
    }

    /// Waits for `work`, as long as bytes move on the socket.
    pub(super) async fn over<F: Future>(
        &mut self,
        pulse: &Pulse,
        work: F,
    ) -> Result<F::Output, LinkError> {
        let mut work = pin!(work);
        // The caller may have been busy with the last piece: silence counts from now.
        pulse.beat();
        loop {
            let dead_at = pulse.last_beat() + self.idle;
            tokio::select! {
                biased;
                done = &mut work => return Ok(done),
                _ = self.hang_up.changed() => return Err(LinkError::Cancelled),
                () = sleep_until(dead_at) => {
                    if Instant::now() >= pulse.last_beat() + self.idle {
                        return Err(LinkError::TimedOut);
                    }
                }
            }
        }
    }
}

/// When a byte last moved on a socket, to the millisecond.
#[derive(Debug)]
pub(super) struct Pulse {
    origin: Instant,
    beat_ms: AtomicU64,
}

impl Pulse {
    fn new() -> Self {
        Self {
            origin: Instant::now(),
            beat_ms: AtomicU64::new(0),
        }
    }

    fn beat(&self) {
        let ms = u64::try_from(self.origin.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.beat_ms.fetch_max(ms, Ordering::Relaxed);
    }

    fn last_beat(&self) -> Instant {
        self.origin + Duration::from_millis(self.beat_ms.load(Ordering::Relaxed))
    }
}

/// Counters of one transport, over all its connections.
#[derive(Debug, Default)]
pub(super) struct Traffic {
    sent_bytes: AtomicU64,
    received_bytes: AtomicU64,
    connections: AtomicU64,
}

impl Traffic {
    pub(super) fn volume(&self) -> LinkVolume {
        LinkVolume {
            sent_bytes: self.sent_bytes.load(Ordering::Relaxed),
            received_bytes: self.received_bytes.load(Ordering::Relaxed),
            connections: self.connections.load(Ordering::Relaxed),
        }
    }
}

/// A TCP stream on which every byte moves the pulse.
struct CountedSocket {
    tcp: TcpStream,
    pulse: Arc<Pulse>,
    traffic: Arc<Traffic>,
}

impl CountedSocket {
    fn took(&self, result: &Poll<io::Result<usize>>) {
        if let Poll::Ready(Ok(count @ 1..)) = result {
            let count = *count as u64;
            self.traffic.sent_bytes.fetch_add(count, Ordering::Relaxed);
            self.pulse.beat();
        }
    }
}

impl AsyncRead for CountedSocket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let result = Pin::new(&mut self.tcp).poll_read(cx, buffer);
        let count = buffer.filled().len().saturating_sub(before) as u64;
        if count > 0 {
            let counter = &self.traffic.received_bytes;
            counter.fetch_add(count, Ordering::Relaxed);
            self.pulse.beat();
        }
        result
    }
}

impl AsyncWrite for CountedSocket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.tcp).poll_write(cx, bytes);
        self.took(&result);
        result
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.tcp).poll_write_vectored(cx, slices);
        self.took(&result);
        result
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}

fn error_of_connect(error: &io::Error) -> LinkError {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => LinkError::Refused,
        io::ErrorKind::TimedOut => LinkError::TimedOut,
        _ => LinkError::Unreachable,
    }
}

fn error_of_tls(error: &io::Error) -> LinkError {
    let cause = error.get_ref().and_then(|e| e.downcast_ref());
    match (cause, error.kind()) {
        (Some(cause), _) if pin::is_another_key(cause) => LinkError::TlsPin,
        (Some(_), _) | (None, io::ErrorKind::InvalidData) => LinkError::TlsFailed,
        (None, io::ErrorKind::TimedOut) => LinkError::TimedOut,
        (None, _) => LinkError::Cut { received_bytes: 0 },
    }
}

/// What hyper says, by what it means for the exchange.
pub(super) fn error_of_http(error: &hyper::Error, received_bytes: u64) -> LinkError {
    if error.is_parse() {
        return LinkError::Garbled;
    }
    let mut cause = std::error::Error::source(error);
    while let Some(found) = cause {
        if let Some(error) = found.downcast_ref::<io::Error>() {
            match error_of_tls(error) {
                LinkError::Cut { .. } => break,
                other => return other,
            }
        }
        cause = found.source();
    }
    LinkError::Cut { received_bytes }
}
