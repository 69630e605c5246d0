//! The phone's pages, answered in process: what a shell's WebView asks.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Method, Request, header};
use http_body_util::{BodyExt, Limited};
use tower::ServiceExt;

use crate::error::JawlaError;
use crate::limits::{HTTP_ANSWER_BYTES_MAX, HTTP_BODY_BYTES_MAX, HTTP_HEADERS_MAX};
use crate::store::FieldStore;

/// The host that pages believe to be on, unless the request names one.
const OWN_HOST: &str = "jawla.local";

/// One header.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct HttpHeader {
    /// Its name.
    pub name: String,
    /// Its value; other than text is left out.
    pub value: String,
}

/// What a page asks. The shell passes headers on as the WebView made them, `Origin` and
/// `Sec-Fetch-Site` among them: a form of another site is refused by them.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct HttpRequest {
    /// `GET` or `POST`.
    pub method: String,
    /// Path and query, beginning with `/`.
    pub path: String,
    /// Headers, at most 64.
    #[uniffi(default = [])]
    pub headers: Vec<HttpHeader>,
    /// A form, at most 1 MiB. Photos go by `add_photo`.
    #[uniffi(default = None)]
    pub body: Option<Vec<u8>>,
}

/// What the page is.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct HttpResponse {
    /// The status, 100 to 599.
    pub status: u16,
    /// Headers; a name may stand twice.
    pub headers: Vec<HttpHeader>,
    /// The body, at most 4 MiB.
    pub body: Vec<u8>,
}

fn request(given: HttpRequest) -> Result<Request<Body>, JawlaError> {
    let bad = || JawlaError::fix("bad_request");
    let body = given.body.unwrap_or_default();
    if body.len() > HTTP_BODY_BYTES_MAX
        || given.headers.len() > HTTP_HEADERS_MAX
        || !given.path.starts_with('/')
    {
        return Err(bad());
    }
    let method: Method = given.method.parse().map_err(|_| bad())?;
    let mut request = Request::builder()
        .method(method)
        .uri(&given.path)
        .body(Body::from(body))
        .map_err(|_| bad())?;
    let headers = request.headers_mut();
    for HttpHeader { name, value } in given.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad())?;
        let value = HeaderValue::from_str(&value).map_err(|_| bad())?;
        headers.append(name, value);
    }
    headers
        .entry(header::HOST)
        .or_insert(HeaderValue::from_static(OWN_HOST));
    Ok(request)
}

async fn answer(pages: axum::Router, request: Request<Body>) -> Result<HttpResponse, JawlaError> {
    let Ok(response) = pages.oneshot(request).await;
    let (parts, body) = response.into_parts();
    let is_stream = parts
        .headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
    if is_stream {
        // It never ends; a shell tells its page by an observer.
        return Err(JawlaError::fix("bad_request"));
    }
    let body = Limited::new(body, HTTP_ANSWER_BYTES_MAX).collect().await;
    let body = body.map_err(|_| JawlaError::bug("page_too_large", "a page above 4 MiB"))?;
    let headers = parts.headers.iter().filter_map(|(name, value)| {
        Some(HttpHeader {
            name: name.as_str().to_owned(),
            value: value.to_str().ok()?.to_owned(),
        })
    });
    Ok(HttpResponse {
        status: parts.status.as_u16(),
        headers: headers.collect(),
        body: body.to_bytes().into(),
    })
}

#[uniffi::export]
impl FieldStore {
    /// Answers what a page of the phone's screens asks, without a network. Pages and redirects
    /// come as they are; a photo comes whole or by `Range`. The stream of events is not here: use
    /// `observe`.
    ///
    /// # Errors
    /// `FixInput` (`bad_request`), `ReportBug`, `Closed`. What a page cannot do is a page too.
    pub async fn http(&self, request: HttpRequest) -> Result<HttpResponse, JawlaError> {
        let request = self::request(request)?;
        let pages = self.look(|opened| opened.pages.clone())?;
        self.with(move |_| answer(pages, request)).await
    }
}
