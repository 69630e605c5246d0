//! Where the bytes of an exchange go: what each kind of item weighs before compression, beside
//! what left and what arrived.

use std::collections::BTreeMap;

use jawla_sync::EntryKind;
use jawla_sync::answer::{AnswerItem, AnswerReader, AnswerWriter, EntryBody};
use jawla_sync::request::{RequestItem, RequestReader};

use crate::report::kb;

/// One request and its answer, weighed.
pub fn weigh(request: &[u8], answer: &[u8]) -> anyhow::Result<Vec<String>> {
    let mut packs = 0;
    let mut pack_bytes = 0;
    for item in RequestReader::new().feed(request)? {
        packs += 1;
        pack_bytes += match item {
            RequestItem::Pack(sealed) => sealed.bytes.len(),
            RequestItem::ShortPack(short) => short.encode().len(),
            RequestItem::Certificate(_) | RequestItem::Tail(_) | RequestItem::BrokenPack(_) => 0,
        };
    }
    let mut reader = AnswerReader::new();
    let items = reader.feed(answer)?;
    let status = reader.status().copied();
    let mut writer = AnswerWriter::new(&status.ok_or(anyhow::anyhow!("no status"))?)?;
    let mut kinds: BTreeMap<&'static str, (u64, u64)> = BTreeMap::new();
    for item in &items {
        let before = writer.written_bytes();
        writer.item(item);
        let kind = kinds.entry(kind_of(item)).or_default();
        kind.0 += 1;
        kind.1 += (writer.written_bytes() - before) as u64;
    }
    let told: Vec<String> = kinds
        .iter()
        .map(|(kind, (count, bytes))| format!("{count} {kind} {}", kb(*bytes)))
        .collect();
    Ok(vec![
        format!(
            "up {}: {packs} packs {} before compression; 64 of head's signature, 64 of each pack's",
            kb(request.len() as u64),
            kb(pack_bytes as u64)
        ),
        format!(
            "down {}, before compression: {}",
            kb(answer.len() as u64),
            told.join(", ")
        ),
    ])
}

const fn kind_of(item: &AnswerItem) -> &'static str {
    match item {
        AnswerItem::Entry(entry) => match (entry.kind, &entry.body) {
            (EntryKind::Change, EntryBody::Short(_)) => "short changes",
            (EntryKind::Change, _) => "full changes",
            (EntryKind::Actor, _) => "actors",
            _ => "other entries",
        },
        AnswerItem::OwnEntries { .. } => "OWN",
        AnswerItem::Mark { .. } => "marks",
        AnswerItem::Outcome { .. } => "outcomes",
        AnswerItem::Own { .. } => "SELF",
        _ => "others",
    }
}
