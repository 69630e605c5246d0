//! The same accepted changes give the same document and the same rows, whatever order they came
//! in and however the actors sort.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test"
)]

mod support;

use std::collections::BTreeSet;

use jawla_dossier::{Authoring, Authority, Change, Document, Origin, project};
use jawla_model::visit::PhotoRole;
use jawla_model::{
    ActorId, Claimed, DocumentId, Edit, FieldKind, FieldPath, Hash32, ItemId, PersonId, Photo,
    ProjectField, ReceivedAt, ScopeId, Value, VisitField, VisitId,
};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use support::*;

const ID: DocumentId = DocumentId([0x42; 16]);

/// Actors that sort before, after and around the skeleton's, and in reverse of who writes first.
fn actors(order: usize) -> [ActorId; 3] {
    let all = [
        [
            ActorId([0; 16]),
            ActorId([0x42; 16].map(|b: u8| b - 1)),
            ActorId([0xff; 16]),
        ],
        [ActorId([0xff; 16]), ActorId([0x80; 16]), ActorId([0; 16])],
        [
            ActorId([0x43; 16]),
            ActorId([0x41; 16]),
            ActorId([0x42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        ],
    ];
    all[order % all.len()]
}

fn value(random: &mut ChaCha8Rng, kind: FieldKind) -> Value {
    match kind {
        FieldKind::Line | FieldKind::Note | FieldKind::Reference => {
            let texts = ["un", "deux", "ثلاثة", "quatre et demi", ""];
            texts[random.random_range(0..texts.len())].into()
        }
        FieldKind::Code(codes) => codes[random.random_range(0..codes.len())].into(),
        FieldKind::Whole { min, max } => random.random_range(min..=max.min(min + 3)).into(),
        FieldKind::Share | FieldKind::Amount => random.random_range(0..5_i64).into(),
        FieldKind::Instant => (MORNING.0 + random.random_range(0..3_i64)).into(),
        FieldKind::Day => "2026-03-01".into(),
        FieldKind::Position => "328812345;-69061234;7".into(),
        FieldKind::Flag => Value::Flag(random.random()),
        FieldKind::Review => Value::Empty,
    }
}

fn edits(random: &mut ChaCha8Rng, document: &Document) -> Vec<Edit> {
    let known: Vec<VisitId> = document.read().visits.keys().copied().collect();
    let fresh = VisitId(random.random());
    let choice = random.random_range(0..10);
    if known.is_empty() || choice == 0 {
        return vec![open(fresh)];
    }
    if choice < 4 {
        let field = ProjectField::ALL[random.random_range(0..ProjectField::ALL.len())];
        return vec![set_project(field, value(random, field.spec().kind))];
    }
    let visit = known[random.random_range(0..known.len())];
    let item = ItemId([random.random_range(0..3_u8); 16]);
    let photo = Photo {
        hash: Hash32([random.random_range(0..4_u8); 32]),
        role: PhotoRole::Overview,
        size_bytes: 1,
        width_px: 1,
        height_px: 1,
        taken_at: MORNING,
        thumbnail: Hash32([9; 32]),
    };
    vec![match choice {
        4 => Edit::AttachPhoto { visit, photo },
        5 => Edit::DetachPhoto {
            visit,
            photo: photo.hash,
        },
        6 => Edit::RaiseDifficulty {
            visit,
            reason: "foncier".into(),
            note: "n".into(),
        },
        7 => Edit::MeasureQuantity {
            visit,
            item,
            found_milli: random.random_range(0..5),
        },
        8 => Edit::FinishVisit {
            visit,
            finished_at: MORNING,
        },
        _ => {
            let field = VisitField::ALL[random.random_range(0..VisitField::ALL.len())];
            let value = value(random, field.spec().kind);
            Edit::Set {
                at: FieldPath::visit(visit, field),
                value,
            }
        }
    }]
}

/// Gives a replica what it lacks, in a random order that respects dependencies.
fn catch_up(random: &mut ChaCha8Rng, replica: &mut Document, all: &[Change], share: usize) {
    let mut waiting: Vec<&Change> = all
        .iter()
        .filter(|change| !replica.contains(&change.hash) && random.random_range(0..100) < share)
        .collect();
    loop {
        let ready: Vec<usize> = (0..waiting.len())
            .filter(|at| waiting[*at].deps.iter().all(|dep| replica.contains(dep)))
            .collect();
        if ready.is_empty() {
            return;
        }
        let change = waiting.remove(ready[random.random_range(0..ready.len())]);
        let authority = Authority::Settled;
        let admitted = replica.admit(&change.bytes, &authority).unwrap();
        assert_eq!(&admitted, change);
    }
}

fn origin(change: &Hash32) -> Origin {
    Origin {
        person: Some(PersonId([change.0[0]; 16])),
        received_at: Some(ReceivedAt(1_764_000_000 + u64::from(change.0[1]))),
    }
}

#[test]
fn three_replicas_meet_in_equal_documents_and_rows() {
    let mut conflicts_seen = 0;
    for seed in 0..60 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let actors = actors(usize::try_from(seed).unwrap());
        let mut replicas = [Document::new(ID), Document::new(ID), Document::new(ID)];
        let mut all: Vec<Change> = Vec::new();
        for step in 0..60 {
            let at = random.random_range(0..3);
            let author = Authoring {
                actor: actors[at],
                claimed_at: Claimed(MORNING.0 + step),
            };
            let edits = edits(&mut random, &replicas[at]);
            if let Ok(Some(change)) = replicas[at].apply(&edits, &author) {
                all.push(change);
            }
            if random.next_u32().is_multiple_of(4) {
                let other = random.random_range(0..3);
                catch_up(&mut random, &mut replicas[other], &all, 70);
            }
        }
        for replica in &mut replicas {
            catch_up(&mut random, replica, &all, 100);
        }
        let rows = replicas
            .each_ref()
            .map(|replica| project(replica, ScopeId([1; 16]), &origin));
        conflicts_seen += rows[0].conflicts.len();
        for (replica, row) in replicas.iter().zip(&rows) {
            assert_eq!(replica.heads(), replicas[0].heads(), "seed {seed}");
            assert_eq!(replica.read(), replicas[0].read(), "seed {seed}");
            // Saved bytes keep the order of arrival; what they hold does not.
            let loaded = Document::load(ID, &replica.save()).unwrap();
            assert_eq!(loaded.read(), replicas[0].read(), "seed {seed}");
            assert_eq!(replica.hashes(), replicas[0].hashes(), "seed {seed}");
            assert_eq!(row, &rows[0], "seed {seed}");
        }
        let stored: BTreeSet<&[u8]> = all.iter().map(|change| change.bytes.as_slice()).collect();
        let folded = Document::fold(ID, stored).unwrap();
        assert_eq!(folded.read(), replicas[0].read(), "seed {seed}");
        for change in folded.changes() {
            let written = all.iter().find(|own| own.hash == change.hash);
            assert!(
                written.is_none_or(|own| own.bytes == change.bytes),
                "seed {seed}"
            );
        }
    }
    assert!(
        conflicts_seen > 50,
        "{conflicts_seen}: the test never disagrees"
    );
}
