"""`loupe export` and `loupe import` as an operator runs them."""

import os
import sqlite3
import subprocess
import unittest
from pathlib import Path

from loupe import ProcessTest, command, free_port, Server, Client


class ExportAndImport(ProcessTest):
    def place(self, name):
        """A server with a datasource `shop`, in a data directory of its own."""
        data, port = f"{self.directory}/{name}", free_port()
        os.makedirs(f"{data}/files", mode=0o700)
        with sqlite3.connect(f"{data}/files/shop.db") as database:
            database.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY)")
        server = Server("serve", "--data-dir", data, "--port", str(port))
        self.addCleanup(self.end, server)
        client = Client(port)
        client.found()
        client.datasource = client.connect(f"sqlite:{data}/files/shop.db", name="shop")
        return data, server, client

    def make(self, client, path, body):
        status, answer = client.post(path, body)
        self.assertEqual(status, 201, answer)
        return answer["id"]

    def test_everything_moves_to_another_server_and_back_without_a_difference(self):
        data, _, client = self.place("first")
        query = self.make(client, "/queries", {
            "datasource_id": client.datasource, "name": "Orders", "sql": "SELECT id\nFROM orders\nWHERE id > :least",
            "parameters": [{"name": "least", "param_type": "number", "default": 1}], "tags": ["sales"]})
        chart = self.make(client, "/visualizations", {
            "query_id": query, "name": "Chart", "chart_type": "bar", "config": {"x_axis": "id"}})
        board = self.make(client, "/dashboards", {"name": "Board"})
        self.make(client, f"/dashboards/{board}/tiles", {"visualization_id": chart, "pos_x": 0, "pos_y": 0})
        self.make(client, "/schedules", {
            "query_id": query, "name": "Nightly", "cron_expression": "0 3 * * *", "timezone": "Europe/Berlin"})
        canvas = self.make(client, "/canvases", {"name": "Why"})
        self.make(client, f"/canvases/{canvas}/nodes", {"node_type": "note", "meta": {"markdown": "Because"}})
        out, again = f"{self.directory}/out", f"{self.directory}/again"
        self.assertEqual(command("export", out, "--data-dir", data)[0], 0)
        files = sorted(str(path.relative_to(out)) for path in Path(out).rglob("*") if path.is_file())
        self.assertEqual(len(files), 7, files)
        self.assertIn(f"queries/{query}.sql", files)
        self.assertNotIn("shop.db", "".join(Path(out, name).read_text() for name in files))

        other, _, second = self.place("second")
        status, planned, error = command("import", out, "--data-dir", other, "--dry-run")
        self.assertEqual(status, 0, error)
        self.assertIn("5 new, 0 changed, 0 unchanged, 0 not in the files", planned)
        self.assertEqual(second.get("/queries")[1]["total"], 0)
        self.assertEqual(command("import", out, "--data-dir", other)[0], 0)
        self.assertEqual(second.get(f"/queries/{query}")[1]["name"], "Orders")
        self.assertEqual(second.get(f"/dashboards/{board}")[1]["tiles"][0]["visualization_id"], chart)
        self.assertEqual(command("export", again, "--data-dir", other)[0], 0)
        done = subprocess.run(["diff", "-r", out, again], capture_output=True, text=True)
        self.assertEqual(done.stdout, "")

        second.call("PUT", f"/queries/{query}", {"max_rows": 77})
        self.assertEqual(command("export", again, "--data-dir", other)[0], 0)
        done = subprocess.run(["diff", "-r", out, again], capture_output=True, text=True)
        changed = [line for line in done.stdout.splitlines() if line[:1] in "<>"]
        self.assertEqual(changed, ["< max_rows: 10000", "> max_rows: 77"])
        status, lines, _ = command("import", again, "--data-dir", data)
        self.assertIn("max_rows 10000 → 77", lines)
        self.assertEqual(client.get(f"/queries/{query}")[1]["max_rows"], 77)

    def test_what_is_wrong_is_named_and_nothing_is_done(self):
        data, _, client = self.place("first")
        self.make(client, "/queries", {
            "datasource_id": client.datasource, "name": "Orders", "sql": "SELECT id FROM orders"})
        out = f"{self.directory}/out"
        self.assertEqual(command("export", out, "--data-dir", data)[0], 0)
        file = next(Path(out, "queries").glob("*.yaml"))
        file.write_text(file.read_text().replace("datasource: shop", "datasource: nowhere"))
        status, _, error = command("import", out, "--data-dir", data)
        self.assertEqual(status, 65, error)
        self.assertIn('there is no datasource "nowhere"', error)
        status, _, error = command("import", f"{self.directory}/none", "--data-dir", data)
        self.assertEqual(status, 74, error)


if __name__ == "__main__":
    unittest.main()
