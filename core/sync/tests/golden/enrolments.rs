//! Enrolment: invitation, request, answers, certificate.

use jawla_model::IncarnationId;
use jawla_sync::enrol::{
    Certificate, EnrolAnswer, EnrolRefusal, EnrolRequest, Enrolled, Invitation, NumberedScope,
    decode_answer, encode_answer,
};

use crate::book::Golden;
use crate::kinds;
use crate::samples::*;

pub fn samples() -> Vec<Golden> {
    let mut all = vec![
        invitation("invitation", noise(40), "https://192.0.2.7:8443"),
        invitation("invitation on loopback", [0; 32], "http://127.0.0.1:8080"),
        request("enrolment", None),
        request("enrolment of a successor", Some(IncarnationId(noise(41)))),
        certificate_golden(),
    ];
    all.extend(answers());
    all
}

fn invitation(name: &str, tls_pin: [u8; 32], base_url: &str) -> Golden {
    let invitation = Invitation {
        server: server(),
        server_key: server_key().verifying_key().to_bytes(),
        tls_pin,
        invitation: noise(42),
        secret: noise(43),
        expires: NOON,
        base_url: base_url.into(),
    };
    let text = invitation.text();
    Golden::message(name, invitation, text.into_bytes(), |golden| {
        Invitation::parse(std::str::from_utf8(golden).unwrap()).unwrap()
    })
}

fn request(name: &str, predecessor: Option<IncarnationId>) -> Golden {
    let request = EnrolRequest {
        invitation: noise(42),
        secret: noise(43),
        incarnation: incarnation(),
        public_key: device_key().verifying_key().to_bytes(),
        predecessor,
        device_name: "Téléphone d'essai, هاتف".into(),
    };
    let bytes = request.seal(&server(), &device_key());
    Golden::message(name, request, bytes, |golden| {
        EnrolRequest::open(golden, &server()).unwrap()
    })
}

/// A certificate that names every role.
pub fn certificate() -> Certificate {
    let scopes = ROLES
        .iter()
        .zip(0_u8..)
        .map(|(role, number)| (jawla_model::ScopeId([number; 16]), *role));
    Certificate {
        incarnation: incarnation(),
        public_key: device_key().verifying_key().to_bytes(),
        person: person(),
        scopes: scopes.collect(),
        not_before: NOON,
        expires: NOON + 90 * 86_400,
    }
}

fn certificate_golden() -> Golden {
    let certificate = certificate();
    let roles: Vec<_> = certificate
        .scopes
        .iter()
        .map(|(_, role)| kinds::role(role))
        .collect();
    let bytes = certificate.seal(&server(), &server_key());
    Golden::message("certificate", certificate, bytes, |golden| {
        Certificate::open(golden, &server(), &server_key().verifying_key()).unwrap()
    })
    .covering(roles)
}

fn answers() -> Vec<Golden> {
    let scopes = ROLES.iter().zip(1..).map(|(role, no)| NumberedScope {
        no,
        scope: scope(),
        role: *role,
    });
    let enrolled = Enrolled {
        person: person(),
        name_fr: "Démonstration".into(),
        name_ar: "تجربة".into(),
        server_time: NOON,
        scope_set_version: 300,
        scopes: scopes.collect(),
        certificate: noise::<24>(44).to_vec(),
    };
    let refusals = [
        EnrolRefusal::NotValid,
        EnrolRefusal::TriedTooOften,
        EnrolRefusal::Malformed,
        EnrolRefusal::Busy,
    ];
    let mut all = vec![answer("enrolled", Ok(enrolled))];
    for refusal in refusals {
        let name = kinds::refusal(&refusal);
        all.push(answer(name, Err(refusal)).covering([name]));
    }
    all
}

fn answer(name: &str, answer: EnrolAnswer) -> Golden {
    let bytes = encode_answer(&answer);
    let name = format!("enrolment answered, {name}");
    Golden::message(name, answer, bytes, |golden| decode_answer(golden).unwrap())
}
