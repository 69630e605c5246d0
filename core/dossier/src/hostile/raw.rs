//! Change chunks built by hand: what Automerge's own encoder would never write.

use automerge::transaction::{CommitOptions, Transaction};
use automerge::{Automerge, ExpandedChange};
use jawla_model::{ActorId, Hash32};

use crate::change::{CHUNK_TYPE_CHANGE, MAGIC, content_hash, enclose, read_header};
use crate::document::Document;
use crate::leb128::{Reader, write_signed, write_unsigned};

/// A device that writes whatever it likes through Automerge itself.
pub struct Client {
    automerge: Automerge,
}

impl Client {
    /// A device with a copy of a document.
    pub fn of(document: &Document, actor: ActorId) -> Self {
        let mut automerge = document.automerge.clone();
        automerge.set_actor(actor.0.into());
        Self { automerge }
    }

    /// Writes one change and answers its chunk, uncompressed; empty when nothing was written.
    pub fn write(&mut self, edits: impl FnOnce(&mut Transaction<'_>)) -> Vec<u8> {
        self.write_with(CommitOptions::default().with_time(0), edits)
    }

    /// The same with Automerge's options.
    pub fn write_with(
        &mut self,
        options: CommitOptions,
        edits: impl FnOnce(&mut Transaction<'_>),
    ) -> Vec<u8> {
        let mut transaction = self.automerge.transaction();
        edits(&mut transaction);
        match transaction.commit_with(options) {
            (Some(_), _) => self
                .automerge
                .get_last_local_change()
                .map(|change| change.raw_bytes().to_vec())
                .unwrap_or_default(),
            (None, _) => Vec::new(),
        }
    }

    /// The last change, deflated: chunk type 2.
    pub fn last_deflated(&self) -> Vec<u8> {
        let last = self.automerge.get_last_local_change();
        last.map(|mut change| change.bytes().to_vec())
            .unwrap_or_default()
    }

    /// Everything as one bundle: chunk type 3.
    pub fn bundle(&self) -> Vec<u8> {
        let hashes: Vec<_> = self.automerge.get_heads();
        self.automerge
            .bundle(hashes)
            .map(|bundle| bundle.bytes().to_vec())
            .unwrap_or_default()
    }

    /// Everything as one saved document: chunk type 0.
    pub fn saved(&self) -> Vec<u8> {
        self.automerge.save()
    }
}

/// A real change, rewritten and encoded again by Automerge: canonical, with a valid checksum.
pub fn rewrite(change: &[u8], edit: impl FnOnce(&mut ExpandedChange)) -> Vec<u8> {
    let Ok(change) = automerge::Change::try_from(change) else {
        return Vec::new();
    };
    let mut expanded = change.decode();
    edit(&mut expanded);
    automerge::Change::from(expanded).raw_bytes().to_vec()
}

/// A real change with other dependencies, in the order given, and a valid checksum.
pub fn with_deps(change: &[u8], deps: &[Hash32]) -> Vec<u8> {
    let Ok(header) = read_header(change) else {
        return Vec::new();
    };
    let mut content = Vec::new();
    write_unsigned(&mut content, deps.len() as u64);
    deps.iter()
        .for_each(|dep| content.extend_from_slice(dep.as_bytes()));
    write_unsigned(&mut content, 16);
    content.extend_from_slice(header.actor.as_bytes());
    content.extend_from_slice(change.get(header.body_at..).unwrap_or_default());
    enclose(&content)
}

/// A real change with its columns (specification and bytes) rewritten, and a valid checksum.
pub fn with_columns(change: &[u8], edit: impl FnOnce(&mut Vec<(u64, Vec<u8>)>)) -> Vec<u8> {
    let (Ok(header), Some(content)) = (read_header(change), content(change)) else {
        return Vec::new();
    };
    let mut columns: Vec<(u64, Vec<u8>)> = header
        .columns
        .iter()
        .map(|column| {
            let bytes = change.get(column.range.clone()).unwrap_or_default();
            (u64::from(column.spec), bytes.to_vec())
        })
        .collect();
    edit(&mut columns);
    let before = header.others.end - (change.len() - content.len());
    let mut rebuilt = content.get(..before).unwrap_or_default().to_vec();
    write_columns(&mut rebuilt, &columns);
    enclose(&rebuilt)
}

fn write_columns(out: &mut Vec<u8>, columns: &[(u64, Vec<u8>)]) {
    write_unsigned(out, columns.len() as u64);
    for (spec, bytes) in columns {
        write_unsigned(out, *spec);
        write_unsigned(out, bytes.len() as u64);
    }
    columns
        .iter()
        .for_each(|(_, bytes)| out.extend_from_slice(bytes));
}

/// The fields of a change as they stand in its chunk, each free to lie.
#[derive(Debug, Clone)]
pub struct Fields {
    /// How many dependencies it claims.
    pub deps_claimed: u64,
    /// Dependencies, in the order given.
    pub deps: Vec<Hash32>,
    /// Who claims to have written it.
    pub actor: ActorId,
    /// Its place among its actor's changes.
    pub seq: u64,
    /// The counter of its first operation.
    pub start_op: u64,
    /// The bytes of its time.
    pub time: Vec<u8>,
    /// The other actors.
    pub others: Vec<ActorId>,
    /// Columns: specification, length claimed, bytes.
    pub columns: Vec<(u64, u64, Vec<u8>)>,
}

impl Fields {
    /// Those of a real change; `None` when it is none.
    pub fn of(change: &[u8]) -> Option<Self> {
        let header = read_header(change).ok()?;
        let column = |column: &crate::change::Column| {
            let bytes = change.get(column.range.clone()).unwrap_or_default();
            (u64::from(column.spec), bytes.len() as u64, bytes.to_vec())
        };
        let mut time = Vec::new();
        write_signed(&mut time, header.claimed_at.0);
        Some(Self {
            deps_claimed: header.deps.len() as u64,
            actor: header.actor,
            seq: header.seq,
            start_op: header.start_op,
            time,
            others: header.other_actors.clone(),
            columns: header.columns.iter().map(column).collect(),
            deps: header.deps,
        })
    }

    /// Puts these bytes into a column; without any the column goes.
    pub fn put(&mut self, spec: u64, bytes: &[u8]) {
        self.columns.retain(|column| column.0 != spec);
        if !bytes.is_empty() {
            let column = (spec, bytes.len() as u64, bytes.to_vec());
            self.columns.push(column);
            self.columns.sort_by_key(|column| column.0);
        }
    }

    /// The chunk, with a checksum that holds.
    pub fn chunk(&self) -> Vec<u8> {
        let mut content = Vec::new();
        write_unsigned(&mut content, self.deps_claimed);
        self.deps
            .iter()
            .for_each(|dep| content.extend_from_slice(dep.as_bytes()));
        write_unsigned(&mut content, 16);
        content.extend_from_slice(self.actor.as_bytes());
        write_unsigned(&mut content, self.seq);
        write_unsigned(&mut content, self.start_op);
        content.extend_from_slice(&self.time);
        // No message.
        content.push(0);
        write_unsigned(&mut content, self.others.len() as u64);
        for other in &self.others {
            write_unsigned(&mut content, 16);
            content.extend_from_slice(other.as_bytes());
        }
        write_unsigned(&mut content, self.columns.len() as u64);
        for (spec, claimed, _) in &self.columns {
            write_unsigned(&mut content, *spec);
            write_unsigned(&mut content, *claimed);
        }
        self.columns
            .iter()
            .for_each(|(_, _, bytes)| content.extend_from_slice(bytes));
        enclose(&content)
    }
}

/// A real change whose fields lie, with a valid checksum; empty when it is no change.
pub fn with_fields(change: &[u8], edit: impl FnOnce(&mut Fields)) -> Vec<u8> {
    let Some(mut fields) = Fields::of(change) else {
        return Vec::new();
    };
    edit(&mut fields);
    fields.chunk()
}

/// A number as the columns hold it, without sign.
pub fn unsigned(value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_unsigned(&mut bytes, value);
    bytes
}

/// A number as the columns hold it, with its sign.
pub fn signed(value: i64) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_signed(&mut bytes, value);
    bytes
}

/// Content under a chunk type and behind a length, both as told; the checksum holds for the
/// content as that of a change.
pub fn claimed(kind: u8, length: &[u8], content: &[u8]) -> Vec<u8> {
    let hash = content_hash(content);
    let checksum = hash.0.get(..4).unwrap_or_default();
    [&MAGIC, checksum, &[kind], length, content].concat()
}

/// The chunk type of a change.
pub const CHANGE: u8 = CHUNK_TYPE_CHANGE;

/// The chunk type of a deflated change.
pub const DEFLATED: u8 = 2;

/// A deflate stream of `size` bytes that inflates to some 158 times as many zeros: one literal,
/// then nothing but copies of the 258 bytes before, in the fixed code.
pub fn deflate_bomb(size: usize) -> Vec<u8> {
    // From the last block's head and the literal 0 to the copies: length 258, distance 1.
    let head = [1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0];
    let copy = [1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0];
    let copies = (size * 8).saturating_sub(head.len() + 7) / copy.len();
    let end = [0; 7];
    let mut bytes = vec![0_u8; size];
    let bits = head
        .into_iter()
        .chain(std::iter::repeat_n(copy, copies).flatten())
        .chain(end);
    for (at, bit) in bits.enumerate() {
        if let Some(byte) = bytes.get_mut(at / 8) {
            *byte |= bit << (at % 8);
        }
    }
    bytes
}

/// What lies in a chunk behind magic, checksum, type and length.
pub fn content(chunk: &[u8]) -> Option<&[u8]> {
    let mut reader = Reader::new(chunk);
    reader.take(9)?;
    reader.length()?;
    chunk.get(reader.at()..)
}

/// Content as a change chunk with a valid checksum.
pub fn chunk(content: &[u8]) -> Vec<u8> {
    enclose(content)
}

/// The run-length bomb of the threat model M2: a list and `inserts` identical insertions into it, in
/// about 140 bytes that Automerge accepts.
pub fn run_length_bomb(actor: ActorId, deps: &[Hash32], start_op: u64, inserts: u64) -> Vec<u8> {
    let run = |value: u64| {
        let mut column = Vec::new();
        write_signed(&mut column, i64::try_from(inserts).unwrap_or(i64::MAX));
        write_unsigned(&mut column, value);
        column
    };
    let after_null = |rest: Vec<u8>| [vec![0, 1], rest].concat();
    let mut key_texts = vec![0x7f, 1, b'l', 0];
    write_unsigned(&mut key_texts, inserts);
    let mut flags = vec![1];
    write_unsigned(&mut flags, inserts);
    let mut nothing = Vec::new();
    write_signed(&mut nothing, i64::try_from(inserts + 1).unwrap_or(i64::MAX));
    nothing.push(0);
    let columns = vec![
        (0x01, after_null(run(0))),
        (0x02, after_null(run(start_op))),
        (0x13, after_null(run(0))),
        (0x15, key_texts),
        (0x34, flags),
        (0x42, [vec![0x7f, 2], run(1)].concat()),
        (0x56, nothing.clone()),
        (0x70, nothing),
    ];
    let mut content = Vec::new();
    write_unsigned(&mut content, deps.len() as u64);
    deps.iter()
        .for_each(|dep| content.extend_from_slice(dep.as_bytes()));
    write_unsigned(&mut content, 16);
    content.extend_from_slice(actor.as_bytes());
    write_unsigned(&mut content, 1);
    write_unsigned(&mut content, start_op);
    // Time 0, no message, no other actors.
    content.extend_from_slice(&[0, 0, 0]);
    write_columns(&mut content, &columns);
    enclose(&content)
}
