//! Bytes from anybody at the doors of the devices, and invitations that are guessed or used twice.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    clippy::print_stdout,
    missing_docs,
    reason = "a test stops at the first surprise"
)]

use std::net::SocketAddr;

use jawla_client::{ClientError, Standing};
use jawla_e2e::ground::COMMUNES;
use jawla_e2e::http::{Answer, call, call_announcing};
use jawla_e2e::intruder::{Intruder, OURS};
use jawla_e2e::{Ground, ServerProcess};
use jawla_sync::answer::{AnswerReader, StatusCode};
use jawla_sync::enrol::{EnrolRefusal, Invitation, decode_answer};
use jawla_world::Dice;

const MEMORY_ABOVE_BASELINE_BYTES_MAX: u64 = 64 << 20;

/// An answer that says no: a problem of HTTP with a sentence, or a refusal in our own form.
fn is_typed_refusal(path: &str, answer: &Answer) -> bool {
    if answer.status == 200 {
        return path == "/v1/enrol" && matches!(decode_answer(&answer.body), Ok(Err(_)));
    }
    let problem = answer.json();
    let told = |name: &str| problem[name].as_str().is_some_and(|text| !text.is_empty());
    (400..500).contains(&answer.status) && told("code") && told("sentence_fr")
}

fn is_unknown(answer: &Answer) -> bool {
    let mut reader = AnswerReader::new();
    reader.feed(&answer.body).expect("an answer of ours");
    matches!(
        reader.status().expect("a status").code,
        StatusCode::Unknown(_)
    )
}

fn refuses(to: SocketAddr, path: &str, headers: &[(&str, &str)], body: &[u8], what: &str) -> u16 {
    let answer = call(to, "POST", path, headers, body);
    let answer = answer.unwrap_or_else(|| panic!("{path}, {what}: no answer"));
    assert!(
        is_typed_refusal(path, &answer),
        "{path}, {what}: {answer:?}"
    );
    answer.status
}

#[test]
fn whatever_comes_is_answered_and_the_server_lives() {
    let ground = Ground::new();
    let mut server = ServerProcess::start(&ground.data());
    let to = server.plain;
    let invitation = ground.invitation("Intrus", &server.base_url, &COMMUNES[..1]);
    let mut device = Intruder::enrol(to, &invitation);
    let good = device.body(&[]);
    let baseline = server.peak_memory_bytes();
    let mut dice = Dice::new(5, "bad input");
    let mut noise = |bytes: usize| -> Vec<u8> {
        (0..bytes)
            .map(|_| u8::try_from(dice.below(256)).unwrap())
            .collect()
    };
    for path in ["/v1/sync", "/v1/enrol"] {
        refuses(to, path, &OURS, b"", "empty");
        for bytes in [1, 2, 39, 103, 500, 5_000] {
            refuses(to, path, &OURS, &noise(bytes), "noise");
        }
        let html = [("content-type", "text/html")];
        assert_eq!(refuses(to, path, &html, b"<html>", "a page"), 415);
        assert_eq!(refuses(to, path, &html, &good, "the wrong type"), 415);
        // An answer may be lost when the server hangs up on a body that it has not read.
        if let Some(answer) = call(to, "POST", path, &OURS, &vec![0x5a; 2 << 20]) {
            assert!(is_typed_refusal(path, &answer), "{path}, 2 MB: {answer:?}");
        }
    }
    for length in 0..good.len() {
        refuses(
            to,
            "/v1/sync",
            &OURS,
            &good[..length],
            &format!("{length} bytes of a request"),
        );
        if length % 8 == 0 {
            let part = (&good[..length], good.len());
            // Whoever hangs up in the middle needs no answer; if there is one, it is a refusal.
            if let Some(answer) = call_announcing(to, "POST", "/v1/sync", &OURS, part) {
                assert!(
                    is_typed_refusal("/v1/sync", &answer),
                    "cut at {length}: {answer:?}"
                );
            }
        }
    }
    for byte in 0..good.len() {
        let mut flipped = good.clone();
        flipped[byte] ^= 1;
        let answer = call(to, "POST", "/v1/sync", &OURS, &flipped).expect("an answer");
        // Another incarnation is answered `unknown`, signed; nothing else passes.
        let of_another = answer.status == 200 && is_unknown(&answer);
        assert!(
            of_another || is_typed_refusal("/v1/sync", &answer),
            "byte {byte}: {answer:?}"
        );
    }
    // Zeros that inflate: signed, by a device that was let in.
    let zeros = vec![0; 8 << 20];
    let bomb = device.body(&[&zeros, &zeros]);
    assert!(bomb.len() < 64 << 10, "{} bytes", bomb.len());
    refuses(to, "/v1/sync", &OURS, &bomb, "a bomb");

    assert!(server.is_alive());
    let above = server.peak_memory_bytes() - baseline;
    println!("memory {} kB above {} kB", above / 1_024, baseline / 1_024);
    assert!(above <= MEMORY_ABOVE_BASELINE_BYTES_MAX, "{above} bytes");
    assert_eq!(call(to, "GET", "/readyz", &[], b"").unwrap().status, 200);
    // None of all that has moved the device's number, so the good request still counts.
    let answer = device.send(&good).unwrap();
    assert_eq!(answer.status, 200);
    assert!(ground.verify().is_sound());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guessed_invitation_dies_and_a_used_one_is_refused() {
    let ground = Ground::new();
    let server = ServerProcess::start(&ground.data());
    let commune = &COMMUNES[..1];
    let text = ground.invitation("Driss", &server.base_url, commune);
    let phone = ground.blank_phone("A");
    let mut guessed = Invitation::parse(&text).unwrap();
    let mut refusals = Vec::new();
    for guess in 0..6 {
        guessed.secret = [guess; 16];
        let error = phone.client.enrol(&guessed.text(), "A").await.unwrap_err();
        assert!(
            error.sentence_fr().contains("au bureau"),
            "{}",
            error.sentence_fr()
        );
        let ClientError::Refused(refusal) = error else {
            panic!("{error:?}")
        };
        refusals.push(refusal);
    }
    // The fifth try kills it, and says so.
    assert_eq!(refusals[..4], [EnrolRefusal::NotValid; 4]);
    assert_eq!(refusals[4..], [EnrolRefusal::TriedTooOften; 2]);
    let error = phone.client.enrol(&text, "A").await.unwrap_err();
    let dead = ClientError::Refused(EnrolRefusal::TriedTooOften);
    assert_eq!(
        error.sentence_fr(),
        dead.sentence_fr(),
        "the right secret comes too late"
    );
    assert_eq!(
        phone.client.standing().await.unwrap(),
        Standing::NotEnrolled
    );

    let text = ground.invitation("Driss", &server.base_url, commune);
    for (nonsense, why) in [
        ("", "nothing"),
        ("jawla1:", "no content"),
        (&text[..40], "half"),
    ] {
        let error = phone.client.enrol(nonsense, "A").await.unwrap_err();
        assert!(
            matches!(error, ClientError::Invitation(_)),
            "{why}: {error:?}"
        );
        assert!(
            error.sentence_fr().contains("invitation"),
            "{}",
            error.sentence_fr()
        );
    }
    phone.client.enrol(&text, "A").await.unwrap();
    let second = ground.blank_phone("B");
    let error = second.client.enrol(&text, "B").await.unwrap_err();
    assert!(
        matches!(error, ClientError::Refused(EnrolRefusal::NotValid)),
        "{error:?}"
    );
    assert_eq!(
        second.client.standing().await.unwrap(),
        Standing::NotEnrolled
    );
    phone.sync().await;
    assert!(ground.verify().is_sound());
}
