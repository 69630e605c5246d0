//! The bytes of changes of version 1, kept for ever in `golden/changes_v1.hex`: what a `change` entry
//! holds and what a short form leaves of it. A change is named by the hash of its bytes, and others
//! build on that name, so they must be read, and written again, as they stand.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test"
)]

use std::collections::BTreeMap;

use jawla_dossier::{Authority, Document, codec, read_header};
use jawla_model::{DocumentId, Hash32, ProjectField, Value, VisitField, VisitId};

const BOOK: &str = include_str!("golden/changes_v1.hex");
const DOSSIER: DocumentId = DocumentId([5; 16]);

/// In the order in which they were written. The last three are two people's words on one field and
/// the office's over both.
const CHANGES: [&str; 9] = [
    "skeleton",
    "project",
    "visit opened",
    "visit",
    "another visit opened",
    "another visit",
    "place",
    "place beside it",
    "place over both",
];

/// What a changed golden means.
const MEANING: &str = "Changes of version 1 never change: logs and phones hold these bytes under their hash. \
    Do not edit the golden: put the encoding back as it was, and give what is new a schema step or \
    a version of its own, with a golden of its own.";

/// The goldens by name: a name at the beginning of a line, hexadecimal in the indented lines below.
fn goldens() -> BTreeMap<&'static str, Vec<u8>> {
    let mut all: BTreeMap<&str, Vec<u8>> = BTreeMap::new();
    let mut name = "";
    for line in BOOK.lines().filter(|line| !line.starts_with('#')) {
        let digits = line.trim();
        if line.starts_with(' ') {
            let bytes = (0..digits.len())
                .step_by(2)
                .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap());
            all.get_mut(name).unwrap().extend(bytes);
        } else if !line.is_empty() {
            name = line;
            let before = all.insert(name, Vec::new());
            assert_eq!(before, None, "{name} stands twice in changes_v1.hex");
        }
    }
    all
}

fn change(name: &str) -> Vec<u8> {
    goldens()[format!("change, {name}").as_str()].clone()
}

/// A document of all goldens, through the guard.
fn document() -> Document {
    let mut document = Document::new(DOSSIER);
    for name in CHANGES {
        let admitted = document.admit(&change(name), &Authority::Settled);
        assert!(admitted.is_ok(), "{name}: {admitted:?}. {MEANING}");
    }
    document
}

#[test]
fn every_golden_has_its_place_here() {
    let names: Vec<_> = goldens().into_keys().collect();
    let mut expected: Vec<_> = CHANGES
        .iter()
        .flat_map(|name| [format!("change, {name}"), format!("stripped, {name}")])
        .collect();
    expected.sort();
    assert_eq!(names, expected, "{MEANING}");
}

#[test]
fn the_skeleton_is_computed_as_ever() {
    let computed = Document::skeleton(DOSSIER, 1).unwrap();
    assert_eq!(computed.bytes, change("skeleton"), "{MEANING}");
    assert_eq!(codec::skeleton(DOSSIER, 1), Some(change("skeleton")));
}

#[test]
fn changes_are_encoded_again_to_the_bytes_of_their_golden() {
    let document = document();
    assert_eq!(document.changes_count(), CHANGES.len());
    let loaded = Document::load(DOSSIER, &document.save()).unwrap();
    for name in CHANGES {
        let golden = change(name);
        let hash = read_header(&golden).unwrap().hash;
        for one in [&document, &loaded] {
            let again = one.change(&hash).map(|change| change.bytes);
            assert_eq!(again.as_ref(), Some(&golden), "{name}. {MEANING}");
        }
    }
}

#[test]
fn changes_strip_to_their_golden_and_come_back_from_it() {
    for name in CHANGES {
        let golden = change(name);
        let stripped = codec::strip(&golden).unwrap();
        let body = &goldens()[format!("stripped, {name}").as_str()];
        assert_eq!(stripped.body, *body, "{name}. {MEANING}");
        assert_eq!(
            codec::rebuild(&stripped).as_ref(),
            Ok(&golden),
            "{name}. {MEANING}"
        );
    }
}

#[test]
fn what_the_goldens_say_is_read_as_ever() {
    let document = document();
    let head = "79b1e68455fd92c3a23c0f04284dbc93bbbecb0524056bc1362026343a77cfae";
    let heads: Vec<_> = document.heads().iter().map(Hash32::hex).collect();
    assert_eq!(heads, [head], "{MEANING}");
    let dossier = document.read();
    let title = dossier.project_text(ProjectField::TitleFr);
    assert_eq!(title, "Piste rurale de Sidi Slimane");
    let place = &dossier.project[ProjectField::Place.key()];
    assert_eq!(place.value, Value::from("Douar Oulad Ali El Oued"));
    assert_eq!(place.others, [], "both were seen when it was written");
    let cost = &dossier.project[ProjectField::Cost.key()];
    assert_eq!(cost.value, Value::from(120_000_000));
    assert_eq!(dossier.visits.len(), 2);
    for number in [2, 3] {
        let visit = &dossier.visits[&VisitId([number; 16])];
        assert_eq!(visit.opened_by.actor.0, [number; 16]);
        let field = |field: VisitField| visit.fields[field.key()].value.clone();
        assert_eq!(field(VisitField::Progress), Value::from(4_000));
        assert_eq!(
            field(VisitField::Note),
            Value::from("Couche de base en cours")
        );
    }
}
