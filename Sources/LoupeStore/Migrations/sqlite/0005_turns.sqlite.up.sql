-- A claim takes people in turn and each one's runs by age, which an id of version 7 tells.

DROP INDEX runs_queued;
CREATE INDEX runs_queued ON runs (datasource_id, priority, created_by, id) WHERE status = 'queued';
