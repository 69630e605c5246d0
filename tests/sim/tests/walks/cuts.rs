//! Walks over links that are cut, doubled and altered.

use std::sync::Arc;

use jawla_model::ProjectField;
use jawla_server::core::SyncSession;
use jawla_server::store::sqlite::{Locking, OpenOptions, SqliteStore};
use jawla_sim::link::rewrite;
use jawla_sim::trace::Trace;
use jawla_sim::{photos, replicas};
use jawla_sync::EntryKind;
use jawla_sync::answer::{AnswerItem, AnswerReader, EntryBody};
use jawla_sync::device::{SessionResult, Speech};
use jawla_sync::short::ShortChange;

use crate::stage::{
    carry_on, count, count_on_server, cut, first_request, hear, is_complete, items_of, kill,
    pack_numbers, set, step, talk, universe,
};

/// A note that fills a pack alone: two bytes a letter.
fn long_note(at: usize) -> String {
    format!("{at} {}", "ش".repeat(3_990))
}

/// Walk 1: cut after two of three packs, kill, another edit.
#[test]
fn after_a_cut_and_a_kill_the_phone_asks_first_and_sends_only_what_is_missing() {
    let mut universe = universe(1);
    let document = universe.documents[0].0;
    for at in 0..3 {
        set(
            &mut universe,
            0,
            document,
            ProjectField::Note,
            &long_note(at),
        );
    }
    let body = first_request(&mut universe, 0);
    assert_eq!(pack_numbers(&body), [1, 2, 3]);
    let incarnation = universe.phones[0].device().row().unwrap().incarnation;
    let core = universe.server.core();
    let mut session = SyncSession::new(&core, universe.server.now());
    let mut bytes = body.iter();
    while core
        .store()
        .outcomes_from(incarnation, 1)
        .unwrap()
        .judged
        .len()
        < 2
    {
        session
            .feed(&[*bytes.next().expect("two packs arrive whole")])
            .unwrap();
    }
    session.abandon();
    drop(core);
    kill(&mut universe, 0);
    set(
        &mut universe,
        0,
        document,
        ProjectField::Place,
        "Après la coupure",
    );

    let (requests, result) = talk(&mut universe, 0);
    assert!(is_complete(result));
    let sent: Vec<Vec<u64>> = requests.iter().map(|body| pack_numbers(body)).collect();
    assert_eq!(
        sent,
        [vec![], vec![3, 4]],
        "asks first, then sends the third and the new one"
    );
    let twice = count_on_server(
        &mut universe,
        "SELECT count(*) FROM (SELECT hash FROM entry WHERE kind = 1
         GROUP BY hash HAVING count(*) > 1)",
    );
    assert_eq!(twice, 0);
    assert_eq!(
        count(
            &mut universe,
            0,
            "SELECT count(*) FROM pack WHERE shown = 0"
        ),
        0
    );
}

/// Walk 15: a retry on another server over the same store, while the original is under way.
#[test]
fn a_retry_on_another_server_finds_the_receipt_or_leaves_it() {
    for cut_at_percent in [0, 30, 60, 99, 100] {
        let mut universe = universe(15);
        let document = universe.documents[0].0;
        for place in ["Un", "Deux", "Trois"] {
            set(&mut universe, 0, document, ProjectField::Place, place);
        }
        let body = first_request(&mut universe, 0);
        assert_eq!(pack_numbers(&body), [1]);
        let incarnation = universe.phones[0].device().row().unwrap().incarnation;

        universe.server.stop();
        let options = OpenOptions {
            path: "server.db".into(),
            vfs: Some(universe.server.disk.vfs_name().unwrap()),
            locking: Locking::Shared,
        };
        let id = universe.server.keys().server_id();
        let stores = [(); 2].map(|()| SqliteStore::open(options.clone(), id).unwrap());
        let [one, other] = stores.map(|store| universe.server.core_over(store));

        let now = universe.server.now();
        let mut original = SyncSession::new(&one, now);
        let mut retry = SyncSession::new(&other, now);
        let (first, rest) = body.split_at(body.len() * cut_at_percent / 100);
        original.feed(first).unwrap();
        retry.feed(&body).unwrap();
        original.feed(rest).unwrap();
        let answers = [
            original.finish().unwrap().concat(),
            retry.finish().unwrap().concat(),
        ];

        let receipts = [&one, &other].map(|core| core.store().outcomes_from(incarnation, 1));
        let [ours, theirs] = receipts.map(Result::unwrap);
        assert_eq!(ours, theirs);
        assert_eq!(ours.judged.len(), 1, "one receipt");
        // The same number twice: one of the two is answered, the other is old.
        let outcomes = |answer: &Vec<u8>| {
            items_of(answer)
                .into_iter()
                .filter(|item| matches!(item, AnswerItem::Outcome { .. }))
                .count()
        };
        assert_eq!(answers.each_ref().map(outcomes).iter().sum::<usize>(), 1);
        let scope = universe.scopes[0];
        assert_eq!(one.store().check_scope(scope).unwrap(), []);
        drop((one, other));
        assert_eq!(Arc::strong_count(&universe.server.core()), 2);
        let [original, retry] = answers;
        let answered = if items_of(&original).is_empty() {
            retry
        } else {
            original
        };
        let told = hear(&mut universe, 0, answered);
        assert!(is_complete(carry_on(&mut universe, 0, told).1));
        assert_eq!(
            count(
                &mut universe,
                0,
                "SELECT count(*) FROM change WHERE state = 'packed'"
            ),
            0
        );
    }
}

/// Walk 15, the other way: two phones ask two servers, one in the middle of a transaction of the
/// other.
#[test]
fn two_servers_over_one_store_give_every_position_once() {
    for seed in 0..24 {
        replicas::run(seed, &Trace::default());
    }
}

/// The real driver over the real routes: a photo goes on at the byte where it was cut.
#[test]
fn photos_get_through_a_link_that_is_cut() {
    for seed in 0..8 {
        photos::run(seed, &Trace::default());
    }
}

/// Found by the simulator: the chain must hold for the first bytes of a change too, or a change
/// damaged on the way would stay unapplied for ever under a mark that holds.
#[test]
fn no_byte_of_a_change_is_damaged_under_a_mark_that_holds() {
    for (byte, speech) in (0..9).flat_map(|byte| [(byte, Speech::Full), (byte, Speech::Short)]) {
        let mut universe = universe(31);
        universe.phones[0].device().speak(speech).unwrap();
        let document = universe.documents[0].0;
        set(&mut universe, 2, document, ProjectField::Place, "Loin");
        assert!(is_complete(talk(&mut universe, 2).1));

        let body = first_request(&mut universe, 0);
        let answer = universe.deliver(&body, body.len()).unwrap();
        let mut reader = AnswerReader::new();
        let mut items = reader.feed(&answer).unwrap();
        let change = items
            .iter_mut()
            .find_map(|item| match item {
                AnswerItem::Entry(entry) if entry.kind == EntryKind::Change => Some(entry),
                _ => None,
            })
            .expect("the change comes down");
        match (&mut change.body, speech) {
            (EntryBody::Payload(payload), Speech::Full) => payload[byte] ^= 1,
            (EntryBody::Short(ShortChange::Written { body, .. }), Speech::Short) => body[byte] ^= 1,
            (other, _) => panic!("{other:?}"),
        }
        let altered = rewrite(reader.status().unwrap(), &items);
        let told = hear(&mut universe, 0, altered);
        let broken = SessionResult::Broken(universe.scopes[0]);
        assert!(
            told.contains(&jawla_client::device::Told::Finished(broken)),
            "{told:?}"
        );

        assert!(is_complete(talk(&mut universe, 0).1));
        let unapplied = "SELECT count(*) FROM change WHERE state = 'unapplied'";
        assert_eq!(count(&mut universe, 0, unapplied), 0);
    }
}

/// A link that never lets more than a few bytes through still ends in a whole sync.
#[test]
fn answers_cut_at_every_byte_lose_nothing_and_double_nothing() {
    let mut universe = universe(7);
    let document = universe.documents[0].0;
    for at in 0..3 {
        set(
            &mut universe,
            2,
            document,
            ProjectField::Note,
            &long_note(at),
        );
    }
    assert!(is_complete(talk(&mut universe, 2).1));
    let mut cuts = 0;
    for cut_at in (0..).step_by(97) {
        let body = first_request(&mut universe, 0);
        let answer = universe.deliver(&body, body.len()).unwrap();
        if cut_at >= answer.len() {
            break;
        }
        let event = jawla_sync::device::Event::Bytes(answer[..cut_at].to_vec());
        step(&mut universe, 0, event).unwrap();
        cut(&mut universe, 0);
        cuts += 1;
        let report = universe.phones[0].device().verify().unwrap();
        assert_eq!(report.disagreements, []);
    }
    assert!(cuts > 0);
    cut(&mut universe, 0);
    assert!(is_complete(talk(&mut universe, 0).1));
    assert_eq!(
        universe.folded(0, document).heads(),
        universe.folded(2, document).heads()
    );
}
