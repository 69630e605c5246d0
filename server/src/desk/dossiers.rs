//! Single dossiers, read from the stored document.

use async_trait::async_trait;
use jawla_dossier::{History, project_fields, visit_fields};
use jawla_model::{DocumentId, PersonId, VisitId};
use jawla_sync::money;
use jawla_views::limits::MONEY_FACTS_MAX;
use jawla_views::{
    Dossiers, HistoryEntry, MoneyFactRow, Page, PageWindow, ProjectFields, ViewError, VisitFields,
};

use super::{BrokeOff, Desk};
use crate::limits::HISTORY_ENTRIES_MAX;
use crate::store::sqlite::DocumentWithOrigins;
use crate::store::{Store, StoreError};

fn of_store(error: StoreError) -> ViewError {
    if error.is_busy() {
        ViewError::Busy(Box::new(error))
    } else {
        ViewError::Store(Box::new(error))
    }
}

fn broke_off(error: BrokeOff) -> ViewError {
    ViewError::Store(Box::new(error))
}

impl Desk {
    /// Reads one document where blocking is allowed; none when there is no such document.
    async fn reading<T: Send + 'static>(
        &self,
        document: DocumentId,
        read: impl FnOnce(&jawla_dossier::Dossier) -> T + Send + 'static,
    ) -> Result<Option<T>, ViewError> {
        let read = self.run(move |desk| {
            let held = desk.parts.store.find_document(document)?;
            Ok(held.map(|held| read(&held.document.read())))
        });
        read.await.map_err(broke_off)?.map_err(of_store)
    }
}

#[async_trait]
impl Dossiers for Desk {
    async fn project_fields(
        &self,
        document: DocumentId,
    ) -> Result<Option<ProjectFields>, ViewError> {
        self.reading(document, project_fields).await
    }

    async fn visit_fields(
        &self,
        document: DocumentId,
        visit: VisitId,
    ) -> Result<Option<VisitFields>, ViewError> {
        let fields = self.reading(document, move |dossier| visit_fields(dossier, &visit));
        Ok(fields.await?.flatten())
    }

    async fn money_facts(&self, document: DocumentId) -> Result<Vec<MoneyFactRow>, ViewError> {
        let facts = self.run(move |desk| desk.parts.store.facts(document, MONEY_FACTS_MAX));
        let facts = facts.await.map_err(broke_off)?.map_err(of_store)?;
        let read = |(received_at, payload): (_, Vec<u8>)| {
            let fact = money::decode(&payload).ok()?;
            Some(MoneyFactRow { received_at, fact })
        };
        Ok(facts.into_iter().filter_map(read).collect())
    }

    async fn history(
        &self,
        document: DocumentId,
        asker: Option<PersonId>,
        window: PageWindow,
    ) -> Result<Page<HistoryEntry>, ViewError> {
        let page = self.run(move |desk| {
            let held = desk.parts.store.find_with_origins(document)?;
            Ok(held.map(|held| page_of(&held, asker, window)))
        });
        let page = page.await.map_err(broke_off)?.map_err(of_store)?;
        Ok(page.unwrap_or(Page {
            rows: Vec::new(),
            total: 0,
            offset: window.offset,
        }))
    }
}

fn page_of(
    held: &DocumentWithOrigins,
    asker: Option<PersonId>,
    window: PageWindow,
) -> Page<HistoryEntry> {
    let history = History::of(&held.document);
    let mut entries = history.entries(held);
    let mut newest_of_asker = true;
    for entry in &mut entries {
        let own = asker.is_some() && entry.author == asker;
        entry.undoable = own && newest_of_asker && history.undo_of(&entry.change).is_some();
        newest_of_asker &= !own;
    }
    let total = entries.len() as u64;
    let first = usize::try_from(window.offset).unwrap_or(usize::MAX);
    let count = window.rows_max.min(HISTORY_ENTRIES_MAX);
    let rows = entries
        .into_iter()
        .skip(first)
        .take(usize::try_from(count).unwrap_or(usize::MAX))
        .collect();
    Page {
        rows,
        total,
        offset: window.offset,
    }
}
