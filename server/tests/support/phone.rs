//! A phone without a store: the real engine, and in memory what it would keep.

use std::collections::BTreeMap;
use std::sync::Arc;

use jawla_dossier::{Authoring, Authority, Change, Document, codec};
use jawla_model::{
    ActorId, Claimed, DocumentId, Edit, Hash32, IncarnationId, PersonId, ReceivedAt, Role, ScopeId,
    ServerId,
};
use jawla_server::core::{ServerCore, SyncSession};
use jawla_server::enrolment;
use jawla_sync::answer::ScopeNews;
use jawla_sync::device::{
    Cursor, DeviceEngine, Effect, Event, Identity, Now, SessionResult, SessionStart, Speech,
};
use jawla_sync::enrol::{EnrolAnswer, EnrolRequest, Invitation, decode_answer};
use jawla_sync::pack::actor_of;
use jawla_sync::room::AppVersion;
use jawla_sync::short::{Codec, Logs, Placed};
use jawla_sync::{
    Chain16, EntryKind, LogEntry, OutcomeForm, Pack, PackEntry, SealedPack, SigningKey,
    VerifyingKey,
};

use super::START;

#[derive(Clone)]
pub struct Phone {
    pub incarnation: IncarnationId,
    pub key: SigningKey,
    pub person: PersonId,
    pub server: ServerId,
    pub server_key: VerifyingKey,
    pub nonce: [u8; 16],
    pub cursors: Vec<Cursor>,
    pub set_version: u64,
    /// Roles by number of the scope, as the answers named them after the enrolment.
    pub roles: BTreeMap<u64, Role>,
    pub request_no: u64,
    pub next_pack: u64,
    pub open_packs: Vec<SealedPack>,
    pub settled: Vec<(SealedPack, OutcomeForm)>,
    pub outcomes: BTreeMap<u64, OutcomeForm>,
    pub documents: BTreeMap<DocumentId, Document>,
    pub log: BTreeMap<(ScopeId, u64), LogEntry>,
    pub people: BTreeMap<PersonId, String>,
    pub people_seen: u64,
    pub backups: BTreeMap<u64, u64>,
    pub backup_no: u64,
    pub ticket: Vec<u8>,
    pub certificates: usize,
    pub full: bool,
    pub app: AppVersion,
    pub files_waiting: u64,
    pub speech: Speech,
    pub now: ReceivedAt,
}

/// How a change looks inside.
pub const CODEC: Codec = Codec {
    strip: codec::strip,
    rebuild: codec::rebuild,
    skeleton: codec::skeleton,
};

impl Logs for Phone {
    fn entry_at(&self, scope: ScopeId, seq: u64) -> Option<Placed> {
        let entry = self.log.get(&(scope, seq))?;
        let payload = entry.payload.as_deref();
        Some(Placed::new(
            entry.kind,
            entry.document,
            entry.content,
            payload,
        ))
    }

    fn find_change(&self, scope: ScopeId, hash: &Hash32) -> Option<(u64, DocumentId)> {
        let mut entries = self.log.iter().filter(|((of, _), _)| *of == scope);
        let (_, found) = entries.find(|(_, entry)| entry.content == *hash)?;
        Some((found.seq, found.document?))
    }

    fn find_actor(&self, scope: ScopeId, actor: &ActorId) -> Option<u64> {
        let mut positions = self.log.keys().filter(|(of, _)| *of == scope);
        positions
            .find(|(_, seq)| self.entry_at(scope, *seq).and_then(|e| e.actor) == Some(*actor))
            .map(|(_, seq)| *seq)
    }

    fn chain_at(&self, scope: ScopeId, seq: u64) -> Option<Chain16> {
        match seq {
            0 => Some(Chain16::origin(&scope)),
            _ => self.log.get(&(scope, seq)).map(|entry| entry.chain),
        }
    }
}

/// What one sync came to.
pub struct Talk {
    pub result: SessionResult,
    pub down_bytes: usize,
    pub up_bytes: usize,
    pub requests: usize,
}

impl Phone {
    pub fn enrol(core: &Arc<ServerCore>, number: u8, invitation: &Invitation) -> Self {
        Self::try_enrol(core, number, invitation, None).unwrap()
    }

    pub fn request(number: u8, invitation: &Invitation) -> (EnrolRequest, SigningKey) {
        let key = SigningKey::from_bytes(&[number; 32]);
        let request = EnrolRequest {
            invitation: invitation.invitation,
            secret: invitation.secret,
            incarnation: super::incarnation(number),
            public_key: key.verifying_key().to_bytes(),
            predecessor: None,
            device_name: format!("Téléphone {number}"),
        };
        (request, key)
    }

    pub fn try_enrol(
        core: &Arc<ServerCore>,
        number: u8,
        invitation: &Invitation,
        predecessor: Option<IncarnationId>,
    ) -> Result<Self, jawla_sync::enrol::EnrolRefusal> {
        let (mut request, key) = Self::request(number, invitation);
        request.predecessor = predecessor;
        let bytes = enrolment::enrol(core, &request.seal(&invitation.server, &key), START);
        let answer: EnrolAnswer = decode_answer(&bytes).unwrap();
        let enrolled = answer?;
        let cursors = enrolled
            .scopes
            .iter()
            .map(|numbered| Cursor {
                no: numbered.no,
                scope: numbered.scope,
                seq: 0,
                chain: Chain16::origin(&numbered.scope),
                received_at: ReceivedAt(0),
            })
            .collect();
        let server_key = VerifyingKey::from_bytes(&invitation.server_key).unwrap();
        jawla_sync::enrol::Certificate::open(
            &enrolled.certificate,
            &invitation.server,
            &server_key,
        )
        .unwrap();
        Ok(Self {
            incarnation: request.incarnation,
            key,
            person: enrolled.person,
            server: invitation.server,
            server_key,
            nonce: [number; 16],
            cursors,
            set_version: enrolled.scope_set_version,
            roles: BTreeMap::new(),
            request_no: 0,
            next_pack: 1,
            open_packs: Vec::new(),
            settled: Vec::new(),
            outcomes: BTreeMap::new(),
            documents: BTreeMap::new(),
            log: BTreeMap::new(),
            people: BTreeMap::new(),
            people_seen: 0,
            backups: BTreeMap::new(),
            backup_no: 0,
            ticket: Vec::new(),
            certificates: 0,
            full: false,
            app: AppVersion::default(),
            files_waiting: 0,
            speech: Speech::Short,
            now: START,
        })
    }

    pub fn actor(&self) -> ActorId {
        actor_of(&self.incarnation, &self.nonce)
    }

    pub fn author(&self) -> Authoring {
        Authoring {
            actor: self.actor(),
            claimed_at: Claimed(1_763_900_000_000),
        }
    }

    /// Writes into a document; the first time the skeleton is the first change.
    pub fn write(&mut self, id: DocumentId, edits: &[Edit]) -> Vec<Change> {
        let author = self.author();
        let mut made = Vec::new();
        let document = self.documents.entry(id).or_insert_with(|| {
            made.extend(Document::skeleton(id, 1));
            Document::new(id)
        });
        made.extend(document.apply(edits, &author).unwrap());
        made
    }

    /// Seals changes of one document into the next pack and keeps it open.
    pub fn pack(&mut self, scope: ScopeId, id: DocumentId, changes: &[Change]) -> SealedPack {
        let entries = changes
            .iter()
            .map(|change| entry(id, &change.bytes))
            .collect();
        self.pack_entries(scope, entries, Vec::new())
    }

    pub fn pack_entries(
        &mut self,
        scope: ScopeId,
        entries: Vec<PackEntry>,
        files: Vec<Hash32>,
    ) -> SealedPack {
        let sealed = Pack {
            incarnation: self.incarnation,
            scope,
            no: self.next_pack,
            wall_ms: 1_763_900_000_000,
            mono_ms: 5,
            boot: [1; 8],
            head_seen: (0, Chain16::origin(&scope)),
            nonces: vec![self.nonce],
            files,
            entries,
        }
        .seal(&self.server, &self.key);
        self.next_pack += 1;
        self.open_packs.push(sealed.clone());
        sealed
    }

    pub fn start(&self) -> SessionStart {
        SessionStart {
            request_no: self.request_no + 1,
            schema: 1,
            scope_set_version: self.set_version,
            cursors: self.cursors.clone(),
            first_open_pack: self
                .open_packs
                .first()
                .map_or(self.next_pack, |pack| pack.pack.no),
            open_packs: self.open_packs.clone(),
            ask_first: false,
            settled_packs: self.settled.clone(),
            ruling_seen: 0,
            people_seen: self.people_seen,
            backup_no: self.backup_no,
            full: self.full,
            metered: false,
            foreground: true,
            wants_ticket: false,
            app: self.app,
            files_waiting: self.files_waiting,
            jitter: 0,
        }
    }

    /// The body of the next request, as the engine makes it; the number counts as used.
    pub fn body(&mut self) -> Vec<u8> {
        let mut engine = self.engine();
        engine.handle(Now::default(), Event::Wanted, self);
        let effects = engine.handle(
            Now::default(),
            Event::Prepared(Box::new(self.start())),
            self,
        );
        self.request_no += 1;
        effects
            .into_iter()
            .find_map(|effect| match effect {
                Effect::Send(body) => Some(body),
                _ => None,
            })
            .unwrap()
    }

    fn engine(&self) -> DeviceEngine {
        let identity = Identity {
            incarnation: self.incarnation,
            key: self.key.clone(),
            server: self.server,
            server_key: self.server_key,
        };
        DeviceEngine::new(identity, CODEC, self.speech)
    }

    /// Syncs until the engine is content.
    pub fn sync(&mut self, core: &Arc<ServerCore>) -> Talk {
        let now = self.now;
        self.sync_over(&mut |body| {
            let mut session = SyncSession::new(core, now);
            session.feed(body).unwrap();
            session.finish().unwrap()
        })
    }

    /// Syncs over any link that answers a body with parts.
    pub fn sync_over(&mut self, link: &mut dyn FnMut(&[u8]) -> Vec<Vec<u8>>) -> Talk {
        let mut engine = self.engine();
        let mut talk = Talk {
            result: SessionResult::Cancelled,
            down_bytes: 0,
            up_bytes: 0,
            requests: 0,
        };
        let mut effects: std::collections::VecDeque<Effect> =
            engine.handle(Now::default(), Event::Wanted, self).into();
        while let Some(effect) = effects.pop_front() {
            match effect {
                Effect::Prepare => {
                    let start = Box::new(self.start());
                    effects.extend(engine.handle(Now::default(), Event::Prepared(start), self));
                }
                Effect::Send(body) => {
                    talk.requests += 1;
                    assert!(talk.requests < 100, "a session without end");
                    talk.up_bytes += body.len();
                    let arrived = link(&body).into_iter().map(Event::Bytes);
                    for event in arrived.chain([Event::AnswerEnded]) {
                        if let Event::Bytes(part) = &event {
                            talk.down_bytes += part.len();
                        }
                        // What is to be kept is kept before the engine hears more.
                        for effect in engine.handle(Now::default(), event, self) {
                            match effect {
                                Effect::Prepare | Effect::Finished(_) => effects.push_back(effect),
                                other => self.keep(other),
                            }
                        }
                    }
                }
                Effect::Finished(result) => {
                    talk.result = result;
                    return talk;
                }
                other => self.keep(other),
            }
        }
        talk
    }

    fn keep(&mut self, effect: Effect) {
        match effect {
            Effect::SaveRequestNo(no) => self.request_no = no,
            Effect::SaveOutcome { pack_no, form } => self.outcome(pack_no, form),
            Effect::SaveBlock(block) => {
                let cursor = self
                    .cursors
                    .iter_mut()
                    .find(|cursor| cursor.scope == block.scope)
                    .unwrap();
                cursor.seq = block.seq;
                cursor.chain = block.chain;
                if let Some(last) = block.entries.last() {
                    cursor.received_at = last.received_at;
                }
                for entry in block.entries {
                    self.log.insert((block.scope, entry.seq), entry.clone());
                    if entry.kind == EntryKind::Change {
                        self.apply(&entry);
                    }
                }
            }
            Effect::SaveScope { scope_no, news } => self.scope(scope_no, news),
            Effect::SaveOwn {
                scope_set_version,
                ticket,
                backup_no,
                certificate,
                ..
            } => {
                self.set_version = scope_set_version;
                self.ticket = ticket;
                self.backup_no = backup_no;
                self.certificates += usize::from(certificate.is_some());
            }
            Effect::SavePerson {
                change_no,
                person,
                name_fr,
                ..
            } => {
                self.people_seen = self.people_seen.max(change_no);
                self.people.insert(person, name_fr);
            }
            _ => {}
        }
    }

    fn scope(&mut self, scope_no: u64, news: ScopeNews) {
        match news {
            ScopeNews::Added { scope, role } => {
                self.roles.insert(scope_no, role);
                if !self.cursors.iter().any(|cursor| cursor.no == scope_no) {
                    self.cursors.push(Cursor {
                        no: scope_no,
                        scope,
                        seq: 0,
                        chain: Chain16::origin(&scope),
                        received_at: ReceivedAt(0),
                    });
                }
            }
            ScopeNews::Gone(_) => self.cursors.retain(|cursor| cursor.no != scope_no),
            ScopeNews::Backup { seq } => {
                self.backups.insert(scope_no, seq);
            }
        }
    }

    fn outcome(&mut self, pack_no: u64, form: OutcomeForm) {
        self.outcomes.insert(pack_no, form.clone());
        if matches!(form, OutcomeForm::Done { .. })
            && let Some(at) = self
                .open_packs
                .iter()
                .position(|pack| pack.pack.no == pack_no)
        {
            self.settled.push((self.open_packs.remove(at), form));
        }
    }

    fn apply(&mut self, entry: &LogEntry) {
        let id = entry.document.unwrap();
        let document = self
            .documents
            .entry(id)
            .or_insert_with(|| Document::new(id));
        document
            .admit(entry.payload.as_ref().unwrap(), &Authority::Settled)
            .unwrap();
    }

    /// What became of each entry of a pack.
    pub fn results(&self, pack_no: u64) -> Vec<Result<u64, jawla_sync::Outcome>> {
        self.outcomes[&pack_no].per_entry()
    }
}

pub fn entry(id: DocumentId, bytes: &[u8]) -> PackEntry {
    PackEntry {
        kind: EntryKind::Change,
        document: Some(id),
        payload: bytes.to_vec(),
    }
}
