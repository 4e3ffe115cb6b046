"""`loupe serve` as a person meets it, on SQLite alone."""

import concurrent.futures
import contextlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import time
import unittest
from pathlib import Path

from loupe import ROOT, Client, ProcessTest, command, free_port, until

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"


class Serve(ProcessTest):
    def attach_file(self, client):
        path = f"{self.directory}/data/files/shop.db"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with sqlite3.connect(path) as database:
            database.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, total REAL)")
            database.executemany("INSERT INTO orders VALUES (?, ?)", [(i, i * 1.5) for i in range(1000)])
        return client.connect(f"sqlite:{path}")

    def test_the_main_job(self):
        _, client = self.serve()
        client.found()
        datasource = self.attach_file(client)
        status, test = client.post(f"/datasources/{datasource}/test")
        self.assertEqual((status, test["success"]), (200, True), test)
        status, schema = client.get(f"/datasources/{datasource}/schema")
        self.assertEqual([table["name"] for table in schema], ["orders"])
        status, query = client.post(
            "/queries",
            {"datasource_id": datasource, "name": "Large orders", "sql": "SELECT * FROM orders WHERE total > :least",
             "parameters": [{"name": "least", "param_type": "number", "default": 1000}]})
        self.assertEqual(status, 201, query)
        status, run = client.post("/runs?wait=20", {"query_id": query["id"], "parameters": {"least": 1400}})
        self.assertEqual((status, run["status"], run["row_count"]), (201, "completed", 66), run)
        status, page = client.get(f"/runs/{run['id']}/result?limit=2&offset=64")
        self.assertEqual(page["rows"], [[998, 1497.0], [999, 1498.5]])
        status, text = client.get(f"/runs/{run['id']}/result.csv")
        self.assertEqual(text.decode().splitlines()[0], "id,total")
        self.assertEqual(len(text.decode().splitlines()), 67)
        status, lines = client.get(f"/runs/{run['id']}/result.ndjson")
        self.assertEqual(json.loads(lines.splitlines()[0]), {"id": 934, "total": 1401.0})
        status, listed = client.get(f"/runs?query_id={query['id']}")
        self.assertEqual([item["id"] for item in listed["items"]], [run["id"]])

    def test_a_run_survives_the_death_of_the_server(self):
        server, client = self.serve()
        client.found()
        datasource = self.attach_file(client)
        run = client.execute(datasource, ENDLESS, timeout_seconds=2)
        until(lambda: client.run(run["id"])["status"] == "running")
        queued = [client.execute(datasource, f"SELECT {number}") for number in range(8)]
        server.kill()
        server.start()
        for one in queued:
            self.assertEqual(client.run(one["id"], wait=30)["status"], "completed")
        ended = client.run(run["id"], wait=30)
        self.assertEqual((ended["status"], ended["attempt"]), ("timeout", 2), ended)

    def test_a_server_that_is_told_to_stop_stops_cleanly(self):
        server, client = self.serve()
        client.found()
        run = client.execute(self.attach_file(client), ENDLESS)
        until(lambda: client.run(run["id"])["status"] == "running")
        self.assertEqual(server.stop(), 0)
        server.start()
        until(lambda: client.run(run["id"])["status"] == "running")
        self.assertEqual(client.run(run["id"])["attempt"], 1)

    def test_open_waits_do_not_hold_up_the_end(self):
        server, client = self.serve()
        client.found()
        run = client.execute(self.attach_file(client), ENDLESS)
        until(lambda: client.run(run["id"])["status"] == "running")
        with concurrent.futures.ThreadPoolExecutor() as pool:
            waiting = pool.submit(client.run, run["id"], wait=30)
            # The wait is open once its request is: the log tells only of answers.
            until(lambda: waiting.running())
            started = time.monotonic()
            self.assertEqual(server.stop(within=25), 0)
            self.assertLess(time.monotonic() - started, 20)
            with contextlib.suppress(OSError):
                self.assertEqual(waiting.result()["status"], "running")

    def test_its_own_store_is_no_datasource(self):
        _, client = self.serve(SQLITE_DIRECTORIES=f"{self.directory}/data")
        client.found()
        status, test = client.post(
            "/datasources/test", {"ds_type": "sqlite", "connection_string": f"sqlite:{self.directory}/data/loupe.db"})
        self.assertEqual((status, test["success"]), (200, False), test)

    def test_everything_it_keeps_is_for_its_owner_only(self):
        _, client = self.serve()
        client.found()
        for path in [Path(f"{self.directory}/data"), *Path(f"{self.directory}/data").rglob("*")]:
            self.assertEqual(path.stat().st_mode & 0o077, 0, path)

    def test_nothing_secret_is_printed_or_logged(self):
        server, client = self.serve()
        client.found()
        client.post("/datasources/test", {"connection_string": "postgres://u:hunter2secret@127.0.0.1:1/d"})
        client.post("/auth/login", {"email": "ana@example.com", "password": "hunter3secret"})
        server.stop()
        everything = "\n".join(server.lines) + server.logged()
        for secret in ("hunter2secret", "hunter3secret", "correct horse", client.token):
            self.assertNotIn(secret, everything)


class TLS(ProcessTest):
    def test_it_serves_https_with_a_certificate(self):
        certificate, key = f"{self.directory}/tls.crt", f"{self.directory}/tls.key"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
             "2", "-subj", "/CN=localhost", "-keyout", key, "-out", certificate], check=True, capture_output=True)
        server, client = self.serve(TLS_CERT=certificate, TLS_KEY=key)
        self.assertTrue(any("listens on https://" in line for line in server.lines))
        address = client.base.replace("http://127.0.0.1", "https://localhost") + "/health"
        port = client.base.split(":")[2].split("/")[0]
        done = subprocess.run(
            ["curl", "-sf", "--cacert", certificate, "--resolve", f"localhost:{port}:127.0.0.1", address],
            capture_output=True, text=True)
        self.assertIn('"status":"ok"', done.stdout, done.stderr)
        head = subprocess.run(
            ["curl", "-sfI", "--cacert", certificate, "--resolve", f"localhost:{port}:127.0.0.1", address],
            capture_output=True, text=True)
        self.assertIn("strict-transport-security: max-age=31536000", head.stdout.lower())
        old = subprocess.run(
            ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], input="",
            capture_output=True, text=True)
        self.assertIn("alert protocol version", old.stderr)
        status, _, error = command(
            "serve", "--data-dir", f"{self.directory}/other", "--port", str(free_port()), TLS_CERT=key, TLS_KEY=certificate)
        self.assertEqual(status, 78, error)


class Script(ProcessTest):
    """The first of the README's two commands."""

    def test_serve_builds_and_brings_the_sample_data(self):
        port = free_port()
        process = subprocess.Popen(
            [ROOT / "scripts/serve", "--data-dir", f"{self.directory}/data", "--port", str(port)], text=True,
            stdout=subprocess.PIPE, env=os.environ | {"LOUPE_BUILD": "debug"}, cwd=self.directory)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.assertTrue(any("listens on" in line for line in process.stdout))
        client = Client(port)
        client.found()
        status, sample = client.post("/organizations/sample")
        self.assertEqual(status, 201, sample)
        run = client.execute(sample["datasource_id"], "SELECT count(*) FROM flights", wait=30)
        status, page = client.get(f"/runs/{run['id']}/result")
        self.assertEqual(page["rows"], [[336776]])
        process.terminate()
        self.assertEqual(process.wait(30), 0)


class Documents(ProcessTest):
    """The lines of the documents work as they are printed."""

    def run_lines(self, document):
        """What the lines print, one after the other against a new server with the sample's file."""
        sample = ROOT / ".cache/sample/new-york-flights.db"
        subprocess.run([str(ROOT / "scripts/sample-data"), str(sample)], check=True, capture_output=True)
        os.makedirs(f"{self.directory}/data/files", mode=0o700)
        shutil.copy(sample, f"{self.directory}/data/files/new-york-flights.db")
        _, client = self.serve()
        port = client.base.split(":")[2].split("/")[0]
        blocks = re.findall(r"```sh\n(.*?)```", (ROOT / document).read_text(), re.S)
        script = "\n".join(blocks).replace("127.0.0.1:8080", f"127.0.0.1:{port}")
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script], cwd=self.directory, capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        lines = Path(f"{self.directory}/flights.csv").read_text().splitlines()
        self.assertEqual(lines[0], "carrier,flights")
        self.assertEqual(len(lines), 16)
        return done.stdout

    def test_the_readme(self):
        self.assertIn('"status":"completed"', self.run_lines("README.md"))

    def test_the_api_document(self):
        printed = self.run_lines("docs/api.md")
        self.assertIn('"name":"Flights by carrier"', printed)
        self.assertIn("412\n", printed)
        self.assertIn('"type":"conflict"', printed)


if __name__ == "__main__":
    unittest.main()
