"""What the frozen application runs; the guard keeps spawned workers from running it twice."""

from __future__ import annotations

import sys

from viewer.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
