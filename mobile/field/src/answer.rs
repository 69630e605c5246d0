//! How a page or an order is answered.

use askama::Template;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};

use jawla_ui::symbols;

use crate::fault::Fault;

/// What every handler answers.
pub(crate) type Answer = Result<Response<Body>, Fault>;

/// The header of a request by script that keeps the page it stands on.
pub(crate) const FETCH: HeaderName = HeaderName::from_static("x-jawla");

/// The header that says when something was saved, UTC milliseconds.
const SAVED: HeaderName = HeaderName::from_static("x-jawla-saved");

/// Renders a page.
pub(crate) fn page(status: StatusCode, template: &impl Template) -> Answer {
    let mut response = Response::new(Body::from(symbols::within(template.render()?)));
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    Ok(response)
}

/// Whether a script asked and keeps its page.
pub(crate) fn wants_fetch(headers: &HeaderMap) -> bool {
    headers.get(FETCH).is_some_and(|value| value == "fetch")
}

/// The answer to an order that was carried out: to the page at `to`, or nothing more for a script
/// that keeps its page. `to` is an address of our own.
pub(crate) fn done(headers: &HeaderMap, to: &str) -> Answer {
    let mut response = Response::new(Body::empty());
    if wants_fetch(headers) {
        *response.status_mut() = StatusCode::NO_CONTENT;
        return Ok(response);
    }
    *response.status_mut() = StatusCode::SEE_OTHER;
    let to = HeaderValue::try_from(to).map_err(|_| Fault::NotFound)?;
    response.headers_mut().insert(header::LOCATION, to);
    Ok(response)
}

/// The same, saying when it was saved.
pub(crate) fn saved_at(headers: &HeaderMap, to: &str, saved_at_ms: i64) -> Answer {
    let mut response = done(headers, to)?;
    response
        .headers_mut()
        .insert(SAVED, HeaderValue::from(saved_at_ms));
    Ok(response)
}
