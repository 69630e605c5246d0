//! The receipt of an exchange that two people can compare by phone: four numbers, which pages say
//! as four plain words.

use jawla_model::{IncarnationId, ServerId};

use crate::chain::sha256;

/// The receipt of a request. The device shows it only once the answer to that request, signed by
/// the server, is complete; the server shows that of the last request it took in.
pub fn number(server: &ServerId, incarnation: &IncarnationId, request_no: u64) -> [u8; 4] {
    let mut said = b"jawla-receipt".to_vec();
    said.extend_from_slice(server.as_bytes());
    said.extend_from_slice(incarnation.as_bytes());
    said.extend_from_slice(&request_no.to_be_bytes());
    let [a, b, c, d, ..] = sha256(&said).0;
    [a, b, c, d]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_request_has_a_receipt_of_its_own() {
        let (server, device) = (ServerId([1; 16]), IncarnationId([2; 16]));
        let first = number(&server, &device, 1);
        assert_eq!(first, number(&server, &device, 1));
        assert_ne!(first, number(&server, &device, 2));
        assert_ne!(first, number(&server, &IncarnationId([3; 16]), 1));
    }
}
