//! Packs in both forms, changes in short form, and what becomes of them.

use jawla_model::{ActorId, DocumentId, Hash32, Reason, ScopeId, Stripped};
use jawla_sync::chain::{content_hash, sha256};
use jawla_sync::code::{Reader, WireError, Writer};
use jawla_sync::pack::{Ground, ShortPack, actor_of};
use jawla_sync::short::{ActorName, Codec, Dependency, Logs, Placed, Recent, ShortChange};
use jawla_sync::{Chain16, EntryKind, Outcome, OutcomeForm, Pack, PackEntry, SealedPack};

use crate::book::Golden;
use crate::kinds;
use crate::samples::*;

const CURSOR: u64 = 152;

pub fn samples() -> Vec<Golden> {
    let mut all = vec![
        full_form(),
        Golden::computed("hash of a pack", sealed(SEEN).hash().0),
        short_form("pack in short form", SEEN),
        short_form("pack in short form, mark unknown", CURSOR + 3),
    ];
    all.extend(short_changes());
    all.extend(outcomes());
    all
}

/// A mark that both sides know.
const SEEN: u64 = 150;

/// A pack of every kind of entry that a pack may hold, and of every way to name what it builds on.
pub fn sealed(seen: u64) -> SealedPack {
    let entry = |document: DocumentId, payload: Vec<u8>| PackEntry {
        kind: EntryKind::Change,
        document: Some(document),
        payload,
    };
    let nonce = noise(60);
    let author = actor_of(&incarnation(), &nonce);
    let first = speak(&Stripped {
        deps: vec![known_change(), Hash32(noise(61))],
        actor: author,
        other_actors: vec![ActorId(document().0), shown_actor(), ActorId(noise(62))],
        body: noise::<20>(63).to_vec(),
    });
    let second = speak(&Stripped {
        deps: vec![content_hash(EntryKind::Change, &first)],
        actor: author,
        other_actors: Vec::new(),
        body: noise::<10>(64).to_vec(),
    });
    let fresh = DocumentId(noise(65));
    let pack = Pack {
        incarnation: incarnation(),
        scope: scope(),
        no: 300,
        wall_ms: -5,
        mono_ms: 1_234_567,
        boot: noise(66),
        head_seen: (seen, Chain16(noise(67))),
        nonces: vec![nonce],
        files: vec![Hash32(noise(68))],
        entries: vec![
            entry(document(), first),
            entry(fresh, skeleton(fresh)),
            entry(document(), second),
            PackEntry {
                kind: EntryKind::Unknown(99),
                document: None,
                payload: vec![1, 2, 3],
            },
        ],
    };
    pack.seal(&server(), &device_key())
}

/// A pack of one change in which nothing stands twice: no stream makes it shorter.
pub fn lone() -> SealedPack {
    let mut pack = sealed(SEEN).pack;
    pack.entries.truncate(1);
    pack.entries[0].payload = speak(&Stripped {
        deps: vec![known_change()],
        actor: shown_actor(),
        other_actors: Vec::new(),
        body: noise::<20>(73).to_vec(),
    });
    pack.seal(&server(), &device_key())
}

/// A pack as it travels in a request with the cursor of these samples.
pub fn shortened(sealed: &SealedPack) -> ShortPack {
    ShortPack::of(sealed, &ground(), &mut Recent::behind(CURSOR))
}

fn full_form() -> Golden {
    let sealed = sealed(SEEN);
    let bytes = sealed.bytes.clone();
    Golden::message("pack in full form", (sealed, true), bytes, |golden| {
        let pack = SealedPack::decode(golden).unwrap();
        let holds = pack.signature_holds(&server(), &device_key().verifying_key());
        (pack, holds)
    })
}

fn short_form(name: &str, seen: u64) -> Golden {
    let sealed = sealed(seen);
    let short = shortened(&sealed);
    let bytes = short.encode();
    Golden::message(name, (short, Ok(sealed)), bytes, |golden| {
        let short = ShortPack::decode(golden).unwrap();
        let mut recent = Recent::behind(CURSOR);
        let sealed = short.lengthen(incarnation(), &ground(), &mut recent);
        (short, sealed)
    })
}

/// Changes in short form, with every way to name a dependency and an actor.
pub fn short_written() -> ShortChange {
    ShortChange::Written {
        deps: vec![Dependency::Back(300), Dependency::Named(Hash32(noise(69)))],
        actor: ActorName::ShownAt(140),
        others: vec![
            ActorName::Skeleton,
            ActorName::Nonce(2),
            ActorName::Named(ActorId(noise(70))),
        ],
        body: noise::<20>(71).to_vec(),
    }
}

fn short_changes() -> Vec<Golden> {
    [ShortChange::Skeleton { step: 1 }, short_written()]
        .into_iter()
        .map(|short| {
            let name = kinds::short_change(&short);
            let mut covers = vec![name];
            if let ShortChange::Written {
                deps,
                actor,
                others,
                ..
            } = &short
            {
                covers.extend(deps.iter().map(kinds::dependency));
                covers.push(kinds::actor_name(actor));
                covers.extend(others.iter().map(kinds::actor_name));
            }
            let mut writer = Writer::new();
            short.write(&mut writer);
            let is_skeleton = short.is_skeleton();
            Golden::message(name, short, writer.finish(), move |golden| {
                ShortChange::read(&mut Reader::new(golden), is_skeleton).unwrap()
            })
            .covering(covers)
        })
        .collect()
}

/// What can become of a pack, with every result and every reason.
pub fn outcome_forms() -> Vec<OutcomeForm> {
    let reasons = Reason::ALL.iter().zip(3..);
    let refused = reasons.map(|(reason, index)| (index, Outcome::Refused(*reason)));
    let others = [
        (0, Outcome::Duplicate(300)),
        (1, Outcome::Moved { scope_no: 3 }),
        (2, Outcome::Elsewhere),
    ];
    let quarantined = Outcome::Quarantined(Reason::MembershipEnded);
    vec![
        OutcomeForm::Done {
            first_seq: 158,
            entries: 512,
            exceptions: others.into_iter().chain(refused).collect(),
        },
        OutcomeForm::Done {
            first_seq: 0,
            entries: 1,
            exceptions: vec![(0, quarantined)],
        },
        OutcomeForm::Later,
        OutcomeForm::SendFull,
        OutcomeForm::Held { highest: 300 },
    ]
}

fn outcomes() -> Vec<Golden> {
    let golden = |(form, number): (OutcomeForm, u32)| {
        let kind = kinds::outcome_form(&form);
        let mut covers = vec![kind];
        if let OutcomeForm::Done { exceptions, .. } = &form {
            covers.extend(
                exceptions
                    .iter()
                    .map(|(_, outcome)| kinds::outcome(outcome)),
            );
        }
        let bytes = form.encode();
        Golden::message(format!("outcome {number}, {kind}"), form, bytes, |golden| {
            OutcomeForm::decode(golden).unwrap()
        })
        .covering(covers)
    };
    outcome_forms().into_iter().zip(1..).map(golden).collect()
}

/// Changes of a language of this test: dependencies, actor, other actors, the rest.
fn speak(stripped: &Stripped) -> Vec<u8> {
    let mut out = Writer::new();
    out.varint(stripped.deps.len() as u64);
    for dep in &stripped.deps {
        out.raw(dep.as_bytes());
    }
    out.raw(stripped.actor.as_bytes())
        .varint(stripped.other_actors.len() as u64);
    for other in &stripped.other_actors {
        out.raw(other.as_bytes());
    }
    out.raw(&stripped.body).finish()
}

fn hear(bytes: &[u8]) -> Result<Stripped, WireError> {
    let mut reader = Reader::new(bytes);
    let deps = (0..reader.count(64, "deps")?).map(|_| reader.hash());
    let deps = deps.collect::<Result<_, _>>()?;
    let actor = reader.actor()?;
    let others = (0..reader.count(64, "others")?).map(|_| reader.actor());
    Ok(Stripped {
        deps,
        actor,
        other_actors: others.collect::<Result<_, _>>()?,
        body: reader.rest().to_vec(),
    })
}

fn skeleton(document: DocumentId) -> Vec<u8> {
    speak(&Stripped {
        deps: Vec::new(),
        actor: ActorId(document.0),
        other_actors: Vec::new(),
        body: b"first step".to_vec(),
    })
}

const CODEC: Codec = Codec {
    strip: |bytes| hear(bytes).map_err(|_| Reason::NotAChange),
    rebuild: |stripped| Ok(speak(stripped)),
    skeleton: |document, step| (step == 1).then(|| skeleton(document)),
};

fn known_change() -> Hash32 {
    sha256(b"a change that the log holds")
}

fn shown_actor() -> ActorId {
    ActorId(noise(72))
}

/// A log that holds one actor, one change and one mark.
struct Log;

const ACTOR_AT: u64 = 140;
const CHANGE_AT: u64 = 148;

impl Logs for Log {
    fn entry_at(&self, _: ScopeId, seq: u64) -> Option<Placed> {
        let placed = |document, content, actor| Placed {
            document,
            content,
            actor,
        };
        match seq {
            ACTOR_AT => Some(placed(None, hash(), Some(shown_actor()))),
            CHANGE_AT => Some(placed(Some(document()), known_change(), None)),
            _ => None,
        }
    }

    fn find_change(&self, _: ScopeId, hash: &Hash32) -> Option<(u64, DocumentId)> {
        (*hash == known_change()).then_some((CHANGE_AT, document()))
    }

    fn find_actor(&self, _: ScopeId, actor: &ActorId) -> Option<u64> {
        (*actor == shown_actor()).then_some(ACTOR_AT)
    }

    fn chain_at(&self, _: ScopeId, seq: u64) -> Option<Chain16> {
        (seq == SEEN).then(|| Chain16(noise(67)))
    }
}

fn ground() -> Ground<'static> {
    Ground {
        scope: scope(),
        scope_no: 3,
        cursor: CURSOR,
        logs: &Log,
        codec: &CODEC,
    }
}
