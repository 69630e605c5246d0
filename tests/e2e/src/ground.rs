//! A province to test on: a data folder with projects, and phones that are let in.

use std::path::PathBuf;
use std::sync::Arc;

use jawla_client::platform::SystemPlatform;
use jawla_client::{Client, NewVisit, SyncOptions, SyncReport};
use jawla_model::{
    DocumentId, FieldPath, Hash32, PersonId, ReceivedAt, Role, ScopeId, VisitField, VisitId,
    VisitKind,
};
use jawla_server::clock;
use jawla_server::core::OfficeAuthor;
use jawla_server::core::intake::take_in;
use jawla_server::enrolment::{InviteRequest, invite};
use jawla_server::import::Nature;
use jawla_server::running::DataFolder;
use jawla_server::store::PersonDraft;
use jawla_server::verify::{VerifyReport, verify};
use jawla_sync::device::SessionResult;
use jawla_views::{PageWindow, ProjectQuery, Views};
use tempfile::TempDir;

/// Communes with projects on every ground.
pub const COMMUNES: [&str; 2] = ["053110513", "053110505"];

/// A data folder with the demonstration's projects of two communes; gone when dropped.
#[derive(Debug)]
pub struct Ground {
    root: TempDir,
}

impl Default for Ground {
    fn default() -> Self {
        Self::new()
    }
}

impl Ground {
    /// Makes the folder and brings the projects in.
    pub fn new() -> Self {
        let ground = Self::empty();
        ground.with_folder(|folder| {
            let csv = jawla_world::demo_projects_csv(jawla_world::DEMO_SEED);
            let mut lines = csv.lines();
            let header = lines.next().unwrap().to_owned();
            let ours = lines.filter(|line| COMMUNES.iter().any(|code| line.contains(code)));
            let csv = ours.fold(header, |csv, line| csv + "\n" + line);
            let author = OfficeAuthor {
                person: PersonId([9; 16]),
                role: Role::Administrator,
            };
            let person = PersonDraft {
                person: author.person,
                name_fr: "Bureau".into(),
                name_ar: String::new(),
                role: author.role,
            };
            folder.core.store().save_person(&person).unwrap();
            let report = take_in(
                &folder.core,
                author,
                csv.as_bytes(),
                &folder.bundle,
                Nature::Demonstration,
                now(),
            );
            let report = report.unwrap();
            assert_eq!(report.refusals, []);
            assert!(
                report.imported.len() > 5,
                "{} projects",
                report.imported.len()
            );
        });
        ground
    }

    /// Only the place for a folder.
    pub fn empty() -> Self {
        Self {
            root: tempfile::tempdir().unwrap(),
        }
    }

    /// The server's data folder.
    pub fn data(&self) -> PathBuf {
        self.root.path().join("server")
    }

    /// A path beside it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// Opens the data folder for a moment.
    pub fn with_folder<T>(&self, work: impl FnOnce(&DataFolder) -> T) -> T {
        work(&DataFolder::open(&self.data()).unwrap())
    }

    /// The scope of a commune.
    pub fn scope(&self, commune: &str) -> ScopeId {
        let held = self.with_folder(|folder| folder.core.store().list_scopes().unwrap());
        held.into_iter()
            .find(|held| held.draft.communes == commune)
            .unwrap()
            .draft
            .scope
    }

    /// An invitation of a team member to these communes, by a server at that address.
    pub fn invitation(&self, name: &str, base_url: &str, communes: &[&str]) -> String {
        let scopes = communes.iter().map(|commune| self.scope(commune)).collect();
        let request = InviteRequest {
            person: None,
            name_fr: name.into(),
            name_ar: String::new(),
            role: Role::TeamMember,
            scopes,
            life_s: 3_600,
        };
        self.with_folder(|folder| {
            let address = folder.address_for_phones(base_url.into());
            invite(&folder.core, &request, &address, now())
                .unwrap()
                .text()
        })
    }

    /// A phone that is not enrolled.
    pub fn blank_phone(&self, name: &str) -> Phone {
        let folder = self.path(name);
        std::fs::create_dir_all(&folder).unwrap();
        Phone {
            client: open(&folder),
            folder,
        }
    }

    /// A phone of a team member of these communes, enrolled and synchronised once.
    pub async fn phone(&self, name: &str, base_url: &str, communes: &[&str]) -> Phone {
        let phone = self.blank_phone(name);
        let invitation = self.invitation(name, base_url, communes);
        phone.client.enrol(&invitation, name).await.unwrap();
        phone.sync().await;
        phone
    }

    /// Checks everything the server holds.
    pub fn verify(&self) -> VerifyReport {
        self.with_folder(|folder| verify(folder.core.store(), Some(folder.blobs())).unwrap())
    }

    /// Everything the server holds is sound, and each of these phones shows exactly the same.
    pub async fn assert_all_agree(&self, phones: &[&Phone]) {
        let server = self.verify();
        assert!(server.is_sound(), "{server:#?}");
        for phone in phones {
            let report = phone.client.verify().await.unwrap();
            assert_eq!(report.disagreements, []);
            assert!(!report.scopes.is_empty());
            for (scope, seq, _, projection) in report.scopes {
                let held = server
                    .scopes
                    .iter()
                    .find(|held| held.scope == scope)
                    .unwrap();
                assert_eq!(
                    (seq, Hash32(projection)),
                    (held.head.seq, held.projection_hash),
                    "{}",
                    held.name_fr
                );
            }
        }
    }
}

/// Now.
pub fn now() -> ReceivedAt {
    ReceivedAt(clock::now_s())
}

/// Opens a phone's store.
pub fn open(folder: &std::path::Path) -> Client {
    Client::open(folder, Arc::new(SystemPlatform::new().unwrap())).unwrap()
}

/// A synchronisation that leaves the rest to the next occasion at the first failure.
pub fn once() -> SyncOptions {
    SyncOptions {
        fruitless_tries_max: 1,
        ..SyncOptions::default()
    }
}

/// Whether everything that was asked for arrived.
pub fn is_complete(report: &SyncReport) -> bool {
    matches!(report.result, SessionResult::Complete { .. })
}

/// A phone.
#[derive(Debug)]
pub struct Phone {
    pub client: Client,
    pub folder: PathBuf,
}

impl Phone {
    /// Synchronises over its own link, wholly.
    pub async fn sync(&self) {
        let report = self
            .client
            .sync(SyncOptions::default(), |_| {})
            .await
            .unwrap();
        assert!(is_complete(&report), "{report:?}");
    }

    /// Its projects.
    pub async fn projects(&self) -> Vec<DocumentId> {
        let window = PageWindow {
            offset: 0,
            rows_max: 50,
        };
        let query = ProjectQuery {
            window,
            ..ProjectQuery::default()
        };
        let page = self.client.views().projects(&query).await.unwrap();
        page.rows.iter().map(|row| row.document).collect()
    }

    /// Begins a visit and notes something.
    pub async fn note(&self, document: DocumentId, text: &str) -> VisitId {
        let new = NewVisit {
            document,
            kind: VisitKind::FollowUp,
        };
        let visit = self.client.start_visit(new).await.unwrap();
        let path = FieldPath::visit(visit, VisitField::Note);
        self.client
            .type_value(document, path, text.into())
            .await
            .unwrap();
        self.client.leave(document).await.unwrap();
        visit
    }

    /// The visits of a project as this phone holds them.
    pub async fn visits(&self, document: DocumentId) -> Vec<VisitId> {
        let sheet = self.client.views().project(document).await.unwrap();
        sheet
            .map(|sheet| sheet.visits.iter().map(|row| row.visit).collect())
            .unwrap_or_default()
    }
}
