//! Official money: what the office recorded, as a phone shows it.

use jawla_model::money_fact as model;
use jawla_model::{MoneyAct, MoneyFact};
use jawla_views::MoneyFactRow;

use crate::limits::SHEET_ROWS_MAX;
use crate::rows::Names;
use crate::words::MoneyKind;

/// One amount that the office recorded. None is ever edited: a correction is a new one, and the old
/// one stays with the mark that it no longer stands.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct MoneyRecorded {
    /// Its id.
    pub item: String,
    /// What the amount is.
    pub kind: MoneyKind,
    /// How much, in centimes; above zero.
    pub amount_centimes: i64,
    /// The day of the act, `2026-11-23`.
    pub on: String,
    /// Its number on paper; may be empty.
    pub reference: String,
    /// The contractor or supplier; empty where none was named.
    pub party: String,
    /// Name of the person of the office who recorded it, French; empty when unknown or erased.
    pub by_name_fr: String,
    /// Name of that person, Arabic.
    pub by_name_ar: String,
    /// When the server recorded it, seconds since 1970 UTC.
    pub received_at_s: u64,
    /// Whether it counts: it was neither replaced nor cancelled.
    pub stands: bool,
    /// Why it was cancelled; none while it stands, and where a corrected amount replaced it.
    pub cancelled_because: Option<String>,
}

/// The official money of a project: sums of what stands, and the acts behind them.
#[derive(Debug, Clone, Default, PartialEq, Eq, uniffi::Record)]
pub struct OfficialMoney {
    /// Contracts and purchase orders, in centimes.
    pub contracts_centimes: i64,
    /// Committed (*engagé*), in centimes.
    pub committed_centimes: i64,
    /// Ordered for payment (*émis*), in centimes.
    pub ordered_centimes: i64,
    /// Paid, in centimes.
    pub paid_centimes: i64,
    /// The newest day of an act that stands, `2026-11-23`; empty without one.
    pub newest_on: String,
    /// When the server recorded the newest act, seconds since 1970 UTC: say it beside every sum.
    /// None before the first.
    pub as_of_s: Option<u64>,
    /// The amounts, newest first, those that no longer stand among them; at most 200.
    pub recorded: Vec<MoneyRecorded>,
}

impl OfficialMoney {
    /// Out of the facts of one project, oldest first.
    pub(crate) fn of(rows: &[MoneyFactRow], names: &Names) -> Self {
        let facts: Vec<MoneyFact> = rows.iter().map(|row| row.fact.clone()).collect();
        let sums = model::totals(&facts);
        let standing = model::standing(&facts);
        let lines = rows.iter().zip(standing).rev();
        Self {
            contracts_centimes: sums.contracts.0,
            committed_centimes: sums.committed.0,
            ordered_centimes: sums.ordered.0,
            paid_centimes: sums.paid.0,
            newest_on: sums.newest_on,
            as_of_s: rows.iter().map(|row| row.received_at.0).max(),
            recorded: lines
                .filter_map(|(row, stands)| recorded(row, stands, &facts, names))
                .take(SHEET_ROWS_MAX)
                .collect(),
        }
    }
}

fn recorded(
    row: &MoneyFactRow,
    stands: bool,
    facts: &[MoneyFact],
    names: &Names,
) -> Option<MoneyRecorded> {
    let MoneyAct::Recorded(entry) = &row.fact.act else {
        return None;
    };
    let by = names.get(&row.fact.by);
    let cancelled_because = facts.iter().find_map(|fact| match &fact.act {
        MoneyAct::Cancelled(why) if fact.replaces == Some(row.fact.id) => Some(why.clone()),
        MoneyAct::Cancelled(_) | MoneyAct::Recorded(_) => None,
    });
    Some(MoneyRecorded {
        item: row.fact.id.hex(),
        kind: entry.kind.into(),
        amount_centimes: entry.amount.0,
        on: entry.on.clone(),
        reference: entry.reference.clone(),
        party: entry.party.clone(),
        by_name_fr: by.map(|name| name.name_fr.clone()).unwrap_or_default(),
        by_name_ar: by.map(|name| name.name_ar.clone()).unwrap_or_default(),
        received_at_s: row.received_at.0,
        stands,
        cancelled_because,
    })
}

#[cfg(test)]
mod tests {
    use jawla_model::{Centimes, ItemId, MoneyEntry, PersonId, ReceivedAt};

    use super::*;

    fn row(item: u8, replaces: Option<u8>, act: MoneyAct) -> MoneyFactRow {
        MoneyFactRow {
            received_at: ReceivedAt(1_700_000_000 + u64::from(item)),
            fact: MoneyFact {
                id: ItemId([item; 16]),
                by: PersonId([9; 16]),
                replaces: replaces.map(|item| ItemId([item; 16])),
                act,
            },
        }
    }

    fn paid(centimes: i64) -> MoneyAct {
        MoneyAct::Recorded(MoneyEntry {
            kind: model::MoneyKind::Payment,
            amount: Centimes(centimes),
            on: "2026-05-01".into(),
            reference: String::new(),
            party: String::new(),
        })
    }

    #[test]
    fn what_was_cancelled_stays_with_its_reason_and_counts_in_no_sum() {
        let rows = [
            row(1, None, paid(500)),
            row(2, None, paid(900)),
            row(3, Some(2), MoneyAct::Cancelled("Double".into())),
            row(4, Some(1), paid(700)),
        ];
        let money = OfficialMoney::of(&rows, &Names::new());
        assert_eq!(
            (money.paid_centimes, money.as_of_s),
            (700, Some(1_700_000_004))
        );
        let told: Vec<_> = money
            .recorded
            .iter()
            .map(|one| {
                (
                    one.amount_centimes,
                    one.stands,
                    one.cancelled_because.as_deref(),
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                (700, true, None),
                (900, false, Some("Double")),
                (500, false, None)
            ]
        );
        assert_eq!(
            OfficialMoney::of(&[], &Names::new()),
            OfficialMoney::default()
        );
    }
}
