//! TLS from the start: at its first start the server makes a key and a
//! self-signed certificate; the invitation carries the key's pin.
//!
//! Phones trust the pin and nothing else, so the names and dates inside the certificate are for
//! browsers and curious people. The pin is of the key, so a certificate made again for one more
//! name changes nothing on any phone.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, PublicKeyData};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::durable::{self, Readers};

/// The folder inside the data folder.
const FOLDER: &str = "tls";
const KEY_FILE: &str = "key.der";
const CERTIFICATE_FILE: &str = "certificate.der";
const NAMES_FILE: &str = "names.txt";

/// Names that every certificate carries: the operator's own browser.
const OWN_NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// More names than any server of a province has; each makes every handshake longer.
const NAMES_MAX: usize = 20;

/// Why the server has no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A name that no certificate can carry: empty, too long, or not ASCII.
    #[error("{name:?} cannot be a name of the server")]
    Name {
        /// The name.
        name: String,
    },
    /// More names than a certificate of ours carries.
    #[error("more than {names_max} names")]
    TooManyNames {
        /// The limit.
        names_max: usize,
    },
    /// The key file is there and holds no key.
    #[error("the TLS key {path} is damaged")]
    DamagedKey {
        /// The file.
        path: PathBuf,
    },
    /// The key may be read by other users of the machine.
    #[error("the TLS key {path} may be read by others: its mode must be 0600")]
    ReadableByOthers {
        /// The file.
        path: PathBuf,
    },
    /// The certificate could not be made.
    #[error("the certificate could not be made")]
    Certificate(#[from] rcgen::Error),
    /// The TLS library refused the key or the settings.
    #[error("TLS could not be set up")]
    Rustls(#[from] rustls::Error),
    /// The disk refused.
    #[error("the TLS folder {path} cannot be read or written")]
    Disk {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

impl TlsError {
    /// What the operator is told, in French.
    pub fn sentence_fr(&self) -> String {
        match self {
            Self::Name { name } => format!("« {name} » ne peut pas être un nom du serveur."),
            Self::TooManyNames { names_max } => {
                format!("Le serveur ne peut pas porter plus de {names_max} noms.")
            }
            Self::DamagedKey { path } => format!(
                "La clé TLS {} est abîmée. Remettez la copie : avec une autre clé, les \
                 téléphones devraient être invités de nouveau.",
                path.display()
            ),
            Self::ReadableByOthers { path } => format!(
                "La clé TLS {0} est lisible par d'autres comptes de la machine. Corrigez-la : \
                 chmod 600 {0}",
                path.display()
            ),
            Self::Certificate(_) | Self::Rustls(_) => {
                "La liaison protégée (TLS) n'a pas pu être préparée.".to_owned()
            }
            Self::Disk { path, .. } => {
                format!("Impossible de lire ou d'écrire {}.", path.display())
            }
        }
    }
}

/// The server's TLS key and certificate.
pub struct TlsIdentity {
    certificate: CertificateDer<'static>,
    key_der: Zeroizing<Vec<u8>>,
    spki_pin: [u8; 32],
}

impl std::fmt::Debug for TlsIdentity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TlsIdentity").finish_non_exhaustive()
    }
}

impl TlsIdentity {
    /// Reads the identity of the data folder `dir`, or makes it at the first start.
    ///
    /// The certificate answers to `localhost`, the loopback addresses, this machine's name and
    /// `names` (host names or addresses). A name that it does not yet carry makes it anew with
    /// the same key: the pin stays.
    ///
    /// # Errors
    /// - [`TlsError::Name`], [`TlsError::TooManyNames`] when `names` cannot be carried.
    /// - [`TlsError::DamagedKey`], [`TlsError::ReadableByOthers`] when the key on disk is unfit;
    ///   it is never replaced.
    /// - [`TlsError::Certificate`], [`TlsError::Disk`] when making or keeping it failed.
    pub fn open_or_create(dir: &Path, names: &[String]) -> Result<Self, TlsError> {
        let folder = dir.join(FOLDER);
        durable::make_private_folder(&folder).map_err(|source| disk(&folder, source))?;
        let key = open_or_make_key(&folder)?;
        let certificate = open_or_make_certificate(&folder, &key, names)?;
        Ok(Self {
            certificate,
            spki_pin: Sha256::digest(key.subject_public_key_info()).into(),
            key_der: Zeroizing::new(key.serialize_der()),
        })
    }

    /// SHA-256 of the key's SubjectPublicKeyInfo: what the invitation carries and phones check.
    pub fn spki_pin(&self) -> [u8; 32] {
        self.spki_pin
    }

    /// The certificate, DER.
    pub fn certificate_der(&self) -> &[u8] {
        &self.certificate
    }

    /// Settings for the listener: TLS 1.3 and 1.2 by ring, HTTP/2 before HTTP/1.1, and tickets
    /// for resumption, which save a phone on EDGE a round trip and the certificate's bytes.
    ///
    /// No early data: a request must not be replayable before its number was read.
    ///
    /// # Errors
    /// [`TlsError::Rustls`] when the library refuses the key or finds no randomness.
    pub fn server_config(&self) -> Result<Arc<ServerConfig>, TlsError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key_der.to_vec()));
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
            .with_no_client_auth()
            .with_single_cert(vec![self.certificate.clone()], key)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        config.ticketer = rustls::crypto::ring::Ticketer::new()?;
        Ok(Arc::new(config))
    }
}

fn open_or_make_key(folder: &Path) -> Result<KeyPair, TlsError> {
    let path = folder.join(KEY_FILE);
    match fs::read(&path) {
        Ok(der) => {
            let der = Zeroizing::new(der);
            if durable::readable_by_others(&path).map_err(|source| disk(&path, source))? {
                return Err(TlsError::ReadableByOthers { path });
            }
            let key = PrivatePkcs8KeyDer::from(der.as_slice());
            KeyPair::from_pkcs8_der_and_sign_algo(&key, &rcgen::PKCS_ECDSA_P256_SHA256)
                .map_err(|_| TlsError::DamagedKey { path })
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let key = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256)?;
            let der = Zeroizing::new(key.serialize_der());
            durable::replace_file(folder, KEY_FILE, &der, Readers::Owner)
                .map_err(|source| disk(&path, source))?;
            Ok(key)
        }
        Err(source) => Err(disk(&path, source)),
    }
}

fn open_or_make_certificate(
    folder: &Path,
    key: &KeyPair,
    names: &[String],
) -> Result<CertificateDer<'static>, TlsError> {
    for name in names {
        if name.is_empty() || name.len() > 253 || name.chars().any(|c| c.is_whitespace()) {
            return Err(TlsError::Name { name: name.clone() });
        }
    }
    let carried = fs::read_to_string(folder.join(NAMES_FILE)).unwrap_or_default();
    let carries = |name: &str| carried.lines().any(|line| line == name);
    let all_carried = OWN_NAMES
        .iter()
        .copied()
        .chain(names.iter().map(String::as_str))
        .all(carries);
    if all_carried && let Ok(der) = fs::read(folder.join(CERTIFICATE_FILE)) {
        return Ok(CertificateDer::from(der));
    }

    let mut wanted: Vec<String> = OWN_NAMES.iter().map(|name| (*name).to_owned()).collect();
    let host = host_name();
    for name in names.iter().chain(host.iter()) {
        if !wanted.contains(name) {
            wanted.push(name.clone());
        }
    }
    if wanted.len() > NAMES_MAX {
        return Err(TlsError::TooManyNames {
            names_max: NAMES_MAX,
        });
    }
    let der = make_certificate(key, &wanted)?;
    // The names come last: after a cut between the two, the certificate is made once more.
    durable::replace_file(folder, CERTIFICATE_FILE, &der, Readers::Mask)
        .and_then(|()| {
            durable::replace_file(
                folder,
                NAMES_FILE,
                wanted.join("\n").as_bytes(),
                Readers::Mask,
            )
        })
        .map_err(|source| disk(folder, source))?;
    Ok(der)
}

fn make_certificate(key: &KeyPair, names: &[String]) -> Result<CertificateDer<'static>, TlsError> {
    for name in names {
        if !name.is_ascii() {
            return Err(TlsError::Name { name: name.clone() });
        }
    }
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "Jawla");
    // Fixed dates: phones check the pin, and a certificate that ends by itself would one day cut
    // off a province whose operator has left. 2049 is the last year of the short date form.
    params.not_before = rcgen::date_time_ymd(2020, 1, 1);
    params.not_after = rcgen::date_time_ymd(2049, 12, 31);
    Ok(params.self_signed(key)?.der().clone())
}

/// This machine's name where the kernel tells it in a file and a certificate can carry it.
fn host_name() -> Option<String> {
    let name = fs::read_to_string("/proc/sys/kernel/hostname")
        .ok()?
        .trim()
        .to_owned();
    let fit = !name.is_empty()
        && name.len() <= 253
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.');
    fit.then_some(name)
}

fn disk(path: &Path, source: io::Error) -> TlsError {
    TlsError::Disk {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

    fn names_of(der: &[u8]) -> Vec<String> {
        let (_, certificate) = X509Certificate::from_der(der).unwrap();
        let names = certificate.subject_alternative_name().unwrap().unwrap();
        names
            .value
            .general_names
            .iter()
            .map(|name| match name {
                GeneralName::DNSName(name) => (*name).to_owned(),
                GeneralName::IPAddress(bytes) => format!("{bytes:?}"),
                other => panic!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn the_pin_is_of_the_key_in_the_certificate_and_survives_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let first = TlsIdentity::open_or_create(dir.path(), &[]).unwrap();
        let (_, certificate) = X509Certificate::from_der(first.certificate_der()).unwrap();
        let spki: [u8; 32] = Sha256::digest(certificate.public_key().raw).into();
        assert_eq!(first.spki_pin(), spki);

        let again = TlsIdentity::open_or_create(dir.path(), &[]).unwrap();
        assert_eq!(again.spki_pin(), first.spki_pin());
        assert_eq!(again.certificate_der(), first.certificate_der());
        let names = names_of(first.certificate_der());
        assert!(names.contains(&"localhost".to_owned()), "{names:?}");
        assert!(names.contains(&"[127, 0, 0, 1]".to_owned()), "{names:?}");
        first.server_config().unwrap();
    }

    #[test]
    fn a_new_name_makes_a_new_certificate_with_the_same_pin() {
        let dir = tempfile::tempdir().unwrap();
        let first = TlsIdentity::open_or_create(dir.path(), &[]).unwrap();
        let wanted = ["suivi.example".to_owned(), "10.0.0.7".to_owned()];
        let second = TlsIdentity::open_or_create(dir.path(), &wanted).unwrap();
        assert_eq!(second.spki_pin(), first.spki_pin());
        assert_ne!(second.certificate_der(), first.certificate_der());
        let names = names_of(second.certificate_der());
        assert!(names.contains(&"suivi.example".to_owned()), "{names:?}");
        assert!(names.contains(&"[10, 0, 0, 7]".to_owned()), "{names:?}");
        let third = TlsIdentity::open_or_create(dir.path(), &[]).unwrap();
        assert_eq!(third.certificate_der(), second.certificate_der());
    }

    #[test]
    fn unfit_names_and_keys_are_refused_with_their_reason() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["", "خريبكة", "deux noms", &"a".repeat(254)] {
            let error = TlsIdentity::open_or_create(dir.path(), &[name.to_owned()]).unwrap_err();
            assert!(matches!(error, TlsError::Name { .. }), "{name}: {error}");
        }
        let many: Vec<String> = (0..NAMES_MAX).map(|n| format!("n{n}.example")).collect();
        let error = TlsIdentity::open_or_create(dir.path(), &many).unwrap_err();
        assert!(matches!(error, TlsError::TooManyNames { .. }), "{error}");

        let path = dir.path().join(FOLDER).join(KEY_FILE);
        let kept = fs::read(&path).unwrap();
        fs::write(&path, b"no key").unwrap();
        let error = TlsIdentity::open_or_create(dir.path(), &[]).unwrap_err();
        assert!(matches!(error, TlsError::DamagedKey { .. }), "{error}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::write(&path, &kept).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
            let error = TlsIdentity::open_or_create(dir.path(), &[]).unwrap_err();
            assert!(
                matches!(error, TlsError::ReadableByOthers { .. }),
                "{error}"
            );
        }
    }
}
