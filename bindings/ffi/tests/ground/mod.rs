//! What the tests share: a platform in memory, a store on a real server's ground.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use jawla::{
    ExchangeMode, FieldStore, FieldValue, FieldWritten, GeoPosition, JawlaError, KeyStore,
    NetworkKind, OpenOptions, PageRequest, PhotoRole, PlatformFault, PlatformServices,
    PositionSource, ProjectFilter, SyncBudget, SyncOutcome, SyncReport, VisitKind,
};
use jawla_e2e::{Ground, ServerProcess};

/// A key store in memory.
#[derive(Default)]
pub struct Keys(pub Mutex<BTreeMap<String, Vec<u8>>>);

impl KeyStore for Keys {
    fn load(&self, name: String) -> Result<Option<Vec<u8>>, PlatformFault> {
        Ok(self.0.lock().unwrap().get(&name).cloned())
    }

    fn save(&self, name: String, bytes: Vec<u8>) -> Result<(), PlatformFault> {
        assert!(bytes.len() <= 100, "{name}: {} bytes", bytes.len());
        self.0.lock().unwrap().insert(name, bytes);
        Ok(())
    }

    fn remove(&self, name: String) -> Result<(), PlatformFault> {
        self.0.lock().unwrap().remove(&name);
        Ok(())
    }
}

/// Always in the same valley.
pub struct Valley;

impl PositionSource for Valley {
    fn current(&self, _wait_ms: u32) -> Result<Option<GeoPosition>, PlatformFault> {
        Ok(Some(GeoPosition {
            latitude_e7: 328_860_000,
            longitude_e7: -69_060_000,
            accuracy_m: 12,
        }))
    }
}

pub fn services(keys: &Arc<Keys>) -> PlatformServices {
    PlatformServices {
        keys: Arc::clone(keys) as Arc<dyn KeyStore>,
        clock: None,
        random: None,
        network: None,
        position: Some(Arc::new(Valley)),
    }
}

pub fn options(folder: &Path) -> OpenOptions {
    OpenOptions {
        folder: folder.to_str().unwrap().to_owned(),
        exchange: ExchangeMode::WhenAsked,
        language: None,
        reference_json: None,
    }
}

pub async fn open(folder: &Path, keys: &Arc<Keys>) -> Result<Arc<FieldStore>, JawlaError> {
    FieldStore::open(options(folder), services(keys)).await
}

/// Opened, enrolled into these communes and synchronised once over a free link.
pub async fn enrolled(
    ground: &Ground,
    server: &ServerProcess,
    name: &str,
    keys: &Arc<Keys>,
) -> Arc<FieldStore> {
    let store = open(&ground.path(name), keys).await.unwrap();
    store.set_network(NetworkKind::Unmetered).await.unwrap();
    let communes = &jawla_e2e::ground::COMMUNES[..1];
    let invitation = ground.invitation(name, &server.base_url, communes);
    store.enrol(invitation, name.to_owned()).await.unwrap();
    synchronised(&store).await;
    store
}

pub async fn synchronised(store: &FieldStore) -> SyncReport {
    let report = store.synchronise(SyncBudget::default()).await.unwrap();
    assert_eq!(report.outcome, SyncOutcome::Complete, "{report:?}");
    report
}

pub async fn first_project(store: &FieldStore) -> String {
    let page = store.projects(ProjectFilter::default(), PageRequest::default());
    page.await.unwrap().rows[0].document.clone()
}

pub fn text(key: &str, text: &str) -> FieldWritten {
    FieldWritten {
        key: key.to_owned(),
        value: FieldValue::Text {
            text: text.to_owned(),
        },
    }
}

pub fn whole(key: &str, number: i64) -> FieldWritten {
    FieldWritten {
        key: key.to_owned(),
        value: FieldValue::Whole { number },
    }
}

/// A visit that lacks nothing, as a draft.
pub async fn complete_draft(store: &FieldStore, ground: &Ground, document: &str) -> String {
    let visit = store
        .begin_visit(document.to_owned(), VisitKind::FollowUp)
        .await
        .unwrap();
    let fields = vec![
        text("site_state", "actif"),
        whole("progress_bp", 4_200),
        text("note", "Mur nord fissuré"),
    ];
    store
        .save_part(document.to_owned(), visit.clone(), fields)
        .await
        .unwrap();
    store
        .take_position(document.to_owned(), visit.clone(), 100)
        .await
        .unwrap();
    for seed in 0..2 {
        let path = ground.path(&format!("photo-{seed}.jpg"));
        std::fs::write(&path, jawla_e2e::world::photo::make_field_photo(seed)).unwrap();
        store
            .add_photo(
                document.to_owned(),
                visit.clone(),
                path.to_str().unwrap().to_owned(),
                PhotoRole::Overview,
            )
            .await
            .unwrap();
    }
    visit
}
