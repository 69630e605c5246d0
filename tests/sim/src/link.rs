//! The link between a phone and the server: bodies are cut, lost, doubled, delayed and altered.

use std::collections::VecDeque;

use jawla_client::ClientError;
use jawla_client::device::Told;
use jawla_client::platform::LinkKind;
use jawla_server::core::SyncSession;
use jawla_sync::answer::{AnswerItem, AnswerReader, AnswerWriter, EntryBody};
use jawla_sync::device::{Effect, Event, LinkFailure, SessionResult};
use jawla_sync::short::{ActorName, Dependency, ShortChange};

use crate::dice::Dice;
use crate::faults::Fault;
use crate::server::End;
use crate::trace::{short, short_hash};
use crate::world::{Old, Universe};

/// Where the flags stand in a request, and the one that an earlier server does not know.
const FLAGS_AT: usize = 2;
const FLAG_SHORT: u8 = 0x80;

/// Requests of one sync; more would be a loop.
const REQUESTS_MAX: usize = 48;

/// A copy of a request that arrives later.
#[derive(Debug, Clone)]
pub struct LateCopy {
    /// After how many more things happened.
    pub after: u64,
    /// Whose it was.
    pub phone: usize,
    /// The whole body.
    pub body: Vec<u8>,
}

/// What happens to one request and its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weather {
    Fine,
    Dropped,
    CutUp,
    CutDown,
    AnswerLost,
    Twice,
    Late,
    Altered,
    Portal,
}

impl Weather {
    /// Fair weather half of the time.
    pub fn draw(dice: &mut Dice) -> Self {
        match dice.below(16) {
            0 => Weather::Dropped,
            1 | 2 => Weather::CutUp,
            3 | 4 => Weather::CutDown,
            5 => Weather::AnswerLost,
            6 => Weather::Twice,
            7 => Weather::Late,
            8 if dice.one_in(2) => Weather::Altered,
            9 if dice.one_in(2) => Weather::Portal,
            _ => Weather::Fine,
        }
    }
}

/// How one sync is disturbed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// Nothing fails.
    Calm,
    /// Everything may.
    Stormy,
}

/// What a phone hears back.
struct Heard {
    bytes: Vec<u8>,
    failure: Option<LinkFailure>,
}

fn failed(failure: LinkFailure) -> Heard {
    Heard {
        bytes: Vec::new(),
        failure: Some(failure),
    }
}

/// The end of a sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyncEnd {
    /// The engine said so.
    Said(SessionResult),
    /// The app died on the way.
    Died,
    /// The device could not go on.
    Stuck,
}

impl Universe {
    /// A whole sync without faults. It must complete.
    pub fn sync_calmly(&mut self, number: usize) {
        let end = self.sync(number, Mood::Calm);
        let complete = matches!(end, SyncEnd::Said(SessionResult::Complete { .. }));
        assert!(
            complete,
            "liveness: a calm sync of phone {number} ended as {end:?}"
        );
    }

    /// A sync from the wish for one to its end.
    pub fn sync(&mut self, number: usize, mood: Mood) -> SyncEnd {
        let stormy = mood == Mood::Stormy;
        let mut effects_left = (stormy && self.dice.one_in(5)).then(|| self.dice.below(24));
        if stormy && self.dice.one_in(6) {
            self.arm_phone(number);
        }
        if stormy && self.dice.one_in(8) {
            self.arm_server();
        }
        let end = self.talk(number, mood, &mut effects_left);
        if stormy {
            self.settle_plans(number);
        }
        self.trace.note(format!("phone {number} sync: {end:?}"));
        end
    }

    fn talk(&mut self, number: usize, mood: Mood, effects_left: &mut Option<u64>) -> SyncEnd {
        let mut to_do = match self.step(number, Event::Wanted, effects_left) {
            Ok(told) => VecDeque::from(told),
            Err(end) => return end,
        };
        let mut requests = 0;
        let mut last = SyncEnd::Stuck;
        while let Some(told) = to_do.pop_front() {
            match told {
                Told::Send(body) => {
                    requests += 1;
                    if self.old == Old::Phone(number) {
                        assert_eq!(body[FLAGS_AT] & FLAG_SHORT, 0, "an old phone is old");
                        self.hits.hit(Fault::OldPhone);
                    }
                    assert!(
                        requests <= REQUESTS_MAX,
                        "liveness: phone {number} asks for ever"
                    );
                    match self.exchange(number, &body, mood, effects_left) {
                        Ok(told) => to_do.extend(told),
                        Err(end) => return end,
                    }
                }
                Told::Finished(result) => last = SyncEnd::Said(result),
                Told::Wait { delay_ms } => {
                    if mood == Mood::Calm || self.dice.one_in(2) {
                        return last;
                    }
                    self.time.pass_ms(delay_ms + self.dice.below(2_000));
                    match self.step(number, Event::TimerFired, effects_left) {
                        Ok(told) => to_do.extend(told),
                        Err(end) => return end,
                    }
                }
                Told::Changed(_) | Told::OutboxChanged => {}
            }
        }
        last
    }

    /// One step of the device; a death in it ends the app.
    fn step(
        &mut self,
        number: usize,
        event: Event,
        effects_left: &mut Option<u64>,
    ) -> Result<Vec<Told>, SyncEnd> {
        let trace = self.trace.clone();
        let mut killed = false;
        let mut dies = |effect: &Effect| {
            if let Some(left) = effects_left {
                if *left == 0 {
                    killed = true;
                    return true;
                }
                *left -= 1;
            }
            trace.note(format!("phone {number} {}", describe(effect)));
            false
        };
        let result = self.phones[number]
            .device()
            .step(event, LinkKind::Unmetered, &mut dies);
        if killed {
            *effects_left = None;
            self.hits.hit(Fault::PhoneKilledBetween);
            self.plans.phone = None;
            self.phones[number].end(End::Kill);
            return Err(SyncEnd::Died);
        }
        if self.phones[number].take_note_of_death() {
            return Err(SyncEnd::Died);
        }
        match result {
            Ok(told) => Ok(told),
            Err(error) => {
                self.tolerate(number, &error);
                Err(SyncEnd::Stuck)
            }
        }
    }

    /// Errors of a device that a fault explains, or that it is out of rights.
    pub fn tolerate(&mut self, number: usize, error: &ClientError) {
        self.trace.note(format!("phone {number} error {error:?}"));
        let planned = self.phones[number].disk.counters();
        let explained = match error {
            ClientError::Storage(_) => planned.io + planned.read_io + planned.full > 0,
            ClientError::StorageFull => planned.full > 0,
            ClientError::NotEnrolled => {
                use jawla_client::device::Standing;
                self.phones[number].device().standing() != Standing::Enrolled
            }
            ClientError::RulesBroken(_) => true,
            _ => false,
        };
        assert!(
            explained,
            "phone {number} met an error that nothing explains: {error:?}"
        );
    }

    /// One request and its answer.
    fn exchange(
        &mut self,
        number: usize,
        body: &[u8],
        mood: Mood,
        effects_left: &mut Option<u64>,
    ) -> Result<Vec<Told>, SyncEnd> {
        self.time.pass_ms(200 + self.dice.below(3_000));
        let heard = match mood {
            Mood::Calm => self.carry(number, body, Weather::Fine),
            Mood::Stormy => {
                let weather = Weather::draw(&mut self.dice);
                self.trace.note(format!("link {weather:?}"));
                self.carry(number, body, weather)
            }
        };
        self.keep_what_was_heard(number, &heard.bytes);
        self.check_nothing_comes_of_ended_scopes(number, &heard.bytes);
        let mut told = Vec::new();
        let mut rest = heard.bytes.as_slice();
        while !rest.is_empty() {
            let chunk_bytes = 1 + self.dice.index(rest.len().min(4_096));
            let (chunk, later) = rest.split_at(chunk_bytes);
            rest = later;
            told.extend(self.step(number, Event::Bytes(chunk.to_vec()), effects_left)?);
            // The engine went on to another request: this answer is over for it.
            if told
                .iter()
                .any(|told| matches!(told, Told::Send(_) | Told::Finished(_)))
            {
                return Ok(told);
            }
        }
        let event = match heard.failure {
            None => Event::AnswerEnded,
            Some(failure) => Event::LinkFailed {
                failure,
                random: self.dice.below(u64::MAX),
            },
        };
        told.extend(self.step(number, event, effects_left)?);
        Ok(told)
    }

    fn carry(&mut self, number: usize, body: &[u8], weather: Weather) -> Heard {
        let whole = |bytes: Vec<u8>| Heard {
            bytes,
            failure: None,
        };
        match weather {
            Weather::Fine => match self.deliver(body, body.len()) {
                Ok(answer) => whole(answer),
                Err(failure) => failed(failure),
            },
            Weather::Dropped => {
                self.hits.hit(Fault::RequestDropped);
                failed(LinkFailure::Unreachable)
            }
            Weather::CutUp => {
                self.hits.hit(Fault::RequestCut);
                let cut_at = self.dice.index(body.len());
                let _ = self.deliver(body, cut_at);
                failed(LinkFailure::Cut)
            }
            Weather::CutDown => match self.deliver(body, body.len()) {
                Ok(mut answer) => {
                    self.hits.hit(Fault::AnswerCut);
                    let cut_at = self.dice.index(answer.len());
                    answer.truncate(cut_at);
                    Heard {
                        bytes: answer,
                        failure: Some(LinkFailure::Cut),
                    }
                }
                Err(failure) => failed(failure),
            },
            Weather::AnswerLost => {
                self.hits.hit(Fault::AnswerLost);
                let _ = self.deliver(body, body.len());
                failed(LinkFailure::TimedOut)
            }
            Weather::Twice => {
                self.hits.hit(Fault::RequestTwice);
                let first = self.deliver(body, body.len());
                let second = self.deliver(body, body.len());
                match if self.dice.one_in(2) { first } else { second } {
                    Ok(answer) => whole(answer),
                    Err(failure) => failed(failure),
                }
            }
            Weather::Late => {
                let after = 1 + self.dice.below(12);
                self.late.push(LateCopy {
                    after,
                    phone: number,
                    body: body.to_vec(),
                });
                failed(LinkFailure::TimedOut)
            }
            Weather::Altered => match self.deliver(body, body.len()) {
                Ok(answer) => whole(self.alter(answer)),
                Err(failure) => failed(failure),
            },
            Weather::Portal => {
                self.hits.hit(Fault::CaptivePortal);
                whole(b"<html><body>Bienvenue sur le reseau</body></html>".to_vec())
            }
        }
    }

    /// Feeds the first `upto` bytes of a request to the server, in chunks; its answer when all of
    /// it arrived and the server lived to give one.
    pub fn deliver(&mut self, body: &[u8], upto: usize) -> Result<Vec<u8>, LinkFailure> {
        let speaks_short = body
            .get(FLAGS_AT)
            .is_some_and(|flags| flags & FLAG_SHORT != 0);
        if speaks_short && matches!(self.old, Old::Server | Old::ServerAtFirst) {
            // What it does with a flag it does not know: it reads nothing.
            self.hits.hit(Fault::OldServer);
            return Err(LinkFailure::Status(400));
        }
        let core = self.server.core();
        let mut session = SyncSession::new(&core, self.server.now());
        let mut rest = &body[..upto];
        while !rest.is_empty() {
            let chunk_bytes = 1 + self.dice.index(rest.len().min(4_096));
            let (chunk, later) = rest.split_at(chunk_bytes);
            rest = later;
            if let Err(refusal) = session.feed(chunk) {
                assert!(
                    self.server.take_note_of_death(),
                    "a request was refused: {refusal:?}"
                );
            }
        }
        let answer = if upto < body.len() {
            session.abandon();
            Err(LinkFailure::Cut)
        } else {
            let parts = session.finish();
            parts.map(|parts| parts.concat()).map_err(|refusal| {
                self.trace.note(format!("server refused {refusal:?}"));
                LinkFailure::Status(400)
            })
        };
        drop(core);
        if self.server.take_note_of_death() {
            self.server_came_back();
            return Err(LinkFailure::Cut);
        }
        if let Err(LinkFailure::Status(_)) = answer {
            panic!("an honest request was refused");
        }
        if let Ok(bytes) = &answer {
            self.check_not_answered_before(body, bytes);
        }
        answer
    }

    /// Delivers the copies of requests whose time has come; nobody hears the answers.
    pub fn deliver_late(&mut self, all: bool) {
        let mut waiting = std::mem::take(&mut self.late);
        for copy in &mut waiting {
            copy.after = copy.after.saturating_sub(1);
        }
        let (due, later): (Vec<_>, Vec<_>) =
            waiting.into_iter().partition(|copy| all || copy.after == 0);
        self.late = later;
        for copy in due {
            self.hits.hit(Fault::RequestLate);
            self.trace
                .note(format!("late copy of phone {}", copy.phone));
            let _ = self.deliver(&copy.body, copy.body.len());
        }
    }

    /// Changes one entry of an answer: what a meddling proxy would do.
    fn alter(&mut self, answer: Vec<u8>) -> Vec<u8> {
        let mut reader = AnswerReader::new();
        let Ok(mut items) = reader.feed(&answer) else {
            return answer;
        };
        let Some(status) = reader.status().copied() else {
            return answer;
        };
        let entries: Vec<usize> = items
            .iter()
            .enumerate()
            .filter(|(_, item)| matches!(item, AnswerItem::Entry(_)))
            .map(|(at, _)| at)
            .collect();
        if entries.is_empty() {
            return answer;
        }
        let at = self.dice.pick(&entries);
        if let AnswerItem::Entry(entry) = &mut items[at] {
            match &mut entry.body {
                EntryBody::Payload(payload) if !payload.is_empty() && self.dice.one_in(2) => {
                    let byte = self.dice.index(payload.len());
                    payload[byte] ^= 1 << self.dice.below(8);
                }
                EntryBody::Short(short) if self.dice.one_in(2) => {
                    alter_short(short, &mut self.dice);
                }
                _ => entry.received_delta += 1 + self.dice.below(100) as i64,
            }
        }
        self.hits.hit(Fault::AnswerAltered);
        rewrite(&status, &items)
    }

    /// Decodes what arrived at a phone, up to where it was cut.
    fn keep_what_was_heard(&mut self, number: usize, bytes: &[u8]) {
        if let Ok(items) = AnswerReader::new().feed(bytes) {
            let phone = &mut self.phones[number];
            phone.heard.extend(items);
        }
    }
}

/// Changes one number or byte of a change in short form.
fn alter_short(short: &mut ShortChange, dice: &mut Dice) {
    let ShortChange::Written {
        deps,
        actor,
        others,
        body,
    } = short
    else {
        *short = ShortChange::Skeleton { step: 2 };
        return;
    };
    match dice.below(4) {
        0 if !deps.is_empty() => {
            let at = dice.index(deps.len());
            deps[at] = Dependency::Back(1 + dice.below(40));
        }
        1 => *actor = ActorName::ShownAt(1 + dice.below(40)),
        2 if !others.is_empty() => {
            let at = dice.index(others.len());
            others[at] = ActorName::ShownAt(1 + dice.below(40));
        }
        _ => {
            let at = dice.index(body.len());
            body[at] ^= 1 << dice.below(8);
        }
    }
}

/// An answer with these items.
pub fn rewrite(status: &jawla_sync::answer::Status, items: &[AnswerItem]) -> Vec<u8> {
    let mut writer = AnswerWriter::new(status).expect("an answer is written");
    let mut more = false;
    for item in items {
        match item {
            AnswerItem::End { more: ends } => more = *ends,
            other => {
                writer.item(other);
                if matches!(other, AnswerItem::Mark { .. }) {
                    writer.flush().expect("an answer is written");
                }
            }
        }
    }
    writer.finish(more).expect("an answer is written").concat()
}

/// An effect in one line of the trace.
fn describe(effect: &Effect) -> String {
    match effect {
        Effect::Prepare => "prepares".to_owned(),
        Effect::SaveRequestNo(no) => format!("request {no}"),
        Effect::SaveAskFirst(ask) => format!("ask first {ask:?}"),
        Effect::Send(body) => format!("sends {} B {}", body.len(), short_hash(body)),
        Effect::SaveOutcome { pack_no, form } => format!("outcome {pack_no} {form:?}"),
        Effect::SaveBlock(block) => {
            let entries = block.entries.len();
            let (scope, seq) = (short(&block.scope.0), block.seq);
            format!(
                "block {scope} {entries} to {seq} chain {}",
                short(&block.chain.0)
            )
        }
        Effect::SaveScope { scope_no, .. } => format!("scope {scope_no}"),
        Effect::SaveOwn {
            scope_set_version, ..
        } => format!("own {scope_set_version}"),
        Effect::SavePerson { change_no, .. } => format!("person {change_no}"),
        Effect::NoteServerTime(time) => format!("server time {time}"),
        Effect::Wait { delay_ms } => format!("waits {delay_ms} ms"),
        Effect::Finished(result) => format!("finished {result:?}"),
    }
}
