//! The orders of the office to dossiers, with their rights; dossiers as they are read; what
//! changes.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may"
)]

mod support;

use std::collections::BTreeSet;

use jawla_model::visit::RecordWord;
use jawla_model::{
    AdminState, Centimes, DocumentId, FieldPath, Hash32, ItemId, MoneyAct, MoneyEntry, MoneyKind,
    PersonId, ProjectField, Reason, ReviewDecision, Role, Value, VisitField, VisitId, VisitKind,
    money_fact,
};
use jawla_office::desk::Teams;
use jawla_views::{
    Changes, Command, CommandError, Commands, Dossiers, Happening, PageWindow, Views,
};
use support::office::{NOW, Office};
use support::{open_visit, visit};

fn field_order(document: DocumentId, field: ProjectField, value: impl Into<Value>) -> Command {
    Command::SetProjectField {
        document,
        field,
        value: value.into(),
    }
}

fn review(document: DocumentId, visit: VisitId, decision: ReviewDecision) -> Command {
    Command::ReviewVisit {
        document,
        visit,
        decision,
        comment: "Photo floue".to_owned(),
        field: None,
    }
}

fn is_refused(result: &Result<jawla_views::Receipt, CommandError>) -> bool {
    matches!(result, Err(CommandError::NotAllowed(Reason::Role)))
}

#[tokio::test]
async fn only_roles_of_the_office_order_and_none_of_them_makes_visits() {
    let office = Office::new(41);
    let (id, mut phone) = office.project_and_phone();
    let at = office.finished_visit(&mut phone, id);
    let two = [Value::Int(100), Value::Int(200)];
    office.disagreement(id, ProjectField::Cost, two);
    for (number, role) in Role::ALL.iter().enumerate() {
        let by = office.person(*role);
        let cost = i64::try_from(number).unwrap() + 1;
        let orders = [
            Command::SettleConflict {
                document: id,
                at: FieldPath::project(ProjectField::Cost),
                value: Value::Int(300),
                seen: office.seen(id).await,
            },
            review(id, at, ReviewDecision::Approved),
            field_order(id, ProjectField::IndhShare, cost),
        ];
        for order in orders {
            let result = office.desk.carry_out(by, order.clone()).await;
            assert_eq!(
                result.is_ok(),
                role.is_office(),
                "{role:?} {order:?} {result:?}"
            );
            assert_eq!(is_refused(&result), !role.is_office(), "{role:?} {order:?}");
        }
        let never = [
            Command::StartVisit {
                document: id,
                kind: VisitKind::FollowUp,
            },
            Command::FinishVisit {
                document: id,
                visit: at,
            },
            Command::SetVisitField {
                document: id,
                visit: at,
                field: VisitField::Note,
                value: "x".into(),
            },
        ];
        for order in never {
            let result = office.desk.carry_out(by, order.clone()).await;
            assert!(is_refused(&result), "{role:?} {order:?}");
        }
    }
    let stranger = PersonId([0x77; 16]);
    let order = field_order(id, ProjectField::Cost, 5);
    assert!(is_refused(&office.desk.carry_out(stranger, order).await));
    let row = office.bench.project(id).unwrap();
    assert_eq!((row.cost_centimes, row.conflicts), (Some(300), 0));
    office.bench.assert_sound();
}

#[tokio::test]
async fn a_state_moves_one_step_by_who_records_it() {
    let office = Office::new(42);
    let (id, _) = office.project_and_phone();
    let to = |state: AdminState| field_order(id, ProjectField::AdminState, state.code());
    let standing = || office.bench.project(id).unwrap().admin_state;
    let [finance, supervisor, administrator] =
        [Role::Finance, Role::Supervisor, Role::Administrator].map(|role| office.person(role));
    assert_eq!(standing(), AdminState::UnderWay.code());
    let carry = |by, order| office.desk.carry_out(by, order);
    let refused = carry(supervisor, to(AdminState::Completed)).await;
    assert!(is_refused(&refused));
    let jump = carry(finance, to(AdminState::Received)).await;
    assert!(matches!(jump, Err(CommandError::Changed)));
    let cleared = carry(
        finance,
        field_order(id, ProjectField::AdminState, Value::Empty),
    )
    .await;
    assert!(matches!(
        cleared,
        Err(CommandError::BadValue {
            key: "admin_state",
            ..
        })
    ));
    assert_eq!(standing(), AdminState::UnderWay.code());
    assert!(
        carry(finance, to(AdminState::Completed))
            .await
            .unwrap()
            .change
            .is_some()
    );
    assert!(
        carry(finance, to(AdminState::Completed))
            .await
            .unwrap()
            .change
            .is_none()
    );
    carry(administrator, to(AdminState::Received))
        .await
        .unwrap();
    assert_eq!(standing(), AdminState::Received.code());
    let bad = carry(
        administrator,
        field_order(id, ProjectField::Cost, "beaucoup"),
    )
    .await;
    assert!(
        matches!(
            bad,
            Err(CommandError::BadValue {
                key: "cost_centimes",
                ..
            })
        ),
        "{bad:?}"
    );
    let unknown = carry(
        administrator,
        field_order(DocumentId([9; 16]), ProjectField::Cost, 1),
    );
    assert!(matches!(unknown.await, Err(CommandError::NotFound)));
}

#[tokio::test]
async fn nobody_settles_what_they_have_not_seen() {
    let office = Office::new(43);
    let (id, _) = office.project_and_phone();
    office.disagreement(id, ProjectField::Cost, [Value::Int(100), Value::Int(200)]);
    let by = office.person(Role::Supervisor);
    let all = office.seen(id).await;
    assert_eq!(all.len(), 2);
    let settle = |seen: BTreeSet<Hash32>| Command::SettleConflict {
        document: id,
        at: FieldPath::project(ProjectField::Cost),
        value: Value::Int(100),
        seen,
    };
    for stale in [BTreeSet::new(), all.iter().take(1).copied().collect()] {
        let result = office.desk.carry_out(by, settle(stale)).await;
        assert!(matches!(result, Err(CommandError::Changed)));
    }
    assert_eq!(office.bench.project(id).unwrap().conflicts, 1);
    let done = office
        .desk
        .carry_out(by, settle(all.clone()))
        .await
        .unwrap();
    assert!(done.change.is_some());
    let row = office.bench.project(id).unwrap();
    assert_eq!((row.conflicts, row.cost_centimes), (0, Some(100)));
    let again = office.desk.carry_out(by, settle(all)).await.unwrap();
    assert_eq!(again.change, None);
    office.bench.assert_sound();
}

#[tokio::test]
async fn a_review_reaches_the_row_and_the_phone() {
    let office = Office::new(44);
    let (id, mut phone) = office.project_and_phone();
    let by = office.person(Role::HeadOfDivision);
    let draft = visit(5);
    office.send(&mut phone, id, &[open_visit(draft)]);
    let early = office
        .desk
        .carry_out(by, review(id, draft, ReviewDecision::Approved))
        .await;
    assert!(matches!(early, Err(CommandError::NotFound)));
    let at = office.finished_visit(&mut phone, id);
    for (decision, word) in [
        (ReviewDecision::Returned, RecordWord::Returned),
        (ReviewDecision::Approved, RecordWord::Approved),
    ] {
        let receipt = office
            .desk
            .carry_out(by, review(id, at, decision))
            .await
            .unwrap();
        assert_eq!(receipt.visit, Some(at));
        let sheet = office
            .bench
            .store
            .views()
            .visit(id, at)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(sheet.visit.word(), Some(word));
        assert_eq!(sheet.visit.review_comment, "Photo floue");
    }
    phone.sync(&office.bench.core);
    let told = phone.documents[&id].read();
    assert!(
        told.visits[&at]
            .text(VisitField::Review)
            .contains("Photo floue")
    );
    let fields = office.desk.visit_fields(id, at).await.unwrap().unwrap();
    assert_eq!(fields.values["progress_bp"], Value::Int(5_000));
    assert_eq!(office.desk.visit_fields(id, visit(8)).await.unwrap(), None);
}

#[tokio::test]
async fn history_names_author_and_values_and_ones_own_newest_action_is_undone() {
    let office = Office::new(45);
    let (id, _) = office.project_and_phone();
    let by = office.person(Role::Supervisor);
    let other = office.person(Role::Finance);
    let carry = |by, order| office.desk.carry_out(by, order);
    let whole = PageWindow {
        offset: 0,
        rows_max: 50,
    };
    let before = office.bench.project(id).unwrap().cost_centimes.unwrap();
    let change = carry(by, field_order(id, ProjectField::Cost, 777))
        .await
        .unwrap();
    let change = change.change.unwrap();
    let page = office.desk.history(id, Some(by), whole).await.unwrap();
    let entry = &page.rows[0];
    assert_eq!(
        (entry.change, entry.author, entry.undoable),
        (change, Some(by), true)
    );
    assert_eq!(entry.received_at, Some(NOW));
    assert_eq!(
        entry.happenings,
        [Happening::Set {
            at: FieldPath::project(ProjectField::Cost),
            before: vec![Value::Int(before)],
            after: Value::Int(777),
        }]
    );
    assert!(page.rows[1..].iter().all(|entry| !entry.undoable));
    assert_eq!(page.total, page.rows.len() as u64);
    let second = PageWindow {
        offset: 1,
        rows_max: 1,
    };
    let part = office.desk.history(id, Some(other), second).await.unwrap();
    assert_eq!((part.rows.len(), part.total), (1, page.total));
    let as_other = office.desk.history(id, Some(other), whole).await.unwrap();
    assert!(as_other.rows.iter().all(|entry| !entry.undoable));

    let undo = || Command::Undo {
        document: id,
        change,
    };
    let of_another = carry(other, undo()).await;
    assert!(matches!(of_another, Err(CommandError::NotUndoable)));
    assert!(carry(by, undo()).await.unwrap().change.is_some());
    assert_eq!(
        office.bench.project(id).unwrap().cost_centimes,
        Some(before)
    );
    let written_over = carry(by, undo()).await;
    assert!(
        matches!(written_over, Err(CommandError::NotUndoable)),
        "{written_over:?}"
    );
    let fields = office.desk.project_fields(id).await.unwrap().unwrap();
    assert_eq!(fields.values["code_das"], Value::Text("KHO-1".to_owned()));
    assert_eq!(
        office
            .desk
            .project_fields(DocumentId([9; 16]))
            .await
            .unwrap(),
        None
    );
}

#[tokio::test]
async fn a_review_is_taken_back_unless_somebody_reviewed_since() {
    let office = Office::new(55);
    let (id, mut phone) = office.project_and_phone();
    let at = office.finished_visit(&mut phone, id);
    let by = office.person(Role::Supervisor);
    let other = office.person(Role::HeadOfDivision);
    let carry = |by, order| office.desk.carry_out(by, order);
    let word = || async {
        let sheet = office.bench.store.views().visit(id, at).await;
        sheet.unwrap().unwrap().visit.word()
    };
    let undo = |change| Command::Undo {
        document: id,
        change,
    };
    let approved = carry(by, review(id, at, ReviewDecision::Approved)).await;
    let approved = approved.unwrap().change.unwrap();
    assert_eq!(word().await, Some(RecordWord::Approved));
    let of_another = carry(other, undo(approved)).await;
    assert!(matches!(of_another, Err(CommandError::NotUndoable)));
    carry(by, undo(approved)).await.unwrap();
    assert_eq!(word().await, Some(RecordWord::Received));

    // Taking back the second review brings back the first.
    carry(other, review(id, at, ReviewDecision::Returned))
        .await
        .unwrap();
    let approved = carry(by, review(id, at, ReviewDecision::Approved)).await;
    let approved = approved.unwrap().change.unwrap();
    carry(by, undo(approved)).await.unwrap();
    assert_eq!(word().await, Some(RecordWord::Returned));

    let approved = carry(by, review(id, at, ReviewDecision::Approved)).await;
    let approved = approved.unwrap().change.unwrap();
    carry(other, review(id, at, ReviewDecision::Returned))
        .await
        .unwrap();
    let late = carry(by, undo(approved)).await;
    assert!(matches!(late, Err(CommandError::NotUndoable)), "{late:?}");
    assert_eq!(word().await, Some(RecordWord::Returned));
    office.bench.assert_sound();
}

#[tokio::test]
async fn what_phones_and_the_office_write_is_named_to_who_waits() {
    let office = Office::new(49);
    let (id, mut phone) = office.project_and_phone();
    let project = format!("project:{id}");
    let desk = &office.desk;
    let start = desk.serial();
    let waiting = tokio::spawn({
        let desk = desk.clone();
        async move { desk.after(start).await }
    });
    let by = office.person(Role::Supervisor);
    desk.carry_out(by, field_order(id, ProjectField::Cost, 5))
        .await
        .unwrap();
    let changed = waiting.await.unwrap();
    assert_eq!(changed.names, [project.as_str()]);
    office.send(&mut phone, id, &[open_visit(visit(1))]);
    let names = desk.after(changed.serial).await.names;
    assert_eq!(
        names.into_iter().collect::<BTreeSet<_>>(),
        BTreeSet::from(["phones".to_owned(), project])
    );
    let serial = desk.serial();
    desk.revoke(by, phone.incarnation).await.unwrap();
    assert_eq!(desk.after(serial).await.names, ["phones"]);
    assert_eq!(desk.after(0).await.names, ["everything"]);
}

fn record(document: DocumentId, kind: MoneyKind, centimes: i64) -> Command {
    Command::RecordMoney {
        document,
        replaces: None,
        act: MoneyAct::Recorded(MoneyEntry {
            kind,
            amount: Centimes(centimes),
            on: "2026-03-14".to_owned(),
            reference: "BC 12/2026".to_owned(),
            party: "Entreprise Essaada".to_owned(),
        }),
    }
}

#[tokio::test]
async fn money_is_recorded_by_the_office_cancelled_once_and_never_edited() {
    let office = Office::new(47);
    let (id, mut phone) = office.project_and_phone();
    for role in Role::ALL {
        let by = office.person(*role);
        let result = office
            .desk
            .carry_out(by, record(id, MoneyKind::Payment, 100))
            .await;
        assert_eq!(result.is_ok(), role.is_office(), "{role:?} {result:?}");
    }
    let by = office.person(Role::Finance);
    let bad = office
        .desk
        .carry_out(by, record(id, MoneyKind::Payment, 0))
        .await;
    assert!(matches!(bad, Err(CommandError::BadMoney(error)) if error.field == "montant"));
    let nowhere = record(DocumentId([0x66; 16]), MoneyKind::Payment, 5);
    assert!(matches!(
        office.desk.carry_out(by, nowhere).await,
        Err(CommandError::NotFound)
    ));

    let serial = office.desk.serial();
    office
        .desk
        .carry_out(by, record(id, MoneyKind::Contract, 48_000_000))
        .await
        .unwrap();
    assert_eq!(
        office.desk.after(serial).await.names,
        [format!("project:{id}")]
    );
    let facts = office.desk.money_facts(id).await.unwrap();
    assert_eq!(facts.len(), 5);
    let contract = facts.last().unwrap().fact.clone();
    assert_eq!((contract.by, contract.replaces), (by, None));

    let cancel = |fact| Command::RecordMoney {
        document: id,
        replaces: fact,
        act: MoneyAct::Cancelled("Double saisie".to_owned()),
    };
    for wrong in [None, Some(ItemId([0x55; 16]))] {
        let result = office.desk.carry_out(by, cancel(wrong)).await;
        assert!(matches!(result, Err(CommandError::Changed)), "{wrong:?}");
    }
    let first = facts[0].fact.id;
    office
        .desk
        .carry_out(by, cancel(Some(first)))
        .await
        .unwrap();
    let again = office.desk.carry_out(by, cancel(Some(first))).await;
    assert!(
        matches!(again, Err(CommandError::Changed)),
        "cancelled once"
    );
    let facts = office.desk.money_facts(id).await.unwrap();
    let told: Vec<_> = facts.into_iter().map(|row| row.fact).collect();
    let sums = money_fact::totals(&told);
    assert_eq!((sums.contracts.0, sums.paid.0), (48_000_000, 300));

    // The entries stand in the log, so every phone of the scope gets and verifies them.
    phone.sync(&office.bench.core);
    office.bench.assert_sound();
}
