//! Whether this store still adds up: everything rebuilt from change rows and compared.

use jawla_model::ScopeId;
use jawla_sync::chain::content_hash;
use jawla_sync::{Chain16, EntryKind};

use super::Device;
use super::projection::{fold, rows_of};
use crate::error::ClientError;
use crate::store::{log, work};

/// Something that does not follow from the change rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Disagreement {
    /// The log has a gap, or its chain does not add up, at this position.
    Chain {
        /// The scope.
        scope: ScopeId,
        /// The position.
        seq: u64,
    },
    /// A change's bytes are missing or do not have its hash.
    Change {
        /// The scope.
        scope: ScopeId,
        /// The position in the log.
        seq: u64,
    },
    /// A document does not follow from its changes.
    Document {
        /// The scope.
        scope: ScopeId,
        /// The document, in hexadecimal.
        document: String,
    },
    /// A row of the screens is not the one its document gives.
    Row {
        /// The scope.
        scope: ScopeId,
        /// Which, and what differs.
        what: String,
    },
}

/// What a check of the whole store found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeviceReport {
    /// Entries of logs checked.
    pub entries: u64,
    /// Documents rebuilt.
    pub documents: u64,
    /// Per scope: position, chain, and the hash over the rows of its projection.
    pub scopes: Vec<(ScopeId, u64, Chain16, [u8; 32])>,
    /// What does not add up; empty when all is well.
    pub disagreements: Vec<Disagreement>,
}

impl Device {
    /// Rebuilds everything from the change rows and compares. Reads only.
    ///
    /// # Errors
    /// Those of the disk; what does not add up is in the report.
    pub fn verify(&mut self) -> Result<DeviceReport, ClientError> {
        let mut report = DeviceReport::default();
        let me = self.row()?.person;
        for scope in log::scopes(self.store.conn())? {
            let id = scope.cursor.scope;
            self.verify_log(id, &scope.cursor, &mut report)?;
            let conn = self.store.conn();
            let mut fresh = Vec::new();
            for document in work::documents_of(conn, id)? {
                report.documents += 1;
                match fold(conn, document) {
                    Ok(folded) => fresh.push(rows_of(conn, id, Some(me), &folded)?),
                    Err(ClientError::Defect(_)) => {
                        let document = document.hex();
                        report.disagreements.push(Disagreement::Document {
                            scope: id,
                            document,
                        });
                    }
                    Err(error) => return Err(error),
                }
            }
            for difference in jawla_views::sqlite::compare(conn, id, &fresh)? {
                let what = format!("{difference:?}");
                report
                    .disagreements
                    .push(Disagreement::Row { scope: id, what });
            }
            let projection = jawla_views::sqlite::projection_hash(conn, id)?;
            report
                .scopes
                .push((id, scope.cursor.seq, scope.cursor.chain, projection));
        }
        Ok(report)
    }

    fn verify_log(
        &self,
        scope: ScopeId,
        cursor: &jawla_sync::device::Cursor,
        report: &mut DeviceReport,
    ) -> Result<(), ClientError> {
        let conn = self.store.conn();
        let mut chain = Chain16::origin(&scope);
        let mut seq = 0;
        for entry in log::entries(conn, scope)? {
            report.entries += 1;
            if !entry.follows(seq, chain) {
                report.disagreements.push(Disagreement::Chain {
                    scope,
                    seq: entry.seq,
                });
            }
            seq = entry.seq;
            chain = entry.chain;
            if entry.kind == EntryKind::Change {
                let whole = work::change_bytes(conn, &entry.content)?
                    .is_some_and(|bytes| content_hash(entry.kind, &bytes) == entry.content);
                if !whole {
                    report
                        .disagreements
                        .push(Disagreement::Change { scope, seq });
                }
            }
        }
        if seq != cursor.seq || chain != cursor.chain {
            report.disagreements.push(Disagreement::Chain {
                scope,
                seq: cursor.seq,
            });
        }
        Ok(())
    }
}
