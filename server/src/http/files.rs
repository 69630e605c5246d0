//! Files, up and down, by byte range, under the ticket of a sync answer.
//!
//! Up: the ticket admits the hashes that the incarnation's own packs name. Every received byte is
//! kept, so a cut costs nothing but the answer. Down: what a member of one of its scopes brought,
//! and the reference bundle; to know a hash is not a right to the bytes.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use data_encoding::BASE64URL_NOPAD;
use futures_util::stream;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use http_body_util::BodyExt;
use jawla_model::{Hash32, IncarnationId, ReceivedAt};
use jawla_sync::server::Standing;

use super::{Phones, Problem, TICKET_HEADER};
use crate::blobs::{BlobError, Piece};
use crate::core::ServerCore;
use crate::limits::FILE_PIECE_BYTES;
use crate::limits_http::BodyError;
use crate::store::FileStanding;

const OFFSET_HEADER: &str = "upload-offset";
const LENGTH_HEADER: &str = "upload-length";

/// A file, the device that asks for it, and how the two stand.
#[derive(Debug, Clone, Copy)]
struct Asked {
    incarnation: IncarnationId,
    hash: Hash32,
    standing: FileStanding,
    now: ReceivedAt,
}

/// Checks the ticket against the incarnation's row: a revocation holds at once.
async fn asked(phones: &Phones, hash: &str, headers: &HeaderMap) -> Result<Asked, Problem> {
    let hash: Hash32 = hash.parse().map_err(|_| Problem::unknown_file())?;
    let ticket = headers.get(TICKET_HEADER).ok_or_else(Problem::no_ticket)?;
    let ticket = BASE64URL_NOPAD
        .decode(ticket.as_bytes())
        .map_err(|_| Problem::no_ticket())?;
    let (core, now) = (Arc::clone(&phones.core), phones.now());
    Phones::blocking(move || {
        let incarnation = core
            .keys()
            .check_ticket(&ticket, now.0)
            .map_err(Problem::ticket)?;
        let held = core
            .store()
            .find_incarnation(incarnation)
            .map_err(|error| Problem::of_store(&error))?;
        if held.is_none_or(|held| held.standing == Standing::Revoked) {
            return Err(Problem::no_ticket());
        }
        let standing = core
            .store()
            .file_standing(incarnation, hash)
            .map_err(|error| Problem::of_store(&error))?;
        Ok(Asked {
            incarnation,
            hash,
            standing,
            now,
        })
    })
    .await?
}

fn number(headers: &HeaderMap, name: &str) -> Result<u64, Problem> {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.trim().parse().ok())
        .ok_or_else(Problem::malformed)
}

/// `PUT`: begins or continues an upload; answers where it stands.
pub(super) async fn begin(
    State(phones): State<Phones>,
    Path(hash): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = asked(&phones, &hash, &headers).await?;
    let total_bytes = number(&headers, LENGTH_HEADER)?;
    let held = add(&phones, asked, Part::Begin { total_bytes }).await?;
    Ok(standing_at(held))
}

/// `HEAD`: where an upload stands, or how large a readable file is.
pub(super) async fn offset(
    State(phones): State<Phones>,
    Path(hash): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = asked(&phones, &hash, &headers).await?;
    if asked.standing.named_by_own_pack {
        let core = Arc::clone(&phones.core);
        let held =
            Phones::blocking(move || core.blobs().upload_offset(&asked.hash, &asked.incarnation));
        let held = held.await?.map_err(|error| Problem::of_blob(&error))?;
        return Ok(standing_at(held));
    }
    match asked.standing.size_bytes {
        Some(size_bytes) if asked.standing.readable => {
            let headers = [(header::CONTENT_LENGTH, HeaderValue::from(size_bytes))];
            Ok((StatusCode::OK, headers).into_response())
        }
        _ => Err(Problem::unknown_file()),
    }
}

/// `PATCH`: bytes at `upload-offset`; answers how many are held.
pub(super) async fn append(
    State(phones): State<Phones>,
    Path(hash): Path<String>,
    headers: HeaderMap,
    mut body: Body,
) -> Result<Response, Problem> {
    let asked = asked(&phones, &hash, &headers).await?;
    let mut offset = number(&headers, OFFSET_HEADER)?;
    let total_bytes = number(&headers, LENGTH_HEADER)?;
    let mut waiting = BytesMut::new();
    let mut broken = None;
    let mut held = None;
    loop {
        match body.frame().await {
            Some(Ok(frame)) => {
                if let Ok(bytes) = frame.into_data() {
                    waiting.extend_from_slice(&bytes);
                }
                if waiting.len() < FILE_PIECE_BYTES {
                    continue;
                }
            }
            Some(Err(error)) => broken = Some(BodyError::of_frame(&error)),
            None if waiting.is_empty() && held.is_some() => break,
            None => {}
        }
        let bytes = waiting.split().freeze();
        let last = bytes.is_empty() || broken.is_some();
        let count = bytes.len() as u64;
        held = Some(
            add(
                &phones,
                asked,
                Part::Bytes {
                    offset,
                    total_bytes,
                    bytes,
                },
            )
            .await?,
        );
        offset = offset.saturating_add(count);
        if last {
            break;
        }
    }
    match (broken, held) {
        (Some(error), held) => Err(Problem::of_body(error).with_offset(held.unwrap_or(0))),
        (None, held) => Ok(standing_at(held.unwrap_or(offset))),
    }
}

enum Part {
    Begin {
        total_bytes: u64,
    },
    Bytes {
        offset: u64,
        total_bytes: u64,
        bytes: Bytes,
    },
}

/// Adds a part to an upload; a file that became whole is written into the logs.
async fn add(phones: &Phones, asked: Asked, part: Part) -> Result<u64, Problem> {
    if !asked.standing.named_by_own_pack {
        return Err(Problem::unknown_file());
    }
    let core = Arc::clone(&phones.core);
    Phones::blocking(move || add_blocking(&core, asked, &part)).await?
}

fn add_blocking(core: &ServerCore, asked: Asked, part: &Part) -> Result<u64, Problem> {
    let Asked {
        incarnation, hash, ..
    } = asked;
    let blob = |error: BlobError| Problem::of_blob(&error);
    let (held, total_bytes) = match part {
        Part::Begin { total_bytes } => {
            let held = core
                .blobs()
                .upload_offset(&hash, &incarnation)
                .map_err(blob)?;
            // An empty piece refuses what is too large, and finishes what has all its bytes.
            let piece = Piece {
                offset: held,
                total_bytes: *total_bytes,
                bytes: &[],
            };
            (
                core.blobs()
                    .append(&hash, &incarnation, piece)
                    .map_err(blob)?,
                *total_bytes,
            )
        }
        Part::Bytes {
            offset,
            total_bytes,
            bytes,
        } => {
            let piece = Piece {
                offset: *offset,
                total_bytes: *total_bytes,
                bytes,
            };
            (
                core.blobs()
                    .append(&hash, &incarnation, piece)
                    .map_err(blob)?,
                *total_bytes,
            )
        }
    };
    if held.finished && !asked.standing.recorded {
        core.store()
            .file_arrived(incarnation, hash, total_bytes, asked.now)
            .map_err(|error| Problem::of_store(&error))?;
    }
    Ok(held.offset)
}

fn standing_at(offset: u64) -> Response {
    (
        StatusCode::NO_CONTENT,
        [(OFFSET_HEADER, HeaderValue::from(offset))],
    )
        .into_response()
}

/// `GET`: a file or the rest of it.
pub(super) async fn read(
    State(phones): State<Phones>,
    Path(hash): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = asked(&phones, &hash, &headers).await?;
    let size_bytes = match asked.standing.size_bytes {
        Some(size_bytes) if asked.standing.readable => size_bytes,
        _ => return Err(Problem::unknown_file()),
    };
    let range = match headers.get(header::RANGE) {
        None => None,
        Some(value) => match wanted(value, size_bytes) {
            Some(range) => Some(range),
            None => return Ok(beyond(size_bytes)),
        },
    };
    let (from, to) = range.unwrap_or((0, size_bytes));
    let body = Body::from_stream(pieces(Arc::clone(&phones.core), asked.hash, from, to));
    let mut response = body.into_response();
    let fields = response.headers_mut();
    fields.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/octet-stream"),
    );
    fields.insert(header::CONTENT_LENGTH, HeaderValue::from(to - from));
    fields.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    fields.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, immutable"),
    );
    if range.is_some() {
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        let text = format!("bytes {from}-{}/{size_bytes}", to.saturating_sub(1));
        if let Ok(value) = HeaderValue::from_str(&text) {
            response.headers_mut().insert(header::CONTENT_RANGE, value);
        }
    }
    Ok(response)
}

/// `bytes=from-` or `bytes=from-last`, as half-open bounds; `None` when it cannot be served.
fn wanted(value: &HeaderValue, size_bytes: u64) -> Option<(u64, u64)> {
    let (from, last) = value
        .to_str()
        .ok()?
        .strip_prefix("bytes=")?
        .split_once('-')?;
    let from: u64 = from.parse().ok()?;
    let to = match last {
        "" => size_bytes,
        last => last.parse::<u64>().ok()?.saturating_add(1).min(size_bytes),
    };
    (from < to).then_some((from, to))
}

fn beyond(size_bytes: u64) -> Response {
    let mut response = StatusCode::RANGE_NOT_SATISFIABLE.into_response();
    if let Ok(value) = HeaderValue::from_str(&format!("bytes */{size_bytes}")) {
        response.headers_mut().insert(header::CONTENT_RANGE, value);
    }
    response
}

fn pieces(
    core: Arc<ServerCore>,
    hash: Hash32,
    from: u64,
    to: u64,
) -> impl stream::Stream<Item = Result<Bytes, BlobError>> {
    stream::try_unfold(from, move |at| {
        let core = Arc::clone(&core);
        async move {
            let left = usize::try_from(to - at)
                .unwrap_or(FILE_PIECE_BYTES)
                .min(FILE_PIECE_BYTES);
            if left == 0 {
                return Ok(None);
            }
            let read = move || core.blobs().read(&hash, at, left);
            let piece = tokio::task::spawn_blocking(read)
                .await
                .map_err(|error| BlobError::Disk(std::io::Error::other(error)))??;
            if piece.is_empty() {
                return Err(BlobError::NotHeld);
            }
            let next = at + piece.len() as u64;
            Ok(Some((Bytes::from(piece), next)))
        }
    })
}
