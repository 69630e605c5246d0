//! The office's pages: a router over [`jawla_views::Views`], rendered on the server, in
//! French and Arabic; every page works without script.
//!
//! Nothing here knows a database, a document or a network. Who is there, photos and the time come
//! in through [`gate`]; whoever embeds the pages says for each request whether it came over TLS
//! ([`Connection`]). Texts stand in one place, page by page.

mod cookie;
pub mod credentials;
pub mod desk;
mod facts;
pub mod filters;
pub mod format;
pub mod gate;
pub mod imports;
pub mod limits;
mod map;
mod pages;
mod protection;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{get, post};
use jawla_model::reference::ReferenceBundle;
use jawla_views::{Changes, Commands, Dossiers, Views};

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
    /// Orders to dossiers, with the rights checked.
    pub commands: Arc<dyn Commands>,
    /// What one dossier says beyond its rows.
    pub dossiers: Arc<dyn Dossiers>,
    /// What changes.
    pub changes: Arc<dyn Changes>,
    /// Teams and their phones.
    pub teams: Arc<dyn desk::Teams>,
    /// What a person keeps for themselves.
    pub preferences: Arc<dyn desk::Preferences>,
    /// Projects out of files.
    pub imports: Arc<dyn imports::Imports>,
    /// Photos in full.
    pub large_photos: Arc<dyn desk::LargePhotos>,
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
        .route("/langue", post(pages::language::choose))
        .merge(pages::projects::routes())
        .merge(pages::project::routes())
        .merge(pages::exports::routes())
        .merge(pages::events::routes())
        .merge(pages::map::routes())
        .merge(pages::import::routes())
        .merge(pages::review::routes())
        .merge(pages::visits::routes())
        .merge(pages::disagreements::routes())
        .merge(pages::phones::routes())
        .merge(pages::keys::routes())
        .route("/photos/{hash}", get(pages::assets::large))
        .merge(jawla_ui::assets::router())
        .fallback(pages::fault::not_found)
        .method_not_allowed_fallback(pages::fault::not_allowed)
        .layer(DefaultBodyLimit::max(limits::FORM_BYTES_MAX))
        .layer(middleware::from_fn_with_state(
            office.clone(),
            pages::fault::with_pages,
        ))
        .layer(protection::own_forms_only(&office))
        .layer(middleware::from_fn(protection::with_headers))
        .with_state(office)
}
