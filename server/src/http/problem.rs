//! What HTTP says when it cannot: a status, a code for machines, a sentence for people.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::blobs::BlobError;
use crate::core::SyncRefusal;
use crate::keys::TicketError;
use crate::limits_http::BodyError;
use crate::store::StoreError;

/// A refusal of HTTP. The offset, where there is one, tells an upload where to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    sentence_fr: String,
    offset: Option<u64>,
}

#[derive(Serialize)]
struct Body<'a> {
    code: &'static str,
    sentence_fr: &'a str,
}

impl Problem {
    /// A problem of this status.
    pub fn new(status: StatusCode, code: &'static str, sentence_fr: impl Into<String>) -> Self {
        Self {
            status,
            code,
            sentence_fr: sentence_fr.into(),
            offset: None,
        }
    }

    pub(super) fn with_offset(mut self, offset: u64) -> Self {
        self.offset = Some(offset);
        self
    }

    pub(super) fn failed() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "FAILED",
            "Le serveur a rencontré une erreur. Rien n'est perdu, réessayez plus tard.",
        )
    }

    pub(super) fn malformed() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "MALFORMED",
            "Le serveur n'a pas compris la demande. Mettez l'application à jour.",
        )
    }

    pub(super) fn unknown_file() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "NO_FILE",
            "Ce fichier n'est pas sur le serveur, ou ne vous est pas destiné.",
        )
    }

    pub(super) fn ticket(error: TicketError) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "TICKET", error.sentence_fr())
    }

    pub(super) fn no_ticket() -> Self {
        Self::ticket(TicketError::Malformed)
    }

    pub(super) fn of_store(error: &StoreError) -> Self {
        if error.is_busy() {
            return Self::new(StatusCode::SERVICE_UNAVAILABLE, "BUSY", error.sentence_fr());
        }
        tracing::error!(error = error as &dyn std::error::Error, "the store failed");
        Self::failed()
    }

    pub(super) fn of_body(error: BodyError) -> Self {
        Self::new(error.status(), "BODY", error.sentence_fr())
    }

    pub(super) fn of_sync(refusal: SyncRefusal) -> Self {
        match refusal {
            SyncRefusal::Malformed(_) => Self::malformed(),
            SyncRefusal::Cut => Self::of_body(BodyError::Cut),
            SyncRefusal::Signature => Self::new(
                StatusCode::FORBIDDEN,
                "SIGNATURE",
                "La signature de la demande n'est pas valable.",
            ),
        }
    }

    pub(super) fn of_blob(error: &BlobError) -> Self {
        let (status, code, offset) = match error {
            BlobError::NotHeld => (StatusCode::NOT_FOUND, "NO_FILE", None),
            BlobError::WrongOffset { held_bytes } => {
                (StatusCode::CONFLICT, "OFFSET", Some(*held_bytes))
            }
            BlobError::Disagrees { held_bytes } => {
                (StatusCode::CONFLICT, "DISAGREES", Some(*held_bytes))
            }
            BlobError::WrongHash => (StatusCode::UNPROCESSABLE_ENTITY, "WRONG_HASH", Some(0)),
            BlobError::BeyondTotal { .. } => (StatusCode::BAD_REQUEST, "BEYOND_TOTAL", None),
            BlobError::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "TOO_LARGE", None),
            BlobError::TooManyUploads { .. } => {
                (StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_UPLOADS", None)
            }
            BlobError::DiskFull => (StatusCode::INSUFFICIENT_STORAGE, "DISK_FULL", None),
            BlobError::Disk(_) => {
                tracing::error!(error = error as &dyn std::error::Error, "the files failed");
                (StatusCode::INTERNAL_SERVER_ERROR, "FAILED", None)
            }
        };
        Self {
            status,
            code,
            sentence_fr: error.sentence_fr(),
            offset,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = Body {
            code: self.code,
            sentence_fr: &self.sentence_fr,
        };
        let mut response = (self.status, Json(body)).into_response();
        if let Some(offset) = self.offset {
            response
                .headers_mut()
                .insert("upload-offset", HeaderValue::from(offset));
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(30));
        }
        response
    }
}
