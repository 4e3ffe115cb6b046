-- What people make and share. Each has one row in objects, which its tags, favourites, revisions and search text
-- refer to and go with; an object is deleted for good by deleting that row.

CREATE TABLE objects (
    org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    kind TEXT NOT NULL
        CHECK (kind IN ('datasource', 'query', 'visualization', 'dashboard', 'schedule', 'canvas')),
    PRIMARY KEY (org_id, id)
) STRICT;

CREATE UNIQUE INDEX objects_kind_key ON objects (org_id, kind, id);

CREATE TABLE datasources (
    org_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    name_key TEXT NOT NULL,
    ds_type TEXT NOT NULL CHECK (ds_type IN ('postgres', 'sqlite')),
    host TEXT CHECK (length(host) <= 255),
    port INTEGER CHECK (port BETWEEN 1 AND 65535),
    database_name TEXT CHECK (length(database_name) <= 4096),
    user_name TEXT CHECK (length(user_name) <= 255),
    sslmode TEXT CHECK (sslmode IN ('disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full')),
    sealed_connection BLOB NOT NULL,
    revision INTEGER NOT NULL DEFAULT 1 CHECK (revision >= 1),
    max_concurrency INTEGER NOT NULL DEFAULT 4 CHECK (max_concurrency BETWEEN 1 AND 100),
    max_cost REAL CHECK (max_cost > 0),
    allow_unparsed INTEGER CHECK (allow_unparsed IN (0, 1)) NOT NULL DEFAULT 0,
    last_test_success INTEGER CHECK (last_test_success IN (0, 1)),
    last_test_message TEXT CHECK (length(last_test_message) <= 2000),
    last_test_at INTEGER,
    created_by TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    deleted_by TEXT,
    version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, id) REFERENCES objects (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, created_by) REFERENCES users (org_id, id) DEFERRABLE,
    FOREIGN KEY (org_id, deleted_by) REFERENCES users (org_id, id) DEFERRABLE,
    CHECK ((last_test_at IS NULL) = (last_test_success IS NULL)),
    CHECK ((last_test_at IS NULL) = (last_test_message IS NULL))
) STRICT;

CREATE INDEX datasources_by_name ON datasources (org_id, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX datasources_by_creation ON datasources (org_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX datasources_by_change ON datasources (org_id, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX datasources_in_bin ON datasources (org_id, deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE datasource_schemas (
    org_id TEXT NOT NULL,
    datasource_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    tables TEXT NOT NULL,
    fetched_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, datasource_id),
    FOREIGN KEY (org_id, datasource_id) REFERENCES datasources (org_id, id) ON DELETE CASCADE
) STRICT;

CREATE TABLE queries (
    org_id TEXT NOT NULL,
    id TEXT NOT NULL,
    datasource_id TEXT NOT NULL,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    name_key TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '' CHECK (length(description) <= 2000),
    sql TEXT NOT NULL CHECK (length(CAST(sql AS BLOB)) BETWEEN 1 AND 100000),
    parameters TEXT NOT NULL DEFAULT '[]',
    timeout_seconds INTEGER NOT NULL DEFAULT 30 CHECK (timeout_seconds BETWEEN 1 AND 300),
    max_rows INTEGER NOT NULL DEFAULT 10000 CHECK (max_rows BETWEEN 1 AND 1000000),
    max_bytes INTEGER NOT NULL DEFAULT 268435456 CHECK (max_bytes >= 1),
    max_retries INTEGER NOT NULL DEFAULT 2 CHECK (max_retries BETWEEN 0 AND 10),
    created_by TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    deleted_by TEXT,
    version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, id) REFERENCES objects (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, datasource_id) REFERENCES datasources (org_id, id) DEFERRABLE,
    FOREIGN KEY (org_id, created_by) REFERENCES users (org_id, id) DEFERRABLE,
    FOREIGN KEY (org_id, deleted_by) REFERENCES users (org_id, id) DEFERRABLE
) STRICT;

CREATE INDEX queries_by_name ON queries (org_id, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX queries_by_creation ON queries (org_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX queries_by_change ON queries (org_id, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX queries_in_bin ON queries (org_id, deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX queries_by_datasource ON queries (org_id, datasource_id);

CREATE TABLE query_drafts (
    org_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    query_id TEXT NOT NULL,
    content TEXT NOT NULL CHECK (length(CAST(content AS BLOB)) <= 1048576),
    base_version INTEGER NOT NULL CHECK (base_version >= 1),
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, user_id, query_id),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, query_id) REFERENCES queries (org_id, id) ON DELETE CASCADE
) STRICT;

CREATE INDEX query_drafts_by_query ON query_drafts (org_id, query_id);

CREATE TABLE revisions (
    org_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('query', 'dashboard', 'canvas')),
    object_id TEXT NOT NULL,
    revision INTEGER NOT NULL CHECK (revision >= 1),
    content TEXT NOT NULL,
    created_by TEXT,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, kind, object_id, revision),
    FOREIGN KEY (org_id, kind, object_id) REFERENCES objects (org_id, kind, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, created_by) REFERENCES users (org_id, id) DEFERRABLE
) STRICT;

CREATE TABLE visualizations (
    org_id TEXT NOT NULL,
    id TEXT NOT NULL,
    query_id TEXT NOT NULL,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    name_key TEXT NOT NULL,
    chart_type TEXT NOT NULL
        CHECK (chart_type IN ('table', 'line', 'bar', 'pie', 'single_stat', 'area', 'scatter', 'heatmap', 'funnel',
            'gauge', 'pivot')),
    config TEXT NOT NULL DEFAULT '{}' CHECK (length(CAST(config AS BLOB)) <= 65536),
    created_by TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    deleted_by TEXT,
    version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, id) REFERENCES objects (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, query_id) REFERENCES queries (org_id, id) DEFERRABLE,
    FOREIGN KEY (org_id, created_by) REFERENCES users (org_id, id) DEFERRABLE,
    FOREIGN KEY (org_id, deleted_by) REFERENCES users (org_id, id) DEFERRABLE
) STRICT;

CREATE INDEX visualizations_by_name ON visualizations (org_id, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX visualizations_by_creation ON visualizations (org_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX visualizations_by_change ON visualizations (org_id, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX visualizations_in_bin ON visualizations (org_id, deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX visualizations_by_query ON visualizations (org_id, query_id);

CREATE TABLE dashboards (
    org_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    name_key TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '' CHECK (length(description) <= 2000),
    parameters TEXT NOT NULL DEFAULT '[]',
    created_by TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    deleted_by TEXT,
    version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, id) REFERENCES objects (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, created_by) REFERENCES users (org_id, id) DEFERRABLE,
    FOREIGN KEY (org_id, deleted_by) REFERENCES users (org_id, id) DEFERRABLE
) STRICT;

CREATE INDEX dashboards_by_name ON dashboards (org_id, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX dashboards_by_creation ON dashboards (org_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX dashboards_by_change ON dashboards (org_id, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX dashboards_in_bin ON dashboards (org_id, deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE tiles (
    org_id TEXT NOT NULL,
    id TEXT NOT NULL,
    dashboard_id TEXT NOT NULL,
    tile_type TEXT NOT NULL CHECK (tile_type IN ('visualization', 'text')),
    visualization_id TEXT,
    content TEXT CHECK (length(CAST(content AS BLOB)) <= 65536),
    title TEXT CHECK (length(title) <= 255),
    pos_x INTEGER NOT NULL CHECK (pos_x BETWEEN 0 AND 1000),
    pos_y INTEGER NOT NULL CHECK (pos_y BETWEEN 0 AND 1000),
    width INTEGER NOT NULL DEFAULT 4 CHECK (width BETWEEN 1 AND 100),
    height INTEGER NOT NULL DEFAULT 4 CHECK (height BETWEEN 1 AND 100),
    parameter_bindings TEXT NOT NULL DEFAULT '{}' CHECK (length(CAST(parameter_bindings AS BLOB)) <= 65536),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, dashboard_id) REFERENCES dashboards (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, visualization_id) REFERENCES visualizations (org_id, id) ON DELETE CASCADE,
    CHECK ((tile_type = 'visualization') = (visualization_id IS NOT NULL))
) STRICT;

CREATE INDEX tiles_by_dashboard ON tiles (org_id, dashboard_id, pos_y, pos_x, id);
CREATE INDEX tiles_by_visualization ON tiles (org_id, visualization_id) WHERE visualization_id IS NOT NULL;

CREATE TABLE schedules (
    org_id TEXT NOT NULL,
    id TEXT NOT NULL,
    query_id TEXT NOT NULL,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    name_key TEXT NOT NULL,
    cron_expression TEXT NOT NULL CHECK (length(cron_expression) BETWEEN 1 AND 255),
    timezone TEXT NOT NULL DEFAULT 'UTC' CHECK (length(timezone) BETWEEN 1 AND 64),
    parameters TEXT NOT NULL DEFAULT '{}',
    enabled INTEGER CHECK (enabled IN (0, 1)) NOT NULL DEFAULT 1,
    last_run_at INTEGER,
    next_run_at INTEGER,
    consecutive_failures INTEGER NOT NULL DEFAULT 0 CHECK (consecutive_failures >= 0),
    skipped_reason TEXT CHECK (length(skipped_reason) <= 255),
    created_by TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    deleted_by TEXT,
    version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, id) REFERENCES objects (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, query_id) REFERENCES queries (org_id, id) DEFERRABLE,
    FOREIGN KEY (org_id, created_by) REFERENCES users (org_id, id) DEFERRABLE,
    FOREIGN KEY (org_id, deleted_by) REFERENCES users (org_id, id) DEFERRABLE
) STRICT;

CREATE INDEX schedules_by_name ON schedules (org_id, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX schedules_by_creation ON schedules (org_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX schedules_by_change ON schedules (org_id, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX schedules_in_bin ON schedules (org_id, deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX schedules_by_next_run ON schedules (org_id, next_run_at, id) WHERE deleted_at IS NULL;
CREATE INDEX schedules_by_query ON schedules (org_id, query_id);
CREATE INDEX schedules_due ON schedules (next_run_at) WHERE enabled AND deleted_at IS NULL;

CREATE TABLE canvases (
    org_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    name_key TEXT NOT NULL,
    time_preset TEXT NOT NULL DEFAULT '7d'
        CHECK (time_preset IN ('now', '1h', '3h', '6h', '12h', '24h', '7d', '30d', '90d', 'custom')),
    time_offset INTEGER NOT NULL DEFAULT 0 CHECK (time_offset >= 0),
    time_custom_start INTEGER,
    time_custom_end INTEGER,
    live INTEGER CHECK (live IN (0, 1)) NOT NULL DEFAULT 0,
    created_by TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    deleted_by TEXT,
    version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, id) REFERENCES objects (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, created_by) REFERENCES users (org_id, id) DEFERRABLE,
    FOREIGN KEY (org_id, deleted_by) REFERENCES users (org_id, id) DEFERRABLE,
    CHECK (time_preset <> 'custom' OR (time_custom_start IS NOT NULL AND time_custom_end IS NOT NULL)),
    CHECK (time_custom_start < time_custom_end)
) STRICT;

CREATE INDEX canvases_by_name ON canvases (org_id, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX canvases_by_creation ON canvases (org_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX canvases_by_change ON canvases (org_id, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX canvases_in_bin ON canvases (org_id, deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE canvas_nodes (
    org_id TEXT NOT NULL,
    canvas_id TEXT NOT NULL,
    id TEXT NOT NULL,
    node_type TEXT NOT NULL CHECK (node_type IN ('query', 'note')),
    title TEXT NOT NULL DEFAULT '' CHECK (length(title) <= 255),
    pos_x REAL NOT NULL DEFAULT 0 CHECK (pos_x BETWEEN -10000 AND 10000),
    pos_y REAL NOT NULL DEFAULT 0 CHECK (pos_y BETWEEN -10000 AND 10000),
    width REAL NOT NULL DEFAULT 280 CHECK (width BETWEEN 50 AND 2000),
    height REAL NOT NULL DEFAULT 160 CHECK (height BETWEEN 50 AND 2000),
    meta TEXT NOT NULL DEFAULT '{}' CHECK (length(CAST(meta AS BLOB)) <= 262144),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, canvas_id, id),
    FOREIGN KEY (org_id, canvas_id) REFERENCES canvases (org_id, id) ON DELETE CASCADE
) STRICT;

CREATE TABLE canvas_edges (
    org_id TEXT NOT NULL,
    canvas_id TEXT NOT NULL,
    id TEXT NOT NULL,
    from_node_id TEXT NOT NULL,
    to_node_id TEXT NOT NULL,
    label TEXT NOT NULL DEFAULT 'motivates'
        CHECK (label IN ('motivates', 'explains', 'contradicts', 'supports', 'derives_from', 'questions')),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, canvas_id, id),
    -- Both ends lie in this canvas.
    FOREIGN KEY (org_id, canvas_id, from_node_id) REFERENCES canvas_nodes (org_id, canvas_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, canvas_id, to_node_id) REFERENCES canvas_nodes (org_id, canvas_id, id) ON DELETE CASCADE
) STRICT;

CREATE UNIQUE INDEX canvas_edges_pair_key ON canvas_edges (org_id, canvas_id, from_node_id, to_node_id);
CREATE INDEX canvas_edges_by_target ON canvas_edges (org_id, canvas_id, to_node_id);

CREATE TABLE object_tags (
    org_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    tag TEXT NOT NULL CHECK (length(tag) BETWEEN 1 AND 50),
    PRIMARY KEY (org_id, kind, object_id, tag),
    FOREIGN KEY (org_id, kind, object_id) REFERENCES objects (org_id, kind, id) ON DELETE CASCADE
) STRICT;

CREATE INDEX object_tags_by_tag ON object_tags (org_id, kind, tag, object_id);

CREATE TABLE favorites (
    org_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, user_id, kind, object_id),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, kind, object_id) REFERENCES objects (org_id, kind, id) ON DELETE CASCADE
) STRICT;

CREATE INDEX favorites_by_object ON favorites (org_id, kind, object_id);

CREATE TABLE recents (
    org_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, user_id, kind, object_id),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, kind, object_id) REFERENCES objects (org_id, kind, id) ON DELETE CASCADE
) STRICT;

CREATE INDEX recents_by_time ON recents (org_id, user_id, opened_at);
CREATE INDEX recents_by_object ON recents (org_id, kind, object_id);
