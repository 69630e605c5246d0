//! *Fil des visites*: the newest visits.

use axum::Router;

use crate::Office;

/// The addresses of these pages.
pub(crate) fn routes() -> Router<Office> {
    Router::new()
}
