//! What every store must do, as functions of `&dyn Store`, run on each store there is. A second
//! implementation is added to [`on_every_store`].
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may"
)]

use jawla_dossier::{Authoring, Document};
use jawla_model::{
    Claimed, DocumentId, Edit, FieldPath, Hash32, IncarnationId, PersonId, ProjectField, Reason,
    ReceivedAt, Role, ScopeId, ServerId, Value,
};
use jawla_server::store::sqlite::{Locking, OpenOptions, SqliteStore};
use jawla_server::store::{
    Applicant, Enrolment, HandedOut, InvitationDraft, OwnEntry, PackJudgement, PersonDraft,
    RequestTurn, ScopeDraft, ScopeKind, SetEvent, Store, StoreError,
};
use jawla_sync::chain::{ReferencePayload, sha256};
use jawla_sync::pack::actor_of;
use jawla_sync::server::Standing;
use jawla_sync::{
    Chain16, EntryKind, Outcome, OutcomeForm, Pack, PackEntry, SealedPack, SigningKey,
};

const SERVER: ServerId = ServerId([1; 16]);
const SCOPE: ScopeId = ScopeId([2; 16]);
const OTHER: ScopeId = ScopeId([3; 16]);
const NOW: ReceivedAt = ReceivedAt(1_763_900_000);

fn on_every_store(suite: impl Fn(&dyn Store)) {
    for locking in [Locking::Shared, Locking::Exclusive] {
        let folder = tempfile::tempdir().unwrap();
        let options = OpenOptions {
            locking,
            ..OpenOptions::at(folder.path().join("a.db"))
        };
        let store = SqliteStore::open(options, SERVER).unwrap();
        let drafts = [draft(SCOPE, "053110107"), draft(OTHER, "053110109")];
        assert_eq!(store.create_scopes(&drafts, NOW).unwrap(), 2);
        suite(&store);
        for held in store.list_scopes().unwrap() {
            assert_eq!(store.check_scope(held.draft.scope).unwrap(), []);
        }
    }
}

fn draft(scope: ScopeId, communes: &str) -> ScopeDraft {
    ScopeDraft {
        scope,
        kind: ScopeKind::Commune,
        parent: None,
        name_fr: communes.to_owned(),
        name_ar: String::new(),
        communes: communes.to_owned(),
    }
}

fn person(number: u8) -> PersonDraft {
    PersonDraft {
        person: PersonId([number; 16]),
        name_fr: format!("Personne {number}"),
        name_ar: String::new(),
        role: Role::TeamMember,
    }
}

fn key(number: u8) -> SigningKey {
    SigningKey::from_bytes(&[number; 32])
}

fn enrol(store: &dyn Store, number: u8, of: u8, scopes: &[ScopeId]) -> IncarnationId {
    let invitation = [number; 8];
    let draft = InvitationDraft {
        invitation,
        secret_hash: sha256(b"secret"),
        person: person(of),
        scopes: scopes
            .iter()
            .map(|scope| (*scope, Role::TeamMember))
            .collect(),
        expires: ReceivedAt(NOW.0 + 100),
    };
    store.create_invitation(&draft, NOW).unwrap();
    let incarnation = IncarnationId([number; 16]);
    let applicant = Applicant {
        invitation,
        secret_hash: sha256(b"secret"),
        incarnation,
        public_key: key(number).verifying_key().to_bytes(),
        predecessor: None,
        device_name: "essai".to_owned(),
    };
    assert!(matches!(
        store.enrol(&applicant, NOW).unwrap(),
        Enrolment::Admitted { .. }
    ));
    incarnation
}

fn pack(number: u8, no: u64, scope: ScopeId, entries: Vec<PackEntry>) -> SealedPack {
    Pack {
        incarnation: IncarnationId([number; 16]),
        scope,
        no,
        wall_ms: 0,
        mono_ms: 0,
        boot: [0; 8],
        head_seen: (0, Chain16::origin(&scope)),
        nonces: vec![[number; 16]],
        files: vec![Hash32([number; 32])],
        entries,
    }
    .seal(&SERVER, &key(number))
}

fn dossier(number: u8, id: u8) -> Vec<PackEntry> {
    let id = DocumentId([id; 16]);
    let mut document = Document::new(id);
    let actor = actor_of(&IncarnationId([number; 16]), &[number; 16]);
    let place = Edit::Set {
        at: FieldPath::project(ProjectField::Place),
        value: Value::from("Douar"),
    };
    let authoring = Authoring {
        actor,
        claimed_at: Claimed(0),
    };
    let change = document.apply(&[place], &authoring).unwrap().unwrap();
    [Document::skeleton(id, 1).unwrap(), change]
        .into_iter()
        .map(|change| PackEntry {
            kind: EntryKind::Change,
            document: Some(id),
            payload: change.bytes,
        })
        .collect()
}

#[test]
fn a_log_is_a_chain_without_gaps_and_its_time_never_falls() {
    on_every_store(|store| {
        let fact = |n: u8| OwnEntry {
            kind: EntryKind::Fact,
            document: None,
            payload: vec![n; 40],
        };
        store
            .append_entries(SCOPE, &[fact(1), fact(2)], NOW)
            .unwrap();
        store
            .append_entries(SCOPE, &[fact(3)], ReceivedAt(NOW.0 - 500))
            .unwrap();
        let entries = store.entries_after(SCOPE, 0, usize::MAX).unwrap();
        let mut chain = Chain16::origin(&SCOPE);
        for (index, held) in entries.iter().enumerate() {
            assert!(held.entry.follows(index as u64, chain));
            assert_eq!(held.entry.received_at, NOW);
            chain = held.entry.chain;
            assert_eq!(store.chain_at(SCOPE, held.entry.seq).unwrap(), Some(chain));
        }
        assert_eq!(entries.len(), 3);
        assert_eq!(store.log_head(SCOPE).unwrap().unwrap().chain, chain);
        assert_eq!(
            store.chain_at(SCOPE, 0).unwrap(),
            Some(Chain16::origin(&SCOPE))
        );
        assert_eq!(store.chain_at(SCOPE, 4).unwrap(), None);
        assert_eq!(store.chain_at(SCOPE, u64::MAX).unwrap(), None);
        assert_eq!(
            store.entries_after(SCOPE, 0, 1).unwrap().len(),
            1,
            "one at least"
        );
        assert_eq!(store.entries_after(SCOPE, 0, 80).unwrap().len(), 2);
        assert_eq!(store.entries_after(SCOPE, 3, 80).unwrap().len(), 0);
        let nowhere = store.append_entries(ScopeId([9; 16]), &[fact(1)], NOW);
        assert!(matches!(nowhere, Err(StoreError::NoScope(_))));
        assert_eq!(
            store
                .create_scopes(&[draft(ScopeId([8; 16]), "053110107")], NOW)
                .unwrap(),
            0
        );
    });
}

#[test]
fn a_request_number_moves_once_whatever_its_size() {
    on_every_store(|store| {
        let phone = enrol(store, 10, 20, &[SCOPE]);
        let begin = |no| store.begin_request(phone, no, None, NOW).unwrap();
        assert_eq!(begin(5), RequestTurn::Moved);
        assert_eq!(begin(5), RequestTurn::Old { highest: 5 });
        assert_eq!(begin(4), RequestTurn::Old { highest: 5 });
        assert_eq!(begin(u64::MAX), RequestTurn::Moved);
        assert!(matches!(begin(u64::MAX), RequestTurn::Old { .. }));
        store
            .note_handed_out(phone, HandedOut::TicketAndCertificate, NOW)
            .unwrap();
        let held = store.find_incarnation(phone).unwrap().unwrap();
        assert_eq!((held.ticket_at, held.certificate_at), (NOW, NOW));
        assert_eq!(held.standing, Standing::Active);
        assert_eq!(
            store.find_incarnation(IncarnationId([99; 16])).unwrap(),
            None
        );
    });
}

#[test]
fn another_role_alone_is_told_under_the_number_that_the_phone_knows() {
    on_every_store(|store| {
        let phone = enrol(store, 14, 24, &[SCOPE]);
        let who = PersonId([24; 16]);
        for role in [Role::TeamLead, Role::TeamLead, Role::Supervisor] {
            store.add_membership(SCOPE, who, role, NOW).unwrap();
        }
        let told = |after| -> Vec<_> {
            let changes = store.set_changes(phone, after).unwrap();
            changes
                .iter()
                .map(|c| (c.version, c.scope.no, c.scope.role, c.event))
                .collect()
        };
        assert_eq!(
            told(1),
            [
                (2, 1, Role::Supervisor, SetEvent::Added),
                (3, 1, Role::Supervisor, SetEvent::Added)
            ]
        );
        assert_eq!(told(3), []);
        let held = store.find_incarnation(phone).unwrap().unwrap();
        assert_eq!(held.set_version, 3);
        for version in 1..=3 {
            assert_eq!(store.scopes_at(phone, version).unwrap().len(), 1);
        }
        store.end_membership(SCOPE, who, NOW).unwrap();
        assert_eq!(
            told(2),
            [
                (3, 1, Role::Supervisor, SetEvent::Added),
                (4, 1, Role::Supervisor, SetEvent::Gone)
            ]
        );
    });
}

#[test]
fn each_version_of_a_set_of_scopes_is_one_change_and_numbers_are_never_given_again() {
    on_every_store(|store| {
        let phone = enrol(store, 10, 20, &[SCOPE]);
        let who = PersonId([20; 16]);
        store
            .add_membership(OTHER, who, Role::TeamLead, NOW)
            .unwrap();
        store
            .add_membership(OTHER, who, Role::TeamLead, NOW)
            .unwrap();
        store.end_membership(SCOPE, who, NOW).unwrap();
        store
            .add_membership(SCOPE, who, Role::TeamMember, NOW)
            .unwrap();
        let changes = store.set_changes(phone, 1).unwrap();
        let told: Vec<_> = changes
            .iter()
            .map(|c| (c.version, c.scope.no, c.scope.scope, c.event))
            .collect();
        assert_eq!(
            told,
            [
                (2, 2, OTHER, SetEvent::Added),
                (3, 1, SCOPE, SetEvent::Gone),
                (4, 3, SCOPE, SetEvent::Added)
            ]
        );
        let numbers = |version| -> Vec<u64> {
            store
                .scopes_at(phone, version)
                .unwrap()
                .iter()
                .map(|scope| scope.no)
                .collect()
        };
        assert_eq!(
            [numbers(1), numbers(2), numbers(3), numbers(4)],
            [vec![1], vec![1, 2], vec![2], vec![2, 3]]
        );
        assert_eq!(numbers(0), Vec::<u64>::new());
    });
}

#[test]
fn people_are_numbered_and_told_to_those_who_share_a_scope() {
    on_every_store(|store| {
        let one = enrol(store, 10, 20, &[SCOPE]);
        let far = enrol(store, 11, 21, &[OTHER]);
        let names = |of, seen| -> Vec<String> {
            store
                .people_after(of, seen)
                .unwrap()
                .into_iter()
                .map(|c| c.name_fr)
                .collect()
        };
        assert_eq!(names(one, 0), ["Personne 20"]);
        assert_eq!(names(far, 0), ["Personne 21"]);
        let seen = store
            .people_after(far, 0)
            .unwrap()
            .last()
            .unwrap()
            .change_no;
        store.save_person(&person(20)).unwrap();
        assert!(names(one, seen).is_empty(), "the same names are no news");
        // Who comes into a scope hears of everybody there, and everybody of them.
        store
            .add_membership(SCOPE, PersonId([21; 16]), Role::TeamMember, NOW)
            .unwrap();
        assert_eq!(names(far, seen).len(), 2);
        assert_eq!(names(one, seen).len(), 2);
    });
}

#[test]
fn a_pack_is_judged_once_and_its_receipt_repeats() {
    on_every_store(|store| {
        enrol(store, 10, 20, &[SCOPE]);
        let sealed = pack(10, 1, SCOPE, dossier(10, 50));
        let first = store.judge_pack(&sealed, NOW).unwrap();
        let PackJudgement::Done(OutcomeForm::Done {
            first_seq,
            entries: 2,
            exceptions,
        }) = &first
        else {
            panic!("{first:?}");
        };
        assert!(exceptions.is_empty() && *first_seq > 1);
        let head = store.log_head(SCOPE).unwrap();
        let later = ReceivedAt(NOW.0 + 60);
        assert_eq!(store.judge_pack(&sealed, later).unwrap(), first);
        assert_eq!(store.log_head(SCOPE).unwrap(), head);
        // The same bytes in a new pack are duplicates at their old positions.
        let again = store
            .judge_pack(&pack(10, 2, SCOPE, dossier(10, 50)), later)
            .unwrap();
        let PackJudgement::Done(form) = again else {
            panic!("{again:?}")
        };
        assert_eq!(
            form.per_entry(),
            [
                Err(Outcome::Duplicate(*first_seq)),
                Err(Outcome::Duplicate(first_seq + 1))
            ]
        );
        let receipts = store.outcomes_from(IncarnationId([10; 16]), 2).unwrap();
        assert_eq!((receipts.held, receipts.judged.len()), (None, 1));
        let receipts = store.outcomes_from(IncarnationId([10; 16]), 9).unwrap();
        assert_eq!((receipts.held, receipts.judged.len()), (Some(2), 0));

        let forged = pack(10, 3, SCOPE, dossier(10, 51));
        let forged = SealedPack {
            signature: sealed.signature,
            ..forged
        };
        assert_eq!(
            store.judge_pack(&forged, NOW).unwrap(),
            PackJudgement::NotSigned
        );
        let unknown = pack(77, 1, SCOPE, dossier(77, 52));
        assert_eq!(
            store.judge_pack(&unknown, NOW).unwrap(),
            PackJudgement::Unknown
        );
        let clone = pack(10, 1, SCOPE, dossier(10, 53));
        assert_eq!(
            store.judge_pack(&clone, NOW).unwrap(),
            PackJudgement::Cloned
        );
        let held = store
            .find_incarnation(IncarnationId([10; 16]))
            .unwrap()
            .unwrap();
        assert_eq!(held.standing, Standing::Cloned);
    });
}

#[test]
fn quarantine_is_bounded_per_incarnation_and_then_packs_stay_open() {
    on_every_store(|store| {
        let phone = enrol(store, 10, 20, &[SCOPE]);
        store
            .end_membership(SCOPE, PersonId([20; 16]), NOW)
            .unwrap();
        let garbage = |no: u64| -> Vec<PackEntry> {
            (0..500_u64)
                .map(|n| PackEntry {
                    kind: EntryKind::Change,
                    document: Some(DocumentId([4; 16])),
                    // The first 8 bytes are magic and checksum, which no hash covers.
                    payload: [[0; 8], no.to_be_bytes(), n.to_be_bytes()].concat(),
                })
                .collect()
        };
        for no in 1..=4 {
            let judged = store
                .judge_pack(&pack(10, no, SCOPE, garbage(no)), NOW)
                .unwrap();
            assert!(matches!(judged, PackJudgement::Done(_)));
        }
        assert_eq!(store.figures().unwrap().quarantined, 2_000);
        let beyond = store
            .judge_pack(&pack(10, 5, SCOPE, garbage(5)), NOW)
            .unwrap();
        assert_eq!(beyond, PackJudgement::Later);
        assert_eq!(store.outcomes_from(phone, 1).unwrap().judged.len(), 4);
    });
}

#[test]
fn a_hand_of_the_office_is_numbered_before_what_it_writes() {
    on_every_store(|store| {
        let hand = IncarnationId([30; 16]);
        let public_key = key(30).verifying_key().to_bytes();
        let who = PersonId([31; 16]);
        store.save_person(&person(31)).unwrap();
        store
            .enrol_office_hand(hand, public_key, who, Role::Supervisor, NOW)
            .unwrap();
        let judged = store
            .judge_pack(&pack(30, 1, SCOPE, dossier(30, 60)), NOW)
            .unwrap();
        assert!(matches!(judged, PackJudgement::Done(_)));
        let kinds: Vec<_> = store
            .entries_after(SCOPE, 0, usize::MAX)
            .unwrap()
            .iter()
            .map(|held| held.entry.kind)
            .collect();
        assert_eq!(
            kinds,
            [
                EntryKind::Member,
                EntryKind::Actor,
                EntryKind::Change,
                EntryKind::Change
            ]
        );
        assert!(store.list_devices().unwrap().is_empty(), "it is no phone");
        let wrong = store
            .judge_pack(&pack(30, 2, ScopeId([9; 16]), dossier(30, 61)), NOW)
            .unwrap();
        let PackJudgement::Done(form) = wrong else {
            panic!()
        };
        assert_eq!(
            form.per_entry(),
            [Err(Outcome::Refused(Reason::NeverAllowed)); 2]
        );
    });
}

#[test]
fn copies_bundles_and_files_are_recorded() {
    on_every_store(|store| {
        assert_eq!(store.newest_backup().unwrap(), None);
        let fact = OwnEntry {
            kind: EntryKind::Fact,
            document: None,
            payload: vec![1],
        };
        store
            .append_entries(SCOPE, &[fact.clone(), fact], NOW)
            .unwrap();
        assert_eq!(store.record_backup("a", &[(SCOPE, 1)], NOW).unwrap(), 1);
        assert_eq!(
            store
                .record_backup("a", &[(SCOPE, 900), (OTHER, 900)], NOW)
                .unwrap(),
            2
        );
        let backup = store.newest_backup().unwrap().unwrap();
        assert_eq!(backup.no, 2);
        assert_eq!(
            backup.covered,
            [(SCOPE, 2), (OTHER, 0)],
            "never beyond the head"
        );

        let bundle = ReferencePayload {
            version: 3,
            hash: Hash32([7; 32]),
            size_bytes: 10,
        };
        assert_eq!(store.publish_reference(bundle, NOW).unwrap(), 2);
        assert_eq!(store.publish_reference(bundle, NOW).unwrap(), 0);
        assert_eq!(store.reference_in_force().unwrap(), Some(bundle));
        assert_eq!(store.list_files().unwrap(), [(Hash32([7; 32]), 10)]);
        let third = ScopeId([4; 16]);
        store
            .create_scopes(&[draft(third, "053110505")], NOW)
            .unwrap();
        assert_eq!(
            store.log_head(third).unwrap().unwrap().seq,
            1,
            "a new log names it too"
        );

        // A file of somebody whose membership ended is kept and shown to nobody.
        let phone = enrol(store, 10, 20, &[SCOPE]);
        store
            .judge_pack(&pack(10, 1, SCOPE, dossier(10, 50)), NOW)
            .unwrap();
        store
            .end_membership(SCOPE, PersonId([20; 16]), NOW)
            .unwrap();
        let head = store.log_head(SCOPE).unwrap();
        store.file_arrived(phone, Hash32([10; 32]), 5, NOW).unwrap();
        let standing = store.file_standing(phone, Hash32([10; 32])).unwrap();
        assert!(standing.named_by_own_pack && standing.recorded && !standing.readable);
        assert_eq!(store.log_head(SCOPE).unwrap(), head);
        assert_eq!(store.list_files().unwrap().len(), 2);
    });
}
