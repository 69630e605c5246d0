//! Bytes that a hostile device would send, each with the reason it must be refused for. For the
//! tests of this crate and of those above it; behind the feature `hostile`.

mod crafted;
pub mod raw;

use automerge::transaction::{CommitOptions, Transactable, Transaction};
use automerge::{ObjId, ObjType, ROOT, ReadDoc, ScalarValue};
use jawla_model::schema::{PHOTOS_MAP, PROJECT_MAP, VISITS_MAP};
use jawla_model::{ActorId, Hash32, PersonId, Reason, Review, ReviewDecision, VisitId};

use crate::change::enclose;
use crate::document::Document;
use raw::{Client, rewrite};

/// Where a case offends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offence {
    /// Nobody may ever admit it.
    Form,
    /// It only offends its author's rights: a server that decides now refuses it as a change of a
    /// team member; where it was decided before, it passes.
    Right,
}

/// One hostile candidate.
#[derive(Debug, Clone)]
pub struct Case {
    /// What it is.
    pub name: &'static str,
    /// The candidate.
    pub bytes: Vec<u8>,
    /// Why it must be refused.
    pub reason: Reason,
    /// Where it offends.
    pub offence: Offence,
}

fn form(name: &'static str, reason: Reason, bytes: Vec<u8>) -> Case {
    Case {
        name,
        bytes,
        reason,
        offence: Offence::Form,
    }
}

fn right(name: &'static str, reason: Reason, bytes: Vec<u8>) -> Case {
    Case {
        name,
        bytes,
        reason,
        offence: Offence::Right,
    }
}

/// The whole corpus against one document: an attacker with a copy of it, writing as `attacker`.
///
/// The document should hold a visit that the attacker did not open and one change of the
/// attacker; cases that need them are left out otherwise.
pub fn corpus(document: &Document, attacker: ActorId) -> Vec<Case> {
    let honest = place_edit(document, attacker, "Aïn Karma");
    let mut cases = chunks(document, attacker, &honest);
    cases.extend(headers(document, attacker, &honest));
    cases.extend(columns(document, attacker, &honest));
    cases.extend(operations(document, attacker));
    cases.extend(predecessors(document, attacker));
    cases.extend(rights(document, attacker));
    cases.extend(crafted::cases(document, attacker, &honest));
    cases
}

/// A change that every guard admits: the place of the project.
pub fn place_edit(document: &Document, actor: ActorId, place: &str) -> Vec<u8> {
    Client::of(document, actor).write(|doc| {
        let project = map(doc, &ROOT, PROJECT_MAP);
        set(doc, &project, "place", place.into());
    })
}

fn map(doc: &Transaction<'_>, parent: &ObjId, key: &str) -> ObjId {
    match doc.get(parent, key) {
        Ok(Some((_, id))) => id,
        _ => ROOT,
    }
}

fn set(doc: &mut Transaction<'_>, object: &ObjId, key: &str, value: ScalarValue) {
    let _ = doc.put(object, key, value);
}

/// Chunks that are no change, or too large.
fn chunks(document: &Document, attacker: ActorId, honest: &[u8]) -> Vec<Case> {
    let mut client = Client::of(document, attacker);
    let text = |size: usize| place_edit(document, attacker, &"a".repeat(size));
    client.write(|doc| {
        let project = map(doc, &ROOT, PROJECT_MAP);
        set(doc, &project, "note", "deflated ".repeat(400).into());
    });
    let mut wrong_checksum = honest.to_vec();
    if let Some(byte) = wrong_checksum.get_mut(5) {
        *byte ^= 1;
    }
    let trailing = [honest, &[0]].concat();
    vec![
        form("empty", Reason::NotAChange, Vec::new()),
        form("random bytes", Reason::NotAChange, noise(7, 300)),
        form("wrong checksum", Reason::WrongHash, wrong_checksum),
        form("trailing byte", Reason::NotAChange, trailing),
        form("two changes", Reason::NotAChange, [honest, honest].concat()),
        form("deflated chunk", Reason::NotAChange, client.last_deflated()),
        form("document chunk", Reason::NotAChange, client.saved()),
        form("bundle chunk", Reason::NotAChange, client.bundle()),
        form("string of 1 MB", Reason::TooLarge, text(1_000_000)),
        form("string of 64 KiB and 1", Reason::TooLarge, text(65_537)),
        form("string of 33 KiB", Reason::TooLarge, text(33 * 1024)),
        form(
            "100 000 nested maps",
            Reason::TooLarge,
            nested(document, attacker, 100_000),
        ),
    ]
}

fn nested(document: &Document, attacker: ActorId, depth: usize) -> Vec<u8> {
    Client::of(document, attacker).write(|doc| {
        let mut at = ROOT;
        for _ in 0..depth {
            if let Ok(made) = doc.put_object(&at, "n", ObjType::Map) {
                at = made;
            }
        }
    })
}

/// Headers that do not fit their place.
fn headers(document: &Document, attacker: ActorId, honest: &[u8]) -> Vec<Case> {
    let mut hashes: Vec<Hash32> = document.hashes();
    hashes.sort_unstable_by(|left, right| right.cmp(left));
    let first_op = |op: u64| std::num::NonZeroU64::new(op).unwrap_or(std::num::NonZeroU64::MIN);
    let message = Client::of(document, attacker).write_with(
        CommitOptions::default()
            .with_time(0)
            .with_message("bonjour"),
        |doc| {
            let project = map(doc, &ROOT, PROJECT_MAP);
            set(doc, &project, "place", "m".into());
        },
    );
    let skeleton = Document::skeleton(document.id(), 1).map(|change| change.bytes);
    let altered = rewrite(&skeleton.unwrap_or_default(), |change| change.time = 1);
    let stranger = rewrite(honest, |change| change.actor_id = vec![7; 15].into());
    let footer = rewrite(honest, |change| change.extra_bytes = vec![1, 2, 9, 9]);
    let missing = raw::with_deps(honest, &[Hash32([9; 32])]);
    let mut cases = vec![
        form("message", Reason::BadHeader, message),
        form("actor of 15 bytes", Reason::BadHeader, stranger),
        form("author footer", Reason::BadColumns, footer),
        form("altered skeleton", Reason::Skeleton, altered),
        form("missing dependency", Reason::MissingDependency, missing),
        form(
            "no dependency",
            Reason::BadHeader,
            raw::with_deps(honest, &[]),
        ),
        form(
            "sequence gap",
            Reason::WrongOrder,
            rewrite(honest, |c| c.seq += 6),
        ),
        form("operation counter at the end", Reason::BadHeader, {
            rewrite(honest, |change| {
                change.start_op = first_op(u64::from(u32::MAX))
            })
        }),
        form("operation counter beyond", Reason::BadHeader, {
            rewrite(honest, |change| change.start_op = first_op(1 << 33))
        }),
        form("operation counter too low", Reason::BadHeader, {
            rewrite(honest, |change| change.start_op = first_op(1))
        }),
    ];
    if hashes.len() > 1 {
        let unsorted = raw::with_deps(honest, hashes.get(..2).unwrap_or_default());
        cases.push(form("unsorted dependencies", Reason::BadHeader, unsorted));
    }
    if document.next_seq(&attacker) > 1 {
        let fork = rewrite(honest, |change| change.seq -= 1);
        cases.push(form("duplicate sequence number", Reason::Fork, fork));
        let first = Document::skeleton(document.id(), 1).map(|change| change.hash);
        let deps = [first.unwrap_or_default()];
        let loose = raw::with_deps(honest, &deps);
        cases.push(form(
            "not after its own last change",
            Reason::WrongOrder,
            loose,
        ));
    }
    cases
}

/// Columns that lie or explode.
fn columns(document: &Document, attacker: ActorId, honest: &[u8]) -> Vec<Case> {
    let heads = document.heads();
    let bomb = |inserts| raw::run_length_bomb(attacker, &heads, 10, inserts);
    vec![
        form(
            "run-length bomb",
            Reason::TooManyOperations,
            bomb(5_000_000),
        ),
        form(
            "run-length bomb of 2^62",
            Reason::TooManyOperations,
            bomb(1 << 62),
        ),
        form("5 001 operations", Reason::TooManyOperations, bomb(5_000)),
        form("unknown column", Reason::BadColumns, {
            raw::with_columns(honest, |columns| columns.push((0xf2, vec![1, 1])))
        }),
        form("deflated column", Reason::BadColumns, {
            raw::with_columns(honest, |columns| {
                if let Some((spec, _)) = columns.last_mut() {
                    *spec |= 8;
                }
            })
        }),
        form("columns out of order", Reason::BadColumns, {
            raw::with_columns(honest, |columns| columns.reverse())
        }),
        form("a column twice", Reason::BadColumns, {
            raw::with_columns(honest, |columns| {
                let last = columns.last().cloned();
                columns.extend(last);
            })
        }),
        form("columns of different lengths", Reason::BadColumns, {
            raw::with_columns(honest, |columns| {
                for (spec, bytes) in columns.iter_mut().filter(|column| column.0 == 0x34) {
                    *spec = 0x34;
                    *bytes = vec![2];
                }
            })
        }),
        form("a lone value spelt as a run", Reason::NotCanonical, {
            raw::with_columns(honest, |columns| {
                for (_, bytes) in columns.iter_mut().filter(|column| column.0 == 0x42) {
                    *bytes = vec![1, 1];
                }
            })
        }),
        form(
            "no operation",
            Reason::BadColumns,
            raw::with_columns(honest, Vec::clear),
        ),
    ]
}

/// Operations that no schema allows. A few bytes, canonical, with rights.
fn operations(document: &Document, attacker: ActorId) -> Vec<Case> {
    let schema = |name, bytes| form(name, Reason::Schema, bytes);
    let mut cases = vec![
        schema("4 000 nested maps", nested(document, attacker, 4_000)),
        right(
            "unknown map at the root",
            Reason::Schema,
            nested(document, attacker, 2),
        ),
    ];
    for (name, value) in [
        ("counter in a field", ScalarValue::counter(3)),
        ("number in a text field", 4_i64.into()),
        ("control characters", "a\u{7}b".into()),
        ("a place of 301 characters", "x".repeat(301).into()),
    ] {
        let bytes = Client::of(document, attacker).write(|doc| {
            let project = map(doc, &ROOT, PROJECT_MAP);
            set(doc, &project, "place", value);
        });
        cases.push(schema(name, bytes));
    }
    for (name, kind) in [
        ("list in a field", ObjType::List),
        ("text object in a field", ObjType::Text),
        ("map in a field", ObjType::Map),
    ] {
        let bytes = Client::of(document, attacker).write(|doc| {
            let project = map(doc, &ROOT, PROJECT_MAP);
            let _ = doc.put_object(&project, "place", kind);
        });
        cases.push(schema(name, bytes));
    }
    let delete = Client::of(document, attacker).write(|doc| {
        let project = map(doc, &ROOT, PROJECT_MAP);
        let _ = doc.delete(&project, "place");
    });
    if !delete.is_empty() {
        cases.push(schema("deleted field", delete));
    }
    cases.extend(structures(document, attacker));
    cases
}

/// Maps that only a skeleton or a visit's first change may make, made otherwise.
fn structures(document: &Document, attacker: ActorId) -> Vec<Case> {
    let another = Client::of(document, attacker).write(|doc| {
        let _ = doc.put_object(ROOT, VISITS_MAP, ObjType::Map);
    });
    let scalar = Client::of(document, attacker).write(|doc| {
        let visits = map(doc, &ROOT, VISITS_MAP);
        set(doc, &visits, &VisitId([0x77; 16]).key(), "x".into());
    });
    let list = Client::of(document, attacker).write(|doc| {
        let visits = map(doc, &ROOT, VISITS_MAP);
        let key = VisitId([0x78; 16]).key();
        if let Ok(visit) = doc.put_object(&visits, key.as_str(), ObjType::Map) {
            let _ = doc.put_object(&visit, PHOTOS_MAP, ObjType::List);
        }
    });
    vec![
        form("another map of visits", Reason::Schema, another),
        form("scalar where a visit stands", Reason::Schema, scalar),
        form("a visit with a list of photos", Reason::Schema, list),
    ]
}

/// A change that hides a value in a place it does not write to: the operation on `place` claims
/// to supersede every other value of the project too.
fn predecessors(document: &Document, attacker: ActorId) -> Vec<Case> {
    let mut others = Vec::new();
    let honest = Client::of(document, attacker).write(|doc| {
        let project = map(doc, &ROOT, PROJECT_MAP);
        let keys: Vec<String> = doc.keys(&project).filter(|key| key != "place").collect();
        for key in keys {
            if let Ok(Some((_, ObjId::Id(counter, actor, _)))) = doc.get(&project, key.as_str()) {
                others.push(automerge::legacy::OpId(counter, actor));
            }
        }
        set(doc, &project, "place", "hidden".into());
    });
    if others.is_empty() {
        return Vec::new();
    }
    let hiding = rewrite(&honest, |change| {
        for operation in &mut change.operations {
            operation.pred = others.clone().into();
        }
    });
    let blind = rewrite(&honest, |change| {
        for operation in &mut change.operations {
            operation.pred = Vec::new().into();
        }
    });
    let mut cases = vec![form("supersedes another field", Reason::BadColumns, hiding)];
    if blind != honest {
        cases.push(form("supersedes nothing", Reason::BadColumns, blind));
    }
    cases
}

/// Sound changes that their author may not make.
fn rights(document: &Document, attacker: ActorId) -> Vec<Case> {
    let write = |edits: &dyn Fn(&mut Transaction<'_>)| {
        Client::of(document, attacker).write(|doc| edits(doc))
    };
    let cost = write(&|doc| {
        let project = map(doc, &ROOT, PROJECT_MAP);
        set(doc, &project, "cost_centimes", 123_456_i64.into());
    });
    let reserved = write(&|doc| {
        let contracts = map(doc, &ROOT, "contracts");
        set(doc, &contracts, "amount", 1_i64.into());
    });
    let beside = write(&|doc| {
        let visits = map(doc, &ROOT, VISITS_MAP);
        let key = VisitId([0x79; 16]).key();
        let _ = doc.put_object(&visits, key.as_str(), ObjType::Map);
        let project = map(doc, &ROOT, PROJECT_MAP);
        set(doc, &project, "place", "beside".into());
    });
    let mut cases = vec![
        right("official money by a team member", Reason::Role, cost),
        right("contracts by a team member", Reason::Role, reserved),
        right(
            "a visit writing outside itself",
            Reason::OutsideVisit,
            beside,
        ),
    ];
    let dossier = document.read();
    let others = dossier
        .visits
        .iter()
        .find(|(_, visit)| visit.opened_by.actor != attacker);
    if let Some((visit, _)) = others {
        cases.push(right(
            "a note in somebody else's visit",
            Reason::Role,
            write(&|doc| {
                in_visit(doc, *visit, "note", "x".into());
            }),
        ));
        cases.push(form(
            "another visit of the same id",
            Reason::Schema,
            write(&|doc| {
                let visits = map(doc, &ROOT, VISITS_MAP);
                let _ = doc.put_object(&visits, visit.key().as_str(), ObjType::Map);
            }),
        ));
    }
    let own = dossier
        .visits
        .iter()
        .find(|(_, visit)| visit.opened_by.actor == attacker);
    if let Some((visit, _)) = own {
        let review = Review {
            decision: ReviewDecision::Approved,
            author: PersonId([1; 16]),
            comment: String::new(),
            field: None,
        };
        cases.push(right(
            "a team member approving a visit",
            Reason::Role,
            write(&|doc| {
                in_visit(doc, *visit, "review", review.text().into());
            }),
        ));
    }
    cases
}

fn in_visit(doc: &mut Transaction<'_>, visit: VisitId, key: &str, value: ScalarValue) {
    let visits = map(doc, &ROOT, VISITS_MAP);
    let visit = map(doc, &visits, &visit.key());
    set(doc, &visit, key, value);
}

/// A real change with one to four of its bytes changed, moved, doubled or dropped, and its
/// checksum and length repaired: what a plain fuzzer can never get past the checksum.
pub fn mutant(change: &[u8], seed: u64) -> Vec<u8> {
    enclose(&scrambled(raw::content(change).unwrap_or_default(), seed))
}

/// Any bytes with one to four of them changed, moved, doubled or dropped.
pub fn scrambled(bytes: &[u8], seed: u64) -> Vec<u8> {
    let mut content = bytes.to_vec();
    let mut state = seed;
    let mut next = |below: usize| -> usize {
        usize::try_from(split_mix(&mut state) % (below.max(1) as u64)).unwrap_or(0)
    };
    for _ in 0..=next(4) {
        let at = next(content.len());
        let value = u8::try_from(next(256)).unwrap_or(0);
        match next(7) {
            0 => {
                if let Some(byte) = content.get_mut(at) {
                    *byte ^= 1 << (value & 7);
                }
            }
            1 => {
                if let Some(byte) = content.get_mut(at) {
                    *byte = value;
                }
            }
            2 => content.insert(at, value),
            3 if !content.is_empty() => {
                content.remove(at);
            }
            4 => {
                if let Some(byte) = content.get_mut(at) {
                    *byte = byte.wrapping_add(1);
                }
            }
            5 => respell(&mut content, at),
            _ => {
                let end = content.len().min(at + 1 + next(8));
                let doubled = content.get(at..end).unwrap_or_default().to_vec();
                content.splice(at..at, doubled);
            }
        }
    }
    content
}

/// Spells the next lone value as a run of one: the same operations in other bytes.
fn respell(content: &mut [u8], from: usize) {
    let lone = content.iter_mut().skip(from).find(|byte| **byte == 0x7f);
    if let Some(byte) = lone {
        *byte = 1;
    }
}

/// `size` bytes that look random and depend on the seed alone.
pub fn noise(seed: u64, size: usize) -> Vec<u8> {
    let mut state = seed;
    let words = std::iter::repeat_with(|| split_mix(&mut state).to_le_bytes());
    words.flatten().take(size).collect()
}

/// The generator SplitMix64: enough for mutants, and no dependency of shipped code.
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
