//! One-time links: how a person sets the first password, or a new one.

use data_encoding::BASE64URL_NOPAD;
use jawla_model::PersonId;
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::{
    AccountError, PasswordCost, PasswordError, PasswordHash, Random, USER_COLUMNS, User,
    atomically, check_password, find_user, set_password, stored, user_of,
};

/// How long a link works: until the same hour tomorrow, so that it can be handed over in person.
pub const LINK_LIFE_S: u64 = 24 * 3_600;

/// A link's secret has 128 random bits, so that its plain hash may be stored and attempts need
/// no count (ASVS 6.5.2).
const SECRET_BYTES: usize = 16;

/// A link as it is handed over, once; the store keeps only its hash. `Debug` hides the secret.
#[derive(Clone, PartialEq, Eq)]
pub struct OneTimeLink {
    /// The last part of the address: 22 characters that need no escaping.
    pub secret: String,
    /// Whose password it sets.
    pub person: PersonId,
    /// When it ends, seconds since 1970 UTC.
    pub expires_s: u64,
}

impl std::fmt::Debug for OneTimeLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OneTimeLink")
            .field("person", &self.person)
            .field("expires_s", &self.expires_s)
            .finish_non_exhaustive()
    }
}

/// Why a link did not set a password.
#[derive(Debug, thiserror::Error)]
pub enum RedeemError {
    /// Never made, used, replaced or over: one answer for all, so that trying tells nothing.
    #[error("the link is not valid")]
    Invalid,
    /// The new password breaks a rule. The link still works.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The accounts could not be read or written. The link still works.
    #[error(transparent)]
    Account(#[from] AccountError),
}

impl From<rusqlite::Error> for RedeemError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Account(error.into())
    }
}

impl RedeemError {
    /// What the person is told, in French.
    pub fn sentence_fr(&self) -> String {
        match self {
            Self::Invalid => "Ce lien n'est plus valable. Demandez-en un nouveau à votre \
                              administrateur."
                .to_owned(),
            Self::Password(error) => error.sentence_fr(),
            Self::Account(error) => error.sentence_fr().to_owned(),
        }
    }
}

/// Makes a link for an open account; earlier links of it end. The password stays until the link
/// is used, so that a link asked for by mistake locks nobody out.
///
/// # Errors
/// [`AccountError::UnknownPerson`] also for a closed account; [`AccountError::Database`].
pub fn issue_link(
    conn: &Connection,
    person: &PersonId,
    now_s: u64,
    random: &mut Random<'_>,
) -> Result<OneTimeLink, AccountError> {
    let open = find_user(conn, person)?.is_some_and(|user| user.disabled_s.is_none());
    if !open {
        return Err(AccountError::UnknownPerson);
    }
    let mut bytes = [0; SECRET_BYTES];
    random(&mut bytes);
    let secret = BASE64URL_NOPAD.encode(&bytes);
    let expires_s = now_s.saturating_add(LINK_LIFE_S);
    atomically(conn, |conn| {
        conn.execute(
            "DELETE FROM office_link WHERE person = ?1 OR expires_s <= ?2",
            params![person.as_bytes(), stored(now_s)],
        )?;
        conn.execute(
            "INSERT INTO office_link (secret_hash, person, purpose, expires_s)
             VALUES (?1, ?2, 'set_password', ?3)",
            params![hash_of(&secret), person.as_bytes(), stored(expires_s)],
        )?;
        Ok(OneTimeLink {
            secret,
            person: *person,
            expires_s,
        })
    })
}

/// Whose password the link would set, if it works at `now_s`: for the page that asks for it.
///
/// # Errors
/// [`AccountError::Database`], [`AccountError::DamagedRow`].
pub fn find_link(
    conn: &Connection,
    secret: &str,
    now_s: u64,
) -> Result<Option<User>, AccountError> {
    let sql = format!(
        "SELECT {USER_COLUMNS} FROM office_link JOIN office_user USING (person)
         WHERE secret_hash = ?1 AND expires_s > ?2 AND disabled_s IS NULL"
    );
    let read = conn.query_row(&sql, params![hash_of(secret), stored(now_s)], |row| {
        Ok(user_of(row))
    });
    read.optional()?.transpose()
}

/// Sets the password by a link: checks the rules, hashes, and uses the link up.
///
/// Hashing takes as long as `cost` says while the connection is held; a server with many people
/// calls [`find_link`], [`check_password`], [`PasswordHash::make`] and [`redeem_link_with`].
///
/// # Errors
/// The variants of [`RedeemError`]; nothing changed then.
pub fn redeem_link(
    conn: &Connection,
    secret: &str,
    new_password: &str,
    cost: PasswordCost,
    now_s: u64,
    random: &mut Random<'_>,
) -> Result<User, RedeemError> {
    let user = find_link(conn, secret, now_s)?.ok_or(RedeemError::Invalid)?;
    check_password(new_password, &user.login)?;
    let hash = PasswordHash::make(new_password, cost, random).map_err(AccountError::from)?;
    redeem_link_with(conn, secret, &hash, now_s)
}

/// The last step of [`redeem_link`]: of two who use the same link at once, one gets it. All
/// links and sessions of the person end.
///
/// # Errors
/// [`RedeemError::Invalid`], [`RedeemError::Account`]; nothing changed then.
pub fn redeem_link_with(
    conn: &Connection,
    secret: &str,
    password: &PasswordHash,
    now_s: u64,
) -> Result<User, RedeemError> {
    atomically(conn, |conn| {
        let user = find_link(conn, secret, now_s)?.ok_or(RedeemError::Invalid)?;
        set_password(conn, &user.person, password)?;
        find_user(conn, &user.person)?.ok_or(RedeemError::Invalid)
    })
}

fn hash_of(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}
