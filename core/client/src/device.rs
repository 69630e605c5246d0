//! The device, in one thread: its store, its documents, its engine. Every method returns when
//! what it did is on disk; none of them waits for a network.
//!
//! [`crate::Client`] wraps it for apps; the simulator drives it as it is.

mod authoring;
mod enrolling;
mod exporting;
mod files;
mod pages;
mod projection;
mod reading;
mod session;
mod verifying;

use std::collections::BTreeMap;
use std::sync::Arc;

use jawla_dossier::{Document, Dossier, History};
use jawla_model::{ActorId, DocumentId, PersonId, Role};
use jawla_sync::device::{DeviceEngine, Now, Speech};

pub use authoring::NewVisit;
pub use enrolling::EnrolAttempt;
pub use exporting::Exported;
pub use files::{FileMoved, FileTask};
pub use reading::{OutboxRow, OutboxTotals, ScopeStanding, VisitEditing};
pub use session::Told;
pub use verifying::{DeviceReport, Disagreement};

use projection::LastRead;

use crate::blobs::DeviceFiles;
use crate::error::ClientError;
use crate::platform::Platform;
use crate::store::{CODEC, DeviceRow, DeviceStore, StoreOptions};
use crate::witness::Witness;

/// Documents kept in memory: a commune's dossiers, at most about 10 MB.
const DOCUMENTS_MAX: usize = 64;

/// What a device stands on.
pub struct DeviceParts {
    /// Its files beside the database.
    pub files: Arc<dyn DeviceFiles>,
    /// Its clocks and randomness.
    pub platform: Arc<dyn Platform>,
    /// Its storage that no backup takes.
    pub witness: Arc<dyn Witness>,
}

/// Whether the store may write as who it says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nobody's yet.
    NotEnrolled,
    /// As it should.
    Enrolled,
    /// The database is older than its witness: it was copied back or copied away. It may be
    /// read, and has to be enrolled again before it writes.
    RolledBack,
    /// The server withdrew this device's rights, or knows it twice or not at all.
    Withdrawn,
}

/// One device.
pub struct Device {
    store: DeviceStore,
    parts: DeviceParts,
    documents: BTreeMap<DocumentId, Document>,
    last_dossier: Option<LastRead<Dossier>>,
    last_history: Option<LastRead<History>>,
    actor: Option<ActorId>,
    engine: Option<DeviceEngine>,
    speech: Speech,
    standing: Standing,
}

impl std::fmt::Debug for Device {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Device")
            .field("standing", &self.standing)
            .finish_non_exhaustive()
    }
}

impl Device {
    /// Opens the store of a device.
    ///
    /// # Errors
    /// [`ClientError::Storage`], [`ClientError::StorageFull`], [`ClientError::TooNew`].
    pub fn open(options: &StoreOptions, parts: DeviceParts) -> Result<Self, ClientError> {
        let store = DeviceStore::open(options)?;
        let mut device = Self {
            store,
            parts,
            documents: BTreeMap::new(),
            last_dossier: None,
            last_history: None,
            actor: None,
            engine: None,
            speech: Speech::Short,
            standing: Standing::NotEnrolled,
        };
        device.refresh_lists()?;
        device.look_around()?;
        Ok(device)
    }

    /// Compares the database with its witness and makes the engine.
    fn look_around(&mut self) -> Result<(), ClientError> {
        self.engine = None;
        self.actor = None;
        let Some(row) = DeviceRow::find(self.store.conn())? else {
            self.standing = Standing::NotEnrolled;
            return Ok(());
        };
        let rolled_back = self.parts.witness.recall().is_some_and(|testimony| {
            testimony.incarnation != row.incarnation || testimony.last_request > row.last_request
        });
        self.standing = if rolled_back {
            Standing::RolledBack
        } else {
            Standing::Enrolled
        };
        self.engine = Some(DeviceEngine::new(row.identity()?, CODEC, self.speech));
        Ok(())
    }

    /// Speaks to the server in this form until the store is opened again; [`Speech::Short`] unless
    /// something else is said.
    ///
    /// # Errors
    /// [`ClientError::Storage`].
    pub fn speak(&mut self, speech: Speech) -> Result<(), ClientError> {
        self.speech = speech;
        self.start_over()
    }

    /// Forgets what is in memory only, after a call that panicked: the database is the truth, and
    /// an actor whose last change may not be on disk is never used again.
    pub(crate) fn start_over(&mut self) -> Result<(), ClientError> {
        self.documents.clear();
        let withdrawn = self.standing == Standing::Withdrawn;
        self.look_around()?;
        if withdrawn {
            self.standing = Standing::Withdrawn;
        }
        Ok(())
    }

    /// Whether the store may write.
    pub fn standing(&self) -> Standing {
        self.standing
    }

    /// Who this device is.
    ///
    /// # Errors
    /// [`ClientError::NotEnrolled`], [`ClientError::Storage`].
    pub fn row(&self) -> Result<DeviceRow, ClientError> {
        DeviceRow::get(self.store.conn())
    }

    /// The database, for reading.
    pub fn store(&self) -> &DeviceStore {
        &self.store
    }

    /// The files beside it.
    pub fn files(&self) -> &Arc<dyn DeviceFiles> {
        &self.parts.files
    }

    pub(crate) fn now(&self) -> Now {
        self.parts.platform.now()
    }

    fn random16(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        self.parts.platform.random(&mut bytes);
        bytes
    }

    fn random_u64(&self) -> u64 {
        let mut bytes = [0; 8];
        self.parts.platform.random(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// Whose device this is, and in which role they write into a scope.
    fn writer_in(&self, scope: jawla_model::ScopeId) -> Result<(PersonId, Role), ClientError> {
        let row = self.row()?;
        let role = crate::store::log_scopes(self.store.conn())?
            .into_iter()
            .find(|known| known.cursor.scope == scope)
            .map(|known| known.role)
            .ok_or(ClientError::NotYours)?;
        Ok((row.person, role))
    }
}
