"""The three roles apart on one PostgreSQL, and what happens when something dies."""

import json
import signal
import threading
import unittest

from loupe import KEY, Client, Postgres, ProcessTest, command, free_port, until


def field(text):
    """As CSV has it: NULL is nothing, and what could be taken for it or for a separator is quoted."""
    if text is None:
        return ""
    return '"' + text.replace('"', '""') + '"' if text == "" or set(text) & set(',"\r\n') else text


def peak(server):
    """The most memory that a process ever had, in bytes."""
    with open(f"/proc/{server.process.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) * 1024


class Cluster(ProcessTest):
    def setUp(self):
        super().setUp()
        self.postgres = Postgres(self)
        self.store = self.postgres.database("loupe")
        self.data = self.postgres.database("shop")
        self.postgres.sql("CREATE TABLE orders AS SELECT i AS id, i * 1.5 AS total FROM generate_series(1, 1000) i", "shop")
        status, _, error = command(
            "migrate", "up", "--data-dir", f"{self.directory}/migrate", DATABASE_URL=self.store, LOUPE_SECRET_KEY=KEY)
        self.assertEqual(status, 0, error)

    def process(self, role, name, *arguments, ready, **settings):
        return self.start(
            role, "--data-dir", f"{self.directory}/{name}", *arguments, ready=ready, DATABASE_URL=self.store,
            LOUPE_SECRET_KEY=KEY, OPS_PORT=str(free_port()), RESULT_STORAGE=f"directory:{self.directory}/results",
            RATE_LIMIT_PER_MINUTE="0", **settings)

    def api(self):
        port = free_port()
        self.process("api", "api", "--port", str(port), ready="listens on")
        return Client(port)

    def runner(self, name):
        return self.process("runner", name, ready="Health is answered", RUNNER_ID=name)

    def scheduler(self):
        return self.process("scheduler", "scheduler", ready="Health is answered")

    def running(self, text):
        """How many statements with this text the server runs."""
        return int(self.postgres.sql(
            f"SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%{text}%' "
            "AND query NOT LIKE '%pg_stat_activity%'"))

    def test_a_killed_runners_run_is_finished_by_another_once(self):
        client, _ = self.api(), self.scheduler()
        client.found()
        shop = client.connect(self.data)
        runners = {name: self.runner(name) for name in ("one", "two")}
        run = client.execute(shop, "SELECT count(*), pg_sleep(4) FROM orders")
        held = until(lambda: client.run(run["id"])["runner_id"])
        until(lambda: self.running("pg_sleep(4)") == 1)
        runners[held].kill()
        ended = until(lambda: (now := client.run(run["id"], wait=20))["status"] == "completed" and now, within=90)
        self.assertEqual(ended["attempt"], 2, ended)
        self.assertNotEqual(ended["runner_id"], held)
        self.assertEqual([one["outcome"] for one in ended["attempts"]], ["lost", "completed"])
        status, page = client.get(f"/runs/{run['id']}/result")
        self.assertEqual(page["rows"], [[1000, ""]])
        self.assertEqual(self.postgres.sql("SELECT count(*) FROM results WHERE complete", "loupe"), "1")

    def test_a_frozen_runner_that_wakes_finds_its_lease_gone_and_works_on(self):
        client, _ = self.api(), self.scheduler()
        client.found()
        shop = client.connect(self.data)
        runner = self.runner("frozen")
        run = client.execute(shop, "SELECT pg_sleep(3), 'frozen' AS word")
        until(lambda: self.running("frozen") == 1)
        runner.process.send_signal(signal.SIGSTOP)
        until(lambda: client.run(run["id"])["status"] == "queued", within=60)
        runner.process.send_signal(signal.SIGCONT)
        ended = until(lambda: (now := client.run(run["id"], wait=20))["status"] == "completed" and now, within=60)
        self.assertEqual([one["outcome"] for one in ended["attempts"]], ["lost", "completed"])
        self.assertEqual(self.postgres.sql("SELECT count(*) FROM results WHERE complete", "loupe"), "1")
        self.assertEqual(client.execute(shop, "SELECT 1", wait=30)["attempt"], 1)

    def test_a_cancel_reaches_the_server(self):
        client = self.api()
        client.found()
        self.runner("one")
        shop = client.connect(self.data)
        run = client.execute(shop, "SELECT pg_sleep(60)")
        until(lambda: self.running("pg_sleep(60)") == 1)
        status, asked = client.post(f"/runs/{run['id']}/cancel")
        self.assertEqual(status, 202, asked)
        self.assertEqual(client.run(run["id"], wait=20)["status"], "cancelled")
        self.assertEqual(self.running("pg_sleep(60)"), 0)

    def test_a_datasource_that_drops_the_connection_is_tried_again(self):
        client = self.api()
        client.found()
        self.runner("one")
        shop = client.connect(self.data)
        run = client.execute(shop, "SELECT pg_sleep(2), 7 AS seven")
        until(lambda: self.running("seven") == 1)
        self.postgres.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%seven%' "
            "AND pid <> pg_backend_pid()")
        ended = client.run(run["id"], wait=30)
        self.assertEqual((ended["status"], ended["attempt"]), ("completed", 2), ended)

    def test_the_api_recovers_when_its_store_restarts(self):
        client, _ = self.api(), self.runner("one")
        client.found()
        shop = client.connect(self.data)
        self.assertEqual(client.execute(shop, "SELECT 1", wait=20)["status"], "completed")
        self.postgres.stop()
        status, error = client.get("/datasources")
        self.assertEqual((status, error["error"]["type"]), (503, "unavailable"), error)
        self.assertEqual(client.get("/health/live")[0], 200)
        self.assertEqual(client.get("/health")[0], 503)
        self.postgres.start()
        until(lambda: client.get("/health")[0] == 200)
        self.assertEqual(client.execute(shop, "SELECT 2", wait=30)["status"], "completed")

    def test_its_own_store_is_no_datasource_however_addressed(self):
        client, _ = self.api(), self.runner("one")
        client.found()
        for address in (self.store, self.store.replace("127.0.0.1", "localhost")):
            status, test = client.post("/datasources/test", {"ds_type": "postgres", "connection_string": address})
            self.assertEqual((status, test.get("success")), (200, False), test)

    def test_values_come_out_as_they_are_in_every_format(self):
        client, _ = self.api(), self.runner("one")
        client.found()
        shop = client.connect(self.data)
        columns = {
            "small": ("9007199254740991::int8", 9007199254740991, "9007199254740991", 9007199254740991),
            "large": ("9007199254740992::int8", "9007199254740992", "9007199254740992", "9007199254740992"),
            "least": ("(-9223372036854775808)::int8", "-9223372036854775808", "-9223372036854775808",
                      "-9223372036854775808"),
            "exact": ("12345678901234567890.123456789012345678900::numeric", "12345678901234567890.123456789012345678900",
                      "12345678901234567890.123456789012345678900", "12345678901234567890.123456789012345678900"),
            "moment": ("'2026-01-31 09:30:00.123456+02'::timestamptz", "2026-01-31T07:30:00.123456+00:00",
                       "2026-01-31T07:30:00.123456+00:00", "2026-01-31T07:30:00.123456+00:00"),
            "body": ("""'{"b": [1, 2.50, null], "a": "é"}'::jsonb""", {"a": "é", "b": [1, 2.50, None]},
                     '{"a": "é", "b": [1, 2.50, null]}', {"a": "é", "b": [1, 2.50, None]}),
            "list": ("ARRAY[1, NULL, 3]", "{1,NULL,3}", "{1,NULL,3}", "{1,NULL,3}"),
            "raw": (r"'\x00ff'::bytea", r"\x00ff", r"\x00ff", r"\x00ff"),
            "nan": ("'NaN'::float8", "NaN", "NaN", "NaN"),
            "infinite": ("'-Infinity'::float8", "-Infinity", "-Infinity", "-Infinity"),
            "flag": ("true", True, "true", True),
            "nothing": ("NULL::text", None, None, None),
            "empty": ("''::text", "", "", ""),
        }
        sql = "SELECT " + ", ".join(f"{value[0]} AS {name}" for name, value in columns.items())
        run = client.execute(shop, sql, wait=20)
        self.assertEqual(run["status"], "completed", run)
        status, page = client.get(f"/runs/{run['id']}/result")
        self.assertEqual([column["key"] for column in page["columns"]], list(columns))
        self.assertEqual(dict(zip(columns, page["rows"][0])), {name: value[1] for name, value in columns.items()})
        status, text = client.get(f"/runs/{run['id']}/result.csv")
        self.assertEqual((status, text.decode()), (200, "".join(
            ",".join(fields) + "\r\n" for fields in (columns, (field(value[2]) for value in columns.values())))))
        status, lines = client.get(f"/runs/{run['id']}/result.ndjson")
        self.assertEqual(json.loads(lines), {name: value[3] for name, value in columns.items()})

    def test_one_cell_of_500_megabytes_cuts_the_result_and_not_the_runner(self):
        client, runner = self.api(), self.runner("one")
        client.found()
        shop = client.connect(self.data)
        self.assertEqual(client.execute(shop, "SELECT 1", wait=20)["status"], "completed")
        before = peak(runner)
        run = client.execute(
            shop, "SELECT g, repeat('x', CASE g WHEN 2 THEN 500000000 ELSE 1 END) FROM generate_series(1, 3) g", wait=30)
        self.assertEqual(
            (run["status"], run["row_count"], run["truncated_by"]), ("completed", 1, "bytes"), run)
        self.assertLess(peak(runner) - before, 100 << 20)
        self.assertEqual(client.execute(shop, "SELECT 2", wait=20)["status"], "completed")

    def test_a_datasource_that_stays_away_ends_as_a_dead_letter(self):
        client, _ = self.api(), self.runner("one")
        client.found()
        gone = client.connect(f"postgres://u:p@127.0.0.1:{free_port()}/d")
        run = client.execute(gone, "SELECT 1")
        ended = until(lambda: (now := client.run(run["id"], wait=20))["status"] == "failed" and now)
        self.assertEqual([one["outcome"] for one in ended["attempts"]], ["failed"] * ended["max_attempts"], ended)
        self.assertGreater(ended["max_attempts"], 1)
        self.assertEqual(
            self.postgres.sql(f"SELECT attempts FROM run_failures WHERE run_id = '{run['id']}'", "loupe"),
            str(ended["max_attempts"]))

    def test_roles_that_do_not_migrate_give_up_on_a_store_without_a_schema(self):
        empty = self.postgres.database("empty")
        for role in ("api", "runner", "scheduler"):
            status, _, error = command(
                role, "--data-dir", f"{self.directory}/{role}", DATABASE_URL=empty, LOUPE_SECRET_KEY=KEY,
                SCHEMA_WAIT_SECONDS="1", OPS_PORT=str(free_port()))
            self.assertEqual(status, 69, error)
            self.assertIn("loupe migrate up", error.splitlines()[-1])

    def test_migrations_go_past_the_pooler(self):
        straight = self.postgres.database("straight")
        pooler = f"postgres://postgres@127.0.0.1:{free_port()}/straight"
        for action in ("up", "status"):
            status, output, error = command(
                "migrate", action, "--data-dir", f"{self.directory}/migrate", DATABASE_URL=pooler,
                DATABASE_DIRECT_URL=straight, LOUPE_SECRET_KEY=KEY)
            self.assertEqual(status, 0, error)
            self.assertIn("applied", output)

    def test_many_clients_at_once_lose_nothing(self):
        client = self.api()
        client.found()
        for name in ("one", "two"):
            self.runner(name)
        shop = client.connect(self.data, max_concurrency=3)
        found = []

        def work(number):
            run = client.execute(shop, f"SELECT {number} AS n", wait=30)
            found.append((number, run["status"], client.get(f"/runs/{run['id']}/result")[1]["rows"]))

        threads = [threading.Thread(target=work, args=(number,)) for number in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(found), [(number, "completed", [[number]]) for number in range(40)])


if __name__ == "__main__":
    unittest.main()
