"""Verbs of the command line: one file each, ending in ``SPEC``."""
