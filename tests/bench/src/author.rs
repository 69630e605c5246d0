//! People who write from incarnations of their own, in sealed packs that the server judges as
//! it judges those of phones.

use std::collections::BTreeSet;

use anyhow::bail;
use jawla_dossier::{Authoring, Document};
use jawla_model::{
    ActorId, DocumentId, Hash32, IncarnationId, PersonId, ReceivedAt, Role, ScopeId,
};
use jawla_server::core::ServerCore;
use jawla_server::store::{
    Applicant, Enrolment, InvitationDraft, PackJudgement, PersonDraft, Store,
};
use jawla_sync::chain::{digest8, sha256};
use jawla_sync::limits::{PACK_BYTES_AIM, PACK_ENTRIES_AIM};
use jawla_sync::pack::actor_of;
use jawla_sync::request::{Flags, Head};
use jawla_sync::{EntryKind, OutcomeForm, Pack, PackEntry, SealedPack, SigningKey};

use crate::visits::Step;

/// One person writing from one incarnation.
pub struct Author {
    /// Who.
    pub person: PersonId,
    /// The actor of its changes.
    pub actor: ActorId,
    incarnation: IncarnationId,
    key: SigningKey,
    nonce: [u8; 16],
    next_pack: u64,
    next_request: u64,
    shown: BTreeSet<ScopeId>,
}

impl Author {
    fn new(core: &ServerCore, person: PersonId) -> Self {
        let incarnation = IncarnationId(core.draw());
        let nonce = core.draw();
        Self {
            person,
            actor: actor_of(&incarnation, &nonce),
            incarnation,
            key: SigningKey::from_bytes(&core.draw()),
            nonce,
            next_pack: 1,
            next_request: 1,
            shown: BTreeSet::new(),
        }
    }

    /// A hand of the office.
    pub fn of_office(core: &ServerCore, now: ReceivedAt) -> anyhow::Result<Self> {
        let author = Self::new(core, PersonId(core.draw()));
        let role = Role::Administrator;
        let (name_fr, name_ar) = ("Bureau".into(), "المكتب".into());
        core.store().save_person(&PersonDraft {
            person: author.person,
            name_fr,
            name_ar,
            role,
        })?;
        let key = author.key.verifying_key().to_bytes();
        core.store()
            .enrol_office_hand(author.incarnation, key, author.person, role, now)?;
        Ok(author)
    }

    /// A member of a field team in one scope, enrolled by invitation.
    pub fn of_team(
        core: &ServerCore,
        (name_fr, name_ar): (&str, &str),
        scope: ScopeId,
        now: ReceivedAt,
    ) -> anyhow::Result<Self> {
        let author = Self::new(core, PersonId(core.draw()));
        let (invitation, secret): ([u8; 8], [u8; 16]) = (core.draw(), core.draw());
        let role = Role::TeamMember;
        let draft = InvitationDraft {
            invitation,
            secret_hash: sha256(&secret),
            person: PersonDraft {
                person: author.person,
                name_fr: name_fr.to_owned(),
                name_ar: name_ar.to_owned(),
                role,
            },
            scopes: vec![(scope, role)],
            expires: ReceivedAt(now.0 + 3_600),
        };
        core.store().create_invitation(&draft, now)?;
        let applicant = Applicant {
            invitation,
            secret_hash: sha256(&secret),
            incarnation: author.incarnation,
            public_key: author.key.verifying_key().to_bytes(),
            predecessor: None,
            device_name: "Appareil du banc".into(),
        };
        match core.store().enrol(&applicant, now)? {
            Enrolment::Admitted { .. } => Ok(author),
            other => bail!("an author was not let in: {other:?}"),
        }
    }

    /// The incarnation it writes from.
    pub const fn incarnation(&self) -> IncarnationId {
        self.incarnation
    }

    /// A signed request that brings packs, of a phone that knows the log as it is now.
    pub fn request(
        &mut self,
        core: &ServerCore,
        scope: ScopeId,
        packs: &[SealedPack],
    ) -> anyhow::Result<Vec<u8>> {
        let store = core.store();
        let held = store.find_incarnation(self.incarnation)?;
        let log = store.log_head(scope)?.expect("the scope has a log");
        let head = Head {
            flags: Flags::default(),
            incarnation: self.incarnation,
            request_no: self.next_request,
            schema: 1,
            scope_set_version: held.expect("an author is enrolled").set_version,
            first_open_pack: packs.first().map_or(self.next_pack, |pack| pack.pack.no),
            ruling_seen: 0,
            people_seen: 0,
            backup_no: 0,
            cursors: vec![log.seq],
            digest: digest8([&log.chain]),
            room: None,
            ladders: Vec::new(),
        };
        self.next_request += 1;
        let bytes: Vec<&[u8]> = packs.iter().map(|pack| pack.bytes.as_slice()).collect();
        Ok(head.seal(&bytes, &core.keys().server_id(), &self.key)?)
    }

    /// Writes the steps into a document, one change each.
    pub fn write(&self, document: &mut Document, steps: &[Step]) -> anyhow::Result<Vec<PackEntry>> {
        let id = document.id();
        let mut entries = Vec::new();
        for step in steps {
            let authoring = Authoring {
                actor: self.actor,
                claimed_at: step.claimed_at,
            };
            if let Some(change) = document.apply(&step.edits, &authoring)? {
                entries.push(entry(id, change.bytes));
            }
        }
        Ok(entries)
    }

    /// Seals entries into packs of the size in which devices fill them.
    pub fn seal(
        &mut self,
        core: &ServerCore,
        scope: ScopeId,
        entries: Vec<PackEntry>,
        wall_ms: i64,
    ) -> anyhow::Result<Vec<SealedPack>> {
        let mut packs = Vec::new();
        let mut load: Vec<PackEntry> = Vec::new();
        let mut size_bytes = 0;
        for entry in entries {
            let full =
                size_bytes + entry.payload.len() > PACK_BYTES_AIM || load.len() >= PACK_ENTRIES_AIM;
            if full && !load.is_empty() {
                packs.push(self.seal_one(core, scope, std::mem::take(&mut load), wall_ms)?);
                size_bytes = 0;
            }
            size_bytes += entry.payload.len();
            load.push(entry);
        }
        if !load.is_empty() {
            packs.push(self.seal_one(core, scope, load, wall_ms)?);
        }
        Ok(packs)
    }

    fn seal_one(
        &mut self,
        core: &ServerCore,
        scope: ScopeId,
        entries: Vec<PackEntry>,
        wall_ms: i64,
    ) -> anyhow::Result<SealedPack> {
        let head = core.store().log_head(scope)?.expect("the scope has a log");
        let pack = Pack {
            incarnation: self.incarnation,
            scope,
            no: self.next_pack,
            wall_ms,
            mono_ms: self.next_pack * 60_000,
            boot: [7; 8],
            head_seen: (head.seq, head.chain),
            nonces: if self.shown.insert(scope) {
                vec![self.nonce]
            } else {
                Vec::new()
            },
            files: Vec::<Hash32>::new(),
            entries,
        };
        self.next_pack += 1;
        Ok(pack.seal(&core.keys().server_id(), &self.key))
    }
}

/// A change as an entry of a pack.
pub fn entry(document: DocumentId, payload: Vec<u8>) -> PackEntry {
    PackEntry {
        kind: EntryKind::Change,
        document: Some(document),
        payload,
    }
}

/// Lets a store judge packs; every entry has to pass.
pub fn judge(store: &dyn Store, packs: &[SealedPack], now: ReceivedAt) -> anyhow::Result<()> {
    for pack in packs {
        match store.judge_pack(pack, now)? {
            PackJudgement::Done(OutcomeForm::Done { exceptions, .. }) if exceptions.is_empty() => {}
            other => bail!("a pack of the workload did not pass: {other:?}"),
        }
    }
    Ok(())
}
