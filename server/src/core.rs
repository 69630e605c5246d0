//! The server without sockets: what becomes of a request, an enrolment, an order of the office.
//!
//! HTTP and the simulator call the same code. [`SyncSession`] takes a request in as it arrives
//! and gives the parts of its answer; [`ServerCore::write`] is how the office writes; [`intake`]
//! brings in projects. The clock comes in as an argument, chance from a stream that was given at
//! the start; everything blocks on the store.

mod answer;
pub mod intake;
mod office;
mod session;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jawla_dossier::codec;
use jawla_model::ReceivedAt;
use jawla_sync::enrol::Certificate;
use jawla_sync::short::Codec;

use crate::blobs::Blobs;
use crate::clock::Chance;
use crate::keys::ServerKeys;
use crate::limits::CERTIFICATE_LIFE_S;
use crate::store::{IncarnationHeld, ScopeOfDevice, Store};
use office::Hands;
pub(crate) use office::claimed;
pub use office::{OfficeAuthor, WriteError, Written};
pub use session::{SyncRefusal, SyncSession};

/// How a change looks inside, for the short form.
const CODEC: Codec = Codec {
    strip: codec::strip,
    rebuild: codec::rebuild,
    skeleton: codec::skeleton,
};

/// What a server stands on. Clones share it.
#[derive(Clone)]
pub struct ServerCore {
    store: Arc<dyn Store>,
    blobs: Arc<dyn Blobs>,
    keys: Arc<ServerKeys>,
    chance: Arc<Mutex<Chance>>,
    hands: Arc<Mutex<Hands>>,
}

impl std::fmt::Debug for ServerCore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServerCore")
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}

impl ServerCore {
    /// A server on this store, these files, these keys, with this stream of chance, which makes
    /// every id, key and secret.
    pub fn new(
        store: Arc<dyn Store>,
        blobs: Arc<dyn Blobs>,
        keys: Arc<ServerKeys>,
        chance: Chance,
    ) -> Self {
        Self {
            store,
            blobs,
            keys,
            chance: Arc::new(Mutex::new(chance)),
            hands: Arc::new(Mutex::new(Hands::default())),
        }
    }

    /// Where everything but keys and files is kept.
    pub fn store(&self) -> &dyn Store {
        self.store.as_ref()
    }

    /// Files by their hash.
    pub fn blobs(&self) -> &dyn Blobs {
        self.blobs.as_ref()
    }

    /// Who the server is.
    pub fn keys(&self) -> &ServerKeys {
        &self.keys
    }

    /// Random bytes fit for identities and secrets.
    pub fn draw<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.chance
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .fill(&mut bytes);
        bytes
    }

    fn hands(&self) -> MutexGuard<'_, Hands> {
        self.hands.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The server's word on who a device belongs to, good for 90 days from now.
    pub fn certificate(
        &self,
        device: &IncarnationHeld,
        scopes: &[ScopeOfDevice],
        now: ReceivedAt,
    ) -> Vec<u8> {
        Certificate {
            incarnation: device.incarnation,
            public_key: device.public_key,
            person: device.person,
            scopes: scopes.iter().map(|of| (of.scope, of.role)).collect(),
            not_before: now.0,
            expires: now.0.saturating_add(CERTIFICATE_LIFE_S),
        }
        .seal(&self.keys.server_id(), self.keys.signing_key())
    }
}
