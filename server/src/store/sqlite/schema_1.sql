-- Schema 1 of the server's database. A migration that was shipped is never
-- changed: the runner compares its checksum. `scope` stands first in every key that can have it,
-- so that PostgreSQL can share the shape and split by it.

CREATE TABLE meta (
  name TEXT NOT NULL PRIMARY KEY,
  content BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The only hot row of a log: its head, locked while a pack is written.
CREATE TABLE scope (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  kind TEXT NOT NULL CHECK (kind IN ('province', 'commune', 'communes', 'team')),
  parent BLOB REFERENCES scope (id),
  name_fr TEXT NOT NULL,
  name_ar TEXT NOT NULL,
  communes TEXT NOT NULL,
  head INTEGER NOT NULL,
  chain BLOB NOT NULL CHECK (length(chain) = 16),
  received_at INTEGER NOT NULL,
  backup_seq INTEGER NOT NULL DEFAULT 0,
  devices INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX scope_communes ON scope (communes) WHERE communes <> '';

-- The log. The bytes of a change lie in `change` alone.
CREATE TABLE entry (
  scope BLOB NOT NULL REFERENCES scope (id),
  seq INTEGER NOT NULL CHECK (seq > 0),
  kind INTEGER NOT NULL,
  document BLOB CHECK (length(document) = 16),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  chain BLOB NOT NULL CHECK (length(chain) = 16),
  received_at INTEGER NOT NULL,
  incarnation BLOB,
  pack_no INTEGER,
  via TEXT NOT NULL CHECK (via IN ('pack', 'server', 'carried', 'ruled', 'healed')),
  payload BLOB,
  PRIMARY KEY (scope, seq)
) STRICT, WITHOUT ROWID;

-- The truth: accepted changes, immutable. A rowid table, since chunks reach 64 kB.
CREATE TABLE change (
  id INTEGER PRIMARY KEY,
  scope BLOB NOT NULL,
  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
  document BLOB NOT NULL CHECK (length(document) = 16),
  actor BLOB NOT NULL CHECK (length(actor) = 16),
  seq INTEGER NOT NULL,
  entry_seq INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  UNIQUE (document, actor, seq),
  UNIQUE (scope, entry_seq)
) STRICT;

CREATE TABLE actor (
  scope BLOB NOT NULL,
  id BLOB NOT NULL CHECK (length(id) = 16),
  incarnation BLOB NOT NULL,
  device INTEGER NOT NULL,
  entry_seq INTEGER NOT NULL,
  PRIMARY KEY (scope, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX actor_incarnation ON actor (scope, incarnation);

-- `version` rises with every accepted change: what an open document in memory is checked by.
CREATE TABLE document (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  scope BLOB NOT NULL REFERENCES scope (id),
  version INTEGER NOT NULL,
  heads BLOB NOT NULL,
  code_das TEXT NOT NULL
) STRICT;
CREATE INDEX document_scope ON document (scope, id);
CREATE INDEX document_code ON document (code_das) WHERE code_das <> '';

-- A cache of the fold of its changes, valid while `version` is the document's.
CREATE TABLE document_saved (
  document BLOB NOT NULL PRIMARY KEY REFERENCES document (id),
  version INTEGER NOT NULL,
  bytes BLOB NOT NULL
) STRICT;

-- A quarantined change holds its (document, actor, seq) as an accepted one does.
CREATE TABLE quarantine (
  scope BLOB NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  kind INTEGER NOT NULL,
  document BLOB,
  actor BLOB,
  seq INTEGER,
  bytes BLOB NOT NULL,
  incarnation BLOB NOT NULL,
  pack_no INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  reason INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'accepted', 'refused')),
  received_at INTEGER NOT NULL,
  PRIMARY KEY (scope, hash)
) STRICT;
CREATE INDEX quarantine_place ON quarantine (document, actor, seq);
CREATE INDEX quarantine_hash ON quarantine (hash);
CREATE INDEX quarantine_incarnation ON quarantine (incarnation, state);

-- Hashes of refused changes, so that what depends on one is told so.
CREATE TABLE refused (
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
  incarnation BLOB NOT NULL,
  pack_no INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  reason INTEGER NOT NULL,
  received_at INTEGER NOT NULL
) STRICT;
CREATE INDEX refused_incarnation ON refused (incarnation, id);

-- Receipt and audit in one. `covered` is what its signature covers beside server and header:
-- per entry kind, document, content hash. A second pack under a number already used is kept
-- whole, without an outcome: the evidence of a clone.
CREATE TABLE pack (
  id INTEGER PRIMARY KEY,
  incarnation BLOB NOT NULL,
  no INTEGER NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  scope BLOB NOT NULL,
  header BLOB NOT NULL,
  covered BLOB NOT NULL,
  signature BLOB NOT NULL CHECK (length(signature) = 64),
  outcome BLOB,
  whole BLOB,
  received_at INTEGER NOT NULL,
  UNIQUE (incarnation, no, hash)
) STRICT;

-- Files that the packs of an incarnation name, whatever became of the packs.
CREATE TABLE pack_file (
  incarnation BLOB NOT NULL,
  file BLOB NOT NULL CHECK (length(file) = 32),
  scope BLOB NOT NULL,
  taken INTEGER NOT NULL DEFAULT 0 CHECK (taken IN (0, 1)),
  PRIMARY KEY (incarnation, file, scope)
) STRICT, WITHOUT ROWID;

CREATE TABLE person (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  name_fr TEXT NOT NULL,
  name_ar TEXT NOT NULL,
  role INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One row per person, moved to the end when phones must hear of them (again).
CREATE TABLE people_change (
  no INTEGER PRIMARY KEY AUTOINCREMENT,
  person BLOB NOT NULL UNIQUE
) STRICT;

CREATE TABLE incarnation (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  person BLOB NOT NULL,
  public_key BLOB NOT NULL CHECK (length(public_key) = 32),
  standing TEXT NOT NULL CHECK (standing IN ('active', 'cloned', 'revoked')),
  predecessor BLOB,
  office_role INTEGER,
  last_request INTEGER NOT NULL DEFAULT 0,
  set_version INTEGER NOT NULL,
  ticket_at INTEGER NOT NULL DEFAULT 0,
  certificate_at INTEGER NOT NULL DEFAULT 0,
  seen_at INTEGER NOT NULL,
  device_name TEXT NOT NULL,
  enrolled_at INTEGER NOT NULL
) STRICT;
CREATE INDEX incarnation_person ON incarnation (person);

-- Scopes by their number for one incarnation; each version of the set is one row that came or
-- went, but the first, which is the enrolment.
CREATE TABLE incarnation_scope (
  incarnation BLOB NOT NULL,
  no INTEGER NOT NULL,
  scope BLOB NOT NULL,
  from_version INTEGER NOT NULL,
  to_version INTEGER,
  PRIMARY KEY (incarnation, no)
) STRICT, WITHOUT ROWID;
CREATE INDEX incarnation_scope_scope ON incarnation_scope (scope);

CREATE TABLE member (
  scope BLOB NOT NULL,
  person BLOB NOT NULL,
  role INTEGER NOT NULL,
  from_seq INTEGER NOT NULL,
  to_seq INTEGER,
  PRIMARY KEY (scope, person, from_seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX member_person ON member (person);

CREATE TABLE device (
  scope BLOB NOT NULL,
  no INTEGER NOT NULL,
  incarnation BLOB NOT NULL,
  PRIMARY KEY (scope, no),
  UNIQUE (scope, incarnation)
) STRICT, WITHOUT ROWID;
CREATE INDEX device_incarnation ON device (incarnation);

CREATE TABLE invitation (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 8),
  secret_hash BLOB NOT NULL CHECK (length(secret_hash) = 32),
  person BLOB NOT NULL,
  expires INTEGER NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  redeemed_by BLOB,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE invitation_scope (
  invitation BLOB NOT NULL,
  scope BLOB NOT NULL,
  role INTEGER NOT NULL,
  PRIMARY KEY (invitation, scope)
) STRICT, WITHOUT ROWID;

-- Verified copies off the machine. The newest one moves every scope's `backup_seq`.
CREATE TABLE backup (
  no INTEGER PRIMARY KEY AUTOINCREMENT,
  place TEXT NOT NULL,
  verified_at INTEGER NOT NULL
) STRICT;

-- Files held whole, bytes in the folder of files.
CREATE TABLE file (
  hash BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
  kind TEXT NOT NULL CHECK (kind IN ('upload', 'reference')),
  size_bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Where a file may be read: only after its bytes came from a member there.
CREATE TABLE file_scope (
  scope BLOB NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (scope, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX file_scope_hash ON file_scope (hash);
