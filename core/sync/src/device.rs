//! The device's role: one event in, effects out.
//!
//! `handle` never fails: what goes wrong outside is an event. Effects are carried out in order; a
//! `Save…` effect is durable before the next one starts, and each may be carried out twice. Two
//! clocks come in: the monotonic one runs the timers, wall time is only passed on as a claim.

mod sending;
mod session;

use std::collections::BTreeSet;

use jawla_model::{IncarnationId, PersonId, ReceivedAt, ScopeId, ServerId};
use session::{Outside, Session};

use crate::answer::{ScopeNews, Status, StatusCode};
use crate::chain::{Chain16, LogEntry};
use crate::limits;
use crate::pack::{OutcomeForm, SealedPack};
use crate::room::AppVersion;
use crate::short::{Codec, Logs};
use crate::sign::{self, Label, Signature64, SigningKey, VerifyingKey};

/// The two clocks of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Now {
    /// Milliseconds of a clock that never goes back; runs the timers.
    pub mono_ms: u64,
    /// Milliseconds since 1970 UTC as the device believes; a claim.
    pub wall_ms: i64,
}

/// Where a device stands in one scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The scope's number for this device.
    pub no: u64,
    /// Its id.
    pub scope: ScopeId,
    /// The last position held.
    pub seq: u64,
    /// The chain there, recomputed from own data.
    pub chain: Chain16,
    /// The receipt there.
    pub received_at: ReceivedAt,
}

/// Who the device is to the server. Does not change during a session.
#[derive(Debug, Clone)]
pub struct Identity {
    /// This life of this store.
    pub incarnation: IncarnationId,
    /// Its key.
    pub key: SigningKey,
    /// The server it was enrolled with.
    pub server: ServerId,
    /// The key that server signs with.
    pub server_key: VerifyingKey,
}

/// Everything a session needs, read from the store in one go: typing has become changes,
/// changes have become packs, all of it durable.
#[derive(Debug, Clone)]
pub struct SessionStart {
    /// The number of the next request.
    pub request_no: u64,
    /// The newest skeleton step this build computes.
    pub schema: u64,
    /// Version of the set of scopes.
    pub scope_set_version: u64,
    /// The cursors, in the order of the scopes' numbers.
    pub cursors: Vec<Cursor>,
    /// The number of the first pack without an outcome; the next free one when there is none.
    pub first_open_pack: u64,
    /// Packs without an outcome, in order.
    pub open_packs: Vec<SealedPack>,
    /// Several packs may have left before: ask for their outcomes first, send nothing.
    pub ask_first: bool,
    /// Packs with an outcome of which the log has not shown all positions.
    pub settled_packs: Vec<(SealedPack, OutcomeForm)>,
    /// The newest ruling seen.
    pub ruling_seen: u64,
    /// The newest change of the people list seen.
    pub people_seen: u64,
    /// The newest verified copy heard of.
    pub backup_no: u64,
    /// Ask for the bytes of own entries too.
    pub full: bool,
    /// The link is paid by the byte.
    pub metered: bool,
    /// A person is looking.
    pub foreground: bool,
    /// There is no fresh ticket for files.
    pub wants_ticket: bool,
    /// Version of the app, for the office.
    pub app: AppVersion,
    /// Files that wait to be sent.
    pub files_waiting: u64,
    /// Random bits from the platform: spread the next try should this session fail.
    pub jitter: u64,
}

/// What the outside did to the link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkFailure {
    /// Nothing answered.
    Unreachable,
    /// The link was cut.
    Cut,
    /// Nothing came for too long.
    TimedOut,
    /// Somebody else answered: a captive portal, another server, a stale proxy.
    NotOurs,
    /// The encrypted connection could not be made, or to another key.
    Untrusted,
    /// The server has no time now.
    Busy,
    /// The server answered with another status of HTTP.
    Status(u16),
}

/// Something happened.
#[derive(Debug)]
pub enum Event {
    /// A person, a timer or the platform wants a sync.
    Wanted,
    /// The driver carried out [`Effect::Prepare`].
    Prepared(Box<SessionStart>),
    /// Bytes of the answer arrived.
    Bytes(Vec<u8>),
    /// The answer ended, as far as the link knows.
    AnswerEnded,
    /// The link failed. `random` spreads the next try.
    LinkFailed {
        /// How.
        failure: LinkFailure,
        /// Random bits from the platform.
        random: u64,
    },
    /// The time asked for with [`Effect::Wait`] is over.
    TimerFired,
    /// The store could not carry out a `Save…` effect.
    StoreFailed,
    /// A person stopped it.
    Cancelled,
}

/// A block of a log, verified, to be committed with its cursor in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The scope.
    pub scope: ScopeId,
    /// Its entries, in order, from the position after the cursor.
    pub entries: Vec<LogEntry>,
    /// The position of the last one: the cursor from now on.
    pub seq: u64,
    /// The chain there.
    pub chain: Chain16,
    /// The server's signature under it.
    pub mark: Signature64,
}

/// Whether several packs have left without an answer, so that a cut may not cost them again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskFirst {
    /// Ask for their outcomes first.
    Yes,
    /// Nothing is in doubt.
    No,
}

/// Something to do. In order; durable where it says so.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Turn typing into changes and changes into packs, durably, then hand in
    /// [`Event::Prepared`].
    Prepare,
    /// Keep the number of the request that is about to leave. Durable.
    SaveRequestNo(u64),
    /// Keep whether the next request must ask for outcomes before it sends packs. Durable.
    SaveAskFirst(AskFirst),
    /// Send this body to `/v1/sync` and feed the answer in.
    Send(Vec<u8>),
    /// Keep what became of a pack, and set aside what was not accepted. Durable.
    SaveOutcome {
        /// The pack.
        pack_no: u64,
        /// What became of it.
        form: OutcomeForm,
    },
    /// Commit a block with its mark and cursor, in one transaction. Durable.
    SaveBlock(Box<Block>),
    /// Keep news of a scope. Durable.
    SaveScope {
        /// Its number for this device.
        scope_no: u64,
        /// The news.
        news: ScopeNews,
    },
    /// Keep what concerns the device itself. Durable.
    SaveOwn {
        /// Version of the set of scopes.
        scope_set_version: u64,
        /// Ticket for files.
        ticket: Vec<u8>,
        /// Until when.
        ticket_expires: u64,
        /// The newest verified copy.
        backup_no: u64,
        /// A renewed certificate.
        certificate: Option<Vec<u8>>,
    },
    /// Keep a person's name. Durable.
    SavePerson {
        /// Number of the change of the people list.
        change_no: u64,
        /// Who.
        person: PersonId,
        /// French name.
        name_fr: String,
        /// Arabic name.
        name_ar: String,
    },
    /// Learn the server's clock; shown, never decided by.
    NoteServerTime(u64),
    /// Hand in [`Event::TimerFired`] after that time.
    Wait {
        /// Milliseconds of the monotonic clock.
        delay_ms: u64,
    },
    /// The session is over, with this result; nothing more is asked for until the next event.
    Finished(SessionResult),
}

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionResult {
    /// Everything that was asked for arrived.
    Complete {
        /// When the server wants to be asked again, in minutes.
        poll_after_minutes: u8,
    },
    /// The link failed; it will be tried again after the delay asked for.
    Interrupted(LinkFailure),
    /// The server withdrew this device's rights, provably.
    Revoked,
    /// There are two of this device, provably.
    Cloned,
    /// The server does not know this device, provably.
    Unknown,
    /// The server's log is not the one this device holds.
    Diverged,
    /// A log did not add up: its scope is asked for in full the next time.
    Broken(ScopeId),
    /// The app is too old for the server.
    TooOld,
    /// The store failed.
    StoreFailed,
    /// A person stopped it.
    Cancelled,
}

#[derive(Debug)]
enum State {
    Idle,
    Preparing,
    Waiting { until_mono_ms: u64 },
    Talking(Box<Session>),
}

/// The engine of a device: one session at a time.
#[derive(Debug)]
pub struct DeviceEngine {
    identity: Identity,
    codec: Codec,
    speech: Speech,
    /// Packs whose short form the server could not follow: they travel in full.
    full_packs: BTreeSet<u64>,
    state: State,
    now: Now,
    failures: u32,
    wanted_again: bool,
    old_answers: u32,
}

/// In which form a device speaks to its server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speech {
    /// Short, until the server turns out not to know it.
    Short,
    /// In full.
    Full,
}

/// How HTTP says that this is no request: what a server answers that does not know the short form.
const STATUS_NO_REQUEST: u16 = 400;

/// How often in a row a server may answer `old` before it is taken for broken.
const OLD_ANSWERS_MAX: u32 = 3;

impl DeviceEngine {
    /// An idle engine.
    pub fn new(identity: Identity, codec: Codec, speech: Speech) -> Self {
        Self {
            identity,
            codec,
            speech,
            full_packs: BTreeSet::new(),
            state: State::Idle,
            now: Now::default(),
            failures: 0,
            wanted_again: false,
            old_answers: 0,
        }
    }

    /// Whether a session is under way or about to be.
    pub fn is_busy(&self) -> bool {
        !matches!(self.state, State::Idle | State::Waiting { .. })
    }

    /// Takes in one event and says what to do about it. `logs` shows what is durable by now:
    /// every effect of the events before.
    pub fn handle(&mut self, now: Now, event: Event, logs: &dyn Logs) -> Vec<Effect> {
        self.now = now;
        match event {
            Event::Wanted => self.wanted(),
            Event::TimerFired => self.timer_fired(),
            Event::Prepared(start) => self.prepared(*start, logs),
            Event::Bytes(bytes) => self.bytes(&bytes, logs),
            Event::AnswerEnded => self.answer_ended(),
            Event::LinkFailed { failure, random } => self.link_failed(failure, random),
            Event::StoreFailed => self.finish(SessionResult::StoreFailed),
            Event::Cancelled => {
                self.wanted_again = false;
                self.finish(SessionResult::Cancelled)
            }
        }
    }

    /// Timers may fire early or twice; only the time itself counts.
    fn timer_fired(&mut self) -> Vec<Effect> {
        let State::Waiting { until_mono_ms } = self.state else {
            return Vec::new();
        };
        match until_mono_ms.checked_sub(self.now.mono_ms) {
            Some(delay_ms) if delay_ms > 0 => vec![Effect::Wait { delay_ms }],
            _ => self.prepare(),
        }
    }

    fn wanted(&mut self) -> Vec<Effect> {
        if self.is_busy() {
            self.wanted_again = true;
            return Vec::new();
        }
        self.prepare()
    }

    fn prepare(&mut self) -> Vec<Effect> {
        self.state = State::Preparing;
        vec![Effect::Prepare]
    }

    fn bytes(&mut self, bytes: &[u8], logs: &dyn Logs) -> Vec<Effect> {
        let State::Talking(session) = &mut self.state else {
            return Vec::new();
        };
        // What came before is in the store by now.
        session.recent.clear();
        let items = match session.reader.feed(bytes) {
            Ok(items) => items,
            Err(_) if !session.judged => return self.not_ours(),
            Err(_) => return self.session_failed(LinkFailure::Cut),
        };
        let mut effects = Vec::new();
        if !session.judged
            && let Some(status) = session.reader.status().copied()
        {
            session.judged = true;
            if let Some(end) = self.judge(&status) {
                return end;
            }
            effects.push(Effect::NoteServerTime(status.server_time));
        }
        for item in items {
            let State::Talking(session) = &mut self.state else {
                return effects;
            };
            if let Some(pack_no) = session.asks_for_full(&item) {
                session.send_full |= self.full_packs.insert(pack_no);
            }
            let outside = Outside {
                identity: &self.identity,
                codec: &self.codec,
                logs,
            };
            match session.item(item, &outside) {
                Ok(more) => effects.extend(more),
                Err(scope) => {
                    effects.extend(self.finish(SessionResult::Broken(scope)));
                    return effects;
                }
            }
        }
        effects
    }

    /// Looks at the status; the effects that end the session, if it does.
    fn judge(&mut self, status: &Status) -> Option<Vec<Effect>> {
        let State::Talking(session) = &self.state else {
            return Some(Vec::new());
        };
        let request_no = session.start.request_no;
        if status.request_no != request_no {
            return Some(self.not_ours());
        }
        if !matches!(status.code, StatusCode::Old { .. }) {
            self.old_answers = 0;
        }
        match status.code {
            StatusCode::Ok => None,
            StatusCode::Old { highest } => Some(self.old(highest)),
            StatusCode::Busy => Some(self.session_failed(LinkFailure::Busy)),
            StatusCode::TooOld => Some(self.finish(SessionResult::TooOld)),
            StatusCode::Diverged => Some(self.finish(SessionResult::Diverged)),
            StatusCode::Cloned(signature) => {
                Some(self.destructive(status, signature, SessionResult::Cloned))
            }
            StatusCode::Revoked(signature) => {
                Some(self.destructive(status, signature, SessionResult::Revoked))
            }
            StatusCode::Unknown(signature) => {
                Some(self.destructive(status, signature, SessionResult::Unknown))
            }
        }
    }

    /// A status that takes something away counts only when the server signed it.
    fn destructive(
        &mut self,
        status: &Status,
        signature: Signature64,
        result: SessionResult,
    ) -> Vec<Effect> {
        let covered = sign::status_covered(
            &self.identity.server,
            &self.identity.incarnation,
            status.request_no,
            status.code.number(),
            None,
        );
        if sign::holds(
            &self.identity.server_key,
            Label::Status,
            &covered,
            &signature,
        ) {
            self.finish(result)
        } else {
            self.not_ours()
        }
    }

    fn old(&mut self, highest: u64) -> Vec<Effect> {
        self.old_answers += 1;
        if self.old_answers > OLD_ANSWERS_MAX {
            self.old_answers = 0;
            return self.not_ours();
        }
        let mut effects = vec![Effect::SaveRequestNo(highest)];
        effects.extend(self.prepare());
        effects
    }

    fn not_ours(&mut self) -> Vec<Effect> {
        self.session_failed(LinkFailure::NotOurs)
    }

    /// The session failed by what was received, not by what the link said.
    fn session_failed(&mut self, failure: LinkFailure) -> Vec<Effect> {
        let jitter = match &self.state {
            State::Talking(session) => session.start.jitter,
            State::Idle | State::Preparing | State::Waiting { .. } => 0,
        };
        self.link_failed(failure, jitter)
    }

    fn answer_ended(&mut self) -> Vec<Effect> {
        let State::Talking(session) = &self.state else {
            return Vec::new();
        };
        if !session.reader.has_ended() {
            return self.session_failed(LinkFailure::Cut);
        }
        let again =
            session.start.ask_first || session.send_full || (session.more && session.progress);
        let poll_after_minutes = session
            .reader
            .status()
            .map_or(0, |status| status.poll_after_minutes);
        let wanted = std::mem::take(&mut self.wanted_again);
        self.failures = 0;
        let mut effects = vec![Effect::SaveAskFirst(AskFirst::No)];
        effects.extend(if again || wanted {
            self.prepare()
        } else {
            self.finish(SessionResult::Complete { poll_after_minutes })
        });
        effects
    }

    fn link_failed(&mut self, failure: LinkFailure, random: u64) -> Vec<Effect> {
        let short = matches!(&self.state, State::Talking(session) if session.short);
        if short && failure == LinkFailure::Status(STATUS_NO_REQUEST) {
            // A server of an earlier day: it read nothing, and is asked anew as it can read.
            self.speech = Speech::Full;
            return self.prepare();
        }
        let progress = match &self.state {
            State::Talking(session) => session.progress,
            State::Preparing => false,
            State::Idle | State::Waiting { .. } => return Vec::new(),
        };
        self.failures = if progress {
            0
        } else {
            self.failures.saturating_add(1)
        };
        self.wanted_again = false;
        let delay_ms = backoff_ms(self.failures, random);
        self.state = State::Waiting {
            until_mono_ms: self.now.mono_ms.saturating_add(delay_ms),
        };
        vec![
            Effect::Finished(SessionResult::Interrupted(failure)),
            Effect::Wait { delay_ms },
        ]
    }

    fn finish(&mut self, result: SessionResult) -> Vec<Effect> {
        self.state = State::Idle;
        vec![Effect::Finished(result)]
    }
}

/// Full jitter below a ceiling that doubles with each failure in a row.
fn backoff_ms(failures: u32, random: u64) -> u64 {
    if failures == 0 {
        return limits::BACKOFF_WITH_PROGRESS_MS;
    }
    let ceiling = limits::BACKOFF_MS_MIN
        .saturating_mul(1 << (failures - 1).min(20))
        .min(limits::BACKOFF_MS_MAX);
    limits::BACKOFF_WITH_PROGRESS_MS + random % ceiling
}
