//! A request as it leaves: its head, and its packs in the form that the server can follow.

use std::collections::BTreeMap;

use super::session::Session;
use super::{AskFirst, DeviceEngine, Effect, SessionResult, SessionStart, Speech, State};
use crate::chain::digest8;
use crate::limits;
use crate::pack::{Ground, SealedPack, ShortPack, count_full};
use crate::request::{Flags, Head};
use crate::room::Room;
use crate::short::{Logs, Recent};

impl DeviceEngine {
    pub(super) fn prepared(&mut self, start: SessionStart, logs: &dyn Logs) -> Vec<Effect> {
        if !matches!(self.state, State::Preparing) {
            return Vec::new();
        }
        let short = self.speech == Speech::Short && !start.full;
        let packs = packs_to_send(&start);
        let sent = if short {
            self.shortened(&start, packs, logs)
        } else {
            packs.iter().map(|pack| pack.bytes.clone()).collect()
        };
        let bodies: Vec<&[u8]> = sent.iter().map(Vec::as_slice).collect();
        let head = self.head_of(&start, packs.len(), short);
        let body = match head.seal(&bodies, &self.identity.server, &self.identity.key) {
            Ok(body) => body,
            Err(_) => return self.finish(SessionResult::StoreFailed),
        };
        let held_back = packs.len() < start.open_packs.len();
        let several_leave = packs.len() > 1;
        let request_no = start.request_no;
        self.state = State::Talking(Box::new(Session::new(start, held_back, short)));
        let mut effects = vec![Effect::SaveRequestNo(request_no)];
        if several_leave {
            effects.push(Effect::SaveAskFirst(AskFirst::Yes));
        }
        effects.push(Effect::Send(body));
        effects
    }

    /// The head of a request with that many of the open packs.
    fn head_of(&self, start: &SessionStart, packs: usize, short: bool) -> Head {
        let held_back = start.open_packs.iter().skip(packs);
        Head {
            flags: Flags {
                short,
                metered: start.metered,
                foreground: start.foreground,
                full: start.full,
                wants_ticket: start.wants_ticket,
                ..Flags::default()
            },
            incarnation: self.identity.incarnation,
            request_no: start.request_no,
            schema: start.schema,
            scope_set_version: start.scope_set_version,
            first_open_pack: start.first_open_pack,
            ruling_seen: start.ruling_seen,
            people_seen: start.people_seen,
            backup_no: start.backup_no,
            cursors: start.cursors.iter().map(|cursor| cursor.seq).collect(),
            digest: digest8(start.cursors.iter().map(|cursor| &cursor.chain)),
            room: Some(Room {
                app: start.app,
                changes_waiting: held_back.map(|pack| pack.pack.entries.len() as u64).sum(),
                files_waiting: start.files_waiting,
            }),
            ladders: Vec::new(),
        }
    }

    /// Packs as they travel now: in short form where the server can follow it.
    fn shortened(
        &self,
        start: &SessionStart,
        packs: &[SealedPack],
        logs: &dyn Logs,
    ) -> Vec<Vec<u8>> {
        let mut recents: BTreeMap<u64, Recent> = BTreeMap::new();
        let mut sent = Vec::with_capacity(packs.len());
        for sealed in packs {
            let scope = sealed.pack.scope;
            let Some(cursor) = start.cursors.iter().find(|cursor| cursor.scope == scope) else {
                sent.push(sealed.bytes.clone());
                continue;
            };
            let recent = recents
                .entry(cursor.no)
                .or_insert_with(|| Recent::behind(cursor.seq));
            if self.full_packs.contains(&sealed.pack.no) {
                count_full(sealed, recent);
                sent.push(sealed.bytes.clone());
                continue;
            }
            let ground = Ground {
                scope,
                scope_no: cursor.no,
                cursor: cursor.seq,
                logs,
                codec: &self.codec,
            };
            sent.push(ShortPack::of(sealed, &ground, recent).encode());
        }
        sent
    }
}

/// The packs that fit one request; none while outcomes of earlier ones are being asked for.
fn packs_to_send(start: &SessionStart) -> &[SealedPack] {
    if start.ask_first {
        return &[];
    }
    let mut entries = 0;
    let mut bytes = 0;
    let count = start
        .open_packs
        .iter()
        .take(limits::REQUEST_PACKS_MAX)
        .take_while(|pack| {
            entries += pack.pack.entries.len();
            bytes += pack.bytes.len();
            entries <= limits::REQUEST_CHANGES_MAX / 2 && bytes <= limits::REQUEST_BYTES_MAX / 2
        })
        .count();
    start.open_packs.get(..count).unwrap_or_default()
}
