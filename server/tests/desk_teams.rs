//! Teams, preferences, photos; a running server.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may"
)]

mod support;

use jawla_model::visit::PhotoRole;
use jawla_model::{Claimed, Edit, Hash32, Language, PersonId, Photo, Role, ScopeId};
use jawla_office::Photos;
use jawla_office::desk::{
    DeskError, InviteOrder, LargePhotos, PhoneState, Preferences, SavedView, Teams,
};
use jawla_server::accept::AcceptLimits;
use jawla_server::blobs::hash_of;
use jawla_server::core::SyncSession;
use jawla_server::running::{DataFolder, Listen, Running};
use jawla_server::store::Store;
use jawla_sync::enrol::Invitation;
use jawla_sync::room::AppVersion;
use support::office::{NOW, Office};
use support::{Phone, open_visit, visit};

fn order(scope: ScopeId) -> InviteOrder {
    InviteOrder {
        name_fr: "  Amina Alami ".to_owned(),
        name_ar: "أمينة العلمي".to_owned(),
        role: Role::TeamMember,
        scopes: vec![scope],
    }
}

#[tokio::test]
async fn only_who_leads_invites_and_only_into_what_there_is() {
    let office = Office::new(46);
    let order = order(office.scope());
    for role in Role::ALL {
        let by = office.person(*role);
        let may = matches!(
            role,
            Role::Supervisor | Role::HeadOfDivision | Role::Administrator
        );
        let made = office.desk.invite(by, order.clone()).await;
        assert_eq!(made.is_ok(), may, "{role:?}");
        assert_eq!(matches!(made, Err(DeskError::NotAllowed)), !may, "{role:?}");
    }
    let by = office.person(Role::Supervisor);
    let bad = |order| office.desk.invite(by, order);
    let nameless = InviteOrder {
        name_fr: " ".into(),
        name_ar: String::new(),
        ..order.clone()
    };
    assert!(matches!(
        bad(nameless).await,
        Err(DeskError::BadField {
            field: "name_fr",
            ..
        })
    ));
    let nowhere = InviteOrder {
        scopes: Vec::new(),
        ..order.clone()
    };
    assert!(matches!(
        bad(nowhere).await,
        Err(DeskError::BadField {
            field: "scopes",
            ..
        })
    ));
    let above = InviteOrder {
        role: Role::Administrator,
        ..order.clone()
    };
    assert!(matches!(
        bad(above).await,
        Err(DeskError::BadField { field: "role", .. })
    ));
    let unknown = InviteOrder {
        scopes: vec![ScopeId([9; 16])],
        ..order.clone()
    };
    assert!(matches!(bad(unknown).await, Err(DeskError::NotFound)));
}

#[tokio::test]
async fn without_an_address_there_is_no_invitation() {
    let silent = Office::at_address(47, None);
    let order = order(silent.scope());
    let by = silent.person(Role::Administrator);
    assert!(matches!(
        silent.desk.invite(by, order).await,
        Err(DeskError::NoAddress)
    ));
}

#[tokio::test]
async fn a_team_is_invited_moved_and_revoked() {
    let office = Office::new(51);
    let scope = office.scope();
    let by = office.person(Role::Supervisor);
    let made = office.desk.invite(by, order(scope)).await.unwrap();
    assert!(made.expires_s > NOW.0);
    let invitation = Invitation::parse(&made.text).unwrap();
    assert_eq!(invitation.base_url, "https://192.0.2.1:8443");
    let mut phone = Phone::enrol(&office.bench.core, 3, &invitation);
    let listed = office.desk.phones().await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (listed[0].name_fr.as_str(), listed[0].receipt),
        ("Amina Alami", None)
    );
    assert_eq!(listed[0].scopes[0].2, Role::TeamMember);
    phone.sync(&office.bench.core);
    assert!(office.desk.phones().await.unwrap()[0].receipt.is_some());

    let person = phone.person;
    let place = |role| office.desk.set_place(by, person, scope, role);
    place(Some(Role::TeamLead)).await.unwrap();
    let members = office.desk.members().await.unwrap();
    assert!(members[0].places.contains(&(scope, Role::TeamLead)));
    phone.sync(&office.bench.core);
    assert_eq!(phone.roles.values().collect::<Vec<_>>(), [&Role::TeamLead]);
    place(None).await.unwrap();
    assert_eq!(office.desk.members().await.unwrap(), []);

    office.desk.revoke(by, phone.incarnation).await.unwrap();
    assert_eq!(
        office.desk.phones().await.unwrap()[0].state,
        PhoneState::Revoked
    );
    let gone = office
        .desk
        .revoke(by, jawla_model::IncarnationId([8; 16]))
        .await;
    assert!(matches!(gone, Err(DeskError::NotFound)));
    let places = office.desk.places().await.unwrap();
    assert!(
        places
            .iter()
            .any(|place| place.scope == scope && !place.name_fr.is_empty())
    );
    office.bench.assert_sound();
}

#[tokio::test]
async fn a_known_person_gets_another_phone_with_the_places_they_have() {
    let office = Office::new(53);
    let scope = office.scope();
    let by = office.person(Role::Supervisor);
    let made = office.desk.invite(by, order(scope)).await.unwrap();
    let first = Phone::enrol(
        &office.bench.core,
        3,
        &Invitation::parse(&made.text).unwrap(),
    );
    let person = first.person;
    let set = |by, role| office.desk.set_place(by, person, scope, role);
    set(by, Some(Role::TeamLead)).await.unwrap();
    let again = office.desk.invite_phone(by, person).await.unwrap();
    let mut second = Phone::enrol(
        &office.bench.core,
        4,
        &Invitation::parse(&again.text).unwrap(),
    );
    assert_eq!(second.person, person);
    second.sync(&office.bench.core);
    let phones = office.desk.phones().await.unwrap();
    assert_eq!(phones.len(), 2);
    for phone in &phones {
        assert_eq!(phone.name_fr, "Amina Alami");
        assert_eq!(phone.scopes[0].2, Role::TeamLead, "roles stay as they were");
    }

    // A phone of somebody with the office's rights is an administrator's to give.
    let administrator = office.person(Role::Administrator);
    set(administrator, Some(Role::Supervisor)).await.unwrap();
    let above = office.desk.invite_phone(by, person).await;
    assert!(matches!(
        above,
        Err(DeskError::BadField { field: "role", .. })
    ));
    assert!(matches!(
        set(by, None).await,
        Err(DeskError::BadField { field: "role", .. })
    ));
    assert!(
        office
            .desk
            .invite_phone(administrator, person)
            .await
            .is_ok()
    );

    set(administrator, None).await.unwrap();
    let nowhere = office.desk.invite_phone(by, person).await;
    assert!(matches!(
        nowhere,
        Err(DeskError::BadField {
            field: "scopes",
            ..
        })
    ));
    let nobody = office.desk.invite_phone(by, PersonId([9; 16])).await;
    assert!(matches!(nobody, Err(DeskError::NotFound)));
    let reader = office.person(Role::Auditor);
    let refused = office.desk.invite_phone(reader, person).await;
    assert!(matches!(refused, Err(DeskError::NotAllowed)));
    office.bench.assert_sound();
}

#[tokio::test]
async fn a_phone_says_its_version_and_what_waits_and_an_old_one_nothing() {
    let office = Office::new(54);
    let by = office.person(Role::Supervisor);
    let made = office.desk.invite(by, order(office.scope())).await.unwrap();
    let mut phone = Phone::enrol(
        &office.bench.core,
        3,
        &Invitation::parse(&made.text).unwrap(),
    );
    let said = || async { office.desk.phones().await.unwrap()[0].said.clone() };
    assert_eq!(said().await, None);
    phone.app = AppVersion {
        major: 1,
        minor: 4,
        patch: 2,
    };
    phone.files_waiting = 7;
    phone.sync(&office.bench.core);
    let first = said().await.unwrap();
    assert_eq!((first.version.as_str(), first.files), ("1.4.2", 7));
    assert_eq!(first.changes, 0, "everything left with the request");
    assert_eq!(first.at_s, phone.now.0);

    // A request whose signature does not hold says nothing.
    phone.files_waiting = 99;
    let mut forged = phone.body();
    let last = forged.len() - 1;
    forged[last] ^= 1;
    let mut session = SyncSession::new(&office.bench.core, NOW);
    session.feed(&forged).unwrap();
    assert!(session.finish().is_err());
    assert_eq!(said().await.unwrap(), first);

    phone.files_waiting = 0;
    phone.sync(&office.bench.core);
    assert_eq!(said().await.unwrap().files, 0);
}

#[tokio::test]
async fn preferences_are_kept_and_bounded() {
    let office = Office::new(48);
    let by = office.person(Role::Finance);
    let desk = &office.desk;
    assert_eq!(desk.language(by).await, None);
    desk.set_language(by, Language::Ar).await.unwrap();
    assert_eq!(desk.language(by).await, Some(Language::Ar));
    let view = |name: &str, query: &str| SavedView {
        name: name.to_owned(),
        query: query.to_owned(),
    };
    for number in 0..50 {
        desk.save_view(by, view(&format!("Vue {number:02}"), "etat=en_cours"))
            .await
            .unwrap();
    }
    let full = desk.save_view(by, view("Une de trop", "")).await;
    assert!(matches!(
        full,
        Err(DeskError::BadField {
            why: "desk-fault-views-full",
            ..
        })
    ));
    desk.save_view(by, view(" Vue 07 ", "programme=P2"))
        .await
        .unwrap();
    assert_eq!(desk.views(by).await[7], view("Vue 07", "programme=P2"));
    for bad in [
        view("", "x"),
        view(&"n".repeat(61), "x"),
        view("a\nb", "x"),
        view("a", &"x".repeat(2_001)),
    ] {
        let refused = desk.save_view(by, bad).await;
        assert!(matches!(refused, Err(DeskError::BadField { .. })));
    }
    desk.drop_view(by, "Vue 07").await.unwrap();
    assert!(matches!(
        desk.drop_view(by, "Vue 07").await,
        Err(DeskError::NotFound)
    ));
    assert_eq!(desk.views(by).await.len(), 49);
    assert_eq!(desk.views(office.person(Role::Auditor)).await, []);
}

#[tokio::test]
async fn a_photo_is_shown_when_a_visit_names_it_and_its_bytes_came() {
    let office = Office::new(50);
    let (id, mut phone) = office.project_and_phone();
    let picture = [[0xff, 0xd8, 0xff, 0xe0].as_slice(), &[7; 2_000]].concat();
    let small = [[0xff, 0xd8, 0xff, 0xe0].as_slice(), &[3; 200]].concat();
    let (large, thumbnail) = (hash_of(&picture), hash_of(&small));
    let blobs = &office.bench.blobs;
    for (hash, bytes) in [(large, &picture), (thumbnail, &small)] {
        jawla_server::blobs::Blobs::put(blobs.as_ref(), &hash, bytes).unwrap();
    }
    assert_eq!(office.desk.photo(large).await, None);
    let at = visit(1);
    let photo = Photo {
        hash: large,
        role: PhotoRole::ALL[0],
        size_bytes: picture.len() as u64,
        width_px: 40,
        height_px: 30,
        taken_at: Claimed(1_763_900_000_000),
        thumbnail,
    };
    office.send(&mut phone, id, &[open_visit(at)]);
    let changes = phone.write(id, &[Edit::AttachPhoto { visit: at, photo }]);
    let entries = changes
        .iter()
        .map(|change| support::phone::entry(id, &change.bytes));
    phone.pack_entries(office.scope(), entries.collect(), vec![large, thumbnail]);
    phone.sync(&office.bench.core);
    assert_eq!(office.desk.photo(large).await, None);
    for (hash, size_bytes) in [(large, picture.len()), (thumbnail, small.len())] {
        let store = &office.bench.store;
        store
            .file_arrived(phone.incarnation, hash, size_bytes as u64, NOW)
            .unwrap();
    }
    assert_eq!(office.desk.photo(large).await.unwrap(), picture);
    assert_eq!(office.desk.thumbnail(thumbnail).await.unwrap(), small);
    assert_eq!(office.desk.photo(Hash32([9; 32])).await, None);
}

/// The head of an answer of the plain listener, in lower case.
fn head_of(plain: std::net::SocketAddr, path: &str) -> String {
    use std::io::{Read as _, Write as _};
    let mut stream = std::net::TcpStream::connect(plain).unwrap();
    let request = format!(
        "GET {path} HTTP/1.1\r\nhost: {plain}\r\naccept-encoding: gzip\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let text = String::from_utf8_lossy(&answer).to_ascii_lowercase();
    text.split("\r\n\r\n").next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_server_has_a_desk_and_sends_texts_of_pages_compressed() {
    let folder = tempfile::tempdir().unwrap();
    let folder = DataFolder::open(folder.path()).unwrap();
    let order = InviteOrder {
        name_fr: "Amina Alami".to_owned(),
        name_ar: String::new(),
        role: Role::TeamMember,
        scopes: vec![folder.desk.places().await.unwrap()[0].scope],
    };
    folder.first_administrator().unwrap().unwrap();
    let by = folder.accounts.list_users().unwrap()[0].person;
    let silent = folder.desk.invite(by, order.clone()).await;
    assert!(matches!(silent, Err(DeskError::NoAddress)));
    let listen = Listen {
        tls: ([127, 0, 0, 1], 0).into(),
        plain: ([127, 0, 0, 1], 0).into(),
        public_url: None,
        limits: AcceptLimits::default(),
    };
    let running = Running::start(&folder, listen).await.unwrap();
    let made = folder.desk.invite(by, order).await.unwrap();
    let invitation = Invitation::parse(&made.text).unwrap();
    assert_eq!(invitation.base_url, running.base_url);
    assert_eq!(invitation.tls_pin, folder.tls.spki_pin());
    let plain = running.plain;
    let heads = tokio::task::spawn_blocking(move || {
        ["/connexion", "/livez", "/v1/sync"].map(|path| head_of(plain, path))
    });
    let [page, livez, sync] = heads.await.unwrap();
    assert!(
        page.contains("200 ok") && page.contains("content-encoding: gzip"),
        "{page}"
    );
    assert!(
        livez.contains("200 ok") && !livez.contains("content-encoding"),
        "{livez}"
    );
    assert!(!sync.contains("content-encoding"), "{sync}");
    running.stop().await;
}
