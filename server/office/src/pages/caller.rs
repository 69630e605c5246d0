//! Who asks: the session behind a request.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::Office;
use crate::cookie;
use crate::gate::{Connection, SessionToken, SignedIn};

/// The kind of connection and the token that a request brought, not yet asked about.
pub(crate) struct Caller {
    pub(crate) connection: Connection,
    pub(crate) token: Option<SessionToken>,
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let connection = parts.extensions.get().copied().unwrap_or_default();
        Ok(Self {
            connection,
            token: cookie::read(&parts.headers, connection),
        })
    }
}

impl Caller {
    /// The person whose session it is.
    pub(crate) async fn who(&self, office: &Office) -> Option<SignedIn> {
        let token = self.token.as_ref()?;
        office.gate.who(token.as_str()).await
    }
}
