"""Speed, measured beside peers and physical limits: ``python -m tests.benchmarks``."""
