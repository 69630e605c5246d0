//! Opening, enrolling, status, settings, closing, wiping.

use std::sync::Arc;

use jawla_views::{Phone, phone};

use crate::error::JawlaError;
use crate::platform::{self, PlatformServices};
use crate::runtime::block;
use crate::store::FieldStore;
use crate::words::{Language, NetworkKind, Role, Standing, WhyWaiting};

/// When exchanges with the server begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum ExchangeMode {
    /// Only when the app asks: scripts, tests, apps with a scheduler of their own.
    WhenAsked,
    /// By themselves too: shortly after work was done, when the network comes, every 15 minutes.
    ByItself,
}

/// What a store is opened with.
#[derive(Debug, Clone, uniffi::Record)]
pub struct OpenOptions {
    /// A folder of the app's private storage that no backup takes; made if there is none.
    pub folder: String,
    /// When exchanges begin.
    pub exchange: ExchangeMode,
    /// The language of pages until the person chooses one.
    #[uniffi(default = None)]
    pub language: Option<Language>,
    /// Communes, programmes and reasons as JSON, until the province's have arrived; at most 8 MiB.
    #[uniffi(default = None)]
    pub reference_json: Option<String>,
}

/// A person, by name. Names are erasable: show them, do not store them.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct PersonName {
    /// Whose.
    pub person: String,
    /// In Latin letters.
    pub name_fr: String,
    /// In Arabic letters; may be empty.
    pub name_ar: String,
    /// The role; none when unknown.
    pub role: Option<Role>,
}

impl From<jawla_views::PersonRow> for PersonName {
    fn from(row: jawla_views::PersonRow) -> Self {
        Self {
            person: row.person.hex(),
            name_fr: row.name_fr,
            name_ar: row.name_ar,
            role: row.role.map(Role::from),
        }
    }
}

/// What a person set on this device; kept on it, never sent.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Settings {
    /// The language of pages; none until chosen.
    pub language: Option<Language>,
    /// Size of texts, 0 to 3.
    pub text_step: u8,
    /// Black on white, bold, for the sun.
    pub sun: bool,
    /// Photos travel only over a free link.
    pub photos_on_free_link_only: bool,
    /// Nothing is sent until this is taken back.
    pub paused: bool,
}

impl From<phone::Settings> for Settings {
    fn from(settings: phone::Settings) -> Self {
        Self {
            language: settings.language.map(Language::from),
            text_step: settings.text_step,
            sun: settings.sun,
            photos_on_free_link_only: settings.photos_on_free_link_only,
            paused: settings.paused,
        }
    }
}

impl From<Settings> for phone::Settings {
    fn from(settings: Settings) -> Self {
        Self {
            language: settings.language.map(Into::into),
            text_step: settings.text_step.min(3),
            sun: settings.sun,
            photos_on_free_link_only: settings.photos_on_free_link_only,
            paused: settings.paused,
        }
    }
}

/// The receipt of the last complete exchange: four words to compare by phone with the office.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ReceiptWords {
    /// Four numbers of the word list, 0 to 255.
    pub numbers: Vec<u8>,
    /// As they are read out, French: `olive · dune · savon · pont`. Empty without `screens`.
    pub words_fr: String,
    /// As they are read out, Arabic. Empty without `screens`.
    pub words_ar: String,
}

pub(crate) fn receipt_of(numbers: [u8; 4]) -> ReceiptWords {
    #[cfg(feature = "screens")]
    let (words_fr, words_ar) = {
        use jawla_model::Language::{Ar, Fr};
        let words = jawla_ui::receipt::words;
        (words(Fr, numbers), words(Ar, numbers))
    };
    #[cfg(not(feature = "screens"))]
    let (words_fr, words_ar) = (String::new(), String::new());
    ReceiptWords {
        numbers: numbers.to_vec(),
        words_fr,
        words_ar,
    }
}

/// Bytes on this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct StorageUse {
    /// Free on the disk; none where the platform does not tell.
    pub free_bytes: Option<u64>,
    /// Of the database.
    pub database_bytes: u64,
    /// Of photos and other files.
    pub files_bytes: u64,
}

/// How the device stands.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct DeviceStatus {
    /// Whether it may write, and as whom.
    pub standing: Standing,
    /// Whose device it is; none before enrolment.
    pub person: Option<PersonName>,
    /// The strongest role in any scope.
    pub role: Option<Role>,
    /// The device's clock, milliseconds since 1970 UTC.
    pub now_ms: i64,
    /// The last complete exchange by the device's clock.
    pub last_contact_ms: Option<i64>,
    /// How far the device's clock is ahead of the server's, in seconds, when last heard.
    pub clock_off_s: Option<i64>,
    /// The receipt; none before the first complete exchange.
    pub receipt: Option<ReceiptWords>,
    /// Records (visits, projects) that are not wholly with the province.
    pub waiting_records: u64,
    /// Bytes of their changes.
    pub waiting_change_bytes: u64,
    /// Files that wait.
    pub waiting_files: u64,
    /// Bytes of them.
    pub waiting_file_bytes: u64,
    /// Fields being typed, no change yet.
    pub typing_fields: u64,
    /// Whether an exchange is under way now.
    pub exchanging: bool,
    /// Why the last exchange broke off, while it waits for its next try.
    pub waiting_for: Option<WhyWaiting>,
    /// What the app said of the link.
    pub network: NetworkKind,
    /// Work that the province did not take, in records: see `set_aside`.
    pub set_aside: u64,
    /// Whether everything of the first installation is here.
    pub installed: bool,
    /// Bytes on this device.
    pub storage: StorageUse,
    /// The server's address; empty before enrolment.
    pub server: String,
    /// What the person set.
    pub settings: Settings,
}

impl From<phone::PhoneStatus> for DeviceStatus {
    fn from(status: phone::PhoneStatus) -> Self {
        Self {
            standing: status.standing.into(),
            person: status.person.map(PersonName::from),
            role: status.role.map(Role::from),
            now_ms: status.now_ms,
            last_contact_ms: status.last_contact_ms,
            clock_off_s: status.clock_off_s,
            receipt: status.receipt.map(receipt_of),
            waiting_records: status.waiting.records,
            waiting_change_bytes: status.waiting.change_bytes,
            waiting_files: status.waiting.files,
            waiting_file_bytes: status.waiting.file_bytes,
            typing_fields: status.waiting.typing,
            exchanging: matches!(status.exchange, phone::Exchange::Running(_)),
            waiting_for: match status.exchange {
                phone::Exchange::Waiting { why, .. } => Some(why.into()),
                _ => None,
            },
            network: status.network.into(),
            set_aside: status.asides,
            installed: status.installed,
            storage: StorageUse {
                free_bytes: status.storage.free_bytes,
                database_bytes: status.storage.database_bytes,
                files_bytes: status.storage.files_bytes,
            },
            server: status.server,
            settings: status.settings.into(),
        }
    }
}

#[uniffi::export]
impl FieldStore {
    /// Opens the store in a folder, or makes one, encrypted under a key of the key store. Takes a
    /// few tens of milliseconds on the library's threads.
    ///
    /// # Errors
    /// `AskPerson` (`wrong_key`, `key_missing`, `key_store_failed`, `storage_full`, `too_new`),
    /// `FixInput` (`already_open`, `file_unwritable`, `bad_reference`), `ReportBug`.
    #[uniffi::constructor]
    pub async fn open(
        options: OpenOptions,
        platform: PlatformServices,
    ) -> Result<Arc<Self>, JawlaError> {
        Self::open_now(options, platform).await
    }

    /// Closes the store: ends every call with `Closed`, cancels what runs, and answers when the
    /// files are let go. What a call had answered is on disk; nothing is lost.
    ///
    /// # Errors
    /// `Closed` when it was closed before; `ReportBug` (`not_closed`).
    pub async fn close_store(&self) -> Result<(), JawlaError> {
        self.close_now().await
    }

    /// Whether the store is closed or being closed. Looks at memory only.
    pub fn is_closed(&self) -> bool {
        self.is_closing()
    }

    /// Destroys the store: closes it if it is open, destroys the keys first, then the files.
    /// What was not sent is gone.
    ///
    /// # Errors
    /// `AskPerson` (`key_store_failed`): nothing is destroyed then but the store is closed;
    /// `FixInput` (`file_unwritable`): a file stayed, unreadable without its key.
    pub async fn wipe(&self) -> Result<(), JawlaError> {
        if !self.is_closing() {
            self.close_now().await?;
        }
        let (keys, folder) = (Arc::clone(&self.services.keys), self.folder().to_owned());
        block(move || {
            platform::forget_keys(&*keys)?;
            remove_store(&folder)
        })
        .await?
    }

    /// Enrols the device by an invitation, for the first time or again. Needs the network.
    ///
    /// # Errors
    /// `FixInput` (`not_an_invitation`), `AskPerson` (`invitation_expired`, `not_our_server`,
    /// `enrol_refused`), `Wait` (`unreachable`); the device is then as it was.
    pub async fn enrol(&self, invitation: String, device_name: String) -> Result<(), JawlaError> {
        self.with(move |handset| async move { Ok(handset.enrol(&invitation, &device_name).await?) })
            .await
    }

    /// How the device stands: who, what waits, what the link is.
    ///
    /// # Errors
    /// `Wait`, `ReportBug`, `Closed`.
    pub async fn status(&self) -> Result<DeviceStatus, JawlaError> {
        self.with(|handset| async move { Ok(handset.status().await?.into()) })
            .await
    }

    /// Keeps settings.
    ///
    /// # Errors
    /// `AskPerson` (`storage_full`), `ReportBug`, `Closed`.
    pub async fn save_settings(&self, settings: Settings) -> Result<(), JawlaError> {
        self.with(move |handset| async move { Ok(handset.save_settings(settings.into()).await?) })
            .await
    }

    /// Says what the link costs from now on. One that came is used.
    ///
    /// # Errors
    /// `Closed`.
    pub async fn set_network(&self, kind: NetworkKind) -> Result<(), JawlaError> {
        self.with(move |handset| async move {
            handset.set_network(kind.into()).await;
            Ok(())
        })
        .await
    }
}

/// Removes what a store consists of, and nothing else that may lie in the folder.
fn remove_store(folder: &std::path::Path) -> Result<(), JawlaError> {
    let gone = |result: std::io::Result<()>| match result {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(JawlaError::fix("file_unwritable"))
        }
        _ => Ok(()),
    };
    for name in ["store.db", "store.db-wal", "store.db-shm", "witness"] {
        gone(std::fs::remove_file(folder.join(name)))?;
    }
    gone(std::fs::remove_dir_all(folder.join("files")))
}
