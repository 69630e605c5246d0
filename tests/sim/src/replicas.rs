//! Two servers over one store: one is asked while the other is in the middle of a pack.

use std::sync::{Arc, Mutex, PoisonError};

use jawla_client::device::Told;
use jawla_client::platform::LinkKind;
use jawla_model::{Edit, FieldPath, ProjectField, ReceivedAt, Value};
use jawla_server::core::{ServerCore, SyncSession};
use jawla_server::store::sqlite::Locking;
use jawla_sync::answer::{AnswerReader, StatusCode};
use jawla_sync::device::Event;

use crate::trace::{Trace, short_hash};
use crate::world::Universe;

/// Write transactions of a request with one pack: the pack, the request number, what was handed
/// out.
const UNLOCKS_MAX: u64 = 3;

/// The phones whose requests meet: both are in the first scope.
const MEETING: [usize; 2] = [0, 2];

/// Lives through a seed; panics when a promise is broken.
pub fn run(seed: u64, trace: &Trace) {
    let mut universe = Universe::new(seed, trace.clone());
    for _ in 0..2 {
        requests_meet(&mut universe);
        for number in 0..universe.phones.len() {
            universe.sync_calmly(number);
            universe.observe(number);
        }
    }
    universe.become_quiet();
    universe.check_everything();
}

/// Two phones send a pack for one log at once, each to a server of its own.
fn requests_meet(universe: &mut Universe) {
    let bodies = MEETING.map(|number| request_with_a_pack(universe, number));
    universe.server.stop();
    let stores = [(); 2].map(|()| universe.server.open_store_as(Locking::Shared));
    let [one, other] = stores.map(|store| universe.server.core_over(store));
    let now = universe.server.now();
    let heard = Arc::new(Mutex::new(None));
    let visitor = {
        let (heard, other, body) = (Arc::clone(&heard), Arc::clone(&other), bodies[1].clone());
        move || {
            let answer = ask(&other, &body, now);
            *heard.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
        }
    };
    let unlocks = 1 + universe.dice.below(UNLOCKS_MAX);
    universe.trace.note(format!("a visit at unlock {unlocks}"));
    universe.server.disk.visit_after_unlock(unlocks, visitor);
    let first = ask(&one, &bodies[0], now);
    universe.server.disk.forget_visit();
    let met = heard.lock().unwrap_or_else(PoisonError::into_inner).take();
    // The first request may have had fewer transactions.
    let second = met.unwrap_or_else(|| ask(&other, &bodies[1], now));
    drop((one, other));
    for (number, answer) in MEETING.into_iter().zip([first, second]) {
        universe
            .trace
            .note(format!("phone {number} hears {}", short_hash(&answer)));
        let mut reader = AnswerReader::new();
        reader.feed(&answer).expect("an answer of the server reads");
        let code = reader.status().expect("an answer has a status").code;
        assert_eq!(
            code,
            StatusCode::Ok,
            "I8: two servers gave the same positions of a log away (phone {number})"
        );
        step(universe, number, Event::Bytes(answer));
        step(universe, number, Event::AnswerEnded);
    }
}

fn request_with_a_pack(universe: &mut Universe, number: usize) -> Vec<u8> {
    let (document, _) = universe.documents[universe.dice.index(2)];
    universe.tokens += 1;
    let edit = Edit::Set {
        at: FieldPath::project(ProjectField::Place),
        value: Value::Text(format!("jeton-{number}-{:05}", universe.tokens)),
    };
    universe.phones[number]
        .device()
        .edit(document, vec![edit])
        .expect("a healthy phone writes");
    universe.observe(number);
    step(universe, number, Event::Wanted)
        .into_iter()
        .find_map(|told| match told {
            Told::Send(body) => Some(body),
            _ => None,
        })
        .expect("a request leaves")
}

fn step(universe: &mut Universe, number: usize, event: Event) -> Vec<Told> {
    universe.phones[number]
        .device()
        .step(event, LinkKind::Unmetered, &mut |_| false)
        .expect("a healthy phone goes on")
}

/// A whole request and its answer.
fn ask(core: &Arc<ServerCore>, body: &[u8], now: ReceivedAt) -> Vec<u8> {
    let mut session = SyncSession::new(core, now);
    session.feed(body).expect("an honest request reads");
    session
        .finish()
        .expect("an honest request is answered")
        .concat()
}
