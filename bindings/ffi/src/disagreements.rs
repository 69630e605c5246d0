//! Values *à départager*, and settling them.

use std::collections::BTreeSet;

use jawla_model::{FieldPath, Hash32};
use jawla_views::{Command, ConflictListed, ConflictQuery, ConflictRow, Phone};

use crate::error::JawlaError;
use crate::rows::{Names, PageRequest, id};
use crate::sheets::FieldValue;
use crate::store::FieldStore;
use crate::visits;

/// One of the values that disagree.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct DisagreementValue {
    /// The value.
    pub value: FieldValue,
    /// Hash of the change that wrote it: give all of them back as `seen` when settling.
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
}

/// A field in which people disagree.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Disagreement {
    /// The dossier.
    pub document: String,
    /// Where: `project/note` or `visits/…/note`. Give it back as it is.
    pub path: String,
    /// The key of the field.
    pub key: String,
    /// The visit it is in; none for a field of the project.
    pub visit: Option<String>,
    /// Whether it is money or a measured quantity.
    pub weighty: bool,
    /// The values, the provisional one first.
    pub values: Vec<DisagreementValue>,
    /// The project's French title; empty in a sheet of that project.
    pub title_fr: String,
    /// The project's Arabic title.
    pub title_ar: String,
}

impl Disagreement {
    pub(crate) fn of(row: ConflictRow, names: &Names) -> Self {
        let (key, visit) = match row.at() {
            Some(FieldPath::Visit(visit, key)) => (key, Some(visit.hex())),
            Some(FieldPath::Project(key)) => (key, None),
            None => (row.path.clone(), None),
        };
        let value = |one: jawla_views::ConflictValue| {
            let name = one.author.and_then(|author| names.get(&author));
            DisagreementValue {
                value: FieldValue::of(&key, &one.value),
                change: one.change.hex(),
                author: one.author.map(|author| author.hex()),
                author_name_fr: name.map(|name| name.name_fr.clone()).unwrap_or_default(),
                author_name_ar: name.map(|name| name.name_ar.clone()).unwrap_or_default(),
                claimed_at_ms: one.claimed_at_ms,
                received_at_s: one.received_at.map(|at| at.0),
            }
        };
        Self {
            document: row.document.hex(),
            values: row.values.into_iter().map(value).collect(),
            path: row.path,
            key,
            visit,
            weighty: row.weighty,
            title_fr: String::new(),
            title_ar: String::new(),
        }
    }

    fn listed(listed: ConflictListed, names: &Names) -> Self {
        Self {
            title_fr: listed.project.title_fr,
            title_ar: listed.project.title_ar,
            ..Self::of(listed.conflict, names)
        }
    }
}

/// A page of disagreements.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct DisagreementPage {
    /// The rows, the weighty ones first.
    pub rows: Vec<Disagreement>,
    /// How many the whole list has.
    pub total: u64,
    /// The offset of the next page; none on the last.
    pub next_offset: Option<u32>,
}

#[uniffi::export]
impl FieldStore {
    /// Open disagreements, of one dossier or of all.
    ///
    /// # Errors
    /// `FixInput` (`not_an_id`), `Wait`, `ReportBug`, `Closed`.
    pub async fn disagreements(
        &self,
        document: Option<String>,
        page: PageRequest,
    ) -> Result<DisagreementPage, JawlaError> {
        let query = ConflictQuery {
            document: document.as_deref().map(id).transpose()?,
            window: page.into(),
            ..ConflictQuery::default()
        };
        self.with(move |handset| async move {
            let names = crate::reading::names(&handset).await?;
            let page = handset.views().conflicts(&query).await?;
            Ok(DisagreementPage {
                next_offset: page.next_offset(),
                total: page.total,
                rows: page
                    .rows
                    .into_iter()
                    .map(|row| Disagreement::listed(row, &names))
                    .collect(),
            })
        })
        .await
    }

    /// Settles a disagreement with one of its values or another. `seen` names the changes whose
    /// values the person saw: if others stand there now, nobody settles what they have not seen.
    /// Durable on return.
    ///
    /// # Errors
    /// `FixInput` (`changed`: show it again; `not_an_id`, `value_…`), `AskPerson`
    /// (`not_allowed`), `EnrolAgain`, `ReportBug`, `Closed`.
    pub async fn settle(
        &self,
        document: String,
        path: String,
        value: FieldValue,
        seen: Vec<String>,
    ) -> Result<(), JawlaError> {
        let seen = seen.iter().map(|change| id(change));
        let seen: BTreeSet<Hash32> = seen.collect::<Result<_, _>>()?;
        let command = Command::SettleConflict {
            document: id(&document)?,
            at: FieldPath::from_text(&path).ok_or_else(|| JawlaError::unknown_field(&path))?,
            value: value.into(),
            seen,
        };
        visits::order(self, command).await.map(|_| ())
    }
}
