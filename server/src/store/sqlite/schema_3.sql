-- Schema 3: the facts of official money of one document, found without reading its log.
CREATE INDEX entry_fact ON entry (document, seq) WHERE kind = 8;
