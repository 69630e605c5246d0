//! What every answer says to the browser, and which forms are taken.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Response, header};
use axum::middleware::Next;
use tower_http::csrf::{CsrfLayer, ProtectionError, ResponseForProtectionError};

/// Nothing but our own files, no frame, no base.
const PAGE_POLICY: &str = "default-src 'self'; img-src 'self' blob:; object-src 'none'; form-action 'self'; \
     base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, PAGE_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::CACHE_CONTROL, "no-store"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
];

/// Puts the headers of protection on an answer that does not have them.
pub(crate) async fn with_headers(request: Request, next: Next) -> Response<Body> {
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response
            .headers_mut()
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Takes a form only from our own pages: by `Sec-Fetch-Site`, or `Origin` against `Host`.
pub(crate) fn own_forms_only() -> CsrfLayer<Refusal> {
    CsrfLayer::new().with_rejection_response(Refusal)
}

/// The answer to a form that came from elsewhere.
#[derive(Clone)]
pub(crate) struct Refusal;

impl ResponseForProtectionError<Body> for Refusal {
    fn response_for_protection_error(&mut self, _: ProtectionError) -> Response<Body> {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = axum::http::StatusCode::FORBIDDEN;
        response
    }
}
