"""Schedules that fire: two schedulers on one PostgreSQL, of which one is killed or frozen, and `loupe serve` alone."""

import datetime
import os
import signal
import sqlite3
import time
import unittest

from loupe import KEY, Client, Postgres, ProcessTest, command, free_port, until


def schedule(client, query, cron="* * * * * *", **more):
    status, made = client.post("/schedules", {"query_id": query, "name": "each second", "cron_expression": cron} | more)
    assert status == 201, made
    return made["id"]


def query(client, datasource, sql="SELECT 1"):
    status, made = client.post("/queries", {"datasource_id": datasource, "name": "one", "sql": sql})
    assert status == 201, made
    return made["id"]


def fired(client, identifier):
    status, page = client.get(f"/runs?schedule_id={identifier}&limit=100")
    assert status == 200, page
    return page["items"]


class Schedulers(ProcessTest):
    """The lease of a leader that is gone is taken over within 30 s, and no time fires twice."""

    def setUp(self):
        super().setUp()
        self.postgres = Postgres(self)
        self.store = self.postgres.database("loupe")
        status, _, error = command(
            "migrate", "up", "--data-dir", f"{self.directory}/migrate", DATABASE_URL=self.store, LOUPE_SECRET_KEY=KEY)
        self.assertEqual(status, 0, error)
        port = free_port()
        self.process("api", "api", "--port", str(port), ready="listens on")
        self.process("runner", "runner", ready="Health is answered")
        self.client = Client(port)
        self.client.found()
        self.schedulers = {
            name: self.process("scheduler", name, ready="Health is answered", SCHEDULER_ID=name)
            for name in ("one", "two")}
        datasource = self.client.connect(self.postgres.database("shop"))
        self.schedule = schedule(self.client, query(self.client, datasource))

    def process(self, role, name, *arguments, ready, **settings):
        return self.start(
            role, "--data-dir", f"{self.directory}/{name}", *arguments, ready=ready, DATABASE_URL=self.store,
            LOUPE_SECRET_KEY=KEY, OPS_PORT=str(free_port()), RESULT_STORAGE=f"directory:{self.directory}/results",
            RATE_LIMIT_PER_MINUTE="0", **settings)

    def leader(self):
        return self.postgres.sql("SELECT holder FROM leases WHERE name = 'scheduler'", "loupe")

    def count(self):
        return int(self.postgres.sql("SELECT count(*) FROM runs WHERE trigger = 'schedule'", "loupe"))

    def check_takeover(self, number):
        until(lambda: self.count() >= 2)
        leader = self.leader()
        self.schedulers[leader].process.send_signal(number)
        began = time.monotonic()
        before = self.count()
        # One more may have been on its way.
        until(lambda: self.count() > before + 1, within=30)
        self.assertLess(time.monotonic() - began, 30)
        self.assertNotEqual(self.leader(), leader)
        return leader

    def check_once(self):
        self.assertEqual(
            self.postgres.sql(
                "SELECT count(*) FROM (SELECT scheduled_for FROM runs WHERE trigger = 'schedule' "
                "GROUP BY schedule_id, scheduled_for HAVING count(*) > 1) twice", "loupe"), "0")

    def test_a_killed_leader_is_followed_within_half_a_minute(self):
        self.check_takeover(signal.SIGKILL)
        self.check_once()
        # A scheduler that is told to stop gives its lease up: the next one leads at once.
        other = self.leader()
        self.assertEqual(self.schedulers[other].stop(), 0)
        self.assertEqual(self.leader(), "")
        self.process("scheduler", "three", ready="Health is answered", SCHEDULER_ID="three")
        until(lambda: self.leader() == "three", within=5)

    def test_a_frozen_leader_is_followed_and_leads_no_more_when_it_wakes(self):
        frozen = self.check_takeover(signal.SIGSTOP)
        self.schedulers[frozen].process.send_signal(signal.SIGCONT)
        before = self.count()
        until(lambda: self.count() > before + 3)
        self.assertNotEqual(self.leader(), frozen)
        self.check_once()


class Alone(ProcessTest):
    def test_serve_fires_once_what_it_missed_while_it_was_down(self):
        server, client = self.serve(RATE_LIMIT_PER_MINUTE="0")
        client.found()
        path = f"{self.directory}/data/files/shop.db"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with sqlite3.connect(path) as database:
            database.execute("CREATE TABLE orders (id INTEGER)")
        identifier = schedule(client, query(client, client.connect(f"sqlite:{path}")), "*/4 * * * * *")
        done = until(lambda: (runs := fired(client, identifier)) and runs[0]["status"] == "completed" and runs)
        self.assertEqual({(run["trigger"], run["priority"]) for run in done}, {("schedule", "scheduled")})
        server.kill()
        killed = now()
        until(lambda: now() > killed + datetime.timedelta(seconds=9))
        began = now()
        server.start()
        # Its own lease of before stands in nobody's way.
        until(lambda: moment(fired(client, identifier)[0]["scheduled_for"]) > began, within=15)
        times = [moment(run["scheduled_for"]) for run in fired(client, identifier)]
        self.assertEqual(len([time for time in times if killed < time < began]), 1, times)


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


if __name__ == "__main__":
    unittest.main()
