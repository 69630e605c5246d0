//! The answer to a request that holds: outcomes, news, then the logs behind each cursor in
//! blocks that end at a signed mark.

use jawla_model::seeded::{self, SeededBug};
use jawla_model::{DocumentId, ReceivedAt, ScopeId};
use jawla_sync::answer::{
    AnswerItem, AnswerWriter, EntryBody, EntryItem, ScopeNews, Status, StatusCode,
};
use jawla_sync::limits::{ANSWER_BYTES_AIM, BLOCK_BYTES_AIM};
use jawla_sync::request::Head;
use jawla_sync::short::{Frame, Recent, ShortChange};
use jawla_sync::sign::{self, Label};
use jawla_sync::{Chain16, EntryKind, OutcomeForm};

use super::session::{End, Place, status_signature};
use super::{CODEC, ServerCore};
use crate::keys::TICKET_LIFE_S;
use crate::limits::{BLOCK_ENTRIES_MAX, CERTIFICATE_RENEWAL_S, TICKET_RENEWAL_S};
use crate::store::{
    BackupHeld, EntryHeld, HandedOut, IncarnationHeld, ScopeOfDevice, SetEvent, StoreError,
};

/// What travels of an entry of somebody else: its document, where that must be told, and its body.
type Travelling = (Option<DocumentId>, EntryBody);

/// Builds the answer; its status alone when there is nothing to say.
pub(super) fn build(
    core: &ServerCore,
    status: &Status,
    head: &Head,
    held: &IncarnationHeld,
    place: Place,
    open: &[(u64, OutcomeForm)],
    now: ReceivedAt,
) -> Result<Vec<Vec<u8>>, End> {
    let asked = Asked {
        core,
        head,
        held,
        now,
    };
    let mut items = asked.outcomes(open)?;
    let version = place.version;
    let Scopes { cursors, fresh } = asked.scope_news(place, &mut items)?;
    let backup_no = asked.backup_news(&cursors, &mut items)?;
    let people = core
        .store()
        .people_after(head.incarnation, head.people_seen)?;
    let more_people = people.len() >= crate::limits::PEOPLE_PER_ANSWER_MAX as usize;

    let mut behind = Vec::new();
    let mut more_scopes = false;
    for (scope, seq) in &cursors {
        let ahead = core
            .store()
            .log_head(scope.scope)?
            .is_some_and(|log| log.seq > *seq);
        match (ahead, fresh.contains(&scope.no)) {
            (true, true) => more_scopes = true,
            (true, false) => behind.push((*scope, *seq)),
            (false, _) => {}
        }
    }
    let something = !items.is_empty() || !people.is_empty() || !behind.is_empty();
    let stale = version != held.set_version
        || head.flags.wants_ticket
        || now.0.saturating_sub(held.ticket_at.0) >= TICKET_RENEWAL_S;
    if !something && !stale {
        return Ok(vec![AnswerWriter::bare(status)]);
    }
    // Whoever speaks the short form keeps what it was told until it is time for another.
    let renewing = asked.age(held.certificate_at) >= CERTIFICATE_RENEWAL_S;
    if stale || renewing || !head.flags.short || backup_no > head.backup_no {
        items.push(asked.own(version, &cursors, backup_no)?);
    }
    items.extend(people.into_iter().map(|change| AnswerItem::Person {
        change_no: change.change_no,
        person: change.person,
        name_fr: change.name_fr,
        name_ar: change.name_ar,
    }));

    let mut writer = AnswerWriter::new(status)?;
    items.iter().for_each(|item| writer.item(item));
    writer.flush()?;
    let more = asked.logs(&behind, &mut writer)?;
    Ok(writer.finish(more || more_people || more_scopes)?)
}

/// The scopes of a device as its answer tells them.
struct Scopes {
    /// Each with the device's place in its log.
    cursors: Vec<(ScopeOfDevice, u64)>,
    /// Numbers of those that came with this answer. Their logs go with the next one: a device that
    /// comes back to a scope holds a part of the log, and its next request says which.
    fresh: Vec<u64>,
}

struct Asked<'a> {
    core: &'a ServerCore,
    head: &'a Head,
    held: &'a IncarnationHeld,
    now: ReceivedAt,
}

impl Asked<'_> {
    fn age(&self, at: ReceivedAt) -> u64 {
        self.now.0.saturating_sub(at.0)
    }

    fn outcomes(&self, open: &[(u64, OutcomeForm)]) -> Result<Vec<AnswerItem>, StoreError> {
        let first = self.head.first_open_pack;
        let receipts = self
            .core
            .store()
            .outcomes_from(self.head.incarnation, first)?;
        let mut items = Vec::new();
        if let Some(highest) = receipts.held {
            let form = OutcomeForm::Held { highest };
            items.push(AnswerItem::Outcome {
                pack_no: first.saturating_sub(1),
                form,
            });
        }
        let all = receipts.judged.into_iter().chain(open.iter().cloned());
        items.extend(all.map(|(pack_no, form)| AnswerItem::Outcome { pack_no, form }));
        Ok(items)
    }

    /// News of the device's scopes, in the order of the versions; the cursors afterwards.
    fn scope_news(&self, place: Place, items: &mut Vec<AnswerItem>) -> Result<Scopes, StoreError> {
        let mut cursors = place.cursors;
        let mut fresh = Vec::new();
        for change in self
            .core
            .store()
            .set_changes(self.head.incarnation, place.version)?
        {
            let ScopeOfDevice { no, scope, role } = change.scope;
            let news = match change.event {
                SetEvent::Added => {
                    // Known by its number: only the role is another, the place stays.
                    match cursors.iter_mut().find(|(known, _)| known.no == no) {
                        Some((known, _)) => *known = change.scope,
                        None => {
                            cursors.push((change.scope, 0));
                            fresh.push(no);
                        }
                    }
                    ScopeNews::Added { scope, role }
                }
                SetEvent::Gone => {
                    if !seeded::is_in(SeededBug::ScopeLeak) {
                        cursors.retain(|(known, _)| known.no != no);
                    }
                    let number = StatusCode::Ok.number();
                    ScopeNews::Gone(status_signature(self.core, self.head, number, Some(&scope)))
                }
            };
            items.push(AnswerItem::Scope { scope_no: no, news });
        }
        Ok(Scopes { cursors, fresh })
    }

    /// The positions that a newer verified copy covers.
    fn backup_news(
        &self,
        cursors: &[(ScopeOfDevice, u64)],
        items: &mut Vec<AnswerItem>,
    ) -> Result<u64, StoreError> {
        let Some(BackupHeld { no, covered }) = self.core.store().newest_backup()? else {
            return Ok(0);
        };
        if no <= self.head.backup_no {
            return Ok(no);
        }
        for (scope, _) in cursors {
            let seq = covered
                .iter()
                .find(|(id, _)| *id == scope.scope)
                .map_or(0, |(_, seq)| *seq);
            if seq > 0 {
                items.push(AnswerItem::Scope {
                    scope_no: scope.no,
                    news: ScopeNews::Backup { seq },
                });
            }
        }
        Ok(no)
    }

    /// What concerns the device itself: set, ticket, and a renewed certificate when it is time.
    fn own(
        &self,
        version: u64,
        cursors: &[(ScopeOfDevice, u64)],
        backup_no: u64,
    ) -> Result<AnswerItem, StoreError> {
        let held = self.held;
        let renew =
            version != held.set_version || self.age(held.certificate_at) >= CERTIFICATE_RENEWAL_S;
        let certificate = renew.then(|| {
            let scopes: Vec<ScopeOfDevice> = cursors.iter().map(|(scope, _)| *scope).collect();
            self.core.certificate(held, &scopes, self.now)
        });
        if renew || self.age(held.ticket_at) >= TICKET_RENEWAL_S {
            let what = if renew {
                HandedOut::TicketAndCertificate
            } else {
                HandedOut::Ticket
            };
            self.core
                .store()
                .note_handed_out(held.incarnation, what, self.now)?;
        }
        let ticket_expires = self.now.0.saturating_add(TICKET_LIFE_S);
        Ok(AnswerItem::Own {
            scope_set_version: held.set_version,
            ticket: self
                .core
                .keys()
                .ticket(held.incarnation.as_bytes(), ticket_expires),
            ticket_expires,
            backup_no,
            certificate,
        })
    }

    /// The logs behind their cursors; whether there is more than fits one answer.
    fn logs(
        &self,
        behind: &[(ScopeOfDevice, u64)],
        writer: &mut AnswerWriter,
    ) -> Result<bool, End> {
        for (scope, cursor) in behind {
            let mut seq = *cursor;
            let mut block = Block::default();
            loop {
                if writer.written_bytes() >= ANSWER_BYTES_AIM {
                    self.end_block(scope, &mut block, writer)?;
                    return Ok(true);
                }
                let entries =
                    self.core
                        .store()
                        .entries_after(scope.scope, seq, 4 * BLOCK_BYTES_AIM)?;
                let Some(last) = entries.last() else { break };
                seq = last.entry.seq;
                let bodies = self.bodies(scope.scope, &entries)?;
                for (held, body) in entries.iter().zip(bodies) {
                    block.add(held, body, writer);
                    let full = writer.unflushed_bytes() >= BLOCK_BYTES_AIM
                        || block.entries >= BLOCK_ENTRIES_MAX;
                    if full {
                        self.end_block(scope, &mut block, writer)?;
                    }
                }
            }
            self.end_block(scope, &mut block, writer)?;
        }
        Ok(false)
    }

    /// What travels of each entry: nothing of an own one, else its document and body.
    fn bodies(
        &self,
        scope: ScopeId,
        entries: &[EntryHeld],
    ) -> Result<Vec<Option<Travelling>>, StoreError> {
        let nothing = Recent::default();
        let mut bodies = Vec::with_capacity(entries.len());
        self.core.store().look_up(&mut |logs| {
            bodies.extend(entries.iter().map(|held| {
                (!self.is_own(held)).then(|| {
                    let frame = Frame {
                        scope,
                        seq: held.entry.seq,
                        recent: &nothing,
                        logs,
                        codec: &CODEC,
                        author: None,
                    };
                    self.body(held, &frame)
                })
            }));
        })?;
        Ok(bodies)
    }

    fn body(&self, held: &EntryHeld, frame: &Frame<'_>) -> Travelling {
        let entry = &held.entry;
        let Some(payload) = &entry.payload else {
            return (entry.document, EntryBody::Hollow(entry.content));
        };
        let speaks_short = self.head.flags.short && !self.head.flags.full;
        let document = entry
            .document
            .filter(|_| speaks_short && entry.kind == EntryKind::Change);
        let short = document.and_then(|document| frame.shorten(document, payload));
        match short {
            Some((document, short)) if self.can_compute(&short) => {
                (document, EntryBody::Short(short))
            }
            _ => (entry.document, EntryBody::Payload(payload.clone())),
        }
    }

    /// Whether the device can compute what travels without a body.
    fn can_compute(&self, short: &ShortChange) -> bool {
        match short {
            ShortChange::Skeleton { step } => u64::from(*step) <= self.head.schema,
            ShortChange::Written { .. } => true,
        }
    }

    /// Ends the block with the mark of its last entry, if it has any.
    fn end_block(
        &self,
        scope: &ScopeOfDevice,
        block: &mut Block,
        writer: &mut AnswerWriter,
    ) -> Result<(), End> {
        let mut ended = std::mem::take(block);
        if let Some((seq, chain)) = ended.last {
            ended.end_run(writer);
            writer.item(&self.mark(scope, seq, chain));
            writer.flush()?;
        }
        Ok(())
    }

    /// Whether the device pushed this entry itself, and so has its bytes.
    fn is_own(&self, held: &EntryHeld) -> bool {
        !self.head.flags.full
            && held.entry.kind == EntryKind::Change
            && held
                .pack
                .is_some_and(|(incarnation, _)| incarnation == self.head.incarnation)
    }

    fn mark(&self, scope: &ScopeOfDevice, seq: u64, chain: Chain16) -> AnswerItem {
        let keys = self.core.keys();
        let covered = sign::mark_covered(&keys.server_id(), &scope.scope, seq, chain);
        AnswerItem::Mark {
            scope_no: scope.no,
            seq,
            signature: sign::sign(keys.signing_key(), Label::Mark, &covered),
        }
    }
}

/// One block: receipts count from 0 at its beginning, own entries of one receipt are one run.
#[derive(Default)]
struct Block {
    received: u64,
    run: u64,
    run_delta: i64,
    entries: usize,
    last: Option<(u64, Chain16)>,
}

impl Block {
    /// Adds an entry; without a body it is the device's own.
    fn add(
        &mut self,
        held: &EntryHeld,
        body: Option<(Option<DocumentId>, EntryBody)>,
        writer: &mut AnswerWriter,
    ) {
        self.entries += 1;
        self.last = Some((held.entry.seq, held.entry.chain));
        let received = held.entry.received_at.0;
        let delta = i64::try_from(received)
            .unwrap_or(i64::MAX)
            .saturating_sub(i64::try_from(self.received).unwrap_or(i64::MAX));
        let Some((document, body)) = body else {
            // A run's delta is against the entry before it and holds for all of the run.
            if self.run > 0 && delta != 0 {
                self.end_run(writer);
            }
            if self.run == 0 {
                self.run_delta = delta;
            }
            self.run += 1;
            self.received = received;
            return;
        };
        self.end_run(writer);
        self.received = received;
        writer.item(&AnswerItem::Entry(EntryItem {
            kind: held.entry.kind,
            received_delta: delta,
            document,
            body,
        }));
    }

    /// Writes the run of own entries that is open.
    fn end_run(&mut self, writer: &mut AnswerWriter) {
        if self.run > 0 {
            writer.item(&AnswerItem::OwnEntries {
                count: self.run,
                received_delta: self.run_delta,
            });
            self.run = 0;
        }
    }
}
