-- Orders of the list of projects that are kept ready, so that its first page sorts nothing. They
-- change no row and may be missing: whoever opens the database has them made.
CREATE INDEX IF NOT EXISTS view_project_by_title_fr ON view_project (sort_fr, document);
CREATE INDEX IF NOT EXISTS view_project_by_title_ar ON view_project (sort_ar, document);
CREATE INDEX IF NOT EXISTS view_project_by_code ON view_project (code_das = '', code_das, document);
