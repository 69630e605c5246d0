//! Identities: 128 random bits, made where the thing is created, and 256-bit content hashes.

use std::fmt;
use std::str::FromStr;

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A text that is not the identity it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an identity of {expected_bytes} bytes in hexadecimal")]
pub struct IdError {
    /// How many bytes the identity has.
    pub expected_bytes: usize,
}

macro_rules! identity {
    ($(#[$doc:meta])* $name:ident, $size:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub [u8; $size]);

        impl $name {
            /// The bytes, as they travel and as they are stored.
            pub const fn as_bytes(&self) -> &[u8; $size] {
                &self.0
            }

            /// Reads the identity from exactly its number of bytes.
            pub fn from_slice(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(Self)
            }

            /// Lower-case hexadecimal: addresses, logs, exports.
            pub fn hex(&self) -> String {
                HEXLOWER.encode(&self.0)
            }

            /// Base 64 for addresses, without padding: the key of a map in a document.
            pub fn key(&self) -> String {
                BASE64URL_NOPAD.encode(&self.0)
            }

            /// The inverse of [`key`](Self::key); `None` for any other text.
            pub fn from_key(key: &str) -> Option<Self> {
                let bytes = BASE64URL_NOPAD.decode(key.as_bytes()).ok()?;
                Self::from_slice(&bytes)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.hex())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.hex())
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                HEXLOWER
                    .decode(text.to_ascii_lowercase().as_bytes())
                    .ok()
                    .and_then(|bytes| Self::from_slice(&bytes))
                    .ok_or(IdError { expected_bytes: $size })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.hex())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

identity!(
    /// One document: a dossier, later also a request or a team item.
    DocumentId, 16
);
identity!(
    /// One log with its members. Not a commune: a commune has one, a set of communes has one.
    ScopeId, 16
);
identity!(
    /// One visit inside a dossier.
    VisitId, 16
);
identity!(
    /// One entry of a map inside a dossier: an action, a quantity, a proposal.
    ItemId, 16
);
identity!(
    /// One person. The name is an erasable row of the server and never enters a document.
    PersonId, 16
);
identity!(
    /// One life of one store on one device, with its own signing key.
    IncarnationId, 16
);
identity!(
    /// One server, whoever runs it and under whatever address.
    ServerId, 16
);
identity!(
    /// Who writes changes during one process session: SHA-256(incarnation | nonce), cut to 16.
    ActorId, 16
);
identity!(
    /// SHA-256 of content: a change, a payload, a file.
    Hash32, 32
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_survives_its_three_texts_and_refuses_others() {
        let id = VisitId([7; 16]);
        assert_eq!(id.hex().parse::<VisitId>().unwrap(), id);
        assert_eq!(VisitId::from_key(&id.key()), Some(id));
        assert_eq!(id.key().len(), 22);
        assert_eq!(
            serde_json::from_str::<VisitId>(&serde_json::to_string(&id).unwrap()).unwrap(),
            id
        );
        assert!("07".parse::<VisitId>().is_err());
        assert_eq!(VisitId::from_key("not base 64!"), None);
        assert_eq!(Hash32::from_slice(&[0; 31]), None);
    }
}
