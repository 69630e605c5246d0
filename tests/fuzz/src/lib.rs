//! What must hold for any bytes at all, one function for each door through which bytes come in.
//!
//! `cargo xtask campaign` lets a coverage-guided fuzzer search for bytes that break one of them;
//! a file it finds goes into `crashers/TARGET` and is replayed by the tests of this crate, together
//! with the first inputs of [`first_inputs`].
#![allow(
    clippy::panic,
    clippy::expect_used,
    reason = "a broken promise stops the fuzzer here"
)]

mod inputs;

use std::sync::{Once, OnceLock};

use jawla_dossier::codec::{rebuild, strip};
use jawla_dossier::{Authority, Change, Document, hostile, read_header};
use jawla_model::{ActorId, Hash32, Role, ServerId, Stripped};
use jawla_sync::answer::AnswerReader;
use jawla_sync::enrol::{self, EnrolRequest, Invitation};
use jawla_sync::pack::ShortPack;
use jawla_sync::request::{RequestItem, RequestReader};
use jawla_sync::{SealedPack, WireError, money};

pub use inputs::first_inputs;

/// A target: what it is called, and what must hold.
pub type Target = (&'static str, fn(&[u8]));

/// Every target there is.
pub const TARGETS: &[Target] = &[
    ("answer", answer),
    ("change", change),
    ("guard", guard),
    ("letter", letter),
    ("pack", pack),
    ("request", request),
];

/// Runs a target inside the fuzzer: a panic that the guard catches is no finding, any other is.
pub fn of_the_fuzzer(target: fn(&[u8]), bytes: &[u8]) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        std::panic::set_hook(Box::new(|panic| {
            let at = panic.location().map_or("", |location| location.file());
            if !at.contains("automerge") && !at.contains("hexane") {
                let said = panic.to_string();
                let _ = std::io::Write::write_all(&mut std::io::stderr(), said.as_bytes());
                std::process::abort();
            }
        }));
    });
    target(bytes);
}

/// A change in any place: its header is read without harm, and what is a change is taken apart and
/// put together to the same bytes.
pub fn change(bytes: &[u8]) {
    for candidate in [bytes.to_vec(), hostile::raw::chunk(bytes)] {
        let Ok(header) = read_header(&candidate) else {
            continue;
        };
        let stripped = strip(&candidate).expect("what has a header can be taken apart");
        assert_eq!(stripped.actor, header.actor);
        let again = rebuild(&stripped);
        if let Ok(again) = again {
            assert_eq!(
                read_header(&again).map(|header| header.hash),
                Ok(header.hash),
                "put together to another change"
            );
        }
    }
    // A body of a stranger between actors and dependencies that the receiver fills in.
    let body = Stripped {
        deps: vec![Hash32([1; 32])],
        actor: ActorId([2; 16]),
        other_actors: vec![ActorId([3; 16])],
        body: bytes.to_vec(),
    };
    if let Ok(change) = rebuild(&body) {
        assert_eq!(strip(&change).as_ref(), Ok(&body), "taken apart otherwise");
    }
}

/// A change for a dossier: whatever the guard lets pass leaves a document that can be saved,
/// loaded, read and written, on a server and on a phone; what it refuses leaves it as it was.
pub fn guard(bytes: &[u8]) {
    static GROUND: OnceLock<Document> = OnceLock::new();
    let ground = GROUND.get_or_init(inputs::dossier);
    let member = Authority::Role {
        role: Role::TeamMember,
        same_person: &|_| false,
    };
    for candidate in [bytes.to_vec(), hostile::raw::chunk(bytes)] {
        for authority in [&Authority::Settled, &member] {
            let mut document = ground.clone();
            match document.admit(&candidate, authority) {
                Err(_) => assert_eq!(document.heads(), ground.heads(), "refused, and moved"),
                Ok(change) => {
                    assert_eq!(change.bytes, candidate, "stored otherwise than it came");
                    still_works(&document);
                }
            }
        }
    }
}

fn still_works(document: &Document) {
    let dossier = document.read();
    let loaded = Document::load(document.id(), &document.save()).expect("it loads");
    assert_eq!(loaded.heads(), document.heads());
    assert_eq!(loaded.read(), dossier);
    let changes = document.changes();
    let rows = changes.iter().map(|change| change.bytes.as_slice());
    let folded = Document::fold(document.id(), rows).expect("it folds");
    assert_eq!(folded.read(), dossier);
    let mut written = document.clone();
    let place = hostile::place_edit(&written, ActorId([0x77; 16]), "après");
    let parsed = Change::parse(&place).expect("our own change");
    written
        .admit(&parsed.bytes, &Authority::Settled)
        .expect("life goes on");
}

/// A request as a server reads it: in any pieces the same, and every pack in it stands.
pub fn request(bytes: &[u8]) {
    let whole = read_request(&[bytes]);
    let (front, back) = bytes.split_at(bytes.len() / 3);
    let cut = read_request(&[front, back]);
    if let (Ok(whole), Ok(cut)) = (&whole, &cut) {
        assert_eq!(whole.len(), cut.len(), "pieces read otherwise");
    }
    for item in whole.into_iter().flatten() {
        match item {
            RequestItem::Pack(sealed) => pack(&sealed.bytes),
            RequestItem::ShortPack(short) => pack(&short.encode()),
            _ => {}
        }
    }
}

fn read_request(pieces: &[&[u8]]) -> Result<Vec<RequestItem>, WireError> {
    let mut reader = RequestReader::new();
    let mut items = Vec::new();
    for piece in pieces {
        items.extend(reader.feed(piece)?);
    }
    Ok(items)
}

/// A pack: what is read is what its hash and its signature cover; in short form it has one
/// spelling.
pub fn pack(bytes: &[u8]) {
    if let Ok(short) = ShortPack::decode(bytes) {
        assert_eq!(short.encode(), bytes, "two spellings of one short pack");
    }
    let Ok(sealed) = SealedPack::decode(bytes) else {
        return;
    };
    assert_eq!(sealed.bytes, bytes, "kept otherwise than it came");
    let again = SealedPack::decode(&sealed.bytes).expect("it was a pack before");
    assert_eq!(again.hash(), sealed.hash());
    let key = inputs::key().verifying_key();
    // One in 2^128 packs of a stranger would hold.
    let holds = sealed.signature_holds(&inputs::SERVER, &key);
    assert!(!holds || inputs::is_ours(&sealed), "a stranger's signature");
}

/// An answer as a phone reads it, in any pieces.
pub fn answer(bytes: &[u8]) {
    let mut whole = AnswerReader::new();
    let all = whole.feed(bytes).map(|items| items.len());
    let mut cut = AnswerReader::new();
    let (front, back) = bytes.split_at(bytes.len() / 2);
    let first = cut.feed(front).map(|items| items.len());
    if let (Ok(all), Ok(first)) = (all, first)
        && let Ok(second) = cut.feed(back)
    {
        assert_eq!(all, first + second.len(), "pieces read otherwise");
        assert_eq!(whole.has_ended(), cut.has_ended());
    }
}

/// The smaller messages: an invitation's text, a request to be enrolled and its answer, official
/// money.
pub fn letter(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(invitation) = Invitation::parse(text)
    {
        let again = Invitation::parse(&invitation.text()).expect("its own text");
        assert_eq!(again, invitation);
    }
    let server = ServerId(*inputs::SERVER.as_bytes());
    let _ = EnrolRequest::open(bytes, &server);
    let _ = enrol::decode_answer(bytes);
    if let Ok(fact) = money::decode(bytes) {
        assert_eq!(money::encode(&fact), bytes, "two spellings of one fact");
    }
}
