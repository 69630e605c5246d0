//! Sync and enrolment: bytes in, bytes out.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use http::{HeaderMap, StatusCode, header};
use http_body_util::BodyExt;
use jawla_sync::limits::REQUEST_BYTES_MAX;

use super::{CONTENT_TYPE, Phones, Problem};
use crate::core::SyncSession;
use crate::enrolment;
use crate::limits::ENROL_BYTES_MAX;
use crate::limits_http::{BodyError, read_whole};

/// `POST /v1/sync`.
pub(super) async fn sync(
    State(phones): State<Phones>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    check_type(&headers)?;
    let _place = phones
        .memory
        .reserve(REQUEST_BYTES_MAX)
        .await
        .map_err(Problem::of_body)?;
    let session = take_in(&phones, body).await?;
    let parts = Phones::blocking(move || session.finish())
        .await?
        .map_err(Problem::of_sync)?;
    let parts = parts
        .into_iter()
        .map(|part| Ok::<_, Infallible>(Bytes::from(part)));
    Ok(answer(Body::from_stream(stream::iter(parts))))
}

/// Feeds the body in as it arrives; whole packs are judged whatever comes after them.
async fn take_in(phones: &Phones, mut body: Body) -> Result<SyncSession, Problem> {
    let mut session = SyncSession::new(&phones.core, phones.now());
    while let Some(frame) = body.frame().await {
        let bytes = match frame {
            Ok(frame) => match frame.into_data() {
                Ok(bytes) => bytes,
                Err(_trailers) => continue,
            },
            Err(error) => {
                session.abandon();
                return Err(Problem::of_body(BodyError::of_frame(&error)));
            }
        };
        session.at(phones.now());
        let fed = Phones::blocking(move || {
            let fed = session.feed(&bytes);
            (session, fed)
        });
        let (back, fed) = fed.await?;
        fed.map_err(Problem::of_sync)?;
        session = back;
    }
    Ok(session)
}

/// `POST /v1/enrol`.
pub(super) async fn enrol(
    State(phones): State<Phones>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    check_type(&headers)?;
    let request = read_whole(body, ENROL_BYTES_MAX)
        .await
        .map_err(Problem::of_body)?;
    let (core, now) = (Arc::clone(&phones.core), phones.now());
    let bytes = Phones::blocking(move || enrolment::enrol(&core, &request, now)).await?;
    Ok(answer(Body::from(bytes)))
}

fn check_type(headers: &HeaderMap) -> Result<(), Problem> {
    let ours = headers
        .get(header::CONTENT_TYPE)
        .is_none_or(|value| value.as_bytes() == CONTENT_TYPE.as_bytes());
    if ours {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "CONTENT_TYPE",
        "Cette adresse est celle de l'application de terrain.",
    ))
}

fn answer(body: Body) -> Response {
    let headers = [
        (header::CONTENT_TYPE, CONTENT_TYPE),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, body).into_response()
}
