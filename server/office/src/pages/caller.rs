//! Who asks: the session behind a request, and the language they read.

use std::convert::Infallible;
use std::future::Future;

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::Response;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect};
use jawla_model::Language;
use jawla_ui::Texts;

use crate::cookie;
use crate::gate::{Connection, SessionToken, SignedIn};
use crate::pages::fault::{PageFault, or_page};
use crate::{Office, limits};

/// The kind of connection, the token and the language that a request brought, not yet asked
/// about.
pub(crate) struct Caller {
    pub(crate) connection: Connection,
    pub(crate) token: Option<SessionToken>,
    /// As the cookie says it; none until it was chosen in this browser.
    pub(crate) language: Option<Language>,
    /// Path and query of the request.
    pub(crate) here: String,
}

/// A person at work: who, in which language, at which address.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    pub(crate) who: SignedIn,
    pub(crate) t: Texts,
    /// Path and query of the request.
    pub(crate) here: String,
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let connection = parts.extensions.get().copied().unwrap_or_default();
        Ok(Self {
            connection,
            token: cookie::read(&parts.headers, connection),
            language: cookie::language(&parts.headers),
            here: parts
                .uri
                .path_and_query()
                .map(|address| address.as_str().to_owned())
                .and_then(|address| local_address(&address))
                .unwrap_or_else(|| "/".to_owned()),
        })
    }
}

impl Caller {
    /// The person whose session it is.
    pub(crate) async fn who(&self, office: &Office) -> Option<SignedIn> {
        let token = self.token.as_ref()?;
        office.gate.who(token.as_str()).await
    }

    /// The texts for somebody who is not (known to be) signed in.
    pub(crate) fn texts(&self) -> Texts {
        Texts::of(self.language.unwrap_or_default())
    }

    /// The person whose session it is, in their language: that of this browser, else the one
    /// they chose elsewhere.
    pub(crate) async fn visitor(&self, office: &Office) -> Option<Visitor> {
        let who = self.who(office).await?;
        let language = match self.language {
            Some(language) => Some(language),
            None => office.preferences.language(who.person).await,
        };
        Some(Visitor {
            who,
            t: Texts::of(language.unwrap_or_default()),
            here: self.here.clone(),
        })
    }

    /// Sends somebody who is not signed in to sign in, and keeps where they wanted to go.
    pub(crate) fn to_sign_in(&self) -> Response<Body> {
        if self.here == "/" {
            return Redirect::to("/connexion").into_response();
        }
        let suite: String = form_urlencoded::byte_serialize(self.here.as_bytes()).collect();
        Redirect::to(&format!("/connexion?suite={suite}")).into_response()
    }
}

/// Answers a person at work with what `build` makes, or with the page of its fault; sends others
/// to sign in.
pub(crate) async fn for_person<F, Made>(
    office: &Office,
    caller: &Caller,
    build: F,
) -> Response<Body>
where
    F: FnOnce(Visitor) -> Made,
    Made: Future<Output = Result<Response<Body>, PageFault>>,
{
    match caller.visitor(office).await {
        Some(visitor) => {
            let t = visitor.t;
            or_page(office, t, build(visitor).await)
        }
        None => caller.to_sign_in(),
    }
}

/// An address of our own pages, path and query; `None` for anything that could lead elsewhere.
pub(crate) fn local_address(text: &str) -> Option<String> {
    let mut chars = text.chars();
    let own = chars.next() == Some('/') && !matches!(chars.next(), Some('/' | '\\'));
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'"' | b'<' | b'>'));
    (own && plain && text.len() <= limits::ADDRESS_BYTES_MAX).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_addresses_are_gone_back_to() {
        for own in ["/", "/projets?q=a%20b&etat=EC", "/projets/00ff"] {
            assert_eq!(local_address(own).as_deref(), Some(own));
        }
        let long = format!("/{}", "a".repeat(limits::ADDRESS_BYTES_MAX));
        for foreign in [
            "",
            "//ailleurs",
            "/\\ailleurs",
            "https://x",
            "x",
            "/a b",
            "/a\r\nb",
            &long,
        ] {
            assert_eq!(local_address(foreign), None, "{foreign}");
        }
    }
}
