DROP TRIGGER sql_texts_fts_insert;
DROP TRIGGER sql_texts_fts_delete;
DROP TRIGGER sql_texts_fts_update;
DROP TABLE sql_texts_fts;
DROP TABLE search_documents_fts;
DROP TABLE search_documents;
