//! The log of a scope and its chain: what stands where, received when, provably.

use jawla_model::{DocumentId, Hash32, ReceivedAt, ScopeId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// SHA-256 of `bytes`.
pub fn sha256(bytes: &[u8]) -> Hash32 {
    Hash32(Sha256::digest(bytes).into())
}

/// The chain at a position of a log, cut to 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Chain16(pub [u8; 16]);

impl Chain16 {
    /// c0 of a scope.
    pub fn origin(scope: &ScopeId) -> Self {
        Self::cut(Sha256::new().chain_update(scope.as_bytes()))
    }

    /// The chain after one more entry:
    /// `SHA-256(chain | kind | document | received_at u40 | content hash)`.
    pub fn after(
        self,
        kind: EntryKind,
        document: Option<DocumentId>,
        received_at: ReceivedAt,
        content: &Hash32,
    ) -> Self {
        let seconds = received_at.0.to_be_bytes();
        let hash = Sha256::new()
            .chain_update(self.0)
            .chain_update([kind.number()])
            .chain_update(document.unwrap_or_default().as_bytes())
            .chain_update(&seconds[3..])
            .chain_update(content.as_bytes());
        Self::cut(hash)
    }

    fn cut(hash: Sha256) -> Self {
        let full: [u8; 32] = hash.finalize().into();
        let mut cut = [0; 16];
        cut.copy_from_slice(&full[..16]);
        Self(cut)
    }
}

/// `SHA-256` over the chains of all scopes in the order of their numbers, cut to 8 bytes.
pub fn digest8<'a>(chains: impl IntoIterator<Item = &'a Chain16>) -> [u8; 8] {
    let mut hash = Sha256::new();
    for chain in chains {
        hash.update(chain.0);
    }
    let full: [u8; 32] = hash.finalize().into();
    let mut cut = [0; 8];
    cut.copy_from_slice(&full[..8]);
    cut
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident $number:literal;)*) => {
        /// What an entry of a log is. Kinds that this build does not know are hashed, stored,
        /// passed on and passed over.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum EntryKind {
            $($(#[$doc])* $variant,)*
            /// A kind of a newer version, by its number.
            Unknown(u8),
        }

        impl EntryKind {
            /// Its number, for ever.
            pub const fn number(self) -> u8 {
                match self {
                    $(EntryKind::$variant => $number,)*
                    EntryKind::Unknown(number) => number,
                }
            }

            /// The kind with that number.
            pub const fn from_number(number: u8) -> Self {
                match number {
                    $($number => EntryKind::$variant,)*
                    other => EntryKind::Unknown(other),
                }
            }
        }
    };
}

kinds! {
    /// A change of a document; the payload is its chunk.
    Change 1;
    /// An actor and its device: actor 16 B, device number.
    Actor 2;
    /// Somebody joined, left or was revoked.
    Member 3;
    /// A document came from another scope.
    MovedIn 4;
    /// A document left for another scope.
    MovedOut 5;
    /// The server holds a file whole: first 8 bytes of its hash, size.
    File 6;
    /// A sealed PV: content hash, file hash, signatures.
    Sealed 7;
    /// A row of official money, beside the document and never in it.
    Fact 8;
    /// Version and hash of the signed reference bundle.
    Reference 9;
    /// A document was erased; its entries are hollow from then on.
    Erased 10;
    /// A tail came back that could not stand at its old positions.
    Rejoined 11;
}

/// The magic number of a change's chunk.
const CHUNK_MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];

/// The content hash of an entry: a change's own hash, which is SHA-256 of its chunk after magic
/// and checksum; of any other payload SHA-256 of all of it.
///
/// A change whose magic or checksum is not its own is any other payload: the chain must hold for
/// all of its bytes, or they could be damaged on the way under a mark that holds.
pub fn content_hash(kind: EntryKind, payload: &[u8]) -> Hash32 {
    if kind == EntryKind::Change
        && let Some((magic, rest)) = payload.split_first_chunk::<4>()
        && let Some((checksum, chunk)) = rest.split_first_chunk::<4>()
    {
        let hash = sha256(chunk);
        if *magic == CHUNK_MAGIC && hash.0.starts_with(checksum) {
            return hash;
        }
    }
    sha256(payload)
}

/// One entry at its place in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// Its position, from 1, without gaps.
    pub seq: u64,
    /// What it is.
    pub kind: EntryKind,
    /// The document it concerns.
    pub document: Option<DocumentId>,
    /// When the server accepted it.
    pub received_at: ReceivedAt,
    /// Its content hash.
    pub content: Hash32,
    /// The chain after it.
    pub chain: Chain16,
    /// Its bytes; none for a hollow entry, of which only the hash is told.
    pub payload: Option<Vec<u8>>,
}

impl LogEntry {
    /// Whether the entry stands where it claims, right behind `before`.
    pub fn follows(&self, before_seq: u64, before: Chain16) -> bool {
        let content_holds = self
            .payload
            .as_ref()
            .is_none_or(|payload| content_hash(self.kind, payload) == self.content);
        content_holds
            && self.seq == before_seq.saturating_add(1)
            && self.chain == before.after(self.kind, self.document, self.received_at, &self.content)
    }
}

/// Payload of an `actor` entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActorPayload {
    /// The actor.
    pub actor: jawla_model::ActorId,
    /// Number of its device in this scope.
    pub device_no: u64,
}

impl ActorPayload {
    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        crate::code::Writer::new()
            .raw(self.actor.as_bytes())
            .varint(self.device_no)
            .finish()
    }

    /// Reads it.
    ///
    /// # Errors
    /// [`crate::WireError`] when it is not one.
    pub fn decode(bytes: &[u8]) -> Result<Self, crate::WireError> {
        let mut reader = crate::code::Reader::new(bytes);
        let payload = Self {
            actor: reader.actor()?,
            device_no: reader.varint()?,
        };
        reader.end()?;
        Ok(payload)
    }
}

/// Payload of a `file` entry: the server holds this file whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FilePayload {
    /// The first 8 bytes of its hash, resolved only within the hashes that documents name.
    pub hash8: [u8; 8],
    /// Its size.
    pub size_bytes: u64,
}

impl FilePayload {
    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        crate::code::Writer::new()
            .raw(&self.hash8)
            .varint(self.size_bytes)
            .finish()
    }

    /// Reads it.
    ///
    /// # Errors
    /// [`crate::WireError`] when it is not one.
    pub fn decode(bytes: &[u8]) -> Result<Self, crate::WireError> {
        let mut reader = crate::code::Reader::new(bytes);
        let payload = Self {
            hash8: reader.array()?,
            size_bytes: reader.varint()?,
        };
        reader.end()?;
        Ok(payload)
    }
}

/// Payload of a `reference` entry: which bundle is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReferencePayload {
    /// The bundle's version.
    pub version: u64,
    /// SHA-256 of its file.
    pub hash: Hash32,
    /// Size of its file.
    pub size_bytes: u64,
}

impl ReferencePayload {
    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        crate::code::Writer::new()
            .varint(self.version)
            .raw(self.hash.as_bytes())
            .varint(self.size_bytes)
            .finish()
    }

    /// Reads it.
    ///
    /// # Errors
    /// [`crate::WireError`] when it is not one.
    pub fn decode(bytes: &[u8]) -> Result<Self, crate::WireError> {
        let mut reader = crate::code::Reader::new(bytes);
        let payload = Self {
            version: reader.varint()?,
            hash: reader.hash()?,
            size_bytes: reader.varint()?,
        };
        reader.end()?;
        Ok(payload)
    }
}

/// What happened to a membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberEvent {
    /// A device of a person joined.
    Joined,
    /// The person left.
    Left,
    /// The device's rights were withdrawn.
    Revoked,
}

/// Payload of a `member` entry: numbers the devices of the scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemberPayload {
    /// What happened.
    pub event: MemberEvent,
    /// The person.
    pub person: jawla_model::PersonId,
    /// The role in this scope.
    pub role: jawla_model::Role,
    /// Number of the device in this scope.
    pub device_no: u64,
    /// The device's incarnation.
    pub incarnation: jawla_model::IncarnationId,
    /// The incarnation's public key.
    pub public_key: [u8; 32],
}

impl MemberPayload {
    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        let event = match self.event {
            MemberEvent::Joined => 1,
            MemberEvent::Left => 2,
            MemberEvent::Revoked => 3,
        };
        crate::code::Writer::new()
            .u8(event)
            .raw(self.person.as_bytes())
            .u8(self.role.number())
            .varint(self.device_no)
            .raw(self.incarnation.as_bytes())
            .raw(&self.public_key)
            .finish()
    }

    /// Reads it.
    ///
    /// # Errors
    /// [`crate::WireError`] when it is not one.
    pub fn decode(bytes: &[u8]) -> Result<Self, crate::WireError> {
        use crate::WireError;
        let mut reader = crate::code::Reader::new(bytes);
        let event = match reader.u8()? {
            1 => MemberEvent::Joined,
            2 => MemberEvent::Left,
            3 => MemberEvent::Revoked,
            _ => {
                return Err(WireError::Meaning {
                    what: "member event",
                });
            }
        };
        let payload = Self {
            event,
            person: reader.person()?,
            role: jawla_model::Role::from_number(reader.u8()?)
                .ok_or(WireError::Meaning { what: "role" })?,
            device_no: reader.varint()?,
            incarnation: reader.incarnation()?,
            public_key: reader.array()?,
        };
        reader.end()?;
        Ok(payload)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_of_an_entry_moves_the_chain() {
        let scope = ScopeId([1; 16]);
        let origin = Chain16::origin(&scope);
        let chunk = b" a chunk of a change";
        let hash = sha256(chunk);
        let payload = [&CHUNK_MAGIC, &hash.0[..4], chunk].concat();
        let content = content_hash(EntryKind::Change, &payload);
        let document = Some(DocumentId([2; 16]));
        let chain = origin.after(EntryKind::Change, document, ReceivedAt(5), &content);
        let entry = LogEntry {
            seq: 1,
            kind: EntryKind::Change,
            document,
            received_at: ReceivedAt(5),
            content,
            chain,
            payload: Some(payload),
        };
        assert_eq!(content, hash);
        assert!(entry.follows(0, origin));
        assert!(!entry.follows(1, origin));
        let mut changed = entry.clone();
        changed.received_at = ReceivedAt(6);
        assert!(!changed.follows(0, origin));
        let mut changed = entry.clone();
        changed.kind = EntryKind::Fact;
        assert!(!changed.follows(0, origin));
        let mut changed = entry.clone();
        changed.document = None;
        assert!(!changed.follows(0, origin));
        for at in 0..entry.payload.as_ref().unwrap().len() {
            let mut changed = entry.clone();
            changed.payload.as_mut().unwrap()[at] ^= 1;
            assert!(!changed.follows(0, origin), "byte {at}");
        }
    }

    #[test]
    fn payloads_survive() {
        let actor = ActorPayload {
            actor: jawla_model::ActorId([4; 16]),
            device_no: 300,
        };
        assert_eq!(ActorPayload::decode(&actor.encode()), Ok(actor));
        let member = MemberPayload {
            event: MemberEvent::Revoked,
            person: jawla_model::PersonId([5; 16]),
            role: jawla_model::Role::TeamLead,
            device_no: 3,
            incarnation: jawla_model::IncarnationId([6; 16]),
            public_key: [7; 32],
        };
        assert_eq!(MemberPayload::decode(&member.encode()), Ok(member));
        assert!(MemberPayload::decode(&member.encode()[..40]).is_err());
        assert_eq!(EntryKind::from_number(200), EntryKind::Unknown(200));
        assert_eq!(EntryKind::from_number(9).number(), 9);
    }
}
