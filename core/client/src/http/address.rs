//! Where a server is, as the invitation says it.

use std::net::IpAddr;

use http::Uri;
use rustls::pki_types::ServerName;

use crate::limits::ADDRESS_CHARS_MAX;

/// Why an address cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not `https://host:port`, with a path at most.
    #[error("not the address of a server")]
    NotAnAddress,
    /// Plain HTTP to another machine.
    #[error("plain http is for this machine only")]
    PlainHttp,
    /// `https` without a key to know the server by.
    #[error("the key of the server is missing")]
    PinMissing,
    /// More keys than one server has.
    #[error("too many keys for one server")]
    TooManyPins,
    /// This build cannot speak TLS.
    #[error("no TLS in this build")]
    TlsUnavailable,
}

impl AddressError {
    /// A short name for logs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAnAddress => "not_an_address",
            Self::PlainHttp => "plain_http",
            Self::PinMissing => "pin_missing",
            Self::TooManyPins => "too_many_pins",
            Self::TlsUnavailable => "tls_unavailable",
        }
    }

    /// What a person reads about it, in French.
    pub const fn sentence_fr(&self) -> &'static str {
        match self {
            Self::NotAnAddress => "Cette adresse n'est pas celle d'un serveur.",
            Self::PlainHttp => "Cette adresse n'est pas protégée : elle doit commencer par https.",
            Self::PinMissing | Self::TooManyPins => {
                "L'invitation ne dit pas comment reconnaître le serveur. Demandez-en une autre."
            }
            Self::TlsUnavailable => "Cette version ne peut pas protéger la connexion.",
        }
    }

    /// What a person reads about it, in Arabic.
    pub const fn sentence_ar(&self) -> &'static str {
        match self {
            Self::NotAnAddress => "هذا العنوان ليس عنوان خادم.",
            Self::PlainHttp => "هذا العنوان غير محمي: يجب أن يبدأ بـ https.",
            Self::PinMissing | Self::TooManyPins => {
                "لا تبيّن الدعوة كيف يُعرف الخادم. اطلب دعوة أخرى."
            }
            Self::TlsUnavailable => "هذه النسخة لا تستطيع حماية الاتصال.",
        }
    }
}

/// The address of one server, taken apart once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerAddress {
    host: String,
    port: u16,
    authority: String,
    path_prefix: String,
    tls_name: Option<ServerName<'static>>,
}

impl ServerAddress {
    /// Takes `https://host[:port][/path]` apart; `http` only for loopback.
    ///
    /// # Errors
    /// [`AddressError::NotAnAddress`] for anything else, also one with a person's name, a query
    /// or another scheme; [`AddressError::PlainHttp`] for `http` to another machine.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        if text.len() > ADDRESS_CHARS_MAX || text.contains('#') {
            return Err(AddressError::NotAnAddress);
        }
        let uri: Uri = text.parse().map_err(|_| AddressError::NotAnAddress)?;
        let authority = uri.authority().ok_or(AddressError::NotAnAddress)?;
        let bracketed = authority.host();
        let host = bracketed.trim_start_matches('[').trim_end_matches(']');
        if host.is_empty() || authority.as_str().contains('@') || uri.query().is_some() {
            return Err(AddressError::NotAnAddress);
        }
        let (is_protected, port_default) = match uri.scheme_str() {
            Some("https") => (true, 443),
            Some("http") => (false, 80),
            _ => return Err(AddressError::NotAnAddress),
        };
        if !is_protected && !is_loopback(host) {
            return Err(AddressError::PlainHttp);
        }
        let tls_name = match is_protected {
            true => {
                let name = ServerName::try_from(host.to_owned());
                Some(name.map_err(|_| AddressError::NotAnAddress)?)
            }
            false => None,
        };
        Ok(Self {
            host: host.to_owned(),
            port: authority.port_u16().unwrap_or(port_default),
            authority: authority.as_str().to_owned(),
            path_prefix: uri.path().trim_end_matches('/').to_owned(),
            tls_name,
        })
    }

    /// Whether TLS is spoken to it.
    pub fn is_protected(&self) -> bool {
        self.tls_name.is_some()
    }

    /// Host and port as written, for the `Host` field.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    pub(super) fn host_and_port(&self) -> (&str, u16) {
        (&self.host, self.port)
    }

    pub(super) fn tls_name(&self) -> Option<&ServerName<'static>> {
        self.tls_name.as_ref()
    }

    /// The path of a request under the server's own.
    pub(super) fn target(&self, path: &str) -> String {
        format!("{}{path}", self.path_prefix)
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_apart() {
        let address = ServerAddress::parse("https://indh.example:8443/jawla/").unwrap();
        assert_eq!(address.host_and_port(), ("indh.example", 8_443));
        assert_eq!(address.authority(), "indh.example:8443");
        assert_eq!(address.target("/v1/sync"), "/jawla/v1/sync");
        let address = ServerAddress::parse("https://[2001:db8::1]").unwrap();
        assert_eq!(address.host_and_port(), ("2001:db8::1", 443));
        assert_eq!(address.target("/v1/sync"), "/v1/sync");
    }

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for here in [
            "http://127.0.0.1:80",
            "http://[::1]:8080",
            "http://localhost",
        ] {
            assert!(
                !ServerAddress::parse(here).unwrap().is_protected(),
                "{here}"
            );
        }
        for away in [
            "http://192.168.1.2",
            "http://indh.example",
            "http://localhost.example",
            "http://127.0.0.1.example",
        ] {
            assert_eq!(
                ServerAddress::parse(away),
                Err(AddressError::PlainHttp),
                "{away}"
            );
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for nonsense in [
            "",
            "indh.example",
            "ftp://indh.example",
            "https://",
            "https://user@indh.example",
            "https://indh.example/?a=1",
            "https://indh.example/#x",
            "https://indh exemple",
            "/v1/sync",
        ] {
            let refused = ServerAddress::parse(nonsense);
            assert_eq!(refused, Err(AddressError::NotAnAddress), "{nonsense}");
        }
    }
}
