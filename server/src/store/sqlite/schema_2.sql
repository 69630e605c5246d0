-- Schema 2: a person's role in a scope that a device has already changed. The version of the
-- device's set at which it is told again, beside those at which scopes came or went.
CREATE TABLE incarnation_role (
  incarnation BLOB NOT NULL,
  version INTEGER NOT NULL,
  no INTEGER NOT NULL,
  PRIMARY KEY (incarnation, version)
) STRICT, WITHOUT ROWID;
