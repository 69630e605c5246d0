//! The filters of the list of projects, as its address says them. What an address says can be
//! read back and written again; what it cannot say does not exist.

use std::collections::BTreeSet;

use jawla_model::ReportingState;
use jawla_views::limits::{DAYS_WITHOUT_VISIT_MAX, SEARCH_CHARS_MAX};
use jawla_views::{
    Disagreements, PageWindow, ProjectQuery, ProjectSort, ScopeFilter, SortDirection,
};

use crate::format::plain;
use crate::limits;

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// Columns that the list can be sorted by, and their words in an address.
const SORTS: [(ProjectSort, &str); 6] = [
    (ProjectSort::Code, "numero"),
    (ProjectSort::TitleFr, "intitule"),
    (ProjectSort::TitleAr, "intitule-ar"),
    (ProjectSort::Progress, "avancement"),
    (ProjectSort::LastVisit, "visite"),
    (ProjectSort::Cost, "cout"),
];

/// What a person asked of the list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProjectFilters {
    /// What was typed into the search field.
    pub text: String,
    /// Code of the programme.
    pub programme: Option<String>,
    /// Reporting states; all when empty.
    pub states: BTreeSet<ReportingState>,
    /// HCP code of the commune.
    pub commune: Option<String>,
    /// Only those with an open disagreement.
    pub disagreements: Disagreements,
    /// Only those without a recent visit.
    pub visited: Visited,
    /// Order.
    pub sort: ProjectSort,
    /// Direction of it.
    pub direction: SortDirection,
    /// Pages before the one shown.
    pub pages_before: u32,
}

/// Whether the list looks at the age of the last visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Visited {
    /// It does not.
    #[default]
    Whenever,
    /// Only projects without a finished visit for [`DAYS_WITHOUT_VISIT_MAX`] days.
    NotLately,
}

impl ProjectFilters {
    /// Reads the pairs of an address. What is unknown is passed over, what is too long is cut:
    /// an address typed by hand shows a list, not an error.
    pub fn from_query(query: &str) -> Self {
        let mut filters = Self::default();
        for (key, value) in form_urlencoded::parse(query.as_bytes()).take(limits::QUERY_PAIRS_MAX) {
            filters.take(&key, &value);
        }
        filters
    }

    fn take(&mut self, key: &str, value: &str) {
        match key {
            "q" => self.text = plain(value).chars().take(SEARCH_CHARS_MAX).collect(),
            "programme" => self.programme = code(value),
            "commune" => self.commune = code(value),
            "etat" => self.states.extend(ReportingState::from_code(value)),
            "departager" if value == "1" => self.disagreements = Disagreements::Open,
            "departager" if value == "chiffres" => self.disagreements = Disagreements::Weighty,
            "visite" if value == "ancienne" => self.visited = Visited::NotLately,
            "tri" => {
                let found = SORTS.iter().find(|(_, word)| *word == value);
                self.sort = found.map_or(self.sort, |(sort, _)| *sort);
            }
            "sens" if value == "desc" => self.direction = SortDirection::Falling,
            "page" => {
                let page = value.parse::<u32>().unwrap_or(1);
                self.pages_before = page.clamp(1, limits::PAGE_NUMBER_MAX) - 1;
            }
            _ => {}
        }
    }

    /// The address's query, without what is at its default; empty when everything is.
    pub fn to_query(&self) -> String {
        let mut out = form_urlencoded::Serializer::new(String::new());
        let mut add = |key: &str, value: &str| {
            out.append_pair(key, value);
        };
        if !self.text.is_empty() {
            add("q", &self.text);
        }
        if let Some(programme) = &self.programme {
            add("programme", programme);
        }
        for state in &self.states {
            add("etat", state.code());
        }
        if let Some(commune) = &self.commune {
            add("commune", commune);
        }
        match self.disagreements {
            Disagreements::Whether => {}
            Disagreements::Open => add("departager", "1"),
            Disagreements::Weighty => add("departager", "chiffres"),
        }
        if self.visited == Visited::NotLately {
            add("visite", "ancienne");
        }
        if self.sort != ProjectSort::default() {
            add("tri", sort_word(self.sort));
        }
        if self.direction == SortDirection::Falling {
            add("sens", "desc");
        }
        if self.pages_before > 0 {
            add("page", &(self.pages_before + 1).to_string());
        }
        out.finish()
    }

    /// The address of the list so filtered.
    pub fn href(&self) -> String {
        match self.to_query() {
            query if query.is_empty() => "/projets".to_owned(),
            query => format!("/projets?{query}"),
        }
    }

    /// The same filters on another page.
    pub fn at_page(&self, pages_before: u32) -> Self {
        Self {
            pages_before,
            ..self.clone()
        }
    }

    /// The same filters sorted by a column: where it is the order already, the other way round.
    pub fn sorted_by(&self, sort: ProjectSort) -> Self {
        let direction = match (self.sort == sort, self.direction) {
            (true, SortDirection::Rising) => SortDirection::Falling,
            (true, SortDirection::Falling) => SortDirection::Rising,
            (false, _) => first_direction(sort),
        };
        Self {
            sort,
            direction,
            pages_before: 0,
            ..self.clone()
        }
    }

    /// The word of the order in an address; `None` at its default.
    pub fn sort_word(&self) -> Option<&'static str> {
        (self.sort != ProjectSort::default()).then(|| sort_word(self.sort))
    }

    /// Whether any of them holds rows back.
    pub fn is_narrowing(&self) -> bool {
        let order = Self {
            sort: self.sort,
            direction: self.direction,
            pages_before: self.pages_before,
            ..Self::default()
        };
        *self != order
    }

    /// The question to ask of a store.
    pub fn question(&self, scopes: ScopeFilter, now_utc_ms: i64) -> ProjectQuery {
        let since = now_utc_ms.saturating_sub(DAYS_WITHOUT_VISIT_MAX * DAY_MS);
        ProjectQuery {
            scopes,
            programme: self.programme.clone(),
            reporting_states: self.states.clone(),
            commune: self.commune.clone(),
            text: self.text.clone(),
            disagreements: self.disagreements,
            unvisited_since_ms: (self.visited == Visited::NotLately).then_some(since),
            sort: self.sort,
            direction: self.direction,
            window: PageWindow {
                offset: self.pages_before.saturating_mul(limits::PROJECTS_PER_PAGE),
                rows_max: limits::PROJECTS_PER_PAGE,
            },
        }
    }
}

fn sort_word(sort: ProjectSort) -> &'static str {
    SORTS
        .iter()
        .find(|(known, _)| *known == sort)
        .map_or("numero", |(_, word)| word)
}

/// What people look for first in a column: the largest cost, the oldest visit.
const fn first_direction(sort: ProjectSort) -> SortDirection {
    match sort {
        ProjectSort::Cost => SortDirection::Falling,
        _ => SortDirection::Rising,
    }
}

fn code(value: &str) -> Option<String> {
    let value: String = plain(value).chars().take(limits::CODE_CHARS_MAX).collect();
    (!value.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_the_same_after_a_round_trip() {
        let table = [
            "",
            "q=%C3%A9cole+%26+%22route%22",
            "programme=III-P1&etat=EC&etat=AC&commune=053110107",
            "departager=1&visite=ancienne&tri=cout&sens=desc&page=3",
            "departager=chiffres&tri=visite",
            "q=%D8%AF%D8%A7%D8%B1",
        ];
        for query in table {
            let filters = ProjectFilters::from_query(query);
            assert_eq!(filters.to_query(), query);
            assert_eq!(ProjectFilters::from_query(&filters.to_query()), filters);
        }
    }

    #[test]
    fn an_address_typed_by_hand_is_bounded_and_never_an_error() {
        let filters = ProjectFilters::from_query(
            "etat=ZZ&tri=couleur&sens=travers&page=99999999999&page=-4&programme=++&%ff=%ff&x",
        );
        assert_eq!(filters, ProjectFilters::default());
        let page = ProjectFilters::from_query("page=4294967295").pages_before;
        assert_eq!(page, limits::PAGE_NUMBER_MAX - 1);
        let long = format!("q={}&programme={0}", "é".repeat(10_000));
        let filters = ProjectFilters::from_query(&long);
        assert_eq!(filters.text.chars().count(), SEARCH_CHARS_MAX);
        assert_eq!(
            filters.programme.unwrap().chars().count(),
            limits::CODE_CHARS_MAX
        );
        let many = "etat=EC&".repeat(100) + "q=trop";
        assert_eq!(ProjectFilters::from_query(&many).text, "");
    }

    #[test]
    fn a_second_click_on_a_column_turns_its_order() {
        let by_cost = ProjectFilters::from_query("page=3").sorted_by(ProjectSort::Cost);
        assert_eq!(by_cost.to_query(), "tri=cout&sens=desc");
        assert_eq!(by_cost.sorted_by(ProjectSort::Cost).to_query(), "tri=cout");
        assert_eq!(by_cost.sorted_by(ProjectSort::Code).to_query(), "");
    }

    #[test]
    fn the_question_has_the_asked_window_and_day() {
        let filters = ProjectFilters::from_query("page=3&visite=ancienne&departager=1");
        let question = filters.question(ScopeFilter::All, 100 * DAY_MS);
        assert_eq!(
            (question.window.offset, question.window.rows_max),
            (100, 50)
        );
        assert_eq!(question.unvisited_since_ms, Some(55 * DAY_MS));
        assert_eq!(question.disagreements, Disagreements::Open);
        assert!(filters.is_narrowing());
        assert!(!ProjectFilters::from_query("tri=cout&page=2").is_narrowing());
    }
}
