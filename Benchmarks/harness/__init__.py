"""The parts of the benchmark: a server, a cluster, a load, and one module for each figure."""
