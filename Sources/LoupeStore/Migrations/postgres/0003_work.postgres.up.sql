-- What runs, what it brought, and who does it.

CREATE TABLE sql_texts (
    n bigint GENERATED ALWAYS AS IDENTITY NOT NULL PRIMARY KEY,
    org_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    hash bytea NOT NULL CHECK (length(hash) = 32),
    sql text COLLATE "C" NOT NULL CHECK (octet_length(sql) BETWEEN 1 AND 100000),
    folded text COLLATE "C" NOT NULL,
    created_at timestamptz(3) NOT NULL
);

CREATE UNIQUE INDEX sql_texts_hash_key ON sql_texts (org_id, hash);

-- No foreign key leads from a result to its run or organization: whatever is deleted, no cascade reaches chunks. A
-- deletion marks the result, and the sweeper removes what lies in the store and outside it.
CREATE TABLE results (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    run_id uuid NOT NULL,
    attempt integer NOT NULL CHECK (attempt >= 1),
    columns json,
    row_count bigint NOT NULL DEFAULT 0 CHECK (row_count >= 0),
    byte_count bigint NOT NULL DEFAULT 0 CHECK (byte_count >= 0),
    stored_bytes bigint NOT NULL DEFAULT 0 CHECK (stored_bytes >= 0),
    chunk_count integer NOT NULL DEFAULT 0 CHECK (chunk_count >= 0),
    complete boolean NOT NULL DEFAULT false,
    storage text COLLATE "C" NOT NULL CHECK (storage IN ('store', 'directory', 's3')),
    created_at timestamptz(3) NOT NULL,
    expires_at timestamptz(3),
    deleted_at timestamptz(3),
    PRIMARY KEY (org_id, id),
    CHECK (NOT complete OR columns IS NOT NULL)
);

CREATE INDEX results_by_run ON results (org_id, run_id);
CREATE INDEX results_by_expiry ON results (expires_at) WHERE deleted_at IS NULL;
CREATE INDEX results_by_creation ON results (created_at) WHERE deleted_at IS NULL;
CREATE INDEX results_deleted ON results (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE result_chunks (
    org_id uuid NOT NULL,
    result_id uuid NOT NULL,
    n integer NOT NULL CHECK (n >= 0),
    first_row bigint NOT NULL CHECK (first_row >= 0),
    row_count integer NOT NULL CHECK (row_count >= 0),
    raw_bytes integer NOT NULL CHECK (raw_bytes >= 0),
    stored_bytes integer NOT NULL CHECK (stored_bytes >= 0),
    checksum bytea NOT NULL CHECK (length(checksum) BETWEEN 4 AND 32),
    -- NULL where the chunk lies outside the store.
    data bytea,
    PRIMARY KEY (org_id, result_id, n),
    FOREIGN KEY (org_id, result_id) REFERENCES results (org_id, id)
);

CREATE UNIQUE INDEX result_chunks_row_key ON result_chunks (org_id, result_id, first_row) WHERE row_count > 0;
-- Chunks are compressed already.
ALTER TABLE result_chunks ALTER COLUMN data SET STORAGE EXTERNAL;

CREATE TABLE runs (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    query_id uuid,
    query_name text COLLATE "C" CHECK (length(query_name) <= 255),
    datasource_id uuid NOT NULL,
    datasource_revision integer NOT NULL CHECK (datasource_revision >= 1),
    sql_hash bytea NOT NULL,
    parameters json NOT NULL DEFAULT '{}',
    bound_parameters json NOT NULL DEFAULT '[]',
    time_zone text COLLATE "C" NOT NULL CHECK (length(time_zone) BETWEEN 1 AND 64),
    fingerprint bytea NOT NULL CHECK (length(fingerprint) = 32),
    trigger text COLLATE "C" NOT NULL CHECK (trigger IN ('user', 'schedule', 'dashboard', 'canvas', 'api')),
    schedule_id uuid,
    scheduled_for timestamptz(3),
    priority text COLLATE "C" NOT NULL CHECK (priority IN ('interactive', 'scheduled', 'background')),
    timeout_seconds integer NOT NULL CHECK (timeout_seconds BETWEEN 1 AND 300),
    max_rows integer NOT NULL CHECK (max_rows BETWEEN 1 AND 1000000),
    max_bytes bigint NOT NULL CHECK (max_bytes >= 1),
    status text COLLATE "C" NOT NULL DEFAULT 'queued'
        CHECK (status IN ('queued', 'running', 'completed', 'failed', 'cancelled', 'timeout')),
    attempt integer NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    max_attempts integer NOT NULL CHECK (max_attempts BETWEEN 1 AND 11),
    not_before timestamptz(3),
    lease_token uuid,
    runner_id text COLLATE "C" CHECK (length(runner_id) <= 255),
    started_at timestamptz(3),
    completed_at timestamptz(3),
    cancel_requested_at timestamptz(3),
    result_id uuid,
    row_count bigint CHECK (row_count >= 0),
    byte_count bigint CHECK (byte_count >= 0),
    execution_time_ms bigint CHECK (execution_time_ms >= 0),
    truncated_by text COLLATE "C" CHECK (truncated_by IN ('rows', 'bytes')),
    reused boolean NOT NULL DEFAULT false,
    expires_at timestamptz(3),
    error json,
    created_by uuid,
    created_at timestamptz(3) NOT NULL,
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
);

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
    org_id uuid NOT NULL,
    run_id uuid NOT NULL,
    attempt integer NOT NULL CHECK (attempt >= 1),
    runner_id text COLLATE "C" NOT NULL CHECK (length(runner_id) <= 255),
    started_at timestamptz(3) NOT NULL,
    completed_at timestamptz(3),
    outcome text COLLATE "C" CHECK (outcome IN ('completed', 'failed', 'cancelled', 'timeout', 'lost', 'handed_back')),
    error json,
    PRIMARY KEY (org_id, run_id, attempt),
    FOREIGN KEY (org_id, run_id) REFERENCES runs (org_id, id) ON DELETE CASCADE,
    CHECK ((completed_at IS NULL) = (outcome IS NULL))
);

CREATE TABLE run_watchers (
    org_id uuid NOT NULL,
    run_id uuid NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamptz(3) NOT NULL,
    PRIMARY KEY (org_id, run_id, user_id),
    FOREIGN KEY (org_id, run_id) REFERENCES runs (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE
);

CREATE INDEX run_watchers_by_user ON run_watchers (org_id, user_id);

CREATE TABLE run_failures (
    org_id uuid NOT NULL,
    run_id uuid NOT NULL,
    attempts integer NOT NULL CHECK (attempts >= 1),
    error json NOT NULL,
    failed_at timestamptz(3) NOT NULL,
    PRIMARY KEY (org_id, run_id),
    FOREIGN KEY (org_id, run_id) REFERENCES runs (org_id, id) ON DELETE CASCADE
);

CREATE INDEX run_failures_by_time ON run_failures (org_id, failed_at, run_id);

CREATE TABLE run_events (
    seq bigint GENERATED ALWAYS AS IDENTITY NOT NULL PRIMARY KEY,
    org_id uuid NOT NULL,
    run_id uuid NOT NULL,
    status text COLLATE "C" NOT NULL
        CHECK (status IN ('queued', 'running', 'completed', 'failed', 'cancelled', 'timeout')),
    created_at timestamptz(3) NOT NULL,
    FOREIGN KEY (org_id, run_id) REFERENCES runs (org_id, id) ON DELETE CASCADE
);

CREATE INDEX run_events_by_run ON run_events (org_id, run_id, seq);
CREATE INDEX run_events_by_time ON run_events (created_at);

CREATE TABLE schedule_outcomes (
    org_id uuid NOT NULL,
    schedule_id uuid NOT NULL,
    scheduled_for timestamptz(3) NOT NULL,
    outcome text COLLATE "C" NOT NULL
        CHECK (outcome IN ('enqueued', 'skipped', 'completed', 'failed', 'cancelled', 'timeout')),
    reason text COLLATE "C" CHECK (length(reason) <= 255),
    run_id uuid,
    created_at timestamptz(3) NOT NULL,
    completed_at timestamptz(3),
    PRIMARY KEY (org_id, schedule_id, scheduled_for),
    FOREIGN KEY (org_id, schedule_id) REFERENCES schedules (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, run_id) REFERENCES runs (org_id, id) ON DELETE CASCADE,
    CHECK ((outcome = 'skipped') = (run_id IS NULL))
);

CREATE INDEX schedule_outcomes_by_run ON schedule_outcomes (org_id, run_id) WHERE run_id IS NOT NULL;

CREATE TABLE work (
    org_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('test', 'introspect', 'explain')),
    -- NULL for the test of a connection that is not saved.
    datasource_id uuid,
    payload json NOT NULL DEFAULT '{}',
    sealed_payload bytea,
    status text COLLATE "C" NOT NULL DEFAULT 'queued'
        CHECK (status IN ('queued', 'running', 'completed', 'failed', 'cancelled', 'timeout')),
    attempt integer NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    lease_token uuid,
    runner_id text COLLATE "C" CHECK (length(runner_id) <= 255),
    answer json,
    error json,
    created_by uuid,
    created_at timestamptz(3) NOT NULL,
    started_at timestamptz(3),
    completed_at timestamptz(3),
    expires_at timestamptz(3) NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, datasource_id) REFERENCES datasources (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, created_by) REFERENCES users (org_id, id) DEFERRABLE,
    CHECK (kind = 'test' OR datasource_id IS NOT NULL),
    CHECK ((status = 'running') = (lease_token IS NOT NULL)),
    CHECK ((status IN ('queued', 'running')) = (completed_at IS NULL)),
    CHECK ((status = 'completed') = (answer IS NOT NULL))
);

CREATE INDEX work_queued ON work (created_at) WHERE status = 'queued';
CREATE INDEX work_of_runner ON work (runner_id) WHERE status = 'running';
CREATE INDEX work_by_datasource ON work (org_id, datasource_id) WHERE datasource_id IS NOT NULL;
CREATE INDEX work_by_expiry ON work (expires_at);

CREATE TABLE runners (
    id text COLLATE "C" NOT NULL PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 255),
    incarnation uuid NOT NULL,
    beat bigint NOT NULL DEFAULT 0 CHECK (beat >= 0),
    concurrency integer NOT NULL CHECK (concurrency >= 1),
    host text COLLATE "C" NOT NULL CHECK (length(host) <= 255),
    version text COLLATE "C" NOT NULL CHECK (length(version) <= 100),
    started_at timestamptz(3) NOT NULL,
    beat_at timestamptz(3) NOT NULL
);

CREATE TABLE leases (
    name text COLLATE "C" NOT NULL PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 100),
    holder text COLLATE "C" NOT NULL CHECK (length(holder) BETWEEN 1 AND 255),
    token uuid NOT NULL,
    beat bigint NOT NULL DEFAULT 0 CHECK (beat >= 0),
    acquired_at timestamptz(3) NOT NULL,
    beat_at timestamptz(3) NOT NULL
);

CREATE TABLE download_tickets (
    token_hash bytea NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    run_id uuid NOT NULL,
    session_id uuid,
    format text COLLATE "C" NOT NULL CHECK (format IN ('csv', 'ndjson', 'xlsx')),
    spreadsheet boolean NOT NULL DEFAULT false,
    created_at timestamptz(3) NOT NULL,
    expires_at timestamptz(3) NOT NULL,
    used_at timestamptz(3),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, run_id) REFERENCES runs (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, session_id) REFERENCES sessions (org_id, id) ON DELETE CASCADE,
    CHECK (expires_at > created_at)
);

CREATE INDEX download_tickets_by_expiry ON download_tickets (expires_at);
CREATE INDEX download_tickets_by_run ON download_tickets (org_id, run_id);
CREATE INDEX download_tickets_by_user ON download_tickets (org_id, user_id);
CREATE INDEX download_tickets_by_session ON download_tickets (org_id, session_id) WHERE session_id IS NOT NULL;
