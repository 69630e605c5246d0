//! `jawla status`: figures for the operator.

use jawla_model::{IncarnationId, PersonId, ReceivedAt};
use jawla_sync::server::Standing;

use crate::store::{Store, StoreError, StoreFigures};

/// One phone, as the operator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceStatus {
    /// Which.
    pub incarnation: IncarnationId,
    /// Whose.
    pub person: PersonId,
    /// Model and system.
    pub device_name: String,
    /// How it stands.
    pub standing: Standing,
    /// Its last request.
    pub seen_at: ReceivedAt,
}

/// The figures of one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerStatus {
    /// Of the store.
    pub figures: StoreFigures,
    /// Phones, newest contact first.
    pub devices: Vec<DeviceStatus>,
}

/// Reads the figures. Writes nothing.
///
/// # Errors
/// [`StoreError`].
pub fn status(store: &dyn Store) -> Result<ServerStatus, StoreError> {
    let devices = store.list_devices()?;
    Ok(ServerStatus {
        figures: store.figures()?,
        devices: devices
            .into_iter()
            .map(|held| DeviceStatus {
                incarnation: held.incarnation,
                person: held.person,
                device_name: held.device_name,
                standing: held.standing,
                seen_at: held.seen_at,
            })
            .collect(),
    })
}
