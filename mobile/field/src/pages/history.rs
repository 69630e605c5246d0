//! *Historique*: who changed what when, in words.

use jawla_model::{FieldPath, ReviewDecision, VisitField};
use jawla_ui::format::plain;
use jawla_views::HistoryEntry;
use jawla_views::dossiers::Happening;

use crate::names::Names;

/// A value that a settlement passed over.
pub(crate) struct PassedOver {
    pub(crate) path: String,
    pub(crate) number: usize,
    pub(crate) value: String,
}

/// One change in words.
pub(crate) struct Entry {
    pub(crate) change: String,
    pub(crate) author: String,
    pub(crate) when: String,
    pub(crate) received: bool,
    pub(crate) sentences: Vec<String>,
    pub(crate) passed_over: Vec<PassedOver>,
    pub(crate) undoable: bool,
}

/// The entry in words; none when it holds nothing that this build can say.
pub(crate) fn entry(names: &Names, from: &HistoryEntry) -> Option<Entry> {
    let sentences: Vec<String> = from
        .happenings
        .iter()
        .filter_map(|one| sentence(names, one))
        .collect();
    if sentences.is_empty() {
        return None;
    }
    Some(Entry {
        change: from.change.hex(),
        author: names.person(from.author),
        when: names.t.instant(from.claimed_at_ms),
        received: from.received_at.is_some(),
        sentences,
        passed_over: from
            .happenings
            .iter()
            .flat_map(|one| passed_over(names, one))
            .collect(),
        undoable: from.undoable,
    })
}

fn passed_over(names: &Names, happening: &Happening) -> Vec<PassedOver> {
    let Happening::Set { at, before, after } = happening else {
        return Vec::new();
    };
    if before.len() < 2 {
        return Vec::new();
    }
    before
        .iter()
        .enumerate()
        .filter(|(_, value)| *value != after)
        .map(|(number, value)| PassedOver {
            path: at.text(),
            number,
            value: names.value(at, value),
        })
        .collect()
}

fn sentence(names: &Names, happening: &Happening) -> Option<String> {
    let t = names.t;
    Some(match happening {
        Happening::Set {
            at: FieldPath::Visit(_, key),
            ..
        } if is_inner(key) => return None,
        Happening::Set { at, before, after } => {
            let key = if before.len() > 1 {
                "phone-did-settle"
            } else {
                "phone-did-set"
            };
            let values = [
                ("field", names.field_label(at)),
                ("value", names.value(at, after)),
            ];
            let values = values
                .each_ref()
                .map(|(name, value)| (*name, value.as_str()));
            t.with_all(key, &values)
        }
        Happening::VisitOpened(_) => t.get("phone-did-open"),
        Happening::VisitFinished(_) => t.get("phone-did-finish"),
        Happening::Reviewed(_, review) => match review.decision {
            ReviewDecision::Approved => t.get("phone-did-approve"),
            ReviewDecision::Returned => {
                t.with("phone-did-return", "comment", plain(&review.comment))
            }
        },
        Happening::PhotoAttached(..) => t.get("phone-did-photo"),
        Happening::PhotoDetached(..) => t.get("phone-did-photo-out"),
        Happening::DifficultyRaised(_, reason, _) => {
            t.with("phone-did-difficulty", "reason", names.reason(reason))
        }
        Happening::DifficultyWithdrawn(_, reason) => {
            t.with("phone-did-difficulty-out", "reason", names.reason(reason))
        }
        Happening::ActionPlanned(_, action) => {
            t.with("phone-did-action", "what", plain(&action.what))
        }
        Happening::QuantityMeasured(..) => t.get("phone-did-quantity"),
    })
}

/// Fields of a visit that say nothing to a person: other happenings say it.
fn is_inner(key: &str) -> bool {
    let inner = [
        VisitField::Status,
        VisitField::StartedAt,
        VisitField::FinishedAt,
        VisitField::Kind,
        VisitField::Replaces,
        VisitField::Review,
    ];
    inner.iter().any(|field| field.key() == key)
}
