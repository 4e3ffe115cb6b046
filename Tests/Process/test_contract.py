"""The served OpenAPI document against the server that serves it, by schemathesis: every check on every operation."""

import json
import os
import subprocess
import unittest
from pathlib import Path

from loupe import KEY, ROOT, Postgres, ProcessTest
from world import World

HERE = Path(__file__).resolve().parent

# Rules that JSON Schema cannot say: which names go together, which cron expressions fire, which texts are e-mail
# addresses, what a database makes of an SQL text. Bodies that fit the document may break them (422), and what the
# document forbids may be ignored (unknown fields, a limit beyond its range is clamped).
NOT_DECIDED_BY_THE_DOCUMENT = "positive_data_acceptance,negative_data_rejection"

# A SQLite datasource, no mail server and no way to a reset link: these have no right answer here. Their 2xx stand in
# tests of their own.
WITHOUT_SUCCESS = {"POST /api/v1/auth/password/reset"}


class Contract(ProcessTest):
    def hold(self, port_and_client):
        server, client = port_and_client
        os.makedirs(f"{self.directory}/data/files", exist_ok=True)
        world = World(client, f"{self.directory}/data/files")
        report = f"{self.directory}/reached.json"
        port = int(client.base.split(":")[2].split("/")[0])
        seed = {
            "world": {
                "ids": world.ids, "datasource": world.datasource, "mark": world.mark, "user": world.user, "file": world.file},
            "port": port, "token": client.token, "report": report}
        done = subprocess.run(
            [str(ROOT / ".venv/bin/st"), "run", f"http://127.0.0.1:{port}/api/v1/openapi.json",
             "-H", f"Authorization: Bearer {client.token}", "--checks", "all",
             "--exclude-checks", NOT_DECIDED_BY_THE_DOCUMENT, "--phases", "examples,coverage,fuzzing",
             "--max-examples", "5", "--seed", "1", "--generation-database", "none",
             "--exclude-path-regex", "/events$", "--continue-on-failure"],
            env={"PATH": os.environ["PATH"], "HOME": self.directory, "PYTHONPATH": str(HERE), "LC_ALL": "C.UTF-8",
                 "SCHEMATHESIS_HOOKS": "contract_hooks", "LOUPE_CONTRACT": json.dumps(seed)},
            cwd=self.directory, capture_output=True, text=True, timeout=900)
        self.assertEqual(done.returncode, 0, done.stdout[-20_000:] + done.stderr[-5_000:])
        with open(report, encoding="utf-8") as file:
            reached = json.load(file)
        without = {
            label for label, statuses in reached.items()
            if not any(200 <= int(status) < 300 for status in statuses)} - WITHOUT_SUCCESS
        self.assertLessEqual(len(without), 0.05 * len(reached), sorted(without))
        self.assertNotIn("error", [line.split()[1] for line in server.logged().splitlines() if len(line.split()) > 1])

    def test_the_document_is_kept_on_sqlite(self):
        self.hold(self.serve(RATE_LIMIT_PER_MINUTE="0", REGISTRATION="open"))

    def test_the_document_is_kept_on_postgresql(self):
        store = Postgres(self).database("loupe")
        self.hold(self.serve(
            RATE_LIMIT_PER_MINUTE="0", REGISTRATION="open", DATABASE_URL=store, LOUPE_SECRET_KEY=KEY))


if __name__ == "__main__":
    unittest.main()
