//! Sessions of the office's browsers: a row each, under the hash of a random id.
//!
//! The id travels in a cookie that scripts cannot read. Over TLS its name begins with `__Host-`,
//! which browsers accept only from this host and only over TLS; plain loopback has a cookie of
//! another name, so that neither can stand for the other.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use jawla_model::PersonId;
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use crate::accept::Channel;
use crate::accounts::{
    AccountError, Random, USER_COLUMNS, User, atomically, read_s, stored, user_of,
};

/// A session ends after this long without a request: a coffee, not a lunch.
pub const SESSION_IDLE_S: u64 = 30 * 60;

/// A session ends after this long in any case: a working day.
pub const SESSION_LIFE_S: u64 = 12 * 3_600;

/// What is dangerous (revoke, wipe, export, roles) asks for a password this young.
pub const STEP_UP_S: u64 = 5 * 60;

/// Sessions that one person may have open; the one longest unused makes room.
pub const SESSIONS_PER_PERSON_MAX: usize = 10;

/// Use is noted at most this often, so that reading a page writes nothing.
const TOUCH_EVERY_S: u64 = 60;

/// The id has 256 random bits; the store keeps its hash, so that a stolen backup opens nothing.
const TOKEN_BYTES: usize = 32;

/// The secret id of a session, as it stands in the cookie. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(String);

impl std::fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionToken")
    }
}

impl SessionToken {
    /// The text for the cookie: 43 characters that need no escaping.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A session that has just begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// For the cookie; it cannot be asked for again.
    pub token: SessionToken,
    /// Whose it is.
    pub user: User,
    /// When it began, seconds since 1970 UTC.
    pub created_s: u64,
}

/// A session that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionUser {
    /// Whose it is, with the role of this moment.
    pub user: User,
    /// When it began, seconds since 1970 UTC.
    pub created_s: u64,
    /// When it was last used, at most a minute old; seconds since 1970 UTC.
    pub last_seen_s: u64,
    /// When the password was last typed; seconds since 1970 UTC.
    pub password_checked_s: u64,
}

impl SessionUser {
    /// Whether the use should be noted by [`touch_session`], which needs the writer.
    pub fn touch_is_due(&self, now_s: u64) -> bool {
        now_s.saturating_sub(self.last_seen_s) >= TOUCH_EVERY_S
    }

    /// Whether the password was typed recently enough for what is dangerous.
    pub fn password_is_fresh(&self, now_s: u64) -> bool {
        now_s.saturating_sub(self.password_checked_s) <= STEP_UP_S
    }
}

/// An open session as its owner or an administrator sees it in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Names it in [`end_session`]; no secret.
    pub handle: String,
    /// When it began, seconds since 1970 UTC.
    pub created_s: u64,
    /// When it was last used, seconds since 1970 UTC.
    pub last_seen_s: u64,
}

/// Begins a session. Only signing in may call it.
pub(crate) fn begin_session(
    conn: &Connection,
    user: &User,
    now_s: u64,
    random: &mut Random<'_>,
) -> Result<Session, AccountError> {
    let token = new_token(random);
    atomically(conn, |conn| {
        conn.execute(
            "DELETE FROM office_session WHERE created_s <= ?1 OR last_seen_s <= ?2",
            params![
                stored_before(now_s, SESSION_LIFE_S),
                stored_before(now_s, SESSION_IDLE_S)
            ],
        )?;
        conn.execute(
            "INSERT INTO office_session
             (id_hash, person, created_s, last_seen_s, password_checked_s)
             VALUES (?1, ?2, ?3, ?3, ?3)",
            params![
                hash_of(token.as_str()),
                user.person.as_bytes(),
                stored(now_s)
            ],
        )?;
        conn.execute(
            "DELETE FROM office_session WHERE id_hash IN (
                 SELECT id_hash FROM office_session WHERE person = ?1 AND id_hash <> ?3
                 ORDER BY last_seen_s DESC, id_hash LIMIT -1 OFFSET ?2
             )",
            params![
                user.person.as_bytes(),
                SESSIONS_PER_PERSON_MAX - 1,
                hash_of(token.as_str())
            ],
        )?;
        Ok(Session {
            token,
            user: user.clone(),
            created_s: now_s,
        })
    })
}

/// Whose open session this is. Only reads; see [`SessionUser::touch_is_due`].
///
/// `None` for an unknown, ended or too old session and for a closed account.
///
/// # Errors
/// [`AccountError::Database`], [`AccountError::DamagedRow`].
pub fn session_user(
    conn: &Connection,
    token: &str,
    now_s: u64,
) -> Result<Option<SessionUser>, AccountError> {
    let sql = format!(
        "SELECT {USER_COLUMNS}, office_session.created_s, last_seen_s, password_checked_s
         FROM office_session JOIN office_user USING (person)
         WHERE id_hash = ?1 AND disabled_s IS NULL
         AND office_session.created_s > ?2 AND last_seen_s > ?3"
    );
    let conditions = params![
        hash_of(token),
        stored_before(now_s, SESSION_LIFE_S),
        stored_before(now_s, SESSION_IDLE_S)
    ];
    let read = conn.query_row(&sql, conditions, |row| {
        let (created_s, last_seen_s) = (read_s(row.get(6)?), read_s(row.get(7)?));
        let password_checked_s = read_s(row.get(8)?);
        Ok(user_of(row).map(|user| SessionUser {
            user,
            created_s,
            last_seen_s,
            password_checked_s,
        }))
    });
    read.optional()?.transpose()
}

/// Notes that an open session was used. An ended one stays ended.
///
/// # Errors
/// [`AccountError::Database`].
pub fn touch_session(conn: &Connection, token: &str, now_s: u64) -> Result<(), AccountError> {
    conn.execute(
        "UPDATE office_session SET last_seen_s = ?2
         WHERE id_hash = ?1 AND last_seen_s < ?2 AND last_seen_s > ?3",
        params![
            hash_of(token),
            stored(now_s),
            stored_before(now_s, SESSION_IDLE_S)
        ],
    )?;
    Ok(())
}

/// Notes that the password was typed again and gives the session a new id; the old one ends.
/// `None` when the session had ended. Its life still counts from its begin.
///
/// # Errors
/// [`AccountError::Database`], [`AccountError::DamagedRow`].
pub fn renew_session(
    conn: &Connection,
    token: &str,
    now_s: u64,
    random: &mut Random<'_>,
) -> Result<Option<Session>, AccountError> {
    let renewed = new_token(random);
    atomically(conn, |conn| {
        let Some(open) = session_user(conn, token, now_s)? else {
            return Ok(None);
        };
        conn.execute(
            "UPDATE office_session SET id_hash = ?2, last_seen_s = ?3, password_checked_s = ?3
             WHERE id_hash = ?1",
            params![hash_of(token), hash_of(renewed.as_str()), stored(now_s)],
        )?;
        Ok(Some(Session {
            token: renewed,
            user: open.user,
            created_s: open.created_s,
        }))
    })
}

/// Ends a session; again is fine.
///
/// # Errors
/// [`AccountError::Database`].
pub fn sign_out(conn: &Connection, token: &str) -> Result<(), AccountError> {
    conn.execute(
        "DELETE FROM office_session WHERE id_hash = ?1",
        [hash_of(token)],
    )?;
    Ok(())
}

/// Ends all sessions of a person; again is fine.
///
/// # Errors
/// [`AccountError::Database`].
pub fn sign_out_everywhere(conn: &Connection, person: &PersonId) -> Result<(), AccountError> {
    conn.execute(
        "DELETE FROM office_session WHERE person = ?1",
        [person.as_bytes()],
    )?;
    Ok(())
}

/// The open sessions of a person, the last used first.
///
/// # Errors
/// [`AccountError::Database`].
pub fn list_sessions(
    conn: &Connection,
    person: &PersonId,
    now_s: u64,
) -> Result<Vec<SessionRow>, AccountError> {
    let mut statement = conn.prepare(
        "SELECT id_hash, created_s, last_seen_s FROM office_session
         WHERE person = ?1 AND created_s > ?2 AND last_seen_s > ?3
         ORDER BY last_seen_s DESC, id_hash LIMIT ?4",
    )?;
    let conditions = params![
        person.as_bytes(),
        stored_before(now_s, SESSION_LIFE_S),
        stored_before(now_s, SESSION_IDLE_S),
        SESSIONS_PER_PERSON_MAX
    ];
    let rows = statement.query_map(conditions, |row| {
        let id_hash: Vec<u8> = row.get(0)?;
        Ok(SessionRow {
            handle: handle_of(&id_hash),
            created_s: read_s(row.get(1)?),
            last_seen_s: read_s(row.get(2)?),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Ends the session that `handle` names, if it is of that person.
///
/// # Errors
/// [`AccountError::Database`].
pub fn end_session(conn: &Connection, person: &PersonId, handle: &str) -> Result<(), AccountError> {
    conn.execute(
        "DELETE FROM office_session WHERE person = ?1 AND lower(hex(substr(id_hash, 1, 8))) = ?2",
        params![person.as_bytes(), handle],
    )?;
    Ok(())
}

/// The cookie's name on this channel.
pub fn cookie_name(channel: Channel) -> &'static str {
    match channel {
        Channel::Tls => "__Host-sid",
        Channel::PlainLoopback => "sid-local",
    }
}

/// The `Set-Cookie` value that hands the session to the browser, until it is closed.
pub fn session_cookie(channel: Channel, token: &SessionToken) -> String {
    format!(
        "{}={}; {}",
        cookie_name(channel),
        token.as_str(),
        cookie_attributes(channel)
    )
}

/// The `Set-Cookie` value that takes it away.
pub fn ended_cookie(channel: Channel) -> String {
    format!(
        "{}=; Max-Age=0; {}",
        cookie_name(channel),
        cookie_attributes(channel)
    )
}

/// The session's id in a `Cookie` header of this channel.
pub fn token_in_cookies(channel: Channel, header: &str) -> Option<&str> {
    let name = cookie_name(channel);
    let pairs = header
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='));
    pairs
        .into_iter()
        .find(|(key, _)| *key == name)
        .map(|(_, token)| token)
}

fn cookie_attributes(channel: Channel) -> &'static str {
    match channel {
        Channel::Tls => "Path=/; HttpOnly; Secure; SameSite=Lax",
        Channel::PlainLoopback => "Path=/; HttpOnly; SameSite=Lax",
    }
}

fn new_token(random: &mut Random<'_>) -> SessionToken {
    let mut bytes = [0; TOKEN_BYTES];
    random(&mut bytes);
    SessionToken(BASE64URL_NOPAD.encode(&bytes))
}

fn hash_of(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

fn handle_of(id_hash: &[u8]) -> String {
    HEXLOWER.encode(id_hash.get(..8).unwrap_or_default())
}

/// `now_s - ago_s` as SQLite compares it; below zero when the clock stands near 1970.
fn stored_before(now_s: u64, ago_s: u64) -> i64 {
    stored(now_s).saturating_sub(stored(ago_s))
}

#[cfg(test)]
mod tests;
