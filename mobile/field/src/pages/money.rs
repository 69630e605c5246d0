//! Official money on the sheet of a project: the province's figures, with their date.

use jawla_model::money_fact::{MoneyTotals, totals};
use jawla_model::{MoneyAct, MoneyFact, MoneyKind};
use jawla_ui::Texts;
use jawla_ui::format::plain;
use jawla_views::MoneyFactRow;

/// The section as shown.
#[derive(Default)]
pub(crate) struct Money {
    pub(crate) sums: Vec<(String, String)>,
    pub(crate) lines: Vec<Line>,
    pub(crate) as_of: Option<String>,
}

/// One act.
pub(crate) struct Line {
    pub(crate) kind: &'static str,
    pub(crate) amount: String,
    pub(crate) day: String,
    /// Reference and party.
    pub(crate) about: String,
    /// Why it no longer stands; empty when a corrected one replaced it.
    pub(crate) cancelled: Option<String>,
}

impl Money {
    pub(crate) fn of(t: Texts, rows: &[MoneyFactRow]) -> Self {
        let facts: Vec<MoneyFact> = rows.iter().map(|row| row.fact.clone()).collect();
        let MoneyTotals {
            contracts,
            committed,
            ordered,
            paid,
            ..
        } = totals(&facts);
        let sum = |(kind, sum): (MoneyKind, jawla_model::Centimes)| {
            let label = t.choose(kind.label_fr(), kind.label_ar());
            (sum.0 > 0).then(|| (label.to_owned(), t.amount(sum.0)))
        };
        let sums = [
            (MoneyKind::Contract, contracts),
            (MoneyKind::Commitment, committed),
            (MoneyKind::PaymentOrder, ordered),
            (MoneyKind::Payment, paid),
        ];
        let newest_ms = rows
            .iter()
            .filter_map(|row| i64::try_from(row.received_at.0).ok()?.checked_mul(1_000))
            .max();
        Self {
            sums: sums.into_iter().filter_map(sum).collect(),
            lines: facts
                .iter()
                .rev()
                .filter_map(|fact| Line::of(t, &facts, fact))
                .collect(),
            as_of: newest_ms.map(|at| t.with("money-phone-as-of", "day", t.day(at))),
        }
    }
}

impl Line {
    fn of(t: Texts, facts: &[MoneyFact], fact: &MoneyFact) -> Option<Self> {
        let MoneyAct::Recorded(entry) = &fact.act else {
            return None;
        };
        let instead = facts.iter().find(|one| one.replaces == Some(fact.id));
        let about: Vec<String> = [&entry.reference, &entry.party]
            .into_iter()
            .map(|text| plain(text))
            .filter(|text| !text.is_empty())
            .collect();
        Some(Self {
            kind: t.choose(entry.kind.label_fr(), entry.kind.label_ar()),
            amount: t.amount(entry.amount.0),
            day: t.day_of(&entry.on),
            about: about.join(" · "),
            cancelled: instead.map(|one| match &one.act {
                MoneyAct::Cancelled(reason) => plain(reason),
                MoneyAct::Recorded(_) => String::new(),
            }),
        })
    }
}
