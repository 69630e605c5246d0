//! The gate: the guard of `dossier` on the documents of one store, as `plan` sees it.
//!
//! It judges one pack. Documents are opened when an entry names them and carry what was admitted
//! before; the store takes them out afterwards, or drops them when the pack is not committed.
//! What it learns from the store comes through [`GateSource`], so that every store uses the same
//! gate.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use jawla_dossier::{Authority, Document, Header, Origin, read_header};
use jawla_model::schema::Writers;
use jawla_model::{ActorId, DocumentId, Hash32, PersonId, Reason, Role, ScopeId};
use jawla_sync::EntryKind;
use jawla_sync::PackEntry;
use jawla_sync::server::{Gate, Verdict};

use crate::store::StoreError;

/// A document that the gate opened.
#[derive(Debug)]
pub struct OpenDocument {
    /// The scope it lives in.
    pub scope: ScopeId,
    /// Its version in the store; 0 for one that the store does not hold.
    pub version: u64,
    /// The document, with what was admitted since.
    pub document: Document,
    /// Whether something was.
    pub touched: bool,
    /// What the store keeps with it.
    pub kept: Kept,
}

/// What a store keeps with an open document, so that no change makes it read all of it again.
#[derive(Debug, Clone, Default)]
pub struct Kept {
    /// Who wrote its changes and when they were received, as far as the log was asked.
    pub origins: BTreeMap<Hash32, Origin>,
    /// How many changes its saved form holds; 0 where there is none.
    pub saved_changes: usize,
}

/// What the store knows of a change that is not in the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Nothing.
    Unknown,
    /// It was refused or waits for a ruling.
    SetAside,
    /// It is a change of another document.
    Elsewhere,
}

/// What the gate asks of a store, inside the transaction that judges the pack.
pub trait GateSource {
    /// Opens a document; `None` when the store holds none of this id.
    ///
    /// # Errors
    /// [`StoreError`].
    fn open(&self, document: DocumentId) -> Result<Option<OpenDocument>, StoreError>;

    /// What became of a change that the document does not contain.
    ///
    /// # Errors
    /// [`StoreError`].
    fn fate(&self, change: &Hash32) -> Result<Fate, StoreError>;

    /// Whether quarantine holds another change at this place.
    ///
    /// # Errors
    /// [`StoreError`].
    fn place_is_held(
        &self,
        document: DocumentId,
        actor: &ActorId,
        seq: u64,
        by_other_than: &Hash32,
    ) -> Result<bool, StoreError>;

    /// Whose actor this is, as the scope's log says.
    ///
    /// # Errors
    /// [`StoreError`].
    fn person_of(&self, scope: ScopeId, actor: &ActorId) -> Result<Option<PersonId>, StoreError>;
}

/// Judges the entries of one pack.
pub struct DossierGate<'a> {
    source: &'a dyn GateSource,
    scope: ScopeId,
    person: PersonId,
    open: BTreeMap<DocumentId, OpenDocument>,
    seen: BTreeSet<Hash32>,
    set_aside: BTreeSet<Hash32>,
    places: BTreeSet<(DocumentId, ActorId, u64)>,
    failure: RefCell<Option<StoreError>>,
}

impl std::fmt::Debug for DossierGate<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DossierGate")
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

impl<'a> DossierGate<'a> {
    /// A gate for one pack for `scope`, of a device of this person.
    pub fn new(source: &'a dyn GateSource, scope: ScopeId, person: PersonId) -> Self {
        Self {
            source,
            scope,
            person,
            open: BTreeMap::new(),
            seen: BTreeSet::new(),
            set_aside: BTreeSet::new(),
            places: BTreeSet::new(),
            failure: RefCell::new(None),
        }
    }

    /// The documents as the admitted entries left them.
    ///
    /// # Errors
    /// The first failure of the store while judging; what was planned must not be committed then.
    pub fn into_touched(self) -> Result<Vec<OpenDocument>, StoreError> {
        match self.failure.into_inner() {
            Some(error) => Err(error),
            None => Ok(self
                .open
                .into_values()
                .filter(|open| open.touched)
                .collect()),
        }
    }

    fn judge(
        &mut self,
        entry: &PackEntry,
        role: Role,
        writers: &BTreeSet<ActorId>,
    ) -> Result<Verdict, StoreError> {
        let Some(id) = entry.document.filter(|_| entry.kind == EntryKind::Change) else {
            return Ok(Verdict::Refused(Reason::UnknownKind));
        };
        let header = match read_header(&entry.payload) {
            Ok(header) => header,
            Err(reason) => return Ok(Verdict::Refused(reason)),
        };
        if !self.seen.insert(header.hash) {
            return Ok(Verdict::Refused(Reason::WrongOrder));
        }
        if !self.open.contains_key(&id)
            && let Some(open) = self.source.open(id)?
        {
            self.open.insert(id, open);
        }
        let verdict = if header.actor.0 == id.0 {
            self.skeleton(id, entry, role)
        } else {
            self.change(id, entry, &header, role, writers)?
        };
        match verdict {
            Verdict::Refused(_) => {
                self.set_aside.insert(header.hash);
            }
            Verdict::Fork | Verdict::Depends => {
                self.set_aside.insert(header.hash);
                self.places.insert((id, header.actor, header.seq));
            }
            Verdict::Admitted(_) | Verdict::Missing => {}
        }
        Ok(verdict)
    }

    /// A skeleton step has no author; it is only ever compared with the computed one.
    fn skeleton(&mut self, id: DocumentId, entry: &PackEntry, role: Role) -> Verdict {
        let equal = Document::skeleton(id, 1).is_some_and(|own| own.bytes == entry.payload);
        if !equal {
            return Verdict::Refused(Reason::Skeleton);
        }
        if self.open.contains_key(&id) {
            return Verdict::Refused(Reason::WrongOrder);
        }
        if !role.may_write(Writers::Team) {
            return Verdict::Refused(Reason::Role);
        }
        let document = Document::new(id);
        self.open.insert(
            id,
            OpenDocument {
                scope: self.scope,
                version: 0,
                document,
                touched: true,
                kept: Kept::default(),
            },
        );
        Verdict::Admitted(None)
    }

    fn change(
        &mut self,
        id: DocumentId,
        entry: &PackEntry,
        header: &Header,
        role: Role,
        writers: &BTreeSet<ActorId>,
    ) -> Result<Verdict, StoreError> {
        let actor = header.actor;
        if !writers.contains(&actor) {
            return Ok(Verdict::Refused(Reason::WrongActor));
        }
        let open = self.open.get(&id);
        if open.is_some_and(|open| open.scope != self.scope) {
            return Ok(Verdict::Refused(Reason::NeverAllowed));
        }
        let taken = open.is_some_and(|open| header.seq < open.document.next_seq(&actor))
            || self.places.contains(&(id, actor, header.seq))
            || self
                .source
                .place_is_held(id, &actor, header.seq, &header.hash)?;
        if taken {
            return Ok(Verdict::Fork);
        }
        if let Some(verdict) = self.dependencies(id, header)? {
            return Ok(verdict);
        }
        // Taken out while it is judged, so that nothing is copied and the guard may ask us.
        let Some(mut open) = self.open.remove(&id) else {
            return Ok(Verdict::Missing);
        };
        let same_person = |other: &ActorId| self.is_same_person(other, writers);
        let authority = Authority::Role {
            role,
            same_person: &same_person,
        };
        let admitted = open.document.admit(&entry.payload, &authority);
        open.touched |= admitted.is_ok();
        self.open.insert(id, open);
        Ok(match admitted {
            Ok(change) => Verdict::Admitted(Some(change.actor)),
            Err(reason) => Verdict::Refused(reason),
        })
    }

    /// The verdict that the dependencies decide, if they do.
    fn dependencies(&self, id: DocumentId, header: &Header) -> Result<Option<Verdict>, StoreError> {
        let open = self.open.get(&id);
        let mut missing = open.is_none();
        for dep in &header.deps {
            if open.is_some_and(|open| open.document.contains(dep)) {
                continue;
            }
            if self.set_aside.contains(dep) {
                return Ok(Some(Verdict::Depends));
            }
            match self.source.fate(dep)? {
                Fate::SetAside => return Ok(Some(Verdict::Depends)),
                Fate::Elsewhere => return Ok(Some(Verdict::Refused(Reason::MissingDependency))),
                Fate::Unknown => missing = true,
            }
        }
        Ok(missing.then_some(Verdict::Missing))
    }

    fn is_same_person(&self, actor: &ActorId, writers: &BTreeSet<ActorId>) -> bool {
        if writers.contains(actor) {
            return true;
        }
        match self.source.person_of(self.scope, actor) {
            Ok(person) => person == Some(self.person),
            Err(error) => {
                self.failure.borrow_mut().get_or_insert(error);
                false
            }
        }
    }
}

impl Gate for DossierGate<'_> {
    fn admit(&mut self, entry: &PackEntry, role: Role, writers: &BTreeSet<ActorId>) -> Verdict {
        self.judge(entry, role, writers).unwrap_or_else(|error| {
            self.failure.borrow_mut().get_or_insert(error);
            // Leaves the pack open; the failure itself is reported by `into_touched`.
            Verdict::Missing
        })
    }
}
