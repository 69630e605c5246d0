//! Encryption at rest: one key of the store, a key of its own for the database and for each file.
//!
//! The database is SQLCipher's (authenticated page by page). A file is a ChaCha20 stream under a
//! key derived from its name, so that any range can be read and a download goes on where it was
//! cut. No tag stands beside it: its name is the SHA-256 of its content, which is checked when it
//! arrives and by whoever receives it from this device.

use std::fmt;
use std::io;

use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher, StreamCipherSeek};
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use jawla_model::Hash32;
use rusqlite::Connection;
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

/// The key of a store: 256 random bits, kept by the platform's key store. Erased from memory when
/// dropped.
#[derive(Clone)]
pub struct StoreKey(Zeroizing<[u8; 32]>);

impl fmt::Debug for StoreKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoreKey")
    }
}

impl StoreKey {
    /// Takes the key over.
    pub fn new(mut bytes: [u8; 32]) -> Self {
        let key = Self(Zeroizing::new(bytes));
        bytes.zeroize();
        key
    }

    /// What the files beside the database are sealed with.
    pub fn for_files(&self) -> FileSeal {
        FileSeal(derived(&self.0, b"jawla/v1/store/files"))
    }
}

/// The key of the files of a store.
pub struct FileSeal(Zeroizing<[u8; 32]>);

impl fmt::Debug for FileSeal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileSeal")
    }
}

impl FileSeal {
    /// Seals or opens bytes of the file `name` that stand at `offset_bytes` of it.
    pub(crate) fn apply(
        &self,
        name: Hash32,
        offset_bytes: u64,
        bytes: &mut [u8],
    ) -> io::Result<()> {
        let key = derived(&self.0, &name.0);
        let mut stream = ChaCha20::new((&*key).into(), (&[0; 12]).into());
        let too_far = |_| io::Error::from(io::ErrorKind::FileTooLarge);
        stream.try_seek(offset_bytes).map_err(too_far)?;
        stream
            .try_apply_keystream(bytes)
            .map_err(|_| io::Error::from(io::ErrorKind::FileTooLarge))
    }
}

/// HKDF-Expand of a key that is uniformly random already, one block.
fn derived(key: &[u8; 32], label: &[u8]) -> Zeroizing<[u8; 32]> {
    // A MAC of SHA-256 takes a key of any length.
    let mut out = Zeroizing::new([0; 32]);
    if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) {
        mac.update(label);
        mac.update(&[1]);
        out.copy_from_slice(&mac.finalize().into_bytes());
    }
    out
}

/// Gives the key to a connection that was just opened.
pub(crate) fn give_key(conn: &Connection, key: &StoreKey) -> rusqlite::Result<()> {
    let own = derived(&key.0, b"jawla/v1/store/db");
    let text = Zeroizing::new(format!("x'{}'", HEXLOWER.encode(&*own)));
    // Its complaints belong to the caller, who gets them as an error, and not on stderr.
    conn.pragma_update(None, "cipher_log_level", "NONE")?;
    conn.pragma_update(None, "key", text.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_file_opens_from_any_place_under_its_own_name_only() {
        let seal = StoreKey::new([7; 32]).for_files();
        let plain: Vec<u8> = (0..1_000u32).flat_map(u32::to_le_bytes).collect();
        let mut sealed = plain.clone();
        // In two pieces, as a download arrives.
        let (head, tail) = sealed.split_at_mut(333);
        seal.apply(Hash32([1; 32]), 0, head).unwrap();
        seal.apply(Hash32([1; 32]), 333, tail).unwrap();
        let same = sealed.iter().zip(&plain).filter(|(a, b)| a == b).count();
        assert!(same < 60, "{same} bytes are as they were");
        let mut part = sealed[1_234..2_000].to_vec();
        seal.apply(Hash32([1; 32]), 1_234, &mut part).unwrap();
        assert_eq!(part, plain[1_234..2_000]);
        let mut other = sealed.clone();
        seal.apply(Hash32([2; 32]), 0, &mut other).unwrap();
        assert_ne!(other, plain);
        let mut foreign = sealed;
        let seal = StoreKey::new([8; 32]).for_files();
        seal.apply(Hash32([1; 32]), 0, &mut foreign).unwrap();
        assert_ne!(foreign, plain);
    }
}
