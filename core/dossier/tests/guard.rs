//! The change guard against bytes of a hostile device: typed refusals, bounded in memory, the
//! document untouched, honest neighbours admitted.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test"
)]
#![allow(unsafe_code, reason = "the counting allocator of this test binary")]

mod support;

use std::alloc::{GlobalAlloc, Layout, System};
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicIsize, Ordering};

use jawla_dossier::hostile::{self, Case, Offence};
use jawla_dossier::{Authority, Document, read_header};
use jawla_model::{ActorId, DocumentId, Edit, Reason, Role, VisitField};
use support::*;

/// Counts what one thread at a time allocates while [`peak_of`] runs.
struct Counting;

static COUNTS: AtomicBool = AtomicBool::new(false);
static LIVE_BYTES: AtomicIsize = AtomicIsize::new(0);
static PEAK_BYTES: AtomicIsize = AtomicIsize::new(0);
/// One test measures at a time; the others of this binary hold the same lock.
static ALONE: Mutex<()> = Mutex::new(());

fn count(size: isize) {
    if COUNTS.load(Ordering::Relaxed) {
        let live = LIVE_BYTES.fetch_add(size, Ordering::Relaxed) + size;
        PEAK_BYTES.fetch_max(live, Ordering::Relaxed);
    }
}

// SAFETY: every call is handed to the system allocator unchanged; only sizes are counted.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: the caller's contract is the system allocator's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn peak_of<T>(work: impl FnOnce() -> T) -> (T, isize) {
    LIVE_BYTES.store(0, Ordering::SeqCst);
    PEAK_BYTES.store(0, Ordering::SeqCst);
    COUNTS.store(true, Ordering::SeqCst);
    let result = work();
    COUNTS.store(false, Ordering::SeqCst);
    (result, PEAK_BYTES.load(Ordering::SeqCst))
}

fn alone() -> std::sync::MutexGuard<'static, ()> {
    quiet_panics();
    ALONE
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

const ATTACKER: ActorId = ActorId([3; 16]);
const PEAK_BYTES_MAX: isize = 16 * 1024 * 1024;

#[allow(
    clippy::disallowed_methods,
    reason = "the budget of one refusal is a time"
)]
fn timed<T>(work: impl FnOnce() -> T) -> (T, u128) {
    let start = std::time::Instant::now();
    let result = work();
    (result, start.elapsed().as_millis())
}

fn refused(document: &mut Document, case: &Case, authority: &Authority<'_>) {
    let (heads, saved) = (document.heads(), document.save());
    let ((result, peak), took_ms) =
        timed(|| peak_of(|| document.admit(&case.bytes, authority).map(|_| ())));
    assert_eq!(result, Err(case.reason), "{}", case.name);
    assert!(peak <= PEAK_BYTES_MAX, "{}: {peak} bytes", case.name);
    assert!(took_ms < 1_000, "{}: {took_ms} ms", case.name);
    assert_eq!(document.heads(), heads, "{}", case.name);
    assert_eq!(document.save(), saved, "{}", case.name);
}

#[test]
fn every_case_of_the_corpus_is_refused_with_its_reason_and_hurts_nobody() {
    let _alone = alone();
    let mut document = lively(DocumentId([5; 16]));
    let corpus = hostile::corpus(&document, ATTACKER);
    assert!(corpus.len() >= 100, "{} cases", corpus.len());
    let names: BTreeSet<_> = corpus.iter().map(|case| case.name).collect();
    let bytes: BTreeSet<_> = corpus.iter().map(|case| &case.bytes).collect();
    assert_eq!(names.len(), corpus.len(), "each case has a name of its own");
    assert_eq!(bytes.len(), corpus.len(), "each case is another one");
    println!("{} cases", corpus.len());
    for case in &corpus {
        refused(&mut document, case, &member());
        if case.offence == Offence::Form {
            refused(&mut document, case, &Authority::Settled);
        } else {
            let mut device = document.clone();
            let settled = device.admit(&case.bytes, &Authority::Settled);
            assert!(settled.is_ok(), "{}: {settled:?}", case.name);
        }
        let mut neighbour = document.clone();
        let good = hostile::place_edit(&neighbour, ActorId([9; 16]), "bon voisin");
        neighbour.admit(&good, &member()).unwrap();
    }
}

/// Another dossier than the lively one: nobody visited it, and the attacker never wrote there.
#[test]
fn the_corpus_is_refused_by_a_bare_dossier_too() {
    let _alone = alone();
    let mut document = Document::new(DocumentId([6; 16]));
    let corpus = hostile::corpus(&document, ATTACKER);
    println!("{} cases", corpus.len());
    assert!(corpus.len() >= 90, "{} cases", corpus.len());
    for case in &corpus {
        refused(&mut document, case, &member());
    }
}

#[test]
fn a_change_cut_at_any_length_is_no_change() {
    let _alone = alone();
    let mut document = lively(DocumentId([5; 16]));
    let good = hostile::place_edit(&document, ATTACKER, "entier");
    for length in 0..good.len() {
        let cut = document.admit(&good[..length], &Authority::Settled);
        assert_eq!(cut, Err(Reason::NotAChange), "{length} bytes");
    }
    document.admit(&good, &Authority::Settled).unwrap();
    assert_eq!(
        document.admit(&good, &member()).unwrap().bytes,
        good,
        "a duplicate is no offence"
    );
}

/// How many mutants one run tries; a campaign sets the variable higher.
fn mutants() -> u64 {
    let wanted = std::env::var("JAWLA_MUTANTS").ok();
    wanted.and_then(|text| text.parse().ok()).unwrap_or(5_000)
}

#[test]
fn nothing_that_mutants_get_past_the_guard_breaks_the_document() {
    let _alone = alone();
    let id = DocumentId([5; 16]);
    let document = lively(id);
    let mut richer = document.clone();
    let sources = [
        write(
            &mut richer,
            &person(3),
            &[
                set_visit(visit(3), VisitField::Note, "Deux ouvriers, تأخر في التزويد"),
                set_visit(visit(3), VisitField::Workers, 12),
            ],
        ),
        write(&mut document.clone(), &person(3), &[open(visit(8))]),
        write(
            &mut document.clone(),
            &person(4),
            &[
                open(visit(9)),
                Edit::FinishVisit {
                    visit: visit(9),
                    finished_at: MORNING,
                },
            ],
        ),
    ];
    let (mut admitted, mut reasons) = (0, std::collections::BTreeMap::new());
    for seed in 0..mutants() {
        let source = &sources[usize::try_from(seed).unwrap() % sources.len()];
        let mutant = hostile::mutant(&source.bytes, seed);
        for authority in [Authority::Settled, member()] {
            let mut copy = document.clone();
            let ((result, peak), took_ms) = timed(|| peak_of(|| copy.admit(&mutant, &authority)));
            assert!(peak <= PEAK_BYTES_MAX, "seed {seed}: {peak} bytes");
            assert!(took_ms < 1_000, "seed {seed}: {took_ms} ms");
            match result {
                Err(reason) => *reasons.entry(reason).or_insert(0_u64) += 1,
                Ok(_) => {
                    admitted += 1;
                    still_works(&copy, seed);
                }
            }
        }
    }
    assert_eq!(
        document.heads(),
        lively(id).heads(),
        "the source is untouched"
    );
    println!(
        "{} mutants, {admitted} admitted, refused: {reasons:?}",
        2 * mutants()
    );
    // Values may change freely, so many pass; were none to pass, the test would prove nothing.
    assert!(admitted > 100, "{admitted} admitted, refused: {reasons:?}");
    assert!(reasons.len() >= 6, "{reasons:?}");
}

/// A document that admitted something can still be saved, loaded, folded, read and written.
fn still_works(document: &Document, seed: u64) {
    let id = document.id();
    let dossier = document.read();
    let loaded = Document::load(id, &document.save()).unwrap_or_else(|e| panic!("{seed}: {e}"));
    assert_eq!(loaded.heads(), document.heads(), "seed {seed}");
    assert_eq!(loaded.read(), dossier, "seed {seed}");
    let changes = document.changes();
    assert_eq!(changes.len(), document.changes_count(), "seed {seed}");
    let rows = changes.iter().map(|change| change.bytes.as_slice());
    let folded = Document::fold(id, rows).unwrap_or_else(|e| panic!("{seed}: {e}"));
    assert_eq!(folded.read(), dossier, "seed {seed}");
    assert_eq!(folded.save(), document.save(), "seed {seed}");
    let mut written = document.clone();
    write(&mut written, &person(7), &[open(visit(0x70))]);
}

#[test]
fn the_office_may_what_a_team_member_may_not_and_readers_nothing() {
    let _alone = alone();
    let document = lively(DocumentId([5; 16]));
    let nobody = |_: &ActorId| false;
    let as_role = |role| Authority::Role {
        role,
        same_person: &nobody,
    };
    for case in hostile::corpus(&document, ATTACKER) {
        let office = document
            .clone()
            .admit(&case.bytes, &as_role(Role::Supervisor));
        let office_may = case.offence == Offence::Right && case.name != "unknown map at the root";
        assert_eq!(office.is_ok(), office_may, "{}: {office:?}", case.name);
    }
    let good = hostile::place_edit(&document, ATTACKER, "libre");
    for role in Role::ALL {
        let result = document.clone().admit(&good, &as_role(*role)).map(|_| ());
        let reads_only = matches!(role, Role::Controller | Role::Auditor);
        assert_eq!(
            result,
            if reads_only {
                Err(Reason::Role)
            } else {
                Ok(())
            },
            "{role:?}"
        );
    }
}

#[test]
fn a_visit_is_its_authors_under_whatever_actor() {
    let _alone = alone();
    let document = lively(DocumentId([5; 16]));
    // Person 3 in a new session: another actor, the same person.
    let later = person(33);
    let note = write(
        &mut document.clone(),
        &later,
        &[set_visit(visit(3), VisitField::Note, "le soir")],
    );
    assert_eq!(
        document.clone().admit(&note.bytes, &member()),
        Err(Reason::Role)
    );
    let own = |actor: &ActorId| *actor == ATTACKER;
    let right = Authority::Role {
        role: Role::TeamMember,
        same_person: &own,
    };
    document.clone().admit(&note.bytes, &right).unwrap();
    let fresh = write(&mut document.clone(), &later, &[open(visit(0x44))]);
    document.clone().admit(&fresh.bytes, &member()).unwrap();
}

#[test]
fn headers_of_honest_changes_say_what_automerge_says() {
    let _alone = alone();
    let document = lively(DocumentId([5; 16]));
    for change in document.changes() {
        let header = read_header(&change.bytes).unwrap();
        assert_eq!(change.hash, header.hash);
        let stripped = jawla_dossier::codec::strip(&change.bytes).unwrap();
        assert_eq!(
            jawla_dossier::codec::rebuild(&stripped).unwrap(),
            change.bytes
        );
        let known = 32 * stripped.deps.len() + 16 * (1 + stripped.other_actors.len());
        assert!(stripped.body.len() + known < change.bytes.len());
    }
}

#[cfg(feature = "seeded-bugs")]
#[test]
fn without_the_reencoding_gate_one_change_bricks_the_document() {
    use jawla_model::seeded::{SeededBug, choose};
    let _alone = alone();
    let document = lively(DocumentId([5; 16]));
    let corpus = hostile::corpus(&document, ATTACKER);
    let poison = corpus
        .iter()
        .find(|case| case.reason == Reason::NotCanonical);
    let mut bricked = document.clone();
    choose(Some(SeededBug::ReencodeUnchecked));
    let admitted = bricked.admit(&poison.unwrap().bytes, &member());
    choose(None);
    admitted.unwrap();
    assert!(Document::load(document.id(), &bricked.save()).is_err());
}
