//! The public face of the device: what an app calls.
//!
//! One thread owns the device; calls from any thread wait for their turn without blocking it.
//! Every command returns when it is durable; only [`Client::enrol`] and [`Client::sync`] wait for
//! a network, and dropping them loses nothing.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc;

use jawla_model::visit::{PhotoRole, RecordWord};
use jawla_model::{DocumentId, Edit, FieldPath, Hash32, Value, VisitId};
use jawla_sync::enrol::{Invitation, decode_answer};
use jawla_views::VisitRow;
use jawla_views::sqlite::SqliteViews;
use rusqlite::{Connection, OpenFlags};
use tokio::sync::{Mutex, broadcast, oneshot, watch};

use crate::blobs::{FileError, FolderFiles};
use crate::device::{
    Device, DeviceParts, DeviceReport, Exported, NewVisit, OutboxRow, OutboxTotals, ScopeStanding,
    Standing, VisitEditing,
};
use crate::driver::{self, SyncOptions, SyncProgress, SyncReport};
use crate::error::ClientError;
use crate::http::HttpTransport;
use crate::pin::SpkiPin;
use crate::platform::Platform;
use crate::sealing::{StoreKey, give_key};
use crate::store::{AsideRow, DeviceRow, Sharing, StoreOptions};
use crate::transport::{LinkError, Method, Outgoing, Transport};
use crate::witness::{FileWitness, Witness};

/// Names of what changed, for pages: the database is the state, they ask again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// These dossiers.
    Projects(Vec<DocumentId>),
    /// What waits to be sent.
    Outbox,
}

/// Changes kept for a slow observer; one that falls behind asks for everything again.
const SAID_KEPT_MAX: usize = 64;

/// The answer to an enrolment is small; anything larger is not one.
const ENROL_ANSWER_BYTES_MAX: usize = 256 * 1024;

type Job = Box<dyn FnOnce(&mut Device) + Send>;

struct Inner {
    jobs: mpsc::Sender<Job>,
    said: broadcast::Sender<Said>,
    views: Arc<SqliteViews>,
    one_sync: Mutex<()>,
    platform: Arc<dyn Platform>,
    ended: watch::Receiver<()>,
}

/// What a client is opened with.
pub struct ClientParts {
    /// The folder of the store; made if there is none.
    pub folder: PathBuf,
    /// Clocks and chance.
    pub platform: Arc<dyn Platform>,
    /// Storage that no backup takes; a file in the folder when none.
    pub witness: Option<Arc<dyn Witness>>,
    /// The key of a store that is encrypted at rest, files too.
    pub key: Option<StoreKey>,
}

/// A device, opened. Cheap to clone; the store closes when the last clone goes.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}

impl Client {
    /// Opens the store in `folder`, making it if there is none.
    ///
    /// Blocks for a few milliseconds; call it off the main thread.
    ///
    /// # Errors
    /// [`ClientError::Storage`], [`ClientError::StorageFull`], [`ClientError::TooNew`].
    pub fn open(
        folder: impl Into<PathBuf>,
        platform: Arc<dyn Platform>,
    ) -> Result<Self, ClientError> {
        Self::open_with(ClientParts {
            folder: folder.into(),
            platform,
            witness: None,
            key: None,
        })
    }

    /// The same, with all parts; [`ClientError::WrongKey`] when the store has another key.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_with(parts: ClientParts) -> Result<Self, ClientError> {
        let ClientParts {
            folder,
            platform,
            witness,
            key,
        } = parts;
        let path = folder.join("store.db");
        let seal = key.as_ref().map(StoreKey::for_files);
        let files = FolderFiles::open_sealed(folder.join("files"), seal)?;
        let options = StoreOptions {
            path: path.clone(),
            vfs: None,
            sharing: Sharing::Shared,
            key: key.clone(),
        };
        let parts = DeviceParts {
            files: Arc::new(files),
            platform: Arc::clone(&platform),
            witness: witness.unwrap_or_else(|| Arc::new(FileWitness::new(folder.join("witness")))),
        };
        let device = Device::open(&options, parts)?;
        let views = SqliteViews::pooled(Box::new(move || {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let connection = Connection::open_with_flags(&path, flags)?;
            if let Some(key) = &key {
                give_key(&connection, key)?;
            }
            Ok(connection)
        }));
        Self::run(device, views, platform)
    }

    fn run(
        mut device: Device,
        views: SqliteViews,
        platform: Arc<dyn Platform>,
    ) -> Result<Self, ClientError> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let (ending, ended) = watch::channel(());
        std::thread::Builder::new()
            .name("jawla-store".into())
            .spawn(move || {
                while let Ok(job) = queue.recv() {
                    // The transaction is rolled back and nobody was told that it was done: only
                    // what is in memory may be half changed.
                    let done = catch_unwind(AssertUnwindSafe(|| job(&mut device)));
                    if done.is_err() && device.start_over().is_err() {
                        break;
                    }
                }
                drop((device, ending));
            })
            .map_err(|_| ClientError::Defect("the store's thread could not start"))?;
        let (said, _) = broadcast::channel(SAID_KEPT_MAX);
        let inner = Inner {
            jobs,
            said,
            views: Arc::new(views),
            one_sync: Mutex::new(()),
            platform,
            ended,
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Runs `work` on the store's thread and waits for it without blocking this one.
    pub(crate) async fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Device) -> Result<T, ClientError> + Send + 'static,
    ) -> Result<T, ClientError> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |device| {
            // Nobody waits any more when the caller was dropped; the work is done all the same.
            let _ = answer.send(work(device));
        });
        self.inner.jobs.send(job).map_err(|_| ClientError::Closed)?;
        // The thread drops the answer only where the work panicked.
        let panicked = ClientError::Defect("a call panicked");
        answered.await.map_err(|_| panicked)?
    }

    /// Resolves when the store is closed: every clone of this client has gone, and the database
    /// with them. Holds none itself.
    pub fn closed(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut ended = self.inner.ended.clone();
        async move {
            // The other end sends nothing; it only goes.
            while ended.changed().await.is_ok() {}
        }
    }

    pub(crate) fn say(&self, said: Said) {
        // Without observers there is nobody to tell.
        let _ = self.inner.said.send(said);
    }

    pub(crate) async fn random_u64(&self) -> Result<u64, ClientError> {
        let mut bytes = [0; 8];
        self.inner.platform.random(&mut bytes);
        Ok(u64::from_le_bytes(bytes))
    }

    /// What changes, from now on.
    pub fn observe(&self) -> broadcast::Receiver<Said> {
        self.inner.said.subscribe()
    }

    /// Lists and sheets: what pages ask.
    pub fn views(&self) -> Arc<SqliteViews> {
        Arc::clone(&self.inner.views)
    }

    /// Whether this store may write, and as whom.
    ///
    /// # Errors
    /// [`ClientError::Closed`].
    pub async fn standing(&self) -> Result<Standing, ClientError> {
        self.call(|device| Ok(device.standing())).await
    }

    /// Who this device is.
    ///
    /// # Errors
    /// [`ClientError::NotEnrolled`] and those of the disk.
    pub async fn who(&self) -> Result<DeviceRow, ClientError> {
        self.call(|device| device.row()).await
    }

    /// Enrols the device, for the first time or again, with a one-time invitation.
    ///
    /// # Errors
    /// [`ClientError::Invitation`], [`ClientError::Refused`] with the sentence for the person,
    /// [`ClientError::Link`]; the device is then as it was.
    pub async fn enrol(&self, invitation: &str, device_name: &str) -> Result<(), ClientError> {
        let parsed = Invitation::parse(invitation).map_err(ClientError::Invitation)?;
        let transport = transport_to(&parsed.base_url, parsed.pin())?;
        self.enrol_over(&transport, invitation, device_name).await
    }

    /// Enrols over a given link.
    ///
    /// # Errors
    /// As [`enrol`](Self::enrol).
    pub async fn enrol_over(
        &self,
        transport: &dyn Transport,
        invitation: &str,
        device_name: &str,
    ) -> Result<(), ClientError> {
        let (text, name) = (invitation.to_owned(), device_name.to_owned());
        let attempt = self
            .call(move |device| device.attempt_enrolment(&text, &name))
            .await?;
        let request = Outgoing::new(Method::POST, "/v1/enrol")
            .with_header("content-type", "application/x-jawla")
            .with_body(attempt.body.clone());
        let answer = transport.exchange(request).await?;
        let status = answer.status;
        let bytes = answer.body.read_to_end(ENROL_ANSWER_BYTES_MAX).await?;
        let enrolled = match decode_answer(&bytes) {
            Ok(Ok(enrolled)) => enrolled,
            Ok(Err(refusal)) => return Err(ClientError::Refused(refusal)),
            Err(_) if status != 200 => return Err(LinkError::Status { status }.into()),
            Err(_) => return Err(LinkError::Garbled.into()),
        };
        self.call(move |device| device.complete_enrolment(&attempt, &enrolled))
            .await
    }

    /// Synchronises over the device's own link: records, then files as the link's cost allows.
    /// A second call waits for the first.
    ///
    /// # Errors
    /// [`ClientError::NotEnrolled`] and those of the disk; a link that fails is in the report.
    pub async fn sync(
        &self,
        options: SyncOptions,
        told: impl FnMut(SyncProgress) + Send,
    ) -> Result<SyncReport, ClientError> {
        let row = self.who().await?;
        let transport = transport_to(&row.base_url, row.tls_pin)?;
        self.sync_over(&transport, options, told).await
    }

    /// Synchronises over a given link.
    ///
    /// # Errors
    /// As [`sync`](Self::sync).
    pub async fn sync_over(
        &self,
        transport: &dyn Transport,
        options: SyncOptions,
        mut told: impl FnMut(SyncProgress) + Send,
    ) -> Result<SyncReport, ClientError> {
        let _one_at_a_time = self.inner.one_sync.lock().await;
        driver::synchronise(self, transport, options, &mut told).await
    }

    /// The scopes of this device.
    ///
    /// # Errors
    /// Those of the disk.
    pub async fn scopes(&self) -> Result<Vec<ScopeStanding>, ClientError> {
        self.call(|device| device.scopes()).await
    }

    /// See [`Device::type_value`].
    ///
    /// # Errors
    /// As there.
    pub async fn type_value(
        &self,
        document: DocumentId,
        path: FieldPath,
        value: Value,
    ) -> Result<(), ClientError> {
        self.call(move |device| device.type_value(document, path, value))
            .await
    }

    /// See [`Device::leave`].
    ///
    /// # Errors
    /// As there.
    pub async fn leave(&self, document: DocumentId) -> Result<(), ClientError> {
        self.call(move |device| device.leave(document)).await?;
        self.say(Said::Projects(vec![document]));
        Ok(())
    }

    /// See [`Device::start_visit`].
    ///
    /// # Errors
    /// As there.
    pub async fn start_visit(&self, new: NewVisit) -> Result<VisitId, ClientError> {
        let visit = self.call(move |device| device.start_visit(new)).await?;
        self.say(Said::Projects(vec![new.document]));
        Ok(visit)
    }

    /// See [`Device::visit_editing`].
    ///
    /// # Errors
    /// As there.
    pub async fn visit(
        &self,
        document: DocumentId,
        visit: VisitId,
    ) -> Result<VisitEditing, ClientError> {
        self.call(move |device| device.visit_editing(document, visit))
            .await
    }

    /// See [`Device::edit`].
    ///
    /// # Errors
    /// As there.
    pub async fn edit(&self, document: DocumentId, edits: Vec<Edit>) -> Result<(), ClientError> {
        self.call(move |device| device.edit(document, edits))
            .await?;
        self.say(Said::Projects(vec![document]));
        Ok(())
    }

    /// See [`Device::settle`].
    ///
    /// # Errors
    /// As there.
    pub async fn settle(
        &self,
        document: DocumentId,
        at: FieldPath,
        value: Value,
    ) -> Result<(), ClientError> {
        self.call(move |device| device.settle(document, at, value))
            .await?;
        self.say(Said::Projects(vec![document]));
        Ok(())
    }

    /// See [`Device::attach_photo`]. `bytes` are those of the camera's file.
    ///
    /// # Errors
    /// As there.
    pub async fn attach_photo(
        &self,
        document: DocumentId,
        visit: VisitId,
        role: PhotoRole,
        bytes: Vec<u8>,
    ) -> Result<Hash32, ClientError> {
        self.call(move |device| device.attach_photo(document, visit, role, &bytes))
            .await
    }

    /// See [`Device::finish_visit`].
    ///
    /// # Errors
    /// As there.
    pub async fn finish_visit(
        &self,
        document: DocumentId,
        visit: VisitId,
    ) -> Result<(), ClientError> {
        self.call(move |device| device.finish_visit(document, visit))
            .await?;
        self.say(Said::Projects(vec![document]));
        Ok(())
    }

    /// See [`Device::outbox`].
    ///
    /// # Errors
    /// Those of the disk.
    pub async fn outbox(&self) -> Result<Vec<OutboxRow>, ClientError> {
        self.call(|device| device.outbox()).await
    }

    /// See [`Device::outbox_totals`].
    ///
    /// # Errors
    /// Those of the disk.
    pub async fn outbox_totals(&self) -> Result<OutboxTotals, ClientError> {
        self.call(|device| device.outbox_totals()).await
    }

    /// See [`Device::asides`].
    ///
    /// # Errors
    /// Those of the disk.
    pub async fn asides(&self) -> Result<Vec<AsideRow>, ClientError> {
        self.call(|device| device.asides()).await
    }

    /// Writes everything that the province has not acknowledged into a new file: signed packs
    /// and files. The store stays as it is.
    ///
    /// # Errors
    /// [`ClientError::NotEnrolled`] and those of the disk; there is no file then.
    pub async fn export_unsent(&self, to: PathBuf) -> Result<Exported, ClientError> {
        self.call(move |device| {
            let fresh = to.with_extension("part");
            let failed = |error: std::io::Error| ClientError::from(FileError::from(error));
            let written = std::fs::File::create_new(&fresh)
                .map_err(failed)
                .and_then(|file| {
                    let mut out = std::io::BufWriter::new(file);
                    let done = device.export_unsent(&mut out)?;
                    let file = out
                        .into_inner()
                        .map_err(|error| failed(error.into_error()))?;
                    file.sync_all().map_err(failed)?;
                    std::fs::rename(&fresh, &to).map_err(failed)?;
                    Ok(done)
                });
            if written.is_err() {
                // Half an export is none.
                let _ = std::fs::remove_file(&fresh);
            }
            written
        })
        .await
    }

    /// The word of a visit.
    ///
    /// # Errors
    /// Those of the disk.
    pub async fn word_of(&self, row: VisitRow) -> Result<RecordWord, ClientError> {
        self.call(move |device| device.word_of(&row)).await
    }

    /// Rebuilds everything from change rows and compares.
    ///
    /// # Errors
    /// Those of the disk; what does not add up is in the report.
    pub async fn verify(&self) -> Result<DeviceReport, ClientError> {
        self.call(|device| device.verify()).await
    }
}

/// The link that an invitation describes.
pub fn transport_to(base_url: &str, pin: Option<[u8; 32]>) -> Result<HttpTransport, ClientError> {
    let pins: Vec<SpkiPin> = pin.into_iter().map(SpkiPin).collect();
    HttpTransport::new(base_url, &pins).map_err(ClientError::Address)
}
