//! The bytes of wire version 1, kept for ever. Phones in the field send them, servers keep them in
//! their logs, and a newer build must write and read them as they stand in `wire_v1.hex`.
//!
//! A golden is never edited and never taken away. What is new gets a number, a flag or a version of
//! its own and a golden behind those that are there: the first test tells the lines to append.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test stops at the first surprise"
)]

mod answers;
mod book;
mod enrolments;
mod kinds;
mod logs;
mod packs;
mod requests;
mod samples;

use std::collections::BTreeSet;

use book::{Golden, block_of, goldens};

/// What a changed golden means.
const MEANING: &str = "Wire version 1 never changes: phones in the field send these bytes and logs keep them. \
    Do not edit the golden: put the encoding back as it was, and give what is new a number, a flag \
    or a version of its own, with a golden of its own.";

fn samples() -> Vec<Golden> {
    let mut all = logs::samples();
    all.extend(packs::samples());
    all.extend(requests::samples());
    all.extend(answers::samples());
    all.extend(enrolments::samples());
    all
}

#[test]
fn every_message_is_written_as_its_golden_says() {
    let goldens = goldens();
    let mut changed = Vec::new();
    let mut missing = Vec::new();
    for sample in samples() {
        match goldens.get(&sample.name) {
            None => missing.push(block_of(&sample)),
            Some(golden) if sample.is_compressed || *golden == sample.bytes => {}
            Some(_) => changed.push(sample.name),
        }
    }
    assert!(changed.is_empty(), "{changed:?} changed. {MEANING}");
    let missing = missing.concat();
    assert!(
        missing.is_empty(),
        "messages without a golden. Append to wire_v1.hex:\n\n{missing}"
    );
}

#[test]
fn every_golden_is_read_as_what_was_written() {
    let goldens = goldens();
    for sample in samples() {
        let Some(golden) = goldens.get(&sample.name) else {
            continue;
        };
        let read = (sample.reads_back)(golden);
        assert_eq!(
            read,
            Ok(()),
            "{} is read as another. {MEANING}",
            sample.name
        );
    }
}

#[test]
fn no_kind_of_message_and_no_golden_is_forgotten() {
    let samples = samples();
    let covered: BTreeSet<_> = samples.iter().flat_map(|one| one.covers.iter()).collect();
    let forgotten: Vec<_> = kinds::EVERY
        .iter()
        .filter(|kind| !covered.contains(kind))
        .collect();
    assert!(forgotten.is_empty(), "no golden holds a {forgotten:?}");
    let names: BTreeSet<_> = samples.iter().map(|sample| &sample.name).collect();
    assert_eq!(names.len(), samples.len(), "two samples share a name");
    let goldens = goldens();
    let left: Vec<_> = goldens
        .keys()
        .filter(|name| !names.contains(name))
        .collect();
    assert!(
        left.is_empty(),
        "{left:?} stand in wire_v1.hex without a sample. {MEANING}"
    );
    // As many as on the day they were written: none was taken away together with its sample.
    assert!(
        goldens.len() >= GOLDENS_MIN,
        "{} goldens. {MEANING}",
        goldens.len()
    );
}

const GOLDENS_MIN: usize = 116;
