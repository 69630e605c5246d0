//! A pack as it travels between two that hold the same log: encoded anew for each request,
//! counted from the cursor of that request. What is signed and stored is the full form.

use jawla_model::{DocumentId, Hash32, IncarnationId, ScopeId};

use super::{FORM_SHORT, Pack, PackEntry, SealedPack};
use crate::chain::{Chain16, EntryKind};
use crate::code::{Reader, WireError, Writer};
use crate::limits;
use crate::short::{
    Author, Codec, FLAG_FULL, FLAG_HAS_DOCUMENT, FLAG_SKELETON, Frame, Logs, Placed, Recent,
    ShortChange, Unresolved,
};
use crate::sign::Signature64;

/// A pack in short form, as read from a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShortPack {
    /// The scope's number for the device.
    pub scope_no: u64,
    /// The pack's number.
    pub no: u64,
    wall_ms: i64,
    mono_ms: u64,
    boot: [u8; 8],
    head_seen: HeadSeen,
    nonces: Vec<[u8; 16]>,
    files: Vec<Hash32>,
    entries: Vec<ShortEntry>,
    signature: Signature64,
}

/// The newest mark that the author had seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum HeadSeen {
    /// So far below the cursor of the request, where both know the chain.
    Below(u64),
    /// Whole.
    Named(u64, Chain16),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct ShortEntry {
    kind: EntryKind,
    document: Option<DocumentId>,
    body: ShortBody,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum ShortBody {
    Whole(Vec<u8>),
    Short(ShortChange),
}

/// The log that a pack in short form counts in.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// The scope.
    pub scope: ScopeId,
    /// The scope's number for the device.
    pub scope_no: u64,
    /// The cursor of the request.
    pub cursor: u64,
    /// The logs up to the cursors.
    pub logs: &'a dyn Logs,
    /// What knows how a change looks inside.
    pub codec: &'a Codec,
}

impl std::fmt::Debug for Ground<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ground")
            .field("scope", &self.scope)
            .field("cursor", &self.cursor)
            .finish_non_exhaustive()
    }
}

impl<'a> Ground<'a> {
    fn frame<'b>(&self, recent: &'b Recent, author: Author<'b>) -> Frame<'b>
    where
        'a: 'b,
    {
        Frame {
            scope: self.scope,
            seq: recent.next_seq(),
            recent,
            logs: self.logs,
            codec: self.codec,
            author: Some(author),
        }
    }
}

impl ShortPack {
    /// The short form of a pack, counted behind `recent`, which counts its entries.
    pub fn of(sealed: &SealedPack, ground: &Ground<'_>, recent: &mut Recent) -> Self {
        let pack = &sealed.pack;
        let (seen, chain) = pack.head_seen;
        let known =
            seen <= ground.cursor && ground.logs.chain_at(ground.scope, seen) == Some(chain);
        let author = Author {
            incarnation: pack.incarnation,
            nonces: &pack.nonces,
        };
        let mut entries = Vec::with_capacity(pack.entries.len());
        for entry in &pack.entries {
            let short = entry
                .document
                .filter(|_| entry.kind == EntryKind::Change)
                .and_then(|document| {
                    ground
                        .frame(recent, author)
                        .shorten(document, &entry.payload)
                });
            entries.push(match short {
                Some((document, short)) => ShortEntry {
                    kind: entry.kind,
                    document,
                    body: ShortBody::Short(short),
                },
                None => ShortEntry {
                    kind: entry.kind,
                    document: entry.document,
                    body: ShortBody::Whole(entry.payload.clone()),
                },
            });
            recent.push(Some(placed(entry)));
        }
        Self {
            scope_no: ground.scope_no,
            no: pack.no,
            wall_ms: pack.wall_ms,
            mono_ms: pack.mono_ms,
            boot: pack.boot,
            head_seen: if known {
                HeadSeen::Below(ground.cursor - seen)
            } else {
                HeadSeen::Named(seen, chain)
            },
            nonces: pack.nonces.clone(),
            files: pack.files.clone(),
            entries,
            signature: sealed.signature,
        }
    }

    /// The full form, if the guess holds: only the signature can tell. Entries are counted in
    /// `recent` whatever becomes of them.
    ///
    /// # Errors
    /// [`Unresolved`]: the pack is asked for in full form.
    pub fn lengthen(
        &self,
        incarnation: IncarnationId,
        ground: &Ground<'_>,
        recent: &mut Recent,
    ) -> Result<SealedPack, Unresolved> {
        let author = Author {
            incarnation,
            nonces: &self.nonces,
        };
        let entries: Vec<Result<PackEntry, Unresolved>> = self
            .entries
            .iter()
            .map(|entry| {
                let entry = entry.lengthen(&ground.frame(recent, author));
                recent.push(entry.as_ref().ok().map(placed));
                entry
            })
            .collect();
        let head_seen = match self.head_seen {
            HeadSeen::Named(seq, chain) => (seq, chain),
            HeadSeen::Below(distance) => {
                let seq = ground.cursor.checked_sub(distance);
                let chain = seq.and_then(|seq| ground.logs.chain_at(ground.scope, seq));
                seq.zip(chain).ok_or(Unresolved::HeadSeen)?
            }
        };
        let pack = Pack {
            incarnation,
            scope: ground.scope,
            no: self.no,
            wall_ms: self.wall_ms,
            mono_ms: self.mono_ms,
            boot: self.boot,
            head_seen,
            nonces: self.nonces.clone(),
            files: self.files.clone(),
            entries: entries.into_iter().collect::<Result<_, _>>()?,
        };
        let sealed = pack.with_signature(self.signature);
        if sealed.bytes.len() > limits::PACK_BYTES_MAX {
            return Err(Unresolved::TooLarge);
        }
        Ok(sealed)
    }

    /// How many entries it has.
    pub fn entries_count(&self) -> usize {
        self.entries.len()
    }

    /// Its bytes, for a request.
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer
            .u8(FORM_SHORT)
            .varint(self.scope_no)
            .varint(self.no)
            .signed(self.wall_ms)
            .varint(self.mono_ms)
            .raw(&self.boot);
        match &self.head_seen {
            HeadSeen::Named(seq, chain) => writer.varint(0).varint(*seq).raw(&chain.0),
            HeadSeen::Below(distance) => writer.varint(distance.saturating_add(1)),
        };
        writer.varint(self.nonces.len() as u64);
        for nonce in &self.nonces {
            writer.raw(nonce);
        }
        writer.varint(self.files.len() as u64);
        for file in &self.files {
            writer.raw(file.as_bytes());
        }
        writer.varint(self.entries.len() as u64);
        for entry in &self.entries {
            entry.write(&mut writer);
        }
        writer.raw(&self.signature.0).finish()
    }

    /// Reads the short form.
    ///
    /// # Errors
    /// [`WireError`] for anything that is not exactly one within the limits, of what it costs as
    /// of what it weighs.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        if bytes.len() > limits::PACK_BYTES_MAX {
            return Err(WireError::Limit { what: "pack size" });
        }
        let mut reader = Reader::new(bytes);
        if reader.u8()? != FORM_SHORT {
            return Err(WireError::Version);
        }
        let mut pack = Self {
            scope_no: reader.varint()?,
            no: reader.varint()?,
            wall_ms: reader.signed()?,
            mono_ms: reader.varint()?,
            boot: reader.array()?,
            head_seen: match reader.varint()? {
                0 => HeadSeen::Named(reader.varint()?, Chain16(reader.array()?)),
                further => HeadSeen::Below(further - 1),
            },
            nonces: Vec::new(),
            files: Vec::new(),
            entries: Vec::new(),
            signature: Signature64([0; 64]),
        };
        for _ in 0..reader.count(limits::PACK_LIST_MAX, "nonces")? {
            pack.nonces.push(reader.array()?);
        }
        for _ in 0..reader.count(limits::PACK_LIST_MAX, "files")? {
            pack.files.push(reader.hash()?);
        }
        let mut cost_bytes = 0;
        for _ in 0..reader.count(limits::PACK_ENTRIES_MAX, "pack entries")? {
            let entry = ShortEntry::read(&mut reader)?;
            cost_bytes += entry.cost_bytes();
            if cost_bytes > limits::PACK_BYTES_MAX {
                return Err(WireError::Limit { what: "pack size" });
            }
            pack.entries.push(entry);
        }
        pack.signature = Signature64(reader.array()?);
        reader.end()?;
        Ok(pack)
    }
}

fn placed(entry: &PackEntry) -> Placed {
    Placed {
        document: entry.document,
        content: entry.content(),
        actor: None,
    }
}

/// Counts the entries of a pack that travels in full form.
pub fn count_full(sealed: &SealedPack, recent: &mut Recent) {
    for entry in &sealed.pack.entries {
        recent.push(Some(placed(entry)));
    }
}

impl ShortEntry {
    fn lengthen(&self, frame: &Frame<'_>) -> Result<PackEntry, Unresolved> {
        let (document, payload) = match &self.body {
            ShortBody::Whole(payload) => (self.document, payload.clone()),
            ShortBody::Short(short) => {
                let (document, payload) = frame.lengthen(self.document, short)?;
                (Some(document), payload)
            }
        };
        Ok(PackEntry {
            kind: self.kind,
            document,
            payload,
        })
    }

    fn cost_bytes(&self) -> usize {
        match &self.body {
            ShortBody::Whole(payload) => payload.len(),
            ShortBody::Short(short) => short.cost_bytes(),
        }
    }

    fn write(&self, writer: &mut Writer) {
        let form = match &self.body {
            ShortBody::Whole(_) => FLAG_FULL,
            ShortBody::Short(short) if short.is_skeleton() => FLAG_SKELETON,
            ShortBody::Short(_) => 0,
        };
        let has_document = if self.document.is_some() {
            FLAG_HAS_DOCUMENT
        } else {
            0
        };
        writer.u8(self.kind.number()).u8(form | has_document);
        if let Some(document) = self.document {
            writer.raw(document.as_bytes());
        }
        match &self.body {
            ShortBody::Whole(payload) => writer.block(payload),
            ShortBody::Short(short) => {
                let mut body = Writer::new();
                short.write(&mut body);
                writer.block(body.bytes())
            }
        };
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        let kind = EntryKind::from_number(reader.u8()?);
        let flags = reader.u8()?;
        let document = match flags & FLAG_HAS_DOCUMENT {
            0 => None,
            _ => Some(reader.document()?),
        };
        let bytes = reader.block(limits::PAYLOAD_BYTES_MAX, "payload")?;
        let is_change = kind == EntryKind::Change;
        let body = match flags & !FLAG_HAS_DOCUMENT {
            FLAG_FULL => ShortBody::Whole(bytes.to_vec()),
            form @ (0 | FLAG_SKELETON) if is_change => ShortBody::Short(ShortChange::read(
                &mut Reader::new(bytes),
                form == FLAG_SKELETON,
            )?),
            _ => {
                return Err(WireError::Meaning {
                    what: "entry flags",
                });
            }
        };
        Ok(Self {
            kind,
            document,
            body,
        })
    }
}
