//! Who changed what, taking back, what waits and what was not taken.

use jawla_model::{Hash32, ReviewDecision};
use jawla_views::{self as views, Command, Dossiers, PageWindow, Phone};

use crate::error::JawlaError;
use crate::rows::{Names, PageRequest, PhotoInfo, id};
use crate::sheets::{ActionInfo, FieldValue};
use crate::store::FieldStore;
use crate::visits;
use crate::words::{RecordWord, WhyWaiting};

/// One thing that a change did.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Happening {
    /// A field was written.
    FieldSet {
        /// Where, as the text of a path.
        path: String,
        /// The values it superseded: none for the first, several when it settled something.
        before: Vec<FieldValue>,
        /// What it wrote.
        after: FieldValue,
    },
    /// A visit was begun.
    VisitOpened {
        /// Which.
        visit: String,
    },
    /// A visit was finished.
    VisitFinished {
        /// Which.
        visit: String,
    },
    /// The office reviewed a visit.
    Reviewed {
        /// Which.
        visit: String,
        /// Whether it was approved; otherwise it was sent back.
        approved: bool,
        /// The words for its author.
        comment: String,
    },
    /// A photo was added.
    PhotoAttached {
        /// Which.
        photo: PhotoInfo,
    },
    /// A photo was taken out.
    PhotoDetached {
        /// The visit.
        visit: String,
        /// Its hash.
        photo: String,
    },
    /// A difficulty was named, or its note changed.
    DifficultyRaised {
        /// The visit.
        visit: String,
        /// Code of the reason.
        reason: String,
        /// The note.
        note: String,
    },
    /// A difficulty was taken back.
    DifficultyWithdrawn {
        /// The visit.
        visit: String,
        /// Code of the reason.
        reason: String,
    },
    /// An action was planned or changed.
    ActionPlanned {
        /// The visit.
        visit: String,
        /// The action.
        action: ActionInfo,
    },
    /// A quantity was measured.
    QuantityMeasured {
        /// The visit.
        visit: String,
        /// The item.
        item: String,
        /// How much, in thousandths of the item's unit.
        milli: i64,
    },
}

impl From<views::Happening> for Happening {
    fn from(happening: views::Happening) -> Self {
        use views::Happening as From;
        match happening {
            From::Set { at, before, after } => {
                let (jawla_model::FieldPath::Project(key) | jawla_model::FieldPath::Visit(_, key)) =
                    &at;
                Happening::FieldSet {
                    path: at.text(),
                    before: before
                        .iter()
                        .map(|value| FieldValue::of(key, value))
                        .collect(),
                    after: FieldValue::of(key, &after),
                }
            }
            From::VisitOpened(visit) => Happening::VisitOpened { visit: visit.hex() },
            From::VisitFinished(visit) => Happening::VisitFinished { visit: visit.hex() },
            From::Reviewed(visit, review) => Happening::Reviewed {
                visit: visit.hex(),
                approved: review.decision == ReviewDecision::Approved,
                comment: review.comment,
            },
            From::PhotoAttached(visit, photo) => Happening::PhotoAttached {
                photo: PhotoInfo::of(visit, &photo),
            },
            From::PhotoDetached(visit, photo) => Happening::PhotoDetached {
                visit: visit.hex(),
                photo: photo.hex(),
            },
            From::DifficultyRaised(visit, reason, note) => Happening::DifficultyRaised {
                visit: visit.hex(),
                reason,
                note,
            },
            From::DifficultyWithdrawn(visit, reason) => Happening::DifficultyWithdrawn {
                visit: visit.hex(),
                reason,
            },
            From::ActionPlanned(visit, action) => Happening::ActionPlanned {
                visit: visit.hex(),
                action: ActionInfo::from(&action),
            },
            From::QuantityMeasured(visit, item, milli) => Happening::QuantityMeasured {
                visit: visit.hex(),
                item: item.hex(),
                milli,
            },
        }
    }
}

/// One change of a dossier.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct HistoryEntry {
    /// Hash of the change.
    pub change: String,
    /// Who wrote it; none while the log does not say.
    pub author: Option<String>,
    /// Name of that person, French; empty when unknown or erased.
    pub author_name_fr: String,
    /// Name of that person, Arabic.
    pub author_name_ar: String,
    /// Claimed instant, milliseconds since 1970 UTC.
    pub claimed_at_ms: i64,
    /// When the server received it, seconds since 1970 UTC; none while it is on this device only.
    pub received_at_s: Option<u64>,
    /// What it did, in the order of the form.
    pub happenings: Vec<Happening>,
    /// Whether `undo` would take it back.
    pub undoable: bool,
}

fn entry(entry: views::HistoryEntry, names: &Names) -> HistoryEntry {
    let name = entry.author.and_then(|author| names.get(&author));
    HistoryEntry {
        change: entry.change.hex(),
        author: entry.author.map(|author| author.hex()),
        author_name_fr: name.map(|name| name.name_fr.clone()).unwrap_or_default(),
        author_name_ar: name.map(|name| name.name_ar.clone()).unwrap_or_default(),
        claimed_at_ms: entry.claimed_at_ms,
        received_at_s: entry.received_at.map(|at| at.0),
        happenings: entry.happenings.into_iter().map(Happening::from).collect(),
        undoable: entry.undoable,
    }
}

/// A page of a history.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct HistoryPage {
    /// The changes, newest first.
    pub rows: Vec<HistoryEntry>,
    /// How many there are.
    pub total: u64,
    /// The offset of the next page; none on the last.
    pub next_offset: Option<u32>,
}

/// One record on its way to the province.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Outgoing {
    /// The dossier.
    pub document: String,
    /// The visit; none for the project itself.
    pub visit: Option<String>,
    /// The word it shows.
    pub word: RecordWord,
    /// Bytes of changes left.
    pub change_bytes_left: u64,
    /// Files left.
    pub files_left: u64,
    /// Bytes of them left.
    pub file_bytes_left: u64,
    /// Files that arrived damaged twice and wait for `retry_files`.
    pub failed_files: u64,
    /// Why it waits.
    pub why: WhyWaiting,
}

/// Work that the province did not take: kept, explained, reopenable.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SetAside {
    /// The dossier.
    pub document: String,
    /// The visit; none for the project itself.
    pub visit: Option<String>,
    /// Whether a supervisor will rule on it.
    pub quarantined: bool,
    /// Stable code of the reason.
    pub reason: String,
    /// The reason for a person, French.
    pub sentence_fr: String,
    /// The reason for a person, Arabic.
    pub sentence_ar: String,
    /// How many changes.
    pub changes: u64,
    /// Whether `reopen_visit` would make a draft of it.
    pub reopenable: bool,
}

#[uniffi::export]
impl FieldStore {
    /// Who changed what in a dossier, newest first; at most 50 a page.
    ///
    /// # Errors
    /// `FixInput` (`not_an_id`), `Wait`, `ReportBug`, `Closed`. A dossier that is not here has no
    /// history.
    pub async fn history(
        &self,
        document: String,
        page: PageRequest,
    ) -> Result<HistoryPage, JawlaError> {
        let (document, window): (_, PageWindow) = (id(&document)?, page.into());
        self.with(move |handset| async move {
            let names = crate::reading::names(&handset).await?;
            let page = handset.history(document, None, window).await?;
            Ok(HistoryPage {
                next_offset: page.next_offset(),
                total: page.total,
                rows: page
                    .rows
                    .into_iter()
                    .map(|row| entry(row, &names))
                    .collect(),
            })
        })
        .await
    }

    /// Takes back the change that the history named undoable. Durable on return; the history
    /// keeps both.
    ///
    /// # Errors
    /// `FixInput` (`not_undoable`, `not_an_id`), `EnrolAgain`, `ReportBug`, `Closed`.
    pub async fn undo(&self, document: String, change: String) -> Result<(), JawlaError> {
        let change: Hash32 = id(&change)?;
        let command = Command::Undo {
            document: id(&document)?,
            change,
        };
        visits::order(self, command).await.map(|_| ())
    }

    /// What is on its way to the province, what blocks it first.
    ///
    /// # Errors
    /// `Wait`, `ReportBug`, `Closed`.
    pub async fn outgoing(&self) -> Result<Vec<Outgoing>, JawlaError> {
        self.with(|handset| async move {
            let rows = handset.outgoing().await?;
            let one = |row: jawla_views::phone::Outgoing| Outgoing {
                document: row.document.hex(),
                visit: row.visit.map(|visit| visit.hex()),
                word: row.word.into(),
                change_bytes_left: row.change_bytes_left,
                files_left: row.files_left,
                file_bytes_left: row.file_bytes_left,
                failed_files: row.failed_files,
                why: row.why.into(),
            };
            Ok(rows.into_iter().map(one).collect())
        })
        .await
    }

    /// What the province did not take.
    ///
    /// # Errors
    /// `Wait`, `ReportBug`, `Closed`.
    pub async fn set_aside(&self) -> Result<Vec<SetAside>, JawlaError> {
        self.with(|handset| async move {
            let rows = handset.set_aside().await?;
            let one = |row: jawla_views::phone::SetAside| SetAside {
                document: row.document.hex(),
                visit: row.visit.map(|visit| visit.hex()),
                quarantined: row.quarantined,
                reason: row.reason.code().to_owned(),
                sentence_fr: row.reason.sentence_fr().to_owned(),
                sentence_ar: row.reason.sentence_ar().to_owned(),
                changes: row.changes,
                reopenable: row.reopenable,
            };
            Ok(rows.into_iter().map(one).collect())
        })
        .await
    }
}
