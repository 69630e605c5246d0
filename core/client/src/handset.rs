//! A device as its pages see it: [`Client`] behind the traits of `jawla-views`, with an exchange
//! that runs by itself in the background.

mod asking;
mod exchanging;
mod names;
mod ordering;

use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use jawla_model::reference::ReferenceBundle;
use jawla_model::visit::PhotoRole;
use jawla_model::{DocumentId, FieldPath, Hash32, Value, VisitId};
use jawla_views::phone::{
    BlobPart, EnrolFault, Network, Outgoing, PhoneStatus, SendOrder, SetAside, Settings, VisitForm,
};
use jawla_views::{
    Changed, Changes, Command, CommandError, Commands, Dossiers, HistoryEntry, MoneyFactRow, Page,
    PageWindow, Phone, ProjectFields, Receipt, ViewError, Views, VisitFields,
};

use crate::client::Client;
use crate::error::ClientError;
use crate::platform::LinkKind;
use exchanging::{ExchangeTask, Exchanger};
use names::Names;

/// The largest reference bundle that is read: ten provinces' lists.
const REFERENCE_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// What a handset is started with.
#[derive(Debug, Clone)]
pub struct HandsetOptions {
    /// Communes, programmes, reasons until the province's have arrived.
    pub reference: ReferenceBundle,
    /// Whether it exchanges by itself. Tests order each exchange.
    pub by_itself: ByItself,
}

/// Whether exchanges begin by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByItself {
    /// After work was done, when the network comes, and from time to time.
    Yes,
    /// Only when a person orders one.
    No,
}

impl HandsetOptions {
    /// A handset that exchanges by itself.
    pub fn new(reference: ReferenceBundle) -> Self {
        Self {
            reference,
            by_itself: ByItself::Yes,
        }
    }
}

/// A device as its pages see it. Cheap to clone.
#[derive(Clone)]
pub struct Handset {
    client: Client,
    shipped: Arc<ReferenceBundle>,
    names: Arc<Names>,
    exchanger: Arc<Exchanger>,
    _task: Arc<ExchangeTask>,
}

impl std::fmt::Debug for Handset {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Handset").finish_non_exhaustive()
    }
}

impl Handset {
    /// Starts the exchange of an opened device; call it inside a tokio runtime. It ends when the
    /// last clone goes.
    pub fn start(client: Client, options: HandsetOptions) -> Self {
        let names = Arc::new(Names::new());
        let (exchanger, task) = Exchanger::start(&client, &names, options.by_itself);
        names::forward(client.observe(), Arc::downgrade(&names));
        Self {
            client,
            shipped: Arc::new(options.reference),
            names,
            exchanger,
            _task: Arc::new(task),
        }
    }

    /// What the link counts as, by what the shell said of it and what the person set.
    ///
    /// # Errors
    /// Those of the disk.
    pub async fn link(&self) -> Result<LinkKind, ClientError> {
        let settings = self.client.call(|device| device.settings()).await?;
        Ok(exchanging::link_for(self.exchanger.network(), settings))
    }

    /// The device itself.
    pub fn client(&self) -> &Client {
        &self.client
    }
}

/// What a failed call means to a page that only asked.
fn view_error(error: ClientError) -> ViewError {
    match error {
        ClientError::Storage(crate::error::StorageError::Rows(error)) => error,
        other => ViewError::Store(Box::new(other)),
    }
}

/// `None` for what is not on this device.
fn found<T>(answer: Result<T, ClientError>) -> Result<Option<T>, ViewError> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(ClientError::NotFound(_)) => Ok(None),
        Err(error) => Err(view_error(error)),
    }
}

#[async_trait]
impl Dossiers for Handset {
    async fn project_fields(
        &self,
        document: DocumentId,
    ) -> Result<Option<ProjectFields>, ViewError> {
        found(
            self.client
                .call(move |device| device.project_shown(document))
                .await,
        )
    }

    async fn visit_fields(
        &self,
        document: DocumentId,
        visit: VisitId,
    ) -> Result<Option<VisitFields>, ViewError> {
        found(
            self.client
                .call(move |device| device.visit_shown(document, visit))
                .await,
        )
    }

    async fn money_facts(&self, document: DocumentId) -> Result<Vec<MoneyFactRow>, ViewError> {
        let facts = self
            .client
            .call(move |device| device.money_facts(document))
            .await;
        Ok(found(facts)?.unwrap_or_default())
    }

    async fn history(
        &self,
        document: DocumentId,
        _asker: Option<jawla_model::PersonId>,
        window: PageWindow,
    ) -> Result<Page<HistoryEntry>, ViewError> {
        let page = self
            .client
            .call(move |device| device.history_shown(document, window))
            .await;
        Ok(found(page)?.unwrap_or(Page {
            rows: Vec::new(),
            total: 0,
            offset: window.offset,
        }))
    }
}

#[async_trait]
impl Commands for Handset {
    async fn carry_out(
        &self,
        by: jawla_model::PersonId,
        command: Command,
    ) -> Result<Receipt, CommandError> {
        self.order(by, command).await
    }
}

#[async_trait]
impl Changes for Handset {
    fn serial(&self) -> u64 {
        self.names.serial()
    }

    async fn after(&self, serial: u64) -> Changed {
        self.names.after(serial).await
    }
}

#[async_trait]
impl Phone for Handset {
    fn views(&self) -> Arc<dyn Views> {
        self.client.views()
    }

    async fn reference(&self) -> Arc<ReferenceBundle> {
        let newest = self
            .client
            .call(|device| {
                let mut newest: Option<ReferenceBundle> = None;
                for hash in device.reference_files()? {
                    let bundle = read_bundle(device, hash);
                    let newer = |one: &ReferenceBundle| {
                        newest
                            .as_ref()
                            .is_none_or(|held| held.version < one.version)
                    };
                    if let Some(bundle) = bundle.filter(newer) {
                        newest = Some(bundle);
                    }
                }
                Ok(newest)
            })
            .await;
        match newest {
            Ok(Some(bundle)) if bundle.version >= self.shipped.version => Arc::new(bundle),
            _ => Arc::clone(&self.shipped),
        }
    }

    async fn status(&self) -> Result<PhoneStatus, ViewError> {
        self.status_now().await.map_err(view_error)
    }

    async fn enrol(&self, invitation: &str, device_name: &str) -> Result<(), EnrolFault> {
        let done = self.client.enrol(invitation.trim(), device_name).await;
        done.map_err(|error| ordering::enrol_fault(&error))?;
        self.names.say(["everything".to_owned()]);
        self.exchanger.wanted_now();
        Ok(())
    }

    async fn type_value(
        &self,
        document: DocumentId,
        at: FieldPath,
        value: Value,
    ) -> Result<i64, CommandError> {
        self.client
            .call(move |device| {
                device.type_value(document, at, value)?;
                Ok(device.now().wall_ms)
            })
            .await
            .map_err(ordering::command_error)
    }

    async fn leave(&self, document: DocumentId) -> Result<(), CommandError> {
        self.client
            .leave(document)
            .await
            .map_err(ordering::command_error)?;
        self.exchanger.wanted_soon();
        Ok(())
    }

    async fn visit_form(
        &self,
        document: DocumentId,
        visit: VisitId,
    ) -> Result<Option<VisitForm>, ViewError> {
        self.form(document, visit).await
    }

    async fn fill_as_before(
        &self,
        document: DocumentId,
        visit: VisitId,
    ) -> Result<(), CommandError> {
        self.changing(document, move |device| {
            device.fill_as_before(document, visit)
        })
        .await
    }

    async fn add_photo(
        &self,
        document: DocumentId,
        visit: VisitId,
        role: PhotoRole,
        bytes: Vec<u8>,
    ) -> Result<Hash32, CommandError> {
        self.changing(document, move |device| {
            device.attach_photo(document, visit, role, &bytes)
        })
        .await
    }

    async fn blob(
        &self,
        hash: Hash32,
        range: Option<Range<u64>>,
    ) -> Result<Option<BlobPart>, ViewError> {
        found(
            self.client
                .call(move |device| asking::blob_part(device, hash, range))
                .await,
        )
    }

    async fn outgoing(&self) -> Result<Vec<Outgoing>, ViewError> {
        self.outgoing_now().await.map_err(view_error)
    }

    async fn set_aside(&self) -> Result<Vec<SetAside>, ViewError> {
        self.client
            .call(|device| device.set_aside_shown())
            .await
            .map_err(view_error)
    }

    async fn reopen(&self, document: DocumentId, visit: VisitId) -> Result<VisitId, CommandError> {
        self.changing(document, move |device| device.reopen(document, visit))
            .await
    }

    async fn send(&self, order: SendOrder) -> Result<(), CommandError> {
        match order {
            SendOrder::Now => self.exchanger.wanted_now(),
            SendOrder::Cancel => self.exchanger.cancel(),
            SendOrder::RetryFiles => {
                self.client
                    .call(|device| device.retry_files())
                    .await
                    .map_err(ordering::command_error)?;
                self.exchanger.wanted_now();
            }
        }
        Ok(())
    }

    async fn save_settings(&self, settings: Settings) -> Result<(), CommandError> {
        self.client
            .call(move |device| device.save_settings(settings))
            .await
            .map_err(ordering::command_error)?;
        self.names.say(["settings".to_owned()]);
        if settings.paused {
            self.exchanger.cancel();
        } else {
            self.exchanger.wanted_soon();
        }
        Ok(())
    }

    async fn set_network(&self, network: Network) {
        self.exchanger.set_network(network);
    }
}

/// A bundle out of its file; `None` when it is larger than any, or none.
fn read_bundle(device: &crate::Device, hash: Hash32) -> Option<ReferenceBundle> {
    let size_bytes = device.files().size_bytes(hash).ok()??;
    if size_bytes > REFERENCE_BYTES_MAX {
        return None;
    }
    let bytes = asking::read_all(device, hash, 0..size_bytes).ok()?;
    serde_json::from_slice(&bytes).ok()
}
