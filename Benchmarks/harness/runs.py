"""A run of `SELECT 1`, from `POST /runs/execute` to its result read, every commit on the disk."""

import time
from pathlib import Path
from statistics import median

from harness.load import wrk
from harness.stores import STORES, site

CLIENTS = 16
SINGLE_RUNS = 300

TABLES = """
    CREATE TABLE results (id bigserial PRIMARY KEY, columns json, row_count bigint, byte_count bigint);
    CREATE TABLE chunks (result bigint REFERENCES results, n int, row_count int, data bytea, PRIMARY KEY (result, n));
    CREATE TABLE runs (
        id bigserial PRIMARY KEY, status text, sql text, parameters json, lease uuid,
        created_at timestamptz DEFAULT now(), started_at timestamptz, completed_at timestamptz,
        result bigint REFERENCES results);
    CREATE INDEX ON runs (created_at) WHERE status = 'queued'
    """


def measure(scratch, cluster, figures, seconds):
    rates = {}
    for kind in STORES:
        # SQLite fsyncs each commit only when it is told to; PostgreSQL does as delivered.
        with site(kind, scratch, cluster, "runs", DB_SYNCHRONOUS="full") as installed:
            milliseconds = single(installed)
            figures.add(f"SELECT 1, one client, median, {kind}", median(milliseconds), "ms", "lower", 10)
            load = wrk(installed.server, "runs.lua", [installed.token, installed.datasource], CLIENTS, seconds)
            if load.counts["failed"]:
                raise RuntimeError(f"{load.counts['failed']:.0f} runs failed; see {installed.server.log.name}")
            rates[kind] = load.counts["completed"] / load.counts["seconds"]
            figures.add(f"SELECT 1, {CLIENTS} clients, {kind}", rates[kind], "runs/s", "higher", 500)
    database = "runs_pgbench"
    cluster.create(database)
    cluster.sql(TABLES, database)
    script = Path(__file__).parent / "runs.sql"
    cluster.pgbench(script, CLIENTS, 2, database)
    baseline = cluster.pgbench(script, CLIENTS, seconds, database)
    figures.add(f"pgbench, the three transactions, {CLIENTS} clients", baseline, "runs/s", "higher")
    figures.add("SELECT 1 ÷ pgbench, postgres", rates["postgres"] / baseline, "", "higher")


def single(installed):
    """Milliseconds of each run, one after another on one connection."""
    body = {"datasource_id": installed.datasource, "sql": "SELECT 1"}
    milliseconds = []
    for number in range(SINGLE_RUNS + 20):
        started = time.monotonic()
        run = installed.client.call("POST", "/runs/execute?wait=10", body)
        result = installed.client.call("GET", f"/runs/{run['id']}/result?limit=100")
        if result["rows"] != [[1]]:
            raise RuntimeError(f"not the result of SELECT 1: {result}")
        # The first ones prepare statements and open connections.
        if number >= 20:
            milliseconds.append((time.monotonic() - started) * 1000)
    return milliseconds
