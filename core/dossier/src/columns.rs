//! The columns of a change: measured without expanding a run, then read into operations.
//!
//! A hundred bytes of run lengths can stand for millions of operations (the threat model M2), so the
//! sums come first and nothing is expanded before they are within the limits.

use jawla_model::{ActorId, Reason, Value};

use crate::change::Header;
use crate::leb128::Reader;
use crate::limits;

const OBJECT_ACTOR: u32 = 0x01;
const OBJECT_COUNTER: u32 = 0x02;
const KEY_ACTOR: u32 = 0x11;
const KEY_COUNTER: u32 = 0x13;
const KEY_TEXT: u32 = 0x15;
const INSERT: u32 = 0x34;
const ACTION: u32 = 0x42;
const VALUE_KIND: u32 = 0x56;
const VALUE: u32 = 0x57;
const PREDECESSORS: u32 = 0x70;
const PREDECESSOR_ACTOR: u32 = 0x71;
const PREDECESSOR_COUNTER: u32 = 0x73;
const EXPAND: u32 = 0x94;
const MARK_NAME: u32 = 0xa5;

/// Every column there is (id times 16 plus type, deflate bit clear).
pub(crate) const KNOWN: [u32; 14] = [
    OBJECT_ACTOR,
    OBJECT_COUNTER,
    KEY_ACTOR,
    KEY_COUNTER,
    KEY_TEXT,
    INSERT,
    ACTION,
    VALUE_KIND,
    VALUE,
    PREDECESSORS,
    PREDECESSOR_ACTOR,
    PREDECESSOR_COUNTER,
    EXPAND,
    MARK_NAME,
];

/// The name of an operation, and of the object it made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct OpName {
    pub(crate) counter: u64,
    pub(crate) actor: ActorId,
}

/// Where in its object an operation writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key<'a> {
    /// A key of a map.
    Map(&'a str),
    /// An element of a list or text.
    Element,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    MakeMap,
    Put,
    MakeSequence,
    Delete,
    Increment,
    Mark,
}

/// A scalar as it stands in the chunk.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Scalar<'a> {
    Null,
    Flag(bool),
    Int(i64),
    Text(&'a str),
    /// Whole numbers without sign, floats, bytes, instants: read, never written by us.
    Other(&'static str),
    /// Counters and types unknown to Automerge itself.
    Strange,
}

impl Scalar<'_> {
    pub(crate) fn value(self) -> Value {
        match self {
            Scalar::Null => Value::Empty,
            Scalar::Flag(flag) => Value::Flag(flag),
            Scalar::Int(number) => Value::Int(number),
            Scalar::Text(text) => Value::Text(text.to_owned()),
            Scalar::Other(name) => Value::Foreign(name.to_owned()),
            Scalar::Strange => Value::Foreign("?".to_owned()),
        }
    }
}

/// One operation of a change.
#[derive(Debug, Clone)]
pub(crate) struct Operation<'a> {
    /// The map or list it writes into; none is the root.
    pub(crate) object: Option<OpName>,
    pub(crate) key: Key<'a>,
    pub(crate) insert: bool,
    pub(crate) action: Action,
    pub(crate) value: Scalar<'a>,
    /// The operations it supersedes.
    pub(crate) predecessors: Vec<OpName>,
}

/// The bytes of a column; empty when it is absent.
fn column<'a>(bytes: &'a [u8], header: &Header, spec: u32) -> &'a [u8] {
    header
        .columns
        .iter()
        .find(|column| column.spec == spec)
        .and_then(|column| bytes.get(column.range.clone()))
        .unwrap_or_default()
}

/// Walks the runs of a column: `sink` gets each value with how often it stands. Answers the sum
/// of all runs, never more than [`limits::OPERATIONS_MAX`].
fn runs<'a, T>(
    bytes: &'a [u8],
    read: impl Fn(&mut Reader<'a>) -> Option<T>,
    mut sink: impl FnMut(Option<T>, u64) -> Result<(), Reason>,
) -> Result<u64, Reason> {
    let bad = Reason::BadColumns;
    let mut reader = Reader::new(bytes);
    let mut total = 0_u64;
    let mut add = |count: u64| {
        total = total.saturating_add(count);
        if total > limits::OPERATIONS_MAX {
            return Err(Reason::TooManyOperations);
        }
        Ok(())
    };
    while !reader.is_done() {
        let count = reader.signed().ok_or(bad)?;
        match count {
            0 => {
                let count = reader.unsigned().ok_or(bad)?;
                add(count)?;
                sink(None, count)?;
            }
            1.. => {
                add(count.unsigned_abs())?;
                sink(Some(read(&mut reader).ok_or(bad)?), count.unsigned_abs())?;
            }
            _ => {
                add(count.unsigned_abs())?;
                for _ in 0..count.unsigned_abs() {
                    sink(Some(read(&mut reader).ok_or(bad)?), 1)?;
                }
            }
        }
    }
    Ok(total)
}

/// The sum of a column of yes and no.
fn flag_runs(bytes: &[u8], mut sink: impl FnMut(bool, u64)) -> Result<u64, Reason> {
    let mut reader = Reader::new(bytes);
    let mut total = 0_u64;
    let mut flag = false;
    while !reader.is_done() {
        let count = reader.unsigned().ok_or(Reason::BadColumns)?;
        total = total.saturating_add(count);
        if total > limits::OPERATIONS_MAX {
            return Err(Reason::TooManyOperations);
        }
        sink(flag, count);
        flag = !flag;
    }
    Ok(total)
}

fn unsigned(reader: &mut Reader<'_>) -> Option<u64> {
    reader.unsigned()
}

fn text<'a>(reader: &mut Reader<'a>) -> Option<&'a str> {
    let length = reader.length()?;
    std::str::from_utf8(reader.take(length)?).ok()
}

/// Step 5 of the guard: adds up every column, checks that all agree, and notes in `header` what
/// the limits are about.
pub(crate) fn measure(bytes: &[u8], header: &mut Header) -> Result<(), Reason> {
    let bad = Reason::BadColumns;
    let none = |_: Option<u64>, _: u64| Ok(());
    let ops = runs(column(bytes, header, ACTION), unsigned, none)?;
    if ops == 0 {
        return Err(bad);
    }
    let agrees = |rows: u64, spec: u32| {
        let absent = rows == 0 && column(bytes, header, spec).is_empty();
        if absent || rows == ops {
            Ok(())
        } else {
            Err(bad)
        }
    };
    for spec in [OBJECT_ACTOR, OBJECT_COUNTER, KEY_ACTOR] {
        agrees(runs(column(bytes, header, spec), unsigned, none)?, spec)?;
    }
    let counters = column(bytes, header, KEY_COUNTER);
    agrees(runs(counters, Reader::signed, |_, _| Ok(()))?, KEY_COUNTER)?;
    let mut longest_key_bytes = 0;
    for spec in [KEY_TEXT, MARK_NAME] {
        let rows = runs(column(bytes, header, spec), text, |key, _| {
            longest_key_bytes = longest_key_bytes.max(key.map_or(0, str::len));
            Ok(())
        })?;
        agrees(rows, spec)?;
    }
    if longest_key_bytes > limits::KEY_BYTES_MAX {
        return Err(Reason::TooLarge);
    }
    for spec in [INSERT, EXPAND] {
        agrees(flag_runs(column(bytes, header, spec), |_, _| {})?, spec)?;
    }
    let (value_bytes, longest_string_bytes) = measure_values(bytes, header, ops)?;
    let predecessors_max = measure_predecessors(bytes, header, ops)?;
    header.ops = ops;
    header.value_bytes = value_bytes;
    header.longest_string_bytes = longest_string_bytes;
    header.longest_key_bytes = longest_key_bytes;
    header.predecessors_max = predecessors_max;
    Ok(())
}

fn measure_values(bytes: &[u8], header: &Header, ops: u64) -> Result<(u64, u64), Reason> {
    let mut sum = 0_u64;
    let mut longest = 0_u64;
    let rows = runs(
        column(bytes, header, VALUE_KIND),
        unsigned,
        |kind, count| {
            let kind = kind.ok_or(Reason::BadColumns)?;
            let size = kind >> 4;
            longest = longest.max(size);
            sum = sum.saturating_add(size.saturating_mul(count));
            Ok(())
        },
    )?;
    if rows != ops {
        return Err(Reason::BadColumns);
    }
    if longest > limits::STRING_BYTES_MAX || sum > limits::VALUE_BYTES_MAX {
        return Err(Reason::TooLarge);
    }
    if u64::try_from(column(bytes, header, VALUE).len()) != Ok(sum) {
        return Err(Reason::BadColumns);
    }
    Ok((sum, longest))
}

fn measure_predecessors(bytes: &[u8], header: &Header, ops: u64) -> Result<u64, Reason> {
    let mut sum = 0_u64;
    let mut most = 0_u64;
    let rows = runs(
        column(bytes, header, PREDECESSORS),
        unsigned,
        |size, count| {
            let size = size.ok_or(Reason::BadColumns)?;
            most = most.max(size);
            sum = sum.saturating_add(size.saturating_mul(count));
            Ok(())
        },
    )?;
    let none = |_: Option<u64>, _: u64| Ok(());
    let actors = runs(column(bytes, header, PREDECESSOR_ACTOR), unsigned, none)?;
    let counters = column(bytes, header, PREDECESSOR_COUNTER);
    let counters = runs(counters, Reader::signed, |_, _| Ok(()))?;
    if most > limits::PREDECESSORS_PER_OPERATION_MAX {
        return Err(Reason::TooManyOperations);
    }
    if rows != ops || actors != sum || counters != sum {
        return Err(Reason::BadColumns);
    }
    Ok(most)
}

/// A column of numbers, expanded. Only after [`measure`].
fn expand<'a, T: Copy>(
    bytes: &'a [u8],
    read: impl Fn(&mut Reader<'a>) -> Option<T>,
) -> Result<Vec<Option<T>>, Reason> {
    let mut all = Vec::new();
    runs(bytes, read, |value, count| {
        let size = all
            .len()
            .saturating_add(usize::try_from(count).unwrap_or(usize::MAX));
        all.resize(size, value);
        Ok(())
    })?;
    Ok(all)
}

/// A column of differences, expanded and added up.
fn expand_deltas(bytes: &[u8]) -> Result<Vec<Option<u64>>, Reason> {
    let mut last = 0_i64;
    expand(bytes, Reader::signed)?
        .into_iter()
        .map(|delta| {
            let Some(delta) = delta else { return Ok(None) };
            last = last.checked_add(delta).ok_or(Reason::BadColumns)?;
            u64::try_from(last)
                .map(Some)
                .map_err(|_| Reason::BadColumns)
        })
        .collect()
}

/// The operations of a change whose columns are measured. At most [`limits::OPERATIONS_MAX`],
/// borrowing their texts from the chunk.
pub(crate) fn operations<'a>(
    bytes: &'a [u8],
    header: &Header,
) -> Result<Vec<Operation<'a>>, Reason> {
    let bad = Reason::BadColumns;
    let of = |spec| column(bytes, header, spec);
    let actions = expand(of(ACTION), unsigned)?;
    let object_actors = expand(of(OBJECT_ACTOR), unsigned)?;
    let object_counters = expand(of(OBJECT_COUNTER), unsigned)?;
    let key_actors = expand(of(KEY_ACTOR), unsigned)?;
    let key_counters = expand_deltas(of(KEY_COUNTER))?;
    let key_texts = expand(of(KEY_TEXT), text)?;
    let mut inserts = Vec::new();
    flag_runs(of(INSERT), |flag, count| {
        let size = inserts.len() + usize::try_from(count).unwrap_or(0);
        inserts.resize(size, flag);
    })?;
    let kinds = expand(of(VALUE_KIND), unsigned)?;
    let mut values = Reader::new(of(VALUE));
    let sizes = expand(of(PREDECESSORS), unsigned)?;
    let actors = expand(of(PREDECESSOR_ACTOR), unsigned)?;
    let counters = expand_deltas(of(PREDECESSOR_COUNTER))?;
    let mut predecessors = actors.into_iter().zip(counters);
    let at = |column: &[Option<u64>], row: usize| column.get(row).copied().flatten();
    let mut all = Vec::with_capacity(actions.len());
    for (row, action) in actions.iter().enumerate() {
        let object = match (at(&object_actors, row), at(&object_counters, row)) {
            (None, None) => None,
            (Some(actor), Some(counter)) => Some(name(header, actor, counter)?),
            _ => return Err(bad),
        };
        let key_text = key_texts.get(row).copied().flatten();
        let key = match (at(&key_actors, row), at(&key_counters, row), key_text) {
            (None, None, Some(text)) => Key::Map(text),
            (None, Some(0), None) => Key::Element,
            (Some(actor), Some(counter), None) => {
                name(header, actor, counter)?;
                Key::Element
            }
            _ => return Err(bad),
        };
        let size = at(&sizes, row).ok_or(bad)?;
        let mut superseded = Vec::new();
        for _ in 0..size {
            let (actor, counter) = predecessors.next().ok_or(bad)?;
            superseded.push(name(header, actor.ok_or(bad)?, counter.ok_or(bad)?)?);
        }
        all.push(Operation {
            object,
            key,
            insert: inserts.get(row).copied().unwrap_or(false),
            action: action_of(action.ok_or(bad)?)?,
            value: scalar(&mut values, at(&kinds, row).ok_or(bad)?)?,
            predecessors: superseded,
        });
    }
    Ok(all)
}

fn name(header: &Header, actor: u64, counter: u64) -> Result<OpName, Reason> {
    let index = usize::try_from(actor).map_err(|_| Reason::BadColumns)?;
    let actor = match index.checked_sub(1) {
        None => header.actor,
        Some(other) => *header.other_actors.get(other).ok_or(Reason::BadColumns)?,
    };
    if counter == 0 || counter >= limits::OPERATION_COUNTER_MAX {
        return Err(Reason::BadColumns);
    }
    Ok(OpName { counter, actor })
}

fn action_of(number: u64) -> Result<Action, Reason> {
    Ok(match number {
        0 => Action::MakeMap,
        1 => Action::Put,
        // A table is a map that only old clients made: as foreign here as a list.
        2 | 4 | 6 => Action::MakeSequence,
        3 => Action::Delete,
        5 => Action::Increment,
        7 => Action::Mark,
        _ => return Err(Reason::BadColumns),
    })
}

fn scalar<'a>(values: &mut Reader<'a>, kind: u64) -> Result<Scalar<'a>, Reason> {
    let bad = Reason::BadColumns;
    let size = usize::try_from(kind >> 4).map_err(|_| bad)?;
    let raw = values.take(size).ok_or(bad)?;
    let mut number = Reader::new(raw);
    let scalar = match kind & 0xf {
        0 => Scalar::Null,
        1 => Scalar::Flag(false),
        2 => Scalar::Flag(true),
        3 => number
            .unsigned()
            .map(|_| Scalar::Other("uint"))
            .ok_or(bad)?,
        4 => Scalar::Int(number.signed().ok_or(bad)?),
        5 if size == 8 => return Ok(Scalar::Other("float")),
        6 => return Ok(Scalar::Text(std::str::from_utf8(raw).map_err(|_| bad)?)),
        7 => return Ok(Scalar::Other("bytes")),
        8 => number.signed().map(|_| Scalar::Strange).ok_or(bad)?,
        9 => number
            .signed()
            .map(|_| Scalar::Other("timestamp"))
            .ok_or(bad)?,
        10.. => return Ok(Scalar::Strange),
        _ => return Err(bad),
    };
    if number.is_done() {
        Ok(scalar)
    } else {
        Err(bad)
    }
}
