//! Cases that no encoder writes: lengths and counts that lie, numbers at the end of their range,
//! operations that name what is not there. Nearly all are one honest change with one lie in it,
//! and the checksum holds.

use automerge::transaction::{Transactable, Transaction};
use automerge::{ObjId, ObjType, ROOT};
use jawla_model::schema::{PHOTOS_MAP, PROJECT_MAP, QUANTITIES_MAP, VISITS_MAP};
use jawla_model::{ActorId, DocumentId, Hash32, ItemId, Reason, VisitId};

use super::raw::{self, Client, Fields, signed, unsigned};
use super::{Case, form, map, place_edit, set};
use crate::document::Document;

const OBJECT_ACTOR: u64 = 0x01;
const OBJECT_COUNTER: u64 = 0x02;
const KEY_ACTOR: u64 = 0x11;
const KEY_COUNTER: u64 = 0x13;
const KEY_TEXT: u64 = 0x15;
const INSERT: u64 = 0x34;
const ACTION: u64 = 0x42;
const VALUE_KIND: u64 = 0x56;
const VALUE: u64 = 0x57;
const PREDECESSORS: u64 = 0x70;
const PREDECESSOR_ACTOR: u64 = 0x71;
const PREDECESSOR_COUNTER: u64 = 0x73;
const EXPAND: u64 = 0x94;
const MARK_NAME: u64 = 0xa5;

/// The bit of a column's specification that says that its bytes are deflated.
const DEFLATED_BIT: u64 = 8;

/// A bomb that still fits a change: it inflates to 6 MB.
const BOMB_BYTES: usize = 40 * 1024;

/// All of them against one document. The honest change writes one field of the project.
pub(super) fn cases(document: &Document, attacker: ActorId, honest: &[u8]) -> Vec<Case> {
    let mut cases = lengths(honest);
    cases.extend(runs(honest));
    cases.extend(headers(attacker, honest));
    cases.extend(names(honest));
    cases.extend(values(honest));
    cases.extend(losses(document, attacker));
    cases.extend(objects(document, attacker));
    cases
}

fn lie(name: &'static str, reason: Reason, honest: &[u8], edit: impl FnOnce(&mut Fields)) -> Case {
    form(name, reason, raw::with_fields(honest, edit))
}

/// A column with one row.
fn one(value: impl AsRef<[u8]>) -> Vec<u8> {
    run(-1, value)
}

/// A column's run of that length over one value.
fn run(length: i64, value: impl AsRef<[u8]>) -> Vec<u8> {
    [&signed(length), value.as_ref()].concat()
}

/// The kind of a value and its size, as one number.
fn kind(kind: u64, size: u64) -> Vec<u8> {
    unsigned(size << 4 | kind)
}

/// Lengths that lie, and bombs behind them.
fn lengths(honest: &[u8]) -> Vec<Case> {
    let content = raw::content(honest).unwrap_or_default();
    let mut longer_form = unsigned(content.len() as u64);
    if let Some(last) = longer_form.last_mut() {
        *last |= 0x80;
    }
    longer_form.push(0);
    let bomb = raw::deflate_bomb(BOMB_BYTES);
    let bomb_length = unsigned(bomb.len() as u64);
    let claimed = |length: &[u8]| raw::claimed(raw::CHANGE, length, content);
    vec![
        form(
            "a length of 2^64 - 1",
            Reason::NotAChange,
            claimed(&unsigned(u64::MAX)),
        ),
        form(
            "a length in a longer form",
            Reason::NotAChange,
            claimed(&longer_form),
        ),
        form(
            "deflate bomb as a chunk",
            Reason::NotAChange,
            raw::claimed(raw::DEFLATED, &bomb_length, &bomb),
        ),
        lie(
            "deflate bomb in a column",
            Reason::BadColumns,
            honest,
            |f| {
                f.put(VALUE, &[]);
                f.put(VALUE | DEFLATED_BIT, &bomb);
            },
        ),
        form(
            "a chunk without content",
            Reason::BadHeader,
            raw::chunk(&[]),
        ),
        lie("2^64 - 1 dependencies", Reason::BadHeader, honest, |f| {
            f.deps_claimed = u64::MAX;
        }),
        lie(
            "a column of 2^64 - 1 bytes",
            Reason::BadColumns,
            honest,
            |f| {
                f.columns.iter_mut().for_each(|column| column.1 = u64::MAX);
            },
        ),
        lie("a column without bytes", Reason::BadColumns, honest, |f| {
            f.put(VALUE, &[]);
            f.columns.push((VALUE, 0, Vec::new()));
            f.columns.sort_by_key(|column| column.0);
        }),
        lie("a value of 2^59 bytes", Reason::TooLarge, honest, |f| {
            f.put(VALUE_KIND, &one(kind(6, 1 << 59)));
        }),
    ]
}

/// Runs and counts that stand for more than there may be.
fn runs(honest: &[u8]) -> Vec<Case> {
    let lie = |name, edit: &dyn Fn(&mut Fields)| {
        lie(name, Reason::TooManyOperations, honest, |f| edit(f))
    };
    vec![
        lie("2^63 rows, each spelt out", &|f| {
            f.put(ACTION, &run(i64::MIN, [1]));
        }),
        lie("runs whose sum overflows", &|f| {
            let rows = [run(4_000, [1]), run(0, unsigned(u64::MAX))];
            f.put(ACTION, &rows.concat());
        }),
        lie("flags for 2^64 - 1 rows", &|f| {
            f.put(INSERT, &unsigned(u64::MAX));
        }),
        lie("2^62 superseded values", &|f| {
            f.put(PREDECESSORS, &one(unsigned(1 << 62)));
        }),
        lie("65 superseded values", &|f| {
            f.put(PREDECESSORS, &one(unsigned(65)));
            f.put(PREDECESSOR_ACTOR, &run(65, [0]));
            f.put(PREDECESSOR_COUNTER, &run(65, [1]));
        }),
    ]
}

/// Headers whose numbers lie at an end, and changes of another place.
fn headers(attacker: ActorId, honest: &[u8]) -> Vec<Case> {
    let lie = |name, edit: &dyn Fn(&mut Fields)| lie(name, Reason::BadHeader, honest, |f| edit(f));
    let elsewhere = Document::new(DocumentId([0xd0; 16]));
    let skeleton = Document::skeleton(elsewhere.id(), 1).map(|change| change.bytes);
    vec![
        lie("65 dependencies", &|f| {
            f.deps = (0..65).map(|number| Hash32([number; 32])).collect();
            f.deps_claimed = 65;
        }),
        lie("a dependency twice", &|f| {
            f.deps = f.deps.iter().flat_map(|dep| [*dep, *dep]).collect();
            f.deps_claimed = f.deps.len() as u64;
        }),
        lie("65 other actors", &|f| {
            f.others = (0..65).map(|number| ActorId([number; 16])).collect();
        }),
        lie("an actor that never wrote here", &|f| {
            f.others.push(ActorId([0xee; 16]));
        }),
        lie("sequence number 0", &|f| f.seq = 0),
        lie("operation counter 0", &|f| f.start_op = 0),
        lie("a clock beyond 64 bits", &|f| {
            f.time = [[0xff; 9].as_slice(), &[0x3f]].concat();
        }),
        Case {
            reason: Reason::WrongOrder,
            ..lie("sequence number 2^64 - 1", &|f| f.seq = u64::MAX)
        },
        form(
            "a change of another dossier",
            Reason::MissingDependency,
            place_edit(&elsewhere, attacker, "Douar d'ailleurs"),
        ),
        form(
            "the skeleton of another dossier",
            Reason::BadHeader,
            skeleton.unwrap_or_default(),
        ),
    ]
}

/// Operations that name an actor, an object, an element or a value that is not there.
fn names(honest: &[u8]) -> Vec<Case> {
    let bad = |name, edit: &dyn Fn(&mut Fields)| lie(name, Reason::BadColumns, honest, |f| edit(f));
    let schema = |name, edit: &dyn Fn(&mut Fields)| lie(name, Reason::Schema, honest, |f| edit(f));
    vec![
        bad("an actor number out of the table", &|f| {
            f.put(OBJECT_ACTOR, &one([70]));
        }),
        bad("an object with half a name", &|f| f.put(OBJECT_ACTOR, &[])),
        bad("an object of counter 2^31", &|f| {
            f.put(OBJECT_COUNTER, &one(unsigned(1 << 31)));
        }),
        schema("an object that was never made", &|f| {
            f.put(OBJECT_COUNTER, &one(unsigned(2_000_000)));
        }),
        schema("an operation inside itself", &|f| {
            f.put(OBJECT_ACTOR, &one([0]));
            f.put(OBJECT_COUNTER, &one(unsigned(f.start_op)));
        }),
        schema("an element of a list in a map", &|f| {
            f.put(KEY_TEXT, &[]);
            f.put(KEY_ACTOR, &one([0]));
            f.put(KEY_COUNTER, &one(signed(5)));
        }),
        bad("an element beyond every list", &|f| {
            f.put(KEY_TEXT, &[]);
            f.put(KEY_ACTOR, &one([0]));
            f.put(KEY_COUNTER, &one(signed(i64::MAX)));
        }),
        bad("a key and an element at once", &|f| {
            f.put(KEY_ACTOR, &one([0]));
            f.put(KEY_COUNTER, &one(signed(5)));
        }),
        schema("an insertion at a key", &|f| f.put(INSERT, &[0, 1])),
        bad("supersedes what never was", &|f| {
            supersede(f, &one([0]), &one(signed(1_000_000)), 1);
        }),
        bad("supersedes a negative counter", &|f| {
            supersede(f, &one([0]), &one(signed(-5)), 1);
        }),
        bad("counters whose sum overflows", &|f| {
            supersede(f, &run(2, [0]), &run(2, signed(i64::MAX)), 2);
        }),
        bad("supersedes one value twice", &|f| {
            let value = |spec: u64| {
                let column = f.columns.iter().find(|column| column.0 == spec);
                let value = column.and_then(|(_, _, bytes)| bytes.get(1..));
                value.unwrap_or(&[0]).to_vec()
            };
            let (actor, counter) = (value(PREDECESSOR_ACTOR), value(PREDECESSOR_COUNTER));
            let same_again = [run(-2, counter), signed(0)].concat();
            supersede(f, &run(2, actor), &same_again, 2);
        }),
    ]
}

fn supersede(fields: &mut Fields, actors: &[u8], counters: &[u8], count: u64) {
    fields.put(PREDECESSORS, &one(unsigned(count)));
    fields.put(PREDECESSOR_ACTOR, actors);
    fields.put(PREDECESSOR_COUNTER, counters);
}

/// Actions that are none here, and values and keys that are not what they say.
fn values(honest: &[u8]) -> Vec<Case> {
    let bad = |name, edit: &dyn Fn(&mut Fields)| lie(name, Reason::BadColumns, honest, |f| edit(f));
    let schema = |name, edit: &dyn Fn(&mut Fields)| lie(name, Reason::Schema, honest, |f| edit(f));
    let put = |f: &mut Fields, number: u64, bytes: &[u8]| {
        f.put(VALUE_KIND, &one(kind(number, bytes.len() as u64)));
        f.put(VALUE, bytes);
    };
    vec![
        bad("an action that is none", &|f| f.put(ACTION, &one([9]))),
        schema("an increment by 2^63 - 1", &|f| {
            f.put(ACTION, &one([5]));
            put(f, 4, &signed(i64::MAX));
        }),
        schema("a mark over a field", &|f| {
            f.put(ACTION, &one([7]));
            f.put(MARK_NAME, &one(b"\x04bold"));
            f.put(EXPAND, &[0, 1]);
        }),
        // Half of a character beyond the plane, as no UTF-8 holds it.
        bad("a text that is no UTF-8", &|f| {
            put(f, 6, &[0xed, 0xa0, 0x80]);
        }),
        bad("a key that is no UTF-8", &|f| {
            f.put(KEY_TEXT, &one([2, 0xc3, 0x28]));
        }),
        schema("a value of no known type", &|f| put(f, 15, &[1, 2, 3])),
        bad("a float of seven bytes", &|f| put(f, 5, &[0; 7])),
        bad("a number in a longer form", &|f| put(f, 4, &[0x85, 0])),
    ]
}

/// What is there for everybody, taken away or covered.
fn losses(document: &Document, attacker: ActorId) -> Vec<Case> {
    let schema = |name, edits: &dyn Fn(&mut Transaction<'_>)| {
        let bytes = Client::of(document, attacker).write(|doc| edits(doc));
        form(name, Reason::Schema, bytes)
    };
    let mut cases = vec![
        schema("the map of visits deleted", &|doc| {
            let _ = doc.delete(ROOT, VISITS_MAP);
        }),
        schema("a text over the map of visits", &|doc| {
            set(doc, &ROOT, VISITS_MAP, "x".into());
        }),
    ];
    let dossier = document.read();
    cases.extend(dossier.visits.keys().next().map(|visit| {
        schema("a visit deleted", &|doc| {
            let visits = map(doc, &ROOT, VISITS_MAP);
            let _ = doc.delete(&visits, visit.key().as_str());
        })
    }));
    cases
}

/// What Automerge itself would write at an attacker's order: keys without end, numbers and names
/// that no field takes.
fn objects(document: &Document, attacker: ActorId) -> Vec<Case> {
    let write = |edits: &dyn Fn(&mut Transaction<'_>)| {
        Client::of(document, attacker).write(|doc| edits(doc))
    };
    let key_of = |size: usize| {
        write(&|doc| {
            let project = map(doc, &ROOT, PROJECT_MAP);
            set(doc, &project, &"k".repeat(size), "x".into());
        })
    };
    let in_new_visit = |inside: &dyn Fn(&mut Transaction<'_>, &ObjId)| {
        write(&|doc| {
            let visits = map(doc, &ROOT, VISITS_MAP);
            let key = VisitId([0x7a; 16]).key();
            if let Ok(visit) = doc.put_object(&visits, key.as_str(), ObjType::Map) {
                inside(doc, &visit);
            }
        })
    };
    let item = |items: &str, key: &str, value: automerge::ScalarValue| {
        in_new_visit(&|doc, visit| {
            if let Ok(items) = doc.put_object(visit, items, ObjType::Map) {
                set(doc, &items, key, value.clone());
            }
        })
    };
    let progress = in_new_visit(&|doc, visit| set(doc, visit, "progress_bp", i64::MAX.into()));
    let photo = item(PHOTOS_MAP, "../../etc/passwd", "légende".into());
    let quantity = item(QUANTITIES_MAP, &ItemId([1; 16]).key(), i64::MAX.into());
    vec![
        form("a key of 1 MB", Reason::TooLarge, key_of(1_000_000)),
        form("a key of 129 bytes", Reason::TooLarge, key_of(129)),
        form("a progress of 2^63 - 1", Reason::Schema, progress),
        form("a photo named by a path", Reason::Schema, photo),
        form("a quantity of 2^63 - 1", Reason::Schema, quantity),
    ]
}
