//! Walks over phones that were copied or put back.

use std::sync::Arc;

use jawla_client::ClientError;
use jawla_client::device::Standing;
use jawla_client::witness::{Testimony, Witness};
use jawla_model::{Edit, FieldPath, ProjectField, Value};
use jawla_sim::phone::Phone;
use jawla_sim::stand_ins::MemoryWitness;
use jawla_sim::world::Universe;
use jawla_sync::device::SessionResult;

use crate::stage::{count, count_on_server, is_complete, set, talk, universe};

/// Copies phone 0, database and witness, to a second machine; its number.
fn copy_of_the_first(universe: &mut Universe) -> usize {
    let number = universe.phones.len();
    let person = universe.phones[0].person;
    let mut copy = Phone::new(universe.seed, number, universe.time.clone(), person);
    copy.scopes = universe.phones[0].scopes.clone();
    copy.witness = Arc::new(MemoryWitness::with(universe.phones[0].witness.recall()));
    copy.disk.restore(&universe.phones[0].disk.snapshot());
    copy.take_note_of_death();
    copy.open().unwrap();
    universe.phones.push(copy);
    universe.oracle.add_phone();
    number
}

fn standing(universe: &mut Universe, number: usize) -> Standing {
    universe.phones[number].device().standing()
}

/// Walk 6, a clone that only reads: one copy is told that its number is old and goes on.
#[test]
fn a_clone_that_only_reads_costs_a_request_and_nothing_else() {
    let mut universe = universe(6);
    let document = universe.documents[0].0;
    let copy = copy_of_the_first(&mut universe);
    set(&mut universe, 2, document, ProjectField::Place, "Nouveau");
    assert!(is_complete(talk(&mut universe, 2).1));
    for _ in 0..2 {
        for number in [copy, 0] {
            let (_, result) = talk(&mut universe, number);
            assert!(is_complete(result), "{result:?}");
            assert_eq!(standing(&mut universe, number), Standing::Enrolled);
        }
    }
    assert_eq!(
        universe.folded(0, document).heads(),
        universe.folded(copy, document).heads()
    );
    let cloned = "SELECT count(*) FROM incarnation WHERE standing = 'cloned'";
    assert_eq!(count_on_server(&mut universe, cloned), 0);
}

/// Walk 6, a clone that writes: both packs are kept, both copies enrol anew, nothing is lost.
#[test]
fn a_clone_that_writes_is_found_out_and_both_copies_keep_their_work() {
    let mut universe = universe(66);
    let document = universe.documents[0].0;
    set(
        &mut universe,
        0,
        document,
        ProjectField::Operator,
        "Avant la copie",
    );
    assert!(is_complete(talk(&mut universe, 0).1));
    let copy = copy_of_the_first(&mut universe);
    set(
        &mut universe,
        0,
        document,
        ProjectField::Place,
        "De l'original",
    );
    set(
        &mut universe,
        copy,
        document,
        ProjectField::Note,
        "De la copie",
    );
    assert!(is_complete(talk(&mut universe, 0).1));
    let mut results = Vec::new();
    for number in [copy, 0] {
        results.push(talk(&mut universe, number).1);
        assert_eq!(
            standing(&mut universe, number),
            Standing::Withdrawn,
            "phone {number}"
        );
    }
    assert_eq!(results, [SessionResult::Cloned; 2]);
    let both = "SELECT count(*) FROM pack GROUP BY incarnation, no HAVING count(*) > 1";
    assert_eq!(
        count_on_server(&mut universe, both),
        2,
        "both packs are kept"
    );

    for number in [0, copy] {
        universe.enrol(number);
        let (_, result) = talk(&mut universe, number);
        assert!(is_complete(result), "phone {number}: {result:?}");
    }
    assert!(is_complete(talk(&mut universe, 0).1));
    for number in [0, copy] {
        let dossier = universe.folded(number, document).read();
        assert_eq!(dossier.project_text(ProjectField::Place), "De l'original");
        assert_eq!(dossier.project_text(ProjectField::Note), "De la copie");
        assert!(
            universe.phones[number]
                .device()
                .asides()
                .unwrap()
                .is_empty()
        );
    }
    assert_eq!(
        universe.folded(0, document).heads(),
        universe.folded(copy, document).heads()
    );
}

/// Walk 16: the database is put back, the witness remembers.
#[test]
fn a_phone_put_back_is_noticed_before_it_writes_and_gets_everything_back() {
    let mut universe = universe(16);
    let document = universe.documents[0].0;
    set(
        &mut universe,
        0,
        document,
        ProjectField::Place,
        "Dans la copie",
    );
    let image = universe.phones[0].disk.snapshot();
    set(
        &mut universe,
        0,
        document,
        ProjectField::Note,
        "Après la copie",
    );
    let first_actors = own_actors(&mut universe);
    assert!(is_complete(talk(&mut universe, 0).1));

    put_back(&mut universe, &image);
    assert_eq!(standing(&mut universe, 0), Standing::RolledBack);
    let edit = Edit::Set {
        at: FieldPath::project(ProjectField::Operator),
        value: Value::Text("Trop tôt".to_owned()),
    };
    let refused = universe.phones[0].device().edit(document, vec![edit]);
    assert!(
        matches!(refused, Err(ClientError::NotEnrolled)),
        "{refused:?}"
    );
    universe.enrol(0);
    set(
        &mut universe,
        0,
        document,
        ProjectField::Operator,
        "Avant la reprise",
    );
    let (_, result) = talk(&mut universe, 0);
    assert!(is_complete(result), "{result:?}");
    has_it_all(&mut universe, &first_actors);
}

/// Walk 16, with the witness put back too: the server's receipt for a pack that this database
/// never gave says it.
#[test]
fn a_phone_put_back_with_its_witness_learns_it_from_a_receipt() {
    let mut universe = universe(161);
    let document = universe.documents[0].0;
    set(
        &mut universe,
        0,
        document,
        ProjectField::Place,
        "Dans la copie",
    );
    assert!(is_complete(talk(&mut universe, 0).1));
    let image = universe.phones[0].disk.snapshot();
    let before: Option<Testimony> = universe.phones[0].witness.recall();
    set(
        &mut universe,
        0,
        document,
        ProjectField::Note,
        "Après la copie",
    );
    let first_actors = own_actors(&mut universe);
    assert!(is_complete(talk(&mut universe, 0).1));

    universe.phones[0].witness = Arc::new(MemoryWitness::with(before));
    put_back(&mut universe, &image);
    assert_eq!(
        standing(&mut universe, 0),
        Standing::Enrolled,
        "nothing shows yet"
    );
    let _ = talk(&mut universe, 0);
    assert_eq!(standing(&mut universe, 0), Standing::RolledBack);
    universe.enrol(0);
    set(
        &mut universe,
        0,
        document,
        ProjectField::Operator,
        "Avant la reprise",
    );
    let (_, result) = talk(&mut universe, 0);
    assert!(is_complete(result), "{result:?}");
    has_it_all(&mut universe, &first_actors);
}

fn put_back(universe: &mut Universe, image: &jawla_sim::disk::DiskImage) {
    universe.phones[0].disk.restore(image);
    universe.phones[0].take_note_of_death();
    universe.phones[0].open().unwrap();
}

fn own_actors(universe: &mut Universe) -> Vec<Vec<u8>> {
    let conn = universe.phones[0].device().store().conn();
    let mut rows = conn
        .prepare("SELECT DISTINCT actor FROM own_actor")
        .unwrap();
    rows.query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap()
}

fn has_it_all(universe: &mut Universe, first_actors: &[Vec<u8>]) {
    let document = universe.documents[0].0;
    assert!(is_complete(talk(universe, 0).1));
    let dossier = universe.folded(0, document).read();
    assert_eq!(dossier.project_text(ProjectField::Place), "Dans la copie");
    assert_eq!(dossier.project_text(ProjectField::Note), "Après la copie");
    assert_eq!(
        dossier.project_text(ProjectField::Operator),
        "Avant la reprise"
    );
    let fresh = dossier.project["operator"].by.actor.0.to_vec();
    assert!(
        !first_actors.contains(&fresh),
        "no actor writes in two lives"
    );
    assert!(universe.phones[0].device().asides().unwrap().is_empty());
    assert_eq!(
        count(
            universe,
            0,
            "SELECT count(*) FROM change WHERE state <> 'accepted'"
        ),
        0
    );
    let device = universe.phones[0].device();
    assert_eq!(device.verify().unwrap().disagreements, []);
    let waiting = "SELECT count(*) FROM quarantine";
    assert_eq!(count_on_server(universe, waiting), 0);
}
