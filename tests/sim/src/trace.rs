//! What happened in a run, line by line, and its hash.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};

/// The lines of one run; clones are the same trace.
#[derive(Debug, Clone, Default)]
pub struct Trace(Arc<Mutex<Vec<String>>>);

impl Trace {
    fn lines(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Appends a line.
    pub fn note(&self, line: impl Into<String>) {
        self.lines().push(line.into());
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.lines().len()
    }

    /// Whether nothing happened.
    pub fn is_empty(&self) -> bool {
        self.lines().is_empty()
    }

    /// The last lines.
    pub fn tail(&self, count: usize) -> Vec<String> {
        let lines = self.lines();
        lines[lines.len().saturating_sub(count)..].to_vec()
    }

    /// SHA-256 over all lines.
    pub fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        for line in self.lines().iter() {
            hash.update(line.as_bytes());
            hash.update(b"\n");
        }
        hash.finalize().into()
    }

    /// The first line in which two traces differ, with its number.
    pub fn first_difference(&self, other: &Self) -> Option<(usize, String, String)> {
        let (ours, theirs) = (self.lines().clone(), other.lines().clone());
        let none = || "(nothing)".to_owned();
        (0..ours.len().max(theirs.len())).find_map(|at| {
            let (one, two) = (ours.get(at), theirs.get(at));
            (one != two).then(|| {
                (
                    at,
                    one.cloned().unwrap_or_else(none),
                    two.cloned().unwrap_or_else(none),
                )
            })
        })
    }
}

/// The first bytes of something as text: enough to tell two apart.
pub fn short(bytes: &[u8]) -> String {
    bytes
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The hash of something, shortened.
pub fn short_hash(bytes: &[u8]) -> String {
    short(&Sha256::digest(bytes))
}
