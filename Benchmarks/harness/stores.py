"""Loupe on each of its stores, with a datasource to run SQL on."""

import sqlite3
from contextlib import contextmanager

from harness.server import Loupe, found

STORES = ("sqlite", "postgres")


class Site:
    """A started server, signed in to, and its datasource."""

    def __init__(self, kind, server, store, client, answer, datasource):
        self.kind = kind
        self.server = server
        # What the bare handler opens: a path or a URL.
        self.store = store
        self.client = client
        self.token = answer["token"]
        self.organization = answer["user"]["org_id"]
        self.datasource = datasource


def location(kind, scratch, cluster, name):
    """The data directory and the store's URL (nil: SQLite in the data directory)."""
    data = scratch / f"{name}-{kind}"
    return data, cluster.create(f"{name}_store") if kind == "postgres" else None


@contextmanager
def site(kind, scratch, cluster, name, **settings):
    """A new installation. On SQLite its datasource is an SQLite file, on PostgreSQL another database of the cluster."""
    data, url = location(kind, scratch, cluster, name)
    with Loupe(data, url, RATE_LIMIT_EXEMPT="127.0.0.1", **settings) as server:
        client, answer = found(server)
        body = {"name": "Bench", "ds_type": kind, "connection_string": target(kind, data, cluster, name)}
        datasource = client.call("POST", "/datasources", body)["id"]
        yield Site(kind, server, url or str(data / "loupe.db"), client, answer, datasource)


def target(kind, data, cluster, name):
    if kind == "postgres":
        return cluster.create(f"{name}_target")
    file = data / "files" / "target.db"
    file.parent.mkdir(exist_ok=True)
    sqlite3.connect(file).execute("CREATE TABLE IF NOT EXISTS t (n INTEGER)").connection.close()
    return f"sqlite:{file}"
