//! Names of what changed, pushed to an observer or pulled.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jawla_client::Handset;
use jawla_views::Changes;
use tokio::task::AbortHandle;

use crate::error::JawlaError;
use crate::limits::TOLD_APART_MS;
use crate::runtime::runtime;
use crate::store::{FieldStore, lock};

/// Told what changed: the app asks again for what it shows.
#[uniffi::export(foreign)]
pub trait ChangeObserver: Send + Sync {
    /// Something changed. A name is `project:ID`, `outbox` (what waits), `sync` (an exchange),
    /// `settings`, or `everything`. Called on a thread of the library, at most five times a
    /// second, one call at a time; answer at once and do not call the store from inside.
    fn changed(&self, names: Vec<String>);
}

/// Names of what changed after some serial.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Changed {
    /// The serial to ask after next.
    pub serial: u64,
    /// The names, each once.
    pub names: Vec<String>,
}

/// An observer that is being told; freeing it or `stop` ends that.
#[derive(Debug, uniffi::Object)]
pub struct Subscription {
    task: Mutex<Option<AbortHandle>>,
}

#[uniffi::export]
impl Subscription {
    /// Stops telling; a call that has begun ends by itself. Stopping twice is no error.
    pub fn stop(&self) {
        if let Some(task) = lock(&self.task).take() {
            task.abort();
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.stop();
    }
}

async fn tell(handset: Handset, observer: Arc<dyn ChangeObserver>) {
    let mut serial = handset.serial();
    loop {
        let first = handset.after(serial).await;
        // What follows at once goes into the same call.
        tokio::time::sleep(Duration::from_millis(TOLD_APART_MS)).await;
        let mut names = first.names;
        serial = first.serial;
        if handset.serial() > serial {
            let more = handset.after(serial).await;
            serial = more.serial;
            for name in more.names {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        let observer = Arc::clone(&observer);
        // What the app does there is its own affair, also when it fails.
        let _ = tokio::task::spawn_blocking(move || observer.changed(names)).await;
    }
}

#[uniffi::export]
impl FieldStore {
    /// Tells an observer what changes from now on, until the subscription is stopped or freed or
    /// the store is closed.
    ///
    /// # Errors
    /// `Closed`.
    pub fn observe(
        &self,
        observer: Arc<dyn ChangeObserver>,
    ) -> Result<Arc<Subscription>, JawlaError> {
        let handset = self.look(|opened| opened.handset.clone())?;
        let closing = self.closing();
        let task = runtime()?.spawn(async move {
            tokio::select! {
                biased;
                () = closing => {}
                () = tell(handset, observer) => {}
            }
        });
        Ok(Arc::new(Subscription {
            task: Mutex::new(Some(task.abort_handle())),
        }))
    }

    /// The serial of now, to begin pulling at.
    ///
    /// # Errors
    /// `Closed`.
    pub fn change_serial(&self) -> Result<u64, JawlaError> {
        self.look(|opened| opened.handset.serial())
    }

    /// Waits until something changed after `serial` and answers what. A serial of another process
    /// or one too old answers `everything` at once. For streams: ask again with the new serial.
    ///
    /// # Errors
    /// `Closed`, also when the store is closed while it waits.
    pub async fn changes_after(&self, serial: u64) -> Result<Changed, JawlaError> {
        self.with(move |handset| async move {
            let changed = handset.after(serial).await;
            Ok(Changed {
                serial: changed.serial,
                names: changed.names,
            })
        })
        .await
    }
}
