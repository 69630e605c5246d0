//! The directory: names that live, names that are durable, and the changes between the two.

use std::collections::{BTreeMap, BTreeSet};

/// One file, whatever its name is just now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FileId(pub(super) u64);

/// A change of the directory that a power cut may still undo.
#[derive(Clone, Debug)]
enum NameChange {
    Link { name: String, file: FileId },
    Unlink { name: String },
    Rename { from: String, to: String },
}

/// All names of the disk.
///
/// Changes become durable in the order in which they were made, as on a journaling file system; a
/// power cut keeps the first few of those not yet synced. A rename is never seen half done.
#[derive(Debug, Default)]
pub(super) struct Names {
    live: BTreeMap<String, FileId>,
    durable: BTreeMap<String, FileId>,
    log: Vec<NameChange>,
}

impl Names {
    /// The file called `name`.
    pub(super) fn find(&self, name: &str) -> Option<FileId> {
        self.live.get(name).copied()
    }

    /// The names that begin with `prefix`, in order, with their files.
    pub(super) fn list<'a>(
        &'a self,
        prefix: &'a str,
    ) -> impl Iterator<Item = (&'a String, FileId)> + 'a {
        self.live
            .range::<str, _>((
                std::ops::Bound::Included(prefix),
                std::ops::Bound::Unbounded,
            ))
            .take_while(move |(name, _)| name.starts_with(prefix))
            .map(|(name, file)| (name, *file))
    }

    /// Gives `file` the name `name`.
    pub(super) fn link(&mut self, name: &str, file: FileId) {
        self.record(NameChange::Link {
            name: name.to_owned(),
            file,
        });
    }

    /// Takes the name away.
    pub(super) fn unlink(&mut self, name: &str) {
        self.record(NameChange::Unlink {
            name: name.to_owned(),
        });
    }

    /// Calls the file named `from` by the name `to`, replacing what was there.
    pub(super) fn rename(&mut self, from: &str, to: &str) {
        if from != to {
            self.record(NameChange::Rename {
                from: from.to_owned(),
                to: to.to_owned(),
            });
        }
    }

    /// Makes all changes durable.
    pub(super) fn settle_all(&mut self) {
        self.settle(self.log.len());
    }

    /// Makes durable the creation of `file`, and the changes before it.
    pub(super) fn settle_creation(&mut self, file: FileId) {
        let creation = self.log.iter().rposition(|change| match change {
            NameChange::Link { file: linked, .. } => *linked == file,
            NameChange::Unlink { .. } | NameChange::Rename { .. } => false,
        });
        if let Some(position) = creation {
            self.settle(position + 1);
        }
    }

    /// Changes not yet durable.
    pub(super) fn unsettled(&self) -> usize {
        self.log.len()
    }

    /// After a power cut: the first `kept` changes happened, the others never did.
    pub(super) fn cut(&mut self, kept: usize) {
        self.settle(kept);
        self.log.clear();
        self.live = self.durable.clone();
    }

    /// Replaces all names, durably.
    pub(super) fn replace(&mut self, names: BTreeMap<String, FileId>) {
        self.log.clear();
        self.durable = names.clone();
        self.live = names;
    }

    /// Files that some name, live or durable or possible after a power cut, still leads to.
    pub(super) fn reachable(&self) -> BTreeSet<FileId> {
        let linked = self.log.iter().filter_map(|change| match change {
            NameChange::Link { file, .. } => Some(*file),
            NameChange::Unlink { .. } | NameChange::Rename { .. } => None,
        });
        self.live
            .values()
            .chain(self.durable.values())
            .copied()
            .chain(linked)
            .collect()
    }

    fn record(&mut self, change: NameChange) {
        apply(&mut self.live, &change);
        self.log.push(change);
    }

    fn settle(&mut self, count: usize) {
        for change in self.log.drain(..count.min(self.log.len())) {
            apply(&mut self.durable, &change);
        }
    }
}

fn apply(names: &mut BTreeMap<String, FileId>, change: &NameChange) {
    match change {
        NameChange::Link { name, file } => {
            names.insert(name.clone(), *file);
        }
        NameChange::Unlink { name } => {
            names.remove(name);
        }
        NameChange::Rename { from, to } => {
            if let Some(file) = names.remove(from) {
                names.insert(to.clone(), file);
            }
        }
    }
}
