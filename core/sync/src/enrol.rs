//! Enrolment: the invitation a person receives, the device's answer to it, its certificate.

use data_encoding::BASE64URL_NOPAD;
use jawla_model::{IncarnationId, PersonId, Role, ScopeId, ServerId};

use crate::code::{Reader, WireError, Writer};
use crate::limits;
use crate::sign::{self, Label, Signature64, SigningKey, VerifyingKey};

const PREFIX: &str = "jawla1:";
const KIND_ENROL: u8 = 2;
const URL_BYTES_MAX: usize = 512;
const NAME_BYTES_MAX: usize = 1_024;
const MAGIC: [u8; 2] = *b"J\xe8";

/// Everything a device needs to find the right server and to be let in once: the content of a
/// QR code or of a pasted line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The server.
    pub server: ServerId,
    /// The key under which it signs marks and certificates.
    pub server_key: [u8; 32],
    /// SHA-256 of its TLS key; all zeros for plain HTTP on loopback.
    pub tls_pin: [u8; 32],
    /// Which invitation.
    pub invitation: [u8; 8],
    /// The one-time secret.
    pub secret: [u8; 16],
    /// Until when, seconds since 1970 UTC.
    pub expires: u64,
    /// Where the server is.
    pub base_url: String,
}

impl Invitation {
    /// The line of text.
    pub fn text(&self) -> String {
        let bytes = Writer::new()
            .raw(self.server.as_bytes())
            .raw(&self.server_key)
            .raw(&self.tls_pin)
            .raw(&self.invitation)
            .raw(&self.secret)
            .u40(self.expires)
            .raw(self.base_url.as_bytes())
            .finish();
        format!("{PREFIX}{}", BASE64URL_NOPAD.encode(&bytes))
    }

    /// Reads the line; spaces and line breaks that a paste brings are passed over.
    ///
    /// # Errors
    /// [`WireError`] when it is no invitation.
    pub fn parse(text: &str) -> Result<Self, WireError> {
        let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let coded = compact.strip_prefix(PREFIX).ok_or(WireError::Version)?;
        if coded.len() > 2 * URL_BYTES_MAX {
            return Err(WireError::Limit { what: "invitation" });
        }
        let bytes = BASE64URL_NOPAD
            .decode(coded.as_bytes())
            .map_err(|_| WireError::Meaning { what: "invitation" })?;
        let mut reader = Reader::new(&bytes);
        let invitation = Self {
            server: reader.server()?,
            server_key: reader.array()?,
            tls_pin: reader.array()?,
            invitation: reader.array()?,
            secret: reader.array()?,
            expires: reader.u40()?,
            base_url: String::from_utf8(reader.rest().to_vec())
                .map_err(|_| WireError::Meaning { what: "address" })?,
        };
        let plain = invitation.base_url.starts_with("http://");
        if !plain && !invitation.base_url.starts_with("https://") {
            return Err(WireError::Meaning { what: "address" });
        }
        Ok(invitation)
    }

    /// The pin to hold the server to; none on loopback.
    pub fn pin(&self) -> Option<[u8; 32]> {
        (self.tls_pin != [0; 32]).then_some(self.tls_pin)
    }
}

/// What a device sends to be let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolRequest {
    /// Which invitation.
    pub invitation: [u8; 8],
    /// Its secret.
    pub secret: [u8; 16],
    /// The incarnation that the device drew.
    pub incarnation: IncarnationId,
    /// Its public key.
    pub public_key: [u8; 32],
    /// The incarnation this one succeeds, of the same person: cloned, rolled back, reinstalled.
    pub predecessor: Option<IncarnationId>,
    /// Model and system, for the list of phones.
    pub device_name: String,
}

impl EnrolRequest {
    fn body(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer
            .u8(crate::request::VERSION)
            .u8(KIND_ENROL)
            .raw(&self.invitation)
            .raw(&self.secret)
            .raw(self.incarnation.as_bytes())
            .raw(&self.public_key)
            .block(
                self.predecessor
                    .as_ref()
                    .map_or(&[][..], |id| id.as_bytes()),
            )
            .block(self.device_name.as_bytes());
        writer.finish()
    }

    /// Signs with the new key: only who holds it can enrol it.
    pub fn seal(&self, server: &ServerId, key: &SigningKey) -> Vec<u8> {
        let body = self.body();
        let covered = Writer::new().raw(server.as_bytes()).raw(&body).finish();
        let signature = sign::sign(key, Label::Enrol, &covered);
        Writer::new().raw(&body).raw(&signature.0).finish()
    }

    /// Reads and checks one.
    ///
    /// # Errors
    /// [`WireError`]; [`WireError::Meaning`] when the signature does not hold.
    pub fn open(bytes: &[u8], server: &ServerId) -> Result<Self, WireError> {
        let mut reader = Reader::new(bytes);
        if reader.u8()? != crate::request::VERSION || reader.u8()? != KIND_ENROL {
            return Err(WireError::Version);
        }
        let request = Self {
            invitation: reader.array()?,
            secret: reader.array()?,
            incarnation: reader.incarnation()?,
            public_key: reader.array()?,
            predecessor: match reader.block(16, "predecessor")? {
                [] => None,
                bytes => Some(IncarnationId::from_slice(bytes).ok_or(WireError::Meaning {
                    what: "predecessor",
                })?),
            },
            device_name: reader.text(NAME_BYTES_MAX, "device name")?,
        };
        let signature = Signature64(reader.array()?);
        reader.end()?;
        let key = VerifyingKey::from_bytes(&request.public_key)
            .map_err(|_| WireError::Meaning { what: "public key" })?;
        let covered = Writer::new()
            .raw(server.as_bytes())
            .raw(&request.body())
            .finish();
        if sign::holds(&key, Label::Enrol, &covered, &signature) {
            Ok(request)
        } else {
            Err(WireError::Meaning { what: "signature" })
        }
    }
}

/// A scope as a device numbers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberedScope {
    /// Its number for this device; never given again.
    pub no: u64,
    /// Its id.
    pub scope: ScopeId,
    /// The person's role in it.
    pub role: Role,
}

/// What a device knows once it is let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolled {
    /// Whose device it is.
    pub person: PersonId,
    /// The person's French name.
    pub name_fr: String,
    /// The person's Arabic name.
    pub name_ar: String,
    /// The server's clock.
    pub server_time: u64,
    /// Version of the set of scopes.
    pub scope_set_version: u64,
    /// The scopes.
    pub scopes: Vec<NumberedScope>,
    /// The certificate that colleagues' phones check.
    pub certificate: Vec<u8>,
}

/// Why a device was not let in. Deliberately few: a stranger learns nothing from them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnrolRefusal {
    /// Unknown, used, expired or wrong secret.
    #[error("the invitation is not valid")]
    NotValid,
    /// Tried too often: this invitation is dead.
    #[error("the invitation was tried too often")]
    TriedTooOften,
    /// The message is not one.
    #[error("the request is malformed")]
    Malformed,
    /// Too much at once.
    #[error("the server is busy")]
    Busy,
}

impl EnrolRefusal {
    const fn number(self) -> u8 {
        match self {
            EnrolRefusal::NotValid => 1,
            EnrolRefusal::TriedTooOften => 2,
            EnrolRefusal::Malformed => 3,
            EnrolRefusal::Busy => 4,
        }
    }

    /// What happened and what to do, for a person, French.
    pub const fn sentence_fr(self) -> &'static str {
        match self {
            EnrolRefusal::NotValid => {
                "Cette invitation n'est pas valable : elle a servi, expiré, ou a été mal recopiée. Demandez-en une nouvelle au bureau."
            }
            EnrolRefusal::TriedTooOften => {
                "Trop d'essais : cette invitation ne peut plus servir. Demandez-en une nouvelle au bureau."
            }
            EnrolRefusal::Malformed => {
                "Le serveur n'a pas compris la demande. Mettez l'application à jour."
            }
            EnrolRefusal::Busy => "Le serveur est occupé. Réessayez dans une minute.",
        }
    }
}

/// The server's answer to an enrolment.
pub type EnrolAnswer = Result<Enrolled, EnrolRefusal>;

/// The answer's bytes.
pub fn encode_answer(answer: &EnrolAnswer) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.raw(&MAGIC);
    match answer {
        Err(refusal) => {
            writer.u8(refusal.number());
        }
        Ok(enrolled) => {
            writer
                .u8(0)
                .raw(enrolled.person.as_bytes())
                .block(enrolled.name_fr.as_bytes())
                .block(enrolled.name_ar.as_bytes())
                .u40(enrolled.server_time)
                .varint(enrolled.scope_set_version)
                .varint(enrolled.scopes.len() as u64);
            for numbered in &enrolled.scopes {
                writer
                    .varint(numbered.no)
                    .raw(numbered.scope.as_bytes())
                    .u8(numbered.role.number());
            }
            writer.block(&enrolled.certificate);
        }
    }
    writer.finish()
}

/// Reads the answer.
///
/// # Errors
/// [`WireError::NotOurs`] for the page of a captive portal, others when it is broken.
pub fn decode_answer(bytes: &[u8]) -> Result<EnrolAnswer, WireError> {
    let mut reader = Reader::new(bytes);
    if !reader.raw(MAGIC.len()).is_ok_and(|magic| magic == MAGIC) {
        return Err(WireError::NotOurs);
    }
    let refusal = match reader.u8()? {
        0 => None,
        1 => Some(EnrolRefusal::NotValid),
        2 => Some(EnrolRefusal::TriedTooOften),
        3 => Some(EnrolRefusal::Malformed),
        4 => Some(EnrolRefusal::Busy),
        _ => return Err(WireError::Meaning { what: "refusal" }),
    };
    if let Some(refusal) = refusal {
        reader.end()?;
        return Ok(Err(refusal));
    }
    let mut enrolled = Enrolled {
        person: reader.person()?,
        name_fr: reader.text(NAME_BYTES_MAX, "name")?,
        name_ar: reader.text(NAME_BYTES_MAX, "name")?,
        server_time: reader.u40()?,
        scope_set_version: reader.varint()?,
        scopes: Vec::new(),
        certificate: Vec::new(),
    };
    for _ in 0..reader.count(limits::SCOPES_MAX, "scopes")? {
        enrolled.scopes.push(NumberedScope {
            no: reader.varint()?,
            scope: reader.scope()?,
            role: Role::from_number(reader.u8()?).ok_or(WireError::Meaning { what: "role" })?,
        });
    }
    enrolled.certificate = reader
        .block(limits::PAYLOAD_BYTES_MAX, "certificate")?
        .to_vec();
    reader.end()?;
    Ok(Ok(enrolled))
}

/// The server's word on who a device belongs to, readable offline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The device's incarnation.
    pub incarnation: IncarnationId,
    /// Its public key.
    pub public_key: [u8; 32],
    /// Whose device.
    pub person: PersonId,
    /// Scopes and roles.
    pub scopes: Vec<(ScopeId, Role)>,
    /// From when, seconds since 1970 UTC.
    pub not_before: u64,
    /// Until when without contact; capture goes on after it.
    pub expires: u64,
}

impl Certificate {
    fn body(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer
            .raw(self.incarnation.as_bytes())
            .raw(&self.public_key)
            .raw(self.person.as_bytes())
            .u40(self.not_before)
            .u40(self.expires)
            .varint(self.scopes.len() as u64);
        for (scope, role) in &self.scopes {
            writer.raw(scope.as_bytes()).u8(role.number());
        }
        writer.finish()
    }

    /// Signs it.
    pub fn seal(&self, server: &ServerId, key: &SigningKey) -> Vec<u8> {
        let body = self.body();
        let covered = Writer::new().raw(server.as_bytes()).raw(&body).finish();
        let signature = sign::sign(key, Label::Certificate, &covered);
        Writer::new().raw(&body).raw(&signature.0).finish()
    }

    /// Reads and checks one.
    ///
    /// # Errors
    /// [`WireError`]; [`WireError::Meaning`] when the signature does not hold.
    pub fn open(bytes: &[u8], server: &ServerId, key: &VerifyingKey) -> Result<Self, WireError> {
        let mut reader = Reader::new(bytes);
        let mut certificate = Self {
            incarnation: reader.incarnation()?,
            public_key: reader.array()?,
            person: reader.person()?,
            not_before: reader.u40()?,
            expires: reader.u40()?,
            scopes: Vec::new(),
        };
        for _ in 0..reader.count(limits::SCOPES_MAX, "scopes")? {
            let scope = reader.scope()?;
            let role =
                Role::from_number(reader.u8()?).ok_or(WireError::Meaning { what: "role" })?;
            certificate.scopes.push((scope, role));
        }
        let signature = Signature64(reader.array()?);
        reader.end()?;
        let covered = Writer::new()
            .raw(server.as_bytes())
            .raw(&certificate.body())
            .finish();
        if sign::holds(key, Label::Certificate, &covered, &signature) {
            Ok(certificate)
        } else {
            Err(WireError::Meaning { what: "signature" })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_survives_a_paste() {
        let invitation = Invitation {
            server: ServerId([1; 16]),
            server_key: [2; 32],
            tls_pin: [3; 32],
            invitation: [4; 8],
            secret: [5; 16],
            expires: 1_763_938_800,
            base_url: "https://192.0.2.7:8443".into(),
        };
        let text = invitation.text();
        let mut pasted = text.clone();
        pasted.insert(20, '\n');
        assert_eq!(Invitation::parse(&format!("  {pasted} ")), Ok(invitation));
        for bad in [
            "",
            "jawla1:",
            "jawla2:AAAA",
            "https://example.org",
            &text[..60],
        ] {
            assert!(Invitation::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn enrolment_and_certificate_hold_for_their_key_only() {
        let server = ServerId([1; 16]);
        let key = SigningKey::from_bytes(&[6; 32]);
        let request = EnrolRequest {
            invitation: [4; 8],
            secret: [5; 16],
            incarnation: IncarnationId([7; 16]),
            public_key: key.verifying_key().to_bytes(),
            predecessor: Some(IncarnationId([8; 16])),
            device_name: "Téléphone d'essai".into(),
        };
        let sealed = request.seal(&server, &key);
        assert_eq!(EnrolRequest::open(&sealed, &server), Ok(request.clone()));
        assert!(EnrolRequest::open(&sealed, &ServerId([2; 16])).is_err());
        let thief = SigningKey::from_bytes(&[9; 32]);
        assert!(EnrolRequest::open(&request.seal(&server, &thief), &server).is_err());

        let certificate = Certificate {
            incarnation: IncarnationId([7; 16]),
            public_key: [1; 32],
            person: PersonId([2; 16]),
            scopes: vec![(ScopeId([3; 16]), Role::TeamMember)],
            not_before: 100,
            expires: 200,
        };
        let sealed = certificate.seal(&server, &key);
        assert_eq!(
            Certificate::open(&sealed, &server, &key.verifying_key()),
            Ok(certificate)
        );
        assert!(Certificate::open(&sealed, &server, &thief.verifying_key()).is_err());
    }

    #[test]
    fn answers_survive_and_a_portal_is_none() {
        let enrolled = Enrolled {
            person: PersonId([2; 16]),
            name_fr: "Nom".into(),
            name_ar: "اسم".into(),
            server_time: 5,
            scope_set_version: 1,
            scopes: vec![NumberedScope {
                no: 1,
                scope: ScopeId([3; 16]),
                role: Role::TeamLead,
            }],
            certificate: vec![1, 2, 3],
        };
        for answer in [
            Ok(enrolled),
            Err(EnrolRefusal::NotValid),
            Err(EnrolRefusal::TriedTooOften),
            Err(EnrolRefusal::Busy),
        ] {
            assert_eq!(decode_answer(&encode_answer(&answer)), Ok(answer));
        }
        assert_eq!(decode_answer(b"<html>"), Err(WireError::NotOurs));
    }
}
