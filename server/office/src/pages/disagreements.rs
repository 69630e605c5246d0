//! *À départager*: open disagreements.

use axum::Router;

use crate::Office;

/// The addresses of these pages.
pub(crate) fn routes() -> Router<Office> {
    Router::new()
}
