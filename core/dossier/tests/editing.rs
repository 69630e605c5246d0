//! Edits become one change, or none, or a typed error that leaves the document as it was.
#![allow(
    clippy::unwrap_used,
    clippy::too_many_lines,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test"
)]

mod support;

use jawla_dossier::{Change, Document, DossierError, EditError, PlannedAction, read_header};
use jawla_model::limits::{ITEMS_PER_VISIT_MAX, PHOTOS_PER_VISIT_MAX};
use jawla_model::schema::SKELETON_MAPS;
use jawla_model::visit::PhotoRole;
use jawla_model::{
    Claimed, DocumentId, Edit, FieldKind, FieldPath, Hash32, ItemId, PersonId, Photo, ProjectField,
    Review, ReviewDecision, Value, VisitField,
};
use proptest::prelude::*;
use support::*;

const ID: DocumentId = DocumentId([0xd4; 16]);

fn photo(number: u8) -> Photo {
    Photo {
        hash: Hash32([number; 32]),
        role: PhotoRole::Detail,
        size_bytes: 250_000,
        width_px: 1_600,
        height_px: 1_200,
        taken_at: MORNING,
        thumbnail: Hash32([0xee; 32]),
    }
}

#[test]
fn two_devices_begin_a_dossier_with_the_same_bytes_and_keep_both_visits() {
    let (mut one, mut two) = (Document::new(ID), Document::new(ID));
    assert_eq!(one.save(), two.save());
    let skeleton = Document::skeleton(ID, 1).unwrap();
    assert_eq!(one.heads(), [skeleton.hash]);
    assert_eq!(skeleton.claimed_at, Claimed(0));
    assert_eq!(skeleton.ops, SKELETON_MAPS.len() as u64);
    assert!(Document::skeleton(ID, 2).is_none());
    assert_ne!(
        Document::skeleton(DocumentId([5; 16]), 1).unwrap().hash,
        skeleton.hash
    );

    let first = write(&mut one, &person(1), &[open(visit(1))]);
    let second = write(&mut two, &person(2), &[open(visit(2))]);
    one.admit(&second.bytes, &member()).unwrap();
    two.admit(&first.bytes, &member()).unwrap();
    assert_eq!(one.heads(), two.heads());
    assert_eq!(one.read(), two.read());
    assert_eq!(one.read().visits.len(), 2);
}

#[test]
fn several_edits_are_one_change_and_the_same_value_again_is_none() {
    let mut document = Document::new(ID);
    let edits = [
        set_project(ProjectField::Note, "à suivre\nla semaine prochaine"),
        set_project(ProjectField::Place, "Douar Aïn Karma"),
        set_project(ProjectField::BeneficiariesDirect, 420),
    ];
    let change = write(&mut document, &person(1), &edits);
    assert_eq!(
        (change.ops, change.seq, change.claimed_at),
        (3, 1, person(1).claimed_at)
    );
    assert_eq!(document.heads(), [change.hash]);
    assert_eq!(document.apply(&edits, &person(1)), Ok(None));
    assert_eq!(document.apply(&[], &person(1)), Ok(None));
    let never_written = set_project(ProjectField::Operator, Value::Empty);
    assert_eq!(document.apply(&[never_written], &person(1)), Ok(None));
    assert_eq!(document.next_seq(&person(1).actor), 2);
    let cleared = write(
        &mut document,
        &person(1),
        &[set_project(ProjectField::Note, Value::Empty)],
    );
    assert_eq!(
        (cleared.seq, cleared.deps.as_slice()),
        (2, [change.hash].as_slice())
    );
    assert_eq!(document.read().project_value(ProjectField::Note), None);
    assert_eq!(Change::parse(&cleared.bytes), Ok(cleared.clone()));
    assert_eq!(document.change(&cleared.hash), Some(cleared));
}

#[test]
fn a_whole_visit_is_written_and_read_back() {
    let mut document = Document::new(ID);
    let at = visit(1);
    let item = ItemId([6; 16]);
    write(
        &mut document,
        &person(1),
        &[
            open(at),
            set_visit(at, VisitField::Functional, Value::Flag(true)),
            Edit::AttachPhoto {
                visit: at,
                photo: photo(1),
            },
            Edit::AttachPhoto {
                visit: at,
                photo: photo(2),
            },
            Edit::RaiseDifficulty {
                visit: at,
                reason: "foncier".into(),
                note: "opposition".into(),
            },
            Edit::PlanAction {
                visit: at,
                item,
                what: "relancer 50 %; par écrit".into(),
                owner: "DAS".into(),
                due: "2026-12-01".into(),
            },
            Edit::MeasureQuantity {
                visit: at,
                item,
                found_milli: 12_500,
            },
        ],
    );
    let detach = Edit::DetachPhoto {
        visit: at,
        photo: photo(2).hash,
    };
    write(&mut document, &person(1), std::slice::from_ref(&detach));
    assert_eq!(document.apply(&[detach], &person(1)), Ok(None));
    let again = Edit::AttachPhoto {
        visit: at,
        photo: photo(1),
    };
    assert_eq!(document.apply(&[again], &person(1)), Ok(None));
    let review = Review {
        decision: ReviewDecision::Returned,
        author: PersonId([8; 16]),
        comment: "photo floue".into(),
        field: None,
    };
    write(
        &mut document,
        &person(1),
        &[Edit::FinishVisit {
            visit: at,
            finished_at: MORNING,
        }],
    );
    write(
        &mut document,
        &person(2),
        &[Edit::ReviewVisit {
            visit: at,
            review: review.clone(),
        }],
    );

    let dossier = document.read();
    let reading = &dossier.visits[&at];
    assert_eq!(reading.photos, [photo(1)]);
    assert_eq!(reading.difficulties["foncier"], "opposition");
    assert_eq!(reading.quantities[&item], 12_500);
    assert_eq!(
        reading.actions[&item],
        PlannedAction {
            what: "relancer 50 %; par écrit".into(),
            owner: "DAS".into(),
            due: "2026-12-01".into(),
            state: "open".into(),
        }
    );
    assert_eq!(reading.opened_by.actor, person(1).actor);
    assert_eq!(reading.text(VisitField::Status), "recorded");
    assert_eq!(
        Review::parse(reading.text(VisitField::Review)),
        Some(review)
    );
    // Opening, taking a photo out, finishing and the review left values; all are named.
    assert_eq!(reading.touched_by.len(), 4);
    let draft = jawla_dossier::visit_draft(&dossier, &at).unwrap();
    assert_eq!((draft.photos, draft.difficulties, draft.items), (1, 1, 3));
    assert!(jawla_dossier::visit_draft(&dossier, &visit(9)).is_none());
}

#[test]
fn every_error_leaves_the_document_as_it_was() {
    let mut document = Document::new(ID);
    write(&mut document, &person(1), &[open(visit(1))]);
    let at = visit(1);
    let fill = |make: &dyn Fn(u8) -> Edit, count: usize| -> Vec<Edit> {
        (0..count)
            .map(|number| make(u8::try_from(number).unwrap()))
            .collect()
    };
    let attach = |number| Edit::AttachPhoto {
        visit: at,
        photo: photo(number),
    };
    let raise = |number: u8| Edit::RaiseDifficulty {
        visit: at,
        reason: format!("r{number}"),
        note: String::new(),
    };
    let note = |number: u8| {
        set_visit(
            at,
            VisitField::ALL[usize::from(number)],
            "é".repeat(4_000).as_str(),
        )
    };
    let notes = vec![
        set_project(ProjectField::Note, "ق".repeat(4_000).as_str()),
        set_project(ProjectField::Objective, "ق".repeat(4_000).as_str()),
        set_project(ProjectField::Place, "ق".repeat(300).as_str()),
        set_project(ProjectField::TitleFr, "ق".repeat(300).as_str()),
    ];
    type Check = fn(&EditError) -> bool;
    let table: Vec<(Vec<Edit>, Check)> = vec![
        (vec![set_visit(visit(2), VisitField::Note, "x")], |e| {
            matches!(e, EditError::UnknownVisit(_))
        }),
        (
            vec![Edit::FinishVisit {
                visit: visit(2),
                finished_at: MORNING,
            }],
            |e| matches!(e, EditError::UnknownVisit(_)),
        ),
        (vec![open(at)], |e| matches!(e, EditError::VisitExists(_))),
        (
            vec![Edit::RaiseDifficulty {
                visit: at,
                reason: String::new(),
                note: String::new(),
            }],
            |e| matches!(e, EditError::Value { .. }),
        ),
        (
            vec![Edit::Set {
                at: FieldPath::Project("field_of_2031".into()),
                value: 1.into(),
            }],
            |e| matches!(e, EditError::UnknownField(_)),
        ),
        (vec![set_project(ProjectField::Cost, -1)], |e| {
            matches!(e, EditError::Value { .. })
        }),
        (
            vec![set_project(ProjectField::Note, Value::Foreign("x".into()))],
            |e| matches!(e, EditError::Value { .. }),
        ),
        (
            vec![
                set_visit(at, VisitField::Note, "x"),
                set_project(ProjectField::Note, "x"),
            ],
            |e| matches!(e, EditError::OutsideVisit),
        ),
        (
            vec![set_visit(at, VisitField::Note, "x"), open(visit(2))],
            |e| matches!(e, EditError::OutsideVisit),
        ),
        (fill(&attach, PHOTOS_PER_VISIT_MAX + 1), |e| {
            matches!(e, EditError::TooManyPhotos)
        }),
        (fill(&raise, ITEMS_PER_VISIT_MAX + 1), |e| {
            matches!(e, EditError::TooManyItems)
        }),
        (
            vec![set_visit(at, VisitField::Note, "fine"), note(0)],
            |e| matches!(e, EditError::Value { .. }),
        ),
        (
            vec![Edit::MeasureQuantity {
                visit: at,
                item: ItemId([1; 16]),
                found_milli: -1,
            }],
            |e| matches!(e, EditError::Value { .. }),
        ),
        (
            // Four notes of 8 000 bytes in one change are beyond half of what others accept.
            [
                notes.clone(),
                vec![
                    set_project(ProjectField::Objective, "ع".repeat(4_000).as_str()),
                    set_project(ProjectField::Note, "ع".repeat(4_000).as_str()),
                ],
            ]
            .concat(),
            |e| matches!(e, EditError::TooLarge),
        ),
    ];
    let (heads, saved) = (document.heads(), document.save());
    for (index, (edits, expected)) in table.into_iter().enumerate() {
        let error = document.apply(&edits, &person(1)).unwrap_err();
        assert!(expected(&error), "row {index}: {error:?}");
        assert_eq!(
            (document.heads(), document.save()),
            (heads.clone(), saved.clone()),
            "row {index}"
        );
    }
    let reserved = person(ID.0[0]);
    let edits = [set_project(ProjectField::Place, "x")];
    assert_eq!(
        document.apply(&edits, &reserved),
        Err(EditError::SkeletonActor)
    );
    write(&mut document, &person(1), &notes);
    write(
        &mut document,
        &person(1),
        &fill(&attach, PHOTOS_PER_VISIT_MAX),
    );
}

#[test]
fn a_document_is_folded_from_its_changes_in_any_order_and_strictly() {
    let document = lively(ID);
    let changes = document.changes();
    assert_eq!(changes.len(), document.changes_count());
    let order: Vec<_> = changes.iter().map(|change| change.hash).collect();
    assert_eq!(order, document.hashes());
    let bytes: Vec<&[u8]> = changes
        .iter()
        .map(|change| change.bytes.as_slice())
        .collect();
    let same = |folded: Document| {
        assert_eq!(folded.heads(), document.heads());
        assert_eq!(folded.save(), document.save());
        assert_eq!(folded.hashes(), document.hashes());
        assert_eq!(folded.next_seq(&person(3).actor), 3);
    };
    same(Document::fold(ID, bytes.iter().copied()).unwrap());
    same(Document::fold(ID, bytes.iter().rev().copied()).unwrap());
    same(Document::fold(ID, bytes[1..].iter().chain(&bytes[1..]).copied()).unwrap());
    same(Document::load(ID, &document.save()).unwrap());

    let holed = bytes
        .iter()
        .enumerate()
        .filter(|(at, _)| *at != 2)
        .map(|(_, bytes)| *bytes);
    assert_eq!(
        Document::fold(ID, holed).unwrap_err(),
        DossierError::Missing
    );
    let mut damaged = changes[1].bytes.clone();
    damaged[40] ^= 1;
    let folded = Document::fold(ID, [bytes[0], &damaged]);
    assert!(matches!(
        folded.unwrap_err(),
        DossierError::Damaged { at: 1, .. }
    ));
    assert_eq!(
        Document::load(DocumentId([6; 16]), &document.save()).unwrap_err(),
        DossierError::OtherDocument
    );
    let saved = document.save();
    assert_eq!(
        Document::load(ID, &saved[..saved.len() - 3]).unwrap_err(),
        DossierError::Unreadable
    );
    assert_eq!(
        Document::load(ID, &[]).unwrap_err(),
        DossierError::OtherDocument
    );
}

#[test]
fn a_document_stops_growing_at_its_largest_size_and_stays_readable() {
    let mut document = Document::new(ID);
    let note = |seed: u64| -> String {
        let noise = jawla_dossier::hostile::noise(seed, 8_000);
        let pair = |pair: &[u8]| 0x1_0000 + u32::from(pair[0]) * 256 + u32::from(pair[1]);
        noise
            .chunks(2)
            .filter_map(|bytes| char::from_u32(pair(bytes)))
            .collect()
    };
    let grow = |document: &mut Document, seed: u64| {
        let edit = set_project(ProjectField::Note, note(seed).as_str());
        document.apply(&[edit], &person(1))
    };
    let full = (0..2_000).find(|seed| match grow(&mut document, *seed) {
        Ok(_) => false,
        Err(error) => {
            assert_eq!(error, EditError::DocumentFull);
            true
        }
    });
    assert!(full.unwrap() > 250, "{full:?} changes of 16 kB were enough");
    let size_bytes = document.save().len();
    assert!(
        (4_000_000..=4 * 1024 * 1024).contains(&size_bytes),
        "{size_bytes}"
    );
    let mut device = jawla_dossier::hostile::raw::Client::of(&document, person(2).actor);
    let foreign = device.write(|doc| {
        use automerge::{ROOT, ReadDoc, transaction::Transactable};
        let (_, project) = doc.get(ROOT, "project").unwrap().unwrap();
        doc.put(&project, "note", note(9_999)).unwrap();
    });
    let refused = document.admit(&foreign, &member());
    assert_eq!(refused, Err(jawla_model::Reason::DocumentTooLarge));
    let loaded = Document::load(ID, &document.save()).unwrap();
    assert_eq!(loaded.read(), document.read());
}

/// A value that a field accepts, of the largest kind it accepts.
fn largest(kind: FieldKind, chars_max: usize) -> Value {
    match kind {
        FieldKind::Line | FieldKind::Note | FieldKind::Reference => {
            Value::Text("😀".repeat(chars_max))
        }
        FieldKind::Code(codes) => Value::Text(codes[0].to_owned()),
        FieldKind::Whole { max, .. } => Value::Int(max),
        FieldKind::Share | FieldKind::Amount => Value::Int(10_000),
        FieldKind::Instant => Value::Int(i64::MAX),
        FieldKind::Day => Value::Text("2026-12-01".into()),
        FieldKind::Position => Value::Text("328812345;-69061234;12".into()),
        FieldKind::Flag => Value::Flag(true),
        FieldKind::Review => Value::Empty,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..Default::default() })]

    /// What our own encoder lets out is within half of every limit, admitted by a guard that
    /// checks rights, and the same after stripping.
    #[test]
    fn an_honest_device_never_writes_what_another_refuses(
        fields in proptest::collection::vec(0..VisitField::ALL.len(), 0..20),
        photos in 0_u8..62,
        items in 0_u8..100,
        text in "\\PC{0,400}",
    ) {
        let base = lively(ID);
        let at = visit(0x60);
        let mut edits = vec![open(at)];
        for index in fields {
            let spec = VisitField::ALL[index].spec();
            let value = largest(spec.kind, spec.chars_max());
            edits.push(Edit::Set { at: FieldPath::visit(at, VisitField::ALL[index]), value });
        }
        edits.extend((0..photos).map(|n| Edit::AttachPhoto { visit: at, photo: photo(n) }));
        edits.extend((0..items).map(|n| Edit::RaiseDifficulty {
            visit: at,
            reason: format!("{n}"),
            note: text.clone(),
        }));
        let mut own = base.clone();
        let Ok(Some(change)) = own.apply(&edits, &person(4)) else { return Ok(()) };
        prop_assert!(change.bytes.len() <= 32 * 1024);
        let header = read_header(&change.bytes).unwrap();
        prop_assert!(header.ops <= 2_500 && header.value_bytes <= 24 * 1024);
        prop_assert!(header.longest_string_bytes <= 16 * 1024);
        let mut other = base.clone();
        other.admit(&change.bytes, &member()).unwrap();
        prop_assert_eq!(other.heads(), own.heads());
        let stripped = jawla_dossier::codec::strip(&change.bytes).unwrap();
        prop_assert_eq!(jawla_dossier::codec::rebuild(&stripped).unwrap(), change.bytes);
    }

    /// Neither taking apart nor reading panics on noise, whatever its checksum says.
    #[test]
    fn reading_noise_never_panics(
        noise in proptest::collection::vec(any::<u8>(), 0..400),
        flips in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
    ) {
        let _ = read_header(&noise);
        let enclosed = jawla_dossier::hostile::raw::chunk(&noise);
        let _ = jawla_dossier::codec::strip(&enclosed);
        let mut stripped = jawla_dossier::codec::strip(
            &jawla_dossier::hostile::place_edit(&Document::new(ID), person(1).actor, "x"),
        ).unwrap();
        for (at, value) in flips {
            let at = at.index(stripped.body.len());
            stripped.body[at] = value;
        }
        if let Ok(bytes) = jawla_dossier::codec::rebuild(&stripped) {
            prop_assert_eq!(jawla_dossier::codec::strip(&bytes).unwrap(), stripped);
        }
    }
}
