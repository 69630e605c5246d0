//! Bringing projects in: checked drafts become documents in the scopes of their communes.

use std::collections::{BTreeMap, BTreeSet};

use jawla_dossier::{Authoring, Document};
use jawla_model::reference::ReferenceBundle;
use jawla_model::{DocumentId, Edit, FieldPath, ReceivedAt, ScopeId};
use jawla_sync::PackEntry;

use super::ServerCore;
use super::office::{Hand, OfficeAuthor, WriteError, claimed, entry_of};
use crate::import::{ImportError, Nature, Parsed, ProjectDraft, Refusal, parse};
use crate::limits::{OFFICE_PACK_BYTES_MAX, OFFICE_PACK_ENTRIES_MAX};
use crate::scopes;
use crate::store::StoreError;

/// What became of a file of projects.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IntakeReport {
    /// Lines read, without the header.
    pub lines: u64,
    /// Projects that are in the log now, by line.
    pub imported: Vec<(u64, DocumentId)>,
    /// Everything that was refused, by line.
    pub refusals: Vec<Refusal>,
    /// Columns that were not read.
    pub unknown_columns: Vec<String>,
}

/// Why an intake stopped. What was imported before it stays; the same file again brings the rest.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// Nothing of the file could be read.
    #[error(transparent)]
    File(#[from] ImportError),
    /// A document could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Reads a file of projects and brings in every line that passes. Lines whose number is taken are
/// refused, so that the same file again changes nothing.
///
/// # Errors
/// [`IntakeError`].
pub fn take_in(
    core: &ServerCore,
    author: OfficeAuthor,
    file: &[u8],
    bundle: &ReferenceBundle,
    nature: Nature,
    now: ReceivedAt,
) -> Result<IntakeReport, IntakeError> {
    let parsed = parse(file, bundle, &core.store().codes_taken()?, nature)?;
    carry_in(core, author, parsed, bundle, now, &mut |_| ())
}

/// Brings in what was read and checked. `progress` is told how many projects are in the log.
///
/// # Errors
/// [`IntakeError`].
pub fn carry_in(
    core: &ServerCore,
    author: OfficeAuthor,
    parsed: Parsed,
    bundle: &ReferenceBundle,
    now: ReceivedAt,
    progress: &mut dyn FnMut(usize),
) -> Result<IntakeReport, IntakeError> {
    let mut report = IntakeReport {
        lines: parsed.lines,
        imported: Vec::new(),
        refusals: parsed.refusals,
        unknown_columns: parsed.unknown_columns,
    };
    let mut by_scope: BTreeMap<String, Vec<ProjectDraft>> = BTreeMap::new();
    for draft in parsed.drafts {
        by_scope
            .entry(draft.communes.join("+"))
            .or_default()
            .push(draft);
    }
    let wanted: BTreeSet<&str> = by_scope.keys().map(String::as_str).collect();
    let scopes = scopes::ensure(core, bundle, &wanted, now)?;
    for (communes, drafts) in &by_scope {
        if let Some(scope) = scopes.get(communes) {
            take_into(core, author, *scope, drafts, now, &mut report)?;
            progress(report.imported.len());
        }
    }
    report.imported.sort_unstable();
    Ok(report)
}

fn take_into(
    core: &ServerCore,
    author: OfficeAuthor,
    scope: ScopeId,
    drafts: &[ProjectDraft],
    now: ReceivedAt,
    report: &mut IntakeReport,
) -> Result<(), IntakeError> {
    let imported = core.with_hand(author, now, |hand| {
        let mut imported = Vec::new();
        let mut pack = Vec::new();
        let mut bytes = 0;
        for draft in drafts {
            let document = DocumentId(core.draw());
            let entries = begin(hand, document, draft, now)?;
            let size: usize = entries.iter().map(|entry| entry.payload.len() + 32).sum();
            let full = pack.len() + entries.len() > OFFICE_PACK_ENTRIES_MAX
                || bytes + size > OFFICE_PACK_BYTES_MAX;
            if full {
                core.push(hand, scope, std::mem::take(&mut pack), now)?;
                bytes = 0;
            }
            bytes += size;
            pack.extend(entries);
            imported.push((draft.line, document));
        }
        if !pack.is_empty() {
            core.push(hand, scope, pack, now)?;
        }
        Ok(imported)
    })?;
    report.imported.extend(imported);
    Ok(())
}

/// The first two entries of a document: its skeleton and what the line says.
fn begin(
    hand: &Hand,
    id: DocumentId,
    draft: &ProjectDraft,
    now: ReceivedAt,
) -> Result<Vec<PackEntry>, WriteError> {
    let edits: Vec<Edit> = draft
        .fields
        .iter()
        .map(|(field, value)| Edit::Set {
            at: FieldPath::project(*field),
            value: value.clone(),
        })
        .collect();
    let mut document = Document::new(id);
    let authoring = Authoring {
        actor: hand.actor(),
        claimed_at: claimed(now),
    };
    let change = document.apply(&edits, &authoring)?;
    let skeleton = Document::skeleton(id, 1);
    Ok(skeleton
        .into_iter()
        .chain(change)
        .map(|change| entry_of(id, change))
        .collect())
}
