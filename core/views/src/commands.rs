//! The orders that pages may give. A store or the server carries them out, by one path for the
//! phone and the office: edit, change, log.

use std::collections::BTreeSet;

use async_trait::async_trait;
use jawla_model::money_fact::MoneyError;
use jawla_model::rules::Violation;
use jawla_model::rules::field::ValueError;
use jawla_model::{
    Claimed, DocumentId, Edit, FieldPath, Hash32, ItemId, MoneyAct, PersonId, Photo, ProjectField,
    Reason, Review, ReviewDecision, Value, VisitField, VisitId, VisitKind, VisitStatus,
};

use crate::error::BoxError;

/// One thing a person ordered on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Settles a disagreement with one of its values or another.
    SettleConflict {
        /// The dossier.
        document: DocumentId,
        /// Where.
        at: FieldPath,
        /// What shall stand.
        value: Value,
        /// The changes whose values the page showed. If others stand there now, the answer is
        /// [`CommandError::Changed`]: nobody settles what they have not seen.
        seen: BTreeSet<Hash32>,
    },
    /// Approves a visit or sends it back.
    ReviewVisit {
        /// The dossier.
        document: DocumentId,
        /// The visit.
        visit: VisitId,
        /// Which of the two.
        decision: ReviewDecision,
        /// The words for its author.
        comment: String,
        /// The field they are about, if one.
        field: Option<VisitField>,
    },
    /// Writes one field of a project; [`Value::Empty`] clears it.
    SetProjectField {
        /// The dossier.
        document: DocumentId,
        /// The field.
        field: ProjectField,
        /// What.
        value: Value,
    },
    /// Begins a visit as a draft. The receipt names it.
    StartVisit {
        /// The dossier.
        document: DocumentId,
        /// Why somebody went there.
        kind: VisitKind,
    },
    /// Writes one field of a visit; [`Value::Empty`] clears it.
    SetVisitField {
        /// The dossier.
        document: DocumentId,
        /// The visit.
        visit: VisitId,
        /// The field.
        field: VisitField,
        /// What.
        value: Value,
    },
    /// Names a difficulty, or changes the note beside it.
    RaiseDifficulty {
        /// The dossier.
        document: DocumentId,
        /// The visit.
        visit: VisitId,
        /// A reason code of the reference bundle.
        reason: String,
        /// What the author wrote about it.
        note: String,
    },
    /// Takes a difficulty back.
    WithdrawDifficulty {
        /// The dossier.
        document: DocumentId,
        /// The visit.
        visit: VisitId,
        /// Its reason code.
        reason: String,
    },
    /// Plans an action, or changes one.
    PlanAction {
        /// The dossier.
        document: DocumentId,
        /// The visit.
        visit: VisitId,
        /// The action; a new one when none is named.
        item: Option<ItemId>,
        /// What is to be done.
        what: String,
        /// By whom.
        owner: String,
        /// Until when, `2026-12-01`; empty when open.
        due: String,
    },
    /// Adds a photo whose file the store has.
    AttachPhoto {
        /// The dossier.
        document: DocumentId,
        /// The visit.
        visit: VisitId,
        /// The photo.
        photo: Photo,
    },
    /// Takes a photo out of a visit; the file stays.
    DetachPhoto {
        /// The dossier.
        document: DocumentId,
        /// The visit.
        visit: VisitId,
        /// The photo.
        photo: Hash32,
    },
    /// *Terminer la visite*.
    FinishVisit {
        /// The dossier.
        document: DocumentId,
        /// The visit.
        visit: VisitId,
    },
    /// Deletes a draft of one's own, photos and all; the history keeps it.
    DeleteDraft {
        /// The dossier.
        document: DocumentId,
        /// The visit.
        visit: VisitId,
    },
    /// Records official money, or cancels what was recorded: the office's alone.
    RecordMoney {
        /// The dossier.
        document: DocumentId,
        /// The fact that no longer stands because of this one.
        replaces: Option<ItemId>,
        /// What to record.
        act: MoneyAct,
    },
    /// Takes back one's own last action here, if nobody has written over it.
    Undo {
        /// The dossier.
        document: DocumentId,
        /// The change to take back, as the history named it.
        change: Hash32,
    },
}

/// What has been done. On return it is durable in the store that was asked; the province gets it
/// later, if that store is a phone's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// The dossier.
    pub document: DocumentId,
    /// The visit that was begun or changed, if one.
    pub visit: Option<VisitId>,
    /// The change that was written; none when the order changed nothing.
    pub change: Option<Hash32>,
}

/// Why an order was not carried out, sorted by what the person can do. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The dossier or visit is not in this store: look for it again.
    #[error("the dossier or visit is not here")]
    NotFound,
    /// Something else stands there than the page showed: look again, then order again.
    #[error("the values changed since they were shown")]
    Changed,
    /// The value may not stand in that field: correct it.
    #[error("the value of {key} cannot stand")]
    BadValue {
        /// The key of the field.
        key: &'static str,
        /// What is wrong with it.
        #[source]
        error: ValueError,
    },
    /// The fact of money may not stand: correct it.
    #[error(transparent)]
    BadMoney(#[from] MoneyError),
    /// Rules are broken, in the order of the form: correct them.
    #[error("{} rules are broken", .0.len())]
    RulesBroken(Vec<Violation>),
    /// The photo cannot be taken: take another.
    #[error("the photo cannot be taken: {0:?}")]
    BadPhoto(PhotoFault),
    /// A visit or a dossier is full: begin another visit.
    #[error("a visit or a dossier is full")]
    TooMuch,
    /// There is nothing to take back, or somebody wrote over it.
    #[error("this cannot be taken back")]
    NotUndoable,
    /// The store must be enrolled (again) before it writes.
    #[error("the store must be enrolled")]
    NotEnrolled,
    /// This person may not do that: ask who may.
    #[error("not allowed: {}", .0.code())]
    NotAllowed(Reason),
    /// No room is left: free some.
    #[error("the store is full")]
    StorageFull,
    /// The store is busy: order again.
    #[error("the store is busy")]
    Busy,
    /// The store failed: tell the administrator.
    #[error("the store failed")]
    Store(#[source] BoxError),
}

/// What is wrong with a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhotoFault {
    /// Neither JPEG nor PNG.
    NotAPhoto,
    /// Too many bytes or pixels.
    TooLarge,
    /// Cut off or damaged.
    Damaged,
}

/// Who carries out orders.
#[async_trait]
pub trait Commands: Send + Sync {
    /// Carries out one order of `by`, whom the caller has identified. Rights are checked here,
    /// not by the page. Ordering the same twice changes nothing the second time, except that a
    /// visit is begun twice.
    ///
    /// # Errors
    /// [`CommandError`]; nothing was changed then.
    async fn carry_out(&self, by: PersonId, command: Command) -> Result<Receipt, CommandError>;
}

/// What carrying out an order takes that the order does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occasion {
    /// Who ordered it.
    pub by: PersonId,
    /// What the clock of the machine that carries it out says.
    pub now: Claimed,
    /// A fresh random id, used if a visit is begun.
    pub fresh_visit: VisitId,
    /// A fresh random id, used if an action is planned.
    pub fresh_item: ItemId,
}

impl Command {
    /// The dossier it is about.
    pub const fn document(&self) -> DocumentId {
        match self {
            Command::SettleConflict { document, .. }
            | Command::ReviewVisit { document, .. }
            | Command::SetProjectField { document, .. }
            | Command::StartVisit { document, .. }
            | Command::SetVisitField { document, .. }
            | Command::RaiseDifficulty { document, .. }
            | Command::AttachPhoto { document, .. }
            | Command::WithdrawDifficulty { document, .. }
            | Command::PlanAction { document, .. }
            | Command::DetachPhoto { document, .. }
            | Command::FinishVisit { document, .. }
            | Command::DeleteDraft { document, .. }
            | Command::RecordMoney { document, .. }
            | Command::Undo { document, .. } => *document,
        }
    }

    /// The visit it begins or is about, if one.
    pub const fn visit(&self, occasion: &Occasion) -> Option<VisitId> {
        match self {
            Command::StartVisit { .. } => Some(occasion.fresh_visit),
            Command::ReviewVisit { visit, .. }
            | Command::SetVisitField { visit, .. }
            | Command::RaiseDifficulty { visit, .. }
            | Command::AttachPhoto { visit, .. }
            | Command::WithdrawDifficulty { visit, .. }
            | Command::PlanAction { visit, .. }
            | Command::DetachPhoto { visit, .. }
            | Command::FinishVisit { visit, .. }
            | Command::DeleteDraft { visit, .. }
            | Command::SettleConflict {
                at: FieldPath::Visit(visit, _),
                ..
            } => Some(*visit),
            Command::SetProjectField { .. }
            | Command::SettleConflict { .. }
            | Command::RecordMoney { .. }
            | Command::Undo { .. } => None,
        }
    }

    /// The edit of the dossier that it means; one meaning for the phone and the office. `None`
    /// for [`Command::Undo`], whose edits follow from the dossier's history, and for
    /// [`Command::RecordMoney`], which stands beside the dossier.
    pub fn into_edit(self, occasion: &Occasion) -> Option<Edit> {
        Some(match self {
            Command::ReviewVisit {
                visit,
                decision,
                comment,
                field,
                ..
            } => Edit::ReviewVisit {
                visit,
                review: Review {
                    decision,
                    author: occasion.by,
                    comment,
                    field: field.map(|field| field.key().to_owned()),
                },
            },
            Command::StartVisit { kind, .. } => Edit::OpenVisit {
                visit: occasion.fresh_visit,
                kind,
                started_at: occasion.now,
                replaces: None,
            },
            Command::RaiseDifficulty {
                visit,
                reason,
                note,
                ..
            } => Edit::RaiseDifficulty {
                visit,
                reason,
                note,
            },
            Command::AttachPhoto { visit, photo, .. } => Edit::AttachPhoto { visit, photo },
            Command::DetachPhoto { visit, photo, .. } => Edit::DetachPhoto { visit, photo },
            Command::FinishVisit { visit, .. } => Edit::FinishVisit {
                visit,
                finished_at: occasion.now,
            },
            Command::WithdrawDifficulty { visit, reason, .. } => {
                Edit::WithdrawDifficulty { visit, reason }
            }
            Command::PlanAction {
                visit,
                item,
                what,
                owner,
                due,
                ..
            } => Edit::PlanAction {
                visit,
                item: item.unwrap_or(occasion.fresh_item),
                what,
                owner,
                due,
            },
            written => {
                let (at, value) = written.into_field()?;
                Edit::Set { at, value }
            }
        })
    }

    /// The field it writes, and what; `None` when it is about more than one field.
    fn into_field(self) -> Option<(FieldPath, Value)> {
        match self {
            Command::SettleConflict { at, value, .. } => Some((at, value)),
            Command::SetProjectField { field, value, .. } => {
                Some((FieldPath::project(field), value))
            }
            Command::SetVisitField {
                visit,
                field,
                value,
                ..
            } => Some((FieldPath::visit(visit, field), value)),
            Command::DeleteDraft { visit, .. } => Some((
                FieldPath::visit(visit, VisitField::Status),
                VisitStatus::Deleted.code().into(),
            )),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OCCASION: Occasion = Occasion {
        by: PersonId([1; 16]),
        now: Claimed(1_763_900_000_000),
        fresh_visit: VisitId([2; 16]),
        fresh_item: ItemId([7; 16]),
    };

    #[test]
    fn a_begun_visit_gets_the_fresh_id_and_the_clock() {
        let order = Command::StartVisit {
            document: DocumentId([3; 16]),
            kind: VisitKind::FollowUp,
        };
        assert_eq!(order.visit(&OCCASION), Some(OCCASION.fresh_visit));
        assert_eq!(
            order.into_edit(&OCCASION),
            Some(Edit::OpenVisit {
                visit: OCCASION.fresh_visit,
                kind: VisitKind::FollowUp,
                started_at: OCCASION.now,
                replaces: None,
            })
        );
    }

    #[test]
    fn a_review_says_who_and_about_what() {
        let order = Command::ReviewVisit {
            document: DocumentId([3; 16]),
            visit: VisitId([4; 16]),
            decision: ReviewDecision::Returned,
            comment: "Photo floue".into(),
            field: Some(VisitField::Progress),
        };
        assert_eq!(order.visit(&OCCASION), Some(VisitId([4; 16])));
        let Some(Edit::ReviewVisit { visit, review }) = order.into_edit(&OCCASION) else {
            panic!("another edit");
        };
        assert_eq!(visit, VisitId([4; 16]));
        assert_eq!(review.author, OCCASION.by);
        assert_eq!(review.field.as_deref(), Some("progress_bp"));
    }

    #[test]
    fn settling_inside_a_visit_is_about_that_visit() {
        let order = |at| Command::SettleConflict {
            document: DocumentId([3; 16]),
            at,
            value: Value::Int(5),
            seen: BTreeSet::new(),
        };
        let inside = FieldPath::visit(VisitId([4; 16]), VisitField::Progress);
        assert_eq!(order(inside).visit(&OCCASION), Some(VisitId([4; 16])));
        let outside = FieldPath::project(ProjectField::Cost);
        assert_eq!(order(outside.clone()).visit(&OCCASION), None);
        assert_eq!(
            order(outside.clone()).into_edit(&OCCASION),
            Some(Edit::Set {
                at: outside,
                value: Value::Int(5)
            })
        );
    }
}
