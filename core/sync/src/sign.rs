//! Signatures. Each begins with a label of its own, so that none can stand for another.

use ed25519_dalek::Signer;
pub use ed25519_dalek::{SigningKey, VerifyingKey};
use jawla_model::{Hash32, IncarnationId, ScopeId, ServerId};

use crate::chain::Chain16;
use crate::code::Writer;

/// An Ed25519 signature.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature64(pub [u8; 64]);

impl std::fmt::Debug for Signature64 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signature64")
    }
}

/// What a signature is for. The label stands before everything it covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    /// A device's request.
    Request,
    /// A device's pack.
    Pack,
    /// A new incarnation.
    Enrol,
    /// The head of a scope's log.
    Mark,
    /// A file of rows.
    Rows,
    /// A sealed segment of a log.
    Segment,
    /// Who a device belongs to.
    Certificate,
    /// A status that destroys something.
    Status,
    /// An order to wipe, and its receipt.
    Wipe,
    /// The reference bundle.
    Bundle,
    /// A person's signature under a PV.
    Pv,
    /// Work of a device that leaves it as a file.
    Export,
}

impl Label {
    const fn text(self) -> &'static str {
        match self {
            Label::Request => "jawla/v1/request",
            Label::Pack => "jawla/v1/pack",
            Label::Enrol => "jawla/v1/enrol",
            Label::Mark => "jawla/v1/mark",
            Label::Rows => "jawla/v1/rows",
            Label::Segment => "jawla/v1/segment",
            Label::Certificate => "jawla/v1/certificate",
            Label::Status => "jawla/v1/status",
            Label::Wipe => "jawla/v1/wipe",
            Label::Bundle => "jawla/v1/bundle",
            Label::Pv => "jawla/v1/pv",
            Label::Export => "jawla/v1/export",
        }
    }
}

/// Signs `covered` under a label.
pub fn sign(key: &SigningKey, label: Label, covered: &[u8]) -> Signature64 {
    Signature64(key.sign(&labelled(label, covered)).to_bytes())
}

/// Whether `signature` under a label holds; strict, so that no second form of it passes.
pub fn holds(key: &VerifyingKey, label: Label, covered: &[u8], signature: &Signature64) -> bool {
    let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
    key.verify_strict(&labelled(label, covered), &signature)
        .is_ok()
}

fn labelled(label: Label, covered: &[u8]) -> Vec<u8> {
    let mut message = Vec::with_capacity(label.text().len() + 1 + covered.len());
    message.extend_from_slice(label.text().as_bytes());
    message.push(0);
    message.extend_from_slice(covered);
    message
}

/// What a request's signature covers.
pub fn request_covered(
    server: &ServerId,
    incarnation: &IncarnationId,
    request_no: u64,
    body_as_sent: &[u8],
) -> Vec<u8> {
    Writer::new()
        .raw(server.as_bytes())
        .raw(incarnation.as_bytes())
        .raw(&request_no.to_be_bytes())
        .raw(body_as_sent)
        .finish()
}

/// What a mark covers: server, scope, position, chain.
pub fn mark_covered(server: &ServerId, scope: &ScopeId, seq: u64, chain: Chain16) -> Vec<u8> {
    Writer::new()
        .raw(server.as_bytes())
        .raw(scope.as_bytes())
        .raw(&seq.to_be_bytes())
        .raw(&chain.0)
        .finish()
}

/// What the signature of a destructive status covers.
pub fn status_covered(
    server: &ServerId,
    incarnation: &IncarnationId,
    request_no: u64,
    status: u8,
    scope: Option<&ScopeId>,
) -> Vec<u8> {
    let mut covered = Writer::new();
    covered
        .raw(server.as_bytes())
        .raw(incarnation.as_bytes())
        .raw(&request_no.to_be_bytes())
        .u8(status);
    if let Some(scope) = scope {
        covered.raw(scope.as_bytes());
    }
    covered.finish()
}

/// What the signature of a reference bundle covers.
pub fn bundle_covered(server: &ServerId, version: u64, hash: &Hash32) -> Vec<u8> {
    Writer::new()
        .raw(server.as_bytes())
        .raw(&version.to_be_bytes())
        .raw(hash.as_bytes())
        .finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_its_label_and_bytes_only() {
        let key = SigningKey::from_bytes(&[3; 32]);
        let signature = sign(&key, Label::Pack, b"work");
        assert!(holds(
            &key.verifying_key(),
            Label::Pack,
            b"work",
            &signature
        ));
        assert!(!holds(
            &key.verifying_key(),
            Label::Mark,
            b"work",
            &signature
        ));
        assert!(!holds(
            &key.verifying_key(),
            Label::Pack,
            b"word",
            &signature
        ));
        let other = SigningKey::from_bytes(&[4; 32]).verifying_key();
        assert!(!holds(&other, Label::Pack, b"work", &signature));
    }
}
