//! The driver: carries a device's sessions and files over a real link.
//!
//! The engine decides, the store keeps, this loop only sends, listens and waits. Dropping it at
//! any await loses nothing: everything that counts was durable before it was told.

mod files;

use std::collections::VecDeque;

use jawla_sync::device::{Event, LinkFailure, SessionResult};

use crate::client::{Client, Said};
use crate::device::Told;
use crate::error::ClientError;
use crate::platform::LinkKind;
use crate::transport::{LinkError, Method, Outgoing, Transport};

/// What a synchronisation may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyncOptions {
    /// What the link costs; photos travel only where it is free.
    pub link: LinkKind,
    /// Failures in a row without any progress after which it stops and leaves the rest to the
    /// next occasion.
    pub fruitless_tries_max: u32,
    /// Milliseconds without a byte either way after which the link counts as dead; 0 means
    /// [`IDLE_TIMEOUT_MS_DEFAULT`](crate::limits::IDLE_TIMEOUT_MS_DEFAULT).
    pub idle_timeout_ms: u64,
}

impl Default for SyncOptions {
    fn default() -> Self {
        Self {
            link: LinkKind::Unknown,
            fruitless_tries_max: 5,
            idle_timeout_ms: 0,
        }
    }
}

/// How far a synchronisation is. Figures only rise, but for what is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SyncProgress {
    /// Requests sent, files included.
    pub requests: u64,
    /// How often the link failed under way.
    pub cuts: u64,
    /// Bytes of bodies sent.
    pub body_bytes_up: u64,
    /// Bytes of bodies received.
    pub body_bytes_down: u64,
    /// Blocks of logs committed.
    pub blocks: u64,
    /// Files that went or came whole.
    pub files_done: u64,
    /// Files still waiting on this kind of link, when last counted.
    pub files_left: u64,
    /// Bytes of files sent or received.
    pub file_bytes: u64,
    /// Bytes of files still waiting, when last counted.
    pub file_bytes_left: u64,
}

/// How a synchronisation ended.
#[derive(Debug, Clone)]
pub struct SyncReport {
    /// How the last session ended.
    pub result: SessionResult,
    /// Why the link failed last, if it ended with that.
    pub link_error: Option<LinkError>,
    /// The figures.
    pub progress: SyncProgress,
}

/// Runs sessions until everything that was asked for has arrived, then files.
///
/// # Errors
/// Those of the store. A link that fails is in the report: nothing is lost, the next occasion
/// goes on.
pub(crate) async fn synchronise(
    client: &Client,
    transport: &dyn Transport,
    options: SyncOptions,
    told: &mut (dyn FnMut(SyncProgress) + Send),
) -> Result<SyncReport, ClientError> {
    let mut run = Run {
        client,
        transport,
        options,
        told,
        progress: SyncProgress::default(),
        fruitless: 0,
        link_error: None,
    };
    let result = run.sessions().await?;
    if matches!(result, SessionResult::Complete { .. }) {
        run.files().await?;
    }
    let Run {
        progress,
        link_error,
        ..
    } = run;
    Ok(SyncReport {
        result,
        link_error,
        progress,
    })
}

struct Run<'a> {
    client: &'a Client,
    transport: &'a dyn Transport,
    options: SyncOptions,
    told: &'a mut (dyn FnMut(SyncProgress) + Send),
    progress: SyncProgress,
    fruitless: u32,
    link_error: Option<LinkError>,
}

impl Run<'_> {
    async fn sessions(&mut self) -> Result<SessionResult, ClientError> {
        // A run that was dropped under way told the engine nothing, and only one runs at a time.
        self.step(Event::Cancelled).await?;
        let mut to_do: VecDeque<Told> = self.step(Event::Wanted).await?.into();
        let mut last = SessionResult::Cancelled;
        while let Some(told) = to_do.pop_front() {
            match told {
                Told::Send(body) => to_do.extend(self.exchange(body).await?),
                Told::Finished(result) => last = result,
                Told::Wait { delay_ms } => {
                    if self.fruitless >= self.options.fruitless_tries_max {
                        return Ok(last);
                    }
                    tokio::time::sleep(std::time::Duration::from_millis(delay_ms)).await;
                    to_do.extend(self.step(Event::TimerFired).await?);
                }
                Told::Changed(documents) => self.client.say(Said::Projects(documents)),
                Told::OutboxChanged => self.client.say(Said::Outbox),
            }
            (self.told)(self.progress);
        }
        Ok(last)
    }

    async fn step(&mut self, event: Event) -> Result<Vec<Told>, ClientError> {
        let link = self.options.link;
        let told = self
            .client
            .call(move |device| device.step(event, link, &mut |_| false))
            .await?;
        let blocks = told
            .iter()
            .filter(|told| matches!(told, Told::Changed(_)))
            .count();
        if blocks > 0 {
            self.progress.blocks += blocks as u64;
            self.fruitless = 0;
        }
        Ok(told)
    }

    /// One request, its answer fed to the engine piece by piece.
    async fn exchange(&mut self, body: Vec<u8>) -> Result<Vec<Told>, ClientError> {
        self.progress.requests += 1;
        self.progress.body_bytes_up += body.len() as u64;
        let mut request = Outgoing::new(Method::POST, "/v1/sync")
            .with_header("content-type", "application/x-jawla")
            .with_body(body);
        request.idle_timeout_ms = self.options.idle_timeout_ms;
        let mut told = Vec::new();
        let mut answer = match self.transport.exchange(request).await {
            Ok(answer) if answer.status == 200 => answer,
            Ok(answer) => {
                return self
                    .failed(LinkError::Status {
                        status: answer.status,
                    })
                    .await;
            }
            Err(error) => return self.failed(error).await,
        };
        while let Some(piece) = answer.body.next().await {
            match piece {
                Ok(bytes) => {
                    self.progress.body_bytes_down += bytes.len() as u64;
                    told.extend(self.step(Event::Bytes(bytes.to_vec())).await?);
                    (self.told)(self.progress);
                    // The engine asks anew (an old number): what is left of this answer is not
                    // that of the request to come.
                    if told.iter().any(|told| matches!(told, Told::Send(_))) {
                        return Ok(told);
                    }
                }
                Err(error) => {
                    told.extend(self.failed(error).await?);
                    return Ok(told);
                }
            }
        }
        told.extend(self.step(Event::AnswerEnded).await?);
        let cut = |told: &Told| matches!(told, Told::Finished(SessionResult::Interrupted(_)));
        if told.iter().any(cut) {
            self.note_failure(LinkError::Cut { received_bytes: 0 });
        }
        Ok(told)
    }

    async fn failed(&mut self, error: LinkError) -> Result<Vec<Told>, ClientError> {
        let failure = failure_of(&error);
        self.note_failure(error);
        let random = self.client.random_u64().await?;
        self.step(Event::LinkFailed { failure, random }).await
    }

    fn note_failure(&mut self, error: LinkError) {
        self.progress.cuts += 1;
        self.fruitless += 1;
        self.link_error = Some(error);
    }
}

fn failure_of(error: &LinkError) -> LinkFailure {
    match error {
        LinkError::Unreachable | LinkError::Refused => LinkFailure::Unreachable,
        LinkError::TlsPin | LinkError::TlsFailed => LinkFailure::Untrusted,
        LinkError::Cut { .. } | LinkError::Cancelled | LinkError::RequestInvalid => {
            LinkFailure::Cut
        }
        LinkError::TimedOut => LinkFailure::TimedOut,
        LinkError::CaptivePortal { .. } | LinkError::Garbled | LinkError::AnswerTooLarge { .. } => {
            LinkFailure::NotOurs
        }
        LinkError::Status { status: 503 } => LinkFailure::Busy,
        LinkError::Status { status } | LinkError::Redirected { status } => {
            LinkFailure::Status(*status)
        }
    }
}
