"""Measures Loupe's figures and compares them with those kept. Run it by scripts/bench, which builds first.

    scripts/bench                     measures all and prints a table
    scripts/bench reads runs          measures only these: reads, runs, million, start
    scripts/bench --record            keeps what was measured in Benchmarks/figures.json
    scripts/bench --check             exits 1 where a figure is 30 % worse than the one kept
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from harness import million, reads, runs, start
from harness.figures import Figures
from harness.postgres import Cluster

MEASURES = {"reads": reads.measure, "runs": runs.measure, "million": million.measure, "start": start.measure}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("measures", nargs="*", metavar="MEASURE", help=", ".join(MEASURES))
    arguments.add_argument("--record", action="store_true", help="keep the figures")
    arguments.add_argument("--check", action="store_true", help="fail on figures 30 %% worse than those kept")
    arguments.add_argument("--seconds", type=int, default=5, help="of each load (default: 5)")
    options = arguments.parse_args()
    unknown = set(options.measures) - set(MEASURES)
    if unknown:
        arguments.error(f"no such measure: {', '.join(sorted(unknown))}")

    figures = Figures()
    load_before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="loupe-bench.") as scratch, Cluster(Path(scratch)) as cluster:
        for name in options.measures or MEASURES:
            print(f"── {name}", file=sys.stderr, flush=True)
            MEASURES[name](Path(scratch), cluster, figures, options.seconds)
    print(figures.table())
    print(f"\nLoad average before: {load_before:.1f}; after: {os.getloadavg()[0]:.1f}; cores: {os.cpu_count()}.")
    if options.check and not figures.check():
        sys.exit(1)
    if options.record:
        figures.record()


main()
