"""Processes to measure, and a client that keeps its connection."""

import http.client
import json
import os
import subprocess
import time
from pathlib import Path

from harness.ports import free_port

ROOT = Path(__file__).parent.parent.parent
BUILT = Path(os.environ.get("LOUPE_BENCH_BUILD", ROOT / ".build/release"))
PATIENCE_SECONDS = 30


class Process:
    """A server on a port of its own; `path` answers 200 (or what `is_up` takes) once it is ready."""

    def __init__(self, command, environment, log, path, is_up=lambda status: status == 200):
        self.log = open(log, "ab")
        clean = {name: os.environ[name] for name in ("PATH", "HOME", "LD_LIBRARY_PATH") if name in os.environ}
        self.started = time.monotonic()
        self.process = subprocess.Popen(command, env=clean | environment, stdout=self.log, stderr=self.log)
        self.seconds_to_answer = self._wait(path, is_up)

    def _wait(self, path, is_up):
        while time.monotonic() - self.started < PATIENCE_SECONDS:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended with {self.process.returncode}; see {self.log.name}")
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", path)
                if is_up(connection.getresponse().status):
                    return time.monotonic() - self.started
            except OSError:
                pass
            time.sleep(0.002)
        raise RuntimeError(f"the server does not answer; see {self.log.name}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.log.close()

    @property
    def origin(self):
        return f"http://127.0.0.1:{self.port}"

    def memory_mib(self, field):
        """`VmRSS` now or `VmHWM` at the most, of the process."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1]) / 1024
        raise RuntimeError(f"no {field}")


class Loupe(Process):
    """`loupe serve` as it is delivered, but for the settings given."""

    def __init__(self, data, store=None, **settings):
        self.port = free_port()
        self.data = data
        data.mkdir(mode=0o700, exist_ok=True)
        environment = {"LOUPE_DATA_DIR": str(data), "API_PORT": str(self.port), "LOG_LEVEL": "info"}
        if store:
            environment["DATABASE_URL"] = store
        log = data.parent / f"{data.name}.log"
        super().__init__([BUILT / "loupe", "serve"], environment | settings, log, "/api/v1/health")


class Bare(Process):
    """The bare handler on a store."""

    def __init__(self, store, organization, log):
        self.port = free_port()
        command = [BUILT / "loupe-bench", "--store", store, "--organization", organization]
        command += ["--port", str(self.port)]
        super().__init__(command, {}, log, "/", is_up=lambda status: status == 404)


class Client:
    """Requests on one connection, as a program that speaks the API would send them."""

    def __init__(self, server, token=None):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        self.headers = {"Content-Type": "application/json"}
        if token:
            self.headers["Authorization"] = f"Bearer {token}"

    def send(self, method, path, body=None):
        """The status and the body's bytes."""
        data = None if body is None else json.dumps(body)
        self.connection.request(method, "/api/v1" + path, data, self.headers)
        response = self.connection.getresponse()
        return response.status, response.read()

    def call(self, method, path, body=None):
        """The body as JSON; anything but a 2xx is an error."""
        status, answer = self.send(method, path, body)
        if not 200 <= status < 300:
            raise RuntimeError(f"{method} {path}: {status} {answer[:500]!r}")
        return json.loads(answer) if answer else None


PASSWORD = "a long password of the benchmark"


def found(server):
    """Founds the organization; a client signed in as its admin, and the answer."""
    body = {"email": "admin@example.com", "password": PASSWORD, "name": "Admin", "org_name": "Bench"}
    answer = Client(server).call("POST", "/auth/register", body)
    return Client(server, answer["token"]), answer
