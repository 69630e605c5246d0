//! What the office's pages need of the server first: accounts with their sessions.
//!
//! Accounts lie in a file of their own beside the store, so that whoever can read the log cannot
//! read a password hash with it. Hashing is bounded: each takes 19 MiB.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use jawla_model::{PersonId, Role};
use jawla_office::credentials::{LoginFault, PasswordFault};
use jawla_office::{Gate, LinkRefusal, SessionToken, SignInRefusal, SignedIn};
use jawla_views::ScopeFilter;
use rusqlite::Connection;
use tokio::sync::Semaphore;

use crate::accounts::{
    self, AccountError, NewUser, OneTimeLink, PasswordCost, PasswordError, PasswordHash,
    RedeemError, SignInError, User,
};
use crate::clock::{self, Chance, NoRandomness};
use crate::sessions;

/// Passwords hashed at once: two cores, 38 MiB.
const HASHING_MAX: usize = 2;

/// The file of accounts, opened.
pub struct Accounts {
    conn: Mutex<Connection>,
    chance: Mutex<Chance>,
    hashing: Semaphore,
    cost: PasswordCost,
}

impl std::fmt::Debug for Accounts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Accounts").finish_non_exhaustive()
    }
}

/// Why the accounts could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum AccountsError {
    /// The file could not be read or written.
    #[error(transparent)]
    Database(#[from] rusqlite::Error),
    /// The system gives no random bytes.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
}

impl Accounts {
    /// Opens the accounts in a data folder, making the file if there is none.
    ///
    /// # Errors
    /// [`AccountsError`].
    pub fn open(folder: &Path) -> Result<Self, AccountsError> {
        let conn = Connection::open(folder.join("accounts.db"))?;
        conn.busy_timeout(std::time::Duration::from_secs(10))?;
        conn.pragma_update(None, "journal_mode", "WAL")?;
        conn.pragma_update(None, "synchronous", "FULL")?;
        conn.pragma_update(None, "foreign_keys", true)?;
        conn.execute_batch(accounts::SCHEMA_SQL)?;
        Ok(Self {
            conn: Mutex::new(conn),
            chance: Mutex::new(Chance::from_system()?),
            hashing: Semaphore::new(HASHING_MAX),
            cost: PasswordCost::OFFICE,
        })
    }

    /// A one-time link for the first administrator; none once there is one with a password.
    ///
    /// # Errors
    /// [`AccountError`].
    pub fn first_administrator(&self) -> Result<Option<OneTimeLink>, AccountError> {
        let mut chance = lock(&self.chance);
        accounts::create_first_administrator(&lock(&self.conn), clock::now_s(), &mut |bytes| {
            chance.fill(bytes);
        })
    }

    /// What an open account may do; none when there is none or it was closed.
    ///
    /// # Errors
    /// [`AccountError`].
    pub fn role_of(&self, person: &PersonId) -> Result<Option<Role>, AccountError> {
        let user = self.with(|conn, _| accounts::find_user(conn, person))?;
        Ok(user
            .filter(|user| user.disabled_s.is_none())
            .map(|user| user.role))
    }

    /// Opens an account and answers the link by which its person sets a password.
    ///
    /// # Errors
    /// Those of [`accounts::add_user`].
    pub fn add_user(&self, new: &NewUser) -> Result<OneTimeLink, AccountError> {
        self.with(|conn, random| accounts::add_user(conn, new, clock::now_s(), random))
    }

    /// All accounts by name, open and closed.
    ///
    /// # Errors
    /// [`AccountError`].
    pub fn list_users(&self) -> Result<Vec<User>, AccountError> {
        self.with(|conn, _| accounts::list_users(conn))
    }

    pub(crate) fn with<T>(
        &self,
        work: impl FnOnce(&Connection, &mut dyn FnMut(&mut [u8])) -> T,
    ) -> T {
        let mut chance = lock(&self.chance);
        work(&lock(&self.conn), &mut |bytes| chance.fill(bytes))
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The accounts as the pages ask for them.
#[derive(Debug, Clone)]
pub struct OfficeGate {
    accounts: Arc<Accounts>,
}

impl OfficeGate {
    /// The gate to these accounts.
    pub fn new(accounts: Arc<Accounts>) -> Self {
        Self { accounts }
    }

    /// Runs work that hashes or waits for the disk on a thread that may block.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Accounts) -> T + Send + 'static,
    ) -> Option<T> {
        let accounts = Arc::clone(&self.accounts);
        tokio::task::spawn_blocking(move || work(&accounts))
            .await
            .ok()
    }
}

#[async_trait]
impl Gate for OfficeGate {
    async fn sign_in(&self, login: &str, password: &str) -> Result<SessionToken, SignInRefusal> {
        let Ok(_turn) = self.accounts.hashing.acquire().await else {
            return Err(SignInRefusal::Unavailable);
        };
        let (login, password) = (login.to_owned(), password.to_owned());
        let signed = self
            .run(move |accounts| sign_in(accounts, &login, &password))
            .await;
        signed.unwrap_or(Err(SignInRefusal::Unavailable))
    }

    async fn who(&self, token: &str) -> Option<SignedIn> {
        let token = token.to_owned();
        self.run(move |accounts| who(accounts, &token))
            .await
            .flatten()
    }

    async fn sign_out(&self, token: &str) {
        let token = token.to_owned();
        // A session that cannot be closed now runs out by itself.
        let closed =
            self.run(move |accounts| accounts.with(|conn, _| sessions::sign_out(conn, &token)));
        if !matches!(closed.await, Some(Ok(()))) {
            tracing::error!("a session could not be closed");
        }
    }

    async fn redeem_link(
        &self,
        secret: &str,
        login: &str,
        password: &str,
    ) -> Result<SessionToken, LinkRefusal> {
        let Ok(_turn) = self.accounts.hashing.acquire().await else {
            return Err(LinkRefusal::Unavailable);
        };
        let (secret, login, password) = (secret.to_owned(), login.to_owned(), password.to_owned());
        let redeemed = self
            .run(move |accounts| redeem(accounts, &secret, &login, &password))
            .await;
        redeemed.unwrap_or(Err(LinkRefusal::Unavailable))
    }
}

fn sign_in(
    accounts: &Accounts,
    login: &str,
    password: &str,
) -> Result<SessionToken, SignInRefusal> {
    let refusal = |error: SignInError| match error {
        SignInError::Refused => SignInRefusal::Wrong,
        SignInError::Locked { wait_s } => SignInRefusal::TooManyTries {
            retry_after_s: wait_s,
        },
        SignInError::Account(error) => {
            tracing::error!(%error, "accounts failed");
            SignInRefusal::Unavailable
        }
    };
    let now_s = clock::now_s();
    let attempt = accounts
        .with(|conn, _| accounts::begin_sign_in(conn, login, now_s))
        .map_err(refusal)?;
    let verified = attempt.verify(password, accounts.cost).map_err(refusal)?;
    let session = accounts
        .with(|conn, random| accounts::finish_sign_in(conn, &verified, now_s, random))
        .map_err(refusal)?;
    SessionToken::new(session.token.as_str()).ok_or(SignInRefusal::Unavailable)
}

fn who(accounts: &Accounts, token: &str) -> Option<SignedIn> {
    let now_s = clock::now_s();
    let found = accounts.with(|conn, _| {
        let found = sessions::session_user(conn, token, now_s)?;
        if found.as_ref().is_some_and(|user| user.touch_is_due(now_s)) {
            sessions::touch_session(conn, token, now_s)?;
        }
        Ok::<_, AccountError>(found)
    });
    match found {
        Ok(found) => found.map(|session| SignedIn {
            person: session.user.person,
            name: session.user.name,
            role: session.user.role,
            scopes: ScopeFilter::All,
        }),
        Err(error) => {
            tracing::error!(%error, "accounts failed");
            None
        }
    }
}

fn redeem(
    accounts: &Accounts,
    secret: &str,
    login: &str,
    password: &str,
) -> Result<SessionToken, LinkRefusal> {
    let failed = |error: AccountError| {
        tracing::error!(%error, "accounts failed");
        LinkRefusal::Unavailable
    };
    let now_s = clock::now_s();
    let user = accounts
        .with(|conn, _| accounts::find_link(conn, secret, now_s))
        .map_err(failed)?
        .ok_or(LinkRefusal::Link)?;
    accounts::check_password(password, login).map_err(password_fault)?;
    let hash = accounts
        .with(|_, random| PasswordHash::make(password, accounts.cost, random))
        .map_err(|error| failed(error.into()))?;
    accounts.with(|conn, _| {
        accounts::change_login(conn, &user.person, login).map_err(|error| match error {
            AccountError::UnfitLogin => LinkRefusal::Login(LoginFault::Characters),
            AccountError::LoginTaken => LinkRefusal::Login(LoginFault::Taken),
            other => failed(other),
        })?;
        accounts::redeem_link_with(conn, secret, &hash, now_s).map_err(|error| match error {
            RedeemError::Invalid => LinkRefusal::Link,
            RedeemError::Password(error) => password_fault(error),
            RedeemError::Account(error) => failed(error),
        })
    })?;
    sign_in(accounts, login, password).map_err(|_| LinkRefusal::Unavailable)
}

fn password_fault(error: PasswordError) -> LinkRefusal {
    LinkRefusal::Password(match error {
        PasswordError::TooShort { .. } => PasswordFault::TooShort,
        PasswordError::TooLong { .. } => PasswordFault::TooLong,
        PasswordError::Common => PasswordFault::Common,
        PasswordError::ContainsLogin => PasswordFault::ContainsLogin,
    })
}
