//! What people do, and what is done to their machines meanwhile.

use jawla_client::device::Standing;
use jawla_client::{ClientError, Device, NewVisit};
use jawla_dossier::conflicts;
use jawla_model::{
    DocumentId, Edit, FieldPath, ProjectField, SiteState, Value, VisitField, VisitId, VisitKind,
};

use crate::disk::Failure;
use crate::faults::Fault;
use crate::link::{Mood, SyncEnd};
use crate::server::End;
use crate::world::{Story, Universe};

/// How often each phone does something in one run.
pub const OPERATIONS_PER_PHONE: u64 = 40;

/// What became of an operation on a device.
#[derive(Debug)]
pub enum Done<T> {
    /// It is durable.
    Kept(T),
    /// The device said no; nothing happened.
    Refused,
    /// The app or the disk failed in the middle: it happened or it did not.
    Unsure,
}

impl Universe {
    /// One thing that a phone's person does, and now and then something to the server.
    pub fn act(&mut self, number: usize) {
        self.time.pass_ms(500 + self.dice.below(20_000));
        self.reopen_if_needed(number);
        match self.dice.below(44) {
            0..=8 => self.types(number),
            9..=11 => self.leaves(number),
            12..=13 => self.starts_visit(number),
            14..=18 => self.edits_visit(number),
            19..=20 => self.finishes_visit(number),
            21..=23 => self.sets_shared_field(number),
            24..=25 => self.settles(number),
            26 => self.raises_difficulty(number),
            27..=35 => self.wants_sync(number),
            36 => self.time.pass_ms(self.dice.below(3_600_000)),
            37 => self.clock_jumps(number),
            38..=40 => self.app_ends(number),
            41 => self.takes_snapshot(number),
            42 => self.gets_restored(number),
            _ => self.office_writes(),
        }
        self.observe(number);
    }

    /// Something happens to the server, or on the way to it.
    pub fn world_turns(&mut self) {
        self.deliver_late(false);
        if self.story == Story::Members && self.dice.one_in(8) {
            self.membership_changes();
        }
        match self.dice.below(30) {
            0 => self.server_ends(End::Kill),
            1 => self.server_ends(End::PowerCut),
            2 => {
                self.hits.hit(Fault::ServerClockBack);
                self.server.skew_s -= self.dice.below(600) as i64;
                self.trace
                    .note(format!("server clock {} s", self.server.skew_s));
            }
            3 => self.intrude(),
            _ => {}
        }
    }

    fn server_ends(&mut self, how: End) {
        self.trace.note(format!("server {how:?}"));
        self.hits.hit(match how {
            End::Kill => Fault::ServerKilled,
            End::PowerCut => Fault::ServerPowerCut,
        });
        self.server.end(how);
        self.server_came_back();
    }

    /// Does something on a device, perhaps with a failing disk.
    pub fn attempt<T>(
        &mut self,
        number: usize,
        name: &str,
        act: impl FnOnce(&mut Device) -> Result<T, ClientError>,
    ) -> Done<T> {
        if self.dice.one_in(10) {
            self.arm_phone(number);
        }
        let result = act(self.phones[number].device());
        let failed_before = result.is_err();
        self.settle_plans(number);
        if self.phones[number].device.is_none() {
            self.trace.note(format!("phone {number} {name}: died"));
            // An answer that came before the death is a promise.
            return match result {
                Ok(value) if !failed_before => Done::Kept(value),
                _ => Done::Unsure,
            };
        }
        match result {
            Ok(value) => {
                self.trace.note(format!("phone {number} {name}: kept"));
                Done::Kept(value)
            }
            Err(error @ (ClientError::RulesBroken(_) | ClientError::NotYours)) => {
                self.trace.note(format!("phone {number} {name}: {}", error));
                Done::Refused
            }
            // The visit was set aside when the membership had ended.
            Err(error @ ClientError::NotFound(_)) if self.story == Story::Members => {
                self.trace.note(format!("phone {number} {name}: {}", error));
                Done::Refused
            }
            Err(error) => {
                self.tolerate(number, &error);
                Done::Unsure
            }
        }
    }

    /// Plans a failure of a phone's disk in one of its next calls.
    pub fn arm_phone(&mut self, number: usize) {
        let failure = self.dice.pick(&[
            Failure::Kill,
            Failure::Kill,
            Failure::PowerCut,
            Failure::PowerCut,
            Failure::Full,
            Failure::Io,
        ]);
        let magnitude = self.dice.below(6);
        let calls = 1 + self.dice.below(1 << magnitude);
        self.trace
            .note(format!("phone {number} disk: {failure:?} at call {calls}"));
        self.phones[number].disk.fail_after(calls, failure);
        self.plans.phone = Some(failure);
    }

    /// Plans a failure of the server's disk.
    pub fn arm_server(&mut self) {
        let failure = self.dice.pick(&[
            Failure::Kill,
            Failure::PowerCut,
            Failure::PowerCut,
            Failure::Full,
            Failure::Io,
        ]);
        let magnitude = self.dice.below(6);
        let calls = 1 + self.dice.below(1 << magnitude);
        self.trace
            .note(format!("server disk: {failure:?} at call {calls}"));
        self.server.disk.fail_after(calls, failure);
        self.plans.server = Some(failure);
    }

    /// Ends what was planned, and brings back whatever it ended.
    pub fn settle_plans(&mut self, number: usize) {
        let struck = !self.phones[number].disk.has_failure_planned();
        if let Some(failure) = self.plans.phone.take().filter(|_| struck) {
            self.hits.hit(match failure {
                Failure::Kill => Fault::PhoneKilledInCall,
                Failure::PowerCut => Fault::PhonePowerCutInCall,
                Failure::Full | Failure::ShortWrite => Fault::PhoneDiskFull,
                Failure::Io | Failure::Read => Fault::PhoneDiskError,
            });
        }
        let struck = !self.server.disk.has_failure_planned();
        if let Some(failure) = self.plans.server.take().filter(|_| struck) {
            self.hits.hit(match failure {
                Failure::Kill => Fault::ServerKilledInCall,
                Failure::PowerCut => Fault::ServerPowerCutInCall,
                Failure::Full | Failure::ShortWrite => Fault::ServerDiskFull,
                Failure::Io | Failure::Read => Fault::ServerDiskError,
            });
        }
        self.phones[number].disk.heal();
        self.server.disk.heal();
        self.phones[number].take_note_of_death();
        if self.server.take_note_of_death() {
            self.server_came_back();
        }
    }

    /// Starts the app again, sometimes on a disk that fails while it starts.
    pub fn reopen_if_needed(&mut self, number: usize) {
        if self.phones[number].device.is_some() {
            return;
        }
        if self.dice.one_in(8) {
            self.arm_phone(number);
            let opened = self.phones[number].open();
            self.settle_plans(number);
            if self.phones[number].device.is_some() && opened.is_ok() {
                self.came_back(number);
                return;
            }
            self.trace.note(format!("phone {number} could not start"));
            self.phones[number].device = None;
        }
        self.phones[number]
            .open()
            .expect("the app starts on a healthy disk");
        self.came_back(number);
    }

    fn token(&mut self, number: usize) -> String {
        self.tokens += 1;
        format!("jeton-{number}-{:05}", self.tokens)
    }

    fn own_document(&mut self, number: usize) -> DocumentId {
        let mine = self.phones[number].scopes.clone();
        let known: Vec<DocumentId> = self
            .documents
            .iter()
            .filter(|(_, scope)| mine.contains(scope))
            .map(|(document, _)| *document)
            .collect();
        self.dice.pick(&known)
    }

    fn own_visit(&mut self, number: usize) -> Option<(DocumentId, VisitId)> {
        let visits = self.phones[number].visits.clone();
        (!visits.is_empty()).then(|| {
            // Mostly the latest one.
            let back = if self.dice.one_in(3) {
                self.dice.index(visits.len())
            } else {
                0
            };
            visits[visits.len() - 1 - back]
        })
    }

    fn types(&mut self, number: usize) {
        let value = self.token(number);
        let visit = self.own_visit(number).filter(|_| self.dice.one_in(2));
        let (document, path) = match visit {
            Some((document, visit)) => {
                let field = self.dice.pick(&[
                    VisitField::Note,
                    VisitField::Opinion,
                    VisitField::Participants,
                ]);
                (document, FieldPath::visit(visit, field))
            }
            None => {
                let field = self.dice.pick(&[
                    ProjectField::Place,
                    ProjectField::Operator,
                    ProjectField::Note,
                ]);
                (self.own_document(number), FieldPath::project(field))
            }
        };
        let typed = Value::Text(value.clone());
        let at = path.clone();
        let done = self.attempt(number, "types", |device| {
            device.type_value(document, at, typed)
        });
        self.oracle.typed(number, document, &path, value, &done);
    }

    fn leaves(&mut self, number: usize) {
        let document = self.own_document(number);
        self.attempt(number, "leaves", |device| device.leave(document));
    }

    fn starts_visit(&mut self, number: usize) {
        let document = self.own_document(number);
        let kind = self.dice.pick(VisitKind::ALL);
        let new = NewVisit { document, kind };
        if let Done::Kept(visit) =
            self.attempt(number, "starts a visit", |device| device.start_visit(new))
        {
            self.phones[number].visits.push((document, visit));
        }
    }

    fn edits_visit(&mut self, number: usize) {
        let Some((document, visit)) = self.own_visit(number) else {
            return self.starts_visit(number);
        };
        let text = self.token(number);
        let share = self.dice.below(10_001) as i64;
        let site = self.dice.pick(SiteState::ALL).code();
        let set = |field, value| Edit::Set {
            at: FieldPath::visit(visit, field),
            value,
        };
        let all = [
            set(VisitField::SiteState, Value::Text(site.to_owned())),
            set(VisitField::Progress, Value::Int(share)),
            set(VisitField::NoPositionReason, Value::Text(text.clone())),
            set(VisitField::Note, Value::Text(text)),
            set(VisitField::Workers, Value::Int(share % 40)),
        ];
        let first = self.dice.index(all.len());
        let count = 1 + self.dice.index(all.len() - first);
        let edits = all[first..first + count].to_vec();
        self.attempt(number, "edits a visit", |device| {
            device.edit(document, edits)
        });
    }

    fn finishes_visit(&mut self, number: usize) {
        if let Some((document, visit)) = self.own_visit(number) {
            self.attempt(number, "finishes", |device| {
                device.finish_visit(document, visit)
            });
        }
    }

    /// The fields that several phones write at once.
    fn sets_shared_field(&mut self, number: usize) {
        let document = self.own_document(number);
        let (field, value) = if self.dice.one_in(2) {
            (
                ProjectField::BeneficiariesDirect,
                Value::Int(self.dice.below(500) as i64),
            )
        } else {
            (ProjectField::Place, Value::Text(self.token(number)))
        };
        let edit = Edit::Set {
            at: FieldPath::project(field),
            value,
        };
        self.attempt(number, "sets a field", |device| {
            device.edit(document, vec![edit])
        });
    }

    fn settles(&mut self, number: usize) {
        let document = self.own_document(number);
        let folded = self.folded(number, document);
        let open = conflicts(&folded.read());
        let own = |path: &FieldPath| matches!(path, FieldPath::Project(_));
        let Some(conflict) = open.into_iter().find(|conflict| own(&conflict.path)) else {
            return;
        };
        let chosen = self.dice.index(conflict.values.len());
        let value = conflict.values[chosen].value.clone();
        self.attempt(number, "settles", |device| {
            device.settle(document, conflict.path, value)
        });
    }

    fn raises_difficulty(&mut self, number: usize) {
        if let Some((document, visit)) = self.own_visit(number) {
            let note = self.token(number);
            let edit = Edit::RaiseDifficulty {
                visit,
                reason: "INTEMPERIES".into(),
                note,
            };
            self.attempt(number, "difficulty", |device| {
                device.edit(document, vec![edit])
            });
        }
    }

    fn wants_sync(&mut self, number: usize) {
        if self.phones[number].device().standing() != Standing::Enrolled {
            self.enrol(number);
        }
        if self.sync(number, Mood::Stormy) == SyncEnd::Died {
            self.reopen_if_needed(number);
        }
    }

    fn clock_jumps(&mut self, number: usize) {
        self.hits.hit(Fault::PhoneClockJump);
        const YEAR_MS: i64 = 365 * 24 * 3_600_000;
        let skew_ms = match self.dice.below(4) {
            0 => 10 * YEAR_MS,
            1 => -10 * YEAR_MS,
            2 => 0,
            _ => self.dice.below(7_200_000) as i64 - 3_600_000,
        };
        self.trace
            .note(format!("phone {number} clock {skew_ms} ms"));
        self.phones[number].platform.set_skew_ms(skew_ms);
    }

    fn app_ends(&mut self, number: usize) {
        let how = if self.dice.one_in(2) {
            End::Kill
        } else {
            End::PowerCut
        };
        self.hits.hit(match how {
            End::Kill => Fault::PhoneKilled,
            End::PowerCut => Fault::PhonePowerCut,
        });
        self.trace.note(format!("phone {number} {how:?}"));
        self.phones[number].end(how);
        self.reopen_if_needed(number);
    }

    fn takes_snapshot(&mut self, number: usize) {
        self.observe(number);
        let facts = self.oracle.facts(number).clone();
        let phone = &mut self.phones[number];
        phone.snapshot = Some((phone.disk.snapshot(), facts));
        self.trace.note(format!("phone {number} is copied"));
    }

    fn gets_restored(&mut self, number: usize) {
        let Some((image, facts)) = self.phones[number].snapshot.take() else {
            return;
        };
        self.hits.hit(Fault::PhoneRestored);
        self.trace.note(format!("phone {number} is restored"));
        self.phones[number].disk.restore(&image);
        self.phones[number].take_note_of_death();
        self.oracle.restored(number, facts);
        self.reopen_if_needed(number);
        self.forget_packs_gone_with_the_disk(number);
        let held = self.visits_held(number);
        self.phones[number]
            .visits
            .retain(|visit| held.contains(visit));
    }

    fn office_writes(&mut self) {
        let (document, _) = self.dice.pick(&self.documents.clone());
        let value = Value::Text(self.token(9));
        let edit = Edit::Set {
            at: FieldPath::project(ProjectField::Holder),
            value,
        };
        let core = self.server.core();
        let written = core.write(self.office, document, &[edit], self.server.now());
        self.trace.note(format!("office writes {written:?}"));
        let written = written.expect("the office writes on a healthy disk");
        drop(core);
        let hash = written.change.expect("a new value is a change");
        self.oracle.office_wrote(hash);
    }
}
