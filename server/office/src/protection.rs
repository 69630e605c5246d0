//! What every answer says to the browser, and which forms are taken.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Response, header};
use axum::middleware::Next;
use jawla_model::Language;
use jawla_ui::Texts;
use tower_http::csrf::{CsrfLayer, ProtectionError, ResponseForProtectionError};

use crate::Office;
use crate::pages::fault::{self, PageFault};

/// Our own style, scripts and images, our own forms, nothing else: no script in a page, no frame, no base.
pub(crate) const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// For files that people made: whatever they contain, it stays a picture.
pub(crate) const FILE_POLICY: &str = "default-src 'none'; sandbox";

/// On every answer, unless the handler has said otherwise.
const HEADERS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, PAGE_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::CACHE_CONTROL, "no-store"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
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

/// Takes a form only from our own pages: by `Sec-Fetch-Site`, or `Origin` against `Host`. The
/// cookie is not sent across sites besides (SameSite).
pub(crate) fn own_forms_only(office: &Office) -> CsrfLayer<Refusal> {
    CsrfLayer::new().with_rejection_response(Refusal {
        office: office.clone(),
    })
}

/// The page for a form that came from elsewhere.
#[derive(Clone)]
pub(crate) struct Refusal {
    office: Office,
}

impl ResponseForProtectionError<Body> for Refusal {
    fn response_for_protection_error(&mut self, _: ProtectionError) -> Response<Body> {
        fault::page(
            &self.office,
            Texts::of(Language::Fr),
            &PageFault::ForeignForm,
        )
    }
}
