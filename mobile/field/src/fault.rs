//! What went wrong, as a page in the person's language.

use askama::Template;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode, header};
use axum::middleware::Next;
use axum::response::IntoResponse;
use jawla_model::rules::field::ValueError;
use jawla_ui::Texts;
use jawla_views::commands::PhotoFault;
use jawla_views::{CommandError, ViewError};

use crate::{Field, Frame, Tab};

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// There is nothing at that address (any more).
    #[error("nothing is here")]
    NotFound,
    /// The form cannot be read.
    #[error("the form cannot be read")]
    BadForm,
    /// The rows could not be read.
    #[error(transparent)]
    View(#[from] ViewError),
    /// The order was not carried out.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// The page could not be rendered: a defect of ours.
    #[error("the page could not be rendered")]
    Template(#[from] askama::Error),
}

/// What a page of a fault says, in place of the empty answer that carries it.
#[derive(Debug, Clone)]
struct Told {
    title: &'static str,
    sentence: FaultSentence,
}

/// The sentence of a fault: texts are chosen when the language is known.
#[derive(Debug, Clone)]
enum FaultSentence {
    Key(&'static str),
    TooLong(usize),
    NotAllowed(jawla_model::Reason),
}

impl FaultSentence {
    fn text(&self, t: Texts) -> String {
        match self {
            FaultSentence::Key(key) => t.get(key),
            FaultSentence::TooLong(chars_max) => t.count("value-error-too-long", *chars_max as i64),
            FaultSentence::NotAllowed(reason) => reason_sentence(t, *reason),
        }
    }
}

/// Why the province does not take something, as a sentence.
pub(crate) fn reason_sentence(t: Texts, reason: jawla_model::Reason) -> String {
    t.get(&format!("reason-{}", reason.code()))
}

/// Why an order was not carried out, as a sentence that says what to do.
pub(crate) fn command_sentence(t: Texts, error: &CommandError) -> String {
    sentence_of(error).text(t)
}

fn sentence_of(error: &CommandError) -> FaultSentence {
    FaultSentence::Key(match error {
        CommandError::NotFound => "phone-fault-gone",
        CommandError::Changed => "phone-fault-changed",
        CommandError::BadValue { error, .. } => return value_sentence(*error),
        CommandError::BadMoney(_) => "money-refused",
        CommandError::RulesBroken(_) => "phone-fault-rules",
        CommandError::BadPhoto(PhotoFault::NotAPhoto) => "phone-fault-not-photo",
        CommandError::BadPhoto(PhotoFault::TooLarge) => "phone-fault-photo-large",
        CommandError::BadPhoto(PhotoFault::Damaged) => "phone-fault-photo-damaged",
        CommandError::TooMuch => "phone-fault-full-dossier",
        CommandError::NotUndoable => "phone-fault-not-undoable",
        CommandError::NotEnrolled => "phone-fault-enrol",
        CommandError::NotAllowed(reason) => return FaultSentence::NotAllowed(*reason),
        CommandError::StorageFull => "phone-fault-storage",
        CommandError::Busy => "phone-fault-busy",
        CommandError::Store(_) => "phone-fault-store",
    })
}

fn value_sentence(error: ValueError) -> FaultSentence {
    FaultSentence::Key(match error {
        ValueError::TooLong { chars_max } => return FaultSentence::TooLong(chars_max),
        ValueError::WrongType => "phone-fault-wrong-type",
        ValueError::ControlCharacter => "value-error-control-character",
        ValueError::UnknownCode => "phone-fault-code",
        ValueError::OutOfBounds => "value-error-out-of-bounds",
        ValueError::Malformed => "value-error-malformed",
    })
}

impl Fault {
    fn status(&self) -> StatusCode {
        match self {
            Fault::NotFound | Fault::Command(CommandError::NotFound) => StatusCode::NOT_FOUND,
            Fault::BadForm => StatusCode::BAD_REQUEST,
            Fault::View(ViewError::Busy(_)) | Fault::Command(CommandError::Busy) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Fault::Command(CommandError::Changed | CommandError::NotUndoable) => {
                StatusCode::CONFLICT
            }
            Fault::Command(CommandError::NotAllowed(_) | CommandError::NotEnrolled) => {
                StatusCode::FORBIDDEN
            }
            Fault::Command(CommandError::StorageFull) => StatusCode::INSUFFICIENT_STORAGE,
            Fault::View(_) | Fault::Template(_) | Fault::Command(CommandError::Store(_)) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
            Fault::Command(_) => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    fn told(&self) -> Told {
        let title = match self.status() {
            StatusCode::NOT_FOUND => "phone-fault-title-not-found",
            StatusCode::SERVICE_UNAVAILABLE => "phone-fault-title-busy",
            StatusCode::INTERNAL_SERVER_ERROR => "phone-fault-title-failed",
            _ => "phone-fault-title-refused",
        };
        let sentence = match self {
            Fault::NotFound => FaultSentence::Key("phone-fault-gone"),
            Fault::BadForm => FaultSentence::Key("phone-fault-form"),
            Fault::View(ViewError::Busy(_)) => FaultSentence::Key("phone-fault-busy"),
            Fault::View(_) | Fault::Template(_) => FaultSentence::Key("phone-fault-store"),
            Fault::Command(error) => sentence_of(error),
        };
        Told { title, sentence }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response<Body> {
        if self.status().is_server_error() {
            tracing::error!(error = &self as &dyn std::error::Error, "a page failed");
        }
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status();
        response.extensions_mut().insert(self.told());
        response
    }
}

/// There is nothing at that address.
pub(crate) async fn not_found() -> Fault {
    Fault::NotFound
}

#[derive(Template)]
#[template(path = "field/fault.html")]
struct FaultPage {
    frame: Frame,
    sentence: String,
}

/// Puts a page in place of an answer that says only that something is wrong.
pub(crate) async fn show_faults(
    State(field): State<Field>,
    request: Request,
    next: Next,
) -> Response<Body> {
    let response = next.run(request).await;
    let status = response.status();
    let is_page = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if is_page || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    if status == StatusCode::RANGE_NOT_SATISFIABLE {
        return response;
    }
    let told = response.extensions().get::<Told>().cloned();
    let told = told.unwrap_or_else(|| Told::of_status(status));
    let Ok(phone) = field.status().await else {
        return response;
    };
    let frame = Frame::new(&phone, told.title)
        .back("/a-faire")
        .tab(Tab::None);
    let sentence = told.sentence.text(frame.t);
    match crate::page(status, &FaultPage { frame, sentence }) {
        Ok(mut shown) => {
            if let Some(allow) = response.headers().get(header::ALLOW) {
                shown.headers_mut().insert(header::ALLOW, allow.clone());
            }
            shown
        }
        Err(_) => response,
    }
}

impl Told {
    /// For an answer of the router itself.
    fn of_status(status: StatusCode) -> Self {
        let (title, sentence) = match status {
            StatusCode::NOT_FOUND => ("phone-fault-title-not-found", "phone-fault-gone"),
            StatusCode::METHOD_NOT_ALLOWED => ("phone-fault-title-refused", "phone-fault-method"),
            StatusCode::PAYLOAD_TOO_LARGE => ("phone-fault-title-refused", "phone-fault-too-large"),
            StatusCode::FORBIDDEN => ("phone-fault-title-refused", "phone-fault-foreign"),
            status if status.is_server_error() => ("phone-fault-title-failed", "phone-fault-store"),
            _ => ("phone-fault-title-refused", "phone-fault-form"),
        };
        Told {
            title,
            sentence: FaultSentence::Key(sentence),
        }
    }
}
