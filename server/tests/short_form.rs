//! The short form between a phone and the server: it means the same, it costs less, and a guess
//! that is wrong leads to the full form.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may"
)]

mod support;

use jawla_model::{DocumentId, ProjectField, Role, ScopeId, VisitField};
use jawla_server::core::SyncSession;
use jawla_server::store::Store;
use jawla_sync::OutcomeForm;
use jawla_sync::answer::{AnswerItem, AnswerReader};
use jawla_sync::device::{SessionResult, Speech};
use jawla_sync::pack::ShortPack;
use jawla_sync::request::{Flags, Head, RequestItem, RequestReader};

use support::{Bench, Phone, START, open_visit, set_project, set_visit, visit};

const KHOURIBGA: &str = "053110107";

/// A server with three projects in one commune.
fn bench(seed: u8) -> (Bench, ScopeId, Vec<DocumentId>) {
    let bench = Bench::new(seed);
    let mut lines =
        "intitule_fr;intitule_ar;phase;programme;annee;nature;commune;code_das\n".to_owned();
    for number in 1..=3 {
        lines += &format!("Projet numéro {number};;III;P1;2024;TRAVAUX;{KHOURIBGA};KHO-{number}\n");
    }
    let report = jawla_server::core::intake::take_in(
        &bench.core,
        bench.office(),
        lines.as_bytes(),
        &bench.bundle,
        jawla_server::import::Nature::Real,
        START,
    )
    .unwrap();
    assert_eq!(report.refusals, []);
    let documents = report.imported.iter().map(|(_, id)| *id).collect();
    let scope = bench.scope_of(KHOURIBGA);
    (bench, scope, documents)
}

fn complete(phone: &mut Phone, bench: &Bench) -> support::phone::Talk {
    let talk = phone.sync(&bench.core);
    let complete = matches!(talk.result, SessionResult::Complete { .. });
    assert!(complete, "{:?}", talk.result);
    talk
}

/// A visit with some fields, in a pack a change.
fn work(phone: &mut Phone, scope: ScopeId, id: DocumentId, number: u8) {
    let changes = phone.write(id, &[open_visit(visit(number))]);
    phone.pack(scope, id, &changes);
    let changes = phone.write(id, &[set_visit(visit(number), VisitField::Progress, 4_000)]);
    phone.pack(scope, id, &changes);
}

#[test]
fn both_forms_bring_the_same_log_and_the_short_one_costs_less() {
    let (bench, scope, documents) = bench(1);
    let mut phones = [1, 2].map(|number| bench.phone(number, Role::TeamMember, &[scope]));
    phones[1].speech = Speech::Full;
    for phone in &mut phones {
        complete(phone, &bench);
    }
    for (round, id) in documents.iter().enumerate() {
        let number = 10 * (round as u8 + 1);
        let mut up = [0; 2];
        for (at, phone) in phones.iter_mut().enumerate() {
            work(phone, scope, *id, number + at as u8);
            // The second builds on what the first sent: one has to pull before.
            up[at] = complete(phone, &bench).up_bytes;
        }
        assert!(up[0] + 100 < up[1], "{up:?}");
    }
    let down = phones.each_mut().map(|phone| {
        let talk = complete(phone, &bench);
        assert_eq!(talk.requests, 1);
        talk.down_bytes
    });
    assert_eq!(down[1], 10, "the last to write has everything");
    assert_eq!(phones[0].log, phones[1].log);
    assert_eq!(
        phones[0].cursors[0].seq,
        bench.store.log_head(scope).unwrap().unwrap().seq
    );
    let mut third = [3, 4].map(|number| bench.phone(number, Role::TeamMember, &[scope]));
    third[1].speech = Speech::Full;
    let [short, full] = third
        .each_mut()
        .map(|phone| complete(phone, &bench).down_bytes);
    assert!(short + 200 < full, "{short} {full}");
    complete(&mut third[0], &bench);
    assert_eq!(third[0].log, third[1].log);
    bench.assert_sound();
}

/// A phone whose log says something else than the server's counts to the wrong place. The server
/// notices by the signature, asks for the full form, and gets it in the same session.
#[test]
fn a_pack_that_does_not_come_out_as_it_was_signed_is_asked_for_in_full() {
    let (bench, scope, documents) = bench(2);
    let mut phone = bench.phone(1, Role::TeamMember, &[scope]);
    complete(&mut phone, &bench);
    let head = phone.documents[&documents[0]].heads();
    let right = phone.log.clone();
    for entry in phone.log.values_mut() {
        if head.contains(&entry.content) {
            entry.seq -= 1;
        }
    }
    work(&mut phone, scope, documents[0], 1);
    let talk = complete(&mut phone, &bench);
    assert_eq!(talk.requests, 2, "asked once more, in full");
    assert!(phone.results(1)[0].is_ok() && phone.results(2)[0].is_ok());
    assert!(phone.open_packs.is_empty());
    phone.log.extend(right);
    bench.assert_sound();
}

/// An answer whose places lead elsewhere breaks the chain; the next session asks in full.
#[test]
fn an_answer_that_does_not_come_out_breaks_and_the_full_form_mends_it() {
    let (bench, scope, documents) = bench(3);
    let mut phones = [1, 2].map(|number| bench.phone(number, Role::TeamMember, &[scope]));
    for phone in &mut phones {
        complete(phone, &bench);
    }
    work(&mut phones[0], scope, documents[0], 1);
    complete(&mut phones[0], &bench);
    let other = &mut phones[1];
    let right = other.log.clone();
    for entry in other.log.values_mut() {
        entry.content.0[0] ^= 1;
    }
    let talk = other.sync(&bench.core);
    assert_eq!(talk.result, SessionResult::Broken(scope));
    other.full = true;
    let talk = other.sync(&bench.core);
    assert!(matches!(talk.result, SessionResult::Complete { .. }));
    other.full = false;
    other.log.extend(right);
    complete(other, &bench);
    complete(&mut phones[0], &bench);
    assert_eq!(phones[0].log, phones[1].log);
}

fn head_of(phone: &Phone) -> Head {
    Head {
        flags: Flags {
            short: true,
            ..Flags::default()
        },
        incarnation: phone.incarnation,
        request_no: phone.request_no + 1,
        schema: 1,
        scope_set_version: phone.set_version,
        first_open_pack: 1,
        ruling_seen: 0,
        people_seen: phone.people_seen,
        backup_no: 0,
        cursors: phone.cursors.iter().map(|cursor| cursor.seq).collect(),
        digest: jawla_sync::chain::digest8(phone.cursors.iter().map(|cursor| &cursor.chain)),
        room: None,
        ladders: Vec::new(),
    }
}

/// Sends packs as they are; the outcomes.
fn push(bench: &Bench, phone: &mut Phone, packs: &[&[u8]]) -> Vec<(u64, OutcomeForm)> {
    let body = head_of(phone)
        .seal(packs, &phone.server, &phone.key)
        .unwrap();
    phone.request_no += 1;
    let mut session = SyncSession::new(&bench.core, START);
    session.feed(&body).unwrap();
    let answer = session.finish().unwrap().concat();
    let items = AnswerReader::new().feed(&answer).unwrap();
    items
        .into_iter()
        .filter_map(|item| match item {
            AnswerItem::Outcome { pack_no, form } => Some((pack_no, form)),
            _ => None,
        })
        .collect()
}

/// Every byte of a pack in short form, flipped: the server answers each, asks for the full form
/// where it could read a number, and writes nothing.
#[test]
fn hostile_packs_in_short_form_write_nothing() {
    let (bench, scope, documents) = bench(4);
    let mut phone = bench.phone(1, Role::TeamMember, &[scope]);
    complete(&mut phone, &bench);
    let changes = phone.write(documents[0], &[set_project(ProjectField::Place, "Loin")]);
    phone.pack(scope, documents[0], &changes);
    let body = phone.body();
    let items = RequestReader::new().feed(&body).unwrap();
    let [RequestItem::ShortPack(short)] = items.as_slice() else {
        panic!("{items:?}")
    };
    let honest = short.encode();
    let head = bench.store.log_head(scope).unwrap();
    for at in 0..honest.len() {
        let mut flipped = honest.clone();
        flipped[at] ^= 1 << (at % 8);
        let outcomes = push(&bench, &mut phone, &[&flipped]);
        let expected = match ShortPack::decode(&flipped) {
            Ok(read) => vec![(read.no, OutcomeForm::SendFull)],
            Err(_) => Vec::new(),
        };
        assert_eq!(outcomes, expected, "byte {at}");
        assert_eq!(bench.store.log_head(scope).unwrap(), head, "byte {at}");
    }
    let outcomes = push(&bench, &mut phone, &[&honest]);
    assert!(matches!(
        outcomes.as_slice(),
        [(1, OutcomeForm::Done { exceptions, .. })] if exceptions.is_empty()
    ));
    bench.assert_sound();
}

/// Two of one request where the first cannot be read: the second says so too, and both come in
/// full afterwards.
#[test]
fn a_broken_pack_does_not_take_its_neighbour_with_it_for_good() {
    let (bench, scope, documents) = bench(5);
    let mut phone = bench.phone(1, Role::TeamMember, &[scope]);
    complete(&mut phone, &bench);
    work(&mut phone, scope, documents[0], 1);
    let body = phone.body();
    let items = RequestReader::new().feed(&body).unwrap();
    let mut packs: Vec<Vec<u8>> = items
        .iter()
        .map(|item| match item {
            RequestItem::ShortPack(short) => short.encode(),
            other => panic!("{other:?}"),
        })
        .collect();
    let last = packs[0].len() - 70;
    packs[0][last] ^= 1;
    let packs: Vec<&[u8]> = packs.iter().map(Vec::as_slice).collect();
    let head = bench.store.log_head(scope).unwrap();
    let outcomes = push(&bench, &mut phone, &packs);
    assert!(
        outcomes
            .iter()
            .all(|(_, form)| matches!(form, OutcomeForm::SendFull | OutcomeForm::Later)),
        "{outcomes:?}"
    );
    assert_eq!(bench.store.log_head(scope).unwrap(), head);
    complete(&mut phone, &bench);
    assert!(phone.results(1)[0].is_ok() && phone.results(2)[0].is_ok());
    bench.assert_sound();
}
