-- Schema 4: what a phone last said of itself in the head of a request whose signature held, for
-- the office's list; nothing decides by it.
CREATE TABLE incarnation_said (
  incarnation BLOB NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL,
  major INTEGER NOT NULL,
  minor INTEGER NOT NULL,
  patch INTEGER NOT NULL,
  changes INTEGER NOT NULL,
  files INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
