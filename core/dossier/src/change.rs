//! One change as everybody above sees it, and the parser of its header: our own, so that nothing
//! hostile reaches Automerge unread (steps 2 to 5 of the threat model 2.1).

use std::ops::Range;

use jawla_model::{ActorId, Claimed, Hash32, Reason};
use sha2::{Digest, Sha256};

use crate::columns;
use crate::leb128::{Reader, write_unsigned};
use crate::limits;

/// One change: the unit that is signed, sent, ordered by the log and stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// SHA-256 over chunk type, length and content: what Automerge calls the change's hash.
    pub hash: Hash32,
    /// Who wrote it: one actor per process session.
    pub actor: ActorId,
    /// Its place among its actor's changes of the document, from 1.
    pub seq: u64,
    /// The changes its author had seen, ascending.
    pub deps: Vec<Hash32>,
    /// The whole uncompressed chunk.
    pub bytes: Vec<u8>,
    /// How many operations it holds.
    pub ops: u64,
    /// What its author's clock said. Travels in the chunk's time field, in milliseconds; 0 in a
    /// skeleton. Claimed, never trusted.
    pub claimed_at: Claimed,
}

impl Change {
    /// Reads a change out of its own chunk.
    ///
    /// # Errors
    /// Those of [`read_header`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Reason> {
        Ok(Self::of(&read_header(bytes)?, bytes))
    }

    pub(crate) fn of(header: &Header, bytes: &[u8]) -> Self {
        Self {
            hash: header.hash,
            actor: header.actor,
            seq: header.seq,
            deps: header.deps.clone(),
            bytes: bytes.to_vec(),
            ops: header.ops,
            claimed_at: header.claimed_at,
        }
    }
}

/// One column of operations: what it is and where its bytes lie in the chunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Automerge's column specification: id, type and the deflate bit.
    pub spec: u32,
    /// Where it lies in the chunk.
    pub range: Range<usize>,
}

/// The header of a change whose form is sound: sizes, hash, checksum and columns are checked,
/// what it refers to is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// SHA-256 over chunk type, length and content.
    pub hash: Hash32,
    /// Dependencies, strictly ascending.
    pub deps: Vec<Hash32>,
    /// Who wrote it.
    pub actor: ActorId,
    /// Its place among its actor's changes.
    pub seq: u64,
    /// The counter of its first operation.
    pub start_op: u64,
    /// The time field, read as milliseconds.
    pub claimed_at: Claimed,
    /// Other actors that its operations name, in the order of the chunk.
    pub other_actors: Vec<ActorId>,
    /// Its columns, in the order of the chunk.
    pub columns: Vec<Column>,
    /// Operations, counted without expanding a run.
    pub ops: u64,
    /// Bytes of all its values together.
    pub value_bytes: u64,
    /// Bytes of its longest text or byte string.
    pub longest_string_bytes: u64,
    /// Bytes of its longest key.
    pub longest_key_bytes: usize,
    /// The most values that one of its operations supersedes.
    pub predecessors_max: u64,
    /// Where the part after the actor begins.
    pub(crate) body_at: usize,
    /// Where the other actors, with their count, lie.
    pub(crate) others: Range<usize>,
}

impl Header {
    /// The counter of its last operation.
    pub const fn max_op(&self) -> u64 {
        self.start_op.saturating_add(self.ops).saturating_sub(1)
    }
}

pub(crate) const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
pub(crate) const CHUNK_TYPE_CHANGE: u8 = 1;

/// The hash of a chunk's content.
pub(crate) fn content_hash(content: &[u8]) -> Hash32 {
    let mut prefix = vec![CHUNK_TYPE_CHANGE];
    write_unsigned(
        &mut prefix,
        u64::try_from(content.len()).unwrap_or(u64::MAX),
    );
    let mut hasher = Sha256::new();
    hasher.update(&prefix);
    hasher.update(content);
    Hash32(hasher.finalize().into())
}

/// Puts magic, checksum, type and length before a change's content.
pub(crate) fn enclose(content: &[u8]) -> Vec<u8> {
    let hash = content_hash(content);
    let mut bytes = Vec::with_capacity(content.len() + 16);
    bytes.extend_from_slice(&MAGIC);
    bytes.extend(hash.0.iter().take(4));
    bytes.push(CHUNK_TYPE_CHANGE);
    write_unsigned(&mut bytes, u64::try_from(content.len()).unwrap_or(u64::MAX));
    bytes.extend_from_slice(content);
    bytes
}

/// Reads and checks the form of one change without Automerge: chunk type and size, hash and
/// checksum, header, columns, the sum of run lengths per column. Reads each byte a few times,
/// allocates in proportion to the input and never panics.
///
/// # Errors
/// [`Reason::TooLarge`], [`Reason::NotAChange`] (another chunk type, cut, trailing bytes),
/// [`Reason::WrongHash`] (checksum), [`Reason::BadHeader`], [`Reason::BadColumns`],
/// [`Reason::TooManyOperations`].
pub fn read_header(bytes: &[u8]) -> Result<Header, Reason> {
    if bytes.len() > limits::CHANGE_BYTES_MAX {
        return Err(Reason::TooLarge);
    }
    let mut reader = Reader::new(bytes);
    let checksum = open_chunk(&mut reader).ok_or(Reason::NotAChange)?;
    let content_at = reader.at();
    let content = bytes.get(content_at..).ok_or(Reason::NotAChange)?;
    let hash = content_hash(content);
    if !hash.0.starts_with(&checksum) {
        return Err(Reason::WrongHash);
    }
    let mut header = read_fields(&mut reader, hash)?;
    read_columns(&mut reader, &mut header)?;
    if !reader.is_done() {
        // A footer could only carry Automerge's author, which nobody here writes.
        return Err(Reason::BadColumns);
    }
    columns::measure(bytes, &mut header)?;
    Ok(header)
}

/// Reads up to the content and answers the checksum; `None` when this is no whole change chunk.
fn open_chunk(reader: &mut Reader<'_>) -> Option<[u8; 4]> {
    if reader.array()? != MAGIC {
        return None;
    }
    let checksum = reader.array()?;
    if reader.byte()? != CHUNK_TYPE_CHANGE {
        return None;
    }
    let length = reader.length()?;
    let mut rest = *reader;
    rest.take(length)?;
    rest.is_done().then_some(checksum)
}

fn read_fields(reader: &mut Reader<'_>, hash: Hash32) -> Result<Header, Reason> {
    let bad = Reason::BadHeader;
    let count = reader.length().ok_or(bad)?;
    if count > limits::DEPENDENCIES_MAX {
        return Err(bad);
    }
    let mut deps = Vec::with_capacity(count);
    for _ in 0..count {
        deps.push(Hash32(reader.array().ok_or(bad)?));
    }
    if !deps.is_sorted_by(|left, right| left < right) {
        return Err(bad);
    }
    let actor = read_actor(reader).ok_or(bad)?;
    let body_at = reader.at();
    let seq = reader.unsigned().filter(|seq| *seq > 0).ok_or(bad)?;
    let start_op = reader.unsigned().filter(|op| *op > 0).ok_or(bad)?;
    let claimed_at = Claimed(reader.signed().ok_or(bad)?);
    if reader.length().ok_or(bad)? != 0 {
        return Err(bad);
    }
    let others_at = reader.at();
    let count = reader.length().ok_or(bad)?;
    if count > limits::OTHER_ACTORS_MAX {
        return Err(bad);
    }
    let mut other_actors = Vec::with_capacity(count);
    for _ in 0..count {
        other_actors.push(read_actor(reader).ok_or(bad)?);
    }
    Ok(Header {
        hash,
        deps,
        actor,
        seq,
        start_op,
        claimed_at,
        other_actors,
        columns: Vec::new(),
        ops: 0,
        value_bytes: 0,
        longest_string_bytes: 0,
        longest_key_bytes: 0,
        predecessors_max: 0,
        body_at,
        others: others_at..reader.at(),
    })
}

fn read_actor(reader: &mut Reader<'_>) -> Option<ActorId> {
    let length = reader.length()?;
    ActorId::from_slice(reader.take(length)?)
}

fn read_columns(reader: &mut Reader<'_>, header: &mut Header) -> Result<(), Reason> {
    let bad = Reason::BadColumns;
    let count = reader.length().ok_or(bad)?;
    if count > columns::KNOWN.len() {
        return Err(bad);
    }
    let mut specs = Vec::with_capacity(count);
    for _ in 0..count {
        let spec = u32::try_from(reader.unsigned().ok_or(bad)?).map_err(|_| bad)?;
        let length = reader.length().ok_or(bad)?;
        if !columns::KNOWN.contains(&spec) || length == 0 {
            return Err(bad);
        }
        specs.push((spec, length));
    }
    if !specs.is_sorted_by(|left, right| left.0 < right.0) {
        return Err(bad);
    }
    for (spec, length) in specs {
        let start = reader.at();
        reader.take(length).ok_or(bad)?;
        header.columns.push(Column {
            spec,
            range: start..reader.at(),
        });
    }
    Ok(())
}
