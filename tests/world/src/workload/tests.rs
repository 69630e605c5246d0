use std::collections::BTreeSet;

use jawla_model::{FieldKind, FieldSpec, Position, ProjectField, VisitField};

use super::*;
use crate::DEMO_SEED;

fn small() -> WorkloadShape {
    WorkloadShape {
        dossiers: 6,
        visits_per_dossier: 8,
        authors: 5,
    }
}

#[test]
fn the_budgets_workload_has_the_shape_they_state() {
    let workload = Workload::from_seed(DEMO_SEED, WorkloadShape::budget());
    assert_eq!(workload.dossiers.len(), 33);
    let mut ids = BTreeSet::new();
    let mut chars = 0;
    for dossier in &workload.dossiers {
        assert!(ids.insert(dossier.id));
        assert_eq!(dossier.fields.len(), 25);
        assert_eq!(dossier.visits.len(), 60);
        let authors: BTreeSet<_> = dossier.visits.iter().map(|visit| visit.author).collect();
        assert_eq!(authors.len(), 5);
        for visit in &dossier.visits {
            assert!(ids.insert(visit.id));
            assert_eq!(visit.fields.len(), 12);
            let Some((_, WorkloadValue::Text(note))) = visit.fields.last() else {
                panic!()
            };
            chars += note.chars().count();
        }
    }
    let mean = chars / (33 * 60);
    assert!((290..=310).contains(&mean), "{mean} characters a note");
}

/// Figures of different days compare only while this stands.
#[test]
fn the_workload_is_pinned_by_its_hash() {
    let workload = Workload::from_seed(DEMO_SEED, WorkloadShape::budget());
    assert_eq!(
        workload.hash_hex(),
        "68bb3f79e8b5103fc9e4ebf5136107776fcd9b122b411cdd7b2c81781ce77682",
        "the workload changed: every figure measured on the old one is void"
    );
}

#[test]
fn the_hash_sees_a_single_bit_anywhere() {
    let workload = Workload::from_seed(1, small());
    let hash = workload.hash();
    assert_eq!(Workload::from_seed(1, small()).hash(), hash);
    assert_ne!(Workload::from_seed(2, small()).hash(), hash);
    let mut other = workload.clone();
    other.dossiers[3].visits[2].photos[1][31] ^= 1;
    assert_ne!(other.hash(), hash);
    let mut other = workload.clone();
    other.dossiers[0].fields[24].1 = WorkloadValue::Flag(false);
    assert_ne!(other.hash(), hash);
    let mut other = workload.clone();
    other.dossiers[5].visits[7].author ^= 1;
    assert_ne!(other.hash(), hash);
}

#[test]
fn a_longer_history_begins_with_the_shorter_one_and_has_the_same_field_day() {
    let short = Workload::from_seed(4, small());
    let long = Workload::from_seed(4, small().history_times(10));
    for (short, long) in short.dossiers.iter().zip(&long.dossiers) {
        assert_eq!(long.visits.len(), 80);
        assert_eq!(long.visits[..8], short.visits);
        assert_eq!(long.fields, short.fields);
    }
    assert_eq!(short.field_day(0), long.field_day(0));
}

#[test]
fn a_field_day_is_ten_visits_of_ones_own_and_forty_of_others() {
    let workload = Workload::from_seed(4, small());
    let day = workload.field_day(0);
    assert_eq!((day.pushed.len(), day.pulled.len()), (10, 40));
    assert!(
        day.pushed
            .iter()
            .all(|(dossier, visit)| *dossier < 6 && visit.author == 0)
    );
    assert!(
        day.pulled
            .iter()
            .all(|(_, visit)| (1..5).contains(&visit.author))
    );
    let ids: BTreeSet<_> = day
        .pushed
        .iter()
        .chain(&day.pulled)
        .map(|(_, visit)| visit.id)
        .collect();
    assert_eq!(ids.len(), 50);
    assert_ne!(workload.field_day(1), day);
}

fn assert_fits(spec: FieldSpec, value: &WorkloadValue) {
    let key = spec.key;
    match (spec.kind, value) {
        (FieldKind::Line | FieldKind::Note, WorkloadValue::Text(text)) => {
            assert!(text.chars().count() <= spec.chars_max(), "{key}");
        }
        (FieldKind::Code(codes), WorkloadValue::Text(code)) => {
            assert!(codes.contains(&code.as_str()), "{key}: {code}");
        }
        (FieldKind::Whole { min, max }, WorkloadValue::Int(number)) => {
            assert!((min..=max).contains(number), "{key}: {number}");
        }
        (FieldKind::Share, WorkloadValue::Int(bp)) => assert!((0..=10_000).contains(bp), "{key}"),
        (FieldKind::Amount, WorkloadValue::Int(centimes)) => assert!(*centimes > 0, "{key}"),
        (FieldKind::Day, WorkloadValue::Text(day)) => {
            assert!(jawla_model::time::is_civil_day(day), "{key}: {day}");
        }
        (FieldKind::Position, WorkloadValue::Text(text)) => {
            assert!(Position::parse(text).is_some(), "{key}: {text}");
        }
        (FieldKind::Instant, WorkloadValue::Int(_))
        | (FieldKind::Reference, WorkloadValue::Text(_))
        | (FieldKind::Flag, WorkloadValue::Flag(_)) => {}
        (kind, value) => panic!("{key} is {kind:?} and not {value:?}"),
    }
}

#[test]
fn every_field_is_one_of_the_models_schema_and_fits_it() {
    let workload = Workload::from_seed(DEMO_SEED, WorkloadShape::budget());
    for dossier in &workload.dossiers {
        let keys: BTreeSet<_> = dossier.fields.iter().map(|(key, _)| key).collect();
        assert_eq!(keys.len(), 25);
        for (key, value) in &dossier.fields {
            assert_fits(ProjectField::from_key(key).expect(key).spec(), value);
        }
        for (key, value) in dossier.visits.iter().flat_map(|visit| &visit.fields) {
            assert_fits(VisitField::from_key(key).expect(key).spec(), value);
        }
    }
}
