//! Limits of what arrives by HTTP, and the one way to read a whole body under them.
//!
//! Time is not limited here: a body may take as long as an honest slow link needs. The accept
//! loop drops one that makes no progress ([`AcceptLimits`](crate::accept::AcceptLimits)).

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http::StatusCode;
use http_body_util::BodyExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A JSON body. The largest form of ours is a few kB; a reference import goes another way.
pub const JSON_BODY_BYTES_MAX: usize = 256 * 1024;

/// A form of the office's pages, a pasted table included.
pub const FORM_BODY_BYTES_MAX: usize = 1024 * 1024;

/// What bodies may hold in memory together; the rest of a small machine is for documents.
pub const BODY_MEMORY_BYTES_MAX: usize = 256 * 1024 * 1024;

/// How long a request waits for memory before it is told to come back.
pub const BODY_MEMORY_WAIT: Duration = Duration::from_secs(5);

/// Memory is counted in pieces of this size: fine enough, and the count fits the semaphore.
const PIECE_BYTES: usize = 1024;

/// Why a body could not be read whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// It is larger than this route takes.
    #[error("the body is larger than {size_bytes_max} bytes")]
    TooLarge {
        /// The limit.
        size_bytes_max: usize,
    },
    /// It made no progress for too long. What came before may be kept.
    #[error("the body made no progress")]
    TooSlow,
    /// The connection ended before the body did. What came before may be kept.
    #[error("the body was cut")]
    Cut,
    /// Too many bodies are being read at once.
    #[error("no memory is free for the body")]
    Busy,
}

impl BodyError {
    /// The status that says so.
    pub fn status(self) -> StatusCode {
        match self {
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Cut => StatusCode::BAD_REQUEST,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// What the person is told, in French.
    pub fn sentence_fr(self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "L'envoi est trop volumineux.",
            Self::TooSlow => "La liaison s'est arrêtée. Rien n'est perdu, réessayez.",
            Self::Cut => "La liaison a été coupée. Rien n'est perdu, réessayez.",
            Self::Busy => "Le serveur est très sollicité, réessayez dans un instant.",
        }
    }

    /// Why reading a frame of a body failed, for handlers that read frame by frame.
    pub fn of_frame(error: &axum::Error) -> Self {
        let mut cause: Option<&(dyn Error + 'static)> = Some(error);
        while let Some(current) = cause {
            if let Some(ours) = current.downcast_ref::<Self>() {
                return *ours;
            }
            cause = current.source();
        }
        Self::Cut
    }
}

/// Reads a body whole, at most `size_bytes_max` bytes; memory grows only with what arrives.
///
/// # Errors
/// [`BodyError::TooLarge`], [`BodyError::TooSlow`], [`BodyError::Cut`].
pub async fn read_whole(mut body: Body, size_bytes_max: usize) -> Result<Bytes, BodyError> {
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| BodyError::of_frame(&error))?;
        let Ok(bytes) = frame.into_data() else {
            continue;
        };
        if bytes.len() > size_bytes_max.saturating_sub(whole.len()) {
            return Err(BodyError::TooLarge { size_bytes_max });
        }
        whole.extend_from_slice(&bytes);
    }
    Ok(whole.freeze())
}

/// The memory that all bodies share. Clones share it too.
#[derive(Debug, Clone)]
pub struct BodyMemory {
    pieces: Arc<Semaphore>,
    wait: Duration,
}

/// A part of the shared memory; it returns when this is dropped.
#[derive(Debug)]
pub struct BodyPlace {
    _permit: OwnedSemaphorePermit,
}

impl Default for BodyMemory {
    fn default() -> Self {
        Self::new(BODY_MEMORY_BYTES_MAX, BODY_MEMORY_WAIT)
    }
}

impl BodyMemory {
    /// `size_bytes` to share; a request waits at most `wait` for its part.
    pub fn new(size_bytes: usize, wait: Duration) -> Self {
        Self {
            pieces: Arc::new(Semaphore::new(size_bytes.div_ceil(PIECE_BYTES))),
            wait,
        }
    }

    /// Waits for `size_bytes` of the shared memory.
    ///
    /// # Errors
    /// [`BodyError::Busy`] when none became free in time: answer 503 with `Retry-After`.
    pub async fn reserve(&self, size_bytes: usize) -> Result<BodyPlace, BodyError> {
        let pieces = u32::try_from(size_bytes.div_ceil(PIECE_BYTES)).unwrap_or(u32::MAX);
        let waiting = Arc::clone(&self.pieces).acquire_many_owned(pieces);
        match tokio::time::timeout(self.wait, waiting).await {
            Ok(Ok(permit)) => Ok(BodyPlace { _permit: permit }),
            _ => Err(BodyError::Busy),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_body_at_the_limit_passes_and_one_byte_more_does_not() {
        let body = || Body::from(vec![7; 100]);
        assert_eq!(read_whole(body(), 100).await.unwrap().len(), 100);
        let error = read_whole(body(), 99).await.unwrap_err();
        assert_eq!(error, BodyError::TooLarge { size_bytes_max: 99 });
        assert_eq!(error.status(), StatusCode::PAYLOAD_TOO_LARGE);
    }

    #[tokio::test]
    async fn memory_that_is_taken_is_waited_for_and_comes_back() {
        let memory = BodyMemory::new(4 * PIECE_BYTES, Duration::from_millis(20));
        let place = memory.reserve(3 * PIECE_BYTES + 1).await.unwrap();
        assert_eq!(memory.reserve(1).await.unwrap_err(), BodyError::Busy);
        drop(place);
        memory.reserve(4 * PIECE_BYTES).await.unwrap();
    }
}
