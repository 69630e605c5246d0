//! The people of the office: who they are, how they get their password, how they sign in.
//!
//! Tables of their own in the embedded store, reached through the connection of its one writer.
//! Time and chance are arguments. Nobody ever chooses a password for another: an account begins
//! with a one-time link. Attempts are counted in the database and before the password is looked
//! at, so that neither a restart nor many at once gives more of them.

mod link;
mod password;
mod sign_in;
#[cfg(test)]
mod tests;

use jawla_model::limits::LINE_CHARS_MAX;
use jawla_model::{PersonId, Role};
use rusqlite::{Connection, OptionalExtension, Row, params};

pub use link::{
    LINK_LIFE_S, OneTimeLink, RedeemError, find_link, issue_link, redeem_link, redeem_link_with,
};
pub use password::{
    HashingFailed, PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN, PasswordCost, PasswordError,
    PasswordHash, check_password,
};
pub use sign_in::{
    SignInAttempt, SignInError, VerifiedSignIn, begin_sign_in, finish_sign_in, sign_in,
};

/// A source of random bytes, handed in: [`Chance`](crate::clock::Chance) or a test's.
pub type Random<'a> = dyn FnMut(&mut [u8]) + 'a;

/// The tables of accounts and sessions. Run it in a migration; it may run again.
pub const SCHEMA_SQL: &str = "
CREATE TABLE IF NOT EXISTS office_user (
    person BLOB PRIMARY KEY CHECK (length(person) = 16),
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    password TEXT,
    failed_attempts INTEGER NOT NULL DEFAULT 0,
    last_failed_s INTEGER NOT NULL DEFAULT 0,
    locked_until_s INTEGER NOT NULL DEFAULT 0,
    created_s INTEGER NOT NULL,
    disabled_s INTEGER
) STRICT, WITHOUT ROWID;
-- Attempts on logins that nobody has: they are locked like others, so that a lock tells nothing.
CREATE TABLE IF NOT EXISTS office_stranger (
    login_hash BLOB PRIMARY KEY CHECK (length(login_hash) = 32),
    failed_attempts INTEGER NOT NULL,
    last_failed_s INTEGER NOT NULL,
    locked_until_s INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS office_link (
    secret_hash BLOB PRIMARY KEY CHECK (length(secret_hash) = 32),
    person BLOB NOT NULL REFERENCES office_user (person) ON DELETE CASCADE,
    purpose TEXT NOT NULL CHECK (purpose = 'set_password'),
    expires_s INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS office_session (
    id_hash BLOB PRIMARY KEY CHECK (length(id_hash) = 32),
    person BLOB NOT NULL REFERENCES office_user (person) ON DELETE CASCADE,
    created_s INTEGER NOT NULL,
    last_seen_s INTEGER NOT NULL,
    password_checked_s INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS office_session_person ON office_session (person);
-- What a person keeps for themselves.
CREATE TABLE IF NOT EXISTS office_preference (
    person BLOB PRIMARY KEY REFERENCES office_user (person) ON DELETE CASCADE,
    language TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS office_saved_view (
    person BLOB NOT NULL REFERENCES office_user (person) ON DELETE CASCADE,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    PRIMARY KEY (person, name)
) STRICT, WITHOUT ROWID;
-- Imports of projects that were ordered, for the list of earlier ones. The account may go.
CREATE TABLE IF NOT EXISTS office_import (
    id TEXT NOT NULL PRIMARY KEY,
    person BLOB NOT NULL CHECK (length(person) = 16),
    at_s INTEGER NOT NULL,
    file TEXT NOT NULL,
    imported INTEGER NOT NULL,
    known INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'done', 'stopped'))
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS office_import_at ON office_import (at_s DESC);
-- Fields that a set of columns was given last, by whomever: the lists of a province look alike.
CREATE TABLE IF NOT EXISTS office_import_mapping (
    columns BLOB PRIMARY KEY CHECK (length(columns) = 32),
    fields TEXT NOT NULL
) STRICT, WITHOUT ROWID;
";

/// The longest login. Nobody types more every morning.
pub const LOGIN_CHARS_MAX: usize = 40;

/// Accounts that are listed at once: an office of a province has some tens.
pub const USERS_LISTED_MAX: usize = 1_000;

/// Login of the account that the first start makes.
const FIRST_LOGIN: &str = "admin";
const FIRST_NAME: &str = "Administration";

/// One person of the office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Who it is, everywhere.
    pub person: PersonId,
    /// What they type to sign in; lower case.
    pub login: String,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Whether they have ever set a password.
    pub password: PasswordState,
    /// When the account was closed, seconds since 1970 UTC; `None` while it is open.
    pub disabled_s: Option<u64>,
}

/// Whether an account can be signed in to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordState {
    /// It waits for its one-time link to be used.
    NeverSet,
    /// It has one.
    Set,
}

/// Who is to get an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUser {
    /// What they will type: 2 to 40 of `a-z 0-9 . _ @ -`; capitals are made small.
    pub login: String,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub role: Role,
}

/// Why an account could not be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The login has other characters or another length than a login has.
    #[error("not a login")]
    UnfitLogin,
    /// The name is empty or too long.
    #[error("not a name")]
    UnfitName,
    /// Another account has this login.
    #[error("the login is taken")]
    LoginTaken,
    /// No account of this person.
    #[error("no such account")]
    UnknownPerson,
    /// The last administrator who can sign in may not be closed or given another role.
    #[error("the last administrator has to stay")]
    LastAdministrator,
    /// A row does not hold what the schema promises.
    #[error("an account's row is damaged")]
    DamagedRow,
    /// The password could not be hashed.
    #[error(transparent)]
    Hashing(#[from] HashingFailed),
    /// The database refused.
    #[error("the accounts cannot be read or written")]
    Database(#[from] rusqlite::Error),
}

impl AccountError {
    /// What the person is told, in French.
    pub fn sentence_fr(&self) -> &'static str {
        match self {
            Self::UnfitLogin => {
                "L'identifiant doit avoir 2 à 40 caractères : lettres sans accent, chiffres, \
                 point, tiret."
            }
            Self::UnfitName => "Indiquez un nom.",
            Self::LoginTaken => "Cet identifiant est déjà pris.",
            Self::UnknownPerson => "Ce compte n'existe pas.",
            Self::LastAdministrator => "Il doit rester au moins un administrateur.",
            Self::DamagedRow | Self::Hashing(_) | Self::Database(_) => {
                "Le serveur n'a pas pu traiter la demande. Réessayez."
            }
        }
    }
}

/// Makes sure that somebody can become administrator. Call it at each start.
///
/// `None` when an administrator has set a password. Otherwise the first administrator's account
/// is made if need be, and its fresh one-time link returned; earlier links of it end.
///
/// # Errors
/// [`AccountError::Database`], [`AccountError::DamagedRow`], or [`AccountError::LoginTaken`]
/// when somebody who is no administrator is called `admin`.
pub fn create_first_administrator(
    conn: &Connection,
    now_s: u64,
    random: &mut Random<'_>,
) -> Result<Option<OneTimeLink>, AccountError> {
    atomically(conn, |conn| {
        let ready: bool = conn.query_row(
            "SELECT EXISTS (SELECT 1 FROM office_user WHERE role = ?1 AND password IS NOT NULL)",
            [Role::Administrator.code()],
            |row| row.get(0),
        )?;
        if ready {
            return Ok(None);
        }
        let waiting: Option<Vec<u8>> = conn
            .query_row(
                "SELECT person FROM office_user WHERE role = ?1 ORDER BY created_s, person",
                [Role::Administrator.code()],
                |row| row.get(0),
            )
            .optional()?;
        let link = match waiting {
            Some(person) => {
                let person = PersonId::from_slice(&person).ok_or(AccountError::DamagedRow)?;
                issue_link(conn, &person, now_s, random)?
            }
            None => {
                let first = NewUser {
                    login: FIRST_LOGIN.to_owned(),
                    name: FIRST_NAME.to_owned(),
                    role: Role::Administrator,
                };
                add_user(conn, &first, now_s, random)?
            }
        };
        Ok(Some(link))
    })
}

/// Opens an account and returns the link by which the person sets a password.
///
/// # Errors
/// [`AccountError::UnfitLogin`], [`AccountError::UnfitName`], [`AccountError::LoginTaken`],
/// [`AccountError::Database`]; nothing changed then.
pub fn add_user(
    conn: &Connection,
    new: &NewUser,
    now_s: u64,
    random: &mut Random<'_>,
) -> Result<OneTimeLink, AccountError> {
    let login = fit_login(&new.login).ok_or(AccountError::UnfitLogin)?;
    let name = new.name.trim();
    let name_chars = name.chars().count();
    if name_chars == 0 || name_chars > LINE_CHARS_MAX || name.chars().any(char::is_control) {
        return Err(AccountError::UnfitName);
    }
    let mut person = PersonId::default();
    random(&mut person.0);
    atomically(conn, |conn| {
        let added = conn.execute(
            "INSERT INTO office_user (person, login, name, role, created_s)
             VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (login) DO NOTHING",
            params![
                person.as_bytes(),
                login,
                name,
                new.role.code(),
                stored(now_s)
            ],
        )?;
        if added == 0 {
            return Err(AccountError::LoginTaken);
        }
        issue_link(conn, &person, now_s, random)
    })
}

/// The account of a person.
///
/// # Errors
/// [`AccountError::Database`], [`AccountError::DamagedRow`].
pub fn find_user(conn: &Connection, person: &PersonId) -> Result<Option<User>, AccountError> {
    let sql = format!("SELECT {USER_COLUMNS} FROM office_user WHERE person = ?1");
    let read = conn.query_row(&sql, [person.as_bytes()], |row| Ok(user_of(row)));
    read.optional()?.transpose()
}

/// All accounts by name, open and closed; at most [`USERS_LISTED_MAX`].
///
/// # Errors
/// [`AccountError::Database`], [`AccountError::DamagedRow`].
pub fn list_users(conn: &Connection) -> Result<Vec<User>, AccountError> {
    let sql = format!("SELECT {USER_COLUMNS} FROM office_user ORDER BY name, login LIMIT ?1");
    let mut statement = conn.prepare(&sql)?;
    let rows = statement.query_map([USERS_LISTED_MAX], |row| Ok(user_of(row)))?;
    rows.map(|row| row?).collect()
}

/// Closes an account: its sessions and links end at once, its past stays under its name.
///
/// # Errors
/// [`AccountError::UnknownPerson`], [`AccountError::LastAdministrator`],
/// [`AccountError::Database`].
pub fn disable_user(conn: &Connection, person: &PersonId, now_s: u64) -> Result<(), AccountError> {
    atomically(conn, |conn| {
        let user = find_user(conn, person)?.ok_or(AccountError::UnknownPerson)?;
        keep_an_administrator(conn, &user)?;
        conn.execute(
            "UPDATE office_user SET disabled_s = ?2 WHERE person = ?1 AND disabled_s IS NULL",
            params![person.as_bytes(), stored(now_s)],
        )?;
        end_links_and_sessions(conn, person)
    })
}

/// Opens a closed account again: its old password is gone, the link sets a new one.
///
/// # Errors
/// [`AccountError::UnknownPerson`], [`AccountError::Database`].
pub fn enable_user(
    conn: &Connection,
    person: &PersonId,
    now_s: u64,
    random: &mut Random<'_>,
) -> Result<OneTimeLink, AccountError> {
    atomically(conn, |conn| {
        conn.execute(
            "UPDATE office_user SET disabled_s = NULL, password = NULL
             WHERE person = ?1 AND disabled_s IS NOT NULL",
            [person.as_bytes()],
        )?;
        issue_link(conn, person, now_s, random)
    })
}

/// Gives a person another role. Their sessions end: a session has the rights it began with.
///
/// # Errors
/// [`AccountError::UnknownPerson`], [`AccountError::LastAdministrator`],
/// [`AccountError::Database`].
pub fn change_role(conn: &Connection, person: &PersonId, role: Role) -> Result<(), AccountError> {
    atomically(conn, |conn| {
        let user = find_user(conn, person)?.ok_or(AccountError::UnknownPerson)?;
        if user.role == role {
            return Ok(());
        }
        keep_an_administrator(conn, &user)?;
        conn.execute(
            "UPDATE office_user SET role = ?2 WHERE person = ?1",
            params![person.as_bytes(), role.code()],
        )?;
        conn.execute(
            "DELETE FROM office_session WHERE person = ?1",
            [person.as_bytes()],
        )?;
        Ok(())
    })
}

/// Gives an account another login: what its person chose at the one-time link.
///
/// # Errors
/// [`AccountError::UnfitLogin`], [`AccountError::LoginTaken`], [`AccountError::UnknownPerson`],
/// [`AccountError::Database`].
pub fn change_login(conn: &Connection, person: &PersonId, login: &str) -> Result<(), AccountError> {
    let login = fit_login(login).ok_or(AccountError::UnfitLogin)?;
    atomically(conn, |conn| {
        let taken: bool = conn.query_row(
            "SELECT EXISTS (SELECT 1 FROM office_user WHERE login = ?1 AND person <> ?2)",
            params![login, person.as_bytes()],
            |row| row.get(0),
        )?;
        if taken {
            return Err(AccountError::LoginTaken);
        }
        let changed = conn.execute(
            "UPDATE office_user SET login = ?2 WHERE person = ?1 AND disabled_s IS NULL",
            params![person.as_bytes(), login],
        )?;
        if changed == 0 {
            Err(AccountError::UnknownPerson)
        } else {
            Ok(())
        }
    })
}

/// Sets a person's password, lifts a lock, and ends all their links and sessions.
///
/// The rules of [`check_password`] are the caller's to have checked; [`redeem_link`] does.
///
/// # Errors
/// [`AccountError::UnknownPerson`] also for a closed account; [`AccountError::Database`].
pub fn set_password(
    conn: &Connection,
    person: &PersonId,
    password: &PasswordHash,
) -> Result<(), AccountError> {
    atomically(conn, |conn| {
        let set = conn.execute(
            "UPDATE office_user SET password = ?2, failed_attempts = 0, locked_until_s = 0
             WHERE person = ?1 AND disabled_s IS NULL",
            params![person.as_bytes(), password.stored()],
        )?;
        if set == 0 {
            return Err(AccountError::UnknownPerson);
        }
        end_links_and_sessions(conn, person)
    })
}

fn keep_an_administrator(conn: &Connection, user: &User) -> Result<(), AccountError> {
    let others: bool = conn.query_row(
        "SELECT EXISTS (SELECT 1 FROM office_user WHERE role = ?1 AND person <> ?2
         AND password IS NOT NULL AND disabled_s IS NULL)",
        params![Role::Administrator.code(), user.person.as_bytes()],
        |row| row.get(0),
    )?;
    if user.role == Role::Administrator && !others {
        return Err(AccountError::LastAdministrator);
    }
    Ok(())
}

fn end_links_and_sessions(conn: &Connection, person: &PersonId) -> Result<(), AccountError> {
    conn.execute(
        "DELETE FROM office_link WHERE person = ?1",
        [person.as_bytes()],
    )?;
    conn.execute(
        "DELETE FROM office_session WHERE person = ?1",
        [person.as_bytes()],
    )?;
    Ok(())
}

/// A login as it is stored, or `None` when it is none.
pub(crate) fn fit_login(text: &str) -> Option<String> {
    let login = text.trim().to_ascii_lowercase();
    let fit = (2..=LOGIN_CHARS_MAX).contains(&login.len())
        && login
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"._@-".contains(&b));
    fit.then_some(login)
}

/// The columns that [`user_of`] reads, in its order.
pub(crate) const USER_COLUMNS: &str = "office_user.person, office_user.login, office_user.name, \
     office_user.role, office_user.password IS NOT NULL, office_user.disabled_s";

/// Reads a [`User`] from the first columns of a row, which are [`USER_COLUMNS`].
pub(crate) fn user_of(row: &Row<'_>) -> Result<User, AccountError> {
    let person: Vec<u8> = row.get(0)?;
    let role: String = row.get(3)?;
    let disabled_s: Option<i64> = row.get(5)?;
    Ok(User {
        person: PersonId::from_slice(&person).ok_or(AccountError::DamagedRow)?,
        login: row.get(1)?,
        name: row.get(2)?,
        role: Role::from_code(&role).ok_or(AccountError::DamagedRow)?,
        password: if row.get(4)? {
            PasswordState::Set
        } else {
            PasswordState::NeverSet
        },
        disabled_s: disabled_s.map(read_s),
    })
}

/// Seconds as SQLite stores them.
pub(crate) fn stored(seconds: u64) -> i64 {
    i64::try_from(seconds).unwrap_or(i64::MAX)
}

/// Seconds as they were stored.
pub(crate) fn read_s(seconds: i64) -> u64 {
    u64::try_from(seconds).unwrap_or(0)
}

/// Runs `change` whole or not at all, inside the caller's transaction if there is one.
pub(crate) fn atomically<T, E: From<rusqlite::Error>>(
    conn: &Connection,
    change: impl FnOnce(&Connection) -> Result<T, E>,
) -> Result<T, E> {
    conn.execute_batch("SAVEPOINT accounts")?;
    match change(conn) {
        Ok(done) => {
            conn.execute_batch("RELEASE accounts")?;
            Ok(done)
        }
        Err(error) => {
            conn.execute_batch("ROLLBACK TO accounts; RELEASE accounts")?;
            Err(error)
        }
    }
}
