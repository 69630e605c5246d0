//! A reading that is kept beside an open document is the one that a fresh look gives, whatever
//! was written in between.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test"
)]

mod support;

use automerge::transaction::Transactable;
use automerge::{ObjType, ROOT, ReadDoc};
use jawla_dossier::hostile::raw::Client;
use jawla_dossier::{Authority, Change, Document, Origin, project};
use jawla_model::visit::PhotoRole;
use jawla_model::{
    Claimed, DocumentId, Edit, Hash32, Photo, ProjectField, ReceivedAt, ScopeId, VisitField,
};
use proptest::prelude::*;
use support::*;

const SCOPE: ScopeId = ScopeId([9; 16]);

fn origin(change: &Hash32) -> Origin {
    Origin {
        person: None,
        received_at: Some(ReceivedAt(u64::from(change.0[0]))),
    }
}

/// A copy of a document that nothing is kept beside.
fn forgetful(document: &Document) -> Document {
    Document::load(document.id(), &document.save()).unwrap()
}

fn check(document: &mut Document) {
    document.keep_reading();
    let fresh = forgetful(document);
    assert_eq!(document.read(), fresh.read());
    assert_eq!(
        project(document, SCOPE, &origin),
        project(&fresh, SCOPE, &origin)
    );
}

fn photo(seed: u8) -> Photo {
    Photo {
        hash: Hash32([seed; 32]),
        role: PhotoRole::Detail,
        size_bytes: 200_000,
        width_px: 1_600,
        height_px: 1_200,
        taken_at: Claimed(MORNING.0 + 5),
        thumbnail: Hash32([seed ^ 0xff; 32]),
    }
}

/// What the person of this number writes, on whatever replica they hold.
fn edits(number: u8, kind: u8, value: u8) -> Vec<Edit> {
    let own = visit(number);
    match kind {
        0 => vec![set_project(
            ProjectField::Place,
            format!("Douar {value}").as_str(),
        )],
        1 => vec![set_project(ProjectField::Cost, i64::from(value))],
        2 => vec![set_visit(own, VisitField::Progress, i64::from(value) * 100)],
        3 => vec![set_visit(
            own,
            VisitField::Note,
            format!("Note {value}").as_str(),
        )],
        _ => vec![Edit::AttachPhoto {
            visit: own,
            photo: photo(value),
        }],
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Three people write without seeing each other and one sees everything now and then; the
    /// kept reading is compared after some of the admissions, so that parts pile up.
    #[test]
    fn what_is_kept_equals_a_fresh_look(
        writes in prop::collection::vec((0_u8..3, 0_u8..5, 0_u8..6, any::<bool>(), any::<bool>()), 1..40)
    ) {
        quiet_panics();
        let mut server = lively(DocumentId([7; 16]));
        let mut replicas: Vec<Document> = (0..3).map(|_| server.clone()).collect();
        server.keep_reading();
        for (who, kind, value, catches_up, compared) in writes {
            let number = 2 + who;
            let replica = &mut replicas[usize::from(who)];
            if catches_up {
                *replica = forgetful(&server);
            }
            let mut made: Vec<Change> = Vec::new();
            if !replica.read().visits.contains_key(&visit(number)) {
                made.extend(replica.apply(&[open(visit(number))], &person(number)).unwrap());
            }
            made.extend(replica.apply(&edits(number, kind, value), &person(number)).unwrap());
            for change in made {
                server.admit(&change.bytes, &Authority::Settled).unwrap();
            }
            if compared {
                check(&mut server);
            }
        }
        check(&mut server);
    }
}

#[test]
fn what_no_schema_names_is_read_again_as_a_whole() {
    let mut document = lively(DocumentId([7; 16]));
    document.keep_reading();
    let newer = Client::of(&document, person(8).actor).write(|doc| {
        let (_, visits) = doc.get(ROOT, "visits").unwrap().unwrap();
        let key = visit(2).key();
        let (_, of_2) = doc.get(&visits, key.as_str()).unwrap().unwrap();
        doc.put(ROOT, "epoch", 7_i64).unwrap();
        doc.put_object(&visits, "not an id", ObjType::Map).unwrap();
        doc.put(&of_2, "drone", true).unwrap();
    });
    document.admit(&newer, &Authority::Settled).unwrap();
    check(&mut document);
    assert!(document.read().unknown.contains_key("epoch"));
}

#[test]
fn own_edits_and_stored_changes_are_read_again() {
    let mut document = lively(DocumentId([7; 16]));
    document.keep_reading();
    let mut other = document.clone();
    let change = write(
        &mut other,
        &person(2),
        &[set_visit(visit(2), VisitField::Progress, 9_000)],
    );
    assert_ne!(document.read(), other.read());
    document.append_stored([change.bytes.as_slice()]).unwrap();
    assert_eq!(document.read(), forgetful(&other).read());
    check(&mut document);
    check(&mut other);
}

#[test]
fn a_refused_change_leaves_the_reading_as_it_was() {
    let mut document = lively(DocumentId([7; 16]));
    document.keep_reading();
    let before = document.read();
    let foreign = {
        let mut copy = document.clone();
        let edit = set_visit(visit(2), VisitField::Progress, 1);
        write(&mut copy, &person(3), &[edit])
    };
    assert!(document.admit(&foreign.bytes, &member()).is_err());
    assert_eq!(document.read(), before);
    check(&mut document);
}
