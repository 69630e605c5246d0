//! The store as an app holds it: open, in use, closed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jawla_client::handset::{ByItself, Handset, HandsetOptions};
use jawla_client::{Client, ClientParts};
use jawla_model::reference::ReferenceBundle;
use jawla_views::Phone;
use tokio::sync::watch;

use crate::error::JawlaError;
use crate::lifecycle::{ExchangeMode, OpenOptions};
use crate::limits;
use crate::platform::{self, AppPlatform, KeyStoreWitness, PlatformServices};
use crate::runtime::{block, run, runtime};

/// Folders with an open store: two writers of one would take each other's numbers.
static OPEN_FOLDERS: LazyLock<Mutex<BTreeSet<PathBuf>>> = LazyLock::new(Mutex::default);

/// A folder that is in use, until this goes.
struct FolderInUse(PathBuf);

impl FolderInUse {
    fn take(folder: &Path) -> Result<Self, JawlaError> {
        let folder = folder
            .canonicalize()
            .map_err(|_| JawlaError::fix("file_unwritable"))?;
        let mut open = lock(&OPEN_FOLDERS);
        if !open.insert(folder.clone()) {
            return Err(JawlaError::fix("already_open"));
        }
        Ok(Self(folder))
    }
}

impl Drop for FolderInUse {
    fn drop(&mut self) {
        lock(&OPEN_FOLDERS).remove(&self.0);
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is there while a store is open.
pub(crate) struct Opened {
    pub(crate) handset: Handset,
    #[cfg(feature = "screens")]
    pub(crate) pages: axum::Router,
    in_use: FolderInUse,
}

/// A phone's store: every dossier of the person's communes, what was recorded and not sent yet,
/// photos. One per folder and process. Free it or call `close_store`; a process that is killed
/// loses nothing that a call had answered.
#[derive(uniffi::Object)]
pub struct FieldStore {
    opened: Mutex<Option<Opened>>,
    /// True from the moment the store is being closed; gone with this object.
    closing: watch::Sender<bool>,
    pub(crate) services: PlatformServices,
    folder: PathBuf,
}

impl std::fmt::Debug for FieldStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FieldStore").finish_non_exhaustive()
    }
}

impl Drop for FieldStore {
    fn drop(&mut self) {
        let Some(opened) = lock(&self.opened).take() else {
            return;
        };
        // The folder stays taken until the store's thread has let go of its files.
        if let Ok(runtime) = runtime() {
            let closed = opened.handset.client().closed();
            let in_use = {
                let Opened { in_use, .. } = opened;
                in_use
            };
            runtime.spawn(async move {
                closed.await;
                drop(in_use);
            });
        }
    }
}

fn read_reference(text: Option<&str>) -> Result<ReferenceBundle, JawlaError> {
    let Some(text) = text else {
        return Ok(ReferenceBundle::default());
    };
    if text.len() > limits::REFERENCE_BYTES_MAX {
        return Err(JawlaError::fix("bad_reference"));
    }
    serde_json::from_str(text).map_err(|_| JawlaError::fix("bad_reference"))
}

fn open_client(
    folder: &Path,
    services: &PlatformServices,
) -> Result<(Client, FolderInUse), JawlaError> {
    std::fs::create_dir_all(folder).map_err(|error| match error.kind() {
        std::io::ErrorKind::StorageFull => JawlaError::ask("storage_full"),
        _ => JawlaError::fix("file_unwritable"),
    })?;
    let in_use = FolderInUse::take(folder)?;
    let platform = AppPlatform::new(services)?;
    let key = platform::key_of(&*services.keys, &platform, &folder.join("store.db"))?;
    let client = Client::open_with(ClientParts {
        folder: folder.to_owned(),
        platform: Arc::new(platform),
        witness: Some(Arc::new(KeyStoreWitness(Arc::clone(&services.keys)))),
        key: Some(key),
    })?;
    Ok((client, in_use))
}

impl FieldStore {
    pub(crate) async fn open_now(
        options: OpenOptions,
        services: PlatformServices,
    ) -> Result<Arc<Self>, JawlaError> {
        let reference = read_reference(options.reference_json.as_deref())?;
        let folder = PathBuf::from(&options.folder);
        let opening = services.clone();
        let place = folder.clone();
        let (client, in_use) = block(move || open_client(&place, &opening)).await??;
        let handset = {
            let _inside = runtime()?.enter();
            let by_itself = match options.exchange {
                ExchangeMode::ByItself => ByItself::Yes,
                ExchangeMode::WhenAsked => ByItself::No,
            };
            Handset::start(
                client,
                HandsetOptions {
                    reference,
                    by_itself,
                },
            )
        };
        let (closing, _) = watch::channel(false);
        let store = Arc::new(Self {
            opened: Mutex::new(Some(Opened {
                #[cfg(feature = "screens")]
                pages: jawla_field::router(Arc::new(handset.clone())),
                handset,
                in_use,
            })),
            closing,
            services,
            folder,
        });
        if let Some(language) = options.language {
            store.choose_first_language(language.into()).await?;
        }
        store.look_at_link().await?;
        Ok(store)
    }

    async fn choose_first_language(
        &self,
        language: jawla_model::Language,
    ) -> Result<(), JawlaError> {
        self.with(move |handset| async move {
            let mut settings = handset.status().await?.settings;
            if settings.language.is_none() {
                settings.language = Some(language);
                handset.save_settings(settings).await?;
            }
            Ok(())
        })
        .await
    }

    /// Asks the app what the link costs, where it can tell.
    pub(crate) async fn look_at_link(&self) -> Result<(), JawlaError> {
        let Some(source) = self.services.network.clone() else {
            return Ok(());
        };
        // Who does not know keeps what was said last.
        if let Ok(Ok(kind)) = block(move || source.current()).await {
            self.with(move |handset| async move {
                handset.set_network(kind.into()).await;
                Ok(())
            })
            .await?;
        }
        Ok(())
    }

    /// What is open; an error once it is being closed.
    pub(crate) fn look<T>(&self, at: impl FnOnce(&Opened) -> T) -> Result<T, JawlaError> {
        lock(&self.opened)
            .as_ref()
            .map(at)
            .ok_or_else(JawlaError::closed)
    }

    /// Resolves when the store is being closed.
    pub(crate) fn closing(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut closing = self.closing.subscribe();
        async move {
            // An error says that the object itself is gone: the same.
            let _ = closing.wait_for(|closing| *closing).await;
        }
    }

    /// Runs work over the open store, until it is closed.
    pub(crate) async fn with<T, Work>(
        &self,
        work: impl FnOnce(Handset) -> Work,
    ) -> Result<T, JawlaError>
    where
        T: Send + 'static,
        Work: Future<Output = Result<T, JawlaError>> + Send + 'static,
    {
        let handset = self.look(|opened| opened.handset.clone())?;
        let work = work(handset);
        let closing = self.closing();
        run(async move {
            tokio::select! {
                biased;
                () = closing => Err(JawlaError::closed()),
                done = work => done,
            }
        })
        .await
    }

    /// Ends every call and waits until the files are let go.
    pub(crate) async fn close_now(&self) -> Result<(), JawlaError> {
        let opened = lock(&self.opened).take().ok_or_else(JawlaError::closed)?;
        self.closing.send_replace(true);
        let closed = opened.handset.client().closed();
        let Opened {
            handset,
            #[cfg(feature = "screens")]
            pages,
            in_use,
        } = opened;
        #[cfg(feature = "screens")]
        drop(pages);
        // Whatever the handset's last clone stops belongs to the runtime's threads.
        run(async move {
            drop(handset);
            let patience = Duration::from_millis(limits::CLOSING_MS_MAX);
            if tokio::time::timeout(patience, closed).await.is_err() {
                return Err(JawlaError::bug("not_closed", "a call held the store open"));
            }
            drop(in_use);
            Ok(())
        })
        .await
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn is_closing(&self) -> bool {
        *self.closing.borrow()
    }
}
