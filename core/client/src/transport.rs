//! The seam between the device and a server: one request out, one answer in, byte by byte.
//!
//! Behind it stands [`HttpTransport`](crate::http::HttpTransport) on a real device and the
//! simulator's network in tests. Nothing above it knows sockets, and nothing in it knows sync.

mod error;

use std::fmt;
use std::pin::Pin;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use http::{HeaderMap, header};

pub use error::LinkError;
pub use http::Method;

/// A way to a server.
///
/// Dropping the future of [`exchange`](Self::exchange), or the body of its answer, ends the
/// exchange at once; nothing goes on in the background. The server may have acted on what it had
/// received: whoever asks again must be able to ask twice.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends one request and waits for the head of its answer; the answer's bytes follow through
    /// [`Incoming::body`] as they arrive.
    ///
    /// There is no limit on the whole time, since a slow link is a link. There is one on silence:
    /// [`Outgoing::idle_timeout_ms`] without a byte in either direction ends the exchange, also
    /// while the body of the answer is read.
    ///
    /// # Errors
    /// [`LinkError`] when no answer of our server came. An answer that says no is an answer: its
    /// status is in [`Incoming::status`].
    async fn exchange(&self, request: Outgoing) -> Result<Incoming, LinkError>;
}

/// One request.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// What is asked of the path.
    pub method: Method,
    /// The path from the server's root, such as `/v1/sync`.
    pub path: String,
    /// Header fields besides those that the transport sets itself (host, length, user agent).
    pub headers: Vec<(&'static str, String)>,
    /// The bytes to send; empty for none.
    pub body: Vec<u8>,
    /// Milliseconds without a byte either way after which the link counts as dead; 0 means
    /// [`IDLE_TIMEOUT_MS_DEFAULT`](crate::limits::IDLE_TIMEOUT_MS_DEFAULT).
    pub idle_timeout_ms: u64,
}

impl Outgoing {
    /// A request without header fields, without a body, and with the usual idle time.
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            headers: Vec::new(),
            body: Vec::new(),
            idle_timeout_ms: 0,
        }
    }

    /// The same request with one more header field.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The same request with these bytes to send.
    #[must_use]
    pub fn with_body(mut self, body: Vec<u8>) -> Self {
        self.body = body;
        self
    }
}

/// The head of an answer, and its bytes to come.
#[derive(Debug)]
pub struct Incoming {
    /// The status, never one of redirection.
    pub status: u16,
    /// The header fields as they came.
    pub headers: HeaderMap,
    /// The bytes.
    pub body: BodyStream,
}

impl Incoming {
    /// One header field as text, if it is there and is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The content type without its parameters, as it was written.
    pub fn content_type(&self) -> Option<&str> {
        let value = self.header(header::CONTENT_TYPE.as_str())?;
        Some(value.split(';').next().unwrap_or(value).trim())
    }

    /// How many bytes of an upload the server holds.
    pub fn upload_offset_bytes(&self) -> Option<u64> {
        self.header("upload-offset")?.trim().parse().ok()
    }

    /// The size of the body, where the server announced it.
    pub fn content_length_bytes(&self) -> Option<u64> {
        let value = self.header(header::CONTENT_LENGTH.as_str())?;
        value.trim().parse().ok()
    }

    /// Which bytes of a file the body holds.
    pub fn content_range(&self) -> Option<ContentRange> {
        ContentRange::parse(self.header(header::CONTENT_RANGE.as_str())?)
    }

    /// The entity tag without its quotes.
    pub fn etag(&self) -> Option<&str> {
        let value = self.header(header::ETAG.as_str())?.trim();
        Some(value.trim_start_matches("W/").trim_matches('"'))
    }
}

/// A range of a file, `bytes 0-4095/65536`, or of none, `bytes */65536`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContentRange {
    /// Place of the first byte; equal to `end_bytes` when the range is of nothing.
    pub start_bytes: u64,
    /// Place behind the last byte.
    pub end_bytes: u64,
    /// Size of the whole file, where the server knows it.
    pub size_bytes: Option<u64>,
}

impl ContentRange {
    /// Reads the value of a `Content-Range`; `None` for anything else, also a range that ends
    /// before it starts or beyond its file.
    pub fn parse(text: &str) -> Option<Self> {
        let (range, size) = text.trim().strip_prefix("bytes ")?.trim().split_once('/')?;
        let size_bytes = match size {
            "*" => None,
            digits => Some(digits.parse::<u64>().ok()?),
        };
        let (start_bytes, end_bytes) = match range {
            "*" => (size_bytes?, size_bytes?),
            _ => {
                let (first, last) = range.split_once('-')?;
                let start: u64 = first.parse().ok()?;
                let end = last.parse::<u64>().ok()?.checked_add(1)?;
                (start < end).then_some((start, end))?
            }
        };
        if size_bytes.is_some_and(|size| end_bytes > size) {
            return None;
        }
        Some(Self {
            start_bytes,
            end_bytes,
            size_bytes,
        })
    }
}

/// The bytes of an answer, in the pieces in which they arrive.
pub struct BodyStream {
    pieces: Option<Pieces>,
    received_bytes: u64,
}

type Pieces = Pin<Box<dyn Stream<Item = Result<Bytes, LinkError>> + Send>>;

impl BodyStream {
    /// Wraps pieces as they come. The stream is not asked again after an error or its end.
    pub fn new(pieces: impl Stream<Item = Result<Bytes, LinkError>> + Send + 'static) -> Self {
        Self {
            pieces: Some(Box::pin(pieces)),
            received_bytes: 0,
        }
    }

    /// A body that is there already, in one piece.
    pub fn whole(bytes: impl Into<Bytes>) -> Self {
        Self::new(stream::iter([Ok(bytes.into())]))
    }

    /// The next piece; `None` when the answer has ended as its sender meant it to.
    ///
    /// An error comes once, then `None`: what came before it did arrive and may be used.
    pub async fn next(&mut self) -> Option<Result<Bytes, LinkError>> {
        let piece = self.pieces.as_mut()?.next().await;
        match &piece {
            Some(Ok(bytes)) => self.received_bytes += bytes.len() as u64,
            Some(Err(_)) | None => self.pieces = None,
        }
        piece
    }

    /// How many bytes have come so far.
    pub fn received_bytes(&self) -> u64 {
        self.received_bytes
    }

    /// Reads everything, for answers that make sense only as a whole.
    ///
    /// # Errors
    /// [`LinkError::AnswerTooLarge`] above `size_bytes_max`; else what ended the stream.
    pub async fn read_to_end(mut self, size_bytes_max: usize) -> Result<Vec<u8>, LinkError> {
        let mut whole = Vec::new();
        while let Some(piece) = self.next().await {
            let piece = piece?;
            if whole.len() + piece.len() > size_bytes_max {
                return Err(LinkError::AnswerTooLarge {
                    size_bytes_max: size_bytes_max as u64,
                });
            }
            whole.extend_from_slice(&piece);
        }
        Ok(whole)
    }
}

impl fmt::Debug for BodyStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BodyStream")
            .field("received_bytes", &self.received_bytes)
            .field("ended", &self.pieces.is_none())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_range_is_read_or_refused() {
        let read = |text| ContentRange::parse(text);
        let range = |start_bytes, end_bytes, size_bytes| {
            Some(ContentRange {
                start_bytes,
                end_bytes,
                size_bytes,
            })
        };
        assert_eq!(read("bytes 0-4095/65536"), range(0, 4_096, Some(65_536)));
        assert_eq!(read("bytes 7-7/*"), range(7, 8, None));
        assert_eq!(read("bytes */10"), range(10, 10, Some(10)));
        for nonsense in [
            "",
            "bytes",
            "bytes 5-4/10",
            "bytes 0-10/10",
            "bytes */*",
            "items 0-1/2",
            "bytes 0-18446744073709551615/*",
        ] {
            assert_eq!(read(nonsense), None, "{nonsense}");
        }
    }

    #[tokio::test]
    async fn what_came_before_a_cut_counts_and_the_cut_comes_once() {
        let mut body = BodyStream::new(stream::iter([
            Ok(Bytes::from_static(b"abc")),
            Err(LinkError::Cut { received_bytes: 3 }),
            Ok(Bytes::from_static(b"never")),
        ]));
        assert_eq!(body.next().await, Some(Ok(Bytes::from_static(b"abc"))));
        let cut = Err(LinkError::Cut { received_bytes: 3 });
        assert_eq!(body.next().await, Some(cut));
        assert_eq!(body.next().await, None);
        assert_eq!(body.received_bytes(), 3);
    }

    #[tokio::test]
    async fn a_whole_answer_has_a_limit() {
        assert_eq!(
            BodyStream::whole("12345").read_to_end(5).await,
            Ok(b"12345".to_vec())
        );
        assert_eq!(
            BodyStream::whole("12345").read_to_end(4).await,
            Err(LinkError::AnswerTooLarge { size_bytes_max: 4 })
        );
    }

    #[test]
    fn header_fields_are_looked_up_by_meaning() {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", "image/jpeg; q=1".parse().unwrap());
        headers.insert("upload-offset", "65536".parse().unwrap());
        headers.insert("etag", "W/\"abc\"".parse().unwrap());
        headers.insert("content-range", "bytes 1-2/3".parse().unwrap());
        let answer = Incoming {
            status: 206,
            headers,
            body: BodyStream::whole(""),
        };
        assert_eq!(answer.content_type(), Some("image/jpeg"));
        assert_eq!(answer.upload_offset_bytes(), Some(65_536));
        assert_eq!(answer.etag(), Some("abc"));
        assert_eq!(answer.content_range().unwrap().end_bytes, 3);
        assert_eq!(answer.content_length_bytes(), None);
    }
}
