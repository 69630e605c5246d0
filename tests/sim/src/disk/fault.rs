//! What can go wrong with a disk, and how often it did.

use std::ops::AddAssign;

/// Why a file operation failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DiskError {
    /// There is no space left; part of the bytes may have been written.
    #[error("the disk is full")]
    Full,
    /// The device refused the operation.
    #[error("the disk answered with an error")]
    Io,
    /// No file has this name.
    #[error("no such file")]
    NotFound,
    /// The machine or the process of this handle ended; open the disk again.
    #[error("the handle belongs to an earlier start of the machine")]
    PoweredOff,
    /// Another handle holds the file.
    #[error("the file is locked")]
    Locked,
}

/// A fault to be struck at a chosen call.
///
/// All but [`Failure::Read`] count the calls that change the disk: writes, truncations, syncs,
/// creations, deletions and renames. `Read` counts reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// ENOSPC: nothing is written (`SQLITE_FULL`).
    Full,
    /// ENOSPC after the first half of the bytes.
    ShortWrite,
    /// EIO (`SQLITE_IOERR_*`). When it strikes a sync, some of the unsynced writes are lost for
    /// good although reads still show them, as Linux does.
    Io,
    /// EIO while reading.
    Read,
    /// The power goes in the middle of this call, as with `SimDisk::crash`.
    PowerCut,
    /// The process dies in the middle of this call, as with `SimDisk::kill`.
    Kill,
}

/// Does a sync keep its promise?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syncs {
    /// Every sync makes the writes before it durable.
    Honoured,
    /// No sync does, though all say so: a lying disk, for showing that a check can fail.
    Ignored,
    /// One sync in this many is lost, at random; 0 and 1 mean each of them.
    LostOneIn(u32),
}

/// What SQLite is told of an interrupted write. The writes come out torn in the same ways with
/// both, never beyond the bytes that were being written.
///
/// Damage to the neighbouring bytes of the sector is not simulated: SQLite itself loses an
/// acknowledged row to it when two power cuts follow each other closely (in one seed of twenty of
/// our trial), because the log that it finds after the first one may end inside a sector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// Nothing (device characteristics 0): SQLite pads each commit in its log to a whole sector.
    Unspecified,
    /// That it spares its neighbours (`SQLITE_IOCAP_POWERSAFE_OVERWRITE`), which SQLite assumes by
    /// itself on phones and servers: the log is written as it is in the field, without padding.
    Powersafe,
}

/// How often each thing happened; the fault table of a run is the sum over its disks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DiskCounters {
    /// Writes handed to the disk.
    pub writes: u64,
    /// Bytes in them.
    pub write_bytes: u64,
    /// Reads answered.
    pub reads: u64,
    /// Syncs asked for.
    pub syncs: u64,
    /// Syncs that lied.
    pub syncs_lost: u64,
    /// Power cuts, planned ones included.
    pub crashes: u64,
    /// Ends of the process, planned ones included.
    pub kills: u64,
    /// Unsynced writes that survived a power cut whole.
    pub kept: u64,
    /// Unsynced writes and truncations that a power cut or a failed sync dropped.
    pub dropped: u64,
    /// Unsynced writes that a power cut tore.
    pub torn: u64,
    /// Unsynced writes lost although one after them in the same file survived.
    pub reordered: u64,
    /// Creations, deletions and renames undone by a power cut.
    pub names_undone: u64,
    /// Planned "disk full" answers, short writes included.
    pub full: u64,
    /// Planned I/O errors of writes, syncs and names.
    pub io: u64,
    /// Planned I/O errors of reads.
    pub read_io: u64,
    /// Bits flipped.
    pub bits_flipped: u64,
    /// Images put back.
    pub restores: u64,
}

impl AddAssign for DiskCounters {
    fn add_assign(&mut self, other: Self) {
        self.writes += other.writes;
        self.write_bytes += other.write_bytes;
        self.reads += other.reads;
        self.syncs += other.syncs;
        self.syncs_lost += other.syncs_lost;
        self.crashes += other.crashes;
        self.kills += other.kills;
        self.kept += other.kept;
        self.dropped += other.dropped;
        self.torn += other.torn;
        self.reordered += other.reordered;
        self.names_undone += other.names_undone;
        self.full += other.full;
        self.io += other.io;
        self.read_io += other.read_io;
        self.bits_flipped += other.bits_flipped;
        self.restores += other.restores;
    }
}

/// A failure waiting for its call.
#[derive(Clone, Copy, Debug)]
pub(super) struct FaultPlan {
    /// Calls until it strikes, this one included.
    pub(super) calls_left: u64,
    pub(super) failure: Failure,
    pub(super) lasting: Lasting,
}

/// Does a planned failure stay?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lasting {
    Once,
    UntilHealed,
}
