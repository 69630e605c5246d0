//! Photos of this phone, by the hash of their content, by ranges.

use std::ops::Range;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use jawla_model::Hash32;
use jawla_ui::assets;

use crate::{Answer, Fault, Field, limits};

/// What the first bytes of every JPEG are.
const JPEG: [u8; 3] = [0xff, 0xd8, 0xff];

/// What a `Range` header asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Whole,
    /// First byte, last byte where one is named.
    From(u64, Option<u64>),
    /// The last bytes.
    Last(u64),
}

fn wanted(headers: &HeaderMap) -> Wanted {
    let read = || {
        let text = headers.get(header::RANGE)?.to_str().ok()?;
        let (first, last) = text.strip_prefix("bytes=")?.split_once('-')?;
        if first.is_empty() {
            return Some(Wanted::Last(last.parse().ok()?));
        }
        let last = match last {
            "" => None,
            last => Some(last.parse().ok()?),
        };
        Some(Wanted::From(first.parse().ok()?, last))
    };
    // Several ranges, or none that can be read: the whole, as the standard allows.
    read().unwrap_or(Wanted::Whole)
}

/// The bytes to send of a file of `size_bytes`; none when there are no such bytes.
fn range(wanted: Wanted, size_bytes: u64) -> Option<Range<u64>> {
    let most = limits::BLOB_PART_BYTES_MAX;
    let range = match wanted {
        Wanted::Whole => 0..size_bytes,
        Wanted::From(first, last) => {
            let end = last
                .map_or(size_bytes, |last| last.saturating_add(1))
                .min(size_bytes);
            first..end.min(first.saturating_add(most))
        }
        Wanted::Last(count) => {
            let first = size_bytes.saturating_sub(count);
            first..size_bytes.min(first.saturating_add(most))
        }
    };
    (range.start < range.end).then_some(range)
}

/// Serves a photo that is here; an empty frame in place of one that is
/// not, or is none.
pub(crate) async fn serve(
    State(field): State<Field>,
    Path(hash): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let hash: Hash32 = hash.parse().map_err(|_| Fault::NotFound)?;
    let phone = &field.phone;
    let start = phone.blob(hash, Some(0..JPEG.len() as u64)).await?;
    let Some(start) = start.filter(|start| start.bytes == JPEG) else {
        return Ok(pending());
    };
    let wanted = wanted(&headers);
    let Some(range) = range(wanted, start.size_bytes) else {
        return unsatisfiable(start.size_bytes);
    };
    let Some(part) = phone.blob(hash, Some(range.clone())).await? else {
        return Ok(pending());
    };
    let end = range.start.saturating_add(part.bytes.len() as u64);
    let mut response = Response::new(Body::from(part.bytes));
    if wanted != Wanted::Whole {
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        let last = end.saturating_sub(1);
        let said = format!("bytes {}-{last}/{}", range.start, part.size_bytes);
        put(&mut response, header::CONTENT_RANGE, &said)?;
    }
    put(&mut response, header::CONTENT_TYPE, "image/jpeg")?;
    put(&mut response, header::ACCEPT_RANGES, "bytes")?;
    put(
        &mut response,
        header::CACHE_CONTROL,
        "private, max-age=31536000, immutable",
    )?;
    put(
        &mut response,
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; sandbox",
    )?;
    Ok(response)
}

fn put(response: &mut Response<Body>, name: header::HeaderName, value: &str) -> Result<(), Fault> {
    let value = HeaderValue::from_str(value).map_err(|_| Fault::NotFound)?;
    response.headers_mut().insert(name, value);
    Ok(())
}

fn pending() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
    let place = HeaderValue::from_static(assets::href("pending.svg"));
    response.headers_mut().insert(header::LOCATION, place);
    response
}

fn unsatisfiable(size_bytes: u64) -> Answer {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
    put(
        &mut response,
        header::CONTENT_RANGE,
        &format!("bytes */{size_bytes}"),
    )?;
    Ok(response)
}
