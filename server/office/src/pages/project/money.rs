//! Official money on the sheet: what stands, what was cancelled and why, who recorded it; the
//! form of those who may record.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{Response, StatusCode};
use jawla_model::money_fact::{
    CANCEL_CHARS_MAX, MoneyError, PARTY_CHARS_MAX, REFERENCE_CHARS_MAX, may_record, standing,
    totals,
};
use jawla_model::{Centimes, ItemId, MoneyAct, MoneyEntry, MoneyFact, MoneyKind, Role};
use jawla_ui::Texts;
use jawla_ui::format::plain;
use jawla_views::{Command, CommandError, MoneyFactRow};

use super::fields::Typed;
use super::history::People;
use super::{Answer, Pairs, done, find, refusal, sheet};
use crate::Office;
use crate::pages::caller::{Caller, Visitor, for_person};
use crate::pages::fault::PageFault;
use crate::pages::moment::{Moment, received_ms};
use crate::pages::names::Choice;

/// The section as shown.
pub(super) struct MoneyShown {
    /// Name of the sum, the sum, and its share where it has a denominator.
    pub(super) sums: Vec<(String, String, Option<String>)>,
    pub(super) newest: Option<String>,
    pub(super) lines: Vec<LineShown>,
    pub(super) form: Option<FormShown>,
}

/// One fact.
pub(super) struct LineShown {
    pub(super) id: String,
    pub(super) kind: &'static str,
    pub(super) amount: String,
    pub(super) day: String,
    pub(super) reference: String,
    pub(super) party: String,
    pub(super) by: String,
    pub(super) recorded: Option<Moment>,
    /// Why it does not stand, and who said so.
    pub(super) cancelled: Option<(String, String)>,
    pub(super) may_cancel: bool,
}

/// The form, with what was typed.
pub(super) struct FormShown {
    pub(super) open: bool,
    pub(super) kinds: Vec<Choice>,
    pub(super) amount: String,
    pub(super) day: String,
    pub(super) reference: String,
    pub(super) party: String,
    pub(super) fault: Option<(&'static str, String)>,
    pub(super) reference_chars_max: usize,
    pub(super) party_chars_max: usize,
    pub(super) cancel_chars_max: usize,
}

impl FormShown {
    pub(super) fn fault_of(&self, field: &str) -> Option<&str> {
        self.fault
            .as_ref()
            .filter(|(of, _)| *of == field)
            .map(|(_, words)| words.as_str())
    }
}

/// What was typed and why it cannot stand.
pub(super) struct Refused {
    typed: Typed,
    field: &'static str,
    words: String,
}

pub(super) fn shown(
    t: Texts,
    role: Role,
    people: &People<'_>,
    rows: &[MoneyFactRow],
    again: Option<&Refused>,
    now_utc_ms: i64,
) -> MoneyShown {
    let facts: Vec<MoneyFact> = rows.iter().map(|row| row.fact.clone()).collect();
    let stands = standing(&facts);
    let sums = totals(&facts);
    let share = |of: Centimes, all: Centimes, key: &str| {
        let bp = i128::from(of.0) * 10_000 / i128::from(all.0.max(1));
        let bp = i64::try_from(bp).unwrap_or(i64::MAX);
        (of.0 > 0 && all.0 > 0).then(|| t.with(key, "share", t.percent(bp)))
    };
    let sum = |kind: MoneyKind, sum: Centimes, share| {
        let label = t.choose(kind.label_fr(), kind.label_ar());
        (label.to_owned(), t.amount(sum.0), share)
    };
    let mut lines: Vec<LineShown> = rows
        .iter()
        .zip(stands)
        .filter_map(|(row, stands)| line(t, role, people, rows, row, stands, now_utc_ms))
        .collect();
    lines.reverse();
    MoneyShown {
        sums: vec![
            sum(MoneyKind::Contract, sums.contracts, None),
            sum(
                MoneyKind::Commitment,
                sums.committed,
                share(sums.committed, sums.contracts, "money-share-contracts"),
            ),
            sum(
                MoneyKind::PaymentOrder,
                sums.ordered,
                share(sums.ordered, sums.committed, "money-share-committed"),
            ),
            sum(
                MoneyKind::Payment,
                sums.paid,
                share(sums.paid, sums.ordered, "money-share-ordered"),
            ),
        ],
        newest: (!sums.newest_on.is_empty())
            .then(|| t.with("money-until", "day", t.day_of(&sums.newest_on))),
        form: may_record(role).then(|| form(t, again)),
        lines,
    }
}

fn line(
    t: Texts,
    role: Role,
    people: &People<'_>,
    rows: &[MoneyFactRow],
    row: &MoneyFactRow,
    stands: bool,
    now_utc_ms: i64,
) -> Option<LineShown> {
    let MoneyAct::Recorded(entry) = &row.fact.act else {
        return None;
    };
    let by_which = rows
        .iter()
        .find(|one| one.fact.replaces == Some(row.fact.id));
    let cancelled = by_which.map(|one| {
        let why = match &one.fact.act {
            MoneyAct::Cancelled(reason) => plain(reason),
            MoneyAct::Recorded(_) => t.get("money-corrected"),
        };
        (why, people.name(Some(one.fact.by)))
    });
    Some(LineShown {
        id: row.fact.id.hex(),
        kind: t.choose(entry.kind.label_fr(), entry.kind.label_ar()),
        amount: t.amount(entry.amount.0),
        day: t.day_of(&entry.on),
        reference: plain(&entry.reference),
        party: plain(&entry.party),
        by: people.name(Some(row.fact.by)),
        recorded: received_ms(row.received_at).and_then(|at| Moment::of(t, at, now_utc_ms)),
        cancelled,
        may_cancel: stands && may_record(role),
    })
}

fn form(t: Texts, again: Option<&Refused>) -> FormShown {
    let typed = |name: &str| {
        let text = again.and_then(|again| again.typed.get(name));
        text.unwrap_or_default().to_owned()
    };
    let chosen = typed("nature");
    FormShown {
        open: again.is_some(),
        kinds: MoneyKind::ALL
            .iter()
            .map(|kind| {
                let label = t.choose(kind.label_fr(), kind.label_ar());
                Choice::new(kind.code(), label.to_owned(), Some(chosen.as_str()))
            })
            .collect(),
        amount: typed("montant"),
        day: typed("date"),
        reference: typed("reference"),
        party: typed("attributaire"),
        fault: again.map(|again| (again.field, again.words.clone())),
        reference_chars_max: REFERENCE_CHARS_MAX,
        party_chars_max: PARTY_CHARS_MAX,
        cancel_chars_max: CANCEL_CHARS_MAX,
    }
}

fn fault_words(t: Texts, error: MoneyError) -> String {
    t.get(&format!("money-fault-{}", error.fault.code()))
}

/// What a form says.
///
/// # Errors
/// The field that cannot be read, and the key of the text that says why.
fn read(typed: &Typed) -> Result<MoneyAct, (&'static str, &'static str)> {
    let text = |name: &str| typed.get(name).unwrap_or_default().trim().to_owned();
    let kind = MoneyKind::from_code(&text("nature")).ok_or(("nature", "money-fault-missing"))?;
    let amount = text("montant");
    let amount = amount
        .trim_end_matches("DH")
        .trim_end_matches("درهم")
        .trim_end();
    let amount = Centimes::parse_dirhams(amount).ok_or(("montant", "money-fault-amount"))?;
    Ok(MoneyAct::Recorded(MoneyEntry {
        kind,
        amount,
        on: text("date"),
        reference: text("reference"),
        party: text("attributaire"),
    }))
}

/// Records a fact.
pub(super) async fn record(
    State(office): State<Office>,
    caller: Caller,
    Path(document): Path<String>,
    form: Pairs,
) -> Response<Body> {
    let office = &office;
    let record = |visitor: Visitor| async move {
        let axum::extract::Form(pairs) = form?;
        let typed = Typed::of(pairs);
        let act = match read(&typed) {
            Ok(act) => act,
            Err((field, key)) => {
                let words = visitor.t.get(key);
                return again(office, visitor, &document, typed, field, words).await;
            }
        };
        order(office, visitor, &document, typed, None, act).await
    };
    for_person(office, &caller, record).await
}

/// Cancels a fact, for a reason that stays beside it.
pub(super) async fn cancel(
    State(office): State<Office>,
    caller: Caller,
    Path((document, fact)): Path<(String, String)>,
    form: Pairs,
) -> Response<Body> {
    let office = &office;
    let cancel = |visitor: Visitor| async move {
        let axum::extract::Form(pairs) = form?;
        let typed = Typed::of(pairs);
        let fact: ItemId = fact.parse().map_err(|_| PageFault::NotFound)?;
        let reason = typed.get("motif").unwrap_or_default().trim().to_owned();
        let act = MoneyAct::Cancelled(reason);
        order(office, visitor, &document, typed, Some(fact), act).await
    };
    for_person(office, &caller, cancel).await
}

async fn order(
    office: &Office,
    visitor: Visitor,
    document: &str,
    typed: Typed,
    replaces: Option<ItemId>,
    act: MoneyAct,
) -> Result<Response<Body>, PageFault> {
    if !may_record(visitor.who.role) {
        return Err(PageFault::NotAllowed);
    }
    let (id, found) = find(office, &visitor, document).await?;
    let what = if replaces.is_some() {
        "argent-annule"
    } else {
        "argent"
    };
    let order = Command::RecordMoney {
        document: id,
        replaces,
        act,
    };
    match office.commands.carry_out(visitor.who.person, order).await {
        Ok(_) => Ok(done(id, what, "argent")),
        Err(CommandError::BadMoney(error)) => {
            let words = fault_words(visitor.t, error);
            again(office, visitor, document, typed, error.field, words).await
        }
        Err(error) => {
            let answer = Answer::alert(refusal(visitor.t, &error)?);
            sheet::page(office, visitor, found, answer, StatusCode::CONFLICT).await
        }
    }
}

/// The sheet again, with what was typed and why it cannot stand.
async fn again(
    office: &Office,
    visitor: Visitor,
    document: &str,
    typed: Typed,
    field: &'static str,
    words: String,
) -> Result<Response<Body>, PageFault> {
    if !may_record(visitor.who.role) {
        return Err(PageFault::NotAllowed);
    }
    let (_, found) = find(office, &visitor, document).await?;
    let answer = Answer {
        alert: Some(words.clone()),
        money: Some(Refused {
            typed,
            field,
            words,
        }),
        ..Answer::default()
    };
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    sheet::page(office, visitor, found, answer, status).await
}
