//! Who changed what, when: the audit trail of a dossier.

use std::collections::BTreeMap;

use jawla_model::{FieldPath, PersonId, ReviewDecision, Value, VisitField};
use jawla_ui::Texts;
use jawla_views::{Happening, HistoryEntry, PersonRow};

use crate::format::{self, plain};
use crate::pages::moment::{Moment, received_ms};
use crate::pages::names::Names;
use crate::pages::values;

/// Characters of a value that the history shows: a line.
const VALUE_CHARS_MAX: usize = 120;

/// One change.
pub(crate) struct EntryShown {
    pub(crate) author: String,
    pub(crate) moment: Option<Moment>,
    pub(crate) received: Option<String>,
    pub(crate) lines: Vec<Line>,
    /// The change, where its author may take it back.
    pub(crate) undo: Option<String>,
}

/// One thing it did.
pub(crate) struct Line {
    pub(crate) what: String,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
}

/// Names of people by id.
pub(crate) struct People<'a> {
    t: Texts,
    by_id: BTreeMap<PersonId, &'a PersonRow>,
}

impl<'a> People<'a> {
    pub(crate) fn of(t: Texts, rows: &'a [PersonRow]) -> Self {
        Self {
            t,
            by_id: rows.iter().map(|row| (row.person, row)).collect(),
        }
    }

    pub(crate) fn name(&self, person: Option<PersonId>) -> String {
        person
            .and_then(|person| self.by_id.get(&person))
            .map(|row| plain(self.t.choose(&row.name_fr, &row.name_ar)))
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| self.t.get("office-feed-unknown-author"))
    }
}

impl EntryShown {
    pub(crate) fn of(
        t: Texts,
        names: &Names<'_>,
        people: &People<'_>,
        entry: &HistoryEntry,
        now_utc_ms: i64,
    ) -> Self {
        Self {
            author: people.name(entry.author),
            moment: Moment::of(t, entry.claimed_at_ms, now_utc_ms),
            received: entry
                .received_at
                .and_then(received_ms)
                .map(|at| t.with("office-history-received", "instant", t.instant(at))),
            lines: entry
                .happenings
                .iter()
                .map(|happening| line(t, names, happening))
                .collect(),
            undo: entry.undoable.then(|| entry.change.hex()),
        }
    }
}

fn told(what: String) -> Line {
    Line {
        what,
        before: None,
        after: None,
    }
}

fn said(what: String, text: &str) -> Line {
    let text = format::cut(&plain(text), VALUE_CHARS_MAX);
    Line {
        what,
        before: None,
        after: (!text.is_empty()).then_some(text),
    }
}

fn line(t: Texts, names: &Names<'_>, happening: &Happening) -> Line {
    match happening {
        Happening::Set { at, before, after } => set(t, names, at, before, after),
        Happening::VisitOpened(_) => told(t.get("office-history-visit-opened")),
        Happening::VisitFinished(_) => told(t.get("office-history-visit-finished")),
        Happening::Reviewed(_, review) => {
            let what = match review.decision {
                ReviewDecision::Approved => t.get("office-history-approved"),
                ReviewDecision::Returned => t.get("office-history-returned"),
            };
            said(what, &review.comment)
        }
        Happening::PhotoAttached(..) => told(t.get("office-history-photo-attached")),
        Happening::PhotoDetached(..) => told(t.get("office-history-photo-detached")),
        Happening::DifficultyRaised(_, reason, note) => {
            let what = t.with("office-history-difficulty", "reason", names.reason(reason));
            said(what, note)
        }
        Happening::DifficultyWithdrawn(_, reason) => told(t.with(
            "office-history-difficulty-withdrawn",
            "reason",
            names.reason(reason),
        )),
        Happening::ActionPlanned(_, action) => said(t.get("office-history-action"), &action.what),
        Happening::QuantityMeasured(..) => told(t.get("office-history-quantity")),
    }
}

fn set(t: Texts, names: &Names<'_>, at: &FieldPath, before: &[Value], after: &Value) -> Line {
    let Some(spec) = at.spec() else {
        return told(t.get("office-history-newer"));
    };
    let shown = |value: &Value| {
        let text = values::shown(t, names, &spec, value);
        format::cut(&text, VALUE_CHARS_MAX)
    };
    let label = values::label(t, &spec).to_owned();
    let what = match at {
        FieldPath::Visit(_, key) if key != VisitField::Review.key() => {
            t.with("office-history-in-visit", "field", label)
        }
        _ => label,
    };
    let before: Vec<String> = before.iter().map(shown).collect();
    Line {
        what,
        before: (!before.is_empty()).then(|| before.join(" ≠ ")),
        after: Some(shown(after)),
    }
}
