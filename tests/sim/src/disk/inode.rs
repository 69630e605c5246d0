//! The bytes of one file: those that are durable, those that reads show, and what a power cut
//! makes of the difference.

use std::ops::Range;

use super::dice::Dice;
use super::fault::DiskCounters;
use super::limits::{HALF_SECTOR_SIZE_BYTES, TORN_SECTOR_SIZE_BYTES};
use super::locks::FileLocks;
use super::wal_index::WalIndex;

/// One file.
#[derive(Debug, Default)]
pub(super) struct Inode {
    /// What reads show.
    current: Vec<u8>,
    /// What a power cut cannot take.
    durable: Vec<u8>,
    /// What leads from `durable` to `current`, but for changes that a failed sync lost.
    pending: Vec<Change>,
    /// Handles of SQLite on it, of the present start of the machine.
    pub(super) handles: u32,
    pub(super) locks: FileLocks,
    pub(super) wal_index: WalIndex,
}

#[derive(Debug)]
enum Change {
    Write { offset: usize, bytes: Box<[u8]> },
    Resize { size: usize },
}

/// How one power cut treats the unsynced changes of a file.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wreck {
    /// None had reached the medium.
    DropAll,
    /// All had.
    KeepAll,
    /// They had in order, up to one that was under way.
    InOrder,
    /// Each on its own: the disk had reordered them.
    Each,
}

impl Wreck {
    /// One of the four; the mixed one most often.
    pub(super) fn choose(dice: &mut Dice) -> Self {
        match dice.below(8) {
            0 => Self::DropAll,
            1 => Self::KeepAll,
            2 | 3 => Self::InOrder,
            _ => Self::Each,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Kept,
    Torn,
    Dropped,
}

impl Inode {
    /// A file whose bytes are durable.
    pub(super) fn durable(bytes: &[u8]) -> Self {
        Self {
            current: bytes.to_vec(),
            durable: bytes.to_vec(),
            ..Self::default()
        }
    }

    /// What reads show.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.current
    }

    /// Writes `bytes` at `offset`, unsynced; a gap before them is zeros.
    pub(super) fn write(&mut self, offset: usize, bytes: &[u8]) {
        splice(&mut self.current, offset, bytes);
        self.pending.push(Change::Write {
            offset,
            bytes: bytes.into(),
        });
    }

    /// Cuts the file to `size`, or lengthens it with zeros, unsynced.
    pub(super) fn resize(&mut self, size: usize) {
        self.current.resize(size, 0);
        self.pending.push(Change::Resize { size });
    }

    /// Makes everything written durable.
    pub(super) fn sync(&mut self) {
        for change in self.pending.drain(..) {
            apply(&mut self.durable, &change);
        }
    }

    /// A sync that failed: some of the unsynced changes will never be durable, although reads
    /// still show them and a later sync succeeds.
    pub(super) fn fail_sync(&mut self, dice: &mut Dice, counters: &mut DiskCounters) {
        let before = self.pending.len();
        self.pending.retain(|_| dice.one_in(2));
        counters.dropped += (before - self.pending.len()) as u64;
    }

    /// Flips bit `bit` (0 to 7) of the byte at `offset`; false when the file ends before it.
    pub(super) fn flip(&mut self, offset: usize, bit: u32) -> bool {
        let mask = 1_u8.rotate_left(bit);
        if let Some(byte) = self.durable.get_mut(offset) {
            *byte ^= mask;
        }
        match self.current.get_mut(offset) {
            Some(byte) => {
                *byte ^= mask;
                true
            }
            None => false,
        }
    }

    /// The power goes: decides what each unsynced change has become, and forgets the handles.
    pub(super) fn crash(&mut self, wreck: Wreck, dice: &mut Dice, counters: &mut DiskCounters) {
        let pending = std::mem::take(&mut self.pending);
        let under_way = dice.below(pending.len() + 1);
        let mut lost_before = 0;
        for (position, change) in pending.iter().enumerate() {
            match fate(wreck, position, under_way, dice) {
                Fate::Kept => {
                    apply(&mut self.durable, change);
                    counters.kept += 1;
                    counters.reordered += lost_before;
                    lost_before = 0;
                }
                Fate::Torn => match change {
                    Change::Write { offset, bytes } if !bytes.is_empty() => {
                        tear(&mut self.durable, *offset, bytes, dice);
                        counters.torn += 1;
                    }
                    Change::Write { .. } | Change::Resize { .. } => counters.dropped += 1,
                },
                Fate::Dropped => {
                    counters.dropped += 1;
                    lost_before += 1;
                }
            }
        }
        self.current.clone_from(&self.durable);
        self.release();
    }

    /// Forgets handles, locks and shared memory: the process is gone.
    pub(super) fn release(&mut self) {
        self.handles = 0;
        self.locks = FileLocks::default();
        self.wal_index = WalIndex::default();
    }
}

fn fate(wreck: Wreck, position: usize, under_way: usize, dice: &mut Dice) -> Fate {
    match wreck {
        Wreck::DropAll => Fate::Dropped,
        Wreck::KeepAll => Fate::Kept,
        Wreck::InOrder if position < under_way => Fate::Kept,
        Wreck::InOrder if position == under_way => Fate::Torn,
        Wreck::InOrder => Fate::Dropped,
        Wreck::Each => match dice.below(3) {
            0 => Fate::Kept,
            1 => Fate::Torn,
            _ => Fate::Dropped,
        },
    }
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Write {
            offset,
            bytes: written,
        } => splice(bytes, *offset, written),
        Change::Resize { size } => bytes.resize(*size, 0),
    }
}

fn splice(bytes: &mut Vec<u8>, offset: usize, written: &[u8]) {
    let end = offset.saturating_add(written.len());
    if bytes.len() < end {
        bytes.resize(end, 0);
    }
    if let Some(target) = bytes.get_mut(offset..end) {
        target.copy_from_slice(written);
    }
}

/// Puts a part of `written` on the medium.
fn tear(bytes: &mut Vec<u8>, offset: usize, written: &[u8], dice: &mut Dice) {
    match dice.below(4) {
        0 => {
            let cut = tear_point(written.len(), dice);
            splice(bytes, offset, written.get(..cut).unwrap_or_default());
        }
        1 => {
            let cut = tear_point(written.len(), dice);
            splice(bytes, offset + cut, written.get(cut..).unwrap_or_default());
        }
        2 => {
            for sector in sectors(offset, written.len()) {
                let part = sector.start - offset..sector.end - offset;
                if dice.one_in(2) {
                    splice(bytes, sector.start, written.get(part).unwrap_or_default());
                }
            }
        }
        _ => {
            splice(bytes, offset, written);
            let spoilt = spoilt_range(offset, written.len(), dice);
            let end = spoilt.end.min(bytes.len());
            if let Some(range) = bytes.get_mut(spoilt.start..end) {
                dice.fill(range);
            }
        }
    }
}

/// Where a write of `len` bytes stops: at a half sector, or at any byte of a short one.
fn tear_point(len: usize, dice: &mut Dice) -> usize {
    if len <= HALF_SECTOR_SIZE_BYTES {
        dice.below(len + 1)
    } else {
        dice.below(len / HALF_SECTOR_SIZE_BYTES + 1) * HALF_SECTOR_SIZE_BYTES
    }
}

/// The parts of `offset..offset + len` by the sectors of the disk they fall in.
fn sectors(offset: usize, len: usize) -> impl Iterator<Item = Range<usize>> {
    let end = offset + len;
    let mut start = offset;
    std::iter::from_fn(move || {
        if start >= end {
            return None;
        }
        let next = (start / TORN_SECTOR_SIZE_BYTES + 1) * TORN_SECTOR_SIZE_BYTES;
        let sector = start..next.min(end);
        start = sector.end;
        Some(sector)
    })
}

/// The bytes that come out as noise when the write of `len` bytes at `offset` is interrupted.
fn spoilt_range(offset: usize, len: usize, dice: &mut Dice) -> Range<usize> {
    let within = offset + dice.below(len);
    let start = within / TORN_SECTOR_SIZE_BYTES * TORN_SECTOR_SIZE_BYTES;
    start.max(offset)..(start + TORN_SECTOR_SIZE_BYTES).min(offset + len)
}
