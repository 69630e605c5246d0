//! What the platform gives: a key store, clocks, chance, the kind of link, the position. The app
//! implements these; the library calls them on its own threads, never while it holds a lock. An
//! implementation answers at once and does not call back into the store.

use std::sync::Arc;

use jawla_client::platform::{Now, Platform, SystemPlatform};
use jawla_client::store::StoreKey;
use jawla_client::witness::{Testimony, Witness};
use jawla_client::{ClientError, error::StorageError};
use zeroize::Zeroizing;

use crate::error::JawlaError;
use crate::words::NetworkKind;

/// The name under which the key of the database lies in the key store.
const KEY_NAME: &str = "jawla.store-key";

/// The name under which the key store remembers how far this store had come.
const WITNESS_NAME: &str = "jawla.witness";

/// Why a service of the platform failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum PlatformFault {
    /// The device is locked, or the person has to allow it.
    #[error("the platform does not give it now: {reason}")]
    NotNow {
        /// For developers, English, without personal data.
        reason: String,
    },
    /// It failed.
    #[error("the platform failed: {reason}")]
    Failed {
        /// For developers, English, without personal data.
        reason: String,
    },
}

impl From<uniffi::UnexpectedUniFFICallbackError> for PlatformFault {
    fn from(error: uniffi::UnexpectedUniFFICallbackError) -> Self {
        PlatformFault::Failed {
            reason: error.reason,
        }
    }
}

/// Small secrets that no backup takes: Keystore, Keychain, a file of mode 600. Called when a
/// store is opened and once per request to the server; may take tens of milliseconds.
#[uniffi::export(foreign)]
pub trait KeyStore: Send + Sync {
    /// The bytes kept under `name`; none when nothing is kept.
    fn load(&self, name: String) -> Result<Option<Vec<u8>>, PlatformFault>;

    /// Keeps `bytes` (at most 100) durably under `name`, in place of what was there.
    fn save(&self, name: String, bytes: Vec<u8>) -> Result<(), PlatformFault>;

    /// Destroys what is kept under `name`; nothing there is no error.
    fn remove(&self, name: String) -> Result<(), PlatformFault>;
}

/// One reading of the platform's clocks.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ClockReading {
    /// What the person's clock says, milliseconds since 1970 UTC. A claim: nothing is decided by
    /// it.
    pub wall_ms: i64,
    /// Milliseconds since the device started, sleep included; never goes back.
    pub mono_ms: u64,
}

/// The clocks of the device. Without one the operating system's are read.
#[uniffi::export(foreign)]
pub trait Clock: Send + Sync {
    /// Reads both clocks.
    fn now(&self) -> Result<ClockReading, PlatformFault>;

    /// Eight bytes that name this start of the device; the same until it restarts.
    fn boot_id(&self) -> Result<Vec<u8>, PlatformFault>;
}

/// A source of randomness beside the operating system's; both are mixed, so that neither alone
/// decides a key.
#[uniffi::export(foreign)]
pub trait SecureRandom: Send + Sync {
    /// Exactly `count` random bytes, at most 64.
    fn random(&self, count: u32) -> Result<Vec<u8>, PlatformFault>;
}

/// What the link costs now, asked when a synchronisation begins. Say changes at once by
/// `FieldStore.set_network`.
#[uniffi::export(foreign)]
pub trait NetworkSource: Send + Sync {
    /// The kind of link.
    fn current(&self) -> Result<NetworkKind, PlatformFault>;
}

/// A position, as a receiver gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct GeoPosition {
    /// Latitude in ten-millionths of a degree.
    pub latitude_e7: i32,
    /// Longitude in ten-millionths of a degree.
    pub longitude_e7: i32,
    /// Radius of uncertainty, in metres.
    pub accuracy_m: u32,
}

/// Where the device is. Called on a thread that may wait.
#[uniffi::export(foreign)]
pub trait PositionSource: Send + Sync {
    /// The position now, waited for at most `wait_ms` milliseconds; none when there is none.
    fn current(&self, wait_ms: u32) -> Result<Option<GeoPosition>, PlatformFault>;
}

/// The services of the platform. Only the key store must be given.
#[derive(Clone, uniffi::Record)]
pub struct PlatformServices {
    /// Where the key of the store lies.
    pub keys: Arc<dyn KeyStore>,
    /// Clocks; the operating system's when none.
    #[uniffi(default = None)]
    pub clock: Option<Arc<dyn Clock>>,
    /// Randomness beside the operating system's.
    #[uniffi(default = None)]
    pub random: Option<Arc<dyn SecureRandom>>,
    /// What the link costs.
    #[uniffi(default = None)]
    pub network: Option<Arc<dyn NetworkSource>>,
    /// Where the device is.
    #[uniffi(default = None)]
    pub position: Option<Arc<dyn PositionSource>>,
}

/// Clocks and chance as the core wants them, over what the app gave.
pub(crate) struct AppPlatform {
    system: SystemPlatform,
    clock: Option<Arc<dyn Clock>>,
    random: Option<Arc<dyn SecureRandom>>,
}

impl AppPlatform {
    pub(crate) fn new(services: &PlatformServices) -> Result<Self, JawlaError> {
        let system = SystemPlatform::new().map_err(|error| JawlaError::bug("no_random", error))?;
        Ok(Self {
            system,
            clock: services.clock.clone(),
            random: services.random.clone(),
        })
    }
}

impl Platform for AppPlatform {
    fn now(&self) -> Now {
        let given = self.clock.as_ref().and_then(|clock| clock.now().ok());
        given.map_or_else(
            || self.system.now(),
            |now| Now {
                mono_ms: now.mono_ms,
                wall_ms: now.wall_ms,
            },
        )
    }

    fn random(&self, out: &mut [u8]) {
        self.system.random(out);
        let Some(source) = &self.random else { return };
        for piece in out.chunks_mut(64) {
            let count = u32::try_from(piece.len()).unwrap_or(64);
            let given = source.random(count).map(Zeroizing::new);
            for (byte, other) in piece
                .iter_mut()
                .zip(given.iter().flat_map(|bytes| bytes.iter()))
            {
                *byte ^= other;
            }
        }
    }

    fn boot_id(&self) -> [u8; 8] {
        let given = self.clock.as_ref().and_then(|clock| clock.boot_id().ok());
        given
            .and_then(|bytes| bytes.try_into().ok())
            .unwrap_or_else(|| self.system.boot_id())
    }
}

/// The witness of the store, kept by the key store.
pub(crate) struct KeyStoreWitness(pub(crate) Arc<dyn KeyStore>);

impl Witness for KeyStoreWitness {
    fn recall(&self) -> Option<Testimony> {
        let bytes = self.0.load(WITNESS_NAME.to_owned()).ok()??;
        let text = String::from_utf8(bytes).ok()?;
        let (incarnation, last_request) = text.split_once(' ')?;
        Some(Testimony {
            incarnation: incarnation.parse().ok()?,
            last_request: last_request.parse().ok()?,
        })
    }

    fn remember(&self, testimony: Testimony) -> Result<(), ClientError> {
        let text = format!("{} {}", testimony.incarnation, testimony.last_request);
        let kept = self.0.save(WITNESS_NAME.to_owned(), text.into_bytes());
        kept.map_err(|fault| {
            ClientError::Storage(StorageError::Witness(std::io::Error::other(fault)))
        })
    }
}

/// The key of a store: the one that is kept, or a new one for a store that does not exist yet.
pub(crate) fn key_of(
    keys: &dyn KeyStore,
    platform: &AppPlatform,
    store: &std::path::Path,
) -> Result<StoreKey, JawlaError> {
    let failed = |_| JawlaError::ask("key_store_failed");
    if let Some(bytes) = keys.load(KEY_NAME.to_owned()).map_err(failed)? {
        let bytes = Zeroizing::new(bytes);
        let key: [u8; 32] = bytes
            .as_slice()
            .try_into()
            .map_err(|_| JawlaError::ask("wrong_key"))?;
        return Ok(StoreKey::new(key));
    }
    if store.exists() {
        return Err(JawlaError::ask("key_missing"));
    }
    let mut key = Zeroizing::new([0; 32]);
    platform.random(&mut *key);
    keys.save(KEY_NAME.to_owned(), key.to_vec())
        .map_err(failed)?;
    Ok(StoreKey::new(*key))
}

/// Destroys what the key store holds of a store: the database is noise from then on.
pub(crate) fn forget_keys(keys: &dyn KeyStore) -> Result<(), JawlaError> {
    for name in [KEY_NAME, WITNESS_NAME] {
        keys.remove(name.to_owned())
            .map_err(|_| JawlaError::ask("key_store_failed"))?;
    }
    Ok(())
}
