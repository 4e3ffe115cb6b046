"""Event streams of a real process: a thousand at once, and between two processes."""

import datetime
import json
import os
import resource
import selectors
import socket
import sqlite3
import time
import unittest
import uuid

from loupe import KEY, Postgres, ProcessTest, free_port, Client, until

STREAMS = 1000
PER_USER = 20


class Stream:
    """An open stream, read by hand."""

    def __init__(self, port, token, path="/api/v1/events", last=None):
        self.socket = socket.create_connection(("127.0.0.1", port))
        more = f"Last-Event-ID: {last}\r\n" if last is not None else ""
        self.socket.sendall(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n{more}\r\n".encode())
        self.socket.setblocking(False)
        self.text = b""
        self.ended = False

    def read(self):
        try:
            data = self.socket.recv(65536)
        except BlockingIOError:
            return
        self.ended = not data or data.endswith(b"0\r\n\r\n")
        self.text += data

    def close(self):
        self.socket.close()


def read_until(streams, condition, within):
    """Reads all streams until the condition holds for each; how long it took."""
    start = time.monotonic()
    with selectors.DefaultSelector() as selector:
        waiting = set()
        for stream in streams:
            if not condition(stream):
                selector.register(stream.socket, selectors.EVENT_READ, stream)
                waiting.add(stream)
        while waiting:
            if time.monotonic() - start > within:
                raise AssertionError(f"{len(waiting)} of {len(streams)} streams heard nothing within {within} s")
            for key, _ in selector.select(0.2):
                key.data.read()
                if condition(key.data):
                    selector.unregister(key.data.socket)
                    waiting.discard(key.data)
    return time.monotonic() - start


def memory(pid):
    """Resident bytes of the process' own, without pages of files."""
    with open(f"/proc/{pid}/status") as status:
        fields = dict(line.split(":", 1) for line in status)
    return int(fields["RssAnon"].split()[0]) << 10


def processor_seconds(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Events(ProcessTest):
    def setUp(self):
        super().setUp()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft < 4096:
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))

    def attach(self, client):
        path = f"{self.directory}/data/files/shop.db"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with sqlite3.connect(path) as database:
            database.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY)")
        return client.connect(f"sqlite:{path}")

    def people(self, client, count):
        """Tokens of so many colleagues, who have the founder's password."""
        with sqlite3.connect(f"{self.directory}/data/loupe.db", timeout=20) as store:
            columns = [row[1] for row in store.execute("PRAGMA table_info(users)")]
            founder = dict(zip(columns, store.execute("SELECT * FROM users").fetchone()))
            for number in range(count):
                row = founder | {"id": str(uuid.uuid4()), "email": f"u{number}@example.com"}
                row["email_key"] = row["email"]
                store.execute(
                    f"INSERT INTO users ({','.join(row)}) VALUES ({','.join('?' * len(row))})", list(row.values()))
        tokens = []
        for number in range(count):
            status, answer = client.post(
                "/auth/login", {"email": f"u{number}@example.com", "password": "correct horse battery"})
            self.assertEqual(status, 200, answer)
            tokens.append(answer["token"])
        return tokens

    def test_a_thousand_streams_cost_little_and_hear_of_a_change_at_once(self):
        server, client = self.serve(RATE_LIMIT_PER_MINUTE="0")
        client.found()
        datasource = self.attach(client)
        tokens = self.people(client, STREAMS // PER_USER)
        port = int(client.base.split(":")[2].split("/")[0])
        pid = server.process.pid
        # What the first streams and runs bring into memory is there once.
        warm = [Stream(port, token) for token in tokens]
        read_until(warm, lambda stream: b"id: " in stream.text, 30)
        client.run(client.execute(datasource, "SELECT 1")["id"], wait=20)
        before = memory(pid)
        rest = [Stream(port, token) for token in tokens for _ in range(PER_USER - 1)]
        streams = warm + rest
        try:
            self.assertEqual(len(streams), STREAMS)
            read_until(streams, lambda stream: b"id: " in stream.text, 60)
            grown = (memory(pid) - before) * STREAMS / len(rest)
            used = processor_seconds(pid)
            time.sleep(5)
            idle = (processor_seconds(pid) - used) / 5
            run = client.execute(datasource, "SELECT 2")["id"].encode()
            read_until(
                streams, lambda stream: run in stream.text and stream.text.rfind(b'"completed"') > stream.text.rfind(run),
                20)
            heard = time.time() - self.completed_at(streams[0])
            print(f"{STREAMS} streams: {grown / 2**20:.1f} MiB, {idle:.1%} of a core idle, heard after {heard:.2f} s")
            self.assertLess(grown, 20 << 20)
            self.assertLess(idle, 0.1)
            # The promise is of a release build; a debug build on a busy machine is given more.
            self.assertLess(heard, 1 if "LOUPE_BINARY" in os.environ else 3)
            status, _ = Client(port, tokens[0]).get("/events")
            self.assertEqual(status, 429)
        finally:
            for stream in streams:
                stream.close()
        # Who left makes room.
        until(lambda: self.opened(Stream(port, tokens[0])))

    @staticmethod
    def completed_at(stream):
        last = [line for line in stream.text.decode().split("\n") if line.startswith("data: {")][-1]
        return datetime.datetime.fromisoformat(json.loads(last[6:])["at"].replace("Z", "+00:00")).timestamp()

    @staticmethod
    def opened(stream):
        deadline = time.monotonic() + 2
        while b"\r\n" not in stream.text and time.monotonic() < deadline:
            stream.read()
        stream.close()
        return stream.text.startswith(b"HTTP/1.1 200")

    def test_a_stream_ends_with_its_session_and_with_the_server(self):
        server, client = self.serve()
        client.found()
        port = int(client.base.split(":")[2].split("/")[0])
        status, other = client.post(
            "/auth/login", {"email": "ana@example.com", "password": "correct horse battery"})
        self.assertEqual(status, 200)
        mine, others = Stream(port, client.token), Stream(port, other["token"])
        read_until([mine, others], lambda stream: b"id: " in stream.text, 20)
        self.assertEqual(Client(port, other["token"]).post("/auth/logout")[0], 204)
        self.assertLess(read_until([others], lambda stream: stream.ended, 20), 6)
        self.assertFalse(mine.ended)
        start = time.monotonic()
        self.assertEqual(server.stop(), 0)
        self.assertLess(time.monotonic() - start, 10)
        mine.close()
        others.close()

    def test_a_slow_reader_is_dropped(self):
        server, client = self.serve()
        client.found()
        port = int(client.base.split(":")[2].split("/")[0])
        slow, quick = socket.socket(), Stream(port, client.token)
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.connect(("127.0.0.1", port))
        slow.sendall(
            f"GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {client.token}\r\n\r\n"
            .encode())
        datasource = self.attach(client)
        run = client.execute(datasource, "SELECT 1")["id"]
        client.run(run, wait=20)
        organization = client.get("/organizations/current")[1]["id"]
        # Far more changes than any run has, so that what is not read piles up. A run then makes the server look.
        with sqlite3.connect(f"{self.directory}/data/loupe.db", timeout=20) as store:
            store.executemany(
                "INSERT INTO run_events (org_id, run_id, status, created_at) VALUES (?, ?, 'running', ?)",
                [(organization, run, int(time.time() * 1000))] * 40_000)
        last = client.execute(datasource, "SELECT 2")["id"].encode()
        read_until([quick], lambda stream: last in stream.text, 60)
        slow.settimeout(20)
        taken = 0
        try:
            while data := slow.recv(1 << 20):
                taken += len(data)
        except ConnectionResetError:
            pass
        self.assertLess(taken, 40_000 * 150)
        self.assertEqual(client.get("/health")[0], 200)
        slow.close()
        quick.close()


class EventsBetweenProcesses(ProcessTest):
    def test_a_change_in_one_process_is_heard_in_another_and_told_after_a_break(self):
        url = Postgres(self).database("loupe")
        first, second = free_port(), free_port()
        common = {"DATABASE_URL": url, "LOUPE_SECRET_KEY": KEY}
        self.start("serve", "--data-dir", f"{self.directory}/a", "--port", str(first), **common)
        self.start("api", "--data-dir", f"{self.directory}/b", "--port", str(second), **common)
        client = Client(first)
        client.found()
        path = f"{self.directory}/a/files/shop.db"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with sqlite3.connect(path) as database:
            database.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY)")
        datasource = client.connect(f"sqlite:{path}")
        stream = Stream(second, client.token)
        read_until([stream], lambda stream: b"id: " in stream.text, 20)
        run = client.execute(datasource, "SELECT 1")["id"]
        read_until([stream], lambda stream: b'"completed"' in stream.text, 20)
        self.assertIn(run.encode(), stream.text)
        stream.close()
        last = [line for line in stream.text.split(b"\n") if line.startswith(b"id: ")][-1][4:].decode().strip()
        missed = client.execute(datasource, "SELECT 2")["id"]
        client.run(missed, wait=20)
        again = Stream(first, client.token, last=last)
        read_until([again], lambda stream: b'"completed"' in stream.text, 20)
        told = [json.loads(line[6:]) for line in again.text.decode().split("\n") if line.startswith("data: {\"")]
        self.assertIn({"run": missed, "status": "completed"}, [{"run": e["run_id"], "status": e["status"]} for e in told])
        again.close()


if __name__ == "__main__":
    unittest.main()
