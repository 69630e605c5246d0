//! Reading is total: what a newer schema, another client or a mistake put there does not stop it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test"
)]

mod support;

use automerge::transaction::Transactable;
use automerge::{ObjType, ROOT, ReadDoc, ScalarValue};
use jawla_dossier::hostile::raw::Client;
use jawla_dossier::{Authority, Document, conflicts};
use jawla_model::{DocumentId, ProjectField, Reason, Value, VisitField};
use support::*;

#[test]
fn unknown_keys_maps_and_types_are_kept_and_described() {
    let mut document = lively(DocumentId([7; 16]));
    let newer = Client::of(&document, person(8).actor).write(|doc| {
        let (_, project) = doc.get(ROOT, "project").unwrap().unwrap();
        let (_, visits) = doc.get(ROOT, "visits").unwrap().unwrap();
        let key = visit(2).key();
        let (_, of_2) = doc.get(&visits, key.as_str()).unwrap().unwrap();
        doc.put(ROOT, "epoch", 7_i64).unwrap();
        let beyond = doc.put_object(ROOT, "satellites", ObjType::Map).unwrap();
        let list = doc.put_object(&beyond, "passes", ObjType::List).unwrap();
        doc.insert(&list, 0, 1_i64).unwrap();
        doc.insert(&list, 1, "deux").unwrap();
        doc.put(&project, "field_of_2031", "neuf").unwrap();
        doc.put(&project, "ratio", 0.5_f64).unwrap();
        doc.put(&project, "seal", ScalarValue::Bytes(vec![1, 2, 3]))
            .unwrap();
        doc.put(&project, "hits", ScalarValue::counter(4)).unwrap();
        doc.put_object(&project, "box", ObjType::Map).unwrap();
        doc.put(&project, "nature", "NATURE_OF_2031").unwrap();
        doc.put(&of_2, "drone", true).unwrap();
        doc.put_object(&visits, "not an id", ObjType::Map).unwrap();
    });
    assert_eq!(
        document.clone().admit(&newer, &member()),
        Err(Reason::Schema)
    );
    document.admit(&newer, &Authority::Settled).unwrap();

    let dossier = document.read();
    let project = |key: &str| dossier.project[key].value.clone();
    assert_eq!(project("field_of_2031"), Value::from("neuf"));
    assert_eq!(project("ratio"), Value::Foreign("0.5".into()));
    assert_eq!(project("seal"), Value::Foreign("3 bytes".into()));
    assert_eq!(project("hits"), Value::Foreign("?".into()));
    assert_eq!(project("box"), Value::Foreign("map".into()));
    assert_eq!(project("nature"), Value::from("NATURE_OF_2031"));
    assert_eq!(
        dossier.project_text(ProjectField::TitleFr),
        "Piste rurale de Sidi Slimane"
    );
    assert_eq!(dossier.visits.len(), 2);
    assert_eq!(
        dossier.visits[&visit(2)].fields["drone"].value,
        Value::Flag(true)
    );
    assert_eq!(
        dossier.visits[&visit(2)].int(VisitField::Progress),
        Some(4_000)
    );
    assert_eq!(dossier.unknown["epoch"], Value::Int(7));
    assert_eq!(dossier.unknown["satellites"], Value::Foreign("map".into()));
    assert_eq!(conflicts(&dossier), []);

    // An old device goes on writing beside it, and nothing of it is lost.
    write(&mut document, &person(1), &[open(visit(5))]);
    let loaded = Document::load(document.id(), &document.save()).unwrap();
    assert_eq!(loaded.read().unknown, dossier.unknown);
    let changes = document.changes();
    let rows = changes.iter().map(|change| change.bytes.as_slice());
    assert_eq!(
        Document::fold(document.id(), rows).unwrap().read(),
        document.read()
    );
}

#[test]
fn a_server_lets_pass_a_newer_devices_scalars_and_nothing_stranger() {
    let document = lively(DocumentId([7; 16]));
    let put = |value: ScalarValue| {
        Client::of(&document, person(3).actor).write(|doc| {
            let (_, visits) = doc.get(ROOT, "visits").unwrap().unwrap();
            let key = visit(3).key();
            let (_, own) = doc.get(&visits, key.as_str()).unwrap().unwrap();
            doc.put(&own, "drone", value).unwrap();
        })
    };
    let admit = |bytes: &[u8]| document.clone().admit(bytes, &member()).map(|_| ());
    assert_eq!(admit(&put(true.into())), Ok(()));
    assert_eq!(admit(&put("neuf".into())), Ok(()));
    assert_eq!(admit(&put(ScalarValue::Uint(7))), Ok(()));
    assert_eq!(admit(&put(ScalarValue::counter(1))), Err(Reason::Schema));
}

#[test]
fn a_later_skeleton_step_passes_where_it_was_decided_and_nowhere_else() {
    use sha2::{Digest, Sha256};
    let id = DocumentId([7; 16]);
    let mut document = Document::new(id);
    let hash: [u8; 32] = Sha256::new()
        .chain_update(id.as_bytes())
        .chain_update(2_u32.to_be_bytes())
        .finalize()
        .into();
    let step_actor = jawla_model::ActorId::from_slice(&hash[..16]).unwrap();
    let step = Client::of(&document, step_actor).write(|doc| {
        doc.put_object(ROOT, "map_of_2031", ObjType::Map).unwrap();
    });
    assert_eq!(
        document.clone().admit(&step, &member()),
        Err(Reason::Skeleton)
    );
    document.admit(&step, &Authority::Settled).unwrap();
    assert!(document.read().unknown.contains_key("map_of_2031"));
    write(&mut document, &person(1), &[open(visit(1))]);
}
