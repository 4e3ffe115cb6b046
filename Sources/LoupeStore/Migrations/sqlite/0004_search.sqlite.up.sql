-- Text to search, folded (NFC, lower case) by Core. In a table of its own, as row-level security would take the trigram
-- index away.

CREATE TABLE search_documents (
    n INTEGER NOT NULL PRIMARY KEY,
    org_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    FOREIGN KEY (org_id, kind, object_id) REFERENCES objects (org_id, kind, id) ON DELETE CASCADE
) STRICT;

CREATE UNIQUE INDEX search_documents_object_key ON search_documents (org_id, kind, object_id);

CREATE VIRTUAL TABLE search_documents_fts USING fts5 (
    text, content = 'search_documents', content_rowid = 'n', tokenize = 'trigram'
);

CREATE TRIGGER search_documents_fts_insert AFTER INSERT ON search_documents BEGIN
    INSERT INTO search_documents_fts (rowid, text) VALUES (new.n, new.text);
END;

CREATE TRIGGER search_documents_fts_delete AFTER DELETE ON search_documents BEGIN
    INSERT INTO search_documents_fts (search_documents_fts, rowid, text) VALUES ('delete', old.n, old.text);
END;

CREATE TRIGGER search_documents_fts_update AFTER UPDATE OF text ON search_documents BEGIN
    INSERT INTO search_documents_fts (search_documents_fts, rowid, text) VALUES ('delete', old.n, old.text);
    INSERT INTO search_documents_fts (rowid, text) VALUES (new.n, new.text);
END;

CREATE VIRTUAL TABLE sql_texts_fts USING fts5 (
    folded, content = 'sql_texts', content_rowid = 'n', tokenize = 'trigram'
);

CREATE TRIGGER sql_texts_fts_insert AFTER INSERT ON sql_texts BEGIN
    INSERT INTO sql_texts_fts (rowid, folded) VALUES (new.n, new.folded);
END;

CREATE TRIGGER sql_texts_fts_delete AFTER DELETE ON sql_texts BEGIN
    INSERT INTO sql_texts_fts (sql_texts_fts, rowid, folded) VALUES ('delete', old.n, old.folded);
END;

CREATE TRIGGER sql_texts_fts_update AFTER UPDATE OF folded ON sql_texts BEGIN
    INSERT INTO sql_texts_fts (sql_texts_fts, rowid, folded) VALUES ('delete', old.n, old.folded);
    INSERT INTO sql_texts_fts (rowid, folded) VALUES (new.n, new.folded);
END;
