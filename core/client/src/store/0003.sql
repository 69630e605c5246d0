-- The version of the lists' tables (`VIEW_VERSION`) that stand in this store.
CREATE TABLE lists (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    version INTEGER NOT NULL
) STRICT;
INSERT INTO lists (one, version) VALUES (1, 1);
