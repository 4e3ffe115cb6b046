"""Loads by wrk."""

import re
import subprocess
from pathlib import Path

SCRIPTS = Path(__file__).parent


class Load:
    """What wrk measured, and what its script counted."""

    def __init__(self, output):
        self.requests_per_second = float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1))
        failed = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
        sockets = re.search(r"Socket errors: (.*)", output)
        if failed or sockets:
            raise RuntimeError(f"not every request was answered: {output}")
        self.counts = {name: float(value) for name, value in re.findall(r"^count (\w+) ([\d.]+)$", output, re.M)}


def wrk(server, script, arguments, connections, seconds):
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", SCRIPTS / script, server.origin, "--"]
    result = subprocess.run(command + arguments, capture_output=True, text=True, check=True)
    return Load(result.stdout)
