"""A PostgreSQL cluster of the benchmark's own, with fsync on."""

import os
import shutil
import subprocess
import time
from pathlib import Path

from harness.ports import free_port

ROOT = Path(__file__).parent.parent.parent


class Cluster:
    def __init__(self, scratch):
        # The server runs as its own user, who may not enter the scratch directory.
        self.directory = Path(f"/tmp/{scratch.name}.postgres")
        self.port = free_port()

    def __enter__(self):
        # The last of two settings counts: scripts/postgres turns fsync off.
        options = "-c fsync=on -c shared_buffers=512MB -c max_wal_size=4GB"
        environment = dict(os.environ, LOUPE_POSTGRES_OPTIONS=options)
        command = [ROOT / "scripts/postgres", "start", self.directory, str(self.port)]
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        return self

    def __exit__(self, *_):
        subprocess.run([ROOT / "scripts/postgres", "stop", self.directory], check=True)
        shutil.rmtree(self.directory, ignore_errors=True)

    def url(self, database="postgres"):
        return f"postgres://postgres@127.0.0.1:{self.port}/{database}"

    def create(self, database):
        self.sql(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        self.sql(f"CREATE DATABASE {database} TEMPLATE template0")
        return self.url(database)

    def sql(self, text, database="postgres"):
        command = ["psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-d", self.url(database), "-c", text]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def copy_seconds(self, query, file, database="postgres"):
        """How long `psql` takes to copy a query's rows into a file as CSV."""
        started = time.monotonic()
        with open(file, "wb") as output:
            command = ["psql", "-qX", "-d", self.url(database), "-c", f"COPY ({query}) TO STDOUT CSV"]
            subprocess.run(command, check=True, stdout=output)
        return time.monotonic() - started

    def pgbench(self, script, clients, seconds, database):
        """Transactions a second of a script, each a run of the whole script."""
        command = ["pgbench", "-n", "-M", "prepared", "-c", str(clients), "-j", str(min(2, clients))]
        command += ["-T", str(seconds), "-f", script, self.url(database)]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        line = next(line for line in output.splitlines() if line.startswith("tps = "))
        return float(line.split()[2])
