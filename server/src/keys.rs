//! What makes this server itself: its id, the key that signs, the key behind file tickets.
//!
//! They lie in `keys/` of the data folder, outside the database and its backup: a database
//! restored from last night must meet the same server, and a stolen backup must not be able to
//! sign. The folder appears in one step, so that a cut during the first start leaves no half
//! server; once it is there, nothing in it is ever made anew, since a silently new id or key
//! would cut off every phone.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ed25519_dalek::{Signer, SigningKey};
use hmac::{Hmac, KeyInit, Mac};
use jawla_model::{IncarnationId, ServerId};
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

use crate::clock;
use crate::durable::{self, Readers};

/// The folder inside the data folder.
const FOLDER: &str = "keys";
/// Where the folder is built before it gets its name.
const FOLDER_NEW: &str = ".keys.new";
const SERVER_ID_FILE: &str = "server_id";
const SIGNING_KEY_FILE: &str = "signing_key";
const TICKET_KEY_FILE: &str = "ticket_key";

/// What a ticket's MAC is about, so that no other MAC of ours can pass for one.
const TICKET_LABEL: &[u8] = b"jawla/v1/ticket";

/// The MAC of a ticket is cut to 128 bits: half of HMAC-SHA-256, the least that RFC 2104 advises,
/// and 16 bytes less in an answer on a slow link.
const TICKET_MAC_BYTES: usize = 16;

/// Incarnation (16), expiry in seconds, big-endian (8), MAC (16).
pub const TICKET_BYTES: usize = 16 + 8 + TICKET_MAC_BYTES;

/// How long a ticket is handed out for: a working day, so that photos taken in the morning go up
/// in the evening without another sync first.
pub const TICKET_LIFE_S: u64 = 12 * 3_600;

/// Why the server's keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The folder is there but this file is missing or has another length. Put the copy back.
    #[error("the key file {path} is missing or damaged")]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// The file may be read by other users of the machine.
    #[error("the key file {path} may be read by others: its mode must be 0600")]
    ReadableByOthers {
        /// The file.
        path: PathBuf,
    },
    /// The operating system gave no random bytes for new keys.
    #[error(transparent)]
    NoRandomness(#[from] clock::NoRandomness),
    /// The disk refused.
    #[error("the key folder {path} cannot be read or written")]
    Disk {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

impl KeysError {
    /// What the operator is told, in French.
    pub fn sentence_fr(&self) -> String {
        match self {
            Self::Damaged { path } => format!(
                "Le fichier de clé {} manque ou est abîmé. Remettez la copie faite à \
                 l'installation ; n'effacez pas le dossier, les téléphones ne reconnaîtraient \
                 plus le serveur.",
                path.display()
            ),
            Self::ReadableByOthers { path } => format!(
                "Le fichier de clé {0} est lisible par d'autres comptes de la machine. \
                 Corrigez-le : chmod 600 {0}",
                path.display()
            ),
            Self::NoRandomness(_) => {
                "Le système ne fournit pas de nombres aléatoires : aucune clé n'a été créée."
                    .to_owned()
            }
            Self::Disk { path, .. } => {
                format!("Impossible de lire ou d'écrire {}.", path.display())
            }
        }
    }
}

/// Why a ticket opens nothing. The three are told apart for the log; the phone is told one thing:
/// sync again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TicketError {
    /// It has not the length of a ticket.
    #[error("not a ticket")]
    Malformed,
    /// Its MAC is not ours: forged, damaged, or of another server.
    #[error("the ticket was not made by this server")]
    Forged,
    /// It is ours and over.
    #[error("the ticket ended at {expiry_s}")]
    Expired {
        /// When it ended, seconds since 1970 UTC.
        expiry_s: u64,
    },
}

impl TicketError {
    /// What the person is told, in French.
    pub fn sentence_fr(&self) -> &'static str {
        "L'autorisation d'envoi n'est plus valable : lancez une synchronisation, l'envoi reprendra."
    }
}

/// The server's id and secrets. Secrets are wiped from memory when this is dropped, and its
/// `Debug` shows none.
pub struct ServerKeys {
    server_id: ServerId,
    signing: SigningKey,
    ticket_key: Zeroizing<[u8; 32]>,
}

impl std::fmt::Debug for ServerKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServerKeys")
            .field("server_id", &self.server_id)
            .finish_non_exhaustive()
    }
}

impl ServerKeys {
    /// Reads the keys of the data folder `dir`, or makes them when it has none yet.
    ///
    /// New keys are on the disk, whole, when this returns. Existing ones are never replaced.
    ///
    /// # Errors
    /// - [`KeysError::Damaged`] when the folder is there and a file is missing or misshapen.
    /// - [`KeysError::ReadableByOthers`] when a secret has a wider mode than 0600.
    /// - [`KeysError::NoRandomness`], [`KeysError::Disk`] when the system fails.
    pub fn open_or_create(dir: &Path) -> Result<Self, KeysError> {
        let folder = dir.join(FOLDER);
        if !folder
            .try_exists()
            .map_err(|source| disk(&folder, source))?
        {
            Self::create(dir)?;
        }
        Self::open(&folder)
    }

    fn create(dir: &Path) -> Result<(), KeysError> {
        let new = dir.join(FOLDER_NEW);
        let mut material = Zeroizing::new([0_u8; 16 + 32 + 32]);
        clock::fill_random(material.as_mut_slice())?;
        let (server_id, secrets) = material.split_at(16);
        let (signing, ticket) = secrets.split_at(32);
        let write = || -> io::Result<()> {
            durable::make_private_folder(&new)?;
            for (name, bytes) in [
                (SERVER_ID_FILE, server_id),
                (SIGNING_KEY_FILE, signing),
                (TICKET_KEY_FILE, ticket),
            ] {
                let path = new.join(name);
                durable::remove_if_present(&path)?;
                durable::write_synced(&path, bytes, Readers::Owner)?;
            }
            durable::sync_folder(&new)?;
            fs::rename(&new, dir.join(FOLDER))?;
            durable::sync_folder(dir)
        };
        write().map_err(|source| disk(&new, source))
    }

    fn open(folder: &Path) -> Result<Self, KeysError> {
        let server_id = read_exact::<16>(&folder.join(SERVER_ID_FILE))?;
        let signing = read_exact::<32>(&folder.join(SIGNING_KEY_FILE))?;
        let ticket_key = read_exact::<32>(&folder.join(TICKET_KEY_FILE))?;
        Ok(Self {
            server_id: ServerId(*server_id),
            signing: SigningKey::from_bytes(&signing),
            ticket_key,
        })
    }

    /// Keys made from a seed, for the simulator and tests: nothing is read or written.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        let derive = |name: &[u8]| -> Zeroizing<[u8; 32]> {
            let mut mac = keyed(&seed);
            mac.update(name);
            Zeroizing::new(mac.finalize().into_bytes().into())
        };
        let id_material = derive(b"server id");
        let mut server_id = ServerId::default();
        for (to, from) in server_id.0.iter_mut().zip(id_material.iter()) {
            *to = *from;
        }
        Self {
            server_id,
            signing: SigningKey::from_bytes(&derive(b"signing")),
            ticket_key: derive(b"ticket"),
        }
    }

    /// Which server this is, whatever its address and its database.
    pub fn server_id(&self) -> ServerId {
        self.server_id
    }

    /// The public half of the signing key: invitations carry it, phones check marks with it.
    pub fn verifying_key(&self) -> [u8; 32] {
        self.signing.verifying_key().to_bytes()
    }

    /// The signing key itself, for the parts of the server that sign marks, certificates and
    /// statuses under labels of their own.
    pub fn signing_key(&self) -> &SigningKey {
        &self.signing
    }

    /// Signs `message`, which must begin with the label of its kind.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.signing.sign(message).to_bytes()
    }

    /// A ticket for photos and other ranged transfers: it names its incarnation and its end, and
    /// only this server can have made it. Whoever takes it must also find the incarnation's row
    /// in good standing, or a revocation would wait for the ticket's end.
    pub fn ticket(&self, incarnation: &[u8; 16], expiry_s: u64) -> Vec<u8> {
        let mut ticket = Vec::with_capacity(TICKET_BYTES);
        ticket.extend_from_slice(incarnation);
        ticket.extend_from_slice(&expiry_s.to_be_bytes());
        let mac = self.ticket_mac(&ticket).finalize().into_bytes();
        ticket.extend(mac.iter().take(TICKET_MAC_BYTES));
        ticket
    }

    /// Whose ticket this is, if it is ours and not over at `now_s`. Compares in constant time.
    ///
    /// # Errors
    /// One variant of [`TicketError`] per reason; the expiry is judged only on a ticket of ours.
    pub fn check_ticket(&self, bytes: &[u8], now_s: u64) -> Result<IncarnationId, TicketError> {
        if bytes.len() != TICKET_BYTES {
            return Err(TicketError::Malformed);
        }
        let (claims, mac) = bytes.split_at(TICKET_BYTES - TICKET_MAC_BYTES);
        self.ticket_mac(claims)
            .verify_truncated_left(mac)
            .map_err(|_| TicketError::Forged)?;
        let (incarnation, expiry) = claims.split_at(16);
        let incarnation = IncarnationId::from_slice(incarnation).ok_or(TicketError::Malformed)?;
        let expiry_s = u64::from_be_bytes(expiry.try_into().map_err(|_| TicketError::Malformed)?);
        if now_s >= expiry_s {
            return Err(TicketError::Expired { expiry_s });
        }
        Ok(incarnation)
    }

    fn ticket_mac(&self, claims: &[u8]) -> Hmac<Sha256> {
        let mut mac = keyed(&self.ticket_key);
        mac.update(TICKET_LABEL);
        mac.update(self.server_id.as_bytes());
        mac.update(claims);
        mac
    }
}

fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    // HMAC takes a key of one block whatever its bytes; ours is shorter than the block of 64.
    let mut block = [0_u8; 64];
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    let mac = Hmac::<Sha256>::new(&block.into());
    block.zeroize();
    mac
}

fn read_exact<const N: usize>(path: &Path) -> Result<Zeroizing<[u8; N]>, KeysError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => Zeroizing::new(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(KeysError::Damaged {
                path: path.to_owned(),
            });
        }
        Err(source) => return Err(disk(path, source)),
    };
    if durable::readable_by_others(path).map_err(|source| disk(path, source))? {
        return Err(KeysError::ReadableByOthers {
            path: path.to_owned(),
        });
    }
    let mut exact = Zeroizing::new([0_u8; N]);
    if bytes.len() != N {
        return Err(KeysError::Damaged {
            path: path.to_owned(),
        });
    }
    for (to, from) in exact.iter_mut().zip(bytes.iter()) {
        *to = *from;
    }
    Ok(exact)
}

fn disk(path: &Path, source: io::Error) -> KeysError {
    KeysError::Disk {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519_dalek::{Signature, VerifyingKey};

    const INCARNATION: [u8; 16] = [5; 16];

    #[test]
    fn the_same_server_is_found_again_and_its_files_are_private() {
        let dir = tempfile::tempdir().unwrap();
        let first = ServerKeys::open_or_create(dir.path()).unwrap();
        let again = ServerKeys::open_or_create(dir.path()).unwrap();
        assert_eq!(first.server_id(), again.server_id());
        assert_eq!(first.verifying_key(), again.verifying_key());
        let ticket = first.ticket(&INCARNATION, 100);
        assert_eq!(
            again.check_ticket(&ticket, 99),
            Ok(IncarnationId(INCARNATION))
        );

        let signature = Signature::from_bytes(&first.sign(b"label and message"));
        let key = VerifyingKey::from_bytes(&again.verifying_key()).unwrap();
        key.verify_strict(b"label and message", &signature).unwrap();

        #[cfg(unix)]
        for name in [SERVER_ID_FILE, SIGNING_KEY_FILE, TICKET_KEY_FILE] {
            use std::os::unix::fs::PermissionsExt;
            let path = dir.path().join(FOLDER).join(name);
            assert_eq!(
                fs::metadata(path).unwrap().permissions().mode() & 0o777,
                0o600,
                "{name}"
            );
        }
    }

    #[test]
    fn two_servers_share_nothing() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let one = ServerKeys::open_or_create(one.path()).unwrap();
        let other = ServerKeys::open_or_create(other.path()).unwrap();
        assert_ne!(one.server_id(), other.server_id());
        assert_ne!(one.verifying_key(), other.verifying_key());
        let ticket = one.ticket(&INCARNATION, 100);
        assert_eq!(other.check_ticket(&ticket, 1), Err(TicketError::Forged));
    }

    #[test]
    fn a_missing_short_or_open_key_file_stops_the_start_and_is_never_made_anew() {
        for name in [SERVER_ID_FILE, SIGNING_KEY_FILE, TICKET_KEY_FILE] {
            let dir = tempfile::tempdir().unwrap();
            ServerKeys::open_or_create(dir.path()).unwrap();
            let path = dir.path().join(FOLDER).join(name);
            let kept = fs::read(&path).unwrap();

            fs::write(&path, &kept[..kept.len() - 1]).unwrap();
            let error = ServerKeys::open_or_create(dir.path()).unwrap_err();
            assert!(
                matches!(error, KeysError::Damaged { .. }),
                "{name}: {error}"
            );

            fs::remove_file(&path).unwrap();
            let error = ServerKeys::open_or_create(dir.path()).unwrap_err();
            assert!(
                matches!(error, KeysError::Damaged { .. }),
                "{name}: {error}"
            );
            assert!(!path.exists());

            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                fs::write(&path, &kept).unwrap();
                fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
                let error = ServerKeys::open_or_create(dir.path()).unwrap_err();
                assert!(
                    matches!(error, KeysError::ReadableByOthers { .. }),
                    "{name}: {error}"
                );
                assert!(error.sentence_fr().contains("chmod 600"));
            }
        }
    }

    #[test]
    fn a_first_start_cut_in_the_middle_begins_again() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join(FOLDER_NEW)).unwrap();
        fs::write(dir.path().join(FOLDER_NEW).join(SIGNING_KEY_FILE), b"half").unwrap();
        ServerKeys::open_or_create(dir.path()).unwrap();
        assert!(!dir.path().join(FOLDER_NEW).exists());
        ServerKeys::open_or_create(dir.path()).unwrap();
    }

    #[test]
    fn a_ticket_opens_until_its_end_and_no_changed_bit_passes() {
        let keys = ServerKeys::from_seed([1; 32]);
        let ticket = keys.ticket(&INCARNATION, 1_000);
        assert_eq!(ticket.len(), TICKET_BYTES);
        let ours = Ok(IncarnationId(INCARNATION));
        for (now_s, expected) in [
            (0, ours),
            (999, ours),
            (1_000, Err(TicketError::Expired { expiry_s: 1_000 })),
            (u64::MAX, Err(TicketError::Expired { expiry_s: 1_000 })),
        ] {
            assert_eq!(keys.check_ticket(&ticket, now_s), expected, "{now_s}");
        }
        for bit in 0..ticket.len() * 8 {
            let mut changed = ticket.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(
                keys.check_ticket(&changed, 1),
                Err(TicketError::Forged),
                "bit {bit}"
            );
        }
        for length in (0..TICKET_BYTES).chain([TICKET_BYTES + 1]) {
            let mut changed = ticket.clone();
            changed.resize(length, 0);
            assert_eq!(keys.check_ticket(&changed, 1), Err(TicketError::Malformed));
        }
    }
}
