//! The session cookie: two names, so that one set over plain loopback is never taken over TLS.

use axum::http::{HeaderMap, HeaderValue, header};

use jawla_model::Language;

use crate::gate::{Connection, SessionToken};
use crate::limits;

/// Over TLS. The prefix makes browsers refuse it unless it is Secure, without Domain, with `/`.
const SECURE_NAME: &str = "__Host-jawla";
/// Over plain HTTP, which only the loopback speaks.
const LOCAL_NAME: &str = "jawla-local";

const fn name(connection: Connection) -> &'static str {
    if connection.secure {
        SECURE_NAME
    } else {
        LOCAL_NAME
    }
}

const fn secure_attribute(connection: Connection) -> &'static str {
    if connection.secure { "; Secure" } else { "" }
}

/// The session token that the request carries for this kind of connection.
///
/// Where a name stands twice nothing is taken: a browser never sends that by itself.
pub(crate) fn read(headers: &HeaderMap, connection: Connection) -> Option<SessionToken> {
    let mut values = headers
        .get_all(header::COOKIE)
        .iter()
        .filter(|value| value.len() <= limits::COOKIE_BYTES_MAX)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(key, _)| *key == name(connection))
        .map(|(_, value)| value);
    let value = values.next()?;
    match values.next() {
        Some(_) => None,
        None => SessionToken::new(value),
    }
}

/// The header that gives the browser its session, until it is closed.
pub(crate) fn set(token: &SessionToken, connection: Connection) -> Option<HeaderValue> {
    header(token.as_str(), "", connection)
}

/// The header that takes it away.
pub(crate) fn clear(connection: Connection) -> Option<HeaderValue> {
    header("", "; Max-Age=0", connection)
}

/// Keeps the language of the pages: nothing secret, and of this browser.
const LANGUAGE_NAME: &str = "jawla-langue";

/// The language that this browser was set to.
pub(crate) fn language(headers: &HeaderMap) -> Option<Language> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter(|value| value.len() <= limits::COOKIE_BYTES_MAX)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == LANGUAGE_NAME)
        .and_then(|(_, value)| Language::from_code(value))
}

/// The header that sets this browser to a language, for a year.
pub(crate) fn set_language(language: Language, connection: Connection) -> Option<HeaderValue> {
    let (code, secure) = (language.code(), secure_attribute(connection));
    let text =
        format!("{LANGUAGE_NAME}={code}; Path=/; HttpOnly; SameSite=Lax{secure}; Max-Age=31536000");
    HeaderValue::try_from(text).ok()
}

fn header(value: &str, age: &str, connection: Connection) -> Option<HeaderValue> {
    let (name, secure) = (name(connection), secure_attribute(connection));
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}");
    HeaderValue::try_from(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TLS: Connection = Connection { secure: true };
    const LOOPBACK: Connection = Connection { secure: false };

    fn cookies(line: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::try_from(line).unwrap());
        headers
    }

    #[test]
    fn each_kind_of_connection_has_its_own_cookie() {
        let token = SessionToken::new("abc").unwrap();
        assert_eq!(
            set(&token, TLS).unwrap(),
            "__Host-jawla=abc; Path=/; HttpOnly; SameSite=Lax; Secure"
        );
        assert_eq!(
            set(&token, LOOPBACK).unwrap(),
            "jawla-local=abc; Path=/; HttpOnly; SameSite=Lax"
        );
        let headers = cookies("a=1; __Host-jawla=tls; jawla-local=plain");
        assert_eq!(read(&headers, TLS).unwrap().as_str(), "tls");
        assert_eq!(read(&headers, LOOPBACK).unwrap().as_str(), "plain");
    }

    #[test]
    fn a_cookie_that_stands_twice_or_is_no_token_is_not_taken() {
        assert_eq!(
            read(&cookies("jawla-local=a; jawla-local=b"), LOOPBACK),
            None
        );
        assert_eq!(read(&cookies("jawla-local=a b"), LOOPBACK), None);
        assert_eq!(read(&cookies("jawla-local="), LOOPBACK), None);
        assert_eq!(read(&cookies("jawla-local=abc"), TLS), None);
        assert_eq!(read(&HeaderMap::new(), LOOPBACK), None);
    }
}
