//! The phone's pages: an Axum router over [`jawla_views::Phone`], rendered in process, in French
//! and Arabic. Nothing here knows a database, a document or a network.
//!
//! A page is a route, a struct, a template and its texts. Pages work without a script: real links
//! and real forms; `field.js` only posts on change and asks again for what changed.

mod answer;
mod fault;
mod frame;
pub mod limits;
mod names;
mod pages;
mod protection;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use jawla_ui::Texts;
use jawla_views::Phone;
use jawla_views::phone::PhoneStatus;

pub(crate) use answer::{Answer, done, page, saved_at, wants_fetch};
pub(crate) use fault::Fault;
pub(crate) use frame::{Frame, Tab};

/// What the pages are made from.
#[derive(Clone)]
pub struct Field {
    /// The phone.
    pub phone: Arc<dyn Phone>,
}

impl Field {
    /// What stands around every page.
    pub(crate) async fn status(&self) -> Result<PhoneStatus, Fault> {
        Ok(self.phone.status().await?)
    }
}

/// The texts of the person's language; French until one was chosen.
pub(crate) fn texts(status: &PhoneStatus) -> Texts {
    Texts::of(status.settings.language.unwrap_or_default())
}

/// All pages, to be mounted at `/`, with their guards: a form from another site is refused, a
/// body is bounded (photos on their own route), nothing is cached but files that never change,
/// and nothing but our own style, scripts and images loads. What does not exist, or failed, is
/// answered by a page in the person's language.
pub fn router(phone: Arc<dyn Phone>) -> Router {
    let field = Field { phone };
    Router::new()
        .merge(pages::routes())
        .merge(pages::visit::routes())
        .merge(pages::sending::routes())
        .merge(jawla_ui::assets::router())
        .fallback(fault::not_found)
        .layer(DefaultBodyLimit::max(limits::FORM_BYTES_MAX))
        .layer(middleware::from_fn_with_state(
            field.clone(),
            fault::show_faults,
        ))
        .layer(protection::own_forms_only())
        .layer(middleware::from_fn(protection::with_headers))
        .with_state(field)
}
