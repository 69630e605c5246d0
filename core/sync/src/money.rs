//! The payload of a `fact` entry: official money, beside the document and never in it.

use jawla_model::money_fact::{CANCEL_CHARS_MAX, PARTY_CHARS_MAX, REFERENCE_CHARS_MAX};
use jawla_model::{Centimes, ItemId, MoneyAct, MoneyEntry, MoneyFact, MoneyKind, PersonId};

use crate::WireError;
use crate::code::{Reader, Writer};

/// The form described here. A reader of this build passes over any other.
const FORM: u8 = 1;

/// In place of a kind: the fact cancels the one it replaces.
const CANCELLED: u8 = 0;

/// A day as it is written, `2026-11-23`.
const DAY_BYTES: usize = 10;

/// Bytes of one sign of a text, at most.
const CHAR_BYTES_MAX: usize = 4;

/// The payload's bytes: form, id, who, what it replaces, kind, and what the kind has.
pub fn encode(fact: &MoneyFact) -> Vec<u8> {
    let mut writer = Writer::new();
    writer
        .u8(FORM)
        .raw(fact.id.as_bytes())
        .raw(fact.by.as_bytes());
    match &fact.replaces {
        None => writer.block(&[]),
        Some(id) => writer.block(id.as_bytes()),
    };
    match &fact.act {
        MoneyAct::Cancelled(reason) => writer.u8(CANCELLED).block(reason.as_bytes()),
        MoneyAct::Recorded(entry) => writer
            .u8(entry.kind.number())
            .signed(entry.amount.0)
            .block(entry.on.as_bytes())
            .block(entry.reference.as_bytes())
            .block(entry.party.as_bytes()),
    };
    writer.finish()
}

/// Reads a payload. What it says is checked as a form's input is.
///
/// # Errors
/// [`WireError`]; the form of a newer build is [`WireError::Version`].
pub fn decode(bytes: &[u8]) -> Result<MoneyFact, WireError> {
    let bad = WireError::Meaning { what: "fact" };
    let mut reader = Reader::new(bytes);
    if reader.u8()? != FORM {
        return Err(WireError::Version);
    }
    let id = ItemId(reader.array()?);
    let by = PersonId(reader.array()?);
    let replaces = match reader.block(16, "fact")? {
        [] => None,
        id => Some(ItemId::from_slice(id).ok_or(bad)?),
    };
    let act = match reader.u8()? {
        CANCELLED => MoneyAct::Cancelled(reader.text(CANCEL_CHARS_MAX * CHAR_BYTES_MAX, "fact")?),
        number => MoneyAct::Recorded(MoneyEntry {
            kind: MoneyKind::from_number(number).ok_or(bad)?,
            amount: Centimes(reader.signed()?),
            on: reader.text(DAY_BYTES, "fact")?,
            reference: reader.text(REFERENCE_CHARS_MAX * CHAR_BYTES_MAX, "fact")?,
            party: reader.text(PARTY_CHARS_MAX * CHAR_BYTES_MAX, "fact")?,
        }),
    };
    reader.end()?;
    let cancels_nothing = replaces.is_none() && matches!(act, MoneyAct::Cancelled(_));
    if act.check().is_err() || cancels_nothing {
        return Err(bad);
    }
    Ok(MoneyFact {
        id,
        by,
        replaces,
        act,
    })
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;

    fn recorded() -> MoneyFact {
        MoneyFact {
            id: ItemId([1; 16]),
            by: PersonId([2; 16]),
            replaces: None,
            act: MoneyAct::Recorded(MoneyEntry {
                kind: MoneyKind::Payment,
                amount: Centimes(1_250_000),
                on: "2026-11-23".into(),
                reference: "OP 7".into(),
                party: String::new(),
            }),
        }
    }

    fn cancelled() -> MoneyFact {
        MoneyFact {
            id: ItemId([3; 16]),
            by: PersonId([2; 16]),
            replaces: Some(ItemId([1; 16])),
            act: MoneyAct::Cancelled("خطأ".into()),
        }
    }

    /// Bytes that stand in logs for ever.
    #[test]
    fn golden() {
        let table = [
            (
                recorded(),
                "0101010101010101010101010101010101020202020202020202020202020202020004a0cb98010a323032362d31312d3233044f50203700",
            ),
            (
                cancelled(),
                "01030303030303030303030303030303030202020202020202020202020202020210010101010101010101010101010101010006d8aed8b7d8a3",
            ),
        ];
        for (fact, golden) in table {
            let bytes = encode(&fact);
            assert_eq!(HEXLOWER.encode(&bytes), golden);
            assert_eq!(decode(&bytes).unwrap(), fact);
        }
    }

    #[test]
    fn what_is_none_is_refused() {
        for fact in [recorded(), cancelled()] {
            let bytes = encode(&fact);
            for end in 0..bytes.len() {
                assert!(decode(&bytes[..end]).is_err(), "cut at {end}");
            }
            let longer = [bytes.as_slice(), &[0]].concat();
            assert!(decode(&longer).is_err());
            let newer = [&[2], &bytes[1..]].concat();
            assert!(matches!(decode(&newer), Err(WireError::Version)));
        }
        let mut empty = cancelled();
        empty.replaces = None;
        assert!(decode(&encode(&empty)).is_err(), "cancels nothing");
    }
}
