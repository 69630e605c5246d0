//! The walks of a scripted phone against the server's core, without a socket.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may"
)]

mod support;

use jawla_dossier::Document;
use jawla_model::{DocumentId, Hash32, ProjectField, Reason, ReceivedAt, Role, VisitField};
use jawla_server::core::{SyncRefusal, SyncSession};
use jawla_server::store::Store;
use jawla_sync::device::SessionResult;
use jawla_sync::enrol::EnrolRefusal;
use jawla_sync::{Outcome, OutcomeForm};

use support::phone::entry;
use support::{Bench, Phone, START, open_visit, set_project, set_visit, visit};

const KHOURIBGA: &str = "053110107";
const OUED_ZEM: &str = "053110109";

/// A project that the office made, in this commune.
fn project(bench: &Bench, commune: &str, title: &str) -> DocumentId {
    let line = format!(
        "intitule_fr;intitule_ar;phase;programme;annee;nature;commune;code_das\n\
         {title} de la commune;;III;P1;2024;TRAVAUX;{commune};{title}\n"
    );
    let report = jawla_server::core::intake::take_in(
        &bench.core,
        bench.office(),
        line.as_bytes(),
        &bench.bundle,
        jawla_server::import::Nature::Real,
        START,
    )
    .unwrap();
    assert_eq!(report.refusals, []);
    report.imported[0].1
}

fn complete(phone: &mut Phone, bench: &Bench) -> support::phone::Talk {
    let talk = phone.sync(&bench.core);
    assert!(
        matches!(talk.result, SessionResult::Complete { .. }),
        "{:?}",
        talk.result
    );
    talk
}

#[test]
fn a_phone_is_let_in_pulls_pushes_and_both_sides_agree() {
    let bench = Bench::new(1);
    let scope = bench.scope_of(KHOURIBGA);
    let id = project(&bench, KHOURIBGA, "KHO-1");
    let mut phone = bench.phone(1, Role::TeamMember, &[scope]);
    complete(&mut phone, &bench);
    assert!(phone.documents.contains_key(&id), "the project came down");
    assert_eq!(
        phone.people.len(),
        1,
        "its own name; the office has none in this test"
    );

    let changes = phone.write(id, &[open_visit(visit(1))]);
    phone.pack(scope, id, &changes);
    let changes = phone.write(id, &[set_visit(visit(1), VisitField::Progress, 4_000)]);
    phone.pack(scope, id, &changes);
    complete(&mut phone, &bench);
    assert!(phone.results(1)[0].is_ok() && phone.results(2)[0].is_ok());
    assert!(phone.open_packs.is_empty());

    let held = bench.store.find_document(id).unwrap().unwrap();
    assert_eq!(held.document.heads(), phone.documents[&id].heads());
    assert_eq!(
        phone.cursors[0].seq,
        bench.store.log_head(scope).unwrap().unwrap().seq
    );
    assert_eq!(bench.project(id).unwrap().code_das, "KHO-1");

    let talk = complete(&mut phone, &bench);
    assert_eq!(
        (talk.down_bytes, talk.requests),
        (10, 1),
        "nothing changed is ten bytes"
    );
    assert!(talk.up_bytes <= 112, "{}", talk.up_bytes);
    bench.assert_sound();
}

#[test]
fn a_lost_answer_repeats_the_receipt_and_stores_nothing_twice() {
    let bench = Bench::new(2);
    let scope = bench.scope_of(KHOURIBGA);
    let id = project(&bench, KHOURIBGA, "KHO-1");
    let mut phone = bench.phone(1, Role::TeamMember, &[scope]);
    complete(&mut phone, &bench);
    let changes = phone.write(id, &[open_visit(visit(1))]);
    phone.pack(scope, id, &changes);

    let body = phone.body();
    let mut lost = SyncSession::new(&bench.core, START);
    lost.feed(&body).unwrap();
    lost.finish().unwrap();
    let head = bench.store.log_head(scope).unwrap();

    complete(&mut phone, &bench);
    assert!(phone.results(1)[0].is_ok());
    assert_eq!(bench.store.log_head(scope).unwrap(), head);
    bench.assert_sound();
}

#[test]
fn a_replayed_request_is_old_and_its_packs_are_not_read() {
    let bench = Bench::new(3);
    let scope = bench.scope_of(KHOURIBGA);
    let id = project(&bench, KHOURIBGA, "KHO-1");
    let mut phone = bench.phone(1, Role::TeamMember, &[scope]);
    complete(&mut phone, &bench);
    let changes = phone.write(id, &[open_visit(visit(1))]);
    phone.pack(scope, id, &changes);
    // A number below one that was used: the pack in it is new to the server.
    let body = phone.body();
    bench
        .store
        .begin_request(phone.incarnation, phone.request_no + 5, None, START)
        .unwrap();
    let head = bench.store.log_head(scope).unwrap();
    let mut session = SyncSession::new(&bench.core, START);
    session.feed(&body).unwrap();
    let answer = session.finish().unwrap().concat();
    assert_eq!(answer[2] & 0x3f, 1, "OLD");
    assert_eq!(
        bench.store.log_head(scope).unwrap(),
        head,
        "nothing was read"
    );
    // The engine takes the highest number from the answer and goes on.
    complete(&mut phone, &bench);
    assert!(phone.results(1)[0].is_ok());
}

#[test]
fn a_wrong_signature_gets_no_answer_but_whole_packs_stand() {
    let bench = Bench::new(4);
    let scope = bench.scope_of(KHOURIBGA);
    let id = project(&bench, KHOURIBGA, "KHO-1");
    let mut phone = bench.phone(1, Role::TeamMember, &[scope]);
    complete(&mut phone, &bench);
    let changes = phone.write(id, &[open_visit(visit(1))]);
    phone.pack(scope, id, &changes);
    let before = bench
        .store
        .find_incarnation(phone.incarnation)
        .unwrap()
        .unwrap()
        .last_request;
    let mut body = phone.body();
    *body.last_mut().unwrap() ^= 1;
    let mut session = SyncSession::new(&bench.core, START);
    session.feed(&body).unwrap();
    assert_eq!(session.finish().unwrap_err(), SyncRefusal::Signature);
    let held = bench
        .store
        .find_incarnation(phone.incarnation)
        .unwrap()
        .unwrap();
    assert_eq!(held.last_request, before, "nothing of the head acted");
    assert_eq!(
        bench
            .store
            .outcomes_from(phone.incarnation, 1)
            .unwrap()
            .judged
            .len(),
        1
    );
    complete(&mut phone, &bench);
    assert!(phone.results(1)[0].is_ok());
}

#[test]
fn a_body_cut_anywhere_commits_whole_packs_only() {
    let bench = Bench::new(5);
    let scope = bench.scope_of(KHOURIBGA);
    let id = project(&bench, KHOURIBGA, "KHO-1");
    let mut phone = bench.phone(1, Role::TeamMember, &[scope]);
    complete(&mut phone, &bench);
    for number in 1..=3 {
        let changes = phone.write(id, &[open_visit(visit(number))]);
        phone.pack(scope, id, &changes);
    }
    let length = phone.clone().body().len();
    let mut judged_before = 0;
    for cut in (0..length).step_by(7).chain([length - 1]) {
        let mut attempt = phone.clone();
        let body = attempt.body();
        let mut session = SyncSession::new(&bench.core, START);
        session.feed(&body[..cut]).unwrap();
        session.abandon();
        let judged = bench
            .store
            .outcomes_from(phone.incarnation, 1)
            .unwrap()
            .judged
            .len();
        assert!(judged >= judged_before && judged <= 3, "cut at {cut}");
        judged_before = judged;
        let held = bench
            .store
            .find_incarnation(phone.incarnation)
            .unwrap()
            .unwrap();
        assert_eq!(held.last_request, phone.request_no, "cut at {cut}");
    }
    assert_eq!(judged_before, 3, "the last cut lay behind the third pack");
    bench.assert_sound();
    complete(&mut phone, &bench);
    assert_eq!(phone.documents[&id].heads(), {
        bench
            .store
            .find_document(id)
            .unwrap()
            .unwrap()
            .document
            .heads()
    });
}

#[test]
fn a_clone_is_found_and_both_packs_are_kept() {
    let bench = Bench::new(6);
    let scope = bench.scope_of(KHOURIBGA);
    let id = project(&bench, KHOURIBGA, "KHO-1");
    let mut phone = bench.phone(1, Role::TeamMember, &[scope]);
    complete(&mut phone, &bench);
    let mut clone = phone.clone();
    clone.nonce = [99; 16];

    let changes = phone.write(id, &[open_visit(visit(1))]);
    phone.pack(scope, id, &changes);
    complete(&mut phone, &bench);
    let changes = clone.write(id, &[open_visit(visit(2))]);
    clone.pack(scope, id, &changes);
    let talk = clone.sync(&bench.core);
    assert_eq!(talk.result, SessionResult::Cloned);
    assert_eq!(phone.sync(&bench.core).result, SessionResult::Cloned);
    let kept: u64 = bench
        .database()
        .query_row(
            "SELECT count(*) FROM pack WHERE no = 1 AND incarnation = ?1",
            [phone.incarnation.as_bytes()],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(kept, 2);

    // What either copy pushes from now on waits for a ruling: capture never stops.
    let changes = phone.write(id, &[set_visit(visit(1), VisitField::Note, "suite")]);
    phone.pack(scope, id, &changes);
    phone.sync(&bench.core);
    assert_eq!(bench.store.figures().unwrap().quarantined, 1);
    // Enrolled again as its successor, the same person goes on.
    let invitation =
        bench.invite_person(Some(phone.person), "Personne 1", Role::TeamMember, &[scope]);
    let mut successor =
        Phone::try_enrol(&bench.core, 50, &invitation, Some(phone.incarnation)).unwrap();
    complete(&mut successor, &bench);
    assert!(successor.documents.contains_key(&id));
    bench.assert_sound();
}

#[test]
fn a_membership_that_ended_quarantines_and_one_that_never_was_refuses() {
    let bench = Bench::new(7);
    let (scope, other) = (bench.scope_of(KHOURIBGA), bench.scope_of(OUED_ZEM));
    let id = project(&bench, KHOURIBGA, "KHO-1");
    let mut phone = bench.phone(1, Role::TeamMember, &[scope, other]);
    let mut stranger = bench.phone(2, Role::TeamMember, &[other]);
    complete(&mut phone, &bench);
    complete(&mut stranger, &bench);

    bench
        .store
        .end_membership(scope, phone.person, START)
        .unwrap();
    let changes = phone.write(id, &[open_visit(visit(1))]);
    phone.pack(scope, id, &changes);
    complete(&mut phone, &bench);
    assert_eq!(
        phone.results(1),
        [Err(Outcome::Quarantined(Reason::MembershipEnded))]
    );
    assert_eq!(phone.cursors.len(), 1, "the scope went");
    assert_eq!(phone.certificates, 1, "its certificate says so");
    assert_eq!(bench.store.figures().unwrap().quarantined, 1);

    let changes = stranger.write(id, &[open_visit(visit(2))]);
    stranger.pack(scope, id, &changes);
    complete(&mut stranger, &bench);
    let never = Err(Outcome::Refused(Reason::NeverAllowed));
    assert!(
        stranger
            .results(1)
            .iter()
            .all(|result| *result == never || matches!(result, Err(Outcome::Duplicate(_)))),
        "{:?}",
        stranger.results(1)
    );
    assert!(
        stranger.log.keys().all(|(of, _)| *of == other),
        "no byte of the other scope"
    );

    // Made a member again: a new number, everything from the start.
    bench
        .store
        .add_membership(scope, phone.person, Role::TeamLead, START)
        .unwrap();
    complete(&mut phone, &bench);
    assert_eq!(phone.cursors.len(), 2);
    assert!(
        phone
            .cursors
            .iter()
            .any(|cursor| cursor.scope == scope && cursor.no == 3)
    );
    bench.assert_sound();
}

#[test]
fn a_fork_and_what_depends_on_it_wait_while_neighbours_pass() {
    let bench = Bench::new(8);
    let scope = bench.scope_of(KHOURIBGA);
    let id = project(&bench, KHOURIBGA, "KHO-1");
    let beside = project(&bench, KHOURIBGA, "KHO-2");
    let mut phone = bench.phone(1, Role::TeamMember, &[scope]);
    complete(&mut phone, &bench);
    let mut rolled_back = phone.documents.clone();

    let changes = phone.write(id, &[open_visit(visit(1))]);
    phone.pack(scope, id, &changes);
    complete(&mut phone, &bench);

    // The same actor and number again, from an earlier state of the document.
    let author = phone.author();
    let document = rolled_back.get_mut(&id).unwrap();
    let fork = document
        .apply(&[open_visit(visit(2))], &author)
        .unwrap()
        .unwrap();
    let note = [set_visit(visit(2), VisitField::Note, "x")];
    let child = document.apply(&note, &author).unwrap().unwrap();
    let neighbour = phone.write(beside, &[open_visit(visit(3))]);
    let entries = vec![
        entry(id, &fork.bytes),
        entry(id, &child.bytes),
        entry(beside, &neighbour[0].bytes),
    ];
    phone.pack_entries(scope, entries, Vec::new());
    complete(&mut phone, &bench);
    let results = phone.results(2);
    assert_eq!(results[0], Err(Outcome::Quarantined(Reason::Fork)));
    assert_eq!(results[1], Err(Outcome::Quarantined(Reason::Depends)));
    assert!(results[2].is_ok());

    // Sent again by itself it is what it was; what depends on it too.
    let grandchild = document
        .apply(&[set_visit(visit(2), VisitField::Note, "y")], &author)
        .unwrap()
        .unwrap();
    phone.pack_entries(
        scope,
        vec![entry(id, &fork.bytes), entry(id, &grandchild.bytes)],
        Vec::new(),
    );
    complete(&mut phone, &bench);
    assert_eq!(
        phone.results(3),
        [
            Err(Outcome::Quarantined(Reason::Fork)),
            Err(Outcome::Quarantined(Reason::Depends))
        ]
    );
    bench.assert_sound();
}

#[test]
fn a_missing_dependency_is_later_and_a_refused_one_is_depends() {
    let bench = Bench::new(9);
    let scope = bench.scope_of(KHOURIBGA);
    let id = project(&bench, KHOURIBGA, "KHO-1");
    let mut phone = bench.phone(1, Role::TeamMember, &[scope]);
    complete(&mut phone, &bench);
    let first = phone.write(id, &[open_visit(visit(1))]);
    let second = phone.write(id, &[set_visit(visit(1), VisitField::Note, "b")]);
    let late = phone.pack(scope, id, &second);
    assert_eq!(
        bench.store.judge_pack(&late, START).unwrap(),
        jawla_server::store::PackJudgement::Later
    );
    complete(&mut phone, &bench);
    assert_eq!(phone.outcomes[&1], OutcomeForm::Later);
    assert_eq!(phone.open_packs.len(), 1, "it stays open");
    phone.pack(scope, id, &first);
    complete(&mut phone, &bench);
    complete(&mut phone, &bench);
    assert!(phone.results(1)[0].is_ok() && phone.results(2)[0].is_ok());

    // A field of the office is refused; the next change of the same document depends on it.
    let refused = phone.write(id, &[set_project(ProjectField::TitleFr, "Autre titre")]);
    phone.pack(scope, id, &refused);
    complete(&mut phone, &bench);
    assert_eq!(phone.results(3), [Err(Outcome::Refused(Reason::Role))]);
    let after = phone.write(id, &[set_visit(visit(1), VisitField::Note, "c")]);
    phone.pack(scope, id, &after);
    complete(&mut phone, &bench);
    assert_eq!(
        phone.results(4),
        [Err(Outcome::Quarantined(Reason::Depends))]
    );
    assert_eq!(bench.project(id).unwrap().title_fr, "KHO-1 de la commune");
    bench.assert_sound();
}

#[test]
fn two_phones_on_one_document_meet_in_every_store() {
    let bench = Bench::new(10);
    let scope = bench.scope_of(KHOURIBGA);
    let id = project(&bench, KHOURIBGA, "KHO-1");
    let mut one = bench.phone(1, Role::TeamMember, &[scope]);
    let mut other = bench.phone(2, Role::TeamLead, &[scope]);
    complete(&mut one, &bench);
    complete(&mut other, &bench);
    let place = |text: &str| [set_project(ProjectField::Place, text)];
    let changes = one.write(id, &place("Douar A"));
    one.pack(scope, id, &changes);
    let changes = other.write(id, &place("Douar B"));
    other.pack(scope, id, &changes);
    complete(&mut one, &bench);
    complete(&mut other, &bench);
    complete(&mut one, &bench);
    let heads = bench
        .store
        .find_document(id)
        .unwrap()
        .unwrap()
        .document
        .heads();
    assert_eq!(heads.len(), 2);
    assert_eq!(one.documents[&id].heads(), heads);
    assert_eq!(other.documents[&id].heads(), heads);
    assert_eq!(bench.project(id).unwrap().conflicts, 1);
    assert_eq!(
        one.people.len(),
        2,
        "each learns the other's name: {:?}",
        one.people
    );

    // The office settles it; both phones see one value.
    let settled = bench
        .core
        .write(bench.office(), id, &place("Douar A"), START)
        .unwrap();
    assert!(settled.change.is_some());
    complete(&mut one, &bench);
    complete(&mut other, &bench);
    assert_eq!(bench.project(id).unwrap().conflicts, 0);
    assert_eq!(one.documents[&id].heads(), other.documents[&id].heads());
    bench.assert_sound();
}

#[test]
fn a_long_log_comes_in_several_answers_and_full_brings_own_bytes() {
    let bench = Bench::new(11);
    let scope = bench.scope_of(KHOURIBGA);
    let mut lines =
        String::from("intitule_fr;intitule_ar;phase;programme;annee;nature;commune;porteur\n");
    for number in 0..1_500 {
        let filler = format!(
            "{:x}",
            jawla_sync::chain::sha256(&[number as u8, (number >> 8) as u8]).0[0]
        );
        lines.push_str(&format!(
            "Projet numéro {number} de la commune;;III;P1;2024;TRAVAUX;{KHOURIBGA};{}\n",
            filler.repeat(100)
        ));
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
    assert_eq!((report.imported.len(), report.refusals.len()), (1_500, 0));
    let mut phone = bench.phone(1, Role::TeamMember, &[scope]);
    let talk = complete(&mut phone, &bench);
    assert!(talk.requests > 1, "more than one answer");
    assert_eq!(phone.documents.len(), 1_500);

    let id = report.imported[7].1;
    let changes = phone.write(id, &[open_visit(visit(1))]);
    phone.pack(scope, id, &changes);
    complete(&mut phone, &bench);
    // A successor of a lost phone has no packs: it asks for everything with its bytes.
    let invitation = bench.invite_person(Some(phone.person), "P", Role::TeamMember, &[scope]);
    let mut again = Phone::try_enrol(&bench.core, 9, &invitation, Some(phone.incarnation)).unwrap();
    again.full = true;
    complete(&mut again, &bench);
    assert_eq!(again.documents[&id].heads(), phone.documents[&id].heads());
    bench.assert_sound();
}

#[test]
fn unsent_work_of_a_predecessor_travels_in_its_successors_packs() {
    let bench = Bench::new(12);
    let scope = bench.scope_of(KHOURIBGA);
    let id = project(&bench, KHOURIBGA, "KHO-1");
    let mut phone = bench.phone(1, Role::TeamMember, &[scope]);
    complete(&mut phone, &bench);
    let unsent = phone.write(id, &[open_visit(visit(1))]);
    let invitation = bench.invite_person(Some(phone.person), "P", Role::TeamMember, &[scope]);
    let mut successor =
        Phone::try_enrol(&bench.core, 2, &invitation, Some(phone.incarnation)).unwrap();
    complete(&mut successor, &bench);
    successor.nonce = phone.nonce;
    successor.pack(scope, id, &unsent);
    complete(&mut successor, &bench);
    assert!(
        successor.results(1)[0].is_ok(),
        "{:?}",
        successor.results(1)
    );
    // A stranger cannot do the same.
    let mut stranger = bench.phone(3, Role::TeamMember, &[scope]);
    complete(&mut stranger, &bench);
    let more = phone.write(id, &[set_visit(visit(1), VisitField::Note, "z")]);
    stranger.nonce = phone.nonce;
    stranger.pack(scope, id, &more);
    complete(&mut stranger, &bench);
    assert_eq!(
        stranger.results(1),
        [Err(Outcome::Refused(Reason::WrongActor))]
    );
    bench.assert_sound();
}

#[test]
fn codes_tried_too_often_are_dead_and_a_lost_answer_is_repeated() {
    let bench = Bench::new(13);
    let scope = bench.scope_of(KHOURIBGA);
    let invitation = bench.invite("Nom", Role::TeamMember, &[scope]);
    let mut wrong = invitation.clone();
    wrong.secret = [0; 16];
    let refusal = |invitation| match Phone::try_enrol(&bench.core, 1, invitation, None) {
        Err(refusal) => refusal,
        Ok(_) => panic!("let in"),
    };
    for _ in 0..4 {
        assert_eq!(refusal(&wrong), EnrolRefusal::NotValid);
    }
    assert_eq!(refusal(&wrong), EnrolRefusal::TriedTooOften);
    assert_eq!(
        refusal(&invitation),
        EnrolRefusal::TriedTooOften,
        "dead for the right one too"
    );

    let invitation = bench.invite("Nom", Role::TeamMember, &[scope]);
    let first = Phone::try_enrol(&bench.core, 2, &invitation, None).unwrap();
    let head = bench.store.log_head(scope).unwrap();
    let again = Phone::try_enrol(&bench.core, 2, &invitation, None).unwrap();
    assert_eq!(
        (again.person, again.cursors.len()),
        (first.person, first.cursors.len())
    );
    assert_eq!(
        bench.store.log_head(scope).unwrap(),
        head,
        "nothing was written again"
    );
    assert_eq!(refusal(&invitation), EnrolRefusal::NotValid, "good once");

    let late = bench.invite("Nom", Role::TeamMember, &[scope]);
    let (request, key) = Phone::request(7, &late);
    let bytes = jawla_server::enrolment::enrol(
        &bench.core,
        &request.seal(&late.server, &key),
        ReceivedAt(START.0 + 3_601),
    );
    let answer = jawla_sync::enrol::decode_answer(&bytes).unwrap();
    assert_eq!(answer.unwrap_err(), EnrolRefusal::NotValid, "expired");
}

#[test]
fn a_revoked_or_unknown_phone_gets_a_signed_status_and_no_rows() {
    let bench = Bench::new(14);
    let scope = bench.scope_of(KHOURIBGA);
    let id = project(&bench, KHOURIBGA, "KHO-1");
    let mut phone = bench.phone(1, Role::TeamMember, &[scope]);
    complete(&mut phone, &bench);
    bench.store.revoke(phone.incarnation, START).unwrap();
    let changes = phone.write(id, &[open_visit(visit(1))]);
    phone.pack(scope, id, &changes);
    assert_eq!(phone.sync(&bench.core).result, SessionResult::Revoked);
    assert_eq!(
        bench.store.figures().unwrap().quarantined,
        1,
        "its last work is kept"
    );
    phone.incarnation = support::incarnation(77);
    assert_eq!(phone.sync(&bench.core).result, SessionResult::Unknown);
    bench.assert_sound();
}

#[test]
fn logs_that_differ_are_diverged_and_no_pack_is_read() {
    let bench = Bench::new(15);
    let scope = bench.scope_of(KHOURIBGA);
    let id = project(&bench, KHOURIBGA, "KHO-1");
    let mut phone = bench.phone(1, Role::TeamMember, &[scope]);
    complete(&mut phone, &bench);
    let changes = phone.write(id, &[open_visit(visit(1))]);
    phone.pack(scope, id, &changes);
    let mut ahead = phone.clone();
    ahead.cursors[0].seq += 10;
    assert_eq!(ahead.sync(&bench.core).result, SessionResult::Diverged);
    let mut other = ahead.clone();
    other.cursors[0].seq -= 10;
    other.cursors[0].chain.0[0] ^= 1;
    assert_eq!(other.sync(&bench.core).result, SessionResult::Diverged);
    assert!(
        bench
            .store
            .outcomes_from(phone.incarnation, 1)
            .unwrap()
            .judged
            .is_empty()
    );
    phone.request_no = other.request_no;
    complete(&mut phone, &bench);
    assert!(phone.results(1)[0].is_ok());
}

#[test]
fn a_restored_server_says_how_far_it_holds_packs() {
    let bench = Bench::new(16);
    let scope = bench.scope_of(KHOURIBGA);
    let mut phone = bench.phone(1, Role::TeamMember, &[scope]);
    phone.next_pack = 41;
    complete(&mut phone, &bench);
    assert_eq!(phone.outcomes[&40], OutcomeForm::Held { highest: 0 });
}

#[test]
fn a_copy_off_the_machine_reaches_a_phone_on_a_quiet_log() {
    let bench = Bench::new(17);
    let scope = bench.scope_of(KHOURIBGA);
    let mut phone = bench.phone(1, Role::TeamMember, &[scope]);
    complete(&mut phone, &bench);
    let head = bench.store.log_head(scope).unwrap().unwrap();
    bench
        .store
        .record_backup("nas", &[(scope, head.seq)], START)
        .unwrap();
    complete(&mut phone, &bench);
    assert_eq!(phone.backups[&1], head.seq);
    assert_eq!(complete(&mut phone, &bench).down_bytes, 10);
}

#[test]
fn a_second_process_writes_beside_the_first() {
    let bench = Bench::new(18);
    let scope = bench.scope_of(KHOURIBGA);
    let id = project(&bench, KHOURIBGA, "KHO-1");
    let mut phone = bench.phone(1, Role::TeamMember, &[scope]);
    complete(&mut phone, &bench);
    let second = bench.second_process();
    // The document is open in the memory of the first; the second writes into it.
    let changes = phone.write(id, &[open_visit(visit(1))]);
    let sealed = phone.pack(scope, id, &changes);
    second.judge_pack(&sealed, START).unwrap();
    bench
        .core
        .write(
            bench.office(),
            id,
            &[set_project(ProjectField::Note, "n")],
            START,
        )
        .unwrap();
    complete(&mut phone, &bench);
    assert_eq!(
        bench
            .store
            .find_document(id)
            .unwrap()
            .unwrap()
            .document
            .heads(),
        phone.documents[&id].heads()
    );
    bench.assert_sound();
}

#[test]
fn two_devices_at_once_get_one_order() {
    let bench = Bench::new(19);
    let scope = bench.scope_of(KHOURIBGA);
    let id = project(&bench, KHOURIBGA, "KHO-1");
    let mut phones: Vec<Phone> = (1..=4)
        .map(|number| bench.phone(number, Role::TeamMember, &[scope]))
        .collect();
    phones.iter_mut().for_each(|phone| {
        complete(phone, &bench);
    });
    std::thread::scope(|threads| {
        for (number, phone) in phones.iter_mut().enumerate() {
            let bench = &bench;
            threads.spawn(move || {
                for round in 0..10_u8 {
                    let own = visit(number as u8 * 16 + round + 1);
                    let changes = phone.write(id, &[open_visit(own)]);
                    phone.pack(scope, id, &changes);
                    complete(phone, bench);
                }
            });
        }
    });
    phones.iter_mut().for_each(|phone| {
        complete(phone, &bench);
    });
    let held = bench.store.find_document(id).unwrap().unwrap();
    assert_eq!(held.document.changes_count(), 2 + 40);
    for phone in &phones {
        assert_eq!(phone.documents[&id].heads(), held.document.heads());
    }
    bench.assert_sound();
}

#[test]
fn a_new_dossier_of_a_team_begins_with_the_computed_skeleton() {
    let bench = Bench::new(20);
    let scope = bench.scope_of(KHOURIBGA);
    let mut phone = bench.phone(1, Role::TeamMember, &[scope]);
    complete(&mut phone, &bench);
    let id = DocumentId([5; 16]);
    let changes = phone.write(id, &[set_project(ProjectField::Place, "Douar")]);
    assert_eq!(changes.len(), 2);
    phone.pack(scope, id, &changes);
    // Another scope cannot take the same document.
    let other = bench.scope_of(OUED_ZEM);
    let mut thief = bench.phone(2, Role::TeamMember, &[other]);
    complete(&mut thief, &bench);
    complete(&mut phone, &bench);
    assert!(
        phone.results(1).iter().all(Result::is_ok),
        "{:?}",
        phone.results(1)
    );
    let skeleton = Document::skeleton(id, 1).unwrap();
    thief.pack(other, id, &[skeleton]);
    let changes = thief.write(id, &[set_project(ProjectField::Place, "Vol")]);
    thief.pack(other, id, &changes[1..]);
    complete(&mut thief, &bench);
    assert_eq!(thief.results(1), [Err(Outcome::Elsewhere)]);
    assert_eq!(
        thief.results(2),
        [Err(Outcome::Refused(Reason::NeverAllowed))]
    );
    bench.assert_sound();
}

#[test]
fn a_file_hash_says_nothing_without_its_bytes() {
    let bench = Bench::new(21);
    let scope = bench.scope_of(KHOURIBGA);
    let id = project(&bench, KHOURIBGA, "KHO-1");
    let mut phone = bench.phone(1, Role::TeamMember, &[scope]);
    let mut colleague = bench.phone(2, Role::TeamMember, &[scope]);
    complete(&mut phone, &bench);
    complete(&mut colleague, &bench);
    let file = Hash32([9; 32]);
    let changes = phone.write(id, &[open_visit(visit(1))]);
    let entries = changes
        .iter()
        .map(|change| entry(id, &change.bytes))
        .collect();
    phone.pack_entries(scope, entries, vec![file]);
    complete(&mut phone, &bench);
    let standing = |phone: &Phone| bench.store.file_standing(phone.incarnation, file).unwrap();
    assert!(standing(&phone).named_by_own_pack && !standing(&phone).recorded);
    assert!(!standing(&colleague).readable && !standing(&colleague).named_by_own_pack);
    bench
        .store
        .file_arrived(phone.incarnation, file, 300, START)
        .unwrap();
    assert!(standing(&phone).recorded && standing(&phone).readable);
    assert!(standing(&colleague).readable);
    let head = bench.store.log_head(scope).unwrap();
    bench
        .store
        .file_arrived(phone.incarnation, file, 300, START)
        .unwrap();
    assert_eq!(bench.store.log_head(scope).unwrap(), head, "said once");
    complete(&mut colleague, &bench);
    assert!(
        colleague
            .log
            .values()
            .any(|entry| entry.kind == jawla_sync::EntryKind::File)
    );
}

#[test]
fn own_entries_of_several_receipts_find_their_places_among_foreign_ones() {
    let bench = Bench::new(22);
    let scope = bench.scope_of(KHOURIBGA);
    let id = project(&bench, KHOURIBGA, "KHO-1");
    let mut phone = bench.phone(1, Role::TeamMember, &[scope]);
    let mut other = bench.phone(2, Role::TeamMember, &[scope]);
    complete(&mut phone, &bench);
    complete(&mut other, &bench);
    for number in 0..6_u8 {
        let late = ReceivedAt(START.0 + 100 * u64::from(number / 2) + 1);
        let changes = phone.write(id, &[open_visit(visit(number + 1))]);
        let sealed = phone.pack(scope, id, &changes);
        bench.store.judge_pack(&sealed, late).unwrap();
        if number % 3 == 1 {
            let changes = other.write(id, &[open_visit(visit(number + 100))]);
            let sealed = other.pack(scope, id, &changes);
            bench
                .store
                .judge_pack(&sealed, ReceivedAt(late.0 + 7))
                .unwrap();
        }
    }
    complete(&mut phone, &bench);
    complete(&mut other, &bench);
    let heads = bench
        .store
        .find_document(id)
        .unwrap()
        .unwrap()
        .document
        .heads();
    assert_eq!(phone.documents[&id].heads(), heads);
    assert_eq!(other.documents[&id].heads(), heads);
    for held in bench.store.entries_after(scope, 0, usize::MAX).unwrap() {
        assert_eq!(phone.log[&(scope, held.entry.seq)], held.entry);
    }
    bench.assert_sound();
}

#[test]
fn news_of_scopes_that_a_cut_brought_in_part_is_no_divergence() {
    let bench = Bench::new(23);
    let (scope, other) = (bench.scope_of(KHOURIBGA), bench.scope_of(OUED_ZEM));
    let mut phone = bench.phone(1, Role::TeamMember, &[scope]);
    complete(&mut phone, &bench);
    bench
        .store
        .add_membership(other, phone.person, Role::TeamMember, START)
        .unwrap();
    bench
        .store
        .add_membership(bench.province(), phone.person, Role::TeamMember, START)
        .unwrap();
    let version = phone.set_version;
    let mut cut = phone.clone();
    complete(&mut cut, &bench);
    assert_eq!((cut.cursors.len(), cut.set_version), (3, version + 2));
    // The first of the two came, then the link broke before the new version was told.
    phone.cursors.push(cut.cursors[1]);
    phone.request_no = cut.request_no;
    complete(&mut phone, &bench);
    assert_eq!((phone.cursors.len(), phone.set_version), (3, version + 2));
    bench.assert_sound();
}

#[test]
fn a_second_try_is_told_the_highest_common_position() {
    use jawla_sync::answer::{AnswerItem, AnswerReader, StatusCode};
    use jawla_sync::request::{Flags, Head, Ladder};

    let bench = Bench::new(24);
    let scope = bench.scope_of(KHOURIBGA);
    project(&bench, KHOURIBGA, "KHO-1");
    let mut phone = bench.phone(1, Role::TeamMember, &[scope]);
    complete(&mut phone, &bench);
    let chain8 = |seq: u64| {
        let chain = bench.store.chain_at(scope, seq).unwrap().unwrap();
        <[u8; 8]>::try_from(&chain.0[..8]).unwrap()
    };
    let rungs = vec![
        (900, [1; 8]),
        (3, [9; 8]),
        (2, chain8(2)),
        (1, chain8(1)),
        (0, chain8(0)),
    ];
    let strange = Ladder {
        scope_no: 7,
        scope: bench.scope_of(OUED_ZEM),
        rungs: rungs.clone(),
    };
    let head = Head {
        flags: Flags {
            second_try: true,
            ..Flags::default()
        },
        incarnation: phone.incarnation,
        request_no: phone.request_no + 1,
        schema: 1,
        scope_set_version: 1,
        first_open_pack: 1,
        ruling_seen: 0,
        people_seen: 0,
        backup_no: 0,
        cursors: vec![900],
        digest: [0; 8],
        room: None,
        ladders: vec![
            Ladder {
                scope_no: 1,
                scope,
                rungs,
            },
            strange,
        ],
    };
    let body = head.seal(&[], &phone.server, &phone.key).unwrap();
    let mut session = SyncSession::new(&bench.core, START);
    session.feed(&body).unwrap();
    let answer = session.finish().unwrap().concat();
    let mut reader = AnswerReader::new();
    let items = reader.feed(&answer).unwrap();
    assert_eq!(reader.status().unwrap().code, StatusCode::Diverged);
    assert_eq!(
        items,
        [
            AnswerItem::Diverged {
                scope_no: 1,
                common_seq: 2
            },
            AnswerItem::End { more: false }
        ],
        "nothing is said of a scope that is not its own"
    );
}

#[test]
fn a_change_in_quarantine_holds_its_place_against_another() {
    let bench = Bench::new(25);
    let scope = bench.scope_of(KHOURIBGA);
    let id = project(&bench, KHOURIBGA, "KHO-1");
    let mut phone = bench.phone(1, Role::TeamMember, &[scope]);
    complete(&mut phone, &bench);
    let mut rolled_back = phone.clone();
    bench
        .store
        .end_membership(scope, phone.person, START)
        .unwrap();
    let changes = phone.write(id, &[open_visit(visit(1))]);
    phone.pack(scope, id, &changes);
    complete(&mut phone, &bench);
    assert_eq!(
        phone.results(1),
        [Err(Outcome::Quarantined(Reason::MembershipEnded))]
    );

    bench
        .store
        .add_membership(scope, phone.person, Role::TeamMember, START)
        .unwrap();
    let other = rolled_back.write(id, &[open_visit(visit(2))]);
    phone.pack(scope, id, &other);
    complete(&mut phone, &bench);
    assert_eq!(phone.results(2), [Err(Outcome::Quarantined(Reason::Fork))]);
    bench.assert_sound();
}
