"""A library in a home of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.importing import opened
from viewer.store.library import Library


@pytest.fixture
def library(lightbox_home: Path) -> Iterator[Library]:
    with opened(lightbox_home) as library:
        yield library
