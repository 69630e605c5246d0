//! Photos, small and large, for people who are signed in.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, Response, StatusCode, header};
use bytes::Bytes;
use jawla_model::Hash32;

use crate::Office;
use crate::limits;
use crate::pages::caller::Caller;
use crate::protection::FILE_POLICY;

/// What stands where a photo has not arrived yet: texts go before photos.
const PENDING: &str = include_str!("../../../../core/ui/static/pending.svg");

/// Serves a thumbnail to a person who is signed in. For everybody else, and for one that is not
/// here (yet), the same placeholder, as not found.
pub(crate) async fn thumbnail(
    State(office): State<Office>,
    caller: Caller,
    Path(hash): Path<String>,
) -> Response<Body> {
    let found = match (hash.parse::<Hash32>(), caller.who(&office).await) {
        (Ok(hash), Some(_)) => office.photos.thumbnail(hash).await,
        _ => None,
    };
    picture(found)
}

/// Serves a photo in full, as [`thumbnail`] does.
pub(crate) async fn large(
    State(office): State<Office>,
    caller: Caller,
    Path(hash): Path<String>,
) -> Response<Body> {
    let found = match (hash.parse::<Hash32>(), caller.who(&office).await) {
        (Ok(hash), Some(_)) => office.large_photos.photo(hash).await,
        _ => None,
    };
    picture(found)
}

fn picture(found: Option<Bytes>) -> Response<Body> {
    let mut response = match found {
        Some(bytes) => file(bytes, "image/jpeg", "private"),
        None => {
            let mut pending = Response::new(Body::from(PENDING));
            *pending.status_mut() = StatusCode::NOT_FOUND;
            let kind = HeaderValue::from_static("image/svg+xml");
            pending.headers_mut().insert(header::CONTENT_TYPE, kind);
            pending
        }
    };
    let policy = HeaderValue::from_static(FILE_POLICY);
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

fn file(content: impl Into<Body>, kind: &'static str, whose: &str) -> Response<Body> {
    let mut response = Response::new(content.into());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let cache = format!("{whose}, max-age={}, immutable", limits::IMMUTABLE_AGE_S);
    if let Ok(cache) = HeaderValue::try_from(cache) {
        headers.insert(header::CACHE_CONTROL, cache);
    }
    response
}
