//! How much one question may ask for, with the reason beside each number.

/// Lines of one page of projects. A phone shows 50, the office 50; an export walks through all of
/// them at this size, 10,000 in 20 steps.
pub const PROJECTS_PER_PAGE_MAX: u32 = 500;

/// Visits of one page of the feed: beside each stand thumbnails, and 24 of them are a screen.
pub const VISITS_PER_PAGE_MAX: u32 = 200;

/// Disagreements of one page: each is a card with several values.
pub const CONFLICTS_PER_PAGE_MAX: u32 = 200;

/// Changes of one page of a history: each is a line or two, and 50 of them are a long scroll on a
/// phone; the whole of a dossier's is read page by page.
pub const HISTORY_PER_PAGE_MAX: u32 = 50;

/// Visits in the sheet of one project. A dossier of 60 visits is the workload of the budgets; a
/// document is continued in a new volume long before this.
pub const VISITS_PER_SHEET_MAX: u32 = 500;

/// Photos in the sheet of one project: eight for each of 500 visits; the rest is reached through
/// the visits.
pub const PHOTOS_PER_SHEET_MAX: u32 = 4_000;

/// Disagreements in the sheet of one project: more than all fields of a dossier that people edit.
pub const CONFLICTS_PER_SHEET_MAX: u32 = 500;

/// Thumbnails beside a visit in the feed: what one line of a small screen holds.
pub const THUMBNAILS_PER_VISIT_MAX: u32 = 4;

/// Persons of one server that pages name: a province has a few hundred, a region a few thousand.
pub const PEOPLE_MAX: u32 = 10_000;

/// Scopes one server holds for its lists: the communes of the country are 1,503, sets of them
/// come beside.
pub const SCOPES_MAX: u32 = 5_000;

/// Scopes that one question may name. A person is a member of a few tens; who sees more sees all.
pub const SCOPES_PER_QUERY_MAX: usize = 1_000;

/// Characters of a search that are looked at; what follows is passed over, so that a pasted page
/// finds what its beginning finds.
pub const SEARCH_CHARS_MAX: usize = 200;

/// Words of a search that must match; each is one scan of the folded column.
pub const SEARCH_WORDS_MAX: usize = 8;

/// Days without a visit after which a project under way is shown as such (the domain brief 4.2, M4).
pub const DAYS_WITHOUT_VISIT_MAX: i64 = 45;

/// Read connections kept open between questions: as many as a phone or a small server has cores
/// to use them.
pub const READERS_IDLE_MAX: usize = 4;

/// Statements that stay prepared on a read connection: more than a person's questions need, since
/// preparing one costs more than running it.
pub const STATEMENTS_KEPT: usize = 128;

/// Differences that one comparison names: past a thousand the table is rebuilt, not read.
pub const DIFFERENCES_MAX: usize = 1_000;

/// Facts of official money on one sheet: ten years of monthly payments with their orders.
pub const MONEY_FACTS_MAX: u32 = 500;
