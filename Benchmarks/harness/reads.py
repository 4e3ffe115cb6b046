"""`GET /api/v1/queries/{id}` against a bare handler on the same store."""

import sqlite3
from statistics import median

from harness.load import wrk
from harness.server import PASSWORD, Bare, Client, Loupe
from harness.stores import STORES, site

# Each may send 1,200 requests a minute and 200 at once; together they stay under it at any speed measured here.
USERS = 400
ROUNDS = 3
CONNECTIONS = 32


def measure(scratch, cluster, figures, seconds):
    for kind in STORES:
        path, tokens, store, organization = prepare(kind, scratch, cluster)
        data = scratch / f"reads-{kind}"
        url = cluster.url("reads_store") if kind == "postgres" else None
        ours, bare = [], []
        for _ in range(ROUNDS):
            with Loupe(data, url) as server:
                load = wrk(server, "reads.lua", [f"/api/v1{path}", tokens], CONNECTIONS, seconds)
                ours.append(load.requests_per_second)
            with Bare(store, organization, scratch / f"bare-{kind}.log") as server:
                bare.append(wrk(server, "reads.lua", [path, tokens], CONNECTIONS, seconds).requests_per_second)
        figures.add(f"saved query by id, {kind}", median(ours), "requests/s", "higher")
        figures.add(f"bare handler, {kind}", median(bare), "requests/s", "higher")
        ratio = median(one / other for one, other in zip(ours, bare))
        figures.add(f"saved query by id ÷ bare handler, {kind}", ratio, "", "higher", 0.6)


def prepare(kind, scratch, cluster):
    """An installation with a saved query and many users signed in; the query's path and a file of tokens."""
    with site(kind, scratch, cluster, "reads") as installed:
        query = {
            "name": "Departures by day",
            "datasource_id": installed.datasource,
            "sql": "SELECT day, count(*) FROM flights WHERE origin = :origin GROUP BY day ORDER BY day",
            "parameters": [{"name": "origin", "param_type": "string", "required": True}],
        }
        path = "/queries/" + installed.client.call("POST", "/queries", query)["id"]
        add_users(installed, cluster)
        tokens = scratch / f"tokens-{kind}"
        with open(tokens, "w") as file:
            for number in range(USERS):
                body = {"email": f"user{number}@example.com", "password": PASSWORD}
                file.write(Client(installed.server).call("POST", "/auth/login", body)["token"] + "\n")
        return path, str(tokens), installed.store, installed.organization


def add_users(installed, cluster):
    """Copies of the admin under other addresses: the password stays the same, so nothing is hashed."""
    copy = """
        INSERT INTO users (org_id, id, email, email_key, name, name_key, role, password_hash, created_at, updated_at)
        SELECT org_id, {id}, {email}, {email}, name, name_key, role, password_hash, created_at, updated_at
        FROM users, {numbers} WHERE email = 'admin@example.com'
        """
    if installed.kind == "postgres":
        numbers = f"generate_series(0, {USERS - 1}) AS n"
        email = "'user' || n || '@example.com'"
        cluster.sql(copy.format(id="gen_random_uuid()", email=email, numbers=numbers), "reads_store")
        return
    numbers = f"(WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < {USERS - 1}) SELECT n FROM s)"
    uuid = "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-7' || substr(hex(randomblob(2)), 2) || '-8' || "
    uuid += "substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))"
    with sqlite3.connect(installed.store) as connection:
        connection.execute(copy.format(id=uuid, email="'user' || n || '@example.com'", numbers=numbers))
    connection.close()
