"""Start Lightbox: `python -m viewer`, the `lightbox` command and the frozen application."""

from __future__ import annotations

import multiprocessing
import sys

from viewer.cli import main as run


def main() -> int:
    """Run the command line and return its exit status.

    Decode workers and the receiver are spawned processes. In a frozen application each of them
    starts this very program, so `freeze_support` must come before anything else happens.
    """
    multiprocessing.freeze_support()
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
