//! Names of what changed, as server-sent events; never a row.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use futures_util::stream;
use jawla_views::Phone;

use crate::{Field, limits};

/// The stream; it goes on after the last event that the browser heard.
pub(crate) async fn listen(
    State(field): State<Field>,
    headers: HeaderMap,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let heard = headers
        .get("last-event-id")
        .and_then(|id| id.to_str().ok()?.parse().ok());
    let serial = heard.unwrap_or_else(|| field.phone.serial());
    let keep_alive = KeepAlive::new().interval(Duration::from_secs(limits::EVENTS_KEEP_ALIVE_S));
    Sse::new(stream::unfold((field.phone, serial), next)).keep_alive(keep_alive)
}

type Listener = (Arc<dyn Phone>, u64);

async fn next((phone, serial): Listener) -> Option<(Result<Event, Infallible>, Listener)> {
    let first = phone.after(serial).await;
    // What follows at once goes into the same event.
    tokio::time::sleep(Duration::from_millis(limits::EVENTS_APART_MS)).await;
    let mut names = first.names;
    let mut serial = first.serial;
    if phone.serial() > serial {
        let more = phone.after(serial).await;
        serial = more.serial;
        names.extend(more.names);
        names.sort();
        names.dedup();
    }
    let event = Event::default()
        .id(serial.to_string())
        .data(names.join(" "));
    Some((Ok(event), (phone, serial)))
}
