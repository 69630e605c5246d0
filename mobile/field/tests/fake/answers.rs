//! What the fake answers.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use jawla_model::reference::ReferenceBundle;
use jawla_model::rules::visit::{VisitDraft, ready_to_finish};
use jawla_model::visit::{PhotoRole, RecordWord};
use jawla_model::{
    Claimed, DocumentId, FieldPath, Hash32, Language, Nature, PersonId, Photo, SiteState, Value,
    VisitField, VisitId, VisitKind,
};
use jawla_views::phone::{
    BlobPart, EnrolFault, Network, Outgoing, PhoneStanding, PhoneStatus, SendOrder, SetAside,
    Settings, VisitForm,
};
use jawla_views::queries::search_words;
use jawla_views::{
    ActionShown, Changed, Changes, Command, CommandError, Commands, ConflictListed, ConflictQuery,
    Disagreements, Dossiers, Freshness, FreshnessRow, HistoryEntry, MoneyFactRow, Overview, Page,
    PageWindow, PersonRow, Phone, ProjectFields, ProjectQuery, ProjectRow, ProjectSheet,
    ProjectSort, ProjectTitle, Receipt, ScopeFilter, ScopeRow, SortDirection, ViewError, Views,
    VisitFields, VisitListed, VisitQuery, VisitRow, VisitSheet, VisitsShown,
};

use super::{Fake, NOW_MS, State, hash, item, visit};

fn title(state: &State, document: DocumentId) -> ProjectTitle {
    let row = state.projects.iter().find(|row| row.document == document);
    let text = |of: fn(&ProjectRow) -> &String| row.map(|row| of(row).clone()).unwrap_or_default();
    ProjectTitle {
        document,
        code_das: text(|row| &row.code_das),
        title_fr: text(|row| &row.title_fr),
        title_ar: text(|row| &row.title_ar),
        programme: text(|row| &row.programme),
        communes: text(|row| &row.communes),
        demonstration: row.is_some_and(|row| row.demonstration),
    }
}

fn window<T: Clone>(rows: &[T], window: PageWindow) -> Page<T> {
    Page {
        rows: rows
            .iter()
            .skip(window.offset as usize)
            .take(window.rows_max as usize)
            .cloned()
            .collect(),
        total: rows.len() as u64,
        offset: window.offset,
    }
}

fn person(state: &State, author: Option<PersonId>) -> Option<PersonRow> {
    state
        .people
        .iter()
        .find(|row| Some(row.person) == author)
        .cloned()
}

fn passes(row: &ProjectRow, query: &ProjectQuery) -> bool {
    let words = search_words(&query.text);
    words.iter().all(|word| row.folded.contains(word.as_str()))
        && query
            .programme
            .as_ref()
            .is_none_or(|code| *code == row.programme)
        && (query.reporting_states.is_empty()
            || query.reporting_states.contains(&row.reporting_state))
        && query
            .commune
            .as_ref()
            .is_none_or(|code| row.communes.split('+').any(|one| one == code))
        && match query.disagreements {
            Disagreements::Whether => true,
            Disagreements::Open => row.conflicts > 0,
            Disagreements::Weighty => row.weighty_conflicts > 0,
        }
        && query
            .unvisited_since_ms
            .is_none_or(|since| row.last_visit_at_ms.is_none_or(|at| at < since))
}

#[async_trait]
impl Views for Fake {
    async fn projects(&self, query: &ProjectQuery) -> Result<Page<ProjectRow>, ViewError> {
        self.readable()?;
        let mut rows: Vec<ProjectRow> = self.look(|state| {
            state
                .projects
                .iter()
                .filter(|row| passes(row, query))
                .cloned()
                .collect()
        });
        match query.sort {
            ProjectSort::TitleFr => rows.sort_by(|a, b| a.title_fr.cmp(&b.title_fr)),
            ProjectSort::TitleAr => rows.sort_by(|a, b| a.title_ar.cmp(&b.title_ar)),
            ProjectSort::LastVisit => rows.sort_by_key(|row| row.last_visit_at_ms),
            ProjectSort::Progress => rows.sort_by_key(|row| row.progress_bp),
            ProjectSort::Cost => rows.sort_by_key(|row| row.cost_centimes),
            ProjectSort::Code => rows.sort_by(|a, b| a.code_das.cmp(&b.code_das)),
            ProjectSort::Delay {
                today_days,
                language,
            } => rows.sort_by_key(|row| {
                let title = match language {
                    Language::Fr => &row.title_fr,
                    Language::Ar => &row.title_ar,
                };
                // Turned round below, and the titles with it.
                (row.course().points_late(today_days), Reverse(title.clone()))
            }),
            ProjectSort::Distance {
                latitude_e7,
                longitude_e7,
            } => rows.sort_by_key(|row| {
                let apart = |one: i32, other: i32| (i64::from(one) - i64::from(other)).pow(2);
                row.latitude_e7
                    .zip(row.longitude_e7)
                    .map_or(i64::MAX, |at| {
                        apart(at.0, latitude_e7) + apart(at.1, longitude_e7)
                    })
            }),
        }
        if query.direction == SortDirection::Falling {
            rows.reverse();
        }
        Ok(window(&rows, query.window))
    }

    async fn shared_codes(
        &self,
        _: &ScopeFilter,
        _: &BTreeSet<String>,
    ) -> Result<BTreeMap<String, u64>, ViewError> {
        self.readable()?;
        Ok(BTreeMap::new())
    }

    async fn project(&self, document: DocumentId) -> Result<Option<ProjectSheet>, ViewError> {
        self.readable()?;
        Ok(self.look(|state| {
            let project = state
                .projects
                .iter()
                .find(|row| row.document == document)?
                .clone();
            let mut visits: Vec<VisitRow> = state
                .visits
                .iter()
                .filter(|row| row.document == document)
                .cloned()
                .collect();
            visits.sort_by_key(|row| std::cmp::Reverse(row.order_ms));
            Some(ProjectSheet {
                project,
                visits_total: visits.len() as u64,
                visits,
                photos: state
                    .photos
                    .iter()
                    .filter(|row| row.document == document)
                    .cloned()
                    .collect(),
                conflicts: state
                    .conflicts
                    .iter()
                    .filter(|row| row.document == document)
                    .cloned()
                    .collect(),
            })
        }))
    }

    async fn visits(&self, query: &VisitQuery) -> Result<Page<VisitListed>, ViewError> {
        self.readable()?;
        Ok(self.look(|state| {
            let shown = |row: &&VisitRow| {
                let of_kind = match &query.shown {
                    VisitsShown::Finished(words) => {
                        row.is_counted()
                            && (words.is_empty()
                                || row.word().is_some_and(|word| words.contains(&word)))
                    }
                    VisitsShown::DraftsOf(person) => row.is_draft() && row.author == Some(*person),
                };
                of_kind && query.author.is_none_or(|author| row.author == Some(author))
            };
            let mut rows: Vec<VisitRow> = state.visits.iter().filter(shown).cloned().collect();
            rows.sort_by_key(|row| std::cmp::Reverse(row.order_ms));
            let listed: Vec<VisitListed> = rows
                .into_iter()
                .map(|row| VisitListed {
                    project: title(state, row.document),
                    author: person(state, row.author),
                    strip: state
                        .photos
                        .iter()
                        .filter(|photo| photo.visit == row.visit)
                        .take(4)
                        .cloned()
                        .collect(),
                    visit: row,
                })
                .collect();
            window(&listed, query.window)
        }))
    }

    async fn visit(
        &self,
        document: DocumentId,
        id: VisitId,
    ) -> Result<Option<VisitSheet>, ViewError> {
        self.readable()?;
        Ok(self.look(|state| {
            let row = state
                .visits
                .iter()
                .find(|row| row.visit == id && row.document == document)?
                .clone();
            let project = state
                .projects
                .iter()
                .find(|row| row.document == document)?
                .clone();
            Some(VisitSheet {
                project,
                author: person(state, row.author),
                photos: state
                    .photos
                    .iter()
                    .filter(|photo| photo.visit == id)
                    .cloned()
                    .collect(),
                conflicts: state.inside(id),
                previous: state.before(&row),
                visit: row,
            })
        }))
    }

    async fn conflicts(&self, query: &ConflictQuery) -> Result<Page<ConflictListed>, ViewError> {
        self.readable()?;
        Ok(self.look(|state| {
            let listed: Vec<ConflictListed> = state
                .conflicts
                .iter()
                .filter(|row| {
                    query
                        .document
                        .is_none_or(|document| row.document == document)
                })
                .filter(|row| query.disagreements != Disagreements::Weighty || row.weighty)
                .map(|row| ConflictListed {
                    conflict: row.clone(),
                    project: title(state, row.document),
                })
                .collect();
            window(&listed, query.window)
        }))
    }

    async fn overview(&self, _: &ScopeFilter) -> Result<Overview, ViewError> {
        Ok(Overview::default())
    }

    async fn freshness(&self, _: &Freshness) -> Result<Vec<FreshnessRow>, ViewError> {
        Ok(Vec::new())
    }

    async fn people(&self) -> Result<Vec<PersonRow>, ViewError> {
        self.readable()?;
        Ok(self.look(|state| state.people.clone()))
    }

    async fn scopes(&self) -> Result<Vec<ScopeRow>, ViewError> {
        self.readable()?;
        let row = |n: u8, name_fr: &str, name_ar: &str, communes: &str| ScopeRow {
            scope: super::scope(n),
            name_fr: name_fr.into(),
            name_ar: name_ar.into(),
            communes: communes.into(),
        };
        Ok(vec![
            row(0, "Oued Zem", "وادي زم", "053110109"),
            row(1, "Khouribga", "خريبكة", "053110107"),
        ])
    }
}

impl State {
    fn inside(&self, visit: VisitId) -> Vec<jawla_views::ConflictRow> {
        let of_visit = |row: &&jawla_views::ConflictRow| matches!(row.at(), Some(FieldPath::Visit(of, _)) if of == visit);
        self.conflicts.iter().filter(of_visit).cloned().collect()
    }

    fn before(&self, row: &VisitRow) -> Option<VisitRow> {
        self.visits
            .iter()
            .filter(|other| {
                other.document == row.document
                    && other.is_counted()
                    && other.order_ms < row.order_ms
            })
            .max_by_key(|other| other.order_ms)
            .cloned()
    }

    fn fields_of(&self, visit: VisitId) -> VisitFields {
        let mut fields = self.visit_fields.get(&visit).cloned().unwrap_or_default();
        for ((of, key), value) in &self.typed {
            if *of == visit {
                fields.values.insert(key.clone(), value.clone());
            }
        }
        fields
    }

    fn draft_of(&self, project: &ProjectRow, fields: &VisitFields) -> VisitDraft {
        let text = |field: VisitField| fields.values.get(field.key()).and_then(Value::as_text);
        let number = |field: VisitField| fields.values.get(field.key()).and_then(Value::as_int);
        VisitDraft {
            nature: Nature::from_code(&project.nature),
            kind: text(VisitField::Kind).and_then(VisitKind::from_code),
            site_state: text(VisitField::SiteState).and_then(SiteState::from_code),
            progress_bp: number(VisitField::Progress),
            planned_bp: number(VisitField::Planned),
            has_position: text(VisitField::Position).is_some(),
            no_position_reason: text(VisitField::NoPositionReason)
                .unwrap_or_default()
                .into(),
            photos: fields.photos.len(),
            difficulties: fields.difficulties.len(),
            items: 0,
        }
    }

    /// The form as the rows make it.
    pub fn form(&self, document: DocumentId, id: VisitId) -> Option<VisitForm> {
        if let Some(form) = self.forms.get(&id) {
            return Some(form.clone());
        }
        let row = self
            .visits
            .iter()
            .find(|row| row.visit == id && row.document == document)?
            .clone();
        let project = self
            .projects
            .iter()
            .find(|row| row.document == document)?
            .clone();
        let fields = self.fields_of(id);
        let violations = ready_to_finish(&self.draft_of(&project, &fields));
        let held = 7u8.saturating_sub(violations.len() as u8);
        let previous = self.before(&row).map(|before| {
            let fields = self.fields_of(before.visit);
            (before, fields)
        });
        Some(VisitForm {
            project,
            word: row.word()?,
            editable: row.author == Some(super::ME) && row.review != "approved",
            typed: self
                .typed
                .keys()
                .filter(|(of, _)| *of == id)
                .map(|(_, key)| key.clone())
                .collect(),
            fields,
            progress: (held, 7),
            violations,
            conflicts: self.inside(id),
            previous,
            saved_at_ms: Some(NOW_MS - 4_000),
            visit: row,
        })
    }

    fn carry(&mut self, command: &Command) -> Option<VisitId> {
        match command.clone() {
            Command::StartVisit { document, kind } => {
                let id = visit(200 + self.orders.len() as u8);
                let like = self.visits.first().cloned()?;
                self.visits.push(VisitRow {
                    visit: id,
                    document,
                    author: Some(super::ME),
                    kind: kind.code().into(),
                    status: "draft".into(),
                    started_at_ms: NOW_MS,
                    finished_at_ms: None,
                    order_ms: NOW_MS,
                    site_state: String::new(),
                    progress_bp: None,
                    note: String::new(),
                    photos: 0,
                    received_at: None,
                    review: String::new(),
                    ..like
                });
                let values =
                    BTreeMap::from([(VisitField::Kind.key().to_owned(), Value::from(kind.code()))]);
                self.visit_fields.insert(
                    id,
                    VisitFields {
                        values,
                        ..VisitFields::default()
                    },
                );
                return Some(id);
            }
            Command::SetProjectField {
                document,
                field,
                value,
            } => {
                self.project_fields
                    .entry(document)
                    .or_default()
                    .values
                    .insert(field.key().into(), value);
            }
            Command::SetVisitField {
                visit,
                field,
                value,
                ..
            } => {
                self.visit_fields
                    .entry(visit)
                    .or_default()
                    .values
                    .insert(field.key().into(), value);
            }
            Command::RaiseDifficulty {
                visit,
                reason,
                note,
                ..
            } => {
                self.visit_fields
                    .entry(visit)
                    .or_default()
                    .difficulties
                    .insert(reason, note);
            }
            Command::WithdrawDifficulty { visit, reason, .. } => {
                self.visit_fields
                    .entry(visit)
                    .or_default()
                    .difficulties
                    .remove(&reason);
            }
            Command::PlanAction {
                visit,
                item: named,
                what,
                owner,
                due,
                ..
            } => {
                let id = named.unwrap_or(item(90));
                let actions = &mut self.visit_fields.entry(visit).or_default().actions;
                actions.retain(|action| action.item != id);
                actions.push(ActionShown {
                    item: id,
                    what,
                    owner,
                    due,
                    done: false,
                });
            }
            Command::DetachPhoto { visit, photo, .. } => {
                self.visit_fields
                    .entry(visit)
                    .or_default()
                    .photos
                    .retain(|one| one.hash != photo);
            }
            Command::FinishVisit { visit, .. } => self.set_status(visit, "recorded"),
            Command::DeleteDraft { visit, .. } => self.set_status(visit, "deleted"),
            Command::SettleConflict { document, at, .. } => {
                let path = at.text();
                self.conflicts
                    .retain(|row| row.document != document || row.path != path);
            }
            Command::Undo { document, change } => {
                self.histories
                    .entry(document)
                    .or_default()
                    .retain(|entry| entry.change != change);
            }
            Command::ReviewVisit { .. }
            | Command::RecordMoney { .. }
            | Command::AttachPhoto { .. } => {}
        }
        None
    }

    fn set_status(&mut self, visit: VisitId, status: &str) {
        for row in self.visits.iter_mut().filter(|row| row.visit == visit) {
            row.status = status.into();
        }
    }
}

impl Fake {
    fn readable(&self) -> Result<(), ViewError> {
        if self.look(|state| state.busy) {
            return Err(ViewError::Busy("busy".into()));
        }
        Ok(())
    }
}

#[async_trait]
impl Dossiers for Fake {
    async fn project_fields(
        &self,
        document: DocumentId,
    ) -> Result<Option<ProjectFields>, ViewError> {
        self.readable()?;
        Ok(self.look(|state| {
            state.projects.iter().find(|row| row.document == document)?;
            Some(
                state
                    .project_fields
                    .get(&document)
                    .cloned()
                    .unwrap_or_default(),
            )
        }))
    }

    async fn visit_fields(
        &self,
        _: DocumentId,
        visit: VisitId,
    ) -> Result<Option<VisitFields>, ViewError> {
        self.readable()?;
        Ok(self.look(|state| {
            state.visits.iter().find(|row| row.visit == visit)?;
            Some(state.fields_of(visit))
        }))
    }

    async fn money_facts(&self, document: DocumentId) -> Result<Vec<MoneyFactRow>, ViewError> {
        self.readable()?;
        Ok(self.look(|state| state.money.get(&document).cloned().unwrap_or_default()))
    }

    async fn history(
        &self,
        document: DocumentId,
        _: Option<PersonId>,
        shown: PageWindow,
    ) -> Result<Page<HistoryEntry>, ViewError> {
        self.readable()?;
        Ok(self.look(|state| {
            let entries = state.histories.get(&document).cloned().unwrap_or_default();
            // As the core does.
            let rows_max = shown
                .rows_max
                .min(jawla_views::limits::HISTORY_PER_PAGE_MAX);
            window(&entries, PageWindow { rows_max, ..shown })
        }))
    }
}

#[async_trait]
impl Commands for Fake {
    async fn carry_out(&self, _: PersonId, command: Command) -> Result<Receipt, CommandError> {
        self.change(|state| {
            state.refusal()?;
            let begun = state.carry(&command);
            let receipt = Receipt {
                document: command.document(),
                visit: begun,
                change: Some(hash(99)),
            };
            state.orders.push(command);
            Ok(receipt)
        })
    }
}

#[async_trait]
impl Changes for Fake {
    fn serial(&self) -> u64 {
        *self.serial.borrow()
    }

    async fn after(&self, serial: u64) -> Changed {
        let mut heard = self.serial.subscribe();
        let _ = heard.wait_for(|now| *now > serial).await;
        Changed {
            serial: self.serial(),
            names: vec!["everything".into()],
        }
    }
}

#[async_trait]
impl Phone for Fake {
    fn views(&self) -> Arc<dyn Views> {
        // The fake lives as long as the test: a clone of its state at this instant answers.
        Arc::new(Fake {
            state: std::sync::Mutex::new(self.look(State::for_views)),
            serial: tokio::sync::watch::channel(1).0,
        })
    }

    async fn reference(&self) -> Arc<ReferenceBundle> {
        self.look(|state| state.reference.clone())
    }

    async fn status(&self) -> Result<PhoneStatus, ViewError> {
        Ok(self.look(|state| state.status.clone()))
    }

    async fn enrol(&self, invitation: &str, device_name: &str) -> Result<(), EnrolFault> {
        self.change(|state| {
            state
                .enrolments
                .push((invitation.into(), device_name.into()));
            if let Some(fault) = state.refuse_enrol.take() {
                return Err(fault);
            }
            state.status.standing = PhoneStanding::Enrolled;
            Ok(())
        })
    }

    async fn type_value(
        &self,
        document: DocumentId,
        at: FieldPath,
        value: Value,
    ) -> Result<i64, CommandError> {
        self.change(|state| {
            state.refusal()?;
            match &at {
                FieldPath::Visit(visit, key) => {
                    state.typed.insert((*visit, key.clone()), value.clone());
                }
                FieldPath::Project(key) => {
                    state
                        .project_fields
                        .entry(document)
                        .or_default()
                        .values
                        .insert(key.clone(), value.clone());
                }
            }
            state.typings.push((document, at, value));
            Ok(NOW_MS)
        })
    }

    async fn leave(&self, document: DocumentId) -> Result<(), CommandError> {
        self.change(|state| {
            state.refusal()?;
            state.left.push(document);
            Ok(())
        })
    }

    async fn visit_form(
        &self,
        document: DocumentId,
        visit: VisitId,
    ) -> Result<Option<VisitForm>, ViewError> {
        self.readable()?;
        Ok(self.look(|state| state.form(document, visit)))
    }

    async fn fill_as_before(&self, _: DocumentId, visit: VisitId) -> Result<(), CommandError> {
        self.change(|state| {
            state.refusal()?;
            state.filled.push(visit);
            Ok(())
        })
    }

    async fn add_photo(
        &self,
        _: DocumentId,
        visit: VisitId,
        role: PhotoRole,
        bytes: Vec<u8>,
    ) -> Result<Hash32, CommandError> {
        self.change(|state| {
            state.refusal()?;
            let number = 60 + state.blobs.len() as u8;
            let photo = Photo {
                hash: hash(number),
                role,
                size_bytes: bytes.len() as u64,
                width_px: 1600,
                height_px: 1200,
                taken_at: Claimed(NOW_MS),
                thumbnail: hash(number),
            };
            state.blobs.insert(photo.hash, bytes);
            state
                .visit_fields
                .entry(visit)
                .or_default()
                .photos
                .push(photo);
            Ok(hash(number))
        })
    }

    async fn blob(
        &self,
        hash: Hash32,
        range: Option<Range<u64>>,
    ) -> Result<Option<BlobPart>, ViewError> {
        self.readable()?;
        Ok(self.look(|state| {
            let bytes = state.blobs.get(&hash)?;
            let size = bytes.len() as u64;
            let range = range.unwrap_or(0..size);
            let part = bytes.get(range.start.min(size) as usize..range.end.min(size) as usize)?;
            Some(BlobPart {
                bytes: part.to_vec(),
                size_bytes: size,
            })
        }))
    }

    async fn outgoing(&self) -> Result<Vec<Outgoing>, ViewError> {
        self.readable()?;
        Ok(self.look(|state| state.outgoing.clone()))
    }

    async fn set_aside(&self) -> Result<Vec<SetAside>, ViewError> {
        self.readable()?;
        Ok(self.look(|state| state.set_aside.clone()))
    }

    async fn reopen(&self, _: DocumentId, id: VisitId) -> Result<VisitId, CommandError> {
        self.change(|state| {
            state.refusal()?;
            state.set_aside.retain(|aside| aside.visit != Some(id));
            Ok(visit(77))
        })
    }

    async fn send(&self, order: SendOrder) -> Result<(), CommandError> {
        self.change(|state| {
            state.refusal()?;
            state.sends.push(order);
            Ok(())
        })
    }

    async fn save_settings(&self, settings: Settings) -> Result<(), CommandError> {
        self.change(|state| {
            state.refusal()?;
            state.status.settings = settings;
            Ok(())
        })
    }

    async fn set_network(&self, network: Network) {
        self.change(|state| state.status.network = network);
    }
}

impl State {
    /// A copy of what views answer from.
    fn for_views(&self) -> State {
        let mut copy = State::empty(self.status.settings.language);
        copy.status = self.status.clone();
        copy.reference = self.reference.clone();
        copy.people = self.people.clone();
        copy.projects = self.projects.clone();
        copy.visits = self.visits.clone();
        copy.photos = self.photos.clone();
        copy.conflicts = self.conflicts.clone();
        copy.busy = self.busy;
        copy
    }
}

/// The word of a row, for tests that look one up.
pub fn word(row: &VisitRow) -> Option<RecordWord> {
    row.word()
}
