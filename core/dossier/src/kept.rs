//! What was read of a document, kept while the document is open: after a change only the visits
//! that it wrote into are read again, and what comes out equals a whole reading.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::{ObjId, ObjType, ROOT, ReadDoc, Value};
use jawla_model::VisitId;
use jawla_model::schema::{PROJECT_MAP, VISITS_MAP};

use crate::document::Document;
use crate::read::Dossier;

/// A part of a document that is read by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// The project's fields.
    Project,
    /// One visit with the maps inside it.
    Visit(VisitId),
    /// What has no part of its own: the whole is read again.
    Whole,
}

/// A reading and what was written since.
#[derive(Debug, Clone)]
pub(crate) struct KeptReading {
    dossier: Dossier,
    stale: BTreeSet<Part>,
}

impl KeptReading {
    pub(crate) fn outdate(&mut self, written: &BTreeSet<Part>) {
        self.stale.extend(written);
    }
}

impl Document {
    /// Reads what was written since the last call and keeps all that was read beside the
    /// document: until the next change, reading and projecting it cost no look into it.
    pub fn keep_reading(&mut self) {
        let kept = self.kept.take();
        let read = catch_unwind(AssertUnwindSafe(|| match kept {
            Some(kept) if !kept.stale.contains(&Part::Whole) => self.read_stale(kept),
            _ => self.read_all(),
        }));
        self.kept = read.ok().map(|dossier| KeptReading {
            dossier,
            stale: BTreeSet::new(),
        });
    }

    /// The reading that is kept, while it is that of the document as it stands.
    pub(crate) fn kept_reading(&self) -> Option<&Dossier> {
        let kept = self.kept.as_ref()?;
        kept.stale.is_empty().then_some(&kept.dossier)
    }

    fn read_stale(&self, kept: KeptReading) -> Dossier {
        let KeptReading { mut dossier, stale } = kept;
        for part in stale {
            match part {
                Part::Project => {
                    if let Some(project) = self.map_at(&ROOT, PROJECT_MAP) {
                        dossier.project = self.fields(&project);
                    }
                }
                Part::Visit(id) => {
                    let visits = self.map_at(&ROOT, VISITS_MAP);
                    let visit = visits.and_then(|visits| self.map_at(&visits, &id.key()));
                    match visit {
                        Some(visit) => dossier.visits.insert(id, self.visit(&visit)),
                        None => dossier.visits.remove(&id),
                    };
                }
                Part::Whole => return self.read_all(),
            }
        }
        dossier
    }

    fn map_at(&self, object: &ObjId, key: &str) -> Option<ObjId> {
        match self.automerge.get(object, key) {
            Ok(Some((Value::Object(ObjType::Map), id))) => Some(id),
            _ => None,
        }
    }
}
