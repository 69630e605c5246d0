//! One sync request: packs are judged as they become whole, the answer is made at the end.

use std::collections::BTreeMap;
use std::sync::Arc;

use jawla_model::{ReceivedAt, ScopeId};
use jawla_sync::answer::{AnswerItem, AnswerWriter, Status, StatusCode};
use jawla_sync::chain::digest8;
use jawla_sync::pack::{Ground, ShortPack, count_full};
use jawla_sync::request::{Head, RequestItem, RequestReader};
use jawla_sync::server::Standing;
use jawla_sync::short::Recent;
use jawla_sync::sign::{self, Label};
use jawla_sync::{Chain16, OutcomeForm, SealedPack, Signature64, VerifyingKey, WireError};

use super::{CODEC, ServerCore, answer};
use crate::limits::{POLL_AFTER_MINUTES, SET_VERSIONS_TRIED_MAX};
use crate::store::{IncarnationHeld, PackJudgement, RequestTurn, ScopeOfDevice, StoreError};

/// Why a request gets no answer of ours. What was committed before stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SyncRefusal {
    /// It is no request, or beyond a limit.
    #[error("this is not a request: {0}")]
    Malformed(#[from] WireError),
    /// It ended before it was complete.
    #[error("the request was cut")]
    Cut,
    /// Its signature does not hold.
    #[error("the request's signature does not hold")]
    Signature,
}

/// Whether the packs of a request are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packs {
    /// No pack has come yet.
    Undecided,
    /// They are judged.
    Read,
    /// They are passed over: unknown sender, old number, diverged logs.
    PassedOver,
    /// The store had no time or room; the rest is passed over and the device told to come back.
    Failed,
}

/// One request, from its first byte to its answer. Owns what it needs, so that it can wait
/// between the bytes of a slow link without holding a thread.
#[derive(Debug)]
pub struct SyncSession {
    core: Arc<ServerCore>,
    now: ReceivedAt,
    reader: RequestReader,
    packs: Packs,
    /// Outcomes that leave no receipt: later, send full.
    open: Vec<(u64, OutcomeForm)>,
    /// Where the device stands, when its packs are read: the short form counts from there.
    place: Option<Place>,
    /// Per scope, by its number for the device, the entries of this request's packs by now.
    counted: BTreeMap<u64, Recent>,
}

/// Where a device stands in its scopes, as its request says and the store confirmed.
#[derive(Debug)]
pub(super) struct Place {
    /// The version of the set that the cursors are for.
    pub(super) version: u64,
    /// Scopes with their cursors.
    pub(super) cursors: Vec<(ScopeOfDevice, u64)>,
}

impl SyncSession {
    /// Waits for the first byte of a request.
    pub fn new(core: &Arc<ServerCore>, now: ReceivedAt) -> Self {
        Self {
            core: Arc::clone(core),
            now,
            reader: RequestReader::new(),
            packs: Packs::Undecided,
            open: Vec::new(),
            place: None,
            counted: BTreeMap::new(),
        }
    }

    /// Moves the session's clock: a request may take minutes to arrive.
    pub fn at(&mut self, now: ReceivedAt) {
        self.now = self.now.max(now);
    }

    /// Takes bytes in; packs that became whole are judged, durably.
    ///
    /// # Errors
    /// [`SyncRefusal::Malformed`]; what was judged before stands.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), SyncRefusal> {
        for item in self.reader.feed(bytes)? {
            match item {
                RequestItem::Pack(sealed) => self.full_pack(&sealed),
                RequestItem::ShortPack(short) => self.short_pack(&short),
                // Certificates and tails are read by a later version; of a broken pack not even
                // the number is sure, it stays open.
                RequestItem::Certificate(_) | RequestItem::Tail(_) | RequestItem::BrokenPack(_) => {
                }
            }
        }
        Ok(())
    }

    /// Ends a request whose body was cut: nothing of its head acts, what was committed stands.
    pub fn abandon(self) {}

    /// Ends the request at the end of its body and gives the parts of the answer, each whole for
    /// the receiver.
    ///
    /// # Errors
    /// [`SyncRefusal`]; nothing of the head acted then.
    pub fn finish(self) -> Result<Vec<Vec<u8>>, SyncRefusal> {
        let head = self.reader.head().ok_or(SyncRefusal::Cut)?.clone();
        match self.answer(&head) {
            Ok(parts) => Ok(parts),
            Err(End::Refused(refusal)) => Err(refusal),
            Err(End::Bare(code)) => Ok(vec![self.bare(&head, code)]),
            Err(End::Failed(error)) => {
                tracing::error!(error = &error as &dyn std::error::Error, "sync failed");
                Ok(vec![self.bare(&head, StatusCode::Busy)])
            }
        }
    }

    fn full_pack(&mut self, sealed: &SealedPack) {
        if !self.reads_packs() {
            return;
        }
        let scope = sealed.pack.scope;
        let counts_in = self
            .scopes()
            .find(|(known, _)| known.scope == scope)
            .copied();
        if let Some((known, cursor)) = counts_in {
            count_full(sealed, self.counted_in(known.no, cursor));
        }
        self.judge(sealed);
    }

    /// A pack in short form is put together as the log at the device's cursors says. Whatever
    /// does not come out as its author signed it is asked for in full.
    fn short_pack(&mut self, short: &ShortPack) {
        if !self.reads_packs() {
            return;
        }
        let Some(incarnation) = self.reader.head().map(|head| head.incarnation) else {
            return;
        };
        let counts_in = self
            .scopes()
            .find(|(known, _)| known.no == short.scope_no)
            .copied();
        let Some((known, cursor)) = counts_in else {
            self.open.push((short.no, OutcomeForm::SendFull));
            return;
        };
        let mut recent = std::mem::take(self.counted_in(known.no, cursor));
        let mut sealed = None;
        let looked_up = self.core.store().look_up(&mut |logs| {
            let ground = Ground {
                scope: known.scope,
                scope_no: known.no,
                cursor,
                logs,
                codec: &CODEC,
            };
            sealed = Some(short.lengthen(incarnation, &ground, &mut recent));
        });
        self.counted.insert(known.no, recent);
        match (looked_up, sealed) {
            (Err(error), _) => self.packs = failed(&error),
            (Ok(()), Some(Ok(sealed))) => self.judge(&sealed),
            (Ok(()), _) => self.open.push((short.no, OutcomeForm::SendFull)),
        }
    }

    fn scopes(&self) -> impl Iterator<Item = &(ScopeOfDevice, u64)> {
        self.place.iter().flat_map(|place| &place.cursors)
    }

    fn counted_in(&mut self, scope_no: u64, cursor: u64) -> &mut Recent {
        self.counted
            .entry(scope_no)
            .or_insert_with(|| Recent::behind(cursor))
    }

    /// Whether packs of this request are judged; decided when the first of them is there.
    fn reads_packs(&mut self) -> bool {
        if self.packs == Packs::Undecided {
            self.packs = match self.place_for_packs() {
                Ok(Some(place)) => {
                    self.place = Some(place);
                    Packs::Read
                }
                Ok(None) => Packs::PassedOver,
                Err(error) => failed(&error),
            };
        }
        self.packs == Packs::Read
    }

    fn judge(&mut self, sealed: &SealedPack) {
        let own = self
            .reader
            .head()
            .is_some_and(|head| head.incarnation == sealed.pack.incarnation);
        if !own {
            return;
        }
        let no = sealed.pack.no;
        match self.core.store().judge_pack(sealed, self.now) {
            Ok(PackJudgement::Later) => self.open.push((no, OutcomeForm::Later)),
            Ok(PackJudgement::NotSigned) => self.open.push((no, OutcomeForm::SendFull)),
            Ok(PackJudgement::Done(_) | PackJudgement::Cloned | PackJudgement::Unknown) => {}
            Err(error) => self.packs = failed(&error),
        }
    }

    /// What must hold before the first pack is read. The signature over the body comes at its
    /// end and is not among it: a pack stands on its own.
    fn place_for_packs(&self) -> Result<Option<Place>, StoreError> {
        let Some(head) = self.reader.head() else {
            return Ok(None);
        };
        let Some(held) = find_phone(&self.core, head)? else {
            return Ok(None);
        };
        if head.request_no <= held.last_request {
            return Ok(None);
        }
        find_place(&self.core, head, &held)
    }

    fn answer(&self, head: &Head) -> Result<Vec<Vec<u8>>, End> {
        let Some(held) = find_phone(&self.core, head)? else {
            // No key to check with; but a cut request gets no answer.
            let own_key = self.core.keys().signing_key().verifying_key();
            self.signed(&own_key)?;
            return Err(End::Bare(self.sign_status(head, StatusCode::Unknown)));
        };
        let key = VerifyingKey::from_bytes(&held.public_key)
            .map_err(|_| End::Refused(SyncRefusal::Signature))?;
        if !self.signed(&key)? {
            return Err(End::Refused(SyncRefusal::Signature));
        }
        let turn = self.core.store().begin_request(
            head.incarnation,
            head.request_no,
            head.room,
            self.now,
        )?;
        if let RequestTurn::Old { highest } = turn {
            return Err(End::Bare(StatusCode::Old { highest }));
        }
        match held.standing {
            Standing::Active => {}
            Standing::Cloned => {
                return Err(End::Bare(self.sign_status(head, StatusCode::Cloned)));
            }
            Standing::Revoked => {
                return Err(End::Bare(self.sign_status(head, StatusCode::Revoked)));
            }
        }
        if self.packs == Packs::Failed {
            return Err(End::Bare(StatusCode::Busy));
        }
        let Some(place) = find_place(&self.core, head, &held)? else {
            return self.diverged(head, &held);
        };
        let status = self.status(head, StatusCode::Ok);
        answer::build(
            &self.core, &status, head, &held, place, &self.open, self.now,
        )
    }

    fn signed(&self, key: &VerifyingKey) -> Result<bool, End> {
        self.reader
            .finish(&self.core.keys().server_id(), key)
            .map_err(|error| match error {
                WireError::Short => End::Refused(SyncRefusal::Cut),
                error => End::Refused(SyncRefusal::Malformed(error)),
            })
    }

    /// The logs differ. The second try brings ladders: the highest rung that both have.
    fn diverged(&self, head: &Head, held: &IncarnationHeld) -> Result<Vec<Vec<u8>>, End> {
        if !head.flags.second_try {
            return Err(End::Bare(StatusCode::Diverged));
        }
        let scopes = self
            .core
            .store()
            .scopes_at(held.incarnation, held.set_version)?;
        let mut writer = AnswerWriter::new(&self.status(head, StatusCode::Diverged))?;
        for ladder in &head.ladders {
            if !scopes.iter().any(|known| known.scope == ladder.scope) {
                continue;
            }
            let mut common_seq = 0;
            for (seq, chain8) in &ladder.rungs {
                let chain = self.core.store().chain_at(ladder.scope, *seq)?;
                if *seq > common_seq && chain.is_some_and(|chain| chain.0.starts_with(chain8)) {
                    common_seq = *seq;
                }
            }
            writer.item(&AnswerItem::Diverged {
                scope_no: ladder.scope_no,
                common_seq,
            });
        }
        Ok(writer.finish(false)?)
    }

    fn status(&self, head: &Head, code: StatusCode) -> Status {
        Status {
            code,
            request_no: head.request_no,
            server_time: self.now.0,
            poll_after_minutes: POLL_AFTER_MINUTES,
        }
    }

    fn bare(&self, head: &Head, code: StatusCode) -> Vec<u8> {
        AnswerWriter::bare(&self.status(head, code))
    }

    /// A status that takes something away, with the signature that makes it count.
    fn sign_status(&self, head: &Head, code: impl Fn(Signature64) -> StatusCode) -> StatusCode {
        let number = code(Signature64([0; 64])).number();
        code(status_signature(&self.core, head, number, None))
    }
}

/// The server's signature under a destructive status.
pub(super) fn status_signature(
    core: &ServerCore,
    head: &Head,
    number: u8,
    scope: Option<&ScopeId>,
) -> Signature64 {
    let server = core.keys().server_id();
    let covered = sign::status_covered(&server, &head.incarnation, head.request_no, number, scope);
    sign::sign(core.keys().signing_key(), Label::Status, &covered)
}

fn failed(error: &StoreError) -> Packs {
    tracing::error!(
        error = error as &dyn std::error::Error,
        "a pack could not be judged"
    );
    Packs::Failed
}

/// The phone that asks. A hand of the office has no business here.
fn find_phone(core: &ServerCore, head: &Head) -> Result<Option<IncarnationHeld>, StoreError> {
    let held = core.store().find_incarnation(head.incarnation)?;
    Ok(held.filter(|held| held.office_role.is_none()))
}

/// The version of the device's set of scopes under which its cursors and their digest hold. News
/// of a cut answer may have arrived in part, so that the cursors are one of a later version than
/// the number says.
fn find_place(
    core: &ServerCore,
    head: &Head,
    held: &IncarnationHeld,
) -> Result<Option<Place>, StoreError> {
    let from = head.scope_set_version;
    let to = held
        .set_version
        .min(from.saturating_add(SET_VERSIONS_TRIED_MAX));
    for version in from..=to {
        let scopes = core.store().scopes_at(held.incarnation, version)?;
        if scopes.len() != head.cursors.len() {
            continue;
        }
        let mut chains: Vec<Chain16> = Vec::with_capacity(scopes.len());
        for (scope, seq) in scopes.iter().zip(&head.cursors) {
            chains.extend(core.store().chain_at(scope.scope, *seq)?);
        }
        if chains.len() == scopes.len() && digest8(&chains) == head.digest {
            let cursors = scopes
                .into_iter()
                .zip(head.cursors.iter().copied())
                .collect();
            return Ok(Some(Place { version, cursors }));
        }
    }
    Ok(None)
}

/// Why an answer is not the ordinary one.
pub(super) enum End {
    Refused(SyncRefusal),
    Bare(StatusCode),
    Failed(StoreError),
}

impl From<StoreError> for End {
    fn from(error: StoreError) -> Self {
        if error.is_busy() {
            End::Bare(StatusCode::Busy)
        } else {
            End::Failed(error)
        }
    }
}

impl From<WireError> for End {
    fn from(error: WireError) -> Self {
        End::Refused(SyncRefusal::Malformed(error))
    }
}
