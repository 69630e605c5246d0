//! Official money: what the office records of contracts, commitments, payment orders and
//! payments. Facts stand beside a dossier and never in it; none is edited: a correction or a
//! cancellation names the one it replaces.

use serde::{Deserialize, Serialize};

use crate::ids::{ItemId, PersonId};
use crate::limits::AMOUNT_CENTIMES_MAX;
use crate::money::Centimes;
use crate::permissions::Role;
use crate::state::codes;
use crate::time::is_civil_day;

/// The number or reference of an act: nobody writes a longer one on paper.
pub const REFERENCE_CHARS_MAX: usize = 80;

/// A party's name.
pub const PARTY_CHARS_MAX: usize = 120;

/// Why a fact was cancelled: a sentence or two.
pub const CANCEL_CHARS_MAX: usize = 300;

codes! {
    /// What an amount is (the domain brief 3.5: engagé, émis, payé are three different things).
    MoneyKind {
        Contract "marche" "Marché ou bon de commande" "صفقة أو سند طلب";
        Commitment "engagement" "Engagement" "التزام";
        PaymentOrder "emission" "Émission (ordonnancement)" "أمر بالصرف";
        Payment "paiement" "Paiement" "أداء";
    }
}

impl MoneyKind {
    /// Its number on the wire, for ever.
    pub const fn number(self) -> u8 {
        self as u8 + 1
    }

    /// The kind with that number.
    pub fn from_number(number: u8) -> Option<Self> {
        let index = usize::from(number).checked_sub(1)?;
        Self::ALL.get(index).copied()
    }
}

/// What is recorded of one act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoneyEntry {
    /// What the amount is.
    pub kind: MoneyKind,
    /// How much, above zero.
    pub amount: Centimes,
    /// The day of the act, `2026-11-23`.
    pub on: String,
    /// Its number on paper; may be empty.
    pub reference: String,
    /// The contractor or supplier; a contract must name one.
    pub party: String,
}

/// What a fact says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoneyAct {
    /// An amount was recorded.
    Recorded(MoneyEntry),
    /// The fact that it replaces does not stand, for this reason.
    Cancelled(String),
}

/// One fact of official money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoneyFact {
    /// Which fact.
    pub id: ItemId,
    /// Who recorded it at the office.
    pub by: PersonId,
    /// The fact that no longer stands because of this one.
    pub replaces: Option<ItemId>,
    /// What it says.
    pub act: MoneyAct,
}

/// What is wrong with a fact: the field of the form, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the {field} of the fact cannot stand: {fault:?}")]
pub struct MoneyError {
    /// `montant`, `date`, `reference`, `attributaire`, `motif`, `remplace`.
    pub field: &'static str,
    /// Why.
    pub fault: MoneyFault,
}

/// Why a field of a fact cannot stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoneyFault {
    /// Nothing was written.
    Missing,
    /// Not above zero, or dearer than any project.
    OutOfRange,
    /// No calendar day.
    NotADay,
    /// Longer than the field.
    TooLong,
    /// Signs that no text has.
    BadText,
    /// What it would replace does not stand.
    Gone,
}

impl MoneyFault {
    /// Its word, the end of a text's key.
    pub const fn code(self) -> &'static str {
        match self {
            MoneyFault::Missing => "missing",
            MoneyFault::OutOfRange => "range",
            MoneyFault::NotADay => "day",
            MoneyFault::TooLong => "long",
            MoneyFault::BadText => "text",
            MoneyFault::Gone => "gone",
        }
    }
}

fn text(field: &'static str, text: &str, chars_max: usize) -> Result<(), MoneyError> {
    let fault = if text.chars().count() > chars_max {
        MoneyFault::TooLong
    } else if text.chars().any(char::is_control) || text.trim() != text {
        MoneyFault::BadText
    } else {
        return Ok(());
    };
    Err(MoneyError { field, fault })
}

impl MoneyAct {
    /// Whether it may stand by itself.
    ///
    /// # Errors
    /// The first field that may not.
    pub fn check(&self) -> Result<(), MoneyError> {
        let wrong = |field, fault| Err(MoneyError { field, fault });
        match self {
            MoneyAct::Cancelled(reason) if reason.trim().is_empty() => {
                wrong("motif", MoneyFault::Missing)
            }
            MoneyAct::Cancelled(reason) => text("motif", reason, CANCEL_CHARS_MAX),
            MoneyAct::Recorded(entry) => {
                if entry.amount.0 <= 0 || entry.amount.0 > AMOUNT_CENTIMES_MAX {
                    return wrong("montant", MoneyFault::OutOfRange);
                }
                if !is_civil_day(&entry.on) {
                    return wrong("date", MoneyFault::NotADay);
                }
                text("reference", &entry.reference, REFERENCE_CHARS_MAX)?;
                text("attributaire", &entry.party, PARTY_CHARS_MAX)?;
                if entry.kind == MoneyKind::Contract && entry.party.is_empty() {
                    return wrong("attributaire", MoneyFault::Missing);
                }
                Ok(())
            }
        }
    }
}

/// Who records official money.
pub const fn may_record(role: Role) -> bool {
    role.is_office()
}

/// What stands of a dossier's facts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MoneyTotals {
    /// Contracts.
    pub contracts: Centimes,
    /// Committed (*engagé*).
    pub committed: Centimes,
    /// Ordered for payment (*émis*).
    pub ordered: Centimes,
    /// Paid.
    pub paid: Centimes,
    /// The newest day of an act that stands; empty without one.
    pub newest_on: String,
}

/// Whether each of these facts stands: recorded, and replaced by none of the others.
pub fn standing(facts: &[MoneyFact]) -> Vec<bool> {
    let replaced: std::collections::BTreeSet<ItemId> =
        facts.iter().filter_map(|fact| fact.replaces).collect();
    facts
        .iter()
        .map(|fact| matches!(fact.act, MoneyAct::Recorded(_)) && !replaced.contains(&fact.id))
        .collect()
}

/// The sums of what stands.
pub fn totals(facts: &[MoneyFact]) -> MoneyTotals {
    let mut totals = MoneyTotals::default();
    for (fact, stands) in facts.iter().zip(standing(facts)) {
        let MoneyAct::Recorded(entry) = &fact.act else {
            continue;
        };
        if !stands {
            continue;
        }
        let sum = match entry.kind {
            MoneyKind::Contract => &mut totals.contracts,
            MoneyKind::Commitment => &mut totals.committed,
            MoneyKind::PaymentOrder => &mut totals.ordered,
            MoneyKind::Payment => &mut totals.paid,
        };
        sum.0 = sum.0.saturating_add(entry.amount.0);
        if entry.on > totals.newest_on {
            totals.newest_on.clone_from(&entry.on);
        }
    }
    totals
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> MoneyEntry {
        MoneyEntry {
            kind: MoneyKind::Contract,
            amount: Centimes(23_000_000),
            on: "2026-03-14".into(),
            reference: "BC 12/2026".into(),
            party: "Entreprise Oued Zem".into(),
        }
    }

    fn fact(id: u8, replaces: Option<u8>, act: MoneyAct) -> MoneyFact {
        MoneyFact {
            id: ItemId([id; 16]),
            by: PersonId([9; 16]),
            replaces: replaces.map(|id| ItemId([id; 16])),
            act,
        }
    }

    #[test]
    fn what_may_stand() {
        type Change = fn(&mut MoneyEntry);
        let table: [(Change, Option<(&str, MoneyFault)>); 9] = [
            (|_| {}, None),
            (
                |e| e.amount = Centimes(0),
                Some(("montant", MoneyFault::OutOfRange)),
            ),
            (
                |e| e.amount = Centimes(-5),
                Some(("montant", MoneyFault::OutOfRange)),
            ),
            (
                |e| e.amount = Centimes(i64::MAX),
                Some(("montant", MoneyFault::OutOfRange)),
            ),
            (
                |e| e.on = "2026-02-30".into(),
                Some(("date", MoneyFault::NotADay)),
            ),
            (
                |e| e.reference = "x".repeat(81),
                Some(("reference", MoneyFault::TooLong)),
            ),
            (
                |e| e.party = "a\u{0}b".into(),
                Some(("attributaire", MoneyFault::BadText)),
            ),
            (
                |e| e.party.clear(),
                Some(("attributaire", MoneyFault::Missing)),
            ),
            (
                |e| {
                    e.kind = MoneyKind::Payment;
                    e.party.clear();
                },
                None,
            ),
        ];
        for (change, wanted) in table {
            let mut entry = entry();
            change(&mut entry);
            let found = MoneyAct::Recorded(entry).check().err();
            assert_eq!(found.map(|error| (error.field, error.fault)), wanted);
        }
        assert!(
            MoneyAct::Cancelled("Erreur de saisie".into())
                .check()
                .is_ok()
        );
        assert!(MoneyAct::Cancelled(" ".into()).check().is_err());
    }

    #[test]
    fn numbers_and_kinds_belong_together() {
        for kind in MoneyKind::ALL {
            assert_eq!(MoneyKind::from_number(kind.number()), Some(*kind));
        }
        assert_eq!(MoneyKind::from_number(0), None);
        assert_eq!(MoneyKind::from_number(5), None);
    }

    #[test]
    fn what_is_replaced_or_cancelled_is_in_no_sum() {
        let paid = |centimes, on: &str| {
            MoneyAct::Recorded(MoneyEntry {
                kind: MoneyKind::Payment,
                amount: Centimes(centimes),
                on: on.into(),
                ..entry()
            })
        };
        let facts = [
            fact(1, None, MoneyAct::Recorded(entry())),
            fact(2, None, paid(500, "2026-05-01")),
            fact(3, Some(2), paid(700, "2026-04-01")),
            fact(4, None, paid(900, "2026-06-01")),
            fact(5, Some(4), MoneyAct::Cancelled("Double".into())),
        ];
        assert_eq!(standing(&facts), [true, false, true, false, false]);
        let totals = totals(&facts);
        assert_eq!(totals.contracts, Centimes(23_000_000));
        assert_eq!(totals.paid, Centimes(700));
        assert_eq!(totals.newest_on, "2026-04-01");
    }
}
