//! The questions that pages ask.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use jawla_model::visit::RecordWord;
use jawla_model::{Claimed, DocumentId, Language, PersonId, ReportingState, ScopeId, VisitId};

use crate::error::ViewError;
use crate::limits;
use crate::sheets::{
    ConflictListed, FreshnessRow, Overview, Page, PersonRow, ProjectSheet, ScopeRow, VisitListed,
    VisitSheet,
};

/// Whose rows a question is about. The caller decides what a person may see and says it here; a
/// view never widens it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ScopeFilter {
    /// Every scope of the store.
    #[default]
    All,
    /// These scopes; none at all when empty.
    Only(BTreeSet<ScopeId>),
}

/// Which part of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageWindow {
    /// Rows to pass over.
    pub offset: u32,
    /// Rows wanted; more than the list's limit count as the limit.
    pub rows_max: u32,
}

impl Default for PageWindow {
    fn default() -> Self {
        Self {
            offset: 0,
            rows_max: 50,
        }
    }
}

/// What a list of projects is sorted by; ties by document, unknown values always last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ProjectSort {
    /// The office's number, projects without one last.
    #[default]
    Code,
    /// The French title, or the Arabic one where there is none, folded.
    TitleFr,
    /// The Arabic title, or the French one where there is none, folded.
    TitleAr,
    /// Observed progress.
    Progress,
    /// The newest finished visit, as the timeline orders it.
    LastVisit,
    /// Cost.
    Cost,
    /// How far a project under way lies behind an even course from its planned beginning to its
    /// planned end; those that do not, and those without dates, are not behind at all. Ties by
    /// title.
    Delay {
        /// The day it is, in days since 1970-01-01.
        today_days: i64,
        /// Whose titles sort ties.
        language: Language,
    },
    /// How far a project is from here; those without a position last.
    Distance {
        /// Here, in ten millionths of a degree.
        latitude_e7: i32,
        /// Here, in ten millionths of a degree.
        longitude_e7: i32,
    },
}

/// Which end comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortDirection {
    /// Smallest or oldest first.
    #[default]
    Rising,
    /// Largest or newest first.
    Falling,
}

/// Which projects or conflicts, by their disagreements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Disagreements {
    /// All, with or without.
    #[default]
    Whether,
    /// Those with an open one.
    Open,
    /// Those with an open one about money or a measured quantity.
    Weighty,
}

/// A list of projects. Every filter left at its default lets all pass.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProjectQuery {
    /// Whose.
    pub scopes: ScopeFilter,
    /// Code of the programme.
    pub programme: Option<String>,
    /// The reporting states; all when empty.
    pub reporting_states: BTreeSet<ReportingState>,
    /// HCP code of a commune that the project lies in, alone or among others.
    pub commune: Option<String>,
    /// What a person typed: every word must stand somewhere in the folded text. Only the first
    /// [`SEARCH_CHARS_MAX`](limits::SEARCH_CHARS_MAX) characters and
    /// [`SEARCH_WORDS_MAX`](limits::SEARCH_WORDS_MAX) words are looked at.
    pub text: String,
    /// Whether they disagree about something.
    pub disagreements: Disagreements,
    /// Only projects without a finished visit since this instant, UTC milliseconds.
    pub unvisited_since_ms: Option<i64>,
    /// The order.
    pub sort: ProjectSort,
    /// Its direction.
    pub direction: SortDirection,
    /// The page; at most [`PROJECTS_PER_PAGE_MAX`](limits::PROJECTS_PER_PAGE_MAX) rows.
    pub window: PageWindow,
}

/// Which visits a feed shows. Deleted and replaced ones never.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VisitsShown {
    /// Finished visits that show one of these words; every finished one when empty. A word that
    /// no finished visit shows (*brouillon*) finds nothing.
    Finished(BTreeSet<RecordWord>),
    /// The open drafts of one person, who alone may see them.
    DraftsOf(PersonId),
}

impl Default for VisitsShown {
    fn default() -> Self {
        VisitsShown::Finished(BTreeSet::new())
    }
}

/// A feed of visits over all projects, newest first (order of the timeline, then by id).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VisitQuery {
    /// Whose.
    pub scopes: ScopeFilter,
    /// Which.
    pub shown: VisitsShown,
    /// Only this person's.
    pub author: Option<PersonId>,
    /// Only from this instant on (as the timeline orders it), UTC milliseconds.
    pub from_ms: Option<i64>,
    /// Only before this instant.
    pub before_ms: Option<i64>,
    /// The page; at most [`VISITS_PER_PAGE_MAX`](limits::VISITS_PER_PAGE_MAX) rows.
    pub window: PageWindow,
}

/// A list of disagreements, the weighty ones first, then by document and path.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ConflictQuery {
    /// Whose.
    pub scopes: ScopeFilter,
    /// Only of this dossier.
    pub document: Option<DocumentId>,
    /// [`Disagreements::Weighty`] for those alone; the other two say the same here.
    pub disagreements: Disagreements,
    /// The page; at most [`CONFLICTS_PER_PAGE_MAX`](limits::CONFLICTS_PER_PAGE_MAX) rows.
    pub window: PageWindow,
}

/// How old what is known is, seen from `now`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freshness {
    /// Whose.
    pub scopes: ScopeFilter,
    /// The asker's clock: a view has none.
    pub now: Claimed,
}

/// What pages ask of a store. Every answer is one instant of it; every list is bounded by
/// [`limits`]; an empty store answers with empty lists and zeroes.
///
/// # Errors
/// All methods: [`ViewError::Busy`] when asking again may help, [`ViewError::Damaged`] when a row
/// must be projected again, [`ViewError::TooManyScopes`], [`ViewError::Store`] otherwise.
#[async_trait]
pub trait Views: Send + Sync {
    /// Lists projects.
    async fn projects(
        &self,
        query: &ProjectQuery,
    ) -> Result<Page<crate::rows::ProjectRow>, ViewError>;

    /// Finds everything the sheet of one project shows.
    async fn project(&self, document: DocumentId) -> Result<Option<ProjectSheet>, ViewError>;

    /// Counts, for each of these numbers of the office, the projects that carry it, where they are
    /// several: at most [`PROJECTS_PER_PAGE_MAX`](limits::PROJECTS_PER_PAGE_MAX) numbers are looked
    /// at. A number should be one project's; that two carry it is shown, never refused.
    async fn shared_codes(
        &self,
        scopes: &ScopeFilter,
        codes: &BTreeSet<String>,
    ) -> Result<BTreeMap<String, u64>, ViewError>;

    /// Lists visits over all projects, newest first.
    async fn visits(&self, query: &VisitQuery) -> Result<Page<VisitListed>, ViewError>;

    /// Finds one visit of one dossier. Whether the asker may see a draft is the asker's to
    /// decide: see [`VisitRow::is_draft`](crate::rows::VisitRow::is_draft).
    async fn visit(
        &self,
        document: DocumentId,
        visit: VisitId,
    ) -> Result<Option<VisitSheet>, ViewError>;

    /// Lists open disagreements.
    async fn conflicts(&self, query: &ConflictQuery) -> Result<Page<ConflictListed>, ViewError>;

    /// Sums up the projects by programme and reporting state.
    async fn overview(&self, scopes: &ScopeFilter) -> Result<Overview, ViewError>;

    /// Says scope by scope how old what is known is, by French name.
    async fn freshness(&self, query: &Freshness) -> Result<Vec<FreshnessRow>, ViewError>;

    /// Lists the persons whom rows name, by id; at most [`PEOPLE_MAX`](limits::PEOPLE_MAX).
    async fn people(&self) -> Result<Vec<PersonRow>, ViewError>;

    /// Lists the scopes that have a name here, by French name; at most
    /// [`SCOPES_MAX`](limits::SCOPES_MAX).
    async fn scopes(&self) -> Result<Vec<ScopeRow>, ViewError>;
}

impl ScopeFilter {
    /// One scope.
    pub fn one(scope: ScopeId) -> Self {
        ScopeFilter::Only(BTreeSet::from([scope]))
    }

    /// Refuses a filter of more scopes than one question may name.
    ///
    /// # Errors
    /// [`ViewError::TooManyScopes`].
    pub fn check(&self) -> Result<(), ViewError> {
        match self {
            ScopeFilter::Only(scopes) if scopes.len() > limits::SCOPES_PER_QUERY_MAX => {
                Err(ViewError::TooManyScopes {
                    scopes: scopes.len(),
                    scopes_max: limits::SCOPES_PER_QUERY_MAX,
                })
            }
            _ => Ok(()),
        }
    }
}

/// The folded words that a search looks for; one meaning for every store.
pub fn search_words(text: &str) -> Vec<String> {
    let looked_at: String = text.chars().take(limits::SEARCH_CHARS_MAX).collect();
    jawla_model::fold::fold(&looked_at)
        .split_whitespace()
        .take(limits::SEARCH_WORDS_MAX)
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_looks_at_the_first_words_folded() {
        assert_eq!(
            search_words("  Étanchéité\tÉCOLE "),
            ["etancheite", "ecole"]
        );
        assert_eq!(search_words("المدرسة"), ["المدرسه"]);
        assert!(search_words(" \n ").is_empty());
        assert_eq!(search_words(&"a ".repeat(1_000)).len(), 8);
        assert_eq!(search_words(&"x".repeat(1_000_000)), ["x".repeat(200)]);
    }

    #[test]
    fn more_scopes_than_allowed_are_refused() {
        let scopes = |count: u16| {
            let ids = (0..count).map(|n| {
                let mut id = [0; 16];
                id[..2].copy_from_slice(&n.to_be_bytes());
                ScopeId(id)
            });
            ScopeFilter::Only(ids.collect())
        };
        assert!(scopes(1_000).check().is_ok());
        assert!(matches!(
            scopes(1_001).check(),
            Err(ViewError::TooManyScopes { scopes: 1_001, .. })
        ));
    }
}
