//! Walks over documents that several people write.

use jawla_client::ClientError;
use jawla_dossier::hostile::place_edit;
use jawla_dossier::{Authority, Document, conflicts};
use jawla_model::{DocumentId, Edit, FieldPath, ProjectField, Reason, Role, Value};
use jawla_sim::dice::Dice;
use jawla_sync::pack::{Outcome, OutcomeForm};

use crate::stage::{count, first_request, is_complete, kill, pack_numbers, set, talk, universe};

fn outcomes(form: Option<OutcomeForm>) -> Vec<Result<(), Outcome>> {
    let form = form.expect("the pack is judged");
    form.per_entry()
        .into_iter()
        .map(|result| result.map(|_| ()))
        .collect()
}

/// Walk 2: two phones write one field apart, a third pulls.
#[test]
fn a_third_phone_sees_both_values_with_their_authors_and_times() {
    let mut universe = universe(2);
    let (document, scope) = universe.documents[0];
    set(
        &mut universe,
        0,
        document,
        ProjectField::Place,
        "Ouled Azzouz",
    );
    universe.time.pass_ms(90_000);
    set(
        &mut universe,
        2,
        document,
        ProjectField::Place,
        "Ouled Azouz",
    );
    for number in [0, 2, 0] {
        universe.time.pass_ms(60_000);
        assert!(is_complete(talk(&mut universe, number).1));
    }
    let third = universe.add_phone(vec![scope]);
    assert!(is_complete(talk(&mut universe, third).1));
    let people = [universe.phones[0].person, universe.phones[2].person];

    let mut rows = Vec::new();
    for number in [0, 2, third] {
        assert_eq!(universe.folded(number, document).heads().len(), 2);
        let conn = universe.phones[number].device().store().conn();
        let found = jawla_views::sqlite::rows_of(conn, document)
            .unwrap()
            .unwrap();
        rows.push(found);
    }
    assert_eq!(rows[0], rows[1]);
    assert_eq!(rows[0], rows[2]);
    let [conflict] = rows[2].conflicts.as_slice() else {
        panic!("{:?}", rows[2].conflicts)
    };
    assert_eq!(conflict.path, "project/place");
    let told = format!("{:?}", conflict.values);
    for value in ["Ouled Azzouz", "Ouled Azouz"] {
        assert!(told.contains(value), "{told}");
    }
    for person in people {
        assert!(told.contains(&person.hex()), "{told}");
    }
    assert!(
        told.matches("ReceivedAt(").count() >= 2 || told.contains("received"),
        "{told}"
    );
}

/// Walk 3: a change that rests on one in the same pack, an earlier pack, quarantine, the skeleton.
#[test]
fn dependencies_are_found_wherever_they_lie() {
    let mut universe = universe(3);
    let (document, scope) = universe.documents[0];
    universe.enrol_intruder();
    let actor = universe.intruder_actor();
    let held = universe
        .server
        .core()
        .store()
        .find_document(document)
        .unwrap()
        .unwrap();
    let mut own = held.document;
    let write = |place: &str| {
        let bytes = place_edit(&own, actor, place);
        own.admit(&bytes, &Authority::Settled).unwrap();
        bytes
    };
    let chain: Vec<Vec<u8>> = ["un", "deux", "trois", "quatre", "cinq"].map(write).into();

    let missing = universe.push_as_intruder(document, vec![chain[1].clone()]);
    assert_eq!(
        missing,
        Some(OutcomeForm::Later),
        "nobody has what it rests on"
    );
    let same_pack = universe.push_as_intruder(document, chain[..2].to_vec());
    assert_eq!(outcomes(same_pack), [Ok(()), Ok(())]);
    let earlier_pack = universe.push_as_intruder(document, chain[2..3].to_vec());
    assert_eq!(outcomes(earlier_pack), [Ok(())]);

    let (person, now) = (universe.intruder_person(), universe.server.now());
    let core = universe.server.core();
    core.store().end_membership(scope, person, now).unwrap();
    drop(core);
    let after_the_end = universe.push_as_intruder(document, chain[3..4].to_vec());
    assert_eq!(
        outcomes(after_the_end),
        [Err(Outcome::Quarantined(Reason::MembershipEnded))]
    );
    let core = universe.server.core();
    core.store()
        .add_membership(scope, person, Role::TeamMember, now)
        .unwrap();
    drop(core);
    let on_quarantine = universe.push_as_intruder(document, chain[4..].to_vec());
    assert_eq!(
        outcomes(on_quarantine),
        [Err(Outcome::Quarantined(Reason::Depends))]
    );

    let fresh = DocumentId([0x42; 16]);
    let skeleton = Document::skeleton(fresh, 1).unwrap().bytes;
    let first = place_edit(&Document::new(fresh), actor, "neuf");
    let on_skeleton = universe.push_as_intruder(fresh, vec![skeleton, first]);
    assert_eq!(outcomes(on_skeleton), [Ok(()), Ok(())]);
    assert_eq!(
        universe.server.core().store().check_scope(scope).unwrap(),
        []
    );
    assert!(is_complete(talk(&mut universe, 0).1));
    assert_eq!(universe.folded(0, fresh).changes_count(), 2);
}

/// Walk 12: typing, a kill, and a foreign change to the same field.
#[test]
fn typing_survives_a_kill_and_stands_beside_what_arrives() {
    let mut universe = universe(12);
    let document = universe.documents[0].0;
    let path = FieldPath::project(ProjectField::Place);
    let typed = Value::Text("tapé avant".to_owned());
    universe.phones[0]
        .device()
        .type_value(document, path.clone(), typed.clone())
        .unwrap();
    kill(&mut universe, 0);
    assert_eq!(count(&mut universe, 0, "SELECT count(*) FROM typing"), 1);

    set(
        &mut universe,
        2,
        document,
        ProjectField::Place,
        "écrit ailleurs",
    );
    assert!(is_complete(talk(&mut universe, 2).1));
    assert!(is_complete(talk(&mut universe, 0).1));
    assert_eq!(count(&mut universe, 0, "SELECT count(*) FROM typing"), 0);
    for number in [0, 2] {
        assert!(is_complete(talk(&mut universe, number).1));
        let open = conflicts(&universe.folded(number, document).read());
        let [conflict] = open.as_slice() else {
            panic!("phone {number}: {open:?}")
        };
        assert_eq!(conflict.path, path);
        let mut values: Vec<_> = conflict.values.iter().map(|value| &value.value).collect();
        values.sort();
        assert_eq!(values, [&typed, &Value::Text("écrit ailleurs".to_owned())]);
    }
}

/// Typing that begins while a session is under way: the answer brings the same field.
#[test]
fn typing_during_a_session_becomes_a_change_before_what_arrives_is_applied() {
    let mut universe = universe(121);
    let document = universe.documents[0].0;
    set(
        &mut universe,
        2,
        document,
        ProjectField::Place,
        "écrit ailleurs",
    );
    assert!(is_complete(talk(&mut universe, 2).1));

    let body = first_request(&mut universe, 0);
    let answer = universe.deliver(&body, body.len()).unwrap();
    let path = FieldPath::project(ProjectField::Place);
    let typed = Value::Text("tapé pendant".to_owned());
    universe.phones[0]
        .device()
        .type_value(document, path, typed)
        .unwrap();
    crate::stage::hear(&mut universe, 0, answer);
    let open = conflicts(&universe.folded(0, document).read());
    assert_eq!(open.len(), 1, "both values stand: {open:?}");
}

/// A dossier that is full keeps what is typed into it and stops nothing else.
#[test]
fn typing_into_a_full_dossier_stays_and_the_other_dossiers_go_on() {
    let mut universe = universe(122);
    let (full, other) = (universe.documents[0].0, universe.documents[1].0);
    let path = FieldPath::project(ProjectField::Note);
    let mut dice = Dice::new(122, "letters");
    let mut note = || {
        let letter = |dice: &mut Dice| char::from_u32(0x4e00 + dice.below(20_000) as u32);
        Value::Text((0..4_000).filter_map(|_| letter(&mut dice)).collect())
    };
    loop {
        let edit = Edit::Set {
            at: path.clone(),
            value: note(),
        };
        match universe.phones[0].device().edit(full, vec![edit]) {
            Ok(()) => {}
            Err(ClientError::TooMuch) => break,
            Err(error) => panic!("{error}"),
        }
    }
    universe.phones[0]
        .device()
        .type_value(full, path, note())
        .unwrap();
    set(&mut universe, 0, other, ProjectField::Place, "Plus loin");
    assert!(!pack_numbers(&first_request(&mut universe, 0)).is_empty());
    assert_eq!(
        count(&mut universe, 0, "SELECT count(*) FROM typing"),
        1,
        "it stays"
    );
    let unpacked = "SELECT count(*) FROM change WHERE state = 'local'";
    assert_eq!(
        count(&mut universe, 0, unpacked),
        0,
        "all that was written is on its way"
    );
}
