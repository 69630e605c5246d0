//! What the pages need of the world around them: who is there, photos, the time.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use jawla_model::{Hash32, PersonId, Role};
use jawla_views::ScopeFilter;

use crate::credentials::{LoginFault, PasswordFault};
use crate::limits;

/// The clock of the pages: milliseconds since 1970 UTC.
pub type Clock = Arc<dyn Fn() -> u64 + Send + Sync>;

/// How a request reached the server. The server puts it into the request's extensions; where it
/// is missing, the connection counts as not secure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Connection {
    /// Whether it is TLS. The only other way in is plain HTTP on the loopback.
    pub secure: bool,
}

/// The secret of one session, as the cookie carries it. Not printed by `Debug`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SessionToken(String);

impl SessionToken {
    /// Takes 1 to [`TOKEN_CHARS_MAX`](limits::TOKEN_CHARS_MAX) characters of base 64 for
    /// addresses; `None` for any other text, which no cookie could carry.
    pub fn new(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        let fits = (1..=limits::TOKEN_CHARS_MAX).contains(&text.len());
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        (fits && text.bytes().all(plain)).then_some(Self(text))
    }

    /// The secret.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(..)")
    }
}

/// A person with an open session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Who.
    pub person: PersonId,
    /// The name to show.
    pub name: String,
    /// As what.
    pub role: Role,
    /// Whose rows this person may see.
    pub scopes: ScopeFilter,
}

/// Why nobody was signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignInRefusal {
    /// No such login, wrong password, account closed: nobody is told which.
    #[error("login or password is wrong")]
    Wrong,
    /// Too many wrong tries.
    #[error("too many tries, again in {retry_after_s} s")]
    TooManyTries {
        /// Seconds until the next try counts.
        retry_after_s: u64,
    },
    /// The accounts cannot be reached just now.
    #[error("the accounts cannot be reached")]
    Unavailable,
}

/// Why a one-time link opened nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkRefusal {
    /// Unknown, used or expired: nobody is told which.
    #[error("the link is not valid")]
    Link,
    /// The login cannot be taken; the link stays valid.
    #[error("the login cannot be taken: {0}")]
    Login(LoginFault),
    /// The password cannot be taken; the link stays valid.
    #[error("the password cannot be taken: {0}")]
    Password(PasswordFault),
    /// Too many links tried.
    #[error("too many tries, again in {retry_after_s} s")]
    TooManyTries {
        /// Seconds until the next try counts.
        retry_after_s: u64,
    },
    /// The accounts cannot be reached just now; the link stays valid.
    #[error("the accounts cannot be reached")]
    Unavailable,
}

/// Accounts and sessions.
#[async_trait]
pub trait Gate: Send + Sync {
    /// Opens a session with a new token. Takes as long for an unknown login as for a wrong
    /// password, and counts tries.
    ///
    /// # Errors
    /// [`SignInRefusal`].
    async fn sign_in(&self, login: &str, password: &str) -> Result<SessionToken, SignInRefusal>;

    /// Finds who has this session, and keeps it from idling out; `None` when it is unknown,
    /// closed or has run out.
    async fn who(&self, token: &str) -> Option<SignedIn>;

    /// Closes a session; one that is unknown is closed already.
    async fn sign_out(&self, token: &str);

    /// Uses a one-time link to give its person a login and a password, and opens a session. The
    /// link is used up only by success. Both are checked again by the rules of
    /// [`credentials`](crate::credentials).
    ///
    /// # Errors
    /// [`LinkRefusal`].
    async fn redeem_link(
        &self,
        secret: &str,
        login: &str,
        password: &str,
    ) -> Result<SessionToken, LinkRefusal>;
}

/// Photos as the pages show them.
#[async_trait]
pub trait Photos: Send + Sync {
    /// Finds a thumbnail (JPEG) by its hash; `None` when it has not arrived or does not exist.
    async fn thumbnail(&self, hash: Hash32) -> Option<Bytes>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_what_a_cookie_can_carry_and_stays_out_of_logs() {
        let token = SessionToken::new("Abc-_09").unwrap();
        assert_eq!(token.as_str(), "Abc-_09");
        assert_eq!(format!("{token:?}"), "SessionToken(..)");
        for text in ["", "a b", "a;b", "a\r\nb", "é", &"a".repeat(129)] {
            assert_eq!(SessionToken::new(text), None, "{text}");
        }
    }
}
