//! The threads of the library, and how a call runs on them.

use std::sync::LazyLock;

use tokio::runtime::{Builder, Runtime};
use tokio::task::{AbortHandle, JoinError};

use crate::error::JawlaError;
use crate::limits;

/// One for the process: stores come and go, threads stay.
static RUNTIME: LazyLock<Option<Runtime>> = LazyLock::new(|| {
    Builder::new_multi_thread()
        .worker_threads(limits::WORKER_THREADS)
        .max_blocking_threads(limits::BLOCKING_THREADS_MAX)
        .thread_name("jawla-core")
        .enable_all()
        .build()
        .ok()
});

/// The library's threads.
pub(crate) fn runtime() -> Result<&'static Runtime, JawlaError> {
    RUNTIME
        .as_ref()
        .ok_or_else(|| JawlaError::bug("no_threads", "the library's threads could not start"))
}

/// Stops a task when whoever waits for it goes.
struct AbortOnDrop(AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Runs `work` on the library's threads and waits for it on any. Dropping the wait drops the
/// work; a panic in it is an error.
pub(crate) async fn run<T: Send + 'static>(
    work: impl Future<Output = Result<T, JawlaError>> + Send + 'static,
) -> Result<T, JawlaError> {
    let task = runtime()?.spawn(work);
    let _stops_with_us = AbortOnDrop(task.abort_handle());
    task.await.map_err(|error| ended(&error))?
}

/// Runs what blocks on a thread where it may.
pub(crate) async fn block<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, JawlaError> {
    let task = runtime()?.spawn_blocking(work);
    task.await.map_err(|error| ended(&error))
}

fn ended(error: &JoinError) -> JawlaError {
    if error.is_panic() {
        JawlaError::bug("panicked", "a call panicked")
    } else {
        JawlaError::closed()
    }
}
