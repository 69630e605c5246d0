-- Orders of the list of projects that are kept ready, so that its first page sorts nothing and reads
-- no whole row that it does not show. Those of the titles hold what says how late a project is, too.
-- They change no row and may be missing: whoever opens the database has them made.
DROP INDEX IF EXISTS view_project_by_title_fr;
DROP INDEX IF EXISTS view_project_by_title_ar;
CREATE INDEX IF NOT EXISTS view_project_in_titles_fr ON view_project
  (sort_fr, document, reporting_state, planned_start, planned_end, progress_bp);
CREATE INDEX IF NOT EXISTS view_project_in_titles_ar ON view_project
  (sort_ar, document, reporting_state, planned_start, planned_end, progress_bp);
CREATE INDEX IF NOT EXISTS view_project_by_code ON view_project (code_das = '', code_das, document);
