//! A stream that knows what the connection is waiting for, and for how long it may.
//!
//! hyper's own timer for heads also runs while a kept connection rests, so it cannot tell the
//! 10 s of a head from the 60 s between two requests. This stream can: it sees the bytes, and
//! [`Activity`] tells it which requests are under way.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::Notify;
use tokio::time::{Instant, Sleep};

use super::AcceptLimits;

/// What the requests of one connection are doing.
#[derive(Debug, Default)]
pub(super) struct Activity {
    open_requests: AtomicUsize,
    begun_requests: AtomicU64,
    multiplexed: AtomicBool,
    /// The connection's task, where it waits for the last request to end.
    waiting: Mutex<Option<Waker>>,
    /// Told once when the connection has rested long enough.
    pub(super) rested: Notify,
}

/// One request under way; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct RequestUnderWay {
    activity: Arc<Activity>,
}

impl Activity {
    pub(super) fn begin_request(self: &Arc<Self>, version: http::Version) -> RequestUnderWay {
        self.multiplexed
            .store(version == http::Version::HTTP_2, Ordering::Relaxed);
        self.begun_requests.fetch_add(1, Ordering::Relaxed);
        self.open_requests.fetch_add(1, Ordering::AcqRel);
        RequestUnderWay {
            activity: Arc::clone(self),
        }
    }

    fn is_busy(&self) -> bool {
        self.open_requests.load(Ordering::Acquire) > 0
    }

    /// Whether requests are under way; if so, the task of `cx` is woken when the last one ends.
    fn poll_busy(&self, cx: &Context<'_>) -> bool {
        if !self.is_busy() {
            return false;
        }
        let waiting = Some(cx.waker().clone());
        *self.waiting.lock().unwrap_or_else(PoisonError::into_inner) = waiting;
        // The last one may have ended before the waker lay there.
        self.is_busy()
    }
}

impl Drop for RequestUnderWay {
    fn drop(&mut self) {
        if self.activity.open_requests.fetch_sub(1, Ordering::AcqRel) > 1 {
            return;
        }
        let mut waiting = self
            .activity
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(waker) = waiting.take() {
            waker.wake();
        }
    }
}

/// What the peer owes us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Awaited {
    /// A whole head: its bytes have begun, or it is the connection's first.
    Head,
    /// Nothing yet: the connection rests between two requests.
    NextRequest,
    /// Nothing that is timed here: a request is under way, its body has its own pace.
    Nothing,
}

/// A stream with an end for each state of its connection.
pub(super) struct WatchedStream<S> {
    inner: S,
    activity: Arc<Activity>,
    limits: Arc<AcceptLimits>,
    awaited: Awaited,
    /// Runs while something is awaited.
    reading: Option<Pin<Box<Sleep>>>,
    /// Runs while the peer takes nothing of what we write.
    writing: Option<Pin<Box<Sleep>>>,
    begun_seen: u64,
}

impl<S> WatchedStream<S> {
    pub(super) fn new(inner: S, activity: Arc<Activity>, limits: Arc<AcceptLimits>) -> Self {
        let first_head = Box::pin(tokio::time::sleep(limits.header));
        Self {
            inner,
            activity,
            limits,
            awaited: Awaited::Head,
            reading: Some(first_head),
            writing: None,
            begun_seen: 0,
        }
    }

    fn await_from_now(&mut self, awaited: Awaited, time: Duration) {
        self.awaited = awaited;
        let end = Instant::now() + time;
        match &mut self.reading {
            Some(timer) => timer.as_mut().reset(end),
            None => self.reading = Some(Box::pin(tokio::time::sleep_until(end))),
        }
    }

    /// Whether a request has come and gone since the last look.
    fn requests_have_ended(&mut self) -> bool {
        let begun = self.activity.begun_requests.load(Ordering::Relaxed);
        let ended = begun != self.begun_seen || self.awaited == Awaited::Nothing;
        self.begun_seen = begun;
        ended
    }

    fn note_bytes(&mut self) {
        if self.activity.is_busy() {
            return;
        }
        // Bytes at rest on HTTP/2 are pings and settings, not the begin of a head.
        if self.activity.multiplexed.load(Ordering::Relaxed) {
            return;
        }
        if self.requests_have_ended() || self.awaited == Awaited::NextRequest {
            self.await_from_now(Awaited::Head, self.limits.header);
        }
    }

    fn poll_awaited(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.activity.poll_busy(cx) {
            self.awaited = Awaited::Nothing;
            return Poll::Pending;
        }
        if self.requests_have_ended() {
            self.await_from_now(Awaited::NextRequest, self.limits.idle);
        }
        let Some(timer) = &mut self.reading else {
            return Poll::Pending;
        };
        if timer.as_mut().poll(cx).is_pending() {
            return Poll::Pending;
        }
        match self.awaited {
            Awaited::Head => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Awaited::NextRequest | Awaited::Nothing => {
                self.reading = None;
                self.activity.rested.notify_one();
                Poll::Pending
            }
        }
    }

    /// Passes the outcome of a write on, unless the peer has taken nothing for too long.
    fn bound_write<T>(
        &mut self,
        cx: &mut Context<'_>,
        outcome: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.writing = None;
            return outcome;
        }
        let stall = self.limits.write_stall;
        let timer = self
            .writing
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(stall)));
        timer
            .as_mut()
            .poll(cx)
            .map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for WatchedStream<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        match Pin::new(&mut this.inner).poll_read(cx, buffer) {
            Poll::Ready(outcome) => {
                if buffer.filled().len() > before {
                    this.note_bytes();
                }
                Poll::Ready(outcome)
            }
            Poll::Pending => this.poll_awaited(cx),
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for WatchedStream<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.inner).poll_write(cx, bytes);
        this.bound_write(cx, outcome)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.inner).poll_write_vectored(cx, bytes);
        this.bound_write(cx, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.inner).poll_flush(cx);
        this.bound_write(cx, outcome)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.inner).poll_shutdown(cx);
        this.bound_write(cx, outcome)
    }
}
