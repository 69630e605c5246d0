-- The device's store. Change rows are the truth; rows of the screens (view_*) are rebuilt from
-- them whole per document, in the transaction that accepts the change.

CREATE TABLE device (
    one               INTEGER PRIMARY KEY CHECK (one = 1),
    incarnation       BLOB NOT NULL,
    signing_key       BLOB NOT NULL,
    server            BLOB NOT NULL,
    server_key        BLOB NOT NULL,
    tls_pin           BLOB,
    base_url          TEXT NOT NULL,
    person            BLOB NOT NULL,
    name_fr           TEXT NOT NULL,
    name_ar           TEXT NOT NULL,
    certificate       BLOB NOT NULL,
    scope_set_version INTEGER NOT NULL,
    last_request      INTEGER NOT NULL DEFAULT 0,
    ask_first         INTEGER NOT NULL DEFAULT 0,
    next_pack         INTEGER NOT NULL DEFAULT 1,
    ruling_seen       INTEGER NOT NULL DEFAULT 0,
    people_seen       INTEGER NOT NULL DEFAULT 0,
    backup_no         INTEGER NOT NULL DEFAULT 0,
    full              INTEGER NOT NULL DEFAULT 0,
    ticket            BLOB,
    ticket_expires    INTEGER NOT NULL DEFAULT 0,
    server_time       INTEGER NOT NULL DEFAULT 0,
    last_contact_ms   INTEGER,
    reference_version INTEGER NOT NULL DEFAULT 0,
    last_actor        BLOB
) STRICT;

CREATE TABLE scope (
    id          BLOB PRIMARY KEY,
    no          INTEGER UNIQUE,            -- none while an earlier incarnation's scope is closing
    role        INTEGER NOT NULL,
    state       TEXT NOT NULL,             -- open, closing
    seq         INTEGER NOT NULL,
    chain       BLOB NOT NULL,
    received_at INTEGER NOT NULL,
    mark        BLOB,
    backup_seq  INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- The log as received; a change's bytes lie in `change`, other payloads here.
CREATE TABLE entry (
    scope       BLOB NOT NULL,
    seq         INTEGER NOT NULL,
    kind        INTEGER NOT NULL,
    document    BLOB,
    received_at INTEGER NOT NULL,
    content     BLOB NOT NULL,
    chain       BLOB NOT NULL,
    payload     BLOB,
    PRIMARY KEY (scope, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX entry_content ON entry (content);
CREATE INDEX entry_document ON entry (document) WHERE document IS NOT NULL;

CREATE TABLE change (
    place    INTEGER PRIMARY KEY,          -- order of arrival: closed under dependencies
    hash     BLOB NOT NULL UNIQUE,
    document BLOB NOT NULL,
    scope    BLOB NOT NULL,
    actor    BLOB NOT NULL,
    seq      INTEGER NOT NULL,
    bytes    BLOB NOT NULL,
    state    TEXT NOT NULL,                -- local, packed, accepted, unapplied
    visit    BLOB,
    pack_no  INTEGER,
    log_seq  INTEGER,
    UNIQUE (document, actor, seq)
) STRICT;
CREATE INDEX change_document ON change (document, place);
CREATE INDEX change_state ON change (state) WHERE state IN ('local', 'packed', 'unapplied');

CREATE TABLE document (
    id    BLOB PRIMARY KEY,
    scope BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- What is being typed. Durable, never sent; becomes a change when the screen is left.
CREATE TABLE typing (
    document   BLOB NOT NULL,
    path       TEXT NOT NULL,
    value      TEXT NOT NULL,
    base_heads BLOB NOT NULL,
    at_wall_ms INTEGER NOT NULL,
    at_mono_ms INTEGER NOT NULL,
    PRIMARY KEY (document, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE pack (
    no      INTEGER PRIMARY KEY,
    scope   BLOB NOT NULL,
    bytes   BLOB NOT NULL,                 -- full form, immutable
    outcome BLOB,
    shown   INTEGER NOT NULL DEFAULT 0     -- the log has shown every position it took
) STRICT;
CREATE INDEX pack_waiting ON pack (no) WHERE outcome IS NULL OR shown = 0;

CREATE TABLE aside (
    hash     BLOB PRIMARY KEY,
    document BLOB NOT NULL,
    scope    BLOB NOT NULL,
    pack_no  INTEGER,
    visit    BLOB,
    bytes    BLOB NOT NULL,
    outcome  TEXT NOT NULL,                -- quarantined, refused, moved, elsewhere, depends
    reason   INTEGER NOT NULL,
    seen     INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE own_actor (actor BLOB PRIMARY KEY, nonce BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE actor (
    scope     BLOB NOT NULL,
    actor     BLOB NOT NULL,
    device_no INTEGER NOT NULL,
    PRIMARY KEY (scope, actor)
) STRICT, WITHOUT ROWID;
CREATE TABLE member (
    scope       BLOB NOT NULL,
    device_no   INTEGER NOT NULL,
    person      BLOB NOT NULL,
    role        INTEGER NOT NULL,
    incarnation BLOB NOT NULL,
    PRIMARY KEY (scope, device_no)
) STRICT, WITHOUT ROWID;
CREATE TABLE file (
    hash       BLOB PRIMARY KEY,
    kind       TEXT NOT NULL,              -- photo, thumbnail, reference
    size_bytes INTEGER NOT NULL,
    direction  TEXT NOT NULL,              -- up, down
    moved      INTEGER NOT NULL DEFAULT 0, -- bytes known to be on the other side
    state      TEXT NOT NULL,              -- waiting, held, failed
    change     BLOB,
    visit      BLOB,
    tries      INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX file_waiting ON file (kind, state) WHERE state = 'waiting';
