-- Text to search, folded (NFC, lower case) by Core. In a table of its own, as row-level security would take the trigram
-- index away.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TABLE search_documents (
    n bigint GENERATED ALWAYS AS IDENTITY NOT NULL PRIMARY KEY,
    org_id uuid NOT NULL,
    kind text COLLATE "C" NOT NULL,
    object_id uuid NOT NULL,
    name text COLLATE "C" NOT NULL,
    text text COLLATE "C" NOT NULL,
    updated_at timestamptz(3) NOT NULL,
    FOREIGN KEY (org_id, kind, object_id) REFERENCES objects (org_id, kind, id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX search_documents_object_key ON search_documents (org_id, kind, object_id);

CREATE INDEX search_documents_trigrams ON search_documents USING gin (text gin_trgm_ops);
CREATE INDEX sql_texts_trigrams ON sql_texts USING gin (folded gin_trgm_ops);
