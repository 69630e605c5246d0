//! Documents from their changes, rows from documents.

use std::collections::BTreeMap;
use std::sync::Arc;

use jawla_dossier::{Document, Dossier, History, Origin, Origins, project};
use jawla_model::{ActorId, DocumentId, Hash32, PersonId, ReceivedAt, ScopeId};
use jawla_views::rows::DossierRows;
use jawla_views::sqlite::{self, VIEW_VERSION};
use rusqlite::Connection;

use super::{DOCUMENTS_MAX, Device};
use crate::error::ClientError;
use crate::store::{self, DeviceRow, bytes_at, log, work};

/// Where the changes of one document come from, as this store knows it.
pub(crate) struct KnownOrigins(BTreeMap<Hash32, Origin>);

impl Origins for KnownOrigins {
    fn origin(&self, change: &Hash32) -> Origin {
        self.0.get(change).copied().unwrap_or(Origin {
            person: None,
            received_at: None,
        })
    }
}

impl KnownOrigins {
    /// Reads what the log says of a document's changes; own ones that it does not show are mine.
    pub(crate) fn read(
        conn: &Connection,
        scope: ScopeId,
        me: Option<PersonId>,
        document: &Document,
    ) -> Result<Self, ClientError> {
        let mut statement = conn.prepare_cached(
            "SELECT content, received_at FROM entry WHERE document = ?1 AND scope = ?2",
        )?;
        let receipts: BTreeMap<Hash32, ReceivedAt> = statement
            .query_map([document.id().0, scope.0], |row| {
                Ok((
                    Hash32(bytes_at(row, "content")?),
                    ReceivedAt(row.get("received_at")?),
                ))
            })?
            .collect::<rusqlite::Result<_>>()?;
        let people = people_by_actor(conn, scope)?;
        let mut origins = BTreeMap::new();
        for hash in document.hashes() {
            let received_at = receipts.get(&hash).copied();
            let said = document
                .written_by(&hash)
                .and_then(|(actor, _)| people.get(&actor).copied());
            let person = if received_at.is_some() {
                said
            } else {
                said.or(me)
            };
            origins.insert(
                hash,
                Origin {
                    person,
                    received_at,
                },
            );
        }
        Ok(Self(origins))
    }
}

fn people_by_actor(
    conn: &Connection,
    scope: ScopeId,
) -> Result<BTreeMap<ActorId, PersonId>, ClientError> {
    let mut statement = conn.prepare_cached(
        "SELECT actor.actor, member.person FROM actor JOIN member USING (scope, device_no)
         WHERE actor.scope = ?1",
    )?;
    let rows = statement.query_map([scope.0], |row| {
        Ok((
            ActorId(bytes_at(row, "actor")?),
            PersonId(bytes_at(row, "person")?),
        ))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// A document as it was last read, true as long as its heads are these.
pub(crate) struct LastRead<T> {
    document: DocumentId,
    heads: Vec<Hash32>,
    read: Arc<T>,
}

impl<T> LastRead<T> {
    /// What was read of this document, if it was the last and still is so.
    fn of(last: Option<&Self>, document: DocumentId, heads: &[Hash32]) -> Option<Arc<T>> {
        let last = last.filter(|last| last.document == document && last.heads == heads)?;
        Some(Arc::clone(&last.read))
    }
}

/// A document from its change rows, which are the truth.
pub(crate) fn fold(conn: &Connection, id: DocumentId) -> Result<Document, ClientError> {
    let changes = work::changes_of(conn, id)?;
    Document::fold(id, changes.iter().map(|change| change.bytes.as_slice()))
        .map_err(|_| ClientError::Defect("a document does not follow from its changes"))
}

/// The rows of a document as they follow from its changes.
pub(crate) fn rows_of(
    conn: &Connection,
    scope: ScopeId,
    me: Option<PersonId>,
    document: &Document,
) -> Result<DossierRows, ClientError> {
    let origins = KnownOrigins::read(conn, scope, me, document)?;
    Ok(project(document, scope, &origins))
}

/// Writes the rows of a document in the caller's transaction.
pub(crate) fn write_rows(
    conn: &Connection,
    scope: ScopeId,
    me: Option<PersonId>,
    document: &Document,
) -> Result<(), ClientError> {
    let rows = rows_of(conn, scope, me, document)?;
    sqlite::write_rows(conn, &rows)?;
    Ok(())
}

impl Device {
    /// Makes the lists anew when another build of the app made them: they are caches, and each
    /// row follows from its document. All of it happens, or none.
    pub(super) fn refresh_lists(&mut self) -> Result<(), ClientError> {
        let conn = self.store.conn();
        let version = store::list_version(conn)?;
        if version == VIEW_VERSION {
            // They may be older than an order that is kept.
            return self.store.write(|tx| Ok(sqlite::keep_orders(tx)?));
        }
        let me = DeviceRow::find(conn)?.map(|row| row.person);
        self.store.write(|tx| {
            let people = store::names_of_people(tx)?;
            sqlite::recreate(tx)?;
            for person in &people {
                sqlite::write_person(tx, person)?;
            }
            for scope in log::scopes(tx)? {
                let scope = scope.cursor.scope;
                for id in work::documents_of(tx, scope)? {
                    match fold(tx, id) {
                        Ok(document) => write_rows(tx, scope, me, &document)?,
                        // `verify` tells of it; the others must not wait for this one.
                        Err(ClientError::Defect(_)) => {}
                        Err(error) => return Err(error),
                    }
                }
            }
            store::set_list_version(tx)
        })
    }

    /// The document, from memory or from its changes.
    pub(crate) fn document(&mut self, id: DocumentId) -> Result<&Document, ClientError> {
        if !self.documents.contains_key(&id) {
            if work::scope_of(self.store.conn(), id)?.is_none() {
                return Err(ClientError::NotFound("project"));
            }
            let document = fold(self.store.conn(), id)?;
            self.remember(document);
        }
        self.documents
            .get(&id)
            .ok_or(ClientError::Defect("a document vanished from memory"))
    }

    /// What the document says. The last one asked for is kept until its heads move: a page asks
    /// several times for the same.
    pub(crate) fn dossier(&mut self, id: DocumentId) -> Result<Arc<Dossier>, ClientError> {
        let document = self.document(id)?;
        let heads = document.heads();
        if let Some(known) = LastRead::of(self.last_dossier.as_ref(), id, &heads) {
            return Ok(known);
        }
        let read = Arc::new(self.document(id)?.read());
        self.last_dossier = Some(LastRead {
            document: id,
            heads,
            read: Arc::clone(&read),
        });
        Ok(read)
    }

    /// What was done to a document; walked through again only when it has changed.
    pub(crate) fn past(&mut self, id: DocumentId) -> Result<Arc<History>, ClientError> {
        let heads = self.document(id)?.heads();
        if let Some(known) = LastRead::of(self.last_history.as_ref(), id, &heads) {
            return Ok(known);
        }
        let read = Arc::new(History::of(self.document(id)?));
        self.last_history = Some(LastRead {
            document: id,
            heads,
            read: Arc::clone(&read),
        });
        Ok(read)
    }

    /// Keeps a document in memory, within bounds.
    pub(crate) fn remember(&mut self, document: Document) {
        if self.documents.len() >= DOCUMENTS_MAX && !self.documents.contains_key(&document.id()) {
            self.documents.pop_first();
        }
        self.documents.insert(document.id(), document);
    }

    /// The scope a document lives in.
    pub(crate) fn scope_of(&self, id: DocumentId) -> Result<ScopeId, ClientError> {
        work::scope_of(self.store.conn(), id)?.ok_or(ClientError::NotFound("project"))
    }
}
