//! The workload on a real server: its commune, its people, its history.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use jawla_dossier::Document;
use jawla_model::{Claimed, DocumentId, ReceivedAt, ScopeId};
use jawla_server::accept::AcceptLimits;
use jawla_server::clock;
use jawla_server::core::ServerCore;
use jawla_server::running::{DataFolder, Listen, Running};
use jawla_server::store::Store;
use jawla_sync::{PackEntry, SealedPack};
use jawla_world::workload::{Workload, WorkloadVisit, project_fields};
use jawla_world::{places, projects};

use crate::author::{Author, entry, judge};
use crate::visits::{self, Manner, Step};

/// Names of the authors; invented.
const NAMES: [(&str, &str); 5] = [
    ("Salma Berrada", "سلمى برادة"),
    ("Hamid Ouazzani", "حميد وزاني"),
    ("Nadia Chraibi", "نادية الشرايبي"),
    ("Karim Lahlou", "كريم لحلو"),
    ("Aicha Mernissi", "عائشة المرنيسي"),
];

/// The commune that holds the long list, another than the workload's.
const LONG_LIST_COMMUNE: &str = "053110505";

const DAY_S: u64 = 86_400;

/// A server with the workload on it.
pub struct Ground {
    /// The server's folder.
    pub folder: DataFolder,
    /// Its listeners.
    pub running: Running,
    /// What is on it.
    pub workload: Workload,
    /// The scope of the workload's commune.
    pub scope: ScopeId,
    /// The five authors.
    pub authors: Vec<Author>,
    office: Author,
    now: ReceivedAt,
}

impl Ground {
    /// Opens a server in a fresh folder and writes the whole history onto it, change by change.
    pub async fn build(folder: &Path, workload: Workload) -> anyhow::Result<Self> {
        let folder = DataFolder::open(folder)?;
        let listen = Listen {
            tls: ([127, 0, 0, 1], 0).into(),
            plain: ([127, 0, 0, 1], 0).into(),
            public_url: None,
            limits: AcceptLimits::default(),
        };
        let running = Running::start(&folder, listen).await?;
        let now = ReceivedAt(clock::now_s());
        let scope = scope_of(folder.core.store(), workload.commune)?;
        let office = Author::of_office(&folder.core, now)?;
        let authors = NAMES
            .iter()
            .take(usize::from(workload.shape.authors))
            .map(|name| Author::of_team(&folder.core, *name, scope, now))
            .collect::<anyhow::Result<_>>()?;
        let mut ground = Self {
            folder,
            running,
            workload,
            scope,
            authors,
            office,
            now,
        };
        ground.write_history()?;
        Ok(ground)
    }

    /// The server without sockets.
    pub fn core(&self) -> &ServerCore {
        &self.folder.core
    }

    /// The dossiers, in the order of the workload.
    pub fn document_ids(&self) -> Vec<DocumentId> {
        self.workload
            .dossiers
            .iter()
            .map(|dossier| DocumentId(dossier.id))
            .collect()
    }

    /// A dossier as it stands on the server.
    pub fn document(&self, id: DocumentId) -> anyhow::Result<Document> {
        let held = self.core().store().find_document(id)?;
        Ok(held
            .context("a dossier of the workload is not on the server")?
            .document)
    }

    /// The clock of the log, moved on.
    pub fn later(&mut self, by_s: u64) -> ReceivedAt {
        self.now.0 += by_s;
        self.now
    }

    fn write_history(&mut self) -> anyhow::Result<()> {
        let ids = self.document_ids();
        let mut documents: Vec<Document> = ids.iter().map(|id| Document::new(*id)).collect();
        let fields: Vec<_> = self
            .workload
            .dossiers
            .iter()
            .map(|d| d.fields.clone())
            .collect();
        let mut entries = Vec::new();
        for (document, fields) in documents.iter_mut().zip(&fields) {
            let now_ms = self.now.0 as i64 * 1_000;
            let edits = visits::project_edits(fields);
            let step = Step {
                edits,
                claimed_at: Claimed(now_ms),
            };
            entries.push(skeleton(document.id()));
            entries.extend(self.office.write(document, &[step])?);
        }
        let core = Arc::clone(&self.folder.core);
        let packs = self.office.seal(&core, self.scope, entries, 0)?;
        judge(core.store(), &packs, self.now)?;
        for index in 0..usize::from(self.workload.shape.visits_per_dossier) {
            self.write_round(index, &mut documents)?;
        }
        Ok(())
    }

    /// The visits of one index in every dossier: one author, ten days after the round before.
    fn write_round(&mut self, index: usize, documents: &mut [Document]) -> anyhow::Result<()> {
        let mut entries = Vec::new();
        let (mut who, mut wall_ms) = (0, 0);
        for (dossier, document) in self.workload.dossiers.iter().zip(documents) {
            let visit = &dossier.visits[index];
            let steps = visits::steps(visit, Manner::Terse);
            who = usize::from(visit.author);
            wall_ms = steps.last().map_or(0, |step| step.claimed_at.0);
            entries.extend(self.authors[who].write(document, &steps)?);
        }
        let core = Arc::clone(&self.folder.core);
        let packs = self.authors[who].seal(&core, self.scope, entries, wall_ms)?;
        let now = self.later(10 * DAY_S);
        for pack in packs.chunks(1) {
            judge(core.store(), pack, ReceivedAt(now.0))?;
            self.later(97);
        }
        Ok(())
    }

    /// What the others made, sealed: each wrote without having seen the others' visits.
    pub fn seal_others(
        &mut self,
        visits: &[(usize, WorkloadVisit)],
        manner: Manner,
    ) -> anyhow::Result<Vec<SealedPack>> {
        let ids = self.document_ids();
        let core = Arc::clone(&self.folder.core);
        let mut sealed = Vec::new();
        for who in 1..self.authors.len() {
            let mut entries = Vec::new();
            let mut copies = BTreeMap::new();
            for (dossier, visit) in visits.iter().filter(|(_, v)| usize::from(v.author) == who) {
                let id = ids[*dossier];
                let copy = match copies.entry(id) {
                    Entry::Occupied(there) => there.into_mut(),
                    Entry::Vacant(free) => free.insert(self.document(id)?),
                };
                let steps = visits::steps(visit, manner);
                entries.extend(self.authors[who].write(copy, &steps)?);
            }
            let author = &mut self.authors[who];
            sealed.extend(author.seal(&core, self.scope, entries, self.now.0 as i64 * 1_000)?);
        }
        Ok(sealed)
    }

    /// What the others made on a field day, on the server.
    pub fn others_work(
        &mut self,
        visits: &[(usize, WorkloadVisit)],
        manner: Manner,
    ) -> anyhow::Result<()> {
        let sealed = self.seal_others(visits, manner)?;
        self.later(DAY_S);
        for pack in &sealed {
            let now = self.later(1_300);
            judge(self.core().store(), std::slice::from_ref(pack), now)?;
        }
        Ok(())
    }

    /// One small edit of another person.
    pub fn others_edit(&mut self, id: DocumentId, step: Step) -> anyhow::Result<()> {
        let core = Arc::clone(&self.folder.core);
        let mut copy = self.document(id)?;
        let author = &mut self.authors[1];
        let entries = author.write(&mut copy, &[step])?;
        let packs = author.seal(&core, self.scope, entries, 0)?;
        let now = self.later(600);
        judge(core.store(), &packs, now)
    }

    /// Brings so many projects without visits into another commune, and names its scope.
    pub fn bring_long_list(&mut self, count: u64) -> anyhow::Result<ScopeId> {
        let core = Arc::clone(&self.folder.core);
        let scope = scope_of(core.store(), LONG_LIST_COMMUNE)?;
        let commune = places::commune(LONG_LIST_COMMUNE).context("the commune has no place")?;
        let drawn = projects::projects_of_commune(self.workload.seed, commune, count);
        let mut entries = Vec::new();
        for project in &drawn {
            let mut document = Document::new(DocumentId(core.draw()));
            let edits = visits::project_edits(&project_fields(project));
            let step = Step {
                edits,
                claimed_at: Claimed(0),
            };
            entries.push(skeleton(document.id()));
            entries.extend(self.office.write(&mut document, &[step])?);
        }
        let packs = self.office.seal(&core, scope, entries, 0)?;
        judge(core.store(), &packs, self.now)?;
        Ok(scope)
    }

    /// Brings so many projects without visits into all communes.
    pub fn bring_province(&mut self, count: u64) -> anyhow::Result<()> {
        let core = Arc::clone(&self.folder.core);
        let mut by_commune: BTreeMap<String, Vec<PackEntry>> = BTreeMap::new();
        for project in projects::projects_of_province(self.workload.seed, count) {
            let commune = project
                .communes
                .first()
                .context("a project has a commune")?;
            let mut document = Document::new(DocumentId(core.draw()));
            let edits = visits::project_edits(&project_fields(&project));
            let step = Step {
                edits,
                claimed_at: Claimed(0),
            };
            let entries = by_commune.entry(commune.to_string()).or_default();
            entries.push(skeleton(document.id()));
            entries.extend(self.office.write(&mut document, &[step])?);
        }
        for (commune, entries) in by_commune {
            let scope = scope_of(core.store(), &commune)?;
            let packs = self.office.seal(&core, scope, entries, 0)?;
            judge(core.store(), &packs, self.now)?;
        }
        Ok(())
    }
}

fn skeleton(id: DocumentId) -> PackEntry {
    let first = Document::skeleton(id, 1).expect("the first step of the skeleton");
    entry(id, first.bytes)
}

fn scope_of(store: &dyn Store, commune: &str) -> anyhow::Result<ScopeId> {
    let scopes = store.list_scopes()?;
    let found = scopes
        .into_iter()
        .find(|held| held.draft.communes == commune);
    Ok(found.context("the commune has no scope")?.draft.scope)
}
