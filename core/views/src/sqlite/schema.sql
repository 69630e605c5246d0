-- Tables of the read model. Caches: every row can be projected again from its document.
--
-- Raise VIEW_VERSION with every change here; the owner of the database then drops these tables,
-- creates them anew and projects every document again. No migration is ever written.
--
-- `row_hash` is SHA-256, cut to 16 bytes, of the row's canonical JSON. It stands before long
-- texts so that comparing hashes reads no overflow page. Unsigned 64-bit numbers are stored as
-- the signed number with the same bits. Keys begin with the document, since an author may use
-- the id of a visit twice.

CREATE TABLE view_project (
  document BLOB NOT NULL PRIMARY KEY CHECK (length(document) = 16),
  row_hash BLOB NOT NULL CHECK (length(row_hash) = 16),
  scope BLOB NOT NULL CHECK (length(scope) = 16),
  code_das TEXT NOT NULL,
  programme TEXT NOT NULL,
  sector TEXT NOT NULL,
  nature TEXT NOT NULL,
  communes TEXT NOT NULL,
  admin_state TEXT NOT NULL,
  reporting_state TEXT NOT NULL,
  cost_centimes INTEGER,
  indh_share_centimes INTEGER,
  progress_bp INTEGER,
  approved_progress_bp INTEGER,
  planned_start TEXT NOT NULL,
  planned_end TEXT NOT NULL,
  last_visit_at_ms INTEGER,
  visits INTEGER NOT NULL,
  conflicts INTEGER NOT NULL,
  weighty_conflicts INTEGER NOT NULL,
  received_at INTEGER,
  latitude_e7 INTEGER,
  longitude_e7 INTEGER,
  demonstration INTEGER NOT NULL CHECK (demonstration IN (0, 1)),
  title_fr TEXT NOT NULL,
  title_ar TEXT NOT NULL,
  -- What titles sort by: folded, and the other language's where one is missing. Not of the row.
  sort_fr TEXT NOT NULL,
  sort_ar TEXT NOT NULL,
  folded TEXT NOT NULL
) STRICT;
CREATE INDEX view_project_scope ON view_project (scope, code_das);

CREATE TABLE view_visit (
  document BLOB NOT NULL CHECK (length(document) = 16),
  visit BLOB NOT NULL CHECK (length(visit) = 16),
  row_hash BLOB NOT NULL CHECK (length(row_hash) = 16),
  scope BLOB NOT NULL CHECK (length(scope) = 16),
  author BLOB CHECK (length(author) = 16),
  kind TEXT NOT NULL,
  status TEXT NOT NULL,
  started_at_ms INTEGER NOT NULL,
  finished_at_ms INTEGER,
  date_plausible INTEGER NOT NULL CHECK (date_plausible IN (0, 1)),
  order_ms INTEGER NOT NULL,
  site_state TEXT NOT NULL,
  progress_bp INTEGER,
  difficulties TEXT NOT NULL,
  photos INTEGER NOT NULL,
  received_at INTEGER,
  review TEXT NOT NULL,
  conflicts INTEGER NOT NULL,
  replaces BLOB CHECK (length(replaces) = 16),
  replaced INTEGER NOT NULL CHECK (replaced IN (0, 1)),
  review_comment TEXT NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (document, visit)
) STRICT, WITHOUT ROWID;
-- The newest finished visit of a project: one seek for each line of a list.
CREATE INDEX view_visit_counted ON view_visit (document, order_ms)
  WHERE status = 'recorded' AND replaced = 0;
-- The feed: its order and everything it filters by, so that counting reads the index alone.
CREATE INDEX view_visit_feed
  ON view_visit (order_ms DESC, visit, document, scope, author, received_at, review)
  WHERE status = 'recorded' AND replaced = 0;
CREATE INDEX view_visit_draft ON view_visit (author, order_ms DESC)
  WHERE status = 'draft' AND replaced = 0;
CREATE INDEX view_visit_scope ON view_visit (scope);

CREATE TABLE view_photo (
  document BLOB NOT NULL CHECK (length(document) = 16),
  visit BLOB NOT NULL CHECK (length(visit) = 16),
  photo BLOB NOT NULL CHECK (length(photo) = 32),
  row_hash BLOB NOT NULL CHECK (length(row_hash) = 16),
  scope BLOB NOT NULL CHECK (length(scope) = 16),
  thumbnail BLOB NOT NULL CHECK (length(thumbnail) = 32),
  role TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  taken_at_ms INTEGER NOT NULL,
  PRIMARY KEY (document, visit, photo)
) STRICT, WITHOUT ROWID;
CREATE INDEX view_photo_scope ON view_photo (scope);

CREATE TABLE view_conflict (
  document BLOB NOT NULL CHECK (length(document) = 16),
  path TEXT NOT NULL,
  row_hash BLOB NOT NULL CHECK (length(row_hash) = 16),
  scope BLOB NOT NULL CHECK (length(scope) = 16),
  weighty INTEGER NOT NULL CHECK (weighty IN (0, 1)),
  -- JSON of the values, the provisional winner first.
  conflicting TEXT NOT NULL,
  PRIMARY KEY (document, path)
) STRICT, WITHOUT ROWID;
CREATE INDEX view_conflict_order ON view_conflict (weighty DESC, document, path, scope);
CREATE INDEX view_conflict_scope ON view_conflict (scope);

-- The two tables below are no projections: the owner writes them from its accounts and its
-- reference data, and erases a person by deleting their row.
CREATE TABLE view_person (
  person BLOB NOT NULL PRIMARY KEY CHECK (length(person) = 16),
  row_hash BLOB NOT NULL CHECK (length(row_hash) = 16),
  name_fr TEXT NOT NULL,
  name_ar TEXT NOT NULL,
  role TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE view_scope (
  scope BLOB NOT NULL PRIMARY KEY CHECK (length(scope) = 16),
  row_hash BLOB NOT NULL CHECK (length(row_hash) = 16),
  name_fr TEXT NOT NULL,
  name_ar TEXT NOT NULL,
  communes TEXT NOT NULL
) STRICT, WITHOUT ROWID;
