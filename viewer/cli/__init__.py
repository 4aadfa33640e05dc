"""The command line: one file for each verb, found by its ``SPEC``."""

from __future__ import annotations

from viewer.cli.command_line import main

__all__ = ["main"]
