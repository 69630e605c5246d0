//! What stands in a log: payloads, chain, hashes; signatures, and the numbers all of it is made of.

use jawla_model::{
    ActorId, Centimes, ItemId, MoneyAct, MoneyEntry, MoneyFact, MoneyKind, ReceivedAt,
};
use jawla_sync::chain::{
    ActorPayload, Chain16, FilePayload, MemberEvent, MemberPayload, ReferencePayload, content_hash,
    digest8,
};
use jawla_sync::code::{Reader, Writer};
use jawla_sync::sign::{self, Label};
use jawla_sync::{EntryKind, Signature64, money, receipt};

use crate::book::Golden;
use crate::kinds;
use crate::samples::*;

pub fn samples() -> Vec<Golden> {
    let mut all = vec![numbers()];
    all.extend(payloads());
    all.extend(facts());
    all.extend(chain());
    all.extend(signatures());
    all.extend(covered());
    all
}

type Numbers = (Vec<u64>, Vec<i64>, u64, Vec<u8>, String);

/// Fields as every message is made of them.
fn numbers() -> Golden {
    let value: Numbers = (
        vec![0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX],
        vec![0, -1, 1, i64::MIN, i64::MAX],
        NOON,
        vec![9, 8, 7],
        "Aïn Karma, عين كرمة".into(),
    );
    let mut writer = Writer::new();
    value.0.iter().for_each(|number| {
        writer.varint(*number);
    });
    value.1.iter().for_each(|number| {
        writer.signed(*number);
    });
    writer
        .u40(value.2)
        .block(&value.3)
        .block(value.4.as_bytes());
    Golden::message("numbers", value, writer.finish(), |golden| {
        let mut reader = Reader::new(golden);
        let read: Numbers = (
            (0..7).map(|_| reader.varint().unwrap()).collect(),
            (0..5).map(|_| reader.signed().unwrap()).collect(),
            reader.u40().unwrap(),
            reader.block(3, "bytes").unwrap().to_vec(),
            reader.text(100, "text").unwrap(),
        );
        reader.end().unwrap();
        read
    })
}

/// The payload of an entry of each kind that has one today.
fn payloads() -> Vec<Golden> {
    let actor = ActorPayload {
        actor: ActorId(noise(20)),
        device_no: 300,
    };
    let file = FilePayload {
        hash8: noise(21),
        size_bytes: 204_800,
    };
    let reference = ReferencePayload {
        version: 12,
        hash: hash(),
        size_bytes: 70_000,
    };
    let member = |event| MemberPayload {
        event,
        person: person(),
        role: jawla_model::Role::TeamLead,
        device_no: 7,
        incarnation: incarnation(),
        public_key: device_key().verifying_key().to_bytes(),
    };
    let mut all = vec![
        Golden::message("payload actor", actor, actor.encode(), |golden| {
            ActorPayload::decode(golden).unwrap()
        }),
        Golden::message("payload file", file, file.encode(), |golden| {
            FilePayload::decode(golden).unwrap()
        }),
        Golden::message("payload reference", reference, reference.encode(), |g| {
            ReferencePayload::decode(g).unwrap()
        }),
    ];
    for event in [MemberEvent::Joined, MemberEvent::Left, MemberEvent::Revoked] {
        let name = kinds::member_event(&event);
        let member = member(event);
        let golden = Golden::message(format!("payload {name}"), member, member.encode(), |g| {
            MemberPayload::decode(g).unwrap()
        });
        all.push(golden.covering([name]));
    }
    all
}

pub fn fact(act: MoneyAct, replaces: Option<ItemId>) -> MoneyFact {
    MoneyFact {
        id: ItemId(noise(22)),
        by: person(),
        replaces,
        act,
    }
}

pub fn recorded(kind: MoneyKind) -> MoneyAct {
    MoneyAct::Recorded(MoneyEntry {
        kind,
        amount: Centimes(12_345_678_900),
        on: "2026-11-23".into(),
        reference: "12/INDH/2026".into(),
        party: "Société des pistes".into(),
    })
}

fn facts() -> Vec<Golden> {
    let kinds = [
        MoneyKind::Contract,
        MoneyKind::Commitment,
        MoneyKind::PaymentOrder,
        MoneyKind::Payment,
    ];
    let mut all: Vec<_> = kinds
        .into_iter()
        .map(|kind| {
            let name = kinds::money_kind(&kind);
            (name, fact(recorded(kind), None), vec![name])
        })
        .collect();
    let before = Some(ItemId(noise(23)));
    let corrected = fact(recorded(MoneyKind::Payment), before);
    all.push(("payment corrected", corrected, Vec::new()));
    let cancelled = fact(MoneyAct::Cancelled("Saisi deux fois, خطأ".into()), before);
    all.push(("cancelled", cancelled, Vec::new()));
    let golden = |(name, fact, covers): (&str, MoneyFact, Vec<&'static str>)| {
        let act = kinds::money_act(&fact.act);
        let bytes = money::encode(&fact);
        let name = format!("payload fact, {name}");
        Golden::message(name, fact, bytes, |golden| money::decode(golden).unwrap())
            .covering(covers)
            .covering([act])
    };
    all.into_iter().map(golden).collect()
}

fn chain() -> Vec<Golden> {
    let origin = Chain16::origin(&scope());
    let after = origin.after(
        EntryKind::Change,
        Some(document()),
        ReceivedAt(NOON),
        &hash(),
    );
    let bare = after.after(EntryKind::Member, None, ReceivedAt(NOON + 1), &hash());
    let mut broken = chunk();
    broken[4] ^= 1;
    let content = |kind, payload: &[u8]| content_hash(kind, payload).0.to_vec();
    let actor = jawla_sync::pack::actor_of(&incarnation(), &noise(24));
    let all = [
        ("chain of an empty log", origin.0.to_vec()),
        ("chain after an entry of a document", after.0.to_vec()),
        ("chain after an entry of none", bare.0.to_vec()),
        ("digest of two chains", digest8([&origin, &after]).to_vec()),
        (
            "content hash of a change",
            content(EntryKind::Change, &chunk()),
        ),
        (
            "content hash of a change with a wrong checksum",
            content(EntryKind::Change, &broken),
        ),
        (
            "content hash of another entry",
            content(EntryKind::File, &chunk()),
        ),
        ("actor of an incarnation", actor.0.to_vec()),
        (
            "receipt of a request",
            receipt::number(&server(), &incarnation(), 41).to_vec(),
        ),
    ];
    all.into_iter()
        .map(|(name, bytes)| Golden::computed(name, bytes))
        .collect()
}

fn signatures() -> Vec<Golden> {
    let labels = [
        Label::Request,
        Label::Pack,
        Label::Enrol,
        Label::Mark,
        Label::Rows,
        Label::Segment,
        Label::Certificate,
        Label::Status,
        Label::Wipe,
        Label::Bundle,
        Label::Pv,
        Label::Export,
    ];
    let signed = |label: Label| {
        let name = kinds::label(&label);
        let signature = sign::sign(&device_key(), label, b"what is signed");
        let holds = move |golden: &[u8]| {
            let key = device_key().verifying_key();
            let golden = Signature64(golden.try_into().unwrap());
            sign::holds(&key, label, b"what is signed", &golden)
        };
        let name_in_book = format!("signature under the {name}");
        Golden::message(name_in_book, true, signature.0.to_vec(), holds).covering([name])
    };
    labels.into_iter().map(signed).collect()
}

fn covered() -> Vec<Golden> {
    let (server, incarnation, scope) = (server(), incarnation(), scope());
    let chain = Chain16(noise(25));
    let computed = Golden::computed;
    vec![
        computed(
            "covered by the signature of a request",
            sign::request_covered(&server, &incarnation, 41, b"the body"),
        ),
        computed(
            "covered by a mark",
            sign::mark_covered(&server, &scope, 160, chain),
        ),
        computed(
            "covered by a status",
            sign::status_covered(&server, &incarnation, 41, 3, None),
        ),
        computed(
            "covered by a scope gone",
            sign::status_covered(&server, &incarnation, 41, 0, Some(&scope)),
        ),
        computed(
            "covered by a reference bundle",
            sign::bundle_covered(&server, 12, &hash()),
        ),
    ]
}
