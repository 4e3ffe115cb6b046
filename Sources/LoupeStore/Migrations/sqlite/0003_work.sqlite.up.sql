-- What runs, what it brought, and who does it.

CREATE TABLE sql_texts (
    n INTEGER NOT NULL PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    sql TEXT NOT NULL CHECK (length(CAST(sql AS BLOB)) BETWEEN 1 AND 100000),
    folded TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX sql_texts_hash_key ON sql_texts (org_id, hash);

-- No foreign key leads from a result to its run or organization: whatever is deleted, no cascade reaches chunks. A
-- deletion marks the result, and the sweeper removes what lies in the store and outside it.
CREATE TABLE results (
    org_id TEXT NOT NULL,
    id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    attempt INTEGER NOT NULL CHECK (attempt >= 1),
    columns TEXT,
    row_count INTEGER NOT NULL DEFAULT 0 CHECK (row_count >= 0),
    byte_count INTEGER NOT NULL DEFAULT 0 CHECK (byte_count >= 0),
    stored_bytes INTEGER NOT NULL DEFAULT 0 CHECK (stored_bytes >= 0),
    chunk_count INTEGER NOT NULL DEFAULT 0 CHECK (chunk_count >= 0),
    complete INTEGER CHECK (complete IN (0, 1)) NOT NULL DEFAULT 0,
    storage TEXT NOT NULL CHECK (storage IN ('store', 'directory', 's3')),
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    deleted_at INTEGER,
    PRIMARY KEY (org_id, id),
    CHECK (NOT complete OR columns IS NOT NULL)
) STRICT;

CREATE INDEX results_by_run ON results (org_id, run_id);
CREATE INDEX results_by_expiry ON results (expires_at) WHERE deleted_at IS NULL;
CREATE INDEX results_by_creation ON results (created_at) WHERE deleted_at IS NULL;
CREATE INDEX results_deleted ON results (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE result_chunks (
    org_id TEXT NOT NULL,
    result_id TEXT NOT NULL,
    n INTEGER NOT NULL CHECK (n >= 0),
    first_row INTEGER NOT NULL CHECK (first_row >= 0),
    row_count INTEGER NOT NULL CHECK (row_count >= 0),
    raw_bytes INTEGER NOT NULL CHECK (raw_bytes >= 0),
    stored_bytes INTEGER NOT NULL CHECK (stored_bytes >= 0),
    checksum BLOB NOT NULL CHECK (length(checksum) BETWEEN 4 AND 32),
    -- NULL where the chunk lies outside the store.
    data BLOB,
    PRIMARY KEY (org_id, result_id, n),
    FOREIGN KEY (org_id, result_id) REFERENCES results (org_id, id)
) STRICT;

CREATE UNIQUE INDEX result_chunks_row_key ON result_chunks (org_id, result_id, first_row) WHERE row_count > 0;

CREATE TABLE runs (
    org_id TEXT NOT NULL,
    id TEXT NOT NULL,
    query_id TEXT,
    query_name TEXT CHECK (length(query_name) <= 255),
    datasource_id TEXT NOT NULL,
    datasource_revision INTEGER NOT NULL CHECK (datasource_revision >= 1),
    sql_hash BLOB NOT NULL,
    parameters TEXT NOT NULL DEFAULT '{}',
    bound_parameters TEXT NOT NULL DEFAULT '[]',
    time_zone TEXT NOT NULL CHECK (length(time_zone) BETWEEN 1 AND 64),
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
    trigger TEXT NOT NULL CHECK (trigger IN ('user', 'schedule', 'dashboard', 'canvas', 'api')),
    schedule_id TEXT,
    scheduled_for INTEGER,
    priority TEXT NOT NULL CHECK (priority IN ('interactive', 'scheduled', 'background')),
    timeout_seconds INTEGER NOT NULL CHECK (timeout_seconds BETWEEN 1 AND 300),
    max_rows INTEGER NOT NULL CHECK (max_rows BETWEEN 1 AND 1000000),
    max_bytes INTEGER NOT NULL CHECK (max_bytes >= 1),
    status TEXT NOT NULL DEFAULT 'queued'
        CHECK (status IN ('queued', 'running', 'completed', 'failed', 'cancelled', 'timeout')),
    attempt INTEGER NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    max_attempts INTEGER NOT NULL CHECK (max_attempts BETWEEN 1 AND 11),
    not_before INTEGER,
    lease_token TEXT,
    runner_id TEXT CHECK (length(runner_id) <= 255),
    started_at INTEGER,
    completed_at INTEGER,
    cancel_requested_at INTEGER,
    result_id TEXT,
    row_count INTEGER CHECK (row_count >= 0),
    byte_count INTEGER CHECK (byte_count >= 0),
    execution_time_ms INTEGER CHECK (execution_time_ms >= 0),
    truncated_by TEXT CHECK (truncated_by IN ('rows', 'bytes')),
    reused INTEGER CHECK (reused IN (0, 1)) NOT NULL DEFAULT 0,
    expires_at INTEGER,
    error TEXT,
    created_by TEXT,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, datasource_id) REFERENCES datasources (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, query_id) REFERENCES queries (org_id, id) DEFERRABLE,
    FOREIGN KEY (org_id, sql_hash) REFERENCES sql_texts (org_id, hash) DEFERRABLE,
    FOREIGN KEY (org_id, schedule_id) REFERENCES schedules (org_id, id) DEFERRABLE,
    FOREIGN KEY (org_id, result_id) REFERENCES results (org_id, id) DEFERRABLE,
    FOREIGN KEY (org_id, created_by) REFERENCES users (org_id, id) DEFERRABLE,
    CHECK ((status = 'running') = (lease_token IS NOT NULL)),
    CHECK ((status IN ('queued', 'running')) = (completed_at IS NULL)),
    CHECK (attempt <= max_attempts),
    CHECK (status <> 'running' OR (attempt >= 1 AND runner_id IS NOT NULL)),
    CHECK (result_id IS NULL OR status = 'completed'),
    CHECK (scheduled_for IS NULL OR schedule_id IS NOT NULL)
) STRICT;

CREATE INDEX runs_queued ON runs (datasource_id, priority, created_at) WHERE status = 'queued';
CREATE INDEX runs_running ON runs (datasource_id) WHERE status = 'running';
CREATE INDEX runs_of_runner ON runs (runner_id) WHERE status = 'running';
-- A due time becomes one run, whoever is leader.
CREATE UNIQUE INDEX runs_scheduled_key ON runs (org_id, schedule_id, scheduled_for) WHERE scheduled_for IS NOT NULL;
CREATE INDEX runs_equal_active ON runs (org_id, fingerprint) WHERE status IN ('queued', 'running');
CREATE INDEX runs_equal_completed ON runs (org_id, fingerprint, completed_at)
    WHERE status = 'completed' AND result_id IS NOT NULL;
CREATE INDEX runs_by_creation ON runs (org_id, created_at, id);
CREATE INDEX runs_by_start ON runs (org_id, started_at, id) WHERE started_at IS NOT NULL;
CREATE INDEX runs_by_completion ON runs (org_id, completed_at, id) WHERE completed_at IS NOT NULL;
CREATE INDEX runs_by_query ON runs (org_id, query_id, created_at) WHERE query_id IS NOT NULL;
CREATE INDEX runs_by_datasource ON runs (org_id, datasource_id, created_at);
CREATE INDEX runs_by_schedule ON runs (org_id, schedule_id, created_at) WHERE schedule_id IS NOT NULL;
CREATE INDEX runs_by_creator ON runs (org_id, created_by, created_at);
CREATE INDEX runs_by_result ON runs (org_id, result_id) WHERE result_id IS NOT NULL;
CREATE INDEX runs_by_sql ON runs (org_id, sql_hash);

CREATE TABLE run_attempts (
    org_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    attempt INTEGER NOT NULL CHECK (attempt >= 1),
    runner_id TEXT NOT NULL CHECK (length(runner_id) <= 255),
    started_at INTEGER NOT NULL,
    completed_at INTEGER,
    outcome TEXT CHECK (outcome IN ('completed', 'failed', 'cancelled', 'timeout', 'lost', 'handed_back')),
    error TEXT,
    PRIMARY KEY (org_id, run_id, attempt),
    FOREIGN KEY (org_id, run_id) REFERENCES runs (org_id, id) ON DELETE CASCADE,
    CHECK ((completed_at IS NULL) = (outcome IS NULL))
) STRICT;

CREATE TABLE run_watchers (
    org_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, run_id, user_id),
    FOREIGN KEY (org_id, run_id) REFERENCES runs (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE
) STRICT;

CREATE INDEX run_watchers_by_user ON run_watchers (org_id, user_id);

CREATE TABLE run_failures (
    org_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    attempts INTEGER NOT NULL CHECK (attempts >= 1),
    error TEXT NOT NULL,
    failed_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, run_id),
    FOREIGN KEY (org_id, run_id) REFERENCES runs (org_id, id) ON DELETE CASCADE
) STRICT;

CREATE INDEX run_failures_by_time ON run_failures (org_id, failed_at, run_id);

CREATE TABLE run_events (
    seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    org_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    status TEXT NOT NULL
        CHECK (status IN ('queued', 'running', 'completed', 'failed', 'cancelled', 'timeout')),
    created_at INTEGER NOT NULL,
    FOREIGN KEY (org_id, run_id) REFERENCES runs (org_id, id) ON DELETE CASCADE
) STRICT;

CREATE INDEX run_events_by_run ON run_events (org_id, run_id, seq);
CREATE INDEX run_events_by_time ON run_events (created_at);

CREATE TABLE schedule_outcomes (
    org_id TEXT NOT NULL,
    schedule_id TEXT NOT NULL,
    scheduled_for INTEGER NOT NULL,
    outcome TEXT NOT NULL
        CHECK (outcome IN ('enqueued', 'skipped', 'completed', 'failed', 'cancelled', 'timeout')),
    reason TEXT CHECK (length(reason) <= 255),
    run_id TEXT,
    created_at INTEGER NOT NULL,
    completed_at INTEGER,
    PRIMARY KEY (org_id, schedule_id, scheduled_for),
    FOREIGN KEY (org_id, schedule_id) REFERENCES schedules (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, run_id) REFERENCES runs (org_id, id) ON DELETE CASCADE,
    CHECK ((outcome = 'skipped') = (run_id IS NULL))
) STRICT;

CREATE INDEX schedule_outcomes_by_run ON schedule_outcomes (org_id, run_id) WHERE run_id IS NOT NULL;

CREATE TABLE work (
    org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('test', 'introspect', 'explain')),
    -- NULL for the test of a connection that is not saved.
    datasource_id TEXT,
    payload TEXT NOT NULL DEFAULT '{}',
    sealed_payload BLOB,
    status TEXT NOT NULL DEFAULT 'queued'
        CHECK (status IN ('queued', 'running', 'completed', 'failed', 'cancelled', 'timeout')),
    attempt INTEGER NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    lease_token TEXT,
    runner_id TEXT CHECK (length(runner_id) <= 255),
    answer TEXT,
    error TEXT,
    created_by TEXT,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    completed_at INTEGER,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, datasource_id) REFERENCES datasources (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, created_by) REFERENCES users (org_id, id) DEFERRABLE,
    CHECK (kind = 'test' OR datasource_id IS NOT NULL),
    CHECK ((status = 'running') = (lease_token IS NOT NULL)),
    CHECK ((status IN ('queued', 'running')) = (completed_at IS NULL)),
    CHECK ((status = 'completed') = (answer IS NOT NULL))
) STRICT;

CREATE INDEX work_queued ON work (created_at) WHERE status = 'queued';
CREATE INDEX work_of_runner ON work (runner_id) WHERE status = 'running';
CREATE INDEX work_by_datasource ON work (org_id, datasource_id) WHERE datasource_id IS NOT NULL;
CREATE INDEX work_by_expiry ON work (expires_at);

CREATE TABLE runners (
    id TEXT NOT NULL PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 255),
    incarnation TEXT NOT NULL,
    beat INTEGER NOT NULL DEFAULT 0 CHECK (beat >= 0),
    concurrency INTEGER NOT NULL CHECK (concurrency >= 1),
    host TEXT NOT NULL CHECK (length(host) <= 255),
    version TEXT NOT NULL CHECK (length(version) <= 100),
    started_at INTEGER NOT NULL,
    beat_at INTEGER NOT NULL
) STRICT;

CREATE TABLE leases (
    name TEXT NOT NULL PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 100),
    holder TEXT NOT NULL CHECK (length(holder) BETWEEN 1 AND 255),
    token TEXT NOT NULL,
    beat INTEGER NOT NULL DEFAULT 0 CHECK (beat >= 0),
    acquired_at INTEGER NOT NULL,
    beat_at INTEGER NOT NULL
) STRICT;

CREATE TABLE download_tickets (
    token_hash BLOB NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
    org_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    session_id TEXT,
    format TEXT NOT NULL CHECK (format IN ('csv', 'ndjson', 'xlsx')),
    spreadsheet INTEGER CHECK (spreadsheet IN (0, 1)) NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, run_id) REFERENCES runs (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, session_id) REFERENCES sessions (org_id, id) ON DELETE CASCADE,
    CHECK (expires_at > created_at)
) STRICT;

CREATE INDEX download_tickets_by_expiry ON download_tickets (expires_at);
CREATE INDEX download_tickets_by_run ON download_tickets (org_id, run_id);
CREATE INDEX download_tickets_by_user ON download_tickets (org_id, user_id);
CREATE INDEX download_tickets_by_session ON download_tickets (org_id, session_id) WHERE session_id IS NOT NULL;
