//! Identities and numbers that the samples share. None of them may ever change.

use jawla_model::{DocumentId, Hash32, IncarnationId, PersonId, Role, ScopeId, ServerId};
use jawla_sync::chain::sha256;
use jawla_sync::{Signature64, SigningKey};

/// Noon of a day in November 2026, in seconds since 1970 UTC.
pub const NOON: u64 = 1_795_521_600;

/// Every role, by name, so that a list put in another order is noticed.
pub const ROLES: [Role; 9] = [
    Role::TeamMember,
    Role::TeamLead,
    Role::CommissionMember,
    Role::Supervisor,
    Role::Finance,
    Role::HeadOfDivision,
    Role::Controller,
    Role::Administrator,
    Role::Auditor,
];

/// Bytes without a pattern: what does not shrink travels without a stream.
pub fn noise<const N: usize>(number: u8) -> [u8; N] {
    let blocks = (0..=u8::MAX).flat_map(|block| sha256(&[number, block]).0);
    let mut bytes = [0; N];
    bytes
        .iter_mut()
        .zip(blocks)
        .for_each(|(to, from)| *to = from);
    bytes
}

pub fn server() -> ServerId {
    ServerId(noise(1))
}

pub fn incarnation() -> IncarnationId {
    IncarnationId(noise(2))
}

pub fn scope() -> ScopeId {
    ScopeId(noise(3))
}

pub fn document() -> DocumentId {
    DocumentId(noise(4))
}

pub fn person() -> PersonId {
    PersonId(noise(5))
}

pub fn hash() -> Hash32 {
    Hash32(noise(6))
}

pub fn signature() -> Signature64 {
    Signature64(noise(7))
}

/// The key of the device; it opens nothing anywhere.
pub fn device_key() -> SigningKey {
    SigningKey::from_bytes(&noise(8))
}

/// The key of the server; it opens nothing anywhere.
pub fn server_key() -> SigningKey {
    SigningKey::from_bytes(&noise(9))
}

/// A payload of an entry that looks like the chunk of a change, with its own magic and checksum.
pub fn chunk() -> Vec<u8> {
    let content: [u8; 40] = noise(10);
    let checksum = sha256(&content);
    [&[0x85, 0x6f, 0x4a, 0x83], &checksum.0[..4], &content].concat()
}
