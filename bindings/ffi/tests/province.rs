//! What the province says to a phone (official money, visits sent back), and what a phone hands to
//! the province by hand when it finds no network.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    missing_docs,
    reason = "a test stops at the first surprise"
)]

mod ground;

use std::sync::Arc;

use ground::{Keys, complete_draft, enrolled, first_project, open, synchronised};
use jawla::{FieldStore, MoneyKind, PageRequest, RecordWord};
use jawla_e2e::http::{Answer, call};
use jawla_e2e::{Ground, ServerProcess};
use jawla_model::{IncarnationId, ServerId};
use jawla_sync::enrol::Certificate;
use jawla_sync::sign::{self, Label};
use jawla_sync::{SealedPack, Signature64, VerifyingKey};
use sha2::{Digest, Sha256};

/// The office in a browser: its first administrator.
struct Office<'a> {
    server: &'a ServerProcess,
    cookie: String,
}

impl<'a> Office<'a> {
    fn enter(server: &'a ServerProcess) -> Self {
        let link = server.administrator_link.clone().unwrap();
        let secret = link.split_once('=').unwrap().1;
        let password = "sept+moulins+sous+la+pluie";
        let account =
            format!("lien={secret}&identifiant=amina&mot_de_passe={password}&encore={password}");
        let office = Self {
            server,
            cookie: String::new(),
        };
        let entered = office.post("/bienvenue", &account);
        let cookie = entered.header("set-cookie").unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        Self { server, cookie }
    }

    fn post(&self, path: &str, form: &str) -> Answer {
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("cookie", self.cookie.as_str()),
        ];
        let answer = call(self.server.plain, "POST", path, &headers, form.as_bytes()).unwrap();
        assert_eq!(answer.status, 303, "{path}: {}", answer.text());
        answer
    }
}

async fn finished_visit(store: &FieldStore, ground: &Ground, document: &str) -> String {
    let visit = complete_draft(store, ground, document).await;
    let (document, of) = (document.to_owned(), visit.clone());
    store.finish_visit(document, of).await.unwrap();
    visit
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn official_money_stands_in_the_sheet_and_its_cancellation_too() {
    let ground = Ground::new();
    let server = ServerProcess::start(&ground.data());
    let store = enrolled(&ground, &server, "A", &Arc::new(Keys::default())).await;
    let document = first_project(&store).await;
    let money = async || {
        let sheet = store.project(document.clone()).await.unwrap();
        sheet.server_facts.money
    };
    let none = money().await;
    assert_eq!((none.contracts_centimes, none.as_of_s), (0, None));
    assert!(none.recorded.is_empty());

    let office = Office::enter(&server);
    let sheet = format!("/projets/{document}/argent");
    office.post(
        &sheet,
        "nature=marche&montant=480+000%2C00&date=2026-03-14&reference=BC+12%2F2026\
         &attributaire=Entreprise+Essaada",
    );
    office.post(
        &sheet,
        "nature=paiement&montant=120+000%2C50&date=2026-05-02&reference=&attributaire=",
    );
    synchronised(&store).await;
    let told = money().await;
    assert_eq!(
        (
            told.contracts_centimes,
            told.paid_centimes,
            told.newest_on.as_str()
        ),
        (48_000_000, 12_000_050, "2026-05-02")
    );
    let [paid, contract] = told.recorded.as_slice() else {
        panic!("{told:?}")
    };
    assert_eq!(
        (paid.kind, contract.kind),
        (MoneyKind::Payment, MoneyKind::Contract)
    );
    assert_eq!(
        (contract.party.as_str(), contract.reference.as_str()),
        ("Entreprise Essaada", "BC 12/2026")
    );
    assert!(contract.stands && told.as_of_s.unwrap() >= contract.received_at_s);

    office.post(
        &format!("{sheet}/{}/annuler", paid.item),
        "motif=Double+saisie",
    );
    synchronised(&store).await;
    let told = money().await;
    assert_eq!((told.paid_centimes, told.recorded.len()), (0, 2));
    let gone = &told.recorded[0];
    assert_eq!(
        (gone.stands, gone.cancelled_because.as_deref()),
        (false, Some("Double saisie"))
    );
    store.close_store().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visit_sent_back_is_a_task_with_the_words_of_the_office() {
    let ground = Ground::new();
    let server = ServerProcess::start(&ground.data());
    let store = enrolled(&ground, &server, "A", &Arc::new(Keys::default())).await;
    let document = first_project(&store).await;
    let visit = finished_visit(&store, &ground, &document).await;
    synchronised(&store).await;
    let tasks = async || store.returned_visits(PageRequest::default()).await.unwrap();
    assert_eq!(tasks().await.total, 0);
    let office = Office::enter(&server);
    office.post(
        "/a-valider",
        &format!(
            "document={document}&visit={visit}&decision=renvoyer&champ=note&retour=\
             &commentaire=Pr%C3%A9cisez+le+mur"
        ),
    );
    synchronised(&store).await;
    let sent_back = tasks().await;
    assert_eq!(sent_back.total, 1);
    let row = &sent_back.rows[0].visit;
    assert_eq!(
        (row.visit.as_str(), row.word),
        (visit.as_str(), RecordWord::Returned)
    );
    assert!(row.review_comment.contains("Précisez le mur"), "{row:?}");
    assert!(row.received_at_s.unwrap() > 1_700_000_000);
    store.close_store().await.unwrap();
}

/// Reads an export by the table in `core/client/src/device/exporting.rs`.
struct Exported<'a>(&'a [u8]);

impl<'a> Exported<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn long(&mut self) -> Option<&'a [u8]> {
        let size = u64::from_be_bytes(self.array()?);
        self.take(usize::try_from(size).ok()?)
    }
}

/// What a receiver finds in an export: packs and files, each sound; none when anything is not.
fn read_export(
    bytes: &[u8],
    server: &ServerId,
    key: &VerifyingKey,
) -> Option<(usize, usize, usize)> {
    let mut from = Exported(bytes);
    (from.take(8)? == b"JAWLAEXP").then_some(())?;
    (u32::from_be_bytes(from.array()?) == 1).then_some(())?;
    (ServerId(from.array()?) == *server).then_some(())?;
    let incarnation = IncarnationId(from.array()?);
    let certificate_bytes = u32::from_be_bytes(from.array()?);
    let certificate = from.take(usize::try_from(certificate_bytes).ok()?)?;
    let certificate = Certificate::open(certificate, server, key).ok()?;
    (certificate.incarnation == incarnation).then_some(())?;
    let device = VerifyingKey::from_bytes(&certificate.public_key).ok()?;
    let (mut packs, mut changes, mut files) = (0, 0, 0);
    loop {
        match from.array::<1>()?[0] {
            0 => break,
            1 => {
                let pack = SealedPack::decode(from.long()?).ok()?;
                pack.signature_holds(server, &device).then_some(())?;
                (pack.pack.incarnation == incarnation).then_some(())?;
                packs += 1;
                changes += pack.pack.entries.len();
            }
            2 => {
                let hash: [u8; 32] = from.array()?;
                let content: [u8; 32] = Sha256::digest(from.long()?).into();
                (hash == content).then_some(())?;
                files += 1;
            }
            _ => return None,
        }
    }
    let signature = Signature64(from.array()?);
    let covered: [u8; 32] = Sha256::digest(&bytes[..bytes.len() - 64]).into();
    let whole = from.0.is_empty() && sign::holds(&device, Label::Export, &covered, &signature);
    whole.then_some((packs, changes, files))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_of_unsent_work_opens_and_every_signature_in_it_holds() {
    let ground = Ground::new();
    let server = ServerProcess::start(&ground.data());
    let keys = Arc::new(Keys::default());
    let store = enrolled(&ground, &server, "A", &keys).await;
    let document = first_project(&store).await;
    finished_visit(&store, &ground, &document).await;
    let path = ground.path("unsent.jawla");
    let place = path.to_str().unwrap().to_owned();
    let told = store.export_unsent(place.clone()).await.unwrap();
    let (id, key) = ground.with_folder(|folder| {
        let keys = folder.core.keys();
        (keys.server_id(), keys.verifying_key())
    });
    let key = VerifyingKey::from_bytes(&key).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    let found = read_export(&bytes, &id, &key).expect("a sound export");
    assert_eq!(
        (found.0 as u64, found.1 as u64, found.2 as u64),
        (told.packs, told.changes, told.files)
    );
    assert!(found.0 >= 1 && found.1 >= 1 && found.2 == 4, "{found:?}");
    // One bit anywhere, or an end that is missing, is noticed.
    for part in 0..200 {
        let mut damaged = bytes.clone();
        damaged[part * (bytes.len() - 1) / 199] ^= 1;
        assert_eq!(read_export(&damaged, &id, &key), None, "part {part}");
    }
    assert_eq!(read_export(&bytes[..bytes.len() - 1], &id, &key), None);
    assert_eq!(read_export(&bytes, &ServerId([0; 16]), &key), None);

    // A second export takes the place of the first, and what was exported still goes by itself.
    let again = store.export_unsent(place).await.unwrap();
    assert_eq!((again.packs, again.files), (told.packs, told.files));
    synchronised(&store).await;
    assert!(store.outgoing().await.unwrap().is_empty());
    let empty = ground.path("nothing.jawla");
    let told = store
        .export_unsent(empty.to_str().unwrap().into())
        .await
        .unwrap();
    assert_eq!((told.packs, told.files), (0, 0));
    store.close_store().await.unwrap();

    let blank = open(&ground.path("B"), &Arc::new(Keys::default()))
        .await
        .unwrap();
    let refused = blank
        .export_unsent(ground.path("x").to_str().unwrap().into())
        .await;
    assert_eq!(refused.unwrap_err().code(), "not_enrolled");
    assert!(!ground.path("x").exists() && !ground.path("x.part").exists());
    blank.close_store().await.unwrap();
    drop(server);
    assert!(ground.verify().is_sound());
}
