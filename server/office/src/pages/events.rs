//! The stream of what changes, by name: pages that show it are fetched again.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, Response, StatusCode};
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::get;
use futures_util::stream;

use crate::pages::caller::Caller;
use crate::{Office, limits};

/// The address of the stream.
pub(crate) fn routes() -> Router<Office> {
    Router::new().route("/evenements", get(listen))
}

/// Where a stream stands: the office, whose session it is, and the serial it has told.
struct Told {
    office: Office,
    caller: Caller,
    serial: u64,
}

async fn listen(
    State(office): State<Office>,
    caller: Caller,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response<Body> {
    if caller.who(&office).await.is_none() {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let query = query.unwrap_or_default();
    let asked = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok())
        .or_else(|| query.strip_prefix("depuis="))
        .and_then(|text| text.parse().ok());
    let serial = asked.unwrap_or_else(|| office.changes.serial());
    let told = Told {
        office,
        caller,
        serial,
    };
    let events = stream::unfold(told, next);
    let alive = KeepAlive::new().interval(Duration::from_secs(limits::EVENTS_KEEP_ALIVE_S));
    Sse::new(events).keep_alive(alive).into_response()
}

/// The next event; the stream ends with the session.
async fn next(told: Told) -> Option<(Result<Event, Infallible>, Told)> {
    let changed = told.office.changes.after(told.serial).await;
    told.caller.who(&told.office).await?;
    let event = Event::default()
        .id(changed.serial.to_string())
        .event("changed")
        .data(changed.names.join(" ").replace(['\r', '\n'], " "));
    let told = Told {
        serial: changed.serial,
        ..told
    };
    Some((Ok(event), told))
}
