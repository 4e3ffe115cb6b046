DROP INDEX runs_queued;
CREATE INDEX runs_queued ON runs (datasource_id, priority, created_at) WHERE status = 'queued';
