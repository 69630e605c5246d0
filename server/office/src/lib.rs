//! The office's pages: a router over [`jawla_views::Views`], rendered on the server, in French,
//! without a line of script.
//!
//! Nothing here knows a database, a document or a network. Who is there, photos and the time come
//! in through [`gate`]; whoever embeds the pages says for each request whether it came over TLS
//! ([`Connection`]). Texts stand in one place, page by page.

mod cookie;
pub mod credentials;
pub mod desk;
pub mod filters;
pub mod format;
pub mod gate;
pub mod limits;
mod pages;
mod protection;
mod texts;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{get, post};
use jawla_model::reference::ReferenceBundle;
use jawla_views::Views;

pub use gate::{
    Clock, Connection, Gate, LinkRefusal, Photos, SessionToken, SignInRefusal, SignedIn,
};

/// Whose office it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Province {
    /// As French readers say it: `Province de Khouribga`.
    pub name_fr: String,
    /// As Arabic readers say it.
    pub name_ar: String,
}

/// What the pages are made from.
#[derive(Clone)]
pub struct Office {
    /// The rows.
    pub views: Arc<dyn Views>,
    /// Accounts and sessions.
    pub gate: Arc<dyn Gate>,
    /// Thumbnails.
    pub photos: Arc<dyn Photos>,
    /// Milliseconds since 1970 UTC.
    pub clock: Clock,
    /// Names of communes and programmes.
    pub reference: Arc<ReferenceBundle>,
    /// Whose office it is.
    pub province: Arc<Province>,
}

impl Office {
    /// The time, UTC milliseconds.
    fn now_utc_ms(&self) -> i64 {
        i64::try_from((self.clock)()).unwrap_or(i64::MAX)
    }
}

/// All pages, to be mounted at `/`, with their guards: a form from another site is refused, a
/// body is bounded, no page is cached or framed, and nothing but our own style and images loads.
///
/// The router brings its own page for what does not exist; whatever the server mounts beside it
/// must not bring another.
pub fn router(office: Office) -> Router {
    Router::new()
        .route("/", get(pages::overview::show))
        .route(
            "/connexion",
            get(pages::entry::ask).post(pages::entry::sign_in),
        )
        .route("/deconnexion", post(pages::entry::sign_out))
        .route(
            "/bienvenue",
            get(pages::welcome::ask).post(pages::welcome::redeem),
        )
        .route("/miniatures/{hash}", get(pages::assets::thumbnail))
        .route("/statique/{name}", get(pages::assets::asset))
        .fallback(pages::fault::not_found)
        .method_not_allowed_fallback(pages::fault::not_allowed)
        .layer(DefaultBodyLimit::max(limits::FORM_BYTES_MAX))
        .layer(protection::own_forms_only(&office))
        .layer(middleware::from_fn(protection::with_headers))
        .with_state(office)
}
