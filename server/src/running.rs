//! A server at work: one data folder, two listeners, devices and office pages.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::extract::{Extension, Request};
use axum::middleware::{self, Next};
use axum::response::Response;
use jawla_model::ReceivedAt;
use jawla_model::reference::ReferenceBundle;
use jawla_office::{Office, Province};
use tower_http::CompressionLevel;
use tower_http::compression::{CompressionLayer, Predicate};

use crate::accept::{AcceptError, AcceptLimits, AcceptLoops, Channel, Drained, Peer};
use crate::accounts::{AccountError, OneTimeLink};
use crate::blobs::{BlobError, BlobLimits, Blobs, FolderBlobs};
use crate::clock::{self, Chance, NoRandomness};
use crate::core::ServerCore;
use crate::desk::{Desk, DeskParts};
use crate::enrolment::ServerAddress;
use crate::keys::{KeysError, ServerKeys};
use crate::office::{Accounts, AccountsError, OfficeGate};
use crate::reference::{self, ReferenceError};
use crate::scopes::{self, ProvinceError};
use crate::store::StoreError;
use crate::store::sqlite::{OpenOptions, SqliteStore};
use crate::tls::{TlsError, TlsIdentity};
use crate::{http, limits};

/// Why a server could not be opened or did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder cannot be made.
    #[error("the data folder {path} cannot be made: {source}")]
    Folder {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The keys.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The TLS key or certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The files.
    #[error(transparent)]
    Blobs(#[from] BlobError),
    /// The accounts.
    #[error(transparent)]
    Accounts(#[from] AccountsError),
    /// The first administrator.
    #[error(transparent)]
    Administrator(#[from] AccountError),
    /// The reference data that ships with the product.
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    /// The province's scopes.
    #[error(transparent)]
    Province(#[from] ProvinceError),
    /// A listener.
    #[error(transparent)]
    Listen(#[from] AcceptError),
    /// The system gives no random bytes.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
}

/// A data folder, opened: what commands work on, whether or not a server runs on it.
#[derive(Debug)]
pub struct DataFolder {
    /// The server without sockets.
    pub core: Arc<ServerCore>,
    /// Its store, for the pages.
    pub store: Arc<SqliteStore>,
    /// The reference bundle in force.
    pub bundle: Arc<ReferenceBundle>,
    /// The office's accounts.
    pub accounts: Arc<Accounts>,
    /// What the office's pages order.
    pub desk: Arc<Desk>,
    /// The TLS key and certificate.
    pub tls: TlsIdentity,
    folder: PathBuf,
    blobs: Arc<FolderBlobs>,
}

impl DataFolder {
    /// Opens a data folder. The first time it makes keys, certificate, store, the province's
    /// scopes and the reference bundle.
    ///
    /// # Errors
    /// [`StartError`]. A damaged key file stops here: it is never replaced silently.
    pub fn open(folder: &Path) -> Result<Self, StartError> {
        std::fs::create_dir_all(folder).map_err(|source| StartError::Folder {
            path: folder.to_owned(),
            source,
        })?;
        let keys = Arc::new(ServerKeys::open_or_create(folder)?);
        let tls = TlsIdentity::open_or_create(folder, &[])?;
        let blobs = Arc::new(FolderBlobs::open(
            &folder.join("files"),
            BlobLimits::default(),
        )?);
        let options = OpenOptions::at(folder.join("jawla.db"));
        let store = Arc::new(SqliteStore::open(options, keys.server_id())?);
        let core = Arc::new(ServerCore::new(
            Arc::clone(&store) as _,
            Arc::clone(&blobs) as _,
            keys,
            Chance::from_system()?,
        ));
        let bundle = Arc::new(reference::shipped()?);
        scopes::prepare_province(&core, &bundle, ReceivedAt(clock::now_s()))?;
        let accounts = Arc::new(Accounts::open(folder)?);
        let folder = folder.to_owned();
        let (announced, tls_pin) = (folder.clone(), tls.spki_pin());
        let desk = Arc::new(Desk::new(DeskParts {
            core: Arc::clone(&core),
            store: Arc::clone(&store),
            accounts: Arc::clone(&accounts),
            blobs: Arc::clone(&blobs) as _,
            address: Arc::new(move || Some(address(announced_in(&announced)?, tls_pin))),
            clock: http::system_clock(),
            bundle: Arc::clone(&bundle),
        }));
        Ok(Self {
            core,
            store,
            bundle,
            accounts,
            desk,
            tls,
            folder,
            blobs,
        })
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.folder
    }

    /// The files.
    pub fn blobs(&self) -> &dyn Blobs {
        self.blobs.as_ref()
    }

    /// A one-time link for the first administrator, while there is none with a password.
    ///
    /// # Errors
    /// [`AccountError`].
    pub fn first_administrator(&self) -> Result<Option<OneTimeLink>, AccountError> {
        self.accounts.first_administrator()
    }

    /// Where phones find a server that listens on `address` with this folder's TLS key.
    pub fn address_for_phones(&self, base_url: String) -> ServerAddress {
        address(base_url, self.tls.spki_pin())
    }

    /// The address that a running server of this folder announced, if one did.
    pub fn announced_address(&self) -> Option<String> {
        announced_in(&self.folder)
    }

    fn announce(&self, base_url: &str) -> Result<(), StartError> {
        let path = self.folder.join(ADDRESS_FILE);
        std::fs::write(&path, base_url).map_err(|source| StartError::Folder { path, source })
    }

    /// Devices' routes and the office's pages.
    fn router(&self) -> Router {
        let office = Office {
            views: Arc::new(self.store.views()),
            gate: Arc::new(OfficeGate::new(Arc::clone(&self.accounts))),
            commands: Arc::clone(&self.desk) as _,
            dossiers: Arc::clone(&self.desk) as _,
            changes: Arc::clone(&self.desk) as _,
            teams: Arc::clone(&self.desk) as _,
            preferences: Arc::clone(&self.desk) as _,
            imports: Arc::clone(&self.desk) as _,
            large_photos: Arc::clone(&self.desk) as _,
            photos: Arc::clone(&self.desk) as _,
            clock: Arc::new(clock::now_ms),
            reference: Arc::clone(&self.bundle),
            province: Arc::new(Province {
                name_fr: format!("Province de {}", self.bundle.province.name_fr),
                name_ar: format!("إقليم {}", self.bundle.province.name_ar),
            }),
        };
        http::router(Arc::clone(&self.core))
            .merge(jawla_office::router(office).layer(compression()))
            .layer(middleware::from_fn(note_channel))
    }
}

fn address(base_url: String, spki_pin: [u8; 32]) -> ServerAddress {
    let plain = base_url.starts_with("http://");
    let tls_pin = if plain { [0; 32] } else { spki_pin };
    ServerAddress { base_url, tls_pin }
}

fn announced_in(folder: &Path) -> Option<String> {
    let text = std::fs::read_to_string(folder.join(ADDRESS_FILE)).ok()?;
    Some(text.trim().to_owned()).filter(|url| !url.is_empty())
}

/// Texts of pages travel compressed; photos are so already, events must not wait for a block.
/// No secret stands twice in them for sizes to betray it: an invitation is shown once, in answer
/// to a form that only our own pages can send.
fn compression() -> CompressionLayer<TextPages> {
    CompressionLayer::new()
        .quality(CompressionLevel::Precise(COMPRESSION_LEVEL))
        .compress_when(TextPages)
}

/// Half of the possible size at a tenth of the time that the best level takes.
const COMPRESSION_LEVEL: i32 = 4;

/// Answers whose compressed form is worth its head.
#[derive(Debug, Clone, Copy)]
struct TextPages;

/// Below it a compressed answer fills as many packets.
const COMPRESSED_BYTES_MIN: u64 = 512;

const COMPRESSED_TYPES: [&str; 8] = [
    "text/html",
    "text/css",
    "text/csv",
    "text/javascript",
    "application/javascript",
    "application/geo+json",
    "application/json",
    "image/svg+xml",
];

impl Predicate for TextPages {
    fn should_compress<B: http_body::Body>(&self, response: &::http::Response<B>) -> bool {
        let kind = response.headers().get(::http::header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let bytes_max = response.body().size_hint().upper();
        bytes_max.is_none_or(|bytes| bytes >= COMPRESSED_BYTES_MIN)
            && COMPRESSED_TYPES.iter().any(|text| kind.starts_with(text))
    }
}

/// Where a running server says how phones reach it, for `jawla invite`.
const ADDRESS_FILE: &str = "address";

/// Tells the pages whether the connection is TLS.
async fn note_channel(
    Extension(peer): Extension<Peer>,
    mut request: Request,
    next: Next,
) -> Response {
    let secure = peer.channel == Channel::Tls;
    request
        .extensions_mut()
        .insert(jawla_office::Connection { secure });
    next.run(request).await
}

/// Where a server listens.
#[derive(Debug, Clone)]
pub struct Listen {
    /// TLS, for phones and browsers of the network.
    pub tls: SocketAddr,
    /// Plain HTTP, for the browser on the same machine; loopback only.
    pub plain: SocketAddr,
    /// How phones reach the TLS listener, where that is not its own address.
    pub public_url: Option<String>,
    /// Bounds of connections.
    pub limits: AcceptLimits,
}

/// A server that takes connections.
#[derive(Debug)]
pub struct Running {
    /// The TLS listener.
    pub tls: SocketAddr,
    /// The plain listener.
    pub plain: SocketAddr,
    /// How phones reach it.
    pub base_url: String,
    loops: AcceptLoops,
}

impl Running {
    /// Starts both listeners on an opened folder.
    ///
    /// # Errors
    /// [`StartError::Listen`], [`StartError::Tls`].
    pub async fn start(folder: &DataFolder, listen: Listen) -> Result<Self, StartError> {
        let mut loops = AcceptLoops::new(listen.limits);
        let router = folder.router();
        let config = folder.tls.server_config()?;
        let tls = loops.serve_tls(listen.tls, config, router.clone()).await?;
        let plain = loops.serve_plain_loopback(listen.plain, router).await?;
        let base_url = listen
            .public_url
            .unwrap_or_else(|| format!("https://{tls}"));
        folder.announce(&base_url)?;
        Ok(Self {
            tls,
            plain,
            base_url,
            loops,
        })
    }

    /// Stops taking connections and lets requests under way finish, within bounds.
    pub async fn stop(self) -> Drained {
        self.loops.shutdown().await
    }
}

/// How long an invitation is good, in seconds.
pub const INVITATION_LIFE_S: u64 = limits::INVITATION_LIFE_S;
