//! Honest messages for the fuzzer to begin with, and the dossier that the guard defends. The same
//! bytes in every run.

use jawla_dossier::{Authoring, Document, hostile};
use jawla_model::{
    ActorId, Claimed, DocumentId, Edit, FieldPath, Hash32, IncarnationId, ProjectField, ScopeId,
    ServerId, VisitField, VisitId, VisitKind,
};
use jawla_sync::answer::{AnswerItem, AnswerWriter, EntryBody, EntryItem, Status, StatusCode};
use jawla_sync::enrol::{EnrolRequest, Invitation};
use jawla_sync::request::{Flags, Head};
use jawla_sync::{Chain16, EntryKind, Pack, PackEntry, SealedPack, Signature64, SigningKey};

/// The server of all messages here.
pub(crate) const SERVER: ServerId = ServerId([0x51; 16]);

const INCARNATION: IncarnationId = IncarnationId([0x52; 16]);
const SCOPE: ScopeId = ScopeId([0x53; 16]);
const ATTACKER: ActorId = ActorId([3; 16]);

/// The key that signs here; it opens nothing anywhere.
pub(crate) fn key() -> SigningKey {
    SigningKey::from_bytes(&[0x54; 32])
}

fn author(number: u8) -> Authoring {
    Authoring {
        actor: ActorId([number; 16]),
        claimed_at: Claimed(1_763_900_000_000 + i64::from(number)),
    }
}

fn visit(number: u8) -> [Edit; 3] {
    let visit = VisitId([number; 16]);
    [
        Edit::OpenVisit {
            visit,
            kind: VisitKind::FollowUp,
            started_at: Claimed(1_763_900_000_000),
            replaces: None,
        },
        Edit::Set {
            at: FieldPath::visit(visit, VisitField::Progress),
            value: 4_000.into(),
        },
        Edit::Set {
            at: FieldPath::visit(visit, VisitField::Note),
            value: "Couche de base en cours, تأخر في التزويد".into(),
        },
    ]
}

/// A dossier with some life in it: the office wrote the project, two people a visit each.
pub(crate) fn dossier() -> Document {
    let mut document = Document::new(DocumentId([5; 16]));
    let project = [
        (ProjectField::TitleFr, "Piste rurale de Sidi Slimane".into()),
        (ProjectField::Cost, 120_000_000.into()),
        (ProjectField::Place, "Douar Oulad Ali".into()),
    ]
    .map(|(field, value)| Edit::Set {
        at: FieldPath::project(field),
        value,
    });
    apply(&mut document, 1, &project);
    apply(&mut document, 2, &visit(2));
    apply(&mut document, 3, &visit(3));
    document
}

fn apply(document: &mut Document, number: u8, edits: &[Edit]) {
    document
        .apply(edits, &author(number))
        .expect("honest edits of an honest author");
}

/// Changes of all kinds: those of the dossier, one that follows, and the whole hostile corpus.
fn changes() -> Vec<Vec<u8>> {
    let document = dossier();
    let mut bytes: Vec<_> = document.changes().into_iter().map(|c| c.bytes).collect();
    bytes.push(hostile::place_edit(&document, ATTACKER, "Douar suivant"));
    let corpus = hostile::corpus(&document, ATTACKER);
    bytes.extend(corpus.into_iter().map(|case| case.bytes));
    // A fuzzer that begins with large files stays slow; those are the tests' of the guard.
    bytes.retain(|change| change.len() <= 4_096);
    bytes
}

fn packs() -> Vec<SealedPack> {
    let document = dossier();
    let entry = |payload: Vec<u8>| PackEntry {
        kind: EntryKind::Change,
        document: Some(document.id()),
        payload,
    };
    let all: Vec<_> = document.changes().into_iter().map(|c| c.bytes).collect();
    let pack = |no: u64, entries: Vec<PackEntry>| {
        Pack {
            incarnation: INCARNATION,
            scope: SCOPE,
            no,
            wall_ms: 1_763_900_000_000,
            mono_ms: 12_345,
            boot: [7; 8],
            head_seen: (12, Chain16([8; 16])),
            nonces: vec![[9; 16]],
            files: vec![Hash32([10; 32])],
            entries,
        }
        .seal(&SERVER, &key())
    };
    let last = all.last().cloned().unwrap_or_default();
    vec![
        pack(1, vec![entry(last)]),
        pack(2, all.into_iter().map(entry).collect()),
        pack(3, Vec::new()),
    ]
}

/// Whether a pack is one of those above, which alone may hold under [`key`].
pub(crate) fn is_ours(sealed: &SealedPack) -> bool {
    packs().iter().any(|ours| ours.bytes == sealed.bytes)
}

fn requests() -> Vec<Vec<u8>> {
    let head = |second_try: bool| Head {
        flags: Flags {
            second_try,
            ..Flags::default()
        },
        incarnation: INCARNATION,
        request_no: 41,
        schema: 1,
        scope_set_version: 2,
        first_open_pack: 1,
        ruling_seen: 0,
        people_seen: 3,
        backup_no: 0,
        cursors: vec![150, 7],
        digest: [11; 8],
        room: None,
        ladders: Vec::new(),
    };
    let sealed = packs();
    let bodies: Vec<&[u8]> = sealed.iter().map(|pack| pack.bytes.as_slice()).collect();
    [
        head(false).seal(&[], &SERVER, &key()),
        head(false).seal(&bodies, &SERVER, &key()),
        head(true).seal(bodies.get(..1).unwrap_or_default(), &SERVER, &key()),
    ]
    .into_iter()
    .map(|body| body.expect("the compressor has memory"))
    .collect()
}

fn answers() -> Vec<Vec<u8>> {
    let status = Status {
        code: StatusCode::Ok,
        request_no: 41,
        server_time: 1_763_900_000,
        poll_after_minutes: 15,
    };
    let mut writer = AnswerWriter::new(&status).expect("the compressor has memory");
    for change in dossier().changes() {
        writer.item(&AnswerItem::Entry(EntryItem {
            kind: EntryKind::Change,
            document: Some(DocumentId([5; 16])),
            received_delta: 3,
            body: EntryBody::Payload(change.bytes),
        }));
    }
    writer.item(&AnswerItem::Mark {
        scope_no: 1,
        seq: 154,
        signature: Signature64([12; 64]),
    });
    let parts = writer.finish(false).expect("the compressor has memory");
    vec![AnswerWriter::bare(&status), parts.concat()]
}

fn letters() -> Vec<Vec<u8>> {
    let invitation = Invitation {
        server: SERVER,
        server_key: [1; 32],
        tls_pin: [2; 32],
        invitation: [3; 8],
        secret: [4; 16],
        expires: 1_764_000_000,
        base_url: "https://192.0.2.1:8443".into(),
    };
    let request = EnrolRequest {
        invitation: [3; 8],
        secret: [4; 16],
        incarnation: INCARNATION,
        public_key: key().verifying_key().to_bytes(),
        predecessor: Some(IncarnationId([0x55; 16])),
        device_name: "Téléphone".into(),
    };
    vec![
        invitation.text().into_bytes(),
        request.seal(&SERVER, &key()),
    ]
}

/// The first inputs of a target; empty for a name that is none.
pub fn first_inputs(target: &str) -> Vec<Vec<u8>> {
    match target {
        "answer" => answers(),
        "change" | "guard" => changes()
            .into_iter()
            .flat_map(|change| {
                let content = hostile::raw::content(&change).map(<[u8]>::to_vec);
                [Some(change), content]
            })
            .flatten()
            .collect(),
        "letter" => letters(),
        "pack" => packs().into_iter().map(|pack| pack.bytes).collect(),
        "request" => requests(),
        _ => Vec::new(),
    }
}
