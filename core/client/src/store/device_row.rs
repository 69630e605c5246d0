//! The one row that says who this device is.

use jawla_model::{IncarnationId, PersonId, ServerId};
use jawla_sync::device::Identity;
use jawla_sync::{SigningKey, VerifyingKey};
use jawla_views::PersonRow;
use rusqlite::{Connection, OptionalExtension, params};

use super::{bytes_at, maybe_bytes_at};
use crate::error::ClientError;

/// Who this device is, and where it stands with its server.
#[derive(Clone)]
pub struct DeviceRow {
    /// This life of this store.
    pub incarnation: IncarnationId,
    /// Its secret key.
    pub signing_key: [u8; 32],
    /// The server.
    pub server: ServerId,
    /// The key that the server signs with.
    pub server_key: [u8; 32],
    /// The pin of its TLS key; none for plain HTTP on loopback.
    pub tls_pin: Option<[u8; 32]>,
    /// Where it is.
    pub base_url: String,
    /// Whose device this is.
    pub person: PersonId,
    /// The person's French name.
    pub name_fr: String,
    /// The person's Arabic name.
    pub name_ar: String,
    /// The server's word on it.
    pub certificate: Vec<u8>,
    /// Version of the set of scopes.
    pub scope_set_version: u64,
    /// Number of the last request that may have left.
    pub last_request: u64,
    /// Whether outcomes must be asked for before packs are sent.
    pub ask_first: bool,
    /// Number of the next pack.
    pub next_pack: u64,
    /// Newest ruling seen.
    pub ruling_seen: u64,
    /// Newest change of the people list seen.
    pub people_seen: u64,
    /// Newest verified copy heard of.
    pub backup_no: u64,
    /// Whether own entries are asked for with their bytes.
    pub full: bool,
    /// Ticket for files.
    pub ticket: Option<Vec<u8>>,
    /// Until when it is good, seconds since 1970 UTC by the server's clock.
    pub ticket_expires: u64,
    /// The server's clock at the last contact.
    pub server_time: u64,
    /// The device's own clock at the last contact, UTC milliseconds.
    pub last_contact_ms: Option<i64>,
}

impl std::fmt::Debug for DeviceRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeviceRow")
            .field("incarnation", &self.incarnation)
            .finish_non_exhaustive()
    }
}

impl DeviceRow {
    /// The row, if the device is enrolled.
    ///
    /// # Errors
    /// [`ClientError::Storage`].
    pub fn find(conn: &Connection) -> Result<Option<Self>, ClientError> {
        let row = conn
            .prepare_cached("SELECT * FROM device WHERE one = 1")?
            .query_row([], |row| {
                Ok(Self {
                    incarnation: IncarnationId(bytes_at(row, "incarnation")?),
                    signing_key: bytes_at(row, "signing_key")?,
                    server: ServerId(bytes_at(row, "server")?),
                    server_key: bytes_at(row, "server_key")?,
                    tls_pin: maybe_bytes_at(row, "tls_pin")?,
                    base_url: row.get("base_url")?,
                    person: PersonId(bytes_at(row, "person")?),
                    name_fr: row.get("name_fr")?,
                    name_ar: row.get("name_ar")?,
                    certificate: row.get("certificate")?,
                    scope_set_version: row.get("scope_set_version")?,
                    last_request: row.get("last_request")?,
                    ask_first: row.get("ask_first")?,
                    next_pack: row.get("next_pack")?,
                    ruling_seen: row.get("ruling_seen")?,
                    people_seen: row.get("people_seen")?,
                    backup_no: row.get("backup_no")?,
                    full: row.get("full")?,
                    ticket: row.get("ticket")?,
                    ticket_expires: row.get("ticket_expires")?,
                    server_time: row.get("server_time")?,
                    last_contact_ms: row.get("last_contact_ms")?,
                })
            })
            .optional()?;
        Ok(row)
    }

    /// The row of an enrolled device.
    ///
    /// # Errors
    /// [`ClientError::NotEnrolled`], [`ClientError::Storage`].
    pub fn get(conn: &Connection) -> Result<Self, ClientError> {
        Self::find(conn)?.ok_or(ClientError::NotEnrolled)
    }

    /// Writes the row of a new incarnation, in place of an earlier one.
    ///
    /// # Errors
    /// [`ClientError::Storage`].
    pub fn replace(&self, conn: &Connection) -> Result<(), ClientError> {
        conn.execute(
            "INSERT OR REPLACE INTO device (one, incarnation, signing_key, server, server_key,
                 tls_pin, base_url, person, name_fr, name_ar, certificate, scope_set_version,
                 last_request, next_pack)
             VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            params![
                self.incarnation.0,
                self.signing_key,
                self.server.0,
                self.server_key,
                self.tls_pin,
                self.base_url,
                self.person.0,
                self.name_fr,
                self.name_ar,
                self.certificate,
                self.scope_set_version,
                self.last_request,
                self.next_pack,
            ],
        )?;
        Ok(())
    }

    /// What the engine needs to know of it.
    ///
    /// # Errors
    /// [`ClientError::Defect`] when the server's key is none.
    pub fn identity(&self) -> Result<Identity, ClientError> {
        Ok(Identity {
            incarnation: self.incarnation,
            key: SigningKey::from_bytes(&self.signing_key),
            server: self.server,
            server_key: VerifyingKey::from_bytes(&self.server_key)
                .map_err(|_| ClientError::Defect("the server's key is no key"))?,
        })
    }
}

/// Keeps the number of the last request; it never falls.
pub(crate) fn save_request_no(conn: &Connection, no: u64) -> Result<(), ClientError> {
    conn.prepare_cached("UPDATE device SET last_request = max(last_request, ?1)")?
        .execute([no])?;
    Ok(())
}

/// Keeps whether outcomes must be asked for first.
pub(crate) fn save_ask_first(conn: &Connection, ask: bool) -> Result<(), ClientError> {
    conn.prepare_cached("UPDATE device SET ask_first = ?1")?
        .execute([ask])?;
    Ok(())
}

/// Keeps whether own entries are asked for with their bytes.
pub(crate) fn save_full(conn: &Connection, full: bool) -> Result<(), ClientError> {
    conn.prepare_cached("UPDATE device SET full = ?1")?
        .execute([full])?;
    Ok(())
}

/// Keeps what the server said at this contact.
pub(crate) fn save_contact(
    conn: &Connection,
    server_time: u64,
    wall_ms: i64,
) -> Result<(), ClientError> {
    conn.prepare_cached("UPDATE device SET server_time = ?1, last_contact_ms = ?2")?
        .execute(params![server_time, wall_ms])?;
    Ok(())
}

/// Keeps what the server said about the device itself.
pub(crate) fn save_own(
    conn: &Connection,
    scope_set_version: u64,
    ticket: (&[u8], u64),
    backup_no: u64,
    certificate: Option<&[u8]>,
) -> Result<(), ClientError> {
    conn.prepare_cached(
        "UPDATE device SET scope_set_version = ?1, ticket = ?2, ticket_expires = ?3,
             backup_no = ?4, certificate = coalesce(?5, certificate)",
    )?
    .execute(params![
        scope_set_version,
        ticket.0,
        ticket.1,
        backup_no,
        certificate
    ])?;
    Ok(())
}

/// The names that the people list brought. They follow from no document, so they are taken over
/// when the lists are made anew: every version of the table has these three columns.
pub(crate) fn names_of_people(conn: &Connection) -> Result<Vec<PersonRow>, ClientError> {
    let mut statement = conn.prepare("SELECT person, name_fr, name_ar FROM view_person")?;
    let rows = statement.query_map([], |row| {
        Ok(PersonRow {
            person: PersonId(bytes_at(row, "person")?),
            name_fr: row.get("name_fr")?,
            name_ar: row.get("name_ar")?,
            role: None,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Keeps a person's name and how far the people list was seen.
pub(crate) fn save_person(
    conn: &Connection,
    change_no: u64,
    person: PersonId,
    name_fr: &str,
    name_ar: &str,
) -> Result<(), ClientError> {
    jawla_views::sqlite::write_person(
        conn,
        &PersonRow {
            person,
            name_fr: name_fr.to_owned(),
            name_ar: name_ar.to_owned(),
            role: None,
        },
    )?;
    conn.prepare_cached("UPDATE device SET people_seen = max(people_seen, ?1)")?
        .execute([change_no])?;
    Ok(())
}
