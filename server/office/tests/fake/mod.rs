//! A province in memory: rows, accounts and photos for the tests of the pages and for the
//! preview. Answers as the trait says, on a few rows, without a database.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use jawla_model::reference::{Commune, Programme, ReferenceBundle};
use jawla_model::{
    DocumentId, Hash32, IncarnationId, Language, PersonId, ReceivedAt, ReportingState, Role,
    ScopeId, VisitId,
};
use jawla_office::credentials::LoginFault;
use jawla_office::desk::{
    DeskError, InvitationMade, InviteOrder, LargePhotos, PhoneListed, PhoneSaid, PhoneState, Place,
    Preferences, SavedView, TeamMember, Teams,
};
use jawla_office::imports::{FileHeld, ImportFault, ImportListed, Imports, Progress};
use jawla_office::{
    Gate, LinkRefusal, Office, Photos, Province, SessionToken, SignInRefusal, SignedIn,
};
use jawla_views::{
    Changed, Changes, Command, CommandError, Commands, ConflictListed, ConflictQuery,
    Disagreements, Dossiers, Freshness, FreshnessRow, HistoryEntry, MoneyFactRow, Overview,
    OverviewCell, OverviewFigures, Page, PageWindow, PersonRow, PhotoRow, ProjectFields,
    ProjectQuery, ProjectRow, ProjectSheet, ProjectSort, ProjectTitle, Receipt, ScopeFilter,
    ScopeRow, SortDirection, ViewError, Views, VisitFields, VisitListed, VisitQuery, VisitRow,
    VisitSheet, VisitsShown,
};

/// 23 November 2026, 14:05 in Morocco.
pub const NOW_MS: u64 = 1_795_439_100_000;
/// A day.
pub const DAY_MS: i64 = 86_400_000;
/// The login that the gate knows.
pub const LOGIN: &str = "f.alaoui";
/// Its password.
pub const PASSWORD: &str = "le figuier du puits";
/// The secret of the link that is still good.
pub const LINK: &str = "lien-encore-bon";

/// The time of the tests, as rows say it.
pub fn now_ms() -> i64 {
    i64::try_from(NOW_MS).unwrap()
}

/// What [`FakeViews`] is asked to do instead of answering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    Busy,
    Broken,
}

/// Rows in memory.
#[derive(Default)]
pub struct FakeViews {
    /// Disagreements of all projects.
    pub conflicts: Vec<ConflictListed>,
    /// Photos of all visits.
    pub photos: Vec<PhotoRow>,
    pub projects: Vec<ProjectRow>,
    pub visits: Vec<VisitListed>,
    pub freshness: Vec<FreshnessRow>,
    pub failure: Option<Failure>,
    /// Projects whose cost and progress are disputed.
    pub disputed: BTreeSet<DocumentId>,
    /// The last question about projects.
    pub asked: Mutex<Option<ProjectQuery>>,
    /// Whose rows every question was about.
    pub asked_scopes: Mutex<Vec<ScopeFilter>>,
}

impl FakeViews {
    fn ask(&self, scopes: &ScopeFilter) -> Result<(), ViewError> {
        self.asked_scopes.lock().unwrap().push(scopes.clone());
        match self.failure {
            None => Ok(()),
            Some(Failure::Busy) => Err(ViewError::Busy("locked".into())),
            Some(Failure::Broken) => Err(ViewError::Store("secret of the disk".into())),
        }
    }

    fn add(&self, to: &mut OverviewFigures, row: &ProjectRow) {
        let known = |value: Option<i64>| u64::from(value.is_some());
        let disputed = u64::from(self.disputed.contains(&row.document));
        let progress = row.progress_bp.unwrap_or(0);
        let sum = to.progress_bp_mean.unwrap_or(0) * i64::try_from(to.progress_known).unwrap();
        to.progress_known += known(row.progress_bp);
        let count = i64::try_from(to.progress_known).unwrap();
        to.progress_bp_mean = (count > 0).then(|| (sum + progress) / count);
        to.projects += 1;
        to.cost_centimes += row.cost_centimes.unwrap_or(0);
        to.cost_known += known(row.cost_centimes);
        to.cost_disputed += disputed;
        to.indh_share_centimes += row.indh_share_centimes.unwrap_or(0);
        to.indh_share_known += known(row.indh_share_centimes);
        to.progress_disputed += disputed;
        to.progress_bp_by_cost = to.progress_bp_mean.map(|bp| bp - 300);
        to.weighty_projects += u64::from(row.weighty_conflicts > 0);
        to.demonstration += u64::from(row.demonstration);
    }
}

fn passes(query: &ProjectQuery, row: &ProjectRow) -> bool {
    let words = jawla_views::queries::search_words(&query.text);
    words.iter().all(|word| row.folded.contains(word))
        && query
            .programme
            .as_ref()
            .is_none_or(|code| *code == row.programme)
        && (query.reporting_states.is_empty()
            || query.reporting_states.contains(&row.reporting_state))
        && query
            .commune
            .as_ref()
            .is_none_or(|code| row.communes.split('+').any(|c| c == code))
        && query
            .unvisited_since_ms
            .is_none_or(|since| row.last_visit_at_ms.is_none_or(|at| at < since))
        && match query.disagreements {
            Disagreements::Whether => true,
            Disagreements::Open => row.conflicts > 0,
            Disagreements::Weighty => row.weighty_conflicts > 0,
        }
}

fn sort(query: &ProjectQuery, rows: &mut [ProjectRow]) {
    match query.sort {
        ProjectSort::Cost => rows.sort_by_key(|row| row.cost_centimes),
        ProjectSort::Progress => rows.sort_by_key(|row| row.progress_bp),
        ProjectSort::LastVisit => rows.sort_by_key(|row| row.last_visit_at_ms),
        ProjectSort::TitleFr | ProjectSort::TitleAr => rows.sort_by_key(|row| row.folded.clone()),
        ProjectSort::Code => rows.sort_by_key(|row| row.code_das.clone()),
        ProjectSort::Delay { .. } | ProjectSort::Distance { .. } => {} // the phone's alone
    }
    if query.direction == SortDirection::Falling {
        rows.reverse();
    }
}

#[async_trait]
impl Views for FakeViews {
    async fn projects(&self, query: &ProjectQuery) -> Result<Page<ProjectRow>, ViewError> {
        self.ask(&query.scopes)?;
        *self.asked.lock().unwrap() = Some(query.clone());
        let mut rows: Vec<_> = self
            .projects
            .iter()
            .filter(|row| passes(query, row))
            .cloned()
            .collect();
        sort(query, &mut rows);
        let total = u64::try_from(rows.len()).unwrap();
        let offset = usize::try_from(query.window.offset).unwrap();
        let rows_max = usize::try_from(query.window.rows_max).unwrap();
        Ok(Page {
            rows: rows.into_iter().skip(offset).take(rows_max).collect(),
            total,
            offset: query.window.offset,
        })
    }

    async fn project(&self, document: DocumentId) -> Result<Option<ProjectSheet>, ViewError> {
        let project = self.projects.iter().find(|row| row.document == document);
        let visits: Vec<VisitRow> = self
            .visits
            .iter()
            .map(|listed| listed.visit.clone())
            .filter(|visit| visit.document == document)
            .collect();
        let photos = self
            .photos
            .iter()
            .filter(|photo| photo.document == document);
        let conflicts = self.conflicts.iter().map(|listed| &listed.conflict);
        Ok(project.map(|project| ProjectSheet {
            project: project.clone(),
            visits_total: u64::try_from(visits.len()).unwrap(),
            visits,
            photos: photos.cloned().collect(),
            conflicts: conflicts
                .filter(|conflict| conflict.document == document)
                .cloned()
                .collect(),
        }))
    }

    async fn shared_codes(
        &self,
        scopes: &ScopeFilter,
        codes: &BTreeSet<String>,
    ) -> Result<BTreeMap<String, u64>, ViewError> {
        self.ask(scopes)?;
        let mut counts = BTreeMap::new();
        for row in &self.projects {
            if codes.contains(&row.code_das) {
                *counts.entry(row.code_das.clone()).or_insert(0) += 1;
            }
        }
        counts.retain(|_, count| *count > 1);
        Ok(counts)
    }

    async fn visits(&self, query: &VisitQuery) -> Result<Page<VisitListed>, ViewError> {
        self.ask(&query.scopes)?;
        let rows_max = usize::try_from(query.window.rows_max).unwrap();
        let wanted = |listed: &&VisitListed| match &query.shown {
            VisitsShown::Finished(words) => listed
                .visit
                .word()
                .is_some_and(|word| words.is_empty() || words.contains(&word)),
            VisitsShown::DraftsOf(_) => false,
        };
        let rows: Vec<_> = self.visits.iter().filter(wanted).cloned().collect();
        Ok(Page {
            total: u64::try_from(rows.len()).unwrap(),
            rows: rows.into_iter().take(rows_max).collect(),
            offset: 0,
        })
    }

    async fn visit(
        &self,
        document: DocumentId,
        visit: VisitId,
    ) -> Result<Option<VisitSheet>, ViewError> {
        let listed = self
            .visits
            .iter()
            .find(|one| one.visit.document == document && one.visit.visit == visit);
        let project = self.projects.iter().find(|row| row.document == document);
        Ok(listed.zip(project).map(|(listed, project)| VisitSheet {
            visit: listed.visit.clone(),
            project: project.clone(),
            author: listed.author.clone(),
            photos: listed.strip.clone(),
            conflicts: Vec::new(),
            previous: None,
        }))
    }

    async fn conflicts(&self, query: &ConflictQuery) -> Result<Page<ConflictListed>, ViewError> {
        self.ask(&query.scopes)?;
        let wanted = |listed: &&ConflictListed| {
            query
                .document
                .is_none_or(|document| listed.conflict.document == document)
                && (query.disagreements != Disagreements::Weighty || listed.conflict.weighty)
        };
        let rows: Vec<_> = self.conflicts.iter().filter(wanted).cloned().collect();
        Ok(Page {
            total: u64::try_from(rows.len()).unwrap(),
            rows,
            offset: 0,
        })
    }

    async fn overview(&self, scopes: &ScopeFilter) -> Result<Overview, ViewError> {
        self.ask(scopes)?;
        let mut overview = Overview::default();
        let mut cells: BTreeMap<(String, ReportingState), OverviewFigures> = BTreeMap::new();
        for row in &self.projects {
            let key = (row.programme.clone(), row.reporting_state);
            self.add(cells.entry(key).or_default(), row);
            match row.reporting_state {
                ReportingState::NotRetained => self.add(&mut overview.not_retained, row),
                _ => self.add(&mut overview.total, row),
            }
        }
        overview.newest_received_at = self.projects.iter().filter_map(|row| row.received_at).max();
        let cell = |((programme, reporting_state), figures)| OverviewCell {
            programme,
            reporting_state,
            figures,
        };
        overview.cells = cells.into_iter().map(cell).collect();
        Ok(overview)
    }

    async fn freshness(&self, query: &Freshness) -> Result<Vec<FreshnessRow>, ViewError> {
        self.ask(&query.scopes)?;
        Ok(self.freshness.clone())
    }

    async fn people(&self) -> Result<Vec<PersonRow>, ViewError> {
        let authors = self.visits.iter().filter_map(|visit| visit.author.clone());
        Ok(authors.collect())
    }

    async fn scopes(&self) -> Result<Vec<ScopeRow>, ViewError> {
        Ok(self.freshness.iter().map(|row| row.scope.clone()).collect())
    }
}

/// One account, one link, sessions that are numbered.
#[derive(Default)]
pub struct FakeGate {
    pub sessions: Mutex<BTreeSet<String>>,
    pub opened: Mutex<u32>,
    pub refusal: Option<SignInRefusal>,
    /// The role of everybody; a supervisor's when none.
    pub role: Option<Role>,
}

impl FakeGate {
    fn open(&self) -> SessionToken {
        let mut opened = self.opened.lock().unwrap();
        *opened += 1;
        let token = format!("session-{opened}");
        self.sessions.lock().unwrap().insert(token.clone());
        SessionToken::new(token).unwrap()
    }
}

#[async_trait]
impl Gate for FakeGate {
    async fn sign_in(&self, login: &str, password: &str) -> Result<SessionToken, SignInRefusal> {
        match self.refusal {
            Some(refusal) => Err(refusal),
            None if login == LOGIN && password == PASSWORD => Ok(self.open()),
            None => Err(SignInRefusal::Wrong),
        }
    }

    async fn who(&self, token: &str) -> Option<SignedIn> {
        self.sessions
            .lock()
            .unwrap()
            .contains(token)
            .then(|| SignedIn {
                person: PersonId([7; 16]),
                name: "Fatima-Zahra El Alaoui".to_owned(),
                role: self.role.unwrap_or(Role::Supervisor),
                scopes: ScopeFilter::one(ScopeId([1; 16])),
            })
    }

    async fn sign_out(&self, token: &str) {
        self.sessions.lock().unwrap().remove(token);
    }

    async fn redeem_link(
        &self,
        secret: &str,
        login: &str,
        _password: &str,
    ) -> Result<SessionToken, LinkRefusal> {
        match (secret, login) {
            (LINK, LOGIN) => Err(LinkRefusal::Login(LoginFault::Taken)),
            (LINK, _) => Ok(self.open()),
            _ => Err(LinkRefusal::Link),
        }
    }
}

/// Thumbnails in memory.
pub struct FakePhotos(pub BTreeMap<Hash32, Bytes>);

#[async_trait]
impl Photos for FakePhotos {
    async fn thumbnail(&self, hash: Hash32) -> Option<Bytes> {
        self.0.get(&hash).cloned()
    }
}

/// An office over these rows.
pub fn office(views: Arc<FakeViews>, gate: Arc<FakeGate>) -> Office {
    Office {
        views,
        gate,
        commands: Arc::new(FakeCommands::default()),
        dossiers: Arc::new(FakeDossiers::default()),
        changes: Arc::new(FakeChanges),
        teams: Arc::new(FakeTeams::default()),
        preferences: Arc::new(FakePreferences::default()),
        imports: Arc::new(FakeImports::default()),
        large_photos: Arc::new(FakePhotos(
            [(Hash32([2; 32]), Bytes::from_static(b"large"))].into(),
        )),
        photos: Arc::new(FakePhotos(
            [(Hash32([1; 32]), Bytes::from_static(b"jpeg"))].into(),
        )),
        clock: Arc::new(|| NOW_MS),
        reference: Arc::new(reference()),
        province: Arc::new(Province {
            name_fr: "Province de Khouribga".to_owned(),
            name_ar: "إقليم خريبكة".to_owned(),
        }),
    }
}

fn reference() -> ReferenceBundle {
    let programme = |code: &str, name: &str| Programme {
        code: code.to_owned(),
        period: "III".to_owned(),
        name_fr: name.to_owned(),
        name_ar: String::new(),
    };
    let commune = |code: &str, name: &str| Commune {
        code: code.to_owned(),
        name_fr: name.to_owned(),
        name_ar: String::new(),
        urban: true,
        cercle: None,
        population_2024: 0,
        households_2024: 0,
        population_2014: 0,
    };
    ReferenceBundle {
        programmes: vec![
            programme("III-P1", "Rattrapage des déficits en infrastructures"),
            programme("III-P3", "Amélioration du revenu et inclusion des jeunes"),
        ],
        communes: vec![
            commune("053110109", "Oued Zem"),
            commune("053110107", "Khouribga"),
        ],
        ..ReferenceBundle::default()
    }
}

/// Writes down the orders; refuses what it is told to.
#[derive(Default)]
pub struct FakeCommands {
    pub ordered: Mutex<Vec<Command>>,
    pub refused: Mutex<Option<CommandError>>,
}

#[async_trait]
impl Commands for FakeCommands {
    async fn carry_out(&self, _: PersonId, command: Command) -> Result<Receipt, CommandError> {
        if let Some(error) = self.refused.lock().unwrap().take() {
            return Err(error);
        }
        let receipt = Receipt {
            document: command.document(),
            visit: None,
            change: Some(Hash32([5; 32])),
        };
        self.ordered.lock().unwrap().push(command);
        Ok(receipt)
    }
}

/// The same fields and history for every dossier.
#[derive(Default)]
pub struct FakeDossiers {
    pub fields: ProjectFields,
    pub visit_fields: VisitFields,
    pub history: Vec<HistoryEntry>,
    pub money: Vec<MoneyFactRow>,
}

#[async_trait]
impl Dossiers for FakeDossiers {
    async fn money_facts(&self, _: DocumentId) -> Result<Vec<MoneyFactRow>, ViewError> {
        Ok(self.money.clone())
    }

    async fn project_fields(&self, _: DocumentId) -> Result<Option<ProjectFields>, ViewError> {
        Ok(Some(self.fields.clone()))
    }

    async fn visit_fields(
        &self,
        _: DocumentId,
        _: VisitId,
    ) -> Result<Option<VisitFields>, ViewError> {
        Ok(Some(self.visit_fields.clone()))
    }

    async fn history(
        &self,
        _: DocumentId,
        _: Option<PersonId>,
        window: PageWindow,
    ) -> Result<Page<HistoryEntry>, ViewError> {
        let (offset, rows) = (window.offset, window.rows_max);
        Ok(Page {
            rows: self
                .history
                .iter()
                .skip(usize::try_from(offset).unwrap())
                .take(usize::try_from(rows).unwrap())
                .cloned()
                .collect(),
            total: u64::try_from(self.history.len()).unwrap(),
            offset,
        })
    }
}

/// Says once that a project changed, then nothing any more.
pub struct FakeChanges;

#[async_trait]
impl Changes for FakeChanges {
    fn serial(&self) -> u64 {
        7
    }

    async fn after(&self, serial: u64) -> Changed {
        if serial < 8 {
            return Changed {
                serial: 8,
                names: vec!["project:00ff".to_owned(), "outbox".to_owned()],
            };
        }
        std::future::pending().await
    }
}

/// Phones, members and places in memory.
#[derive(Default)]
pub struct FakeTeams {
    pub phones: Vec<PhoneListed>,
    pub members: Vec<TeamMember>,
    pub places: Vec<Place>,
    pub refusal: Option<DeskError>,
    pub invited: Mutex<Vec<InviteOrder>>,
    pub invited_again: Mutex<Vec<PersonId>>,
    pub revoked: Mutex<Vec<IncarnationId>>,
    pub placed: Mutex<Vec<(PersonId, ScopeId, Option<Role>)>>,
}

impl FakeTeams {
    fn ask(&self) -> Result<(), DeskError> {
        self.refusal.clone().map_or(Ok(()), Err)
    }
}

#[async_trait]
impl Teams for FakeTeams {
    async fn phones(&self) -> Result<Vec<PhoneListed>, DeskError> {
        Ok(self.phones.clone())
    }

    async fn members(&self) -> Result<Vec<TeamMember>, DeskError> {
        Ok(self.members.clone())
    }

    async fn places(&self) -> Result<Vec<Place>, DeskError> {
        Ok(self.places.clone())
    }

    async fn invite(&self, _: PersonId, order: InviteOrder) -> Result<InvitationMade, DeskError> {
        self.ask()?;
        self.invited.lock().unwrap().push(order);
        Ok(InvitationMade {
            text: "jawla:invitation".to_owned(),
            expires_s: NOW_MS / 1_000 + 86_400,
        })
    }

    async fn invite_phone(
        &self,
        _: PersonId,
        person: PersonId,
    ) -> Result<InvitationMade, DeskError> {
        self.ask()?;
        self.invited_again.lock().unwrap().push(person);
        Ok(InvitationMade {
            text: "jawla:deuxieme-telephone".to_owned(),
            expires_s: NOW_MS / 1_000 + 86_400,
        })
    }

    async fn revoke(&self, _: PersonId, phone: IncarnationId) -> Result<(), DeskError> {
        self.ask()?;
        self.revoked.lock().unwrap().push(phone);
        Ok(())
    }

    async fn set_place(
        &self,
        _: PersonId,
        person: PersonId,
        scope: ScopeId,
        role: Option<Role>,
    ) -> Result<(), DeskError> {
        self.ask()?;
        self.placed.lock().unwrap().push((person, scope, role));
        Ok(())
    }
}

/// Language and views of one person.
#[derive(Default)]
pub struct FakePreferences {
    pub language: Mutex<Option<Language>>,
    pub views: Mutex<Vec<SavedView>>,
}

#[async_trait]
impl Preferences for FakePreferences {
    async fn language(&self, _: PersonId) -> Option<Language> {
        *self.language.lock().unwrap()
    }

    async fn set_language(&self, _: PersonId, language: Language) -> Result<(), DeskError> {
        *self.language.lock().unwrap() = Some(language);
        Ok(())
    }

    async fn views(&self, _: PersonId) -> Vec<SavedView> {
        self.views.lock().unwrap().clone()
    }

    async fn save_view(&self, _: PersonId, view: SavedView) -> Result<(), DeskError> {
        let mut views = self.views.lock().unwrap();
        views.retain(|one| one.name != view.name);
        views.push(view);
        Ok(())
    }

    async fn drop_view(&self, _: PersonId, name: &str) -> Result<(), DeskError> {
        self.views.lock().unwrap().retain(|one| one.name != name);
        Ok(())
    }
}

#[async_trait]
impl LargePhotos for FakePhotos {
    async fn photo(&self, hash: Hash32) -> Option<Bytes> {
        self.0.get(&hash).cloned()
    }
}

/// A project with nothing remarkable about it.
pub fn project(number: u16) -> ProjectRow {
    let mut id = [0; 16];
    id[..2].copy_from_slice(&number.to_be_bytes());
    let title_fr = format!("Piste rurale du douar n° {number}");
    ProjectRow {
        document: DocumentId(id),
        scope: ScopeId([1; 16]),
        code_das: format!("KHO-2026-P1-{number:03}"),
        folded: jawla_model::fold::fold(&title_fr),
        title_fr,
        title_ar: String::new(),
        programme: "III-P1".to_owned(),
        sector: "ROUTE".to_owned(),
        nature: "TRAVAUX".to_owned(),
        communes: "053110107".to_owned(),
        admin_state: "EN_COURS".to_owned(),
        reporting_state: ReportingState::UnderWay,
        cost_centimes: Some(123_456_789),
        indh_share_centimes: Some(61_728_394),
        progress_bp: Some(4_550),
        approved_progress_bp: None,
        planned_start: String::new(),
        planned_end: String::new(),
        last_visit_at_ms: Some(now_ms() - 3 * DAY_MS),
        visits: 1,
        conflicts: 0,
        weighty_conflicts: 0,
        received_at: Some(ReceivedAt(NOW_MS / 1_000 - 3_600)),
        latitude_e7: None,
        longitude_e7: None,
        demonstration: false,
    }
}

/// A visit of that project, received and not yet reviewed.
pub fn visit(number: u8, project: &ProjectRow) -> VisitListed {
    let began = now_ms() - i64::from(number) * DAY_MS;
    VisitListed {
        visit: VisitRow {
            visit: VisitId([number; 16]),
            document: project.document,
            scope: project.scope,
            author: Some(PersonId([9; 16])),
            kind: "suivi".to_owned(),
            status: "recorded".to_owned(),
            started_at_ms: began,
            finished_at_ms: Some(began),
            date_plausible: true,
            order_ms: began,
            site_state: "actif".to_owned(),
            progress_bp: Some(4_550),
            note: String::new(),
            difficulties: String::new(),
            photos: 0,
            received_at: Some(ReceivedAt(NOW_MS / 1_000 - 3_600)),
            review: String::new(),
            review_comment: String::new(),
            conflicts: 0,
            replaces: None,
            replaced: false,
        },
        project: ProjectTitle {
            document: project.document,
            code_das: project.code_das.clone(),
            title_fr: project.title_fr.clone(),
            title_ar: project.title_ar.clone(),
            programme: project.programme.clone(),
            communes: project.communes.clone(),
            demonstration: project.demonstration,
        },
        author: Some(PersonRow {
            person: PersonId([9; 16]),
            name_fr: "Youssef Benali".to_owned(),
            name_ar: String::new(),
            role: Some(Role::TeamMember),
        }),
        strip: Vec::new(),
    }
}

/// A photo of that visit whose thumbnail has this hash.
pub fn photo(visit: &VisitRow, thumbnail: Hash32) -> PhotoRow {
    PhotoRow {
        photo: Hash32([2; 32]),
        visit: visit.visit,
        document: visit.document,
        scope: visit.scope,
        thumbnail,
        role: "ensemble".to_owned(),
        size_bytes: 350_000,
        taken_at_ms: visit.started_at_ms,
    }
}

/// How fresh one commune is.
pub fn fresh(name: &str, communes: &str, newest_visit_ms: Option<i64>) -> FreshnessRow {
    FreshnessRow {
        scope: ScopeRow {
            scope: ScopeId([1; 16]),
            name_fr: name.to_owned(),
            name_ar: String::new(),
            communes: communes.to_owned(),
        },
        projects: 12,
        under_way: 5,
        newest_received_at: newest_visit_ms
            .map(|at| ReceivedAt(u64::try_from(at / 1_000).unwrap() + 3_600)),
        newest_visit_ms,
        under_way_unvisited: if newest_visit_ms.is_some() { 1 } else { 5 },
    }
}

/// One file that is held, as a test sets it, and what was ordered of it.
#[derive(Default)]
pub struct FakeImports {
    pub file: Mutex<Option<FileHeld>>,
    pub refusal: Option<ImportFault>,
    pub taken: Mutex<Vec<(String, Bytes)>>,
    pub mapped: Mutex<Vec<Vec<Option<String>>>>,
    pub carried: Mutex<u32>,
    pub listed: Vec<ImportListed>,
}

#[async_trait]
impl Imports for FakeImports {
    async fn hold(&self, _: PersonId, name: &str, file: Bytes) -> Result<String, ImportFault> {
        if let Some(refusal) = &self.refusal {
            return Err(refusal.clone());
        }
        self.taken.lock().unwrap().push((name.to_owned(), file));
        Ok("f1".to_owned())
    }

    async fn held(&self, _: PersonId, id: &str) -> Result<FileHeld, DeskError> {
        let file = self.file.lock().unwrap().clone();
        file.filter(|_| id == "f1").ok_or(DeskError::NotFound)
    }

    async fn attempt(
        &self,
        _: PersonId,
        _: &str,
        fields: Vec<Option<String>>,
    ) -> Result<(), ImportFault> {
        if let Some(refusal) = &self.refusal {
            return Err(refusal.clone());
        }
        self.mapped.lock().unwrap().push(fields);
        Ok(())
    }

    async fn earlier(&self, _: PersonId) -> Result<Vec<ImportListed>, DeskError> {
        Ok(self.listed.clone())
    }

    async fn carry_in(&self, _: PersonId, id: &str) -> Result<(), DeskError> {
        if id != "f1" {
            return Err(DeskError::NotFound);
        }
        *self.carried.lock().unwrap() += 1;
        Ok(())
    }
}

/// Somebody of a team.
pub const AMINA: PersonId = PersonId([9; 16]);
/// A log.
pub const KHOURIBGA: ScopeId = ScopeId([1; 16]);
/// Another.
pub const OUED_ZEM: ScopeId = ScopeId([2; 16]);
/// A day.
const DAY_S: u64 = 86_400;

fn phone(number: u8, days_ago: u64) -> PhoneListed {
    let seen_at_s = NOW_MS / 1_000 - days_ago * DAY_S;
    PhoneListed {
        incarnation: IncarnationId([number; 16]),
        person: AMINA,
        name_fr: "Amina Alami".to_owned(),
        name_ar: "أمينة العلمي".to_owned(),
        device_name: "Téléphone de service".to_owned(),
        enrolled_at_s: seen_at_s - 30 * DAY_S,
        seen_at_s,
        scopes: vec![(
            "Khouribga".to_owned(),
            "خريبكة".to_owned(),
            Role::TeamMember,
        )],
        state: PhoneState::Active,
        said: Some(PhoneSaid {
            at_s: seen_at_s,
            version: "0.1.0".to_owned(),
            changes: 0,
            files: 0,
        }),
        receipt: Some([1, 2, 3, 4]),
    }
}

fn phones() -> Vec<PhoneListed> {
    let mut waiting = phone(2, 20);
    waiting.device_name = "Tablette".to_owned();
    waiting.said.as_mut().unwrap().changes = 3;
    waiting.said.as_mut().unwrap().files = 11;
    let mut revoked = phone(3, 60);
    revoked.state = PhoneState::Revoked;
    revoked.said = None;
    let mut cloned = phone(4, 2);
    cloned.person = PersonId([8; 16]);
    cloned.name_fr = "Youssef Benali".to_owned();
    cloned.name_ar = String::new();
    cloned.state = PhoneState::Cloned;
    cloned.receipt = None;
    vec![phone(1, 0), waiting, cloned, revoked]
}

fn places() -> Vec<Place> {
    let place = |scope, fr: &str, ar: &str| Place {
        scope,
        name_fr: fr.to_owned(),
        name_ar: ar.to_owned(),
    };
    vec![
        place(KHOURIBGA, "Khouribga", "خريبكة"),
        place(OUED_ZEM, "Oued Zem", "وادي زم"),
    ]
}

fn amina(places: Vec<(ScopeId, Role)>) -> TeamMember {
    TeamMember {
        person: AMINA,
        name_fr: "Amina Alami".to_owned(),
        name_ar: "أمينة العلمي".to_owned(),
        places,
    }
}

/// Two people, four phones in every state, two communes.
pub fn a_team() -> FakeTeams {
    FakeTeams {
        phones: phones(),
        members: vec![amina(vec![(KHOURIBGA, Role::TeamMember)])],
        places: places(),
        ..FakeTeams::default()
    }
}

fn import_listed(progress: Progress, file: Option<&str>) -> ImportListed {
    ImportListed {
        file: file.map(str::to_owned),
        name: "liste-2026.xlsx".to_owned(),
        by: "Fatima-Zahra El Alaoui".to_owned(),
        at_s: NOW_MS / 1_000 - 86_400,
        known: 12,
        refused: 3,
        progress,
    }
}

/// Imports in every state, newest first.
pub fn earlier_imports() -> Vec<ImportListed> {
    vec![
        import_listed(Progress::Running { imported: 40 }, Some("f2")),
        import_listed(Progress::Done { imported: 238 }, Some("f1")),
        import_listed(Progress::Stopped { imported: 17 }, None),
    ]
}
