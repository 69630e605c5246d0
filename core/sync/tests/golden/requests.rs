//! Requests: the head with each flag, the room, ladders, and every kind of item.

use jawla_sync::code::{WireError, Writer};
use jawla_sync::request::{Flags, Head, Ladder, RequestItem, RequestReader};
use jawla_sync::room::{AppVersion, Room};
use jawla_sync::sign::{self, Label};

use crate::book::Golden;
use crate::kinds;
use crate::packs;
use crate::samples::*;

const REQUEST_NO: u64 = 41;

pub fn samples() -> Vec<Golden> {
    let mut all = vec![
        bare("request in which nothing changed", head(Flags::default())),
        with_room(),
        second_try(),
        one_pack("full form"),
        one_pack("short form"),
        items_of_other_versions(),
        compressed(),
    ];
    all.extend(flags());
    all
}

fn head(flags: Flags) -> Head {
    Head {
        flags,
        incarnation: incarnation(),
        request_no: REQUEST_NO,
        schema: 1,
        scope_set_version: 300,
        first_open_pack: 7,
        ruling_seen: 2,
        people_seen: 12,
        backup_no: 5,
        cursors: vec![150, 0, 70_000],
        digest: noise(80),
        room: None,
        ladders: Vec::new(),
    }
}

type Read = (Head, Vec<RequestItem>, Result<bool, WireError>);

fn read(golden: &[u8]) -> Read {
    let mut reader = RequestReader::new();
    let items = reader.feed(golden).unwrap();
    let holds = reader.finish(&server(), &device_key().verifying_key());
    (reader.head().unwrap().clone(), items, holds)
}

fn golden(name: impl Into<String>, head: Head, items: Vec<RequestItem>, body: Vec<u8>) -> Golden {
    let mut covers = kinds::flags(head.flags);
    covers.extend(items.iter().map(kinds::request_item));
    Golden::message(name, (head, items, Ok(true)), body, read).covering(covers)
}

fn bare(name: impl Into<String>, head: Head) -> Golden {
    let body = head.clone().seal(&[], &server(), &device_key()).unwrap();
    golden(name, head, Vec::new(), body)
}

/// One request for each flag that stands alone.
fn flags() -> Vec<Golden> {
    let none = Flags::default();
    let each = [
        Flags {
            metered: true,
            ..none
        },
        Flags {
            foreground: true,
            ..none
        },
        Flags { full: true, ..none },
        Flags {
            certificate: true,
            ..none
        },
        Flags {
            wants_ticket: true,
            ..none
        },
        Flags {
            short: true,
            ..none
        },
    ];
    let golden = |flags: Flags| bare(format!("request, {}", kinds::flags(flags)[0]), head(flags));
    each.into_iter().map(golden).collect()
}

fn with_room() -> Golden {
    let room = Room {
        app: AppVersion {
            major: 1,
            minor: 300,
            patch: 2,
        },
        changes_waiting: 4,
        files_waiting: 500,
    };
    let head = Head {
        room: Some(room),
        ..head(Flags::default())
    };
    bare("request with a room", head)
}

fn second_try() -> Golden {
    let flags = Flags {
        second_try: true,
        ..Flags::default()
    };
    let ladders = vec![
        Ladder {
            scope_no: 1,
            scope: scope(),
            rungs: vec![(150, noise(81)), (149, noise(82)), (0, noise(83))],
        },
        Ladder {
            scope_no: 300,
            scope: jawla_model::ScopeId(noise(84)),
            rungs: Vec::new(),
        },
    ];
    let head = Head {
        ladders,
        ..head(flags)
    };
    bare("request, second try", head)
}

/// A request whose pack travels without a stream, being small.
fn one_pack(form: &str) -> Golden {
    let flags = Flags {
        short: true,
        ..Flags::default()
    };
    let sealed = packs::lone();
    let short = packs::shortened(&sealed);
    let (bytes, item) = match form {
        "short form" => (short.encode(), RequestItem::ShortPack(Box::new(short))),
        _ => (sealed.bytes.clone(), RequestItem::Pack(Box::new(sealed))),
    };
    let sent = head(flags).seal(&[&bytes], &server(), &device_key());
    let name = format!("request with a pack in {form}");
    golden(name, head(flags), vec![item], sent.unwrap())
}

/// Items that no phone of this version sends and every server of it reads; a pack that is none.
fn items_of_other_versions() -> Golden {
    const SIGNATURE_AND_END_BYTES: usize = 65;
    let head = head(Flags::default());
    let bare = head.clone().seal(&[], &server(), &device_key()).unwrap();
    let mut body = Writer::new();
    body.raw(&bare[..bare.len() - SIGNATURE_AND_END_BYTES])
        .u8(1)
        .block(&noise::<20>(85))
        .u8(2)
        .block(&noise::<20>(86))
        .u8(3)
        .block(&[77])
        .u8(0);
    let covered = sign::request_covered(&server(), &incarnation(), REQUEST_NO, body.bytes());
    let signature = sign::sign(&device_key(), Label::Request, &covered);
    let items = vec![
        RequestItem::Certificate(noise::<20>(85).to_vec()),
        RequestItem::Tail(noise::<20>(86).to_vec()),
        RequestItem::BrokenPack(WireError::Version),
    ];
    let name = "request with a certificate, a tail and a broken pack";
    golden(name, head, items, body.raw(&signature.0).finish())
}

fn compressed() -> Golden {
    let packs = [packs::sealed(150), packs::sealed(149)];
    let bytes = packs.each_ref().map(|pack| pack.bytes.as_slice());
    let body = head(Flags::default()).seal(&bytes, &server(), &device_key());
    let flags = Flags {
        compressed: true,
        ..Flags::default()
    };
    let items = packs.map(|pack| RequestItem::Pack(Box::new(pack)));
    golden(
        "request, compressed",
        head(flags),
        items.into(),
        body.unwrap(),
    )
    .compressed()
}
