//! Answers: every status, every item, every kind and form of entry.

use jawla_model::{ActorId, DocumentId, Hash32, MoneyKind, Role};
use jawla_sync::answer::{
    AnswerItem, AnswerReader, AnswerWriter, EntryBody, EntryItem, ScopeNews, Status, StatusCode,
};
use jawla_sync::chain::{ActorPayload, FilePayload, MemberEvent, MemberPayload, ReferencePayload};
use jawla_sync::short::ShortChange;
use jawla_sync::sign::{self, Label};
use jawla_sync::{Chain16, EntryKind, OutcomeForm, money};

use crate::book::Golden;
use crate::samples::*;
use crate::{kinds, logs, packs};

pub fn samples() -> Vec<Golden> {
    let mut all = statuses();
    all.extend(items().into_iter().map(|(name, item)| alone(name, item)));
    all.extend(entries().into_iter().map(|entry| {
        let kind = kinds::entry_kind(&entry.kind);
        alone(kind, AnswerItem::Entry(entry)).covering([kind])
    }));
    all.extend(bodies().into_iter().map(|(name, body)| {
        let form = kinds::entry_body(&body);
        let entry = entry(EntryKind::Change, body);
        alone(name, AnswerItem::Entry(entry)).covering([form])
    }));
    all.extend([true, false].map(ending));
    all.push(compressed());
    all
}

const STATUS: Status = Status {
    code: StatusCode::Ok,
    request_no: 41,
    server_time: NOON,
    poll_after_minutes: 15,
};

fn statuses() -> Vec<Golden> {
    let codes = [
        StatusCode::Ok,
        StatusCode::Old { highest: 300 },
        StatusCode::Cloned(signature()),
        StatusCode::Revoked(signature()),
        StatusCode::Unknown(signature()),
        StatusCode::TooOld,
        StatusCode::Diverged,
        StatusCode::Busy,
    ];
    let golden = |code: StatusCode| {
        let status = Status { code, ..STATUS };
        let name = kinds::status(&code);
        let bytes = AnswerWriter::bare(&status);
        let value = (status, Vec::new(), true);
        Golden::message(format!("answer, {name}"), value, bytes, read).covering([name])
    };
    codes.into_iter().map(golden).collect()
}

type Read = (Status, Vec<AnswerItem>, bool);

fn read(golden: &[u8]) -> Read {
    let mut reader = AnswerReader::new();
    let items = reader.feed(golden).unwrap();
    (*reader.status().unwrap(), items, reader.has_ended())
}

/// An answer of one item and its end, small enough to travel without a stream.
fn alone(name: &str, item: AnswerItem) -> Golden {
    let kind = kinds::answer_item(&item);
    let news = match &item {
        AnswerItem::Scope { news, .. } => Some(kinds::scope_news(news)),
        _ => None,
    };
    let mut writer = AnswerWriter::new(&STATUS).unwrap();
    writer.item(&item);
    let bytes = writer.finish(false).unwrap().concat();
    assert_eq!(bytes[2], 0x80, "{name} travels as items without a stream");
    let value = (STATUS, vec![item, AnswerItem::End { more: false }], true);
    Golden::message(format!("answer with {name}"), value, bytes, read)
        .covering([kind])
        .covering(news)
}

fn ending(more: bool) -> Golden {
    let writer = AnswerWriter::new(&STATUS).unwrap();
    let bytes = writer.finish(more).unwrap().concat();
    let end = AnswerItem::End { more };
    let kind = kinds::answer_item(&end);
    let name = if more { "more" } else { "no more" };
    let value = (STATUS, vec![end], true);
    Golden::message(format!("answer, {name}"), value, bytes, read).covering([kind])
}

fn items() -> Vec<(&'static str, AnswerItem)> {
    let outcome = AnswerItem::Outcome {
        pack_no: 300,
        form: OutcomeForm::Done {
            first_seq: 158,
            entries: 3,
            exceptions: vec![(1, jawla_sync::Outcome::Duplicate(12))],
        },
    };
    let file = AnswerItem::File {
        hash8: noise(100),
        held_bytes: 70_000,
    };
    let diverged = AnswerItem::Diverged {
        scope_no: 1,
        common_seq: 300,
    };
    let own_entries = AnswerItem::OwnEntries {
        count: 300,
        received_delta: -2,
    };
    let person = |name_fr: &str, name_ar: &str| AnswerItem::Person {
        change_no: 300,
        person: person(),
        name_fr: name_fr.into(),
        name_ar: name_ar.into(),
    };
    let mut all = vec![
        ("OUTCOME", outcome),
        ("RULING", AnswerItem::Ruling(noise::<20>(101).to_vec())),
        ("SELF", about_itself(None)),
        (
            "SELF and a certificate",
            about_itself(Some(noise::<30>(102).to_vec())),
        ),
        ("DIVERGED", diverged),
        ("ROWS", AnswerItem::Rows(noise::<20>(103).to_vec())),
        ("SEGMENT", AnswerItem::Segment(noise::<20>(104).to_vec())),
        ("FILE", file),
        ("OWN", own_entries),
        ("MARK", mark()),
        ("PERSON", person("Démonstration", "تجربة")),
        ("PERSON erased", person("", "")),
        ("an unknown item", AnswerItem::Unknown(200)),
    ];
    all.extend(news());
    all
}

fn news() -> Vec<(&'static str, AnswerItem)> {
    let news = [
        ScopeNews::Added {
            scope: scope(),
            role: Role::Supervisor,
        },
        ScopeNews::Gone(signature()),
        ScopeNews::Backup { seq: 70_000 },
    ];
    news.into_iter()
        .map(|news| {
            let name = kinds::scope_news(&news);
            (name, AnswerItem::Scope { scope_no: 3, news })
        })
        .collect()
}

fn about_itself(certificate: Option<Vec<u8>>) -> AnswerItem {
    AnswerItem::Own {
        scope_set_version: 300,
        ticket: noise::<40>(105).to_vec(),
        ticket_expires: NOON + 43_200,
        backup_no: 5,
        certificate,
    }
}

fn mark() -> AnswerItem {
    let covered = sign::mark_covered(&server(), &scope(), 160, Chain16(noise(106)));
    AnswerItem::Mark {
        scope_no: 3,
        seq: 160,
        signature: sign::sign(&server_key(), Label::Mark, &covered),
    }
}

fn entry(kind: EntryKind, body: EntryBody) -> EntryItem {
    EntryItem {
        kind,
        received_delta: NOON as i64,
        document: Some(document()),
        body,
    }
}

/// An entry of every kind. Those whose payload is not laid down yet hold any bytes.
fn entries() -> Vec<EntryItem> {
    let actor = ActorPayload {
        actor: ActorId(noise(107)),
        device_no: 7,
    };
    let member = MemberPayload {
        event: MemberEvent::Joined,
        person: person(),
        role: Role::Administrator,
        device_no: 7,
        incarnation: incarnation(),
        public_key: device_key().verifying_key().to_bytes(),
    };
    let file = FilePayload {
        hash8: noise(108),
        size_bytes: 204_800,
    };
    let reference = ReferencePayload {
        version: 12,
        hash: hash(),
        size_bytes: 70_000,
    };
    let fact = money::encode(&logs::fact(logs::recorded(MoneyKind::Payment), None));
    let reserved = noise::<24>(109).to_vec();
    let of_document = [
        (EntryKind::Change, chunk()),
        (EntryKind::MovedIn, reserved.clone()),
        (EntryKind::MovedOut, reserved.clone()),
        (EntryKind::Sealed, reserved.clone()),
        (EntryKind::Fact, fact),
        (EntryKind::Erased, reserved.clone()),
    ];
    let of_none = [
        (EntryKind::Actor, actor.encode()),
        (EntryKind::Member, member.encode()),
        (EntryKind::File, file.encode()),
        (EntryKind::Reference, reference.encode()),
        (EntryKind::Rejoined, reserved.clone()),
        (EntryKind::Unknown(99), reserved),
    ];
    let of_document = of_document.map(|(kind, payload)| entry(kind, EntryBody::Payload(payload)));
    let of_none = of_none.map(|(kind, payload)| EntryItem {
        document: None,
        received_delta: -1,
        ..entry(kind, EntryBody::Payload(payload))
    });
    of_document.into_iter().chain(of_none).collect()
}

/// A change in every form in which an entry travels.
fn bodies() -> Vec<(&'static str, EntryBody)> {
    let step = ShortChange::Skeleton { step: 1 };
    vec![
        ("a change in full form", EntryBody::Payload(chunk())),
        ("a hollow change", EntryBody::Hollow(Hash32(noise(110)))),
        (
            "a change in short form",
            EntryBody::Short(packs::short_written()),
        ),
        ("a skeleton step in short form", EntryBody::Short(step)),
    ]
}

fn compressed() -> Golden {
    let entry = |number: u8| {
        AnswerItem::Entry(EntryItem {
            kind: EntryKind::Change,
            received_delta: i64::from(number),
            document: Some(DocumentId([number; 16])),
            body: EntryBody::Payload(vec![number; 500]),
        })
    };
    let items = [entry(1), mark(), entry(2), entry(3), mark()];
    let mut writer = AnswerWriter::new(&STATUS).unwrap();
    for item in &items {
        writer.item(item);
        if matches!(item, AnswerItem::Mark { .. }) {
            writer.flush().unwrap();
        }
    }
    let bytes = writer.finish(true).unwrap().concat();
    assert_eq!(bytes[2], 0xc0, "a long answer travels as a stream");
    let mut value = items.to_vec();
    value.push(AnswerItem::End { more: true });
    Golden::message("answer, compressed", (STATUS, value, true), bytes, read).compressed()
}
