//! One connection from its first byte to its end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::{Request, Response};
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;
use tower::ServiceExt;

use super::paced::PacedBody;
use super::watched::{Activity, RequestUnderWay, WatchedStream};
use super::{AcceptLimits, Channel, Ended, Entrance, Peer, stopped};

/// Bytes an HTTP/2 peer may send unread, per stream and per connection: a second of an office
/// line, and little enough that all sockets together stay within the memory for bodies.
const STREAM_WINDOW_BYTES: u32 = 256 * 1024;
const CONNECTION_WINDOW_BYTES: u32 = 512 * 1024;

/// Serves the socket until its end; returns in bounded time whatever the peer does.
pub(super) async fn serve(
    socket: TcpStream,
    address: SocketAddr,
    entrance: Entrance,
    router: Router,
    limits: Arc<AcceptLimits>,
    mut stop: watch::Receiver<bool>,
) -> Ended {
    // Answers are written whole; waiting to fill a packet costs a round trip of delay.
    let _ = socket.set_nodelay(true);
    let opened = tokio::select! {
        opened = open(socket, entrance, &limits) => opened,
        () = stopped(&mut stop) => None,
    };
    match opened {
        Some(Opened::Plain(stream)) => {
            let peer = Peer {
                address,
                channel: Channel::PlainLoopback,
            };
            speak_http(stream, peer, router, limits, &mut stop).await
        }
        Some(Opened::Tls(stream)) => {
            let peer = Peer {
                address,
                channel: Channel::Tls,
            };
            speak_http(*stream, peer, router, limits, &mut stop).await
        }
        None => Ended::Finished,
    }
}

enum Opened {
    Plain(TcpStream),
    Tls(Box<tokio_rustls::server::TlsStream<TcpStream>>),
}

/// Waits for the first byte and shakes hands; `None` when the peer is silent, gone or no peer.
async fn open(socket: TcpStream, entrance: Entrance, limits: &AcceptLimits) -> Option<Opened> {
    let mut first = [0; 1];
    match timeout(limits.first_byte, socket.peek(&mut first)).await {
        Ok(Ok(seen)) if seen > 0 => {}
        _ => return None,
    }
    match entrance {
        Entrance::PlainLoopback => Some(Opened::Plain(socket)),
        Entrance::Tls(acceptor) => {
            let stream = timeout(limits.tls_handshake, acceptor.accept(socket))
                .await
                .ok()?
                .ok()?;
            Some(Opened::Tls(Box::new(stream)))
        }
    }
}

async fn speak_http<S>(
    stream: S,
    peer: Peer,
    router: Router,
    limits: Arc<AcceptLimits>,
    stop: &mut watch::Receiver<bool>,
) -> Ended
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let activity = Arc::new(Activity::default());
    let watched = WatchedStream::new(stream, Arc::clone(&activity), Arc::clone(&limits));
    let service = service_fn(|request: Request<Incoming>| {
        answer(request, peer, router.clone(), &activity, &limits)
    });
    let builder = builder(&limits);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(watched), service));
    tokio::select! {
        _ = connection.as_mut() => return Ended::Finished,
        () = activity.rested.notified() => {}
        () = tokio::time::sleep(limits.connection_life) => {}
        () = stopped(stop) => {}
    }
    connection.as_mut().graceful_shutdown();
    match timeout(limits.drain, connection).await {
        Ok(_) => Ended::Finished,
        Err(_) => Ended::Cut,
    }
}

fn builder(limits: &AcceptLimits) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        // The watched stream bounds heads; hyper's timer would also end resting connections.
        .header_read_timeout(None)
        .max_headers(limits.headers_max)
        .max_buf_size(limits.header_bytes_max.max(8_192));
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.streams_max)
        .max_header_list_size(u32::try_from(limits.header_bytes_max).unwrap_or(u32::MAX))
        .initial_stream_window_size(STREAM_WINDOW_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .keep_alive_interval(limits.ping_interval)
        .keep_alive_timeout(limits.ping_timeout);
    builder
}

fn answer(
    request: Request<Incoming>,
    peer: Peer,
    router: Router,
    activity: &Arc<Activity>,
    limits: &AcceptLimits,
) -> impl Future<Output = Result<Response<AnswerBody>, Infallible>> + Send + 'static {
    let under_way = activity.begin_request(request.version());
    let (pace_bytes, window) = (limits.body_pace_bytes, limits.body_pace_window);
    let mut request = request.map(|body| Body::new(PacedBody::new(body, pace_bytes, window)));
    request.extensions_mut().insert(peer);
    async move {
        let response = router.oneshot(request).await?;
        Ok(response.map(|inner| AnswerBody {
            inner,
            _under_way: under_way,
        }))
    }
}

/// An answer's body: the request is under way until it has been sent.
struct AnswerBody {
    inner: Body,
    _under_way: RequestUnderWay,
}

impl http_body::Body for AnswerBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.inner).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
