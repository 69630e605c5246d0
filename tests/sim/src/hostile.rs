//! An intruder: a member of commune A whose device pushes what no app of ours would write.

use jawla_dossier::hostile::{place_edit, raw};
use jawla_dossier::read_header;
use jawla_model::{ActorId, DocumentId, IncarnationId, PersonId, Role};
use jawla_server::enrolment::{self, InviteRequest};
use jawla_sync::answer::{AnswerItem, AnswerReader};
use jawla_sync::chain::sha256;
use jawla_sync::enrol::{EnrolRequest, decode_answer};
use jawla_sync::pack::actor_of;
use jawla_sync::request::{Flags, Head};
use jawla_sync::{Chain16, EntryKind, OutcomeForm, Pack, PackEntry, SigningKey};

use crate::dice::Dice;
use crate::faults::Fault;
use crate::world::{Universe, address};

/// The intruder's device.
pub struct Intruder {
    dice: Dice,
    person: PersonId,
    incarnation: IncarnationId,
    key: SigningKey,
    nonce: [u8; 16],
    is_in: bool,
    requests: u64,
    packs: u64,
}

impl Intruder {
    /// One that is not enrolled yet.
    pub fn new(mut dice: Dice) -> Self {
        Self {
            person: PersonId(dice.bytes()),
            incarnation: IncarnationId(dice.bytes()),
            key: SigningKey::from_bytes(&dice.bytes()),
            nonce: dice.bytes(),
            dice,
            is_in: false,
            requests: 0,
            packs: 0,
        }
    }
}

impl Universe {
    /// The intruder pushes one mutant of an honest change, its checksum repaired.
    pub fn intrude(&mut self) {
        if !self.intruder.is_in {
            self.enrol_intruder();
        }
        let (document, _) = self.documents[0];
        let core = self.server.core();
        let held = core
            .store()
            .find_document(document)
            .expect("the store reads");
        drop(core);
        let held = held.expect("the document is there").document;
        let actor = self.intruder_actor();
        self.tokens += 1;
        let honest = place_edit(&held, actor, &format!("Douar {}", self.tokens));
        let mutant = self.mutant(&honest);
        if read_header(&mutant).is_ok_and(|header| held.contains(&header.hash)) {
            return;
        }
        self.hits.hit(Fault::HostilePack);
        self.trace.note("intruder pushes");
        self.push_as_intruder(document, vec![mutant]);
    }

    /// The person behind the intruder's device.
    pub fn intruder_person(&self) -> PersonId {
        self.intruder.person
    }

    /// The actor that the intruder writes as.
    pub fn intruder_actor(&self) -> ActorId {
        actor_of(&self.intruder.incarnation, &self.intruder.nonce)
    }

    fn mutant(&mut self, honest: &[u8]) -> Vec<u8> {
        let dice = &mut self.intruder.dice;
        if dice.one_in(2) {
            // A lone value spelt as a run: Automerge reads it and writes it otherwise.
            return raw::with_columns(honest, |columns| {
                for (_, bytes) in columns.iter_mut().filter(|column| column.0 == 0x42) {
                    *bytes = vec![1, 1];
                }
            });
        }
        let mut mutant = honest.to_vec();
        let at = 9 + dice.index(mutant.len() - 9);
        mutant[at] ^= 1 << dice.below(8);
        let checksum = sha256(&mutant[8..]);
        mutant[4..8].copy_from_slice(&checksum.0[..4]);
        mutant
    }

    /// Lets the intruder in, as a member of commune A.
    pub fn enrol_intruder(&mut self) {
        let core = self.server.core();
        let request = InviteRequest {
            person: Some(self.intruder.person),
            name_fr: "Intrus".into(),
            name_ar: String::new(),
            role: Role::TeamMember,
            scopes: vec![self.scopes[0]],
            life_s: 3_600,
        };
        let now = self.server.now();
        let invitation = enrolment::invite(&core, &request, &address(), now).expect("invited");
        let body = EnrolRequest {
            invitation: invitation.invitation,
            secret: invitation.secret,
            incarnation: self.intruder.incarnation,
            public_key: self.intruder.key.verifying_key().to_bytes(),
            predecessor: None,
            device_name: "?".into(),
        }
        .seal(&invitation.server, &self.intruder.key);
        let answer = enrolment::enrol(&core, &body, now);
        decode_answer(&answer)
            .expect("the answer reads")
            .expect("it is let in");
        self.intruder.is_in = true;
    }

    /// Pushes changes of one document in one pack, as they are; what became of the pack.
    pub fn push_as_intruder(
        &mut self,
        document: DocumentId,
        payloads: Vec<Vec<u8>>,
    ) -> Option<OutcomeForm> {
        let scope = self.scopes[0];
        let server = self.server.keys().server_id();
        self.intruder.packs += 1;
        self.intruder.requests += 1;
        let entry = |payload| PackEntry {
            kind: EntryKind::Change,
            document: Some(document),
            payload,
        };
        let no = self.intruder.packs;
        let pack = Pack {
            incarnation: self.intruder.incarnation,
            scope,
            no: self.intruder.packs,
            wall_ms: 0,
            mono_ms: 0,
            boot: [0; 8],
            head_seen: (0, Chain16::origin(&scope)),
            nonces: vec![self.intruder.nonce],
            files: Vec::new(),
            entries: payloads.into_iter().map(entry).collect(),
        }
        .seal(&server, &self.intruder.key);
        let head = Head {
            flags: Flags::default(),
            incarnation: self.intruder.incarnation,
            request_no: self.intruder.requests,
            schema: 1,
            scope_set_version: 1,
            first_open_pack: self.intruder.packs,
            ruling_seen: 0,
            people_seen: 0,
            backup_no: 0,
            cursors: vec![0],
            digest: jawla_sync::chain::digest8([&Chain16::origin(&scope)]),
            room: None,
            ladders: Vec::new(),
        };
        let body = head
            .seal(&[&pack.bytes], &server, &self.intruder.key)
            .expect("it is sealed");
        let answer = self
            .deliver(&body, body.len())
            .expect("an intruder is answered");
        let items = AnswerReader::new().feed(&answer).expect("the answer reads");
        items.into_iter().find_map(|item| match item {
            AnswerItem::Outcome { pack_no, form } if pack_no == no => Some(form),
            _ => None,
        })
    }
}
