"""A million rows of eight columns from PostgreSQL into a stored result, pages of it, and its download."""

import random
import time
from statistics import median, quantiles

from harness.stores import site

ROUNDS = 3
ROWS = 1_000_000
PAGES = 100

TABLE = f"""
    CREATE TABLE million AS
    SELECT n::int8 AS id, timestamptz '2026-01-01 00:00:00Z' + n * interval '1.000001 second' AS at,
        (n * 1.0007)::numeric(20, 4) AS amount, substr(md5(n::text) || md5((n + 1)::text), 1, 40) AS code,
        jsonb_build_object('n', n % 1000, 'tag', 'x' || n % 7) AS document, n % 3 = 0 AS flag,
        n / 7.0::float8 AS ratio, CASE WHEN n % 20 = 0 THEN 'note ' || n END AS note
    FROM generate_series(1, {ROWS}) AS n
    """


def measure(scratch, cluster, figures, _):
    with site("postgres", scratch, cluster, "million") as installed:
        database = "million_target"
        cluster.sql(TABLE, database)
        cluster.sql("VACUUM ANALYZE million", database)
        copies, runs = [], []
        for _ in range(ROUNDS):
            copies.append(cluster.copy_seconds("SELECT * FROM million", scratch / "million.csv", database))
            seconds, run = load(installed)
            runs.append(seconds)
        copy = median(copies)
        figures.add("COPY of a million rows by psql", copy, "s", "lower")
        figures.add("a million rows into a result", median(runs), "s", "lower")
        ratio = median(one / other for one, other in zip(runs, copies))
        figures.add("a million rows into a result ÷ COPY", ratio, "", "lower", 3)
        figures.add("memory at the most, a million rows", installed.server.memory_mib("VmHWM"), "MiB", "lower", 150)
        milliseconds = pages(installed, run)
        figures.add("page of 100 rows from anywhere, p95", quantiles(milliseconds, n=20)[18], "ms", "lower", 20)
        downloads = [download(installed, run, scratch / "result.csv") for _ in range(ROUNDS)]
        figures.add("download as CSV ÷ COPY", median(downloads) / copy, "", "lower", 1.5)
        figures.add("memory at the most, with the download", installed.server.memory_mib("VmHWM"), "MiB", "lower", 150)


def load(installed):
    """Seconds from the request until the run is completed, and the run."""
    body = {"datasource_id": installed.datasource, "sql": "SELECT * FROM million", "max_rows": ROWS}
    started = time.monotonic()
    run = installed.client.call("POST", "/runs/execute?wait=30", body | {"timeout_seconds": 120})
    while run["status"] in ("queued", "running"):
        run = installed.client.call("GET", f"/runs/{run['id']}?wait=30")
    seconds = time.monotonic() - started
    if run["status"] != "completed" or run["row_count"] != ROWS or run["truncated"]:
        raise RuntimeError(f"not a million rows: {run}")
    return seconds, run


def pages(installed, run):
    milliseconds = []
    chosen = random.Random(1)
    for _ in range(PAGES):
        offset = chosen.randrange(ROWS - 100)
        started = time.monotonic()
        page = installed.client.call("GET", f"/runs/{run['id']}/result?limit=100&offset={offset}")
        milliseconds.append((time.monotonic() - started) * 1000)
        if [row[0] for row in page["rows"]] != list(range(offset + 1, offset + 101)):
            raise RuntimeError(f"not the rows from {offset}")
    return milliseconds


def download(installed, run, file):
    client = installed.client
    started = time.monotonic()
    client.connection.request("GET", f"/api/v1/runs/{run['id']}/result.csv", headers=client.headers)
    response = client.connection.getresponse()
    lines = 0
    with open(file, "wb") as output:
        while piece := response.read(1 << 18):
            lines += piece.count(b"\n")
            output.write(piece)
    if response.status != 200 or lines != ROWS + 1:
        raise RuntimeError(f"{response.status}: {lines} lines")
    return time.monotonic() - started
