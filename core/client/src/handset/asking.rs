//! What pages ask that no list has: the status line, forms, what waits and why, files.

use std::ops::Range;

use jawla_model::{DocumentId, Hash32, VisitId};
use jawla_views::phone::{
    BlobPart, Exchange, Outgoing, PhoneStanding, PhoneStatus, Storage, VisitForm, Waiting,
    WhyWaiting,
};
use jawla_views::{PersonRow, ViewError, Views};

use super::{Handset, found, view_error};
use crate::blobs::FileError;
use crate::device::{Device, Standing};
use crate::error::ClientError;
use crate::limits::FILE_READ_SIZE_BYTES_MAX;

/// The largest part of a file handed to a page at once: a working copy whole.
const PART_BYTES_MAX: u64 = 4 * 1024 * 1024;

impl Handset {
    pub(super) async fn status_now(&self) -> Result<PhoneStatus, ClientError> {
        let exchange = self.exchanger.state();
        let network = self.exchanger.network();
        self.client
            .call(move |device| status(device, exchange, network))
            .await
    }

    pub(super) async fn outgoing_now(&self) -> Result<Vec<Outgoing>, ClientError> {
        let (rows, settings, standing) = self
            .client
            .call(|device| Ok((device.outbox()?, device.settings()?, device.standing())))
            .await?;
        let general = self.exchanger.why(settings, standing);
        let mut all: Vec<Outgoing> = rows
            .into_iter()
            .map(|row| {
                let why = match general {
                    _ if row.failed_files > 0 => WhyWaiting::FileFailed,
                    _ if row.changes == 0 && row.files == 0 => WhyWaiting::BeingTyped,
                    WhyWaiting::NextExchange
                        if row.changes == 0
                            && row.files > 0
                            && !self.exchanger.carries_photos(settings) =>
                    {
                        WhyWaiting::WaitsForFreeLink
                    }
                    other => other,
                };
                Outgoing {
                    document: row.document,
                    visit: row.visit,
                    word: row.word,
                    change_bytes_left: row.bytes_left.saturating_sub(row.file_bytes_left),
                    files_left: row.files,
                    file_bytes_left: row.file_bytes_left,
                    failed_files: row.failed_files,
                    why,
                }
            })
            .collect();
        all.sort_by_key(|one| (one.why != WhyWaiting::FileFailed, one.document, one.visit));
        Ok(all)
    }

    pub(super) async fn form(
        &self,
        document: DocumentId,
        visit: VisitId,
    ) -> Result<Option<VisitForm>, ViewError> {
        let Some(sheet) = self.client.views().visit(document, visit).await? else {
            return Ok(None);
        };
        let read = self
            .client
            .call(move |device| {
                let editing = device.visit_editing(document, visit)?;
                let fields = device.visit_shown(document, visit)?;
                let editable = device.may_write()
                    && match device.check_own_visit(document, visit) {
                        Ok(()) => true,
                        Err(ClientError::NotYours) => false,
                        Err(error) => return Err(error),
                    };
                let before = match device.visit_before(document, visit)? {
                    Some(row) => {
                        let fields = device.visit_shown(document, row.visit)?;
                        Some((row, fields))
                    }
                    None => None,
                };
                let saved_at_ms = device.saved_at_ms(document, visit)?;
                Ok((editing, fields, editable, before, saved_at_ms))
            })
            .await;
        let Some((editing, fields, editable, previous, saved_at_ms)) = found(read)? else {
            return Ok(None);
        };
        let word = self
            .client
            .word_of(sheet.visit.clone())
            .await
            .map_err(view_error)?;
        Ok(Some(VisitForm {
            project: sheet.project,
            visit: sheet.visit,
            fields,
            typed: editing.typed,
            editable,
            word,
            violations: editing.violations,
            progress: editing.progress,
            conflicts: sheet.conflicts,
            previous,
            saved_at_ms,
        }))
    }
}

fn status(
    device: &mut Device,
    exchange: Exchange,
    network: jawla_views::phone::Network,
) -> Result<PhoneStatus, ClientError> {
    let row = match device.row() {
        Ok(row) => Some(row),
        Err(ClientError::NotEnrolled) => None,
        Err(error) => return Err(error),
    };
    let scopes = device.scopes()?;
    // The strongest role: the office's before the field's.
    let role = scopes
        .iter()
        .map(|scope| scope.role)
        .max_by_key(|role| (role.is_office(), role.number()));
    let completed = device.completed_request()?;
    let receipt = row
        .as_ref()
        .filter(|_| completed > 0)
        .map(|row| jawla_sync::receipt::number(&row.server, &row.incarnation, completed));
    let totals = device.outbox_totals()?;
    let records = device.outbox_records()?;
    let clock_off_s = row.as_ref().and_then(|row| {
        let ours_ms = row.last_contact_ms?;
        let theirs_ms = i64::try_from(row.server_time).ok()?.checked_mul(1_000)?;
        Some((ours_ms - theirs_ms) / 1_000)
    });
    Ok(PhoneStatus {
        standing: match device.standing() {
            Standing::NotEnrolled => PhoneStanding::NotEnrolled,
            Standing::Enrolled => PhoneStanding::Enrolled,
            Standing::RolledBack => PhoneStanding::RolledBack,
            Standing::Withdrawn => PhoneStanding::Withdrawn,
        },
        person: row.as_ref().map(|row| PersonRow {
            person: row.person,
            name_fr: row.name_fr.clone(),
            name_ar: row.name_ar.clone(),
            role,
        }),
        role,
        now_ms: device.now().wall_ms,
        last_contact_ms: row.as_ref().and_then(|row| row.last_contact_ms),
        clock_off_s,
        receipt,
        waiting: Waiting {
            records,
            change_bytes: totals.change_bytes,
            files: totals.files,
            file_bytes: totals.file_bytes,
            typing: totals.typing,
        },
        exchange,
        network,
        settings: device.settings()?,
        asides: device.set_aside_shown()?.len() as u64,
        installed: device.is_installed()?,
        storage: Storage {
            free_bytes: device.files().free_bytes(),
            database_bytes: device.database_bytes()?,
            files_bytes: device.files_bytes()?,
        },
        version: env!("CARGO_PKG_VERSION"),
        server: row.map(|row| row.base_url).unwrap_or_default(),
    })
}

/// A range of a file that rows name.
pub(super) fn blob_part(
    device: &Device,
    hash: Hash32,
    range: Option<Range<u64>>,
) -> Result<BlobPart, ClientError> {
    let missing = || ClientError::NotFound("file");
    if !device.names_file(hash)? {
        return Err(missing());
    }
    let size_bytes = device.files().size_bytes(hash)?.ok_or_else(missing)?;
    let range = range.unwrap_or(0..size_bytes);
    let end = range
        .end
        .min(size_bytes)
        .min(range.start.saturating_add(PART_BYTES_MAX));
    let bytes = read_all(device, hash, range.start.min(end)..end)?;
    Ok(BlobPart { bytes, size_bytes })
}

/// Reads a range piece by piece; shorter only at the end of the file.
pub(super) fn read_all(
    device: &Device,
    hash: Hash32,
    range: Range<u64>,
) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    let mut at = range.start;
    while at < range.end {
        let left = usize::try_from(range.end - at).unwrap_or(usize::MAX);
        let piece = device
            .files()
            .read(hash, at, left.min(FILE_READ_SIZE_BYTES_MAX))?;
        if piece.is_empty() {
            break;
        }
        at += piece.len() as u64;
        bytes.extend(piece);
    }
    Ok(bytes)
}
