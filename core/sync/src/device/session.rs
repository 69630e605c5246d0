//! One exchange under way: items become effects, blocks are put at their place and verified.

use std::collections::BTreeMap;

use jawla_model::{DocumentId, Hash32, ReceivedAt, ScopeId, seeded};

use super::{Block, Cursor, Effect, Identity, SessionStart};
use crate::answer::{AnswerItem, AnswerReader, EntryBody, EntryItem, ScopeNews, StatusCode};
use crate::chain::{Chain16, EntryKind, LogEntry, content_hash};
use crate::limits;
use crate::pack::{OutcomeForm, SealedPack};
use crate::short::{Codec, Frame, Logs, Placed, Recent};
use crate::sign::{self, Label, Signature64};

#[derive(Debug)]
pub(super) struct Session {
    pub(super) start: SessionStart,
    pub(super) reader: AnswerReader,
    pub(super) judged: bool,
    cursors: BTreeMap<u64, Cursor>,
    settled: Vec<(SealedPack, OutcomeForm)>,
    block: Vec<BlockItem>,
    block_bytes: usize,
    pub(super) progress: bool,
    pub(super) more: bool,
    /// The request said that this device speaks the short form.
    pub(super) short: bool,
    /// The server asked for a pack in full that went in short form.
    pub(super) send_full: bool,
    /// Entries of blocks that are verified but may not be in the store yet.
    pub(super) recent: BTreeMap<ScopeId, Recent>,
}

/// What a session needs from outside to read an item.
pub(super) struct Outside<'a> {
    pub(super) identity: &'a Identity,
    pub(super) codec: &'a Codec,
    pub(super) logs: &'a dyn Logs,
}

#[derive(Debug)]
enum BlockItem {
    Entry(EntryItem),
    Own { count: u64, received_delta: i64 },
}

impl Session {
    /// A session whose request leaves now; `more` when not everything fitted it.
    pub(super) fn new(mut start: SessionStart, more: bool, short: bool) -> Self {
        let settled = std::mem::take(&mut start.settled_packs);
        Self {
            cursors: start
                .cursors
                .iter()
                .map(|cursor| (cursor.no, *cursor))
                .collect(),
            start,
            reader: AnswerReader::new(),
            judged: false,
            settled,
            block: Vec::new(),
            block_bytes: 0,
            progress: false,
            more,
            short,
            send_full: false,
            recent: BTreeMap::new(),
        }
    }

    /// Takes in one item; `Err` names the scope whose log does not add up.
    pub(super) fn item(
        &mut self,
        item: AnswerItem,
        outside: &Outside<'_>,
    ) -> Result<Vec<Effect>, ScopeId> {
        Ok(match item {
            AnswerItem::Outcome { pack_no, form } => self.outcome(pack_no, form),
            AnswerItem::Entry(entry) => {
                self.block_bytes += entry.body.cost_bytes();
                self.block.push(BlockItem::Entry(entry));
                self.check_block()?;
                Vec::new()
            }
            AnswerItem::OwnEntries {
                count,
                received_delta,
            } => {
                self.block.push(BlockItem::Own {
                    count,
                    received_delta,
                });
                self.check_block()?;
                Vec::new()
            }
            AnswerItem::Mark {
                scope_no,
                seq,
                signature,
            } => {
                vec![self.mark(scope_no, seq, signature, outside)?]
            }
            AnswerItem::Scope { scope_no, news } => self.scope(scope_no, news, outside.identity),
            AnswerItem::Own {
                scope_set_version,
                ticket,
                ticket_expires,
                backup_no,
                certificate,
            } => vec![Effect::SaveOwn {
                scope_set_version,
                ticket,
                ticket_expires,
                backup_no,
                certificate,
            }],
            AnswerItem::Person {
                change_no,
                person,
                name_fr,
                name_ar,
            } => {
                vec![Effect::SavePerson {
                    change_no,
                    person,
                    name_fr,
                    name_ar,
                }]
            }
            AnswerItem::End { more } => {
                self.more |= more;
                Vec::new()
            }
            // Rulings, the ladder's answer, first install by files and held offsets are read by a
            // later version; an item of a newer one is passed over.
            AnswerItem::Ruling(_)
            | AnswerItem::Diverged { .. }
            | AnswerItem::Rows(_)
            | AnswerItem::Segment(_)
            | AnswerItem::File { .. }
            | AnswerItem::Unknown(_) => Vec::new(),
        })
    }

    fn outcome(&mut self, pack_no: u64, form: OutcomeForm) -> Vec<Effect> {
        let position = self
            .start
            .open_packs
            .iter()
            .position(|pack| pack.pack.no == pack_no);
        if matches!(form, OutcomeForm::Done { .. })
            && let Some(position) = position
        {
            let pack = self.start.open_packs.remove(position);
            self.settled.push((pack, form.clone()));
            self.progress = true;
        }
        vec![Effect::SaveOutcome { pack_no, form }]
    }

    /// Whether this outcome asks for a pack in full that may have gone in short form.
    pub(super) fn asks_for_full(&self, item: &AnswerItem) -> Option<u64> {
        match item {
            AnswerItem::Outcome {
                pack_no,
                form: OutcomeForm::SendFull,
            } if self.short => self
                .start
                .open_packs
                .iter()
                .map(|pack| pack.pack.no)
                .find(|no| no == pack_no),
            _ => None,
        }
    }

    fn check_block(&self) -> Result<(), ScopeId> {
        let own: u64 = self
            .block
            .iter()
            .map(|item| match item {
                BlockItem::Own { count, .. } => *count,
                BlockItem::Entry(_) => 0,
            })
            .fold(0, u64::saturating_add);
        let too_many = own > (limits::REQUEST_PACKS_MAX * limits::PACK_ENTRIES_MAX) as u64
            || self.block.len() > limits::BLOCK_BYTES_MAX / 8;
        if too_many || self.block_bytes > limits::BLOCK_BYTES_MAX {
            return Err(ScopeId::default());
        }
        Ok(())
    }

    fn scope(&mut self, scope_no: u64, news: ScopeNews, identity: &Identity) -> Vec<Effect> {
        match news {
            ScopeNews::Added { scope, .. } => {
                self.cursors.entry(scope_no).or_insert(Cursor {
                    no: scope_no,
                    scope,
                    seq: 0,
                    chain: Chain16::origin(&scope),
                    received_at: ReceivedAt(0),
                });
                // Its log is behind the next request, which names the place.
                self.progress = true;
            }
            ScopeNews::Gone(signature) => {
                let Some(cursor) = self.cursors.get(&scope_no) else {
                    return Vec::new();
                };
                let covered = sign::status_covered(
                    &identity.server,
                    &identity.incarnation,
                    self.start.request_no,
                    StatusCode::Ok.number(),
                    Some(&cursor.scope),
                );
                if !sign::holds(&identity.server_key, Label::Status, &covered, &signature) {
                    return Vec::new();
                }
                self.cursors.remove(&scope_no);
            }
            ScopeNews::Backup { .. } => {}
        }
        vec![Effect::SaveScope { scope_no, news }]
    }

    /// Ends a block: every entry is put at its place, the chain recomputed, the mark checked.
    fn mark(
        &mut self,
        scope_no: u64,
        seq: u64,
        mark: Signature64,
        outside: &Outside<'_>,
    ) -> Result<Effect, ScopeId> {
        let items = std::mem::take(&mut self.block);
        self.block_bytes = 0;
        let cursor = *self.cursors.get(&scope_no).ok_or_else(ScopeId::default)?;
        let scope = cursor.scope;
        let recent = self.recent.remove(&scope);
        let mut place = Placing {
            cursor,
            block_received: ReceivedAt(0),
            entries: Vec::new(),
            recent: recent
                .filter(|recent| recent.next_seq() == cursor.seq + 1)
                .unwrap_or_else(|| Recent::behind(cursor.seq)),
        };
        for item in items {
            match item {
                BlockItem::Entry(item) => place.entry(item, outside).ok_or(scope)?,
                BlockItem::Own {
                    count,
                    received_delta,
                } => {
                    let received_at =
                        ReceivedAt(place.block_received.0.saturating_add_signed(received_delta));
                    for _ in 0..count {
                        let (kind, document, payload) =
                            self.own_entry(scope, place.cursor.seq + 1).ok_or(scope)?;
                        place.payload(kind, document, received_at, payload);
                    }
                    place.block_received = received_at;
                }
            }
        }
        let Placing {
            cursor,
            entries,
            recent,
            ..
        } = place;
        self.recent.insert(scope, recent);
        let identity = outside.identity;
        let covered = sign::mark_covered(&identity.server, &scope, seq, cursor.chain);
        let holds = cursor.seq == seq
            && (seeded::is_in(seeded::SeededBug::ChainUnchecked)
                || sign::holds(&identity.server_key, Label::Mark, &covered, &mark));
        if !holds {
            return Err(scope);
        }
        self.cursors.insert(scope_no, cursor);
        self.progress = true;
        Ok(Effect::SaveBlock(Box::new(Block {
            scope,
            entries,
            seq: cursor.seq,
            chain: cursor.chain,
            mark,
        })))
    }

    /// The entry of an own pack that took this position.
    fn own_entry(
        &self,
        scope: ScopeId,
        seq: u64,
    ) -> Option<(EntryKind, Option<DocumentId>, Vec<u8>)> {
        for (pack, form) in self
            .settled
            .iter()
            .filter(|(pack, _)| pack.pack.scope == scope)
        {
            let index = form
                .per_entry()
                .iter()
                .position(|result| *result == Ok(seq));
            if let Some(entry) = index.and_then(|index| pack.pack.entries.get(index)) {
                return Some((entry.kind, entry.document, entry.payload.clone()));
            }
        }
        None
    }
}

struct Placing {
    cursor: Cursor,
    block_received: ReceivedAt,
    entries: Vec<LogEntry>,
    recent: Recent,
}

impl Placing {
    /// Puts an entry at the next place; `None` when its short form leads nowhere here.
    fn entry(&mut self, item: EntryItem, outside: &Outside<'_>) -> Option<()> {
        let received_at = item.received_at(self.block_received);
        self.block_received = received_at;
        match item.body {
            EntryBody::Payload(payload) => {
                self.payload(item.kind, item.document, received_at, payload);
            }
            EntryBody::Hollow(hash) => {
                self.put(item.kind, item.document, received_at, hash, None);
            }
            EntryBody::Short(short) => {
                let frame = Frame {
                    scope: self.cursor.scope,
                    seq: self.recent.next_seq(),
                    recent: &self.recent,
                    logs: outside.logs,
                    codec: outside.codec,
                    author: None,
                };
                let (document, payload) = frame.lengthen(item.document, &short).ok()?;
                self.payload(item.kind, Some(document), received_at, payload);
            }
        }
        Some(())
    }

    fn payload(
        &mut self,
        kind: EntryKind,
        document: Option<DocumentId>,
        received_at: ReceivedAt,
        payload: Vec<u8>,
    ) {
        let content = content_hash(kind, &payload);
        self.put(kind, document, received_at, content, Some(payload));
    }

    fn put(
        &mut self,
        kind: EntryKind,
        document: Option<DocumentId>,
        received_at: ReceivedAt,
        content: Hash32,
        payload: Option<Vec<u8>>,
    ) {
        let chain = self
            .cursor
            .chain
            .after(kind, document, received_at, &content);
        self.cursor = Cursor {
            seq: self.cursor.seq + 1,
            chain,
            received_at,
            ..self.cursor
        };
        let placed = Placed::new(kind, document, content, payload.as_deref());
        self.recent.push(Some(placed));
        self.entries.push(LogEntry {
            seq: self.cursor.seq,
            kind,
            document,
            received_at,
            content,
            chain,
            payload,
        });
    }
}
