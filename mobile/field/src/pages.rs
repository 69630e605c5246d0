//! The pages: one module each, with its templates under `templates/`.

mod disagreements;
mod entry;
mod events;
mod files;
mod forms;
mod history;
mod lines;
mod me;
mod money;
mod past;
mod project;
mod projects;
pub(crate) mod sending;
mod todo;
pub(crate) mod visit;

use axum::Router;
use axum::routing::{get, post};

use crate::Field;

/// The routes of every page but those of a visit.
pub(crate) fn routes() -> Router<Field> {
    Router::new()
        .route("/", get(entry::start))
        .route("/entree", get(entry::ask).post(entry::enrol))
        .route("/langue", post(entry::choose_language))
        .route("/a-faire", get(todo::show))
        .route("/a-departager", get(disagreements::list))
        .route("/projets", get(projects::list))
        .route("/projets/{document}", get(project::show))
        .route("/projets/{document}/champ", post(project::write_field))
        .route(
            "/projets/{document}/nouvelle-visite",
            get(project::ask_kind),
        )
        .route(
            "/projets/{document}/departager",
            post(disagreements::settle),
        )
        .route(
            "/projets/{document}/rechoisir",
            post(disagreements::choose_other),
        )
        .route("/projets/{document}/annuler", post(disagreements::undo))
        .route("/moi", get(me::show))
        .route("/moi/reglages", post(me::set))
        .route("/fichier/{hash}", get(files::serve))
        .route("/evenements", get(events::listen))
}
