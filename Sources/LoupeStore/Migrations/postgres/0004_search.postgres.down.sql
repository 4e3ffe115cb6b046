DROP INDEX sql_texts_trigrams;
DROP TABLE search_documents;
