//! Walks over rights that end, entries nobody knows, and changes that the phone refuses.

use jawla_client::NewVisit;
use jawla_client::device::Told;
use jawla_dossier::hostile::{place_edit, raw};
use jawla_model::{
    ActorId, FieldPath, ProjectField, Reason, ReceivedAt, Role, Value, VisitField, VisitKind,
};
use jawla_server::store::OwnEntry;
use jawla_sim::link::rewrite;
use jawla_sync::answer::{AnswerItem, AnswerReader, EntryBody, EntryItem};
use jawla_sync::device::SessionResult;
use jawla_sync::server::LogHead;
use jawla_sync::sign::{self, Label};
use jawla_sync::{EntryKind, LogEntry};

use crate::stage::{
    count, count_on_server, first_request, hear, is_complete, items_of, set, talk, universe,
};

/// Walk 13: a visit made after the membership ended.
#[test]
fn a_visit_made_after_the_membership_ended_waits_and_stays_visible_to_its_author() {
    let mut universe = universe(13);
    let (document, scope) = universe.documents[0];
    let person = universe.phones[0].person;
    let now = universe.server.now();
    universe
        .server
        .core()
        .store()
        .end_membership(scope, person, now)
        .unwrap();

    let new = NewVisit {
        document,
        kind: VisitKind::FollowUp,
    };
    universe.phones[0].device().start_visit(new).unwrap();
    let (_, result) = talk(&mut universe, 0);
    assert!(is_complete(result), "{result:?}");
    let asides = universe.phones[0].device().asides().unwrap();
    let [aside] = asides.as_slice() else {
        panic!("{asides:?}")
    };
    assert_eq!(
        (aside.outcome.as_str(), aside.reason),
        ("quarantined", Reason::MembershipEnded)
    );
    assert!(
        !aside.change.bytes.is_empty(),
        "its author can still read it"
    );
    assert_eq!(
        universe.phones[0].device().scopes().unwrap(),
        [],
        "the scope is closing"
    );

    assert!(is_complete(talk(&mut universe, 2).1));
    assert_eq!(
        universe.folded(2, document).read().visits.len(),
        0,
        "nobody else holds it"
    );
    let waiting = "SELECT count(*) FROM quarantine WHERE state = 'waiting'";
    assert_eq!(count_on_server(&mut universe, waiting), 1);
    // Nothing more is asked of the server, and nothing is dropped here.
    assert!(is_complete(talk(&mut universe, 0).1));
    assert_eq!(universe.phones[0].device().asides().unwrap().len(), 1);
}

/// Walk 8: a member is removed and added again.
#[test]
fn a_member_who_comes_back_goes_on_where_they_were_and_nothing_is_lost() {
    let mut universe = universe(8);
    let (document, scope) = universe.documents[0];
    let person = universe.phones[0].person;
    set(&mut universe, 0, document, ProjectField::Place, "Avant");
    assert!(is_complete(talk(&mut universe, 0).1));
    let stood_at = universe.phones[0].device().scopes().unwrap()[0].seq;
    let own_changes = "SELECT count(*) FROM change";
    let held_before = count(&mut universe, 0, own_changes);
    let now = universe.server.now();
    let core = universe.server.core();
    core.store().end_membership(scope, person, now).unwrap();
    drop(core);

    // The phone does not know yet: what it sends waits for a ruling, then the scope is closing.
    set(
        &mut universe,
        0,
        document,
        ProjectField::Note,
        "Sans le savoir",
    );
    assert!(is_complete(talk(&mut universe, 0).1));
    assert_eq!(universe.phones[0].device().scopes().unwrap(), []);
    assert_eq!(universe.phones[0].device().asides().unwrap().len(), 1);
    assert_eq!(
        count(&mut universe, 0, own_changes),
        held_before,
        "what it holds stays"
    );
    set(
        &mut universe,
        2,
        document,
        ProjectField::Place,
        "Entre-temps",
    );
    assert!(is_complete(talk(&mut universe, 2).1));
    let body = first_request(&mut universe, 0);
    let answer = universe.deliver(&body, body.len()).unwrap();
    let named = |items: &[AnswerItem]| {
        let entries = |item: &&AnswerItem| {
            matches!(item, AnswerItem::Entry(_) | AnswerItem::OwnEntries { .. })
        };
        items.iter().filter(entries).count()
    };
    assert_eq!(
        named(&items_of(&answer)),
        0,
        "nothing comes of a closed scope"
    );
    hear(&mut universe, 0, answer);

    let core = universe.server.core();
    core.store()
        .add_membership(scope, person, Role::TeamMember, now)
        .unwrap();
    let head = core.store().log_head(scope).unwrap().unwrap();
    drop(core);
    // The scope comes back under another number; the log goes on behind what is held.
    let mut body = Some(first_request(&mut universe, 0));
    let mut came = 0;
    while let Some(asked) = body.take() {
        let answer = universe.deliver(&asked, asked.len()).unwrap();
        came += named(&items_of(&answer));
        body = hear(&mut universe, 0, answer)
            .into_iter()
            .find_map(crate::stage::sent);
    }
    let stands_at = universe.phones[0].device().scopes().unwrap()[0].seq;
    assert_eq!(stands_at, head.seq);
    assert_eq!(came as u64, head.seq - stood_at, "nothing is sent twice");
    assert_eq!(
        universe.phones[0].device().asides().unwrap().len(),
        1,
        "what waits for a ruling is still there"
    );
    set(&mut universe, 0, document, ProjectField::Place, "De retour");
    assert!(is_complete(talk(&mut universe, 0).1));
    assert!(is_complete(talk(&mut universe, 2).1));
    let texts = [0, 2].map(|number| universe.folded(number, document).read());
    for text in &texts {
        assert_eq!(text.project_text(ProjectField::Place), "De retour");
    }
    assert_eq!(
        universe.phones[0].device().verify().unwrap().disagreements,
        []
    );
}

/// Walk 14: an entry of a kind that this build does not know.
#[test]
fn an_entry_of_an_unknown_kind_is_hashed_kept_and_passed_over() {
    let mut universe = universe(14);
    let (document, scope) = universe.documents[0];
    set(&mut universe, 2, document, ProjectField::Place, "Avant");
    assert!(is_complete(talk(&mut universe, 2).1));
    let kind = EntryKind::Unknown(200);
    let entry = OwnEntry {
        kind,
        document: None,
        payload: b"of 2031".to_vec(),
    };
    let now = universe.server.now();
    universe
        .server
        .core()
        .store()
        .append_entries(scope, &[entry], now)
        .unwrap();
    set(&mut universe, 2, document, ProjectField::Place, "Après");
    assert!(is_complete(talk(&mut universe, 2).1));

    assert!(is_complete(talk(&mut universe, 0).1));
    let known = "SELECT count(*) FROM entry WHERE kind = 200 AND payload = CAST('of 2031' AS BLOB)";
    assert_eq!(count(&mut universe, 0, known), 1);
    let report = universe.phones[0].device().verify().unwrap();
    assert_eq!(report.disagreements, []);
    let folded = universe.folded(0, document).read();
    assert_eq!(folded.project_text(ProjectField::Place), "Après");
    let (requests, result) = talk(&mut universe, 0);
    assert!(
        is_complete(result) && requests.len() == 1,
        "the chain holds: no second request"
    );
}

/// Walk 17: the log holds a change that this phone's guard refuses.
#[test]
fn a_change_that_the_guard_refuses_keeps_its_place_and_stops_nothing_else() {
    let mut universe = universe(17);
    let (poisoned, scope) = universe.documents[0];
    let (healthy, _) = universe.documents[1];
    assert_eq!(universe.documents[1].1, scope);
    assert!(is_complete(talk(&mut universe, 0).1));
    let honest = place_edit(&universe.folded(0, poisoned), ActorId([7; 16]), "Piège");
    let hostile = raw::with_columns(&honest, |columns| {
        for (_, bytes) in columns.iter_mut().filter(|column| column.0 == 0x42) {
            *bytes = vec![1, 1];
        }
    });
    let good = place_edit(&universe.folded(0, healthy), ActorId([8; 16]), "Bon");
    let good_hash = jawla_dossier::read_header(&good).unwrap().hash;

    // A server that signs what no server of ours would.
    let body = first_request(&mut universe, 0);
    let answer = universe.deliver(&body, body.len()).unwrap();
    let status = *{
        let mut reader = AnswerReader::new();
        reader.feed(&answer).unwrap();
        reader
    }
    .status()
    .unwrap();
    let held = universe
        .server
        .core()
        .store()
        .log_head(scope)
        .unwrap()
        .unwrap();
    let mut head: LogHead = held;
    let now = ReceivedAt(held.received_at.0 + 5);
    let entries: Vec<LogEntry> = [(poisoned, hostile), (healthy, good)]
        .into_iter()
        .map(|(document, bytes)| head.append(now, EntryKind::Change, Some(document), bytes))
        .collect();
    let keys = universe.server.keys();
    let covered = sign::mark_covered(&keys.server_id(), &scope, head.seq, head.chain);
    let signature = sign::sign(keys.signing_key(), Label::Mark, &covered);
    let mut before = 0;
    let mut items: Vec<AnswerItem> = entries
        .into_iter()
        .map(|entry| {
            let received = entry.received_at.0 as i64;
            let received_delta = received - std::mem::replace(&mut before, received);
            let body = EntryBody::Payload(entry.payload.unwrap());
            let (kind, document) = (entry.kind, entry.document);
            AnswerItem::Entry(EntryItem {
                kind,
                received_delta,
                document,
                body,
            })
        })
        .collect();
    items.push(AnswerItem::Mark {
        scope_no: 1,
        seq: head.seq,
        signature,
    });
    let told = hear(&mut universe, 0, rewrite(&status, &items));
    let complete = |told: &Told| matches!(told, Told::Finished(SessionResult::Complete { .. }));
    assert!(told.iter().any(complete), "{told:?}");

    let device = universe.phones[0].device();
    assert_eq!(
        device.scopes().unwrap()[0].seq,
        head.seq,
        "the cursor goes on"
    );
    assert_eq!(device.verify().unwrap().disagreements, []);
    assert_eq!(
        count(
            &mut universe,
            0,
            "SELECT count(*) FROM change WHERE state = 'unapplied'"
        ),
        1
    );
    assert!(
        universe.folded(0, healthy).contains(&good_hash),
        "other dossiers go on"
    );
    set(&mut universe, 0, healthy, ProjectField::Place, "Et après");
    set(&mut universe, 0, poisoned, ProjectField::Place, "Ici aussi");
}

/// Typing into a visit that was set aside meanwhile stays, and does not hold up its dossier.
#[test]
fn typing_into_a_visit_that_was_set_aside_does_not_hold_up_the_dossier() {
    let mut universe = universe(131);
    let (document, scope) = universe.documents[0];
    let person = universe.phones[0].person;
    let now = universe.server.now();
    universe
        .server
        .core()
        .store()
        .end_membership(scope, person, now)
        .unwrap();
    let new = NewVisit {
        document,
        kind: VisitKind::FollowUp,
    };
    let visit = universe.phones[0].device().start_visit(new).unwrap();
    let body = first_request(&mut universe, 0);
    let path = FieldPath::visit(visit, VisitField::Note);
    let typed = Value::Text("tapé pendant l'envoi".to_owned());
    universe.phones[0]
        .device()
        .type_value(document, path.clone(), typed)
        .unwrap();
    let answer = universe.deliver(&body, body.len()).unwrap();
    hear(&mut universe, 0, answer);
    assert_eq!(universe.phones[0].device().asides().unwrap().len(), 1);

    let core = universe.server.core();
    core.store()
        .add_membership(scope, person, Role::TeamMember, now)
        .unwrap();
    drop(core);
    assert!(is_complete(talk(&mut universe, 0).1));
    set(
        &mut universe,
        0,
        document,
        ProjectField::Place,
        "Le dossier vit",
    );
    assert!(is_complete(talk(&mut universe, 0).1));
    let typing = "SELECT count(*) FROM typing";
    assert_eq!(
        count(&mut universe, 0, typing),
        1,
        "it stays until the person drops it"
    );
    universe.phones[0]
        .device()
        .drop_typing(document, &path)
        .unwrap();
    assert_eq!(count(&mut universe, 0, typing), 0);
}
