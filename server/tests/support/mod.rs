//! What the server's tests share: a server on a folder of its own, and phones that speak the
//! protocol with the real engine of a device and keep what a device would keep.
#![allow(dead_code, reason = "each test binary uses its part")]

pub mod office;
pub mod phone;

use std::sync::Arc;

use jawla_model::reference::ReferenceBundle;
use jawla_model::{
    Edit, FieldPath, IncarnationId, PersonId, ProjectField, ReceivedAt, Role, ScopeId, Value,
    VisitField, VisitId, VisitKind,
};
use jawla_server::blobs::MemoryBlobs;
use jawla_server::clock::Chance;
use jawla_server::core::{OfficeAuthor, ServerCore};
use jawla_server::enrolment::{self, InviteRequest, ServerAddress};
use jawla_server::keys::ServerKeys;
use jawla_server::scopes::prepare_province;
use jawla_server::store::sqlite::{OpenOptions, SqliteStore};
use jawla_server::store::{ScopeKind, Store};
use jawla_sync::enrol::Invitation;

pub use phone::Phone;

/// When every test begins.
pub const START: ReceivedAt = ReceivedAt(1_763_900_000);

/// A server of its own, with the province prepared.
pub struct Bench {
    pub core: Arc<ServerCore>,
    pub store: Arc<SqliteStore>,
    pub blobs: Arc<MemoryBlobs>,
    pub bundle: ReferenceBundle,
    pub folder: tempfile::TempDir,
    pub seed: u8,
}

impl Bench {
    pub fn new(seed: u8) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keys = Arc::new(ServerKeys::from_seed([seed; 32]));
        let options = OpenOptions::at(folder.path().join("server.db"));
        let store = Arc::new(SqliteStore::open(options, keys.server_id()).unwrap());
        let blobs = Arc::new(MemoryBlobs::default());
        let core = Arc::new(ServerCore::new(
            Arc::clone(&store) as Arc<dyn Store>,
            Arc::clone(&blobs) as _,
            keys,
            Chance::from_seed([seed; 32]),
        ));
        let bundle = jawla_server::reference::shipped().unwrap();
        prepare_province(&core, &bundle, START).unwrap();
        Self {
            core,
            store,
            blobs,
            bundle,
            folder,
            seed,
        }
    }

    /// The same folder opened by a second process.
    pub fn second_process(&self) -> SqliteStore {
        let options = OpenOptions::at(self.folder.path().join("server.db"));
        SqliteStore::open(options, self.core.keys().server_id()).unwrap()
    }

    pub fn database(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.folder.path().join("server.db")).unwrap()
    }

    pub fn scope_of(&self, commune: &str) -> ScopeId {
        self.store
            .list_scopes()
            .unwrap()
            .into_iter()
            .find(|held| held.draft.communes == commune)
            .unwrap()
            .draft
            .scope
    }

    pub fn province(&self) -> ScopeId {
        self.store
            .list_scopes()
            .unwrap()
            .into_iter()
            .find(|held| held.draft.kind == ScopeKind::Province)
            .unwrap()
            .draft
            .scope
    }

    pub fn invite(&self, name: &str, role: Role, scopes: &[ScopeId]) -> Invitation {
        self.invite_person(None, name, role, scopes)
    }

    pub fn invite_person(
        &self,
        person: Option<PersonId>,
        name: &str,
        role: Role,
        scopes: &[ScopeId],
    ) -> Invitation {
        let request = InviteRequest {
            person,
            name_fr: name.to_owned(),
            name_ar: "اسم".to_owned(),
            role,
            scopes: scopes.to_vec(),
            life_s: 3_600,
        };
        let address = ServerAddress {
            base_url: "https://192.0.2.1:8443".to_owned(),
            tls_pin: [7; 32],
        };
        enrolment::invite(&self.core, &request, &address, START).unwrap()
    }

    /// A phone of a new person, let in.
    pub fn phone(&self, number: u8, role: Role, scopes: &[ScopeId]) -> Phone {
        let invitation = self.invite(&format!("Personne {number}"), role, scopes);
        Phone::enrol(&self.core, number, &invitation)
    }

    pub fn office(&self) -> OfficeAuthor {
        OfficeAuthor {
            person: PersonId([0xee; 16]),
            role: Role::Administrator,
        }
    }

    /// Everything adds up: log, documents, caches, rows.
    pub fn assert_sound(&self) {
        let report = jawla_server::verify::verify(self.store.as_ref(), None).unwrap();
        assert!(
            report.is_sound(),
            "{:#?}",
            report
                .scopes
                .iter()
                .flat_map(|s| &s.findings)
                .collect::<Vec<_>>()
        );
    }

    /// The project's row in the lists.
    pub fn project(&self, document: jawla_model::DocumentId) -> Option<jawla_views::ProjectRow> {
        jawla_views::sqlite::project(&self.database(), document)
            .unwrap()
            .map(|sheet| sheet.project)
    }
}

pub fn incarnation(number: u8) -> IncarnationId {
    IncarnationId([number; 16])
}

pub fn visit(number: u8) -> VisitId {
    VisitId([number; 16])
}

pub fn set_project(field: ProjectField, value: impl Into<Value>) -> Edit {
    Edit::Set {
        at: FieldPath::project(field),
        value: value.into(),
    }
}

pub fn set_visit(visit: VisitId, field: VisitField, value: impl Into<Value>) -> Edit {
    Edit::Set {
        at: FieldPath::visit(visit, field),
        value: value.into(),
    }
}

pub fn open_visit(visit: VisitId) -> Edit {
    Edit::OpenVisit {
        visit,
        kind: VisitKind::FollowUp,
        started_at: jawla_model::Claimed(1_763_900_000_000),
        replaces: None,
    }
}
