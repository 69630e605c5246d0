//! The routes of phones: sync, enrolment, files; and whether the server lives.
//!
//! Bodies come in at the pace of a bad link: a session or an upload waits for bytes without
//! holding a thread, and what it does with them (SQLite, disk) runs where blocking is allowed.

mod files;
mod problem;
mod sync;

use std::fmt;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use http::StatusCode;
use jawla_model::ReceivedAt;

use crate::clock;
use crate::core::ServerCore;
use crate::limits_http::BodyMemory;
pub use problem::Problem;

/// The content type of sync and enrolment.
pub const CONTENT_TYPE: &str = "application/x-jawla";

/// The header that carries a ticket, base 64 for addresses without padding. Never in a URL.
pub const TICKET_HEADER: &str = "x-jawla-ticket";

/// Where the routes read the time.
pub type Clock = Arc<dyn Fn() -> ReceivedAt + Send + Sync>;

/// The machine's clock.
pub fn system_clock() -> Clock {
    Arc::new(|| ReceivedAt(clock::now_s()))
}

/// What the routes share.
#[derive(Clone)]
pub struct Phones {
    core: Arc<ServerCore>,
    clock: Clock,
    memory: BodyMemory,
}

impl fmt::Debug for Phones {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Phones")
            .field("core", &self.core)
            .finish_non_exhaustive()
    }
}

impl Phones {
    fn now(&self) -> ReceivedAt {
        (self.clock)()
    }

    /// Runs what blocks where blocking is allowed.
    async fn blocking<T: Send + 'static>(
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        tokio::task::spawn_blocking(work).await.map_err(|error| {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "a handler broke off"
            );
            Problem::failed()
        })
    }
}

/// The routes of phones over `core`, by the machine's clock.
pub fn router(core: Arc<ServerCore>) -> Router {
    router_with_clock(core, system_clock())
}

/// The routes of phones over `core`, by another clock.
pub fn router_with_clock(core: Arc<ServerCore>, clock: Clock) -> Router {
    let phones = Phones {
        core,
        clock,
        memory: BodyMemory::default(),
    };
    Router::new()
        .route("/v1/sync", post(sync::sync))
        .route("/v1/enrol", post(sync::enrol))
        .route(
            "/v1/file/{hash}",
            put(files::begin)
                .patch(files::append)
                .head(files::offset)
                .get(files::read),
        )
        .route("/livez", get(livez))
        .route("/readyz", get(readyz))
        .with_state(phones)
}

async fn livez() -> StatusCode {
    StatusCode::OK
}

/// Ready when the store answers.
async fn readyz(State(phones): State<Phones>) -> Response {
    let core = Arc::clone(&phones.core);
    match Phones::blocking(move || core.store().reference_in_force()).await {
        Ok(Ok(_)) => StatusCode::OK.into_response(),
        Ok(Err(error)) => Problem::of_store(&error).into_response(),
        Err(problem) => problem.into_response(),
    }
}
