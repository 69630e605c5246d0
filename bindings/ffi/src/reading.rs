//! Lists and sheets.

use std::collections::BTreeSet;

use jawla_client::Handset;
use jawla_model::{DocumentId, PersonId};
use jawla_views::{Dossiers, Phone, VisitQuery, VisitRow, VisitsShown};

use crate::disagreements::Disagreement;
use crate::error::JawlaError;
use crate::lifecycle::PersonName;
use crate::limits::SHEET_ROWS_MAX;
use crate::money::OfficialMoney;
use crate::rows::{
    Commune, Named, Names, PageRequest, PhotoInfo, ProjectFilter, ProjectPage, ProjectSummary,
    ScopeInfo, VisitFilter, VisitPage, VisitSummary, VisitWithProject, id,
};
use crate::sheets::{self, ProjectSheet, ServerFacts};
use crate::store::FieldStore;
use crate::words::RecordWord;

/// The names of the persons whom rows name.
pub(crate) async fn names(handset: &Handset) -> Result<Names, JawlaError> {
    let people = handset.views().people().await?;
    let one = |row: jawla_views::PersonRow| (row.person, PersonName::from(row));
    Ok(people.into_iter().map(one).collect())
}

pub(crate) async fn me(handset: &Handset) -> Result<Option<PersonId>, JawlaError> {
    match handset.client().who().await {
        Ok(row) => Ok(Some(row.person)),
        Err(jawla_client::ClientError::NotEnrolled) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// A visit with the word that this device may say of it.
pub(crate) async fn summary(
    handset: &Handset,
    row: VisitRow,
    names: &Names,
) -> Result<VisitSummary, JawlaError> {
    let word = handset.client().word_of(row.clone()).await?;
    Ok(VisitSummary::of(row, word, names))
}

async fn sheet(handset: Handset, document: DocumentId) -> Result<ProjectSheet, JawlaError> {
    let missing = || JawlaError::fix("not_found");
    let found = handset.views().project(document).await?;
    let found = found.ok_or_else(missing)?;
    let fields = handset.project_fields(document).await?;
    let fields = fields.ok_or_else(missing)?;
    let names = names(&handset).await?;
    let me = me(&handset).await?;
    let reference = handset.reference().await;
    let mut visits = Vec::new();
    let seen: Vec<VisitRow> = found.timeline(me).take(SHEET_ROWS_MAX).cloned().collect();
    for row in seen {
        visits.push(summary(&handset, row, &names).await?);
    }
    let drafts = found.drafts_of_others(me);
    let money = OfficialMoney::of(&handset.money_facts(document).await?, &names);
    let project = found.project;
    let communes = project.communes.split('+');
    let communes = communes.filter_map(|code| reference.commune(code).map(Commune::from));
    Ok(ProjectSheet {
        communes: communes.collect(),
        fields: sheets::written(&fields.values),
        visits,
        drafts_of_others: u32::try_from(drafts).unwrap_or(u32::MAX),
        photos: found
            .photos
            .into_iter()
            .take(SHEET_ROWS_MAX)
            .map(PhotoInfo::from)
            .collect(),
        disagreements: found
            .conflicts
            .into_iter()
            .take(SHEET_ROWS_MAX)
            .map(|row| Disagreement::of(row, &names))
            .collect(),
        server_facts: ServerFacts {
            received_at_s: project.received_at.map(|at| at.0),
            approved_progress_bp: project.approved_progress_bp,
            admin_state: project.admin_state.clone(),
            reporting_state: project.reporting_state.into(),
            money,
        },
        project: project.into(),
    })
}

async fn visits(
    handset: Handset,
    filter: VisitFilter,
    page: PageRequest,
) -> Result<VisitPage, JawlaError> {
    let me = me(&handset).await?;
    let shown = match (filter.own_drafts, me) {
        (true, Some(me)) => VisitsShown::DraftsOf(me),
        (true, None) => return Err(JawlaError::enrol()),
        (false, _) => {
            let words: BTreeSet<_> = filter.words.into_iter().map(Into::into).collect();
            VisitsShown::Finished(words)
        }
    };
    let query = VisitQuery {
        shown,
        author: me.filter(|_| filter.own),
        from_ms: filter.from_ms,
        before_ms: filter.before_ms,
        window: page.into(),
        ..VisitQuery::default()
    };
    let page = handset.views().visits(&query).await?;
    let names = names(&handset).await?;
    let (next_offset, total) = (page.next_offset(), page.total);
    let mut rows = Vec::new();
    for listed in page.rows {
        rows.push(VisitWithProject {
            visit: summary(&handset, listed.visit, &names).await?,
            code_das: listed.project.code_das,
            title_fr: listed.project.title_fr,
            title_ar: listed.project.title_ar,
            thumbnails: listed
                .strip
                .iter()
                .map(|photo| photo.thumbnail.hex())
                .collect(),
        });
    }
    Ok(VisitPage {
        rows,
        total,
        next_offset,
    })
}

fn named(code: &str, name_fr: &str, name_ar: &str) -> Named {
    Named {
        code: code.to_owned(),
        name_fr: name_fr.to_owned(),
        name_ar: name_ar.to_owned(),
    }
}

#[uniffi::export]
impl FieldStore {
    /// The scopes of this device: what of the province is here, and in which role.
    ///
    /// # Errors
    /// `Wait`, `ReportBug`, `Closed`.
    pub async fn scopes(&self) -> Result<Vec<ScopeInfo>, JawlaError> {
        self.with(|handset| async move {
            let rows = handset.views().scopes().await?;
            let standing = handset.client().scopes().await?;
            let one = |of: jawla_client::device::ScopeStanding| {
                let row = rows.iter().find(|row| row.scope == of.scope);
                let communes = row.map(|row| row.communes.as_str()).unwrap_or_default();
                let communes = communes.split('+').filter(|code| !code.is_empty());
                ScopeInfo {
                    scope: of.scope.hex(),
                    name_fr: row.map(|row| row.name_fr.clone()).unwrap_or_default(),
                    name_ar: row.map(|row| row.name_ar.clone()).unwrap_or_default(),
                    communes: communes.map(str::to_owned).collect(),
                    role: of.role.into(),
                    position: of.seq,
                }
            };
            Ok(standing.into_iter().map(one).collect())
        })
        .await
    }

    /// Lists projects.
    ///
    /// # Errors
    /// `FixInput` (`not_an_id`, `bad_request`), `Wait`, `ReportBug`, `Closed`.
    pub async fn projects(
        &self,
        filter: ProjectFilter,
        page: PageRequest,
    ) -> Result<ProjectPage, JawlaError> {
        let query = filter.query(page)?;
        self.with(move |handset| async move {
            let page = handset.views().projects(&query).await?;
            Ok(ProjectPage {
                next_offset: page.next_offset(),
                total: page.total,
                rows: page.rows.into_iter().map(ProjectSummary::from).collect(),
            })
        })
        .await
    }

    /// Everything the sheet of one project shows.
    ///
    /// # Errors
    /// `FixInput` (`not_found`, `not_an_id`), `Wait`, `ReportBug`, `Closed`.
    pub async fn project(&self, document: String) -> Result<ProjectSheet, JawlaError> {
        let document = id(&document)?;
        self.with(move |handset| sheet(handset, document)).await
    }

    /// Lists visits over all projects, newest first.
    ///
    /// # Errors
    /// `EnrolAgain` when own drafts are asked for before enrolment, `Wait`, `ReportBug`, `Closed`.
    pub async fn visits(
        &self,
        filter: VisitFilter,
        page: PageRequest,
    ) -> Result<VisitPage, JawlaError> {
        self.with(move |handset| visits(handset, filter, page))
            .await
    }

    /// This person's visits that the office sent back: what is to be corrected, newest first.
    ///
    /// # Errors
    /// As `visits`.
    pub async fn returned_visits(&self, page: PageRequest) -> Result<VisitPage, JawlaError> {
        let filter = VisitFilter {
            words: vec![RecordWord::Returned],
            own: true,
            ..VisitFilter::default()
        };
        self.visits(filter, page).await
    }

    /// The communes of the province that the reference data knows; all of them, about 31.
    ///
    /// # Errors
    /// `Closed`.
    pub async fn communes(&self) -> Result<Vec<Commune>, JawlaError> {
        self.with(|handset| async move {
            let reference = handset.reference().await;
            Ok(reference.communes.iter().map(Commune::from).collect())
        })
        .await
    }

    /// The programmes, by period.
    ///
    /// # Errors
    /// `Closed`.
    pub async fn programmes(&self) -> Result<Vec<Named>, JawlaError> {
        self.with(|handset| async move {
            let reference = handset.reference().await;
            let all = reference.programmes.iter();
            Ok(all
                .map(|one| named(&one.code, &one.name_fr, &one.name_ar))
                .collect())
        })
        .await
    }

    /// The sectors.
    ///
    /// # Errors
    /// `Closed`.
    pub async fn sectors(&self) -> Result<Vec<Named>, JawlaError> {
        self.with(|handset| async move {
            let reference = handset.reference().await;
            let all = reference.sectors.iter();
            Ok(all
                .map(|one| named(&one.code, &one.name_fr, &one.name_ar))
                .collect())
        })
        .await
    }

    /// The reasons for difficulties.
    ///
    /// # Errors
    /// `Closed`.
    pub async fn difficulty_reasons(&self) -> Result<Vec<Named>, JawlaError> {
        self.with(|handset| async move {
            let reference = handset.reference().await;
            let all = reference.reasons.iter();
            Ok(all
                .map(|one| named(&one.code, &one.name_fr, &one.name_ar))
                .collect())
        })
        .await
    }

    /// The persons whom rows name.
    ///
    /// # Errors
    /// `Wait`, `ReportBug`, `Closed`.
    pub async fn people(&self) -> Result<Vec<PersonName>, JawlaError> {
        self.with(|handset| async move { Ok(names(&handset).await?.into_values().collect()) })
            .await
    }
}
