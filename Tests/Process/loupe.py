"""Starts the real binary and speaks to it as a stranger would: over HTTP and by signals."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARY = os.environ.get("LOUPE_BINARY", str(ROOT / ".build/debug/loupe"))
KEY = "k1:" + "A" * 43 + "="


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(**settings):
    """The machine's, without anything that would configure Loupe."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH") if name in os.environ}
    return kept | {"LC_ALL": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no"} | settings


def command(*arguments, stdin="", **settings):
    """Runs a command to its end: exit code, standard output, standard error."""
    done = subprocess.run(
        [BINARY, *arguments], input=stdin, env=environment(**settings), capture_output=True, text=True, timeout=90)
    return done.returncode, done.stdout, done.stderr


class Server:
    """A process of Loupe. `arguments` begin with its role."""

    def __init__(self, *arguments, ready="listens on", **settings):
        self.arguments, self.settings, self.ready = arguments, settings, ready
        self.lines = []
        self.start()

    def start(self):
        if hasattr(self, "log"):
            self.process.stdout.close()
            self.log.close()
        self.log = tempfile.TemporaryFile(mode="w+")
        self.process = subprocess.Popen(
            [BINARY, *self.arguments], env=environment(**self.settings), stdout=subprocess.PIPE, stderr=self.log,
            text=True)
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            if self.ready in line:
                break
        else:
            raise AssertionError(f"{self.arguments} ended with {self.process.wait()}: {self.logged()}")
        # Nobody reads on: what it prints at start fits into the pipe.

    def logged(self):
        self.log.seek(0)
        return self.log.read()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def close(self):
        self.kill()
        self.process.stdout.close()
        self.log.close()

    def stop(self, within=30):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(within)


class Client:
    """Somebody who speaks the API."""

    def __init__(self, port, token=None):
        self.base, self.token = f"http://127.0.0.1:{port}/api/v1", token

    def call(self, method, path, body=None, headers=(), timeout=60):
        """Status and body; JSON where it is JSON."""
        request = urllib.request.Request(self.base + path, method=method)
        for name, value in dict(headers).items():
            request.add_header(name, value)
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = body if isinstance(body, bytes) else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return answer.status, self._body(answer)
        except urllib.error.HTTPError as error:
            return error.code, self._body(error)

    @staticmethod
    def _body(answer):
        data = answer.read()
        return json.loads(data) if answer.headers.get("Content-Type", "").startswith("application/json") and data else data

    def get(self, path, **more):
        return self.call("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.call("POST", path, body, **more)

    def found(self, organization="Acme", email="ana@example.com"):
        status, answer = self.post(
            "/auth/register",
            {"email": email, "password": "correct horse battery", "name": "Ana", "org_name": organization})
        assert status == 201, answer
        self.token = answer["token"]
        return answer["user"]

    def connect(self, string, name="data", **more):
        kind = string.split(":")[0]
        status, answer = self.post(
            "/datasources", {"name": name, "ds_type": kind, "connection_string": string} | more)
        assert status == 201, answer
        return answer["id"]

    def execute(self, datasource, sql, wait=None, **more):
        path = "/runs/execute" + (f"?wait={wait}" if wait else "")
        status, run = self.post(path, {"datasource_id": datasource, "sql": sql} | more)
        assert status == 201, run
        return run

    def run(self, identifier, wait=None):
        status, run = self.get(f"/runs/{identifier}" + (f"?wait={wait}" if wait else ""))
        assert status == 200, run
        return run


def until(condition, within=60):
    """Waits for what no signal tells of outside the process: looks until it is so."""
    deadline = time.monotonic() + within
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within} s")
        threading.Event().wait(0.05)
    return value


class ProcessTest(unittest.TestCase):
    """A directory of its own, and servers that end with the test."""

    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="loupe-process-")
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)

    def serve(self, *arguments, **settings):
        port = free_port()
        server = Server("serve", "--data-dir", f"{self.directory}/data", "--port", str(port), *arguments, **settings)
        self.addCleanup(self.end, server)
        return server, Client(port)

    def start(self, role, *arguments, ready="listens on", **settings):
        server = Server(role, *arguments, ready=ready, **settings)
        self.addCleanup(self.end, server)
        return server

    @staticmethod
    def end(server):
        with contextlib.suppress(ProcessLookupError):
            server.close()


class Postgres:
    """A throw-away cluster to stop and start again."""

    BIN = "/usr/lib/postgresql/15/bin"

    def __init__(self, test):
        parent = tempfile.mkdtemp(prefix="loupe-postgres-")
        test.addCleanup(shutil.rmtree, parent, ignore_errors=True)
        # The server runs as another user where the tests are root's.
        os.chmod(parent, 0o755)
        self.port, self.directory = free_port(), f"{parent}/cluster"
        script = [str(ROOT / "scripts/postgres")]
        self.url = subprocess.run(
            [*script, "start", self.directory, str(self.port)], stdout=subprocess.PIPE, text=True,
            check=True).stdout.split()[-1]
        test.addCleanup(subprocess.run, [*script, "stop", self.directory], check=True)

    def _control(self, *arguments):
        owner = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        subprocess.run(
            [*owner, f"{self.BIN}/pg_ctl", "-D", f"{self.directory}/data", "-s", "-w", *arguments], check=True, cwd="/",
            stdout=subprocess.DEVNULL)

    def stop(self):
        """As a crash would: nobody is told."""
        self._control("-m", "immediate", "stop")

    def start(self):
        self._control(
            "-l", f"{self.directory}/log", "-o",
            f"-p {self.port} -k {self.directory} -c listen_addresses=127.0.0.1 -c fsync=off", "start")

    def sql(self, text, database="postgres"):
        url = self.url.rsplit("/", 1)[0] + "/" + database
        done = subprocess.run(
            ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", url, "-c", text], capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def database(self, name):
        self.sql(f'CREATE DATABASE "{name}"')
        return self.url.rsplit("/", 1)[0] + "/" + name
