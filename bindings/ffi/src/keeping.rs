//! Taking unsent work out as a file, and saying how the store is without saying whose.

use std::path::PathBuf;

use jawla_views::{ConflictQuery, PageWindow, Phone, ProjectQuery};

use crate::error::JawlaError;
use crate::store::FieldStore;
use crate::words::{NetworkKind, Standing, WhyWaiting};

/// What an export holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct ExportReport {
    /// Signed packs.
    pub packs: u64,
    /// Changes in them.
    pub changes: u64,
    /// Photos and thumbnails.
    pub files: u64,
    /// Size of the file.
    pub size_bytes: u64,
}

/// How the store is, for a report of a defect: counts, versions, sizes, codes. No name, no id, no
/// address, no text that a person wrote.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Diagnostics {
    /// Version of this library.
    pub library_version: String,
    /// Version of the reference data.
    pub reference_version: u32,
    /// Whether the store is encrypted at rest.
    pub encrypted: bool,
    /// Whether it may write.
    pub standing: Standing,
    /// Scopes.
    pub scopes: u32,
    /// Projects.
    pub projects: u64,
    /// Open disagreements.
    pub disagreements: u64,
    /// Records that wait.
    pub waiting_records: u64,
    /// Bytes of their changes.
    pub waiting_change_bytes: u64,
    /// Files that wait.
    pub waiting_files: u64,
    /// Bytes of them.
    pub waiting_file_bytes: u64,
    /// Files that arrived damaged twice.
    pub failed_files: u64,
    /// Fields being typed.
    pub typing_fields: u64,
    /// Codes of the reasons why work was set aside, each once.
    pub set_aside_reasons: Vec<String>,
    /// Size of the database.
    pub database_bytes: u64,
    /// Size of photos and other files.
    pub files_bytes: u64,
    /// The link, as the app said.
    pub network: NetworkKind,
    /// Why the last exchange broke off, if it waits.
    pub waiting_for: Option<WhyWaiting>,
    /// Hours since the last complete exchange; none before the first.
    pub hours_since_contact: Option<i64>,
    /// How far the device's clock is ahead of the server's, in seconds.
    pub clock_off_s: Option<i64>,
}

#[uniffi::export]
impl FieldStore {
    /// Writes everything that the province has not acknowledged into a new file at `path`: signed
    /// packs and the photos they name, sealed by a signature of this device. For a device that
    /// finds no network. The file is not encrypted: hand it over as you would the device. The
    /// store stays as it is and goes on sending.
    ///
    /// # Errors
    /// `EnrolAgain`, `AskPerson` (`storage_full`), `ReportBug` (`storage`: the place cannot be
    /// written), `Closed`; there is no file then.
    pub async fn export_unsent(&self, path: String) -> Result<ExportReport, JawlaError> {
        self.with(move |handset| async move {
            let done = handset.client().export_unsent(PathBuf::from(path)).await?;
            Ok(ExportReport {
                packs: done.packs,
                changes: done.changes,
                files: done.files,
                size_bytes: done.size_bytes,
            })
        })
        .await
    }

    /// How the store is, without personal data.
    ///
    /// # Errors
    /// `Wait`, `ReportBug`, `Closed`.
    pub async fn diagnostics(&self) -> Result<Diagnostics, JawlaError> {
        self.with(|handset| async move {
            let status = handset.status().await?;
            let window = PageWindow {
                offset: 0,
                rows_max: 1,
            };
            let projects = ProjectQuery {
                window,
                ..ProjectQuery::default()
            };
            let conflicts = ConflictQuery {
                window,
                ..ConflictQuery::default()
            };
            let views = handset.views();
            let mut reasons: Vec<String> = handset
                .set_aside()
                .await?
                .iter()
                .map(|row| row.reason.code().to_owned())
                .collect();
            reasons.sort();
            reasons.dedup();
            let outgoing = handset.outgoing().await?;
            let scopes = handset.client().scopes().await?.len();
            Ok(Diagnostics {
                library_version: crate::library_version(),
                reference_version: handset.reference().await.version,
                encrypted: cfg!(feature = "encryption"),
                standing: status.standing.into(),
                scopes: u32::try_from(scopes).unwrap_or(u32::MAX),
                projects: views.projects(&projects).await?.total,
                disagreements: views.conflicts(&conflicts).await?.total,
                waiting_records: status.waiting.records,
                waiting_change_bytes: status.waiting.change_bytes,
                waiting_files: status.waiting.files,
                waiting_file_bytes: status.waiting.file_bytes,
                failed_files: outgoing.iter().map(|row| row.failed_files).sum(),
                typing_fields: status.waiting.typing,
                set_aside_reasons: reasons,
                database_bytes: status.storage.database_bytes,
                files_bytes: status.storage.files_bytes,
                network: status.network.into(),
                waiting_for: match status.exchange {
                    jawla_views::phone::Exchange::Waiting { why, .. } => Some(why.into()),
                    _ => None,
                },
                hours_since_contact: status
                    .last_contact_ms
                    .map(|contact_ms| status.now_ms.saturating_sub(contact_ms) / 3_600_000),
                clock_off_s: status.clock_off_s,
            })
        })
        .await
    }
}
