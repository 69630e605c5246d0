-- What a person set on this device, never sent; and the last request whose answer was complete.
CREATE TABLE setting (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    content TEXT NOT NULL
) STRICT;

ALTER TABLE device ADD COLUMN completed_request INTEGER NOT NULL DEFAULT 0;
