-- Who uses Loupe: organizations, people, their sessions and keys, and what they did.

CREATE TABLE instance_values (
    name TEXT NOT NULL PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 100),
    value BLOB NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE organizations (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    is_founding INTEGER CHECK (is_founding IN (0, 1)) NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)
) STRICT;

-- Of two founders at once, one wins.
CREATE UNIQUE INDEX organizations_founding_key ON organizations (is_founding) WHERE is_founding;

CREATE TABLE organization_settings (
    org_id TEXT NOT NULL PRIMARY KEY REFERENCES organizations (id) ON DELETE CASCADE,
    time_zone TEXT NOT NULL DEFAULT 'UTC' CHECK (length(time_zone) BETWEEN 1 AND 64),
    date_format TEXT NOT NULL DEFAULT 'iso' CHECK (length(date_format) BETWEEN 1 AND 64),
    first_day_of_week INTEGER NOT NULL DEFAULT 1 CHECK (first_day_of_week BETWEEN 0 AND 6),
    run_retention_days INTEGER NOT NULL DEFAULT 90 CHECK (run_retention_days BETWEEN 1 AND 3650),
    result_retention_days INTEGER NOT NULL DEFAULT 30 CHECK (result_retention_days BETWEEN 1 AND 3650),
    max_concurrent_runs INTEGER NOT NULL DEFAULT 20 CHECK (max_concurrent_runs BETWEEN 1 AND 1000),
    registration TEXT NOT NULL DEFAULT 'invite' CHECK (registration IN ('invite', 'open', 'closed')),
    other TEXT NOT NULL DEFAULT '{}' CHECK (length(CAST(other AS BLOB)) <= 16384)
) STRICT;

CREATE TABLE users (
    org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    email TEXT CHECK (length(email) BETWEEN 3 AND 255),
    email_key TEXT CHECK (length(email_key) >= 1),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    name_key TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('viewer', 'editor', 'admin')),
    password_hash TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
    PRIMARY KEY (org_id, id),
    CHECK ((email IS NULL) = (email_key IS NULL)),
    -- A removed person stays as a name on what they made; the address is free again and nothing opens the account.
    CHECK ((email IS NULL) = (deleted_at IS NOT NULL)),
    CHECK (deleted_at IS NULL OR password_hash IS NULL)
) STRICT;

CREATE UNIQUE INDEX users_email_key ON users (email_key) WHERE deleted_at IS NULL;
CREATE INDEX users_by_name ON users (org_id, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX users_by_email ON users (org_id, email_key, id) WHERE deleted_at IS NULL;
CREATE INDEX users_by_creation ON users (org_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX users_admins ON users (org_id) WHERE role = 'admin' AND deleted_at IS NULL;

CREATE TABLE user_preferences (
    org_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    preferences TEXT NOT NULL CHECK (length(CAST(preferences AS BLOB)) <= 16384),
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, user_id),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE
) STRICT;

CREATE TABLE sessions (
    org_id TEXT NOT NULL,
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    user_agent TEXT NOT NULL CHECK (length(user_agent) <= 512),
    address TEXT NOT NULL CHECK (length(address) <= 64),
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER,
    revoked_reason TEXT CHECK (revoked_reason IN ('logout', 'user', 'reuse', 'password', 'removed')),
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE,
    CHECK ((revoked_at IS NULL) = (revoked_reason IS NULL)),
    CHECK (expires_at > created_at)
) STRICT;

CREATE INDEX sessions_by_user ON sessions (org_id, user_id, last_seen_at);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE refresh_tokens (
    token_hash BLOB NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
    org_id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    replaced_at INTEGER,
    -- Sealed: for 30 seconds the previous token is answered with the same successor.
    successor BLOB,
    FOREIGN KEY (org_id, session_id) REFERENCES sessions (org_id, id) ON DELETE CASCADE,
    CHECK ((replaced_at IS NULL) = (successor IS NULL))
) STRICT;

-- One good token a family.
CREATE UNIQUE INDEX refresh_tokens_newest_key ON refresh_tokens (org_id, session_id) WHERE replaced_at IS NULL;
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (org_id, session_id);

CREATE TABLE login_failures (
    email_key TEXT NOT NULL CHECK (length(email_key) BETWEEN 1 AND 255),
    address TEXT NOT NULL CHECK (length(address) <= 64),
    failures INTEGER NOT NULL CHECK (failures >= 1),
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (email_key, address)
) STRICT;

CREATE INDEX login_failures_by_age ON login_failures (last_at);

CREATE TABLE password_resets (
    token_hash BLOB NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
    org_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE,
    CHECK (expires_at > created_at)
) STRICT;

CREATE INDEX password_resets_by_user ON password_resets (org_id, user_id, created_at);
CREATE INDEX password_resets_by_expiry ON password_resets (expires_at);

CREATE TABLE invitations (
    org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    email TEXT NOT NULL CHECK (length(email) BETWEEN 3 AND 255),
    email_key TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('viewer', 'editor', 'admin')),
    token_hash BLOB NOT NULL CHECK (length(token_hash) = 32),
    invited_by TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    accepted_at INTEGER,
    accepted_by TEXT,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, invited_by) REFERENCES users (org_id, id) DEFERRABLE,
    FOREIGN KEY (org_id, accepted_by) REFERENCES users (org_id, id) DEFERRABLE,
    CHECK ((accepted_at IS NULL) = (accepted_by IS NULL)),
    CHECK (expires_at > created_at)
) STRICT;

CREATE UNIQUE INDEX invitations_token_key ON invitations (token_hash);
CREATE UNIQUE INDEX invitations_open_key ON invitations (org_id, email_key) WHERE accepted_at IS NULL;
CREATE INDEX invitations_by_creation ON invitations (org_id, created_at, id);

CREATE TABLE api_keys (
    org_id TEXT NOT NULL,
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    prefix TEXT NOT NULL CHECK (length(prefix) BETWEEN 4 AND 16),
    key_hash BLOB NOT NULL CHECK (length(key_hash) = 32),
    role TEXT NOT NULL CHECK (role IN ('viewer', 'editor', 'admin')),
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    last_used_at INTEGER,
    revoked_at INTEGER,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE
) STRICT;

CREATE UNIQUE INDEX api_keys_hash_key ON api_keys (key_hash);
CREATE INDEX api_keys_by_user ON api_keys (org_id, user_id, created_at);

CREATE TABLE audit_log (
    org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('user', 'api_key', 'system')),
    actor_id TEXT,
    actor_name TEXT NOT NULL CHECK (length(actor_name) BETWEEN 1 AND 255),
    action TEXT NOT NULL CHECK (length(action) BETWEEN 1 AND 100),
    object_type TEXT CHECK (length(object_type) BETWEEN 1 AND 50),
    object_id TEXT,
    object_name TEXT CHECK (length(object_name) <= 255),
    address TEXT CHECK (length(address) <= 64),
    request_id TEXT CHECK (length(request_id) <= 64),
    details TEXT,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, actor_id) REFERENCES users (org_id, id) DEFERRABLE
) STRICT;

CREATE INDEX audit_log_by_creation ON audit_log (org_id, created_at, id);
CREATE INDEX audit_log_by_object ON audit_log (org_id, object_id, created_at) WHERE object_id IS NOT NULL;

CREATE TABLE idempotency_keys (
    org_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    idempotency_key TEXT NOT NULL CHECK (length(idempotency_key) BETWEEN 1 AND 255),
    request_hash BLOB NOT NULL CHECK (length(request_hash) = 32),
    status INTEGER CHECK (status BETWEEN 100 AND 599),
    headers TEXT,
    body BLOB,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, user_id, idempotency_key),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE,
    CHECK ((status IS NULL) = (body IS NULL)),
    CHECK (expires_at > created_at)
) STRICT;

CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_at);
