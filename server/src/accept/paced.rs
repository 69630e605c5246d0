//! A request's body that must make progress: slow is welcome, stuck is not.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep};

use crate::limits_http::BodyError;

/// Bounds the time spent waiting for bytes, not the time in which nobody asks for them: a
/// handler that is busy writing to the disk is not the sender's fault.
pub(super) struct PacedBody<B> {
    inner: B,
    pace_bytes: usize,
    window: Duration,
    /// Bytes and waiting time since the pace was last met.
    arrived_bytes: usize,
    waited: Duration,
    waiting: Option<Waiting>,
}

struct Waiting {
    since: Instant,
    end: Pin<Box<Sleep>>,
}

impl<B> PacedBody<B> {
    pub(super) fn new(inner: B, pace_bytes: usize, window: Duration) -> Self {
        Self {
            inner,
            pace_bytes,
            window,
            arrived_bytes: 0,
            waited: Duration::ZERO,
            waiting: None,
        }
    }

    fn note_arrival(&mut self, bytes: usize) {
        if let Some(waiting) = self.waiting.take() {
            self.waited += waiting.since.elapsed();
        }
        self.arrived_bytes = self.arrived_bytes.saturating_add(bytes);
        if self.arrived_bytes >= self.pace_bytes {
            self.arrived_bytes = 0;
            self.waited = Duration::ZERO;
        }
    }
}

impl<B> Body for PacedBody<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<axum::BoxError>,
{
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::BoxError>>> {
        let this = self.get_mut();
        match Pin::new(&mut this.inner).poll_frame(cx) {
            Poll::Ready(frame) => {
                let bytes = match &frame {
                    Some(Ok(frame)) => frame.data_ref().map_or(0, Bytes::len),
                    _ => 0,
                };
                this.note_arrival(bytes);
                Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
            }
            Poll::Pending => {
                let left = this.window.saturating_sub(this.waited);
                let waiting = this.waiting.get_or_insert_with(|| Waiting {
                    since: Instant::now(),
                    end: Box::pin(tokio::time::sleep(left)),
                });
                ready!(waiting.end.as_mut().poll(cx));
                Poll::Ready(Some(Err(BodyError::TooSlow.into())))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt;
    use tokio::sync::mpsc;

    type Frames = mpsc::UnboundedReceiver<Result<Frame<Bytes>, axum::BoxError>>;

    struct FramesBody(Frames);

    impl Body for FramesBody {
        type Data = Bytes;
        type Error = axum::BoxError;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, axum::BoxError>>> {
            self.0.poll_recv(cx)
        }
    }

    fn frame(bytes: usize) -> Result<Frame<Bytes>, axum::BoxError> {
        Ok(Frame::data(Bytes::from(vec![0; bytes])))
    }

    #[tokio::test(start_paused = true)]
    async fn a_trickle_below_the_pace_ends_and_one_at_the_pace_goes_on() {
        for (bytes, every_s, survives) in [(1, 1, false), (18, 1, true), (511, 30, false)] {
            let (sender, frames) = mpsc::unbounded_channel();
            tokio::spawn(async move {
                for _ in 0..200 {
                    tokio::time::sleep(Duration::from_secs(every_s)).await;
                    if sender.send(frame(bytes)).is_err() {
                        return;
                    }
                }
            });
            let mut body = PacedBody::new(FramesBody(frames), 512, Duration::from_secs(30));
            let started = Instant::now();
            let mut error = None;
            while let Some(frame) = body.frame().await {
                if let Err(cause) = frame {
                    error = Some(cause);
                    break;
                }
            }
            assert_eq!(error.is_none(), survives, "{bytes} B every {every_s} s");
            if let Some(error) = error {
                assert_eq!(
                    BodyError::of_frame(&axum::Error::new(error)),
                    BodyError::TooSlow
                );
                assert!(started.elapsed() <= Duration::from_secs(61));
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_busy_reader_does_not_count_against_the_sender() {
        let (sender, frames) = mpsc::unbounded_channel();
        let mut body = PacedBody::new(FramesBody(frames), 512, Duration::from_secs(30));
        for _ in 0..5 {
            sender.send(frame(1)).unwrap();
            body.frame().await.unwrap().unwrap();
            // Nobody asks the body for an hour.
            tokio::time::advance(Duration::from_secs(3_600)).await;
        }
        drop(sender);
        assert!(body.frame().await.is_none());
    }

    #[tokio::test]
    async fn size_and_end_of_the_inner_body_show_through() {
        let inner = http_body_util::Full::new(Bytes::from_static(b"abc"));
        let body = PacedBody::new(inner, 512, Duration::from_secs(30));
        assert_eq!(body.size_hint().exact(), Some(3));
        assert!(!body.is_end_stream());
    }
}
