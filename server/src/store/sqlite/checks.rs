//! Whether a log, its documents and its lists are what they should be, recomputed from the entries.

use jawla_dossier::{Document, read_header};
use jawla_model::{ActorId, DocumentId, Hash32, ReceivedAt, ScopeId};
use jawla_sync::chain::content_hash;
use jawla_sync::server::LogHead;
use jawla_sync::{Chain16, EntryKind};
use jawla_views::{DossierRows, sqlite as views};
use rusqlite::{Row, Transaction};

use super::super::{Fault, Finding, StoreError, StoreTable};
use super::{documents, log, saved};
use crate::limits::FINDINGS_MAX;

struct Findings {
    scope: ScopeId,
    found: Vec<Finding>,
}

impl Findings {
    fn add(&mut self, table: StoreTable, key: impl Into<String>, fault: Fault) {
        if self.found.len() < FINDINGS_MAX {
            self.found.push(Finding {
                scope: self.scope,
                table,
                key: key.into(),
                fault,
            });
        }
    }
}

/// Checks one scope.
pub(super) fn scope(tx: &Transaction<'_>, scope: ScopeId) -> Result<Vec<Finding>, StoreError> {
    let mut findings = Findings {
        scope,
        found: Vec::new(),
    };
    check_log(tx, scope, &mut findings)?;
    check_pairs(tx, scope, &mut findings)?;
    let mut fresh: Vec<DossierRows> = Vec::new();
    for (id, heads) in documents::of_scope(tx, scope)? {
        if let Some(document) = check_document(tx, id, &heads, &mut findings)? {
            fresh.push(documents::rows(tx, scope, &document)?);
        }
    }
    for difference in views::compare(tx, scope, &fresh)? {
        let table = difference.key.table();
        let key = format!("{table} {} {:?}", difference.document, difference.key);
        findings.add(
            StoreTable::View,
            key,
            Fault::Row(format!("{:?}", difference.difference)),
        );
    }
    Ok(findings.found)
}

struct Stored {
    seq: u64,
    kind: EntryKind,
    document: Option<DocumentId>,
    hash: Hash32,
    chain: Chain16,
    received_at: ReceivedAt,
    payload: Option<Vec<u8>>,
    change: Option<StoredChange>,
}

struct StoredChange {
    hash: Hash32,
    document: DocumentId,
    actor: ActorId,
    seq: u64,
    bytes: Vec<u8>,
}

fn read(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let document: Option<[u8; 16]> = row.get(2)?;
    let change = match row.get::<_, Option<[u8; 32]>>(7)? {
        None => None,
        Some(hash) => Some(StoredChange {
            hash: Hash32(hash),
            document: DocumentId(row.get(8)?),
            actor: ActorId(row.get(9)?),
            seq: row.get(10)?,
            bytes: row.get(11)?,
        }),
    };
    Ok(Stored {
        seq: row.get(0)?,
        kind: EntryKind::from_number(row.get(1)?),
        document: document.map(DocumentId),
        hash: Hash32(row.get(3)?),
        chain: Chain16(row.get(4)?),
        received_at: ReceivedAt(row.get(5)?),
        payload: row.get(6)?,
        change,
    })
}

/// Positions without a gap, contents that have their hash, the chain as it follows from them.
fn check_log(
    tx: &Transaction<'_>,
    scope: ScopeId,
    findings: &mut Findings,
) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT e.seq, e.kind, e.document, e.hash, e.chain, e.received_at, e.payload,
                c.hash, c.document, c.actor, c.seq, c.bytes
         FROM entry e LEFT JOIN change c ON c.scope = e.scope AND c.entry_seq = e.seq
         WHERE e.scope = ?1 ORDER BY e.seq",
    )?;
    let mut rows = statement.query([scope.as_bytes()])?;
    let mut last = LogHead {
        seq: 0,
        chain: Chain16::origin(&scope),
        received_at: ReceivedAt(0),
    };
    while let Some(row) = rows.next()? {
        let Ok(stored) = read(row) else {
            findings.add(
                StoreTable::Entry,
                (last.seq + 1).to_string(),
                Fault::Content,
            );
            last.seq += 1;
            continue;
        };
        let key = stored.seq.to_string();
        if stored.seq != last.seq + 1 {
            findings.add(StoreTable::Entry, key.clone(), Fault::Gap);
        }
        check_content(&stored, &key, findings);
        let follows = last.chain.after(
            stored.kind,
            stored.document,
            stored.received_at,
            &stored.hash,
        );
        if follows != stored.chain || stored.received_at < last.received_at {
            findings.add(StoreTable::Entry, key, Fault::Chain);
        }
        last = LogHead {
            seq: stored.seq,
            chain: stored.chain,
            received_at: stored.received_at,
        };
    }
    if log::head(tx, scope)? != Some(last) {
        findings.add(StoreTable::Scope, scope.hex(), Fault::Head);
    }
    Ok(())
}

fn check_content(stored: &Stored, key: &str, findings: &mut Findings) {
    match (&stored.change, &stored.payload) {
        (Some(change), _) => {
            let whole = read_header(&change.bytes).is_ok_and(|header| {
                header.hash == change.hash
                    && header.actor == change.actor
                    && header.seq == change.seq
                    && change.hash == stored.hash
                    && Some(change.document) == stored.document
            });
            if !whole {
                findings.add(StoreTable::Change, change.hash.hex(), Fault::Change);
            }
        }
        (None, _) if stored.kind == EntryKind::Change => {
            findings.add(StoreTable::Entry, key, Fault::Unpaired);
        }
        (None, Some(payload)) => {
            if content_hash(stored.kind, payload) != stored.hash {
                findings.add(StoreTable::Entry, key, Fault::Content);
            }
        }
        (None, None) => findings.add(StoreTable::Entry, key, Fault::Content),
    }
}

/// Changes that no entry names.
fn check_pairs(
    tx: &Transaction<'_>,
    scope: ScopeId,
    findings: &mut Findings,
) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT c.hash FROM change c
         LEFT JOIN entry e ON e.scope = c.scope AND e.seq = c.entry_seq AND e.kind = 1
         WHERE c.scope = ?1 AND e.seq IS NULL",
    )?;
    let mut rows = statement.query([scope.as_bytes()])?;
    while let Some(row) = rows.next()? {
        findings.add(
            StoreTable::Change,
            Hash32(row.get(0)?).hex(),
            Fault::Unpaired,
        );
    }
    Ok(())
}

/// A document folded from its changes, compared with its row and its saved form.
fn check_document(
    tx: &Transaction<'_>,
    id: DocumentId,
    heads: &[u8],
    findings: &mut Findings,
) -> Result<Option<Document>, StoreError> {
    let document = match documents::fold(tx, id) {
        Ok(document) => document,
        Err(StoreError::Document { .. }) => {
            findings.add(StoreTable::Document, id.hex(), Fault::Fold);
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let folded = documents::heads_of(&document);
    if folded != heads {
        findings.add(StoreTable::Document, id.hex(), Fault::Head);
    }
    if saved::exists(tx, id)? {
        let origins = documents::origins(tx, findings.scope, id)?;
        let same = saved::load(tx, id)?.is_some_and(|(loaded, kept)| {
            let mut known = kept.origins.iter();
            documents::heads_of(&loaded) == folded
                && loaded.hashes() == document.hashes()
                && known.all(|(change, origin)| origins.get(change) == Some(origin))
        });
        if !same {
            findings.add(StoreTable::Document, id.hex(), Fault::Cache);
        }
    }
    Ok(Some(document))
}
