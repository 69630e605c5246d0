//! Open documents, kept while there is room.

use std::collections::BTreeMap;

use jawla_dossier::Document;
use jawla_model::DocumentId;

use crate::gate::Kept;
use crate::limits::{DOCUMENT_CACHE_BYTES_MAX, DOCUMENT_MEMORY_PER_SAVED_BYTE};

struct Cached {
    document: Document,
    kept: Kept,
    version: u64,
    bytes: usize,
    used: u64,
}

/// Documents by their last use. What lies here is only believed when its version is that of the
/// row, read inside the transaction that uses it.
#[derive(Default)]
pub(super) struct DocumentCache {
    documents: BTreeMap<DocumentId, Cached>,
    by_use: BTreeMap<u64, DocumentId>,
    bytes: usize,
    uses: u64,
}

impl DocumentCache {
    /// Takes a document out, if it is of this version.
    pub(super) fn take(&mut self, id: DocumentId, version: u64) -> Option<(Document, Kept)> {
        let cached = self.documents.remove(&id)?;
        self.by_use.remove(&cached.used);
        self.bytes = self.bytes.saturating_sub(cached.bytes);
        (cached.version == version).then_some((cached.document, cached.kept))
    }

    /// Puts a document back; those not used for longest go when there is no room.
    pub(super) fn put(&mut self, document: Document, kept: Kept, version: u64) {
        let id = document.id();
        self.take(id, version);
        self.uses += 1;
        let saved_bytes = usize::try_from(document.saved_bytes_at_most()).unwrap_or(usize::MAX);
        let bytes = saved_bytes.saturating_mul(DOCUMENT_MEMORY_PER_SAVED_BYTE);
        self.bytes = self.bytes.saturating_add(bytes);
        self.by_use.insert(self.uses, id);
        self.documents.insert(
            id,
            Cached {
                document,
                kept,
                version,
                bytes,
                used: self.uses,
            },
        );
        while self.bytes > DOCUMENT_CACHE_BYTES_MAX {
            let Some((_, oldest)) = self.by_use.pop_first() else {
                break;
            };
            if let Some(cached) = self.documents.remove(&oldest) {
                self.bytes = self.bytes.saturating_sub(cached.bytes);
            }
        }
    }
}
