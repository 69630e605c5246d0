//! Signing in: three steps, so that the slow one holds no connection.
//!
//! An unknown login, a wrong password, an account without one and a closed one get the same
//! answer after the same work, and are locked in the same way.

use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::password::PASSWORD_CHARS_MAX;
use super::{
    AccountError, PasswordCost, PasswordHash, Random, USER_COLUMNS, User, atomically, fit_login,
    read_s, stored, user_of,
};
use crate::sessions::{self, Session};

/// Attempts that cost nothing but their time; from this one on each is followed by a lock.
const ATTEMPTS_BEFORE_LOCK: i64 = 5;

/// The first lock; each further one doubles.
const LOCK_FIRST_S: u64 = 60;

/// The longest lock: an hour keeps a guesser at two dozen guesses a day, and is short enough
/// that nobody can keep a colleague out for good.
const LOCK_LONGEST_S: u64 = 3_600;

/// Attempts are forgotten after a day without one.
const ATTEMPTS_KEPT_S: u64 = 24 * 3_600;

/// Unknown logins whose attempts are remembered; beyond it the oldest are forgotten.
const STRANGERS_MAX: i64 = 10_000;

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The login and the password do not open an account.
    #[error("the login or the password is wrong")]
    Refused,
    /// Too many attempts on this login; the password was not looked at.
    #[error("locked for {wait_s} s")]
    Locked {
        /// Seconds until the next attempt is looked at.
        wait_s: u64,
    },
    /// The accounts could not be read or written.
    #[error(transparent)]
    Account(#[from] AccountError),
}

impl From<rusqlite::Error> for SignInError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Account(error.into())
    }
}

impl SignInError {
    /// What the person is told, in French.
    pub fn sentence_fr(&self) -> String {
        match self {
            Self::Refused => "Identifiant ou mot de passe incorrect.".to_owned(),
            Self::Locked { wait_s } if *wait_s <= 90 => {
                "Trop d'essais. Réessayez dans une minute.".to_owned()
            }
            Self::Locked { wait_s } => {
                format!(
                    "Trop d'essais. Réessayez dans {} minutes.",
                    wait_s.div_ceil(60)
                )
            }
            Self::Account(error) => error.sentence_fr().to_owned(),
        }
    }
}

/// A counted attempt whose password has not been looked at.
#[derive(Debug)]
pub struct SignInAttempt {
    known: Option<(User, PasswordHash)>,
}

/// An attempt whose password was right.
#[derive(Debug)]
pub struct VerifiedSignIn {
    user: User,
    password: PasswordHash,
}

impl SignInAttempt {
    /// Looks at the password, or works as long in vain. Needs no connection; some 30 ms of a
    /// core and 19 MiB at the office's cost.
    ///
    /// # Errors
    /// [`SignInError::Refused`].
    pub fn verify(self, password: &str, cost: PasswordCost) -> Result<VerifiedSignIn, SignInError> {
        // Longer than any password of ours: refused without work, whatever the login.
        if password.chars().count() > PASSWORD_CHARS_MAX {
            return Err(SignInError::Refused);
        }
        match self.known {
            Some((user, hash)) if hash.is_of(password) => Ok(VerifiedSignIn {
                user,
                password: hash,
            }),
            Some(_) => Err(SignInError::Refused),
            None => {
                PasswordHash::work_in_vain(password, cost);
                Err(SignInError::Refused)
            }
        }
    }
}

/// Counts an attempt on `login`, unless it is locked. Commit it, whatever comes after.
///
/// # Errors
/// [`SignInError::Locked`], which changes nothing; [`SignInError::Account`].
pub fn begin_sign_in(
    conn: &Connection,
    login: &str,
    now_s: u64,
) -> Result<SignInAttempt, SignInError> {
    atomically(conn, |conn| match find_account(conn, login)? {
        Some(Account {
            user,
            password,
            attempts,
        }) => {
            let attempts = attempts.one_more(now_s)?;
            conn.execute(
                "UPDATE office_user SET failed_attempts = ?2, last_failed_s = ?3,
                 locked_until_s = ?4 WHERE person = ?1",
                params![
                    user.person.as_bytes(),
                    attempts.failed,
                    stored(attempts.last_failed_s),
                    stored(attempts.locked_until_s)
                ],
            )?;
            let usable = user.disabled_s.is_none();
            let known = password.filter(|_| usable).map(|password| (user, password));
            Ok(SignInAttempt { known })
        }
        None => {
            count_stranger(conn, login, now_s)?;
            Ok(SignInAttempt { known: None })
        }
    })
}

/// Begins the session of a verified attempt, with an id that nobody had before, and forgets the
/// failed attempts.
///
/// # Errors
/// [`SignInError::Refused`] when the account was closed or its password changed meanwhile;
/// [`SignInError::Account`].
pub fn finish_sign_in(
    conn: &Connection,
    verified: &VerifiedSignIn,
    now_s: u64,
    random: &mut Random<'_>,
) -> Result<Session, SignInError> {
    atomically(conn, |conn| {
        let still_so = conn.execute(
            "UPDATE office_user SET failed_attempts = 0, locked_until_s = 0
             WHERE person = ?1 AND password = ?2 AND disabled_s IS NULL",
            params![verified.user.person.as_bytes(), verified.password.stored()],
        )?;
        if still_so == 0 {
            return Err(SignInError::Refused);
        }
        Ok(sessions::begin_session(
            conn,
            &verified.user,
            now_s,
            random,
        )?)
    })
}

/// The three steps in one, for the command line and tests. The connection is held while the
/// password is looked at. Do not call it inside a transaction that is rolled back when it fails:
/// the attempt would not be counted.
///
/// # Errors
/// The variants of [`SignInError`].
pub fn sign_in(
    conn: &Connection,
    login: &str,
    password: &str,
    cost: PasswordCost,
    now_s: u64,
    random: &mut Random<'_>,
) -> Result<Session, SignInError> {
    let verified = begin_sign_in(conn, login, now_s)?.verify(password, cost)?;
    finish_sign_in(conn, &verified, now_s, random)
}

/// Failed attempts on one login.
#[derive(Debug, Clone, Copy, Default)]
struct Attempts {
    failed: i64,
    last_failed_s: u64,
    locked_until_s: u64,
}

impl Attempts {
    /// These and one more that counts as failed until it has succeeded.
    fn one_more(self, now_s: u64) -> Result<Self, SignInError> {
        if now_s < self.locked_until_s {
            // A clock that was set back must not lock anybody for longer than a lock may last.
            let wait_s = (self.locked_until_s - now_s).min(LOCK_LONGEST_S);
            if now_s >= self.last_failed_s {
                return Err(SignInError::Locked { wait_s });
            }
        }
        let forgotten = now_s.saturating_sub(self.last_failed_s) > ATTEMPTS_KEPT_S;
        let failed = if forgotten {
            1
        } else {
            self.failed.saturating_add(1)
        };
        let lock_s = match u32::try_from(failed - ATTEMPTS_BEFORE_LOCK) {
            Ok(doublings) => {
                let factor = 2_u64.checked_pow(doublings).unwrap_or(u64::MAX);
                LOCK_FIRST_S.saturating_mul(factor).min(LOCK_LONGEST_S)
            }
            Err(_) => 0,
        };
        let locked_until_s = if lock_s > 0 {
            now_s.saturating_add(lock_s)
        } else {
            0
        };
        Ok(Self {
            failed,
            last_failed_s: now_s,
            locked_until_s,
        })
    }
}

struct Account {
    user: User,
    password: Option<PasswordHash>,
    attempts: Attempts,
}

fn find_account(conn: &Connection, login: &str) -> Result<Option<Account>, AccountError> {
    let Some(login) = fit_login(login) else {
        return Ok(None);
    };
    let sql = format!(
        "SELECT {USER_COLUMNS}, password, failed_attempts, last_failed_s, locked_until_s
         FROM office_user WHERE login = ?1"
    );
    let read = conn.query_row(&sql, [login], |row| {
        let password: Option<String> = row.get(6)?;
        let attempts = Attempts {
            failed: row.get(7)?,
            last_failed_s: read_s(row.get(8)?),
            locked_until_s: read_s(row.get(9)?),
        };
        Ok(user_of(row).map(|user| Account {
            user,
            password: password.map(PasswordHash::from_stored),
            attempts,
        }))
    });
    read.optional()?.transpose()
}

/// Counts an attempt on a login that nobody has, as if somebody had it.
fn count_stranger(conn: &Connection, login: &str, now_s: u64) -> Result<(), SignInError> {
    // The hash: what is typed here is often somebody's password.
    let login_hash: [u8; 32] = Sha256::digest(login.trim().to_lowercase().as_bytes()).into();
    let attempts = conn
        .query_row(
            "SELECT failed_attempts, last_failed_s, locked_until_s FROM office_stranger
             WHERE login_hash = ?1",
            [login_hash],
            |row| {
                Ok(Attempts {
                    failed: row.get(0)?,
                    last_failed_s: read_s(row.get(1)?),
                    locked_until_s: read_s(row.get(2)?),
                })
            },
        )
        .optional()?
        .unwrap_or_default()
        .one_more(now_s)?;
    conn.execute(
        "INSERT OR REPLACE INTO office_stranger VALUES (?1, ?2, ?3, ?4)",
        params![
            login_hash,
            attempts.failed,
            stored(attempts.last_failed_s),
            stored(attempts.locked_until_s)
        ],
    )?;
    conn.execute(
        "DELETE FROM office_stranger WHERE login_hash IN (
             SELECT login_hash FROM office_stranger ORDER BY last_failed_s DESC LIMIT -1 OFFSET ?1
         )",
        [STRANGERS_MAX],
    )?;
    Ok(())
}
