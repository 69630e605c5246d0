//! Small moves that walks are made of.

use std::collections::VecDeque;

use jawla_client::ClientError;
use jawla_client::device::Told;
use jawla_client::platform::LinkKind;
use jawla_model::{DocumentId, Edit, FieldPath, ProjectField, Value};
use jawla_sim::server::End;
use jawla_sim::trace::Trace;
use jawla_sim::world::Universe;
use jawla_sync::answer::AnswerReader;
use jawla_sync::device::{Event, LinkFailure, SessionResult};
use jawla_sync::request::{RequestItem, RequestReader};

/// A fresh universe.
pub fn universe(seed: u64) -> Universe {
    Universe::new(seed, Trace::default())
}

/// Feeds an event to a phone that nobody kills.
pub fn step(
    universe: &mut Universe,
    number: usize,
    event: Event,
) -> Result<Vec<Told>, ClientError> {
    universe.phones[number]
        .device()
        .step(event, LinkKind::Unmetered, &mut |_| false)
}

/// The body of the request that a phone sends when it wants a sync.
pub fn first_request(universe: &mut Universe, number: usize) -> Vec<u8> {
    let told = step(universe, number, Event::Wanted).unwrap();
    told.into_iter().find_map(sent).expect("a request leaves")
}

/// The body that leaves, if this is one.
pub fn sent(told: Told) -> Option<Vec<u8>> {
    match told {
        Told::Send(body) => Some(body),
        _ => None,
    }
}

/// A sync on a good link: the requests that left, and how it ended.
pub fn talk(universe: &mut Universe, number: usize) -> (Vec<Vec<u8>>, SessionResult) {
    let told = step(universe, number, Event::Wanted).unwrap();
    carry_on(universe, number, told)
}

/// The rest of a sync whose first step told this.
pub fn carry_on(
    universe: &mut Universe,
    number: usize,
    told: Vec<Told>,
) -> (Vec<Vec<u8>>, SessionResult) {
    let mut to_do = VecDeque::from(told);
    let (mut requests, mut last) = (Vec::new(), SessionResult::Cancelled);
    while let Some(told) = to_do.pop_front() {
        match told {
            Told::Send(body) => {
                assert!(requests.len() < 20, "a sync that never ends");
                let answer = universe.deliver(&body, body.len()).unwrap();
                requests.push(body);
                to_do.extend(hear(universe, number, answer));
            }
            Told::Finished(result) => last = result,
            Told::Wait { .. } | Told::Changed(_) | Told::OutboxChanged => {}
        }
    }
    (requests, last)
}

/// Feeds a whole answer to a phone.
pub fn hear(universe: &mut Universe, number: usize, answer: Vec<u8>) -> Vec<Told> {
    let mut told = step(universe, number, Event::Bytes(answer)).unwrap();
    if !told
        .iter()
        .any(|told| matches!(told, Told::Send(_) | Told::Finished(_)))
    {
        told.extend(step(universe, number, Event::AnswerEnded).unwrap());
    }
    told
}

/// The link fails under a phone.
pub fn cut(universe: &mut Universe, number: usize) {
    let failed = Event::LinkFailed {
        failure: LinkFailure::Cut,
        random: 0,
    };
    step(universe, number, failed).unwrap();
}

/// The numbers of the packs in a request, in whichever form they travel.
pub fn pack_numbers(body: &[u8]) -> Vec<u64> {
    let items = RequestReader::new().feed(body).unwrap();
    items
        .into_iter()
        .map(|item| match item {
            RequestItem::Pack(sealed) => sealed.pack.no,
            RequestItem::ShortPack(short) => short.no,
            other => panic!("{other:?}"),
        })
        .collect()
}

/// Items of an answer.
pub fn items_of(answer: &[u8]) -> Vec<jawla_sync::answer::AnswerItem> {
    AnswerReader::new().feed(answer).unwrap()
}

/// Kills a phone and starts it again.
pub fn kill(universe: &mut Universe, number: usize) {
    universe.phones[number].end(End::Kill);
    universe.phones[number].open().unwrap();
    universe.came_back(number);
}

/// Writes a field of a project.
pub fn set(
    universe: &mut Universe,
    number: usize,
    document: DocumentId,
    field: ProjectField,
    value: &str,
) {
    let edit = Edit::Set {
        at: FieldPath::project(field),
        value: Value::Text(value.to_owned()),
    };
    universe.phones[number]
        .device()
        .edit(document, vec![edit])
        .unwrap();
}

/// Whether a sync went through.
pub fn is_complete(result: SessionResult) -> bool {
    matches!(result, SessionResult::Complete { .. })
}

/// One number from a phone's tables.
pub fn count(universe: &mut Universe, number: usize, sql: &str) -> u64 {
    let conn = universe.phones[number].device().store().conn();
    conn.query_row(sql, [], |row| row.get(0)).unwrap()
}

/// One number from the server's tables.
pub fn count_on_server(universe: &mut Universe, sql: &str) -> u64 {
    universe
        .server
        .tables()
        .query_row(sql, [], |row| row.get(0))
        .unwrap()
}
