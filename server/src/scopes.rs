//! The province's scopes: one log per commune, one of the province, one per set of communes that
//! a project spans.

use std::collections::{BTreeMap, BTreeSet};

use jawla_model::reference::ReferenceBundle;
use jawla_model::{ReceivedAt, ScopeId};
use jawla_sync::chain::{ReferencePayload, sha256};

use crate::blobs::BlobError;
use crate::core::ServerCore;
use crate::store::{ScopeDraft, ScopeKind, StoreError};

/// Why the first start of a province failed.
#[derive(Debug, thiserror::Error)]
pub enum ProvinceError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The bundle's file could not be kept.
    #[error(transparent)]
    File(#[from] BlobError),
    /// The bundle could not be written as JSON.
    #[error("the reference bundle cannot be written")]
    Bundle(#[from] serde_json::Error),
}

/// Makes sure that the province is there: its own scope, one of each commune, and the reference
/// bundle in force. Changes nothing when they are.
///
/// # Errors
/// [`ProvinceError`].
pub fn prepare_province(
    core: &ServerCore,
    bundle: &ReferenceBundle,
    now: ReceivedAt,
) -> Result<(), ProvinceError> {
    let communes: BTreeSet<&str> = bundle
        .communes
        .iter()
        .map(|commune| commune.code.as_str())
        .collect();
    let held = core.store().list_scopes()?;
    if !held
        .iter()
        .any(|scope| scope.draft.kind == ScopeKind::Province)
    {
        let draft = ScopeDraft {
            scope: ScopeId(core.draw()),
            kind: ScopeKind::Province,
            parent: None,
            name_fr: format!("Province de {}", bundle.province.name_fr),
            name_ar: format!("إقليم {}", bundle.province.name_ar),
            communes: String::new(),
        };
        core.store().create_scopes(&[draft], now)?;
    }
    ensure(core, bundle, &communes, now)?;
    publish(core, bundle, now)
}

/// Keeps the bundle as a file and puts it into force where it differs from the one that is.
fn publish(
    core: &ServerCore,
    bundle: &ReferenceBundle,
    now: ReceivedAt,
) -> Result<(), ProvinceError> {
    let in_force = core.store().reference_in_force()?;
    let mut version = u64::from(bundle.version);
    if let Some(current) = in_force {
        let same = encoded(bundle, current.version)?;
        if sha256(&same) == current.hash {
            core.blobs().put(&current.hash, &same)?;
            return Ok(());
        }
        version = version.max(current.version + 1);
    }
    let bytes = encoded(bundle, version)?;
    let hash = sha256(&bytes);
    core.blobs().put(&hash, &bytes)?;
    let payload = ReferencePayload {
        version,
        hash,
        size_bytes: bytes.len() as u64,
    };
    core.store().publish_reference(payload, now)?;
    Ok(())
}

fn encoded(bundle: &ReferenceBundle, version: u64) -> Result<Vec<u8>, serde_json::Error> {
    let version = u32::try_from(version).unwrap_or(u32::MAX);
    serde_json::to_vec(&ReferenceBundle {
        version,
        ..bundle.clone()
    })
}

/// The scopes of these communes (`053110513`) or sets of communes (joined by `+`), created where
/// they are missing. Codes that the bundle does not know get none.
///
/// # Errors
/// [`StoreError`].
pub fn ensure(
    core: &ServerCore,
    bundle: &ReferenceBundle,
    wanted: &BTreeSet<&str>,
    now: ReceivedAt,
) -> Result<BTreeMap<String, ScopeId>, StoreError> {
    let held = core.store().list_scopes()?;
    let province = held
        .iter()
        .find(|held| held.draft.kind == ScopeKind::Province)
        .map(|h| h.draft.scope);
    let known: BTreeSet<&str> = held
        .iter()
        .map(|held| held.draft.communes.as_str())
        .collect();
    let drafts: Vec<ScopeDraft> = wanted
        .iter()
        .filter(|communes| !known.contains(*communes))
        .filter_map(|communes| draft(core, bundle, communes, province))
        .collect();
    if !drafts.is_empty() {
        core.store().create_scopes(&drafts, now)?;
    }
    // Read again: another process may have created one of them first.
    Ok(core
        .store()
        .list_scopes()?
        .into_iter()
        .filter(|held| !held.draft.communes.is_empty())
        .map(|held| (held.draft.communes, held.draft.scope))
        .collect())
}

fn draft(
    core: &ServerCore,
    bundle: &ReferenceBundle,
    communes: &str,
    parent: Option<ScopeId>,
) -> Option<ScopeDraft> {
    let members: Option<Vec<_>> = communes
        .split('+')
        .map(|code| bundle.commune(code))
        .collect();
    let members = members?;
    let names = |name: &dyn Fn(&jawla_model::reference::Commune) -> String| {
        members
            .iter()
            .map(|commune| name(commune))
            .collect::<Vec<_>>()
    };
    Some(ScopeDraft {
        scope: ScopeId(core.draw()),
        kind: if members.len() > 1 {
            ScopeKind::Communes
        } else {
            ScopeKind::Commune
        },
        parent,
        name_fr: names(&|commune| commune.name_fr.clone()).join(", "),
        name_ar: names(&|commune| commune.name_ar.clone()).join("، "),
        communes: communes.to_owned(),
    })
}
