//! The disk itself: files, names, faults and the power switch.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::dice::Dice;
use super::fault::{DiskCounters, DiskError, Failure, FaultPlan, Lasting, Surface, Syncs};
use super::inode::{Inode, Wreck};
use super::limits::{FILE_SIZE_BYTES_MAX, NAME_SIZE_BYTES_MAX};
use super::names::{FileId, Names};
use super::visit::Visit;

/// 1 January 2026, 00:00 UTC: where the clock of a disk stands until someone sets it.
const NOW_UNIX_MS_AT_START: i64 = 1_767_225_600_000;

/// Numbers the starts of a machine: a handle made in one is dead in the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Boot(u64);

/// All that one disk knows.
#[derive(Debug)]
pub(super) struct Media {
    pub(super) boot: Boot,
    pub(super) surface: Surface,
    pub(super) syncs: Syncs,
    pub(super) counters: DiskCounters,
    pub(super) now_unix_ms: i64,
    pub(super) sqlite_dice: Dice,
    pub(super) plan: Option<FaultPlan>,
    pub(super) visit: Option<Visit>,
    names: Names,
    files: BTreeMap<FileId, Inode>,
    next_number: u64,
    fate_dice: Dice,
}

/// The kinds of calls that a failure can choose from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    Read,
    Change,
}

/// What to do about a file that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Creation {
    Never,
    IfMissing,
    Always,
}

/// When is a deletion durable?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Durability {
    Now,
    Later,
}

impl Media {
    pub(super) fn new(seed: u64, surface: Surface) -> Self {
        Self {
            boot: Boot(0),
            surface,
            syncs: Syncs::Honoured,
            counters: DiskCounters::default(),
            now_unix_ms: NOW_UNIX_MS_AT_START,
            sqlite_dice: Dice::new(seed, 1),
            plan: None,
            visit: None,
            names: Names::default(),
            files: BTreeMap::new(),
            next_number: 0,
            fate_dice: Dice::new(seed, 0),
        }
    }

    /// A number not given before on this disk.
    pub(super) fn next_number(&mut self) -> u64 {
        self.next_number += 1;
        self.next_number
    }

    /// Is a handle of `boot` still good?
    pub(super) fn check(&self, boot: Boot) -> Result<(), DiskError> {
        if boot == self.boot {
            Ok(())
        } else {
            Err(DiskError::PoweredOff)
        }
    }

    pub(super) fn find(&self, name: &str) -> Option<FileId> {
        self.names.find(name)
    }

    pub(super) fn list(&self, prefix: &str) -> Vec<String> {
        self.names
            .list(prefix)
            .map(|(name, _)| name.clone())
            .collect()
    }

    pub(super) fn inode(&mut self, file: FileId) -> Result<&mut Inode, DiskError> {
        self.files.get_mut(&file).ok_or(DiskError::NotFound)
    }

    /// Finds or makes the file called `name`.
    pub(super) fn open(&mut self, name: &str, creation: Creation) -> Result<FileId, DiskError> {
        match (self.names.find(name), creation) {
            (Some(_), Creation::Always) => Err(DiskError::Io),
            (Some(file), Creation::Never | Creation::IfMissing) => Ok(file),
            (None, Creation::Never) => Err(DiskError::NotFound),
            (None, Creation::IfMissing | Creation::Always) => {
                if name.len() > NAME_SIZE_BYTES_MAX {
                    return Err(DiskError::Io);
                }
                self.strike(Call::Change)?;
                let file = FileId(self.next_number());
                self.files.insert(file, Inode::default());
                self.names.link(name, file);
                Ok(file)
            }
        }
    }

    /// The bytes of a file from `offset` on, at most `size` of them.
    pub(super) fn read(
        &mut self,
        file: FileId,
        offset: usize,
        size: usize,
    ) -> Result<&[u8], DiskError> {
        self.strike(Call::Read)?;
        self.counters.reads += 1;
        let bytes = self.files.get(&file).ok_or(DiskError::NotFound)?.bytes();
        let end = offset.saturating_add(size).min(bytes.len());
        Ok(bytes.get(offset..end).unwrap_or_default())
    }

    pub(super) fn write(
        &mut self,
        file: FileId,
        offset: usize,
        bytes: &[u8],
    ) -> Result<(), DiskError> {
        let struck = self.due(Call::Change);
        match struck {
            None => self.put(file, offset, bytes),
            Some(Failure::Full) => Err(DiskError::Full),
            Some(Failure::ShortWrite) => {
                let half = bytes.len() / 2;
                self.put(file, offset, bytes.get(..half).unwrap_or_default())?;
                Err(DiskError::Full)
            }
            Some(Failure::Io | Failure::Read) => Err(DiskError::Io),
            Some(Failure::PowerCut) => {
                self.put(file, offset, bytes)?;
                self.crash();
                Err(DiskError::PoweredOff)
            }
            Some(Failure::Kill) => {
                self.put(file, offset, bytes)?;
                self.kill();
                Err(DiskError::PoweredOff)
            }
        }
    }

    pub(super) fn resize(&mut self, file: FileId, size: usize) -> Result<(), DiskError> {
        if size > FILE_SIZE_BYTES_MAX {
            return Err(DiskError::Full);
        }
        self.strike(Call::Change)?;
        self.inode(file)?.resize(size);
        Ok(())
    }

    pub(super) fn sync(&mut self, file: FileId) -> Result<(), DiskError> {
        self.counters.syncs += 1;
        if let Err(error) = self.strike(Call::Change) {
            if error != DiskError::PoweredOff {
                let Self {
                    files,
                    fate_dice,
                    counters,
                    ..
                } = self;
                let inode = files.get_mut(&file).ok_or(DiskError::NotFound)?;
                inode.fail_sync(fate_dice, counters);
            }
            return Err(error);
        }
        if self.sync_is_lost() {
            self.counters.syncs_lost += 1;
            return Ok(());
        }
        self.inode(file)?.sync();
        self.names.settle_creation(file);
        Ok(())
    }

    /// Makes creations, renames and deletions durable (a sync of the directory).
    pub(super) fn sync_names(&mut self) -> Result<(), DiskError> {
        self.counters.syncs += 1;
        self.strike(Call::Change)?;
        if self.sync_is_lost() {
            self.counters.syncs_lost += 1;
        } else {
            self.settle_names();
        }
        Ok(())
    }

    pub(super) fn rename(&mut self, from: &str, to: &str) -> Result<(), DiskError> {
        if self.names.find(from).is_none() {
            return Err(DiskError::NotFound);
        }
        self.strike(Call::Change)?;
        self.names.rename(from, to);
        Ok(())
    }

    pub(super) fn delete(&mut self, name: &str, durability: Durability) -> Result<(), DiskError> {
        if self.names.find(name).is_none() {
            return Err(DiskError::NotFound);
        }
        self.strike(Call::Change)?;
        self.names.unlink(name);
        if durability == Durability::Now && !self.sync_is_lost() {
            self.settle_names();
        }
        Ok(())
    }

    /// The power goes and comes back.
    pub(super) fn crash(&mut self) {
        self.counters.crashes += 1;
        let wreck = Wreck::choose(&mut self.fate_dice);
        let Self {
            files,
            names,
            fate_dice,
            counters,
            ..
        } = self;
        let unsettled = names.unsettled();
        let kept = match wreck {
            Wreck::DropAll => 0,
            Wreck::KeepAll => unsettled,
            Wreck::InOrder | Wreck::Each => fate_dice.below(unsettled + 1),
        };
        counters.names_undone += (unsettled - kept) as u64;
        names.cut(kept);
        for inode in files.values_mut() {
            inode.crash(wreck, fate_dice, counters);
        }
        self.start_again();
    }

    /// The process ends; what it wrote stays with the operating system.
    pub(super) fn kill(&mut self) {
        self.counters.kills += 1;
        self.files.values_mut().for_each(Inode::release);
        self.start_again();
    }

    /// All files as reads show them.
    pub(super) fn image(&self) -> BTreeMap<String, Arc<[u8]>> {
        let named = self.names.list("");
        named
            .filter_map(|(name, file)| Some((name.clone(), self.files.get(&file)?.bytes().into())))
            .collect()
    }

    /// Replaces everything by `image`, durably, with the machine off.
    pub(super) fn restore(&mut self, image: &BTreeMap<String, Arc<[u8]>>) {
        self.counters.restores += 1;
        self.files.clear();
        let mut names = BTreeMap::new();
        for (name, bytes) in image {
            let file = FileId(self.next_number());
            self.files.insert(file, Inode::durable(bytes));
            names.insert(name.clone(), file);
        }
        self.names.replace(names);
        self.start_again();
    }

    /// Flips one bit of a file.
    pub(super) fn corrupt(&mut self, name: &str, offset: usize) -> Result<(), DiskError> {
        let file = self.names.find(name).ok_or(DiskError::NotFound)?;
        let bit = self.fate_dice.below(8) as u32;
        if !self.inode(file)?.flip(offset, bit) {
            return Err(DiskError::NotFound);
        }
        self.counters.bits_flipped += 1;
        Ok(())
    }

    /// A handle of SQLite on `file` goes.
    pub(super) fn close(&mut self, file: FileId, handle: u64) {
        if let Some(inode) = self.files.get_mut(&file) {
            inode.handles = inode.handles.saturating_sub(1);
            inode.locks.lower(handle, super::locks::LockLevel::None);
            inode.wal_index.leave(handle);
            if inode.handles == 0 && self.names.unsettled() == 0 {
                self.forget_unreachable();
            }
        }
    }

    fn put(&mut self, file: FileId, offset: usize, bytes: &[u8]) -> Result<(), DiskError> {
        if offset.saturating_add(bytes.len()) > FILE_SIZE_BYTES_MAX {
            return Err(DiskError::Full);
        }
        self.inode(file)?.write(offset, bytes);
        self.counters.writes += 1;
        self.counters.write_bytes += bytes.len() as u64;
        Ok(())
    }

    fn sync_is_lost(&mut self) -> bool {
        match self.syncs {
            Syncs::Honoured => false,
            Syncs::Ignored => true,
            Syncs::LostOneIn(odds) => self.fate_dice.one_in(odds as usize),
        }
    }

    /// Lets the planned failure happen if this call is the one.
    fn strike(&mut self, call: Call) -> Result<(), DiskError> {
        match self.due(call) {
            None => Ok(()),
            Some(Failure::Full | Failure::ShortWrite) => Err(DiskError::Full),
            Some(Failure::Io | Failure::Read) => Err(DiskError::Io),
            Some(Failure::PowerCut) => {
                self.crash();
                Err(DiskError::PoweredOff)
            }
            Some(Failure::Kill) => {
                self.kill();
                Err(DiskError::PoweredOff)
            }
        }
    }

    fn due(&mut self, call: Call) -> Option<Failure> {
        let plan = self.plan.as_mut()?;
        let chosen = if plan.failure == Failure::Read {
            Call::Read
        } else {
            Call::Change
        };
        if call != chosen {
            return None;
        }
        if plan.calls_left > 1 {
            plan.calls_left -= 1;
            return None;
        }
        let failure = plan.failure;
        if plan.lasting == Lasting::Once {
            self.plan = None;
        }
        match failure {
            Failure::Full | Failure::ShortWrite => self.counters.full += 1,
            Failure::Io => self.counters.io += 1,
            Failure::Read => self.counters.read_io += 1,
            // Counted where they happen.
            Failure::PowerCut | Failure::Kill => {}
        }
        Some(failure)
    }

    fn start_again(&mut self) {
        self.boot = Boot(self.boot.0 + 1);
        // A disk that is full or failing is so after a restart; a single fault was for this run.
        self.plan = self
            .plan
            .filter(|plan| plan.lasting == Lasting::UntilHealed);
        self.forget_unreachable();
    }

    fn settle_names(&mut self) {
        self.names.settle_all();
        self.forget_unreachable();
    }

    /// Frees the files that no name and no handle leads to.
    fn forget_unreachable(&mut self) {
        let reachable = self.names.reachable();
        self.files
            .retain(|file, inode| inode.handles > 0 || reachable.contains(file));
    }
}
