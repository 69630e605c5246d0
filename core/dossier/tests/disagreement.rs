//! Two people offline: which fields come to be *à départager*, and how it ends.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test"
)]

mod support;

use jawla_dossier::{Document, conflicts};
use jawla_model::schema::{FieldSpec, Weight};
use jawla_model::{
    DocumentId, Edit, FieldKind, FieldPath, PersonId, ProjectField, Review, ReviewDecision, Value,
    VisitField,
};
use support::*;

/// Three different values that a field accepts.
fn three_values(spec: &FieldSpec) -> [Value; 3] {
    let int = |base: i64| [Value::Int(base), Value::Int(base + 1), Value::Int(base + 2)];
    let text = |texts: [&str; 3]| texts.map(|text| Value::Text(text.to_owned()));
    match spec.kind {
        FieldKind::Line | FieldKind::Note | FieldKind::Reference => text(["un", "deux", "trois"]),
        // A list of two codes: clearing is a third value.
        FieldKind::Code([one, two]) => [(*one).into(), (*two).into(), Value::Empty],
        FieldKind::Code(codes) => text([codes[0], codes[1], codes[2]]),
        FieldKind::Whole { min, .. } => int(min),
        FieldKind::Share | FieldKind::Amount | FieldKind::Instant => int(1_000),
        FieldKind::Day => text(["2026-01-01", "2026-01-02", "2026-01-03"]),
        FieldKind::Position => text(["1;1;1", "2;2;2", "3;3;3"]),
        FieldKind::Flag => [Value::Flag(true), Value::Flag(false), Value::Empty],
        FieldKind::Review => ["a", "b", "c"].map(|comment| {
            let review = Review {
                decision: ReviewDecision::Approved,
                author: PersonId([1; 16]),
                comment: comment.into(),
                field: None,
            };
            Value::Text(review.text())
        }),
    }
}

fn every_field() -> Vec<(FieldPath, FieldSpec)> {
    let project = ProjectField::ALL
        .iter()
        .map(|field| (FieldPath::project(*field), field.spec()));
    let visits = VisitField::ALL
        .iter()
        .map(|field| (FieldPath::visit(visit(1), *field), field.spec()));
    project.chain(visits).collect()
}

fn base() -> Document {
    let mut document = Document::new(DocumentId([6; 16]));
    write(&mut document, &person(9), &[open(visit(1))]);
    document
}

fn set(at: &FieldPath, value: &Value) -> [Edit; 1] {
    [Edit::Set {
        at: at.clone(),
        value: value.clone(),
    }]
}

/// Both wrote apart; answers their replicas, merged in either order.
fn meet(mut one: Document, mut two: Document, first: &[Edit], second: &[Edit]) -> [Document; 2] {
    let authority = jawla_dossier::Authority::Settled;
    let mine = one.apply(first, &person(1)).unwrap();
    let theirs = two.apply(second, &person(2)).unwrap();
    if let Some(change) = theirs {
        one.admit(&change.bytes, &authority).unwrap();
    }
    if let Some(change) = mine {
        two.admit(&change.bytes, &authority).unwrap();
    }
    assert_eq!(one.heads(), two.heads());
    assert_eq!(one.read(), two.read());
    [one, two]
}

#[test]
fn the_same_field_written_apart_is_one_conflict_until_somebody_settles_it() {
    for (path, spec) in every_field() {
        let [a, b, c] = three_values(&spec);
        let start = base();
        let replicas = meet(start.clone(), start, &set(&path, &a), &set(&path, &b));
        let found = conflicts(&replicas[0].read());
        // A value equal to the one that stood there before is no edit, so no disagreement.
        let stood = [VisitField::Kind.key(), VisitField::Status.key()];
        if path.text().starts_with("visits/") && stood.contains(&spec.key) && found.is_empty() {
            continue;
        }
        assert_eq!(found.len(), 1, "{}", path.text());
        let conflict = &found[0];
        assert_eq!(conflict.path, path);
        assert_eq!(conflict.weight, spec.weight, "{}", path.text());
        assert_eq!(conflict.is_weighty(), spec.weight != Weight::Plain);
        let mut values: Vec<_> = conflict
            .values
            .iter()
            .map(|written| {
                (
                    written.value.clone(),
                    written.by.actor,
                    written.by.claimed_at,
                )
            })
            .collect();
        values.sort();
        let mut expected = vec![
            (a.clone(), person(1).actor, person(1).claimed_at),
            (b.clone(), person(2).actor, person(2).claimed_at),
        ];
        expected.sort();
        assert_eq!(values, expected, "{}", path.text());
        assert_eq!(conflicts(&replicas[1].read()), found, "both see the same");

        // Settled by a third value, or by choosing one of the two that stand.
        for chosen in [c, a, b] {
            let [mut one, mut two] = replicas.clone();
            let settled = write(&mut two, &person(3), &set(&path, &chosen));
            one.admit(&settled.bytes, &jawla_dossier::Authority::Settled)
                .unwrap();
            assert_eq!(conflicts(&one.read()), [], "{}", path.text());
            assert_eq!(one.read(), two.read());
        }
    }
}

#[test]
fn two_people_who_settle_differently_disagree_again() {
    let path = FieldPath::project(ProjectField::Cost);
    let start = base();
    let replicas = meet(
        start.clone(),
        start,
        &set(&path, &1.into()),
        &set(&path, &2.into()),
    );
    let [one, two] = replicas;
    // One chooses the provisional winner, the other the loser: neither is lost silently.
    let after = meet(one, two, &set(&path, &2.into()), &set(&path, &1.into()));
    let found = conflicts(&after[0].read());
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].values.len(), 2);
}

#[test]
fn the_same_value_or_different_fields_are_no_conflict() {
    let fields = every_field();
    for (index, (path, spec)) in fields.iter().enumerate() {
        let [_, value, _] = three_values(spec);
        let start = base();
        let same = meet(
            start.clone(),
            start.clone(),
            &set(path, &value),
            &set(path, &value),
        );
        assert_eq!(conflicts(&same[0].read()), [], "{}", path.text());
        let (other, other_spec) = &fields[(index + 1) % fields.len()];
        let [_, other_value, _] = three_values(other_spec);
        let apart = meet(
            start.clone(),
            start,
            &set(path, &value),
            &set(other, &other_value),
        );
        assert_eq!(conflicts(&apart[0].read()), [], "{}", path.text());
    }
}

#[test]
fn what_nobody_sees_is_nobodys_to_settle() {
    let path = FieldPath::visit(visit(1), VisitField::Progress);
    let start = base();
    let [mut one, _] = meet(
        start.clone(),
        start,
        &set(&path, &1.into()),
        &set(&path, &2.into()),
    );
    assert_eq!(conflicts(&one.read()).len(), 1);
    write(
        &mut one,
        &person(1),
        &[set_visit(visit(1), VisitField::Status, "deleted")],
    );
    assert_eq!(conflicts(&one.read()), []);
}
