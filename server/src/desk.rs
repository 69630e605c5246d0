//! The desk: what the office's pages stand on beside rows and accounts.
//!
//! One [`Desk`] carries out their orders, reads single dossiers, tells what changes, keeps teams,
//! preferences and photos. Rights are checked here, by the role of the account that orders;
//! everything that waits for a disk runs where blocking is allowed.

mod changes;
mod dossiers;
mod imports;
mod orders;
mod photos;
mod preferences;
mod teams;

use std::fmt;
use std::sync::{Arc, Mutex};

use jawla_model::reference::ReferenceBundle;
use jawla_model::{PersonId, ReceivedAt, Role};

use crate::accounts::AccountError;
use crate::blobs::Blobs;
use crate::core::ServerCore;
use crate::enrolment::ServerAddress;
use crate::http::Clock;
use crate::office::Accounts;
use crate::store::sqlite::SqliteStore;
use changes::Heard;

/// Answers where phones find the server now; none while it has not announced an address.
pub type AddressOfPhones = Arc<dyn Fn() -> Option<ServerAddress> + Send + Sync>;

/// What a desk is made from.
#[derive(Clone)]
pub struct DeskParts {
    /// The server without sockets.
    pub core: Arc<ServerCore>,
    /// Its store.
    pub store: Arc<SqliteStore>,
    /// The office's accounts.
    pub accounts: Arc<Accounts>,
    /// Files by their hash.
    pub blobs: Arc<dyn Blobs>,
    /// Where phones find the server.
    pub address: AddressOfPhones,
    /// The time.
    pub clock: Clock,
    /// Names and codes of the province.
    pub bundle: Arc<ReferenceBundle>,
}

/// The desk. Clones share it.
#[derive(Clone)]
pub struct Desk {
    parts: Arc<DeskParts>,
    heard: Arc<Heard>,
    imports: Arc<Mutex<imports::Held>>,
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk").finish_non_exhaustive()
    }
}

/// Work that broke off: a thread panicked, which no path does.
#[derive(Debug, thiserror::Error)]
#[error("the work broke off")]
pub(crate) struct BrokeOff;

impl Desk {
    /// A desk that from now on hears what its store commits; one desk per store.
    pub fn new(parts: DeskParts) -> Self {
        let heard = Arc::new(Heard::since(crate::clock::now_ms()));
        let told = Arc::clone(&heard);
        if !parts
            .store
            .listen(Arc::new(move |happened| told.note(happened)))
        {
            tracing::error!("the store has a listener already: this desk hears nothing");
        }
        Self {
            parts: Arc::new(parts),
            heard,
            imports: Arc::default(),
        }
    }

    fn now(&self) -> ReceivedAt {
        (self.parts.clock)()
    }

    /// What the person may do now; none without an open account.
    fn role_of(&self, person: PersonId) -> Result<Option<Role>, AccountError> {
        self.parts.accounts.role_of(&person)
    }

    /// Runs what waits for a disk on a thread that may block.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Desk) -> T + Send + 'static,
    ) -> Result<T, BrokeOff> {
        let desk = self.clone();
        tokio::task::spawn_blocking(move || work(&desk))
            .await
            .map_err(|error| {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "a page's work broke off"
                );
                BrokeOff
            })
    }
}
