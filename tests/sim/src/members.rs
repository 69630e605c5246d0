//! Memberships end and are given back while people work; what must hold meanwhile.

use jawla_model::{DocumentId, FieldPath, Reason, Role, ScopeId};
use jawla_sync::answer::{AnswerItem, AnswerReader, StatusCode};
use jawla_sync::request::RequestReader;

use crate::faults::{Fault, Hits};
use crate::trace::short;
use crate::world::{Story, Universe};

/// Whether work of honest people may lie aside for this reason, after what happened.
pub fn reason_holds(hits: &Hits, reason: Reason) -> bool {
    let ended = hits.of(Fault::MembershipEnded) > 0;
    ended && matches!(reason, Reason::MembershipEnded | Reason::Depends)
}

impl Universe {
    /// Somebody leaves a scope, or comes back.
    pub fn membership_changes(&mut self) {
        let number = self.dice.index(self.phones.len());
        let scope = self.dice.pick(&self.phones[number].scopes.clone());
        if self.out.contains(&(number, scope)) {
            self.gives_back(number, scope);
            return;
        }
        self.hits.hit(Fault::MembershipEnded);
        self.trace
            .note(format!("phone {number} is out of {}", short(&scope.0)));
        let (person, now) = (self.phones[number].person, self.server.now());
        self.server
            .core()
            .store()
            .end_membership(scope, person, now)
            .expect("a membership ends on a healthy disk");
        self.out.insert((number, scope));
    }

    fn gives_back(&mut self, number: usize, scope: ScopeId) {
        self.hits.hit(Fault::MembershipBack);
        self.trace
            .note(format!("phone {number} is back in {}", short(&scope.0)));
        let (person, now) = (self.phones[number].person, self.server.now());
        self.server
            .core()
            .store()
            .add_membership(scope, person, Role::TeamMember, now)
            .expect("a membership is given on a healthy disk");
        self.out.remove(&(number, scope));
    }

    /// Gives back what ended, so that everybody can come to the same.
    pub fn everybody_is_back(&mut self) {
        for (number, scope) in self.out.clone() {
            self.gives_back(number, scope);
        }
    }

    /// What was typed into a visit that was set aside can become no change: its author reads it,
    /// and drops it.
    pub fn drops_typing_of_lost_visits(&mut self, number: usize) {
        let held = self.visits_held(number);
        let device = self.phones[number].device();
        let typed: Vec<(DocumentId, String)> = device
            .store()
            .conn()
            .prepare_cached("SELECT document, path FROM typing ORDER BY document, path")
            .and_then(|mut rows| {
                rows.query_map([], |row| Ok((DocumentId(row.get(0)?), row.get(1)?)))?
                    .collect()
            })
            .expect("the phone's store reads");
        for (document, path) in typed {
            let path = FieldPath::from_text(&path).expect("a path of ours reads");
            let FieldPath::Visit(visit, _) = &path else {
                continue;
            };
            if !held.contains(&(document, *visit)) {
                self.trace
                    .note(format!("phone {number} drops {}", path.text()));
                self.oracle.dropped(number, document, &path);
                self.phones[number]
                    .device()
                    .drop_typing(document, &path)
                    .expect("a healthy phone writes");
            }
        }
    }

    /// Whoever is out of a scope gets nothing of its log (I14).
    pub fn check_nothing_comes_of_ended_scopes(&mut self, number: usize, answer: &[u8]) {
        if self.story != Story::Members {
            return;
        }
        let Ok(items) = AnswerReader::new().feed(answer) else {
            return;
        };
        for item in items {
            let AnswerItem::Mark { scope_no, .. } = item else {
                continue;
            };
            let scope = self.scope_numbered(number, scope_no);
            let out = scope.is_some_and(|scope| self.out.contains(&(number, scope)));
            assert!(
                !out,
                "I14: phone {number} is sent the log of a scope it is out of"
            );
        }
    }

    /// The scope that a phone knows by this number.
    fn scope_numbered(&self, number: usize, scope_no: u64) -> Option<ScopeId> {
        let device = self.phones[number].device.as_ref().expect("the app runs");
        device
            .store()
            .conn()
            .prepare_cached("SELECT id FROM scope WHERE no = ?1")
            .and_then(|mut rows| {
                rows.query_map([scope_no], |row| Ok(ScopeId(row.get(0)?)))?
                    .next()
                    .transpose()
            })
            .expect("the phone's store reads")
    }

    /// A request number acts once (I17): whatever carries a used one is told that it is old.
    pub fn check_not_answered_before(&mut self, body: &[u8], answer: &[u8]) {
        let (mut request, mut reply) = (RequestReader::new(), AnswerReader::new());
        request.feed(body).expect("an honest request reads");
        reply.feed(answer).expect("an answer of the server reads");
        let head = request.head().expect("an honest request has a head");
        let status = reply.status().expect("an answer has a status");
        if !matches!(status.code, StatusCode::Ok | StatusCode::Diverged) {
            return;
        }
        let highest = self.answered.entry(head.incarnation).or_default();
        assert!(
            head.request_no > *highest,
            "I17: request {} acts although {highest} was answered",
            head.request_no
        );
        *highest = head.request_no;
    }
}
