"""From the process's start to its first 200, and its memory when nothing happens."""

import time
from statistics import median

from harness.server import Loupe
from harness.stores import site

ROUNDS = 5
IDLE_SECONDS = 5


def measure(scratch, cluster, figures, _):
    with site("sqlite", scratch, cluster, "start") as installed:
        data = installed.server.data
    seconds, memory = [], 0
    for number in range(ROUNDS):
        with Loupe(data) as server:
            seconds.append(server.seconds_to_answer)
            if number == ROUNDS - 1:
                time.sleep(IDLE_SECONDS)
                memory = server.memory_mib("VmRSS")
    figures.add("start to the first 200", median(seconds) * 1000, "ms", "lower", 500)
    figures.add("idle memory", memory, "MiB", "lower", 60)
