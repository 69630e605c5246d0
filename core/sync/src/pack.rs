//! Packs: what a device pushes, signed once, immutable once numbered; and what became of them.

use jawla_model::{ActorId, DocumentId, Hash32, IncarnationId, Reason, ScopeId, ServerId};
use sha2::{Digest, Sha256};

use crate::chain::{Chain16, EntryKind, content_hash, sha256};
use crate::code::{Reader, WireError, Writer};
use crate::limits;
use crate::sign::{self, Label, Signature64, SigningKey, VerifyingKey};

mod short;

pub use short::{Ground, ShortPack, count_full};

/// The full form of a pack: ids and hashes as they are. It is what is signed, hashed and stored.
const FORM_FULL: u8 = 0;

/// The short form, which counts from the cursor of a request: only how a pack travels.
pub(crate) const FORM_SHORT: u8 = 1;

const FLAG_HAS_DOCUMENT: u8 = 1;

/// One entry of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackEntry {
    /// What it is; a device pushes changes.
    pub kind: EntryKind,
    /// The document it concerns.
    pub document: Option<DocumentId>,
    /// Its bytes.
    pub payload: Vec<u8>,
}

impl PackEntry {
    /// Its content hash.
    pub fn content(&self) -> Hash32 {
        content_hash(self.kind, &self.payload)
    }
}

/// Ordered entries of one scope, as their author made them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// Who made it.
    pub incarnation: IncarnationId,
    /// The log it is for.
    pub scope: ScopeId,
    /// Its number; rises by one per incarnation.
    pub no: u64,
    /// What the device's clock said, a claim.
    pub wall_ms: i64,
    /// The device's monotonic clock.
    pub mono_ms: u64,
    /// Which boot that clock counts from.
    pub boot: [u8; 8],
    /// The newest mark of the scope its author had: evidence of time, never a right.
    pub head_seen: (u64, Chain16),
    /// Nonces of actors that the scope's log had not shown to the author.
    pub nonces: Vec<[u8; 16]>,
    /// Files that its entries name.
    pub files: Vec<Hash32>,
    /// The entries, closed under dependencies.
    pub entries: Vec<PackEntry>,
}

/// A pack with its signature, in the form in which it is hashed, stored and carried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedPack {
    /// The pack.
    pub pack: Pack,
    /// The author's signature.
    pub signature: Signature64,
    /// All of it in full form.
    pub bytes: Vec<u8>,
}

/// The actor that an incarnation writes as: nobody can occupy another's.
pub fn actor_of(incarnation: &IncarnationId, nonce: &[u8; 16]) -> ActorId {
    let hash: [u8; 32] = Sha256::new()
        .chain_update(incarnation.as_bytes())
        .chain_update(nonce)
        .finalize()
        .into();
    let mut actor = [0; 16];
    actor.copy_from_slice(&hash[..16]);
    ActorId(actor)
}

impl Pack {
    /// Signs the pack; from now on it is immutable.
    pub fn seal(self, server: &ServerId, key: &SigningKey) -> SealedPack {
        let signature = sign::sign(key, Label::Pack, &self.covered(server));
        self.with_signature(signature)
    }

    /// The pack with a signature that was made before; whether it holds is not looked at.
    pub(crate) fn with_signature(self, signature: Signature64) -> SealedPack {
        let mut writer = Writer::new();
        self.write_header(&mut writer);
        writer.varint(self.entries.len() as u64);
        for entry in &self.entries {
            let flags = if entry.document.is_some() {
                FLAG_HAS_DOCUMENT
            } else {
                0
            };
            writer.u8(entry.kind.number()).u8(flags);
            if let Some(document) = entry.document {
                writer.raw(document.as_bytes());
            }
            writer.block(&entry.payload);
        }
        writer.raw(&signature.0);
        SealedPack {
            pack: self,
            signature,
            bytes: writer.finish(),
        }
    }

    /// What the signature covers: server, header, and per entry kind, document, content hash.
    fn covered(&self, server: &ServerId) -> Vec<u8> {
        let mut covered = Writer::new();
        covered.raw(server.as_bytes());
        self.write_header(&mut covered);
        covered.varint(self.entries.len() as u64);
        for entry in &self.entries {
            covered
                .u8(entry.kind.number())
                .raw(entry.document.unwrap_or_default().as_bytes())
                .raw(entry.content().as_bytes());
        }
        covered.finish()
    }

    fn write_header(&self, writer: &mut Writer) {
        writer
            .u8(FORM_FULL)
            .raw(self.incarnation.as_bytes())
            .raw(self.scope.as_bytes())
            .varint(self.no)
            .signed(self.wall_ms)
            .varint(self.mono_ms)
            .raw(&self.boot)
            .varint(self.head_seen.0)
            .raw(&self.head_seen.1.0)
            .varint(self.nonces.len() as u64);
        for nonce in &self.nonces {
            writer.raw(nonce);
        }
        writer.varint(self.files.len() as u64);
        for file in &self.files {
            writer.raw(file.as_bytes());
        }
    }
}

impl SealedPack {
    /// Reads the full form. The signature is not checked here: the key comes from a certificate
    /// or a row.
    ///
    /// # Errors
    /// [`WireError`] for anything that is not exactly a pack within the limits.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        if bytes.len() > limits::PACK_BYTES_MAX {
            return Err(WireError::Limit { what: "pack size" });
        }
        let mut reader = Reader::new(bytes);
        if reader.u8()? != FORM_FULL {
            return Err(WireError::Version);
        }
        let mut pack = Pack {
            incarnation: reader.incarnation()?,
            scope: reader.scope()?,
            no: reader.varint()?,
            wall_ms: reader.signed()?,
            mono_ms: reader.varint()?,
            boot: reader.array()?,
            head_seen: (reader.varint()?, Chain16(reader.array()?)),
            nonces: Vec::new(),
            files: Vec::new(),
            entries: Vec::new(),
        };
        for _ in 0..reader.count(limits::PACK_LIST_MAX, "nonces")? {
            pack.nonces.push(reader.array()?);
        }
        for _ in 0..reader.count(limits::PACK_LIST_MAX, "files")? {
            pack.files.push(reader.hash()?);
        }
        for _ in 0..reader.count(limits::PACK_ENTRIES_MAX, "pack entries")? {
            let kind = EntryKind::from_number(reader.u8()?);
            let document = match reader.u8()? {
                0 => None,
                FLAG_HAS_DOCUMENT => Some(reader.document()?),
                _ => {
                    return Err(WireError::Meaning {
                        what: "entry flags",
                    });
                }
            };
            let payload = reader.block(limits::PAYLOAD_BYTES_MAX, "payload")?.to_vec();
            pack.entries.push(PackEntry {
                kind,
                document,
                payload,
            });
        }
        let signature = Signature64(reader.array()?);
        reader.end()?;
        Ok(Self {
            pack,
            signature,
            bytes: bytes.to_vec(),
        })
    }

    /// Whether the author signed exactly this, for this server.
    pub fn signature_holds(&self, server: &ServerId, key: &VerifyingKey) -> bool {
        sign::holds(
            key,
            Label::Pack,
            &self.pack.covered(server),
            &self.signature,
        )
    }

    /// SHA-256 of its full form: the same number with another hash is a clone.
    pub fn hash(&self) -> Hash32 {
        sha256(&self.bytes)
    }
}

/// What became of one entry that was not simply accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The log holds it already, there.
    Duplicate(u64),
    /// Durable on the server, outside the log, until a supervisor rules.
    Quarantined(Reason),
    /// Not taken: the guard, forged, or never had the right.
    Refused(Reason),
    /// The document lives in a scope where the author may write: pack the same bytes for it.
    Moved {
        /// Number of that scope.
        scope_no: u64,
    },
    /// Accepted in a scope that the author does not see.
    Elsewhere,
}

/// What became of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutcomeForm {
    /// Judged for good.
    Done {
        /// Position of the first accepted entry; 0 when none was.
        first_seq: u64,
        /// Entries in the pack. Those not among the exceptions took consecutive positions.
        entries: u64,
        /// The others, by index.
        exceptions: Vec<(u64, Outcome)>,
    },
    /// Nothing was committed: something it needs is not on the server yet. It stays open.
    Later,
    /// Send it again in full form.
    SendFull,
    /// The server has no receipt for the pack before the first open one: it was restored.
    Held {
        /// The highest number it holds.
        highest: u64,
    },
}

impl OutcomeForm {
    /// Appends it to a message.
    pub fn write(&self, writer: &mut Writer) {
        match self {
            OutcomeForm::Done {
                first_seq,
                entries,
                exceptions,
            } => {
                writer
                    .u8(0)
                    .varint(*first_seq)
                    .varint(*entries)
                    .varint(exceptions.len() as u64);
                for (index, outcome) in exceptions {
                    writer.varint(*index);
                    match outcome {
                        Outcome::Duplicate(seq) => writer.u8(1).varint(*seq),
                        Outcome::Quarantined(reason) => writer.u8(2).u8(reason.number()),
                        Outcome::Refused(reason) => writer.u8(3).u8(reason.number()),
                        Outcome::Moved { scope_no } => writer.u8(4).varint(*scope_no),
                        Outcome::Elsewhere => writer.u8(5),
                    };
                }
            }
            OutcomeForm::Later => {
                writer.u8(1);
            }
            OutcomeForm::SendFull => {
                writer.u8(2);
            }
            OutcomeForm::Held { highest } => {
                writer.u8(3).varint(*highest);
            }
        }
    }

    /// Reads it from a message.
    ///
    /// # Errors
    /// [`WireError`].
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok(match reader.u8()? {
            0 => {
                let first_seq = reader.varint()?;
                let entries = reader.varint()?;
                let count = reader.count(limits::PACK_ENTRIES_MAX, "exceptions")?;
                let mut exceptions = Vec::with_capacity(count);
                for _ in 0..count {
                    let index = reader.varint()?;
                    exceptions.push((index, Self::read_outcome(reader)?));
                }
                OutcomeForm::Done {
                    first_seq,
                    entries,
                    exceptions,
                }
            }
            1 => OutcomeForm::Later,
            2 => OutcomeForm::SendFull,
            3 => OutcomeForm::Held {
                highest: reader.varint()?,
            },
            _ => return Err(WireError::Meaning { what: "outcome" }),
        })
    }

    fn read_outcome(reader: &mut Reader<'_>) -> Result<Outcome, WireError> {
        Ok(match reader.u8()? {
            1 => Outcome::Duplicate(reader.varint()?),
            2 => Outcome::Quarantined(Reason::from_number(reader.u8()?)),
            3 => Outcome::Refused(Reason::from_number(reader.u8()?)),
            4 => Outcome::Moved {
                scope_no: reader.varint()?,
            },
            5 => Outcome::Elsewhere,
            _ => return Err(WireError::Meaning { what: "result" }),
        })
    }

    /// Its bytes, for a receipt.
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        self.write(&mut writer);
        writer.finish()
    }

    /// Reads a receipt.
    ///
    /// # Errors
    /// [`WireError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        let mut reader = Reader::new(bytes);
        let form = Self::read(&mut reader)?;
        reader.end()?;
        Ok(form)
    }

    /// For a judged pack: what became of each entry, `Ok(position)` where it was accepted.
    pub fn per_entry(&self) -> Vec<Result<u64, Outcome>> {
        let OutcomeForm::Done {
            first_seq,
            entries,
            exceptions,
        } = self
        else {
            return Vec::new();
        };
        let mut next = *first_seq;
        let mut exceptions = exceptions.iter().peekable();
        let entries = (*entries).min(limits::PACK_ENTRIES_MAX as u64);
        (0..entries)
            .map(|index| {
                if let Some((_, outcome)) = exceptions.next_if(|(at, _)| *at == index) {
                    return Err(*outcome);
                }
                next += 1;
                Ok(next - 1)
            })
            .collect()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn sample() -> (Pack, SigningKey, ServerId) {
        let pack = Pack {
            incarnation: IncarnationId([1; 16]),
            scope: ScopeId([2; 16]),
            no: 7,
            wall_ms: -5,
            mono_ms: 12_345,
            boot: [3; 8],
            head_seen: (150, Chain16([4; 16])),
            nonces: vec![[5; 16]],
            files: vec![Hash32([6; 32])],
            entries: vec![
                PackEntry {
                    kind: EntryKind::Change,
                    document: Some(DocumentId([7; 16])),
                    payload: b"12345678 chunk of a change".to_vec(),
                },
                PackEntry {
                    kind: EntryKind::Unknown(99),
                    document: None,
                    payload: vec![1, 2, 3],
                },
            ],
        };
        (pack, SigningKey::from_bytes(&[9; 32]), ServerId([8; 16]))
    }

    #[test]
    fn a_pack_survives_and_its_signature_covers_every_byte() {
        let (pack, key, server) = sample();
        let sealed = pack.clone().seal(&server, &key);
        let read = SealedPack::decode(&sealed.bytes).unwrap();
        assert_eq!(read, sealed);
        assert_eq!(read.pack, pack);
        assert!(read.signature_holds(&server, &key.verifying_key()));
        assert!(!read.signature_holds(&ServerId([0; 16]), &key.verifying_key()));
        for at in 0..sealed.bytes.len() {
            let mut flipped = sealed.bytes.clone();
            flipped[at] ^= 1;
            let passes = SealedPack::decode(&flipped)
                .is_ok_and(|pack| pack.signature_holds(&server, &key.verifying_key()));
            assert!(!passes, "byte {at}");
        }
        for cut in 0..sealed.bytes.len() {
            assert!(SealedPack::decode(&sealed.bytes[..cut]).is_err());
        }
    }

    #[test]
    fn outcomes_survive_and_name_positions() {
        let done = OutcomeForm::Done {
            first_seq: 158,
            entries: 5,
            exceptions: vec![
                (1, Outcome::Refused(Reason::Role)),
                (2, Outcome::Quarantined(Reason::Depends)),
                (4, Outcome::Duplicate(12)),
            ],
        };
        for form in [
            done.clone(),
            OutcomeForm::Later,
            OutcomeForm::SendFull,
            OutcomeForm::Held { highest: 300 },
            OutcomeForm::Done {
                first_seq: 0,
                entries: 2,
                exceptions: vec![(0, Outcome::Moved { scope_no: 3 }), (1, Outcome::Elsewhere)],
            },
        ] {
            assert_eq!(OutcomeForm::decode(&form.encode()), Ok(form));
        }
        assert_eq!(
            done.per_entry(),
            [
                Ok(158),
                Err(Outcome::Refused(Reason::Role)),
                Err(Outcome::Quarantined(Reason::Depends)),
                Ok(159),
                Err(Outcome::Duplicate(12)),
            ]
        );
    }
}
