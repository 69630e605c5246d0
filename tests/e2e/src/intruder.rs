//! A device that is let in and then sends what no app of ours would: requests and packs built by
//! hand.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use jawla_model::{ActorId, IncarnationId, ScopeId, ServerId};
use jawla_sync::answer::{AnswerItem, AnswerReader};
use jawla_sync::chain::digest8;
use jawla_sync::enrol::{EnrolRequest, Invitation, decode_answer};
use jawla_sync::pack::{OutcomeForm, actor_of};
use jawla_sync::request::{Flags, Head};
use jawla_sync::{Chain16, Pack, PackEntry, SigningKey};

use crate::http::{Answer, call};

/// The headers of a request of ours.
pub const OURS: [(&str, &str); 1] = [("content-type", "application/x-jawla")];

const NONCE: [u8; 16] = [0x5e; 16];

/// An enrolled device of one scope.
#[derive(Debug)]
pub struct Intruder {
    to: SocketAddr,
    server: ServerId,
    incarnation: IncarnationId,
    key: SigningKey,
    scope: ScopeId,
    scope_set_version: u64,
    request_no: u64,
    pack_no: u64,
}

/// What came back.
#[derive(Debug)]
pub struct Pushed {
    pub status: u16,
    /// What became of the pack, where the server says it.
    pub form: Option<OutcomeForm>,
    pub elapsed: Duration,
}

impl Intruder {
    /// Enrols over the plain listener at `to`.
    pub fn enrol(to: SocketAddr, invitation: &str) -> Self {
        let invitation = Invitation::parse(invitation).unwrap();
        let incarnation = IncarnationId([0x1d; 16]);
        let key = SigningKey::from_bytes(&[0x2d; 32]);
        let body = EnrolRequest {
            invitation: invitation.invitation,
            secret: invitation.secret,
            incarnation,
            public_key: key.verifying_key().to_bytes(),
            predecessor: None,
            device_name: "?".into(),
        }
        .seal(&invitation.server, &key);
        let answer = call(to, "POST", "/v1/enrol", &OURS, &body).unwrap();
        let enrolled = decode_answer(&answer.body).unwrap().unwrap();
        Self {
            to,
            server: invitation.server,
            incarnation,
            key,
            scope: enrolled.scopes[0].scope,
            scope_set_version: enrolled.scope_set_version,
            request_no: 0,
            pack_no: 1,
        }
    }

    /// The actor it writes as.
    pub fn actor(&self) -> ActorId {
        actor_of(&self.incarnation, &NONCE)
    }

    /// A signed body with these items as packs, whatever they are.
    pub fn body(&mut self, packs: &[&[u8]]) -> Vec<u8> {
        self.request_no += 1;
        let head = Head {
            flags: Flags::default(),
            incarnation: self.incarnation,
            request_no: self.request_no,
            schema: 1,
            scope_set_version: self.scope_set_version,
            first_open_pack: self.pack_no,
            ruling_seen: 0,
            people_seen: 0,
            backup_no: 0,
            cursors: vec![0],
            digest: digest8([&Chain16::origin(&self.scope)]),
            room: None,
            ladders: Vec::new(),
        };
        head.seal(packs, &self.server, &self.key).unwrap()
    }

    /// Sends a body.
    pub fn send(&self, body: &[u8]) -> Option<Answer> {
        call(self.to, "POST", "/v1/sync", &OURS, body)
    }

    /// Pushes entries as one pack. A pack without an outcome keeps its number for the next.
    pub fn push(&mut self, entries: Vec<PackEntry>) -> Pushed {
        let pack_no = self.pack_no;
        let pack = Pack {
            incarnation: self.incarnation,
            scope: self.scope,
            no: pack_no,
            wall_ms: 0,
            mono_ms: 0,
            boot: [0; 8],
            head_seen: (0, Chain16::origin(&self.scope)),
            nonces: vec![NONCE],
            files: Vec::new(),
            entries,
        }
        .seal(&self.server, &self.key);
        let body = self.body(&[&pack.bytes]);
        let began = Instant::now();
        let answer = self.send(&body).expect("an answer");
        let elapsed = began.elapsed();
        let mut form = None;
        if answer.status == 200 {
            let items = AnswerReader::new()
                .feed(&answer.body)
                .expect("an answer of ours");
            form = items.into_iter().find_map(|item| match item {
                AnswerItem::Outcome { pack_no: of, form } if of == pack_no => Some(form),
                _ => None,
            });
        }
        if matches!(form, Some(OutcomeForm::Done { .. })) {
            self.pack_no += 1;
        }
        Pushed {
            status: answer.status,
            form,
            elapsed,
        }
    }
}
