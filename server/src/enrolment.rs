//! Letting people and their devices in: invitations, and the answer to who shows one.

use jawla_model::{PersonId, ReceivedAt, Role, ScopeId};
use jawla_sync::chain::sha256;
use jawla_sync::enrol::{
    EnrolRefusal, EnrolRequest, Enrolled, Invitation, NumberedScope, encode_answer,
};

use crate::core::ServerCore;
use crate::store::{Applicant, Enrolment, InvitationDraft, PersonDraft, ScopeOfDevice, StoreError};

/// Whom to invite, and into what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteRequest {
    /// The person; a new one when none is named.
    pub person: Option<PersonId>,
    /// French name.
    pub name_fr: String,
    /// Arabic name.
    pub name_ar: String,
    /// The role in each of the scopes.
    pub role: Role,
    /// The scopes.
    pub scopes: Vec<ScopeId>,
    /// How long the invitation is good for, in seconds.
    pub life_s: u64,
}

/// Where a device finds this server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerAddress {
    /// `https://host:port`.
    pub base_url: String,
    /// SHA-256 of its TLS key; zeros for plain HTTP on loopback.
    pub tls_pin: [u8; 32],
}

/// Makes an invitation, good once. Durable on return; only the hash of its secret is kept.
///
/// # Errors
/// [`StoreError`]; [`StoreError::NoScope`] when one of the scopes is not there.
pub fn invite(
    core: &ServerCore,
    request: &InviteRequest,
    address: &ServerAddress,
    now: ReceivedAt,
) -> Result<Invitation, StoreError> {
    let secret: [u8; 16] = core.draw();
    let invitation: [u8; 8] = core.draw();
    let person = request.person.unwrap_or_else(|| PersonId(core.draw()));
    let expires = ReceivedAt(now.0.saturating_add(request.life_s));
    let draft = InvitationDraft {
        invitation,
        secret_hash: sha256(&secret),
        person: PersonDraft {
            person,
            name_fr: request.name_fr.clone(),
            name_ar: request.name_ar.clone(),
            role: request.role,
        },
        scopes: request
            .scopes
            .iter()
            .map(|scope| (*scope, request.role))
            .collect(),
        expires,
    };
    core.store().create_invitation(&draft, now)?;
    Ok(Invitation {
        server: core.keys().server_id(),
        server_key: core.keys().verifying_key(),
        tls_pin: address.tls_pin,
        invitation,
        secret,
        expires: expires.0,
        base_url: address.base_url.clone(),
    })
}

/// Answers an enrolment request, whatever it is. Durable when it lets the device in.
pub fn enrol(core: &ServerCore, request: &[u8], now: ReceivedAt) -> Vec<u8> {
    encode_answer(&answer(core, request, now))
}

fn answer(core: &ServerCore, request: &[u8], now: ReceivedAt) -> Result<Enrolled, EnrolRefusal> {
    let request = EnrolRequest::open(request, &core.keys().server_id())
        .map_err(|_| EnrolRefusal::Malformed)?;
    let applicant = Applicant {
        invitation: request.invitation,
        secret_hash: sha256(&request.secret),
        incarnation: request.incarnation,
        public_key: request.public_key,
        predecessor: request.predecessor,
        device_name: request.device_name,
    };
    let busy = |error: StoreError| {
        tracing::error!(error = &error as &dyn std::error::Error, "enrolment failed");
        EnrolRefusal::Busy
    };
    let enrolment = core.store().enrol(&applicant, now).map_err(busy)?;
    let (person, name_fr, name_ar, set_version, scopes) = match enrolment {
        Enrolment::Admitted {
            person,
            name_fr,
            name_ar,
            set_version,
            scopes,
        } => (person, name_fr, name_ar, set_version, scopes),
        Enrolment::NotValid => return Err(EnrolRefusal::NotValid),
        Enrolment::TriedTooOften => return Err(EnrolRefusal::TriedTooOften),
    };
    let held = core
        .store()
        .find_incarnation(applicant.incarnation)
        .map_err(busy)?
        .ok_or(EnrolRefusal::Busy)?;
    let certificate = core.certificate(&held, &scopes, now);
    let numbered = |scope: &ScopeOfDevice| NumberedScope {
        no: scope.no,
        scope: scope.scope,
        role: scope.role,
    };
    Ok(Enrolled {
        person,
        name_fr,
        name_ar,
        server_time: now.0,
        scope_set_version: set_version,
        scopes: scopes.iter().map(numbered).collect(),
        certificate,
    })
}
