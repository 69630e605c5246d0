//! Files over a real link: resumed at the byte, text always before them.

use jawla_model::Hash32;
use jawla_model::seeded::{self, SeededBug};

use super::Run;
use crate::blobs::Finished;
use crate::client::Said;
use crate::device::{FileMoved, FileTask};
use crate::error::ClientError;
use crate::limits::FILE_READ_SIZE_BYTES_MAX;
use crate::store::FileDirection;
use crate::transport::{Incoming, LinkError, Method, Outgoing};

/// How one try at a file ended.
enum Try {
    /// It is whole on the other side.
    Done,
    /// The link failed; what went is kept there.
    Failed(LinkError),
    /// The server does not take the ticket.
    NoTicket,
    /// The server does not know or want it now; another occasion will do.
    NotNow,
}

impl Run<'_> {
    /// Moves every file that may travel on this link, one after the other.
    pub(super) async fn files(&mut self) -> Result<(), ClientError> {
        let mut passed_over: Vec<Hash32> = Vec::new();
        loop {
            let link = self.options.link;
            let skip = passed_over.clone();
            let next = self
                .client
                .call(move |device| device.next_file(link, &skip))
                .await?;
            let totals = self.client.outbox_totals().await?;
            self.progress.files_left = totals.files;
            self.progress.file_bytes_left = totals.file_bytes;
            (self.told)(self.progress);
            let Some(task) = next else {
                return Ok(());
            };
            let moved_before = self.progress.file_bytes;
            let tried = match task.file.direction {
                FileDirection::Up => self.send(&task).await?,
                FileDirection::Down => self.fetch(&task).await?,
            };
            match tried {
                Try::Done => {
                    self.progress.files_done += 1;
                    self.fruitless = 0;
                    self.client.say(Said::Outbox);
                }
                Try::NotNow => passed_over.push(task.file.hash),
                Try::NoTicket => {
                    self.client.call(|device| device.forget_ticket()).await?;
                    return Ok(());
                }
                Try::Failed(error) => {
                    self.note_failure(error);
                    if self.progress.file_bytes > moved_before {
                        self.fruitless = 0;
                    }
                    if self.fruitless >= self.options.fruitless_tries_max {
                        return Ok(());
                    }
                }
            }
        }
    }

    async fn ask(&mut self, mut request: Outgoing) -> Result<Incoming, LinkError> {
        self.progress.requests += 1;
        request.idle_timeout_ms = self.options.idle_timeout_ms;
        self.transport.exchange(request).await
    }

    fn request(task: &FileTask, method: Method) -> Outgoing {
        let ticket = data_encoding::BASE64URL_NOPAD.encode(&task.ticket);
        Outgoing::new(method, format!("/v1/file/{}", task.file.hash))
            .with_header("x-jawla-ticket", ticket)
    }

    /// Sends what the server does not hold yet.
    async fn send(&mut self, task: &FileTask) -> Result<Try, ClientError> {
        let size_bytes = task.file.size_bytes;
        let create =
            Self::request(task, Method::PUT).with_header("upload-length", size_bytes.to_string());
        let answer = match self.ask(create).await {
            Ok(answer) => answer,
            Err(error) => return Ok(Try::Failed(error)),
        };
        let held = match (answer.status, answer.upload_offset_bytes()) {
            (200 | 201 | 204, Some(held)) => held,
            (401 | 403, _) => return Ok(Try::NoTicket),
            (500.., _) => {
                return Ok(Try::Failed(LinkError::Status {
                    status: answer.status,
                }));
            }
            _ => return Ok(Try::NotNow),
        };
        if held >= size_bytes {
            return self.whole(task.file.hash).await;
        }
        self.note(task.file.hash, FileMoved::UpTo(held)).await?;
        let behind = u64::from(held > 0 && seeded::is_in(SeededBug::ResumeOffByOne));
        let rest = self.read_from(task.file.hash, held + behind).await?;
        let sent_bytes = rest.len() as u64;
        let patch = Self::request(task, Method::PATCH)
            .with_header("upload-offset", held.to_string())
            .with_header("upload-length", size_bytes.to_string())
            .with_body(rest);
        match self.ask(patch).await {
            Ok(answer) => {
                self.progress.file_bytes += sent_bytes;
                self.progress.body_bytes_up += sent_bytes;
                let said = (answer.status, answer.upload_offset_bytes());
                self.sent(task, said).await
            }
            Err(error) => self.send_interrupted(task, held, error).await,
        }
    }

    async fn sent(
        &mut self,
        task: &FileTask,
        (status, offset): (u16, Option<u64>),
    ) -> Result<Try, ClientError> {
        match (status, offset) {
            (200 | 201 | 204, Some(held)) if held >= task.file.size_bytes => {
                self.whole(task.file.hash).await
            }
            (200 | 201 | 204, Some(held)) => {
                self.note(task.file.hash, FileMoved::UpTo(held)).await?;
                Ok(Try::Failed(LinkError::Cut { received_bytes: 0 }))
            }
            (401 | 403, _) => Ok(Try::NoTicket),
            (422, _) => {
                // The whole of it arrived with another hash: once more from the start, then it
                // waits for a person.
                self.note(task.file.hash, FileMoved::Wrong).await?;
                Ok(Try::Failed(LinkError::Status { status }))
            }
            (409, _) => Ok(Try::Failed(LinkError::Status { status })),
            (500.., _) => Ok(Try::Failed(LinkError::Status { status })),
            _ => Ok(Try::NotNow),
        }
    }

    /// The answer was lost: what the server holds tells how much went.
    async fn send_interrupted(
        &mut self,
        task: &FileTask,
        held_before: u64,
        error: LinkError,
    ) -> Result<Try, ClientError> {
        let Ok(answer) = self.ask(Self::request(task, Method::HEAD)).await else {
            return Ok(Try::Failed(error));
        };
        let Some(held) = answer.upload_offset_bytes() else {
            return Ok(Try::Failed(error));
        };
        let moved = held.saturating_sub(held_before);
        self.progress.file_bytes += moved;
        self.progress.body_bytes_up += moved;
        if held >= task.file.size_bytes {
            self.note_failure(error);
            return self.whole(task.file.hash).await;
        }
        self.note(task.file.hash, FileMoved::UpTo(held)).await?;
        Ok(Try::Failed(error))
    }

    async fn whole(&mut self, hash: Hash32) -> Result<Try, ClientError> {
        self.note(hash, FileMoved::Whole).await?;
        Ok(Try::Done)
    }

    async fn note(&mut self, hash: Hash32, moved: FileMoved) -> Result<(), ClientError> {
        self.client
            .call(move |device| device.note_file(hash, moved))
            .await
    }

    async fn read_from(&mut self, hash: Hash32, offset_bytes: u64) -> Result<Vec<u8>, ClientError> {
        self.client
            .call(move |device| {
                let mut rest = Vec::new();
                loop {
                    let at = offset_bytes + rest.len() as u64;
                    let piece = device.files().read(hash, at, FILE_READ_SIZE_BYTES_MAX)?;
                    if piece.is_empty() {
                        return Ok(rest);
                    }
                    rest.extend_from_slice(&piece);
                }
            })
            .await
    }

    /// Fetches what is missing of a file, from the byte where it was cut.
    async fn fetch(&mut self, task: &FileTask) -> Result<Try, ClientError> {
        let hash = task.file.hash;
        let held = self
            .client
            .call(move |device| Ok(device.files().downloaded_bytes(hash)?))
            .await?;
        let request =
            Self::request(task, Method::GET).with_header("range", format!("bytes={held}-"));
        let mut answer = match self.ask(request).await {
            Ok(answer) => answer,
            Err(error) => return Ok(Try::Failed(error)),
        };
        let mut at = match (answer.status, answer.content_range()) {
            (206, Some(range)) => range.start_bytes,
            (200, _) => 0,
            (401, _) => return Ok(Try::NoTicket),
            (416, _) => held,
            (500.., _) => {
                return Ok(Try::Failed(LinkError::Status {
                    status: answer.status,
                }));
            }
            _ => return Ok(Try::NotNow),
        };
        while let Some(piece) = answer.body.next().await {
            let bytes = match piece {
                Ok(bytes) => bytes,
                Err(error) => return Ok(Try::Failed(error)),
            };
            let count = bytes.len() as u64;
            self.progress.file_bytes += count;
            self.progress.body_bytes_down += count;
            let piece_at = at;
            self.client
                .call(move |device| Ok(device.files().append_download(hash, piece_at, &bytes)?))
                .await?;
            at += count;
        }
        let finished = self
            .client
            .call(move |device| Ok(device.files().finish_download(hash)?));
        match finished.await? {
            Finished::Verified { .. } => self.whole(hash).await,
            Finished::ThrownAway => {
                self.note(hash, FileMoved::Wrong).await?;
                Ok(Try::Failed(LinkError::Garbled))
            }
        }
    }
}
