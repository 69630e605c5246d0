-- Schema 5: the saved form of a document may lie some changes behind it. `change_id` is the newest
-- change row that it holds; `origins` says who wrote its changes and when they were received. All
-- of it is a cache of the change rows and the log.
CREATE TABLE document_saved_5 (
  document BLOB NOT NULL PRIMARY KEY REFERENCES document (id),
  change_id INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  origins BLOB NOT NULL
) STRICT;
INSERT INTO document_saved_5 (document, change_id, bytes, origins)
  SELECT s.document, (SELECT max(c.id) FROM change c WHERE c.document = s.document), s.bytes, x''
  FROM document_saved s JOIN document d ON d.id = s.document AND d.version = s.version
  WHERE EXISTS (SELECT 1 FROM change c WHERE c.document = s.document);
DROP TABLE document_saved;
ALTER TABLE document_saved_5 RENAME TO document_saved;
