//! The five-step lock of a SQLite database file.

/// How strongly a handle holds a file; the order is that of SQLite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum LockLevel {
    None,
    Shared,
    Reserved,
    Pending,
    Exclusive,
}

/// Who holds a file, and how.
#[derive(Debug, Default)]
pub(super) struct FileLocks {
    holders: Vec<(u64, LockLevel)>,
}

impl FileLocks {
    /// Raises the lock of `handle` to `wanted`; false when another handle is in the way.
    pub(super) fn raise(&mut self, handle: u64, wanted: LockLevel) -> bool {
        if self.level(handle) >= wanted {
            return true;
        }
        let strongest_other = self.strongest_other(handle);
        let (granted, level) = match wanted {
            LockLevel::None => (true, LockLevel::None),
            LockLevel::Shared => (strongest_other < LockLevel::Pending, LockLevel::Shared),
            LockLevel::Reserved | LockLevel::Pending => {
                (strongest_other < LockLevel::Reserved, wanted)
            }
            LockLevel::Exclusive => match strongest_other {
                LockLevel::None => (true, LockLevel::Exclusive),
                // No new readers may come while the writer waits for the present ones to leave.
                LockLevel::Shared => {
                    self.set(handle, LockLevel::Pending);
                    (false, LockLevel::Pending)
                }
                LockLevel::Reserved | LockLevel::Pending | LockLevel::Exclusive => {
                    (false, LockLevel::Exclusive)
                }
            },
        };
        if granted {
            self.set(handle, level);
        }
        granted
    }

    /// Lowers the lock of `handle` to `wanted`.
    pub(super) fn lower(&mut self, handle: u64, wanted: LockLevel) {
        if self.level(handle) > wanted {
            self.set(handle, wanted);
        }
    }

    /// Does any handle mean to write?
    pub(super) fn is_reserved(&self) -> bool {
        self.holders
            .iter()
            .any(|(_, level)| *level >= LockLevel::Reserved)
    }

    fn level(&self, handle: u64) -> LockLevel {
        self.holders
            .iter()
            .find(|(holder, _)| *holder == handle)
            .map_or(LockLevel::None, |(_, level)| *level)
    }

    fn strongest_other(&self, handle: u64) -> LockLevel {
        self.holders
            .iter()
            .filter(|(holder, _)| *holder != handle)
            .map(|(_, level)| *level)
            .max()
            .unwrap_or(LockLevel::None)
    }

    fn set(&mut self, handle: u64, level: LockLevel) {
        self.holders.retain(|(holder, _)| *holder != handle);
        if level > LockLevel::None {
            self.holders.push((handle, level));
        }
    }
}
