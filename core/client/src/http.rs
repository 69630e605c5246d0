//! The transport of a real device: HTTP/1.1 over TLS with a pinned key.
//!
//! Built on hyper and our own socket rather than on a ready-made client, for one reason: whether
//! a slow upload is alive shows only on the socket. A ready-made client hands the body to the
//! operating system, which swallows whole photos at once (measured on Linux: 3.8 MB before a
//! reader that is deaf, 57 kB here), and from then on a dead link and a slow one look the same.
//! Here the send buffer is small and every byte that the socket takes or gives moves the idle
//! clock.
//!
//! HTTP/1.1 rather than 2, because a connection that fails takes one request with it and is gone;
//! over one connection of HTTP/2 a dead link stays in use. The price is 94 bytes up and 90 down
//! for each request after the first on a connection; the first costs 20 less (measured). No
//! redirects, no cookies, no proxy from the environment, no compression but our own.

mod address;
mod line;

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, Uri, header};
use http_body_util::{BodyExt, Full};
use rustls::ClientConfig;
use tokio::sync::watch;

pub use address::{AddressError, ServerAddress};
use line::{Line, Sent, Traffic, Watch};

use crate::limits::{
    CONTENT_TYPE_CHARS_MAX, IDLE_TIMEOUT_MS_DEFAULT, IDLE_TIMEOUT_MS_MAX, KEPT_LINES_MAX, PINS_MAX,
};
use crate::pin::{self, SpkiPin};
use crate::transport::{BodyStream, Incoming, LinkError, Outgoing, Transport};

const USER_AGENT: &str = concat!(
    "jawla/",
    env!("CARGO_PKG_VERSION_MAJOR"),
    ".",
    env!("CARGO_PKG_VERSION_MINOR")
);

/// Bytes that went over sockets since the transport was made: handshakes, heads and bodies, what
/// the person pays for less the headers of TCP and IP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LinkVolume {
    /// Bytes handed to sockets.
    pub sent_bytes: u64,
    /// Bytes read from sockets.
    pub received_bytes: u64,
    /// Connections opened.
    pub connections: u64,
}

/// HTTP to one server. Connections are kept for as long as the link lets them live.
#[derive(Debug)]
pub struct HttpTransport {
    shared: Arc<Shared>,
}

impl HttpTransport {
    /// Prepares the way to the server at `base_url`, whose key has one of `pins`. Opens nothing.
    ///
    /// `https` needs a pin; `http` is for this machine itself (loopback), and takes none.
    ///
    /// # Errors
    /// [`AddressError`] when the address is not one, or the two do not go together.
    pub fn new(base_url: &str, pins: &[SpkiPin]) -> Result<Self, AddressError> {
        let address = ServerAddress::parse(base_url)?;
        let tls = match (address.is_protected(), pins.len()) {
            (true, 0) => return Err(AddressError::PinMissing),
            (true, 1..=PINS_MAX) => {
                let config = pin::tls_config(pins).map_err(|_| AddressError::TlsUnavailable)?;
                Some(Arc::new(config))
            }
            (true, _) => return Err(AddressError::TooManyPins),
            (false, _) => None,
        };
        let (hang_up, _) = watch::channel(0);
        Ok(Self {
            shared: Arc::new(Shared {
                address,
                tls,
                kept: Mutex::new(Vec::new()),
                hang_up,
                traffic: Arc::default(),
            }),
        })
    }

    /// Ends every exchange under way with [`LinkError::Cancelled`] and forgets kept connections:
    /// for when the device changes its network, or the app goes. Later exchanges open new ones.
    pub fn hang_up(&self) {
        self.shared.kept_lines().clear();
        self.shared.hang_up.send_modify(|count| *count += 1);
    }

    /// What went over the network so far.
    pub fn volume(&self) -> LinkVolume {
        self.shared.traffic.volume()
    }
}

#[async_trait]
impl Transport for HttpTransport {
    async fn exchange(&self, request: Outgoing) -> Result<Incoming, LinkError> {
        let mut watch = self.shared.watch(request.idle_timeout_ms);
        let mut message = self.shared.message(request)?;
        // The other end may have closed a kept connection meanwhile; hyper gives the message back
        // when not one byte of it was written, and only then is it sent over another connection.
        while let Some(line) = self.shared.take_kept_line() {
            match line.send(message, &mut watch).await? {
                Sent::Answered(line, response) => {
                    return Shared::receive(&self.shared, line, response, watch);
                }
                Sent::NotSent(returned) => message = *returned,
            }
        }
        let shared = &self.shared;
        let line = Line::open(
            &shared.address,
            shared.tls.as_ref(),
            &shared.traffic,
            &mut watch,
        );
        match line.await?.send(message, &mut watch).await? {
            Sent::Answered(line, response) => Shared::receive(&self.shared, line, response, watch),
            Sent::NotSent(_) => Err(LinkError::Cut { received_bytes: 0 }),
        }
    }
}

#[derive(Debug)]
struct Shared {
    address: ServerAddress,
    tls: Option<Arc<ClientConfig>>,
    kept: Mutex<Vec<Line>>,
    hang_up: watch::Sender<u64>,
    traffic: Arc<Traffic>,
}

impl Shared {
    fn kept_lines(&self) -> std::sync::MutexGuard<'_, Vec<Line>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_kept_line(&self) -> Option<Line> {
        let mut kept = self.kept_lines();
        kept.retain(|line| !line.is_closed());
        kept.pop()
    }

    fn keep_line(&self, line: Line, watch: &Watch) {
        let mut kept = self.kept_lines();
        if kept.len() < KEPT_LINES_MAX && !watch.is_hung_up() {
            kept.push(line);
        }
    }

    fn watch(&self, idle_timeout_ms: u64) -> Watch {
        let idle_ms = match idle_timeout_ms {
            0 => IDLE_TIMEOUT_MS_DEFAULT,
            asked => asked.min(IDLE_TIMEOUT_MS_MAX),
        };
        Watch::new(idle_ms, self.hang_up.subscribe())
    }

    /// The request as hyper takes it. The length is known, so that no chunk heads are sent.
    fn message(&self, request: Outgoing) -> Result<Request<Full<Bytes>>, LinkError> {
        let target = self.address.target(&request.path);
        let target: Uri = target.parse().map_err(|_| LinkError::RequestInvalid)?;
        let mut message = Request::new(Full::new(Bytes::from(request.body)));
        *message.method_mut() = request.method;
        *message.uri_mut() = target;
        let headers = message.headers_mut();
        headers.insert(header::HOST, text_value(self.address.authority())?);
        headers.insert(header::USER_AGENT, HeaderValue::from_static(USER_AGENT));
        for (name, value) in &request.headers {
            let name = HeaderName::try_from(*name).map_err(|_| LinkError::RequestInvalid)?;
            headers.append(name, text_value(value)?);
        }
        Ok(message)
    }

    fn receive(
        shared: &Arc<Self>,
        line: Line,
        response: Response<hyper::body::Incoming>,
        watch: Watch,
    ) -> Result<Incoming, LinkError> {
        let (head, body) = response.into_parts();
        let status = head.status.as_u16();
        refuse_foreign(status, &head.headers)?;
        let reading = Reading {
            shared: Arc::clone(shared),
            line,
            body,
            watch,
            received_bytes: 0,
        };
        // A body that is known to be empty is often not read by its caller.
        let body = if hyper::body::Body::is_end_stream(&reading.body) {
            reading.shared.keep_line(reading.line, &reading.watch);
            BodyStream::new(stream::empty())
        } else {
            BodyStream::new(stream::unfold(Some(reading), next_piece))
        };
        Ok(Incoming {
            status,
            headers: head.headers,
            body,
        })
    }
}

/// An answer whose body is on its way, with the connection it comes over.
struct Reading {
    shared: Arc<Shared>,
    line: Line,
    body: hyper::body::Incoming,
    watch: Watch,
    received_bytes: u64,
}

async fn next_piece(
    reading: Option<Reading>,
) -> Option<(Result<Bytes, LinkError>, Option<Reading>)> {
    let mut reading = reading?;
    loop {
        let pulse = Arc::clone(reading.line.pulse());
        let frame = match reading.watch.over(&pulse, reading.body.frame()).await {
            Ok(frame) => frame,
            Err(error) => return Some((Err(error), None)),
        };
        match frame {
            None => {
                reading.shared.keep_line(reading.line, &reading.watch);
                return None;
            }
            Some(Ok(frame)) => {
                // Trailers are passed over: nothing of ours sends them.
                if let Ok(bytes) = frame.into_data() {
                    reading.received_bytes += bytes.len() as u64;
                    return Some((Ok(bytes), Some(reading)));
                }
            }
            Some(Err(error)) => {
                let error = line::error_of_http(&error, reading.received_bytes);
                return Some((Err(error), None));
            }
        }
    }
}

/// Keeps out what is not our server: redirections, and pages for people.
fn refuse_foreign(status: u16, headers: &HeaderMap) -> Result<(), LinkError> {
    if (300..400).contains(&status) && status != 304 {
        return Err(LinkError::Redirected { status });
    }
    let Some(value) = headers.get(header::CONTENT_TYPE) else {
        return Ok(());
    };
    let text = String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase();
    let kind = text.split(';').next().unwrap_or_default().trim();
    let is_page =
        kind == "application/xhtml+xml" || (kind.starts_with("text/") && kind != "text/plain");
    match (is_page, status) {
        (false, _) => Ok(()),
        (true, 500..) => Err(LinkError::Status { status }),
        (true, _) => Err(LinkError::CaptivePortal {
            content_type: kind.chars().take(CONTENT_TYPE_CHARS_MAX).collect(),
        }),
    }
}

fn text_value(text: &str) -> Result<HeaderValue, LinkError> {
    HeaderValue::from_str(text).map_err(|_| LinkError::RequestInvalid)
}

#[cfg(test)]
mod tests;
