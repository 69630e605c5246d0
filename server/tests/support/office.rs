//! An office over a server of its own: accounts, the desk, a project and who works on it.

use std::collections::BTreeSet;
use std::sync::Arc;

use jawla_model::{
    Claimed, DocumentId, Edit, Hash32, PersonId, ProjectField, ReceivedAt, Role, ScopeId, Value,
    VisitField, VisitId,
};
use jawla_server::accounts::NewUser;
use jawla_server::core::intake::take_in;
use jawla_server::desk::{Desk, DeskParts};
use jawla_server::enrolment::ServerAddress;
use jawla_server::import::Nature;
use jawla_server::office::Accounts;
use jawla_views::Views;

use super::{Bench, Phone, START, open_visit, set_project, set_visit, visit};

pub const COMMUNE: &str = "053110107";
pub const NOW: ReceivedAt = ReceivedAt(START.0 + 60);

pub struct Office {
    pub bench: Bench,
    pub desk: Desk,
    pub accounts: Arc<Accounts>,
}

impl Office {
    pub fn new(seed: u8) -> Self {
        Self::at_address(seed, Some("https://192.0.2.1:8443"))
    }

    pub fn at_address(seed: u8, base_url: Option<&str>) -> Self {
        let bench = Bench::new(seed);
        let accounts = Arc::new(Accounts::open(bench.folder.path()).unwrap());
        let address = base_url.map(|url| ServerAddress {
            base_url: url.to_owned(),
            tls_pin: [7; 32],
        });
        let desk = Desk::new(DeskParts {
            core: Arc::clone(&bench.core),
            store: Arc::clone(&bench.store),
            accounts: Arc::clone(&accounts),
            blobs: bench.blobs.clone(),
            address: Arc::new(move || address.clone()),
            clock: Arc::new(|| NOW),
            bundle: Arc::new(jawla_server::reference::shipped().unwrap()),
        });
        Self {
            bench,
            desk,
            accounts,
        }
    }

    pub fn person(&self, role: Role) -> PersonId {
        let login = format!("u-{}", role.code());
        let known = self.accounts.list_users().unwrap();
        if let Some(user) = known.into_iter().find(|user| user.login == login) {
            return user.person;
        }
        let new = NewUser {
            login,
            name: role.code().to_owned(),
            role,
        };
        self.accounts.add_user(&new).unwrap();
        self.person(role)
    }

    pub fn scope(&self) -> ScopeId {
        self.bench.scope_of(COMMUNE)
    }

    /// A project, imported as under way, and a phone that has it.
    pub fn project_and_phone(&self) -> (DocumentId, Phone) {
        let text = format!(
            "code_das;intitule_fr;intitule_ar;phase;programme;axe;annee;tranche;nature;\
type_operation;secteur;commune;etat;cout_global_dh;part_indh_dh;maitre_ouvrage;porteur;\
benef_directs;benef_femmes;date_lancement_prev;date_fin_prev;latitude;longitude\n\
KHO-1;Piste rurale du douar;مسلك قروي إلى الدوار;III;P1;;2024;1;TRAVAUX;construction;PIS;{COMMUNE};\
EN_COURS;1 200 000,50;800000;Commune;Association;300;120;2024-03-01;2025-01-31;\
32.8812;-6.9061\n"
        );
        let bench = &self.bench;
        let report = take_in(
            &bench.core,
            bench.office(),
            text.as_bytes(),
            &bench.bundle,
            Nature::Real,
            START,
        )
        .unwrap();
        assert_eq!(report.refusals, []);
        let mut phone = bench.phone(1, Role::TeamMember, &[self.scope()]);
        phone.sync(&bench.core);
        (report.imported[0].1, phone)
    }

    pub fn send(&self, phone: &mut Phone, id: DocumentId, edits: &[Edit]) {
        let changes = phone.write(id, edits);
        phone.pack(self.scope(), id, &changes);
        phone.sync(&self.bench.core);
        assert!(phone.open_packs.is_empty());
    }

    /// A finished visit of the phone.
    pub fn finished_visit(&self, phone: &mut Phone, id: DocumentId) -> VisitId {
        let at = visit(1);
        self.send(phone, id, &[open_visit(at)]);
        let finish = Edit::FinishVisit {
            visit: at,
            finished_at: Claimed(1_763_900_100_000),
        };
        self.send(
            phone,
            id,
            &[set_visit(at, VisitField::Progress, 5_000), finish],
        );
        at
    }

    /// Two values for a project's field: the office wrote one, a second office hand saw neither.
    pub fn disagreement(&self, id: DocumentId, field: ProjectField, values: [Value; 2]) {
        let mut phone = self.bench.phone(9, Role::Supervisor, &[self.scope()]);
        phone.sync(&self.bench.core);
        let [mine, theirs] = values;
        let changes = phone.write(id, &[set_project(field, theirs)]);
        phone.pack(self.scope(), id, &changes);
        let edits = [set_project(field, mine)];
        let author = self.bench.office();
        self.bench.core.write(author, id, &edits, START).unwrap();
        phone.sync(&self.bench.core);
        assert!(phone.open_packs.is_empty());
    }

    pub async fn seen(&self, id: DocumentId) -> BTreeSet<Hash32> {
        let sheet = self.bench.store.views().project(id).await.unwrap().unwrap();
        let values = sheet.conflicts.into_iter().flat_map(|row| row.values);
        values.map(|value| value.change).collect()
    }
}
