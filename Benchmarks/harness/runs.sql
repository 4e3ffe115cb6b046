-- The three transactions of a run: it is put into the queue, claimed, and ended with its result.
BEGIN;
INSERT INTO runs (status, sql, parameters) VALUES ('queued', 'SELECT 1', '{}') RETURNING id AS run \gset
COMMIT;
BEGIN;
SET LOCAL synchronous_commit = off;
SELECT pg_advisory_xact_lock(1);
UPDATE runs SET status = 'running', lease = gen_random_uuid(), started_at = now() WHERE id = :run;
COMMIT;
BEGIN;
INSERT INTO results (columns, row_count, byte_count) VALUES ('[{"name":"?column?"}]', 1, 4) RETURNING id AS result \gset
INSERT INTO chunks (result, n, row_count, data) VALUES (:result, 0, 1, '\x28b52ffd04042100005b315d0a6ff1c5d3');
UPDATE runs SET status = 'completed', completed_at = now(), result = :result WHERE id = :run AND status = 'running';
COMMIT;
