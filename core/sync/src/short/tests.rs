use std::collections::BTreeMap;

use super::*;
use crate::chain::content_hash;
use crate::pack::{Ground, Pack, PackEntry, SealedPack, ShortPack, actor_of};
use crate::sign::SigningKey;
use jawla_model::{IncarnationId, ServerId};

const SCOPE: ScopeId = ScopeId([2; 16]);
const ME: IncarnationId = IncarnationId([1; 16]);
const NONCE: [u8; 16] = [5; 16];
const DOCUMENT: DocumentId = DocumentId([7; 16]);
const SERVER: ServerId = ServerId([8; 16]);

/// Changes of a language of this test: dependencies, actor, other actors, the rest.
fn speak(stripped: &Stripped) -> Vec<u8> {
    let mut out = Writer::new();
    out.u8(b'T').varint(stripped.deps.len() as u64);
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
    if reader.u8()? != b'T' {
        return Err(WireError::NotOurs);
    }
    let mut deps = Vec::new();
    for _ in 0..reader.count(200, "deps")? {
        deps.push(reader.hash()?);
    }
    let actor = reader.actor()?;
    let mut other_actors = Vec::new();
    for _ in 0..reader.count(200, "others")? {
        other_actors.push(reader.actor()?);
    }
    Ok(Stripped {
        deps,
        actor,
        other_actors,
        body: reader.rest().to_vec(),
    })
}

fn skeleton(document: DocumentId) -> Stripped {
    Stripped {
        deps: Vec::new(),
        actor: ActorId(document.0),
        other_actors: Vec::new(),
        body: b"first step".to_vec(),
    }
}

const CODEC: Codec = Codec {
    strip: |bytes| hear(bytes).map_err(|_| Reason::NotAChange),
    rebuild: |stripped| Ok(speak(stripped)),
    skeleton: |document, step| (step == 1).then(|| speak(&skeleton(document))),
};

#[derive(Default, Clone)]
struct Memory {
    entries: BTreeMap<u64, (Placed, Chain16)>,
}

impl Memory {
    fn push(&mut self, kind: EntryKind, document: Option<DocumentId>, payload: &[u8]) -> u64 {
        let seq = self.entries.len() as u64 + 1;
        let content = content_hash(kind, payload);
        let placed = Placed::new(kind, document, content, Some(payload));
        let mut chain = [0; 16];
        chain[0] = seq as u8;
        self.entries.insert(seq, (placed, Chain16(chain)));
        seq
    }
}

impl Logs for Memory {
    fn entry_at(&self, scope: ScopeId, seq: u64) -> Option<Placed> {
        assert_eq!(scope, SCOPE);
        self.entries.get(&seq).map(|(placed, _)| *placed)
    }

    fn find_change(&self, _: ScopeId, hash: &Hash32) -> Option<(u64, DocumentId)> {
        let (seq, (placed, _)) = self.entries.iter().find(|(_, e)| e.0.content == *hash)?;
        Some((*seq, placed.document?))
    }

    fn find_actor(&self, _: ScopeId, actor: &ActorId) -> Option<u64> {
        let found = self.entries.iter().find(|(_, e)| e.0.actor == Some(*actor));
        found.map(|(seq, _)| *seq)
    }

    fn chain_at(&self, scope: ScopeId, seq: u64) -> Option<Chain16> {
        match seq {
            0 => Some(Chain16::origin(&scope)),
            _ => self.entries.get(&seq).map(|(_, chain)| *chain),
        }
    }
}

/// A log of an actor, a skeleton and a change on it.
fn memory() -> (Memory, Hash32, ActorId) {
    let mut memory = Memory::default();
    let actor = ActorId([3; 16]);
    let shown = ActorPayload {
        actor,
        device_no: 1,
    }
    .encode();
    memory.push(EntryKind::Actor, None, &shown);
    let first = speak(&skeleton(DOCUMENT));
    memory.push(EntryKind::Change, Some(DOCUMENT), &first);
    let second = change(&[content_hash(EntryKind::Change, &first)], actor, 10);
    memory.push(EntryKind::Change, Some(DOCUMENT), &second);
    (memory, content_hash(EntryKind::Change, &second), actor)
}

fn change(deps: &[Hash32], actor: ActorId, body: u8) -> Vec<u8> {
    speak(&Stripped {
        deps: deps.to_vec(),
        actor,
        other_actors: vec![ActorId(DOCUMENT.0), ActorId([3; 16]), ActorId([9; 16])],
        body: vec![body; 12],
    })
}

fn frame<'a>(memory: &'a Memory, recent: &'a Recent) -> Frame<'a> {
    Frame {
        scope: SCOPE,
        seq: recent.next_seq(),
        recent,
        logs: memory,
        codec: &CODEC,
        author: None,
    }
}

fn told(document: Option<DocumentId>, short: &ShortChange) -> (Option<DocumentId>, ShortChange) {
    let mut out = Writer::new();
    short.write(&mut out);
    let bytes = out.finish();
    let read = ShortChange::read(&mut Reader::new(&bytes), short.is_skeleton()).unwrap();
    assert_eq!(read, *short);
    (document, read)
}

#[test]
fn what_both_hold_travels_as_places_and_comes_out_the_same() {
    let (memory, head, actor) = memory();
    let recent = Recent::behind(3);
    let frame = frame(&memory, &recent);
    let unknown = Hash32([0xaa; 32]);
    for deps in [vec![head], vec![head, unknown], vec![unknown, head]] {
        let payload = change(&deps, actor, 20);
        let (document, short) = frame.shorten(DOCUMENT, &payload).unwrap();
        assert_eq!(document, None, "a dependency tells the document");
        let (document, short) = told(document, &short);
        assert_eq!(
            frame.lengthen(document, &short),
            Ok((DOCUMENT, payload.clone()))
        );
        assert!(short.cost_bytes() >= payload.len());
    }
    let payload = change(&[unknown], ActorId([9; 16]), 20);
    let (document, short) = frame.shorten(DOCUMENT, &payload).unwrap();
    assert_eq!(document, Some(DOCUMENT), "nothing else tells it");
    assert_eq!(frame.lengthen(document, &short), Ok((DOCUMENT, payload)));

    let first = speak(&skeleton(DOCUMENT));
    let (document, short) = frame.shorten(DOCUMENT, &first).unwrap();
    assert_eq!(short, ShortChange::Skeleton { step: 1 });
    let (document, short) = told(document, &short);
    assert_eq!(frame.lengthen(document, &short), Ok((DOCUMENT, first)));
}

#[test]
fn a_change_of_another_document_tells_its_own() {
    let (memory, head, actor) = memory();
    let recent = Recent::behind(3);
    let frame = frame(&memory, &recent);
    let other = DocumentId([0x77; 16]);
    let payload = change(&[head], actor, 20);
    let (document, short) = frame.shorten(other, &payload).unwrap();
    assert_eq!(document, Some(other));
    assert_eq!(frame.lengthen(document, &short), Ok((other, payload)));
}

#[test]
fn what_is_no_change_or_too_much_of_one_travels_in_full() {
    let (memory, head, actor) = memory();
    let recent = Recent::behind(3);
    let frame = frame(&memory, &recent);
    assert_eq!(frame.shorten(DOCUMENT, b"noise"), None);
    let many: Vec<Hash32> = vec![head; limits::SHORT_DEPENDENCIES_MAX + 1];
    assert_eq!(frame.shorten(DOCUMENT, &change(&many, actor, 1)), None);
}

fn written(dep: Dependency, actor: ActorName) -> ShortChange {
    ShortChange::Written {
        deps: vec![dep],
        actor,
        others: Vec::new(),
        body: vec![1, 2, 3],
    }
}

#[test]
fn numbers_that_lead_nowhere_are_told_apart_and_cost_nothing() {
    let (memory, _, _) = memory();
    let recent = Recent::behind(3);
    let frame = frame(&memory, &recent);
    for distance in [4, 5, 1_000_000, u64::MAX] {
        let short = written(Dependency::Back(distance), ActorName::Skeleton);
        assert_eq!(frame.lengthen(None, &short), Err(Unresolved::Distance));
    }
    // A distance of 0 is a hash on the wire; made by hand it leads to the entry itself.
    let short = written(Dependency::Back(0), ActorName::Skeleton);
    assert_eq!(frame.lengthen(None, &short), Err(Unresolved::Distance));
    // To an entry without a document.
    let short = written(Dependency::Back(3), ActorName::Skeleton);
    assert_eq!(frame.lengthen(None, &short), Err(Unresolved::Document));
    for name in [
        ActorName::ShownAt(0),
        ActorName::ShownAt(2),
        ActorName::ShownAt(4),
        ActorName::ShownAt(u64::MAX),
        ActorName::Nonce(0),
        ActorName::Nonce(u64::MAX),
    ] {
        let short = written(Dependency::Back(1), name);
        assert_eq!(frame.lengthen(None, &short), Err(Unresolved::Actor));
    }
    for step in [0, 2, u32::MAX] {
        let short = ShortChange::Skeleton { step };
        assert_eq!(
            frame.lengthen(Some(DOCUMENT), &short),
            Err(Unresolved::Skeleton)
        );
    }
    let short = ShortChange::Skeleton { step: 1 };
    assert_eq!(frame.lengthen(None, &short), Err(Unresolved::Document));
}

#[test]
fn counts_beyond_their_limits_are_refused_before_anything_is_taken() {
    let limit = |what| Err(WireError::Limit { what });
    let bytes = Writer::new().varint(u64::MAX).finish();
    let read = |bytes: &[u8]| ShortChange::read(&mut Reader::new(bytes), false);
    assert_eq!(read(&bytes), limit("dependencies"));
    let bytes = Writer::new().varint(65).raw(&[1; 65]).finish();
    assert_eq!(read(&bytes), limit("dependencies"));
    let bytes = Writer::new().varint(0).varint(0).varint(65).finish();
    assert_eq!(read(&bytes), limit("actors"));
    let body = vec![0; limits::PAYLOAD_BYTES_MAX + 1];
    let bytes = Writer::new()
        .varint(0)
        .varint(0)
        .varint(0)
        .raw(&body)
        .finish();
    assert_eq!(read(&bytes), limit("payload"));
    let bytes = Writer::new().varint(u64::from(u32::MAX) + 1).finish();
    assert_eq!(
        ShortChange::read(&mut Reader::new(&bytes), true),
        Err(WireError::Number)
    );
}

fn key() -> SigningKey {
    SigningKey::from_bytes(&[9; 32])
}

fn pack(memory: &Memory, no: u64, payloads: Vec<Vec<u8>>) -> SealedPack {
    let seen = memory.entries.len() as u64;
    Pack {
        incarnation: ME,
        scope: SCOPE,
        no,
        wall_ms: -5,
        mono_ms: 12_345,
        boot: [3; 8],
        head_seen: (seen, memory.chain_at(SCOPE, seen).unwrap()),
        nonces: vec![NONCE],
        files: vec![Hash32([6; 32])],
        entries: payloads
            .into_iter()
            .map(|payload| PackEntry {
                kind: EntryKind::Change,
                document: Some(DOCUMENT),
                payload,
            })
            .collect(),
    }
    .seal(&SERVER, &key())
}

fn ground(memory: &Memory, cursor: u64) -> Ground<'_> {
    Ground {
        scope: SCOPE,
        scope_no: 1,
        cursor,
        logs: memory,
        codec: &CODEC,
    }
}

/// Two packs of one request; the second builds on the first.
fn two_packs(memory: &Memory, head: Hash32) -> [SealedPack; 2] {
    let me = actor_of(&ME, &NONCE);
    let one = change(&[head], me, 1);
    let two = change(&[content_hash(EntryKind::Change, &one)], me, 2);
    let three = change(&[content_hash(EntryKind::Change, &two)], me, 3);
    [
        pack(memory, 7, vec![one, two, b"no change".to_vec()]),
        pack(memory, 8, vec![three]),
    ]
}

#[test]
fn packs_of_a_request_count_on_and_come_out_as_they_were_signed() {
    let (memory, head, _) = memory();
    let packs = two_packs(&memory, head);
    let ground = ground(&memory, 3);
    let (mut up, mut down) = (Recent::behind(3), Recent::behind(3));
    for sealed in &packs {
        let bytes = ShortPack::of(sealed, &ground, &mut up).encode();
        assert!(bytes.len() + 50 < sealed.bytes.len(), "{}", bytes.len());
        let read = ShortPack::decode(&bytes).unwrap();
        assert_eq!(read.encode(), bytes);
        assert_eq!(read.entries_count(), sealed.pack.entries.len());
        let long = read.lengthen(ME, &ground, &mut down).unwrap();
        assert_eq!(&long, sealed);
        assert!(long.signature_holds(&SERVER, &key().verifying_key()));
    }
}

#[test]
fn a_mark_that_the_log_does_not_show_travels_whole() {
    let (memory, head, actor) = memory();
    let mut sealed = pack(&memory, 7, vec![change(&[head], actor, 1)]);
    for seen in [(3, Chain16([0xee; 16])), (9, Chain16([1; 16]))] {
        sealed.pack.head_seen = seen;
        let sealed = sealed.pack.clone().seal(&SERVER, &key());
        let short = ShortPack::of(&sealed, &ground(&memory, 3), &mut Recent::behind(3));
        let read = ShortPack::decode(&short.encode()).unwrap();
        let long = read.lengthen(ME, &ground(&memory, 3), &mut Recent::behind(3));
        assert_eq!(long, Ok(sealed));
    }
}

/// A guess that is wrong, by whatever, never comes out as something that was signed.
#[test]
fn a_wrong_guess_never_carries_the_signature() {
    let (memory, head, _) = memory();
    let packs = two_packs(&memory, head);
    let mut up = Recent::behind(3);
    let short = packs
        .each_ref()
        .map(|sealed| ShortPack::of(sealed, &ground(&memory, 3), &mut up));
    let holds = |pack: &ShortPack, ground: &Ground<'_>, recent: &mut Recent| {
        pack.lengthen(ME, ground, recent)
            .is_ok_and(|long| long.signature_holds(&SERVER, &key().verifying_key()))
    };
    let mut right = Recent::behind(3);
    assert!(holds(&short[0], &ground(&memory, 3), &mut right));
    // Another cursor, another log, another order, a pack that is missing.
    assert!(!holds(
        &short[0],
        &ground(&memory, 2),
        &mut Recent::behind(2)
    ));
    assert!(!holds(
        &short[0],
        &ground(&Memory::default(), 3),
        &mut Recent::behind(3)
    ));
    assert!(!holds(
        &short[1],
        &ground(&memory, 3),
        &mut Recent::behind(3)
    ));
    assert!(holds(&short[1], &ground(&memory, 3), &mut right));
    // A pack that could not be put together is counted all the same.
    let mut counted = Recent::behind(3);
    let broken = Memory::default();
    assert!(!holds(&short[0], &ground(&broken, 3), &mut counted));
    assert_eq!(counted.next_seq(), 7);
}

#[test]
fn hostile_packs_are_refused_or_come_out_unsigned() {
    let (memory, head, _) = memory();
    let [sealed, _] = two_packs(&memory, head);
    let ground = ground(&memory, 3);
    let bytes = ShortPack::of(&sealed, &ground, &mut Recent::behind(3)).encode();
    for cut in 0..bytes.len() {
        assert!(ShortPack::decode(&bytes[..cut]).is_err(), "cut {cut}");
    }
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << bit;
            let Ok(read) = ShortPack::decode(&flipped) else {
                continue;
            };
            let signed = read
                .lengthen(ME, &ground, &mut Recent::behind(3))
                .is_ok_and(|long| long.signature_holds(&SERVER, &key().verifying_key()));
            // The scope's number is none of the pack: the server looks the scope up by it.
            assert!(!signed || at == 1, "byte {at} bit {bit}");
        }
    }
    assert!(ShortPack::decode(&[bytes, vec![0]].concat()).is_err());
}

/// Few bytes may not stand for many: what a pack costs is bounded as what it weighs.
#[test]
fn a_pack_of_skeletons_without_end_is_refused() {
    let head = |entries: u64| {
        let mut out = Writer::new();
        out.u8(1)
            .varint(1)
            .varint(7)
            .signed(0)
            .varint(0)
            .raw(&[0; 8]);
        out.varint(1).varint(0).varint(0).varint(entries);
        out
    };
    for (count, fits) in [(512, true), (513, false)] {
        let mut out = head(count);
        for _ in 0..count {
            out.u8(1).u8(FLAG_HAS_DOCUMENT | FLAG_SKELETON);
            out.raw(DOCUMENT.as_bytes()).block(&[1]);
        }
        let bytes = out.raw(&[0; 64]).finish();
        assert_eq!(ShortPack::decode(&bytes).is_ok(), fits);
    }
    // 64 dependencies an entry stand for 2 kB each.
    let mut out = head(100);
    for _ in 0..100 {
        let mut body = Writer::new();
        body.varint(64).raw(&[1; 64]).varint(0).varint(0);
        out.u8(1).u8(0).block(body.bytes());
    }
    let bytes = out.raw(&[0; 64]).finish();
    assert_eq!(
        ShortPack::decode(&bytes),
        Err(WireError::Limit { what: "pack size" })
    );
}
