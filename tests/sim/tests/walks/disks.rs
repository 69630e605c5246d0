//! Walks over disks that fail at one call, each call in turn.

use jawla_client::{ClientError, Device};
use jawla_model::{DocumentId, Edit, FieldPath, Hash32, ProjectField, Value};
use jawla_sim::disk::Failure;
use jawla_sim::server::End;

use crate::stage::{is_complete, talk, universe};

fn write(device: &mut Device, document: DocumentId, text: &str) -> Result<(), ClientError> {
    let at = FieldPath::project(ProjectField::Note);
    device.edit(
        document,
        vec![Edit::Set {
            at,
            value: Value::Text(text.to_owned()),
        }],
    )
}

fn changes(device: &Device) -> Vec<Hash32> {
    let conn = device.store().conn();
    let mut rows = conn
        .prepare("SELECT hash FROM change ORDER BY hash")
        .unwrap();
    rows.query_map([], |row| Ok(Hash32(row.get(0)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap()
}

/// Found by the simulator: a sync fails, the system keeps showing what the disk lost, the app is
/// killed and builds on it, the power goes.
#[test]
fn a_failed_sync_a_kill_and_a_power_cut_lose_nothing_confirmed_on_the_phone() {
    for failure in [Failure::Io, Failure::Full] {
        for call in 1..24 {
            let mut universe = universe(83);
            let document = universe.documents[0].0;
            universe.phones[0].disk.fail_after(call, failure);
            let _ = write(universe.phones[0].device(), document, "pendant la panne");
            universe.phones[0].disk.heal();
            universe.phones[0].end(End::Kill);
            universe.phones[0].open().unwrap();
            for round in 0..3 {
                write(
                    universe.phones[0].device(),
                    document,
                    &format!("après {round}"),
                )
                .unwrap();
            }
            let confirmed = changes(universe.phones[0].device());
            universe.phones[0].end(End::PowerCut);
            universe.phones[0].open().unwrap();
            let left = changes(universe.phones[0].device());
            assert_eq!(left, confirmed, "{failure:?} at call {call}");
            universe.came_back(0);
        }
    }
}

/// The same on the server, with what it acknowledged.
#[test]
fn a_failed_sync_a_kill_and_a_power_cut_lose_nothing_acknowledged_by_the_server() {
    for (failure, seed) in [(Failure::Io, 28), (Failure::Io, 29), (Failure::Full, 30)] {
        for call in 1..70 {
            let mut universe = universe(seed);
            let document = universe.documents[0].0;
            write(universe.phones[0].device(), document, "pendant la panne").unwrap();
            universe.server.disk.fail_after(call, failure);
            let _ = talk(&mut universe, 0);
            universe.server.disk.heal();
            universe.server.end(End::Kill);
            for round in 0..2 {
                write(
                    universe.phones[0].device(),
                    document,
                    &format!("après {round}"),
                )
                .unwrap();
                assert!(
                    is_complete(talk(&mut universe, 0).1),
                    "{failure:?} at call {call}"
                );
                universe.observe(0);
            }
            universe.server.end(End::PowerCut);
            universe.server_came_back();
        }
    }
}
