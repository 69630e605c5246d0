//! Pages that say what went wrong and what to do. They never say why in words of the machine;
//! that goes to the log.

use askama::Template;
use axum::body::Body;
use axum::extract::rejection::FormRejection;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::middleware::Next;
use jawla_ui::Texts;
use jawla_views::ViewError;

use crate::Office;
use crate::pages::caller::Caller;
use crate::pages::{Frame, html};

/// Why a page could not be shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PageFault {
    /// It does not exist, or is not for this person: nobody is told which.
    #[error("no such page")]
    NotFound,
    /// It exists, and not for this method.
    #[error("no such method here")]
    Method,
    /// The form came from another site.
    #[error("a form from another site")]
    ForeignForm,
    /// The form cannot be read.
    #[error("a form that cannot be read")]
    Form(#[from] FormRejection),
    /// The one-time link opens nothing.
    #[error("a link that opens nothing")]
    Link,
    /// The person's role may not.
    #[error("not for this role")]
    NotAllowed,
    /// Something the page stands on is busy.
    #[error("busy")]
    Unavailable,
    /// A table for a spreadsheet could not be written: a defect of ours.
    #[error("the table could not be written")]
    Sheet(#[from] rust_xlsxwriter::XlsxError),
    /// The rows could not be read.
    #[error("the rows could not be read")]
    Views(#[from] ViewError),
    /// The template could not be rendered: a defect of ours.
    #[error("the page could not be rendered")]
    Rendering(#[from] askama::Error),
}

#[derive(Template)]
#[template(path = "fault.html")]
struct FaultPage {
    frame: Frame,
    title: String,
    why: String,
}

impl PageFault {
    fn status(&self) -> StatusCode {
        match self {
            PageFault::NotFound => StatusCode::NOT_FOUND,
            PageFault::Method => StatusCode::METHOD_NOT_ALLOWED,
            PageFault::ForeignForm => StatusCode::FORBIDDEN,
            PageFault::Form(rejection) if is_too_large(rejection) => StatusCode::PAYLOAD_TOO_LARGE,
            PageFault::Form(_) => StatusCode::BAD_REQUEST,
            PageFault::Link => StatusCode::UNPROCESSABLE_ENTITY,
            PageFault::NotAllowed => StatusCode::FORBIDDEN,
            PageFault::Unavailable | PageFault::Views(ViewError::Busy(_)) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            PageFault::Views(_) | PageFault::Rendering(_) | PageFault::Sheet(_) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
        }
    }

    /// The key of its title; that of what to do ends in `-why`.
    fn key(&self) -> &'static str {
        match self {
            PageFault::NotFound => "office-fault-not-found",
            PageFault::Method => "office-fault-method",
            PageFault::ForeignForm => "office-fault-foreign",
            PageFault::Form(rejection) if is_too_large(rejection) => "office-fault-too-large",
            PageFault::Form(_) => "office-fault-form",
            PageFault::Link => "office-fault-link",
            PageFault::NotAllowed => "office-fault-not-allowed",
            PageFault::Unavailable | PageFault::Views(ViewError::Busy(_)) => "office-fault-busy",
            PageFault::Views(_) | PageFault::Rendering(_) | PageFault::Sheet(_) => {
                "office-fault-ours"
            }
        }
    }
}

fn is_too_large(rejection: &FormRejection) -> bool {
    rejection.status() == StatusCode::PAYLOAD_TOO_LARGE
}

/// The page of a fault.
pub(crate) fn page(office: &Office, t: Texts, fault: &PageFault) -> Response<Body> {
    let status = fault.status();
    if status.is_server_error() {
        tracing::error!(
            error = fault as &dyn std::error::Error,
            "a page could not be shown"
        );
    }
    let key = fault.key();
    let page = FaultPage {
        frame: Frame::anonymous(office, t),
        title: t.get(key),
        why: t.get(&format!("{key}-why")),
    };
    let mut response = html(status, &page).unwrap_or_else(|_| bare(status, t.get(key)));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    response
}

/// When even the page of a fault cannot be rendered.
fn bare(status: StatusCode, why: String) -> Response<Body> {
    let mut response = Response::new(Body::from(why));
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    response
}

/// The answer of a handler, or the page of its fault.
pub(crate) fn or_page(
    office: &Office,
    t: Texts,
    answer: Result<Response<Body>, PageFault>,
) -> Response<Body> {
    answer.unwrap_or_else(|fault| page(office, t, &fault))
}

/// For an address that nothing stands at.
pub(crate) async fn not_found(State(office): State<Office>, caller: Caller) -> Response<Body> {
    page(&office, caller.texts(), &PageFault::NotFound)
}

/// For a method that an address does not take.
pub(crate) async fn not_allowed(State(office): State<Office>, caller: Caller) -> Response<Body> {
    page(&office, caller.texts(), &PageFault::Method)
}

/// Puts a page in place of the line that an address gets that is no text at all (`%FF`): nothing
/// stands there either.
pub(crate) async fn with_pages(
    State(office): State<Office>,
    caller: Caller,
    request: Request,
    next: Next,
) -> Response<Body> {
    let response = next.run(request).await;
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is_line = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if response.status() == StatusCode::BAD_REQUEST && is_line {
        return page(&office, caller.texts(), &PageFault::NotFound);
    }
    response
}
